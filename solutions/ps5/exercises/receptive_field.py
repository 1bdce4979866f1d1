"""Exercise 1: how many pixels one output of a stack of layers sees."""

import math

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions


def step_back(r, kernel, stride):
    return (r - 1) * stride + kernel


def receptive_field(layers, step=step_back):
    r = 1
    for kernel, stride in reversed(list(layers)):
        r = step(r, kernel, stride)
    return r


def with_own_stride(layers):
    """1 + Σ (k − 1) · the strides of the layers before and of the layer itself."""
    r, jump = 1, 1
    for kernel, stride in layers:
        jump *= stride
        r += (kernel - 1) * jump
    return r


WRONG = {
    "sum_of_kernels": (
        lambda layers: sum(kernel for kernel, _ in layers),
        "You add up the kernels. Neighbouring outputs of a layer look at pixels that overlap, and with stride 2 they "
        "lie two pixels apart: go from the last layer to the first, r ← (r − 1) · stride + kernel.",
    ),
    "without_stride": (
        lambda layers: 1 + sum(kernel - 1 for kernel, _ in layers),
        "The strides do not count in your formula. r neighbouring outputs lie `stride` pixels apart in the layer's "
        "input: (r − 1) · stride.",
    ),
    "front_to_back": (
        lambda layers: receptive_field(layers[::-1]),
        "You go from the first layer to the last. One output of the *last* layer is where it starts, "
        "so go backwards through the list.",
    ),
    "r_times_stride": (
        {"step": lambda r, kernel, stride: r * stride + kernel},
        "You take r · stride. Between r outputs there are r − 1 steps: (r − 1) · stride + kernel.",
    ),
    "overlap_forgotten": (
        {"step": lambda r, kernel, stride: r * kernel},
        "You multiply the kernels. That would be right if neighbouring outputs never looked at the same pixel, that "
        "is, if each stride were as large as its kernel.",
    ),
    "kernel_minus_one": (
        {"step": lambda r, kernel, stride: step_back(r, kernel, stride) - 1},
        "You add kernel − 1 in each layer. The last of the r outputs sees a whole kernel: (r − 1) · stride + kernel.",
    ),
    "strides_not_multiplied": (
        lambda layers: 1 + sum((kernel - 1) * stride for kernel, stride in layers),
        "Each layer counts with its own stride only. Strides multiply: behind two layers of stride 2, "
        "neighbours are 4 pixels apart. Go from the last layer to the first, r ← (r − 1) · stride + kernel.",
    ),
    "one_too_many": (
        {"step": lambda r, kernel, stride: step_back(r, kernel, stride) + 1},
        "You add one too many in each layer: r − 1 steps and one kernel, (r − 1) · stride + kernel.",
    ),
    "own_stride": (
        with_own_stride,
        "Each layer is widened by its *own* stride as well. A kernel's pixels lie as far apart as the strides of the "
        "layers **before** it have put them.",
    ),
    "exchanged": (
        lambda layers: receptive_field(np.asarray(layers)[:, ::-1]),
        "You take the stride for the kernel and the kernel for the stride: each row is (kernel, stride).",
    ),
    "without_first": (
        lambda layers: receptive_field(layers[1:]),
        "The first layer, the one that sees the image, is left out.",
    ),
    "without_last": (
        lambda layers: receptive_field(layers[:-1]),
        "The last layer is left out. Start with r = 1, a single output, and take every layer.",
    ),
    "starts_at_zero": (
        lambda layers: receptive_field(layers) - math.prod(int(stride) for _, stride in layers),
        "Your r starts at 0. One output of the last layer is 1 pixel of its result: r = 1.",
    ),
}
MISCONCEPTIONS = misconceptions(receptive_field, WRONG)


def draw_layers(rng):
    """Layers without gaps (no kernel is smaller than its stride) at which no two of the formulas agree."""
    formulas = [receptive_field, *(m.function for m in MISCONCEPTIONS.values())]
    while True:
        layers = np.stack([rng.integers(3, 8, size=4), rng.permutation([1, 2, 3, 2])], axis=1)
        if len({int(f(layers)) for f in formulas}) == len(formulas):
            return (layers,)


def draw_layer(rng):
    return (np.array([[rng.integers(3, 8), rng.integers(2, 4)]]),)


EXERCISE = Exercise(
    name="receptive_field",
    reference=receptive_field,
    properties=(
        Property("counts the pixels that one output of a stack of layers sees", 1, draw_layers),
        Property("is the kernel of a single layer", 1, draw_layer),
    ),
    misconceptions=MISCONCEPTIONS,
)
