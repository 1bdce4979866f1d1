"""What the figures of lecture 09 draw, against values reckoned here from what they are given."""

import numpy as np
from matplotlib.colors import to_hex

from drawn import (
    assert_errorbar,
    assert_legend,
    assert_level,
    assert_line,
    errorbars,
    pixels,
    plain_lines,
    style,
    ticks,
    title,
)
from gancourse.metrics.neighbours import PrecisionRecall
from gancourse.plots import FAKE, JUDGE, REAL
from gancourse.plots import conditional as figures


def mean_and_error(values):
    mean = sum(values) / len(values)
    return mean, (sum((v - mean) ** 2 for v in values) / (len(values) - 1) / len(values)) ** 0.5


def test_asked_draws_every_seed_and_their_mean_in_its_row_and_real_images_as_a_line():
    results = {
        "glyphs": {"cgan": [0.96, 0.98, 0.97], "real": 0.999, "acgan": [0.99, 0.95, 0.9]},
        "mnist": {"cgan": [0.90, 0.92, 0.94], "real": 0.985, "acgan": [0.99, 0.98, 1.0]},
    }
    figure = figures.asked(results)
    for ax, (name, shares) in zip(figure.axes, results.items(), strict=True):
        assert title(ax) == name
        *dots, real = plain_lines(ax)
        assert ticks(figure.axes[0].yaxis) == {"cgan": 0, "acgan": 1}
        for row, (line, bar, system) in enumerate(zip(dots, errorbars(ax), ("cgan", "acgan"), strict=True)):
            percent = 100 * np.array(shares[system])
            assert_line(line, percent, row, (FAKE, "None", "^"))
            mean, error = mean_and_error(percent)
            assert_errorbar(bar, mean, row + 0.25, xerr=error)
        assert_level(real, x=100 * shares["real"], colour=REAL)
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert sorted(texts) == ["mean ± standard error, 3 seeds", "one seed", "real images"]
    samples = dict(zip(texts, figure.legends[0].legend_handles, strict=True))
    assert style(samples["one seed"]) == (FAKE, "None", "^") and style(samples["real images"])[0] == REAL


def test_by_class_draws_each_share_at_its_class_and_the_means_as_lines():
    scores = {
        "real": [PrecisionRecall(1.0, 0.8), PrecisionRecall(0.9, 0.7), PrecisionRecall(0.95, 0.6)],
        "cgan": [PrecisionRecall(0.5, 0.2), PrecisionRecall(0.7, 0.4), PrecisionRecall(0.3, 0.9)],
    }
    figure = figures.by_class(scores, ("a", "b", "c"))
    for column, (ax, name) in enumerate(zip(figure.axes, ("precision", "recall"), strict=True)):
        assert title(ax) == name
        assert ticks(ax.xaxis) == {"a": 0, "b": 1, "c": 2}
        dots, means = ax.get_lines()[::2], ax.get_lines()[1::2]
        looks = (REAL, "None", "o"), (JUDGE, "None", "s")
        for dot, mean, of_classes, look in zip(dots, means, scores.values(), looks, strict=True):
            shares = [score[column] for score in of_classes]
            assert_line(dot, range(3), shares, look)
            assert_level(mean, y=sum(shares) / 3, colour=look[0])
    assert_legend(figure.legends[0], dict(zip(scores, figure.axes[0].get_lines()[::2], strict=True)))


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


def test_trade_off_draws_every_score_at_its_threshold():
    scores = {"precision": (0.9, 0.8, 0.7), "recall": (0.0, 0.3, 0.6)}
    (ax,) = figures.trade_off([0.1, 0.5, 1.0], scores).axes
    first, second = ax.get_lines()
    assert_line(first, [0.1, 0.5, 1], scores["precision"], (REAL, "-", "o"))
    assert_line(second, [0.1, 0.5, 1], scores["recall"], (JUDGE, ":", "s"))
    assert_legend(ax.get_legend(), {"precision": first, "recall": second})
