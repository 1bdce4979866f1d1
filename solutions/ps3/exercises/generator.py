"""Exercise 3, `Generator`: from z to an image, by transposed convolutions."""

from functools import partial

import numpy as np
from torch import nn

from gancourse.exercises.specification import Exercise, Misconception, Property


def make_generator(
    size,
    channels,
    width,
    latent,
    up=None,
    norm=nn.BatchNorm2d,
    norm_last=False,
    activation=nn.ReLU,
    last=nn.Tanh,
    first=None,
    constant=False,
    norm_first=True,
    start=None,
):
    """A generator with its parts to be exchanged: what the reference and the misconceptions are made of."""
    up = up or partial(nn.ConvTranspose2d, kernel_size=4, stride=2, padding=1)
    n = start or width * size // 8
    layers = [nn.Unflatten(1, (latent, 1, 1)), (first or nn.ConvTranspose2d)(latent, n, 4)]
    layers += [norm(n), activation()] if norm_first else [activation()]
    while size > 8:
        half = n if constant else n // 2
        layers += [up(n, half), norm(half), activation()]
        n, size = half, size // 2
    layers += [up(n, channels)]
    return nn.Sequential(*layers, *([nn.BatchNorm2d(channels)] if norm_last else []), last())


def resize_and_convolve(n_in, n_out):
    return nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(n_in, n_out, 3, padding=1))


class HiddenDense(nn.Module):
    """z through a dense hidden layer of its own before it becomes a picture."""

    def __init__(self, latent, n, side):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(latent, 2 * latent),
            nn.ReLU(),
            nn.Linear(2 * latent, n * side**2),
            nn.Unflatten(1, (n, side, side)),
        )

    def forward(self, z):
        return self.layers(z)


class NormAfter(nn.Module):
    """Activation first, batch norm afterwards: in place of the norm, with no activation to follow."""

    def __init__(self, n, activation):
        super().__init__()
        self.layers = nn.Sequential(activation(), nn.BatchNorm2d(n))

    def forward(self, x):
        return self.layers(x)


def flat(network):
    """The same network, with the pixels of an image in a row."""
    return nn.Sequential(network, nn.Flatten())


def draw_generator(size):
    """Settings of a generator of images of this size, the shape of one z, and before it a seed."""

    def draw(rng):
        channels, width, latent = int(rng.choice([1, 3])), 2 * int(rng.integers(2, 6)), int(rng.integers(9, 16))
        return int(rng.integers(2**31)), np.array([latent]), size, channels, width, latent

    return draw


def generator_property(says, points, size, probe):
    return Property(says, points, draw_generator(size), cases=1, probe=probe)


EXERCISE = Exercise(
    name="Generator",
    reference=make_generator,
    properties=(
        generator_property("makes images (n, channels, 16, 16) of z, (n, latent)", 1, 16, "network_output"),
        generator_property("has the layers of the plan, also for 32 pixels", 1, 32, "network_layers"),
        generator_property("normalises the batch after every layer but the last", 1, 32, "network_norms"),
        generator_property("has ReLU in between and tanh at the end", 1, 32, "network_activations"),
        generator_property("makes pixels between −1 and 1", 1, 16, "network_range"),
    ),
    misconceptions={
        "sigmoid": Misconception(
            partial(make_generator, last=nn.Sigmoid),
            "The last layer ends in a sigmoid, so pixels lie between 0 and 1. The data lie between −1 and 1: use tanh.",
        ),
        "no_tanh": Misconception(
            partial(make_generator, last=nn.Identity),
            "Nothing bounds the pixels. The data lie between −1 and 1: end in `nn.Tanh()`.",
        ),
        "relu_before_tanh": Misconception(
            partial(make_generator, last=lambda: nn.Sequential(nn.ReLU(), nn.Tanh())),
            "No pixel is below 0. After the last layer comes tanh, with no ReLU before it and nothing behind it.",
        ),
        "norm_at_the_end": Misconception(
            partial(make_generator, norm_last=True),
            "The output layer is normalised, too. Its mean and spread are the picture's brightness and contrast, "
            "which G has to choose: no batch norm there.",
        ),
        "no_norm": Misconception(
            partial(make_generator, norm=nn.Identity),
            "There is no batch norm. Put `nn.BatchNorm2d(…)` between each hidden layer and its ReLU.",
        ),
        "norm_not_first": Misconception(
            partial(make_generator, norm_first=False),
            "The first layer, from z to 4×4, has no batch norm. In the generator only the *last* goes without.",
        ),
        "norm_after_relu": Misconception(
            lambda *s: make_generator(*s, norm=partial(NormAfter, activation=nn.ReLU), activation=nn.Identity),
            "Batch norm comes after the ReLU. The paper has it before: layer, norm, activation.",
        ),
        "instance_norm": Misconception(
            partial(make_generator, norm=nn.InstanceNorm2d),
            "You normalise each image by itself (instance norm). Batch norm, `nn.BatchNorm2d`, "
            "is over the whole batch, per channel.",
        ),
        "leaky": Misconception(
            partial(make_generator, activation=lambda: nn.LeakyReLU(0.2)),
            "The leaky ReLU is the discriminator's. In the generator the paper has plain ReLU.",
        ),
        "tanh_everywhere": Misconception(
            partial(make_generator, activation=nn.Tanh),
            "There is tanh in the hidden layers as well. Only the output has it; in between it is ReLU.",
        ),
        "dense_hidden": Misconception(
            lambda size, channels, width, latent: make_generator(
                size, channels, width, latent, first=lambda n_in, n_out, side: HiddenDense(n_in, n_out, side)
            ),
            "There is a dense hidden layer. z goes to 4×4 in one layer; everything after that is convolution.",
        ),
        "constant_width": Misconception(
            partial(make_generator, constant=True),
            "The number of channels stays the same. It halves whenever the size doubles, down to `width`.",
        ),
        "width_at_the_start": Misconception(
            lambda size, channels, width, latent: make_generator(size, channels, width, latent, start=width),
            "It begins with `width` channels. `width` is what the *last* hidden layer has; the first, at 4×4, has "
            "width · size / 8.",
        ),
        "resized": Misconception(
            partial(make_generator, up=resize_and_convolve),
            "You enlarge and convolve. That works (some prefer it), but here transposed convolutions are asked for, "
            "which learn how to enlarge: `nn.ConvTranspose2d`.",
        ),
        "kernel_two": Misconception(
            partial(make_generator, up=partial(nn.ConvTranspose2d, kernel_size=2, stride=2)),
            "Your kernels are 2×2, so that neighbours never overlap. Take kernel 4, stride 2, padding 1.",
        ),
        "always_16": Misconception(
            lambda size, channels, width, latent: make_generator(16, channels, width, latent),
            "It makes 16 pixels whatever `size` says. Build the layers in a loop: one doubling after the other until "
            "`size` is reached.",
        ),
        "always_grey": Misconception(
            lambda size, channels, width, latent: make_generator(size, 2, width, latent),
            "The output does not have `channels` channels. The last layer leads from `width` to `channels`.",
        ),
        "flat": Misconception(
            lambda *s: flat(make_generator(*s)),
            "The images come out as long rows. Return them as images, shape (n, channels, size, size).",
        ),
    },
)
