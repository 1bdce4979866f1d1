"""A table of students is entered whole or not at all, and says whose a file is."""

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook

from classroom import answered, hand_in, make_course
from gancourse.cli import main
from gancourse.course import CourseError, nbgrader_api
from gancourse.grading.collect import collect
from gancourse.grading.roster import FILE, enter_roster, read_students, strangers
from gancourse.grading.run import grade

TABLE = """id,name,email,platform_id
ada,Ada Lovelace,ada@x.org,501
ben,"Bell, Ben",,502
fay,Fay,,
"""


@pytest.fixture
def root(tmp_path):
    (tmp_path / "course").mkdir()
    return make_course(tmp_path / "course")


def table(tmp_path, text):
    (tmp_path / "students.csv").write_text(text, encoding="utf-8")
    return tmp_path / "students.csv"


def given(tmp_path, *names):
    (tmp_path / "given").mkdir(exist_ok=True)
    for name in names:
        (tmp_path / "given" / name).write_bytes(name.encode())
    return tmp_path / "given"


def in_the_gradebook(root):
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        return {s.id: (s.first_name, s.last_name, s.email, s.lms_user_id) for s in book.students}


def test_students_are_entered_with_names_and_others_stay(root, tmp_path):
    assert enter_roster(root, table(tmp_path, TABLE)) == (3, 3)
    found = {
        "ada": ("Ada", "Lovelace", "ada@x.org", "501"),
        "ben": ("Ben", "Bell", None, "502"),
        "fay": (None, "Fay", None, None),
    }
    assert in_the_gradebook(root) == found
    assert enter_roster(root, table(tmp_path, "id,name\nada,Ada King\neve,Eve\n")) == (2, 1)
    assert set(in_the_gradebook(root)) == {"ada", "ben", "fay", "eve"}
    assert in_the_gradebook(root)["ada"][1] == "King"


PLATFORMS = {
    "canvas": (
        "Student,ID,SIS User ID,SIS Login ID,Section,ps1 (77)\n    Points Possible,,,,,40\n"
        '"Lovelace, Ada",501,s-1,ada,Sec 1,\n'
    ),
    "moodle": "First name,Last name,ID number,Email address,Username\nAda,Lovelace,7,ada@x.org,ada\n",
    "semicolons": "\ufeffID;Name;E-Mail\nada;Ada Lovelace;ada@x.org\n\n",
}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_tables_that_platforms_export_are_understood(tmp_path, platform):
    (ada,) = read_students(table(tmp_path, PLATFORMS[platform]))
    assert (ada.id, ada.first_name, ada.last_name) == ("ada", "Ada", "Lovelace")
    assert ada.platform_id == ("501" if platform == "canvas" else "")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "one of them `id`"),
        ("mail,who\na@b.c,ada\n", "one of them `id`"),
        ("id\nada\nAda\n", "line 3: Ada is there twice"),
        ("id,platform_id\nada,5\nben,5\n", "line 3: ben and ada have the same platform id, 5"),
        ("id\na/b\n", "line 2: 'a/b' will not do"),
        ("id,email\n,a@b.c\n", "line 2: '' will not do"),
    ],
)
def test_a_table_that_will_not_do_is_refused_whole(root, tmp_path, text, says):
    with pytest.raises(CourseError, match=says):
        enter_roster(root, table(tmp_path, text))
    assert not (root / FILE).exists() and not (root / "gradebook.db").exists()


def test_a_file_is_whose_number_it_carries_and_what_is_nobodys_is_left_aside(root, tmp_path):
    (root / FILE).write_text(TABLE)
    folder = given(
        tmp_path,
        "lovelaceada_501_9055_ps1_ada-1.zip",  # handed in again
        "bellben_LATE_502_9056_ps1_whatever.zip",
        "12345-678 - Zed - Jan 30, 2026 330 PM - ps1_zed.zip",
        "ps1_FAY.ipynb",
        "ps1_fay-1.zip",
    )
    collected, known, aside = collect(root, "ps1", folder)
    assert (collected, known) == (["ada", "ben", "fay"], 0)
    assert sorted(line.split(": there is no ")[1].split()[0] for line in aside) == ["fay-1", "zed"]
    assert all("gancourse roster" in line for line in aside)


def test_a_name_that_is_anothers_is_told(root, tmp_path):
    (root / FILE).write_text(TABLE)
    collected, _, (said,) = collect(root, "ps1", given(tmp_path, "lovelaceada_501_9055_ps1_ben.zip"))
    assert collected == ["ada"] and "taken as ada's" in said


def test_the_command_ends_with_a_code_that_says_that_somebody_is_unknown(root, tmp_path, monkeypatch):
    monkeypatch.chdir(root)
    entered = CliRunner().invoke(main, ["roster", str(table(tmp_path, TABLE))])
    assert (entered.exit_code, entered.stdout) == (0, "3 students, 3 of them new to the gradebook.\n")
    (folder := given(tmp_path, "ps1_ada.zip"))
    assert CliRunner().invoke(main, ["collect", "ps1", str(folder)]).exit_code == 0
    assert CliRunner().invoke(main, ["collect", "ps1", str(given(tmp_path, "ps1_zed.zip"))]).exit_code == 1


def test_grading_names_who_is_not_on_the_roster_and_the_formgrader_has_the_others_names(own_course, tmp_path, capsys):
    enter_roster(own_course, table(tmp_path, TABLE))
    for student in ("ada", "zed"):
        hand_in(own_course, student, answered({}))
    assert grade(own_course, "ps1") == {"graded": 2}
    assert "Graded, but not in roster.csv: zed. Add them," in capsys.readouterr().err
    rows = {s["student"]: (s["first_name"], s["last_name"]) for s in nbgrader_api(own_course).get_submissions("ps1")}
    assert rows["ada"] == ("Ada", "Lovelace") and rows["zed"] == (None, None)


def test_without_a_roster_nobody_is_a_stranger(root):
    assert strangers(root, ["ada", "zed"]) == []
    (root / FILE).write_text(TABLE)
    assert strangers(root, ["zed", "ada", "eve"]) == ["eve", "zed"]
