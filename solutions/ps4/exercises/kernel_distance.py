"""Exercise 10: the unbiased estimate of MMD², the kernel inception distance."""

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .polynomial_kernel import draw_kernel_features, polynomial_kernel


def mean_of_others(k):
    """The mean of a square matrix without its diagonal."""
    n = len(k)
    return (np.sum(k) - np.trace(k)) / (n * (n - 1))


def kernel_distance(x, y, *, polynomial_kernel=polynomial_kernel, within=mean_of_others, across=np.mean, factor=2):
    """With the student's own `polynomial_kernel` standing in; the other parts are for misconceptions to exchange."""
    own = within(polynomial_kernel(x, x)) + within(polynomial_kernel(y, y))
    return own - factor * across(polynomial_kernel(x, y))


def without_cross_diagonal(k):
    return (np.sum(k) - np.trace(k)) / (k.size - min(k.shape))


def draw_negative(rng):
    """Two samples of one distribution that lie in each other's midst, so that the estimate is below 0."""
    while True:
        x, y = draw_kernel_features(rng)
        if kernel_distance(x, y) < -0.1:
            return x, y


def draw_apart(rng):
    while True:
        x, y = draw_kernel_features(rng)
        y = 1.3 * y + 0.7
        if kernel_distance(x, y) > 0.5:
            return x, y


WRONG = {
    "biased": (
        {"within": np.mean},
        "The diagonals are in: each sample is compared with itself, which makes any set look closer to itself than it "
        "is. This estimate is biased. Average over i ≠ j only.",
    ),
    "diagonal_in": (
        {"within": lambda k: k.sum() / (len(k) * (len(k) - 1))},
        "You divide by n (n − 1), but the diagonal is still in the sum. Take it out: `k.sum() - np.trace(k)`.",
    ),
    "wrong_divisor": (
        {"within": lambda k: (k.sum() - np.trace(k)) / len(k) ** 2},
        "The diagonal is taken out of the sum, but you still divide by n². There are n (n − 1) pairs with i ≠ j.",
    ),
    "half_of_pairs": (
        {"within": lambda k: np.triu(k, 1).sum() / (len(k) * (len(k) - 1))},
        "You sum over i < j and divide by n (n − 1): half is missing. There are n (n − 1) / 2 pairs with i < j.",
    ),
    "divided_by_n": (
        {"within": lambda k: (k.sum() - np.trace(k)) / len(k)},
        "You divide by n only. There are n (n − 1) pairs with i ≠ j.",
    ),
    "no_factor": ({"factor": 1}, "The factor 2 before the mean over x and y is missing."),
    "plus": ({"factor": -2}, "The mean over x and y is added. It is taken away: similar sets are close."),
    "negated": (
        lambda x, y: -kernel_distance(x, y),
        "The sign is wrong: the two sets' own means come in with a plus, the mean over both with −2.",
    ),
    "cross_diagonal": (
        {"across": without_cross_diagonal},
        "You leave the diagonal out of the third mean, too. x_i and y_i are different samples, and no more a pair than "
        "any other two: this mean runs over all n · m.",
    ),
    "root": (
        lambda x, y: np.sqrt(np.maximum(kernel_distance(x, y), 0)),
        "You take the root. MMD² is asked for, as it is, also below 0.",
    ),
    "root_of_negative": (
        lambda x, y: np.sqrt(kernel_distance(x, y)) if kernel_distance(x, y) > 0 else np.nan,
        "You take the root, which is nan below 0. MMD² is asked for, as it is.",
    ),
    "clipped": (
        lambda x, y: np.maximum(kernel_distance(x, y), 0),
        "You set negative values to 0. An unbiased estimate of 0 is below 0 about as often as above; cut that off, and "
        "it is biased.",
    ),
    "absolute": (
        lambda x, y: np.abs(kernel_distance(x, y)),
        "You take the absolute value. An unbiased estimate of 0 is below 0 about as often as above; turn that round, "
        "and it is biased.",
    ),
    "cross_sum": ({"across": np.sum}, "The third term is a sum. It is a mean as the other two are: divide by n · m."),
    "divided_by_the_others": (
        lambda x, y: kernel_distance(x, y, within=lambda k: (k.sum() - np.trace(k)) / (len(x) * (len(x) - 1))),
        "You divide both sums by n (n − 1). There are m samples in y: m (m − 1) pairs.",
    ),
    "sums": (
        {"within": lambda k: k.sum() - np.trace(k), "across": np.sum},
        "You add up sums. Each of the three terms is a mean.",
    ),
    "only_means": (
        {"polynomial_kernel": lambda x, y: x @ y.T / x.shape[1] + 1},
        "Here the kernel has no third power, so only the means of x and y are compared. Use `polynomial_kernel`.",
    ),
}

EXERCISE = Exercise(
    name="kernel_distance",
    reference=kernel_distance,
    builds_on=("polynomial_kernel",),
    properties=(
        Property("is the unbiased estimate of MMD²", 2, draw_apart),
        Property("is below 0 where chance makes it so", 1, draw_negative, cases=2),
    ),
    misconceptions=misconceptions(kernel_distance, WRONG),
)
