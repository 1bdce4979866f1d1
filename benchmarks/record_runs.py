"""Runs of known kinds, for the tests of `gancourse.training.diagnose`.

    python benchmarks/record_runs.py [NAME ...]          record those runs, or all, in tests/runs/NAME.npz
    python benchmarks/record_runs.py --margins 4 [NAME ...]   train 4 other seeds of each, and show what is measured

A recording is of seed 0. Which kind a run is of was seen in its samples; `tests/training/test_diagnose.py` says it.
"""

import argparse
from functools import partial
from pathlib import Path

import numpy as np
import torch

from gancourse.data.worlds.mixtures import Mixture, grid, ring
from gancourse.games import losses
from gancourse.games.gan import GAN, mlp
from gancourse.games.minibatch import MinibatchStdGAN
from gancourse.games.pacgan import PacGAN
from gancourse.games.wgan import WGANGP
from gancourse.training.diagnose import diagnose
from gancourse.training.keeping import Diverged
from gancourse.training.loop import train

TO = Path(__file__).parent.parent / "tests" / "runs"
KEPT = 256  # samples of a snapshot
ADAM, SGD = partial(torch.optim.Adam, betas=(0.5, 0.9), fused=True), torch.optim.SGD


def gaussian(at=0.0):
    return Mixture(torch.tensor([[at, 0.0]]), 1.0)


def two(std):
    return Mixture(torch.tensor([[-4.0, 0.0], [4.0, 0.0]]), std)


def poisoned(good):
    yield from (ring().sample(KEPT) for _ in range(good))
    while True:
        yield torch.full((KEPT, 2), torch.nan)


def run(make, data, steps, lr_d, lr_g, optimiser=ADAM, n=KEPT, **options):
    """A run that is still to be made: called with a seed, it trains and returns the history."""

    def of(seed):
        torch.manual_seed(seed)
        game = make()
        batches = data.batches(n) if isinstance(data, Mixture) else data()
        pair = partial(optimiser, lr=lr_d), partial(optimiser, lr=lr_g)
        try:
            return train(game, batches, steps, optimiser=pair, snapshots=20, progress=False, **options)
        except Diverged as stopped:
            return stopped.history

    return of


minimax = partial(GAN, loss=losses.minimax())
critic = partial(GAN, loss=losses.wasserstein())  # nothing bounds its slope
squares = partial(GAN, loss=losses.least_squares())
penalised = partial(WGANGP, weight=0.1)
RUNS = {
    "gaussian": run(GAN, gaussian(), 2000, 1e-3, 5e-4),
    "gaussian_early": run(GAN, gaussian(), 300, 1e-3, 2e-4),
    "gaussian_on_its_way": run(GAN, gaussian(10), 350, 1e-3, 5e-5),
    "minibatch_std_ring": run(MinibatchStdGAN, ring(), 2000, 1e-3, 5e-4),
    "pacgan_ring": run(partial(PacGAN, m=4), ring(), 2000, 1e-3, 5e-4),
    "wgan_gp_ring": run(penalised, ring(), 1000, 1e-3, 1e-3, discriminator_steps=3),
    "wgan_gp_grid": run(penalised, grid().standardised(), 2000, 1e-3, 1e-3, n=100, discriminator_steps=3),
    "minimax_far": run(minimax, gaussian(10), 800, 1e-3, 1e-4, discriminator_steps=5),
    "minimax_around": run(minimax, ring(radius=3), 800, 1e-3, 1e-4, discriminator_steps=5),
    "hasty_ring": run(GAN, ring(), 1500, 3e-4, 1e-3),
    "hasty_gaussian": run(GAN, gaussian(), 1500, 1e-4, 3e-3),
    "unbounded_critic": run(critic, gaussian(), 1500, 1e-3, 1e-3),
    "plain_grid": run(GAN, grid().standardised(), 3000, 1e-3, 5e-4, n=100, discriminator_steps=3),
    "slow_ring": run(GAN, ring(), 1000, 1e-3, 1e-4, discriminator_steps=2),
    "small_ring": run(lambda: GAN(generator=mlp(2, 16, 16, 2)), ring(), 1500, 1e-3, 1e-3, discriminator_steps=2),
    "one_of_two": run(GAN, two(1.0), 1000, 1e-3, 2e-4),
    "tight_two": run(GAN, two(0.05), 2000, 1e-4, 1e-3),
    "tight_two_slow": run(GAN, two(0.05), 1000, 1e-3, 1e-4, discriminator_steps=2),
    "huge_rate": run(squares, ring(), 300, 1.0, 1.0, SGD),
    "nan_in_data": run(GAN, lambda: poisoned(130), 300, 1e-3, 5e-4),
}


def save(name, history):
    """Losses in float32, the rest in float16: small, and nothing that could run code."""
    arrays = {"losses": history.losses().numpy(), "steps": np.array([s.step for s in history.snapshots])}
    kept = {"real": history.real[:KEPT]}
    for key in ("samples", "real_logits", "fake_logits"):
        kept[key] = torch.stack([getattr(s, key)[:KEPT] for s in history.snapshots])
    for key, value in kept.items():
        arrays[key] = value.numpy().astype(np.float16)
        if np.isinf(arrays[key]).any() and value.isfinite().all():
            raise ValueError(f"{name}: {key} do not fit into float16.")
    TO.mkdir(exist_ok=True)
    np.savez_compressed(TO / f"{name}.npz", **arrays)


def margins(name, seeds):
    """What is measured, from the smallest to the largest of the seeds."""
    found = [diagnose(RUNS[name](1 + seed)) for seed in range(seeds)]
    print(f"{name}: {', '.join(d.name for d in found)}", flush=True)
    for key, first in found[0].evidence.items():
        if not isinstance(first, str):
            values = [d.evidence.get(key, float("nan")) for d in found]
            print(f"    {key:<12} {min(values):9.3f} {max(values):9.3f}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", help="of runs; all if none")
    parser.add_argument("--margins", type=int, metavar="SEEDS")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    for name in asked.names or RUNS:
        if asked.margins:
            margins(name, asked.margins)
        else:
            history = RUNS[name](0)
            save(name, history)
            size = (TO / f"{name}.npz").stat().st_size
            print(f"{name:<22} {size / 1000:4.0f} kB  {diagnose(history).name}", flush=True)


if __name__ == "__main__":
    main()
