"""Probes: how a student's function is called, and what plain data comes back.

Most functions take numbers and return numbers: the probe "call" just calls them. One that takes a critic, or
returns something to differentiate, needs more: its probe builds what it takes out of plain arguments, and makes plain
data of what it returns. A probe is `probe(function, *arguments)` with NumPy arguments. The reference, every
misconception and the student's function go through the same one, named by `gancourse.exercises.specification.Property`.

Like gancourse/exercises/observe.py this file is sent, as text, into the kernel of a stranger's notebook. So it imports
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


# --- networks: `function` makes one from its settings, and `shape` is that of one input ----------------------------


def network_output(function, shape, *settings):
    """The shape of what a network makes of three inputs; of one number for each, (3,) and (3, 1) are the same."""
    output = _made(function, settings)(_inputs(shape, 3))
    return [3, 1] if tuple(output.shape) == (3,) else list(output.shape)


def network_layers(function, shape, *settings):
    """A network's layers with weights, and what else changes the size, in order, as a text.

    Layers in a plain list work, but no optimiser finds their weights: then the text says so.
    """
    steps = _steps(function, shape, settings)
    used = sum(step.weights for step in steps)
    found = sum(p.ndim > 1 for p in _made(function, settings).parameters())
    hidden = f"; but parameters() finds the weights of {found} of these {used} layers: nn.ModuleList shows it all"
    return ", ".join(step.layer for step in steps if step.layer) + (hidden if found < used else "")


def network_norms(function, shape, *settings):
    """What normalises the output of each layer with weights, as a text."""
    return ", ".join(step.norm for step in _steps(function, shape, settings) if step.weights)


def network_activations(function, shape, *settings):
    """The activation that follows each layer with weights, as a text; and one that comes before them all."""
    steps = _steps(function, shape, settings)
    return ", ".join(step.activation if step.weights else f"{step.activation} on the input" for step in steps
                     if step.weights or not step.layer)  # fmt: skip


def network_range(function, shape, *settings):
    """Between which bounds within ±1 a network's output stays when its weights are large, as a text."""
    import torch

    network, x = _made(function, settings), _inputs(shape, 4)
    weights = [p for p in network.parameters() if p.ndim > 1]
    seen = []
    with torch.no_grad():
        for parameter in network.parameters():  # a norm's factors as well: behind a norm at the end all is large, too
            parameter *= 1e5
        for weight in weights:  # one of them is the last layer's: its output is seen with either sign
            for _ in range(2):
                weight *= -1
                seen.append(network(x).flatten().double())
    seen = torch.cat(seen)
    if not seen.isfinite().all():
        return "numbers that are not finite"
    low, high = (round(v.item(), 3) + 0.0 for v in (seen.min(), seen.max()))
    bounds = (f"from {low:g}" if low >= -1 else "", f"to {high:g}" if high <= 1 else "")
    return "numbers " + (" ".join(filter(None, bounds)) or "without bounds")


class _Step:
    """A layer of a network, and what followed before the next one; `at` numbers the operations that these were."""

    def __init__(self, layer, weights, at=None):
        self.layer, self.weights, self.norm, self.activation = layer, weights, "none", "none"
        self.gave = None  # of the layer, or of the activation behind it: what a norm would be of
        self.at = {"layer": at} if at else {}

    def note(self, part, words, at):
        setattr(self, part, words)
        self.at[part] = at

    def mark_unused(self, used):
        """Say so where nothing takes up what an operation returned, as in `F.relu(x)` alone on a line."""
        for part, at in self.at.items():
            if at not in used:
                setattr(self, part, f"{getattr(self, part)} (nothing takes up what it returns)")


class _Flow:
    """Out of which operations a tensor came, by the memory that it lies in: what works in place counts, too."""

    def __init__(self):
        self.count, self.came_from, self.kept = 0, {}, []

    def add(self, inputs, output):
        """Number an operation; its inputs are kept as well, or their memory would be used again."""
        self.count += 1
        here = {self.count}.union(*(self.came_from.get(place, ()) for place in self._places(inputs)))
        for place in self._places(output):
            self.came_from[place] = self.came_from.get(place, set()) | here
        self.kept += [inputs, output]
        return self.count

    def behind(self, result):
        """The numbers of all operations that went into a result; all there are if it is no tensor."""
        places = self._places(result)
        if not places:
            return set(range(1, self.count + 1))
        return set().union(*(self.came_from.get(place, ()) for place in places))

    @staticmethod
    def _places(tree):
        import torch
        from torch.utils._pytree import tree_flatten

        leaves = tree_flatten(tree)[0]
        return [leaf.untyped_storage().data_ptr() for leaf in leaves if isinstance(leaf, torch.Tensor)]


def _steps(function, shape, settings):
    """The steps by which a network works, read off the operations it calls: modules and functions look alike."""
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode

    steps, flow = [], _Flow()

    class Tape(TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            output = func(*args, **(kwargs or {}))
            at = flow.add((args, kwargs), output)
            name = func.overloadpacket.__name__.rstrip("_")
            noted = _write_down(steps, name, args, output, at)
            last = next((step for step in reversed(steps) if step.weights), None)
            if last and noted and isinstance(output, torch.Tensor):
                last.gave = output.clone()
            elif last and last.norm == "none" and (norm := _norm_by_hand(last.gave, output)):
                _note_norm(last, norm, at)
            return output

    network, x = _made(function, settings), _inputs(shape, 3)
    with torch.no_grad(), Tape():
        used = flow.behind(network(x))
    for step in steps:
        step.mark_unused(used)
    return steps


def _write_down(steps, name, args, output, at):
    """Add operation `name` to `steps`, if it is one of those that make a network what it is; and say whether it is."""
    last = next((step for step in reversed(steps) if step.weights), _Step("", False))
    activations = "relu leaky_relu tanh sigmoid log_sigmoid_forward softplus elu gelu silu prelu hardtanh clamp softmax"
    if name == "convolution":
        steps.append(_Step(_convolution(args[0], args[1], args[6], output), True, at))
    elif name in ("addmm", "mm", "linear"):
        steps.append(_Step(f"dense {args[-2 if name != 'linear' else 0].shape[-1]} → {output.shape[-1]}", True, at))
    elif "pool" in name or "upsample" in name:
        output = output[0] if isinstance(output, tuple) else output
        steps.append(_Step(f"{name.split('2d')[0].rstrip('_')}: {_size(args[0])} → {_size(output)}", False, at))
    elif "norm" in name and "linalg" not in name:
        one_by_one = "batch_norm" in name and args[0].shape[0] == 1  # three inputs, folded into the channels
        one_by_one |= "group_norm" in name and args[6] == args[4]  # as many groups as channels
        norm = "instance norm" if one_by_one else name.replace("native_", "").strip("_").replace("_", " ")
        norm = "batch norm" if norm.startswith("batch norm") else norm
        _note_norm(last, norm, at)
    elif name in activations.split():
        slope = f" {args[1] if len(args) > 1 else 0.01:g}" if name == "leaky_relu" else ""
        last.note("activation", name + slope, at)
        if not last.weights and not steps:
            steps.append(last)  # on the input itself
    else:
        return False
    return True


def _note_norm(step, norm, at):
    step.note("norm", norm + (" after the activation" if step.activation != "none" else ""), at)


def _norm_by_hand(before, after):
    """Which norm one tensor is of another, as seen in the numbers; "" if it is none.

    A norm written out is arithmetic as any other. But what it makes has mean 0 and variance 1 over each image of each
    channel, or each channel, or each example, and there it is a stretched and shifted copy of what it was given.
    """
    import torch

    if before is None or not isinstance(after, torch.Tensor) or before.ndim != 4 or before.numel() != after.numel():
        return ""
    if not after.is_floating_point() or before[0, 0].numel() < 4:
        return ""
    before, after = before.double(), after.double().reshape(before.shape)
    for norm, over in (("instance norm", (2, 3)), ("batch norm", (0, 2, 3)), ("layer norm", (1, 2, 3))):
        count = before.numel() // before.mean(over).numel()
        variance = after.var(over, unbiased=False)
        if after.mean(over).abs().max() > 1e-3 or variance.min() < 0.7 * (count - 1) / count or variance.max() > 1.02:
            continue
        centred = before - before.mean(over, keepdim=True)
        alike = (centred * after).mean(over) / (centred.square().mean(over) * variance).sqrt()
        if alike.min() > 0.999 and variance.max() - variance.min() < 0.1:
            return norm
    return ""


def _convolution(x, weight, transposed, output):
    """A convolution in words. From one pixel to a square, or from a square to one pixel, it is a dense layer."""
    if x[0, 0].numel() == 1 or output[0, 0].numel() == 1:
        return f"dense {x[0].numel()} → {output[0].numel()}"
    kernel = "×".join(map(str, weight.shape[2:]))
    return f"{'transposed ' if transposed else 'conv '}{kernel}: {_size(x)} → {_size(output)}"


def _size(x):
    return "×".join(map(str, x.shape[1:]))


def _made(function, settings):
    """The network that `function` makes from `settings`; the student's own random numbers are left alone."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)  # torch.manual_seed also tells devices that are not there: half the time
        network = function(*settings)
    if not isinstance(network, torch.nn.Module):
        raise TypeError(f"this makes no nn.Module, but something of type {type(network).__name__}")
    return network


def _inputs(shape, n, seed=0):
    import torch

    return torch.randn(n, *map(int, shape), generator=torch.Generator().manual_seed(int(seed)))


# --- initialisation ------------------------------------------------------------------------------------------------


def initialised(function, kind, channels):
    """What `network.apply(function)` leaves in one kind of layer.

    Args:
        function: the student's; it is called with every layer of a network.
        kind: "conv", "transposed" or "norm": mean and standard deviation of the weights, to three digits after the
            point, of so many that chance does not show; or "biases": the largest of each of three layers.
        channels: of the layers.
    """
    import torch
    from torch import nn

    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        layers = {
            "conv": nn.Conv2d(16, channels, 3),
            "transposed": nn.ConvTranspose2d(channels, 16, 3),
            "norm": nn.BatchNorm2d(40 * channels),
        }
        nn.Sequential(*layers.values(), nn.Conv2d(3, 3, 1, bias=False), nn.LeakyReLU(0.2)).apply(function)
    if kind == "biases":
        return [layer.bias.abs().max().item() for layer in layers.values()]
    weight = layers[kind].weight.detach()
    return [round(v.item(), 3) + 0.0 for v in (weight.mean(), weight.std())]


# --- one step of either player -------------------------------------------------------------------------------------


def discriminator_step_loss(function, *arguments):
    """What `function(generator, discriminator, optimiser, x, z)` returns.

    Args:
        function: the student's.
        arguments: of `_players`, then real samples (n, d) and latent ones (n, latent).
    """
    generator, discriminator, optimiser, _ = _players("discriminator", *arguments[:-2])
    return function(generator, discriminator, optimiser, *_tensors(*arguments[-2:]))


def discriminator_step_moves(function, *arguments):
    """By how much that changes the discriminator's parameters."""
    return _moved(function, "discriminator", arguments[:-2], arguments[-2:])


def discriminator_step_moves_again(function, *arguments):
    """The same where gradients of an earlier step are left."""
    return _moved(function, "discriminator", arguments[:-2], arguments[-2:], left=1.0)


def discriminator_step_leaves(function, *arguments):
    """Whether the discriminator moved (see `_how_far`), and the gradients that are left in the generator."""
    generator, discriminator, optimiser, before = _players("discriminator", *arguments[:-2])
    function(generator, discriminator, optimiser, *_tensors(*arguments[-2:]))
    return [_how_far(discriminator, before), *_gradients(generator).tolist()]


def generator_step_loss(function, *arguments):
    """What `function(generator, discriminator, optimiser, z)` returns; arguments: of `_players`, then z."""
    generator, discriminator, optimiser, _ = _players("generator", *arguments[:-1])
    return function(generator, discriminator, optimiser, *_tensors(arguments[-1]))


def generator_step_moves(function, *arguments):
    """By how much that changes the generator's parameters."""
    return _moved(function, "generator", arguments[:-1], arguments[-1:])


def generator_step_moves_again(function, *arguments):
    """The same where gradients of an earlier step are left."""
    return _moved(function, "generator", arguments[:-1], arguments[-1:], left=1.0)


def generator_step_leaves(function, *arguments):
    """Whether the generator moved, how far the discriminator did, and the share of the latter that is trainable."""
    generator, discriminator, optimiser, before = _players("generator", *arguments[:-1])
    theirs = _flat(discriminator)
    function(generator, discriminator, optimiser, *_tensors(arguments[-1]))
    trainable = [p.requires_grad for p in discriminator.parameters()]
    return [
        _how_far(generator, before),
        (_flat(discriminator) - theirs).abs().max().item(),
        sum(trainable) / len(trainable),
    ]


def _moved(function, who, players, data, left=None):
    """The change of a player's parameters in one step; `left` fills the gradients that it finds."""
    import torch

    generator, discriminator, optimiser, before = _players(who, *players)
    player = {"generator": generator, "discriminator": discriminator}[who]
    if left is not None:
        for p in player.parameters():
            p.grad = torch.full_like(p, left)
    function(generator, discriminator, optimiser, *_tensors(*data))
    return _flat(player) - before


def _players(who, g_weights, d_weights, d_heads, rate):
    """Two small players of shapes (latent, d), (d, h) and (h,), an optimiser for one, and that one's parameters.

    The discriminator's logits have shape (n, 1).
    """
    import torch
    from torch import nn

    (latent, d), hidden = g_weights.shape, len(d_heads)
    generator = nn.Sequential(nn.Linear(latent, d), nn.Tanh()).double()
    discriminator = nn.Sequential(nn.Linear(d, hidden), nn.LeakyReLU(0.2), nn.Linear(hidden, 1)).double()
    g_weights, d_weights, d_heads = _tensors(g_weights, d_weights, d_heads)
    with torch.no_grad():
        for layer, weight in (
            (generator[0], g_weights.T),
            (discriminator[0], d_weights.T),
            (discriminator[2], d_heads),
        ):
            layer.weight.copy_(weight)
            layer.bias.fill_(0.1)
    player = {"generator": generator, "discriminator": discriminator}[who]
    return generator, discriminator, torch.optim.SGD(player.parameters(), lr=rate), _flat(player)


def _how_far(player, before):
    """1 if a player has moved, ½ if it has a gradient but has not, 0 if neither."""
    import torch

    return 1.0 if not torch.equal(_flat(player), before) else 0.5 if _gradients(player).any() else 0.0


def _gradients(network):
    import torch

    return torch.cat([(torch.zeros_like(p) if p.grad is None else p.grad).flatten() for p in network.parameters()])


def _flat(network):
    import torch

    return torch.cat([p.detach().flatten().clone() for p in network.parameters()])


# --- what they have in common --------------------------------------------------------------------------------------


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
        if str(error) in ("", "your answer goes here"):  # the latter is what nbgrader puts in place of an answer
            raise
        raise TypeError(str(error)).with_traceback(error.__traceback__) from None


def _arrays_as_tensors(arguments):
    import torch

    return [torch.tensor(a) if hasattr(a, "shape") else a for a in arguments]


def one_of(function, which, number, *arguments):
    """One of the `number` things that `function(*arguments)` returns.

    Raises:
        ValueError: it returns another number of things.
    """
    value = function(*arguments)
    if value is None:
        return None
    if not isinstance(value, (tuple, list)) or len(value) != number:
        raise ValueError(f"{number} things are to be returned, as a tuple")
    return value[which]


MASKINGS = 6


def masking(function, x, share, seed):
    """What `function(x, share, rng)` makes of x, called several times with one generator, as one array.

    Args:
        function: the student's.
        x: numbers, none of them 0, any shape.
        share: how probable it is that a number is set to 0.
        seed: of the generator.
    """
    import numpy as np

    rng, copies = np.random.default_rng(seed), [x.copy() for _ in range(MASKINGS - 1)]
    made = function(x, share, rng)
    if made is None or isinstance(made, str):
        return made  # the judge will say what it is
    if np.shape(made) != x.shape:
        return np.asarray(made)[None]
    return np.stack([np.asarray(made), *(np.asarray(function(copy, share, rng)) for copy in copies)])


DRAWS = 6


def truncated_sample(function, part, shape, threshold, seed):
    """What `function(shape, threshold, rng)` draws, called several times with one generator, as one array.

    Args:
        function: the student's.
        part: "range" or "law": what of it is looked at, which is the judge's business.
        shape: of what is drawn.
        threshold: the largest size of a number in range.
        seed: of the generator.
    """
    import numpy as np

    rng, shape = np.random.default_rng(seed), tuple(int(n) for n in shape)
    made = function(shape, threshold, rng)
    if made is None or isinstance(made, str):
        return made  # the judge will say what it is
    if np.shape(made) != shape:
        return np.asarray(made)[None]
    return np.stack([np.asarray(made), *(np.asarray(function(shape, threshold, rng)) for _ in range(DRAWS - 1))])


def with_generator(function, weights, heads, *arguments):
    """What `function(generator, *arguments)` returns for a small generator with one hidden layer.

    Args:
        function: the student's. Its generator takes codes (n, d) and returns images (n, height, width).
        weights, heads: the generator's parameters, shapes (d, m) and (m, height, width).
        arguments: what the function takes behind it.
    """
    import numpy as np

    def generator(w):
        return np.tensordot(np.tanh(np.asarray(w) @ weights), heads, axes=1)

    return function(generator, *arguments)


def inversion(function, x, weights, bias):
    """The codes that `function(x, weights, bias)` finds; how near their images are to x the judge finds out."""
    return function(x, weights, bias)


MOST_DRAWN = 100_000


def truncation(function, z, threshold, seed):
    """What `function(z, threshold, draw)` makes of z; which numbers of it are fresh ones the judge finds out.

    Args:
        function: the student's. Its `draw(n)` gives n fresh normal numbers; n may be a shape as well.
        z: latents, any shape.
        threshold: the largest size of a number in range.
        seed: of the fresh numbers.
    """
    import numpy as np

    rng, drawn = np.random.default_rng(seed), 0

    def draw(n):
        nonlocal drawn
        fresh = rng.standard_normal(n).round(6)  # no more digits than a released file holds
        drawn += np.size(fresh)
        if drawn > MOST_DRAWN:
            raise RuntimeError("draw() was asked for 100,000 numbers. Does the loop ever end?")
        return fresh

    return function(z, threshold, draw)


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
    probe.__name__: probe
    for probe in (
        call,
        penalty_value,
        penalty_gradient,
        on_tensors,
        loss_gradient,
        one_of,
        masking,
        truncated_sample,
        with_generator,
        inversion,
        truncation,
        table_row,
        network_output,
        network_layers,
        network_norms,
        network_activations,
        network_range,
        initialised,
        discriminator_step_loss,
        discriminator_step_moves,
        discriminator_step_moves_again,
        discriminator_step_leaves,
        generator_step_loss,
        generator_step_moves,
        generator_step_moves_again,
        generator_step_leaves,
    )
}
