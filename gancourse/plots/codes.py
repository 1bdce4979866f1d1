"""The figures of lecture 11: what was found without labels, and what few labels do."""

import numpy as np

from gancourse.plots import FAKE, INK, LEGEND, colour_bar, mean_and_error, new_figure
from gancourse.plots.conditional import STYLES


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
        ax.text(column, row, f"{100 * share:.0f}", ha="center", va="center", fontsize=11,
                color="white" if share > 0.5 else INK)  # fmt: skip
    ax.set(xticks=range(len(classes)), xticklabels=classes, yticks=range(len(shares)))
    ax.set(xlabel="what the classifier sees", ylabel="category asked for")
    colour_bar(picture, ax, "share of the category's samples [%]", shrink=0.8)
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
    figure, axes = new_figure(8.5, 2.6 * codes.shape[1], columns=len(numbers), rows=codes.shape[1])
    pairs = [(i, name) for i in range(codes.shape[1]) for name in numbers]
    told = []
    for ax, (i, name) in zip(axes.flat, pairs, strict=True):
        r = np.corrcoef(codes[:, i], numbers[name])[0, 1]
        x, y = codes[:shown, i], numbers[name][:shown]
        ax.plot(x, y, "^", color=FAKE, ms=3, alpha=0.25, label="all categories")
        for k, (colour, marker, _) in zip(few, (STYLES[1], STYLES[3]), strict=True):
            its = category[:shown] == k
            ax.plot(x[its], y[its], marker, color=colour, ms=5, label=f"category {k}")
        ax.set_title(f"r = {round(r, 2) + 0.0:.2f}".replace("-", "−"), fontsize=12, loc="left")
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
