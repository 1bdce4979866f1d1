"""The figures of lecture 09: does a generator do as it is told, and what does that cost?"""

import numpy as np

from gancourse.plots import FAKE, INK, JUDGE, LEGEND, REAL, dots, mean_and_error, new_figure

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
        ax.set_title(data, fontsize=11, loc="left")
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
        ax.set_title(title, fontsize=11, loc="left")
    axes[0].set_ylabel("share of samples")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside right center", **LEGEND)
    figure.description = "Precision and recall within classes, means over classes: " + "; ".join(told) + "."
    return figure


def found(counts, classes):
    """What a classifier sees in the samples of each category that a model found by itself.

    Args:
        counts: shape (categories, classes).
        classes: their names.
    """
    shares = np.asarray(counts) / np.sum(counts, axis=1, keepdims=True)
    figure, ax = new_figure(5.6, 4.4)
    picture = ax.imshow(100 * shares, cmap="Blues", vmin=0, vmax=100)
    for row, column in zip(*np.nonzero(shares >= 0.05), strict=True):
        share = shares[row, column]
        ax.text(column, row, f"{100 * share:.0f}", ha="center", va="center", fontsize=8,
                color="white" if share > 0.5 else INK)  # fmt: skip
    ax.set(xticks=range(len(classes)), xticklabels=classes, yticks=range(len(shares)))
    ax.set(xlabel="what the classifier sees", ylabel="category asked for")
    figure.colorbar(picture, ax=ax, label="share of the category's samples [%]", shrink=0.8)
    told = [f"{row}: {classes[s.argmax()]} ({s.max():.0%})" for row, s in enumerate(shares)]
    figure.description = "What each category mostly looks like to the classifier: " + ", ".join(told) + "."
    return figure


def readings(codes, numbers, category, few, shown=600):
    """Continuous codes against what is measured of the images made from them, with their correlations.

    Args:
        codes: shape (n, m).
        numbers: by name, with its unit, one per image.
        category: of each image, shape (n,).
        few: two of them, to be told from the others.
        shown: how many images are drawn; the correlations are of all.
    """
    codes, category = np.asarray(codes), np.asarray(category)
    figure, axes = new_figure(8.5, 2.9 * codes.shape[1], columns=len(numbers), rows=codes.shape[1])
    pairs = [(i, name) for i in range(codes.shape[1]) for name in numbers]
    told = []
    for ax, (i, name) in zip(axes.flat, pairs, strict=True):
        r = np.corrcoef(codes[:, i], numbers[name])[0, 1]
        x, y = codes[:shown, i], numbers[name][:shown]
        ax.plot(x, y, "^", color=FAKE, ms=3, alpha=0.25, label="all categories")
        for k, (colour, marker, _) in zip(few, (STYLES[1], STYLES[3]), strict=True):
            its = category[:shown] == k
            ax.plot(x[its], y[its], marker, color=colour, ms=5, label=f"category {k}")
        ax.set_title(f"r = {round(r, 2) + 0.0:.2f}".replace("-", "−"), fontsize=11, loc="left")
        ax.set(xlabel=f"code {i + 1}", ylabel=name)
        told.append(f"code {i + 1} and {name} {abs(r):.2f}")
    figure.legend(*axes.flat[0].get_legend_handles_labels(), loc="outside upper right", ncols=3, **LEGEND)
    figure.description = "Correlations over all categories, without their signs: " + "; ".join(told) + "."
    return figure


def few_labels(labels, results):
    """A classifier's error against the number of labels it learned from.

    Args:
        labels: their numbers.
        results: by name, for each number the errors of all seeds, in per cent.
    """
    figure, ax = new_figure(7, 3.6)
    told = []
    styles = (STYLES[2], STYLES[0])  # with generated images, without
    for (name, errors), (colour, marker, line) in zip(results.items(), styles, strict=True):
        means, spreads = zip(*map(mean_and_error, errors), strict=True)
        ax.errorbar(labels, means, yerr=spreads, color=colour, ls=line, lw=2, capsize=4, label=name)
        for n, runs in zip(labels, errors, strict=True):
            ax.plot([n] * len(runs), runs, marker, color=colour, ms=5, alpha=0.6)
        pairs = zip(labels, means, spreads, strict=True)
        told.append(f"{name}: " + ", ".join(f"{m:.1f} ± {s:.1f} with {n}" for n, m, s in pairs))
    ax.set(xscale="log", xlabel="labelled images, evenly of all classes", ylabel="error on the test set [%]")
    ax.set_xticks(labels, labels)
    ax.minorticks_off()
    ax.set_ylim(0, None)
    ax.legend(**LEGEND)
    figure.description = "Test error in per cent, mean ± standard error. " + "; ".join(told) + "."
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
