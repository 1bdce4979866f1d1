"""The figures of lecture 11 draw what they are given, and say it in numbers."""

import numpy as np

from gancourse.plots import codes as figures


def test_a_category_is_named_after_its_commonest_class():
    figure = figures.found(np.array([[1, 9], [60, 40]]), ("a", "b"))
    assert "0: b (90%), 1: a (60%)" in figure.description
    assert [t.get_text() for t in figure.axes[0].texts] == ["10", "90", "60", "40"]


def test_readings_tell_which_code_goes_with_what():
    torch_like = np.random.default_rng(0).uniform(-1, 1, (200, 2))
    category = np.arange(200) % 4
    numbers = {"angle": 3 * torch_like[:, 0], "thickness": -torch_like[:, 1]}
    figure = figures.readings(torch_like, numbers, category, (1, 3), shown=100)
    assert [ax.get_title(loc="left") for ax in figure.axes][::3] == ["r = 1.00", "r = −1.00"]
    assert "code 1 and angle 1.00" in figure.description and "code 2 and thickness 1.00" in figure.description
    everything, one, three = figure.axes[0].get_lines()
    assert len(everything.get_xdata()) == 100 and np.allclose(three.get_xdata(), torch_like[3:100:4, 0])
    assert one.get_label() == "category 1"


def test_errors_by_number_of_labels_are_told_with_their_spread():
    figure = figures.few_labels([20, 100], {"with": [[10, 12, 14], [2, 2, 2]], "without": [[30, 32, 34], [8, 9, 10]]})
    assert "with: 12.0 ± 1.2 with 20, 2.0 ± 0.0 with 100" in figure.description
    assert [t.get_text() for t in figure.axes[0].get_xticklabels()] == ["20", "100"]
