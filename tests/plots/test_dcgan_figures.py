"""The figures of lecture 08 draw what they are given, and say it in numbers."""

import pytest

from gancourse.plots import dcgan as figures

RUNS = {
    "targets": [20.0, 7.0],
    "plain": [{"reached": {"20.0": 4.0, "7.0": 8.0}, "curve": [[2.0, 90.0], [4.0, 15.0], [6.0, 9.0], [8.0, 6.0]]}],
    "course": [{"reached": {"20.0": 2.0, "7.0": 2.0}, "curve": [[1.0, 80.0], [2.0, 6.5]]}],
}


def test_every_seed_of_a_guideline_can_be_seen_though_they_overlap():
    measured = {"steps": 10, "results": {"all guidelines": [11, 12, 11], "2 no batch norm": [26, 26, 30]}}
    figure = figures.guidelines(measured)
    whole, broken, _ = figure.axes[0].get_lines()
    assert (whole.get_marker(), broken.get_marker()) == ("o", "^")
    assert len(set(zip(*whole.get_data(), strict=True))) == len(set(zip(*broken.get_data(), strict=True))) == 3
    assert [round(y) for y in broken.get_ydata()] == [1, 1, 1]
    assert "2 no batch norm: 26, 26, 30" in figure.description


def test_a_line_for_each_seed_and_for_each_target():
    figure = figures.speed(RUNS)
    ax = figure.axes[0]
    assert [list(line.get_ydata()) for line in ax.get_lines()] == [[90, 15, 9, 6], [80, 6.5], [20, 20], [7, 7]]
    assert ax.get_yscale() == "log"
    assert figure.description.endswith("below 7 the plain recipe after 8 s, the course recipe after 2 s")


def test_a_gain_is_fewer_steps_times_shorter_ones():
    assert figures.gains(RUNS)[20.0] == [[2.0], [1.0], [2.0]]  # as many steps, each half as long
    sooner, fewer, shorter = figures.gains(RUNS)[7.0]
    assert (sooner[0], fewer[0], shorter[0]) == pytest.approx((4, 2, 2))
