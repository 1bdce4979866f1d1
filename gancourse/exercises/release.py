"""Make a student release: compile the checks, then let nbgrader generate the notebook."""

import os
import shutil
import tempfile
from pathlib import Path

from gancourse import course
from gancourse.exercises.specification import PUBLIC_FILE, write_public


def release(root, assignment):
    """Generate `assignments/<assignment>` from `solutions/<assignment>` and enter it into the gradebook.

    Everything is made beside what is there and takes its place at the end: whatever goes wrong, that stays.

    Args:
        root: the course's root.
        assignment: its name, such as "ps1".

    Raises:
        CourseError: there is no such assignment, the course's folder cannot be written to, or nbgrader refuses; says
            what to do.
    """
    root = Path(root)
    exercises = course.load_exercises(root, assignment)
    try:
        with tempfile.TemporaryDirectory(prefix=".release-", dir=root) as made:
            folder = Path(made) / assignment
            _generate(root, assignment, Path(made).name)
            write_public(exercises, assignment, folder / PUBLIC_FILE)
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
