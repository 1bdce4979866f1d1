"""The figures of lecture 04: what the loss of a GAN measures."""

import numpy as np
from scipy.special import expit, rel_entr
from scipy.stats import norm

from gancourse.divergence import js_divergence, kl_divergence
from gancourse.plots import FAKE, INK, JUDGE, LEGEND, REAL, MovingPicture, colour_bar, new_figure

QUALITY, COVERAGE = "#e69f00", "#56b4e9"


def discriminators(x, p_data, p_gen, best, trained):
    """Two densities, the best discriminator there is, and one that was trained on samples of them.

    Args:
        x: grid, shape (n,).
        p_data, p_gen: densities on it.
        best, trained: probabilities "real" on it.
    """
    figure, ax = new_figure(8, 3.6)
    ax.plot(x, p_data, color=REAL, label="$p_{data}$")
    ax.plot(x, p_gen, "--", color=FAKE, label="$p_{gen}$")
    ax.plot(x, best, ":", lw=2.4, color=JUDGE, label="best, $D^*$")
    ax.plot(x, trained, "-.", color=INK, label="trained")
    ax.set(xlabel="x", ylabel="density, probability", ylim=(-0.02, 1.02), xlim=(x[0], x[-1]))
    figure.legend(loc="outside lower center", **LEGEND, ncols=4)
    crossings = x[:-1][np.diff(np.sign(p_data - p_gen)) != 0]
    figure.description = (
        "Two densities with the best discriminator and a trained one. D* is one half where the densities cross, at x = "
        + ", ".join(f"{c:.1f}" for c in crossings)
        + ". The trained curve follows it where there are samples."
    )
    return figure


class JSAreas(MovingPicture):
    """The densities, and the two integrands whose areas are the halves of the Jensen-Shannon divergence.

    Args:
        x: grid, shape (n,), evenly spaced, wide enough to hold both densities.
        p_data, p_gen: densities on it.
    """

    def __init__(self, x, p_data, p_gen):
        self._x, self._data = x, p_data
        self.figure, (left, right) = new_figure(10, 3.4, columns=2)
        left.plot(x, p_data, color=REAL, label="$p_{data}$")
        (self._gen,) = left.plot([], [], "--", color=FAKE, label="$p_{gen}$")
        left.set(xlabel="x", ylabel="density", ylim=(0, 0.65), xlim=(-5, 5))
        right.set(xlabel="x", ylabel="integrand in nats", ylim=(-0.12, 0.22), xlim=(-5, 5))
        look = {"edgecolor": INK, "alpha": 0.5, "linewidth": 0.5}
        self._quality = right.fill_between(x, 0 * x, facecolor=QUALITY, hatch="//", label="quality", **look)
        self._coverage = right.fill_between(x, 0 * x, facecolor=COVERAGE, hatch="..", label="coverage", **look)
        right.axhline(0, color=INK, lw=0.8)
        self._title = right.set_title("", fontsize=12, loc="left")
        handles = [*left.get_lines(), self._quality, self._coverage]
        self.figure.legend(handles=handles, loc="outside lower center", **LEGEND, ncols=4)
        self.moving = [self._gen, self._quality, self._coverage, self._title]
        self.update(p_gen)

    def update(self, p_gen):
        """Move to another generator's density; the figure's description follows."""
        parts = js_divergence(*(p / p.sum() for p in (self._data, p_gen)))
        mixture = (self._data + p_gen) / 2
        self._gen.set_data(self._x, p_gen)
        self._quality.set_data(self._x, rel_entr(p_gen, mixture) / 2, 0 * self._x)
        self._coverage.set_data(self._x, rel_entr(self._data, mixture) / 2, 0 * self._x)
        self._title.set_text(f"quality {parts.quality:.3f} + coverage {parts.coverage:.3f} = {parts.js:.3f}")
        self.figure.description = (
            f"Left: the densities of data and generator. Right: the integrands of the two halves of the Jensen-Shannon "
            f"divergence, quality with area {parts.quality:.3f} and coverage with area {parts.coverage:.3f} nats, "
            f"{parts.js:.3f} together."
        )


def parting_supports(thetas, js):
    """Why supports part: two parallel lines, two curves in a plane, and what JS says of the lines at a distance θ.

    Args:
        thetas: shape (n,), 0 among them.
        js: the Jensen-Shannon divergence of the lines at each, in nats.
    """
    figure, (lines, curves, ax) = new_figure(11, 3.6, columns=3)
    lines.plot([0, 0], [0, 1], color=REAL, lw=4, label="data")
    lines.plot([0.6, 0.6], [0, 1], "--", color=FAKE, lw=4, label="generator")
    lines.annotate("", (0, 0.5), (0.6, 0.5), arrowprops={"arrowstyle": "<->", "color": INK})
    lines.annotate(r"$\theta$", (0.28, 0.55), fontsize=14)
    lines.set(xlim=(-0.4, 1), ylim=(-0.1, 1.1), title="two parallel lines")
    t = np.linspace(-1, 1, 201)
    curves.plot(t, np.sin(3 * t) / 2, color=REAL, lw=2.5)
    curves.plot(t, t**2 - 0.4, "--", color=FAKE, lw=2.5)
    meet = t[:-1][np.diff(np.sign(np.sin(3 * t) / 2 - t**2 + 0.4)) != 0]
    curves.plot(meet, meet**2 - 0.4, "o", color=INK, ms=9, mfc="none", label="where they meet")
    curves.set(xlim=(-1.1, 1.1), ylim=(-0.8, 0.8), title="two curves in a plane")
    for panel in (lines, curves):
        panel.set(xticks=[], yticks=[], xlabel="$x_1$", ylabel="$x_2$")
    ax.plot(thetas, js, "o", color=JUDGE, ms=5, label="JS of the lines")
    ax.axhline(np.log(2), color=INK, lw=0.8, ls=(0, (1, 1)))
    ax.annotate("log 2", (thetas[0], np.log(2)), xytext=(0, 5), textcoords="offset points", fontsize=11)
    ax.set(xlabel=r"$\theta$", ylabel="JS in nats", ylim=(-0.03, 0.8))
    handles = [*lines.get_lines(), curves.get_lines()[-1], ax.get_lines()[0]]
    figure.legend(handles=handles, loc="outside lower center", **LEGEND, ncols=4)
    apart = np.asarray(js)[np.asarray(thetas) != 0]
    figure.description = (
        f"Left: two parallel lines at a distance θ. Middle: two curves in a plane, which meet in {meet.size} points. "
        f"Right: JS of the two lines is {np.min(js):.3f} at θ = {thetas[np.argmin(js)]:.0f} and between "
        f"{apart.min():.3f} and {apart.max():.3f} at every other."
    )
    return figure


def vanishing(distance, saturating, non_saturating):
    """How hard the generator is pulled by either loss, against its distance from the data and against the logit.

    Args:
        distance: distances between the two Gaussians, shape (n,).
        saturating, non_saturating: the pull −dL/dθ towards the data at each, against the best discriminator.
    """
    figure, (left, right) = new_figure(10, 3.6, columns=2)
    left.plot(distance, saturating, color=INK, label="saturating")
    left.plot(distance, non_saturating, "--", color=FAKE, lw=2, label="non-saturating")
    left.set(yscale="log", xlabel="distance of the generator from the data, in σ", ylabel="pull towards the data")
    logit = np.linspace(-8, 8, 161)
    right.plot(logit, expit(logit), color=INK)
    right.plot(logit, expit(-logit), "--", color=FAKE, lw=2)
    right.axvspan(-8, -2, color=COVERAGE, alpha=0.25)
    right.annotate("fakes are\nfound out", (-7.7, 0.42), fontsize=11)
    right.set(xlabel="the discriminator's logit of a fake", ylabel="|dL/dlogit|, per fake")
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", **LEGEND, ncols=2)
    figure.description = (
        f"Left, on a logarithmic scale: at a distance of {distance[-1]:g} the saturating loss pulls with "
        f"{saturating[-1]:.1e}, the other with {non_saturating[-1]:.2f}; the first is greatest, "
        f"{saturating.max():.2f}, at distance {distance[saturating.argmax()]:.1f}. Right: the slope per fake is σ(f) "
        "for the saturating loss and 1 − σ(f) for the other, so the first dies where fakes are found out."
    )
    return figure


def fits(x, p_data, fitted):
    """One Gaussian fitted to a density of two bumps, by different measures of distance.

    Args:
        x: grid.
        p_data: density on it.
        fitted: (mean, standard deviation) by name.
    """
    figure, ax = new_figure(8, 3.4)
    ax.fill_between(x, p_data, color=REAL, alpha=0.2, label="data")
    for (name, (mean, std)), style, colour in zip(
        fitted.items(), ["-", (0, (6, 4)), ":"], [INK, FAKE, JUDGE], strict=True
    ):
        label = f"{name}: mean {rounded(mean)}, σ {std:.2f}"
        ax.plot(x, norm.pdf(x, mean, std), ls=style, lw=2.4, color=colour, label=label)
    ax.set(xlabel="x", ylabel="density", xlim=(-8, 8))
    ax.legend(**LEGEND)
    figure.description = "One Gaussian fitted to two bumps. " + "; ".join(
        f"{name}: mean {rounded(mean)}, standard deviation {std:.2f}" for name, (mean, std) in fitted.items()
    )
    return figure


def rounded(number):
    """Two decimals, and no minus before a zero: its sign is chance."""
    return f"{number if abs(number) >= 0.005 else 0:.2f}"


def who_moves_first(grid, value):
    """A game V(a, b) on a square, a minimising and b maximising, with what each can secure by moving first.

    Args:
        grid: the moves of either player, shape (n,).
        value: V, shape (n, n), rows b and columns a.
    """
    figure, (left, right) = new_figure(10, 3.8, columns=2, width_ratios=[1, 1.2])
    colour_bar(left.contourf(grid, grid, value, levels=15, cmap="cividis"), left, "V(a, b)")
    left.set(xlabel="a, wants V small", ylabel="b, wants V large", aspect="equal")
    worst, best = value.max(axis=0), value.min(axis=1)
    right.plot(grid, worst, "-", color=INK, label="max over b, if a moves first")
    right.plot(grid, best, "--", color=FAKE, lw=2, label="min over a, if b moves first")
    right.plot(grid[worst.argmin()], worst.min(), "o", color=INK)
    as_good = np.flatnonzero(np.isclose(best, best.max()))  # all of them, if b can secure nothing by moving
    right.plot(grid[as_good[len(as_good) // 2]], best.max(), "^", color=FAKE)
    right.set(xlabel="the move of whoever moves first", ylabel="V after the best reply")
    figure.legend(*right.get_legend_handles_labels(), loc="outside lower center", **LEGEND, ncols=2)
    figure.description = (
        f"Left: the value of the game over both moves. Right: if a moves first it can secure {worst.min():.2f}, at "
        f"{grid[worst.argmin()]:.2f}; if b moves first it can secure {best.max():.2f}."
    )
    return figure


class DistancePicture(MovingPicture):
    """Two Gaussians at a distance, four ways to say how far apart they are, and how hard each pulls.

    The data are N(0, 1), the generator N(Δ, 0.6²): of different widths, so that both directions of KL differ.
    """

    def __init__(self, delta):
        self._x = np.linspace(-9, 15, 2401)
        self._deltas = np.linspace(-0.1, 6.1, 63)  # a step beyond the slider's ends, for central differences
        self._data = norm.pdf(self._x)
        curves = np.array([self._measure(d) for d in self._deltas]).T
        self.curves = dict(zip(("KL(data‖gen)", "KL(gen‖data)", "JS", "W1"), curves, strict=True))
        self._slopes = {name: np.gradient(curve, self._deltas) for name, curve in self.curves.items()}
        self.figure, (left, middle, right) = new_figure(11, 3.7, columns=3)
        left.plot(self._x, self._data, color=REAL, label="$p_{data}$")
        (self._gen,) = left.plot([], [], "--", color=FAKE, label="$p_{gen}$")
        left.set(xlim=(-4, 9), ylim=(0, 0.72), xlabel="x", ylabel="density")
        self._title = left.set_title("", fontsize=12, loc="left")
        self._dots = [*self._panel(middle, self.curves), *self._panel(right, self._slopes)]
        middle.set(ylim=(1e-2, 100), ylabel="distance in nats, or in x")
        right.set(ylim=(1e-4, 100), ylabel="pull, by Δ")
        handles = left.get_lines()[:2] + middle.get_lines()[::2]
        self.figure.legend(handles=handles, loc="outside lower center", **LEGEND, ncols=6)
        self.moving = [self._gen, self._title, *self._dots]
        self.update(delta)
        self.figure.description = self.describe()

    def _panel(self, ax, curves):
        """A line and a dot for each; the dots."""
        dots, styles = [], zip([INK, FAKE, JUDGE, REAL], ["-", "--", ":", "-."], "o^sD", strict=True)
        for (name, curve), (colour, style, marker) in zip(curves.items(), styles, strict=True):
            ax.plot(self._deltas, curve, style, color=colour, lw=2, label=name)
            dots += ax.plot([], [], marker, color=colour, clip_on=False)
        ax.set(yscale="log", xlim=(0, 6), xlabel="distance Δ of the means")
        return dots

    def _measure(self, delta):
        step = self._x[1] - self._x[0]
        p, q = self._data, norm.pdf(self._x, delta, 0.6)
        p, q = p / p.sum(), q / q.sum()
        w1 = np.abs(np.cumsum(p) - np.cumsum(q)).sum() * step
        return kl_divergence(p, q), kl_divergence(q, p), js_divergence(p, q).js, w1

    def update(self, delta):
        """Move the generator's density to a distance."""
        self._delta = delta
        self._gen.set_data(self._x, norm.pdf(self._x, delta, 0.6))
        for dot, value in zip(self._dots, [*self.distances().values(), *self.pulls().values()], strict=True):
            least = dot.axes.get_ylim()[0]
            dot.set_data([delta], [value if value >= least else np.nan])  # a logarithmic axis has no zero
        self._title.set_text(f"Δ = {delta:.1f}")

    def distances(self):
        """By measure, its value."""
        return {name: float(np.interp(self._delta, self._deltas, curve)) for name, curve in self.curves.items()}

    def pulls(self):
        """By measure, the derivative with respect to Δ: what pulls the generator towards the data."""
        return {name: float(np.interp(self._delta, self._deltas, slope)) for name, slope in self._slopes.items()}

    def describe(self):
        """What the picture shows, in words."""
        pulls = self.pulls()
        told = [f"{name} is {value:.2f}, pull {pulls[name]:.2f}" for name, value in self.distances().items()]
        return f"At a distance of {self._delta:.1f}: " + "; ".join(told) + "."
