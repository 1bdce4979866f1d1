"""ps0: unusual right solutions pass in full, noise is judged by where its zeros are. See also test_assignments.py."""

import itertools
import json
import math

import nbformat
import numpy as np
import pytest
import torch
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist
from scipy.special import log_softmax, softmax
from scipy.stats import norm
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture

from classroom import (
    answered,
    bank_of_mistakes,
    exercises_of,
    hand_in,
    make_course,
    model_answers,
    open_room,
    results,
)
from gancourse import notebooks
from gancourse.codes import autoencoder, hashing, sparse
from gancourse.exercises import observe, readings
from gancourse.exercises.following import secret_rng
from gancourse.exercises.probes import networks as probes
from gancourse.exercises.specification import compile_exercise
from gancourse.grading.record import read_record
from gancourse.grading.run import grade
from gancourse.grading.sandbox import Limits
from gancourse.grading.session import Session

# --- unusual and right ---------------------------------------------------------------------------------------


def density_loop(x, weights, means, stds):
    out = []
    for value in x:
        logs = [
            math.log(w) - math.log(s) - math.log(2 * math.pi) / 2 - ((value - m) / s) ** 2 / 2
            for w, m, s in zip(weights, means, stds, strict=True)
        ]
        top = max(logs)
        out.append(top + math.log(sum(math.exp(a - top) for a in logs)))
    return out


def density_scipy(x, weights, means, stds):
    return np.logaddexp.reduce(np.log(weights) + norm.logpdf(x[:, None], means, stds), axis=1)


def density_sklearn(x, weights, means, stds):
    model = GaussianMixture(len(means), covariance_type="spherical")
    model.weights_, model.means_ = weights, means[:, None]
    model.covariances_, model.precisions_cholesky_ = stds**2, 1 / stds
    return model.score_samples(x[:, None])


def density_torch(x, weights, means, stds):
    weights, means, stds = (torch.tensor(a) for a in (weights, means, stds))
    bells = torch.distributions.Normal(means, stds)
    mixture = torch.distributions.MixtureSameFamily(torch.distributions.Categorical(weights), bells)
    return mixture.log_prob(torch.tensor(x))[:, None]


def bayes_softmax(prior, log_likelihoods):
    return softmax(np.log(prior) + log_likelihoods)


def bayes_ratios(prior, log_likelihoods):
    """Each label against every other: 1 / Σ p(x, y') / p(x, y)."""
    joint = np.log(prior) + log_likelihoods
    return [1 / np.exp(joint - own).sum() for own in joint]


def bayes_torch(prior, log_likelihoods):
    return torch.softmax(torch.tensor(prior).log() + torch.tensor(log_likelihoods), 0)[None]


def bayes_log(prior, log_likelihoods):
    return np.exp(log_softmax(np.log(prior) + log_likelihoods))


def kmeans_loop(x, centres):
    out = []
    for j, centre in enumerate(centres):
        own = [v for v in x if min(range(len(centres)), key=lambda c: math.dist(v, centres[c])) == j]
        out.append([sum(column) / len(own) for column in zip(*own, strict=True)] if own else list(centre))
    return out


def kmeans_one_hot(x, centres):
    chosen = np.eye(len(centres))[cdist(x, centres, "sqeuclidean").argmin(axis=1)]
    counts = chosen.sum(axis=0)[:, None]
    return np.where(counts > 0, chosen.T @ x / np.maximum(counts, 1), centres)


def kmeans_tree(x, centres):
    nearest = KDTree(centres).query(x)[1]
    return [x[nearest == j].mean(0) if j in nearest else c for j, c in enumerate(centres)]


def kmeans_torch(x, centres):
    x, new = torch.tensor(x), torch.tensor(centres)
    nearest = torch.cdist(x, new).argmin(dim=1)
    return new.clone().index_reduce(0, nearest, x, "mean", include_self=False)


def pca_eigh(x_train, x, k):
    mean = x_train.mean(axis=0)
    vectors = np.linalg.eigh(np.cov(x_train, rowvar=False))[1][:, ::-1][:, :k]
    return (x - mean) @ (vectors @ vectors.T) + mean


def pca_sklearn(x_train, x, k):
    model = PCA(k).fit(x_train)
    return model.inverse_transform(model.transform(x))


def pca_by_what_is_lost(x_train, x, k):
    mean = x_train.mean(axis=0)
    lost = np.linalg.svd(x_train - mean)[2][k:]
    return x - (x - mean) @ lost.T @ lost


def pca_torch(x_train, x, k):
    x_train, x = torch.tensor(x_train), torch.tensor(x)
    directions = torch.linalg.svd(x_train - x_train.mean(0)).Vh[:k]
    return torch.einsum("nd,kd,ke->ne", x - x_train.mean(0), directions, directions) + x_train.mean(0)


def sequence_loop(x, first, following):
    total = math.log(first[x[0]])
    for before, symbol in itertools.pairwise(x):
        total += math.log(following[before][symbol])
    return total


def sequence_counts(x, first, following):
    counts = np.zeros_like(following)
    np.add.at(counts, (x[:-1], x[1:]), 1)
    return np.log(first)[x[:1]] + (counts * np.log(following)).sum()


def sequence_torch(x, first, following):
    x, before = torch.tensor(x), torch.tensor(following).log()
    return -torch.nn.functional.nll_loss(before[x[:-1]], x[1:], reduction="sum") + math.log(first[x[0]])


def sequence_as_table(x, first, following):
    table = np.vstack([first, following])
    return np.log(table[np.concatenate([[0], x[:-1] + 1]), x]).sum(keepdims=True)


def threshold_where(a, threshold):
    return np.where(a > threshold, a - threshold, np.where(a < -threshold, a + threshold, 0))


def threshold_clipped(a, threshold):
    return a - np.clip(a, -threshold, threshold)


def threshold_torch(a, threshold):
    return torch.nn.functional.softshrink(torch.tensor(a), threshold)


def threshold_relus(a, threshold):
    return np.maximum(a - threshold, 0) - np.maximum(-a - threshold, 0)


def ista_gram(z, x, dictionary, lam, step):
    return threshold_where(
        z @ (np.eye(len(dictionary)) - step * dictionary @ dictionary.T) + step * x @ dictionary.T, step * lam
    )


def ista_loop(z, x, dictionary, lam, step):
    return [
        threshold_clipped(code - step * dictionary @ (dictionary.T @ code - example), step * lam)
        for code, example in zip(z, x, strict=True)
    ]


def ista_autograd(z, x, dictionary, lam, step):
    z = torch.tensor(z, requires_grad=True)
    (torch.tensor(x) - z @ torch.tensor(dictionary)).square().sum().div(2).backward()
    return torch.nn.functional.softshrink((z - step * z.grad).detach(), lam * step)


def loss_loop(x, encoder, decoder):
    return sum(0.5 * np.linalg.norm(row - decoder.T @ (encoder.T @ row)) ** 2 for row in x) / len(x)


def loss_trace(x, encoder, decoder):
    error = x - x @ (encoder @ decoder)
    return np.trace(error.T @ error)[None] / (2 * len(x))


def loss_torch(x, encoder, decoder):
    x, made = torch.tensor(x), torch.tensor(x @ encoder @ decoder)
    return torch.nn.functional.mse_loss(made, x) * x.shape[1] / 2


def gradient_by_product(x, encoder, decoder):
    """By the matrix ED first: it is the same for both."""
    whole = x.T @ (x @ encoder @ decoder - x) / len(x)
    return [whole @ decoder.T, encoder.T @ whole]


def gradient_autograd(x, encoder, decoder):
    x, *both = (torch.tensor(a, requires_grad=True) for a in (x, encoder, decoder))
    return torch.autograd.grad((x - x @ both[0] @ both[1]).square().sum() / (2 * len(x)), both)


def gradient_differences(x, encoder, decoder, h=1e-5):
    def slopes(matrix):
        out = np.zeros_like(matrix)
        for index in np.ndindex(matrix.shape):
            before = matrix[index]
            matrix[index] = before + h
            above = loss_loop(x, encoder, decoder)
            matrix[index] = before - h
            out[index] = (above - loss_loop(x, encoder, decoder)) / (2 * h)
            matrix[index] = before
        return out

    return slopes(encoder), slopes(decoder)


def gradient_loop(x, encoder, decoder):
    by_encoder, by_decoder = np.zeros_like(encoder), np.zeros_like(decoder)
    for row in x:
        error = (row @ encoder @ decoder - row) / len(x)
        by_encoder += np.outer(row, decoder @ error)
        by_decoder += np.outer(row @ encoder, error)
    return by_encoder, by_decoder


def corrupt_loop(x, share, rng):
    out = x.copy()
    for index in np.ndindex(x.shape):
        if rng.random() < share:
            out[index] = 0
    return out


def corrupt_binomial(x, share, rng):
    return x * rng.binomial(1, 1 - share, size=x.shape)


def corrupt_choice(x, share, rng):
    return np.where(rng.choice([True, False], size=x.shape, p=[share, 1 - share]), 0.0, x).tolist()


def corrupt_own_random_numbers(x, share, rng):
    return torch.tensor(x) * (torch.rand(x.shape) >= share)


def corrupt_dropout(x, share, rng):
    return torch.nn.functional.dropout(torch.tensor(x, dtype=torch.float32), share) * (1 - share)


def search_loop(query, codes, k):
    return sorted(range(len(codes)), key=lambda i: sum(a != b for a, b in zip(query, codes[i], strict=True)))[:k]


def search_packed(query, codes, k):
    return hashing.hamming_search(hashing.pack(query[None]), hashing.pack(codes), k)[0][0]


def search_signs(query, codes, k):
    """Bits as ±1: the larger the inner product, the fewer differ."""
    return np.argsort(-(2.0 * codes - 1) @ (2.0 * query - 1))[:k][None]


def search_scipy(query, codes, k):
    return torch.topk(torch.tensor(cdist(query[None], codes, "hamming")), k, largest=False).indices[0]


UNUSUAL = {
    "log_likelihood": [density_loop, density_scipy, density_sklearn, density_torch],
    "bayes_rule": [bayes_softmax, bayes_ratios, bayes_torch, bayes_log],
    "kmeans_step": [kmeans_loop, kmeans_one_hot, kmeans_tree, kmeans_torch],
    "pca_project": [pca_eigh, pca_sklearn, pca_by_what_is_lost, pca_torch],
    "autoregressive_log_prob": [sequence_loop, sequence_counts, sequence_torch, sequence_as_table],
    "soft_threshold": [threshold_where, threshold_clipped, threshold_torch, threshold_relus],
    "ista_step": [ista_gram, ista_loop, ista_autograd],
    "linear_autoencoder_loss": [loss_loop, loss_trace, loss_torch],
    "linear_autoencoder_gradient": [gradient_by_product, gradient_autograd, gradient_differences, gradient_loop],
    "corrupt": [corrupt_loop, corrupt_binomial, corrupt_choice, corrupt_own_random_numbers, corrupt_dropout],
    "hamming_search": [search_loop, search_packed, search_signs, search_scipy],
}


@pytest.mark.parametrize(("name", "function"), [(n, f) for n, functions in UNUSUAL.items() for f in functions])
def test_an_unusual_right_solution_earns_everything(name, function):
    for result in results("ps0", name, function):
        assert result.earned == result.points, [v.hint for v in result.verdicts]


def test_every_exercise_has_three_unusual_right_solutions_and_six_misconceptions():
    assert min(len(UNUSUAL.get(name, [])) for name in exercises_of("ps0")) >= 3
    assert min(len(e.misconceptions) for e in exercises_of("ps0").values()) >= 6


# --- the references are what the course teaches --------------------------------------------------------------


def reference(name):
    return exercises_of("ps0")[name].reference


def test_the_density_of_the_reference_has_an_area_of_one():
    x = np.linspace(-30, 30, 60_001)
    arguments = np.array([0.2, 0.8]), np.array([-2.0, 3.0]), np.array([0.5, 2.0])
    assert np.trapezoid(np.exp(reference("log_likelihood")(x, *arguments)), x) == pytest.approx(1)


def test_steps_of_the_reference_find_the_code_that_the_lectures_ista_finds():
    rng = np.random.default_rng(0)
    x, atoms = rng.normal(size=(3, 5)), rng.normal(size=(8, 5))
    z, step = np.zeros((3, 8)), 1 / np.linalg.eigvalsh(atoms @ atoms.T)[-1]
    for _ in range(50):
        z = reference("ista_step")(z, x, atoms, 0.3, step)
    assert z == pytest.approx(sparse.ista(x, atoms, 0.3, n_steps=50), abs=1e-12)


def test_the_loss_of_the_reference_is_the_lectures():
    x, encoder, decoder = (np.random.default_rng(0).normal(size=s) for s in ((6, 4), (4, 2), (2, 4)))
    model = autoencoder.Autoencoder((4, 2), activation=torch.nn.Identity)
    state = model.state_dict()
    for name, value in state.items():
        if name.endswith("bias"):
            state[name] = torch.zeros_like(value)
        else:
            state[name] = torch.tensor((encoder if "encoder" in name else decoder).T)
    model.load_state_dict(state)
    expected = model.loss(torch.tensor(x, dtype=torch.float32)).item()
    assert reference("linear_autoencoder_loss")(x, encoder, decoder) == pytest.approx(expected, rel=1e-5)


# --- noise: judged by where the zeros are --------------------------------------------------------------------


def masked(corrupt, share=0.2, seed=0, x=None):
    """What the judge finds in a noise."""
    x = np.random.default_rng(9).uniform(0.2, 1, size=(20, 30)) if x is None else x
    return readings.masking(probes.masking(corrupt, x, share, seed), x, share, seed)


RIGHT_NOISE = "each number set to 0 by itself, as often as was asked for"


@pytest.mark.parametrize("corrupt", UNUSUAL["corrupt"])
def test_right_noise_is_found_right_with_many_seeds(corrupt):
    torch.manual_seed(0)
    shares = np.random.default_rng(0).uniform(0.15, 0.92, size=40)
    assert {masked(corrupt, share, seed) for seed, share in enumerate(shares)} == {RIGHT_NOISE}


def in_stripes(x, share, rng):
    """Six neighbours fall together, each with the right probability."""
    return x * np.repeat(rng.random((len(x), x.shape[1] // 6)) >= share, 6, axis=1)


def rows_of_either_kind(x, share, rng):
    """Half of the rows lose much, half little: on average it is right."""
    rate = np.where(rng.random((len(x), 1)) < 0.5, 1.8 * share, 0.2 * share)
    return x * (rng.random(x.shape) >= rate)


@pytest.mark.parametrize(
    ("corrupt", "found"),
    [
        (in_stripes, "numbers set to 0 together, not each by itself"),
        (rows_of_either_kind, "numbers set to 0 together, not each by itself"),
        (lambda x, share, rng: 0 * x, "everything set to 0"),
        (lambda x, share, rng: x, "nothing set to 0"),
        (lambda x, share, rng: 2 * x, "every number multiplied by the same"),
        (lambda x, share, rng: x + rng.normal(size=x.shape), "every number changed, and none set to 0"),
        (lambda x, share, rng: x * (rng.random(x.shape) >= share**2), "too few numbers set to 0"),
        (lambda x, share, rng: x * (rng.random(x.shape) >= share**0.5 - 0.05), "too many numbers set to 0"),
        (lambda x, share, rng: x * (rng.random(x.shape) >= 0.5), "half of the numbers set to 0"),
        (lambda x, share, rng: np.where(rng.random(x.shape) < share, -1, x), "another number than 0 put in"),
        (lambda x, share, rng: np.where(rng.random(x.shape) < share, np.nan, x), "another number than 0 put in"),
        (lambda x, share, rng: x * (rng.random(x.shape) >= share) * 1.01, "some numbers set to 0, and the others "
         "multiplied by the same"),
        (lambda x, share, rng: rng.random(x.shape) < share, "some numbers set to 0, and the others all the same"),
        (lambda x, share, rng: np.maximum(x - 0.5, 0), "some numbers set to 0, and the others changed"),
        (lambda x, share, rng: x[0], "an array of shape (30,) in place of (20, 30)"),
        (lambda x, share, rng: x[rng.random(x.shape) >= share][:9], "an array of shape (9,) in place of (20, 30)"),
    ],
)  # fmt: skip
def test_other_noise_is_described(corrupt, found):
    assert {masked(corrupt, seed=seed) for seed in range(10)} == {found}


def test_each_call_of_a_noise_gets_x_as_it_was():
    seen = []

    def spoils(x, share, rng):
        seen.append(x.sum())
        x[:] = 0
        return x

    masked(spoils, x=np.ones((2, 3)))
    assert seen == [6] * probes.MASKINGS


def test_the_probes_work_as_text_in_a_strangers_kernel():
    tools = {"__name__": "observe", "__file__": "gancourse/exercises/observe.py"}
    for module in (probes, observe):
        exec(open(module.__file__, encoding="utf-8").read(), tools)

    def answer(function, probe, *arguments):
        calls = json.dumps([[probe, [observe.encode(a) for a in arguments]]])
        return tools["answer"]("f", {"f": function}, calls, tools["PROBES"])[0]

    x = np.arange(1.0, 7).reshape(2, 3)
    value = observe.decode(answer(corrupt_loop, "masking", x, 0.5, 1)["value"])
    assert value.shape == (probes.MASKINGS, 2, 3)
    assert set(np.unique(value)) == {0, 1, 2, 3, 4, 5, 6}
    assert observe.decode(answer(lambda a: (a, 2 * a), "one_of", 1, 2, 3.0)["value"]) == 6
    assert answer(lambda a: a, "one_of", 1, 2, 3.0)["error"]["message"].startswith("2 things")
    assert answer(lambda a: None, "one_of", 1, 2, 3.0)["value"] == {"type": "NoneType"}


# --- what a student reads ------------------------------------------------------------------------------------


def verdicts(name, function):
    return results("ps0", name, function)[0].verdicts


def test_one_right_gradient_of_two_earns_its_points():
    def only(which):
        return lambda *a: [g if i == which else None for i, g in enumerate(gradient_loop(*a))]

    assert [v.earned for v in verdicts("linear_autoencoder_gradient", only(0))] == [2, 0]
    assert [v.earned for v in verdicts("linear_autoencoder_gradient", only(1))] == [0, 1]
    told = verdicts("linear_autoencoder_gradient", lambda *a: gradient_loop(*a)[1])
    assert [v.earned for v in told] == [0, 0]
    assert "2 things are to be returned, as a tuple" in told[0].hint


def test_codes_in_the_place_of_a_projection_are_told_by_their_shape():
    def codes(x_train, x, k):
        return PCA(k).fit(x_train).transform(x)

    assert "shape (8, 3) where an array of shape (8, 5)" in verdicts("pca_project", codes)[0].hint


def test_noise_that_no_misconception_explains_is_told_what_it_does():
    told = verdicts("corrupt", in_stripes)
    assert told[0].hint.startswith("It has: numbers set to 0 together, not each by itself.")
    assert RIGHT_NOISE in told[0].hint


def test_two_mistakes_at_once_are_told_one_by_one():

    def product(x, first, following):
        return np.log(np.prod(following[x[:-1], x[1:]]))

    hints = {n: m.hint for n, m in exercises_of("ps0")["autoregressive_log_prob"].misconceptions.items()}
    told = [v.hint for v in verdicts("autoregressive_log_prob", product)]
    assert told == [hints["without_first"], hints["log_of_product"]]


# --- grading -------------------------------------------------------------------------------------------------


def auto_points():
    return {name: e.points for name, e in exercises_of("ps0").items()}


MISTAKEN = {
    "log_likelihood": ("underflows", 1),
    "kmeans_step": ("empty_is_nan", 1),
    "pca_project": ("own_mean", 1),
    "linear_autoencoder_gradient": ("swapped", 3),
    "corrupt": ("whole_rows", 2),
    "hamming_search": ("in_order_of_index", 1),
}  # fmt: skip


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Four students, graded as `gancourse grade ps0` does."""
    folder = make_course(tmp_path_factory.mktemp("course"))
    right = model_answers("ps0")
    mistaken = {name: f'{name} = MISTAKES["{name}"]["{mistake}"]' for name, (mistake, _) in MISTAKEN.items()}
    hand_in(folder, "right", answered(right, "ps0"), "ps0")
    hand_in(folder, "mistaken", answered(right | mistaken, "ps0", extra=bank_of_mistakes("ps0")), "ps0")
    hand_in(folder, "empty", answered({}, "ps0"), "ps0")
    imports = {"soft_threshold": "from gancourse.codes.sparse import soft_threshold"}
    hand_in(folder, "imports", answered(right | imports, "ps0"), "ps0")
    assert grade(folder, "ps0") == {"graded": 4}
    return {
        student: {e["name"]: e for e in read_record(folder, "ps0", student)["exercises"]}
        for student in ("right", "mistaken", "empty", "imports")
    }


def test_a_right_notebook_earns_everything_and_an_empty_one_nothing(graded):
    assert {name: e["earned"] for name, e in graded["right"].items()} == auto_points()
    assert {name: e["earned"] for name, e in graded["empty"].items()} == dict.fromkeys(auto_points(), 0)


def test_misconceptions_cost_their_own_points_and_are_told(graded):
    lost = {name: e["points"] - e["earned"] for name, e in graded["mistaken"].items()}
    assert {name: points for name, points in lost.items() if points} == {n: p for n, (_, p) in MISTAKEN.items()}
    for name, (mistake, _) in MISTAKEN.items():
        told = {v["hint"] for v in graded["mistaken"][name]["verdicts"] if v["hint"]}
        assert told == {exercises_of("ps0")[name].misconceptions[mistake].hint}


def test_the_courses_own_answers_cannot_be_imported(graded):
    assert graded["imports"]["soft_threshold"]["status"] == "missing"
    assert sum(e["earned"] for e in graded["imports"].values()) == sum(auto_points().values()) - 2 - 2
    assert "`soft_threshold` was missing" in graded["imports"]["ista_step"]["verdicts"][0]["note"]


def graded_here(**answers):
    notebook = answered(model_answers("ps0") | answers, "ps0")
    with open_room("ps0") as room:
        limits = Limits(cell=20, question=20)
        return Session(notebook, [*exercises_of("ps0").values()], secret_rng(b"key", "test"), room, limits).grade()


@pytest.mark.parametrize(
    ("body", "earned"),
    [
        ("np.where(np.abs(a) > threshold, a, 0)", 0),  # a known misconception
        ("a - 0.9 * np.clip(a, -threshold, threshold)", 0),  # nobody's
    ],
)
def test_a_right_step_on_a_wrong_threshold_earns_its_points(body, earned):
    told = graded_here(soft_threshold=f"def soft_threshold(a, threshold):\n    return {body}\n")
    assert told["soft_threshold"].earned == earned
    assert told["ista_step"].earned == 2
    assert {v.followed for v in told["ista_step"].verdicts} == {"your `soft_threshold`"}


def test_a_wrong_step_on_a_wrong_threshold_earns_nothing():
    told = graded_here(
        soft_threshold="def soft_threshold(a, threshold):\n    return np.where(np.abs(a) > threshold, a, 0)\n",
        ista_step="def ista_step(z, x, dictionary, lam, step):\n"
        "    return soft_threshold(z - step * (z @ dictionary - x) @ dictionary.T, lam)\n",
    )
    assert told["ista_step"].earned == 0


# --- the inputs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", exercises_of("ps0"))
def test_the_first_array_has_an_even_and_an_odd_number_of_rows(name):
    exercise = exercises_of("ps0")[name]
    if exercise.properties[0].probe == "masking":
        return  # one size, as chance is measured
    inputs = compile_exercise(exercise, secret_rng(b"key", "test")(name), mistakes=False)
    sizes = [next(len(a) for a in map(observe.decode, c.arguments) if np.ndim(a)) for c in inputs.cases]
    assert {size % 2 for size in sizes} == {0, 1}


# --- the notebook's own numbers ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    folder = make_course(tmp_path_factory.mktemp("course")) / "solutions" / "ps0"
    notebook = nbformat.read(folder / "ps0.ipynb", as_version=4)
    notebooks.execute(notebook, folder)
    return "".join(
        o.text for c in notebook.cells if c.cell_type == "code" for o in c.outputs if o.output_type == "stream"
    )


def test_the_model_answer_quotes_what_the_table_says(printed):
    rows = [line.split() for line in printed.splitlines() if line.count(" cm") == 1 and "log" not in line]
    assert [row[0] for row in rows] == ["1.4", "4.9", "15.0"]
    words = model_answers("ps0")["iris-in-words"]
    for row in rows:
        assert row[2].replace("-", "−") in words
    assert rows[2][-1] == "1.00", "as sure as it can be"


def test_the_longest_petal_is_as_the_text_says():
    from sklearn.datasets import load_iris

    assert load_iris().data[:, 2].max() == 6.9


def test_the_autoencoder_gets_as_far_as_pca(printed):
    line = next(line for line in printed.splitlines() if line.startswith("autoencoder "))
    trained, best = (float(word) for word in line.replace(",", "").split()[1::2])
    assert trained == best


def test_a_word_is_likelier_forwards_than_backwards(printed):
    lines = [line.split("log p(")[1].split(") = ") for line in printed.splitlines() if line.startswith("log p(")]
    logs = {word: float(value) for word, value in lines}
    assert logs["panther"] > logs["rehtnap"] and logs["baboon"] > logs["noobab"]
