"""Generators of words, letter by letter: Gulrajani et al. (2017), section 5.4, at the size of a laptop."""

from torch import nn

from gancourse.data.worlds.words import LENGTH, LETTERS
from gancourse.games.gan import mlp

LATENT = 32


def writer(width=256):
    """z to a distribution over letters at every place, shape (n, LENGTH, 27).

    What is sampled from it is its argmax, through which no gradient flows. So the critic is shown the distribution
    itself, next to real words that are one-hot.
    """
    return nn.Sequential(
        mlp(LATENT, width, width, LENGTH * len(LETTERS)), nn.Unflatten(1, (LENGTH, len(LETTERS))), nn.Softmax(dim=2)
    )


def reader(width=256):
    """Words, shape (n, LENGTH, 27), to one number each."""
    return nn.Sequential(
        nn.Flatten(), mlp(LENGTH * len(LETTERS), width, width, 1, activation=lambda: nn.LeakyReLU(0.2))
    )
