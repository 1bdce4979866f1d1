"""What the figures of lecture 08 draw, against values reckoned here from what they are given."""

import numpy as np

from drawn import assert_legend, assert_level, assert_line, bars, plain_lines, style, ticks, title
from gancourse.plots import FAKE, INK, REAL
from gancourse.plots import dcgan as figures


def test_guidelines_draw_every_seed_in_the_row_of_its_variant():
    results = {"all guidelines": [11.0, 12.5, 30.0], "2 no batch norm": [26.0, 27.0, 35.0], "1 pooling": [90.0, 80.0]}
    (ax,) = figures.guidelines({"steps": 10, "results": results}).axes
    *dots, whole = ax.get_lines()
    looks = [(REAL, "None", "o"), (FAKE, "None", "^"), (FAKE, "None", "^")]
    for row, (line, values, look) in enumerate(zip(dots, results.values(), looks, strict=True)):
        x, y = line.get_xydata().T
        assert list(x) == values and style(line) == look
        assert (np.abs(y - row) < 0.4).all()
    assert_level(whole, x=12.5, colour=REAL)
    assert ticks(ax.yaxis) == {name: row for row, name in enumerate(results)} and ax.yaxis_inverted()
    assert all(int(name) == place for name, place in ticks(ax.xaxis).items())
    assert ax.get_xscale() == "log"
    assert "3 seeds" in title(ax) and "10 steps" in ax.get_xlabel()


def test_speed_draws_the_curve_of_every_run_and_the_targets():
    runs = {
        "targets": [20.0, 7.0],
        "plain": [{"curve": [[2.0, 90.0], [4.0, 15.0], [8.0, 6.0]]}, {"curve": [[2.0, 70.0], [9.0, 5.0]]}],
        "course": [{"curve": [[1.0, 80.0], [2.0, 6.5]]}, {"curve": [[1.5, 60.0], [3.0, 6.0]]}],
    }
    (ax,) = figures.speed(runs).axes
    *curves, first, second = plain_lines(ax)
    wanted = [(run, look) for name, look in (("plain", (FAKE, "--")), ("course", (REAL, "-"))) for run in runs[name]]
    for line, (run, look) in zip(curves, wanted, strict=True):
        assert_line(line, *np.transpose(run["curve"]), (*look, "None"))
    assert_level(first, y=20, colour=INK)
    assert_level(second, y=7, colour=INK)
    assert ticks(ax.yaxis) == {"7": 7, "20": 20, "50": 50, "100": 100} and ax.get_yscale() == "log"
    assert_legend(ax.get_legend(), {"plain recipe": curves[0], "course recipe": curves[2]})


def test_overlaps_draw_how_many_inputs_paint_each_output():
    figure = figures.overlaps([3, 4])
    for ax, kernel in zip(figure.axes, (3, 4), strict=True):
        painted = np.zeros(7 * 2 + kernel)
        for position in range(8):
            painted[2 * position : 2 * position + kernel] += 1
        drawn = bars(ax.containers[0])
        np.testing.assert_allclose(drawn[:, 0] + drawn[:, 1] / 2, range(len(painted)))
        np.testing.assert_allclose(drawn[:, 2:], np.column_stack([0 * painted, painted]))
    uneven, even = (ax.containers[0][0] for ax in figure.axes)
    assert [title(ax) for ax in figure.axes] == ["kernel 3: uneven", "kernel 4: even"]
    assert (style(uneven)[0], style(even)[0]) == (FAKE, REAL)
    assert uneven.get_hatch() and not even.get_hatch()
