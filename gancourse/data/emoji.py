"""Emoji of three artists, which come with the course: natural pictures, and pairs whose true counterpart is known.

One sheet for each artist lies in `sheets/`, with a table of what is on them and the artists' licences. All drew the
same emoji, so that place i is the same character of each: what one artist's grinning face should become in the hand of
another was drawn by that other. `benchmarks/emoji_sheets.py` makes the sheets, and says what is left out and why.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import torch

from gancourse.course import CourseError
from gancourse.data.pictures import read_picture

FOLDER = Path(__file__).parent / "sheets"
ARTISTS = ("noto", "twemoji", "fluent")  # Google, Twitter, Microsoft
SIDE = 32  # pixels


@dataclass(frozen=True, eq=False, repr=False)
class Emoji:
    """n emoji by one artist, on white.

    Attributes:
        image: uint8, shape (n, 3, 32, 32).
        label: which of `classes`, int64, shape (n,).
        classes: Unicode's groups, such as "Food & Drink".
        character: what to type for each, such as "🍏".
        name: in words, such as "green apple".
    """

    image: torch.Tensor
    label: torch.Tensor
    classes: tuple[str, ...]
    character: tuple[str, ...]
    name: tuple[str, ...]


def emoji(artist, split="train"):
    """An artist's emoji, in Unicode's order. Of all artists a split has the same, in the same order.

    Variants of one thing, such as a man, a woman and a person running, are all in one split.

    Args:
        artist: one of `ARTISTS`.
        split: "train" or "test".

    Returns:
        `Emoji`.

    Raises:
        CourseError: there is no such artist or split, or a file is missing or damaged. The message says what to do.
    """
    if artist not in ARTISTS:
        raise CourseError(f"There is no artist {artist!r}: use one of {', '.join(map(repr, ARTISTS))}.")
    digests, rows = _table()
    image = _cells(FOLDER / f"{artist}.png", digests[artist])
    kept = [i for i, row in enumerate(rows) if row[3] == split]
    if not kept:
        raise CourseError(f"split={split!r} cannot be: use one of 'train', 'test'.")
    character, name, group, _ = zip(*(rows[i] for i in kept), strict=True)
    classes = tuple(dict.fromkeys(row[2] for row in rows))
    return Emoji(image[kept], torch.tensor([classes.index(g) for g in group]), classes, character, name)


def _table():
    """The sheets' SHA-256 by artist, and a row for each emoji: character, name, group, split."""
    path = FOLDER / "emoji.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {artist: found["sha256"][artist] for artist in ARTISTS}, [tuple(row) for row in found["emoji"]]
    except OSError as error:
        raise _lost(path, "missing") from error
    except (ValueError, KeyError, TypeError) as error:
        raise _lost(path, "damaged") from error


def _cells(path, digest):
    """A sheet's cells in the order of reading, (n, 3, 32, 32); those after the last emoji are white."""
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise _lost(path, "missing") from error
    if found != digest:
        raise _lost(path, "damaged")
    sheet, _ = read_picture(path)
    cells = sheet.unfold(1, SIDE, SIDE).unfold(2, SIDE, SIDE)  # (3, rows, columns, 32, 32)
    return cells.permute(1, 2, 0, 3, 4).reshape(-1, 3, SIDE, SIDE)


def _lost(path, how):
    return CourseError(f"{path} is {how}: it comes with the course, so download or install the course again.")
