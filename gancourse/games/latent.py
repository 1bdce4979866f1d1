"""Directions in latent space along which something about the image changes, found from examples.

Taught in lectures 08 (arithmetic: Radford et al. 2016, section 6.3.2) and 10 (regression).
"""

import torch


def difference_of_means(z, has, n):
    """The arithmetic of DCGAN: the mean code of n examples that have it, minus that of n that do not, shape (latent,).

    Args:
        z: codes, shape (m, latent).
        has: whether the image of each has what is wanted, shape (m,), bool.
        n: examples of either kind, the first ones.

    Raises:
        ValueError: there are fewer than n of a kind.
    """
    fewest = int(min(has.sum(), (~has).sum()))
    if n > fewest:
        raise ValueError(f"n is {n}, but of one kind there are only {fewest} examples. Take fewer, or draw more codes.")
    return z[has][:n].mean(dim=0) - z[~has][:n].mean(dim=0)


def regressed_directions(z, values):
    """Unit directions along which each value rises fastest, by least squares, shape (k, latent).

    Args:
        z: codes, shape (m, latent), of mean 0.
        values: what was measured of their images, shape (m, k).
    """
    slopes = torch.linalg.lstsq(z, values - values.mean(dim=0)).solution
    return torch.nn.functional.normalize(slopes, dim=0).T
