"""Translation with pairs, by what D sees and by which loss: `python benchmarks/paired.py`, for lecture 12.

Three seeds each, on the built-in worlds. Results go to notebooks/measured/paired.json as they come; `--only` measures
a part, and the rest stays.
"""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import click
import measured
import torch

from gancourse import device
from gancourse.data.images import to_float
from gancourse.data.pairs import PLANES, load_pairs
from gancourse.data.worlds.shapes import shapes
from gancourse.games.dcgan import doublings
from gancourse.games.patch import PatchDiscriminator
from gancourse.games.pix2pix import Pix2Pix, UNet
from gancourse.games.spade import Concatenated, LayoutGenerator, Spade
from gancourse.games.srgan import SRGAN, bicubic
from gancourse.metrics.distances import frechet_distance
from gancourse.metrics.features import load_features
from gancourse.metrics.fidelity import grey_levels, perceptual_distance, psnr
from gancourse.metrics.segmentation import mean_iou, pixel_accuracy, train_segmenter
from gancourse.training.loop import train
from gancourse.training.systems import ADAM

SEEDS, STEPS, BATCH, SIZE, WIDTH = 3, 400, 16, 32, 16
TRAINED, JUDGED, CHANNELS = 4000, 500, len(PLANES)
FIELDS = (-1, 0, 1, 2)  # layers that halve the size
LOSSES = {"L1 only": {"adversarial": 0.0}, "GAN only": {"l1": 0.0}, "both": {}}  # with the default field, FIELDS[2]
SUPER = {"L1 only": {"adversarial": 0.0}, "SRGAN": {}}
INJECT = {"concatenated": Concatenated, "SPADE": Spade}
SKIPS = {"U-Net": True, "no skips": False}
PARTS = ("patches", "losses", "colours", "super", "layouts", "skips")
PROTOCOL = (
    f"{STEPS} steps of {BATCH} pairs out of {TRAINED}, {SIZE} px, width {WIDTH}; the averaged generator on {JUDGED} "
    "held-out pairs. Accuracy: the share of pixels in which a segmenter, trained on real scenes, finds the layout in "
    "the output. Images a second: of training, by the processor time of one thread."
)


def trained(game, task, seed, steps, rates=(5e-4, 1e-3)):
    """Play a game on a task; returns the averaged one, and the images a second."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    game, at = device.place(game(), device.best()), device.best()
    batches = load_pairs(task, SIZE, n=TRAINED).to(at).batches(BATCH)
    optimiser = tuple(partial(ADAM, lr=rate) for rate in rates)
    options = {"optimiser": optimiser, "average": 0.99, "bf16": device.has_bf16(at), "progress": False}
    begun = time.process_time()  # of this one thread, whatever else the machine does
    average = train(game, batches, steps, **options).average
    return average.cpu(), round(steps * BATCH / (time.process_time() - begun))


def held_out(task):
    """Inputs and true outputs as networks see them."""
    pairs = load_pairs(task, SIZE, "test", JUDGED)
    return to_float(pairs.a.x), to_float(pairs.b.x)


def segmenter():
    """One that knows striped scenes."""
    torch.manual_seed(0)
    scenes = shapes(TRAINED, SIZE, 2, striped=True)
    return train_segmenter(scenes.image, scenes.layout(), progress=False)


def true_layout(x_a):
    """0 the background, 1 + shape an object, out of a layout's planes; shape (n, H, W)."""
    where = [PLANES.index(name) for name in ("square", "cross")]
    shape = torch.cat([torch.zeros_like(x_a[:, :1]), x_a[:, where[0] : where[1] + 1]], dim=1)
    return shape.argmax(dim=1)


def scored(judge, made, x_a, x_b):
    """How well outputs show their layouts, and how far they are from the truth."""
    layout = true_layout(x_a)
    return {
        "accuracy": round(pixel_accuracy(judge, made, layout), 4),
        "iou": round(mean_iou(judge, made, layout), 4),
        "error": round(grey_levels(made, x_b), 2),
    }


def pix2pix(c_in=CHANNELS, **options):
    return partial(Pix2Pix, c_in, 3, WIDTH, doublings(SIZE)[1], **options)


def labels(judge, make, seed, steps):
    """A game on "labels-to-shapes"."""
    game, rate = trained(make, "labels-to-shapes", seed, steps)
    x_a, x_b = held_out("labels-to-shapes")
    return scored(judge, game.translate(x_a), x_a, x_b) | {"images_per_second": rate}


def colours(loss, seed, steps):
    """Of "edges-to-shapes": are outputs like scenes, and how far from the very scene?"""
    game, _ = trained(pix2pix(1, **LOSSES[loss]), "edges-to-shapes", seed, steps)
    (x_a, x_b), features = held_out("edges-to-shapes"), load_features("shapes").features
    made = game.translate(x_a)
    return {
        "error": round(grey_levels(made, x_b), 2),
        "frechet": round(frechet_distance(features(made), features(x_b)), 1),
    }


def fidelity(made, x_b):
    """Of enlargements: PSNR, and the distance in the classifier's features."""
    return {
        "psnr": round(float(psnr(made.clamp(-1, 1), x_b).mean()), 2),
        "perceptual": round(float(perceptual_distance(made, x_b, load_features("shapes")).mean()), 3),
    }


def enlarged(loss, seed, steps):
    """Of "small-to-shapes"."""
    game, _ = trained(partial(SRGAN, 3, WIDTH, **SUPER[loss]), "small-to-shapes", seed, steps)
    x_a, x_b = held_out("small-to-shapes")
    return fidelity(game.translate(x_a), x_b)


@click.command()
@click.option("--only", default=",".join(PARTS), help="Which parts.")
@click.option("--steps", type=int, help="Fewer, to try it out; results are not kept.")
@click.option("--seeds", default=SEEDS)
@click.option("--processes", default=os.cpu_count() or 1, help="Runs at a time.")
def main(only, steps, seeds, processes):
    only, n = only.split(","), steps or STEPS
    judge = segmenter() if {"patches", "losses", "layouts", "skips"} & set(only) else None
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:

        def runs(function, variants):
            every = {v: [pool.submit(function, *make, s, n) for s in range(seeds)] for v, make in variants.items()}
            return {v: measured.columns([run.result() for run in of]) for v, of in every.items()}

        if "patches" in only:
            makes = {str(s): (judge, pix2pix(strided=s)) for s in FIELDS}
            results = runs(labels, makes)
            for s in FIELDS:
                d = PatchDiscriminator(CHANNELS + 3, WIDTH, s)
                results[str(s)] |= {"field": d.field, "parameters": sum(p.numel() for p in d.parameters())}
            x_a, x_b = held_out("labels-to-shapes")
            keep("patches", results | {"real": scored(judge, x_b, x_a, x_b)}, steps)
        if "losses" in only:  # both losses are in the sweep
            keep("losses", runs(labels, {v: (judge, pix2pix(**LOSSES[v])) for v in LOSSES if v != "both"}), steps)
        if "colours" in only:
            keep("colours", runs(colours, {v: (v,) for v in LOSSES}), steps)
        if "super" in only:
            x_a, x_b = held_out("small-to-shapes")
            keep("super", {"bicubic": fidelity(bicubic(x_a), x_b)} | runs(enlarged, {v: (v,) for v in SUPER}), steps)
        if "layouts" in only:
            makes = {name: (judge, partial(told_by, inject)) for name, inject in INJECT.items()}
            keep("layouts", runs(labels, makes), steps)
        if "skips" in only:
            makes = {name: (judge, partial(halving_and_doubling, skip)) for name, skip in SKIPS.items()}
            keep("skips", runs(labels, makes), steps)


def told_by(inject):
    """A game whose generator is told the layout in one of two ways."""
    return pix2pix(generator=LayoutGenerator(CHANNELS, 3, SIZE, WIDTH // 2, inject))()


def halving_and_doubling(skip):
    """A game whose generator has skip connections or not, and is else the same."""
    return pix2pix(generator=UNet(CHANNELS, 3, WIDTH, doublings(SIZE)[1], skip))()


def keep(part, results, steps):
    """Show what was measured, and keep it if it was measured in full."""
    print(part, results, flush=True)
    if not steps:
        about = {"seeds": SEEDS, "protocol": PROTOCOL}
        measured.keep("paired", "python benchmarks/paired.py", part, results, PARTS, about)


if __name__ == "__main__":
    main()
