"""Exercise 5, `initialise`: weights from N(0, 0.02), those of batch norm from N(1, 0.02), biases 0."""

import math
from functools import partial

from torch import nn

from gancourse.exercises.specification import Exercise, Misconception, Property

CONVOLUTIONS = (nn.Conv2d, nn.ConvTranspose2d)
NORMAL = partial(nn.init.normal_, std=0.02)


def initialise(module, kinds=CONVOLUTIONS, weights=NORMAL, norm=(1.0, 0.02), bias=nn.init.zeros_):
    """The start with its parts to be exchanged."""
    if isinstance(module, kinds):
        weights(module.weight)
    elif isinstance(module, nn.BatchNorm2d):
        if norm:
            nn.init.normal_(module.weight, *norm)
    else:
        return
    if module.bias is not None:
        bias(module.bias)


def draw_kind(kind):
    return lambda rng: (kind, int(rng.integers(120, 180)))


def initialise_property(says, kind):
    return Property(says, 1, draw_kind(kind), cases=1, probe="initialised")


EXERCISE = Exercise(
    name="initialise",
    reference=initialise,
    rtol=0.0,
    atol=0.0025,  # more than chance can do, less than any mistake does
    properties=(
        initialise_property("draws the weights of convolutions from N(0, 0.02)", "conv"),
        initialise_property("draws those of transposed convolutions likewise", "transposed"),
        initialise_property("draws the weights of batch norm from N(1, 0.02)", "norm"),
        initialise_property("sets the biases to 0, and leaves layers without any alone", "biases"),
    ),
    misconceptions={
        "norm_mean_zero": Misconception(
            partial(initialise, norm=(0.0, 0.02)),
            "The weights of batch norm have mean 0. They are factors: near 0 they switch every channel off. "
            "Their mean is **1**.",
        ),
        "norm_left": Misconception(
            partial(initialise, norm=None),
            "Batch norm is left as it is, with all its weights 1. Draw them from N(1, 0.02).",
        ),
        "variance": Misconception(
            partial(initialise, weights=partial(nn.init.normal_, std=math.sqrt(0.02)), norm=(1.0, math.sqrt(0.02))),
            "Your standard deviation is √0.02 = 0.14. The paper's 0.02 is the standard deviation itself.",
        ),
        "uniform": Misconception(
            partial(initialise, weights=partial(nn.init.uniform_, a=-0.02, b=0.02)),
            "These weights are uniform between −0.02 and 0.02. Draw them from a normal distribution: "
            "`nn.init.normal_`.",
        ),
        "positive": Misconception(
            partial(initialise, weights=partial(nn.init.normal_, mean=1.0, std=0.02)),
            "The convolutions' weights have mean 1. That is batch norm's; theirs have mean 0.",
        ),
        "zeros": Misconception(
            partial(initialise, weights=nn.init.zeros_),
            "The weights are all 0. Then all channels are alike and stay so: draw them at random.",
        ),
        "xavier": Misconception(
            partial(initialise, weights=nn.init.xavier_normal_),
            "Your weights' standard deviation depends on the layer's size, as Xavier's and Kaiming's do. "
            "Here it is 0.02 everywhere.",
        ),
        "no_transposed": Misconception(
            partial(initialise, kinds=(nn.Conv2d,)),
            "Only `nn.Conv2d` is started. The generator's layers are `nn.ConvTranspose2d`, which is no `nn.Conv2d`.",
        ),
        "no_convolution": Misconception(
            partial(initialise, kinds=(nn.ConvTranspose2d,)),
            "The weights of `nn.Conv2d` layers are left as they were. Change those in place, too.",
        ),
        "biases_left": Misconception(
            partial(initialise, bias=lambda bias: None),
            "The biases are left as PyTorch drew them. Set them to 0, where there are any.",
        ),
        "biases_too": Misconception(
            partial(initialise, bias=partial(nn.init.ones_)),
            "The biases are 1. Set them to 0.",
        ),
    },
)
