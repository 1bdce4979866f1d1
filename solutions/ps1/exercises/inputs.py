"""Inputs: logits of a few units, batches on both sides of the decision boundary, and logits of ±1000."""

import numpy as np


def draw_phi(rng, sign=None):
    """Of either slope, or of the sign that is given."""
    slope = (sign or rng.choice([-1, 1])) * rng.uniform(0.4, 1.4)
    return np.array([rng.uniform(-1, 1) - slope, slope])


def draw_theta(rng, sign=1):
    return float(sign * rng.uniform(0.5, 2.5))


def either(draw):
    """Two samplers of a function of a generator and a sign, which take turns: no sign may be missing."""
    return lambda rng: draw(rng, 1), lambda rng: draw(rng, -1)


def draw_batches(rng, n=6, m=6):
    return rng.normal(1.8, 1.0, size=n), rng.normal(0.4, 1.0, size=m)


def draw_extreme(rng):
    """Three points, two on one side, with a logit of about ±1000 each."""
    return np.array([1100.0, -1100.0, rng.choice([-1000.0, 1000.0])]) + rng.uniform(-5, 5, size=3)


def extreme_phi(rng):
    """Of opposite signs, and no slope of one: else a wrong formula is now and then right by luck."""
    slope = rng.choice([-1.0, 1.0]) * rng.uniform(0.85, 0.95)
    return np.array([-slope * rng.uniform(0.2, 1), slope])
