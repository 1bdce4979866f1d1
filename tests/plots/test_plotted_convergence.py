"""What the figures on convergence draw is what the games do."""

import numpy as np
import pytest

from gancourse import dirac
from gancourse.plots.convergence import DiracPicture, dirac_paths, overshoot_by_steps
from gancourse.widgets import DiracExplorer


def test_overshoot_by_steps_draws_both_against_the_steps():
    figure = overshoot_by_steps({100: 2.6, 3000: 0.0}, {100: 30, 3000: 50})
    left, right = figure.axes
    assert left.lines[0].get_xydata().tolist() == [[100, 2.6], [3000, 0.0]]
    assert right.lines[0].get_xydata().tolist() == [[100, 30], [3000, 50]]
    assert (
        "100 steps: overshoot 2.60, near in round 30; 3,000 steps: overshoot 0.00, near in round 50"
        in figure.description
    )


def test_dirac_paths_are_drawn_over_arrows_that_point_where_the_players_go():
    paths = {"free": (dirac.play(1, 1, 0.5, 9), 0.0), "held": (dirac.play(1, 1, 0.5, 9, 1.0), 1.0)}
    figure = dirac_paths(paths, 0.5)
    for ax, (title, (path, gamma)) in zip(figure.axes, paths.items(), strict=True):
        assert ax.get_title(loc="left") == title
        assert np.array_equal(ax.lines[0].get_xydata(), path)
        (arrows,) = ax.collections
        theta, psi = arrows.XY.T
        probability = 1 / (1 + np.exp(-psi * theta))
        assert arrows.U == pytest.approx(probability * psi, abs=1e-6)
        assert arrows.V == pytest.approx(-probability * theta - gamma * psi, abs=1e-6)
    assert f"free, from distance 1.41 to {np.hypot(*paths['free'][0][-1]):.2f} in 9 steps" in figure.description


@pytest.mark.parametrize(("rate", "gamma", "in_turns"), [(0.5, 0.0, True), (1.0, 0.5, False)])
def test_dirac_picture_draws_the_path_the_arrows_and_the_eigenvalues(rate, gamma, in_turns):
    picture = DiracPicture(n_steps=12)
    picture.update(rate, gamma, in_turns)
    plane, circle = picture.figure.axes
    path = dirac.play(1, 1, rate, 12, gamma, in_turns)
    assert plane.lines[0].get_xydata() == pytest.approx(path)
    assert plane.collections[0].V[-1] == pytest.approx(-3 / (1 + np.exp(-9)) - 3 * gamma, abs=1e-6)
    values = np.linalg.eigvals(dirac.update_matrix(rate, gamma, in_turns))
    assert sorted(circle.lines[1].get_xydata().tolist()) == sorted([v.real, v.imag] for v in values)
    assert f"{np.abs(values).max():.3f}" in picture.figure.description
    assert ("in turns" if in_turns else "at the same time") in picture.figure.description


def test_dirac_explorer_draws_what_its_controls_say():
    explorer = DiracExplorer()
    before = explorer.image.value
    explorer.rate.value, explorer.gamma.value, explorer.order.value = 1.0, 0.5, False
    assert explorer.image.value != before
    assert "at the same time, rate 1, penalty 0.5" in explorer.words.value
