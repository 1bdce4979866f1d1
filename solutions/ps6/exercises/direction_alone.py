"""Exercise 11, `direction_alone`: that direction, without its share along another attribute's."""

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .attribute_direction import attribute_direction, unit
from .inputs import of_sizes


def project_away(a, b):
    return a - (a @ b) * b


def alone_by(w, labels, others, directions=attribute_direction, remove=project_away, scale=unit):
    return scale(remove(directions(w, labels), directions(w, others)))


def direction_alone(w, labels, others, *, attribute_direction=attribute_direction):
    """With the student's own `attribute_direction` standing in."""
    return alone_by(w, labels, others, directions=attribute_direction)


def without_the_others(w, labels, others):
    """Codes that have the other attribute are left out."""
    return attribute_direction(w[~others], labels[~others])


def draw_two_attributes(rng, n, d=4):
    """Codes and two attributes that go together: three of the four kinds in small and in different numbers."""
    while True:
        labels = np.arange(n) < n // 2 - n % 2
        others = labels ^ (np.arange(n) % 4 == 1)
        order = rng.permutation(n)
        w = rng.normal(size=(n, d)) + np.outer(labels, rng.normal(size=d)) + np.outer(others, rng.normal(size=d))
        w, labels, others = w[order] + rng.uniform(0.5, 1.5, size=d), labels[order], others[order]
        share = attribute_direction(w, labels) @ attribute_direction(w, others)
        if 0.3 < abs(share) < 0.85:
            return w, labels, others


WRONG = {
    "not_removed": (
        {"remove": lambda a, b: a},
        "The other attribute's share is still in it: you return the direction of the wanted attribute as it is.",
    ),
    "subtracted_whole": (
        {"remove": lambda a, b: a - b},
        "You subtract the whole of the other direction, whatever the angle. What goes is a's share along it: "
        "(a · b) b.",
    ),
    "added": (
        {"remove": lambda a, b: a + (a @ b) * b},
        "You add the share along the other direction, so that it is there twice. Subtract it.",
    ),
    "half": (
        {"remove": lambda a, b: a - (a @ b) * b / 2},
        "Only half of the share is gone. Subtract the whole of (a · b) b.",
    ),
    "the_share": (
        {"remove": lambda a, b: (a @ b) * b},
        "You return the share along the other direction. It is what has to go: a − (a · b) b.",
    ),
    "the_other_alone": (
        {"remove": lambda a, b: project_away(b, a)},
        "The attributes have changed places: you return the other one's direction without the wanted one's.",
    ),
    "number_by_number": (
        {"remove": lambda a, b: a - a * b * b},
        "You multiply a and b number by number. Their inner product is meant, one number: `a @ b`.",
    ),
    "scalar_subtracted": (
        {"remove": lambda a, b: a - a @ b},
        "You subtract a · b, a number, from every number of a. Subtract the *vector* (a · b) b.",
    ),
    "absolute_share": (
        {"remove": lambda a, b: a - abs(a @ b) * b if a @ b < 0 else a - (a @ b) ** 2 * b},
        "The share is not a · b: it needs its sign, and it is not squared. Subtract (a · b) b.",
    ),
    "length_not_one": (
        {"scale": np.copy},
        "Right direction, but what is left is shorter than 1: divide by its length again.",
    ),
    "selected": (
        without_the_others,
        "You compute the direction from those codes that lack the other attribute. A good idea with enough of "
        "them, but another one: here it is a − (a · b) b, of directions from all codes.",
    ),
    "reversed": (
        {"scale": lambda v: -unit(v)},
        "It points the other way: the wanted attribute would go away.",
    ),
}

EXERCISE = Exercise(
    name="direction_alone",
    reference=direction_alone,
    builds_on=("attribute_direction",),
    properties=(
        Property(
            "is that direction without its share along the other, of length 1",
            2,
            of_sizes(draw_two_attributes, 11, 12, 13),
        ),
    ),
    misconceptions=misconceptions(alone_by, WRONG),
)
