"""Pairs of sets of images for translation, by one door: `load_pairs("edges-to-shapes")`, whatever the task.

Aligned, b[i] being what is to be made of a[i]; 32 pixels a side, if not said otherwise:

| task | a | b | what a does not tell |
|---|---|---|---|
| "labels-to-shapes" | a layout, see `planes` | striped scenes of one or two objects | soft edges |
| "edges-to-shapes" | outlines | such scenes without stripes | every colour |
| "grey-to-shapes", "grey-to-photos" | shades of grey | the same in colour | hue, of photos only |
| "small-to-shapes", "small-to-photos" | a fourth of the side | the same at full size | detail |
| "hole-to-shapes", "hole-to-photos" | with a grey square in the middle | the whole | the middle |
| "parts-to-faces" | what is seen at each pixel, see `parts` | faces, 64 pixels a side | colours, strands, light |
| "grey-to-faces", "small-to-faces", "hole-to-faces" | as above | such faces | as above |
| "plain-striped-truth" | scenes of one object without stripes | the same with stripes | nothing |
| "bare-glasses-truth" | faces without glasses | the same with round glasses | nothing |
| "frown-smile-truth" | frowning faces | the same, smiling | nothing |
| "noto-fluent-truth" | emoji by one artist, see `data.emoji` | the same by another | how the other draws |

Not aligned:

| task | a | b |
|---|---|---|
| "plain-striped" | scenes of one object without stripes | other scenes of one object with stripes |
| "bare-glasses" | faces without glasses | other faces with round glasses |
| "frown-smile" | frowning faces | other faces, smiling |
| "noto-fluent" | emoji by one artist | the same by another, drawn apart as CycleGAN's authors did with maps |
| "mnist-usps", "glyphs-mnist" | digits, 28 pixels a side | digits of another kind |
| "mnist-usps-cropped" | MNIST without its margin, 16 pixels a side | USPS, whose digits fill the frame, too |
| "shapes-outlines" | scenes of one object without stripes | outlines of others, which tell no colour |
| "shapes-photos" | scenes of one object | patches of photographs |

A task whose name ends in "-truth" is there to score what learnt the one without: its a is the same. For "noto" and
"fluent" put any two of "noto", "twemoji" and "fluent". Other names: see `load_pairs`.
"""

import dataclasses
from dataclasses import dataclass
from functools import partial
from itertools import chain, permutations
from pathlib import Path

import torch
import torch.nn.functional as F

from gancourse import device as devices
from gancourse.course import CourseError
from gancourse.data import images as data
from gancourse.data.emoji import ARTISTS, SIDE
from gancourse.data.images import Images
from gancourse.data.pictures import list_pairs, read_pictures
from gancourse.data.worlds.faces import PARTS, faces
from gancourse.data.worlds.shapes import BACKGROUNDS, COLOURS, SHAPES, Scenes, shapes

SCENES = partial(shapes, objects=2)  # at most
ALONE = partial(shapes, objects=1)
MARGIN = 4  # pixels around MNIST's digits, which were made to fit 20 × 20 (LeCun et al. 1998)
SHRINK = 4  # from large to small, as in SRGAN (Ledig et al. 2017)
LUMA = (0.299, 0.587, 0.114)  # of red, green and blue: ITU-R BT.601
PLANES = (*BACKGROUNDS, *SHAPES, *COLOURS)  # what each plane of a layout marks


@dataclass(frozen=True, eq=False, repr=False)
class Pairs:
    """Two sets of images, at rest.

    Attributes:
        a: what is translated.
        b: what it is translated to. Channels and size may be others than a's.
        name: what the two are called.
        aligned: whether b[i] is the answer to a[i].

    Raises:
        ValueError: they are aligned, but not equally many.
    """

    a: Images
    b: Images
    name: str = "pairs"
    aligned: bool = True

    def __post_init__(self):
        if self.aligned and len(self.a) != len(self.b):
            raise ValueError(f"{len(self.a)} images and {len(self.b)} cannot be aligned.")

    def __len__(self):
        return min(len(self.a), len(self.b))

    def __repr__(self):
        return f"Pairs({self.name!r}, {'aligned' if self.aligned else 'not aligned'}: {self.a!r}, {self.b!r})"

    def to(self, device):
        """The same, on `device`: batches are then gathered and converted there."""
        return dataclasses.replace(self, a=self.a.to(device), b=self.b.to(device))

    def batches(self, n):
        """Batches without end, drawn as `Images.batches` draws them; of unaligned sets each on its own.

        Args:
            n: images of each side in a batch, of all processes together; may be more than there are.

        Returns:
            An iterator of (x_a, x_b), float32 in [-1, 1], shapes (n, C, H, W) with each side's own C, H and W.

        Raises:
            ValueError: n is no positive whole number.
        """
        if not isinstance(n, int) or n < 1:
            raise ValueError(f"n={n!r}: a batch needs a whole number of images, at least one.")
        return self._draw(n) if self.aligned else zip(self.a.batches(n), self.b.batches(n), strict=True)

    def _draw(self, n):
        while True:
            index = devices.mine(torch.randint(len(self), (n,), device=self.a.x.device))
            yield data.to_float(self.a.x[index]), data.to_float(self.b.x[index])


def load_pairs(task, size=None, split="train", n=None):
    """A task of translation, whole and in memory. The same arguments give the same images every time.

    A folder holds its pairs in one of three ways. In A/ and B/, aligned, with equal names but for the endings; a test
    split has A/train/, A/test/ and so on. Side by side in one file each, twice as wide as high, aligned, as the
    authors of pix2pix give them, in the folder itself or in its train/ and test/. In trainA/ and trainB/, testA/ and
    testB/, not aligned, as the authors of CycleGAN give them. No image in them is enlarged.

    Args:
        task: a name of the tables above, or the path of a folder.
        size: pixels a side, of b where a is smaller; the tables' own, and a folder's images as they are, if not given.
        split: "train" or "test".
        n: only so many of each side, chosen by a fixed seed; for shapes, glyphs and photos how many to draw, 20,000
            if not given.

    Returns:
        `Pairs`, on the CPU.

    Raises:
        CourseError: there is no such task, its images cannot be had, see `data.load`, or those of a folder make no
            pairs. The message says what to do.
    """
    data.check_request(size, split, n)
    if task not in TASKS:
        return _folder(Path(data.as_folder(task, TASKS)).expanduser(), size, split, n)
    aligned, side, load = TASKS[task]
    a, b = load(side if size is None else size, split, n)
    return Pairs(a, b, task, aligned)


def planes(scenes):
    """What is seen at each pixel, one plane for each of `PLANES`: 255 where it is, 0 elsewhere.

    A background's plane is empty behind objects, and each of an object's pixels lies in two planes, that of its shape
    and that of its colour. Pixels on an outline belong to whichever covers half of them.

    Returns:
        uint8, shape (n, 15, size, size).
    """
    layout, ground = scenes.layout(), scenes.background[:, None, None]
    x = layout.new_empty(len(layout), len(PLANES), *layout.shape[1:], dtype=torch.uint8)
    marks = chain(  # made one by one: together they take much room
        ((layout == 0) & (ground == k) for k in range(len(BACKGROUNDS))),
        (layout == 1 + k for k in range(len(SHAPES))),
        ((scenes.mask & (scenes.colour == k)[:, :, None, None]).any(dim=1) for k in range(len(COLOURS))),
    )
    for plane, mark in zip(x.unbind(dim=1), marks, strict=True):
        plane.copy_(mark)
    return x.mul_(255)


def parts(people):
    """What is seen at each pixel of faces, one plane for each of `PARTS`: 255 where it is, 0 elsewhere.

    Returns:
        uint8, shape (n, 11, size, size).
    """
    numbers = torch.arange(len(PARTS), device=people.layout.device)[:, None, None]
    return (people.layout[:, None] == numbers).to(torch.uint8) * 255


def grey(x):
    """Colour to luma: uint8, (n, 3, H, W) to (n, 1, H, W)."""
    return sum(share * x[:, i : i + 1].float() for i, share in enumerate(LUMA)).round().to(torch.uint8)


def small(x):
    """A fourth of the side, each pixel the mean of sixteen: uint8, (n, C, H, W) to (n, C, H/4, W/4).

    Raises:
        CourseError: the sides are no multiples of 4.
    """
    if x.shape[2] % SHRINK or x.shape[3] % SHRINK:
        raise CourseError(f"size={x.shape[3]} cannot be divided by {SHRINK}: ask for one that can, such as 32.")
    return torch.cat([F.avg_pool2d(part.float(), SHRINK).round().to(torch.uint8) for part in x.split(1024)])


def hole(x):
    """The same with the central square, half as wide and high, in mid-grey ("central region" in Pathak et al. 2016)."""
    x, height, width = x.clone(), *x.shape[2:]
    x[..., height // 4 : height - height // 4, width // 4 : width - width // 4] = 128
    return x


def _draw(world, size, n, generator, **factors):
    try:
        return world(n or data.DRAWN, size, generator=generator, **factors)
    except ValueError as error:
        raise CourseError(str(error)) from error


def _images(scenes, name="shapes"):
    return Images(scenes.image, scenes.label, scenes.classes, name)


def _scenes(size, split, n):
    return _images(_draw(SCENES, size, n, data.seeded(split)))


def _photos(size, split, n):
    return data.load("photos", size, split, n or data.DRAWN)


def _truth(look, striped, size, split, n):
    """What is known of scenes, and the scenes."""
    scenes = _draw(SCENES, size, n, data.seeded(split), striped=striped)
    return dataclasses.replace(_images(scenes), x=look(scenes), name=look.__name__), _images(scenes)


def _faces(size, split, n):
    return data.load("faces", size, split, n)


def _parts(size, split, n):
    people = _draw(faces, size, n, data.seeded(split))
    whole = _images(people, "faces")
    return dataclasses.replace(whole, x=parts(people), name="parts"), whole


def _spoilt(change, source, size, split, n):
    """Images with something taken away, and the images."""
    images = source(size, split, n)
    return dataclasses.replace(images, x=change(images.x), name=f"{change.__name__} {images.name}"), images


def _changed(change, same, size, split, n):
    """A world's pictures with one value of a factor, and the same or others with another."""
    world, factor, before, after, *names = change
    generator = data.seeded(split)
    a = _draw(world, size, n, generator, **{factor: before})
    b = a.changed(**{factor: after}) if same else _draw(world, size, n, generator, **{factor: after})
    return _images(a, names[0]), _images(b, names[1])


def _outlines(size, split, n):
    generator = data.seeded(split)
    a, b = (_draw(ALONE, size, n, generator, striped=False) for _ in range(2))
    return _images(a), dataclasses.replace(_images(b), x=b.edges(), name="outlines")


def _sets(a, b, size, split, n):
    return tuple(_photos(size, split, n) if name == "photos" else data.load(name, size, split, n) for name in (a, b))


def _cropped(size, split, n):
    mnist = data.load("mnist", split=split, n=n)
    box = dataclasses.replace(mnist, x=mnist.x[..., MARGIN:-MARGIN, MARGIN:-MARGIN], name="cropped mnist")
    return box.resized(size), data.load("usps", size, split, n)


STRIPES = (ALONE, "striped", False, True, "plain", "striped")
GLASSES = (faces, "glasses", "none", "round", "bare", "glasses")
SMILES = (faces, "smile", -0.8, 0.8, "frown", "smile")

TASKS = {  # whether aligned, pixels a side, and what loads a and b
    "labels-to-shapes": (True, 32, partial(_truth, planes, True)),
    "edges-to-shapes": (True, 32, partial(_truth, Scenes.edges, False)),
    "grey-to-shapes": (True, 32, partial(_spoilt, grey, _scenes)),
    "grey-to-photos": (True, 32, partial(_spoilt, grey, _photos)),
    "small-to-shapes": (True, 32, partial(_spoilt, small, _scenes)),
    "small-to-photos": (True, 32, partial(_spoilt, small, _photos)),
    "hole-to-shapes": (True, 32, partial(_spoilt, hole, _scenes)),
    "hole-to-photos": (True, 32, partial(_spoilt, hole, _photos)),
    "parts-to-faces": (True, 64, _parts),
    "grey-to-faces": (True, 64, partial(_spoilt, grey, _faces)),
    "small-to-faces": (True, 64, partial(_spoilt, small, _faces)),
    "hole-to-faces": (True, 64, partial(_spoilt, hole, _faces)),
    "plain-striped": (False, 32, partial(_changed, STRIPES, False)),
    "plain-striped-truth": (True, 32, partial(_changed, STRIPES, True)),
    "bare-glasses": (False, 32, partial(_changed, GLASSES, False)),
    "bare-glasses-truth": (True, 32, partial(_changed, GLASSES, True)),
    "frown-smile": (False, 32, partial(_changed, SMILES, False)),
    "frown-smile-truth": (True, 32, partial(_changed, SMILES, True)),
    **{
        f"{a}-{b}{truth}": (bool(truth), SIDE, partial(_sets, f"emoji-{a}", f"emoji-{b}"))
        for a, b in permutations(ARTISTS, 2)
        for truth in ("", "-truth")
    },
    "mnist-usps": (False, 28, partial(_sets, "mnist", "usps")),  # 28: MNIST stays as it is
    "mnist-usps-cropped": (False, 16, _cropped),
    "glyphs-mnist": (False, 28, partial(_sets, "glyphs", "mnist")),
    "shapes-outlines": (False, 32, _outlines),
    "shapes-photos": (False, 32, partial(_sets, "shapes", "photos")),
}


def _folder(folder, size, split, n):
    a, b, aligned = list_pairs(folder, split)
    if b is None:
        both = _read(a, folder, size, split, n, halves=True)
        a, b = (dataclasses.replace(both, x=x.contiguous()) for x in both.x.chunk(2, dim=1))
    else:  # of two sides of the same length the same are chosen
        a, b = (_read(side, folder, size, split, n) for side in (a, b))
    return Pairs(a, b, str(folder), aligned)


def _read(listed, folder, size, split, n, halves=False):
    paths, label, classes = listed
    kept = data.choose(len(paths), n, split, folder).tolist()
    x = read_pictures([paths[i] for i in kept], size, enlarge=False, halves=halves)
    return Images(x, None if label is None else torch.tensor(label)[kept], classes, str(folder))
