"""Every lecture's deck in a browser without a network.

Each slide fits 1280 by 720, says something, fetches nothing, and shuts nobody out by axe-core.
"""

import nbformat
import pytest

from accessibility import violations
from browser import page, require_chromium
from classroom import ROOT
from decks import faults
from gancourse.course import CourseError
from gancourse.lectures.copies import chosen
from gancourse.lectures.excerpts import Slide
from gancourse.lectures.slides import deck, write_deck

LECTURES = chosen(ROOT)


@pytest.fixture(scope="module")
def tab():
    require_chromium()
    with page() as tab:
        yield tab


@pytest.fixture(scope="module", params=LECTURES, ids=lambda p: p.stem)
def opened(request, tmp_path_factory, tab):
    """A lecture's path, its slides, the file, what is wrong, and by slide whom it shuts out: a deck is opened once."""
    slides = write_deck(request.param, out := tmp_path_factory.mktemp("deck") / "deck.html")
    shut_out = {}
    wrong = faults(tab, out, lambda number: shut_out.update({number: violations(tab, "section.present")}))
    return request.param, slides, out, wrong, shut_out


def test_every_slide_fits_and_nothing_is_fetched(opened):
    path, slides, out, wrong, _ = opened
    assert wrong == []
    asked = sum(c.source.count("> **Predict") for c in nbformat.read(path, as_version=4).cells)
    assert sum(s.kind == "question" for s in slides) >= asked
    assert max(s.words() for s in slides) < 150
    assert out.stat().st_size < 6e6


def test_a_deck_shuts_nobody_out(opened):
    _, slides, _, _, shut_out = opened
    assert {number: said for number, said in shut_out.items() if said} == {}
    assert len(shut_out) == len(slides) > 3


WRONG = {
    "overflows": Slide("A", text=["Far too many words. " * 400]),
    "empty": Slide("A"),
    "fetches": Slide("A", picture='<img alt="" src="https://example.org/a.png">'),
    "not typeset": Slide("A", text=[r"$\undefined x$"]),
    "shows nothing": Slide("A", picture='<img alt="" src="data:image/png;base64,AAAA">'),
    "16 px": Slide("A", text=['<span style="font-size: 16px">small</span>']),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_fault_is_noticed(fault, tmp_path, tab):
    (tmp_path / "deck.html").write_text(deck([Slide("One", text=["right"]), WRONG[fault]], "A"))
    assert any(fault in said for said in faults(tab, tmp_path / "deck.html"))


def test_a_picture_that_is_not_there_is_named(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# A\n\n![a face](a%20b.png)")])
    nbformat.write(notebook, tmp_path / "one.ipynb")
    with pytest.raises(CourseError, match="which is not there"):
        write_deck(tmp_path / "one.ipynb", tmp_path / "one.html")
    (tmp_path / "a b.png").write_bytes(b"PNG")
    write_deck(tmp_path / "one.ipynb", tmp_path / "one.html")
    assert 'src="data:image/png;base64,UE5H"' in (tmp_path / "one.html").read_text()


def test_the_speakers_window_has_notes_and_the_next_slide(tmp_path, tab):
    slides = [Slide("One", text=["a"], notes=["Say $x^2$ aloud."]), Slide("Two", text=["b"])]
    (tmp_path / "deck.html").write_text(deck(slides, "A"))
    tab.context.set_offline(True)
    tab.goto((tmp_path / "deck.html").as_uri())
    tab.wait_for_selector("body[data-ready]")
    with tab.expect_popup() as opened:
        tab.keyboard.press("s")
    window = opened.value
    window.wait_for_selector(".speaker-controls-notes:not(.hidden) >> text=aloud")
    assert window.locator(".speaker-controls-notes math").count() == 1
    window.frame_locator("#upcoming-slide iframe").locator("section.present h2:has-text('Two')").wait_for()
    window.close()
