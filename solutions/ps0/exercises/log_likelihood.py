"""Exercise 1, `log_likelihood`: log p(x) under a mixture of Gaussians."""

from functools import partial

import numpy as np
from scipy.special import logsumexp

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import draw_shares, of_sizes


def bells(x, means, stds, exponent=lambda t, stds: t**2 / 2, width=np.copy, constant=2 * np.pi):
    """log N(x_i; m_j, s_j²), shape (n, k)."""
    return -exponent((x[:, None] - means) / stds, stds) - np.log(width(stds)) - np.log(constant) / 2


def log_of_sum(logs):
    """Along the bells, log Σ exp(log)."""
    return logsumexp(logs, axis=1)


def log_likelihood(x, weights, means, stds, bells=bells, weigh=np.log, total=log_of_sum):
    return total(weigh(weights) + bells(x, means, stds))


def other_bells(**parts):
    """The part of the mixture that is wrong: its bells, with these parts."""
    return {"bells": partial(bells, **parts)}


def changed(change):
    """The right answer with something done to it."""
    return lambda *a: change(log_likelihood(*a))


def average_of_logs(x, weights, means, stds):
    return bells(x, means, stds) @ weights


def log_of_density(least=0.0, added=0.0):
    """The logarithm of a density that has been computed first, no smaller than `least`, with something `added`."""

    def log_density(x, weights, means, stds):
        return np.log(np.maximum(np.exp(bells(x, means, stds)) @ weights, least) + added)

    return log_density


def draw_one(rng, n):
    """One bell, much narrower than 1 or much wider, so that a std in a variance's place shows."""
    std = rng.choice([rng.uniform(0.5, 0.7), rng.uniform(1.6, 2.5)])
    mean = rng.choice([-1, 1]) * rng.uniform(1, 3)
    return mean + std * rng.uniform(-2, 2, size=n), np.ones(1), np.array([mean]), np.array([std])


def draw_mixture(rng, n, k=3):
    means = rng.permutation(np.array([-3.0, 0.5, 3.5])) + rng.uniform(-0.5, 0.5, size=k)
    stds = rng.permutation(np.array([0.6, 1.0, 1.8])) * rng.uniform(0.9, 1.1, size=k)
    return rng.uniform(-6, 6, size=n), draw_shares(rng, k), means, stds


def draw_far(rng, n):
    """On both sides of all bells, at least 60 standard deviations of the widest away: exp(−1800) is 0 in a float."""
    _, weights, means, stds = draw_mixture(rng, 1)
    side = rng.permutation(np.resize([-1, 1], n))
    return side * (60 * stds.max() + 5 + rng.uniform(0, 20, size=n)), weights, means, stds


USE_LOGSUMEXP = (
    "Add the bells up without leaving the logarithms: `scipy.special.logsumexp(a, axis=1)` is log Σ exp(a), without "
    "computing exp(a)."
)

WRONG_AXIS = (
    "You add up the wrong way. In an array of shape (n, k), one row for each x, the bells of one x stand in a row: add "
    "along `axis=1`, and one number is left for each x."
)

WRONG = {
    "density": (
        changed(np.exp),
        "You return the density p(x). Its logarithm is asked for, log p(x).",
    ),
    "negated": (
        changed(np.negative),
        "The sign is wrong: this is −log p(x), a loss. Return log p(x), which is larger where x is more likely.",
    ),
    "bits": (
        changed(lambda logs: logs / np.log(2)),
        "You use log2, so this is in bits. This course uses natural logarithms: `np.log`.",
    ),
    "total": (
        changed(np.sum),
        "You return one number, the sum over all x. Return log p(x) for each x, an array of shape (n,).",
    ),
    "along_the_examples": ({"total": partial(logsumexp, axis=0)}, WRONG_AXIS),
    "along_everything": ({"total": logsumexp}, WRONG_AXIS),
    "average_of_logs": (
        average_of_logs,
        "You average the logarithms of the bells. The density is the weighted sum of the bells themselves; the "
        "logarithm is taken of that sum, once: log Σ w_j N_j, not Σ w_j log N_j.",
    ),
    "sum_of_logs": (
        {"total": partial(np.sum, axis=1)},
        "You add up log(w_j N_j) over the bells: that is the logarithm of their product. A mixture is a sum: take the "
        "logarithm after it.",
    ),
    "largest_only": (
        {"total": partial(np.max, axis=1)},
        "You take the largest of the log(w_j N_j) and leave the others out. Between two bells both count: the sum of "
        "all w_j N_j is meant.",
    ),
    "unweighted": (
        {"weigh": np.zeros_like},
        "The weights are missing: each bell counts in full, and p(x) has a mass of k. It is Σ w_j N_j.",
    ),
    "equal_weights": (
        {"weigh": lambda weights: np.log(np.full_like(weights, 1 / len(weights)))},
        "You average the bells, as if all weights were 1/k. Use `weights`.",
    ),
    "weights_without_logarithm": (
        {"weigh": np.copy},
        "You add the weights to the logarithms of the bells. w · N becomes log w + log N.",
    ),
    "std_for_variance": (
        other_bells(exponent=lambda t, stds: t**2 * stds / 2),
        "You divide (x − m)² by 2s. It is 2s², with the standard deviation squared.",
    ),
    "variance_for_std": (
        lambda x, weights, means, stds: log_likelihood(x, weights, means, stds**2),
        "You use s² where s belongs. `stds` are standard deviations; `scipy.stats.norm`, too, wants s and not s².",
    ),
    "times_variance": (
        other_bells(exponent=lambda t, stds: t**2 * stds**4 / 2),
        "You multiply (x − m)² by s² instead of dividing: `a / 2 * s**2` is (a / 2) · s². Put brackets round the "
        "denominator.",
    ),
    "no_half": (
        other_bells(exponent=lambda t, stds: t**2),
        "The ½ in the exponent is missing: it is −(x − m)² / (2s²).",
    ),
    "width_missing": (
        other_bells(width=np.ones_like),
        "The factor 1/s in front of the bell is missing. Without it a wide bell has more mass than a narrow one.",
    ),
    "times_width": (
        other_bells(width=np.reciprocal),
        "You multiply the bell by s instead of dividing: `1 / np.sqrt(2 * np.pi) * s` is s / √(2π). Put brackets round "
        "the denominator.",
    ),
    "variance_in_front": (
        other_bells(width=np.square),
        "In front of the bell stands 1/s², and it should be 1/s: √(2πs²) is s·√(2π).",
    ),
    "root_of_width": (
        other_bells(width=np.sqrt),
        "In front of the bell stands 1/√s, and it should be 1/s: the variance s² is under the root of √(2πs²).",
    ),
    "without_constant": (
        other_bells(constant=1),
        "The constant 1/√(2π) is missing. It does not matter to a maximum, but it does to a density: the area under a "
        "bell has to be 1.",
    ),
    "constant_without_root": (
        other_bells(constant=(2 * np.pi) ** 2),
        "The constant is 1/(2π) in your code. In one dimension it is 1/√(2π): −½ log(2π) in the logarithm.",
    ),
    "underflows": (
        log_of_density(),
        "Far away the density is rounded to 0, and log 0 is −inf. " + USE_LOGSUMEXP,
    ),
    "clipped": (
        log_of_density(least=1e-300),
        "Far away the density is cut off at a small number, so that every far x is as likely as any other. "
        + USE_LOGSUMEXP,
    ),
    "small_constant": (
        log_of_density(added=1e-12),
        "A small number is added to the density, so that every far x is as likely as any other. " + USE_LOGSUMEXP,
    ),
}

EXERCISE = Exercise(
    name="log_likelihood",
    reference=log_likelihood,
    properties=(
        Property("is log Σ w_j N(x; m_j, s_j²) for a mixture", 2, of_sizes(draw_mixture, 6, 7, 4)),
        Property("is log N(x; m, s²) for a single Gaussian", 1, of_sizes(draw_one, 5, 6, 3)),
        Property("is right, hence finite, far from every bell", 1, of_sizes(draw_far, 4, 5), cases=2),
    ),
    misconceptions=misconceptions(log_likelihood, WRONG),
)
