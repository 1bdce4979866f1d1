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
from dataclasses import asdict, dataclass, field, replace
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
    receipts = misplaced(root, assignment)
    for student in sorted(_folders(root, assignment) - receipts.keys()):
        if _refusal(root, student) is None:
            receipts[student] = _take_in(root, assignment, student, released, (times or {}).get(student))
    return receipts


def misplaced(root, assignment):
    """Refused receipts, numbered 0, for what lies in `submitted/` where nobody would look for it, by name."""
    folders = _folders(root, assignment)
    found = {student: why for student in folders if (why := _refusal(root, student))}
    others = {p.name for p in (root / "assignments").glob("*")} - {assignment}
    for path in sorted(p for depth in ("*", "*/*", "*/*/*") for p in (root / "submitted").glob(depth)):
        parts = path.relative_to(root / "submitted").parts
        meant = path.suffix.lower() in (".ipynb", ".zip") and assignment in path.name.lower()
        if meant and parts[0] not in folders and not others & set(parts):
            student = parts[0] if len(parts) > 1 else "<student>"
            place, should = printable("/".join(parts)), printable(f"{student}/{assignment}")
            found.setdefault(parts[0], f"submitted/{place} must lie in submitted/{should}/.")
    now = iso(datetime.now(UTC))
    return {printable(name): Receipt(printable(name), 0, now, why) for name, why in found.items()}


def _folders(root, assignment):
    """Names of those who have a folder for the assignment, or had one."""
    students = {p.name for p in (root / "received" / assignment).glob("*") if p.is_dir()}
    if (root / "submitted").is_dir():
        students |= {e.name for e in os.scandir(root / "submitted") if os.path.lexists(Path(e.path) / assignment)}
    return students


def _refusal(root, student):
    """Why nothing of a student's can be taken in, or None."""
    try:
        require_student_id(student)
        if (root / "submitted" / student).is_symlink():
            raise Refused(f"submitted/{student} is a link to somewhere else.")
    except Refused as refused:
        return str(refused)
    return None


def read_times(path):
    """When submissions were received, from a CSV with the columns student and received (ISO 8601).

    Returns:
        Aware datetimes by student; a time without a zone is taken as this machine's.

    Raises:
        CourseError: no such columns, a time that is none, two for one student; says which line.
    """
    try:
        rows = csv.DictReader(Path(path).read_text(encoding="utf-8-sig").splitlines())
        columns = rows.fieldnames or []
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CourseError(f"{path} cannot be read as CSV in UTF-8 ({error}). Save it anew.") from error
    if not {"student", "received"} <= set(columns):
        raise CourseError(
            f"{path}: the first line must name the columns student and received, with commas between them; it names "
            f"{', '.join(columns) or 'nothing'}."
        )
    times = {}
    for number, row in enumerate(rows, 2):
        student, said = (row["student"] or "").strip(), (row["received"] or "").strip()
        try:
            time = datetime.fromisoformat(said).astimezone(UTC)
        except ValueError as error:
            example = "2026-03-01T23:59+01:00"
            raise CourseError(f"{path}, line {number}: {said!r} is no time such as {example}.") from error
        if times.setdefault(student, time) != time:
            raise CourseError(f"{path}, line {number}: a second time for {student}. Leave the one that counts.")
    return times


def versions(root, assignment, student):
    """The receipts of every version of a student's submission, oldest first."""
    found = sorted((root / "received" / assignment / student).glob("[0-9]*.json"))
    return [Receipt(**json.loads(path.read_text(encoding="utf-8"))) for path in found]


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
        time = _time_of(known[:-1], time)
        if time and receipt.received != iso(time):  # the instructor knows better now
            receipt = replace(receipt, received=iso(time))
            write_whole(kept / f"{latest:04d}.json", json.dumps(asdict(receipt), indent=1))
            if os.path.lexists(place):
                write_whole(place / "timestamp.txt", _stamp(receipt))
    else:
        time = _time_of(known, time) or datetime.now(UTC)
        receipt, rebuilt = _examine(kept / f"{latest:04d}", student, latest, released, time)
        write_whole(kept / f"{latest:04d}.json", json.dumps(asdict(receipt), indent=1))
    if not receipt.refused and not os.path.lexists(place):
        _put(place, assignment, receipt, rebuilt or take_in(kept / f"{latest:04d}", released))
    return receipt


def _time_of(earlier, time):
    """The list's time for a version, or None if it is no later than an earlier version's: the list is older then."""
    return time if time and (not earlier or iso(time) > earlier[-1].received) else None


def _examine(original, student, number, released, time):
    try:
        rebuilt = take_in(original, released)
    except Refused as refused:
        return Receipt(student, number, iso(time), str(refused)), None
    except Exception as error:  # ours; one file must not stop the class
        return Receipt(student, number, iso(time), f"It could not be read ({type(error).__name__})."), None
    digest = hashlib.sha256(nbformat.writes(rebuilt.notebook).encode()).hexdigest()
    told = {name: getattr(rebuilt, name) for name in ("notes", "choices", "suspected")}
    return Receipt(student, number, iso(time), None, digest, **told), rebuilt


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
        (made / "timestamp.txt").write_text(_stamp(receipt))
        os.rename(made, place)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _stamp(receipt):
    """The time of receipt as nbgrader reads it."""
    return f"{datetime.fromisoformat(receipt.received):%Y-%m-%d %H:%M:%S} UTC\n"


def iso(time):
    """A time in UTC, to the second; texts that sort as the times do."""
    return time.astimezone(UTC).isoformat(timespec="seconds")


def write_whole(path, text):
    """Write a file whole or not at all, replacing an earlier one atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".new-", encoding="utf-8", delete=False) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, path)
