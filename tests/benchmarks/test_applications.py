"""What lecture 15 measures, each part on little, and its measures where the answer is known."""

import applications
import measured
import pytest
import torch
from click.testing import CliRunner

from gancourse.data.images import to_float
from gancourse.data.worlds.captions import TOPICS, bag
from gancourse.data.worlds.faces import faces
from gancourse.metrics.features import load_features

SMALL = applications.Effort(2, 8, 400, 2, 2, 2, 2, 24, 2)
SETS = {  # what each part compares
    "captions": {"made", "shuffled captions", "real"},
    "ascent": {"before", "pixels", "code, no prior", "code, prior and noise", "real"},
    "inversion": {f"{whose}, {way}" for whose in ("real", "made") for way in ("encoder", "optimisation", "both")}
    | {"real, mean face"},
    "directions": set(applications.WANTED),
    "clip": {"filmed", "each from its own", "all from their mean", "edited"},
    "provenance": set(applications.MAKERS),
    "voxels": {"made", "held out", "noise"},
    "video": {"real", "real, frames shuffled", "two streams", "one stream"},
}


def numbers(found):
    """Every list of numbers in a record."""
    if isinstance(found, list):
        yield found
    elif isinstance(found, dict):
        for value in found.values():
            yield from numbers(value)


@pytest.mark.parametrize("part", applications.PARTS)
def test_every_part_compares_what_it_says_with_a_number_for_each_seed(part):
    found = applications.PARTS[part](SMALL)
    by_set = found.get("methods") or found.get("factors") or found
    assert SETS[part] <= set(by_set)
    lists = list(numbers(found))
    assert lists
    assert all(len(values) == SMALL.seeds for values in lists)


def test_a_trial_keeps_nothing_and_a_whole_part_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(measured, "FOLDER", tmp_path / "notebooks" / "measured")
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setattr(applications, "PARTS", {"clip": lambda effort: {"seen": [1.0] * effort.seeds}})
    assert CliRunner().invoke(applications.main, ["--trial"]).exit_code == 0
    assert measured.load("applications") == {}
    assert CliRunner().invoke(applications.main, ["clip"]).exit_code == 0
    assert measured.load("applications")["clip"] == {"seen": [1.0, 1.0, 1.0]}
    assert "no part 'clop'" in CliRunner().invoke(applications.main, ["clop"]).output


def test_words_are_counted_by_topic_among_those_that_were_said():
    said = bag(["pink bangs, lipstick", "a red top"])
    seen = bag(["pink bob, lipstick", "a navy top, earrings"])
    found = applications.words_found(said, seen)
    assert found["all"] == pytest.approx(2 / 4)
    assert (found["hair colour"], found["hairstyle"], found["lipstick"], found["clothes"]) == (1, 0, 1, 0)
    assert set(found) == {"all", *TOPICS}


def test_one_person_is_one_and_eight_people_are_not():
    judge = load_features("faces")
    torch.manual_seed(0)
    one = to_float(faces(1, 64).clip(8).image)
    assert applications.one_person(judge, one) > 0.9
    assert applications.one_person(judge, to_float(faces(8, 64).image)) < 0.7


def test_noise_is_as_full_as_what_it_stands_for():
    x = -torch.ones(20, 16, 16, 16)
    x[:, :4] = 1
    assert (applications.noise_like(x) > 0).float().mean() == pytest.approx(0.25, abs=0.02)


def test_a_detectors_share_is_of_what_it_calls_made():
    class Detector:
        def probabilities(self, x):
            return torch.stack([1 - x, x], dim=1)

    assert applications.called_made(Detector(), torch.tensor([0.1, 0.6, 0.9, 0.4])) == 0.5
