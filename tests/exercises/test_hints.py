"""What a hint says, word for word, of an answer that is no known misconception; and when two answers agree."""

import numpy as np
import pytest
from torch import nn

from gancourse.exercises.judge import close, judge
from gancourse.exercises.specification import Exercise, Property, compile_exercise, observe_all

ONE, TWO, FOUR = np.ones(1), np.array([1.0, 2.0]), np.arange(4.0)
WRONG = "The value is not right."
NOTHING = "It returns nothing (`None`), not {}. Is there a `return`? If there is, print what follows it."
OTHER_ORDER = "These are the right numbers, in another order."
NEARLY = (
    "It is nearly right, but not to five digits. Is something rounded or clipped, or an average of differences in "
    "place of a derivative, or are two steps in the wrong order?"
)
OVERFLOWS = (
    "It returns inf or nan where the right answer is an ordinary number: something overflows, or a zero is divided by "
    "or put into a logarithm."
)
EACH = " Is something added up or averaged, or overwritten in a loop, that should stay one number for each?"
NOT_INFINITE = "It is not infinite where the right answer is: is a zero clipped, or left out?"
CHANGES = (
    "An array that it was given holds other values afterwards. Work on a copy: `x = x + 1` makes a new array, "
    "`x += 1` changes the caller's."
)


def hint(right, wrong, *arguments, show_inputs=True, **options):
    """Of a function that returns `wrong`, or does it, where `right` is the answer to these arguments, or gives it."""
    right, wrong = (value if callable(value) else lambda *a, v=value: v for value in (right, wrong))
    exercise = Exercise("at", right, (Property("is right", 1, lambda rng: arguments or (1.0,), **options),), {})
    compiled = compile_exercise(exercise, np.random.default_rng(0))
    (verdict,) = judge(compiled, observe_all(compiled, wrong), show_inputs=show_inputs).verdicts
    assert verdict.earned == 0
    return verdict.hint


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        (2.0, None, NOTHING.format("numbers")),
        ("yes", None, NOTHING.format("a text")),
        (2.0, "x", "It returns a str, not numbers."),
        (2.0, {1}, "It returns a set, not numbers."),
        (2.0, Exception(), "It returns an Exception, not numbers."),
        ("yes", {1}, "It returns a set, not a text."),
        ("yes", 2.0, "It returns numbers, not a text."),
        ("yes", "no", "`no` is not right. Is it one of the words that the text gives, spelt as there?"),
        (
            "yes",
            61 * "n",
            f"`{60 * 'n'}` is not right. Is it one of the words that the text gives, spelt as there?",
        ),
        (2.0, (3.0, 4.0, 5.0), "It returns 3 things (a tuple) where one number is expected."),
        (2.0, [3.0, 4.0], "It returns 2 things (a list) where one number is expected."),
        (TWO, (1.0, TWO), "One of the things it returns is not a single number."),
        (FOUR, (1.0, TWO), "It returns 2 things at once, where an array of shape (4,) is expected."),
        (np.ones((2, 2)), (ONE, TWO, FOUR), "It returns 3 things at once, where an array of shape (2, 2) is expected."),
    ],
)
def test_what_is_no_number_is_named(right, wrong, says):
    assert hint(right, wrong, show_inputs=False) == says
    assert hint(right, wrong).startswith(says)


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        (FOUR, TWO, "It returns an array of shape (2,) where an array of shape (4,) is expected."),
        (TWO, 1.0, f"It returns one number where an array of shape (2,) is expected.{EACH}"),
        ((1.0, 2.0), 1.0, "It returns one number where a tuple of 2 numbers is expected."),
        (
            TWO,
            np.arange(3.0),
            "It returns an array of shape (3,) where an array of shape (2,) is expected. That is one entry too many.",
        ),
        (2.0, FOUR, "It returns an array of shape (4,) where one number is expected."),
        (TWO, np.array([1.0, np.inf]), OVERFLOWS),
        (TWO, np.array([np.nan, 2.0]), OVERFLOWS),
        (np.array([1.0, np.nan]), np.array([np.inf, np.nan]), WRONG),
        (np.array([np.inf, 1.0]), TWO, NOT_INFINITE),
        (np.array([np.inf, 1.0]), np.array([-np.inf, 1.0]), NOT_INFINITE),
        (np.array([np.inf, 1.0]), np.array([np.inf, 2.0]), WRONG),
        (TWO, -3 * TWO, "It returns -3 times the right answer, in every case tried: a sign or a factor."),
        (TWO, TWO / 7, "It returns 0.1429 times the right answer, in every case tried: a sign or a factor."),
        (TWO, 0 * TWO, WRONG),
        (
            np.array([0.0, 2.0]),
            np.array([0.0, 6.0]),
            "It returns 3 times the right answer, in every case tried: a sign or a factor.",
        ),
        (TWO, np.array([3.0, 6.01]), WRONG),
        (TWO, -TWO, "It returns -1 times the right answer, in every case tried: the sign."),
        (np.array([0.0, 2.0]), np.array([1.0, 6.0]), WRONG),
        (FOUR, FOUR[::-1], OTHER_ORDER),
        (FOUR.reshape(2, 2), FOUR.reshape(2, 2).T, WRONG),
        ((1.0, 2.0, 3.0), (1.0, 7.0, 3.0), "Of the 3 numbers, number 2 is not right."),
        ((1.0, 2.0, 3.0), (1.0, 7.0, 8.0), "Of the 3 numbers, number 2 and 3 is not right."),
        ((1.0, 2.0), (7.0, 9.0), WRONG),
        ((1.0, 2.0), (1.5, 2.5), WRONG),
        (np.array([1.0, 2.0, 3.0]), np.array([1.0, 7.0, 8.0]), "Of the 3 numbers, number 2 and 3 is not right."),
        (TWO, TWO * [1.001, 0.999], NEARLY),
        (TWO, TWO * [1.003, 1.0], "Of the 2 numbers, number 1 is not right."),
        (np.array([0.0, 100.0]), np.array([0.019, 100.0]), NEARLY),
        (np.array([0.0, 100.0]), np.array([0.021, 100.0]), "Of the 2 numbers, number 1 is not right."),
        ((1.0, TWO), (2.0, TWO), WRONG),
    ],
)
def test_numbers_say_what_is_wrong_with_them(right, wrong, says):
    assert hint(right, wrong, show_inputs=False) == says
    assert hint(right, wrong).startswith(f"{says} Example: `at(1)` returns ")


def test_a_sum_or_a_mean_is_missing_where_it_makes_the_answer_right():
    says = "It returns an array of shape (4,) where one number is expected."
    assert hint(6.0, FOUR, show_inputs=False) == f"{says} Their sum is right: it is missing at the end."
    assert hint(1.5, FOUR, show_inputs=False) == f"{says} Their mean is right: it is missing at the end."
    assert hint(2.0, FOUR, show_inputs=False) == says
    assert "missing" not in hint(np.ones((2, 2)), FOUR)


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        (0.1234567890, "0.123457"),
        (np.arange(7.0) / 2, "np.array([0, 0.5, 1, 1.5, 2, 2.5, 3])"),
        (np.arange(4.0).reshape(2, 2), "np.array([[0, 1], [2, 3]])"),
        (np.arange(25.0), "[0, 1, ..., 23, 24]"),
        (np.arange(26.0).reshape(2, 13), "an array of shape (2, 13)"),
        (7, "7"),
        ("saturating", "'saturating'"),
    ],
)
def test_an_example_quotes_what_fits_on_a_line(value, quoted):
    assert hint(lambda x, y: 2.0, 6.0, value, 3.0) == (
        "It returns 3 times the right answer, in every case tried: a sign or a factor. "
        f"Example: `at(x={quoted}, y=3)` returns 6; right is 2."
    )
    assert hint((1.0, TWO), (2.0, TWO)).endswith("`at(1)` returns [2, [1, 2]]; right is [1, [1, 2]].")


def test_what_a_probe_was_given_is_not_quoted():
    def double(x):
        return 2 * x.sum()

    def sixfold(x):
        return 6 * x.sum()

    says = "It returns 3 times the right answer, in every case tried: a sign or a factor."
    assert hint(double, sixfold, TWO, probe="on_tensors") == f"{says} In one case tried it gives 18; right is 6."
    assert hint(double, sixfold, TWO, probe="on_tensors", show_inputs=False) == says


def test_what_looks_the_same_is_not_quoted():
    table = np.eye(4)
    right, wrong = (lambda x, t=t: t + 0 * x.sum().numpy() for t in (table, 3 * table + 1))
    assert hint(right, wrong, TWO, probe="on_tensors") == WRONG


def test_a_text_that_a_probe_wrote_is_held_against_the_right_one():
    narrow, wide = (lambda n=n: nn.Sequential(nn.Linear(2, n)) for n in (1, 3))
    network, options = (3, np.array([4, 2])), {"probe": "network_layers", "show_inputs": False}
    wide_one, narrow_one = (
        hint(narrow, wide, *network, **options),
        hint(wide, narrow, *network, **options),
    )
    assert wide_one.startswith("It has: ") and wide_one.endswith(".") and wide_one != narrow_one
    shown = hint(narrow, wide, *network, probe="network_layers")
    assert shown == f"{wide_one} Right is: {narrow_one.removeprefix('It has: ')}"


def raises(message=""):
    def function(x):
        raise KeyError(message) if message else KeyError

    return function


def test_an_error_is_told_with_its_line_and_only_here_with_its_message():
    line = ", at `raise KeyError(message) if message else KeyError`."
    assert hint(2.0, raises("where")) == f"It stopped with KeyError: 'where'{line}"
    assert hint(2.0, raises("where"), show_inputs=False) == f"It stopped with KeyError{line}"
    assert hint(2.0, raises()) == f"It stopped with KeyError{line}"

    def not_yet(x):
        raise NotImplementedError("later")

    assert hint(2.0, not_yet) == "There is no answer here yet."


def test_a_changed_argument_is_told():
    def changes(x):
        x += 1
        return 2.0

    exercise = Exercise(
        "at",
        lambda x: 2.0,
        (Property("is right", 1, lambda rng: (TWO,)), Property("leaves x", 1, lambda rng: (TWO,), part="arguments")),
        {},
    )
    compiled = compile_exercise(exercise, np.random.default_rng(0))
    right, leaves = judge(compiled, observe_all(compiled, changes)).verdicts
    assert (right.earned, right.hint, leaves.earned, leaves.hint) == (1, None, 0, CHANGES)


@pytest.mark.parametrize(
    ("seen", "right", "agree"),
    [
        (1.0, 1.0, True),
        (np.ones((1, 3)), np.ones(3), True),
        (np.ones((3, 1)), np.ones((1, 3)), True),
        (np.ones((2, 3)), np.ones((3, 2)), False),
        (np.ones(3), 1.0, False),
        (np.nan, np.nan, True),
        (np.nan, 1.0, False),
        (True, 1.0, True),
        ("a", "a", True),
        ("a", "b", False),
        ("1", 1.0, False),
        (1.0, "1", False),
        ([1.0, ONE], np.ones(2), True),
        ([1.0, ONE], np.ones(3), False),
        ([1.0, TWO], [1.0, TWO], True),
        ([1.0, TWO], [1.0, -TWO], False),
        ([1.0], [1.0, 1.0], False),
        ([1.0, 1.0], np.ones((2, 1)), False),
        (TWO, [1.0, 2.0], False),
        (None, None, False),
        (None, 1.0, False),
        (None, np.nan, False),
        (np.nan, None, False),
        (1.0, None, False),
    ],
)
def test_answers_agree_whatever_their_type_but_for_axes_of_length_one(seen, right, agree):
    assert close(seen, right, rtol=1e-9, atol=0) is agree


def test_answers_agree_up_to_a_share_of_the_right_one_and_a_distance():
    assert [close(seen, 100.0, rtol=0.01, atol=0) for seen in (100.9, 101.1)] == [True, False]
    assert [close(seen, 0.0, rtol=0.01, atol=0.1) for seen in (0.09, 0.11)] == [True, False]
    assert not close(101.005, 100.0, rtol=0.01, atol=0), "a share of the right one, not of what was seen"
    assert [close([1.0, TWO], [1.0, TWO + e], 0, 0.1) for e in (0.09, 0.11)] == [True, False]
