"""Readings: what the judge finds in what a probe brought, outside the student's process.

A reading is `reading(value, *arguments)`: of what came back, as plain data, and of the arguments that the probe was
called with, it makes the value that is compared. The reference's, every misconception's and the student's answer go
through the same one. It is named as its probe is. It runs beside the secrets: it takes whatever it is given, and runs
nothing of it.
"""

import numpy as np

from gancourse.exercises.probes import networks, translation
from gancourse.exercises.probes.networks import MOST_DRAWN
from gancourse.exercises.probes.recording import NETWORKS

FRESH, USED_AGAIN = 99.0, -99.0  # marks in place of numbers that were drawn; no answer can hold them


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


def _of_a_network(finding):
    """The reading that makes a network of its record and looks at that by `finding(function, shape, *settings)`."""

    def reading(value, seed, shape, *settings):
        from gancourse.exercises.graph import replayed

        return finding(replayed(value, seed, shape), shape, *settings)

    return reading


READINGS = {"truncation": truncation} | {
    name: _of_a_network(getattr(translation, name, None) or getattr(networks, name)) for name in NETWORKS
}
