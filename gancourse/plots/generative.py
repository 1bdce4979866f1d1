"""The figures of lecture 01: with labels and without, what competes for probability, and the families side by side."""

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from gancourse.families.density import log_mixture, log_normal, posterior
from gancourse.plots import FAKE, INK, JUDGE, LEGEND, REAL, STYLE, TICKS, MovingPicture, mean_and_error, new_figure
from gancourse.plots.conditional import STYLES

VIOLET, PALE = "#cc79a7", "#e8e8e8"
COLOURS = (REAL, JUDGE, FAKE, VIOLET)
TICK, CROSS, OPEN = "✓", "✗", "?"


def four_tasks(face, classified, number, box, parts):
    """One picture four times, each with another y that was estimated for it.

    Args:
        face: shape (H, W, 3), in [0, 1].
        classified, number: words.
        box: left, top, right, bottom, in pixels.
        parts: which part each pixel is, whole numbers, shape (H, W).
    """
    figure, axes = new_figure(10, 3.1, columns=4)
    names = ("classification", "regression", "detection", "segmentation")
    answers = (classified, number, "a box: 4 numbers", "a part for every pixel")
    for ax, name, answer in zip(axes, names, answers, strict=True):
        ax.imshow(face, interpolation="nearest")
        ax.set(xticks=[], yticks=[])
        ax.set_title(name, fontsize=13)
        ax.set_xlabel(answer, fontsize=13)
    left, top, right, bottom = box
    edges = {"fill": False, "ec": FAKE, "lw": 3}
    axes[2].add_patch(Rectangle((left - 0.5, top - 0.5), right - left, bottom - top, **edges))
    axes[3].imshow(parts, cmap=matplotlib.colors.ListedColormap(COLOURS), alpha=0.75, vmin=-0.5, vmax=3.5)
    figure.description = (
        f"One face, four tasks: classification says {classified}, regression {number}, detection a box from "
        f"({left:.0f}, {top:.0f}) to ({right:.0f}, {bottom:.0f}), segmentation a part for each of {parts.size} pixels."
    )
    return figure


def clusters(z, cluster, shown=4):
    """Examples in the plane of two numbers; some clusters in colour, the others grey.

    Args:
        z: shape (n, 2).
        cluster: which each belongs to, shape (n,).
        shown: how many clusters are coloured, four at most.
    """
    figure, ax = new_figure(5.6, 4.0)
    rest = cluster >= shown
    ax.plot(*z[rest].T, ".", color="#999999", ms=3, alpha=0.4, label="other clusters")
    for k in range(shown):
        own = cluster == k
        ax.plot(*z[own].T, STYLES[k][1], color=COLOURS[k], ms=3, alpha=0.5, label=f"cluster {k + 1}")
    ax.set(xlabel="principal component 1", ylabel="principal component 2")
    figure.legend(*ax.get_legend_handles_labels(), loc="outside right center", markerscale=2.5, **LEGEND)
    counts = ", ".join(f"{(cluster == k).sum()} in cluster {k + 1}" for k in range(shown))
    figure.description = f"{len(z)} faces by their first two principal components; {counts}."
    return figure


def densities(x, curves, z, fitted):
    """A density in one dimension, estimated in three ways, and one in two.

    Args:
        x: numbers, shape (n,).
        curves: by name, a function of places (m,) that gives densities.
        z: shape (n, 2).
        fitted: a function of places (m, 2) that gives log densities.
    """
    figure, (line, plane) = new_figure(10, 3.8, columns=2)
    grid = np.linspace(x.min(), x.max(), 300)
    line.hist(x, 40, density=True, color=PALE, ec="white", label="histogram")
    told = []
    for (name, curve), (colour, _, style) in zip(curves.items(), STYLES[1:], strict=False):
        line.plot(grid, curve(grid), style, color=colour, lw=2, label=name)
        told.append(f"{name} highest at {grid[np.argmax(curve(grid))]:.2f}")
    line.set(xlabel="x: mean brightness of a face", ylabel="density p(x)")
    line.legend(**LEGEND)
    low, high = z.min(axis=0), z.max(axis=0)
    a, b = np.meshgrid(*(np.linspace(low[i], high[i], 80) for i in range(2)))
    p = np.exp(fitted(np.column_stack([a.ravel(), b.ravel()]))).reshape(a.shape)
    plane.plot(*z.T, ".", color=REAL, ms=2, alpha=0.35)
    plane.contour(a, b, p, levels=p.max() * np.array([0.05, 0.2, 0.4, 0.7]), colors=FAKE, linewidths=1.5)
    plane.set(xlabel="principal component 1", ylabel="principal component 2")
    plane.set_title("mixture of Gaussians: p(x) in two dimensions", fontsize=12, loc="left")
    figure.description = f"Densities of {len(x)} faces. In one dimension: {', '.join(told)}; in two, contours."
    return figure


def competing(counts, labels, places, at):
    """Three ways to share out one table of counts: among labels, among all x, among all x of each label.

    Args:
        counts: how many examples have label y (rows) and x in this bin (columns), shape (labels, bins).
        labels: their names, four at most.
        places: of the bins, shape (bins,).
        at: which bin p(y|x) is shown for.
    """
    counts = np.asarray(counts, dtype=float)
    figure, (of_y, of_x, given) = new_figure(10.5, 3.4, columns=3)
    step = places[1] - places[0]
    share = counts[:, at] / counts[:, at].sum()
    of_y.bar(labels, share, color=COLOURS[: len(labels)])
    of_x.bar(
        places,
        counts.sum(axis=0) / counts.sum(),
        0.9 * step,
        color=[INK if i == at else "#999999" for i in range(len(places))],
    )
    for k, (row, name) in enumerate(zip(counts, labels, strict=True)):
        wide = 0.9 * step / len(labels)
        left = places + (k - (len(labels) - 1) / 2) * wide
        given.bar(left, row / row.sum(), wide, color=COLOURS[k], label=name)
    of_y.set_title(f"p(y | x), at x = {places[at]:.2f}:\nlabels compete", fontsize=12, loc="left")
    of_x.set_title("p(x):\nall pictures compete", fontsize=12, loc="left")
    given.set_title("p(x | y): pictures compete\nwithin each label", fontsize=12, loc="left")
    of_x.set_xlabel("x, brightness")
    given.set_xlabel("x, brightness")
    of_y.set_ylabel("probability")
    given.legend(**LEGEND)
    told = ", ".join(f"{name} {s:.2f}" for name, s in zip(labels, share, strict=True))
    figure.description = (
        f"Bars that sum to one. Among labels, at brightness {places[at]:.2f}: {told}. Among all pictures: "
        f"{len(places)} bars. Within each of {len(labels)} labels: {len(places)} bars."
    )
    return figure


def two_ways(grid, named, label):
    """Densities that should agree, as curves.

    Args:
        grid: shape (m,).
        named: by name, densities, shape (m,); three at most.
        label: of the axis.
    """
    figure, ax = new_figure(7.5, 3.3)
    for (name, p), (colour, _, style), width in zip(
        named.items(), (STYLES[0], STYLES[2], STYLES[1]), (5, 2.5, 1.5), strict=False
    ):
        ax.plot(grid, p, style, color=colour, lw=width, alpha=0.6 if style == "-" else 1, label=name)
    ax.set(xlabel=label, ylabel="density")
    ax.legend(**LEGEND)
    tops = ", ".join(f"{name} highest, {p.max():.2f}, at {grid[np.argmax(p)]:.2f}" for name, p in named.items())
    figure.description = f"Curves: {tops}."
    return figure


def roc(curves):
    """ROC curves of outliers.

    Args:
        curves: by name, (false alarms, found, area), shares.
    """
    figure, ax = new_figure(5.4, 4.0)
    for (name, (alarms, found, area)), (colour, _, style) in zip(curves.items(), (STYLES[0], STYLES[2]), strict=False):
        ax.plot(alarms, found, style, color=colour, lw=2.5, label=f"{name}: area {area:.2f}")
    ax.plot([0, 1], [0, 1], ":", color=INK, lw=1, label="guessing: 0.50")
    ax.set(xlabel="share of digits taken for outliers", ylabel="share of letters found")
    ax.set_aspect("equal")
    ax.legend(**LEGEND, loc="lower right")
    areas = ", ".join(f"{name} {area:.2f}" for name, (_, _, area) in curves.items())
    figure.description = f"ROC curves of letters among digits; areas: {areas}, guessing 0.50."
    return figure


def mended(ways):
    """Accuracy on common and on rare faces, by the way in which the training set was drawn, with every seed.

    Args:
        ways: by name, {"common": accuracies, "rare": accuracies}, one for each seed.
    """
    figure, ax = new_figure(9, 3.4)
    told = []
    for row, (name, runs) in enumerate(ways.items()):
        words = []
        for kind, colour, marker, shift in (("common", REAL, "o", -0.14), ("rare", FAKE, "^", 0.14)):
            percent = 100 * np.asarray(runs[kind])
            mean, error = mean_and_error(percent)
            label = f"{kind} faces" if row == 0 else None
            ax.plot(percent, np.full(len(percent), row + shift), marker, color=colour, ms=8, alpha=0.6, label=label)
            words.append(f"{kind} {mean:.1f} ± {error:.1f}")
        told.append(f"{name}: {', '.join(words)}")
    ax.axvline(50, color=INK, ls=":", lw=1)
    ax.set(yticks=range(len(ways)), yticklabels=ways, xlabel="smiles told right [%]; dotted: guessing")
    ax.set_ylim(len(ways) - 0.5, -0.5)
    ax.tick_params(axis="y", labelsize=13)
    figure.legend(*ax.get_legend_handles_labels(), loc="outside upper right", ncols=2, **LEGEND)
    figure.description = "Smiles told right, in per cent, mean ± standard error. " + "; ".join(told) + "."
    return figure


def family_tree():
    """Which families there are, by whether they have a density that can be computed."""
    figure = Figure(figsize=(10, 3.9))
    ax = figure.add_axes((0, 0, 1, 1), xlim=(0, 10), ylim=(0, 3.9))
    ax.set_axis_off()
    leaves = (
        ("autoregressive", "one number after\nthe other", REAL), ("flow", "an invertible map\nof noise", REAL),
        ("VAE", "a latent z,\nand a bound", JUDGE), ("diffusion", "noise taken away\nin steps, a bound", JUDGE),
        ("energy", "p(x) ∝ exp(−E(x)),\nthe sum unknown", VIOLET), ("GAN", "samples only,\nand a judge", FAKE),
    )  # fmt: skip
    groups = ((0, 2, "exact p(x)", REAL), (2, 4, "a bound on p(x)", JUDGE), (4, 5, "up to a factor", VIOLET))
    for left, right, name, colour in (*groups, (5, 6, "implicit", FAKE)):
        middle = 0.15 + 1.62 * (left + right) / 2
        ax.text(middle, 2.35, name, ha="center", va="center", fontsize=14, color=colour, weight="bold")
        for leaf in range(left, right):
            ax.plot([middle, 0.96 + 1.62 * leaf], [2.15, 1.75], "-", color=INK, lw=1)
    for i, (name, says, colour) in enumerate(leaves):
        x = 0.96 + 1.62 * i
        ax.add_patch(FancyBboxPatch((x - 0.72, 0.35), 1.44, 1.35, "round,pad=0.03", fc=f"{colour}22", ec=colour, lw=2))
        ax.text(x, 1.38, name, ha="center", va="center", fontsize=11.5, weight="bold")
        ax.text(x, 0.8, says, ha="center", va="center", fontsize=11)
    for left, right, name in ((0, 5, "explicit density: maximum likelihood"), (5, 6, "a game")):
        ax.plot([0.2 + 1.62 * left, 0.1 + 1.62 * right], [2.75, 2.75], "-", color=INK, lw=1.5)
        ax.text(0.15 + 1.62 * (left + right) / 2, 3.15, name, ha="center", va="center", fontsize=14)
    told = "; ".join(f"{name}: {says}".replace("\n", " ") for name, says, _ in leaves)
    figure.description = f"The families of generative models. {told}. All but the GAN have an explicit density."
    return figure


def change_of_variables(z, f, slope, bins=8):
    """A curve that carries noise to x: equal shares of z become equal shares of x, higher where the curve is flat.

    Args:
        z: a grid, shape (m,).
        f, slope: of places (m,): the map, increasing, and its derivative.
        bins: of equal width in z, drawn as strips.
    """
    with matplotlib.rc_context(fname=STYLE):
        figure = Figure(figsize=(7.5, 4.6), layout="constrained")
        places = [["x", "map"], [".", "z"]]
        axes = figure.subplot_mosaic(places, width_ratios=(1, 2), height_ratios=(2, 1))
    p = np.exp(log_normal(z[:, None]))
    x, density = f(z), p / slope(z)
    axes["map"].plot(z, x, "-", color=INK, lw=2.5)
    axes["z"].plot(z, p, "-", color=FAKE, lw=2)
    axes["x"].plot(density, x, "-", color=REAL, lw=2)
    edges = np.linspace(z.min(), z.max(), bins + 1)
    for k in range(0, bins, 2):
        own = (z >= edges[k]) & (z <= edges[k + 1])
        axes["z"].fill_between(z[own], 0, p[own], color=FAKE, alpha=0.35, lw=0)
        axes["x"].fill_betweenx(x[own], 0, density[own], color=REAL, alpha=0.35, lw=0)
        for edge in edges[k : k + 2]:
            axes["map"].plot([edge, edge, z.min()], [x.min(), f(edge), f(edge)], ":", color=INK, lw=0.8)
    axes["z"].set(xlabel="z, noise", ylabel="p(z)")
    axes["x"].set(xlabel="p(x)", ylabel="x")
    axes["map"].set_title("x = f(z)", fontsize=12, loc="left")
    for ax in axes.values():
        ax.tick_params(labelsize=TICKS)
    axes["x"].invert_xaxis()
    figure.description = (
        f"Noise z is carried to x by an increasing curve; p(x) is highest, {density.max():.2f}, at x = "
        f"{x[np.argmax(density)]:.1f}, where the curve is flattest, while p(z) is highest at 0."
    )
    return figure


def scatters(named, reach, real=None):
    """Points in the plane, a panel for each name, eight at most.

    Args:
        named: by name, points, shape (n, 2).
        reach: of the axes to either side.
        real: which name is of real data, and blue; all others are orange.
    """
    figure, axes = new_figure(1.75 * len(named), 2.2, columns=len(named), squeeze=False)
    for ax, (name, points) in zip(axes[0], named.items(), strict=True):
        look = {"marker": "o", "color": REAL} if name == real else {"marker": "^", "color": FAKE}
        ax.plot(*np.asarray(points).T, ls="none", ms=2.2, alpha=0.5, **look)
        ax.set(xticks=[], yticks=[], xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
        ax.set_title(name, fontsize=12)
    figure.description = "Points in the plane, a panel each: " + ", ".join(named) + "."
    return figure


def wishes(columns, rows, floor=None):
    """What was measured of each family, with the textbook's tick beside it.

    Args:
        columns: names of the wishes; may have line breaks.
        rows: by family, a pair of its numbers in words and of the textbook's ticks, as many as columns.
        floor: the same numbers for real data, in words, if given.
    """
    lines = ([("real data", (floor, None))] if floor else []) + list(rows.items())
    figure, ax = new_figure(1.55 * len(columns) + 1.6, 0.52 * len(lines) + 0.9)
    colours = {TICK: "#00684c", CROSS: "#a34700", OPEN: "#555555"}
    told = []
    for i, (name, (numbers, ticks)) in enumerate(lines):
        for j, number in enumerate(numbers):
            tick = ticks[j] if ticks else ""
            ax.text(j + 0.12, i, number, ha="right", va="center", fontsize=13)
            ax.text(j + 0.24, i, tick, ha="left", va="center", fontsize=15, color=colours.get(tick, INK), weight="bold")
        flat = [
            f"{c} {n} {ticks[j] if ticks else ''}".strip()
            for j, (c, n) in enumerate(zip(columns, numbers, strict=True))
        ]
        told.append(f"{name}: " + ", ".join(flat).replace("\n", " "))
        if i % 2 == 0:
            ax.axhspan(i - 0.5, i + 0.5, color="#f4f4f4", lw=0, zorder=0)
    ax.set(xlim=(-0.5, len(columns) - 0.4), ylim=(len(lines) - 0.5, -0.5))
    ax.set_xticks(range(len(columns)), columns, fontsize=12)
    ax.set_yticks(range(len(lines)), [name for name, _ in lines], fontsize=13)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    figure.description = "Measured, and the textbook's tick. " + "; ".join(told) + "."
    return figure


class HandPicture(MovingPicture):
    """A density of two bumps that one shapes by hand, over samples, and its mean log-likelihood on them.

    Args:
        x: samples, shape (n,).
        label: of the axis.
    """

    def __init__(self, x, label):
        self._x = np.asarray(x, dtype=float)
        low, high = self._x.min(), self._x.max()
        self._grid = np.linspace(low - 0.15 * (high - low), high + 0.15 * (high - low), 300)
        self.figure, ax = new_figure(8.5, 3.6)
        ax.plot(self._x, np.full(len(self._x), -0.25), "|", color=REAL, ms=12, alpha=0.4, label="samples")
        (self._curve,) = ax.plot([], [], "--", color=FAKE, lw=2.5, label="your density")
        self._words = ax.text(0.98, 0.93, "", transform=ax.transAxes, ha="right", va="top", fontsize=14)
        top = 1.3 * np.histogram(self._x, 30, density=True)[0].max()
        ax.set(xlabel=label, ylabel="density", xlim=self._grid[[0, -1]], ylim=(-0.08 * top, top))
        ax.get_lines()[0].set_ydata(np.full(len(self._x), -0.04 * top))
        ax.legend(**LEGEND, loc="upper left")
        self.moving = [self._curve, self._words]
        self.update(low + 0.5 * (high - low), low + 0.8 * (high - low), 0.1 * (high - low), 0.5)

    def log_density(self, x, first, second, std, weight):
        """Of these places (m,), for bumps at `first` and `second`, of one width, the first with this weight."""
        return log_mixture(np.asarray(x)[:, None], [[first], [second]], std, [weight, 1 - weight])

    def update(self, first, second, std, weight):
        """Other bumps."""
        mean = self.log_density(self._x, first, second, std, weight).mean()
        self._curve.set_data(self._grid, np.exp(self.log_density(self._grid, first, second, std, weight)))
        says = f"mean log-likelihood {mean:+.2f}".replace(" -", " −") + " nats"
        self._words.set_text(says)
        self.figure.description = (
            f"Bumps at {first:.2f} and {second:.2f}, width {std:.2f}, {weight:.0%} in the first: {says} on "
            f"{len(self._x)} samples."
        )


class PointPicture(MovingPicture):
    """A point among two kinds in the plane: which label it gets, how likely it is at all, and within each kind.

    Args:
        samples: by name of the kind, two of them, points, shape (n, 2).
        labels: of the axes, two.
        reach: left, right, bottom and top of the plane.
    """

    def __init__(self, samples, labels, reach):
        self._names, self._means = list(samples), [points.mean(axis=0) for points in samples.values()]
        self._stds = [float(points.std(axis=0).mean()) for points in samples.values()]
        shares = np.array([len(points) for points in samples.values()], dtype=float)
        self._prior, n = shares / shares.sum(), shares.sum()
        own = np.concatenate([self.log_p(points)[0] for points in samples.values()])
        self._usual = np.quantile(own, 0.01)
        self.figure, (plane, of_label, of_x) = new_figure(10.5, 3.9, columns=3, width_ratios=(1.3, 0.8, 1.2))
        for (name, points), colour, marker in zip(samples.items(), (REAL, JUDGE), ("o", "s"), strict=True):
            plane.plot(*points.T, marker, color=colour, ms=3, alpha=0.5, label=name)
        (self._point,) = plane.plot([], [], "P", color=FAKE, ms=15, mec="white", label="x")
        plane.set(xlim=reach[:2], ylim=reach[2:], xlabel=labels[0], ylabel=labels[1])
        plane.legend(**LEGEND, loc="upper right", markerscale=1.2)
        self._bars = of_label.bar(self._names, [0, 0], color=(REAL, JUDGE))
        of_label.set(ylim=(0, 1), title="p(y | x)")
        names = ["p(x)", *(f"p(x | {name})" for name in self._names)]
        self._levels = [of_x.plot([], [], "D", color=c, ms=11)[0] for c in (INK, REAL, JUDGE)]
        of_x.axvline(self._usual, color=INK, ls=":", lw=1.5)
        of_x.set(
            yticks=range(3), yticklabels=names, xlim=(-60, 2), xlabel="log density [nats]", title="how likely is x?"
        )
        of_x.set_ylim(3.2, -0.5)
        of_x.text(self._usual - 1, 3.1, f"99 % of {n:.0f}\nlie right of it", ha="right", va="bottom", fontsize=11)
        self.moving = [self._point, *self._bars, *self._levels]
        self.update(*self._means[0])

    def log_p(self, x):
        """log p(x), shape (n,), and log p(x|y), shape (n, 2), of round Gaussians fitted to the kinds."""
        given = np.column_stack([log_normal(x, m, s) for m, s in zip(self._means, self._stds, strict=True)])
        joint = given + np.log(self._prior)
        return np.logaddexp(*joint.T), given

    def update(self, x1, x2):
        """Another place."""
        log_p, given = self.log_p(np.array([[x1, x2]]))
        share = posterior(given, self._prior)[0]
        self._point.set_data([x1], [x2])
        for bar, height in zip(self._bars, share, strict=True):
            bar.set_height(height)
        for row, (level, value) in enumerate(zip(self._levels, (log_p[0], *given[0]), strict=True)):
            level.set_data([max(value, -60)], [row])
        odd = "less likely than 99 % of the samples" if log_p[0] < self._usual else "as likely as the samples are"
        most = int(np.argmax(share))
        self.figure.description = (
            f"x = ({x1:.1f}, {x2:.1f}): {self._names[most]} with p(y|x) = {share[most]:.3f}; log p(x) = "
            f"{log_p[0]:.1f}, {odd}; log p(x|y) = {given[0][0]:.1f} and {given[0][1]:.1f}."
        )
