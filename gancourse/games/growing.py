"""Progressive growing (Karras et al. 2018): both networks begin at 4 pixels, and larger layers are faded in.

Taught in lecture 14, with what the paper has besides: pixel norm, an equalised learning rate, and the minibatch
standard deviation of `games.minibatch`.
"""

import itertools

import torch
from torch import nn
from torch.nn.functional import avg_pool2d, interpolate
from torch.nn.utils import parametrize

from gancourse.games.dcgan import doublings
from gancourse.games.minibatch import MinibatchStd
from gancourse.games.relativistic import RelativisticGAN
from gancourse.games.residual import LATENT, start


def fade_in(small, large, alpha):
    """(1 − α) · the small image, each pixel four times, + α · the large one (Karras et al. 2018, figure 2).

    Args:
        small: shape (n, C, s, s).
        large: shape (n, C, 2s, 2s).
        alpha: from 0, the small one alone, to 1, the large one alone; a number or a tensor without axes.

    Returns:
        Shape (n, C, 2s, 2s).
    """
    return (1 - alpha) * interpolate(small, scale_factor=2) + alpha * large


def pixel_norm(h):
    """Each pixel's channels divided by the root of their mean square (Karras et al. 2018, section 4.2).

    Args:
        h: shape (n, C) or (n, C, H, W).
    """
    return h * (h.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()


class PixelNorm(nn.Module):
    """`pixel_norm` as a layer."""

    def forward(self, h):
        """h, of mean square 1 over channels."""
        return pixel_norm(h)


class _Times(nn.Module):
    """What a weight is multiplied by whenever it is used."""

    def __init__(self, scale):
        super().__init__()
        self.scale = scale

    def forward(self, weight):
        return weight * self.scale


def equalised(layer, gain=2**0.5):
    """The layer with an equalised learning rate (Karras et al. 2018, section 4.1); the layer itself.

    What is trained begins as N(0, 1), and is multiplied by gain / √(inputs of one output) at each use. Adam moves all
    numbers equally fast, so that now all weights change at the same pace, relative to their size.
    """
    nn.init.normal_(layer.weight)
    nn.init.zeros_(layer.bias)
    parametrize.register_parametrization(layer, "weight", _Times(gain / layer.weight[0].numel() ** 0.5))
    return layer


def _started(layer):
    """The layer with weights of the same sizes from the start, and their own rates: what `equalised` is compared to."""
    start(layer)
    return layer


def _widths(size, width, most):
    """The smallest side, and the channels at each side from it on."""
    side, times = doublings(size)
    return side, [min(most, width * 2**i) for i in reversed(range(times + 1))]


class Generator(nn.Module):
    """z to images of shape (n, channels, s, s) in [−1, 1], s the side that it has grown to.

    Args:
        size: that it can grow to: 4 to 7 pixels, doubled some times.
        channels: 1 for grey, 3 for colour.
        width: channels at full size; each halving of the side doubles them, up to `most`.
        latent: dimensions of z.
        norm: makes the layer behind each activation.
        layer: what is done to each linear layer: `equalised`, or not.
        most: channels at most.

    Attributes:
        grown: how often the smallest side has been doubled by now.
        alpha: how far the newest layers are faded in, a tensor without axes.
    """

    def __init__(
        self, size=32, channels=3, width=16, latent=LATENT, norm=PixelNorm, layer=equalised, most=64
    ):  # fmt: skip
        super().__init__()
        side, widths = _widths(size, width, most)
        first = [layer(nn.Linear(latent, widths[0] * side**2)), nn.Unflatten(1, (widths[0], side, side))]
        self.first = nn.Sequential(*first, nn.LeakyReLU(0.2), norm())
        self.blocks = nn.ModuleList(
            nn.Sequential(
                nn.Upsample(scale_factor=2), layer(nn.Conv2d(n_in, n_out, 3, padding=1)), nn.LeakyReLU(0.2), norm()
            )
            for n_in, n_out in itertools.pairwise(widths)
        )
        self.to_image = nn.ModuleList(layer(nn.Conv2d(n, channels, 1)) for n in widths)
        self.grown = len(self.blocks)
        self.register_buffer("alpha", torch.ones(()))

    def forward(self, z):
        """Images of latent samples, of the side that the network has grown to."""
        before, h = None, self.first(z)
        for block in self.blocks[: self.grown]:
            before, h = h, block(h)
        large = self.to_image[self.grown](h).tanh()
        if before is None:
            return large
        return fade_in(self.to_image[self.grown - 1](before).tanh(), large, self.alpha)


class Discriminator(nn.Module):
    """Images of any side that it can grow to, to logits, shape (n, 1): the generator's mirror.

    Args:
        size, channels, width, layer, most: as of the generator.
        compare: makes the layer before the last, which adds one channel from all of a batch.

    Attributes:
        alpha: how far the layers of the images' side are faded in.
    """

    def __init__(self, size=32, channels=3, width=16, layer=equalised, most=64, compare=MinibatchStd):
        super().__init__()
        side, widths = _widths(size, width, most)
        self.from_image = nn.ModuleList(
            nn.Sequential(layer(nn.Conv2d(channels, n, 1)), nn.LeakyReLU(0.2)) for n in widths
        )
        self.blocks = nn.ModuleList(
            nn.Sequential(layer(nn.Conv2d(n_in, n_out, 3, padding=1)), nn.LeakyReLU(0.2), nn.AvgPool2d(2))
            for n_out, n_in in itertools.pairwise(widths)
        )
        more = 1 if compare else 0
        last = [compare()] if compare else []
        last += [layer(nn.Conv2d(widths[0] + more, widths[0], 3, padding=1)), nn.LeakyReLU(0.2), nn.Flatten()]
        self.last = nn.Sequential(*last, layer(nn.Linear(widths[0] * side**2, 1)))
        self.side = side
        self.register_buffer("alpha", torch.ones(()))

    def forward(self, x):
        """D(x); the side of x says where it enters."""
        at = (x.shape[-1] // self.side).bit_length() - 1
        h = self.from_image[at](x)
        for i in reversed(range(at)):
            h = self.blocks[i](h)
            if i == at - 1:
                h = torch.lerp(self.from_image[i](avg_pool2d(x, 2)), h, self.alpha.to(h.dtype))
        return self.last(h)


class GrowingGAN(RelativisticGAN):
    """A relativistic game (`games.relativistic`) of networks that grow; it begins full-grown, until `grow` says else.

    z ∼ N(0, I). A batch has images of full size, which are averaged down to the side that has been reached, and while
    new layers are faded in, so are the images' finer pixels (Karras et al. 2018, appendix A.1).

    Args:
        size, channels, width, latent: of the networks.
        norm, layer, compare: of the networks, see there; what the paper adds to growing itself.
        options: of `RelativisticGAN`.
    """

    def __init__(
        self,
        size=32,
        channels=3,
        width=16,
        latent=LATENT,
        norm=PixelNorm,
        layer=equalised,
        compare=MinibatchStd,
        **options,
    ):
        generator = Generator(size, channels, width, latent, norm, layer)
        discriminator = Discriminator(size, channels, width, layer, compare=compare)
        super().__init__(latent=latent, generator=generator, discriminator=discriminator, **options)
        self.pace = 0.0

    def sides(self):
        """The sides from the first to the last, in pixels."""
        return [self.discriminator.side * 2**i for i in range(len(self.generator.to_image))]

    @property
    def side(self):
        """The side that has been reached."""
        return self.sides()[self.generator.grown]

    @property
    def alpha(self):
        """How far the newest layers are faded in, from 0 to 1."""
        return self.generator.alpha

    def grow(self, side, steps=0):
        """Go on at this side; its layers are faded in over so many steps of the discriminator. All weights are kept.

        Raises:
            ValueError: the networks have no such side.
        """
        if side not in self.sides():
            raise ValueError(f"There are no layers for {side} pixels; give one of {self.sides()}.")
        self.generator.grown, self.pace = self.sides().index(side), 1 / steps if steps else 0.0
        for network in (self.generator, self.discriminator):
            network.alpha.fill_(0.0 if steps and self.generator.grown else 1.0)

    def seen(self, x):
        """What D is shown of real images: shape (n, C, side, side)."""
        x = avg_pool2d(x, x.shape[-1] // self.side)
        return fade_in(avg_pool2d(x, 2), x, self.alpha) if self.generator.grown else x

    def discriminator_loss(self, x):
        """As ever, at the side that has been reached; in training the newest layers come in by one step more."""
        if self.pace and self.training:
            for network in (self.generator, self.discriminator):
                network.alpha.add_(self.pace).clamp_(max=1.0)
        return super().discriminator_loss(self.seen(x))

    def generator_loss(self, x):
        """As ever, at the side that has been reached."""
        return super().generator_loss(self.seen(x))

    @torch.no_grad()
    def logits(self, x):
        """D of real and of generated samples, for the record."""
        return super().logits(self.seen(x))
