"""Exercise 10, `attribute_direction`: from the mean w without an attribute to the mean w with it."""

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import of_sizes


def unit(v):
    return v / np.linalg.norm(v)


def means(w, labels):
    return w[labels].mean(axis=0), w[~labels].mean(axis=0)


def attribute_direction(w, labels, between=means, scale=unit):
    of_with, of_without = between(w, labels)
    return scale(of_with - of_without)


def draw_codes(rng, n, d=4):
    """Codes, of which fewer than half have the attribute, and whose mean is far from 0."""
    labels = rng.permutation(np.arange(n) < (n - 1) // 2 - n % 2)
    return rng.normal(size=(n, d)) + rng.choice([-1, 1], size=d) * rng.uniform(1.5, 2.5, size=d), labels


def first_component(w, labels):
    direction = np.linalg.svd(w - w.mean(axis=0))[2][0]
    return direction * np.sign(direction @ attribute_direction(w, labels))


def by_spread(w, labels):
    """Each number of the difference, divided by its standard deviation."""
    of_with, of_without = means(w, labels)
    return unit((of_with - of_without) / w.std(axis=0))


WRONG = {
    "reversed": (
        lambda w, labels: attribute_direction(w, ~labels),
        "It points the other way: along yours the attribute goes away. Take the mean of those *with* it, minus "
        "the mean of those without.",
    ),
    "own_length": (
        {"scale": np.copy},
        "The direction is right, but its length is not 1. Divide by `np.linalg.norm`.",
    ),
    "squared_length": (
        {"scale": lambda v: v / (v @ v)},
        "You divide by the *squared* length. Divide by its root, `np.linalg.norm`.",
    ),
    "sum_of_sizes": (
        {"scale": lambda v: v / np.abs(v).sum()},
        "You divide by the sum of the absolute values. The length is the root of the sum of squares: `np.linalg.norm`.",
    ),
    "largest_is_one": (
        {"scale": lambda v: v / np.abs(v).max()},
        "Your largest number is ±1. Length 1 means that the *squares* sum to 1: divide by `np.linalg.norm`.",
    ),
    "sums_for_means": (
        {"between": lambda w, labels: (w[labels].sum(axis=0), w[~labels].sum(axis=0))},
        "You subtract sums. There are more without the attribute than with it, so take means.",
    ),
    "with_only": (
        {"between": lambda w, labels: (w[labels].mean(axis=0), 0)},
        "This is the mean code of those with the attribute, measured from 0. What the faces have in common has to go: "
        "subtract the mean of those without.",
    ),
    "means_of_length_one": (
        {"between": lambda w, labels: tuple(unit(m) for m in means(w, labels))},
        "You give the two means length 1 before you subtract. Subtract them as they are; the difference gets length 1.",
    ),
    "medians": (
        {"between": lambda w, labels: (np.median(w[labels], axis=0), np.median(w[~labels], axis=0))},
        "You use medians. Means are asked for.",
    ),
    "first_two": (
        {"between": lambda w, labels: (w[labels][0], w[~labels][0])},
        "You subtract one code from another. In those two everything else differs, too: average over all of each "
        "group, and the rest averages out.",
    ),
    "first_component": (
        first_component,
        "This is the first principal component: where codes vary most. The labels say what to look for: subtract the "
        "two means.",
    ),
    "by_spread": (
        by_spread,
        "You divide each number by its standard deviation over the codes. Subtract the means as they are.",
    ),
    "along_the_codes": (
        {"between": lambda w, labels: (w[labels].mean(axis=1).mean(), w[~labels].mean(axis=1))},
        "You average over the numbers of each code. Average over the codes of a group, along axis 0: the direction has "
        "d numbers.",
    ),
}

EXERCISE = Exercise(
    name="attribute_direction",
    reference=attribute_direction,
    properties=(Property("is mean with − mean without, of length 1", 2, of_sizes(draw_codes, 9, 10, 11)),),
    misconceptions=misconceptions(attribute_direction, WRONG),
)
