"""How good a generator is, by numbers: modes, Inception score, Fréchet and kernel distance.

Taught in lectures 07 and 09. NumPy arrays or torch tensors on any device in, numbers out, computed in float64. The
metrics of neighbourhoods (precision and recall, density and coverage, memorisation) are in `metrics.neighbours`,
the networks whose features all of them compare in `metrics.features`.
"""

from typing import NamedTuple

import numpy as np
import torch
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


class Estimate(NamedTuple):
    """A mean over splits or subsets and their standard deviation, as it is reported; NaN where there is only one."""

    mean: float
    std: float


class Moments(NamedTuple):
    """The mean, shape (d,), and the covariance, shape (d, d), divided by n - 1, of n samples."""

    mean: np.ndarray
    covariance: np.ndarray


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


def inception_score(probabilities, splits=1):
    """The Inception score, exp E KL(p(y|x)‖p(y)): sure of each image, and all classes in turn (Salimans et al. 2016).

    Between 1 and the number of classes. It never sees a real image: one perfect image of every class earns the most.

    Args:
        probabilities: a classifier's class probabilities for generated images, shape (n, classes).
        splits: how many parts to score, in the order given, each against its own p(y). Its authors' code has 10;
            their paper wants some 50,000 images in all.

    Returns:
        An `Estimate` over the splits.

    Raises:
        ValueError: not a table of probabilities, or fewer rows than splits.
    """
    p = checked(probabilities, "probabilities", least=max(splits, 1), why=f"splits is {splits}")
    if splits < 1:
        raise ValueError(f"splits is {splits}; give at least 1.")
    if (p < 0).any() or np.abs(p.sum(axis=1) - 1).max() > 0.01:  # a softmax in bfloat16 is off by some thousandths
        raise ValueError("probabilities have rows that are negative or do not sum to 1. Logits need a softmax first.")
    p = p / p.sum(axis=1, keepdims=True)
    return _estimate(
        [np.exp(rel_entr(part, part.mean(axis=0)).sum(axis=1).mean()) for part in np.array_split(p, splits)]
    )


def moments(features):
    """The `Moments` of features of shape (n, d), which `frechet_distance` takes in their place: compute them once.

    Raises:
        ValueError: fewer than two samples, or some are not finite.
    """
    x = checked(features, "features", least=2, why="a covariance has n - 1 in its denominator")
    mean = x.mean(axis=0)
    centred = x - mean
    return Moments(mean, centred.T @ centred / (len(x) - 1))


def frechet_distance(real, fake):
    """The Fréchet distance of two Gaussians with the moments of the features: FID (Heusel et al. 2017).

    |μ1 − μ2|² + tr(C1 + C2 − 2 (C1 C2)^½), which is W2² between those Gaussians (Dowson & Landau 1982). Too large on
    average with few samples, and the more so the fewer: compare only values from equal numbers of samples.

    Args:
        real, fake: features, shapes (n, d) and (m, d), or their `moments`. n and m may be less than d.

    Returns:
        The distance, squared as is the custom, in squared units of the features.

    Raises:
        ValueError: d differs, a side has fewer than two samples, or some are not finite.
    """
    real, fake = (side if isinstance(side, Moments) else moments(side) for side in (real, fake))
    if real.mean.shape != fake.mean.shape:
        raise ValueError(
            f"real has {real.mean.size} features and fake {fake.mean.size}: use the same network for both."
        )
    # With C = A Aᵀ the trace of (C1 C2)^½ is the sum of the singular values of A1ᵀ A2. Nothing becomes complex, and
    # no rounding error goes through a square root, as it does where the root of a singular product is taken.
    overlap = np.linalg.svd(_factor(real.covariance).T @ _factor(fake.covariance), compute_uv=False).sum()
    spread = np.trace(real.covariance) + np.trace(fake.covariance) - 2 * overlap
    return max(0.0, float(np.sum((real.mean - fake.mean) ** 2) + spread))


def kernel_distance(real, fake, *, subsets=None, subset_size=1000, seed=0, unbiased=True):
    """Squared maximum mean discrepancy with the kernel (x·y / d + 1)³: KID (Bińkowski et al. 2018, section 4).

    The unbiased estimate is right on average for any number of samples, and so often negative where the distributions
    are equal. The biased one keeps the pairs of each sample with itself (Gretton et al. 2012).

    Args:
        real, fake: features, shapes (n, d) and (m, d).
        subsets: on how many random subsets to estimate it; their paper has 100. All samples at once if not given.
        subset_size: samples from each side in a subset, without repetition.
        seed: of the subsets.
        unbiased: whether to leave out the pairs of a sample with itself.

    Returns:
        An `Estimate` over the subsets.

    Raises:
        ValueError: d differs, a side has fewer than two samples or fewer than a subset, or some are not finite.
    """
    least, why = (2, "pairs of different samples are compared") if subsets is None else (subset_size, "subset_size")
    real, fake = checked_pair(real, fake, least=least, why=why)
    if subsets is None:
        return _estimate([_mmd2(real, fake, unbiased)])
    if subsets < 1 or subset_size < 2:
        raise ValueError(f"{subsets} subsets of {subset_size}: give at least 1 of at least 2.")
    rng = np.random.default_rng(seed)
    draws = ([rng.choice(len(x), subset_size, replace=False) for x in (real, fake)] for _ in range(subsets))
    return _estimate([_mmd2(real[of_real], fake[of_fake], unbiased) for of_real, of_fake in draws])


def _estimate(values):
    return Estimate(float(np.mean(values)), float(np.std(values)) if len(values) > 1 else np.nan)


def _factor(covariance):
    """A with A Aᵀ = covariance, without the directions that have no variance but rounding."""
    values, vectors = np.linalg.eigh(covariance)
    kept = values > len(values) * np.finfo(float).eps * values.max(initial=0)
    return vectors[:, kept] * np.sqrt(values[kept])


def _mmd2(x, y, unbiased):
    return _within(x, unbiased) + _within(y, unbiased) - 2 * _kernel_sum(x, y) / (len(x) * len(y))


def _within(x, unbiased):
    n, total = len(x), _kernel_sum(x, x)
    if not unbiased:
        return total / n**2
    return (total - _kernel((x * x).sum(axis=1), x.shape[1]).sum()) / (n * (n - 1))


def _kernel(products, dimensions):
    affine = products / dimensions + 1
    return affine * affine * affine  # several times as fast as ** 3


def _kernel_sum(x, y):
    return sum(_kernel(x[rows] @ y.T, x.shape[1]).sum() for rows in blocks(len(x), len(y)))


# --- arguments that are what they should be, and tables that fit in memory -------------------------------------------


def blocks(n, m):
    """Slices of n rows, so few that a block against m columns takes 2 MB in float64, and fits a processor's cache."""
    rows = max(1, 2**18 // m)
    return [slice(start, start + rows) for start in range(0, n, rows)]


def checked(x, name, least=1, why="there is nothing to measure"):
    """An array or tensor of shape (n, d) as a float64 array.

    Raises:
        ValueError: it has another shape, fewer than `least` rows (the message says `why` they are needed), or entries
            that are not finite.
    """
    x = x.detach().cpu().double().numpy() if isinstance(x, torch.Tensor) else np.asarray(x, dtype=float)
    if x.ndim != 2 or not x.shape[1]:
        raise ValueError(f"{name} has shape {x.shape}; it needs (n, d), one row per sample.")
    if len(x) < least:
        raise ValueError(f"{name} has {len(x)} samples; at least {least} are needed: {why}.")
    if not np.isfinite(x).all():
        raise ValueError(f"{name} has entries that are not finite numbers.")
    return x


def checked_pair(real, fake, **requirements):
    """Both as `checked` returns them, with equal d."""
    real, fake = checked(real, "real", **requirements), checked(fake, "fake", **requirements)
    if real.shape[1] != fake.shape[1]:
        raise ValueError(f"real has {real.shape[1]} features and fake {fake.shape[1]}: use the same network for both.")
    return real, fake
