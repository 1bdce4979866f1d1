"""The figures of lecture 08."""

import numpy as np
import torch

from gancourse.plots import FAKE, INK, LEGEND, REAL, new_figure


def guidelines(measured):
    """What each guideline is worth: Fréchet distances of every variant and seed.

    Args:
        measured: of `benchmarks/guidelines.py`.
    """
    results = measured["results"]
    figure, ax = new_figure(8.4, 0.42 * len(results) + 1.1)
    whole = np.median(results["all guidelines"])
    for row, values in enumerate(results.values()):
        marker, colour = ("o", REAL) if row == 0 else ("^", FAKE)
        apart = row + np.linspace(-0.15, 0.15, len(values))  # of seeds that would hide each other
        ax.plot(values, apart, marker, color=colour, ms=7, mfc="none", mew=1.5)
    ax.axvline(whole, color=REAL, lw=1)
    ax.set_yticks(range(len(results)), results)
    ax.invert_yaxis()
    ax.set(xscale="log", xlabel=f"Fréchet distance after {measured['steps']} steps (smaller is better, log scale)")
    ticks = [t for t in (5, 10, 20, 50, 100, 200, 500, 1000, 2000) if ax.get_xlim()[0] <= t <= ax.get_xlim()[1]]
    ax.set_xticks(ticks, map(str, ticks))
    ax.set_xticks([], minor=True)
    ax.set_title(
        f"one guideline broken at a time, {len(results['all guidelines'])} seeds each", fontsize=12, loc="left"
    )
    figure.description = "Fréchet distances: " + "; ".join(
        f"{name}: {', '.join(f'{v:.0f}' for v in values)}" for name, values in results.items()
    )
    return figure


def speed(measured):
    """The Fréchet distance over the seconds of training, of the plain recipe and the course's; a thin line a seed.

    Args:
        measured: of `benchmarks/dcgan_speed.py cpu`.
    """
    figure, ax = new_figure(7.5, 3.6)
    told = []
    for name, colour, style in (("plain", FAKE, "--"), ("course", REAL, "-")):
        for run in measured[name]:
            (line,) = ax.plot(*zip(*run["curve"], strict=True), style, color=colour, lw=1)
        line.set_label(f"{name} recipe")
        last = [run["curve"][-1][0] for run in measured[name]]
        told.append(f"the {name} recipe after {', '.join(f'{s:.0f}' for s in last)} s")
    for target in measured["targets"]:
        ax.axhline(target, color=INK, lw=0.6, alpha=0.5)
    ax.set(xlabel="time of training [s]", ylabel="Fréchet distance (log scale)", yscale="log", xlim=(0, None))
    ticks = sorted({*measured["targets"], 50.0, 100.0})
    ax.set_yticks(ticks, [f"{t:g}" for t in ticks])
    ax.set_yticks([], minor=True)
    ax.legend(**LEGEND)
    figure.description = f"Fréchet distances that fall over time; below {min(measured['targets']):g} " + ", ".join(told)
    return figure


def gains(measured):
    """How much sooner the course's recipe is at each target, and the two factors of it.

    Args:
        measured: of `benchmarks/dcgan_speed.py cpu`, where every run reached every target.

    Returns:
        By target, three lists with a ratio for each seed, plain over course: seconds, steps, and seconds a step.
    """
    result = {}
    for target in map(str, measured["targets"]):
        ratios = []
        for pair in zip(measured["plain"], measured["course"], strict=True):
            seconds = [run["reached"][target] for run in pair]
            looks = [[s for s, _ in run["curve"]].index(run["reached"][target]) + 1 for run in pair]  # at equal steps
            sooner, fewer = seconds[0] / seconds[1], looks[0] / looks[1]
            ratios.append((sooner, fewer, sooner / fewer))
        result[float(target)] = list(map(list, zip(*ratios, strict=True)))
    return result


def coverage(kernel, inputs=8, stride=2):
    """How many kernels of a transposed convolution cover each output pixel, in one dimension."""
    ones = torch.ones(1, 1, inputs)
    return torch.nn.functional.conv_transpose1d(ones, torch.ones(1, 1, kernel), stride=stride).flatten().numpy()


def overlaps(kernels):
    """Bars: how many input pixels paint each output pixel, for kernels of several sizes and stride 2."""
    figure, axes = new_figure(9, 2.6, columns=len(kernels), sharey=True)
    said = []
    for ax, kernel in zip(axes, kernels, strict=True):
        counts = coverage(kernel)
        inner = counts[kernel:-kernel]
        even = inner.min() == inner.max()
        ax.bar(
            range(len(counts)),
            counts,
            color=REAL if even else FAKE,
            hatch=None if even else "//",
            edgecolor=INK,
            lw=0.4,
        )
        ax.set_title(f"kernel {kernel}: {'even' if even else 'uneven'}", fontsize=12, loc="left")
        ax.set(xlabel="output pixel", yticks=[0, 1, 2, 3])
        said.append(f"kernel {kernel}: {' '.join(str(int(c)) for c in counts)}")
    axes[0].set_ylabel("times painted")
    figure.description = "Times each output pixel is painted; " + "; ".join(said) + "."
    return figure


def weave(x):
    """The share of images' power that alternates from pixel to pixel, down, across or both.

    Args:
        x: shape (n, C, H, W) with even H and W.

    Returns:
        A number from 0 to 1: power at the highest frequency of either direction, over all but that of the mean.
    """
    spectrum = torch.fft.fft2(x.double() - x.double().mean(dim=(2, 3), keepdim=True)).abs() ** 2
    height, width = x.shape[2] // 2, x.shape[3] // 2
    fastest = spectrum[..., height, :].sum() + spectrum[..., :, width].sum() - spectrum[..., height, width].sum()
    return float(fastest / spectrum.sum())
