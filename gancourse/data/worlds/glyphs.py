"""Characters in several typefaces, whose class, angle, thickness and slant are known."""

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch

from gancourse.data.worlds.fields import between, chunks, given, sample, uniforms, whole

# Files of matplotlib's own font folder, so that they are the same everywhere. Their digits agree, and none is bold:
# how thick a stroke is, the thickness says. (DejaVu Sans Mono would put a dot into the 0.)
FONTS = ("DejaVuSans", "DejaVuSerif", "cmr10", "cmss10", "cmtt10", "STIXGeneral")
DIGITS = "0123456789"
FACTORS = ("label", "font", "angle", "thickness", "slant", "scale", "shift")

ANGLE, THICKNESS, SLANT, SCALE, SHIFT = (-25.0, 25.0), (-0.1, 0.8), (-0.2, 0.2), (0.9, 1.05), (-1.0, 1.0)

UNITS = 28  # a picture's side in the unit of lengths, MNIST's pixel
HEIGHT = 18  # of a digit: turned and slanted, it stays within the picture
LARGEST = 20  # a letter wider or higher than this is made smaller
CELL = 32  # the side of a field: whatever is beyond it is empty, at the least scale and greatest thickness too
PER_UNIT = 4  # its resolution: a hairline of cmr10 is three wide


@dataclass(frozen=True)
class Glyphs:
    """n characters and what is true of them. Lengths are in 28ths of the picture's side, pixels of a 28-pixel picture.

    Attributes:
        image: white ink (255) on black (0), uint8, shape (n, 1, size, size).
        label: which of `classes` each is, int64, shape (n,).
        font: which of `FONTS`, int64, shape (n,).
        angle: degrees counter-clockwise, shape (n,).
        thickness: how far the outline is moved outwards; strokes are 2·thickness wider than the font's; shape (n,).
        slant: how far the top leans to the right, per height (a shear, applied before the angle), shape (n,).
        scale: of the outline before it is thickened, shape (n,).
        shift: right and down from the centre, shape (n, 2).
        classes: the characters.
    """

    image: torch.Tensor
    label: torch.Tensor
    font: torch.Tensor
    angle: torch.Tensor
    thickness: torch.Tensor
    slant: torch.Tensor
    scale: torch.Tensor
    shift: torch.Tensor
    classes: tuple

    def changed(self, size=None, **factors):
        """The same characters with some factors given anew, such as `angle=0.0`; all else is equal.

        Draws nothing from torch's global generator. Arguments and errors as for `glyphs`.
        """
        own = {name: getattr(self, name) for name in FACTORS}
        size = self.image.shape[-1] if size is None else size
        return glyphs(
            len(self.image), size, "".join(self.classes),
            generator=torch.Generator(), device=self.image.device, **{**own, **factors},
        )  # fmt: skip


def glyphs(
    n, size=28, characters=DIGITS, *, label=None, font=None, angle=None, thickness=None, slant=None, scale=None,
    shift=None, generator=None, device="cpu",
):  # fmt: skip
    """Render n characters.

    Every factor is drawn independently and uniformly unless given, as one value for all or one per example: classes
    and fonts equally likely, the angle within ±25°, thickness from -0.1 to 0.8, slant within ±0.2, scale from 0.9 to
    1.05, both coordinates of the shift within ±1. Giving one factor does not change what is drawn for the others.

    Args:
        n: how many.
        size: the side of the pictures in pixels, 16 to 64.
        characters: the classes, each once, from those that all `FONTS` have, such as ASCII letters and digits. A set's
            first use takes a second or so: its fields are computed.
        label: whole numbers, shape () or (n,); the other factors likewise, with their units as in `Glyphs`.
        font: places in `FONTS`.
        angle: degrees, any.
        thickness: -1 to 2.
        slant: -1 to 1.
        scale: 0.5 to 2.
        shift: shape (2,) or (n, 2), within ±28.
        generator: where random numbers come from; torch's global one on the CPU by default.
        device: where to render. The same seed draws the same factors on every device.

    Returns:
        `Glyphs`.

    Raises:
        ValueError: an argument that cannot be, or a character that a font lacks.
    """
    whole("n", n, 1)
    whole("size", size, 16, 64)
    if not characters or len(set(characters)) < len(characters):
        raise ValueError(f"characters is {characters!r}; it needs at least one, and each once.")
    u = uniforms(n, 8, generator, device)
    k = len(characters)
    label = given("label", label, (u[0] * k).long(), 0, k - 1)
    font = given("font", font, (u[1] * len(FONTS)).long(), 0, len(FONTS) - 1)
    angle = given("angle", angle, between(ANGLE, u[2]))
    thickness = given("thickness", thickness, between(THICKNESS, u[3]), -1, 2)
    slant = given("slant", slant, between(SLANT, u[4]), -1, 1)
    scale = given("scale", scale, between(SCALE, u[5]), 0.5, 2)
    shift = given("shift", shift, between(SHIFT, torch.stack(u[6:], dim=1)), -UNITS, UNITS, tail=(2,))

    fields, index = _fields(characters, torch.device(device)), font * k + label
    affine, scales, offsets = _affine(angle, slant, scale, shift), scale.view(-1, 1, 1, 1), thickness.view(-1, 1, 1, 1)
    image = torch.empty(n, 1, size, size, dtype=torch.uint8, device=device)
    for part in chunks(n, size, device):
        distance = sample(fields, index[part], affine[part], size)
        pixels = distance.mul_(scales[part]).add_(offsets[part]).mul_(size / UNITS)
        image[part] = pixels.add_(0.5).clamp_(0, 1).mul_(255).round_()
    return Glyphs(image, label, font, angle, thickness, slant, scale, shift, tuple(characters))


def plain_glyphs(n, size=28, generator=None):
    """Glyphs of one typeface, upright and centred but for their angle: class, angle and thickness are all that varies.

    Arguments and what is returned as for `glyphs`.
    """
    return glyphs(n, size, font=0, slant=0.0, scale=1.0, shift=torch.zeros(2), generator=generator)


def _affine(angle, slant, scale, shift):
    """From the picture's coordinates to the field's: undo the shift, the scale, the angle and the slant; (n, 2, 3)."""
    c, s = torch.cos(angle * (math.pi / 180)), torch.sin(angle * (math.pi / 180))
    back = torch.stack([c + slant * s, slant * c - s, s, c], dim=1).view(-1, 2, 2) / scale.view(-1, 1, 1)
    return torch.cat([back * (UNITS / CELL), back @ shift.unsqueeze(2) / (-CELL / 2)], dim=2)


@cache
def _fields(characters, device):
    """The signed distance fields of all characters in the first font, the second, …: (1, 1, k·cells, cells)."""
    if device.type != "cpu":
        return _fields(characters, torch.device("cpu")).to(device)
    from matplotlib import get_data_path
    from matplotlib.font_manager import get_font

    faces = [get_font(str(Path(get_data_path(), "fonts", "ttf", f"{name}.ttf"))) for name in FONTS]
    for face, name in zip(faces, FONTS, strict=True):
        lacking = [c for c in characters if not face.get_char_index(ord(c)) or not _bitmap(face, c, 100).any()]
        if lacking:
            raise ValueError(f"{name} has no picture of {' '.join(map(repr, lacking))}.")
    rows = [_field(face, c) for face in faces for c in characters]
    return torch.stack(rows).view(1, 1, -1, CELL * PER_UNIT)


def _field(face, character):
    """One field of distances in units, positive inside, shape (cells, cells), its outline's box in the centre."""
    import numpy as np
    from scipy.ndimage import distance_transform_edt

    fine = 2 * PER_UNIT
    em = 100 * HEIGHT * fine / len(_bitmap(face, "0", 100))
    em *= min(1, LARGEST * fine / max(_bitmap(face, character, em).shape))
    ink = _bitmap(face, character, em)
    rows, columns = ink.shape
    inside = np.zeros((CELL * fine, CELL * fine), dtype=bool)
    top, left = (len(inside) - rows) // 2, (len(inside) - columns) // 2
    inside[top : top + rows, left : left + columns] = ink
    # The outline runs between pixels: half a pixel from the centres on both of its sides.
    distance = np.where(inside, distance_transform_edt(inside) - 0.5, 0.5 - distance_transform_edt(~inside)) / fine
    distance = distance.reshape(CELL * PER_UNIT, 2, CELL * PER_UNIT, 2).mean(axis=(1, 3))
    return torch.from_numpy(distance).float()


def _bitmap(face, character, em):
    """Where the ink is, cut to its box: bool, for an em of so many pixels."""
    face.set_size(em, 72)
    face.set_text(character)
    face.draw_glyphs_to_bitmap(antialiased=True)
    ink = face.get_image() > 127
    rows, columns = ink.any(axis=1).nonzero()[0], ink.any(axis=0).nonzero()[0]
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if len(rows) else ink[:0]
