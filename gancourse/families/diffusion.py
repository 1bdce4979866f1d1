"""Diffusion: noise is added to x step by step, and a network learns to take it away again (Ho et al. 2020)."""

import math

import torch
from torch import nn

from gancourse.codes.autoencoder import layers

FREQUENCIES = 4  # of the waves that tell the network how far a step is


class Diffusion(nn.Module):
    """x_t = √ᾱ_t x + √(1 − ᾱ_t) ε; the network is given x_t and t, and says what ε was.

    Args:
        dimensions: of x.
        hidden: units of the three hidden layers.
        steps: T, from x to noise; ᾱ follows a cosine (Nichol & Dhariwal 2021, eq. 17).
    """

    def __init__(self, dimensions=2, hidden=128, steps=100):
        super().__init__()
        self.dimensions, self.steps = dimensions, steps
        self.network = layers((dimensions + 2 * FREQUENCIES, hidden, hidden, hidden, dimensions))
        s = torch.linspace(0, 1, steps + 1, dtype=torch.float64)
        kept = torch.cos((s + 0.008) / 1.008 * math.pi / 2) ** 2
        beta = (1 - kept[1:] / kept[:-1]).clamp(max=0.999)
        self.register_buffer("beta", beta.float())
        self.register_buffer("kept", torch.cumprod(1 - beta, dim=0).float())  # ᾱ of steps 1 to T, at places 0 to T − 1

    def noise(self, x, t):
        """The network's guess of ε, shape (n, d), in x at step t, whole numbers from 0 to T − 1, shape (n,)."""
        angle = math.pi * (t[:, None] + 1) / self.steps * 2.0 ** torch.arange(FREQUENCIES)
        return self.network(torch.cat([x, angle.sin(), angle.cos()], dim=1))

    def noised(self, x, t, epsilon):
        """x_t, shape (n, d), with this noise."""
        kept = self.kept[t][:, None]
        return kept.sqrt() * x + (1 - kept).sqrt() * epsilon

    def loss(self, x, seen=None):
        """E ‖ε − ε(x_t, t)‖² at random t (Ho et al. 2020, eq. 14), a tensor of shape (); `seen` is not used."""
        t, epsilon = torch.randint(self.steps, (len(x),)), torch.randn_like(x)
        return (epsilon - self.noise(self.noised(x, t, epsilon), t)).square().sum(dim=1).mean()

    def step(self, x, t):
        """The mean of x one step nearer to the data (Ho et al. 2020, eq. 11), t a whole number."""
        guess = self.noise(x, torch.full((len(x),), t))
        return (x - self.beta[t] / (1 - self.kept[t]).sqrt() * guess) / (1 - self.beta[t]).sqrt()

    @torch.no_grad()
    def sample(self, n, watch=None):
        """n samples, shape (n, d), in T steps; `watch(t, x)` is called with the noise, t = T, and after each step."""
        x = torch.randn(n, self.dimensions)
        for t in reversed(range(self.steps)):
            if watch:
                watch(t + 1, x)
            x = self.step(x, t)
            if t:
                x = x + self.beta[t].sqrt() * torch.randn_like(x)
        if watch:
            watch(0, x)
        return x

    @torch.no_grad()
    def decode(self, z):
        """Noise to x without drawing any more (DDIM, Song et al. 2021, eq. 12 with σ = 0): a latent space."""
        x = z
        for t in reversed(range(self.steps)):
            guess = self.noise(x, torch.full((len(x),), t))
            clean = (x - (1 - self.kept[t]).sqrt() * guess) / self.kept[t].sqrt()
            before = self.kept[t - 1] if t else torch.ones(())
            x = before.sqrt() * clean + (1 - before).sqrt() * guess
        return x

    @torch.no_grad()
    def log_likelihood(self, x):
        """A bound on log p(x), every step's term estimated with one draw (Ho et al. 2020, eq. 5), nats, shape (n,).

        A step back has the variance β_t, which is exact where x is standard normal (their section 3.2).
        """
        kept = self.kept[-1]
        total = -0.5 * (kept * x**2 - kept - (1 - kept).log()).sum(dim=1)  # −KL of x_T and N(0, I)
        for t in range(self.steps):
            beta, kept, before = self.beta[t], self.kept[t], self.kept[t - 1] if t else torch.ones(())
            noisy = self.noised(x, torch.full((len(x),), t), torch.randn_like(x))
            mean = (before.sqrt() * beta * x + (1 - beta).sqrt() * (1 - before) * noisy) / (1 - kept)
            spread = (1 - before) / (1 - kept)  # the true step's variance as a share of β
            wrong = (mean - self.step(noisy, t)).square().sum(dim=1) / (2 * beta)
            left = math.log(2 * math.pi) + beta.log() if t == 0 else spread - 1 - spread.log()
            total = total - wrong - 0.5 * self.dimensions * left
        return total
