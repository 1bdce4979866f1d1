"""The shift GAN against the numbers of UDL notebook 15.1 and against finite differences."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from gancourse import shift

THETA, PHI = 3.0, np.array([-2.0, 1.0])


@pytest.fixture
def samples():
    return shift.textbook_samples()


def test_the_losses_at_the_start_are_the_books(samples):
    x_real, z = samples
    x_syn = shift.generator(z, THETA)
    assert shift.discriminator_loss(x_real, x_syn, PHI) == pytest.approx(13.814757170851447, abs=1e-9)
    assert -shift.generator_loss(z, THETA, PHI) == pytest.approx(13.78437035945412, abs=1e-9)


def forward_difference(loss, parameters, delta=1e-4):
    """The gradient as the book's notebook takes it; its published trajectory carries this error."""
    parameters = np.array(parameters, dtype=float)
    return np.array([(loss(parameters + delta * e) - loss(parameters)) / delta for e in np.eye(parameters.size)])


def book_discriminator(x_real, x_syn, n_iter, phi):
    for _ in range(n_iter):
        phi = phi - 0.01 * forward_difference(lambda p: shift.discriminator_loss(x_real, x_syn, p), phi)
    return phi


def book_generator(z, theta, n_iter, phi):
    for _ in range(n_iter):
        theta = theta - 0.02 * forward_difference(lambda t: shift.generator_loss(z, t[0], phi), [theta])[0]
    return theta


def test_the_books_hundred_and_ten_steps(samples):
    x_real, z = samples
    x_syn = shift.generator(z, THETA)
    phi = book_discriminator(x_real, x_syn, 100, PHI)
    assert phi == pytest.approx([-3.554083, 0.714329], abs=1e-6)
    assert shift.discriminator_loss(x_real, x_syn, phi) == pytest.approx(3.732902, abs=1e-6)
    assert book_generator(z, THETA, 10, phi) == pytest.approx(3.332046, abs=1e-6)
    exact = shift.update_discriminator(x_real, x_syn, 100, PHI)
    assert exact == pytest.approx(phi, abs=5e-4), "exact gradients move the book's numbers by its delta only"


def test_the_books_five_rounds(samples):
    x_real, z = samples
    theta, phi, thetas = THETA, PHI, []
    for _ in range(5):
        phi = book_discriminator(x_real, shift.generator(z, theta), 300, phi)
        theta = book_generator(z, theta, 3, phi)
        thetas.append(theta)
    assert thetas == pytest.approx([3.080592, 3.151575, 3.217716, 3.281219, 3.343352], abs=1e-6)
    trace = shift.train(x_real, z, THETA, PHI, 5, 300, 3)
    assert trace.theta[1:] == pytest.approx(thetas, abs=1e-5)


def test_fifty_rounds_and_two_hundred_overshoot_as_published(samples):
    trace = shift.train(*samples, THETA, PHI, 200, 300, 3)
    assert trace.theta[[50, 200]] == pytest.approx([7.505, 8.401], abs=1e-3)


def test_the_sample_means_meet_at_the_target_if_the_discriminators_step_is_small_enough(samples):
    x_real, z = samples
    assert x_real.mean() == pytest.approx(8.238023, abs=1e-6)
    assert z.mean() == pytest.approx(-0.097141, abs=1e-6)
    target = x_real.mean() - z.mean()
    settled = shift.train(x_real, z, THETA, PHI, 300, 300, 3, lr_discrim=0.005)
    assert settled.theta[-1] == pytest.approx(target, abs=1e-6)
    assert shift.discriminator(x_real, settled.phi[-1]) == pytest.approx(0.5, abs=1e-5)
    # 0.01 exceeds 2/λ_max there: φ hops between two values for ever, and θ stops 0.07 beyond the target.
    hopping = shift.train(x_real, z, THETA, PHI, 300, 300, 3, lr_discrim=0.01)
    assert hopping.theta[-1] - target == pytest.approx(0.0729, abs=1e-3)


@pytest.mark.parametrize("seed", range(5))
def test_gradients_agree_with_finite_differences(seed):
    rng = np.random.default_rng(seed)
    x_real, z = rng.normal(2, 1, size=7), rng.normal(size=5)
    phi, theta = rng.normal(size=2), rng.normal()
    x_syn = shift.generator(z, theta)
    numeric = approx_fprime(phi, lambda p: shift.discriminator_loss(x_real, x_syn, p), 1e-7)
    assert shift.discriminator_gradient(x_real, x_syn, phi) == pytest.approx(numeric, abs=1e-5)
    for saturating in (True, False):
        numeric = approx_fprime([theta], lambda t: shift.generator_loss(z, t[0], phi, saturating), 1e-7)  # noqa: B023
        assert shift.generator_gradient(z, theta, phi, saturating) == pytest.approx(numeric[0], abs=1e-5)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_losses_are_finite_and_right_for_logits_of_a_thousand(sign):
    x, phi = np.array([1000.0, -1000.0]), np.array([0.0, sign])
    # Of the two real and two synthesised points one of each is judged wrong, with a cost of 1000.
    assert shift.discriminator_loss(x, x, phi) == pytest.approx(2000.0)
    assert shift.generator_loss(x, 0.0, phi) == pytest.approx(-1000.0)
    assert shift.generator_loss(x, 0.0, phi, saturating=False) == pytest.approx(1000.0)
    assert np.isfinite(shift.discriminator_gradient(x, x, phi)).all()


def test_nothing_changes_what_it_is_given(samples):
    x_real, z = samples
    phi = PHI.copy()
    before = [a.copy() for a in (x_real, z, phi)]
    shift.train(x_real, z, THETA, phi, 2, 3, 2)
    shift.update_discriminator(x_real, z, 3, phi)
    for now, then in zip((x_real, z, phi), before, strict=True):
        assert np.array_equal(now, then)


def test_the_trace_records_start_and_every_round(samples):
    x_real, z = samples
    trace = shift.train(x_real, z, THETA, PHI, 4, 5, 2, saturating=False)
    assert trace.theta.shape == trace.discriminator_loss.shape == trace.generator_loss.shape == (5,)
    assert trace.phi.shape == (5, 2)
    assert trace.theta[0] == THETA
    assert np.array_equal(trace.phi[0], PHI)
    last = shift.generator_loss(z, trace.theta[-1], trace.phi[-1], saturating=False)
    assert trace.generator_loss[-1] == last


def test_the_two_generator_losses_pull_the_same_way_with_different_strength(samples):
    _, z = samples
    far = np.array([-20.0, 3.0])  # a discriminator that has found every fake out
    saturating, rescued = (shift.generator_gradient(z, THETA, far, s) for s in (True, False))
    assert saturating < 0 and rescued < 0
    assert abs(rescued) > 100 * abs(saturating)


@pytest.mark.parametrize("seed", range(3))
def test_trained_to_completion_a_thousand_samples_are_told_apart_by_nobody(seed):
    rng = np.random.default_rng(seed)
    n = 1000
    real, z = rng.normal(7.5, 1, size=n), rng.normal(size=n)
    done = shift.train(real, z, THETA, PHI, 150, 300, 3, lr_discrim=0.05 / n, lr_gen=0.2 / n)
    assert done.theta[-1] == pytest.approx(real.mean() - z.mean(), abs=1e-3)
    everywhere = np.concatenate([real, z + done.theta[-1]])
    assert shift.discriminator(everywhere, done.phi[-1]) == pytest.approx(np.full(2 * n, 0.5), abs=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_the_hessian_is_the_gradients_derivative(seed):
    rng = np.random.default_rng(seed)
    x_real, x_syn, phi, h = rng.normal(7, 1, 5), rng.normal(2, 1, 7), rng.normal(0, 0.3, 2), 1e-6
    columns = [
        (shift.discriminator_gradient(x_real, x_syn, phi + e) - shift.discriminator_gradient(x_real, x_syn, phi - e))
        / (2 * h)
        for e in np.eye(2) * h
    ]
    assert shift.discriminator_hessian(x_real, x_syn, phi) == pytest.approx(np.array(columns).T, rel=1e-5)


def test_why_the_game_swings(samples):
    """One direction of φ is learned 4,000 times more slowly than the other, if x is not centred (lecture 03)."""
    x_real, z = samples
    target = x_real.mean() - z.mean()
    slow, fast = np.linalg.eigvalsh(shift.discriminator_hessian(x_real, z + target, (0.0, 0.0)))
    assert (slow, fast) == pytest.approx((0.0840, 350.1), rel=1e-3)
    centred = np.linalg.eigvalsh(shift.discriminator_hessian(x_real - 8, z + target - 8, (0.0, 0.0)))
    assert centred[1] / centred[0] < 2

    def overshoot(n_iter, n_rounds, centre=0.0):
        start = (-2.0 + centre, 1.0)  # the same opinions
        trace = shift.train(x_real - centre, z, 3.0 - centre, start, n_rounds, n_iter, 3, lr_discrim=0.005)
        return trace.theta.max() - (target - centre)

    assert [overshoot(n, r) for n, r in ((100, 400), (300, 400), (1000, 200))] == pytest.approx(
        [2.60, 1.44, 0.49], abs=0.01
    )
    assert overshoot(3000, 100) < 1e-3
    assert overshoot(300, 400, centre=8.0) < 1e-3
