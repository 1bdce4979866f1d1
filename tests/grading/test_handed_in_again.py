"""Work that comes again: the newest counts, nothing that a person gave is lost, and the time is the instructor's."""

from datetime import UTC, datetime

import nbformat
import pytest
from nbgrader.api import Gradebook

from classroom import ROOT, WORDS, answered, gradebook, hand_in, in_words, model_answers, record, score_by_hand
from gancourse import course
from gancourse.grading import nbgrader_steps, run
from gancourse.grading.rebuild import grade_id
from gancourse.grading.received import read_times, versions
from gancourse.grading.run import grade

RIGHT = model_answers()
ALL = sum(e.points for e in course.load_exercises(ROOT, "ps1"))


def test_a_new_version_replaces_every_score_and_the_old_one_is_kept(own_course):
    hand_in(own_course, "ada", in_words("The first thought.", RIGHT))
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
    hand_in(own_course, "ada", in_words("A thought.", RIGHT))
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
    hand_in(own_course, "ada", in_words("A thought.", RIGHT))
    grade(own_course, "ps1")
    score_by_hand(own_course, "ada", WORDS, 4)
    place = own_course / "submitted" / "ada" / "ps1" / "ps1.ipynb"
    place.write_text("{")
    grade(own_course, "ps1")
    assert "taken back, 4 by hand" in run.summary(own_course, "ps1")
    hand_in(own_course, "ada", in_words("Another.", RIGHT))
    grade(own_course, "ps1")
    assert gradebook(own_course)["ada"][WORDS] == (None, None, True)
    assert "taken back, 4 by hand" in run.summary(own_course, "ps1")
    score_by_hand(own_course, "ada", WORDS, 3)
    assert "taken back" not in run.summary(own_course, "ps1")
    hand_in(own_course, "ada", in_words("A thought.", RIGHT))
    grade(own_course, "ps1")
    assert gradebook(own_course)["ada"][WORDS] == (None, 4, False)
    assert [taken["manual_score"] for taken in record(own_course, "ada")["superseded"]] == [3]
    assert "taken back" not in run.summary(own_course, "ps1")


def test_a_fault_of_the_grader_costs_no_score_by_hand(own_course, monkeypatch):
    hand_in(own_course, "ada", in_words("A thought.", RIGHT))
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
