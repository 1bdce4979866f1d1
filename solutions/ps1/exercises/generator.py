"""Exercise 1, `generator`: G(z) = z + θ."""

import numpy as np

from gancourse import shift
from gancourse.exercises.specification import Exercise, Misconception, Property

from .inputs import draw_theta, either


def generator_in_place(z, theta):
    z += theta
    return z


EXERCISE = Exercise(
    name="generator",
    reference=shift.generator,
    properties=(
        Property(
            "adds θ to every latent sample, however many there are",
            1,
            either(lambda rng, sign: (rng.normal(size=rng.integers(3, 9)), draw_theta(rng, sign))),
        ),
        Property(
            "leaves `z` as it was",
            1,
            lambda rng: (rng.normal(size=5), draw_theta(rng)),
            part="arguments",
            cases=1,
        ),
    ),
    misconceptions={
        "scales": Misconception(
            lambda z, theta: z * theta,
            "You multiply by θ. This generator shifts: G(z) = z + θ, so θ moves the samples and does not stretch them.",
        ),
        "subtracts": Misconception(
            lambda z, theta: z - theta,
            "The sign of θ is the wrong way round: a larger θ must move the samples to the right, G(z) = z + θ.",
        ),
        "ignores_z": Misconception(
            lambda z, theta: np.full_like(z, theta),
            "Every sample you return is θ itself. Without z all fakes are the same point; add θ to each z.",
        ),
        "averages": Misconception(
            lambda z, theta: np.mean(z) + theta,
            "You return one number, the mean of z plus θ. The generator makes one sample from each z.",
        ),
        "centres": Misconception(
            lambda z, theta: z - np.mean(z) + theta,
            "You take the mean of z away before you add θ. Leave z as drawn: the generator cannot know the batch mean.",
        ),
        "in_place": Misconception(
            generator_in_place,
            "`z += θ` changes the caller's array, so every call shifts the latent samples further. "
            "Return `z + theta`, a new array.",
        ),
    },
)
