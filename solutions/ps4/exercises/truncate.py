"""Exercise 7: the truncation trick."""

import itertools

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions


def out_of_range(z, threshold):
    return np.abs(z) > threshold


def truncate(z, threshold, draw, outside=out_of_range, rounds=None):
    """Fresh numbers wherever `outside` says so, again and again, or `rounds` times."""
    z = z.copy()
    for _ in itertools.repeat(None) if rounds is None else range(rounds):
        bad = outside(z, threshold)
        if not bad.any():
            break
        z[bad] = draw(bad.sum())
    return z


def in_a_row_out_of_range(z, threshold):
    return np.broadcast_to(out_of_range(z, threshold).any(axis=1, keepdims=True), z.shape)


def truncate_in_place(z, threshold, draw):
    z[:] = truncate(z, threshold, draw)
    return z


def one_for_all(z, threshold, draw):
    fresh = draw(1)
    while abs(fresh[0]) > threshold:
        fresh = draw(1)
    return replaced(z, threshold, fresh[0])


def replaced(z, threshold, fresh):
    return np.where(out_of_range(z, threshold), fresh, z)


def draw_latents(rng, n=5, d=3):
    """Latents and a seed for fresh numbers, with which every mistake shows.

    Some are too large and some too small, in one row beside one in range; and of the first fresh numbers some are out
    of range themselves.
    """
    while True:
        z, threshold, seed = rng.standard_normal((n, d)).round(6), rng.uniform(0.5, 1.3), int(rng.integers(2**31))
        out = np.abs(z) > threshold
        mixed = out.any(axis=1) & ~out.all(axis=1)
        first = np.random.default_rng(seed).standard_normal(out.sum())
        still = np.abs(first) > threshold
        if (z > threshold).any() and (z < -threshold).sum() > 1 and mixed.any() and still.any() and not still.all():
            return z, threshold, seed


ONCE = "You draw once. A fresh number can be out of range, too: go on until all are in, with `while`."


WRONG = {
    "clipped": (
        lambda z, threshold, draw: np.clip(z, -threshold, threshold),
        "You clip. Then a large share of the numbers is exactly ±threshold, where a normal distribution has next to "
        "none. Draw those out of range anew.",
    ),
    "clipped_after_one_draw": (
        lambda z, threshold, draw: np.clip(truncate(z, threshold, draw, rounds=1), -threshold, threshold),
        "You draw once and clip what is still out of range. Draw again instead, until all are in range.",
    ),
    "scaled": (
        lambda z, threshold, draw: threshold * z,
        "You scale all of z. That is another trick (temperature): large numbers stay possible, and those in range "
        "move. Only those out of range change.",
    ),
    "squashed": (
        lambda z, threshold, draw: threshold * np.tanh(z),
        "You squash all of z into the range. Those in range stay as they are; the others are drawn anew.",
    ),
    "largest_to_threshold": (
        lambda z, threshold, draw: z * threshold / np.abs(z).max(),
        "You scale all of z until the largest is in range. Those in range stay as they are; the others are drawn anew.",
    ),
    "whole_vectors": (
        {"outside": in_a_row_out_of_range},
        "You draw a whole row anew if one number of it is out of range. Each number is by itself: keep those of the "
        "row that are in range. (With 100 numbers a row, yours would hardly ever end.)",
    ),
    "everything": (
        lambda z, threshold, draw: truncate(np.full_like(z, np.inf), threshold, draw),
        "You draw everything anew. Numbers in range stay as they are, so that one z gives nearly the same image at "
        "every threshold.",
    ),
    "once": ({"rounds": 1}, ONCE),
    "once_for_every_place": (lambda z, threshold, draw: replaced(z, threshold, draw(z.size).reshape(z.shape)), ONCE),
    "upper_only": (
        {"outside": np.greater},
        "Numbers below −threshold are still there. The range is |z| ≤ threshold: `np.abs(z)`.",
    ),
    "zeroed": (
        lambda z, threshold, draw: replaced(z, threshold, 0),
        "You put zeros. Those out of range are to be drawn anew, with `draw`.",
    ),
    "one_for_all": (
        one_for_all,
        "One fresh number is used in all places. Draw one for each: `draw(n)` gives n of them.",
    ),
    "left_out": (
        lambda z, threshold, draw: z[np.abs(z) <= threshold],
        "You leave out the numbers out of range, and the shape is lost. Put fresh ones in their places.",
    ),
    "by_length": (
        lambda z, threshold, draw: z * np.minimum(1, threshold / np.linalg.norm(z, axis=1, keepdims=True)),
        "You shorten rows that are longer than the threshold. Each number by itself is compared with it, and drawn "
        "anew.",
    ),
    "fresh_scaled": (
        lambda z, threshold, draw: replaced(z, threshold, threshold * draw(z.size).reshape(z.shape)),
        "Your fresh numbers are multiplied by the threshold. Use them as they are, and draw again where one is out of "
        "range.",
    ),
    "in_place": (
        truncate_in_place,
        "The result is right, but the caller's z is changed. Copy it first, `z = z.copy()`: one z is shown at several "
        "thresholds.",
    ),
}

EXERCISE = Exercise(
    name="truncate",
    reference=truncate,
    properties=(
        Property(
            "draws numbers out of range anew until all are in, and keeps the rest", 2, draw_latents, probe="truncation"
        ),
        Property("leaves the array z as it was", 1, draw_latents, part="arguments", cases=2, probe="truncation"),
    ),
    misconceptions=misconceptions(truncate, WRONG),
)
