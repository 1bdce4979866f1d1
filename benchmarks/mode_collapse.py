"""Which systems find all modes? `python benchmarks/mode_collapse.py` measures the table of lecture 07.

The worlds are the published ones, a ring of 8 and a grid of 25, in units of their own spread. Every system trains for
every seed; 2,500 samples are then judged as PacGAN does. Two set-ups:

- the course's (default): small networks, a minute a run on one core;
- `--published`: the networks, sizes and optimiser of PacGAN's experiments (Lin et al. 2018, section 4.1 and code), for
  a GPU: 400,000 steps a run.

Results go to notebooks/measured/ as they come. `--systems` and `--worlds` measure a part, and the rest stays.
"""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import click
import torch
from measured import load, save, today
from torch import nn

from gancourse.data.worlds.mixtures import grid, ring
from gancourse.games.ali import ALI
from gancourse.games.gan import GAN
from gancourse.games.maxout import Maxout
from gancourse.games.minibatch import MinibatchGAN, MinibatchStdGAN
from gancourse.games.pacgan import PacGAN, Packed
from gancourse.games.unrolled import UnrolledGAN
from gancourse.games.veegan import VEEGAN
from gancourse.metrics.distances import mode_coverage
from gancourse.training.loop import ADAM, cooled, train

WORLDS = {"ring": ring, "grid": grid}
SHARE_OF_STEPS = {"ring": 0.4, "grid": 1.0}  # of the course's; the ring is learned sooner
SAMPLES = 2500


FAST = partial(ADAM, lr=3e-3)
SLOW = (partial(ADAM, lr=1e-3), partial(ADAM, lr=5e-4))


@dataclass(frozen=True)
class Setting:
    """How one system is trained.

    A pack of m takes m samples, so PacGAN's batches are m times as large. The course's set-up lets the learning rates
    fall to zero in the second half, else the last samples are those of one moment of a restless game.
    """

    make: object
    steps: int = 6000
    pack: int = 1
    discriminator_steps: int = 3
    optimiser: object = FAST
    batch: int = 200
    cool: bool = True

    def optimisers(self, steps):
        """The discriminator's and the generator's, for a run of `steps`."""
        pair = self.optimiser if isinstance(self.optimiser, tuple) else (self.optimiser, self.optimiser)
        own = (self.discriminator_steps * steps, steps)
        return tuple(cooled(o, n) for o, n in zip(pair, own, strict=True)) if self.cool else pair


COURSE = {
    "GAN": Setting(GAN),
    "minibatch discrimination": Setting(MinibatchGAN),
    "minibatch std": Setting(MinibatchStdGAN),
    # With the settings of the others these four stay far behind: they got the best of a few tried on one seed.
    "unrolled": Setting(UnrolledGAN, 3000, discriminator_steps=1, optimiser=ADAM),
    "VEEGAN": Setting(VEEGAN, 12000, discriminator_steps=1, optimiser=SLOW),
    "ALI": Setting(ALI, optimiser=SLOW),
    "BiGAN": Setting(partial(ALI, noise=False), optimiser=SLOW),
    "PacGAN2": Setting(partial(PacGAN, 2), pack=2),
    "PacGAN3": Setting(partial(PacGAN, 3), pack=3),
    "PacGAN4": Setting(partial(PacGAN, 4), pack=4),
}

# --- the published set-up --------------------------------------------------------------------------------------


def published(m):
    """PacGAN's networks: 4 × 400 with batch norm and ReLU; 3 × 200 maxout of 5; weights N(0, 0.02)."""
    layers, n_in = [], 2
    for _ in range(4):
        layers += [nn.Linear(n_in, 400, bias=False), nn.BatchNorm1d(400), nn.ReLU()]
        n_in = 400
    discriminator = nn.Sequential(Maxout(2 * m, 200), Maxout(200, 200), Maxout(200, 200), nn.Linear(200, 1))
    game = GAN(nn.Sequential(*layers, nn.Linear(400, 2)), Packed(discriminator, m))
    for module in game.modules():
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    return game


SLOW_ADAM = partial(torch.optim.Adam, lr=1e-4, betas=(0.8, 0.999), fused=True)
PUBLISHED = {
    name: Setting(partial(published, m), 400_000, m, 1, SLOW_ADAM, batch=100, cool=False)
    for name, m in {"GAN": 1, "PacGAN2": 2, "PacGAN3": 3, "PacGAN4": 4}.items()
}

# --- running ---------------------------------------------------------------------------------------------------


def run(setting, world, seed, steps, device):
    """Train once: captured modes, high-quality share, reverse KL, and seconds, of one core or by a GPU's clock."""
    clock = time.process_time if device == "cpu" else time.perf_counter
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    game = setting.make().to(device)
    began = clock()
    train(
        game,
        world.to(device).batches(setting.batch * setting.pack),
        steps,
        optimiser=setting.optimisers(steps),
        discriminator_steps=setting.discriminator_steps,
        progress=False,
    )
    seconds = clock() - began
    return (*mode_coverage(game.sample(SAMPLES).cpu(), world.centres, world.std), seconds)


@click.command()
@click.option("--published", "full", is_flag=True, help="The published networks and sizes; wants a GPU.")
@click.option("--worlds", default="ring,grid", help="Which of ring, grid.")
@click.option("--systems", help="Some of the systems, by name, with commas between.")
@click.option("--seeds", type=int, help="How many seeds: 5, published 10.")
@click.option("--steps", type=int, help="Fewer steps than the set-up's, to try it out; results are not kept.")
@click.option("--processes", default=os.cpu_count() or 1, help="Runs at a time.")
def main(full, worlds, systems, seeds, steps, processes):
    settings, seeds = (PUBLISHED, seeds or 10) if full else (COURSE, seeds or 5)
    device = "cuda" if full and torch.cuda.is_available() else "cpu"
    if full and device == "cpu" and not steps:
        raise click.ClickException("The published sizes take days without a GPU. Try them out with --steps 100.")
    names = systems.split(",") if systems else list(settings)
    if unknown := set(names) - set(settings):
        raise click.ClickException(f"No system {', '.join(unknown)}; there are: {', '.join(settings)}.")
    file = "mode_collapse_published" if full else "mode_collapse"
    results = {} if steps else load(file).get("results", {})
    with ProcessPoolExecutor(processes) as pool:
        for world_name in worlds.split(","):
            world = WORLDS[world_name]() if full else WORLDS[world_name]().standardised()
            share = 1 if full else SHARE_OF_STEPS[world_name]
            futures = {
                name: [
                    pool.submit(run, settings[name], world, s, steps or round(share * settings[name].steps), device)
                    for s in range(seeds)
                ]
                for name in names
            }
            for name, runs in futures.items():
                measured = summary([r.result() for r in runs])
                print(world_name, name, measured, flush=True)
                known = results.get(world_name, {}) | {name: {"steps": round(share * settings[name].steps)} | measured}
                results[world_name] = {n: known[n] for n in settings if n in known}
                if not steps:
                    command = "python benchmarks/mode_collapse.py" + (" --published" if full else "")
                    about = {"seeds": seeds, "samples": SAMPLES, "processes": processes, "results": results}
                    parts = [f"{world}, {system}" for world, row in results.items() for system in row]
                    save(file, command, about, ["torch"], parts, {f"{world_name}, {name}": today(command)})


def summary(runs):
    """The columns of what `run` returned, one number per seed."""
    columns = zip(*runs, strict=True)
    names = ("captured", "high_quality", "reverse_kl", "seconds")
    return {
        name: [None if v != v else round(float(v), 4) for v in column]
        for name, column in zip(names, columns, strict=True)
    }


if __name__ == "__main__":
    main()
