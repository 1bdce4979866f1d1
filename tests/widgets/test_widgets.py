"""The widgets without a browser: what a slider moves, and that pictures say what they show."""

import io

import numpy as np
import pytest
from PIL import Image

from gancourse import plots, shift, widgets
from gancourse.plots.shift_gan import ShiftPicture


@pytest.fixture(scope="module")
def samples():
    return shift.textbook_samples()


def pixels(image):
    return np.asarray(Image.open(io.BytesIO(image)))


@pytest.mark.parametrize(("slider", "value"), [("theta", 6.0), ("phi0", -5.0), ("phi1", -0.5)])
def test_every_slider_moves_picture_and_words(samples, slider, value):
    explorer = widgets.ShiftExplorer(*samples)
    before, words = pixels(explorer.image.value), explorer.words.value
    getattr(explorer, slider).value = value
    assert (pixels(explorer.image.value) != before).any()
    assert explorer.words.value != words
    getattr(explorer, slider).value = {"theta": 3.0, "phi0": -2.0, "phi1": 1.0}[slider]
    assert np.array_equal(pixels(explorer.image.value), before), "nothing of the other picture is left behind"


def test_the_words_are_those_of_the_state(samples):
    explorer = widgets.ShiftExplorer(*samples)
    assert "Discriminator loss 13.81, generator loss -13.78" in explorer.words.value
    explorer.phi1.value = -1.0
    assert "falls to the right" in explorer.words.value
    assert "points left" in explorer.words.value


def test_the_player_shows_the_recorded_rounds(samples):
    trace = shift.train(*samples, 3.0, (-2.0, 1.0), 5, 30, 3)
    player = widgets.TrainingPlayer(trace)
    assert player.round.max == 5
    player.round.value = 5
    assert player.words.value.count("Round 5.") == 1
    assert f"θ = {trace.theta[5]:.2f}" in player.words.value


def test_the_area_slider_moves_picture_and_words():
    explorer = widgets.AreaExplorer()
    before = pixels(explorer.image.value)
    assert "quality with area 0.142 and coverage with area 0.071" in explorer.words.value
    explorer.centre.value = 0.0
    assert (pixels(explorer.image.value) != before).any()
    assert "0.433 together" in explorer.words.value


def test_the_distance_slider_tells_values_and_pulls():
    explorer = widgets.DistanceExplorer()
    before = pixels(explorer.image.value)
    explorer.delta.value = 5.0
    assert (pixels(explorer.image.value) != before).any()
    assert "JS is 0.69, pull 0.01; W1 is 5.00, pull 1.00" in explorer.words.value


def test_a_frame_and_a_full_drawing_show_the_same(samples):
    """The quick frame is the slow one, up to the order in which things overlap."""
    picture = ShiftPicture(*samples, 5.0, (-6.0, 1.2))
    full = pixels(plots.png(picture.figure, dpi=80)).astype(int)
    moved = ShiftPicture(*samples, 3.0, (-2.0, 1.0))
    moved.frame()
    moved.update(5.0, (-6.0, 1.2))
    quick = pixels(moved.frame(dpi=80)).astype(int)
    assert quick.shape == full.shape
    assert (np.abs(quick - full).max(axis=-1) > 64).mean() < 0.01


def test_a_displayed_figure_carries_its_description(samples, monkeypatch):
    shown = {}
    monkeypatch.setattr("IPython.display.display", lambda data, **options: shown.update(data))
    plots.show(ShiftPicture(*samples, 3.0).figure)
    assert shown["text/plain"].startswith("At θ = 3.00")
    assert f'alt="{shown["text/plain"]}"' in shown["text/html"]
    assert Image.open(io.BytesIO(shown["image/png"])).size[0] == 1600, "as a projector wants it"
    assert 'width="800"' in shown["text/html"]


def test_a_training_scatter_draws_what_train_shows_it_and_scrubs_back():
    import torch

    from gancourse.data.worlds.mixtures import ring
    from gancourse.games.gan import GAN
    from gancourse.training.loop import train

    torch.manual_seed(0)
    world = ring().standardised()
    scatter = widgets.TrainingScatter(world)
    train(GAN(), world.batches(32), 20, snapshots=5, watch=scatter.watch, progress=False)
    assert [s.step for s in scatter.snapshots] == [0, 5, 10, 15, 20]
    assert scatter.at.value == scatter.at.max == 4
    assert "After 20 steps" in scatter.words.value
    last = pixels(scatter.image.value)
    scatter.at.value = 0
    assert "After 0 steps the generator reaches" in scatter.words.value
    assert (pixels(scatter.image.value) != last).any()
    assert all(s.field.shape == (1600, 1) for s in scatter.snapshots)
