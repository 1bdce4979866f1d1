"""The script that makes the sheets of emoji, on packages of nine emoji that are coloured squares."""

import hashlib
import json
import shutil
import subprocess
import tarfile
import zlib

import emoji_sheets
import pytest
import torch
from PIL import Image

from gancourse.data import emoji as module
from gancourse.data.emoji import ARTISTS, FOLDER, emoji

SIDES = {"noto": 64, "twemoji": 64, "fluent": 256}
TABLE = {  # file name: group, subgroup, grey of the square
    "1f600": ("Smileys & Emotion", "face-smiling", 10),
    "1f603": ("Smileys & Emotion", "face-smiling", 10),  # looks as the one before
    "2615": ("Food & Drink", "drink", 50),
    "2764-fe0f": ("Smileys & Emotion", "heart", 20),
    "1f3c3": ("People & Body", "person-activity", 30),
    "1f3c3-200d-2640-fe0f": ("People & Body", "person-activity", 40),
    "1f46a": ("People & Body", "family", 60),
    "1f1e6-1f1e8": ("Flags", "country-flag", 70),
    "1f6d8": ("Travel & Places", "place-other", 80),  # by two artists only
}


@pytest.fixture
def packages(tmp_path):
    """As npm unpacks them. Microsoft's writes no variation selectors here, and has an image that is no square."""
    folder = tmp_path / "packages"
    for artist, source in emoji_sheets.SOURCES.items():
        place = folder / source.package / source.place
        place.mkdir(parents=True)
        side = SIDES[artist]
        for name, (*_, grey) in TABLE.items():
            if artist == "fluent":
                name = name.replace("-fe0f", "")
            if (artist, name) != ("fluent", "1f6d8"):
                image = Image.new("RGBA", (side, side + 8 * (grey == 50)))
                margin = 8 * (artist == "fluent")
                image.paste((grey, 200, 100, 255), (margin, margin, side - margin, image.height - margin))
                image.save(place / f"{name}.{'webp' if artist == 'fluent' else 'png'}", lossless=True)
    rows = [
        {"image": f"{name}.png", "unified": name.upper(), "name": f"EMOJI {i}", "category": group, "subcategory": sub}
        | {"sort_order": -i}
        for i, (name, (group, sub, _)) in enumerate(TABLE.items())
    ]
    (folder / emoji_sheets.SOURCES["noto"].package / "emoji.json").write_text(json.dumps(rows))
    return folder


@pytest.fixture
def made(packages, tmp_path, monkeypatch):
    folder = tmp_path / "sheets"
    folder.mkdir()
    emoji_sheets.make(packages, folder)
    monkeypatch.setattr(module, "FOLDER", folder)
    return json.loads((folder / "emoji.json").read_text(encoding="utf-8"))


def test_what_is_art_by_all_is_kept_once_in_unicodes_order(made):
    names = [(character, name) for character, name, *_ in made["emoji"]]
    assert names == [
        ("🏃\u200d♀️", "emoji 5"),
        ("🏃", "emoji 4"),
        ("❤️", "emoji 3"),
        ("☕", "emoji 2"),
        ("😃", "emoji 1"),
    ]


def test_the_course_reads_what_was_drawn(made):
    for artist in ARTISTS:
        sets = [emoji(artist, split) for split in {row[3] for row in made["emoji"]}]
        greys = {c: int(x[0, 16, 16]) for drawn in sets for c, x in zip(drawn.character, drawn.image, strict=True)}
        assert greys == {"🏃\u200d♀️": 40, "🏃": 30, "❤️": 20, "☕": 50, "😃": 10}


def test_twemoji_get_a_border_and_fluent_lose_most_of_theirs(made):
    split = made["emoji"][-1][3]
    for artist, white in (("noto", 0), ("twemoji", 0.9), ("fluent", 0)):
        x = emoji(artist, split).image[-1, 0].float()
        assert ((x[:, 0] - 10) / 245).mean() == pytest.approx(white, abs=0.1), artist


def test_the_split_is_by_what_is_shown_and_one_in_seven(made):
    split = {row[0]: row[3] for row in made["emoji"]}
    assert split["🏃"] == split["🏃\u200d♀️"] == ("train" if zlib.crc32(b"1f3c3") % 7 else "test")
    astronauts = ["1f468-200d-1f680", "1f469-200d-1f680", "1f9d1-200d-1f680"]
    assert len(set(map(emoji_sheets.split, astronauts))) == 1
    shares = [emoji_sheets.split(f"{0x1F300 + i:x}") == "test" for i in range(700)]
    assert 70 < sum(shares) < 130


def test_a_sheet_is_read_as_it_was_put_together(tmp_path):
    x = torch.randint(256, (50, 3, 32, 32), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    whole = emoji_sheets.sheet(x)
    assert whole.shape == (3, 64, 42 * 32) and torch.equal(whole[:, 32:, :32], x[42])
    path = tmp_path / "sheet.png"
    Image.fromarray(whole.permute(1, 2, 0).numpy()).save(path)
    cells = module._cells(path, hashlib.sha256(path.read_bytes()).hexdigest())
    assert torch.equal(cells[:50], x) and (cells[50:] == 255).all()


def test_what_npm_packs_is_unpacked_where_the_script_looks(packages, tmp_path, monkeypatch):
    asked, folder = [], tmp_path / "new"
    folder.mkdir()

    def pack(command, cwd, **options):
        asked.append(command[-1])
        with tarfile.open(cwd / "it.tgz", "w:gz") as archive:
            archive.add(packages / command[-1], "package")
        return subprocess.CompletedProcess(command, 0, stdout="it.tgz\n")

    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match="no npm"):
        emoji_sheets.fetch(folder)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(subprocess, "run", pack)
    for _ in range(2):  # the second time everything is there
        emoji_sheets.fetch(folder)
    assert asked == [source.package for source in emoji_sheets.SOURCES.values()]
    shutil.rmtree(packages)
    emoji_sheets.make(folder, tmp_path)
    assert (tmp_path / "noto.png").exists()


def test_what_comes_with_the_course_is_of_the_packages_that_the_script_names():
    about = json.loads((FOLDER / "emoji.json").read_text(encoding="utf-8"))
    assert about["packages"] == {artist: source.package for artist, source in emoji_sheets.SOURCES.items()}
    assert about["command"] == "python benchmarks/emoji_sheets.py"
    codes = ["-".join(f"{ord(c):x}" for c in row[0]) for row in about["emoji"]]
    assert [emoji_sheets.split(code) for code in codes] == [row[3] for row in about["emoji"]]
