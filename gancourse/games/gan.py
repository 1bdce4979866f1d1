"""The plain GAN (Goodfellow et al. 2014), and the small networks that the course's 2-D games share."""

import itertools

import torch
from torch import nn

from gancourse import device
from gancourse.games import losses
from gancourse.games.game import Game, evaluating

LATENT = 2


def mlp(*widths, activation=nn.ReLU):
    """Fully connected layers of these widths, with an activation between each two."""
    layers = []
    for n_in, n_out in itertools.pairwise(widths):
        layers += [nn.Linear(n_in, n_out), activation()]
    return nn.Sequential(*layers[:-1])


def small_generator(dimensions=2, latent=LATENT, width=128):
    """z of shape (n, latent) to samples of shape (n, dimensions)."""
    return mlp(latent, width, width, width, dimensions)


def small_discriminator(dimensions=2, width=128):
    """Samples of shape (n, dimensions) to logits of shape (n, 1)."""
    return mlp(dimensions, width, width, width, 1, activation=lambda: nn.LeakyReLU(0.2))


class GAN(Game):
    """z ∼ N(0, I), x_fake = G(z), and D is shown either.

    Args:
        generator: latent samples (n, latent) to samples (n, …); the small one if not given.
        discriminator: samples to logits; the small one if not given.
        latent: dimensions of z.
        loss: an `AdversarialLoss`; the non-saturating one if not given.
    """

    def __init__(self, generator=None, discriminator=None, latent=LATENT, loss=None):
        super().__init__()
        self.generator = generator or small_generator(latent=latent)
        self.discriminator = discriminator or small_discriminator()
        self.latent = latent
        self.loss = loss or losses.non_saturating()

    def draw_latent(self, n):
        """n latent samples, shape (n, latent): of several processes, each gets its own."""
        some = next(self.generator.parameters())
        drawn = torch.randn(n * device.processes(), self.latent, device=some.device, dtype=some.dtype)
        return device.mine(drawn)

    def fake(self, n):
        """n generated samples, with their graph."""
        return self.generator(self.draw_latent(n))

    def discriminator_loss(self, x):
        """On real samples `x` and as many fakes, which are not the discriminator's to change: they are detached."""
        return self.loss.discriminator(self.discriminator(x), self.discriminator(self.fake(len(x)).detach()))

    def generator_loss(self, x):
        """On as many fakes as there are samples in `x`."""
        return self.loss.generator(self.discriminator(self.fake(len(x))))

    @torch.no_grad()
    def logits(self, x):
        """D(x) and D(G(z)), for the record."""
        return self.discriminator(x), self.discriminator(self.fake(len(x)))

    @torch.no_grad()
    def sample(self, n):
        """n generated samples, without a graph; batch norm uses what it learned, so that no sample sees another."""
        with evaluating(self.generator):
            return self.fake(n)

    @torch.no_grad()
    def generate(self, z):
        """The samples of given latent ones, without a graph."""
        with evaluating(self.generator):
            return self.generator(z)
