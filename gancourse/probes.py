"""Probes: how a student's function is called, and what plain data comes back.

Most functions take numbers and return numbers: the probe "call" just calls them. One that takes a critic, or
returns something to differentiate, needs more: its probe builds what it takes out of plain arguments, and makes plain
data of what it returns. A probe is `probe(function, *arguments)` with NumPy arguments. The reference, every
misconception and the student's function go through the same one, named by `gancourse.exercises.Property`.

Like gancourse/observe.py this file is sent, as text, into the kernel of a stranger's notebook. So it imports
nothing of the course, and PyTorch only where it is used.
"""


def call(function, *arguments):
    """Call it: numbers in, numbers out."""
    return function(*arguments)


def penalty_value(function, weights, offsets, heads, x_real, x_fake, eps):
    """What a penalty `function(critic, x_real, x_fake, eps)` returns for the critic of `_critic`.

    Args:
        function: the student's.
        weights, offsets, heads: the critic's parameters, shapes (d, h), (h,), (h,).
        x_real, x_fake: batches, shape (n, …) with d numbers per example.
        eps: shape (n,).
    """
    critic, _ = _critic(weights, offsets, heads)
    return function(critic, *_tensors(x_real, x_fake, eps))


def penalty_gradient(function, weights, offsets, heads, x_real, x_fake, eps):
    """The gradient of that value by the critic's weights, (d, h); zeros where none flows."""
    import torch

    critic, leaf = _critic(weights, offsets, heads)
    value = function(critic, *_tensors(x_real, x_fake, eps))
    if value is None or isinstance(value, (tuple, list)):
        return value  # not what was asked for: the judge will say so
    if not getattr(value, "requires_grad", False):
        return torch.zeros_like(leaf)
    gradient = torch.autograd.grad(value.sum(), leaf, allow_unused=True)[0]
    return torch.zeros_like(leaf) if gradient is None else gradient


def _critic(weights, offsets, heads):
    """A critic of one hidden layer, a batch (n, …) to n numbers, and the weights it can be differentiated by."""
    import torch

    weights, offsets, heads = _tensors(weights, offsets, heads)
    weights.requires_grad_()

    def critic(x):
        return torch.tanh(x.flatten(1) @ weights + offsets) @ heads

    return critic, weights


def _tensors(*arrays):
    import torch

    return [torch.tensor(a, dtype=torch.float64) for a in arrays]


PROBES = {"call": call, "penalty_value": penalty_value, "penalty_gradient": penalty_gradient}
