"""SPADE (Park et al. 2019): from a layout to an image, with norms that are told at every pixel what is there."""

import itertools

import torch
from torch import nn
from torch.nn.functional import interpolate, leaky_relu

from gancourse.games.dcgan import doublings, initialise


class Spade(nn.Module):
    """Instance norm, then γ and β of every pixel and channel from the layout: norm(h) (1 + γ(layout)) + β(layout).

    The norm comes before the layout and cannot take it away again (ibid., section 3). The paper's norm is
    batch norm over all machines; instance norm, which it also tries, does not mix the images of a batch.

    Args:
        channels: of h.
        c_layout: of the layout.
        hidden: channels between the layout and its γ and β; 128 in the paper.
    """

    def __init__(self, channels, c_layout, hidden=32):
        super().__init__()
        self.norm = nn.InstanceNorm2d(channels)
        self.shared = nn.Sequential(nn.Conv2d(c_layout, hidden, 3, padding=1), nn.ReLU())
        self.scale, self.shift = (nn.Conv2d(hidden, channels, 3, padding=1) for _ in range(2))

    def forward(self, h, layout):
        """Of the shape of h; the layout, of any size, is brought to it."""
        a = self.shared(interpolate(layout, size=h.shape[2:]))
        return self.norm(h) * (1 + self.scale(a)) + self.shift(a)


class Concatenated(nn.Module):
    """What was done before: the layout as further channels, a convolution, then the norm (ibid., section 4).

    Where the layout is one label all over, it adds a constant to each channel, and the norm takes it away: the image
    is the same whatever the label. Arguments and shapes as of `Spade`.
    """

    def __init__(self, channels, c_layout):
        super().__init__()
        # At the border the nearest pixels are repeated: zeros would tell the label there, and only there.
        self.mix = nn.Conv2d(channels + c_layout, channels, 3, padding=1, padding_mode="replicate")
        self.norm = nn.InstanceNorm2d(channels)

    def forward(self, h, layout):
        """Of the shape of h."""
        return self.norm(self.mix(torch.cat([h, interpolate(layout, size=h.shape[2:])], dim=1)))


class LayoutBlock(nn.Module):
    """A residual block that is told the layout before each of its two convolutions (ibid., figure 4).

    Args:
        n_in, n_out: channels before and after.
        c_layout: of the layout.
        inject: makes what tells it, from channels and c_layout: `Spade`, `Concatenated` or a `partial` of one.
    """

    def __init__(self, n_in, n_out, c_layout, inject):
        super().__init__()
        self.inject = nn.ModuleList([inject(n, c_layout) for n in (n_in, n_out)])
        self.convolve = nn.ModuleList([nn.Conv2d(n, n_out, 3, padding=1) for n in (n_in, n_out)])
        self.past = nn.Identity() if n_in == n_out else nn.Conv2d(n_in, n_out, 1, bias=False)

    def forward(self, h, layout):
        """Shape (n, n_out, …)."""
        past = self.past(h)
        for inject, convolve in zip(self.inject, self.convolve, strict=True):
            h = convolve(leaky_relu(inject(h, layout), 0.2))
        return past + h


class LayoutGenerator(nn.Module):
    """Layouts of shape (n, c_layout, H, W) to images of shape (n, c_out, size, size) in [−1, 1].

    There is no encoder: it grows from a small learned constant, 4 to 7 pixels a side, and every block is told the
    layout at its own size. The paper starts from noise, which an L1 loss would teach it to ignore. For a game it is
    the `generator` of `Pix2Pix`.

    Args:
        c_layout, c_out: channels of layouts and images.
        size: of the images: 16, 32, 64, …, as of `dcgan.Generator`.
        width: channels at full size; they double with every halving, up to 8 times.
        inject: as of `LayoutBlock`; `Spade` or the baseline, `Concatenated`.
    """

    def __init__(self, c_layout, c_out=3, size=32, width=16, inject=Spade):
        super().__init__()
        side, times = doublings(size)
        widths = [width * min(2**i, 8) for i in reversed(range(times + 1))]
        self.start = nn.Parameter(torch.randn(1, widths[0], side, side))
        pairs = [(widths[0], widths[0]), *itertools.pairwise(widths)]
        self.blocks = nn.ModuleList([LayoutBlock(*pair, c_layout, inject) for pair in pairs])
        self.last = nn.Sequential(nn.LeakyReLU(0.2), nn.Conv2d(width, c_out, 3, padding=1), nn.Tanh())
        initialise(self)

    def forward(self, layout):
        """Images of layouts, which may be of any size."""
        h = self.start.expand(len(layout), -1, -1, -1)
        for i, block in enumerate(self.blocks):
            h = block(interpolate(h, scale_factor=2.0) if i else h, layout)
        return self.last(h)
