"""How good a generator is, by who lies near whom: precision and recall, density and coverage, memorised images.

Taught in lecture 09. NumPy arrays or torch tensors on any device in, numbers out, computed in float64 and in blocks:
10,000 samples of 64 features against as many take 20 MB. The neighbourhood of a sample is the closed ball around it
that reaches to its k-th nearest neighbour on its own side.
"""

import math
from typing import NamedTuple

import numpy as np

from gancourse.metrics.distances import blocks, checked, checked_pair

# |x - y|² comes from |x|² + |y|² - 2 x·y, much faster than from differences. What is below this part of |x|² + |y|² is
# its rounding, and so is a k-th neighbour's distance to the ball that it defines.
ROUNDING = 1e-12


class PrecisionRecall(NamedTuple):
    """Both between 0 and 1.

    Attributes:
        precision: the share of generated samples within the neighbourhood of a real one.
        recall: the share of real samples within the neighbourhood of a generated one.
    """

    precision: float
    recall: float


class DensityCoverage(NamedTuple):
    """Both about 1 for equal distributions.

    Attributes:
        density: the neighbourhoods of real samples that a generated one lies in, on average, over k; may exceed 1.
        coverage: the share of real samples with a generated one in their neighbourhood.
    """

    density: float
    coverage: float


class Neighbours(NamedTuple):
    """The k nearest, nearest first: their indices and their Euclidean distances, both of shape (n, k)."""

    index: np.ndarray
    distance: np.ndarray


def precision_recall(real, fake, k=3):
    """Improved precision and recall (Kynkäänniemi et al. 2019; their k is 3).

    Precision falls with bad samples, recall with what the generator never makes. One outlier has a large
    neighbourhood, and lets whatever falls into it count: `density_coverage` is less easily misled.

    Args:
        real, fake: features, shapes (n, d) and (m, d).
        k: the neighbour that a neighbourhood reaches to.

    Returns:
        `PrecisionRecall`.

    Raises:
        ValueError: d differs, a side has no k-th neighbour, or some are not finite.
    """
    real, fake = _with_neighbours(real, fake, k)
    reach_real, reach_fake = _reach(real, k), _reach(fake, k)
    precise, recalled = np.zeros(len(fake), dtype=bool), np.zeros(len(real), dtype=bool)
    for rows in blocks(len(real), len(fake)):
        distance = _squared_distances(real[rows], fake)
        precise |= (distance <= reach_real[rows, None]).any(axis=0)
        recalled[rows] = (distance <= reach_fake).any(axis=1)
    return PrecisionRecall(float(precise.mean()), float(recalled.mean()))


def density_coverage(real, fake, k=5):
    """Density and coverage (Naeem et al. 2020, eq. 3-4; their k is 5): only real samples have neighbourhoods.

    For equal distributions and equally many samples, coverage is 1 - 2^-k on average where n is large.

    Args:
        real, fake: features, shapes (n, d) and (m, d).
        k: the neighbour that a neighbourhood reaches to.

    Returns:
        `DensityCoverage`.

    Raises:
        ValueError: d differs, a side has no k-th neighbour, or some are not finite.
    """
    real, fake = _with_neighbours(real, fake, k)
    reach = _reach(real, k)
    hits = np.zeros(len(real), dtype=int)
    for rows in blocks(len(real), len(fake)):
        hits[rows] = (_squared_distances(real[rows], fake) <= reach[rows, None]).sum(axis=1)
    return DensityCoverage(float(hits.sum() / (k * len(fake))), float((hits > 0).mean()))


def nearest_neighbours(x, data, k=1):
    """The samples of `data` nearest to each of `x`, to see whether a generator copies its training set.

    Args:
        x: samples, shape (n, …): features or images; images are compared pixel by pixel.
        data: what to search, shape (m, …).
        k: how many neighbours of each.

    Returns:
        `Neighbours`; the distance to an exact copy is exactly 0.

    Raises:
        ValueError: the shapes differ after the first axis, `data` has fewer than k samples, or some are not finite.
    """
    if tuple(x.shape[1:]) != tuple(data.shape[1:]):
        raise ValueError(f"x has shape {tuple(x.shape)} and data {tuple(data.shape)}: the axes after the first differ.")
    d = math.prod(x.shape[1:])  # not -1: of no samples nothing can be inferred
    x, data = checked(x.reshape(len(x), d), "x"), checked(data.reshape(len(data), d), "data", k, f"k is {k}")
    if k < 1:
        raise ValueError(f"k is {k}; give at least 1.")
    index, distance = np.empty((len(x), k), dtype=int), np.empty((len(x), k))
    for rows in blocks(len(x), len(data)):
        near = np.argpartition(_squared_distances(x[rows], data), k - 1, axis=1)[:, :k]
        for i, candidates in zip(range(len(x))[rows], near, strict=True):
            exact = np.linalg.norm(data[candidates] - x[i], axis=1)
            order = np.lexsort((candidates, exact))
            index[i], distance[i] = candidates[order], exact[order]
    return Neighbours(index, distance)


def _with_neighbours(real, fake, k):
    if k < 1:
        raise ValueError(f"k is {k}; give at least 1.")
    real, fake = checked_pair(real, fake, least=k + 1, why=f"each needs {k} neighbours on its own side")
    centre = real.mean(axis=0)  # near the origin, the squares that cancel are small
    return real - centre, fake - centre


def _reach(x, k):
    """The squared distance of each sample to its k-th nearest neighbour, itself not counted, shape (n,)."""
    reach = np.empty(len(x))
    for rows in blocks(len(x), len(x)):
        reach[rows] = np.partition(_squared_distances(x[rows], x), k, axis=1)[:, k]
    return reach + 2 * ROUNDING * (x * x).sum(axis=1)


def _squared_distances(x, y):
    """Shape (n, m); exactly 0 between equal samples."""
    squares = (x * x).sum(axis=1)[:, None] + (y * y).sum(axis=1)
    distance = x @ y.T
    distance *= -2
    distance += squares
    squares *= ROUNDING
    distance[distance < squares] = 0
    return distance
