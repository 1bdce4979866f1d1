"""Measures of lecture 15 on what is known: solids, flights, edits."""

import pytest
import torch

from gancourse.data.images import to_float
from gancourse.data.worlds.clips import GRAVITY, clips
from gancourse.data.worlds.faces import faces
from gancourse.metrics.edits import drift, factor_changes
from gancourse.metrics.features import load_features
from gancourse.metrics.motion import centres, flicker, flight, moving
from gancourse.metrics.solids import nearest_iou, pieces, voxel_iou


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


def test_iou_is_counted_voxel_by_voxel():
    x, y = torch.rand(2, 6, 4, 4, 4) > 0.6
    for one, other, said in zip(x, y, voxel_iou(x, y), strict=True):
        both = sum(bool(a) and bool(b) for a, b in zip(one.flatten(), other.flatten(), strict=True))
        either = sum(bool(a) or bool(b) for a, b in zip(one.flatten(), other.flatten(), strict=True))
        assert said == pytest.approx(both / either)
    assert voxel_iou(torch.zeros(1, 2), torch.zeros(1, 2)) == 1
    assert voxel_iou(torch.tensor([[-1.0, 1.0]]), torch.tensor([[-0.2, 0.2]])) == 1
    with pytest.raises(ValueError, match="shape"):
        voxel_iou(x, y[:, :2])


def test_the_nearest_is_the_largest_iou_of_all():
    x, others = torch.rand(5, 3, 3, 3) > 0.5, torch.rand(9, 3, 3, 3) > 0.5
    values, indices = nearest_iou(x, others)
    for one, value, index in zip(x, values, indices, strict=True):
        all_of_them = voxel_iou(one.expand_as(others), others)
        assert value == pytest.approx(float(all_of_them.max()))
        assert all_of_them[index] == pytest.approx(float(value))


def test_pieces_that_touch_hang_together_and_others_do_not():
    x = torch.zeros(4, 5, 5, 5)
    x[0, :2, :2, :2] = 1
    x[1, 0, 0, 0] = x[1, 1, 1, 1] = 1  # at a corner
    x[2, 0, 0, 0] = 1
    x[2, 3, 3, 3] = x[2, 3, 3, 4] = x[2, 3, 4, 4] = 1
    assert pieces(x).tolist() == [1.0, 1.0, 0.75, 0.0]


@pytest.mark.parametrize("seed", range(3))
def test_a_real_clip_stands_still_and_its_ball_flies_as_thrown(seed):
    some = clips(40, 64, generator=torch.Generator().manual_seed(seed))
    x = to_float(some.frames)
    assert flicker(x).max() == 0
    at = centres(x)
    off = (at - some.position).abs().amax(dim=2)
    # Before a block of a colour much like its own the ball is off less than half of what it is elsewhere, and that part
    # of it is not counted: in a few frames of a hundred.
    assert off.quantile(0.95) < 0.02 and off.max() < 0.1
    off, fall = flight(at)
    assert off.median() < 0.003 and off.max() < 0.04
    assert fall[:, 1].median() == pytest.approx(GRAVITY, abs=0.03)
    assert fall[:, 0].median() == pytest.approx(0, abs=0.03)


def test_shuffled_frames_are_no_flight_and_noise_flickers():
    x = to_float(clips(40, 32).frames)
    order = torch.randperm(8)
    assert flight(centres(x[:, :, order]))[0].median() > 5 * flight(centres(x))[0].median()
    noisy = x + 0.1 * torch.randn_like(x)
    assert flicker(noisy).mean() == pytest.approx(0.1 * 127.5, rel=0.3)


def test_faint_noise_does_not_draw_the_centre_to_the_middle():
    some = clips(40, 32)
    x = to_float(some.frames)
    noisy = (x + 0.15 * torch.randn_like(x)).clamp(-1, 1)
    assert (centres(noisy) - some.position).abs().mean() < 0.02


def test_a_flight_of_known_acceleration_is_found_and_what_is_off_is_measured():
    t = torch.linspace(0, 1, 6, dtype=torch.float64)[:, None]
    path = torch.tensor([0.2, 0.7]) + torch.tensor([0.5, -0.9]) * t + torch.tensor([0.3, 1.1]) * t**2 / 2
    off, fall = flight(path[None])
    assert off == pytest.approx(0, abs=1e-9)
    assert fall[0].tolist() == pytest.approx([0.3, 1.1])
    with pytest.raises(RuntimeError):
        flight(path)  # one path alone is no batch of them


def test_nothing_moves_where_all_frames_are_alike():
    x = torch.rand(1, 3, 1, 8, 8).expand(2, 3, 5, 8, 8)
    assert not moving(x).any()
    assert centres(x).isnan().all()


def test_an_edit_of_the_world_changes_its_factor_and_hardly_others():
    judge, some = load_features("faces"), faces(40, 64, glasses="none", beard="none")
    worn = some.changed(glasses="round")
    changes = factor_changes(judge, some.image, worn.image)
    assert changes["glasses"] > 0.9
    assert drift(changes, ("glasses",)) < 0.25
    assert set(factor_changes(judge, some.image, some.image).values()) == {0.0}
    assert drift({"a": 1.0, "b": 2.0, "c": 4.0}, ("a",)) == 3
    with pytest.raises(ValueError, match="40 images before"):
        factor_changes(judge, some.image, some.image[:3])
