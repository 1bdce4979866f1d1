"""Measures: what is found in answers of which no single one is right, such as the samples of a trained model.

A measure is `measure(value)`: of what a student's function returned, as plain data, it makes a word and a remark with
the numbers. The word is compared with what the reference's answer comes to, as any value is; the misconceptions that
come to other words have the hints. It works outside the student's process, and takes whatever it is given.
"""

import functools

import numpy as np

KEPT = 24  # principal components of the digits: 96 % of their variance
SIZE = 16
ENOUGH, MANY = 200, 5000  # samples; more would take the grader's memory
ALIKE = 0.1  # spread of the samples, as a share of the data's
NOISY = 10  # variance outside the principal components, likewise
KIND = 0.02  # of the samples make a digit that occurs
TOO_EXACT = 0.003  # off on average: no network that was trained comes so close to a rule
KINDS = 7  # digits that occur


def digits():
    """All of scikit-learn's digits, enlarged.

    Returns:
        Images, uint8 of shape (1797, 1, 16, 16), and which digit each shows, shape (1797,).
    """
    import torch

    from gancourse.data.images import load

    parts = [load("digits", size=SIZE, split=split) for split in ("train", "test")]
    return torch.cat([part.x for part in parts]), torch.cat([part.label for part in parts])


@functools.cache
def _principal():
    """The digits as points between −1 and 1, their mean, principal components (24, 256), features, labels, and rest.

    The rest is the variance that the components leave out.
    """
    image, label = digits()
    points = _points(image.numpy())
    mean = points.mean(axis=0)
    components = np.linalg.svd(points - mean, full_matrices=False)[2][:KEPT]
    features = (points - mean) @ components.T
    return points, mean, components, features, label.numpy(), _outside(points - mean, components)


def _points(image):
    return image.reshape(len(image), -1) / 127.5 - 1


def digit_samples(image, at_most):
    """What is most wrong with generated digits, "right" if nothing is.

    Distances are measured in the first 24 principal components of the data and in units of their variance there.

    Args:
        image: what was returned; it should be uint8 of shape (n, 1, 16, 16), n ≥ 200.
        at_most: Fréchet distance that is good enough.

    Returns:
        The word, and a remark with the numbers, or None if there are none.
    """
    if not isinstance(image, np.ndarray) or image.shape[1:] != (1, SIZE, SIZE) or not ENOUGH <= len(image) <= MANY:
        return "another shape", None
    if image.dtype != np.uint8:
        return "not uint8", None
    if image.max() <= 2:
        return "all black", None
    if ((image > 80) & (image < 176)).mean() > 0.8:
        return "grey", None
    from gancourse.metrics.distances import frechet_distance

    points, mean, components, features, label, rest = _principal()
    seen = _points(image)
    of_seen = (seen - mean) @ components.T
    spread = of_seen.var(axis=0).sum() / features.var(axis=0).sum()
    outside = _outside(seen - mean, components) / rest
    distance = frechet_distance(features, of_seen) / features.var(axis=0).sum()
    squares = (of_seen**2).sum(axis=1)[:, None] - 2 * of_seen @ features.T + (features**2).sum(axis=1)
    nearest = squares.argmin(axis=1)
    copied = (np.abs(seen - points[nearest]).mean(axis=1) < 0.01).mean()
    kinds = (np.bincount(label[nearest], minlength=10) >= KIND * len(image)).sum()
    remark = (
        f"Measured: Fréchet distance {distance:.2f} (at most {at_most:g} is asked for), variance {spread:.2f} of the "
        f"data's, {kinds} of 10 digits occur."
    )
    faults = {
        "all alike": spread < ALIKE,
        "inverted": seen.mean() > -mean.mean() / 2,
        "noise": outside > NOISY,
        "copies": copied > 0.2,
        "few digits": kinds < KINDS,
        "far": distance > at_most,
    }
    return next((word for word, there in faults.items() if there), "right"), remark


def _outside(centred, components):
    """Variance that the principal components leave out."""
    return np.sum((centred - centred @ components.T @ components) ** 2) / len(centred)


# --- a translation, on images of which the right one is known ---------------------------------------------------------


def chalk(n, seed):
    """n digits in chalk: thin and white on black, uint8 of shape (n, 1, 16, 16)."""
    import torch

    from gancourse.data.worlds.glyphs import glyphs

    return glyphs(n, SIZE, generator=torch.Generator().manual_seed(seed)).image


def in_ink(x):
    """The same in ink, black on white and a pixel bolder; for images between −1 and 1, shape (n, 1, h, w)."""
    from torch.nn.functional import max_pool2d, pad

    return -max_pool2d(pad(x, (1, 0, 1, 0), value=-1.0), 2, 1)


def ink_translations(value, at_most):
    """What is most wrong with translations from chalk to ink, "right" if nothing is.

    Args:
        value: images in chalk and what was made of them, both between −1 and 1 and of shape (n, 1, 16, 16).
        at_most: mean absolute difference from the right translations that is good enough.

    Returns:
        The word, and a remark with the numbers, or None if there are none.
    """
    import torch

    if isinstance(value, list) and len(value) == 2 and isinstance(value[1], str):
        return value[1] if value[1] in ("nothing", "several") else "another shape", None
    try:
        x, made = (np.asarray(images, dtype=float) for images in value)
    except (TypeError, ValueError):
        return "another shape", None
    if made.shape != x.shape or made.shape[1:] != (1, SIZE, SIZE) or not made.size:
        return "another shape", None
    if not np.abs(made).max() <= 1:  # nor not a number
        return "not between -1 and 1", None
    right = in_ink(torch.tensor(x)).numpy()
    error = np.abs(made - right).mean()
    faults = {
        "grey": np.abs(made).mean() < 0.4,
        "unchanged": np.abs(made - x).mean() < 0.3,
        "all alike": made.var(axis=0).mean() < ALIKE * right.var(axis=0).mean(),
        "inverted": np.abs(made + x).mean() < 0.1,
        "the rule": error < TOO_EXACT,
        "far": error > at_most,
    }
    remark = f"Measured: off by {error:.3f} on average (at most {at_most:g} is asked for)."
    return next((word for word, there in faults.items() if there), "right"), remark


MEASURES = {
    "recognisable_digits": functools.partial(digit_samples, at_most=0.3),
    "good_digits": functools.partial(digit_samples, at_most=0.2),
    # ps5's own training, 100 seeds: 0.067 in the middle, 0.093 at most. What is no translation:
    # exchanging black and white 0.21, the average ink digit 0.26, blank paper 0.46, chalk itself 1.70.
    "recognisable_ink": functools.partial(ink_translations, at_most=0.15),
    "good_ink": functools.partial(ink_translations, at_most=0.12),
}
