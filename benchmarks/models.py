"""Train the models that come with the course: `python benchmarks/models.py [NAME …]`, all if none is named.

Each is a run of `gancourse train`; its model goes to notebooks/models/. On a GPU they train at twice the width.
"""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import torch
from measured import sign

from gancourse.training import runs, systems
from gancourse.training.checkpoints import FOLDER

MODELS = {
    "dcgan-glyphs": ("dcgan", "glyphs", 28, 5000),
    "maxout-glyphs": ("maxout", "glyphs", 28, 5000),
    "resize-glyphs": ("dcgan-resize", "glyphs", 28, 3000),
    "dcgan-shapes": ("dcgan", "shapes", 32, 6000),
    "cgan-glyphs": ("cgan", "glyphs", 28, 4000),
    "projection-glyphs": ("projection", "glyphs", 28, 4000),
    "acgan-glyphs": ("acgan", "glyphs", 28, 4000),
    "infogan-glyphs": ("infogan", "plain-glyphs", 28, 6000),
    "bigan-glyphs": ("bigan", "glyphs", 28, 5000),
    "pix2pix-edges": ("pix2pix", "edges-to-shapes", 32, 3000),
    "pix2pix-labels": ("pix2pix", "labels-to-shapes", 32, 3000),
    "cyclegan-stripes": ("cyclegan", "plain-striped", 32, 4000),
    "unpaired-stripes": ("unpaired-gan", "plain-striped", 32, 2000),
    "cyclegan-outlines": ("cyclegan", "shapes-outlines", 32, 3000),
    "cyclegan-texture": ("cyclegan", "shapes-photos", 32, 2000),
}


@click.command()
@click.argument("names", nargs=-1)
@click.option("--steps", type=int, help="Fewer, to try it out; nothing is kept.")
def main(names, steps):
    root = Path(__file__).parent.parent
    for name in names or MODELS:
        system, source, size, planned = MODELS[name]
        command = f"python benchmarks/models.py {name}"
        with TemporaryDirectory() as folder:
            wide = 64 if torch.cuda.is_available() and system != "maxout" else None
            options = {"images": 10_000} if systems.find(system).translates else {}
            options |= {"steps": steps or planned, "width": wide, "folder": folder, "command": command}
            runs.run(system, source, size, **options)
            for ending in ("json", "safetensors"):
                if not steps:
                    (root / FOLDER).mkdir(exist_ok=True)
                    shutil.copyfile(f"{folder}/model.{ending}", root / FOLDER / f"{name}.{ending}")
            if not steps:
                sign(root / FOLDER / f"{name}.json")
        print(name, file=sys.stderr)


if __name__ == "__main__":
    main()
