"""Recording: what a network does, as plain data: its operations, its parameters, and what it gives for given numbers.

Nothing is found out here. The judge runs the operations again (`gancourse.exercises.graph`) and looks at those.

This file follows probes/translation.py as that one follows probes/networks.py.
"""

if "PROBES" not in globals():
    from gancourse.exercises.observe import encode
    from gancourse.exercises.probes.networks import _inputs, _made
    from gancourse.exercises.probes.translation import PROBES

MOST_OPERATIONS = 3_000
# How many inputs at a time a network is looked at with, where it is not 3.
BATCHES = {
    "network_range": lambda shape: (4,),
    "network_patches": lambda shape: (3, 2),
    "network_skips": lambda shape: (3, 2),
    "network_sum": lambda shape: (3, 2),
    "network_field": lambda shape: (int(shape[2]),),
}
NETWORKS = (
    *("network_output", "network_layers", "network_norms", "network_activations", "network_range"),
    *("network_patches", "network_activations_to_the_end", "network_skips", "network_edges", "network_sum"),
    "network_field",
)


def batches_of(name, shape):
    """With how many inputs at a time the network of finding `name` is recorded."""
    return BATCHES.get(name, lambda shape: (3,))(shape)


def _recorder(name):
    def record(function, seed, shape, *settings):
        return _recorded(_made(function, settings), seed, shape, batches_of(name, shape))

    record.__name__ = name
    return record


def _recorded(network, seed, shape, batches):
    """A network's operations and its answer to other numbers, as JSON in an array of bytes.

    Args:
        network: an `nn.Module`.
        seed: of other weights and inputs, on which the operations have to give what the network gives.
        shape: of one input.
        batches: numbers of inputs; the operations are recorded once for each.
    """
    import json

    import numpy as np
    import torch

    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        if any(isinstance(p, torch.nn.parameter.UninitializedParameter) for p in network.parameters()):
            network(_inputs(shape, batches[0]))  # lazy layers have no weights before
    leaves = _Leaves(network)
    graphs = {str(n): _operations(network, _inputs(shape, n), leaves) for n in batches}
    data = {"graphs": graphs, "leaves": leaves.data, "parameters": leaves.parameters}
    _disturb(list(network.parameters()), seed)
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        data["gives"] = encode_all(network(_inputs(shape, batches[0], seed)))
    return np.frombuffer(json.dumps(data).encode(), dtype=np.uint8)


def encode_all(output):
    """What a network returned as plain data, if it is a tensor; None if it is not."""
    return encode(output) if hasattr(output, "detach") else None


def _disturb(parameters, seed):
    """Other numbers in the place of a network's parameters: the judge does the same to the recorded ones."""
    import torch

    rng = torch.Generator().manual_seed(int(seed))
    with torch.no_grad():
        for parameter in parameters:
            spread = 0.1 + parameter.abs().mean()
            parameter += spread * torch.randn(parameter.shape, generator=rng).to(parameter.dtype)


class _Leaves:
    """Tensors that a network has before it begins: its parameters first, then buffers and constants as they are met."""

    def __init__(self, network):
        self.data, self.known, self.kept = [], {}, []
        for parameter in network.parameters():
            self.add(parameter)
        self.parameters = len(self.data)

    def add(self, tensor):
        """The number of a leaf; its values are those before anything is done to it."""
        place = (tensor.data_ptr(), tuple(tensor.shape), tuple(tensor.stride()), tensor.dtype)
        if place not in self.known:
            self.known[place] = len(self.data)
            self.kept.append(tensor)
            self.data.append(encode(tensor) | {"as": str(tensor.dtype).removeprefix("torch.")})
        return self.known[place]


def _operations(network, x, leaves):
    """What a network does with x: the operations, and which tensor of theirs is the result."""
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils._pytree import tree_flatten

    tensors, kept, operations = {id(x): "x"}, [x], []

    def plain(value):
        if isinstance(value, torch.Tensor):
            return {"t": tensors[id(value)] if id(value) in tensors else ["leaf", leaves.add(value)]}
        if isinstance(value, (list, tuple)):
            return [plain(v) for v in value]
        if isinstance(value, (torch.dtype, torch.device, torch.layout, torch.memory_format)):
            return {"c": str(value)}
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        raise TypeError(f"the network calls an operation with a {type(value).__name__}")

    class Tape(TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            named = {key: plain(value) for key, value in (kwargs or {}).items()}
            operation = [str(func), plain(args), named, torch.is_grad_enabled()]
            output = func(*args, **(kwargs or {}))
            if len(operations) >= MOST_OPERATIONS:
                raise RuntimeError(f"the network takes more than {MOST_OPERATIONS:,} operations")
            for i, each in enumerate(tree_flatten(output)[0]):
                if isinstance(each, torch.Tensor):
                    kept.append(each)
                    tensors.setdefault(id(each), [len(operations), i])  # what works in place keeps its name
            operations.append(operation)
            return output

    # Views keep their identity in inference mode; with gradients enabled `no_grad` shows.
    with torch.random.fork_rng(devices=[]), torch.inference_mode(), torch.enable_grad(), Tape():
        torch.default_generator.manual_seed(0)
        result = network(x)
    return {"operations": operations, "result": plain(result)}


PROBES = PROBES | {name: _recorder(name) for name in NETWORKS}
