"""Batches of images: what every source gives, and what is said where it gives nothing."""

import bz2
import dataclasses
import gzip
import hashlib
import os
import pickle
import shutil
import socket
import tarfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision.transforms.v2.functional as vision
from PIL import Image
from torchvision import datasets

from classroom import ROOT
from gancourse.data import downloads, pictures
from gancourse.data import images as data
from gancourse.data.emoji import emoji
from gancourse.data.images import Images
from refusing import refuses

NAMED = Path(os.environ.get("GANCOURSE_SHARED", "-"))
PLACES = (ROOT.parent / "shared" / "data", NAMED, NAMED / "data")
SHARED = next((place for place in PLACES if (place / "MNIST").is_dir()), None)
real = pytest.mark.skipif(SHARED is None, reason="the real sets are not on this machine")


@pytest.fixture(autouse=True)
def root(monkeypatch, tmp_path):
    """An empty data folder, and no network."""
    monkeypatch.setenv("GANCOURSE_DATA", str(tmp_path / "sets"))
    monkeypatch.setattr(downloads, "answers", lambda url: False)
    return tmp_path / "sets"


@pytest.fixture
def shared(monkeypatch):
    monkeypatch.setenv("GANCOURSE_DATA", str(SHARED))


def some(n=50, channels=3, height=12, width=12, labels=True):
    torch.manual_seed(0)
    x = torch.randint(256, (n, channels, height, width), dtype=torch.uint8)
    return Images(x, torch.arange(n) % 5 if labels else None, tuple("abcde") if labels else (), "some")


def save(path, colour=(200, 10, 30), size=(20, 16), mode="RGB"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).convert(mode).save(path)
    return path


# Bytes and floats


def test_every_byte_comes_back_from_its_float():
    x = torch.arange(256, dtype=torch.uint8)
    assert torch.equal(data.to_bytes(data.to_float(x)), x)
    assert data.to_float(x)[[0, 255]].tolist() == [-1, 1]


def test_floats_are_rounded_and_clamped():
    assert data.to_bytes(torch.tensor([-7.0, -1 + 0.9 / 127.5, 1.0, 3.0])).tolist() == [0, 1, 255, 255]


def test_bytes_of_half_precision_are_those_of_its_floats():
    x = torch.linspace(-1, 1, 100).bfloat16()
    assert torch.equal(data.to_bytes(x), data.to_bytes(x.float()))


# Images


def test_resizing_agrees_with_torchvision():
    images = some(height=30, width=22)
    expected = vision.resize(vision.center_crop(images.x, [22, 22]).float(), [9, 9], antialias=True).round()
    assert (images.resized(9).x.float() - expected).abs().max() <= 1


def test_resizing_to_its_own_size_changes_nothing():
    images = some()
    assert torch.equal(images.resized(12).x, images.x)


def test_resizing_in_parts_is_resizing_at_once(monkeypatch):
    whole = some().resized(7).x
    monkeypatch.setattr(pictures, "CHUNK", 8)
    assert torch.equal(some().resized(7).x, whole)


@pytest.mark.parametrize("size", [0, 3, -8, 5000, 8.0, "8"])
def test_a_size_that_cannot_be_meant_is_refused(size):
    refuses("size=", "4 to 1024", call=lambda: some().resized(size))
    refuses("size=", "4 to 1024", call=lambda: data.load("digits", size=size))


@pytest.mark.parametrize("index", [slice(3, 6), [3, 4, 5], torch.tensor([3, 4, 5]), torch.arange(50).clamp(3, 5) == 4])
def test_a_subset_keeps_images_with_their_labels(index):
    images = some()
    part = images.subset(index)
    assert torch.equal(part.x, images.x[index]) and torch.equal(part.label, images.label[index])
    assert part.classes == images.classes


@pytest.mark.parametrize(
    "x, label",
    [
        (torch.zeros(2, 1, 4, 4), None),
        (torch.zeros(2, 4, 4, dtype=torch.uint8), None),
        (torch.zeros(0, 1, 4, 4, dtype=torch.uint8), None),
        (torch.zeros(2, 1, 4, 4, dtype=torch.uint8), torch.zeros(3, dtype=torch.int64)),
        (torch.zeros(2, 1, 4, 4, dtype=torch.uint8), torch.zeros(2)),
    ],
)
def test_what_is_no_set_of_images_is_a_programmers_mistake(x, label):
    with pytest.raises(ValueError, match="it needs"):
        Images(x, label)


def test_a_set_says_what_it_is_in_one_line():
    assert repr(some()) == "Images('some': 50 of 3×12×12, 5 classes, on cpu)"


# Batches


def test_a_batch_is_images_of_the_set_as_floats():
    images = some()
    x = next(images.batches(8))
    assert x.shape == (8, 3, 12, 12) and x.dtype == torch.float32
    assert all((image == data.to_float(images.x)).flatten(1).all(1).any() for image in x)


def test_labels_stay_with_their_images():
    images = some()
    x, label = next(images.batches(64, labels=True))
    source = (x[:, None] == data.to_float(images.x)).flatten(2).all(2).float().argmax(1)
    assert torch.equal(label, images.label[source])


def test_batches_do_not_end_and_use_every_image():
    images = Images(torch.arange(10, dtype=torch.uint8).view(10, 1, 1, 1).expand(-1, 1, 4, 4))
    seen = torch.cat([data.to_bytes(x)[:, 0, 0, 0] for x in islice(images.batches(25), 40)])
    counts = torch.bincount(seen.long(), minlength=10)
    assert len(seen) == 1000 and (counts - 100).abs().max() < 50  # five standard deviations


def test_a_stored_random_state_brings_back_the_very_batches():
    images = some()
    for _ in islice(images.batches(4, labels=True, flip=True), 3):
        pass
    state = torch.get_rng_state()
    first = list(islice(images.batches(4, labels=True, flip=True), 3))
    torch.set_rng_state(state)
    again = list(islice(images.batches(4, labels=True, flip=True), 3))
    assert all(torch.equal(a, b) for one, two in zip(first, again, strict=True) for a, b in zip(one, two, strict=True))


def test_flipping_mirrors_about_half_of_the_images_left_to_right():
    image = torch.arange(16, dtype=torch.uint8).view(1, 1, 4, 4)
    x = data.to_bytes(next(Images(image).batches(1000, flip=True)))
    same, mirrored = (x == image).flatten(1).all(1), (x == image.flip(3)).flatten(1).all(1)
    assert (same | mirrored).all() and 400 < mirrored.sum() < 600


def test_labels_are_refused_where_there_are_none_before_the_first_batch():
    refuses("some has no labels", call=lambda: some(labels=False).batches(4, labels=True))


@pytest.mark.parametrize("n", [0, -1, 2.5])
def test_a_batch_of_no_whole_number_is_a_programmers_mistake(n):
    with pytest.raises(ValueError, match="at least one"):
        some().batches(n)


def test_every_kind_of_source_goes_through_the_same_door(tmp_path):
    save(tmp_path / "photos" / "a.png")
    for source in ("digits", tmp_path / "photos", str(tmp_path / "photos"), some()):
        assert next(data.batches(source, 5, size=8)).shape[2:] == (8, 8)
    x, label = next(data.batches("digits", 5, labels=True))
    assert x.shape == (5, 1, 16, 16) and label.dtype == torch.int64


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_batches_are_made_where_the_images_are():
    x, label = next(data.batches(some(), 5, labels=True, device="cuda"))
    assert x.is_cuda and label.is_cuda


# What is built in


def test_digits_are_scikit_learns():
    from sklearn.datasets import load_digits

    train, test = data.load("digits", size=8), data.load("digits", size=8, split="test")
    x = torch.cat([train.x, test.x])
    assert (len(train), len(test)) == (1500, 297)
    assert np.allclose(x[:, 0].numpy() / 255 * 16, load_digits().images, atol=0.04)
    assert torch.cat([train.label, test.label]).tolist() == load_digits().target.tolist()
    assert set(test.label.tolist()) == set(range(10)) and train.classes == tuple("0123456789")


def test_digits_are_enlarged_to_sixteen():
    assert data.load("digits").x.shape == (1500, 1, 16, 16)


def test_photos_are_cut_into_patches_that_put_together_give_the_photo():
    from sklearn.datasets import load_sample_image

    patches = data.load("photos")
    assert patches.x.shape == (2 * 13 * 16, 3, 32, 32) and patches.classes == ("china", "flower")
    flower = patches.x[patches.label == 1].view(13, 16, 3, 32, 32).permute(0, 3, 1, 4, 2).reshape(416, 512, 3)
    assert np.array_equal(flower, load_sample_image("flower.jpg")[:416, :512])


def test_random_patches_of_train_and_test_come_from_different_parts():
    from sklearn.datasets import load_sample_images

    photos = load_sample_images().images
    for split, part in (("train", slice(0, 512)), ("test", slice(512, 640))):
        patches = data.load("photos", size=16, split=split, n=300)
        assert len(patches) == 300 and set(patches.label.tolist()) == {0, 1}
        for patch, label in zip(patches.x[:10].numpy(), patches.label, strict=False):
            windows = np.lib.stride_tricks.sliding_window_view(photos[label][:, part], (16, 16), axis=(0, 1))
            at = np.argwhere((windows[..., 8, 8] == patch[:, 8, 8]).all(-1))
            assert any(np.array_equal(windows[tuple(place)], patch) for place in at)


def test_a_patch_cannot_be_larger_than_its_part_of_the_photo():
    assert data.load("photos", size=128, split="test", n=3).x.shape == (3, 3, 128, 128)
    refuses("at most 128", call=lambda: data.load("photos", size=129, split="test"))


@pytest.mark.parametrize("name, channels", [("glyphs", 1), ("plain-glyphs", 1), ("shapes", 3), ("faces", 3)])
def test_worlds_are_drawn_anew_for_each_split_and_alike_every_time(name, channels):
    train, test = (data.load(name, size=32, split=split, n=40) for split in data.SPLITS)
    torch.manual_seed(99)
    assert train.x.shape == (40, channels, 32, 32) and train.label.max() < len(train.classes)
    assert torch.equal(data.load(name, size=32, n=40).x, train.x) and not torch.equal(train.x, test.x)


@pytest.mark.parametrize("artist", ["noto", "twemoji", "fluent"])
def test_emoji_are_loaded_by_the_name_of_their_artist(artist):
    for split in data.SPLITS:
        images, drawn = data.load(f"emoji-{artist}", split=split), emoji(artist, split)
        assert torch.equal(images.x, drawn.image) and torch.equal(images.label, drawn.label)
        assert images.classes == drawn.classes and images.x.shape[1:] == (3, 32, 32)
        for size in (16, 28):
            assert data.load(f"emoji-{artist}", size, split, n=20).x.shape == (20, 3, size, size)


def test_of_all_artists_the_same_emoji_are_chosen():
    labels = [data.load(f"emoji-{artist}", n=100).label for artist in ("noto", "twemoji", "fluent")]
    assert torch.equal(labels[0], labels[1]) and torch.equal(labels[0], labels[2])


def test_loading_leaves_the_global_generator_alone():
    before = torch.get_rng_state()
    for name in ("digits", "photos", "glyphs", "shapes", "faces", "emoji-noto"):
        data.load(name, n=10)
    assert torch.equal(torch.get_rng_state(), before)


def test_fewer_images_are_chosen_alike_every_time_from_all_over_the_set():
    few, whole = data.load("digits", n=200), data.load("digits")
    assert torch.equal(few.x, data.load("digits", n=200).x)
    assert not torch.equal(few.x, whole.x[:200])
    assert all((image == whole.x).flatten(1).all(1).any() for image in few.x)


def test_what_cannot_be_asked_for_is_refused():
    refuses("1500 images", "n=5000", call=lambda: data.load("digits", n=5000))
    refuses("n=0", call=lambda: data.load("digits", n=0))
    refuses("split='valid'", "'train', 'test'", call=lambda: data.load("digits", split="valid"))


def test_an_unknown_name_is_answered_with_the_nearest_and_all_others():
    refuses("did you mean 'cifar10'", "shapes", "folder", call=lambda: data.load("CIFAR-10"))
    refuses("'xyz'. There are: digits", call=lambda: data.load("xyz"))


# Folders


def test_a_flat_folder_has_images_in_order_and_no_labels(tmp_path):
    for i, name in enumerate(("b.png", "a.bmp", "c.webp")):
        save(tmp_path / name, (i * 50, 0, 0), mode="RGB")
    images = data.load(tmp_path, size=16)
    assert images.label is None and images.classes == ()
    assert images.x[:2, 0, 8, 8].tolist() == [50, 0] and images.x.shape == (3, 3, 16, 16)


def test_subfolders_are_classes_even_nested(tmp_path):
    save(tmp_path / "dog" / "1.png", (10, 10, 10))
    save(tmp_path / "cat" / "more" / "2.png", (90, 90, 90))
    images = data.load(tmp_path)
    assert images.classes == ("cat", "dog") and images.label.tolist() == [0, 1]
    assert images.x[:, 0, 0, 0].tolist() == [90, 10] and images.x.shape == (2, 3, 16, 20)  # not even square


def test_grey_stays_grey_unless_there_is_colour(tmp_path):
    save(tmp_path / "a.png", (90, 90, 90), mode="L")
    assert data.load(tmp_path).x.shape[1] == 1
    save(tmp_path / "b.png")
    with pytest.warns(UserWarning, match=r"1 of 2 images are grey, such as .*a\.png"):
        assert data.load(tmp_path).x.shape[1] == 3


@pytest.mark.parametrize("mode, ending", [("P", "gif"), ("CMYK", "jpg"), ("RGBA", "png"), ("LA", "png"), ("1", "png")])
def test_every_kind_of_pixel_is_read(tmp_path, mode, ending):
    save(tmp_path / f"a.{ending}", (255, 255, 255), mode=mode)
    assert data.load(tmp_path).x.float().mean() > 250


def test_sixteen_bits_become_their_upper_eight(tmp_path):
    Image.fromarray(np.full((8, 8), 0x8040, dtype=np.uint16)).save(tmp_path / "a.png")
    assert data.load(tmp_path).x.unique().tolist() == [0x80]


def test_what_is_transparent_is_white(tmp_path):
    Image.new("RGBA", (8, 8), (10, 10, 10, 0)).save(tmp_path / "a.png")
    assert data.load(tmp_path).x.unique().tolist() == [255]


def test_a_photo_taken_with_the_camera_turned_is_upright(tmp_path):
    image, exif = Image.new("RGB", (20, 16)), Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    image.save(tmp_path / "a.jpg", exif=exif)
    assert data.load(tmp_path).x.shape[2:] == (20, 16)


def test_different_sizes_need_a_size(tmp_path):
    save(tmp_path / "a.png")
    save(tmp_path / "b.png", size=(9, 30))
    refuses("a.png has 20×16", "b.png 9×30", "size=64", call=lambda: data.load(tmp_path))
    assert data.load(tmp_path, size=8).x.shape == (2, 3, 8, 8)


def test_a_damaged_image_is_named(tmp_path):
    for name in "abc":
        noise = np.random.default_rng(0).integers(256, size=(40, 40, 3), dtype=np.uint8)
        Image.fromarray(noise).save(tmp_path / f"{name}.png")
    (tmp_path / "b.png").write_bytes((tmp_path / "b.png").read_bytes()[:2000])
    refuses(tmp_path / "b.png", "cannot be read", call=lambda: data.load(tmp_path, size=16))
    (tmp_path / "a.png").write_text("not an image at all")
    refuses(tmp_path / "a.png", "cannot be read", call=lambda: data.load(tmp_path))


def test_what_does_not_end_like_an_image_is_passed_over_with_a_warning(tmp_path):
    save(tmp_path / "a.png")
    (tmp_path / "labels.csv").write_text("a,1")
    (tmp_path / ".DS_Store").write_text("")
    with pytest.warns(UserWarning, match=r"passed over .*\(\.csv\)"):
        assert len(data.load(tmp_path)) == 1


def test_hidden_files_are_passed_over_in_silence(tmp_path, recwarn):
    save(tmp_path / "cat" / "a.png")
    save(tmp_path / ".ipynb_checkpoints" / "a.png")
    (tmp_path / "cat" / "._a.png").write_text("")
    assert len(data.load(tmp_path)) == 1 and not recwarn.list


def test_a_folder_that_is_not_there_or_has_no_images_is_named(tmp_path):
    refuses("no folder", tmp_path / "none", call=lambda: data.load(tmp_path / "none"))
    refuses("no folder", "none/here", call=lambda: data.load("none/here"))
    refuses("no images", tmp_path, call=lambda: data.load(tmp_path))
    (tmp_path / "a.heic").write_text("")
    refuses("no images", "only .heic", call=lambda: data.load(tmp_path))


def test_images_in_and_outside_of_subfolders_are_not_guessed_at(tmp_path):
    save(tmp_path / "cat" / "a.png")
    save(tmp_path / "b.png")
    refuses("both", "b.png", call=lambda: data.load(tmp_path))


def test_a_folder_with_train_and_test_has_both_splits(tmp_path):
    save(tmp_path / "train" / "cat" / "a.png", (10, 0, 0))
    save(tmp_path / "test" / "cat" / "b.png", (20, 0, 0))
    for split, value in (("train", 10), ("test", 20)):
        images = data.load(tmp_path, split=split)
        assert images.classes == ("cat",) and images.x[0, 0, 0, 0] == value


def test_a_class_may_be_called_train(tmp_path):
    for name in ("train", "bus"):
        save(tmp_path / name / "a.png")
    assert data.load(tmp_path).classes == ("bus", "train")


def test_a_folder_without_a_test_split_does_not_lend_its_training_images(tmp_path):
    save(tmp_path / "a.png")
    refuses("no test split", call=lambda: data.load(tmp_path, split="test"))


def test_pairs_of_sets_are_not_taken_for_classes(tmp_path):
    save(tmp_path / "trainA" / "a.png")
    save(tmp_path / "trainB" / "a.png")
    refuses("pairs", tmp_path / "trainA", call=lambda: data.load(tmp_path))


# Sets that are downloaded: small ones in torchvision's layout


def mnist_files(folder, train=30, test=20, kind="MNIST"):
    """Write a small MNIST; a dictionary of its arrays."""
    (folder / kind / "raw").mkdir(parents=True)
    rng, arrays = np.random.default_rng(0), {}
    for split, n in (("train", train), ("t10k", test)):
        arrays[split] = rng.integers(256, size=(n, 28, 28), dtype=np.uint8), rng.integers(10, size=n, dtype=np.uint8)
        for what, array in zip(("images-idx3", "labels-idx1"), arrays[split], strict=True):
            header = np.array([0x800 + array.ndim, *array.shape], dtype=">i4").tobytes()
            (folder / kind / "raw" / f"{split}-{what}-ubyte").write_bytes(header + array.tobytes())
    return arrays


def pack(monkeypatch, folder):
    """Turn a small MNIST into the archives it is downloaded as, with checksums that torchvision accepts."""
    sums = []
    for path in sorted(folder.iterdir()):
        packed = gzip.compress(path.read_bytes())
        path.with_name(path.name + ".gz").write_bytes(packed)
        path.unlink()
        sums.append((path.name + ".gz", hashlib.md5(packed).hexdigest()))
    monkeypatch.setattr(datasets.MNIST, "resources", sums)


@pytest.mark.parametrize("name, kind", [("mnist", "MNIST"), ("fashion-mnist", "FashionMNIST")])
def test_mnist_is_read_where_torchvision_would_have_put_it(root, name, kind):
    arrays = mnist_files(root, kind=kind)
    for split, stem in (("train", "train"), ("test", "t10k")):
        images = data.load(name, split=split)
        assert np.array_equal(images.x[:, 0], arrays[stem][0]) and np.array_equal(images.label, arrays[stem][1])
        assert len(images.classes) == 10


@pytest.mark.parametrize("what", ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"])
@pytest.mark.parametrize("damage", [lambda b: b[:-5], lambda b: b"", lambda b: b"<html>" + b])
def test_a_damaged_file_of_mnist_is_named(root, what, damage):
    mnist_files(root)
    path = root / "MNIST" / "raw" / what
    path.write_bytes(damage(path.read_bytes()))
    refuses(path, "damaged", "delete", call=lambda: data.load("mnist"))


def test_images_and_labels_of_different_sets_do_not_go_together(root, tmp_path):
    mnist_files(root)
    mnist_files(tmp_path / "other", train=31)
    name = "MNIST/raw/train-labels-idx1-ubyte"
    (root / name).write_bytes((tmp_path / "other" / name).read_bytes())
    refuses("30 train images, but 31 labels", call=lambda: data.load("mnist"))


@pytest.mark.parametrize(
    "name, title, place",
    [
        ("mnist", "MNIST", "MNIST/raw/"),
        ("fashion-mnist", "Fashion-MNIST", "FashionMNIST/raw/"),
        ("usps", "USPS", "USPS/"),
        ("cifar10", "CIFAR-10", "cifar-10-batches-py/"),
        ("celeba", "CelebA", "celeba/"),
    ],
)
def test_without_a_network_the_folder_and_what_is_built_in_are_named(root, capfd, name, title, place):
    fallback = f'data="{downloads.DOWNLOADS[name].fallback}" (built in)'
    refuses(f"No network, and {title} is not in {root}. Use {fallback}", place, call=lambda: data.load(name))
    assert downloads.DOWNLOADS[name].fallback in data.BUILT_IN
    assert capfd.readouterr() == ("", "") and not root.exists()


def test_without_the_variable_the_sets_lie_in_the_cache(monkeypatch, tmp_path):
    monkeypatch.delenv("GANCOURSE_DATA")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert downloads.root_folder() == tmp_path / ".cache" / "gancourse"
    monkeypatch.setenv("GANCOURSE_DATA", "~/sets")
    assert downloads.root_folder() == tmp_path / "sets"


def test_archives_on_the_disk_need_no_network(monkeypatch, root):
    arrays = mnist_files(root)
    pack(monkeypatch, root / "MNIST" / "raw")
    assert np.array_equal(data.load("mnist").x[:, 0], arrays["train"][0])


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def server(tmp_path):
    (tmp_path / "served").mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path / "served")) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}/"
        serving.shutdown()


def test_a_set_that_is_not_there_is_downloaded_once(monkeypatch, tmp_path, root, server, capfd):
    arrays = mnist_files(tmp_path / "served")
    pack(monkeypatch, tmp_path / "served" / "MNIST" / "raw")
    monkeypatch.setattr(datasets.MNIST, "mirrors", [f"{server}MNIST/raw/"])
    monkeypatch.setattr(downloads, "answers", lambda url: True)
    assert np.array_equal(data.load("mnist", split="test").x[:, 0], arrays["t10k"][0])
    monkeypatch.setattr(datasets.MNIST, "mirrors", [])
    assert len(data.load("mnist")) == 30
    assert capfd.readouterr().out == "" and socket.getdefaulttimeout() is None


@pytest.mark.parametrize("mirror", ["MNIST/raw/", "gone/"])
def test_a_download_that_fails_is_one_line(monkeypatch, tmp_path, root, server, mirror):
    mnist_files(tmp_path / "served")
    pack(monkeypatch, tmp_path / "served" / "MNIST" / "raw")
    for file in (tmp_path / "served" / "MNIST" / "raw").iterdir():
        file.write_text("<html>Please log in to the campus network</html>")
    monkeypatch.setattr(datasets.MNIST, "mirrors", [f"{server}{mirror}"])
    monkeypatch.setattr(downloads, "answers", lambda url: True)
    refuses("MNIST could not be downloaded", root, 'data="digits"', call=lambda: data.load("mnist"))
    assert socket.getdefaulttimeout() is None


ANSWERS = downloads.answers


def test_any_answer_of_a_server_shows_that_there_is_a_network(server):
    assert ANSWERS(server) and ANSWERS(f"{server}no/such/file")


def test_a_server_that_never_answers_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(downloads, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert not ANSWERS(f"http://127.0.0.1:{silent.getsockname()[1]}/")


def test_a_name_server_that_never_answers_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(downloads, "TIMEOUT", 0.2)
    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: release.wait() and [])
    assert not ANSWERS("http://example.org/")
    release.set()


def usps_lines(values, labels):
    pairs = zip(values, labels, strict=True)
    rows = (f"{label + 1} " + " ".join(f"{i + 1}:{v}" for i, v in enumerate(row)) for row, label in pairs)
    return "\n".join(rows).encode() + b"\n"


def test_usps_is_read_from_its_lines(root):
    (root / "USPS").mkdir(parents=True)
    values, labels = np.linspace(-1, 1, 512).reshape(2, 256), [7, 0]
    for name in ("usps.bz2", "usps.t.bz2"):
        (root / "USPS" / name).write_bytes(bz2.compress(usps_lines(values, labels)))
    images = data.load("usps")
    assert images.x.shape == (2, 1, 16, 16) and images.label.tolist() == labels
    assert np.allclose(data.to_float(images.x).numpy().reshape(2, 256), values, atol=1 / 255 + 1e-6)
    path = root / "USPS" / "usps.bz2"
    path.write_bytes(path.read_bytes()[:-20])
    refuses(path, "damaged", "delete", call=lambda: data.load("usps"))


def cifar_files(monkeypatch, root):
    """Write a small CIFAR-10 with checksums that torchvision accepts: a dictionary of its arrays, as (n, 3, 32, 32)."""
    folder, arrays, sums = root / "cifar-10-batches-py", {}, {}
    folder.mkdir(parents=True)
    for i, name in enumerate([*(f"data_batch_{k}" for k in range(1, 6)), "test_batch"]):
        arrays[name] = np.random.default_rng(i).integers(256, size=(4, 3, 32, 32), dtype=np.uint8)
        entry = pickle.dumps({"data": arrays[name].reshape(4, -1), "labels": [i, 1, 2, 3]})
        (folder / name).write_bytes(entry)
        sums[name] = hashlib.md5(entry).hexdigest()
    (folder / "batches.meta").write_bytes(meta := pickle.dumps({"label_names": list("abcdefghij")}))
    monkeypatch.setattr(datasets.CIFAR10, "train_list", [[n, s] for n, s in sums.items() if n != "test_batch"])
    monkeypatch.setattr(datasets.CIFAR10, "test_list", [["test_batch", sums["test_batch"]]])
    monkeypatch.setattr(datasets.CIFAR10, "meta", {**datasets.CIFAR10.meta, "md5": hashlib.md5(meta).hexdigest()})
    return arrays


def test_cifar10_is_read_channels_first(monkeypatch, root):
    arrays = cifar_files(monkeypatch, root)
    train, test = data.load("cifar10"), data.load("cifar10", split="test")
    assert np.array_equal(test.x, arrays["test_batch"]) and test.label.tolist() == [5, 1, 2, 3]
    assert np.array_equal(train.x, np.concatenate([arrays[f"data_batch_{k}"] for k in range(1, 6)]))
    assert train.x.is_contiguous() and train.classes[:2] == ("airplane", "automobile")


def test_the_archive_of_cifar10_on_the_disk_needs_no_network(monkeypatch, root):
    arrays = cifar_files(monkeypatch, root)
    archive, folder = root / datasets.CIFAR10.filename, root / "cifar-10-batches-py"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(folder, folder.name)
    shutil.rmtree(folder)
    monkeypatch.setattr(datasets.CIFAR10, "tgz_md5", hashlib.md5(archive.read_bytes()).hexdigest())
    assert np.array_equal(data.load("cifar10", split="test").x, arrays["test_batch"])


def test_a_pickle_with_a_wrong_checksum_is_not_opened(monkeypatch, root, tmp_path):
    cifar_files(monkeypatch, root)
    path = root / "cifar-10-batches-py" / "data_batch_3"

    class Attack:
        def __reduce__(self):
            return Path.touch, (tmp_path / "harm",)

    path.write_bytes(pickle.dumps(Attack()))
    refuses(path, "damaged", "delete", call=lambda: data.load("cifar10"))
    assert not (tmp_path / "harm").exists()


def test_celeba_is_read_by_its_partition_and_only_as_far_as_asked(root):
    faces = root / "celeba" / "img_align_celeba"
    parts = [0, 0, 0, 1, 2]
    for i in range(5):
        save(faces / f"{i}.jpg", (i * 50, 0, 0), size=(178, 218))
    (root / "celeba" / "list_eval_partition.txt").write_text("".join(f"{i}.jpg {p}\n" for i, p in enumerate(parts)))
    train, test = data.load("celeba"), data.load("celeba", split="test", size=32)
    assert train.x.shape == (3, 3, 64, 64) and train.label is None
    assert test.x.shape == (1, 3, 32, 32) and abs(int(test.x[0, 0, 8, 8]) - 200) < 4
    assert len(data.load("celeba", n=2)) == 2


# The real ones


@real
def test_real_mnist_is_white_on_black_and_has_all_digits(shared):
    train, test = data.load("mnist"), data.load("mnist", split="test")
    assert train.x.shape == (9000, 1, 28, 28) and test.x.shape == (
        1000,
        1,
        28,
        28,
    )  # cut from the 10,000 of the test set
    for images in (train, test):
        assert images.label.bincount(minlength=10).min() > 0.08 * len(images)
        assert images.x[..., 0, :].float().mean() < 1 < images.x[..., 14, 14].float().mean()


@real
def test_real_usps_agrees_with_torchvision(shared):
    images = data.load("usps", split="test")
    theirs = datasets.USPS(SHARED / "USPS", train=False)
    assert images.x.shape == (2007, 1, 16, 16) and images.label.tolist() == theirs.targets
    difference = images.x[:, 0].numpy().astype(int) - theirs.data  # torchvision cuts the fraction off
    assert difference.min() >= 0 and difference.max() <= 1


@real
def test_real_cifar10_as_a_folder_has_ten_classes_of_colour(shared):
    images = data.load(SHARED / "cifar10", n=300)
    assert images.x.shape == (300, 3, 32, 32) and len(images.classes) == 10
    assert images.classes == downloads.CIFAR10 and images.label.bincount(minlength=10).min() > 10
    blue = data.to_float(images.x[images.label == images.classes.index("ship")]).mean((0, 2, 3))
    assert blue[2] > blue[0]  # ships lie on water: the channels are red, green, blue


@real
def test_the_sets_of_real_digits_can_be_mixed_at_one_size(shared):
    x = [next(data.batches(name, 4, size=32)) for name in ("mnist", "usps", "digits")]
    assert torch.cat(x).shape == (12, 1, 32, 32)


# --- attributes -------------------------------------------------------------------------------------------------


def test_faces_come_with_attributes_and_batches_hand_out_each_images_own():
    faces = data.load("faces", 16, n=40)
    assert faces.attributes.shape == (40, len(faces.attribute_names)) == (40, 8)
    x, told = next(faces.batches(300, attributes=True))
    _, label, again = next(faces.batches(5, labels=True, attributes=True))
    assert (len(label), again.shape) == (5, (5, 8))
    for image, given in zip(data.to_bytes(x), told, strict=True):
        place = (faces.x == image).all(dim=(1, 2, 3)).nonzero()[0, 0]
        assert torch.equal(faces.attributes[place], given)
    some = faces.subset([3, 1])
    assert torch.equal(some.attributes, faces.attributes[[3, 1]])
    assert faces.resized(8).attributes is faces.attributes


def test_where_there_are_no_attributes_that_is_said():
    refuses("some has no attributes", '"faces"', call=lambda: some().batches(4, attributes=True))
    with pytest.raises(ValueError, match="attributes have shape"):
        dataclasses.replace(some(), attributes=torch.ones(50, 2), attribute_names=("one",))


# --- nothing is left out or reduced without a word --------------------------------------------------------------------


def test_classes_are_numbered_by_all_splits_together(tmp_path):
    for place in ("train/a", "train/b", "train/c", "test/a", "test/c"):
        (tmp_path / place).mkdir(parents=True)
        save(tmp_path / place / "0.png")
    test = data.load(tmp_path, split="test", size=16)
    assert test.classes == data.load(tmp_path, size=16).classes == ("a", "b", "c")
    assert test.label.tolist() == [0, 2]


@pytest.mark.parametrize("names", [("Training", "Testing"), ("Train", "Test"), ("training", "validation")])
def test_splits_of_other_names_are_no_classes(tmp_path, names):
    for name in names:
        (tmp_path / name / "a").mkdir(parents=True)
        save(tmp_path / name / "a" / "0.png")
    assert data.load(tmp_path, size=16).classes == ("a",)


def test_a_class_that_is_a_link_is_followed_and_a_circle_is_not(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    save(tmp_path / "elsewhere" / "0.png")
    (tmp_path / "set" / "a").mkdir(parents=True)
    save(tmp_path / "set" / "a" / "0.png")
    (tmp_path / "set" / "b").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "set" / "a" / "round").symlink_to(tmp_path / "set")
    images = data.load(tmp_path / "set", size=16)
    assert images.classes == ("a", "b")
    assert len(images) == 2


def test_an_empty_class_is_told(tmp_path):
    (tmp_path / "a").mkdir()
    save(tmp_path / "a" / "0.png")
    (tmp_path / "b").mkdir()
    with pytest.warns(UserWarning, match="no images in b"):
        data.load(tmp_path, size=16)


def test_more_frames_than_one_are_told(tmp_path):
    frames = [Image.new("RGB", (16, 16), (c, c, c)) for c in (10, 200)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    with pytest.warns(UserWarning, match="only the first"):
        data.load(tmp_path)


def test_few_of_16_bits_are_told(tmp_path):
    Image.fromarray(np.full((8, 8), 9, dtype=np.uint16)).save(tmp_path / "a.png")
    with pytest.warns(UserWarning, match="nearly black"):
        data.load(tmp_path)


def test_what_no_memory_can_hold_is_refused_before_it_is_read(tmp_path, monkeypatch):
    save(tmp_path / "a.png")
    monkeypatch.setattr(os, "sysconf", lambda name: 1)
    refuses("smaller size", call=lambda: data.load(tmp_path))
