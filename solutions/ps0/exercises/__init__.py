"""ps0 "Before the game": one file per exercise, with its reference and its misconceptions.

The instructor's side of the assignment: this folder is never released. The order is that of the notebook.
"""

from . import (
    autoregressive_log_prob,
    bayes_rule,
    corrupt,
    hamming_search,
    ista_step,
    kmeans_step,
    linear_autoencoder_gradient,
    linear_autoencoder_loss,
    log_likelihood,
    pca_project,
    soft_threshold,
)

ANSWERS = (  # cannot be imported while it is graded
    "gancourse.codes.sparse",
    "gancourse.codes.autoencoder",
    "gancourse.codes.hashing",
    "gancourse.families.density",
    "gancourse.families.autoregressive",
)

EXERCISES = [
    log_likelihood.EXERCISE,
    bayes_rule.EXERCISE,
    kmeans_step.EXERCISE,
    pca_project.EXERCISE,
    autoregressive_log_prob.EXERCISE,
    soft_threshold.EXERCISE,
    ista_step.EXERCISE,
    linear_autoencoder_loss.EXERCISE,
    linear_autoencoder_gradient.EXERCISE,
    corrupt.EXERCISE,
    hamming_search.EXERCISE,
]
