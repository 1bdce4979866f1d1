"""Layers, right and wrong ones, that several exercises' networks are made of."""

from functools import partial

from torch import nn

LEAKY = partial(nn.LeakyReLU, 0.2)
FLAT = partial(nn.Conv2d, kernel_size=4, stride=1, padding=1)
DOWN = partial(nn.Conv2d, kernel_size=4, stride=2, padding=1)


def none(*_):
    return nn.Identity()


class Unheard(nn.Module):
    """A layer that is called, as in `F.relu(x)` alone on a line, while x goes on as it was."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        self.layer(x)
        return x


def unheard(make):
    return lambda *settings: Unheard(make(*settings))
