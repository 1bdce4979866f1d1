"""Letting the discriminator compare the samples of a batch: minibatch discrimination, minibatch standard deviation."""

import torch
from torch import nn

from gancourse.games.gan import GAN, mlp


class MinibatchDiscrimination(nn.Module):
    """Appends to every sample's features how close the others of the batch are (Salimans et al. 2016, section 3.2).

    With M_i = f_i T, a matrix of `kernels` rows, o_b(x_i) = Σ_{j≠i} exp(−‖M_ib − M_jb‖₁): many where samples agree.

    Args:
        features: of the layer before.
        kernels, size: rows and columns of M.
    """

    def __init__(self, features, kernels=8, size=4):
        super().__init__()
        self.project = nn.Linear(features, kernels * size, bias=False)
        self.shape = (kernels, size)

    def forward(self, f):
        """(n, features) to (n, features + kernels)."""
        m = self.project(f).unflatten(1, self.shape).transpose(0, 1)
        closeness = torch.exp(-torch.cdist(m, m, p=1)).sum(dim=2) - 1  # without the sample itself
        return torch.cat([f, closeness.T], dim=1)


def minibatch_std(h):
    """One channel more: the standard deviation in the batch, averaged over all else (Karras et al. 2018, section 3).

    A number for the whole batch. Where samples are alike it is small, and a discriminator that sees it can tell.

    Args:
        h: features of a batch, shape (n, C) or (n, C, H, W).

    Returns:
        h with that number behind it, everywhere the same: shape (n, C + 1) or (n, C + 1, H, W).
    """
    spread = (h.var(dim=0, correction=0) + 1e-8).sqrt().mean()  # a root has no slope at 0: collapse gave NaN
    return torch.cat([h, spread.expand(len(h), 1, *h.shape[2:])], dim=1)


class MinibatchStd(nn.Module):
    """`minibatch_std` as a layer."""

    def forward(self, f):
        """Features with one channel more."""
        return minibatch_std(f)


def discriminator_with(layer, extra, width=128):
    """The course's small discriminator with `layer`, which appends `extra` features, before its last layer."""
    trunk = mlp(2, width, width, width, activation=lambda: nn.LeakyReLU(0.2))
    return nn.Sequential(trunk, nn.LeakyReLU(0.2), layer, nn.Linear(width + extra, 1))


class MinibatchGAN(GAN):
    """A GAN whose discriminator sees how alike the samples of a batch are."""

    def __init__(self, kernels=8, width=128, **options):
        layer = MinibatchDiscrimination(width, kernels)
        super().__init__(discriminator=discriminator_with(layer, kernels, width), **options)


class MinibatchStdGAN(GAN):
    """The same with a single number, the batch's standard deviation."""

    def __init__(self, width=128, **options):
        super().__init__(discriminator=discriminator_with(MinibatchStd(), 1, width), **options)
