"""The figures of lecture 07."""

import numpy as np
import torch

from gancourse.plots import FAKE, INK, REAL, new_figure


def guidelines(measured):
    """What each guideline is worth: Fréchet distances of every variant and seed.

    Args:
        measured: of `benchmarks/guidelines.py`.
    """
    results = measured["results"]
    figure, ax = new_figure(8.4, 0.42 * len(results) + 1.1)
    whole = np.median(results["all guidelines"])
    for row, values in enumerate(results.values()):
        ax.plot(values, np.full(len(values), row), "o" if row == 0 else "^", color=REAL if row == 0 else FAKE, ms=7)
    ax.axvline(whole, color=REAL, lw=1)
    ax.set_yticks(range(len(results)), results)
    ax.invert_yaxis()
    ax.set(xscale="log", xlabel=f"Fréchet distance after {measured['steps']} steps (smaller is better, log scale)")
    ticks = [t for t in (5, 10, 20, 50, 100, 200, 500, 1000, 2000) if ax.get_xlim()[0] <= t <= ax.get_xlim()[1]]
    ax.set_xticks(ticks, map(str, ticks))
    ax.set_xticks([], minor=True)
    ax.set_title(
        f"one guideline broken at a time, {len(results['all guidelines'])} seeds each", fontsize=11, loc="left"
    )
    figure.description = "Fréchet distances: " + "; ".join(
        f"{name}: {', '.join(f'{v:.0f}' for v in values)}" for name, values in results.items()
    )
    return figure


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
        ax.set_title(f"kernel {kernel}: {'even' if even else 'uneven'}", fontsize=11, loc="left")
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
