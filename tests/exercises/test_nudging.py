"""What a function does not listen to is named: a whole argument, its first or last entry, or all but one."""

import contextlib

import numpy as np
import pytest

from gancourse.exercises.nudging import unheard
from gancourse.exercises.specification import Exercise, Property, compile_exercise


def total(x, weight, n):
    return weight * np.sum(np.sin(x)) ** n


@pytest.fixture(scope="module")
def compiled():
    def draw(rng):
        return (rng.uniform(0.2, 1, size=4), float(rng.uniform(1, 2)), int(rng.integers(2, 5)))

    return compile_exercise(Exercise("total", total, (Property("", 1, draw),), {}), np.random.default_rng(0))


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (total, None),
        (lambda x, weight, n: np.sum(np.cos(x)) ** n, "`weight` has no effect on what it returns. Is it used at all?"),
        (lambda x, weight, n: weight * np.sum(x), "`n` has no effect on what it returns. Is it used at all?"),
        (lambda x, weight, n: weight**n, "`x` has no effect on what it returns. Is it used at all?"),
        (lambda x, weight, n: total(x[1:], weight, n), "The first entry of `x` has no effect on what it returns."),
        (lambda x, weight, n: total(x[:3], weight, n), "The last entry of `x` has no effect on what it returns."),
        (
            lambda x, weight, n: total(x[[0, 1, 3]], weight, n),
            "Of `x`, entry number 3 of 4 has no effect on what it returns.",
        ),
        (lambda x, weight, n: total(x[:1], weight, n), "Only the first entry of `x` has an effect"),
        (lambda x, weight, n: total(x[-1:], weight, n), "Only the last entry of `x` has an effect"),
    ],
)
def test_what_is_not_heard_is_named(compiled, function, says):
    said = unheard(compiled, function, [0, 1], contextlib.nullcontext)
    assert said is None if says is None else said.startswith(says)


def test_an_argument_that_the_right_answer_ignores_need_not_be_heard():
    def draw(rng):
        return (rng.normal(size=3), rng.normal(size=3))

    exercise = Exercise("first", lambda x, y: np.sum(x**3), (Property("", 1, draw),), {})
    compiled = compile_exercise(exercise, np.random.default_rng(0))
    assert unheard(compiled, lambda x, y: np.sum(x), [0], contextlib.nullcontext) is None


def test_whole_numbers_hide_what_they_hang_on(compiled):
    cut_off = lambda x, weight, n: float(np.trunc(np.sum(x) / 100))  # noqa: E731
    assert unheard(compiled, cut_off, [0, 1], contextlib.nullcontext) is None
