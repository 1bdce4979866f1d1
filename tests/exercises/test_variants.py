"""Slips that nobody had to write down: each is recognised by its trace, told by name, and only where it alone fits."""

import numpy as np
import pytest

from gancourse.exercises.checking import check_function
from gancourse.exercises.specification import Exercise, Misconception, Property, compile_all, public_rng
from gancourse.exercises.variants import changed_afterwards, on_other_inputs, parameters, trace, words


def weighed(x, y, scale=2.5):
    """Two terms, a sum each, of batches that may differ in size."""
    return scale * np.sum(np.tanh(x)) + np.sum(y**2) / 3


def moved(z, shift):
    return np.sin(z) + 3 * z + shift


def repeated(z, n):
    for _ in range(n):
        z = np.cos(z) + z / 2
    return z


EXERCISES = [
    Exercise("weighed", weighed, (Property("", 2, lambda rng: (rng.normal(size=6), rng.normal(size=4))),), {}),
    Exercise("moved", moved, (Property("", 2, lambda rng: (rng.normal(size=5), float(rng.normal()))),), {}),
    Exercise("repeated", repeated, (Property("", 1, lambda rng: (rng.normal(size=3), int(rng.integers(3, 8)))),), {}),
]


@pytest.fixture(scope="module")
def compiled():
    return compile_all(EXERCISES, public_rng("slips"))


def hint(compiled, name, function):
    result = check_function(compiled, name, function)
    assert result.earned == 0
    return result.verdicts[0].hint


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda x, y, scale=2.5: weighed(x[-1:], y, scale), "if only the last entry of `x` counted"),
        (lambda x, y, scale=2.5: weighed(x, y[1:], scale), "if the first entry of `y` were left out"),
        (lambda x, y, scale=2.5: weighed(y, x, scale), "if `x` and `y` had changed places"),
        (lambda x, y, scale=2.5: weighed(x[:4], y, scale), "had the smaller number of entries"),
        (lambda x, y, scale=2.5: weighed(x, y, scale**2), "if `scale` were squared"),
        (lambda x, y, scale=2.5: weighed(x * 0, y), "if the term of `x` were missing"),
        (lambda x, y, scale=2.5: 2.5 * np.tanh(x).mean() + (y**2).sum() / 3, "if the term of `x` were a mean"),
        (lambda x, y, scale=2.5: 2.5 * np.tanh(x).sum() - (y**2).sum() / 3, "if the term of `y` had the other sign"),
        (lambda x, y, scale=2.5: weighed(np.full(6, x.mean()), y), "if every entry of `x` were the mean of all"),
        (lambda x, y, scale=2.5: np.floor(weighed(x, y) * 100) / 100 + 0.5, "The value is not right."),
    ],
)
def test_a_slip_before_a_sum_is_named(compiled, function, says):
    assert says in hint(compiled, "weighed", function)


def test_of_two_slips_that_come_to_the_same_both_are_told(compiled):
    none = hint(compiled, "weighed", lambda x, y, scale=2.5: weighed(x, y, 0.0))
    assert "if `scale` were 0" in none and "Or: " in none and "if the term of `x` were missing" in none


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda z, shift: moved(z, -shift), "if the sign of `shift` were turned"),
        (lambda z, shift: moved(z**2, shift), "if `z` were squared"),
        (lambda z, shift: moved(z - z.mean(), shift), "if the mean of `z` were taken away first"),
        (lambda z, shift: np.round(moved(z, shift), 2), "It returns the right answer rounded to 2 decimals."),
        (lambda z, shift: np.cumsum(moved(z, shift)), "It returns the running sums of the right answer."),
        (lambda z, shift: moved(z, shift)[::-1], "It returns the right answer backwards."),
        (lambda z, shift: -moved(z, shift), "It returns -1 times the right answer, in every case tried: the sign."),
        (lambda z, shift: moved(z, shift) / 5, "and `z` has 5 entries: a mean over `z` where a sum belongs?"),
        (lambda z, shift: np.full(5, 0.25), "whatever it is given"),
        (lambda z, shift: np.sin(shift) * np.ones(5), "`z` has no effect on what it returns."),
        (lambda z, shift: moved(z, 0.0) * np.cos(z), "`shift` has no effect on what it returns."),
        (lambda z, shift: np.sin(moved(z[-1:], shift)) * np.ones(5), "Only the last entry of `z` has an effect"),
    ],
)
def test_a_slip_of_an_array_is_named(compiled, function, says):
    assert says in hint(compiled, "moved", function)


def test_a_count_is_one_too_many_or_begins_anew(compiled):
    assert "with `n` + 1 in the place of `n`" in hint(compiled, "repeated", lambda z, n: repeated(z, n + 1))
    assert "if `n` were 1" in hint(compiled, "repeated", lambda z, n: repeated(z, 1))


def test_where_a_case_is_right_that_the_slip_would_spoil_it_is_not_told():
    either = lambda rng: (rng.normal(size=4), 1.5), lambda rng: (rng.normal(size=4), -1.5)
    usual = Property("usual", 1, either, cases=4)
    exercise = Exercise("moved", moved, (usual, Property("again", 1, either, cases=4)), {})
    one = compile_all([exercise], public_rng("slips"))
    result = check_function(one, "moved", lambda z, shift: moved(z, abs(shift)))
    assert "the sign of `shift` were dropped" in result.verdicts[0].hint
    seen = []

    def at_first(z, shift):
        seen.append(z)
        return moved(z, abs(shift) if len(seen) < 5 else shift)

    assert "dropped" not in check_function(one, "moved", at_first).verdicts[0].hint


def test_a_condition_that_parts_wrong_from_right_is_told():
    either = lambda rng: (rng.normal(size=4), 1.0 + rng.random()), lambda rng: (rng.normal(size=4), -1.0)
    exercise = Exercise("moved", moved, (Property("usual", 1, either, cases=4),), {})
    one = compile_all([exercise], public_rng("slips"))
    says = check_function(one, "moved", lambda z, shift: moved(z, shift) if shift < 0 else z**3).verdicts[0].hint
    assert "It is wrong wherever `shift` > 0, and right elsewhere." in says


def test_one_number_stands_for_all_of_an_answer_and_for_their_order():
    one, size = trace(np.arange(5.0))
    assert one == pytest.approx(size) and one > 0
    assert trace(np.arange(5.0)[::-1])[0] != pytest.approx(one)
    assert trace([1.0, np.arange(3.0)])[0] == pytest.approx(trace(np.array([1.0, 0, 1, 2]))[0])
    assert trace(np.array([1.0, np.nan])) is None and trace(np.zeros(0)) is None


def test_every_slip_has_words():
    table = np.arange(1.0, 13).reshape(3, 4)
    for arguments in ((table[0], table[1, :3], 2.0), (table, 3, 2.0)):
        answers = on_other_inputs(parameters(weighed), arguments, lambda a, b, c=1.0: np.sum(a) + np.sum(b**2) * c)
        assert len(answers) > 20
        for key in answers:
            says, advice = words(key)
            assert "`" in says and "{" not in says and advice
    assert all("{" not in what for what in changed_afterwards(table, {}))


def only(reference, draw, **options):
    """The compiled checks of one function."""
    exercise = Exercise("only", reference, (Property("", 1, draw),), {}, **options)
    return compile_all([exercise], public_rng("slips"))


def test_of_three_slips_that_come_to_the_same_none_is_told():
    product = only(lambda x, y, z: x * y * z, lambda rng: tuple(float(v) for v in rng.uniform(1.1, 2, size=3)))
    says = hint(product, "only", lambda x, y, z: -x * y * z)
    assert says.startswith("It returns -1 times the right answer, in every case tried: the sign.")


def test_by_counts_alone_no_slip_and_no_mistake_of_an_earlier_exercise_is_told():
    def positive(x):
        return int((x > 0).sum())

    def twice(x, *, positive=positive):
        return 2 * positive(x)

    draws = (Property("", 1, lambda rng: (np.append(1.0, rng.normal(size=7)),)),)
    earlier = Exercise("positive", positive, draws, {"one": Misconception(lambda x: positive(x) - 1, "One too few.")})
    later = Exercise("twice", twice, draws, {}, builds_on=("positive",))
    counts = compile_all([earlier, later], public_rng("slips"))
    assert "would be right" not in hint(counts, "positive", lambda x: positive(x[:-1]) + positive(x[:1]) - 2)
    assert "would be right" not in hint(counts, "twice", lambda x: 2 * positive(x[1:]))
    assert "One too few." not in hint(counts, "twice", lambda x: 2 * positive(x) - 2)


def test_a_factor_as_large_as_a_batch_is_a_sum_only_where_batches_differ_in_size():
    same, differ = (lambda rng: (rng.normal(size=5),)), (lambda rng: (rng.normal(size=rng.integers(4, 9)),))
    for draw, says in ((same, "It returns 5 times the right answer, in every case"), (differ, "a sum over `x` where")):
        assert says in hint(only(lambda x: np.mean(x) + np.mean(x**2), draw), "only", lambda x: np.sum(x + x**2))
