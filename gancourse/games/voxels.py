"""3D-GAN (Wu et al. 2016): the same game with one axis more. A shape is a cube of voxels, and convolutions are 3-D."""

import torch
from torch import nn

from gancourse.games.dcgan import doublings
from gancourse.games.relativistic import RelativisticGAN
from gancourse.games.residual import LATENT

DARKEST = -0.8  # of what is seen at the very back, in [−1, 1]


def start(module):
    """Weights that keep the signal's size through leaky ReLUs (He et al. 2015) in three dimensions, biases zero."""
    for layer in module.modules():
        if isinstance(layer, nn.Conv3d | nn.ConvTranspose3d | nn.Linear):
            up = isinstance(layer, nn.ConvTranspose3d)
            nn.init.kaiming_normal_(layer.weight, 0.2, "fan_out" if up else "fan_in")  # its weight is (in, out, …)
            if up:
                with torch.no_grad():
                    layer.weight *= layer.stride[0] ** 1.5  # each voxel gets one in stride³ of the kernel's numbers
            nn.init.zeros_(layer.bias)


def grown(n_in, n_out):
    """Twice the size along all three axes."""
    return nn.ConvTranspose3d(n_in, n_out, 4, stride=2, padding=1)


def shrunk(n_in, n_out):
    """Half of it."""
    return nn.Conv3d(n_in, n_out, 4, stride=2, padding=1)


def growing(latent, widths, shape, channels):
    """z to (n, channels, …): a first volume of this shape, doubled along each axis as often as there are widths."""
    numbers = widths[0] * shape[0] * shape[1] * shape[2]
    layers = [nn.Linear(latent, numbers), nn.Unflatten(1, (widths[0], *shape))]
    for n_in, n_out in zip(widths, [*widths[1:], channels], strict=True):
        layers += [nn.LeakyReLU(0.2), grown(n_in, n_out)]
    network = nn.Sequential(*layers)
    start(network)
    return network


def shrinking(channels, widths, shape):
    """A volume to one logit: halved as often as there are widths, down to this shape."""
    layers = []
    for n_in, n_out in zip([channels, *widths], widths, strict=False):
        layers += [shrunk(n_in, n_out), nn.LeakyReLU(0.2)]
    network = nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * shape[0] * shape[1] * shape[2], 1))
    start(network)
    return network


class VoxelGenerator(nn.Module):
    """z of shape (n, latent) to voxels of shape (n, size, size, size) in [−1, 1]: above 0 is full.

    Args:
        size: voxels a side: 16 or 32.
        width: channels of the last hidden layer; each halving of the side doubles them.
        latent: dimensions of z.
    """

    def __init__(self, size=16, width=32, latent=LATENT):
        super().__init__()
        side, times = doublings(size)
        self.layers = growing(latent, [width * 2**i for i in reversed(range(times))], (side,) * 3, 1)

    def forward(self, z):
        """Shapes of latent samples."""
        return torch.tanh(self.layers(z)[:, 0])


class VoxelDiscriminator(nn.Module):
    """Voxels of shape (n, size, size, size) to logits of shape (n, 1): the generator's mirror.

    Args:
        size, width: as of the generator.
    """

    def __init__(self, size=16, width=32):
        super().__init__()
        side, times = doublings(size)
        self.layers = shrinking(1, [width * 2**i for i in range(times)], (side,) * 3)

    def forward(self, x):
        """D(x)."""
        return self.layers(x[:, None])


class VoxelGAN(RelativisticGAN):
    """The relativistic game between these two; a batch is voxels, −1 or 1, shape (n, size, size, size).

    Wu et al. have plain cross-entropy, and a discriminator that pauses while it is right four times in five; the
    penalties of this course's recipe do what that pause was for.

    Args:
        size: voxels a side.
        channels: of voxels as images at rest, one for each height: has to be the size.
        width, latent, options: as of `RelativisticGAN`.

    Raises:
        ValueError: channels and size differ.
    """

    def __init__(self, size=16, channels=None, width=32, latent=LATENT, **options):
        if channels not in (None, size):
            raise ValueError(f"A cube of {size} voxels a side has {size} layers, not {channels}: use data furniture.")
        networks = {"generator": VoxelGenerator(size, width, latent), "discriminator": VoxelDiscriminator(size, width)}
        super().__init__(latent=latent, **networks, **options)

    def shown(self, n, batch):
        """At most n shapes, seen from the front."""
        return seen(self.sample(n))


def seen(x):
    """Shapes from the front, as grey pictures: what is nearer is lighter, nothing is black.

    Args:
        x: voxels, full above 0, shape (n, size, size, size): upwards, backwards, to the right.

    Returns:
        Shape (n, 1, size, size), in [−1, 1].
    """
    full = x > 0
    depth = full.to(torch.float32).argmax(dim=2)  # the first that is full
    shade = 1 - depth / (x.shape[2] - 1) * (1 - DARKEST)
    return torch.where(full.any(dim=2), shade, -1.0).flip(1)[:, None]
