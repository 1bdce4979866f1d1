"""Train the models that come with the course: `python benchmarks/models.py [NAME …]`, all if none is named.

Each is a run of `gancourse train`, kept in runs/models/NAME: stopped, it goes on where it was. At its end the model
goes to notebooks/models/ with its scores, and a sheet of what it makes to docs/images/models/.
`python benchmarks/models.py --cards` writes docs/models.md, the table of them all.
"""

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import torch
from measured import sign
from scores import Judge, sampled

from gancourse.data.images import to_float
from gancourse.data.pairs import load_pairs
from gancourse.metrics.fidelity import grey_levels
from gancourse.plots import png
from gancourse.plots.images import sheet
from gancourse.training import runs, systems
from gancourse.training.checkpoints import FOLDER, load

OWN_MEASURES = ("voxels", "video", "video-one-stream")
ROOT, PAIRS = Path(__file__).parent.parent, 200  # pairs that a translation is scored on
CARDS, SHEETS, KEPT = ROOT / "docs" / "models.md", ROOT / "docs" / "images" / "models", ROOT / "runs" / "models"


@dataclass(frozen=True)
class Recipe:
    """What one model is: the arguments of `runs.run`; `truth` has the counterparts of a translation without pairs."""

    system: str
    source: str
    size: int
    steps: int
    images: int | None = None
    width: int | None = None
    batch: int | None = None
    truth: str | None = None


MODELS = {
    "dcgan-glyphs": Recipe("dcgan", "glyphs", 28, 5000),
    "maxout-glyphs": Recipe("maxout", "glyphs", 28, 5000),
    "resize-glyphs": Recipe("dcgan-resize", "glyphs", 28, 3000),
    "dcgan-shapes": Recipe("dcgan", "shapes", 32, 6000),
    "dcgan-faces": Recipe("dcgan", "faces", 64, 22_000, 50_000, width=24),
    # The clock stopped shapes and faces here, on their way to 28,000, 28,000, 24,000 and (attributes) 18,000 steps, so
    # that their rates had not cooled to the end. Run anew they cool over the steps that stand here.
    "modern-shapes": Recipe("residual", "shapes", 32, 22_636, 50_000),
    "modern-faces": Recipe("residual", "faces", 32, 22_779, 50_000),
    "modern-faces-64": Recipe("residual", "faces", 64, 16_695, 50_000, width=16),
    "modern-glyphs": Recipe("residual", "glyphs", 28, 26_000, 50_000),
    "cgan-glyphs": Recipe("cgan", "glyphs", 28, 4000),
    "projection-glyphs": Recipe("projection", "glyphs", 28, 4000),
    "acgan-glyphs": Recipe("acgan", "glyphs", 28, 4000),
    "infogan-glyphs": Recipe("infogan", "plain-glyphs", 28, 6000),
    "bigan-glyphs": Recipe("bigan", "glyphs", 28, 5000),
    "attributes-faces": Recipe("residual-attributes", "faces", 64, 16_392, 50_000, width=16),
    "captions-faces": Recipe("captions", "captioned-faces", 32, 7000, 50_000, width=24),
    "video-clips": Recipe("video", "clips", 32, 1200, 6000, width=16),
    "video-one-stream-clips": Recipe("video-one-stream", "clips", 32, 1200, 6000, width=16),
    "voxels-furniture": Recipe("voxels", "furniture", 16, 3000),
    "pix2pix-faces": Recipe("pix2pix", "parts-to-faces", 64, 20_000, width=24),
    "l1-faces": Recipe("l1-alone", "parts-to-faces", 64, 20_000, width=24),
    "gan-faces": Recipe("gan-alone", "parts-to-faces", 64, 20_000, width=24),
    "colour-faces": Recipe("pix2pix", "grey-to-faces", 64, 15_000, width=24),
    "srgan-faces": Recipe("srgan", "small-to-faces", 64, 15_000, width=48),
    "srgan-l1-faces": Recipe("srgan-l1", "small-to-faces", 64, 15_000, width=48),
    "inpainting-faces": Recipe("inpainting", "hole-to-faces", 64, 15_000, width=24),
    "inpainting-l2-faces": Recipe("inpainting-l2", "hole-to-faces", 64, 15_000, width=24),
    "cyclegan-outlines": Recipe("cyclegan", "shapes-outlines", 32, 3000, 10_000),
    "cyclegan-emoji": Recipe("cyclegan", "noto-fluent", 32, 18_000, truth="noto-fluent-truth"),
    "style-faces": Recipe("style", "faces", 32, 3000),
    # The same once more, trained until they stand still.
    "dcgan-glyphs-long": Recipe("dcgan", "glyphs", 28, 20_000, 50_000),
    "cgan-glyphs-long": Recipe("cgan", "glyphs", 28, 20_000, 50_000),
    "projection-glyphs-long": Recipe("projection", "glyphs", 28, 20_000, 50_000),
    "acgan-glyphs-long": Recipe("acgan", "glyphs", 28, 20_000, 50_000),
    "infogan-glyphs-long": Recipe("infogan", "plain-glyphs", 28, 20_000, 50_000),
    "bigan-glyphs-long": Recipe("bigan", "glyphs", 28, 25_000, 50_000),
    "pix2pix-labels-long": Recipe("pix2pix", "labels-to-shapes", 32, 20_000),
    "cyclegan-stripes-long": Recipe("cyclegan", "plain-striped", 32, 15_000, truth="plain-striped-truth"),
}


def train(name, recipe, folder, steps=None):
    """The run of a recipe, from its beginning or from where it was; returns its folder."""
    return runs.run(
        *(recipe.system, recipe.source, recipe.size),
        images=recipe.images,
        steps=steps or recipe.steps,
        width=recipe.width,
        batch=recipe.batch,
        folder=folder,
        command=f"python benchmarks/models.py {name}",
    )


def scores(name, recipe):
    """What a model is worth, on held-out images: of a generator beside real images, of a translator pair by pair."""
    game = load(name).game
    if recipe.source.startswith("emoji-") or recipe.system in OWN_MEASURES:
        return {}  # no classifier knows emoji; what is no picture is measured by benchmarks/applications.py
    if not systems.find(recipe.system).translates:
        judge = Judge(recipe.source, recipe.size)
        return judge.scores(sampled(game)) | {"floor": judge.floor}
    task = load_pairs(recipe.truth or recipe.source, recipe.size, split="test", n=PAIRS)
    if not task.aligned:
        return {}
    x_a, x_b = to_float(task.a.x), to_float(task.b.x)
    made = torch.cat([game.translate(part) for part in x_a.split(100)])
    same = x_a if x_a.shape == x_b.shape else torch.zeros_like(x_b)
    return {"grey levels off": round(grey_levels(made, x_b), 2), "if nothing is done": round(grey_levels(same, x_b), 2)}


def ship(name, recipe, folder):
    """Copy a model to where the course finds it, score it, sign it, and draw its sheet."""
    target = ROOT / FOLDER / name
    target.parent.mkdir(exist_ok=True)
    for ending in ("json", "safetensors"):
        shutil.copyfile(f"{folder}/model.{ending}", f"{target}.{ending}")
    about = Path(f"{target}.json")
    text = about.read_text().removesuffix("\n}\n")
    about.write_text(f'{text},\n "scores": {json.dumps(scores(name, recipe))}\n}}\n')
    sign(about)
    draw(name, recipe)


def layout(x):
    """Planes, of which one is 1 at each pixel, as shades of grey."""
    return x.argmax(dim=1, keepdim=True) / (x.shape[1] - 1) * 2 - 1


def draw(name, recipe):
    """What a model makes, 8 by 4: samples, or an input above each output."""
    game = load(name).game
    if systems.find(recipe.system).translates:
        task = load_pairs(recipe.source, recipe.size, split="test", n=16)
        x_a = to_float(task.a.x)
        made = game.translate(x_a)
        if x_a.shape != made.shape:
            flat = x_a.mean(dim=1, keepdim=True) if x_a.shape[1] <= 3 else layout(x_a)
            x_a = torch.nn.functional.interpolate(flat, made.shape[2:]).expand_as(made)
        pictures = torch.cat([torch.cat(pair) for pair in zip(x_a.split(8), made.split(8), strict=True)])
    elif recipe.system in OWN_MEASURES:
        pictures = game.shown(32, None)
    else:
        pictures = sampled(game, 500)[:32]
    SHEETS.mkdir(parents=True, exist_ok=True)
    (SHEETS / f"{name}.png").write_bytes(png(sheet(pictures, columns=8)))


def time_of(about):
    """Seconds of a training: of the CPU, or, if a GPU did it, of the clock."""
    return about.get("cpu_seconds", about["seconds"]) if about["device"].startswith("cpu") else about["seconds"]


def cards():
    """docs/models.md, made from the models' own files."""
    rows = [
        "| model | system | data | images | steps | seconds | machine | Fréchet | real | precision | recall | MB |",
        "|---|---|---|--:|--:|--:|---|--:|--:|--:|--:|--:|",
    ]
    sheets = []
    for name in MODELS:
        path = ROOT / FOLDER / f"{name}.json"
        if not path.exists():
            continue
        about = json.loads(path.read_text())
        found, made = about.get("scores", {}), about["game"]
        size = path.with_suffix(".safetensors").stat().st_size / 2**20
        cells = [
            *(name, made["name"], f"{about['data']}, {made['size']} px", f"{about['images']:,}", f"{about['steps']:,}"),
            *(f"{time_of(about):,.0f}", about["device"]),
            *(found.get("frechet", "–"), found.get("floor", {}).get("frechet", "–")),
            *(found.get("precision", "–"), found.get("recall", "–"), f"{size:.1f}"),
        ]
        rows.append("| " + " | ".join(map(str, cells)) + " |")
        if (SHEETS / f"{name}.png").exists():
            sheets.append(f"## {name}\n\n![what it makes](images/models/{name}.png)\n")
    CARDS.write_text(HEAD + "\n".join(rows) + "\n\n" + "\n".join(sheets))


HEAD = """# The models that come with the course

Made from the models' own files by `python benchmarks/models.py --cards`. Each was trained by
`python benchmarks/models.py NAME`; its JSON in `notebooks/models/` holds recipe, history, machine and scores. Fréchet
distance, precision and recall are those of 5,000 samples against held-out images in the features of the course's
classifiers (lecture 09); "real" is what 5,000 real images score. Seconds are of one CPU thread. Those of the H100 are
by the clock, while it trained thirty models at once.

"""


@click.command()
@click.argument("names", nargs=-1)
@click.option("--steps", type=int, help="Fewer, to try it out; nothing is kept.")
@click.option("--cards", "only_cards", is_flag=True, help="Write the table of all models, and train none.")
def main(names, steps, only_cards):
    if unknown := set(names) - set(MODELS):
        raise click.UsageError(f"There is no model {min(unknown)!r}; there are: {', '.join(MODELS)}.")
    for name in () if only_cards else names or MODELS:
        folder = train(name, MODELS[name], KEPT / name if not steps else KEPT / f"{name}-{steps}", steps)
        if not steps and json.loads((folder / "model.json").read_text())["steps"] < MODELS[name].steps:
            raise click.ClickException(f"{name} is not done: the same command goes on where it was.")
        if not steps:
            ship(name, MODELS[name], folder)
        print(name, file=sys.stderr)
    cards()


if __name__ == "__main__":
    main()
