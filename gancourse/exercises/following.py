"""Grading's side: inputs that nobody can foresee, and what follows from a student's own earlier functions."""

import hashlib
import itertools
from functools import partial

import numpy as np

from gancourse.exercises.judge import close
from gancourse.exercises.observe import decode, observe
from gancourse.exercises.specification import observe_all

MOST_NUMBERS = 2_000  # that one call of a student's function may hand to a reference, which computes on with them


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
