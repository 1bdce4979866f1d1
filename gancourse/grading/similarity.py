"""Whose answers are alike in a way that few others' are: a hint to a person, never a grade.

An answer is looked at in three ways. Its *code* is what is left without comments, docstrings and layout, and with every
name the answer itself binds written as the same letter: renaming hides nothing. Its *text* is the words and signs of
the lines that are the student's own (not the released stub's, not the model answer's), comments and names among
them. Its *comments* are comments and docstrings alone. Answers in words have a text only, and so have answers that do
not parse.

What everybody writes says nothing, so two answers are reported only if

- they are long enough: `LEAST` tokens beyond the stub;
- they are near to each other: a share of at least `NEAR` of their tokens in the same order (the normalised Indel
  similarity, that is, longest common subsequence);
- they are not near to the model answer;
- few others write alike: they are less than half as far from each other as either is from its `few(n) + 1`-th nearest
  of the n who answered. `few` is four others, a fifth of a small class, a fiftieth of a large one.

So a class that honestly writes the one sensible line is not reported, and a copy among a few is. Not reported either:
what more than a few share, unless they hand in the very same file; ideas taken over in other words. The thresholds
are a judgement; no real class has tried them.
"""

import ast
import hashlib
import io
import itertools
import json
import re
import tokenize
import warnings
from collections import defaultdict
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from gancourse.course import CourseError

NEAR = {"code": 0.9, "text": 0.8, "comments": 0.8}
LEAST = {"code": 25, "text": 15, "comments": 10}

LARGEST = 20_000_000  # bytes of a notebook that is read
MOST_TOKENS = 2000  # of one answer that are compared
UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError)
LONGEST = 100_000  # characters of an answer that is parsed
SHOWN = 100  # pairs with their sources on the page

HINT = (
    "This is a hint to look, no finding. Innocent reasons: the two learned from the same source, worked together where "
    "that was allowed, got the same help in a tutorial, or there are few ways to write it. Ask before you judge."
)


@dataclass
class Alike:
    """An exercise in which two answers are alike: the similarity, up to 1, by the views that say so; the sources."""

    exercise: str
    views: dict
    sources: tuple


@dataclass
class Pair:
    """Two students whose submissions are alike."""

    students: tuple
    same_file: bool = False
    alike: list = field(default_factory=list)

    @property
    def rank(self):
        """For sorting: the same file first, then more exercises, each counted once for every view that says so."""
        return (self.same_file, sum(len(a.views) for a in self.alike), sum(len(a.sources[0]) for a in self.alike))


# ---- reading


def read_answers(path):
    """The answers in a notebook: source by grade_id, of cells that are solutions.

    Raises:
        CourseError: it is no notebook, or too large.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise CourseError("too large")
        notebook = json.loads(path.read_bytes())
        answers = {}
        for cell in notebook["cells"]:
            mark = cell.get("metadata", {}).get("nbgrader")
            if isinstance(mark, dict) and mark.get("solution") and isinstance(mark.get("grade_id"), str):
                source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
                answers.setdefault(mark["grade_id"], (cell["cell_type"], source))
        return answers
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise CourseError("no notebook that can be read") from error


# ---- what is compared


class _Names(ast.NodeTransformer):
    """Write every name that the answer binds as `v`, and drop docstrings."""

    def __init__(self, tree):
        self._bound = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.keyword | ast.alias):  # names of others
                self._bound |= {getattr(node, a) for a in ("arg", "name") if isinstance(getattr(node, a, 0), str)}

    def generic_visit(self, node):
        super().generic_visit(node)
        for attribute in ("id", "arg", "name"):
            if getattr(node, attribute, None) in self._bound and not isinstance(node, ast.keyword | ast.alias):
                setattr(node, attribute, "v")
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            if isinstance(getattr(body[0].value, "value", None), str):
                node.body = body[1:] or [ast.Pass()]
        return node


def code_tokens(source):
    """The tokens of `source` without comments, docstrings, layout and its own names; None if it does not parse."""
    if len(source) > LONGEST:
        return None
    try:
        with warnings.catch_warnings(action="ignore"):  # of a student's backslashes
            tree = ast.parse(source)
        plain = ast.unparse(ast.fix_missing_locations(_Names(tree).visit(tree)))
        tokens = tokenize.generate_tokens(io.StringIO(plain).readline)
        return [t.string or tokenize.tok_name[t.type] for t in tokens if t.string.strip() or t.type == tokenize.DEDENT]
    except UNPARSABLE:
        return None


def text_tokens(source, not_own=()):
    """Words and signs of the lines of `source` that are not among `not_own`."""
    lines = [line for line in source.splitlines() if line.strip() not in not_own]
    return re.findall(r"\w+|[^\w\s]", "\n".join(lines))


def comments(source):
    """Comments and docstrings of `source`, line by line; empty if it does not parse."""
    try:
        found = [t.string for t in tokenize.generate_tokens(io.StringIO(source).readline) if t.type == tokenize.COMMENT]
        with warnings.catch_warnings(action="ignore"):
            nodes = [*ast.walk(ast.parse(source))] if len(source) <= LONGEST else []
    except UNPARSABLE:
        return ""
    documented = (ast.FunctionDef, ast.ClassDef, ast.Module)
    return "\n".join([*found, *((ast.get_docstring(n) or "") for n in nodes if isinstance(n, documented))])


def views(kind, source, not_own):
    """What is compared of an answer: tokens by the name of the view."""
    seen = {"text": text_tokens(source, not_own)}
    if kind == "code":
        own = text_tokens(comments(source), not_own)
        seen |= {"code": code_tokens(source) or [], "comments": [word for word in own if word[0].isalnum()]}
    return {view: tokens[:MOST_TOKENS] for view, tokens in seen.items()}


def few(n):
    """How many others, of `n` who answered, may write alike without its being usual."""
    return max(1, min(4, n // 5), n // 50)


def remarkable(tokens, beyond, model, view):
    """Pairs of answers that are near to each other and to few others.

    Args:
        tokens: a list of tokens per answer.
        beyond: how many tokens of each the stub has already.
        model: the tokens of the model answer.
        view: a key of `NEAR`.

    Returns:
        A dict of similarities, by (i, j) with i < j.
    """
    import numpy as np
    from rapidfuzz.distance import Indel
    from rapidfuzz.process import cdist

    at = [i for i, answer in enumerate(tokens) if len(answer) - beyond >= LEAST[view]]
    if len(at) < 2:
        return {}
    # One character per token, so that rapidfuzz compares tokens; beyond the surrogates, which are no characters.
    letters = defaultdict(lambda: chr(min(0x10000 + len(letters), 0x10FFFF)))
    words = ["".join(letters[t] for t in answer) for answer in (*(tokens[i] for i in at), model)]
    far = cdist(words, words, scorer=Indel.normalized_distance, workers=-1)
    usual = far[:-1, -1] <= 1 - NEAR[view] if model else np.zeros(len(at), bool)
    far = far[:-1, :-1]
    np.fill_diagonal(far, 1)
    others = min(few(len(at)), len(at) - 1)
    beside = np.partition(far, others, axis=1)[:, others]  # in a tiny class the diagonal's 1: nobody else to compare
    near = (far <= 1 - NEAR[view]) & (far < np.minimum.outer(beside, beside) / 2)
    near[usual] = near[:, usual] = False
    return {(at[i], at[j]): 1 - float(far[i, j]) for i, j in np.argwhere(np.triu(near))}


def compare(classes, model, stub):
    """All pairs of students whose answers are alike, the most remarkable first.

    Args:
        classes: by student, the answers as `read_answers` gives them.
        model: the instructor's answers; their exercises are the ones compared.
        stub: the released notebook's.

    Returns:
        A list of `Pair`.
    """
    pairs = {}
    for exercise, (kind, right) in model.items():
        empty = stub.get(exercise, (kind, ""))[1]
        students = [s for s, answers in classes.items() if answers.get(exercise, (kind, empty))[1] != empty]
        sources = [classes[s][exercise][1] for s in students]
        given = (right, empty, comments(right), comments(empty))
        not_own = {line.strip() for text in given for line in text.splitlines()}
        looked_at = [views(kind, source, not_own) for source in sources]
        first, of_stub = views(kind, right, set()), views(kind, empty, not_own)
        found = defaultdict(dict)
        for view in of_stub:
            tokens = [v[view] for v in looked_at]
            yardstick = first[view] if view == "code" else []  # its lines are taken out of the text already
            for key, similarity in remarkable(tokens, len(of_stub[view]), yardstick, view).items():
                found[key][view] = similarity
        for (i, j), said in found.items():
            pair = pairs.setdefault((students[i], students[j]), Pair((students[i], students[j])))
            pair.alike.append(Alike(exercise, said, (sources[i], sources[j])))
    return sorted(pairs.values(), key=lambda p: p.rank, reverse=True)


def _add_same_files(pairs, digests):
    """Mark, or add, the pairs who handed in the same bytes."""
    by_students, owners = {p.students: p for p in pairs}, defaultdict(list)
    for student, digest in digests.items():
        owners[digest].append(student)
    for students in owners.values():
        for two in itertools.combinations(students, 2):
            by_students.setdefault(two, Pair(two)).same_file = True
    return sorted(by_students.values(), key=lambda p: p.rank, reverse=True)


# ---- what the instructor sees


STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 78em; padding: 0 1em }
.hint { border-left: 4px solid #b36b00; padding: .3em 1em; background: #fff7e8; color: #222 }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 1em }
pre { background: #f5f5f5; color: #222; padding: .8em; overflow-x: auto; white-space: pre-wrap; unicode-bidi: isolate }
mark { background: #ffe08a }
"""


def _visible(text):
    """`text` with nothing that moves the cursor or turns the writing round."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text.expandtabs(4))


def _source(text, other):
    """A source as HTML, the lines that the other has too marked."""
    theirs, lines = {line.strip() for line in other.splitlines()}, []
    for line in _visible("\n".join(text[:20_000].splitlines())).splitlines():
        shared = line.strip() and line.strip() in theirs
        lines.append(f"<mark>{escape(line)}</mark>" if shared else escape(line))
    return "<pre>" + "\n".join(lines) + "</pre>"


def _section(number, pair):
    names = " and ".join(f"<bdi>{escape(_visible(s))}</bdi>" for s in pair.students)
    parts = [f'<h2 id="pair-{number}">{number}. {names}</h2>']
    if pair.same_file:
        parts.append("<p><strong>They handed in the same file.</strong></p>")
    for a in pair.alike:
        alike = ", ".join(f"{view} {value:.0%}" for view, value in a.views.items())
        parts.append(f"<h3>{escape(_visible(a.exercise))} ({alike} alike)</h3>")
        left, right = a.sources
        parts.append(f'<div class="two"><div>{_source(left, right)}</div><div>{_source(right, left)}</div></div>')
    return "\n".join(parts)


def page(assignment, pairs, skipped, students):
    """The pairs as a self-contained HTML page without scripts."""
    shown = pairs[:SHOWN]
    notes = [
        f"{students} submissions of {escape(assignment)} were compared; {len(pairs)} pairs are alike in something."
    ]
    if len(pairs) > SHOWN:
        notes.append(f"The first {SHOWN} are shown.")
    if skipped:
        notes.append("Not compared: " + escape("; ".join(f"{_visible(s)} ({why})" for s, why in skipped.items())) + ".")
    body = "\n".join(_section(n, pair) for n, pair in enumerate(shown, start=1))
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Similar answers: {escape(assignment)}</title><style>{STYLE}</style></head>
<body><h1>Similar answers: {escape(assignment)}</h1>
<p class="hint">{HINT}</p>
<p>{" ".join(notes)}</p>
<p>Code is compared without comments, layout and the names of variables; text is the student's own lines with them.
An answer says something if it has at least {LEAST["code"]} tokens of code ({LEAST["text"]} of text,
{LEAST["comments"]} words of comments) beyond what was given, is not near to the model answer, and the two are less than
half as far from each other as from what all but few others write (in this class: {few(students)}).
Marked lines stand on both sides. For instructors only.</p>
{body}
</body></html>
"""


def table(pairs, most=20):
    """The first pairs as lines for the terminal."""
    lines = []
    for pair in pairs[:most]:
        what = ["the same file"] if pair.same_file else []
        what += [f"{a.exercise} {max(a.views.values()):.0%}" for a in pair.alike]
        names = " ".join(f"{_visible(s):<20}" for s in pair.students)
        lines.append(f"  {names} {', '.join(what)}".replace("\n", " "))
    return lines


def compare_class(root, assignment):
    """Compare what a class handed in; writes `similar/<assignment>.html`.

    Args:
        root: the course's root.
        assignment: its name, such as "ps1".

    Returns:
        Lines for the terminal.

    Raises:
        CourseError: no such assignment, or nothing was handed in.
    """
    root, classes, digests, skipped = Path(root), {}, {}, {}
    model_path = root / "solutions" / assignment / f"{assignment}.ipynb"
    if not model_path.exists():
        raise CourseError(f"There is no assignment {assignment!r}.")
    model = {name: (kind, _without_marks(source)) for name, (kind, source) in read_answers(model_path).items()}
    stub_path = root / "assignments" / assignment / f"{assignment}.ipynb"
    stub = read_answers(stub_path) if stub_path.exists() else {}
    for folder in sorted((root / "submitted").glob(f"*/{assignment}")):
        path, student = folder / f"{assignment}.ipynb", folder.parent.name
        try:
            classes[student] = read_answers(path)
            if any(classes[student].get(name, given) != given for name, given in stub.items()):  # else it says nothing
                digests[student] = hashlib.sha256(path.read_bytes()).hexdigest()
        except CourseError as error:
            skipped[student] = str(error)
    if not classes and not skipped:
        raise CourseError(f"Nothing to compare: there is no submitted/<student>/{assignment}/.")
    pairs = _add_same_files(compare(classes, model, stub), digests)
    out = root / "similar" / f"{assignment}.html"
    out.parent.mkdir(exist_ok=True)
    out.write_text(page(assignment, pairs, skipped, len(classes)), encoding="utf-8")
    told = [f"{len(classes)} submissions compared, {len(pairs)} pairs alike in something; see similar/{out.name}."]
    if skipped:
        told.append("Not compared: " + "; ".join(f"{_visible(s)} ({why})" for s, why in skipped.items()) + ".")
    return [*told, *table(pairs), HINT] if pairs else told


def _without_marks(source):
    return "\n".join(line for line in source.splitlines() if not line.strip().startswith("### "))
