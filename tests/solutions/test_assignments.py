"""What all assignments must be: stubs earn nothing, the notebook says what the checks do."""

import nbformat
import numpy as np
import pytest

from classroom import ASSIGNMENTS, ROOT, exercises_of, results
from gancourse import course
from gancourse.grading.session import checked_exercise

ALL = [(assignment, name) for assignment in ASSIGNMENTS for name in exercises_of(assignment)]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_what_can_be_built_on_is_asked_for_numbers_on_numbers(assignment):
    exercises = exercises_of(assignment)
    built_on = {name for e in exercises.values() for name in e.builds_on}
    assert {p.probe for name in built_on for p in exercises[name].properties} <= {"call"}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_modules_with_the_answers_are_named(assignment):
    source = "\n".join(course.exercises_sources(ROOT, assignment).values())
    answers = course.load_answers(ROOT, assignment)
    assert answers
    assert all(module.startswith("gancourse.") for module in answers)
    used = {line.split()[-1] for line in source.splitlines() if line.startswith("from gancourse import")}
    assert {f"gancourse.{name}" for name in used} <= set(answers)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_notebook_states_the_points_that_the_checks_give(assignment):
    exercises = exercises_of(assignment)
    notebook = nbformat.read(ROOT / "solutions" / assignment / f"{assignment}.ipynb", as_version=4)
    stated = {checked_exercise(c): c.metadata.nbgrader["points"] for c in notebook.cells if checked_exercise(c)}
    assert stated == {name: e.points for name, e in exercises.items()}
    table = notebook.cells[0].source
    for name, exercise in exercises.items():
        assert f"`{name}` | {exercise.points:g} |" in table
    total = sum(c.metadata.nbgrader.get("points", 0) for c in notebook.cells if "nbgrader" in c.metadata)
    assert f"**{total:g}**" in table
    told = {}
    for cell in notebook.cells:  # beside each exercise stand its properties' points
        for name in exercises:
            if f"Write `{name}(" in cell.source:
                rows = [row for row in cell.source.splitlines() if row.startswith("| ")]
                told[name] = [float(row.split("|")[-2]) for row in rows[1:]]
    assert told == {name: [p.points for p in e.properties] for name, e in exercises.items()}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_cells_say_in_their_first_line_which_they_are(assignment):
    notebook = nbformat.read(ROOT / "solutions" / assignment / f"{assignment}.ipynb", as_version=4)
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("solution") or checked_exercise(cell):
            assert f"{assignment}/{about['grade_id']}" in cell.source.splitlines()[0]


@pytest.mark.parametrize(("assignment", "name"), ALL)
@pytest.mark.parametrize(
    "stub",
    [
        lambda *a, **k: None,
        lambda *a, **k: 0.0,
        lambda *a, **k: a[0],
        lambda *a, **k: a[min(1, len(a) - 1)],
        lambda *a, **k: a[-1],
        lambda *a, **k: a[3] if len(a) > 3 else a[2] if len(a) > 2 else 1.0,
        lambda *a, **k: np.nan,
        lambda *a, **k: np.inf,
        lambda *a, **k: (0, 0.0),
    ],
)
def test_a_stub_earns_nothing(assignment, name, stub):
    for result in results(assignment, name, stub):
        assert result.earned == 0
