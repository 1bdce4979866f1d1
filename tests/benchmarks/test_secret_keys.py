"""Wrong answers are caught whatever the inputs; and the benchmark that tries it would see one that is not."""

import numpy as np
import pytest
import secret_keys

from classroom import exercises_of
from gancourse.exercises.specification import Exercise, Misconception, Property


@pytest.mark.parametrize("assignment", ["ps0", "ps1", "ps2"])
def test_no_wrong_answer_earns_all_points(assignment):
    for exercise in exercises_of(assignment).values():
        found, tried = secret_keys.escaped(exercise, assignment, 2)
        assert not found, exercise.name
        assert tried >= len(exercise.misconceptions)


def seldom(rng):
    return (np.array([1.0, -1.0 if rng.random() < 0.1 else 1.0, 1.0]),)


@pytest.mark.parametrize(
    ("inputs", "escapes"),
    [(seldom, True), ((lambda rng: (rng.normal(size=3),), lambda rng: (-np.arange(1.0, 4.0),)), False)],
)
def test_an_answer_that_is_wrong_for_what_seldom_occurs_is_seen(inputs, escapes):
    doubles = Property("doubles", 1, inputs, cases=2)
    exercise = Exercise("double", lambda x: 2 * x, (doubles,), {"clips": Misconception(lambda x: 2 * abs(x), "")})
    found, tried = secret_keys.escaped(exercise, "test", 30)
    assert tried >= 3, "spoilt answers, too"
    assert set(found) == ({"clips", "right but for negative results"} if escapes else set())
    assert all(0 < times < 30 for times in found.values())
