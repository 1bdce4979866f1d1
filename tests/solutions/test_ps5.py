"""ps5: unusual right solutions pass in full, a pool is judged by what it shows, a translation by the right one."""

import json
import math
import random
from functools import partial

import nbformat
import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from classroom import ROOT, answered, bank_of_mistakes, exercises_of, hand_in, model_answers, released_course, results
from gancourse.exercises import measures, observe
from gancourse.exercises.probes import networks as probes
from gancourse.exercises.probes import recording
from gancourse.exercises.probes import translation as probes_translation
from gancourse.exercises.readings import READINGS
from gancourse.games.cyclegan import ResidualBlock
from gancourse.games.patch import PatchDiscriminator
from gancourse.games.pix2pix import UNet
from gancourse.grading.record import read_record
from gancourse.grading.run import grade

# --- unusual and right ---------------------------------------------------------------------------------------


def field_forwards(layers):
    r, jump = 1, 1
    for kernel, stride in layers:
        r, jump = r + (kernel - 1) * jump, jump * stride
    return r


def field_of_ends(layers):
    first = last = 0
    for kernel, stride in list(layers)[::-1]:
        first, last = first * stride, last * stride + kernel - 1
    return np.array([last - first + 1])


def field_seen(layers):
    """By asking PyTorch: which of many pixels does one output depend on?"""
    x = torch.zeros(1, 1, 700, requires_grad=True)
    y = x
    for kernel, stride in layers:
        y = F.conv1d(y, torch.ones(1, 1, int(kernel)), stride=int(stride))
    y[0, 0, 0].backward()
    return int((x.grad != 0).sum())


def field_recursive(layers):
    if len(layers) == 0:
        return 1
    kernel, stride = layers[0]
    return (field_recursive(layers[1:]) - 1) * stride + kernel


def halvings_by_formula(pixels):
    return max(0, math.ceil(math.log2((pixels + 2) / 9)))


def halvings_by_table(pixels):
    return next(n for n, field in enumerate([7, 16, 34, 70, 142, 286, 574]) if field >= pixels)


def halvings_counted(pixels):
    return sum(field_forwards([(4, 2)] * n + [(4, 1), (4, 1)]) < pixels for n in range(12))


class RecursiveUNet(nn.Module):
    """One level around another; skips kept behind their activation, in the other order; functions for modules."""

    def __init__(self, c_in, c_out, width, depth, level=0):
        super().__init__()
        self.level = level
        self.down = nn.Conv2d(c_in, width, (4, 4), (2, 2), (1, 1), bias=False)
        self.inner = RecursiveUNet(width, width, 2 * width, depth - 1, level + 1) if depth > 1 else None
        self.up = nn.ConvTranspose2d(width * (2 if self.inner else 1), c_out, 4, 2, 1)

    def forward(self, x):
        h = self.down(x)
        h = F.instance_norm(h) if self.level else h
        if self.inner:
            kept = F.leaky_relu(h, 0.2)
            h = torch.cat([kept, self.inner(kept)], 1)
        h = self.up(F.relu(h))
        return F.instance_norm(h) if self.level else torch.tanh(h)


class NamedUNet(nn.Module):
    """Layers in dictionaries, activations that work in place, norms that learn factors."""

    def __init__(self, c_in, c_out, width, depth):
        super().__init__()
        n = [c_in] + [width << i for i in range(depth)]
        self.depth = depth
        self.down = nn.ModuleDict({f"{i}": nn.Conv2d(n[i], n[i + 1], 4, 2, 1) for i in range(depth)})
        self.down_norm = nn.ModuleDict({f"{i}": nn.InstanceNorm2d(n[i + 1], affine=True) for i in range(1, depth)})
        wide = {i: n[i + 1] * (2 if i < depth - 1 else 1) for i in range(depth)}
        outs = {i: n[i] if i else c_out for i in range(depth)}
        self.up = nn.ModuleDict({f"{i}": nn.ConvTranspose2d(wide[i], outs[i], 4, 2, 1) for i in range(depth)})
        self.up_norm = nn.ModuleDict({f"{i}": nn.InstanceNorm2d(outs[i], affine=True) for i in range(1, depth)})

    def forward(self, x):
        kept = {}
        for i in range(self.depth):
            x = self.down[f"{i}"](F.leaky_relu(x, 0.2) if i else x)
            kept[i] = x = self.down_norm[f"{i}"](x) if i else x
        for i in reversed(range(self.depth)):
            x = x if i == self.depth - 1 else torch.hstack([x, kept[i]])
            x = self.up[f"{i}"](x.relu())
            x = self.up_norm[f"{i}"](x) if i else x.tanh()
        return x


def courses_unet(c_in, c_out, width, depth):
    return UNet(c_in, c_out, width, depth)


class PatchesByHand(nn.Module):
    def __init__(self, channels, width, strided):
        super().__init__()
        self.layers, self.norms = nn.ModuleList(), nn.ModuleList()
        for i in range(strided + 1):
            n_in = channels if i == 0 else width * 2 ** (i - 1)
            self.layers.append(nn.Conv2d(n_in, width * 2**i, 4, 2 if i < strided else 1, 1, bias=i == 0))
            self.norms.append(nn.InstanceNorm2d(width * 2**i, affine=True))
        self.last = nn.Conv2d(width * 2**strided, 1, 4, 1, 1)

    def forward(self, x):
        x = F.leaky_relu(self.layers[0](x), 0.2, inplace=True)
        for layer, norm in zip(self.layers[1:], self.norms[1:], strict=True):
            x = F.leaky_relu(norm(layer(x)), 0.2)
        return self.last(x)


def patches_recursive(channels, width, strided, first=True):
    norm = [] if first else [nn.InstanceNorm2d(width)]
    here = [nn.Conv2d(channels, width, 4, 2 if strided else 1, 1), *norm, nn.LeakyReLU(0.2, inplace=True)]
    rest = patches_recursive(width, 2 * width, strided - 1, False) if strided else nn.Conv2d(width, 1, 4, padding=1)
    return nn.Sequential(*here, rest)


def courses_patches(channels, width, strided):
    return PatchDiscriminator(channels, width, strided)


class PaddedByFunction(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.one, self.two = nn.Conv2d(channels, channels, 3), nn.Conv2d(channels, channels, 3, bias=False)

    def forward(self, x):
        h = F.relu(F.instance_norm(self.one(F.pad(x, (1, 1, 1, 1), mode="reflect"))))
        return F.instance_norm(self.two(F.pad(h, (1, 1, 1, 1), mode="reflect"))).add_(x)


class PaddedByHand(nn.Module):
    """Edges put together out of slices, norms that learn factors."""

    def __init__(self, channels):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(channels, channels, 3) for _ in range(2))
        self.norms = nn.ModuleList(nn.InstanceNorm2d(channels, affine=True) for _ in range(2))

    def forward(self, x):
        h = x
        for i in range(2):
            h = torch.cat([h[:, :, 1:2], h, h[:, :, -2:-1]], dim=2)
            h = torch.cat([h[..., 1:2], h, h[..., -2:-1]], dim=3)
            h = self.norms[i](self.convs[i](h))
            h = h if i else h.clamp(min=0).relu()
        return sum([x, h])


def courses_block(channels):
    return ResidualBlock(channels)


class BlockInPlace(nn.Module):
    """Everything in place but x; as many groups as channels; no offsets."""

    def __init__(self, channels):
        super().__init__()
        self.convs = nn.ModuleList(
            nn.Conv2d(channels, channels, 3, padding=1, padding_mode="reflect", bias=False) for _ in range(2)
        )
        self.norm = nn.GroupNorm(channels, channels)

    def forward(self, x):
        y = self.norm(self.convs[0](x))
        F.relu_(y)
        y = self.norm(self.convs[1](y))
        y += x
        return y


def patches_without_offsets(channels, width, strided):
    network = PatchesByHand(channels, width, strided)
    for layer in (*network.layers, network.last):
        layer.bias = None
    return network


class NormByHand(nn.Module):
    """Instance norm written out, in one of several ways."""

    def __init__(self, channels, normalise):
        super().__init__()
        self.normalise = normalise
        self.factor, self.offset = nn.Parameter(torch.ones(channels, 1, 1)), nn.Parameter(torch.zeros(channels, 1, 1))

    def forward(self, h):
        return self.factor * self.normalise(h) + self.offset


def by_variance(h):
    return (h - h.mean((2, 3), keepdim=True)) / (h.var((2, 3), keepdim=True, unbiased=False) + 1e-5).sqrt()


def by_deviation(h):
    return (h - h.mean((-2, -1), keepdim=True)) / (h.std((-2, -1), keepdim=True) + 1e-5)


def by_both_at_once(h):
    variance, mean = torch.var_mean(h, (2, 3), keepdim=True, correction=0)
    return (h - mean) * torch.rsqrt(variance + 1e-5)


def by_squares(h):
    centred = h - h.mean((2, 3), keepdim=True)
    return centred / ((centred * centred).mean((2, 3), keepdim=True) + 1e-5) ** 0.5


def by_rows(h):
    rows = h.view(*h.shape[:2], -1)
    return ((rows - rows.mean(-1, keepdim=True)) / (rows.std(-1, keepdim=True) + 1e-5)).view(h.shape)


NORMS_BY_HAND = [by_variance, by_deviation, by_both_at_once, by_squares, by_rows]


def patches_normalised_by_hand(normalise):
    def make(channels, width, strided):
        layers, n = [], channels
        for i in range(strided + 1):
            layers.append(nn.Conv2d(n, n := width * 2**i, 4, 2 if i < strided else 1, 1))
            layers += [NormByHand(n, normalise), nn.LeakyReLU(0.2)] if i else [nn.LeakyReLU(0.2)]
        return nn.Sequential(*layers, nn.Conv2d(n, 1, 4, 1, 1))

    return make


class BlockNormalisedByHand(nn.Module):
    def __init__(self, channels, normalise):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(channels, channels, 3) for _ in range(2))
        self.norms = nn.ModuleList(NormByHand(channels, normalise) for _ in range(2))

    def forward(self, x):
        h = F.relu(self.norms[0](self.convs[0](F.pad(x, (1, 1, 1, 1), mode="reflect"))))
        return x + self.norms[1](self.convs[1](F.pad(h, (1, 1, 1, 1), mode="reflect")))


def squares_bce_like(real, fake):
    return 0.5 * F.mse_loss(real, torch.ones_like(real)) + 0.5 * F.mse_loss(fake, torch.zeros_like(fake))


def squares_expanded(real, fake):
    return (real.pow(2).mean() - 2 * real.mean() + 1 + fake.pow(2).mean()) / 2


def squares_patch_by_patch(real, fake):
    on_real = torch.stack([(logit - 1) ** 2 for logit in real.flatten()])
    on_fake = torch.stack([logit**2 for logit in fake.flatten()])
    return torch.cat([on_real / len(on_real), on_fake / len(on_fake)]).sum().div(2)


def generator_square_by_norm(fake):
    return (1 - fake).norm() ** 2 / fake.numel()


def generator_square_dotted(fake):
    away = fake.flatten() - 1
    return away @ away / len(away)


def generator_square_module(fake):
    return nn.MSELoss()(torch.ones_like(fake), fake)[None]


def cycle_module(x_a, back_a, x_b, back_b, weight):
    return weight * nn.L1Loss()(back_a, x_a) + weight * nn.L1Loss()(back_b, x_b)


def cycle_by_signs(x_a, back_a, x_b, back_b, weight):
    away = torch.cat([x_a - back_a, x_b - back_b])
    return 2 * weight * torch.where(away > 0, away, -away).mean()


def cycle_by_norm(x_a, back_a, x_b, back_b, weight):
    return sum(weight * torch.linalg.vector_norm(x - b, ord=1) / x.numel() for x, b in ((x_a, back_a), (x_b, back_b)))


def identity_stacked(to_b, to_a, x_a, x_b):
    return 2 * torch.stack([to_b(x_b) - x_b, to_a(x_a) - x_a]).abs().mean()


def identity_by_loop(to_b, to_a, x_a, x_b):
    total = 0
    for network, x in zip((to_a, to_b), (x_a, x_b), strict=True):
        total += nn.functional.l1_loss(x, network(x))
    return total


def identity_by_maximum(to_b, to_a, x_a, x_b):
    return sum(torch.maximum(x - g(x), g(x) - x).mean() for g, x in ((to_b, x_b), (to_a, x_a)))


class PoolOfTorch:
    """All images in one tensor, random numbers of PyTorch."""

    def __init__(self, size):
        self.images, self.size = None, size

    def query(self, image):
        kept = image.detach().clone()[None]
        if self.size == 0:
            return kept[0]
        if self.images is None or len(self.images) < self.size:
            self.images = kept if self.images is None else torch.cat([self.images, kept])
            return image
        if torch.rand(()) < 0.5:
            place = torch.randint(self.size, ()).item()
            old = self.images[place].clone()
            self.images[place] = kept[0]
            return old
        return image


class PoolShuffled:
    """The published code's way: a number above ½ for an old one; the new one goes to the end."""

    def __init__(self, pool_size):
        self.pool_size, self.images = pool_size, []

    def query(self, image):
        image = image.data
        if not self.pool_size:
            return image
        self.images.append(image)
        if len(self.images) <= self.pool_size:
            return image
        if random.uniform(0, 1) > 0.5:
            return self.images.pop(random.randint(0, self.pool_size - 1))
        return self.images.pop()


class PoolOfArrays:
    """Choices in place of coins, NumPy to keep the images and to draw."""

    def __init__(self, size):
        self.rng, self.kept, self.size = np.random.default_rng(), {}, size

    def query(self, image):
        number = len(self.kept)
        if number < self.size:
            self.kept[number] = image.detach().numpy().copy()
        elif self.size and self.rng.choice([True, False]):
            place = int(self.rng.choice(list(self.kept)))
            old = torch.from_numpy(self.kept.pop(place))
            self.kept[place] = image.detach().numpy().copy()
            return old
        return image


def d_step_one_after_the_other(generators, discriminators, optimiser, x_a, x_b, pools, loss):
    """Two calls of backward, and gradients cleared afterwards as well."""
    optimiser.zero_grad(set_to_none=False)
    total = 0
    for d, g, x, other, pool in zip(discriminators, generators[::-1], (x_a, x_b), (x_b, x_a), pools, strict=True):
        part = loss(d(x), d(pool(g(other).detach())))
        part.backward()
        total += part.item()
    optimiser.step()
    optimiser.zero_grad()
    return total


def d_step_detached_late(generators, discriminators, optimiser, x_a, x_b, pools, loss):
    """Gradients by hand; what the pool returns is cut off."""
    to_b, to_a = generators
    d_a, d_b = discriminators
    total = loss(d_b(x_b), d_b(pools[1](to_b(x_a)).detach())) + loss(d_a(x_a), d_a(pools[0](to_a(x_b)).detach()))
    parameters = [p for d in discriminators for p in d.parameters()]
    for p, g in zip(parameters, torch.autograd.grad(total, parameters), strict=True):
        p.grad = g
    optimiser.step()
    return np.array(total.detach())


def d_step_frozen(generators, discriminators, optimiser, x_a, x_b, pools, loss):
    """The generators are frozen for the time being."""
    for g in generators:
        g.requires_grad_(False)

    def closure():
        optimiser.zero_grad()
        made = generators[1](x_b), generators[0](x_a)
        both = zip(discriminators, pools, (x_a, x_b), made, strict=True)
        total = sum(loss(d(x), d(pool(m))) for d, pool, x, m in both)
        total.backward()
        return total

    total = optimiser.step(closure)
    for g in generators:
        g.requires_grad_(True)
    return float(total)


def g_step_frozen(generators, discriminators, optimiser, x_a, x_b, loss, cycle):
    for d in discriminators:
        for p in d.parameters():
            p.requires_grad = False
    optimiser.zero_grad()
    made_b, made_a = generators[0](x_a), generators[1](x_b)
    back_a, back_b = generators[1](made_b), generators[0](made_a)
    total = loss(discriminators[0](made_a)) + loss(discriminators[1](made_b)) + cycle(x_a, back_a, x_b, back_b)
    total.backward()
    optimiser.step()
    for d in discriminators:
        for p in d.parameters():
            p.requires_grad = True
    return [total.item()]


def g_step_in_parts(generators, discriminators, optimiser, x_a, x_b, loss, cycle):
    """Three calls of backward; the discriminators' gradients are cleared behind it."""
    for g in generators:
        g.zero_grad()
    (to_b, to_a), (d_a, d_b) = generators, discriminators
    parts = (
        lambda: loss(d_b(to_b(x_a))),
        lambda: loss(d_a(to_a(x_b))),
        lambda: cycle(x_a, to_a(to_b(x_a)), x_b, to_b(to_a(x_b))),
    )
    values = []
    for part in parts:
        value = part()
        value.backward()
        values.append(value.item())
    optimiser.step()
    for d in discriminators:
        d.zero_grad()
    return sum(values)


def g_step_by_hand(generators, discriminators, optimiser, x_a, x_b, loss, cycle):
    def total():
        made = [g(x) for g, x in zip(generators, (x_a, x_b), strict=True)]
        back = [g(m) for g, m in zip(reversed(generators), made, strict=True)]
        games = [loss(d(m)) for d, m in zip(reversed(discriminators), made, strict=True)]
        return sum(games) + cycle(x_a, back[0], x_b, back[1])

    value = total()
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for p, g in zip(parameters, torch.autograd.grad(value, parameters), strict=True):
        p.grad = g
    optimiser.step()
    return value


def ink_dotted(x):
    """Right but for noise, drawn anew at every call, in double precision."""
    return (measures.in_ink(x) + 0.05 * torch.randn(x.shape)).clamp(-1, 1).double()


def ink_pale(x):
    return 0.93 * measures.in_ink(x).numpy()


def ink_coarse(x):
    made = measures.in_ink(x)
    return torch.where(made.abs() > 0.5, made.sign(), made).requires_grad_()


UNUSUAL = {
    "receptive_field": [field_forwards, field_of_ends, field_seen, field_recursive],
    "halvings_for": [halvings_by_formula, halvings_by_table, halvings_counted],
    "UNet": [RecursiveUNet, NamedUNet, courses_unet],
    "patch_discriminator": [
        *(PatchesByHand, patches_recursive, courses_patches, patches_without_offsets),
        *(patches_normalised_by_hand(n) for n in NORMS_BY_HAND),
    ],
    "ResidualBlock": [
        *(PaddedByFunction, PaddedByHand, courses_block, BlockInPlace),
        *(partial(BlockNormalisedByHand, normalise=n) for n in NORMS_BY_HAND),
    ],
    "lsgan_discriminator_loss": [squares_bce_like, squares_expanded, squares_patch_by_patch],
    "lsgan_generator_loss": [generator_square_by_norm, generator_square_dotted, generator_square_module],
    "cycle_loss": [cycle_module, cycle_by_signs, cycle_by_norm],
    "identity_loss": [identity_stacked, identity_by_loop, identity_by_maximum],
    "ImagePool": [PoolOfTorch, PoolShuffled, PoolOfArrays],
    "discriminator_step": [d_step_one_after_the_other, d_step_detached_late, d_step_frozen],
    "generator_step": [g_step_frozen, g_step_in_parts, g_step_by_hand],
    "ink": [ink_dotted, ink_pale, ink_coarse],
}


@pytest.mark.parametrize(("name", "function"), [(n, f) for n, functions in UNUSUAL.items() for f in functions])
def test_an_unusual_right_solution_earns_everything(name, function):
    for result in results("ps5", name, function):
        assert result.earned == result.points, [v.hint for v in result.verdicts]


def test_every_exercise_has_three_unusual_right_solutions():
    assert min(len(UNUSUAL.get(name, [])) for name in exercises_of("ps5")) >= 3


# --- what a student reads ------------------------------------------------------------------------------------


def judged(name, function):
    return results("ps5", name, function)[0]


def hints(name, function):
    return [v.hint for v in judged(name, function).verdicts]


@pytest.mark.parametrize("name", ["UNet", "patch_discriminator", "ResidualBlock"])
@pytest.mark.parametrize("thing", [None, 3, "a network", nn.Sequential])
def test_what_is_no_network_is_named_and_earns_nothing(name, thing):
    result = judged(name, lambda *settings: thing)
    assert result.earned == 0
    assert all("TypeError: this makes no nn.Module" in v.hint for v in result.verdicts)


@pytest.mark.parametrize("name", exercises_of("ps5"))
def test_what_was_handed_out_is_no_answer_yet(name):
    def unwritten(*arguments):
        raise NotImplementedError("your answer goes here")

    assert set(hints(name, unwritten)) == {"There is no answer here yet."}


def test_a_skip_that_is_missing_is_named_by_its_level():
    class OneSkip(NamedUNet):
        """With nothing but zeros where the second skip should be."""

        def forward(self, x):
            kept = {}
            for i in range(self.depth):
                x = self.down[f"{i}"](F.leaky_relu(x, 0.2) if i else x)
                kept[i] = x = self.down_norm[f"{i}"](x) if i else x
            for i in reversed(range(self.depth)):
                x = x if i == self.depth - 1 else torch.hstack([x, kept[i] * (i == 0)])
                x = self.up[f"{i}"](x.relu())
                x = self.up_norm[f"{i}"](x) if i else x.tanh()
            return x

    told = hints("UNet", OneSkip)
    assert told[:4] == [None] * 4
    assert told[4] == "It has: skips from 1 of 3 halvings. Right is: skips from 1 and 2 of 3 halvings."


class Beginners(nn.Module):
    """A residual block whose `forward` is given, as text."""

    def __init__(self, channels, forward):
        super().__init__()
        self.conv1, self.conv2 = (nn.Conv2d(channels, channels, 3, padding=1, padding_mode="reflect") for _ in range(2))
        self.norm, self.code = nn.InstanceNorm2d(channels), forward

    def forward(self, x):
        names = {"self": self, "x": x, "F": F, "torch": torch}
        exec(self.code, names)
        return names["out"]


@pytest.mark.parametrize(
    ("forward", "mistake", "at"),
    [
        ("y = self.norm(self.conv1(x)); F.relu(y); out = x + self.norm(self.conv2(y))", "relu_unheard", [3]),
        ("y = self.conv1(x); self.norm(y); y = self.conv2(y.relu()); self.norm(y); out = x + y", "norm_unheard", [2]),
        ("y = F.relu(self.norm(self.conv1(x))); out = x + self.norm(self.conv2(x))", "first_unheard", [1, 2, 3]),
        ("y = F.relu(self.norm(self.conv1(x))); z = self.norm(self.conv2(y)); out = x + y", "second_unheard", [1, 2]),
        ("out = x.detach() + self.norm(self.conv2(F.relu(self.norm(self.conv1(x)))))", "detached", [0]),
        ("out = x + self.norm(self.conv2(F.relu(self.norm(self.conv1(x.data)))))", "detached", [0]),
        ("out = (x + self.norm(self.conv2(F.relu(self.norm(self.conv1(x)))))).detach()", "detached", [0]),
        ("x += self.norm(self.conv2(F.relu(self.norm(self.conv1(x))))); out = x", "in_place", [0]),
    ],
)
def test_what_a_line_returns_has_to_be_taken_up_and_x_left_alone(forward, mistake, at):
    known = exercises_of("ps5")["ResidualBlock"].misconceptions[mistake].hint
    for result in results("ps5", "ResidualBlock", lambda channels: Beginners(channels, forward)):
        assert [v.hint for v in result.verdicts] == [known if i in at else None for i in range(4)]


class Ending(nn.Module):
    """A right network, and something done to its output."""

    def __init__(self, network, end):
        super().__init__()
        self.network, self.end = network, end

    def forward(self, x):
        return self.end(self.network(x))


@pytest.mark.parametrize(
    ("end", "mistake"),
    [
        (lambda x: 1 / (1 + torch.exp(-x)), "sigmoid_by_hand"),
        (torch.abs, "sigmoid_by_hand"),
        (lambda x: x.data, "detached"),
        (lambda x: x.mean((1, 2, 3)), "averaged_by_mean"),
        (torch.mean, "averaged_over_the_batch"),
    ],
)
def test_what_is_done_to_the_logits_is_seen(end, mistake):
    known = exercises_of("ps5")["patch_discriminator"].misconceptions[mistake].hint
    for result in results("ps5", "patch_discriminator", lambda *settings: Ending(PatchesByHand(*settings), end)):
        assert {v.hint for v in result.verdicts if v.hint} == {known}


@pytest.mark.parametrize(
    ("end", "lost"), [(lambda x: x / 2, 3), (torch.abs, 3), (lambda x: x.detach(), 4), (torch.squeeze, 0)]
)
def test_what_is_done_to_the_images_is_seen_whatever_is_drawn(end, lost):
    for result in results("ps5", "UNet", lambda *settings: Ending(NamedUNet(*settings), end)):
        assert [v.earned for v in result.verdicts] == [float(i != lost) for i in range(5)]


def test_a_pool_that_holds_one_too_many_is_told_however_it_draws():
    class OneTooMany(PoolShuffled):
        def query(self, image):
            if len(self.images) <= self.pool_size and self.pool_size:
                self.images.append(image.detach())
                return image
            if not self.pool_size or random.random() < 0.5:
                return image
            place = random.randrange(self.pool_size)  # the last is never drawn
            old, self.images[place] = self.images[place], image.detach()
            return old

    known = exercises_of("ps5")["ImagePool"].misconceptions["one_more_but_for_zero"].hint
    assert hints("ImagePool", OneTooMany) == [None, None, known, None, None]


def test_a_pool_without_a_query_and_one_that_returns_nothing_are_told():
    assert all("AttributeError" in hint for hint in hints("ImagePool", lambda size: []))

    class Forgets(PoolShuffled):
        def query(self, image):
            super().query(image)

    assert all("query(image) is to return an image of the same shape" in hint for hint in hints("ImagePool", Forgets))


def test_what_was_measured_is_told_beside_right_and_wrong():
    for function in (ink_dotted, exercises_of("ps5")["ink"].misconceptions["far"].function):
        assert all("off by 0." in v.note for v in judged("ink", function).verdicts)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        [1, 2],
        [np.zeros((0, 1, 16, 16)), np.zeros((0, 1, 16, 16))],
        [np.zeros((9, 1, 16, 16)), np.full((9, 1, 16, 16), np.nan)],
        [np.zeros((9, 1, 16, 16)), np.zeros((8, 1, 16, 16))],
        [np.zeros((9, 3, 16, 16)), np.zeros((9, 3, 16, 16))],
        [np.zeros((9, 1, 16, 16)), "text"],
        np.zeros((3, 9, 1, 16, 16)),
    ],
)
def test_a_measure_takes_whatever_it_is_given(value):
    word, _ = measures.MEASURES["recognisable_ink"](value)
    assert word != "right"


# --- the probes ----------------------------------------------------------------------------------------------


def test_a_pool_is_the_same_at_every_trial_and_leaves_the_students_random_numbers_alone():
    torch.manual_seed(5)
    random.seed(5)
    expected = torch.randn(3), random.random()
    torch.manual_seed(5)
    random.seed(5)
    first, second = (probes_translation.pool_fills(PoolOfTorch, 3, 50) for _ in range(2))
    assert first == second
    assert first[:3] == [0, 1, 2]
    assert torch.equal(torch.randn(3), expected[0])
    assert random.random() == expected[1]


@pytest.mark.parametrize("pool", UNUSUAL["ImagePool"])
def test_a_right_pool_is_far_from_every_bound(pool):
    for size in (3, 4):
        shown = probes_translation._shown(pool, size, size + 1000)
        share = sum(image != asked for asked, image in enumerate(shown) if asked >= size) / 1000
        assert abs(share - 0.5) < 0.07, "the bound is at 0.08, five standard deviations"


def test_the_field_is_that_of_the_formula_with_and_without_norms():
    for strided, field in ((1, 16), (2, 34)):
        shape = np.array([2, 64, 64])
        for make in UNUSUAL["patch_discriminator"]:
            assert probes_translation.network_field(make, shape, 2, 4, strided) == field


@pytest.mark.parametrize(
    ("pad", "words"),
    [
        (lambda x: F.pad(x, (1, 1, 1, 1), mode="reflect"), "3×3 on reflection"),
        (lambda x: F.pad(x, (1, 1, 1, 1), mode="replicate"), "3×3 on copies of the edge"),
        (lambda x: F.pad(x, (1, 1, 1, 1), mode="circular"), "3×3 on the other side"),
        (lambda x: F.pad(x, (1, 1, 1, 1)), "3×3 on zeros"),
        (lambda x: x, "3×3 on nothing"),
    ],
)
def test_an_edge_is_known_by_what_is_there(pad, words):
    class Padded(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(2, 2, 3)

        def forward(self, x):
            return self.conv(pad(x))

    assert probes_translation.network_edges(Padded, np.array([2, 8, 9])) == words


def test_the_probes_work_as_text_in_a_strangers_kernel():
    tools = {"__name__": "observe", "__file__": "gancourse/exercises/observe.py"}
    for module in (probes, probes_translation, recording, observe):
        exec(open(module.__file__, encoding="utf-8").read(), tools)
    assert tools["PROBES"].keys() == recording.PROBES.keys() >= probes_translation.PROBES.keys() > probes.PROBES.keys()
    block = 7, np.array([4, 8, 8]), 4
    calls = [
        ["pool_exchange", [observe.encode(3)]],
        ["network_edges", [observe.encode(a) for a in block]],
    ]
    for (probe, arguments), function, words in zip(
        calls,
        (PoolShuffled, PaddedByHand),
        ("each comes once, in no order", "3×3 on reflection, 3×3 on reflection"),
        strict=True,
    ):
        seen = tools["answer"]("f", {"f": function}, json.dumps([[probe, arguments]]), tools["PROBES"])[0]
        value = observe.decode(seen["value"])
        assert (READINGS[probe](value, *block) if probe == "network_edges" else value) == words


# --- a trained model -----------------------------------------------------------------------------------------


def namespace(**answers):
    """The notebook's own functions, some replaced, and the loop that is given, without training."""
    names = {"torch": torch, "nn": nn, "F": F, "random": random}
    notebook = nbformat.read(ROOT / "solutions/ps5/ps5.ipynb", as_version=4)
    given = next(c.source for c in notebook.cells if "def translator(" in c.source)
    for source in (*(model_answers("ps5") | answers).values(), given):
        if not source.startswith("<!--"):
            exec(source, names)
    return names


def trained_ink(steps, seed=7, **answers):
    """The instructor's notebook, or a variant of it, trained: its `ink`."""
    names = namespace(**answers)
    x_a, x_b = (measures.chalk(500, seed).float() / 127.5 - 1 for seed in (1, 2))
    torch.manual_seed(seed)
    random.seed(seed)
    names["to_b"], names["to_a"] = names["train_cyclegan"](x_a, measures.in_ink(x_b), steps)
    return names["ink"]


@pytest.mark.parametrize("seed", [7, 122])
def test_the_notebooks_own_training_earns_everything(seed):
    assert judged("ink", trained_ink(160, seed)).earned == 4


def test_networks_without_offsets_and_classes_go_through_the_notebooks_own_cells():
    """An answer that earns its points must not stop the cells behind it."""
    names = namespace() | {"ResidualBlock": BlockInPlace, "patch_discriminator": patches_without_offsets}
    names["start_small"](names["translator"]())
    names["train_cyclegan"](torch.zeros(9, 1, 16, 16), torch.ones(9, 1, 16, 16), 1)
    notebook = nbformat.read(ROOT / "solutions/ps5/ps5.ipynb", as_version=4)
    demonstration = next(c.source for c in notebook.cells if "x_changed" in c.source)
    for make in UNUSUAL["patch_discriminator"]:
        found = names | {"patch_discriminator": make}
        exec(demonstration, found)
        assert found["answers"].sum() == 64, "16 pixels along a side, each logit 2 pixels from the next"


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ("generator_step", ("to_b(x_a)", "to_b(x_a).detach()")),
        ("lsgan_generator_loss", ("ones_like", "zeros_like")),
        ("ResidualBlock", ("return x + self.f(x)", "return 0 * x")),
    ],
)
def test_a_crippled_model_earns_nothing(answer, wrong):
    source = model_answers("ps5")[answer]
    assert wrong[0] in source
    result = judged("ink", trained_ink(40, **{answer: source.replace(*wrong)}))
    assert result.earned == 0
    known = {m.hint for m in exercises_of("ps5")["ink"].misconceptions.values()}
    assert {v.hint for v in result.verdicts} <= known


# --- grading -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Three students, graded as `gancourse grade ps5` does."""
    folder = released_course(tmp_path_factory.mktemp("course"), "ps5")
    right = model_answers("ps5")
    mistaken = {
        "receptive_field": 'receptive_field = MISTAKES["receptive_field"]["kernel_minus_one"]',
        "UNet": 'UNet = MISTAKES["UNet"]["itself"]',
        "ImagePool": 'ImagePool = MISTAKES["ImagePool"]["graph"]',
        "generator_step": 'generator_step = MISTAKES["generator_step"]["no_step"]',
    }
    hand_in(folder, "right", answered(right, "ps5"), "ps5")
    notebook = answered(right | mistaken, "ps5", extra=bank_of_mistakes("ps5"))
    for cell in notebook.cells:
        cell.source = cell.source.replace("x_b, 160, watch", "x_b, 2, watch")  # it learns nothing anyway
    hand_in(folder, "mistaken", notebook, "ps5")
    hand_in(folder, "empty", answered({}, "ps5"), "ps5")
    assert grade(folder, "ps5") == {"graded": 3}
    return {
        student: {e["name"]: e for e in read_record(folder, "ps5", student)["exercises"]}
        for student in ("right", "mistaken", "empty")
    }


def test_a_right_notebook_earns_everything_its_training_included(graded):
    assert {name: e["earned"] for name, e in graded["right"].items()} == {
        name: e.points for name, e in exercises_of("ps5").items()
    }


def test_an_empty_notebook_earns_nothing(graded):
    assert not any(e["earned"] for e in graded["empty"].values())


def test_misconceptions_cost_their_own_points_and_are_told(graded):
    lost = {name: e["points"] - e["earned"] for name, e in graded["mistaken"].items() if e["points"] > e["earned"]}
    assert lost == {"receptive_field": 2, "UNet": 1, "ImagePool": 1, "generator_step": 3, "ink": 4}
    expected = {"receptive_field": "kernel_minus_one", "UNet": "itself", "ImagePool": "graph", "ink": "untrained"}
    for name, mistake in expected.items():
        told = {v["hint"] for v in graded["mistaken"][name]["verdicts"] if v["hint"]}
        assert told == {exercises_of("ps5")[name].misconceptions[mistake].hint}
    assert "your `receptive_field`" in {v["followed"] for v in graded["mistaken"]["halvings_for"]["verdicts"]}
