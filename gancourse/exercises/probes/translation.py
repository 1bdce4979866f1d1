"""Probes of image translation: where a network's skips and edges are, an image pool, one step of a CycleGAN.

This file follows probes/networks.py. Imported, it takes that file's helpers from there. Sent as text into the kernel of
a stranger's notebook, it comes behind that file's text, into the same namespace, and finds them beside it.
"""

if "PROBES" not in globals():
    from gancourse.exercises.probes.networks import (
        PROBES,
        _flat,
        _Flow,
        _gradients,
        _how_far,
        _inputs,
        _made,
        _tensors,
        network_activations,
        network_norms,
        network_output,
    )

ENOUGH = 1000  # queries of a pool: a half comes out between 0.42 and 0.58 in all but 4 of 10 million trials
NEVER_SEEN = 300  # queries after which an image that is drawn half the time has long come out of a small pool
MANY_POOLS = 40  # that are filled: one of them shows an old image as soon as it may in all but 1 of 10¹² trials
TINY = 1e-9  # a step along which a slope is measured, in double precision


# --- networks ------------------------------------------------------------------------------------------------------


def network_patches(function, shape, *settings):
    """The shape of what a network makes of three inputs; a text where the gradient does not come back through it."""
    cut = _cut(function, shape, settings)
    if cut:
        return f"logits{cut}"
    return network_output(function, shape, *settings) or "a single number for all the images"


def network_activations_to_the_end(function, shape, *settings):
    """As `network_activations`, and whether the output is what the last convolution and its activation gave."""
    import torch

    words, last = network_activations(function, shape, *settings), []

    def remember(name, args, output):
        if name == "convolution":
            last[:] = [output.clone()]
        return output

    result = _watched(_made(function, settings), _inputs(shape, 3), remember)
    ends = {"none": lambda x: x, "tanh": torch.tanh, "sigmoid": torch.sigmoid}
    end = ends.get(words.split(", ")[-1])
    bare = network_norms(function, shape, *settings).split(", ")[-1] == "none"
    if not (last and end and bare) or result.numel() != last[0].numel():
        return words
    same = torch.allclose(result.flatten(), end(last[0]).flatten(), atol=1e-5)
    return words + ("" if same else ", and then something else")


def _cut(function, shape, settings):
    """Words for a network whose gradient is not the slope of its output, as behind a `detach`; "" for all others.

    The slope is measured in double precision along a direction of input and parameters, so closely that hardly ever an
    activation passes its kink on the way. Most of three directions count: in one that may happen, or be small what
    was cut off.
    """
    import contextlib

    import torch

    network, x = _made(function, settings).double(), _inputs(shape, 2).double()
    with torch.no_grad(), contextlib.suppress(RuntimeError):
        network(x)  # some layers have no weights before
    leaves = [x.requires_grad_(), *network.parameters()]

    def output():
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(0)
            made = network(x * 1)
        return made, (made * torch.linspace(-1, 1, made.numel(), dtype=made.dtype).view(made.shape)).sum()

    def move(directions, by):
        for leaf, direction in zip(leaves, directions, strict=True):
            leaf += by * direction

    @torch.no_grad()
    def measured(directions):
        values = []
        for by in (TINY, -2 * TINY):
            move(directions, by)
            values.append(output()[1].item())
        move(directions, TINY)
        return (values[0] - values[1]) / (2 * TINY)

    try:
        directions = [_directions(leaves, seed) for seed in (1, 2, 3)]
        slopes = [measured(each) for each in directions]
    except RuntimeError:  # it has tensors of its own that stay in single precision
        return ""
    made, value = output()
    gradients = [None] * len(leaves)
    if made.requires_grad:
        gradients = torch.autograd.grad(value, leaves, allow_unused=True)
    agree = 0
    for each, slope in zip(directions, slopes, strict=True):
        by_gradient = sum((g * d).sum().item() for g, d in zip(gradients, each, strict=True) if g is not None)
        agree += abs(by_gradient - slope) <= 1e-4 * abs(slope) + 1e-4
    return "" if agree > len(slopes) / 2 else ", but the gradient is cut off on the way"


def _directions(leaves, seed):
    import torch

    rng = torch.Generator().manual_seed(seed)
    return [torch.randn(leaf.shape, generator=rng, dtype=leaf.dtype) for leaf in leaves]


def network_skips(function, shape, *settings):
    """Which halvings of a network its way up sees past the ones below, as a text.

    One after the other is disturbed, while the next gives what it gave before: what changes at the end has come by a
    skip connection.
    """
    import torch

    network, x = _made(function, settings), _inputs(shape, 3)
    before = []

    def remember(output):
        before.append(output)
        return output

    plain = _with_halvings(network, x, remember)
    seen = []
    for level in range(len(before) - 1):
        later = iter(before[level + 1 :])
        passed = []

        def disturb(output, level=level, later=later, passed=passed):
            passed.append(output)
            if len(passed) <= level:
                return output
            return -output if len(passed) == level + 1 else next(later)

        if not torch.allclose(_with_halvings(network, x, disturb), plain, atol=1e-5):
            seen.append(str(level + 1))
    words = f"skips from {' and '.join(seen)} of {len(before)} halvings" if seen else "no skips"
    return words + _cut(function, shape, settings)


def network_edges(function, shape, *settings):
    """Each convolution's kernel and what it finds around the image, as a text; seen in what it is given."""
    edges, weights, flow = {}, set(), _Flow()

    def look(name, args, output):
        at = flow.add(args, output)
        if name == "convolution" and not args[6]:
            weights.add(args[1].data_ptr())
            kernel = "×".join(map(str, args[1].shape[2:]))
            edges[at] = f"{kernel} on {'zeros' if any(args[4]) else _edge(args[0])}"
        return output

    used = flow.behind(_watched(_made(function, settings), _inputs(shape, 3), look))
    told = [words + ("" if at in used else " (nothing takes up what it returns)") for at, words in edges.items()]
    return ", ".join(told) + ("; but they share their weights" if len(weights) < len(edges) else "")


def _edge(x):
    """What the first row of a padded image is."""
    for row, word in ((2, "reflection"), (1, "copies of the edge"), (-2, "the other side")):
        if (x[:, :, 0, 1:-1] == x[:, :, row, 1:-1]).all() and x[:, :, 0].any():
            return word
    return "nothing" if x[:, :, 0].any() else "zeros"


def network_sum(function, shape, *settings):
    """What a block makes of an image x, as a text: what is left of x with all weights 0, and whether there is more."""
    import torch

    block, x = _made(function, settings), _inputs(shape, 3)
    x[:, :, 0, 0] = 0  # where a product of x and f(x) shows
    with torch.no_grad():
        given = x.clone()
        ordinary = block(given)
        for parameter in block.parameters():
            parameter.zero_()
        at_zero = block(x.clone())
    if ordinary.shape != x.shape:
        return "another shape"
    if not ordinary[:, :, 0, 0].any():
        return "a product with x"
    share = round(((at_zero * x).sum() / (x * x).sum()).item(), 3) + 0.0
    kinds = {f"{share:g} x": share * x, "the positive part of x": x.relu()}
    rest = next((words for words, kind in kinds.items() if torch.allclose(at_zero, kind, atol=1e-3)), "something else")
    words = rest if torch.allclose(ordinary, at_zero) else f"{rest} + f(x)"
    if not torch.equal(given, x):
        return words + ", written over the x that it was given"
    return words + _cut(function, shape, settings)


def network_field(function, shape, *settings):
    """How many columns of an image the logit in the middle depends on, norms left out: they mix all of the image.

    A norm written out takes the mean and the variance of whole images: these are taken as if no image was touched.
    Where the logit depends on an image through nothing else, they are no norm's.
    """
    return _columns(function, shape, settings, _without_statistics) or _columns(function, shape, settings, _as_it_is)


def _columns(function, shape, settings, statistics):
    """How many columns are seen by the logit in the middle, with `statistics(name, args, output)` of whole images."""
    import torch

    columns = int(shape[2])
    x = torch.zeros(columns, *map(int, shape))
    x[range(columns), :, :, range(columns)] = torch.nan  # it spreads to whatever depends on it

    def without_norms(name, args, output):
        if "norm" not in name or "linalg" in name:
            return statistics(name, args, output)
        return (args[0], *output[1:]) if isinstance(output, tuple) else args[0]

    logits = _watched(_made(function, settings), x, without_norms)
    if logits.ndim < 2:  # a number for each image, or one for all
        logits = logits.expand(columns)[:, None]
    middle = [side // 2 for side in logits.shape[2:]]
    return int(logits[(slice(None), 0, *middle)].isnan().sum())


def _as_it_is(name, args, output):
    return output


def _without_statistics(name, args, output):
    """A mean or a spread over whole images, as if no image was touched."""
    import torch

    if name not in ("mean", "var", "var_mean", "std", "std_mean", "sum"):
        return output
    x, first = args[0], output[0] if isinstance(output, tuple) else output
    if not isinstance(x, torch.Tensor) or x.ndim < 3 or first.numel() > x.shape[0] * x.shape[1]:
        return output
    return tuple(part.nan_to_num(0.0) for part in output) if isinstance(output, tuple) else output.nan_to_num(0.0)


def _with_halvings(network, x, instead):
    """A network's output, with `instead(output)` in place of the output of every convolution that shrinks."""

    def watch(name, args, output):
        shrinks = name == "convolution" and not args[6] and output.shape[-1] < args[0].shape[-1] // 2 + 1
        return instead(output) if shrinks else output

    return _watched(network, x, watch)


def _watched(network, x, watch):
    """A network's output, with `watch(name, arguments, output)` in place of the output of every operation."""
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode

    class Tape(TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            return watch(func.overloadpacket.__name__.rstrip("_"), args, func(*args, **(kwargs or {})))

    with torch.no_grad(), Tape():
        return network(x)


# --- an image pool: `function` makes one of a size ------------------------------------------------------------------


def pool_fills(function, size, queries):
    """The numbers of the images that a pool shows at its first queries; image i is full of i."""
    return _shown(function, size, queries)


def pool_share(function, size):
    """How often a full pool shows another image than the one it is given, as a text."""
    shown = _shown(function, size, size + ENOUGH)
    share = sum(image != asked for asked, image in enumerate(shown) if asked >= size) / ENOUGH
    words = {0: "never", 0.42: "seldom", 0.58: "half the time", 0.9999: "mostly"}
    return next((word for most, word in words.items() if share <= most), "always")


def pool_exchange(function, size):
    """What becomes of the images of a pool, as a text: each should be shown once, in no order."""
    full = [_first_old(_shown(function, size, size + 8, seed)) for seed in range(MANY_POOLS)]
    if (held := min(full)) > size and held < size + 8:
        return f"the pool is full with size + {held - size} images"
    waiting, at_once, old, found, oldest, exchanges = [], set(), set(), set(), 0, 0
    for asked, image in enumerate(_shown(function, size, ENOUGH)):
        if image != asked or asked < size:
            waiting.append(asked)  # it is kept
        if image == asked:
            at_once.update({image} if asked >= size else ())
        elif image in waiting:
            exchanges += 1
            oldest += image == waiting[0]
            waiting.remove(image)
            old.add(image)
        else:
            found.add("shown at once" if image in at_once else "shown as an old one" if image in old else "unknown")
    if found:
        return f"images come again that were {' and '.join(sorted(found))}"
    if waiting and waiting[0] < ENOUGH - NEVER_SEEN:
        return "an image that is kept never comes again"
    if oldest > (1 / size + 0.12) * exchanges:
        return "the oldest image comes too often"
    return "each comes once, in no order"


def _first_old(shown):
    """At which query an image other than the one asked with is shown; the number of queries if at none."""
    return next((asked for asked, image in enumerate(shown) if image != asked), len(shown))


def pool_keeps(function, size):
    """Whether what a pool kept still hangs on the graph that made it, as a text."""
    import torch

    weight = torch.ones((), requires_grad=True)
    shown = _asked(function, size, 20 * size + 40, lambda number: number * weight)
    old = [image for asked, image in enumerate(shown) if asked >= size and int(image.flatten()[0]) != asked]
    if not old:
        return "no old image is shown"
    hangs = any(getattr(image, "requires_grad", False) for image in old)
    return "the graph is kept with the image" if hangs else "the image alone is kept"


def _shown(function, size, queries, seed=0):
    """The numbers of the images shown."""
    return [int(image.flatten()[0]) for image in _asked(function, size, queries, lambda number: number, seed)]


def _asked(function, size, queries, make, seed=0):
    """What a pool of `size` answers to `queries` images; image i is full of `make(i)`.

    The random numbers of Python and PyTorch start from the same place every time, and are left where they were.
    """
    import random

    import torch

    state = random.getstate()
    try:
        with torch.random.fork_rng(devices=[]):
            random.seed(seed)
            torch.default_generator.manual_seed(seed)
            pool = function(size)
            answers = [pool.query(make(torch.full((1, 2, 2), float(i)))) for i in range(queries)]
    finally:
        random.setstate(state)
    if not all(getattr(answer, "shape", None) == (1, 2, 2) for answer in answers):
        raise TypeError("query(image) is to return an image of the same shape")
    return answers


# --- losses of networks ----------------------------------------------------------------------------------------------


def generators_loss(function, to_b, to_a, x_a, x_b):
    """What `function(to_b, to_a, x_a, x_b)` returns for two generators of weights (d, d), images (n, d)."""
    return function(*_two_layers(to_b, to_a)[0], *_tensors(x_a, x_b))


def generators_gradient(function, to_b, to_a, x_a, x_b):
    """The gradient of that by both generators' weights, (2, d, d); zeros where none flows."""
    import torch

    networks, leaves = _two_layers(to_b, to_a)
    value = function(*networks, *_tensors(x_a, x_b))
    if value is None or isinstance(value, (tuple, list)):
        return value  # not what was asked for: the judge will say so
    gradients = [None, None]
    if getattr(value, "requires_grad", False):
        gradients = torch.autograd.grad(value.sum(), leaves, allow_unused=True)
    return torch.stack([torch.zeros_like(w) if g is None else g for w, g in zip(leaves, gradients, strict=True)])


def _two_layers(*weights):
    leaves = [w.requires_grad_() for w in _tensors(*weights)]
    return [lambda x, w=w: (x @ w).tanh() for w in leaves], leaves


# --- one step of either side of a CycleGAN ---------------------------------------------------------------------------


def cycle_discriminators_loss(function, *arguments):
    """What `function(generators, discriminators, optimiser, x_a, x_b, pools, loss)` returns.

    Args:
        function: the student's.
        arguments: of `_four_players`, then images of either side (n, d).
    """
    return _step("discriminators", function, arguments)[0]


def cycle_discriminators_moves(function, *arguments):
    """By how much that changes the discriminators' parameters."""
    return _moves("discriminators", function, arguments)


def cycle_discriminators_moves_again(function, *arguments):
    """The same where gradients of an earlier step are left."""
    return _moves("discriminators", function, arguments, left=1.0)


def cycle_discriminators_leaves(function, *arguments):
    """Whether the discriminators moved (see `_how_far`), the generators' gradients, and their trainable share.

    And first of all, where they did not move, why: see `_why_not`.
    """
    _, generators, discriminators, before, events = _step("discriminators", function, arguments)
    moved = _how_far(discriminators, before[1])
    return [_why_not(events, moved), moved, *_gradients(generators).tolist(), _trainable(generators)]


def cycle_generators_loss(function, *arguments):
    """What `function(generators, discriminators, optimiser, x_a, x_b, loss, cycle)` returns; arguments as above."""
    return _step("generators", function, arguments)[0]


def cycle_generators_moves(function, *arguments):
    """By how much that changes the generators' parameters."""
    return _moves("generators", function, arguments)


def cycle_generators_moves_again(function, *arguments):
    """The same where gradients of an earlier step are left."""
    return _moves("generators", function, arguments, left=1.0)


def cycle_generators_leaves(function, *arguments):
    """Whether the generators moved, how far the discriminators did, and the share of the latter that is trainable.

    And first of all, where they did not move, why: see `_why_not`.
    """
    _, generators, discriminators, before, events = _step("generators", function, arguments)
    moved = _how_far(generators, before[0])
    return [
        _why_not(events, moved),
        moved,
        (_flat(discriminators) - before[1]).abs().max().item(),
        _trainable(discriminators),
    ]


def _why_not(events, moved):
    """For what has not moved: 1 if no `backward` ever reached it, 2 if that came after the step; or else 0."""
    if moved == 1:
        return 0
    if "backward" not in events:
        return 1
    return 2 if "step" in events[: events.index("backward")] and "step" not in events[events.index("backward") :] else 0


def _trainable(networks):
    """The share of parameters that a step can still move."""
    each = [p.requires_grad for p in networks.parameters()]
    return sum(each) / len(each)


def _moves(who, function, arguments, left=None):
    _, *players, before, _ = _step(who, function, arguments, left)
    at = ["generators", "discriminators"].index(who)
    return _flat(players[at]) - before[at]


def _step(who, function, arguments, left=None):
    """What a step returns, all networks after it, both sides' parameters before it, and what was called in order.

    The losses and pools that it is given are unlike the usual ones, so that it shows whether they are used.
    """
    import torch
    from torch.nn.functional import softplus

    *players, x_a, x_b = arguments
    generators, discriminators, optimiser = _four_players(who, *players)
    mover = {"generators": generators, "discriminators": discriminators}[who]
    for p in mover.parameters() if left is not None else ():
        p.grad = torch.full_like(p, left)
    given = {
        "generators": (
            lambda on_fake: softplus(-on_fake).mean(),
            lambda x_a, back_a, x_b, back_b: 2 * (x_a - back_a).abs().mean() + 3 * ((x_b - back_b) ** 2).mean(),
        ),
        "discriminators": (
            (lambda made_a: 0.5 * made_a + 0.3, lambda made_b: 0.7 * made_b - 0.4),
            lambda on_real, on_fake: softplus(-on_real).mean() + 2 * softplus(on_fake).mean(),
        ),
    }[who]
    before, events = (_flat(generators), _flat(discriminators)), []
    for p in mover.parameters():
        p.register_post_accumulate_grad_hook(lambda p: events.append("backward"))
    optimiser.register_step_pre_hook(lambda *_: events.append("step"))
    value = function(tuple(generators), tuple(discriminators), optimiser, *_tensors(x_a, x_b), *given)
    return value, generators, discriminators, before, events


def _four_players(who, g_weights, d_weights, d_heads, rate):
    """Generators to b and to a, discriminators of a and of b, and an optimiser for one of the pairs.

    Weights have shapes (2, d, d), (2, d, h) and (2, h).
    """
    import torch
    from torch import nn

    g_weights, d_weights, d_heads = _tensors(g_weights, d_weights, d_heads)
    generators = nn.ModuleList(nn.Sequential(_dense(w), nn.Tanh()) for w in g_weights)
    discriminators = nn.ModuleList(
        nn.Sequential(_dense(w), nn.LeakyReLU(0.2), _dense(v[:, None])) for w, v in zip(d_weights, d_heads, strict=True)
    )
    mover = {"generators": generators, "discriminators": discriminators}[who]
    return generators, discriminators, torch.optim.SGD(mover.parameters(), lr=rate)


def _dense(weight):
    import torch
    from torch import nn

    layer = nn.Linear(*weight.shape).double()
    with torch.no_grad():
        layer.weight.copy_(weight.T)
        layer.bias.fill_(0.1)
    return layer


# --- a trained translation -------------------------------------------------------------------------------------------


def beside_its_input(function, image):
    """Images, uint8, as a network takes them, and what `function` makes of them: the measure needs both."""
    import torch

    x = torch.tensor(image).float() / 127.5 - 1
    made = function(x.clone())
    kind = "nothing" if made is None else "several" if isinstance(made, (tuple, list)) else ""
    return [x.numpy(), kind or made]


PROBES = PROBES | {
    probe.__name__: probe
    for probe in (
        network_patches,
        network_activations_to_the_end,
        network_skips,
        network_edges,
        network_sum,
        network_field,
        pool_fills,
        pool_share,
        pool_exchange,
        pool_keeps,
        generators_loss,
        generators_gradient,
        cycle_discriminators_loss,
        cycle_discriminators_moves,
        cycle_discriminators_moves_again,
        cycle_discriminators_leaves,
        cycle_generators_loss,
        cycle_generators_moves,
        cycle_generators_moves_again,
        cycle_generators_leaves,
        beside_its_input,
    )
}
