"""A normalising flow: an invertible map from noise to x, whose change of volume is known (Dinh et al. 2017)."""

import math

import torch
from torch import nn

from gancourse.codes.autoencoder import layers


class Coupling(nn.Module):
    """Some coordinates stay, and say by how much the others are stretched and moved (Dinh et al. 2017, eq. 7 and 8).

    Args:
        stays: which stay, shape (d,), bool.
        hidden: units of both hidden layers.
    """

    def __init__(self, stays, hidden):
        super().__init__()
        self.register_buffer("stays", stays.float())
        self.network = layers((len(stays), hidden, hidden, 2 * len(stays)))

    def shape(self, x):
        """log stretch and shift of each coordinate, 0 for those that stay; each of shape (n, d)."""
        log_stretch, shift = self.network(x * self.stays).chunk(2, dim=1)
        return 2 * torch.tanh(log_stretch / 2) * (1 - self.stays), shift * (1 - self.stays)

    def forward(self, z):
        """From the side of noise to that of x."""
        log_stretch, shift = self.shape(z)
        return z * log_stretch.exp() + shift

    def inverse(self, x):
        """Back, and log |det| of the way back, shape (n,)."""
        log_stretch, shift = self.shape(x)
        return (x - shift) * (-log_stretch).exp(), -log_stretch.sum(dim=1)


class Flow(nn.Module):
    """x = f(z), z ∼ N(0, I), and log p(x) = log N(f⁻¹(x)) + log |det ∂f⁻¹/∂x|.

    Args:
        dimensions: of x and of z.
        couplings: how many layers; which coordinates stay alternates.
        hidden: units in each of their networks.
    """

    def __init__(self, dimensions=2, couplings=8, hidden=64):
        super().__init__()
        self.dimensions = dimensions
        odd = torch.arange(dimensions) % 2 == 1
        self.couplings = nn.ModuleList(Coupling(odd if i % 2 else ~odd, hidden) for i in range(couplings))

    def decode(self, z):
        """f(z), shape (n, d)."""
        for coupling in self.couplings:
            z = coupling(z)
        return z

    def encode(self, x):
        """f⁻¹(x), shape (n, d), and log |det ∂f⁻¹/∂x|, shape (n,)."""
        total = 0.0
        for coupling in reversed(self.couplings):
            x, change = coupling.inverse(x)
            total = total + change
        return x, total

    def log_likelihood(self, x):
        """log p(x), exact, nats, shape (n,)."""
        z, change = self.encode(x)
        return -0.5 * (z**2 + math.log(2 * math.pi)).sum(dim=1) + change

    def loss(self, x, seen=None):
        """The mean of −log p(x), a tensor of shape (); `seen` is not used."""
        return -self.log_likelihood(x).mean()

    @torch.no_grad()
    def sample(self, n):
        """n samples, shape (n, d)."""
        return self.decode(torch.randn(n, self.dimensions))
