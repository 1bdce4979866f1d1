"""ps4: unusual right solutions pass in full, and so does the class that hands them in. See also test_assignments.py."""

import json
import math

import nbformat
import numpy as np
import pytest
import scipy.linalg
import sklearn.metrics.pairwise
import torch
import torch.nn.functional as F

from classroom import (
    ROOT,
    answered,
    bank_of_mistakes,
    exercises_of,
    hand_in,
    make_course,
    model_answers,
    open_room,
    released_course,
    results,
)
from gancourse import notebooks
from gancourse.exercises import observe, readings
from gancourse.exercises.checking import check_function
from gancourse.exercises.following import secret_rng
from gancourse.exercises.probes import networks as probes
from gancourse.exercises.specification import PUBLIC_FILE, read_public
from gancourse.grading.record import read_record
from gancourse.grading.run import grade
from gancourse.grading.sandbox import Limits
from gancourse.grading.session import Session

# --- unusual and right ---------------------------------------------------------------------------------------


def codes_by_index(labels, classes):
    return np.eye(classes)[labels]


def codes_loop(labels, classes):
    return [[int(c == label) for c in range(classes)] for label in labels]


def codes_torch(labels, classes):
    return F.one_hot(torch.tensor(labels), classes)


def codes_flat(labels, classes):
    codes = np.zeros(len(labels) * classes, dtype=bool)
    codes[np.arange(len(labels)) * classes + labels] = True
    return codes.reshape(-1, classes)


def maps_loop(x, labels, classes):
    images = []
    for image, label in zip(x, labels, strict=True):
        maps = [np.full(image.shape[1:], float(c == label)) for c in range(classes)]
        images.append(np.stack([*image, *maps]))
    return images


def maps_assigned(x, labels, classes):
    n, channels, height, width = x.shape
    stacked = np.zeros((n, channels + classes, height, width))
    stacked[:, :channels] = x
    stacked[np.arange(n), channels + labels] = 1
    return stacked


def maps_torch(x, labels, classes):
    x = torch.tensor(x)
    codes = F.one_hot(torch.tensor(labels), classes).double()
    return torch.cat([x, codes[..., None, None].expand(-1, -1, *x.shape[2:])], dim=1)


def maps_einsum(x, labels, classes):
    maps = np.einsum("nk,hw->nkhw", codes_by_index(labels, classes), np.ones(x.shape[2:], dtype=np.float32))
    return np.hstack((x, maps))


def projection_einsum(features, unconditional_logit, embedding, labels):
    return unconditional_logit + torch.einsum("nd,nd->n", features, F.embedding(labels, embedding))


def projection_by_codes(features, unconditional_logit, embedding, labels):
    codes = F.one_hot(labels, len(embedding)).to(features.dtype)
    return (unconditional_logit[:, None] + (features @ embedding.T * codes).sum(1, keepdim=True)).detach().numpy()


def projection_loop(features, unconditional_logit, embedding, labels):
    return [logit + phi @ embedding[c] for phi, logit, c in zip(features, unconditional_logit, labels, strict=True)]


def projection_diagonal(features, unconditional_logit, embedding, labels):
    return torch.diag(features @ embedding[labels].T) + unconditional_logit


def cross_entropy_by_hand(logits, labels):
    return (torch.logsumexp(logits, dim=1) - logits[torch.arange(len(labels)), labels]).mean()


def discriminator_bce(r, f, rc, fc, rl, fl):
    source = F.binary_cross_entropy_with_logits(r, torch.ones_like(r))
    source += F.binary_cross_entropy_with_logits(f, torch.zeros_like(f))
    return source + F.nll_loss(rc.log_softmax(1), rl) + F.nll_loss(F.log_softmax(fc, dim=-1), fl)


def discriminator_by_hand(r, f, rc, fc, rl, fl):
    zeros = torch.zeros_like(r)
    source = torch.logaddexp(zeros, -r) + torch.logaddexp(zeros, f)
    return source.mean() + cross_entropy_by_hand(rc, rl) + cross_entropy_by_hand(fc, fl)


def discriminator_joined(r, f, rc, fc, rl, fl):
    """Means over both together, twice."""
    real = torch.cat([torch.ones_like(r), torch.zeros_like(f)])
    source = F.binary_cross_entropy_with_logits(torch.cat([r, f]), real)
    return (2 * source + 2 * F.cross_entropy(torch.cat([rc, fc]), torch.cat([rl, fl]))).reshape(1)


def discriminator_loop(r, f, rc, fc, rl, fl):
    total = 0
    for i in range(len(r)):
        total = total - F.logsigmoid(r[i]) - F.logsigmoid(-f[i])
        total = total - rc[i].log_softmax(0)[rl[i]] - fc[i].log_softmax(0)[fl[i]]
    return total / len(r)


def generator_bce(f, fc, fl):
    return F.binary_cross_entropy_with_logits(f, torch.ones_like(f)) + cross_entropy_by_hand(fc, fl)


def generator_by_distributions(f, fc, fl):
    real = torch.distributions.Bernoulli(logits=f).log_prob(torch.ones_like(f))
    return -(real + torch.distributions.Categorical(logits=fc).log_prob(fl)).mean()


def generator_soft_labels(f, fc, fl):
    return -F.logsigmoid(f).mean() + F.cross_entropy(fc, F.one_hot(fl, fc.shape[1]).to(fc.dtype))


def generator_loop(f, fc, fl):
    return sum(F.softplus(-a) - b.log_softmax(0)[c] for a, b, c in zip(f, fc, fl, strict=True)) / len(f)


def info_by_distributions(logits, c, mean, c_continuous, std):
    known = torch.distributions.Categorical(logits=logits).log_prob(c)
    return -(known + torch.distributions.Normal(mean, std).log_prob(c_continuous).sum(1)).mean()


def info_nll(logits, c, mean, c_continuous, std):
    surprise = F.gaussian_nll_loss(mean, c_continuous, std**2, full=True, reduction="sum")
    return F.cross_entropy(logits, c) + surprise / len(mean)


def info_targets_detached(logits, c, mean, c_continuous, std):
    z = (c_continuous.detach() - mean) / std
    surprise = z.pow(2).sum() / 2 + std.log().sum() + std.numel() / 2 * math.log(2 * torch.pi)
    return cross_entropy_by_hand(logits, c) + surprise / mean.shape[0]


def info_loop(logits, c, mean, c_continuous, std):
    total = 0
    for i in range(len(c)):
        total = total - logits[i].log_softmax(0)[c[i]]
        for mu, code, s in zip(mean[i], c_continuous[i], std[i], strict=True):
            total = total - torch.log(torch.exp(-((code - mu) ** 2) / (2 * s**2)) / (s * math.sqrt(2 * math.pi)))
    return total / len(c)


def truncate_one_by_one(z, threshold, draw):
    rows = []
    for row in z:
        kept = []
        for number in row:
            while not -threshold <= number <= threshold:
                number = draw(1)[0]
            kept.append(number)
        rows.append(kept)
    return rows


def truncate_where(z, threshold, draw):
    while (abs(z) > threshold).any():
        z = np.where(abs(z) > threshold, draw(z.size).reshape(z.shape), z)
    return z


def truncate_from_a_pool(z, threshold, draw):
    pool = draw(5000)
    pool = pool[np.abs(pool) <= threshold]
    out, z = np.abs(z) > threshold, np.array(z)
    z[out] = pool[: out.sum()]
    return torch.tensor(z)


def truncate_recursively(z, threshold, draw):
    out = z**2 > threshold**2
    if not out.any():
        return z
    fresh = z.copy()
    np.place(fresh, out, draw(int(out.sum())))
    return truncate_recursively(fresh, threshold, draw)


def frechet_sqrtm(x, y):
    s, t = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    root = scipy.linalg.sqrtm(s @ t)
    return np.linalg.norm(x.mean(0) - y.mean(0)) ** 2 + np.trace(s + t - 2 * np.real(root))


def frechet_nuclear(x, y):
    """Tr (S T)^½ is the nuclear norm of the centred samples' product: no covariance is needed."""
    x_centred, y_centred = (a - a.mean(axis=0) for a in (x, y))
    n, m = len(x) - 1, len(y) - 1
    cross = np.linalg.svd(x_centred @ y_centred.T, compute_uv=False).sum() / math.sqrt(n * m)
    return (
        (x.mean(axis=0) - y.mean(axis=0)) @ (x.mean(axis=0) - y.mean(axis=0))
        + (x_centred**2).sum() / n
        + (y_centred**2).sum() / m
        - 2 * cross
    )


def frechet_complex_roots(x, y):
    s, t = np.cov(x.T), np.cov(y.T)
    roots = np.sqrt(np.linalg.eigvals(s.dot(t)).astype(complex))
    return [((x.mean(0) - y.mean(0)) ** 2).sum() + s.trace() + t.trace() - 2 * roots.real.sum()]


def frechet_torch(x, y):
    x, y = torch.tensor(x), torch.tensor(y)
    values, vectors = torch.linalg.eigh(torch.cov(x.T))
    root = vectors @ torch.diag(values.clamp(min=0).sqrt()) @ vectors.T
    cross = torch.linalg.eigvalsh(root @ torch.cov(y.T) @ root).clamp(min=0).sqrt().sum()
    return (x.mean(0) - y.mean(0)).square().sum() + torch.cov(x.T).trace() + torch.cov(y.T).trace() - 2 * cross


def kernel_loop(x, y):
    d = len(x[0])
    return [[(sum(a * b for a, b in zip(u, v, strict=True)) / d + 1) ** 3 for v in y] for u in x]


def kernel_sklearn(x, y):
    return sklearn.metrics.pairwise.polynomial_kernel(x, y, degree=3, coef0=1)


def kernel_einsum(x, y):
    inner = np.einsum("id,jd->ij", x, y) / x.shape[-1]
    return 1 + 3 * inner + 3 * inner**2 + inner**3


def kernel_torch(x, y):
    return torch.tensor(x).matmul(torch.tensor(y).t()).div(x.shape[1]).add(1).pow(3)


def mmd_loop(x, y):
    def k(a, b):
        return (a @ b / len(a) + 1) ** 3

    n, m = len(x), len(y)
    within_x = sum(k(x[i], x[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    within_y = sum(k(y[i], y[j]) for i in range(m) for j in range(i)) * 2 / (m * (m - 1))
    return within_x + within_y - 2 * sum(k(a, b) for a in x for b in y) / (n * m)


def mmd_masked(x, y):
    x_with_x, y_with_y = kernel_einsum(x, x), kernel_einsum(y, y)
    others = [k[~np.eye(len(k), dtype=bool)].mean() for k in (x_with_x, y_with_y)]
    return np.array([sum(others) - 2 * kernel_einsum(x, y).mean()])


def mmd_pooled(x, y):
    n, m = len(x), len(y)
    k = kernel_einsum(np.vstack([x, y]), np.vstack([x, y]))
    np.fill_diagonal(k, 0)
    weights = np.full((n + m, n + m), -1 / (n * m))
    weights[:n, :n], weights[n:, n:] = 1 / (n * (n - 1)), 1 / (m * (m - 1))
    return np.sum(weights * k)


def mmd_torch(x, y):
    x, y = torch.tensor(x), torch.tensor(y)
    within = [(k.sum() - k.diag().sum()) / len(k) / (len(k) - 1) for k in (kernel_torch(x, x), kernel_torch(y, y))]
    return within[0] + within[1] - 2 * kernel_torch(x, y).mean()


def fooled_in_rows():
    return [[1, 0, 0, 1], [0, 1, 1, 1], [1, 1, 1, 0], [0, 0, 0, 1]]


def fooled_in_another_order():
    return {
        "one_image": {"precision": True, "kernel": False, "frechet": False, "copies": False},
        "noise": {"precision": False, "kernel": True, "frechet": True, "copies": True},
        "memoriser": {"kernel": True, "precision": True, "frechet": True, "copies": False},
        "dropper": {"precision": True, "copies": True, "frechet": False, "kernel": False},
    }


def fooled_array():
    return np.array(fooled_in_rows(), dtype=bool)


UNUSUAL = {
    "one_hot": [codes_by_index, codes_loop, codes_torch, codes_flat],
    "condition_images": [maps_loop, maps_assigned, maps_torch, maps_einsum],
    "projection_logit": [projection_einsum, projection_by_codes, projection_loop, projection_diagonal],
    "acgan_discriminator_loss": [
        discriminator_bce,
        discriminator_by_hand,
        discriminator_joined,
        discriminator_loop,
    ],
    "acgan_generator_loss": [generator_bce, generator_by_distributions, generator_soft_labels, generator_loop],
    "info_loss": [info_by_distributions, info_nll, info_targets_detached, info_loop],
    "truncate": [truncate_one_by_one, truncate_where, truncate_from_a_pool, truncate_recursively],
    "frechet_distance": [frechet_sqrtm, frechet_nuclear, frechet_complex_roots, frechet_torch],
    "polynomial_kernel": [kernel_loop, kernel_sklearn, kernel_einsum, kernel_torch],
    "kernel_distance": [mmd_loop, mmd_masked, mmd_pooled, mmd_torch],
    "fooled": [fooled_in_rows, fooled_in_another_order, fooled_array],
}


@pytest.mark.parametrize(("name", "function"), [(n, f) for n, functions in UNUSUAL.items() for f in functions])
def test_an_unusual_right_solution_earns_everything(name, function):
    for result in results("ps4", name, function):
        assert result.earned == result.points, [v.hint for v in result.verdicts]


def test_every_exercise_has_three_unusual_right_solutions():
    assert min(len(UNUSUAL.get(name, [])) for name in exercises_of("ps4")) >= 3


# --- the probes ----------------------------------------------------------------------------------------------


def test_a_loss_is_differentiated_by_the_arguments_named_and_gets_labels_as_integers():
    a, b, labels = np.array([1.0, 2.0]), np.array([3.0, 5.0]), np.array([1, 0])
    gradient = probes.loss_gradient(lambda a, b, c: (a * b).sum() + 0 * a[c].sum(), np.array([0, 1]), a, b, labels)
    assert gradient.tolist() == [3, 5, 1, 2]
    seen = probes.on_tensors(lambda *arguments: arguments, a, labels, 0.5)
    assert [getattr(s, "dtype", None) for s in seen] == [torch.float64, torch.int64, None]


@pytest.mark.parametrize("leave", [lambda v: v.item(), lambda v: v.detach(), lambda v: v.detach().numpy()])
def test_a_loss_that_leaves_pytorch_has_no_gradient(leave):
    gradient = probes.loss_gradient(lambda a: leave((a**2).sum()), np.array([0]), np.ones((2, 3)))
    assert gradient.tolist() == [0] * 6


def test_which_fresh_number_goes_where_does_not_matter_but_each_is_used_once():
    z = np.array([[0.1, 3.0, -4.0, 0.5]])

    def seen(truncate):
        made = probes.truncation(truncate, z, 1.0, 7)
        return readings.truncation(np.asarray(made), z, 1.0, 7).tolist()

    for truncate in UNUSUAL["truncate"]:
        assert seen(truncate) == [[0.1, 99, 99, 0.5]]

    def one_for_both(z, threshold, draw):
        fresh = next(f for f in draw(50) if abs(f) < threshold)
        return np.where(abs(z) > threshold, fresh, z)

    assert seen(one_for_both) == [[0.1, 99, -99, 0.5]]


def test_the_mark_of_a_fresh_number_is_no_answer():
    for mark in (readings.FRESH, readings.USED_AGAIN, np.inf):
        answers = results("ps4", "truncate", lambda z, t, draw, mark=mark: np.where(abs(z) > t, mark, z))
        assert [result.verdicts[0].earned for result in answers] == [0, 0, 0]


def test_the_probes_work_as_text_in_a_strangers_kernel():
    tools = {"__name__": "observe", "__file__": "gancourse/exercises/observe.py"}
    for module in (probes, observe):
        exec(open(module.__file__, encoding="utf-8").read(), tools)
    numbers = [observe.encode(a) for a in (np.ones(2), np.array([1, 0]))]
    latents = [observe.encode(a) for a in (np.array([0.5, 9.0]), 1.0, 3)]
    row = [observe.encode(a) for a in (1, 2, 2)]

    def answer(function, probe, arguments):
        seen = tools["answer"]("f", {"f": function}, json.dumps([[probe, arguments]]), tools["PROBES"])[0]
        return np.asarray(observe.decode(seen["value"])).tolist()

    assert answer(lambda x, c: x[c] + 1, "on_tensors", numbers) == [2, 2]
    assert answer(lambda x, c: (3 * x[c]).sum(), "loss_gradient", [observe.encode(np.array([0])), *numbers]) == [3, 3]
    kept, fresh = answer(truncate_where, "truncation", latents)
    assert kept == 0.5 and abs(fresh) <= 1
    assert answer(lambda: {"b": {"d": True, "c": False}, "a": [1, 1]}, "table_row", row) == [0, 1]


# --- what a student reads ------------------------------------------------------------------------------------


def verdicts(name, function):
    return results("ps4", name, function)[0].verdicts


def test_a_loop_that_never_ends_is_told_so():
    def forever(z, threshold, draw):
        while (abs(z) > 0).any():
            z = draw(z.size).reshape(z.shape)
        return z

    assert "Does the loop ever end?" in verdicts("truncate", forever)[0].hint


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (lambda: fooled_in_rows()[:3], "4 rows of 4 answers"),
        (lambda: {row: {"copies": True} for row in "abcd"}, "4 rows of 4 answers"),
        (lambda: [["yes"] * 4] * 4, "True or False"),
        (lambda: {row: dict.fromkeys("abcd", ...) for row in "abcd"}, "True or False"),
    ],
)
def test_a_table_of_another_form_is_told_which_form_is_wanted(table, words):
    told = verdicts("fooled", table)
    assert all(words in v.hint for v in told)


def test_two_wrong_answers_in_one_row_are_told_one_after_the_other_and_the_other_rows_count():
    table = [list(row) for row in fooled_in_rows()]
    table[1][1], table[1][3] = 0, 0
    told = verdicts("fooled", lambda: table)
    assert [v.earned for v in told] == [1, 0, 1, 1]
    assert 'Is "frechet" fooled by "memoriser"?' in told[1].hint
    assert "precision" not in told[1].hint
    table[1][1] = 1
    assert 'Is "precision" fooled by "memoriser"?' in verdicts("fooled", lambda: table)[1].hint


def test_everybody_fooled_or_nobody_is_no_answer():
    for answer in (True, False):
        assert not any(v.earned for v in verdicts("fooled", lambda answer=answer: [[answer] * 4] * 4))


def test_pytorchs_not_implemented_is_an_error_and_no_answer_is_none():
    swapped = verdicts("acgan_generator_loss", lambda f, fc, fl: F.softplus(-f).mean() + F.cross_entropy(fl, fc))
    assert all("It stopped with TypeError" in v.hint for v in swapped)

    def unwritten(*arguments):
        raise NotImplementedError()

    assert all(v.hint == "There is no answer here yet." for v in verdicts("acgan_generator_loss", unwritten))
    assert all("returns nothing" in v.hint for v in verdicts("fooled", lambda: None))


def test_truncating_in_place_is_told_from_the_released_file_too():
    _, exercises = read_public(ROOT / "assignments" / "ps4" / PUBLIC_FILE)

    def in_place(z, threshold, draw):
        while (abs(z) > threshold).any():
            z[abs(z) > threshold] = draw((abs(z) > threshold).sum())
        return z

    told = check_function(exercises, "truncate", in_place).verdicts
    assert [v.earned for v in told] == [2, 0]
    assert told[1].hint == exercises_of("ps4")["truncate"].misconceptions["in_place"].hint


def test_hints_about_arrays_of_images_are_short():
    told = verdicts("condition_images", lambda x, labels, classes: 2 * maps_assigned(x, labels, classes))
    assert all(len(v.hint) < 420 and "\n" not in v.hint for v in told)


# --- grading -------------------------------------------------------------------------------------------------


def auto_points():
    return {name: e.points for name, e in exercises_of("ps4").items()}


def without_training(notebook):
    """The notebook without the cells that train for show: slow, and not judged."""
    notebook.cells = [c for c in notebook.cells if "games[way]" not in c.source and "games.items()" not in c.source]
    return notebook


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Two students, graded as `gancourse grade ps4` does."""
    folder = released_course(tmp_path_factory.mktemp("course"), "ps4")
    right = model_answers("ps4")
    hand_in(folder, "right", without_training(answered(right, "ps4")), "ps4")
    mistaken = {
        "acgan_generator_loss": 'acgan_generator_loss = MISTAKES["acgan_generator_loss"]["by_bce"]',
        "truncate": 'truncate = MISTAKES["truncate"]["in_place"]',
        "one_hot": 'one_hot = MISTAKES["one_hot"]["minus_ones"]',
        "frechet_distance": "from gancourse.metrics import mode_coverage as frechet_distance",
    }
    notebook = answered(right | mistaken, "ps4", extra=bank_of_mistakes("ps4"))
    hand_in(folder, "mistaken", without_training(notebook), "ps4")
    assert grade(folder, "ps4") == {"graded": 2}
    return {
        student: {e["name"]: e for e in read_record(folder, "ps4", student)["exercises"]}
        for student in ("right", "mistaken")
    }


def test_a_right_notebook_earns_everything(graded):
    assert {name: e["earned"] for name, e in graded["right"].items()} == auto_points()


def test_misconceptions_cost_their_own_points_and_are_told(graded):
    lost = {name: e["points"] - e["earned"] for name, e in graded["mistaken"].items() if e["points"] > e["earned"]}
    assert lost == {"one_hot": 2, "acgan_generator_loss": 1, "truncate": 1, "frechet_distance": 5}
    for name, mistake in (("acgan_generator_loss", "by_bce"), ("truncate", "in_place"), ("one_hot", "minus_ones")):
        told = {v["hint"] for v in graded["mistaken"][name]["verdicts"] if v["hint"]}
        assert told == {exercises_of("ps4")[name].misconceptions[mistake].hint}
    assert {v["followed"] for v in graded["mistaken"]["condition_images"]["verdicts"]} == {"your `one_hot`"}
    assert graded["mistaken"]["frechet_distance"]["status"] == "missing"


def graded_here(**answers):
    notebook = without_training(answered(model_answers("ps4") | answers, "ps4"))
    limits = Limits(cell=20, question=20)
    with open_room("ps4") as room:
        return Session(notebook, [*exercises_of("ps4").values()], secret_rng(b"key", "test"), room, limits).grade()


def test_a_right_step_on_an_odd_kernel_earns_its_points_and_one_on_no_codes_does_not():
    told = graded_here(
        polynomial_kernel="def polynomial_kernel(x, y):\n    return (x @ y.T / x.shape[1] + 2) ** 5",
        one_hot="def one_hot(labels, classes):\n    return np.zeros((len(labels), classes))",
    )
    assert told["polynomial_kernel"].earned == 0
    assert told["kernel_distance"].earned == 3
    assert {v.followed for v in told["kernel_distance"].verdicts} == {"your `polynomial_kernel`"}
    assert told["one_hot"].earned == told["condition_images"].earned == 0


# --- the notebook's own numbers ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    folder = make_course(tmp_path_factory.mktemp("course")) / "solutions" / "ps4"
    notebook = nbformat.read(folder / "ps4.ipynb", as_version=4)
    notebooks.execute(notebook, folder)
    return "".join(
        o.text for c in notebook.cells if c.cell_type == "code" for o in c.outputs if o.output_type == "stream"
    )


def row_of(printed, name):
    """The numbers in the line of the output that begins with `name`."""
    words = next(line.split() for line in printed.splitlines() if line.split()[:1] == [name])
    return [float(word) for word in words[1:] if word != "±"]


def test_the_table_says_plainly_who_is_fooled(printed):
    copies, frechet, kernel, precision = row_of(printed, "fresh")
    for name, right in zip(("dropper", "memoriser", "noise", "one_image"), fooled_in_rows(), strict=True):
        numbers = row_of(printed, name)
        good = (
            numbers[0] < 2 * copies,
            numbers[1] < 1.2 * frechet,
            numbers[2] < kernel + 0.001,
            numbers[3] > 0.9 * precision,
        )
        assert [int(g) for g in good] == right
        clear = (
            numbers[0] > 5 * copies,
            numbers[1] > 5 * frechet,
            numbers[2] > 0.005,
            numbers[3] < precision / 5,
        )
        assert [int(not c) for c in clear] == right, "where a number is not fooled, the difference is clear"


def test_the_hints_quote_the_tables_numbers(printed):
    assert row_of(printed, "fresh")[1] == 0.11
    assert row_of(printed, "fresh")[3] == 0.90
    assert row_of(printed, "dropper")[1] == 0.65


def test_frechet_falls_with_the_number_of_images_and_the_kernel_distance_does_not(printed):
    table = [row_of(printed, size) for size in ("40", "75", "150", "300")]
    frechet, kernel = [row[0] for row in table], [row[2] for row in table]
    assert frechet == sorted(frechet, reverse=True)
    assert 1.4 < frechet[0] < 1.8
    assert 0.15 < frechet[-1] < 0.25
    assert max(map(abs, kernel)) < 0.002


def test_acgan_pushes_the_heaps_apart_and_projection_leaves_them(printed):
    left, _, right, _ = row_of(printed, "AC-GAN")
    assert right - left > 2.3, "the data's are 2 apart; ten seeds gave 2.5 to 3.5, and each mean alone 0.8 to 2.1"
    assert row_of(printed, "projection") == pytest.approx([-1, 1, 1, 1], abs=0.15)
