"""Exercise 4, `generator_loss`: Σ log(1 − σ(f)) at z + θ."""

import numpy as np

from gancourse import shift
from gancourse.exercises.specification import Exercise, Misconception, Property
from gancourse.shift import expit, logit, softplus

from .discriminator_loss import clipped_log
from .inputs import draw_extreme, draw_phi, draw_theta, extreme_phi


def generator_loss(z, theta, phi, *, generator=None, discriminator=None):
    """With the student's own `generator` or `discriminator` standing in."""
    x_syn = (generator or shift.generator)(z, theta)
    if discriminator is None:
        return -softplus(logit(x_syn, phi)).sum()
    return np.log(1 - discriminator(x_syn, phi)).sum()


def sum_of(term):
    """The loss with another term, a function of the logit."""
    return lambda z, theta, phi: term(logit(z + theta, phi)).sum()


EXERCISE = Exercise(
    name="generator_loss",
    reference=generator_loss,
    builds_on=("generator", "discriminator"),
    properties=(
        Property(
            "is Σ log(1 − σ(f)) at x_syn = z + θ",
            2,
            lambda rng: (rng.normal(size=rng.integers(3, 9)), draw_theta(rng), draw_phi(rng)),
        ),
        Property(
            "is right, hence finite, where |f| = 1000",
            2,
            lambda rng: (draw_extreme(rng), draw_theta(rng), extreme_phi(rng)),
            cases=2,
            otherwise="At |f| = 1000 a probability is rounded to 0 or 1. Do you clip it, or leave out infinities? "
            "Use the logit itself: `np.logaddexp(0, f)` is log(1 + eᶠ) without overflow.",
        ),
    ),
    misconceptions={
        "negated": Misconception(
            lambda *a: -shift.generator_loss(*a),
            "The sign is wrong. The generator *minimises* Σ log(1 − σ(f)), without a minus before it: "
            "the more it is believed, the more negative its loss.",
        ),
        "non_saturating": Misconception(
            lambda *a: shift.generator_loss(*a, saturating=False),
            "This is the non-saturating loss, −Σ log σ(f). A good idea, and lecture 04's; "
            "here the lecture's Σ log(1 − σ(f)) is asked for.",
        ),
        "wrong_side": Misconception(
            lambda *a: -shift.generator_loss(*a, saturating=False),
            "You sum log σ(f), the logarithm of the wrong side, so minimising it makes the fakes look *fake*. "
            "The term is log(1 − σ(f)).",
        ),
        "mean_for_sum": Misconception(
            lambda z, theta, phi: shift.generator_loss(z, theta, phi) / np.size(z),
            "You average. Both losses of this assignment are sums over the samples.",
        ),
        "forgets_theta": Misconception(
            lambda z, theta, phi: shift.generator_loss(z, 0.0, phi),
            "θ has no effect: you judge z itself. The discriminator sees x_syn = generator(z, theta).",
        ),
        "theta_outside_the_slope": Misconception(
            lambda z, theta, phi: -softplus(phi[0] + phi[1] * z + theta).sum(),
            "θ is added after the slope: `phi[1] * z + theta`. The discriminator sees z + θ: `phi[1] * (z + theta)`.",
        ),
        "forgets_log": Misconception(
            sum_of(lambda f: 1 - expit(f)),
            "The logarithm is missing: you sum 1 − σ(f).",
        ),
        "log_of_probability": Misconception(
            sum_of(lambda f: np.log(1 - expit(f))),
            "1 − σ(f) is rounded to 0 for large f, and its logarithm is −inf. "
            "Use the logit itself: log(1 − σ(f)) = −log(1 + exp(f)) = `-np.logaddexp(0, f)`.",
        ),
        "clipped": Misconception(
            sum_of(lambda f: clipped_log(1 - expit(f))),
            "Clipping keeps the loss finite but wrong: about −28 per sample where it should be −1000, with no "
            "gradient. Use the logit: log(1 − σ(f)) = `-np.logaddexp(0, f)`.",
        ),
        "limit_of_softplus": Misconception(
            sum_of(lambda f: np.minimum(0, -f)),
            "min(0, −f) is −log(1 + exp(f)) for large |f| only. Between there it is wrong: use `-np.logaddexp(0, f)`.",
        ),
        "logits": Misconception(
            sum_of(lambda f: -f),
            "You sum logits, as with a Wasserstein critic. Each goes through log(1 − σ(f)) first.",
        ),
    },
)
