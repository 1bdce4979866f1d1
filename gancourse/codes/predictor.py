"""Predictive sparse decomposition: a network that guesses the codes that an optimisation would find."""

import torch
from torch import nn
from torch.nn import functional as F


class CodePredictor(nn.Module):
    """An encoder of one layer for sparse codes (Kavukcuoglu, Ranzato & LeCun 2008).

    With `shape="tanh"` it is theirs, g·tanh(Wx + b), hardly ever exactly 0. With "shrink" it is a soft threshold of
    Wx with a threshold of its own for every atom, as a single step of `ista` (Gregor & LeCun 2010).

    Args:
        d: numbers in an example.
        n_atoms: numbers in a code.
        shape: "tanh" or "shrink".

    Raises:
        ValueError: there is no such shape.
    """

    def __init__(self, d, n_atoms, shape="tanh"):
        super().__init__()
        if shape not in ("tanh", "shrink"):
            raise ValueError(f"There is no shape {shape!r}; use 'tanh' or 'shrink'.")
        self.shape = shape
        self.filters = nn.Linear(d, n_atoms)
        start = 1.0 if shape == "tanh" else 0.01  # a large threshold would leave atoms that never learn
        self.gain = nn.Parameter(torch.full((n_atoms,), start))

    def forward(self, x):
        """Codes, shape (n, n_atoms), of examples (n, d)."""
        if self.shape == "tanh":
            return self.gain * torch.tanh(self.filters(x))
        a = self.filters(x)
        return a.sign() * F.relu(a.abs() - self.gain.abs())

    def learn(self, x, z, steps=1000, batch=250, lr=3e-3):
        """Learn to predict the codes z (n, n_atoms) of x (n, d), arrays or tensors, by their squared error; self."""
        x, z = (torch.as_tensor(v, dtype=torch.float32) for v in (x, z))
        optimiser = torch.optim.Adam(self.parameters(), lr=lr)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
        for _ in range(steps):
            some = torch.randint(len(x), (batch,))
            loss = (self(x[some]) - z[some]).square().sum(dim=1).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        return self

    def predict(self, x):
        """Codes of an array (n, d), as an array (n, n_atoms)."""
        with torch.no_grad():
            return self(torch.as_tensor(x, dtype=torch.float32)).numpy()
