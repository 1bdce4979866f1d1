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
    },
)
