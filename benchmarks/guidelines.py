"""What breaks without each of DCGAN's guidelines? `python benchmarks/guidelines.py` measures the table of lecture 08.

Each variant differs from the reference in one respect; the last shows what is seen where two are changed.

Glyphs at 28 px, three seeds each, the course's settings; the Fréchet distance is in the features of the course's
classifier of glyphs, of 5,000 samples against the 4,000 held-out images.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import click
import torch
from measured import load as load_measured
from measured import save, today
from torch import nn

from gancourse import device
from gancourse.data.images import load, to_float
from gancourse.games.dcgan import DCGAN, Discriminator, Generator, initialise
from gancourse.metrics.distances import frechet_distance
from gancourse.metrics.features import load_features
from gancourse.training import systems
from gancourse.training.keeping import Diverged
from gancourse.training.loop import train

SEEDS, STEPS, SIZE, WIDTH, SAMPLES = 3, 1000, 28, 16, 5000


def pooled(n_in, n_out):
    """Half the size by a convolution without stride, of the same kernel, and the largest of four."""
    return nn.Sequential(nn.Conv2d(n_in, n_out, 4, padding="same"), nn.MaxPool2d(2))


def repeated(n_in, n_out):
    """Twice the size by repeated pixels, then a convolution without stride, of the same kernel."""
    return nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(n_in, n_out, 4, padding="same"))


def game(generator=(), discriminator=()):
    """A DCGAN with some parts changed."""
    return DCGAN(
        generator=Generator(SIZE, 1, WIDTH, **dict(generator)),
        discriminator=Discriminator(SIZE, 1, WIDTH, **dict(discriminator)),
    )


def dense(norm=nn.BatchNorm1d):
    """Fully connected hidden layers of 512 after z and before the logit, with a norm like every other hidden layer."""
    made = game()
    first, *rest = made.generator.layers
    layers = [nn.Linear(first.in_features, 512), norm(512), nn.ReLU(), nn.Linear(512, first.out_features)]
    made.generator.layers = nn.Sequential(*layers, *rest)
    last = made.discriminator.head
    layers = [nn.Linear(last.in_features, 512), norm(512), nn.LeakyReLU(0.2), nn.Linear(512, 1)]
    made.discriminator.head = nn.Sequential(*layers)
    initialise(made)
    return made


def normed_throughout():
    """Batch norm after the generator's output and the discriminator's first layer too."""
    made = game()
    *layers, up, tanh = made.generator.layers
    made.generator.layers = nn.Sequential(*layers, up, nn.BatchNorm2d(1), tanh)
    down, *layers = made.discriminator.features
    made.discriminator.features = nn.Sequential(down, nn.BatchNorm2d(WIDTH), *layers)
    initialise(made)
    return made


def torch_start():
    """PyTorch's own initial weights instead of N(0, 0.02)."""
    made = game()
    for module in made.modules():
        if hasattr(module, "reset_parameters"):
            module.reset_parameters()
    return made


VARIANTS = {
    "all guidelines": game,
    "1 pooling, not strides": partial(game, {"up": repeated}, {"down": pooled}),
    "2 no batch norm": partial(game, {"norm": nn.Identity}, {"norm": nn.Identity}),
    "2 batch norm everywhere": normed_throughout,
    "3 dense hidden layers": dense,
    "4 tanh inside the generator": partial(game, {"activation": nn.Tanh}),
    "5 ReLU in the discriminator": partial(game, (), {"activation": nn.ReLU}),
    "initial weights: PyTorch's": torch_start,
    "2 and 3: dense, no norm there": partial(dense, nn.Identity),
}


def run(name, seed, steps):
    """Fréchet distance at the end, and a few samples; infinity if it diverged."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    at, images = device.best(), load("glyphs", SIZE)
    played = device.place(VARIANTS[name](), at)
    optimiser = systems.SYSTEMS["dcgan"].optimisers()
    options = {"average": 0.99, "bf16": device.has_bf16(at), "progress": False}
    try:
        history = train(played, images.to(at).batches(64), steps, optimiser=optimiser, **options)
    except Diverged:
        return float("inf"), None
    judge, test = load_features("glyphs"), load("glyphs", SIZE, split="test")
    x = history.average.cpu().sample(SAMPLES)
    distance = frechet_distance(judge.features(to_float(test.x)), judge.features(x))
    return round(distance, 3), x[:10]


@click.command()
@click.option("--variant", "variants", multiple=True, help="One of the variants, by name; may be given again.")
@click.option("--steps", default=STEPS, help="Fewer, to try it out; results are not kept.")
@click.option("--processes", default=os.cpu_count() or 1, help="Runs at a time.")
def main(variants, steps, processes):
    names = variants or list(VARIANTS)
    results = load_measured("guidelines").get("results", {}) if steps == STEPS else {}
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        futures = {name: [pool.submit(run, name, seed, steps) for seed in range(SEEDS)] for name in names}
        for name, of in futures.items():
            results[name] = [f.result()[0] for f in of]
            print(name, results[name], flush=True)
            if steps == STEPS:
                about = {"steps": STEPS, "width": WIDTH, "size": SIZE, "samples": SAMPLES, "results": results}
                command = "python benchmarks/guidelines.py"
                save("guidelines", command, about, ["torch"], list(results), {name: today(command)})


if __name__ == "__main__":
    main()
