"""ps1 "A GAN you can hold in your hand": one file per exercise, with its reference and its misconceptions.

The instructor's side of the assignment: this folder is never released. The order is that of the notebook.
"""

from . import (
    discriminator,
    discriminator_gradient,
    discriminator_loss,
    generator,
    generator_gradient,
    generator_loss,
    train,
    update_discriminator,
    update_generator,
)

ANSWERS = ("gancourse.shift",)  # cannot be imported while it is graded

EXERCISES = [
    generator.EXERCISE,
    discriminator.EXERCISE,
    discriminator_loss.EXERCISE,
    generator_loss.EXERCISE,
    discriminator_gradient.EXERCISE,
    generator_gradient.EXERCISE,
    update_discriminator.EXERCISE,
    update_generator.EXERCISE,
    train.EXERCISE,
]
