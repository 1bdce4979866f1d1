"""Exercise 12, `matching_aware_loss`: a discriminator that also refuses a real picture with another caption."""

from functools import partial

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import of_sizes


def softplus(f):
    return np.logaddexp(0, f)


def terms(real, mismatched, fake, of_real=lambda f: softplus(-f), of_fake=softplus):
    """The mean of what each of the three kinds costs."""
    return np.array([of_real(real).mean(), of_fake(mismatched).mean(), of_fake(fake).mean()])


def weighted(*weights):
    return lambda *logits: terms(*logits) @ weights


def matching_aware_loss(real, mismatched, fake, terms=terms, weights=(1, 0.5, 0.5)):
    return terms(real, mismatched, fake) @ weights


def draw_logits(rng, n, size=1.0):
    """Logits of which some are on the wrong side, and all differ in size."""
    logits = rng.permuted(np.linspace(0.4, 2.6, 3 * n).reshape(3, n), axis=1)
    real, mismatched, fake = (rng.permuted(logits.ravel()).reshape(3, n)) * size
    return real - 0.9 * size, mismatched - 1.8 * size, fake - 0.2 * size


def draw_far(rng, n):
    """Logits of sizes of a thousand, with both signs in each of the three."""
    sizes = rng.uniform(900, 1500, size=(3, n))
    return tuple(row * rng.permutation(np.resize([1, -1], n)) for row in sizes)


def by_logarithm(of):
    """The terms, by way of probabilities."""
    return partial(terms, of_real=lambda f: -of(1 / (1 + np.exp(-f))), of_fake=lambda f: -of(1 - 1 / (1 + np.exp(-f))))


SOFTPLUS = "Use the logits themselves: −log σ(f) = log(1 + e^(−f)) is `np.logaddexp(0, -f)`."

WRONG = {
    "without_mismatched": (
        {"weights": (1, 0, 0.5)},
        "Real pictures with another caption are left out. Without them D never has to read the caption.",
    ),
    "without_fake": (
        {"weights": (1, 0.5, 0)},
        "Generated pictures are left out.",
    ),
    "mismatched_are_real": (
        lambda real, mismatched, fake: matching_aware_loss(real, -mismatched, fake),
        "You treat a real picture with another caption as right. D must say no to it: softplus(+f), as for generated "
        "ones.",
    ),
    "all_in_full": (
        {"weights": (1, 1, 1)},
        "All three terms count in full. There is one way to be right and there are two to be wrong: the latter "
        "share, ½ each.",
    ),
    "averaged": (
        {"weights": (1 / 3, 1 / 3, 1 / 3)},
        "You average the three terms. It is the first, plus half of each of the others.",
    ),
    "halved": (
        {"weights": (0.5, 0.25, 0.25)},
        "It is half of what is asked for: the term of the real pictures counts in full.",
    ),
    "swapped_signs": (
        lambda real, mismatched, fake: matching_aware_loss(-real, -mismatched, -fake),
        "All signs are the other way round: D would learn to say no to what is real. softplus(−f) for the real ones, "
        "softplus(f) for the others.",
    ),
    "negated": (
        {"weights": (-1, -0.5, -0.5)},
        "The sign is wrong: you return what D wants to be large. A loss is to be small, and it is never below 0.",
    ),
    "generators": (
        lambda real, mismatched, fake: softplus(-fake).mean(),
        "That is the generator's loss. This one is the discriminator's, with three terms.",
    ),
    "fake_and_caption": (
        lambda real, mismatched, fake: matching_aware_loss(fake, mismatched, real),
        "Real and generated pictures have changed places. The first argument holds the logits of real pictures with "
        "their own captions.",
    ),
    "summed": (
        lambda real, mismatched, fake: len(real) * matching_aware_loss(real, mismatched, fake),
        "You sum over the batch. Each term is a mean over it.",
    ),
    "one_per_example": (
        lambda real, mismatched, fake: softplus(-real) + (softplus(mismatched) + softplus(fake)) / 2,
        "You return one number for each example. Average over the batch.",
    ),
    "logits_only": (
        {"terms": partial(terms, of_real=np.negative, of_fake=np.copy)},
        "You average the logits themselves, as a critic does. Here each costs softplus(−f) or softplus(f).",
    ),
    "without_logarithm": (
        {"terms": partial(terms, of_real=lambda f: 1 / (1 + np.exp(f)), of_fake=lambda f: 1 / (1 + np.exp(-f)))},
        "You average probabilities of being wrong. The logarithm is missing: −log of the probability of being right, "
        "softplus.",
    ),
    "overflows": (
        {"terms": partial(terms, of_real=lambda f: np.log(1 + np.exp(-f)), of_fake=lambda f: np.log(1 + np.exp(f)))},
        "At |f| = 1000 it is inf: e^1000 is more than a computer can hold, and a probability is rounded to 0 "
        "before its logarithm is taken. " + SOFTPLUS,
    ),
    "clipped": (
        {"terms": by_logarithm(lambda p: np.log(np.maximum(p, 1e-12)))},
        "A probability is cut off at a small number before the logarithm, so that being wrong by 1000 costs no more "
        "than being wrong by 28. " + SOFTPLUS,
    ),
}

EXERCISE = Exercise(
    name="matching_aware_loss",
    reference=matching_aware_loss,
    properties=(
        Property("is the loss above", 2, of_sizes(draw_logits, 4, 5, 6)),
        Property("is right, hence finite, for logits of ±1000", 1, of_sizes(draw_far, 4, 5), cases=2),
    ),
    misconceptions=misconceptions(matching_aware_loss, WRONG),
)
