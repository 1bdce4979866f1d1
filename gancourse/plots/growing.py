"""The figures of lecture 14: growing against full size, what truncation bears, and which layer says what."""

import numpy as np

from gancourse.plots import FAKE, INK, JUDGE, LEGEND, REAL, colour_bar, dots, new_figure

STYLES = ((FAKE, "^", "--"), (JUDGE, "s", ":"), (INK, "o", "-."), ("#cc79a7", "D", "-"))  # colour, marker, line


def sooner(runs, real, sides):
    """Fréchet distance by CPU seconds of networks that grow and of others that begin at full size, a line each run.

    Args:
        runs: under "grown" and "full size", for each run (seconds, distance) after each stage.
        real: what real images score.
        sides: of the stages, in pixels.
    """
    figure, ax = new_figure(8, 3.8)
    told = []
    for (name, curves), (colour, marker, line) in zip(runs.items(), STYLES, strict=False):
        for i, curve in enumerate(curves):
            ax.plot(*zip(*curve, strict=True), ls=line, color=colour, marker=marker, ms=6, label=None if i else name)
        last = [curve[-1][1] for curve in curves]
        told.append(f"{name} {min(last):.1f} to {max(last):.1f}")
    first = next(iter(runs.values()))[0]
    for (seconds, _), side in zip(first, sides, strict=True):
        ax.text(seconds, 1.01, f"{side} px", transform=ax.get_xaxis_transform(), ha="center", va="bottom", fontsize=11)
    ax.axhline(real, color=REAL, lw=1.5, label="real images")
    ax.set(yscale="log", xlabel="CPU seconds; above: the side that is reached by then", ylabel="Fréchet distance")
    ax.legend(**LEGEND)
    figure.description = (
        f"Fréchet distance after {first[-1][0]:.0f} CPU seconds: " + "; ".join(told) + f"; real images {real:.1f}."
    )
    return figure


def left_out(results, real):
    """Fréchet distance of a system and of the same without each of its parts, a dot each run.

    Args:
        results: by name, one distance a run.
        real: what real images score.
    """
    figure, ax = new_figure(8, 0.6 + 0.55 * len(results))
    told = dots(ax, results)
    ax.axvline(real, color=REAL, lw=1.5, label="real images")
    ax.set(xlabel="Fréchet distance")
    ax.legend(**LEGEND, loc="center left", bbox_to_anchor=(1, 0.5))
    figure.description = "Fréchet distance: " + "; ".join(told) + f"; real images {real:.1f}."
    return figure


def how_far(results, thresholds, real):
    """What truncation of z does to a BigGAN and to others without one of its parts: distance, and share as asked.

    Args:
        results: by name, for each run a dict of lists by threshold, "frechet" and "named".
        thresholds: where z was cut.
        real: the distance that real images score.
    """
    figure, axes = new_figure(10, 3.6, columns=2)
    told = []
    for (name, runs), (colour, marker, line) in zip(results.items(), STYLES, strict=False):
        look = {"color": colour, "marker": marker, "ms": 6, "lw": 2, "ls": line}
        means = [np.mean([run[key] for run in runs], axis=0) for key in ("frechet", "named")]
        for ax, mean, factor in zip(axes, means, (1, 100), strict=True):
            ax.plot(thresholds, factor * mean, **look, label=name)
        told.append(
            f"{name} {means[0][0]:.1f} and {means[0][-1]:.1f}, as asked {means[1][0]:.0%} and {means[1][-1]:.0%}"
        )
    axes[0].axhline(real, color=REAL, lw=1.5, label="real images")
    axes[0].set(ylabel="Fréchet distance", yscale="log")
    axes[1].set(ylabel="recognised as asked [%]")
    for ax in axes:
        ax.set(xlabel="threshold of z", xscale="log", xticks=thresholds, xticklabels=[f"{t:g}" for t in thresholds])
        ax.minorticks_off()
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=5, **LEGEND)
    figure.description = (
        f"Fréchet distance at thresholds {thresholds[0]:g} and {thresholds[-1]:g}, means of runs: "
        + "; ".join(told)
        + f"; real images {real:.1f}."
    )
    return figure


def who_follows(table, label="carried over [%]"):
    """Which factor of a face follows which layers: a coloured cell each, with its number.

    Args:
        table: by layers, a dict of shares by factor: 0 none of the difference, 1 all of it.
        label: of the numbers.
    """
    rows, columns = list(table), list(next(iter(table.values())))
    shares = 100 * np.array([[table[row][column] for column in columns] for row in rows])
    figure, ax = new_figure(0.72 * len(columns) + 1.4, 0.5 * len(rows) + 1.6)
    picture = ax.imshow(shares, cmap="Blues", vmin=0, vmax=100, aspect="auto")
    for (i, j), share in np.ndenumerate(shares):
        ax.text(j, i, f"{share:.0f}", ha="center", va="center", fontsize=11, color="white" if share > 60 else INK)
    names = [column.replace("_", " ") for column in columns]
    ax.set(xticks=range(len(columns)), yticks=range(len(rows)), yticklabels=rows)
    ax.set_xticklabels(names, rotation=40, ha="right")
    ax.tick_params(length=0)
    colour_bar(picture, ax, label, pad=0.01)
    most = [
        f"{name} {rows[i]} ({share:.0f} %)"
        for name, i, share in zip(names, shares.argmax(0), shares.max(0), strict=True)
    ]
    figure.description = f"Where the most of each factor is {label.removesuffix(' [%]')}: " + ", ".join(most) + "."
    return figure


def along_psi(table, real):
    """What truncation in w does: Fréchet distance on the left, precision and recall on the right.

    Args:
        table: lists by ψ: "psi", "frechet", "precision", "recall".
        real: the distance that real images score.
    """
    figure, (left, right) = new_figure(10, 3.4, columns=2)
    psi = table["psi"]
    left.plot(psi, table["frechet"], color=FAKE, marker="^", ls="--", lw=2, label="generated")
    left.axhline(real, color=REAL, lw=1.5, label="real images")
    left.set(ylabel="Fréchet distance")
    for name, (colour, marker, line) in zip(("precision", "recall"), STYLES[1:], strict=False):
        right.plot(psi, table[name], color=colour, marker=marker, ls=line, lw=2, label=name)
    right.set(ylabel="share", ylim=(-0.03, 1.03))
    for ax in (left, right):
        ax.set(xlabel="ψ: how far from the mean style")
        ax.legend(**LEGEND)
    best = int(np.argmin(table["frechet"]))
    figure.description = (
        f"As ψ goes from {psi[0]:g} to {psi[-1]:g}, precision goes from {table['precision'][0]:.2f} to "
        f"{table['precision'][-1]:.2f}, recall from {table['recall'][0]:.2f} to {table['recall'][-1]:.2f}; the Fréchet "
        f"distance is least, {table['frechet'][best]:.1f}, at {psi[best]:g}; real images score {real:.1f}."
    )
    return figure
