"""Is it the class that was asked for? `python benchmarks/conditional.py` measures the tables of lectures 10 and 11.

Three seeds each. MNIST is looked for as `gancourse.data` says; without it, and with `--data glyphs`, only the built-in
world is measured. Results go to notebooks/measured/ as they come; `--only` measures a part, and the rest stays.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import click
import measured
import numpy as np
import torch
from torch.nn.functional import cross_entropy

from gancourse import device
from gancourse.course import CourseError
from gancourse.data.images import load, to_float
from gancourse.metrics.features import load_features, train_classifier
from gancourse.metrics.fidelity import share_as_asked
from gancourse.training import systems
from gancourse.training.loop import Average, train

SEEDS, STEPS, SIZE, WIDTH = 3, 1500, 28, 32
PARTS = ("asked", "infogan", "semi_supervised")
CONDITIONAL = {"cgan": STEPS, "projection": STEPS, "acgan": STEPS, "cgan, longer": 4000}
LABELS = (20, 50, 100, 200)
JUDGED = 5000
INFO_STEPS, SEMI_STEPS = 10000, 1000
PROTOCOL = {
    "asked": f"{STEPS} steps (longer: 4000) of 64 images, width {WIDTH}, {SIZE} px; {JUDGED} samples of the averaged "
    "generator, all classes equally often, named by a classifier: the course's own for glyphs, one trained on MNIST's "
    "training part.",
    "infogan": f"{INFO_STEPS} steps, one category of 10, two codes, z of 4; {JUDGED} samples. Purity: the share of "
    "samples whose class is their category's commonest. Angle and thickness: the larger |correlation| of the two codes "
    "with what the classifier estimates, which code it is, and the same within a category, averaged over them. "
    "plain-glyphs have one typeface, no slant, no shift.",
    "semi_supervised": f"{SEMI_STEPS} steps of 64 images and 64 labelled ones, equally many of every class; error in "
    "per cent on the test part. The baseline is the same network trained as long on the labelled images alone. Both "
    "are averages over the last steps (0.999). The labelled images differ between seeds.",
}


def played(name, images, seed, steps, batches=None):
    """The averaged game of a run."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    system = systems.find(name)
    at = device.best()
    game = device.place(systems.make(name, SIZE, 1, WIDTH, len(images.classes)), at)
    make = batches or system.batches
    options = {"average": 0.999, "bf16": device.has_bf16(at), "progress": False}
    return train(game, make(images.to(at), 64), steps, optimiser=system.optimisers(), **options).average


def judge_of(source):
    """A classifier of the source's images."""
    if source == "glyphs":
        return load_features("glyphs")
    torch.manual_seed(0)
    images = load(source, SIZE)
    return train_classifier(images.x, images.label, 600, progress=False)


def asked(name, source, judge, seed, steps):
    """The share of samples that show the class they were asked for."""
    game = played(name, load(source, SIZE), seed, steps).cpu()
    return round(share_as_asked(judge, game.sample(JUDGED), game.all_classes(JUDGED)), 4)


def infogan(source, seed, steps):
    """Purity of the category, and the codes' correlation with angle and thickness."""
    game, judge = played("infogan", load(source, SIZE), seed, steps).cpu(), load_features("glyphs")
    category, codes = game.draw_codes(JUDGED)
    x = game.generate(game.draw_latent(JUDGED), category, codes)
    named = judge.probabilities(x, "label").argmax(dim=1)
    common = [int(named[category == k].bincount(minlength=10).max()) for k in range(10)]
    found = {"purity": round(sum(common) / JUDGED, 4)}
    for factor in ("angle", "thickness"):
        seen = judge.estimate(x, factor).flatten()
        whole = [abs(correlation(code, seen)) for code in codes.T]
        best = int(np.argmax(whole))
        within = [abs(correlation(codes[category == k, best], seen[category == k])) for k in range(10)]
        found |= {factor: round(whole[best], 4), f"{factor}_code": best, f"{factor}_within": round(np.mean(within), 4)}
    return found


def correlation(a, b):
    """Pearson's, of two rows of numbers."""
    return float(torch.corrcoef(torch.stack([a, b.to(a.dtype)]))[0, 1])


def error(classify, test):
    """Misnamed test images in per cent."""
    named = torch.cat([classify(to_float(x)).argmax(dim=1) for x in test.x.split(500)])
    return round(float((named != test.label).double().mean()) * 100, 2)


def semi_supervised(labels, source, seed, steps):
    """Errors with so many labels: of the semi-supervised GAN, and of its discriminator trained without one."""
    torch.manual_seed(100 + seed)
    images, test = load(source, SIZE), load(source, SIZE, split="test")
    images = images.subset(torch.randperm(len(images)))

    def batches(images, n):
        return systems.few_labels(images, n, labels)

    game = played("semi-supervised", images, seed, steps, batches).cpu().eval()
    with torch.no_grad():
        with_gan = error(game.discriminator, test)
        torch.manual_seed(seed)
    alone = systems.make("semi-supervised", SIZE, 1, WIDTH, 10).discriminator
    average = Average(alone, 0.999)
    optimiser = torch.optim.Adam(alone.parameters(), lr=2e-4, betas=(0.5, 0.999), fused=True)
    for _, (_, x, label) in zip(range(steps), batches(images, 64), strict=False):
        optimiser.zero_grad()
        cross_entropy(alone(x), label).backward()
        optimiser.step()
        average.update()
    with torch.no_grad():
        return with_gan, error(average.game.eval(), test)


@click.command()
@click.option("--data", "sources", default="glyphs,mnist", help="Which of glyphs, mnist.")
@click.option("--only", default=",".join(PARTS), help="Which parts.")
@click.option("--names", default="/".join(CONDITIONAL), help="Which systems are asked, with slashes between.")
@click.option("--info-data", default="plain-glyphs,glyphs", help="What InfoGAN learns.")
@click.option("--steps", default=STEPS, help="Fewer, to try it out; results are not kept.")
@click.option("--processes", default=os.cpu_count() or 1, help="Runs at a time.")
def main(sources, only, names, info_data, steps, processes):
    known = measured.load("conditional") if steps == STEPS else {}
    sources = [source for source in sources.split(",") if there(source)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        if "asked" in only:
            results = known.get("asked", {})
            for source in sources:
                judge, test = judge_of(source), load(source, SIZE, split="test")
                row = {"real": round(1 - error(lambda x, j=judge: j.probabilities(x), test) / 100, 4)}
                runs = {
                    name: [
                        pool.submit(
                            asked, name.split(",")[0], source, judge, s, CONDITIONAL[name] if steps == STEPS else steps
                        )
                        for s in range(SEEDS)
                    ]
                    for name in names.split("/")
                }
                shares = {name: [r.result() for r in of] for name, of in runs.items()}
                results[source] = results.get(source, {}) | row | shares
                last = source == sources[-1] and set(results) <= set(sources) and set(runs) >= set(CONDITIONAL)
                keep("asked", results, steps, whole=last)
        if "infogan" in only:
            results, longer = known.get("infogan", {}), INFO_STEPS if steps == STEPS else steps
            learned = info_data.split(",")
            for source in learned:
                found = [r.result() for r in [pool.submit(infogan, source, s, longer) for s in range(SEEDS)]]
                results[source] = {name: [f[name] for f in found] for name in found[0]}
                keep("infogan", results, steps, whole=source == learned[-1] and set(results) <= set(learned))
        if "semi_supervised" in only and "mnist" in sources:
            n = SEMI_STEPS if steps == STEPS else steps
            runs = {k: [pool.submit(semi_supervised, k, "mnist", s, n) for s in range(SEEDS)] for k in LABELS}
            errors = [[r.result() for r in of] for of in runs.values()]
            results = {
                "labels": LABELS,
                "gan": [[with_gan for with_gan, _ in of] for of in errors],
                "baseline": [[alone for _, alone in of] for of in errors],
                "images": len(load("mnist")),
                "test_images": len(load("mnist", split="test")),
            }
            keep("semi_supervised", results, steps)


def there(source):
    try:
        return bool(load(source, n=10))
    except CourseError as missing:
        click.echo(f"{source} is left out: {missing}", err=True)
        return False


def keep(part, results, steps, whole=True):
    """Show what was measured, and keep it if it was measured in full; `whole` as in `measured.keep`."""
    print(part, results, flush=True)
    if steps == STEPS:
        about = {"seeds": SEEDS, "protocol": PROTOCOL}
        measured.keep("conditional", "python benchmarks/conditional.py", part, results, PARTS, about, whole)


if __name__ == "__main__":
    main()
