"""Diagrams of games, read off their boxes and arrows: against tables written out here, and the games' own gradients."""

import re

import numpy as np
import pytest
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from torch import nn

from gancourse.course import CourseError
from gancourse.games.game import Game
from gancourse.games.gan import GAN
from gancourse.plots import FAKE, JUDGE
from gancourse.plots import diagrams as figures
from gancourse.plots.diagrams import diagram
from small_systems import SYSTEMS, defined, made

PLAIN = {"x → D", "z → G", "G → D: G(z)"}
BOTH = {"D → L_D", "D → L_G"}
ENCODED = {"x → E", "z → G", "E → D: x, E(x)", "G → D: G(z), z"}
GIVEN = {"x, c → D", "z, c → G", "G → D: G(z, c), c"}
READ = {"x → D", "z, c → G", "G → D: G(z, c)"}
ON_B = {"b → D", "a → G", "G → D: G(a)", "G → L_G"}
ON_PAIR = {"a, b → D", "a → G", "G → D: a, G(a)", "G → L_G"}
TWO = {"a → G", "b → F", "b → $D_B$", "a → $D_A$", "G → $D_B$: G(a)", "F → $D_A$: F(b)"}
TWO |= {f"$D_{side}$ → L_{player}" for side in "AB" for player in "DG"}
FLOWS = {  # what each system of lectures 03 to 15 is, as its paper has it; of the others PLAIN and BOTH
    "began": PLAIN | BOTH | {"G → L_G"},
    "onlooker": {
        *("x → critic", "x → onlooker", "z → G", "G → critic: G(z)", "G → onlooker: G(z)"),
        *("critic → L_D", "onlooker → L_D", "critic → L_G"),
    },
    "veegan": {"x → F", "z → G", "F → D: x, F(x)", "G → D: G(z), z", "G → F: G(z)", "F → L_G"} | BOTH,
    "ali": ENCODED | BOTH,
    "bigan": ENCODED | BOTH,
    "attributes": GIVEN | BOTH,
    "captions": GIVEN | BOTH | {"G → L_G"},
    "video": PLAIN | BOTH | {"G → L_G"},
    "cgan": GIVEN | BOTH,
    "projection": GIVEN | BOTH,
    "biggan": GIVEN | BOTH,
    "acgan": READ | BOTH,
    "infogan": READ | BOTH,
    "semi-supervised": PLAIN | BOTH | {"x′ → D"},
    "pix2pix": ON_PAIR | BOTH,
    "spade": ON_PAIR | BOTH,
    "srgan": ON_B | BOTH,
    "context-encoder": ON_B | BOTH,
    "pixelda": {"b → D", "z, a → G", "G → D: G(z, a)", "a → T", "G → T: G(z, a)", "T → L_G"} | BOTH,
    "unpaired-gan": TWO,
    "cyclegan": TWO | {"G → F: G(a)", "F → G: F(b)", "F → L_G", "G → L_G"},
}
LETTERS = {"generator": "G", "discriminator": "D", "encoder": "E", "reconstructor": "F", "classifier": "T"}
PARTS = {"generator.0": "G", "generator.1": "F", "discriminator.0": "$D_A$", "discriminator.1": "$D_B$"}
PARTS |= {"discriminator.critic": "critic", "discriminator.onlooker": "onlooker"}


class Read:
    """Boxes, pills and arrows of a diagram by where they are, not by what they are called."""

    def __init__(self, figure):
        (self.ax,) = figure.axes
        self.boxes = [p for p in self.ax.patches if isinstance(p, FancyBboxPatch)]
        within = [[t for t in self.ax.texts if self.holds(box, t.get_position())] for box in self.boxes]
        self.names = [re.sub(r"^\$(L_.)\$,.*", r"\1", texts[0].get_text()) for texts in within]
        inside = {id(t) for texts in within for t in texts}
        loose = [t for t in self.ax.texts if t.get_text() and id(t) not in inside]
        self.pills = [t for t in loose if not t.get_rotation_mode() == "anchor"]
        self.labels = [t for t in loose if t.get_rotation_mode() == "anchor"]
        arrows = [p for p in self.ax.patches if isinstance(p, FancyArrowPatch)]
        self.back = [a for a in arrows if a.get_linestyle() == figures.BACK]
        self.forth = [a for a in arrows if a.get_linestyle() != figures.BACK]

    @staticmethod
    def holds(box, point, slack=0.0):
        x, y, w, h = box.get_x(), box.get_y(), box.get_width(), box.get_height()
        return x - slack <= point[0] <= x + w + slack and y - slack <= point[1] <= y + h + slack

    def at(self, point):
        """The index of the box at the end of an arrow, or the text of the pill."""
        found = [i for i, box in enumerate(self.boxes) if self.holds(box, point, 0.05)]
        if found:
            return found[0]
        return min(self.pills, key=lambda t: np.hypot(*np.subtract(t.get_position(), point))).get_text()

    def name(self, node):
        return node if isinstance(node, str) else self.names[node]

    def flows(self):
        """Each arrow of what flows, with its label: the one that is nearest to its middle."""
        for arrow in self.forth:
            ends = arrow._posA_posB
            source, to, middle = self.at(ends[0]), self.at(ends[1]), np.mean(ends, axis=0)
            near = [t.get_text() for t in self.labels if np.hypot(*np.subtract(t.get_position(), middle)) < 0.25]
            yield f"{self.name(source)} → {self.name(to)}" + (f": {near[0]}" if near else "")

    def trained(self, player):
        """The boxes that the dotted arrows of a player's colour lead to, from the player's loss on."""
        colour = {"D": JUDGE, "G": FAKE}[player]
        steps = [[self.at(end) for end in a._posA_posB] for a in self.back if to_hex(a.get_edgecolor()) == colour]
        reached = {self.names.index(f"L_{player}")}
        for _ in steps:
            reached |= {to for start, to in steps if start in reached}
        return {self.names[i] for i in reached} - {f"L_{player}"}

    def owned(self, player):
        colour = {"D": JUDGE, "G": FAKE}[player]
        return {n for n, box in zip(self.names, self.boxes, strict=True) if to_hex(box.get_edgecolor()) == colour}


def letter(game, key):
    """Of the network that a parameter belongs to."""
    top, part, *_ = key.split(".")
    many = isinstance(getattr(game, top), nn.ModuleList | nn.ModuleDict)
    return PARTS[f"{top}.{part}"] if many else LETTERS[top]


def gradients(game, batch):
    """By loss, the networks whose parameters have a gradient of it that is not zero, by their letters."""
    found = {}
    for player, loss in (("D", game.discriminator_loss), ("G", game.generator_loss)):
        names, parameters = zip(*game.named_parameters(), strict=True)
        torch.manual_seed(0)
        slopes = torch.autograd.grad(loss(batch), parameters, allow_unused=True)
        moved = {n for n, slope in zip(names, slopes, strict=True) if slope is not None and slope.abs().sum() > 0}
        found[player] = {letter(game, n) for n in moved}
    return found


def example(name):
    torch.manual_seed(0)
    make, batch, *_ = figures.SYSTEMS[name]
    return make(), batch()


@pytest.mark.parametrize("name", figures.SYSTEMS)
def test_diagram_has_the_networks_of_the_game_in_their_owners_colours(name):
    read, (game, _) = Read(diagram(name)), example(name)
    letters = {key: letter(game, key) for key, _ in game.named_parameters()}
    for player in "DG":
        theirs = {n for p, n in letters.items() if (p.split(".")[0] == "discriminator") == (player == "D")}
        assert read.owned(player) == theirs | {f"L_{player}"}


@pytest.mark.parametrize("name", figures.SYSTEMS)
def test_diagram_leads_gradients_where_autograd_does(name):
    """D's loss to D alone; G's, through D, to all that plays for the generator."""
    read, (game, batch) = Read(diagram(name)), example(name)
    paid = gradients(game, batch)
    assert read.trained("D") == paid["D"]
    assert read.trained("G") == paid["G"]


@pytest.mark.parametrize("name", figures.SYSTEMS)
def test_diagram_shows_what_the_paper_says_flows(name):
    assert set(Read(diagram(name)).flows()) == FLOWS.get(name, PLAIN | BOTH)


@pytest.mark.of_any_size
@pytest.mark.parametrize("name", SYSTEMS)
def test_diagram_of_any_game_is_drawn_from_the_game(name):
    game, batch = made(name)
    before = {key: value.clone() for key, value in game.state_dict().items()}
    random = torch.get_rng_state()
    read = Read(diagram(game, batch))
    assert {f"L_{p}" for p in "DG"} < set(read.names)
    assert torch.equal(random, torch.get_rng_state())
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in game.modules())
    assert not {"draw_latent", "draw_codes"} & set(vars(game))
    assert all(torch.equal(value, before[key]) for key, value in game.state_dict().items())
    paid = gradients(game, batch)
    assert {p: read.trained(p) for p in "DG"} == paid


def test_diagram_of_a_game_without_a_detach_shows_the_leak():
    class Leaking(GAN):
        def discriminator_loss(self, x):
            return self.loss.discriminator(self.discriminator(x), self.discriminator(self.fake(len(x))))

    assert Read(diagram(GAN(), torch.zeros(4, 2))).trained("D") == {"D"}
    assert Read(diagram(Leaking(), torch.zeros(4, 2))).trained("D") == {"D", "G"}


def test_diagram_has_every_system_of_the_course():
    games = {t for t in defined(lambda t: isinstance(t, type) and issubclass(t, Game)).values()}
    drawn = {type(example(name)[0]) for name in figures.SYSTEMS}
    assert {t.__name__ for t in games - drawn} == {"Game", "Translation"}, "give it a line in plots/diagrams.py"


@pytest.mark.parametrize("name", figures.SYSTEMS)
def test_diagram_overlaps_nothing_and_says_all_in_words(name):
    figure = diagram(name)
    read, renderer = Read(figure), FigureCanvasAgg(figure).get_renderer()
    boxes = [box.get_window_extent(renderer) for box in read.boxes]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    for text in read.ax.texts:
        extent, position = text.get_window_extent(renderer), text.get_position()
        around = [e for box, e in zip(read.boxes, boxes, strict=True) if read.holds(box, position)]
        frame = around[0] if around else figure.bbox
        assert frame.x0 <= extent.x0 and extent.x1 <= frame.x1, text.get_text()
        assert frame.y0 <= extent.y0 and extent.y1 <= frame.y1, text.get_text()
    said = figure.description
    assert all(f"{n} is given" in said for n in {n.replace("$", "") for n in read.names} - {"L_D", "L_G"})
    assert "L_D = " in said and "L_G = " in said and "$" not in said


def test_diagram_refuses_what_it_cannot_draw():
    with pytest.raises(CourseError, match=r"no system 'bigam'.*bigan"):
        diagram("bigam")
    with pytest.raises(CourseError, match="give a small batch"):
        diagram(GAN())
    with pytest.raises(CourseError, match="2 tensors"):
        diagram(GAN(), (torch.zeros(4, 2), torch.zeros(4)), names="x")
