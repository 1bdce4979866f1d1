"""Exercise 4: a discriminator that judges patches."""

from functools import partial

import numpy as np
import torch
from torch import nn

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .networks import DOWN, FLAT, LEAKY, none, unheard


class SigmoidByHand(nn.Module):
    def forward(self, x):
        return 1 / (1 + torch.exp(-x))


class MeanOfAll(nn.Module):
    def __init__(self, dimensions):
        super().__init__()
        self.dimensions = dimensions

    def forward(self, x):
        return x.mean(self.dimensions)


class Detach(nn.Module):
    def forward(self, x):
        return x.detach()


def patch_discriminator(
    channels,
    width,
    strided,
    down=DOWN,
    flat=FLAT,
    norm=nn.InstanceNorm2d,
    norm_first=False,
    norm_last=False,
    activation=LEAKY,
    last=(),
    constant=False,
    out=1,
):
    """A discriminator of patches with its parts to be exchanged."""
    layers, n = [], channels
    for i in range(strided + 1):
        n_out = width * (1 if constant else 2**i)
        layers += [(down if i < strided else flat)(n, n_out), *([norm(n_out)] if i or norm_first else []), activation()]
        n = n_out
    return nn.Sequential(*layers, flat(n, out), *([norm(out)] if norm_last else []), *last)


def draw_patches(strided, *sides):
    """Settings of a discriminator with so many halvings, and the shape of one image of these sides."""

    def draw(rng):
        channels, width = int(rng.integers(1, 5)), 2 * int(rng.integers(2, 5))
        return int(rng.integers(2**31)), np.array([channels, *sides]), channels, width, strided

    return draw


def patch_property(says, strided, sides, probe):
    return Property(says, 1, draw_patches(strided, *sides), cases=1, probe=probe)


WRONG = {
    "averaged": (
        {"last": (nn.AdaptiveAvgPool2d(1),)},
        "You average the logits to one number. Then D no longer says *where* a patch is wrong. Return the image of "
        "logits; the loss takes the mean.",
    ),
    "averaged_by_mean": (
        {"last": (MeanOfAll((1, 2, 3)),)},
        "You average the logits to one number. Then D no longer says *where* a patch is wrong. Return the image of "
        "logits; the loss takes the mean.",
    ),
    "averaged_over_the_batch": (
        {"last": (MeanOfAll((0, 1, 2, 3)),)},
        "You average the logits of all images to one number. Return the image of logits for each; the loss takes the "
        "mean.",
    ),
    "dense_end": (
        lambda channels, width, strided: nn.Sequential(
            patch_discriminator(channels, width, strided), nn.Flatten(), nn.LazyLinear(1)
        ),
        "There is a dense layer at the end: it sees the whole image, and fits a single size. Convolutions all the way "
        "judge every patch alike, in images of any size.",
    ),
    "sigmoid": (
        {"last": (nn.Sigmoid(),)},
        "There is a sigmoid at the end. With least squares D's output is drawn to 0 and 1 by the loss itself: return "
        "the last layer's output as it is.",
    ),
    "leaky_at_the_end": (
        {"last": (nn.LeakyReLU(0.2),)},
        "There is a LeakyReLU after the last layer. Return its output as it is.",
    ),
    "sigmoid_by_hand": (
        {"last": (SigmoidByHand(),)},
        "Something is still done to the logits: a sigmoid written out, an absolute value? With least squares the loss "
        "itself draws them to 0 and 1: return the last layer's output as it is.",
    ),
    "detached": (
        {"last": (Detach(),)},
        "The logits are right, but somewhere the gradient is cut off, so nothing can be learned from them: no "
        "`.detach()`, `.data` or `no_grad` in a network.",
    ),
    "norm_unheard": (
        {"norm": unheard(nn.InstanceNorm2d)},
        "The norms are called, but nothing takes up what they return: `x = self.norm(x)`, and not `self.norm(x)` "
        "alone.",
    ),
    "leaky_unheard": (
        {"activation": unheard(LEAKY)},
        "LeakyReLU is called, but nothing takes up what it returns: `x = F.leaky_relu(x, 0.2)`.",
    ),
    "no_padding": (
        {"down": partial(nn.Conv2d, kernel_size=4, stride=2), "flat": partial(nn.Conv2d, kernel_size=4)},
        "There is no padding, so patches at the edge are never judged on their own. Each layer has `padding=1`.",
    ),
    "same_size": (
        {"flat": partial(nn.Conv2d, kernel_size=3, padding=1)},
        "The two layers without a halving have kernels of 3×3. Here every kernel is 4×4, and with padding 1 these "
        "layers make the image one pixel smaller.",
    ),
    "strides_everywhere": (
        {"flat": DOWN},
        "The last two layers halve as well. They have stride 1: only the first `strided` layers have stride 2.",
    ),
    "one_layer_less": (
        lambda channels, width, strided: nn.Sequential(
            *list(patch_discriminator(channels, width, strided))[: 3 * strided - 1],
            nn.Conv2d(width * 2 ** (strided - 1), 1, 4, 1, 1),
        ),
        "One layer is missing. After the halvings come *two* with stride 1: one more hidden layer, and the logits.",
    ),
    "one_halving_more": (
        lambda channels, width, strided: patch_discriminator(channels, width, strided + 1),
        "It halves once more than `strided` says. The first layer is one of the `strided` with stride 2: after it come "
        "strided − 1 more.",
    ),
    "always_two": (
        lambda channels, width, strided: patch_discriminator(channels, width, 2),
        "It halves twice whatever `strided` says. Build the layers in a loop.",
    ),
    "no_norm": (
        {"norm": none},
        "There is no norm. Put `nn.InstanceNorm2d(…)` behind each layer but the first and the last.",
    ),
    "batch_norm": (
        {"norm": nn.BatchNorm2d},
        "You normalise over the batch. In a translation each image is judged by itself: `nn.InstanceNorm2d`.",
    ),
    "norm_first": (
        {"norm_first": True},
        "The first layer is normalised, too. D has to see the brightness and contrast of the images: no norm there.",
    ),
    "norm_last": (
        {"norm_last": True},
        "The logits are normalised. Then half of an image's patches look real whatever it is: no norm at the end.",
    ),
    "relu": (
        {"activation": nn.ReLU},
        "There is a plain ReLU. In a discriminator it is leaky, so that a gradient for G comes through everywhere: "
        "`nn.LeakyReLU(0.2)`.",
    ),
    "default_slope": (
        {"activation": nn.LeakyReLU},
        "The slope of LeakyReLU is 0.01, PyTorch's default. It is to be 0.2: `nn.LeakyReLU(0.2)`.",
    ),
    "constant_width": (
        {"constant": True},
        "The number of channels stays the same. It doubles with every hidden layer.",
    ),
    "a_logit_per_channel": (
        lambda channels, width, strided: patch_discriminator(channels, width, strided, out=width),
        "There are several logits for a patch. One is enough: the last layer has one channel.",
    ),
}

EXERCISE = Exercise(
    name="patch_discriminator",
    reference=patch_discriminator,
    properties=(
        patch_property("makes a logit of every patch, an image of logits", 1, (16, 24), "network_patches"),
        patch_property("has the layers of the plan, also for 3 halvings", 3, (96, 96), "network_layers"),
        patch_property("normalises each image, but not after the first and last layer", 2, (48, 48), "network_norms"),
        patch_property(
            "has LeakyReLU with slope 0.2, and nothing after the logits", 2, (48, 48), "network_activations_to_the_end"
        ),
        patch_property("sees 34 pixels of the image in one logit, for 2 halvings", 2, (64, 64), "network_field"),
    ),
    misconceptions=misconceptions(patch_discriminator, WRONG),
)
