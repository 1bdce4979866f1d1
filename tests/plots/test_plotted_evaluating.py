"""What the figures of lecture 09 draw, against values reckoned here from what they are given."""

import numpy as np
import torch

from drawn import (
    assert_grid,
    assert_legend,
    assert_level,
    assert_line,
    bars,
    between,
    grey,
    moved,
    pixels,
    style,
    ticks,
    title,
)
from gancourse.plots import FAKE, INK, REAL
from gancourse.plots import evaluating as figures
from gancourse.widgets.images import MetricsExplorer


def cells(ax):
    """By (row, column), the words of a table's cell."""
    return {tuple(int(i) for i in text.get_position()[::-1]): text.get_text() for text in ax.texts}


def grounds(ax):
    """By (row, column), the colour behind a table's cell; None where there is none."""
    found = {}
    for area in ax.collections:
        corners = area.get_paths()[0].vertices
        x, y = (corners.min(axis=0) + corners.max(axis=0)) / 2
        found[round(y), round(x)] = style(area)[0]
    return found


ROWS, COLUMNS = ["honest", "copies", "blurred"], ["Fréchet", "recall"]
VALUES = [[1.0, 0.9], [-0.25, np.nan], [1234.6, 0.006]]


def test_score_table_has_every_number_in_its_cell_and_colours_those_that_are_fooled():
    figure = figures.score_table(ROWS, COLUMNS, VALUES, fooled=[[True, True], [True, True], [False, True]])
    (ax,) = figure.axes
    shown = {(0, 0): "1.00", (0, 1): "0.90", (1, 0): "−0.25 ▲", (1, 1): "–", (2, 0): "1,235", (2, 1): "0.01 ▲"}
    assert cells(ax) == shown
    orange, blue = figures.PALE_FAKE, figures.PALE_REAL
    assert grounds(ax) == {(0, 0): None, (0, 1): None, (1, 0): orange, (1, 1): None, (2, 0): blue, (2, 1): orange}
    assert ticks(ax.xaxis) == {"Fréchet": 0, "recall": 1}
    assert ticks(ax.yaxis) == {"honest": 0, "copies": 1, "blurred": 2}
    assert ax.yaxis_inverted() and not ax.xaxis_inverted(), "rows from the top"


def test_score_table_marks_the_best_and_judges_nobody_unasked():
    figure = figures.score_table(ROWS[:2], COLUMNS, VALUES[:2], best=[[False, True], [True, False]])
    assert cells(figure.axes[0]) == {(0, 0): "1.00", (0, 1): "0.90 ●", (1, 0): "−0.25 ●", (1, 1): "–"}
    assert set(grounds(figure.axes[0]).values()) == {None}


def test_bias_draws_means_and_eight_of_ten_draws():
    sizes = [50, 100, 400]
    rng = np.random.default_rng(0)
    frechet, kernel = rng.exponential(size=(3, 11)) + 1, rng.normal(size=(3, 11))
    figure = figures.bias(sizes, frechet, kernel)
    for ax, values, name in zip(figure.axes, (frechet, kernel), ("Fréchet distance", "kernel distance"), strict=True):
        mean, truth = ax.get_lines()
        assert_line(mean, sizes, values.sum(axis=1) / 11, (REAL, "-", "o"))
        assert_level(truth, y=0)
        ranked = np.sort(values, axis=1)
        np.testing.assert_allclose(between(ax.collections[0], sizes), [ranked[:, 1], ranked[:, 9]])
        assert ax.get_ylabel() == name
        assert ticks(ax.xaxis) == {"50": 50, "100": 100, "400": 400}
    ax = figure.axes[0]
    named = {"mean": ax.get_lines()[0], "truth": ax.get_lines()[1], "8 of 10 draws": ax.collections[0]}
    assert_legend(ax.get_legend(), named)


def test_blind_spots_are_a_dot_for_every_seed_in_the_row_of_its_change():
    table = {
        "pixels": {"fonts": [0.1, 0.3], "angle": [0.01, 0.02]},
        "class": {"fonts": [0.5, 0.6], "angle": [0.7, 0.8]},
        "more": {"fonts": [1.5, 1.6], "angle": [1.7, 1.8]},
    }
    figure = figures.blind_spots(table)
    (ax,) = figure.axes
    looks = dict(zip(table, ((INK, "None", "s"), (FAKE, "None", "D"), (REAL, "None", "o")), strict=True))
    drawn = [line for line in ax.get_lines() if len(line.get_xdata())]
    wanted = [(kind, row, seeds) for kind in table for row, seeds in enumerate(table[kind].values())]
    for line, (kind, row, seeds) in zip(drawn, wanted, strict=True):
        assert list(line.get_xdata()) == seeds and style(line) == looks[kind]
        assert set(np.round(line.get_ydata())) == {row}
    assert ticks(ax.yaxis) == {"fonts": 0, "angle": 1} and ax.yaxis_inverted()
    assert_legend(figure.legends[0], dict(zip(table, drawn[::2], strict=True)))


def test_factors_draw_shares_and_densities_whose_area_is_one():
    rng = np.random.default_rng(0)
    estimates = {"angle [°]": torch.tensor(rng.normal(2, 9, 400)), "thickness": rng.uniform(0, 1, 50)}
    ranges = {"angle [°]": (-15.0, 15.0), "thickness": (0.25, 1.25)}
    figure = figures.factors([0.2, 0.5, 0.3], estimates, ranges)
    first, *others = figure.axes
    drawn = bars(first.containers[0])
    np.testing.assert_allclose(drawn[:, 0] + drawn[:, 1] / 2, [0, 1, 2])
    np.testing.assert_allclose(drawn[:, 2:], [[0, 0.2], [0, 0.5], [0, 0.3]])
    assert_level(first.get_lines()[0], y=1 / 3, colour=REAL)
    for ax, (name, values) in zip(others, estimates.items(), strict=True):
        assert ax.get_xlabel() == name
        values, (low, high) = np.asarray(values), ranges[name]
        (steps,) = ax.patches
        edges, heights = steps.get_xy()[::2, 0], steps.get_xy()[1:-1:2, 1]
        np.testing.assert_allclose(edges, np.linspace(values.min(), values.max(), 31))
        np.testing.assert_allclose(np.sum(heights * np.diff(edges)), 1)
        below = [(values < edge).sum() for edge in edges[1:-1]]
        np.testing.assert_allclose(heights, np.diff([0, *below, len(values)]) / len(values) / np.diff(edges))
        (world,) = ax.get_lines()
        assert_line(world, [low, low, high, high], np.array([0, 1, 1, 0]) / (high - low), (REAL, "-", "None"))
        assert style(steps)[1] == FAKE
    named = {"the world": others[0].get_lines()[0], "generated": others[0].patches[0]}
    assert_legend(figure.legends[0], named)


def grid():
    rng = np.random.default_rng(1)
    scores = {
        "Fréchet": rng.uniform(0, 9, (3, 4)),
        "kernel": rng.uniform(-0.1, 2, (3, 4)),
        "recall": rng.random((3, 4)),
    }
    return {
        "noise": [0, 20, 60],
        "classes": [1, 3, 5, 10],
        "scores": {name: values.tolist() for name, values in scores.items()},
    }


def good(name, scores):
    """1 for the best that there is: no distance, or the greatest share."""
    scores = np.clip(scores, 0, None)
    return scores / scores.max() if name == "recall" else 1 - (scores / scores.max()) ** 0.5


def test_landscape_has_a_map_for_each_metric_with_noises_up_and_classes_across():
    measured = grid()
    figure = figures.landscape(measured)
    *maps, bar = figure.axes
    for ax, (name, scores) in zip(maps, measured["scores"].items(), strict=True):
        assert title(ax) == name
        (cells_,) = ax.collections
        np.testing.assert_allclose(cells_.get_array(), good(name, scores))
        corners = cells_.get_coordinates()
        assert (corners[:-1, 0, 1] < range(3)).all() and (corners[1:, 0, 1] > range(3)).all()
        assert (corners[0, :-1, 0] < [1, 3, 5, 10]).all() and (corners[0, 1:, 0] > [1, 3, 5, 10]).all()
        assert cells_.get_clim() == (0, 1)
    assert ticks(maps[0].yaxis) == {"0": 0, "20": 1, "60": 2}
    assert ticks(bar.yaxis) == {"bad": 0, "good": 1}


def assert_dials(figure, measured, x, noise, classes):
    """The whole picture is that of these images and of the metrics at this place of the grid."""
    left, right = figure.axes
    assert_grid(pixels(left), {(i // 8, i % 8): image for i, image in enumerate(grey(x))})
    drawn = bars(right.containers[0])
    wanted = [good(name, scores)[noise, classes] for name, scores in measured["scores"].items()]
    np.testing.assert_allclose(drawn[:, 0], 0)
    np.testing.assert_allclose(drawn[:, 1], wanted)
    np.testing.assert_allclose(drawn[:, 2] + drawn[:, 3] / 2, range(3))
    assert ticks(right.yaxis) == {name: i for i, name in enumerate(measured["scores"])}
    numbers = [float(text.get_text().replace("−", "-")) for text in right.texts]
    assert [text.get_position()[1] for text in right.texts] == [0, 1, 2]
    at = [np.array(scores)[noise, classes] for scores in measured["scores"].values()]
    np.testing.assert_allclose(numbers, at, atol=0.005 + 1e-9)


def images(seed):
    return torch.rand((40, 1, 28, 28), generator=torch.Generator().manual_seed(seed)) * 2 - 1


def test_dials_picture_draws_the_images_and_a_bar_for_each_metric():
    measured = grid()
    picture = figures.DialsPicture(measured)
    picture.update(images(0), 1, 2)
    assert_dials(picture.figure, measured, images(0), 1, 2)
    changed = moved(picture.figure, lambda: picture.update(images(1), 2, 0))
    assert_dials(picture.figure, measured, images(1), 2, 0)
    assert changed == set(picture.moving), "a frame draws all that moves"


def test_metrics_explorer_draws_where_its_sliders_are():
    measured = grid()
    explorer = MetricsExplorer(measured, lambda noise, classes: images(100 * noise + classes))
    assert_dials(explorer._picture.figure, measured, images(10), 0, 3)
    explorer.noise.value, explorer.classes.value = 2, 1
    assert_dials(explorer._picture.figure, measured, images(6003), 2, 1)
