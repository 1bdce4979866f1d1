"""Answers to problem set 5, translation without pairs."""

import functools
import random

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from gancourse.exercises.measures import chalk, in_ink
from strangers.book import writers

ANSWERS, OPEN = [], []
wrong, right = writers(ANSWERS, OPEN)


# --- every exercise, right ------------------------------------------------------------------------------------------


@right("receptive_field", "backwards through the layers")
def receptive_field(layers):
    r = 1
    for kernel, stride in reversed(list(layers)):
        r = (r - 1) * stride + kernel
    return int(r)


@right("halvings_for", "tries one after the other")
def halvings_for(pixels):
    n = 0
    while receptive_field([(4, 2)] * n + [(4, 1), (4, 1)]) < pixels:
        n += 1
    return n


@right("UNet", "two ModuleLists")
class UNet(nn.Module):
    def __init__(self, c_in, c_out, width, depth):
        super().__init__()
        sizes = [c_in, *(width * 2**i for i in range(depth))]
        self.down = nn.ModuleList(nn.Conv2d(sizes[i], sizes[i + 1], 4, 2, 1) for i in range(depth))
        self.down_norms = nn.ModuleList(nn.InstanceNorm2d(size) for size in sizes[2:])
        self.up, now = nn.ModuleList(), sizes[-1]
        for size in [*sizes[-2:0:-1], c_out]:
            self.up.append(nn.ConvTranspose2d(now, size, 4, 2, 1))
            now = 2 * size
        self.up_norms = nn.ModuleList(nn.InstanceNorm2d(size) for size in sizes[-2:0:-1])

    def forward(self, x):
        kept = [self.down[0](x)]
        for layer, norm in zip(self.down[1:], self.down_norms, strict=True):
            kept.append(norm(layer(F.leaky_relu(kept[-1], 0.2))))
        x = kept.pop()
        for layer, norm in zip(self.up[:-1], self.up_norms, strict=True):
            x = torch.cat([norm(layer(F.relu(x))), kept.pop()], dim=1)
        return torch.tanh(self.up[-1](F.relu(x)))


@right("patch_discriminator", "a Sequential from a loop")
def patch_discriminator(channels, width, strided):
    layers, now = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)], width
    for i in range(strided):
        stride = 2 if i < strided - 1 else 1
        layers += [nn.Conv2d(now, 2 * now, 4, stride, 1), nn.InstanceNorm2d(2 * now), nn.LeakyReLU(0.2)]
        now *= 2
    return nn.Sequential(*layers, nn.Conv2d(now, 1, 4, 1, 1))


@right("ResidualBlock", "padding_mode")
class ResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.one = nn.Conv2d(channels, channels, 3, padding=1, padding_mode="reflect")
        self.two = nn.Conv2d(channels, channels, 3, padding=1, padding_mode="reflect")
        self.norm = nn.InstanceNorm2d(channels)

    def forward(self, x):
        return x + self.norm(self.two(F.relu(self.norm(self.one(x)))))


@right("lsgan_discriminator_loss", "as it stands")
def lsgan_discriminator_loss(real, fake):
    return 0.5 * ((real - 1) ** 2).mean() + 0.5 * (fake**2).mean()


@right("lsgan_generator_loss", "as it stands")
def lsgan_generator_loss(fake):
    return ((fake - 1) ** 2).mean()


@right("cycle_loss", "as it stands")
def cycle_loss(x_a, back_a, x_b, back_b, weight):
    return weight * ((x_a - back_a).abs().mean() + (x_b - back_b).abs().mean())


@right("identity_loss", "l1_loss")
def identity_loss(to_b, to_a, x_a, x_b):
    return F.l1_loss(to_b(x_b), x_b) + F.l1_loss(to_a(x_a), x_a)


@right("ImagePool", "random and a list")
class ImagePool:
    def __init__(self, size):
        self.size, self.images = size, []

    def query(self, image):
        if len(self.images) < self.size:
            self.images.append(image.detach())
            return image
        if self.size == 0 or random.random() < 0.5:
            return image
        place = random.randrange(self.size)
        old, self.images[place] = self.images[place], image.detach()
        return old


@right("discriminator_step", "made under no_grad")
def discriminator_step(generators, discriminators, optimiser, x_a, x_b, pools, loss):
    (to_b, to_a), (d_a, d_b) = generators, discriminators
    with torch.no_grad():
        made_a, made_b = to_a(x_b), to_b(x_a)
    total = loss(d_a(x_a), d_a(pools[0](made_a))) + loss(d_b(x_b), d_b(pools[1](made_b)))
    optimiser.zero_grad()
    total.backward()
    optimiser.step()
    return total.item()


@right("generator_step", "the gradients in the discriminators taken away afterwards")
def generator_step(generators, discriminators, optimiser, x_a, x_b, loss, cycle):
    (to_b, to_a), (d_a, d_b) = generators, discriminators
    made_b, made_a = to_b(x_a), to_a(x_b)
    total = loss(d_b(made_b)) + loss(d_a(made_a)) + cycle(x_a, to_a(made_b), x_b, to_b(made_a))
    optimiser.zero_grad()
    total.backward()
    optimiser.step()
    for d in discriminators:
        d.zero_grad()
    return total.item()


@functools.cache
def trained_to_b():
    """The notebook's training. The test calls it first: a call that is judged has ten seconds."""
    torch.manual_seed(0)
    x_a, x_b = (chalk(500, seed=seed).float() / 127.5 - 1 for seed in (1, 2))
    x_b = in_ink(x_b)

    def translator(width=16):
        return nn.Sequential(
            *(nn.ReflectionPad2d(1), nn.Conv2d(1, width, 3), nn.InstanceNorm2d(width), nn.ReLU()),
            ResidualBlock(width),
            *(nn.ReflectionPad2d(1), nn.Conv2d(width, 1, 3), nn.Tanh()),
        )

    def start_small(layer):
        if isinstance(layer, nn.Conv2d):
            nn.init.normal_(layer.weight, 0, 0.02)
            nn.init.zeros_(layer.bias)

    generators, discriminators = [translator(), translator()], [patch_discriminator(1, 16, 1) for _ in "ab"]
    optimisers = []
    for networks in (discriminators, generators):
        both = nn.ModuleList(networks).apply(start_small)
        optimisers.append(torch.optim.Adam(both.parameters(), lr=0.002, betas=(0.5, 0.9)))
    made = [ImagePool(24), ImagePool(24)]
    pools = [lambda images: torch.stack([made[0].query(image) for image in images])]
    pools.append(lambda images: torch.stack([made[1].query(image) for image in images]))
    for _ in range(160):
        batch = [x[torch.randint(len(x), (8,))] for x in (x_a, x_b)]
        discriminator_step(generators, discriminators, optimisers[0], *batch, pools, lsgan_discriminator_loss)
        cycle = functools.partial(cycle_loss, weight=5.0)
        generator_step(generators, discriminators, optimisers[1], *batch, lsgan_generator_loss, cycle)
    return generators[0]


@right("ink", "asks the trained network")
def ink(x):
    to_b = trained_to_b()
    with torch.no_grad():
        return to_b(x)


# --- receptive_field ------------------------------------------------------------------------------------------------


@wrong("receptive_field", "forwards through the layers")
def _(layers):
    r = 1
    for kernel, stride in layers:
        r = (r - 1) * stride + kernel
    return int(r)


@wrong("receptive_field", "r and not r − 1 steps")
def _(layers):
    r = 1
    for kernel, stride in reversed(list(layers)):
        r = r * stride + kernel
    return int(r)


@wrong("receptive_field", "the sum of the kernels")
def _(layers):
    return int(sum(kernel for kernel, _ in layers))


@wrong("receptive_field", "the product of the kernels")
def _(layers):
    r = 1
    for kernel, _ in layers:
        r *= kernel
    return int(r)


@wrong("receptive_field", "kernel and stride swapped")
def _(layers):
    r = 1
    for stride, kernel in reversed(list(layers)):
        r = (r - 1) * stride + kernel
    return int(r)


@wrong("receptive_field", "strides forgotten")
def _(layers):
    return int(1 + sum(kernel - 1 for kernel, _ in layers))


@wrong("receptive_field", "the last layer left out")
def _(layers):
    r = 1
    for i in range(len(layers) - 2, -1, -1):
        r = (r - 1) * layers[i][1] + layers[i][0]
    return int(r)


@wrong("receptive_field", "`if not layers` asked of an array")
def _(layers):
    if not layers:
        return 1
    return (receptive_field(layers[1:]) - 1) * layers[0][1] + layers[0][0]


@right("receptive_field", "recursion from the front")
def _(layers):
    if len(layers) == 0:
        return 1
    kernel, stride = layers[0]
    return int((receptive_field(layers[1:]) - 1) * stride + kernel)


@right("receptive_field", "each kernel times the product of the strides before it")
def _(layers):
    layers = np.asarray(layers)
    jumps = np.cumprod(np.r_[1, layers[:-1, 1]])
    return int(1 + np.sum((layers[:, 0] - 1) * jumps))


# --- halvings_for ---------------------------------------------------------------------------------------------------


@wrong("halvings_for", "more than so many pixels")
def _(pixels):
    n = 0
    while receptive_field([(4, 2)] * n + [(4, 1), (4, 1)]) <= pixels:
        n += 1
    return n


@wrong("halvings_for", "begins with 1")
def _(pixels):
    n = 1
    while receptive_field([(4, 2)] * n + [(4, 1), (4, 1)]) < pixels:
        n += 1
    return n


@wrong("halvings_for", "without the last two layers")
def _(pixels):
    n = 0
    while receptive_field([(4, 2)] * n) < pixels:
        n += 1
    return n


@wrong("halvings_for", "the last two layers first")
def _(pixels):
    n = 0
    while receptive_field([(4, 1), (4, 1)] + [(4, 2)] * n) < pixels:
        n += 1
    return n


@wrong("halvings_for", "the largest n that stays below")
def _(pixels):
    n = 0
    while receptive_field([(4, 2)] * (n + 1) + [(4, 1), (4, 1)]) < pixels:
        n += 1
    return n


@wrong("halvings_for", "counts all layers")
def _(pixels):
    n = 0
    while receptive_field([(4, 2)] * n + [(4, 1), (4, 1)]) < pixels:
        n += 1
    return n + 2


@wrong("halvings_for", "log2 of the pixels, rounded")
def _(pixels):
    return max(0, int(np.log2(pixels / 7)))


@wrong("halvings_for", "only one layer of stride 1 at the end")
def _(pixels):
    n = 0
    while receptive_field([(4, 2)] * n + [(4, 1)]) < pixels:
        n += 1
    return n


@right("halvings_for", "next of a comprehension")
def _(pixels):
    return next(n for n in range(20) if receptive_field([(4, 2)] * n + 2 * [(4, 1)]) >= pixels)


@right("halvings_for", "solved: 9 · 2^n − 2 pixels")
def _(pixels):
    n = 0
    while 9 * 2**n - 2 < pixels:
        n += 1
    return n


# --- UNet -----------------------------------------------------------------------------------------------------------


class _Net(UNet):
    """A U-Net whose forward has switches, for the answers below that differ in one."""

    slope, end, sums, skips, norm_first, norm_down, norm_up = 0.2, staticmethod(torch.tanh), False, True, False, 1, 1

    def forward(self, x):
        x = self.down[0](x)
        kept = [F.instance_norm(x) if self.norm_first else x]
        for layer in self.down[1:]:
            x = layer(F.leaky_relu(kept[-1], self.slope))
            kept.append(F.instance_norm(x) if self.norm_down else x)
        x = kept.pop()
        for layer in self.up[:-1]:
            x = layer(F.relu(x))
            x = F.instance_norm(x) if self.norm_up else x
            below = kept.pop()
            x = torch.cat([x, below if self.skips else torch.zeros_like(below)], dim=1)
        return self.end(self.up[-1](F.relu(x)))


@wrong("UNet", "a sigmoid at the end")
class _(_Net):
    end = staticmethod(torch.sigmoid)


@wrong("UNet", "nothing at the end")
class _(_Net):
    end = staticmethod(lambda x: x)


@wrong("UNet", "ReLU on the way down")
class _(_Net):
    slope = 0.0


@wrong("UNet", "LeakyReLU with slope 0.01")
class _(_Net):
    slope = 0.01


@wrong("UNet", "a norm after the first layer")
class _(_Net):
    norm_first = True


@wrong("UNet", "no norms on the way down")
class _(_Net):
    norm_down = 0


@wrong("UNet", "no norms on the way up")
class _(_Net):
    norm_up = 0


@wrong("UNet", "zeros where the way down should stand")
class _(_Net):
    skips = False


@wrong("UNet", "sums in place of side by side")
class _(nn.Module):
    def __init__(self, c_in, c_out, width, depth):
        super().__init__()
        sizes = [c_in, *(width * 2**i for i in range(depth))]
        self.down = nn.ModuleList(nn.Conv2d(sizes[i], sizes[i + 1], 4, 2, 1) for i in range(depth))
        ups = [*sizes[:0:-1], c_out]
        self.up = nn.ModuleList(nn.ConvTranspose2d(ups[i], ups[i + 1], 4, 2, 1) for i in range(depth))

    def forward(self, x):
        kept = [self.down[0](x)]
        for layer in self.down[1:]:
            kept.append(F.instance_norm(layer(F.leaky_relu(kept[-1], 0.2))))
        x = kept.pop()
        for layer in self.up[:-1]:
            x = F.instance_norm(layer(F.relu(x))) + kept.pop()
        return torch.tanh(self.up[-1](F.relu(x)))


@wrong("UNet", "joins along the batch")
class _(_Net):
    def forward(self, x):
        kept = [self.down[0](x)]
        for layer in self.down[1:]:
            kept.append(F.instance_norm(layer(F.leaky_relu(kept[-1], 0.2))))
        x = kept.pop()
        for layer in self.up[:-1]:
            x = torch.cat([F.instance_norm(layer(F.relu(x))), kept.pop()], dim=0)
        return torch.tanh(self.up[-1](F.relu(x)))


@wrong("UNet", "takes what was kept in the order of the way down")
class _(_Net):
    def forward(self, x):
        kept = [self.down[0](x)]
        for layer in self.down[1:]:
            kept.append(F.instance_norm(layer(F.leaky_relu(kept[-1], 0.2))))
        x = kept.pop()
        for layer, below in zip(self.up[:-1], kept, strict=True):
            x = torch.cat([F.instance_norm(layer(F.relu(x))), below], dim=1)
        return torch.tanh(self.up[-1](F.relu(x)))


@wrong("UNet", "the same width on every step down")
class _(nn.Module):
    def __init__(self, c_in, c_out, width, depth):
        super().__init__()
        self.down = nn.ModuleList(nn.Conv2d(width if i else c_in, width, 4, 2, 1) for i in range(depth))
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(2 * width if i else width, width if i < depth - 1 else c_out, 4, 2, 1)
            for i in range(depth)
        )

    forward = _Net.forward
    slope, end, sums, skips, norm_first, norm_down, norm_up = 0.2, staticmethod(torch.tanh), False, True, False, 1, 1


@wrong("UNet", "depth 3 whatever is asked")
class _(_Net):
    def __init__(self, c_in, c_out, width, depth):
        super().__init__(c_in, c_out, width, 3)


@wrong("UNet", "batch norm")
class _(_Net):
    def __init__(self, c_in, c_out, width, depth):
        super().__init__(c_in, c_out, width, depth)
        self.down_norms = nn.ModuleList(nn.BatchNorm2d(norm.num_features) for norm in self.down_norms)
        self.up_norms = nn.ModuleList(nn.BatchNorm2d(norm.num_features) for norm in self.up_norms)

    forward = UNet.forward


@right("UNet", "a block that contains the next one")
class _(nn.Module):
    def __init__(self, c_in, c_out, width, depth):
        super().__init__()

        class Block(nn.Module):
            def __init__(self, outer, inner, level):
                super().__init__()
                self.down = nn.Conv2d(outer, inner, 4, 2, 1)
                self.inside = Block(inner, 2 * inner, level + 1) if level < depth - 1 else None
                below = 2 * inner if self.inside else inner
                self.up = nn.ConvTranspose2d(below, outer if level else c_out, 4, 2, 1)
                self.level = level

            def forward(self, x):
                y = self.down(F.leaky_relu(x, 0.2) if self.level else x)
                if self.level:
                    y = F.instance_norm(y)
                if self.inside is not None:
                    y = torch.cat([self.inside(y), y], dim=1)
                y = self.up(F.relu(y))
                return F.instance_norm(y) if self.level else y

        self.block = Block(c_in, width, 0)

    def forward(self, x):
        return torch.tanh(self.block(x))


@right("UNet", "Sequentials with their own activations and norms, the kept ones in a dict")
class _(nn.Module):
    def __init__(self, c_in, c_out, width, depth):
        super().__init__()
        self.depth, down, up = depth, {"1": nn.Conv2d(c_in, width, 4, 2, 1)}, {}
        for i in range(2, depth + 1):
            c = width * 2 ** (i - 2)
            down[str(i)] = nn.Sequential(nn.LeakyReLU(0.2), nn.Conv2d(c, 2 * c, 4, 2, 1), nn.InstanceNorm2d(2 * c))
            times = 2 if i == depth else 4
            up[str(i)] = nn.Sequential(nn.ReLU(), nn.ConvTranspose2d(times * c, c, 4, 2, 1), nn.InstanceNorm2d(c))
        up["1"] = nn.Sequential(nn.ReLU(), nn.ConvTranspose2d(2 * width, c_out, 4, 2, 1), nn.Tanh())
        self.down, self.up = nn.ModuleDict(down), nn.ModuleDict(up)

    def forward(self, x):
        seen = {}
        for i in range(1, self.depth + 1):
            x = seen[i] = self.down[str(i)](x)
        for i in range(self.depth, 0, -1):
            x = self.up[str(i)](x if i == self.depth else torch.cat([x, seen[i]], dim=1))
        return x


# --- patch_discriminator --------------------------------------------------------------------------------------------


def _patches(channels, width, strided, slope=0.2, norm=nn.InstanceNorm2d, last=()):
    layers, now = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(slope)], width
    for i in range(strided):
        layers += [nn.Conv2d(now, 2 * now, 4, 2 if i < strided - 1 else 1, 1), norm(2 * now), nn.LeakyReLU(slope)]
        now *= 2
    return nn.Sequential(*layers, nn.Conv2d(now, 1, 4, 1, 1), *last)


@wrong("patch_discriminator", "a sigmoid at the end")
def _(channels, width, strided):
    return _patches(channels, width, strided, last=[nn.Sigmoid()])


@wrong("patch_discriminator", "the mean over patches at the end")
def _(channels, width, strided):
    return _patches(channels, width, strided, last=[nn.AdaptiveAvgPool2d(1)])


@wrong("patch_discriminator", "slope 0.01")
def _(channels, width, strided):
    return _patches(channels, width, strided, slope=0.01)


@wrong("patch_discriminator", "batch norm")
def _(channels, width, strided):
    return _patches(channels, width, strided, norm=nn.BatchNorm2d)


@wrong("patch_discriminator", "no norm")
def _(channels, width, strided):
    return _patches(channels, width, strided, norm=lambda _: nn.Identity())


@wrong("patch_discriminator", "all hidden layers halve")
def _(channels, width, strided):
    layers, now = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)], width
    for _ in range(strided):
        layers += [nn.Conv2d(now, 2 * now, 4, 2, 1), nn.InstanceNorm2d(2 * now), nn.LeakyReLU(0.2)]
        now *= 2
    return nn.Sequential(*layers, nn.Conv2d(now, 1, 4, 1, 1))


@wrong("patch_discriminator", "the layer of stride 1 left out")
def _(channels, width, strided):
    layers, now = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)], width
    for _ in range(strided - 1):
        layers += [nn.Conv2d(now, 2 * now, 4, 2, 1), nn.InstanceNorm2d(2 * now), nn.LeakyReLU(0.2)]
        now *= 2
    return nn.Sequential(*layers, nn.Conv2d(now, 1, 4, 1, 1))


@wrong("patch_discriminator", "a norm after the first layer")
def _(channels, width, strided):
    layers, now = [nn.Conv2d(channels, width, 4, 2, 1), nn.InstanceNorm2d(width), nn.LeakyReLU(0.2)], width
    for i in range(strided):
        stride = 2 if i < strided - 1 else 1
        layers += [nn.Conv2d(now, 2 * now, 4, stride, 1), nn.InstanceNorm2d(2 * now), nn.LeakyReLU(0.2)]
        now *= 2
    return nn.Sequential(*layers, nn.Conv2d(now, 1, 4, 1, 1))


@wrong("patch_discriminator", "a norm after the last layer")
def _(channels, width, strided):
    return _patches(channels, width, strided, last=[nn.InstanceNorm2d(1)])


@wrong("patch_discriminator", "two halvings whatever is asked")
def _(channels, width, strided):
    return _patches(channels, width, 2)


@wrong("patch_discriminator", "flattened to one row of logits per image")
def _(channels, width, strided):
    return _patches(channels, width, strided, last=[nn.Flatten()])


@wrong("patch_discriminator", "the last two layers without padding")
def _(channels, width, strided):
    net = _patches(channels, width, strided)
    for layer in [one for one in net if isinstance(one, nn.Conv2d)][-2:]:
        layer.padding = (0, 0)
    return net


@wrong("patch_discriminator", "the layers in a list, not a network")
def _(channels, width, strided):
    return list(_patches(channels, width, strided))


@wrong("patch_discriminator", "kernel 3 in the layers of stride 1")
def _(channels, width, strided):
    layers, now = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)], width
    for i in range(strided):
        convolution = nn.Conv2d(now, 2 * now, 4, 2, 1) if i < strided - 1 else nn.Conv2d(now, 2 * now, 3, 1, 1)
        layers += [convolution, nn.InstanceNorm2d(2 * now), nn.LeakyReLU(0.2)]
        now *= 2
    return nn.Sequential(*layers, nn.Conv2d(now, 1, 3, 1, 1))


@right("patch_discriminator", "a class of another name behind a function, all functional")
def _(channels, width, strided):
    class Patches(nn.Module):
        def __init__(self):
            super().__init__()
            sizes = [channels] + [width * 2**i for i in range(strided + 1)] + [1]
            strides = [2] * strided + [1, 1]
            triples = zip(sizes, sizes[1:], strides, strict=False)
            self.convolutions = nn.ModuleList(nn.Conv2d(a, b, 4, stride, 1) for a, b, stride in triples)

        def forward(self, x):
            first, *middle, last = self.convolutions
            x = F.leaky_relu(first(x), 0.2)
            for convolution in middle:
                x = F.leaky_relu(F.instance_norm(convolution(x)), negative_slope=0.2)
            return last(x)

    return Patches()


@right("patch_discriminator", "a class of that name")
class patch_discriminator_class(nn.Module):
    def __init__(self, channels, width, strided):
        super().__init__()
        self.net = _patches(channels, width, strided)

    def forward(self, x):
        return self.net(x)


# --- ResidualBlock --------------------------------------------------------------------------------------------------


def _half(channels, **padding):
    return [nn.Conv2d(channels, channels, 3, padding=1, **padding), nn.InstanceNorm2d(channels)]


class _Block(nn.Module):
    """x + f(x) with given layers in f."""

    def __init__(self, *layers):
        super().__init__()
        self.f = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.f(x)


MIRROR = {"padding_mode": "reflect"}


@wrong("ResidualBlock", "zeros beyond the edge")
class _(_Block):
    def __init__(self, channels):
        super().__init__(*_half(channels), nn.ReLU(), *_half(channels))


@wrong("ResidualBlock", "the edge repeated")
class _(_Block):
    def __init__(self, channels):
        mode = {"padding_mode": "replicate"}
        super().__init__(*_half(channels, **mode), nn.ReLU(), *_half(channels, **mode))


@wrong("ResidualBlock", "f(x) without x")
class _(_Block):
    def __init__(self, channels):
        super().__init__(*_half(channels, **MIRROR), nn.ReLU(), *_half(channels, **MIRROR))

    def forward(self, x):
        return self.f(x)


@wrong("ResidualBlock", "a ReLU after the sum")
class _(_Block):
    def __init__(self, channels):
        super().__init__(*_half(channels, **MIRROR), nn.ReLU(), *_half(channels, **MIRROR))

    def forward(self, x):
        return F.relu(x + self.f(x))


@wrong("ResidualBlock", "a ReLU after the second norm")
class _(_Block):
    def __init__(self, channels):
        super().__init__(*_half(channels, **MIRROR), nn.ReLU(), *_half(channels, **MIRROR), nn.ReLU())


@wrong("ResidualBlock", "no ReLU")
class _(_Block):
    def __init__(self, channels):
        super().__init__(*_half(channels, **MIRROR), *_half(channels, **MIRROR))


@wrong("ResidualBlock", "batch norm")
class _(_Block):
    def __init__(self, channels):
        layers = [*_half(channels, **MIRROR), nn.ReLU(), *_half(channels, **MIRROR)]
        super().__init__(*[nn.BatchNorm2d(channels) if isinstance(a, nn.InstanceNorm2d) else a for a in layers])


@wrong("ResidualBlock", "one norm only")
class _(_Block):
    def __init__(self, channels):
        super().__init__(*_half(channels, **MIRROR), nn.ReLU(), _half(channels, **MIRROR)[0])


@wrong("ResidualBlock", "the same convolution twice")
class _(_Block):
    def __init__(self, channels):
        half = _half(channels, **MIRROR)
        super().__init__(*half, nn.ReLU(), *half)


@wrong("ResidualBlock", "in-place ReLU on x itself, before the first convolution")
class _(_Block):
    def __init__(self, channels):
        super().__init__(nn.ReLU(inplace=True), *_half(channels, **MIRROR), nn.ReLU(), *_half(channels, **MIRROR))


@wrong("ResidualBlock", "side by side instead of a sum")
class _(_Block):
    def __init__(self, channels):
        super().__init__(*_half(channels, **MIRROR), nn.ReLU(), *_half(channels, **MIRROR))

    def forward(self, x):
        return torch.cat([x, self.f(x)], dim=1)


@wrong("ResidualBlock", "half of x plus half of f(x)")
class _(_Block):
    def __init__(self, channels):
        super().__init__(*_half(channels, **MIRROR), nn.ReLU(), *_half(channels, **MIRROR))

    def forward(self, x):
        return (x + self.f(x)) / 2


@right("ResidualBlock", "ReflectionPad2d in a Sequential")
class _(nn.Module):
    def __init__(self, channels):
        super().__init__()
        half = [(nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), nn.InstanceNorm2d(channels)) for _ in "12"]
        self.f = nn.Sequential(*half[0], nn.ReLU(inplace=True), *half[1])

    def forward(self, x):
        return torch.add(self.f(x), x)


@right("ResidualBlock", "F.pad and functional norms")
class _(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.convolutions = nn.ModuleList(nn.Conv2d(channels, channels, 3, bias=False) for _ in range(2))

    def forward(self, x):
        y = x
        for i, convolution in enumerate(self.convolutions):
            y = F.instance_norm(convolution(F.pad(y, (1, 1, 1, 1), mode="reflect")))
            if i == 0:
                y = y.relu()
        return y + x


# --- lsgan_discriminator_loss ---------------------------------------------------------------------------------------


@wrong("lsgan_discriminator_loss", "without the ½")
def _(real, fake):
    return ((real - 1) ** 2).mean() + (fake**2).mean()


@wrong("lsgan_discriminator_loss", "real and made swapped")
def _(real, fake):
    return 0.5 * (real**2).mean() + 0.5 * ((fake - 1) ** 2).mean()


@wrong("lsgan_discriminator_loss", "the ½ on the first term only")
def _(real, fake):
    return 0.5 * ((real - 1) ** 2).mean() + (fake**2).mean()


@wrong("lsgan_discriminator_loss", "labels 1 and −1")
def _(real, fake):
    return 0.5 * ((real - 1) ** 2).mean() + 0.5 * ((fake + 1) ** 2).mean()


@wrong("lsgan_discriminator_loss", "squares of the means")
def _(real, fake):
    return 0.5 * (real.mean() - 1) ** 2 + 0.5 * fake.mean() ** 2


@wrong("lsgan_discriminator_loss", "cross-entropy on logits")
def _(real, fake):
    return 0.5 * F.softplus(-real).mean() + 0.5 * F.softplus(fake).mean()


@wrong("lsgan_discriminator_loss", "a sigmoid first")
def _(real, fake):
    return 0.5 * ((real.sigmoid() - 1) ** 2).mean() + 0.5 * (fake.sigmoid() ** 2).mean()


@wrong("lsgan_discriminator_loss", "sums over the patches")
def _(real, fake):
    return (0.5 * ((real - 1) ** 2).sum() + 0.5 * (fake**2).sum()) / len(real)


@wrong("lsgan_discriminator_loss", "made logits detached")
def _(real, fake):
    return 0.5 * ((real - 1) ** 2).mean() + 0.5 * (fake.detach() ** 2).mean()


@right("lsgan_discriminator_loss", "mse_loss against labels")
def _(real, fake):
    return (F.mse_loss(real, torch.ones_like(real)) + F.mse_loss(fake, torch.zeros_like(fake))) / 2


@right("lsgan_discriminator_loss", "squares multiplied out")
def _(real, fake):
    return (real.square().mean() - 2 * real.mean() + 1 + fake.square().mean()) / 2


# --- lsgan_generator_loss -------------------------------------------------------------------------------------------


@wrong("lsgan_generator_loss", "with a ½")
def _(fake):
    return 0.5 * ((fake - 1) ** 2).mean()


@wrong("lsgan_generator_loss", "drawn to 0")
def _(fake):
    return (fake**2).mean()


@wrong("lsgan_generator_loss", "minus the discriminator's")
def _(fake):
    return -(fake**2).mean()


@wrong("lsgan_generator_loss", "the absolute distance")
def _(fake):
    return (fake - 1).abs().mean()


@wrong("lsgan_generator_loss", "the square of the mean distance")
def _(fake):
    return (fake - 1).mean() ** 2


@wrong("lsgan_generator_loss", "the root of the mean square")
def _(fake):
    return ((fake - 1) ** 2).mean().sqrt()


@wrong("lsgan_generator_loss", "through NumPy")
def _(fake):
    return torch.tensor(np.mean((fake.detach().numpy() - 1) ** 2))


@wrong("lsgan_generator_loss", "the sum")
def _(fake):
    return ((fake - 1) ** 2).sum()


@wrong("lsgan_generator_loss", "not averaged")
def _(fake):
    return (fake - 1) ** 2


@right("lsgan_generator_loss", "a norm, squared and divided")
def _(fake):
    return torch.linalg.vector_norm(1 - fake).pow(2) / fake.numel()


# --- cycle_loss -----------------------------------------------------------------------------------------------------


@wrong("cycle_loss", "squares")
def _(x_a, back_a, x_b, back_b, weight):
    return weight * (F.mse_loss(back_a, x_a) + F.mse_loss(back_b, x_b))


@wrong("cycle_loss", "the weight on the first term only")
def _(x_a, back_a, x_b, back_b, weight):
    return weight * (x_a - back_a).abs().mean() + (x_b - back_b).abs().mean()


@wrong("cycle_loss", "10 in place of the weight")
def _(x_a, back_a, x_b, back_b, weight=10):
    return 10 * ((x_a - back_a).abs().mean() + (x_b - back_b).abs().mean())


@wrong("cycle_loss", "sums over pixels")
def _(x_a, back_a, x_b, back_b, weight):
    return weight * ((x_a - back_a).abs().sum() + (x_b - back_b).abs().sum())


@wrong("cycle_loss", "no absolute value")
def _(x_a, back_a, x_b, back_b, weight):
    return weight * ((x_a - back_a).mean() + (x_b - back_b).mean())


@wrong("cycle_loss", "the absolute value of the mean")
def _(x_a, back_a, x_b, back_b, weight):
    return weight * ((x_a - back_a).mean().abs() + (x_b - back_b).mean().abs())


@wrong("cycle_loss", "a mean of the two")
def _(x_a, back_a, x_b, back_b, weight):
    return weight * ((x_a - back_a).abs().mean() + (x_b - back_b).abs().mean()) / 2


@wrong("cycle_loss", "each image against the other side's return")
def _(x_a, back_a, x_b, back_b, weight):
    return weight * ((x_a - back_b).abs().mean() + (x_b - back_a).abs().mean())


@wrong("cycle_loss", "one side only")
def _(x_a, back_a, x_b, back_b, weight):
    return weight * (x_a - back_a).abs().mean()


@wrong("cycle_loss", "one mean over all pixels of both")
def _(x_a, back_a, x_b, back_b, weight):
    return weight * torch.cat([(x_a - back_a).abs().flatten(), (x_b - back_b).abs().flatten()]).mean()


@wrong("cycle_loss", "the weight forgotten")
def _(x_a, back_a, x_b, back_b, weight):
    return (x_a - back_a).abs().mean() + (x_b - back_b).abs().mean()


@right("cycle_loss", "a sum of l1_loss over a list of pairs")
def _(x_a, back_a, x_b, back_b, weight):
    return sum(weight * F.l1_loss(back, x) for x, back in [(x_a, back_a), (x_b, back_b)])


@right("cycle_loss", "maximum minus minimum")
def _(x_a, back_a, x_b, back_b, weight):
    def off(x, y):
        return (torch.maximum(x, y) - torch.minimum(x, y)).sum() / x.numel()

    return weight * off(x_a, back_a) + weight * off(x_b, back_b)


# --- identity_loss --------------------------------------------------------------------------------------------------


@wrong("identity_loss", "each generator gets what it translates")
def _(to_b, to_a, x_a, x_b):
    return F.l1_loss(to_b(x_a), x_a) + F.l1_loss(to_a(x_b), x_b)


@wrong("identity_loss", "the cycle")
def _(to_b, to_a, x_a, x_b):
    return F.l1_loss(to_a(to_b(x_a)), x_a) + F.l1_loss(to_b(to_a(x_b)), x_b)


@wrong("identity_loss", "the translation against the other side's images")
def _(to_b, to_a, x_a, x_b):
    return F.l1_loss(to_b(x_a), x_b) + F.l1_loss(to_a(x_b), x_a)


@wrong("identity_loss", "squares")
def _(to_b, to_a, x_a, x_b):
    return F.mse_loss(to_b(x_b), x_b) + F.mse_loss(to_a(x_a), x_a)


@wrong("identity_loss", "times 5, the paper's weight")
def _(to_b, to_a, x_a, x_b):
    return 5 * (F.l1_loss(to_b(x_b), x_b) + F.l1_loss(to_a(x_a), x_a))


@wrong("identity_loss", "one of the two under no_grad")
def _(to_b, to_a, x_a, x_b):
    with torch.no_grad():
        same_a = to_a(x_a)
    return F.l1_loss(to_b(x_b), x_b) + F.l1_loss(same_a, x_a)


@wrong("identity_loss", "to_a alone")
def _(to_b, to_a, x_a, x_b):
    return F.l1_loss(to_a(x_a), x_a)


@wrong("identity_loss", "half the sum")
def _(to_b, to_a, x_a, x_b):
    return (F.l1_loss(to_b(x_b), x_b) + F.l1_loss(to_a(x_a), x_a)) / 2


@right("identity_loss", "a loop over pairs")
def _(to_b, to_a, x_a, x_b):
    loss = torch.zeros((), dtype=x_a.dtype)
    for network, x in ((to_a, x_a), (to_b, x_b)):
        loss = loss + torch.mean(torch.abs(network(x) - x))
    return loss


# --- ImagePool ------------------------------------------------------------------------------------------------------


class _Pool:
    def __init__(self, size):
        self.size, self.images = size, []


@wrong("ImagePool", "always an old image once it is full")
class _(_Pool):
    def query(self, image):
        if len(self.images) < self.size:
            self.images.append(image.detach())
            return image
        if self.size == 0:
            return image
        place = random.randrange(self.size)
        old, self.images[place] = self.images[place], image.detach()
        return old


@wrong("ImagePool", "never an old image")
class _(_Pool):
    def query(self, image):
        self.images.append(image.detach())
        return image


@wrong("ImagePool", "always the oldest")
class _(_Pool):
    def query(self, image):
        if len(self.images) < self.size:
            self.images.append(image.detach())
            return image
        if self.size == 0 or random.random() < 0.5:
            return image
        self.images.append(image.detach())
        return self.images.pop(0)


@wrong("ImagePool", "the old image stays in the pool")
class _(_Pool):
    def query(self, image):
        if len(self.images) < self.size:
            self.images.append(image.detach())
            return image
        if self.size == 0 or random.random() < 0.5:
            return image
        return random.choice(self.images)


@wrong("ImagePool", "keeps the graph")
class _(_Pool):
    def query(self, image):
        if len(self.images) < self.size:
            self.images.append(image)
            return image
        if self.size == 0 or random.random() < 0.5:
            return image
        place = random.randrange(self.size)
        old, self.images[place] = self.images[place], image
        return old


@wrong("ImagePool", "an error where its size is 0")
class _(_Pool):
    def query(self, image):
        if len(self.images) < self.size:
            self.images.append(image.detach())
            return image
        if random.random() < 0.5:
            return image
        place = random.randint(0, self.size - 1)
        old, self.images[place] = self.images[place], image.detach()
        return old


@wrong("ImagePool", "keeps the new image also when it is shown")
class _(_Pool):
    def query(self, image):
        if len(self.images) < self.size:
            self.images.append(image.detach())
            return image
        if self.size == 0:
            return image
        place = random.randrange(self.size)
        old, self.images[place] = self.images[place], image.detach()
        return image if random.random() < 0.5 else old


@wrong("ImagePool", "tosses the coin while it fills")
class _(_Pool):
    def query(self, image):
        if self.size == 0:
            return image
        if len(self.images) < self.size:
            self.images.append(image.detach())
            return image if random.random() < 0.5 else random.choice(self.images)
        if random.random() < 0.5:
            return image
        place = random.randrange(self.size)
        old, self.images[place] = self.images[place], image.detach()
        return old


@wrong("ImagePool", "the place by randint, one too far")
class _(_Pool):
    def query(self, image):
        if len(self.images) < self.size:
            self.images.append(image.detach())
            return image
        if self.size == 0 or random.random() < 0.5:
            return image
        place = random.randint(0, self.size)
        old, self.images[place] = self.images[place], image.detach()
        return old


@wrong("ImagePool", "swaps before it reads, so that the new image comes back")
class _(_Pool):
    def query(self, image):
        if len(self.images) < self.size:
            self.images.append(image.detach())
            return image
        if self.size == 0 or random.random() < 0.5:
            return image
        place = random.randrange(self.size)
        self.images[place] = image.detach()
        return self.images[place]


@wrong("ImagePool", "a black image while it fills, and never an old one")
class _(_Pool):
    def query(self, image):
        image = image.detach()
        if len(self.images) < self.size:
            self.images.append(image)
            return image.clone() * 0
        return image


@wrong("ImagePool", "one pool for all: a list of the class")
class _:
    images = []  # noqa: RUF012

    def __init__(self, size):
        self.size = size

    def query(self, image):
        if len(self.images) < self.size:
            self.images.append(image.detach())
            return image
        if self.size == 0 or random.random() < 0.5:
            return image
        place = random.randrange(self.size)
        old, self.images[place] = self.images[place], image.detach()
        return old


@wrong("ImagePool", "the first place always")
class _(_Pool):
    def query(self, image):
        if len(self.images) < self.size:
            self.images.append(image.detach())
            return image
        if self.size == 0 or random.random() < 0.5:
            return image
        old, self.images[0] = self.images[0], image.detach()
        return old


@right("ImagePool", "one tensor and torch's random numbers")
class _:
    def __init__(self, size):
        self.size, self.kept = size, None

    def query(self, image):
        if self.size == 0:
            return image
        if self.kept is None or len(self.kept) < self.size:
            new = image.detach()[None]
            self.kept = new.clone() if self.kept is None else torch.cat([self.kept, new])
            return image
        if torch.rand(()) > 0.5:
            place = int(torch.randint(self.size, ()))
            old = self.kept[place].clone()
            self.kept[place] = image.detach()
            return old
        return image


@right("ImagePool", "a shuffled list that pops and appends")
class _:
    def __init__(self, size):
        self.size, self.images = size, []

    def query(self, image):
        full = len(self.images) >= self.size
        if full and (not self.size or random.choice((True, False))):
            return image
        shown = image
        if full:
            random.shuffle(self.images)
            shown = self.images.pop()
        self.images.append(image.clone().detach())
        return shown


# --- discriminator_step ---------------------------------------------------------------------------------------------


def _made(generators, x_a, x_b):
    to_b, to_a = generators
    with torch.no_grad():
        return to_a(x_b), to_b(x_a)


def _descend(total, optimiser):
    optimiser.zero_grad()
    total.backward()
    optimiser.step()
    return total.item()


@wrong("discriminator_step", "the pools not asked")
def _(generators, discriminators, optimiser, x_a, x_b, pools, loss):
    (d_a, d_b), (made_a, made_b) = discriminators, _made(generators, x_a, x_b)
    return _descend(loss(d_a(x_a), d_a(made_a)) + loss(d_b(x_b), d_b(made_b)), optimiser)


@wrong("discriminator_step", "the generators in the wrong order")
def _(generators, discriminators, optimiser, x_a, x_b, pools, loss):
    (to_a, to_b), (d_a, d_b) = generators, discriminators
    with torch.no_grad():
        made_a, made_b = to_a(x_b), to_b(x_a)
    return _descend(loss(d_a(x_a), d_a(pools[0](made_a))) + loss(d_b(x_b), d_b(pools[1](made_b))), optimiser)


@wrong("discriminator_step", "the discriminators in the wrong order")
def _(generators, discriminators, optimiser, x_a, x_b, pools, loss):
    (d_b, d_a), (made_a, made_b) = discriminators, _made(generators, x_a, x_b)
    return _descend(loss(d_a(x_a), d_a(pools[0](made_a))) + loss(d_b(x_b), d_b(pools[1](made_b))), optimiser)


@wrong("discriminator_step", "the pools in the wrong order")
def _(generators, discriminators, optimiser, x_a, x_b, pools, loss):
    (d_a, d_b), (made_a, made_b) = discriminators, _made(generators, x_a, x_b)
    return _descend(loss(d_a(x_a), d_a(pools[1](made_a))) + loss(d_b(x_b), d_b(pools[0](made_b))), optimiser)


@wrong("discriminator_step", "the arguments of the loss swapped")
def _(generators, discriminators, optimiser, x_a, x_b, pools, loss):
    (d_a, d_b), (made_a, made_b) = discriminators, _made(generators, x_a, x_b)
    return _descend(loss(d_a(pools[0](made_a)), d_a(x_a)) + loss(d_b(pools[1](made_b)), d_b(x_b)), optimiser)


@wrong("discriminator_step", "only side A")
def _(generators, discriminators, optimiser, x_a, x_b, pools, loss):
    (d_a, _), (made_a, _) = discriminators, _made(generators, x_a, x_b)
    return _descend(loss(d_a(x_a), d_a(pools[0](made_a))), optimiser)


@wrong("discriminator_step", "its own loss, not the one given")
def _(generators, discriminators, optimiser, x_a, x_b, pools, loss):
    (d_a, d_b), (made_a, made_b) = discriminators, _made(generators, x_a, x_b)
    loss = lsgan_discriminator_loss
    return _descend(loss(d_a(x_a), d_a(pools[0](made_a))) + loss(d_b(x_b), d_b(pools[1](made_b))), optimiser)


@wrong("discriminator_step", "no zero_grad")
def _(generators, discriminators, optimiser, x_a, x_b, pools, loss):
    (d_a, d_b), (made_a, made_b) = discriminators, _made(generators, x_a, x_b)
    total = loss(d_a(x_a), d_a(pools[0](made_a))) + loss(d_b(x_b), d_b(pools[1](made_b)))
    total.backward()
    optimiser.step()
    return total.item()


@wrong("discriminator_step", "no detach, where the pool hands its images through")
def _(generators, discriminators, optimiser, x_a, x_b, pools, loss):
    (to_b, to_a), (d_a, d_b) = generators, discriminators
    made_a, made_b = to_a(x_b), to_b(x_a)
    return _descend(loss(d_a(x_a), d_a(pools[0](made_a))) + loss(d_b(x_b), d_b(pools[1](made_b))), optimiser)


@wrong("discriminator_step", "freezes the generators for good")
def _(generators, discriminators, optimiser, x_a, x_b, pools, loss):
    for network in generators:
        network.requires_grad_(False)
    (d_a, d_b), (made_a, made_b) = discriminators, _made(generators, x_a, x_b)
    return _descend(loss(d_a(x_a), d_a(pools[0](made_a))) + loss(d_b(x_b), d_b(pools[1](made_b))), optimiser)


@wrong("discriminator_step", "a step for each side, one after the other, the second loss dropped")
def _(generators, discriminators, optimiser, x_a, x_b, pools, loss):
    (d_a, d_b), (made_a, made_b) = discriminators, _made(generators, x_a, x_b)
    first = _descend(loss(d_a(x_a), d_a(pools[0](made_a))), optimiser)
    _descend(loss(d_b(x_b), d_b(pools[1](made_b))), optimiser)
    return first


@wrong("discriminator_step", "half the sum")
def _(generators, discriminators, optimiser, x_a, x_b, pools, loss):
    (d_a, d_b), (made_a, made_b) = discriminators, _made(generators, x_a, x_b)
    return _descend((loss(d_a(x_a), d_a(pools[0](made_a))) + loss(d_b(x_b), d_b(pools[1](made_b)))) / 2, optimiser)


@wrong("discriminator_step", "the images translated twice: there and back")
def _(generators, discriminators, optimiser, x_a, x_b, pools, loss):
    (to_b, to_a), (d_a, d_b) = generators, discriminators
    with torch.no_grad():
        made_a, made_b = to_a(to_b(x_a)), to_b(to_a(x_b))
    return _descend(loss(d_a(x_a), d_a(pools[0](made_a))) + loss(d_b(x_b), d_b(pools[1](made_b))), optimiser)


@right("discriminator_step", "two backwards, then one step")
def _(generators, discriminators, optimiser, x_a, x_b, pools, loss):
    to_b, to_a = generators
    optimiser.zero_grad()
    sides = zip(discriminators, (x_a, x_b), (to_a(x_b).detach(), to_b(x_a).detach()), pools, strict=True)
    total = 0.0
    for d, x, made, pool in sides:
        one = loss(d(x), d(pool(made)))
        one.backward()
        total += one.item()
    optimiser.step()
    return total


@right("discriminator_step", "detached behind the pool, a tensor returned")
def _(generators, discriminators, optimiser, x_a, x_b, pools, loss):
    to_b, to_a = generators
    d_a, d_b = discriminators
    shown_a, shown_b = pools[0](to_a(x_b).detach()), pools[1](to_b(x_a).detach())
    total = loss(d_a(x_a), d_a(shown_a.detach())) + loss(d_b(x_b), d_b(shown_b.detach()))
    for d in discriminators:
        d.zero_grad()
    total.backward()
    optimiser.step()
    return total.detach()


# --- generator_step -------------------------------------------------------------------------------------------------


def _rest(total, discriminators, optimiser):
    value = _descend(total, optimiser)
    for d in discriminators:
        d.zero_grad()
    return value


@wrong("generator_step", "no cycle")
def _(generators, discriminators, optimiser, x_a, x_b, loss, cycle):
    (to_b, to_a), (d_a, d_b) = generators, discriminators
    return _rest(loss(d_b(to_b(x_a))) + loss(d_a(to_a(x_b))), discriminators, optimiser)


@wrong("generator_step", "the cycle under no_grad")
def _(generators, discriminators, optimiser, x_a, x_b, loss, cycle):
    (to_b, to_a), (d_a, d_b) = generators, discriminators
    made_b, made_a = to_b(x_a), to_a(x_b)
    with torch.no_grad():
        back = cycle(x_a, to_a(made_b), x_b, to_b(made_a))
    return _rest(loss(d_b(made_b)) + loss(d_a(made_a)) + back, discriminators, optimiser)


@wrong("generator_step", "made images detached before they go back")
def _(generators, discriminators, optimiser, x_a, x_b, loss, cycle):
    (to_b, to_a), (d_a, d_b) = generators, discriminators
    made_b, made_a = to_b(x_a), to_a(x_b)
    back = cycle(x_a, to_a(made_b.detach()), x_b, to_b(made_a.detach()))
    return _rest(loss(d_b(made_b)) + loss(d_a(made_a)) + back, discriminators, optimiser)


@wrong("generator_step", "each made image shown to the other side's discriminator")
def _(generators, discriminators, optimiser, x_a, x_b, loss, cycle):
    (to_b, to_a), (d_a, d_b) = generators, discriminators
    made_b, made_a = to_b(x_a), to_a(x_b)
    total = loss(d_a(made_b)) + loss(d_b(made_a)) + cycle(x_a, to_a(made_b), x_b, to_b(made_a))
    return _rest(total, discriminators, optimiser)


@wrong("generator_step", "what comes back is compared with the other side")
def _(generators, discriminators, optimiser, x_a, x_b, loss, cycle):
    (to_b, to_a), (d_a, d_b) = generators, discriminators
    made_b, made_a = to_b(x_a), to_a(x_b)
    total = loss(d_b(made_b)) + loss(d_a(made_a)) + cycle(x_a, to_b(made_a), x_b, to_a(made_b))
    return _rest(total, discriminators, optimiser)


@wrong("generator_step", "the made images handed to cycle, not those that came back")
def _(generators, discriminators, optimiser, x_a, x_b, loss, cycle):
    (to_b, to_a), (d_a, d_b) = generators, discriminators
    made_b, made_a = to_b(x_a), to_a(x_b)
    return _rest(loss(d_b(made_b)) + loss(d_a(made_a)) + cycle(x_a, made_a, x_b, made_b), discriminators, optimiser)


@wrong("generator_step", "half of the cycle: A only")
def _(generators, discriminators, optimiser, x_a, x_b, loss, cycle):
    (to_b, to_a), (d_a, d_b) = generators, discriminators
    made_b, made_a = to_b(x_a), to_a(x_b)
    return _rest(loss(d_b(made_b)) + loss(d_a(made_a)) + cycle(x_a, to_a(made_b), x_b, x_b), discriminators, optimiser)


@wrong("generator_step", "no zero_grad")
def _(generators, discriminators, optimiser, x_a, x_b, loss, cycle):
    (to_b, to_a), (d_a, d_b) = generators, discriminators
    made_b, made_a = to_b(x_a), to_a(x_b)
    total = loss(d_b(made_b)) + loss(d_a(made_a)) + cycle(x_a, to_a(made_b), x_b, to_b(made_a))
    total.backward()
    optimiser.step()
    return total.item()


@wrong("generator_step", "detaches what it shows to the discriminators")
def _(generators, discriminators, optimiser, x_a, x_b, loss, cycle):
    (to_b, to_a), (d_a, d_b) = generators, discriminators
    made_b, made_a = to_b(x_a), to_a(x_b)
    total = loss(d_b(made_b.detach())) + loss(d_a(made_a.detach()))
    return _rest(total + cycle(x_a, to_a(made_b), x_b, to_b(made_a)), discriminators, optimiser)


@wrong("generator_step", "freezes the discriminators for good")
def _(generators, discriminators, optimiser, x_a, x_b, loss, cycle):
    (to_b, to_a), (d_a, d_b) = generators, discriminators
    d_a.requires_grad_(False)
    d_b.requires_grad_(False)
    made_b, made_a = to_b(x_a), to_a(x_b)
    total = loss(d_b(made_b)) + loss(d_a(made_a)) + cycle(x_a, to_a(made_b), x_b, to_b(made_a))
    return _descend(total, optimiser)


@wrong("generator_step", "the cycle ten times")
def _(generators, discriminators, optimiser, x_a, x_b, loss, cycle):
    (to_b, to_a), (d_a, d_b) = generators, discriminators
    made_b, made_a = to_b(x_a), to_a(x_b)
    total = loss(d_b(made_b)) + loss(d_a(made_a)) + 10 * cycle(x_a, to_a(made_b), x_b, to_b(made_a))
    return _rest(total, discriminators, optimiser)


@wrong("generator_step", "the value of the games without the cycle returned")
def _(generators, discriminators, optimiser, x_a, x_b, loss, cycle):
    (to_b, to_a), (d_a, d_b) = generators, discriminators
    made_b, made_a = to_b(x_a), to_a(x_b)
    games = loss(d_b(made_b)) + loss(d_a(made_a))
    _rest(games + cycle(x_a, to_a(made_b), x_b, to_b(made_a)), discriminators, optimiser)
    return games.item()


@right("generator_step", "discriminators frozen and released again")
def _(generators, discriminators, optimiser, x_a, x_b, loss, cycle):
    (to_b, to_a), (d_a, d_b) = generators, discriminators
    for d in discriminators:
        d.requires_grad_(False)
    optimiser.zero_grad()
    made_b, made_a = to_b(x_a), to_a(x_b)
    back_b, back_a = to_b(made_a), to_a(made_b)
    total = cycle(x_a, back_a, x_b, back_b) + loss(d_a(made_a)) + loss(d_b(made_b))
    total.backward()
    optimiser.step()
    for d in discriminators:
        d.requires_grad_(True)
    return float(total)


# --- ink ------------------------------------------------------------------------------------------------------------


@wrong("ink", "hands the chalk back")
def _(x):
    return x


@wrong("ink", "exchanges black and white")
def _(x):
    return -x


@wrong("ink", "a network that was never trained")
def _(x):
    torch.manual_seed(0)
    with torch.no_grad():
        return UNet(1, 1, 8, 2)(x)


@wrong("ink", "1 − x, clipped to 0 and 1")
def _(x):
    return (1 - x).clamp(0, 1)


@wrong("ink", "the same average ink digit for all")
def _(x):
    return in_ink(chalk(500, seed=2).float() / 127.5 - 1).mean(dim=0, keepdim=True).expand_as(x)


@wrong("ink", "without the channel")
def _(x):
    return -x[:, 0]


@wrong("ink", "the course's own ink, no network")
def _(x):
    return in_ink(x)
