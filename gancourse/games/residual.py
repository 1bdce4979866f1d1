"""Residual networks without normalisation: deep enough to draw, and nothing in them looks at the batch.

As in R3GAN (Huang et al. 2024, section 3), at a size that two cores can train: sizes and strides are DCGAN's, with
residual blocks between them. A block begins as the identity, as its last layer starts at zero (Zhang et al. 2019): no
norm is needed to keep the signal's size.
"""

import torch
from torch import nn

from gancourse.games.dcgan import doublings, strided, transposed

LATENT = 64


class Block(nn.Module):
    """h + f(h), f two 3×3 convolutions, each behind a leaky ReLU; f is zero at first."""

    def __init__(self, channels):
        super().__init__()
        self.layers = nn.Sequential(
            nn.LeakyReLU(0.2),
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(channels, channels, 3, padding=1),
        )
        start(self)
        nn.init.zeros_(self.layers[-1].weight)

    def forward(self, h):
        """h + f(h)."""
        return h + self.layers(h)


def start(module):
    """Weights that keep the signal's size through leaky ReLUs (He et al. 2015), biases zero."""
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            up = isinstance(layer, nn.ConvTranspose2d)
            nn.init.kaiming_normal_(layer.weight, 0.2, "fan_out" if up else "fan_in")  # its weight is (in, out, …)
            if up:
                with torch.no_grad():
                    layer.weight *= layer.stride[0]  # each pixel gets one in stride² of the kernel's numbers
            nn.init.zeros_(layer.bias)


class Generator(nn.Module):
    """z of shape (n, latent) to images of shape (n, channels, size, size) in [−1, 1].

    Args:
        size: 16, 28, 32, 64, ...: 4 to 7 pixels, doubled some times.
        channels: 1 for grey, 3 for colour.
        width: channels of the last hidden layer; each halving of the side doubles them, up to `most`.
        latent: dimensions of z.
        blocks: residual blocks at each size.
        most: channels at most.
    """

    def __init__(self, size=32, channels=3, width=32, latent=LATENT, blocks=1, most=256):
        super().__init__()
        side, times = doublings(size)
        widths = [min(most, width * 2**i) for i in reversed(range(times))]
        layers = [nn.Linear(latent, widths[0] * side * side), nn.Unflatten(1, (widths[0], side, side))]
        for n_in, n_out in zip(widths, [*widths[1:], None], strict=True):
            layers += [Block(n_in) for _ in range(blocks)]
            layers += [nn.LeakyReLU(0.2), transposed(n_in, n_out or channels)]
        self.layers = nn.Sequential(*layers, nn.Tanh())
        for layer in self.layers:
            if not isinstance(layer, Block):
                start(layer)

    def forward(self, z):
        """Images of latent samples."""
        return self.layers(z)


class Discriminator(nn.Module):
    """Images of shape (n, channels, size, size) to logits of shape (n, 1): the generator's mirror.

    Args:
        size, channels, width, blocks, most: as of the generator.
    """

    def __init__(self, size=32, channels=3, width=32, blocks=1, most=256):
        super().__init__()
        side, times = doublings(size)
        widths = [min(most, width * 2**i) for i in range(times)]
        layers = []
        for n_in, n_out in zip([channels, *widths], widths, strict=False):
            layers += [strided(n_in, n_out), *(Block(n_out) for _ in range(blocks)), nn.LeakyReLU(0.2)]
        self.features = nn.Sequential(*layers, nn.Flatten())
        self.head = nn.Linear(widths[-1] * side * side, 1)
        for layer in [*self.features, self.head]:
            if not isinstance(layer, Block):
                start(layer)

    def forward(self, x):
        """D(x)."""
        return self.head(self.features(x))
