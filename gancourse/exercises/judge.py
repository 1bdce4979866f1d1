"""Compare what a student's function did with what it should have done, and say what is wrong.

Pure: plain data in, a `Result` out. The same judgement is passed in the student's notebook on released
inputs and, in the grading process, on secret ones.
"""

from dataclasses import asdict, dataclass

import numpy as np

from gancourse.exercises.hints import explain, shape_words
from gancourse.exercises.observe import decode, encode

AS_RELEASED = 1e-8  # what a mistake makes of an array is released rounded; an array left alone is the same


@dataclass
class Verdict:
    """What became of one property.

    Attributes:
        says, points, earned: the property and its points.
        hint: why it does not hold, as far as can be told.
        followed: what the student's answer is right given ("your `generator`"), where it is not right outright.
        note: anything else the student should know.
    """

    says: str
    points: float
    earned: float
    hint: str | None = None
    followed: str | None = None
    note: str | None = None


@dataclass
class Result:
    """What became of one exercise."""

    name: str
    verdicts: list
    status: str = "judged"  # or "missing", "killed", "timed out"
    recognised: str | None = None  # the misconception that explains every answer
    seconds: float = 0.0  # that judging it took
    seed: str = ""  # what its inputs were drawn from, together with the instructor's key

    @property
    def earned(self):
        """Points earned."""
        return sum(v.earned for v in self.verdicts)

    @property
    def points(self):
        """Points there were to earn."""
        return sum(v.points for v in self.verdicts)

    def to_dict(self):
        """Plain data for the record."""
        return asdict(self) | {"earned": self.earned, "points": self.points}


def judge(compiled, observations, alternatives=None, show_inputs=True):
    """Compare what a function did with what it should have done.

    Args:
        compiled: the `Compiled` exercise.
        observations: one per case of it, from `observe`; never trusted to be more than plain data.
        alternatives: for follow-through, maps a phrase such as "your `generator`" to the observations, one
            per case, that are right for a student with that earlier function.
        show_inputs: whether a hint may quote the input and the right answer; false for secret inputs.

    Returns:
        A `Result`.
    """
    observations, remarks = zip(
        *(
            found_in(observation, compiled.properties[case.property], [decode(a) for a in case.arguments])
            for observation, case in zip(observations, compiled.cases, strict=True)
        ),
        strict=True,
    )
    same = [agreement(compiled, case) for case in compiled.cases]
    full_matches = [
        name
        for name in compiled.hints
        if all(agree(o, c.mistakes[name]) for agree, o, c in zip(same, observations, compiled.cases, strict=True))
    ]
    result = Result(compiled.name, [], recognised=full_matches[0] if full_matches else None)
    for index, prop in enumerate(compiled.properties):
        at = [i for i, case in enumerate(compiled.cases) if case.property == index]
        verdict = Verdict(prop["says"], prop["points"], 0.0, note=remarks[at[0]])
        result.verdicts.append(verdict)
        if all(same[i](observations[i], compiled.cases[i].expected) for i in at):
            verdict.earned = prop["points"]
            if prop["part"] == "value" and not prop.get("measure"):
                verdict.note = _unusual_form(observations[at[0]]["value"], compiled.cases[at[0]].expected["value"])
            continue
        for phrase, right in (alternatives or {}).items():
            follows = all(finite(right[i]) and same[i](observations[i], right[i]) for i in at)
            if follows and not _hands_back(compiled, at, right):
                verdict.earned, verdict.followed = prop["points"], phrase
                break
    lost = {i for i, v in enumerate(result.verdicts) if not v.earned}
    for index, hint in explain(compiled, observations, lost, same, show_inputs).items():
        result.verdicts[index].hint = hint
    _withhold_the_trivial(compiled, result)
    _withhold_the_constant(compiled, result, same, observations)
    return result


def found_in(observation, prop, arguments):
    """An observation with what the judge finds in its value in place of the value, and a remark with the numbers.

    Args:
        observation: from `gancourse.exercises.observe.observe`.
        prop: of a compiled exercise: its "probe" may have a reading, and it may name a "measure".
        arguments: that the probe was called with.
    """
    from gancourse.exercises.readings import READINGS

    reading, measure, remark = READINGS.get(prop["probe"]), prop.get("measure"), None
    value = decode(observation["value"]) if (reading or measure) and not observation["error"] else None
    if value is None:
        return observation, None
    if reading:
        try:
            value = reading(value, *arguments)
        except Exception as error:  # whatever a stranger's network does
            error = {"type": type(error).__name__, "message": str(error)[:200], "line": ""}
            return {"value": None, "after": observation["after"], "error": error}, None
    if measure:
        from gancourse.exercises.measures import MEASURES

        value, remark = MEASURES[measure](value)
    return observation | {"value": encode(value)}, remark


def _unusual_form(seen, right):
    """A word on right numbers in another form: they earn their points, but what builds on them may stumble."""
    array_like = len(right.get("shape", [])) > 0
    if array_like and seen.get("type") in ("list", "tuple") and right.get("type") not in ("list", "tuple"):
        return f"Right numbers, but in a {seen['type']}, with which you cannot calculate: use `np.array(…)`."
    if "shape" in seen and seen["shape"] != right["shape"]:
        seen, right = (shape_words(np.empty(data["shape"])) for data in (seen, right))
        return f"Right numbers, but {seen} where {right} is usual. In your own cells that may go wrong."
    return None


def _withhold_the_trivial(compiled, result):
    """A function that does nothing leaves its arguments alone: that earns only if some value is right."""
    about_value = [p["part"] == "value" for p in compiled.properties]
    if any(v.earned for v, value in zip(result.verdicts, about_value, strict=True) if value):
        return
    for verdict, value in zip(result.verdicts, about_value, strict=True):
        if not value and verdict.earned:
            verdict.earned, verdict.note = 0.0, "This counts as soon as one of the values is right."


def _withhold_the_constant(compiled, result, same, observations):
    """A function that returns the same whatever it is given is right nowhere, though it may hit a special value."""
    at = [i for i, case in enumerate(compiled.cases) if compiled.properties[case.property]["part"] == "value"]
    right = [compiled.cases[i].expected for i in at]
    if all(same[i](observations[i], observations[at[0]]) for i in at) and not all(
        same[i](r, right[0]) for i, r in zip(at, right, strict=True)
    ):
        for verdict in result.verdicts:
            if verdict.earned:
                verdict.earned, verdict.followed, verdict.note = 0.0, None, "This counts as soon as the value changes."


def agreement(compiled, case):
    """The comparison of two observations that the case's property calls for."""
    part = compiled.properties[case.property]["part"]

    def agree(seen, right):
        if seen["error"] or right["error"]:
            return False
        if part == "arguments":
            rtol = 0 if right is case.expected else AS_RELEASED
            return len(seen["after"]) == len(right["after"]) and all(
                close(decode(s), decode(r), rtol, 0) for s, r in zip(seen["after"], right["after"], strict=True)
            )
        return close(decode(seen["value"]), decode(right["value"]), compiled.rtol, compiled.atol)

    return agree


def _hands_back(compiled, at, right):
    """Whether an alternative comes to one of the arguments, unchanged: then nothing was built on anything."""
    for one in range(len(compiled.cases[at[0]].arguments)):
        pairs = [(decode(right[i]["value"]), decode(compiled.cases[i].arguments[one])) for i in at]
        if all(close(value, argument, compiled.rtol, compiled.atol) for value, argument in pairs):
            return True
    return False


def finite(observation):
    """Whether an observation is numbers, all of them finite: nothing else is worth following through."""
    value = None if observation["error"] or not observation["value"] else decode(observation["value"])
    values = value if isinstance(value, list) else [value]
    return all(v is not None and not isinstance(v, str) and np.isfinite(v).all() for v in values)


def close(seen, right, rtol, atol):
    """Whether two decoded values agree; axes of length one do not matter, NaN equals NaN."""
    if isinstance(seen, str) or isinstance(right, str):
        return isinstance(seen, str) and isinstance(right, str) and seen == right
    if isinstance(seen, list) and isinstance(right, np.ndarray) and right.ndim == 1:
        right = list(right)  # several numbers, of which some came as arrays of length one
    if isinstance(seen, list) and isinstance(right, list):
        return len(seen) == len(right) and all(close(s, r, rtol, atol) for s, r in zip(seen, right, strict=True))
    if seen is None or right is None or isinstance(seen, list) or isinstance(right, list):
        return False
    seen, right = np.squeeze(seen), np.squeeze(right)
    if seen.shape != right.shape:
        return False
    return bool(np.isclose(seen.astype(float), right.astype(float), rtol, atol, equal_nan=True).all())
