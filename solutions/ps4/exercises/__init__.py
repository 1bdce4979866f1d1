"""ps4 "Take control": what each exercise asks, its reference and its misconceptions, one file for each.

The instructor's side of the assignment: these files are never released.
"""

from . import (
    acgan_discriminator_loss,
    acgan_generator_loss,
    condition_images,
    fooled,
    frechet_distance,
    info_loss,
    kernel_distance,
    one_hot,
    polynomial_kernel,
    projection_logit,
    truncate,
)

ANSWERS = [  # the course's modules that hold an answer: they cannot be imported while it is graded
    "gancourse.metrics.distances",
    "gancourse.games.conditional",
    "gancourse.games.acgan",
    "gancourse.games.infogan",
]

EXERCISES = [
    one_hot.EXERCISE,
    condition_images.EXERCISE,
    projection_logit.EXERCISE,
    acgan_discriminator_loss.EXERCISE,
    acgan_generator_loss.EXERCISE,
    info_loss.EXERCISE,
    truncate.EXERCISE,
    frechet_distance.EXERCISE,
    polynomial_kernel.EXERCISE,
    kernel_distance.EXERCISE,
    fooled.EXERCISE,
]
