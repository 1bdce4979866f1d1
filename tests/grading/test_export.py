"""Grades leave as tables that a learning platform takes, and what is no grade stays empty."""

import csv
import json
import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook, MissingEntry

from classroom import ROOT
from gancourse.cli import main
from gancourse.course import CourseError
from gancourse.grading import export

CELLS = {"check-one": 3, "check-two": 4, "in-words": 5}
FORMULA = '=HYPERLINK("http://example.org";"x")'
PEOPLE = {
    "ada": {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@uni.example", "lms_user_id": "501"},
    "grace": {"first_name": 'Grace "Amazing"', "last_name": "Hopper, Rear\nAdmiral", "email": "grace@uni.example"},
    "zoe": {"first_name": FORMULA, "last_name": "Żółć-Ünïcødé 李", "email": "@zoe"},
    "tab": {"first_name": "\tx", "last_name": "-1+1", "email": "tab@uni.example"},
    "idle": {"first_name": "Ida", "last_name": "Idle", "email": "idle@uni.example"},
    "broken": {"first_name": "B", "last_name": "Roken", "email": "broken@uni.example"},
    "words": {"first_name": "W", "last_name": "Ords", "email": "words@uni.example"},
}
# auto scores, points by hand, penalty, the record's status
GRADED = {
    "ada": ((3, 4), 5, 0, "graded"),
    "grace": ((1.5, 0.1), 2.3, 0, "timed out"),
    "zoe": ((3, 4), 0, 2.5, "killed"),
    "tab": ((0, 0), 0, 0, None),
    "broken": ((3, 4), 5, 0, "ungradable"),
    "words": ((3, 1), None, 0, "graded"),
}
SCORES = {"ada": "12", "grace": "3.9", "zoe": "4.5", "tab": "0"}


def enter(gradebook, student, autos, by_hand, penalty, assignment="ps1"):
    submission = gradebook.add_submission(assignment, student)
    submission.notebooks[0].late_submission_penalty = penalty
    for name, points in zip(CELLS, (*autos, None), strict=True):
        grade = gradebook.find_grade(name, assignment, assignment, student)
        grade.auto_score, grade.needs_manual_grade = points, False
        if name == "in-words":
            grade.manual_score, grade.needs_manual_grade = by_hand, by_hand is None


def record(folder, student, assignment="ps1", **said):
    path = folder / "records" / assignment / f"{student}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"assignment": assignment, "student": student, **said}))


def add_assignment(gradebook, name):
    gradebook.add_assignment(name)
    gradebook.add_notebook(name, name)
    for cell, points in CELLS.items():
        gradebook.add_grade_cell(cell, name, name, max_score=points, cell_type="code")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A course with a graded class in its gradebook; each test gets a copy."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "notebooks").mkdir()
    (folder / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text())
    with book(folder) as gradebook:
        add_assignment(gradebook, "ps1")
        for student, about in PEOPLE.items():
            gradebook.add_student(student, **about)
        for student, (autos, by_hand, penalty, status) in GRADED.items():
            enter(gradebook, student, autos, by_hand, penalty)
            record(folder, student, exercises=[{"name": "one"}], **({"status": status} if status else {}))
        gradebook.db.commit()
    return folder


@pytest.fixture
def own_course(made, tmp_path, monkeypatch):
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def book(folder):
    return Gradebook(f"sqlite:///{folder}/gradebook.db")


def run(*arguments):
    return CliRunner().invoke(main, ["export", "ps1", *map(str, arguments)])


def exported(*arguments, out="out.csv"):
    done = run(*arguments, "--out", out)
    assert done.exit_code == 0, done.output
    with open(out, encoding="utf-8", newline="") as file:
        return list(csv.reader(file)), done.output


def as_dicts(rows):
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_the_plain_table_reads_back(own_course):
    rows, said = exported("--for", "csv")
    by_student = {r["student_id"]: r for r in as_dicts(rows)}
    assert {s: r["score"] for s, r in by_student.items()} == dict.fromkeys(PEOPLE, "") | SCORES
    assert by_student["grace"]["first_name"] == 'Grace "Amazing"'
    assert by_student["grace"]["last_name"] == "Hopper, Rear Admiral"
    assert by_student["zoe"]["last_name"] == PEOPLE["zoe"]["last_name"]
    assert by_student["zoe"]["first_name"] == "'" + FORMULA
    assert by_student["zoe"]["email"] == "'@zoe"
    assert by_student["tab"]["first_name"].startswith("'")
    assert by_student["tab"]["last_name"] == "'-1+1"
    assert by_student["zoe"]["late_submission_penalty"] == "2.5"
    assert by_student["zoe"]["raw_score"] == "7"
    assert {r["max_score"] for r in by_student.values()} == {"12"}
    assert by_student["broken"]["status"] == "ungradable"
    assert by_student["grace"]["status"] == "timed out"
    assert by_student["idle"]["status"] == "no submission"
    assert "4 scores written" in said
    for reason in ("ungradable (1): broken", "no submission (1): idle", "to be graded by hand (1): words"):
        assert reason in said


def test_the_plain_table_has_no_byte_order_mark_and_ends_every_row_alike(own_course):
    exported("--for", "csv")
    data = (own_course / "out.csv").read_bytes()
    assert data.startswith(b"assignment,")
    assert data.count(b"\n") == len(PEOPLE) + 1


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "＝1+1"])
def test_no_text_is_a_formula(text):
    assert export.plain(text).startswith("'")
    assert export.plain(text).isprintable()


@pytest.mark.parametrize("text", ["", None, "Ada", "O'Neil", "a-b", "李"])
def test_ordinary_text_is_left_alone(text):
    assert export.plain(text) == (text or "")


def test_numbers_are_written_as_numbers():
    assert [export.number(v) for v in (None, 0.0, 0.1 + 0.2, 12.0, 100.0, 1 / 3)] == [
        "",
        "0",
        "0.3",
        "12",
        "100",
        "0.3333",
    ]


def test_unfinished_writes_the_points_so_far_but_of_nothing_that_could_not_be_graded(own_course):
    record(own_course, "ada", status="grader error", exercises=[{"name": "one"}])
    record(own_course, "tab", exercises=[])  # an old record of a submission that could not be graded
    rows, said = exported("--for", "csv", "--unfinished")
    scores = {r["student_id"]: (r["score"], r["raw_score"], r["status"]) for r in as_dicts(rows)}
    assert scores["words"] == ("4", "4", "to be graded by hand")
    assert scores["ada"] == ("", "", "grader error")
    assert scores["tab"] == ("", "", "ungradable")
    assert scores["broken"][:2] == scores["idle"][:2] == ("", "")
    assert "--unfinished" not in said


def test_a_status_that_nobody_knows_is_no_score_and_a_damaged_record_neither(own_course):
    record(own_course, "ada", status="tampering suspected", exercises=[{}])
    (own_course / "records" / "ps1" / "grace.json").write_text('{"stat')
    rows, said = exported("--for", "csv", "--unfinished")
    scores = {r["student_id"]: r["score"] for r in as_dicts(rows)}
    assert scores["ada"] == scores["grace"] == ""
    assert "tampering suspected (1): ada" in said


def test_a_submission_without_any_score_is_not_graded(own_course):
    with book(own_course) as gradebook:
        gradebook.add_submission("ps1", "idle")
        gradebook.db.commit()
    rows, said = exported("--for", "csv", "--unfinished")
    assert next(r for r in as_dicts(rows) if r["student_id"] == "idle")["score"] == ""
    assert "not graded yet (1): idle" in said


def test_a_late_penalty_takes_no_more_than_there_is(own_course):
    with book(own_course) as gradebook:
        gradebook.find_submission("ps1", "tab").notebooks[0].late_submission_penalty = 3
        gradebook.db.commit()
    rows, _ = exported("--for", "csv")
    assert next(r for r in as_dicts(rows) if r["student_id"] == "tab")["score"] == "0"


@pytest.mark.parametrize("bad", ["9e999", "-1", "3.5", "'many'"])
@pytest.mark.parametrize("platform", ["csv", "canvas", "moodle"])
def test_a_score_that_cannot_be_is_refused_by_name_and_nothing_is_written(own_course, bad, platform):
    with book(own_course) as gradebook:
        grade = gradebook.find_grade("check-one", "ps1", "ps1", "grace")
        gradebook.db.connection().exec_driver_sql(f"UPDATE grade SET auto_score = {bad} WHERE id = '{grade.id}'")
        gradebook.db.commit()
    (own_course / "out.csv").write_text("as it was")
    done = run("--for", platform, "--out", "out.csv")
    assert done.exit_code == 1
    assert "grace, ps1" in done.output
    assert (own_course / "out.csv").read_text() == "as it was"
    assert not list(own_course.glob("*.part"))
    assert not list(own_course.glob(".*.part"))


def test_a_score_that_is_not_a_number_is_no_score(own_course):
    """SQLite keeps NaN as nothing at all."""
    with book(own_course) as gradebook:
        gradebook.find_grade("check-one", "ps1", "ps1", "ada").auto_score = float("nan")
        gradebook.db.commit()
    rows, said = exported("--for", "csv")
    assert next(r for r in as_dicts(rows) if r["student_id"] == "ada")["score"] == ""
    assert "to be graded by hand (2): ada, words" in said


def test_extra_credit_may_go_over_the_maximum(own_course):
    with book(own_course) as gradebook:
        gradebook.find_grade("in-words", "ps1", "ps1", "ada").extra_credit = 2
        gradebook.db.commit()
    rows, _ = exported("--for", "csv")
    assert next(r for r in as_dicts(rows) if r["student_id"] == "ada")["score"] == "14"


def test_an_unknown_assignment_says_so(own_course):
    done = CliRunner().invoke(main, ["export", "ps7", "--for", "csv"])
    assert done.exit_code == 1
    assert "The gradebook knows no ps7" in done.output


def test_an_assignment_that_nobody_handed_in_is_no_empty_table(own_course):
    with book(own_course) as gradebook:
        add_assignment(gradebook, "ps2")
    done = CliRunner().invoke(main, ["export", "ps2", "--for", "csv"])
    assert done.exit_code == 1
    assert "Run `gancourse grade ps2` first" in done.output
    assert not list(own_course.glob("grades-*"))


CANVAS = [
    ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Notes", "ps1 (77)", "ps10 (78)", "Final Score"],
    ["", "", "", "", "", "", "Manual Posting", "", ""],
    ["    Points Possible", "", "", "", "", "", "12", "5", "(read only)"],
    ["Lovelace, Ada", "501", "s1", "", "A, B", "line one\nline two", "", "3", "=1"],
    ["Hopper, Grace", "502", "grace", "x@uni.example", "A", 'said "hi"', "", "", "9,5"],
    ["Zoe", "503", "s3", "ZOE", "A", "", "1", "", ""],
    ["Idle, Ida", "504", "s4", "idle", "A", "", "7", "", ""],
    ["Roken, B", "505", "s5", "broken@uni.example", "A", "", "11", "", ""],
    ["Ords, W", "506", "s6", "words", "A", "", "EX", "", ""],
    ["Stranger, =S", "599", "s9", "stranger", "A", "", "4", "", ""],
    [],
    ["Student, Test", "600", "", "hash", "A", "", "", "", ""],
]


def write_template(rows, name="template.csv", **how):
    with open(name, "w", encoding=how.pop("encoding", "utf-8"), newline="") as file:
        csv.writer(file, **how).writerows(rows)
    return name


def test_a_template_of_canvas_gets_one_column_and_nothing_else(own_course):
    template = write_template(CANVAS)
    before = (own_course / template).read_bytes()
    rows, said = exported("--for", "canvas", "--template", template)
    expected = [list(row) for row in CANVAS]
    expected[3][6], expected[4][6], expected[5][6], expected[7][6] = "12", "3.9", "4.5", ""
    assert rows == expected
    assert (own_course / template).read_bytes() == before
    assert "3 scores written" in said
    assert "no submission (1): idle" in said
    assert "ungradable (the template had 11) (1): broken" in said
    assert "excused in the template (1): words" in said
    assert "not in template.csv (1): tab" in said
    assert "but not in the gradebook (1): Stranger, =S stranger s9 599" in said


@pytest.mark.parametrize("how", [{"delimiter": ";"}, {"encoding": "utf-8-sig"}, {"lineterminator": "\n"}])
def test_a_template_keeps_its_dialect(own_course, how):
    template = write_template(CANVAS, **how)
    exported("--for", "canvas", "--template", template, "--column", "ps10")
    first = [(own_course / name).read_bytes().splitlines(keepends=True)[0] for name in (template, "out.csv")]
    assert first[0] == first[1]


def test_the_template_may_be_the_file_to_write(own_course):
    template = write_template(CANVAS)
    rows, _ = exported("--for", "canvas", "--template", template, out=template)
    assert rows[3][6] == "12"


def test_other_points_on_the_platform_are_told(own_course):
    other = [list(row) for row in CANVAS]
    other[2][6] = "100"
    _, said = exported("--for", "canvas", "--template", write_template(other))
    assert "ps1 has 12 points here, and 100 in Canvas" in said


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda rows: rows[0].__setitem__(6, "Homework (77)"), "No column of template.csv is that of ps1"),
        (lambda rows: rows[0].__setitem__(7, "PS1 (80)"), "More than one column"),
        (lambda rows: rows.append(["Twin", "700", "", "idle"]), "two rows with SIS Login ID 'idle'"),
        # Ada's by the platform's number, and by login Zoe's
        (lambda rows: rows[3].__setitem__(3, "zoe") or rows[5].__setitem__(3, ""), "whose row it is: ada, zoe"),
        (lambda rows: rows[0].__setitem__(slice(0, 5), list("abcde")), "has no column of: SIS Login ID"),
    ],
)
def test_a_template_that_does_not_fit_is_refused(own_course, change, told):
    rows = [list(row) for row in CANVAS]
    change(rows)
    done = run("--for", "canvas", "--template", write_template(rows), "--out", "out.csv")
    assert done.exit_code == 1
    assert told in done.output
    assert not (own_course / "out.csv").exists()


def test_what_is_not_utf8_is_refused(own_course):
    (own_course / "t.csv").write_bytes("Student,ID\nMüller,1\n".encode("cp1252"))
    done = run("--for", "canvas", "--template", "t.csv")
    assert done.exit_code == 1
    assert "no CSV in UTF-8" in done.output


def test_a_new_table_for_canvas_and_one_for_moodle(own_course):
    rows, _ = exported("--for", "canvas")
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "ps1"]
    assert rows[1] == ["    Points Possible", "", "", "", "", "12"]
    by_login = {r["SIS Login ID"]: r for r in as_dicts(rows)[1:]}
    assert {s: r["ps1"] for s, r in by_login.items()} == dict.fromkeys(PEOPLE, "") | SCORES
    assert by_login["ada"]["ID"] == "501"
    assert by_login["tab"]["Student"] == "'-1+1,  x"
    rows, _ = exported("--for", "moodle")
    by_name = {r["Username"]: r for r in as_dicts(rows)}
    assert {s: r["ps1"] for s, r in by_name.items()} == dict.fromkeys(PEOPLE, "") | SCORES
    assert by_name["zoe"]["First name"] == "'" + FORMULA


WORKSHEET = [
    ["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade", "Last modified (grade)"],
    ["Participant 501", "Ada Lovelace", "ada@old.example", "Submitted for grading", "", "12.00", "-"],
    ["Participant 602", "Grace Hopper", "Grace@uni.example", "Submitted, late", "1.00", "12.00", "Monday, 1 June"],
    ["Participant 603", "Nobody, Here", "nobody@uni.example", "No submission", "", "12.00", "-"],
    ["Participant 604", "Ida", "idle@uni.example", "No submission", "2.00", "12.00", "-"],
]
MOODLE_EXPORT = [
    ["First name", "Surname", "ID number", "Email address", "Assignment: ps1 (Real)", "Course total (Real)"],
    ["Ada", "Lovelace", "ada", "", "-", "-"],
    ["Grace", "Hopper", "", "grace@uni.example", "-", "3.00"],
    ["No", "Body", "nobody", "nobody@uni.example", "-", "=2"],
]


def test_a_worksheet_of_moodle_is_filled(own_course):
    rows, said = exported("--for", "moodle", "--template", write_template(WORKSHEET))
    expected = [list(row) for row in WORKSHEET]
    expected[1][4], expected[2][4] = "12", "3.9"
    assert rows == expected
    assert "2 scores written" in said
    assert "Nobody, Here" not in said.split("in the gradebook")[0]
    assert "Participant 603 nobody@uni.example" in said
    assert "points here" not in said


def test_a_gradebook_export_of_moodle_is_filled(own_course):
    rows, _ = exported("--for", "moodle", "--template", write_template(MOODLE_EXPORT))
    expected = [list(row) for row in MOODLE_EXPORT]
    expected[1][4], expected[2][4] = "12", "3.9"
    assert rows == expected


@pytest.mark.parametrize("name", ["CsvExporter", "CanvasExporter", "MoodleExporter"])
def test_nbgraders_own_command_takes_the_exporters(own_course, name):
    with book(own_course) as gradebook:
        add_assignment(gradebook, "ps2")
        enter(gradebook, "ada", (1, 1), 1, 0, "ps2")
        gradebook.db.commit()
    command = [sys.executable, "-m", "nbgrader", "export", f"--exporter=gancourse.grading.export.{name}"]
    done = subprocess.run([*command, "--to", "all.csv"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with open("all.csv", newline="") as file:
        rows = as_dicts(list(csv.reader(file)))
    if name == "CsvExporter":
        assert {(r["assignment"], r["score"]) for r in rows if r["student_id"] == "ada"} == {
            ("ps1", "12"),
            ("ps2", "3"),
        }
    else:
        ada = next(r for r in rows if "ada" in r.values())
        assert (ada["ps1"], ada["ps2"]) == ("12", "3")


def test_the_table_of_gancourse_grade_has_the_points_so_far_and_says_so(own_course):
    with book(own_course) as gradebook:
        export.write_table(own_course, gradebook, "grades.csv")
        with pytest.raises(MissingEntry):
            gradebook.find_submission("ps1", "idle")  # nothing was made up
    with open("grades.csv", newline="") as file:
        rows = {r["student_id"]: r for r in csv.DictReader(file)}
    assert (rows["words"]["score"], rows["words"]["status"]) == ("4", "to be graded by hand")
    assert rows["idle"]["score"] == rows["broken"]["score"] == ""


def test_a_file_that_cannot_be_written_is_one_line(own_course):
    with pytest.raises(CourseError, match="could not be written"):
        export.export_grades(own_course, "ps1", "csv", out="notebooks")
