"""Answers in words on one page, scored there, and the scores in the gradebook."""

import csv

import pytest

from accessibility import violations
from browser import page
from classroom import ROOT, WORDS, gradebook, hand_in, in_words, model_answers, open_room, released_course
from gancourse.course import CourseError
from gancourse.grading.run import grade, waiting
from gancourse.grading.words import enter_scores, questions, write_page

TEXTS = {"ada": "It **overshoots**, since D lags.", "ben": "<script>document.title = 'x'</script> & so\n\non"}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A course with a class of three, of whom the third wrote nothing in words; graded by machine."""
    open_room()
    root = released_course(tmp_path_factory.mktemp("words"))
    one = {"generator": model_answers()["generator"]}
    for student, text in TEXTS.items():
        hand_in(root, student, in_words(text, one))
    hand_in(root, "cem", in_words("", one))
    grade(root, "ps1", workers=1)
    return root


def scores(root):
    return {student: grades[WORDS][1] for student, grades in gradebook(root).items()}


def saved(path, *rows):
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([("student", "question", "score", "answer"), *rows])
    return path


def test_all_answers_stand_below_the_model_answer_in_no_order_of_names(graded):
    (question,) = questions(graded, "ps1")
    assert {a.student: a.text for a in question.answers} == TEXTS | {"cem": "(nothing written)"}
    assert (question.cell, question.points) == (WORDS, 5)
    assert "Graded by a person" in question.asked
    assert "On the line the two sample means agree" in question.model and "SOLUTION" not in question.model
    path, count = write_page(graded, "ps1")
    assert count == 3
    told = path.read_text()
    assert "<script>document" not in told and "&lt;script&gt;document" in told


def test_scores_are_typed_saved_and_entered_and_a_text_that_changed_is_looked_at_again(graded, tmp_path):
    path, _ = write_page(graded, "ps1")
    with page() as tab:
        tab.goto(path.as_uri())
        assert violations(tab) == {}
        assert not tab.get_by_text(": ada").is_visible()
        tab.get_by_label("show who wrote what").check()
        assert tab.get_by_text(": ada").is_visible()
        fields = tab.locator("input[type=number]")
        order = [fields.nth(i).get_attribute("data-student") for i in range(3)]
        fields.nth(0).fill("4.5")
        fields.nth(0).press("Enter")
        tab.keyboard.type("9")  # too many
        tab.keyboard.press("Enter")
        assert fields.nth(1).evaluate("field => field === document.activeElement")
        fields.nth(1).fill("0")
        assert tab.get_by_role("status").text_content() == "2 of 3 scored"
        with tab.expect_download() as download:
            tab.get_by_role("button", name="Save the scores").click()
        download.value.save_as(tmp_path / "scores.csv")
        assert tab.title() != "x"
    assert enter_scores(graded, "ps1", tmp_path / "scores.csv") == (2, [])
    assert scores(graded) == {order[0]: 4.5, order[1]: 0, order[2]: None}
    assert waiting(graded, "ps1") == 1
    (question,) = questions(graded, "ps1")
    assert [a.score for a in question.answers] == [4.5, 0, None], "and the page shows them"

    hand_in(graded, order[0], in_words("Another text.", {}))
    grade(graded, "ps1", workers=1)
    entered, (wrong,) = enter_scores(graded, "ps1", tmp_path / "scores.csv")
    assert entered == 1 and "another text has been handed in" in wrong


def test_rows_that_will_not_do_are_named_and_the_others_entered(graded, tmp_path):
    path = saved(
        tmp_path / "odd.csv",
        ("ada", WORDS, "6", ""),
        ("ada", WORDS, "-1", ""),
        ("ada", WORDS, "nan", ""),
        ("ada", WORDS, "good", ""),
        ("dan", WORDS, "1", ""),
        ("ada", "check-train", "1", ""),
        ("cem", WORDS, "2,5", ""),
        ("ben", WORDS, " ", ""),
    )
    before = scores(graded)
    entered, wrong = enter_scores(graded, "ps1", path)
    assert entered == 1 and scores(graded) == before | {"cem": 2.5}
    assert [line.split(":")[0].split(",")[0] for line in wrong] == [f"line {n}" for n in range(2, 8)]
    assert "'6' is no score from 0 to 5" in wrong[0] and "no answer of 'dan'" in wrong[4]


def test_a_file_that_is_none_and_a_class_that_is_not_there_are_named(graded, tmp_path):
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CourseError, match="no rows with the columns"):
        enter_scores(graded, "ps1", tmp_path / "other.csv")
    with pytest.raises(CourseError, match="run `gancourse grade ps2` first"):
        write_page(graded, "ps2")
    with pytest.raises(CourseError, match="no assignment 'ps9'"):
        write_page(graded, "ps9")
    assert (ROOT / "gancourse" / "grading" / "words.html").exists()
