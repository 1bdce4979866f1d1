"""ALI (Dumoulin et al. 2017) and BiGAN (Donahue et al. 2017): D judges pairs of a sample and its latent code."""

import torch

from gancourse.games.gan import GAN, small_discriminator, small_generator


class ALI(GAN):
    """The discriminator is shown (x, E(x)) and (G(z), z); the encoder E plays on the generator's side.

    If it cannot tell them apart, E inverts G. A mode that G leaves out cannot be encoded.

    Args:
        noise: E's randomness. ALI's encoder draws from q(z|x), a Gaussian of learned mean and spread; BiGAN's, with
            `noise=False`, is a function.
    """

    def __init__(self, noise=True, dimensions=2, **options):
        super().__init__(**options)
        self.encoder = small_generator(2 * self.latent, latent=dimensions)
        self.discriminator = small_discriminator(dimensions + self.latent)
        self.noise = noise

    def encode(self, x):
        """Latent codes of samples, shape (n, latent)."""
        mean, log_std = self.encoder(x).chunk(2, dim=1)
        return mean + log_std.exp() * torch.randn_like(mean) if self.noise else mean

    def pairs(self, x):
        """What D is shown: (x, E(x)) and (G(z), z), each of shape (n, d + latent)."""
        z = self.draw_latent(len(x))
        return torch.cat([x, self.encode(x)], dim=1), torch.cat([self.generator(z), z], dim=1)

    def discriminator_loss(self, x):
        """On pairs, detached: neither G nor E is the discriminator's to change."""
        return self.loss.discriminator(*(self.discriminator(pair.detach()) for pair in self.pairs(x)))

    def generator_loss(self, x):
        """G wants its pairs taken for real, E wants the real ones taken for generated."""
        encoded, generated = (self.discriminator(pair) for pair in self.pairs(x))
        return self.loss.generator(generated) + self.loss.generator(-encoded)

    @torch.no_grad()
    def logits(self, x):
        """D of both kinds of pairs."""
        return tuple(self.discriminator(pair) for pair in self.pairs(x))
