"""The grading steps as nbgrader's own: named in nbgrader_config.py, used by every way to grade.

`nbgrader autograde`, the formgrader's button and `gancourse grade` all come through here, and so through the sandbox.
The last one has computed the outcomes already, on all cores, and lays them into `PREPARED`; where there is none, the
submission is graded on the spot. An outcome is found by the key of its task, which is a digest of all it depends on.
"""

import hashlib
import math
from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import compute_checksum
from traitlets import Bool, Dict

from gancourse.grading import intake
from gancourse.grading.rebuild import grade_id, is_answer, rebuild
from gancourse.grading.received import versions
from gancourse.grading.record import read_record, write_record
from gancourse.grading.sandbox import Limits
from gancourse.grading.session import CHECK
from gancourse.grading.task import GRADER_ERROR, grade_submission, make_task

PREPARED = {}  # task's key -> outcome


class IntakeExporter(NotebookExporter):
    """Opens a notebook as intake does: any format an editor writes, but no link, no bomb."""

    def from_filename(self, filename, resources=None, **kwargs):
        """Read `filename` and run the preprocessors on it; raises `gancourse.grading.intake.Refused`."""
        place = Path(filename)
        notebook = intake.read(intake.read_plainly(place))
        resources = resources if resources is not None else {}
        resources.setdefault("metadata", {}).update(name=place.stem, path=str(place.parent))
        if not self._preprocessors:  # the first of nbgrader's two passes has nothing to do
            return nbformat.writes(notebook), resources | {"output_extension": self.file_extension}
        return self.from_notebook_node(notebook, resources, **kwargs)


class JudgeNotebook(NbGraderPreprocessor):
    """Rebuild the student's notebook, run it in the sandbox, and judge its exercises outside of it."""

    limits = Dict({}, help="What a notebook may take: see gancourse.grading.sandbox.Limits.").tag(config=True)
    sandboxed = Bool(True, help="Whether to run the code under bubblewrap.").tag(config=True)

    def preprocess(self, nb, resources):
        """Grade; the outcome goes into `resources["gancourse"]`, the panels into the cells."""
        root, about = Path.cwd(), resources["nbgrader"]
        assignment, limits = about["assignment"], Limits.of(self.limits)
        released = nbformat.read(root / "assignments" / assignment / f"{assignment}.ipynb", as_version=4)
        notebook = rebuild(released, nb).notebook  # what has been rebuilt stays as it is
        task = make_task(root, assignment, about["student"], notebook, limits, self.sandboxed)
        outcome = PREPARED.get(task.key) or grade_submission(task)
        if outcome["status"] == GRADER_ERROR and not outcome["exercises"]:
            raise RuntimeError("\n".join(outcome["errors"]))
        resources["gancourse"] = outcome | {"key": task.key}
        return nbformat.reads(outcome["notebook"], as_version=4), resources


class SaveJudgedGrades(NbGraderPreprocessor):
    """Put the judge's points into the gradebook, in one transaction; a person's scores stand while the answer does."""

    def preprocess(self, nb, resources):
        """Save the points of every exercise, and the record; take back what was given by hand to another answer."""
        about, outcome = resources["nbgrader"], resources["gancourse"]
        root, assignment, student = Path.cwd(), about["assignment"], about["student"]
        known = read_record(root, assignment, student) or {}
        hands = ByHand(known.get("answers") or {}, digests(nb), known.get("superseded", []))
        empty = {grade_id(c) for c in nb.cells if is_answer(c) and c.metadata.nbgrader.checksum == compute_checksum(c)}
        with Gradebook(about["db_url"]) as gradebook:
            submission = gradebook.find_submission_notebook(about["notebook"], assignment, student)
            grades = {grade.name: grade for grade in submission.grades}
            for exercise in outcome["exercises"]:
                grade = grades.pop(CHECK + exercise["name"])
                hands.settle(grade, _points(exercise, grade))
            for name, grade in grades.items():  # answered in words: no points yet, unless nothing was written
                hands.settle(grade, 0.0 if name in empty else None)
            for comment in submission.comments:
                comment.auto_comment = "No response." if comment.name in empty else None
            gradebook.db.commit()
        receipts = versions(root, assignment, student)
        receipt = vars(receipts[-1]) if receipts else {}
        write_record(root, assignment, student, receipt, outcome, outcome["key"], hands.superseded, hands.now)
        return nb, resources


class ByHand:
    """What a person gave stands while the answer does, is taken back when that changes, and returns with it.

    Args:
        before, now: digests of the answers that scores were given for, and of the present ones, by grade_id.
        superseded: what was taken back so far.

    Attributes:
        superseded: what is taken back now: dictionaries of "cell", "manual_score" and the digest of the "answer".
    """

    def __init__(self, before, now, superseded):
        self._before, self.now, self.superseded = before, now, [*superseded]

    def settle(self, grade, points):
        """Set the machine's points of a grade (None: a person must look), and see to a person's."""
        before, now = (answers.get(grade.name.removeprefix(CHECK)) for answers in (self._before, self.now))
        same_points, by_hand = grade.auto_score == points, grade.manual_score
        grade.auto_score = points
        if by_hand is not None and before in (None, now):
            grade.needs_manual_grade = grade.needs_manual_grade or not same_points
            return
        self.take_back(grade)
        again = [t for t in self.superseded if t["cell"] == grade.name and now and t.get("answer") == now][-1:]
        for taken in again:
            self.superseded.remove(taken)
            grade.manual_score = taken["manual_score"]
        grade.needs_manual_grade = points is None and not again

    def take_back(self, grade):
        """Let no score of a person's stand, and remember it."""
        if grade.manual_score is not None:
            answer = self._before.get(grade.name.removeprefix(CHECK))
            self.superseded.append({"cell": grade.name, "manual_score": grade.manual_score, "answer": answer})
        grade.manual_score = None


def _points(exercise, grade):
    """The points of an exercise; None where grading failed on it.

    Raises:
        ValueError: they are no number between nothing and the most there is.
    """
    earned = exercise["earned"]
    if exercise["status"] == GRADER_ERROR:
        return None
    if not (isinstance(earned, (int, float)) and math.isfinite(earned) and 0 <= earned <= grade.max_score):
        raise ValueError(f"{exercise['name']}: {earned!r} points of {grade.max_score}")
    return float(earned)


def digests(notebook):
    """What is written in each answer's cell, by grade_id, as digests."""
    return {grade_id(c): hashlib.sha256(c.source.encode()).hexdigest() for c in notebook.cells if is_answer(c)}


def forget(gradebook, assignment, student, known):
    """Let no score of an earlier version stand, by machine or by hand, where the present one cannot be graded.

    Args:
        gradebook, assignment, student: whose.
        known: the record so far, or {}.

    Returns:
        The scores given by hand that are taken back, for the record.
    """
    hands = ByHand(known.get("answers") or {}, {}, known.get("superseded", []))
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return hands.superseded
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            hands.take_back(grade)
            grade.auto_score, grade.needs_manual_grade = None, True
    gradebook.db.commit()
    return hands.superseded
