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


def on_tensors(function, *arguments):
    """Call it with tensors in place of arrays: numbers as float64, labels as int64."""
    return _with_tensors(function, _arrays_as_tensors(arguments))


def loss_gradient(function, by, *arguments):
    """The gradient of a loss of tensors, as one row of numbers; zeros where none flows.

    Args:
        function: the student's.
        by: indices of the arguments, arrays of numbers, by which it is differentiated.
        arguments: what the function takes.
    """
    import torch

    arguments = _arrays_as_tensors(arguments)
    leaves = [arguments[i].requires_grad_() for i in by]
    value = _with_tensors(function, arguments)
    if value is None or isinstance(value, (tuple, list)):
        return value  # not what was asked for: the judge will say so
    gradients = [None] * len(leaves)
    if getattr(value, "requires_grad", False):
        gradients = torch.autograd.grad(value.sum(), leaves, allow_unused=True)
    zeros = [torch.zeros_like(leaf) for leaf in leaves]
    return torch.cat([(z if g is None else g).flatten() for z, g in zip(zeros, gradients, strict=True)])


def _with_tensors(function, arguments):
    """Call it. PyTorch's "not implemented for this type" is not the course's "no answer yet"."""
    try:
        return function(*arguments)
    except NotImplementedError as error:
        if not str(error):
            raise
        raise TypeError(str(error)).with_traceback(error.__traceback__) from None


def _arrays_as_tensors(arguments):
    import torch

    return [torch.tensor(a) if hasattr(a, "shape") else a for a in arguments]


MOST_DRAWN = 100_000
FRESH, USED_AGAIN = 99.0, -99.0  # marks in place of numbers that were drawn


def truncation(function, z, threshold, seed):
    """What `function(z, threshold, draw)` makes of z, with marks in place of what it drew.

    Which fresh number goes where is up to the function: right ones differ in that. So a fresh number in range is
    marked as such, and a second use of it likewise; all others are as the function left them.

    Args:
        function: the student's. Its `draw(n)` gives n fresh normal numbers; n may be a shape as well.
        z: latents, any shape.
        threshold: the largest size of a number in range.
        seed: of the fresh numbers.
    """
    import numpy as np

    rng, unused, drawn = np.random.default_rng(seed), set(), set()

    def draw(n):
        fresh = rng.standard_normal(n).round(6)  # no more digits than a released file holds
        unused.update(np.ravel(fresh).tolist())
        drawn.update(np.ravel(fresh).tolist())
        if len(drawn) > MOST_DRAWN:
            raise RuntimeError("draw() was asked for 100,000 numbers. Does the loop ever end?")
        return fresh

    result = function(z, threshold, draw)
    if result is None or isinstance(result, tuple):
        return result
    marked = np.array(result.tolist() if hasattr(result, "tolist") else result, dtype=float)
    for index, value in np.ndenumerate(marked):
        if value in drawn and abs(value) <= threshold:
            marked[index] = FRESH if value in unused else USED_AGAIN
            unused.discard(value)
    return marked


def table_row(function, row, rows, columns):
    """One row of the table of yes and no that `function()` returns: a dict of dicts, both in the alphabet's order.

    Raises:
        ValueError: it has another number of rows or columns, or holds something else than True and False.
    """
    table = function()
    if table is None:
        return None
    table = _in_order(table)
    if len(table) != rows or any(len(_in_order(r)) != columns for r in table):
        raise ValueError(f"the table needs {rows} rows of {columns} answers each, under their names")
    answers = _in_order(table[row])
    if not all(a in (True, False) for a in answers):
        raise ValueError("every answer is True or False")
    return [float(a) for a in answers]


def _in_order(table):
    return [table[name] for name in sorted(table)] if isinstance(table, dict) else list(table)


PROBES = {
    "call": call,
    "penalty_value": penalty_value,
    "penalty_gradient": penalty_gradient,
    "on_tensors": on_tensors,
    "loss_gradient": loss_gradient,
    "truncation": truncation,
    "table_row": table_row,
}
