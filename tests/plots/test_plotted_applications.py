"""The figures of lecture 15 draw what they are given: read off the artists, against values reckoned here."""

import numpy as np
import pytest
import torch

from gancourse.data.worlds.clips import clips
from gancourse.data.worlds.furniture import furniture
from gancourse.plots import applications as figures


def points(ax, label):
    """The points of a series: those of its label, and of all without one in the same colour and marker."""
    (first,) = [line for line in ax.lines if line.get_label() == label]
    alike = [x for x in ax.lines if (x.get_color(), x.get_marker()) == (first.get_color(), first.get_marker())]
    return sorted((float(y), float(x)) for line in alike for x, y in zip(*line.get_data(), strict=True))


def test_compared_has_a_point_for_each_seed_of_each_set():
    table = {"made": {"a": [0.1, 0.2], "b": [0.5, 0.6]}, "real": {"a": [0.9, 1.0], "b": [0.7, 0.8]}}
    figure = figures.compared(table, "share", "A title")
    (ax,) = figure.axes
    assert points(ax, "made") == [(0, 0.1), (0, 0.2), (1, 0.5), (1, 0.6)]
    assert points(ax, "real") == [(0, 0.9), (0, 1.0), (1, 0.7), (1, 0.8)]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["a", "b"]
    assert "made: a 0.15, b 0.55" in figure.description
    assert "real: a 0.95, b 0.75" in figure.description


def test_solids_have_a_place_for_each_shape_and_a_face_for_each_voxel():
    x = furniture(3, 8, generator=torch.Generator().manual_seed(0)).voxels
    figure = figures.solids([("one", x[:2]), ("other", x[2:])], "Three pieces.")
    (ax,) = figure.axes
    assert figure.description == "Three pieces."
    assert [text.get_text() for text in figure.texts] == ["one", "other"]
    for drawn, solid in zip(ax.collections, x, strict=True):
        open_side = torch.nn.functional.pad(solid.int(), (1,) * 6)
        front, top, right = (open_side.diff(dim=axis) for axis in (1, 0, 2))
        seen = int((front == 1).sum() + (top == -1).sum() + (right == -1).sum())
        assert len(drawn.get_paths()) == seen


def test_what_is_nearer_is_drawn_over_what_is_behind_it():
    solid = torch.zeros(1, 2, 3, 2)
    solid[0, 0, 0, 0] = solid[0, 0, 2, 0] = 1  # one in front of the other, on the floor
    (drawn,) = figures.solids([("", solid)], "Two voxels.").axes[0].collections
    depth = [path.vertices[:4, 1].min() for path in drawn.get_paths()]  # what lies deeper stands higher on the page
    assert len(depth) == 6
    assert min(depth[:3]) > 0.6 > depth[5]


def test_flights_show_where_the_ball_is_and_the_throw_through_it():
    some = clips(2, 16, generator=torch.Generator().manual_seed(0))
    broken = torch.full((1, 8, 2), float("nan"))
    figure = figures.flights({"real": torch.cat([some.position, broken])})
    (ax,) = figure.axes
    dots, curves = ax.lines[0::2], ax.lines[1::2]
    assert len(dots) == len(curves) == 2
    for line, curve, path in zip(dots, curves, some.position.numpy(), strict=True):
        np.testing.assert_allclose(np.stack(line.get_data(), axis=1), path)
        ends = np.stack(curve.get_data(), axis=1)[[0, -1]]
        np.testing.assert_allclose(ends, path[[0, -1]], atol=1e-5)
    assert ax.get_ylim() == (1, 0)
    assert "real: 2 whole flights, 0.000 sides off" in figure.description


def test_trade_has_drift_across_and_rise_up_for_each_factor_and_seed():
    factors = {
        "smile": {
            "labels": {"rise": [1.0, 2.0], "drift": [0.3, 0.4]},
            "random": {"rise": [0.1, 0.0], "drift": [0.2] * 2},
        },
        "age": {"labels": {"rise": [3.0, 4.0], "drift": [0.5, 0.6]}, "random": {"rise": [-0.1, 0], "drift": [0.1] * 2}},
    }
    figure = figures.trade(factors)
    (ax,) = figure.axes
    labels, random = (next(line for line in ax.lines if line.get_label() == kind) for kind in ("labels", "random"))
    assert labels.get_xdata() == pytest.approx([0.3, 0.4, 0.5, 0.6])
    assert labels.get_ydata() == pytest.approx([1, 2, 3, 4])
    assert random.get_xdata() == pytest.approx([0.2, 0.2, 0.1, 0.1])
    assert "labels: wanted 2.50, others 0.45" in figure.description
