"""SRGAN (Ledig et al. 2017): from a small image to a large one, with detail that the small one does not tell."""

import torch
from torch import nn
from torch.nn.functional import interpolate, l1_loss, mse_loss

from gancourse.games.patch import PatchDiscriminator
from gancourse.games.pix2pix import Translation


def bicubic(x, times=4):
    """Images in [−1, 1], `times` larger by bicubic interpolation, clamped: what a super-resolution has to beat."""
    return interpolate(x, scale_factor=times, mode="bicubic").clamp(-1, 1)


class PlainBlock(nn.Module):
    """x + f(x), f two convolutions without a norm.

    The paper has batch norm. It takes an image's own contrast from it, and super-resolution is better without (EDSR,
    Lim et al. 2017; ESRGAN, Wang et al. 2018).
    """

    def __init__(self, channels):
        super().__init__()
        self.f = nn.Sequential(
            *(nn.Conv2d(channels, channels, 3, padding=1), nn.PReLU()),
            nn.Conv2d(channels, channels, 3, padding=1),
        )

    def forward(self, x):
        """Of the same shape."""
        return x + self.f(x)


def doubling(channels):
    """Twice the size by a sub-pixel convolution: four times the channels, laid out as 2 × 2 pixels."""
    return nn.Sequential(nn.Conv2d(channels, 4 * channels, 3, padding=1), nn.PixelShuffle(2), nn.PReLU())


class SuperGenerator(nn.Module):
    """Images of shape (n, channels, H, W) to (n, channels, times · H, times · W), in [−1, 1] once it evaluates.

    Most of the work is done at the small size; the enlarging is left to the end (Shi et al. 2016). What comes out is
    added to the bicubic enlargement (Kim et al. 2016), which it starts from; the paper's network has to learn that.

    Args:
        channels: of the images.
        width: channels within, 64 in the paper.
        blocks: residual blocks, 16 in the paper.
        times: how much larger; a power of two.
        block: makes one from its channels.

    Raises:
        ValueError: `times` is no power of two.
    """

    def __init__(self, channels=3, width=32, blocks=4, times=4, block=PlainBlock):
        super().__init__()
        doublings = times.bit_length() - 1
        if times != 2**doublings:
            raise ValueError(f"times={times}: sub-pixel layers double the size, use 2, 4 or 8.")
        self.times = times
        self.first = nn.Sequential(nn.Conv2d(channels, width, 3, padding=1), nn.PReLU())
        self.blocks = nn.Sequential(*(block(width) for _ in range(blocks)), nn.Conv2d(width, width, 3, padding=1))
        self.up = nn.Sequential(*(doubling(width) for _ in range(doublings)))
        self.last = nn.Conv2d(width, channels, 3, padding=1)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, x):
        """Large images."""
        h = self.first(x)
        made = bicubic(x, self.times) + self.last(self.up(h + self.blocks(h)))
        return made if self.training else made.clamp(-1, 1)  # while it learns, a pixel out of range can return


class SRGAN(Translation):
    """L_G = λ₁ ‖y − G(x)‖₁ + λ_φ mean (φ(y) − φ(G(x)))² + λ_adv L_adv(D(G(x))). A batch is (x_small, x_large).

    In the paper λ₁ = 0, λ_adv = 1e-3 and φ is a layer of VGG (ibid., eqs. 3 and 5); the terms together are ESRGAN's
    (Wang et al. 2018, eq. 3). The best guess by L1 is, pixel by pixel, a median of all large images that fit: blurred.
    D objects to that, and the error per pixel grows: perception against distortion (Blau & Michaeli 2018).

    Args:
        channels, width, blocks, times: of the `SuperGenerator`.
        strided: of the `PatchDiscriminator`; the paper's judges the whole image.
        l1, perceptual, adversarial: λ₁, λ_φ and λ_adv; 0 leaves a term out.
        features: φ, a function of images that keeps the graph and lies on their device; for a `features.Classifier`
            `lambda x: c.embed(c.fitted(x))`, or less of it, `c.embed[:8]`, where features still have a place. It is
            no part of the game: it is not trained, moved or saved with it.
        loss: as of `Translation`.
        generator: another one, if given.

    Raises:
        ValueError: a perceptual loss without features.
    """

    def __init__(
        self, channels=3, width=32, blocks=4, times=4, strided=1, l1=1.0, perceptual=0.0, adversarial=1e-2,
        features=None, loss=None, generator=None,
    ):  # fmt: skip
        if perceptual and features is None:
            raise ValueError("A perceptual loss compares features: give `features`, or perceptual=0.")
        generator = generator or SuperGenerator(channels, width, blocks, times)
        super().__init__(generator, PatchDiscriminator(channels, width, strided), loss)
        self.l1, self.perceptual, self.adversarial = l1, perceptual, adversarial
        self.features = lambda x: features(x)  # a module of its own would become a player

    def generator_loss(self, batch):
        """All terms whose weight is not 0."""
        x_small, x_large = batch
        made = self.generator(x_small)
        loss = self.l1 * l1_loss(made, x_large)
        if self.perceptual:
            with torch.no_grad():
                wanted = self.features(x_large)
            loss = loss + self.perceptual * mse_loss(self.features(made), wanted)
        return loss + self.adversarial * self.loss.generator(self.judged(x_small, made)) if self.adversarial else loss
