"""The checks are checked: every misconception fails with its own hint, whatever is drawn."""

import pytest

from classroom import ASSIGNMENTS, exercises_of, results
from gancourse.exercises.following import secret_rng
from gancourse.exercises.judge import judge
from gancourse.exercises.specification import compile_exercise, observe_all

ALL = [(assignment, name) for assignment in ASSIGNMENTS for name in exercises_of(assignment)]


@pytest.mark.parametrize(("assignment", "name"), ALL)
def test_the_reference_earns_everything(assignment, name):
    exercise = exercises_of(assignment)[name]
    for result in results(assignment, name, exercise.reference):
        assert result.earned == result.points == exercise.points


@pytest.mark.parametrize(
    ("assignment", "name", "mistake"), [(a, n, m) for a, n in ALL for m in exercises_of(a)[n].misconceptions]
)
def test_a_misconception_loses_points_and_is_told_by_its_own_hint(assignment, name, mistake):
    misconception = exercises_of(assignment)[name].misconceptions[mistake]
    for result in results(assignment, name, misconception.function):
        assert result.earned < result.points
        assert {v.hint for v in result.verdicts if v.hint} == {misconception.hint}


@pytest.mark.parametrize(("assignment", "name"), ALL)
def test_what_a_misconception_earns_does_not_depend_on_the_draw(assignment, name):
    exercises = exercises_of(assignment)
    for mistake, misconception in exercises[name].misconceptions.items():
        outcomes = {_earned(result) for result in results(assignment, name, misconception.function)}
        assert len(outcomes) == 1, mistake
    if all(p.probe == "call" for p in exercises[name].properties):  # of networks only a width or two is drawn
        for key in range(25):
            inputs = compile_exercise(exercises[name], secret_rng(bytes([key]), assignment)(name))
            for mistake, misconception in exercises[name].misconceptions.items():
                result = judge(inputs, observe_all(inputs, misconception.function))
                assert {_earned(result)} == {_earned(r) for r in results(assignment, name, misconception.function)}, (
                    mistake
                )


def _earned(result):
    return tuple(verdict.earned for verdict in result.verdicts)


@pytest.mark.parametrize(("assignment", "name"), ALL)
def test_an_exercise_knows_at_least_five_misconceptions(assignment, name):
    assert len(exercises_of(assignment)[name].misconceptions) >= 5
