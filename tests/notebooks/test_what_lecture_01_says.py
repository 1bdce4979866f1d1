"""What lecture 01 says of measured runs holds for every run on record."""

import json

import nbformat
import numpy as np
import pytest

from classroom import ROOT

FOLDER = ROOT / "notebooks"


@pytest.fixture(scope="module")
def record():
    return json.loads((FOLDER / "measured" / "families.json").read_text())


@pytest.fixture(scope="module")
def prose():
    """All text of the lecture, on one line."""
    cells = nbformat.read(FOLDER / "01_generative_models.ipynb", as_version=4).cells
    return " ".join(" ".join(c.source for c in cells if c.cell_type == "markdown").split())


def column(record, name):
    return {family: np.array(row[name], dtype=float) for family, row in record["families"]["scores"].items()}


GANS = ("GAN of 2014", "GAN of lecture 06")


def test_samples_are_cheap_but_for_diffusion(record, prose):
    cost = column(record, "microseconds a sample")
    slow = cost.pop("diffusion")
    assert "in one to two microseconds, diffusion takes a hundred" in prose
    assert all(1 <= runs.min() and runs.max() < 2 for runs in cost.values()) and 100 < slow.min() < slow.max() < 120


def test_the_vae_is_least_often_on_a_mode_and_gans_cover_least(record, prose):
    on, covered = column(record, "near a mode"), column(record, "coverage")
    assert "The VAE puts the fewest samples on a mode, 79 %" in prose and round(100 * on["VAE"].mean()) == 79
    assert all(on["VAE"].max() < runs.min() for name, runs in on.items() if name != "VAE")
    gans = np.concatenate([covered.pop(name) for name in GANS])
    assert "only 36 to 57 % of real points" in prose and "88 % or more" in prose
    assert 0.36 <= gans.min() and gans.max() <= 0.57 and min(runs.min() for runs in covered.values()) > 0.88
    assert all((np.array(row["modes"]) == 8).all() for row in record["families"]["scores"].values())


def test_likelihoods_are_as_far_from_the_truth_as_it_says(record, prose):
    likelihood, truth = column(record, "log likelihood"), record["families"]["real"]["log likelihood"]
    assert "−1.18 on average where the truth is −0.99" in prose
    assert round(likelihood["flow"].mean(), 2) == -1.18 and round(np.mean(truth), 2) == -0.99
    assert likelihood["diffusion"].max() < likelihood["VAE"].min() - 0.5, "a loose bound"


def test_latent_spaces_hurry_and_are_read_as_it_says(record, prose):
    step, read = column(record, "largest step"), column(record, "mode read from z")
    assert "the largest step is 9 mean steps, and 8" in prose
    assert round(step["GAN of 2014"].mean()) == 9 and round(step["diffusion"].mean()) == 8
    assert "in 95 % of cases or so for GANs and VAE, in 75 % for the flow, in 45 % for diffusion" in prose
    assert all(abs(read[name].mean() - 0.955) < 0.015 for name in (*GANS, "VAE"))
    assert abs(read["flow"].mean() - 0.75) < 0.01 and abs(read["diffusion"].mean() - 0.45) < 0.01


def test_letters_are_ranked_as_it_says(record, prose):
    found = {name: np.array(runs) for name, runs in record["outliers"].items()}
    assert "an area above 0.99 in all three runs, with two quite different densities" in prose
    assert all(found[name].min() > 0.99 for name in ("p(x), mixture", "p(x), VAE"))
    rival, sure = found["unsure classifier"], found["letters it is 99 % sure of"]
    assert "0.93 to 0.96" in prose and round(rival.min(), 2) == 0.93 and round(rival.max(), 2) == 0.96
    assert "of 5 to 8 % of the letters it is 99 % sure" in prose and 0.048 <= sure.min() and sure.max() <= 0.082
    assert "names every fresh digit" in prose and found["digits it names"].min() == 1


def test_resampling_mends_as_much_as_it_says(record, prose):
    ways = record["debiasing"]
    rare, common = ({way: 100 * np.array(runs[kind]) for way, runs in ways.items()} for kind in ("rare", "common"))
    bounds = {
        "as they come": (52, 64), "rare codes more often": (60, 79.5),
        "groups known": (89, 90.5), "an unbiased set": (94, 97.5),
    }  # fmt: skip
    for way, (low, high) in bounds.items():
        assert low <= rare[way].min() < low + 1.5 and high - 1.5 < rare[way].max() <= high, way
    for words in ("52 to 64 %", "94 to 97 %", "60 to 79 %", "89 to 90 %"):
        assert words in prose
    assert "right in 99 % and more" in prose and common["as they come"].min() > 99
    mended = (rare["rare codes more often"] - rare["as they come"]) / (rare["an unbiased set"] - rare["as they come"])
    assert "mends 19 to 55 % of the loss" in prose and round(mended.min(), 2) == 0.19 and round(mended.max(), 2) == 0.55
    assert "less than a point on common faces" in prose
    assert (common["as they come"] - common["rare codes more often"]).max() < 1
