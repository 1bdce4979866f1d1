"""Drawn faces whose every factor is known, in words, too, and the true counterpart of each."""

import difflib
from dataclasses import dataclass
from types import SimpleNamespace

import torch
import torch.nn.functional as F

from gancourse.data.worlds.face_canvas import PARTS
from gancourse.data.worlds.face_layers import render
from gancourse.data.worlds.face_palette import (
    BACKGROUNDS,
    BEARDS,
    CLOTHES,
    EYE_COLOURS,
    GLASSES,
    HAIR_COLOURS,
    HAIRSTYLES,
    SKINS,
)
from gancourse.data.worlds.fields import between, chunks, given, uniforms, whole


@dataclass(frozen=True)
class Number:
    """A factor that is a number, uniform from `least` to `high`, or, with probability `zero`, 0."""

    low: float
    high: float
    zero: float = 0.0
    least: float | None = None

    def draw(self, u):
        """From uniform numbers in [0, 1)."""
        least = self.low if self.least is None else self.least
        return torch.where(u < self.zero, 0.0, between((least, self.high), (u - self.zero) / (1 - self.zero)))

    def read(self, name, value, drawn):
        """What the caller gave, or what was drawn."""
        return given(name, value, drawn, self.low, self.high)


@dataclass(frozen=True)
class Kind:
    """A factor that is one of several, equally likely, but for the first, whose probability `first` may be given."""

    names: tuple
    first: float | None = None

    def draw(self, u):
        """From uniform numbers in [0, 1)."""
        k = len(self.names)
        first = 1 / k if self.first is None else self.first
        return torch.where(u < first, 0, 1 + ((u - first) / (1 - first) * (k - 1)).long().clamp(max=k - 2))

    def read(self, name, value, drawn):
        """What the caller gave, as a place or a name, or what was drawn."""
        if isinstance(value, str):
            if value not in self.names:
                raise ValueError(f"{name} is {value!r}; it needs one of {', '.join(map(str, self.names))}.")
            value = self.names.index(value)
        return given(name, value, drawn, 0, len(self.names) - 1)


@dataclass(frozen=True)
class Flag:
    """A factor that is there with a probability."""

    share: float

    def draw(self, u):
        """From uniform numbers in [0, 1)."""
        return u < self.share

    def read(self, name, value, drawn):
        """What the caller gave, or what was drawn."""
        return given(name, value, drawn, 0, 1)


FACTORS = {
    "width": Number(0.43, 0.55), "height": Number(0.53, 0.64), "build": Number(-1, 1),
    "yaw": Number(-30, 30), "roll": Number(-12, 12), "light": Number(-1, 1),
    "skin": Kind(tuple(range(len(SKINS)))), "age": Number(0, 1), "freckles": Number(0, 1, zero=0.6, least=0.4),
    "hairstyle": Kind(tuple(HAIRSTYLES)), "hair_colour": Kind(tuple(HAIR_COLOURS)), "brows": Number(-1, 1),
    "eye_size": Number(0, 1), "eye_colour": Kind(tuple(EYE_COLOURS)), "gaze": Number(-1, 1),
    "blink": Number(0, 1, zero=0.85, least=0.3), "nose": Number(0, 1), "smile": Number(-1, 1),
    "mouth_open": Number(0, 1, zero=0.4, least=0.2), "lipstick": Flag(0.4), "glasses": Kind(GLASSES, first=0.5),
    "beard": Kind(BEARDS, first=0.6), "earrings": Flag(0.4), "background": Kind(tuple(BACKGROUNDS)),
    "clothes": Kind(tuple(CLOTHES)),
}  # fmt: skip
ATTRIBUTES = {  # what one sees at a glance, of which factor, and from where on
    "smiling": ("smile", lambda v: v > 0), "open mouth": ("mouth_open", lambda v: v > 0),
    "glasses": ("glasses", lambda v: v > 0), "beard": ("beard", lambda v: v > 0),
    "lipstick": ("lipstick", lambda v: v > 0), "earrings": ("earrings", lambda v: v > 0),
    "wrinkles": ("age", lambda v: v > 0.5), "freckles": ("freckles", lambda v: v > 0),
}  # fmt: skip
NOISE = 3
MOTION = {"yaw": (-25, 25), "blink": (0, 0, 1, 1, 0, 0), "smile": (-0.2, 1)}
CLOSED, WIDE = 0.6, 0.5  # where a blink shuts the eyes, and a mouth is said to be open
HAIR_WORDS = {"short": "short {} hair", "long": "long {} hair", "bangs": "{} bangs"}  # others are things: a pink bob
BEARD_WORDS = {"stubble": "stubble", "full": "a full beard"}


@dataclass(frozen=True)
class Faces:
    """n faces and what is true of them. Factors have shape (n,): float32 numbers, int64 places, or bools.

    Attributes:
        image: uint8, shape (n, 3, size, size).
        layout: what is seen at each pixel, places in `PARTS`, uint8, shape (n, size, size).
        width, height: the head's, in sides of the picture, 0.43 to 0.55 and 0.53 to 0.64.
        build: from -1, a narrow jaw and neck, to 1, broad ones and stronger brows.
        yaw: degrees to the right, the viewer's as all that follow, -30 to 30.
        roll: degrees counter-clockwise, -12 to 12.
        light: where it comes from: -1 left to 1 right.
        skin: which of `SKINS`, from pale to dark in even steps.
        age: how deep the wrinkles are, 0 to 1.
        freckles: how dark they are, 0 to 1; 0 in three of five faces, 0.4 and more in the others.
        hairstyle: which of `HAIRSTYLES`.
        hair_colour: which of `HAIR_COLOURS`, of brows and beard, too.
        brows: -1 worried to 1 angry.
        eye_size: 0 to 1.
        eye_colour: which of `EYE_COLOURS`.
        gaze: where the eyes look: -1 left to 1 right.
        blink: 0 open to 1 closed; 0 in 85 % of faces, 0.3 and more in the others.
        nose: its size, 0 to 1.
        smile: -1 a frown to 1 a smile.
        mouth_open: 0 to 1; 0 in two of five faces, 0.2 and more in the others.
        lipstick: bool; two of five have it.
        glasses: which of `GLASSES`; half of the faces wear none.
        beard: which of `BEARDS`; three of five have none.
        earrings: bool; two of five have them.
        background, clothes: which of `BACKGROUNDS` and of `CLOTHES`.
        noise: where strands and freckles are, in [0, 1], shape (n, 3).
    """

    image: torch.Tensor
    layout: torch.Tensor
    width: torch.Tensor
    height: torch.Tensor
    build: torch.Tensor
    yaw: torch.Tensor
    roll: torch.Tensor
    light: torch.Tensor
    skin: torch.Tensor
    age: torch.Tensor
    freckles: torch.Tensor
    hairstyle: torch.Tensor
    hair_colour: torch.Tensor
    brows: torch.Tensor
    eye_size: torch.Tensor
    eye_colour: torch.Tensor
    gaze: torch.Tensor
    blink: torch.Tensor
    nose: torch.Tensor
    smile: torch.Tensor
    mouth_open: torch.Tensor
    lipstick: torch.Tensor
    glasses: torch.Tensor
    beard: torch.Tensor
    earrings: torch.Tensor
    background: torch.Tensor
    clothes: torch.Tensor
    noise: torch.Tensor

    @property
    def label(self):
        """The class for class-conditional models: the hairstyle, int64, shape (n,)."""
        return self.hairstyle

    @property
    def classes(self):
        """The names of the labels."""
        return tuple(HAIRSTYLES)

    @property
    def attributes(self):
        """What each face has of `ATTRIBUTES`, 1 or -1, float32, shape (n, their number); and their names."""
        has = torch.stack([rule(getattr(self, factor)) for factor, rule in ATTRIBUTES.values()], dim=1)
        return has.float() * 2 - 1, tuple(ATTRIBUTES)

    def factors(self):
        """All factors and the noise, by name."""
        return {name: getattr(self, name) for name in (*FACTORS, "noise")}

    def changed(self, size=None, **factors):
        """The same faces with some factors given anew, such as `glasses="round"`; all else is equal.

        Draws nothing from torch's global generator. Arguments and errors as for `faces`.
        """
        size = self.image.shape[-1] if size is None else size
        own = self.factors() | factors
        return faces(len(self.image), size, generator=torch.Generator(), device=self.image.device, **own)

    def mask(self, *parts):
        """Where any of these `PARTS` is seen, such as `mask("hair", "beard")`: bool, shape (n, size, size).

        Raises:
            ValueError: there is no such part.
        """
        if unknown := set(parts) - set(PARTS):
            raise ValueError(f"There is no part {min(unknown)!r}; there are {', '.join(PARTS)}.")
        numbers = torch.tensor([PARTS.index(part) for part in parts], device=self.layout.device)
        return torch.isin(self.layout, numbers)

    def clip(self, n_frames, size=None, **keys):
        """Short videos, in which some numbers move: `faces(1).clip(24, yaw=(-25, 25), blink=(0, 1, 0))`.

        Args:
            n_frames: how many frames each face has, at least 2.
            size: the side of the pictures in pixels; that of these, if not given.
            keys: for each number that moves, the values that it goes through, evenly in time and straight in between.
                If there are none, the head turns, the eyes blink and a smile grows.

        Returns:
            `Faces`, n·n_frames of them, the first one's frames first; `image.unflatten(0, (-1, n_frames))` has a face
            in each row.

        Raises:
            ValueError: as for `faces`, or what is to move is no number.
        """
        whole("n_frames", n_frames, 2)
        moved = {}
        for name, values in (keys or MOTION).items():
            if not isinstance(FACTORS.get(name), Number):
                numbers = ", ".join(k for k, factor in FACTORS.items() if isinstance(factor, Number))
                raise ValueError(f"{name!r} is no number that could move; there are {numbers}.")
            moved[name] = _path(name, values, n_frames).repeat(len(self.image))
        still = {name: value.repeat_interleave(n_frames, dim=0) for name, value in self.factors().items()}
        size = self.image.shape[-1] if size is None else size
        n, device = len(self.image) * n_frames, self.image.device
        return faces(n, size, generator=torch.Generator(), device=device, **still | moved)

    def captions(self):
        """n English descriptions of what is seen, of no more: whether somebody is a man or a woman is no factor.

        Such as "a smiling young person with pink bangs, wearing round glasses, lipstick and a red top, on a mint
        background".
        """
        columns = {name: getattr(self, name).tolist() for name in FACTORS}
        return [describe(**dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)]


def faces(n, size=64, *, generator=None, device="cpu", **factors):
    """Render n faces.

    Every factor is drawn independently unless given, as one value for all or one per face, from what `Faces` says of
    it: numbers uniformly from their range, what is one of several equally likely. Giving one factor does not change
    what is drawn for the others.

    Args:
        n: how many.
        size: the side of the pictures in pixels, 16 to 256.
        generator: where random numbers come from; torch's global one on the CPU by default.
        device: where to render. The same seed draws the same factors on every device.
        factors: those of `FACTORS`, with their units as in `Faces`, shape () or (n,); what is one of several by its
            place or its name, such as `glasses="round"`. Also `noise`, shape (3,) or (n, 3).

    Returns:
        `Faces`.

    Raises:
        ValueError: an argument that cannot be.
    """
    whole("n", n, 1)
    whole("size", size, 16, 256)
    for name in factors:
        if name not in FACTORS and name != "noise":
            near = difflib.get_close_matches(name, FACTORS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(FACTORS)}."
            raise ValueError(f"Faces have no factor {name!r}; {hint}")
    *u, a, b, c = uniforms(n, len(FACTORS) + NOISE, generator, device)
    values = {name: f.read(name, factors.get(name), f.draw(v)) for (name, f), v in zip(FACTORS.items(), u, strict=True)}
    values["noise"] = given("noise", factors.get("noise"), torch.stack([a, b, c], dim=1), 0, 1, tail=(NOISE,))
    image = torch.empty(n, 3, size, size, dtype=torch.uint8, device=device)
    layout = torch.empty(n, size, size, dtype=torch.uint8, device=device)
    for part in chunks(n, size, device):
        render(image[part], layout[part], {name: value[part] for name, value in values.items()})
    return Faces(image, layout, **values)


def _path(name, values, n_frames):
    """Through these values, evenly in time and straight in between, shape (n_frames,)."""
    try:
        keys = torch.as_tensor(values, dtype=torch.float32).reshape(1, 1, -1)
        return F.interpolate(keys, n_frames, mode="linear", align_corners=True).view(-1)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{name} is {values!r}; it needs the numbers to go through, such as (0, 1).") from error


def describe(**factors):
    """A face in words, given its factors as plain numbers and places."""
    face = SimpleNamespace(**factors)
    style, colour = list(HAIRSTYLES)[face.hairstyle], list(HAIR_COLOURS)[face.hair_colour]
    mood = "smiling" if face.smile > 1 / 3 else "frowning" if face.smile < -1 / 3 else ""
    years = "young" if face.age < 1 / 3 else "old" if face.age > 2 / 3 else "middle-aged"
    who = " ".join(filter(None, (mood, years, "bald" if style == "bald" else "", "person")))
    looks = [HAIR_WORDS.get(style, "a {} {}").format(colour, style)] * (style != "bald")
    looks += [BEARD_WORDS.get(BEARDS[face.beard], "a {}").format(BEARDS[face.beard])] * (face.beard > 0)
    looks += ["freckles"] * (face.freckles > 0)
    looks += ["closed eyes"] * (face.blink > CLOSED) + ["an open mouth"] * (face.mouth_open > WIDE)
    worn = [f"{GLASSES[face.glasses]} glasses"] * (face.glasses > 0) + ["lipstick"] * face.lipstick
    worn += ["earrings"] * face.earrings + [f"a {list(CLOTHES)[face.clothes]} top"]
    text = f"{who} with {_and(looks)}" if looks else who
    text = f"{text}, wearing {_and(worn)}, on a {list(BACKGROUNDS)[face.background]} background"
    return f"{'an' if text[0] in 'aeiou' else 'a'} {text}"


def _and(words):
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
