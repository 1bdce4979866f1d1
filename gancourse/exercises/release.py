"""Make a student release: compile the checks, then let nbgrader generate the notebook."""

import os

from gancourse import course
from gancourse.exercises.specification import PUBLIC_FILE, write_public


def release(root, assignment):
    """Generate `assignments/<assignment>` from `solutions/<assignment>` and enter it into the gradebook.

    Args:
        root: the course's root.
        assignment: its name, such as "ps1".

    Raises:
        CourseError: there is no such assignment, or nbgrader refuses; the message has its log.
    """
    exercises = course.load_exercises(root, assignment)
    # Written beside the source: nbgrader copies it from there, into the release now and over
    # whatever a student hands in later.
    write_public(exercises, assignment, root / "solutions" / assignment / PUBLIC_FILE)
    before = os.getcwd()
    os.chdir(root)
    try:
        done = course.nbgrader_api(root).generate_assignment(assignment)
    finally:
        os.chdir(before)
    if not done["success"]:
        raise course.CourseError(f"nbgrader could not generate {assignment}:\n{done['error'] or done['log']}")
