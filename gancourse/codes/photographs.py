"""Patches of the two photographs that come with scikit-learn, whitened: what a dictionary is learned from."""

import numpy as np

CUTOFF = 0.22  # cycles a pixel: above it the two JPEG files have more noise than picture


def whiten(image, cutoff=CUTOFF):
    """All spatial frequencies made about equally strong, up to a cutoff (Olshausen & Field 1997, eq. 13).

    Photographs have an amplitude of about 1/f at frequency f. The filter is f·exp(−(f/cutoff)⁴).

    Args:
        image: grey, shape (H, W).
        cutoff: in cycles a pixel.

    Returns:
        The image with mean 0 and variance 1, shape (H, W).
    """
    f = np.hypot(*np.meshgrid(*map(np.fft.fftfreq, image.shape), indexing="ij"))
    white = np.fft.ifft2(np.fft.fft2(image) * f * np.exp(-((f / cutoff) ** 4))).real
    return white / white.std()


def photographs():
    """The two, grey, a list of arrays (427, 640) in [0, 1]."""
    from sklearn.datasets import load_sample_images

    return [image.mean(axis=2) / 255 for image in load_sample_images().images]


def photograph_patches(n, size=12, seed=0, prepare=whiten):
    """Patches at random places of both photographs, each with its mean taken away.

    Args:
        n: how many.
        size: pixels a side.
        seed: of the places.
        prepare: what is done to a whole photograph before; `None` for nothing.

    Returns:
        Shape (n, size²), rows of pixels one after the other.
    """
    images = [prepare(image) if prepare else image for image in photographs()]
    rng, found = np.random.default_rng(seed), np.empty((n, size, size))
    for patch in found:
        image = images[rng.integers(len(images))]
        top, left = (rng.integers(side - size + 1) for side in image.shape)
        patch[:] = image[top : top + size, left : left + size]
    flat = found.reshape(n, -1)
    return flat - flat.mean(axis=1, keepdims=True)
