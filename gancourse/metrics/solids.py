"""How near shapes of voxels are to each other: intersection over union. Taught in lecture 15."""

import torch


def voxel_iou(x, y):
    """Voxels that are full in both over those that are full in either, of each pair, shape (n,).

    Args:
        x, y: full where above 0 (or True), both of shape (n, …); 1 where both are empty.

    Raises:
        ValueError: their shapes differ.
    """
    if x.shape != y.shape:
        raise ValueError(f"x has shape {tuple(x.shape)} and y {tuple(y.shape)}: shape by shape they need to be alike.")
    x, y = ((side > 0).flatten(1) for side in (x, y))
    return _ratio((x & y).sum(dim=1), (x | y).sum(dim=1))


def nearest_iou(x, others):
    """The IoU with the nearest of others and its index, of each shape, both of shape (n,).

    Args:
        x, others: full where above 0 (or True), shapes (n, …) and (m, …).
    """
    x, others = ((side > 0).flatten(1).float() for side in (x, others))
    both = x @ others.T
    found = _ratio(both, x.sum(dim=1, keepdim=True) + others.sum(dim=1) - both).max(dim=1)
    return found.values, found.indices


def pieces(x):
    """How many voxels hang together with the largest part of each shape, as a share of those that are full, (n,).

    Voxels hang together where they share a side, an edge or a corner. Of furniture that could stand it is 1.

    Args:
        x: full where above 0 (or True), shape (n, D, H, W).
    """
    from scipy.ndimage import label

    shares = []
    for solid in (x > 0).cpu().numpy():
        parts, _ = label(solid, structure=[[[1] * 3] * 3] * 3)
        sizes = torch.as_tensor(parts[solid]).long().bincount()
        shares.append(float(sizes.max() / sizes.sum()) if len(sizes) else 0.0)
    return torch.tensor(shares)


def _ratio(over, under):
    return torch.where(under > 0, over / under.clamp(min=1), 1.0)
