"""The figures of lecture 08."""

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


def spectra(named):
    """Pictures, and beneath each the mean power spectrum of its kind: at the rim what alternates from pixel to pixel.

    Args:
        named: pairs of a name and images, shape (n, 1, H, W) in [−1, 1] with even H and W; the first is shown.
    """
    figure, axes = new_figure(1.75 * len(named), 4.2, columns=len(named), rows=2)
    told = []
    for (name, x), (above, below) in zip(named, axes.T, strict=True):
        centred = x.double() - x.double().mean(dim=(2, 3), keepdim=True)
        power = (torch.fft.fft2(centred).abs() ** 2).mean(dim=(0, 1))
        first = x[0, 0] - x[0, 0].min()
        above.imshow((first / first.max()).numpy(), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        above.set_title(name, fontsize=12)
        share = torch.fft.fftshift(power / power.sum()).numpy()
        below.imshow(np.log10(share + 1e-12), cmap="cividis", vmin=-6, vmax=-1, interpolation="nearest")
        below.set_xlabel(f"{weave(x):.1%} at the rim", fontsize=12)
        told.append(f"{name} {weave(x):.1%}")
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
    axes[0, 0].set_ylabel("an image", fontsize=12)
    axes[1, 0].set_ylabel("power by frequency", fontsize=12)
    figure.description = "Share of the power that alternates from pixel to pixel: " + "; ".join(told) + "."
    return figure
