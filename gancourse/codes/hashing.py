"""Semantic hashing: binary codes in which near means alike, and search among them by Hamming distance."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from gancourse.codes.autoencoder import layers


class HashingAutoencoder(nn.Module):
    """An autoencoder whose code is made binary by noise (after Salakhutdinov & Hinton 2009).

    The logits of the code get Gaussian noise while it learns. What is to survive it has to be far from 0, so they
    gather on both sides of it, and a threshold loses little. Their mean over a batch is made 0 and their variance 1,
    without which most bits would be the same for nearly every example, and tell nothing.

    Args:
        sizes: of x, of the hidden layers, and bits in the code.
        loss: "cross-entropy" for x in [0, 1], "counts" for word counts, of which the decoder predicts the shares.
        noise: its standard deviation.

    Raises:
        ValueError: there is no such loss.
    """

    def __init__(self, sizes, loss="cross-entropy", noise=0.5):
        super().__init__()
        if loss not in ("cross-entropy", "counts"):
            raise ValueError(f"There is no loss {loss!r}; use 'cross-entropy' or 'counts'.")
        self.loss_name, self.noise = loss, noise
        self.encoder = nn.Sequential(layers(sizes), nn.BatchNorm1d(sizes[-1], affine=False))
        self.decoder = layers(sizes[::-1])

    def loss(self, x, seen=None):
        """The mean loss over examples, a tensor of shape (): −Σ x log p(x̂) with noise on the code's logits.

        Args:
            x: shape (n, d).
            seen: what the encoder is given instead of x.
        """
        logits = self.encoder(self.scaled(x if seen is None else seen))
        out = self.decoder(torch.sigmoid(logits + self.noise * torch.randn_like(logits)))
        if self.loss_name == "counts":
            return -(self.shares(x) * F.log_softmax(out, dim=1)).sum(dim=1).mean()
        return F.binary_cross_entropy_with_logits(out, x, reduction="none").sum(dim=1).mean()

    def scaled(self, x):
        """What the encoder sees: x, or the logarithms of counts, log(1 + count)."""
        return torch.log1p(x) if self.loss_name == "counts" else x

    @staticmethod
    def shares(x):
        """Counts as shares of their text."""
        return x / x.sum(dim=1, keepdim=True).clamp(min=1)

    def bits(self, x):
        """The codes of examples (n, d): bool, shape (n, bits), an array; by means over what it has learned from."""
        learns = self.training
        self.eval()
        with torch.no_grad():
            logits = self.encoder(self.scaled(x))
        self.train(learns)
        return (logits > 0).numpy()


def pack(bits):
    """Eight bits to a byte: bool (n, b) to uint8 (n, b/8), filled up with 0."""
    return np.packbits(np.asarray(bits, dtype=bool), axis=1)


def hamming_search(queries, codes, k):
    """For each query the k nearest codes by the number of bits in which they differ.

    Args:
        queries: packed, uint8, shape (m, bytes).
        codes: packed, uint8, shape (n, bytes).
        k: how many, 1 to n.

    Returns:
        (index, distance), both of shape (m, k), nearest first; among equally far ones the lower index first.

    Raises:
        ValueError: codes are not packed, of another length than the queries, or fewer than k.
    """
    queries, codes = np.asarray(queries), np.asarray(codes)
    if queries.dtype != np.uint8 or codes.dtype != np.uint8 or queries.shape[1:] != codes.shape[1:]:
        raise ValueError("queries and codes need to be packed, uint8 of shape (·, bytes) with equally many bytes.")
    if not 1 <= k <= len(codes):
        raise ValueError(f"k={k}: there are {len(codes)} codes to choose from.")
    index, distance = np.empty((len(queries), k), dtype=int), np.empty((len(queries), k), dtype=int)
    for row, query in enumerate(queries):
        apart = differing_bits(query, codes)
        index[row] = np.argsort(apart, kind="stable")[:k]
        distance[row] = apart[index[row]]
    return index, distance


def differing_bits(query, codes):
    """In how many bits each of the codes (n, bytes) differs from one query (bytes,): uint16, shape (n,)."""
    width = next(w for w in (8, 4, 2, 1) if codes.shape[1] % w == 0)
    words = np.ascontiguousarray(codes).view(f"u{width}") ^ np.ascontiguousarray(query).view(f"u{width}")
    if hasattr(np, "bitwise_count"):
        counted = np.bitwise_count(words)
    else:  # NumPy 1
        counted = _ONES[words.view(np.uint8)]
    return counted.sum(axis=1, dtype=np.uint16)


_ONES = np.array([bin(byte).count("1") for byte in range(256)], dtype=np.uint8)


def precision(index, wanted, labels):
    """The share of what was found that has the query's label, shape ().

    Args:
        index: what was found, shape (m, k).
        wanted: labels of the queries, shape (m,).
        labels: of everything searched, shape (n,).
    """
    return float((np.asarray(labels)[index] == np.asarray(wanted)[:, None]).mean())
