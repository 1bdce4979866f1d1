"""DCGAN (Radford et al. 2016): a generator and a discriminator made of convolutions, for images of any size."""

import torch
from torch import nn

from gancourse import device
from gancourse.games.gan import GAN

LATENT = 100
SMALLEST = (4, 5, 6, 7)  # sides of the first image, which is then doubled: 64 = 4·2⁴, 28 = 7·2²


def doublings(size):
    """The side of the smallest image and how often it is doubled: 64 gives (4, 4), 28 gives (7, 2).

    Raises:
        ValueError: no side from 4 to 7 grows to this size by doubling.
    """
    for times in range(1, 10):
        if size % 2**times == 0 and size >> times in SMALLEST:
            return size >> times, times
    raise ValueError(f"Images of {size} pixels cannot be made by doubling 4 to 7 pixels; try 16, 28, 32 or 64.")


def transposed(n_in, n_out):
    """Twice the size by a fractionally strided convolution; 4 is a multiple of the stride: fewer checkerboards."""
    return nn.ConvTranspose2d(n_in, n_out, 4, stride=2, padding=1)


def resized(n_in, n_out):
    """Twice the size by repeating pixels, then a convolution (Odena et al. 2016)."""
    return nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(n_in, n_out, 3, padding=1))


def strided(n_in, n_out):
    """Half the size by a strided convolution."""
    return nn.Conv2d(n_in, n_out, 4, stride=2, padding=1)


def initialise(module):
    """The paper's start: weights N(0, 0.02); of batch norm, N(1, 0.02), which the paper leaves open."""
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.normal_(layer.weight, 0.0, 0.02)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1.0, 0.02)
        else:
            continue
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


class Generator(nn.Module):
    """z of shape (n, latent) to images of shape (n, channels, size, size) in [−1, 1].

    Args:
        size: 16, 28, 32, 64, ...: 4 to 7 pixels, doubled some times.
        channels: 1 for grey, 3 for colour.
        width: channels of the last hidden layer; the first has width · 2^(doublings − 1): 1024 at 64 px in the paper.
        latent: dimensions of z.
        up: makes a layer that doubles the size.
        norm, activation: what follows every hidden layer.
    """

    def __init__(
        self, size=64, channels=3, width=128, latent=LATENT, up=transposed, norm=nn.BatchNorm2d, activation=nn.ReLU
    ):
        super().__init__()
        side, times = doublings(size)
        n = width * 2 ** (times - 1)
        layers = [nn.Linear(latent, n * side * side), nn.Unflatten(1, (n, side, side)), norm(n), activation()]
        for _ in range(times - 1):
            layers += [up(n, n // 2), norm(n // 2), activation()]
            n //= 2
        self.layers = nn.Sequential(*layers, up(n, channels), nn.Tanh())
        initialise(self)

    def forward(self, z):
        """Images of latent samples."""
        return self.layers(z)


class Discriminator(nn.Module):
    """Images of shape (n, channels, size, size) to logits of shape (n, 1): the generator's mirror.

    Args:
        size, channels, width: as of the generator.
        down: makes a layer that halves the size.
        norm, activation: what follows every hidden layer, but no norm the first.
    """

    def __init__(
        self,
        size=64,
        channels=3,
        width=128,
        down=strided,
        norm=nn.BatchNorm2d,
        activation=lambda: nn.LeakyReLU(0.2),
    ):
        super().__init__()
        side, times = doublings(size)
        layers, n = [down(channels, width), activation()], width
        for _ in range(times - 1):
            layers += [down(n, 2 * n), norm(2 * n), activation()]
            n *= 2
        self.features = nn.Sequential(*layers, nn.Flatten())
        self.head = nn.Linear(n * side * side, 1)
        initialise(self)

    def forward(self, x):
        """D(x)."""
        return self.head(self.features(x))


class DCGAN(GAN):
    """The plain game between these two, with z uniform on [−1, 1] as in the authors' code.

    Args:
        size, channels, width, latent: of the networks.
        generator, discriminator, loss: others, if given.
    """

    def __init__(self, size=64, channels=3, width=128, latent=LATENT, generator=None, discriminator=None, loss=None):
        generator = generator or Generator(size, channels, width, latent)
        super().__init__(generator, discriminator or Discriminator(size, channels, width), latent, loss)

    def draw_latent(self, n):
        """n latent samples, uniform on [−1, 1], shape (n, latent)."""
        some = next(self.generator.parameters())
        return device.mine(torch.rand(n * device.processes(), self.latent, device=some.device) * 2 - 1)


def slerp(start, end, t):
    """Spherical interpolation (Shoemake 1985; White 2016), row by row.

    sin((1 − t) ω) / sin ω · start + sin(t ω) / sin ω · end, with ω the angle between the two. Where they point the
    same way it is the straight line.

    Args:
        start, end: latent samples, shape (n, latent).
        t: a number, 0 at the start and 1 at the end.

    Returns:
        Shape (n, latent).
    """
    cosine = nn.functional.cosine_similarity(start, end, dim=1)[:, None].clamp(-1, 1)
    omega = cosine.arccos()
    sine = omega.sin()
    along = (((1 - t) * omega).sin() * start + (t * omega).sin() * end) / sine.clamp(min=1e-12)
    return torch.where(sine > 1e-4, along, torch.lerp(start, end, t))
