"""Grading as far as a student's own machine can do it: the same rebuilding, room, limits and judge, on released inputs.

What is not there is the instructor's: the references, and with them secret inputs and whatever follows from an earlier
function that is wrong in a way nobody has met yet.
"""

from contextlib import ExitStack

import nbformat

from gancourse import course
from gancourse.exercises.checking import add_follow_through_note
from gancourse.exercises.judge import judge
from gancourse.exercises.specification import PUBLIC_FILE, read_answers, read_public
from gancourse.grading.rebuild import rebuild
from gancourse.grading.rooms import made
from gancourse.grading.sandbox import Limits
from gancourse.grading.session import Session


class Rehearsal(Session):
    """A `Session` on the inputs that the student's own checks have.

    Args:
        nb, room, limits, answers: as of a `Session`.
        exercises: the `Compiled` exercises by name, from `read_public`.
    """

    def __init__(self, nb, exercises, room, limits, answers=()):
        super().__init__(nb, exercises.values(), None, room, limits, answers)

    def _compiled(self, name, mistakes=True):
        return self._exercises[name]

    def _judged(self, compiled, observations, index):
        earlier = {name: self._results[name] for name in compiled.builds_on if name in self._results}
        follow = {f"your `{name}`": f"{name}:{r.recognised}" for name, r in earlier.items() if r.recognised}
        alternatives = {phrase: [case.follow[key] for case in compiled.cases] for phrase, key in follow.items()}
        result = judge(compiled, observations, alternatives)
        add_follow_through_note(result, [name for name, r in earlier.items() if r.earned < r.points])
        return result


def rehearse(submitted, released, limits=None):
    """Grade a notebook on the inputs of its own checks.

    Args:
        submitted: the notebook, as intake reads it.
        released: the assignment's folder, a path.
        limits: `Limits`; those of grading if left out.

    Returns:
        (the notebook as grading shows it, the `Result` of each exercise by name, what the rebuilding had to say).

    Raises:
        CourseError: a process that runs cells cannot be started here.
    """
    rebuilt = rebuild(nbformat.read(released / f"{released.name}.ipynb", as_version=4), submitted)
    _, exercises = read_public(released / PUBLIC_FILE)
    with ExitStack() as stack:
        room = _opened(stack, rebuilt.notebook, support_files(released))
        session = Rehearsal(rebuilt.notebook, exercises, room, limits or Limits(), read_answers(released / PUBLIC_FILE))
        return rebuilt.notebook, session.grade(), rebuilt.notes


def support_files(released):
    """What is handed out beside the notebook, by name; what a student put there is not handed in."""
    beside = course.support_files(released.parent.parent, released.name)
    return {name: data for name, data in beside.items() if name.endswith((".json", ".npz"))}


def _opened(stack, notebook, support):
    """A room, sandboxed where that can be had: it is the student's own code."""
    code = {"notebook": "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")}
    try:
        return stack.enter_context(made(support, code, sandboxed=True)[1])
    except course.CourseError:
        return stack.enter_context(made(support, code, sandboxed=False)[1])
