"""How a game is wired, found by playing it: which network is fed what, what either loss is made of, who is paid.

Nothing is read from the source: both losses of a game are computed once, and every tensor carries along where it comes
from and whether a gradient could go back there. `gancourse.plots.diagrams` draws what is found.
"""

import copy
from dataclasses import dataclass, field

import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves

from gancourse.course import CourseError

LETTERS = {"generator": "G", "discriminator": "D", "encoder": "E", "reconstructor": "F", "classifier": "T"}
DRAWS = {"draw_latent": "z", "draw_codes": "c"}  # methods that draw what no batch holds


@dataclass(frozen=True)
class Call:
    """A network applied to something.

    Attributes:
        network: its letter.
        inputs: calls, and names of what is given or drawn, in their order.
    """

    network: str
    inputs: tuple

    def __str__(self):
        return f"{self.network}({', '.join(map(str, self.inputs))})"


@dataclass
class Structure:
    """What was found.

    Attributes:
        networks: by letter, "D" or "G": whose parameters they are.
        makers: the letters of those that make samples, the game's `generator`, one or two.
        inputs: by loss, "D" or "G", the `Call`s made for it, in their order.
        paid: by loss, for each call and name whose values reach the loss through no further network, whether a
            gradient goes back.
        live: by loss, the pairs (call, the call that takes its output) through which a gradient goes back.
    """

    networks: dict
    makers: set
    inputs: dict = field(default_factory=dict)
    paid: dict = field(default_factory=dict)
    live: dict = field(default_factory=dict)

    def reached(self, player):
        """The networks whose output the loss of `player` depends on, and that a gradient of it reaches."""
        todo, found = [call for call, live in self.paid[player].items() if live and isinstance(call, Call)], set()
        while todo:
            call = todo.pop()
            found.add(call)
            todo += [u for u, v in self.live[player] if v == call and u not in found]
        return {call.network for call in found}


def networks(game):
    """The networks of a game by their letters, each with its player: lists of networks are taken apart.

    Two generators are G and F, as in CycleGAN's paper; two discriminators D_A and D_B; others keep their names.
    """
    found = {}
    for name, module in game.named_children():
        if name in game.scratch or not any(True for _ in module.parameters()):
            continue
        player = "D" if name == "discriminator" else "G"
        if isinstance(module, nn.ModuleList):
            letters = ("G", "F") if name == "generator" else [f"{LETTERS.get(name, name)}_{c}" for c in "ABCDEFGH"]
            found |= {letter: (part, player) for letter, part in zip(letters, module, strict=False)}
        elif isinstance(module, nn.ModuleDict):
            found |= {letter: (part, player) for letter, part in module.items()}
        else:
            found[LETTERS.get(name, name)] = module, player
    return found


def structure(game, batch, names=None):
    """Play one round without a step, and say how the game is wired.

    Args:
        game: a `Game`; a copy of it plays, so it stays as it is.
        batch: what its losses take.
        names: of the tensors of the batch; "x", or for a tuple "x", "c", … if not given.

    Returns:
        A `Structure`.

    Raises:
        CourseError: there are fewer names than tensors in the batch.
    """
    parts = batch if isinstance(batch, tuple) else (batch,)
    names = names or ("x", "c", "y", "w")[: len(parts)]
    if len(names) < len(parts):
        raise CourseError(f"The batch has {len(parts)} tensors: give a name to each, not {', '.join(names)} alone.")
    theirs = {letter: player for letter, (_, player) in networks(game).items()}
    found = Structure(theirs, {letter for letter, (network, _) in networks(game).items() if _makes(game, network)})
    for player in "DG":
        played, origins = copy.deepcopy(game), _Origins()
        for part, name in zip(parts, names, strict=False):
            origins.say(part, {name: False})
        for letter, (network, _) in networks(played).items():
            origins.watch(letter, network)
        for method, name in DRAWS.items():
            if hasattr(played, method):
                setattr(played, method, origins.named(getattr(played, method), name))
        with origins, torch.enable_grad():
            value = (played.discriminator_loss if player == "D" else played.generator_loss)(batch)
        found.inputs[player], found.live[player] = list(origins.calls), origins.live
        found.paid[player] = origins.of(value)
    return found


def _makes(game, network):
    generator = getattr(game, "generator", None)
    return network is generator or (isinstance(generator, nn.ModuleList) and network in list(generator))


class _Origins(TorchFunctionMode):
    """While it is on, every tensor that torch makes has the origins of those that it is made of.

    Origins are a dictionary: a `Call` or a name, and whether a gradient can go back to it.
    """

    def __init__(self):
        super().__init__()
        self.known, self.kept, self.calls, self.live, self.inside = {}, [], {}, set(), 0

    def of(self, tensor):
        return self.known.get(id(tensor), {})

    def say(self, tensor, origins):
        self.known[id(tensor)] = origins
        self.kept.append(tensor)  # else another tensor may get its id

    def __torch_function__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        self._hand_on([args, kwargs or {}], out)
        return out

    def _hand_on(self, given, out):
        origins = {}
        for tensor in tree_leaves(given):
            if isinstance(tensor, torch.Tensor):
                for origin, live in self.of(tensor).items():
                    origins[origin] = origins.get(origin, False) or live
        for tensor in tree_leaves(out):
            if isinstance(tensor, torch.Tensor) and origins:
                self.say(tensor, {o: live and tensor.requires_grad for o, live in origins.items()})

    def named(self, draw, name):
        """A method that draws, and has what it draws called by this name."""

        def drawing(*args):
            drawn = draw(*args)
            for tensor in tree_leaves(drawn):
                self.say(tensor, {name: False})
            return drawn

        return drawing

    def watch(self, letter, network):
        """Note calls of a network or, as a game may use a part alone, of its parts; only the outermost call counts."""
        for part in network.modules():
            part.register_forward_pre_hook(lambda *_: self._enter())
            part.register_forward_hook(lambda _, given, out: self._leave(letter, given, out))

    def _enter(self):
        self.inside += 1

    def _leave(self, letter, given, out):
        self.inside -= 1
        if self.inside:
            return
        origins = {}
        for tensor in given:
            origins |= self.of(tensor)
        call = Call(letter, tuple(origins))
        steepness = any(t.is_leaf and t.requires_grad for t in given)  # a penalty looks at slopes there
        if not steepness:
            self.calls[call] = None
            self.live |= {(origin, call) for origin, live in origins.items() if live}
        for tensor in tree_leaves(out):
            self.say(tensor, {call: tensor.requires_grad} if not steepness else {})
