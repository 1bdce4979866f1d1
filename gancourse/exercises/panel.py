"""The panel under a check: what holds, what does not, and why. HTML in a notebook, text elsewhere."""

import re
from dataclasses import replace
from html import escape

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
    """The panel as plain text."""
    lines = [_title(result)]
    for v in _without_repeats(result.verdicts):
        lines.append(f"  {'ok  ' if v.earned else 'no  '} {v.says} ({v.earned:g}/{v.points:g})")
        if v.followed:
            lines.append(f"       {_follow(v)}")
        if v.hint:
            lines.append(f"       Hint: {v.hint}")
        if v.note:
            lines.append(f"       {v.note}")
    if out_of:
        lines.append(_progress(total, out_of))
    return "\n".join(lines)


def html(result, total=None, out_of=None):
    """The panel as HTML: no scripts, no style sheet, nothing that was not escaped."""
    rows = []
    for v in _without_repeats(result.verdicts):
        mark, word, colour = ("✓", "holds", _RIGHT) if v.earned else ("✗", "does not hold", _WRONG)
        row = (
            f'<li style="list-style:none"><b style="color:{colour}" role="img" aria-label="{word}">{mark}</b> '
            f"{_inline(v.says)} <small>({v.earned:g} of {v.points:g})</small>"
        )
        if v.followed:
            row += f"<br><i>{_inline(_follow(v))}</i>"
        if v.hint:
            row += f"<br><b>Hint.</b> {_inline(v.hint)}"
        if v.note:
            row += f"<br>{_inline(v.note)}"
        rows.append(row + "</li>")
    colour = _RIGHT if result.earned == result.points else _WRONG
    foot = f"<small>{_progress(total, out_of)}</small>" if out_of else ""
    return (
        f'<div role="status" style="{_CSS.format(colour=colour)}"><b>{_inline(_title(result))}</b>'
        f'<ul style="margin:.3em 0;padding-left:.5em">{"".join(rows)}</ul>{foot}</div>'
    )


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
    """Escaped text with `code` set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(words))
