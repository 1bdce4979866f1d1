"""How long a turn of a slider computes: `python benchmarks/widgets.py [turns]`.

From the slider's new value to the new picture and words, in this process; the browser's share is not in it.
"""

import statistics
import sys
import time

import numpy as np
import torch

from gancourse import shift
from gancourse.codes.autoencoder import Autoencoder
from gancourse.codes.photographs import photograph_patches
from gancourse.codes.sparse import learn_dictionary
from gancourse.data.worlds.mixtures import ring
from gancourse.games.gan import GAN
from gancourse.training import checkpoints
from gancourse.training.loop import train
from gancourse.widgets.codes import CodeExplorer, SparseExplorer
from gancourse.widgets.densities import HandExplorer, PointExplorer
from gancourse.widgets.games import AreaExplorer, DistanceExplorer, ShiftExplorer, TrainingPlayer, TrainingScatter
from gancourse.widgets.images import CycleExplorer, ImageExplorer, TrainingImages
from gancourse.widgets.layout import LayoutPainter


def milliseconds(turn, values):
    times = []
    for value in values:
        began = time.perf_counter()
        turn(value)
        times.append(1000 * (time.perf_counter() - began))
    return times


def image_cases(turns):
    """The widgets of lectures 08 to 13, on the models that come with them."""
    trained, stripes = checkpoints.load("cgan-glyphs"), checkpoints.load("cyclegan-stripes-long")
    z, seven = trained.game.draw_latent(16), torch.full((16,), 7)
    explorer = ImageExplorer(lambda turn: (trained.game.generate(z + turn, seven), "Sevens."), turn=(0.0, -1, 1, 0.001))
    images, cycles = (
        TrainingImages(trained.history),
        CycleExplorer(stripes.history.first_real(), stripes.history.snapshots),
    )
    painter = LayoutPainter(checkpoints.load("pix2pix-labels-long").game.translate)
    few = len(stripes.history.snapshots)
    return {
        "image explorer": (lambda v: setattr(explorer.controls["turn"], "value", v), [i / turns for i in range(turns)]),
        "training images": (lambda v: setattr(images.at, "value", v), [i % few for i in range(turns)]),
        "layout painter": (
            lambda v: setattr(painter.controls["x_1"], "value", v),
            [0.1 + 0.8 * (i % 80) / 80 for i in range(turns)],
        ),
        "cycle explorer": (lambda v: setattr(cycles.at, "value", v), [i % few for i in range(turns)]),
    }


def code_cases(turns):
    """The widgets of lecture 02, on a small dictionary and an autoencoder that has learned nothing: as fast."""
    rng = np.random.default_rng(0)
    patches, lams = photograph_patches(4), np.geomspace(0.1, 4, 24)
    sparse = SparseExplorer(patches, learn_dictionary(photograph_patches(1000), 144, 1.0, n_steps=5), lams)
    model = Autoencoder((24 * 24 * 3, 128, 32, 2))
    walk = CodeExplorer(
        rng.normal(size=(3000, 2)), rng.normal(size=3000), "yaw [degrees]",
        lambda z: model.decode(torch.as_tensor(z, dtype=torch.float32)).detach().view(-1, 3, 24, 24),
    )  # fmt: skip
    return {
        "sparse explorer": (lambda v: setattr(sparse.lam, "value", v), [i % 24 for i in range(turns)]),
        "code explorer": (lambda v: setattr(walk.z1, "value", v), [0.1 * (i % 40) - 2 for i in range(turns)]),
    }


def density_cases(turns):
    """The widgets of lecture 01."""
    rng = np.random.default_rng(0)
    hand = HandExplorer(rng.normal(size=300), "x")
    kinds = {"cat": rng.normal(size=(150, 2)), "dog": rng.normal(size=(150, 2)) + 3}
    point = PointExplorer(kinds, ("a", "b"), (-4, 8, -4, 8))
    return {
        "density by hand": (lambda v: setattr(hand.weight, "value", v), [0.05 * (i % 21) for i in range(turns)]),
        "point explorer": (lambda v: setattr(point.x1, "value", v), [0.1 * (i % 100) - 4 for i in range(turns)]),
    }


def main(turns=200):
    x_real, z = shift.textbook_samples()
    explorer = ShiftExplorer(x_real, z)
    player = TrainingPlayer(shift.train(x_real, z, 3.0, (-2.0, 1.0), turns, 300, 3))
    areas, distances = AreaExplorer(), DistanceExplorer()
    scatter = TrainingScatter(ring().standardised())
    train(GAN(), ring().standardised().batches(32), turns, snapshots=turns + 1, watch=scatter.watch, progress=False)
    cases = {
        "explorer, θ": (lambda v: setattr(explorer.theta, "value", v), [12 * (i + 1) / turns for i in range(turns)]),
        "areas": (lambda v: setattr(areas.centre, "value", v), [6 * (i + 1) / turns - 3 for i in range(turns)]),
        "distance": (lambda v: setattr(distances.delta, "value", v), [6 * (i + 1) / turns for i in range(turns)]),
        "player, round": (lambda v: setattr(player.round, "value", v), range(1, turns + 1)),
        "training scatter": (lambda v: setattr(scatter.at, "value", v), range(turns - 1, -1, -1)),
    }
    cases |= image_cases(turns) | code_cases(turns) | density_cases(turns)
    for name, (turn, values) in cases.items():
        times = milliseconds(turn, values)
        slowest = sorted(times)[int(0.95 * len(times))]
        print(f"{name:<16} median {statistics.median(times):5.1f} ms, 95 % under {slowest:5.1f} ms, {turns} turns")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
