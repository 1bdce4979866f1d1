"""A lecture opened for the projector: its widgets are alive when the page is, and its code is folded."""

import contextlib
import os
import signal
import subprocess
import sys
import threading

import nbformat
import pytest

from browser import TIMEOUT, page, require_chromium
from classroom import ROOT
from gancourse.lectures.copies import chosen
from gancourse.lectures.live import for_the_hall, needed


def lecture(*cells):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])


def test_only_what_widgets_need_is_run():
    notebook = lecture(
        "import numpy as np\nfrom gancourse.widgets import Explorer",
        "!ls\nx = np.ones(3)",
        "print(x.sum())",
        "y = slow(x)",
        "Explorer(x)",
        "z = 1",
    )
    assert needed(notebook) == ([4], [0, 1, 4])


def test_a_cell_that_trains_is_left_to_the_lecturer():
    notebook = lecture("from gancourse.widgets import Scatter", "s = Scatter()\ntrain(game, watch=s.watch)")
    assert needed(notebook) == ([], [])
    assert needed(lecture("from gancourse.widgets import S", "h = train(game)", "S(h)"))[1] == [0, 2]


@pytest.mark.parametrize("path", chosen(ROOT), ids=lambda p: p.stem)
def test_in_the_hall_code_is_folded_and_outputs_are_kept(path):
    original = nbformat.read(path, as_version=4)
    shown = for_the_hall(original)
    for before, after in zip(original.cells, shown.cells, strict=True):
        assert after.source == before.source
        if before.cell_type == "code":
            assert after.metadata["jupyter"]["source_hidden"] and after.outputs == before.outputs


@pytest.mark.slow
def test_a_slider_moves_before_any_cell_is_run(tmp_path):
    require_chromium()
    for name in ("nbgrader_config.py", "assignments"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "notebooks").mkdir()
    for name in ("03_shift_gan.ipynb", "measured"):
        (tmp_path / "notebooks" / name).symlink_to(ROOT / "notebooks" / name)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "IPYTHONDIR": str(tmp_path / "ipython")}
    command = [sys.executable, "-m", "gancourse.cli", "lecture", "03", "--no-browser"]
    server = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        said = []
        for line in server.stderr:
            said.append(line)
            if line.startswith("Ready: "):
                break
        address = said[-1].removeprefix("Ready: ")
        assert address != said[-1], "".join(said[-30:])
        threading.Thread(target=server.stderr.read, daemon=True).start()  # a full pipe would stop it
        with page() as tab:
            tab.goto(address.strip())
            image = tab.locator("img.widget-image").first
            image.wait_for()
            before = image.get_attribute("src")
            tab.locator(".widget-slider .noUi-handle").first.focus()
            tab.keyboard.press("ArrowRight")
            moved = "before => document.querySelector('img.widget-image').src !== before"
            tab.wait_for_function(moved, arg=before)
            assert tab.locator(".jp-Notebook .jp-Editor:visible").count() == 0
            size = "parseFloat(getComputedStyle(document.querySelector('.jp-RenderedMarkdown p')).fontSize)"
            assert tab.evaluate(size) >= 20
        server.terminate()
        server.wait(TIMEOUT / 1000)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
