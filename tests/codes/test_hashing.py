"""Binary codes: search against a search by hand, and codes in which near means alike."""

import numpy as np
import pytest
import torch

from gancourse.codes import hashing
from gancourse.codes.autoencoder import fit
from gancourse.codes.documents import TOPICS, scipy_documents


@pytest.fixture(scope="module")
def bits():
    rng = np.random.default_rng(0)
    return rng.uniform(size=(7, 20)) < 0.5, rng.uniform(size=(60, 20)) < 0.5


def test_the_nearest_are_those_that_differ_in_the_fewest_bits(bits):
    queries, codes = bits
    index, distance = hashing.hamming_search(hashing.pack(queries), hashing.pack(codes), 9)
    for query, found, far in zip(queries, index, distance, strict=True):
        apart = [sum(a != b for a, b in zip(query, code, strict=True)) for code in codes]
        wanted = sorted(range(60), key=lambda i: (apart[i], i))[:9]
        assert list(found) == wanted and list(far) == [apart[i] for i in wanted]


@pytest.mark.parametrize("width", [1, 3, 8, 16])
def test_bits_are_counted_at_every_length_also_without_numpys_own_count(width, monkeypatch):
    a, b = np.random.default_rng(width).integers(0, 256, (2, 5, width), dtype=np.uint8)
    wanted = [sum(bin(int(x) ^ int(y)).count("1") for x, y in zip(a[0], row, strict=True)) for row in b]
    assert list(hashing.differing_bits(a[0], b)) == wanted
    monkeypatch.delattr(np, "bitwise_count", raising=False)
    assert list(hashing.differing_bits(a[0], b)) == wanted


def test_searches_that_cannot_be_are_refused(bits):
    queries, codes = bits
    with pytest.raises(ValueError, match="need to be packed"):
        hashing.hamming_search(queries, codes, 3)
    with pytest.raises(ValueError, match="60 codes"):
        hashing.hamming_search(hashing.pack(queries), hashing.pack(codes), 61)
    with pytest.raises(ValueError, match="use 'cross-entropy' or 'counts'"):
        hashing.HashingAutoencoder((4, 2), "squared")


def test_precision_is_the_share_of_the_same_label():
    assert hashing.precision(np.array([[0, 1], [2, 3]]), [5, 6], np.array([5, 5, 5, 6])) == 0.75


@pytest.mark.parametrize("loss", ["cross-entropy", "counts"])
def test_a_code_tells_groups_apart_that_it_was_not_told_of(loss):
    torch.manual_seed(0)
    group = torch.arange(600) % 4
    means = (torch.rand(4, 30) < 0.5).float()
    x = (torch.rand(600, 30) < 0.1 + 0.8 * means[group]).float() * (3 if loss == "counts" else 1)
    model = hashing.HashingAutoencoder((30, 16, 8), loss)
    losses = fit(model, x, 400, lr=0.01)
    assert losses[-20:].mean() < losses[0]
    bits = model.bits(x)
    assert ((bits.mean(axis=0) > 0.15) & (bits.mean(axis=0) < 0.85)).all(), "every bit tells something"
    with torch.no_grad():
        assert model.eval().encoder(model.scaled(x)).abs().mean() > 0.85, "0.80 if they lay as a bell around 0"
    packed = hashing.pack(bits)
    index, _ = hashing.hamming_search(packed[:40], packed, 100)
    assert hashing.precision(index, group[:40], group.numpy()) > 0.8, "by chance 0.25"


def test_a_code_does_not_depend_on_what_is_coded_beside_it():
    torch.manual_seed(0)
    model = hashing.HashingAutoencoder((6, 8))
    x = torch.rand(200, 6)
    fit(model, x, 50)
    np.testing.assert_array_equal(model.bits(x[:3]), model.bits(x)[:3])
    assert model.training, "and goes on learning"


def test_counts_are_predicted_as_shares_of_their_text():
    model = hashing.HashingAutoencoder((3, 2), "counts", noise=0.0)
    x = torch.tensor([[2.0, 0, 2], [0, 5, 0]])
    out = model.decoder(model.encoder(x.log1p()).sigmoid()).log_softmax(dim=1)
    wanted = -(0.5 * out[0, 0] + 0.5 * out[0, 2] + out[1, 1]) / 2
    assert model.loss(x).item() == pytest.approx(wanted.item(), rel=1e-5)


def test_texts_are_scipys_with_their_topics_and_words():
    texts = scipy_documents(500)
    assert len(texts.names) > 800 and texts.counts.shape == (len(texts.names), len(texts.words))
    assert set(texts.label) == set(range(len(TOPICS)))
    at = texts.names.index("scipy.signal.convolve")
    assert texts.topics[texts.label[at]] == "signal" and "Convolve" in texts.lines[at]
    assert texts.counts[at, texts.words.index("mode")] >= 3
    assert len(set(texts.names)) == len(texts.names) and not {"the", "array"} & set(texts.words)
