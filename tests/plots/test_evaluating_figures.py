"""The figures and the widget of lecture 09, and what its measured data must show for its text to hold."""

import io
import json

import numpy as np
import pytest
import torch
from PIL import Image

from classroom import ROOT
from gancourse.plots import evaluating as figures
from gancourse.widgets.images import MetricsExplorer

MEASURED = ROOT / "notebooks" / "measured" / "evaluating.json"


@pytest.fixture(scope="module")
def parts():
    return json.loads(MEASURED.read_text())["parts"]


@pytest.fixture
def grid():
    """Ten classes and four noises; every class adds a tenth, every noise takes a quarter away."""
    share = np.outer([1, 0.75, 0.5, 0.25], np.arange(1, 11) / 10)
    return {
        "noise": [0, 20, 40, 60],
        "classes": list(range(1, 11)),
        "scores": {"Fréchet": (1 - share).tolist(), "coverage": share.tolist(), "density": (1.2 * share).tolist()},
    }


def pixels(image):
    return np.asarray(Image.open(io.BytesIO(image)))


def words(figure):
    return [t.get_text() for t in figure.axes[0].texts]


def test_a_fooled_metric_is_marked_in_words_as_well_as_in_colour():
    figure = figures.score_table(
        ["honest", "bad"], ["score", "rate"], [[1.0, np.nan], [1.0, 1234.5]], [[True, True], [True, False]]
    )
    assert words(figure) == ["1.00", "–", "1.00 ▲", "1,234"]
    assert figure.description == "honest: score 1.00, rate –; bad: score 1.00 (fooled), rate 1,234."


def test_a_table_that_judges_nobody_has_no_marks():
    figure = figures.score_table(["a", "b"], ["score"], [[0.5], [-0.25]])
    assert words(figure) == ["0.50", "−0.25"]
    assert "fooled" not in figure.description + figure.axes[0].get_xlabel()


def test_the_best_of_a_column_is_marked_and_it_is_said_where_small_is_good():
    figure = figures.score_table(
        ["a", "b"], ["Fréchet", "copies"], [[2, 0.5], [1, 1]], best=[[False, True], [True, False]]
    )
    assert words(figure) == ["2.00", "0.50 ●", "1.00 ●", "1.00"]
    assert figure.description == "a: Fréchet 2.00, copies 0.50 (best); b: Fréchet 1.00 (best), copies 1.00."
    assert figure.axes[0].get_xlabel() == "●: the best. Small is good for Fréchet and copies."


def test_the_bias_figure_tells_both_means():
    frechet, kernel = np.array([[3.0, 5.0], [1.0, 1.5]]), np.array([[-1.0, 1.0], [0.1, -0.1]])
    description = figures.bias([50, 100], frechet, kernel).description
    assert "Fréchet distance 4.00 with 50 images and 1.25 with 100" in description
    assert "kernel distance 0.00 with 50 images" in description


def test_blind_spots_are_means_over_networks_and_every_network_is_a_dot():
    table = {kind: {"fonts": [0.1, 0.3], "nothing": [0.01, 0.01]} for kind in ("pixels", "class", "more")}
    figure = figures.blind_spots(table)
    assert "class: fonts 0.20, nothing 0.01" in figure.description
    lines = figure.axes[0].get_lines()
    assert sum(len(line.get_xdata()) for line in lines) == 3 * 4
    assert {line.get_fillstyle() for line in lines} == {"none"}, "one seed does not hide another"


def test_factors_are_compared_with_the_worlds():
    torch.manual_seed(0)
    description = figures.factors(
        np.array([0.1, 0.9]), {"angle": torch.linspace(-30, 30, 600)}, {"angle": (-15.0, 15.0)}
    ).description
    assert "rarest class has 10.0% of the images and the commonest 90.0%" in description
    assert "angle: 50% within" in description


def test_goodness_turns_distances_round(grid):
    good = figures.goodness(grid["scores"] | {"kernel": [[-0.1, 4.0, 1.0]]})
    assert np.allclose(good["kernel"], [[1, 0, 0.5]])  # the root of a squared distance
    assert good["Fréchet"].argmax() == good["coverage"].argmax() == 9
    assert good["density"].max() == 1


def test_the_sliders_move_pictures_bars_and_words(grid):
    seen = []

    def render(noise, classes):
        seen.append((noise, classes))
        return torch.full((40, 1, 28, 28), classes / 10 - noise / 60)

    explorer = MetricsExplorer(grid, render)
    first = pixels(explorer.image.value)
    assert "10 classes, noise of 0 grey levels: Fréchet 0.00, coverage 1.00, density 1.20." in explorer.words.value
    explorer.noise.value, explorer.classes.value = 2, 3
    assert seen == [(0, 10), (40, 10), (40, 4)]
    assert "4 classes, noise of 40 grey levels: Fréchet 0.80, coverage 0.20" in explorer.words.value
    assert (pixels(explorer.image.value) != first).any()
    explorer.noise.value, explorer.classes.value = 0, 9
    assert np.array_equal(pixels(explorer.image.value), first), "nothing of the other picture is left behind"


def test_the_grid_of_lecture_08_holds_what_the_lecture_claims(parts):
    grid = parts["grid"]
    scores = {name: np.array(values) for name, values in grid["scores"].items()}
    assert all(values.shape == (len(grid["noise"]), 10) for values in scores.values())
    assert scores["Fréchet"][-1, 0] < scores["Fréchet"][0, 0], "noise improves a single class"
    assert scores["Fréchet"][0, -1] == scores["Fréchet"].min()
    assert scores["precision"][0].min() > 0.85, "precision does not mind missing classes"
    assert (np.diff(scores["coverage"][0]) > 0).all(), "coverage minds each"


def test_what_networks_do_not_see_is_as_the_lecture_claims(parts):
    spots = {
        kind: {change: np.mean(seen) for change, seen in table.items()}
        for kind, table in parts["networks"]["blind_spots"].items()
    }
    pixel, label, more = spots["pixels"], spots["trained for class"], spots["trained for class, angle, thickness"]
    assert max(label["half of the fonts"], more["half of the fonts"]) < 0.1
    assert more["all upright"] > 2 * label["all upright"], "a network sees what it was asked for"
    for change, seen in parts["networks"]["blind_spots"]["trained for class"].items():
        if change != "half of the classes":
            assert max(seen) < 3 * label["nothing"] and max(seen) < 0.01, change
    assert pixel["all in the centre"] > 0.5 > 10 * max(label["all in the centre"], more["all in the centre"])
