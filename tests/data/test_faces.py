"""Faces whose factors are known: what is said of a picture is measured in it."""

import dataclasses
import math
import re

import pytest
import torch
import torch.nn.functional as F

from gancourse.data.worlds.face_canvas import PARTS
from gancourse.data.worlds.face_palette import (
    BACKGROUNDS,
    BEARDS,
    CLOTHES,
    GLASSES,
    HAIR_COLOURS,
    HAIRSTYLES,
    SKINS,
)
from gancourse.data.worlds.faces import FACTORS, Faces, Flag, Kind, Number, faces

PLAIN = {
    "yaw": 0.0, "roll": 0.0, "light": 0.0, "age": 0.0, "freckles": 0.0, "hairstyle": "bald", "brows": 0.0, "gaze": 0.0,
    "blink": 0.0, "smile": 0.5, "mouth_open": 0.0, "lipstick": False, "glasses": "none", "beard": "none",
    "earrings": False, "eye_size": 0.5, "nose": 0.3, "build": 0.0,
}  # fmt: skip
# Where a factor shows. Of those that are not here the whole face moves or shines.
WHERE = {
    "freckles": ["skin", "beard"], "age": ["skin", "beard"],
    "hair_colour": ["hair", "brows", "beard"], "brows": ["brows"],
    "eye_size": ["eyes"], "eye_colour": ["eyes"], "gaze": ["eyes"], "blink": ["eyes"], "nose": ["nose"],
    "smile": ["mouth"], "mouth_open": ["mouth"], "lipstick": ["mouth"], "glasses": ["glasses"], "beard": ["beard"],
    "earrings": ["earrings"], "background": ["background"], "clothes": ["clothes"],
    "skin": ["skin", "nose", "mouth", "beard"],
}  # fmt: skip


def seeded(seed, *args, **kwargs):
    torch.manual_seed(seed)
    return faces(*args, **kwargs)


def plain(n, size=64, **factors):
    return seeded(0, n, size, **PLAIN | factors)


def grown(mask, by=1):
    """The mask and the pixels around it, into which its colours are blended."""
    return F.max_pool2d(mask.float()[:, None], 2 * by + 1, stride=1, padding=by)[:, 0] > 0


def ends(name):
    """Two values of a factor that differ most."""
    factor = FACTORS[name]
    if isinstance(factor, Number):
        return factor.low, factor.high
    return (0, len(factor.names) - 1) if isinstance(factor, Kind) else (False, True)


def centre(mask):
    """The mean place of each mask's pixels, (n, 2), from left to right and top to bottom."""
    places = [m.nonzero().double().mean(dim=0).flip(0) for m in mask]
    return torch.stack(places)


def test_a_face_is_a_colour_picture_with_its_layout_and_factors():
    f = seeded(0, 10, 32)
    assert (f.image.shape, f.image.dtype) == ((10, 3, 32, 32), torch.uint8)
    assert (f.layout.shape, f.layout.dtype) == ((10, 32, 32), torch.uint8)
    assert [field.name for field in dataclasses.fields(Faces)] == ["image", "layout", *FACTORS, "noise"]
    for name, factor in FACTORS.items():
        dtype = {Number: torch.float32, Kind: torch.int64, Flag: torch.bool}[type(factor)]
        assert (getattr(f, name).shape, getattr(f, name).dtype) == ((10,), dtype), name
    assert torch.equal(f.label, f.hairstyle) and f.classes == tuple(HAIRSTYLES)


def test_a_seed_gives_the_same_faces_another_seed_others():
    first, again, other = (seeded(seed, 20, 32) for seed in (3, 3, 4))
    by_generator = faces(20, 32, generator=torch.Generator().manual_seed(3))
    for name in ("image", "layout", "noise", *FACTORS):
        assert torch.equal(getattr(first, name), getattr(again, name))
        assert torch.equal(getattr(first, name), getattr(by_generator, name))
    assert not torch.equal(first.image, other.image)


def test_a_face_does_not_depend_on_those_beside_it():
    f = seeded(0, 300, 64)
    for i in (0, 77, 299):
        alone = faces(1, 64, **{name: value[i : i + 1] for name, value in f.factors().items()})
        assert (alone.image.int() - f.image[i].int()).abs().max() <= 1
        assert (alone.layout[0] == f.layout[i]).float().mean() > 0.999


@pytest.mark.parametrize("name", FACTORS)
def test_giving_one_factor_leaves_the_others_as_they_were_drawn(name):
    drawn, given = seeded(1, 20, 16), seeded(1, 20, 16, **{name: ends(name)[1]})
    assert (getattr(given, name) == torch.tensor(ends(name)[1], dtype=getattr(given, name).dtype)).all()
    for other in {*FACTORS, "noise"} - {name}:
        assert torch.equal(getattr(drawn, other), getattr(given, other))


def test_a_factor_may_be_given_for_all_for_each_face_or_by_name():
    assert faces(3, 16, beard="goatee").beard.tolist() == [3, 3, 3]
    assert faces(3, 16, beard=torch.tensor([0, 4, 1])).beard.tolist() == [0, 4, 1]
    assert faces(2, 16, smile=1).smile.tolist() == [1.0, 1.0]


def test_factors_are_drawn_evenly_and_independently():
    f = seeded(0, 6000, 16)
    columns = []
    for name, factor in FACTORS.items():
        values = getattr(f, name).double()
        columns.append(values)
        if isinstance(factor, Kind):
            k = len(factor.names)
            first = 1 / k if factor.first is None else factor.first
            shares = values.long().bincount(minlength=k) / len(values)
            expected = torch.tensor([first] + [(1 - first) / (k - 1)] * (k - 1))
            assert (shares - expected).abs().max() < 5 * 0.5 / math.sqrt(6000), name
        elif isinstance(factor, Number):
            some = values[values != 0] if factor.zero else values
            least = factor.low if factor.least is None else factor.least
            assert abs(len(some) / 6000 - 1 + factor.zero) < 0.035, name
            assert some.min() >= least and some.max() <= factor.high, name
            assert some.mean() == pytest.approx((least + factor.high) / 2, abs=0.05 * (factor.high - least)), name
        else:
            assert values.mean() == pytest.approx(factor.share, abs=0.035), name
    correlation = torch.corrcoef(torch.stack(columns)) - torch.eye(len(columns))
    assert correlation.abs().max() < 0.065


@pytest.mark.parametrize("name", WHERE)
def test_a_factor_changes_pixels_of_its_parts_and_no_others(name):
    """Near its parts, as outlines are mixed of two colours; but for one in 200, in slivers too thin for a part."""
    low, high = ends(name)
    one = seeded(2, 60, 128, **{"age": 0.0} if name == "eye_size" else {})  # bags lie where the eyes end
    one = one.changed(**{name: low})
    other = one.changed(**{name: high})
    different = (one.image.int() - other.image.int()).abs().amax(dim=1) > 2
    allowed = grown(one.mask(*WHERE[name]) | other.mask(*WHERE[name]), by=4)
    assert (different & ~allowed).sum() <= 0.005 * different.sum()
    for part in WHERE[name]:
        assert (different & other.mask(part)).any(), part
    assert torch.equal(other.changed(**{name: low}).image, one.image)


@pytest.mark.parametrize("name", FACTORS)
def test_every_factor_is_seen_at_64_pixels(name):
    """In faces that hide nothing, on every tone of skin: some pixels differ by 20 of 255 and more."""
    low, high = ends(name)
    n = len(SKINS)
    others = {"skin": torch.arange(n), "hair_colour": "brown", "hairstyle": "short"}
    one = plain(n, **others | {name: low})
    other = one.changed(**{name: high})
    different = (one.image.int() - other.image.int()).abs().amax(dim=1) > 20
    assert different.sum(dim=(1, 2)).min() >= 8


def test_parts_are_in_the_layout_where_a_face_has_them():
    f = seeded(0, 400, 64, yaw=0.0)
    for part in ("background", "clothes", "skin", "nose", "mouth", "eyes", "brows"):
        assert f.mask(part).any(dim=(1, 2)).all(), part
    bald = list(HAIRSTYLES).index("bald")
    for part, there in [
        ("hair", f.hairstyle != bald), ("beard", f.beard > 0), ("glasses", f.glasses > 0), ("earrings", f.earrings),
    ]:  # fmt: skip
        assert torch.equal(f.mask(part).any(dim=(1, 2)), there), part
    assert torch.equal(sum(f.mask(part).long() for part in PARTS), torch.ones(400, 64, 64).long())
    assert torch.equal(f.mask("hair", "beard"), f.mask("hair") | f.mask("beard"))


def test_the_top_of_a_head_has_its_width_and_height():
    """Above the ears its outline is x² + y² - 0.42 x²y² = 1, in half widths and heights."""
    width, height = torch.linspace(0.43, 0.55, 8), torch.linspace(0.64, 0.53, 8)
    f = plain(8, 128, width=width, height=height)
    seen = (f.layout[:, :58] != PARTS.index("background")).sum(dim=2)
    y2 = (((torch.arange(58) + 0.5) / 64 - 1) / height[:, None]).square()
    expected = 128 * width[:, None] * ((1 - y2).clamp(min=0) / (1 - 0.42 * y2)).sqrt()
    assert (seen - expected)[y2 < 0.9].abs().max() <= 1.01
    assert not seen[y2 > 1].any()


def test_a_mirrored_face_has_its_angles_gaze_and_light_the_other_way():
    torch.manual_seed(0)
    angles = {"yaw": 60 * torch.rand(30) - 30, "roll": 24 * torch.rand(30) - 12, "gaze": torch.rand(30) * 2 - 1}
    f = plain(30, 64, **angles | {"light": torch.rand(30) * 2 - 1})
    mirrored = f.changed(**{name: -getattr(f, name) for name in ("yaw", "roll", "gaze", "light")})
    assert (mirrored.layout.flip(-1) == f.layout).float().mean() > 0.998
    assert (mirrored.image.flip(-1).int() - f.image.int()).abs().float().mean() < 0.5, "but for the spark in the eyes"


def test_angles_gaze_and_light_go_where_they_say():
    left, right = (plain(8, yaw=yaw) for yaw in (-30.0, 30.0))
    assert (centre(right.mask("nose"))[:, 0] - centre(left.mask("nose"))[:, 0]).min() > 15
    turned = plain(8, roll=10.0)
    assert (centre(turned.mask("brows"))[:, 0] - 31.5).max() < -1.5, "counter-clockwise: what is above goes to the left"
    dark = [(f.image.sum(dim=1) < 150) & f.mask("eyes") for f in (plain(8, gaze=g, eye_size=1.0) for g in (-1.0, 1.0))]
    assert (centre(dark[1])[:, 0] - centre(dark[0])[:, 0]).min() > 1
    turned = plain(8, yaw=30.0, earrings=True).mask("earrings")
    assert turned[..., :32].any() and not turned[..., 32:].any(), "the right one is behind the head"
    lit = plain(8, light=1.0)
    skin = (lit.image.double().mean(dim=1) * lit.mask("skin"))[:, 10:40]
    assert (skin[..., 32:].sum(dim=(1, 2)) > 1.1 * skin[..., :32].sum(dim=(1, 2))).all()


def test_a_smile_lifts_the_corners_of_the_mouth_and_a_frown_lowers_them():
    for smile, sign in ((1.0, -1), (-1.0, 1)):
        mouth = plain(8, 128, smile=smile).mask("mouth")
        columns = mouth.any(dim=1)
        for m, across in zip(mouth, columns, strict=True):
            at = across.nonzero()[:, 0]
            heights = [m[:, c].nonzero()[:, 0].double().mean() for c in (at[1], at[-2], at[len(at) // 2])]
            assert sign * ((heights[0] + heights[1]) / 2 - heights[2]) > 2


def test_eyes_grow_and_close_mouths_open():
    white = [
        (f.image.amin(dim=1) > 220).logical_and(f.mask("eyes")).sum(dim=(1, 2))
        for f in (plain(8, 128, eye_size=size, blink=blink) for size, blink in ((1.0, 1.0), (0.0, 0.0), (1.0, 0.0)))
    ]
    assert white[0].max() == 0 and (white[2] > 1.3 * white[1]).all()
    shut, ajar = (plain(8, mouth_open=value).mask("mouth").sum(dim=(1, 2)) for value in (0.0, 1.0))
    assert (ajar > 1.7 * shut).all()


@pytest.mark.parametrize(
    ("name", "part", "palette"),
    [("clothes", "clothes", CLOTHES), ("background", "background", BACKGROUNDS), ("hair_colour", "hair", HAIR_COLOURS)],
)
def test_a_colour_is_that_of_its_name(name, part, palette):
    f = plain(len(palette), **{name: torch.arange(len(palette)), "hairstyle": "afro"})
    table = torch.tensor(list(palette.values())).double()
    for i, mask in enumerate(f.mask(part)):
        seen = f.image[i].double().flatten(1)[:, mask.flatten()].mean(dim=1)
        assert (table - seen).norm(dim=1).argmin() == i


def test_brows_and_beard_have_the_hairs_colour():
    black = plain(8, hair_colour="black", beard="full")
    different = (black.image.int() - black.changed(hair_colour="ginger").image.int()).abs().amax(dim=1) > 10
    for part in ("brows", "beard"):
        assert different[black.mask(part)].float().mean() > 0.9, part


def test_skins_are_evenly_spaced_in_cielab():
    srgb = torch.tensor(SKINS).double() / 255
    linear = torch.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    matrix = torch.tensor(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], dtype=torch.float64
    )
    x, y, z = ((linear @ matrix.T) / torch.tensor([0.9505, 1.0, 1.089])).pow(1 / 3).unbind(dim=1)
    lab = torch.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], dim=1)
    steps = (lab[1:] - lab[:-1]).norm(dim=1)
    assert steps.max() / steps.min() < 1.05 and (lab[1:, 0] < lab[:-1, 0]).all()


def test_captions_say_what_is_seen():
    given = {"hairstyle": "bangs", "hair_colour": "pink", "glasses": "round", "lipstick": True, "clothes": "red"}
    (caption,) = plain(1, **given | {"smile": 1.0, "background": "mint"}).captions()
    assert caption == (
        "a smiling young person with pink bangs, wearing round glasses, lipstick and a red top, on a mint background"
    )


def test_captions_name_the_factors():
    f = seeded(0, 400, 16)
    for i, text in enumerate(f.captions()):
        bald = f.hairstyle[i] == list(HAIRSTYLES).index("bald")
        facts = {
            "bald": bald, "glasses": f.glasses[i] > 0, "lipstick": f.lipstick[i], "earrings": f.earrings[i],
            "freckles": f.freckles[i] > 0, "closed eyes": f.blink[i] > 0.6, "open mouth": f.mouth_open[i] > 0.5,
            "smiling": f.smile[i] > 1 / 3, "frowning": f.smile[i] < -1 / 3, "old": f.age[i] > 2 / 3,
            "young": f.age[i] < 1 / 3,
            list(HAIRSTYLES)[f.hairstyle[i]]: True, list(HAIR_COLOURS)[f.hair_colour[i]] + " ": not bald,
            f"{list(CLOTHES)[f.clothes[i]]} top": True, f"{list(BACKGROUNDS)[f.background[i]]} background": True,
            BEARDS[f.beard[i]]: f.beard[i] > 0, f"{GLASSES[f.glasses[i]]} glasses": f.glasses[i] > 0,
        }  # fmt: skip
        said = text.replace(
            f"{list(CLOTHES)[f.clothes[i]]} top,", "" if bald else f"{list(CLOTHES)[f.clothes[i]]} top,"
        )
        for words, true in facts.items():
            assert (words in (text if "top" in words else said)) == bool(true), (words, text)
        assert not re.search(r"\b(wo)?m[ae]n\b|\b(s?he|hers?|his)\b", text)
        assert re.match(r"an? \w", text) and (text[:3] == "an ") == (text.split()[1][0] in "aeiou")


@pytest.mark.parametrize("size", [16, 32, 50, 128])
def test_a_face_is_the_same_at_every_size(size):
    f = seeded(5, 20, 64)
    other = f.changed(size=size)
    assert other.image.shape == (20, 3, size, size)
    assert (f.image.double().mean(dim=(2, 3)) - other.image.double().mean(dim=(2, 3))).abs().max() < (
        5 if size == 16 else 3
    )


def test_changed_alone_changes_nothing_and_draws_nothing():
    f = seeded(2, 20, 32)
    state = torch.get_rng_state()
    assert torch.equal(f.changed().image, f.image)
    assert torch.equal(f.clip(2).changed(size=32).layout, f.clip(2).layout)
    assert torch.equal(torch.get_rng_state(), state)


def test_a_clip_moves_what_it_is_told_to_and_nothing_else():
    f = seeded(0, 3, 32)
    clip = f.clip(5, yaw=(-20, 20), blink=(0, 1, 0))
    assert clip.image.shape == (15, 3, 32, 32)
    assert clip.yaw.view(3, 5).tolist() == [[-20, -10, 0, 10, 20]] * 3
    assert clip.blink.view(3, 5).tolist() == [[0, 0.5, 1, 0.5, 0]] * 3
    for name in set(FACTORS) - {"yaw", "blink"}:
        assert torch.equal(getattr(clip, name), getattr(f, name).repeat_interleave(5))
    frame = f.changed(yaw=10.0, blink=0.5)
    assert torch.equal(clip.image.unflatten(0, (3, 5))[:, 3], frame.image)
    still = f.clip(8)
    assert all(len(getattr(still, name).unique()) > 1 for name in ("yaw", "blink", "smile"))


@pytest.mark.parametrize(
    "arguments, complaint",
    [
        ({"n": 0}, "n is 0"),
        ({"size": 8}, "size is 8; it needs a whole number from 16 to 256"),
        ({"glases": 1}, "Faces have no factor 'glases'; did you mean 'glasses'?"),
        ({"zebra": 1}, "Faces have no factor 'zebra'; there are width, height"),
        ({"yaw": 45.0}, "yaw needs values from -30 to 30"),
        ({"smile": float("nan")}, "smile needs values from -1 to 1"),
        ({"skin": 8}, "skin needs values from 0 to 7"),
        ({"skin": 1.5}, "skin needs whole numbers"),
        ({"glasses": "oval"}, "glasses is 'oval'; it needs one of none, round, square"),
        ({"smile": "big"}, "smile is 'big'; it needs numbers"),
        ({"lipstick": 2}, "lipstick needs values from 0 to 1"),
        ({"age": [0.5] * 5}, r"age has shape \(5,\); it needs \(\) or \(4,\)"),
        ({"noise": 0.5}, r"noise has shape \(\); it needs \(3,\) or \(4, 3\)"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(arguments, complaint):
    with pytest.raises(ValueError, match=complaint) as error:
        faces(**{"n": 4, **arguments})
    assert "\n" not in str(error.value)


def test_what_a_clip_or_a_mask_cannot_be_is_said_in_one_line():
    f = faces(1, 16)
    for call, complaint in [
        (lambda: f.clip(1), "n_frames is 1"),
        (lambda: f.clip(4, glasses=(0, 1)), "'glasses' is no number that could move; there are width, height"),
        (lambda: f.clip(4, yaw="left"), "yaw is 'left'; it needs the numbers to go through"),
        (lambda: f.clip(4, yaw=()), r"yaw is \(\); it needs"),
        (lambda: f.clip(4, yaw=(0, 90)), "yaw needs values from -30 to 30"),
        (lambda: f.mask("ear"), "There is no part 'ear'; there are background, clothes"),
    ]:
        with pytest.raises(ValueError, match=complaint):
            call()


def test_attributes_say_what_is_there_in_the_order_of_their_names():
    plain = {
        "smile": -0.5,
        "mouth_open": 0,
        "glasses": "none",
        "beard": "none",
        "lipstick": 0,
        "earrings": 0,
        "age": 0.4,
    }
    some = faces(1, 16, freckles=0.0, **plain)
    has, names = some.attributes
    assert names == ("smiling", "open mouth", "glasses", "beard", "lipstick", "earrings", "wrinkles", "freckles")
    assert has.tolist() == [[-1.0] * 8]
    others = {"smile": 0.5, "mouth_open": 0.3, "glasses": "round", "beard": "full", "lipstick": 1, "earrings": 1}
    for i, (factor, value) in enumerate((others | {"age": 0.6, "freckles": 0.5}).items()):
        changed, _ = some.changed(**{factor: value}).attributes
        assert changed.tolist() == [[1.0 if j == i else -1.0 for j in range(8)]]
