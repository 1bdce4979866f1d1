"""Short clips of a ball that is thrown across a scene that stands still, by known laws: the smallest video there is."""

from dataclasses import dataclass

import torch

from gancourse.data.worlds.fields import between, given, uniforms, whole
from gancourse.data.worlds.shapes import BACKGROUNDS as GROUNDS
from gancourse.data.worlds.shapes import COLOURS, SHAPES, shapes

FRAMES = 8
GRAVITY = 1.6  # sides of the picture a clip's length squared, downwards
SPEED, RISE = (
    (0.5, 0.65),
    (0.75, 1.05),
)  # sides a clip; no pixel is covered in half of 8 frames
BALL, BLOCK = (0.08, 0.1), (0.11, 0.15)  # radii
BLOCKS = tuple(i for i, name in enumerate(SHAPES) if name != "disc")
FACTORS = ("background", "colour", "ball", "block", "block_shape", "block_colour", "block_place", "place", "velocity")


@dataclass(frozen=True)
class Clips:
    """n clips. Lengths are in sides of the picture, times in clips. Factors have shape (n,) if not said otherwise.

    Attributes:
        frames: uint8, shape (n, 3, frames, size, size).
        position: where the ball's centre is in each frame, from the left and from the top, shape (n, frames, 2).
        background: which of `shapes.BACKGROUNDS`, int64.
        colour: the ball's, which of `shapes.COLOURS`, int64.
        ball, block: radii of the ball and of the thing that stands there.
        block_shape: which of `BLOCKS`, int64.
        block_colour: which of `shapes.COLOURS`, int64: never the ball's.
        block_place: where it stands, from the left.
        place: where the ball is at first, shape (n, 2).
        velocity: with what velocity, shape (n, 2).
    """

    frames: torch.Tensor
    position: torch.Tensor
    background: torch.Tensor
    colour: torch.Tensor
    ball: torch.Tensor
    block: torch.Tensor
    block_shape: torch.Tensor
    block_colour: torch.Tensor
    block_place: torch.Tensor
    place: torch.Tensor
    velocity: torch.Tensor

    @property
    def image(self):
        """The clips as images at rest are: reds of all frames, greens, blues, (n, 3 · frames, size, size)."""
        return self.frames.flatten(1, 2)

    @property
    def label(self):
        """The class for class-conditional models: the ball's colour."""
        return self.colour

    @property
    def classes(self):
        """The names of the labels."""
        return tuple(COLOURS)


def clips(n, size=32, frames=FRAMES, *, generator=None, device="cpu", **factors):
    """Render n clips: the ball flies from one side to the other, x(t) = x₀ + v t + ½ g t², t from 0 to 1.

    Factors are drawn independently and uniformly unless given. Giving one does not change what is drawn for the others.

    Args:
        n: how many.
        size: the side of the pictures in pixels, 16 to 128.
        frames: how many each clip has, at least 2, evenly in time.
        generator: where random numbers come from; torch's global one on the CPU by default.
        device: where to render. The same seed draws the same factors on every device.
        factors: those of `FACTORS`, as in `Clips`, one for all or one per clip.

    Returns:
        `Clips`.

    Raises:
        ValueError: an argument that cannot be.
    """
    whole("n", n, 1)
    whole("size", size, 16, 128)
    whole("frames", frames, 2)
    if unknown := set(factors) - set(FACTORS):
        raise ValueError(f"Clips have no factor {min(unknown)!r}; there are {', '.join(FACTORS)}.")
    values = _factors(uniforms(n, 12, generator, device), factors)
    t = torch.linspace(0, 1, frames, device=device)[:, None]
    fall = torch.tensor([0.0, GRAVITY], device=device)
    position = values["place"][:, None] + values["velocity"][:, None] * t + fall * t**2 / 2
    return Clips(_rendered(position, size, values), position, **values)


def _factors(u, factors):
    """What was given, or what these uniform numbers make."""
    ways = torch.where(u[0] < 0.5, 1.0, -1.0)  # to the right, or to the left
    speed = between(SPEED, u[1])
    start = torch.stack([0.5 - ways * (speed / 2 + 0.06 * (u[2] - 0.5)), between((0.68, 0.84), u[3])], dim=1)
    colour = (u[6] * len(COLOURS)).long()
    drawn = {
        "background": (u[5] * len(GROUNDS)).long(),
        "colour": colour,
        "ball": between(BALL, u[7]),
        "block": between(BLOCK, u[8]),
        "block_shape": torch.tensor(BLOCKS, device=colour.device)[(u[9] * len(BLOCKS)).long()],
        "block_colour": (colour + 1 + (u[10] * (len(COLOURS) - 1)).long()) % len(COLOURS),
        "block_place": between((0.3, 0.7), u[11]),
        "place": start,
        "velocity": torch.stack([ways * speed, -between(RISE, u[4])], dim=1),
    }
    most = {"background": len(GROUNDS) - 1, "block_shape": len(SHAPES) - 1}
    most |= {"colour": len(COLOURS) - 1, "block_colour": len(COLOURS) - 1, "ball": 0.5, "block": 0.5, "block_place": 1}
    points = {"place": (2,), "velocity": (2,)}
    limits = {name: (-2, 2) if name in points else (0, most[name]) for name in FACTORS}
    return {
        name: given(name, factors.get(name), drawn[name], *limits[name], tail=points.get(name, ())) for name in FACTORS
    }


def _rendered(position, size, values):
    """(n, 3, frames, size, size), uint8: every frame is a scene of two objects, the ball in front."""
    n, frames = position.shape[:2]
    each = {name: value.repeat_interleave(frames, dim=0) for name, value in values.items()}
    stands = torch.stack([each["block_place"], 0.97 - each["block"]], dim=1)  # on the ground
    scenes = shapes(
        n * frames,
        size,
        2,
        shape=torch.stack([torch.full_like(each["block_shape"], SHAPES.index("disc")), each["block_shape"]], dim=1),
        colour=torch.stack([each["colour"], each["block_colour"]], dim=1),
        radius=torch.stack([each["ball"], each["block"]], dim=1),
        position=torch.stack([position.flatten(0, 1), stands], dim=1).clamp(0, 1),
        angle=0.0,
        striped=False,
        background=each["background"],
        count=2,
        generator=torch.Generator(),
        device=position.device,
    )
    return scenes.image.unflatten(0, (n, frames)).transpose(1, 2).contiguous()
