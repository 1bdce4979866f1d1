"""Intake: from what a student handed in to a notebook that can be graded, or a reason why not.

Nothing is opened before it is known to be a plain file of a sensible size inside its folder; nothing of it is run.
What came in is kept as it was, in `received/<assignment>/<student>/<number>/`; what is graded is rebuilt beside it.
"""

import io
import itertools
import json
import lzma
import os
import re
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import nbformat

from gancourse.course import CourseError
from gancourse.grading.rebuild import MARKER, MOST_CELLS, grade_id, is_answer, rebuild

DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, OSError, EOFError, ValueError)
MOST_BYTES = 20 * 2**20  # of one notebook
MOST_UNPACKED = 100 * 2**20  # of all that a zip file holds
MOST_ENTRIES = 1000
MOST_PARTS = 1_000_000  # dictionaries and lists of one notebook
MOST_NOTEBOOKS = 10
DEEPEST = 6
STUDENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")
CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
ASIDE = (".ipynb_checkpoints", "__MACOSX")


class Refused(CourseError):
    """A submission that cannot be graded; the message says why, for a person."""


@dataclass(frozen=True)
class Found:
    """A notebook among the files of a submission: its name (printable) and its bytes."""

    name: str
    data: bytes


def take_in(place, released):
    """Read a submission and rebuild it.

    Args:
        place: the folder, zip file or notebook that was handed in.
        released: the notebook as it was handed out.

    Returns:
        A `gancourse.grading.rebuild.Rebuilt`.

    Raises:
        Refused: it cannot be graded, and why.
    """
    notebooks, problems = [], []
    for found in find_notebooks(place):
        try:
            notebooks.append((found.name, read(found.data)))
        except Refused as refused:
            problems.append(f"{found.name}: {refused}")
    rebuilt = rebuild(released, _choose(notebooks, problems, released))
    for problem in problems:
        rebuilt.tell("note", f"Another file was left aside. {problem}")
    return rebuilt


def require_student_id(name):
    """Refuse an id that file systems, spreadsheets or people could misread.

    Raises:
        Refused: letters, digits and `. _ @ + -` only, a letter or digit first, at most 64.
    """
    if not STUDENT.fullmatch(name) or name.endswith("."):
        raise Refused(
            f"{printable(name)!r} will not do as a student's id: a-z, A-Z, 0-9 and . _ - @ +, at most 64 characters. "
            "Rename the file or folder."
        )


# --- files ----------------------------------------------------------------------------------------------------------


def find_notebooks(place):
    """Every notebook in a folder, a zip file in it, or the file itself, as `Found`.

    Raises:
        Refused: a link, a device, a name that leads outside, too much of anything, or no notebook at all.
    """
    place = Path(place)
    files = list(_walk(place)) if _kind(place) == "folder" else [place]
    found = []
    for file in files:
        suffix = file.suffix.lower()
        if suffix == ".ipynb":
            found.append(Found(printable(file.name), read_plainly(file)))
        elif suffix == ".zip":
            found += _unzip(file)
    if len(found) > MOST_NOTEBOOKS:
        raise Refused(f"It has {len(found)} notebooks in it.")
    if not found:
        names = ", ".join(printable(f.name) for f in files[:5]) or "nothing"
        raise Refused(f"There is no notebook (.ipynb) in it; there is: {names}.")
    return found


def _walk(folder, depth=0, left=None):
    """The plain files below a folder, without what editors leave."""
    left = [MOST_ENTRIES] if left is None else left
    if depth > DEEPEST:
        raise Refused(f"Its folders are nested deeper than {DEEPEST}.")
    with os.scandir(folder) as entries:
        listed = list(itertools.islice(entries, left[0] + 1))
    left[0] -= len(listed)
    if left[0] < 0:
        raise Refused(f"It has more than {MOST_ENTRIES} files.")
    for entry in sorted(listed, key=lambda e: e.name):
        if passed_over([entry.name]):
            continue
        if _kind(entry.path) == "folder":
            yield from _walk(entry.path, depth + 1, left)
        else:
            yield Path(entry.path)


def _kind(path):
    """ "folder" or "file", not looking through links.

    Raises:
        Refused: it is neither.
    """
    about = os.lstat(path)
    name = printable(Path(path).name)
    if stat.S_ISDIR(about.st_mode):
        return "folder"
    if stat.S_ISLNK(about.st_mode):
        raise Refused(f"{name} is a link to somewhere else. Hand in the file itself.")
    if not stat.S_ISREG(about.st_mode):
        raise Refused(f"{name} is no file (a pipe, a device).")
    if about.st_nlink > 1:
        raise Refused(f"{name} is a hard link: the same file has another name elsewhere. Hand in a copy.")
    return "file"


def read_plainly(path, most=MOST_BYTES):
    """The bytes of a plain file, opened without following a link or waiting for a pipe.

    Raises:
        Refused: it is not a plain file, or larger than `most` bytes.
    """
    if _kind(path) == "folder":
        raise Refused(f"{printable(Path(path).name)} is a folder.")
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise Refused(f"{printable(Path(path).name)} cannot be read: {error.strerror}.") from error
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise Refused(f"{printable(Path(path).name)} is no file any more.")
        data = file.read(most + 1)
    if len(data) > most:
        raise Refused(f"{printable(Path(path).name)} is larger than {most / 2**20:g} MB.")
    return data


def _unzip(path):
    """The notebooks in a zip file, read into memory within limits; nothing is unpacked to disk."""
    return _unpack(printable(path.name), read_plainly(path, MOST_UNPACKED), once_more=True)


def _unpack(name, packed, once_more):
    """The notebooks in a zip file's bytes; `once_more`: where there are none, in the one zip file in it."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(packed))
        infos = archive.infolist()
    except DAMAGED as error:
        raise Refused(f"{name} is no zip file, or a damaged one.") from error
    if len(infos) > MOST_ENTRIES:
        raise Refused(f"{name} has more than {MOST_ENTRIES} entries.")
    notebooks, zips, left = [], [], MOST_UNPACKED
    for info in infos:
        parts = Path(info.filename.replace("\\", "/")).parts
        if ".." in parts or info.filename.startswith(("/", "\\")) or ":" in (parts or ("",))[0]:
            raise Refused(f"{name} has a file that would lie outside its folder: {printable(info.filename)}.")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise Refused(f"{name} has a link in it: {printable(info.filename)}.")
        if info.is_dir() or passed_over(parts):
            continue
        if info.filename.lower().endswith(".zip"):
            zips.append(info)
        elif info.filename.lower().endswith(".ipynb"):
            data = _within(name, archive, info, min(left, MOST_BYTES))
            left -= len(data)
            notebooks.append(Found(f"{name} > {printable(parts[-1])}", data))
    if notebooks or not once_more or len(zips) != 1:
        return notebooks
    return _unpack(f"{name} > {printable(zips[0].filename)}", _within(name, archive, zips[0], MOST_BYTES), False)


def _within(name, archive, info, most):
    """A file of the zip file `name`, whole."""
    try:
        data = read_member(archive, info, most)
    except Refused as refused:
        raise Refused(f"{name}: {refused}") from refused
    if len(data) > most:
        raise Refused(f"{name} unpacks to more than {MOST_BYTES / 2**20:g} MB a notebook.")
    return data


def read_member(archive, info, most=MOST_BYTES):
    """The first `most` + 1 bytes of a file in an open zip file.

    Raises:
        Refused: it is damaged, has a password, or is packed in a way that Python does not know.
    """
    try:
        with archive.open(info) as file:
            return file.read(most + 1)
    except NotImplementedError as error:
        raise Refused(
            f"{printable(info.filename)} is packed by a method that is not read here: zip it anew."
        ) from error
    except DAMAGED as error:
        raise Refused(f"{printable(info.filename)} is damaged or has a password.") from error


def passed_over(parts):
    """Whether a file, by the parts of its path, is what editors and systems leave beside work, and nobody's work."""
    return any(part in ASIDE or part.startswith(".") for part in parts)


def printable(name):
    """A file's name as a person may safely see it: no control characters, none that turn the text round."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)[:80]


# --- notebooks ------------------------------------------------------------------------------------------------------


def read(data):
    """A notebook of the present format from the bytes of any that an editor writes.

    Copes with a byte order mark, UTF-16, CR LF, format 3, formats that are newer than this one, cells without ids, and
    metadata of any shape; outputs and attachments are left behind.

    Raises:
        Refused: it is no notebook.
    """
    if not data.strip():
        raise Refused("The file is empty.")
    if data.count(b"{") + data.count(b"[") > MOST_PARTS:  # each takes half a kilobyte of memory
        raise Refused("The file has more parts than any notebook. Clear its outputs.")
    try:
        content = json.loads(_text(data))
    except ValueError as error:
        raise Refused("The file is no notebook, or the end of it is missing (no valid JSON).") from error
    except RecursionError as error:
        raise Refused("The file is nested too deeply for a notebook.") from error
    if not isinstance(content, dict):
        raise Refused("The file is no notebook.")
    if _count_cells(content) > 2 * MOST_CELLS:
        raise Refused(f"The file has {_count_cells(content)} cells.")
    if isinstance(content.get("worksheets"), list):  # format 3
        try:
            content = nbformat.convert(nbformat.from_dict(content), 4)
        except Exception as error:  # whatever a damaged file makes of the converter
            raise Refused("The file is a notebook of an old format, and damaged.") from error
    cells = content.get("cells")
    if not isinstance(cells, list):
        raise Refused("The file is no notebook: it has no cells.")
    cells = [_cell(c) for c in cells if isinstance(c, dict)]
    known = set()
    for number, cell in enumerate(cells):
        if not CELL_ID.fullmatch(cell["id"]) or cell["id"] in known:
            cell["id"] = f"no-id-{number}"
        known.add(cell["id"])
    return nbformat.from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


def _count_cells(content):
    sheets = [content, *(content["worksheets"] if isinstance(content.get("worksheets"), list) else ())]
    lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    return sum(len(cells) for cells in lists if isinstance(cells, list))


def _text(data):
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding)
    return data.decode("utf-8-sig", "replace")


def _cell(data):
    """What matters of one cell, in a shape that can be relied upon."""
    source = data.get("source", "")
    source = "".join(s for s in source if isinstance(s, str)) if isinstance(source, list) else source
    source = source if isinstance(source, str) else ""
    source = source.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    metadata = data.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    kept = {"nbgrader": metadata["nbgrader"]} if isinstance(metadata.get("nbgrader"), dict) else {}
    if isinstance(metadata.get("tags"), list):
        kept["tags"] = sorted({tag for tag in metadata["tags"] if isinstance(tag, str)})
    kind = data.get("cell_type")
    kind = kind if kind in ("code", "raw") else "markdown"
    cell = {"cell_type": kind, "source": source, "metadata": kept, "id": str(data.get("id", ""))}
    return cell | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def _written(notebook):
    """What of a rebuilt notebook may be the student's: answers, and all code."""
    return json.dumps([c.source for c in notebook.cells if is_answer(c) or c.cell_type == "code"])


def _choose(notebooks, problems, released):
    """The one of the pairs of name and notebook that belongs to the assignment."""
    if not notebooks:
        raise Refused(" ".join(problems))
    belonging = [(name, nb) for name, nb in notebooks if _belongs(nb, released)]
    if not belonging:
        assignment = _assignment(released)
        others = sorted({_assignment(nb) for _, nb in notebooks} - {None, assignment})
        what = f"It holds answers to {', '.join(others)}" if others else "It holds no cell of this assignment"
        raise Refused(f"{what}, not to {assignment}.")
    distinct = {_written(rebuild(released, nb).notebook): (name, nb) for name, nb in belonging}
    if len(distinct) > 1:
        distinct.pop(_written(released), None)  # one of them holds no answer
    if len(distinct) > 1:
        names = ", ".join(name for name, _ in distinct.values())
        raise Refused(f"Different answers in {len(distinct)} notebooks ({names}). A person has to leave one of them.")
    return next(iter(distinct.values()))[1]


def _belongs(notebook, released):
    """Whether a notebook has anything of the assignment: its marks or ids, or a cell as it was handed out."""
    assignment = _assignment(notebook)
    if assignment:
        return assignment == _assignment(released)
    known = {grade_id(c) for c in released.cells} - {""}
    return any(grade_id(c) in known for c in notebook.cells) or rebuild(released, notebook).found > 0


def _assignment(notebook):
    """The assignment that the marks in a notebook's cells name most often, or None."""
    named = [m.group("assignment") for c in notebook.cells if (m := MARKER.match(c.source.lstrip()))]
    return max(set(named), key=named.count) if named else None
