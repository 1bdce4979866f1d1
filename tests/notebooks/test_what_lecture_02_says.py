"""What lecture 02 says of measured runs holds for every run on record."""

import json

import nbformat
import numpy as np
import pytest

from classroom import ROOT

FOLDER = ROOT / "notebooks"


def record(name):
    return json.loads((FOLDER / "measured" / f"{name}.json").read_text())


@pytest.fixture(scope="module")
def prose():
    """All text of the lecture, on one line."""
    cells = nbformat.read(FOLDER / "02_sparse_codes.ipynb", as_version=4).cells
    return " ".join(" ".join(c.source for c in cells if c.cell_type == "markdown").split())


def per_cent(runs):
    return 100 * np.array(list(runs.values()) if isinstance(runs, dict) else runs)


def test_no_way_wins_from_50_labels_on_and_sparse_codes_lose_with_20(prose):
    few = {name: per_cent(rows) for name, rows in record("autoencoders")["few_labels"]["accuracy"].items()}
    means = np.array([rows.mean(axis=1) for rows in few.values()])
    assert (
        "From 50 labels on, nobody: the means are within two points" in prose and np.ptp(means[:, 1:], axis=0).max() < 2
    )
    less = few["raw pixels"][0] - few["sparse codes"][0]
    assert "in all five runs, by 1.7 to 7.3 points" in prose
    assert len(less) == 5 and 1.7 <= less.min() < 1.8 and 7.2 < less.max() <= 7.3


def test_networks_are_faster_and_worse_by_as_much_as_it_says(prose):
    ways = record("autoencoders")["predictor"]
    above = {name: per_cent(runs["objective"]) - 100 for name, runs in ways.items()}
    time = {name: np.mean(runs["milliseconds"]) for name, runs in ways.items()}
    assert time["FISTA, 100 steps"] / max(time["network, tanh"], time["network, shrink"]) > 100
    assert "about 80 % above its least" in prose and abs(above["network, tanh"] - 80).max() < 5
    assert "about 50 % above" in prose and abs(above["network, shrink"] - 50).max() < 5
    assert all(ways["network, tanh"]["used"][seed] == 144 for seed in range(3)), "no number is 0"
    assert "12 atoms" in prose and abs(np.array(ways["network, shrink"]["used"]) - 12).max() < 0.5
    three = ways["FISTA, 3 steps"]
    assert (
        max(above["FISTA, 3 steps"]) < min(above["network, shrink"]) and "three steps have a lower objective" in prose
    )
    assert "32 atoms" in prose and abs(np.array(three["used"]) - 32).max() < 1


def test_masks_change_filters_and_copying_but_no_classifier(prose):
    runs = record("autoencoders")["denoising"]
    smooth = {mask: row["smoothness"] for mask, row in runs.items()}
    assert "correlate by 0.28 to 0.30 without masks, by 0.52 to 0.54" in prose
    assert 0.28 <= min(smooth["0.0"]) and max(smooth["0.0"]) <= 0.30
    assert 0.52 <= min(smooth["0.5"]) and max(smooth["0.5"]) <= 0.54
    copied, mended, kept = (
        [np.mean(row[name]) for row in runs.values()] for name in ("copied", "half masked", "whole")
    )
    assert "it falls from 0.86 to 0.42" in prose and np.round([copied[0], copied[-1]], 2).tolist() == [0.86, 0.42]
    assert mended == sorted(mended, reverse=True) and kept == sorted(kept)
    right = [np.mean(row[name]) for row in runs.values() for name in ("accuracy", "raw accuracy")]
    assert "88 % on each of these codes, 88 % on raw pixels" in prose and abs(np.array(right) - 0.88).max() < 0.005


def test_bits_find_nearly_as_much_as_pixels_far_sooner(prose):
    found, texts = record("hashing")["pictures"], record("hashing")["texts"]["precision"]
    bits, pixels = (per_cent(found[name]["precision"]) for name in ("autoencoder, 64 bits", "pixels"))
    assert "90 to 96 % of the first hundred" in prose and 90 <= bits.min() < 91 and 95 < bits.max() <= 96
    assert "by pixels 98 to 99 %" in prose and 98 <= pixels.min() and pixels.max() <= 99
    ratio = np.divide(found["pixels"]["milliseconds"], found["autoencoder, 64 bits"]["milliseconds"])
    assert "less than a hundredth of the time" in prose and ratio.min() > 100
    wins = [
        np.greater(found[f"autoencoder, {b} bits"]["precision"], found[f"PCA, {b} bits"]["precision"])
        for b in (8, 16, 32, 64)
    ]
    assert all(0 < won.sum() < 3 for won in wins), "hardly better, and not in every run"
    for b in (8, 32, 64):
        assert np.greater(texts[f"autoencoder, {b} bits"], texts[f"LSA, {b} bits"]).all()
    assert min(texts["tf-idf"]) > max(max(runs) for name, runs in texts.items() if "bits" in name)


def test_a_deep_code_is_as_much_nearer_as_it_says(prose):
    deep = record("deep_autoencoder")
    less = 100 * (1 - np.divide(deep["deep"], deep["PCA"]))
    assert "19 to 22 % less in all three runs" in prose and len(less) == 3
    assert 19 <= less.min() < 20 and 21 < less.max() <= 22
    assert max(deep["PCA"]) < min(deep["mean face"]) / 2


def test_a_stack_is_worth_little(prose):
    accuracy = record("autoencoders")["stacked"]["accuracy"]
    gain = {n: per_cent(accuracy["stacked"][n]) - per_cent(accuracy["random"][n]) for n in ("50", "500")}
    assert "With 500 labels it is 0.4 to 1.0 points better in all five runs" in prose and len(gain["500"]) == 5
    assert 0.35 <= gain["500"].min() < 0.45 and 0.95 <= gain["500"].max() <= 1.05
    assert "with 50 it is worse in four of them" in prose and (gain["50"] < 0).sum() == 4
