"""Answers to problem set 3, a DCGAN."""

import functools
import itertools
import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from gancourse.exercises.measures import digits
from strangers.book import writers

ANSWERS, OPEN = [], []
wrong, right = writers(ANSWERS, OPEN)


# --- every exercise, right ------------------------------------------------------------------------------------------


@right("output_size", "the usual formula")
def output_size(size, kernel, stride, padding):
    return (size + 2 * padding - kernel) // stride + 1


@right("transposed_output_size", "the usual formula")
def transposed_output_size(size, kernel, stride, padding):
    return (size - 1) * stride + kernel - 2 * padding


@right("Generator", "layers in a loop, a transposed convolution first")
class Generator(nn.Module):
    def __init__(self, size, channels, width, latent):
        super().__init__()
        now = width * size // 8
        layers = [nn.ConvTranspose2d(latent, now, 4, bias=False), nn.BatchNorm2d(now), nn.ReLU()]
        while now > width:
            layers += [nn.ConvTranspose2d(now, now // 2, 4, 2, 1, bias=False), nn.BatchNorm2d(now // 2), nn.ReLU()]
            now //= 2
        layers += [nn.ConvTranspose2d(now, channels, 4, 2, 1), nn.Tanh()]
        self.layers = nn.Sequential(*layers)

    def forward(self, z):
        return self.layers(z[:, :, None, None])


@right("Discriminator", "layers in a loop, a convolution last")
class Discriminator(nn.Module):
    def __init__(self, size, channels, width):
        super().__init__()
        layers, now = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)], width
        while size > 8:
            layers += [nn.Conv2d(now, 2 * now, 4, 2, 1), nn.BatchNorm2d(2 * now), nn.LeakyReLU(0.2)]
            now, size = 2 * now, size // 2
        self.layers = nn.Sequential(*layers, nn.Conv2d(now, 1, 4), nn.Flatten())

    def forward(self, x):
        return self.layers(x)


@right("initialise", "isinstance, layer by layer")
def initialise(module):
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1, 0.02)
    else:
        return
    if module.bias is not None:
        nn.init.zeros_(module.bias)


@right("discriminator_step", "softplus and detach")
def discriminator_step(generator, discriminator, optimiser, x, z):
    loss = F.softplus(-discriminator(x)).mean() + F.softplus(discriminator(generator(z).detach())).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()


@right("generator_step", "the gradients in D taken away afterwards")
def generator_step(generator, discriminator, optimiser, z):
    loss = F.softplus(-discriminator(generator(z))).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    discriminator.zero_grad()
    return loss.item()


@functools.cache
def trained_generator():
    """The notebook's training. The test calls it first: a call that is judged has ten seconds."""
    torch.manual_seed(0)
    x_data = digits()[0].float() / 127.5 - 1
    generator, discriminator = Generator(16, 1, 16, 16), Discriminator(16, 1, 16)
    generator.apply(initialise)
    discriminator.apply(initialise)
    adam_g = torch.optim.Adam(generator.parameters(), lr=0.001, betas=(0.5, 0.999))
    adam_d = torch.optim.Adam(discriminator.parameters(), lr=0.001, betas=(0.5, 0.999))
    for _ in range(400):
        x = x_data[torch.randint(len(x_data), (64,))]
        discriminator_step(generator, discriminator, adam_d, x, torch.randn(64, 16))
        generator_step(generator, discriminator, adam_g, torch.randn(64, 16))
    return generator


@right("sample", "asks the trained generator")
def sample(n):
    generator = trained_generator()
    with torch.no_grad():
        x = generator(torch.randn(n, 16))
    return ((x + 1) * 127.5).round().to(torch.uint8)


@right("interpolate", "the formula, and a case for no angle")
def interpolate(z_start, z_end, steps):
    t = torch.linspace(0, 1, steps, dtype=z_start.dtype)[:, None]
    cosine = (z_start @ z_end / (z_start.norm() * z_end.norm())).clamp(-1, 1)
    omega = torch.acos(cosine)
    if torch.equal(z_start, z_end):
        return z_start.expand(steps, -1).clone()
    return (torch.sin((1 - t) * omega) * z_start + torch.sin(t * omega) * z_end) / torch.sin(omega)


@right("reading", "a table")
def reading(run):
    return {"A": "discriminator wins", "B": "balanced", "C": "diverged", "D": "collapsed"}[run]


# --- output_size ----------------------------------------------------------------------------------------------------


@wrong("output_size", "the padding once")
def _(size, kernel, stride, padding):
    return (size + padding - kernel) // stride + 1


@wrong("output_size", "rounds to the nearest")
def _(size, kernel, stride, padding):
    return round((size + 2 * padding - kernel) / stride + 1)


@wrong("output_size", "a fraction")
def _(size, kernel, stride, padding):
    return (size + 2 * padding - kernel) / stride + 1


@wrong("output_size", "rounds up")
def _(size, kernel, stride, padding):
    return math.ceil((size + 2 * padding - kernel) / stride) + 1


@wrong("output_size", "one too few")
def _(size, kernel, stride, padding):
    return (size + 2 * padding - kernel) // stride


@wrong("output_size", "divides the size by the stride")
def _(size, kernel, stride, padding):
    return size // stride


@wrong("output_size", "the one within the brackets")
def _(size, kernel, stride, padding):
    return (size + 2 * padding - kernel + 1) // stride


@right("output_size", "counts the places")
def _(size, kernel, stride, padding):
    return len(range(0, size + 2 * padding - kernel + 1, stride))


@right("output_size", "asks PyTorch")
def _(size, kernel, stride, padding):
    row = torch.zeros(1, 1, size)
    return F.conv1d(row, torch.zeros(1, 1, kernel), stride=stride, padding=padding).shape[-1]


# --- transposed_output_size -----------------------------------------------------------------------------------------


@wrong("transposed_output_size", "size times stride")
def _(size, kernel, stride, padding):
    return size * stride


@wrong("transposed_output_size", "the padding cut off once")
def _(size, kernel, stride, padding):
    return (size - 1) * stride + kernel - padding


@wrong("transposed_output_size", "one step too many")
def _(size, kernel, stride, padding):
    return size * stride + kernel - 2 * padding


@wrong("transposed_output_size", "the padding added")
def _(size, kernel, stride, padding):
    return (size - 1) * stride + kernel + 2 * padding


@wrong("transposed_output_size", "no overlap: every pixel paints a kernel of its own")
def _(size, kernel, stride, padding):
    return size * kernel - 2 * padding


@right("transposed_output_size", "paints and counts")
def _(size, kernel, stride, padding):
    painted = set()
    for i in range(size):
        painted |= set(range(i * stride, i * stride + kernel))
    return max(painted) + 1 - 2 * padding


@right("transposed_output_size", "searches for the size that leads back, by the exercise before")
def _(size, kernel, stride, padding):
    large = 1
    while large + 2 * padding < kernel or output_size(large, kernel, stride, padding) != size:
        large += 1
    return large


# --- Generator ------------------------------------------------------------------------------------------------------


def up(c_in, c_out):
    """A doubling with what follows."""
    return [nn.ConvTranspose2d(c_in, c_out, 4, 2, 1), nn.BatchNorm2d(c_out), nn.ReLU()]


class _Sequence(nn.Module):
    """A generator of given layers, for the answers below that differ in a layer."""

    def __init__(self, *layers):
        super().__init__()
        self.net = nn.Sequential(*layers)

    def forward(self, z):
        return self.net(z.view(len(z), -1, 1, 1))


def _middle(width, size):
    return [layer for i in range(int(math.log2(size // 8)), 0, -1) for layer in up(width * 2**i, width * 2 ** (i - 1))]


def _first(size, width, latent):
    top = width * size // 8
    return [nn.ConvTranspose2d(latent, top, 4), nn.BatchNorm2d(top), nn.ReLU()]


@wrong("Generator", "a sigmoid at the end")
class _(_Sequence):
    def __init__(self, size, channels, width, latent):
        last = nn.ConvTranspose2d(width, channels, 4, 2, 1)
        super().__init__(*_first(size, width, latent), *_middle(width, size), last, nn.Sigmoid())


@wrong("Generator", "nothing at the end")
class _(_Sequence):
    def __init__(self, size, channels, width, latent):
        last = nn.ConvTranspose2d(width, channels, 4, 2, 1)
        super().__init__(*_first(size, width, latent), *_middle(width, size), last)


@wrong("Generator", "batch norm before the tanh as well")
class _(_Sequence):
    def __init__(self, size, channels, width, latent):
        last = [nn.ConvTranspose2d(width, channels, 4, 2, 1), nn.BatchNorm2d(channels), nn.Tanh()]
        super().__init__(*_first(size, width, latent), *_middle(width, size), *last)


@wrong("Generator", "no batch norm after the first layer")
class _(_Sequence):
    def __init__(self, size, channels, width, latent):
        first = [nn.ConvTranspose2d(latent, width * size // 8, 4), nn.ReLU()]
        last = [nn.ConvTranspose2d(width, channels, 4, 2, 1), nn.Tanh()]
        super().__init__(*first, *_middle(width, size), *last)


@wrong("Generator", "LeakyReLU in between")
class _(_Sequence):
    def __init__(self, size, channels, width, latent):
        last = [nn.ConvTranspose2d(width, channels, 4, 2, 1), nn.Tanh()]
        layers = [*_first(size, width, latent), *_middle(width, size), *last]
        super().__init__(*[nn.LeakyReLU(0.2) if isinstance(layer, nn.ReLU) else layer for layer in layers])


@wrong("Generator", "16 pixels whatever the size")
class _(_Sequence):
    def __init__(self, size, channels, width, latent):
        last = [nn.ConvTranspose2d(width, channels, 4, 2, 1), nn.Tanh()]
        super().__init__(*_first(16, width, latent), *_middle(width, 16), *last)


@wrong("Generator", "channels double on the way up")
class _(_Sequence):
    def __init__(self, size, channels, width, latent):
        layers, now = [nn.ConvTranspose2d(latent, width, 4), nn.BatchNorm2d(width), nn.ReLU()], width
        for _ in range(int(math.log2(size // 8))):
            layers += up(now, 2 * now)
            now *= 2
        super().__init__(*layers, nn.ConvTranspose2d(now, channels, 4, 2, 1), nn.Tanh())


@wrong("Generator", "the layers in a plain list")
class _(nn.Module):
    def __init__(self, size, channels, width, latent):
        super().__init__()
        last = [nn.ConvTranspose2d(width, channels, 4, 2, 1), nn.Tanh()]
        self.layers = [*_first(size, width, latent), *_middle(width, size), *last]

    def forward(self, z):
        x = z[:, :, None, None]
        for layer in self.layers:
            x = layer(x)
        return x


@wrong("Generator", "ReLU before batch norm")
class _(_Sequence):
    def __init__(self, size, channels, width, latent):
        layers, now = [nn.ConvTranspose2d(latent, width * size // 8, 4)], width * size // 8
        while now > width:
            layers += [nn.ReLU(), nn.BatchNorm2d(now), nn.ConvTranspose2d(now, now // 2, 4, 2, 1)]
            now //= 2
        layers += [nn.ReLU(), nn.BatchNorm2d(now), nn.ConvTranspose2d(now, channels, 4, 2, 1), nn.Tanh()]
        super().__init__(*layers)


@wrong("Generator", "forward does not turn z into an image")
class _(_Sequence):
    def __init__(self, size, channels, width, latent):
        last = [nn.ConvTranspose2d(width, channels, 4, 2, 1), nn.Tanh()]
        super().__init__(*_first(size, width, latent), *_middle(width, size), *last)

    def forward(self, z):
        return self.net(z)


@wrong("Generator", "super().__init__() forgotten")
class _(nn.Module):
    def __init__(self, size, channels, width, latent):
        last = [nn.ConvTranspose2d(width, channels, 4, 2, 1), nn.Tanh()]
        self.net = nn.Sequential(*_first(size, width, latent), *_middle(width, size), *last)

    def forward(self, z):
        return self.net(z[:, :, None, None])


@wrong("Generator", "one channel whatever is asked")
class _(_Sequence):
    def __init__(self, size, channels, width, latent):
        last = [nn.ConvTranspose2d(width, 1, 4, 2, 1), nn.Tanh()]
        super().__init__(*_first(size, width, latent), *_middle(width, size), *last)


@wrong("Generator", "instance norm in place of batch norm")
class _(_Sequence):
    def __init__(self, size, channels, width, latent):
        last = [nn.ConvTranspose2d(width, channels, 4, 2, 1), nn.Tanh()]
        layers = [*_first(size, width, latent), *_middle(width, size), *last]
        norms = [nn.InstanceNorm2d(one.num_features) if isinstance(one, nn.BatchNorm2d) else one for one in layers]
        super().__init__(*norms)


@wrong("Generator", "pixels from 0 to 1, (tanh + 1) / 2")
class _(_Sequence):
    def __init__(self, size, channels, width, latent):
        last = [nn.ConvTranspose2d(width, channels, 4, 2, 1), nn.Tanh()]
        super().__init__(*_first(size, width, latent), *_middle(width, size), *last)

    def forward(self, z):
        return (super().forward(z) + 1) / 2


@wrong(
    "Generator",
    "squeezes the image, which takes away the channel",
    seen="accepted: seen only where there is one channel, or one image",
)
class _(_Sequence):
    def __init__(self, size, channels, width, latent):
        last = [nn.ConvTranspose2d(width, channels, 4, 2, 1), nn.Tanh()]
        super().__init__(*_first(size, width, latent), *_middle(width, size), *last)

    def forward(self, z):
        return super().forward(z).squeeze()


@wrong("Generator", "upsampling and a convolution with kernel 3")
class _(_Sequence):
    def __init__(self, size, channels, width, latent):
        layers, now = _first(size, width, latent), width * size // 8
        while now > width:
            grow = [nn.Upsample(scale_factor=2), nn.Conv2d(now, now // 2, 3, padding=1)]
            layers += [*grow, nn.BatchNorm2d(now // 2), nn.ReLU()]
            now //= 2
        super().__init__(*layers, nn.Upsample(scale_factor=2), nn.Conv2d(now, channels, 3, padding=1), nn.Tanh())


@right("Generator", "nn.Linear and a reshape, ReLU as a function, a ModuleList")
class _(nn.Module):
    def __init__(self, size, channels, width, latent):
        super().__init__()
        top = width * size // 8
        self.first, self.ups, self.norms = nn.Linear(latent, top * 16), nn.ModuleList(), nn.ModuleList()
        self.norms.append(nn.BatchNorm2d(top))
        while top > width:
            self.ups.append(nn.ConvTranspose2d(top, top // 2, 4, 2, 1))
            self.norms.append(nn.BatchNorm2d(top // 2))
            top //= 2
        self.last = nn.ConvTranspose2d(width, channels, 4, 2, 1)

    def forward(self, z):
        x = F.relu(self.norms[0](self.first(z).reshape(len(z), -1, 4, 4)))
        for layer, norm in zip(self.ups, self.norms[1:], strict=True):
            x = F.relu(norm(layer(x)))
        return torch.tanh(self.last(x))


@right("Generator", "the channels counted from the end, nested Sequentials")
class _(nn.Module):
    def __init__(self, size, channels, width, latent):
        super().__init__()
        sizes = [width]
        while len(sizes) < int(math.log2(size)) - 2:
            sizes.insert(0, 2 * sizes[0])
        blocks = [nn.Sequential(nn.ConvTranspose2d(latent, sizes[0], 4), nn.BatchNorm2d(sizes[0]), nn.ReLU(True))]
        blocks += [nn.Sequential(*up(a, b)) for a, b in itertools.pairwise(sizes)]
        end = nn.Sequential(nn.ConvTranspose2d(width, channels, 4, 2, 1, bias=False), nn.Tanh())
        self.blocks = nn.Sequential(*blocks, end)

    def forward(self, z):
        return self.blocks(torch.unflatten(z, 1, (-1, 1, 1)))


# --- Discriminator --------------------------------------------------------------------------------------------------


def down(c_in, c_out, slope=0.2):
    """A halving with what follows."""
    return [nn.Conv2d(c_in, c_out, 4, 2, 1), nn.BatchNorm2d(c_out), nn.LeakyReLU(slope)]


def _downs(size, width, slope=0.2):
    return [a for i in range(int(math.log2(size // 8))) for a in down(width * 2**i, width * 2 ** (i + 1), slope)]


class _Judge(nn.Module):
    """A discriminator of given layers."""

    def __init__(self, *layers):
        super().__init__()
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        return self.net(x).flatten(1)


@wrong("Discriminator", "a sigmoid at the end")
class _(_Judge):
    def __init__(self, size, channels, width):
        first, last = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)], nn.Conv2d(width * size // 8, 1, 4)
        super().__init__(*first, *_downs(size, width), last, nn.Sigmoid())


@wrong("Discriminator", "batch norm after the first layer as well")
class _(_Judge):
    def __init__(self, size, channels, width):
        super().__init__(*down(channels, width), *_downs(size, width), nn.Conv2d(width * size // 8, 1, 4))


@wrong("Discriminator", "ReLU")
class _(_Judge):
    def __init__(self, size, channels, width):
        first, last = [nn.Conv2d(channels, width, 4, 2, 1), nn.ReLU()], nn.Conv2d(width * size // 8, 1, 4)
        super().__init__(*first, *_downs(size, width, slope=0.0), last)


@wrong("Discriminator", "LeakyReLU with its default slope, 0.01")
class _(_Judge):
    def __init__(self, size, channels, width):
        first, last = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU()], nn.Conv2d(width * size // 8, 1, 4)
        super().__init__(*first, *_downs(size, width, slope=0.01), last)


@wrong("Discriminator", "no batch norm at all")
class _(_Judge):
    def __init__(self, size, channels, width):
        first, last = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)], nn.Conv2d(width * size // 8, 1, 4)
        middle = [layer for layer in _downs(size, width) if not isinstance(layer, nn.BatchNorm2d)]
        super().__init__(*first, *middle, last)


@wrong(
    "Discriminator",
    "logits of shape (n,)",
    seen="accepted: one number of each image, whatever its shape",
)
class _(_Judge):
    def __init__(self, size, channels, width):
        first, last = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)], nn.Conv2d(width * size // 8, 1, 4)
        super().__init__(*first, *_downs(size, width), last)

    def forward(self, x):
        return self.net(x).view(-1)


@wrong("Discriminator", "logits of shape (n, 1, 1, 1)")
class _(_Judge):
    def __init__(self, size, channels, width):
        first, last = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)], nn.Conv2d(width * size // 8, 1, 4)
        super().__init__(*first, *_downs(size, width), last)

    def forward(self, x):
        return self.net(x)


@wrong("Discriminator", "max pooling does the halving")
class _(_Judge):
    def __init__(self, size, channels, width):
        layers, now = [nn.Conv2d(channels, width, 3, padding=1), nn.LeakyReLU(0.2), nn.MaxPool2d(2)], width
        for _ in range(int(math.log2(size // 8))):
            layers += [nn.Conv2d(now, 2 * now, 3, padding=1), nn.BatchNorm2d(2 * now), nn.LeakyReLU(0.2)]
            layers.append(nn.MaxPool2d(2))
            now *= 2
        super().__init__(*layers, nn.Conv2d(now, 1, 4))


@wrong("Discriminator", "the same width in every layer")
class _(_Judge):
    def __init__(self, size, channels, width):
        layers = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)]
        for _ in range(int(math.log2(size // 8))):
            layers += down(width, width)
        super().__init__(*layers, nn.Conv2d(width, 1, 4))


@wrong("Discriminator", "two halvings whatever the size, then a mean")
class _(_Judge):
    def __init__(self, size, channels, width):
        first = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)]
        super().__init__(*first, *down(width, 2 * width), nn.Conv2d(2 * width, 1, 4), nn.AdaptiveAvgPool2d(1))


@wrong("Discriminator", "a hidden dense layer at the end")
class _(_Judge):
    def __init__(self, size, channels, width):
        first = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)]
        end = [nn.Flatten(), nn.Linear(2 * width * size, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1)]
        super().__init__(*first, *_downs(size, width), *end)


@wrong("Discriminator", "LeakyReLU after the last layer too")
class _(_Judge):
    def __init__(self, size, channels, width):
        first, last = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)], nn.Conv2d(width * size // 8, 1, 4)
        super().__init__(*first, *_downs(size, width), last, nn.LeakyReLU(0.2))


@wrong("Discriminator", "two classes, real and fake")
class _(_Judge):
    def __init__(self, size, channels, width):
        first, last = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)], nn.Conv2d(width * size // 8, 2, 4)
        super().__init__(*first, *_downs(size, width), last)


@wrong(
    "Discriminator",
    "dropout in between",
    seen="accepted: nobody looks for a layer that should not be there",
)
class _(_Judge):
    def __init__(self, size, channels, width):
        first, last = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)], nn.Conv2d(width * size // 8, 1, 4)
        super().__init__(*first, nn.Dropout(0.3), *_downs(size, width), last)


@right("Discriminator", "nn.Linear at the end, leaky_relu as a function")
class _(nn.Module):
    def __init__(self, size, channels, width):
        super().__init__()
        self.convolutions = nn.ModuleList([nn.Conv2d(channels, width, 4, stride=2, padding=1)])
        self.norms, now = nn.ModuleList([nn.Identity()]), width
        while size > 8:
            self.convolutions.append(nn.Conv2d(now, 2 * now, 4, stride=2, padding=1, bias=False))
            self.norms.append(nn.BatchNorm2d(2 * now))
            now, size = 2 * now, size // 2
        self.out = nn.Linear(now * 16, 1)

    def forward(self, x):
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            x = F.leaky_relu(norm(convolution(x)), 0.2)
        return self.out(x.flatten(start_dim=1))


@right(
    "Discriminator",
    "LeakyReLU as max(x, 0.2 x)",
    seen="refused: an activation counts only as a module or a function of PyTorch's of that name",
)
class _(nn.Module):
    def __init__(self, size, channels, width):
        super().__init__()
        self.body = nn.ModuleList([nn.Conv2d(channels, width, 4, 2, 1)])
        for i in range(int(math.log2(size)) - 3):
            convolution = nn.Conv2d(width * 2**i, width * 2 ** (i + 1), 4, 2, 1)
            self.body.append(nn.Sequential(convolution, nn.BatchNorm2d(width * 2 ** (i + 1))))
        self.head = nn.Conv2d(width * size // 8, 1, 4)

    def forward(self, x):
        for part in self.body:
            x = part(x)
            x = torch.maximum(x, 0.2 * x)
        return self.head(x)[:, :, 0, 0]


# --- initialise -----------------------------------------------------------------------------------------------------


@wrong("initialise", "variance 0.02")
def _(module):
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0, math.sqrt(0.02))
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1, math.sqrt(0.02))
    if getattr(module, "bias", None) is not None:
        nn.init.zeros_(module.bias)


@wrong("initialise", "mean 0 for batch norm too")
def _(module):
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm2d):
        nn.init.normal_(module.weight, 0, 0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


@wrong("initialise", "forgets transposed convolutions")
def _(module):
    if isinstance(module, nn.Conv2d):
        nn.init.normal_(module.weight, 0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1, 0.02)
    if isinstance(module, nn.Conv2d | nn.BatchNorm2d) and module.bias is not None:
        nn.init.zeros_(module.bias)


@wrong("initialise", "does not ask whether there is a bias")
def _(module):
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0, 0.02)
        nn.init.zeros_(module.bias)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1, 0.02)
        nn.init.zeros_(module.bias)


@wrong("initialise", "leaves the biases as they are")
def _(module):
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1, 0.02)


@wrong("initialise", "asks for a weight of every module, activations too")
def _(module):
    nn.init.normal_(module.weight, 0, 0.02)
    nn.init.zeros_(module.bias)


@wrong("initialise", "a uniform distribution between −0.02 and 0.02")
def _(module):
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.uniform_(module.weight, -0.02, 0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1, 0.02)
        nn.init.zeros_(module.bias)


@wrong("initialise", "makes new tensors and returns them, the module unchanged")
def _(module):
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        weight = torch.randn_like(module.weight) * 0.02
        bias = torch.zeros_like(module.bias) if module.bias is not None else None
        return weight, bias
    if isinstance(module, nn.BatchNorm2d):
        return torch.randn_like(module.weight) * 0.02 + 1, torch.zeros_like(module.bias)


@wrong("initialise", "batch norm at exactly 1")
def _(module):
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0, 0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.ones_(module.weight)
        nn.init.zeros_(module.bias)


@wrong("initialise", "Kaiming's start")
def _(module):
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.kaiming_normal_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1, 0.02)
        nn.init.zeros_(module.bias)


@wrong("initialise", "biases drawn too")
def _(module):
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0, 0.02)
        if module.bias is not None:
            nn.init.normal_(module.bias, 0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1, 0.02)
        nn.init.normal_(module.bias, 0, 0.02)


@wrong("initialise", "biases of batch norm at 1")
def _(module):
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0, 0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1, 0.02)
        nn.init.ones_(module.bias)


@right("initialise", "by the name of the class, on .data")
def _(module):
    name = type(module).__name__
    if name in ("Conv2d", "ConvTranspose2d", "BatchNorm2d"):
        module.weight.data.normal_(1.0 if "Norm" in name else 0.0, 0.02)
        if module.bias is not None:
            module.bias.data.fill_(0)


@right("initialise", "copies random numbers under no_grad")
def _(module):
    means = {nn.Conv2d: 0, nn.ConvTranspose2d: 0, nn.BatchNorm2d: 1}
    if type(module) not in means:
        return
    with torch.no_grad():
        module.weight.copy_(means[type(module)] + 0.02 * torch.randn(module.weight.shape))
        if module.bias is not None:
            module.bias.mul_(0)


# --- discriminator_step ---------------------------------------------------------------------------------------------


@wrong("discriminator_step", "no detach")
def _(generator, discriminator, optimiser, x, z):
    loss = F.softplus(-discriminator(x)).mean() + F.softplus(discriminator(generator(z))).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()


@wrong("discriminator_step", "no zero_grad")
def _(generator, discriminator, optimiser, x, z):
    loss = F.softplus(-discriminator(x)).mean() + F.softplus(discriminator(generator(z).detach())).mean()
    loss.backward()
    optimiser.step()
    return loss.item()


@wrong("discriminator_step", "zero_grad after backward")
def _(generator, discriminator, optimiser, x, z):
    loss = F.softplus(-discriminator(x)).mean() + F.softplus(discriminator(generator(z).detach())).mean()
    loss.backward()
    optimiser.zero_grad()
    optimiser.step()
    return loss.item()


@wrong("discriminator_step", "no backward")
def _(generator, discriminator, optimiser, x, z):
    loss = F.softplus(-discriminator(x)).mean() + F.softplus(discriminator(generator(z).detach())).mean()
    optimiser.zero_grad()
    optimiser.step()
    return loss.item()


@wrong("discriminator_step", "no step")
def _(generator, discriminator, optimiser, x, z):
    loss = F.softplus(-discriminator(x)).mean() + F.softplus(discriminator(generator(z).detach())).mean()
    optimiser.zero_grad()
    loss.backward()
    return loss.item()


@wrong("discriminator_step", "labels swapped")
def _(generator, discriminator, optimiser, x, z):
    loss = F.softplus(discriminator(x)).mean() + F.softplus(-discriminator(generator(z).detach())).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()


@wrong("discriminator_step", "half the sum")
def _(generator, discriminator, optimiser, x, z):
    loss = (F.softplus(-discriminator(x)).mean() + F.softplus(discriminator(generator(z).detach())).mean()) / 2
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()


@wrong("discriminator_step", "binary_cross_entropy on logits")
def _(generator, discriminator, optimiser, x, z):
    real, fake = discriminator(x), discriminator(generator(z).detach())
    loss = F.binary_cross_entropy(real, torch.ones_like(real)) + F.binary_cross_entropy(fake, torch.zeros_like(fake))
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()


@wrong("discriminator_step", "labels of shape (n,) and in 32 bits")
def _(generator, discriminator, optimiser, x, z):
    real, fake = discriminator(x), discriminator(generator(z).detach())
    ones, zeros = torch.ones(len(x)), torch.zeros(len(z))
    bce = F.binary_cross_entropy_with_logits
    loss = bce(real, ones) + bce(fake, zeros)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()


@wrong("discriminator_step", "the loss after the step")
def _(generator, discriminator, optimiser, x, z):
    fake = generator(z).detach()

    def ask():
        return F.softplus(-discriminator(x)).mean() + F.softplus(discriminator(fake)).mean()

    optimiser.zero_grad()
    ask().backward()
    optimiser.step()
    return ask().item()


@wrong("discriminator_step", "real and made images in two steps")
def _(generator, discriminator, optimiser, x, z):
    optimiser.zero_grad()
    real = F.softplus(-discriminator(x)).mean()
    real.backward()
    optimiser.step()
    optimiser.zero_grad()
    fake = F.softplus(discriminator(generator(z).detach())).mean()
    fake.backward()
    optimiser.step()
    return real.item() + fake.item()


@wrong(
    "discriminator_step",
    "freezes the generator for good",
    seen="accepted: G has no gradients, but nobody asks whether it can still have some",
)
def _(generator, discriminator, optimiser, x, z):
    for parameter in generator.parameters():
        parameter.requires_grad_(False)
    loss = F.softplus(-discriminator(x)).mean() + F.softplus(discriminator(generator(z))).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()


@wrong("discriminator_step", "returns nothing")
def _(generator, discriminator, optimiser, x, z):
    loss = F.softplus(-discriminator(x)).mean() + F.softplus(discriminator(generator(z).detach())).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


@wrong("discriminator_step", "detaches the discriminator's answer")
def _(generator, discriminator, optimiser, x, z):
    loss = F.softplus(-discriminator(x)).mean() + F.softplus(discriminator(generator(z)).detach()).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()


@wrong("discriminator_step", "shows z to the discriminator as noise of the images' size")
def _(generator, discriminator, optimiser, x, z):
    loss = F.softplus(-discriminator(x)).mean() + F.softplus(discriminator(torch.randn_like(x))).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()


@wrong("discriminator_step", "both in eval mode and not back, with least squares")
def _(generator, discriminator, optimiser, x, z):
    generator.eval()
    discriminator.eval()
    with torch.no_grad():
        fake = generator(z)
    loss = (discriminator(x) - 1).square().mean() + discriminator(fake).square().mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()


@right("discriminator_step", "no_grad for G, two backwards whose gradients add up, a tensor returned")
def _(generator, discriminator, optimiser, x, z):
    optimiser.zero_grad(set_to_none=False)
    with torch.no_grad():
        fake = generator(z)
    on_real = -F.logsigmoid(discriminator(x)).mean()
    on_real.backward()
    on_fake = -F.logsigmoid(-discriminator(fake)).mean()
    on_fake.backward()
    optimiser.step()
    return on_real.detach() + on_fake.detach()


@right("discriminator_step", "binary cross-entropy with labels like the logits")
def _(generator, discriminator, optimiser, x, z):
    bce = nn.BCEWithLogitsLoss()
    f_real, f_fake = discriminator(x), discriminator(generator(z).detach())
    loss = bce(f_real, torch.ones_like(f_real)) + bce(f_fake, torch.zeros_like(f_fake))
    discriminator.zero_grad()
    loss.backward()
    optimiser.step()
    return float(loss)


@right("discriminator_step", "autograd.grad, with the gradients put in by hand")
def _(generator, discriminator, optimiser, x, z):
    parameters = list(discriminator.parameters())
    loss = F.softplus(-discriminator(x)).mean() + F.softplus(discriminator(generator(z).detach())).mean()
    for parameter, grad in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
        parameter.grad = grad
    optimiser.step()
    return loss.item()


# --- generator_step -------------------------------------------------------------------------------------------------


@wrong("generator_step", "the loss that saturates")
def _(generator, discriminator, optimiser, z):
    loss = -F.softplus(discriminator(generator(z))).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    discriminator.zero_grad()
    return loss.item()


@wrong("generator_step", "wants its images called fake")
def _(generator, discriminator, optimiser, z):
    loss = F.softplus(discriminator(generator(z))).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    discriminator.zero_grad()
    return loss.item()


@wrong("generator_step", "detaches, as in the discriminator's step")
def _(generator, discriminator, optimiser, z):
    loss = F.softplus(-discriminator(generator(z).detach())).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    discriminator.zero_grad()
    return loss.item()


@wrong("generator_step", "the discriminator under no_grad")
def _(generator, discriminator, optimiser, z):
    x = generator(z)
    with torch.no_grad():
        f = discriminator(x)
    loss = F.softplus(-f).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()


@wrong("generator_step", "no zero_grad")
def _(generator, discriminator, optimiser, z):
    loss = F.softplus(-discriminator(generator(z))).mean()
    loss.backward()
    optimiser.step()
    return loss.item()


@wrong("generator_step", "freezes the discriminator for good")
def _(generator, discriminator, optimiser, z):
    discriminator.requires_grad_(False)
    loss = F.softplus(-discriminator(generator(z))).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()


@wrong("generator_step", "moves the discriminator as well, by hand")
def _(generator, discriminator, optimiser, z):
    loss = F.softplus(-discriminator(generator(z))).mean()
    optimiser.zero_grad()
    discriminator.zero_grad()
    loss.backward()
    optimiser.step()
    with torch.no_grad():
        for parameter in discriminator.parameters():
            parameter -= 0.01 * parameter.grad
    return loss.item()


@wrong("generator_step", "no step")
def _(generator, discriminator, optimiser, z):
    loss = F.softplus(-discriminator(generator(z))).mean()
    optimiser.zero_grad()
    loss.backward()
    return loss.item()


@wrong("generator_step", "a sum over the batch")
def _(generator, discriminator, optimiser, z):
    loss = F.softplus(-discriminator(generator(z))).sum()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    discriminator.zero_grad()
    return loss.item()


@wrong("generator_step", "up the loss: backward of its negative")
def _(generator, discriminator, optimiser, z):
    loss = F.softplus(-discriminator(generator(z))).mean()
    optimiser.zero_grad()
    (-loss).backward()
    optimiser.step()
    discriminator.zero_grad()
    return loss.item()


@wrong("generator_step", "draws its own z")
def _(generator, discriminator, optimiser, z):
    loss = F.softplus(-discriminator(generator(torch.randn_like(z)))).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    discriminator.zero_grad()
    return loss.item()


@wrong("generator_step", "two steps")
def _(generator, discriminator, optimiser, z):
    for _ in range(2):
        loss = F.softplus(-discriminator(generator(z))).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    discriminator.zero_grad()
    return loss.item()


@wrong("generator_step", "least squares")
def _(generator, discriminator, optimiser, z):
    loss = (discriminator(generator(z)) - 1).square().mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    discriminator.zero_grad()
    return loss.item()


@wrong("generator_step", "the discriminator's loss, with a plus")
def _(generator, discriminator, optimiser, z):
    f = discriminator(generator(z))
    loss = F.softplus(-f).mean() + F.softplus(f).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()


@right("generator_step", "D frozen meanwhile and released again")
def _(generator, discriminator, optimiser, z):
    discriminator.requires_grad_(False)
    loss = -F.logsigmoid(discriminator(generator(z))).mean()
    optimiser.zero_grad()
    loss.backward()
    discriminator.requires_grad_(True)
    optimiser.step()
    return loss.detach()


@right("generator_step", "gradients by autograd.grad for G's parameters alone")
def _(generator, discriminator, optimiser, z):
    f = discriminator(generator(z))
    loss = F.binary_cross_entropy_with_logits(f, torch.ones_like(f))
    parameters = list(generator.parameters())
    grads = torch.autograd.grad(loss, parameters)
    optimiser.zero_grad()
    for parameter, grad in zip(parameters, grads, strict=True):
        parameter.grad = grad
    optimiser.step()
    return loss.item()


# --- sample ---------------------------------------------------------------------------------------------------------


@wrong("sample", "from a generator that was never trained")
def _(n):
    torch.manual_seed(0)
    with torch.no_grad():
        return ((Generator(16, 1, 16, 16)(torch.randn(n, 16)) + 1) * 127.5).round().to(torch.uint8)


@wrong("sample", "real digits")
def _(n):
    return digits()[0][torch.randint(1797, (n,))]


@wrong("sample", "noise")
def _(n):
    return torch.randint(0, 256, (n, 1, 16, 16), dtype=torch.uint8)


@wrong("sample", "one real digit n times")
def _(n):
    return digits()[0][:1].repeat(n, 1, 1, 1)


@wrong("sample", "floats between −1 and 1")
def _(n):
    with torch.no_grad():
        return Generator(16, 1, 16, 16)(torch.randn(n, 16))


@wrong("sample", "the average digit")
def _(n):
    return digits()[0].float().mean(dim=0, keepdim=True).round().to(torch.uint8).repeat(n, 1, 1, 1)


@wrong("sample", "without the channel")
def _(n):
    with torch.no_grad():
        x = Generator(16, 1, 16, 16)(torch.randn(n, 16))
    return ((x[:, 0] + 1) * 127.5).round().to(torch.uint8)


@wrong(
    "sample",
    "real digits with a little noise",
    seen="accepted: copies are told apart only where they are exact",
)
def _(n):
    x = digits()[0][torch.randint(1797, (n,))].float()
    return (x + 8 * torch.randn(x.shape)).clamp(0, 255).to(torch.uint8)


# --- interpolate ----------------------------------------------------------------------------------------------------


@wrong("interpolate", "a straight line")
def _(z_start, z_end, steps):
    t = torch.linspace(0, 1, steps)[:, None].to(z_start.dtype)
    return (1 - t) * z_start + t * z_end


@wrong("interpolate", "nan where the two are the same")
def _(z_start, z_end, steps):
    t = torch.linspace(0, 1, steps, dtype=z_start.dtype)[:, None]
    omega = torch.acos(z_start @ z_end / (z_start.norm() * z_end.norm()))
    return (torch.sin((1 - t) * omega) * z_start + torch.sin(t * omega) * z_end) / torch.sin(omega)


@wrong("interpolate", "from the end to the start")
def _(z_start, z_end, steps):
    return interpolate(z_end, z_start, steps)


@wrong("interpolate", "the end left out")
def _(z_start, z_end, steps):
    t = (torch.arange(steps, dtype=z_start.dtype) / steps)[:, None]
    omega = torch.acos((z_start @ z_end / (z_start.norm() * z_end.norm())).clamp(-1, 1))
    if omega < 1e-6:
        return z_start.repeat(steps, 1)
    return (torch.sin((1 - t) * omega) * z_start + torch.sin(t * omega) * z_end) / torch.sin(omega)


@wrong("interpolate", "both brought to length 1")
def _(z_start, z_end, steps):
    return interpolate(z_start / z_start.norm(), z_end / z_end.norm(), steps)


@wrong("interpolate", "the lengths forgotten in the cosine")
def _(z_start, z_end, steps):
    t = torch.linspace(0, 1, steps, dtype=z_start.dtype)[:, None]
    omega = torch.acos((z_start @ z_end).clamp(-0.999, 0.999))
    if torch.equal(z_start, z_end):
        return z_start.repeat(steps, 1)
    return (torch.sin((1 - t) * omega) * z_start + torch.sin(t * omega) * z_end) / torch.sin(omega)


@wrong("interpolate", "the cosine taken for the angle")
def _(z_start, z_end, steps):
    t = torch.linspace(0, 1, steps, dtype=z_start.dtype)[:, None]
    omega = z_start @ z_end / (z_start.norm() * z_end.norm())
    if torch.equal(z_start, z_end):
        return z_start.repeat(steps, 1)
    return (torch.sin((1 - t) * omega) * z_start + torch.sin(t * omega) * z_end) / torch.sin(omega)


@wrong("interpolate", "the angle in degrees")
def _(z_start, z_end, steps):
    t = torch.linspace(0, 1, steps, dtype=z_start.dtype)[:, None]
    omega = torch.rad2deg(torch.acos((z_start @ z_end / (z_start.norm() * z_end.norm())).clamp(-1, 1)))
    if torch.equal(z_start, z_end):
        return z_start.repeat(steps, 1)
    return (torch.sin((1 - t) * omega) * z_start + torch.sin(t * omega) * z_end) / torch.sin(omega)


@wrong("interpolate", "a straight line brought back to the sphere")
def _(z_start, z_end, steps):
    t = torch.linspace(0, 1, steps, dtype=z_start.dtype)[:, None]
    line = (1 - t) * z_start + t * z_end
    return line / line.norm(dim=1, keepdim=True) * ((1 - t) * z_start.norm() + t * z_end.norm())


@wrong("interpolate", "not divided by sin ω")
def _(z_start, z_end, steps):
    t = torch.linspace(0, 1, steps, dtype=z_start.dtype)[:, None]
    omega = torch.acos((z_start @ z_end / (z_start.norm() * z_end.norm())).clamp(-1, 1))
    if torch.equal(z_start, z_end):
        return z_start.repeat(steps, 1)
    return torch.sin((1 - t) * omega) * z_start + torch.sin(t * omega) * z_end


@wrong("interpolate", "one row too many")
def _(z_start, z_end, steps):
    return interpolate(z_start, z_end, steps + 1)


@wrong("interpolate", "each row on its own: the columns are steps")
def _(z_start, z_end, steps):
    return interpolate(z_start, z_end, steps).T


@right("interpolate", "a loop over t with math, and numbers")
def _(z_start, z_end, steps):
    cosine = float(z_start @ z_end) / math.sqrt(float(z_start @ z_start) * float(z_end @ z_end))
    omega, rows = math.acos(max(-1.0, min(1.0, cosine))), []
    for i in range(steps):
        t = i / (steps - 1)
        if bool((z_start == z_end).all()):
            rows.append(z_start)
        else:
            rows.append(
                math.sin((1 - t) * omega) / math.sin(omega) * z_start + math.sin(t * omega) / math.sin(omega) * z_end
            )
    return torch.stack(rows)


@right("interpolate", "the angle by atan2 of both halves, NumPy's linspace")
def _(z_start, z_end, steps):
    if (z_start - z_end).abs().max() == 0:
        return torch.stack([z_start] * steps)
    a, b = z_start / z_start.norm(), z_end / z_end.norm()
    omega = 2 * torch.atan2((a - b).norm(), (a + b).norm())
    t = torch.as_tensor(np.linspace(0, 1, steps)).to(z_start.dtype)
    return torch.outer(torch.sin((1 - t) * omega) / torch.sin(omega), z_start) + torch.outer(
        torch.sin(t * omega) / torch.sin(omega), z_end
    )


# --- reading --------------------------------------------------------------------------------------------------------


@wrong("reading", "collapsed and balanced confused")
def _(run):
    return {"A": "discriminator wins", "B": "collapsed", "C": "diverged", "D": "balanced"}[run]


@wrong("reading", "an underscore in the name")
def _(run):
    return {"A": "discriminator_wins", "B": "balanced", "C": "diverged", "D": "collapsed"}[run]


@wrong("reading", "the same for all")
def _(run):
    return "balanced"


@wrong("reading", "diverged and the winning discriminator confused")
def _(run):
    return {"A": "diverged", "B": "balanced", "C": "discriminator wins", "D": "collapsed"}[run]


@wrong("reading", "with a capital letter")
def _(run):
    return reading(run).capitalize()


@wrong("reading", "returns the whole table")
def _(run):
    return {"A": "discriminator wins", "B": "balanced", "C": "diverged", "D": "collapsed"}


@right("reading", "if and elif")
def _(run):
    if run == "A":
        return "discriminator wins"
    elif run == "B":
        return "balanced"
    elif run == "C":
        return "diverged"
    return "collapsed"
