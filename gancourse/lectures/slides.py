"""A deck: one HTML file that needs nothing else, no network, no server and no installed font."""

import base64
import mimetypes
import re
from html import escape, unescape
from pathlib import Path
from urllib.parse import unquote

import nbformat

from gancourse.course import CourseError
from gancourse.lectures.excerpts import excerpts

DECK = Path(__file__).with_name("deck")


def write_deck(path, out):
    """Write the deck of a lecture.

    Args:
        path: the lecture's notebook, with its outputs.
        out: the file to write.

    Returns:
        Its slides, a list of `Slide`.

    Raises:
        CourseError: the notebook has nothing to show.
    """
    slides = excerpts(nbformat.read(path, as_version=4))
    if not slides:
        raise CourseError(f"{Path(path).name} has nothing for a slide: give it a heading and some text.")
    for slide in slides:
        slide.picture = _with_files_inside(slide.picture, Path(path))
    Path(out).write_text(deck(slides, slides[0].title), encoding="utf-8")
    return slides


def deck(slides, title):
    """The whole HTML document of `slides`."""
    parts = {
        "title": escape(title),
        "style": "\n".join(_style(name) for name in ("reveal.css", "fonts.css", "katex.min.css", "deck.css")),
        "slides": "\n".join(_section(slide, number) for number, slide in enumerate(slides, 1)),
        "script": "\n".join(
            _script(name) for name in ("reveal.js", "notes.js", "katex.min.js", "auto-render.min.js", "deck.js")
        ),
    }
    page = (DECK / "deck.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match.group(1)], page)


def _with_files_inside(html, notebook):
    """The HTML of a picture with the file that it names in it."""

    def inside(match):
        file = notebook.parent / unquote(unescape(match.group(1)))
        if not file.is_file():
            raise CourseError(f"{notebook.name} shows {match.group(1)}, which is not there.")
        kind = mimetypes.guess_type(file.name)[0]
        return f'src="data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"'

    return re.sub(r'src="(?!data:|https?:)([^"]+)"', inside, html)


def _style(name):
    """A style sheet with its fonts inside."""

    def inside(match):
        font = (DECK / match.group(1)).read_bytes()
        return f'url("data:font/woff2;base64,{base64.b64encode(font).decode()}")'

    css = (DECK / name).read_text(encoding="utf-8")
    css = re.sub(r',\s*url\([^)]*\.(?:woff|ttf)\)\s*format\("[^"]*"\)', "", css)  # every browser of today reads woff2
    return re.sub(r"url\([\"']?(fonts/[^)\"']*\.woff2)[\"']?\)", inside, css)


def _script(name):
    return "<script>" + (DECK / name).read_text(encoding="utf-8").replace("</script", "<\\/script") + "</script>"


def _section(slide, number):
    title = re.sub(r"^(\d+)\.", r"\1\.", slide.title)  # no list
    title = _markdown(title).removeprefix("<p>").removesuffix("</p>")
    shown = [f'<div class="text">{_markdown(block)}</div>' for block in slide.text]
    if slide.label:
        shown.insert(0, f'<p class="label">{escape(slide.label)}</p>')
    if slide.code:
        shown.append(_coloured(slide.code))
    if slide.printed:
        shown.append(f'<pre class="printed" tabindex="0">{escape(slide.printed)}</pre>')
    if slide.picture:
        shown.append(f'<div class="picture">{slide.picture}</div>')
    heading = "h1" if slide.kind == "title" else "h2"
    notes = "\n".join(_markdown(block) for block in slide.notes) or "<p>Ask, wait, and let them vote.</p>"
    cells = ", ".join(map(str, slide.cells))
    return (
        f'<section class="{slide.kind}{" pictured" if slide.picture else ""}"><div class="page">'
        f"<{heading}>{title}</{heading}>{''.join(shown)}</div>"
        f'<aside class="notes">{notes}<p>From cell {cells}, counted from 0.</p></aside></section>'
    )


def _markdown(text):
    from nbconvert.filters import markdown2html

    html = markdown2html(text).strip()
    html = re.sub(r'<a class="anchor-link".*?</a>', "", html)
    html = re.sub(r'<a href="(?!https?:)[^"]*">(.*?)</a>', r"\1", html, flags=re.S)  # the deck travels alone
    return re.sub(r"<img (?![^>]*src=\"data:)[^>]*>", "", html)


def _coloured(code):
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return highlight(code, PythonLexer(), HtmlFormatter(noclasses=True, style="xcode", cssclass="code"))
