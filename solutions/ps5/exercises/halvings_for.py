"""Exercise 2: how many halvings a discriminator of such patches takes."""

import math

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .receptive_field import receptive_field

MOST_HALVINGS = 12


def patch_layers(n, unstrided=2):
    return np.array([[4, 2]] * n + [[4, 1]] * unstrided)


def halvings_for(pixels, *, receptive_field=receptive_field, unstrided=2, enough=lambda field, pixels: field >= pixels):
    """With the student's own `receptive_field` standing in."""
    for n in range(MOST_HALVINGS):
        if enough(receptive_field(patch_layers(n, unstrided)), pixels):
            return n
    raise ValueError("no number of halvings is enough")


def draw_pixels(rng):
    """Where 3 or 4 halvings are enough, and without the last two layers one more would be."""
    low, high = [(40, 47), (80, 95)][rng.integers(2)]
    return (int(rng.integers(low, high)),)


def draw_exact_pixels(rng):
    return (int(rng.choice([142, 286])),)


def draw_few_pixels(rng):
    return (int(rng.integers(5, 7)),)


WRONG = {
    "one_too_few": (
        lambda pixels: halvings_for(pixels + 1) - 1,
        "It is one too few: the patches are still smaller than `pixels`. Stop at the first that is large enough.",
    ),
    "one_too_many": (
        lambda pixels: halvings_for(pixels) + 1,
        "It is one too many. Stop at the first n that is large enough, and return that n, not the next.",
    ),
    "larger_than": (
        {"enough": lambda field, pixels: field > pixels},
        "A patch of exactly `pixels` pixels is large enough: compare with `>=`.",
    ),
    "all_layers": (
        lambda pixels: halvings_for(pixels) + 2,
        "You count all the layers. Only those with stride 2 are asked for; the two with stride 1 come on top.",
    ),
    "without_the_last_two": (
        {"unstrided": 0},
        "The two layers of stride 1 are missing, or stand in front. They come last, and see, too: put `[(4, 1)] * 2` "
        "behind the others.",
    ),
    "never_zero": (
        lambda pixels: max(1, halvings_for(pixels)),
        "You begin with n = 1. The two layers of stride 1 see 7 pixels by themselves, and sometimes that is enough: "
        "begin with n = 0.",
    ),
    "the_field": (
        lambda pixels: receptive_field(patch_layers(halvings_for(pixels))),
        "You return the size of the patch. Return how many layers of stride 2 it takes.",
    ),
    "logarithm": (
        lambda pixels: math.ceil(math.log2(pixels)),
        "You halve the image until one pixel is left. A patch grows by its kernels as well: try n = 0, 1, 2, … and ask "
        "`receptive_field`.",
    ),
}

EXERCISE = Exercise(
    name="halvings_for",
    reference=halvings_for,
    builds_on=("receptive_field",),
    properties=(
        Property("is the least number of halvings whose patches are large enough", 1, draw_pixels),
        Property("takes a patch of exactly so many pixels for large enough", 1, draw_exact_pixels),
        Property("is 0 where the last two layers see enough by themselves", 1, draw_few_pixels),
    ),
    misconceptions=misconceptions(halvings_for, WRONG),
)
