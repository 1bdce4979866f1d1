"""Exercise 3, `orthogonal_penalty`: β ‖WᵀW ⊙ (1 − I)‖²."""

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import draw_matrix, draw_matrix_at_right_angles, of_shapes


def products(w):
    return w.T @ w


def without_diagonal(a):
    return a * (1 - np.eye(len(a)))


def orthogonal_penalty(w, beta, products=products, keep=without_diagonal, total=lambda a: (a**2).sum()):
    return beta * total(keep(products(w)))


def of_columns_of_length_one(w):
    w = w / np.linalg.norm(w, axis=0)
    return w.T @ w


WRONG = {
    "with_diagonal": (
        {"keep": np.copy},
        "The diagonal is still there: the squared lengths of the columns count as well, and all weights are pulled to "
        "0. Leave it out: ⊙ (1 − I).",
    ),
    "minus_identity": (
        {"keep": lambda a: a - np.eye(len(a))},
        "This is ‖WᵀW − I‖², the older penalty: it also wants every column to have length 1. BigGAN leaves lengths "
        "alone: multiply by 1 − I instead of subtracting I.",
    ),
    "times_identity": (
        {"keep": lambda a: a * np.eye(len(a))},
        "You keep the diagonal and drop the rest. It is the other way round: ⊙ (1 − I).",
    ),
    "rows": (
        {"products": lambda w: w @ w.T},
        "You multiply rows with rows. WᵀW has the products of *columns*: `w.T @ w`.",
    ),
    "number_by_number": (
        lambda w, beta: beta * (w**2).sum(),
        "You square the weights themselves: that is weight decay. WᵀW is a matrix product, `w.T @ w`, in which each "
        "column meets each other.",
    ),
    "lengths_one": (
        {"products": of_columns_of_length_one},
        "You divide the columns by their lengths first, so that you penalise cosines. Use W as it is.",
    ),
    "each_pair_once": (
        {"keep": lambda a: np.triu(a, 1)},
        "Each pair of columns counts once in your code. In the matrix it stands twice, as (i, j) and as (j, i), and "
        "both are squared.",
    ),
    "not_squared": (
        {"total": np.sum},
        "You add the products up without squaring them, so that negative ones make up for positive ones. Square each.",
    ),
    "absolute": (
        {"total": lambda a: np.abs(a).sum()},
        "You add up absolute values. Square each product.",
    ),
    "root": (
        {"total": np.linalg.norm},
        "You take the norm as it is, which is a root. It is squared in the formula.",
    ),
    "mean": (
        {"total": lambda a: (a**2).mean()},
        "You average the squares. ‖·‖² is their sum.",
    ),
    "without_beta": (
        lambda w, beta: orthogonal_penalty(w, 1.0),
        "β is missing.",
    ),
    "beta_inside": (
        lambda w, beta: orthogonal_penalty(w, beta**2),
        "β is squared with the rest. Multiply by it at the end.",
    ),
    "not_summed": (
        {"total": np.square},
        "You return a matrix. The penalty is one number, the sum of its squares.",
    ),
}

EXERCISE = Exercise(
    name="orthogonal_penalty",
    reference=orthogonal_penalty,
    properties=(
        Property("is β times the sum of the squared products", 2, of_shapes(draw_matrix, (5, 3), (6, 4), (4, 4))),
        Property(
            "is 0 if the columns are at right angles, however long they are",
            1,
            of_shapes(draw_matrix_at_right_angles, (5, 3), (6, 4)),
            cases=2,
        ),
    ),
    misconceptions=misconceptions(orthogonal_penalty, WRONG),
)
