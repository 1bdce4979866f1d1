"""Autoregressive: p(x) = p(x₁) p(x₂|x₁) p(x₃|x₁, x₂) …, all factors by one network with weights cut (MADE)."""

import torch
from torch import nn
from torch.nn import functional as F


class MaskedLinear(nn.Linear):
    """A linear layer of which some weights are always 0.

    Args:
        mask: which are not, shape (outputs, inputs), bool.
    """

    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask.float())

    def forward(self, x):
        """As a linear layer's, of the weights that are left."""
        return F.linear(x, self.weight * self.mask, self.bias)


class Autoregressive(nn.Module):
    """p(x_t | what stands before it), symbols of a sequence of fixed length (Germain et al. 2015).

    Every hidden unit has a place, and sees the symbols up to it; the logits of place t see hidden units, and symbols,
    of earlier places. So one pass gives all factors of p(x), and a sample takes as many passes as it has symbols.

    Args:
        length: symbols in x.
        levels: how many different symbols there are.
        hidden: units.
    """

    def __init__(self, length, levels, hidden=512):
        super().__init__()
        self.length, self.levels = length, levels
        symbol = torch.arange(length).repeat_interleave(levels)  # whose place an input, or a logit, belongs to
        unit = torch.arange(hidden) % max(1, length - 1)
        self.first = MaskedLinear(symbol <= unit[:, None])
        self.second = MaskedLinear(unit < symbol[:, None])
        self.direct = MaskedLinear(symbol < symbol[:, None])

    def forward(self, x):
        """Logits of every place, shape (n, length, levels), from symbols, int64, shape (n, length)."""
        coded = F.one_hot(x, self.levels).float().flatten(1)
        out = self.second(F.relu(self.first(coded))) + self.direct(coded)
        return out.view(-1, self.length, self.levels)

    def log_likelihood(self, x):
        """log p(x) = Σ log p(x_t | x_1 … x_{t−1}), exact, nats, shape (n,)."""
        return self(x).log_softmax(dim=2).gather(2, x[:, :, None]).sum(dim=(1, 2))

    def loss(self, x, seen=None):
        """The mean of −log p(x), a tensor of shape (); `seen` is not used."""
        return -self.log_likelihood(x).mean()

    @torch.no_grad()
    def sample(self, n, given=None):
        """n sequences, shape (n, length), symbol by symbol.

        Args:
            n: how many.
            given: the first symbols of each, shape (n, k), which are kept.

        Raises:
            ValueError: `given` has another number of sequences, or more symbols than there are.
        """
        x, start = torch.zeros(n, self.length, dtype=torch.long), 0
        if given is not None:
            if len(given) != n or given.shape[1] > self.length:
                raise ValueError(f"given has shape {tuple(given.shape)}; it needs ({n}, at most {self.length}).")
            start = given.shape[1]
            x[:, :start] = given
        for t in range(start, self.length):
            x[:, t] = torch.multinomial(self(x)[:, t].softmax(dim=1), 1)[:, 0]
        return x
