"""Who takes part: a table of students, entered into nbgrader's gradebook and asked when files are collected and graded.

With a roster a file is its student's by the platform's number in front of its name, whatever the rest of the name says;
without such a number by the id in the name, if that is on the roster.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from gancourse import course
from gancourse.course import CourseError
from gancourse.grading.intake import Refused, require_student_id

FILE = "roster.csv"  # in the course's root; git ignores it
COLUMNS = {  # ours, and what platforms' exports call them, in small letters
    "id": ("sis login id", "login id", "student_id", "student id", "username", "user name", "id"),
    "name": ("name", "student", "full name", "fullname"),
    "first_name": ("first_name", "first name", "firstname", "given name"),
    "last_name": ("last_name", "last name", "lastname", "surname", "family name"),
    "email": ("email", "email address", "e-mail", "mail"),
    "platform_id": ("platform_id", "platform id", "lms_user_id", "canvas_id", "canvas id", "user id", "id"),
}


@dataclass(frozen=True)
class Student:
    """A row of the roster; everything but `id` may be empty."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    platform_id: str = ""


class Roster:
    """The students of a course.

    Args:
        students: `Student`s.
    """

    def __init__(self, students):
        self._ids = {s.id for s in students}
        self._by_case = {s.id.casefold(): s.id for s in students}
        self._by_person = {s.platform_id: s.id for s in students if s.platform_id}

    def whose(self, named, person=None):
        """The id of whoever handed in a file.

        Args:
            named: the id in its name.
            person: the platform's number in front of its name, if there is one.

        Raises:
            Refused: nobody of the roster.
        """
        if found := self._by_person.get(person) or self._known(named):
            return found
        raise Refused(
            f"there is no {named} in {FILE}. Rename it to somebody's id, or add the student to the table and run "
            "`gancourse roster` again."
        )

    def _known(self, named):
        return named if named in self._ids else self._by_case.get(named.casefold())

    def __contains__(self, student):
        return student in self._ids


def load_roster(root):
    """The course's `Roster`, or None if it has none."""
    path = Path(root) / FILE
    return Roster(read_students(path)) if path.exists() else None


def strangers(root, students):
    """Those of some ids who are not on the course's roster, sorted; none if it has no roster."""
    roster = load_roster(root)
    return sorted(s for s in students if s not in roster) if roster else []


def read_students(path):
    """The students of a CSV, comma or semicolon between its columns.

    Raises:
        CourseError: it has no column of ids, or rows that will not do; says which.
    """
    text = Path(path).read_text(encoding="utf-8-sig", errors="replace")
    first = text.partition("\n")[0]
    rows = list(csv.DictReader(text.splitlines(), delimiter=";" if first.count(";") > first.count(",") else ","))
    theirs = {(name or "").strip().lower(): name for name in (rows[0] if rows else {})}
    column = {ours: next((theirs[n] for n in names if n in theirs), None) for ours, names in COLUMNS.items()}
    if column["platform_id"] == column["id"]:  # in Canvas's table `ID` is its own number, and the login is the id
        column["platform_id"] = None
    if not column["id"]:
        raise CourseError(f"{path} needs a first line that names its columns, one of them `id`, and rows below it.")
    students, wrong = [], []
    for number, row in enumerate(rows, start=2):
        value = {ours: (row.get(name) or "").strip() if name else "" for ours, name in column.items()}
        if not value["id"] and not (value["email"] or value["platform_id"]):
            continue  # an empty line, or Canvas's "Points Possible"
        first_name, last_name = _in_two(value.pop("name"))
        student = Student(**value | {"first_name": value["first_name"] or first_name,
                                     "last_name": value["last_name"] or last_name})  # fmt: skip
        wrong += [f"line {number}: {why}" for why in _wrong_with(student, students)]
        students.append(student)
    if wrong:
        raise CourseError(f"{path} was not entered:\n" + "\n".join(f"- {line}" for line in wrong))
    return students


def _in_two(name):
    """First and last name of "Lovelace, Ada" or "Ada Lovelace"."""
    if "," in name:
        last, _, first = name.partition(",")
        return first.strip(), last.strip()
    first, _, last = name.rpartition(" ")
    return first.strip(), last.strip()


def _wrong_with(student, others):
    try:
        require_student_id(student.id)
    except (Refused, CourseError) as refused:
        yield str(refused)
    for other in others:
        if other.id.casefold() == student.id.casefold():
            yield f"{student.id} is there twice."
        elif student.platform_id and other.platform_id == student.platform_id:
            yield f"{student.id} and {other.id} have the same platform id, {student.platform_id}."


def enter_roster(root, path):
    """Make a CSV the course's roster, and enter its students into the gradebook, where others stay.

    Returns:
        How many students there are, and how many of them the gradebook did not know.

    Raises:
        CourseError: the table will not do; nothing is entered then.
    """
    students = read_students(path)
    with course.nbgrader_api(root).gradebook as gradebook:
        known = {s.id for s in gradebook.students}
        for s in students:
            about = {
                "first_name": s.first_name,
                "last_name": s.last_name,
                "email": s.email,
                "lms_user_id": s.platform_id,
            }
            gradebook.update_or_create_student(s.id, **{name: value or None for name, value in about.items()})
    with open(Path(root) / FILE, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(Student.__dataclass_fields__)
        writer.writerows([getattr(s, name) for name in Student.__dataclass_fields__] for s in students)
    return len(students), len({s.id for s in students} - known)
