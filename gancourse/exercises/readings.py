"""Readings: what the judge finds in what a probe brought, outside the student's process.

A reading is `reading(value, *arguments)`: of what came back, as plain data, and of the arguments that the probe was
called with, it makes the value that is compared. The reference's, every misconception's and the student's answer go
through the same one. It is named as its probe is. It runs beside the secrets: it takes whatever it is given, and runs
nothing of it.
"""

import numpy as np

from gancourse.exercises.probes import networks, translation
from gancourse.exercises.probes.networks import MASKINGS, MOST_DRAWN
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


def _of_a_network(finding):
    """The reading that makes a network of its record and looks at that by `finding(function, shape, *settings)`."""

    def reading(value, seed, shape, *settings):
        from gancourse.exercises.graph import replayed

        return finding(replayed(value, seed, shape), shape, *settings)

    return reading


READINGS = {"truncation": truncation, "masking": masking} | {
    name: _of_a_network(getattr(translation, name, None) or getattr(networks, name)) for name in NETWORKS
}
