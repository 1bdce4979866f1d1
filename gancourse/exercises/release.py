"""Make a student release: compile the checks and try them, then let nbgrader generate the notebook."""

import os
import shutil
import tempfile
from pathlib import Path

from gancourse import course
from gancourse.exercises.points import write_points
from gancourse.exercises.proving import doubts
from gancourse.exercises.specification import PUBLIC_FILE, compile_all, public_rng, write_public


def release(root, assignment):
    """Generate `assignments/<assignment>` from `solutions/<assignment>` and enter it into the gradebook.

    Everything is made beside what is there and takes its place at the end: whatever goes wrong, that stays. Only the
    points that the instructor's own notebook states are brought up to date in it first.

    Args:
        root: the course's root.
        assignment: its name, such as "ps1".

    Returns:
        Whether points in the instructor's notebook were changed.

    Raises:
        CourseError: there is no such assignment, its checks are not sound (`proving.doubts`), its notebook lacks a cell
            or a row, the course's folder cannot be written to, or nbgrader refuses; says what to do.
    """
    root = Path(root)
    exercises = course.load_exercises(root, assignment)
    try:
        compiled = compile_all(exercises, public_rng(assignment))
    except (ValueError, TypeError, KeyError) as error:
        raise course.CourseError(f"solutions/{assignment}/exercises: {error}") from error
    if found := doubts(exercises, compiled):
        raise course.CourseError(
            f"{assignment} was not released. {len(found)} {'thing' if len(found) == 1 else 'things'} to mend in "
            f"solutions/{assignment}/exercises:\n" + "\n".join(f"- {what}" for what in found)
        )
    try:
        changed = _state_points(root, assignment, exercises)
        with tempfile.TemporaryDirectory(prefix=".release-", dir=root) as made:
            folder = Path(made) / assignment
            _generate(root, assignment, Path(made).name)
            write_public(compiled, assignment, folder / PUBLIC_FILE, course.load_answers(root, assignment))
            # Beside the source, too: nbgrader copies it from there over whatever a student hands in later.
            source = root / "solutions" / assignment / PUBLIC_FILE
            shutil.copyfile(folder / PUBLIC_FILE, source.with_name(f".{PUBLIC_FILE}.new"))
            os.replace(source.with_name(f".{PUBLIC_FILE}.new"), source)
            _swap(folder, root / "assignments" / assignment, Path(made) / "before")
    except OSError as error:
        raise course.CourseError(
            f"{error.strerror}: {error.filename}. The release of {assignment} was left as it was. Run this in a copy "
            "of the course that you may write to."
        ) from error
    return changed


def _state_points(root, assignment, exercises):
    """Bring the points in the instructor's notebook up to date; whether that changed it."""
    import nbformat

    path = Path("solutions") / assignment / f"{assignment}.ipynb"
    notebook = nbformat.read(root / path, as_version=4)
    if changed := write_points(notebook, exercises, path.as_posix()):
        new = (root / path).with_name(f".{path.name}.new")
        new.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
        os.replace(new, root / path)
    return changed


def _generate(root, assignment, place):
    """Let nbgrader write the student's version into `<root>/<place>/<assignment>`."""
    before = os.getcwd()
    os.chdir(root)
    try:
        api = course.nbgrader_api(root, release_directory=place)
        done = api.generate_assignment(assignment)
    finally:
        os.chdir(before)
    if not done["success"]:
        said = f"{done['log'] or ''}\n{done['error'] or ''}"
        why = course.gradebook_trouble(said) or f"nbgrader could not generate {assignment}:\n{said.strip()}"
        raise course.CourseError(f"{why}\nThe release of {assignment} was left as it was.")


def _swap(made, place, aside):
    """Put a folder in another's place; that one comes back if it fails."""
    place.parent.mkdir(exist_ok=True)
    there = place.exists()
    if there:
        os.rename(place, aside)
    try:
        os.rename(made, place)
    except OSError:
        if there:
            os.rename(aside, place)
        raise
