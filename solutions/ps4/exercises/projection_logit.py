"""Exercise 3: the logit of the projection discriminator."""

from functools import partial

import torch
import torch.nn.functional as F

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import draw_labels


def inner_product(features, rows):
    return (features * rows).sum(dim=1)


def projection_logit(features, unconditional_logit, embedding, labels, inner=inner_product):
    return unconditional_logit + inner(features, embedding[labels])


def log_softmax_of_label(features, embedding, labels):
    return (features @ embedding.T).log_softmax(dim=1)[torch.arange(len(labels)), labels]


def draw_projection(rng):
    n, d, classes = 5, int(rng.integers(6, 9)), 4
    return rng.normal(size=(n, d)), rng.normal(size=n), rng.normal(size=(classes, d)), draw_labels(rng, n, classes)


ALL_PAIRS = (
    "A matrix product of features and `embedding[labels]` pairs every example with every other one's class. Multiply "
    "number by number and sum along the axis of features."
)
COLUMN_PLUS_ROW = (
    "A column plus a row is a table: shapes (n, 1) and (n,) broadcast to (n, n). Give both the shape (n,)."
)


WRONG = {
    "without_unconditional": (
        lambda features, logit, embedding, labels: projection_logit(features, 0, embedding, labels),
        "This is the inner product alone. It says whether the class fits; `unconditional_logit`, whether it looks real "
        "at all. Add the two.",
    ),
    "every_class": (
        lambda features, logit, embedding, labels: logit[:, None] + features @ embedding.T,
        "You return a logit for every class. Take the embedding of the class asked about: `embedding[labels]`.",
    ),
    "summed_over_classes": (
        lambda features, logit, embedding, labels: logit + (features @ embedding.T).sum(dim=1),
        "You sum over all classes. Only the row of the class asked about counts: `embedding[labels]`.",
    ),
    "all_pairs": ({"inner": lambda features, rows: features @ rows.T}, ALL_PAIRS),
    "all_pairs_transposed": ({"inner": lambda features, rows: rows @ features.T}, ALL_PAIRS),
    "column_plus_row": (
        lambda features, logit, embedding, labels: (
            logit[:, None] + (features * embedding[labels]).sum(dim=1, keepdim=True).T
        ),
        COLUMN_PLUS_ROW,
    ),
    "row_plus_column": ({"inner": lambda features, rows: (features * rows).sum(dim=1, keepdim=True)}, COLUMN_PLUS_ROW),
    "summed_over_batch": (
        {"inner": lambda features, rows: (features * rows).sum()},
        "You sum over the whole batch. Each example has its own inner product: `.sum(dim=1)`.",
    ),
    "mean_for_sum": (
        {"inner": lambda features, rows: (features * rows).mean(dim=1)},
        "You average over the features. An inner product is the sum.",
    ),
    "multiplied": (
        lambda features, logit, embedding, labels: logit * inner_product(features, embedding[labels]),
        "You multiply the two. Both are logarithms of ratios, which add: the logit is their sum.",
    ),
    "probability": (
        lambda *a: projection_logit(*a).sigmoid(),
        "You return a probability. The logit itself is asked for, without the sigmoid.",
    ),
    "cosine": (
        {"inner": partial(F.cosine_similarity, dim=1)},
        "You divide by the lengths, which makes it a cosine. The inner product is asked for as it is.",
    ),
    "log_softmax": (
        lambda features, logit, embedding, labels: logit + log_softmax_of_label(features, embedding, labels),
        "You add the log-softmax over the classes: that is a classifier's answer, as in AC-GAN. The projection has no "
        "softmax, the inner product is added as it is.",
    ),
    "first_rows": (
        lambda features, logit, embedding, labels: projection_logit(
            features, logit, embedding, torch.arange(len(labels)) % len(embedding)
        ),
        "Example i gets row i of the embedding. It is the row of its class, `embedding[labels]`.",
    ),
}

EXERCISE = Exercise(
    name="projection_logit",
    reference=projection_logit,
    properties=(
        Property(
            "is unconditional_logit + ⟨embedding[label], features⟩, per example", 2, draw_projection, probe="on_tensors"
        ),
    ),
    misconceptions=misconceptions(projection_logit, WRONG),
)
