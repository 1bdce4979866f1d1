"""Exercise 3, `optimal_discriminator`: p_data / (p_data + p_gen), and ½ where both are 0."""

import numpy as np

from gancourse import divergence
from gancourse.exercises.specification import Exercise, Misconception, Property

from .inputs import normalised


def optimal_discriminator(p_data, p_gen):
    best = divergence.optimal_discriminator(p_data, p_gen)
    return np.where(np.isnan(best), 0.5, best)


def share(part, whole, neither=0.5):
    """part / whole, and `neither` where that is 0 / 0."""
    return np.where((part == 0) & (whole == 0), neither, part / whole)


def draw_densities(rng):
    """Of different masses: they are densities at some points, and no distributions over them."""
    n = rng.integers(4, 9)
    return rng.uniform(0.1, 1, size=n), rng.uniform(0.3, 3, size=n)


def draw_densities_with_holes(rng):
    p_data, p_gen = rng.uniform(0.1, 1, size=6), rng.uniform(0.3, 3, size=6)
    p_data[[0, 3]] = p_gen[[1, 3]] = 0
    p_data[5], p_gen[5] = p_data[5] * 1e-20, p_gen[5] * 1e-20  # small, and all the same data or generator
    return p_data, p_gen


EXERCISE = Exercise(
    name="optimal_discriminator",
    reference=optimal_discriminator,
    properties=(
        Property("is p_data / (p_data + p_gen), point by point", 1, draw_densities),
        Property("is ½, and not nan, where both are 0", 1, draw_densities_with_holes, cases=2),
    ),
    misconceptions={
        "for_fake": Misconception(
            lambda p_data, p_gen: share(p_gen, p_data + p_gen),
            "This is the probability that a point is *generated*. D* is the share of the data: p_data goes on top.",
        ),
        "ratio": Misconception(
            lambda p_data, p_gen: share(p_data, p_gen),
            "This is the ratio p_data / p_gen, which can be any size. A probability is a share of the whole: "
            "divide by p_data + p_gen.",
        ),
        "logit": Misconception(
            lambda p_data, p_gen: np.log(p_data) - np.log(p_gen),
            "This is the logit, log p_data − log p_gen. A probability is asked for.",
        ),
        "normalised_first": Misconception(
            lambda p_data, p_gen: optimal_discriminator(normalised(p_data), normalised(p_gen)),
            "You divide the densities by their sums first. They are densities at a few points: use them as they are.",
        ),
        "over_all_points": Misconception(
            lambda p_data, p_gen: p_data / (p_data + p_gen).sum(),
            "You divide by a sum over all points. D* asks at each point by itself: divide by p_data + p_gen there.",
        ),
        "divided_by_mixture": Misconception(
            lambda p_data, p_gen: share(p_data, (p_data + p_gen) / 2),
            "You divide by the mixture, (p_data + p_gen) / 2, so this runs up to 2. Divide by the sum.",
        ),
        "decision": Misconception(
            lambda p_data, p_gen: np.where(p_data == p_gen, 0.5, (p_data > p_gen).astype(float)),
            "You return the decision, 0 or 1. Return the probability itself.",
        ),
        "nan_where_neither": Misconception(
            divergence.optimal_discriminator,
            "Where neither has mass, 0 / 0 is nan. Nothing speaks for either side there: return ½, "
            "for example with `np.where`.",
        ),
        "zero_where_neither": Misconception(
            lambda p_data, p_gen: share(p_data, p_data + p_gen, neither=0.0),
            'Where neither has mass you return 0, which says "surely generated". Nothing speaks for either side: '
            "return ½. (A small constant in the denominator gives 0, too.)",
        ),
        "small_constant": Misconception(
            lambda p_data, p_gen: (p_data + 1e-12) / (p_data + p_gen + 2e-12),
            "Small is not zero. A constant added to both also turns densities of 1e-20 into ½. "
            "Return ½ only where both are exactly 0.",
        ),
        "brackets": Misconception(
            lambda p_data, p_gen: share(p_data, p_data, neither=1.0) + p_gen,
            "`p_data / p_data + p_gen` divides first and adds then. Put brackets round the whole denominator.",
        ),
        "sigmoid_of_the_difference": Misconception(
            lambda p_data, p_gen: 1 / (1 + np.exp(p_gen - p_data)),
            "You take the sigmoid of p_data − p_gen. D* is the sigmoid of the *logarithms'* difference: "
            "p_data / (p_data + p_gen).",
        ),
    },
)
