"""A generator that is told its style at every layer (StyleGAN, Karras et al. 2019), under the modern game's rules.

z goes through a small network to w, and w sets the scale and the shift of every layer. The image itself begins with a
constant, and what is chance in it, where a freckle or a strand lies, comes in as noise of its own. What plays against
it is of lecture 14's last section: the loss and the discriminator of `games.relativistic`.
"""

import torch
from torch import nn

from gancourse import device
from gancourse.games.dcgan import doublings
from gancourse.games.game import evaluating
from gancourse.games.growing import pixel_norm
from gancourse.games.relativistic import RelativisticGAN
from gancourse.games.residual import start

LATENT = 64


def adain(x, scale, shift):
    """Adaptive instance normalisation, y_s (x − μ(x)) / σ(x) + y_b (Karras et al. 2019, eq. 1; Huang & Belongie 2017).

    μ and σ are each image's and each channel's own, over its pixels; σ² divides by their number.

    Args:
        x: shape (n, C, H, W).
        scale, shift: y_s and y_b, shape (n, C).

    Returns:
        Shape (n, C, H, W).
    """
    variance, mean = torch.var_mean(x, dim=(2, 3), correction=0, keepdim=True)
    return scale[:, :, None, None] * (x - mean) * (variance + 1e-8).rsqrt() + shift[:, :, None, None]


def mix_styles(w, other, crossover, layers):
    """Style mixing (Karras et al. 2019, section 3.1): the first layers are told one style, the rest another.

    Args:
        w: styles of the layers 0 to crossover − 1, shape (n, d).
        other: those of the layers from `crossover` on, shape (n, d).
        crossover: a whole number from 0 (all of them `other`) to `layers` (all of them w), or one for each image,
            shape (n,).
        layers: how many the generator has.

    Returns:
        What each layer is told, shape (n, layers, d).
    """
    at = torch.as_tensor(crossover, device=w.device).reshape(-1, 1)
    first = torch.arange(layers, device=w.device) < at
    return torch.where(first[:, :, None], w[:, None], other[:, None])


def truncate(w, mean, psi):
    """Truncation in w, w̄ + ψ (w − w̄) (Karras et al. 2019, appendix B): 1 changes nothing, 0 is the mean's image."""
    return mean + psi * (w - mean)


class Mapping(nn.Module):
    """z of shape (n, latent) to w of the same shape: fully connected layers behind a pixel norm."""

    def __init__(self, latent=LATENT, depth=4):
        super().__init__()
        layers = [layer for _ in range(depth) for layer in (nn.Linear(latent, latent), nn.LeakyReLU(0.2))]
        self.layers = nn.Sequential(*layers)
        start(self)

    def forward(self, z):
        """w."""
        return self.layers(pixel_norm(z))


class Layer(nn.Module):
    """A convolution, noise, a leaky ReLU, and the style's scale and shift.

    Args:
        n_in, n_out: channels.
        style: dimensions of w.
        up: whether the side is doubled first.
        constant: whether there is no convolution: what comes in is the constant itself.
        noise: whether noise is added.
    """

    def __init__(self, n_in, n_out, style, up=False, constant=False, noise=True):
        super().__init__()
        self.up = nn.Upsample(scale_factor=2) if up else nn.Identity()
        self.conv = nn.Identity() if constant else nn.Conv2d(n_in, n_out, 3, padding=1)
        self.strength = nn.Parameter(torch.zeros(n_out, 1, 1)) if noise else None
        self.style = nn.Linear(style, 2 * n_out)
        start(self.conv)
        nn.init.normal_(self.style.weight, 0.0, style**-0.5)
        with torch.no_grad():
            self.style.bias.copy_(torch.cat([torch.ones(n_out), torch.zeros(n_out)]))

    def forward(self, h, w, noise):
        """h, told w of shape (n, style); `noise` has one channel, shape (n, 1, H, W)."""
        h = self.conv(self.up(h))
        if self.strength is not None:
            h = h + self.strength * noise
        return adain(nn.functional.leaky_relu(h, 0.2), *self.style(w).chunk(2, dim=1))


class Generator(nn.Module):
    """z to images of shape (n, channels, size, size) in [−1, 1], by way of w: two layers at each side from 4 px on.

    Args:
        size: 4 to 7 pixels, doubled some times.
        channels: 1 for grey, 3 for colour.
        width: channels of the last layers; each halving of the side doubles them, up to `most`.
        latent: dimensions of z and of w.
        most: channels at most.
        depth: layers of the mapping network; 0 tells the layers z itself.
        noise: whether layers have noise.

    Attributes:
        sides: of each layer, in pixels.
    """

    def __init__(self, size=32, channels=3, width=16, latent=LATENT, most=96, depth=4, noise=True):
        super().__init__()
        side, times = doublings(size)
        widths = [min(most, width * 2**i) for i in reversed(range(times + 1))]
        self.sides = [side * 2**i for i in range(times + 1) for _ in range(2)]
        self.mapping = Mapping(latent, depth)
        self.constant = nn.Parameter(torch.randn(1, widths[0], side, side))
        layers = []
        for i, n in enumerate(widths):
            first = i == 0
            layers.append(Layer(widths[max(0, i - 1)], n, latent, up=not first, constant=first, noise=noise))
            layers.append(Layer(n, n, latent, noise=noise))
        self.layers = nn.ModuleList(layers)
        self.to_image = nn.Conv2d(widths[-1], channels, 1)
        start(self.to_image)

    def draw_noise(self, n):
        """Noise for n images, one channel for each layer: of several processes, each gets its own."""
        drawn = [torch.randn(n * device.processes(), 1, s, s, device=self.constant.device) for s in self.sides]
        return [device.mine(layer.to(self.constant.dtype)) for layer in drawn]

    def synthesise(self, styles, noise=None):
        """Images of what each layer is told, shape (n, layers, latent); the noise is drawn if not given."""
        noise = self.draw_noise(len(styles)) if noise is None else noise
        h = self.constant.expand(len(styles), -1, -1, -1)
        for layer, w, own in zip(self.layers, styles.unbind(dim=1), noise, strict=True):
            h = layer(h, w, own)
        return torch.tanh(self.to_image(h))

    def everywhere(self, w):
        """w of shape (n, latent) told to every layer, shape (n, layers, latent)."""
        return w[:, None].expand(-1, len(self.layers), -1)

    def forward(self, z, other=None, crossover=None):
        """Images of latent samples; or of two each, the second's style from layer `crossover` on, shape (n,)."""
        w = self.mapping(z)
        if other is None:
            return self.synthesise(self.everywhere(w))
        return self.synthesise(mix_styles(w, self.mapping(other), crossover, len(self.layers)))


class StyleGAN(RelativisticGAN):
    """StyleGAN's generator in the modern game: relativistic loss, R1 and R2 (Karras et al. 2019; Huang et al. 2024).

    z ∼ N(0, I). In training a share of the images has two styles, the second from a random layer on, so that no layer
    can count on its neighbours' style being its own (mixing regularisation, Karras et al. 2019, section 3.1).

    Args:
        size, channels: of the images.
        width: channels of the discriminator's first layer; of the generator's last ones half as many.
        latent, depth, noise: of the generator.
        mixing: share of the images with two styles; 0.9 in the paper.
        options: of `RelativisticGAN`, `blocks` among them.
    """

    def __init__(
        self, size=32, channels=3, width=32, latent=LATENT, depth=4, noise=True, mixing=0.9, blocks=0, **options
    ):
        generator = Generator(size, channels, width // 2, latent, depth=depth, noise=noise)
        super().__init__(size, channels, width, latent, generator=generator, blocks=blocks, **options)
        self.mixing = mixing

    def fake(self, n):
        """n generated images, some of two styles while the generator trains; with their graph."""
        if not (self.mixing and self.generator.training):
            return super().fake(n)
        z, other, layers = self.draw_latent(n), self.draw_latent(n), len(self.generator.layers)
        crossover = torch.randint(1, layers, (n * device.processes(),), device=z.device)
        alone = torch.rand(len(crossover), device=z.device) >= self.mixing
        return self.generator(z, other, device.mine(crossover.masked_fill(alone, layers)))

    @torch.no_grad()
    def mean_style(self, n=4096):
        """w̄, the mean of w over n latent samples, which are always the same; shape (1, latent)."""
        drawn = torch.randn(n, self.latent, generator=torch.Generator().manual_seed(0))
        return self.generator.mapping(drawn.to(self.generator.constant)).mean(dim=0, keepdim=True)

    @torch.no_grad()
    def draw(self, styles, noise=None):
        """The images of what each layer is told, shape (n, layers, latent), without a graph."""
        with evaluating(self.generator):
            return self.generator.synthesise(styles, noise)
