"""Grading's side: inputs that nobody can foresee, and what follows from a student's own earlier functions."""

import copy
import hashlib
import itertools
import re
import time
from functools import partial

import numpy as np

from gancourse.exercises.judge import agreement, finite
from gancourse.exercises.observe import decode, observe
from gancourse.exercises.specification import observe_all

MOST_NUMBERS = 2_000  # that one call of a student's function may hand to a reference, which computes on with them
MOST_SECONDS = 2.0  # of CPU that one stand-in computes for one exercise
TRIED = 3  # inputs by which an earlier function is known
FARTHEST = 1e4  # times the largest right number
FOLLOWED = 0.05  # share of the right response from which on a wrong function is one to build on
WRITTEN_OUT = 0.2, 5.0  # between which shares it is where a later answer does not call it but repeats what it does


def secret_rng(key, submission):
    """The generators behind grading's inputs: nobody without `key` (bytes) can foresee them.

    `submission` names what is graded. The same submission gets the same inputs, and so the same grade, again.
    """

    def rng_for(name):
        digest = hashlib.sha256(key + f"{submission}/{name}".encode()).digest()
        return np.random.default_rng(list(np.frombuffer(digest, dtype=np.uint32)))

    return rng_for


def shares_of_response(exercise, call, rng):
    """How strongly a student's wrong function answers to its arguments: to the least and the most, as shares.

    The right function's answer to the same change is 1. Nothing follows from a function that ignores an argument: with
    earlier functions that return zeros, or hand an argument back, the right answer to a later exercise would be as
    trivial. Nor does it from one whose answer is so faint that no comparison would show it.

    Args:
        exercise: the `Exercise` of the wrong function.
        call: `call(name, arguments)` is the observation of the student's function.
        rng: draws the inputs.

    Returns:
        Two shares; 0 and 0 for a function whose answers have another shape, are not finite, or are out of proportion.
    """
    theirs = partial(ask_for_numbers, call, exercise.name)
    changes = {}
    for arguments in [exercise.properties[0].draw(rng, turn) for turn in range(TRIED)]:
        right, seen = (_numbers(f, arguments) for f in (exercise.reference, theirs))
        if seen is None or seen.shape != right.shape or np.abs(seen).max() > FARTHEST * max(1, np.abs(right).max()):
            return 0.0, 0.0
        for index, argument in enumerate(arguments):
            nudged = list(arguments)
            nudged[index] = argument + 1 if isinstance(argument, int) else argument * 1.1 + 0.1
            if (right_then := _numbers(exercise.reference, nudged)) is not None:
                change = _distance(right_then, right), _distance(_numbers(theirs, nudged), seen)
                changes.setdefault(index, []).append(change)
    totals = [np.square(c).sum(axis=0) ** 0.5 for c in changes.values()]
    tolerance = exercise.atol + exercise.rtol
    shares = [theirs / right for right, theirs in totals if right > tolerance]
    return min(shares, default=1.0), max(shares, default=1.0)


def _numbers(function, arguments):
    """What a function returns, as an array without axes of length one; None if that is no array of finite numbers."""
    seen = observe(function, arguments)
    value = None if seen["error"] else decode(seen["value"])
    if value is None or isinstance(value, (str, list)):
        return None
    value = np.squeeze(np.asarray(value, dtype=float))
    return value if value.size and np.isfinite(value).all() else None


def _distance(one, other):
    """The Euclidean distance; 1 between arrays of different shapes, 0 from what is none."""
    if one is None:
        return 0.0
    return np.linalg.norm(one - other) if one.shape == other.shape else 1.0


# --- stand-ins: functions of the right form in place of the student's earlier ones -----------------------------------


class StandIn:
    """In place of a student's earlier function: the right one, or a secret mixture of it and a wrong one.

    Args:
        exercise: the `Exercise` of the earlier function.
        rng: draws the mixture; None: the right one.

    Attributes:
        called: whether it was.
    """

    def __init__(self, exercise, rng=None):
        self._right, self._wrong, self._share, self.called = exercise.reference, None, 1.0, False
        self._left = MOST_SECONDS
        if rng is not None:
            wrong = list(exercise.misconceptions.values())
            self._wrong, self._share = wrong[rng.integers(len(wrong))].function, rng.uniform(0.3, 0.7)
            self._stretch = rng.uniform(0.8, 0.95)  # a probability stays one

    def __call__(self, *arguments):
        """The value for a reference's, or a stranger's, arguments.

        Raises:
            ValueError: they are no sensible arguments, or this was asked for too long.
        """
        if self._left <= 0 or not all(map(_sensible, arguments)):
            raise ValueError("no such arguments")
        began, self.called = time.process_time(), True
        try:
            return self._mixed(arguments)
        finally:
            self._left -= time.process_time() - began

    def renew(self):
        """Give it its time again."""
        self._left = MOST_SECONDS

    def _mixed(self, arguments):
        value = np.asarray(self._right(*copy.deepcopy(arguments)), dtype=float)
        if self._wrong is not None:
            wrong = _numbers(self._wrong, arguments)
            if wrong is not None and wrong.shape == np.squeeze(value).shape:
                value = self._share * value + (1 - self._share) * wrong.reshape(value.shape)
            value = self._stretch * value
        return value[()]


def _sensible(argument):
    if isinstance(argument, np.ndarray):
        return argument.size <= MOST_NUMBERS
    return isinstance(argument, (int, float)) and abs(argument) <= MOST_NUMBERS


def ask_for_numbers(call, name, *arguments):
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
            standing_in = {name: partial(ask_for_numbers, call, name) for name in subset}
            alternatives["your " + " and ".join(f"`{n}`" for n in subset)] = observe_all(
                compiled, partial(exercise.reference, **standing_in)
            )
    return alternatives


def holds_by_itself(exercise, compiled, earlier, phrases, ask, own, rng):
    """Which properties of an answer that follows from wrong earlier functions hold as a step of their own.

    The student's function is tried once more, with stand-ins in the place of those earlier ones: the right ones, and
    secret mixtures, for which no answer can be prepared. What it makes of them has to be what the reference makes of
    them. An earlier function that it never calls is written out in it, and keeps its place.

    Args:
        exercise, compiled: what is judged.
        earlier: the `Exercise`s of the wrong earlier functions, by name.
        phrases: for each property what it follows from (`Verdict.followed`), or None.
        ask: `ask(stand_ins)` tries the function on all cases with stand-ins, by name, and returns observations.
        own: `own(name)` is the student's earlier function, for a reference to call, or None where one that is written
            out is too far from a right one.
        rng: draws the mixtures.

    Returns:
        A truth value per property.
    """
    contradicted, confirmed = set(), False
    for mixed in (None, rng, rng):
        stand_ins = {name: StandIn(e, mixed) for name, e in earlier.items()}
        seen = ask(stand_ins)
        called = {name: s for name, s in stand_ins.items() if s.called}
        right = {phrase: _with_stand_ins(exercise, compiled, phrase, called, own) for phrase in {*phrases} - {None}}
        for i, case in enumerate(compiled.cases):
            phrase = phrases[case.property]
            if phrase is None or right[phrase] is None:
                contradicted.add(case.property)
            elif finite(right[phrase][i]):
                agrees = agreement(compiled, case)(seen[i], right[phrase][i])
                confirmed |= agrees
                contradicted.update(set() if agrees else {case.property})
    return [confirmed and index not in contradicted for index in range(len(compiled.properties))]


def _with_stand_ins(exercise, compiled, phrase, called, own):
    """What is right on all cases with these stand-ins, and with what is written out; None if that is no way to earn."""
    functions = {name: own(name) for name in names_in(phrase) if name not in called}
    if None in functions.values():
        return None
    for stand_in in called.values():
        stand_in.renew()
    return observe_all(compiled, partial(exercise.reference, **called, **functions))


def names_in(phrase):
    """The functions that a phrase such as "your `generator`" names."""
    return re.findall(r"`([^`]+)`", phrase)
