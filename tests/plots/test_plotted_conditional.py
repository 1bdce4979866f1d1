"""What the figures of lecture 10 draw, against values reckoned here from what they are given."""

import numpy as np

from drawn import (
    assert_errorbar,
    assert_legend,
    assert_level,
    assert_line,
    errorbars,
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


def test_trade_off_draws_every_score_at_its_threshold():
    scores = {"precision": (0.9, 0.8, 0.7), "recall": (0.0, 0.3, 0.6)}
    (ax,) = figures.trade_off([0.1, 0.5, 1.0], scores).axes
    first, second = ax.get_lines()
    assert_line(first, [0.1, 0.5, 1], scores["precision"], (REAL, "-", "o"))
    assert_line(second, [0.1, 0.5, 1], scores["recall"], (JUDGE, ":", "s"))
    assert_legend(ax.get_legend(), {"precision": first, "recall": second})
