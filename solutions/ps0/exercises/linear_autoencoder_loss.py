"""Exercise 8, `linear_autoencoder_loss`: the mean over examples of ½‖x − xED‖²."""

from functools import partial

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import draw_autoencoder, of_sizes


def reconstruct(x, encoder, decoder):
    return x @ encoder @ decoder


def linear_autoencoder_loss(x, encoder, decoder, reconstruct=reconstruct, price=np.square, total=None, factor=0.5):
    error = price(reconstruct(x, encoder, decoder) - x)
    return factor * (total(error) if total else error.sum(axis=1).mean())


WRONG = {
    "sum_over_examples": (
        {"total": np.sum},
        "You sum over the examples. Take the mean over them, so that the loss does not grow with the data.",
    ),
    "mean_over_numbers": (
        {"total": np.mean},
        "You divide by n · d. Only the examples are averaged; the d squares of one example are summed.",
    ),
    "mean_over_columns": (
        {"total": lambda squares: squares.sum(axis=0).mean()},
        "You divide by d, the number of columns. Sum along each row (`axis=1`), then take the mean over the n rows.",
    ),
    "per_example": (
        {"total": partial(np.sum, axis=1)},
        "You return one loss for each example. Return their mean, one number.",
    ),
    "no_half": (
        {"factor": 1},
        "The ½ is missing. It costs nothing, and in the gradient it makes the 2 go away.",
    ),
    "length": (
        {"total": lambda squares: np.sqrt(squares.sum(axis=1)).mean()},
        "You average the lengths ‖x − x̂‖. Without the root: the squared length ‖x − x̂‖² is meant.",
    ),
    "absolute": (
        {"price": np.abs},
        "You add up absolute differences. Square them.",
    ),
    "not_squared": (
        {"price": np.copy},
        "You add up the differences as they are, so that they cancel. Square each.",
    ),
    "tied": (
        {"reconstruct": lambda x, encoder, decoder: x @ encoder @ encoder.T},
        "You decode with the transposed encoder. The decoder has its own numbers: use `decoder`.",
    ),
    "decoder_only": (
        {"reconstruct": lambda x, encoder, decoder: x @ decoder.T @ decoder},
        "You encode with the transposed decoder. The encoder has its own numbers: use `encoder`.",
    ),
    "zeros": (
        {"reconstruct": lambda x, encoder, decoder: 0 * x},
        "This is the mean of ½‖x‖². Subtract from x what comes out of the decoder.",
    ),
}

EXERCISE = Exercise(
    name="linear_autoencoder_loss",
    reference=linear_autoencoder_loss,
    properties=(Property("is the mean over examples of ½‖x − xED‖²", 1, of_sizes(draw_autoencoder, 5, 6, 7)),),
    misconceptions=misconceptions(linear_autoencoder_loss, WRONG),
)
