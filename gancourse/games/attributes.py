"""A conditional GAN whose condition is a vector: what an image is to have, attribute by attribute."""

import torch
from torch import nn

from gancourse.games.game import evaluating
from gancourse.games.relativistic import RelativisticGAN
from gancourse.games.residual import LATENT, Discriminator, Generator


class AttributeDiscriminator(Discriminator):
    """D(x, c) = a(f(x)) + (W c)ᵀ f(x): projection (Miyato & Koyama 2018), with one vector per attribute.

    Args:
        attributes: how many there are.
        others: as of `Discriminator`.
    """

    def __init__(self, attributes, *others, **options):
        super().__init__(*others, **options)
        self.embedding = nn.Linear(attributes, self.head.in_features, bias=False)
        nn.init.normal_(self.embedding.weight, 0.0, (self.head.in_features * attributes) ** -0.5)

    def forward(self, x, attributes):
        """Logits, shape (n, 1)."""
        features = self.features(x)
        return self.head(features) + (self.embedding(attributes) * features).sum(dim=1, keepdim=True)


class AttributeGAN(RelativisticGAN):
    """G(z, c) and D(x, c) with a vector c of attributes, 1 or -1 (Mirza & Osindero 2014), in the relativistic game.

    A batch is (x, c). The pairs that D compares have the same attributes.

    Args:
        attributes: how many there are.
        size, channels, width, latent, blocks, options: as of `RelativisticGAN`.
    """

    def __init__(self, attributes, size=32, channels=3, width=32, latent=LATENT, blocks=1, **options):
        super().__init__(
            latent=latent,
            generator=Generator(size, channels, width, latent + attributes, blocks),
            discriminator=AttributeDiscriminator(attributes, size, channels, width, blocks),
            **options,
        )
        self.attributes = attributes

    def any_attributes(self, n):
        """n vectors of attributes, each there or not with probability one half, shape (n, attributes)."""
        some = next(self.generator.parameters())
        return torch.randint(2, (n, self.attributes), device=some.device).to(some.dtype) * 2 - 1

    def fake(self, n, attributes=None):
        """n generated samples with these attributes, shape (n, attributes), or with any; with their graph."""
        attributes = self.any_attributes(n) if attributes is None else attributes
        return self.generator(torch.cat([self.draw_latent(n), attributes], dim=1))

    @torch.no_grad()
    def sample(self, n, attributes=None):
        """n generated samples with these attributes, or with any, without a graph."""
        with evaluating(self.generator):
            return self.fake(n, attributes)

    def generate(self, z, attributes):
        """The images of latent samples z, shape (n, latent), with attributes, without a graph."""
        return super().generate(torch.cat([z, attributes], dim=1))
