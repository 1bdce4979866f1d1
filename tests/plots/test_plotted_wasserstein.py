"""What the figures of lecture 05 draw, against values reckoned here from what they are given."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from drawn import assert_legend, assert_line, bars, style, ticks
from gancourse.divergence import wasserstein_1d, wasserstein_lp
from gancourse.plots import FAKE, INK, JUDGE, REAL
from gancourse.plots import wasserstein as figures

P, Q = np.array([0.5, 0.3, 0.2, 0.0]), np.array([0.1, 0.1, 0.3, 0.5])
PINK, YELLOW = "#cc79a7", "#e69f00"


def test_transport_plan_draws_every_entry_and_both_histograms():
    cost = np.abs(np.subtract.outer(np.arange(4), np.arange(4)))
    plan = wasserstein_lp(P, Q, cost).plan
    table, flow = figures.transport_plan(P, Q, plan, 1.5).axes
    (squares,) = table.collections
    drawn = np.zeros((4, 4))
    for (column, row), size in zip(squares.get_offsets().astype(int), squares.get_sizes(), strict=True):
        drawn[row, column] = size
    np.testing.assert_allclose(drawn / 2600, plan, atol=1e-9)
    np.testing.assert_allclose((drawn / 2600).sum(axis=1), P, atol=1e-9)  # rows are p, as the label says
    np.testing.assert_allclose((drawn / 2600).sum(axis=0), Q, atol=1e-9)
    assert table.get_xlabel().endswith("$q_j$") and table.get_ylabel().endswith("$p_i$")
    assert table.yaxis_inverted() and not table.xaxis_inverted()

    carried = np.zeros((4, 4))
    for line in flow.get_lines():
        (start, stop), heights = line.get_xdata(), line.get_ydata()
        assert list(heights) == [1, 0], "from p, above, to q"
        carried[int(start), int(stop)] = line.get_linewidth() / 60
    np.testing.assert_allclose(carried, plan, atol=1e-9)
    above, below = map(bars, flow.containers)
    for drawn, heights, bottom in ((above, 2.2 * P, 1), (below, -2.2 * Q, 0)):
        np.testing.assert_allclose(drawn[:, 0] + drawn[:, 1] / 2, np.arange(4))
        np.testing.assert_allclose(drawn[:, 2], bottom)
        np.testing.assert_allclose(drawn[:, 3], heights)
    assert style(flow.containers[0][0])[0] == REAL and style(flow.containers[1][0])[1] == FAKE
    named = {text.get_text(): (text.get_position()[1], text.get_color()) for text in flow.texts}
    assert named["p"][0] > 1 and named["q"][0] < 0
    assert (named["p"][1], named["q"][1]) == (REAL, FAKE)


def test_potential_draws_both_histograms_and_the_critic():
    f = np.array([2.0, 1.0, 1.5, 0.0])
    top, bottom = figures.potential(P, Q, f).axes
    for container, heights, side in zip(top.containers, (P, Q), (-0.2, 0.2), strict=True):
        drawn = bars(container)
        np.testing.assert_allclose(drawn[:, 0] + drawn[:, 1] / 2, np.arange(4) + side)
        np.testing.assert_allclose(drawn[:, 2:], np.column_stack([0 * heights, heights]))
    of_p, of_q = (container[0] for container in top.containers)
    assert style(of_p)[0] == REAL and style(of_q)[1] == FAKE
    assert_legend(top.get_legend(), {"p": of_p, "q": of_q})
    (line,) = bottom.get_lines()
    assert_line(line, range(4), f, (JUDGE, "-", "o"))


def test_sorting_draws_distribution_functions_the_area_between_and_who_goes_to_whom():
    x, y = np.array([3.0, -1.0, 0.5]), np.array([0.0, 4.0, 2.5])
    figure = figures.sorting(x, y)
    left, right = figure.axes
    places = np.linspace(-2, 5, 701) + 1e-6
    for line, sample, look in zip(left.get_lines(), (x, y), ((REAL, "-"), (FAKE, "--")), strict=True):
        assert style(line)[:2] == look and line.get_drawstyle() == "steps-post"
        starts, heights = line.get_xydata().T
        at = np.searchsorted(starts, places, side="right")
        np.testing.assert_allclose(np.append(0, heights)[at], [(sample <= place).mean() for place in places])
    area = 0
    for band in left.collections:
        corners = band.get_paths()[0].vertices
        area += np.prod(np.ptp(corners, axis=0))
        bottom, top = corners[:, 1].min(), corners[:, 1].max()
        quantiles = [np.quantile(s, (bottom + top) / 2, method="inverted_cdf") for s in (x, y)]
        np.testing.assert_allclose([corners[:, 0].min(), corners[:, 0].max()], sorted(quantiles))
    assert area == pytest.approx(wasserstein_1d(x, y))
    named = {"x": left.get_lines()[0], "y": left.get_lines()[1], "area: W₁": left.collections[0]}
    assert_legend(figure.legends[0], named)

    above, below, *pairs = right.get_lines()
    assert_line(above, [-1, 0.5, 3], 1, (REAL, "None", "o"))
    assert_line(below, [0, 2.5, 4], 0, (FAKE, "None", "^"))
    for line, ends in zip(pairs, ((-1, 0), (0.5, 2.5), (3, 4)), strict=True):
        assert_line(line, ends, [1, 0])
    assert ticks(right.yaxis) == {"y": 0, "x": 1}


def test_scaling_draws_the_seconds_and_names_the_exponent():
    n = np.array([10, 100, 1000, 10000])
    measured = {
        "square": {"n": n.tolist(), "seconds": (1e-6 * n**2.0 + [1e-3, 0, 0, 0]).tolist()},
        "line": {"n": n[:3].tolist(), "seconds": (1e-5 * n[:3]).tolist()},
    }
    (ax,) = figures.scaling(measured).axes
    square, line = ax.get_lines()
    assert_line(square, n, 1e-6 * n**2.0 + [1e-3, 0, 0, 0], (INK, "-", "o"))
    assert_line(line, n[:3], 1e-5 * n[:3], (PINK, "--", "^"))
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert_legend(ax.get_legend(), {"square: $n^{2.0}$": square, "line: $n^{1.0}$": line})


def test_critics_draw_densities_critics_less_their_means_and_shares_of_weights():
    x = np.linspace(-4, 4, 81)
    densities = np.exp(-((x + 1) ** 2) * 2), np.exp(-((x - 1) ** 2) * 2)
    best = -np.abs(x)
    trained = {"clipping": 0.1 * x + 5, "penalty": np.sin(x)}
    weights = {"clipping": np.array([-1.0, 1, 1, 1]), "penalty": np.array([0.5, 0, 0.1, 0.2, 0.2])}
    figure = figures.critics(x, densities, best, trained, weights)
    left, middle, right = figure.axes
    assert_line(left.get_lines()[0], x, np.exp(-2 * (x + 1) ** 2), (REAL, "-", "None"))
    assert_line(left.get_lines()[1], x, np.exp(-2 * (x - 1) ** 2), (FAKE, "--", "None"))
    seen = densities[0] + densities[1] > 0.005
    optimum, clipped, penalised = middle.get_lines()
    assert_line(optimum, x[seen], best[seen] - np.mean(best[seen]))
    assert_line(clipped, x, 0.1 * x + 5 - np.mean((0.1 * x + 5)[seen]), (INK, "-", "None"))
    assert_line(penalised, x, np.sin(x) - np.mean(np.sin(x)[seen]), (PINK, "--", "None"))
    centres = (np.arange(21) - 10) * 2 / 21
    assert_line(right.get_lines()[0], centres, [0.25, *[0] * 19, 0.75], (INK, "-", "None"))
    of_penalty = np.zeros(21)
    np.add.at(of_penalty, [np.abs(centres - share).argmin() for share in (1, 0, 0.2, 0.4, 0.4)], 0.2)
    assert_line(right.get_lines()[1], centres, of_penalty, (PINK, "--", "None"))
    named = ["$p_{data}$", "$p_{gen}$", "best", "clipping", "penalty"]
    assert_legend(figure.legends[0], dict(zip(named, [*left.get_lines(), *middle.get_lines()], strict=True)))


def test_tracking_draws_losses_over_steps_and_against_the_distance():
    steps, distance = np.array([1, 2, 3, 4]), np.array([4.0, 2, 3, 1])
    curves = {"Wasserstein": np.array([8.0, 4, 6, 2]), "cross-entropy": np.array([-0.5, -1, -2, -4])}
    figure = figures.tracking(steps, distance, curves)
    left, right = figure.axes
    truth, first, second = left.get_lines()
    assert_line(truth, steps, [1, 0.5, 0.75, 0.25])
    assert_line(first, steps, [1, 0.5, 0.75, 0.25], (INK, "-", "None"))
    assert_line(second, steps, [-0.125, -0.25, -0.5, -1], (PINK, "--", "None"))
    assert_line(right.get_lines()[0], distance, [1, 0.5, 0.75, 0.25], (INK, "None", "o"))
    assert_line(right.get_lines()[1], distance, [-0.125, -0.25, -0.5, -1], (PINK, "None", "^"))
    named = {"distance of 512 samples": truth, "Wasserstein": first, "cross-entropy": second}
    assert_legend(figure.legends[0], named)
    for name, values in curves.items():
        assert f"{name} has rank correlation {spearmanr(values, distance)[0]:.2f}" in figure.description
