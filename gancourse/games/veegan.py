"""VEEGAN (Srivastava et al. 2017): a reconstructor maps samples back to noise, and shows what is missing."""

import torch

from gancourse.games.gan import GAN, small_discriminator, small_generator


class VEEGAN(GAN):
    """G is paid for z being recoverable from G(z), and for (z, G(z)) looking like (F(x), x).

    F maps generated samples back to their noise. Where data are missing from what G makes, F(x) is not Gaussian, and
    the discriminator of pairs sees it (ibid., eq. 5 and algorithm 1).
    """

    def __init__(self, dimensions=2, **options):
        super().__init__(**options)
        self.reconstructor = small_generator(self.latent, latent=dimensions)
        self.discriminator = small_discriminator(dimensions + self.latent)

    def discriminator_loss(self, x):
        """Cross-entropy on pairs."""
        z = self.draw_latent(len(x))
        with torch.no_grad():
            real, fake = torch.cat([x, self.reconstructor(x)], dim=1), torch.cat([self.generator(z), z], dim=1)
        return self.loss.discriminator(self.discriminator(real), self.discriminator(fake))

    def generator_loss(self, x):
        """The logit itself estimates the log-ratio of the two densities of pairs; plus the error of reconstruction."""
        z = self.draw_latent(len(x))
        fake = self.generator(z)
        reconstruction = ((z - self.reconstructor(fake)) ** 2).sum(dim=1).mean()
        return -self.discriminator(torch.cat([fake, z], dim=1)).mean() + reconstruction

    @torch.no_grad()
    def logits(self, x):
        """D of both kinds of pairs."""
        z = self.draw_latent(len(x))
        pairs = torch.cat([x, self.reconstructor(x)], dim=1), torch.cat([self.generator(z), z], dim=1)
        return tuple(self.discriminator(pair) for pair in pairs)
