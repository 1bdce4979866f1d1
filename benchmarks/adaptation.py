"""Labels of one kind of digits put to use on another: `python benchmarks/adaptation.py`, for lecture 13.

PixelDA against the same classifier trained as often on the source alone, and on the target with its labels: three
seeds. MNIST and USPS are looked for as `gancourse.data` says. `--only` measures some tasks, and the others stay.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import click
import measured
import torch
from torch.nn.functional import cross_entropy
from unpaired import DIGITS, there

from gancourse.data.images import to_float
from gancourse.data.pairs import load_pairs
from gancourse.games.adaptation import Namer, PixelDA
from gancourse.training.loop import cooled, train

SEEDS, STEPS, BATCH, SIZE, WIDTH, BLOCKS = 3, 4000, 32, 16, 16, 2
ADAM = partial(torch.optim.Adam, lr=5e-4, betas=(0.5, 0.999))
PROTOCOL = (
    f"{SIZE} px, {STEPS} steps, width {WIDTH}; Adam 5e-4, cooled. The error on the target's held-out images of a "
    f"classifier that was trained on {2 * BATCH} images a step. source: source images as they are; adapted: {BATCH} of "
    f"them, and {BATCH} restyled by the generator that is trained beside it; target: images of the target."
)


def batches(pairs):
    """(x_source, label, x_target), the two drawn apart."""
    while True:
        source, target = (torch.randint(len(images), (BATCH,)) for images in (pairs.a, pairs.b))
        yield to_float(pairs.a.x[source]), pairs.a.label[source], to_float(pairs.b.x[target])


def supervised(images, steps):
    """A classifier of images with their labels."""
    namer = Namer(10, SIZE, 1, WIDTH)
    optimiser = cooled(ADAM, steps)(list(namer.parameters()))
    for _ in range(steps):
        index = torch.randint(len(images), (2 * BATCH,))
        optimiser.zero_grad()
        cross_entropy(namer(to_float(images.x[index])), images.label[index]).backward()
        optimiser.step()
    return namer


def adapted(pairs, steps):
    """The classifier of a PixelDA."""
    game = PixelDA(10, SIZE, 1, WIDTH, BLOCKS)
    train(game, batches(pairs), steps, optimiser=cooled(ADAM, steps), progress=False)
    return game.classifier


def wrong(namer, images):
    """The share of images that are named otherwise than their label says."""
    with torch.no_grad():
        named = torch.cat([namer(to_float(x)).argmax(dim=1) for x in images.x.split(512)])
    return round((named != images.label).float().mean().item(), 4)


def run(task, seed, steps):
    """The three errors on the target's held-out images."""
    torch.set_num_threads(1)
    pairs, target = load_pairs(task, SIZE), load_pairs(task, SIZE, "test").b
    ways = {
        "source": lambda: supervised(pairs.a, steps),
        "adapted": lambda: adapted(pairs, steps),
        "target": lambda: supervised(pairs.b, steps),
    }
    found = {}
    for way, learn in ways.items():
        torch.manual_seed(seed)
        found[way] = wrong(learn(), target)
    return found


@click.command()
@click.option("--only", default=",".join(DIGITS), help="Which tasks.")
@click.option("--steps", type=int, help="Fewer, to try it out; results are not kept.")
@click.option("--seeds", default=SEEDS)
@click.option("--processes", default=os.cpu_count() or 1, help="Runs at a time.")
def main(only, steps, seeds, processes):
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        tasks = [task for task in only.split(",") if there(task)]
        runs = {task: [pool.submit(run, task, seed, steps or STEPS) for seed in range(seeds)] for task in tasks}
        for task, of in runs.items():
            results = measured.columns([r.result() for r in of])
            print(task, results, flush=True)
            if not steps and seeds == SEEDS:
                about = {"seeds": SEEDS, "protocol": PROTOCOL}
                measured.keep("adaptation", "python benchmarks/adaptation.py", task, results, DIGITS, about)


if __name__ == "__main__":
    main()
