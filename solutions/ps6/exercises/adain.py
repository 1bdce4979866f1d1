"""Exercise 6, `adain`: y_s (x − μ(x)) / σ(x) + y_b."""

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import draw_maps, of_sizes


def statistics(x, axis=(2, 3), ddof=0):
    """Mean and standard deviation of each channel of each image, shape (n, C, 1, 1)."""
    return x.mean(axis=axis, keepdims=True), x.std(axis=axis, keepdims=True, ddof=ddof)


def over(*axis):
    return lambda x: statistics(x, axis)


def adain(x, scale, bias, statistics=statistics, told=lambda y: y[:, :, None, None]):
    mean, std = statistics(x)
    return told(scale) * (x - mean) / std + told(bias)


def everywhere(y):
    return y[:, :, None, None]


def all_by_the_first(y):
    return np.broadcast_to(y[:1, :, None, None], (*y.shape, 1, 1))


def draw_features(rng, n):
    """Maps and styles; no scale is near 1 in size, and no bias near 0."""
    x = draw_maps(rng, n, *((3, 4, 3) if n % 2 else (2, 3, 5)))
    scale, bias = (rng.uniform(low, high, size=x.shape[:2]) for low, high in ((1.4, 3), (1, 2)))
    signs = [rng.permutation(np.resize([1, -1], scale.size)).reshape(scale.shape) for _ in range(2)]
    return x, scale * signs[0], bias * signs[1]


WRONG = {
    "batch_norm": (
        {"statistics": over(0, 2, 3)},
        "μ and σ are taken over the whole batch, as batch norm does. Each image has its own: over its pixels, the "
        "axes 2 and 3.",
    ),
    "layer_norm": (
        {"statistics": over(1, 2, 3)},
        "μ and σ are taken over all channels of an image, as layer norm does. Each channel has its own: over its "
        "pixels, the axes 2 and 3.",
    ),
    "over_channels": (
        {"statistics": over(1)},
        "μ and σ are taken over the channels, pixel by pixel. Take them over the pixels, channel by channel: the "
        "axes 2 and 3.",
    ),
    "over_rows": (
        {"statistics": over(3)},
        "μ and σ are taken over each row of pixels by itself. Take them over all pixels: the axes 2 and 3.",
    ),
    "over_everything": (
        {"statistics": over(0, 1, 2, 3)},
        "You have one μ and one σ for all images and channels. Each channel of each image has its own: the axes 2 and "
        "3, with `keepdims=True`.",
    ),
    "sample_formula": (
        {"statistics": lambda x: statistics(x, ddof=1)},
        "You divide by one less than the number of pixels, as `torch.std` does unless told otherwise. `np.std` as "
        "it is will do, or `correction=0`.",
    ),
    "variance": (
        {"statistics": lambda x: (statistics(x)[0], statistics(x)[1] ** 2)},
        "You divide by the variance. Divide by its root, σ.",
    ),
    "mean_stays": (
        {"statistics": lambda x: (0, statistics(x)[1])},
        "μ is not subtracted, so that the old mean is still there beneath the new one.",
    ),
    "not_divided": (
        {"statistics": lambda x: (statistics(x)[0], 1)},
        "You do not divide by σ. x keeps its own contrast, and y_s only multiplies it.",
    ),
    "not_normalised": (
        {"statistics": lambda x: (0, 1)},
        "x is scaled and shifted as it is. Its own style goes first: subtract μ, divide by σ.",
    ),
    "no_style": (
        lambda x, scale, bias: adain(x, np.ones_like(scale), np.zeros_like(bias)),
        "You normalise, but no style is given: multiply by `scale` and add `bias`.",
    ),
    "swapped": (
        lambda x, scale, bias: adain(x, bias, scale),
        "`scale` and `bias` have changed places: `scale` multiplies, `bias` is added.",
    ),
    "bias_is_scaled": (
        lambda x, scale, bias: adain(x, scale, scale * bias),
        "The bias is multiplied by the scale, too. Multiply first, then add.",
    ),
    "bias_missing": (
        lambda x, scale, bias: adain(x, scale, 0 * bias),
        "The bias is missing.",
    ),
    "one_plus_scale": (
        lambda x, scale, bias: adain(x, 1 + scale, bias),
        "You multiply by 1 + scale, as some networks do so that they begin at 1. Here y_s is the whole scale.",
    ),
    "style_first": (
        lambda x, scale, bias: adain(
            everywhere(scale) * x + everywhere(bias), np.ones_like(scale), np.zeros_like(bias)
        ),
        "You give the style first and normalise afterwards, which takes it away again. First (x − μ)/σ, then the "
        "style.",
    ),
    "style_of_the_first": (
        {"told": all_by_the_first},
        "Every image gets the style of the first. Image i has row i of `scale` and `bias`: `scale[:, :, None, None]`.",
    ),
}

EXERCISE = Exercise(
    name="adain",
    reference=adain,
    properties=(
        Property("normalises each channel of each image, then gives it its style", 3, of_sizes(draw_features, 4, 3, 5)),
        Property("does so for one image alone", 1, of_sizes(draw_features, 1), cases=2),
    ),
    misconceptions=misconceptions(adain, WRONG),
    rtol=1e-4,
    atol=1e-4,  # a small number beside the variance is as right
)
