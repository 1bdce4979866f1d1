"""Exercise 6, `soft_threshold`: every number moved towards 0 by the threshold, and no further."""

import numpy as np

from gancourse.codes.sparse import soft_threshold
from gancourse.exercises.specification import Exercise, Property, misconceptions


def draw_numbers(low, high, *shapes):
    """Samplers that take turns, one for each shape: sizes of `low` to `high` thresholds, of both signs."""

    def sampler(shape):
        def draw(rng):
            threshold = float(rng.uniform(0.5, 1.5))
            size = rng.uniform(low, high, size=shape)
            size.flat[0], size.flat[-1] = 0.6 * low + 0.4 * high, 0.3 * low + 0.7 * high  # no two alike
            sign = np.resize([1, -1], size.size)  # both occur
            return size * threshold * rng.permutation(sign).reshape(shape), threshold

        return draw

    return tuple(sampler(shape) for shape in shapes)


WRONG = {
    "hard": (
        lambda a, threshold: np.where(np.abs(a) > threshold, a, 0),
        "This is the hard threshold: what is large stays as it is. The soft one moves it towards 0 by the threshold.",
    ),
    "subtracted": (
        lambda a, threshold: a - threshold,
        "You subtract the threshold from all numbers, and negative ones move away from 0. Go by the size |a| and put "
        "the sign back: `np.sign(a)`.",
    ),
    "subtracted_where_large": (
        lambda a, threshold: np.where(np.abs(a) > threshold, a - threshold, 0),
        "Negative numbers move away from 0: there the threshold has to be added. Go by the size |a| and put the sign "
        "back: `np.sign(a)`.",
    ),
    "positive_only": (
        lambda a, threshold: np.maximum(a - threshold, 0),
        "Every negative number becomes 0. −3 with a threshold of 1 is −2: go by the size |a| and put the sign back.",
    ),
    "without_sign": (
        lambda a, threshold: np.maximum(np.abs(a) - threshold, 0),
        "The sign is lost: all you return is 0 or more. Multiply by `np.sign(a)`.",
    ),
    "clipped": (
        lambda a, threshold: np.clip(a, -threshold, threshold),
        "You clip: what is large becomes ±threshold, and what is small stays. It is the other way round: what is small "
        "becomes 0. (What you return is what has to be taken off a.)",
    ),
    "outwards": (
        lambda a, threshold: np.sign(a) * (np.abs(a) + threshold),
        "The numbers move away from 0. Subtract the threshold from |a|.",
    ),
    "scaled": (
        lambda a, threshold: a / (1 + threshold),
        "You scale, so that nothing becomes exactly 0. That is what a *squared* penalty does, ½·threshold·z². Here "
        "every number moves by the same amount.",
    ),
    "by_length": (
        lambda a, threshold: a * max(0, 1 - threshold / np.linalg.norm(a)),
        "You shorten the whole array. Each number by itself moves towards 0 by the threshold.",
    ),
    "beyond_zero": (
        lambda a, threshold: a - threshold * np.sign(a),
        "Small numbers run past 0 and come out on the other side. They stop at 0: the new size is "
        "`np.maximum(np.abs(a) - threshold, 0)`.",
    ),
    "small_ones_stay": (
        lambda a, threshold: np.where(np.abs(a) > threshold, a - threshold * np.sign(a), a),
        "What is smaller than the threshold stays as it is in your code. It becomes exactly 0: that is where the zeros "
        "of a sparse code come from.",
    ),
}

EXERCISE = Exercise(
    name="soft_threshold",
    reference=soft_threshold,
    properties=(
        Property("moves every number towards 0 by the threshold", 1, draw_numbers(1.3, 3, 5, 6, (3, 4)), cases=3),
        Property(
            "makes exactly 0 what is no larger than the threshold", 1, draw_numbers(0.2, 2.5, 7, 8, (4, 3)), cases=3
        ),
    ),
    misconceptions=misconceptions(soft_threshold, WRONG),
)
