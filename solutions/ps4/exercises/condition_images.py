"""Exercise 2: a one-hot map per class appended to images."""

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import draw_labels
from .one_hot import one_hot


def condition_images(x, labels, classes, *, one_hot=one_hot):
    """With the student's own `one_hot` standing in."""
    return with_maps(x, np.asarray(one_hot(labels, classes), dtype=float))


def with_maps(x, codes):
    """`x` with a constant map for every number of a `codes` (n, k)."""
    maps = np.broadcast_to(codes[:, :, None, None], (*codes.shape, *x.shape[2:]))
    return np.concatenate([x, maps], axis=1)


def maps_of(x, labels, classes):
    return condition_images(x, labels, classes)[:, x.shape[1] :]


def at_one_pixel(x, labels, classes):
    appended = condition_images(x, labels, classes)
    appended[:, x.shape[1] :].reshape(len(x), classes, -1)[:, :, 1:] = 0
    return appended


def as_columns(x, labels, classes):
    columns = np.broadcast_to(one_hot(labels, classes)[:, None, None, :], (*x.shape[:3], classes))
    return np.concatenate([x, columns], axis=3)


def scrambled_maps(x, labels, classes):
    """The codes repeated as a whole until there are enough numbers, and put into the shape of the maps."""
    return np.concatenate([x, np.resize(one_hot(labels, classes), (len(x), classes, *x.shape[2:]))], axis=1)


def tiled_maps(x, labels, classes):
    """Likewise, each image's code by itself."""
    n, _, height, width = x.shape
    codes = np.tile(one_hot(labels, classes), height * width)
    return np.concatenate([x, codes.reshape(n, classes, height, width)], axis=1)


RESHAPED = (
    "You repeat the codes and reshape, and the numbers end up in other maps. Give the codes two more axes, "
    "`codes[:, :, None, None]`, and broadcast those to height and width."
)


def draw_labelled(rng, n, classes, *shape):
    return rng.uniform(-1, 1, size=(n, *shape)), draw_labels(rng, n, classes), classes


WRONG = {
    "label_map": (
        {"one_hot": lambda labels, classes: labels[:, None]},
        "You append one map that holds the label as a number. Then class 9 is nine times class 1. Append one map per "
        "class, ones for the class asked for and zeros for the others.",
    ),
    "maps_of_labels": (
        {"one_hot": lambda labels, classes: np.repeat(labels[:, None], classes, axis=1)},
        "Every appended map holds the label as a number. The maps are one-hot: ones in the map of the class, zeros in "
        "the others.",
    ),
    "maps_first": (
        lambda x, labels, classes: np.concatenate([maps_of(x, labels, classes), x], axis=1),
        "The maps stand before the image. The image's channels come first: `np.concatenate([x, maps], axis=1)`.",
    ),
    "maps_only": (
        maps_of,
        "You return the maps without the image. Append them to it: `np.concatenate([x, maps], axis=1)`.",
    ),
    "one_pixel": (
        at_one_pixel,
        "The code stands in one pixel only. A convolution looks at a few pixels at a time, so every place has to know "
        "the class: the map is constant over height and width.",
    ),
    "last_axis": (
        as_columns,
        "You append columns of pixels. The shape is (n, channels, height, width): the channels are axis 1.",
    ),
    "multiplied": (
        lambda x, labels, classes: (x[:, :, None] * maps_of(x, labels, classes)[:, None]).reshape(
            len(x), -1, *x.shape[2:]
        ),
        "You multiply the image by the maps. Leave the image as it is and append the maps beside it.",
    ),
    "added": (
        lambda x, labels, classes: x + labels[:, None, None, None],
        "You add the label to the pixels, and nobody can take it out again. Append maps as channels of their own.",
    ),
    "ones_everywhere": (
        {"one_hot": lambda labels, classes: np.ones((len(labels), classes))},
        "All the maps are ones, whatever the label. Only the map of the image's class is.",
    ),
    "labels_of_the_batch": (
        {"one_hot": lambda labels, classes: np.tile(one_hot(labels, classes).max(axis=0), (len(labels), 1))},
        "Every image gets the maps of all labels of the batch: `[:, labels] = 1` fills those for all images. Image i "
        "has one map of ones, that of labels[i].",
    ),
    "one_label": (
        lambda x, labels, classes: condition_images(x, np.full_like(labels, labels[0]), classes),
        "All images get the maps of the first label. Each has its own: image i goes with labels[i].",
    ),
    "reshaped": (scrambled_maps, RESHAPED),
    "tiled_and_reshaped": (tiled_maps, RESHAPED),
    "painted_with_the_image": (
        lambda x, labels, classes: np.concatenate([x, maps_of(x, labels, classes) * x[:, :1]], axis=1),
        "The map of the class holds the image once more. It is 1 everywhere: where the image is 0 nothing would be "
        "said of the class.",
    ),
    "shared_out": (
        lambda x, labels, classes: with_maps(x, one_hot(labels, classes) / (x.shape[2] * x.shape[3])),
        "You share the 1 out among the pixels. Every pixel of the map is 1.",
    ),
}

EXERCISE = Exercise(
    name="condition_images",
    reference=condition_images,
    builds_on=("one_hot",),
    properties=(
        Property(
            "appends a one-hot map per class to square grey images",
            2,
            lambda rng: draw_labelled(rng, 4, 3, 1, 3, 3),
            cases=2,
        ),
        Property(
            "does so for any channels, height and width", 1, lambda rng: draw_labelled(rng, 3, 4, 2, 2, 4), cases=2
        ),
    ),
    misconceptions=misconceptions(condition_images, WRONG),
)
