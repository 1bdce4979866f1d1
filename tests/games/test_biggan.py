"""BigGAN against Brock et al. 2019: the orthogonal penalty, truncated codes, what the norms are told."""

import math

import pytest
import torch
from torch import nn

from gancourse.games.biggan import BigGAN, ClassNorm, orthogonal_penalty, steady_discriminator, truncated_normal

SMALL = {"size": 16, "channels": 1, "width": 4, "latent": 5}


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


@pytest.mark.parametrize("shape", [(4, 6), (6, 4), (3, 2, 3, 3)])
def test_the_orthogonal_penalty_and_its_gradient_have_a_closed_form(shape):
    weight = torch.randn(shape, dtype=torch.float64, requires_grad=True)
    w = weight.detach().flatten(1).T  # the paper's W: filters are columns
    off = (w.T @ w) * (1 - torch.eye(len(weight), dtype=torch.float64))
    penalty = orthogonal_penalty(weight, 0.3)
    assert float(penalty.detach()) == pytest.approx(0.3 * float(torch.linalg.matrix_norm(off)) ** 2)
    (slope,) = torch.autograd.grad(penalty, weight)
    assert torch.allclose(slope, (4 * 0.3 * w @ off).T.reshape(shape))


def test_orthogonal_filters_of_any_length_are_free_and_parallel_ones_are_not():
    filters = torch.linalg.qr(torch.randn(6, 6))[0][:4] * torch.tensor([1.0, 2.0, 0.1, 5.0])[:, None]
    assert orthogonal_penalty(filters, 1.0) == pytest.approx(0, abs=1e-8)
    assert orthogonal_penalty(torch.tensor([[3.0, 0.0], [2.0, 0.0]]), 0.5) == pytest.approx(0.5 * 2 * 6**2)
    assert orthogonal_penalty(torch.tensor([[1.0, 0.0], [1.0, 0.0]])) == pytest.approx(2e-4)  # β of the paper


@pytest.mark.parametrize("threshold", [0.05, 0.5, 2.0, 8.0])
def test_truncated_codes_have_the_normals_shape_between_the_thresholds(threshold):
    z = truncated_normal(4000, 5, threshold)
    assert z.shape == (4000, 5)
    assert z.abs().max() <= threshold
    inside = math.erf(threshold / math.sqrt(2))
    for bound in (-0.7 * threshold, -0.2 * threshold, 0.0, 0.5 * threshold):
        share = (math.erf(bound / math.sqrt(2)) / inside + 1) / 2
        assert (z < bound).float().mean() == pytest.approx(share, abs=0.02)  # six standard deviations
    density = math.exp(-(threshold**2) / 2) / math.sqrt(2 * math.pi)
    assert z.var() == pytest.approx(1 - 2 * threshold * density / inside, rel=0.06)
    assert z.T.corrcoef().fill_diagonal_(0).abs().max() < 0.1


@pytest.mark.parametrize("threshold", [0, -1.0, float("nan")])
def test_a_threshold_that_leaves_nothing_is_refused(threshold):
    with pytest.raises(ValueError, match="give a number above 0"):
        truncated_normal(2, 3, threshold)


def test_a_norm_that_is_told_the_class_scales_and_shifts_by_it():
    norm, h = ClassNorm(3, 2), torch.randn(64, 3, 4, 4) * 5 + 2
    hot = torch.eye(2)[torch.arange(64) % 2]
    with torch.no_grad():
        norm.told.weight.copy_(torch.tensor([[1.0, 0], [1, 0], [1, 0], [0, 4], [0, 4], [0, 4]]))
    out = norm(h, hot).detach()
    first, second = out[::2], out[1::2]  # scale 1 + 1 and shift 0; scale 1 and shift 4
    assert first.std() == pytest.approx(2, rel=0.05)
    assert second.std() == pytest.approx(1, rel=0.05)
    assert first.mean() == pytest.approx(0, abs=0.1)
    assert second.mean() == pytest.approx(4, abs=0.1)
    assert ClassNorm(3, 0).told is None


def test_all_norms_share_one_embedding_and_without_it_hear_nothing_of_the_class():
    game = BigGAN(3, **SMALL, shared=2)
    assert game.generator.embed.weight.shape == (2, 3)
    assert all(block.norms[0].told.in_features == 5 + 2 for block in game.generator.blocks)
    deaf = BigGAN(3, **SMALL, shared=0)
    assert all(norm.told is None for block in deaf.generator.blocks for norm in block.norms)
    z, label = deaf.draw_latent(3), torch.arange(3)
    assert not torch.allclose(deaf.generate(z, label), deaf.generate(z, (label + 1) % 3))  # by z's neighbour alone


def test_the_penalty_is_on_convolutions_and_the_first_layer_and_weighs_as_said():
    game, batch = BigGAN(3, **SMALL, beta=0.5), (torch.zeros(2, 1, 16, 16), torch.arange(2))
    weights = game.regularised()
    told = [id(m.told.weight) for m in game.modules() if isinstance(m, ClassNorm)]
    assert len(weights) == 1 + 2 * 3 + 1
    assert not set(map(id, weights)) & {*told, id(game.generator.embed.weight)}
    torch.manual_seed(1)
    with_it = game.eval().generator_loss(batch).detach()
    game.beta = 0.0
    torch.manual_seed(1)
    without = game.generator_loss(batch).detach()
    expected = 0.5 * sum(float(orthogonal_penalty(w.detach(), 1.0)) for w in weights)
    assert float(with_it - without) == pytest.approx(expected, rel=1e-3)


def test_the_judges_layers_stretch_nothing_once_their_power_iterations_rest():
    judge = steady_discriminator(3, 16, 1, 4)
    assert not any(isinstance(m, nn.BatchNorm2d) for m in judge.modules())
    for _ in range(100):
        judge(torch.randn(2, 1, 16, 16), torch.arange(2))
    layers = [m for m in judge.modules() if isinstance(m, nn.Conv2d | nn.Linear | nn.Embedding)]
    assert len(layers) == 4
    for layer in layers:
        assert torch.linalg.svdvals(layer.weight.detach().flatten(1))[0] == pytest.approx(1, abs=0.01)


def test_truncated_images_are_of_the_class_asked_for_and_less_varied():
    game, label = BigGAN(3, **SMALL), torch.zeros(40, dtype=torch.long)
    little, much = (game.truncated(label, threshold).std(dim=0).mean() for threshold in (0.05, 2.0))
    assert little < 0.3 * much
