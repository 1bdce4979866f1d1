"""Inputs: distributions over a few points, with holes or without."""

import numpy as np


def draw_counts(rng, n=6):
    """Whole numbers, none of them zero."""
    return rng.integers(1, 12, size=n).astype(float)


def normalised(counts):
    return np.asarray(counts, dtype=float) / np.sum(counts)


def draw_positive(rng, n=6):
    return normalised(rng.uniform(0.1, 1, size=n))


def with_hole(p, *at):
    """`p` without its mass at the points `at`."""
    p = p.copy()
    p[list(at)] = 0
    return normalised(p)


def draw_pair_with_zeros(rng):
    """p with two holes, one of them q's too, and at another point less than q: else all its terms are positive."""
    while True:
        hole = rng.integers(3)
        p, q = with_hole(draw_positive(rng), hole, rng.integers(3, 6)), with_hole(draw_positive(rng), hole)
        if ((p > 0) & (1.2 * p < q)).any():
            return p, q


def draw_pair(rng):
    n = rng.integers(4, 9)
    return draw_positive(rng, n), draw_positive(rng, n)
