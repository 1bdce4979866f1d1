"""Each adversarial loss against its closed form; the penalty against critics whose slope is known."""

import math
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from gancourse.divergence import js_divergence
from gancourse.games import losses

REAL, FAKE = torch.tensor([-1.3, 0.2, 2.0], dtype=torch.float64), torch.tensor([0.7, -2.1], dtype=torch.float64)


def sigmoid(f):
    return 1 / (1 + np.exp(-f.numpy()))


CLOSED_FORMS = {  # what makes a loss, and what either player pays
    "minimax": (
        losses.minimax,
        -np.log(sigmoid(REAL)).mean() - np.log(1 - sigmoid(FAKE)).mean(),
        np.log(1 - sigmoid(FAKE)).mean(),
    ),
    "non_saturating": (
        losses.non_saturating,
        -np.log(sigmoid(REAL)).mean() - np.log(1 - sigmoid(FAKE)).mean(),
        -np.log(sigmoid(FAKE)).mean(),
    ),
    "wasserstein": (losses.wasserstein, -0.7 - 0.3, 0.7),
    "hinge": (losses.hinge, (2.3 + 0.8 + 0) / 3 + (1.7 + 0) / 2, 0.7),
    "least_squares": (
        losses.least_squares,
        (2.3**2 + 0.8**2 + 1) / 6 + (0.7**2 + 2.1**2) / 4,
        (0.3**2 + 3.1**2) / 4,
    ),
    "pearson": (
        partial(losses.least_squares, fake=-1, real=1, wanted=0),
        (2.3**2 + 0.8**2 + 1) / 6 + (1.7**2 + 1.1**2) / 4,
        (0.7**2 + 2.1**2) / 4,
    ),
}


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_a_loss_is_its_closed_form(name):
    make, discriminator, generator = CLOSED_FORMS[name]
    loss = make()
    assert loss.discriminator(REAL, FAKE).item() == pytest.approx(discriminator, rel=1e-12)
    assert loss.generator(FAKE).item() == pytest.approx(generator, rel=1e-12)


@pytest.mark.parametrize("name", ["minimax", "non_saturating"])
def test_cross_entropy_stays_finite_and_right_at_a_certain_discriminator(name):
    loss = CLOSED_FORMS[name][0]()
    assert loss.discriminator(torch.tensor([-1000.0]), torch.tensor([1000.0])).item() == 2000
    assert abs(loss.generator(torch.tensor([-1000.0 if name == "non_saturating" else 1000.0])).item()) == 1000


def test_against_the_best_discriminator_the_minimax_loss_is_twice_js_less_log_4():
    p, q = np.array([0.1, 0.6, 0.3]), np.array([0.5, 0.25, 0.25])
    logit = torch.tensor(np.log(p / q))
    per_point = [losses.minimax().discriminator(logit[[i]], logit[[j]]).item() for i in range(3) for j in range(3)]
    expected = np.dot(np.outer(p, q).ravel(), per_point)
    assert -expected == pytest.approx(2 * js_divergence(p, q).js - math.log(4), abs=1e-12)


def test_at_their_targets_least_squares_is_pearsons_chi_square():
    """With D's best reply to (−1, 1, 0), twice the generator's loss on both piles is χ² (Mao et al. 2017, eq. 8)."""
    p, q = np.array([0.1, 0.6, 0.3]), np.array([0.5, 0.25, 0.25])
    best = (p - q) / (p + q)
    both = np.dot(p + q, best**2)
    assert both == pytest.approx(np.sum((2 * q - (p + q)) ** 2 / (p + q)), rel=1e-12)


# --- gradient penalty ------------------------------------------------------------------------------------------


def batches(*shape):
    generator = torch.Generator().manual_seed(0)
    return torch.randn(shape, generator=generator), torch.randn(shape, generator=generator)


@pytest.mark.parametrize("shape", [(6, 2), (6, 3, 4, 4)])
@pytest.mark.parametrize(("slope", "penalty"), [(1.0, 0.0), (0.0, 1.0), (3.0, 4.0)])
def test_the_penalty_of_a_linear_critic_is_that_of_its_slope(shape, slope, penalty):
    """Also on images: the norm is over all axes but the first."""
    direction = torch.ones(shape[1:]).flatten()
    direction = slope * direction / direction.norm()
    measured = losses.gradient_penalty(lambda x: x.flatten(1) @ direction, *batches(*shape))
    assert measured.item() == pytest.approx(penalty, abs=1e-5)


def test_a_one_sided_penalty_charges_only_for_what_is_too_steep():
    for slope, penalty in ((0.0, 0.0), (1.0, 0.0), (3.0, 4.0)):
        direction = slope * torch.tensor([0.6, 0.8])
        measured = losses.gradient_penalty(lambda x, d=direction: x @ d, *batches(6, 2), one_sided=True)
        assert measured.item() == pytest.approx(penalty, abs=1e-5)


def test_the_penalty_is_taken_between_real_and_fake_one_eps_per_example():
    x_real, x_fake = batches(4, 2)
    eps = torch.tensor([0.0, 1.0, 0.5, 0.25])
    measured = losses.gradient_penalty(lambda x: (x**2).sum(dim=1) / 2, x_real, x_fake, eps)  # slope x itself
    between = eps[:, None] * x_real + (1 - eps[:, None]) * x_fake
    assert measured.item() == pytest.approx(((between.norm(dim=1) - 1) ** 2).mean().item(), rel=1e-5)


def test_the_penalty_teaches_the_critic():
    critic = nn.Linear(2, 1)
    losses.gradient_penalty(critic, *batches(5, 2)).backward()
    weight = critic.weight.detach()
    expected = 2 * (weight.norm() - 1) * weight / weight.norm()
    torch.testing.assert_close(critic.weight.grad, expected)


def test_the_penalty_is_float32_under_autocast():
    x_real, x_fake = batches(8, 2)
    critic = nn.Linear(2, 1)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = losses.gradient_penalty(critic, x_real.bfloat16(), x_fake.bfloat16())
    assert inside.dtype == torch.float32
    assert inside.item() == pytest.approx(losses.gradient_penalty(critic, x_real, x_fake).item(), rel=1e-6)


def test_batches_that_do_not_pair_up_are_refused():
    with pytest.raises(ValueError, match=r"x_real has shape \(4, 2\) and x_fake \(3, 2\)"):
        losses.gradient_penalty(lambda x: x.sum(1), torch.zeros(4, 2), torch.zeros(3, 2))
