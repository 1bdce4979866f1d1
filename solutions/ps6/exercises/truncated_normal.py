"""Exercise 5, `truncated_normal`: normal numbers, drawn again while they are out of range."""

import itertools

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions


def out_of_range(z, threshold):
    return np.abs(z) > threshold


def truncated_normal(shape, threshold, rng, outside=out_of_range, rounds=None, fresh=lambda rng, n: rng.normal(size=n)):
    z = rng.normal(size=shape)
    for _ in itertools.repeat(None) if rounds is None else range(rounds):
        bad = outside(z, threshold)
        if not bad.any():
            break
        z[bad] = fresh(rng, bad.sum())
    return z


def changed(change):
    """Normal numbers, changed in some way instead of drawn again: a function of them and the threshold."""
    return lambda shape, threshold, rng: change(rng.normal(size=shape), threshold)


def one_for_all(shape, threshold, rng):
    return truncated_normal(shape, threshold, rng, rounds=50, fresh=lambda rng, n: rng.normal())


def draw_sample(part):
    def draw(rng):
        return part, np.array([60, 50]), float(rng.uniform(1.2, 1.6)), int(rng.integers(2**31))

    return draw


ONCE = "You draw again once. A fresh number can be out of range, too: go on until all are in, with `while`."

WRONG = {
    "not_truncated": (
        {"rounds": 0},
        "These are normal numbers, and those beyond the threshold are still among them. Draw those again.",
    ),
    "clipped": (
        changed(lambda z, t: np.clip(z, -t, t)),
        "You clip. Then a large share of the numbers is exactly ±threshold, where a normal distribution has next to "
        "none. Draw those out of range again.",
    ),
    "clipped_after_one_draw": (
        lambda shape, threshold, rng: np.clip(truncated_normal(shape, threshold, rng, rounds=1), -threshold, threshold),
        "You clip. Then a large share of the numbers is exactly ±threshold, where a normal distribution has next to "
        "none. Draw those out of range again.",
    ),
    "once": ({"rounds": 1}, ONCE),
    "zeroed": (
        changed(lambda z, t: np.where(np.abs(z) > t, 0, z)),
        "Numbers out of range become 0, so that one exact value occurs again and again. Draw them anew.",
    ),
    "scaled": (
        changed(lambda z, t: t * z),
        "You multiply by the threshold. That is another distribution, wider or narrower, without any bound. Leave the "
        "numbers as they are, and draw those out of range again.",
    ),
    "largest_to_threshold": (
        changed(lambda z, t: t * z / np.abs(z).max()),
        "You scale all numbers until the largest is in range, and they crowd round 0. Those in range stay as they are; "
        "the others are drawn again.",
    ),
    "squashed": (
        changed(lambda z, t: t * np.tanh(z)),
        "You squash all numbers into the range, and they crowd at its ends. Those in range stay as they are; the "
        "others are drawn again.",
    ),
    "uniform": (
        lambda shape, threshold, rng: rng.uniform(-threshold, threshold, size=shape),
        "Your numbers are *uniform* between −threshold and threshold. Within the range they are to be distributed as "
        "normal ones: more near 0 than at the ends.",
    ),
    "upper_only": (
        {"outside": np.greater},
        "Numbers below −threshold are still there. In range means |z| ≤ threshold: `np.abs(z)`.",
    ),
    "positive": (
        lambda *a: np.abs(truncated_normal(*a)),
        "None of your numbers is below 0. It is their *size* that is compared with the threshold; the sign stays.",
    ),
    "one_for_all": (
        one_for_all,
        "One fresh number is put in all places at once. Draw one for each: `rng.normal(size=bad.sum())`.",
    ),
    "always_the_same": (
        lambda shape, threshold, rng: truncated_normal(shape, threshold, np.random.default_rng(0)),
        "Every call returns the same numbers. Draw with the `rng` that is given, without a seed of your own.",
    ),
    "left_out": (
        changed(lambda z, t: z[np.abs(z) <= t]),
        "You leave out the numbers that are out of range, and there are too few. Put fresh ones in their places: the "
        "shape stays.",
    ),
}

EXERCISE = Exercise(
    name="truncated_normal",
    reference=truncated_normal,
    properties=(
        Property(
            "is distributed as a normal distribution within the range",
            2,
            draw_sample("law"),
            cases=2,
            probe="truncated_sample",
        ),
        Property("lies within ±threshold", 1, draw_sample("range"), cases=1, probe="truncated_sample"),
    ),
    misconceptions=misconceptions(truncated_normal, WRONG),
)
