"""Make the emoji of `gancourse.data.emoji`: `python benchmarks/emoji_sheets.py [FOLDER]`.

Fetches the artists' packages by `npm pack` (150 MB) to FOLDER, or to one that is thrown away, and writes a sheet for
each artist and a table of what is on them to gancourse/data/sheets/. Left out are

- flags, symbols and letters, which nobody drew with a style of their own;
- families and couples, of which Microsoft drew none (what the package has of them is by others);
- skin tones: five near-copies of each of 293 emoji would make people 64 % of the set. People are yellow here, as
  Unicode has them by default; the world of faces has an even scale of skin tones;
- what not every artist drew, and what looks exactly as another does.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zlib
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import torch
import torch.nn.functional as F
from measured import sign
from PIL import Image

from gancourse.data.emoji import ARTISTS, FOLDER, SIDE
from gancourse.data.pictures import read_picture, square

COLUMNS = 42  # of a sheet
TEST = 7  # one in so many things is for testing
NOT_ART = ("Flags", "Symbols", "Component")
NOT_BY_ALL = "family"  # the subgroup that has couples, too
SEX_AND_WAY = ("200d", "fe0f", "2640", "2642", "27a1")  # joiner, emoji style, female, male, facing right
ADULTS = ("1f468", "1f469", "1f9d1")


@dataclass(frozen=True)
class Source:
    """Where an artist's emoji are.

    Attributes:
        package: its name and version.
        place: the folder in it that has the images, named after their code points.
        border: pixels to add around an image; what to cut off if negative. With it all artists' drawings are of a
            size: a translator between them has style to learn, and no enlarging.
    """

    package: str
    place: str
    border: int

    def images(self, folder):
        """The paths of its images by code points without variation selectors, which not all artists write."""
        paths = (folder / self.package / self.place).iterdir()
        return {path.stem.replace("-fe0f", ""): path for path in sorted(paths)}


SOURCES = {
    "noto": Source("emoji-datasource-google@16.0.0", "img/google/64", 0),
    "twemoji": Source("emoji-datasource-twitter@16.0.0", "img/twitter/64", 2),  # of 64: they fill it
    "fluent": Source("@lobehub/fluent-emoji-3d@1.1.0", "assets", -8),  # of 256: nearly all have 16 that are empty
}


def fetch(folder):
    """Have npm download what is not in the folder yet, and unpack it there."""
    for source in SOURCES.values():
        target = folder / source.package
        if target.exists():
            continue
        if not shutil.which("npm"):
            sys.exit(f"There is no npm to fetch {source.package} with: install Node.js, or unpack it as {target}.")
        command = ["npm", "pack", "--silent", source.package]
        archive = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        with tarfile.open(folder / archive) as packed:
            packed.extractall(folder, filter="data")
        target.parent.mkdir(exist_ok=True)
        (folder / "package").rename(target)  # whole, or not there: a run that was stopped is taken up


def choose(table, images):
    """The rows of Unicode's table that are art and drawn by all, in Unicode's order, and their code points."""
    rows = [(row, Path(row["image"]).stem.replace("-fe0f", "")) for row in table]
    return [
        (row, code)
        for row, code in sorted(rows, key=lambda pair: pair[0]["sort_order"])
        if row["category"] not in NOT_ART
        and row["subcategory"] != NOT_BY_ALL
        and all(code in drawn for drawn in images.values())
    ]


def split(code):
    """By what is shown, whoever does it: nobody is tested on a woman who runs after learning from a man who does."""
    shown = ["adult" if part in ADULTS else part for part in code.split("-") if part not in SEX_AND_WAY]
    return "train" if zlib.crc32("-".join(shown).encode()) % TEST else "test"


def draw(path, border):
    """An image as it goes on the sheet, on white, uint8, (3, 32, 32)."""
    image, _ = read_picture(path)
    image = square(image[None], min(image.shape[1:]))
    return square(F.pad(image, [border] * 4, value=255), SIDE)[0]


def differing(*drawn):
    """Which of the emoji look unlike every one before them, whoever drew it: indices."""
    seen, kept = set(), []
    for i, looks in enumerate(zip(*([x.numpy().tobytes() for x in images] for images in drawn), strict=True)):
        if not seen & set(looks):
            kept.append(i)
        seen.update(looks)
    return kept


def sheet(images):
    """Images in rows, as far as they go: uint8, (3, rows * 32, columns * 32)."""
    rows = -(-len(images) // COLUMNS)
    cells = torch.full((rows * COLUMNS, 3, SIDE, SIDE), 255, dtype=torch.uint8)
    cells[: len(images)] = images
    return cells.view(rows, COLUMNS, 3, SIDE, SIDE).permute(2, 0, 3, 1, 4).reshape(3, rows * SIDE, COLUMNS * SIDE)


def write(chosen, drawn, folder):
    """The sheets, and the table of what is on them."""
    digests = {}
    for artist, images in drawn.items():
        path = folder / f"{artist}.png"
        Image.fromarray(sheet(images).permute(1, 2, 0).numpy()).save(path, optimize=True)
        digests[artist] = hashlib.sha256(path.read_bytes()).hexdigest()
    about = {
        "command": "python benchmarks/emoji_sheets.py",
        "versions": {name: version(name) for name in ("pillow", "torch")},
        "packages": {artist: source.package for artist, source in SOURCES.items()},
        "sha256": digests,
    }
    lines = [
        json.dumps([character(row), row["name"].lower(), row["category"], split(code)], ensure_ascii=False)
        for row, code in chosen
    ]
    head = json.dumps(about, indent=1).removesuffix("\n}")
    text = f'{head},\n "emoji": [\n  ' + ",\n  ".join(lines) + "\n ]\n}\n"  # one on a line, for whoever compares two
    (folder / "emoji.json").write_text(text, encoding="utf-8")


def character(row):
    """What one types."""
    return "".join(chr(int(point, 16)) for point in row["unified"].split("-"))


def make(packages, folder=FOLDER):
    """Everything, from packages that are there."""
    images = {artist: SOURCES[artist].images(packages) for artist in ARTISTS}
    table = json.loads((packages / SOURCES["noto"].package / "emoji.json").read_text(encoding="utf-8"))
    chosen = choose(table, images)
    drawn = {
        artist: torch.stack([draw(paths[code], SOURCES[artist].border) for _, code in chosen])
        for artist, paths in images.items()
    }
    kept = differing(*drawn.values())
    write([chosen[i] for i in kept], {artist: x[kept] for artist, x in drawn.items()}, folder)


def main():
    with tempfile.TemporaryDirectory() as thrown_away:
        packages = Path(sys.argv[1] if len(sys.argv) > 1 else thrown_away)
        packages.mkdir(parents=True, exist_ok=True)
        fetch(packages)
        make(packages)
    sign(FOLDER / "emoji.json")


if __name__ == "__main__":
    main()
