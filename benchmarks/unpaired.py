"""What unpaired translation gets right, and by which loss: `python benchmarks/unpaired.py`, for lecture 13.

Three seeds each. MNIST and USPS are looked for as `gancourse.data` says; without them only the shapes are measured.
Results go to notebooks/measured/unpaired.json as they come; `--only` measures a part, and the rest stays.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import click
import measured
import torch

from gancourse import device
from gancourse.course import CourseError
from gancourse.data.images import to_bytes, to_float
from gancourse.data.pairs import load_pairs
from gancourse.metrics.features import train_classifier
from gancourse.metrics.fidelity import grey_levels, share_as_asked
from gancourse.training import systems
from gancourse.training.loop import train

SEEDS, STEPS, BATCH = 3, 2500, 16
VARIANTS = {
    "all three": {},
    "no identity": {"identity": 0.0},
    "cycle only": {"adversarial": 0.0, "identity": 0.0},
    "GAN only": {"cycle": 0.0, "identity": 0.0},
}
PARTS = ("ablation", "digits")
DIGITS = ("mnist-usps", "mnist-usps-cropped", "glyphs-mnist")
DIGIT_STEPS, DIGIT_SIZE = 2000, 16  # pixels; USPS has no more
JUDGED = 1000
PROTOCOL = {
    "ablation": f"plain-striped, 32 px, {STEPS} steps of {BATCH} images a side; {JUDGED} held-out scenes, mean "
    "absolute difference of a pixel to the true counterpart, in grey levels of 0 to 255; of averaged generators.",
    "digits": f"{DIGIT_SIZE} px, {DIGIT_STEPS} steps of {BATCH} images a side; kept: the share of held-out images "
    "whose translation a classifier of the target's training images names as the original's label says; untouched: "
    "the same of the images themselves. adapted: the error on the target's held-out images of a classifier that "
    "saw only translated source images with the source's labels; source: of one that saw them as they are; target: of "
    "one trained on the target.",
}


def played(task, size, seed, steps, **weights):
    """The averaged game of a run."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    pairs, at, system = load_pairs(task, size), device.best(), systems.find("cyclegan")
    game = device.place(systems.cyclegan(size, (pairs.a.x.shape[1], pairs.b.x.shape[1]), system.width, **weights), at)
    options = {"average": system.average, "bf16": device.has_bf16(at), "progress": False}
    return train(game, pairs.to(at).batches(BATCH), steps, optimiser=system.optimisers(), **options).average.cpu()


def error(x, y):
    """To the true counterparts, in grey levels."""
    return round(grey_levels(x, y), 2)


def ablated(variant, seed, steps):
    """Errors to the true counterparts, of both directions and of what comes back."""
    game = played("plain-striped", 32, seed, steps, **VARIANTS[variant])
    truth = load_pairs("plain-striped-truth", 32, "test", JUDGED)
    a, b = to_float(truth.a.x), to_float(truth.b.x)
    striped, plain = game.translate(a), game.translate(b, back=True)
    return {
        "to striped": error(striped, b),
        "to plain": error(plain, a),
        "there and back": error(game.translate(striped, back=True), a),
    }


def classifier(x, label):
    """Of digits."""
    torch.manual_seed(0)
    return train_classifier(x, label, 600, progress=False)


def share(judge, images, x=None):
    """Images named as their label says."""
    return round(share_as_asked(judge, images.x if x is None else x, images.label), 4)


def digits(task, seed, steps):
    """Whether digits stay what they are, and whether what is translated teaches about the target."""
    size = DIGIT_SIZE
    game = played(task, size, seed, steps)
    pairs, test = load_pairs(task, size), load_pairs(task, size, "test")
    judge = classifier(pairs.b.x, pairs.b.label)
    translated = torch.cat([to_bytes(game.translate(to_float(x))) for x in pairs.a.x.split(500)])
    return {
        "kept": share(judge, test.a, game.translate(to_float(test.a.x))),
        "untouched": share(judge, test.a),
        "adapted": round(1 - share(classifier(translated, pairs.a.label), test.b), 4),
        "source": round(1 - share(classifier(pairs.a.x, pairs.a.label), test.b), 4),
        "target": round(1 - share(judge, test.b), 4),
    }


@click.command()
@click.option("--only", default=",".join(PARTS), help="Which parts.")
@click.option("--tasks", default=",".join(DIGITS), help="Digits to translate.")
@click.option("--steps", type=int, help="Fewer, to try it out; results are not kept.")
@click.option("--seeds", default=SEEDS)
@click.option("--processes", default=os.cpu_count() or 1, help="Runs at a time.")
def main(only, tasks, steps, seeds, processes):
    truth = load_pairs("plain-striped-truth", 32, "test", JUDGED)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        if "ablation" in only:
            runs = {v: [pool.submit(ablated, v, s, steps or STEPS) for s in range(seeds)] for v in VARIANTS}
            results = {"a copy": error(to_float(truth.a.x), to_float(truth.b.x))}
            keep("ablation", results | {v: measured.columns([r.result() for r in of]) for v, of in runs.items()}, steps)
        if "digits" in only:
            tasks = [task for task in tasks.split(",") if there(task)]
            runs = {t: [pool.submit(digits, t, s, steps or DIGIT_STEPS) for s in range(seeds)] for t in tasks}
            keep("digits", {t: measured.columns([r.result() for r in of]) for t, of in runs.items()}, steps)


def there(task):
    try:
        return bool(load_pairs(task, n=10))
    except CourseError as missing:
        click.echo(f"{task} is left out: {missing}", err=True)
        return False


def keep(part, results, steps):
    """Show what was measured, and keep it if it was measured in full."""
    print(part, results, flush=True)
    if not steps:
        about = {"seeds": SEEDS, "protocol": PROTOCOL}
        measured.keep("unpaired", "python benchmarks/unpaired.py", part, results, PARTS, about)


if __name__ == "__main__":
    main()
