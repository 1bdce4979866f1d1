"""Scenes whose factors are known: what is said of a picture is measured in it."""

import math
import re

import pytest
import torch
import torch.nn.functional as F

from gancourse.data.worlds.shapes import BACKGROUNDS, COLOURS, FACTORS, SHAPES, STRIPE, shapes

PALETTE = torch.tensor(list(COLOURS.values()))
GROUNDS = torch.tensor(list(BACKGROUNDS.values()))


def seeded(seed, *args, **kwargs):
    torch.manual_seed(seed)
    return shapes(*args, **kwargs)


def shrunk(mask, by=1):
    """Pixels of the mask that lie so far within that no other colour mixes in; sharp tips fade over two pixels."""
    return F.max_pool2d(1 - mask.float(), 2 * by + 1, stride=1, padding=by) == 0


def test_a_scene_is_a_colour_picture_with_its_masks_and_factors():
    s = seeded(0, 10, 32, 2)
    assert (s.image.shape, s.image.dtype) == ((10, 3, 32, 32), torch.uint8)
    assert (s.mask.shape, s.mask.dtype) == ((10, 2, 32, 32), torch.bool)
    for name in FACTORS:
        tail = {"position": (10, 2, 2), "background": (10,), "count": (10,)}.get(name, (10, 2))
        assert getattr(s, name).shape == tail
    assert s.classes == SHAPES
    assert s.label.dtype == torch.int64
    assert torch.equal(s.label, s.shape[:, 0])


def test_a_seed_gives_the_same_scenes_another_seed_others():
    first, again, other = (seeded(seed, 20, 32, 3) for seed in (3, 3, 4))
    by_generator = shapes(20, 32, 3, generator=torch.Generator().manual_seed(3))
    for name in ("image", "mask", *FACTORS):
        assert torch.equal(getattr(first, name), getattr(again, name))
        assert torch.equal(getattr(first, name), getattr(by_generator, name))
    assert not torch.equal(first.image, other.image)


@pytest.mark.parametrize("name", FACTORS)
def test_giving_one_factor_leaves_the_others_as_they_were_drawn(name):
    value = {"radius": 0.2, "position": (0.4, 0.6), "angle": 7.0, "striped": True}.get(name, 2)
    drawn, given = seeded(1, 20, 32, 3), seeded(1, 20, 32, 3, **{name: value})
    assert (getattr(given, name) == torch.tensor(value)).all()
    for other in set(FACTORS) - {name}:
        assert torch.equal(getattr(drawn, other), getattr(given, other))


def test_a_factor_may_be_given_for_all_for_each_scene_or_for_each_object():
    for value in (1, torch.tensor([0, 1, 2, 3]), torch.tensor([[0, 1], [1, 2], [2, 3], [3, 4]])):
        wanted = torch.as_tensor(value).reshape(-1, 1) if torch.as_tensor(value).ndim < 2 else value
        assert torch.equal(shapes(4, 32, 2, shape=value).shape, wanted.expand(4, 2))


def test_every_shape_colour_fill_background_and_count_is_equally_likely():
    s = seeded(0, 6000, 16, 3)
    for values, k in [(s.shape, 5), (s.colour, 6), (s.striped.long(), 2), (s.background, 4), (s.count - 1, 3)]:
        counts = values.flatten().bincount(minlength=k)
        assert len(counts) == k
        assert ((counts / counts.sum() - 1 / k).abs() < 5 / math.sqrt(counts.sum())).all()


@pytest.mark.parametrize("shape", range(len(SHAPES)), ids=SHAPES)
def test_the_area_is_that_of_the_disc_of_the_radius_whatever_the_shape(shape):
    radius = torch.linspace(0.13, 0.22, 10)
    s = shapes(10, 128, shape=shape, radius=radius, position=(0.5, 0.5))
    area = s.mask.sum(dim=(1, 2, 3)) / 128**2
    assert torch.allclose(area, math.pi * radius**2, rtol=0.02)


def test_the_centre_of_mass_is_the_position():
    s = seeded(0, 200, 64)
    at = (torch.arange(64) + 0.5) / 64
    points = torch.stack(torch.meshgrid(at, at, indexing="xy"), dim=-1)
    weight = s.mask[:, 0] / s.mask.sum(dim=(2, 3))[..., None]
    assert (torch.einsum("nij,ijd->nd", weight, points) - s.position[:, 0]).abs().max() < 0.4 / 64


def test_the_angle_turns_counter_clockwise():
    """A cross turned by 20° is, turned back pixel by pixel, the cross at 0°; at -20° it is its mirror image."""
    s = shapes(3, 64, shape=4, radius=0.3, position=(0.5, 0.5), angle=torch.tensor([0.0, 20.0, -20.0]), count=1)
    assert torch.equal(s.mask[1].flip(-1), s.mask[2])
    triangle = shapes(1, 64, shape=2, radius=0.2, position=(0.5, 0.5), angle=30.0).mask[0, 0]
    top = triangle.nonzero()[0]
    assert top[1] < 32, "the upper corner goes to the left"


def test_nothing_drawn_is_cut_off_or_hidden():
    for objects in (1, 2, 3):
        s = seeded(0, 800, 128, objects)
        there = torch.arange(objects) < s.count[:, None]
        seen = s.mask.sum(dim=(2, 3)) / (math.pi * (128 * s.radius) ** 2)
        assert seen[:, 0].min() > 0.95, "the one in front is whole"
        assert seen[there].min() > 0.25
        assert not s.mask[~there].any()


def test_a_plain_object_has_its_colour_and_the_rest_the_backgrounds():
    s = seeded(0, 100, 64, 3, striped=False)
    for k in range(3):
        where = shrunk(s.mask)[:, k]
        wanted = PALETTE[s.colour[:, k]][:, :, None, None].expand(s.image.shape)
        assert (s.image == wanted).all(dim=1)[where].all()
    ground = shrunk(~s.mask.any(dim=1, keepdim=True), by=2)[:, 0]
    assert (s.image == GROUNDS[s.background][:, :, None, None]).all(dim=1)[ground].all()


@pytest.mark.parametrize("size", [32, 64])
def test_a_striped_object_is_in_two_colours_in_level_stripes_of_a_sixteenth(size):
    s = shapes(6, size, shape=0, colour=torch.arange(6), radius=0.3, position=(0.5, 0.5), angle=0.0, striped=True)
    across = s.image[:, :, :, size // 2]  # a column through the middle
    inside = shrunk(s.mask)[:, 0, :, size // 2]
    dark = (across == torch.tensor(STRIPE)[:, None]).all(dim=1)
    own = (across == PALETTE[:, :, None]).all(dim=1)
    assert ((dark | own) == inside)[inside].all(), "centred between pixels, no row is mixed"
    assert dark[:, size // 2].all(), "one stripe is in the middle"
    runs = re.findall("1+", "".join(str(int(v)) for v in dark[0] & inside[0]))
    assert len(runs) >= 3
    assert {len(run) for run in runs[1:-1]} == {size // 16}


def test_stripes_change_pixels_of_the_object_and_no_others():
    s = seeded(0, 100, 32, 2, striped=False)
    counterpart = s.changed(striped=True)
    different = (s.image != counterpart.image).any(dim=1)
    elsewhere = shrunk(~s.mask.any(dim=1, keepdim=True), by=2)[:, 0]
    assert different.flatten(1).any(dim=1).all()
    assert not (different & elsewhere).any(), "but for the blended pixels of the outline, only the masks"
    assert torch.equal(s.mask, counterpart.mask)
    assert torch.equal(counterpart.changed(striped=False).image, s.image)


def test_changed_alone_changes_nothing_and_draws_nothing():
    s = seeded(2, 20, 32, 3)
    state = torch.get_rng_state()
    assert torch.equal(s.changed().image, s.image)
    assert torch.equal(torch.get_rng_state(), state)


def test_the_first_object_is_in_front_and_masks_do_not_overlap():
    s = seeded(0, 200, 64, 3, count=3)
    assert s.mask.sum(dim=1).max() == 1
    alone = s.changed(count=1)
    assert torch.equal(alone.mask[:, 0], s.mask[:, 0])
    assert not alone.mask[:, 1:].any()
    hidden = s.changed(position=(0.5, 0.5), radius=torch.tensor([0.2, 0.1, 0.1]).expand(200, 3), shape=1)
    assert not hidden.mask[:, 1:].any()


def test_layout_says_which_shape_is_seen_where():
    s = seeded(0, 50, 32, 3)
    layout = s.layout()
    assert (layout.shape, layout.dtype) == ((50, 32, 32), torch.int64)
    assert torch.equal(layout > 0, s.mask.any(dim=1))
    for k in range(3):
        assert (layout == 1 + s.shape[:, k, None, None])[s.mask[:, k]].all()


def test_edges_are_thin_lines_around_what_is_seen():
    s = shapes(1, 64, shape=0, radius=0.2, position=(0.5, 0.5), angle=0.0)
    edges = s.edges()
    assert (edges.shape, edges.dtype) == ((1, 1, 64, 64), torch.uint8)
    assert set(edges.unique().tolist()) == {0, 255}
    side = int(s.mask[0, 0].any(dim=0).sum())
    assert (edges > 0).sum() == pytest.approx(4 * side, abs=4)
    assert torch.equal(s.edges(), s.changed(striped=~s.striped).edges()), "stripes have no edges"


def test_captions_name_the_factors():
    fixed = {"radius": 0.21, "position": (0.4, 0.5), "background": 1}
    (caption,) = shapes(1, 16, shape=1, colour=0, striped=True, **fixed).captions()
    assert caption == "a large striped orange disc on the left, on a grey background"
    s = seeded(0, 300, 16, 3)
    for i, text in enumerate(s.captions()):
        count = int(s.count[i])
        assert text.endswith(f", on a {list(BACKGROUNDS)[s.background[i]]} background")
        assert text.count("striped") == s.striped[i, :count].sum()
        named = re.findall(rf"({'|'.join(COLOURS)}) ({'|'.join(SHAPES)})", text)
        own = zip(s.colour[i, :count].tolist(), s.shape[i, :count].tolist(), strict=True)
        assert named == [(list(COLOURS)[colour], SHAPES[shape]) for colour, shape in own]
        for word, low, high in [("left", 0, 0.448), ("right", 0.552, 1)]:
            if count == 1:
                assert (word in text) == (low <= s.position[i, 0, 0] <= high)


@pytest.mark.parametrize("size", [16, 32, 50, 128])
def test_a_scene_is_the_same_at_every_size(size):
    s = seeded(5, 20, 64, 2)
    other = s.changed(size=size)
    assert other.image.shape == (20, 3, size, size)
    assert (s.image.double().mean(dim=(2, 3)) - other.image.double().mean(dim=(2, 3))).abs().max() < 3


def test_the_smallest_objects_leave_no_trace_far_away():
    s = shapes(10, 16, shape=torch.arange(5).repeat(2), radius=0.05, position=(0.5, 0.5), background=0)
    assert (s.image[:, :, 0] == GROUNDS[0][:, None]).all()


@pytest.mark.parametrize(
    "arguments, complaint",
    [
        ({"n": 0}, "n is 0"),
        ({"size": 8}, "size is 8; it needs a whole number from 16 to 128"),
        ({"objects": 4}, "objects is 4; it needs a whole number from 1 to 3"),
        ({"shape": 5}, "shape needs values from 0 to 4"),
        ({"colour": 1.5}, "colour needs whole numbers"),
        ({"radius": 0.0}, "radius needs values from 0.05 to 0.5"),
        ({"position": 0.5}, r"position has shape \(\); it needs \(2,\) or \(4, 2\) or \(4, 1, 2\)"),
        ({"position": (0.5, 1.5)}, "position needs values from 0 to 1"),
        ({"angle": [1.0] * 5}, r"angle has shape \(5,\); it needs \(\) or \(4,\) or \(4, 1\)"),
        ({"count": 2}, "count needs values from 1 to 1"),
        ({"striped": 2}, "striped needs values from 0 to 1"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(arguments, complaint):
    with pytest.raises(ValueError, match=complaint) as error:
        shapes(**{"n": 4, **arguments})
    assert "\n" not in str(error.value)
