"""Exercise 4, `Discriminator`: from an image to one logit, by strided convolutions."""

from functools import partial

import numpy as np
from torch import nn

from gancourse.exercises.specification import Exercise, Misconception, Property

LEAKY = partial(nn.LeakyReLU, 0.2)


def make_discriminator(
    size,
    channels,
    width,
    down=None,
    norm=nn.BatchNorm2d,
    norm_first=False,
    norm_last=False,
    activation=LEAKY,
    last=nn.Identity,
    hidden=False,
    constant=False,
):
    """A discriminator with its parts to be exchanged."""
    down = down or partial(nn.Conv2d, kernel_size=4, stride=2, padding=1)
    layers = [down(channels, width), *([nn.BatchNorm2d(width)] if norm_first else []), activation()]
    n = width
    while size > 8:
        double = n if constant else 2 * n
        layers += [down(n, double), norm(double), activation()]
        n, size = double, size // 2
    layers += [nn.Flatten(), nn.Linear(n * 16, 10), activation(), nn.Linear(10, 1)] if hidden else [nn.Conv2d(n, 1, 4)]
    return nn.Sequential(*layers, *([nn.BatchNorm2d(1)] if norm_last else []), nn.Flatten(), last())


class Averaged(nn.Module):
    def forward(self, logits):
        return logits.mean()


def convolve_and_pool(pool):
    return lambda n_in, n_out: nn.Sequential(nn.Conv2d(n_in, n_out, 3, padding=1), pool(2))


def draw_discriminator(size):
    """Settings of a discriminator of images of this size, the shape of one image, and before it a seed."""

    def draw(rng):
        channels, width = int(rng.choice([1, 3])), 2 * int(rng.integers(2, 6))
        return int(rng.integers(2**31)), np.array([channels, size, size]), size, channels, width

    return draw


def discriminator_property(says, points, size, probe):
    return Property(says, points, draw_discriminator(size), cases=1, probe=probe)


def swapped_pairs(layers):
    """Layers in threes (convolution, norm, activation), with norm and activation exchanged."""
    return [layer for i in range(0, len(layers), 3) for layer in (layers[i], layers[i + 2], layers[i + 1])]


POOLED = (
    "You pool. A strided convolution learns how to shrink: take `nn.Conv2d(…, kernel_size=4, stride=2, padding=1)` and "
    "no pooling."
)

EXERCISE = Exercise(
    name="Discriminator",
    reference=make_discriminator,
    properties=(
        discriminator_property("makes one number of each image", 1, 16, "network_output"),
        discriminator_property("has the layers of the plan, also for 32 pixels", 1, 32, "network_layers"),
        discriminator_property("normalises the batch after every layer but first and last", 1, 32, "network_norms"),
        discriminator_property("has LeakyReLU with slope 0.2 in between", 1, 32, "network_activations"),
        discriminator_property("returns logits, which nothing bounds", 1, 16, "network_range"),
    ),
    misconceptions={
        "sigmoid": Misconception(
            partial(make_discriminator, last=nn.Sigmoid),
            "There is a sigmoid at the end. The loss works on logits and has the sigmoid in it: applied twice, the "
            "gradient all but dies. Return the last layer's output as it is.",
        ),
        "tanh": Misconception(
            partial(make_discriminator, last=nn.Tanh),
            "There is a tanh at the end, so no image can be surer than 1. Return the last layer's output as it is.",
        ),
        "log_sigmoid": Misconception(
            partial(make_discriminator, last=nn.LogSigmoid),
            "You return log probabilities. The loss works on logits and takes the logarithm itself.",
        ),
        "norm_first": Misconception(
            partial(make_discriminator, norm_first=True),
            "The first layer is normalised, too. D has to see the brightness and contrast of the images: "
            "no batch norm there.",
        ),
        "norm_last": Misconception(
            partial(make_discriminator, norm_last=True),
            "The logits are normalised over the batch. Then half of them are positive whatever the images: "
            "no batch norm at the end.",
        ),
        "no_norm": Misconception(
            partial(make_discriminator, norm=nn.Identity),
            "There is no batch norm. The layers between the first and the last have one, before their LeakyReLU.",
        ),
        "norm_after_activation": Misconception(
            lambda size, channels, width: nn.Sequential(
                *(make_discriminator(size, channels, width)[:2]),
                *swapped_pairs(list(make_discriminator(size, channels, width))[2:-3]),
                *list(make_discriminator(size, channels, width))[-3:],
            ),
            "Batch norm comes after the LeakyReLU. The paper has it before: layer, norm, activation.",
        ),
        "relu": Misconception(
            partial(make_discriminator, activation=nn.ReLU),
            "The plain ReLU is the generator's. In the discriminator it is leaky, so that a gradient for G comes "
            "through everywhere: `nn.LeakyReLU(0.2)`.",
        ),
        "default_slope": Misconception(
            partial(make_discriminator, activation=nn.LeakyReLU),
            "The slope is 0.01, PyTorch's default. It is to be 0.2: `nn.LeakyReLU(0.2)`.",
        ),
        "max_pool": Misconception(partial(make_discriminator, down=convolve_and_pool(nn.MaxPool2d)), POOLED),
        "average_pool": Misconception(partial(make_discriminator, down=convolve_and_pool(nn.AvgPool2d)), POOLED),
        "kernel_three": Misconception(
            partial(make_discriminator, down=partial(nn.Conv2d, kernel_size=3, stride=2, padding=1)),
            "Your kernels are 3×3. Here they are 4×4, with stride 2 and padding 1, as in the generator.",
        ),
        "dense_hidden": Misconception(
            partial(make_discriminator, hidden=True),
            "There is a dense hidden layer. From 4×4 it goes to one number in one layer.",
        ),
        "constant_width": Misconception(
            partial(make_discriminator, constant=True),
            "The number of channels stays the same. It doubles whenever the size halves.",
        ),
        "always_16": Misconception(
            lambda size, channels, width: nn.Sequential(
                *([nn.AvgPool2d(size // 16)] if size > 16 else []), make_discriminator(16, channels, width)
            ),
            "It has as many layers for 32 pixels as for 16. Build them in a loop: halve until 4×4 is reached.",
        ),
        "not_flattened": Misconception(
            lambda *s: nn.Sequential(*list(make_discriminator(*s))[:-2]),
            "The logits come out as images of one pixel, shape (n, 1, 1, 1). Put `nn.Flatten()` behind the last "
            "convolution: (n, 1).",
        ),
        "averaged": Misconception(
            lambda *s: nn.Sequential(make_discriminator(*s), Averaged()),
            "One number comes out for the whole batch. D judges each image by itself: no mean in `forward`. "
            "The loss takes it.",
        ),
        "two_classes": Misconception(
            lambda size, channels, width: nn.Sequential(
                *list(make_discriminator(size, channels, width))[:-3],
                nn.Conv2d(width * size // 8, 2, 4),
                nn.Flatten(),
            ),
            'It returns two numbers for each image. One is enough: the logit of "real".',
        ),
    },
)
