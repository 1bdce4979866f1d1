"""A class is graded as it comes: odd names, links, stray files, full disks, late work, one worker or two."""

import errno
import sqlite3
import sys
import time
import zipfile
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook

from classroom import (
    ROOT,
    WORDS,
    answered,
    command,
    gradebook,
    hand_in,
    model_answers,
    points,
    score_by_hand,
    written,
)
from gancourse import course
from gancourse.grading import nbgrader_steps, run
from gancourse.grading.export import read_scores
from gancourse.grading.received import read_times
from gancourse.grading.run import grade

RIGHT = model_answers()
ALL = sum(e.points for e in course.load_exercises(ROOT, "ps1"))


def test_what_cannot_be_taken_in_is_named_and_the_class_goes_on(own_course, capsys):
    hand_in(own_course, "ada", answered(RIGHT))
    submitted = own_course / "submitted"
    for name in ("=cmd()", "a\nb", "\u202egnp"):
        hand_in(own_course, name, answered(RIGHT))
    (submitted / "borrows").symlink_to(submitted / "ada")
    (submitted / "links" / "ps1").mkdir(parents=True)
    (submitted / "links" / "ps1" / "ps1.ipynb").symlink_to(submitted / "ada" / "ps1" / "ps1.ipynb")
    (submitted / "nothing" / "ps1").mkdir(parents=True)
    outcomes = grade(own_course, "ps1")
    assert outcomes == {"graded": 1, "ungradable": 6}
    assert set(gradebook(own_course)) == {"ada", "links", "nothing"}
    assert {auto for auto, _, _ in gradebook(own_course)["links"].values()} == {None}
    said = capsys.readouterr().err
    assert run.waiting(own_course, "ps1") == 1, "ada's words; what was refused has no answers"
    assert "is a link to somewhere else" in said
    assert "There is no notebook" in said
    assert "\u202e" not in said


def test_what_lies_beside_the_notebook_is_not_used(own_course):
    hand_in(own_course, "ada", answered(RIGHT))
    hand_in(own_course, "eve", answered({}))
    for student in ("ada", "eve"):
        beside = own_course / "submitted" / student / "ps1"
        for name in ("numpy.py", "torch.py", "sitecustomize.py", "usercustomize.py", "gancourse.py", "conftest.py"):
            (beside / name).write_text("raise SystemExit('imported')")
        (beside / "checks.json").write_text('{"assignment": "ps1", "exercises": []}')
        (beside / "exercises").mkdir()
        (beside / "exercises" / "__init__.py").write_text("EXERCISES, ANSWERS = [], []")
    assert grade(own_course, "ps1") == {"graded": 2}
    assert (points(own_course, "ada"), points(own_course, "eve")) == (ALL, 0)


def test_a_change_in_any_file_of_the_exercises_is_graded_again(own_course):
    hand_in(own_course, "ada", answered(RIGHT))
    assert grade(own_course, "ps1") == {"graded": 1}
    with open(own_course / "solutions" / "ps1" / "exercises" / "generator.py", "a") as file:
        file.write('\nEXERCISE.misconceptions["new"] = Misconception(lambda z, theta: 0, "It is not 0.")\n')
    assert grade(own_course, "ps1") == {"graded": 1}
    assert grade(own_course, "ps1") == {"graded": 1, "unchanged": 1}


def test_ids_that_differ_in_capitals_only_are_two_people_and_a_person_is_told(own_course):
    hand_in(own_course, "ada", answered(RIGHT))
    hand_in(own_course, "Ada", answered({}))
    grade(own_course, "ps1")
    assert (points(own_course, "ada"), points(own_course, "Ada")) == (ALL, 0)
    assert "the same person as Ada?" in run.summary(own_course, "ps1")


def test_a_new_version_beside_the_old_one_is_the_new_version(own_course):
    hand_in(own_course, "ada", answered({}))
    grade(own_course, "ps1")
    with zipfile.ZipFile(own_course / "submitted" / "ada" / "ps1" / "ps1_ada.zip", "w") as archive:
        archive.writestr("ps1.ipynb", written(answered(RIGHT)))
    (own_course / "submitted" / "ben").mkdir()
    (own_course / "submitted" / "ben" / "ps1.ipynb").write_bytes(written(answered(RIGHT)))
    (own_course / "submitted" / "cem" / "PS1").mkdir(parents=True)
    (own_course / "submitted" / "cem" / "PS1" / "ps1.ipynb").write_bytes(written(answered(RIGHT)))
    (own_course / "submitted" / "ps1_dan.zip").write_bytes(b"")
    hand_in(own_course, "eve", answered(RIGHT))
    (own_course / "submitted" / "eve" / "ps1.ipynb").write_bytes(b"a stray copy beside her folder")
    assert grade(own_course, "ps1") == {"graded": 2, "ungradable": 3}
    assert points(own_course, "eve") == ALL
    assert points(own_course, "ada") == ALL
    said = run.summary(own_course, "ps1")
    assert "submitted/ben/ps1.ipynb must lie in submitted/ben/ps1/." in said
    assert "submitted/cem/PS1/ps1.ipynb must lie in submitted/cem/ps1/." in said
    assert "submitted/ps1_dan.zip must lie in submitted/<student>/ps1/." in said


def test_what_comes_in_while_grading_is_graded_next_time(own_course):
    hand_in(own_course, "ada", answered({}))
    for i in range(4):
        hand_in(own_course, f"student{i}", answered(RIGHT))
    grader = command(own_course, "--workers", "1")
    for _ in range(1200):
        if list((own_course / "records" / "ps1").glob("*.json")):
            break
        time.sleep(0.1)
    hand_in(own_course, "ada", answered(RIGHT))
    said, _ = grader.communicate(timeout=300)
    assert points(own_course, "ada") in (0, ALL), said
    grade(own_course, "ps1")
    assert points(own_course, "ada") == ALL
    assert {points(own_course, f"student{i}") for i in range(4)} == {ALL}


def test_one_and_two_workers_and_no_sandbox_come_to_the_same(own_course):
    answers = [RIGHT, {}, RIGHT | {"generator": "def generator(z, theta):\n    return z - theta\n"}]
    for i in range(6):
        hand_in(own_course, f"student{i}", answered(answers[i % 3]))
    grade(own_course, "ps1", workers=1)
    once = gradebook(own_course)
    grade(own_course, "ps1", workers=2, force=True)
    assert gradebook(own_course) == once
    grade(own_course, "ps1", sandboxed=False, force=True)
    assert gradebook(own_course) == once


def test_without_bubblewrap_it_stops_and_says_what_to_do(own_course, monkeypatch):
    hand_in(own_course, "ada", answered(RIGHT))
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(course.CourseError, match="--unsandboxed"):
        grade(own_course, "ps1")
    assert (own_course / "submitted" / "ada" / "ps1" / "ps1.ipynb").exists()


def test_two_graders_do_not_write_over_each_other(own_course):
    hand_in(own_course, "ada", answered(RIGHT))
    with run._one_at_a_time(own_course), pytest.raises(course.CourseError, match="Another"):
        grade(own_course, "ps1")


def test_a_gradebook_that_somebody_holds_is_named_and_nothing_is_lost(own_course):
    hand_in(own_course, "ada", answered(RIGHT))
    grade(own_course, "ps1")
    hand_in(own_course, "ben", answered(RIGHT))
    holder = sqlite3.connect(own_course / "gradebook.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(course.CourseError, match="another program holds it"):
        grade(own_course, "ps1")
    holder.execute("ROLLBACK")
    holder.close()
    assert grade(own_course, "ps1") == {"graded": 2, "unchanged": 1}
    assert (points(own_course, "ada"), points(own_course, "ben")) == (ALL, ALL)


def test_a_full_disk_is_named_and_nothing_is_lost(own_course, monkeypatch):
    hand_in(own_course, "ada", answered(RIGHT))

    def full(path, text):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(run, "write_whole", full)
        with pytest.raises(course.CourseError, match="No space left on device"):
            grade(own_course, "ps1")
    assert grade(own_course, "ps1") == {"graded": 1}
    assert points(own_course, "ada") == ALL


@pytest.mark.parametrize("limits", ["{'minutes': 3}", "{'cell': '60'}", "{'cell': -1}", "[60]", "{'cell': True}", "{"])
def test_limits_that_are_none_are_named_before_anything_is_graded(own_course, limits):
    hand_in(own_course, "ada", answered(RIGHT))
    config = own_course / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}\nc.JudgeNotebook.limits = {limits}\n")
    with pytest.raises(course.CourseError, match=r"nbgrader_config\.py"):
        grade(own_course, "ps1")
    assert not (own_course / "records").exists()


@pytest.mark.parametrize("earned", [float("nan"), float("inf"), -1, 3, "2", None])
def test_points_that_cannot_be_are_refused(earned):
    grade_ = SimpleNamespace(max_score=2)
    with pytest.raises(ValueError):
        nbgrader_steps._points({"name": "generator", "status": "judged", "earned": earned}, grade_)


def test_a_rule_for_late_work_follows_points_by_hand_and_the_due_date(own_course, monkeypatch):
    rule = (ROOT / "docs" / "grading.md").read_text().split("```python\n")[1].split("```")[0]
    (own_course / "late.py").write_text(rule)
    config = own_course / "nbgrader_config.py"
    config.write_text(config.read_text() + '\nc.AssignLatePenalties.plugin_class = "late.TenPercentADay"\n')
    monkeypatch.setattr(sys, "path", [*sys.path])
    times = {"ada": "2026-03-01T22:30-02:00", "bob": "2026-03-01T23:30+00:00"}  # half an hour late, and early
    for student in times:
        hand_in(own_course, student, answered(RIGHT))
    (own_course / "times.csv").write_text("student,received\n" + "".join(f"{s},{t}\n" for s, t in times.items()))

    def graded(due):
        with Gradebook(f"sqlite:///{own_course}/gradebook.db") as book:
            book.update_or_create_assignment("ps1", duedate=due)
        grade(own_course, "ps1")
        with Gradebook(f"sqlite:///{own_course}/gradebook.db") as book:
            return [score.points(unfinished=True) for score in read_scores(book, own_course)]

    grade(own_course, "ps1", times=read_times(own_course / "times.csv"))
    assert graded("2026-03-02 00:00 UTC") == [pytest.approx(0.9 * ALL), ALL]
    score_by_hand(own_course, "ada", WORDS, 4)
    assert graded("2026-03-02 00:00 UTC") == [pytest.approx(0.9 * (ALL + 4)), ALL]
    assert "points were taken off" in (own_course / "feedback" / "ada" / "ps1" / "ps1.html").read_text()
    assert "late, 3.9 points off" in run.summary(own_course, "ps1")
    assert "1 late: ada. 3.9 points taken off (TenPercentADay)" in run.lateness(own_course, "ps1")
    assert graded("2026-03-02 01:00 UTC") == [ALL + 4, ALL]  # more time for everybody


def test_a_rule_for_late_work_that_fails_is_no_fault_of_the_student(own_course, monkeypatch, capsys):
    monkeypatch.setattr(sys, "path", [*sys.path])
    rule = "from nbgrader.plugins import LateSubmissionPlugin\n\n\nclass Rule(LateSubmissionPlugin):\n"
    rule += "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
    (own_course / "failing.py").write_text(rule + "        return {'bob': 1}[student_id]\n")
    config = own_course / "nbgrader_config.py"
    plain = config.read_text()
    for student in ("ada", "bob"):
        hand_in(own_course, student, answered(RIGHT))
    grade(own_course, "ps1")
    config.write_text(plain + '\nc.AssignLatePenalties.plugin_class = "failing.Rul"\n')
    with pytest.raises(course.CourseError, match=r"(?s)rule for late work cannot be used.*failing.Rul"):
        grade(own_course, "ps1")
    config.write_text(plain + '\nc.AssignLatePenalties.plugin_class = "failing.Rule"\n')
    with Gradebook(f"sqlite:///{own_course}/gradebook.db") as book:
        book.update_or_create_assignment("ps1", duedate="2026-03-02 00:00 UTC")
    assert grade(own_course, "ps1", force=True) == {"graded": 2}
    assert "ada: Rule failed (KeyError: 'ada')" in capsys.readouterr().err
    assert "late, 1 points off" in run.summary(own_course, "ps1")
