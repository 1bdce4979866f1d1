"""The site opens from a folder: links lead somewhere, nothing is fetched, all can be read and moved by keyboard."""

import json
import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import nbformat
import pytest

from accessibility import violations
from browser import page
from classroom import ROOT
from gancourse import widgets
from gancourse.course import CourseError
from gancourse.notebooks import digest
from gancourse.site.build import build_site
from gancourse.site.elsewhere import install_cell, repository
from gancourse.site.player import recorded

LECTURES = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    out = tmp_path_factory.mktemp("built") / "site"
    return out, build_site(ROOT, out)


@pytest.fixture(scope="module")
def site(built):
    return built[0]


@pytest.fixture
def tab():
    """A page that notes in `tab.asked` what it would have fetched from a network."""
    with page() as tab:
        tab.asked = []
        tab.on("request", lambda r: r.url.startswith(("file:", "data:")) or tab.asked.append(r.url))
        yield tab


class Page(HTMLParser):
    """Links, what is loaded, anchors, and pictures without words."""

    def __init__(self, path):
        super().__init__()
        self.links, self.loaded, self.anchors, self.mute = [], [], set(), []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.anchors.add(attrs.get("id"))
        if tag == "a" and "href" in attrs:
            self.links.append(attrs["href"])
        elif "href" in attrs or "src" in attrs:
            self.loaded.append(attrs.get("src", attrs.get("href")))
        if tag == "img" and not attrs.get("alt"):
            self.mute.append(attrs)


@pytest.fixture(scope="module")
def pages(site):
    return {path.resolve(): Page(path) for path in site.rglob("*.html")}


def test_sphinx_has_nothing_to_warn_of(built):
    assert built[1] == []


def test_every_lecture_assignment_guide_and_wing_has_its_page(site):
    for path in [*LECTURES, *ROOT.glob("assignments/*/ps*.ipynb"), *ROOT.glob("docs/**/*.md")]:
        assert (site / path.relative_to(ROOT).with_suffix(".html")).exists()
    for wing in (p.parent.name for p in ROOT.glob("gancourse/*/__init__.py")):
        assert f"gancourse.{wing}." in (site / "api" / f"{wing}.html").read_text(encoding="utf-8")


def test_every_internal_link_leads_somewhere(pages):
    for path, shown in pages.items():
        for link in shown.links:
            to = urlsplit(link)
            if to.scheme:
                continue
            target = (path.parent / unquote(to.path)).resolve() if to.path else path
            assert target.is_file(), f"{path.name}: {link}"
            if to.fragment and target in pages:
                assert unquote(to.fragment) in pages[target].anchors, f"{path.name}: {link}"


def test_every_picture_has_words_and_every_file_that_is_loaded_lies_in_the_site(pages):
    for path, shown in pages.items():
        assert not shown.mute, path
        for address in shown.loaded:
            if not address.startswith(("data:", "#")):
                assert not urlsplit(address).scheme, f"{path.name}: {address}"
                assert (path.parent / unquote(urlsplit(address).path)).is_file(), f"{path.name}: {address}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_fetches_anything_or_shuts_anybody_out(site, tab, scheme):
    tab.emulate_media(color_scheme=scheme)
    for path in sorted(site.rglob("*.html")):
        if scheme == "light" or path.stem in ("index", "03_shift_gan", "ps1", "grading", "shift"):
            tab.goto(path.as_uri())
            assert violations(tab) == {}, path
            assert tab.asked == [], path


def test_search_works_without_a_server(site, tab):
    tab.goto((site / "search.html").as_uri() + "?q=wasserstein")
    tab.wait_for_selector("#search-results a:has-text('Wasserstein')")
    assert tab.asked == []


def test_a_player_follows_keyboard_mouse_and_its_button(site, tab):
    tab.goto((site / "notebooks" / "03_shift_gan.html").as_uri())
    player = tab.locator(".player:has(button)").first
    words, slider = player.locator(".player-words"), player.locator("input").first
    slider.focus()
    tab.keyboard.press("End")
    last = slider.get_attribute("max")
    says = "([p, round]) => p.textContent.startsWith(`Round ${round}.`)"
    tab.wait_for_function(says, arg=[words.element_handle(), last])
    assert slider.input_value() == last
    tab.keyboard.press("Home")
    tab.wait_for_function(says, arg=[words.element_handle(), 0])
    assert player.locator("img").get_attribute("alt") == words.text_content()
    player.locator("button").click()
    tab.wait_for_function("s => Number(s.value) > 2", arg=slider.element_handle())
    player.locator("button").click()
    assert player.locator("button").text_content() == "Play"
    slider.click()
    assert abs(int(slider.input_value()) - int(last) / 2) <= 2, "the middle of the track"


def test_what_a_player_says_belongs_to_its_sliders(site, tab):
    tab.goto((site / "notebooks" / "03_shift_gan.html").as_uri())
    sliders = tab.locator("#\\30 3_shift_gan-1 input")
    assert sliders.count() == 3
    words = tab.locator("#\\30 3_shift_gan-1 .player-words").element_handle()
    for press, theta in (("Home", "0.00"), ("End", "12.00"), ("ArrowLeft", None)):
        sliders.first.focus()
        tab.keyboard.press(press)
        theta = theta or sliders.first.get_attribute("aria-valuetext")
        tab.wait_for_function("([p, t]) => p.textContent.startsWith(`At θ = ${t}`)", arg=[words, theta])
    falling = "p => p.textContent.includes('falls to the right')"
    sliders.nth(2).focus()
    tab.keyboard.press("Home")
    tab.wait_for_function(falling, arg=words)


@pytest.mark.parametrize("path", LECTURES, ids=lambda p: p.stem)
def test_every_widget_of_a_lecture_was_recorded(path):
    frames = recorded(ROOT / "notebooks" / "frames")
    for cell in nbformat.read(path, as_version=4).cells:
        shown = re.findall(rf"\b(?:{'|'.join(widgets.__all__)})\(", cell.source) if cell.cell_type == "code" else []
        found = frames.get(digest(cell.source), [])
        assert len(found) == len(shown), f"`gancourse run {path.stem[:2]} --frames`, for the cell\n{cell.source}"
        for about in found:
            assert len(about["words"]) > 1
            assert all((ROOT / "notebooks" / "frames" / strip).exists() for strip in about["strips"])


def test_no_frames_are_left_of_widgets_that_are_gone():
    cells = {digest(c.source) for p in LECTURES for c in nbformat.read(p, as_version=4).cells if c.cell_type == "code"}
    for path in (ROOT / "notebooks" / "frames").glob("*.json"):
        assert json.loads(path.read_text(encoding="utf-8"))["cell"] in cells, path.name


def test_links_to_other_places_follow_the_one_setting(site, tmp_path):
    html = (site / "notebooks" / "05_wasserstein.html").read_text(encoding="utf-8")
    project = repository(ROOT).removeprefix("https://github.com/")
    assert f"colab.research.google.com/github/{project}/blob/main/notebooks/05_wasserstein.ipynb" in html
    assert f"mybinder.org/v2/gh/{project}/main?urlpath=lab%2Ftree%2Fnotebooks%2F05_wasserstein.ipynb" in html
    (tmp_path / "pyproject.toml").write_text('[project.urls]\nrepository = "https://github.com/ada/gans.git"\n')
    assert repository(tmp_path) == "https://github.com/ada/gans"
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n')
    with pytest.raises(CourseError, match="OWNER/NAME"):
        repository(tmp_path)


def test_a_downloaded_notebook_is_the_course_s_own(site):
    path = "notebooks/03_shift_gan.ipynb"
    assert (site / "_sources" / path).read_bytes() == (ROOT / path).read_bytes()


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(CourseError, match="--out"):
        build_site(ROOT, tmp_path)
    assert (tmp_path / "thesis.tex").read_text() == "mine"


def test_other_roads_are_told_in_ten_lines_with_what_was_tried():
    roads = list(ROOT.glob("docs/roads/*.md"))
    assert len(roads) >= 4
    for road in roads:
        assert len(road.read_text().splitlines()) <= 10, road
        assert "*Tried:*" in road.read_text(), road


def test_the_first_cell_brings_a_lecture_s_files_along():
    cell = install_cell("https://github.com/ada/gans", "notebooks")
    assert cell.splitlines()[0].startswith("!git clone")
    assert cell.splitlines()[1] == "%cd gans/notebooks"
