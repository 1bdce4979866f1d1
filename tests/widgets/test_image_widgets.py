"""The image widgets without a browser: what a control moves, and that words say what the picture shows."""

import io

import numpy as np
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from gancourse.data.images import load
from gancourse.games.dcgan import DCGAN
from gancourse.plots import images as figures
from gancourse.training.loop import train
from gancourse.widgets.images import ImageExplorer, TrainingImages, enlarged


def pixels(image):
    return np.asarray(Image.open(io.BytesIO(image)))


def test_the_grid_shows_every_image_in_its_place():
    x = torch.linspace(-1, 1, 6)[:, None, None, None].expand(6, 1, 4, 4)
    grid = figures.tile(x, 4)
    assert grid.shape == (2 * 6 - 2, 4 * 6 - 2, 3)
    assert [int(grid[6 * (i // 4) + 1, 6 * (i % 4) + 1, 0]) for i in range(6)] == [0, 51, 102, 153, 204, 255]
    assert (grid[6:, 12:] == 255).all()  # nothing is there
    assert pixels(enlarged(x, 4)).shape[1] % grid.shape[1] == 0


def test_rows_are_named_and_described():
    x = load("digits").batches(6)
    figure = figures.rows([("first", next(x)), ("second", next(x))], title="Two rows")
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["first", "second"]
    assert figure.description == "Rows of images, with how many there are in each: first: 6, second: 6."


def test_long_names_and_titles_have_room():
    figure = figures.rows(
        [("copies + noise WWW", torch.zeros(2, 1, 28, 28))], title="Wider than what it stands over, by far"
    )
    renderer = FigureCanvasAgg(figure).get_renderer()
    (ax,) = figure.axes
    drawn = [text.get_window_extent(renderer) for text in (*ax.get_yticklabels(), ax.title, ax._left_title)]
    assert all(0 <= box.x0 and box.x1 <= figure.bbox.x1 for box in drawn)


def test_controls_reach_the_renderer_by_name():
    seen = []

    def render(shade, kind):
        seen.append((shade, kind))
        return torch.full((2, 1, 4, 4), shade), f"{kind} at {shade:.1f}"

    explorer = ImageExplorer(render, 2, shade=(0.0, -1, 1, 0.1), kind=["plain", "striped"])
    before = explorer.image.value
    explorer.controls["shade"].value = 0.5
    assert (pixels(before) != pixels(explorer.image.value)).any()
    explorer.controls["kind"].value = 1
    assert seen == [(0.0, 0), (0.5, 0), (0.5, 1)]
    assert "1 at 0.5" in explorer.words.value


def test_a_training_is_shown_while_it_runs_and_scrubbed_through_afterwards():
    torch.manual_seed(0)
    live = TrainingImages(shown=10)
    history = train(DCGAN(16, 1, 4), load("digits").batches(12), 6, snapshots=4, watch=live.watch, progress=False)
    assert (live.at.value, live.at.max) == (3, 3)
    last = live.image.value
    live.at.value = 0
    assert live.image.value != last
    assert "Step 0: 10 samples" in live.words.value
    assert TrainingImages(history, shown=10).image.value == last


def test_curves_are_described_by_where_they_end():
    torch.manual_seed(0)
    history = train(DCGAN(16, 1, 4), load("digits").batches(12), 40, snapshots=2, progress=False)
    figure = figures.training(history)
    assert "Losses over 40 steps" in figure.description
    assert len(figure.axes[0].get_lines()) == 4
    assert [text.get_text() for text in figure.axes[0].texts] == ["G: 0.69, tossing a coin", "D: 1.39, tossing a coin"]
