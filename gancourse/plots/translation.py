"""The figures of lectures 12 and 13: from image to image, with pairs and without."""

import numpy as np
import torch
from torch.nn.functional import avg_pool2d, interpolate

from gancourse.data.images import to_float
from gancourse.plots import FAKE, INK, JUDGE, LEGEND, REAL, colour_bar, mean_and_error, new_figure
from gancourse.plots.images import GAP, rows, tile

MOST = 0.9  # of a gradient: the square that holds so much is called the effective receptive field
AMPLIFIED = 2  # how many times a difference is shown
LEVELS = (2, 5, 10, 20, 50, 100)  # grey levels, marked on a logarithmic axis


def receptive_fields(image, fields, names):
    """A picture, and over it to scale the square that one logit of each of several PatchGANs sees.

    Args:
        image: shape (C, H, W) in [−1, 1].
        fields: the sides of the squares in pixels, as `games.patch.receptive_field` gives them.
        names: one for each.
    """
    picture, side = tile(image[None], 1), image.shape[-1]
    figure, axes = new_figure(2.1 * len(fields), 2.9, columns=len(fields), squeeze=False)
    margin = max(0, max(fields) - side) / 2 + 1.5  # a field may be larger than the picture
    told = []
    for ax, field, name in zip(axes[0], fields, names, strict=True):
        ax.imshow(picture, interpolation="nearest", extent=(0, side, side, 0))
        start = side // 2 - field // 2
        _outline(ax, start, start, field)
        ax.set(xlim=(-margin, side + margin), ylim=(side + margin, -margin), xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        ax.set_facecolor("#dddddd")  # beyond the edge there is only padding
        ax.set_title(name, fontsize=12)
        ax.set_xlabel(f"{field} × {field} pixels\n{field / side:.0%} of the side", fontsize=11)
        told.append(f"{name} {field} × {field} pixels, {field / side:.0%} of the side")
    figure.description = f"What one logit sees of a picture of {side} pixels: " + "; ".join(told) + "."
    return figure


def _outline(ax, left, top, side, style="-", colour=INK):
    """A square's outline in two colours, one of which is seen on any ground."""
    corners = [left, left + side, left + side, left, left], [top, top, top + side, top + side, top]
    ax.plot(*corners, color="white", lw=4, solid_joinstyle="miter")
    return ax.plot(*corners, style, color=colour, lw=1.8, solid_joinstyle="miter")[0]


def field_map(gradient_magnitude, field):
    """How much one logit depends on each pixel: the square of the theory, and the one that holds most of it.

    The effective receptive field is smaller than the theory's (Luo et al. 2016); and a norm that averages over the
    whole image lets a little in from everywhere.

    Args:
        gradient_magnitude: |∂D/∂x| of one logit, summed over channels, shape (H, W).
        field: the receptive field in theory, pixels.
    """
    magnitude = torch.as_tensor(gradient_magnitude).detach().double().cpu()
    magnitude = magnitude / magnitude.sum()
    side = min(magnitude.shape)
    left, top, inside = _richest(magnitude, min(field, side))
    for effective in range(1, side + 1):
        *corner, share = _richest(magnitude, effective)
        if share >= MOST:
            break
    figure, ax = new_figure(4.4, 3.2)
    picture = ax.imshow(
        (magnitude / magnitude.max()).numpy(), cmap="cividis", extent=(0, magnitude.shape[1], len(magnitude), 0)
    )
    theory = _outline(ax, left, top, min(field, side))
    measured = _outline(ax, *corner, effective, "--", FAKE)
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    colour_bar(picture, ax, "gradient, share of the largest", shrink=0.9)
    labels = (
        f"theory: {field} pixels, with {inside:.1%} of the gradient",
        f"effective: {effective} pixels, with {share:.1%}",
    )
    figure.legend((theory, measured), labels, loc="outside lower center", **LEGEND)
    figure.description = (
        f"Where one logit's gradient lies in a picture of {side} pixels: {inside:.1%} of it in the {field} × {field} "
        f"pixels of the theory, and {share:.1%} in {effective} × {effective}."
    )
    return figure


def _richest(magnitude, side):
    """Left, top and share of the square of `side` pixels that holds most of a map."""
    held = avg_pool2d(magnitude[None], side, 1)[0] * side**2
    top, left = divmod(int(held.argmax()), held.shape[1])
    return left, top, float(held.max())


def sweep(rows, label="layout recovered [%]", real=None):
    """How good and how fast a system is with PatchGANs that see more or less; every run is a point.

    Args:
        rows: for each receptive field a dict: "field" in pixels, "accuracy", a list of shares, one per run, and
            "images_per_second", likewise.
        label: of the accuracy.
        real: the accuracy on real images, if known: a line.
    """
    rows = sorted(rows, key=lambda row: row["field"])
    fields = [row["field"] for row in rows]
    figure, axes = new_figure(9, 3.2, columns=2)
    panels = ("accuracy", 100, label, REAL, "o"), ("images_per_second", 1, "images a second", JUDGE, "s")
    means = []
    for ax, (key, times, name, colour, marker) in zip(axes, panels, strict=True):
        for row in rows:
            values = times * np.asarray(row[key])
            beside = row["field"] * np.linspace(0.94, 1.06, len(values))  # equal ones would hide each other
            ax.plot(beside, values, marker, color=colour, ms=6, alpha=0.6)
        means.append([times * mean_and_error(row[key])[0] for row in rows])
        ax.plot(fields, means[-1], "-", color=colour, lw=2)
        ax.set(xscale="log", xlabel="receptive field [pixels]", ylabel=name)
        ax.set_xticks(fields, fields)
        ax.minorticks_off()
    axes[1].set_ylim(0, None)
    if real is not None:
        axes[0].axhline(100 * real, color=INK, lw=1.2, ls="--", label="real images")
        axes[0].legend(**LEGEND)
    told = [f"{f} pixels {a:.1f} and {s:.0f}" for f, a, s in zip(fields, *means, strict=True)]
    figure.description = f"Means of {label} and of images a second, by receptive field: " + "; ".join(told) + "."
    return figure


def ablation(panels, copied):
    """Errors of several variants on logarithmic axes: every run is a point.

    Args:
        panels: by what the error is of, the variants' errors in grey levels: by name, one per run.
        copied: the error of a copy of the input, by panel where there is one: a line.
    """
    figure, axes = new_figure(3.4 * len(panels) + 1, 3.2, columns=len(panels), sharey=True, squeeze=False)
    told = []
    for ax, (of, named) in zip(axes[0], panels.items(), strict=True):
        for row, runs in enumerate(named.values()):
            ax.plot(runs, np.full(len(runs), row), "^", color=FAKE, ms=8, alpha=0.7)
        ax.set(xscale="log", xlim=(1.5, 200), xlabel=f"{of} [grey levels]")
        ax.set_xticks(LEVELS, LEVELS)
        ax.minorticks_off()
        said = "; ".join(f"{name} {', '.join(f'{run:.1f}' for run in runs)}" for name, runs in named.items())
        if of in copied:
            ax.axvline(copied[of], color=INK, lw=1.2, ls="--", label="a copy of the input")
            said += f"; a copy of the input {copied[of]:.1f}"
        told.append(f"{of}: {said}")
    axes[0, 0].set_yticks(range(len(named)), named)
    axes[0, 0].set_ylim(len(named) - 0.5, -0.5)
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper right", **LEGEND)
    figure.description = "Errors in grey levels, one for each run, " + ". ".join(told) + "."
    return figure


def zoomed(named, box):
    """Rows of images with a name before each; beside every image, magnified, the square that is outlined in it.

    Args:
        named: pairs of a name and images, shape (k, C, H, W) in [−1, 1], the true ones last.
        box: left, top and side of the square, pixels.
    """
    left, top, side = box
    size = named[0][1].shape[-1]
    truth = named[-1][1].float().cpu()
    parts, told = [], []
    for name, x in named:
        x = x.float().cpu()
        inset = interpolate(x[..., top : top + side, left : left + side], x.shape[2:])
        parts.append((name, torch.stack([x, inset], dim=1).flatten(0, 1)))
        inside = (x - truth)[..., top : top + side, left : left + side]
        told.append(f"{name} {_levels(x - truth):.1f} and {_levels(inside):.1f}")
    description = (
        f"Images, and a square of {side} pixels of each magnified; mean difference from the last row in grey "
        f"levels, in the whole image and in the square: " + "; ".join(told[:-1]) + "."
    )
    figure = rows(parts, description=description)
    figure.axes[0].autoscale(False)
    for row in range(len(parts)):
        for column in range(0, len(parts[row][1]), 2):
            corner = column * (size + GAP) + left - 0.5, row * (size + GAP) + top - 0.5
            _outline(figure.axes[0], *corner, side)
    return figure


def _levels(difference):
    """The mean size of a difference of images in [−1, 1], in grey levels of 256."""
    return 127.5 * float(difference.abs().mean())


def layouts(x):
    """Layouts as pictures: the ground in its colour, and each object's pixels in the object's.

    Args:
        x: shape (n, 15, H, W) in [−1, 1], as `pairs.planes` and `data.to_float` make them.

    Returns:
        Shape (n, 3, H, W) in [−1, 1].
    """
    from gancourse.data.worlds.shapes import BACKGROUNDS, COLOURS

    palette = to_float(torch.tensor([*BACKGROUNDS.values(), *COLOURS.values()], device=x.device))
    which = torch.cat([x[:, : len(BACKGROUNDS)], x[:, -len(COLOURS) :]], dim=1).argmax(dim=1)
    return palette[which].permute(0, 3, 1, 2)


def rendered(scenes, render):
    """Scenes as layouts, and what a model makes of those.

    Args:
        scenes: `Scenes`.
        render: from layouts, shape (n, 15, H, W) in [−1, 1], to images, shape (n, 3, H, W) in [−1, 1].

    Returns:
        Both as pictures, shape (n, 3, H, W) in [−1, 1], on the CPU.
    """
    from gancourse.data.pairs import planes

    x = to_float(planes(scenes))
    return layouts(x).cpu(), render(x).float().cpu()


def painted(scenes, render):
    """Layouts above a model's renderings of them. Arguments as for `rendered`."""
    told = "; ".join(scenes.captions())
    named = zip(("layout", "rendering"), rendered(scenes, render), strict=True)
    description = f"Layouts, and what the model makes of each: {told}."
    return rows(list(named), description=description)


def cycles(x, snapshot, shown=8):
    """Images, their translations, what comes back of those, and the difference, which is grey where there is none.

    Args:
        x: the images, shape (n, C, H, W) in [−1, 1], as `history.first_real()` has them.
        snapshot: of a `CycleGAN`'s history.
        shown: how many images, at most.
    """
    made, back = snapshot.samples.float().cpu().unflatten(0, (-1, 2)).unbind(dim=1)
    n = min(shown, len(x), len(made))
    x, made, back = x[:n].float().cpu(), made[:n], back[:n]
    difference = (AMPLIFIED * (back - x)).clamp(-1, 1)
    named = ("input", x), ("translation", made), ("back again", back), (f"back − input, × {AMPLIFIED}", difference)
    description = (
        f"Step {snapshot.step}: {n} images, their translations, and what comes back, which differs from the images by "
        f"{_levels(back - x):.1f} grey levels of 256 on average; the translations differ by {_levels(made - x):.1f}."
    )
    return rows(named, description=description)
