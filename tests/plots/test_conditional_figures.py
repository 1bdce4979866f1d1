"""The figures of lecture 10 draw what they are given, and say it in numbers."""

import numpy as np
import pytest

from gancourse.metrics.neighbours import PrecisionRecall
from gancourse.plots import conditional as figures
from gancourse.plots import mean_and_error


def test_one_run_has_a_mean_and_no_error():
    assert mean_and_error([0.25])[0] == 0.25
    assert np.isnan(mean_and_error([0.25])[1])
    assert mean_and_error([1, 2, 3]) == pytest.approx((2, 1 / np.sqrt(3)))


def test_every_seed_is_a_dot_and_real_images_are_a_line():
    results = {
        "glyphs": {"cgan": [0.96, 0.98, 0.97], "acgan": [0.99, 0.99, 0.99], "real": 1.0},
        "mnist": {"cgan": [0.90, 0.92, 0.94], "acgan": [0.99, 0.98, 1.0], "real": 0.985},
    }
    figure = figures.asked(results)
    for ax, (name, shares) in zip(figure.axes, results.items(), strict=True):
        drawn = [line.get_xdata() for line in ax.get_lines() if line.get_marker() == "^"]
        assert np.allclose(drawn, [[100 * v for v in shares[s]] for s in ("cgan", "acgan")])
        assert [t.get_text() for t in ax.get_yticklabels()] == ["cgan", "acgan"]
        assert ax.get_title(loc="left") == name
        assert ax.get_xlim() == figure.axes[0].get_xlim(), "one scale"
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert sorted(legend) == ["mean ± standard error, 3 seeds", "one seed", "real images"]
    assert "glyphs, cgan 97.00 ± 0.58" in figure.description
    assert "mnist, real images 98.5" in figure.description


def test_each_class_has_its_precision_and_recall_and_the_means_are_told():
    scores = {"real": [PrecisionRecall(1.0, 0.8)] * 2, "cgan": [PrecisionRecall(0.5, 0.2), PrecisionRecall(0.7, 0.4)]}
    figure = figures.by_class(scores, ("0", "1"))
    dots = [[line.get_ydata() for line in ax.get_lines() if len(line.get_ydata()) and line.get_linestyle() == "None"]
            for ax in figure.axes]  # fmt: skip
    assert np.allclose(dots, [[[1, 1], [0.5, 0.7]], [[0.8, 0.8], [0.2, 0.4]]])
    assert "real 1.00 and 0.80; cgan 0.60 and 0.30" in figure.description


def test_a_trade_off_tells_both_of_its_ends():
    figure = figures.trade_off([0.1, 0.5, 1.0], {"precision": (0.9, 0.8, 0.7), "recall": (0.0, 0.3, 0.6)})
    assert figure.description.startswith("As the threshold goes from 0.1 to 1: precision from 0.90 to 0.70, recall")
    markers = [line.get_marker() for line in figure.axes[0].get_lines()]
    assert len(set(markers)) == 2
