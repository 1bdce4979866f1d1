"""The benchmark of lecture 01, small, and on something of which the answer is known without it."""

import measured
import numpy as np
import pytest
import torch

import families
from classroom import ROOT


class Truth:
    """A family that knows the world: samples, likelihood and, as its latent space, a disc of wedges, one a mode."""

    def sample(self, n):
        return families.WORLD.sample(n)

    def decode(self, z):
        wedge = ((torch.atan2(z[:, 1], z[:, 0]) / (2 * np.pi) * 8).floor() % 8).long()
        return families.WORLD.centres[wedge] + 0.01 * z

    def log_likelihood(self, x):
        return torch.tensor(families.log_mixture(x, families.WORLD.centres, families.WORLD.std))


def test_the_truth_scores_what_real_samples_score():
    found, real = families.scored(Truth()), families.real_scores(1)[0]
    for name in ("near a mode", "coverage", "modes", "log likelihood"):
        assert found[name] == pytest.approx(real[name], abs=0.05), name
    assert found["mode read from z"] > 0.9 and found["largest step"] > 10, "steps from one mode to the next"


def test_points_on_an_arc_are_distributed_as_its_ends():
    torch.manual_seed(0)
    paths = families.arcs(5000, points=3)
    assert paths.shape == (5000, 3, 2)
    torch.testing.assert_close(paths.std(dim=0), torch.ones(3, 2), atol=0.05, rtol=0)


def test_every_family_is_trained_and_scored_alike():
    found = families.measure_families(seeds=1, seconds=0.2, rates=(1e-3,), shown=5)
    assert set(found["scores"]) == set(families.SYSTEMS) == set(found["settings"])
    for name, row in found["scores"].items():
        assert set(row) - {"seconds", "log likelihood"} >= {"microseconds a sample", "near a mode", "coverage"}
        assert (row["log likelihood"][0] is None) == name.startswith("GAN")
        assert len(found["samples"][name]) == 5


def test_rare_faces_are_as_many_and_as_different_as_said():
    rare = torch.arange(60) < 20
    made = families.smiling_or_not(rare, 0)
    assert (made.skin[20:] == 0).all() and (made.yaw[20:].abs() <= 3).all()
    assert (made.skin[:20] >= 4).all() and (made.yaw[:20].abs() >= 15).all()
    assert (made.smile.abs() >= 0.4).all() and 10 < (made.smile > 0).sum() < 50


def test_all_ways_to_draw_a_training_set_are_measured():
    found = families.measure_debiasing(seeds=1, n=200, steps=3, vae_steps=3, n_test=20)
    shown = {way: row["rare shown"][0] for way, row in found.items()}
    assert shown["as they come"] == pytest.approx(0.1) and shown["an unbiased set"] == 0.5
    assert shown["groups known"] == pytest.approx(0.5, abs=0.15)
    assert all(0 <= row[kind][0] <= 1 for row in found.values() for kind in ("common", "rare"))


def test_letters_are_less_likely_than_digits():
    found = families.measure_outliers(seeds=1, n=1500, n_test=100, steps=40)
    assert found["p(x), mixture"][0] > 0.7
    assert 0 <= found["letters it is 99 % sure of"][0] <= 1


def test_what_is_no_part_is_named_with_those_that_are(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.argv", ["", "poems"])
    with pytest.raises(SystemExit, match="No part poems; there are: families, debiasing"):
        families.main()
    assert (ROOT / families.COMMAND.split()[1]).exists()
    monkeypatch.setattr(measured, "FOLDER", tmp_path / "notebooks" / "measured")
    (tmp_path / "notebooks").mkdir()
    families.save_part("outliers", {"a": [1.0]})
    assert measured.load("families")["outliers"] == {"a": [1.0]}
