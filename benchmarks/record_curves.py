"""The four training runs whose curves ps3 shows, trained and stored: solutions/ps3/curves.npz.

Each is a real run of the exercise's own networks on digits of 16 pixels, in the course's training loop; they differ
in learning rates alone. With --show, what happened is printed and drawn, for the seeds given.

    python benchmarks/record_curves.py            # 2 minutes on one core
    python benchmarks/record_curves.py --show 0 1 2
"""

import argparse
from functools import partial
from pathlib import Path

import numpy as np
import torch

from gancourse import course
from gancourse.exercises import measures
from gancourse.games.gan import GAN
from gancourse.training.keeping import Diverged
from gancourse.training.loop import train

ROOT = Path(__file__).parent.parent
STEPS, SNAPSHOTS, BATCH, LATENT = 300, 31, 64, 16
RATES = {  # the letter in the exercise: learning rates of discriminator and generator
    "A": (5e-3, 1e-4),
    "B": (1e-3, 1e-3),
    "C": (0.5, 0.5),
    "D": (5e-5, 5e-3),
}
KEPT = 100  # losses, evenly over the run


def batches(x):
    while True:
        yield x[torch.randint(len(x), (BATCH,))]


def run(rates, seed):
    """Train once; the curves as arrays."""
    torch.manual_seed(seed)
    make = {e.name: e.reference for e in course.load_exercises(ROOT, "ps3")}
    game = GAN(make["Generator"](16, 1, 16, LATENT), make["Discriminator"](16, 1, 16), LATENT)
    game.apply(make["initialise"])
    x = measures.digits()[0].float() / 127.5 - 1
    pair = tuple(partial(torch.optim.Adam, lr=rate, betas=(0.5, 0.999)) for rate in rates)
    try:
        history = train(game, batches(x), STEPS, optimiser=pair, snapshots=SNAPSHOTS, progress=False)
    except Diverged as stopped:
        history = stopped.history
    at = np.arange(0, len(history.recorded), STEPS // KEPT)
    taken = history.snapshots
    return {
        "step": at,
        "losses": history.losses().numpy()[at],
        "seen": np.array([s.step for s in taken]),
        "real": np.array([s.real_logits.sigmoid().mean() for s in taken]),
        "fake": np.array([s.fake_logits.sigmoid().mean() for s in taken]),
        "variance": np.array([s.samples.var(dim=0).sum() for s in taken]) / x.var(dim=0).sum().item(),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", type=int, nargs="+", metavar="SEED", help="print, and store nothing")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    runs = {letter: [run(rates, seed) for seed in asked.show or (0,)] for letter, rates in RATES.items()}
    np.set_printoptions(precision=2, suppress=True, linewidth=140)
    for letter, curves in runs.items():
        for curve in curves:
            print(letter, f"{len(curve['step'])} losses", flush=True)
            for key, value in (*curve.items(), ("D loss", curve["losses"][:, 0]), ("G loss", curve["losses"][:, 1])):
                if value.ndim == 1:
                    print(f"    {key:<9}", value[:: max(1, len(value) // 12)])
    if not asked.show:
        arrays = {f"{r}_{key}": v.astype(np.float32) for r, (c,) in runs.items() for key, v in c.items()}
        np.savez_compressed(ROOT / "solutions" / "ps3" / "curves.npz", **arrays)


if __name__ == "__main__":
    main()
