"""Before students get an assignment: do its checks accept the reference, and nothing that is wrong?

What is released is put through its own comparison: the reference once more, every misconception, and answers that
nobody has written yet. An instructor hears of it here, not from the first student who is right and earns nothing.
"""

from gancourse.exercises.judge import agreement, judge
from gancourse.exercises.specification import observe_all

STUBS = {  # what a cell holds before anybody has written anything, or gives up
    "that returns nothing": lambda *arguments: None,
    "that returns 0": lambda *arguments: 0.0,
    "that hands its first argument back": lambda *arguments: arguments[0],
}


def doubts(exercises, compiled):
    """What is not as it should be with the checks of an assignment, as sentences; none if all is well.

    Args:
        exercises: the `Exercise`s.
        compiled: the `Compiled` of each, by name, with misconceptions.
    """
    names = [e.name for e in exercises]
    said = [f"There are two exercises {name!r}: give one of them another name." for name in _twice(names)]
    for i, exercise in enumerate(exercises):
        if unknown := [name for name in exercise.builds_on if name not in names[:i]]:
            said.append(f"`{exercise.name}` builds on `{unknown[0]}`, which is no exercise before it.")
        said += [f"`{exercise.name}`: {what}" for what in _doubts(exercise, compiled[exercise.name])]
    return said


def _doubts(exercise, compiled):
    if not compiled.properties:
        yield "it has no property, so it can earn no point. Give it one."
        return
    for verdict in judge(compiled, observe_all(compiled, exercise.reference)).verdicts:
        if not verdict.earned:
            yield (
                f"its own reference loses the points of “{verdict.says}” when it is tried again: {verdict.hint} "
                "Does it draw random numbers, or change its arguments?"
            )
    for what, stub in STUBS.items():
        if earned := judge(compiled, observe_all(compiled, stub)).earned:
            yield f"a function {what} earns {earned:g} points. Draw inputs for which that is wrong."
    told = []
    for name, misconception in exercise.misconceptions.items():
        if all(agreement(compiled, case)(case.mistakes[name], case.expected) for case in compiled.cases):
            yield f"the misconception {name!r} earns every point. Draw inputs for which it is wrong."
        others = [n for n in told if exercise.misconceptions[n].hint != misconception.hint]
        if alike := next((n for n in others if _agree(compiled, n, name)), None):
            yield (
                f"the misconceptions {alike!r} and {name!r} answer alike in every case, so that the second one's "
                "hint is never seen. Draw inputs that tell them apart, or leave one out."
            )
        told.append(name)


def _agree(compiled, one, other):
    """Whether nothing tells two misconceptions apart."""
    return all(agreement(compiled, case)(case.mistakes[one], case.mistakes[other]) for case in compiled.cases)


def _twice(names):
    return [name for i, name in enumerate(names) if name in names[:i]]
