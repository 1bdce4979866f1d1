"""The Dirac GAN: its steps are the gradients of its losses, and eigenvalues say who converges."""

import itertools

import numpy as np
import pytest

from gancourse import dirac


def loss_d(theta, psi, gamma):
    """Of one real point at 0 and one made point at θ, each judged by D(x) = ψ x; R1 at the real one."""
    return np.log(2) + np.log(1 + np.exp(psi * theta)) + gamma / 2 * psi**2


def loss_g(theta, psi):
    return -np.log(1 + np.exp(psi * theta))


def slope(function, at, h=1e-6):
    return (function(at + h) - function(at - h)) / (2 * h)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("in_turns", [True, False])
def test_a_step_descends_the_losses_of_both(seed, in_turns):
    theta, psi = np.random.default_rng(seed).normal(size=2)
    rate, gamma = 0.1, 0.7
    theta_new, psi_new = dirac.step(theta, psi, rate, gamma, in_turns)
    assert psi_new == pytest.approx(psi - rate * slope(lambda p: loss_d(theta, p, gamma), psi), abs=1e-8)
    seen = psi_new if in_turns else psi
    assert theta_new == pytest.approx(theta - rate * slope(lambda t: loss_g(t, seen), theta), abs=1e-8)


@pytest.mark.parametrize(("rate", "gamma", "in_turns"), [(0.3, 0.0, True), (0.3, 0.0, False), (0.5, 0.8, True)])
def test_the_matrix_is_the_steps_derivative_at_the_equilibrium(rate, gamma, in_turns):
    h = 1e-6
    columns = [dirac.step(*start, rate, gamma, in_turns) for start in ((h, 0.0), (0.0, h))]
    assert dirac.update_matrix(rate, gamma, in_turns) == pytest.approx(np.array(columns).T / h, abs=1e-5)


@pytest.mark.parametrize("rate", [0.1, 0.5, 1.0])
def test_steps_at_the_same_time_leave_steps_in_turns_stay_and_a_penalty_arrives(rate):
    """Mescheder et al. 2018, lemmas 2.3 and 4.1 and section 3, of the linearised steps; and of real paths."""
    largest = [
        np.abs(np.linalg.eigvals(dirac.update_matrix(rate, *how))).max() for how in ((0, False), (0, True), (1,))
    ]
    assert largest[0] == pytest.approx(np.sqrt(1 + rate**2 / 4))
    assert largest[1] == pytest.approx(1)
    assert largest[2] < 1
    away, around, home = (
        np.hypot(*dirac.play(0.1, 0.1, rate, 400, gamma, in_turns).T)
        for gamma, in_turns in ((0, False), (0, True), (1, True))
    )
    assert away[-1] > 1.5 * away[0]
    assert around[100:].max() / around[100:].min() < 2.5
    assert home[-1] < 1e-3 * home[0]


def test_a_path_begins_at_its_start_and_goes_on_by_steps():
    path = dirac.play(1.0, -0.5, 0.2, 3, 0.1, False)
    assert path.shape == (4, 2)
    assert path[0].tolist() == [1.0, -0.5]
    for here, there in itertools.pairwise(path):
        assert there.tolist() == list(dirac.step(*here, 0.2, 0.1, False))
