"""Pairs for translation: what belongs together stays together, what does not is independent; bad folders are named."""

import os
from itertools import islice, permutations
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from classroom import ROOT
from gancourse.data import images as data
from gancourse.data.emoji import emoji
from gancourse.data.images import Images
from gancourse.data.pairs import LUMA, PLANES, TASKS, Pairs, load_pairs, planes
from gancourse.data.worlds.faces import faces
from gancourse.data.worlds.shapes import BACKGROUNDS, COLOURS, SHAPES, shapes
from refusing import refuses

NAMED = Path(os.environ.get("GANCOURSE_SHARED", "-"))
PLACES = (ROOT.parent / "shared" / "data", NAMED, NAMED / "data")
SHARED = next((place for place in PLACES if (place / "MNIST").is_dir()), None)
real = pytest.mark.skipif(SHARED is None, reason="the real sets are not on this machine")

DOWNLOADED = ("mnist-usps", "mnist-usps-cropped", "glyphs-mnist")
BUILT_IN = tuple(task for task in TASKS if task not in DOWNLOADED)
ALIGNED = ("-to-", "-truth")


@pytest.fixture(autouse=True)
def no_sets(monkeypatch, tmp_path):
    monkeypatch.setenv("GANCOURSE_DATA", str(tmp_path / "sets"))
    monkeypatch.setattr("gancourse.data.downloads.answers", lambda url: False)


def numbered(n, channels=1, size=4):
    """Images that say which they are."""
    return Images(torch.arange(n, dtype=torch.uint8).view(n, 1, 1, 1).expand(n, channels, size, size))


def save(path, value=0, size=(16, 16), mode="RGB"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, value if isinstance(value, tuple) else (value, 0, 0)).convert(mode).save(path)


def save_pairs(folder, a="A", b="B", names="pqrst"):
    for i, name in enumerate(names):
        save(folder / a / f"{name}.png", i)
        save(folder / b / f"{name}.png", 100 + i)
    return folder


def values(images):
    return images.x[:, 0, 0, 0].tolist()


# Batches


def test_an_aligned_batch_has_the_same_of_both_sides():
    x_a, x_b = next(Pairs(numbered(9, 1), numbered(9, 3, size=8)).batches(50))
    assert (x_a.shape, x_b.shape) == ((50, 1, 4, 4), (50, 3, 8, 8)) and x_a.dtype == x_b.dtype == torch.float32
    assert torch.equal(x_a[:, 0, 0, 0], x_b[:, 0, 0, 0]) and -1 <= x_a.min() and x_a.max() <= 1


def test_sides_that_are_not_aligned_are_drawn_independently_and_all_of_each():
    torch.manual_seed(0)
    sides = Pairs(numbered(5), numbered(4), aligned=False)
    assert len(sides) == 4
    a, b = (data.to_bytes(x)[:, 0, 0, 0].long() for x in next(sides.batches(20_000)))
    together = torch.bincount(a * 4 + b, minlength=20)
    assert (together - 1000).abs().max() < 160  # five standard deviations


@pytest.mark.parametrize("aligned", [True, False])
def test_a_stored_random_state_brings_back_the_very_batches(aligned):
    sides = Pairs(numbered(40), numbered(40), aligned=aligned)
    batches = sides.batches(4)
    next(batches)
    state = torch.get_rng_state()
    first = list(islice(batches, 3))
    torch.set_rng_state(state)
    again = list(islice(sides.batches(4), 3))
    assert all(torch.equal(x, y) for one, two in zip(first, again, strict=True) for x, y in zip(one, two, strict=True))


@pytest.mark.parametrize("aligned", [True, False])
def test_of_several_processes_each_gets_its_part_of_the_batch_of_one(monkeypatch, aligned):
    sides = Pairs(numbered(40), numbered(40), aligned=aligned)

    def drawn():
        torch.manual_seed(3)
        return next(sides.batches(8))

    whole, parts = drawn(), []
    for rank in range(2):
        monkeypatch.setattr("gancourse.device.mine", lambda drawn, rank=rank: drawn.chunk(2)[rank])
        parts.append(drawn())
    assert all(torch.equal(torch.cat(part), x) for part, x in zip(zip(*parts, strict=True), whole, strict=True))


@pytest.mark.parametrize("aligned", [True, False])
@pytest.mark.parametrize("n", [0, -1, 2.5])
def test_a_batch_of_no_whole_number_is_a_programmers_mistake(n, aligned):
    with pytest.raises(ValueError, match="at least one"):
        Pairs(numbered(4), numbered(4), aligned=aligned).batches(n)


def test_unequal_sides_cannot_be_aligned():
    with pytest.raises(ValueError, match="5 images and 4"):
        Pairs(numbered(5), numbered(4))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("aligned", [True, False])
def test_batches_are_made_where_the_images_are(aligned):
    assert all(x.is_cuda for x in next(Pairs(numbered(4), numbered(4), aligned=aligned).to("cuda").batches(3)))


# Tasks


@pytest.mark.parametrize("task", BUILT_IN)
def test_a_task_is_the_same_every_time_and_another_in_the_other_split(task):
    state = torch.get_rng_state()
    first, again, test = (load_pairs(task, n=40, split=split) for split in ("train", "train", "test"))
    assert torch.equal(torch.get_rng_state(), state)
    assert len(first.a) == len(first.b) == len(first) == 40 and first.name == task
    assert first.aligned == any(word in task for word in ALIGNED) and task in repr(first)
    for one, two, other in zip(*((p.a, p.b) for p in (first, again, test)), strict=True):
        assert torch.equal(one.x, two.x) and torch.equal(one.label, two.label)
        assert not torch.equal(one.x, other.x)
    side = 64 if "-to-faces" in task else 32
    assert first.b.x.shape[1:] == (1 if task == "shapes-outlines" else 3, side, side)
    assert load_pairs(task, size=16, n=2).b.x.shape[2:] == (16, 16)


def test_a_layout_tells_the_colour_of_every_pixel_but_for_stripes_and_outlines():
    scenes = shapes(100, 32, 2, striped=True, generator=data.seeded("train"))
    x = load_pairs("labels-to-shapes", n=100).a.x
    assert torch.equal(x, planes(scenes)) and x.unique().tolist() == [0, 255] and x.shape[1] == len(PLANES)
    marks = (x == 255).float()
    ground, shape, colour = marks.split((len(BACKGROUNDS), len(SHAPES), len(COLOURS)), dim=1)
    assert (shape.sum(1) == colour.sum(1)).all() and (ground.sum(1) + shape.sum(1) == 1).all()
    assert torch.equal(shape.argmax(1) + 1, scenes.layout().where(shape.sum(1) > 0, torch.tensor(1)))
    painted = torch.cat([ground, colour], dim=1).argmax(1)
    palette = torch.tensor([*BACKGROUNDS.values(), *COLOURS.values()])[painted].permute(0, 3, 1, 2)
    away = (F.max_pool2d(marks, 5, 1, 2) + F.max_pool2d(-marks, 5, 1, 2) == 0).all(1)  # two pixels from any outline
    right = (scenes.changed(striped=False).image == palette).all(1)
    assert away.float().mean() > 0.4 and right[away].float().mean() > 0.999  # two of a colour may hide a seam


def test_the_scenes_of_layouts_are_striped_and_those_of_edges_plain():
    for task, striped in (("labels-to-shapes", True), ("edges-to-shapes", False)):
        truth = shapes(30, 32, 2, striped=striped, generator=data.seeded("train"))
        assert torch.equal(load_pairs(task, n=30).b.x, truth.image)


def test_edges_do_not_tell_colours():
    scenes = shapes(30, 32, 2, generator=torch.Generator().manual_seed(0))
    assert torch.equal(scenes.edges(), scenes.changed(colour=1, background=2, striped=True).edges())
    assert torch.equal(load_pairs("edges-to-shapes", n=30).a.x.unique(), torch.tensor([0, 255], dtype=torch.uint8))


def test_planes_of_a_face_say_which_part_is_seen_at_each_pixel():
    people, task = faces(30, 64, generator=data.seeded("train")), load_pairs("parts-to-faces", n=30)
    assert torch.equal(task.b.x, people.image)
    assert task.a.x.unique().tolist() == [0, 255]
    assert (task.a.x.sum(dim=1) == 255).all(), "one part at each pixel"
    assert torch.equal(task.a.x.argmax(dim=1), people.layout.long())


@pytest.mark.parametrize("world", ["shapes", "photos", "faces"])
def test_grey_is_the_luma_that_pillow_takes(world):
    task = load_pairs(f"grey-to-{world}", n=20)
    theirs = [np.asarray(Image.fromarray(x.permute(1, 2, 0).numpy()).convert("L"), dtype=int) for x in task.b.x]
    assert np.abs(task.a.x[:, 0].numpy().astype(int) - np.stack(theirs)).max() <= 1


def test_the_colours_of_shapes_have_greys_of_their_own():
    luma = (torch.tensor(list(COLOURS.values())) * torch.tensor(LUMA)).sum(1)
    assert luma.sort().values.diff().min() > 5


@pytest.mark.parametrize("world", ["shapes", "photos", "faces"])
def test_small_is_a_fourth_and_each_pixel_the_mean_of_those_it_stands_for(world):
    task = load_pairs(f"small-to-{world}", n=20)
    blocks = task.b.x.double().unfold(2, 4, 4).unfold(3, 4, 4).mean((-1, -2))
    assert task.a.x.shape[2] * 4 == task.b.x.shape[2] and (task.a.x - blocks).abs().max() <= 0.5


@pytest.mark.parametrize("world", ["shapes", "photos", "faces"])
@pytest.mark.parametrize("size", [32, 18])
def test_the_hole_is_in_the_middle_and_all_else_is_kept(world, size):
    task = load_pairs(f"hole-to-{world}", size=size, n=20)
    kept = torch.ones(size, size, dtype=torch.bool)
    kept[size // 4 : -(size // 4), size // 4 : -(size // 4)] = False
    assert torch.equal(task.a.x[..., kept], task.b.x[..., kept]) and (task.a.x[..., ~kept] == 128).all()
    assert (task.b.x[..., ~kept] != 128).any()


@pytest.mark.parametrize("task, parts", [("bare-glasses", ["glasses"]), ("frown-smile", ["mouth"])])
def test_faces_differ_in_glasses_or_in_the_mouth_alone_and_others_in_more(task, parts):
    truth, free = load_pairs(f"{task}-truth", n=100), load_pairs(task, n=100)
    factor, before, after = {"bare-glasses": ("glasses", 0, 1), "frown-smile": ("smile", -0.8, 0.8)}[task]
    a = faces(100, 32, generator=data.seeded("train"), **{factor: before})
    b = a.changed(**{factor: after})
    assert torch.equal(truth.a.x, a.image) and torch.equal(truth.b.x, b.image) and torch.equal(free.a.x, a.image)
    here = F.max_pool2d((a.mask(*parts) | b.mask(*parts)).float()[:, None], 5, 1, 2)[:, 0] > 0
    changes = [((p.a.x.int() - p.b.x.int()).abs() > 5).any(dim=1) for p in (truth, free)]
    assert (changes[0] & here).flatten(1).any(1).all() and (changes[0] & ~here).float().mean() < 1e-3
    assert (changes[1] & ~here).flatten(1).any(1).all()


def test_plain_and_striped_scenes_are_of_their_kind_and_others():
    truth, free = load_pairs("plain-striped-truth", n=200), load_pairs("plain-striped", n=200)
    black = [(p.b.x.amax(1) <= 30).flatten(1).any(1).float().mean() for p in (truth, free)]
    assert min(black) > 0.99 and not (free.a.x.amax(1) <= 30).any()
    alike = [(p.a.label == p.b.label).float().mean() for p in (truth, free)]
    assert alike[0] == 1 and alike[1] < 0.4  # one in five shapes


def test_the_truth_differs_from_the_plain_scene_in_the_object_alone():
    truth = load_pairs("plain-striped-truth", n=50)
    scenes = shapes(50, 32, striped=False, generator=data.seeded("train"))
    assert torch.equal(truth.a.x, scenes.image)
    outside = F.max_pool2d(scenes.mask.float(), 5, stride=1, padding=2) == 0  # tips fade
    assert (truth.a.x == truth.b.x).all(1, keepdim=True)[outside].all()


@pytest.mark.parametrize("a, b", list(permutations(["noto", "twemoji", "fluent"], 2)))
def test_one_artists_emoji_belong_to_the_others_and_are_drawn_apart_without_the_truth(a, b):
    truth, free = (load_pairs(task, split="test") for task in (f"{a}-{b}-truth", f"{a}-{b}"))
    by_a, by_b = emoji(a, "test"), emoji(b, "test")
    assert by_a.character == by_b.character and truth.aligned and not free.aligned
    for pairs in (truth, free):
        assert torch.equal(pairs.a.x, by_a.image) and torch.equal(pairs.b.x, by_b.image)
    place = {name: {x.numpy().tobytes(): i for i, x in enumerate(e.image)} for name, e in ((a, by_a), (b, by_b))}
    for pairs, share in ((truth, 1), (free, 1 / len(by_a.image))):
        torch.manual_seed(0)
        drawn = [data.to_bytes(x) for x in next(pairs.batches(400))]
        i, j = ([place[name][x.numpy().tobytes()] for x in side] for name, side in zip((a, b), drawn, strict=True))
        assert abs(np.mean(np.equal(i, j)) - share) < 0.02


def test_photographs_and_shapes_have_nothing_in_common():
    task = load_pairs("shapes-photos", n=10)
    assert torch.equal(task.a.x, data.load("shapes", 32, n=10).x)
    assert torch.equal(task.b.x, data.load("photos", 32, n=10).x)


def test_what_cannot_be_asked_for_is_refused():
    refuses("edges-to-shapes", "mnist-usps", call=lambda: load_pairs("edge-to-shapes"))
    refuses("did you mean 'plain-striped'", call=lambda: load_pairs("plain-stripes"))
    refuses("split='valid'", call=lambda: load_pairs("grey-to-photos", split="valid"))
    refuses("n=0", call=lambda: load_pairs("plain-striped", n=0))
    refuses("size", "16", call=lambda: load_pairs("plain-striped", size=8, n=2))
    refuses("size=30", "divided by 4", call=lambda: load_pairs("small-to-shapes", size=30, n=2))
    refuses("MNIST", "No network", call=lambda: load_pairs("mnist-usps"))


# Folders


def test_two_subfolders_are_aligned_by_name(tmp_path):
    save_pairs(tmp_path)
    (tmp_path / "B" / "q.png").unlink()
    save(tmp_path / "B" / "q.bmp", 101)
    found = load_pairs(tmp_path)
    assert found.aligned and values(found.a) == [0, 1, 2, 3, 4] and values(found.b) == [100, 101, 102, 103, 104]
    some = load_pairs(tmp_path, size=8, n=3)
    assert (
        some.b.x.shape == (3, 3, 8, 8)
        and [b - a for a, b in zip(values(some.a), values(some.b), strict=True)] == [100] * 3
    )


def test_partners_in_another_order_find_each_other(tmp_path):
    for name, value in (("A/x.bmp", 0), ("A/x.c.png", 1), ("B/x.png", 100), ("B/x.c.png", 101)):  # x.bmp < x.c < x.png
        save(tmp_path / name, value)
    found = load_pairs(tmp_path)
    assert (values(found.a), values(found.b)) == ([0, 1], [100, 101])


def test_subfolders_have_their_splits_and_keep_their_classes(tmp_path):
    for split, value in (("train", 10), ("test", 20)):
        for side in "AB":
            save(tmp_path / side / split / "cat" / "p.png", value)
    for split, value in (("train", 10), ("test", 20)):
        found = load_pairs(str(tmp_path), split=split)
        assert values(found.a) == values(found.b) == [value] and found.b.classes == ("cat",)


def test_sides_may_differ_in_channels_and_size(tmp_path):
    save(tmp_path / "A" / "p.png", (90, 90, 90), size=(4, 4), mode="L")
    save(tmp_path / "B" / "p.png", size=(16, 16))
    found = load_pairs(tmp_path)
    assert (found.a.x.shape, found.b.x.shape) == ((1, 1, 4, 4), (1, 3, 16, 16))


@pytest.mark.parametrize("size", [None, 16])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_images_side_by_side_are_split_in_the_middle(tmp_path, mode, size):
    for name, (left, right) in {"p": (10, 200), "q": (30, 180)}.items():
        both = np.concatenate([np.full((32, 32, 3), value, np.uint8) for value in (left, right)], axis=1)
        (tmp_path / "train").mkdir(exist_ok=True)
        Image.fromarray(both).convert(mode).save(tmp_path / "train" / f"{name}.png")
    found = load_pairs(tmp_path, size=size)
    assert found.aligned and found.a.x.shape == found.b.x.shape == (2, 3 if mode == "RGB" else 1, *[size or 32] * 2)
    for images, (first, second) in ((found.a, (10, 30)), (found.b, (200, 180))):
        assert (images.x[0] == first).all() and (images.x[1] == second).all()


def test_train_a_and_train_b_are_not_aligned_and_may_differ_in_number(tmp_path):
    for side, number, value in (("trainA", 4, 10), ("trainB", 2, 20), ("testA", 1, 30), ("testB", 3, 40)):
        for i in range(number):
            save(tmp_path / side / f"{i}.png", value)
    train, test = load_pairs(tmp_path), load_pairs(tmp_path, split="test")
    assert not train.aligned and (values(train.a), values(train.b)) == ([10] * 4, [20] * 2)
    assert (values(test.a), values(test.b)) == ([30], [40] * 3)
    refuses("2 images", "n=3", call=lambda: load_pairs(tmp_path, n=3))


# What is wrong with a folder


@pytest.mark.parametrize("gone", ["A", "B"])
def test_images_without_a_partner_are_named(tmp_path, gone):
    save_pairs(tmp_path)
    for name in "pqrs":
        (tmp_path / gone / f"{name}.png").unlink()
    left = "B" if gone == "A" else "A"
    refuses(
        tmp_path, "5", "4 of them without", *(f"{left}/{name}" for name in "pqr"), call=lambda: load_pairs(tmp_path)
    )


def test_equal_numbers_of_other_names_are_no_pairs(tmp_path):
    save(tmp_path / "A" / "p.png")
    save(tmp_path / "B" / "q.png")
    refuses("1 and 1", "A/p, B/q", "2 of them without", call=lambda: load_pairs(tmp_path))


def test_a_name_with_two_endings_is_no_one_partner(tmp_path):
    save_pairs(tmp_path)
    save(tmp_path / "B" / "p.bmp")
    refuses(tmp_path / "B", "two images called p", "p.bmp", call=lambda: load_pairs(tmp_path))


@pytest.mark.parametrize("sides", [("A", "B"), ("trainA", "trainB")])
@pytest.mark.parametrize("bad", [0, 1])
def test_a_side_that_is_empty_or_missing_is_named(tmp_path, sides, bad):
    save(tmp_path / sides[1 - bad] / "p.png")
    refuses(tmp_path, f"no subfolder {sides[bad]}", call=lambda: load_pairs(tmp_path))
    (tmp_path / sides[bad]).mkdir()
    refuses("no images", tmp_path / sides[bad], call=lambda: load_pairs(tmp_path))


def test_a_split_that_is_not_there_is_named(tmp_path):
    save_pairs(tmp_path / "one", "trainA", "trainB")
    refuses("no subfolder testA", call=lambda: load_pairs(tmp_path / "one", split="test"))
    save_pairs(tmp_path / "two")
    refuses("no test split", call=lambda: load_pairs(tmp_path / "two", split="test"))


def test_a_folder_that_is_not_there_is_named(tmp_path):
    refuses("no folder", tmp_path / "none", call=lambda: load_pairs(tmp_path / "none"))


def test_a_picture_is_never_enlarged(tmp_path):
    save_pairs(tmp_path)
    save(tmp_path / "B" / "q.png", size=(40, 12))
    bad = tmp_path / "B" / "q.png"
    refuses(bad, "40×12 pixels", "size=16", "at most 12", call=lambda: load_pairs(tmp_path, size=16))
    assert load_pairs(tmp_path, size=12).b.x.shape == (5, 3, 12, 12)


@pytest.mark.parametrize("width, height", [(33, 16), (31, 16), (16, 16), (16, 32)])
def test_what_is_no_two_squares_side_by_side_is_named(tmp_path, width, height):
    save(tmp_path / "p.png", size=(32, 16))
    save(tmp_path / "q.png", size=(width, height))
    refuses(tmp_path / "q.png", f"{width}×{height}", "twice as wide", call=lambda: load_pairs(tmp_path, size=8))


def test_halves_are_never_enlarged(tmp_path):
    save(tmp_path / "p.png", size=(32, 16))
    refuses("16×16 pixels in each half", "size=32", call=lambda: load_pairs(tmp_path, size=32))


def test_a_damaged_image_is_named(tmp_path):
    save_pairs(tmp_path)
    (tmp_path / "B" / "r.png").write_text("not an image at all")
    refuses(tmp_path / "B" / "r.png", "cannot be read", call=lambda: load_pairs(tmp_path))


def test_grey_among_colour_is_told_once_and_read_as_colour(tmp_path, recwarn):
    save_pairs(tmp_path)
    for name in "qs":
        save(tmp_path / "A" / f"{name}.png", (90, 90, 90), mode="L")
    found = load_pairs(tmp_path)
    (warning,) = recwarn.list
    message = str(warning.message)
    assert "2 of 5" in message and str(tmp_path / "A" / "q.png") in message and "\n" not in message
    assert found.a.x.shape[1] == 3 and found.a.x[1].unique().tolist() == [90]


def test_a_side_that_is_all_grey_is_no_cause_for_warning(tmp_path, recwarn):
    save_pairs(tmp_path)
    for name in "pqrst":
        save(tmp_path / "A" / f"{name}.png", (90, 90, 90), mode="L")
    found = load_pairs(tmp_path)
    assert not recwarn.list and (found.a.x.shape[1], found.b.x.shape[1]) == (1, 3)


# The real ones


@real
@pytest.mark.parametrize("task, sizes", [("mnist-usps", (1000, 2007)), ("glyphs-mnist", (20_000, 1000))])
def test_real_digits_keep_their_labels_on_both_sides(monkeypatch, task, sizes):
    monkeypatch.setenv("GANCOURSE_DATA", str(SHARED))
    digits = load_pairs(task, split="test")
    assert not digits.aligned and (len(digits.a), len(digits.b)) == sizes
    for images in (digits.a, digits.b):
        assert images.x.shape[1:] == (1, 28, 28) and images.classes == tuple("0123456789")
        assert images.label.bincount(minlength=10).min() > 0.05 * len(images)
    mnist = digits.a if task == "mnist-usps" else digits.b
    assert torch.equal(mnist.x, data.load("mnist", split="test").x)  # not resampled
    assert [x.shape for x in next(digits.batches(5))] == [(5, 1, 28, 28)] * 2


@real
def test_mnist_without_its_margin_fills_the_frame_as_usps_does(monkeypatch):
    monkeypatch.setenv("GANCOURSE_DATA", str(SHARED))
    ink = {}
    for task in ("mnist-usps", "mnist-usps-cropped"):
        digits = load_pairs(task, 16, split="test", n=500)
        ink[task] = float((digits.a.x[:, :, :, :3] > 50).float().mean())  # in the left columns
        assert digits.a.x.shape[1:] == digits.b.x.shape[1:] == (1, 16, 16)
    assert ink["mnist-usps"] < 0.02 < ink["mnist-usps-cropped"]
