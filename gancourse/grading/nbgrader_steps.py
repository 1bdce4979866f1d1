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
        earlier = (read_record(root, assignment, student) or {}).get("answers") or {}
        answers = digests(nb)
        changed = {name for name, digest in answers.items() if earlier.get(name, digest) != digest}
        empty = {grade_id(c) for c in nb.cells if is_answer(c) and c.metadata.nbgrader.checksum == compute_checksum(c)}
        superseded = []
        with Gradebook(about["db_url"]) as gradebook:
            submission = gradebook.find_submission_notebook(about["notebook"], assignment, student)
            grades = {grade.name: grade for grade in submission.grades}
            for exercise in outcome["exercises"]:
                grade = grades.pop(CHECK + exercise["name"])
                superseded += _settle(grade, _points(exercise, grade), exercise["name"] in changed)
            for name, grade in grades.items():  # answered in words: no points yet, unless nothing was written
                superseded += _settle(grade, 0.0 if name in empty else None, name in changed)
            for comment in submission.comments:
                comment.auto_comment = "No response." if comment.name in empty else None
            gradebook.db.commit()
        known = versions(root, assignment, student)
        receipt = vars(known[-1]) if known else {}
        write_record(root, assignment, student, receipt, outcome, outcome["key"], superseded, answers)
        return nb, resources


def _settle(grade, points, changed):
    """Set the machine's points (None: a person must look); what a person gave stands while the answer does.

    Returns:
        What was taken back, as a list for the record.
    """
    same_points, by_hand = grade.auto_score == points, grade.manual_score
    grade.auto_score = points
    if by_hand is None or changed:
        grade.manual_score, grade.needs_manual_grade = None, points is None
        return [] if by_hand is None else [{"cell": grade.name, "manual_score": by_hand}]
    grade.needs_manual_grade = grade.needs_manual_grade or not same_points
    return []


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


def forget(gradebook, assignment, student):
    """Let no score of an earlier version stand, by machine or by hand, where the present one cannot be graded.

    Returns:
        The scores given by hand that were taken back, for the record.
    """
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return []
    superseded = []
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            if grade.manual_score is not None:
                superseded.append({"cell": grade.name, "manual_score": grade.manual_score})
            grade.auto_score, grade.manual_score, grade.needs_manual_grade = None, None, True
    gradebook.db.commit()
    return superseded
