"""A class is graded whatever happens to the grader: killed, stopped, restarted, on machines that go away."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import psutil
import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateFeedback

from classroom import (
    ROOT,
    answered,
    command,
    gradebook,
    hand_in,
    in_words,
    model_answers,
    open_room,
    points,
    released_course,
    still_there,
    written,
)
from gancourse import course
from gancourse.grading.run import grade

RIGHT = model_answers()
ALL = sum(e.points for e in course.load_exercises(ROOT, "ps1"))


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


def a_mixed_class(root, n=30):
    """Thirty strangers, most of them honest; the same for every call."""
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


def feedback(root):
    return {str(p.relative_to(root)): p.read_text() for p in sorted((root / "feedback").rglob("*.html"))}


def test_killed_at_ten_random_moments_it_ends_as_if_undisturbed(tmp_path):
    open_room()
    calm, hit = released_course(tmp_path / "calm"), released_course(tmp_path / "hit")
    for root in (calm, hit):
        a_mixed_class(root)
    undisturbed = command(calm, "--received", "times.csv")
    said, _ = undisturbed.communicate(timeout=600)
    assert "25 graded" in said or "20 graded" in said, said

    moments = random.Random(0)
    for k in range(10):  # one in every half second of those in which a class is begun
        grader = command(hit, "--received", "times.csv")
        try:
            grader.communicate(timeout=0.5 + 0.5 * (k + moments.random()))
        except subprocess.TimeoutExpired:
            os.kill(grader.pid, signal.SIGKILL)
            grader.communicate()
    last = command(hit, "--received", "times.csv")
    assert last.communicate(timeout=600)[0].splitlines()[-31:-3] == said.splitlines()[-31:-3]
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
    for i in range(6):
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
    assert sorted(submissions) == sorted(f"student{i}" for i in range(6))
    assert {points(own_course, s) for s in submissions} == {ALL}
