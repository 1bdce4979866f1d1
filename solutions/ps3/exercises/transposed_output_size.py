"""Exercise 2, `transposed_output_size`: the size of an image after a transposed convolution."""

from gancourse.exercises.specification import Exercise, Misconception, Property

from .output_size import output_size


def transposed_output_size(size, kernel, stride, padding):
    return (size - 1) * stride - 2 * padding + kernel


def draw_transposed(rng):
    while True:
        size, kernel = int(rng.integers(5, 30)), int(rng.integers(5, 9))
        stride, padding = int(rng.integers(2, 5)), int(rng.integers(1, 4))
        apart = kernel not in (2 * padding, stride, stride + 2 * padding, stride + padding)
        if apart and stride - 1 not in (padding, 2 * padding):
            return size, kernel, stride, padding


EXERCISE = Exercise(
    name="transposed_output_size",
    reference=transposed_output_size,
    properties=(Property("is the size of what is painted, without the padding", 1, draw_transposed),),
    misconceptions={
        "stride_times_size": Misconception(
            lambda size, kernel, stride, padding: size * stride,
            "This is size · stride, which is right for kernel 4, stride 2, padding 1, and not in general: "
            "the kernel and the padding count.",
        ),
        "without_minus_one": Misconception(
            lambda size, kernel, stride, padding: size * stride - 2 * padding + kernel,
            "Between n places there are n − 1 steps: (size − 1) · stride.",
        ),
        "one_side": Misconception(
            lambda size, kernel, stride, padding: (size - 1) * stride - padding + kernel,
            "You take the padding away once. It is cut off at both edges: 2 · padding.",
        ),
        "adds_padding": Misconception(
            lambda size, kernel, stride, padding: (size - 1) * stride + 2 * padding + kernel,
            "The padding has the wrong sign. In a transposed convolution it is cut *off* the output.",
        ),
        "without_padding": Misconception(
            lambda size, kernel, stride, padding: (size - 1) * stride + kernel,
            "The padding does not count in your formula. It is cut off the output at both edges.",
        ),
        "without_kernel": Misconception(
            lambda size, kernel, stride, padding: (size - 1) * stride - 2 * padding + 1,
            "The kernel does not count in your formula: at its last place it still paints `kernel` pixels.",
        ),
        "nothing_at_the_end": Misconception(
            lambda size, kernel, stride, padding: (size - 1) * stride - 2 * padding,
            "This is where the last kernel begins. From there it still paints `kernel` pixels.",
        ),
        "side_by_side": Misconception(
            lambda size, kernel, stride, padding: size * kernel - 2 * padding,
            "You lay the kernels side by side. They begin `stride` pixels apart and overlap: only the last one paints "
            "all its `kernel` pixels beyond where it begins.",
        ),
        "largest": Misconception(
            lambda size, kernel, stride, padding: (size - 1) * stride - 2 * padding + kernel + stride - 1,
            "A convolution with these settings does come from there to `size`, but by rounding down. It is the largest "
            "size of which that is true; what the kernels paint is the smallest.",
        ),
        "kernel_minus_one": Misconception(
            lambda size, kernel, stride, padding: (size - 1) * stride - 2 * padding + kernel - 1,
            "It is one too small. At its last place the kernel paints all its `kernel` pixels.",
        ),
        "convolution": Misconception(
            output_size,
            "This is the size after an ordinary convolution, which shrinks. Solve that formula for the size before.",
        ),
    },
)
