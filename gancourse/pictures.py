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
            image = ImageOps.exif_transpose(file)  # cameras write pixels as they come, and a note how they were held
            if image.mode.startswith("I"):  # 16 bits, of which Pillow's own conversion would keep the wrong ones
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


def read_pictures(paths, size=None):
    """Image files as one tensor: colour, unless all are grey.

    Args:
        paths: of the files; at least one.
        size: pixels a side, see `square`; as they are if not given.

    Returns:
        uint8, shape (n, 3 or 1, H, W).

    Raises:
        CourseError: a file cannot be read, or images differ in size and no size is given.
    """
    from tqdm import tqdm

    if size is not None:
        check_size(size)

    def read(path):
        image, grey = read_picture(path)
        return (image if size is None else square(image[None], size)[0]), grey

    x, all_grey = None, True
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as threads:
        try:
            images = threads.map(read, paths)
            bar = tqdm(images, "Reading", len(paths), leave=False, disable=len(paths) < MANY)
            for i, (image, grey) in enumerate(bar):
                x = torch.empty(len(paths), *image.shape, dtype=torch.uint8) if x is None else x
                if image.shape != x.shape[1:]:
                    raise CourseError(
                        f"Images differ in size: {paths[0]} has {_in_words(x[0])}, {paths[i]} {_in_words(image)}. "
                        "Give a size, such as size=64: all are then cropped to a square and resized."
                    )
                x[i], all_grey = image, all_grey and grey
        except BaseException:
            threads.shutdown(cancel_futures=True)  # else the error waits for all the other files to be read
            raise
    return x[:, :1].clone() if all_grey else x


def list_folder(folder, split="train"):
    """The image files of a folder, and their classes if they lie in subfolders.

    What counts as an image is told by the ending. Hidden files are passed over; other files too, with a warning. A
    folder with subfolders train/ and test/, and perhaps val/, has its splits there; any other is a train split alone.

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
    if "train" in subfolders <= {"train", "test", "val", "valid", "validation"}:  # else it may be a class: railways
        folder = folder / split
    elif split != "train":
        raise CourseError(f"{folder} has no {split} split: its images would have to lie in train/ and {split}/.")
    seen = sorted(p for p in folder.rglob("*") if p.is_file() and not _hidden(p, folder))
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
    classes = tuple(sorted(set(names)))
    return paths, [classes.index(name) for name in names], classes


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
