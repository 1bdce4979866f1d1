"""The sets that torchvision downloads: where they lie, how they are fetched, read and checked."""

import contextlib
import os
import socket
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch

from gancourse.course import CourseError
from gancourse.data.pictures import read_pictures

TIMEOUT = 10  # seconds without an answer until there is no network
DIGITS = tuple("0123456789")
CIFAR10 = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
FASHION = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")


@dataclass(frozen=True)
class Download:
    """A set, as torchvision lays it out below a root folder.

    Attributes:
        title: its name in messages.
        place: the folder below the root that holds it.
        files: names in that folder without which it is not there.
        archives: paths below the root of what torchvision unpacks, and then needs no network.
        url: an address it comes from; does it not answer, there is no network.
        fallback: the name of what is built in and most like it.
        fetch: `fetch(root)` has torchvision put the files where they belong.
        read: `read(folder, split, pick, size)` gives x, label or None, classes; `pick(total)` says which to keep.
    """

    title: str
    place: str
    files: tuple[str, ...]
    archives: tuple[str, ...]
    url: str
    fallback: str
    fetch: Callable
    read: Callable


def root_folder():
    """Where the sets lie: GANCOURSE_DATA, or ~/.cache/gancourse."""
    return Path(os.environ.get("GANCOURSE_DATA") or "~/.cache/gancourse").expanduser()


def load_download(name, split, pick, size=None):
    """A set from the root folder, downloaded to it if it is not there.

    Args:
        name: one of `DOWNLOADS`.
        split: "train" or "test".
        pick: a function of the number of images, that gives the indices of those to keep.
        size: for a set of files that have to be resized one by one; others leave it to the caller.

    Returns:
        x, uint8, shape (n, C, H, W); label, int64, shape (n,), or None; the names of the classes.

    Raises:
        CourseError: it is neither there nor to be had, or a file of it is damaged.
    """
    wanted, root = DOWNLOADS[name], root_folder()
    folder = root / wanted.place
    if not _has(folder, wanted.files):
        _download(wanted, root)
    return wanted.read(folder, split, pick, size)


def _has(folder, names):
    return all((folder / name).exists() for name in names)


def _download(wanted, root):
    folder = root / wanted.place
    missing = next(name for name in wanted.files if not (folder / name).exists()) if folder.exists() else ""
    instead = (
        f'Use data="{wanted.fallback}" (built in), or set GANCOURSE_DATA to a folder that has {wanted.place}/{missing}.'
    )
    at_hand = wanted.archives and _has(root, wanted.archives)  # as after copying them from a stick
    if not at_hand and not answers(wanted.url):
        raise CourseError(f"No network, and {wanted.title} is not in {root}. {instead}")
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT)  # torchvision sets none: a silent server would hold the course up for ever
    try:
        with contextlib.redirect_stdout(sys.stderr):  # what it prints is progress, not the caller's output
            wanted.fetch(root)
    except Exception as error:  # of the network, the disk, the archive, or torchvision's checks
        why = " ".join(str(error).split()) or type(error).__name__
        raise CourseError(f"{wanted.title} could not be downloaded to {root} ({why}). {instead}") from error
    finally:
        socket.setdefaulttimeout(before)


def answers(url):
    """Whether a server answers at all within `TIMEOUT` seconds."""
    answered = threading.Event()

    def ask():
        with contextlib.suppress(OSError):
            try:
                urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=TIMEOUT).close()
            except urllib.error.HTTPError:
                pass  # a refusal is an answer
            answered.set()

    asking = threading.Thread(target=ask, daemon=True)  # the look-up of a name heeds no timeout, so do not wait for it
    asking.start()
    asking.join(TIMEOUT)
    return answered.is_set()


def _checked(read, path, *args):
    """`read(path)`, or word of which file is damaged."""
    try:
        return read(path, *args)
    except Exception as error:  # torchvision's readers raise whatever comes to them
        raise CourseError(f"{path} is damaged: delete it, and load the set again.") from error


def _read_mnist(classes, folder, split, pick, size):
    from torchvision.datasets.mnist import read_image_file, read_label_file

    stem = "train" if split == "train" else "t10k"
    x = _checked(read_image_file, folder / f"{stem}-images-idx3-ubyte")
    label = _checked(read_label_file, folder / f"{stem}-labels-idx1-ubyte")
    if len(x) != len(label):
        raise CourseError(f"{folder} has {len(x)} {split} images, but {len(label)} labels: delete it, and load again.")
    kept = pick(len(x))
    return x[kept, None], label[kept], classes


def _read_usps(folder, split, pick, size):
    import bz2

    def read(path):
        rows = [line.split() for line in bz2.decompress(path.read_bytes()).decode().splitlines()]  # label i:value …
        values = torch.tensor([[float(entry.partition(":")[2]) for entry in row[1:]] for row in rows])
        label = torch.tensor([int(float(row[0])) - 1 for row in rows])
        return ((values.reshape(-1, 1, 16, 16) + 1) * 127.5).round().to(torch.uint8), label

    x, label = _checked(read, folder / ("usps.bz2" if split == "train" else "usps.t.bz2"))
    kept = pick(len(x))
    return x[kept], label[kept], DIGITS


def _read_cifar10(folder, split, pick, size):
    from torchvision.datasets import CIFAR10 as Cifar10
    from torchvision.datasets.utils import check_integrity

    for file, checksum in Cifar10.train_list + Cifar10.test_list + [[Cifar10.meta["filename"], Cifar10.meta["md5"]]]:
        if not check_integrity(folder / file, checksum):  # before it is unpickled, which would run what is in it
            raise CourseError(f"{folder / file} is damaged: delete it, and load the set again.")
    data = Cifar10(folder.parent, train=split == "train")
    kept = pick(len(data.data))
    return torch.from_numpy(data.data).permute(0, 3, 1, 2)[kept].contiguous(), torch.tensor(data.targets)[kept], CIFAR10


def _read_celeba(folder, split, pick, size):
    path = folder / "list_eval_partition.txt"
    wanted = {"train": "0", "test": "2"}[split]
    names = _checked(
        lambda p: [n for n, part in map(str.split, p.read_text(encoding="utf-8").splitlines()) if part == wanted], path
    )
    return read_pictures([folder / "img_align_celeba" / names[i] for i in pick(len(names))], size), None, ()


def _fetch(kind, root, place="", splits=({},)):
    from torchvision import datasets

    for split in splits:
        getattr(datasets, kind)(root / place, download=True, **split)


_IDX = tuple(f"{split}-{what}-ubyte" for split in ("train", "t10k") for what in ("images-idx3", "labels-idx1"))
_ABOUT_FACES = ("list_attr_celeba", "identity_CelebA", "list_bbox_celeba", "list_landmarks_align_celeba")

DOWNLOADS = {
    "mnist": Download(
        title="MNIST",
        place="MNIST/raw",
        files=_IDX,
        archives=tuple(f"MNIST/raw/{name}.gz" for name in _IDX),
        url="https://ossci-datasets.s3.amazonaws.com/mnist/",
        fallback="digits",
        fetch=partial(_fetch, "MNIST"),
        read=partial(_read_mnist, DIGITS),
    ),
    "fashion-mnist": Download(
        title="Fashion-MNIST",
        place="FashionMNIST/raw",
        files=_IDX,
        archives=tuple(f"FashionMNIST/raw/{name}.gz" for name in _IDX),
        url="http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        fallback="glyphs",
        fetch=partial(_fetch, "FashionMNIST"),
        read=partial(_read_mnist, FASHION),
    ),
    "usps": Download(
        title="USPS",
        place="USPS",
        files=("usps.bz2", "usps.t.bz2"),
        archives=(),
        url="https://www.csie.ntu.edu.tw/",
        fallback="digits",
        fetch=partial(_fetch, "USPS", place="USPS", splits=({"train": True}, {"train": False})),
        read=_read_usps,
    ),
    "cifar10": Download(
        title="CIFAR-10",
        place="cifar-10-batches-py",
        files=("data_batch_1", "test_batch", "batches.meta"),
        archives=("cifar-10-python.tar.gz",),
        url="https://www.cs.toronto.edu/",
        fallback="shapes",
        fetch=partial(_fetch, "CIFAR10"),
        read=_read_cifar10,
    ),
    "celeba": Download(
        title="CelebA",
        place="celeba",
        files=("img_align_celeba", "list_eval_partition.txt"),
        archives=(
            "celeba/img_align_celeba.zip",
            *(f"celeba/{name}.txt" for name in ("list_eval_partition", *_ABOUT_FACES)),
        ),
        url="https://drive.google.com/",
        fallback="shapes",
        fetch=partial(_fetch, "CelebA"),
        read=_read_celeba,
    ),
}
