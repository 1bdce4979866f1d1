"""Exercise 2, `minibatch_std`: one more channel, which says how much the batch varies."""

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import draw_maps, of_sizes


def spread(x):
    """Of each number over the batch, shape (C, H, W)."""
    return x.std(axis=0)


def appended(x, value):
    """x and a channel of this value, which may be an array of any shape that fits."""
    n, _, height, width = x.shape
    return np.concatenate([x, np.broadcast_to(value, (n, 1, height, width))], axis=1)


def minibatch_std(x, spread=spread, summary=np.mean, join=appended):
    return join(x, summary(spread(x)))


def over_axes(*axes):
    return lambda x: x.std(axis=axes, keepdims=True)


def draw_batch(rng, n):
    """The mean of each channel differs, and so does its spread."""
    return (draw_maps(rng, n, *((3, 4, 2) if n % 2 else (2, 3, 5))),)


def draw_copies(rng, n):
    return (np.repeat(draw_batch(rng, 1)[0], n, axis=0),)


WRONG = {
    "sample_formula": (
        {"spread": lambda x: x.std(axis=0, ddof=1)},
        "You divide by n − 1, as `torch.std` does unless told otherwise. Here it is the mean of the n squared "
        "deviations: `np.std` as it is, or `correction=0`.",
    ),
    "variance": (
        {"spread": lambda x: x.var(axis=0)},
        "You take the variance. The standard deviation is its root.",
    ),
    "root_at_the_end": (
        {"spread": lambda x: x.var(axis=0), "summary": lambda v: np.sqrt(v.mean())},
        "You take the mean of the variances and then the root. First the root of each, then the mean.",
    ),
    "over_everything": (
        {"spread": np.std},
        "You take the standard deviation of all numbers at once, so that a batch of copies seems to vary, too. Compare "
        "the images with each other: along axis 0, number by number.",
    ),
    "over_pixels": (
        {"spread": over_axes(2, 3)},
        "You measure how much each channel varies *within* an image. The question is how much the images differ from "
        "each other: along axis 0.",
    ),
    "over_channels": (
        {"spread": over_axes(1)},
        "You measure how much the channels differ. The question is how much the images differ: along axis 0.",
    ),
    "of_whole_images": (
        {"spread": lambda x: x.mean(axis=(1, 2, 3)).std()},
        "You average each image first, and compare only those averages. Take the standard deviation of every number "
        "over the batch; average afterwards.",
    ),
    "per_image": (
        {"spread": lambda x: x.std(axis=(1, 2, 3), keepdims=True), "summary": lambda s: s},
        "Each image gets the standard deviation of its own numbers. D could see that without any help: what it cannot "
        "see is the rest of the batch. Take it along axis 0.",
    ),
    "not_averaged_over_pixels": (
        {"summary": lambda s: s.mean(axis=0)},
        "The new channel differs from pixel to pixel. Average over channels *and* pixels: it is one number, "
        "everywhere.",
    ),
    "summed": (
        {"summary": np.sum},
        "You add the standard deviations up. Average them.",
    ),
    "largest": (
        {"summary": np.max},
        "You take the largest of the standard deviations. Average them.",
    ),
    "first": (
        {"join": lambda x, value: np.roll(appended(x, value), 1, axis=1)},
        "The new channel comes first. It is appended: behind the others.",
    ),
    "statistic_only": (
        {"join": lambda x, value: np.full_like(x[:, :1], value)},
        "You return only the new channel. It is appended to those of x: `np.concatenate([x, …], axis=1)`.",
    ),
    "added_to_x": (
        {"join": lambda x, value: x + value},
        "You add the number to x itself. It is a channel of its own: `np.concatenate([x, …], axis=1)`.",
    ),
    "just_the_number": (
        {"join": lambda x, value: value},
        "That is the number, and it is not yet where D can see it: fill a channel of shape (n, 1, H, W) with it and "
        "append that to x.",
    ),
    "a_channel_for_each": (
        lambda x: np.concatenate([x, np.broadcast_to(x.std(axis=0), x.shape)], axis=1),
        "You append one channel for each channel of x. Average over channels and pixels first: a single channel is "
        "appended.",
    ),
}

EXERCISE = Exercise(
    name="minibatch_std",
    reference=minibatch_std,
    properties=(
        Property("appends a channel with the mean standard deviation over the batch", 3, of_sizes(draw_batch, 4, 3, 5)),
        Property("appends zeros if all images of the batch are the same", 1, of_sizes(draw_copies, 3, 4), cases=2),
    ),
    misconceptions=misconceptions(minibatch_std, WRONG),
    rtol=1e-4,
    atol=1e-3,  # 1e-8 under the root is as right
)
