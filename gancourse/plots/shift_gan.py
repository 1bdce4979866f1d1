"""The figures of lecture 03: the 1-D shift GAN."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg

from gancourse import shift
from gancourse.plots import FAKE, INK, JUDGE, LEGEND, REAL, encoded, new_figure


def normal_density(x, mean):
    """Density of N(mean, 1) at `x`."""
    return np.exp(-((x - mean) ** 2) / 2) / np.sqrt(2 * np.pi)


class ShiftPicture:
    """Real and synthesised samples on one axis, the discriminator over them, both losses beside them.

    The artists are made once; `update` moves them. `frame` is for sliders: it draws what moves over a kept
    picture of what does not.

    Args:
        x_real, z: the samples, shapes (n,) and (m,).
        theta: start of the shift.
        phi: discriminator parameters (φ0, φ1), or None to leave the discriminator and the losses out.
        real_mean: mean of the distribution that `x_real` was drawn from, with variance 1.
    """

    def __init__(self, x_real, z, theta, phi=None, real_mean=7.5):
        self._x_real, self._z = x_real, z
        self._grid = np.linspace(-1, 13, 281)
        if phi is None:
            self.figure, ax = new_figure(8, 3.2)
        else:
            self.figure, (ax, losses) = new_figure(10, 3.6, columns=2, width_ratios=[3, 2])
        ax.set(xlim=(-1, 13), ylim=(-0.1, 1.05), xlabel="x", ylabel="density, probability")
        ax.plot(self._grid, normal_density(self._grid, real_mean), color=REAL, label="$p_{data}$")
        ax.plot(x_real, np.full_like(x_real, -0.03), "o", color=REAL, alpha=0.7, label="real $x$")
        (self._density,) = ax.plot([], [], "--", color=FAKE, label="$p_{gen}$")
        (self._fakes,) = ax.plot([], [], "^", color=FAKE, alpha=0.7, label=r"synthesised $z + \theta$")
        self._title = ax.set_title("", fontsize=11, loc="left")
        if phi is not None:
            (self._judge,) = ax.plot([], [], ":", lw=2.2, color=JUDGE, label="Pr(real)")
            self._pull = ax.annotate("", (0, 0), (0, 0), arrowprops={"arrowstyle": "-|>", "lw": 2, "color": INK})
            self._draw_losses(losses)
        self.figure.legend(*ax.get_legend_handles_labels(), loc="outside lower center", **LEGEND, ncols=5)
        self._has_judge = phi is not None
        self._background = None
        self.update(theta, phi)
        self.figure.description = self.describe()

    def _draw_losses(self, ax):
        self._thetas = np.linspace(0, 12, 121)
        (self._curve_d,) = ax.plot([], [], ":", lw=2.2, color=JUDGE, label="discriminator")
        (self._curve_g,) = ax.plot([], [], "--", color=FAKE, label="generator")
        (self._dot_d,) = ax.plot([], [], "s", color=JUDGE)
        (self._dot_g,) = ax.plot([], [], "^", color=FAKE)
        ax.set_yscale("asinh", linear_width=10)  # the sliders reach losses of 1 and of 400
        ticks = [-400, -100, -10, 0, 10, 100, 400]
        ax.set_yticks(ticks, [str(t) for t in ticks])
        ax.set(xlim=(0, 12), ylim=(-450, 450), xlabel=r"shift $\theta$", ylabel="loss, sum in nats")
        ax.set_title(r"both losses, at this $\phi$", fontsize=11, loc="left")
        ax.legend(loc="lower left", **LEGEND)

    def update(self, theta, phi=None):
        """Move everything to a shift θ and discriminator parameters φ."""
        self._theta, self._phi = theta, phi
        x_syn = shift.generator(self._z, theta)
        self._density.set_data(self._grid, normal_density(self._grid, theta))
        self._fakes.set_data(x_syn, np.full_like(x_syn, -0.065))
        if not self._has_judge:
            self._title.set_text(f"θ = {theta:.2f}")
            return
        self._judge.set_data(self._grid, shift.discriminator(self._grid, phi))
        slope = shift.generator_gradient(self._z, theta, phi)
        middle = x_syn.mean()
        # The arrow is the generator's step direction, -dL/dθ, drawn to a readable length.
        self._pull.set_position((middle, 0.5))
        self._pull.xy = (np.clip(middle - np.clip(0.4 * slope, -4, 4), -0.9, 12.9), 0.5)
        self._title.set_text(f"θ = {theta:.2f}   φ = ({phi[0]:.2f}, {phi[1]:.2f})   arrow: −dL/dθ = {-slope:+.2f}")
        thetas = self._thetas
        fakes = shift.generator(self._z[:, None], thetas)
        real = shift.softplus(-shift.logit(self._x_real, phi)).sum()
        per_theta = shift.softplus(shift.logit(fakes, phi)).sum(axis=0)
        self._curve_d.set_data(thetas, real + per_theta)
        self._curve_g.set_data(thetas, -per_theta)
        self._dot_d.set_data([theta], [shift.discriminator_loss(self._x_real, x_syn, phi)])
        self._dot_g.set_data([theta], [shift.generator_loss(self._z, theta, phi)])

    def describe(self):
        """What the picture shows, in words, for whoever cannot see it."""
        x_syn = shift.generator(self._z, self._theta)
        words = (
            f"At θ = {self._theta:.2f} the synthesised samples lie between {x_syn.min():.1f} and {x_syn.max():.1f}, "
            f"the real ones between {self._x_real.min():.1f} and {self._x_real.max():.1f}."
        )
        if not self._has_judge:
            return words
        phi = self._phi
        slope = shift.generator_gradient(self._z, self._theta, phi)
        rises = "rises to the right" if phi[1] > 0 else "falls to the right" if phi[1] < 0 else "is flat"
        believed = [shift.discriminator(x, phi).mean() for x in (self._x_real, x_syn)]
        return words + (
            f" The discriminator's curve {rises}; on average it gives real samples a probability of "
            f"{believed[0]:.2f}, synthesised ones {believed[1]:.2f}. Discriminator loss "
            f"{shift.discriminator_loss(self._x_real, x_syn, phi):.2f}, generator loss "
            f"{shift.generator_loss(self._z, self._theta, phi):.2f} nats. The arrow, −dL/dθ = {-slope:+.2f}, points "
            f"{'right' if slope < 0 else 'left' if slope > 0 else 'nowhere'}."
        )

    def frame(self, dpi=80):
        """The picture as PNG bytes, fast."""
        moving = [self._density, self._fakes, self._title]
        moving += [self._judge, self._pull, self._curve_d, self._curve_g, self._dot_d, self._dot_g]
        if self._background is None:
            self.figure.set_dpi(dpi)
            self._canvas = FigureCanvasAgg(self.figure)
            for artist in moving:
                artist.set_animated(True)  # left out of `draw`
            self._canvas.draw()
            self._background = self._canvas.copy_from_bbox(self.figure.bbox)
        self._canvas.restore_region(self._background)
        for artist in moving:
            artist.axes.draw_artist(artist)
        return encoded(self._canvas)


def shift_over_rounds(traces, target):
    """θ after every round, one line per recorded run, with the shift at which the sample means meet.

    Args:
        traces: `shift.Trace`s by label.
        target: mean(x_real) − mean(z).
    """
    figure, ax = new_figure(8, 3.4)
    styles = zip(["-", "--", ":", "-."], [INK, FAKE, JUDGE, REAL], strict=True)
    for (label, trace), (style, colour) in zip(traces.items(), styles, strict=False):
        ax.plot(trace.theta, style, color=colour, lw=2, label=label)
    ax.axhline(target, color=REAL, lw=1, ls=(0, (1, 1)))
    ax.annotate(
        f"sample means\nmeet, {target:.3f}",
        (1, target),
        xycoords=("axes fraction", "data"),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        fontsize=9,
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
    right.plot(distance, slope, color=INK, lw=1.2)
    right.plot(distance[::5], slope[::5], ".", color=INK, ms=4)
    right.plot(distance[0], slope[0], "s", color=FAKE, label="start")
    right.plot(0, 0, "*", color=REAL, ms=14, label="equilibrium")
    right.set(xlabel=r"$\theta - \theta^*$", ylabel=r"$\phi_1$")
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
        paths: arrays of shape (steps, 2) by title.
    """
    figure, axes = new_figure(10, 4, columns=len(paths))
    for ax, (title, path) in zip(np.ravel(axes), paths.items(), strict=True):
        reach = 1.15 * np.abs(path).max()
        grid = np.linspace(-reach, reach, 61)
        ax.contourf(grid, grid, grid[:, None] * grid, levels=15, cmap="RdBu_r", alpha=0.35)
        ax.plot(*path.T, "o-", color=INK, ms=4, lw=1)
        for i in range(min(7, len(path) - 1)):
            middle = (path[i] + path[i + 1]) / 2
            ax.annotate("", middle, path[i], arrowprops={"arrowstyle": "-|>", "color": INK})
        ax.plot(*path[0], "s", color=FAKE, ms=9, label="start (1, 1)")
        ax.plot(0, 0, "*", color=REAL, ms=14, label="equilibrium")
        ax.set(xlabel="x, wants xy small", ylabel="y, wants xy large", aspect="equal")
        ax.set_title(title, fontsize=11, loc="left")
    figure.legend(*ax.get_legend_handles_labels(), loc="outside lower center", **LEGEND, ncols=2)
    ends = [
        f"{title}, from distance {np.hypot(*path[0]):.2f} to {np.hypot(*path[-1]):.2f} in {len(path) - 1} steps"
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
    figure, axes = new_figure(11, 4, columns=len(stages), sharey=True)
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
            ax.annotate(name, (12, height), xytext=(3, 0), textcoords="offset points", va="center")
        ax.set(xlim=(-3, 12), ylim=(-0.58, 1.05), yticks=[0, 0.5, 1], xlabel="x")
        ax.set_title(title, fontsize=11, loc="left")
    axes[0].set_ylabel("density, probability")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", **LEGEND, ncols=3)
    told = [f"{t}: θ = {theta:.2f}, σ(f) at θ is {shift.discriminator(theta, phi):.2f}" for t, theta, phi in stages]
    figure.description = (
        f"The latent line mapped to x by arrows, the densities of data (around {real_mean:g}) and of generated samples "
        f"and the discriminator in {len(stages)} stages. " + "; ".join(told) + "."
    )
    return figure
