"""What a judgement of several cases comes to: which one is quoted, what is recognised, measured, withheld."""

import itertools
from functools import partial

import numpy as np
import pytest
from torch import nn

from gancourse.exercises import measures
from gancourse.exercises.judge import judge
from gancourse.exercises.observe import observe
from gancourse.exercises.specification import Exercise, Misconception, Property, compile_exercise, observe_all


def turns(*values):
    """A sampler that hands these out in turn."""
    cycle = itertools.cycle(values)
    return lambda rng: (next(cycle),)


def judged(reference, function, *properties, misconceptions=(), **options):
    exercise = Exercise("at", reference, properties, {n: Misconception(f, n) for n, f in dict(misconceptions).items()})
    compiled = compile_exercise(exercise, np.random.default_rng(0))
    return judge(compiled, observe_all(compiled, function), **options)


def hint(reference, function, *values):
    (verdict,) = judged(reference, function, Property("is right", 1, turns(*values))).verdicts
    return verdict.hint


def wrong_at(which, right, wrong):
    return lambda x: wrong(x) if x in which else right(x)


# --- the first case that is wrong is told of -------------------------------------------------------------------


def double(x):
    return 2.0 * x


@pytest.mark.parametrize("at", [2.0, 3.0, 4.0])
def test_the_case_that_is_wrong_is_quoted(at):
    says = hint(double, wrong_at([at], double, lambda x: 9 * x), 2.0, 3.0, 4.0)
    assert says == f"The value is not right. Example: `at(x={at:.0f})` returns {9 * at:.0f}; right is {2 * at:.0f}."


def test_of_several_that_are_wrong_the_first_is_quoted():
    says = hint(double, wrong_at([3.0, 4.0], double, lambda x: x + 5), 2.0, 3.0, 4.0)
    assert says.endswith("`at(x=3)` returns 8; right is 6.")
    probed = Property("is right", 1, turns(np.full(2, 3.0), np.full(2, 4.0)), probe="on_tensors")
    (verdict,) = judged(lambda x: x.sum() ** 2, lambda x: x.sum() + 1, probed).verdicts
    assert verdict.hint == "The value is not right. In one case tried it gives 7; right is 36."


@pytest.mark.parametrize(("right", "seen"), [((4.0, 9.0), (5.0, 4.0)), ((4.0, 5.0), (5.0, 9.0))])
def test_an_answer_is_held_against_the_right_one_of_its_own_case(right, seen):
    first, second = ({1.0: a, 2.0: b} for a, b in (right, seen))
    probed = Property("is right", 1, turns(np.ones(1), np.full(1, 2.0)), cases=2, probe="on_tensors")
    (verdict,) = judged(lambda x: first[x.item()], lambda x: second[x.item()], probed).verdicts
    assert verdict.hint.endswith(f" In one case tried it gives {seen[0]:.0f}; right is {right[0]:.0f}.")


def raises(x):
    raise {2.0: ValueError, 3.0: KeyError, 4.0: NotImplementedError}[x](f"no {x}")


def test_of_several_errors_the_first_is_told():
    line = ', at `raise {2.0: ValueError, 3.0: KeyError, 4.0: NotImplementedError}[x](f"no {x}")`.'
    assert hint(double, raises, 2.0, 3.0, 4.0) == f"It stopped with ValueError: no 2.0{line}"
    assert hint(double, wrong_at([3.0], double, raises), 2.0, 3.0, 4.0) == f"It stopped with KeyError: 'no 3.0'{line}"
    assert hint(double, raises, 4.0, 3.0, 2.0) == "There is no answer here yet."
    without_a_line = partial(int, base="x")  # the error is Python's own
    assert "at `" not in hint(double, without_a_line, 2.0)


def test_shapes_and_texts_are_those_of_the_first_case():
    assert hint(lambda n: np.ones(int(n)), double, 2.0, 3.0, 4.0).startswith(
        "It returns one number where an array of shape (2,) is expected."
    )
    assert hint(lambda n: np.ones(int(n)), lambda n: (1.0, np.ones(5)), 2.0, 3.0, 4.0).startswith(
        "One of the things it returns is not a single number."
    )
    assert hint(lambda n: np.ones(int(n)), lambda n: (1.0, np.ones(5)), 5.0, 2.0, 4.0).startswith(
        "It returns 2 things at once, where an array of shape (5,) is expected."
    )
    assert hint(lambda x: "yes", lambda x: f"no {x:.0f}", 2.0, 3.0, 4.0).startswith("`no 2` is not right.")
    assert hint(lambda x: (x, x + 1) if x < 3 else np.array([x, x + 1]), double, 2.0, 3.0, 4.0).startswith(
        "It returns one number where a tuple of 2 numbers is expected."
    )
    assert hint(double, lambda x: (x, x) if x < 3 else x + 9, 2.0, 3.0, 4.0).startswith("It returns 2 things (a tuple)")
    assert hint(lambda x: 2.0, lambda x: np.ones(len(x)), np.ones(3), np.ones(4), np.ones(5)).startswith(
        "It returns an array of shape (3,) where one number is expected. Example: "
    )


def test_what_is_expected_is_said_of_the_first_case_where_the_cases_differ_in_kind():
    two, mixed = lambda x: (x, x), lambda x: double(x) if x < 3 else np.full(2, x)
    assert hint(mixed, two, 2.0, 3.0, 4.0) == ("It returns 2 things (a tuple) where one number is expected."), (
        "though later ones are arrays"
    )


def test_of_texts_that_a_probe_wrote_those_of_the_first_case_are_told():
    widths = itertools.cycle([1, 3])
    built = Property("", 1, lambda rng: (3, np.array([4, 2]), next(widths)), cases=2, probe="network_layers")
    (verdict,) = judged(lambda n: nn.Linear(2, n), lambda n: nn.Linear(2, 7), built).verdicts
    (other,) = judged(lambda n: nn.Linear(2, 1), lambda n: nn.Linear(2, 7), built).verdicts
    assert verdict.hint == other.hint


def test_a_factor_is_that_of_all_cases_to_five_digits():
    assert hint(double, lambda x: 6.0001 * x if x == 4 else 6 * x, 2.0, 3.0, 4.0).startswith("The value")
    assert hint(double, lambda x: 6.00003 * x if x == 4 else 6 * x, 2.0, 3.0, 4.0).startswith("It returns 3 times")


def test_numbers_in_the_right_place_are_told_to_five_digits():
    says = hint(lambda x: (x, 2 * x, 5.0), lambda x: (x, 2.0001 * x, 7.0), 2.0, 3.0, 4.0)
    assert says.startswith("Of the 3 numbers, number 2 and 3 is not right.")
    says = hint(lambda x: (x, 2 * x, 5.0), lambda x: (x * (1 + 5e-6), 9.0, 7.0), 2.0, 3.0, 4.0)
    assert says.startswith("Of the 3 numbers, number ")


# --- misconceptions --------------------------------------------------------------------------------------------


def test_a_misconception_in_one_property_is_recognised_if_the_rest_is_right():
    """The clip shows at large inputs alone, and the sign at both; at zero they look alike."""
    usual, special = Property("usual", 2, turns(1.0, 2.0, 3.0)), Property("special", 1, turns(100.0, 200.0, 300.0))
    known = {"clips": lambda x: min(2 * x, 50.0), "negates": lambda x: -2.0 * x}
    both = judged(double, known["negates"], usual, special, misconceptions=known)
    assert (both.recognised, [v.hint for v in both.verdicts]) == ("negates", ["negates", "negates"])
    clips = judged(double, lambda x: min(2 * x, 50.0), usual, special, misconceptions=known)
    assert (clips.recognised, [v.hint for v in clips.verdicts]) == ("clips", [None, "clips"])
    first = judged(double, lambda x: -2.0 * x if x < 50 else 7 * x, usual, special, misconceptions=known)
    assert (first.recognised, first.verdicts[0].hint) == (None, "negates")
    assert first.verdicts[1].hint == "Mend what stands above first; this may go with it."
    later = judged(double, lambda x: 7 * x if x < 50 else 50.0, usual, special, misconceptions=known)
    assert later.verdicts[1].hint == "clips", "which is right elsewhere"
    later = judged(double, lambda x: 7 * x if x < 50 else -2.0 * x, usual, special, misconceptions=known)
    assert later.verdicts[1].hint == "Mend what stands above first; this may go with it.", "no sign: that is everywhere"


# --- what earns nothing, and what is said beside ---------------------------------------------------------------


def test_an_earlier_answer_that_is_handed_back_unchanged_is_not_followed():
    right = {"your `shift`": [observe(lambda x: x, [x]) for x in (2.0, 3.0, 4.0)]}
    (verdict,) = judged(double, lambda x: x, Property("doubles", 1, turns(2.0, 3.0, 4.0)), alternatives=right).verdicts
    assert (verdict.earned, verdict.followed) == (0, None)
    right = {"your `shift`": [observe(lambda x: x + 1, [x]) for x in (2.0, 3.0, 4.0)]}
    (verdict,) = judged(
        double, lambda x: x + 1, Property("doubles", 1, turns(2.0, 3.0, 4.0)), alternatives=right
    ).verdicts
    assert (verdict.earned, verdict.followed) == (1, "your `shift`")


@pytest.mark.parametrize("strange", [np.nan, (1.0, np.inf), (1.0, np.array([1.0, np.nan])), "text", None])
def test_an_earlier_answer_that_is_not_all_finite_numbers_is_not_followed(strange):
    right = {"your `shift`": [observe(lambda x: strange, [x]) for x in (2.0, 3.0, 4.0)]}
    (verdict,) = judged(double, lambda x: strange, Property("doubles", 1, turns(2.0, 3.0)), alternatives=right).verdicts
    assert verdict.earned == 0


def test_numbers_and_arrays_may_be_followed_in_several():
    right = {"your `shift`": [observe(lambda x: (x, np.full(2, x)), [x]) for x in (2.0, 3.0, 4.0)]}
    doubles = Property("doubles", 1, turns(2.0, 3.0, 4.0))
    (verdict,) = judged(double, lambda x: (x, np.full(2, x)), doubles, alternatives=right).verdicts
    assert verdict.followed == "your `shift`"


@pytest.mark.parametrize(
    ("right", "form", "note"),
    [
        (
            np.arange(3.0),
            [0.0, 1.0, 2.0],
            "Right numbers, but in a list, with which you cannot calculate: use `np.array(…)`.",
        ),
        (
            np.arange(3.0),
            (0.0, 1.0, 2.0),
            "Right numbers, but in a tuple, with which you cannot calculate: use `np.array(…)`.",
        ),
        (
            np.arange(3.0),
            np.arange(3.0)[None],
            "Right numbers, but an array of shape (1, 3) where an array of shape (3,",
        ),
        (2.0, np.full(1, 2.0), "Right numbers, but an array of shape (1,) where one number is usual."),
        (2.0, [2.0], "Right numbers, but an array of shape (1,) where one number is usual."),
        ([0.0, 1.0], (0.0, 1.0), None),
        ((0.0, 1.0), [0.0, 1.0], None),
        (np.arange(3.0), np.arange(3.0), None),
    ],
)
def test_the_form_of_right_numbers_is_remarked_on(right, form, note):
    usual = Property("is right", 1, turns(1.0, 2.0))
    result = judged(lambda x: right if x < 5 else x, lambda x: form if x < 5 else x, usual, Property("", 1, turns(9.0)))
    assert result.verdicts[0].earned == 1
    said = result.verdicts[0].note
    assert said is None if note is None else said.startswith(note)


@pytest.mark.parametrize(
    ("shapes", "given", "note"),
    [
        (
            ((1, 2), (2,)),
            ((2,), (2,)),
            "Right numbers, but an array of shape (2,) where an array of shape (1, 2) is usual.",
        ),
        (((2,), (1, 2)), ((2,), (2,)), None),
        (((2,), (2,)), ((2,), (1, 2)), None),
    ],
)
def test_the_form_that_is_remarked_on_is_that_of_the_first_case(shapes, given, note):
    usual, form = (dict(zip((1.0, 2.0), of, strict=True)) for of in (shapes, given))
    in_turn = Property("is right", 1, turns(1.0, 2.0), cases=2)
    (verdict,) = judged(lambda x: np.full(usual[x], x), lambda x: np.full(form[x], x), in_turn).verdicts
    assert verdict.earned == 1
    assert verdict.note is None if note is None else verdict.note.startswith(note)


def test_only_points_that_were_earned_are_said_to_count_later():
    leaves = Property("leaves x", 1, lambda rng: (np.ones(2),), part="arguments")

    def changes(x):
        x += 1

    notes = [
        judged(lambda x: 2 * x, function, Property("doubles", 1, lambda rng: (np.ones(2),)), leaves).verdicts[1].note
        for function in (lambda x: None, changes)
    ]
    assert notes == ["This counts as soon as one of the values is right.", None]


def test_a_result_is_plain_data_with_its_points():
    data = judged(double, double, Property("doubles", 3, turns(1.0, 2.0)), Property("more", 2, turns(5.0))).to_dict()
    assert (data["name"], data["earned"], data["points"]) == ("at", 5, 5)
    assert [(v["says"], v["earned"]) for v in data["verdicts"]] == [("doubles", 3), ("more", 2)]


# --- measures --------------------------------------------------------------------------------------------------


@pytest.fixture
def parity(monkeypatch):
    """A measure: even or odd, and the number in a remark."""
    measure = {"parity": lambda value: ("odd" if value % 2 else "even", f"It is {value:.0f}.")}
    monkeypatch.setattr(measures, "MEASURES", measure)
    return Property("is even", 1, turns(2.0, 3.0, 4.0), measure="parity")


def test_what_is_measured_is_compared_and_remarked_on_in_place_of_the_value(parity):
    (right,) = judged(double, lambda x: 6 + 2 * x, parity).verdicts
    assert (right.earned, right.note) == (1, "It is 10.")
    (wrong,) = judged(double, lambda x: 2 * x + 1, parity).verdicts
    assert (wrong.earned, wrong.note) == (0, "It is 5.")
    assert "odd" in wrong.hint


def test_nothing_is_measured_of_an_error_or_of_nothing(parity):
    (nothing,) = judged(double, lambda x: None, parity).verdicts
    assert nothing.note is None and nothing.hint.startswith("It returns nothing (`None`), not a text.")
    (error,) = judged(double, raises, parity).verdicts
    assert error.note is None and error.hint.startswith("It stopped with ValueError")
