"""Readings: what the judge finds in what a probe brought, outside the student's process.

A reading is `reading(value, *arguments)`: of what came back, as plain data, and of the arguments that the probe was
called with, it makes the value that is compared. The reference's, every misconception's and the student's answer go
through the same one. It is named as its probe is. It runs beside the secrets: it takes whatever it is given, and runs
nothing of it.
"""

import numpy as np

from gancourse.exercises.probes import networks, translation
from gancourse.exercises.probes.networks import DRAWS, MASKINGS, MOST_DRAWN
from gancourse.exercises.probes.recording import NETWORKS

FRESH, USED_AGAIN = 99.0, -99.0  # marks in place of numbers that were drawn; no answer can hold them
SELDOM = 1e-7  # how probable it may be that chance looks like a mistake


def truncation(value, z, threshold, seed):
    """Truncated latents with marks in place of fresh numbers.

    Which fresh number goes where is up to the function: right ones differ in that. So a fresh number in range is
    marked as such, and a second use of it likewise; all others are as the function left them.
    """
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiu":
        return value
    stream = np.random.default_rng(seed).standard_normal(MOST_DRAWN).round(6)
    unused, drawn = set(stream.tolist()), set(stream.tolist())
    kept = value == z if value.shape == z.shape else np.zeros(value.shape, dtype=bool)
    marked = np.where(np.abs(value) >= FRESH, np.nan, value.astype(float))
    for index in zip(*np.nonzero(~kept & (np.abs(value) <= threshold)), strict=True):
        if (number := float(value[index])) in drawn:
            marked[index] = FRESH if number in unused else USED_AGAIN
            unused.discard(number)
    return marked


def masking(value, x, share, seed):
    """What a masking did to x, in words: no two right ones set the same numbers to 0.

    Of a million right ones at most one is taken for something else, by chance.
    """
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiub":
        return value
    if value.shape != (MASKINGS, *x.shape):
        return f"an array of shape {value.shape[1:]} in place of {x.shape}"
    zero, kept = value == 0, np.isclose(value, x, rtol=1e-5)
    if zero.any() and (zero | kept).all():
        return _pattern(zero, share)
    ratio = (value / x)[~zero]
    multiplied = ratio.size and np.allclose(ratio, ratio[0], rtol=1e-5)
    one = np.unique(value[~kept & ~zero]).size == 1
    if zero.any():
        alone = "all the same" if one and not kept.any() else "changed"
        return f"some numbers set to 0, and the others {'multiplied by the same' if multiplied else alone}"
    if multiplied:
        return "nothing set to 0" if kept.all() else "every number multiplied by the same"
    if not kept.any():
        return "every number changed, and none set to 0"
    return "another number than 0 put in" if one else "other numbers than 0 put in"


def _pattern(zero, share):
    """Where the zeros are, in words: of shape (calls, n, d)."""
    from scipy.stats import chi2

    wanted, n, d = share * (1 - share), *zero.shape[1:]
    rate, in_rows, in_columns = zero.mean(), zero.sum(axis=2), zero.sum(axis=1)
    if zero.all():
        return "everything set to 0"
    if (zero == zero[0]).all():
        return "the same numbers set to 0 at every call"
    if (zero == zero[:, :, :1]).all():
        return "whole rows set to 0"
    if (zero == zero[:, :1]).all():
        return "the same numbers set to 0 in every row"
    if (in_rows == in_rows[0, 0]).all():
        return "exactly as many numbers set to 0 in every row"
    if (in_rows.sum(axis=1) == in_rows[0].sum()).all():
        return "exactly as many numbers set to 0 at every call"
    far = 5.4 * np.sqrt(wanted / zero.size)  # standard deviations: SELDOM
    if abs(rate - share) > far:
        if abs(rate - (1 - share)) <= far:
            return "each number kept, not set to 0, as often as was asked for"
        if abs(rate - 0.5) <= far:
            return "half of the numbers set to 0"
        return f"too {'many' if rate > share else 'few'} numbers set to 0"
    # Counts of zeros vary as a binomial distribution does, or the zeros do not come one by one.
    for counts, size in ((in_rows, d), (in_columns, n)):
        spread = ((counts - size * share) ** 2).sum() / (size * wanted)
        if spread > chi2.isf(SELDOM, counts.size):
            return "numbers set to 0 together, not each by itself"
        if spread < chi2.ppf(SELDOM, counts.size):
            return "nearly as many numbers set to 0 in every row or column, not each by itself"
    return "each number set to 0 by itself, as often as was asked for"


TRUNCATED = "normal numbers between −threshold and threshold, each drawn by itself"


def truncated_sample(value, part, shape, threshold, seed):
    """What numbers were drawn, in words: no two right samples are the same.

    With `part` "range" only whether all lie within ±threshold, with "law" how they are distributed between. Of a
    million right samples at most one is taken for something else, by chance.
    """
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiub":
        return value
    if value.shape != (DRAWS, *(int(n) for n in shape)):
        return "an array of another shape"
    if not np.isfinite(value).all():
        return "numbers that are not finite"
    size = np.abs(value)
    if np.isclose(size, threshold, rtol=1e-7).mean() > 0.005:
        law = "numbers out of range moved to the threshold"
    elif (value == 0).mean() > 0.005:
        law = "numbers out of range set to 0"
    elif (value == value[0]).all():
        law = "the same numbers at every call"
    elif np.unique(value).size < 0.97 * value.size:
        law = "the same number in many places"
    elif (size > threshold).any():
        law = _beyond(value, threshold)
    else:
        law = _within(value, threshold)
    if part == "law" or law.startswith("the same number "):
        return law
    return "some beyond the threshold" if (size > threshold * (1 + 1e-7)).any() else "all within the threshold"


def _drawn_from(value, law):
    """Whether numbers can come from a distribution: a test that one right sample in ten millions fails."""
    from scipy.stats import kstest

    return kstest(value.ravel(), law.cdf, method="asymp").pvalue > SELDOM


def _beyond(value, threshold):
    """How numbers are distributed of which some are out of range, in words."""
    from scipy.stats import norm

    share, outside = (np.abs(value) > threshold).mean(), 2 * norm.sf(threshold)
    if value.max() <= threshold:
        return "numbers below −threshold"
    if _drawn_from(value, norm(scale=threshold)):
        return "normal numbers multiplied by the threshold"
    if abs(share - outside) < 5.4 * np.sqrt(outside / value.size):
        return "normal numbers, those out of range among them"
    if abs(share - outside**2) < 5.4 * np.sqrt(outside**2 / value.size):
        return "numbers out of range, as many as if they had been drawn again once"
    return "numbers out of range"


def _within(value, threshold):
    """How numbers are distributed that are all in range, in words."""
    from scipy.stats import chi2, norm, truncnorm, uniform

    right = truncnorm(-threshold, threshold)
    if value.min() >= 0:
        return "no number below 0"
    if _drawn_from(value, right):
        sums = value.sum(axis=2) ** 2 / (value.shape[2] * right.var())  # of each row, squared: 1 on average
        together = sums.sum() > chi2.isf(SELDOM, sums.size)
        return "numbers of a row that go together" if together else TRUNCATED
    if _drawn_from(value, uniform(-threshold, 2 * threshold)):
        return "numbers spread evenly between −threshold and threshold"
    if abs(value.mean()) > 5.4 * np.sqrt(right.var() / value.size):
        return "numbers in range, but not centred"
    usual = 2 * (norm.pdf(0) - norm.pdf(threshold)) / (1 - 2 * norm.sf(threshold))  # of |z|
    near = np.abs(value).mean() < usual
    return f"numbers in range, but too many of them near {'0' if near else 'the threshold'}"


GOOD_ENOUGH = 0.01  # of the error that the code 0 leaves


def inversion(value, x, weights, bias):
    """How near the images tanh(w·weights + bias) of codes w are to x, in words: many codes are good enough."""
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiu":
        return value
    if value.shape != (len(x), len(weights)):
        what = {x.shape: "images", (len(weights), len(x)): "transposed codes"}.get(value.shape, "another shape")
        return f"{what} in place of codes"
    if not np.isfinite(value).all():
        return "numbers that are not finite"
    best, start = (_squares_left(w, x, weights, bias) for w in (best_codes(x, weights, bias), 0 * value))
    left = (_squares_left(value, x, weights, bias) - best) / (start - best)
    if left <= GOOD_ENOUGH:
        return "codes whose images are near enough"
    inverse = np.linalg.pinv(weights)
    if np.allclose(value, (x - bias) @ inverse, atol=1e-3):
        return "the codes that would be right without tanh"
    if np.allclose(value, (np.arctanh(np.clip(x, -0.999, 0.999)) - bias) @ inverse, atol=1e-3):
        return "the codes that are nearest before tanh"
    if np.allclose(value, value[0], atol=1e-3) and not np.allclose(value, 0):
        return "the same code for every image"
    if left <= 0.9:
        return "less error than with codes of 0, but not near enough"
    return "as much error as with codes of 0" if left <= 1.1 else "more error than with codes of 0"


def _squares_left(w, x, weights, bias):
    return ((np.tanh(w @ weights + bias) - x) ** 2).sum()


def best_codes(x, weights, bias):
    """The codes whose images are nearest to x, found from two beginnings for each."""
    from scipy.optimize import least_squares

    def nearest(image):
        linear = (np.arctanh(np.clip(image, -0.999, 0.999)) - bias) @ np.linalg.pinv(weights)
        tries = [least_squares(lambda w: np.tanh(w @ weights + bias) - image, w) for w in (linear, 0 * linear)]
        return min(tries, key=lambda found: found.cost).x

    return np.stack([nearest(image) for image in x])


def _of_a_network(finding):
    """The reading that makes a network of its record and looks at that by `finding(function, shape, *settings)`."""

    def reading(value, seed, shape, *settings):
        from gancourse.exercises.graph import replayed

        return finding(replayed(value, seed, shape), shape, *settings)

    return reading


READINGS = {reading.__name__: reading for reading in (truncation, masking, truncated_sample, inversion)} | {
    name: _of_a_network(getattr(translation, name, None) or getattr(networks, name)) for name in NETWORKS
}
