"""Exercise 2, `bayes_rule`: p(y | x) from p(y) and log p(x | y)."""

import numpy as np
from scipy.special import logsumexp

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import draw_shares, of_sizes


def bayes_rule(prior, log_likelihoods, weigh=np.log):
    joint = weigh(prior) + log_likelihoods
    return np.exp(joint - logsumexp(joint))


def normalised(values):
    return values / np.sum(values)


def shares_of(joint):
    """Shares of numbers that are computed without the logarithms, a function of p(y) and log p(x | y)."""
    return lambda prior, log_likelihoods: normalised(joint(prior, log_likelihoods))


def draw_labels(rng, n):
    """Densities above 1 and below, of which no one is so large that the prior does not matter."""
    return draw_shares(rng, n), rng.permutation(np.linspace(-1.8, 0.7, n)) + rng.uniform(-0.2, 0.2, size=n)


def draw_tiny(rng, n):
    prior, log_likelihoods = draw_labels(rng, n)
    return prior, log_likelihoods - rng.uniform(1000, 3000)


SUBTRACT = (
    "Stay with logarithms: log p(y) + log p(x | y), subtract the largest of them from all, which changes no share, "
    "and only then take `np.exp`."
)

WITHOUT_EXP = (
    "You divide logarithms by their sum. Shares are taken of the products themselves: first `np.exp`, then divide by "
    "the sum."
)

WRONG = {
    "forgets_prior": (
        {"weigh": np.zeros_like},
        "The prior is missing, as if all labels were equally frequent. It is p(x | y) · p(y), divided by its sum.",
    ),
    "prior_without_logarithm": (
        {"weigh": np.copy},
        "You add p(y) to log p(x | y). In logarithms a product is a sum of logarithms: log p(y) + log p(x | y).",
    ),
    "divided_by_prior": (
        {"weigh": lambda prior: -np.log(prior)},
        "You divide by p(y). A frequent label is more likely, not less: multiply.",
    ),
    "prior_only": (
        lambda prior, log_likelihoods: normalised(prior),
        "You return the prior: what x was makes no difference. Multiply it by p(x | y).",
    ),
    "prior_times_logarithm": (
        lambda prior, log_likelihoods: np.exp(prior * log_likelihoods - logsumexp(prior * log_likelihoods)),
        "You multiply the prior by *log* p(x | y). Multiply it by p(x | y) itself, or add the two logarithms.",
    ),
    "logarithm_for_likelihood": (
        shares_of(lambda prior, log_likelihoods: prior * log_likelihoods),
        "You use log p(x | y) as if it were p(x | y). Take `np.exp` before you divide by the sum.",
    ),
    "joint": (
        lambda prior, log_likelihoods: prior * np.exp(log_likelihoods),
        "This is the joint p(x, y). It sums to p(x), not to 1: divide by that sum.",
    ),
    "divided_by_another_sum": (
        lambda prior, log_likelihoods: prior * np.exp(log_likelihoods - logsumexp(log_likelihoods)),
        "You divide by the sum of p(x | y), without the prior. Divide by the sum of what stands above the line, "
        "p(x | y) · p(y).",
    ),
    "shares_of_logarithms": (
        lambda prior, log_likelihoods: normalised(np.log(prior) + log_likelihoods),
        WITHOUT_EXP,
    ),
    "shares_of_differences": (
        lambda prior, log_likelihoods: normalised(
            np.log(prior) + log_likelihoods - np.max(np.log(prior) + log_likelihoods)
        ),
        WITHOUT_EXP,
    ),
    "logarithm": (
        lambda prior, log_likelihoods: np.log(prior) + log_likelihoods - logsumexp(np.log(prior) + log_likelihoods),
        "You return log p(y | x). The probabilities themselves are asked for: `np.exp` at the end.",
    ),
    "decision": (
        lambda *a: (bayes_rule(*a) == bayes_rule(*a).max()).astype(float),
        "You return the decision, 1 for one label and 0 for the rest. Return the probabilities.",
    ),
    "largest_is_one": (
        lambda *a: bayes_rule(*a) / bayes_rule(*a).max(),
        "Your largest number is 1: you divide by the largest of p(x | y) · p(y). Divide by their sum.",
    ),
    "evidence": (
        lambda prior, log_likelihoods: np.sum(prior * np.exp(log_likelihoods)),
        "This is p(x), one number. It is what you divide by: return p(x | y) · p(y) / p(x), one for each label.",
    ),
    "underflows": (
        shares_of(lambda prior, log_likelihoods: prior * np.exp(log_likelihoods)),
        "Where all p(x | y) are tiny, `np.exp` rounds them to 0, and 0 / 0 is nan. " + SUBTRACT,
    ),
    "small_constant": (
        lambda prior, log_likelihoods: (
            prior * np.exp(log_likelihoods) / (np.sum(prior * np.exp(log_likelihoods)) + 1e-300)
        ),
        "A small number in the denominator makes nan into 0, and now no label is possible. " + SUBTRACT,
    ),
    "added_to_all": (
        shares_of(lambda prior, log_likelihoods: prior * np.exp(log_likelihoods) + 1e-300),
        "Where all p(x | y) are tiny, only the small number is left that you add to each: all labels come out equal. "
        + SUBTRACT,
    ),
    "back_to_prior": (
        shares_of(lambda prior, log_likelihoods: prior * (np.exp(log_likelihoods) + 1e-300)),
        "Where all p(x | y) are tiny, only the small number is left that you add to each, and the prior comes back. "
        + SUBTRACT,
    ),
}

EXERCISE = Exercise(
    name="bayes_rule",
    reference=bayes_rule,
    properties=(
        Property("is p(x | y) p(y), divided by its sum over the labels", 1, of_sizes(draw_labels, 3, 4, 5)),
        Property("is right, and not nan, where all p(x | y) are tiny", 1, of_sizes(draw_tiny, 4, 3), cases=2),
    ),
    misconceptions=misconceptions(bayes_rule, WRONG),
)
