"""What of a lecture goes on slides: a title, a sentence or an equation, a figure; all the rest is for the speaker.

A lecture's cells say what they are by their text. A heading begins a slide, with the first sentences beneath it; a
displayed equation comes with the sentence before it; a question to predict has a slide of its own, and the next one
shows what the cells after it put out, with the first sentences of the text that follows. Lists and small tables are
slides. Where that is not the best choice a cell's metadata has another, under `deck`:

    "say": "…"         this instead of the sentences chosen from a text cell, or beneath the figures of a code cell
    "code": [2, 9]     show these lines of a code cell, or of the source that it displays; at most 12
    "figures": [0]     which of a code cell's figures to show; [] for none
    "printed": false   what a code cell prints goes to the notes, or with true on a slide also beside a figure
    "skip": true       nothing of this cell on a slide, all in the notes
"""

import re
from dataclasses import dataclass, field
from html import escape, unescape

WORDS = 34  # beside a figure or beneath a heading; the first sentence may have more
LIST_WORDS, LIST_ITEMS = 90, 6
LINES = 12  # of code
PRINTED = (14, 92)  # lines, columns
TABLE = (10, 7)  # rows, columns
ABBREVIATIONS = ("al.", "e.g.", "i.e.", "cf.", "vs.", "Fig.", "fig.", "eq.", "sec.", "approx.", "St.")
MATH_OR_CODE = re.compile(r"\$[^$]+\$|`[^`]+`|\]\([^)]*\)")


@dataclass
class Slide:
    """What one slide shows, as Markdown, and what is said with it.

    Attributes:
        title: one line.
        kind: `title`, `text`, `question` or `shown`, which has the output of a cell.
        label: of a question, such as Predict.
        text: blocks of Markdown.
        picture: a figure as HTML, with its alternative text; a file is named from the notebook's folder.
        printed: what a cell printed.
        code: at most 12 lines of Python.
        notes: blocks of Markdown for the speaker.
        cells: which cells of the notebook it is made from, counted from 0.
    """

    title: str
    kind: str = "text"
    label: str = ""
    text: list = field(default_factory=list)
    picture: str = ""
    printed: str = ""
    code: str = ""
    notes: list = field(default_factory=list)
    cells: list = field(default_factory=list)

    def words(self):
        """How many words are on it, each formula and number one; what was printed and code not counted."""
        shown = re.sub(r"\$\$.*?\$\$|\$.*?\$", "x", " ".join([self.title, self.label, *self.text]), flags=re.S)
        return len(re.findall(r"\w+", re.sub(r"\]\([^)]*\)", "", shown)))


def excerpts(notebook):
    """The slides of a lecture.

    Args:
        notebook: as nbformat reads it, with the outputs it was run to.

    Returns:
        A list of `Slide`.
    """
    deck = _Deck()
    for number, cell in enumerate(notebook.cells):
        deck.number = number
        wish = cell.metadata.get("deck", {})
        if cell.cell_type == "markdown":
            deck.read(cell.source, wish)
        elif cell.cell_type == "code":
            deck.run(cell, wish)
    return deck.finished()


def blocks(source):
    """Markdown cut into its blocks: pairs of a kind and the text.

    The kinds are heading, equation, quote, list, table, code, html and paragraph.
    """
    found, lines = [], source.split("\n")
    while lines:
        if not lines[0].strip():
            lines.pop(0)
            continue
        kind = _kind(lines[0])
        n = 1
        if kind == "code":
            n = next((i for i, line in enumerate(lines) if i and line.startswith("```")), len(lines) - 1) + 1
        elif kind == "equation":
            while "\n".join(lines[:n]).count("$$") < 2 and n < len(lines):
                n += 1
        elif kind != "heading":
            while n < len(lines) and not _ends(kind, lines, n):
                n += 1
        found.append((kind, "\n".join(lines[:n]).rstrip()))
        lines = lines[n:]
    return found


def _kind(line):
    starts = {"#": "heading", "```": "code", "$$": "equation", ">": "quote", "|": "table", "<": "html"}
    for start, kind in starts.items():
        if line.startswith(start):
            return kind
    return "list" if re.match(r"([-*+]|\d+[.)])\s", line) else "paragraph"


def _ends(kind, lines, n):
    """Whether a block of this kind ends before line n."""
    if lines[n].strip():
        return kind == "paragraph" and _kind(lines[n]) in ("equation", "heading", "code", "quote")
    after = lines[n + 1] if n + 1 < len(lines) else ""
    return kind != "list" or not (after.startswith("  ") or _kind(after) == "list")


def sentences(paragraph):
    """The sentences of a paragraph. Formulas, code and links are whole; a heading in bold stays with what follows."""
    kept = []

    def keep(match):
        kept.append(match.group())
        return f"\x00{len(kept) - 1}\x01"

    plain = MATH_OR_CODE.sub(keep, " ".join(paragraph.split()))
    parts = []
    for part in re.split(r"(?<=[.!?:])(?<!\d\.)\s+(?=\S)|(?<=[.!?][*_)\"”])\s+(?=\S)|(?<=[.!?]\*\*)\s+", plain):
        joined = parts and (
            parts[-1].endswith(ABBREVIATIONS)
            or re.fullmatch(r"\*\*[^*]+\*\*", parts[-1])
            or part[0].islower()
            or any(parts[-1].count(mark) % 2 for mark in ("**", '"'))
            or parts[-1].count("(") > parts[-1].count(")")
        )
        if joined:
            parts[-1] += " " + part
        else:
            parts.append(part)
    return [re.sub(r"\x00(\d+)\x01", lambda m: kept[int(m.group(1))], p) for p in parts]


def beginning(paragraph, most=WORDS):
    """Its first sentences, as many as stay below so many words, but at least one; none that only leads on."""
    taken, n = [], 0
    for sentence in sentences(paragraph):
        n += len(sentence.split())
        if taken and n > most:
            break
        taken.append(sentence)
    while len(taken) > 1 and taken[-1].endswith(":"):
        taken.pop()
    return " ".join(taken)


class _Deck:
    """Reads cells one after the other and keeps the slides made so far."""

    def __init__(self):
        self.slides, self.number, self.title = [], 0, ""
        self.asked = False  # is the last slide a question?
        self.before = ""  # the paragraph before, which may lead to what comes

    def new(self, **about):
        slide = Slide(self.title, **about)
        self.slides.append(slide)
        self.asked = slide.kind == "question"
        self.note()
        return slide

    @property
    def last(self):
        return self.slides[-1] if self.slides else self.new()

    def note(self, *notes):
        self.last.notes += notes
        if self.number not in self.last.cells:
            self.last.cells.append(self.number)

    def finished(self):
        """The slides; a figure that says nothing joins the words before it, and a slide with nothing on it is none."""
        done = []
        for slide in self.slides:
            before = done[-1] if done else None
            joins = slide.kind == "shown" and not slide.text and before and before.kind == "text"
            if joins and before.title == slide.title and before.words() < 2 * WORDS and _only_words(before):
                slide.text, slide.label = before.text, before.label
                slide.notes, slide.cells = before.notes + slide.notes, before.cells + slide.cells
                done[-1] = slide
            elif slide.text or slide.picture or slide.printed or slide.code or not before:
                done.append(slide)
            else:
                before.notes += slide.notes
        return done if any(s.title or s.text or s.picture for s in done) else []

    # What a text cell says.

    def read(self, source, wish):
        parts = blocks(source)
        if wish.get("skip"):
            return self.note(source)
        answers = bool(parts) and parts[0][0] != "heading" and self.last.kind in ("shown", "question")
        say = wish.get("say")
        if say and answers:
            self.find(say)
            self.note(source)
            parts = [p for p in parts if p[0] == "quote"]
        for kind, text in parts:
            lead, self.before = self.before, text if kind == "paragraph" else ""
            if kind == "paragraph":
                self.paragraph(text, answers)
                answers = False
            else:
                getattr(self, kind)(text, lead)
            if kind == "heading" and say:
                self.last.text, say = [say], None
        return None

    def heading(self, text, lead):
        level = len(text) - len(text.lstrip("#"))
        self.title = text.lstrip("# ")
        self.new(kind="title" if level == 1 else "text")

    def paragraph(self, text, answers):
        if image := re.fullmatch(r"!\[(.*)\]\(([^)]+)\)", text, re.S):
            return self.image(*image.groups())
        if answers:
            return self.find(beginning(text), text)
        if not self.last.text and self.last.kind in ("text", "title") and not _aside(text):
            if not re.fullmatch(r"\*\*[^*]+\*\*:?", text):
                self.last.text = [beginning(text, 60 if self.last.kind == "title" else WORDS)]
        return self.note(text)

    def image(self, alternative, target):
        here = self.last
        if here.kind not in ("text", "title") or here.picture or not _only_words(here):
            here = self.new(kind="shown")
        here.picture = f'<img alt="{escape(alternative)}" src="{escape(target)}">'
        self.note("*The picture.* " + alternative)

    def find(self, said, *notes):
        """What is seen in the output before, or the answer to the question before."""
        if self.last.kind == "question":
            self.new(kind="shown")
        if not self.last.text:
            self.last.text = [said]
        self.note(*notes)

    def equation(self, text, lead):
        here = self.last
        sentence = lead if not lead or _words([lead]) <= 40 else sentences(lead)[-1]
        if sentence and here.text == [beginning(lead)]:
            here.text = [sentence] if sentence == lead else here.text
        lead_fits = sentence and (sentence in " ".join(here.text) or _words(here.text) + _words([sentence]) <= 45)
        fresh = here.kind == "text" and not any(_kind(t) in ("equation", "list", "table") for t in here.text)
        stacked = not lead and here.text and here.text[-1].startswith("$$") and len(here.text) < 4
        if not stacked and not (fresh and lead_fits):
            here = self.new()
        if sentence and sentence not in " ".join(here.text):
            here.text.append(sentence)
        here.text.append(text)
        self.note(text)

    def quote(self, text, lead):
        plain = " ".join(line.lstrip("> ") for line in text.split("\n"))
        if match := re.match(r"\*\*(.+?):?\*\*:?\s*(.*)", plain):
            label, asked = match.groups()
            label = "Predict" if label.startswith(("Predict", "Before you")) else label
            self.new(kind="question", label=label, text=[asked[:1].upper() + asked[1:]])
        else:
            self.note(text)

    def list(self, text, lead):
        title, self.title = self.title, lead.strip("*: ") if _all_bold(lead) else self.title
        items = [_first_of(item) for item in re.split(r"\n(?=(?:[-*+]|\d+[.)])\s)", text)]
        here = self.last
        if not (here.kind == "text" and not here.text) or _all_bold(lead):
            fresh = here.kind == "text" and here.text == [beginning(lead)] if lead else False
            if not (fresh and here.words() < 30):
                here = self.new()
                here.text += [sentences(lead)[-1]] if lead.endswith(":") else []
        chunk = []
        for item in items:
            if chunk and (len(chunk) == LIST_ITEMS or _words([*chunk, item]) > LIST_WORDS):
                here.text.append("\n".join(chunk))
                chunk, here = [], self.new()
            chunk.append(item)
        here.text.append("\n".join(chunk))
        self.note(text)
        self.title = title

    def table(self, text, lead):
        rows = text.split("\n")
        if len(rows) - 1 <= TABLE[0] and rows[0].count("|") - 1 <= TABLE[1] and _words(rows) < 220:
            self.new().text.append(text)
        self.note(text)

    def code(self, text, lead):
        code = "\n".join(text.split("\n")[1:-1])
        if code.count("\n") < LINES:
            self.new(code=code)
        else:
            self.note(text)

    def html(self, text, lead):
        self.note(text)

    # What a code cell puts out.

    def run(self, cell, wish):
        if wish.get("skip"):
            return
        figures, printed, shown = _outputs(cell)
        if "code" in wish:
            source = shown if shown else cell.source
            first, last = wish["code"]
            code = "\n".join(source.split("\n")[first - 1 : min(last, first - 1 + LINES)])
            self.new(kind="shown", code=code)
        elif shown and len(shown := _without_docstring(shown)) and shown.count("\n") < LINES:
            self.new(kind="shown", code=shown)
        for k in wish.get("figures", range(len(figures))):
            slide = self.new(kind="shown", picture=figures[k])
            slide.notes.append("*The picture.* " + _alternative(figures[k]))
        wide = max(map(len, printed.split("\n")), default=0)
        fits = printed.strip() and printed.count("\n") < PRINTED[0] and wide <= PRINTED[1]
        if fits and wish.get("printed", not figures):
            self.new(kind="shown", printed=printed.strip("\n"))
        elif printed.strip():
            self.note(f"```\n{printed.strip()}\n```")
        if "say" in wish and (figures or fits or self.last.kind == "shown"):
            self.last.text = [wish["say"]]


def _outputs(cell):
    """Figures as HTML, what was printed, and source code that was displayed."""
    figures, printed, shown = [], "", ""
    for output in cell.outputs:
        data = output.get("data", {})
        html = "".join(data.get("text/html", ""))
        if "<img" in html or "<svg" in html:
            figures.append(html)
        elif "image/png" in data:
            alt = "".join(data.get("text/plain", "")).replace('"', "&quot;")
            figures.append(f'<img alt="{alt}" src="data:image/png;base64,{"".join(data["image/png"]).strip()}">')
        elif "text/markdown" in data:
            shown += "\n".join(t.strip("`").removeprefix("python").strip("\n") + "\n"
                               for k, t in blocks("".join(data["text/markdown"])) if k == "code")  # fmt: skip
        elif output.output_type == "stream" and output.name == "stdout":
            printed += "".join(output.text)
    return figures, printed, shown


def _without_docstring(source):
    return re.sub(r'\n\s*""".*?"""', "", source, flags=re.S).strip("\n")


def _alternative(picture):
    match = re.search(r'alt="(.*?)"', picture, re.S) or re.search(r"<(?:title|desc)[^>]*>(.*?)</", picture, re.S)
    return unescape(match.group(1)) if match else ""


def _only_words(slide):
    return not any(_kind(t) in ("equation", "list", "table") for t in slide.text) and not slide.code


def _words(texts):
    return len(" ".join(texts).split())


def _aside(text):
    return bool(re.fullmatch(r"\*[^*].*\*", text, re.S)) or text.startswith("**Time")


def _all_bold(text):
    return bool(re.fullmatch(r"\*\*[^*]+\*\*:?", text))


def _first_of(item):
    """A list's item, down to its first sentence."""
    mark, text = re.match(r"(\S+\s+)(.*)", item, re.S).groups()
    return mark + beginning(text, 16)
