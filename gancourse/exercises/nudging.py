"""What a student's function does not listen to: its arguments are nudged, one at a time, and its answer stays."""

from dataclasses import replace

import numpy as np

from gancourse.exercises.observe import decode, encode
from gancourse.exercises.specification import observe_all
from gancourse.exercises.variants import trace

MOST_ENTRIES = 40  # of an argument that are nudged one by one


def unheard(compiled, function, cases, each):
    """Which argument, or which entries of one, have no effect on an answer, though the right one depends on them.

    Args:
        compiled: the `Compiled` exercise; its slips say on what the right answer depends.
        function: the student's.
        cases: indices of cases in which it returns something: it must be deaf in all of them.
        each: makes a context in which one call is tried, as for `observe_all`.

    Returns:
        A sentence, or None.
    """
    found = [set(_unheard(compiled, function, case, each)) for case in cases]
    both = set.intersection(*found) if found else set()
    return next((said for said in _unheard(compiled, function, cases[0], each) if said in both), None) if both else None


def _unheard(compiled, function, index, each):
    """What is not heard in one case, as sentences."""
    case = compiled.cases[index]
    given = [decode(a) for a in case.arguments]

    def answers(place, *changed):
        cases = [
            replace(case, arguments=[encode(a) for a in (*given[:place], other, *given[place + 1 :])])
            for other in changed
        ]
        seen = observe_all(replace(compiled, cases=cases), function, each)
        return [one["error"] or one["value"] for one in seen]

    for place, (name, a) in enumerate(zip(compiled.parameters, given, strict=False)):
        if not _matters(compiled, case, name) or isinstance(a, (str, list)):
            continue
        same, *others = answers(place, a, *_nudged(a))
        if "dtype" not in same or same["dtype"] != "float64" or not np.mod(decode(same), 1).any():
            return  # whole numbers hide what they hang on
        if all(other == same for other in others):
            yield f"`{name}` has no effect on what it returns. Is it used at all?"
        elif np.ndim(a) and 1 < len(a) <= MOST_ENTRIES and a.dtype.kind == "f":
            heard = [k for k in range(len(a)) if any(o != same for o in answers(place, *_nudged(a, k)))]
            if said := _entries(name, heard, len(a)):
                yield said


def _matters(compiled, case, name):
    """Whether the right answer to this case depends on an argument: if it were doubled, say, it would be another."""
    right, size = trace(decode(case.expected["value"])) or (0.0, 0.0)
    there = [t for slip, t in zip(compiled.slips, case.traces, strict=True) if slip.startswith(f"{name}:")]
    return any(abs(t - right) > 1e-4 * (size + 1e-3) for t in there)


def _nudged(a, entry=...):
    """The argument a little and a good deal changed, or one entry of it: small steps can be lost in rounding."""
    if not isinstance(a, np.ndarray):
        return (a + 1, a + 2) if isinstance(a, int) else (1.1 * a + 0.1, -2 * a - 1.0)
    if a.dtype.kind != "f":
        return (np.roll(a, 1),)
    nudged = [a.copy(), a.copy()]
    nudged[0][entry] = 1.1 * a[entry] + 0.1
    nudged[1][entry] = -2 * a[entry] - 1.0
    return nudged


def _entries(name, heard, n):
    """What to say where only some of `n` entries are heard."""
    if len(heard) == n:
        return None
    if len(heard) == 1 and heard[0] in (0, n - 1):
        which, why = ("first", "Is the `return` inside a loop?") if heard[0] == 0 else ("last", "")
        why = why or "Does a loop overwrite its result in place of adding to it?"
        return f"Only the {which} entry of `{name}` has an effect on what it returns. {why}"
    deaf = [k + 1 for k in range(n) if k not in heard]
    which = {1: "first", n: "last"}.get(deaf[0], f"entry number {deaf[0]}") if len(deaf) == 1 else f"entries {deaf}"
    if which in ("first", "last"):
        return f"The {which} entry of `{name}` has no effect on what it returns. Where does your range or slice end?"
    return f"Of `{name}`, {which} of {n} {'has' if len(deaf) == 1 else 'have'} no effect on what it returns."
