"""ps5 "Translate without pairs": one file per exercise, with its reference and its misconceptions.

The instructor's side of the assignment: this folder is never released. The order is that of the notebook.
"""

from . import (
    cycle_loss,
    discriminator_step,
    generator_step,
    halvings_for,
    identity_loss,
    image_pool,
    ink,
    lsgan_discriminator_loss,
    lsgan_generator_loss,
    patch_discriminator,
    receptive_field,
    residual_block,
    unet,
)

ANSWERS = (  # cannot be imported while it is graded
    "gancourse.games.patch",
    "gancourse.games.pix2pix",
    "gancourse.games.cyclegan",
    "gancourse.games.losses",
)

EXERCISES = [
    receptive_field.EXERCISE,
    halvings_for.EXERCISE,
    unet.EXERCISE,
    patch_discriminator.EXERCISE,
    residual_block.EXERCISE,
    lsgan_discriminator_loss.EXERCISE,
    lsgan_generator_loss.EXERCISE,
    cycle_loss.EXERCISE,
    identity_loss.EXERCISE,
    image_pool.EXERCISE,
    discriminator_step.EXERCISE,
    generator_step.EXERCISE,
    ink.EXERCISE,
]
