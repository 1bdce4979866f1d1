"""From what a learning platform gives to `submitted/<student>/<assignment>/`: copies, sorted by name, not opened."""

import os
import re
import shutil
import stat
import tempfile
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gancourse.course import CourseError, exercises_folder
from gancourse.grading.intake import (
    DAMAGED,
    MOST_BYTES,
    Refused,
    passed_over,
    printable,
    read_member,
    read_plainly,
    require_student_id,
)
from gancourse.grading.received import keep
from gancourse.grading.roster import load_roster

ENDING = r"(?:(?: ?\(\d+\))?\.(?:zip|ipynb))+"  # a browser adds (1); some name ps1_ada.ipynb.zip
BLACKBOARD = r"_attempt_\d{4}(?:-\d\d){5}(?:_.*|\.\w+)"  # the user's name stands before it
CANVAS = re.compile(r"[^_]+(?:_late)?_(?P<person>\d+)_\d+_", re.IGNORECASE)  # …_<person>_<submission>_<file>
BRIGHTSPACE = re.compile(r"(?P<person>\d+)-\d+ - .+? - ")  # <person>-<folder> - <name> - <date> - <file>


@dataclass(frozen=True)
class Arrived:
    """A file that a platform gave: its name, its bytes (None if it cannot be had), when it is from, its folder.

    `why` says why there are no bytes.
    """

    name: str
    data: bytes | None
    when: float
    folder: str = ""
    why: str = "it is no plain file, or too large."


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
    aside, by_student, roster = [], {}, load_roster(root)
    for file in files:
        try:
            if file.data is None:
                raise Refused(file.why)
            student = _student_of(file, assignment)
            if roster:
                named, student = student, roster.whose(student, _person(file))
                if named in roster and named != student:
                    aside.append(f"{printable(file.name)}: taken as {student}'s, whose number stands in front of it.")
            require_student_id(student)
        except Refused as refused:
            aside.append(f"{printable(file.name)}: {refused}")
            continue
        by_student.setdefault(student, []).append(file)
    aside += [] if roster else _numbered_by_canvas(root, assignment, by_student)
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


def _student_of(file, assignment):
    """Whose a file is, by its name.

    Raises:
        Refused: its name does not say.
    """
    name = rf"(?:.*[^A-Za-z0-9]|){re.escape(assignment)}_(?P<student>[^/]+?)"
    front = re.fullmatch(name + BLACKBOARD, file.name.rpartition("_attempt_")[0] + _from("_attempt_", file.name), re.I)
    found = front or re.fullmatch(name + ENDING, file.name, re.IGNORECASE)
    if not found or not file.name.lower().endswith((".zip", ".ipynb")):
        raise Refused(f"its name does not end in {assignment}_<student>.zip or .ipynb.")
    return found["student"]


def _from(mark, name):
    """A name from the last `mark` on."""
    at = name.rfind(mark)
    return name[at:] if at >= 0 else ""


def _numbered_by_canvas(root, assignment, by_student):
    """Give files that Canvas numbered (-1, before the first dot) to whom they belong; sentences about the others.

    The same person's number in front of both names tells; where only the name is like a known student's, a person
    must.
    """
    known = {p.name for p in (root / "received" / assignment).glob("*")} | by_student.keys()
    known |= {p.parent.name for p in (root / "submitted").glob(f"*/{assignment}")}
    aside = []
    for student in sorted(by_student):
        plain = re.sub(r"^([^.]+?)-\d+(?=\.|$)", r"\1", student)
        if plain == student or plain not in known:
            continue
        mine = []
        for file in by_student.pop(student):
            match = CANVAS.match(file.name)
            if match and match["person"] in _people(by_student.get(plain, ())):
                by_student[plain].append(file)
            elif match and not (root / "received" / assignment / student).exists():
                aside.append(
                    f"{printable(file.name)}: is it {plain} again? Canvas adds -1 to what is handed in again. If so, "
                    f"rename it to {assignment}_{plain}{Path(file.name).suffix}; if {student} is somebody, put it into "
                    f"submitted/{student}/{assignment}/."
                )
            else:
                mine.append(file)
        if mine:
            by_student[student] = mine
    return aside


def _people(files):
    """Canvas's numbers of the people that files came from."""
    return {match["person"] for file in files if (match := CANVAS.match(file.name))}


def _person(file):
    """The number of the person that the platform put in front of a name, or None."""
    match = CANVAS.match(file.name) or BRIGHTSPACE.match(file.name)
    return match["person"] if match else None


def _owner(file, student):
    """Whose a file is by what the platform put in front of its name; the uploader chose the rest.

    Canvas writes `lovelaceada_LATE_501_9001_ps1_ada.zip`, Moodle `Ada Lovelace_501_assignsubmission_file_/…`.
    """
    if person := _person(file):
        return person
    front = (
        file.folder if "_assignsubmission_" in file.folder else file.name.lower().rpartition(f"_{student.lower()}")[0]
    )
    return re.sub(r"[\W\d_]", "", front.lower().replace("_late_", "_"))


def _below(folder):
    """Every file below a folder, not looking through links."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        folders[:] = [name for name in folders if not passed_over([name])]
        for name in sorted(names):
            path = Path(place, name)
            if passed_over([name]):
                continue
            try:
                data, when, why = read_plainly(path), path.lstat().st_mtime, ""
            except Refused as refused:
                data, when, why = None, 0.0, str(refused)
            yield Arrived(_composed(name), data, when, _composed(path.parent.name), why)


def _of_the_class(file):
    """The files of a zip with the whole class in it, each read within limits; nothing is unpacked to disk."""
    try:
        archive = zipfile.ZipFile(file)
    except DAMAGED as error:
        raise CourseError(f"{file} is no zip file, or a damaged one. Download it anew.") from error
    with archive:
        for info in archive.infolist():
            parts = [_composed(part) for part in Path(info.filename.replace("\\", "/")).parts]
            if info.is_dir() or passed_over(parts) or stat.S_ISLNK(info.external_attr >> 16):
                continue
            try:
                data, why = read_member(archive, info), ""
                if len(data) > MOST_BYTES:
                    data, why = None, f"it is larger than {MOST_BYTES / 2**20:g} MB."
            except Refused as refused:
                data, why = None, str(refused)
            yield Arrived(parts[-1], data, _time_in(info), parts[-2] if len(parts) > 1 else "", why)


def _time_in(info):
    """When a file in a zip was last changed, in seconds; 0 if it has no date."""
    try:
        return datetime(*info.date_time).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0


def _composed(name):
    """A name with its accents in one piece: some systems write `é` as two characters."""
    return unicodedata.normalize("NFC", name)


def _hand_on(root, assignment, student, file):
    """Put a student's file into `submitted/`, unless it has been taken in before; whether it was new."""
    name = assignment + Path(file.name).suffix.lower()
    keep(root, assignment, student)
    versions = sorted(p for p in (root / "received" / assignment / student).glob("[0-9]*") if p.is_dir())
    same = [v for v in versions if (v / name).is_file() and (v / name).read_bytes() == file.data]
    if same and (same[-1] == versions[-1] or file.when <= _newest_time(versions[-1])):
        return False  # else the student went back to an earlier version
    place = root / "submitted" / student / assignment
    place.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".new-", dir=place.parent))
    made.chmod(0o755)
    (made / name).write_bytes(file.data)
    if file.when:
        os.utime(made / name, (file.when, file.when))
    shutil.rmtree(place, ignore_errors=True)  # a rebuilt notebook, if anything; `received/` has what it is made from
    os.rename(made, place)
    return True


def _newest_time(folder):
    """When the newest file in a version's folder was handed in, as far as that is known."""
    return max((p.lstat().st_mtime for p in folder.iterdir()), default=0.0)
