"""A class is graded by nbgrader's own commands, and by `gancourse grade`, with the scores it deserves."""

import contextlib
import csv
import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from classroom import ROOT, answered, bank_of_mistakes, hand_in, make_course, model_answers
from gancourse import course
from gancourse.exercises.following import secret_rng
from gancourse.exercises.judge import judge
from gancourse.exercises.specification import compile_all, observe_all
from gancourse.grading.run import grade
from gancourse.grading.task import make_task

EXERCISES = {e.name: e for e in course.load_exercises(ROOT, "ps1")}
POINTS = {name: e.points for name, e in EXERCISES.items()}
RIGHT = model_answers()
HALF = [*EXERCISES][:5]
MOST_MISTAKES = max(len(e.misconceptions) for e in EXERCISES.values())


def without(*names):
    return sum(points for name, points in POINTS.items() if name not in names)


def mistaken(k):
    """A student who has the k-th misconception of every exercise (the last where there are fewer)."""
    return {n: list(e.misconceptions)[min(k, len(e.misconceptions) - 1)] for n, e in EXERCISES.items()}


def small_limits(folder):
    config = folder / "nbgrader_config.py"
    config.write_text(config.read_text() + "\nc.JudgeNotebook.limits = {'question': 4, 'cell': 10}\n")


HANG = "def discriminator_gradient(x_real, x_syn, phi):\n    while True:\n        pass\n"
CLASS = {
    "right": (RIGHT, sum(POINTS.values())),
    "half": ({n: RIGHT[n] for n in HALF}, sum(POINTS[n] for n in HALF)),
    "empty": ({}, 0),
    # `generator` subtracts; what builds on it is right, given that
    "follows": (RIGHT | {"generator": "def generator(z, theta):\n    return z - theta\n"}, without("generator")),
    # it hangs when it is asked; what calls it cannot be tried, the rest is whole
    "hangs": (
        RIGHT | {"discriminator_gradient": HANG},
        without("discriminator_gradient", "update_discriminator", "train"),
    ),
    "dies": (RIGHT | {"generator_loss": "import os\nos._exit(0)\n"}, without("generator_loss")),
    "dies-when-asked": (
        RIGHT | {"generator_loss": "def generator_loss(z, theta, phi):\n    import os\n    os._exit(0)\n"},
        without("generator_loss"),
    ),
    "imports": (RIGHT | {"train": "from gancourse.shift import train"}, without("train")),
    "warns": (
        RIGHT
        | {
            "generator": "import sys\ndef generator(z, theta):\n    print('!', file=sys.stderr)\n    return z + theta\n"
        },
        sum(POINTS.values()),
    ),
}


def nbgrader(course_root, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments], cwd=course_root, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The class, graded with nbgrader's real commands."""
    folder = make_course(tmp_path_factory.mktemp("course"))
    small_limits(folder)
    for student, (answers, _) in CLASS.items():
        hand_in(folder, student, answered(answers))
    unexecuted = answered(RIGHT)
    for cell in unexecuted.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    hand_in(folder, "unexecuted", unexecuted)
    for k in range(MOST_MISTAKES):
        answers = {n: f"{n} = MISTAKES[{n!r}][{m!r}]" for n, m in mistaken(k).items()}
        hand_in(folder, f"mistake-{k}", answered(answers, extra=bank_of_mistakes()))
    for step in ("generate_assignment ps1 --force", "autograde ps1", "generate_feedback ps1", "export"):
        done = nbgrader(folder, *step.split())
        assert done.returncode == 0, done.stderr[-3000:]
    return folder


def scores(folder):
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        return {
            s.student.id: {g.name.removeprefix("check-"): g.score for n in s.notebooks for g in n.grades}
            for s in gradebook.assignment_submissions("ps1")
        }


def grades(folder, student):
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        return [g for n in gradebook.find_submission("ps1", student).notebooks for g in n.grades]


def record(folder, student):
    exercises = json.loads((folder / "records" / "ps1" / f"{student}.json").read_text())["exercises"]
    return {e["name"]: e for e in exercises}


@pytest.mark.parametrize("student", CLASS)
def test_a_student_gets_the_points_earned(graded, student):
    assert sum(scores(graded)[student].values()) == CLASS[student][1], record(graded, student)


def test_a_notebook_handed_in_unexecuted_is_executed(graded):
    assert sum(scores(graded)["unexecuted"].values()) == sum(POINTS.values())


@pytest.mark.parametrize("k", range(MOST_MISTAKES))
def test_every_misconception_gets_its_partial_credit_and_its_hint_in_grading(graded, k):
    """Judged alone, in this process, each must come to what it came to in the notebook full of them."""
    compiled = compile_all(list(EXERCISES.values()), secret_rng(b"any other inputs", "ps1"))
    got, told = scores(graded)[f"mistake-{k}"], record(graded, f"mistake-{k}")
    for name, mistake in mistaken(k).items():
        misconception = EXERCISES[name].misconceptions[mistake]
        alone = judge(compiled[name], observe_all(compiled[name], misconception.function))
        if any(v["followed"] for v in told[name]["verdicts"]):
            continue  # two wrongs that fit together: an ascending update of a negated gradient descends
        assert got[name] == alone.earned, (name, mistake)
        assert {v["hint"] for v in told[name]["verdicts"] if v["hint"]} == {misconception.hint}


def test_what_hung_and_what_died_is_told_apart(graded):
    assert record(graded, "hangs")["discriminator_gradient"]["status"] == "timed out"
    assert "was missing or had to be stopped" in record(graded, "hangs")["train"]["verdicts"][0]["note"]
    assert record(graded, "dies")["generator_loss"]["status"] == "killed"
    assert record(graded, "dies-when-asked")["generator_loss"]["status"] == "killed"
    assert record(graded, "imports")["train"]["status"] == "missing"


def test_what_followed_says_so(graded):
    verdicts = record(graded, "follows")["generator_gradient"]["verdicts"]
    assert verdicts[0]["followed"] == "your `generator`"


def feedback(folder, student):
    return (folder / "feedback" / student / "ps1" / "ps1.html").read_text()


def test_feedback_has_the_hints_and_no_hidden_input(graded):
    page = feedback(graded, "mistake-0")
    assert "This generator shifts" in page
    assert "Example: for" not in page
    assert "right given" in feedback(graded, "follows")
    own = nbformat.read(graded / "autograded" / "mistake-0" / "ps1" / "ps1.ipynb", as_version=4)
    task = make_task(graded, "ps1", "mistake-0", own)
    told = record(graded, "mistake-0")["generator"]["seed"]
    assert told == f"{task.submission}/generator"
    compiled = compile_all(list(EXERCISES.values()), secret_rng(task.seed, task.submission))
    for exercise in compiled.values():
        for case in exercise.cases:
            for argument in case.arguments:
                assert argument["base64"] not in page


def test_the_table_has_everybody(graded):
    rows = {row["student_id"]: row for row in csv.DictReader(open(graded / "grades.csv"))}
    assert set(CLASS) <= set(rows)
    assert float(rows["right"]["score"]) == 35  # the question in words is graded by hand
    assert float(rows["right"]["max_score"]) == 40


def test_the_key_is_the_instructors_alone(graded):
    assert (graded / "grading.key").stat().st_mode & 0o077 == 0
    assert "grading.key" in (ROOT / ".gitignore").read_text()


@pytest.fixture
def own_course(tmp_path, monkeypatch):
    folder = make_course(tmp_path)
    small_limits(folder)
    monkeypatch.chdir(folder)
    return folder


def gancourse(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "gancourse.cli", *arguments], capture_output=True, text=True, check=False
    )


def test_gancourse_grade_goes_from_a_fresh_checkout_to_feedback_and_table(own_course):
    hand_in(own_course, "right", answered(RIGHT))
    hand_in(own_course, "half", answered({n: RIGHT[n] for n in HALF}))
    first = gancourse("grade", "ps1")
    assert first.returncode == 0, first.stderr
    assert "2 graded" in first.stdout
    assert "SAWarning" not in first.stderr
    assert {s: sum(g.values()) for s, g in scores(own_course).items()} == {"right": 35, "half": CLASS["half"][1]}
    assert (own_course / "grades.csv").exists()
    assert "discriminator" in feedback(own_course, "half")

    # A grade given by hand is kept, and shown, when the command is run again.
    with Gradebook(f"sqlite:///{own_course}/gradebook.db") as gradebook:
        grade = gradebook.find_grade("overshoot-in-words", "ps1", "ps1", "half")
        grade.manual_score = 4
        gradebook.db.commit()
    second = gancourse("grade", "ps1")
    assert "2 of them unchanged" in second.stdout
    rows = {row["student_id"]: row for row in csv.DictReader(open("grades.csv"))}
    assert float(rows["half"]["score"]) == CLASS["half"][1] + 4

    # A new version is graded anew.
    shutil.rmtree("submitted/half/ps1")
    hand_in(own_course, "half", answered(RIGHT))
    third = gancourse("grade", "ps1")
    assert "2 graded; 1 of them unchanged" in third.stdout
    assert {s: sum(g.values()) for s, g in scores(own_course).items()}["half"] == 35


def test_one_broken_submission_does_not_stop_the_class_and_leaves_no_old_score(own_course):
    hand_in(own_course, "right", answered(RIGHT))
    hand_in(own_course, "broken", answered(RIGHT))
    assert gancourse("grade", "ps1").returncode == 0
    path = Path("submitted/broken/ps1/ps1.ipynb")
    whole = path.read_text()
    path.write_text('{"cells": [')
    done = gancourse("grade", "ps1")
    assert done.returncode == 1
    assert "1 graded, 1 ungradable; 1 of them unchanged" in done.stdout
    assert "no valid JSON" in done.stderr
    assert sum(scores(own_course)["right"].values()) == 35
    assert {g.auto_score for g in grades(own_course, "broken")} == {None}
    assert not Path("feedback/broken/ps1/ps1.html").exists()
    assert Path("received/ps1/broken/0002/ps1.ipynb").read_text() == '{"cells": ['
    # Mended, it is graded again, although this very file was graded before; so is one whose grade was lost.
    hand_in(own_course, "broken", nbformat.reads(whole, as_version=4))
    shutil.rmtree("autograded/right")
    assert "2 graded; 0 of them unchanged" in gancourse("grade", "ps1").stdout
    assert {sum(g.values()) for g in scores(own_course).values()} == {35}


def test_nothing_handed_in_says_where_to_put_it(own_course):
    done = gancourse("grade", "ps1")
    assert done.returncode == 1
    assert "gancourse collect ps1" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_assignment_is_released_into_a_gradebook_that_knows_the_first(own_course):
    hand_in(own_course, "ada", answered(RIGHT))
    hand_in(own_course, "ada", answered(model_answers("ps2"), "ps2"), "ps2")
    assert grade(own_course, "ps1") == {"graded": 1}
    assert grade(own_course, "ps2") == {"graded": 1}


def test_a_gradebook_of_an_older_nbgrader_is_named_and_kept(own_course):
    with contextlib.closing(sqlite3.connect(own_course / "gradebook.db")) as book:
        book.execute("CREATE TABLE assignment (id VARCHAR(32) PRIMARY KEY, name VARCHAR(128))")
        book.commit()
    before = (own_course / "gradebook.db").read_bytes()
    hand_in(own_course, "ada", answered(RIGHT))
    with pytest.raises(course.CourseError, match="nbgrader db upgrade"):
        grade(own_course, "ps1")
    assert (own_course / "gradebook.db").read_bytes() == before
    assert (own_course / "submitted" / "ada" / "ps1" / "ps1.ipynb").exists()
