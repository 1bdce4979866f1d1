"""In a real browser: a student's lecture and assignment, an instructor's formgrader."""

import csv
import os
import shutil
import subprocess
import sys

import nbformat
import pytest
from nbgrader.api import Gradebook

from browser import jupyterlab, open_notebook, page, require_chromium, run_all
from classroom import ROOT, answered, hand_in, make_course, model_answers


@pytest.fixture(scope="module")
def course_folder(tmp_path_factory):
    require_chromium()
    folder = make_course(tmp_path_factory.mktemp("course"))
    for lecture in (ROOT / "notebooks").glob("*.ipynb"):
        shutil.copy(lecture, folder / "notebooks")
    right = model_answers()
    hand_in(folder, "ada", answered(right))
    hand_in(folder, "bob", answered({"generator": right["generator"], "overshoot-in-words": "It is the slope."}))
    command = [sys.executable, "-m", "gancourse.cli", "grade", "ps1"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def address(course_folder, tmp_path_factory):
    with jupyterlab(course_folder, tmp_path_factory.mktemp("home")) as url:
        yield url


@pytest.fixture
def tab():
    with page() as tab:
        yield tab


def test_the_course_opens_at_the_start_page(address, tab):
    tab.goto(f"{address}/?token=test")
    tab.wait_for_selector(".jp-Notebook h1:has-text('Start here')")


def test_the_lecture_runs_and_a_slider_moves_the_picture(address, tab):
    open_notebook(tab, address, "notebooks/03_shift_gan.ipynb")
    run_all(tab)
    image = tab.locator("img.widget-image").first
    image.wait_for()
    before = image.get_attribute("src")
    handle = tab.locator(".widget-slider .noUi-handle").first
    handle.focus()
    tab.keyboard.press("ArrowRight")
    tab.wait_for_function("before => document.querySelector('img.widget-image').src !== before", arg=before)
    tab.wait_for_selector("text=At θ = 3.10")
    tab.wait_for_selector(".jp-Notebook h2:has-text('Your turn')")
    assert tab.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0

    # The player: the slider's End key goes to the last round.
    tab.locator(".widget-slider .noUi-handle").nth(3).focus()
    tab.keyboard.press("End")
    tab.wait_for_selector("text=Round 150.")
    alternatives = [
        image.get_attribute("alt") for image in tab.locator(".jp-RenderedHTMLCommon img[src^='data:']").all()
    ]
    assert len(alternatives) > 10
    assert all(alternatives), "figures have alternative text in the browser"


LIVE = """
import torch
from IPython.display import display
from gancourse.games.gan import GAN
from gancourse.training.loop import train
from gancourse.widgets.games import TrainingScatter
from gancourse.data.worlds.mixtures import ring

torch.manual_seed(0)
scatter = TrainingScatter(ring().standardised())
display(scatter)
history = train(GAN(), ring().standardised().batches(32), 40, snapshots=5, watch=scatter.watch)
"""


def run_as_notebook(code, name, course_folder, address, tab):
    """Open a notebook of one cell and run it."""
    kernel = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
    }  # else it is asked for
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)], metadata=kernel)
    nbformat.write(notebook, course_folder / "notebooks" / f"{name}.ipynb")
    open_notebook(tab, address, f"notebooks/{name}.ipynb")
    run_all(tab)


def test_a_training_is_watched_live_and_scrubbed_afterwards(course_folder, address, tab):
    run_as_notebook(LIVE, "live", course_folder, address, tab)
    tab.wait_for_selector("text=After 40 steps")
    tab.locator(".widget-slider .noUi-handle").first.focus()
    tab.keyboard.press("Home")
    tab.wait_for_selector("text=After 0 steps")
    tab.keyboard.press("ArrowRight")
    tab.wait_for_selector("text=After 10 steps")


IMAGES = """
import torch
from IPython.display import display
from gancourse.training.history import History, Snapshot
from gancourse.widgets.images import CycleExplorer, ImageExplorer, MetricsExplorer, TrainingImages
from gancourse.widgets.layout import LayoutPainter
from gancourse.plots.translation import layouts

torch.manual_seed(0)
logits = torch.zeros(4)
x = [Snapshot(step, torch.rand(4, 3, 16, 16) * 2 - 1, logits, logits) for step in (0, 10, 20)]
display(TrainingImages(History(x)))

shade = lambda shade: (torch.full((2, 1, 8, 8), shade), f"a shade of {shade:.1f}")
display(ImageExplorer(shade, 2, shade=(0.0, -1, 1, 0.1)))

grid = {"noise": [0, 60], "classes": [5, 10], "scores": {"Fréchet": [[2.0, 0.0], [4.0, 3.0]]}}
display(MetricsExplorer(grid, lambda noise, classes: torch.full((40, 1, 28, 28), classes / 10 - noise / 60)))

display(LayoutPainter(layouts))

display(CycleExplorer(torch.rand(2, 3, 16, 16), x))
"""

# Of each: which slider is moved, by which key, what is then said, and what was said before.
MOVED = (
    (0, "ArrowLeft", "Step 10: 4 samples", "Step 20: 4 samples"),
    (0, "ArrowRight", "a shade of 0.1", "a shade of 0.0"),
    (0, "ArrowRight", "noise of 60 grey levels", "noise of 0 grey levels"),
    (0, "End", "star at the top right", "star at the top left"),
    (0, "Home", "Step 0: 2 images", "Step 20: 2 images"),
)


def test_image_widgets_follow_the_keyboard(course_folder, address, tab):
    run_as_notebook(IMAGES, "images", course_folder, address, tab)
    widgets = tab.locator(".jp-OutputArea-child:has(img.widget-image)")
    for i, (which, key, now, before) in enumerate(MOVED):
        widget = widgets.nth(i)
        widget.locator(f"text={before}").wait_for()
        picture = widget.locator("img.widget-image").element_handle()
        was = picture.get_attribute("src")
        widget.locator(".noUi-handle").nth(which).focus()
        tab.keyboard.press(key)
        widget.locator(f"text={now}").wait_for()
        tab.wait_for_function("([picture, was]) => picture.src !== was", arg=[picture, was])
    assert widgets.count() == len(MOVED)
    assert tab.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0

    # The play button, at the last snapshot, starts again.
    first = widgets.first
    first.locator(".noUi-handle").focus()
    tab.keyboard.press("End")
    first.locator("text=Step 20: 4 samples").wait_for()
    first.locator(".jupyter-widget-play button, .widget-play button").first.click()
    first.locator("text=Step 0: 4 samples").wait_for()
    first.locator("text=Step 20: 4 samples").wait_for()


def save_answers(course_folder, answers):
    nbformat.write(answered(answers), course_folder / "assignments" / "ps1" / "ps1.ipynb")


def validate(tab, address):
    open_notebook(tab, address, "assignments/ps1/ps1.ipynb")
    tab.click("button:has-text('Validate'), jp-button:has-text('Validate')")
    dialog = tab.locator(".jp-Dialog, .modal-dialog").last
    dialog.locator("text=/Validation Results|Success|failed/i").first.wait_for()
    return dialog.inner_text()


def test_validate_passes_the_right_answers(course_folder, address, tab):
    save_answers(course_folder, model_answers())
    assert "Success" in validate(tab, address)


def test_validate_fails_a_wrong_answer_and_gives_its_hint(course_folder, address, tab):
    save_answers(course_folder, model_answers() | {"generator": "def generator(z, theta):\n    return z - theta\n"})
    said = validate(tab, address)
    assert "generator: 0 of 2 points" in said
    assert "The sign of θ" in said


def test_a_student_sees_a_panel_and_no_traceback(course_folder, address, tab):
    save_answers(course_folder, {"generator": "def generator(z, theta):\n    return z * theta\n"})
    open_notebook(tab, address, "assignments/ps1/ps1.ipynb")
    run_all(tab)  # stops at the first check that fails
    tab.wait_for_selector("text=This generator shifts")
    tab.wait_for_selector(".jp-OutputArea-output:has-text('Not there yet')")
    assert "Traceback" not in tab.inner_text(".jp-Notebook")


def test_formgrader_lists_the_class_and_a_manual_score_reaches_the_table(course_folder, address, tab):
    tab.goto(f"{address}/?token=test")  # logs in; the formgrader's own pages do not
    tab.wait_for_selector(".jp-Notebook")
    tab.goto(f"{address}/formgrader/manage_submissions/ps1")
    tab.wait_for_selector("td:has-text('ada')")
    assert tab.locator("td:has-text('bob')").count()

    tab.goto(f"{address}/formgrader/gradebook/ps1/ps1")
    tab.click("text=/Submission #/ >> nth=0")
    for who in range(2):
        tab.wait_for_selector("input.score")
        if "It is the slope" in tab.inner_text("body"):
            break
        assert who == 0, "bob's words are shown to the grader"
        tab.click("text=/Next/ >> nth=0")
        tab.wait_for_timeout(2000)
    box = tab.locator("input.score").last
    box.fill("3")
    box.press("Tab")
    tab.wait_for_timeout(2000)
    command = [sys.executable, "-m", "gancourse.cli", "grade", "ps1"]
    subprocess.run(command, cwd=course_folder, check=True, capture_output=True)
    rows = {r["student_id"]: r for r in csv.DictReader(open(course_folder / "grades.csv"))}
    assert float(rows["bob"]["score"]) == 2 + 3
    assert float(rows["ada"]["score"]) == 35


def test_formgraders_button_grades_through_the_sandbox(course_folder, address, tab):
    harm = course_folder / "written-by-a-notebook"
    attempt = f"import os\nopen({str(harm)!r}, 'w').write('x')"
    seen = "import os\nprint('sees', *map(os.path.exists, ('/home/student/checks.json', '/etc/passwd')))"
    notebook = answered(model_answers(), extra=attempt)
    notebook.cells.insert(2, nbformat.v4.new_code_cell(seen, id="what-it-sees"))
    script = "<img src=x onerror=\"document.title='taken over'\"><script>document.title='taken over'</script>Hello"
    links = "\n\n[click](javascript:alert(1)) [me][1] $x^2$\n\n[1]: data:text/html,<script>alert(1)</script>\n"
    shown = f"from IPython.display import HTML, Javascript, display\ndisplay(HTML({script!r}), Javascript('alert(1)'))"
    notebook.cells.insert(3, nbformat.v4.new_code_cell(shown, id="what-it-shows"))
    notebook.cells.insert(4, nbformat.v4.new_markdown_cell(script + links, id="what-it-says"))
    hand_in(course_folder, "cyd", notebook)
    tab.goto(f"{address}/?token=test")
    tab.wait_for_selector(".jp-Notebook")
    tab.goto(f"{address}/formgrader/manage_submissions/ps1")
    row = tab.locator("tr", has=tab.locator("td:has-text('cyd')"))
    row.locator("td.autograde a").click()
    tab.wait_for_selector("text=Successfully autograded 'ps1' for student 'cyd'")
    assert not harm.exists()
    graded = nbformat.read(course_folder / "autograded" / "cyd" / "ps1" / "ps1.ipynb", as_version=4)
    printed = "".join(o.get("text", "") for c in graded.cells if c.cell_type == "code" for o in c.outputs)
    assert "sees True False" in printed
    with Gradebook(f"sqlite:///{course_folder}/gradebook.db") as gradebook:
        assert gradebook.find_submission("ps1", "cyd").score == 35
        about = gradebook.find_submission_notebook("ps1", "ps1", "cyd")
    tab.goto(f"{address}/formgrader/submissions/{about.id}")
    tab.wait_for_selector("text=/generator.*2 of 2 points/")
    assert "Hello" in tab.inner_text("body")
    assert tab.title() != "taken over"
    assert tab.locator("[onerror]").count() == 0
    assert tab.locator("a[href^='javascript'], a[href^='data']").count() == 0
    if picture := os.environ.get("GANCOURSE_PICTURE"):
        tab.screenshot(path=picture, full_page=True)
