"""Draws of inputs that several exercises share."""

import numpy as np


def draw_labels(rng, n, classes):
    """`n` labels, not all classes among them; the first and the last are, so that a class too few would show."""
    return rng.permutation(np.r_[0, classes - 1, rng.integers(1, classes - 1, size=n - 2)])


def draw_class_logits(rng, n, classes=4):
    return rng.normal(0, 1.5, size=(n, classes))


def by(indices, draw):
    """Inputs of the probe "loss_gradient": by which arguments to differentiate, then the arguments."""
    return lambda rng: (np.array(indices), *draw(rng))
