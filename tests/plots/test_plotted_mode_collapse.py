"""What the figures of lecture 07 draw, against values reckoned here from what they are given."""

import numpy as np
import torch

from drawn import assert_errorbar, assert_legend, assert_level, assert_line, errorbars, moved, plain_lines, ticks, title
from gancourse.data.worlds.mixtures import Mixture
from gancourse.games.gan import GAN
from gancourse.plots import FAKE, INK, REAL
from gancourse.plots import mode_collapse as figures
from gancourse.training.history import Snapshot
from gancourse.widgets.games import TrainingScatter

WORLD = Mixture(torch.tensor([[1.0, 0.0], [-1.0, 0.5], [0.0, -2.0]]), 0.1)
REAL_POINTS = torch.tensor([[1.05, 0.0], [-1.0, 0.45], [0.1, -2.0], [0.9, 0.1]])
NONE = torch.zeros(1)


def snapshot(step, samples, field=None):
    return Snapshot(step, torch.tensor(samples), NONE, NONE, field)


TWO_MODES = snapshot(30, [[1.0, 0.05], [1.1, 0.0], [-1.0, 0.5], [0.0, 0.0], [3.0, 3.0]])
ONE_MODE = snapshot(90, [[0.0, -2.0], [0.0, -2.05], [0.1, -2.1], [5.0, 0.0]])


def logits(points):
    return 2 * points[:, :1] - points[:, 1:] + 0.3


def assert_field(ax, judge):
    """The colours of the plane are σ of what the discriminator says there: a pixel's centre is where it was asked."""
    (image,) = ax.get_images()
    drawn = np.asarray(image.get_array())
    left, right, bottom, top = image.get_extent()
    assert image.origin == "lower"
    x, y = (
        low + (np.arange(n) + 0.5) * (high - low) / n
        for low, high, n in zip((left, bottom), (right, top), drawn.shape[::-1], strict=True)
    )
    x, y = np.meshgrid(x, y)
    assert ax.get_xlim() == ax.get_ylim() and np.abs(ax.get_xlim()).max() <= x.max() + 1e-9, "all of the axes is asked"
    says = judge(np.stack([x.ravel(), y.ravel()], axis=1)).reshape(drawn.shape)
    np.testing.assert_allclose(drawn, 1 / (1 + np.exp(-says)), rtol=1e-5)
    assert image.get_clim() == (0, 1)


def test_scatter_picture_draws_samples_and_what_the_discriminator_says_of_the_plane():
    picture = figures.ScatterPicture(WORLD, REAL_POINTS)
    ax = picture.figure.axes[0]
    real, fake = ax.get_lines()
    assert_line(real, *REAL_POINTS.numpy().T, (REAL, "None", "o"))
    TWO_MODES.field = logits(figures.field_points(WORLD))
    ONE_MODE.field = -logits(figures.field_points(WORLD))
    picture.update(TWO_MODES)
    assert_line(fake, *TWO_MODES.samples.numpy().T, (FAKE, "None", "^"))
    assert_field(ax, logits)
    assert title(ax) == "step 30: 2 of 3 modes"
    changed = moved(picture.figure, lambda: picture.update(ONE_MODE))
    assert_line(fake, *ONE_MODE.samples.numpy().T, (FAKE, "None", "^"))
    assert_field(ax, lambda points: -logits(points))
    assert title(ax) == "step 90: 1 of 3 modes"
    assert changed <= set(picture.moving), "a frame draws all that moves"
    assert_legend(picture.figure.legends[0], {"real": real, "generated": fake})


def test_training_scatter_draws_the_snapshot_it_is_scrubbed_to():
    torch.manual_seed(0)
    scatter = TrainingScatter(WORLD, judge=lambda game, points: game * logits(points))
    for sign, seen in ((1, TWO_MODES), (-1, ONE_MODE)):
        scatter.watch(sign, seen)
    ax = scatter._picture.figure.axes[0]
    for at, sign, seen in ((1, -1, ONE_MODE), (0, 1, TWO_MODES)):
        scatter.at.value = at
        assert_line(ax.get_lines()[1], *seen.samples.numpy().T)
        assert_field(ax, lambda points, sign=sign: sign * logits(points))


def test_training_scatter_asks_the_discriminator_of_the_game():
    torch.manual_seed(0)
    scatter, game = TrainingScatter(WORLD), GAN()
    scatter.watch(game, snapshot(0, [[0.0, 0.0]]))
    ax = scatter._picture.figure.axes[0]
    with torch.no_grad():
        assert_field(ax, lambda points: game.discriminator(torch.tensor(points, dtype=torch.float32)).numpy())


def test_filmstrip_draws_the_samples_of_each_snapshot():
    figure = figures.filmstrip(WORLD, REAL_POINTS, [TWO_MODES, ONE_MODE])
    for ax, seen in zip(figure.axes, (TWO_MODES, ONE_MODE), strict=True):
        real, fake = ax.get_lines()
        assert_line(real, *REAL_POINTS.numpy().T, (REAL, "None", "o"))
        assert_line(fake, *seen.samples.numpy().T, (FAKE, "None", "^"))
    assert [title(ax) for ax in figure.axes] == ["step 30\n2 captured, 60% good", "step 90\n1 captured, 75% good"]
    assert_legend(figure.legends[0], dict(zip(["real", "generated"], figure.axes[0].get_lines(), strict=True)))
    named = figures.filmstrip(WORLD, REAL_POINTS, [TWO_MODES, ONE_MODE], ["a", "b"])
    assert [title(ax).split("\n")[0] for ax in named.axes] == ["a", "b"]


def test_table_draws_every_seed_and_mean_and_standard_error():
    captured = {"plain": [2, 4, 6, 8], "packed": [8, 8, 7, 5]}
    (ax,) = figures.table({name: {"captured": seeds} for name, seeds in captured.items()}, 8).axes
    *dots, all_modes = plain_lines(ax)
    assert ticks(ax.yaxis) == {"plain": 0, "packed": 1} and ax.yaxis_inverted()
    for row, (line, bar, seeds) in enumerate(zip(dots, errorbars(ax), captured.values(), strict=True)):
        x, y = line.get_xydata().T
        assert list(x) == seeds
        assert (np.abs(y - row) < 0.4).all() and len(set(y)) == 4
        mean = sum(seeds) / 4
        error = np.sqrt(sum((n - mean) ** 2 for n in seeds) / 3 / 4)
        assert_errorbar(bar, mean, row, xerr=error)
        assert bar.lines[0].get_color() == INK
    assert_level(all_modes, x=8, colour=REAL)
