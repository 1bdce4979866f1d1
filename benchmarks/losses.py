"""What losses say, and what they buy: `python benchmarks/losses.py [tracking began words]`, for lectures 05 and 06.

Five seeds each, one thread a run. Results go to notebooks/measured/losses.json as they come.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import click
import measured
import torch
from scipy.stats import spearmanr
from torch import nn

from gancourse.data.worlds import words
from gancourse.data.worlds.mixtures import ring
from gancourse.games.began import BEGAN
from gancourse.games.gan import GAN, mlp
from gancourse.games.onlooker import WithOnlooker
from gancourse.games.wgan import WGANGP
from gancourse.games.words import LATENT, reader, writer
from gancourse.training.loop import train

SEEDS = 5
STEPS = {"tracking": 800, "began": 1500, "words": 600}
PROTOCOL = {
    "tracking": "A WGAN-GP (λ = 1, 3 critic steps) on the ring, batch 128, 800 steps; rank correlation over 25 "
    "moments, of each estimate with W1 between 512 generated and 512 real points.",
    "began": "BEGAN (γ = 0.9, λ = 0.01) on the ring of σ = 0.05, batch 128, 1,500 steps: its measure of convergence, "
    "and W1 as above, at the first of 25 moments and at the last.",
    "words": "600 steps of 64 words; of 1,000 written: how many differ, what share has only runs of three letters "
    "that words of the list have, how many of the list are among them.",
}
WRITERS = {"standard": (GAN, 1), "standard, 5": (GAN, 5), "WGAN-GP": (WGANGP, 5)}


def tracking(seed, steps):
    """Rank correlations with the distance: of the critic's estimate and of the onlooker's."""
    world = start(seed, ring())
    moments = []

    def look(game, snapshot):
        moments.append((*game.estimates(world.sample(512), snapshot.samples), world.distance(snapshot.samples)))

    options = {"discriminator_steps": 3, "snapshots": 27, "watch": look, "progress": False}
    train(WithOnlooker(), world.batches(128), steps, **options)
    critic, onlooker, distance = zip(*moments[2:], strict=True)  # the start, and a critic that has hardly begun
    return {
        "critic": round(float(spearmanr(critic, distance)[0]), 3),
        "onlooker": round(float(spearmanr(onlooker, distance)[0]), 3),
    }


def began(seed, steps):
    """BEGAN's own measure and the distance, at the start and at the end."""
    world = start(seed, ring(std=0.05))
    seen = []

    def look(game, snapshot):
        seen.append((game.convergence.item(), world.distance(snapshot.samples)))

    autoencoder = nn.Sequential(mlp(2, 128, 128, 1), mlp(1, 128, 128, 2))
    game = BEGAN(autoencoder, gamma=0.9, rate=0.01)
    train(game, world.batches(128), steps, snapshots=26, watch=look, progress=False)
    (measure, distance), (measure_end, distance_end) = seen[1], seen[-1]
    found = {"measure": measure, "measure_end": measure_end, "distance": distance, "distance_end": distance_end}
    return {name: round(value, 3) for name, value in found.items()}


def written(name, seed, steps):
    """What a game writes: how much of it differs, is plausible, is a word."""
    system, turns = WRITERS[name]
    start(seed)
    game = system(generator=writer(), discriminator=reader(), latent=LATENT)
    train(game, words.batches(64), steps, discriminator_steps=turns, progress=False)
    made = words.decode(game.sample(1000))
    on_list = sorted(set(made) & set(words.WORDS))
    return {
        "different": len(set(made)),
        "plausible": round(words.share_plausible(made, words.WORDS), 3),
        "on_list": len(on_list),
        "first": made[:8],
    }


def start(seed, world=None):
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    return world


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(list(STEPS)))
@click.option("--steps", type=int, help="Fewer, to try it out; results are not kept.")
@click.option("--seeds", default=SEEDS, help="Runs of each.")
@click.option("--processes", default=os.cpu_count() or 1, help="Runs at a time.")
def main(parts, steps, seeds, processes):
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for part in parts or STEPS:
            work = {name: partial(written, name) for name in WRITERS} if part == "words" else {part: globals()[part]}
            runs = {n: [pool.submit(f, s, steps or STEPS[part]) for s in range(seeds)] for n, f in work.items()}
            found = {n: measured.columns([r.result() for r in of]) for n, of in runs.items()}
            results = found if part == "words" else found[part]
            print(part, results, flush=True)
            if steps is None:
                about = {"seeds": seeds, "protocol": PROTOCOL}
                measured.keep("losses", "python benchmarks/losses.py", part, results, tuple(STEPS), about)


if __name__ == "__main__":
    main()
