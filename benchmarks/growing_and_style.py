"""What lecture 14 shows: growing against full size, BigGAN's parts, and what StyleGAN's layers say.

`python benchmarks/growing_and_style.py` measures all parts, one thread; `--only` some of them. Results go to
notebooks/measured/growing_and_style.json as they come. The part "layers" looks at the model style-faces that comes with
the course, the others train. Distances are Fréchet distances in the features of the course's classifiers, of 1,000
samples of averaged generators against held-out images; "real" is what as many training images score.
"""

import itertools
import time
import warnings
from functools import partial

import click
import measured
import torch
from dependencies import ROOT
from torch import nn
from torch.nn.functional import interpolate

from gancourse import device
from gancourse.data.images import load, to_float
from gancourse.games.biggan import BigGAN
from gancourse.games.dcgan import slerp
from gancourse.games.growing import GrowingGAN
from gancourse.games.residual import start
from gancourse.games.stylegan import StyleGAN, truncate
from gancourse.metrics.distances import frechet_distance, moments
from gancourse.metrics.features import load_features
from gancourse.metrics.latent_space import carried_over, changed, path_length, read_linearly
from gancourse.metrics.neighbours import precision_recall
from gancourse.training.checkpoints import FOLDER, save
from gancourse.training.checkpoints import load as load_model
from gancourse.training.history import History, Snapshot
from gancourse.training.loop import ADAM, train
from gancourse.training.runs import where

SAMPLES, SEEDS, FEW = 1000, 3, 1  # fewer seeds where parts are left out one by one
SECONDS, LONG, SHARES = 18, 80, (0.1, 0.2, 0.3, 0.4)  # CPU seconds of a run, and of them at 4, 8, 16 and 32 pixels
WIDTH, RATE = 8, 5e-3
ADDITION_SECONDS, STYLE_SECONDS = 18, 25
BIG_STEPS, BIG = 200, {"width": 8, "batch": 64, "beta": 1e-4}
THRESHOLDS, PSIS = (2.0, 0.7, 0.2), (0.25, 0.4, 0.55, 0.7, 0.85, 1.0, 1.15)
PAIRS, PICTURES = 500, 16  # of faces whose styles are exchanged; kept of each stage


def as_made(layer):
    """A layer with weights of the same sizes, whose rates are Adam's own."""
    start(layer)
    return layer


ADDITIONS = {  # a game, and Adam's rate; without equalised rates that of the course's other networks
    "all three": ({}, RATE),
    "no minibatch std": ({"compare": None}, RATE),
    "no pixel norm": ({"norm": nn.Identity}, RATE),
    "no equalised rate": ({"layer": as_made}, 1.5e-3),
}
BIG_VARIANTS = {
    "all of it": {},
    "batch 16": {"batch": 16},
    "half the width": {"width": 4},
    "no penalty": {"beta": 0.0},
}
STYLE_VARIANTS = {
    "all of it": {},
    "no mapping": {"depth": 0},
    "no noise": {"noise": False},
    "no mixing": {"mixing": 0.0},
}
PARTS = ("growing", "longer", "additions", "big", "parts", "layers")
PROTOCOL = {
    "growing": f"faces, 32 px, width {WIDTH}, batches of 32, Adam {RATE}, {SECONDS} CPU seconds; grown: "
    f"{', '.join(f'{share:.0%}' for share in SHARES)} of them at 4, 8, 16 and 32 px, each faded in over the first half "
    "of its time; both begin their optimisers anew at the same seconds.",
    "longer": f"one grown run with {LONG} CPU seconds; it is the model growing-faces.",
    "additions": f"the grown run with {ADDITION_SECONDS} CPU seconds, seeds: {FEW}.",
    "big": f"glyphs, 16 px, {BIG_STEPS} updates of BigGAN; all of it: {BIG}; named: the share of images that the "
    "classifier names as was asked; by threshold of the truncated normal z.",
    "parts": f"faces, 32 px, width 16, {STYLE_SECONDS} CPU seconds, seeds: {FEW}; path: length in z, "
    "in steps of features.",
    "layers": f"of {PAIRS} pairs of faces of the shipped model: how much of the difference in each factor between "
    "source and destination goes over when the source's style goes to some layers.",
}


class Judge:
    """Held-out images of a world in its classifier's features."""

    def __init__(self, source, size, n=SAMPLES):
        self.images, test = load(source, size, n=10_000 if n == SAMPLES else 300), load(source, size, split="test", n=n)
        self.network, self.n, self.size = load_features(source), n, size
        self.real = self.network.features(to_float(test.x))
        self.moments = moments(self.real)
        self.floor = self.distance(to_float(self.images.x[:n]))

    def distance(self, x):
        """Fréchet distance of images, of a side that may be smaller."""
        x = interpolate(x, self.size) if x.shape[-1] != self.size else x
        return round(frechet_distance(self.moments, self.network.features(x)), 2)

    def of(self, game):
        """Fréchet distance of a game's samples."""
        return self.distance(drawn(game, self.n))


def drawn(game, n):
    """n samples, always of the same latent numbers."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return torch.cat([game.sample(min(250, n)) for _ in range(-(-n // 250))])[:n].float().clamp(-1, 1)


def until(batches, seconds):
    """Batches until so many CPU seconds of this process are over."""
    end = time.process_time() + seconds
    return itertools.takewhile(lambda _: time.process_time() < end, batches)


def played(game, batches, seconds, rate, batch_steps=10**6):
    """Train for so many CPU seconds; the `History`."""
    options = {"average": 0.99, "bf16": device.has_bf16(torch.device("cpu")), "progress": False}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the data ran out is what is wanted
        optimiser = partial(ADAM, lr=rate, betas=(0.0, 0.99))
        return train(game, until(batches, seconds), batch_steps, optimiser=optimiser, **options)


def paces(game, batches, rate):
    """CPU seconds of a step at the side that the game is at."""
    begun = time.process_time()
    steps = len(played(game, batches, 0.5, rate).recorded)
    return (time.process_time() - begun) / max(1, steps)


def grown(judge, seed, seconds, grows=True, rate=RATE, **options):
    """One run: (seconds, distance) after each stage, the last averaged game, and what it made after each stage."""
    torch.manual_seed(seed)
    game, cpu = GrowingGAN(judge.size, 3, WIDTH, **options), torch.device("cpu")
    batches, curve, stages, spent = judge.images.batches(32), [], [], 0.0
    for side, share in zip(game.sides(), SHARES, strict=True):
        if grows:
            game.grow(side)
            pace = paces(device.place(game, cpu), batches, rate) if seconds >= 10 else 0.05
            spent += 0.5 if seconds >= 10 else 0.0
            game.grow(side, round(share * seconds / pace / 2))
        history = played(device.place(game, cpu), batches, share * seconds, rate)
        spent += share * seconds
        curve.append((round(spent, 1), judge.of(history.average)))
        stages.append(snapshot(history.average, len(history.recorded), judge))
    return curve, history, stages


def snapshot(game, step, judge):
    """What a game makes, at full size, whatever it has grown to."""
    real, fake = game.logits(to_float(judge.images.x[:PICTURES]))
    return Snapshot(step, interpolate(drawn(game, PICTURES), judge.size), real, fake)


def growing(judge, seeds, seconds):
    """Both arms, seed by seed, in turn."""
    found = {"grown": [], "full size": []}
    for seed in range(seeds):
        for name, grows in (("grown", True), ("full size", False)):
            curve, *_ = grown(judge, seed, seconds + (0 if grows else 2), grows)  # paces take two seconds
            found[name].append(curve)
            print(name, seed, curve, flush=True)
    return {"real": judge.floor} | found


def additions(judge, seeds, seconds):
    """The last distance of grown runs without each of the paper's additions."""
    found = {name: [] for name in ADDITIONS}
    for seed, (name, (options, rate)) in itertools.product(range(seeds), ADDITIONS.items()):
        found[name].append(grown(judge, seed, seconds, rate=rate, **options)[0][-1][1])
        print(name, seed, found[name][-1], flush=True)
    return {"real": judge.floor} | found


def big(judge, seeds, steps):
    """Distance and share named as asked at each threshold, of BigGAN and without each of its parts."""
    found = {}
    for (name, change), seed in itertools.product(BIG_VARIANTS.items(), range(seeds)):
        torch.manual_seed(seed)
        options = BIG | change
        batch = options.pop("batch")
        game = device.place(BigGAN(len(judge.images.classes), judge.size, 1, **options), torch.device("cpu"))
        rates = [partial(ADAM, lr=rate, betas=(0.0, 0.99)) for rate in (1e-3, 1e-3)]
        batches, bf16 = judge.images.batches(batch, labels=True), device.has_bf16(torch.device("cpu"))
        history = train(game, batches, steps, optimiser=tuple(rates), average=0.99, bf16=bf16, progress=False)
        row = at_thresholds(history.average, judge)
        found.setdefault(name, []).append(row)
        print(name, seed, row, flush=True)
    return {"real": judge.floor, "thresholds": THRESHOLDS} | found


def at_thresholds(game, judge):
    """What truncation does: lists by threshold."""
    row = {"frechet": [], "named": [], "by class": None}
    for threshold in THRESHOLDS:
        torch.manual_seed(0)
        label = game.all_classes(judge.n)
        x = torch.cat([game.truncated(part, threshold) for part in label.split(250)]).float()
        row["frechet"].append(judge.distance(x))
        row["named"].append(round(float((judge.network.predict(x)["label"] == label).float().mean()), 3))
    return {k: v for k, v in row.items() if v is not None}


def parts(judge, seeds, seconds):
    """Distance and path length in z of StyleGAN without each of its parts."""
    found = {}
    for seed, (name, options) in itertools.product(range(seeds), STYLE_VARIANTS.items()):
        torch.manual_seed(seed)
        game = device.place(StyleGAN(judge.size, 3, 16, **options), torch.device("cpu"))
        average = played(game, judge.images.batches(32), seconds, 1.5e-3).average
        row = {"frechet": judge.of(average), "path": round(lengths(average, judge, 200)["z"], 1)}
        found.setdefault(name, []).append(row)
        print(name, seed, row, flush=True)
    return {"real": judge.floor} | {name: measured.columns(rows) for name, rows in found.items()}


def lengths(game, judge, n=1000):
    """Path lengths in z and in w, each with the noise held still."""
    torch.manual_seed(0)
    game, g = game.eval(), game.generator
    start_z, end_z, t = game.draw_latent(n), game.draw_latent(n), torch.rand(n, 1)
    noise = [layer[:1] for layer in g.draw_noise(1)]

    def image(w):
        still = [layer.expand(len(w), -1, -1, -1) for layer in noise]
        return judge.network.features(game.draw(g.everywhere(w), still))

    with torch.no_grad():
        in_z = path_length(lambda z: image(g.mapping(z)), start_z, end_z, t, slerp)
        in_w = path_length(image, g.mapping(start_z), g.mapping(end_z), t, torch.lerp)
    return {"z": in_z, "w": in_w}


def layers(judge, pairs=PAIRS):
    """Of the shipped model: which factor follows which layers, noise, truncation, paths, what is read from z and w."""
    torch.manual_seed(0)
    game = load_model("style-faces").game
    g, network = game.generator, judge.network
    w, other = (g.mapping(game.draw_latent(pairs)).detach() for _ in range(2))
    noise = g.draw_noise(pairs)
    groups = {f"{side} px": [i for i, s in enumerate(g.sides) if s == side] for side in dict.fromkeys(g.sides)}
    seen = {"own": game.draw(g.everywhere(w), noise), "other": game.draw(g.everywhere(other), noise)}
    for name, taken in groups.items():
        styles = g.everywhere(w).clone()
        styles[:, taken] = other[:, None]
        seen[name] = game.draw(styles, noise)
    seen["noise"] = game.draw(g.everywhere(w), g.draw_noise(pairs))
    said = {name: network.predict(x) for name, x in seen.items()}
    factors = list(network.heads)

    def measure(by, name):
        return {k: round(by(said["own"][k], said["other"][k], said[name][k]), 3) for k in factors}

    grey = {name: round(float((x - seen["own"]).abs().mean()) * 127.5, 2) for name, x in seen.items() if name != "own"}
    return {
        "real": judge.floor,
        "carried over": {name: measure(carried_over, name) for name in groups},
        "changed": {name: measure(changed, name) for name in (*groups, "noise")},
        "grey levels": grey,
        "truncation": truncation(game, judge),
        "path": {k: round(v, 1) for k, v in lengths(game, judge).items()},
        "linear": linear(game, judge),
    }


def truncation(game, judge):
    """Distance, precision and recall by ψ."""
    rows, mean = [], game.mean_style()
    for psi in PSIS:
        torch.manual_seed(0)
        w = truncate(game.generator.mapping(game.draw_latent(judge.n)).detach(), mean, psi)
        x = torch.cat([game.draw(game.generator.everywhere(part)) for part in w.split(250)])
        found = precision_recall(judge.real, judge.network.features(x))
        row = {"frechet": judge.distance(x), "precision": found.precision, "recall": found.recall}
        rows.append({"psi": psi} | {k: round(v, 3) for k, v in row.items()})
    return measured.columns(rows)


def linear(game, judge, n=3000):
    """R² of numbers of the face, read linearly from z and from w."""
    torch.manual_seed(0)
    z = game.draw_latent(n)
    w = game.generator.mapping(z).detach()
    x = torch.cat([game.draw(game.generator.everywhere(part)) for part in w.split(250)])
    said = judge.network.predict(x)
    names = ("yaw", "roll", "smile", "height", "age")
    return {k: {"z": round(read_linearly(z, said[k]), 3), "w": round(read_linearly(w, said[k]), 3)} for k in names}


@click.command()
@click.option("--only", default=",".join(PARTS), help="Which parts.")
@click.option("--seeds", default=SEEDS)
@click.option("--share", default=1.0, help="Of seconds and steps, to try it out; results are kept at 1 only.")
def main(only, seeds, share):
    torch.set_num_threads(1)
    chosen, n = only.split(","), SAMPLES if share == 1 else 100
    faces = Judge("faces", 32, n) if {*PARTS} - {"big"} & {*chosen} else None
    todo = {
        "growing": lambda: growing(faces, seeds, share * SECONDS),
        "longer": lambda: grown(faces, 0, share * LONG),
        "additions": lambda: additions(faces, min(seeds, FEW), share * ADDITION_SECONDS),
        "big": lambda: big(Judge("glyphs", 16, n), seeds, max(2, round(share * BIG_STEPS))),
        "parts": lambda: parts(faces, min(seeds, FEW), share * STYLE_SECONDS),
        "layers": lambda: layers(faces, PAIRS if share == 1 else 50),
    }
    for part in chosen:
        results = todo[part]()
        if part == "longer":
            results, *made = results
        print(part, results, flush=True)
        if share == 1:
            about = {"seeds": SEEDS, "protocol": PROTOCOL}
            measured.keep("growing_and_style", COMMAND, part, results, PARTS, about)
            if part == "longer":
                keep_model(*made, faces)


COMMAND = "python benchmarks/growing_and_style.py"


def keep_model(history, stages, judge, path=ROOT / FOLDER / "growing-faces"):
    """The first grown game, and what it made at every side, as a model of the course."""
    game, last = history.average, History(recorded=history.recorded, real=to_float(judge.images.x[:PICTURES]))
    last.snapshots = stages
    about = {
        "game": {"name": "growing", "size": judge.size, "channels": 3, "width": WIDTH, "classes": 0},
        "data": "faces",
        "images": len(judge.images),
        "steps": sum(stage.step for stage in stages),
        "batch": 32,
        "seed": 0,
        "seconds": LONG,
        "cpu_seconds": LONG,
        "command": COMMAND,
        **where(torch.device("cpu")),
    }
    save(path, game, last, about)
    measured.sign(path.with_suffix(".json"))


if __name__ == "__main__":
    main()
