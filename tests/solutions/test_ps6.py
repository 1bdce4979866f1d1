"""ps6: unusual right solutions pass in full, samples are judged by their distribution, codes by their images."""

import json
import math

import nbformat
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy.optimize import minimize
from scipy.stats import norm, truncnorm

from classroom import (
    answered,
    bank_of_mistakes,
    exercises_of,
    hand_in,
    model_answers,
    open_room,
    released_course,
    results,
)
from gancourse import notebooks
from gancourse.exercises import observe, readings
from gancourse.exercises.following import secret_rng
from gancourse.exercises.probes import networks as probes
from gancourse.games import biggan, captions, growing, minibatch, stylegan
from gancourse.grading.record import read_record
from gancourse.grading.run import grade
from gancourse.grading.sandbox import Limits
from gancourse.grading.session import Session

# --- unusual and right ---------------------------------------------------------------------------------------


def fade_by_kron(old, new, alpha):
    return np.kron(old, np.ones((1, 1, 2, 2))) * (1 - alpha) + alpha * new


def fade_by_places(old, new, alpha):
    out = alpha * new
    for row in range(2):
        for column in range(2):
            out[:, :, row::2, column::2] += (1 - alpha) * old
    return out


def fade_torch(old, new, alpha):
    large = F.interpolate(torch.tensor(old), scale_factor=2, mode="nearest")
    return torch.lerp(large, torch.tensor(new), alpha)


def fade_indices(old, new, alpha):
    rows, columns = np.arange(new.shape[2]) // 2, np.arange(new.shape[3]) // 2
    large = old[:, :, rows][..., columns]
    return large + alpha * (new - large)


def std_torch(x):
    x = torch.tensor(x)
    value = x.std(dim=0, correction=0).mean()
    return torch.cat([x, value.expand(len(x), 1, *x.shape[2:])], dim=1)


def std_with_epsilon(x):
    """As the paper's own code has it."""
    value = np.sqrt(((x - x.mean(axis=0)) ** 2).mean(axis=0) + 1e-8).mean()
    return np.pad(x, ((0, 0), (0, 1), (0, 0), (0, 0)), constant_values=value)


def std_loop(x):
    n, channels, height, width = x.shape
    total = sum(np.std(x[:, c, i, j]) for c in range(channels) for i in range(height) for j in range(width))
    out = np.empty((n, channels + 1, height, width))
    out[:, :-1], out[:, -1] = x, total / (channels * height * width)
    return out.tolist()


def penalty_loop(w, beta):
    k = w.shape[1]
    return beta * sum(np.dot(w[:, i], w[:, j]) ** 2 for i in range(k) for j in range(k) if i != j)


def penalty_by_pairs(w, beta):
    products = w.T @ w
    return 2 * beta * np.sum(products[np.triu_indices(len(products), 1)] ** 2)


def penalty_by_difference(w, beta):
    """All squares, minus those on the diagonal."""
    return beta * (np.linalg.norm(w.T @ w) ** 2 - np.sum(np.sum(w**2, axis=0) ** 2))[None]


def penalty_torch(w, beta):
    w = torch.tensor(w)
    return beta * (w.T @ w * (1 - torch.eye(w.shape[1], dtype=w.dtype))).square().sum()


def gradient_autograd(w, beta):
    w = torch.tensor(w, requires_grad=True)
    (beta * (w.T @ w).fill_diagonal_(0).square().sum()).backward()
    return w.grad


def gradient_loop(w, beta):
    out = np.zeros_like(w)
    for i in range(w.shape[1]):
        for j in range(w.shape[1]):
            if i != j:
                out[:, i] += 4 * beta * (w[:, i] @ w[:, j]) * w[:, j]
    return out


def gradient_differences(w, beta, h=1e-5):
    out = np.zeros_like(w)
    for index in np.ndindex(w.shape):
        step = np.zeros_like(w)
        step[index] = h
        out[index] = (penalty_loop(w + step, beta) - penalty_loop(w - step, beta)) / (2 * h)
    return out


def gradient_both_sides(w, beta):
    products = w.T @ w - np.diag(np.diag(w.T @ w))
    return (2 * beta * (w @ products + w @ products.T)).tolist()


def truncated_loop(shape, threshold, rng):
    out = np.empty(shape)
    for index in np.ndindex(*shape):
        out[index] = rng.normal()
        while abs(out[index]) > threshold:
            out[index] = rng.normal()
    return out


def truncated_scipy(shape, threshold, rng):
    return truncnorm.rvs(-threshold, threshold, size=shape, random_state=rng)


def truncated_by_quantiles(shape, threshold, rng):
    low = norm.cdf(-threshold)
    return norm.ppf(low + (1 - 2 * low) * rng.random(shape))


def truncated_whole_rows(shape, threshold, rng):
    """A pool, of which those out of range are left out."""
    pool = rng.normal(size=4 * math.prod(shape))
    return pool[np.abs(pool) <= threshold][: math.prod(shape)].reshape(shape).tolist()


def truncated_torch(shape, threshold, rng):
    return torch.nn.init.trunc_normal_(torch.empty(shape), a=-threshold, b=threshold)


def adain_loop(x, scale, bias):
    out = np.empty_like(x)
    for i, j in np.ndindex(x.shape[:2]):
        out[i, j] = scale[i, j] * (x[i, j] - x[i, j].mean()) / x[i, j].std() + bias[i, j]
    return out


def adain_instance_norm(x, scale, bias):
    return F.instance_norm(torch.tensor(x), eps=1e-8) * scale[:, :, None, None] + bias[:, :, None, None]


def adain_rows(x, scale, bias):
    rows = x.reshape(-1, x[0, 0].size)
    rows = (rows - rows.mean(axis=1)[:, None]) / np.sqrt(rows.var(axis=1)[:, None] + 1e-8)
    return (rows * scale.reshape(-1, 1) + bias.reshape(-1, 1)).reshape(x.shape)


def adain_einsum(x, scale, bias):
    centred = x - np.einsum("ncij->nc", x)[..., None, None] / x[0, 0].size
    spread = np.sqrt(np.einsum("ncij,ncij->nc", centred, centred) / x[0, 0].size)
    return np.einsum("ncij,nc->ncij", centred, scale / spread) + bias[..., None, None]


def styles_list(w_a, w_b, from_b, layers):
    return np.stack([w_b if layer in from_b else w_a for layer in range(layers)], axis=1)


def styles_mask(w_a, w_b, from_b, layers):
    mask = np.zeros((1, layers, 1))
    mask[:, from_b] = 1
    return w_a[:, None] * (1 - mask) + w_b[:, None] * mask


def styles_torch(w_a, w_b, from_b, layers):
    out = torch.tensor(w_a)[:, None].repeat(1, layers, 1)
    out[:, torch.tensor(from_b, dtype=torch.long)] = torch.tensor(w_b)[:, None]
    return out


def path_loop(generator, w_start, w_end, t, epsilon):
    total = 0.0
    for a, b, s in zip(w_start, w_end, t, strict=True):
        one, two = (generator(((1 - u) * a + u * b)[None])[0] for u in (s, s + epsilon))
        total += np.linalg.norm((two - one) / epsilon) ** 2
    return total / len(t)


def path_lengths_of_rows(generator, w_start, w_end, t, epsilon):
    def rows(s):
        return generator(w_start + s.reshape(-1, 1) * (w_end - w_start)).reshape(len(t), -1)

    return (np.linalg.norm(rows(t + epsilon) - rows(t), axis=1) ** 2).mean() / epsilon / epsilon


def path_torch(generator, w_start, w_end, t, epsilon):
    w_start, w_end, t = (torch.tensor(a) for a in (w_start, w_end, t))
    a, b = (torch.as_tensor(generator(torch.lerp(w_start, w_end, s[:, None]))) for s in (t, t + epsilon))
    return F.mse_loss(a, b, reduction="sum") / len(t) / epsilon**2


def invert_adam(x, weights, bias):
    x, weights, bias = (torch.tensor(a) for a in (x, weights, bias))
    w = torch.zeros(len(x), len(weights), dtype=x.dtype, requires_grad=True)
    optimiser = torch.optim.Adam([w], lr=0.05)
    for _ in range(400):
        optimiser.zero_grad()
        (torch.tanh(w @ weights + bias) - x).square().sum().backward()
        optimiser.step()
    return w


def invert_scipy(x, weights, bias):
    def error(w, image):
        return np.sum((np.tanh(w @ weights + bias) - image) ** 2)

    return [minimize(error, np.zeros(len(weights)), args=(image,)).x for image in x]


def invert_newton(x, weights, bias):
    """Gauss and Newton, from where arctanh comes to."""
    out = (np.arctanh(x) - bias) @ np.linalg.pinv(weights)
    for _ in range(30):
        for i, w in enumerate(out):
            made = np.tanh(w @ weights + bias)
            slopes = weights * (1 - made**2)
            out[i] = w + 0.5 * np.linalg.lstsq(slopes.T, x[i] - made, rcond=None)[0]
    return out


def direction_loop(w, labels):
    groups = {True: [], False: []}
    for code, has in zip(w, labels, strict=True):
        groups[bool(has)].append(code)
    difference = np.mean(groups[True], axis=0) - np.mean(groups[False], axis=0)
    return (difference / math.sqrt(sum(d * d for d in difference))).tolist()


def direction_from_all(w, labels):
    """The mean of all lies on the way from one mean to the other."""
    difference = w[labels].mean(axis=0) - w.mean(axis=0)
    return difference / np.linalg.norm(difference)


def direction_regressed(w, labels):
    """The slopes of each number by the label are the difference of the means."""
    centred = labels - labels.mean()
    return F.normalize(torch.tensor(centred @ w), dim=0)


def alone_least_squares(w, labels, others):
    a, b = direction_loop(w, labels), np.array(direction_loop(w, others))
    u = np.array(a) - b * np.linalg.lstsq(b[:, None], np.array(a), rcond=None)[0]
    return u / np.linalg.norm(u)


def alone_by_qr(w, labels, others):
    a, b = direction_from_all(w, labels), direction_from_all(w, others)
    u = np.linalg.qr(np.stack([b, a], axis=1))[0][:, 1]
    return u * np.sign(u @ a)


def alone_by_matrix(w, labels, others):
    b = direction_from_all(w, others)
    u = (np.eye(len(b)) - np.outer(b, b)) @ direction_from_all(w, labels)
    return torch.tensor(u)[None] / np.sqrt(u @ u)


def loss_torch(real, mismatched, fake):
    real, mismatched, fake = (torch.tensor(f) for f in (real, mismatched, fake))
    bce, one = F.binary_cross_entropy_with_logits, torch.ones_like(real)
    return bce(real, one) + 0.5 * bce(mismatched, 0 * one) + 0.5 * bce(fake, 0 * one)


def loss_by_hand(real, mismatched, fake):
    def softplus(f):
        return np.maximum(f, 0) + np.log1p(np.exp(-np.abs(f)))

    return np.mean(softplus(-real) + (softplus(mismatched) + softplus(fake)) / 2)


def loss_logsigmoid(real, mismatched, fake):
    says_no = torch.tensor(np.concatenate([mismatched, fake]))
    return -F.logsigmoid(torch.tensor(real)).mean() - F.logsigmoid(-says_no).mean()


UNUSUAL = {
    "fade_in": [fade_by_kron, fade_by_places, fade_torch, fade_indices],
    "minibatch_std": [std_torch, std_with_epsilon, std_loop],
    "orthogonal_penalty": [penalty_loop, penalty_by_pairs, penalty_by_difference, penalty_torch],
    "orthogonal_gradient": [gradient_autograd, gradient_loop, gradient_differences, gradient_both_sides],
    "truncated_normal": [
        truncated_loop, truncated_scipy, truncated_by_quantiles, truncated_whole_rows, truncated_torch,
    ],
    "adain": [adain_loop, adain_instance_norm, adain_rows, adain_einsum],
    "mix_styles": [styles_list, styles_mask, styles_torch],
    "path_length": [path_loop, path_lengths_of_rows, path_torch],
    "invert": [invert_adam, invert_scipy, invert_newton],
    "attribute_direction": [direction_loop, direction_from_all, direction_regressed],
    "direction_alone": [alone_least_squares, alone_by_qr, alone_by_matrix],
    "matching_aware_loss": [loss_torch, loss_by_hand, loss_logsigmoid],
}  # fmt: skip


@pytest.mark.parametrize(("name", "function"), [(n, f) for n, functions in UNUSUAL.items() for f in functions])
def test_an_unusual_right_solution_earns_everything(name, function):
    for result in results("ps6", name, function):
        assert result.earned == result.points, [v.hint for v in result.verdicts]


def test_every_exercise_has_three_unusual_right_solutions_and_six_misconceptions():
    assert min(len(UNUSUAL.get(name, [])) for name in exercises_of("ps6")) >= 3
    assert min(len(e.misconceptions) for e in exercises_of("ps6").values()) >= 6


# --- the references are what the course teaches --------------------------------------------------------------


def reference(name):
    return exercises_of("ps6")[name].reference


def tensors(*arrays):
    return [torch.tensor(a) for a in arrays]


def test_references_agree_with_the_courses_own_functions():
    rng = np.random.default_rng(0)
    old, new, x = (rng.normal(size=s) for s in ((3, 2, 4, 4), (3, 2, 8, 8), (5, 3, 4, 4)))
    scale, bias, w = (rng.normal(size=s) for s in ((5, 3), (5, 3), (6, 4)))
    logits = [rng.normal(size=7) for _ in range(3)]
    w_a, w_b = rng.normal(size=(2, 3, 5))
    pairs = {
        "fade_in": ((old, new, 0.3), growing.fade_in(*tensors(old, new), 0.3)),
        "minibatch_std": ((x,), minibatch.minibatch_std(torch.tensor(x))),
        "orthogonal_penalty": ((w, 0.2), biggan.orthogonal_penalty(torch.tensor(w).T, 0.2)),
        "adain": ((x, scale, bias), stylegan.adain(*tensors(x, scale, bias))),
        "mix_styles": ((w_a, w_b, np.arange(2, 6), 6), stylegan.mix_styles(*tensors(w_a, w_b), 2, 6)),
        "matching_aware_loss": (logits, captions.matching_aware_loss(*tensors(*logits))),
    }
    for name, (arguments, expected) in pairs.items():
        assert reference(name)(*arguments) == pytest.approx(expected.numpy(), rel=1e-5, abs=1e-4), name


def test_the_gradient_of_the_reference_is_the_penaltys_slope():
    w = np.random.default_rng(1).normal(size=(5, 4))
    assert reference("orthogonal_gradient")(w, 0.3) == pytest.approx(gradient_differences(w, 0.3), rel=1e-6, abs=1e-6)


# --- samples: judged by their distribution -------------------------------------------------------------------


def drawn(function, part="law", threshold=1.4, seed=0):
    """What the judge finds in a sampler."""
    arguments = part, np.array([60, 50]), threshold, seed
    return readings.truncated_sample(probes.truncated_sample(function, *arguments), *arguments)


@pytest.mark.parametrize("function", UNUSUAL["truncated_normal"][1:])
def test_right_samples_are_found_right_with_many_seeds(function):
    torch.manual_seed(0)
    thresholds = np.random.default_rng(0).uniform(1.2, 1.6, size=40)
    assert {drawn(function, threshold=t, seed=i) for i, t in enumerate(thresholds)} == {readings.TRUNCATED}


def in_rows(shape, threshold, rng):
    """The right distribution for each number, but a row has one sign."""
    return np.abs(truncated_scipy(shape, threshold, rng)) * rng.permutation(np.resize([1, -1], shape[0]))[:, None]


@pytest.mark.parametrize(
    ("function", "found"),
    [
        (in_rows, "numbers of a row that go together"),
        (lambda s, t, rng: truncated_scipy(s, t, rng) * 0.9, "numbers in range, but too many of them near 0"),
        (lambda s, t, rng: t * rng.choice([-0.9, 0.9], size=s) * rng.uniform(0.9, 1, size=s),
         "numbers in range, but too many of them near the threshold"),
        (lambda s, t, rng: truncnorm.rvs(-t / 2, t, size=s, random_state=rng), "numbers in range, but not centred"),
        (lambda s, t, rng: 0.8 * rng.normal(size=s), "numbers out of range"),
        (lambda s, t, rng: 3 * rng.normal(size=s), "numbers out of range"),
        (lambda s, t, rng: np.full(s, np.nan), "numbers that are not finite"),
        (lambda s, t, rng: np.zeros(s), "numbers out of range set to 0"),
        (lambda s, t, rng: rng.normal(size=s[0]), "an array of another shape"),
    ],
)  # fmt: skip
def test_other_samples_are_described(function, found):
    assert {drawn(function, seed=seed) for seed in range(10)} == {found}


def test_one_number_for_all_is_not_in_range_by_luck():
    assert drawn(lambda shape, t, rng: np.full(shape, 0.3 + rng.random() / 9), "range") != "all within the threshold"


# --- codes: judged by their images ---------------------------------------------------------------------------


def found(w, off=0.0):
    rng = np.random.default_rng(3)
    weights, bias = 1.6 * np.linalg.qr(rng.normal(size=(12, 3)))[0].T, 0.3 * rng.normal(size=12)
    right = rng.uniform(-1, 1, size=(4, 3))
    x = np.clip(np.tanh(right @ weights + bias) + off * rng.normal(size=(4, 12)), -0.98, 0.98)
    return readings.inversion(w(right, x, weights, bias), x, weights, bias)


@pytest.mark.parametrize(
    ("codes", "word"),
    [
        (lambda w, x, a, b: w, "codes whose images are near enough"),
        (lambda w, x, a, b: w + 0.01, "codes whose images are near enough"),
        (lambda w, x, a, b: w / 2, "less error than with codes of 0, but not near enough"),
        (lambda w, x, a, b: 0 * w, "as much error as with codes of 0"),
        (lambda w, x, a, b: -2 * w, "more error than with codes of 0"),
        (lambda w, x, a, b: (x - b) @ np.linalg.pinv(a), "the codes that would be right without tanh"),
        (lambda w, x, a, b: np.repeat(w[:1], 4, axis=0), "the same code for every image"),
        (lambda w, x, a, b: x, "images in place of codes"),
        (lambda w, x, a, b: w.T, "transposed codes in place of codes"),
        (lambda w, x, a, b: w[0], "another shape in place of codes"),
        (lambda w, x, a, b: w * np.nan, "numbers that are not finite"),
    ],
)
def test_codes_are_described_by_how_near_their_images_come(codes, word):
    assert found(codes) == word


def test_an_image_that_cannot_be_made_is_held_against_the_nearest_that_can():
    assert found(lambda w, x, a, b: readings.best_codes(x, a, b), off=0.3) == "codes whose images are near enough"
    assert found(lambda w, x, a, b: invert_adam(x, a, b).detach().numpy(), off=0.3).endswith("near enough")


def test_the_probes_work_as_text_in_a_strangers_kernel():
    tools = {"__name__": "observe", "__file__": "gancourse/exercises/observe.py"}
    for module in (probes, observe):
        exec(open(module.__file__, encoding="utf-8").read(), tools)

    def answer(function, probe, *arguments):
        calls = json.dumps([[probe, [observe.encode(a) for a in arguments]]])
        seen = tools["answer"]("f", {"f": function}, calls, tools["PROBES"])[0]
        assert not seen["error"]
        return observe.decode(seen["value"])

    shape = np.array([2, 3])
    assert answer(lambda s, t, rng: rng.normal(size=s), "truncated_sample", "law", shape, 1.0, 0).shape == (6, 2, 3)
    assert answer(lambda s, t, rng: None, "truncated_sample", "law", shape, 1.0, 0) is None
    w, weights, heads = np.ones((4, 2)), np.ones((2, 3)), np.ones((3, 5, 6))
    images = answer(lambda generator, w: generator(w), "with_generator", weights, heads, w)
    assert images == pytest.approx(np.full((4, 5, 6), 3 * np.tanh(2)))
    assert answer(lambda x, a, b: x + a, "inversion", 1.0, 2.0, 3.0) == 3


# --- what a student reads ------------------------------------------------------------------------------------


def test_a_sample_that_no_misconception_explains_is_told_what_it_is():
    told = results("ps6", "truncated_normal", in_rows)[0].verdicts
    assert told[0].hint.startswith("It has: numbers of a row that go together.")
    assert told[1].earned == 1


def test_a_wrong_batch_norm_is_right_for_one_image():
    batch_norm = exercises_of("ps6")["adain"].misconceptions["batch_norm"].function
    assert [v.earned for v in results("ps6", "adain", batch_norm)[0].verdicts] == [0, 1]


# --- grading -------------------------------------------------------------------------------------------------


def auto_points():
    return {name: e.points for name, e in exercises_of("ps6").items()}


MISTAKEN = {
    "fade_in": ("tiled", 3),
    "minibatch_std": ("sample_formula", 3),
    "orthogonal_gradient": ("twice", 2),
    "truncated_normal": ("clipped", 2),
    "adain": ("batch_norm", 3),
    "mix_styles": ("all_behind", 2),
    "path_length": ("divided_by_epsilon", 3),
    "invert": ("through_arctanh", 1),
    "matching_aware_loss": ("overflows", 1),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Four students, graded as `gancourse grade ps6` does."""
    folder = released_course(tmp_path_factory.mktemp("course"), "ps6")
    right = model_answers("ps6")
    mistaken = {name: f'{name} = MISTAKES["{name}"]["{mistake}"]' for name, (mistake, _) in MISTAKEN.items()}
    hand_in(folder, "right", answered(right, "ps6"), "ps6")
    hand_in(folder, "mistaken", answered(right | mistaken, "ps6", extra=bank_of_mistakes("ps6")), "ps6")
    hand_in(folder, "empty", answered({}, "ps6"), "ps6")
    imports = {"adain": "from gancourse.games.stylegan import adain"}
    hand_in(folder, "imports", answered(right | imports, "ps6"), "ps6")
    assert grade(folder, "ps6") == {"graded": 4}
    return {
        student: {e["name"]: e for e in read_record(folder, "ps6", student)["exercises"]}
        for student in ("right", "mistaken", "empty", "imports")
    }


def test_a_right_notebook_earns_everything_and_an_empty_one_nothing(graded):
    assert {name: e["earned"] for name, e in graded["right"].items()} == auto_points()
    assert {name: e["earned"] for name, e in graded["empty"].items()} == dict.fromkeys(auto_points(), 0)
    assert sum(auto_points().values()) + 4 == 40


def test_misconceptions_cost_their_own_points_and_are_told(graded):
    lost = {name: e["points"] - e["earned"] for name, e in graded["mistaken"].items()}
    assert {name: points for name, points in lost.items() if points} == {n: p for n, (_, p) in MISTAKEN.items()}
    for name, (mistake, _) in MISTAKEN.items():
        told = {v["hint"] for v in graded["mistaken"][name]["verdicts"] if v["hint"]}
        assert told == {exercises_of("ps6")[name].misconceptions[mistake].hint}


def test_the_courses_own_answers_cannot_be_imported(graded):
    assert graded["imports"]["adain"]["status"] == "missing"
    assert sum(e["earned"] for e in graded["imports"].values()) == sum(auto_points().values()) - 4


def graded_here(**answers):
    notebook = answered(model_answers("ps6") | answers, "ps6")
    with open_room("ps6") as room:
        limits = Limits(cell=60, question=30)
        return Session(notebook, [*exercises_of("ps6").values()], secret_rng(b"key", "test"), room, limits).grade()


@pytest.mark.parametrize("body", ["w[labels].mean(axis=0) - w[~labels].mean(axis=0)", "w[labels][0] - 0.3 * w[-1]"])
def test_what_is_right_given_a_wrong_direction_earns_its_points(body):
    told = graded_here(attribute_direction=f"def attribute_direction(w, labels):\n    return {body}\n")
    assert told["attribute_direction"].earned == 0
    assert told["direction_alone"].earned == 2
    assert {v.followed for v in told["direction_alone"].verdicts} == {"your `attribute_direction`"}


# --- the notebook's own numbers ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    folder = released_course(tmp_path_factory.mktemp("course"), "ps6") / "solutions" / "ps6"
    notebook = nbformat.read(folder / "ps6.ipynb", as_version=4)
    notebooks.execute(notebook, folder)
    text = "".join(
        o.text for c in notebook.cells if c.cell_type == "code" for o in c.outputs if o.output_type == "stream"
    )
    lines = [line.rsplit(":", 1) for line in text.splitlines() if ":" in line]
    return {name.strip(): value for name, value in lines}


def test_what_the_text_says_of_batches_paths_and_readers_is_so(printed):
    assert float(printed["copies"]) == 0
    assert float(printed["only smiles differ"]) < 0.05 * float(printed["all different"])
    assert float(printed["one pose"]) > 0.9 * float(printed["all different"])
    assert float(printed["hurried"]) > 2 * float(printed["even"])
    assert [float(printed[n]) for n in ("reads and looks", "never reads", "never looks")] == [0, 5, 5]


def test_the_edited_smile_brings_the_light_along_and_the_one_alone_does_not(printed):
    assert float(printed["smile"].split()[-1]) > 0.9
    assert abs(float(printed["smile alone"].split()[-1])) < 0.01
