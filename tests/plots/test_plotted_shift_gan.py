"""What the figures of lecture 03 draw, against values reckoned here from what they are given."""

import numpy as np
import pytest
from scipy.stats import norm

from drawn import arrows, assert_contours, assert_legend, assert_level, assert_line, moved, plain_lines, title
from gancourse import shift
from gancourse.plots import FAKE, INK, JUDGE, REAL
from gancourse.plots import shift_gan as figures
from gancourse.widgets.games import ShiftExplorer, TrainingPlayer

X_REAL, Z = np.array([6.5, 7.0, 8.5]), np.array([-1.0, 0.0, 0.5, 2.0])


def sigmoid(f):
    return 1 / (1 + np.exp(-f))


def losses(theta, phi, x_real=X_REAL, z=Z):
    """Of discriminator and generator, with logarithms of probabilities."""
    real, fake = (sigmoid(phi[0] + phi[1] * x) for x in (x_real, z + theta))
    return -np.log(real).sum() - np.log(1 - fake).sum(), np.log(1 - fake).sum()


def assert_shows(figure, theta, phi, x_real=X_REAL, z=Z, mean=7.5):
    """The whole picture of samples, discriminator and losses is that of θ and φ."""
    ax, beside = figure.axes
    grid = np.linspace(-4, 16, 401)
    data, real, density, fakes, judge = ax.get_lines()
    assert_line(data, grid, norm.pdf(grid, mean), (REAL, "-", "None"))
    assert_line(real, x_real, real.get_ydata()[0], (REAL, "None", "o"))
    assert_line(density, grid, norm.pdf(grid, theta), (FAKE, "--", "None"))
    assert_line(fakes, z + theta, fakes.get_ydata()[0], (FAKE, "None", "^"))
    assert_line(judge, grid, sigmoid(phi[0] + phi[1] * grid), (JUDGE, ":", "None"))
    assert fakes.get_ydata()[0] < real.get_ydata()[0] < 0, "samples lie below the densities"

    curve_d, curve_g, dot_d, dot_g = beside.get_lines()
    thetas = np.linspace(0, 12, 121)
    of_d, of_g = np.array([losses(t, phi, x_real, z) for t in thetas]).T
    assert_line(curve_d, thetas, of_d, (JUDGE, ":", "None"))
    assert_line(curve_g, thetas, of_g, (FAKE, "--", "None"))
    now = losses(theta, phi, x_real, z)
    assert_line(dot_d, [theta], now[0], (JUDGE, "None", "s"))
    assert_line(dot_g, [theta], now[1], (FAKE, "None", "^"))

    step = 1e-6
    pull = -(losses(theta + step, phi, x_real, z)[1] - losses(theta - step, phi, x_real, z)[1]) / (2 * step)
    start = z.mean() + theta, 0.5
    end = start[0] + np.copysign(abs(pull) ** 0.5, pull), 0.5
    np.testing.assert_allclose(arrows(ax)[0], [start, end], atol=1e-6)
    assert title(ax) == f"θ = {theta:.2f}   φ = ({phi[0]:.2f}, {phi[1]:.2f})   arrow: −dL/dθ = {pull:+.2f}"
    named = ["$p_{data}$", "real $x$", "$p_{gen}$", r"synthesised $z + \theta$", "Pr(real)", "$L_D$", "$L_G$"]
    drawn = [*ax.get_lines(), dot_d, dot_g]
    assert_legend(figure.legends[0], dict(zip(named, drawn, strict=True)))


def test_shift_picture_draws_samples_densities_discriminator_losses_and_pull():
    picture = figures.ShiftPicture(X_REAL, Z, 4.25, (-3.0, 0.75))
    assert_shows(picture.figure, 4.25, (-3.0, 0.75))
    changed = moved(picture.figure, lambda: picture.update(9.0, (2.5, -0.5)))
    assert_shows(picture.figure, 9.0, (2.5, -0.5))
    assert set(picture.moving) == changed, "a frame draws all that moves"


def test_shift_picture_has_no_arrow_where_nothing_pulls():
    picture = figures.ShiftPicture(X_REAL, Z, 4.25, (-3.0, 0.0))
    (arrow,) = (text for text in picture.figure.axes[0].texts if hasattr(text, "arrowprops"))
    assert not arrow.get_visible()
    picture.update(4.25, (-3.0, 0.5))
    assert arrow.get_visible()


@pytest.mark.parametrize(("phi", "shown"), [(None, 4), ((-3.0, 0.5), 5)])
def test_shift_picture_leaves_out_what_it_is_not_asked_for(phi, shown):
    figure = figures.ShiftPicture(X_REAL, Z, 1.5, phi, losses=False, real_mean=6.0).figure
    (ax,) = figure.axes
    lines = ax.get_lines()
    grid = np.linspace(-4, 16, 401)
    assert len(lines) == shown == len(figure.legends[0].get_texts())
    assert_line(lines[0], grid, norm.pdf(grid, 6))
    assert_line(lines[2], grid, norm.pdf(grid, 1.5))
    np.testing.assert_allclose(lines[3].get_xdata(), Z + 1.5)
    if phi:
        assert_line(lines[4], grid, sigmoid(-3 + 0.5 * grid))
    assert title(ax) == "θ = 1.50" + "   φ = (-3.00, 0.50)" * (phi is not None)


def test_shift_explorer_draws_where_its_sliders_are():
    explorer = ShiftExplorer(X_REAL, Z)
    explorer.theta.value, explorer.phi0.value, explorer.phi1.value = 6.0, -4.5, 0.35
    assert_shows(explorer._picture.figure, 6.0, (-4.5, 0.35))


def test_training_player_draws_the_state_after_its_round():
    trace = shift.train(X_REAL, Z, 3.0, (-2.0, 1.0), 4, 20, 3)
    player = TrainingPlayer(trace)
    for at in (3, 1):
        player.round.value = at
        assert_shows(player._picture.figure, trace.theta[at], trace.phi[at])


def run(theta):
    theta = np.asarray(theta, dtype=float)
    phi = np.column_stack([theta - 4, np.cos(theta)])
    return shift.Trace(X_REAL, Z, theta, phi, theta, theta)


def test_shift_over_rounds_draws_every_run_and_the_target():
    traces = {"slow": run([1, 2, 3, 4.5]), "fast": run([1, 5, 4, 4.2])}
    figure = figures.shift_over_rounds(traces, 4.25, zoom=0.5)
    whole, close_up = figure.axes
    for ax in (whole, close_up):
        slow, fast, target = ax.get_lines()
        assert_line(slow, range(4), [1, 2, 3, 4.5], (INK, "-", "None"))
        assert_line(fast, range(4), [1, 5, 4, 4.2], (FAKE, "--", "None"))
        assert_level(target, y=4.25, colour=REAL)
    assert_legend(whole.get_legend(), {"slow": whole.get_lines()[0], "fast": whole.get_lines()[1]})
    assert (close_up.get_xlim(), close_up.get_ylim()) == ((1.5, 3), (3.75, 4.75))
    (note,) = whole.texts
    assert (note.xy, note.get_text()) == ((1, 4.25), "sample means\nmeet, 4.250")


def test_shift_over_rounds_of_one_run_has_one_panel():
    (ax,) = figures.shift_over_rounds({"run": run([1, 2, 3])}, 2.5).axes
    assert_line(ax.get_lines()[0], range(3), [1, 2, 3])
    assert len(ax.get_lines()) == 2 and ax.get_legend() is None


def test_chase_draws_both_players_and_one_against_the_other():
    theta = 7 + 3 * np.cos(np.arange(15))
    trace = run(theta)
    figure = figures.chase(trace, 7.0, 11)
    left, right = figure.axes
    distance, slope = theta[:12] - 7, trace.phi[:12, 1]
    assert_line(left.get_lines()[0], range(12), distance, (FAKE, "-", "None"))
    assert_line(left.get_lines()[1], range(12), slope, (JUDGE, ":", "None"))
    assert_level(left.get_lines()[2], y=0)
    path, start, end = right.get_lines()
    assert_line(path, slope, distance, (INK, "-", "None"))
    way = np.stack([slope, distance], axis=1)
    np.testing.assert_allclose(arrows(right), [way[i : i + 2] for i in (0, 5, 10)])
    assert_line(start, [slope[0]], distance[0], (FAKE, "None", "s"))
    assert_line(end, [0], 0, (REAL, "None", "*"))
    first, second, _ = left.get_lines()
    named = {r"$\theta - \theta^*$": first, r"$\phi_1$, slope of the discriminator": second}
    assert_legend(left.get_legend(), named)
    assert_legend(right.get_legend(), {"start": start, "equilibrium": end})
    assert (right.get_xlabel(), right.get_ylabel()) == (r"$\phi_1$", r"$\theta - \theta^*$")


def test_bilinear_paths_are_drawn_with_arrows_along_them_over_the_saddle():
    paths = {"together": np.array([[1, 1], [0.5, 1.5], [-0.5, 2]]), "in turn": np.array([[1, 1], [0.5, 1.25]])}
    figure = figures.bilinear_paths(paths)
    *axes, scale = figure.axes
    assert scale.get_ylabel() == "xy"
    for ax, (name, path) in zip(axes, paths.items(), strict=True):
        assert title(ax) == name
        assert ax.get_xlim() == axes[0].get_xlim(), "one scale for both"
        drawn, start, end = plain_lines(ax)
        assert_line(drawn, *path.T, (INK, "-", "o"))
        assert_line(start, [1], 1, (FAKE, "None", "s"))
        assert_line(end, [0], 0, (REAL, "None", "*"))
        middles = (path[:-1] + path[1:]) / 2
        np.testing.assert_allclose(arrows(ax), np.stack([path[:-1], middles], axis=1))
        assert_contours(ax.collections[0], lambda points: points.prod(axis=1))
    assert_legend(figure.legends[0], {"start (1, 1)": start, "equilibrium": end})


def test_trained_to_completion_draws_the_discriminator_the_densities_and_where_z_goes():
    z = np.linspace(-2, 2, 101)
    stages = [("before", 2.0, (-4.0, 1.0)), ("after", 7.0, (0.5, -0.1)), ("flat", 7.5, (0.0, 0.0))]
    figure = figures.trained_to_completion(stages, z, 7.5)
    grid = np.linspace(-3, 12, 301)
    for ax, (name, theta, phi) in zip(figure.axes, stages, strict=True):
        assert title(ax) == name
        judge, data, gen, line_of_x, line_of_z = ax.get_lines()
        assert_line(judge, grid, sigmoid(phi[0] + phi[1] * grid), (JUDGE, ":", "None"))
        assert_line(data, grid, norm.pdf(grid, 7.5), (REAL, "-", "None"))
        assert_line(gen, grid, norm.pdf(grid, theta), (FAKE, "--", "None"))
        assert_level(line_of_x, y=-0.12)
        assert_level(line_of_z, y=-0.5)
        tails, heads = arrows(ax).swapaxes(0, 1)
        np.testing.assert_allclose(tails[:, 0], np.linspace(-1.92, 1.92, 9))
        np.testing.assert_allclose(heads[:, 0] - tails[:, 0], theta)
        assert set(tails[:, 1]) == {-0.5} and set(heads[:, 1]) == {-0.12}
        names = {text.get_text(): text.xy[1] for text in ax.texts if text.get_text()}
        assert names == {"x": -0.12, "z": -0.5}
    named = dict(zip(["Pr(real)", "$p_{data}$", "$p_{gen}$"], figure.axes[0].get_lines()[:3], strict=True))
    assert_legend(figure.legends[0], named)
