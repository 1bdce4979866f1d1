"""What losses say, and what they buy, for lectures 05 and 06: `python benchmarks/losses.py [PART …]`.

Parts are penalty, tracking, began, words. Five seeds each, one thread a run. Results go to
notebooks/measured/losses.json as they come.
"""

import math
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
from gancourse.games import known_critic
from gancourse.games.began import BEGAN
from gancourse.games.gan import GAN, mlp
from gancourse.games.onlooker import WithOnlooker
from gancourse.games.wgan import WGANGP
from gancourse.games.words import LATENT, reader, writer
from gancourse.training.loop import train

SEEDS = 5
STEPS = {"penalty": 600, "tracking": 800, "began": 1500, "words": 600}
PROTOCOL = {
    "penalty": "A critic of 3 × 64 units on the problem of games/known_critic.py, batch 256, 600 steps, by a penalty's "
    "weight λ: what it claims as a share of the exact distance, and the median of its slope where there are samples.",
    "tracking": "On the ring, batch 128, 800 steps, 3 of the critic or discriminator a step, 26 moments: a WGAN-GP "
    "(λ = 1) with an onlooker, and a GAN with the standard loss. Rank correlation of each estimate with W1 between 512 "
    "generated and 512 real points; in `points`, (W1, estimate) at every moment.",
    "began": "BEGAN (γ = 0.9, λ = 0.01) on the ring of σ = 0.05, batch 128, 1,500 steps: its measure of convergence, "
    "and W1 as above, at the first of 25 moments and at the last.",
    "words": "600 steps of 64 words; of 1,000 written: how many differ, what share has only runs of three letters "
    "that words of the list have, how many of the list are among them.",
}
WRITERS = {"standard": (GAN, 1), "standard, 5": (GAN, 5), "WGAN-GP": (WGANGP, 5)}


PENALTIES = {
    "λ = 10": {"weight": 10.0},
    "λ = 1": {"weight": 1.0},
    "λ = 0.1": {"weight": 0.1},
    "one-sided, λ = 10": {"weight": 10.0, "one_sided": True},
}


def penalised(name, seed, steps):
    """What a critic with a penalty claims, as a share of what is exact, and how steep it is."""
    start(seed)
    game = WGANGP(**PENALTIES[name], generator=known_critic.Fixed(), discriminator=known_critic.critic(seed))
    train(game, known_critic.batches(), steps, progress=False)
    problem = known_critic.known()
    values = problem.values(game.discriminator)
    return {"share": round(problem.claim(values) / problem.distance, 3), "slope": round(problem.slope(values), 3)}


def tracking(seed, steps):
    """Rank correlations with the distance: of a critic's estimate, of its onlooker's, and of a standard GAN's own."""
    points = followed(WithOnlooker, WithOnlooker.estimates, ("critic", "onlooker"), seed, steps)
    points |= followed(GAN, own_estimate, ("GAN",), seed, steps)
    ranks = {name: round(float(spearmanr(*zip(*of, strict=True))[0]), 3) for name, of in points.items()}
    return ranks | {"points": points}


def followed(system, estimates, names, seed, steps):
    """A game's run: by name of an estimate, (W1, estimate) at every moment after the start."""
    world = start(seed, ring())
    moments = []

    def look(game, snapshot):
        distance = world.distance(snapshot.samples)
        moments.append([(distance, estimate) for estimate in estimates(game, world.sample(512), snapshot.samples)])

    options = {"discriminator_steps": 3, "snapshots": 27, "watch": look, "progress": False}
    train(system(), world.batches(128), steps, **options)
    columns = zip(*moments[1:], strict=True)  # at the start nobody has learned anything
    return {n: [[round(v, 4) for v in at] for at in of] for n, of in zip(names, columns, strict=True)}


@torch.no_grad()
def own_estimate(game, x, x_fake):
    """Of JS by a GAN's discriminator, (log 4 − its loss) / 2."""
    loss = game.loss.discriminator(game.discriminator(x), game.discriminator(x_fake))
    return ((math.log(4) - loss.item()) / 2,)


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


TABLES = {"penalty": (PENALTIES, penalised), "words": (WRITERS, written)}  # parts of several rows, each by its function


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(list(STEPS)))
@click.option("--steps", type=int, help="Fewer, to try it out; results are not kept.")
@click.option("--seeds", default=SEEDS, help="Runs of each.")
@click.option("--processes", default=os.cpu_count() or 1, help="Runs at a time.")
def main(parts, steps, seeds, processes):
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for part in parts or STEPS:
            work = (
                {n: partial(TABLES[part][1], n) for n in TABLES[part][0]} if part in TABLES else {part: globals()[part]}
            )
            runs = {n: [pool.submit(f, s, steps or STEPS[part]) for s in range(seeds)] for n, f in work.items()}
            found = {n: measured.columns([r.result() for r in of]) for n, of in runs.items()}
            results = found if part in TABLES else found[part]
            print(part, str(results)[:2000], flush=True)
            if steps is None:
                about = {"seeds": seeds, "protocol": PROTOCOL}
                measured.keep("losses", "python benchmarks/losses.py", part, results, tuple(STEPS), about)


if __name__ == "__main__":
    main()
