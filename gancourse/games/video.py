"""Video in two streams (Vondrick et al. 2016): what moves is cut out by a mask and laid on a still picture."""

import torch
from torch import nn
from torch.nn.functional import softplus

from gancourse.games.dcgan import doublings
from gancourse.games.game import evaluating
from gancourse.games.relativistic import RelativisticGAN
from gancourse.games.residual import LATENT, Generator
from gancourse.games.voxels import growing, shrinking

COLOURS = 3


def first_volume(frames, size):
    """Frames, rows and columns before all are doubled, and how often: 8 frames of 32 pixels give ((1, 4, 4), 3).

    Raises:
        ValueError: time cannot be doubled as often as space.
    """
    side, times = doublings(size)
    if frames % 2**times:
        raise ValueError(f"{frames} frames do not come from doubling {times} times; give a multiple of {2**times}.")
    return (frames >> times, side, side), times


class OneStream(nn.Module):
    """z to clips of shape (n, 3 · frames, size, size) in [−1, 1], all of them by convolutions over time and space.

    Args:
        size, frames: of the clips.
        width: channels of the last hidden layer; each halving doubles them.
        latent: dimensions of z.
    """

    def __init__(self, size=32, frames=8, width=16, latent=LATENT):
        super().__init__()
        shape, times = first_volume(frames, size)
        self.moving = growing(latent, [width * 2**i for i in reversed(range(times))], shape, COLOURS)

    def forward(self, z):
        """Clips of latent samples."""
        return torch.tanh(self.moving(z)).flatten(1, 2)


class TwoStreams(nn.Module):
    """G(z) = m(z) ⊙ f(z) + (1 − m(z)) ⊙ b(z): foreground and mask of every frame, one background for all (eq. 2).

    Args:
        size, frames, width, latent: as of `OneStream`.
    """

    def __init__(self, size=32, frames=8, width=16, latent=LATENT):
        super().__init__()
        shape, times = first_volume(frames, size)
        self.frames = frames
        self.moving = growing(latent, [width * 2**i for i in reversed(range(times))], shape, COLOURS + 1)
        self.still = Generator(size, COLOURS, width, latent, blocks=0)

    def streams(self, z):
        """Mask, (n, 1, frames, size, size) in (0, 1); foreground with three channels; background, (n, 3, …)."""
        moving = self.moving(z)
        return torch.sigmoid(moving[:, COLOURS:]), torch.tanh(moving[:, :COLOURS]), self.still(z)

    def forward(self, z, with_mask=False):
        """Clips of latent samples; `with_mask` they come with what cut them out."""
        mask, foreground, background = self.streams(z)
        clip = laid(mask, foreground, background).flatten(1, 2)
        return (clip, mask) if with_mask else clip


def laid(mask, foreground, background):
    """m ⊙ f + (1 − m) ⊙ b, with the same b in every frame."""
    return mask * foreground + (1 - mask) * background[:, :, None]


class ClipDiscriminator(nn.Module):
    """Clips of shape (n, 3 · frames, size, size) to logits of shape (n, 1): what stands and what moves, at once.

    Args:
        size, frames, width: as of the generators.
    """

    def __init__(self, size=32, frames=8, width=16):
        super().__init__()
        shape, times = first_volume(frames, size)
        self.layers = shrinking(COLOURS, [width * 2**i for i in range(times)], shape)

    def forward(self, x):
        """D(x)."""
        return self.layers(x.unflatten(1, (COLOURS, -1)))


class VideoGAN(RelativisticGAN):
    """The relativistic game for clips; with two streams G also pays λ ‖m‖₁: what can stand still is to (section 3.2).

    A batch is clips as images at rest hold them, (n, 3 · frames, size, size). The paper's D is cross-entropy's.

    Args:
        size: of the frames.
        channels: 3 · frames.
        width, latent, options: as of `RelativisticGAN`.
        streams: 2, or 1 for the paper's baseline.
        sparse: λ, times the mean of the mask; 0.1 in the paper.

    Raises:
        ValueError: the channels are no frames, or not as many as can be doubled.
    """

    def __init__(self, size=32, channels=24, width=16, latent=LATENT, streams=2, sparse=0.1, **options):
        if channels % COLOURS:
            raise ValueError(f"A clip of {channels} channels has no whole number of frames of three: use data clips.")
        made = {"size": size, "frames": channels // COLOURS, "width": width}
        generator = (TwoStreams if streams == 2 else OneStream)(**made, latent=latent)
        super().__init__(latent=latent, generator=generator, discriminator=ClipDiscriminator(**made), **options)
        self.sparse = sparse if streams == 2 else 0.0

    def generator_loss(self, x):
        """Made above real, and the mask's mean."""
        if not self.sparse:
            return super().generator_loss(x)
        x_fake, mask = self.generator(self.draw_latent(len(x)), with_mask=True)
        gap = self.discriminator(x) - self.discriminator(x_fake)
        return softplus(gap).mean() + self.sparse * mask.mean()

    @torch.no_grad()
    def streams(self, z):
        """Mask, foreground and background of latent samples, without a graph, see `TwoStreams.streams`."""
        with evaluating(self.generator):
            return self.generator.streams(z)

    def shown(self, n, batch):
        """At most n clips as filmstrips, frames side by side."""
        return film(self.sample(n))


def film(x):
    """Clips as pictures, frames side by side: (n, 3 · frames, size, size) to (n, 3, size, frames · size)."""
    return x.unflatten(1, (COLOURS, -1)).transpose(2, 3).flatten(3)
