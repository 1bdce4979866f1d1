"""Mixtures of Gaussians in the plane: the standard test of whether a generator finds every mode."""

import math
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Mixture:
    """Equally likely round Gaussians.

    Attributes:
        centres: shape (k, d).
        std: the standard deviation of each, in every direction.
    """

    centres: torch.Tensor
    std: float

    def sample(self, n):
        """n samples, shape (n, d), drawn with torch's global generator, on the device of the centres."""
        at = self.centres[torch.randint(len(self.centres), (n,), device=self.centres.device)]
        return at + self.std * torch.randn_like(at)

    def standardised(self):
        """The same in units of its own spread, so that every coordinate has standard deviation one."""
        spread = float((self.centres.var(dim=0, correction=0).mean() + self.std**2).sqrt())
        return Mixture(self.centres / spread, self.std / spread)

    def to(self, device):
        """The same, sampling on `device`."""
        return Mixture(self.centres.to(device), self.std)

    def distance(self, x):
        """W₁ between x, shape (n, d), and as many samples of the mixture: always the same ones, drawn aside."""
        from gancourse.divergence import wasserstein_samples

        with torch.random.fork_rng():
            torch.manual_seed(1)
            return wasserstein_samples(x.numpy(force=True), self.sample(len(x)).numpy(force=True))

    def batches(self, n):
        """Batches of n fresh samples without end."""
        while True:
            yield self.sample(n)


def ring(modes=8, radius=1.0, std=0.01):
    """Modes on a circle; the defaults are those of PacGAN (Lin et al. 2018) and VEEGAN (Srivastava et al. 2017)."""
    angle = torch.arange(modes) * 2 * math.pi / modes  # not linspace up to 2π: it would repeat the first mode
    return Mixture(radius * torch.stack([angle.cos(), angle.sin()], dim=1), std)


def grid(side=5, spacing=2.0, std=0.05):
    """side² modes on a square lattice around the origin; defaults as for `ring`."""
    axis = (torch.arange(side) - (side - 1) / 2) * spacing
    return Mixture(torch.cartesian_prod(axis, axis), std)
