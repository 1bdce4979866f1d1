"""The page a student gets after grading: own work, points, hints, comments. Nothing in it runs or loads.

    autograded notebook → ReadGrades (scores, comments) → FeedbackExporter → page

What comes out of a notebook is a stranger's. Three walls stand around it: every piece of it is escaped, or cleaned
by a short list of what is allowed; the page has no script of its own; a Content-Security-Policy forbids the browser
everything but the page's own style sheet and the pictures inside the page.
"""

import base64
import functools
import re
import secrets
from datetime import datetime
from html import escape
from pathlib import Path

import bleach
import mistune
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from gancourse.grading.record import read_record
from gancourse.maths import mathml

MAX_TEXT = 20_000  # characters: of one cell's source, and of one cell's outputs together
MAX_PAGE = 500_000  # characters of a notebook; cleaning hostile HTML takes up to a second per 20,000
MAX_OUTPUTS = 20  # of one cell
MAX_IMAGE = 1_000_000  # bytes
MAX_IMAGES = 10_000_000  # bytes, all of a page's together

IMAGES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}  # by what such a file begins with

TAGS = set(
    "a abbr b blockquote br caption code dd del details div dl dt em h2 h3 h4 h5 h6 hr i kbd li ol p pre s small span "
    "strong sub summary sup table tbody td tfoot th thead tr u ul".split()
)
PANEL_TAGS = set("b br code details div em i li small strong summary ul".split())

# Code comes first: a dollar in it is a dollar. Lengths are bounded, so that no text makes the search slow.
MATHS = re.compile(
    r"""
    (?P<code>
        ^[ ]{0,3}(?P<fence>```+|~~~+).*?(?:^[ ]{0,3}(?P=fence)|\Z)
        | (?<!`)(?P<ticks>`+)(?!`).{1,2000}?(?<!`)(?P=ticks)(?!`)
    )
    | (?<!\\)\$\$(?P<block>.{1,2000}?)(?<!\\)\$\$
    | (?<!\\)\\\\?\[(?P<bracketed>.{1,2000}?)\\\\?\]
    | (?<![\\$])\$(?![\s$])(?P<inline>(?:(?!\n\s*\n)[^$`]){0,2000}?[^\s$\\`])\$(?!\d)
    | (?<!\\)\\\\?\((?P<round>.{1,2000}?)\\\\?\)
    | (?P<environment>\\begin\{(?P<name>[a-z]{1,20}\*?)\}.{0,2000}?\\end\{(?P=name)\})
    """,
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)
# What stands for a formula while its surroundings are made into HTML and cleaned. Nobody can write it beforehand.
TOKEN = f"formula{secrets.token_hex(8)}n"

# What may be wider than the page and scrolls: the keyboard has to get there. All else that looks like a tag is escaped.
REACHED = re.compile(r'<(pre|table|span class="formula"|div class="words(?: answer)?")>')

ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-_]")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class ReadGrades(NbGraderPreprocessor):
    """Read scores and comments from the gradebook: all of them, whatever cells the notebook still has.

    Unlike nbgrader's GetGrades it tells a score of zero from one that nobody has given yet.
    """

    def preprocess(self, nb, resources):
        """Add to `resources["nbgrader"]`: "grades", by grade_id a pair (score or None, points); "comments",
        by grade_id; "late_penalty", a number.
        """
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            notebook = gradebook.find_submission_notebook(about["notebook"], about["assignment"], about["student"])
            about["grades"] = {g.name: (None if _outstanding(g) else g.score, g.max_score) for g in notebook.grades}
            about["comments"] = {c.name: c.comment for c in notebook.comments if c.comment}
            about["late_penalty"] = notebook.late_submission_penalty or 0
        return nb, resources


def _outstanding(grade):
    """Whether a person has yet to give this score."""
    return grade.manual_score is None and (grade.auto_score is None or grade.needs_manual_grade)


class FeedbackExporter(Exporter):
    """An autograded notebook as a page of HTML. Its preprocessors must include `ReadGrades`."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def from_notebook_node(self, nb, resources=None, **kwargs):
        """The page, and the resources. The record of the grading is read from the course's root, the working
        directory while nbgrader converts.
        """
        nb, resources = super().from_notebook_node(nb, resources, **kwargs)
        about = resources["nbgrader"]
        return page(nb, about, read_record(Path.cwd(), about["assignment"], about["student"])), resources


def page(nb, about, record=None):
    """The feedback page.

    Args:
        nb: the autograded notebook; anything in it may be hostile.
        about: "assignment" and "student", and what `ReadGrades` adds.
        record: the grading's record, of which "status", "notes" and "received" are shown; None for none.

    Returns:
        HTML as a string.
    """
    grades, room = about["grades"], _Room()
    cells, seen = [], set()
    for cell in nb.cells:
        mark = cell.metadata.get("nbgrader")
        name = mark.get("grade_id") if isinstance(mark, dict) else None
        name = name if isinstance(name, str) and name not in seen else None  # the second under a name is a copy
        seen.add(name)
        cells.append(_cell(cell, name, about, room))
    missing = [name for name in grades if name not in seen]
    graded = [cell["name"] for cell in cells if cell["name"] in grades] + missing
    places = {cell["name"]: f"cell-{i}" for i, cell in enumerate(cells) if cell["name"]}
    html = _template().render(
        about=about,
        title=f"{about['assignment']}, {about['student']}: {total(grades, about['late_penalty'])}",
        total=total(grades, about["late_penalty"]),
        penalty=points(about["late_penalty"]),
        **_of_record(record or {}),
        rows=[_row(name, grades[name], places) for name in graded],
        cells=cells,
    )
    html = REACHED.sub(r'<\1 tabindex="0">', html)
    return html.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate cannot be written to a file


def total(grades, penalty=0):
    """The sum in words, such as "31 of 40 points, 5 not graded yet"."""
    earned = sum(score for score, _ in grades.values() if score is not None) - penalty
    outstanding = sum(out_of for score, out_of in grades.values() if score is None)
    words = f"{points(earned)} of {points(sum(out_of for _, out_of in grades.values()))} points"
    return words + (f", {points(outstanding)} not graded yet" if outstanding else "")


def points(number):
    """A number of points without needless digits."""
    return f"{round(number, 2):g}"


@functools.cache
def _template():
    """The page's template, compiled once. It escapes whatever is not `Markup`."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("feedback.html")


def _of_record(record):
    """What a student is told of how the grading went."""
    status = str(record.get("status") or "graded")
    received = str(record.get("received") or "")
    try:
        received = datetime.fromisoformat(received).strftime("%d %B %Y, %H:%M %Z").strip()
    except ValueError:
        pass  # shown as it is
    notes = [Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(str(n)))) for n in record.get("notes") or []]
    # A suspicion is for people to look into, not for a page.
    return {"status": "" if status == "graded" or "suspect" in status else status, "received": received, "notes": notes}


def _row(name, grade, places):
    """A line of the table of exercises."""
    exercise = name.removeprefix("check-")
    place = places.get(exercise) or places.get(name)
    return {"name": exercise, "place": place} | _score(grade)


def _score(grade):
    """A score in words, and its state, which decides how it looks."""
    score, out_of = grade
    if score is None:
        return {"words": f"not graded yet ({points(out_of)} points)", "state": "open"}
    return {"words": f"{points(score)} of {points(out_of)}", "state": "right" if score >= out_of else "wrong"}


def _cell(cell, name, about, room):
    """What the template needs of one cell."""
    shown = {"name": name, "comment": about["comments"].get(name), "grade": None, "outputs": []}
    if name in about["grades"]:
        shown["grade"] = _score(about["grades"][name])
        if name.startswith("check-"):  # its output is the grader's, whatever the student's notebook displayed
            shown |= {"kind": "check", "exercise": name.removeprefix("check-"), "body": _panel(cell)}
            return shown | {"overruled": f": {shown['grade']['words']} points" not in shown["body"]}  # by a person
    source, shown["left_out"] = room.text(cell.source, MAX_TEXT)
    if cell.cell_type == "code":
        return shown | {"kind": "code", "body": code(source), "outputs": _outputs(cell, room)}
    if cell.cell_type == "markdown":
        return shown | {"kind": "text", "body": markdown(source)}
    return shown | {"kind": "raw", "body": plain(source)}


def _panel(cell):
    """The grader's panel."""
    for output in cell.get("outputs", []):
        data = output.get("data") or {}
        if isinstance(data.get("text/html"), str):
            return Markup(_panel_cleaner().clean(data["text/html"]))
    return Markup("<p>There is no result for this exercise.</p>")


def _outputs(cell, room):
    """The outputs of a student's cell, as dicts with "kind" and what belongs to it."""
    shown, left = [], MAX_TEXT
    for output in cell.outputs[:MAX_OUTPUTS]:
        one = _output(output, left, room)
        left -= len(one.get("text") or one.get("html") or "")
        shown.append(one)
    if len(cell.outputs) > MAX_OUTPUTS:
        shown.append({"kind": "note", "text": f"… {len(cell.outputs) - MAX_OUTPUTS} more outputs left out"})
    return shown


def _output(output, left, room):
    """One output, of at most `left` characters: a picture, else a table or the like, else text."""
    if output.output_type == "stream":
        return _text(output.text, left, room)
    if output.output_type == "error":
        return _text("\n".join(map(str, output.traceback)) or f"{output.ename}: {output.evalue}", left, room)
    data = {mime: value for mime, value in output.data.items() if isinstance(value, str)}
    for mime in IMAGES:
        if mime in data:
            alternative = plain(data.get("text/plain", ""))[:500]
            return room.image(mime, data[mime]) | {"alternative": alternative or "A picture without a description"}
    if 0 < len(data.get("text/html", "")) <= left:
        html = clean(room.text(data["text/html"], left)[0])
        if bleach.clean(html, tags=set(), strip=True).strip():
            return {"kind": "html", "html": html}
    if "text/plain" in data:
        return _text(data["text/plain"], left, room)
    return {"kind": "note", "text": "[an output that cannot be shown here]"}


def _text(text, left, room):
    """Text as an output of the page."""
    shown, left_out = room.text(plain(text), left)
    return {"kind": "text", "text": shown, "left_out": left_out}


class _Room:
    """How much room a page has left."""

    def __init__(self):
        self._text, self._images = MAX_PAGE, MAX_IMAGES

    def text(self, text, most):
        """The beginning of a text, at most `most` characters, and how many are left out."""
        shown = text[: max(0, min(most, self._text))]
        self._text -= len(shown)
        return shown, len(text) - len(shown)

    def image(self, mime, text):
        """A picture as an output of the page, or a note on why it is not shown.

        Args:
            mime: one of `IMAGES`.
            text: the picture in base64.
        """
        most = min(MAX_IMAGE, self._images)
        if len(text) > most * 1.4:
            return {"kind": "note", "text": "[image too large]"}
        try:
            raw = base64.b64decode(re.sub(r"\s", "", text), validate=True)
        except ValueError:
            raw = b""
        if not raw.startswith(IMAGES[mime]):
            return {"kind": "note", "text": "[not an image]"}
        if len(raw) > most:
            return {"kind": "note", "text": "[image too large]"}
        self._images -= len(raw)
        return {"kind": "image", "source": f"data:{mime};base64,{base64.b64encode(raw).decode()}"}


def plain(text):
    """Text as a terminal would leave it: without colours, control characters, and what a progress bar wrote over."""
    lines = ANSI.sub("", str(text)).replace("\r\n", "\n").split("\n")
    return CONTROL.sub("", "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in lines))


# The course's own cells are the same in every notebook of a class: remembered, a page takes a fifth of the time.
@functools.lru_cache(maxsize=512)
def code(source):
    """Python source as highlighted HTML."""
    return Markup(highlight(CONTROL.sub("", source), PythonLexer(), HtmlFormatter(nowrap=True)))


@functools.lru_cache(maxsize=512)
def markdown(source):
    """Markdown, with HTML and formulas in it, as clean HTML with MathML."""
    formulas = []

    def keep(match):
        if match["code"]:
            return match[0]
        formulas.append(match)
        return f"{TOKEN}{len(formulas) - 1}e"

    marked = MATHS.sub(keep, CONTROL.sub("", source))
    try:
        html = clean(_renderer()(marked))
    except RecursionError:  # nested so deeply that nobody meant to read it
        return Markup(f"<pre>{escape(source)}</pre>")
    html = _in_code(html, formulas)
    return Markup(re.sub(rf"{TOKEN}(\d+)e", lambda m: _mathml(formulas[int(m[1])]), html))


def _in_code(html, formulas):
    """Give back the dollars that stood in an indented block of code."""
    return re.sub(
        r"<code>[^<]*</code>",
        lambda block: re.sub(rf"{TOKEN}(\d+)e", lambda m: escape(formulas[int(m[1])][0]), block[0]),
        html,
    )


def _mathml(match):
    """A formula found by `MATHS` as MathML, or as its source where that cannot be had."""
    tex = match["block"] or match["bracketed"] or match["inline"] or match["round"] or match["environment"]
    display = "inline" if match["inline"] or match["round"] else "block"
    formula = mathml(tex, display) or f"<code>{escape(match[0])}</code>"
    return formula if display == "inline" else f'<span class="formula">{formula}</span>'


def clean(html):
    """HTML without anything that runs, loads, or gives itself a look."""
    # What is inside these is no text; that they are gone is up to the cleaner.
    html = re.sub(r"(?is)<(script|style|title|template|noscript|iframe)\b.*?</\1\s*>", "", html)
    return Markup(_cleaner().clean(html))


@functools.cache
def _cleaner():
    return bleach.Cleaner(TAGS, _allowed, {"http", "https", "mailto"}, strip=True, strip_comments=True)


@functools.cache
def _panel_cleaner():
    return bleach.Cleaner(PANEL_TAGS, {"b": ["aria-label", "role"]}, set(), strip=True, strip_comments=True)


def _allowed(tag, attribute, value):
    """Whether an attribute may stay. None may hold free text: a formula could end up in it."""
    if tag == "a" and attribute == "href":
        return bool(re.match(r"https?://|mailto:", value)) and TOKEN not in value
    return attribute in ("colspan", "rowspan", "start") and bool(re.fullmatch(r"\d{1,3}", value))


class _Renderer(mistune.HTMLRenderer):
    """Headings one level down, below the page's own; pictures by their description."""

    def heading(self, text, level, **attrs):
        return f"<h{min(level + 1, 6)}>{text}</h{min(level + 1, 6)}>\n"

    def image(self, text, url, title=None):
        return f"[image: {text}]"

    def block_code(self, code, info=None):
        return f"<pre><code>{escape(code)}</code></pre>\n"


@functools.cache
def _renderer():
    return mistune.create_markdown(renderer=_Renderer(escape=False), plugins=["table", "strikethrough", "url"])
