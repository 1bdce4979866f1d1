"""Autoencoders against formulas, against PCA, and against what they must learn."""

import numpy as np
import pytest
import torch
from scipy.linalg import subspace_angles
from sklearn.decomposition import PCA
from torch import nn

from gancourse.codes.autoencoder import Autoencoder, corrupt, fit, stack
from gancourse.codes.predictor import CodePredictor
from gancourse.codes.sparse import fista, objective


@pytest.fixture(scope="module")
def x():
    """Six numbers of which the variances differ, and whose main directions are not the axes."""
    g = torch.Generator().manual_seed(0)
    turn = torch.linalg.qr(torch.randn(6, 6, generator=g))[0]
    x = torch.randn(2000, 6, generator=g) * torch.tensor([3.0, 2.0, 1.5, 0.5, 0.3, 0.2]) @ turn
    return x - x.mean(dim=0)


def test_losses_are_their_formulas():
    torch.manual_seed(0)
    x = torch.rand(5, 4)
    real, binary = Autoencoder((4, 3, 2)), Autoencoder((4, 2), "cross-entropy")
    out = real.decode(real.encoder(x))
    assert real.loss(x).item() == pytest.approx((((out - x) ** 2).sum() / 2 / 5).item(), rel=1e-5)
    p = binary.decode(binary.encoder(x))
    entropy = -(x * p.log() + (1 - x) * (1 - p).log()).sum() / 5
    assert binary.loss(x).item() == pytest.approx(entropy.item(), rel=1e-5)
    assert 0 < p.min() and p.max() < 1
    torch.testing.assert_close(binary.reconstruct(x), p.detach())


def test_the_target_is_what_was_not_corrupted():
    model = Autoencoder((4, 2))
    x = torch.ones(3, 4)
    seen = torch.zeros(3, 4)
    out = model(seen)
    assert model.loss(x, seen).item() == pytest.approx(((out - 1) ** 2).sum(dim=1).mean().item() / 2, rel=1e-6)


def test_the_networks_are_of_the_sizes_asked_for_and_the_decoder_mirrors():
    model = Autoencoder((25, 20, 10, 3))
    widths = [[m.out_features for m in part.modules() if isinstance(m, nn.Linear)] for part in model.children()]
    assert widths == [[20, 10, 3], [10, 20, 25]]
    assert not isinstance(list(model.encoder.modules())[-1], nn.ReLU), "a code may be negative"


def test_a_linear_autoencoder_finds_the_plane_of_the_main_components(x):
    torch.manual_seed(0)
    model = Autoencoder((6, 2), activation=nn.Identity)
    fit(model, x, 800, batch=None, lr=0.02)
    pca = PCA(2).fit(x)
    decoder = model.decoder[0].weight.detach().numpy()
    assert subspace_angles(decoder, pca.components_.T).max() < 1e-3
    unit = decoder / np.linalg.norm(decoder, axis=0)
    assert abs(unit[:, 0] @ unit[:, 1]) > 0.01, "any basis of the plane will do"


def test_masking_noise_has_its_share_by_itself_and_keeps_the_rest():
    x = torch.rand(400, 300) + 1
    seen = corrupt(x, 0.25, torch.Generator().manual_seed(0))
    gone = (seen == 0).float()
    assert gone.mean().item() == pytest.approx(0.25, abs=0.005)
    assert gone.mean(dim=0).std().item() == pytest.approx((0.25 * 0.75 / 400) ** 0.5, rel=0.15), "by itself"
    assert torch.equal(seen[gone == 0], x[gone == 0])
    assert torch.equal(corrupt(x, 0.0), x) and not corrupt(x, 1.0).any()
    with pytest.raises(ValueError, match="from 0 to 1"):
        corrupt(x, 25)


def test_what_masks_hide_is_filled_in_from_the_rest():
    """Six copies of one bit: a denoiser knows a hidden one from the others."""
    torch.manual_seed(0)
    x = (torch.rand(500, 1) < 0.5).float().expand(-1, 6).contiguous()
    model = Autoencoder((6, 8), "cross-entropy", coded=nn.ReLU)
    losses = fit(model, x, 400, lr=0.02, mask=0.5)
    assert losses[-20:].mean() < losses[0] / 3
    one_left = torch.tensor([[1.0, 0, 0, 0, 0, 0]])
    assert model.reconstruct(one_left).min() > 0.8


def test_a_stack_learns_each_layer_from_the_one_below():
    torch.manual_seed(0)
    x = (torch.rand(300, 2) < 0.5).float().repeat_interleave(6, dim=1)
    encoders = stack(x, (12, 9, 5), steps=60, lr=0.02)
    assert encoders(x).shape == (300, 5) and (encoders(x) >= 0).all()
    fresh = nn.Linear(9, 5).weight
    assert encoders[1][0][0].weight.shape == fresh.shape and len(encoders) == 2


@pytest.mark.parametrize("make", [lambda: Autoencoder((4, 2), "absolute"), lambda: Autoencoder((4,))])
def test_what_cannot_be_made_is_said(make):
    with pytest.raises(ValueError, match=r"use one of squared|needs those of x"):
        make()


@pytest.mark.parametrize("shape", ["tanh", "shrink"])
def test_a_predictor_comes_near_to_the_codes_it_learned_from(shape):
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    dictionary = np.linalg.qr(rng.normal(size=(12, 12)))[0][:8]
    x = (rng.normal(size=(2000, 8)) * (rng.uniform(size=(2000, 8)) < 0.3)) @ dictionary
    z = fista(x, dictionary, 0.2)
    model = CodePredictor(12, 8, shape).learn(x, z, steps=1200, lr=0.01)
    gap = objective(x, model.predict(x), dictionary, 0.2).mean() / objective(x, z, dictionary, 0.2).mean()
    assert 1 <= gap < (1.01 if shape == "shrink" else 1.6), "for atoms at right angles, shrinking is exact"
    if shape == "shrink":
        assert abs((model.predict(x) == 0).mean() - (z == 0).mean()) < 0.05
    with pytest.raises(ValueError, match="use 'tanh' or 'shrink'"):
        CodePredictor(12, 8, "relu")
