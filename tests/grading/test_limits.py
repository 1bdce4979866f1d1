"""Limits count what a notebook computes, not how long others make it wait for its turn."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from classroom import ROOT, answered, hand_in, model_answers, open_room, points
from gancourse import course
from gancourse.exercises.following import secret_rng
from gancourse.grading import run, task
from gancourse.grading.run import Jobs, grade
from gancourse.grading.sandbox import CLOCK, CPU, Limits
from gancourse.grading.session import Session

EXERCISES = course.load_exercises(ROOT, "ps1")
RIGHT = model_answers()
ALL = sum(e.points for e in EXERCISES)
LOOP = "def discriminator_gradient(x_real, x_syn, phi):\n    while True:\n        pass\n"
SLOW = "import time\ntime.sleep(2.5)\ndef generator(z, theta):\n    time.sleep(0.01)\n    return z + theta\n"


@pytest.fixture(scope="module")
def room():
    with open_room() as opened:
        yield opened


def session(room, answers, limits, extra=""):
    session = Session(answered(answers, extra=extra), EXERCISES, secret_rng(b"key", "test"), room, limits)
    return session, session.grade()


@contextmanager
def busy(loops):
    """So many processes that want a core each, and nobody asked them to be nice."""
    with ExitStack() as stack:
        for _ in range(loops):
            process = stack.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
            stack.callback(process.kill)
        yield


def test_what_waits_is_not_stopped_while_it_computes_little(room):
    done, results = session(room, RIGHT | {"generator": SLOW}, Limits(cell=1.5, question=1, notebook=20))
    assert sum(r.earned for r in results.values()) == ALL
    assert done.ran_out == []


def test_what_computes_for_ever_runs_out_of_cpu(room):
    done, results = session(room, RIGHT | {"discriminator_gradient": LOOP}, Limits(cell=3, question=2, notebook=60))
    assert done.ran_out == [{"for": "discriminator_gradient", "of": CPU, "seconds": 2}]
    assert results["discriminator_gradient"].status == "timed out"
    assert "2 seconds of CPU time" in results["discriminator_gradient"].verdicts[0].note
    assert done.seconds >= 2


def test_what_sleeps_for_ever_runs_out_of_the_clock(room):
    extra = "import time\ntime.sleep(10_000)"
    done, results = session(room, RIGHT, Limits(cell=2, question=30, notebook=60, wall=6), extra)
    assert done.ran_out == [{"for": "cell 2", "of": CLOCK, "seconds": 12}]
    assert sum(r.earned for r in results.values()) == ALL


def test_processes_that_it_starts_count_as_its_own(room):
    extra = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'while True: pass'])"
    done, _ = session(room, RIGHT, Limits(cell=1, question=30, notebook=60), extra)
    assert done.ran_out == [{"for": "cell 2", "of": CPU, "seconds": 1}]


def test_the_whole_notebook_has_so_much_cpu(room):
    extra = "import time\nbegan = time.process_time()\nwhile time.process_time() < began + 2.5: pass"
    done, results = session(room, RIGHT, Limits(cell=5, question=5, notebook=2), extra)
    assert {"for": "the notebook", "of": CPU, "seconds": 2} in done.ran_out
    assert sum(r.earned for r in results.values()) == 0


@pytest.mark.parametrize("shadowing", ["sum = 0", "range = 5", "max = min = len = print = abs = 1", "float = 'x'"])
def test_a_name_of_pythons_own_that_was_given_a_value_costs_nothing(room, shadowing):
    _, results = session(room, RIGHT, Limits(), shadowing)
    assert {n: r.earned for n, r in results.items() if r.earned < r.points} == {}


@pytest.mark.parametrize("extra", ["import tracemalloc\ntracemalloc.start()", "import sys\nsys.settrace(lambda *a: a)"])
def test_what_watches_the_notebook_costs_nothing(room, extra):
    _, results = session(room, RIGHT, Limits(cell=10, question=4), extra)
    assert sum(r.earned for r in results.values()) == ALL


def test_a_class_graded_beside_busy_loops_keeps_every_point(own_course):
    config = own_course / "nbgrader_config.py"
    config.write_text(config.read_text() + "\nc.JudgeNotebook.limits = {'cell': 4, 'question': 4}\n")
    for student in ("ada", "ben", "cleo", "dan"):
        hand_in(own_course, student, answered(RIGHT))
    with busy(4 * len(os.sched_getaffinity(0))):
        assert grade(own_course, "ps1", workers=4) == {"graded": 4}
    assert {points(own_course, student) for student in ("ada", "ben", "cleo", "dan")} == {ALL}


def test_what_had_no_turn_or_lost_its_room_is_tried_again_alone_before_it_is_recorded(tmp_path, monkeypatch):
    monkeypatch.setenv("LOG_OF_STARTS", str(tmp_path / "starts"))
    monkeypatch.setattr(run, "grade_submission", starved_at_first)
    made = {s: task.Task(s, "", b"", {}, {}, Limits(), sandboxed=False) for s in ("ada", "ben", "cleo")}
    with Jobs(made, workers=3) as jobs:
        came = list(jobs.outcomes())
    graded = {"status": "graded", "ran_out": [], "room_gone": False}
    assert sorted(came) == [(s, graded | {"tries": 2 - (s == "ben")}) for s in made]
    starts = (tmp_path / "starts").read_text().split()
    assert sorted(starts[:3]) == ["ada", "ben", "cleo"]
    assert sorted(starts[3:]) == ["ada", "cleo"]


def starved_at_first(task_):
    """Stands for `grade_submission` where ada gets no turn at first, and cleo's room is killed."""
    log = Path(os.environ["LOG_OF_STARTS"])
    with open(log, "a") as file:
        file.write(f"{task_.submission} ")
    tries = log.read_text().split().count(task_.submission)
    late, gone = (tries == 1 and task_.submission == who for who in ("ada", "cleo"))
    return {"status": "graded", "ran_out": [{"of": CLOCK}] if late else [], "room_gone": gone, "tries": tries}


def test_the_record_and_the_summary_say_what_ran_out(own_course):
    config = own_course / "nbgrader_config.py"
    config.write_text(config.read_text() + "\nc.JudgeNotebook.limits = {'question': 2, 'wall': 6}\n")
    hand_in(own_course, "loops", answered(RIGHT | {"discriminator_gradient": LOOP}))
    hand_in(own_course, "sleeps", answered(RIGHT | {"train": "import time\ndef train(*_): time.sleep(10_000)"}))
    assert grade(own_course, "ps1") == {"timed out": 2}
    read = {s: json.loads((own_course / "records" / "ps1" / f"{s}.json").read_text()) for s in ("loops", "sleeps")}
    assert read["loops"]["ran_out"] == [{"for": "discriminator_gradient", "of": CPU, "seconds": 2}]
    assert read["sleeps"]["ran_out"] == [{"for": "train", "of": CLOCK, "seconds": 12}]
    assert "train: 12 s of wall-clock time ran out" in run.summary(own_course, "ps1")
