"""Exercise 7, `ista_step`: a gradient step on ½‖x − zD‖², then a soft threshold of step · λ."""

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import of_sizes
from .soft_threshold import soft_threshold


def slope(z, x, dictionary):
    """∂/∂z ½‖x − zD‖², of each example."""
    return (z @ dictionary - x) @ dictionary.T


def step_by(z, x, dictionary, lam, step, slope=slope, amount=lambda lam, step: step * lam, towards_zero=soft_threshold):
    return towards_zero(z - step * slope(z, x, dictionary), amount(lam, step))


def ista_step(z, x, dictionary, lam, step, *, soft_threshold=soft_threshold):
    """With the student's own `soft_threshold` standing in."""
    return step_by(z, x, dictionary, lam, step, towards_zero=soft_threshold)


def threshold_first(z, x, dictionary, lam, step):
    z = soft_threshold(z, step * lam)
    return z - step * slope(z, x, dictionary)


def by_subgradient(z, x, dictionary, lam, step):
    return z - step * (slope(z, x, dictionary) + lam * np.sign(z))


def thresholded_slope(z, x, dictionary, lam, step):
    return z - soft_threshold(step * slope(z, x, dictionary), step * lam)


def many_steps(z, x, dictionary, lam, step):
    for _ in range(100):
        z = step_by(z, x, dictionary, lam, step)
    return z


def draw_codes(rng, n, d=4, k=6):
    """Codes with zeros among them, and a λ with which the threshold makes some numbers 0 and not others."""
    while True:
        dictionary = rng.normal(size=(k, d))
        dictionary /= np.linalg.norm(dictionary, axis=1, keepdims=True)
        z = rng.uniform(0.3, 2, size=(n, k)) * rng.choice([-1, 1], size=(n, k)) * (rng.random((n, k)) < 0.6)
        x, lam = 2 * rng.normal(size=(n, d)), float(rng.uniform(0.5, 0.9))
        step = float(rng.uniform(0.6, 0.9) / np.linalg.eigvalsh(dictionary @ dictionary.T)[-1])
        zero = step_by(z, x, dictionary, lam, step) == 0
        if 0.15 < zero.mean() < 0.6 and ((z == 0) & ~zero).any() and ((z != 0) & zero).any():
            return z, x, dictionary, lam, step


WRONG = {
    "threshold_without_step": (
        {"amount": lambda lam, step: lam},
        "Your threshold is λ. In one step the penalty moves a number by step · λ.",
    ),
    "threshold_without_lambda": (
        {"amount": lambda lam, step: step},
        "Your threshold is `step`. It is step · λ.",
    ),
    "lambda_over_step": (
        {"amount": lambda lam, step: lam / step},
        "Your threshold is λ / step. It is step · λ.",
    ),
    "no_threshold": (
        {"amount": lambda lam, step: 0.0},
        "The penalty is missing: after the gradient step comes `soft_threshold(…, step * lam)`.",
    ),
    "uphill": (
        {"slope": lambda *a: -slope(*a)},
        "You walk uphill, and the error grows. Subtract the gradient (zD − x)Dᵀ; or add (x − zD)Dᵀ.",
    ),
    "twice": (
        {"slope": lambda *a: 2 * slope(*a)},
        "Your gradient is twice too large: with the ½ in ½‖x − zD‖² the 2 goes away.",
    ),
    "mean_slope": (
        {"slope": lambda z, x, dictionary: slope(z, x, dictionary) / len(z)},
        "You divide by the number of examples. Each example has its own code and its own problem; nothing is averaged.",
    ),
    "whole_slope": (
        lambda z, x, dictionary, lam, step: soft_threshold(z - slope(z, x, dictionary), step * lam),
        "The gradient is not multiplied by `step`.",
    ),
    "from_zero": (
        lambda z, x, dictionary, lam, step: step_by(0 * z, x, dictionary, lam, step),
        "You step from z = 0. Step from the `z` that is given, or a second step would get no further than the first.",
    ),
    "slope_without_z": (
        {"slope": lambda z, x, dictionary: -x @ dictionary.T},
        "The gradient does not depend on z in your code. What is still missing is x − zD, not x.",
    ),
    "threshold_first": (
        threshold_first,
        "The threshold comes before the gradient step in your code, so hardly anything is exactly 0. First the "
        "gradient step, then the threshold.",
    ),
    "by_subgradient": (
        by_subgradient,
        "You use λ · sign(z) as the gradient of the penalty. Numbers then jump back and forth over 0 and never stay "
        "there: take the gradient step on the squared error only, then `soft_threshold`.",
    ),
    "thresholded_slope": (
        thresholded_slope,
        "You apply the threshold to the gradient. It is applied to the new code, z − step · gradient.",
    ),
    "many_steps": (
        many_steps,
        "You take many steps. One is asked for.",
    ),
}

EXERCISE = Exercise(
    name="ista_step",
    reference=ista_step,
    builds_on=("soft_threshold",),
    properties=(Property("is a gradient step, then a threshold of step · λ", 2, of_sizes(draw_codes, 3, 4, 5)),),
    misconceptions=misconceptions(step_by, WRONG),
)
