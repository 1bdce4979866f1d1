"""BiGAN for images (Donahue et al. 2017): an encoder learns to invert the generator. `ali.py` has it for the plane."""

import torch
from torch import nn

from gancourse.games.dcgan import DCGAN, Discriminator
from gancourse.games.game import evaluating


class PairDiscriminator(Discriminator):
    """D(x, z): features of the image and the code together, through a hidden layer, to a logit."""

    def __init__(self, latent, size, channels, width, hidden=256):
        super().__init__(size, channels, width)
        self.head = nn.Sequential(
            nn.Linear(self.head.in_features + latent, hidden), nn.LeakyReLU(0.2), nn.Linear(hidden, 1)
        )

    def forward(self, x, z):
        """Logits, shape (n, 1)."""
        return self.head(torch.cat([self.features(x), z], dim=1))


class Uniform(nn.Module):
    """Standardises each number over the batch and puts it where a Gaussian's share of smaller ones says, in [−1, 1].

    A code that is anywhere near Gaussian before comes out near uniform, as z is: else D would only have to look at how
    far the codes spread.
    """

    def __init__(self, latent):
        super().__init__()
        self.norm = nn.BatchNorm1d(latent, affine=False)

    def forward(self, code):
        """(n, latent) to the same."""
        return torch.erf(self.norm(code) / 2**0.5)


class BiGAN(DCGAN):
    """D is shown (x, E(x)) and (G(z), z); the encoder E plays on the generator's side.

    Args:
        size, channels, width, loss: as of `DCGAN`.
        latent: dimensions of z, which E has to hit exactly; so there are fewer.
    """

    def __init__(self, size=28, channels=1, width=32, latent=12, loss=None):
        super().__init__(
            size, channels, width, latent, discriminator=PairDiscriminator(latent, size, channels, width), loss=loss
        )
        self.encoder = Discriminator(size, channels, width)
        self.encoder.head = nn.Sequential(nn.Linear(self.encoder.head.in_features, latent), Uniform(latent))

    def pairs(self, x):
        """What D is shown: (x, E(x)) and (G(z), z)."""
        z = self.draw_latent(len(x))
        return (x, self.encoder(x)), (self.generator(z), z)

    def discriminator_loss(self, x):
        """On pairs that are not the discriminator's to change."""
        with torch.no_grad():
            real, fake = self.pairs(x)
        return self.loss.discriminator(self.discriminator(*real), self.discriminator(*fake))

    def generator_loss(self, x):
        """G wants its pairs taken for real, E wants the real ones taken for generated."""
        real, fake = (self.discriminator(*pair) for pair in self.pairs(x))
        return self.loss.generator(fake) + self.loss.generator(-real)

    @torch.no_grad()
    def logits(self, x):
        """D(x, E(x)) and D(G(z), z), for the record."""
        return tuple(self.discriminator(*pair) for pair in self.pairs(x))

    @torch.no_grad()
    def encode(self, x):
        """E(x), shape (n, latent), without a graph."""
        with evaluating(self.encoder):
            return self.encoder(x)
