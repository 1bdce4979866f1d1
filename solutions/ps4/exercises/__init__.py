"""ps4 "Take control": one file per exercise, with its reference and its misconceptions.

The instructor's side of the assignment: this folder is never released. The order is that of the notebook.
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

ANSWERS = (  # cannot be imported while it is graded
    "gancourse.metrics.distances",
    "gancourse.games.conditional",
    "gancourse.games.acgan",
    "gancourse.games.infogan",
)

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
