"""Block diagrams of games: networks, what flows between them, and whom either loss's gradient reaches.

The wiring is found by playing the game (`gancourse.games.structure`); only names, words and places are written here.
`diagram("bigan")` draws a system of the course, `diagram(game, batch)` any `Game`.
"""

from functools import partial
from math import atan2, degrees, hypot

import torch
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from torch import nn

from gancourse.course import CourseError
from gancourse.games import losses, words
from gancourse.games.acgan import ACGAN
from gancourse.games.adaptation import PixelDA
from gancourse.games.ali import ALI
from gancourse.games.attributes import AttributeGAN
from gancourse.games.began import BEGAN
from gancourse.games.bigan import BiGAN
from gancourse.games.biggan import BigGAN
from gancourse.games.captions import CaptionGAN
from gancourse.games.conditional import ConditionalGAN, ProjectionGAN
from gancourse.games.cyclegan import CycleGAN
from gancourse.games.dcgan import DCGAN
from gancourse.games.gan import GAN, mlp
from gancourse.games.growing import GrowingGAN
from gancourse.games.infogan import InfoGAN
from gancourse.games.inpainting import ContextEncoder
from gancourse.games.maxout import MaxoutGAN
from gancourse.games.minibatch import MinibatchGAN, MinibatchStdGAN
from gancourse.games.onlooker import WithOnlooker
from gancourse.games.pacgan import PacGAN
from gancourse.games.pix2pix import Pix2Pix
from gancourse.games.relativistic import RelativisticGAN
from gancourse.games.semisupervised import SemiSupervisedGAN
from gancourse.games.spade import LayoutGenerator
from gancourse.games.srgan import SRGAN
from gancourse.games.structure import Call, structure
from gancourse.games.stylegan import StyleGAN
from gancourse.games.unrolled import UnrolledGAN
from gancourse.games.veegan import VEEGAN
from gancourse.games.video import VideoGAN
from gancourse.games.voxels import VoxelGAN
from gancourse.games.wgan import WGAN, WGANGP
from gancourse.plots import FAKE, INK, JUDGE, REAL

# Inches: the first column's distance to the next, the others'; between rows, and between losses; sizes of boxes.
FIRST, STEP, ROW, TALL, BOX, LOSS = 1.95, 2.75, 1.4, 1.6, (1.75, 1.1), (4.3, 1.1)
LETTER, CAPTION, LABEL = 19, 13, 14  # points
LINES = {"real": (REAL, "-"), "made": (FAKE, "--"), "noise": (INK, "-")}
WHAT = {"G": "generator", "D": "discriminator", "E": "encoder", "F": "reconstructor", "critic": "", "onlooker": ""}
SAYS = {"real": "real", "made": "generated"}
PLAYERS = {"D": JUDGE, "G": FAKE}
BACK = (0, (1, 1))

SMALL = {"size": 16, "channels": 1, "width": 4}


def _points():
    """A batch in the plane."""
    return torch.randn(4, 2)


def _images(*channels, classes=0, side=16):
    """A batch of _images, one tensor for each number of channels, and labels if there are classes."""
    x = tuple(torch.rand(4, c, 16 if i else side, 16 if i else side) * 2 - 1 for i, c in enumerate(channels or (1,)))
    x += (torch.arange(4) % classes,) if classes else ()
    return x if len(x) > 1 else x[0]


def _described():
    """A batch of images and their three attributes."""
    return _images(), torch.ones(4, 3)


def _volumes():
    """A batch of voxels."""
    return torch.rand(4, 16, 16, 16)


def _clips():
    """A batch of clips of four frames."""
    return torch.rand(4, 12, 16, 16)


def _sorted_and_others():
    """A batch of images with their classes, and of others without."""
    return *_images(classes=3), _images()


def _spelt():
    """A batch of words, of one letter each."""
    return torch.eye(len(words.LETTERS))[torch.zeros(4, words.LENGTH, dtype=torch.long)]


TWO = partial(_images, 1, 1)

# What is drawn of a system: how it is made, a batch, the names of the batch's tensors, what L_D and L_G are in words.
ENTROPY = ("−log σ(D(x))\n−log(1 − σ(D(G(z))))", "−log σ(D(G(z)))")
PAIRS = ("−log σ(D(x, E(x)))\n−log(1 − σ(D(G(z), z)))", "−log σ(D(G(z), z))\n−log(1 − σ(D(x, E(x))))")
GIVEN = ("−log σ(D(x, c))\n−log(1 − σ(D(G(z, c), c)))", "−log σ(D(G(z, c), c))")
CRITIC = ("D(G(z)) − D(x)", "−D(G(z))")
PENALISED = ("D(G(z)) − D(x)\n+ λ (‖∇D(x̂)‖ − 1)²", "−D(G(z))")
ON_B = ("−log σ(D(b))\n−log(1 − σ(D(G(a))))",)
ON_PAIR = ("−log σ(D(a, b))\n−log(1 − σ(D(a, G(a))))", "−log σ(D(a, G(a)))\n+ λ ‖b − G(a)‖₁")
PAIRWISE = ("softplus(D(G(z)) − D(x))\n+ γ/2 (‖∇D(x)‖² + ‖∇D(G(z))‖²)", "softplus(D(x) − D(G(z)))")
CYCLE = "\n+ λ ‖F(G(a)) − a‖₁\n+ λ ‖G(F(b)) − b‖₁"
SQUARES = (
    "½ ($D_A$(a) − 1)² + ½ $D_A$(F(b))²\n+ ½ ($D_B$(b) − 1)² + ½ $D_B$(G(a))²",
    "($D_B$(G(a)) − 1)² + ($D_A$(F(b)) − 1)²",
)

SYSTEMS = {
    "gan": (GAN, _points, "x", ENTROPY),
    "least-squares": (
        partial(GAN, loss=losses.least_squares()), _points, "x", ("½ (D(x) − 1)² + ½ D(G(z))²", "½ (D(G(z)) − 1)²"),
    ),
    "wgan": (WGAN, _points, "x", CRITIC),
    "wgan-gp": (WGANGP, _points, "x", PENALISED),
    "onlooker": (
        WithOnlooker, _points, "x", ("of the critic: as WGAN-GP's\nof the onlooker: cross-entropy", "−critic(G(z))"),
    ),
    "words": (
        lambda: WGANGP(generator=words.writer(8), discriminator=words.reader(8), latent=words.LATENT), _spelt, "x",
        PENALISED,
    ),
    "began": (
        lambda: BEGAN(mlp(2, 2)), _points, "x", ("|x − D(x)| − k |G(z) − D(G(z))|", "|G(z) − D(G(z))|"),
    ),
    "minibatch": (MinibatchGAN, _points, "x", ENTROPY),
    "minibatch-std": (MinibatchStdGAN, _points, "x", ENTROPY),
    "pacgan": (PacGAN, _points, "x", ENTROPY),
    "unrolled": (UnrolledGAN, _points, "x", (ENTROPY[0], "−log σ(D(G(z)))\nof D as it is k steps later")),
    "veegan": (
        VEEGAN, _points, "x",
        ("−log σ(D(x, F(x)))\n−log(1 − σ(D(G(z), z)))", "−D(G(z), z)\n+ ‖z − F(G(z))‖²"),
    ),
    "ali": (ALI, _points, "x", PAIRS),
    "dcgan": (partial(DCGAN, **SMALL), _images, "x", ENTROPY),
    "maxout": (partial(MaxoutGAN, 16, 1, 10), _images, "x", ENTROPY),
    "relativistic": (partial(RelativisticGAN, **SMALL), _images, "x", PAIRWISE),
    "growing": (partial(GrowingGAN, **SMALL), _images, "x", PAIRWISE),
    "style": (partial(StyleGAN, **SMALL, mixing=0.0), _images, "x", PAIRWISE),
    "attributes": (
        partial(AttributeGAN, 3, **SMALL), _described, "xc",
        ("softplus(D(G(z, c), c) − D(x, c))\n+ γ/2 (‖∇D(x, c)‖² + ‖∇D(G(z, c), c)‖²)",
         "softplus(D(x, c) − D(G(z, c), c))"),
    ),
    "captions": (
        partial(CaptionGAN, 3, **SMALL, code=4), _described, "xc",
        ("−log σ(D(x, c)) − ½ log(1 − σ(D(x, ĉ)))\n− ½ log(1 − σ(D(G(z, c), c))) + …",
         "−log σ(D(G(z, c), c))\n+ λ KL(N(μ(c), σ²(c)) ‖ N(0, I))"),
    ),
    "voxels": (
        partial(VoxelGAN, 16, width=4), _volumes, "x",
        ("softplus(D(G(z)) − D(x))\n+ γ/2 (‖∇D(x)‖² + ‖∇D(G(z))‖²)", "softplus(D(x) − D(G(z)))"),
    ),
    "video": (
        partial(VideoGAN, 16, 12, width=4), _clips, "x",
        ("softplus(D(G(z)) − D(x))\n+ γ/2 (‖∇D(x)‖² + ‖∇D(G(z))‖²)", "softplus(D(x) − D(G(z)))\n+ λ ‖m(z)‖₁"),
    ),
    "cgan": (partial(ConditionalGAN, 3, **SMALL), partial(_images, classes=3), "xc", GIVEN),
    "projection": (partial(ProjectionGAN, 3, **SMALL), partial(_images, classes=3), "xc", GIVEN),
    "biggan": (
        partial(BigGAN, 3, **SMALL), partial(_images, classes=3), "xc",
        ("max(0, 1 − D(x, c))\n+ max(0, 1 + D(G(z, c), c))", "−D(G(z, c), c)\n+ β ‖WᵀW ⊙ (1 − I)‖²"),
    ),
    "acgan": (
        partial(ACGAN, 3, **SMALL), partial(_images, classes=3), "xc",
        ("cross-entropy, real against made\n− log P(c | x) − log P(c | G(z, c))",
         "−log σ(D(G(z, c)))\n− log P(c | G(z, c))"),
    ),
    "infogan": (
        partial(InfoGAN, 3, 2, **SMALL), _images, "x",
        ("cross-entropy, real against made\n− λ log Q(c | G(z, c))", "−log σ(D(G(z, c)))\n− λ log Q(c | G(z, c))"),
    ),
    "bigan": (partial(BiGAN, **SMALL), _images, "x", PAIRS),
    "semi-supervised": (
        partial(SemiSupervisedGAN, 3, **SMALL), partial(_images, 1, 1, classes=3), ("x", "x′", "c"),
        ("cross-entropy, real against made\n− log P(c | x′), x′ has a label",
         "‖mean f(x) − mean f(G(z))‖²\nf: features in D"),
    ),
    "pix2pix": (lambda: Pix2Pix(1, 1, 4, 2, strided=0), TWO, "ab", ON_PAIR),
    "spade": (
        lambda: Pix2Pix(1, 1, 4, strided=0, generator=LayoutGenerator(1, 1, 16, 4)), TWO, "ab", ON_PAIR,
    ),
    "srgan": (
        lambda: SRGAN(1, 4, 1, strided=0, perceptual=1.0, features=torch.square), partial(_images, 1, 1, side=4), "ab",
        (*ON_B, "λ₁ ‖b − G(a)‖₁ + λ₂ ‖φ(b) − φ(G(a))‖²\n− λ₃ log σ(D(G(a)))"),
    ),
    "context-encoder": (
        lambda: ContextEncoder(1, 4, 2, strided=0), TWO, "ab",
        (*ON_B, "λ₁ ‖b − G(a)‖² in the hole\n− λ₂ log σ(D(G(a)))"),
    ),
    "pixelda": (
        partial(PixelDA, 3, **SMALL, blocks=1), _sorted_and_others, ("a", "c", "b"),
        ("−log σ(D(b))\n−log(1 − σ(D(G(z, a))))",
         "−log σ(D(G(z, a)))\n− β log T(c | G(z, a)) − β log T(c | a)"),
    ),
    "unpaired-gan": (lambda: CycleGAN(16, 1, 1, 4, 1, strided=0, cycle=0.0, identity=0.0), TWO, "ab", SQUARES),
    "cyclegan": (
        lambda: CycleGAN(16, 1, 1, 4, 1, strided=0, identity=0.0), TWO, "ab", (SQUARES[0], SQUARES[1] + CYCLE),
    ),
}  # fmt: skip
CAPTIONS = {
    "wgan": {"D": "critic, clipped"},
    "wgan-gp": {"D": "critic"},
    "words": {"D": "critic", "G": "writer"},
    "began": {"D": "auto-encoder"},
    "minibatch": {"D": "compares the\nsamples of a batch"},
    "minibatch-std": {"D": "sees the spread\nof a batch"},
    "pacgan": {"D": "sees m samples\nat once"},
    "growing": {"G": "grows", "D": "grows, sees the\nspread of a batch"},
    "style": {"G": "is told its style\nat every layer"},
    "acgan": {"D": "also names\nthe class"},
    "infogan": {"D": "with Q, which\nreads the code"},
    "semi-supervised": {"D": "a classifier"},
    "ali": {"E": "encoder\nwith noise"},
    "pix2pix": {"G": "U-Net", "D": "judges patches"},
    "spade": {"G": "sees a\nat every size", "D": "judges patches"},
    "srgan": {"G": "enlarges", "D": "judges patches"},
    "context-encoder": {"G": "fills the hole", "D": "judges patches"},
    "pixelda": {"G": "restyles", "T": "names the class"},
    "captions": {"G": "reads c", "D": "reads c, too"},
    "voxels": {"G": "3-D convolutions", "D": "3-D convolutions"},
    "video": {"G": "m f + (1 − m) b"},
    "unpaired-gan": {"G": "a to b", "F": "b to a", "D_A": "is it an a?", "D_B": "is it a b?"},
    "cyclegan": {"G": "a to b", "F": "b to a", "D_A": "is it an a?", "D_B": "is it a b?"},
}


ORDER = {  # from top to bottom within each column, where the rule of `_Plan.rank` would cross arrows
    "cyclegan": ("G(a)", "b > D_B", "a > D_A", "F(b)", "F(G(a))", "D_B", "D_A", "G(F(b))"),
    "onlooker": ("x > onlooker", "G(z)", "x > critic", "onlooker", "critic"),
    "pixelda": ("b > D", "G(z, a)", "T(a)", "D", "T(G(z, a))"),
    "unpaired-gan": ("b > D_B", "G(a)", "F(b)", "a > D_A", "D_B", "D_A"),
}


def diagram(game, batch=None, names=None, payments=("", ""), captions=None):
    """A block diagram of a game.

    Boxes are networks, in the colour of the player who owns them; a network that is applied to what it did not get
    before, as both generators of CycleGAN are, is drawn again. Arrows are what flows. Dotted arrows run back from a
    loss to the networks that its gradient trains. Penalties on slopes are in the losses, not among the arrows.

    Args:
        game: the name of one of `SYSTEMS`, or a `Game`.
        batch: of a `Game`, what its losses take, as small as it may be.
        names: of the tensors in the batch, "x", "c", … if not given.
        payments: what D and G minimise, in words.
        captions: by a network's letter, what it is.

    Returns:
        A figure; its description says all of it in words.

    Raises:
        CourseError: there is no system of this name, or a `Game` comes without a batch.
    """
    if isinstance(game, nn.Module):
        if batch is None:
            raise CourseError("A game is played once to see how it is wired: give a small batch, diagram(game, batch).")
        name = type(game).__name__
    elif game in SYSTEMS:
        name, (make, some, names, payments) = game, SYSTEMS[game]
        with torch.random.fork_rng():
            torch.manual_seed(0)
            game, batch, captions = make(), some(), CAPTIONS.get(name)
    else:
        raise CourseError(f"There is no system {game!r}; there are: {', '.join(SYSTEMS)}.")
    with torch.random.fork_rng():
        wiring = structure(game, batch, names)
    return _drawn(
        _Plan(wiring, ORDER.get(name, ())), WHAT | (captions or {}), dict(zip("DG", payments, strict=True)), name
    )


class _Plan:
    """What stands where, and the arrows.

    Attributes:
        place: by node, the middle in inches. A node is a `Call`, the letter of a discriminator, a pill (what is
            given or drawn, and for whom), or a loss, "L_D" or "L_G".
        arrows: (from, to, what it carries, "real", "made" or "noise", the players whose gradient returns on it).
    """

    def __init__(self, wiring, order=()):
        self.wiring, self.arrows, self.pills, self.order = wiring, [], {}, order
        self.calls = list(dict.fromkeys(wiring.inputs["D"] + wiring.inputs["G"]))
        for call in self.calls:
            self._feed(call)
        for player in "DG":
            sources = {self.node(call) for call, live in wiring.paid[player].items() if live}
            nodes = [node for node in dict.fromkeys(map(self.node, self.calls)) if node in sources]
            self.arrows += [
                (n, f"L_{player}", "", self.kind(n) if isinstance(n, Call) else "noise", player) for n in nodes
            ]
        self._arrange()

    def judges(self, letter):
        return self.wiring.networks[letter] == "D"

    def node(self, call):
        return call.network if self.judges(call.network) else call

    def kind(self, thing):
        """Real, made or noise, of a call's output or of what was given or drawn."""
        if isinstance(thing, Call):
            from_made = (isinstance(i, Call) and self.kind(i) == "made" for i in thing.inputs)
            return "made" if thing.network in self.wiring.makers or any(from_made) else "real"
        return "noise" if thing in ("z", "c") else "real"

    def _feed(self, call):
        to, carried = self.node(call), ", ".join(map(str, call.inputs))
        upstream = [i for i in call.inputs if isinstance(i, Call)]
        for source in upstream:
            back = "".join(p for p in "DG" if (source, call) in self.wiring.live[p])
            self.arrows.append((source, to, carried, self.kind(source), back))
        if not upstream:
            kinds = {self.kind(i) for i in call.inputs}
            pill = (carried, to)
            self.pills[pill] = "real" if "real" in kinds else "noise"
            self.arrows.append((pill, to, "", self.pills[pill], ""))

    def _arrange(self):
        into = {}
        for source, to, *_ in self.arrows:
            into.setdefault(to, []).append(source)

        def column(node):
            return 1 + max(map(column, into[node])) if node in into else 0

        nodes = list(dict.fromkeys(node for arrow in self.arrows for node in arrow[:2]))
        self.column = {node: column(node) for node in nodes}
        last = max(self.column.values())
        for pill in self.pills:
            self.column[pill] = self.column[pill[1]] - 1
        self.column |= {loss: last for loss in ("L_D", "L_G")}
        self.place = {}
        for at in range(last + 1):
            here = sorted((n for n in nodes if self.column[n] == at), key=self._rank)
            row = TALL if at == last else ROW
            for i, node in enumerate(here):
                self.place[node] = (at and FIRST + (at - 1) * STEP, row * ((len(here) - 1) / 2 - i))
        for pill in self.pills:
            alone = [n for n in nodes if self.column[n] == self.column[pill]]
            if all(n in self.pills for n in alone):
                self.place[pill] = (self.place[pill][0], self.place[pill[1]][1])

    def _rank(self, node):
        """From top to bottom: what is real, discriminators, what is made."""
        if node in ("L_D", "L_G"):
            return (node == "L_G",)
        known = " > ".join(map(str, node)) if node in self.pills else str(node)
        if known in self.order:
            return (self.order.index(known),)
        if node in self.pills:
            letter = node[1] if isinstance(node[1], str) else ""
            return (0 if self.pills[node] == "real" else 2, -ord(letter[-1]) if letter else 0)
        if isinstance(node, str):
            return (1, -ord(node[-1]))
        return (0 if self.kind(node) == "real" else 2,)


def _drawn(plan, captions, payments, name):
    xs, ys = zip(*plan.place.values(), strict=True)
    left, low, high = 0.6, min(ys) - 1.15, max(ys) + 0.65
    width = left + max(xs) - BOX[0] / 2 + LOSS[0] + 0.15
    figure = Figure(figsize=(width, high - low))
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(-left, width - left), ylim=(low, high))
    ax.axis("off")
    theirs = {p: [n for n, owner in plan.wiring.networks.items() if owner == p] for p in "DG"}
    for node in plan.place:
        _box(ax, plan, node, captions, payments, theirs)
    _connect(ax, plan)
    kinds = {kind for *_, kind, _ in plan.arrows}
    handles = {w: Line2D([], [], color=LINES[k][0], ls=LINES[k][1], lw=2) for k, w in SAYS.items() if k in kinds}
    for player, colour in PLAYERS.items():
        says = f"gradient, trains {_and(theirs[player])}"
        handles[says] = Line2D([], [], color=colour, ls=BACK, lw=2.4, marker="<", markevery=[0])
    ax.legend(handles.values(), handles, loc="lower center", ncols=4, fontsize=LABEL, frameon=False, handlelength=2.8)
    figure.description = _words(plan, payments, theirs, name)
    return figure


def _math(letter):
    return f"${letter}$" if letter[1:2] == "_" else letter


def _and(names):
    *before, last = map(_math, names)
    return f"{', '.join(before)} and {last}" if before else last


def _box(ax, plan, node, captions, payments, theirs):
    x, y = plan.place[node]
    if node in plan.pills:
        ax.text(x, y, node[0], fontsize=LETTER, ha="center", va="center", color=LINES[plan.pills[node]][0])
        return
    is_loss = node in ("L_D", "L_G")
    letter = getattr(node, "network", node)
    player = node[-1] if is_loss else plan.wiring.networks[letter]
    (w, h), start, colour = LOSS if is_loss else BOX, x - BOX[0] / 2, PLAYERS[player]
    tail = payments[player] if is_loss else captions.get(letter, "")
    lines = tail.count("\n") + 1 if tail else 0
    h = max(h, 0.25 * (lines + 2)) if is_loss else h
    style = f"round,pad=0,rounding_size={0.3 if is_loss else 0.06}"
    ax.add_patch(
        FancyBboxPatch((start, y - h / 2), w, h, boxstyle=style, fc=colour + "22", ec=colour, lw=2, gid=letter)
    )
    head = f"$L_{player}$, what {_and(theirs[player])} should lower" if is_loss else _math(letter)
    size, below = (LABEL, LABEL) if is_loss else (LETTER, CAPTION)
    middle, up = start + w / 2, 0.115 * lines
    ax.text(middle, y + up, head, fontsize=size, ha="center", va="center_baseline")
    ax.text(middle, y + up - 0.17, tail, fontsize=below, ha="center", va="top", linespacing=1.15)


def _connect(ax, plan):
    """Arrows from right edges to left edges; those that share an edge are spread over it, from top to bottom."""
    leaves, enters = {}, {}
    for arrow in plan.arrows:
        source, to = arrow[:2]
        leaves.setdefault(source, []).append(to)
        enters.setdefault(to, []).append(source)

    def port(node, others, other, side):
        x, y = plan.place[node]
        order = sorted(dict.fromkeys(others), key=lambda n: -plan.place[n][1])
        shift = 0.0 if len(order) < 2 else 0.5 * (0.5 - order.index(other) / (len(order) - 1))
        return x + side * BOX[0] / 2 if node not in plan.pills else x + 0.15 + 0.09 * len(node[0]), y + shift

    for source, to, carried, kind, back in plan.arrows:
        tail, head = port(source, leaves[source], to, 1), port(to, enters[to], source, -1)
        colour, style = LINES[kind]
        _arrow(ax, tail, head, color=colour, linestyle=style, lw=2, gid=f"{source} → {to}")
        along = head[0] - tail[0], head[1] - tail[1]
        across = -along[1] / hypot(*along), along[0] / hypot(*along)
        for i, player in enumerate(back):
            ends = [(x, y - 0.19 - 0.13 * i) for x, y in (head, tail)]
            _arrow(ax, *ends, color=PLAYERS[player], linestyle=BACK, lw=2.4, gid=f"{to} ⇠ {source}, L_{player}")
        if carried:
            middle = [(t + h) / 2 + 0.18 * c for t, h, c in zip(tail, head, across, strict=True)]
            ax.text(*middle, carried, fontsize=LABEL, ha="center", va="center", color=colour,
                    rotation=degrees(atan2(along[1], along[0])), rotation_mode="anchor")  # fmt: skip


def _arrow(ax, start, end, **look):
    ax.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=15, shrinkA=2, shrinkB=2, **look))


def _words(plan, payments, theirs, name):
    """All of it in words."""
    wiring = plan.wiring
    shown = [f"{call.network} is given {_and(map(str, call.inputs))}" for call in plan.calls]
    reached = {p: [n for n in theirs[p] if n in wiring.reached(p)] for p in "DG"}
    losses = [
        f"L_{p}{' = ' * bool(payments[p])}{' '.join(payments[p].split(chr(10)))} trains {_and(reached[p])}"
        for p in "DG"
        if reached[p]
    ]
    return f"Block diagram of {name}. {'; '.join(shown)}. {'; '.join(losses)}.".replace("$", "")
