"""Exercise 9, `interpolate`: from one z to another along the great circle."""

from functools import partial

import numpy as np
import torch

from gancourse.exercises.specification import Exercise, Misconception, Property


def angle_between(a, b):
    return torch.arccos((a @ b / (a.norm() * b.norm())).clamp(-1, 1))


def interpolate(z_start, z_end, steps, at=None, angle=angle_between, weight=torch.sin):
    """Along the great circle (Shoemake 1985), with its parts to be exchanged."""
    t = (torch.linspace(0, 1, steps) if at is None else at(steps)).to(z_start)[:, None]
    omega = angle(z_start, z_end)
    if omega < 1e-6:
        return z_start + t * (z_end - z_start)
    return (weight((1 - t) * omega) * z_start + weight(t * omega) * z_end) / weight(omega)


def straight(z_start, z_end, steps):
    t = torch.linspace(0, 1, steps).to(z_start)[:, None]
    return (1 - t) * z_start + t * z_end


def straight_and_scaled(z_start, z_end, steps):
    """A straight line, its points pushed out to the length that they would have on the sphere."""
    t = torch.linspace(0, 1, steps).to(z_start)[:, None]
    line = straight(z_start, z_end, steps)
    return line / line.norm(dim=1, keepdim=True) * ((1 - t) * z_start.norm() + t * z_end.norm())


def slerp_without_care(z_start, z_end, steps):
    t = torch.linspace(0, 1, steps).to(z_start)[:, None]
    omega = torch.arccos(z_start @ z_end / (z_start.norm() * z_end.norm()))
    return (torch.sin((1 - t) * omega) * z_start + torch.sin(t * omega) * z_end) / torch.sin(omega)


def undivided(z_start, z_end, steps):
    return interpolate(z_start, z_end, steps) * torch.sin(angle_between(z_start, z_end))


def on_unit_sphere(z_start, z_end, steps):
    return interpolate(z_start / z_start.norm(), z_end / z_end.norm(), steps)


def draw_latents(rng):
    """Two points between 60 and 120 degrees apart, of different lengths and with inner product away from the cosine."""
    while True:
        a, b = rng.normal(size=(2, 6))
        cosine = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
        if 0.1 < abs(cosine) < 0.5 and 0.2 < abs(a @ b) < 0.95 and abs(a @ b - cosine) > 0.2:
            return a, 1.2 * b if np.linalg.norm(b) > np.linalg.norm(a) else 0.8 * b, int(rng.integers(5, 9))


def draw_same_latents(rng):
    """Of a length without rounding: the cosine is 1 to the last digit, and whoever divides by sin ω meets 0 / 0."""
    z = rng.choice([-0.5, 0.5], size=4) * 2.0 ** rng.integers(1, 4)  # not 1, the unit sphere's
    return z, z.copy(), int(rng.integers(5, 9))


EXERCISE = Exercise(
    name="interpolate",
    reference=interpolate,
    properties=(
        Property("walks the great circle from z_start to z_end", 2, draw_latents, probe="on_tensors"),
        Property("stays where it is if the two are the same", 1, draw_same_latents, cases=2, probe="on_tensors"),
    ),
    misconceptions={
        "straight": Misconception(
            straight,
            "This is the straight line. Half-way it is far too close to the origin for a sample of N(0, I): "
            "go along the circle, with the weights sin((1 − t)ω) / sin ω and sin(tω) / sin ω.",
        ),
        "straight_and_scaled": Misconception(
            straight_and_scaled,
            "You go in a straight line and stretch to the right length: the same arc, but faster in the middle. "
            "Use the weights sin((1 − t)ω) / sin ω and sin(tω) / sin ω.",
        ),
        "without_end": Misconception(
            partial(interpolate, at=lambda steps: torch.arange(steps) / steps),
            "The end is missing: t goes from 0 to 1, both included. `torch.linspace(0, 1, steps)`.",
        ),
        "inner_points": Misconception(
            partial(interpolate, at=lambda steps: torch.linspace(0, 1, steps + 2, dtype=torch.float64)[1:-1]),
            "Both ends are missing: t goes from 0 to 1, both included. `torch.linspace(0, 1, steps)`.",
        ),
        "backwards": Misconception(
            partial(interpolate, at=lambda steps: torch.linspace(1, 0, steps)),
            "It walks from z_end to z_start. At t = 0 the weight of z_start is 1.",
        ),
        "not_normalised": Misconception(
            partial(interpolate, angle=lambda a, b: torch.arccos((a @ b).clamp(-1, 1))),
            "The angle is wrong: arccos takes the cosine, which is the inner product *divided by both lengths*.",
        ),
        "cosine_for_angle": Misconception(
            partial(interpolate, angle=lambda a, b: a @ b / (a.norm() * b.norm())),
            "You use the cosine of the angle as if it were the angle. Put it into `torch.arccos`.",
        ),
        "degrees": Misconception(
            partial(interpolate, angle=lambda a, b: torch.rad2deg(angle_between(a, b))),
            "The angle is in degrees. `torch.sin` takes radians.",
        ),
        "undivided": Misconception(
            undivided,
            "The division by sin ω is missing, so the walk does not begin at z_start.",
        ),
        "unit_sphere": Misconception(
            on_unit_sphere,
            "The walk is on the sphere of radius 1. Normalise only to find the angle; "
            "the weights go to z_start and z_end as they are.",
        ),
        "zero_at_same": Misconception(
            lambda *a: torch.nan_to_num(slerp_without_care(*a)),
            "Where both are the same, your rows are 0. `nan_to_num`, or a small number added to sin ω, hides that "
            "0 / 0 stood there. Return z_start, in every row.",
        ),
        "nan_at_same": Misconception(
            slerp_without_care,
            "Where both are the same, ω is 0 and sin(tω) / sin ω is 0 / 0. Return z_start there, in every row.",
        ),
    },
)
