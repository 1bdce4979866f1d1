"""Exercise 9: the kernel of the kernel inception distance."""

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions


def polynomial_kernel(x, y, formula=lambda inner, d: (inner / d + 1) ** 3):
    return formula(x @ y.T, x.shape[1])


def squared_distances(x, y):
    return ((x[:, None] - y[None]) ** 2).sum(axis=2)


def draw_kernel_features(rng):
    d = int(rng.choice([3, 4, 6]))  # neither n nor m, else a division by one of these is right by luck
    return rng.normal(0.3, 1.2, size=(5, d)), rng.normal(0.3, 1.2, size=(7, d))


WRONG = {
    "not_divided": (
        {"formula": lambda inner, d: (inner + 1) ** 3},
        "The inner product is not divided by d, the number of features: `x.shape[1]`.",
    ),
    "divided_by_samples": (
        lambda x, y: (x @ y.T / len(x) + 1) ** 3,
        "You divide by n, the number of samples. d is the number of *features*: `x.shape[1]`.",
    ),
    "root_of_d": ({"formula": lambda inner, d: (inner / np.sqrt(d) + 1) ** 3}, "You divide by √d. Divide by d."),
    "squared": ({"formula": lambda inner, d: (inner / d + 1) ** 2}, "The degree is 2. It is 3: a third power."),
    "no_power": (
        {"formula": lambda inner, d: inner / d + 1},
        "The third power is missing. Without it only the means are compared.",
    ),
    "without_one": (
        {"formula": lambda inner, d: (inner / d) ** 3},
        "The + 1 is missing. Without it the kernel sees third moments only; with it, the first and second as well.",
    ),
    "one_outside": (
        {"formula": lambda inner, d: (inner / d) ** 3 + 1},
        "The 1 is added after the power. It belongs inside: (… + 1)³.",
    ),
    "divided_outside": (
        {"formula": lambda inner, d: (inner + 1) ** 3 / d},
        "You divide by d after the power. The inner product alone is divided, inside the brackets.",
    ),
    "one_divided_too": (
        {"formula": lambda inner, d: ((inner + 1) / d) ** 3},
        "The 1 is divided by d as well. Divide the inner product only: ⟨x, y⟩ / d + 1.",
    ),
    "transposed": (
        lambda x, y: polynomial_kernel(y, x),
        "Rows and columns have changed places: row i is for x_i, column j for y_j.",
    ),
    "distance": (
        lambda x, y: (squared_distances(x, y) / x.shape[1] + 1) ** 3,
        "You use the squared distance of x_i and y_j. This kernel is built on their inner product: `x @ y.T`.",
    ),
    "gaussian": (
        lambda x, y: np.exp(-squared_distances(x, y) / 2),
        "This is the Gaussian kernel. A polynomial one is asked for: (⟨x, y⟩ / d + 1)³.",
    ),
    "one_number": (
        lambda x, y: polynomial_kernel(x, y).mean(),
        "You return one number. Return the whole matrix, one entry per pair; the means come in the next exercise.",
    ),
}

EXERCISE = Exercise(
    name="polynomial_kernel",
    reference=polynomial_kernel,
    properties=(Property("is (⟨x_i, y_j⟩ / d + 1)³ for every pair, shape (n, m)", 2, draw_kernel_features),),
    misconceptions=misconceptions(polynomial_kernel, WRONG),
)
