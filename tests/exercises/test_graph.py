"""Networks are judged outside: from a record of what they do, run again; a record that is none earns nothing."""

import json

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from classroom import answered, exercises_of, open_room, results
from gancourse.exercises.following import secret_rng
from gancourse.exercises.graph import Refused, Replayed, replayed
from gancourse.exercises.probes import networks
from gancourse.exercises.probes.recording import PROBES
from gancourse.grading.rebuild import grade_id
from gancourse.grading.sandbox import Limits
from gancourse.grading.session import Session

SEED, SHAPE = 5, np.array([3, 8, 8])


def record(make, seed=SEED):
    return PROBES["network_layers"](make, seed, SHAPE)


class Form(nn.Module):
    """A convolution and more of it, in one of many forms."""

    def __init__(self, rest, **parts):
        super().__init__()
        self.rest = rest
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        for name, part in parts.items():
            if isinstance(part, torch.Tensor) and not isinstance(part, nn.Parameter):
                self.register_buffer(name, part)
            else:
                setattr(self, name, part)

    def forward(self, x):
        return self.rest(self, self.conv(x))


def by_hand(h):
    return (h - h.mean((2, 3), keepdim=True)) / (h.var((2, 3), keepdim=True, unbiased=False) + 1e-5).sqrt()


def in_place(h):
    h[:, 0] += 1
    h[:, 1:].mul_(2)
    return F.relu_(h)


def pooled(h):
    return torch.stack([h[..., i::2, j::2] for i in (0, 1) for j in (0, 1)]).amax(0)


def without_gradients(h):
    with torch.no_grad():
        g = h * 2
    return h + g


FORMS = {
    "batch norm": lambda: Form(lambda s, h: s.norm(h), norm=nn.BatchNorm2d(4)),
    "functional batch norm": lambda: Form(lambda s, h: F.batch_norm(h, None, None, training=True)),
    "batch norm by hand": lambda: Form(lambda s, h: (h - h.mean((0, 2, 3), True)) / h.std((0, 2, 3), keepdim=True)),
    "instance norm": lambda: Form(lambda s, h: s.norm(h), norm=nn.InstanceNorm2d(4, affine=True)),
    "instance norm by hand": lambda: Form(lambda s, h: by_hand(h)),
    "group norm": lambda: Form(lambda s, h: s.norm(h), norm=nn.GroupNorm(2, 4)),
    "layer norm": lambda: Form(lambda s, h: F.layer_norm(h, h.shape[1:])),
    "in place": lambda: Form(lambda s, h: in_place(h)),
    "pooling by hand": lambda: Form(lambda s, h: pooled(h)),
    "pooling": lambda: Form(lambda s, h: F.max_pool2d(h, 2)),
    "module list": lambda: Form(
        lambda s, h: s.more[1](s.more[0](h)), more=nn.ModuleList([nn.ReLU(), nn.Conv2d(4, 2, 3)])
    ),
    "module dict": lambda: Form(lambda s, h: s.more["a"](h), more=nn.ModuleDict({"a": nn.Conv2d(4, 2, 3)})),
    "einsum": lambda: Form(lambda s, h: torch.einsum("nchw,cd->ndhw", h, s.w), w=nn.Parameter(torch.randn(4, 2))),
    "a buffer": lambda: Form(lambda s, h: h * s.scale, scale=torch.randn(4, 1, 1)),
    "a constant": lambda: Form(lambda s, h: h + torch.linspace(0, 1, 8)),
    "reflection": lambda: Form(lambda s, h: F.pad(h, (1, 1, 1, 1), mode="reflect")),
    "replication": lambda: Form(lambda s, h: F.pad(h, (1, 1, 1, 1), mode="replicate")),
    "a cat": lambda: Form(lambda s, h: torch.cat([h, h.flip(-1)], 1)),
    "a skip": lambda: Form(lambda s, h: h + s.more(h), more=nn.Conv2d(4, 4, 1, bias=False)),
    "weight norm": lambda: Form(lambda s, h: s.more(h), more=nn.utils.parametrizations.weight_norm(nn.Conv2d(4, 2, 3))),
    "pixel shuffle": lambda: Form(lambda s, h: F.pixel_shuffle(h, 2)),
    "enlarged": lambda: Form(lambda s, h: F.interpolate(h, scale_factor=2, mode="nearest")),
    "dense": lambda: Form(lambda s, h: s.more(h.flatten(1)).squeeze(1), more=nn.Linear(256, 1)),
    "lazy": lambda: Form(lambda s, h: s.more(h.flatten(1)), more=nn.LazyLinear(1)),
    "matrix": lambda: Form(lambda s, h: h.flatten(1) @ s.w, w=nn.Parameter(torch.randn(256, 1))),
    "shared": lambda: Form(lambda s, h: s.more(s.more(h)), more=nn.Conv2d(4, 4, 1)),
    "data": lambda: Form(lambda s, h: h + s.conv.bias.data[:, None, None]),
    "detached": lambda: Form(lambda s, h: h + h.detach()),
    "without gradients": lambda: Form(lambda s, h: without_gradients(h)),
    "dropout": lambda: Form(lambda s, h: F.dropout(h, 0.5)),
    "python's loop": lambda: Form(lambda s, h: sum(h[:, i : i + 1] * (i + 1) for i in range(h.shape[1]))),
    "where": lambda: Form(lambda s, h: torch.where(h > 0, h, 0.2 * h)),
    "sequential": lambda: nn.Sequential(nn.Conv2d(3, 4, 3), nn.Sequential(nn.Tanh()), nn.Flatten()),
    "double": lambda: Form(lambda s, h: h.double().float()),
}


@pytest.mark.parametrize("make", FORMS.values(), ids=FORMS)
def test_a_network_in_any_form_is_the_same_network_again(make):
    settled = make()
    settled(torch.zeros(3, *SHAPE))  # a lazy layer has no weights before
    again = replayed(record(make), SEED, SHAPE)
    x = torch.randn(3, *SHAPE, generator=torch.Generator().manual_seed(0))
    torch.manual_seed(0)
    network = make()
    torch.manual_seed(0)
    expected = network(x.clone())
    torch.manual_seed(0)
    seen = again()(x.clone())
    lazy = make is FORMS["lazy"]  # its weights are drawn when it is first called
    assert seen.shape == expected.shape and (lazy or torch.allclose(seen, expected, atol=1e-5))
    for finding in (networks.network_layers, networks.network_norms, networks.network_activations):
        assert finding(again, SHAPE) == finding(lambda: settled, SHAPE)


def spread_only(h):
    return h / (h.var((2, 3), keepdim=True, unbiased=False) + 1e-5).sqrt()


def after_the_activation(h):
    return by_hand(h.relu())


OF_A_NORM = {
    "per image and channel": (by_hand, "instance norm"),
    "per channel": (lambda h: (h - h.mean((0, 2, 3), True)) / h.std((0, 2, 3), keepdim=True), "batch norm"),
    "per image": (lambda h: (h - h.mean((1, 2, 3), True)) / h.std((1, 2, 3), keepdim=True), "layer norm"),
    "with a factor": (lambda h: 0.02 * by_hand(h) + 1, "instance norm"),
    "after an activation": (after_the_activation, "instance norm after the activation"),
    "centred only": (lambda h: h - h.mean((2, 3), True), "none"),
    "not centred": (spread_only, "none"),
    "unheard": (lambda h: (by_hand(h), h)[1], "instance norm (nothing takes up what it returns)"),
}


@pytest.mark.parametrize(("form", "words"), OF_A_NORM.values(), ids=OF_A_NORM)
def test_a_norm_written_out_is_known_by_what_it_makes(form, words):
    again = replayed(record(lambda: Form(lambda s, h: form(h))), SEED, SHAPE)
    assert networks.network_norms(again, SHAPE) == words


def test_gradients_flow_where_they_flowed():
    x = torch.randn(3, *SHAPE, requires_grad=True)
    slopes = {
        name: torch.autograd.grad(replayed(record(FORMS[name]), SEED, SHAPE)()(x).sum(), x)[0].abs().sum()
        for name in ("detached", "without gradients", "a skip")
    }
    plain = (
        torch.autograd.grad(replayed(record(lambda: Form(lambda s, h: h)), SEED, SHAPE)()(x).sum(), x)[0].abs().sum()
    )
    assert slopes["detached"] == pytest.approx(plain.item()) == pytest.approx(slopes["without gradients"].item())


def changed(value, change):
    data = json.loads(bytes(value))
    change(data)
    return np.frombuffer(json.dumps(data).encode(), dtype=np.uint8)


def drop_the_last(data):
    graph = data["graphs"]["3"]
    graph["result"] = {"t": [len(graph["operations"]) - 2, 0]}


def call(name, *arguments):
    def change(data):
        data["graphs"]["3"]["operations"].insert(0, [name, list(arguments), {}, True])

    return change


FORGED = {
    "another result": drop_the_last,
    "a file": call("aten.from_file.default", "/etc/passwd", False, 10),
    "no operation": call("os.system.default", "true"),
    "attributes": call("aten.__class__.__init__"),
    "too many numbers": call("aten.zeros.default", [10**6, 10**6]),
    "too many in all": call("aten.ones.default", [2**12, 2**12]),
    "no such tensor": call("aten.relu.default", {"t": [50, 0]}),
    "nothing": lambda data: data.clear(),
    "no graphs": lambda data: data.update(graphs=3),
    "no answer": lambda data: data.update(gives=None),
}


@pytest.mark.parametrize("change", FORGED.values(), ids=FORGED)
def test_a_record_that_is_not_the_networks_is_refused(change):
    value = record(FORMS["batch norm"])
    with pytest.raises(Refused):
        replayed(changed(value, change), SEED, SHAPE)()


@pytest.mark.parametrize("value", [np.zeros(3), np.zeros(3, dtype=np.uint8), np.frombuffer(b"[" * 10**5, np.uint8)])
def test_what_is_no_record_at_all_is_refused(value):
    with pytest.raises(Refused):
        Replayed(value)


def test_a_record_made_for_another_secret_is_refused():
    with pytest.raises(Refused):
        replayed(record(FORMS["batch norm"], seed=1), 2, SHAPE)


# A cell that replaces the code that asks, and says what was found in a right network.
FORGE = """
import base64, json, sys
cells = sys.modules["gancourse.grading.cells"]
WORDS = {words!r}
def ask(self, name, calls, *others):
    def text(words):
        return {{"type": "str", "text": base64.b64encode(words.encode()).decode()}}
    def answer(probe):
        found = WORDS.get(probe, "right")
        value = text(found) if isinstance(found, str) else found
        return {{"value": value, "after": [], "error": None}}
    return [answer(probe) for probe, arguments in calls]
cells.Cells.ask = ask
"""


@pytest.mark.slow
@pytest.mark.parametrize("assignment", ["ps3", "ps5"])
def test_words_about_a_network_earn_nothing(assignment):
    """The right findings themselves, said by a cell that replaces the code that asks."""
    from gancourse.exercises.specification import compile_exercise

    names = {"ps3": ["Generator", "Discriminator"], "ps5": ["UNet", "patch_discriminator", "ResidualBlock"]}[assignment]
    exercises = exercises_of(assignment)
    rng_for = secret_rng(b"key", "test")
    words = {}
    for name in names:
        compiled = compile_exercise(exercises[name], rng_for(name), mistakes=False)
        words |= {compiled.probe(case): case.expected["value"] for case in compiled.cases}
    notebook = answered({}, assignment, extra=FORGE.format(words=words))
    notebook.cells = [c for i, c in enumerate(notebook.cells) if i < 2 or grade_id(c).removeprefix("check-") in names]
    for name in names:
        notebook.cells.insert(2, type(notebook.cells[1])(notebook.cells[1] | {"source": f"def {name}(): pass"}))
    with open_room(assignment) as room:
        session = Session(notebook, [exercises[n] for n in names], rng_for, room, Limits())
        earned = session.grade()
    assert {name: earned[name].earned for name in names} == dict.fromkeys(names, 0)


@pytest.mark.slow
def test_lazy_layers_are_layers():
    def lazy(size, channels, width):
        layers, n = [nn.LazyConv2d(width, 4, 2, 1), nn.LeakyReLU(0.2)], width
        while size > 8:
            n, size = 2 * n, size // 2
            layers += [nn.LazyConv2d(n, 4, 2, 1), nn.LazyBatchNorm2d(), nn.LeakyReLU(0.2)]
        return nn.Sequential(*layers, nn.LazyConv2d(1, 4), nn.Flatten())

    for result in results("ps3", "Discriminator", lazy):
        assert result.earned == result.points, [v.hint for v in result.verdicts]
