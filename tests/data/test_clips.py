"""Clips of a thrown ball: what is said of its flight is measured in the pictures."""

import pytest
import torch

from gancourse.data.images import load
from gancourse.data.worlds.clips import FACTORS, FRAMES, GRAVITY, clips
from gancourse.data.worlds.shapes import COLOURS


def seeded(seed, *args, **factors):
    torch.manual_seed(seed)
    return clips(*args, **factors)


def test_a_clip_is_frames_of_three_colours():
    c = seeded(0, 5, 32)
    assert (c.frames.shape, c.frames.dtype) == ((5, 3, FRAMES, 32, 32), torch.uint8)
    assert c.image.shape == (5, 3 * FRAMES, 32, 32)
    assert torch.equal(c.image[:, FRAMES : 2 * FRAMES], c.frames[:, 1])
    assert c.position.shape == (5, FRAMES, 2)
    assert c.classes == tuple(COLOURS)
    assert load("clips", n=4).x.shape == (4, 3 * FRAMES, 32, 32)


def test_a_seed_gives_the_same_clips_and_a_given_factor_changes_no_other():
    first, again = seeded(1, 9), seeded(1, 9)
    assert torch.equal(first.frames, again.frames)
    for name in FACTORS:
        value = (0.4, 0.5) if name in ("place", "velocity") else 0.2 if getattr(first, name).is_floating_point() else 2
        given = seeded(1, 9, **{name: value})
        assert all(torch.equal(getattr(first, other), getattr(given, other)) for other in set(FACTORS) - {name})
        assert (getattr(given, name) == torch.tensor(value)).all()


def test_the_ball_falls_by_the_law_from_where_and_as_fast_as_it_was_thrown():
    c = seeded(2, 50, frames=16)
    t = torch.arange(16) / 15
    for i in range(50):
        assert torch.allclose(c.position[i, :, 0], c.place[i, 0] + c.velocity[i, 0] * t, atol=1e-6)
        fallen = c.place[i, 1] + c.velocity[i, 1] * t + GRAVITY / 2 * t**2
        assert torch.allclose(c.position[i, :, 1], fallen, atol=1e-6)


def test_the_ball_is_seen_where_it_is_said_to_be_and_all_else_stands_still():
    c = seeded(3, 40, 64)
    still = c.frames.float().median(dim=2, keepdim=True).values
    moved = (c.frames - still).abs().amax(dim=1) > 30
    at = (torch.arange(64) + 0.5) / 64
    away = ((at - c.position[..., :1, None]) ** 2 + (at[:, None] - c.position[..., 1:, None]) ** 2).sqrt()
    assert not moved[away > c.ball[:, None, None, None] + 0.03].any()
    ball = torch.tensor(list(COLOURS.values()))[c.colour][:, :, None, None, None]
    shown = (c.frames - ball).abs().amax(dim=1) < 3
    assert shown[away < c.ball[:, None, None, None] - 0.03].all()


def test_the_ball_stays_in_the_picture_and_is_of_another_colour_than_what_stands_there():
    c = seeded(4, 2000)
    assert (c.position - c.ball[:, None, None]).min() > -0.01
    assert (c.position + c.ball[:, None, None]).max() < 1.01
    assert (c.colour != c.block_colour).all()


@pytest.mark.parametrize("factors, says", [({"speed": 1}, "speed"), ({"colour": 9}, "0 to 5"), ({"ball": 2.0}, "0 to")])
def test_what_cannot_be_filmed_is_said(factors, says):
    with pytest.raises(ValueError, match=says):
        clips(3, **factors)
