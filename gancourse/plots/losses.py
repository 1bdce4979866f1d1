"""The figures of lecture 06: what two more losses pull on, and what BEGAN's controller does."""

import numpy as np

from gancourse.plots import FAKE, INK, JUDGE, LEGEND, REAL, new_figure
from gancourse.plots.wasserstein import STYLES


def pulls(logit, by_loss, points, labels, boundaries):
    """Least squares against the sigmoid's cross-entropy: what a fake pays, and where a linear boundary lies.

    Args:
        logit: shape (n,).
        by_loss: by name, |dL_G/dlogit| at each.
        points: shape (m, 2), with `labels` 1 for real and 0 for generated, shape (m,).
        boundaries: by name (a, b, c), the line a x + b y + c = 0.
    """
    figure, (left, right) = new_figure(10, 3.8, columns=2)
    for (name, pull), (colour, style, _) in zip(by_loss.items(), STYLES, strict=False):
        left.plot(logit, pull, style, color=colour, label=name, lw=1.8)
    for (colour, style, _), boundary in zip(STYLES, (0, 0.5), strict=False):
        left.axvline(boundary, color=colour, ls=style, lw=0.6)  # where either calls a point real
    left.set(xlabel="what D says of a fake (found out on the left)", ylabel="|dL/dD|, per fake")
    for value, colour, marker, label in ((1, REAL, "o", "real"), (0, FAKE, "^", "generated")):
        right.plot(*points[labels == value].T, marker, color=colour, ms=4, alpha=0.7, label=label)
    span = np.array([points[:, 0].min(), points[:, 0].max()])
    for (a, b, c), (colour, style, _) in zip(boundaries.values(), STYLES, strict=False):
        right.plot(span, -(c + a * span) / b, style, color=colour, lw=1.8)
    right.set(xlabel="$x_1$", ylabel="$x_2$", ylim=(points[:, 1].min() - 0.5, points[:, 1].max() + 0.5))
    handles = [*left.get_lines()[: len(by_loss)], *right.get_lines()[:2]]
    figure.legend(handles=handles, loc="outside lower center", **LEGEND, ncols=4)
    last = "; ".join(f"{name} {pull[-1]:.3f}" for name, pull in by_loss.items())
    angles = "; ".join(f"{n} {np.degrees(np.arctan2(-a, b)):.0f}°" for n, (a, b, c) in boundaries.items())
    figure.description = (
        f"Left: what a fake's logit is pulled with by either loss; for fakes taken for real, D = {logit[-1]:.0f}, "
        f"{last}. Right: points, some real ones far beyond the others; both decision boundaries, at angles {angles}."
    )
    return figure


def balance(steps, k, convergence, distance, real, fake):
    """A BEGAN's run: the controller k, its measure of convergence beside the true distance, and where it ended.

    Args:
        steps, k, convergence, distance: shape (s,).
        real, fake: samples, shape (n, 2).
    """
    figure, axes = new_figure(11, 3.6, columns=3, width_ratios=[1, 1.2, 1])
    axes[0].plot(steps, k, color=INK)
    axes[0].set(xlabel="step", ylabel="$k_t$", ylim=(0, max(1.1 * k.max(), 0.01)))
    axes[1].plot(steps, convergence / convergence.max(), color=JUDGE, ls=":", lw=2.4, label="measure of convergence M")
    axes[1].plot(steps, distance / distance.max(), color=INK, label="Wasserstein distance")
    axes[1].set(xlabel="step", ylabel="share of its largest value", ylim=(0, 1.25))
    axes[1].legend(loc="upper right", **LEGEND)
    axes[2].plot(*real.T, "o", color=REAL, ms=3, alpha=0.4, label="real")
    axes[2].plot(*fake.T, "^", color=FAKE, ms=4, alpha=0.6, label="generated")
    axes[2].set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    axes[2].legend(loc="center", **LEGEND)
    figure.description = (
        f"Left: BEGAN's balance k, {k.max():.2f} at most and {k[-1]:.2f} at the end. Middle: its measure of "
        f"convergence falls from {convergence.max():.2f} to {convergence[-1]:.2f}, the Wasserstein distance from "
        f"{distance[0]:.2f} to {distance[-1]:.2f}. Right: real samples on a ring, and the last generated ones."
    )
    return figure
