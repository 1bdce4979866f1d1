"""Conditional GANs: the class goes to both players, as in the first one or by projection."""

import torch
from torch import nn
from torch.nn.functional import one_hot

from gancourse.games.dcgan import DCGAN, LATENT, Discriminator, Generator
from gancourse.games.game import evaluating


class PlanesDiscriminator(Discriminator):
    """D(x, c) with one constant plane per class beside the image's channels, ones for c and else zeros."""

    def __init__(self, classes, size, channels, width):
        super().__init__(size, channels + classes, width)
        self.classes = classes

    def forward(self, x, label):
        """Logits, shape (n, 1)."""
        planes = one_hot(label, self.classes)[:, :, None, None].expand(-1, -1, *x.shape[2:])
        return super().forward(torch.cat([x, planes.to(x.dtype)], dim=1))


class ProjectionDiscriminator(Discriminator):
    """D(x, c) = a(f(x)) + v_cᵀ f(x): how well the features fit what is learned of the class (Miyato & Koyama 2018)."""

    def __init__(self, classes, size, channels, width):
        super().__init__(size, channels, width)
        self.embedding = nn.Embedding(classes, self.head.in_features)
        nn.init.normal_(self.embedding.weight, 0.0, 0.02)

    def forward(self, x, label):
        """Logits, shape (n, 1)."""
        features = self.features(x)
        return self.head(features) + (self.embedding(label) * features).sum(dim=1, keepdim=True)


class ConditionalGAN(DCGAN):
    """cGAN (Mirza & Osindero 2014): G(z, c) makes an image of class c, D(x, c) doubts image and class together.

    A batch is (x, label).

    Args:
        classes: how many.
        size, channels, width, latent, loss: as of `DCGAN`.
        discriminator: makes the discriminator from (classes, size, channels, width).
    """

    def __init__(
        self, classes, size=28, channels=1, width=32, latent=LATENT, loss=None, discriminator=PlanesDiscriminator
    ):
        super().__init__(
            latent=latent,
            generator=Generator(size, channels, width, latent + classes),
            discriminator=discriminator(classes, size, channels, width),
            loss=loss,
        )
        self.classes = classes

    def all_classes(self, n):
        """n labels that take every class in turn."""
        return torch.arange(n, device=next(self.parameters()).device) % self.classes

    def given(self, z, label):
        """What the generator is fed: z with the class one-hot behind it, shape (n, latent + classes)."""
        return torch.cat([z, one_hot(label, self.classes).to(z.dtype)], dim=1)

    def fake(self, n, label=None):
        """n generated samples of the classes `label`, shape (n,), or of every class in turn; with their graph."""
        return self.generator(self.given(self.draw_latent(n), self.all_classes(n) if label is None else label))

    def discriminator_loss(self, batch):
        """On real samples with their labels, and fakes of the same labels."""
        x, label = batch
        x_fake = self.fake(len(x), label).detach()
        return self.loss.discriminator(self.discriminator(x, label), self.discriminator(x_fake, label))

    def generator_loss(self, batch):
        """On fakes of the batch's labels."""
        x, label = batch
        return self.loss.generator(self.discriminator(self.fake(len(x), label), label))

    @torch.no_grad()
    def logits(self, batch):
        """D(x, c) and D(G(z, c), c), for the record."""
        x, label = batch
        return self.discriminator(x, label), self.discriminator(self.fake(len(x), label), label)

    @torch.no_grad()
    def sample(self, n, label=None):
        """n generated samples of the classes `label`, or of every class in turn, without a graph."""
        with evaluating(self.generator):
            return self.fake(n, label)

    def generate(self, z, label):
        """The images of latent samples z, shape (n, latent), and labels, without a graph."""
        return super().generate(self.given(z, label))


class ProjectionGAN(ConditionalGAN):
    """The same game with the projection discriminator."""

    def __init__(self, classes, *sizes, **options):
        super().__init__(classes, *sizes, discriminator=ProjectionDiscriminator, **options)
