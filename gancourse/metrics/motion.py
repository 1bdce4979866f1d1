"""What moves in a clip and what does not, measured in its pictures alone. Taught in lecture 15.

Clips are in [−1, 1], shape (n, 3, frames, size, size). What stands still is taken to be each pixel's median over time:
right where whatever moves covers no pixel in half of the frames, as in `data.worlds.clips`.
"""

import torch

MOVED = 0.25  # off the median by this much in any colour: 32 grey levels
SHARE = 0.5  # and by this much of what the frame's pixel is that is off most: the rest is noise, which has no place


def flicker(x):
    """How much the still part changes: the median pixel's standard deviation over time in grey levels, (n,).

    Of a real clip it is 0, as a ball flies over less than half of the picture.
    """
    return x.std(dim=2, correction=0).amax(dim=1).flatten(1).median(dim=1).values * 127.5


def moving(x):
    """Where something is that moves, bool, shape (n, frames, size, size)."""
    still = x.contiguous().median(dim=2, keepdim=True).values  # of an expanded tensor torch finds another one
    off = (x - still).abs().amax(dim=1)
    return off > (SHARE * off.amax(dim=(2, 3), keepdim=True)).clamp(min=MOVED)


def centres(x):
    """The centre of what moves in each frame, from the left and from the top as shares of the side, (n, frames, 2).

    NaN where nothing does.
    """
    mask, size = moving(x).float(), x.shape[-1]
    at = (torch.arange(size, device=x.device) + 0.5) / size
    mass = mask.sum(dim=(2, 3))
    across, down = (mask.sum(dim=2) * at).sum(dim=2) / mass, (mask.sum(dim=3) * at).sum(dim=2) / mass
    return torch.stack([across, down], dim=2)


def flight(position):
    """How well paths are those of a thrown ball, x(t) = x₀ + v t + ½ a t² with t from 0 to 1, by least squares.

    Args:
        position: shape (n, frames, 2), at least four frames.

    Returns:
        The root mean squared distance from the best such path, and its acceleration a; shapes (n,) and (n, 2).
    """
    t = torch.linspace(0, 1, position.shape[1], dtype=position.dtype, device=position.device)
    basis = torch.stack([torch.ones_like(t), t, t**2 / 2], dim=1)
    fitted = torch.linalg.pinv(basis) @ position
    off = (position - basis @ fitted).square().sum(dim=2).mean(dim=1).sqrt()
    return off, fitted[:, 2]
