"""What the figures of lecture 05 draw, against values reckoned here from what they are given."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from drawn import assert_legend, assert_level, assert_line, bars, style, ticks
from gancourse.divergence import wasserstein_1d, wasserstein_lp
from gancourse.plots import FAKE, INK, JUDGE, REAL
from gancourse.plots import wasserstein as figures

P, Q = np.array([0.5, 0.3, 0.2, 0.0]), np.array([0.1, 0.1, 0.3, 0.5])
PINK = "#cc79a7"


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


def test_critics_draw_densities_and_critics_less_their_means():
    x = np.linspace(-4, 4, 81)
    densities = np.exp(-((x + 1) ** 2) * 2), np.exp(-((x - 1) ** 2) * 2)
    best = -np.abs(x)
    trained = {"clipping": 0.1 * x + 5, "penalty": np.sin(x)}
    figure = figures.critics(x, densities, best, trained)
    left, right = figure.axes
    assert_line(left.get_lines()[0], x, np.exp(-2 * (x + 1) ** 2), (REAL, "-", "None"))
    assert_line(left.get_lines()[1], x, np.exp(-2 * (x - 1) ** 2), (FAKE, "--", "None"))
    seen = densities[0] + densities[1] > 0.005
    optimum, clipped, penalised = right.get_lines()
    assert_line(optimum, x[seen], best[seen] - np.mean(best[seen]))
    assert_line(clipped, x, 0.1 * x + 5 - np.mean((0.1 * x + 5)[seen]), (INK, "-", "None"))
    assert_line(penalised, x, np.sin(x) - np.mean(np.sin(x)[seen]), (PINK, "--", "None"))
    assert_legend(left.get_legend(), dict(zip(["$p_{data}$", "$p_{gen}$"], left.get_lines(), strict=True)))
    assert_legend(right.get_legend(), dict(zip(["best", "clipping", "penalty"], right.get_lines(), strict=True)))
    assert "clipping: slope 0.10 in the median, 0.10 at most" in figure.description


def test_penalties_draw_a_dot_for_every_seed_in_the_row_of_its_penalty():
    measured = {n: {"share": [k, k + 0.5], "slope": [2 * k, 3]} for k, n in enumerate(["a", "b", "c", "d"])}
    figure = figures.penalties(measured)
    for ax, part in zip(figure.axes, ("share", "slope"), strict=True):
        rows = [line for line in ax.get_lines() if line.get_linestyle() == "None"]
        for k, (line, of) in enumerate(zip(rows, measured.values(), strict=True)):
            assert_line(line, of[part], k)
        assert_level(ax.get_lines()[-1], x=1)
        assert ax.yaxis_inverted()
        low, high = ax.get_xlim()
        assert low < -1 and high > 12, "all on record are inside"
    assert ticks(figure.axes[0].yaxis) == {"a": 0, "b": 1, "c": 2, "d": 3}
    assert "b: share 1.00 to 1.50, slope 2.00 to 3.00" in figure.description


def test_tracking_draws_every_moment_of_every_run():
    runs = [
        {"critic": [(4.0, 8.0), (2.0, 4.0), (3.0, 6.0)], "GAN": [(1.0, 0.3), (0.5, 0.1), (0.2, 0.2)]},
        {"critic": [(1.0, 2.0), (3.0, 1.0), (2.0, 3.0)], "GAN": [(1.0, -0.1), (0.5, 0.0), (0.2, 0.4)]},
    ]
    figure = figures.tracking(runs)
    for ax, name in zip(figure.axes, ("critic", "GAN"), strict=True):
        assert ax.get_title(loc="left") == name and ax.get_xscale() == "log"
        drawn = [line for line in ax.get_lines() if line.get_linestyle() == "None"]
        for line, run, colour in zip(drawn, runs, (INK, PINK), strict=True):
            assert_line(line, *np.transpose(run[name]))
            assert style(line)[0] == colour
        ranks = [spearmanr(*np.transpose(run[name]))[0] for run in runs]
        assert f"{name}, rank correlation {min(ranks):.2f} to {max(ranks):.2f}" in figure.description
