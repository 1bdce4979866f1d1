"""An exercise is one specification with four uses: release, the student's check, grading, its own tests.

An instructor writes `Exercise`s in `solutions/psN/exercises.py`: a reference, properties with points and a
sampler of inputs, and named misconceptions. `compile_exercise` runs the reference and every misconception
on drawn inputs and keeps only the plain data that came out (`Compiled`). That is what the student's folder
gets, from a public seed, and what grading uses, from a secret one; `gancourse.judge` compares with it.
"""

import base64
import contextlib
import hashlib
import io
import itertools
import json
import textwrap
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from gancourse.judge import close, judge, measured
from gancourse.observe import decode, encode, observe
from gancourse.probes_translation import PROBES

PUBLIC_FILE = "checks.json"
MOST_NUMBERS = 2_000  # that one call of a student's function may hand to a reference, which computes on with them
SIGNIFICANT_DIGITS = 9  # released numbers are rounded, so that every machine compiles the same bytes


@dataclass(frozen=True)
class Property:
    """One thing that must hold, what it is worth, and the inputs it is tried on.

    Attributes:
        says: the property in words, completing "your function …".
        points: what it earns.
        inputs: draws one tuple of positional arguments from a `numpy.random.Generator`.
        part: "value" compares what is returned, "arguments" what became of the arguments.
        cases: how many inputs are drawn.
        probe: how the function is called and what is compared, a name of `PROBES`, see `gancourse.probes`.
        measure: where no single value is right: what is measured of the value, outside the student's process, and
            compared in its place; a name of `gancourse.measures.MEASURES`, or none.
    """

    says: str
    points: float
    inputs: Callable
    part: str = "value"
    cases: int = 3
    probe: str = "call"
    measure: str = ""


@dataclass(frozen=True)
class Misconception:
    """A wrong implementation that students write, and the hint that sets it right."""

    function: Callable
    hint: str


@dataclass(frozen=True)
class Exercise:
    """The instructor's specification of one function to write.

    Attributes:
        name: the function's name; the cells of the notebook are `name` and `check-name`.
        reference: a right implementation. If it builds on earlier exercises it takes them as keyword
            arguments of their names, so that a student's own can stand in (follow-through).
        properties: what must hold; their points add up to the exercise's.
        misconceptions: by name.
        builds_on: names of the earlier exercises that `reference` accepts as keyword arguments. Their own properties
            are of the probe "call": a student's earlier function is asked for numbers on numbers.
        rtol, atol: tolerance of a number, as in `numpy.isclose`.
    """

    name: str
    reference: Callable
    properties: tuple
    misconceptions: dict
    builds_on: tuple = ()
    rtol: float = 1e-5
    atol: float = 1e-7

    @property
    def points(self):
        """What the exercise is worth."""
        return sum(p.points for p in self.properties)


@dataclass(frozen=True)
class Case:
    """One input and everything that is known to come out of it, as plain data (see `gancourse.observe`).

    `mistakes` maps a misconception's name to its observation; `follow` maps "earlier:misconception" to the
    right observation for a student whose `earlier` function has that misconception.
    """

    property: int
    arguments: list
    expected: dict
    mistakes: dict
    follow: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Compiled:
    """An exercise without its code: what a student's folder holds, and what `judge` needs."""

    name: str
    properties: list  # of {"says", "points", "part", "probe"}, and "measure" if there is one
    hints: dict
    builds_on: list
    rtol: float
    atol: float
    cases: list

    @property
    def points(self):
        """What the exercise is worth."""
        return sum(p["points"] for p in self.properties)

    def probe(self, case):
        """The name of the probe that a case is tried with."""
        return self.properties[case.property]["probe"]


def compile_exercise(exercise, rng, earlier=(), mistakes=True):
    """Draw inputs and record what the reference and every misconception do with them.

    Args:
        exercise: the `Exercise`.
        rng: a `numpy.random.Generator`, public or secret.
        earlier: the exercises it may build on; those named in `builds_on` are compiled for follow-through.
        mistakes: whether to try the misconceptions at all; a right answer needs none, and they take most of the time.

    Returns:
        A `Compiled`.
    """
    known = {e.name: e for e in earlier}
    misconceptions = exercise.misconceptions if mistakes else {}
    cases = []

    def seen(function):
        return measured(observe(partial(PROBES[prop.probe], function), arguments), prop.measure)[0]

    for index, prop in enumerate(exercise.properties):
        for _ in range(prop.cases):
            arguments = prop.inputs(rng)
            expected = seen(exercise.reference)
            if expected["error"]:
                raise ValueError(f"the reference of {exercise.name} fails: {expected['error']}")
            wrong_ones = {n: seen(m.function) for n, m in misconceptions.items()}
            follow = {
                f"{name}:{wrong}": seen(partial(exercise.reference, **{name: m.function}))
                for name in exercise.builds_on
                if name in known
                for wrong, m in known[name].misconceptions.items()
            }
            cases.append(
                Case(
                    index,
                    [encode(a) for a in arguments],
                    _essence(expected, prop.part),
                    {n: _essence(o, prop.part) for n, o in wrong_ones.items()},
                    {n: _essence(o, prop.part) for n, o in follow.items()},
                )
            )
    return Compiled(
        name=exercise.name,
        properties=[
            {"says": p.says, "points": p.points, "part": p.part, "probe": p.probe}
            | ({"measure": p.measure} if p.measure else {})
            for p in exercise.properties
        ],
        hints={n: m.hint for n, m in misconceptions.items()},
        builds_on=list(exercise.builds_on),
        rtol=exercise.rtol,
        atol=exercise.atol,
        cases=cases,
    )


def _essence(observation, part):
    """What of an observation is compared for this part: no need to store the rest, nor to release it."""
    return {
        "value": observation["value"] if part == "value" else None,
        "after": observation["after"] if part == "arguments" else [],
        "error": bool(observation["error"]),
    }


def compile_all(exercises, rng_for):
    """Compile a whole assignment; `rng_for(name)` gives each exercise its own generator."""
    return {e.name: compile_exercise(e, rng_for(e.name), exercises[:i]) for i, e in enumerate(exercises)}


def public_rng(assignment):
    """The generators behind the released cases: the same on every machine, known to everybody."""
    return lambda name: np.random.default_rng(zlib.crc32(f"{assignment}/{name}".encode()))


# --- the released file ----------------------------------------------------------------------------------------


def write_public(exercises, assignment, path):
    """Compile the public cases of an assignment to `path` (JSON), the same bytes on every machine."""
    data = {
        "assignment": assignment,
        "exercises": [asdict(c) for c in compile_all(exercises, public_rng(assignment)).values()],
    }
    path.write_text(json.dumps(_rounded(data), indent=0, sort_keys=True) + "\n")


def _rounded(data):
    """`data` with every buffer of floats rounded to `SIGNIFICANT_DIGITS`."""
    if isinstance(data, dict):
        if data.get("dtype") == "float64":
            flat = np.frombuffer(base64.b64decode(data["base64"]), dtype=float)
            rounded = np.array([float(f"{v:.{SIGNIFICANT_DIGITS}g}") for v in flat]).reshape(data["shape"])
            return encode(rounded) | {"type": data["type"]}
        return {key: _rounded(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_rounded(item) for item in data]
    return data


def read_public(path=PUBLIC_FILE):
    """The assignment's name and its compiled exercises, by name.

    Raises:
        FileNotFoundError: no such file; says where it belongs.
    """
    if not Path(path).exists():
        raise FileNotFoundError(
            f"There is no {PUBLIC_FILE} in {Path.cwd()}. It belongs beside the assignment's notebook: open the "
            "notebook from the folder it was handed out in."
        )
    data = json.loads(Path(path).read_text())
    compiled = {e["name"]: Compiled(**(e | {"cases": [Case(**c) for c in e["cases"]]})) for e in data["exercises"]}
    return data["assignment"], compiled


# --- the student's side -----------------------------------------------------------------------------------------

_progress = {}  # exercise name -> points earned, in this session


class CheckFailed(AssertionError):
    """Raised by `check` when something does not hold, so that a validator sees it. No traceback is shown."""

    def _render_traceback_(self):
        # Broken into lines here: the dialog of the Validate button shows them as they are, and cuts off the rest.
        return textwrap.wrap(f"Not there yet. {self}", 88)


def check(name, function):
    """Try `function` on the released cases of exercise `name` and show, property by property, what holds.

    Args:
        name: the exercise, as in the assignment's text.
        function: your function.

    Raises:
        CheckFailed: a property does not hold; the panel above says which, and why if it can tell.
        ValueError: there is no exercise of that name.
    """
    from gancourse.panel import show

    _, exercises = read_public()
    if name not in exercises:
        raise ValueError(f"There is no exercise {name!r} here; there are: {', '.join(exercises)}.")
    result = check_function(exercises, name, function)
    _progress[name] = result.earned
    show(result, sum(_progress.values()), sum(e.points for e in exercises.values()))
    lost = [v for v in result.verdicts if not v.earned]
    if lost:
        why = " ".join(filter(None, (lost[0].hint, lost[0].note)))
        raise CheckFailed(f"{name}: {result.earned:g} of {result.points:g} points. {why}")


def check_function(exercises, name, function):
    """Judge `function` on the compiled cases of exercise `name`; the functions it builds on are found beside it.

    Where one of those has a known misconception, what would be right with it was compiled too, and earns the
    points (follow-through).
    """
    compiled = exercises[name]
    if str(getattr(function, "__module__", "")).startswith("gancourse."):
        raise CheckFailed(f"This `{name}` is the course's own, imported. Write yours; grading cannot import it.")
    observations = observe_all(compiled, function)
    alternatives, broken = {}, []
    for earlier in compiled.builds_on:
        own = getattr(function, "__globals__", {}).get(earlier)
        if own is None:
            continue
        with contextlib.redirect_stdout(io.StringIO()):  # what that one prints was seen at its own check
            theirs = judge(exercises[earlier], observe_all(exercises[earlier], own))
        if theirs.earned < theirs.points:
            broken.append(earlier)
        if theirs.recognised:
            key = f"{earlier}:{theirs.recognised}"
            alternatives[f"your `{earlier}`"] = [case.follow[key] for case in compiled.cases]
    result = judge(compiled, observations, alternatives)
    add_follow_through_note(result, broken)
    if _arguments_change(compiled, observations) and (told := next((v for v in result.verdicts if not v.note), None)):
        told.note = (
            "It changes an array that it was given: `/=`, `+=` and `.sort()` do. What you compute from that array "
            "later is then wrong. Make a new one: `p = p / p.sum()`, `np.sort(x)`."
        )
    if result.earned < result.points and _answers_change(compiled, function, observations):
        next(v for v in result.verdicts if not v.earned).note = (
            "Given the same again, it returns something else. Does it draw random numbers of its own, or remember "
            "something from call to call?"
        )
    return result


def _arguments_change(compiled, observations):
    """Whether a function leaves other values in its arguments, where no property is about that."""
    if any(p["part"] == "arguments" for p in compiled.properties):
        return False
    return any(
        o["after"] != [a for a in case.arguments if a.get("shape")]
        for o, case in zip(observations, compiled.cases, strict=True)
        if compiled.probe(case) == "call" and not o["error"]
    )


def _answers_change(compiled, function, observations):
    """Whether a function returns something else when it is tried again; what is measured may."""
    if any(p.get("measure") for p in compiled.properties):
        return False
    with contextlib.redirect_stdout(io.StringIO()):  # what it prints was seen the first time
        again = observe_all(compiled, function)
    return [o["value"] for o in again] != [o["value"] for o in observations]


def add_follow_through_note(result, broken):
    """Tell, beside each lost property, that an earlier function is wrong too and might be the reason."""
    if broken:
        names = " and ".join(f"`{b}`" for b in broken)
        for verdict in result.verdicts:
            if not verdict.earned:
                verdict.note = (
                    f"This builds on your {names}, where the numbers are not the textbook's yet: mend that first. "
                    "When graded, a right step on wrong numbers still earns its points; on none at all it cannot."
                )


def observe_all(compiled, function):
    """What `function` does on every case of an exercise: the `observations` that `gancourse.judge.judge` takes."""
    return [
        observe(partial(PROBES[compiled.probe(case)], function), [decode(a) for a in case.arguments])
        for case in compiled.cases
    ]


# --- grading's side ---------------------------------------------------------------------------------------------


def secret_rng(key, submission):
    """The generators behind grading's inputs: nobody without `key` (bytes) can foresee them.

    `submission` names what is graded. The same submission gets the same inputs, and so the same grade, again.
    """

    def rng_for(name):
        digest = hashlib.sha256(key + f"{submission}/{name}".encode()).digest()
        return np.random.default_rng(list(np.frombuffer(digest, dtype=np.uint32)))

    return rng_for


def does_something(exercise, call, rng):
    """Whether a student's wrong function depends on every argument that the right one depends on.

    Nothing follows from a function that does not: with earlier functions that return zeros, or hand an argument
    back, the right answer to a later exercise would be as trivial.

    Args:
        exercise: the `Exercise` of the wrong function.
        call: `call(name, arguments)` is the observation of the student's function.
        rng: draws the inputs.
    """
    theirs = partial(_ask_for_numbers, call, exercise.name)
    arguments = exercise.properties[0].inputs(rng)
    for index, argument in enumerate(arguments):
        nudged = list(arguments)
        nudged[index] = argument + 1 if isinstance(argument, int) else argument * 1.1 + 0.1
        if not _same(exercise.reference, arguments, nudged) and _same(theirs, arguments, nudged):
            return False
    return True


def _same(function, arguments, others):
    seen = [observe(function, a) for a in (arguments, others)]
    if any(s["error"] for s in seen):
        return True
    return close(*(decode(s["value"]) for s in seen), rtol=1e-6, atol=1e-9)


def _ask_for_numbers(call, name, *arguments):
    """One call of a student's function, for its numbers; it may change its arguments, as it would at home."""
    seen = call(name, arguments)
    if seen["error"] or (value := decode(seen["value"])) is None:
        raise ValueError(f"{name} gave no numbers")
    if isinstance(value, (list, str)) or np.size(value) > MOST_NUMBERS:
        raise ValueError(f"{name} gave something else than an array of a sensible size")
    for mine, theirs in zip([a for a in arguments if isinstance(a, np.ndarray)], seen["after"], strict=True):
        mine[...] = decode(theirs)
    return value


def follow_through(exercise, compiled, wrong, call):
    """What would be right, case by case, for a student whose earlier functions in `wrong` are wrong.

    The reference is run here, outside the student's process, with the student's own earlier function standing
    in: every call of it goes through `call(name, arguments)` and only numbers come back.

    Returns:
        `alternatives` for `judge`.
    """
    alternatives = {}
    names = [n for n in exercise.builds_on if n in wrong]
    for count in range(1, len(names) + 1):
        for subset in itertools.combinations(names, count):
            standing_in = {name: partial(_ask_for_numbers, call, name) for name in subset}
            alternatives["your " + " and ".join(f"`{n}`" for n in subset)] = observe_all(
                compiled, partial(exercise.reference, **standing_in)
            )
    return alternatives
