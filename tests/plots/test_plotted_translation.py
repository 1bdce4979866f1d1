"""What the figures of lectures 12 and 13 draw, against values reckoned here from what they are given."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from drawn import (
    assert_grid,
    assert_legend,
    assert_level,
    assert_line,
    grey,
    pixels,
    style,
    ticks,
    title,
)
from gancourse.data.worlds.shapes import BACKGROUNDS, COLOURS, shapes
from gancourse.plots import FAKE, INK, JUDGE, REAL, png
from gancourse.plots import translation as figures
from gancourse.training.history import Snapshot
from gancourse.widgets.images import CycleExplorer
from gancourse.widgets.layout import LayoutPainter


def images(n, side=16, seed=0, channels=3):
    return torch.rand((n, channels, side, side), generator=torch.Generator().manual_seed(seed)) * 2 - 1


def squares(ax):
    """(left, top, side, colour) of every outline, of which the upper of two lines is coloured."""
    found = []
    for white, line in zip(ax.get_lines()[::2], ax.get_lines()[1::2], strict=True):
        assert np.array_equal(white.get_xydata(), line.get_xydata())
        left, top = line.get_xydata().min(axis=0)
        corners = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
        side = np.ptp(line.get_xdata())
        np.testing.assert_allclose(line.get_xydata(), [left, top] + side * np.array(corners))
        found.append((left, top, side, style(line)[0]))
    return found


def test_receptive_fields_draw_the_picture_and_a_square_of_the_size_of_each_field():
    image = images(1)[0]
    figure = figures.receptive_fields(image, [1, 7, 22], ["a", "b", "c"])
    for ax, field, name in zip(figure.axes, (1, 7, 22), "abc", strict=True):
        assert np.array_equal(pixels(ax), grey(image[None])[0])
        assert tuple(ax.get_images()[0].get_extent()) == (0, 16, 16, 0)
        ((left, top, side, _),) = squares(ax)
        assert side == field and left == top and abs(left + side / 2 - 8) <= 0.5
        assert title(ax) == name
        assert ax.get_xlabel().startswith(f"{field} × {field} pixels\n{100 * field / 16:.0f}%")


def test_field_map_draws_the_gradient_and_both_squares():
    magnitude = torch.zeros(12, 20)
    magnitude[2:8, 9:15] = 0.1
    magnitude[4:6, 10:12] = 20.0
    figure = figures.field_map(magnitude, 6)
    ax = figure.axes[0]
    np.testing.assert_allclose(pixels(ax), magnitude / 20)
    assert tuple(ax.get_images()[0].get_extent()) == (0, 20, 12, 0)
    theory, effective = squares(ax)
    assert theory == (9, 2, 6, INK)
    assert effective == (10, 4, 2, FAKE)
    share = 80 / (80 + 32 * 0.1)
    named = ["theory: 6 pixels, with 100.0% of the gradient", f"effective: 2 pixels, with {100 * share:.1f}%"]
    assert_legend(figure.legends[0], dict(zip(named, ax.get_lines()[1::2], strict=True)))


def test_sweep_draws_every_run_near_its_field_and_lines_through_the_means():
    rows = [
        {"field": 34, "accuracy": [0.7, 0.9, 0.74], "images_per_second": [200, 220]},
        {"field": 7, "accuracy": [0.5, 0.7, 0.72], "images_per_second": [300, 310]},
    ]
    figure = figures.sweep(rows, label="right [%]", real=0.95)
    left, right = figure.axes
    few, many, through, real = left.get_lines()
    for line, field, values in ((few, 7, [50, 70, 72]), (many, 34, [70, 90, 74])):
        x, y = line.get_xydata().T
        np.testing.assert_allclose(y, values)
        assert (np.abs(x / field - 1) < 0.1).all() and style(line) == (REAL, "None", "o")
    assert_line(through, [7, 34], [64, 78], (REAL, "-", "None"))
    assert_level(real, y=95)
    assert_legend(left.get_legend(), {"real images": real})
    few, many, through = right.get_lines()
    for line, field, values in ((few, 7, [300, 310]), (many, 34, [200, 220])):
        x, y = line.get_xydata().T
        np.testing.assert_allclose(y, values)
        assert (np.abs(x / field - 1) < 0.1).all() and style(line) == (JUDGE, "None", "s")
    assert_line(through, [7, 34], [305, 210], (JUDGE, "-", "None"))
    assert (left.get_ylabel(), right.get_ylabel()) == ("right [%]", "images a second")
    for ax in (left, right):
        assert ticks(ax.xaxis) == {"7": 7, "34": 34} and ax.get_xscale() == "log"


def test_ablation_draws_every_run_in_its_row_and_a_copy_where_there_is_one():
    panels = {"there": {"all": [7, 8, 9], "no cycle": [20, 70]}, "back": {"all": [2, 3, 4], "no cycle": [60, 15]}}
    figure = figures.ablation(panels, {"there": 5.5})
    left, right = figure.axes
    for ax, (of, named) in zip((left, right), panels.items(), strict=True):
        lines = ax.get_lines()
        for row, (line, runs) in enumerate(zip(lines[:2], named.values(), strict=True)):
            assert_line(line, runs, row, (FAKE, "None", "^"))
        assert ax.get_xscale() == "log" and ax.get_xlabel() == f"{of} [grey levels]" and ax.yaxis_inverted()
    assert ticks(left.yaxis) == {"all": 0, "no cycle": 1}
    copy = left.get_lines()[2]
    assert len(right.get_lines()) == 2 and list(copy.get_xdata()) == [5.5, 5.5]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["a copy of the input"]


def test_zoomed_draws_each_image_and_its_square_enlarged_beside_it():
    made, truth = images(2), images(2, seed=1)
    (ax,) = figures.zoomed([("made", made), ("truth", truth)], (8, 4, 4)).axes
    expected = {}
    for row, x in enumerate((made, truth)):
        for i, image in enumerate(grey(x)):
            expected[row, 2 * i] = image
            expected[row, 2 * i + 1] = image[4:8, 8:12].repeat(4, 0).repeat(4, 1)
    assert_grid(pixels(ax), expected)
    places = [(18 * 2 * i + 8 - 0.5, 18 * row + 4 - 0.5, 4, INK) for row in (0, 1) for i in (0, 1)]
    assert squares(ax) == places
    assert list(ticks(ax.yaxis)) == ["made", "truth"]


def layout_of(scenes):
    """The picture of a layout, pixel by pixel, from the colours that the world paints with."""
    from gancourse.data.pairs import planes

    marked = planes(scenes).numpy() > 127
    grounds, colours = list(BACKGROUNDS.values()), list(COLOURS.values())
    picture = np.zeros((len(marked), *marked.shape[2:], 3), dtype=int)
    for k, colour in enumerate(grounds):
        picture[marked[:, k]] = colour
    for k, colour in enumerate(colours):
        picture[marked[:, k - len(colours)]] = colour
    return picture


def test_painted_draws_layouts_above_what_the_model_makes_of_them():
    scenes = shapes(3, 16, 2, generator=torch.Generator().manual_seed(0))
    (ax,) = figures.painted(scenes, lambda x: images(len(x), seed=4)).axes
    expected = {(0, i): image for i, image in enumerate(layout_of(scenes))}
    expected |= {(1, i): image for i, image in enumerate(grey(images(3, seed=4)))}
    assert_grid(pixels(ax), expected)
    assert list(ticks(ax.yaxis)) == ["layout", "rendering"]


def test_layout_painter_draws_the_layout_at_the_left_and_the_rendering_at_the_right():
    painter = LayoutPainter(lambda x: -figures.layouts(x), size=16, objects=2)
    painter.controls["x_1"].value, painter.controls["background"].value = 0.7, 2
    picture = np.asarray(Image.open(io.BytesIO(painter.image.value)).convert("RGB"))
    times = picture.shape[0] // 16
    (layout,) = layout_of(painter.scenes())
    assert_grid(picture[::times, ::times], {(0, 0): layout, (0, 1): 255 - layout})


def snapshot(n, seed=0):
    """Of images, what a model makes of them and what comes back of that: its samples hold the two in turn."""
    made, back = images(n, seed=seed + 1), images(n, seed=seed + 2)
    return made, back, Snapshot(seed, torch.stack([made, back], dim=1).flatten(0, 1), None, None)


@pytest.mark.parametrize("shown", [2, 8])
def test_cycles_draw_images_translations_what_comes_back_and_twice_the_difference(shown):
    x, (made, back, last) = images(3), snapshot(3)
    (ax,) = figures.cycles(x, last, shown=shown).axes
    rows = x, made, back, (2 * (back - x)).clamp(-1, 1)
    expected = {(row, i): grey(part)[i] for row, part in enumerate(rows) for i in range(min(3, shown))}
    assert_grid(pixels(ax), expected)
    assert list(ticks(ax.yaxis)) == ["input", "translation", "back again", "back − input, × 2"]


def test_cycle_explorer_draws_the_snapshot_it_is_scrubbed_to():
    x, snapshots = images(3), [snapshot(3, seed=10 * i)[2] for i in range(3)]
    explorer = CycleExplorer(x, snapshots, shown=2)
    for at in (2, 0):
        explorer.at.value = at
        assert explorer.image.value == png(figures.cycles(x, snapshots[at], shown=2))
