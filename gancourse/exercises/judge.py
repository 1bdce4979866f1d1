"""Compare what a student's function did with what it should have done, and say what is wrong.

Pure: plain data in, a `Result` out. The same judgement is passed in the student's notebook on released
inputs and, in the grading process, on secret ones.
"""

from dataclasses import asdict, dataclass

import numpy as np

from gancourse.exercises.observe import decode, encode

LARGEST_TABLE = 12  # numbers of a table that a hint still quotes
_WRONG = "The value is not right."
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
        else:
            matches = full_matches or [
                name
                for name in compiled.hints
                if all(same[i](observations[i], compiled.cases[i].mistakes[name]) for i in at)
                # At inputs as special as |f| = 1000 many mistakes look alike. There a misconception is
                # recognised by itself only if that is all it does wrong.
                and (index == 0 or _right_elsewhere(compiled, same, at, name))
            ]
            if matches:
                verdict.hint = compiled.hints[matches[0]]
            else:
                wrong_first = sorted(at, key=lambda i: same[i](observations[i], compiled.cases[i].expected))
                pairs = [(observations[i], compiled.cases[i]) for i in wrong_first]
                verdict.hint = _describe_difference(prop, pairs, show_inputs)
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


def _right_elsewhere(compiled, same, at, name):
    """Whether misconception `name` does the right thing in every case but those `at`."""
    others = [i for i in range(len(compiled.cases)) if i not in at]
    return all(same[i](compiled.cases[i].mistakes[name], compiled.cases[i].expected) for i in others)


def _unusual_form(seen, right):
    """A word on right numbers in another form: they earn their points, but what builds on them may stumble."""
    array_like = len(right.get("shape", [])) > 0
    if array_like and seen.get("type") in ("list", "tuple") and right.get("type") not in ("list", "tuple"):
        return f"Right numbers, but in a {seen['type']}: later functions cannot calculate with it. Use `np.array(…)`."
    if "shape" in seen and seen["shape"] != right["shape"]:
        seen, right = (_shape_words(np.empty(data["shape"])) for data in (seen, right))
        return f"Right numbers, but {seen} where {right} is usual. Later functions may stumble over that."
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


def _describe_difference(prop, pairs, show_inputs):
    """A hint for an answer that is no known misconception: what can be read off the numbers."""
    errors = [seen["error"] for seen, _ in pairs if seen["error"]]
    if errors and errors[0]["type"] == "NotImplementedError":
        return "There is no answer here yet."
    if errors:
        # A message may quote its input, so it is left out where inputs are secret.
        message = f": {errors[0]['message']}" if show_inputs and errors[0]["message"] else ""
        line = f", at `{errors[0]['line']}`" if errors[0]["line"] else ""
        return f"It stopped with {errors[0]['type']}{message}{line}."
    if prop["part"] == "arguments":
        return (
            "An array that it was given holds other values afterwards. Work on a copy: `x = x + 1` makes a new "
            "array, `x += 1` changes the caller's."
        )
    seen, right = [decode(s["value"]) for s, _ in pairs], [decode(c.expected["value"]) for _, c in pairs]
    if isinstance(seen[0], str) and isinstance(right[0], str):
        return _describe_text(prop, seen[0], right[0], show_inputs)
    for (observation, _), value in zip(pairs, seen, strict=True):
        if value is None or isinstance(value, str):
            kind = observation["value"].get("type")
            forgot = " Is there a `return`? If there is, print what follows it." if kind == "NoneType" else ""
            what = "nothing (`None`)" if kind == "NoneType" else f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind}"
            wanted = "a text" if isinstance(right[0], str) else "numbers"
            return f"It returns {what}, not {wanted}.{forgot}"
    if isinstance(right[0], str):
        return "It returns numbers, not a text."
    one_number = not isinstance(right[0], list) and np.ndim(right[0]) == 0
    if (observation := pairs[0][0]["value"]).get("type") in ("tuple", "list") and one_number:
        return f"It returns {len(seen[0])} things (a {observation['type']}) where one number is expected."
    if isinstance(seen[0], list) and not isinstance(right[0], list):
        if len(seen[0]) == np.size(right[0]):
            return "One of the things it returns is not a single number."
        return f"It returns {len(seen[0])} things at once, where {_shape_words(np.asarray(right[0]))} is expected."
    several = pairs[0][1].expected["value"].get("type") == "tuple"
    hint = _read_numbers(seen, right, [decode(a) for a in pairs[0][1].arguments], several)
    if show_inputs and prop["probe"] == "call":
        shown = ", ".join(_short(decode(a)) for a in pairs[0][1].arguments)
        hint += f" Example: for ({shown}) it returns {_short(seen[0])}; right is {_short(right[0])}."
    elif show_inputs and _short(seen[0]) != _short(right[0]):  # what the probe was given the function was not
        hint += f" In one case tried it gives {_short(seen[0])}; right is {_short(right[0])}."
    return hint


def _describe_text(prop, seen, right, show_inputs):
    """A hint for a text: one that a probe wrote is held against the right one, a student's own word is not."""
    if prop["probe"] == "call":
        return f"`{seen[:60]}` is not right. Is it one of the words that the text gives, spelt as there?"
    return f"It has: {seen}." + (f" Right is: {right}." if show_inputs else "")


def _read_numbers(seen, right, arguments, several=False):
    """What the numbers themselves say about a wrong answer: shape, overflow, a factor, order, lost digits.

    `several` says that the right answer is a tuple of numbers, not an array of one kind.
    """
    if any(isinstance(v, list) for v in seen + right):
        return _WRONG
    seen, right = [np.squeeze(s) for s in seen], [np.squeeze(r) for r in right]
    shapes = [np.shape(a) for a in arguments]
    for s, r in zip(seen, right, strict=True):
        if s.shape != r.shape:
            wanted = f"a tuple of {r.size} numbers" if several else _shape_words(r)
            return (
                f"It returns {_shape_words(s)} where {wanted} is expected."
                f"{' Is a sum or a mean over the samples missing?' if not r.ndim and s.shape in shapes else ''}"
            )
    if any(np.isfinite(r).all() and not np.isfinite(s).all() for s, r in zip(seen, right, strict=True)):
        return (
            "It returns inf or nan where the right answer is an ordinary number: something overflows, or a zero is "
            "divided by or put into a logarithm."
        )
    s, r = np.concatenate([np.ravel(a) for a in seen]), np.concatenate([np.ravel(a) for a in right])
    if np.isinf(r).any():
        astray = (np.isinf(r) & (s != r)).any()
        return "It is not infinite where the right answer is: is a zero clipped, or left out?" if astray else _WRONG
    if (r != 0).all() and (factors := s / r)[0] and np.allclose(factors, factors[0], rtol=1e-5):
        return f"It returns {factors[0]:.4g} times the right answer, in every case tried: a sign or a factor."
    if all(
        np.ndim(a) == 1 and np.allclose(np.sort(a), np.sort(b), rtol=1e-5) for a, b in zip(seen, right, strict=True)
    ):
        return "These are the right numbers, in another order."
    if several and (np.isclose(seen, right, rtol=1e-5).all(axis=0)).any():
        wrong = np.flatnonzero(~np.isclose(seen, right, rtol=1e-5).all(axis=0)) + 1
        return f"Of the {right[0].size} numbers, number {' and '.join(map(str, wrong))} is not right."
    if np.allclose(s, r, rtol=2e-3, atol=2e-4 * np.abs(r).max()):
        return (
            "It is nearly right, but not to five digits. Is something rounded or clipped, or an average of "
            "differences in place of a derivative, or are two steps in the wrong order?"
        )
    return _WRONG


def _shape_words(array):
    return "one number" if array.ndim == 0 else f"an array of shape {array.shape}"


def _short(value):
    """A value on one line: small arrays in full, long rows with their ends, large tables by their shape."""
    if isinstance(value, list):
        return "[" + ", ".join(_short(v) for v in value) + "]"
    value = np.asarray(value)
    if value.ndim > 1 and value.size > LARGEST_TABLE:
        return f"an array of shape {value.shape}"
    threshold = 6 if value.ndim < 2 else LARGEST_TABLE
    row = {"precision": 6, "threshold": threshold, "edgeitems": 2, "separator": ", ", "max_line_width": np.inf}
    return " ".join(np.array2string(value, **row).split())
