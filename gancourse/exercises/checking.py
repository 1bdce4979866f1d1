"""The student's side: `check` tries a function on the released cases and shows, property by property, what holds."""

import contextlib
import io
import os
import sys
import textwrap
from functools import partial

from gancourse.exercises.endless import NeverEnds, ending_within
from gancourse.exercises.hints import EXAMPLE
from gancourse.exercises.judge import Result, Verdict, judge
from gancourse.exercises.nudging import unheard
from gancourse.exercises.observe import describe, usable
from gancourse.exercises.specification import observe_all, read_public

MOST_SECONDS = 10  # of CPU that one call may take; right answers take far less than one

_progress = {}  # exercise name -> points earned, in this session


def check_all():
    """Try every exercise of the assignment again, and list what each earns and what all of them do.

    It looks for the functions in the notebook. What is wrong is told by each exercise's own `check`.
    """
    from IPython import get_ipython

    _, exercises = read_public()
    shell = get_ipython()
    namespace = shell.user_ns if shell else vars(sys.modules["__main__"])
    rows, earned = [], 0
    for name, compiled in exercises.items():
        result = None
        if callable(function := namespace.get(name)):
            with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(CheckFailed):
                result = check_function(exercises, name, function)
        points = result.earned if result else 0
        earned += points
        missing = "" if callable(function) else "  (no such function yet)"
        rows.append(f"{points:>4g} of {compiled.points:<3g} {name}{missing}")
    total = sum(e.points for e in exercises.values())
    print("\n".join([*rows, f"{earned:>4g} of {total:<3g} in all, on the inputs of your checks"]))


class CheckFailed(AssertionError):
    """Raised by `check` when something does not hold, so that a validator sees it. No traceback is shown."""

    def __init__(self, words, short=""):
        super().__init__(words)
        self._short = short

    def _render_traceback_(self):
        # The dialog of the Validate button shows this and not the panel. So it says why there, and in lines, as the
        # dialog cuts off what is longer; beneath a panel it need not repeat that.
        validating = "NBGRADER_VALIDATING" in os.environ
        return textwrap.wrap(f"Not there yet. {self if validating else self._short or self}", 88)


def check(name, function):
    """Try `function` on the released cases of exercise `name` and show, property by property, what holds.

    Args:
        name: the exercise, as in the assignment's text.
        function: your function.

    Raises:
        CheckFailed: a property does not hold; the panel above says which, and why if it can tell.
        ValueError: there is no exercise of that name.
    """
    from gancourse.exercises.panel import show

    _, exercises = read_public()
    if name not in exercises:
        raise ValueError(f"There is no exercise {name!r} here; there are: {', '.join(exercises)}.")
    result = check_function(exercises, name, function)
    _progress[name] = result.earned
    show(result, sum(_progress.values()), sum(e.points for e in exercises.values()))
    lost = [v for v in result.verdicts if not v.earned]
    if lost:
        why = " ".join(filter(None, (lost[0].hint, lost[0].note)))
        points = f"{name}: {result.earned:g} of {result.points:g} points."
        raise CheckFailed(f"{points} {why}", f"{points} The panel says why.")


def check_function(exercises, name, function):
    """Judge `function` on the compiled cases of exercise `name`; the functions it builds on are found beside it.

    Where one of those has a known misconception, what would be right with it was compiled too, and earns the
    points (follow-through).
    """
    compiled = exercises[name]
    if str(getattr(function, "__module__", "")).startswith("gancourse."):
        raise CheckFailed(f"This `{name}` is the course's own, imported. Write yours; grading cannot import it.")
    in_time = partial(ending_within, MOST_SECONDS)
    namespace = getattr(function, "__globals__", {})
    try:
        with usable(namespace, {earlier: exercises[earlier].axes for earlier in _below(exercises, name)}):
            observations = observe_all(compiled, function, in_time)
    except NeverEnds as stopped:
        return _never_ends(compiled, describe(stopped)["line"])
    alternatives, broken = {}, []
    for earlier in compiled.builds_on:
        own = namespace.get(earlier)
        if own is None:
            continue
        try:
            with contextlib.redirect_stdout(io.StringIO()):  # what that one prints was seen at its own check
                theirs = judge(exercises[earlier], observe_all(exercises[earlier], own, in_time))
        except NeverEnds:
            broken.append(earlier)
            continue
        if theirs.earned < theirs.points:
            broken.append(earlier)
        if theirs.recognised:
            key = f"{earlier}:{theirs.recognised}"
            alternatives[f"your `{earlier}`"] = [case.follow[key] for case in compiled.cases]
    result = judge(compiled, observations, alternatives)
    _add_what_is_unheard(result, compiled, function, observations, in_time)
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


def _below(exercises, name):
    """The exercises that one builds on, and those that they build on."""
    return {n for earlier in exercises[name].builds_on for n in (earlier, *_below(exercises, earlier))}


def _never_ends(compiled, line):
    """The `Result` of a function that had to be stopped, at a line."""
    result = Result(compiled.name, [Verdict(p["says"], p["points"], 0.0) for p in compiled.properties])
    result.status = "timed out"
    told = f"It never ends: does the counter change? It was stopped after {MOST_SECONDS} seconds of computing"
    result.verdicts[0].hint = f"{told}, at `{line}`." if line else f"{told}."
    return result


def _add_what_is_unheard(result, compiled, function, observations, in_time):
    """Say, where no cause was found, which argument a function does not listen to."""
    lost = [i for i, v in enumerate(result.verdicts) if not v.earned and v.hint and EXAMPLE in v.hint]
    tried = [i for i, case in enumerate(compiled.cases) if case.traces]
    if not lost or any(observations[i]["error"] or not _numbers_in(observations[i]) for i in tried):
        return
    firsts = [
        next((i for i in tried if compiled.cases[i].property == p), None) for p in range(len(compiled.properties))
    ]
    with contextlib.redirect_stdout(io.StringIO()):
        said = unheard(compiled, function, [i for i in firsts if i is not None][:2], in_time)
    if said:
        verdict = result.verdicts[lost[0]]
        verdict.hint = f"{said} {verdict.hint}"


def _numbers_in(observation):
    """Whether what came back has any numbers in it."""
    return observation["value"].get("list") or 0 not in observation["value"].get("shape", [0])


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
