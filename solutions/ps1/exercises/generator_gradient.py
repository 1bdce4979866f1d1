"""Exercise 6, `generator_gradient`: dL/dθ of the generator's loss."""

import numpy as np

from gancourse import shift
from gancourse.exercises.specification import Exercise, Misconception, Property
from gancourse.shift import expit, logit

from .inputs import draw_phi, draw_theta, either


def generator_gradient(z, theta, phi, *, generator=shift.generator, discriminator=shift.discriminator):
    """With the student's own `generator` or `discriminator` standing in."""
    return -phi[1] * np.sum(discriminator(generator(z, theta), phi))


EXERCISE = Exercise(
    name="generator_gradient",
    reference=generator_gradient,
    builds_on=("generator", "discriminator"),
    properties=(
        Property(
            "is dL/dθ of the generator's loss",
            4,
            either(lambda rng, sign: (rng.normal(size=rng.integers(3, 9)), draw_theta(rng), draw_phi(rng, sign))),
            cases=4,
        ),
    ),
    misconceptions={
        "negated": Misconception(
            lambda *a: -shift.generator_gradient(*a),
            "The sign is wrong. d/df of log(1 − σ(f)) is −σ(f): raising f lowers the loss.",
        ),
        "mean_for_sum": Misconception(
            lambda z, theta, phi: shift.generator_gradient(z, theta, phi) / np.size(z),
            "You average. The loss is a sum, so its gradient is one too.",
        ),
        "forgets_chain_rule": Misconception(
            lambda z, theta, phi: -shift.discriminator(z + theta, phi).sum(),
            "φ1 is missing: this is the derivative by the logit. θ acts through f = φ0 + φ1 (z + θ), so the chain "
            "rule brings a factor φ1.",
        ),
        "non_saturating": Misconception(
            lambda *a: shift.generator_gradient(*a, saturating=False),
            "This is the gradient of the non-saturating loss, with 1 − σ(f). For Σ log(1 − σ(f)) it is σ(f).",
        ),
        "wrong_variable": Misconception(
            lambda z, theta, phi: -(shift.discriminator(z + theta, phi) * (z + theta)).sum(),
            "This is the derivative by φ1: each term is multiplied by its x_syn. The generator moves θ, whose "
            "factor is φ1.",
        ),
        "forgets_theta": Misconception(
            lambda z, theta, phi: shift.generator_gradient(z, 0.0, phi),
            "The gradient does not change with θ: you evaluate the discriminator at z. It sees z + θ.",
        ),
        "probability_for_its_slope": Misconception(
            lambda z, theta, phi: -phi[1] * (expit(logit(z + theta, phi)) * (1 - expit(logit(z + theta, phi)))).sum(),
            "You differentiate σ and leave out the logarithm around it. d/df log(1 − σ(f)) is −σ(f), "
            "not −σ(f)(1 − σ(f)).",
        ),
        "times_z": Misconception(
            lambda z, theta, phi: -phi[1] * (expit(logit(z + theta, phi)) * z).sum(),
            "Each term is multiplied by z, as if θ were a factor. θ is added, G(z) = z + θ: its derivative is 1.",
        ),
        "offset_for_slope": Misconception(
            lambda z, theta, phi: -phi[0] * expit(logit(z + theta, phi)).sum(),
            "The factor is φ0 in your code. f = φ0 + φ1 (z + θ) has the derivative φ1 by θ.",
        ),
        "theta_for_slope": Misconception(
            lambda z, theta, phi: -theta * expit(logit(z + theta, phi)).sum(),
            "The factor is θ in your code. f = φ0 + φ1 (z + θ) has the derivative φ1 by θ.",
        ),
        "logarithm_alone": Misconception(
            lambda z, theta, phi: -phi[1] * (1 / (1 - expit(logit(z + theta, phi)))).sum(),
            "You differentiate the logarithm and stop there. Inside stands 1 − σ(f), whose derivative is "
            "−σ(f)(1 − σ(f)): together −σ(f).",
        ),
        "odds": Misconception(
            lambda z, theta, phi: -phi[1] * np.exp(logit(z + theta, phi)).sum(),
            "You have σ / (1 − σ). The derivative of σ is σ(1 − σ), and its 1 − σ cancels the denominator: σ stays.",
        ),
    },
)
