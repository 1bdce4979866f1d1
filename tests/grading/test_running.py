"""A class is graded whatever happens to the grader: killed, restarted, on other machines, with work handed in again."""

import errno
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from datetime import UTC, datetime
from types import SimpleNamespace

import nbformat
import psutil
import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateFeedback

from classroom import ROOT, answered, hand_in, make_course, model_answers, open_room, still_there
from gancourse import course
from gancourse.grading import nbgrader_steps, run
from gancourse.grading.export import read_scores
from gancourse.grading.rebuild import grade_id
from gancourse.grading.received import read_times, versions
from gancourse.grading.run import grade

RIGHT = model_answers()
ALL = sum(e.points for e in course.load_exercises(ROOT, "ps1"))
WORDS = "overshoot-in-words"


@pytest.fixture
def own_course(tmp_path):
    open_room()  # skips, or fails in CI, where there is no bubblewrap
    return make_course(tmp_path)


def command(root, *options):
    return subprocess.Popen(
        [sys.executable, "-m", "gancourse.cli", "grade", "ps1", *options],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def gradebook(root):
    """Everything of the gradebook that a person could see, by student."""
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        return {
            s.student.id: {
                g.name: (g.auto_score, g.manual_score, g.needs_manual_grade) for n in s.notebooks for g in n.grades
            }
            for s in book.assignment_submissions("ps1")
        }


def points(root, student):
    return sum(auto or 0 for auto, _, _ in gradebook(root)[student].values())


def record(root, student):
    return json.loads((root / "records" / "ps1" / f"{student}.json").read_text())


def in_words(text, answers=RIGHT):
    return answered(answers | {WORDS: f"<!-- ps1/{WORDS}: keep this line -->\n{text}"})


def score_by_hand(root, student, cell, score):
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        grade_ = book.find_grade(cell, "ps1", "ps1", student)
        grade_.manual_score, grade_.needs_manual_grade = score, False
        book.db.commit()


# --- handed in again ----------------------------------------------------------------------------------------------


def test_a_new_version_replaces_every_score_and_the_old_one_is_kept(own_course):
    hand_in(own_course, "ada", in_words("The first thought."))
    grade(own_course, "ps1")
    score_by_hand(own_course, "ada", WORDS, 4)
    score_by_hand(own_course, "ada", "check-train", 1)
    grade(own_course, "ps1", force=True)  # the same again: what a person gave stands
    assert gradebook(own_course)["ada"][WORDS] == (None, 4, False)
    assert gradebook(own_course)["ada"]["check-train"] == (5, 1, False)

    second = in_words("A second thought.", RIGHT | {"train": "raise NotImplementedError"})
    hand_in(own_course, "ada", second)
    grade(own_course, "ps1")
    assert gradebook(own_course)["ada"][WORDS] == (None, None, True)
    assert gradebook(own_course)["ada"]["check-train"] == (0, None, False)
    superseded = {s["cell"]: s["manual_score"] for s in record(own_course, "ada")["superseded"]}
    assert superseded == {WORDS: 4, "check-train": 1}
    assert [v.number for v in versions(own_course, "ps1", "ada")] == [1, 2]
    first = nbformat.read(own_course / "received" / "ps1" / "ada" / "0001" / "ps1.ipynb", as_version=4)
    assert "The first thought." in next(c.source for c in first.cells if grade_id(c) == WORDS)


def test_a_new_version_that_cannot_be_graded_leaves_no_score_standing(own_course):
    hand_in(own_course, "ada", in_words("A thought."))
    grade(own_course, "ps1")
    score_by_hand(own_course, "ada", WORDS, 4)
    (own_course / "submitted" / "ada" / "ps1" / "ps1.ipynb").write_text("{")
    outcomes = grade(own_course, "ps1")
    assert outcomes == {"ungradable": 1}
    assert {(auto, manual) for auto, manual, _ in gradebook(own_course)["ada"].values()} == {(None, None)}
    (taken,) = record(own_course, "ada")["superseded"]
    assert (taken["cell"], taken["manual_score"]) == (WORDS, 4)
    assert not (own_course / "feedback" / "ada" / "ps1").exists()


def test_a_score_by_hand_returns_with_the_answer_it_was_given_for(own_course):
    hand_in(own_course, "ada", in_words("A thought."))
    grade(own_course, "ps1")
    score_by_hand(own_course, "ada", WORDS, 4)
    place = own_course / "submitted" / "ada" / "ps1" / "ps1.ipynb"
    place.write_text("{")
    grade(own_course, "ps1")
    assert "taken back, 4 by hand" in run.summary(own_course, "ps1")
    hand_in(own_course, "ada", in_words("Another."))
    grade(own_course, "ps1")
    assert gradebook(own_course)["ada"][WORDS] == (None, None, True)
    assert "taken back, 4 by hand" in run.summary(own_course, "ps1")
    score_by_hand(own_course, "ada", WORDS, 3)
    assert "taken back" not in run.summary(own_course, "ps1")
    hand_in(own_course, "ada", in_words("A thought."))
    grade(own_course, "ps1")
    assert gradebook(own_course)["ada"][WORDS] == (None, 4, False)
    assert [taken["manual_score"] for taken in record(own_course, "ada")["superseded"]] == [3]
    assert "taken back" not in run.summary(own_course, "ps1")


def test_a_fault_of_the_grader_costs_no_score_by_hand(own_course, monkeypatch):
    hand_in(own_course, "ada", in_words("A thought."))
    grade(own_course, "ps1")
    score_by_hand(own_course, "ada", WORDS, 4)
    with monkeypatch.context() as patched:
        patched.setattr(nbgrader_steps, "_points", lambda *_: 1 / 0)
        assert grade(own_course, "ps1", force=True) == {"grader error": 1}
    assert gradebook(own_course)["ada"][WORDS] == (None, None, True)
    assert grade(own_course, "ps1") == {"graded": 1}
    assert gradebook(own_course)["ada"][WORDS] == (None, 4, False)


def received(root, student):
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        return str(book.find_submission("ps1", student).timestamp)


def test_a_list_of_times_that_comes_later_corrects_them_and_an_old_one_dates_no_new_version(own_course, capsys):
    hand_in(own_course, "ada", answered(RIGHT))
    hand_in(own_course, "bob", answered(RIGHT))
    grade(own_course, "ps1")
    times = {"ada": datetime(2026, 3, 1, tzinfo=UTC), "eve": datetime(2026, 3, 1, tzinfo=UTC)}
    assert grade(own_course, "ps1", times=times) == {"graded": 2, "unchanged": 1}
    assert received(own_course, "ada") == "2026-03-01 00:00:00"
    said = capsys.readouterr().err
    assert "Nobody of this name handed in, but is in the list of times: eve." in said
    assert "received when this command first saw it: bob." in said

    hand_in(own_course, "ada", answered({}))
    grade(own_course, "ps1", times=times)
    assert received(own_course, "ada") > "2026-03-02"
    assert "no later than that of an earlier version, and is not used: ada." in capsys.readouterr().err
    times["ada"] = datetime(2026, 3, 9, tzinfo=UTC)
    grade(own_course, "ps1", times=times)
    assert received(own_course, "ada") == "2026-03-09 00:00:00"
    assert [v.received for v in versions(own_course, "ps1", "ada")] == [
        "2026-03-01T00:00:00+00:00",
        "2026-03-09T00:00:00+00:00",
    ]


@pytest.mark.parametrize(
    "data, told",
    [
        (b"Student,Submitted\nada,2026-03-01\n", "names Student, Submitted"),
        (b"student;received\nada;2026-03-01\n", "with commas"),
        (b"student,received\nada,01.03.2026\n", "line 2: '01.03.2026' is no time such as 2026"),
        (b"student,received\nada\n", "line 2: '' is no time"),
        (b"student,received\nada,2026-03-01\nada,2026-03-02\n", "line 3: a second time for ada"),
        ("student,received\n".encode("utf-16"), "UTF-8"),
        (b"", "names nothing"),
    ],
)
def test_a_list_of_times_that_cannot_be_read_says_where(tmp_path, data, told):
    (tmp_path / "times.csv").write_bytes(data)
    with pytest.raises(course.CourseError, match=told):
        read_times(tmp_path / "times.csv")


def test_the_time_of_receipt_is_the_instructors(own_course, tmp_path):
    hand_in(own_course, "early", answered(RIGHT))
    hand_in(own_course, "late", answered(RIGHT))
    (own_course / "submitted" / "late" / "ps1" / "timestamp.txt").write_text("1999-01-01 00:00:00 UTC")
    (own_course / "submitted" / "early" / "ps1" / "timestamp.txt").write_text("no time at all")
    times = tmp_path / "times.csv"
    times.write_text("student,received\nearly,2026-03-01T12:00+01:00\nlate,2026-03-02T12:00+00:00\n")
    grade(own_course, "ps1", times=read_times(times))
    with Gradebook(f"sqlite:///{own_course}/gradebook.db") as book:
        found = {s.student.id: str(s.timestamp) for s in book.assignment_submissions("ps1")}
    assert found == {"early": "2026-03-01 11:00:00", "late": "2026-03-02 12:00:00"}


# --- a class as it comes ------------------------------------------------------------------------------------------


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


# --- killed -------------------------------------------------------------------------------------------------------


def children(grader, name):
    """The grader's workers, or its room."""
    return [p for p in psutil.Process(grader.pid).children() if (p.name() == "bwrap") == (name == "room")]


@pytest.mark.parametrize("victim", ["worker", "room"])
def test_a_worker_or_a_room_that_is_killed_costs_nobody_a_grade(own_course, victim):
    for i in range(12):
        hand_in(own_course, f"student{i}", answered(RIGHT))
    grader = command(own_course, "--workers", "2")
    for _ in range(1200):
        if len(list((own_course / "records" / "ps1").glob("*.json"))) >= 2:
            break
        time.sleep(0.1)
    children(grader, victim)[0].kill()
    said, _ = grader.communicate(timeout=300)
    assert grader.returncode == 0, said
    assert {points(own_course, f"student{i}") for i in range(12)} == {ALL}


def test_killed_before_the_graded_notebook_was_written_it_is_written_again(own_course):
    hand_in(own_course, "ada", answered(RIGHT))
    grade(own_course, "ps1")
    graded = own_course / "autograded" / "ada" / "ps1" / "ps1.ipynb"
    whole = graded.read_text()
    graded.chmod(0o644)
    graded.write_text((own_course / "submitted" / "ada" / "ps1" / "ps1.ipynb").read_text())
    os.utime(graded, (1, 1))  # as nbgrader's first pass leaves it, before the record
    assert grade(own_course, "ps1") == {"graded": 1}
    assert graded.read_text() == whole


def test_ctrl_c_stops_at_once_and_says_how_to_go_on(own_course):
    hand_in(own_course, "ada", answered(RIGHT))
    hand_in(own_course, "hangs", answered(RIGHT, extra="import time; time.sleep(10_000)"))
    config = own_course / "nbgrader_config.py"
    config.write_text(config.read_text() + "\nc.JudgeNotebook.limits = {'cell': 3600, 'notebook': 3600}\n")
    grader = command(own_course, "--workers", "2")
    for _ in range(1200):
        if list((own_course / "records" / "ps1").glob("*.json")):
            break
        time.sleep(0.1)
    grader.send_signal(signal.SIGINT)
    said, _ = grader.communicate(timeout=300)  # the cell would go on for an hour
    assert grader.returncode == 1
    assert "goes on where it was" in said
    assert "Traceback" not in said
    assert points(own_course, "ada") == ALL


@pytest.mark.parametrize("converter", [Autograde, GenerateFeedback])
def test_ctrl_c_is_obeyed_while_a_submission_is_recorded_and_that_one_is_finished(own_course, monkeypatch, converter):
    for student in ("ada", "bob"):
        hand_in(own_course, student, answered(RIGHT))
    whole = converter.convert_single_notebook
    monkeypatch.setattr(
        converter, "convert_single_notebook", lambda *args: (os.kill(os.getpid(), signal.SIGINT), whole(*args))
    )
    with pytest.raises(KeyboardInterrupt):
        grade(own_course, "ps1", workers=1)
    assert list(gradebook(own_course)) == ["ada"]
    assert points(own_course, "ada") == ALL
    assert (own_course / "feedback" / "ada" / "ps1" / "ps1.html").exists()
    monkeypatch.undo()
    assert grade(own_course, "ps1", workers=1)["unchanged"] == 1
    assert points(own_course, "bob") == ALL


def a_mixed_class(root, n=60):
    """Sixty strangers, most of them honest; the same for every call."""
    wrong = {"generator": "def generator(z, theta):\n    return z - theta\n"}
    kinds = [
        lambda: written(answered(RIGHT)),
        lambda: written(answered({})),
        lambda: written(answered(RIGHT | wrong)),
        lambda: written(in_words("Because.", {n: RIGHT[n] for n in list(RIGHT)[:4]})),
        lambda: written(answered(RIGHT, extra="import os\nos._exit(0)")),
        lambda: b"{ no notebook",
    ]
    for i in range(n):
        folder = root / "submitted" / f"student{i:02d}" / "ps1"
        folder.mkdir(parents=True)
        (folder / "ps1.ipynb").write_bytes(kinds[i % len(kinds)]())
    (root / "times.csv").write_text(
        "student,received\n" + "".join(f"student{i:02d},2026-03-01T12:00+00:00\n" for i in range(n))
    )
    (root / "grading.key").write_text("ab" * 32 + "\n")  # the same inputs
    os.chmod(root / "grading.key", 0o600)


def written(notebook):
    return nbformat.writes(notebook).encode()


def feedback(root):
    return {str(p.relative_to(root)): p.read_text() for p in sorted((root / "feedback").rglob("*.html"))}


def test_killed_at_twenty_random_moments_it_ends_as_if_undisturbed(tmp_path):
    open_room()
    calm, hit = make_course(tmp_path / "calm"), make_course(tmp_path / "hit")
    for root in (calm, hit):
        a_mixed_class(root)
    undisturbed = command(calm, "--received", "times.csv")
    said, _ = undisturbed.communicate(timeout=600)
    assert "50 graded" in said or "40 graded" in said, said

    moments = random.Random(0)
    for _ in range(20):
        grader = command(hit, "--received", "times.csv")
        try:
            grader.communicate(timeout=moments.uniform(0.5, 9))
        except subprocess.TimeoutExpired:
            os.kill(grader.pid, signal.SIGKILL)
            grader.communicate()
    last = command(hit, "--received", "times.csv")
    assert last.communicate(timeout=600)[0].splitlines()[-61:-3] == said.splitlines()[-61:-3]
    assert gradebook(hit) == gradebook(calm)
    assert feedback(hit) == feedback(calm)
    assert not [p for p in tmp_path.rglob(".new-*") if p.is_file() and p.suffix == ".json"]
    assert not still_there(str(hit)), "nothing goes on when the grader is gone"


# --- a cluster ----------------------------------------------------------------------------------------------------


@pytest.fixture
def cluster(tmp_path):
    """A Dask scheduler and two worker processes on loopback."""
    pytest.importorskip("distributed")
    address = tmp_path / "scheduler.json"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}

    def start(kind, *options):
        line = [
            sys.executable,
            "-m",
            f"distributed.cli.dask_{kind}",
            "--scheduler-file",
            str(address),
            "--no-dashboard",
        ]
        return subprocess.Popen([*line, *options], env=environment)

    processes = [start("scheduler", "--host", "127.0.0.1", "--port", "0")]
    for _ in range(300):
        if address.exists():
            break
        time.sleep(0.1)
    for _ in range(2):
        processes.append(start("worker", "--nthreads", "1", "--no-nanny", "--local-directory", str(tmp_path)))
    yield json.loads(address.read_text())["address"], processes[1:]
    for process in processes[::-1]:
        process.kill()
        process.wait()


def test_a_dask_cluster_that_loses_a_worker_grades_everybody_once(own_course, cluster):
    address, workers = cluster
    for i in range(10):
        hand_in(own_course, f"student{i}", answered(RIGHT))
    grader = command(own_course, "--scheduler", address)
    for _ in range(1200):
        if len(list((own_course / "records" / "ps1").glob("*.json"))) >= 2:
            break
        time.sleep(0.1)
    workers[0].kill()
    said, _ = grader.communicate(timeout=300)
    assert grader.returncode == 0, said
    with Gradebook(f"sqlite:///{own_course}/gradebook.db") as book:
        submissions = [s.student.id for s in book.assignment_submissions("ps1")]
    assert sorted(submissions) == sorted(f"student{i}" for i in range(10))
    assert {points(own_course, s) for s in submissions} == {ALL}
