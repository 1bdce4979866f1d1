"""What the figures of lecture 14 draw, against values reckoned here from what they are given."""

import numpy as np

from drawn import assert_level, assert_line, errorbars, pixels, plain_lines, ticks
from gancourse.plots import FAKE, INK, JUDGE, REAL
from gancourse.plots import growing as figures

LOOKS = (FAKE, "--", "^"), (JUDGE, ":", "s"), (INK, "-.", "o")


def test_sooner_draws_every_run_and_says_where_they_end():
    runs = {
        "grown": [[[1.0, 90.0], [4.0, 30.0]], [[1.0, 80.0], [4.0, 25.0]]],
        "full size": [[[1.0, 200.0], [4.0, 40.0]]],
    }
    figure = figures.sooner(runs, 2.5, [4, 8])
    (ax,) = figure.axes
    *lines, real = ax.get_lines()
    for line, curve, look in zip(lines, runs["grown"] + runs["full size"], (LOOKS[0], *LOOKS[:2]), strict=True):
        assert_line(line, *zip(*curve, strict=True), look)
    assert_level(real, y=2.5, colour=REAL)
    assert [(t.get_text(), t.get_position()[0]) for t in ax.texts] == [("4 px", 1.0), ("8 px", 4.0)]
    assert ax.get_yscale() == "log"
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["grown", "full size", "real images"]
    assert "after 4 CPU seconds: grown 25.0 to 30.0; full size 40.0 to 40.0; real images 2.5" in figure.description


def test_left_out_draws_each_run_and_real_images_as_a_line():
    results = {"all of it": [4.0, 6.0, 5.0], "no noise": [7.0, 9.0, 8.0]}
    figure = figures.left_out(results, 1.5)
    (ax,) = figure.axes
    *rows, real = plain_lines(ax)
    for i, (line, values) in enumerate(zip(rows, results.values(), strict=True)):
        assert_line(line, values, i)
    assert len(errorbars(ax)) == 2
    assert_level(real, x=1.5, colour=REAL)
    assert ticks(ax.yaxis) == {"all of it": 0, "no noise": 1}
    assert "all of it 5.0 ± 0.6; no noise 8.0 ± 0.6; real images 1.5" in figure.description


def test_how_far_draws_the_means_of_runs_at_each_threshold():
    results = {
        "all of it": [{"frechet": [4.0, 8.0], "named": [0.9, 1.0]}, {"frechet": [6.0, 8.0], "named": [0.7, 1.0]}],
        "batch 16": [{"frechet": [9.0, 20.0], "named": [0.5, 0.4]}],
    }
    figure = figures.how_far(results, [2.0, 0.5], 1.0)
    left, right = figure.axes
    *lines, real = left.get_lines()
    for line, mean, look in zip(lines, ([5, 8], [9, 20]), LOOKS, strict=False):
        assert_line(line, [2, 0.5], mean, look)
    for line, mean, look in zip(right.get_lines(), ([80, 100], [50, 40]), LOOKS, strict=False):
        assert_line(line, [2, 0.5], mean, look)
    assert_level(real, y=1.0, colour=REAL)
    assert "all of it 5.0 and 8.0, as asked 80% and 100%; batch 16 9.0 and 20.0" in figure.description


def test_who_follows_colours_and_numbers_every_cell():
    table = {"4 px": {"yaw": 0.9, "hair_colour": 0.123}, "32 px": {"yaw": 0.05, "hair_colour": 0.7}}
    figure = figures.who_follows(table)
    ax = figure.axes[0]
    assert np.allclose(pixels(ax), [[90, 12.3], [5, 70]])
    assert ticks(ax.xaxis) == {"yaw": 0, "hair colour": 1}
    assert ticks(ax.yaxis) == {"4 px": 0, "32 px": 1}
    assert {t.get_position(): t.get_text() for t in ax.texts} == {(0, 0): "90", (1, 0): "12", (0, 1): "5", (1, 1): "70"}
    assert figure.axes[1].get_ylabel() == "carried over [%]"
    assert "carried over: yaw 4 px (90 %), hair colour 32 px (70 %)." in figure.description


def test_along_psi_draws_all_three_and_says_where_the_distance_is_least():
    table = {
        "psi": [0.5, 0.7, 1.0],
        "frechet": [9.0, 4.0, 6.0],
        "precision": [1.0, 0.9, 0.6],
        "recall": [0.1, 0.3, 0.5],
    }
    figure = figures.along_psi(table, 2.0)
    left, right = figure.axes
    line, real = left.get_lines()
    assert_line(line, table["psi"], table["frechet"], LOOKS[0])
    assert_level(real, y=2.0, colour=REAL)
    for line, name, look in zip(right.get_lines(), ("precision", "recall"), LOOKS[1:], strict=True):
        assert_line(line, table["psi"], table[name], look)
    assert "the Fréchet distance is least, 4.0, at 0.7; real images score 2.0" in figure.description
    assert "precision goes from 1.00 to 0.60, recall from 0.10 to 0.50" in figure.description
