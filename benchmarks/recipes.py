"""Which recipe learns most in the same CPU seconds? `python benchmarks/recipes.py`, all recipes on all data.

Every run has one thread and a number of seconds of its process's CPU time, so that a busy machine does not matter; how
many steps these are is measured first. The Fréchet distance is looked at ten times on the way (that is off the clock),
precision, recall and coverage at the end: of 5,000 samples of the averaged generator against held-out images, in the
features of the course's classifiers. Beside them stands what 5,000 real images score.
"""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import click
import measured
import torch
from scores import SAMPLES, Judge, sampled
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from gancourse import device
from gancourse.data.images import load
from gancourse.games import losses
from gancourse.games.dcgan import DCGAN, Discriminator
from gancourse.games.relativistic import RelativisticGAN
from gancourse.training import systems
from gancourse.training.loop import cooled, train

SEEDS, SECONDS, LOOKS = 3, 300, 10
DATA = {"glyphs": 28, "shapes": 32, "faces": 32, "mnist": 28}  # and their size in pixels


def normalised(size, channels, width=32):
    """DCGAN with the hinge loss, and in D spectral norm in place of batch norm (Miyato et al. 2018)."""
    judge = Discriminator(size, channels, width, norm=nn.Identity)
    for layer in judge.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            spectral_norm(layer)
    return DCGAN(size, channels, width, discriminator=judge, loss=losses.hinge())


RECIPES = {  # how the game is made, and the system whose optimisers it has
    "dcgan": (partial(DCGAN, width=32), "dcgan"),
    "spectral norm, hinge": (normalised, "dcgan"),
    "relativistic": (RelativisticGAN, "relativistic"),
}


def seconds_of(play):
    """CPU seconds of this process that something takes."""
    begun = time.process_time()
    play()
    return time.process_time() - begun


def run(source, recipe, seed, seconds):
    """One training: the distances on the way, and the scores at its end."""
    torch.set_num_threads(1)
    size, (make, system) = DATA[source], RECIPES[recipe]
    images, judge, kind = load(source, size), Judge(source, size), systems.SYSTEMS[system]
    options = {"bf16": device.has_bf16(torch.device("cpu")), "average": 0.999, "progress": False}

    def game():
        torch.manual_seed(seed)
        return device.place(make(size, images.x.shape[1]), torch.device("cpu"))

    timed = partial(train, game(), images.batches(kind.batch), optimiser=kind.optimisers(), **options)
    timed(5)
    steps = max(LOOKS, int(seconds / (seconds_of(lambda: timed(20)) / 20)))
    curve, looking, begun = [], 0.0, time.process_time()

    def look(averaged, snapshot):
        nonlocal looking
        at = time.process_time()
        curve.append((round(at - begun - looking, 1), judge.distance(sampled(averaged))))
        looking += time.process_time() - at

    optimisers = tuple(cooled(optimiser, steps) for optimiser in kind.optimisers())  # all of them: it suits all
    history = train(
        game(), images.batches(kind.batch), steps, optimiser=optimisers, snapshots=LOOKS + 1, watch=look, **options
    )
    found = judge.scores(sampled(history.average))
    return {"steps": steps, "seconds": curve[-1][0], "curve": curve, "floor": judge.floor} | found


@click.command()
@click.option("--data", "sources", default=",".join(DATA), help="Which data, with commas between.")
@click.option("--recipes", "names", default=";".join(RECIPES), help="Which recipes, with semicolons between.")
@click.option("--seconds", default=SECONDS, help="CPU seconds a run.")
@click.option("--seeds", default=SEEDS, help="Runs of each.")
@click.option("--processes", default=os.cpu_count() or 1, help="Runs at a time.")
def main(sources, names, seconds, seeds, processes):
    """Results of other seconds or seeds than the table's are told and not kept."""
    parts = [f"{source}: {recipe}" for source in DATA for recipe in RECIPES]
    about = {"seconds": SECONDS, "samples": SAMPLES}
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        jobs = [(source, name) for source in sources.split(",") for name in names.split(";")]
        futures = {job: [pool.submit(run, *job, seed, seconds) for seed in range(seeds)] for job in jobs}
        for (source, name), of in futures.items():
            results = [f.result() for f in of]
            print(source, name, [(r["steps"], r["frechet"], r["recall"]) for r in results], flush=True)
            if (seconds, seeds) == (SECONDS, SEEDS):
                measured.keep("recipes", "python benchmarks/recipes.py", f"{source}: {name}", results, parts, about)


if __name__ == "__main__":
    main()
