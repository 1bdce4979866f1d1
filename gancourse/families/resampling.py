"""Rare examples shown more often: where a code is rare, an example counts more (Amini et al. 2019)."""

import numpy as np


def rarity(z, bins=10, floor=0.1):
    """How often to show each example: Π_j 1 / (share of examples whose code z_j is in the same bin + floor).

    Amini et al. (2019), algorithm 1: the density of the codes by one histogram for each of their numbers.

    Args:
        z: codes, shape (n, k).
        bins: of each histogram, over the range of the codes.
        floor: the larger, the more alike all examples are shown.

    Returns:
        Probabilities, shape (n,), which sum to 1.

    Raises:
        ValueError: z is no matrix, or floor is not positive.
    """
    z = np.asarray(z, dtype=float)
    if z.ndim != 2 or not floor > 0:
        raise ValueError(f"z has shape {z.shape} and floor is {floor}; they need (n, k) and a positive number.")
    weight = np.zeros(len(z))
    for column in z.T:
        counts, edges = np.histogram(column, bins)
        place = np.searchsorted(edges[1:-1], column, side="right")
        weight -= np.log(counts[place] / len(z) + floor)
    weight = np.exp(weight - weight.max())
    return weight / weight.sum()
