"""What the figures and widgets of lecture 02 draw, against values reckoned here from what they are given."""

import numpy as np
import pytest
import torch
from matplotlib.patches import FancyBboxPatch
from sklearn.decomposition import sparse_encode

from drawn import (
    assert_errorbar,
    assert_legend,
    assert_level,
    assert_line,
    errorbars,
    moved,
    pixels,
    plain_lines,
    ticks,
)
from gancourse.codes.gabor import Gabor
from gancourse.plots import FAKE, INK, JUDGE, REAL
from gancourse.plots import autoencoders as figures
from gancourse.widgets import CodeExplorer, SparseExplorer


def mean_and_error(values):
    mean = sum(values) / len(values)
    return mean, (sum((v - mean) ** 2 for v in values) / (len(values) - 1) / len(values)) ** 0.5


def test_encoder_decoder_has_its_words_from_left_to_right():
    figure = figures.encoder_decoder(("E", "first"), ("D", "second"), "h", "loss")
    (ax,) = figure.axes
    at = {text.get_text(): text.get_position()[0] for text in ax.texts}
    assert at["x"] < at["E"] == at["first"] < at["h"] < at["D"] == at["second"] < at["x̂"]
    assert at["loss"] == at["h"]
    boxes = [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
    for box, name in zip(boxes, ("E", "D"), strict=True):
        assert box.get_x() < at[name] < box.get_x() + box.get_width()
    assert "E (first), which gives h; the D (second)" in figure.description


@pytest.fixture(scope="module")
def problem():
    rng = np.random.default_rng(0)
    dictionary = rng.normal(size=(20, 9))
    return rng.normal(size=(3, 9)), dictionary / np.linalg.norm(dictionary, axis=1, keepdims=True), [0.2, 0.5, 1.0]


def assert_sparse(figure, problem, patch, at):
    """The whole picture is of this patch at this λ, its code found by scikit-learn."""
    patches, dictionary, lams = problem
    codes = [sparse_encode(patches, dictionary, algorithm="lasso_lars", alpha=lam)[patch] for lam in lams]
    x, z = patches[patch], codes[at]
    *small, error, used = figure.axes
    reach = np.abs(x).max()
    np.testing.assert_allclose(pixels(small[0]).ravel(), x / reach)
    np.testing.assert_allclose(pixels(small[1]).ravel(), z @ dictionary / reach, atol=1e-4)
    most = np.argsort(-np.abs(z), kind="stable")[: len(small) - 2]
    for ax, j in zip(small[2:], most, strict=True):
        (word,) = ax.texts
        if abs(z[j]) > 1e-4:
            np.testing.assert_allclose(pixels(ax).ravel(), dictionary[j] / np.abs(dictionary[j]).max())
            below = "".join(chr(ord("₀") + int(digit)) for digit in str(j))
            assert word.get_text() == f"{z[j]:+.1f} φ{below}".replace("-", "−")
        else:
            assert not pixels(ax).any() and not word.get_text()
    left = [100 * ((x - c @ dictionary) ** 2).sum() / (x**2).sum() for c in codes]
    count = [(np.abs(c) > 1e-6).sum() for c in codes]
    for ax, values, look in ((error, left, (FAKE, "^")), (used, count, (REAL, "o"))):
        curve, dot = ax.get_lines()
        np.testing.assert_allclose(curve.get_xydata(), np.column_stack([lams, values]), rtol=1e-3)
        np.testing.assert_allclose(dot.get_xydata(), [[lams[at], values[at]]], rtol=1e-3)
        assert (dot.get_color(), dot.get_marker()) == look
        assert ax.get_ylim()[0] == 0 and ax.get_ylim()[1] > max(values) and ax.get_xscale() == "log"
    assert f"{count[at]} of 20 atoms are used, {left[at]:.0f} %" in figure.description


def test_sparse_picture_draws_the_patch_its_atoms_and_both_curves(problem):
    picture = figures.SparsePicture(*problem, shown=6)
    assert_sparse(picture.figure, problem, 0, 1)
    changed = moved(picture.figure, lambda: picture.update(2, 2))
    assert_sparse(picture.figure, problem, 2, 2)
    assert changed <= set(picture.moving), "a frame draws all that moves"


def test_sparse_explorer_draws_where_its_controls_are(problem):
    explorer = SparseExplorer(*problem)
    assert_sparse(explorer._picture.figure, problem, 0, 1)
    before = explorer.image.value
    explorer.lam.value, explorer.patch.value = 0, 2
    assert_sparse(explorer._picture.figure, problem, 2, 0)
    assert explorer.image.value != before and "Patch 3 at λ = 0.20" in explorer.words.value


def test_tuning_draws_the_atoms_that_fit_and_no_others():
    fits = [Gabor(2, 3, 0, 0.1, 1, 2, 0.9), Gabor(5, 6, 90, 0.3, 1, 9, 0.95), Gabor(1, 1, 45, 0.2, 1, 1, 0.5)]
    place, turned, fine = figures.tuning(fits, 12).axes
    (segments,) = place.collections
    np.testing.assert_allclose(segments.get_segments(), [[(0, 3), (4, 3)], [(5, 9), (5, 3)]], atol=1e-9)
    assert place.get_ylim() == (11.5, -0.5), "rows are counted downwards"
    heights = [[patch.get_height() for patch in ax.patches] for ax in (turned, fine)]
    assert np.flatnonzero(heights[0]).tolist() == [0, 4], "20 degrees each"
    assert sum(heights[1]) == 2 and heights[1][6] + heights[1][5] == 1


def test_by_labels_draws_mean_and_standard_error_of_every_way():
    results = {"a": [[50, 60, 58], [70, 71, 75]], "b": [[30, 40, 35], [80, 82, 90]]}
    figure = figures.by_labels([20, 100], results, chance=12)
    (ax,) = figure.axes
    looks = ((REAL, "-", "o"), (JUDGE, ":", "s"))
    for bar, rows, (colour, line, marker) in zip(errorbars(ax), results.values(), looks, strict=True):
        means, spreads = zip(*map(mean_and_error, rows), strict=True)
        assert_errorbar(bar, [20, 100], means, yerr=spreads)
        assert (bar.lines[0].get_color(), bar.lines[0].get_linestyle(), bar.lines[0].get_marker()) == (
            colour, line, marker,
        )  # fmt: skip
    (level,) = plain_lines(ax)
    assert_level(level, y=12, colour=INK)
    assert ticks(ax.xaxis) == {"20": 20, "100": 100} and ax.get_ylim() == (0, 100) and ax.get_xscale() == "log"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["guessing", "a", "b"]
    assert "a: 56.0 ± 3.1 with 20, 72.0 ± 1.5 with 100" in figure.description


def test_price_draws_means_of_every_way_networks_by_themselves():
    ways = {
        "FISTA, 1 steps": {"objective": [1.5, 1.7], "milliseconds": [2, 4]},
        "FISTA, 9 steps": {"objective": [1.1, 1.1], "milliseconds": [20, 20]},
        "network, tanh": {"objective": [1.8, 2.0], "milliseconds": [1, 1]},
    }
    (ax,) = figures.price(ways).axes
    optimisation, networks = ax.get_lines()
    assert_line(optimisation, [3, 20], [60, 10], (JUDGE, ":", "s"))
    assert_line(networks, [1], [90], (FAKE, "None", "^"))
    named = {text.get_text(): text.xy for text in ax.texts}
    assert {name: tuple(np.round(at, 6)) for name, at in named.items()} == {
        "FISTA, 1 step": (3, 60), "FISTA, 9 steps": (20, 10), "tanh": (1, 90),
    }  # fmt: skip
    assert_legend(ax.get_legend(), {"optimisation": optimisation, "networks": networks})


def test_retrieval_draws_curves_of_codes_and_levels_of_whole_examples():
    curves = {"codes": [[0.2, 0.4], [0.5, 0.7]], "signs": [[0.1, 0.2], [0.3, 0.3]]}
    levels = {"whole": [0.8, 0.9], "chance": [0.1, 0.1]}
    figure = figures.retrieval({"left": ([8, 16], curves, levels), "right": ([8, 16], curves, levels)})
    for ax, name in zip(figure.axes, ("left", "right"), strict=True):
        assert ax.get_title(loc="left") == name and ax.get_ylim() == (0, 1) and ticks(ax.xaxis) == {"8": 8, "16": 16}
        for bar, rows, colour in zip(errorbars(ax), curves.values(), (FAKE, "#cc79a7"), strict=True):
            means, spreads = zip(*map(mean_and_error, rows), strict=True)
            assert_errorbar(bar, [8, 16], means, yerr=spreads)
            assert bar.lines[0].get_color() == colour
        whole, chance = plain_lines(ax)
        assert_level(whole, y=0.85, colour=REAL)
        assert_level(chance, y=0.1, colour=INK)


Z = np.array([[0.0, 0.0], [1.0, 2.0], [2.0, 1.0]])


def decode(z):
    """A picture of one colour, which says the code."""
    z = torch.as_tensor(z, dtype=torch.float32)
    return torch.stack([z[:, 0] / 2, z[:, 1] / 2, 0 * z[:, 0]], dim=1)[:, :, None, None].expand(-1, -1, 4, 4)


def assert_code(figure, z1, z2):
    plane, face, *_ = figure.axes
    (cross,) = plane.get_lines()
    np.testing.assert_allclose(cross.get_xydata(), [[z1, z2]])
    colour = np.clip([z1 / 2, z2 / 2, 0], -1, 1) / 2 + 0.5
    np.testing.assert_allclose(pixels(face), np.broadcast_to(colour, (4, 4, 3)), atol=1e-6)
    (points,) = plane.collections
    np.testing.assert_allclose(points.get_offsets(), Z)
    np.testing.assert_allclose(points.get_array(), [3, 4, 5])


def test_code_picture_marks_the_place_and_shows_what_is_decoded():
    picture = figures.CodePicture(Z, [3, 4, 5], "yaw", decode)
    assert_code(picture.figure, 1, 1)
    assert "1.0 from the nearest face's code" in picture.figure.description
    changed = moved(picture.figure, lambda: picture.update(2.1, 1.0))
    assert_code(picture.figure, 2.1, 1.0)
    assert "(2.1, 1.0), among the codes of faces" in picture.figure.description
    assert changed <= set(picture.moving)


def test_code_explorer_draws_where_its_sliders_are():
    explorer = CodeExplorer(Z, [3, 4, 5], "yaw", decode)
    assert (explorer.z1.value, explorer.z2.value, explorer.z1.min, explorer.z2.max) == (1, 1, -1, 3)
    before = explorer.image.value
    explorer.z1.value = -0.5
    assert_code(explorer._picture.figure, -0.5, 1)
    assert explorer.image.value != before and "(-0.5, 1.0)" in explorer.words.value
