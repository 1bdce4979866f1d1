"""One notebook in one kernel: ordinary accidents cost nothing, and nothing is earned without work."""

import json

import nbformat
import pytest

from classroom import ROOT, answered, hand_in, model_answers, open_room, released_course
from gancourse import course
from gancourse.exercises.following import secret_rng
from gancourse.exercises.judge import judge
from gancourse.exercises.observe import decode, observe
from gancourse.exercises.specification import compile_exercise, public_rng
from gancourse.grading.rebuild import grade_id
from gancourse.grading.run import grade
from gancourse.grading.sandbox import Limits, received
from gancourse.grading.session import Session

EXERCISES = course.load_exercises(ROOT, "ps1")
RIGHT = model_answers()
SHORT = Limits(cell=8, question=4)


@pytest.fixture(scope="module", autouse=True)
def room():
    with open_room() as opened:
        graded.room = opened
        yield opened


def graded(answers, extra="", limits=SHORT):
    notebook = answers if isinstance(answers, nbformat.NotebookNode) else answered(answers, extra=extra)
    results = Session(notebook, EXERCISES, secret_rng(b"key", "test"), graded.room, limits).grade()
    return {name: result.earned for name, result in results.items()}


def total(*arguments, **options):
    return sum(graded(*arguments, **options).values())


@pytest.mark.parametrize(
    "extra",
    [
        "exit()",
        "compile = exec = None",
        "get_ipython = None",
        "from ipywidgets import interact\ninteract(lambda a: print(a), a=(0, 1.0))",
        "import ipywidgets\nwith ipywidgets.Output():\n    print(1)",
        "from IPython.display import display\ndisplay({'text/html': 5}, raw=True)",
        "raise RuntimeError('mine')",
        "import os\nos._exit(1)",
        "import warnings\nwarnings.warn('careful')",
        "input()",
    ],
)
def test_an_accident_in_an_extra_cell_costs_nothing(extra):
    assert total(RIGHT, extra=extra) == 35


def test_many_slow_cells_end_with_the_notebooks_time():
    notebook = answered(RIGHT)
    slow = [nbformat.v4.new_code_cell("import time; time.sleep(1.5)", id=f"slow-{i}") for i in range(20)]
    notebook.cells[5:5] = slow
    earned = graded(notebook, limits=Limits(cell=2, question=4, notebook=5, wall=1))
    assert set(earned.values()) == {0}
    assert sum("the time for the whole notebook was over" in str(cell.outputs) for cell in slow) >= 10


def test_nothing_follows_from_a_step_that_comes_to_its_argument():
    """An earlier function that goes dead while it is followed makes a right step of doing nothing."""
    exercise = next(e for e in EXERCISES if e.name == "update_generator")
    compiled = compile_exercise(exercise, secret_rng(b"key", "test")("update_generator"))
    handed_back = [observe(lambda z, theta, *others: theta, map(decode, case.arguments)) for case in compiled.cases]
    assert judge(compiled, handed_back, {"your `generator_gradient`": handed_back}).earned == 0


def stubs(**answers):
    code = {
        "generator": "lambda z, theta: 0 * z",
        "discriminator": "lambda x, phi: np.zeros_like(x)",
        "discriminator_loss": "lambda x_real, x_syn, phi: 0.0",
        "generator_loss": "lambda z, theta, phi: 0.0",
        "discriminator_gradient": "lambda x_real, x_syn, phi: 0 * phi",
        "generator_gradient": "lambda z, theta, phi: 0 * phi[1]",
        "update_discriminator": "lambda x_real, x_syn, n_iter, phi, lr=0.01: phi",
        "update_generator": "lambda z, theta, n_iter, phi, lr=0.02: theta",
        "train": "lambda x_real, z, theta, phi, n_rounds, n_d, n_g: [theta] * n_rounds",
    } | answers
    return {name: f"{name} = {source}" for name, source in code.items()}


@pytest.mark.parametrize("form", ["tuple({})", "torch.as_tensor({})", "({})[:, None]"])
def test_right_numbers_in_another_form_cost_nothing_later(form):
    """Functions that give an array give it in another form: what builds on them earns its points, too."""
    others = {
        "generator": f"import torch\ndef generator(z, theta):\n    return {form.format('z + theta')}",
        "discriminator": RIGHT["discriminator"].replace("def discriminator(", "def probability(")
        + f"\ndef discriminator(x, phi):\n    return {form.format('probability(x, phi)')}",
    }
    assert total(RIGHT | others) == sum(e.points for e in EXERCISES)


def test_functions_that_do_nothing_earn_nothing_together_either():
    assert total(stubs()) == 0


def test_two_one_line_stubs_do_not_add_up_to_a_training_run():
    earned = graded(RIGHT | {n: stubs()[n] for n in ("update_generator", "train")})
    assert earned["update_generator"] == earned["train"] == 0


def test_a_constant_discriminator_carries_nothing():
    constant = stubs(
        discriminator="lambda x, phi: np.full(len(x), 0.5)",
        discriminator_loss="lambda x_real, x_syn, phi: (len(x_real) + len(x_syn)) * np.log(2)",
        generator_loss="lambda z, theta, phi: -len(z) * np.log(2)",
        generator_gradient="lambda z, theta, phi: -phi[1] * len(z) / 2",
    )
    earned = graded({"generator": RIGHT["generator"]} | {n: s for n, s in constant.items() if n != "generator"})
    assert earned == {name: 2 if name == "generator" else 0 for name in earned}


REMEMBERS = """
import numpy as np
seen = []
def discriminator_loss(x_real, x_syn, phi):
    seen.append((x_real, x_syn))
    return 2.0 + len(seen)
def discriminator(x, phi):
    for number, (x_real, x_syn) in enumerate(seen, 3):  # what makes the loss come to what was answered
        if np.array_equal(x, x_real):
            return np.full(len(x), np.exp(-number / len(x)))
        if np.array_equal(x, x_syn):
            return np.full(len(x), 1e-12)
    return 0.9 / (1 + np.exp(-(phi[0] + phi[1] * x)))
"""


def test_an_earlier_function_that_remembers_what_came_later_carries_nothing():
    earned = graded({"generator": RIGHT["generator"], "discriminator": REMEMBERS, "discriminator_loss": "pass"})
    assert earned["discriminator_loss"] == 0


def test_an_earlier_function_wrong_in_a_way_of_its_own_is_followed():
    odd = "def generator(z, theta):\n    return z + 2 * theta + 0.1\n"
    assert total(RIGHT | {"generator": odd}) == 33


def test_a_generator_that_changes_its_argument_costs_its_own_point_only():
    in_place = "def generator(z, theta):\n    z += theta\n    return z\n"
    earned = graded(RIGHT | {"generator": in_place})
    assert earned["generator"] == 1
    assert sum(earned.values()) == 34


def test_a_kernel_lost_while_following_is_blamed_on_the_function_that_lost_it():
    trap = {
        "discriminator": "FLAG = []\ndef discriminator(x, phi):\n    while len(x) == 7 and FLAG: pass\n"
        "    return 1 / (1 + np.exp(phi[0] + phi[1] * x))\n",
        "discriminator_gradient": "FLAG.append(1)\ndef discriminator_gradient(*batches): return np.zeros(2)\n",
        "generator_gradient": "def generator_gradient(z, theta, phi):\n"
        "    return -phi[1] * (1 / (1 + np.exp(-phi[0] - phi[1] * (z + theta)))).sum()\n",
    }
    earned = graded(RIGHT | trap)
    assert earned["generator_gradient"] == 4
    assert earned["update_generator"] == 3


def test_an_answer_of_absurd_size_is_not_computed_with():
    huge = stubs(update_generator="lambda z, t, n, phi, lr=0.02: np.ones((2**21, 1))", train="lambda *a: 0.0")
    assert graded(RIGHT | {n: huge[n] for n in ("update_generator", "train")})["train"] == 0


NO_TEXT = "class NoneType(str): pass\ndef generator(z, theta): return NoneType('right')"
ODD_NAMES = {
    "class": "E = type('\\x07\\x1b[31m<b>\\u202e', (Exception,), {})\ndef generator(z, theta): raise E('\\x0b\\ud800')",
    "function": "def generator(): pass\ngenerator.__qualname__ = generator.__name__ = '\\x07\\ud800\\u202e'",
    "message": "class E(Exception):\n    def __str__(self): return 5\ndef generator(z, theta): raise E",
}


@pytest.mark.parametrize("source", ODD_NAMES.values(), ids=ODD_NAMES)
def test_an_odd_name_in_an_exception_costs_its_own_exercise_only(source):
    notebook = answered(RIGHT | {"generator": source})
    session = Session(notebook, EXERCISES, secret_rng(b"key", "test"), graded.room, SHORT)
    results = session.grade()
    assert not session.errors
    assert {name for name, r in results.items() if r.status != "judged"} == set()
    assert results["generator"].earned == 0 and results["discriminator"].earned == results["discriminator"].points
    words = "".join(v.hint or "" for v in results["generator"].verdicts)
    assert words.isprintable()


def test_a_text_that_says_it_is_nothing_is_no_answer():
    assert graded(RIGHT | {"generator": NO_TEXT})["generator"] == 0
    for value in ({"type": "NoneType", "text": "cmlnaHQ="}, {"type": "int", "text": "cmlnaHQ="}, {"type": "str"}):
        assert received({"value": value, "after": [], "error": None})["value"] == {"type": "malformed answer"}


HUGE = {
    "arrays": "np.ones(10**6)",
    "parts": "[('a',) * 20] * 1000",
    "texts": "['x' * 2000] * 1500",
}


@pytest.mark.parametrize("value", HUGE.values(), ids=HUGE)
def test_of_a_huge_answer_the_judge_reads_nothing_but_its_type(value):
    asked = []

    class Measuring(Session):
        def _judgement(self, name, compiled, index):
            ask = self._process.ask
            self._process.ask = lambda *a, **named: asked.append(ask(*a, **named)) or asked[-1]
            return super()._judgement(name, compiled, index)

    functions = {n: f"def {n}(*arguments): return {value}" for n in ("generator", "discriminator")}
    results = Measuring(answered(functions), EXERCISES, secret_rng(b"key", "t"), graded.room, Limits()).grade()
    assert sum(r.earned for r in results.values()) == 0
    assert {r.status for r in results.values()} == {"judged"}
    assert max(len(json.dumps(answers)) for answers in asked) < 200_000
    assert "MB" in results["generator"].verdicts[0].hint


def test_tables_that_are_slow_to_clean_are_left_out():
    table = "<table>" + "<tr><td><b><i>&lt;" * 1000
    extra = f"from IPython.display import HTML, display\nfor _ in range(60): display(HTML({table!r}))"
    notebook = answered(RIGHT, extra=extra)
    assert total(notebook) == 35
    shown = [o for o in notebook.cells[1].outputs if "text/html" in o.get("data", {})]
    assert 1 <= len(shown) < 30


def test_what_was_never_checked_can_still_be_followed():
    notebook = answered(RIGHT | {"generator": "def generator(z, theta):\n    return z - theta\n"})
    notebook.cells = [c for c in notebook.cells if grade_id(c) != "check-generator_gradient"]
    assert total(notebook) == 33


def test_a_check_above_its_function_is_made_up_for():
    notebook = answered(RIGHT)
    at = {grade_id(cell): i for i, cell in enumerate(notebook.cells)}
    notebook.cells.insert(at["generator"], notebook.cells.pop(at["check-generator"]))
    assert total(notebook) == 35


def accident(name):
    """A right notebook to which something ordinary happened."""
    notebook = answered(RIGHT)
    at = {grade_id(cell): i for i, cell in enumerate(notebook.cells)}
    if name == "copied":
        notebook.cells.append(notebook.cells[at["generator"]].copy())
        notebook.cells.insert(at["check-train"], notebook.cells[at["check-train"]].copy())
    elif name == "checks-deleted":
        notebook.cells = [c for c in notebook.cells if not grade_id(c).startswith("check-")]
    elif name == "unknown-id":
        notebook.cells[2].metadata["nbgrader"] = notebook.cells[at["train"]].metadata.nbgrader | {"grade_id": "bonus"}
    elif name == "metadata-gone":
        for cell in notebook.cells:
            cell.metadata = nbformat.NotebookNode()
    elif name == "null-metadata":
        notebook.cells[at["generator"]].metadata["nbgrader"] = None
    elif name == "foreign-kernel":
        notebook.metadata.kernelspec = {"name": "conda-env-foo", "display_name": "foo"}
    elif name == "old-format":
        notebook.nbformat_minor = 4
        for cell in notebook.cells:
            cell.pop("id", None)
    return notebook


def test_what_editors_do_to_notebooks_costs_nothing(tmp_path):
    folder = released_course(tmp_path)
    names = ["copied", "checks-deleted", "unknown-id", "metadata-gone", "null-metadata", "foreign-kernel", "old-format"]
    for name in names:
        where = folder / "submitted" / name / "ps1"
        where.mkdir(parents=True)
        nbformat.write(accident(name), where / "ps1.ipynb")
    hand_in(folder, "whole", answered(RIGHT))
    outcomes = grade(folder, "ps1")
    assert outcomes == {"graded": len(names) + 1}
    rows = (folder / "grades.csv").read_text().splitlines()[1:]
    assert {row.split(",")[3]: float(row.split(",")[9]) for row in rows} == dict.fromkeys([*names, "whole"], 35.0)


def test_who_is_wrong_on_the_inputs_of_the_check_has_not_solved_it():
    """The same inputs for everybody, which the student has seen fail, count beside the secret ones."""
    released = compile_exercise(EXERCISES[0], public_rng("ps1")("generator"))
    theta = float(decode(released.cases[0].arguments[1]))
    wrong = f"def generator(z, theta):\n    return z + theta if abs(theta - {theta}) > 1e-6 else z - theta\n"
    notebook = answered(RIGHT | {"generator": wrong})
    for released, earned in ((None, 2), (public_rng("ps1"), 0)):
        session = Session(
            notebook, EXERCISES, secret_rng(b"key", "test"), graded.room, SHORT, ("gancourse.shift",), released
        )
        assert session.grade()["generator"].earned == earned
