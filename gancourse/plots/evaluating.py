"""The figures of lecture 09: what each metric says of sets of images, and what it does not see."""

import numpy as np

from gancourse.plots import FAKE, INK, JUDGE, LEGEND, REAL, MovingPicture, colour_bar, new_figure
from gancourse.plots.images import tile

DISTANCES = ("Fréchet", "kernel")
SMALL_IS_GOOD = (*DISTANCES, "largest step", "copies")
PALE_FAKE, PALE_REAL = "#f6c9a8", "#cfe3f1"


def _rounded(value):
    """Two digits, a true minus, and none before a zero."""
    return f"{round(float(value), 2) + 0.0:.2f}".replace("-", "−")


def _listed(names):
    return " and ".join([", ".join(names[:-1])] * (len(names) > 1) + names[-1:])


def score_table(rows, columns, values, fooled=None, best=None):
    """Numbers in cells: orange ▲ where a metric is fooled, blue where it is not; or ● where one is the best.

    Args:
        rows, columns: their names.
        values: shape (rows, columns), NaN for what is not defined.
        fooled: whether, likewise; the first row is the honest one and is not coloured. No colours if not given.
        best: whether it is the best of its column, likewise.
    """
    figure, ax = new_figure(1.15 * len(columns) + 2, 0.36 * len(rows) + 0.9)
    text = [["–" if np.isnan(v) else f"{v:,.0f}" if v >= 500 else _rounded(v) for v in row] for row in values]
    told = []
    for i, words in enumerate(text):
        judged = fooled is not None and i > 0
        marks = [bool(judged and fooled[i][j] and word != "–") for j, word in enumerate(words)]
        dots = [best is not None and bool(best[i][j]) for j in range(len(words))]
        for j, (word, mark, dot) in enumerate(zip(words, marks, dots, strict=True)):
            colour = PALE_FAKE if mark else PALE_REAL if judged and word != "–" else "none"
            ax.fill_between([j - 0.48, j + 0.48], i - 0.45, i + 0.45, color=colour, lw=0)
            weight = "bold" if mark or dot else "normal"
            ax.text(j, i, word + " ▲" * mark + " ●" * dot, ha="center", va="center", weight=weight)
        cells = zip(columns, words, marks, dots, strict=True)
        told.append(f"{rows[i]}: " + ", ".join(f"{c} {w}{' (fooled)' * m}{' (best)' * d}" for c, w, m, d in cells))
    ax.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5))
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(rows)), rows)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    small = [name for name in columns if name in SMALL_IS_GOOD]
    legend = "orange ▲: fooled; blue: not fooled. " * (fooled is not None) + "●: the best. " * (best is not None)
    ax.set_xlabel(legend + f"Small is good for {_listed(small)}." * bool(small), fontsize=11)
    figure.description = "; ".join(told) + "."
    return figure


def bias(sizes, frechet, kernel):
    """Two metrics between sets of equally many real images, against how many: every draw, and their means.

    Args:
        sizes: shape (s,).
        frechet, kernel: shape (s, draws).
    """
    figure, axes = new_figure(10, 3.4, columns=2)
    told = []
    for ax, name, values in zip(axes, ("Fréchet distance", "kernel distance"), (frechet, kernel), strict=True):
        mean, low, high = values.mean(axis=1), *np.quantile(values, (0.1, 0.9), axis=1)
        ax.fill_between(sizes, low, high, color=REAL, alpha=0.25, lw=0, label="8 of 10 draws")
        ax.plot(sizes, mean, "o-", color=REAL, label="mean")
        ax.axhline(0, color=INK, ls=":", lw=1, label="truth")
        ax.set(xscale="log", xlabel="images in each set", ylabel=name)
        ax.set_xticks(sizes, map(str, sizes))
        ax.minorticks_off()
        told.append(f"{name} {_rounded(mean[0])} with {sizes[0]} images and {_rounded(mean[-1])} with {sizes[-1]}")
    axes[0].legend(**LEGEND)
    figure.description = (
        f"Means over {frechet.shape[1]} draws of two sets from one distribution: " + "; ".join(told) + "; true: 0. "
        "The Fréchet distance falls all the way; the kernel distance scatters around 0, the less the more images."
    )
    return figure


def blind_spots(table):
    """How far a change of the world moves it in the eyes of several kinds of features; seeds are dots.

    Args:
        table: by kind, by change, a list of distances (one per seed) as shares of a great change's.
    """
    changes = list(next(iter(table.values())))
    look = {"ms": 6, "fillstyle": "none", "mew": 1.3}  # open, so that seeds do not hide each other
    figure, ax = new_figure(8.5, 0.42 * len(changes) + 1.5)
    told = []
    for offset, (kind, found), colour, marker in zip(
        (-0.2, 0, 0.2), table.items(), (INK, FAKE, REAL), "sDo", strict=True
    ):
        for row, change in enumerate(changes):
            ax.plot(found[change], np.full(len(found[change]), row + offset), marker, color=colour, **look)
        ax.plot([], [], marker, color=colour, label=kind, **look)
        told.append(f"{kind}: " + ", ".join(f"{c} {np.mean(found[c]):.2f}" for c in changes))
    ax.set(xscale="log", xlabel="Fréchet distance, as a share of that of half of the classes")
    ax.set_yticks(range(len(changes)), changes)
    ax.set_ylim(len(changes) - 0.5, -0.5)
    ax.grid(axis="y", color="#dddddd", lw=0.8)
    figure.legend(loc="outside lower center", **LEGEND, ncols=3)
    figure.description = "How far changes move the data, mean over networks. " + "; ".join(told) + "."
    return figure


def factors(shares, estimates, ranges):
    """Classes and factors of generated images against a world where all are uniform.

    Args:
        shares: of each class, shape (k,).
        estimates: by factor, with its unit, shape (n,).
        ranges: by factor, the (low, high) of the world.
    """
    figure, axes = new_figure(11, 3.2, columns=1 + len(estimates))
    k = len(shares)
    axes[0].bar(range(k), shares, color="none", edgecolor=FAKE, hatch="//")
    axes[0].axhline(1 / k, color=REAL, lw=2)
    axes[0].set(xlabel="class", ylabel="share of the images", xticks=range(k))
    told = [f"the rarest class has {min(shares):.1%} of the images and the commonest {max(shares):.1%}"]
    for ax, (name, values) in zip(axes[1:], estimates.items(), strict=True):
        values = np.asarray(values)
        low, high = ranges[name]
        ax.hist(values, 30, density=True, histtype="step", color=FAKE, ls="--", lw=1.8, label="generated")
        ax.plot([low, low, high, high], [0, 1 / (high - low), 1 / (high - low), 0], color=REAL, lw=2, label="the world")
        ax.set(xlabel=name, ylabel="density", yticks=[])
        inside = np.mean((values > low) & (values < high))
        told.append(f"{name}: {inside:.0%} within the world's range, standard deviation {np.std(values):.2f}")
    figure.legend(*axes[1].get_legend_handles_labels(), loc="outside lower center", **LEGEND, ncols=2)
    figure.description = "Generated images by what is true of them: " + "; ".join(told) + "."
    return figure


def goodness(scores):
    """By metric, an array of how good it calls each of many sets: 1 the best of them, 0 as bad as can be.

    The two distances are squared ones: the root of the share of the largest is taken.
    """
    good = {}
    for name, values in scores.items():
        v = np.maximum(np.asarray(values, float), 0)
        good[name] = 1 - np.sqrt(v / v.max()) if name in DISTANCES else v / v.max()
    return good


def landscape(grid):
    """What each metric says of sets with more or less noise and more or fewer classes.

    Args:
        grid: "noise" and "classes", the levels, and "scores", by metric a row per noise and a column per class.
    """
    good = goodness(grid["scores"])
    figure, axes = new_figure(11, 3.0, columns=len(good), sharey=True)
    told = []
    for ax, (name, values) in zip(axes, good.items(), strict=True):
        picture = ax.pcolormesh(grid["classes"], range(len(grid["noise"])), values, cmap="cividis", vmin=0, vmax=1)
        ax.set_title(name, fontsize=11)
        ax.set_xticks((1, 5, 10))
        few, dirty = grid["classes"].index(5), grid["noise"].index(60)
        scores = np.asarray(grid["scores"][name])
        told.append(f"{name} {scores[0, -1]:.2f}, {scores[0, few]:.2f} and {scores[dirty, -1]:.2f}")
    axes[0].set_yticks(range(len(grid["noise"])), grid["noise"])
    axes[0].set_ylabel("noise [grey levels]")
    axes[len(axes) // 2].set_xlabel("classes that are kept")
    bar = colour_bar(picture, axes, "per metric", ticks=(0, 1), aspect=12)
    bar.ax.set_yticklabels(("bad", "good"))
    figure.description = (
        "What each metric says of clean digits of all classes, of clean ones of five, and of all with noise of 60: "
        + "; ".join(told)
        + "."
    )
    return figure


class DialsPicture(MovingPicture):
    """A set of images, and beside it what every metric says of such sets.

    Args:
        grid: as for `landscape`.
    """

    def __init__(self, grid):
        self._grid, self._good = grid, goodness(grid["scores"])
        self.figure, (left, right) = new_figure(9.5, 3.4, columns=2, width_ratios=[1.5, 1])
        blank = np.zeros((148, 238, 3))  # 5 rows of 8
        self._images = left.imshow(blank, interpolation="nearest")
        left.axis("off")
        names = list(self._good)
        self._bars = right.barh(range(len(names)), np.ones(len(names)), color=JUDGE, alpha=0.7)
        self._values = [right.text(1.06, i, "", va="center", fontsize=11) for i in range(len(names))]
        right.set_yticks(range(len(names)), names)
        right.set(xlim=(0, 1.3), xticks=(0, 1), xticklabels=("bad", "good"))
        right.axvline(1, color=INK, lw=0.8)
        right.invert_yaxis()
        self.moving = [self._images, *self._bars, *self._values]

    def update(self, x, noise, classes):
        """Move to images of the set with the noise and the classes of these places in the grid."""
        self._images.set_data(tile(x, 8))
        told = []
        for (name, good), bar, value in zip(self._good.items(), self._bars, self._values, strict=True):
            score = self._grid["scores"][name][noise][classes]
            bar.set_width(good[noise][classes])
            value.set_text(_rounded(score))
            told.append(f"{name} {_rounded(score)}")
        self.figure.description = (
            f"{self._grid['classes'][classes]} classes, noise of {self._grid['noise'][noise]} grey levels: "
            + ", ".join(told) + "."
        )  # fmt: skip
