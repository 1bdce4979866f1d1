"""What lecture 15 says of measured runs holds for every run on record."""

import json

import nbformat
import numpy as np
import pytest

from classroom import ROOT

FOLDER = ROOT / "notebooks"


@pytest.fixture(scope="module")
def record():
    return json.loads((FOLDER / "measured" / "applications.json").read_text())


@pytest.fixture(scope="module")
def prose():
    """All text of the lecture, on one line."""
    cells = nbformat.read(FOLDER / "15_applications.ipynb", as_version=4).cells
    return " ".join(" ".join(c.source for c in cells if c.cell_type == "markdown").split())


def between(values, low, high):
    """All of these, rounded to as many digits as the bounds are said with, reach just from one to the other."""
    return np.min(values).round(2) == low and np.max(values).round(2) == high


def all_of(rows):
    return np.concatenate([np.array(row) for row in rows])


def test_words_are_found_as_it_says(record, prose):
    found = record["captions"]
    assert "65 to 67 % are seen in the made pictures, 21 or 22 % in pictures made for another caption" in prose
    assert "90 or 91 % in real ones" in prose
    assert between(found["made"]["all"], 0.65, 0.67)
    assert between(found["shuffled captions"]["all"], 0.21, 0.22)
    assert between(found["real"]["all"], 0.9, 0.91)
    assert "the background always, clothes in 99 %, the hairstyle in 92 to 94 %" in prose
    made, other = found["made"], found["shuffled captions"]
    assert min(made["background"]) == 1 and np.mean(made["clothes"]).round(2) == 0.99
    assert between(made["hairstyle"], 0.92, 0.94) or between(made["hairstyle"], 0.92, 0.93)
    assert "50 to 69 % are right by luck" in prose and between(other["freckles"], 0.5, 0.69)
    for topic in ("mood", "beard"):
        assert np.mean(made[topic]) - np.mean(other[topic]) < 0.1, topic


def test_pixels_fool_the_guide_alone_and_the_prior_keeps_codes_short(record, prose):
    methods = record["ascent"]["methods"]
    assert "pixels win with 1.00 in all three runs" in prose and np.min(methods["pixels"]["guide"]).round(2) == 1
    assert "0.06 to 0.17, and before it was 0.02 to 0.12" in prose
    assert between(methods["pixels"]["second judge"], 0.06, 0.17)
    assert between(methods["before"]["second judge"], 0.02, 0.12)
    alone, langevin = methods["code, no prior"], methods["code, prior and noise"]
    assert "convince it with 0.38 to 0.50, Langevin's with 0.56 to 0.75" in prose
    assert between(alone["second judge"], 0.38, 0.5) and between(langevin["second judge"], 0.56, 0.75)
    assert "it has grown to 15 or 17" in prose and set(np.round(alone["length of z"])) == {15, 17}
    assert "between 8 and 9" in prose and 8 < min(langevin["length of z"]) <= max(langevin["length of z"]) < 9
    assert "stays at 0.94 to 0.98" in prose and between(alone["spread"], 0.94, 0.98)


def test_faces_come_back_as_well_as_it_says(record, prose):
    ways = record["inversion"]
    psnr = {name: np.array(row["psnr"]) for name, row in ways.items()}
    assert "brings real faces back at 18 dB, optimisation from zero at 17" in prose and "both together at 22" in prose
    means = {name: round(values.mean()) for name, values in psnr.items()}
    assert [means[f"real, {way}"] for way in ("encoder", "optimisation", "both")] == [18, 17, 22]
    assert "14 to 16" in prose and psnr["real, mean face"].round().min() == 14 and means["real, mean face"] <= 16
    assert "30 to 32 dB" in prose and psnr["made, both"].round().min() == 30 and psnr["made, both"].round().max() == 32
    assert "kept in about nine of ten" in prose
    for factor in ("skin", "clothes", "hairstyle"):
        assert 0.85 < 1 - np.mean(ways["real, both"][factor]) < 0.95, factor
    assert "The colour of the eyes is kept in one of six" in prose
    assert 1 - np.mean(ways["real, both"]["eye_colour"]) == pytest.approx(1 / 6, abs=0.02)


def test_a_detector_is_as_good_as_it_says_on_what_it_knows_and_on_what_not(record, prose):
    rows = record["provenance"].values()
    assert "catches 92 % or more in every run, and it suspects 0 to 7 % of real ones" in prose
    assert all_of(row["seen"] for row in rows).min() >= 0.92
    real = all_of(row["real"] for row in rows)
    assert real.min() == 0 and 0.06 < real.max() <= 0.07
    assert "between 47 and 92 %" in prose and between(all_of(row["unseen"] for row in rows), 0.47, 0.92)
    halved = record["provenance"]["dcgan-faces"]["seen, at half the size"]
    assert "19 to 67 %" in prose and between(halved, 0.19, 0.67)


def test_solids_overlap_as_it_says_and_none_is_a_copy(record, prose):
    rows = record["voxels"]
    assert "by 0.75 or 0.76, held-out real ones by 0.98, and noise that is as full by 0.07" in prose
    assert between(rows["made"]["iou"], 0.75, 0.76) and between(rows["held out"]["iou"], 0.98, 0.98)
    assert between(rows["noise"]["iou"], 0.07, 0.07)
    assert "seven in ten hang together; of real ones all do" in prose
    assert np.mean(rows["made"]["in one piece"]) == pytest.approx(0.7, abs=0.05)
    assert min(rows["held out"]["in one piece"]) == 1
    assert "none of 600 made pieces" in prose and max(rows["made"]["exact"]) == 0
    assert "two in three held-out real ones are" in prose
    assert np.mean(rows["held out"]["exact"]) == pytest.approx(2 / 3, abs=0.03)
    assert "Half of them are chairs" in prose and np.mean(rows["made"]["chairs"]) == pytest.approx(0.5, abs=0.05)
    assert "arms are rarer" in prose and max(rows["made"]["arms"]) < min(rows["held out"]["arms"])


def test_the_ball_falls_and_the_ground_flickers_as_it_says(record, prose):
    rows = record["video"]
    assert "0.7 or 0.8 pixels off the best throw" in prose
    assert set(np.round(rows["two streams"]["off"], 1)) <= {0.7, 0.8}
    assert "of real clips 0.1" in prose and set(np.round(rows["real"]["off"], 1)) == {0.1}
    assert "in another order 5.5 to 5.7" in prose
    shuffled = np.round(rows["real, frames shuffled"]["off"], 1)
    assert (shuffled.min(), shuffled.max()) == (5.5, 5.7)
    assert "with 1.31 to 1.34" in prose and between(rows["two streams"]["fall"], 1.31, 1.34)
    assert "the law has 1.60" in prose and between(rows["real"]["fall"], 1.6, 1.6)
    one = rows["one stream"]
    assert "the ball is 1.2 pixels off and falls with 1.01 to 1.10" in prose
    assert set(np.round(one["off"], 1)) == {1.2} and between(one["fall"], 1.01, 1.1)
    assert "flickers by 10 grey levels either way" in prose
    assert set(np.round([*rows["two streams"]["flicker"], *one["flicker"]])) == {10}
    assert max(rows["real"]["flicker"]) == 0


def test_a_clip_shows_one_person_as_often_as_it_says(record, prose):
    rows = record["clip"]
    assert "93 to 100 % as filmed" in prose and between(rows["filmed"], 0.93, 1.0)
    for name, said in (
        ("each from its own", "88 to 95 % when each"), ("all from their mean", "88 to 96 %."), ("edited", "79 to 89 %"),
    ):  # fmt: skip
        low, high = (int(word) for word in said.replace("%", "").split() if word.isdigit())
        assert said.rstrip(".") in prose
        assert abs(100 * min(rows[name]) - low) <= 0.5 and abs(100 * max(rows[name]) - high) <= 0.5
    rise = np.array(rows["smile, edited"]) - np.array(rows["smile, all from their mean"])
    assert "The smile rises by 0.4 to 0.8" in prose and (rise.min().round(1), rise.max().round(1)) == (0.4, 0.8)
    assert "the head turns as it did" in prose and min(rows["yaw follows, edited"]) > 0.95


def test_directions_bring_and_cost_what_it_says(record, prose):
    factors = record["directions"]["factors"]
    rise = {name: np.array(kinds["labels"]["rise"]) for name, kinds in factors.items()}
    assert "rises by 1.3 to 1.5 standard deviations, glasses by 0.9 to 1.2, age only by 0.3 or 0.4" in prose
    for name, low, high in (("smile", 1.3, 1.5), ("glasses", 0.9, 1.2), ("age", 0.3, 0.4)):
        assert (rise[name].min().round(1), rise[name].max().round(1)) == (low, high), name

    def mean(kind, of):
        return round(float(np.mean([kinds[kind][of] for kinds in factors.values()])), 2)

    assert "labels bring 0.88 on average, a random step 0.02" in prose and "without labels 0.44" in prose
    kinds = ("labels", "random", "best of ten without labels")
    assert [mean(kind, "rise") for kind in kinds] == [0.88, 0.02, 0.44]
    assert "by 0.45 on average, and under a *random* step of the same length by 0.44" in prose and "0.45 again" in prose
    assert [mean(kind, "drift") for kind in ("labels", "random", "labels, others held")] == [0.45, 0.44, 0.45]
