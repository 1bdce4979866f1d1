"""The panel under a check: what holds, what does not, and why. HTML in a notebook, text elsewhere."""

import re
from dataclasses import replace
from html import escape

from gancourse.exercises.hints import EXAMPLE

_CSS = (
    "border:1px solid var(--jp-border-color1,#bbb);border-left:6px solid {colour};border-radius:4px;"
    "padding:.5em 1em;margin:.5em 0;max-width:48em;line-height:1.5;font-family:var(--jp-ui-font-family,sans-serif)"
)
_RIGHT, _WRONG = "#0072b2", "#d55e00"  # told apart by colour-blind readers; words and marks say it as well


def show(result, total=None, out_of=None):
    """Display the panel of a `Result`, with the points so far where they are known."""
    from IPython.display import display

    bundle = {"text/plain": text(result, total, out_of), "text/html": html(result, total, out_of)}
    display(bundle, raw=True)


def text(result, total=None, out_of=None):
    """The panel as plain text: what to mend first, and then the rest."""
    lines = [_title(result)]
    for v in _ordered(result.verdicts):
        lines.append(f"  {'ok  ' if v.earned else 'no  '} {_plain(v.says)} ({v.earned:g}/{v.points:g})")
        if v.followed:
            lines.append(f"       {_follow(v)}")
        if v.hint:
            lines += [f"       {'Hint: ' if not i else ''}{_plain(part)}" for i, part in enumerate(_parts(v.hint))]
        if v.note:
            lines.append(f"       {_plain(v.note)}")
    if out_of:
        lines.append(_progress(total, out_of))
    return "\n".join(lines)


def html(result, total=None, out_of=None):
    """The panel as HTML, folded after the first mistake: no scripts, no style sheet, nothing that was not escaped."""
    rows = [_row(v) for v in _ordered(result.verdicts)]
    wrong = result.earned < result.points
    first, rest = (rows[:1], rows[1:]) if wrong else (rows, [])
    body = _list(first)
    if rest:
        more = f"{len(rest)} more {'properties' if len(rest) > 1 else 'property'}"
        body += f'<details style="margin:.3em 0"><summary>{more}</summary>{_list(rest)}</details>'
    foot = f"<small>{_progress(total, out_of)}</small>" if out_of else ""
    return (
        f'<div role="status" style="{_CSS.format(colour=_WRONG if wrong else _RIGHT)}"><b>{_inline(_title(result))}</b>'
        f"{body}{foot}</div>"
    )


def _list(rows):
    return f'<ul style="margin:.3em 0;padding-left:.5em">{"".join(rows)}</ul>'


def _row(v):
    mark, word, colour = ("✓", "holds", _RIGHT) if v.earned else ("✗", "does not hold", _WRONG)
    row = (
        f'<li style="list-style:none"><b style="color:{colour}" role="img" aria-label="{word}">{mark}</b> '
        f"{_inline(v.says)} <small>({v.earned:g} of {v.points:g})</small>"
    )
    if v.followed:
        row += f"<br><i>{_inline(_follow(v))}</i>"
    if v.hint:
        hint, *example = _parts(v.hint)
        row += f"<br><b>Hint.</b> {_inline(hint)}" + "".join(f"<br>{_inline(e)}" for e in example)
    if v.note:
        row += f"<br>{_inline(v.note)}"
    return row + "</li>"


def _parts(hint):
    """A hint, and the example at its end on a line of its own."""
    why, there, example = hint.partition(EXAMPLE)
    return [why.strip(), there + example] if there and why.strip() else [hint]


def _ordered(verdicts):
    """The verdicts without repeated words, the first that does not hold in front."""
    verdicts = list(_without_repeats(verdicts))
    first = next((v for v in verdicts if not v.earned), None)
    return verdicts if first is None else [first, *(v for v in verdicts if v is not first)]


def _without_repeats(verdicts):
    """The verdicts, with a hint or note that stands above already shortened to a word."""
    told = set()
    for v in verdicts:
        hint, note = ("As above." if words in told else words for words in (v.hint, v.note))
        told |= {v.hint, v.note} - {None}
        yield replace(v, hint=hint, note=None if note == "As above." else note)


def _title(result):
    words = {
        "judged": "",
        "missing": " There is no function of this name.",
        "timed out": " It took too long and was stopped.",
        "killed": " It ended the Python process that ran it.",
        "grader error": " Grading failed here; a person will look.",
    }
    return f"`{result.name}`: {result.earned:g} of {result.points:g} points.{words[result.status]}"


def _follow(verdict):
    return f"Not the textbook's numbers, but right given {verdict.followed}: full points for this step."


def _progress(total, out_of):
    return f"In this session so far: {total:g} of {out_of:g} points that are checked by machine."


def _inline(words):
    """Escaped text with `code`, **strong** and *emphasised* words set as such."""
    parts = re.split(r"(`[^`]+`)", escape(words))
    return "".join(f"<code>{p[1:-1]}</code>" if p.startswith("`") and len(p) > 1 else _emphasis(p, True) for p in parts)


def _plain(words):
    """Text without the asterisks of emphasis."""
    return "".join(p if p.startswith("`") else _emphasis(p, False) for p in re.split(r"(`[^`]+`)", words))


def _emphasis(words, tags):
    for mark, tag in ((r"\*\*", "strong"), (r"\*", "em")):
        words = re.sub(rf"{mark}(\S(?:[^*]*\S)?){mark}", rf"<{tag}>\1</{tag}>" if tags else r"\1", words)
    return words
