"""An instructor's own exercises and points: begun, changed, refused where they are not sound, graded."""

import contextlib
import csv
import shutil

import nbformat
import numpy as np
import pytest

from classroom import ROOT, open_room
from gancourse import course
from gancourse.exercises.drafts import new_assignment, new_exercise
from gancourse.exercises.points import write_points
from gancourse.exercises.proving import doubts
from gancourse.exercises.release import release
from gancourse.exercises.specification import Exercise, Misconception, Property, compile_all, public_rng
from gancourse.grading.run import grade


def empty_course(folder):
    (folder / "notebooks").mkdir(parents=True)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return folder


def cells(path):
    notebook = nbformat.read(path, as_version=4)
    return {c.metadata.nbgrader.grade_id: c for c in notebook.cells if "nbgrader" in c.metadata}


# --- from a template to grades --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A course with an assignment of two exercises from the template, the second with other points; released."""
    root = empty_course(tmp_path_factory.mktemp("own"))
    new_assignment(root, "ps7")
    release(root, "ps7")  # even without an exercise
    new_exercise(root, "ps7", "first")
    new_exercise(root, "ps7", "second")
    assert not release(root, "ps7"), "what the template states is right"
    file = root / "solutions" / "ps7" / "exercises" / "second.py"
    file.write_text(file.read_text().replace('of the squares", 2,', 'of the squares", 5,'))
    assert release(root, "ps7"), "points were brought up to date"
    return root


def test_the_points_of_a_property_are_written_wherever_the_notebook_states_them(own):
    for folder in ("solutions", "assignments"):
        path = own / folder / "ps7" / "ps7.ipynb"
        assert [cells(path)[f"check-{name}"].metadata.nbgrader.points for name in ("first", "second")] == [3, 6]
        text = "\n".join(c.source for c in nbformat.read(path, as_version=4).cells)
        assert "| 1 | `first` | 3 |\n| 2 | `second` | 6 |\n| | | **9** |" in text
        assert "| is the mean of the squares | 5 |\n| leaves `x` as it was | 1 |" in text


def test_a_class_is_graded_by_own_exercises(own):
    open_room()
    right = {
        n: c.source for n, c in cells(own / "solutions" / "ps7" / "ps7.ipynb").items() if c.metadata.nbgrader.solution
    }
    wrong = right | {"second": right["second"].replace("np.mean(x**2)", "np.mean(x)")}
    released = nbformat.read(own / "assignments" / "ps7" / "ps7.ipynb", as_version=4)
    for student, answers in (("right", right), ("wrong", wrong), ("empty", {})):
        notebook = nbformat.from_dict(released)
        for cell in notebook.cells:
            cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
        (own / "submitted" / student / "ps7").mkdir(parents=True)
        nbformat.write(notebook, own / "submitted" / student / "ps7" / "ps7.ipynb")
        released = nbformat.read(own / "assignments" / "ps7" / "ps7.ipynb", as_version=4)
    assert grade(own, "ps7", workers=1)["graded"] == 3
    with open(own / "grades.csv", newline="") as file:
        scores = {row["student_id"]: float(row["raw_score"]) for row in csv.DictReader(file)}
    assert scores == {"right": 9, "wrong": 3, "empty": 0}


def test_every_misconception_of_the_template_is_told_by_its_own_hint(own):
    (exercise, _) = course.load_exercises(own, "ps7")
    compiled = compile_all([exercise], public_rng("ps7"))
    assert len(exercise.misconceptions) >= 5
    assert doubts([exercise], compiled) == []


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda root: new_assignment(root, "ps7"), "is there already"),
        (lambda root: new_assignment(root, "../ps8"), "cannot be an assignment's name"),
        (lambda root: new_exercise(root, "ps9", "x"), "no assignment 'ps9'; there are: ps7"),
        (lambda root: new_exercise(root, "ps7", "first"), "'first' already"),
        (lambda root: new_exercise(root, "ps7", "setup"), "'setup' already"),
        (lambda root: new_exercise(root, "ps7", "two words"), "'two words' cannot be"),
        (lambda root: new_exercise(root, "ps7", "lambda"), "'lambda' cannot be"),
    ],
)
def test_a_name_that_is_none_or_taken_is_refused(own, make, says):
    before = {p: p.read_bytes() for p in own.glob("solutions/**/*.*") if p.is_file()}
    with pytest.raises(course.CourseError, match=says):
        make(own)
    assert {p: p.read_bytes() for p in own.glob("solutions/**/*.*") if p.is_file()} == before


def test_an_exercise_is_added_after_the_last_check_of_an_assignment_that_is_there(tmp_path):
    root = empty_course(tmp_path)
    shutil.copytree(ROOT / "solutions" / "ps1", root / "solutions" / "ps1")
    new_exercise(root, "ps1", "extra")
    assert [e.name for e in course.load_exercises(root, "ps1")][-2:] == ["train", "extra"]
    text = (root / "solutions" / "ps1" / "ps1.ipynb").read_text()
    assert text.index("check-train") < text.index("about-extra") < text.index("overshoot-in-words")
    assert "| 10 | `extra` | 3 |" in text
    assert "**43**" in text


# --- what is refused ------------------------------------------------------------------------------------------------


def at_ones(*properties, reference=np.sum, **wrong):
    return Exercise("total", reference, properties, {n: Misconception(f, n) for n, f in wrong.items()})


def some(rng):
    return (rng.normal(size=5),)


RNG = np.random.default_rng(0)
SOUND = Property("is the sum", 2, some)


@pytest.mark.parametrize(
    ("exercises", "says"),
    [
        ([at_ones(SOUND, mean=np.mean)], []),
        ([at_ones(SOUND, adds=lambda x: x.sum())], ["misconception 'adds' earns every point"]),
        ([at_ones(SOUND, mean=np.mean, average=np.average)], ["'mean' and 'average' answer alike"]),
        (
            [at_ones(SOUND, reference=lambda x: x.sum() + RNG.normal())],
            ["its own reference loses the points of “is the sum”"],
        ),
        ([at_ones(Property("is the sum", 2, lambda rng: (np.zeros(3),)))], ["returns 0 earns 2 points"]),
        ([at_ones(Property("is the sum", 1, lambda rng: (np.ones(1),)))], ["hands its first argument back earns 1"]),
        ([at_ones()], ["no property"]),
        ([at_ones(SOUND), at_ones(SOUND)], ["two exercises 'total'"]),
        ([Exercise("later", np.sum, (SOUND,), {}, builds_on=("total",)), at_ones(SOUND)], ["builds on `total`"]),
    ],
)
def test_what_is_not_sound_is_said(exercises, says):
    said = doubts(exercises, compile_all(exercises, public_rng("test")))
    assert len(said) == len(says)
    assert all(expected in what for expected, what in zip(says, said, strict=True)), said


def test_a_release_with_an_unsound_check_is_refused_and_leaves_all_as_it_was(tmp_path):
    root = empty_course(tmp_path)
    new_assignment(root, "ps7")
    new_exercise(root, "ps7", "first")
    file = root / "solutions" / "ps7" / "exercises" / "first.py"
    before = [p.read_bytes() for p in sorted(root.glob("*/ps7/*.ipynb"))]
    file.write_text(file.read_text().replace("lambda x: np.mean(x), ", "first, "))
    with pytest.raises(course.CourseError, match=r"1 thing to mend.*\n- `first`: the misconception 'does_not_"):
        release(root, "ps7")
    file.write_text(file.read_text().replace("return np.mean(x**2)", "return np.mean(y**2)"))
    with pytest.raises(course.CourseError, match="reference of first fails"):
        release(root, "ps7")
    assert [p.read_bytes() for p in sorted(root.glob("*/ps7/*.ipynb"))] == before


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda cell: cell.source.replace("| leaves `x` as it was | 1 |", ""),
            "1 rows of properties, the exercise has 2",
        ),
        (lambda cell: cell.source.replace("| property |", "| what |"), None),
    ],
)
def test_a_table_with_a_row_too_few_is_named_and_one_that_is_not_there_is_not_missed(tmp_path, change, says):
    root = empty_course(tmp_path)
    new_assignment(root, "ps7")
    new_exercise(root, "ps7", "first")
    path = root / "solutions" / "ps7" / "ps7.ipynb"
    notebook = nbformat.read(path, as_version=4)
    (text,) = (c for c in notebook.cells if c.id == "about-first")
    text.source = change(text)
    with pytest.raises(course.CourseError, match=says) if says else contextlib.nullcontext():
        assert not write_points(notebook, course.load_exercises(root, "ps7"), "ps7.ipynb")


@pytest.mark.parametrize("missing", ["first", "check-first"])
def test_a_cell_that_is_missing_or_too_many_is_named(tmp_path, missing):
    root = empty_course(tmp_path)
    new_assignment(root, "ps7")
    new_exercise(root, "ps7", "first")
    notebook = nbformat.read(root / "solutions" / "ps7" / "ps7.ipynb", as_version=4)
    with pytest.raises(course.CourseError, match="grade_id 'check-first', and there is no exercise 'first'"):
        write_points(notebook, [], "ps7.ipynb")
    notebook.cells = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") != missing]
    with pytest.raises(course.CourseError, match=f"cell with the grade_id '{missing}'"):
        write_points(notebook, course.load_exercises(root, "ps7"), "ps7.ipynb")
