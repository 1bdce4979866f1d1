"""What one sees first, on the README and the start page: what the course makes, and the game."""

import io

import nbformat
import numpy as np
import pytest
from PIL import Image

from classroom import ROOT
from gancourse.plots import png
from gancourse.plots.diagrams import diagram

START = ROOT / "notebooks" / "00_start_here.ipynb"


@pytest.mark.parametrize("name", ["README", "start page"])
def test_a_generated_picture_and_the_game_come_before_anything_to_install(name):
    first = (ROOT / "README.md").read_text().split("You need")[0]
    if name != "README":
        first = nbformat.read(START, as_version=4).cells[0].source.split("You need")[0]
    assert "images/models/modern-faces.png" in first
    assert "images/game.png" in first
    assert len(first.split()) < 150


def test_the_diagram_is_the_one_that_the_package_draws():
    drawn = Image.open(io.BytesIO(png(diagram("gan"), dpi=200, compress=True))).convert("RGB")
    kept = Image.open(ROOT / "docs" / "images" / "game.png").convert("RGB")
    assert kept.size == drawn.size
    assert np.abs(np.asarray(kept, dtype=int) - np.asarray(drawn)).mean() < 2  # another FreeType smooths otherwise


def test_the_start_page_keeps_how_exercises_are_written_to_itself():
    code = "".join(c.source for c in nbformat.read(START, as_version=4).cells if c.cell_type == "code")
    assert "Misconception" not in code
