"""Inputs: sizes that take turns, maps of features, matrices whose columns are at right angles."""

from functools import partial

import numpy as np


def of_sizes(draw, *sizes):
    """Samplers that take turns, one for each of `sizes`: what is wrong for even numbers only has to show."""
    return tuple(partial(draw, n=n) for n in sizes)


def draw_maps(rng, n, channels=3, height=4, width=3):
    """Maps (n, channels, height, width): each channel of each image has a mean and a spread of its own."""
    shape = (n, channels, 1, 1)
    mean = rng.uniform(1, 3, size=shape) * rng.choice([-1, 1], size=shape)
    spread = rng.permuted(np.resize([1.0, 1.8, 2.6], n * channels)).reshape(shape)
    return mean + spread * rng.normal(size=(n, channels, height, width))


def draw_matrix(rng, d, k):
    """A matrix (d, k) whose columns have lengths from 1 to 2, some at acute and some at obtuse angles."""
    while True:
        w = rng.normal(size=(d, k))
        w *= rng.permutation(np.linspace(1.1, 1.9, k)) / np.linalg.norm(w, axis=0)
        products = (w.T @ w)[np.triu_indices(k, 1)]
        if products.max() > 0.2 and products.min() < -0.2:
            return w, float(rng.uniform(0.2, 0.6))


def draw_matrix_at_right_angles(rng, d, k):
    """A matrix (d, k) whose columns are at right angles, and of different lengths."""
    lengths = rng.permutation(np.linspace(1.2, 2, k)) * rng.uniform(0.9, 1.1)
    return np.linalg.qr(rng.normal(size=(d, k)))[0] * lengths, float(rng.uniform(0.2, 0.6))


def of_shapes(draw, *shapes):
    """As `of_sizes`, for matrices."""
    return tuple(lambda rng, shape=shape: draw(rng, *shape) for shape in shapes)
