"""The figures of lecture 15: what was asked for and what came, solids, flights, and what an edit costs."""

import matplotlib
import numpy as np
import torch
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from gancourse.plots import FAKE, INK, JUDGE, LEGEND, REAL, STYLE, new_figure

DEEP = (0.45, 0.32)  # how far to the right and up a voxel's depth goes on the page
SERIES = ((FAKE, "^"), (JUDGE, "s"), (REAL, "o"), (INK, "x"))  # colours and markers, one for each set compared


def compared(table, label, title=None, limits=(-0.03, 1.03)):
    """Sets compared, one row of the figure for each measure: a point for every seed.

    Args:
        table: by set, by measure, its values, a list with one for each seed.
        label: what the values are, with their unit.
        title: over it.
        limits: of the values.
    """
    measures = list(next(iter(table.values())))
    figure, ax = new_figure(8, 0.36 * len(measures) + 1.35)
    told = []
    for (name, values), (colour, marker) in zip(table.items(), SERIES, strict=False):
        for i, measure in enumerate(measures):
            points = values.get(measure, [])
            ax.plot(points, [i] * len(points), marker, color=colour, ms=7, alpha=0.8, label=name if not i else None)
        means = {m: np.mean(values[m]) for m in measures if m in values}
        told.append(f"{name}: " + ", ".join(f"{m} {mean:.2f}" for m, mean in means.items()))
    ax.set(xlabel=label, ylim=(len(measures) - 0.5, -0.5), xlim=limits)
    ax.set_yticks(range(len(measures)), measures)
    ax.grid(axis="y", alpha=0.3)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(table), **LEGEND)
    if title:
        figure.suptitle(title, fontsize=12)
    figure.description = f"{label}; means over seeds. " + ". ".join(told) + "."
    return figure


def solids(named, description, colours=None):
    """Rows of shapes of voxels, seen from the front, from the right and from above.

    Args:
        named: pairs of a name and voxels, full where above 0, shape (k, size, size, size), k at most 8.
        description: what it shows, in words.
        colours: of the rows; all that of made ones if not given.
    """
    columns, size = max(len(x) for _, x in named), named[0][1].shape[-1]
    wide, high = size * (1 + DEEP[0]) + 2, size * (1 + DEEP[1]) + 1
    with matplotlib.rc_context(fname=STYLE):
        names = 0.2 + 0.115 * max(len(name) for name, _ in named)  # inches that they need
        figure = Figure(figsize=(1.35 * columns + names, 1.25 * len(named)))
    ax = figure.add_axes((names / figure.get_figwidth(), 0, 1 - names / figure.get_figwidth(), 1))
    for i, (name, x) in enumerate(named):
        figure.text(0.01, 1 - (i + 0.5) / len(named), name, fontsize=14, va="center")
        colour = np.array(to_rgb((colours or [FAKE] * len(named))[i]))
        for k, solid in enumerate(torch.as_tensor(x)):
            corners, shades = _faces((solid > 0).cpu().numpy())
            corners += np.array([k * wide, (len(named) - 1 - i) * high])
            shades = shades[:, None]
            faces = colour * np.minimum(shades, 1) + (1 - colour) * np.maximum(shades - 1, 0)
            ax.add_collection(PolyCollection(corners, facecolors=faces, edgecolors=INK, linewidths=0.2))
    ax.set(xlim=(-1, columns * wide), ylim=(-1, len(named) * high), aspect="equal", anchor="W")
    ax.axis("off")
    figure.description = description
    return figure


def _faces(full):
    """Corners on the page, (m, 4, 2), and shades, (m,), of the faces of voxels that one may see, farthest first.

    Args:
        full: bool, (up, back, across).
    """
    padded = np.pad(full, 1)
    open_to = {"front": ~padded[1:-1, :-2, 1:-1], "top": ~padded[2:, 1:-1, 1:-1], "right": ~padded[1:-1, 1:-1, 2:]}
    kinds = (
        ("right", ((0, 0, 1), (0, 1, 1), (1, 1, 1), (1, 0, 1)), 0.6),
        ("top", ((1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0)), 1.45),
        ("front", ((0, 0, 0), (0, 0, 1), (1, 0, 1), (1, 0, 0)), 1.0),
    )
    corners, shades, order = [], [], []
    for number, (kind, square, shade) in enumerate(kinds):
        voxels = np.argwhere(full & open_to[kind])
        points = voxels[:, None] + np.array(square)  # up, back, across
        corners.append(
            np.stack([points[..., 2] + DEEP[0] * points[..., 1], points[..., 0] + DEEP[1] * points[..., 1]], 2)
        )
        shades.append(np.full(len(voxels), shade))
        order.append(np.column_stack([-voxels[:, 1], voxels[:, 2], voxels[:, 0], np.full(len(voxels), number)]))
    order = np.concatenate(order)
    drawn = np.lexsort(order.T[::-1])
    return np.concatenate(corners)[drawn], np.concatenate(shades)[drawn]


def flights(named):
    """Where the ball is in each frame, and the throw that fits best.

    Args:
        named: by name, positions of shape (k, frames, 2), from the left and from the top as shares of the side.
    """
    from gancourse.metrics.motion import flight

    figure, axes = new_figure(3.2 * len(named), 3.4, columns=len(named), sharey=True, squeeze=False)
    told = []
    for ax, (name, positions) in zip(axes[0], named.items(), strict=True):
        positions = torch.as_tensor(positions)
        whole = positions[positions.isfinite().all(dim=2).all(dim=1)]
        for path, colour in zip(whole.numpy(), (REAL, FAKE, JUDGE, INK), strict=False):
            ax.plot(path[:, 0], path[:, 1], "o", color=colour, ms=6, alpha=0.85)
            t, fine = np.linspace(0, 1, len(path)), np.linspace(0, 1, 50)
            ax.plot(*(np.polyval(np.polyfit(t, values, 2), fine) for values in path.T), "-", color=colour, lw=1)
        ax.set(xlim=(0, 1), ylim=(1, 0), aspect="equal", xlabel="across, sides of the picture", title=name)
        off = flight(whole)[0].mean() if len(whole) else float("nan")
        told.append(f"{name}: {len(whole)} whole flights, {float(off):.3f} sides off the best throw")
    axes[0][0].set_ylabel("down, sides")
    figure.description = "Centres of the ball in each frame, with the throws that fit best. " + "; ".join(told) + "."
    return figure


def trade(factors):
    """What an edit brings, against what it changes besides: a point for each factor and seed.

    Args:
        factors: by factor, by kind of direction, {"rise": a list, "drift": a list}, as the record has them.
    """
    figure, ax = new_figure(8, 3.9)
    kinds = list(next(iter(factors.values())))
    told = []
    for kind, (colour, marker) in zip(kinds, SERIES, strict=False):
        rise = [value for found in factors.values() for value in found[kind]["rise"]]
        drift = [value for found in factors.values() for value in found[kind]["drift"]]
        ax.plot(drift, rise, marker, color=colour, ms=7, alpha=0.75, label=kind)
        told.append(f"{kind}: wanted {np.mean(rise):.2f}, others {np.mean(drift):.2f}")
    ax.axhline(0, color=INK, lw=0.8)
    ax.set(xlabel="mean change of all other factors", ylabel="rise of the wanted factor\n[standard deviations]")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), **LEGEND)
    figure.description = "Means over factors and seeds, by kind of direction. " + "; ".join(told) + "."
    return figure
