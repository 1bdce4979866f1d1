"""The engine: partial credit, hints, follow-through, and what earns nothing."""

import json
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from gancourse import course, exercises
from gancourse.exercises import checking
from gancourse.exercises.checking import CheckFailed
from gancourse.exercises.following import follow_through, secret_rng
from gancourse.exercises.judge import judge
from gancourse.exercises.observe import observe
from gancourse.exercises.panel import html, text
from gancourse.exercises.specification import (
    Exercise,
    Misconception,
    Property,
    compile_all,
    compile_exercise,
    observe_all,
    public_rng,
    read_public,
    write_public,
)


def draw(rng):
    return rng.normal(size=4), float(rng.uniform(1, 2))


SHIFT = Exercise(
    name="shift",
    reference=lambda z, theta: z + theta,
    properties=(
        Property("shifts", 2, draw),
        Property("shifts far", 1, lambda rng: (rng.normal(size=3), 1e6)),
        Property("leaves z alone", 1, draw, part="arguments"),
    ),
    misconceptions={
        "subtracts": Misconception(lambda z, theta: z - theta, "The sign."),
        "clips": Misconception(lambda z, theta: np.minimum(z + theta, 100), "You clip."),
    },
)
TOTAL = Exercise(
    name="total",
    reference=lambda z, theta, *, shift=SHIFT.reference: shift(z, theta).sum(),
    builds_on=("shift",),
    properties=(Property("sums", 2, draw),),
    misconceptions={"mean": Misconception(lambda z, theta: (z + theta).mean(), "A mean.")},
)


def result_of(function, exercise=SHIFT, **options):
    compiled = compile_exercise(exercise, np.random.default_rng(0), [SHIFT])
    return judge(compiled, observe_all(compiled, function), **options)


def hint_of(function, exercise=SHIFT, **options):
    return next(v.hint for v in result_of(function, exercise, **options).verdicts if v.hint)


def test_each_property_earns_its_points_by_itself():
    assert [v.earned for v in result_of(lambda z, theta: z + theta).verdicts] == [2, 1, 1]
    clips = result_of(lambda z, theta: np.minimum(z + theta, 100))
    assert [v.earned for v in clips.verdicts] == [2, 0, 1]
    assert clips.verdicts[1].hint == "You clip."
    assert clips.recognised == "clips"


def test_changing_the_argument_costs_its_own_property_only():
    def in_place(z, theta):
        z += theta
        return z

    result = result_of(in_place)
    assert [v.earned for v in result.verdicts] == [2, 1, 0]
    assert "copy" in result.verdicts[2].hint


def test_an_array_that_was_changed_ever_so_little_was_changed():
    def in_place(z, theta):
        shifted = z + theta
        z *= 1 + 1e-11
        return shifted

    assert [v.earned for v in result_of(in_place).verdicts] == [2, 1, 0]


def not_written(z, theta):
    raise NotImplementedError


@pytest.mark.parametrize("function", [not_written, lambda z, theta: None, lambda z, theta: z, lambda z, theta: theta])
def test_a_function_that_does_nothing_earns_nothing(function):
    assert result_of(function).earned == 0


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (not_written, "no answer here yet"),
        (lambda z, theta: None, "`return`"),
        (lambda z, theta: "x", "a str"),
        (lambda z, theta: 2 * (z + theta), "2 times the right answer"),
        (lambda z, theta: -(z + theta), "-1 times the right answer"),
        (lambda z, theta: (z + theta)[:, None] * np.ones(2), "array of shape (4, 2)"),
        (lambda z, theta: (z + theta) * np.nan, "nan"),
        (lambda z, theta: (z + theta, theta), "2 things at once"),
        (lambda z, theta: (z + theta) * (1 + 1e-3 * np.sin(z)), "nearly right"),
        (lambda z, theta: z + undefined, "NameError"),  # noqa: F821
    ],
)
def test_a_mistake_that_is_not_known_is_described_by_its_numbers(function, says):
    assert says in hint_of(function)


def test_secret_inputs_are_not_quoted_and_neither_is_a_message_that_could_quote_them():
    def tells(z, theta):
        raise ValueError(repr(z.tolist()))

    assert "Example" in hint_of(lambda z, theta: z * 3)
    assert "Example" not in hint_of(lambda z, theta: z * 3, show_inputs=False)
    number = f"{draw(np.random.default_rng(0))[0][0]:.9g}"
    assert number in hint_of(tells)
    assert number not in hint_of(tells, show_inputs=False)


def test_length_one_axes_and_number_types_do_not_matter():
    assert result_of(lambda z, theta: (z + theta)[None, :]).earned == 4
    assert result_of(lambda z, theta: list(z + theta)).earned == 4


def follow_secretly(shift, total):
    """Grade `total` of a student whose own `shift` is the given one."""
    compiled = compile_all([SHIFT, TOTAL], secret_rng(b"key", "test"))["total"]
    alternatives = follow_through(TOTAL, compiled, ["shift"], lambda name, arguments: observe(shift, arguments))
    return judge(compiled, observe_all(compiled, partial(total, shift=shift)), alternatives, show_inputs=False)


def test_a_right_step_on_a_wrong_earlier_function_earns_its_points():
    result = follow_secretly(lambda z, theta: z * theta, TOTAL.reference)
    assert result.earned == 2
    assert result.verdicts[0].followed == "your `shift`"
    assert "right given your `shift`" in text(result)


def test_a_wrong_step_on_a_wrong_earlier_function_does_not():
    assert follow_secretly(lambda z, theta: z * theta, lambda z, theta, *, shift: shift(z, theta).max()).earned == 0


def test_an_earlier_function_that_changes_its_argument_is_followed_in_that_too():
    def shift(z, theta):
        z += theta
        return z

    def total(z, theta, *, shift=SHIFT.reference):
        return shift(z, theta).sum() + shift(z, theta).sum()

    exercise = replace(TOTAL, reference=total)
    compiled = compile_all([SHIFT, exercise], secret_rng(b"key", "test"))["total"]
    alternatives = follow_through(exercise, compiled, ["shift"], lambda name, arguments: observe(shift, arguments))
    result = judge(compiled, observe_all(compiled, partial(total, shift=shift)), alternatives)
    assert result.earned == 2


def test_right_numbers_in_an_unusual_form_earn_their_points_and_a_word():
    listed = result_of(lambda z, theta: list(z + theta))
    assert listed.earned == 4
    assert "np.array" in listed.verdicts[0].note
    assert "shape (1, 4)" in result_of(lambda z, theta: (z + theta)[None]).verdicts[0].note
    assert result_of(lambda z, theta: z + theta).verdicts[0].note is None


@pytest.mark.parametrize(
    "empty", [lambda z, theta: 0.0, lambda z, theta: z * np.inf, not_written, lambda z, theta: "x"]
)
def test_nothing_follows_from_an_earlier_function_that_says_nothing(empty):
    assert follow_secretly(empty, TOTAL.reference).earned == 0


def test_a_right_answer_that_does_not_use_the_wrong_earlier_function_is_right_outright():
    result = follow_secretly(lambda z, theta: z - theta, lambda z, theta, *, shift: (z + theta).sum())
    assert result.earned == 2
    assert result.verdicts[0].followed is None


def test_a_constant_earns_nothing_where_it_happens_to_be_right():
    special = Property("is inf at 0", 1, lambda rng: (np.zeros(2),))
    usual = Property("is 1 / x", 1, lambda rng: (rng.uniform(1, 2, size=2),))
    inverse = Exercise("inverse", lambda x: 1 / x, (usual, special), {})
    assert result_of(lambda x: np.full(2, np.inf), inverse).earned == 0
    assert result_of(lambda x: np.where(x == 0, np.inf, x), inverse).earned == 1
    assert result_of(lambda x: 1 / x, inverse).earned == 2


@pytest.fixture
def released(tmp_path, monkeypatch):
    write_public(compile_all([SHIFT, TOTAL], public_rng("test")), "test", tmp_path / "checks.json")
    monkeypatch.chdir(tmp_path)
    checking._progress.clear()


def student(source):
    """The functions of a student's notebook, which find each other as globals do."""
    namespace = {}
    exec(source, namespace)
    return namespace


def test_check_shows_a_panel_and_sums_the_points(released, capsys):
    exercises.check("shift", lambda z, theta: z + theta)
    assert "`shift`: 4 of 4 points" in capsys.readouterr().out
    exercises.check("total", lambda z, theta: (z + theta).sum())
    assert "so far: 6 of 6 points" in capsys.readouterr().out


def test_check_raises_without_a_traceback_to_read(released, monkeypatch):
    with pytest.raises(CheckFailed, match="The sign") as failed:
        exercises.check("shift", lambda z, theta: z - theta)
    shown = failed.value._render_traceback_()
    assert " ".join(shown).startswith("Not there yet. shift: 0 of 4 points. The panel says why"), "it is just above"
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")
    validated = failed.value._render_traceback_()
    assert " ".join(validated) == f"Not there yet. {failed.value}", "the dialog has no panel"
    shown += validated
    assert max(map(len, shown)) <= 88, "the Validate dialog does not break lines"


def test_all_checks_are_listed_with_what_they_earn(released, monkeypatch, capsys):
    code = student("def shift(z, theta): return np.minimum(z + theta, 100)\nimport numpy as np")
    monkeypatch.setattr(checking.sys.modules["__main__"], "shift", code["shift"], raising=False)
    exercises.check_all()
    assert capsys.readouterr().out.splitlines() == [
        "   3 of 4   shift",
        "   0 of 2   total  (no such function yet)",
        "   3 of 6   in all, on the inputs of your checks",
    ]


def test_a_panel_begins_with_the_first_mistake_and_folds_the_rest():
    result = result_of(lambda z, theta: np.minimum(z + theta, 100))
    assert [line.split()[0] for line in text(result).splitlines()[1:] if line[2] != " "] == ["no", "ok", "ok"]
    first, _, rest = html(result).partition("<summary>2 more properties</summary>")
    assert "shifts far" in first and "You clip." in first and "leaves z alone" in rest
    assert "<summary>" not in html(result_of(lambda z, theta: z + theta))


def test_a_panel_sets_emphasis_and_code():
    result = result_of(lambda z, theta: -((z * theta) ** 2))
    result.verdicts[
        0
    ].hint = "Give **each** sample *once*, as in `a ** 2 * b`, not 2 * x. Example: `shift(2)` returns 3."
    shown = html(result)
    assert "<strong>each</strong> sample <em>once</em>, as in <code>a ** 2 * b</code>, not 2 * x." in shown
    assert "<br>Example: <code>shift(2)</code> returns 3." in shown
    plain = text(result)
    assert "Hint: Give each sample once, as in `a ** 2 * b`, not 2 * x.\n       Example: `shift(2)`" in plain


def test_check_follows_a_known_mistake_through_and_says_so(released, capsys):
    code = student("def shift(z, theta): return z - theta\ndef total(z, theta): return shift(z, theta).sum()")
    exercises.check("total", code["total"])
    assert "right given your `shift`" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["list({})", "tuple({})", "torch.as_tensor({})", "({})[:, None]", "({})[None]"])
def test_what_is_accepted_in_another_form_does_not_cost_what_builds_on_it(released, capsys, form):
    body = f"import torch\ndef shift(z, theta): return {form.format('z + theta')}\n"
    code = student(body + "def total(z, theta): return (shift(z, theta) * (1 + 0 * z)).sum()")
    exercises.check("shift", code["shift"])
    exercises.check("total", code["total"])
    assert "`total`: 2 of 2 points" in capsys.readouterr().out
    assert type(code["shift"](np.ones(2), 1.0)) is not np.ndarray or code["shift"](np.ones(2), 1.0).ndim == 2


def test_check_says_that_the_fault_may_lie_below(released, capsys):
    code = student("def shift(z, theta): return z * theta\ndef total(z, theta): return shift(z, theta).sum()")
    with pytest.raises(CheckFailed, match="builds on your `shift`"):
        exercises.check("total", code["total"])
    assert "builds on your `shift`" in capsys.readouterr().out


def test_check_notices_a_function_that_answers_differently_every_time(released, capsys):
    with pytest.raises(CheckFailed, match="Given the same again"):
        exercises.check("shift", lambda z, theta: z + theta + np.random.default_rng().normal())
    capsys.readouterr()
    with pytest.raises(CheckFailed, match="The sign"):
        exercises.check("shift", lambda z, theta: z - theta)
    assert "Given the same again" not in capsys.readouterr().out


def test_check_of_an_unknown_name_lists_the_known(released):
    with pytest.raises(ValueError, match="shift, total"):
        exercises.check("shfit", lambda: None)


def test_check_of_the_courses_own_function_is_no_answer(released):
    from gancourse import shift

    with pytest.raises(CheckFailed, match="course's own"):
        exercises.check("shift", shift.generator)


def test_check_without_its_file_says_where_it_belongs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="folder it was handed out in"):
        exercises.check("shift", lambda z, theta: z + theta)


def test_the_released_file_has_no_code(released):
    data = json.loads(open("checks.json").read())
    assert "lambda" not in json.dumps(data)
    assert {e["name"] for e in data["exercises"]} == {"shift", "total"}


def test_secret_inputs_depend_on_the_key_and_on_nothing_else():
    inputs = [compile_all([SHIFT], secret_rng(key, "test"))["shift"].cases[0].arguments for key in (b"a", b"a", b"b")]
    assert inputs[0] == inputs[1] != inputs[2]
    assert inputs[0] != compile_all([SHIFT], public_rng("test"))["shift"].cases[0].arguments


def test_a_panel_escapes_what_a_student_can_write():
    result = result_of(lambda z, theta: 1 / 0)
    result.verdicts[0].hint = "<script>alert(1)</script>"
    assert "<script>" not in html(result)
    assert "&lt;script&gt;" in html(result)


PAIR = Exercise(
    name="pair",
    reference=lambda z: (z.sum(), z.max()),
    properties=(Property("is a pair", 1, lambda rng: (rng.normal(size=4),)),),
    misconceptions={},
)


@pytest.mark.parametrize(
    "function",
    [
        lambda z: (z.sum(), z.max()),
        lambda z: [z.sum(), z.max()],
        lambda z: np.array([z.sum(), z.max()]),
        lambda z: (z.sum(), z.max(keepdims=True)),
    ],
)
def test_several_numbers_may_come_as_any_sequence(function, tmp_path):
    assert result_of(function, PAIR).earned == 1
    write_public(compile_all([PAIR], public_rng("test")), "test", tmp_path / "checks.json")
    _, released = read_public(tmp_path / "checks.json")
    result = judge(released["pair"], observe_all(released["pair"], function))
    assert (result.earned, result.verdicts[0].note) == (1, None)


def hint_on(argument, right, wrong):
    exercise = Exercise("at", lambda a: right, (Property("is right", 1, lambda rng: (argument,)),), {})
    return hint_of(lambda a: wrong, exercise)


def test_tables_are_quoted_on_one_line_or_by_their_shape():
    assert "[[0, 1], [2, 3]]" in hint_on(np.arange(4.0).reshape(2, 2), 1.0, 2.5)
    big = hint_on(np.ones((2, 3, 4, 4)), np.ones((5, 5)), 2 * np.eye(5))
    assert "an array of shape (2, 3, 4, 4)" in big
    assert "\n" not in big


def test_numbers_in_another_order_and_the_wrong_ones_of_several_are_named():
    assert "in another order" in hint_on(1.0, np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0]))
    assert "Of the 2 numbers, number 2 is not right" in hint_on(1.0, (1.0, 2.0), (1.0, 7.0))
    assert "one number where a tuple of 2 numbers" in hint_on(1.0, (1.0, 2.0), 1.0)


def test_a_finite_answer_in_place_of_an_infinite_one_is_named():
    assert "not infinite where the right answer is" in hint_on(1.0, np.inf, 27.6)
    assert "not infinite where the right answer is" in hint_on(1.0, np.inf, np.nan)
    assert "not infinite" not in hint_on(1.0, np.array([np.inf, 1.0]), np.array([np.inf, 2.0]))


def test_each_course_loads_its_own_exercises_whatever_was_loaded_before(tmp_path):
    for name in ("one", "two"):
        package = tmp_path / name / "solutions" / "ps1" / "exercises"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("from .only import EXERCISES\n\nANSWERS = ()\n")
        (package / "only.py").write_text(f"EXERCISES = [{name!r}]\n")
    names = ("one", "two", "one")
    assert [course.load_exercises(tmp_path / name, "ps1") for name in names] == [[name] for name in names]
    (tmp_path / "one" / "solutions" / "ps1" / "exercises" / "only.py").unlink()
    with pytest.raises(ImportError, match="only"):
        course.load_exercises(tmp_path / "one", "ps1")
