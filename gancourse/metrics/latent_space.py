"""How well-behaved a latent space is: whether images change by small steps along a path, and what one can read in z.

Taught in lectures 09 and 14. All look at a generator from outside: at its codes, and at what a network says of its
images.
"""

import torch


def largest_step(features):
    """The largest step of a path as a multiple of its mean step, the median over paths: 1 if all steps are equal.

    Images that change evenly with z have all steps alike; a generator that holds one image as long as it can, and then
    another, takes the whole way in one. Unlike a path length (Karras et al. 2019, section 4.1), it has no unit.

    Args:
        features: of the images along each path, shape (paths, points, d), at even steps in z; no path may stand still.

    Raises:
        ValueError: there are fewer than three points.
    """
    if features.shape[1] < 3:
        raise ValueError(f"a path has {features.shape[1]} points; with fewer than three no two steps can be compared.")
    steps = features.diff(dim=1).norm(dim=2)
    return float((steps.amax(dim=1) / steps.mean(dim=1)).median())


def read_linearly(z, values):
    """R² of the best linear estimate of `values` from codes: 1 if z says it all, 0 if the mean says as much.

    Fitted by least squares on the first four fifths, and judged on the others, so that nothing is read where there is
    nothing (and then it may be a little below 0).

    Args:
        z: codes, shape (n, latent), with n several times as large as latent.
        values: what was measured of their images, shape (n,).
    """
    columns, n = torch.cat([z, torch.ones_like(z[:, :1])], dim=1), 4 * len(z) // 5
    values = values.to(z)
    slopes = torch.linalg.lstsq(columns[:n], values[:n, None]).solution[:, 0]
    wrong = values[n:] - columns[n:] @ slopes
    return float(1 - wrong.square().mean() / values[n:].var(correction=0))


def path_length(features, start, end, t, between, step=1e-2):
    """The mean of d(f(t), f(t + ε)) / ε² over paths, d a squared distance of features (Karras et al. 2019, 4.1).

    How far an image moves while its code goes a step of the way, squared: long where a short way changes much. The
    paper's distance is that of a network of photographs, so that its numbers are not ours; and its ε is 10⁻⁴, for which
    features in float32 are too coarse.

    Args:
        features: of the images of codes: a function of (n, latent) that gives (n, d).
        start, end: codes, shape (n, latent).
        t: where on its path each is looked at, shape (n, 1), in [0, 1).
        between: the point of a path, from (start, end, t): `slerp` for normal codes, `torch.lerp` for styles.
        step: ε.
    """
    here, there = (features(between(start, end, at)) for at in (t, t + step))
    return float(((there - here).square().sum(dim=1) / step**2).mean())


def carried_over(own, other, mixed):
    """How much of the difference between two images in one factor their mixture took from the other: 0 none, 1 all.

    Of numbers it is the slope, through 0, of what changed on what could have; of classes, of the pairs that differ, the
    share that now has the other's.

    Args:
        own, other, mixed: of pairs of images and their mixtures, shape (n,); whole numbers are classes.

    Returns:
        A number; NaN if no pair differs.
    """
    if own.is_floating_point():
        could, did = other - own, mixed - own
        return float((could * did).sum() / could.square().sum())
    differs = own != other
    return float((mixed == other)[differs].float().mean())


def changed(own, other, mixed):
    """How much a factor changed, whatever to, as a share of how much two images differ: 0 not at all, 1 as much.

    Of numbers the ratio of root mean squares; of classes that of the shares of pairs that differ.

    Args:
        own, other, mixed: as for `carried_over`.
    """
    if own.is_floating_point():
        return float((mixed - own).square().mean().sqrt() / (other - own).square().mean().sqrt())
    return float((mixed != own).float().mean() / (other != own).float().mean())
