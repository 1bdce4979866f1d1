"""Feedback pages shut nobody out, by axe-core; of decks tests/lectures says it, of the site's pages tests/site."""

import base64

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from accessibility import violations
from browser import page
from classroom import ROOT
from gancourse.grading import feedback

PNG = base64.b64encode((ROOT / "docs" / "images" / "check.png").read_bytes()).decode()


@pytest.fixture(scope="module")
def tab():
    with page() as tab:
        yield tab


def feedback_page(tmp_path):
    """A page with all that one can hold: code, wide tables and formulas, figures, points, hints and a comment."""
    wide = " + ".join(f"x_{{{i}}}" for i in range(80))
    table = "<table><tr><th></th><th>a</th></tr>" + "<tr><td>0</td><td>1</td></tr>" * 3 + "</table>"
    panel = (
        '<div role="status"><b><code>generator</code>: 1 of 2 points.</b><ul>'
        '<li><b role="img" aria-label="holds">✓</b> adds θ</li>'
        '<li><b role="img" aria-label="does not hold">✗</b> leaves z</li></ul></div>'
    )
    outputs = [
        new_output("stream", text="7" * 400),
        new_output("display_data", data={"text/html": table, "text/plain": "a table"}),
        new_output("display_data", data={"image/png": PNG, "text/plain": "<Figure size 700x300 with 1 Axes>"}),
    ]
    cells = [
        new_markdown_cell(f"# Problem set\n\nText, `code` and $$ {wide} $$\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
        new_code_cell("def generator(z, theta):\n    return z  # " + "long " * 60, outputs=outputs),
        new_code_cell("check()", outputs=[new_output("display_data", data={"text/html": panel})]),
        new_markdown_cell("Because D is late."),
    ]
    for cell, name in zip(cells[1:], ("generator", "check-generator", "in-words"), strict=True):
        cell.metadata["nbgrader"] = {"grade_id": name}
    about = {"assignment": "ps1", "student": "ada", "comments": {"in-words": "Late by how much?"}, "late_penalty": 1}
    about["grades"] = {"check-generator": (1.0, 2.0), "in-words": (None, 3.0), "missing": (0.0, 1.0)}
    record = {"status": "timed out", "notes": ["One cell ran out of time."], "received": "2026-01-02T03:04:05+00:00"}
    (tmp_path / "ps1.html").write_text(feedback.page(new_notebook(cells=cells), about, record), encoding="utf-8")
    return tmp_path / "ps1.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_a_feedback_page_shuts_nobody_out(tmp_path, scheme, width, tab):
    tab.set_viewport_size({"width": width, "height": 800})
    tab.emulate_media(color_scheme=scheme)
    tab.goto(feedback_page(tmp_path).as_uri())
    assert violations(tab) == {}
