"""Build the site: README, lectures, assignments, docs and an API reference, by Sphinx with myst-nb."""

import io
import re
import shutil
import tempfile
from itertools import chain
from pathlib import Path

from gancourse.course import CourseError
from gancourse.site.elsewhere import repository

STATIC = Path(__file__).with_name("static")
PARTS = {  # of the table of contents, by what is in it
    "Lectures": ["notebooks/*.ipynb"],
    "Assignments": ["assignments/*/ps*.ipynb"],
    "Basics": ["docs/basics/*.md"],
    "Guides": ["docs/*.md"],
    "Other roads": ["docs/roads/*.md"],
    "For authors": ["CONTRIBUTING.md", "gancourse/data/sheets/ATTRIBUTION.md"],
}
# What pages link to beside those above; copied, so that the links lead somewhere.
BESIDE = ("README.md", "LICENSE*", "docs/images", "gancourse/data/sheets/LICENSE*")
SETTINGS = {
    "project": "gancourse",
    "html_title": "gancourse",
    "language": "en",
    "extensions": ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "gancourse.site.extension"],
    "nb_execution_mode": "off",
    "nb_render_markdown_format": "myst",
    "myst_enable_extensions": ["dollarmath", "amsmath"],
    "myst_heading_anchors": 3,
    "html_theme": "furo",
    "pygments_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "html_math_renderer": "mathml",
    "html_css_files": ["site.css"],
    "html_js_files": [("player.js", {"defer": "defer"})],
    "html_sourcelink_suffix": "",  # a notebook is downloaded under its own name
    "html_show_search_summary": False,  # it would be fetched, which no browser does from a folder
    "html_show_sphinx": False,
    "html_show_copyright": False,
    "html_permalinks_icon": "#",
    "default_role": "code",
    "napoleon_use_ivar": True,
    "autodoc_member_order": "bysource",
    "autodoc_typehints": "none",
    "suppress_warnings": ["ref.python"],  # a bare word that two classes have as an attribute
}


def build_site(root, out):
    """Write the site into `out`; what was there is replaced.

    Args:
        root: the course.
        out: a folder, made if it is not there.

    Returns:
        Sphinx's warnings, a list of lines.

    Raises:
        CourseError: Sphinx is not installed, or the course does not say where it is hosted.
    """
    root, out = Path(root), Path(out)
    try:
        from sphinx.application import Sphinx
    except ModuleNotFoundError as error:
        raise CourseError(
            f"{error.name} is not installed. `python3 -m uv run --group site gancourse site` brings it along."
        ) from error
    if out.exists() and any(out.iterdir()) and not (out / "searchindex.js").exists():
        raise CourseError(f"{out} is not empty, and no site. Name a folder by --out that can be replaced.")
    address, said = repository(root), io.StringIO()
    with tempfile.TemporaryDirectory(prefix="gc-") as folder:
        source, made = Path(folder) / "source", Path(folder) / "site"
        gather(root, source)
        own = {
            "html_static_path": [str(STATIC), str(source / "frames")],
            "html_theme_options": {"source_repository": "", "navigation_with_keys": True},
            "course_repository": address,
            "course_frames": str(root / "notebooks" / "frames"),
        }
        (source / "conf.py").write_text(f"globals().update({SETTINGS | own!r})\n", encoding="utf-8")
        Sphinx(source, source, made, Path(folder) / "doctrees", "html", status=None, warning=said).build()
        for page in made.rglob("*.html"):
            page.write_text(accessible(page.read_text(encoding="utf-8")), encoding="utf-8")
        shutil.rmtree(out, ignore_errors=True)
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(made, out)
    return [line for line in re.sub(r"\x1b\[[0-9;]*m", "", said.getvalue()).splitlines() if line.strip()]


def accessible(html):
    """A page with what Sphinx and its theme leave out: levels of headings, and a way to scroll by keyboard."""
    html = html.replace('role="heading">', 'role="heading" aria-level="2">').replace("<pre>", '<pre tabindex="0">')
    return re.sub(r'(<div class="(?:table-wrapper|math|output text_html)[^"]*")>', r'\1 tabindex="0">', html)


def gather(root, source):
    """Copy what goes into the site to the folder `source`, and write its front page and the API's."""
    for pattern in (*chain(*PARTS.values()), *BESIDE):
        for path in sorted(root.glob(pattern)):
            copy = shutil.copytree if path.is_dir() else _copy
            copy(path, source / path.relative_to(root))
    (source / "frames").mkdir()
    for strip in (root / "notebooks" / "frames").glob("*.webp"):
        shutil.copy(strip, source / "frames")
    (source / "README.md").rename(source / "index.md")
    with open(source / "index.md", "a", encoding="utf-8") as index:
        for title, patterns in PARTS.items():
            found = (path.relative_to(root) for pattern in patterns for path in sorted(root.glob(pattern)))
            pages = [path.with_suffix("").as_posix() for path in found]
            index.write(_contents(title, pages))
        index.write(_contents("Reference", [f"api/{name}" for name in _write_api(source / "api")]))
    for page in source.rglob("*.md"):  # the front page is called otherwise here
        text = page.read_text(encoding="utf-8")
        page.write_text(re.sub(r"\]\(((?:\.\./)*)README\.md", r"](\1index.md", text), encoding="utf-8")


def _copy(path, to):
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, to)


def _contents(title, pages):
    return "\n".join(["", "```{toctree}", ":hidden:", f":caption: {title}", "", *pages, "```", ""])


def _write_api(folder):
    """A page for each wing and one for what is no wing; returns their names."""
    package = Path(__file__).parent.parent
    wings = sorted(p.parent.name for p in package.glob("*/__init__.py"))
    small = [f"gancourse.{p.stem}" for p in sorted(package.glob("[!_]*.py"))]
    pages = {wing: _modules(package / wing) for wing in wings} | {"small": small}
    folder.mkdir(parents=True)
    for name, modules in pages.items():
        title = f"gancourse.{name}" if name in wings else "gancourse: small things"
        own = f"```{{eval-rst}}\n.. automodule:: gancourse.{name}\n   :no-members:\n```\n" if name in wings else ""
        parts = [f"## {m}\n\n```{{eval-rst}}\n.. automodule:: {m}\n   :members:\n```\n" for m in modules]
        (folder / f"{name}.md").write_text("\n".join([f"# {title}\n", own, *parts]), encoding="utf-8")
    return list(pages)


def _modules(wing):
    paths = (p.relative_to(wing.parent.parent) for p in sorted(wing.rglob("*.py")) if not p.name.startswith("_"))
    return [".".join(p.with_suffix("").parts) for p in paths]
