"""The canvas on which faces are painted, layer by layer: coordinates that turn with the head, colours, and labels."""

import math
from types import SimpleNamespace

import torch

from gancourse.data.worlds.face_palette import colours

PARTS = (
    "background", "clothes", "skin", "hair", "beard", "nose", "mouth", "eyes", "brows", "glasses", "earrings",
)  # fmt: skip
PIVOT = 0.3  # the head rolls around this point of the neck, so far below its middle
EYES, BROWS, NOSE, MOUTH = 0.06, -0.27, 0.40, 0.66  # how low, in half head heights below its middle


class Canvas:
    """n pictures in the making, and what their layers share.

    Lengths are in half pictures, x and y go right and down from the middle. Planes have shape (n, rows, size), colours
    (3, n, 1, 1). What a face has in depth moves sideways by that depth times `f.sin`.

    Attributes:
        f: the factors, numbers of shape (n, 1, 1); `sin` and `cos` of the yaw; how low `eyes`, `nose_low` and `mouth`
            are; half the distance of the eyes, `apart`.
        picture: shape (3, n, size, size), in [0, 255].
        layout: places in `PARTS`, float, shape (n, size, size).
        x, y: coordinates of the picture, (1, 1, size) and (1, size, 1).
        u, v: coordinates of the head, which roll with it, (n, size, size).
        skin, hair, iris, ground, cloth: colours; `dark` and `fair` are those of skin, `hair_dark` and `hair_light` of
            hair, in shadow and in light.
    """

    def __init__(self, factors, size):
        device = factors["yaw"].device
        self.n, self.size, self.device = len(factors["yaw"]), size, device
        self.noise = factors["noise"].t()[..., None, None]
        self.f = f = SimpleNamespace(**{k: t.float().view(-1, 1, 1) for k, t in factors.items() if k != "noise"})
        f.sin, f.cos = (f.yaw * (math.pi / 180)).sin(), (f.yaw * (math.pi / 180)).cos()
        f.eyes, f.nose_low, f.mouth = EYES * f.height, NOSE * f.height, MOUTH * f.height
        f.apart = 0.46 * f.width * f.cos
        self.picture = torch.empty(3, self.n, size, size, device=device)
        self.layout = torch.zeros(self.n, size, size, device=device)
        at = (torch.arange(size, device=device) + 0.5) / size * 2 - 1
        self.x, self.y = at.view(1, 1, -1), at.view(1, -1, 1)
        sin, cos = (f.roll * (math.pi / 180)).sin(), (f.roll * (math.pi / 180)).cos()
        self.u = cos * self.x - sin * (self.y - PIVOT)
        self.v = sin * self.x + (cos * (self.y - PIVOT) + PIVOT)
        palette = {name: table[:, factors[name]] for name, table in colours(device).items()}
        self.skin, self.hair, self.iris, self.ground, self.cloth = palette.values()
        self.dark, self.fair = self.skin * self.rgb(0.70, 0.60, 0.58), self.skin * 1.06 + 5
        self.hair_dark, self.hair_light = self.hair * 0.55, self.hair * 1.16 + 24

    def rgb(self, *values):
        """A colour for all."""
        return torch.tensor(values, dtype=torch.float32, device=self.device).view(3, 1, 1, 1)

    def band(self, top, bottom):
        """The rows in which a layer is, from v = top to bottom of an upright head, and u and v there."""
        rows = slice(max(0, math.floor((top + 1) / 2 * self.size)), math.ceil((bottom + 1) / 2 * self.size))
        return rows, self.u[:, rows], self.v[:, rows]

    def cover(self, distance, soft=None):
        """How much of each pixel lies inside, 0 to 1, given how far within the outline it is, which is overwritten.

        With `soft` the edge is so wide, rather than a pixel.
        """
        return distance.mul_(self.size / 2 if soft is None else 1 / soft).add_(0.5).clamp_(0, 1)

    def paint(self, rows, colour, cover, part=None, opacity=None, to=None, shade=None):
        """Lay a colour over the picture.

        Args:
            rows: where.
            colour: shape (3, n, 1, 1) or (3, 1, 1, 1).
            cover: how much of each pixel, 0 to 1.
            part: which of `PARTS` a pixel is from now on, if half of it is covered or more.
            opacity: the colour's.
            to: another colour, where `shade` is 1.
            shade: from 0 to 1.
        """
        alpha = cover if opacity is None else cover * opacity
        picture = self.picture[:, :, rows]
        picture.lerp_(colour, alpha)
        if shade is not None:
            picture.addcmul_(to - colour, alpha * shade)
        if part:
            number = torch.tensor(float(PARTS.index(part)), device=self.device)
            self.layout[:, rows].lerp_(number, cover.round())


def ellipse(a, b, radius):
    """About how far inside an ellipse a point is, given its coordinates in radii, which are overwritten."""
    return a.square_().add_(b.square_()).sqrt_().sub_(1).mul_(-radius)


def hidden_unless(there):
    """What to subtract from a distance so that nothing is inside unless `there`, a plane of 0 and 1."""
    return 9.0 * (1 - there.float())
