"""From what a learning platform gives to `submitted/<student>/<assignment>/`: copies, sorted by name, not opened."""

import os
import re
import shutil
import stat
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gancourse.course import CourseError, exercises_folder
from gancourse.grading.intake import MOST_BYTES, Refused, printable, read_plainly, require_student_id
from gancourse.grading.received import keep


@dataclass(frozen=True)
class Arrived:
    """A file that a platform gave: its name, its bytes (None if it is no plain file), when it is from, its folder."""

    name: str
    data: bytes | None
    when: float
    folder: str = ""


def collect(root, assignment, folder=None):
    """Hand on every `…ps1_<student>.zip` or `.ipynb` that a platform gave; the rest of the name does not matter.

    Of several files of one student the newest counts. What has been taken in before is not handed on again.

    Args:
        root: the course's root.
        assignment: its name.
        folder: what the platform gave: a folder, with folders in it or not, or a zip file of the whole class;
            `downloaded/<assignment>/archive` if left out.

    Returns:
        The students of whom something new came, how many others there are, and sentences about files left aside.

    Raises:
        CourseError: there is no such assignment or folder, or nothing in it.
    """
    exercises_folder(root, assignment)
    folder = Path(folder or root / "downloaded" / assignment / "archive")
    if not folder.exists():
        raise CourseError(f"There is no {folder}. Put what students handed in there, or name another folder.")
    files = list(_of_the_class(folder) if folder.is_file() else _below(folder))
    if not files:
        raise CourseError(f"{folder} has no files in it.")
    aside, by_student = [], {}
    ending = r"(?: ?\(\d+\))?\.(?:zip|ipynb)"  # a browser adds (1)
    pattern = re.compile(rf"(?:|.*[^A-Za-z0-9]){re.escape(assignment)}_(?P<student>[^/]+?){ending}", re.IGNORECASE)
    for file in files:
        match = pattern.fullmatch(file.name)
        try:
            if file.data is None:
                raise Refused("it is no plain file, or too large.")
            if not match:
                raise Refused(f"its name does not end in {assignment}_<student>.zip or .ipynb.")
            require_student_id(match["student"])
        except Refused as refused:
            aside.append(f"{printable(file.name)}: {refused}")
            continue
        by_student.setdefault(match["student"], []).append(file)
    collected = []
    for student, theirs in sorted(by_student.items()):
        if len({f.data for f in theirs}) > 1 and len(owners := {_owner(f, student) for f in theirs}) > 1:
            names = ", ".join(sorted({printable(f.name) for f in theirs}))
            aside.append(
                f"{student} has files that came from {len(owners)} people: {names}. Put the right one into "
                f"submitted/{student}/{assignment}/."
            )
            continue
        newest = max(theirs, key=lambda f: (f.when, f.name))
        older = sorted({printable(f.name) for f in theirs if f.data != newest.data})
        aside += [f"{name}: {student} has a newer one, {printable(newest.name)}." for name in older]
        if _hand_on(root, assignment, student, newest):
            collected.append(student)
    return collected, len(by_student) - len(collected), aside


def _owner(file, student):
    """Whose a file is by what the platform put in front of its name; the uploader chose the rest.

    Canvas writes `lovelaceada_LATE_501_9001_ps1_ada.zip`, Moodle `Ada Lovelace_501_assignsubmission_file_/…`.
    """
    front = (
        file.folder if "_assignsubmission_" in file.folder else file.name.lower().rpartition(f"_{student.lower()}")[0]
    )
    return re.sub(r"[\W\d_]", "", front.lower().replace("_late_", "_"))


def _below(folder):
    """Every file below a folder, not looking through links."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(place, name)
            try:
                yield Arrived(name, read_plainly(path), path.lstat().st_mtime, path.parent.name)
            except Refused:
                yield Arrived(name, None, 0.0)


def _of_the_class(file):
    """The files of a zip with the whole class in it, each read within limits; nothing is unpacked to disk."""
    try:
        with zipfile.ZipFile(file) as archive:
            for info in archive.infolist():
                if info.is_dir() or stat.S_ISLNK(info.external_attr >> 16):
                    continue
                with archive.open(info) as inside:
                    data = inside.read(MOST_BYTES + 1)
                place, _, name = info.filename.replace("\\", "/").rpartition("/")
                when = datetime(*info.date_time).timestamp()
                data = data if len(data) <= MOST_BYTES else None
                yield Arrived(name, data, when, place.rpartition("/")[2])
    except zipfile.BadZipFile as error:
        raise CourseError(f"{file} is no zip file.") from error


def _hand_on(root, assignment, student, file):
    """Put a student's file into `submitted/`, unless it has been taken in before; whether it was new."""
    name = assignment + Path(file.name).suffix.lower()
    for version in (root / "received" / assignment / student).glob("[0-9]*"):
        if (version / name).is_file() and (version / name).read_bytes() == file.data:
            return False
    place = root / "submitted" / student / assignment
    place.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".new-", dir=place.parent))
    made.chmod(0o755)
    (made / name).write_bytes(file.data)
    keep(root, assignment, student)
    shutil.rmtree(place, ignore_errors=True)  # a rebuilt notebook, if anything; `received/` has what it is made from
    os.rename(made, place)
    return True
