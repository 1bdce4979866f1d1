"""The figures of lecture 05: moving mass, critics, and what keeps them honest."""

import numpy as np

from gancourse.plots import FAKE, INK, JUDGE, LEGEND, REAL, new_figure

STYLES = [(INK, "-", "o"), ("#cc79a7", "--", "^"), (JUDGE, ":", "s"), ("#e69f00", "-.", "D")]  # not real's and fake's


def transport_plan(p, q, plan, cost):
    """A transport plan as a table (rows p, columns q) and as flows from one histogram to the other.

    Args:
        p, q: distributions, shape (n,).
        plan: how much goes from i to j, shape (n, n).
        cost: the plan's total cost, for the description.
    """
    figure, (table, flow) = new_figure(10, 4.2, columns=2)
    rows, columns = np.nonzero(plan > 1e-12)
    moved = plan[rows, columns]
    table.plot([-0.5, q.size - 0.5], [-0.5, p.size - 0.5], color=INK, lw=0.6, alpha=0.5)
    table.scatter(columns, rows, s=2600 * moved, marker="s", color=JUDGE)
    table.set(xlabel="to: column j, sums to $q_j$", ylabel="from: row i, sums to $p_i$", aspect="equal")
    table.set(xlim=(-0.6, q.size - 0.4), ylim=(p.size - 0.4, -0.6), xticks=range(q.size), yticks=range(p.size))
    for i, j, mass in zip(rows, columns, moved, strict=True):
        flow.plot([i, j], [1, 0], color=JUDGE, lw=60 * mass, alpha=0.55, solid_capstyle="butt")
    places = np.arange(p.size)
    flow.bar(places, 2.2 * p, bottom=1, width=0.7, color=REAL)
    flow.bar(places, -2.2 * q, width=0.7, color="none", edgecolor=FAKE, hatch="//")
    flow.set(yticks=[], xticks=places, xlabel="place", ylim=(-0.8, 1.6))
    flow.text(0, 1.52, "p", color=REAL, fontsize=12)
    flow.text(0, -0.74, "q", color=FAKE, fontsize=12)
    flow.spines[["left"]].set_visible(False)
    stays = plan.trace()
    figure.description = (
        f"An optimal transport plan between two histograms of {p.size} places, as a table and as flows. "
        f"{len(rows)} of its {plan.size} entries are not zero; {stays:.0%} of the mass stays where it is; the cost is "
        f"{cost:.4f}."
    )
    return figure


def potential(p, q, f):
    """Two histograms, and the critic that proves how far apart they are.

    Args:
        p, q: distributions, shape (n,).
        f: the critic's value at each place, slopes at most one.
    """
    figure, (top, bottom) = new_figure(10, 3.6, columns=2)
    places = np.arange(p.size)
    top.bar(places - 0.2, p, width=0.4, color=REAL, label="p")
    top.bar(places + 0.2, q, width=0.4, color="none", edgecolor=FAKE, hatch="//", label="q")
    top.set(xlabel="place", ylabel="mass", xticks=places)
    top.legend(**LEGEND)
    bottom.plot(places, f, "o-", color=JUDGE)
    bottom.set(xlabel="place", ylabel="critic f", xticks=places)
    slopes = np.diff(f)
    figure.description = (
        f"Left: two histograms. Right: the best critic; it rises by 1 in {np.sum(np.isclose(slopes, 1))} of "
        f"{slopes.size} steps and falls by 1 in {np.sum(np.isclose(slopes, -1))}, never more. "
        f"Its mean under p less its mean under q is {(p - q) @ f:.4f}."
    )
    return figure


def sorting(x, y):
    """Two samples on a line: the area between their distribution functions, and the points matched in order.

    Args:
        x, y: samples of one size, shape (n,).
    """
    figure, (left, right) = new_figure(10, 3.6, columns=2)
    share = np.arange(1, x.size + 1) / x.size
    order_x, order_y = np.sort(x), np.sort(y)
    ends = min(order_x[0], order_y[0]) - 0.5, max(order_x[-1], order_y[-1]) + 0.5  # from 0 to 1, and nothing hangs free
    for order, look in ((order_x, {"color": REAL, "label": "x"}), (order_y, {"color": FAKE, "ls": "--", "label": "y"})):
        left.step(np.r_[ends[0], order, ends[1]], np.r_[0, share, 1], where="post", **look)
    for i in range(x.size):  # a band from one staircase to the other at every height
        left.fill_betweenx([share[i] - 1 / x.size, share[i]], order_x[i], order_y[i], color=JUDGE, alpha=0.25, lw=0)
    left.set(xlabel="position", ylabel="share of the sample so far")
    handles = [*left.get_lines(), left.collections[0]]
    figure.legend(handles, ["x", "y", "area: W₁"], loc="outside lower center", **LEGEND, ncols=3)
    right.plot(order_x, np.ones(x.size), "o", color=REAL)
    right.plot(order_y, np.zeros(y.size), "^", color=FAKE)
    right.plot(np.stack([order_x, order_y]), np.array([[1], [0]]).repeat(x.size, 1), color=JUDGE, lw=1)
    right.set(xlabel="position", yticks=[0, 1], yticklabels=["y", "x"], ylim=(-0.2, 1.2))
    area = np.abs(order_x - order_y).mean()
    figure.description = (
        f"Left: the distribution functions of two samples of {x.size}; the area between them is {area:.3f}. Right: the "
        f"smallest of one sample goes to the smallest of the other, and so on; the mean distance is {area:.3f} too."
    )
    return figure


def scaling(measured):
    """Seconds against size on logarithmic axes, with the exponent that each method's three largest sizes show.

    Args:
        measured: by method, {"n": sizes, "seconds": medians}.
    """
    figure, ax = new_figure(8, 3.8)
    told = []
    for (name, times), (colour, style, marker) in zip(measured.items(), STYLES, strict=False):
        n, seconds = np.array(times["n"]), np.array(times["seconds"])
        exponent = np.polyfit(np.log(n[-3:]), np.log(seconds[-3:]), 1)[0]
        ax.loglog(n, seconds, style, marker=marker, color=colour, label=f"{name}: $n^{{{exponent:.1f}}}$")
        told.append(f"{name} grows like n to the power {exponent:.1f}, {seconds[-1]:.2g} s at n = {n[-1]}")
    ax.set(xlabel="points in each sample, n", ylabel="seconds")
    ax.legend(**LEGEND)
    figure.description = "Time to compute a Wasserstein distance. " + "; ".join(told) + "."
    return figure


def critics(x, densities, best, trained):
    """What several ways to bound a critic make of one problem whose best critic is known.

    Args:
        x: grid, shape (n,).
        densities: (p_data, p_gen) on it.
        best: the best 1-Lipschitz critic on it.
        trained: by name, the trained critic's values on it.
    """
    figure, (left, right) = new_figure(11, 4.2, columns=2, width_ratios=[2, 3])
    left.plot(x, densities[0], color=REAL, label="$p_{data}$")
    left.plot(x, densities[1], "--", color=FAKE, label="$p_{gen}$")
    left.set(xlabel="x", ylabel="density", ylim=(0, 1.3 * np.max(densities)))
    left.legend(**LEGEND, loc="upper right")
    told = []
    seen = sum(densities) > 0.005  # elsewhere the best critic is not determined
    right.plot(x[seen], best[seen] - best[seen].mean(), color="#999999", lw=5, alpha=0.6, label="best")
    for (name, f), (colour, style, _) in zip(trained.items(), STYLES, strict=False):
        right.plot(x, f - f[seen].mean(), style, color=colour, lw=1.8, label=name)
        steep = np.abs(np.gradient(f, x))[seen]
        told.append(f"{name}: slope {np.median(steep):.2f} in the median, {steep.max():.2f} at most")
    right.set(xlabel="x", ylabel="critic, mean taken away")
    right.legend(**LEGEND, loc="center left", bbox_to_anchor=(1, 0.5))
    figure.description = (
        "Left: two densities. Right: the best critic and trained ones. Where the densities are, "
        + "; ".join(told)
        + "."
    )
    return figure


def penalties(measured):
    """What a critic with a penalty claims, and how steep it is, by the penalty's weight: every seed a dot.

    Args:
        measured: by name, {"share": of the exact distance, "slope": its median}, one number a seed each.
    """
    figure, axes = new_figure(11, 3.4, columns=2, sharey=True)
    told = []
    for ax, part in zip(axes, ("share", "slope"), strict=True):
        for row, (of, (colour, _, marker)) in enumerate(zip(measured.values(), STYLES, strict=True)):
            ax.plot(of[part], np.full(len(of[part]), row), marker, color=colour, ms=8, alpha=0.7)
        ax.axvline(1, color=INK, lw=0.8, ls="--")
        ax.set_xscale("symlog", linthresh=1)
        ax.set_xticks([-1, 0, 1, 2, 5, 10], ["−1", "0", "1", "2", "5", "10"])
        ax.minorticks_off()
        ax.set(xlim=(-1.2, 14), ylim=(len(measured) - 0.5, -0.5), yticks=range(len(measured)), yticklabels=measured)
    axes[0].set_xlabel("claimed, as a share of the exact distance")
    axes[1].set_xlabel("slope, the median")
    for name, of in measured.items():
        ends = [f"{part} {min(of[part]):.2f} to {max(of[part]):.2f}" for part in ("share", "slope")]
        told.append(f"{name}: {', '.join(ends)}")
    figure.description = "Critics by their penalty, every seed a dot, 1 is exact. " + "; ".join(told) + "."
    return figure


def tracking(runs):
    """Does a loss tell how good the samples are? Each estimate against the true distance, all moments of all runs.

    Args:
        runs: one a seed; by name of an estimate, a list of (distance, estimate).
    """
    figure, axes = new_figure(11, 3.8, columns=len(runs[0]))
    told = []
    for ax, name in zip(np.ravel(axes), runs[0], strict=True):
        ranks = []
        for run, (colour, _, marker) in zip(runs, [*STYLES, ("#56b4e9", "-", "v")], strict=False):
            distance, estimate = np.array(run[name]).T
            ax.plot(distance, estimate, marker, color=colour, ms=4, alpha=0.7)
            ranks.append(np.corrcoef(*(np.argsort(np.argsort(v)) for v in (distance, estimate)))[0, 1])
        ax.axhline(0, color=INK, lw=0.6)
        ax.set(xlabel="W₁ of 512 samples to the data", xscale="log")
        ax.set_xticks([0.1, 0.2, 0.5, 1], ["0.1", "0.2", "0.5", "1"])
        ax.minorticks_off()
        ax.set_title(name, fontsize=12, loc="left")
        told.append(f"{name}, rank correlation {min(ranks):.2f} to {max(ranks):.2f}")
    np.ravel(axes)[0].set_ylabel("estimate")
    figure.description = (
        f"Estimates against the true distance, every moment of {len(runs)} runs, a colour each: "
        + "; ".join(told)
        + "."
    )
    return figure
