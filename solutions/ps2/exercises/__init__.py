"""ps2 "Measuring the distance": one file per exercise, with its reference and its misconceptions.

The instructor's side of the assignment: this folder is never released. The order is that of the notebook.
"""

from . import (
    count_modes,
    gradient_penalty,
    js_divergence,
    kl_divergence,
    non_saturating_generator_loss,
    optimal_discriminator,
    wasserstein_1d,
    wasserstein_lp,
)

ANSWERS = (  # cannot be imported while it is graded
    "gancourse.divergence",
    "gancourse.games.losses",
    "gancourse.metrics.distances",
)

EXERCISES = [
    kl_divergence.EXERCISE,
    js_divergence.EXERCISE,
    optimal_discriminator.EXERCISE,
    non_saturating_generator_loss.EXERCISE,
    wasserstein_lp.EXERCISE,
    wasserstein_1d.EXERCISE,
    gradient_penalty.EXERCISE,
    count_modes.EXERCISE,
]
