"""Large in every way (BigGAN, Brock et al. 2019), at a size for two cores: classes in the norms, orthogonal weights.

Taught in lecture 14. The game is a conditional one with a projection discriminator (`games.conditional`).
"""

import itertools
import math

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from gancourse import device
from gancourse.games import losses
from gancourse.games.conditional import ConditionalGAN, ProjectionDiscriminator
from gancourse.games.dcgan import doublings

LATENT = 32


def orthogonal_penalty(weight, beta=1e-4):
    """R_β(W) = β ‖WᵀW ⊙ (1 − I)‖²_F: filters at right angles, of any length (Brock et al. 2019, eq. 3).

    The columns of the paper's W are filters, one for each output. PyTorch keeps them as rows, so that it is the
    products of the weight's rows that are squared and added up, those of a row with itself left out.

    Args:
        weight: of a linear layer, shape (out, in), or of a convolution, (out, in, k, k).
        beta: β; 10⁻⁴ in the paper.

    Returns:
        A number; its gradient is 4β (WWᵀ ⊙ (1 − I)) W in terms of rows.
    """
    rows = weight.flatten(1)
    products = rows @ rows.T
    return beta * (products - products.diag().diag()).square().sum()


def truncated_normal(n, d, threshold, at=None):
    """N(0, 1) given that each number lies within ±threshold (Brock et al. 2019, section 3.1), shape (n, d).

    The paper draws anew what falls outside. Here a uniform number is put through the inverse of the distribution
    function, which is the same and never has to be done twice.

    Args:
        n, d: samples, and dimensions of each.
        threshold: above 0; 2 cuts a twentieth off, 0.5 six tenths.
        at: a device.

    Raises:
        ValueError: the threshold is not above 0.
    """
    if not threshold > 0:
        raise ValueError(f"threshold is {threshold}; give a number above 0, such as 2.")
    inside = math.erf(threshold / math.sqrt(2))  # the share of N(0, 1) that is kept
    z = math.sqrt(2) * torch.erfinv((2 * torch.rand(n, d, device=at) - 1) * inside)
    return z.clamp(-threshold, threshold)


class ClassNorm(nn.Module):
    """Batch norm whose scale and shift are told by what the layer is given (Brock et al. 2019, appendix B).

    Args:
        channels: of the layer.
        given: dimensions of what it is told, class and z; 0 for a batch norm like any other.
    """

    def __init__(self, channels, given):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=not given)
        self.told = nn.Linear(given, 2 * channels) if given else None
        if given:
            nn.init.normal_(self.told.weight, 0.0, 0.02)
            nn.init.zeros_(self.told.bias)

    def forward(self, h, given):
        """h, shape (n, channels, H, W), told `given`, shape (n, given)."""
        h = self.norm(h)
        if self.told is None:
            return h
        scale, shift = self.told(given)[:, :, None, None].chunk(2, dim=1)
        return h * (1 + scale) + shift


class Block(nn.Module):
    """Twice the side: norm, ReLU, larger, 3×3, norm, ReLU, 3×3, and past it all a 1×1 of the larger."""

    def __init__(self, n_in, n_out, given):
        super().__init__()
        self.norms = nn.ModuleList([ClassNorm(n_in, given), ClassNorm(n_out, given)])
        self.larger = nn.Upsample(scale_factor=2)
        self.convs = nn.ModuleList([nn.Conv2d(n_in, n_out, 3, padding=1), nn.Conv2d(n_out, n_out, 3, padding=1)])
        self.past = nn.Conv2d(n_in, n_out, 1)

    def forward(self, h, given):
        """h, shape (n, n_in, s, s), to (n, n_out, 2s, 2s)."""
        inner = self.convs[0](self.larger(self.norms[0](h, given).relu()))
        return self.past(self.larger(h)) + self.convs[1](self.norms[1](inner, given).relu())


class Generator(nn.Module):
    """z and a class, one-hot behind it, to images of shape (n, channels, size, size) in [−1, 1].

    Args:
        classes: how many.
        size, channels, latent: of images and of z.
        width: channels of the last block; each halving of the side doubles them.
        shared: dimensions of the classes' embedding, which all norms share; 0 and norms are told nothing, and the class
            comes in with z alone.
    """

    def __init__(self, classes, size=16, channels=1, width=16, latent=LATENT, shared=16):
        super().__init__()
        side, times = doublings(size)
        widths = [width * 2**i for i in reversed(range(times + 1))]
        self.latent = latent
        self.embed = nn.Linear(classes, shared, bias=False) if shared else None
        self.first = nn.Linear(latent + classes, widths[0] * side**2)
        given = latent + shared if shared else 0
        self.blocks = nn.ModuleList(Block(n_in, n_out, given) for n_in, n_out in itertools.pairwise(widths))
        self.last = nn.Sequential(nn.BatchNorm2d(width), nn.ReLU(), nn.Conv2d(width, channels, 3, padding=1), nn.Tanh())
        self.shape = (widths[0], side, side)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d) or layer is self.first:
                nn.init.orthogonal_(layer.weight)
                nn.init.zeros_(layer.bias)

    def forward(self, given):
        """Images of z and class, shape (n, latent + classes)."""
        z, hot = given[:, : self.latent], given[:, self.latent :]
        told = None if self.embed is None else torch.cat([z, self.embed(hot)], dim=1)
        h = self.first(given).unflatten(1, self.shape)
        for block in self.blocks:
            h = block(h, told)
        return self.last(h)


def steady_discriminator(classes, size, channels, width):
    """A projection discriminator with spectral norm in place of batch norm (Miyato et al. 2018)."""
    judge = ProjectionDiscriminator(classes, size, channels, width)
    for i, layer in enumerate(judge.features):
        if isinstance(layer, nn.BatchNorm2d):
            judge.features[i] = nn.Identity()
    for layer in judge.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear | nn.Embedding):
            nn.init.orthogonal_(layer.weight)
            spectral_norm(layer)
    return judge


class BigGAN(ConditionalGAN):
    """Hinge loss, class-conditional batch norm, projection, and an orthogonal penalty for G (Brock et al. 2019).

    z ∼ N(0, I). A batch is (x, label).

    Args:
        classes: how many.
        size, channels, width, latent, loss: as of `ConditionalGAN`; width is the discriminator's, and the generator's.
        beta: of the orthogonal penalty on all of G's weights but those that tell the norms.
        shared: dimensions of the classes' embedding; 0 for a batch norm that is not told the class.
    """

    def __init__(self, classes, size=16, channels=1, width=16, latent=LATENT, loss=None, beta=1e-4, shared=16):
        loss = loss or losses.hinge()
        super().__init__(classes, size, channels, width, latent, loss, steady_discriminator)
        self.generator = Generator(classes, size, channels, width, latent, shared)
        self.beta = beta

    def draw_latent(self, n):
        """n latent samples, normal, shape (n, latent)."""
        some = next(self.generator.parameters())
        drawn = torch.randn(n * device.processes(), self.latent, device=some.device, dtype=some.dtype)
        return device.mine(drawn)

    def regularised(self):
        """The weights of G that are to be orthogonal: of its convolutions and of its first layer."""
        generator = self.generator
        convolutions = [m.weight for m in generator.modules() if isinstance(m, nn.Conv2d)]
        return [generator.first.weight, *convolutions]

    def generator_loss(self, batch):
        """The game's, and the penalty."""
        penalty = sum(orthogonal_penalty(weight, self.beta) for weight in self.regularised()) if self.beta else 0.0
        return super().generator_loss(batch) + penalty

    def truncated(self, label, threshold):
        """Images of these classes from z within ±threshold, without a graph."""
        return self.generate(truncated_normal(len(label), self.latent, threshold, label.device), label)
