"""From what a learning platform gives to `submitted/<student>/<assignment>/`: copies, sorted by name, not opened."""

import os
import re
import shutil
import stat
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

from gancourse.course import CourseError
from gancourse.grading.intake import MOST_BYTES, Refused, printable, read_plainly, require_student_id
from gancourse.grading.received import keep


def collect(root, assignment, folder=None):
    """Hand on every `…ps1_<student>.zip` or `.ipynb` that a platform gave; the rest of the name does not matter.

    Args:
        root: the course's root.
        assignment: its name.
        folder: what the platform gave: a folder, or a zip file of the whole class; `downloaded/<assignment>/archive`
            if left out.

    Returns:
        A `Counter` of "collected" and "unchanged", and the names of files that were left aside, with the reason.

    Raises:
        CourseError: there is no such folder.
    """
    folder = Path(folder or root / "downloaded" / assignment / "archive")
    if not folder.exists():
        raise CourseError(f"There is no {folder}. Put what students handed in there, or name another folder.")
    counts, aside = Counter(), []
    ending = r"(?: ?\(\d+\))?\.(?:zip|ipynb)"  # a browser adds (1)
    pattern = re.compile(rf"(?:|.*[^A-Za-z0-9]){re.escape(assignment)}_(?P<student>[^/]+?){ending}", re.IGNORECASE)
    for name, data in _files(folder):
        match = pattern.fullmatch(name)
        try:
            if data is None:
                raise Refused("it is no plain file, or too large.")
            if not match:
                raise Refused(f"its name does not end in {assignment}_<student>.zip or .ipynb.")
            require_student_id(match["student"])
        except Refused as refused:
            aside.append(f"{printable(name)}: {refused}")
            continue
        counts[_hand_on(root, assignment, match["student"], name, data)] += 1
    return counts, aside


def _files(folder):
    """Pairs of name and bytes; None for bytes where it is no plain file."""
    bulk = folder.is_file()
    if bulk:
        yield from _of_the_class(folder)
        return
    for entry in sorted(os.scandir(folder), key=lambda e: e.name):
        try:
            yield entry.name, read_plainly(entry.path)
        except Refused:
            yield entry.name, None


def _of_the_class(file):
    """The files of a zip with the whole class in it, each read within limits; nothing is unpacked to disk."""
    try:
        with zipfile.ZipFile(file) as archive:
            for info in archive.infolist():
                if info.is_dir() or stat.S_ISLNK(info.external_attr >> 16):
                    continue
                with archive.open(info) as inside:
                    data = inside.read(MOST_BYTES + 1)
                name = info.filename.replace("\\", "/").rpartition("/")[2]
                yield name, data if len(data) <= MOST_BYTES else None
    except zipfile.BadZipFile as error:
        raise CourseError(f"{file} is no zip file.") from error


def _hand_on(root, assignment, student, name, data):
    """Put a student's file into `submitted/`, unless it is what came last time."""
    suffix = Path(name).suffix.lower()
    kept = root / "received" / assignment / student
    latest = max((p for p in kept.glob("[0-9]*") if p.is_dir()), default=None)
    same = latest / f"{assignment}{suffix}" if latest else None
    if same and same.is_file() and same.read_bytes() == data:
        return "unchanged"
    place = root / "submitted" / student / assignment
    place.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".new-", dir=place.parent))
    made.chmod(0o755)
    (made / f"{assignment}{suffix}").write_bytes(data)
    keep(root, assignment, student)
    shutil.rmtree(place, ignore_errors=True)  # a rebuilt notebook, if anything; `received/` has what it is made from
    os.rename(made, place)
    return "collected"
