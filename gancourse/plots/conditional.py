"""The figures of lecture 10: does a generator do as it is told, and what does that cost?"""

import numpy as np

from gancourse.plots import FAKE, JUDGE, LEGEND, REAL, dots, new_figure

STYLES = ((REAL, "o", "-"), (JUDGE, "s", ":"), (FAKE, "^", "--"), ("#cc79a7", "D", "-."))  # colour, marker, line


def asked(results):
    """The share of samples that a classifier takes for what was asked for, a panel per data set, on one scale.

    Args:
        results: by data set, a dict of shares: by system one per seed, and under "real" that of real images.
    """
    figure, axes = new_figure(9, 2.8, columns=len(results), squeeze=False, sharex=True)
    told = []
    for ax, (data, shares) in zip(axes[0], results.items(), strict=True):
        percent = {name: 100 * np.asarray(of_runs) for name, of_runs in shares.items() if name != "real"}
        told += [f"{data}, {words}" for words in dots(ax, percent, decimals=2)]
        ax.axvline(100 * shares["real"], color=REAL, lw=1.5, label="real images")
        told.append(f"{data}, real images {100 * shares['real']:.1f}")
        ax.set_xlabel("recognised as asked [%]")
        ax.set_title(data, fontsize=12, loc="left")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper right", ncols=3, **LEGEND)
    figure.description = "Recognised as asked, in per cent, mean ± standard error: " + "; ".join(told) + "."
    return figure


def by_class(scores, classes):
    """Precision and recall within each class, and their means over classes as lines.

    Args:
        scores: by name (four at most), a `PrecisionRecall` for each class.
        classes: their names.
    """
    figure, axes = new_figure(9, 3.4, columns=2, sharey=True)
    place, told = np.arange(len(classes)), []
    for (name, of_classes), (colour, marker, line) in zip(scores.items(), STYLES, strict=False):
        values = np.array(of_classes)
        for ax, column in zip(axes, values.T, strict=True):
            ax.plot(place, column, marker, color=colour, ms=6, alpha=0.8, label=name)
            ax.axhline(column.mean(), color=colour, ls=line, lw=1.5)
        precision, recall = values.mean(axis=0)
        told.append(f"{name} {precision:.2f} and {recall:.2f}")
    for ax, title in zip(axes, ("precision", "recall"), strict=True):
        ax.set(xticks=place, xticklabels=classes, xlabel="class", ylim=(-0.03, 1.03))
        ax.set_title(title, fontsize=12, loc="left")
    axes[0].set_ylabel("share of samples")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside right center", **LEGEND)
    figure.description = "Precision and recall within classes, means over classes: " + "; ".join(told) + "."
    return figure


def trade_off(thresholds, scores):
    """What truncation gains and loses.

    Args:
        thresholds: of z.
        scores: by name, one for each threshold.
    """
    figure, ax = new_figure(7, 3.4)
    told = []
    for (name, values), (colour, marker, line) in zip(scores.items(), STYLES, strict=False):
        ax.plot(thresholds, values, color=colour, marker=marker, ls=line, lw=2, label=name)
        told.append(f"{name} from {values[0]:.2f} to {values[-1]:.2f}")
    ax.set(xlabel="threshold: every coordinate of z lies within ± this", ylabel="share", ylim=(-0.03, 1.03))
    ax.legend(**LEGEND)
    ends = f"As the threshold goes from {thresholds[0]:g} to {thresholds[-1]:g}"
    figure.description = f"{ends}: " + ", ".join(told) + "."
    return figure
