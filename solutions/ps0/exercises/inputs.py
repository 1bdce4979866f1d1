"""Inputs: sizes that take turns, shares that sum to 1, the arrays of a linear autoencoder."""

from functools import partial

import numpy as np


def of_sizes(draw, *sizes):
    """Samplers that take turns, one for each of `sizes`: what is wrong for even numbers only has to show."""
    return tuple(partial(draw, n=n) for n in sizes)


def draw_shares(rng, *shape):
    """Probabilities that sum to 1 along the last axis, each about twice as large as another."""
    shares = rng.permuted(np.broadcast_to(2.0 ** np.arange(shape[-1]), shape), axis=-1)
    shares *= rng.uniform(0.9, 1.1, size=shape)
    return shares / shares.sum(axis=-1, keepdims=True)


def draw_autoencoder(rng, n, d=4, k=2):
    """Examples (n, d), an encoder (d, k) and a decoder (k, d) that are not each other's transpose."""
    return rng.normal(0.5, 1, size=(n, d)), rng.normal(size=(d, k)), rng.normal(size=(k, d))
