"""The variational autoencoder: a latent variable, and a bound on the likelihood (Kingma & Welling 2014)."""

import math

import torch
from torch import nn

from gancourse.codes.autoencoder import layers


class VAE(nn.Module):
    """z ∼ N(0, I), x = G(z) + σ·noise; an encoder guesses which z may have made an x.

    Args:
        sizes: of x, of the hidden layers, of z, such as (2, 128, 128, 2); the decoder has them in reverse.
    """

    def __init__(self, sizes):
        super().__init__()
        self.latent = sizes[-1]
        self.encoder = layers((*sizes[:-1], 2 * self.latent))  # the mean and log σ of q(z|x)
        self.decoder = layers(sizes[::-1])
        self.log_std = nn.Parameter(torch.tensor(-2.0))  # of x around G(z), learned; from 0 on, z may stay unused

    def encode(self, x):
        """The mean and the logarithm of the standard deviation of q(z|x), each of shape (n, latent)."""
        return self.encoder(x).chunk(2, dim=1)

    def decode(self, z):
        """G(z), shape (n, d)."""
        return self.decoder(z)

    def bound(self, x):
        """The bound on log p(x): E log p(x|z) − KL(q(z|x) ‖ N(0, I)), z drawn once; nats, shape (n,).

        Kingma & Welling (2014), eq. 3 and 10.
        """
        mean, log_std = self.encode(x)
        z = mean + log_std.exp() * torch.randn_like(mean)
        kl = 0.5 * (mean**2 + (2 * log_std).exp() - 1 - 2 * log_std).sum(dim=1)
        return self._log_normal(x, self.decode(z), self.log_std) - kl

    def loss(self, x, seen=None):
        """The mean of minus the bound, a tensor of shape (); `seen` is not used."""
        return -self.bound(x).mean()

    @torch.no_grad()
    def log_likelihood(self, x, draws=200):
        """A closer bound on log p(x), by importance sampling (Burda et al. 2016, eq. 8), nats, shape (n,)."""
        mean, log_std = self.encode(x)
        terms = []
        for _ in range(draws):
            z = mean + log_std.exp() * torch.randn_like(mean)
            here = self._log_normal(x, self.decode(z), self.log_std) + self._log_normal(z, 0.0, torch.zeros(()))
            terms.append(here - self._log_normal(z, mean, log_std))
        return torch.stack(terms).logsumexp(dim=0) - math.log(draws)

    @torch.no_grad()
    def sample(self, n):
        """n samples, shape (n, d), with their noise."""
        x = self.decode(torch.randn(n, self.latent))
        return x + self.log_std.exp() * torch.randn_like(x)

    @staticmethod
    def _log_normal(x, mean, log_std):
        inside = ((x - mean) / log_std.exp()) ** 2 + 2 * log_std + math.log(2 * math.pi)
        return -0.5 * inside.sum(dim=1)
