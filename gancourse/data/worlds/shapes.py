"""Coloured scenes of one to three objects whose every factor is known, and the true counterpart of each."""

import math
from dataclasses import dataclass
from functools import cache

import torch

from gancourse.data.worlds.fields import between, chunks, given, sample, uniforms, whole

SHAPES = ("square", "disc", "triangle", "star", "cross")
# Six of Okabe and Ito's eight colours, which the colour-blind can tell apart; the red is their vermilion.
COLOURS = {
    "orange": (230, 159, 0), "green": (0, 158, 115), "yellow": (240, 228, 66),
    "blue": (0, 114, 178), "red": (213, 94, 0), "purple": (204, 121, 167),
}  # fmt: skip
BACKGROUNDS = {"white": (242, 242, 242), "grey": (178, 178, 178), "beige": (222, 208, 184), "slate": (96, 106, 120)}
STRIPE = (20, 20, 20)  # as dark as this: white stripes would be lost in yellow
STRIPE_WIDTH = 1 / 16  # of the picture's side, and as wide between them: two pixels at 32
FACTORS = ("shape", "colour", "radius", "position", "angle", "striped", "background", "count")

RADIUS, ANGLE = (0.13, 0.22), (-30.0, 30.0)
ALONE = (0.345, 0.655)  # where a single object's centre may be, from left to right and top to bottom
RING = (0.14, 0.16)  # how far from the middle several are: no one can hide another
SIZES = ((0.16, "small"), (0.19, "medium"), (math.inf, "large"))  # radii below; thirds of what is drawn
MIDDLE = (0.448, 0.552)  # neither left nor right, top nor bottom; the middle third

CROSS = (
    (1, 0.4), (0.4, 0.4), (0.4, 1), (-0.4, 1), (-0.4, 0.4), (-1, 0.4),
    (-1, -0.4), (-0.4, -0.4), (-0.4, -1), (0.4, -1), (0.4, -0.4), (1, -0.4),
)  # fmt: skip
EXTENT = 2.5  # half the side of a shape's field in radii, 1.55 being the triangle's corners
CELLS = 160


@dataclass(frozen=True)
class Scenes:
    """n scenes of up to `objects` objects, the first in front. What is said of an object that is not there is void.

    Attributes:
        image: uint8, shape (n, 3, size, size).
        mask: where each object is seen: it covers half of the pixel or more, and none in front does; bool, shape
            (n, objects, size, size).
        shape: which of `SHAPES`, int64, shape (n, objects), as all that follow if not said otherwise.
        colour: which of `COLOURS`, int64.
        radius: of the disc with the object's area, as a share of the picture's side.
        position: the object's centre of mass, from the left and from the top, as shares of the side; (n, objects, 2).
        angle: degrees counter-clockwise.
        striped: dark stripes across, level whatever the angle, one in the object's middle; bool.
        background: which of `BACKGROUNDS`, int64, shape (n,).
        count: how many objects are there, int64, shape (n,).
    """

    image: torch.Tensor
    mask: torch.Tensor
    shape: torch.Tensor
    colour: torch.Tensor
    radius: torch.Tensor
    position: torch.Tensor
    angle: torch.Tensor
    striped: torch.Tensor
    background: torch.Tensor
    count: torch.Tensor

    @property
    def label(self):
        """The class for class-conditional models: the shape of the object in front, int64, shape (n,)."""
        return self.shape[:, 0]

    @property
    def classes(self):
        """The names of the labels."""
        return SHAPES

    def changed(self, size=None, **factors):
        """The same scenes with some factors given anew, such as `striped=True`; all else is equal.

        Draws nothing from torch's global generator. Arguments and errors as for `shapes`.
        """
        own = {name: getattr(self, name) for name in FACTORS}
        n, objects = self.shape.shape
        size = self.image.shape[-1] if size is None else size
        return shapes(n, size, objects, generator=torch.Generator(), device=self.image.device, **{**own, **factors})

    def layout(self):
        """What is seen at each pixel: 0 the background, 1 + shape an object; int64, shape (n, size, size)."""
        return (self.mask * (1 + self.shape)[:, :, None, None]).sum(dim=1)

    def edges(self):
        """The outlines of what is seen, a pixel wide: 255 on 0, uint8, shape (n, 1, size, size). Stripes have none."""
        number = torch.arange(1, self.mask.shape[1] + 1, dtype=torch.uint8, device=self.mask.device)
        seen = (self.mask * number[:, None, None]).sum(dim=1, keepdim=True)
        edge = torch.zeros_like(seen, dtype=torch.bool)
        edge[..., :-1] |= seen[..., :-1] != seen[..., 1:]
        edge[..., :-1, :] |= seen[..., :-1, :] != seen[..., 1:, :]
        return edge.to(torch.uint8) * 255

    def captions(self):
        """n English descriptions, such as "a large striped red disc on the left, on a grey background"."""
        columns = (self.shape, self.colour, self.radius, self.position, self.striped)
        scenes = zip(self.count.tolist(), self.background.tolist(), *(c.tolist() for c in columns), strict=True)
        texts = []
        for count, background, *factors in scenes:
            *others, last = [_describe(*each) for each in zip(*factors, strict=True)][:count]
            objects = f"{', '.join(others)} and {last}" if others else last
            texts.append(f"{objects}, on a {list(BACKGROUNDS)[background]} background")
        return texts


def shapes(
    n, size=64, objects=1, *, shape=None, colour=None, radius=None, position=None, angle=None, striped=None,
    background=None, count=None, generator=None, device="cpu",
):  # fmt: skip
    """Render n scenes.

    Every factor is drawn independently and uniformly unless given, as one value for all, one per scene, or one per
    object of each scene: shapes, colours, fills, backgrounds and counts equally likely, the radius from 0.13 to 0.22,
    the angle within ±30°. A single object's position is uniform in the middle of the picture, from 0.345 to 0.655;
    several stand around the middle, evenly turned, 0.14 to 0.16 away from it, and may overlap. No object drawn is cut
    off or wholly hidden. Giving one factor does not change what is drawn for the others.

    Args:
        n: how many.
        size: the side of the pictures in pixels, 16 to 128.
        objects: the most objects in a scene, 1 to 3.
        shape: places in `SHAPES`, shape (), (n,) or (n, objects); the other factors likewise, with their units as in
            `Scenes`.
        colour: places in `COLOURS`.
        radius: 0.05 to 0.5.
        position: shape (2,), (n, 2) or (n, objects, 2), within [0, 1].
        angle: degrees, any.
        striped: True or False.
        background: places in `BACKGROUNDS`, shape () or (n,).
        count: 1 to objects, shape () or (n,).
        generator: where random numbers come from; torch's global one on the CPU by default.
        device: where to render. The same seed draws the same factors on every device.

    Returns:
        `Scenes`.

    Raises:
        ValueError: an argument that cannot be.
    """
    whole("n", n, 1)
    whole("size", size, 16, 128)
    whole("objects", objects, 1, 3)
    u = uniforms(n, 2 + 7 * objects, generator, device)
    each = [torch.stack(u[2 + i * objects : 2 + (i + 1) * objects], dim=1) for i in range(7)]
    factors = {
        "shape": given("shape", shape, (each[0] * len(SHAPES)).long(), 0, len(SHAPES) - 1),
        "colour": given("colour", colour, (each[1] * len(COLOURS)).long(), 0, len(COLOURS) - 1),
        "radius": given("radius", radius, between(RADIUS, each[2]), 0.05, 0.5),
        "position": given("position", position, _positions(each[3], each[4]), 0, 1, tail=(2,)),
        "angle": given("angle", angle, between(ANGLE, each[5])),
        "striped": given("striped", striped, each[6] < 0.5, 0, 1),
        "background": given("background", background, (u[0] * len(BACKGROUNDS)).long(), 0, len(BACKGROUNDS) - 1),
        "count": given("count", count, (u[1] * objects).long() + 1, 1, objects),
    }
    image = torch.empty(n, 3, size, size, dtype=torch.uint8, device=device)
    mask = torch.empty(n, objects, size, size, dtype=torch.bool, device=device)
    for part in chunks(n, size, device):
        _render(image[part], mask[part], **{name: value[part] for name, value in factors.items()})
    return Scenes(image, mask, **factors)


def _positions(u, v):
    """Centres of objects, (n, objects, 2), from two uniform numbers for each."""
    if u.shape[1] == 1:
        return between(ALONE, torch.stack([u, v], dim=2))
    turn = 2 * math.pi * (u[:, :1] + torch.arange(u.shape[1], device=u.device) / u.shape[1])
    return 0.5 + between(RING, v).unsqueeze(2) * torch.stack([turn.cos(), turn.sin()], dim=2)


def _render(image, mask, shape, colour, radius, position, angle, striped, background, count):
    """Paint scenes into `image` and `mask`, the last object first."""
    size, fields = image.shape[-1], _fields(image.device)
    grounds, colours, dark = _palette(image.device)
    picture = grounds[background].expand(image.shape).clone()
    affine = _affine(radius, position, angle)
    for k in reversed(range(shape.shape[1])):
        pixels = sample(fields, shape[:, k], affine[:, k], size).mul_(radius[:, k].view(-1, 1, 1, 1) * size)
        covered = pixels.add_(0.5).clamp_(0, 1).mul_((k < count).view(-1, 1, 1, 1))
        stripes = _stripes(position[:, k, 1], size) * striped[:, k].view(-1, 1, 1, 1)
        paint = torch.lerp(colours[colour[:, k]], dark, stripes)  # the same along a row: stripes are level
        picture.lerp_(paint.expand(image.shape), covered.expand(image.shape))
        mask[:, k] = covered[:, 0] >= 0.5
        mask[:, k + 1 :] &= ~mask[:, k : k + 1]
    image.copy_(picture.round_())


def _stripes(middle, size):
    """How dark each row of pixels is, (n, 1, size, 1), with a stripe's middle at height `middle`, shape (n,)."""
    rows = (torch.arange(size, device=middle.device) + 0.5) / size
    away = (rows - middle.view(-1, 1, 1)) / STRIPE_WIDTH  # from the middle, in stripes
    away = (torch.remainder(away + 1, 2) - 1).abs()  # from the middle of the nearest dark one
    return ((0.5 - away) * (STRIPE_WIDTH * size) + 0.5).clamp(0, 1).unsqueeze(-1)


def _affine(radius, position, angle):
    """From the picture's coordinates to the field's: undo position, radius and angle; (n, objects, 2, 3)."""
    c, s = torch.cos(angle * (math.pi / 180)), torch.sin(angle * (math.pi / 180))
    back = torch.stack([torch.stack([c, -s], dim=-1), torch.stack([s, c], dim=-1)], dim=-2)
    back = back / (2 * EXTENT * radius)[..., None, None]
    return torch.cat([back, back @ (1 - 2 * position).unsqueeze(-1)], dim=-1)


@cache
def _palette(device):
    """The backgrounds, the colours and that of the stripes, each of shape (k, 3, 1, 1)."""
    rows = (list(BACKGROUNDS.values()), list(COLOURS.values()), [STRIPE])
    return tuple(torch.tensor(c, dtype=torch.float32, device=device)[:, :, None, None] for c in rows)


@cache
def _fields(device):
    """The signed distance fields of `SHAPES`, each of a disc of radius 1's area: (1, 1, shapes·cells, cells)."""
    at = ((torch.arange(CELLS, dtype=torch.float64) + 0.5) / CELLS * 2 - 1) * EXTENT
    points = torch.stack(torch.meshgrid(at, at, indexing="xy"), dim=-1).view(-1, 2)
    outlines = {
        "square": _polygon(4, turn=0.5),
        "triangle": _polygon(3),
        "star": _polygon(10, inner=0.45),
        "cross": torch.tensor(CROSS),
    }
    fields = [1 - points.norm(dim=1) if name == "disc" else _distance(points, outlines[name]) for name in SHAPES]
    return torch.stack(fields).view(1, 1, -1, CELLS).float().to(device)


def _polygon(corners, inner=1.0, turn=0.0):
    """Corners around the origin, the first on top or `turn` steps further, every second one drawn in; (corners, 2)."""
    angle = 2 * math.pi * (torch.arange(corners) + turn) / corners
    length = torch.tensor([1.0, inner]).repeat(corners)[:corners].unsqueeze(1)
    return length * torch.stack([angle.sin(), -angle.cos()], dim=1)


def _distance(points, corners):
    """Distances to a polygon's outline, scaled to area π: positive inside; (p,) for points (p, 2), corners (k, 2)."""
    after = corners.roll(-1, dims=0)
    area = (corners[:, 0] * after[:, 1] - corners[:, 1] * after[:, 0]).sum().abs() / 2
    start, end = (math.sqrt(math.pi) * c.double() / area.sqrt() for c in (corners, after))
    along, point = end - start, points.unsqueeze(1)
    share = (((point - start) * along).sum(-1) / along.square().sum(-1)).clamp(0, 1)
    distance = (point - start - share.unsqueeze(-1) * along).norm(dim=-1).amin(dim=1)
    # A ray to the right crosses the outline an odd number of times from within.
    y = points[:, 1:]
    straddles = (start[:, 1] > y) != (end[:, 1] > y)
    crossing = start[:, 0] + (y - start[:, 1]) / along[:, 1] * along[:, 0]
    inside = (straddles & (points[:, :1] < crossing)).sum(dim=1) % 2 == 1
    return torch.where(inside, distance, -distance)


def _describe(shape, colour, radius, position, striped):
    """An object in words."""
    size = next(word for limit, word in SIZES if radius < limit)
    across, down = ((position[i] > MIDDLE[1]) - (position[i] < MIDDLE[0]) for i in (0, 1))
    row, column = ("", "bottom", "top")[down], ("", "right", "left")[across]
    place = f"at the {row} {column}".rstrip() if row else f"on the {column}" if column else "in the middle"
    return f"a {size} {'striped ' if striped else ''}{list(COLOURS)[colour]} {SHAPES[shape]} {place}"
