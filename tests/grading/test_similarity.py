"""Whose answers are alike is shown to a person; what everybody writes is not."""

import json

import pytest
from click.testing import CliRunner

from classroom import answered, hand_in, make_course, model_answers
from gancourse.cli import main
from gancourse.course import CourseError
from gancourse.grading import similarity
from gancourse.grading.similarity import code_tokens, compare, compare_class, few

STUB = '# ps1/train: keep this line\ndef train(x, steps):\n    raise NotImplementedError("your answer goes here")'
MODEL = """def train(x, steps):
    thetas = []
    for _ in range(steps):
        x = x - 0.1 * gradient(x)
        thetas.append(x)
    return np.array(thetas)"""
LINE = "def shift(z, theta):\n    return z + theta"
LINE_STUB = "def shift(z, theta):\n    raise NotImplementedError"

# Seven people's own ways, none of them the model's
OWN = [
    "def train(x, steps):\n    out = np.zeros(steps)\n    for i in range(steps):\n"
    "        out[i] = x = x - gradient(x) / 10\n    return out",
    "def train(x, steps):\n    if steps == 0:\n        return np.zeros(0)\n    first = x - gradient(x) * 0.1\n"
    "    return np.concatenate([[first], train(first, steps - 1)])",
    "def train(x, steps):\n    history, k = [x], 0\n    while k < steps:\n        g = gradient(history[-1])\n"
    "        history += [history[-1] - 0.1 * g]\n        k += 1\n    return np.asarray(history[1:])",
    "def train(x, steps):\n    from itertools import accumulate\n    step = lambda t, _: t - 0.1 * gradient(t)\n"
    "    return np.array(list(accumulate(range(steps), step, initial=x))[1:])",
    "def train(x, steps):\n    def walk(t):\n        for _ in range(steps):\n            t = t - 0.1 * gradient(t)\n"
    "            yield t\n    return np.fromiter(walk(x), dtype=float)",
    "def train(x, steps):\n    class State:\n        value = x\n    def go():\n"
    "        State.value -= 0.1 * gradient(State.value)\n        return State.value\n"
    "    return np.array([go() for _ in range(steps)])",
    "def train(x, steps):\n"
    "    values = {}\n    values[-1] = x\n    for n in range(0, steps, 1):\n"
    "        d = gradient(values[n - 1])\n        values[n] = values[n - 1] - np.multiply(0.1, d)\n    del values[-1]\n"
    "    return np.array(list(values.values()))",
]
# The third of them, with other names, other comments, a docstring, other layout
RENAMED = '''def train(x, steps):
    """Descend, my very own way."""
    path, counter = [x], 0     # start here
    while counter < steps:
        # the slope
        slope = gradient(path[-1])

        path += [path[-1] - .1*slope]
        counter += 1
    return np.asarray( path[1:] )'''


def class_of(*sources, exercise="train", kind="code"):
    return {f"s{i}": {exercise: (kind, source)} for i, source in enumerate(sources)}


def found(classes, model=MODEL, stub=STUB, exercise="train", kind="code"):
    pairs = compare(classes, {exercise: (kind, model)}, {exercise: (kind, stub)})
    return {pair.students: pair.alike[0] for pair in pairs}


def test_a_copier_who_renamed_and_commented_anew_is_found():
    alike = found(class_of(*OWN, RENAMED))
    assert set(alike) == {("s2", "s7")}
    assert alike["s2", "s7"].views == {"code": 1}, "as a text it is another"


def test_people_who_found_their_own_ways_are_not():
    assert found(class_of(*OWN)) == {}


def test_one_changed_line_does_not_hide_a_copy():
    assert set(found(class_of(*OWN, RENAMED.replace("counter += 1", "counter = counter + 1")))) == {("s2", "s7")}


@pytest.mark.parametrize("students", [2, 5, 30])
def test_a_class_that_writes_the_one_sensible_line_is_not_found(students):
    ways = [LINE, LINE.replace("z + theta", "theta + z"), LINE + "  # shift", LINE.replace("return z", "return  z")]
    classes = class_of(*(ways[i % 4] for i in range(students)), exercise="shift")
    assert found(classes, LINE, LINE_STUB, "shift") == {}


def test_a_class_that_writes_as_the_model_does_is_not_found():
    assert found(class_of(*[MODEL] * 6, *(MODEL.replace("thetas", name) for name in ("a", "b", "result")))) == {}


def test_a_comment_that_the_model_has_says_nothing():
    model = MODEL.replace(
        "steps):", "steps):  # one turn of the generator and one of the discriminator each time round"
    )
    assert found(class_of(model, model, *OWN), model) == {}


def test_what_many_write_is_usual_even_if_the_model_differs():
    assert found(class_of(*OWN, *[OWN[0].replace("out", name) for name in ("a", "b", "c", "d", "e", "f")])) == {}


def test_a_comment_copied_with_the_usual_code_is_found():
    said = "  # the walk goes on although both means agree because phi lags one round behind theta here"
    plain = MODEL.replace("thetas", "t")
    classes = class_of(*[plain] * 4, plain + said, MODEL + said, *OWN)
    alike = found(classes)
    assert set(alike) == {("s4", "s5")}
    assert alike["s4", "s5"].views == {"comments": 1}


def test_stubs_are_nobodys_answer():
    assert found(class_of(*[STUB] * 5, *OWN)) == {}


WORDS = [
    "The generator follows the slope of the discriminator, and that slope is still there when both means agree, so "
    "it walks past the line before the discriminator has turned round.",
    "Because phi changes slowly. After a few rounds the classifier believes in larger numbers, theta moves on until "
    "this belief is unlearned, which takes several further updates of the other player.",
    "It is a pendulum: nothing stops it at the middle, as the speed, which here is phi one, has its largest value "
    "right there, and only beyond does the force pull back.",
]


def test_answers_in_words_are_compared_too():
    copied = WORDS[1].replace("Because", "Since").replace("several", "some")
    alike = found(
        class_of(*WORDS, copied, exercise="w", kind="markdown"), "Model.", "YOUR ANSWER HERE", "w", "markdown"
    )
    assert set(alike) == {("s1", "s3")}


def test_code_that_does_not_parse_is_compared_as_text():
    broken = [source + "\n%timeit" + " (" for source in (*OWN, OWN[3])]
    assert set(found(class_of(*broken))) == {("s3", "s7")}


@pytest.mark.parametrize("source", ["(" * 5000, "-" * 50_000 + "1", "x = '\0'", "9" * 9999, "f'{", "\ud800 = 1", "\\"])
def test_nothing_a_student_writes_stops_the_comparison(source):
    code_tokens(source)
    assert found(class_of(source, source + " ", *OWN)) is not None


def test_names_of_others_are_kept_and_own_names_are_not():
    assert code_tokens("y = np.exp(x, axis=k)") == code_tokens("abc = np.exp(x, axis=k)  # !")
    assert code_tokens("y = np.exp(x)") != code_tokens("y = np.log(x)")
    assert code_tokens("def f(a):\n    'doc'\n    return a") == code_tokens("def g(b): return (b)")


def test_few_is_few_in_small_and_large_classes():
    assert [few(n) for n in (2, 9, 10, 20, 100, 400)] == [1, 1, 2, 4, 4, 8]


# ---- a class in its folders


@pytest.fixture
def own_course(tmp_path, monkeypatch):
    monkeypatch.chdir(make_course(tmp_path))
    return tmp_path


RIGHT = model_answers()
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"
UNUSUAL = {
    "train": RIGHT["train"].split("\n")[1]
    + f"\n    # {EVIL} \u202e turned round\n    rounds, path = 0, [theta]\n    while rounds < n_rounds:\n"
    "        made = generator(z, path[-1])\n        phi = update_discriminator(x_real, made, n_iter_discrim, phi)\n"
    "        path += [update_generator(z, path[-1], n_iter_gen, phi)]\n        rounds += 1\n"
    "    return np.asarray(path[1:])"
}


def similar(*arguments):
    done = CliRunner().invoke(main, ["similar", *arguments])
    return done, done.output


def test_the_same_file_is_found_and_an_untouched_one_is_no_copy(own_course):
    for student in ("ada", "grace"):
        hand_in(own_course, student, answered({"train": "# one of a kind\n" + RIGHT["train"]}))
    for student in ("idle", "absent"):
        hand_in(own_course, student, answered({}))
    done, said = similar("ps1")
    assert done.exit_code == 0
    assert "4 submissions compared, 1 pairs alike" in said
    row = next(line for line in said.splitlines() if "the same file" in line)
    assert row.split()[:2] == ["ada", "grace"]
    assert "They handed in the same file" in (own_course / "similar" / "ps1.html").read_text()


def test_hostile_names_and_code_are_only_text(own_course):
    names = ["<b>x<", "\x1b[31m\u202eevil"]
    for i, student in enumerate(names):
        hand_in(own_course, student, answered({"train": UNUSUAL["train"].replace("made", f"made{i}")}))
    hand_in(own_course, "honest", answered(RIGHT))
    done, said = similar("ps1")
    assert done.exit_code == 0
    assert "1 pairs alike" in said
    assert "\x1b" not in said and "\u202e" not in said
    page = (own_course / "similar" / "ps1.html").read_text()
    assert "&lt;script&gt;alert(1)" in page
    assert "&lt;b&gt;x&lt;" in page
    for forbidden in ("<script", "<img", "<b>", "\x1b", "\u202e", "onerror=alert(2)>"):
        assert forbidden not in page
    assert "hint to look, no finding" in page
    assert "Innocent reasons" in page
    assert "default-src 'none'" in page


def test_what_cannot_be_read_is_named_and_the_rest_compared(own_course):
    for student in ("ada", "grace"):
        hand_in(own_course, student, answered(UNUSUAL))
    bad = {"half": '{"cells": [', "list": "[1]", "cells": '{"cells": 3}', "deep": "[" * 100_000, "binary": "\udcff"}
    for student, text in bad.items():
        folder = own_course / "submitted" / student / "ps1"
        folder.mkdir(parents=True)
        (folder / "ps1.ipynb").write_text(text, errors="surrogateescape")
    (own_course / "submitted" / "nothing" / "ps1").mkdir(parents=True)
    done, said = similar("ps1")
    assert done.exit_code == 0, said
    for student in (*bad, "nothing"):
        assert f"{student} (no notebook that can be read)" in said
    assert "2 submissions compared, 1 pairs alike" in said


def test_too_large_a_notebook_is_left_out(own_course, monkeypatch):
    hand_in(own_course, "ada", answered(RIGHT))
    monkeypatch.setattr(similarity, "LARGEST", 100)
    with pytest.raises(CourseError, match="too large"):
        similarity.read_answers(own_course / "submitted" / "ada" / "ps1" / "ps1.ipynb")


def test_nothing_goes_into_records_gradebook_or_feedback(own_course):
    for student in ("ada", "grace"):
        hand_in(own_course, student, answered(UNUSUAL))
    before = {p: p.read_bytes() for p in own_course.rglob("*") if p.is_file()}
    compare_class(own_course, "ps1")
    after = {p: p.read_bytes() for p in own_course.rglob("*") if p.is_file()}
    assert set(after) - set(before) == {own_course / "similar" / "ps1.html"}
    assert all(after[p] == content for p, content in before.items())


def test_odd_cells_are_read_as_they_are(tmp_path):
    mark = {"solution": True, "grade_id": "a"}
    cells = [
        {"cell_type": "code", "metadata": {"nbgrader": mark}, "source": ["x = 1\n", "y = 2"]},
        {"cell_type": "code", "metadata": {"nbgrader": mark}, "source": "a copy"},
        {"cell_type": "code", "metadata": {"nbgrader": "odd"}, "source": ""},
        {"cell_type": "code", "metadata": {"nbgrader": {"solution": True, "grade_id": ["odd"]}}, "source": ""},
        {"cell_type": "code", "source": ""},
    ]
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": cells}))
    assert similarity.read_answers(tmp_path / "n.ipynb") == {"a": ("code", "x = 1\ny = 2")}


def test_an_unknown_assignment_and_an_empty_one_say_so(own_course):
    assert "no assignment 'ps9'" in similar("ps9")[1]
    assert "Nothing to compare" in similar("ps1")[1]
