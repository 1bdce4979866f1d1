"""Exercise 10, `corrupt`: masking noise."""

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions


def corrupt(x, share, rng, mask=lambda rng, x, share: rng.random(x.shape) < share, spoilt=0.0, kept=lambda x, share: x):
    return np.where(mask(rng, x, share), spoilt, kept(x, share))


def in_place(x, share, rng):
    x[rng.random(x.shape) < share] = 0
    return x


def as_many_in_every_row(rng, x, share):
    """As Vincent et al. (2008) mask: a fixed number of each example."""
    order = rng.random(x.shape).argsort(axis=1).argsort(axis=1)
    return order < round(share * x.shape[1])


def as_many_in_all(rng, x, share):
    return rng.permutation(x.size).reshape(x.shape) < round(share * x.size)


def draw_images(low, high):
    def draw(rng):
        x, share = rng.uniform(0.2, 1, size=(20, 30)), float(rng.uniform(low, high))
        return x, share, int(rng.integers(2**31))

    return draw


WRONG = {
    "share_is_kept": (
        {"mask": lambda rng, x, share: rng.random(x.shape) >= share},
        "`share` is the probability of being set to 0. In your code it is the probability of being kept.",
    ),
    "fair_coin": (
        {"mask": lambda rng, x, share: rng.random(x.shape) < 0.5},
        "Half of the numbers are set to 0, whatever `share` is. A number of `rng.random(…)` is below `share` with the "
        "probability `share`.",
    ),
    "normal_for_uniform": (
        {"mask": lambda rng, x, share: rng.normal(size=x.shape) < share},
        "You compare *normal* numbers with `share`, and far too many of them are below it. `rng.random(…)` draws "
        "uniformly between 0 and 1.",
    ),
    "whole_rows": (
        {"mask": lambda rng, x, share: rng.random((len(x), 1)) < share},
        "One toss decides about a whole example. Toss for every number of x: `rng.random(x.shape)`.",
    ),
    "one_mask_for_all_rows": (
        {"mask": lambda rng, x, share: rng.random(x.shape[1]) < share},
        "All examples lose the same numbers. Toss for every number of x: `rng.random(x.shape)`.",
    ),
    "as_many_in_every_row": (
        {"mask": as_many_in_every_row},
        "Exactly as many numbers are set to 0 in every example. (Vincent et al. 2008 did so.) Here each number is "
        "tossed for by itself, so that now and then more fall, and now and then fewer.",
    ),
    "as_many_in_all": (
        {"mask": as_many_in_all},
        "Exactly as many numbers are set to 0 at every call. Here each number is tossed for by itself, so that now and "
        "then more fall, and now and then fewer.",
    ),
    "always_the_same": (
        {"mask": lambda rng, x, share: np.random.default_rng(0).random(x.shape) < share},
        "Every call sets the same numbers to 0, so that the network never sees them. Let chance decide at every call: "
        "draw with the `rng` that is given, without a seed of your own, and compare what it draws with `share`, not x.",
    ),
    "mask_alone": (
        lambda x, share, rng: (rng.random(x.shape) >= share).astype(float),
        "You return the mask itself. Multiply x by it.",
    ),
    "kept_are_scaled": (
        {"kept": lambda x, share: x / (1 - share)},
        "You divide what is kept by 1 − share, as dropout does. Here what is kept stays as it was.",
    ),
    "all_are_scaled": (
        lambda x, share, rng: x * (1 - share),
        "Every number is multiplied by 1 − share. That is what happens *on average*; chance is to decide which are set "
        "to 0.",
    ),
    "gaussian_noise": (
        lambda x, share, rng: x + share * rng.normal(size=x.shape),
        "You add noise to every number. Masking sets some to 0 and leaves the others as they were.",
    ),
    "another_value": (
        {"spoilt": 0.5},
        "You put another value than 0 where x is masked.",
    ),
    "random_value": (
        lambda x, share, rng: np.where(rng.random(x.shape) < share, rng.random(x.shape), x),
        "You put random values where x is masked. Put 0.",
    ),
    "in_place": (
        in_place,
        "The caller's x is spoilt, too: `x[mask] = 0` writes into it, and then there is nothing left to compare the "
        "reconstruction with. Return a new array, as `x * kept` or `np.where(…)` do.",
    ),
}

EXERCISE = Exercise(
    name="corrupt",
    reference=corrupt,
    properties=(
        Property(
            "sets each number to 0 with the probability `share`, by itself",
            1,
            (draw_images(0.15, 0.3), draw_images(0.86, 0.92)),
            cases=2,
            probe="masking",
        ),
        Property("leaves the array x as it was", 1, draw_images(0.2, 0.4), part="arguments", cases=1, probe="masking"),
    ),
    misconceptions=misconceptions(corrupt, WRONG),
)
