"""Distances against closed forms, SciPy, POT, and the numbers of UDL notebook 15.2."""

import warnings
from types import SimpleNamespace

import numpy as np
import ot
import pytest
import torch
from scipy import stats
from scipy.spatial.distance import jensenshannon
from scipy.stats import norm
from torch.nn.functional import softplus

from gancourse import divergence
from gancourse.divergence import (
    generator_pull,
    js_divergence,
    kl_divergence,
    kl_gaussian,
    nearest_gaussian,
    optimal_discriminator,
    wasserstein2_gaussian,
    wasserstein_1d,
    wasserstein_lp,
    wasserstein_samples,
)
from gancourse.games.gan import mlp

P = np.array([5, 3, 2, 1, 8, 7, 5, 9, 2, 1]) / 43
Q = np.array([4, 10, 1, 1, 4, 6, 3, 2, 0, 1]) / 32
STEPS = np.abs(np.subtract.outer(np.arange(10), np.arange(10)))


def draw(seed, n=12):
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.ones(n)), rng.dirichlet(np.full(n, 0.3))


def test_the_books_discrete_example_in_both_normalisations():
    assert wasserstein_lp(P, Q, STEPS / 9).cost == pytest.approx(0.15148578811369506, abs=1e-9)
    assert wasserstein_lp(P, Q, STEPS).cost == pytest.approx(1.363372093023256, abs=1e-9)
    assert kl_divergence(P, Q) == np.inf
    assert kl_divergence(Q, P) == pytest.approx(0.364711, abs=1e-6)
    assert js_divergence(P, Q).js == pytest.approx(0.084178, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_a_trained_discriminator_is_as_near_to_the_best_as_lecture_04_says(seed):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = mlp(1, 32, 32, 1, activation=torch.nn.Tanh).double()
    optimiser = torch.optim.Adam(network.parameters(), lr=0.01)
    for _ in range(600):
        left = rng.random(1000) < 0.5
        real = np.where(left, rng.normal(-2, 0.6, 1000), rng.normal(1.5, 1.0, 1000))
        f_real, f_fake = (network(torch.tensor(sample)[:, None]) for sample in (real, rng.normal(0, 1.5, 1000)))
        loss = softplus(-f_real).mean() + softplus(f_fake).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    x = np.linspace(-8, 8, 1601)
    p_data, p_gen = 0.5 * norm.pdf(x, -2, 0.6) + 0.5 * norm.pdf(x, 1.5, 1.0), norm.pdf(x, 0, 1.5)
    trained = torch.sigmoid(network(torch.tensor(x)[:, None])).detach().numpy().ravel()
    error, seen = np.abs(trained - optimal_discriminator(p_data, p_gen)), p_data + p_gen > 0.02
    assert 0.011 < error[seen].mean() < 0.023 and error[seen].max() < 0.11
    assert error[~seen].max() > 0.5, "where there are no samples it makes something up"


@pytest.mark.parametrize("seed", range(5))
def test_kl_and_js_agree_with_scipy(seed):
    p, q = draw(seed)
    assert kl_divergence(p, q) == pytest.approx(stats.entropy(p, q), abs=1e-12)
    assert js_divergence(p, q).js == pytest.approx(jensenshannon(p, q) ** 2, abs=1e-12)


def test_js_is_quality_plus_coverage_and_swapping_the_players_swaps_them():
    both, one = np.array([0.5, 0.5, 0]), np.array([1.0, 0, 0])
    dropped, astray = js_divergence(p_data=both, p_gen=one), js_divergence(p_data=one, p_gen=both)
    assert dropped.js == pytest.approx(dropped.quality + dropped.coverage)
    assert (dropped.quality, dropped.coverage) == pytest.approx((0.144, 0.072), abs=5e-4), "as the docstring says"
    assert astray == pytest.approx((dropped.js, dropped.coverage, dropped.quality))
    assert js_divergence(one, [0, 0, 1.0]) == pytest.approx((np.log(2), np.log(2) / 2, np.log(2) / 2))


def test_the_games_value_at_the_optimal_discriminator_is_two_js_minus_log_four():
    p, q = draw(3)
    best = optimal_discriminator(p, q)
    value = p @ np.log(best) + q @ np.log(1 - best)
    assert value == pytest.approx(2 * js_divergence(p, q).js - np.log(4), abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_what_the_non_saturating_loss_minimises_is_a_divergence(seed):
    p_data, p_gen = draw(seed)
    left = kl_divergence(p_gen, p_data) - 2 * js_divergence(p_data, p_gen).js
    assert left == pytest.approx(2 * kl_divergence((p_data + p_gen) / 2, p_data), abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_the_linear_program_agrees_with_pot_and_its_potentials_prove_it(seed):
    p, q = draw(seed, 15)
    rng = np.random.default_rng(seed)
    q, cost = q[:11] / q[:11].sum(), rng.uniform(size=(15, 11))
    found = wasserstein_lp(p, q, cost)
    assert found.cost == pytest.approx(ot.emd2(p, q, cost), abs=1e-8)
    assert found.plan.sum(axis=1) == pytest.approx(p, abs=1e-9)
    assert found.plan.sum(axis=0) == pytest.approx(q, abs=1e-9)
    assert (np.add.outer(found.potential_p, found.potential_q) <= cost + 1e-9).all()
    assert p @ found.potential_p + q @ found.potential_q == pytest.approx(found.cost, abs=1e-9)


@pytest.mark.parametrize(("n", "m"), [(1, 1), (50, 50), (40, 7)])
def test_sorting_agrees_with_scipy_and_with_the_linear_program(n, m):
    rng = np.random.default_rng(n)
    x, y = rng.normal(size=n), rng.normal(1, 2, size=m)
    assert wasserstein_1d(x, y) == pytest.approx(stats.wasserstein_distance(x, y), abs=1e-12)
    lp = wasserstein_lp(np.full(n, 1 / n), np.full(m, 1 / m), np.abs(np.subtract.outer(x, y)))
    assert wasserstein_1d(x, y) == pytest.approx(lp.cost, abs=1e-8)
    if n == m:
        assert wasserstein_1d(x, y) == pytest.approx(np.abs(np.sort(x) - np.sort(y)).mean())


def test_the_linear_program_takes_densities_with_vanishing_tails():
    """Rounding in the tails once made it infeasible."""
    x = np.linspace(-4, 5, 181)
    p, q = (stats.norm.pdf(x, a, 0.4) + stats.norm.pdf(x, b, 0.4) for a, b in ((-1, 1), (-2, 3)))
    p, q = p / p.sum(), q / q.sum()
    solved = wasserstein_lp(p, q, np.abs(x[:, None] - x))
    assert solved.cost == pytest.approx(np.abs(np.cumsum(p - q)).sum() * (x[1] - x[0]), abs=1e-8)
    assert p @ solved.potential_p + q @ solved.potential_q == pytest.approx(solved.cost, abs=1e-8)


@pytest.mark.parametrize("d", [1, 2, 5])
def test_the_assignment_agrees_with_pot_and_on_a_line_with_sorting(d):
    x, y = np.random.default_rng(d).normal(size=(2, 40, d))
    assert wasserstein_samples(x, y) == pytest.approx(ot.emd2([], [], ot.dist(x, y, "euclidean")), abs=1e-8)
    if d == 1:
        assert wasserstein_samples(x, y) == pytest.approx(wasserstein_1d(x, y), abs=1e-12)


def test_wasserstein_of_shifted_gaussians_is_the_shift_and_js_saturates():
    grid = np.linspace(-30, 60, 9001)
    for shift in (0.5, 3.0, 20.0):
        p, q = (stats.norm.pdf(grid, m, 1) for m in (0, shift))
        p, q = p / p.sum(), q / q.sum()
        w1 = np.abs(np.cumsum(p) - np.cumsum(q)).sum() * (grid[1] - grid[0])
        assert w1 == pytest.approx(shift, abs=1e-6)
        assert wasserstein2_gaussian(0, 1, shift, 1) == pytest.approx(shift)
        if shift < 10:  # beyond, the tails underflow
            assert kl_gaussian(0, 1, shift, 1) == pytest.approx(kl_divergence(p, q), abs=1e-6)
            assert kl_gaussian(0, 1, shift, 1) == pytest.approx(shift**2 / 2)
    assert js_divergence(p, q).js == pytest.approx(np.log(2), abs=1e-9)


def test_gaussians_of_different_width_agree_with_an_integral():
    grid = np.linspace(-40, 40, 80001)
    p, q = stats.norm.pdf(grid, 1, 0.7), stats.norm.pdf(grid, -0.5, 2.0)
    assert kl_gaussian(1, 0.7, -0.5, 2.0) == pytest.approx(kl_divergence(p / p.sum(), q / q.sum()), abs=1e-6)
    quantiles = (np.arange(200000) + 0.5) / 200000
    w2 = np.sqrt(np.mean((stats.norm.ppf(quantiles, 1, 0.7) - stats.norm.ppf(quantiles, -0.5, 2.0)) ** 2))
    assert wasserstein2_gaussian(1, 0.7, -0.5, 2.0) == pytest.approx(w2, abs=1e-3)


HALF = [0.5, 0.5]


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: kl_divergence([0.5, 0.6], HALF), "p sums to 1.1"),
        (lambda: kl_divergence(HALF, [1.5, -0.5]), "q has negative mass"),
        (lambda: kl_divergence(HALF, [1.0]), "p has 2 entries and q 1"),
        (lambda: kl_divergence([], []), "p has shape"),
        (lambda: kl_divergence([np.nan, 1], HALF), "p has entries that are not a number"),
        (lambda: kl_divergence([[0.5], [0.5]], HALF), "p has shape"),
        (lambda: js_divergence(HALF, [0.2, 0.2]), "p_gen sums to 0.4"),
        (lambda: optimal_discriminator(HALF, [1.0]), "p_data has shape"),
        (lambda: optimal_discriminator(HALF, [-1.0, 2]), "p_gen has negative mass"),
        (lambda: wasserstein_lp(HALF, HALF, np.ones((2, 3))), "cost has shape"),
        (lambda: wasserstein_lp(HALF, HALF, [[0, np.inf], [1, 0]]), "cost has entries"),
        (lambda: wasserstein_lp([1, 1], HALF, np.ones((2, 2))), "p sums to 2"),
        (lambda: js_divergence([0.2, 0.2], HALF), "p_data sums to 0.4"),
        (lambda: optimal_discriminator([-1.0, 2], HALF), "p_data has negative mass"),
        (lambda: wasserstein_lp(HALF, [1, 1], np.ones((2, 2))), "q sums to 2"),
        (lambda: wasserstein_samples(HALF, HALF), r"x has shape \(2,\) and y \(2,\)"),
        (lambda: wasserstein_samples([[1.0]], [[1.0], [2.0]]), r"x has shape \(1, 1\) and y \(2, 1\)"),
        (lambda: wasserstein_samples([[np.inf]], [[1.0]]), "x has entries"),
        (lambda: wasserstein_samples([[1.0]], [[np.nan]]), "y has entries"),
        (lambda: wasserstein_1d([], [1.0]), "x is empty"),
        (lambda: wasserstein_1d([1.0], [np.nan]), "y has entries"),
    ],
)
def test_a_bad_argument_is_named_with_the_reason(call, names):
    with pytest.raises(ValueError, match=f"^{names}"):
        call()


def test_a_program_that_is_not_solved_says_why(monkeypatch):
    monkeypatch.setattr(divergence, "linprog", lambda *a, **o: SimpleNamespace(success=False, message="no time"))
    with pytest.raises(ValueError, match=r"^The linear program was not solved: no time$"):
        wasserstein_lp(HALF, HALF, np.ones((2, 2)))


def test_a_sum_that_rounding_puts_off_one_is_put_right():
    p, q = draw(0)
    assert kl_divergence(p * (1 + 9e-7), q) == pytest.approx(kl_divergence(p, q), abs=1e-12)


def test_the_best_discriminator_is_not_defined_where_neither_has_mass():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        best = optimal_discriminator([0.0, 1.0, 3.0], [0.0, 1.0, 1.0])
    np.testing.assert_array_equal(best, [np.nan, 0.5, 0.75])


@pytest.mark.parametrize(
    "measure",
    [
        kl_divergence,
        lambda p, q: js_divergence(p, q).js,
        optimal_discriminator,
        wasserstein_1d,
        lambda p, q: kl_gaussian(p, p, q, q),
        lambda p, q: wasserstein2_gaussian(p, p, q, q),
    ],
)
def test_it_is_reckoned_in_float64_whatever_comes_in(measure):
    p, q = (np.float32(x) for x in draw(1))
    np.testing.assert_allclose(measure(p, q), measure(np.float64(p), np.float64(q)), rtol=1e-13)


@pytest.mark.parametrize("saturating", [True, False])
@pytest.mark.parametrize("delta", [0.5, 2.0, 6.0])
def test_the_generators_pull_is_its_losss_slope_against_a_still_discriminator(delta, saturating):
    x = np.linspace(-40, 40, 40_001)

    def loss(at):
        f = delta**2 / 2 - delta * x
        per_sample = -np.logaddexp(0, f) if saturating else np.logaddexp(0, -f)
        return np.trapezoid(norm.pdf(x, at, 1) * per_sample, x)

    slope = (loss(delta + 1e-4) - loss(delta - 1e-4)) / 2e-4
    assert generator_pull(delta, saturating) == pytest.approx(abs(slope), rel=1e-4, abs=1e-9)


def test_far_away_the_saturating_loss_pulls_twenty_thousand_times_less():
    assert generator_pull(8.0, saturating=False) > 20_000 * generator_pull(8.0, saturating=True)


def test_the_saturating_pull_is_the_slope_of_twice_js():
    grid = np.linspace(-30, 30, 12_001)

    def js(delta):
        p, q = norm.pdf(grid, 0, 1), norm.pdf(grid, delta, 1)
        return js_divergence(p / p.sum(), q / q.sum()).js

    slope = (js(1.5 + 1e-3) - js(1.5 - 1e-3)) / 2e-3
    assert generator_pull(1.5, saturating=True) == pytest.approx(2 * slope, rel=1e-4)


def test_the_nearest_gaussian_to_a_gaussian_is_itself_and_to_two_bumps_depends_on_the_measure():
    grid = np.linspace(-20, 20, 2001)
    mean, std = nearest_gaussian(kl_divergence, norm.pdf(grid, 1.2, 0.7), grid)
    assert (mean, std) == pytest.approx((1.2, 0.7), abs=1e-3)
    bumps = (norm.pdf(grid, -3, 0.5) + norm.pdf(grid, 3, 0.5)) / 2
    covering = nearest_gaussian(kl_divergence, bumps, grid)
    assert covering == pytest.approx((0, np.sqrt(9 + 0.25)), abs=1e-2), "forward KL matches mean and variance"
    mean, std = nearest_gaussian(lambda p, q: kl_divergence(q, p), bumps, grid)
    assert abs(mean) == pytest.approx(3, abs=0.02) and std == pytest.approx(0.5, abs=0.02)
