"""A second judge that trains nobody: what would cross-entropy say of the samples that a critic trains?

Taught in lecture 05: which of the two losses tells how far the samples are?
"""

import math

import torch
from torch import nn

from gancourse.games import losses
from gancourse.games.gan import small_discriminator
from gancourse.games.wgan import WGANGP


class WithOnlooker(WGANGP):
    """A WGAN-GP, and a discriminator with cross-entropy that learns from the same samples but pays no generator.

    Args:
        weight: λ of the critic's penalty.
    """

    def __init__(self, weight=1.0, **options):
        super().__init__(weight, **options)
        self.discriminator = nn.ModuleDict({"critic": self.discriminator, "onlooker": small_discriminator()})

    def both(self, x, x_fake):
        """The losses of critic, without its penalty, and onlooker on samples of shape (n, 2)."""
        judges = self.discriminator.values()
        return [
            loss.discriminator(d(x), d(x_fake)) for d, loss in zip(judges, (self.loss, losses.minimax()), strict=True)
        ]

    def discriminator_loss(self, x):
        """Both learn from the same samples; neither's loss has the other's parameters in it."""
        x_fake = self.fake(len(x)).detach()
        penalty = losses.gradient_penalty(self.discriminator["critic"], x, x_fake)
        return sum(self.both(x, x_fake)) + self.weight * penalty

    def generator_loss(self, x):
        """The critic's alone."""
        return self.loss.generator(self.discriminator["critic"](self.fake(len(x))))

    @torch.no_grad()
    def estimates(self, x, x_fake):
        """The critic's estimate of W₁ (in units of its own slope), and the onlooker's of JS, (log 4 − loss) / 2."""
        critic, onlooker = self.both(x, x_fake)
        return -critic.item(), (math.log(4) - onlooker.item()) / 2

    @torch.no_grad()
    def logits(self, x):
        """The critic's values on real and on generated samples."""
        return tuple(self.discriminator["critic"](v) for v in (x, self.fake(len(x))))
