"""Exercise 7, `mix_styles`: which layer is told which w."""

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions


def which(from_b, layers):
    """Of each layer, whether its style is b's."""
    return np.isin(np.arange(layers), from_b)


def mix_styles(w_a, w_b, from_b, layers, which=which):
    return np.where(which(from_b, layers)[None, :, None], w_b[:, None], w_a[:, None])


def as_crossover(from_b, layers):
    return np.arange(layers) >= (min(from_b) if len(from_b) else layers)


def numbers_for_layers(w_a, w_b, from_b, layers):
    """Columns of w in place of layers: the same style everywhere."""
    w = w_a.copy()
    columns = [i for i in from_b if i < w.shape[1]]
    w[:, columns] = w_b[:, columns]
    return np.repeat(w[:, None], layers, axis=1)


def averaged(w_a, w_b, from_b, layers):
    half = (w_a + w_b) / 2
    return np.where(which(from_b, layers)[None, :, None], half[:, None], w_a[:, None])


def draw_styles(choices):
    """Samplers that take turns over pairs (layers from b, number of layers)."""

    def sampler(from_b, layers):
        def draw(rng):
            w_a, w_b = rng.normal(size=(2, int(rng.integers(3, 5)), 5))
            return w_a, w_b, np.array(from_b, dtype=int), layers

        return draw

    return tuple(sampler(*choice) for choice in choices)


WRONG = {
    "swapped": (
        {"which": lambda *a: ~which(*a)},
        "a and b have changed places: the layers in `from_b` are told b's style, all others a's.",
    ),
    "one_later": (
        {"which": lambda from_b, layers: which(from_b + 1, layers)},
        "b's style comes one layer too late. Layers are counted from 0.",
    ),
    "one_earlier": (
        {"which": lambda from_b, layers: which(from_b - 1, layers)},
        "b's style comes one layer too early. Layers are counted from 0, as indices are.",
    ),
    "from_the_end": (
        {"which": lambda from_b, layers: which(layers - 1 - from_b, layers)},
        "You count the layers from the end. Layer 0 is the first, the coarsest.",
    ),
    "all_behind": (
        {"which": as_crossover},
        "From the first layer in `from_b` on, all are told b's style. Only those in the list are: others behind "
        "them go on with a's.",
    ),
    "as_many": (
        {"which": lambda from_b, layers: np.arange(layers) < len(from_b)},
        "As many layers are told b's style as the list is long, and they are the first ones. The list says *which* "
        "ones.",
    ),
    "layers_first": (
        lambda *a: mix_styles(*a).swapaxes(0, 1),
        "The axes have changed places: the image comes first, then the layer, (n, layers, d). (`np.stack` along axis 1 "
        "does it.)",
    ),
    "end_to_end": (
        lambda *a: mix_styles(*a).reshape(len(a[0]), -1),
        "You put the layers' styles end to end in one row. Give them an axis of their own, (n, layers, d): `np.stack` "
        "in place of `np.concatenate`.",
    ),
    "averaged": (
        averaged,
        "You average a and b where b's style belongs. Nothing is averaged: each layer is told one or the other.",
    ),
    "all_averaged": (
        lambda w_a, w_b, from_b, layers: np.repeat(((w_a + w_b) / 2)[:, None], layers, axis=1),
        "Every layer is told the average of a and b. That is *interpolation*. In mixing, a layer is told one or the "
        "other.",
    ),
    "by_share": (
        lambda w_a, w_b, from_b, layers: np.repeat((w_a + len(from_b) / layers * (w_b - w_a))[:, None], layers, axis=1),
        "Every layer is told a blend of a and b, by how many layers are listed. In mixing, a layer is told one or the "
        "other.",
    ),
    "numbers_for_layers": (
        numbers_for_layers,
        "You exchange some of the *numbers* of w, and tell every layer the same. What is exchanged is the layer: it is "
        "told the whole of one w.",
    ),
    "only_listed": (
        lambda w_a, w_b, from_b, layers: np.repeat(w_b[:, None], len(from_b), axis=1),
        "You return only the layers in the list. All `layers` of them are asked for, the others with a's style.",
    ),
    "zeros_elsewhere": (
        lambda w_a, w_b, *a: mix_styles(0 * w_a, w_b, *a),
        "Layers that are not in the list are told zeros. They are told a's style.",
    ),
}

EXERCISE = Exercise(
    name="mix_styles",
    reference=mix_styles,
    properties=(
        Property(
            "tells the layers in `from_b` the style of b, all others that of a",
            2,
            draw_styles([([1, 2], 6), ([0, 3], 7), ([2, 3, 5], 8)]),
        ),
        Property(
            "tells all of them one style if the list is empty, or has them all",
            1,
            draw_styles([([], 6), ([0, 1, 2, 3, 4], 5)]),
            cases=2,
        ),
    ),
    misconceptions=misconceptions(mix_styles, WRONG),
)
