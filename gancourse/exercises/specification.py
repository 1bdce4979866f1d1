"""What an instructor writes: an exercise, one specification with four uses (release, check, grading, its own tests).

An instructor writes `Exercise`s in `solutions/psN/exercises/`: a reference, properties with points and a
sampler of inputs, and named misconceptions. `compile_exercise` runs the reference and every misconception
on drawn inputs and keeps only the plain data that came out (`Compiled`). That is what the student's folder
gets, from a public seed, and what grading uses, from a secret one; `gancourse.exercises.judge` compares with it.
"""

import base64
import contextlib
import json
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np

from gancourse.exercises.judge import found_in
from gancourse.exercises.observe import decode, encode, observe, observe_unshadowed
from gancourse.exercises.probes.recording import PROBES
from gancourse.exercises.variants import on_other_inputs, parameters, trace

PUBLIC_FILE = "checks.json"
SIGNIFICANT_DIGITS = 9  # inputs and released numbers are rounded, so that every machine compiles the same bytes


@dataclass(frozen=True)
class Property:
    """One thing that must hold, what it is worth, and the inputs it is tried on.

    Attributes:
        says: the property in words, completing "your function …".
        points: what it earns.
        inputs: draws one tuple of positional arguments from a `numpy.random.Generator`; or several such that take
            turns, so that every sign or size that matters is sure to occur.
        part: "value" compares what is returned, "arguments" what became of the arguments.
        cases: how many inputs are drawn.
        probe: how the function is called and what is compared, a name of `PROBES`, see `probes.networks`.
        measure: where no single value is right: what is measured of the value, outside the student's process, and
            compared in its place; a name of `gancourse.exercises.measures.MEASURES`, or none.
        otherwise: what to look for where it does not hold and no cause is known.
    """

    says: str
    points: float
    inputs: Callable | tuple
    part: str = "value"
    cases: int = 3
    probe: str = "call"
    measure: str = ""
    otherwise: str = ""

    def draw(self, rng, turn=0):
        """The arguments of one case, the `turn`-th."""
        samplers = self.inputs if isinstance(self.inputs, tuple) else (self.inputs,)
        return samplers[turn % len(samplers)](rng)

    def compiled(self):
        """What is released of it."""
        data = {"says": self.says, "points": self.points, "part": self.part, "probe": self.probe}
        more = {"measure": self.measure, "otherwise": self.otherwise}
        return data | {what: said for what, said in more.items() if said}


@dataclass(frozen=True)
class Misconception:
    """A wrong implementation that students write, and the hint that sets it right."""

    function: Callable
    hint: str


def misconceptions(reference, table):
    """Misconceptions by name, from a table of what is wrong and the hint.

    Args:
        reference: the right implementation; it may take parts of itself as optional arguments.
        table: name -> (what is wrong, hint). What is wrong is another function, or a dict of parts: `reference` with
            these in the place of its own.
    """
    return {
        name: Misconception(partial(reference, **wrong) if isinstance(wrong, dict) else wrong, hint)
        for name, (wrong, hint) in table.items()
    }


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
    """One input and everything that is known to come out of it, as plain data (see `gancourse.exercises.observe`).

    `mistakes` maps a misconception's name to its observation; `follow` maps "earlier:misconception" to the
    right observation for a student whose `earlier` function has that misconception. `traces` are those of the slips
    that the `Compiled` names.
    """

    property: int
    arguments: list
    expected: dict
    mistakes: dict
    follow: dict = field(default_factory=dict)
    traces: list = field(default_factory=list)


@dataclass(frozen=True)
class Compiled:
    """An exercise without its code: what a student's folder holds, and what `judge` needs.

    `parameters` are the names of what the function takes, `slips` the keys of `variants.on_other_inputs`, `inherited`
    the hints of the misconceptions that `Case.follow` knows.
    """

    name: str
    properties: list  # of {"says", "points", "part", "probe"}, and "measure" and "otherwise" if there are
    hints: dict
    builds_on: list
    rtol: float
    atol: float
    cases: list
    parameters: list = field(default_factory=list)
    slips: list = field(default_factory=list)
    inherited: dict = field(default_factory=dict)

    @property
    def points(self):
        """What the exercise is worth."""
        return sum(p["points"] for p in self.properties)

    @property
    def axes(self):
        """How many axes the right answer has, in the first case."""
        return len((self.cases[0].expected["value"] or {}).get("shape", ()))

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
        return found_in(observe(partial(PROBES[prop.probe], function), arguments), prop.compiled(), arguments)[0]

    for index, prop in enumerate(exercise.properties):
        for turn in range(prop.cases):
            given = [_rounded(encode(a)) for a in prop.draw(rng, turn)]
            arguments = [decode(a) for a in given]  # what a student gets, to the last digit
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
            slips = _slips(exercise, prop, arguments) if mistakes else {}
            cases.append(
                Case(
                    index,
                    given,
                    _essence(expected, prop.part),
                    {n: _essence(o, prop.part) for n, o in wrong_ones.items()},
                    {n: _essence(o, prop.part) for n, o in follow.items()},
                    slips,
                )
            )
    slips, cases = _in_a_table(cases, exercise.rtol)
    return Compiled(
        name=exercise.name,
        properties=[p.compiled() for p in exercise.properties],
        hints={n: m.hint for n, m in misconceptions.items()},
        builds_on=list(exercise.builds_on),
        rtol=exercise.rtol,
        atol=exercise.atol,
        cases=cases,
        parameters=list(parameters(exercise.reference)),
        slips=slips,
        inherited={
            f"{name}:{wrong}": m.hint
            for name in exercise.builds_on
            if name in known
            for wrong, m in known[name].misconceptions.items()
        },
    )


def _slips(exercise, prop, arguments):
    """The traces of the right function's answers to other inputs, by what was done; where it is called with numbers."""
    if prop.part != "value" or prop.measure or prop.probe not in ("call", "on_tensors"):
        return {}

    def ask(*arguments):
        seen = observe(partial(PROBES[prop.probe], exercise.reference), arguments)
        value = None if seen["error"] else decode(seen["value"])
        return None if value is None or isinstance(value, str) else value

    answers = {"": ask(*arguments)} | on_other_inputs(parameters(exercise.reference), arguments, ask)
    return {what: found[0] if (found := trace(value)) else None for what, value in answers.items()}


def _in_a_table(cases, rtol):
    """The slips that some case tells from the right answer, and the cases with a row of their traces each.

    Where a slip has no place, as of an argument that is not given there, its trace is that of the right answer. A slip
    with which the right function fails is nobody's.
    """
    known = [case.traces for case in cases if case.traces.get("") is not None]
    rows = {what: [of.get(what, of[""]) for of in known] for what in {what: 0 for of in known for what in of} if what}
    right = [of[""] for of in known]
    kept = {w: r for w, r in rows.items() if None not in r and not np.allclose(r, right, rtol=10 * rtol, atol=1e-6)}
    columns = iter(zip(*kept.values(), strict=True))
    return list(kept), [
        replace(case, traces=[float(f"{v:.7g}") for v in next(columns, ())] if case.traces.get("") is not None else [])
        for case in cases
    ]


def _essence(observation, part):
    """What of an observation is compared for this part: no need to store the rest, nor to release it."""
    return {
        "value": observation["value"] if part == "value" else None,
        "after": observation["after"] if part == "arguments" else [],
        "error": bool(observation["error"]),
    }


def compile_with_all(exercise, inputs, mistakes=True):
    """Compile an exercise with inputs of several kinds: who is wrong on one of them has not solved it.

    Args:
        exercise: the `Exercise`.
        inputs: generators by exercise, such as `public_rng` and `following.secret_rng` give.
        mistakes: as of `compile_exercise`.

    Returns:
        A `Compiled`. Where something is measured, as of samples of a trained model, the first inputs are enough.
    """
    every = [compile_exercise(exercise, rng_for(exercise.name), mistakes=mistakes) for rng_for in inputs]
    shared = [what for what in every[0].slips if all(what in one.slips for one in every)]
    cases = [
        replace(case, traces=[case.traces[one.slips.index(what)] for what in shared] if case.traces else [])
        for one in every
        for case in one.cases
        if one is every[0] or not one.properties[case.property].get("measure")
    ]
    return replace(every[0], cases=cases, slips=shared)


def compile_all(exercises, rng_for):
    """Compile a whole assignment; `rng_for(name)` gives each exercise its own generator."""
    return {e.name: compile_exercise(e, rng_for(e.name), exercises[:i]) for i, e in enumerate(exercises)}


def observe_all(compiled, function, each=contextlib.nullcontext):
    """What `function` does on every case of an exercise: the `observations` that `judge.judge` takes.

    Args:
        compiled: the `Compiled` exercise.
        function: what is tried.
        each: makes a context in which each of the cases is tried.
    """
    seen, namespace = [], getattr(function, "__globals__", {})
    for case in compiled.cases:
        with each():
            probe, arguments = partial(PROBES[compiled.probe(case)], function), [decode(a) for a in case.arguments]
            seen.append(observe_unshadowed(probe, arguments, namespace))
    return seen


def public_rng(assignment):
    """The generators behind the released cases: the same on every machine, known to everybody."""
    return lambda name: np.random.default_rng(zlib.crc32(f"{assignment}/{name}".encode()))


# --- the released file ----------------------------------------------------------------------------------------


def write_public(compiled, assignment, path, answers=()):
    """Write an assignment's compiled exercises to `path` (JSON), the same bytes on every machine.

    Args:
        compiled: from `compile_all`, with the generators of `public_rng`.
        assignment: its name.
        path: the file.
        answers: names of the modules that cannot be imported in grading.
    """
    data = {"assignment": assignment, "answers": list(answers), "exercises": [asdict(c) for c in compiled.values()]}
    path.write_text(json.dumps(_rounded(data), indent=0, sort_keys=True) + "\n", encoding="utf-8")


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
    data = json.loads(Path(path).read_text(encoding="utf-8"))
    compiled = {e["name"]: Compiled(**(e | {"cases": [Case(**c) for c in e["cases"]]})) for e in data["exercises"]}
    return data["assignment"], compiled


def read_answers(path):
    """Names of the modules that cannot be imported while the assignment of a released file is graded."""
    return json.loads(Path(path).read_text(encoding="utf-8")).get("answers", [])
