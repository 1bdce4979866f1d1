"""What the two steps share: small players to draw, labels, and what is said of both."""

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

LOSS_OF_AFTERWARDS = (
    "This is the loss after the step. Return the one that you went down: compute it once, before `optimiser.step()`."
)


def as_labels(logits, label):
    return binary_cross_entropy_with_logits(logits, torch.full_like(logits, float(label)))


def nothing(optimiser):
    pass


def draw_players(rng, latent=2, d=3, hidden=5, n=4):
    """Two small players whose logits differ from fake to fake, none far from 0; a learning rate; x and z."""
    while True:
        g, w, v = rng.normal(size=(latent, d)), rng.normal(size=(d, hidden)), rng.normal(size=hidden)
        x, z = rng.normal(0.7, 1, size=(n, d)), rng.normal(size=(n, latent))
        logits = [logits_by_hand(w, v, some) for some in (x, np.tanh(z @ g + 0.1))]
        if (
            all(0.3 < f.std() and np.abs(f).max() < 4 for f in logits)
            and abs(logits[0].mean() - logits[1].mean()) > 0.3
        ):
            return g, w, v, float(rng.uniform(0.05, 0.2)), x, z


def logits_by_hand(w, v, x):
    """Of the discriminator of `gancourse.exercises.probes.networks`."""
    hidden = x @ w + 0.1
    return np.where(hidden > 0, hidden, 0.2 * hidden) @ v + 0.1
