"""The figures of lecture 03: the 1-D shift GAN."""

import numpy as np

from gancourse import shift
from gancourse.plots import FAKE, INK, JUDGE, LEGEND, REAL, MovingPicture, colour_bar, new_figure


def normal_density(x, mean):
    """Density of N(mean, 1) at `x`."""
    return np.exp(-((x - mean) ** 2) / 2) / np.sqrt(2 * np.pi)


class ShiftPicture(MovingPicture):
    """Real and synthesised samples on one axis, the discriminator over them, both losses beside them.

    The artists are made once; `update` moves them.

    Args:
        x_real, z: the samples, shapes (n,) and (m,).
        theta: start of the shift.
        phi: discriminator parameters (φ0, φ1), or None to leave the discriminator out.
        losses: whether to show both losses as functions of θ, and as an arrow the generator's pull −dL/dθ.
        real_mean: mean of the distribution that `x_real` was drawn from, with variance 1.
    """

    def __init__(self, x_real, z, theta, phi=None, losses=True, real_mean=7.5):
        self._x_real, self._z = x_real, z
        self._grid = np.linspace(-4, 16, 401)
        self._has_judge, self._has_losses = phi is not None, phi is not None and losses
        if self._has_losses:
            self.figure, (ax, beside) = new_figure(10, 3.8, columns=2, width_ratios=[3, 2])
        else:
            self.figure, ax = new_figure(8, 3.2 if self._has_judge else 2.4)
        top = 1.05 if self._has_judge else 0.45
        ax.set(xlim=(-4, 16), xticks=range(-4, 17, 2), ylim=(-0.1 * top, top), xlabel="x", ylabel="density")
        ax.plot(self._grid, normal_density(self._grid, real_mean), color=REAL, label="$p_{data}$")
        ax.plot(x_real, np.full_like(x_real, -0.03 * top), "o", color=REAL, alpha=0.7, label="real $x$")
        (self._density,) = ax.plot([], [], "--", color=FAKE, label="$p_{gen}$")
        (self._fakes,) = ax.plot([], [], "^", color=FAKE, alpha=0.7, label=r"synthesised $z + \theta$")
        self._fake_height = -0.065 * top
        self._title = ax.set_title("", fontsize=12, loc="left")
        handles = ax.get_lines()
        if self._has_judge:
            ax.set_ylabel("density, probability")
            (self._judge,) = ax.plot([], [], ":", lw=2.2, color=JUDGE, label="Pr(real)")
            handles.append(self._judge)
        if self._has_losses:
            look = {"arrowstyle": "-|>", "lw": 3, "mutation_scale": 22, "color": INK}
            self._pull = ax.annotate("", (0, 0), (0, 0), arrowprops=look)
            handles += self._draw_losses(beside)
        self.figure.legend(handles=handles, loc="outside lower center", **LEGEND, ncols=len(handles))
        self.moving = [self._density, self._fakes, self._title, *([self._judge] if self._has_judge else [])]
        if self._has_losses:
            self.moving += [self._pull, self._curve_d, self._curve_g, self._dot_d, self._dot_g]
        self.update(theta, phi)
        self.figure.description = self.describe()

    def _draw_losses(self, ax):
        """The empty panel of the losses; the handles for the legend."""
        self._thetas = np.linspace(0, 12, 121)
        (self._curve_d,) = ax.plot([], [], ":", lw=2.2, color=JUDGE)
        (self._curve_g,) = ax.plot([], [], "--", color=FAKE)
        (self._dot_d,) = ax.plot([], [], "s", color=JUDGE, label="$L_D$", clip_on=False)
        (self._dot_g,) = ax.plot([], [], "^", color=FAKE, label="$L_G$", clip_on=False)
        ax.set_yscale("asinh", linear_width=10)  # the sliders reach losses of 1 and of 400
        ticks = [-400, -100, -10, 0, 10, 100, 400]
        ax.set_yticks(ticks, [str(t) for t in ticks])
        ax.set(xlim=(0, 12), ylim=(-450, 450), xlabel=r"shift $\theta$", ylabel="loss in nats (compressed scale)")
        ax.set_title(r"both losses, at this $\phi$", fontsize=12, loc="left")
        return [self._dot_d, self._dot_g]

    def update(self, theta, phi=None):
        """Move everything to a shift θ and discriminator parameters φ."""
        self._theta, self._phi = theta, phi
        x_syn = shift.generator(self._z, theta)
        self._density.set_data(self._grid, normal_density(self._grid, theta))
        self._fakes.set_data(x_syn, np.full_like(x_syn, self._fake_height))
        title = f"θ = {theta:.2f}"
        if self._has_judge:
            self._judge.set_data(self._grid, shift.discriminator(self._grid, phi))
            title += f"   φ = ({phi[0]:.2f}, {phi[1]:.2f})"
        if self._has_losses:
            slope = shift.generator_gradient(self._z, theta, phi)
            title += f"   arrow: −dL/dθ = {_signed(-slope)}"
            self._pull.set_visible(abs(slope) >= 0.005)
            self._pull.set_position((x_syn.mean(), 0.5))
            # As long as the root of the pull: a pull of 0.4 is to be seen, and the sliders' steepest, of 20, just fits.
            self._pull.xy = (x_syn.mean() - np.sign(slope) * np.sqrt(abs(slope)), 0.5)
            fakes = shift.generator(self._z[:, None], self._thetas)
            real = shift.softplus(-shift.logit(self._x_real, phi)).sum()
            per_theta = shift.softplus(shift.logit(fakes, phi)).sum(axis=0)
            self._curve_d.set_data(self._thetas, real + per_theta)
            self._curve_g.set_data(self._thetas, -per_theta)
            self._dot_d.set_data([theta], [shift.discriminator_loss(self._x_real, x_syn, phi)])
            self._dot_g.set_data([theta], [shift.generator_loss(self._z, theta, phi)])
        self._title.set_text(title)

    def describe(self):
        """What the picture shows, in words, for whoever cannot see it."""
        x_syn, phi = shift.generator(self._z, self._theta), self._phi
        words = (
            f"At θ = {self._theta:.2f} the synthesised samples lie between {x_syn.min():.1f} and {x_syn.max():.1f}, "
            f"the real ones between {self._x_real.min():.1f} and {self._x_real.max():.1f}."
        )
        if self._has_judge:
            rises = "rises to the right" if phi[1] > 0 else "falls to the right" if phi[1] < 0 else "is flat"
            believed = [shift.discriminator(x, phi).mean() for x in (self._x_real, x_syn)]
            words += (
                f" The discriminator's curve {rises}; on average it gives real samples a probability of "
                f"{believed[0]:.2f}, synthesised ones {believed[1]:.2f}."
            )
        if self._has_losses:
            slope = shift.generator_gradient(self._z, self._theta, phi)
            way = "nowhere" if abs(slope) < 0.005 else "right" if slope < 0 else "left"
            words += (
                f" Discriminator loss {shift.discriminator_loss(self._x_real, x_syn, phi):.2f}, generator loss "
                f"{shift.generator_loss(self._z, self._theta, phi):.2f} nats. The arrow, −dL/dθ = {_signed(-slope)}, "
                f"points {way}."
            )
        return words


def _signed(number):
    """With its sign and two decimals; what rounds to zero has none."""
    return f"{number:+.2f}" if abs(number) >= 0.005 else "0.00"


def shift_over_rounds(traces, target, zoom=None):
    """θ after every round, one line per recorded run, with the shift at which the sample means meet.

    Args:
        traces: `shift.Trace`s by label.
        target: mean(x_real) − mean(z).
        zoom: show a second panel within this distance of the target, over the second half of the rounds.
    """
    if zoom is None:
        figure, ax = new_figure(8, 3.4)
        axes = [ax]
    else:
        figure, axes = new_figure(10, 3.4, columns=2, width_ratios=[3, 2])
        ax, close_up = axes
        n_rounds = len(next(iter(traces.values())).theta) - 1
        close_up.set(xlim=(n_rounds / 2, n_rounds), ylim=(target - zoom, target + zoom), xlabel="round")
        close_up.set_title("the second half, enlarged", fontsize=12, loc="left")
    for panel in axes:
        styles = zip(["-", "--", ":", "-."], [INK, FAKE, JUDGE, REAL], strict=True)
        for (label, trace), (style, colour) in zip(traces.items(), styles, strict=False):
            panel.plot(trace.theta, style, color=colour, lw=2, label=label)
        panel.axhline(target, color=REAL, lw=1, ls=(0, (1, 1)))
    ax.annotate(
        f"sample means\nmeet, {target:.3f}",
        (1, target),
        xycoords=("axes fraction", "data"),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        fontsize=11,
        color=REAL,
    )
    ax.set(xlabel="round", ylabel=r"shift $\theta$")
    if len(traces) > 1:
        ax.legend(**LEGEND, loc="lower right")
    runs = [
        f"{label}: θ starts at {trace.theta[0]:.2f}, first passes the target in round "
        f"{np.argmax(trace.theta > target)}, is highest in round {trace.theta.argmax()} at {trace.theta.max():.2f}, "
        f"and ends at {trace.theta[-1]:.3f}."
        for label, trace in traces.items()
    ]
    figure.description = f"θ over {len(trace.theta) - 1} rounds, with the target {target:.3f}. " + " ".join(runs)
    return figure


def chase(trace, target, n_rounds):
    """The two players' paths over `n_rounds` rounds, and one against the other, where the chase is a spiral."""
    figure, (left, right) = new_figure(10, 3.6, columns=2)
    distance, slope = trace.theta[: n_rounds + 1] - target, trace.phi[: n_rounds + 1, 1]
    left.plot(distance, "-", color=FAKE, lw=2, label=r"$\theta - \theta^*$")
    left.plot(slope, ":", color=JUDGE, lw=2.5, label=r"$\phi_1$, slope of the discriminator")
    left.axhline(0, color=INK, lw=0.8)
    left.set(xlabel="round", ylabel="distance from equilibrium")
    left.legend(**LEGEND)
    right.plot(slope, distance, color=INK, lw=1.2)
    ahead = np.arange(0, n_rounds, 5)
    for here, there in zip(ahead, ahead + 1, strict=True):
        if np.hypot(slope[here] / np.ptp(slope), distance[here] / np.ptp(distance)) > 0.05:  # where they do not pile up
            ends = (slope[there], distance[there]), (slope[here], distance[here])
            right.annotate("", *ends, arrowprops={"arrowstyle": "-|>", "color": INK, "mutation_scale": 14})
    right.plot(slope[0], distance[0], "s", color=FAKE, label="start")
    right.plot(0, 0, "*", color=REAL, ms=14, label="equilibrium")
    right.set(xlabel=r"$\phi_1$", ylabel=r"$\theta - \theta^*$")
    right.legend(**LEGEND)
    figure.description = (
        f"Left: the distance of θ from its target and the discriminator's slope over {n_rounds} rounds, two damped "
        f"swings; the slope is greatest in round {slope.argmax()}, the distance in round {distance.argmax()}. Right: "
        "one against the other, a spiral into the equilibrium at (0, 0)."
    )
    return figure


def bilinear_paths(paths):
    """Paths of the bilinear game over its saddle x·y, one panel per way of stepping.

    Args:
        paths: arrays of shape (points, 2) by title.
    """
    figure, axes = new_figure(10, 4, columns=len(paths), sharex=True, sharey=True)
    reach = 1.15 * max(np.abs(path).max() for path in paths.values())
    for ax, (title, path) in zip(np.ravel(axes), paths.items(), strict=True):
        grid = np.linspace(-reach, reach, 61)
        surface = ax.contourf(grid, grid, grid[:, None] * grid, levels=15, cmap="RdBu_r", alpha=0.35)
        ax.plot(*path.T, "o-", color=INK, ms=4, lw=1)
        for i in range(len(path) - 1):
            middle = (path[i] + path[i + 1]) / 2
            ax.annotate("", middle, path[i], arrowprops={"arrowstyle": "-|>", "color": INK})
        ax.plot(*path[0], "s", color=FAKE, ms=9, label="start (1, 1)")
        ax.plot(0, 0, "*", color=REAL, ms=14, label="equilibrium")
        ax.set(xlabel="x, wants xy small", ylabel="y, wants xy large", aspect="equal")
        ax.set_title(title, fontsize=12, loc="left")
    colour_bar(surface, axes, "xy")
    figure.legend(*ax.get_legend_handles_labels(), loc="outside lower center", **LEGEND, ncols=2)
    ends = [
        f"{title}, from distance {np.hypot(*path[0]):.2f} to {np.hypot(*path[-1]):.2f} in {len(path) - 1} moves"
        for title, path in paths.items()
    ]
    figure.description = f"Paths around the equilibrium of the saddle xy: {'; '.join(ends)}."
    return figure


def trained_to_completion(stages, z, real_mean):
    """The picture of Goodfellow et al. (2014), figure 1: z mapped to x, p_gen against p_data, and D above.

    Args:
        stages: (title, theta, phi) per panel.
        z: latent samples; an evenly spread handful of them is drawn as lines to z + θ.
        real_mean: mean of p_data, with variance 1.
    """
    figure, axes = new_figure(11, 4.1, columns=len(stages), sharey=True)
    grid = np.linspace(-3, 12, 301)
    lines = np.quantile(z, np.linspace(0.02, 0.98, 9))
    for ax, (title, theta, phi) in zip(axes, stages, strict=True):
        ax.plot(grid, shift.discriminator(grid, phi), ":", lw=2.2, color=JUDGE, label="Pr(real)")
        ax.plot(grid, normal_density(grid, real_mean), color=REAL, lw=2, label="$p_{data}$")
        ax.plot(grid, normal_density(grid, theta), "--", color=FAKE, lw=2, label="$p_{gen}$")
        for value in lines:
            ax.annotate(
                "",
                (value + theta, -0.12),
                (value, -0.5),
                arrowprops={"arrowstyle": "->", "lw": 0.8, "color": INK},
            )
        for height, name in ((-0.12, "x"), (-0.5, "z")):
            ax.axhline(height, color=INK, lw=0.8)
            ax.annotate(name, (12, height), xytext=(3, 0), textcoords="offset points", va="center", fontsize=11)
        ax.set(xlim=(-3, 12), ylim=(-0.58, 1.05), yticks=[0, 0.5, 1], xlabel="x")
        ax.set_title(title, fontsize=12, loc="left")
    axes[0].set_ylabel("density, probability")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", **LEGEND, ncols=3)
    told = [f"{t}: θ = {theta:.2f}, σ(f) at θ is {shift.discriminator(theta, phi):.2f}" for t, theta, phi in stages]
    figure.description = (
        f"The latent line mapped to x by arrows, the densities of data (around {real_mean:g}) and of generated samples "
        f"and the discriminator in {len(stages)} stages. " + "; ".join(told) + "."
    )
    return figure
