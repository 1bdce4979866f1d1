"""Exercise 8, `update_generator`: `n_iter` steps down the gradient of the generator's loss."""

from gancourse import shift
from gancourse.exercises.specification import Exercise, Misconception, Property

from .inputs import draw_phi, draw_theta, either


def update_generator(z, theta, n_iter, phi, lr=0.02, *, generator_gradient=shift.generator_gradient):
    """With the student's own `generator_gradient` standing in."""
    for _ in range(n_iter):
        theta = theta - lr * generator_gradient(z, theta, phi)
    return theta


def with_other(steps=lambda n: n, rate=lambda lr: lr):
    """The updates with another number of steps, or another rate, than asked for."""
    return lambda z, theta, n_iter, phi, lr=0.02: update_generator(z, theta, steps(n_iter), phi, rate(lr))


def moves_on(z, theta, n_iter, phi, lr=0.02):
    for _ in range(n_iter):
        z, shifted = z + theta, z
        theta = theta - lr * shift.generator_gradient(shifted, theta, phi)
    return theta


def with_momentum(z, theta, n_iter, phi, lr=0.02):
    last = 0.0
    for _ in range(n_iter):
        last = 0.9 * last - lr * shift.generator_gradient(z, theta, phi)
        theta = theta + last
    return theta


EXERCISE = Exercise(
    name="update_generator",
    reference=update_generator,
    builds_on=("generator_gradient",),
    properties=(
        Property(
            "takes one step of 0.02 down the gradient",
            1,
            either(lambda rng, sign: (rng.normal(size=6), draw_theta(rng, sign), 1, draw_phi(rng))),
            cases=2,
        ),
        Property(
            "takes `n_iter` steps, each with the gradient at the newest θ",
            1,
            either(
                lambda rng, sign: (rng.normal(size=6), draw_theta(rng, sign), int(rng.integers(5, 12)), draw_phi(rng))
            ),
            cases=2,
        ),
        Property(
            "uses the rate `lr` that it is given",
            1,
            lambda rng: (
                rng.normal(size=6),
                draw_theta(rng),
                3,
                draw_phi(rng),
                float(rng.uniform(0.05, 0.1)),
            ),
            cases=2,
        ),
    ),
    misconceptions={
        "ascends": Misconception(
            with_other(rate=lambda lr: -lr),
            "You climb: θ moves along +gradient, away from where the discriminator believes the samples. "
            "The generator minimises its loss: θ − lr · gradient.",
        ),
        "stale_gradient": Misconception(
            lambda z, theta, n_iter, phi, lr=0.02: theta - lr * n_iter * shift.generator_gradient(z, theta, phi),
            "Every step uses the gradient at the θ you started from (a stale θ). Compute it anew inside the loop.",
        ),
        "one_step": Misconception(
            with_other(steps=lambda n: 1),
            "You take one step whatever `n_iter` says. Is the `return` inside the loop? Or does every step start "
            "again from the θ that was passed in, not from the one just reached?",
        ),
        "ignores_lr": Misconception(
            with_other(rate=lambda lr: 0.02),
            "The rate is fixed at 0.02 in your code. Use the argument `lr`.",
        ),
        "discriminators_rate": Misconception(
            lambda z, theta, n_iter, phi, lr=0.01: update_generator(z, theta, n_iter, phi, lr),
            "The default rate is 0.01, the discriminator's. The generator's is 0.02.",
        ),
        "one_too_many": Misconception(
            with_other(steps=lambda n: n + 1),
            "You take one step too many: `range(n_iter)` runs n_iter times.",
        ),
        "one_too_few": Misconception(
            with_other(steps=lambda n: n - 1),
            "You take one step too few: `range(1, n_iter)` runs n_iter − 1 times, `range(n_iter)` n_iter times.",
        ),
        "non_saturating": Misconception(
            lambda z, theta, n_iter, phi, lr=0.02: shift.update_generator(z, theta, n_iter, phi, lr, saturating=False),
            "Your steps follow the non-saturating loss. Use your `generator_gradient`, of Σ log(1 − σ(f)).",
        ),
        "returns_gradient": Misconception(
            lambda z, theta, n_iter, phi, lr=0.02: shift.generator_gradient(
                z, update_generator(z, theta, n_iter - 1, phi, lr), phi
            ),
            "You return the last gradient. Return the new θ.",
        ),
        "goes_on_from_the_samples": Misconception(
            moves_on,
            "In every step you shift the samples of the step before. x_syn is z + θ: begin with the z that was given.",
        ),
        "subtracts_the_loss": Misconception(
            lambda z, theta, n_iter, phi, lr=0.02: update_generator(
                z, theta, n_iter, phi, lr, generator_gradient=shift.generator_loss
            ),
            "You subtract the loss itself. Subtract its gradient, from `generator_gradient`.",
        ),
        "momentum": Misconception(
            with_momentum,
            "Your steps have momentum: they go on from the last step. Plain gradient descent is asked for.",
        ),
    },
)
