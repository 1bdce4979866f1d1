"""Exercise 3: a U-Net."""

from functools import partial

import numpy as np
import torch
from torch import nn

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .networks import DOWN, LEAKY, none, unheard

UP = partial(nn.ConvTranspose2d, kernel_size=4, stride=2, padding=1)
JOIN = {  # what goes into a step up, and of how many times the channels
    "beside": (lambda x, kept: torch.cat([x, kept], dim=1), 2),
    "added": (lambda x, kept: x + kept, 1),
    "none": (lambda x, kept: x, 1),
    "itself": (lambda x, kept: torch.cat([x, x], dim=1), 2),
}


class Unet(nn.Module):
    """A U-Net with its parts to be exchanged: what the reference and the misconceptions are made of."""

    def __init__(
        self,
        c_in,
        c_out,
        width,
        depth,
        down=DOWN,
        up=UP,
        norm=nn.InstanceNorm2d,
        falling=LEAKY,
        rising=nn.ReLU,
        innermost=None,
        last=nn.Tanh,
        norm_first=False,
        norm_last=False,
        join="beside",
        join_last=None,
        constant=False,
        foremost=nn.Identity,
        keep=lambda x: x,
    ):
        super().__init__()
        self.keep = keep
        joins = [join] * (depth - 1) + [join_last or join]  # by the step up, of which the first has none
        self.join, times = [JOIN[j][0] for j in joins], [JOIN[j][1] for j in joins[::-1]]
        widths = [width * (1 if constant else 2**i) for i in range(depth)]
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        for i, n in enumerate(widths):
            layers = [falling(), down(widths[i - 1], n)] if i else [foremost(), down(c_in, n)]
            self.down.append(nn.Sequential(*layers, *([norm(n)] if i or norm_first else [])))
        for i in reversed(range(depth)):
            n_in, n_out = widths[i] * (times[i] if i < depth - 1 else 1), widths[i - 1] if i else c_out
            before = innermost if innermost and i == depth - 1 else rising
            self.up.append(nn.Sequential(before(), up(n_in, n_out), *([norm(n_out)] if i or norm_last else [])))
        self.last = last()

    def forward(self, x):
        kept = []
        for down in self.down:
            x = down(x)
            kept.append(self.keep(x))
        for i, up in enumerate(self.up):
            x = up(self.join[i](x, kept[-1 - i]) if i else x)
        return self.last(x)


def resize_and_convolve(n_in, n_out):
    return nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(n_in, n_out, 3, padding=1))


def convolve_and_pool(n_in, n_out):
    return nn.Sequential(nn.Conv2d(n_in, n_out, 3, padding=1), nn.MaxPool2d(2))


def draw_unet(depth, *sides):
    """Settings of a U-Net that halves `depth` times, and the shape of one image of these sides.

    Of sides that differ, images with one channel are made: a `squeeze` shows in them, whatever is drawn.
    """

    def draw(rng):
        c_in, c_out = rng.permutation([1, 2, 3])[:2]
        c_in, c_out = (c_in, c_out) if len(set(sides)) == 1 else (rng.integers(2, 4), 1)
        return (
            int(rng.integers(2**31)),
            np.array([c_in, *sides]),
            int(c_in),
            int(c_out),
            2 * int(rng.integers(2, 5)),
            depth,
        )

    return draw


def unet_property(says, depth, sides, probe):
    return Property(says, 1, draw_unet(depth, *sides), cases=1, probe=probe)


WRONG = {
    "no_skips": (
        {"join": "none"},
        "There are no skip connections: all that is known of the image comes through the smallest layer. Before each "
        "step up but the first, `torch.cat` what came from below with what the step down at that size left.",
    ),
    "added": (
        {"join": "added"},
        "You add what was kept. That works, too, but here it is put beside: `torch.cat([x, kept], dim=1)`, and the "
        "step up gets twice the channels.",
    ),
    "last_without_skip": (
        {"join_last": "none"},
        "The last step up has no skip connection: it, too, sees what the step down of its size left, which is the "
        "first one.",
    ),
    "itself": (
        {"join": "itself"},
        "The steps up have room for what was kept, but it does not arrive: x is put beside something else. Put it "
        "beside the output of the step *down* that has the same size.",
    ),
    "no_tanh": ({"last": nn.Identity}, "Nothing bounds the pixels. Images lie between −1 and 1: end in `nn.Tanh()`."),
    "sigmoid": (
        {"last": nn.Sigmoid},
        "It ends in a sigmoid, so pixels lie between 0 and 1. Images lie between −1 and 1: use tanh.",
    ),
    "norm_last": (
        {"norm_last": True},
        "The output layer is normalised, too. Its mean and spread are the picture's brightness and contrast: no norm "
        "there.",
    ),
    "norm_first": (
        {"norm_first": True},
        "The first layer is normalised, too, so the brightness of the input is lost before anything was seen. The "
        "first step down has no norm.",
    ),
    "no_norm": (
        {"norm": none},
        "There is no norm. Put `nn.InstanceNorm2d(…)` behind each layer but the first and the last.",
    ),
    "batch_norm": (
        {"norm": nn.BatchNorm2d},
        "You normalise over the batch. A translation should not depend on what else is in the batch: "
        "`nn.InstanceNorm2d` takes each image by itself.",
    ),
    "relu_down": (
        {"falling": nn.ReLU},
        "There is a plain ReLU on the way down. Down it is `nn.LeakyReLU(0.2)`, up it is `nn.ReLU()`.",
    ),
    "leaky_up": (
        {"rising": LEAKY},
        "There is a LeakyReLU on the way up. Down it is `nn.LeakyReLU(0.2)`, up it is `nn.ReLU()`.",
    ),
    "leaky_on_the_image": (
        {"foremost": LEAKY},
        "There is a LeakyReLU before the first step down, on the image itself: its dark pixels come in faint. Nothing "
        "stands before the first layer.",
    ),
    "leaky_at_the_bottom": (
        {"innermost": LEAKY},
        "Between the last step down and the first step up there is a LeakyReLU. What comes before a step *up* is a "
        "ReLU, there as well.",
    ),
    "default_slope": (
        {"falling": nn.LeakyReLU},
        "The slope of LeakyReLU is 0.01, PyTorch's default. It is to be 0.2: `nn.LeakyReLU(0.2)`.",
    ),
    "constant_width": (
        {"constant": True},
        "The number of channels stays the same. It doubles with every step down, and halves with every step up.",
    ),
    "resized": (
        {"up": resize_and_convolve},
        "You enlarge and convolve. That works (some prefer it), but here transposed convolutions are asked for: "
        "`nn.ConvTranspose2d(…, 4, 2, 1)`.",
    ),
    "pooled": (
        {"down": convolve_and_pool},
        "You pool, as the first U-Net did. Here a strided convolution shrinks: `nn.Conv2d(…, 4, 2, 1)`.",
    ),
    "norm_unheard": (
        {"norm": unheard(nn.InstanceNorm2d)},
        "The norms are called, but nothing takes up what they return: `x = self.norm(x)`, and not `self.norm(x)` "
        "alone.",
    ),
    "leaky_unheard": (
        {"falling": unheard(LEAKY)},
        "LeakyReLU is called on the way down, but nothing takes up what it returns: `x = F.leaky_relu(x, 0.2)`.",
    ),
    "relu_unheard": (
        {"rising": unheard(nn.ReLU)},
        "ReLU is called on the way up, but nothing takes up what it returns: `x = F.relu(x)`.",
    ),
    "tanh_unheard": (
        {"last": unheard(nn.Tanh)},
        "tanh is called, but nothing takes up what it returns: `return torch.tanh(x)`.",
    ),
    "skips_detached": (
        {"keep": torch.detach},
        "The images are right, but somewhere the gradient is cut off: no `.detach()` and no `.data` in a network, nor "
        "around what the steps down leave. They learn from it, too.",
    ),
    "always_three": (
        lambda c_in, c_out, width, depth: Unet(c_in, c_out, width, 3),
        "It halves three times whatever `depth` says. Build the layers in a loop.",
    ),
}

EXERCISE = Exercise(
    name="UNet",
    reference=Unet,
    properties=(
        unet_property("makes images of the same height and width, with c_out channels", 3, (16, 32), "network_output"),
        unet_property("has the layers of the plan, also for 2 halvings", 2, (16, 16), "network_layers"),
        unet_property("normalises each image, but not after the first and last layer", 3, (16, 16), "network_norms"),
        unet_property("has LeakyReLU down, ReLU up and tanh at the end", 3, (16, 16), "network_activations_to_the_end"),
        unet_property("shows the way up what each step down saw", 3, (16, 16), "network_skips"),
    ),
    misconceptions=misconceptions(Unet, WRONG),
)
