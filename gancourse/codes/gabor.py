"""What an atom is tuned to: a Gabor function fitted to it, as to the simple cells of V1 (Jones & Palmer 1987)."""

from typing import NamedTuple

import numpy as np
from scipy.optimize import least_squares


class Gabor(NamedTuple):
    """A Gabor function and how well it fits.

    Attributes:
        x, y: its centre, in pixels from the left and from the top.
        orientation: of its stripes, in degrees from the horizontal, 0 to 180, counted against the clock as seen.
        frequency: cycles a pixel.
        width, length: standard deviations of its envelope across and along its stripes, in pixels.
        explained: the share of the atom's sum of squares that it explains, at most 1.
    """

    x: float
    y: float
    orientation: float
    frequency: float
    width: float
    length: float
    explained: float


def gabor(size, x, y, angle, frequency, width, length):
    """Its even and its odd part on a grid of pixels, shape (2, size, size).

    Args:
        size: pixels a side.
        x, y: the centre, in pixels.
        angle: of the wave's direction, in radians, rows counted downwards.
        frequency: cycles a pixel.
        width, length: standard deviations along the wave and across it.
    """
    down, right = np.mgrid[:size, :size]
    along = (right - x) * np.cos(angle) + (down - y) * np.sin(angle)
    across = (down - y) * np.cos(angle) - (right - x) * np.sin(angle)
    envelope = np.exp(-((along / width) ** 2 + (across / length) ** 2) / 2)
    return envelope * np.stack([np.cos(2 * np.pi * frequency * along), np.sin(2 * np.pi * frequency * along)])


def fit_gabor(atom):
    """The Gabor function with the least squared error to an atom; amplitude and phase are solved for exactly.

    Args:
        atom: shape (size, size), or (size²,).

    Returns:
        `Gabor`.

    Raises:
        ValueError: it is no square.
    """
    atom = np.asarray(atom, dtype=float)
    size = round(atom.size**0.5)
    if size * size != atom.size:
        raise ValueError(f"the atom has shape {atom.shape}; it needs (size, size) or (size²,).")
    atom = atom.reshape(size, size)
    best = _improved(atom, _start(atom))
    x, y, angle, frequency, width, length = best.x
    explained = 1 - 2 * best.cost / max((atom**2).sum(), 1e-12)
    return Gabor(x, y, (90 - np.degrees(angle)) % 180, frequency, width, length, explained)


def _start(atom, pad=32):
    """From where to search: the strongest frequency, at the centre of the atom's energy."""
    size = len(atom)
    power = np.abs(np.fft.rfft2(atom, (pad, pad)))
    row, column = np.unravel_index(power.argmax(), power.shape)
    fy, fx = np.fft.fftfreq(pad)[row], np.fft.rfftfreq(pad)[column]
    energy = atom**2 / max((atom**2).sum(), 1e-12)
    down, right = np.mgrid[:size, :size]
    x, y = (energy * right).sum(), (energy * down).sum()
    angle, frequency = np.arctan2(fy, fx), np.clip(np.hypot(fx, fy), 0.03, 0.45)
    return x, y, angle, frequency, 1.5, 3.0


def _improved(atom, start):
    size = len(atom)

    def residual(p):
        basis = gabor(size, *p).reshape(2, -1).T
        amplitudes = np.linalg.lstsq(basis, atom.ravel(), rcond=None)[0]
        return basis @ amplitudes - atom.ravel()

    low = (-2, -2, -np.inf, 0.01, 0.5, 0.5)
    high = (size + 1, size + 1, np.inf, 0.5, size, 2 * size)
    return least_squares(residual, np.clip(start, np.add(low, 1e-6), np.subtract(high, 1e-6)), bounds=(low, high))
