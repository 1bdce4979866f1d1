"""Exercise 5: a residual block."""

from functools import partial

import numpy as np
import torch
from torch import nn

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .networks import LEAKY, none, unheard


class Block(nn.Module):
    """A residual block with its parts to be exchanged."""

    def __init__(
        self,
        channels,
        pad=nn.ReflectionPad2d,
        norm=nn.InstanceNorm2d,
        between=nn.ReLU,
        at_end=nn.Identity,
        after=nn.Identity,
        join=torch.add,
        count=2,
        shared=False,
        foremost=nn.Identity,
    ):
        super().__init__()
        layers, convolution = [foremost()], nn.Conv2d(channels, channels, 3)
        for i in range(count):
            layers += [pad(1), convolution if shared else nn.Conv2d(channels, channels, 3), norm(channels)]
            layers += [at_end() if i == count - 1 else between()]
        self.f, self.join, self.after = nn.Sequential(*layers), join, after()

    def forward(self, x):
        return self.after(self.join(x, self.f(x)))


class HalfUsed(nn.Module):
    """Two convolutions, each with its norm, of which one is called for nothing."""

    def __init__(self, channels, used):
        super().__init__()
        self.parts, self.used = nn.ModuleList(Block(channels, count=1).f for _ in range(2)), used

    def forward(self, x):
        first = self.parts[0](x).relu()
        second = self.parts[1](first if self.used == "first" else x)
        return x + (first if self.used == "first" else second)


def draw_block(rng):
    channels = int(rng.integers(4, 9))
    return int(rng.integers(2**31)), np.array([channels, 10, 14]), channels


def block_property(says, probe):
    return Property(says, 1, draw_block, cases=1, probe=probe)


WRONG = {
    "no_skip": ({"join": lambda x, f: f}, "x itself is lost: you return f(x). The block is x + f(x)."),
    "relu_after_sum": (
        {"after": nn.ReLU},
        "There is a ReLU after the sum. Then x does not come through where it is negative: return x + f(x) as it is.",
    ),
    "multiplied": (
        {"join": torch.mul},
        "You multiply x and f(x). Add them: where f is 0, the block should change nothing.",
    ),
    "halved": (
        {"join": lambda x, f: (x + f) / 2},
        "You take the mean of x and f(x). Then every block halves what comes in: x + f(x).",
    ),
    "norm_after_sum": (
        lambda channels: Block(channels, after=partial(nn.InstanceNorm2d, channels)),
        "The sum is normalised. Then x does not come through as it is: normalise within f only.",
    ),
    "in_place": (
        {"join": lambda x, f: x.add_(f)},
        "You write the sum over x itself, which `x += …` does. Those who gave you x still need it, and `backward` "
        "stops there: `return x + self.f(x)` makes a new one.",
    ),
    "detached": (
        {"join": lambda x, f: x.detach() + f},
        "The sum is right, but somewhere in the block the gradient is cut off. It has to come back both ways, through "
        "f and past it: no `.detach()`, `.data` or `no_grad` here.",
    ),
    "first_unheard": (
        partial(HalfUsed, used="second"),
        "The second convolution takes x instead of what the first part made of it, so the first is called for nothing. "
        "Let each line take up the last: `y = self.conv2(y)`.",
    ),
    "second_unheard": (
        partial(HalfUsed, used="first"),
        "The second convolution is called, but nothing takes up what it returns. Let each line take up the last, `y = "
        "self.conv2(y)`, and add that to x.",
    ),
    "norm_unheard": (
        {"norm": unheard(nn.InstanceNorm2d)},
        "The norms are called, but nothing takes up what they return: `y = self.norm(y)`, and not `self.norm(y)` "
        "alone.",
    ),
    "relu_unheard": (
        {"between": unheard(nn.ReLU)},
        "ReLU is called, but nothing takes up what it returns: `y = F.relu(y)`, and not `F.relu(y)` alone.",
    ),
    "zero_padding": (
        {"pad": nn.ZeroPad2d},
        "You pad with zeros. To the network that is a frame around each picture: `nn.ReflectionPad2d(1)` continues the "
        "picture instead (or `padding_mode='reflect'`).",
    ),
    "copied_edge": (
        {"pad": nn.ReplicationPad2d},
        "You repeat the outermost pixels. Reflect the image: `nn.ReflectionPad2d(1)`.",
    ),
    "one_convolution": (
        {"count": 1},
        "f has one convolution. It needs two, with a ReLU between: with one the block could add only a linear function "
        "of x.",
    ),
    "one_used_twice": (
        {"shared": True},
        "One convolution is used twice, with the same weights. Make two: each has something of its own to learn.",
    ),
    "relu_first": (
        {"foremost": nn.ReLU},
        "f begins with a ReLU, so it never sees where x is negative. The first thing in f is the convolution.",
    ),
    "three_convolutions": ({"count": 3}, "f has three convolutions. Here it has two."),
    "no_norm": ({"norm": none}, "There is no norm. Put `nn.InstanceNorm2d(channels)` behind both convolutions."),
    "batch_norm": (
        {"norm": nn.BatchNorm2d},
        "You normalise over the batch. Here each image is normalised by itself: `nn.InstanceNorm2d`.",
    ),
    "relu_at_the_end": (
        {"at_end": nn.ReLU},
        "f ends in a ReLU. Then a block can only ever add to x, never take away: nothing comes after the second norm.",
    ),
    "no_relu": (
        {"between": nn.Identity},
        "There is no ReLU between the convolutions. Without it two of them do no more than one.",
    ),
    "leaky": ({"between": LEAKY}, "There is a LeakyReLU. That is the discriminator's; in the block it is plain ReLU."),
}

EXERCISE = Exercise(
    name="ResidualBlock",
    reference=Block,
    properties=(
        block_property("is x + f(x), and so x where f is 0", "network_sum"),
        block_property("has two 3×3 convolutions that see the image reflected at its edge", "network_edges"),
        block_property("normalises each image after both", "network_norms"),
        block_property("has a ReLU between them and none at the end", "network_activations"),
    ),
    misconceptions=misconceptions(Block, WRONG),
)
