"""What is done with latent samples: paths, directions along which something about the image changes, and truncation.

Taught in lectures 08 (paths; arithmetic: Radford et al. 2016, section 6.3.2) and 10 (regression, truncation).
"""

import torch

from gancourse.games.dcgan import slerp


def cube_slerp(start, end, t):
    """Interpolation between codes that are uniform on [−1, 1], whose points are uniform on it too.

    Each coordinate is made normal, z to Φ⁻¹((z + 1) / 2), turned by `slerp`, and brought back. A slerp between normal
    codes is nearly normal, since the squares of its two weights add up to nearly 1 where the codes are nearly at right
    angles; so no point of the path is one that was hardly ever drawn in training.

    Args:
        start, end: codes within [−1, 1], shape (n, latent).
        t: a number, 0 at the start and 1 at the end.

    Returns:
        Shape (n, latent).
    """
    edge = 1 - torch.finfo(start.dtype).eps  # Φ⁻¹ is infinite at the edge itself
    turned = slerp(*(torch.special.ndtri((z.clamp(-edge, edge) + 1) / 2) for z in (start, end)), t)
    return 2 * torch.special.ndtr(turned) - 1


def difference_of_means(z, has, n):
    """The arithmetic of DCGAN: the mean code of n examples that have it, minus that of n that do not, shape (latent,).

    Args:
        z: codes, shape (m, latent).
        has: whether the image of each has what is wanted, shape (m,), bool.
        n: examples of either kind, the first ones.

    Raises:
        ValueError: there are fewer than n of a kind.
    """
    fewest = int(min(has.sum(), (~has).sum()))
    if n > fewest:
        raise ValueError(f"n is {n}, but of one kind there are only {fewest} examples. Take fewer, or draw more codes.")
    return z[has][:n].mean(dim=0) - z[~has][:n].mean(dim=0)


def regressed_directions(z, values):
    """Unit directions along which each value rises fastest, by least squares, shape (k, latent).

    Args:
        z: codes, shape (m, latent), of mean 0.
        values: what was measured of their images, shape (m, k).
    """
    slopes = torch.linalg.lstsq(z, values - values.mean(dim=0)).solution
    return torch.nn.functional.normalize(slopes, dim=0).T


def truncated(z, threshold):
    """The truncation trick (Brock et al. 2019, section 3.1) for codes that are uniform on [−1, 1]: threshold · z.

    Truncated codes have every coordinate drawn anew until it lies within ±threshold. Of uniform codes those are uniform
    on [−threshold, threshold], as threshold · z is, which keeps every direction and draws nothing.

    Args:
        z: codes, shape (m, latent), as of `DCGAN.draw_latent`.
        threshold: above 0, at most 1.

    Raises:
        ValueError: a threshold out of range, or codes outside the cube, such as normal ones.
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold is {threshold}; give one above 0, at most 1.")
    if z.abs().max() > 1:
        raise ValueError(
            f"z reaches to {z.abs().max():.1f}: only codes that are uniform on [-1, 1] may be shrunk. Of normal codes, "
            "draw each coordinate anew until it is within the threshold."
        )
    return threshold * z
