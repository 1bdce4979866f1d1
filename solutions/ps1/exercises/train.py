"""Exercise 9, `train`: discriminator and generator in turn, θ after every round."""

import numpy as np

from gancourse import shift
from gancourse.exercises.specification import Exercise, Misconception, Property

from .inputs import draw_batches, draw_phi, draw_theta, either


def train(
    x_real,
    z,
    theta,
    phi,
    n_rounds,
    n_iter_discrim,
    n_iter_gen,
    *,
    generator=shift.generator,
    update_discriminator=shift.update_discriminator,
    update_generator=shift.update_generator,
):
    """With the student's own earlier functions standing in."""
    thetas = []
    for _ in range(n_rounds):
        x_syn = generator(z, theta)
        phi = update_discriminator(x_real, x_syn, n_iter_discrim, phi)
        theta = update_generator(z, theta, n_iter_gen, phi)
        thetas.append(theta)
    return np.array(thetas)


def train_stale_fakes(x_real, z, theta, phi, *counts):
    start = shift.generator(z, theta)
    return train(x_real, z, theta, phi, *counts, generator=lambda z, theta: start)


def train_forgets_phi(x_real, z, theta, phi, *counts):
    def from_the_first(x_real, x_syn, n_iter, _):
        return shift.update_discriminator(x_real, x_syn, n_iter, phi)

    return train(x_real, z, theta, phi, *counts, update_discriminator=from_the_first)


def in_rounds(play):
    """Training with another round: `play` returns z, θ and φ after it."""

    def train(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
        thetas = []
        for _ in range(n_rounds):
            z, theta, phi = play(x_real, z, theta, phi, n_iter_discrim, n_iter_gen)
            thetas.append(theta)
        return np.array(thetas)

    return train


@in_rounds
def train_stale_phi(x_real, z, theta, phi, n_iter_discrim, n_iter_gen):
    new_phi = shift.update_discriminator(x_real, shift.generator(z, theta), n_iter_discrim, phi)
    return z, shift.update_generator(z, theta, n_iter_gen, phi), new_phi


@in_rounds
def train_generator_first(x_real, z, theta, phi, n_iter_discrim, n_iter_gen):
    theta = shift.update_generator(z, theta, n_iter_gen, phi)
    return z, theta, shift.update_discriminator(x_real, shift.generator(z, theta), n_iter_discrim, phi)


@in_rounds
def train_wrong_batches(x_real, z, theta, phi, n_iter_discrim, n_iter_gen):
    """The published mistake: the generator's gradient at (x_real, x_syn) where (z, θ) belong."""
    x_syn = shift.generator(z, theta)
    phi = shift.update_discriminator(x_real, x_syn, n_iter_discrim, phi)
    for _ in range(n_iter_gen):
        theta = theta - 0.02 * shift.generator_gradient(x_real, x_syn, phi)
    return z, theta, phi


@in_rounds
def train_overwrites_z(x_real, z, theta, phi, n_iter_discrim, n_iter_gen):
    z = shift.generator(z, theta)
    phi = shift.update_discriminator(x_real, z, n_iter_discrim, phi)
    return z, shift.update_generator(z, theta, n_iter_gen, phi), phi


def train_forgets_theta(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    def play(x_real, z, at, phi, n_iter_discrim, n_iter_gen):
        phi = shift.update_discriminator(x_real, shift.generator(z, at), n_iter_discrim, phi)
        return z, shift.update_generator(z, theta, n_iter_gen, phi), phi

    return in_rounds(play)(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen)


@in_rounds
def train_step_by_step(x_real, z, theta, phi, n_iter_discrim, n_iter_gen):
    for step in range(max(n_iter_discrim, n_iter_gen)):
        if step < n_iter_discrim:
            phi = shift.update_discriminator(x_real, shift.generator(z, theta), 1, phi)
        if step < n_iter_gen:
            theta = shift.update_generator(z, theta, 1, phi)
    return z, theta, phi


def draw_training(rng, n_rounds, sign):
    x_real, z = draw_batches(rng)
    return (
        x_real,
        z,
        draw_theta(rng, sign),
        draw_phi(rng),
        n_rounds,
        int(rng.integers(8, 15)),
        int(rng.integers(2, 6)),
    )


EXERCISE = Exercise(
    name="train",
    reference=train,
    builds_on=("generator", "update_discriminator", "update_generator"),
    properties=(
        Property(
            "plays one round: discriminator, then generator",
            2,
            either(lambda rng, sign: draw_training(rng, 1, sign)),
            cases=2,
        ),
        Property(
            "plays on from where the last round ended, and returns θ after every round",
            3,
            either(lambda rng, sign: draw_training(rng, 5, sign)),
            cases=2,
        ),
    ),
    misconceptions={
        "includes_start": Misconception(
            lambda x_real, z, theta, phi, *counts: np.append(theta, train(x_real, z, theta, phi, *counts)),
            "You return the starting θ as well. One value per round is asked for: θ *after* each round.",
        ),
        "before_each_round": Misconception(
            lambda x_real, z, theta, phi, *counts: np.append(theta, train(x_real, z, theta, phi, *counts)[:-1]),
            "You collect θ before each round. What is asked for is θ *after* it: append at the end of the loop.",
        ),
        "last_only": Misconception(
            lambda *a: train(*a)[-1],
            "You return the last θ only. Collect θ after every round in a list and return them all.",
        ),
        "stale_fakes": Misconception(
            train_stale_fakes,
            "The synthesised samples stay those of the start. Make x_syn anew in every round: the generator has moved.",
        ),
        "stale_phi": Misconception(
            train_stale_phi,
            "The generator answers the discriminator of the round before (a stale φ). "
            "Update the discriminator first and give the generator its new φ.",
        ),
        "forgets_phi": Misconception(
            train_forgets_phi,
            "Each round the discriminator starts again from the first φ. Keep what it learned: "
            "`phi = update_discriminator(…, phi)`.",
        ),
        "generator_first": Misconception(
            train_generator_first,
            "The generator moves first. In the lecture's loop the discriminator does, then the generator answers it.",
        ),
        "wrong_batches": Misconception(
            train_wrong_batches,
            "The generator's update gets the real and the synthesised batch where z and θ belong. θ then races past "
            "the target. It is `update_generator(z, theta, n_iter_gen, phi)`.",
        ),
        "overwrites_z": Misconception(
            train_overwrites_z,
            "The latent samples are overwritten: `z = generator(z, theta)` shifts them further in every round. "
            "Call the synthesised samples `x_syn` and leave z alone.",
        ),
        "restarts": Misconception(
            lambda x_real, z, theta, phi, n, n_d, n_g: np.repeat(train(x_real, z, theta, phi, 1, n_d, n_g), n),
            "Every round starts again from the first θ and φ, so all rounds are alike. Keep the new ones: "
            "`phi = update_discriminator(…)`, `theta = update_generator(…)`.",
        ),
        "never_moves": Misconception(
            lambda x_real, z, theta, phi, n, n_d, n_g: np.full(n, theta),
            "θ never changes. The updates *return* the new values; assign them: `theta = update_generator(…)`.",
        ),
        "swapped_counts": Misconception(
            lambda x_real, z, theta, phi, n, n_d, n_g: train(x_real, z, theta, phi, n, n_g, n_d),
            "n_iter_discrim and n_iter_gen have changed places.",
        ),
        "swapped_batches": Misconception(
            lambda *a: train(*a, update_discriminator=lambda r, s, n, phi: shift.update_discriminator(s, r, n, phi)),
            "The discriminator is given the synthesised batch as real and the real one as synthesised.",
        ),
        "shown_z": Misconception(
            lambda x_real, z, theta, phi, *counts: train(x_real, z, theta, phi, *counts, generator=lambda z, theta: z),
            "The discriminator is shown z. It has to judge what the generator makes: `x_syn = generator(z, theta)`.",
        ),
        "takes_turns_step_by_step": Misconception(
            train_step_by_step,
            "The players take turns step by step. In a round the discriminator takes all its steps first, then the "
            "generator takes all of its.",
        ),
        "forgets_theta": Misconception(
            train_forgets_theta,
            "Each round the generator starts again from the first θ. Keep what it reached: "
            "`theta = update_generator(…, theta, …)`.",
        ),
    },
)
