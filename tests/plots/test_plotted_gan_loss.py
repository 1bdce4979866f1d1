"""What the figures of lecture 04 draw, against values reckoned here from what they are given."""

import re

import numpy as np
import pytest
from scipy.interpolate import RegularGridInterpolator
from scipy.stats import norm

from drawn import assert_contours, assert_legend, assert_level, assert_line, between, moved, style, title
from gancourse.plots import FAKE, INK, JUDGE, REAL
from gancourse.plots import gan_loss as figures
from gancourse.widgets.games import AreaExplorer, DistanceExplorer


def test_discriminators_are_drawn_over_both_densities():
    x = np.linspace(-6, 9, 301)
    p_data, p_gen = norm.pdf(x, 1, 1), norm.pdf(x, 3, 2)
    trained = 0.1 + 0.02 * x
    figure = figures.discriminators(x, p_data, p_gen, p_data / (p_data + p_gen), trained)
    (ax,) = figure.axes
    data, gen, best, learned = ax.get_lines()
    assert_line(data, x, norm.pdf(x, 1, 1), (REAL, "-", "None"))
    assert_line(gen, x, norm.pdf(x, 3, 2), (FAKE, "--", "None"))
    # The logit of the best one is the log-ratio of the densities, here a polynomial.
    logit = np.log(2) - (x - 1) ** 2 / 2 + (x - 3) ** 2 / 8
    assert_line(best, x, 1 / (1 + np.exp(-logit)), (JUDGE, ":", "None"))
    assert_line(learned, x, trained, (INK, "-.", "None"))
    named = ["$p_{data}$", "$p_{gen}$", "best, $D^*$", "trained"]
    assert_legend(figure.legends[0], dict(zip(named, ax.get_lines(), strict=True)))
    assert ax.get_xlim() == (-6, 9)


def assert_areas(figure, x, p_data, p_gen):
    """The whole picture of the Jensen-Shannon divergence is that of these densities."""
    left, right = figure.axes
    data, gen = left.get_lines()
    assert_line(data, x, p_data, (REAL, "-", "None"))
    assert_line(gen, x, p_gen, (FAKE, "--", "None"))
    half = {}
    for area, p in zip(right.collections, (p_gen, p_data), strict=True):
        edge, ground = between(area, x)
        with np.errstate(divide="ignore", invalid="ignore"):
            wanted = np.where(p > 0, p * np.log(2 * p / (p_data + p_gen)) / 2, 0)
        np.testing.assert_allclose(edge, wanted, atol=1e-9)
        assert not ground.any()
        half[area.get_label()] = np.trapezoid(edge, x)
    assert list(half) == ["quality", "coverage"]
    assert_level(right.get_lines()[0], y=0)
    told = [float(number) for number in re.findall(r"\d\.\d{3}", title(right))]
    np.testing.assert_allclose(told, [*half.values(), sum(half.values())], atol=1e-3)
    named = dict(zip(["$p_{data}$", "$p_{gen}$", *half], [data, gen, *right.collections], strict=True))
    assert_legend(figure.legends[0], named)
    assert style(right.collections[0]) != style(right.collections[1])


X = np.linspace(-8, 8, 801)
TWO = (norm.pdf(X, -2, 0.7) + norm.pdf(X, 2, 0.7)) / 2


def test_js_areas_are_the_integrands_and_the_title_has_their_areas():
    picture = figures.JSAreas(X, TWO, norm.pdf(X, -2, 0.7))
    assert_areas(picture.figure, X, TWO, norm.pdf(X, -2, 0.7))
    changed = moved(picture.figure, lambda: picture.update(norm.pdf(X, 1, 1.5)))
    assert_areas(picture.figure, X, TWO, norm.pdf(X, 1, 1.5))
    assert changed == set(picture.moving), "a frame draws all that moves"


def test_area_explorer_draws_the_generator_where_its_slider_is():
    explorer = AreaExplorer()
    assert_areas(explorer._picture.figure, X, TWO, norm.pdf(X, -2, 0.7))
    explorer.centre.value = 0.7
    assert_areas(explorer._picture.figure, X, TWO, norm.pdf(X, 0.7, 0.7))


def test_vanishing_draws_both_pulls_against_distance_and_against_the_logit():
    distance = np.array([0.5, 1, 2, 4])
    saturating, non_saturating = np.array([0.2, 0.3, 0.1, 1e-3]), np.array([0.3, 0.7, 1.5, 3.5])
    figure = figures.vanishing(distance, saturating, non_saturating)
    left, right = figure.axes
    assert_line(left.get_lines()[0], distance, saturating, (INK, "-", "None"))
    assert_line(left.get_lines()[1], distance, non_saturating, (FAKE, "--", "None"))
    logit = np.linspace(-8, 8, 161)
    assert_line(right.get_lines()[0], logit, 1 / (1 + np.exp(-logit)), (INK, "-", "None"))
    assert_line(right.get_lines()[1], logit, 1 / (1 + np.exp(logit)), (FAKE, "--", "None"))
    assert len(left.get_lines()) == len(right.get_lines()) == 2
    assert left.get_yscale() == "log"
    assert_legend(figure.legends[0], dict(zip(["saturating", "non-saturating"], left.get_lines(), strict=True)))
    (found_out,) = right.patches
    assert found_out.get_x() == -8 and found_out.get_x() + found_out.get_width() == -2
    (note,) = right.texts
    assert note.get_text() == "fakes are\nfound out" and -8 < note.xy[0] < -2


def test_parting_supports_draws_lines_apart_curves_that_meet_and_what_js_says():
    thetas, js = np.array([-0.5, 0.0, 0.5]), np.array([0.69, 0.0, 0.69])
    figure = figures.parting_supports(thetas, js)
    lines, curves, ax = figure.axes
    data, gen = lines.get_lines()
    assert_line(data, [0, 0], [0, 1], (REAL, "-", "None"))
    assert_line(gen, [0.6, 0.6], [0, 1], (FAKE, "--", "None"))
    one, other, meet = curves.get_lines()
    for x, y in meet.get_xydata():
        assert [np.interp(x, *curve.get_xydata().T) for curve in (one, other)] == pytest.approx([y, y], abs=0.02)
    assert_line(ax.get_lines()[0], thetas, js, (JUDGE, "None", "o"))
    assert_level(ax.get_lines()[1], y=np.log(2))
    names = ["data", "generator", "where they meet", "JS of the lines"]
    assert_legend(figure.legends[0], dict(zip(names, [data, gen, meet, ax.get_lines()[0]], strict=True)))
    assert f"meet in {len(meet.get_xdata())} points" in figure.description and len(meet.get_xdata()) == 2
    assert "0.000 at θ = 0 and between 0.690 and 0.690" in figure.description


def test_fits_draw_the_data_and_every_gaussian():
    fitted = {"KL": (0.001, 2.1), "reverse KL": (-2.0, 0.7), "JS": (1.5, 1.25)}
    figure = figures.fits(X, TWO, fitted)
    (ax,) = figure.axes
    (data,) = ax.collections
    assert (between(data, X) == [TWO, 0 * X]).all()
    assert style(data)[0] == REAL
    for line, colour, (mean, std) in zip(ax.get_lines(), (INK, FAKE, JUDGE), fitted.values(), strict=True):
        assert_line(line, X, np.exp(-(((X - mean) / std) ** 2) / 2) / (std * np.sqrt(2 * np.pi)))
        assert style(line)[0] == colour
    named = ["data", "KL: mean 0.00, σ 2.10", "reverse KL: mean -2.00, σ 0.70", "JS: mean 1.50, σ 1.25"]
    assert_legend(ax.get_legend(), dict(zip(named, [data, *ax.get_lines()], strict=True)))


@pytest.mark.parametrize(
    ("game", "a_first", "b_first"),
    [
        (lambda a, b: (a - b) ** 2, (0, 1), (0, 0)),
        (lambda a, b: (a - 0.5) ** 2 - (b + 0.5) ** 2, (0.5, 0), (-0.5, 0)),
        (lambda a, b: a * b + a / 2 + b / 4, (-0.25, -0.125), (-0.5, -0.125)),
    ],
)
def test_who_moves_first_draws_the_game_and_what_either_can_secure(game, a_first, b_first):
    grid = np.linspace(-1, 1, 41)
    value = np.array([[game(a, b) for a in grid] for b in grid])
    figure = figures.who_moves_first(grid, value)
    left, right, scale = figure.axes
    assert scale.get_ylabel() == "V(a, b)"
    assert_contours(left.collections[0], RegularGridInterpolator((grid, grid), value.T))
    assert left.get_xlabel().startswith("a") and left.get_ylabel().startswith("b")
    worst, best, of_a, of_b = right.get_lines()
    assert_line(worst, grid, [max(game(a, b) for b in grid) for a in grid], (INK, "-", "None"))
    assert_line(best, grid, [min(game(a, b) for a in grid) for b in grid], (FAKE, "--", "None"))
    assert_line(of_a, [a_first[0]], a_first[1], (INK, "None", "o"))
    assert_line(of_b, [b_first[0]], b_first[1], (FAKE, "None", "^"))
    assert_legend(figure.legends[0], {"max over b, if a moves first": worst, "min over a, if b moves first": best})


def assert_distances(figure, delta):
    """The whole picture is that of N(0, 1) and N(Δ, 0.6²)."""
    left, middle, right = figure.axes
    x = np.linspace(-9, 15, 2401)
    data, gen = left.get_lines()
    assert_line(data, x, norm.pdf(x), (REAL, "-", "None"))
    assert_line(gen, x, norm.pdf(x, delta, 0.6), (FAKE, "--", "None"))
    assert title(left) == f"Δ = {delta:.1f}"
    names, deltas = ["KL(data‖gen)", "KL(gen‖data)", "JS", "W1"], np.linspace(-0.1, 6.1, 63)
    for ax, value in ((middle, lambda d: measured(d)), (right, pull)):
        assert ax.get_yscale() == "log"
        for name, curve, dot in zip(names, ax.get_lines()[::2], ax.get_lines()[1::2], strict=True):
            np.testing.assert_allclose(curve.get_xdata(), deltas)
            inner = slice(1, -1)  # at the ends differences are to one side
            wanted = [value(d)[name] for d in deltas]
            np.testing.assert_allclose(curve.get_ydata()[inner], wanted[inner], rtol=2e-2, atol=2e-3)
            assert style(dot)[0] == style(curve)[0]
            assert dot.get_xdata()[0] == delta
            np.testing.assert_allclose(dot.get_ydata()[0], value(delta)[name], rtol=2e-2, atol=2e-3)
    curves = middle.get_lines()[::2]
    assert_legend(figure.legends[0], dict(zip(["$p_{data}$", "$p_{gen}$", *names], [data, gen, *curves], strict=True)))


def pull(delta, h=0.05):
    """The derivative of each distance by Δ."""
    up, down = measured(delta + h), measured(delta - h)
    return {name: (up[name] - down[name]) / (2 * h) for name in up}


def measured(delta, std=0.6):
    """Four distances of N(0, 1) and N(Δ, std²), from closed forms where there are some."""
    x = np.linspace(-12, 18, 3001)
    p, q = norm.pdf(x), norm.pdf(x, delta, std)
    mixture = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        halves = [np.where(r > 0, r * np.log(r / mixture), 0) for r in (p, q)]
    return {
        "KL(data‖gen)": np.log(std) + (1 + delta**2) / (2 * std**2) - 0.5,
        "KL(gen‖data)": -np.log(std) + (std**2 + delta**2) / 2 - 0.5,
        "JS": np.trapezoid(sum(halves), x) / 2,
        "W1": np.trapezoid(np.abs(norm.cdf(x) - norm.cdf(x, delta, std)), x),
    }


def test_distance_picture_draws_four_measures_and_where_the_generator_is_on_them():
    picture = figures.DistancePicture(1.0)
    assert_distances(picture.figure, 1.0)
    changed = moved(picture.figure, lambda: picture.update(2.5))
    assert_distances(picture.figure, 2.5)
    assert changed | set(picture._dots) == set(picture.moving), "a frame draws all that moves"


def test_distance_picture_has_no_dot_for_a_pull_of_nothing():
    *_, right = figures.DistancePicture(0.0).figure.axes
    assert all(np.isnan(dot.get_ydata()[0]) for dot in right.get_lines()[1::2])


@pytest.mark.parametrize("delta", [1.0, 1.5, 3.0, 6.0])
def test_the_wasserstein_distance_pulls_with_one_from_a_distance_of_one_on(delta):
    assert figures.DistancePicture(delta).pulls()["W1"] == pytest.approx(1, abs=0.02)


def test_distance_explorer_draws_where_its_slider_is():
    explorer = DistanceExplorer()
    assert_distances(explorer._picture.figure, 3.0)
    explorer.delta.value = 0.5
    assert_distances(explorer._picture.figure, 0.5)
