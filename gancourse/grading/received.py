"""What came in: every version of every submission kept as it was, and the present one rebuilt for grading.

    submitted/<student>/<assignment>/              put there by the instructor; replaced by the rebuilt notebook
    received/<assignment>/<student>/0001/          what came in, moved here unopened
    received/<assignment>/<student>/0001.json      its receipt

A receipt is written before the rebuilt notebook is, and both appear whole or not at all: killed anywhere, the next
run goes on where this one stopped.
"""

import csv
import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import nbformat

from gancourse.course import CourseError
from gancourse.grading.intake import Refused, printable, require_student_id, take_in

UNGRADABLE = "ungradable"


@dataclass(frozen=True)
class Receipt:
    """What became of one version of a submission.

    Attributes:
        student, number: whose, and which version, from 1.
        received: when it was first seen here, or as the instructor's list says; ISO 8601, UTC.
        refused: why it cannot be graded, or None.
        digest: of the rebuilt notebook's file.
        notes, choices, suspected: as in `gancourse.grading.rebuild.Rebuilt`.
    """

    student: str
    number: int
    received: str
    refused: str | None = None
    digest: str | None = None
    notes: list = field(default_factory=list)
    choices: list = field(default_factory=list)
    suspected: list = field(default_factory=list)


def take_in_class(root, assignment, times=None):
    """Take in what is new in `submitted/`, and say what is there for every student.

    Args:
        root: the course's root.
        assignment: its name.
        times: when each student's submission was received (aware datetimes), where it is known better than by now.

    Returns:
        The latest `Receipt` of each student, by name; a folder whose name is no student's id has one that is refused.
    """
    released = nbformat.read(root / "assignments" / assignment / f"{assignment}.ipynb", as_version=4)
    students = {p.name for p in (root / "received" / assignment).glob("*") if p.is_dir()}
    if (root / "submitted").is_dir():
        students |= {e.name for e in os.scandir(root / "submitted") if os.path.lexists(Path(e.path) / assignment)}
    receipts = _astray(root, assignment)
    for student in sorted(students):
        try:
            require_student_id(student)
            if (root / "submitted" / student).is_symlink():
                raise Refused(f"submitted/{student} is a link to somewhere else.")
        except Refused as refused:
            shown = printable(student)
            receipts[shown] = Receipt(shown, 0, _iso(datetime.now(UTC)), str(refused))
            continue
        receipts[student] = _take_in(root, assignment, student, released, (times or {}).get(student))
    return receipts


def _astray(root, assignment):
    """Refused receipts for files that lie one folder too high, and that nobody would find."""
    receipts, now = {}, _iso(datetime.now(UTC))
    for path in sorted((root / "submitted").glob("*/*")):
        if path.suffix.lower() in (".ipynb", ".zip") and assignment in path.name.lower():
            where = f"submitted/{printable(path.parent.name)}"
            why = f"{where}/{printable(path.name)} must lie in {where}/{assignment}/."
            receipts[printable(path.parent.name)] = Receipt(printable(path.parent.name), 0, now, why)
    return receipts


def read_times(path):
    """When submissions were received, from a CSV with the columns student and received (ISO 8601).

    Returns:
        Aware datetimes by student; a time without a zone is taken as this machine's.

    Raises:
        CourseError: no such columns, or a time that is none; says which line.
    """
    times = {}
    with open(path, newline="", encoding="utf-8-sig") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            try:
                times[row["student"].strip()] = datetime.fromisoformat(row["received"].strip()).astimezone(UTC)
            except (KeyError, ValueError, AttributeError) as error:
                raise CourseError(
                    f"{path}, line {number}: it needs the columns student and received, with a time such as "
                    "2026-03-01T23:59+01:00."
                ) from error
    return times


def versions(root, assignment, student):
    """The receipts of every version of a student's submission, oldest first."""
    found = sorted((root / "received" / assignment / student).glob("[0-9]*.json"))
    return [Receipt(**json.loads(path.read_text())) for path in found]


def keep(root, assignment, student):
    """Move what lies in `submitted/` into `received/`, unopened, unless it is what we put there."""
    kept, place = root / "received" / assignment / student, root / "submitted" / student / assignment
    kept.mkdir(parents=True, exist_ok=True)
    known = versions(root, assignment, student)
    if os.path.lexists(place) and not (known and _is_ours(place, assignment, known[-1])):
        if known:
            _take_away_ours(place, assignment, known[-1])
        number = max((int(p.stem) for p in kept.glob("[0-9]*")), default=0) + 1
        os.rename(place, kept / f"{number:04d}")  # links and all


def _take_in(root, assignment, student, released, time):
    """Move what is new out of `submitted/`, rebuild it, and put the rebuilt notebook there."""
    kept, place = root / "received" / assignment / student, root / "submitted" / student / assignment
    keep(root, assignment, student)
    known = versions(root, assignment, student)
    latest = max(int(p.name) for p in kept.glob("[0-9]*") if p.suffix != ".json")
    if known and known[-1].number == latest:
        receipt, rebuilt = known[-1], None
    else:
        receipt, rebuilt = _examine(kept / f"{latest:04d}", student, latest, released, time or datetime.now(UTC))
        write_whole(kept / f"{latest:04d}.json", json.dumps(asdict(receipt), indent=1))
    if not receipt.refused and not os.path.lexists(place):
        _put(place, assignment, receipt, rebuilt or take_in(kept / f"{latest:04d}", released))
    return receipt


def _examine(original, student, number, released, time):
    try:
        rebuilt = take_in(original, released)
    except Refused as refused:
        return Receipt(student, number, _iso(time), str(refused)), None
    except Exception as error:  # ours; one file must not stop the class
        return Receipt(student, number, _iso(time), f"It could not be read ({type(error).__name__})."), None
    digest = hashlib.sha256(nbformat.writes(rebuilt.notebook).encode()).hexdigest()
    told = {name: getattr(rebuilt, name) for name in ("notes", "choices", "suspected")}
    return Receipt(student, number, _iso(time), None, digest, **told), rebuilt


def _is_ours(place, assignment, receipt):
    """Whether what lies in `submitted/` is what we put there."""
    notebook = place / f"{assignment}.ipynb"
    if receipt.refused or place.is_symlink() or not place.is_dir() or notebook.is_symlink() or not notebook.is_file():
        return False
    names = {e.name for e in os.scandir(place)} - {".ipynb_checkpoints"}  # the formgrader's visitors leave those
    if names != {notebook.name, "timestamp.txt"}:
        return False
    return hashlib.sha256(notebook.read_bytes()).hexdigest() == receipt.digest


def _take_away_ours(place, assignment, receipt):
    """A new version was put beside the rebuilt old one: that is no second answer of the student's."""
    notebook = place / f"{assignment}.ipynb"
    if place.is_symlink() or not place.is_dir() or notebook.is_symlink() or not notebook.is_file():
        return
    if hashlib.sha256(notebook.read_bytes()).hexdigest() == receipt.digest:
        notebook.unlink()
        (place / "timestamp.txt").unlink(missing_ok=True)


def _put(place, assignment, receipt, rebuilt):
    """Put the rebuilt notebook where nbgrader looks, with the time of receipt that counts."""
    place.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".new-", dir=place.parent))
    try:
        made.chmod(0o755)
        (made / f"{assignment}.ipynb").write_text(nbformat.writes(rebuilt.notebook), encoding="utf-8")
        received = datetime.fromisoformat(receipt.received)
        (made / "timestamp.txt").write_text(f"{received:%Y-%m-%d %H:%M:%S} UTC\n")
        os.rename(made, place)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _iso(time):
    return time.astimezone(UTC).isoformat(timespec="seconds")


def write_whole(path, text):
    """Write a file whole or not at all, replacing an earlier one atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".new-", encoding="utf-8", delete=False) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, path)
