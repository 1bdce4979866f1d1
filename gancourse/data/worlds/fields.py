"""What the rendered worlds share: pictures from signed distance fields, and factors that are drawn unless given.

A signed distance field says at each point how far the outline is: positive inside, negative outside. It can be turned,
scaled and thickened without redrawing, and a pixel's coverage is the field at its centre, clamped.
"""

import torch
import torch.nn.functional as F


def sample(fields, index, affine, size):
    """Each example's field, seen through its affine map.

    Args:
        fields: k square fields below each other, shape (1, 1, k·cells, cells).
        index: which field, shape (n,).
        affine: shape (n, 2, 3), from picture coordinates (x, y, 1) to the field's, both in [-1, 1] with y downwards.
        size: the side of the pictures in pixels.

    Returns:
        The field's value at each pixel's centre, shape (n, 1, size, size); beyond the field's edge, that at its edge.
    """
    cells = fields.shape[-1]
    k = fields.shape[-2] // cells
    centre = (2 * index + 1) / k - 1
    affine = torch.stack([affine[:, 0], affine[:, 1] / k], dim=1)
    affine[:, 1, 2] += centre
    grid = F.affine_grid(affine, (len(index), 1, size, size), align_corners=False)
    centre, half = centre.view(-1, 1, 1), (1 - 1 / cells) / k  # half a cell short: what lies below is another's field
    torch.clamp(grid[..., 1], centre - half, centre + half, out=grid[..., 1])
    return F.grid_sample(fields.expand(len(index), -1, -1, -1), grid, padding_mode="border", align_corners=False)


def chunks(n, size, device):
    """Slices of n pictures to render at once: on a CPU so few that their temporaries fit its cache."""
    step = max(1, (2**18 if torch.device(device).type == "cpu" else 2**23) // size**2)
    return (slice(i, i + step) for i in range(0, n, step))


def uniforms(n, k, generator, device):
    """k tensors of n numbers uniform in [0, 1), the same for a seed whatever the device.

    They are drawn where the generator is, by default torch's global one on the CPU, and moved.
    """
    where = "cpu" if generator is None else generator.device
    return torch.rand(n, k, generator=generator, device=where).to(device).unbind(dim=1)


def between(limits, u):
    """From [0, 1) to the two limits."""
    return limits[0] + (limits[1] - limits[0]) * u


def given(name, value, drawn, low=-float("inf"), high=float("inf"), tail=()):
    """A factor as the caller gave it, in the shape, type and place of the one that was drawn.

    Args:
        name: the factor's, for messages.
        value: None for the drawn one; else one for all, or one per example, or one per object of each example.
        drawn: shape (n, …, *tail).
        low: the least value allowed.
        high: the greatest.
        tail: the shape of a single value: () for a number, (2,) for a point.

    Raises:
        ValueError: a value of another shape, not a number, not whole where it counts, or outside [low, high].
    """
    if value is None:
        return drawn
    try:
        value = torch.as_tensor(value, device=drawn.device)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} is {value!r}; it needs numbers.") from error
    lead, own = drawn.shape[: drawn.ndim - len(tail)], value.shape[: value.ndim - len(tail)]
    if value.shape[len(own) :] != tail or own != lead[: len(own)]:
        allowed = " or ".join(str((*lead[:i], *tail)) for i in range(len(lead) + 1))
        raise ValueError(f"{name} has shape {tuple(value.shape)}; it needs {allowed}.")
    if not drawn.is_floating_point() and value.is_floating_point():
        raise ValueError(f"{name} needs whole numbers, not {value.dtype}.")
    if not ((value >= low) & (value <= high)).all():  # also where it is not a number
        raise ValueError(f"{name} needs values from {low:g} to {high:g}.")
    return value.to(drawn.dtype).reshape(*own, *(1,) * (len(lead) - len(own)), *tail).expand(drawn.shape)


def whole(name, value, low, high=None):
    """Check that an argument is a whole number from low to high.

    Raises:
        ValueError: it is not.
    """
    if not isinstance(value, int) or value < low or (high is not None and value > high):
        raise ValueError(f"{name} is {value!r}; it needs a whole number from {low}{f' to {high}' if high else ' up'}.")
