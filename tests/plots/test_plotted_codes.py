"""What the figures of lecture 11 draw, against values reckoned here from what they are given."""

import numpy as np
from matplotlib.colors import to_hex

from drawn import (
    assert_errorbar,
    assert_legend,
    assert_line,
    errorbars,
    pixels,
    plain_lines,
    style,
    ticks,
    title,
)
from gancourse.plots import FAKE, JUDGE, REAL
from gancourse.plots import codes as figures


def mean_and_error(values):
    mean = sum(values) / len(values)
    return mean, (sum((v - mean) ** 2 for v in values) / (len(values) - 1) / len(values)) ** 0.5


def test_found_draws_the_shares_of_each_category_in_its_row():
    counts = np.array([[1, 9, 90], [60, 40, 0]])
    figure = figures.found(counts, ("a", "b", "c"))
    ax = figure.axes[0]
    np.testing.assert_allclose(pixels(ax), [[1, 9, 90], [60, 40, 0]])
    (picture,) = ax.get_images()
    assert picture.get_clim() == (0, 100)
    assert tuple(picture.get_extent()) == (-0.5, 2.5, 1.5, -0.5) and ax.yaxis_inverted(), "row 0 at the top"
    assert ticks(ax.xaxis) == {"a": 0, "b": 1, "c": 2}
    assert ticks(ax.yaxis) == {"0": 0, "1": 1}
    told = {text.get_position()[::-1]: text.get_text() for text in ax.texts}
    assert told == {(0, 1): "9", (0, 2): "90", (1, 0): "60", (1, 1): "40"}
    uneven = figures.found(2 * counts * [[1], [5]], ("a", "b", "c"))
    np.testing.assert_allclose(pixels(uneven.axes[0]), [[1, 9, 90], [60, 40, 0]])


def test_readings_draw_each_code_against_each_number_with_the_correlation_of_all():
    rng = np.random.default_rng(0)
    codes, category = rng.uniform(-1, 1, (50, 2)), np.arange(50) % 5
    numbers = {"angle": codes[:, 0] + rng.normal(size=50), "width": rng.normal(size=50) - codes[:, 1], "x": codes[:, 1]}
    figure = figures.readings(codes, numbers, category, (3, 1), shown=30)
    places = [(i, name) for i in (0, 1) for name in numbers]
    for ax, (i, name) in zip(figure.axes, places, strict=True):
        assert (ax.get_xlabel(), ax.get_ylabel()) == (f"code {i + 1}", name)
        x, y = codes[:30, i], numbers[name][:30]
        everything, three, one = ax.get_lines()
        assert_line(everything, x, y, (FAKE, "None", "^"))
        assert_line(three, x[3::5], y[3::5], (JUDGE, "None", "s"))
        assert_line(one, x[1::5], y[1::5], ("#cc79a7", "None", "D"))
        a, b = (v - v.mean() for v in (codes[:, i], numbers[name]))
        assert abs(float(title(ax)[4:].replace("−", "-")) - a @ b / np.sqrt((a @ a) * (b @ b))) <= 0.005 + 1e-9
    named = {"all categories": everything, "category 3": three, "category 1": one}
    assert_legend(figure.legends[0], named)


def test_few_labels_draw_every_seed_and_mean_and_standard_error():
    results = {"with": [[10, 12, 14], [2, 2.5, 2]], "without": [[30, 32, 34.5], [8, 9, 10]]}
    (ax,) = figures.few_labels([20, 100], results).axes
    looks = (FAKE, "--", "^"), (REAL, "-", "o")
    dots = iter(plain_lines(ax))
    for bar, errors, (colour, line, marker) in zip(errorbars(ax), results.values(), looks, strict=True):
        means, spreads = zip(*map(mean_and_error, errors), strict=True)
        assert_errorbar(bar, [20, 100], means, yerr=spreads)
        assert style(bar.lines[0])[:2] == (colour, line)
        for n, runs in zip((20, 100), errors, strict=True):
            assert_line(next(dots), [n] * 3, runs, (colour, "None", marker))
    assert next(dots, None) is None
    assert ax.get_xscale() == "log" and ticks(ax.xaxis) == {"20": 20, "100": 100} and ax.get_ylim()[0] == 0
    samples = dict(zip(results, ax.get_legend().legend_handles, strict=True))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(results)
    assert [to_hex(sample.get_color()[0]) for sample in samples.values()] == [FAKE, REAL]
