"""Grade one submission: a pure function of plain data, run wherever there is a core.

Everything a grade depends on is in the `Task`, so the same task gives the same points on any machine; nothing is read
from the course's folder and nothing is written.
"""

import hashlib
import hmac
import json
import sys
import tempfile
import time
import traceback
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import nbformat

from gancourse import course
from gancourse.grading.rooms import ROOMS
from gancourse.grading.sandbox import Limits

GRADED, TIMED_OUT, KILLED, GRADER_ERROR = "graded", "timed out", "killed", "grader error"


@dataclass(frozen=True)
class Task:
    """One submission and all that is needed to grade it.

    Attributes:
        submission: names who handed in what; with the instructor's key it settles the inputs.
        notebook: the rebuilt notebook, as JSON.
        seed: what the secret inputs are drawn from; known for this submission only.
        exercises: the files of the assignment's exercises, by name.
        support: the files beside the notebook, by name.
        limits: `gancourse.grading.sandbox.Limits`.
        sandboxed: whether to run the student's code under bubblewrap.
    """

    submission: str
    notebook: str
    seed: bytes
    exercises: dict
    support: dict
    limits: Limits
    sandboxed: bool = True

    @property
    def key(self):
        """A digest of everything the outcome depends on, this package's code among it."""
        parts = [self.submission, self.notebook, self.seed.hex(), json.dumps(asdict(self.limits))]
        parts += [json.dumps(self.exercises, sort_keys=True)]
        parts += [f"{n}:{hashlib.sha256(data).hexdigest()}" for n, data in sorted(self.support.items())]
        return hashlib.sha256("\0".join([*parts, _code()]).encode()).hexdigest()


def make_task(root, assignment, student, notebook, limits=None, sandboxed=True):
    """The `Task` of a rebuilt notebook.

    Args:
        root: the course's root.
        assignment, student: names.
        notebook: from `gancourse.grading.rebuild.rebuild`.
        limits: `Limits`; the usual ones if left out.
        sandboxed: as in `Task`.

    Raises:
        CourseError: there is no such assignment.
    """
    submission = fingerprint(notebook, assignment, student)
    return Task(
        submission,
        nbformat.writes(notebook),
        hmac.digest(course.grading_key(root), submission.encode(), "sha256"),
        course.exercises_sources(root, assignment),
        course.support_files(root, assignment),
        limits or Limits(),
        sandboxed,
    )


def fingerprint(notebook, assignment, student):
    """Who handed in what. The secret inputs depend on it: what a student prints of them is not asked again."""
    said = "\0".join(cell.source for cell in notebook.cells)
    return f"{assignment}/{student}/{hashlib.sha256(said.encode()).hexdigest()}"


def grade_submission(task):
    """Run and judge one submission.

    Args:
        task: a `Task`.

    Returns:
        A dict of plain data: `status` ("graded", "timed out", "killed", "grader error"), `exercises` (a list of
        `exercises.judge.Result` as dicts), `notebook` (as JSON, with outputs and panels), `seconds` of wall clock,
        `cpu_seconds` and `peak_memory` of the student's code, `ran_out` and `room_gone` (see `session.Session`),
        `errors` (tracebacks of our own).
    """
    began = time.monotonic()
    outcome = {"status": GRADER_ERROR, "exercises": [], "notebook": task.notebook}
    outcome |= {"cpu_seconds": 0.0, "peak_memory": 0, "ran_out": [], "room_gone": False, "errors": []}
    try:
        with _borrowed_room(task) as room:
            outcome |= _grade(task, room)
    except Exception:  # ours, not the student's: the class goes on, and it is tried again next time
        outcome["errors"] = [traceback.format_exc()]
    return outcome | {"seconds": time.monotonic() - began}


def _grade(task, room):
    from gancourse.exercises.following import secret_rng
    from gancourse.exercises.specification import public_rng
    from gancourse.grading.session import Session

    notebook = nbformat.reads(task.notebook, as_version=4)
    module = _load(tuple(task.exercises.items()))
    rng_for = secret_rng(task.seed, task.submission)
    released = public_rng(task.submission.split("/")[0])
    session = Session(notebook, module.EXERCISES, rng_for, room, task.limits, course.answers_of(module), released)
    results = session.grade()
    for name, result in results.items():
        result.seed = f"{task.submission}/{name}"
    states = {r.status for r in results.values()} | set(session.lost)
    status = next(
        (s for s in (GRADER_ERROR, KILLED, TIMED_OUT) if s in states), KILLED if "memory" in states else GRADED
    )
    return {
        "status": status,
        "exercises": [r.to_dict() for r in results.values()],
        "notebook": nbformat.writes(notebook),
        "cpu_seconds": session.seconds,
        "peak_memory": session.peak,
        "ran_out": session.ran_out,
        "room_gone": session.room_gone,
        "errors": session.errors,
    }


# --- what a worker keeps between tasks ------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _load(sources):
    """The package of an assignment's exercises, by the names and texts of its files."""
    with tempfile.TemporaryDirectory() as folder:
        for name, source in sources:
            Path(folder, name).write_text(source, encoding="utf-8")
        module = course.load_package(folder, "gancourse_exercises")
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)  # one process per core
    return module


@lru_cache(maxsize=1)
def _code():
    """A digest of this package's code that judges."""
    import gancourse

    total = hashlib.sha256()
    for file in sorted(Path(gancourse.__file__).parent.rglob("*.py")):
        total.update(file.read_bytes())
    return total.hexdigest()


class _borrowed_room:
    def __init__(self, task):
        self._task = task

    def __enter__(self):
        self._taken = ROOMS.take(self._task)
        return self._taken[1]

    def __exit__(self, *exc_info):
        ROOMS.give_back(self._taken)
