"""PatchGAN (Isola et al. 2017, section 3.2.2): a discriminator that judges every patch of an image by itself."""

import itertools

from torch import nn

from gancourse.games.dcgan import initialise

KERNEL = 4


def layers_of(strided):
    """(kernel, stride) of every layer: some that halve the size, then two that do not; for -1, three of 1×1."""
    return [(1, 1)] * 3 if strided < 0 else [(KERNEL, 2)] * strided + [(KERNEL, 1)] * 2


def receptive_field(layers):
    """How many pixels, along one side, one output of a stack of convolutions depends on.

    From the last layer back to the first: r ← (r − 1) · stride + kernel, from r = 1. The paper's 70 × 70 is three
    layers of stride 2 and two of stride 1, all with kernel 4.

    Args:
        layers: (kernel, stride) of each, the first first.

    Raises:
        ValueError: a kernel or a stride is no positive whole number.
    """
    r = 1
    for kernel, stride in reversed(list(layers)):
        if not all(isinstance(k, int) and k > 0 for k in (kernel, stride)):
            raise ValueError(f"A layer of kernel {kernel!r} and stride {stride!r} cannot be: use whole numbers from 1.")
        r = (r - 1) * stride + kernel
    return r


class PatchDiscriminator(nn.Module):
    """Images of shape (n, channels, H, W) to logits of shape (n, 1, h, w): one for each of overlapping patches.

    Args:
        channels: of the images; of input and output together where D sees both.
        width: channels of the first layer; they double with every layer, up to 8 times.
        strided: layers that halve the size; what is seen grows with them: 7, 16, 34, 70 pixels for 0 to 3, and
            a single one for -1, the paper's PixelGAN.
        norm: what follows the hidden layers but the first: instance norm, which does not mix the images of a batch. It
            lets a little of the whole image into every logit; without it the field is exact.

    Raises:
        ValueError: from `forward`, the image is too small for the depth.
    """

    def __init__(self, channels=3, width=64, strided=3, norm=nn.InstanceNorm2d):
        super().__init__()
        self.layers_of = layers_of(strided)
        *hidden, last = self.layers_of
        widths = [channels, *(width * min(2**i, 8) for i in range(len(hidden)))]
        layers = []
        for i, ((kernel, stride), (n_in, n_out)) in enumerate(zip(hidden, itertools.pairwise(widths), strict=True)):
            layers += [nn.Conv2d(n_in, n_out, kernel, stride, padding=kernel // 4)]
            layers += [norm(n_out)] * (i > 0) + [nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, last[0], last[1], padding=last[0] // 4))
        if norm is not nn.Identity:  # else signals would die out, and PyTorch's own start is better
            initialise(self)

    @property
    def field(self):
        """The side of the patch that one logit sees, in pixels."""
        return receptive_field(self.layers_of)

    def forward(self, x):
        """D of every patch."""
        side = min(x.shape[2:])
        for kernel, stride in self.layers_of:
            side = (side + 2 * (kernel // 4) - kernel) // stride + 1
        if side < 1:
            raise ValueError(
                f"Images of {min(x.shape[2:])} pixels are too small for a discriminator with "
                f"{sum(stride == 2 for _, stride in self.layers_of)} halvings: use fewer (`strided`)."
            )
        return self.layers(x)
