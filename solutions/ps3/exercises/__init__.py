"""ps3 "Build a DCGAN": one file per exercise, with its reference and its misconceptions.

The instructor's side of the assignment: this folder is never released. The order is that of the notebook.
"""

from . import (
    discriminator,
    discriminator_step,
    generator,
    generator_step,
    initialise,
    interpolate,
    output_size,
    reading,
    sample,
    transposed_output_size,
)

ANSWERS = ("gancourse.games.dcgan",)  # cannot be imported while it is graded

EXERCISES = [
    output_size.EXERCISE,
    transposed_output_size.EXERCISE,
    generator.EXERCISE,
    discriminator.EXERCISE,
    initialise.EXERCISE,
    discriminator_step.EXERCISE,
    generator_step.EXERCISE,
    sample.EXERCISE,
    interpolate.EXERCISE,
    reading.EXERCISE,
]
