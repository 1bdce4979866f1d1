"""Exercise 2, `discriminator`: D(x) = σ(φ0 + φ1 x)."""

import numpy as np
from scipy.stats import norm

from gancourse import shift
from gancourse.exercises.specification import Exercise, Misconception, Property
from gancourse.shift import expit, logit

from .inputs import draw_batches, draw_extreme, draw_phi, extreme_phi


def of_logit(squash):
    """The discriminator with another function in place of the sigmoid."""
    return lambda x, phi: squash(logit(x, phi))


EXERCISE = Exercise(
    name="discriminator",
    reference=shift.discriminator,
    properties=(
        Property(
            "is σ(φ0 + φ1 x), one probability per sample",
            2,
            lambda rng: (draw_batches(rng, n=rng.integers(3, 9))[0], draw_phi(rng)),
        ),
        Property(
            "is 0 or 1, and not nan, where |φ0 + φ1 x| = 1000",
            1,
            lambda rng: (draw_extreme(rng), extreme_phi(rng)),
            cases=2,
            otherwise="At |f| = 1000 it has to be 0 or 1. Do you clip it, or set a nan to something? "
            "1 / (1 + exp(−f)) needs neither.",
        ),
    ),
    misconceptions={
        "logit": Misconception(
            logit,
            "You return the logit φ0 + φ1 x. A probability is asked for here: put the logit through the sigmoid.",
        ),
        "swapped_parameters": Misconception(
            lambda x, phi: shift.discriminator(x, np.asarray(phi)[::-1]),
            "φ0 and φ1 have changed places. `phi[0]` is the offset, `phi[1]` multiplies x.",
        ),
        "probability_of_fake": Misconception(
            of_logit(lambda f: expit(-f)),
            "You return the probability that x is *fake*. The discriminator says Pr(real) = σ(+f): "
            "check the sign in the exponent, 1 / (1 + exp(−f)).",
        ),
        "offset_inside": Misconception(
            lambda x, phi: expit(phi[1] * (x + phi[0])),
            "φ0 is multiplied by φ1 as well. The logit is φ0 + φ1·x, not φ1·(x + φ0): check the brackets.",
        ),
        "brackets": Misconception(
            of_logit(lambda f: 1 / 1 + np.exp(-f)),
            "`1 / 1 + np.exp(-f)` is 1 + exp(−f): the division comes first. Put brackets round the whole denominator.",
        ),
        "tanh": Misconception(
            of_logit(np.tanh),
            "tanh runs from −1 to 1. A probability needs the sigmoid, which runs from 0 to 1.",
        ),
        "threshold": Misconception(
            of_logit(lambda f: (f > 0).astype(float)),
            "You return the decision, 0 or 1. Return the probability itself: a step has no gradient to learn from.",
        ),
        "overflows": Misconception(
            of_logit(lambda f: np.exp(f) / (1 + np.exp(f))),
            "exp(f) / (1 + exp(f)) is inf / inf = nan for large f. Write it as 1 / (1 + exp(−f)).",
        ),
        "probit": Misconception(
            of_logit(norm.cdf),
            "This is the normal distribution function Φ(f) (a probit). The sigmoid is asked for: 1 / (1 + exp(−f)).",
        ),
        "softmax": Misconception(
            of_logit(lambda f: np.exp(f) / np.exp(f).sum()),
            "Your probabilities sum to one over the batch (a softmax). Each sample is judged by itself: σ(f).",
        ),
        "base_ten": Misconception(
            of_logit(lambda f: 1 / (1 + 10.0**-f)),
            "You raise 10 to −f. The sigmoid has e: `np.exp(-f)`.",
        ),
        "clipped_logit": Misconception(
            of_logit(lambda f: expit(np.clip(f, -10, 10))),
            "The logit is clipped, so that the probability never reaches 0 or 1. No clipping is needed: `np.exp` may "
            "overflow to inf, and 1 / inf is 0.",
        ),
    },
)
