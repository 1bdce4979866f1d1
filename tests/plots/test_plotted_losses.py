"""What the figures of lecture 06 draw, against values reckoned here from what they are given."""

import numpy as np

from drawn import assert_legend, assert_level, assert_line, style
from gancourse.plots import FAKE, INK, JUDGE, REAL
from gancourse.plots import losses as figures

P, Q = np.array([0.5, 0.3, 0.2, 0.0]), np.array([0.1, 0.1, 0.3, 0.5])
PINK, YELLOW = "#cc79a7", "#e69f00"


def test_pulls_draw_both_losses_the_points_and_the_boundaries():
    logit = np.linspace(-4, 4, 17)
    by_loss = {"cross-entropy": 1 / (1 + np.exp(-logit)), "least squares": np.abs(logit)}
    points, labels = np.array([[-1, -2], [0.5, 1], [3, 4], [-2, 0.0]]), np.array([0, 1, 1, 0])
    boundaries = {"cross-entropy": (1.0, 2.0, -1.0), "least squares": (-1.0, 0.5, 0.25)}
    figure = figures.pulls(logit, by_loss, points, labels, boundaries)
    left, right = figure.axes
    first, second, at_zero, at_half = left.get_lines()
    assert_line(first, logit, 1 / (1 + np.exp(-logit)), (INK, "-", "None"))
    assert_line(second, logit, np.abs(logit), (PINK, "--", "None"))
    assert_level(at_zero, x=0, colour=INK)
    assert_level(at_half, x=0.5, colour=PINK)
    real, fake, *lines = right.get_lines()
    assert_line(real, [0.5, 3], [1, 4], (REAL, "None", "o"))
    assert_line(fake, [-1, -2], [-2, 0], (FAKE, "None", "^"))
    for line, loss, (a, b, c) in zip(lines, (first, second), boundaries.values(), strict=True):
        x, y = line.get_xydata().T
        np.testing.assert_allclose(a * x + b * y + c, 0, atol=1e-9)
        assert list(x) == [-2, 3]
        assert style(line) == style(loss), "a loss looks alike in both panels"
    assert_legend(figure.legends[0], {"cross-entropy": first, "least squares": second, "real": real, "generated": fake})


def test_balance_draws_the_controller_both_measures_and_where_it_ended():
    steps = np.array([0, 10, 20, 30])
    k, convergence, distance = np.array([0, 0.1, 0.3, 0.2]), np.array([2, 4, 1, 0.5]), np.array([8, 4, 3, 1.0])
    real, fake = np.array([[1.0, 0], [0, 1], [-1, 0]]), np.array([[0.5, 0.5], [2, 3]])
    figure = figures.balance(steps, k, convergence, distance, real, fake)
    left, middle, right = figure.axes
    assert_line(*left.get_lines(), steps, [0, 0.1, 0.3, 0.2])
    measure, truth = middle.get_lines()
    assert_line(measure, steps, [0.5, 1, 0.25, 0.125], (JUDGE, ":", "None"))
    assert_line(truth, steps, [1, 0.5, 0.375, 0.125], (INK, "-", "None"))
    assert_legend(middle.get_legend(), {"measure of convergence M": measure, "Wasserstein distance": truth})
    circles, triangles = right.get_lines()
    assert_line(circles, [1, 0, -1], [0, 1, 0], (REAL, "None", "o"))
    assert_line(triangles, [0.5, 2], [0.5, 3], (FAKE, "None", "^"))
    assert_legend(right.get_legend(), {"real": circles, "generated": triangles})
