"""Answers in words, read one below the other and scored on one page: `gancourse words`.

The page is a file; scores leave it as a CSV (student, question, score, answer) and are entered into nbgrader's
gradebook, where the formgrader shows them, too. `answer` is a digest of the text that was scored: if another one has
been handed in since, the score is not entered.
"""

import csv
import hashlib
import math
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from gancourse import course
from gancourse.course import CourseError
from gancourse.grading.rebuild import MARKER, grade_id

COLUMNS = ("student", "question", "score", "answer")
PICTURES = ("image/png", "image/jpeg")


@dataclass
class Answer:
    """What a student wrote, with the score so far, or None; pictures as data URIs."""

    student: str
    text: str
    digest: str
    score: float | None
    pictures: list = field(default_factory=list)


@dataclass
class Question:
    """A question that a person grades: its cell's name, points, text and model answer, and the students' answers."""

    cell: str
    points: float
    asked: str
    model: str
    answers: list = field(default_factory=list)


def questions(root, assignment):
    """The assignment's questions in words with all answers that were taken in.

    Raises:
        CourseError: there is no such assignment, or it has no such question.
    """
    root = Path(root)
    course.exercises_folder(root, assignment)
    notebook = nbformat.read(root / "solutions" / assignment / f"{assignment}.ipynb", as_version=4)
    stubs = {grade_id(c): c.source for c in _cells(root / "assignments" / assignment / f"{assignment}.ipynb")}
    found = {}
    for before, cell in zip([None, *notebook.cells], notebook.cells, strict=False):
        about = cell.metadata.get("nbgrader", {})
        if about.get("grade") and about.get("solution"):
            asked = before.source if before is not None and before.cell_type == "markdown" else ""
            found[grade_id(cell)] = Question(grade_id(cell), about["points"], asked, _model(cell.source))
    if not found:
        raise CourseError(f"{assignment} has no question that is answered in words.")
    with course.nbgrader_api(root).gradebook as gradebook:
        for submission in gradebook.assignment_submissions(assignment):
            student = submission.student.id
            scores = {
                g.name: g.manual_score for n in submission.notebooks for g in n.grades if not g.needs_manual_grade
            }
            for cell in _cells(root / "autograded" / student / assignment / f"{assignment}.ipynb"):
                if question := found.get(grade_id(cell)):
                    question.answers.append(_answer(student, cell, scores.get(grade_id(cell)), stubs))
    for question in found.values():  # in no order of names, and the same every time
        question.answers.sort(key=lambda a: hashlib.sha256(f"{question.cell}/{a.student}".encode()).digest())
    return list(found.values())


def _cells(path):
    return nbformat.read(path, as_version=4).cells if path.exists() else []


def _model(source):
    return source.partition("### BEGIN SOLUTION\n")[2].partition("### END SOLUTION")[0].strip() or source


def _answer(student, cell, score, stubs):
    lines = cell.source.splitlines()
    text = "\n".join(lines[1:] if lines and MARKER.match(lines[0]) else lines).strip()
    pictures = [
        f"data:{kind};base64,{''.join(data)}"
        for bundle in cell.get("attachments", {}).values()
        for kind, data in bundle.items()
        if kind in PICTURES
    ]
    digest = hashlib.sha256(repr((cell.source, pictures)).encode()).hexdigest()[:12]
    if cell.source == stubs.get(grade_id(cell)) or not (text or pictures):
        text = "(nothing written)"
    return Answer(student, text, digest, score, pictures)


def write_page(root, assignment, names=False):
    """Write words/<assignment>.html with everything on it.

    Args:
        root: the course's root.
        assignment: its name.
        names: whether the page opens with names shown.

    Returns:
        The path, and how many answers are on the page.

    Raises:
        CourseError: there is nothing to read; says what to do.
    """
    from jinja2 import Environment, FileSystemLoader

    asked = questions(root, assignment)
    if not (count := sum(len(q.answers) for q in asked)):
        raise CourseError(
            f"Nobody's answers to {assignment} have been taken in: run `gancourse grade {assignment}` first."
        )
    template = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True).get_template("words.html")
    for number, question in enumerate(asked):
        question.number, question.points = number, f"{question.points:g}"
    path = Path(root) / "words" / f"{assignment}.html"
    path.parent.mkdir(exist_ok=True)
    path.write_text(template.render(assignment=assignment, questions=asked, names=names), encoding="utf-8")
    return path, count


def enter_scores(root, assignment, path):
    """Enter scores from a CSV into the gradebook. Rows that will not do are left out; the others are entered.

    Returns:
        How many were entered, and what is wrong with the other rows, a list of texts.

    Raises:
        CourseError: the file is none of ours.
    """
    with open(path, newline="", encoding="utf-8-sig", errors="replace") as file:
        rows = list(csv.DictReader(file))
    if not rows or not set(COLUMNS[:3]) <= set(rows[0]):
        raise CourseError(f"{path} has no rows with the columns {', '.join(COLUMNS[:3])}: save it from the page.")
    known = {(a.student, q.cell): (q, a) for q in questions(root, assignment) for a in q.answers}
    entered, wrong = 0, []
    with course.nbgrader_api(root).gradebook as gradebook:
        for number, row in enumerate(rows, start=2):
            try:
                question, answer = known[row["student"], row["question"]]
                score = _score(row["score"], question.points)
                if row.get("answer") not in (None, "", answer.digest):
                    raise ValueError("another text has been handed in since: look at it again")
            except KeyError:
                wrong.append(f"line {number}: there is no answer of {row['student']!r} to {row['question']!r}")
                continue
            except ValueError as error:
                wrong.append(f"line {number}, {row['student']}: {error}")
                continue
            if score is None:
                continue
            grade = gradebook.find_grade(question.cell, assignment, assignment, answer.student)
            grade.manual_score, grade.needs_manual_grade = score, False
            entered += 1
        gradebook.db.commit()
    return entered, wrong


def _score(text, most):
    """A score as a number; None where nothing was written."""
    if not (text or "").strip():
        return None
    try:
        score = float(text.strip().replace(",", "."))
    except ValueError:
        score = math.nan
    if not 0 <= score <= most:
        raise ValueError(f"{text!r} is no score from 0 to {most:g}")
    return score
