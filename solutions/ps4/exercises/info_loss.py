"""Exercise 6: InfoGAN's loss, −log Q of the codes."""

import math
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import by, draw_class_logits, draw_labels
from .one_hot import one_hot
from .terms import DETACHED, SUMS, WRONG_TERMS, classify_summed

HALF_LOG_2PI = math.log(2 * math.pi) / 2


def gaussian(mean, c, std, share=0.5, constant=HALF_LOG_2PI):
    """−log N(c; mean, std²), number by number."""
    return share * ((c - mean) / std) ** 2 + std.log() + constant


def sum_over_codes(terms):
    return terms.sum(dim=1).mean()


def info_loss(
    class_logits,
    c_class,
    mean,
    c_continuous,
    std,
    classify=F.cross_entropy,
    density=gaussian,
    reduce=sum_over_codes,
):
    """With parts that misconceptions exchange: `density` gives a term (n, m) for every continuous code."""
    return classify(class_logits, c_class) + reduce(density(mean, c_continuous, std))


def draw_codes(rng, n=5, classes=4, m=3):
    c_class, mean = draw_labels(rng, n, classes), rng.uniform(-1, 1, size=(n, m))
    return draw_class_logits(rng, n) + one_hot(c_class, classes), c_class, mean, rng.uniform(-1, 1, size=(n, m))


def draw_fixed(rng):
    """One standard deviation for all: below 1 and no power of 1, so that it matters how it enters."""
    return *draw_codes(rng), np.full((5, 3), rng.uniform(0.3, 0.6))


def draw_learned(rng):
    return *draw_codes(rng), rng.uniform(0.3, 0.9, size=(5, 3))


WRONG = {
    "negated": (lambda *a: -info_loss(*a), "This is E[log Q], which is to be *maximised*. The loss is minus that."),
    "with_entropy": (
        lambda logits, *rest: info_loss(logits, *rest) - math.log(logits.shape[1]),
        "You take the entropy of the class code, log K, away. It is a constant that no network can change; leave it "
        "out, as the text says.",
    ),
    "plus_entropy": (
        lambda logits, *rest: info_loss(logits, *rest) + math.log(logits.shape[1]),
        "You add the entropy of the class code, log K. It is a constant that no network can change; leave it out, as "
        "the text says.",
    ),
    "square_only": (
        {"density": lambda mean, c, std: gaussian(mean, c, std, constant=0) - std.log()},
        "For the continuous codes there is only the square. log std and ½ log 2π belong to −log of a Gaussian, too; "
        "without log std the loss falls for ever as std grows, and Q learns to say nothing.",
    ),
    "no_log_std": (
        {"density": lambda mean, c, std: gaussian(mean, c, std) - std.log()},
        "log std is missing. Without it the loss falls for ever as std grows, and Q learns to say nothing.",
    ),
    "minus_log_std": (
        {"density": lambda mean, c, std: gaussian(mean, c, std) - 2 * std.log()},
        "log std has the wrong sign. The density contains 1/std, so minus its logarithm contains +log std.",
    ),
    "no_constant": (
        {"density": partial(gaussian, constant=0)},
        "½ log 2π is missing, once per continuous code. It teaches nothing, but with it this is −log Q.",
    ),
    "constant_not_halved": (
        {"density": partial(gaussian, constant=2 * HALF_LOG_2PI)},
        "The constant is log 2π. The density contains 1/√(2π), so it is ½ log 2π.",
    ),
    "constant_once": (
        lambda *a: info_loss(*a, density=partial(gaussian, constant=0)) + HALF_LOG_2PI,
        "½ log 2π is there once, whatever the number of continuous codes. Each code has its own density, and so its "
        "own ½ log 2π.",
    ),
    "without_half": ({"density": partial(gaussian, share=1)}, "The ½ before ((c − mean) / std)² is missing."),
    "squared_error": (
        {"density": lambda mean, c, std: (c - mean) ** 2},
        "For the continuous codes this is the plain squared error. −log of a Gaussian is ½ ((c − mean) / std)² + log "
        "std + ½ log 2π.",
    ),
    "mean_squared_error": (
        lambda logits, c, mean, c_cont, std: F.cross_entropy(logits, c) + F.mse_loss(mean, c_cont),
        "For the continuous codes this is the plain mean squared error. −log of a Gaussian is ½ ((c − mean) / std)² + "
        "log std + ½ log 2π, summed over the codes.",
    ),
    "absolute": (
        {"density": lambda mean, c, std: ((c - mean) / std).abs() / 2 + std.log() + HALF_LOG_2PI},
        "The square is missing in ½ ((c − mean) / std)².",
    ),
    "std_as_variance": (
        {"density": lambda mean, c, std: gaussian(mean, c, std.sqrt())},
        "You use `std` as if it were the variance. It is the standard deviation: divide the difference by it *before* "
        "squaring, and add log std without a ½.",
    ),
    "std_not_squared": (
        {"density": lambda mean, c, std: gaussian(mean, c, std.sqrt()) + std.log() / 2},
        "You divide the squared difference by std. Divide by std², or the difference by std before squaring.",
    ),
    "half_log_std": (
        {"density": lambda mean, c, std: gaussian(mean, c, std) - std.log() / 2},
        "You add ½ log std. It is ½ log std² = log std.",
    ),
    "averaged_over_codes": (
        {"reduce": torch.mean},
        "You average over the continuous codes. They are independent, so their log-densities add: sum over the codes, "
        "then average over the batch.",
    ),
    "gaussian_nll": (
        lambda logits, c, mean, c_cont, std: F.cross_entropy(logits, c) + F.gaussian_nll_loss(mean, c_cont, std**2),
        "`gaussian_nll_loss` averages over the codes, too, and leaves ½ log 2π out unless told `full=True`. Sum over "
        'the codes, with `reduction="none"`, or write the formula out.',
    ),
    "gaussian_nll_of_std": (
        lambda logits, c, *rest: F.cross_entropy(logits, c) + F.gaussian_nll_loss(*rest, full=True),
        "`gaussian_nll_loss` takes the *variance*, std², and averages over the codes. Sum over the codes, with "
        '`reduction="none"`, or write the formula out.',
    ),
    "axes_exchanged": (
        {"reduce": lambda terms: terms.sum(dim=0).mean()},
        "You sum over the batch and average over the codes. It is the other way round: sum over the codes, axis 1, "
        "then average.",
    ),
    "summed": ({"classify": classify_summed, "reduce": torch.sum}, SUMS),
    "continuous_summed": (
        {"reduce": torch.sum},
        "You sum the continuous codes' term over the batch as well. Sum over the codes, then average over the batch.",
    ),
    "class_only": (
        lambda logits, c, *rest: F.cross_entropy(logits, c),
        "The continuous codes are missing. (`cross_entropy` is the class code's part.)",
    ),
    "continuous_only": (
        lambda logits, c, *rest: gaussian(*rest).sum(dim=1).mean(),
        "The class code is missing: add the cross-entropy of its logits.",
    ),
    **{name: WRONG_TERMS[name] for name in ("softmax_first", "no_softmax", "no_logarithm")},
    "one_std": (
        {"density": lambda mean, c, std: gaussian(mean, c, std.mean() + 0 * std)},
        "You use one std for all codes. `std` has the shape of `mean`: each number goes with its own.",
    ),
    "std_detached": (
        lambda *a: info_loss(*a[:4], a[4].detach()),
        "No gradient flows to `std`. Where Q learns its standard deviation, this loss is what it learns it from: no "
        "`.detach()`, no `.item()`.",
    ),
    "detached": (lambda *a: info_loss(*a).detach(), DETACHED),
}

EXERCISE = Exercise(
    name="info_loss",
    reference=info_loss,
    properties=(
        Property("is −log Q of both kinds of codes, with one std for all", 2, draw_fixed, probe="on_tensors"),
        Property("is so too with a std for every code", 1, draw_learned, cases=2, probe="on_tensors"),
        Property(
            "can be differentiated by class_logits, mean and std",
            1,
            by([0, 2, 4], draw_learned),
            cases=2,
            probe="loss_gradient",
        ),
    ),
    misconceptions=misconceptions(info_loss, WRONG),
)
