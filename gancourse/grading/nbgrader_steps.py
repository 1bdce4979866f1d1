"""The grading steps as nbgrader preprocessors: named in nbgrader_config.py, used by every way to grade.

`JudgeNotebook` stands where nbgrader executes the notebook, `SaveJudgedGrades` where it reads points off the
outputs. The points go from one to the other in memory, not through anything the notebook could forge.
"""

from pathlib import Path

from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from nbgrader.utils import is_grade, is_solution
from traitlets import Float

from gancourse import course
from gancourse.exercises import compile_all, secret_rng
from gancourse.grading.record import write_record
from gancourse.grading.session import CHECK, Limits, Session


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
        compiled = compile_all(exercises, secret_rng(course.grading_key(root), assignment))
        limits = Limits(self.cell_seconds, self.question_seconds, self.notebook_seconds)
        session = Session(nb, exercises, compiled, root / "assignments" / assignment, limits)
        resources["gancourse"] = results = session.grade()
        write_record(root, assignment, about["student"], results)
        return nb, resources


class SaveJudgedGrades(SaveAutoGrades):
    """Put the judge's points into the gradebook; what people grade by hand goes nbgrader's way."""

    def _add_score(self, cell, resources):
        name = cell.metadata["nbgrader"]["grade_id"].removeprefix(CHECK)
        result = resources["gancourse"].get(name)
        if is_solution(cell) or not is_grade(cell) or result is None:
            return super()._add_score(cell, resources)
        grade = self.gradebook.find_grade(
            cell.metadata["nbgrader"]["grade_id"], self.notebook_id, self.assignment_id, self.student_id
        )
        grade.auto_score = result.earned
        grade.needs_manual_grade = grade.manual_score is not None  # somebody overruled it before: look again
        self.gradebook.db.commit()
