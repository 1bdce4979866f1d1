"""Why an answer is wrong, as far as can be told from what came out.

A cause is named only if nothing else that is known here comes to the same, and if no other case speaks against it. Else
the hint says what can be seen: which numbers are wrong, by which factor, for which inputs.
"""

import math
from functools import partial
from itertools import chain

import numpy as np

from gancourse.exercises.observe import decode
from gancourse.exercises.variants import changed_afterwards, trace, words

LARGEST_TABLE = 12  # numbers of a table that a hint still quotes
MOST_PASTED = 24  # numbers of an example that can be pasted into a cell
WRONG = "The value is not right."
EXAMPLE = "Example:"  # stands in hints that found no cause
LATER = "Mend what stands above first; this may go with it."
FACTORS = {
    -1.0: "the sign",
    math.log2(math.e): "log₂ in the place of the natural logarithm",
    math.log10(math.e): "log₁₀ in the place of the natural logarithm",
    2.0: "a 2 too many, or a ½ too few",
    0.5: "a ½ too many, or a 2 too few",
}


def explain(compiled, observations, lost, same, show_inputs):
    """A hint for every property that does not hold.

    Args:
        compiled, observations, show_inputs: as of `judge.judge`.
        lost: indices of the properties that do not hold.
        same: for each case, the comparison of two observations.

    Returns:
        The hints by the property's index, in order.
    """
    seen = _Seen(compiled, observations, same, show_inputs)
    if not lost or (full := seen.misconceptions(range(len(compiled.cases)))):
        return {index: compiled.hints[full[0]] for index in sorted(lost)}
    hints, cause = {}, seen.cause(seen.values)
    for index in sorted(lost):
        at = [i for i, case in enumerate(compiled.cases) if case.property == index]
        if compiled.properties[index]["part"] == "value":
            hints[index] = cause or seen.cause_by_itself(index, at)
        hints[index] = hints.get(index) or seen.described(index, at)
        vague = WRONG, compiled.properties[index].get("otherwise", WRONG)
        if hints[index].startswith(vague) and len(hints) > 1:
            hints[index] = LATER
    return hints


class _Seen:
    """What a function did on all cases, and what is known of them."""

    def __init__(self, compiled, observations, same, show_inputs):
        self.compiled, self.observations, self._same, self._show = compiled, observations, same, show_inputs
        properties = [compiled.properties[case.property] for case in compiled.cases]
        self.values = [i for i, p in enumerate(properties) if p["part"] == "value" and not p.get("measure")]
        self._right = [agree(o, c.expected) for agree, o, c in zip(same, observations, compiled.cases, strict=True)]

    def _is(self, of, i):
        """Whether the i-th observation is the one that `of(case)` gives."""
        return self._same[i](self.observations[i], of(self.compiled.cases[i]))

    def _value(self, i):
        observation = self.observations[i]
        return None if observation["error"] else decode(observation["value"])

    def _expected(self, i):
        return decode(self.compiled.cases[i].expected["value"])

    def _arguments(self, i):
        return [decode(a) for a in self.compiled.cases[i].arguments]

    # --- causes: what is known to come to the very numbers ---------------------------------------------------------

    def misconceptions(self, at):
        """Names of those whose answers are seen in all cases `at`."""
        return [
            name for name in self.compiled.hints if all(self._is(lambda c, name=name: c.mistakes[name], i) for i in at)
        ]

    def cause(self, at):
        """The hint of what explains every one of the cases `at`; None if nothing does, or too much."""
        if not at or not any(self.observations[i]["error"] is None for i in at):
            return None
        if names := self.misconceptions(at):
            return self.compiled.hints[names[0]]
        whole = all(_whole(self._value(i)) for i in at)  # by counts alone many mistakes look alike
        for key, hint in self.compiled.inherited.items():
            if not whole and all(
                self._is(lambda c, key=key: c.follow[key], i) for i in at if self.compiled.cases[i].follow
            ):
                return f"This is what comes of a mistake in the part that `{key.partition(':')[0]}` does: {hint}"
        return self._constant(at) or self._slip(at)

    def cause_by_itself(self, index, at):
        """The hint of what explains one property, as far as other cases do not speak against it.

        At inputs as special as |f| = 1000 many mistakes look alike. There a misconception is recognised only if that
        is all it does wrong.
        """
        others = [i for i in self.values if i not in at]
        found = []
        for name in self.misconceptions(at):
            right_there = [self._same[i](c.mistakes[name], c.expected) for i, c in self._cases(others)]
            told = [self._is(lambda c, name=name: c.mistakes[name], i) for i in others]
            against = any(self._right[i] and not t for i, t in zip(others, told, strict=True))
            if all(right_there) or (index == 0 and not against and (len(at) > 2 or all(told))):
                found.append(self.compiled.hints[name])
        if len(set(found)) == 1:
            return found[0]
        return None if found or index else self._slip(at)

    def _cases(self, at):
        return [(i, self.compiled.cases[i]) for i in at]

    def _constant(self, at):
        """Whether the same comes out whatever goes in."""
        values = [self.observations[i]["value"] for i in at]
        right = [self.compiled.cases[i].expected["value"] for i in at]
        if len(at) < 2 or any(v != values[0] for v in values) or all(r == right[0] for r in right):
            return None
        if not self.compiled.parameters or not self.compiled.cases[at[0]].arguments:
            return None
        value, expected = self._value(at[0]), self._expected(at[0])
        if any(v is None or isinstance(v, (str, list)) for v in (value, expected)):
            return None
        return f"It returns {_short(value)} whatever it is given. Is every argument used?"

    def _slip(self, at):
        """The one slip, or the two, that lead to the numbers of all cases `at`; no case that is right contradicts."""
        at = [i for i in at if i in self.values]
        values = [self._value(i) for i in at]
        if len(at) < 2 or any(v is None or isinstance(v, str) for v in values):
            return None
        if all(_whole(v) for v in values) or len({repr(self.compiled.cases[i].expected) for i in at}) < 2:
            return None  # by counts, or by one number alone, many slips look alike
        found = [*self._slips_before(at, values), *self._slips_after(at, values)]
        if not 0 < len(found) < 3:
            return None
        return " Or: ".join(found)

    def _slips_before(self, at, values):
        cases, seen = self.compiled.cases, [trace(v) for v in values]
        if any(s is None for s in seen) or any(not cases[i].traces for i in at):
            return
        for place, key in enumerate(self.compiled.slips):
            there = [cases[i].traces[place] for i in at]
            near = [abs(s - t) <= self._tolerance(size) for (s, size), t in zip(seen, there, strict=True)]
            if all(near) and not self._spoken_against(at, place):
                says, advice = words(key)
                yield f"This is what would be right {says}. {advice}"

    def _tolerance(self, size):
        return 3 * (self.compiled.rtol * size + self.compiled.atol)

    def _spoken_against(self, at, place):
        """Whether a case is right where the slip would not be."""
        for i, case in self._cases(self.values):
            if i not in at and self._right[i] and case.traces:
                right, size = trace(self._expected(i)) or (case.traces[place], 0)
                if abs(right - case.traces[place]) > self._tolerance(size):
                    return True
        return False

    def _slips_after(self, at, values):
        right = [self._expected(i) for i in at]
        if any(isinstance(v, (list, str)) or v is None for v in right + values):
            return
        close = partial(np.isclose, rtol=self.compiled.rtol, atol=self.compiled.atol)
        made = [changed_afterwards(r, self._given(i)) for i, r in zip(at, right, strict=True)]
        for what in [what for what in made[0] if all(what in m for m in made)]:
            slipped = [np.squeeze(m[what]) for m in made]
            there = all(_alike(close, s, np.squeeze(v)) for s, v in zip(slipped, values, strict=True))
            if there and not all(_alike(close, s, np.squeeze(r)) for s, r in zip(slipped, right, strict=True)):
                yield f"It returns {what}."

    # --- what can be seen: a factor, shapes, places, lost digits -------------------------------------------------

    def _factor(self, at):
        """By which factor all cases `at` are wrong, and where that could come from."""
        pairs = [(self._value(i), self._expected(i)) for i in at]
        if any(v is None or isinstance(v, (str, list)) for pair in pairs for v in pair):
            return None
        factors = [_ratio(np.squeeze(s), np.squeeze(r)) for s, r in pairs]
        if None in factors:
            return None
        for name, sizes in self._sizes(at).items():
            for power, says in (
                (-1, "a mean over `{}` where a sum belongs"),
                (1, "a sum over `{}` where a mean belongs"),
            ):
                tells = power < 0 or len(set(sizes)) > 1  # a factor of 5 may be meant so, with five samples or without
                if tells and np.allclose(factors, np.array(sizes, dtype=float) ** power, rtol=1e-5):
                    share = f"1/{sizes[0]} of" if power < 0 else f"{sizes[0]} times"
                    has = "have" if "`" in name else "has"
                    here = f"It returns {share} the right answer, and `{name}` {has} {sizes[0]} entries"
                    return f"{here}: {says.format(name)}?"
        if np.allclose(factors, factors[0], rtol=1e-5):
            known = next((f for f in FACTORS if math.isclose(f, factors[0], rel_tol=1e-5)), None)
            why = FACTORS.get(known, "a sign or a factor")
            return f"It returns {factors[0]:.4g} times the right answer, in every case tried: {why}."
        return None

    def _sizes(self, at):
        """Of every argument that is an array, how many entries it has in each of the cases."""
        given = [self._given(i) for i in at]
        arrays = [name for name in self.compiled.parameters if all(np.ndim(g.get(name, 0)) for g in given)]
        sizes = {name: [len(g[name]) for g in given] for name in arrays}
        sizes = {name: of for name, of in sizes.items() if min(of) > 2}
        if len(sizes) == 2:
            sizes["` and `".join(sizes)] = [sum(both) for both in zip(*sizes.values(), strict=True)]
        return sizes

    def _read(self, i):
        """Whether the judge made a text of numbers that were returned."""
        from gancourse.exercises.readings import READINGS

        return self.compiled.probe(self.compiled.cases[i]) in READINGS

    def _given(self, i):
        """What the function was called with, by name; nothing where a probe makes other arguments of those it gets."""
        if self.compiled.probe(self.compiled.cases[i]) not in ("call", "on_tensors"):
            return {}
        return dict(zip(self.compiled.parameters, self._arguments(i), strict=False))

    def described(self, index, at):
        """What can be read off the numbers of one property."""
        prop = self.compiled.properties[index]
        at = sorted(at, key=lambda i: self._right[i])  # wrong ones first
        errors = [self.observations[i]["error"] for i in at if self.observations[i]["error"]]
        if errors:
            return _error(errors[0], self._show)
        if prop["part"] == "arguments":
            return (
                "An array that it was given holds other values afterwards. Work on a copy: `x = x + 1` makes a new "
                "array, `x += 1` changes the caller's."
            )
        values, right = [self._value(i) for i in at], [self._expected(i) for i in at]
        if isinstance(values[0], str) and isinstance(right[0], str):
            return _text(prop, values[0], right[0], self._show)
        if kind := self._another_kind(at, values, right):
            return kind
        several = self.compiled.cases[at[0]].expected["value"].get("type") == "tuple"
        hint = self._factor(self.values) or _read_numbers(values, right, several)
        if hint == WRONG or hint.startswith(NEARLY):
            if NEARLY in hint and not self._all_nearly_right():
                hint = WRONG
            hint += self._where(at)
        if hint == WRONG:
            hint = prop.get("otherwise", WRONG)
        if self._show and prop["probe"] == "call":
            call = _call(self.compiled, self._arguments(at[0]))
            return f"{hint} {EXAMPLE} {call} returns {_short(values[0])}; right is {_short(right[0])}."
        if self._show and _short(values[0]) != _short(right[0]):  # what the probe was given the function was not
            return f"{hint} In one case tried it gives {_short(values[0])}; right is {_short(right[0])}."
        return hint

    def _another_kind(self, at, values, right):
        """What is said of an answer that is no number, or several where one is asked for."""
        for i, value in zip(at, values, strict=True):
            if value is None or isinstance(value, str):
                kind = self.observations[i]["value"].get("type")
                forgot = " Is there a `return`? If there is, print what follows it." if kind == "NoneType" else ""
                forgot += " Take `.real` of what came out complex." if kind.startswith("complex") else ""
                what = "nothing (`None`)" if kind == "NoneType" else f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind}"
                own_word = isinstance(right[0], str) and not self._read(at[0])
                wanted = "a text" if own_word else "numbers"
                return f"It returns {what}, not {wanted}.{forgot}"
        if isinstance(right[0], str):
            what = "several things" if isinstance(values[0], list) else "one number"
            return f"It returns {f'{what}, not an array' if self._read(at[0]) else 'numbers, not a text'}."
        kind = self.observations[at[0]]["value"].get("type")
        if kind in ("tuple", "list") and not isinstance(right[0], list) and np.ndim(right[0]) == 0:
            return f"It returns {len(values[0])} things (a {kind}) where one number is expected."
        if isinstance(values[0], list) and not isinstance(right[0], list):
            if len(values[0]) == np.size(right[0]):
                return "One of the things it returns is not a single number."
            return f"It returns {len(values[0])} things at once, where {shape_words(np.asarray(right[0]))} is expected."
        return None

    def _all_nearly_right(self):
        pairs = [(self._value(i), self._expected(i)) for i in self.values]
        return all(
            np.shape(s) == np.shape(r) and np.allclose(s, r, rtol=2e-3, atol=2e-4 * np.abs(r).max())
            for s, r in pairs
            if not isinstance(r, list) and s is not None
        )

    def _where(self, at):
        """For which inputs it is wrong, if one condition parts those from the others."""
        known = [i for i in self.values if not self.observations[i]["error"]]
        right = [self._right[i] for i in known]
        if not self._show or min(sum(right), len(right) - sum(right)) < 2:
            return ""
        conditions = [_conditions(self.compiled.parameters, self._arguments(i)) for i in known]
        found = [c for c in conditions[0] if [of.get(c) for of in conditions] in (right, [not r for r in right])]
        if len(found) != 1:
            return ""
        holds = conditions[right.index(False)][found[0]]
        return f" It is wrong wherever {found[0] if holds else found[0].replace('>', '≤')}, and right elsewhere."


def _alike(close, one, other):
    return one.shape == other.shape and bool(close(one, other).all())


def _conditions(names, arguments):
    """What holds of the arguments, in words: signs of numbers and of the entries of short arrays."""
    found = {}
    for name, a in zip(names, arguments, strict=False):
        if isinstance(a, float):
            found[f"`{name}` > 0"] = a > 0
        elif isinstance(a, np.ndarray) and a.ndim == 1 and a.size <= 3 and a.dtype.kind == "f":
            found |= {f"`{name}[{k}]` > 0": bool(v > 0) for k, v in enumerate(a)}
    return found


def _error(error, show_inputs):
    if error["type"] == "NotImplementedError":
        return "There is no answer here yet."
    # A message may quote its input, so it is left out where inputs are secret.
    message = f": {error['message']}" if show_inputs and error["message"] else ""
    line = f", at `{error['line']}`" if error["line"] else ""
    shapes = any(
        words in error["message"] for words in ("broadcast", "not aligned", "must match the size", "mat1 and mat2")
    )
    advice = " Two arrays of different shapes meet there: print the shape of each." if shapes else ""
    return f"It stopped with {error['type']}{message}{line}.{advice}"


def _text(prop, seen, right, show_inputs):
    """A hint for a text: one that a probe wrote is held against the right one, a student's own word is not."""
    if prop["probe"] == "call":
        return f"`{seen[:60]}` is not right. Is it one of the words that the text gives, spelt as there?"
    return f"It has: {seen}." + (f" Right is: {right}." if show_inputs else "")


NEARLY = "It is nearly right, but not to five digits."


def _read_numbers(seen, right, several=False):
    """What the numbers of one property say about a wrong answer: shape, overflow, order, places, lost digits.

    `several` says that the right answer is a tuple of numbers, not an array of one kind.
    """
    if any(isinstance(v, list) for v in chain(seen, right)):
        return WRONG
    forms = [(np.asarray(s), np.asarray(r)) for s, r in zip(seen, right, strict=True)]
    seen, right = [np.squeeze(s) for s in seen], [np.squeeze(r) for r in right]
    for form, s, r in zip(forms, seen, right, strict=True):
        if s.shape != r.shape:
            wanted = f"a tuple of {r.size} numbers" if several else shape_words(form[1])
            more = _missing(seen, right) + ("" if several else _odd(s, r))
            return f"It returns {shape_words(form[0])} where {wanted} is expected.{more}"
    if any(np.isfinite(r).all() and not np.isfinite(s).all() for s, r in zip(seen, right, strict=True)):
        return (
            "It returns inf or nan where the right answer is an ordinary number: something overflows, or a zero is "
            "divided by or put into a logarithm."
        )
    s, r = np.concatenate([np.ravel(a) for a in seen]), np.concatenate([np.ravel(a) for a in right])
    if np.isinf(r).any():
        astray = (np.isinf(r) & (s != r)).any()
        return "It is not infinite where the right answer is: is a zero clipped, or left out?" if astray else WRONG
    if all(
        np.ndim(a) == 1 and np.allclose(np.sort(a), np.sort(b), rtol=1e-5) for a, b in zip(seen, right, strict=True)
    ):
        return "These are the right numbers, in another order."
    if np.allclose(s, r, rtol=2e-3, atol=2e-4 * np.abs(r).max()):
        return (
            f"{NEARLY} Is something rounded or clipped, or an average of differences in place of a derivative, or are "
            "two steps in the wrong order?"
        )
    if right[0].ndim == 1 and right[0].size <= LARGEST_TABLE and all(a.shape == right[0].shape for a in right):
        fine = np.isclose(seen, right, rtol=1e-5).all(axis=0)
        if fine.any():
            wrong = " and ".join(map(str, np.flatnonzero(~fine) + 1))
            return f"Of the {right[0].size} numbers, number {wrong} is not right."
    return WRONG


def _odd(seen, right):
    """What the shape itself says: one entry more or fewer, or one number where there should be many."""
    if right.ndim and not seen.ndim:
        return " Is something added up or averaged, or overwritten in a loop, that should stay one number for each?"
    if right.ndim == seen.ndim == 1 and abs(seen.size - right.size) == 1:
        return f" That is one entry too {'many' if seen.size > right.size else 'few'}."
    return ""


def _missing(seen, right):
    """What is left to do with several numbers where one is expected, if that makes them right."""
    if any(r.ndim or not s.ndim for s, r in zip(seen, right, strict=True)):
        return ""
    for name, done in (("sum", np.sum), ("mean", np.mean)):
        if all(np.isclose(done(s), r, rtol=1e-5) for s, r in zip(seen, right, strict=True)):
            return f" Their {name} is right: it is missing at the end."
    return ""


def _ratio(seen, right):
    """The number by which all of `right` is multiplied in `seen`; None if there is none."""
    if seen.shape != right.shape or not np.isfinite(seen).all() or not np.isfinite(right).all():
        return None
    there = right != 0
    if not there.any() or np.any(seen[~there] if seen.ndim else False):
        return None
    ratios = (seen / np.where(there, right, 1))[there]
    return float(ratios.flat[0]) if ratios.flat[0] and np.allclose(ratios, ratios.flat[0], rtol=1e-5) else None


def _whole(value):
    """Whether these are whole numbers, and few of them."""
    try:
        flat = np.concatenate([np.ravel(v) for v in (value if isinstance(value, list) else [value])]).astype(float)
    except (ValueError, TypeError):
        return False
    return bool(flat.size < LARGEST_TABLE and np.isfinite(flat).all() and (flat == np.round(flat)).all())


def shape_words(array):
    """An array's shape in words."""
    return "one number" if array.ndim == 0 else f"an array of shape {array.shape}"


def _call(compiled, arguments):
    """A call that can be pasted into a cell; where that would be too long, what was given."""
    names = compiled.parameters if len(compiled.parameters) >= len(arguments) else [""] * len(arguments)
    short = sum(np.size(a) for a in arguments) <= MOST_PASTED and not any(isinstance(a, list) for a in arguments)
    given = [
        (f"{n}=" if n else "") + (_pasted(a) if short else _short(a)) for n, a in zip(names, arguments, strict=False)
    ]
    return f"`{compiled.name}({', '.join(given)})`"


def _pasted(value):
    if isinstance(value, np.ndarray):
        numbers = np.array2string(value, separator=", ", max_line_width=np.inf, threshold=np.inf, formatter=FORMAT)
        return f"np.array({' '.join(numbers.split())})"
    return repr(value) if isinstance(value, (str, int)) else f"{value:.6g}"


FORMAT = {"float_kind": lambda v: f"{v:.6g}"}


def _short(value):
    """A value on one line: small arrays in full, long rows with their ends, large tables by their shape."""
    if isinstance(value, list):
        return "[" + ", ".join(_short(v) for v in value) + "]"
    value = np.asarray(value)
    if value.ndim > 1 and value.size > LARGEST_TABLE:
        return f"an array of shape {value.shape}"
    threshold = 6 if value.ndim < 2 else LARGEST_TABLE
    row = {"threshold": threshold, "edgeitems": 2, "separator": ", ", "max_line_width": np.inf, "formatter": FORMAT}
    return " ".join(np.array2string(value, **row).split())
