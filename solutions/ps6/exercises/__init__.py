"""ps6 "Grow, style, edit": one file per exercise, with its reference and its misconceptions.

The instructor's side of the assignment: this folder is never released. The order is that of the notebook.
"""

from . import (
    adain,
    attribute_direction,
    direction_alone,
    fade_in,
    invert,
    matching_aware_loss,
    minibatch_std,
    mix_styles,
    orthogonal_gradient,
    orthogonal_penalty,
    path_length,
    truncated_normal,
)

ANSWERS = (  # cannot be imported while it is graded
    "gancourse.games.growing",
    "gancourse.games.minibatch",
    "gancourse.games.biggan",
    "gancourse.games.stylegan",
    "gancourse.games.captions",
    "gancourse.games.editing",
    "gancourse.games.latent",
)

EXERCISES = [
    fade_in.EXERCISE,
    minibatch_std.EXERCISE,
    orthogonal_penalty.EXERCISE,
    orthogonal_gradient.EXERCISE,
    truncated_normal.EXERCISE,
    adain.EXERCISE,
    mix_styles.EXERCISE,
    path_length.EXERCISE,
    invert.EXERCISE,
    attribute_direction.EXERCISE,
    direction_alone.EXERCISE,
    matching_aware_loss.EXERCISE,
]
