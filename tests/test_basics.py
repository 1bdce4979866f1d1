"""The pages on what the course takes for granted: their code prints what stands beneath it."""

import contextlib
import io
import re

import pytest

from classroom import ROOT

PAGES = sorted((ROOT / "docs" / "basics").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_pages_code_prints_what_it_says(page):
    namespace, shown = (
        {},
        re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", page.read_text(encoding="utf-8"), re.S),
    )
    assert shown
    for code, says in shown:
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(code, namespace)
        assert printed.getvalue() == says


def test_a_page_is_a_screen_and_the_start_page_leads_to_it():
    start = (ROOT / "notebooks" / "00_start_here.ipynb").read_text(encoding="utf-8")
    for page in PAGES:
        assert len(page.read_text(encoding="utf-8").split()) < 400
        assert f"../docs/basics/{page.name}" in start
