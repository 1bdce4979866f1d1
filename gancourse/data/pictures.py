"""Image files to tensors: a file, a list of files, a folder; centre-cropped and resized."""

import os
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch
import torch.nn.functional as F

from gancourse.course import CourseError

SMALLEST, LARGEST = 4, 1024  # pixels a side: beyond these it is a slip of the keyboard
CHUNK = 1024  # images resized at a time: as floats they take four times their room
SPLIT_NAMES = {  # what sets in the world call them
    "train": ("train", "training"),
    "test": ("test", "testing"),
    "val": ("val", "valid", "validation"),
}
MANY = 1000  # files that take long enough for a bar
NOT_PICTURES = {"BUFR", "EPS", "GRIB", "HDF5", "MPEG"}  # Pillow knows them, but needs another program to read them


def check_size(size):
    """Refuse a side that cannot be meant.

    Raises:
        CourseError: it is not a whole number from 4 to 1024.
    """
    if not isinstance(size, int) or not SMALLEST <= size <= LARGEST:
        raise CourseError(f"size={size!r} cannot be: give a whole number of pixels from {SMALLEST} to {LARGEST}.")


def square(x, size):
    """The largest centred square of each image, at `size` pixels a side: bilinear and antialiased.

    Args:
        x: uint8, shape (n, C, H, W).
        size: pixels a side.

    Returns:
        uint8, shape (n, C, size, size).

    Raises:
        CourseError: the size cannot be meant.
    """
    check_size(size)
    height, width = x.shape[2:]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    x = x[:, :, top : top + side, left : left + side]
    if side == size:
        return x.contiguous()
    resized = x.new_empty(len(x), x.shape[1], size, size)
    for some, out in zip(x.split(CHUNK), resized.split(CHUNK), strict=True):
        out.copy_(F.interpolate(some.float(), size=(size, size), mode="bilinear", antialias=True).round().clamp(0, 255))
    return resized


def read_picture(path):
    """One image file in any format that Pillow reads, upright, on white where it is transparent.

    Returns:
        The image, uint8, shape (3, H, W), and whether the file is in shades of grey.

    Raises:
        CourseError: it cannot be read as an image.
    """
    import numpy as np
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as file:
            if getattr(file, "n_frames", 1) > 1:
                told = f"{Path(path).parent}: of images with several frames or pages only the first is read."
                warnings.warn(told, stacklevel=2)
            image = ImageOps.exif_transpose(file)  # cameras write pixels as they come, and a note how they were held
            if image.mode.startswith("I"):  # 16 bits, of which Pillow's own conversion would keep the wrong ones
                _warn_of_dark(path, int(np.asarray(image).max()))
                image = Image.fromarray((np.asarray(image).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8))
            if image.mode == "F":
                raise ValueError("its pixels are floating-point numbers of unknown range")
            grey = image.mode in ("1", "L", "LA", "La")
            if image.has_transparency_data:
                image = image.convert("RGBA")
                image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
            pixels = np.array(image.convert("RGB"))
    except Exception as error:  # Pillow's plugins raise whatever comes to them on a damaged file
        raise CourseError(f"{path} cannot be read as an image ({_first_line(error)}): mend or delete it.") from error
    return torch.from_numpy(pixels).permute(2, 0, 1), grey


def _warn_of_dark(path, most):
    """16 bits that hold fewer: numbers of classes, or 12 bits of a camera, which come out dark or black."""
    if most < 4096:
        warnings.warn(
            f"{Path(path).parent}: images of 16 bits that use the lowest 12 or fewer come out nearly black. Scale them "
            "to all 16 first; or, if they are numbers of classes, they are no pictures.",
            stacklevel=2,
        )


def _require_memory(paths, image):
    """Refuse what cannot fit, before an hour of reading.

    Raises:
        CourseError: it is more than the machine has.
    """
    try:
        most = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows
        return
    if (wanted := len(paths) * image.numel()) > 0.8 * most:
        raise CourseError(
            f"{len(paths)} images of {_in_words(image)} take {wanted / 2**30:.3g} GB, and this machine has "
            f"{most / 2**30:.3g}. Give a smaller size, such as size=64, or ask for fewer images."
        )


def read_pictures(paths, size=None, enlarge=True, halves=False):
    """Image files as one tensor: colour, unless all are grey. If only some are, a warning says so.

    Args:
        paths: of the files; at least one.
        size: pixels a side, see `square`; as they are if not given.
        enlarge: whether images may have fewer pixels than `size` asks for.
        halves: whether each file holds two images side by side.

    Returns:
        uint8, shape (n, 3 or 1, H, W); of halves (n, 6 or 2, H, W), the left one's channels first.

    Raises:
        CourseError: a file cannot be read, is too small, or is no two squares side by side where such are read; or
            images differ in size and no size is given.
    """
    from tqdm import tqdm

    if size is not None:
        check_size(size)

    def read(path):
        image, grey = read_picture(path)
        if halves:
            image = _stacked(image, path)
        if size is not None:
            if not enlarge and min(image.shape[1:]) < size:
                raise CourseError(
                    f"{path} has {_in_words(image)}{' in each half' * halves}, fewer than size={size} asks for. "
                    f"Ask for at most {min(image.shape[1:])}, or take it out."
                )
            image = square(image[None], size)[0]
        return image, grey

    x, greys = None, []
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as threads:
        try:
            images = threads.map(read, paths)
            bar = tqdm(images, "Reading", len(paths), leave=False, disable=len(paths) < MANY)
            for i, (image, grey) in enumerate(bar):
                if x is None:
                    _require_memory(paths, image)
                    x = torch.empty(len(paths), *image.shape, dtype=torch.uint8)
                if image.shape != x.shape[1:]:
                    raise CourseError(
                        f"Images differ in size: {paths[0]} has {_in_words(x[0])}, {paths[i]} {_in_words(image)}. "
                        "Give a size, such as size=64: all are then cropped to a square and resized."
                    )
                x[i] = image
                if grey:
                    greys.append(paths[i])
        except BaseException:
            threads.shutdown(cancel_futures=True)  # else the error waits for all the other files to be read
            raise
    if len(greys) == len(paths):
        return x[:, ::3].clone()
    if greys:
        warnings.warn(
            f"{len(greys)} of {len(paths)} images are grey, such as {greys[0]}: all count as colour.", stacklevel=2
        )
    return x


def list_folder(folder, split="train"):
    """The image files of a folder, and their classes if they lie in subfolders.

    What counts as an image is told by the ending. Hidden files are passed over; other files too, with a warning. A
    folder with subfolders train/ and test/, and perhaps val/ (or Training/, Testing/, validation/), has its splits
    there, and classes are numbered by all of them; any other is a train split alone. Links are followed.

    Returns:
        Sorted paths; for each the number of its class, or None if they lie in the folder itself; the names of the
        classes, in alphabetical order.

    Raises:
        CourseError: the folder is not there, has no images, or not the split, or cannot be read in one way only.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise CourseError(f"There is no folder {folder}. Give the path of one that has images in it.")
    subfolders = {p.name for p in folder.iterdir() if p.is_dir()}
    if "trainA" in subfolders:
        raise CourseError(f"{folder} holds pairs of sets. Give one of them: {folder / 'trainA'}.")
    splits = {name.lower(): name for name in subfolders}
    known = {}
    if splits.keys() & set(SPLIT_NAMES["train"]) and splits.keys() <= set().union(*SPLIT_NAMES.values()):
        # Else it may be a class: railways.
        whole, found = folder, next((splits[n] for n in SPLIT_NAMES[split] if n in splits), None)
        if found is None:
            raise CourseError(f"{whole} has no {split} split: its images would have to lie in {split}/.")
        folder = whole / found
        known = {c.name for s in subfolders for c in (whole / s).iterdir() if c.is_dir() and not _hidden(c, whole)}
    elif split != "train":
        raise CourseError(f"{folder} has no {split} split: its images would have to lie in train/ and {split}/.")
    seen = sorted(p for p in _files_below(folder) if not _hidden(p, folder))
    endings = _endings()
    paths = [p for p in seen if p.suffix.lower() in endings]
    other = sorted({p.suffix or p.name for p in seen if p.suffix.lower() not in endings})
    if not paths:
        raise CourseError(
            f"There are no images in {folder}"
            + (f", only {', '.join(other[:5])}" if other else "")
            + ". Put some there, such as .png or .jpg, in the folder itself or in one subfolder for each class."
        )
    if other:
        warnings.warn(f"{folder}: passed over what is not an image ({', '.join(other[:5])}).", stacklevel=2)
    names = [p.relative_to(folder).parts[0] for p in paths if p.parent != folder]
    if not names:
        return paths, None, ()
    if len(names) < len(paths):
        loose = next(p for p in paths if p.parent == folder)
        raise CourseError(
            f"{folder} has images both in subfolders and outside them, such as {loose.name}. Move those into "
            "subfolders, one for each class, or give one subfolder alone."
        )
    classes = tuple(sorted({*names, *known}))  # of all splits, so that a number means the same in each
    inside = {p.name for p in folder.iterdir() if p.is_dir() and not _hidden(p, folder)}
    if empty := sorted(inside - set(names)):
        warnings.warn(f"{folder}: no images in {', '.join(empty[:5])}.", stacklevel=2)
    return paths, [classes.index(name) for name in names], classes


def _files_below(folder):
    """Every file below a folder, through links, too; none twice where links lead in a circle."""
    known = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        if (real := os.path.realpath(place)) in known:
            folders.clear()
            continue
        known.add(real)
        yield from (path for name in names if (path := Path(place, name)).is_file())


def list_pairs(folder, split="train"):
    """The image files of a folder of pairs, see `pairs.load_pairs`.

    Returns:
        What `list_folder` returns, for a; the same for b, or None if each file holds both; and whether they are
        aligned. If so, b's files come in the order of a's.

    Raises:
        CourseError: the folder or one side is not there or has no images, or an image has no partner.
    """
    folder = Path(folder).expanduser()
    inside = {p.name for p in folder.iterdir() if p.is_dir()} if folder.is_dir() else set()
    if inside & {"A", "B"}:
        return *_by_name(*_sides(folder, "A", "B"), split), True
    if inside & {"trainA", "trainB", "testA", "testB"}:
        return *(list_folder(side) for side in _sides(folder, f"{split}A", f"{split}B")), False
    return list_folder(folder, split), None, True


def _sides(folder, *names):
    for name in names:
        if not (folder / name).is_dir():
            raise CourseError(f"{folder} has no subfolder {name}/. Pairs need two: {' and '.join(names)}.")
    return [folder / name for name in names]


def _by_name(a, b, split):
    """Two folders whose files have equal names but for the ending."""
    listed, other = list_folder(a, split), list_folder(b, split)
    names, others = _names(listed[0], a), _names(other[0], b)
    alone = [*(f"A/{name}" for name in names if name not in others), *(f"B/{n}" for n in others if n not in names)]
    if alone:
        raise CourseError(
            f"{a.parent} has {len(names)} and {len(others)} images in A and B, {len(alone)} of them without a partner, "
            f"such as {', '.join(alone[:3])}. Give the two that belong together the same name, or take them out."
        )
    order = [others[name] for name in names]
    return listed, ([other[0][i] for i in order], other[1] and [other[1][i] for i in order], other[2])


def _names(paths, folder):
    """Where each name, the path without its ending, stands among the paths."""
    names = {}
    for i, path in enumerate(paths):
        name = path.relative_to(folder).with_suffix("").as_posix()
        if name in names:
            raise CourseError(
                f"{folder} has two images called {name}, {paths[names[name]].name} and {path.name}: keep one."
            )
        names[name] = i
    return names


def _stacked(image, path):
    """Two squares side by side, (3, H, 2·H), one behind the other, (6, H, H)."""
    height, width = image.shape[1:]
    if width != 2 * height:
        raise CourseError(
            f"{path} has {_in_words(image)}, but two images side by side are twice as wide as high. "
            "Mend it, or keep the two sides in subfolders A/ and B/."
        )
    return torch.cat(image.split(height, dim=2))


def _hidden(path, folder):
    return any(part.startswith((".", "__MACOSX")) for part in path.relative_to(folder).parts)


def _endings():
    from PIL import Image

    return {
        ending for ending, kind in Image.registered_extensions().items() if kind in Image.OPEN.keys() - NOT_PICTURES
    }


def _in_words(image):
    return f"{image.shape[2]}×{image.shape[1]} pixels"


def _first_line(error):
    return (str(error) or type(error).__name__).splitlines()[0]
