"""Exercise 5, `discriminator_gradient`: (∂L/∂φ0, ∂L/∂φ1) of the discriminator's loss."""

import numpy as np

from gancourse import shift
from gancourse.exercises.specification import Exercise, Misconception, Property
from gancourse.shift import expit, logit

from .inputs import draw_batches, draw_phi


def discriminator_gradient(x_real, x_syn, phi, *, discriminator=shift.discriminator):
    """With the student's own `discriminator` standing in."""
    real, fake = discriminator(x_real, phi) - 1, discriminator(x_syn, phi)
    return np.array([np.sum(real) + np.sum(fake), np.sum(real * x_real) + np.sum(fake * x_syn)])


def gradient_of(error_real, error_syn):
    """The gradient with other errors, functions of the logit, than σ(f) − 1 and σ(f)."""

    def gradient(x_real, x_syn, phi):
        real, syn = error_real(logit(x_real, phi)), error_syn(logit(x_syn, phi))
        return np.array([real.sum() + syn.sum(), (real * x_real).sum() + (syn * x_syn).sum()])

    return gradient


def gradient_with(factor):
    """The gradient in which another function of x stands in the place of x, by φ1."""

    def gradient(x_real, x_syn, phi):
        real, syn = expit(logit(x_real, phi)) - 1, expit(logit(x_syn, phi))
        return np.array([real.sum() + syn.sum(), (real * factor(x_real)).sum() + (syn * factor(x_syn)).sum()])

    return gradient


EXERCISE = Exercise(
    name="discriminator_gradient",
    reference=discriminator_gradient,
    builds_on=("discriminator",),
    properties=(
        Property(
            "is (∂L/∂φ0, ∂L/∂φ1) of the discriminator's loss",
            3,
            lambda rng: (*draw_batches(rng), draw_phi(rng)),
        ),
        Property(
            "sums over each batch, also when they differ in size",
            2,
            lambda rng: (*draw_batches(rng, n=7, m=4), draw_phi(rng)),
            cases=2,
        ),
    ),
    misconceptions={
        "negated": Misconception(
            lambda *a: -shift.discriminator_gradient(*a),
            "The sign is wrong: this is the direction downhill. Return the gradient; the minus comes in the "
            "update step.",
        ),
        "mean_for_sum": Misconception(
            gradient_of(lambda f: (expit(f) - 1) / len(f), lambda f: expit(f) / len(f)),
            "You average over each batch. The loss is a sum, so its gradient is one too.",
        ),
        "swapped_components": Misconception(
            lambda *a: shift.discriminator_gradient(*a)[::-1],
            "The two components have changed places: the derivative by φ0 comes first.",
        ),
        "swapped_labels": Misconception(
            lambda x_real, x_syn, phi: shift.discriminator_gradient(x_syn, x_real, phi),
            "The labels are swapped: the error is σ(f) − 1 for real samples and σ(f) for synthesised ones.",
        ),
        "wrong_variable": Misconception(
            lambda x_real, x_syn, phi: shift.discriminator_gradient(x_real, x_syn, phi)[0] * np.asarray(phi),
            "You multiply the errors by φ. That is the chain rule towards x; towards φ1 each error is multiplied "
            "by its x.",
        ),
        "forgets_x": Misconception(
            lambda *a: np.full(2, shift.discriminator_gradient(*a)[0]),
            "Both components are the sum of the errors. By φ1, the inner derivative is x: multiply each error by "
            "its sample.",
        ),
        "forgets_the_label": Misconception(
            gradient_of(expit, expit),
            "Real and synthesised samples get the same error, σ(f). A real sample has label 1, so it is σ(f) − 1.",
        ),
        "logit_for_probability": Misconception(
            gradient_of(lambda f: f - 1, lambda f: f),
            "A logit stands where a probability belongs: the error is σ(f) − label, not f − label.",
        ),
        "real_only": Misconception(
            lambda x_real, x_syn, phi: shift.discriminator_gradient(x_real, x_syn[:0], phi),
            "The synthesised samples are missing from the gradient: they pull with σ(f) each.",
        ),
        "slope_of_the_sigmoid": Misconception(
            gradient_of(
                lambda f: (expit(f) - 1) * expit(f) * (1 - expit(f)), lambda f: expit(f) * expit(f) * (1 - expit(f))
            ),
            "There is a factor σ(1 − σ) too many. The logarithm's derivative, 1/σ, cancels it: the error is "
            "σ(f) − label.",
        ),
        "mean_of_x": Misconception(
            gradient_with(lambda x: np.full_like(x, x.mean())),
            "You multiply the sum of the errors by the mean of x. Multiply each error by its own x, then add up.",
        ),
        "squares_x": Misconception(
            gradient_with(lambda x: x**2),
            "By φ1 each error is multiplied by x², but f = φ0 + φ1 x has the derivative x.",
        ),
        "factor_phi": Misconception(
            lambda x_real, x_syn, phi: (
                shift.discriminator_gradient(x_real, x_syn, phi)[0] * np.array([1.0, np.asarray(phi)[1]])
            ),
            "By φ1 you multiply the errors by φ1, as if x moved. φ1 moves: f = φ0 + φ1 x has the derivative x.",
        ),
    },
)
