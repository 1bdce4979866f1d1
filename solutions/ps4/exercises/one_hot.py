"""Exercise 1: class labels as one-hot codes."""

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import draw_labels


def one_hot(labels, classes):
    return (np.asarray(labels)[:, None] == np.arange(classes)).astype(float)


def draw_low_labels(rng, n, classes):
    """`n` labels, none of them of the last two classes."""
    return rng.permutation(np.r_[0, classes - 3, rng.integers(classes - 2, size=n - 2)])


WRONG = {
    "those_that_occur": (
        lambda labels, classes: one_hot(labels, labels.max() + 1),
        "A batch need not contain the last class, and then your code loses its column. The number of columns is "
        "`classes`, whatever `labels` holds.",
    ),
    "counts_from_one": (
        lambda labels, classes: one_hot((labels - 1) % classes, classes),
        "Every 1 stands one column too far left. Labels count from 0: label 0 is column 0.",
    ),
    "transposed": (
        lambda labels, classes: one_hot(labels, classes).T,
        "Rows and columns are the wrong way round: one *row* per example, one column per class.",
    ),
    "value_for_one": (
        lambda labels, classes: labels[:, None] * one_hot(labels, classes),
        "You write the label itself into its column. Write 1; the column says which class it is. (With label 0 nothing "
        "would be left.)",
    ),
    "minus_ones": (lambda labels, classes: 2 * one_hot(labels, classes) - 1, "The other entries are −1. They are 0."),
    "every_row": (
        lambda labels, classes: np.tile(one_hot(labels, classes).max(axis=0), (len(labels), 1)),
        "All rows are the same, with a 1 for every label of the batch: `[:, labels] = 1` fills whole columns. One "
        "entry of each row: `[np.arange(len(labels)), labels] = 1`.",
    ),
    "one_cold": (
        lambda labels, classes: 1 - one_hot(labels, classes),
        "Ones and zeros have changed places: the 1 is at the label, the zeros everywhere else.",
    ),
    "counted": (
        lambda labels, classes: one_hot(labels, classes).sum(axis=0),
        "You count how often each class occurs, over the batch. Each example has a row of its own.",
    ),
    "up_to_label": (
        lambda labels, classes: (np.arange(classes) <= labels[:, None]).astype(float),
        "Every column up to the label is 1. That says that class 3 is more than class 1; exactly one entry per row is "
        "1.",
    ),
}

EXERCISE = Exercise(
    name="one_hot",
    reference=one_hot,
    properties=(
        Property("has a 1 in row i at column labels[i], else 0", 1, lambda rng: (draw_labels(rng, 6, 4), 4)),
        Property("has a column for classes that do not occur", 1, lambda rng: (draw_low_labels(rng, 6, 7), 7), cases=2),
    ),
    misconceptions=misconceptions(one_hot, WRONG),
)
