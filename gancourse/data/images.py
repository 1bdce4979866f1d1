"""Batches of images, by one door: `batches("mnist", 64)`, whatever the source.

| source | what | default size | labels |
|---|---|---|---|
| "digits" | scikit-learn's 1,797 digits, 8×8, enlarged; the first 1,500 train, the last 297 test | 16 | yes |
| "photos" | patches of scikit-learn's two photographs; the left four fifths train, the rest test | 32 | which photo |
| "glyphs", "plain-glyphs", "shapes", "faces" | drawn by `data.worlds`; train and test differ | their own | yes |
| "captioned-faces" | the faces again; their attributes are the words of their captions | 64 | yes |
| "clips" | a ball thrown across a scene: the reds of all 8 frames, greens, blues, as channels | 32 | yes |
| "furniture" | chairs and sofas in voxels, a channel for each height, by `data.worlds` | 16 | yes |
| "emoji-noto", "emoji-twemoji", "emoji-fluent" | the same drawn by three, see `data.emoji` | 32 | groups |
| "mnist", "fashion-mnist", "usps", "cifar10" | the sets of these names, by torchvision | as they are | yes |
| "celeba" | aligned faces, their largest centred square | 64 | no |
| a path | an image folder, see `pictures.list_folder` | as they are | by subfolder |

The first seven rows need no network. The sets are looked for in the folder that the environment variable
GANCOURSE_DATA names, ~/.cache/gancourse if there is none, in torchvision's own layout (MNIST/raw/,
FashionMNIST/raw/, USPS/, cifar-10-batches-py/, celeba/); what is not there is downloaded to it. A name of this table
is never taken for a folder: write "./digits" if that is meant.
"""

import dataclasses
import difflib
import os
from dataclasses import dataclass
from pathlib import Path

import torch

from gancourse import device as devices
from gancourse.course import CourseError
from gancourse.data.downloads import DOWNLOADS, load_download
from gancourse.data.emoji import ARTISTS, emoji
from gancourse.data.pictures import check_size, list_folder, read_pictures, square

DRAWN_WORLDS = ("glyphs", "plain-glyphs", "shapes", "faces", "clips", "furniture")
BUILT_IN = ("digits", "photos", *DRAWN_WORLDS, "captioned-faces", *(f"emoji-{artist}" for artist in ARTISTS))
NAMES = (*BUILT_IN, *DOWNLOADS)
SPLITS = ("train", "test")
DEFAULT_SIZE = {"digits": 16, "photos": 32, "celeba": 64}
DRAWN = 20_000  # images of a procedural world
DIGITS_TRAIN = 1500  # of 1,797; they come in the order in which they were collected


def to_float(x):
    """Bytes to what networks see: uint8 to float32 in [-1, 1], any shape; 0 is -1, 255 is 1."""
    return x.float() / 127.5 - 1


def to_bytes(x):
    """And back: floats to uint8, rounded; what lies outside [-1, 1] is clamped."""
    return ((x.detach().float() + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)


@dataclass(frozen=True, eq=False, repr=False)
class Images:
    """A set of images of one size, at rest.

    Attributes:
        x: uint8, shape (N, C, H, W).
        label: int64, shape (N,), or None if there are none.
        classes: their names; `classes[label[i]]` is what image i shows.
        name: what the set is called.
        attributes: 1 where an image has one and -1 where not, float32, shape (N, number of attributes), or None.
        attribute_names: their names.

    Raises:
        ValueError: x, label or attributes are of another kind or shape.
    """

    x: torch.Tensor
    label: torch.Tensor | None = None
    classes: tuple[str, ...] = ()
    name: str = "images"
    attributes: torch.Tensor | None = None
    attribute_names: tuple[str, ...] = ()

    def __post_init__(self):
        if self.x.dtype != torch.uint8 or self.x.ndim != 4 or not len(self.x):
            raise ValueError(
                f"x is {self.x.dtype} of shape {tuple(self.x.shape)}; it needs uint8 of (N, C, H, W), N ≥ 1."
            )
        if self.label is not None and (self.label.dtype != torch.int64 or self.label.shape != self.x.shape[:1]):
            raise ValueError(
                f"label is {self.label.dtype} of shape {tuple(self.label.shape)}; it needs int64 of ({len(self.x)},)."
            )
        wanted = (len(self.x), len(self.attribute_names))
        if self.attributes is not None and self.attributes.shape != wanted:
            raise ValueError(f"attributes have shape {tuple(self.attributes.shape)}; they need {wanted}.")

    def __len__(self):
        return len(self.x)

    def __repr__(self):
        channels, height, width = self.x.shape[1:]
        classes = f", {len(self.classes)} classes" if self.label is not None else ""
        return f"Images({self.name!r}: {len(self)} of {channels}×{height}×{width}{classes}, on {self.x.device})"

    def to(self, device):
        """The same, on `device`: batches are then gathered and converted there."""
        return self._each(lambda tensor: tensor.to(device))

    def resized(self, size):
        """The largest centred square of each image at `size` pixels a side, bilinear and antialiased.

        Raises:
            CourseError: size is no whole number from 4 to 1024.
        """
        return dataclasses.replace(self, x=square(self.x, size))

    def subset(self, index):
        """Some of them: `index` is a slice, a list, or a tensor of indices or of bools, as tensors take it."""
        return self._each(lambda tensor: tensor[index])

    def _each(self, change):
        """The same set with each of its tensors changed."""
        tensors = {name: getattr(self, name) for name in ("x", "label", "attributes")}
        return dataclasses.replace(self, **{k: None if v is None else change(v) for k, v in tensors.items()})

    def batches(self, n, labels=False, flip=False, attributes=False):
        """Batches without end, drawn with replacement by torch's global generator on the images' device.

        There are no epochs on purpose: nothing but the random state says which batch comes next. A run that goes on
        from a stored random state therefore sees the very batches it would have seen, and on a GPU the draw can be
        part of a captured CUDA graph.

        Args:
            n: images in a batch, of all processes together; may be more than there are.
            labels: whether to yield the labels, too.
            flip: whether to mirror each image left to right with probability one half.
            attributes: whether to yield the attributes, too.

        Returns:
            A generator of x, float32 in [-1, 1], shape (n, C, H, W); or of (x, label), label int64, shape (n,); or of
            (x, attributes), float32, shape (n, number of attributes); or of all three.

        Raises:
            CourseError: labels or attributes are asked for where there are none.
            ValueError: n is no positive whole number.
        """
        if labels and self.label is None:
            raise CourseError(
                f"{self.name} has no labels. Leave them out, or use a set that has, such as "
                '"digits", or a folder with one subfolder for each class.'
            )
        if attributes and self.attributes is None:
            raise CourseError(f'{self.name} has no attributes. Use a set that has, such as "faces".')
        if not isinstance(n, int) or n < 1:
            raise ValueError(f"n={n!r}: a batch needs a whole number of images, at least one.")
        return self._draw(n, [self.label] * labels + [self.attributes] * attributes, flip)

    def _draw(self, n, told, flip):
        while True:
            index = devices.mine(torch.randint(len(self.x), (n,), device=self.x.device))
            x = self.x[index]
            if flip:
                mirrored = devices.mine(torch.rand(n, 1, 1, 1, device=x.device)) < 0.5
                x = torch.where(mirrored, x.flip(3), x)
            yield (to_float(x), *(tensor[index] for tensor in told)) if told else to_float(x)


def batches(source, n, size=None, labels=False, device="cpu", flip=False):
    """Batches of n images without end, from any source.

    Args:
        source: a name, a path (see the table above), or `Images`.
        n: images in a batch.
        size: pixels a side; as they are, or the table's default, if not given.
        labels: whether to yield (x, label) instead of x.
        device: where the images are kept and the batches made.
        flip: whether to mirror each image left to right with probability one half.

    Returns:
        A generator, see `Images.batches`.

    Raises:
        CourseError: the images cannot be had, see `load`, or have no labels where labels are asked for.
    """
    if not isinstance(source, Images):
        source = load(source, size)
    elif size is not None:
        source = source.resized(size)
    return source.to(device).batches(n, labels, flip)


def load(name, size=None, split="train", n=None):
    """A set of images, whole and in memory. The same arguments give the same images every time.

    Args:
        name: a name of the table above, or the path of an image folder.
        size: pixels a side, 4 to 1024: the largest centred square is resized to it. As they are, or the table's
            default, if not given.
        split: "train" or "test"; a folder has the latter if it has subfolders train/ and test/.
        n: only so many of them, chosen by a fixed seed. For the worlds how many to draw, 20,000 if not
            given; for "photos" as many patches at random places, which may overlap, instead of a grid that does not.

    Returns:
        `Images`, on the CPU.

    Raises:
        CourseError: there is no such source, it is not there and cannot be downloaded, a file of it is damaged, or
            it cannot be had at this size, in this split or in this number. The message says what to do.
    """
    size = DEFAULT_SIZE.get(name) if size is None else size
    check_request(size, split, n)

    def pick(total):
        return choose(total, n, split, name)

    more = ()
    if name in _LOADERS:
        x, label, classes, *more = _LOADERS[name](split, size, n, pick)
    elif name in DOWNLOADS:
        x, label, classes = load_download(name, split, pick, size)
    else:
        x, label, classes = _folder(as_folder(name), split, size, pick)
    images = Images(x, label, classes, str(name), *more)
    return images if size is None or x.shape[2:] == (size, size) else images.resized(size)


def check_request(size, split, n):
    """Refuse what no source has: see `load`."""
    if split not in SPLITS:
        raise CourseError(f"split={split!r} cannot be: use one of {', '.join(map(repr, SPLITS))}.")
    if n is not None and (not isinstance(n, int) or n < 1):
        raise CourseError(f"n={n!r} cannot be: give a whole number of images, at least one.")
    if size is not None:
        check_size(size)


def seeded(split):
    """A new generator, the same for a split every time."""
    return torch.Generator().manual_seed(SPLITS.index(split))


def choose(total, n, split, name):
    """The indices to keep of `total` images: all, or n of them, in their order."""
    if n is None:
        return torch.arange(total)
    if n > total:
        raise CourseError(f"{name} has {total} images in its {split} split, fewer than n={n}. Ask for fewer.")
    return torch.randperm(total, generator=seeded(split))[:n].sort().values


def _digits(split, size, n, pick):
    from sklearn.datasets import load_digits

    data = load_digits()
    part = slice(DIGITS_TRAIN) if split == "train" else slice(DIGITS_TRAIN, None)
    x = torch.from_numpy(data.images[part] * (255 / 16)).round().to(torch.uint8)[:, None]  # they come as 0 to 16
    kept = pick(len(x))
    return x[kept], torch.from_numpy(data.target[part]).long()[kept], tuple("0123456789")


def _photos(split, size, n, pick):
    from sklearn.datasets import load_sample_images

    data = load_sample_images()
    photos = torch.stack([torch.tensor(photo).permute(2, 0, 1) for photo in data.images])  # (2, 3, 427, 640)
    border = photos.shape[3] * 4 // 5
    photos = photos[..., :border] if split == "train" else photos[..., border:]
    most = min(photos.shape[2:])
    if size > most:
        raise CourseError(f"size={size} is more than the {split} part of the photographs has; use at most {most}.")
    if n is None:
        patches = photos.unfold(2, size, size).unfold(3, size, size)  # (2, 3, rows, columns, size, size)
        x = patches.permute(0, 2, 3, 1, 4, 5).reshape(-1, 3, size, size)
        label = torch.arange(2).repeat_interleave(len(x) // 2)
    else:
        label, top, left = (
            torch.randint(end, (n,), generator=seeded(split))
            for end in (2, photos.shape[2] - size + 1, photos.shape[3] - size + 1)
        )
        x = torch.stack([photos[i, :, r : r + size, c : c + size] for i, r, c in zip(label, top, left, strict=True)])
    return x, label, tuple(Path(name).stem for name in data.filenames)


def _world(name):
    def load_world(split, size, n, pick):
        from gancourse.data.worlds.clips import clips
        from gancourse.data.worlds.faces import faces
        from gancourse.data.worlds.furniture import furniture
        from gancourse.data.worlds.glyphs import glyphs, plain_glyphs
        from gancourse.data.worlds.shapes import shapes

        makers = (glyphs, plain_glyphs, shapes, faces, clips, furniture)
        make = dict(zip(DRAWN_WORLDS, makers, strict=True))[name]
        try:
            made = make(n or DRAWN, **({} if size is None else {"size": size}), generator=seeded(split))
        except ValueError as error:
            raise CourseError(str(error)) from error
        return made.image, made.label, made.classes, *getattr(made, "attributes", ())

    return load_world


def _captioned(split, size, n, pick):
    from gancourse.data.worlds.captions import VOCABULARY, bag
    from gancourse.data.worlds.faces import faces

    try:
        made = faces(n or DRAWN, size or 64, generator=seeded(split))
    except ValueError as error:
        raise CourseError(str(error)) from error
    return made.image, made.label, made.classes, bag(made.captions()), VOCABULARY


def _emoji(artist):
    def load_emoji(split, size, n, pick):
        drawn = emoji(artist, split)
        kept = pick(len(drawn.image))
        return drawn.image[kept], drawn.label[kept], drawn.classes

    return load_emoji


_LOADERS = {
    "digits": _digits,
    "photos": _photos,
    **{name: _world(name) for name in DRAWN_WORLDS},
    "captioned-faces": _captioned,
    **{f"emoji-{artist}": _emoji(artist) for artist in ARTISTS},
}


def as_folder(name, names=NAMES):
    """The path that is meant, or word that no source has this name: there are `names`."""
    is_path = isinstance(name, os.PathLike) or Path(name).expanduser().is_dir() or Path(name).name != name
    if is_path:
        return name
    near = difflib.get_close_matches(name.lower(), names, n=1)
    raise CourseError(
        f"There is no data {name!r}{f'; did you mean {near[0]!r}?' if near else '.'} "
        f"There are: {', '.join(names)}, and the path of any folder of images."
    )


def _folder(folder, split, size, pick):
    paths, label, classes = list_folder(folder, split)
    kept = pick(len(paths)).tolist()
    x = read_pictures([paths[i] for i in kept], size)
    return x, None if label is None else torch.tensor(label)[kept], classes
