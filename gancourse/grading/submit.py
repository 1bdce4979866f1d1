"""The student's last step: look the notebook over, run it, and pack the file to hand in."""

import re
import zipfile
from pathlib import Path

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbgrader.utils import compute_checksum, is_locked

from gancourse import notebooks
from gancourse.course import CourseError
from gancourse.exercises.specification import PUBLIC_FILE, read_public
from gancourse.grading.rebuild import grade_id
from gancourse.grading.session import CHECK, checked_exercise


def look_over(path):
    """What is wrong with the cells of a notebook that is to be handed in, as sentences; none is good.

    Args:
        path: the notebook, with its checks.json beside it.
    """
    notebook = nbformat.read(path, as_version=4)
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
    return problems


def dry_run(path, seconds=60):
    """Run the notebook from top to bottom, on a copy, and collect what its checks say.

    Args:
        path: the notebook.
        seconds: how long one cell may take.

    Returns:
        The panels as text, in order, and the errors of other cells, one line each.

    Raises:
        CourseError: a cell took too long or ended the kernel; says which.
    """
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count = None  # an earlier run's says nothing about this one
    try:
        notebooks.execute(notebook, path.parent, allow_errors=True, timeout=seconds)
    except (CellTimeoutError, DeadKernelError) as error:
        begun = [c for c in notebook.cells if c.cell_type == "code" and c.execution_count]
        stuck = max(begun, key=lambda c: c.execution_count)
        what = f"took longer than {seconds} s" if isinstance(error, CellTimeoutError) else "ended the Python process"
        raise CourseError(f"{_named(stuck)} {what}, so the rest was not run. Does a loop in it ever end?") from error
    said = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            panels = [o.data["text/plain"] for o in cell.outputs if o.output_type == "display_data"]
            errors = [f"{_named(cell)}: {o.ename}: {o.evalue}" for o in cell.outputs if o.output_type == "error"]
            said += (panels if checked_exercise(cell) else []) or errors
    return said


def _named(cell):
    return f"The cell `{grade_id(cell) or cell.source.splitlines()[0]}`"


def pack(path, student, folder):
    """Write `<assignment>_<student>.zip` with the notebook, named so that `nbgrader zip_collect` reads it.

    Raises:
        CourseError: the student's id has characters that file systems or nbgrader do not take.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*", student):
        raise CourseError(f"{student!r} will not do as an id: letters, digits, dots and hyphens only.")
    target = Path(folder) / f"{path.stem}_{student}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, path.name)
    return target


def unpack_and_look_over(archive, released):
    """Look over a file that is already packed: (its problems, the notebook's name).

    Raises:
        CourseError: it is no zip file with exactly one notebook in it.
    """
    import tempfile

    try:
        with zipfile.ZipFile(archive) as packed:
            names = [n for n in packed.namelist() if n.endswith(".ipynb")]
            if len(names) != 1:
                raise CourseError(f"{archive} holds {len(names)} notebooks; it should hold one.")
            content = packed.read(names[0])
    except zipfile.BadZipFile as error:
        raise CourseError(f"{archive} is no zip file. Make it with `gancourse submit`.") from error
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / Path(names[0]).name
        copy.write_bytes(content)
        (Path(folder) / PUBLIC_FILE).write_bytes((released / PUBLIC_FILE).read_bytes())
        return look_over(copy), copy.name
