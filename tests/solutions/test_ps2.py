"""ps2: unusual right solutions pass in full, and so does the class that hands them in. See also test_assignments.py."""

import itertools
import math

import nbformat
import numpy as np
import pytest
import scipy.stats
import torch
from scipy.optimize import linprog
from scipy.spatial import KDTree
from scipy.spatial.distance import jensenshannon
from scipy.special import expit, kl_div, log_expit, rel_entr

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
from gancourse.exercises.following import secret_rng
from gancourse.exercises.judge import judge
from gancourse.exercises.specification import compile_exercise, observe_all
from gancourse.grading.record import read_record
from gancourse.grading.run import grade
from gancourse.grading.sandbox import Limits
from gancourse.grading.session import Session

# --- unusual and right ---------------------------------------------------------------------------------------


def kl_loop(p, q):
    total_p, total_q, divergence = sum(p), sum(q), 0.0
    for a, b in zip(p, q, strict=True):
        if a > 0 and b == 0:
            return math.inf
        if a > 0:
            divergence += a / total_p * math.log(a * total_q / (b * total_p))
    return divergence


def kl_scipy(p, q):
    return scipy.stats.entropy(p, q)


def kl_bregman(p, q):
    return [kl_div(p / p.sum(), q / q.sum()).sum()]


def kl_torch(p, q):
    p, q = torch.tensor(p / p.sum()), torch.tensor(q / q.sum())
    return (torch.xlogy(p, p) - torch.xlogy(p, q)).sum()


def kl_float32(p, q):
    p, q = (np.float64(np.float32(a)) / np.float32(a).astype(float).sum() for a in (p, q))
    return np.where(p > 0, p * (np.log(p) - np.log(q)), 0).sum()


def js_entropies(p_data, p_gen):
    m = (p_data + p_gen) / 2
    quality, coverage = ((-scipy.special.xlogy(p, m).sum() - scipy.stats.entropy(p)) / 2 for p in (p_gen, p_data))
    return np.array([quality + coverage, quality, coverage])


def js_scipy(p_data, p_gen):
    m = (p_data + p_gen) / 2
    return [jensenshannon(p_data, p_gen) ** 2, rel_entr(p_gen, m).sum() / 2, rel_entr(p_data, m).sum() / 2]


def js_loop(p_data, p_gen):
    quality = coverage = 0
    for a, b in zip(p_data, p_gen, strict=True):
        quality += b / 2 * math.log(2 * b / (a + b)) if b else 0
        coverage += a / 2 * math.log(2 * a / (a + b)) if a else 0
    return quality + coverage, np.array([quality]), torch.tensor(coverage)


def discriminator_loop(p_data, p_gen):
    return [a / (a + b) if a + b else 0.5 for a, b in zip(p_data, p_gen, strict=True)]


def discriminator_logit(p_data, p_gen):
    return np.nan_to_num(expit(np.log(p_data) - np.log(p_gen)), nan=0.5)


def discriminator_torch(p_data, p_gen):
    p_data, p_gen = torch.tensor(p_data), torch.tensor(p_gen)
    return torch.nan_to_num(p_data / (p_data + p_gen), nan=0.5)


def discriminator_out(p_data, p_gen):
    total = p_data + p_gen
    return np.divide(p_data, total, out=np.full_like(total, 0.5), where=total != 0)[None]


def loss_loop(logits_fake):
    return sum(max(-f, 0) + math.log1p(math.exp(-abs(f))) for f in logits_fake) / len(logits_fake)


def loss_scipy(logits_fake):
    return -log_expit(logits_fake).mean(keepdims=True)


def loss_torch(logits_fake):
    logits = torch.tensor(logits_fake)
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, torch.ones_like(logits))


def loss_float32(logits_fake):
    return torch.nn.functional.softplus(-torch.tensor(logits_fake, dtype=torch.float32)).mean()


def lp_kronecker(p, q, cost):
    n, m = cost.shape
    constraints = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    return linprog(cost.flatten(), A_eq=constraints[:-1], b_eq=np.concatenate([p, q])[:-1], method="highs-ds").fun


def lp_by_columns(p, q, cost):
    n, m = cost.shape
    constraints = np.zeros((n + m, n * m))
    for j in range(m):
        for i in range(n):
            constraints[i, j * n + i] = constraints[n + j, j * n + i] = 1
    solved = linprog(cost.T.ravel(), A_eq=constraints, b_eq=[*p, *q], bounds=(0, 1))
    return np.sum(solved.x * cost.T.ravel())


def lp_dual(p, q, cost):
    """The largest Σ p f + Σ q g with f_i + g_j ≤ c_ij."""
    n, m = cost.shape
    below = [np.concatenate([np.eye(n)[i], np.eye(m)[j]]) for i in range(n) for j in range(m)]
    return -linprog(-np.concatenate([p, q]), A_ub=below, b_ub=cost.ravel(), bounds=(None, None)).fun


def lp_inequalities(p, q, cost):
    """Nothing taken beyond p, everything in q filled."""
    n, m = cost.shape
    rows, columns = np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))
    return np.array([linprog(cost.ravel(), A_ub=np.vstack([rows, -columns]), b_ub=np.r_[p, -q]).fun])


def w1_scipy(x, y):
    return scipy.stats.wasserstein_distance(x, y)


def w1_repeated(x, y):
    """Both repeated to one size, then paired in order."""
    return np.abs(np.sort(np.repeat(x, len(y))) - np.sort(np.repeat(y, len(x)))).mean()


def w1_quantiles(x, y):
    at = np.unique(np.r_[np.arange(1, len(x) + 1) / len(x), np.arange(1, len(y) + 1) / len(y)].round(12))
    middle, mass = at - np.diff(at, prepend=0) / 2, np.diff(at, prepend=0)
    return mass @ abs(np.quantile(x, middle, method="inverted_cdf") - np.quantile(y, middle, method="inverted_cdf"))


def w1_program(x, y):
    return lp_kronecker(np.full(len(x), 1 / len(x)), np.full(len(y), 1 / len(y)), abs(x[:, None] - y[None, :]))


def w1_walk(x, y):
    steps = sorted([(v, 1 / len(x)) for v in x] + [(v, -1 / len(y)) for v in y])
    area = height = 0.0
    for (at, jump), (following, _) in itertools.pairwise(steps):
        height += jump
        area += abs(height) * (following - at)
    return area


def penalty_loop(critic, x_real, x_fake, eps):
    total = 0
    for real, fake, share in zip(x_real, x_fake, eps, strict=True):
        x_hat = (share * real + (1 - share) * fake)[None].requires_grad_(True)
        slope = torch.autograd.grad(critic(x_hat)[0], x_hat, create_graph=True)[0]
        total = total + (torch.sqrt((slope**2).sum()) - 1) ** 2
    return total / len(x_real)


def penalty_functional(critic, x_real, x_fake, eps):
    x_hat = torch.lerp(x_fake, x_real, eps.view(-1, *[1] * (x_real.dim() - 1)))
    slopes = torch.func.vmap(torch.func.grad(lambda x: critic(x[None])[0]))(x_hat)
    return torch.nn.functional.mse_loss(torch.linalg.vector_norm(slopes.flatten(1), dim=1), torch.ones_like(eps))


def penalty_backward(critic, x_real, x_fake, eps):
    n = x_real.shape[0]
    share = eps.unsqueeze(1)
    x_hat = (share * x_real.reshape(n, -1) + (1 - share) * x_fake.reshape(n, -1)).reshape(x_real.shape)
    x_hat = x_hat.detach().clone().requires_grad_(True)
    critic(x_hat).sum().backward(create_graph=True)
    return ((x_hat.grad.reshape(n, -1).norm(p=2, dim=1) - 1).pow(2)).mean().reshape(1)


def penalty_einsum(critic, x_real, x_fake, eps):
    x_hat = x_fake + torch.einsum("n,n...->n...", eps, x_real - x_fake)
    x_hat.requires_grad_(True)
    scores = critic(x_hat)
    slopes = torch.autograd.grad(scores, x_hat, torch.ones_like(scores), create_graph=True, retain_graph=True)[0]
    lengths = torch.einsum("nd,nd->n", slopes.flatten(1), slopes.flatten(1)).sqrt()
    return (lengths**2 - 2 * lengths + 1).sum() / len(lengths)


def modes_loop(samples, centres, std):
    captured, good = set(), 0
    for s in samples:
        distances = [math.dist(s, c) for c in centres]
        if min(distances) <= 3 * std:
            good += 1
            captured.add(distances.index(min(distances)))
    return len(captured), good / len(samples)


def modes_tree(samples, centres, std):
    distance, nearest = KDTree(centres).query(samples)
    return [np.bincount(nearest[distance < 3 * std]).astype(bool).sum(), np.mean([distance < 3 * std])]


def modes_torch(samples, centres, std):
    distance, nearest = torch.cdist(torch.tensor(samples), torch.tensor(centres)).min(dim=1)
    good = distance <= 3 * std
    return torch.stack([torch.unique(nearest[good]).numel() * torch.ones(()), good.float().mean()])


def modes_squares(samples, centres, std):
    squares = (samples**2).sum(1)[:, None] - 2 * samples @ centres.T + (centres**2).sum(1)
    good = squares.min(axis=1) <= 9 * std**2
    return np.isin(np.arange(len(centres)), squares.argmin(axis=1)[good]).sum(), good.mean(keepdims=True)


UNUSUAL = {
    "kl_divergence": [kl_loop, kl_scipy, kl_bregman, kl_torch, kl_float32],
    "js_divergence": [js_entropies, js_scipy, js_loop],
    "optimal_discriminator": [discriminator_loop, discriminator_logit, discriminator_torch, discriminator_out],
    "non_saturating_generator_loss": [loss_loop, loss_scipy, loss_torch, loss_float32],
    "wasserstein_lp": [lp_kronecker, lp_by_columns, lp_dual, lp_inequalities],
    "wasserstein_1d": [w1_scipy, w1_repeated, w1_quantiles, w1_program, w1_walk],
    "gradient_penalty": [penalty_loop, penalty_functional, penalty_backward, penalty_einsum],
    "count_modes": [modes_loop, modes_tree, modes_torch, modes_squares],
}


@pytest.mark.parametrize(("name", "function"), [(n, f) for n, functions in UNUSUAL.items() for f in functions])
def test_an_unusual_right_solution_earns_everything(name, function):
    for result in results("ps2", name, function):
        assert result.earned == result.points, [v.hint for v in result.verdicts]


def test_every_exercise_has_three_unusual_right_solutions():
    assert min(len(UNUSUAL.get(name, [])) for name in exercises_of("ps2")) >= 3


@pytest.mark.parametrize("key", range(12))
@pytest.mark.parametrize("wrong", [lambda n, m: n % 2 == 0, lambda n, m: n % 2 == 1, lambda n, m: n > m])
def test_w1_that_is_wrong_for_some_sizes_only_is_caught_with_every_key(wrong, key):
    exercise = exercises_of("ps2")["wasserstein_1d"]
    inputs = compile_exercise(exercise, secret_rng(bytes([key]), "ps2")("wasserstein_1d"), mistakes=False)
    seen = observe_all(inputs, lambda x, y: w1_scipy(x, y) * (0.9 if wrong(len(x), len(y)) else 1))
    assert judge(inputs, seen).earned < exercise.points


# --- what a student reads ------------------------------------------------------------------------------------


def hints(name, function):
    return [v.hint for v in results("ps2", name, function)[0].verdicts]


@pytest.mark.parametrize(
    "function",
    [
        lambda *a: float(penalty_loop(*a)),
        lambda *a: penalty_loop(*a).detach().numpy(),
        lambda *a: torch.tensor(penalty_loop(*a).item(), requires_grad=True),
    ],
)
def test_a_penalty_that_leaves_pytorch_loses_its_gradient_only(function):
    told = hints("gradient_penalty", function)
    assert told[:2] == [None, None]
    assert "create_graph=True" in told[2]


def test_a_hint_never_quotes_a_critics_parameters_or_a_wall_of_numbers():
    of_plans = hints("wasserstein_lp", lambda *a: 7.0 + a[0][0])
    for told in (hints("gradient_penalty", lambda *a: 3.3 * penalty_loop(*a)), of_plans):
        assert all(len(hint) < 420 and "\n" not in hint for hint in told), told
    assert "cost=np.array([[" in of_plans[0]


def test_a_finite_answer_where_the_right_one_is_infinite_is_named():
    assert "not infinite" in hints("kl_divergence", lambda p, q: kl_loop(p + 1e-7 * p.sum(), q + 1e-7 * q.sum()))[2]


# --- grading -------------------------------------------------------------------------------------------------


def auto_points():
    return {name: e.points for name, e in exercises_of("ps2").items()}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Three students, graded as `gancourse grade ps2` does."""
    folder = released_course(tmp_path_factory.mktemp("course"), "ps2")
    right = model_answers("ps2")
    mistaken = {
        "gradient_penalty": 'gradient_penalty = MISTAKES["gradient_penalty"]["no_graph"]',
        "wasserstein_1d": 'wasserstein_1d = MISTAKES["wasserstein_1d"]["cut_off"]',
    }
    hand_in(folder, "right", answered(right, "ps2"), "ps2")
    hand_in(folder, "mistaken", answered(right | mistaken, "ps2", extra=bank_of_mistakes("ps2")), "ps2")
    imports = {"kl_divergence": "from gancourse.divergence import kl_divergence"}
    hand_in(folder, "imports", answered(right | imports, "ps2"), "ps2")
    assert grade(folder, "ps2") == {"graded": 3}
    return {
        student: {e["name"]: e for e in read_record(folder, "ps2", student)["exercises"]}
        for student in ("right", "mistaken", "imports")
    }


def test_a_right_notebook_earns_everything(graded):
    assert {name: e["earned"] for name, e in graded["right"].items()} == auto_points()


def test_two_misconceptions_cost_their_own_points_and_are_told(graded):
    lost = {name: e["points"] - e["earned"] for name, e in graded["mistaken"].items()}
    assert {name: points for name, points in lost.items() if points} == {"gradient_penalty": 2, "wasserstein_1d": 2}
    for name, mistake in (("gradient_penalty", "no_graph"), ("wasserstein_1d", "cut_off")):
        told = {v["hint"] for v in graded["mistaken"][name]["verdicts"] if v["hint"]}
        assert told == {exercises_of("ps2")[name].misconceptions[mistake].hint}


def test_the_courses_own_answers_cannot_be_imported_and_what_builds_on_them_is_noted(graded):
    assert graded["imports"]["kl_divergence"]["status"] == "missing"
    assert sum(e["earned"] for e in graded["imports"].values()) == sum(auto_points().values()) - 5 - 4
    assert "`kl_divergence` was missing" in graded["imports"]["js_divergence"]["verdicts"][0]["note"]


def graded_here(**answers):
    notebook = answered(model_answers("ps2") | answers, "ps2")
    notebook.cells = [c for c in notebook.cells if "for step in range(600)" not in c.source]  # slow, and not judged
    limits = Limits(cell=20, question=20)
    with open_room("ps2") as room:
        return Session(notebook, [*exercises_of("ps2").values()], secret_rng(b"key", "test"), room, limits).grade()


def test_a_right_step_on_a_wrong_divergence_earns_its_points():
    odd = "def kl_divergence(p, q):\n    p, q = p / p.sum(), q / q.sum()\n    there = p != q\n"
    odd += "    return np.sum((p[there] - q[there]) ** 2 / q[there])\n"
    told = graded_here(kl_divergence=odd)
    assert told["kl_divergence"].earned == 1, "infinite where it should be: chi-squared is, too"
    assert told["js_divergence"].earned == 4
    assert {v.followed for v in told["js_divergence"].verdicts} == {"your `kl_divergence`"}


# --- the notebook's own numbers ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    folder = make_course(tmp_path_factory.mktemp("course")) / "solutions" / "ps2"
    notebook = nbformat.read(folder / "ps2.ipynb", as_version=4)
    notebooks.execute(notebook, folder)
    return "".join(
        o.text for c in notebook.cells if c.cell_type == "code" for o in c.outputs if o.output_type == "stream"
    )


def test_the_example_has_the_books_numbers(printed):
    for line in (
        "KL(p‖q) = inf",
        "KL(q‖p) = 0.364711",
        "JS      = 0.084178",
        "cost |i - j|      1.363372",
        "cost |i - j| / 9  0.151486",
        "area    1.363372",
    ):
        assert line in printed


def test_the_table_in_the_text_is_the_one_that_the_cell_prints(printed):
    notebook = nbformat.read(ROOT / "solutions/ps2/ps2.ipynb", as_version=4)
    text = next(c.source for c in notebook.cells if "the table reads as follows" in c.source)
    assert text.split("```")[1].strip("\n") in printed


def test_the_critic_claims_what_the_balance_of_price_and_gain_says(printed):
    claimed, w1 = (float(line.split()[-1]) for line in printed.splitlines() if "critic:" in line or "W1 of" in line)
    assert claimed / w1 == pytest.approx(1 + w1 / 20, abs=0.02)
    assert 1 + w1 / 20 == pytest.approx(1.15, abs=0.005)
