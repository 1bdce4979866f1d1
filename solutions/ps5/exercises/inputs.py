"""Draws of inputs that several exercises share."""

import numpy as np


def by(indices, draw):
    """The same arguments, behind the indices of those to differentiate by."""
    return lambda rng: (np.array(indices), *draw(rng))


def draw_judged(rng):
    """Two maps of logits of different means, none near the targets."""
    return rng.normal(0.6, 1, size=(3, 1, 2, 4)), rng.normal(-0.7, 1.5, size=(3, 1, 2, 4))
