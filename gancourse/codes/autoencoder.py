"""Autoencoders: an encoder, a decoder, and x itself as the target."""

from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional as F

LOSSES = ("squared", "cross-entropy")


def layers(sizes, activation=nn.ReLU):
    """Linear layers of these sizes with an activation between them, none after the last."""
    parts = [part for pair in pairwise(sizes) for part in (nn.Linear(*pair), activation())]
    return nn.Sequential(*parts[:-1])


class Autoencoder(nn.Module):
    """x to a code and back.

    Args:
        sizes: of x, of the hidden layers, of the code, such as (625, 2000, 1000, 500, 30); the decoder has them in
            reverse. Two sizes are one layer each way.
        loss: "squared" for real numbers; "cross-entropy" for x in [0, 1], where the decoder's outputs are logits.
        activation: between layers, a class; `nn.Identity` makes a linear autoencoder.
        coded: what is applied to the code, a class.

    Raises:
        ValueError: there is no such loss, or fewer than two sizes.
    """

    def __init__(self, sizes, loss="squared", activation=nn.ReLU, coded=nn.Identity):
        super().__init__()
        if loss not in LOSSES:
            raise ValueError(f"There is no loss {loss!r}; use one of {', '.join(LOSSES)}.")
        if len(sizes) < 2:
            raise ValueError(f"sizes={tuple(sizes)}: an autoencoder needs those of x and of its code, at least.")
        self.loss_name = loss
        self.encoder = nn.Sequential(layers(sizes, activation), coded())
        self.decoder = layers(sizes[::-1], activation)

    def forward(self, x):
        """What the decoder puts out, shape (n, d): x again, or its logits."""
        return self.decoder(self.encoder(x))

    def decode(self, z):
        """Codes (n, k) to what x is compared with, shape (n, d); in [0, 1] where the loss is the cross-entropy."""
        out = self.decoder(z)
        return out.sigmoid() if self.loss_name == "cross-entropy" else out

    def reconstruct(self, x):
        """x (n, d) through encoder and decoder, without a graph."""
        with torch.no_grad():
            return self.decode(self.encoder(x))

    def loss(self, x, seen=None):
        """The mean over examples of the loss, summed over their d numbers; a tensor of shape ().

        −Σ x log x̂ + (1 − x) log(1 − x̂), or ½‖x − x̂‖².

        Args:
            x: shape (n, d).
            seen: what the encoder is given instead of x, such as a corrupted copy.
        """
        out = self(x if seen is None else seen)
        if self.loss_name == "squared":
            return (out - x).square().sum(dim=1).mean() / 2
        return F.binary_cross_entropy_with_logits(out, x, reduction="none").sum(dim=1).mean()


def corrupt(x, share, generator=None):
    """Masking noise: every number is set to 0 with probability `share`, by itself (Vincent et al. 2008).

    Raises:
        ValueError: share is not in [0, 1].
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share={share}: it needs to be a probability, from 0 to 1.")
    kept = torch.rand(x.shape, generator=generator, device=x.device) >= share
    return x * kept


def fit(model, x, steps, batch=128, lr=1e-3, mask=0.0):
    """Train an autoencoder in place by Adam, the rate falling to 0 along a half cosine.

    Args:
        model: with a `loss(x, seen)`, as `Autoencoder`.
        x: examples, shape (n, d).
        steps: how many.
        batch: examples in each, drawn with replacement by torch's global generator; None for all of them every time.
        lr: the rate at first.
        mask: share of each example that the encoder does not see; 0 for a plain autoencoder.

    Returns:
        The loss of every step, shape (steps,).
    """
    optimiser = torch.optim.Adam(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    losses = torch.empty(steps)
    for step in range(steps):
        some = x if batch is None else x[torch.randint(len(x), (batch,))]
        loss = model.loss(some, corrupt(some, mask) if mask else None)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        losses[step] = loss.detach()
    return losses


def stack(x, sizes, steps, mask=0.25, **options):
    """Encoders learned one after the other, each to denoise the codes of the one below; decoders are thrown away.

    Bengio et al. (2007), Vincent et al. (2010). The first decoder's loss is the cross-entropy, as x is in [0, 1], the
    others' the squared error.

    Args:
        x: examples in [0, 1], shape (n, d).
        sizes: of x and of every layer.
        steps: for each layer.
        mask: the share that is masked.
        options: of `fit`.

    Returns:
        An `nn.Sequential` of the encoders, each a linear layer and a ReLU, from (n, d) to (n, sizes[-1]).
    """
    encoders = []
    for i, pair in enumerate(pairwise(sizes)):
        model = Autoencoder(pair, "squared" if i else "cross-entropy", coded=nn.ReLU)
        fit(model, x, steps, mask=mask, **options)
        encoders.append(model.encoder)
        with torch.no_grad():
            x = model.encoder(x)
    return nn.Sequential(*encoders)
