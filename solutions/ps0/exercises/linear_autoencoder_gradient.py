"""Exercise 9, `linear_autoencoder_gradient`: of that loss, by the encoder and by the decoder."""

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import draw_autoencoder, of_sizes


def reconstruction(x, encoder, decoder):
    return x @ encoder @ decoder


def error_of(x, encoder, decoder):
    return reconstruction(x, encoder, decoder) - x


def linear_autoencoder_gradient(
    x, encoder, decoder, error=error_of, back=lambda encoder, decoder: decoder.T, seen=lambda x, e, d: x, count=len
):
    error = error(x, encoder, decoder) / count(x)
    return seen(x, encoder, decoder).T @ error @ back(encoder, decoder), (x @ encoder).T @ error


def right_but(by_encoder=None, by_decoder=None):
    """The two gradients, one of them computed in another way."""

    def gradient(*a):
        right = linear_autoencoder_gradient(*a)
        return by_encoder(*a) if by_encoder else right[0], by_decoder(*a) if by_decoder else right[1]

    return gradient


def of(part, number):
    """The sampler of a property: which of the two gradients is looked at, then what the function takes."""

    def draw(rng, n):
        return part, number, *draw_autoencoder(rng, n)

    return of_sizes(draw, 5, 6, 7)


WRONG = {
    "uphill": (
        lambda *a: tuple(-g for g in linear_autoencoder_gradient(*a)),
        "The sign is wrong: this is the direction downhill. The error is x̂ − x; the minus comes in the step.",
    ),
    "twice": (
        lambda *a: tuple(2 * g for g in linear_autoencoder_gradient(*a)),
        "It is twice too large: the ½ of the loss makes the 2 go away.",
    ),
    "sum_for_mean": (
        {"count": lambda x: 1},
        "You sum over the examples. The loss is a mean over them: divide by n.",
    ),
    "mean_over_numbers": (
        {"count": np.size},
        "You divide by n · d. The loss is a mean over the n examples and a sum over the d numbers of each.",
    ),
    "reconstruction_for_error": (
        {"error": lambda *a: error_of(*a) + a[0]},
        "You use x̂ where the error x̂ − x belongs. If the reconstruction is perfect the gradient has to be 0.",
    ),
    "swapped": (
        lambda *a: linear_autoencoder_gradient(*a)[::-1],
        "The two have changed places: the gradient by the encoder comes first. (Each has the shape of what it is by.)",
    ),
    "error_first": (
        lambda x, e, d: tuple(error_of(x, e, d).T @ a / len(x) for a in (x @ d.T, x @ e)),
        "You have Rᵀ A where it should be Aᵀ R: what went in comes first, transposed, then the error.",
    ),
    "back_through_encoder": (
        {"back": lambda encoder, decoder: encoder},
        "For the encoder the error goes back through the *decoder*: multiply it by `decoder.T`.",
    ),
    "not_back_through_decoder": (
        right_but(by_encoder=lambda x, e, d: x.T @ error_of(x, e, d) / len(x)),
        "The gradient by the encoder has the shape (d, d) in your code. The error goes back through the decoder first: "
        "xᵀ (error · Dᵀ) / n.",
    ),
    "without_x": (
        right_but(by_encoder=lambda x, e, d: error_of(x, e, d) @ d.T / len(x)),
        "The gradient by the encoder has one row for each example in your code. What the encoder was given is x: "
        "multiply by xᵀ, which sums over the examples: xᵀ (error · Dᵀ) / n.",
    ),
    "decoder_gets_x": (
        right_but(by_decoder=lambda x, e, d: (x @ d.T).T @ error_of(x, e, d) / len(x)),
        "For the decoder you multiply the error with x · Dᵀ. What the decoder was given is the code, x · E.",
    ),
    "encoder_gets_reconstruction": (
        {"seen": reconstruction},
        "What the encoder was given is x, and not the reconstruction: xᵀ (error · Dᵀ) / n.",
    ),
    "tied": (
        lambda x, e, d: linear_autoencoder_gradient(x, e, e.T),
        "You decode with the transposed encoder. The decoder has its own numbers: use `decoder`.",
    ),
}

EXERCISE = Exercise(
    name="linear_autoencoder_gradient",
    reference=linear_autoencoder_gradient,
    properties=(
        Property("the first is ∂L/∂E", 2, of(0, 2), probe="one_of"),
        Property("the second is ∂L/∂D", 1, of(1, 2), probe="one_of"),
    ),
    misconceptions=misconceptions(linear_autoencoder_gradient, WRONG),
)
