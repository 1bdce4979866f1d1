"""Grades as a table: plain, for Canvas, for Moodle. What is not graded is left empty, never a zero.

The exporters are nbgrader's export plugins, so that these two do the same:

    gancourse export ps1 --for canvas --template canvas.csv
    nbgrader export --exporter=gancourse.grading.export.CanvasExporter --CanvasExporter.template=canvas.csv

The files are UTF-8 without a byte order mark, because programs read them; a mark that a template has is kept. (In
Excel, open the plain table by Data > From Text/CSV.)
"""

import csv
import io
import itertools
import os
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    GradeCell,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from nbgrader.plugins import ExportPlugin
from sqlalchemy import func, select
from traitlets import Bool, Unicode

from gancourse import course
from gancourse.course import CourseError
from gancourse.grading.record import read_record

FINAL = ("graded", "timed out", "killed")  # the statuses whose points are a score
NO_SUBMISSION, NOT_GRADED, BY_HAND = "no submission", "not graded yet", "to be graded by hand"


@dataclass(frozen=True)
class Score:
    """What one student has in one assignment.

    Attributes:
        assignment: its name.
        duedate: when it was due, or None.
        student: a row with `id`, `first_name`, `last_name`, `email`, `lms_user_id`.
        timestamp: when it was handed in, or None.
        raw: points so far, without the penalty for being late; None if nothing was graded.
        penalty: points taken off for being late.
        maximum: points to be had.
        status: one of `FINAL`, or why there is no score.
    """

    assignment: str
    duedate: object
    student: object
    timestamp: object
    raw: float | None
    penalty: float
    maximum: float
    status: str

    def points(self, unfinished=False):
        """The score, or None; with `unfinished`, also the points so far of what still needs a person."""
        counts = self.status in FINAL or (unfinished and self.status == BY_HAND)
        return max(0.0, self.raw - self.penalty) if counts and self.raw is not None else None


def read_scores(gradebook, root, assignments=(), students=()):
    """Every student's score in every assignment, in five queries however large the class.

    Args:
        gradebook: an `nbgrader.api.Gradebook`.
        root: the course's root; `records/<assignment>/<student>.json` there tells what could not be graded.
        assignments: names to keep; all if empty.
        students: ids to keep; all if empty.

    Raises:
        CourseError: an unknown assignment, or a score that cannot be: not a number, infinite, negative, or over the
            maximum. (Extra credit, which only a person gives, may go over it.)
    """
    fetch = gradebook.db.execute
    known = fetch(select(Assignment.id, Assignment.name, Assignment.duedate).order_by(Assignment.name)).all()
    if missing := set(assignments) - {a.name for a in known}:
        raise CourseError(f"The gradebook knows no {', '.join(sorted(missing))}. Run `gancourse grade` first.")
    people = [Student.id, Student.first_name, Student.last_name, Student.email, Student.lms_user_id]
    people = fetch(select(*people).order_by(Student.id)).all()
    submission = SubmittedAssignment
    columns = (submission.id, submission.assignment_id, submission.student_id, submission.timestamp)
    handed_in = {(s.assignment_id, s.student_id): s for s in fetch(select(*columns))}
    (cells, maxima), grades = _cells(fetch), _grades(fetch)
    rows = []
    for about, student in itertools.product(known, people):
        if (assignments and about.name not in assignments) or (students and student.id not in students):
            continue
        raw, penalty, status, when = None, 0.0, NO_SUBMISSION, None
        if found := handed_in.get((about.id, student.id)):
            raw, penalty, by_hand = _add_up(grades[found.id], cells, f"{student.id}, {about.name}")
            status, when = _status(root, about.name, student.id, raw, by_hand), found.timestamp
        rows.append(Score(about.name, about.duedate, student, when, raw, penalty, maxima[about.id], status))
    return rows


def _cells(fetch):
    """The maximum of every graded cell, by id, and of every assignment."""
    grade, task = GradeCell.__table__, TaskCell.__table__
    points = func.coalesce(grade.c.max_score, task.c.max_score)
    cell = BaseCell.__table__
    query = (
        select(cell.c.id, points.label("points"), Notebook.assignment_id)
        .select_from(cell)
        .join(Notebook, Notebook.id == cell.c.notebook_id)
        .outerjoin(grade, grade.c.id == cell.c.id)
        .outerjoin(task, task.c.id == cell.c.id)
        .where(points.is_not(None))
    )
    cells, maxima = {}, defaultdict(float)
    for row in fetch(query):
        cells[row.id] = row.points
        maxima[row.assignment_id] += row.points
    return cells, maxima


def _grades(fetch):
    """All grades, by the submission they belong to."""
    query = select(
        SubmittedNotebook.assignment_id.label("submission"),
        SubmittedNotebook.id.label("notebook"),
        SubmittedNotebook.late_submission_penalty.label("penalty"),
        Grade.cell_id,
        Grade.auto_score,
        Grade.manual_score,
        Grade.extra_credit,
        Grade.needs_manual_grade,
    ).outerjoin(Grade, Grade.notebook_id == SubmittedNotebook.id)
    grades = defaultdict(list)
    for row in fetch(query):
        grades[row.submission].append(row)
    return grades


def _add_up(grades, cells, whose):
    """Points so far (None if nothing was graded), penalty, and whether a part still needs a person."""
    points, by_hand, graded = 0.0, False, False
    penalties = {g.notebook: _checked(g.penalty or 0.0, float("inf"), whose) for g in grades}
    for grade in grades:
        if grade.cell_id is None:
            continue
        scored = grade.auto_score if grade.manual_score is None else grade.manual_score
        by_hand |= bool(grade.needs_manual_grade) or scored is None
        graded |= scored is not None
        points += _checked(scored or 0.0, cells.get(grade.cell_id, 0.0), whose)
        points += _checked(grade.extra_credit or 0.0, float("inf"), whose)
    return points if graded else None, sum(penalties.values()), by_hand


def _checked(value, most, whose):
    # SQLite stores whatever it is given, text too; NaN it stores as nothing, which is "not graded".
    if not isinstance(value, int | float) or not 0 <= value <= most + 1e-9 or value == float("inf"):
        raise CourseError(
            f"{whose}: {value!r} in the gradebook is no score (from 0 to {most:g}). Nothing was exported. Grade this "
            "student again, or mend the score in the formgrader."
        )
    return value


def _status(root, assignment, student, raw, by_hand):
    try:
        record = read_record(Path(root), assignment, student)
    except (OSError, ValueError):
        return "record cannot be read"
    if record is not None:
        # Records had no status at first; an empty one was a submission that could not be graded.
        said = record.get("status") or ("graded" if record.get("exercises") else "ungradable")
        if said not in FINAL:
            return str(said)
    else:
        said = "graded"  # by hand alone, or before records were kept
    if raw is None:
        return NOT_GRADED
    return BY_HAND if by_hand else said


# ---- text that a spreadsheet cannot take for a formula, files that are whole or not there


def plain(text):
    """`text` for a cell: one line, and nothing that a spreadsheet would compute.

    A text that begins with = + - @, a tab or a carriage return gets an apostrophe in front
    (owasp.org/www-community/attacks/CSV_Injection).
    """
    text = "" if text is None else str(text)
    line = "".join(c if c.isprintable() else " " for c in text)
    return f"'{line}" if text[:1] in ("\t", "\r") or line.lstrip()[:1] in tuple("=+-@＝＋－＠") else line


def number(value):
    """A score as text: no more than four decimals, none that are zero; empty for None."""
    return "" if value is None else f"{round(value, 4):.10g}"


@dataclass
class Sheet:
    """A table as it lies in a file: rows of texts, the first of them the header."""

    rows: list
    delimiter: str = ","
    newline: str = "\n"
    encoding: str = "utf-8"

    @classmethod
    def read(cls, path):
        """The table in `path`, whatever separates its columns.

        Raises:
            CourseError: it is not a table in UTF-8.
        """
        data = Path(path).read_bytes()
        try:
            text = data.decode("utf-8-sig")
            first = text.splitlines()[0]
            delimiter = max(",;\t", key=first.count)  # Canvas and Moodle offer all three
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except (UnicodeDecodeError, csv.Error, IndexError) as error:
            raise CourseError(f"{path} is no CSV in UTF-8. Export it again, and do not save it in Excel.") from error
        newline = "\r\n" if b"\r\n" in data else "\n"
        return cls(rows, delimiter, newline, "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8")

    def write(self, path):
        """Write the whole table or leave `path` as it was."""
        path = Path(path)
        beside = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(beside, "w", encoding=self.encoding, newline="") as file:
                csv.writer(file, delimiter=self.delimiter, lineterminator=self.newline).writerows(self.rows)
            os.replace(beside, path)
        except OSError as error:
            raise CourseError(f"{path} could not be written: {error.strerror}. Is it open elsewhere?") from error
        finally:
            beside.unlink(missing_ok=True)


# ---- the exporters


class CsvExporter(ExportPlugin):
    """One row per student and assignment, as nbgrader's own table, with a status and with proper quoting."""

    unfinished = Bool(False, help="Write the points so far of what still needs a person.").tag(config=True)
    root = Unicode("", help="The course's root; if left out, nbgrader's.").tag(config=True)
    default_to = "grades.csv"

    def export(self, gradebook):
        """Write the table; what to tell the instructor is logged, and returned as lines.

        Raises:
            CourseError: as for `read_scores`, or nobody has a submission; nothing is written then.
        """
        root = self.root or getattr(getattr(self.parent, "coursedir", None), "root", "") or "."
        names, ids = [str(a) for a in self.assignment], [str(s) for s in self.student]
        scores = read_scores(gradebook, root, names, ids)
        if names and all(s.status == NO_SUBMISSION for s in scores):
            raise CourseError(
                f"The gradebook has no submission of {', '.join(names)}, so there is nothing to export. Run `gancourse "
                f"grade {names[0]}` first."
            )
        sheet, left_out, lines = self.fill(scores)
        to = self.to or self.default_to
        sheet.write(to)
        lines = [*_summary(len(scores), to, left_out), *lines]
        for line in lines:
            self.log.info(line)
        return lines

    def fill(self, scores):
        """The table of `scores`; pairs (reason, student) of those left out; more lines for the instructor."""
        header = "assignment duedate timestamp student_id last_name first_name email"
        rows = [[*header.split(), "raw_score", "late_submission_penalty", "score", "max_score", "status"]]
        for s in scores:
            who = (s.student.id, s.student.last_name, s.student.first_name, s.student.email)
            points = s.points(self.unfinished)
            raw, penalty = (s.raw, s.penalty) if points is not None else (None, None)
            numbers = [number(v) for v in (raw, penalty, points, s.maximum)]
            rows.append([*(plain(t) for t in (s.assignment, s.duedate, s.timestamp, *who)), *numbers, plain(s.status)])
        return Sheet(rows), [(s.status, s.student.id) for s in scores if s.points(self.unfinished) is None], []


def _summary(scores, to, left_out):
    """How many scores were written, how many not, and why not."""
    why = defaultdict(list)
    for reason, student in left_out:
        why[reason].append(plain(student))
    lines = [f"{scores - len(left_out)} scores written to {to}, {len(left_out)} left empty."]
    lines += [f"  {reason} ({len(students)}): {', '.join(students)}" for reason, students in sorted(why.items())]
    if BY_HAND in why:
        lines.append("  Grade by hand in the formgrader; or --unfinished writes the points so far.")
    return lines


def _keys(student, names):
    return [str(value).strip().casefold() for name in names if (value := getattr(student, name))]


class PlatformExporter(CsvExporter):
    """A table that a learning platform imports: new, or filled into one that the platform exported.

    With a template every row, column and cell stays as it is, save one column per assignment. There, who handed
    something in gets the score, or an empty cell; who did not keeps what is there, and so does who is excused (EX).
    """

    template = Unicode("", help="The CSV that the platform exported; it is not changed.").tag(config=True)
    column = Unicode("", help="The column to fill, if it is not named as the assignment is.").tag(config=True)

    # Of each platform: the columns that tell who somebody is, best first, and what of a student stands there.
    identity = {}  # noqa: RUF012
    platform = ""

    def fill(self, scores):
        """As in `CsvExporter`, with lines about who was not matched."""
        maxima = {s.assignment: s.maximum for s in scores}
        students = {s.student.id: s.student for s in scores}
        if self.template:
            sheet = Sheet.read(self.template)
            columns = {a: self._find_column(sheet.rows[0], a, len(maxima)) for a in maxima}
            where, lines = self._match(sheet, students)
        else:
            sheet, where = self.fresh(students, maxima)
            columns, lines = {a: sheet.rows[0].index(plain(a)) for a in maxima}, []
        for assignment, column in columns.items():
            lines += self._compare_maximum(sheet.rows, column, assignment, maxima[assignment])
        left_out = []
        for score in scores:
            reason = f"not in {self.template}"
            if score.student.id in where:
                reason = self._write(where[score.student.id], columns[score.assignment], score)
            left_out += [(reason, score.student.id)] if reason else []
        return sheet, left_out, lines

    def _write(self, row, column, score):
        """Write one cell; the reason if there is no score to write."""
        row.extend([""] * (column + 1 - len(row)))
        before, points = row[column].strip(), score.points(self.unfinished)
        if before.upper() == "EX":
            return "excused in the template"
        if points is None and (score.status == NO_SUBMISSION or before.upper() == "N/A"):
            return score.status
        row[column] = number(points)
        # To a platform an empty cell may mean: take away what you have. Nobody should learn that from a student.
        erased = f" (the template had {plain(before)})" if before not in ("", "-") else ""
        return score.status + erased if points is None else None

    def _find_column(self, header, assignment, assignments):
        if self.column and assignments > 1:
            raise CourseError("A column can be named for one assignment at a time.")
        others = [i for i, name in enumerate(header) if name not in self.identity]
        found = [i for i in others if self.is_column(header[i], self.column or assignment, bool(self.column))]
        if len(found) == 1:
            return found[0]
        names = ", ".join(repr(header[i]) for i in (found or others))
        raise CourseError(
            f"{'More than one' if found else 'No'} column of {self.template} is that of "
            f"{self.column or assignment}; name one by --column. There are: {names}."
        )

    def is_column(self, header, name, named):
        """Whether the column `header` is that of assignment `name`, or, if `named`, is called so."""
        raise NotImplementedError

    def _match(self, sheet, students):
        """Which row is whose, and lines about those of either side that are not found on the other."""
        header, rows = sheet.rows[0], sheet.rows[1:]
        columns = {name: header.index(name) for name in self.identity if name in header}
        if not columns:
            wanted = ", ".join(self.identity)
            raise CourseError(f"{self.template} has no column of: {wanted}. Is it {self.platform}'s, in English?")
        at, where = {name: self._index(rows, column, name) for name, column in columns.items()}, {}
        for student in students.values():
            for name, index in at.items():
                key = next((a for a in _keys(student, self.identity[name]) if a in index), None)
                if key is not None:
                    where[student.id] = index[key]
                    break
        taken = defaultdict(list)
        for student, row in where.items():
            taken[id(row)].append(student)
        if twice := [s for s in taken.values() if len(s) > 1]:
            raise CourseError(f"Of these students it is not clear whose row it is: {'; '.join(map(', '.join, twice))}.")
        # Of one student alone, everybody else is no news.
        unknown = [] if self.student else [self._who(row, columns) for row in rows if id(row) not in taken]
        unknown = list(filter(None, unknown))
        told = f"In {self.template}, but not in the gradebook ({len(unknown)}): {'; '.join(unknown)}"
        return where, [told] if unknown else []

    def _who(self, row, columns):
        """A student's row in words; empty if it is nobody's."""
        ids = [row[c] for c in columns.values() if c < len(row) and row[c].strip()]
        return plain(" ".join(dict.fromkeys([row[0], *ids]))) if ids and self.is_student(row) else ""

    def _index(self, rows, column, name):
        index = {}
        for row in rows:
            key = self.key(name, row[column]) if column < len(row) and self.is_student(row) else ""
            if key in index:
                raise CourseError(f"{self.template} has two rows with {name} {key!r}.")
            if key:
                index[key] = row
        return index

    def key(self, column, text):
        """What is compared of the cell `text` in the identifying column `column`."""
        return text.strip().casefold()

    def is_student(self, row):
        """Whether a row is a student's."""
        return bool(row)

    def _compare_maximum(self, rows, column, assignment, maximum):
        said = (self.maximum(rows, column) or "").replace(",", ".")
        if not re.fullmatch(r"\d+(\.\d+)?", said) or abs(float(said) - maximum) < 0.01:  # it may say "(read only)"
            return []
        return [f"{assignment} has {number(maximum)} points here, and {said} in {self.platform}."]

    def maximum(self, rows, column):
        """What the table says is the most one can have in `column`, as text, or None."""
        return None

    def fresh(self, students, maxima):
        """A new table for `students`, with a column for each assignment in `maxima`; and each student's row."""
        raise NotImplementedError


def _last_first(student):
    return ", ".join(filter(None, (student.last_name, student.first_name))) or student.id


class CanvasExporter(PlatformExporter):
    """For "Import" in Canvas's gradebook ("How do I import grades in the Gradebook?", Instructor Guide).

    Canvas knows a student by ID, then SIS User ID, then SIS Login ID, then by name, and an assignment by
    `title (id)`, else by title; to it, an empty cell where it has a grade takes the grade away
    (canvas-lms, lib/gradebook_importer.rb). A new table has no IDs of Canvas's: the student ids stand as SIS Login ID.
    """

    default_to = "grades-canvas.csv"
    platform = "Canvas"
    identity = {  # noqa: RUF012
        "SIS Login ID": ("id", "email"),
        "SIS User ID": ("id", "lms_user_id"),
        "ID": ("lms_user_id", "id"),
    }

    def is_column(self, header, name, named):
        """`ps1` and `ps1 (1234)` are the column of ps1."""
        return name.casefold() in (header.strip().casefold(), re.sub(r" \(\d+\)$", "", header.strip()).casefold())

    def is_student(self, row):
        """Neither the row of points possible nor Canvas's test student."""
        return bool(row) and "Points Possible" not in row[0] and row[0] != "Student, Test"

    def maximum(self, rows, column):
        """The cell in the row of points possible."""
        return next((r[column].strip() for r in rows if r and "Points Possible" in r[0] and column < len(r)), None)

    def fresh(self, students, maxima):
        """Students by login, and the row of points possible."""
        header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *(plain(a) for a in maxima)]
        empty = [""] * len(maxima)
        possible = ["    Points Possible", "", "", "", "", *(number(m) for m in maxima.values())]
        where = {
            s.id: [plain(_last_first(s)), plain(s.lms_user_id), "", plain(s.id), "", *empty] for s in students.values()
        }
        return Sheet([header, possible, *where.values()]), where


class MoodleExporter(PlatformExporter):
    """For Moodle's "Grade import" (CSV) and, with a template, for an assignment's "Offline grading worksheet".

    The worksheet ("Download grading worksheet", "Upload grading worksheet") has the columns Identifier, Full name,
    Email address, Status, Grade, Maximum Grade and more, and knows a participant by the Identifier alone. The
    gradebook's export ("Plain text file") has ID number, Email address and a column `Assignment: ps1 (Real)`; on
    import one says what each column is (docs.moodle.org: "Grade import", "Offline grading worksheet").
    """

    default_to = "grades-moodle.csv"
    platform = "Moodle"
    identity = {  # noqa: RUF012
        "Username": ("id",),
        "ID number": ("id", "lms_user_id"),
        "Email address": ("email", "id"),
        "Identifier": ("lms_user_id",),
    }

    def key(self, column, text):
        """Of `Participant 123`, Moodle's identifier, the number."""
        return re.sub(r"^\D+", "", text) if column == "Identifier" else super().key(column, text)

    def is_column(self, header, name, named):
        """`Grade` in a worksheet; `Assignment: ps1 (Real)`, `ps1 (Real)` or `ps1` in a gradebook's export."""
        header = header.strip()
        if named:
            return header.casefold() == name.casefold()
        return header == "Grade" or bool(re.fullmatch(rf"(?:\w+: ?)?{re.escape(name)}(?: \(\w+\))?", header, re.I))

    def maximum(self, rows, column):
        """What stands in the worksheet's column of that name, for the first participant."""
        if "Maximum Grade" not in rows[0]:
            return None
        most = rows[0].index("Maximum Grade")
        return next((row[most].strip() for row in rows[1:] if most < len(row)), None)

    def fresh(self, students, maxima):
        """Students by user name, with what the gradebook knows of them."""
        header = ["First name", "Surname", "Username", "ID number", "Email address", *(plain(a) for a in maxima)]
        empty = [""] * len(maxima)
        where = {
            s.id: [*(plain(t) for t in (s.first_name, s.last_name, s.id, s.lms_user_id, s.email)), *empty]
            for s in students.values()
        }
        return Sheet([header, *where.values()]), where


EXPORTERS = {"canvas": CanvasExporter, "moodle": MoodleExporter, "csv": CsvExporter}


def export_grades(root, assignment, platform, out=None, unfinished=False, template=None, column=None):
    """Write one assignment's scores as `platform` ("canvas", "moodle", "csv") wants them.

    Args:
        root: the course's root.
        assignment: its name.
        platform: a key of `EXPORTERS`.
        out: the file to write; `grades-canvas.csv` and so on in the root if left out.
        unfinished: write the machine's points also where a part still needs a person.
        template: the CSV that the platform exported.
        column: the template's column to fill, if it is not named as the assignment is.

    Returns:
        What to tell the instructor, as lines.

    Raises:
        CourseError: an impossible score, an unknown assignment, a template that does not fit; nothing is written.
    """
    exporter = EXPORTERS[platform]
    to = Path(out or Path(root) / f"grades-{assignment}-{platform}.csv")
    options = {"template": str(template or ""), "column": column or ""}
    if platform == "csv" and any(options.values()):
        raise CourseError("The plain table takes no template and no column.")
    options = {} if platform == "csv" else options
    with course.nbgrader_api(root).gradebook as gradebook:
        plugin = exporter(root=str(root), to=str(to), assignment=[assignment], unfinished=unfinished, **options)
        return plugin.export(gradebook)


def write_table(root, gradebook, to):
    """The table of everything that `gancourse grade` writes at its end, with the points so far.

    It is for the instructor's eyes: the column `status` says which scores are not final.

    Args:
        root: the course's root.
        gradebook: an open `nbgrader.api.Gradebook`.
        to: the file.

    Raises:
        CourseError: an impossible score; nothing is written.
    """
    CsvExporter(root=str(root), to=str(to), unfinished=True).export(gradebook)
