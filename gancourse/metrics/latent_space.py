"""How well-behaved a latent space is: whether images change by small steps along a path, and what one can read in z.

Taught in lecture 09. Both look at a generator from outside: at its codes, and at what a network says of its images.
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
