"""Characters whose factors are known: what is said of a picture is measured in it."""

import math

import pytest
import torch

from gancourse.data.worlds.glyphs import DIGITS, FACTORS, FONTS, glyphs

PLAIN = {"angle": 0.0, "thickness": 0.0, "slant": 0.0, "scale": 1.0, "shift": (0.0, 0.0)}


def seeded(seed, *args, **kwargs):
    torch.manual_seed(seed)
    return glyphs(*args, **kwargs)


def moments(image):
    """Centroid (right, down of the centre, in pixels) and covariance of the ink, per picture."""
    ink = image[:, 0].double() / image.double().sum(dim=(1, 2, 3)).view(-1, 1, 1)
    at = torch.arange(image.shape[-1], dtype=torch.double) - (image.shape[-1] - 1) / 2
    points = torch.stack(torch.meshgrid(at, at, indexing="xy"), dim=-1)
    centre = torch.einsum("nij,ijd->nd", ink, points)
    return centre, torch.einsum("nij,ijd,ije->nde", ink, points, points) - centre[:, :, None] * centre[:, None, :]


def test_pictures_are_grey_bytes_with_white_ink_on_black_that_no_edge_cuts():
    g = seeded(0, 4000)
    assert g.image.dtype == torch.uint8
    assert g.image.shape == (4000, 1, 28, 28)
    assert (g.image.amax(dim=(1, 2, 3)) > 200).all(), "even the thinnest has white ink"
    edge = torch.cat([g.image[:, 0, [0, -1]].flatten(), g.image[:, 0, :, [0, -1]].flatten()])
    assert edge.max() == 0
    assert g.classes == tuple(DIGITS)
    assert g.label.dtype == torch.int64


def test_a_seed_gives_the_same_glyphs_another_seed_others():
    first, again, other = seeded(3, 50), seeded(3, 50), seeded(4, 50)
    by_generator = glyphs(50, generator=torch.Generator().manual_seed(3))
    for name in ("image", *FACTORS):
        assert torch.equal(getattr(first, name), getattr(again, name))
        assert torch.equal(getattr(first, name), getattr(by_generator, name))
    assert not torch.equal(first.image, other.image)


def test_a_generator_of_its_own_leaves_the_global_one_alone():
    state = torch.get_rng_state()
    glyphs(5, generator=torch.Generator().manual_seed(0)).changed(angle=3.0)
    assert torch.equal(state, torch.get_rng_state())


@pytest.mark.parametrize("name", FACTORS)
def test_giving_one_factor_leaves_the_others_as_they_were_drawn(name):
    value = {"label": 3, "font": 2, "shift": (0.5, -1.0)}.get(name, 0.5)
    drawn, given = seeded(1, 20), seeded(1, 20, **{name: value})
    assert (getattr(given, name) == torch.tensor(value)).all()
    for other in set(FACTORS) - {name}:
        assert torch.equal(getattr(drawn, other), getattr(given, other))


def test_classes_and_fonts_are_equally_likely_and_factors_fill_their_ranges():
    g = seeded(0, 20000, size=16)
    for counts in (g.label.bincount(minlength=10), g.font.bincount(minlength=len(FONTS))):
        share = 20000 / len(counts)
        assert ((counts - share).abs() < 5 * math.sqrt(share)).all()
    for name, low, high in [("angle", -25, 25), ("thickness", -0.1, 0.8), ("slant", -0.2, 0.2), ("scale", 0.9, 1.05)]:
        values = getattr(g, name)
        assert (values.min().item(), values.max().item()) == pytest.approx((low, high), abs=0.01 * (high - low))
        assert low <= values.min() and values.max() <= high


def test_the_angle_turns_the_ink_counter_clockwise_by_that_many_degrees():
    """A 0 is symmetric: the long axis of its ink stands upright at 0°, and turns with the angle."""
    angle = torch.arange(-25.0, 26.0, 5.0).repeat_interleave(len(FONTS))
    g = glyphs(len(angle), 56, label=0, font=torch.arange(len(FONTS)).repeat(11), **{**PLAIN, "angle": angle})
    _, cov = moments(g.image)
    # With y downwards, a long axis that leans left (counter-clockwise) has a positive covariance.
    measured = 0.5 * torch.atan2(2 * cov[:, 0, 1], cov[:, 1, 1] - cov[:, 0, 0]) * (180 / math.pi)
    assert (measured - angle).abs().max() < 1.0


def test_pictures_tell_the_classes_apart_6_from_9_too():
    """By the nearest of 6,000 others, pixel by pixel: no class hides in another at the angles drawn."""
    known, unknown = seeded(0, 6000), seeded(1, 1000)
    distance = torch.cdist(unknown.image.flatten(1).float(), known.image.flatten(1).float())
    guess = known.label[distance.argmin(dim=1)]
    assert (guess == unknown.label).float().mean() > 0.97
    six_or_nine = (unknown.label == 6) | (unknown.label == 9)
    assert not (six_or_nine & (guess == 15 - unknown.label)).any()


def test_more_thickness_is_more_ink():
    thickness = torch.linspace(-0.1, 0.8, 10)
    for font in range(len(FONTS)):
        for label in range(10):
            g = glyphs(10, label=label, font=font, **{**PLAIN, "thickness": thickness})
            assert (g.image.double().sum(dim=(1, 2, 3)).diff() > 0).all()


def test_thickness_is_in_pixels_at_28_on_either_side_of_a_stroke():
    """The stem of DejaVu Sans' 1, measured across its middle row."""
    for size in (28, 56):
        g = glyphs(2, size, label=1, font=0, **{**PLAIN, "thickness": torch.tensor([0.0, 0.8])})
        across = g.image[:, 0, size // 2].double().sum(dim=1) / 255 * 28 / size
        assert (across[1] - across[0]).item() == pytest.approx(1.6, abs=0.05)


def test_slant_leans_the_top_to_the_right():
    g = glyphs(2, label=0, font=0, **{**PLAIN, "slant": torch.tensor([0.0, 0.2])})
    _, cov = moments(g.image)
    assert cov[0, 0, 1].item() == pytest.approx(0, abs=0.2)
    assert (cov[1, 0, 1] / cov[1, 1, 1]).item() == pytest.approx(-0.2, abs=0.02)


def test_shift_moves_the_ink_right_and_down_and_scale_spreads_it():
    shift = torch.tensor([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [0.0, 0.0]])
    scale = torch.tensor([1.0, 1.0, 1.0, 0.8])
    g = glyphs(4, 56, label=8, font=0, **{**PLAIN, "shift": shift, "scale": scale})
    centre, cov = moments(g.image)
    assert torch.allclose(centre[1:3] - centre[0], 2 * shift[1:3].double(), atol=0.02)
    assert (cov[3, 1, 1] / cov[0, 1, 1]).item() == pytest.approx(0.64, abs=0.01)


@pytest.mark.parametrize("size", [16, 28, 32, 64])
def test_a_picture_is_the_same_at_every_size(size):
    g = seeded(5, 30, 64)
    smaller = g.changed(size=size)
    assert smaller.image.shape == (30, 1, size, size)
    mean = torch.stack([g.image.double().mean(dim=(1, 2, 3)), smaller.image.double().mean(dim=(1, 2, 3))])
    assert (mean[0] - mean[1]).abs().max() < 2


def test_changed_renders_the_same_characters_at_another_angle():
    g = seeded(6, 20)
    assert torch.equal(g.changed().image, g.image)
    upright = g.changed(angle=0.0)
    assert torch.equal(upright.changed(angle=g.angle).image, g.image)
    assert not torch.equal(upright.image, g.image)
    assert torch.equal(upright.thickness, g.thickness)


def test_pictures_do_not_depend_on_how_many_are_made_at_once():
    many = seeded(7, 1000)
    one = glyphs(1, **{name: getattr(many, name)[-1:] for name in FACTORS})
    assert (one.image.int() - many.image[-1:].int()).abs().max() <= 1


def test_other_characters_are_classes_too_and_fit_in():
    g = seeded(0, 600, characters="Wgj@QA")
    assert g.classes == tuple("Wgj@QA")
    assert g.label.max() == 5
    assert g.image[:, 0, [0, -1]].float().mean() < 0.1


def test_the_least_scale_and_the_greatest_thickness_leave_the_background_black():
    g = glyphs(20, 16, label=torch.arange(10).repeat(2), **{**PLAIN, "scale": 0.5, "thickness": 2.0})
    assert g.image[:, 0, [0, -1]].max() == 0


@pytest.mark.parametrize(
    "arguments, complaint",
    [
        ({"n": 0}, "n is 0"),
        ({"size": 15}, "size is 15; it needs a whole number from 16 to 64"),
        ({"characters": "11"}, "each once"),
        ({"characters": ""}, "at least one"),
        ({"characters": "1 "}, "DejaVuSans has no picture of ' '"),
        ({"characters": "e国"}, "has no picture of '国'"),
        ({"label": 10}, "label needs values from 0 to 9"),
        ({"label": 1.0}, "label needs whole numbers"),
        ({"font": -1}, "font needs values"),
        ({"angle": [1.0, 2.0]}, r"angle has shape \(2,\); it needs \(\) or \(4,\)"),
        ({"angle": float("nan")}, "angle needs values"),
        ({"thickness": 9.0}, "thickness needs values from -1 to 2"),
        ({"shift": 1.0}, r"shift has shape \(\); it needs \(2,\) or \(4, 2\)"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(arguments, complaint):
    with pytest.raises(ValueError, match=complaint) as error:
        glyphs(**{"n": 4, **arguments})
    assert "\n" not in str(error.value)
