"""Exercise 5, `autoregressive_log_prob`: log p(x_1) + Σ log p(x_t | x_{t−1})."""

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import draw_shares, of_sizes

SYMBOLS = 5


def factors(x, first, following):
    """p(x_1), p(x_2 | x_1), …, shape (T,)."""
    return np.concatenate([first[x[:1]], following[x[:-1], x[1:]]])


def autoregressive_log_prob(x, first, following, factors=factors, total=lambda p: np.log(p).sum()):
    return total(factors(x, first, following))


def draw_sequence(rng, n):
    """A sequence that has every symbol, and whose first and last differ: else a wrong index may be right by luck."""
    while True:
        x = rng.integers(SYMBOLS, size=n)
        if x[0] != x[-1] and len(set(x.tolist())) > 3:
            return x, draw_shares(rng, SYMBOLS), draw_shares(rng, SYMBOLS, SYMBOLS)


WRONG = {
    "probability": (
        {"total": np.prod},
        "You return p(x). Its logarithm is asked for, and for long sequences p(x) is rounded to 0: add up logarithms.",
    ),
    "log_of_product": (
        {"total": lambda p: np.log(np.prod(p))},
        "The product of many probabilities is rounded to 0, and log 0 is −inf. Take the logarithm of each factor and "
        "add them up.",
    ),
    "clipped": (
        {"total": lambda p: np.log(max(np.prod(p), 1e-300))},
        "The product of many probabilities is rounded to 0 and then cut off at a small number, so that all long "
        "sequences are equally likely. Take the logarithm of each factor and add them up.",
    ),
    "negated": (
        {"total": lambda p: -np.log(p).sum()},
        "The sign is wrong: this is −log p(x), a loss. A logarithm of a probability is never above 0.",
    ),
    "per_symbol": (
        {"total": lambda p: np.log(p).mean()},
        "You divide by the length of the sequence. That compares sequences of different lengths, but log p(x) is the "
        "sum.",
    ),
    "not_summed": (
        {"total": np.log},
        "You return one logarithm for each symbol. Return their sum.",
    ),
    "bits": (
        {"total": lambda p: np.log2(p).sum()},
        "You use log2, so this is in bits. This course uses natural logarithms: `np.log`.",
    ),
    "log_of_sum": (
        {"total": lambda p: np.log(p.sum())},
        "You take the logarithm of a sum of probabilities. They multiply, so their *logarithms* are added: the "
        "logarithm comes first.",
    ),
    "without_first": (
        {"factors": lambda x, first, following: following[x[:-1], x[1:]]},
        "The first symbol costs nothing in your code. It has a probability, too: `first[x[0]]`.",
    ),
    "first_without_logarithm": (
        lambda x, first, following: first[x[0]] + np.log(following[x[:-1], x[1:]]).sum(),
        "The first symbol goes in without a logarithm. Add log p(x_1), not p(x_1).",
    ),
    "without_last": (
        {"factors": lambda x, first, following: factors(x[:-1], first, following)},
        "The last symbol is left out. `range(1, len(x))` reaches it.",
    ),
    "transposed": (
        {"factors": lambda x, first, following: factors(x, first, following.T)},
        "Rows and columns have changed places: `following[a, b]` is the probability of b *after* a, so it is "
        "`following[x[t - 1], x[t]]`.",
    ),
    "independent": (
        {"factors": lambda x, first, following: first[x]},
        "Every symbol gets the probability that it has at the beginning. From the second on it depends on the one "
        "before: `following[x[t - 1], x[t]]`.",
    ),
    "after_the_first": (
        {"factors": lambda x, first, following: np.concatenate([first[x[:1]], following[x[0], x[1:]]])},
        "Every symbol is looked up as if it came after the very first. It comes after the one just before it, "
        "`x[t - 1]`.",
    ),
    "ring": (
        {"factors": lambda x, first, following: np.concatenate([first[x[:1]], following[np.roll(x, 1), x]])},
        "There is one factor too many: the first symbol is also looked up after the last (`x[-1]` is the last "
        "element). T symbols have T factors: begin the loop at 1.",
    ),
    "ring_without_first": (
        {"factors": lambda x, first, following: following[np.roll(x, 1), x]},
        "The first symbol is looked up after the last (`x[-1]` is the last element). Nothing comes before it: its "
        "probability is `first[x[0]]`.",
    ),
}

EXERCISE = Exercise(
    name="autoregressive_log_prob",
    reference=autoregressive_log_prob,
    properties=(
        Property("is log p(x_1) + Σ log p(x_t | x_{t−1})", 2, of_sizes(draw_sequence, 6, 7, 5)),
        Property("is right, hence finite, for hundreds of symbols", 1, of_sizes(draw_sequence, 700, 701), cases=2),
    ),
    misconceptions=misconceptions(autoregressive_log_prob, WRONG),
)
