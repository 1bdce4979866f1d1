"""Exercise 4, `orthogonal_gradient`: 4β W (WᵀW ⊙ (1 − I))."""

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import draw_matrix, draw_matrix_at_right_angles, of_shapes
from .orthogonal_penalty import of_columns_of_length_one, products, without_diagonal


def orthogonal_gradient(w, beta, products=products, keep=without_diagonal, factor=lambda beta: 4 * beta):
    return factor(beta) * w @ keep(products(w))


def of_rows(w, beta):
    return 4 * beta * without_diagonal(w @ w.T) @ w


WRONG = {
    "twice": (
        {"factor": lambda beta: 2 * beta},
        "It is half of the gradient. One 2 comes from the square. Another comes from WᵀW, in which each weight stands "
        "twice: in the column and in the row.",
    ),
    "once": (
        {"factor": lambda beta: beta},
        "It is a quarter of the gradient: a 2 from the square is missing, and another, as each weight stands twice in "
        "WᵀW.",
    ),
    "eight_times": (
        {"factor": lambda beta: 8 * beta},
        "It is twice the gradient: the factor is 4.",
    ),
    "without_beta": (
        {"factor": lambda beta: 4},
        "β is missing.",
    ),
    "downhill": (
        {"factor": lambda beta: -4 * beta},
        "The sign is wrong: this is the direction downhill. The minus comes in the step.",
    ),
    "with_diagonal": (
        {"keep": np.copy},
        "The diagonal is still there: this gradient shortens the columns as well. Multiply WᵀW by 1 − I first.",
    ),
    "minus_identity": (
        {"keep": lambda a: a - np.eye(len(a))},
        "This is the gradient of ‖WᵀW − I‖², which also wants columns of length 1. Multiply by 1 − I instead of "
        "subtracting I.",
    ),
    "of_rows": (
        of_rows,
        "This is the gradient for the *rows* of W, of ‖WWᵀ ⊙ (1 − I)‖². The products of columns are in WᵀW, and W "
        "comes before them: W (WᵀW ⊙ (1 − I)).",
    ),
    "transposed": (
        lambda w, beta: orthogonal_gradient(w, beta).T,
        "Your matrix is the transpose of the gradient. It has the shape of W: W comes first, then the (k, k) matrix.",
    ),
    "without_w": (
        lambda w, beta: 4 * beta * without_diagonal(w.T @ w),
        "You return a matrix of shape (k, k), the gradient by WᵀW up to a factor. The chain rule goes on to W: "
        "multiply by W from the left.",
    ),
    "squared_products": (
        {"products": lambda w: (w.T @ w) ** 2},
        "The products are still squared. The derivative of a² is 2a: the square is gone.",
    ),
    "lengths_one": (
        {"products": of_columns_of_length_one},
        "You divide the columns by their lengths first. Use W as it is.",
    ),
    "averaged": (
        lambda w, beta: orthogonal_gradient(w, beta) / w.shape[1] ** 2,
        "You divide by the number of products, as for a mean. ‖·‖² is a sum.",
    ),
}

EXERCISE = Exercise(
    name="orthogonal_gradient",
    reference=orthogonal_gradient,
    properties=(
        Property("is ∂R/∂W", 2, of_shapes(draw_matrix, (5, 3), (6, 4), (4, 4))),
        Property(
            "is 0 if the columns are at right angles, however long they are",
            1,
            of_shapes(draw_matrix_at_right_angles, (5, 3), (6, 4)),
            cases=2,
        ),
    ),
    misconceptions=misconceptions(orthogonal_gradient, WRONG),
)
