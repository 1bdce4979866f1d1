"""The benchmarks of lecture 02, small, and on something of which the answer is known without them."""

import base64

import autoencoders
import deep_autoencoder
import hashing
import measured
import numpy as np
import pytest
import torch
from torch import nn

from classroom import ROOT
from gancourse.codes.documents import scipy_documents


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where records go meanwhile."""
    monkeypatch.setattr(measured, "FOLDER", tmp_path / "notebooks" / "measured")
    (tmp_path / "notebooks").mkdir()
    return measured.FOLDER


def test_labels_are_as_many_of_each_class():
    labels = np.array([0, 1, 2] * 20)
    some = autoencoders.evenly(labels, 4, np.random.default_rng(0))
    assert np.bincount(labels[some]).tolist() == [4, 4, 4] and len(set(some)) == 12


def test_a_classifier_takes_the_features_that_cross_validation_prefers():
    rng = np.random.default_rng(0)
    y = np.arange(200) % 2
    x = rng.normal(size=(200, 5))
    x[:, 3] = 4 * y + 0.1 * x[:, 3]
    features = [lambda x: x[:, :3], lambda x: x[:, 3:]]
    assert autoencoders.classify(features, x[:60], y[:60], x[60:], y[60:]) == 1
    assert autoencoders.classify(features[:1], x[:60], y[:60], x[60:], y[60:]) < 0.8


def test_digits_are_classified_in_all_ways():
    found = autoencoders.measure_few_labels(seeds=1, per_class=(2,))["accuracy"]
    assert set(found) == {"raw pixels", "PCA", "sparse codes"}
    assert all(0.3 < row["20"][0] < 0.9 for row in found.values()), "of ten classes"


def test_more_steps_leave_less_and_networks_are_measured_beside_them():
    sizes = {"n": 500, "n_test": 100, "steps": 20, "dictionary_steps": 3}
    found = autoencoders.measure_predictor(seeds=1, **sizes)
    above = [found[f"FISTA, {k} steps"]["objective"][0] for k in (1, 3, 10, 30, 100)]
    assert above == sorted(above, reverse=True) and above[-1] == pytest.approx(1, abs=0.01)
    for shape in ("tanh", "shrink"):
        assert found[f"network, {shape}"]["objective"][0] > 1 and found[f"network, {shape}"]["milliseconds"][0] > 0


def test_noise_is_not_smooth_and_a_blob_is():
    rng = np.random.default_rng(0)
    assert abs(autoencoders.smoothness(rng.normal(size=(200, 256)))) < 0.02
    down, right = np.mgrid[:16, :16] - 8
    assert autoencoders.smoothness(np.exp(-(down**2 + right**2) / 18).reshape(1, -1)) > 0.9


def test_what_an_identity_copies_is_all_of_the_damage(monkeypatch):
    class Identity(nn.Module):
        def __init__(self, *_, **__):
            super().__init__()
            self.encoder = nn.Sequential(nn.Sequential(nn.Linear(256, 8)))

        def reconstruct(self, x):
            return x

    monkeypatch.setattr(autoencoders, "Autoencoder", Identity)
    monkeypatch.setattr(autoencoders, "fit", lambda *_, **__: None)
    found = autoencoders.denoised(0, 0.0, n=200)
    assert found["copied"] == pytest.approx(1) and found["whole"] == 0
    assert found["half masked"] == found["left masked"] > 20


def test_a_stack_and_a_random_start_are_fine_tuned_alike():
    found = autoencoders.measure_stacked(seeds=2, counts=(50,), n=300, steps=5, tuned=5)
    assert {name: len(row["50"]) for name, row in found["accuracy"].items()} == {"stacked": 2, "random": 2}


def test_as_many_numbers_as_pixels_for_pca_leave_nothing_and_faces_are_kept(folder):
    found = deep_autoencoder.deep_and_pca(0, sizes=(625, 8, 200), n=300, steps=2, shown=3)
    less = deep_autoencoder.deep_and_pca(0, sizes=(625, 8, 5), n=300, steps=2, shown=3)
    assert found["PCA"] < less["PCA"] / 2 < found["mean face"] / 2
    original = torch.frombuffer(bytearray(base64.b64decode(found["rows"][0])), dtype=torch.uint8)
    unseen = deep_autoencoder.grey_faces(1000, 1000)[:3]
    assert torch.equal(original, (255 * unseen).round().byte().flatten())
    deep_autoencoder.main(seeds=2, sizes=(625, 8, 5), n=100, steps=2)
    record = measured.load("deep_autoencoder")
    assert len(record["deep"]) == 2 and len(record["rows"]) == 3


def test_pixels_find_more_than_few_bits_and_bits_more_than_chance():
    found = hashing.measure_pictures(seeds=1, bits=(16,), n=1500, queries=20, steps=60, found=10)
    share = {name: row["precision"][0] for name, row in found.items()}
    assert share["pixels"] > share["PCA, 16 bits"] > share["chance"] < share["autoencoder, 16 bits"]
    assert share["chance"] == pytest.approx(0.1, abs=0.01)


def test_words_find_texts_of_their_subject():
    found = hashing.text_search(scipy_documents(300), 0, bits=(16,), steps=40, queries=60)
    assert found["tf-idf"] > 0.5 > 2 * found["chance"] and found["LSA, 16 bits"] > found["chance"]


def test_what_is_no_part_is_named_with_those_that_are(monkeypatch):
    for module, one in ((autoencoders, "stacked"), (hashing, "texts")):
        monkeypatch.setattr("sys.argv", ["", "poems"])
        with pytest.raises(SystemExit, match=f"No part poems; there are: .*{one}"):
            module.main()
    assert (ROOT / autoencoders.COMMAND.split()[1]).exists() and (ROOT / hashing.COMMAND.split()[1]).exists()
