"""Wrong functions that nobody had to write: the right one on other inputs, or its answer changed afterwards.

A beginner's mistake often is one slip in front of the right formula or behind it: two arguments swapped, only the last
sample used, an average where a sum belongs. Slips in front need the reference, so they are compiled with an exercise
(`on_other_inputs`), and of each answer only one number is released, its `trace`: enough to recognise it, and no answer
to copy. Slips behind are made of the right answer when a wrong one is judged (`changed_afterwards`).
"""

import inspect
import itertools
from functools import partial

import numpy as np

GOLDEN = (5**0.5 - 1) / 2
MOST_NUMBERS = 4000  # in an argument; a larger one is an image or a batch of them, which has slips of its own

ENDS = "Does a loop overwrite its result in place of adding to it, or does an index stand still?"
RANGE = "Where does your range or slice begin and end?"
AS_IT_IS = "The formula takes it as it is."
ONE_BY_ONE = "Apply the formula to each entry first, and add up or average afterwards."

# What happened to an argument: (the change, the words for it, one thing to try). `{}` is the argument's name.
ARRAYS = {
    "last": (lambda a: a[-1:], "if only the last entry of `{}` counted", ENDS),
    "first": (lambda a: a[:1], "if only the first entry of `{}` counted", "Is the `return` inside a loop?"),
    "later": (lambda a: a[1:], "if the first entry of `{}` were left out", RANGE),
    "earlier": (lambda a: a[:-1], "if the last entry of `{}` were left out", RANGE),
    "backwards": (lambda a: a[::-1], "if `{}` were read backwards", "Which entry comes first?"),
    "sorted": (lambda a: np.sort(a, axis=0), "if `{}` were sorted first", "Leave it in the order it came in."),
    "turned": (lambda a: a.T, "if `{}` were transposed", "Which axis is which? Print its shape."),
}
NUMBERS = {
    "negated": (np.negative, "if the sign of `{}` were turned", "Look for a minus in front of it, or one too few."),
    "doubled": (lambda a: 2 * a, "if `{}` were twice as large", "Is it counted twice?"),
    "halved": (lambda a: a / 2, "if `{}` were half as large", "Is there a ½ too many?"),
    "squared": (np.square, "if `{}` were squared", AS_IT_IS),
    "root": (lambda a: np.sqrt(np.abs(a)), "if its root stood in the place of `{}`", AS_IT_IS),
    "absolute": (np.abs, "if the sign of `{}` were dropped", "Negative numbers count as such."),
    "positive": (lambda a: np.maximum(a, 0), "if negative numbers in `{}` were set to 0", "They count as they are."),
    "whole": (np.trunc, "if `{}` were cut off to whole numbers", "Look for `int`, `//` or an array of integers."),
    "one minus": (lambda a: 1 - a, "if 1 − `{}` stood there", "Which of the two is meant in the formula?"),
    "inverse": (lambda a: 1 / a, "if 1/`{}` stood there", "Multiply or divide?"),
    "exponential": (np.exp, "if `exp({0})` stood in the place of `{0}`", AS_IT_IS),
    "logarithm": (np.log, "if its logarithm stood in the place of `{}`", AS_IT_IS),
    "zero": (lambda a: a * 0, "if `{}` were 0", "Is it used at all?"),
}
MANY = {
    "averaged": (lambda a: np.full_like(a, a.mean()), "if every entry of `{}` were the mean of all", ONE_BY_ONE),
    "centred": (lambda a: a - a.mean(0), "if the mean of `{}` were taken away first", AS_IT_IS),
    "standardised": (lambda a: (a - a.mean(0)) / a.std(0), "if `{}` were standardised first", AS_IT_IS),
    "scaled": (lambda a: a / a.sum(), "if `{}` were divided by its sum first", AS_IT_IS),
    "to length one": (lambda a: a / np.linalg.norm(a), "if `{}` were divided by its norm first", AS_IT_IS),
}
COUNTS = {
    "one more": (lambda n: n + 1, "with `{0}` + 1 in the place of `{0}`", RANGE),
    "one fewer": (lambda n: n - 1, "with `{0}` − 1 in the place of `{0}`", RANGE),
    "twice": (lambda n: 2 * n, "with twice `{0}` in its place", "Is there a loop in a loop?"),
    "one": (lambda n: 1, "if `{}` were 1", "Is the `return` inside the loop, or does each turn begin anew?"),
    "none": (lambda n: 0, "if `{}` were 0", "Is what the loop computes kept?"),
}
TERMS = {  # of the whole with an argument, of what stays without its entries, and of how many there are
    "missing": (lambda r, rest, n: rest, "if the term of `{}` were missing", "Is it added in?"),
    "mean": (lambda r, rest, n: rest + (r - rest) / n, "if the term of `{}` were a mean", "A sum is asked for there."),
    "sign": (lambda r, rest, n: 2 * rest - r, "if the term of `{}` had the other sign", "Plus or minus?"),
    "twice": (lambda r, rest, n: 2 * r - rest, "if the term of `{}` were there twice", "Is it added twice?"),
}
RATES = {
    "default doubled": (lambda a: 2 * a, "if the default of `{}` were twice as large", "Which one does the text give?"),
    "default halved": (lambda a: a / 2, "if the default of `{}` were half as large", "Which one does the text give?"),
    "default tenfold": (lambda a: 10 * a, "if the default of `{}` were ten times as large", "Count the zeros."),
    "default tenth": (lambda a: a / 10, "if the default of `{}` were a tenth", "Count the zeros."),
}
SHORT = 3  # entries of an array that are numbers in their own right, such as φ's
SHARED = "if {} were divided by the number of entries of {}", "Is there a mean, or a division by `len`, too many?"
SWAPPED = "if {} had changed places", "In which order are they given?"
SAME_SIZE = "if {} had the smaller number of entries of the two", "Each has a size of its own: take `len` of each."
DEFAULT = "if `{}` had its default value", "Use the argument that was given."


def parameters(function):
    """The names of the arguments that a function takes by position, with their defaults (`inspect.Parameter.empty`)."""
    kinds = inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD
    return {p.name: p.default for p in inspect.signature(function).parameters.values() if p.kind in kinds}


def trace(value):
    """One number in the place of all numbers of an answer, a weighted sum, and how large what it sums up is.

    Returns:
        Two floats; None for what is no array of finite numbers, and no list of such.
    """
    try:
        parts = [np.ravel(v).astype(float) for v in (value if isinstance(value, list) else [value])]
    except (ValueError, TypeError):
        return None
    flat = np.concatenate(parts) if parts else np.zeros(0)
    if not flat.size or not np.isfinite(flat).all():
        return None
    weights = 0.5 + np.modf(np.arange(1, flat.size + 1) * GOLDEN)[0]
    return float(weights @ flat), float(weights @ np.abs(flat))


def on_other_inputs(parameters, arguments, ask):
    """The right function's answers to other inputs than these, and to these with a term done wrongly.

    Args:
        parameters: of the function, with their defaults; there may be fewer `arguments`.
        arguments: what it is given here.
        ask: `ask(*arguments)` is its answer, an array, a number or a list of such; None if it fails.

    Returns:
        Answers by what was done, such as "z:negated".
    """
    defaults = list(parameters.values())[len(arguments) :]
    given = dict(zip(parameters, [*arguments, *defaults], strict=False))
    given = {name: a for name, a in given.items() if a is not inspect.Parameter.empty}
    right = ask(*arguments)
    answers = {f"{name}:{what}": ask(*other.values()) for name, what, other in _other_inputs(given)}
    for name, a in given.items():
        if _is_numbers(a) and a.ndim and len(a) > 1 and not isinstance(right, list):
            rest = ask(*(given | {name: a[:0]}).values())
            if rest is not None and np.shape(rest) == np.shape(right) and np.any(rest):
                answers |= {f"{name}:term {what}": term(right, rest, len(a)) for what, (term, *_) in TERMS.items()}
    for name in list(parameters)[len(arguments) :]:
        if isinstance(given.get(name), float):
            for what, (change, *_) in RATES.items():
                answers[f"{name}:{what}"] = ask(*(given | {name: change(given[name])}).values())
    last, default = next(reversed(parameters.items()), ("", inspect.Parameter.empty))
    if len(arguments) == len(parameters) and default is not inspect.Parameter.empty:
        answers[f"{last}:default"] = ask(*arguments[:-1])
    return answers


def _other_inputs(given):
    """Other inputs as (name, what was done, all arguments by name)."""
    for name, a in given.items():
        for what, (change, *_) in _table(a).items():
            yield from _changed(given, name, what, change)
        if _is_numbers(a) and a.ndim == 1 and a.size <= SHORT:
            for k, (what, (change, *_)) in itertools.product(range(a.size), NUMBERS.items()):
                yield from _changed(given, f"{name}[{k}]", what, partial(_with_entry, k=k, change=change))
        for other, b in given.items():
            if isinstance(a, float) and np.ndim(b) and len(b) > SHORT:
                yield f"{name},{other}", "shared", given | {name: a / len(b)}
    for one, other in itertools.combinations(given, 2):
        a, b = given[one], given[other]
        if np.ndim(a) == np.ndim(b) and type(a) is type(b) and not isinstance(a, str):
            yield f"{one},{other}", "swapped", given | {one: b, other: a}
        if np.ndim(a) and np.ndim(b) and len(a) != len(b):
            n = min(len(a), len(b))
            yield f"{one},{other}", "same size", given | {one: a[:n], other: b[:n]}


def _changed(given, name, what, change):
    """The inputs with one of them changed, if that leaves finite numbers."""
    a = given[name.partition("[")[0]]
    with np.errstate(all="ignore"):
        other = change(np.float64(a) if isinstance(a, float) else a)
    if not np.issubdtype(np.asarray(other).dtype, np.floating) or np.isfinite(other).all():
        yield name, what, given | {name.partition("[")[0]: float(other) if isinstance(a, float) else other}


def _with_entry(a, k, change):
    a = a.copy()
    a[k] = change(a[k])
    return a


def _table(a):
    if isinstance(a, np.ndarray):
        if not a.ndim or not 1 < a.size <= MOST_NUMBERS:
            return {}
        places = {what: row for what, row in ARRAYS.items() if what != "turned" or a.ndim == 2}
        return places | (MANY | {what: NUMBERS[what] for what in NUMBERS if what != "zero"} if _is_numbers(a) else {})
    if isinstance(a, bool) or not isinstance(a, (int, float)):
        return {}
    return COUNTS if isinstance(a, int) else NUMBERS


def _is_numbers(a):
    return isinstance(a, np.ndarray) and a.dtype.kind == "f"


def words(key):
    """What a key of `on_other_inputs` means, and one thing to try: two phrases."""
    names, _, what = key.rpartition(":")
    quoted = [f"`{n}`" for n in names.split(",")]
    if what == "shared":
        return SHARED[0].format(*quoted), SHARED[1]
    if what in ("swapped", "same size"):
        says, hint = SWAPPED if what == "swapped" else SAME_SIZE
        return says.format(" and ".join(quoted)), hint
    if what == "default":
        says, hint = DEFAULT
    elif what.startswith("term "):
        _, says, hint = TERMS[what.removeprefix("term ")]
    else:
        _, says, hint = next(t[what] for t in (ARRAYS, NUMBERS, MANY, COUNTS, RATES) if what in t)
    return says.format(names), hint


# --- slips behind the formula --------------------------------------------------------------------------------------

RIGHT = "the right answer"
AFTERWARDS = {
    f"the absolute value of {RIGHT}": np.abs,
    f"minus the absolute value of {RIGHT}": lambda r: -np.abs(r),
    f"the square of {RIGHT}": np.square,
    f"the root of {RIGHT}": lambda r: np.sqrt(np.abs(r)),
    f"e to the power of {RIGHT}": np.exp,
    f"the logarithm of {RIGHT}": np.log,
    f"1 divided by {RIGHT}": lambda r: 1 / r,
    f"1 minus {RIGHT}": lambda r: 1 - r,
    f"1 more than {RIGHT}": lambda r: r + 1,
    f"1 less than {RIGHT}": lambda r: r - 1,
    f"{RIGHT} cut off to whole numbers": np.trunc,
    f"{RIGHT} rounded to whole numbers": np.round,
    f"{RIGHT} rounded to 1 decimal": lambda r: np.round(r, 1),
    f"{RIGHT} rounded to 2 decimals": lambda r: np.round(r, 2),
    f"{RIGHT} rounded to 3 decimals": lambda r: np.round(r, 3),
    f"{RIGHT} rounded to 4 decimals": lambda r: np.round(r, 4),
    f"{RIGHT} with everything below 0 set to 0": lambda r: np.maximum(r, 0),
    f"{RIGHT} with everything above 0 set to 0": lambda r: np.minimum(r, 0),
    f"{RIGHT} clipped to 0 and 1": lambda r: np.clip(r, 0, 1),
    f"{RIGHT} clipped to −1 and 1": lambda r: np.clip(r, -1, 1),
    f"the sigmoid of {RIGHT}": lambda r: 1 / (1 + np.exp(-r)),
    f"the hyperbolic tangent of {RIGHT}": np.tanh,
}
AFTERWARDS_OF_MANY = {
    f"the running sums of {RIGHT}": np.cumsum,
    f"{RIGHT} divided by its sum": lambda r: r / r.sum(),
    f"{RIGHT} divided by its norm, √Σ(…)²": lambda r: r / np.linalg.norm(r),
    f"{RIGHT} divided by its largest number": lambda r: r / r.max(),
    f"{RIGHT} with its mean taken away": lambda r: r - r.mean(),
    f"{RIGHT} shifted on by one place": lambda r: np.roll(r, 1, axis=0),
    f"{RIGHT} shifted back by one place": lambda r: np.roll(r, -1, axis=0),
    f"{RIGHT} without its first entry": lambda r: r[1:],
    f"{RIGHT} without its last entry": lambda r: r[:-1],
    f"the first entry alone of {RIGHT}": lambda r: r[0],
    f"the last entry alone of {RIGHT}": lambda r: r[-1],
    f"the sum of {RIGHT}": np.sum,
    f"the mean of {RIGHT}": np.mean,
    f"the largest number of {RIGHT}": np.max,
    f"the place of the largest number of {RIGHT}": np.argmax,
    f"{RIGHT} backwards": lambda r: r[::-1],
    f"{RIGHT} sorted": lambda r: np.sort(r, axis=0),
}
AFTERWARDS_OF_TABLES = {
    f"{RIGHT} transposed": np.transpose,
    f"the sums of {RIGHT} along its first axis": lambda r: r.sum(0),
    f"the means of {RIGHT} along its first axis": lambda r: r.mean(0),
}


WITH_ARGUMENTS = {
    f"{RIGHT} plus `{{}}`": np.add,
    f"{RIGHT} minus `{{}}`": np.subtract,
    f"{RIGHT} times `{{}}`": np.multiply,
    f"{RIGHT} divided by `{{}}`": np.divide,
}


def changed_afterwards(right, given):
    """What is left of a right answer after one slip more, by what that makes of it.

    Args:
        right: an array or a number.
        given: the arguments by name; of those that are as large as the answer, or numbers, something more may be done.
    """
    right, numbers = np.asarray(right, dtype=float), dict(_numbers(given))
    with np.errstate(all="ignore"):
        table = AFTERWARDS | (AFTERWARDS_OF_MANY if right.ndim and right.size else {})
        table |= AFTERWARDS_OF_TABLES if right.ndim > 1 else {}
        if right.size == 2:  # where to be the last entry is to be without the first
            table = {what: change for what, change in table.items() if "entry alone" not in what}
        made = {what: np.asarray(change(right)) for what, change in table.items()}
        fitting = {name: a for name, a in numbers.items() if np.shape(a) in ((), right.shape)}
        for (name, a), (what, change) in itertools.product(fitting.items(), WITH_ARGUMENTS.items()):
            made[what.format(name)] = np.asarray(change(right, a))
    return made


def _numbers(given):
    """Arguments that are numbers or arrays of them, and the entries of short ones, by name."""
    for name, a in given.items():
        if _is_numbers(a) or isinstance(a, float):
            yield name, a
        if _is_numbers(a) and a.ndim == 1 and a.size <= SHORT:
            yield from ((f"{name}[{k}]", v) for k, v in enumerate(a))
