"""PacGAN (Lin, Khetan, Fanti & Oh 2018): the discriminator judges m samples at a time."""

from torch import nn

from gancourse.games.gan import GAN, small_discriminator


class Packed(nn.Module):
    """A discriminator of m samples, side by side: (n, d) to n / m logits.

    Args:
        discriminator: takes shape (n / m, m d).
        m: how many samples it sees together.
    """

    def __init__(self, discriminator, m):
        super().__init__()
        self.inner, self.m = discriminator, m

    def forward(self, x):
        """One logit for every m consecutive samples; a remainder of fewer is left out."""
        packs = len(x) // self.m
        return self.inner(x[: packs * self.m].reshape(packs, -1))


class PacGAN(GAN):
    """A GAN whose discriminator is shown packs of m: a lack of variety shows in a pack, not in one sample."""

    def __init__(self, m=2, dimensions=2, **options):
        super().__init__(discriminator=Packed(small_discriminator(m * dimensions), m), **options)
