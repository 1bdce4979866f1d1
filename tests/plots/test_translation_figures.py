"""The figures and widgets of lectures 12 and 13: what they draw, what their words say, what a control moves."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from gancourse.data.images import to_float
from gancourse.data.pairs import planes
from gancourse.data.worlds.shapes import BACKGROUNDS, COLOURS, SHAPES, shapes
from gancourse.games.cyclegan import CycleGAN
from gancourse.games.patch import layers_of, receptive_field
from gancourse.plots import translation as figures
from gancourse.training.loop import train
from gancourse.widgets.images import CycleExplorer
from gancourse.widgets.layout import LayoutPainter


def pixels(image):
    return np.asarray(Image.open(io.BytesIO(image))).astype(int)


def outlines(ax):
    """(left, top, side) of every square that is drawn over an image; each is drawn in two colours."""
    squares = [(line.get_xdata()[0], line.get_ydata()[0], np.ptp(line.get_xdata())) for line in ax.get_lines()]
    assert squares[::2] == squares[1::2]
    assert all(a.get_color() != b.get_color() for a, b in zip(ax.get_lines()[::2], ax.get_lines()[1::2], strict=True))
    return squares[::2]


def test_receptive_fields_are_drawn_to_scale_at_one_place():
    image = to_float(shapes(1, 32).image)[0]
    fields = [receptive_field(layers_of(k)) for k in (-1, 0, 1, 2)]
    figure = figures.receptive_fields(image, fields, ["a", "b", "c", "d"])
    squares = [outlines(ax)[0] for ax in figure.axes]
    assert [side for _, _, side in squares] == [1, 7, 16, 34]
    assert all(left == top and abs(left + side / 2 - 16) <= 0.5 for left, top, side in squares)
    assert len({(*ax.get_xlim(), *ax.get_ylim()) for ax in figure.axes}) == 1, "one scale"
    assert figure.axes[0].get_xlim()[1] > 33, "the largest is not cut off"
    assert [ax.get_xlabel() for ax in figure.axes][2] == "16 × 16 pixels\n50% of the side"
    assert "c 16 × 16 pixels, 50% of the side; d 34 × 34 pixels, 106% of the side" in figure.description


def test_the_map_finds_the_square_of_the_theory_and_the_one_that_holds_most():
    magnitude = torch.zeros(32, 32)
    magnitude[10:26, 3:19] = 0.1 / 252
    magnitude[16:18, 8:10] = 0.9 / 4  # nine tenths in four pixels
    figure = figures.field_map(magnitude.float(), 16)
    theory, effective = outlines(figure.axes[0])
    assert theory == (3, 10, 16)
    assert effective[2] in (2, 3), "rounding may ask for one more"
    assert "in a picture of 32 pixels: 100.0% of it in the 16 × 16 pixels of the theory" in figure.description


def test_a_gradient_outside_the_theory_is_told():
    figure = figures.field_map(torch.ones(20, 20), 10)
    assert "25.0% of it in the 10 × 10 pixels of the theory, and 90.2% in 19 × 19" in figure.description
    assert "100.0% of it in the 70 × 70" in figures.field_map(torch.ones(20, 20), 70).description


def test_every_run_of_a_sweep_is_a_point_and_lines_go_through_the_means():
    rows = [
        {"field": 34, "accuracy": [0.7, 0.9], "images_per_second": [200]},
        {"field": 7, "accuracy": [0.5, 0.7], "images_per_second": [300]},
    ]
    figure = figures.sweep(rows)
    *points, line = figure.axes[0].get_lines()
    assert np.allclose([p.get_ydata() for p in points], [[50, 70], [70, 90]])
    assert np.allclose(line.get_xydata(), [[7, 60], [34, 80]])
    assert all(ax.get_xlabel() == "receptive field [pixels]" and ax.get_ylabel() for ax in figure.axes)
    assert "7 pixels 60.0 and 300; 34 pixels 80.0 and 200" in figure.description


def test_errors_of_variants_have_a_row_each():
    figure = figures.ablation({"there": {"all": [10, 12, 14], "no cycle": [40, 50]}}, {"there": 5.0})
    assert [t.get_text() for t in figure.axes[0].get_yticklabels()] == ["all", "no cycle"]
    assert figure.description == (
        "Errors in grey levels, one for each run, there: all 10.0, 12.0, 14.0; no cycle 40.0, 50.0; "
        "a copy of the input 5.0."
    )


def test_a_square_is_outlined_and_magnified_beside_every_image():
    truth = torch.rand(2, 3, 32, 32) * 2 - 1
    near = (truth + 0).clone()
    near[..., 4:12, 8:16] += 8 / 127.5
    figure = figures.zoomed([("near", near), ("truth", truth)], (8, 4, 8))
    picture = figure.axes[0].get_images()[0].get_array()
    assert picture.shape == (2 * 34 - 2, 4 * 34 - 2, 3)
    assert np.array_equal(picture[34:, 34:66][::4, ::4], picture[34:][4:12, 8:16]), "four times as large"
    assert outlines(figure.axes[0])[:2] == [(7.5, 3.5, 8), (2 * 34 + 7.5, 3.5, 8)]
    assert figure.description.endswith("in the whole image and in the square: near 0.5 and 8.0.")


def test_a_layout_is_shown_in_the_colours_of_what_it_marks():
    scenes = shapes(4, 32, 2, striped=False)
    picture, image = figures.layouts(to_float(planes(scenes))), to_float(scenes.image)
    assert picture.shape == (4, 3, 32, 32)
    share = (picture - image).abs().amax(dim=1).lt(0.01).float().mean()
    assert share > 0.85, "all but the outlines"
    paint = to_float(torch.tensor([*COLOURS.values(), *BACKGROUNDS.values()]))
    colours = picture.permute(0, 2, 3, 1).reshape(-1, 3).unique(dim=0)
    assert all((paint - colour).abs().amax(dim=1).min() < 1e-6 for colour in colours)


def test_renderings_stand_below_their_layouts():
    scenes = shapes(3, 32, 2)
    figure = figures.painted(scenes, lambda x: -figures.layouts(x))
    assert [t.get_text() for t in figure.axes[0].get_yticklabels()] == ["layout", "rendering"]
    assert figure.description.count("background") == 3
    picture = figure.axes[0].get_images()[0].get_array().astype(int)
    assert np.abs(picture[:32] + picture[34:] - 255)[:, :32].max() <= 1


@pytest.fixture
def painter():
    asked = []

    def render(x):
        asked.append(x)
        return figures.layouts(x)

    painter = LayoutPainter(render, objects=3)
    painter.asked = asked
    return painter


def test_the_painter_draws_what_its_controls_say(painter):
    controls = painter.controls
    painter.asked.clear()
    for name, value in {"shape_1": 2, "colour_1": 4, "x_1": 0.25, "y_1": 0.8, "radius_1": 0.2, "angle_1": 20}.items():
        controls[name].value = value
    scenes = painter.scenes()
    assert (scenes.shape[0, 0], scenes.colour[0, 0], scenes.count) == (2, 4, 3)
    assert scenes.position[0, 0].tolist() == pytest.approx([0.25, 0.8])
    assert (scenes.radius[0, 0], scenes.angle[0, 0]) == (pytest.approx(0.2), 20)
    assert len(painter.asked) == 6, "once for every change"
    assert torch.equal(painter.asked[-1], to_float(planes(scenes)))
    assert painter.asked[-1].shape == (1, 15, 32, 32)
    assert "a large red triangle at the bottom left" in painter.words.value
    assert "striped" not in painter.words.value


def test_an_object_moves_in_both_pictures(painter):
    before = pixels(painter.image.value)
    painter.controls["x_1"].value = 0.2
    changed = (pixels(painter.image.value) != before).any(axis=(0, 2))
    half = len(changed) // 2
    assert changed[:half].any() and changed[half:].any()
    painter.controls["background"].value = 3
    assert "on a slate background" in painter.words.value


def test_controls_of_objects_that_are_not_there_are_hidden(painter):
    boxes = painter.view.children[0].children[1].children
    painter.controls["objects"].value = 0
    assert [box.layout.display for box in boxes] == ["", "none", "none"]
    assert painter.words.value.count(" a ") == 2, "one object, one background"
    painter.controls["objects"].value = 2
    assert [box.layout.display for box in boxes] == ["", "", ""]
    assert all(name in [c.description for c in boxes[1].children] for name in ("shape 2", "x 2", "radius 2"))
    assert len(boxes[0].children[0].options) == len(SHAPES)


def test_cycles_show_what_comes_back_and_by_how_much_it_differs():
    torch.manual_seed(0)
    scenes = (to_float(shapes(4, 16).image) for _ in iter(int, 1))
    batches = zip(scenes, scenes, strict=False)
    history = train(CycleGAN(16, width=2, blocks=1), batches, 4, snapshots=3, progress=False)
    x, last = history.first_real(), history.snapshots[-1]
    made, back = last.samples[0], last.samples[1]
    figure = figures.cycles(x, last, shown=1)
    picture = figure.axes[0].get_images()[0].get_array().astype(int)
    assert picture.shape == (4 * 18 - 2, 16, 3)
    shown = [torch.tensor(picture[18 * row : 18 * row + 16]).permute(2, 0, 1) / 127.5 - 1 for row in range(4)]
    wanted = x[0], made, back, (2 * (back - x[0])).clamp(-1, 1)
    assert all((a - b).abs().max() < 0.005 for a, b in zip(shown, wanted, strict=True))
    lost = 127.5 * (back - x[0]).abs().mean()
    assert f"what comes back, which differs from the images by {lost:.1f} grey levels" in figure.description

    explorer = CycleExplorer(x, history.snapshots)
    assert (explorer.at.value, explorer.at.max) == (2, 2)
    after = explorer.image.value
    explorer.at.value = 0
    assert explorer.image.value != after
    assert "Step 0: 4 images" in explorer.words.value
