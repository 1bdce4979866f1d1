"""Chairs and sofas in voxels, whose every factor is known: unions of boxes, a union in one pass over all of them."""

import difflib
from dataclasses import dataclass

import torch

from gancourse.data.worlds.fields import between, given, uniforms, whole

KINDS, LEGS = ("chair", "sofa"), ("four", "pedestal")
NUMBERS = ("width", "depth", "seat", "back", "thickness")
FACTORS = ("kind", "legs", "arms", "open", *NUMBERS)
# What a number from 0 to 1 means, as shares of the cube's side: of a chair and of a sofa. `seat` is how high one sits,
# `back` how far the back rises above that. Nothing is thinner than a voxel of 16.
RANGES = {
    "width": ((0.38, 0.62), (0.75, 1.0)), "depth": ((0.38, 0.6), (0.4, 0.62)), "seat": ((0.32, 0.52), (0.22, 0.36)),
    "back": ((0.25, 0.47), (0.2, 0.36)), "thickness": ((0.07, 0.14), (0.12, 0.19)),
}  # fmt: skip
LEG, ARM, RISE = (
    0.08,
    (0.08, 0.13),
    (0.14, 0.13),
)  # how thick a leg is, an arm of either kind; how high an arm rises


@dataclass(frozen=True)
class Furniture:
    """n pieces of furniture. Factors have shape (n,).

    Attributes:
        voxels: where something is, bool, shape (n, size, size, size): from the floor up, from front to back, from left
            to right.
        kind: which of `KINDS`, int64.
        legs: which of `LEGS`, int64; a sofa's are short, and its pedestal is a plinth.
        arms: whether there are arms to lean on, bool.
        open: whether the back is a frame with a hole, bool.
        width, depth, seat, back, thickness: from the least to the most that its kind has (`RANGES`), 0 to 1, float32.
    """

    voxels: torch.Tensor
    kind: torch.Tensor
    legs: torch.Tensor
    arms: torch.Tensor
    open: torch.Tensor
    width: torch.Tensor
    depth: torch.Tensor
    seat: torch.Tensor
    back: torch.Tensor
    thickness: torch.Tensor

    @property
    def image(self):
        """The voxels as images at rest are, with one channel a height: uint8, 0 or 255."""
        return self.voxels.to(torch.uint8) * 255

    @property
    def label(self):
        """The class for class-conditional models: the kind."""
        return self.kind

    @property
    def classes(self):
        """The names of the labels."""
        return KINDS

    def factors(self):
        """All factors by name."""
        return {name: getattr(self, name) for name in FACTORS}

    def changed(self, size=None, **factors):
        """The same pieces with some factors given anew, such as `arms=True`; all else is equal.

        Draws nothing from torch's global generator. Arguments and errors as for `furniture`.
        """
        size = self.voxels.shape[-1] if size is None else size
        own = self.factors() | factors
        return furniture(len(self.voxels), size, generator=torch.Generator(), device=self.voxels.device, **own)


def furniture(n, size=16, *, generator=None, device="cpu", **factors):
    """Build n pieces of furniture.

    Every factor is drawn independently unless given, as one value for all or one per piece: kinds and legs equally
    likely, arms and an open back in half of the pieces, numbers uniformly. Giving one factor does not change what is
    drawn for the others.

    Args:
        n: how many.
        size: voxels a side, 8 to 64.
        generator: where random numbers come from; torch's global one on the CPU by default.
        device: where to build. The same seed draws the same factors on every device.
        factors: those of `FACTORS`, as in `Furniture`, shape () or (n,).

    Returns:
        `Furniture`.

    Raises:
        ValueError: an argument that cannot be.
    """
    whole("n", n, 1)
    whole("size", size, 8, 64)
    for name in factors:
        if name not in FACTORS:
            near = difflib.get_close_matches(name, FACTORS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(FACTORS)}."
            raise ValueError(f"Furniture has no factor {name!r}; {hint}")
    u = dict(zip(FACTORS, uniforms(n, len(FACTORS), generator, device), strict=True))
    drawn = u | {"kind": (u["kind"] * 2).long(), "legs": (u["legs"] * 2).long()}
    drawn |= {"arms": u["arms"] < 0.5, "open": u["open"] < 0.5}
    values = {name: given(name, factors.get(name), drawn[name], 0, 1) for name in FACTORS}
    return Furniture(_filled(_boxes(**values), size), **values)


def _filled(boxes, size):
    """Which voxels have their centre in any of the boxes: (n, k, 3, 2) to (n, size, size, size)."""
    centre = (torch.arange(size, device=boxes.device) + 0.5) / size
    inside = (boxes[..., :1] <= centre) & (centre < boxes[..., 1:])  # (n, k, 3, size)
    up, back, across = inside.unbind(dim=2)
    filled = torch.zeros(len(boxes), size, size, size, dtype=torch.bool, device=boxes.device)
    for k in range(boxes.shape[1]):  # a few boxes, but many pieces
        filled |= up[:, k, :, None, None] & back[:, k, None, :, None] & across[:, k, None, None, :]
    return filled


def _boxes(kind, legs, arms, open, **numbers):
    """Where the parts of each piece lie, (n, 14, 3, 2): from and to, upwards, backwards, to the right.

    A part that a piece lacks is a box that is nowhere.
    """
    width, depth, seat, back, thick = (_of_kind(kind, RANGES[name], numbers[name]) for name in NUMBERS)
    sofa = kind == 1
    arm, rise = (torch.where(sofa, pair[1], pair[0]) for pair in (ARM, RISE))
    left, right, front, rear = 0.5 - width / 2, 0.5 + width / 2, 0.5 - depth / 2, 0.5 + depth / 2
    floor, top, under = torch.zeros_like(width), seat + back, seat - thick
    parts = [((under, seat), (front, rear), (left, right), None)]
    solid, behind = ~open, (rear - thick.clamp(max=0.12), rear)
    parts += [((seat, top), behind, (left, right), solid)]
    rail = 0.09
    parts += [((seat, top), behind, (left, left + rail), open), ((seat, top), behind, (right - rail, right), open)]
    parts += [((top - rail, top), behind, (left, right), open)]
    parts += [((seat, seat + rise), (front, rear), (left, left + arm), arms)]
    parts += [((seat, seat + rise), (front, rear), (right - arm, right), arms)]
    four, corner = legs == 0, LEG
    for near in ((front, front + corner), (rear - corner, rear)):
        parts += [((floor, under), near, side, four) for side in ((left, left + corner), (right - corner, right))]
    chair_foot, plinth = (legs == 1) & ~sofa, (legs == 1) & sofa
    parts += [((floor, under), _around(0.5, LEG), _around(0.5, LEG), chair_foot)]
    parts += [((floor, floor + 0.07), (front, rear), (left, right), chair_foot)]
    parts += [((floor, under), (front + LEG, rear - LEG), (left + LEG, right - LEG), plinth)]
    return torch.stack([_box(width, *part) for part in parts], dim=1)


def _around(middle, thick):
    return middle - thick / 2 - 0.01, middle + thick / 2 + 0.01


def _of_kind(kind, ranges, u):
    """A number from 0 to 1 as a length, by what its kind has."""
    return torch.where(kind == 1, between(ranges[1], u), between(ranges[0], u))


def _box(like, up, back, across, there):
    """One part of every piece, (n, 3, 2); a box from 2 to 1 is nowhere."""
    edges = [
        torch.stack([torch.as_tensor(edge).to(like).expand_as(like) for edge in axis], 1) for axis in (up, back, across)
    ]
    box = torch.stack(edges, dim=1)
    return box if there is None else torch.where(there[:, None, None], box, like.new_tensor([2.0, 1.0]))
