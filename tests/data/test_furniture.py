"""Chairs and sofas whose factors are known: what is said of a piece is measured in its voxels."""

import pytest
import torch

from gancourse.data.images import load
from gancourse.data.worlds.furniture import FACTORS, KINDS, NUMBERS, RANGES, furniture
from refusing import refuses


def seeded(seed, *args, **factors):
    torch.manual_seed(seed)
    return furniture(*args, **factors)


def extent(voxels, axis):
    """How many layers along an axis have anything in them, shape (n,)."""
    return voxels.any(dim=tuple({1, 2, 3} - {axis})).sum(dim=1)


def test_a_piece_is_a_cube_of_voxels_with_its_factors():
    f = seeded(0, 12, 16)
    assert (f.voxels.shape, f.voxels.dtype) == ((12, 16, 16, 16), torch.bool)
    assert (f.image.shape, f.image.dtype, f.image.unique().tolist()) == ((12, 16, 16, 16), torch.uint8, [0, 255])
    assert all(value.shape == (12,) for value in f.factors().values())
    assert (f.classes, f.label.dtype) == (KINDS, torch.int64)


def test_a_seed_gives_the_same_pieces_and_another_seed_others():
    first, again, other = seeded(3, 20), seeded(3, 20), seeded(4, 20)
    assert torch.equal(first.voxels, again.voxels)
    assert not torch.equal(first.voxels, other.voxels)
    assert torch.equal(first.voxels, furniture(20, generator=torch.Generator().manual_seed(3)).voxels)


@pytest.mark.parametrize("name", FACTORS)
def test_giving_one_factor_changes_no_other(name):
    value = 0.5 if name in NUMBERS else 1
    drawn, given = seeded(1, 20), seeded(1, 20, **{name: value})
    assert (getattr(given, name) == value).all()
    assert all(torch.equal(getattr(drawn, other), getattr(given, other)) for other in set(FACTORS) - {name})
    assert torch.equal(given.voxels, drawn.changed(**{name: value}).voxels)


@pytest.mark.parametrize("name, axis", [("width", 3), ("depth", 2)])
@pytest.mark.parametrize("kind", range(2))
def test_a_piece_is_as_wide_and_deep_as_it_says(name, axis, kind):
    f = seeded(2, 300, 32, kind=kind)
    low, high = RANGES[name][kind]
    wanted = (low + (high - low) * getattr(f, name)) * 32
    assert (extent(f.voxels, axis) - wanted).abs().max() <= 1


def test_one_sits_at_the_height_of_the_seat_and_leans_up_to_the_top():
    f = seeded(3, 300, 32, arms=False)
    for k, kind in enumerate(KINDS):
        these = f.kind == k
        seat = RANGES["seat"][k][0] + (RANGES["seat"][k][1] - RANGES["seat"][k][0]) * f.seat
        back = RANGES["back"][k][0] + (RANGES["back"][k][1] - RANGES["back"][k][0]) * f.back
        in_front = f.voxels[:, :, 14, 16]  # a column through the seat, before the back
        top = 32 - in_front.flip(1).int().argmax(dim=1)
        assert (top - seat * 32)[these].abs().max() <= 1, kind
        assert (extent(f.voxels, 1) - (seat + back) * 32)[these].abs().max() <= 1.01, kind


def test_arms_rise_beside_the_seat_and_nowhere_else():
    f = seeded(4, 100, 32, arms=True)
    more = f.voxels & ~f.changed(arms=False).voxels
    assert more.flatten(1).any(dim=1).all()
    assert not more[:, :, :, 16].any()  # not in the middle
    assert not (f.changed(arms=False).voxels & ~f.voxels).any()


def test_an_open_back_has_a_hole_and_a_solid_one_none():
    f = seeded(5, 100, 32, arms=False, open=False)
    missing = f.voxels & ~f.changed(open=True).voxels
    assert missing.flatten(1).any(dim=1).all()
    assert missing[:, :, :, 16].flatten(1).any(dim=1).all()  # in its middle
    assert not (f.changed(open=True).voxels & ~f.voxels).any()


def test_legs_are_at_the_corners_or_in_the_middle():
    four, pedestal = (seeded(6, 50, 32, legs=k, kind=0).voxels for k in range(2))
    assert not four[:, 4, 15:17, 15:17].any()
    assert pedestal[:, 4, 16, 16].all()


def test_all_that_there_is_is_one_piece_that_stands_on_the_floor():
    f = seeded(7, 64, 16)
    assert f.voxels[:, 0].flatten(1).any(dim=1).all()
    reached = torch.zeros_like(f.voxels)
    reached[:, 0] = f.voxels[:, 0]
    for _ in range(60):
        grown = torch.nn.functional.max_pool3d(reached[:, None].float(), 3, stride=1, padding=1)[:, 0] > 0
        reached = grown & f.voxels
    assert torch.equal(reached, f.voxels)


def test_the_loader_has_training_and_test_pieces():
    train, test = load("furniture", 16, n=30), load("furniture", 16, "test", n=30)
    assert train.x.shape == (30, 16, 16, 16)
    assert not torch.equal(train.x, test.x)
    refuses("size", "8 to 64", call=lambda: load("furniture", 4, n=3))


@pytest.mark.parametrize(
    "factors, says",
    [({"wide": 1}, "width"), ({"kind": 2}, "0 to 1"), ({"width": 1.5}, "0 to 1"), ({"arms": [1, 0]}, "shape")],
)
def test_what_cannot_be_built_is_said(factors, says):
    with pytest.raises(ValueError, match=says):
        furniture(3, **factors)
