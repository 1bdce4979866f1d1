"""Exercise 1, `output_size`: the size of an image after a convolution."""

import math
from functools import partial

from gancourse.exercises.specification import Exercise, Misconception, Property


def output_size(size, kernel, stride, padding):
    return (size + 2 * padding - kernel) // stride + 1


WRONG_SIZES = {
    "without_one": (
        lambda size, kernel, stride, padding: (size + 2 * padding - kernel) // stride,
        "The + 1 is missing: you count the steps of the kernel, not the places. It also stands where it starts.",
    ),
    "one_side": (
        lambda size, kernel, stride, padding: (size + padding - kernel) // stride + 1,
        "You add the padding once. There is a left and a right edge: 2 · padding.",
    ),
    "without_padding": (
        lambda size, kernel, stride, padding: (size - kernel) // stride + 1,
        "The padding does not count in your formula. It makes the image larger by 2 · padding.",
    ),
    "takes_padding_away": (
        lambda size, kernel, stride, padding: (size - 2 * padding - kernel) // stride + 1,
        "The padding has the wrong sign. Padding makes the image larger before the kernel runs over it.",
    ),
    "without_kernel": (
        lambda size, kernel, stride, padding: (size + 2 * padding) // stride,
        "The kernel does not count in your formula. It has to fit in: take its size away first.",
    ),
    "size_over_stride": (
        lambda size, kernel, stride, padding: size // stride,
        "This is size / stride, which is right for kernel 4, stride 2, padding 1, and not in general: "
        "the kernel and the padding count.",
    ),
    "without_stride": (
        lambda size, kernel, stride, padding: size + 2 * padding - kernel + 1,
        "The stride does not count in your formula: this is the size for stride 1.",
    ),
    "transposed": (
        lambda size, kernel, stride, padding: (size - 1) * stride - 2 * padding + kernel,
        "This is the size after a *transposed* convolution, the next exercise.",
    ),
}
WRONG_ROUNDING = {
    "not_rounded": (
        lambda size, kernel, stride, padding: (size + 2 * padding - kernel) / stride + 1,
        "You do not round. A place where the kernel fits only in part is none: round down, with `//`.",
    ),
    "rounded_up": (
        lambda size, kernel, stride, padding: math.ceil((size + 2 * padding - kernel) / stride) + 1,
        "You round up. A place where the kernel fits only in part is none: round down, with `//`.",
    ),
}
ONE_BEFORE_DIVIDING = Misconception(
    lambda size, kernel, stride, padding: (size + 2 * padding - kernel + 1) // stride,
    "At an exact fit it is one too small. If you add 1 before you divide by the stride: divide first, the 1 is the "
    "kernel's first place. If you count with `range`: its end is left out, and the last place belongs in.",
)


def draw_convolution(rng, over=False):
    """Settings at which no two of the formulas agree; `over` says whether the last step goes over the edge.

    Then all but one pixel of a stride are left, so that a 1 added before dividing is not the same as no 1 at all.
    """
    formulas = [output_size, *(f for f, _ in (WRONG_SIZES | (WRONG_ROUNDING if over else {})).values())]
    while True:
        settings = int(rng.integers(20, 60)), int(rng.integers(5, 14)), int(rng.integers(2, 4)), int(rng.integers(4, 8))
        size, kernel, stride, padding = settings
        left = (size + 2 * padding - kernel) % stride
        if left == (stride - 1 if over else 0) and len({f(*settings) for f in formulas}) == len(formulas):
            return settings


EXERCISE = Exercise(
    name="output_size",
    reference=output_size,
    properties=(
        Property("is the number of places where the kernel fits", 1, draw_convolution),
        Property("rounds down where the last step goes over the edge", 1, partial(draw_convolution, over=True)),
    ),
    misconceptions={name: Misconception(*wrong) for name, wrong in (WRONG_SIZES | WRONG_ROUNDING).items()}
    | {"one_before_dividing": ONE_BEFORE_DIVIDING},
)
