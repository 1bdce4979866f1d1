"""The student's last step: look the notebook over, run it, and pack the file to hand in."""

import json
import sys
import tempfile
import zipfile
from pathlib import Path

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbgrader.utils import compute_checksum, is_locked

from gancourse import notebooks
from gancourse.course import CourseError
from gancourse.exercises.specification import PUBLIC_FILE, read_public
from gancourse.grading.intake import MOST_BYTES, Refused, find_notebooks, read, read_plainly, require_student_id
from gancourse.grading.rebuild import PICTURE, grade_id
from gancourse.grading.rehearsal import rehearse, support_files
from gancourse.grading.sandbox import Limits
from gancourse.grading.session import CHECK, REMARK, checked_exercise

MOST_READ = 500 * 2**20  # bytes of a notebook, outputs and all


def look_over(path):
    """What is wrong with the cells of a notebook that is to be handed in, as sentences; none is good.

    Args:
        path: the notebook, with its checks.json beside it.
    """
    notebook = read(read_plainly(path))
    _, exercises = read_public(path.parent / PUBLIC_FILE)
    ids = [grade_id(cell) for cell in notebook.cells if grade_id(cell)]
    problems = [f"Cell `{i}` is there twice: delete the copy." for i in sorted({i for i in ids if ids.count(i) > 1})]
    for name in exercises:
        for wanted in (name, CHECK + name):
            if wanted not in ids:
                problems.append(f"Cell `{wanted}` is missing: copy it from a fresh download of the assignment.")
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader") or {}
        if is_locked(cell) and about.get("checksum") and compute_checksum(cell) != about["checksum"]:
            problems.append(f"Cell `{grade_id(cell)}` was changed; the original is used in grading.")
        if about.get("solution") and about.get("checksum") == compute_checksum(cell):
            problems.append(f"Cell `{grade_id(cell)}` has no answer yet.")
        if about.get("solution") and cell.cell_type == "markdown" and PICTURE.search(cell.source):
            problems.append(
                f"Cell `{grade_id(cell)}` has a picture in it, which graders do not see: write it in words."
            )
    return problems


def dry_run(archive, released, limits=None):
    """What grading will say of what was packed, on the inputs that the student's own checks have.

    On Linux it is graded as `gancourse.grading.rehearsal` says, sandboxed where there is bubblewrap. Elsewhere grading
    does not run either: the notebook is run from top to bottom, in a folder with the assignment's own files only.

    Args:
        archive: the zip file, or a notebook.
        released: the assignment's folder.
        limits: `Limits`; those of grading if left out.

    Returns:
        The panels as text and the errors and remarks of other cells, in order, and what else there is to say, as lines.

    Raises:
        CourseError: elsewhere than on Linux, a cell took too long or ended the kernel; says which.
    """
    submitted, limits = read(_the_one(archive).data), limits or Limits()
    if not sys.platform.startswith("linux"):
        return run_through(submitted, released, limits.cell)
    notebook, results, notes = rehearse(submitted, released, limits)
    earned, points = (sum(getattr(r, name) for r in results.values()) for name in ("earned", "points"))
    total = f"In all {earned:g} of {points:g} points, on the inputs of your checks. Grading tries others besides."
    if 0 < earned < points:
        total += " There a right step on wrong numbers may earn points that this cannot see."
    return [*_said(notebook), *notes, total]


def run_through(notebook, released, seconds=Limits.cell):
    """Run a notebook from top to bottom, in a folder with nothing else than the assignment's own files.

    Args:
        notebook: it gets new outputs.
        released: the assignment's folder.
        seconds: how long one cell may take.

    Returns:
        The panels as text, and the errors of other cells, in order.

    Raises:
        CourseError: a cell took too long or ended the kernel; says which.
    """
    try:
        with tempfile.TemporaryDirectory() as folder:
            for name, data in support_files(released).items():
                (Path(folder) / name).write_bytes(data)
            notebooks.execute(notebook, Path(folder), allow_errors=True, timeout=seconds)
    except (CellTimeoutError, DeadKernelError) as error:
        begun = [c for c in notebook.cells if c.cell_type == "code" and c.execution_count]
        stuck = max(begun, key=lambda c: c.execution_count)
        what = f"took longer than {seconds} s" if isinstance(error, CellTimeoutError) else "ended the Python process"
        raise CourseError(f"{_named(stuck)} {what}, so the rest was not run. Does a loop in it ever end?") from error
    return _said(notebook)


def _said(notebook):
    """What the cells of a notebook that was run have to say to its author."""
    said = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            panels = [o.data["text/plain"] for o in cell.outputs if o.output_type == "display_data"]
            errors = [f"{_named(cell)}: {o.ename}: {o.evalue}" for o in cell.outputs if o.output_type == "error"]
            printed = [o.text for o in cell.outputs if o.output_type == "stream"]
            remarks = [f"{_named(cell)}: {t.removeprefix(REMARK).strip()}" for t in printed if t.startswith(REMARK)]
            said += (panels if checked_exercise(cell) else []) or errors + remarks
    return said


def _named(cell):
    return f"The cell `{grade_id(cell) or cell.source.splitlines()[0]}`"


def pack(path, student, folder):
    """Write `<assignment>_<student>.zip` with the notebook in it; without its outputs, if those are too large.

    Raises:
        CourseError: the student's id will not do in grading, or the file is no notebook; nothing is written then.
    """
    require_student_id(student)
    data = read_plainly(path, MOST_READ)
    try:
        if len(data) > MOST_BYTES:
            data = _without_outputs(data)
        read(data)
    except Refused as refused:
        raise CourseError(
            f"{path}: {refused} Mend it, or begin with a fresh download; nothing was packed."
        ) from refused
    target = Path(folder) / f"{path.stem}_{student}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(path.name, data)
    return target


def _without_outputs(data):
    """The notebook's bytes with no outputs in them: those are made anew in grading."""
    try:
        content = json.loads(data)
        for cell in content["cells"]:
            if "outputs" in cell:
                cell["outputs"] = []
        return json.dumps(content).encode()
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("It is no notebook.") from error


def unpack_and_look_over(archive, released):
    """Look over a file that is already packed: (its problems, the notebook's name).

    Raises:
        CourseError: it is no zip file with exactly one notebook in it.
    """
    found = _the_one(archive)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / found.name.rpartition(" > ")[2]
        copy.write_bytes(found.data)
        (Path(folder) / PUBLIC_FILE).write_bytes((released / PUBLIC_FILE).read_bytes())
        return look_over(copy), copy.name


def _the_one(archive):
    """The one notebook in a packed file, as intake finds it."""
    found = find_notebooks(archive)
    if len(found) != 1:
        raise CourseError(f"{archive} holds {len(found)} notebooks; it should hold one.")
    return found[0]
