"""The grading steps as nbgrader preprocessors: named in nbgrader_config.py, used by every way to grade.

`JudgeNotebook` stands where nbgrader executes the notebook, `SaveJudgedGrades` where it reads points off the
outputs. The points go from one to the other in memory, not through anything the notebook could forge.
"""

import hashlib
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from nbgrader.utils import is_solution
from traitlets import Float

from gancourse import course
from gancourse.exercises import compile_all, secret_rng
from gancourse.grading.kernel import KernelLost
from gancourse.grading.record import write_record
from gancourse.grading.session import CHECK, Limits, Session


class TidyCells(NbGraderPreprocessor):
    """Make copies, strangers and damage into ordinary cells, on which nbgrader's own steps stumble.

    A cell keeps its nbgrader metadata if it is the first of an id that the assignment knows. The others are run
    like any cell a student adds.
    """

    def preprocess(self, nb, resources):
        """Drop the nbgrader metadata of every cell but the first of each known id."""
        about, seen = resources["nbgrader"], set()
        with Gradebook(about["db_url"]) as gradebook:
            known = {c.name for c in gradebook.find_notebook(about["notebook"], about["assignment"]).source_cells}
        for cell in nb.cells:
            mark = cell.metadata.get("nbgrader")
            name = mark.get("grade_id") if isinstance(mark, dict) else None
            if name in known and name not in seen:
                seen.add(name)
            else:
                cell.metadata.pop("nbgrader", None)
        return nb, resources


class JudgeNotebook(NbGraderPreprocessor):
    """Run the student's notebook and judge its exercises outside the kernel."""

    cell_seconds = Float(Limits.cell, help="How long one cell may run.").tag(config=True)
    question_seconds = Float(Limits.question, help="How long judging one exercise may run.").tag(config=True)
    notebook_seconds = Float(Limits.notebook, help="How long the whole notebook may run.").tag(config=True)

    def preprocess(self, nb, resources):
        """Grade; the results go into `resources["gancourse"]`, the panels into the cells."""
        root, about = Path.cwd(), resources["nbgrader"]  # nbgrader changes to the course's root
        assignment = about["assignment"]
        exercises = course.load_exercises(root, assignment)
        compiled = compile_all(exercises, secret_rng(course.grading_key(root), fingerprint(nb, about)))
        limits = Limits(self.cell_seconds, self.question_seconds, self.notebook_seconds)
        answers = course.load_answers(root, assignment)
        session = Session(nb, exercises, compiled, root / "assignments" / assignment, limits, answers)
        try:
            resources["gancourse"] = results = session.grade()
        except KernelLost as lost:  # a kernel that does not even start; the class goes on
            raise RuntimeError(f"The kernel {lost} before the student's code ran.") from lost
        write_record(root, assignment, about["student"], results)
        return nb, resources


def fingerprint(nb, about):
    """What the secret inputs depend on: who handed in what.

    A student who prints the inputs, into the feedback or for friends, has nothing that is asked again.
    """
    digest = hashlib.sha256("\0".join(cell.source for cell in nb.cells).encode()).hexdigest()
    return f"{about['assignment']}/{about['student']}/{digest}"


class SaveJudgedGrades(SaveAutoGrades):
    """Put the judge's points into the gradebook; what people grade by hand goes nbgrader's way."""

    def preprocess(self, nb, resources):
        """Save the points of every exercise, whether or not the notebook still has the cell that checks it."""
        nb, resources = super().preprocess(nb, resources)
        with Gradebook(self.db_url) as gradebook:
            for name, result in resources["gancourse"].items():
                grade = gradebook.find_grade(CHECK + name, self.notebook_id, self.assignment_id, self.student_id)
                grade.auto_score = result.earned
                # Somebody overruled the machine before: look again.
                grade.needs_manual_grade = grade.manual_score is not None
            gradebook.db.commit()
        return nb, resources

    def _add_score(self, cell, resources):
        if is_solution(cell):
            super()._add_score(cell, resources)
