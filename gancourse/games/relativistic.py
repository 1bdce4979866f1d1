"""A modern baseline (R3GAN, Huang et al. 2024): D compares in pairs, and may not be steep at real or at made images."""

import torch
from torch.nn.functional import softplus

from gancourse.games import losses
from gancourse.games.gan import GAN
from gancourse.games.residual import LATENT, Discriminator, Generator


class RelativisticGAN(GAN):
    """Each real image is set against a generated one: L_D = E[softplus(D(G(z)) − D(x))] + γ (R1 + R2).

    L_G is the same with the two exchanged (Jolicoeur-Martineau 2019; Huang et al. 2024, eq. 2), so G is paid for
    the gap, too, and a mode that it leaves to the real images costs it. R1 = ½ E‖∇D(x)‖² and R2 = ½ E‖∇D(G(z))‖²
    (Mescheder et al. 2018, eq. 9) let the game converge (Huang et al. 2024, section 2.2). z ∼ N(0, I).

    A batch is x, or, where a subclass's `fake` and discriminator take a condition, (x, condition).

    Args:
        size, channels, width, latent, blocks: of the networks.
        gamma: γ of both penalties.
        share: of the batch, on which the penalties are computed: they cost more than the rest, and a mean over fewer is
            right on average.
        generator, discriminator: others, if given.
    """

    def __init__(
        self,
        size=32,
        channels=3,
        width=32,
        latent=LATENT,
        gamma=2.0,
        share=0.25,
        blocks=1,
        generator=None,
        discriminator=None,
    ):
        generator = generator or Generator(size, channels, width, latent, blocks)
        super().__init__(generator, discriminator or Discriminator(size, channels, width, blocks), latent)
        self.gamma, self.share = gamma, share

    def discriminator_loss(self, batch):
        """Real above made, pair by pair, and the penalties on the first of each."""
        x, *given = batch if isinstance(batch, tuple) else (batch,)
        x_fake = self.fake(len(x), *given).detach()
        gap = self.discriminator(x, *given) - self.discriminator(x_fake, *given)
        some = max(1, round(self.share * len(x)))

        def judge(v):
            return self.discriminator(v, *(condition[:some] for condition in given))

        steepness = sum(losses.zero_centred_penalty(judge, v[:some]) for v in (x, x_fake))
        return softplus(-gap).mean() + self.gamma * steepness

    def generator_loss(self, batch):
        """Made above real."""
        real, fake = self._judged(batch)
        return softplus(real - fake).mean()

    @torch.no_grad()
    def logits(self, batch):
        """D of real and of generated samples, for the record."""
        return self._judged(batch)

    def _judged(self, batch):
        x, *given = batch if isinstance(batch, tuple) else (batch,)
        return self.discriminator(x, *given), self.discriminator(self.fake(len(x), *given), *given)
