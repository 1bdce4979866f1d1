"""What sheets, rows, film strips and curves of training hold, against values reckoned here from what they are given."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from drawn import assert_grid, assert_legend, assert_level, assert_line, grey, pixels, ticks, title
from gancourse.plots import FAKE, JUDGE
from gancourse.plots import images as figures
from gancourse.training.history import History, Snapshot
from gancourse.widgets.images import ImageExplorer, TrainingImages
from gancourse.widgets.sorting import PictureSorter


def images(n, channels=1, side=6, seed=0):
    return torch.rand((n, channels, side, side), generator=torch.Generator().manual_seed(seed)) * 2.2 - 1.1


def snapshot(step, n=8, channels=1):
    return Snapshot(step, images(n, channels, seed=step), torch.tensor([1.0, 2.0]), torch.tensor([-1.0, 0.5]))


@pytest.mark.parametrize("channels", [1, 3])
def test_sheet_draws_the_images_in_order(channels):
    x = images(7, channels)
    figure = figures.sheet(x, columns=3, title="Seven")
    assert_grid(pixels(figure.axes[0]), {(i // 3, i % 3): image for i, image in enumerate(grey(x))})
    assert title(figure.axes[0]) == "Seven"


@pytest.mark.parametrize("channels", [1, 3])
def test_rows_draw_each_row_behind_its_name(channels):
    first, second = images(4, channels), images(2, channels, seed=1)
    (ax,) = figures.rows([("first", first), ("second", second)], title="Two").axes
    expected = {(0, i): image for i, image in enumerate(grey(first))}
    expected |= {(1, i): image for i, image in enumerate(grey(second))}
    assert_grid(pixels(ax), expected)
    assert {name: round(place // 8) for name, place in ticks(ax.yaxis).items()} == {"first": 0, "second": 1}
    assert ax.yaxis_inverted() and not ax.xaxis_inverted()
    assert title(ax) == "Two"


def test_filmstrip_draws_a_row_of_the_same_samples_for_each_snapshot():
    snapshots = [snapshot(0), snapshot(40)]
    (ax,) = figures.filmstrip(snapshots, columns=5).axes
    expected = {(row, i): grey(s.samples)[i] for row, s in enumerate(snapshots) for i in range(5)}
    assert_grid(pixels(ax), expected)
    assert list(ticks(ax.yaxis)) == ["step 0", "step 40"]


@pytest.mark.parametrize(("steps", "every"), [(60, 1), (250, 2)])
def test_training_draws_both_losses_averaged_and_what_a_coin_would_earn(steps, every):
    losses = torch.rand((steps, 2), generator=torch.Generator().manual_seed(0), dtype=torch.float64) + 0.1
    history = History(snapshots=[snapshot(0), snapshot(1000)], recorded=list(losses.float()))
    figure = figures.training(history, title="Run")
    (ax,) = figure.axes
    discriminator, generator, coin_g, coin_d = ax.get_lines()
    of_step = np.arange(steps) * 1000 / (steps - 1)
    at = [of_step[i : i + every].mean() for i in range(0, steps, every)]
    for line, column, look in ((discriminator, 0, (JUDGE, ":", "None")), (generator, 1, (FAKE, "--", "None"))):
        means = [losses[i : i + every, column].mean() for i in range(0, steps, every)]
        assert_line(line, at, means, look)
    assert_level(coin_g, y=-np.log(0.5))
    assert_level(coin_d, y=-2 * np.log(0.5))
    says = {text.get_text().split(",")[0]: text.get_position()[1] for text in ax.texts}
    assert says == pytest.approx({"G: 0.69": np.log(2), "D: 1.39": np.log(4)})
    assert_legend(ax.get_legend(), {"discriminator": discriminator, "generator": generator})
    assert title(ax) == "Run"


def test_training_draws_on_axes_that_it_is_given():
    _, ax = figures.new_figure()
    history = History(recorded=[torch.tensor([1.0, 3.0]), torch.tensor([2.0, 4.0])])
    assert figures.training(history, ax) is None
    assert_line(ax.get_lines()[0], [0, 2], [1, 2])
    assert_line(ax.get_lines()[1], [0, 2], [3, 4])


def shown(widget):
    """The picture of a widget, in its images' own pixels: they are magnified without a change of colours."""
    return np.asarray(Image.open(io.BytesIO(widget.image.value)).convert("RGB"))


def assert_magnified(picture, expected):
    height = 8 * (1 + max(row for row, _ in expected)) - 2
    times = picture.shape[0] // height
    small = picture[::times, ::times]
    assert np.array_equal(small.repeat(times, 0).repeat(times, 1), picture)
    assert_grid(small, expected)


def test_image_explorer_draws_what_is_rendered_for_its_controls():
    explorer = ImageExplorer(
        lambda seed, kind: (images(5, seed=10 * int(seed) + kind), ""), 3, seed=(1, 0, 9, 1), kind=["a", "b"]
    )
    for seed, kind in ((1, 0), (4, 1)):
        explorer.controls["seed"].value, explorer.controls["kind"].value = seed, kind
        wanted = grey(images(5, seed=10 * seed + kind))
        assert_magnified(shown(explorer), {(i // 3, i % 3): image for i, image in enumerate(wanted)})


def test_training_images_draw_the_samples_of_the_snapshot_they_are_scrubbed_to():
    history = History(snapshots=[snapshot(step) for step in (0, 20, 40)])
    widget = TrainingImages(history, shown=6, columns=4)
    for at in (2, 0, 1):
        widget.at.value = at
        wanted = grey(history.snapshots[at].samples)[:6]
        assert_magnified(shown(widget), {(i // 4, i % 4): image for i, image in enumerate(wanted)})


def test_picture_sorter_draws_each_picture_once_and_the_one_that_it_is_at():
    real, made = images(3), images(2, seed=1)
    sorter, wanted = PictureSorter(real, made), list(grey(torch.cat([real, made])))
    for at in range(1, 6):
        sorter.at.value = at
        picture = shown(sorter)
        times = picture.shape[0] // 6
        small = picture[::times, ::times]
        assert np.array_equal(small.repeat(times, 0).repeat(times, 1), picture)
        (found,) = [i for i, image in enumerate(wanted) if image is not None and same(small, image)]
        wanted[found] = None


def same(picture, image):
    """Whether a picture is of this image alone."""
    try:
        assert_grid(picture, {(0, 0): image})
    except AssertionError:
        return False
    return True
