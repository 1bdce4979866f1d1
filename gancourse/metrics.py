"""How good a generator is, by numbers."""

from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import rel_entr


class Modes(NamedTuple):
    """How a generator covers the modes of a mixture.

    Attributes:
        captured: the number of modes with at least one high-quality sample.
        high_quality: the share of samples that are of high quality.
        reverse_kl: KL(generated‖true) over the modes, by the high-quality samples of each, in nats; NaN without any.
    """

    captured: int
    high_quality: float
    reverse_kl: float


def mode_coverage(samples, centres, std):
    """Modes captured, share of high quality and reverse KL, as PacGAN defines them (Lin et al. 2018, section 4.1).

    A sample is of high quality if it lies within three standard deviations of the nearest mode. That the reverse KL
    counts those alone is not in the paper, but in its authors' code.

    Args:
        samples: shape (n, d).
        centres: the modes, equally likely, shape (k, d).
        std: their standard deviation.

    Returns:
        `Modes`.

    Raises:
        ValueError: there are no samples, or some are not finite, or they have another dimension than the modes.
    """
    samples, centres = np.asarray(samples, dtype=float), np.asarray(centres, dtype=float)
    if samples.ndim != 2 or samples.shape[1:] != centres.shape[1:]:
        raise ValueError(f"samples have shape {samples.shape}; for these modes they need (n, {centres.shape[1]}).")
    if not len(samples) or not np.isfinite(samples).all():
        raise ValueError(f"samples are {'not all finite numbers' if len(samples) else 'empty'}: nothing to count.")
    distance, nearest = cKDTree(centres).query(samples)
    good = distance <= 3 * std
    counts = np.bincount(nearest[good], minlength=len(centres))
    reverse_kl = rel_entr(counts / counts.sum(), 1 / len(centres)).sum() if good.any() else np.nan
    return Modes(int((counts > 0).sum()), float(good.mean()), float(reverse_kl))
