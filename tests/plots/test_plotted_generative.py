"""What the figures and widgets of lecture 01 draw, against values reckoned here from what they are given."""

import numpy as np
import pytest
from matplotlib.patches import FancyBboxPatch, Rectangle
from scipy.stats import norm

from drawn import assert_legend, assert_level, assert_line, bars, moved, plain_lines
from gancourse.plots import FAKE, INK, JUDGE, REAL
from gancourse.plots import generative as figures
from gancourse.widgets import HandExplorer, PointExplorer

RNG = np.random.default_rng(0)


def test_four_tasks_draws_one_face_four_times_with_its_box_and_parts():
    face, parts = RNG.random((6, 6, 3)), RNG.integers(4, size=(6, 6))
    figure = figures.four_tasks(face, "glasses", "12°", (1, 2, 4, 5), parts)
    for ax in figure.axes:
        np.testing.assert_allclose(ax.get_images()[0].get_array(), face)
    (box,) = [patch for patch in figure.axes[2].patches if isinstance(patch, Rectangle)]
    assert (box.get_x(), box.get_y(), box.get_width(), box.get_height()) == (0.5, 1.5, 3, 3)
    np.testing.assert_array_equal(figure.axes[3].get_images()[1].get_array(), parts)
    assert [ax.get_xlabel() for ax in figure.axes[:2]] == ["glasses", "12°"]


def test_clusters_draws_every_example_with_its_own():
    z, cluster = RNG.normal(size=(30, 2)), np.arange(30) % 5
    figure = figures.clusters(z, cluster, shown=3)
    (ax,) = figure.axes
    rest, *own = ax.get_lines()
    assert_line(rest, *z[cluster >= 3].T)
    for k, line in enumerate(own):
        assert_line(line, *z[cluster == k].T)
    assert_legend(
        figure.legends[0], {"other clusters": rest} | {f"cluster {k + 1}": line for k, line in enumerate(own)}
    )


def test_densities_draws_curves_over_a_histogram_and_contours_of_the_highest():
    x, z = RNG.normal(size=200), RNG.normal(size=(200, 2))
    figure = figures.densities(x, {"a": norm.pdf}, z, lambda at: norm.logpdf(at).sum(axis=1))
    line, plane = figure.axes
    (curve,) = line.get_lines()
    grid = np.linspace(x.min(), x.max(), 300)
    assert_line(curve, grid, norm.pdf(grid), (JUDGE, ":", "None"))
    assert sum(patch.get_height() * patch.get_width() for patch in line.patches) == pytest.approx(1)
    (contours,) = [c for c in plane.collections if hasattr(c, "levels")]
    a, b = (np.linspace(z[:, i].min(), z[:, i].max(), 80) for i in range(2))
    top = (norm.pdf(a)[:, None] * norm.pdf(b)).max()
    np.testing.assert_allclose(contours.levels, top * np.array([0.05, 0.2, 0.4, 0.7]))


def test_competing_shares_one_table_out_in_three_ways():
    counts = np.array([[1, 3, 4], [2, 2, 0]])
    of_y, of_x, given = figures.competing(counts, ("a", "b"), np.array([0.1, 0.2, 0.3]), 1).axes
    np.testing.assert_allclose(bars(of_y.containers[0])[:, 3], [0.6, 0.4])
    np.testing.assert_allclose(bars(of_x.containers[0])[:, 3], np.array([3, 5, 4]) / 12)
    np.testing.assert_allclose([bars(c)[:, 3] for c in given.containers], counts / np.array([[8], [4]]))
    assert "0.20" in of_y.get_title(loc="left")


def test_two_ways_draws_the_curves_it_is_given():
    grid = np.linspace(0, 1, 5)
    (ax,) = figures.two_ways(grid, {"one": grid, "other": 1 - grid}, "x").axes
    first, second = ax.get_lines()
    assert_line(first, grid, grid, (REAL, "-", "None"))
    assert_line(second, grid, 1 - grid, (FAKE, "--", "None"))
    assert_legend(ax.get_legend(), {"one": first, "other": second})


def test_roc_draws_curves_and_guessing():
    figure = figures.roc({"p(x)": ([0, 0.1, 1], [0, 0.8, 1], 0.85), "classifier": ([0, 1], [0, 1], 0.5)})
    curve, rival, guess = figure.axes[0].get_lines()
    assert_line(curve, [0, 0.1, 1], [0, 0.8, 1], (REAL, "-", "None"))
    assert_line(rival, [0, 1], [0, 1], (FAKE, "--", "None"))
    assert_line(guess, [0, 1], [0, 1])
    assert "p(x) 0.85, classifier 0.50" in figure.description


def test_mended_draws_every_run_of_either_kind():
    ways = {"one": {"common": [0.9, 0.8], "rare": [0.5, 0.7]}, "two": {"common": [1, 1], "rare": [0.9, 0.7]}}
    figure = figures.mended(ways)
    *points, level = plain_lines(figure.axes[0])
    wanted = [run[kind] for run in ways.values() for kind in ("common", "rare")]
    rows = [-0.14, 0.14, 0.86, 1.14]
    for line, runs, row, colour in zip(points, wanted, rows, (REAL, FAKE) * 2, strict=True):
        assert_line(line, 100 * np.array(runs), [row, row])
        assert line.get_color() == colour
    assert_level(level, x=50, colour=INK)
    assert "one: common 85.0 ± 5.0, rare 60.0 ± 10.0" in figure.description


def test_family_tree_has_six_families_with_what_they_are():
    figure = figures.family_tree()
    assert len([p for p in figure.axes[0].patches if isinstance(p, FancyBboxPatch)]) == 6
    words = [text.get_text() for text in figure.axes[0].texts]
    assert {"autoregressive", "flow", "VAE", "diffusion", "energy", "GAN"} <= set(words)


def test_change_of_variables_keeps_every_strips_share():
    z = np.linspace(-3, 3, 601)
    figure = figures.change_of_variables(z, lambda z: 2 * z + 1, lambda z: np.full(np.shape(z), 2.0))
    side, curve, noise = figure.axes
    assert_line(curve.get_lines()[0], z, 2 * z + 1)
    assert_line(noise.get_lines()[0], z, norm.pdf(z))
    assert_line(side.get_lines()[0], norm.pdf(2 * z + 1, 1, 2), 2 * z + 1)
    assert side.xaxis_inverted()


def test_scatters_draws_real_points_blue_and_others_orange():
    named = {"data": RNG.normal(size=(9, 2)), "made": RNG.normal(size=(9, 2))}
    left, right = figures.scatters(named, 3, real="data").axes
    for ax, points, look in ((left, named["data"], (REAL, "None", "o")), (right, named["made"], (FAKE, "None", "^"))):
        assert_line(ax.get_lines()[0], *points.T, look)
        assert ax.get_xlim() == ax.get_ylim() == (-3, 3)


def test_wishes_writes_numbers_with_their_ticks():
    figure = figures.wishes(["fast", "good"], {"GAN": (["1", "2"], "✓?"), "VAE": (["3", "4"], "✗✓")}, ["–", "5"])
    at = {(round(t.get_position()[0]), t.get_position()[1]): [] for t in figure.axes[0].texts}
    for text in figure.axes[0].texts:
        at[round(text.get_position()[0]), text.get_position()[1]].append(text.get_text())
    assert at == {
        (0, 0): ["–", ""], (1, 0): ["5", ""], (0, 1): ["1", "✓"], (1, 1): ["2", "?"],
        (0, 2): ["3", "✗"], (1, 2): ["4", "✓"],
    }  # fmt: skip
    assert "GAN: fast 1 ✓, good 2 ?" in figure.description


X = np.linspace(0, 1, 21)


def assert_hand(figure, first, second, std, weight):
    def p(x):
        return weight * norm.pdf(x, first, std) + (1 - weight) * norm.pdf(x, second, std)

    (ax,) = figure.axes
    samples, curve = ax.get_lines()
    np.testing.assert_allclose(samples.get_xdata(), X)
    np.testing.assert_allclose(curve.get_ydata(), p(curve.get_xdata()), rtol=1e-6)
    mean = f"{np.log(p(X)).mean():+.2f}".replace("-", "−")
    assert ax.texts[0].get_text() == f"mean log-likelihood {mean} nats"


def test_hand_picture_draws_its_density_and_says_its_log_likelihood():
    picture = figures.HandPicture(X, "x")
    changed = moved(picture.figure, lambda: picture.update(0.2, 0.7, 0.1, 0.25))
    assert_hand(picture.figure, 0.2, 0.7, 0.1, 0.25)
    assert changed <= set(picture.moving)


def test_hand_explorer_draws_where_its_sliders_are():
    explorer = HandExplorer(X, "x")
    assert_hand(explorer._picture.figure, 0.5, 0.8, 0.1, 0.5)
    before = explorer.image.value
    explorer.first.value, explorer.weight.value = 0.3, 0.9
    assert_hand(explorer._picture.figure, 0.3, 0.8, 0.1, 0.9)
    assert explorer.image.value != before and "Bumps at 0.30 and 0.80" in explorer.words.value


KINDS = {"cats": RNG.normal(size=(200, 2)), "dogs": RNG.normal(size=(600, 2)) + 4}


def assert_point(figure, x1, x2):
    plane, of_label, of_x = figure.axes
    logs = []
    for points in KINDS.values():
        mean, std = points.mean(axis=0), points.std(axis=0).mean()
        logs.append(norm.logpdf([x1, x2], mean, std).sum())
    joint = np.exp(logs) * [0.25, 0.75]
    np.testing.assert_allclose([b.get_height() for b in of_label.patches], joint / joint.sum(), rtol=1e-6)
    drawn = [line.get_xdata()[0] for line in plain_lines(of_x) if line.get_marker() == "D"]
    np.testing.assert_allclose(drawn, np.maximum([np.log(joint.sum()), *logs], -60))
    (cross,) = [line for line in plane.get_lines() if line.get_marker() == "P"]
    assert_line(cross, [x1], [x2])


def test_point_picture_draws_bars_of_labels_and_levels_of_densities():
    picture = figures.PointPicture(KINDS, ("a", "b"), (-4, 12, -4, 8))
    changed = moved(picture.figure, lambda: picture.update(1.0, 1.5))
    assert_point(picture.figure, 1.0, 1.5)
    assert changed <= set(picture.moving) and "as likely as the samples" in picture.figure.description
    picture.update(8.0, -2.0)
    assert "less likely than 99 %" in picture.figure.description


def test_point_explorer_draws_where_its_sliders_are():
    explorer = PointExplorer(KINDS, ("a", "b"), (-4, 12, -4, 8))
    before = explorer.image.value
    explorer.x1.value, explorer.x2.value = 3.0, 2.0
    assert_point(explorer._picture.figure, 3.0, 2.0)
    assert explorer.image.value != before and "x = (3.0, 2.0)" in explorer.words.value
