"""Where a game is played: on which device, in what precision, by how many processes.

Several processes run under `torchrun`, one per GPU. All of them draw the same random numbers and each keeps its own
part (`mine`), and gradients are averaged by one flat all-reduce per player and step, so that N processes play the
game that one would play with the same batch. DistributedDataParallel's hooks would break on two forward passes,
double backward and a frozen player. Batch norm stays each process's own.
"""

import os
from contextlib import nullcontext

import torch
from torch import distributed, nn


def best():
    """The device to train on: this process's GPU, Apple's, or the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def place(game, device):
    """Move a game to a device, with images laid out channels last where that is faster (convolutions in bf16)."""
    game.to(device)
    kinds = {type(module) for module in game.modules()}
    if kinds & {nn.Conv2d, nn.ConvTranspose2d} and not kinds & {
        nn.Conv3d,
        nn.ConvTranspose3d,
    }:
        # volumes have an axis more
        game.to(memory_format=torch.channels_last)
    return game


def place_of(module):
    """The device that a module's parameters lie on."""
    return next(module.parameters()).device


def has_bf16(device):
    """Whether the device multiplies bfloat16 matrices faster than float32 ones."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return device.type == "cpu" and torch.ops.mkldnn._is_mkldnn_bf16_supported()


def precision(device, bf16):
    """Makes contexts for the losses: bf16 autocast, or nothing."""
    if not bf16:
        return nullcontext
    return lambda: torch.autocast(device.type, torch.bfloat16)


# --- several processes -----------------------------------------------------------------------------------------


def join():
    """Join the other processes if `torchrun` started this one; else do nothing."""
    if "WORLD_SIZE" in os.environ and not distributed.is_initialized():
        if torch.cuda.is_available():
            torch.cuda.set_device(best())
        distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")


def leave():
    """Leave the group of processes, if there is one."""
    if distributed.is_initialized():
        distributed.destroy_process_group()


def processes():
    """How many processes play this game."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def is_first():
    """Whether this process is the one that writes files and shows progress."""
    return not distributed.is_initialized() or distributed.get_rank() == 0


def mine(drawn):
    """This process's part of what was drawn for all, along the first axis."""
    return drawn if processes() == 1 else drawn.chunk(processes())[distributed.get_rank()]


def average_gradients(parameters):
    """Replace every gradient by its mean over the processes: one all-reduce of one long vector."""
    if processes() == 1:
        return
    gradients = [p.grad for p in parameters if p.grad is not None]
    flat = torch.cat([g.reshape(-1) for g in gradients])
    distributed.all_reduce(flat)
    flat /= processes()
    for gradient, part in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
        gradient.copy_(part.view_as(gradient))


# --- CUDA graphs -----------------------------------------------------------------------------------------------


class Captured:
    """A turn of the game recorded as one CUDA graph: hundreds of small kernels start at the cost of one.

    The first turns are played as they are, on a stream of their own as capturing demands; then one is recorded and
    from there on replayed. Shapes must not change, and nothing in a turn may wait for the device.

    Args:
        turn: a function of a list of batches (tensors or tuples of them) that returns a tuple of tensors.
        optimisers: those that step in it.

    Raises:
        ValueError: an optimiser's learning rate is to change, and is a number, which a recording keeps as it is.
    """

    WARM_UP = 3

    def __init__(self, turn, optimisers):
        for group in (group for optimiser in optimisers for group in optimiser.param_groups):
            if "initial_lr" in group and not torch.is_tensor(group["lr"]):
                raise ValueError("A captured turn has a fixed learning rate: use capture=False, or no scheduler.")
            group["capturable"] = True
        self._turn, self._played, self._graph = turn, 0, None
        self._stream = torch.cuda.Stream()

    def __call__(self, batches):
        """Play one turn. What it returns is overwritten by the next."""
        if self._played < self.WARM_UP:
            self._played += 1
            self._stream.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(self._stream):
                result = self._turn(batches)
            torch.cuda.current_stream().wait_stream(self._stream)
            return result
        if self._graph is None:
            self._batches = [tuple(map(torch.clone, _tuple(batch))) for batch in batches]
            several = [isinstance(batch, tuple | list) for batch in batches]
            inputs = [kept if many else kept[0] for kept, many in zip(self._batches, several, strict=True)]
            self._graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self._graph):
                self._result = self._turn(inputs)
        for kept, batch in zip(self._batches, batches, strict=True):
            for to, tensor in zip(kept, _tuple(batch), strict=True):
                to.copy_(tensor)
        self._graph.replay()
        return self._result


def _tuple(batch):
    return tuple(batch) if isinstance(batch, tuple | list) else (batch,)
