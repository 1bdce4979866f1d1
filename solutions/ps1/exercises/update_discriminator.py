"""Exercise 7, `update_discriminator`: `n_iter` steps down the gradient of the discriminator's loss."""

import numpy as np

from gancourse import shift
from gancourse.exercises.specification import Exercise, Misconception, Property

from .inputs import draw_batches, draw_phi


def update_discriminator(x_real, x_syn, n_iter, phi, lr=0.01, *, discriminator_gradient=shift.discriminator_gradient):
    """With the student's own `discriminator_gradient` standing in."""
    for _ in range(n_iter):
        phi = phi - lr * np.asarray(discriminator_gradient(x_real, x_syn, phi))
    return phi


def update_discriminator_in_place(x_real, x_syn, n_iter, phi, lr=0.01):
    for _ in range(n_iter):
        phi -= lr * shift.discriminator_gradient(x_real, x_syn, phi)
    return phi


def with_other(steps=lambda n: n, rate=lambda lr: lr):
    """The updates with another number of steps, or another rate, than asked for."""
    return lambda x_real, x_syn, n_iter, phi, lr=0.01: update_discriminator(x_real, x_syn, steps(n_iter), phi, rate(lr))


def in_steps(step):
    """The updates with another step: `step(gradient, phi, lr, t, last)` is what is added to φ in turn t."""

    def update(x_real, x_syn, n_iter, phi, lr=0.01):
        def gradient(phi):
            return shift.discriminator_gradient(x_real, x_syn, phi)

        phi, last = np.array(phi, dtype=float), np.zeros(2)
        for t in range(n_iter):
            last = step(gradient, phi, lr, t, last)
            phi = phi + last
        return phi

    return update


def one_after_the_other(gradient, phi, lr, t, last):
    first = np.array([-lr * gradient(phi)[0], 0.0])
    return first + np.array([0.0, -lr * gradient(phi + first)[1]])


def with_momentum(gradient, phi, lr, t, last):
    return 0.9 * last - lr * gradient(phi)


EXERCISE = Exercise(
    name="update_discriminator",
    reference=update_discriminator,
    builds_on=("discriminator_gradient",),
    properties=(
        Property(
            "takes one step of 0.01 down the gradient",
            1,
            lambda rng: (*draw_batches(rng), 1, draw_phi(rng)),
            cases=2,
        ),
        Property(
            "takes `n_iter` steps, each with the gradient at the newest φ",
            1,
            lambda rng: (*draw_batches(rng), int(rng.integers(5, 12)), draw_phi(rng)),
            cases=2,
        ),
        Property(
            "uses the rate `lr` that it is given",
            1,
            lambda rng: (*draw_batches(rng), 3, draw_phi(rng), float(rng.uniform(0.03, 0.06))),
            cases=2,
        ),
        Property(
            "leaves the `phi` that it was given as it was",
            1,
            lambda rng: (*draw_batches(rng), 3, draw_phi(rng)),
            part="arguments",
            cases=1,
        ),
    ),
    misconceptions={
        "ascends": Misconception(
            with_other(rate=lambda lr: -lr),
            "You climb: φ moves along +gradient and the loss grows. Descend: φ − lr · gradient.",
        ),
        "stale_gradient": Misconception(
            lambda x_real, x_syn, n_iter, phi, lr=0.01: (
                phi - lr * n_iter * shift.discriminator_gradient(x_real, x_syn, phi)
            ),
            "Every step uses the gradient at the φ you started from (a stale φ). "
            "Compute the gradient anew inside the loop, at the φ just reached.",
        ),
        "one_step": Misconception(
            with_other(steps=lambda n: 1),
            "You take one step whatever `n_iter` says. Is the `return` inside the loop? Or does every step start "
            "again from the φ that was passed in, not from the one just reached?",
        ),
        "ignores_lr": Misconception(
            with_other(rate=lambda lr: 0.01),
            "The rate is fixed at 0.01 in your code. Use the argument `lr`.",
        ),
        "in_place": Misconception(
            update_discriminator_in_place,
            "`phi -= …` changes the caller's array, so the φ from before the update is lost. Write `phi = phi - …`.",
        ),
        "one_too_many": Misconception(
            with_other(steps=lambda n: n + 1),
            "You take one step too many: `range(n_iter)` runs n_iter times.",
        ),
        "one_too_few": Misconception(
            with_other(steps=lambda n: n - 1),
            "You take one step too few: `range(1, n_iter)` runs n_iter − 1 times, `range(n_iter)` n_iter times.",
        ),
        "returns_gradient": Misconception(
            lambda x_real, x_syn, n_iter, phi, lr=0.01: shift.discriminator_gradient(
                x_real, x_syn, update_discriminator(x_real, x_syn, n_iter - 1, phi, lr)
            ),
            "You return the last gradient. Return the new φ.",
        ),
        "swapped_batches": Misconception(
            lambda x_real, x_syn, n_iter, phi, lr=0.01: update_discriminator(x_syn, x_real, n_iter, phi, lr),
            "The real and the synthesised batch are in each other's place when you call for the gradient.",
        ),
        "one_after_the_other": Misconception(
            in_steps(one_after_the_other),
            "φ1 moves with the gradient at the φ0 just moved. Compute both derivatives first, then move both.",
        ),
        "momentum": Misconception(
            in_steps(with_momentum),
            "Your steps have momentum: they go on from the last step. Plain gradient descent is asked for.",
        ),
        "falling_rate": Misconception(
            in_steps(lambda gradient, phi, lr, t, last: -lr * gradient(phi) / (t + 1)),
            "The rate falls from step to step. It stays `lr`.",
        ),
        "returns_the_step": Misconception(
            lambda x_real, x_syn, n_iter, phi, lr=0.01: update_discriminator(x_real, x_syn, n_iter, phi, lr) - phi,
            "You return how far φ moved. Return the new φ.",
        ),
    },
)
