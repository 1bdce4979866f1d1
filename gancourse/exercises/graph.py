"""A network again, from the record of its operations, outside the process that it was made in.

What `gancourse.exercises.probes.recording` wrote is a list of PyTorch's operations with plain arguments and the numbers
of its parameters. `Replayed` is a network of those: an operation that is not in `ALLOWED` is not run. It may then be
looked at like any network. A record whose operations do not give what the network gave, on weights and inputs drawn
from a secret, is refused.
"""

import json
import math
import time

import torch
from torch import nn
from torch.utils._pytree import tree_flatten

from gancourse.exercises.observe import decode
from gancourse.exercises.probes.networks import _inputs
from gancourse.exercises.probes.recording import MOST_OPERATIONS, _disturb

MOST_BYTES = 6 * 2**20  # of a record
MOST_NUMBERS = 2**23  # of a tensor
MOST_PRODUCTS = 2**37  # of the sizes of an operation's tensors
MOST_SECONDS = 20.0  # of CPU for one run
ALLOWED = frozenset(
    """
    abs absolute adaptive_avg_pool1d adaptive_avg_pool2d adaptive_max_pool2d add addbmm addcdiv addcmul addmm
    addmv alias alpha_dropout amax amin aminmax arange argmax argmin as_strided avg_pool2d baddbmm batch_norm
    bernoulli bmm broadcast_tensors broadcast_to cat ceil celu channel_shuffle chunk clamp clamp_max clamp_min
    clip clone col2im column_stack concat concatenate constant_pad_nd contiguous conv1d conv2d conv3d
    conv_transpose1d conv_transpose2d convolution copy cos cumsum detach diagonal diff div divide dropout dstack
    einsum elu empty empty_like eq exp expand expand_as expm1 eye feature_dropout fill flatten flip float_power
    floor fmod frobenius_norm full full_like gather ge gelu glu group_norm gt hardshrink hardsigmoid hardswish
    hardtanh hstack im2col index index_put index_select instance_norm isfinite isinf isnan kron layer_norm le
    leaky_relu lerp lift lift_fresh linalg_norm linalg_vector_norm linear linspace log log1p log2 log_sigmoid
    log_softmax logaddexp logical_and logical_not logical_or logsumexp lt masked_fill masked_select matmul max
    max_pool1d max_pool2d max_pool2d_with_indices maximum mean median min minimum mish mm moveaxis movedim mul
    multiply mv nan_to_num narrow native_batch_norm native_dropout native_group_norm native_layer_norm ne neg
    negative new_empty new_full new_ones new_zeros norm normal numel ones ones_like outer pad permute
    pixel_shuffle pixel_unshuffle pow prelu prod rand rand_like randn randn_like ravel reciprocal reflection_pad1d
    reflection_pad2d relu relu6 remainder repeat repeat_interleave replication_pad2d reshape resolve_conj
    resolve_neg roll rrelu rsqrt rsub scaled_dot_product_attention scatter select selu sigmoid sign silu sin slice
    softmax softplus softshrink split split_with_sizes sqrt square squeeze stack std std_mean sub subtract sum
    swapaxes swapdims t tan tanh tensor_split tensordot tile to transpose tril triu true_divide type_as unbind
    unflatten unfold uniform unsqueeze upsample_bicubic2d upsample_bilinear2d upsample_nearest1d
    upsample_nearest2d vander var var_mean view view_as vstack where zero zeros zeros_like _conj _convolution
    _log_softmax _reshape_alias _softmax _to_copy _unsafe_view _upsample_nearest_exact2d _weight_norm
    _weight_norm_interface
    """.split()
)
ONE_BY_ONE = frozenset("add div expand_as lerp maximum minimum mul pow rsub sub type_as view_as where".split())
WIDE = (
    "arange",
    "empty",
    "eye",
    "expand",
    "full",
    "linspace",
    "new_",
    "ones",
    "pad",
    "rand",
    "repeat",
    "tile",
    "zeros",
)
CONSTANTS = {
    str(c): c
    for c in (
        *(
            torch.float32,
            torch.float64,
            torch.float16,
            torch.bfloat16,
            torch.int64,
            torch.int32,
            torch.uint8,
            torch.bool,
        ),
        *(torch.strided, torch.contiguous_format, torch.preserve_format, torch.channels_last),
    )
} | {"cpu": torch.device("cpu")}


class Refused(ValueError):
    """A record that is none: an operation that is not allowed, or what its operations give is not what was given."""


class Replayed(nn.Module):
    """The network that a record describes.

    Args:
        value: the record, an array of bytes.

    Raises:
        Refused: it is no such record.
    """

    def __init__(self, value):
        super().__init__()
        try:
            if len(value) > MOST_BYTES or str(value.dtype) != "uint8":
                raise Refused("a network of more numbers than can be looked at")
            data = json.loads(bytes(value))
            self._graphs, leaves = data["graphs"], [_leaf(leaf) for leaf in data["leaves"]]
            if not isinstance(self._graphs, dict) or not self._graphs:
                raise Refused("a network without operations")
            count, self.gives = int(data["parameters"]), data["gives"] and torch.tensor(decode(data["gives"]))
        except (KeyError, TypeError, ValueError, RecursionError, AttributeError) as error:
            raise Refused(f"no record of a network ({type(error).__name__})") from error
        self._leaves = []
        for i, leaf in enumerate(leaves):
            if i < count and leaf.is_floating_point():
                self.register_parameter(f"p{i}", nn.Parameter(leaf))
            else:
                self.register_buffer(f"b{i}", leaf)
            self._leaves.append(f"p{i}" if i < count and leaf.is_floating_point() else f"b{i}")

    def forward(self, x):
        """What the recorded operations make of x, of which there are as many as when they were recorded."""
        try:
            graph = self._graphs[str(len(x))]
            operations, result = graph["operations"], graph["result"]
            if len(operations) > MOST_OPERATIONS:
                raise Refused("too many operations")
            made, began = [], time.process_time()
            for name, arguments, named, with_gradient in operations:
                arguments = [self._real(a, x, made) for a in arguments]
                named = {str(key): self._real(value, x, made) for key, value in named.items()}
                with torch.set_grad_enabled(bool(with_gradient) and torch.is_grad_enabled()):
                    made.append(tree_flatten(_run(name, arguments, named))[0])
                if time.process_time() - began > MOST_SECONDS:
                    raise Refused("it takes too long")
            return self._real(result, x, made)
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise Refused(f"no record of operations ({type(error).__name__}: {error})") from error

    def _real(self, value, x, made):
        """An argument of an operation: a tensor by its name, a constant by its, a list of such, or a plain value."""
        if isinstance(value, list):
            return [self._real(v, x, made) for v in value]
        if not isinstance(value, dict):
            return value
        if "c" in value:
            return CONSTANTS[value["c"]]
        place = value["t"]
        if place == "x":
            return x
        return getattr(self, self._leaves[place[1]]) if place[0] == "leaf" else made[place[0]][place[1]]


def _leaf(data):
    tensor = torch.tensor(decode(data))
    return tensor.to(CONSTANTS[f"torch.{data['as']}"])


def _run(name, arguments, named):
    """One operation, if it is allowed and not too large."""
    library, packet, overload = name.split(".")
    if library != "aten" or packet.removesuffix("_") not in ALLOWED:
        raise Refused(f"the operation {name[:60]} is none that a network is looked at with")
    if packet.startswith(WIDE) or "pad" in packet or "upsample" in packet:
        numbers = [abs(v) for v in tree_flatten([arguments, named])[0] if type(v) in (int, float) and abs(v) > 1]
        given = [t.numel() for t in tree_flatten(arguments)[0] if isinstance(t, torch.Tensor)]
        if max([0, *numbers]) > MOST_NUMBERS or math.prod([1, *numbers]) > MOST_NUMBERS * max([1, *given]):
            raise Refused(f"the operation {name[:60]} makes too many numbers")
    tensors = [t for t in tree_flatten([arguments, named])[0] if isinstance(t, torch.Tensor)]
    sizes = [max(1, t.numel()) for t in tensors]
    same = packet.removesuffix("_") in ONE_BY_ONE and len({t.shape for t in tensors}) == 1
    if max([0, *sizes]) > MOST_NUMBERS or (not same and math.prod(sizes[:2]) > MOST_PRODUCTS):
        raise Refused(f"the operation {name[:60]} is too large")
    return getattr(getattr(torch.ops.aten, packet), overload)(*arguments, **named)


def replayed(value, seed, shape):
    """The network of a record, once its operations have given what the network itself gave.

    Args:
        value: the record, see `gancourse.exercises.probes.recording`.
        seed: the secret from which other weights and inputs were drawn.
        shape: of one input.

    Returns:
        A function that makes the network anew, with the weights that it had.

    Raises:
        Refused: they give something else.
    """
    network = Replayed(value)
    _disturb(list(network.parameters()), seed)
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        result = network(_inputs(shape, int(next(iter(network._graphs))), seed))
    if isinstance(result, torch.Tensor) != (network.gives is not None):
        raise Refused("its operations give something else than the network")
    if network.gives is not None:
        same = result.shape == network.gives.shape
        scale = result.abs().max() if result.numel() else 0
        if not same or not torch.allclose(
            result.float(), network.gives.float(), rtol=1e-3, atol=float(1e-4 * scale) + 1e-6, equal_nan=True
        ):
            raise Refused("its operations give something else than the network")
    return lambda *settings: Replayed(value)
