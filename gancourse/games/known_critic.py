"""A problem on a line whose best critic is known, to try ways of bounding a critic's slope on (lecture 05).

Data of two bumps at ±1, a generator of two bumps at −2 and 3 that does not learn: mass has to go up on one half of the
line and down on the other, so that the best critic is a tent. A linear program finds it.
"""

from typing import NamedTuple

import numpy as np
import torch
from scipy.stats import norm
from torch import nn

from gancourse.divergence import wasserstein_lp
from gancourse.games.gan import mlp

SPREAD = 0.4  # of every bump


class Fixed(nn.Module):
    """A generator that stays as it is: z's first number picks one of two bumps, the second blurs it."""

    def __init__(self):
        super().__init__()
        self.nothing = nn.Parameter(torch.zeros(()))  # the loop wants something to move

    def forward(self, z):
        """Latent samples of shape (n, 2) to samples of shape (n, 1)."""
        return torch.where(z[:, :1] < 0, -2.0, 3.0) + SPREAD * z[:, 1:] + 0 * self.nothing


def batches(n=256):
    """Real samples without end, shape (n, 1)."""
    while True:
        yield torch.where(torch.rand(n, 1) < 0.5, -1.0, 1.0) + SPREAD * torch.randn(n, 1)


def critic(seed=0):
    """A critic to be trained, with ReLUs, which can bend as sharply as the best one does."""
    torch.manual_seed(seed)
    return mlp(1, 64, 64, 64, 1)


class Known(NamedTuple):
    """The problem on a grid.

    Attributes:
        x: the grid, shape (n,).
        p_data, p_gen: both densities on it, shape (n,).
        best: the best critic on it, of slope 1 at most, shape (n,).
        distance: W1 of the two, what the best critic claims.
    """

    x: np.ndarray
    p_data: np.ndarray
    p_gen: np.ndarray
    best: np.ndarray
    distance: float

    def values(self, critic):
        """What a critic says on the grid, shape (n,)."""
        with torch.no_grad():
            return critic(torch.tensor(self.x, dtype=torch.float32)[:, None]).numpy().ravel()

    def claim(self, values):
        """E f(x) − E f(G(z)) of a critic with these values on the grid; `distance` of the best."""
        return float((self.p_data - self.p_gen) @ values / self.p_data.sum())

    def slope(self, values):
        """The median size of its slope where there are samples."""
        return float(np.median(np.abs(np.gradient(values, self.x))[self.p_data + self.p_gen > 0.005]))


def known():
    """The problem, solved."""
    x = np.linspace(-4, 5, 181)
    p_data, p_gen = ((norm.pdf(x, a, SPREAD) + norm.pdf(x, b, SPREAD)) / 2 for a, b in ((-1, 1), (-2, 3)))
    cost = np.abs(x[:, None] - x)
    solved = wasserstein_lp(p_data / p_data.sum(), p_gen / p_gen.sum(), cost)
    # f from g: defined where p has no mass, too, and never steeper than 1.
    return Known(x, p_data, p_gen, (cost - solved.potential_q).min(axis=1), solved.cost)
