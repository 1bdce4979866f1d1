"""Grade a class: autograde every submission, write feedback and the table of grades, sum up."""

import hashlib
import os
import sys
import warnings
from collections import Counter
from pathlib import Path

from nbgrader.api import MissingEntry
from nbgrader.plugins import CsvExportPlugin
from sqlalchemy.exc import SAWarning
from tqdm import tqdm

from gancourse import course
from gancourse.grading.record import read_record, record_path, write_record
from gancourse.release import release


def grade(root, assignment, force=False):
    """Grade what lies in `submitted/<student>/<assignment>/` and is new or changed.

    Args:
        root: the course's root.
        assignment: its name, such as "ps1".
        force: grade everything again.

    Returns:
        A `Counter` of outcomes: "graded", "unchanged", "could not be graded", "without feedback".

    Raises:
        CourseError: no such assignment, or nothing was handed in.
    """
    course.load_exercises(root, assignment)  # says so at once if there is no such assignment
    students = sorted(p.parent.name for p in (root / "submitted").glob(f"*/{assignment}") if p.is_dir())
    if not students:
        raise course.CourseError(
            f"Nothing to grade: there is no submitted/<student>/{assignment}/. Put the students' zip files into "
            f"downloaded/{assignment}/archive/ and run `nbgrader zip_collect {assignment}`."
        )
    course.grading_key(root)  # made before the first submission is looked at
    api = _api_that_knows(root, assignment)
    outcomes, before = Counter(), os.getcwd()
    os.chdir(root)
    warnings.filterwarnings("ignore", category=SAWarning)  # nbgrader's own, three per submission
    try:
        for student in tqdm(students, desc=assignment, unit="submission", file=sys.stderr):
            outcomes[_grade_one(api, root, assignment, student, force)] += 1
        with api.gradebook as gradebook:
            CsvExportPlugin(to="grades.csv").export(gradebook)
    finally:
        os.chdir(before)
    return outcomes


def _api_that_knows(root, assignment):
    """nbgrader's interface, with the assignment in its gradebook (a fresh checkout has none)."""
    api = course.nbgrader_api(root)
    with api.gradebook as gradebook:
        try:
            gradebook.find_assignment(assignment)
        except MissingEntry:
            release(root, assignment)
    return api


def _grade_one(api, root, assignment, student, force):
    """Autograde one submission if need be, and write its feedback; the outcome in words."""
    stamp = record_path(root, assignment, student).with_suffix(".key")
    key = _content(root, assignment, student)
    if force or not _is_graded(api, root, assignment, student, stamp, key):
        stamp.unlink(missing_ok=True)  # killed from here on, it will be graded again
        done = api.autograde(assignment, student, force=True)
        if not done["success"]:
            log = stamp.with_suffix(".log")
            log.parent.mkdir(parents=True, exist_ok=True)
            log.write_text(f"{done.get('log', '')}\n{done.get('error', '')}")
            tqdm.write(f"{student}: could not be graded, see {log.relative_to(root)}", file=sys.stderr)
            _forget(api, root, assignment, student)
            return "could not be graded"
        stamp.write_text(key)
        outcome = "graded"
    else:
        outcome = "unchanged"
    feedback = api.generate_feedback(assignment, student, force=True)
    if not feedback["success"]:
        tqdm.write(f"{student}: no feedback.\n{feedback.get('log') or feedback.get('error')}", file=sys.stderr)
        return "without feedback"
    return outcome


def _is_graded(api, root, assignment, student, stamp, key):
    """Whether this very submission was graded to the end, and nothing of that has been lost since."""
    if not stamp.exists() or stamp.read_text() != key or not (root / "autograded" / student / assignment).exists():
        return False
    with api.gradebook as gradebook:
        try:
            gradebook.find_submission(assignment, student)
        except MissingEntry:
            return False
    return True


def _forget(api, root, assignment, student):
    """Let no score of an earlier submission stand for one that could not be graded."""
    write_record(root, assignment, student, {})
    with api.gradebook as gradebook:
        try:
            submission = gradebook.find_submission(assignment, student)
        except MissingEntry:
            return
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                grade.auto_score, grade.needs_manual_grade = None, True
        gradebook.db.commit()


def _content(root, assignment, student):
    """A digest of everything a grade depends on: the submission, the exercises, the key, settings, the judge."""
    digest = hashlib.sha256()
    files = sorted((root / "submitted" / student / assignment).glob("*"))
    files += [root / "grading.key", root / "nbgrader_config.py"]
    files += sorted((root / "solutions" / assignment).glob("*")) + sorted(Path(__file__).parent.parent.rglob("*.py"))
    for file in files:
        digest.update(file.read_bytes() if file.is_file() else b"")
    return digest.hexdigest()


def summary(root, assignment):
    """The class as text: points per student and exercise, and what went wrong with whom."""
    records = sorted(
        (read_record(root, assignment, p.stem) for p in (root / "records" / assignment).glob("*.json")),
        key=lambda r: r["student"],
    )
    lines = []
    for record in records:
        exercises = record["exercises"]
        if not exercises:
            lines.append(f"  {record['student']:<20} could not be graded")
            continue
        points = f"{sum(e['earned'] for e in exercises):g} of {sum(e['points'] for e in exercises):g}"
        odd = [f"{e['name']} {e['status']}" for e in exercises if e["status"] != "judged"]
        lines.append(f"  {record['student']:<20} {points:>10}  {', '.join(odd)}".rstrip())
    return "\n".join(lines)
