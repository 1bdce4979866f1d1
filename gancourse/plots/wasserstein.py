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
    left.step(order_x, share, where="post", color=REAL, label="x")
    left.step(order_y, share, where="post", color=FAKE, ls="--", label="y")
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


def critics(x, densities, best, trained, weights):
    """What three ways to bound a critic make of one problem whose best critic is known.

    Args:
        x: grid, shape (n,).
        densities: (p_data, p_gen) on it.
        best: the best 1-Lipschitz critic on it.
        trained: by name, the trained critic's values on it.
        weights: by name, all of its weights.
    """
    figure, axes = new_figure(11, 4.2, columns=3)
    axes[0].plot(x, densities[0], color=REAL, label="$p_{data}$")
    axes[0].plot(x, densities[1], "--", color=FAKE, label="$p_{gen}$")
    axes[0].set(xlabel="x", ylabel="density")
    told = []
    seen = sum(densities) > 0.005  # elsewhere the best critic is not determined
    axes[1].plot(x[seen], best[seen] - best[seen].mean(), color="#999999", lw=5, alpha=0.6, label="best")
    for (name, f), (colour, style, _) in zip(trained.items(), STYLES, strict=False):
        axes[1].plot(x, f - f[seen].mean(), style, color=colour, lw=1.8, label=name)
        counts, edges = np.histogram(weights[name] / np.abs(weights[name]).max(), bins=21, range=(-1, 1))
        axes[2].plot((edges[1:] + edges[:-1]) / 2, counts / counts.sum(), style, color=colour, lw=1.8)
        steep = np.abs(np.gradient(f, x))[seen]
        told.append(f"{name}: slope {np.median(steep):.2f} in the median, {steep.max():.2f} at most")
    axes[1].set(xlabel="x", ylabel="critic, mean taken away")
    handles = axes[0].get_lines() + axes[1].get_lines()
    figure.legend(handles=handles, loc="outside lower center", **LEGEND, ncols=len(handles))
    axes[2].set(xlabel="weight, as a share of the largest", ylabel="share of the weights, per bin")
    figure.description = (
        "Left: two densities. Middle: the best critic and trained ones. Right: how their weights are spread. Where the "
        "densities are, " + "; ".join(told) + "."
    )
    return figure


def tracking(steps, distance, curves):
    """Does a loss tell how good the samples are? Losses and the true distance over one run.

    Args:
        steps, distance: shape (s,).
        curves: by name, a loss, shape (s,).
    """
    figure, axes = new_figure(10, 3.6, columns=2)
    told = []
    axes[0].plot(steps, distance / distance.max(), color="#999999", lw=5, alpha=0.6, label="distance of 512 samples")
    for (name, values), (colour, style, marker) in zip(curves.items(), STYLES, strict=False):
        rank = np.corrcoef(*(np.argsort(np.argsort(v)) for v in (values, distance)))[0, 1]
        axes[0].plot(steps, values / np.abs(values).max(), style, color=colour, lw=1.8, label=name)
        axes[1].plot(distance, values / np.abs(values).max(), marker, color=colour, ms=5, alpha=0.8)
        told.append(f"{name} has rank correlation {rank:.2f}")
    axes[0].set(xlabel="step", ylabel="share of its largest value")
    axes[1].set(xlabel="Wasserstein distance of 512 samples", ylabel="share of its largest value")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", **LEGEND, ncols=3)
    figure.description = (
        "Losses against the true distance between samples and data, over one run: " + "; ".join(told) + "."
    )
    return figure
