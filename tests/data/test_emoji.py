"""Emoji: what a name says is what is seen, by every artist; no thing is in both splits; a lost file is named."""

import json
import shutil

import pytest
import torch

from gancourse.data import emoji as module
from gancourse.data.emoji import ARTISTS, FOLDER, emoji
from refusing import refuses

ABOUT = json.loads((FOLDER / "emoji.json").read_text(encoding="utf-8"))
SPLITS = ("train", "test")


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of the sheets, to spoil."""
    folder = tmp_path / "sheets"
    shutil.copytree(FOLDER, folder)
    monkeypatch.setattr(module, "FOLDER", folder)
    return folder


def both(artist):
    """All that an artist drew, by character."""
    sets = [emoji(artist, split) for split in SPLITS]
    return {c: x for drawn in sets for c, x in zip(drawn.character, drawn.image, strict=True)}


# What is there


@pytest.mark.parametrize("split", SPLITS)
def test_all_artists_have_the_same_emoji_in_the_same_order(split):
    sets = [emoji(artist, split) for artist in ARTISTS]
    first = sets[0]
    for drawn in sets:
        assert (drawn.character, drawn.name, drawn.classes) == (first.character, first.name, first.classes)
        assert torch.equal(drawn.label, first.label) and drawn.label.dtype == torch.int64
        assert drawn.image.shape == (len(first.name), 3, 32, 32) and drawn.image.dtype == torch.uint8
    assert sum(torch.equal(x, y) for x, y in zip(sets[0].image, sets[1].image, strict=True)) == 0


def test_there_are_enough_of_each_group_in_both_splits():
    train, test = (emoji("noto", split) for split in SPLITS)
    assert len(train.name) + len(test.name) > 1300 and train.classes == test.classes
    for drawn, least in ((train, 70), (test, 10)):
        assert drawn.label.bincount(minlength=len(drawn.classes)).min() >= least
    assert 0.12 < len(test.name) / (len(train.name) + len(test.name)) < 0.18


def test_no_two_look_alike():
    for artist in ARTISTS:
        drawn = both(artist)
        assert len({x.numpy().tobytes() for x in drawn.values()}) == len(drawn) == len(ABOUT["emoji"])


def test_groups_are_those_that_are_drawn_and_hold_what_belongs_there():
    groups = {row[0]: row[2] for row in ABOUT["emoji"]}
    for character, group in (("😀", "Smileys & Emotion"), ("🐶", "Animals & Nature"), ("🍕", "Food & Drink")):
        assert groups[character] == group
    assert not {"Flags", "Symbols", "Component"} & set(groups.values())


def test_a_thing_is_in_one_split_whoever_does_it():
    """A person, a man and a woman; of names, so that it is told by other means than code points."""
    who = {"person", "man", "woman", "male", "female"}
    splits = {}
    for character, name, group, split in ABOUT["emoji"]:
        if group == "People & Body":
            thing = " ".join(word for word in name.split() if word not in who)
            splits.setdefault(thing, {})[character] = split
    several = {thing: found for thing, found in splits.items() if thing and len(found) > 1}
    assert len(several) > 50
    apart = [thing for thing, found in several.items() if len(set(found.values())) > 1]
    assert not apart


def test_people_come_in_no_skin_tone_but_the_default():
    assert not any(
        "\N{EMOJI MODIFIER FITZPATRICK TYPE-1-2}" <= c <= "\U0001f3ff" for row in ABOUT["emoji"] for c in row[0]
    )


# What is seen


@pytest.mark.parametrize("artist", ARTISTS)
def test_what_a_name_says_is_what_is_seen(artist):
    drawn = both(artist)

    def colour(character):
        """Mean red, green and blue in the middle of the picture."""
        return drawn[character][:, 10:22, 10:22].float().mean((1, 2)).tolist()

    for character, most in (("🍎", 0), ("🍏", 1), ("📘", 2)):  # apples, red and green, and a blue book
        assert colour(character)[most] == max(colour(character)), character
    assert max(colour("🖤")) < 110 and min(colour("🤍")) > 190  # hearts


@pytest.mark.parametrize("artist", ARTISTS)
def test_emoji_stand_on_white_with_a_border_of_one_width(artist):
    x = torch.stack(list(both(artist).values())).float()
    edge = torch.cat([x[..., 0], x[..., -1], x[..., 0, :], x[..., -1, :]], dim=-1)
    assert (edge > 250).float().mean() > 0.85  # some scenes fill the frame
    ink = (x.amin(1) < 245).float()
    widest = ink.amax(1).sum(1).median()
    assert 29 <= widest <= 31


@pytest.mark.parametrize("a, b", [("noto", "twemoji"), ("noto", "fluent"), ("twemoji", "fluent")])
def test_the_counterpart_is_nearer_than_others(a, b):
    """By the plainest of distances, that of pixels: chance would be a rank of half."""
    x, y = (emoji(artist, "test").image.flatten(1).float() for artist in (a, b))
    distance = torch.cdist(x, y)
    rank = (distance < distance.diagonal()[:, None]).float().mean(1)
    assert rank.median() < 0.05 and rank.mean() < 0.2


# Files


def test_sheets_are_small_and_their_artists_named():
    said = (FOLDER / "ATTRIBUTION.md").read_text()
    for artist, licence in (("noto", "Apache License 2.0"), ("twemoji", "Creative Commons"), ("fluent", "MIT License")):
        part = said.split(f"`{artist}.png`")[1].split("\n## ")[0]
        package, _, version = ABOUT["packages"][artist].rpartition("@")
        assert licence in part and f"{package} {version}" in " ".join(part.split()) and "©" in part
        assert (FOLDER / f"{artist}.png").stat().st_size < 3e6
    assert "END OF TERMS AND CONDITIONS" in (FOLDER / "LICENSE-APACHE-2.0.txt").read_text()


@pytest.mark.parametrize("name", ["noto.png", "emoji.json"])
def test_a_missing_file_is_named_with_what_to_do(copied, name):
    (copied / name).unlink()
    refuses(copied / name, "missing", "again", call=lambda: emoji("noto"))


@pytest.mark.parametrize("name", ["noto.png", "emoji.json"])
@pytest.mark.parametrize("spoil", [lambda b: b[: len(b) // 2], lambda b: b"", lambda b: b"version https://git-lfs\n"])
def test_a_damaged_file_is_named_with_what_to_do(copied, name, spoil):
    (copied / name).write_bytes(spoil((copied / name).read_bytes()))
    refuses(copied / name, "damaged", "again", call=lambda: emoji("noto"))


def test_another_artists_sheet_under_this_name_is_noticed(copied):
    shutil.copy(copied / "fluent.png", copied / "noto.png")
    refuses("noto.png", "damaged", call=lambda: emoji("noto"))


def test_one_lost_sheet_leaves_the_others(copied):
    (copied / "noto.png").unlink()
    assert len(emoji("fluent").image)


def test_what_cannot_be_asked_for_is_refused():
    refuses("'apple'", "'noto', 'twemoji', 'fluent'", call=lambda: emoji("apple"))
    refuses("split='valid'", "'train', 'test'", call=lambda: emoji("noto", "valid"))
