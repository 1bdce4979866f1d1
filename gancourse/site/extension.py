"""What the course adds to Sphinx: formulas as MathML, players for widgets, and the line above each notebook."""

import json
import posixpath
from pathlib import Path

from sphinx.util import logging

from gancourse.maths import mathml
from gancourse.site.docstrings import restructured
from gancourse.site.elsewhere import bar
from gancourse.site.player import recorded, with_players

LOG = logging.getLogger(__name__)


def setup(app):
    """Called by Sphinx."""
    app.add_config_value("course_repository", "", "html")
    app.add_config_value("course_frames", "", "env")
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_block, None))
    app.connect("builder-inited", lambda app: setattr(app, "course_players", recorded(app.config.course_frames)))
    app.connect("source-read", _play)
    app.connect("html-page-context", _above)
    app.connect("autodoc-process-docstring", _read_as_markdown, priority=400)  # before napoleon's sections
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _play(app, page, source):
    if str(app.env.doc2path(page)).endswith(".ipynb"):
        base = posixpath.relpath("_static", posixpath.dirname(page)) + "/"
        notebook = with_players(json.loads(source[0]), app.course_players, base)
        notebook["metadata"].setdefault("language_info", {})["pygments_lexer"] = "ipython3"  # which knows !commands
        source[0] = json.dumps(notebook)


def _above(app, page, _template, context, _doctree):
    path = Path(app.srcdir, f"{page}.ipynb")
    if path.exists():
        download = context["pathto"](f"_sources/{page}.ipynb", True)
        context["body"] = bar(app.config.course_repository, f"{page}.ipynb", download) + context["body"]


def _read_as_markdown(_app, _what, _name, _thing, _options, lines):
    lines[:] = restructured("\n".join(lines)).split("\n")


def _inline(translator, node):
    _write(translator, node, "inline")


def _block(translator, node):
    _write(translator, node, "block")


def _write(translator, node, display):
    from docutils.nodes import SkipNode

    tex = node.astext()
    formula = mathml(tex, display)
    if formula is None:
        LOG.warning("no MathML for %r", tex, location=node)
        formula = f"<code>{translator.encode(tex)}</code>"
    translator.body.append(formula if display == "inline" else f'<div class="formula" tabindex="0">{formula}</div>')
    raise SkipNode
