"""Progressive growing against Karras et al. 2018: the fade, what is kept, pixel norm, equalised rates, the spread."""

import copy

import pytest
import torch
from torch import nn

from gancourse.games.growing import Discriminator, Generator, GrowingGAN, equalised, fade_in, pixel_norm
from gancourse.games.minibatch import minibatch_std
from gancourse.training.loop import train

SMALL = {"size": 16, "channels": 1, "width": 4}


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


def batches(n=6, side=16):
    while True:
        yield torch.rand(n, 1, side, side) * 2 - 1


def test_a_fade_begins_at_the_small_image_and_ends_at_the_large_one():
    small, large = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]]), torch.zeros(1, 1, 4, 4)
    repeated = torch.tensor([[1.0, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]])
    for alpha in (0.0, 0.25, 1.0):
        assert torch.equal(fade_in(small, large, alpha)[0, 0], (1 - alpha) * repeated)
        assert torch.equal(fade_in(small, large + 1, torch.tensor(alpha))[0, 0], (1 - alpha) * repeated + alpha)


@pytest.mark.parametrize("shape", [(5, 8), (5, 8, 3, 3)])
def test_pixel_norm_leaves_the_direction_and_a_mean_square_of_one(shape):
    h = 7 * torch.randn(shape)
    normed = pixel_norm(h)
    assert torch.allclose(normed.square().mean(dim=1), torch.ones(shape[0], *shape[2:]), atol=1e-5)
    assert torch.allclose(nn.functional.cosine_similarity(h, normed, dim=1), torch.ones(shape[0], *shape[2:]))
    assert pixel_norm(torch.zeros(2, 3)).eq(0).all()


def test_the_spread_of_a_batch_is_one_number_behind_all_features():
    h = torch.stack([torch.zeros(3, 2, 2), torch.full((3, 2, 2), 2.0)])  # each standard deviation is 1
    assert torch.allclose(minibatch_std(h), torch.cat([h, torch.ones(2, 1, 2, 2)], dim=1))
    assert torch.allclose(minibatch_std(h.flatten(1))[:, -1], torch.ones(2))


def test_a_collapsed_batch_has_next_to_no_spread_and_a_slope_that_is_a_number():
    h = torch.ones(4, 3, 2, 2, requires_grad=True)
    spread = minibatch_std(h)[:, -1]
    assert spread.max() < 1e-3
    (slope,) = torch.autograd.grad(spread.sum(), h)
    assert slope.isfinite().all()


def test_equalised_weights_begin_as_hes_and_move_at_one_pace():
    wide, narrow = (equalised(nn.Linear(n, 1000)) for n in (800, 8))
    for layer in (wide, narrow):
        assert layer.parametrizations.weight.original.detach().std() == pytest.approx(1, rel=0.05)
        assert layer.weight.detach().std() == pytest.approx((2 / layer.in_features) ** 0.5, rel=0.05)
        assert not layer.bias.any()
    moved = []
    for layer in (wide, narrow):
        before = layer.weight.detach().clone()
        optimiser = torch.optim.Adam(layer.parameters(), lr=1e-2)
        layer(torch.ones(1, layer.in_features)).sum().backward()
        optimiser.step()
        moved.append(float((layer.weight.detach() - before).norm() / before.norm()))
    assert moved[0] == pytest.approx(moved[1], rel=0.05)  # Adam's own pace would differ tenfold


def test_growing_keeps_every_weight_and_begins_where_the_smaller_network_ended():
    game = GrowingGAN(**SMALL)
    z = torch.randn(3, 64)
    assert game.sides() == [4, 8, 16]
    assert game.side == 16  # full-grown, if nobody says
    before = {key: p.clone() for key, p in game.named_parameters()}
    game.grow(8)
    small = game.generate(z)
    game.grow(16, steps=4)
    assert torch.equal(game.generate(z), small.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3))
    assert all(torch.equal(p, before[key]) for key, p in game.named_parameters())


def test_a_judge_that_grows_begins_where_the_smaller_one_ended():
    judge = Discriminator(**SMALL)
    x = torch.randn(5, 1, 16, 16)
    judge.alpha.fill_(0.0)
    assert not torch.allclose(judge(x), judge(nn.functional.avg_pool2d(x, 2)))  # whose own 0 is that of 4 pixels
    at_full = judge(x)
    judge.alpha.fill_(1.0)
    assert torch.allclose(at_full, judge(nn.functional.avg_pool2d(x, 2)), atol=1e-6)


def test_new_layers_come_in_within_the_steps_that_are_asked_for_and_only_in_training():
    game = GrowingGAN(**SMALL)
    game.grow(8, steps=4)
    seen = []
    game.discriminator.register_forward_pre_hook(lambda module, inputs: seen.append(float(module.alpha)))
    train(game, batches(), 6, progress=False)
    assert float(game.alpha) == float(game.discriminator.alpha) == 1.0
    assert sorted(set(seen)) == [0.25, 0.5, 0.75, 1.0]
    game.grow(16, steps=4)
    game.eval().discriminator_loss(next(batches()))
    assert game.alpha == 0
    game.grow(4, steps=4)  # there is nothing to fade from
    assert game.alpha == 1


def test_real_images_are_as_coarse_as_made_ones():
    game, x = GrowingGAN(**SMALL), torch.rand(2, 1, 16, 16)
    game.grow(4)
    assert torch.allclose(game.seen(x), nn.functional.avg_pool2d(x, 4))
    game.grow(16, steps=10)
    for network in (game.generator, game.discriminator):
        network.alpha.fill_(0.6)
    coarse = nn.functional.avg_pool2d(x, 2).repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
    assert torch.allclose(game.seen(x), 0.4 * coarse + 0.6 * x)
    game.grow(16)
    assert torch.equal(game.seen(x), x)


def test_layers_above_the_side_stand_still_and_all_others_move():
    game = GrowingGAN(**SMALL)
    game.grow(8, steps=2)
    before = copy.deepcopy(game.state_dict())
    history = train(game, batches(), 3, snapshots=2, average=0.5, progress=False)
    assert history.average.sample(2).shape == (2, 1, 8, 8)
    moved = {key for key, p in game.named_parameters() if not torch.equal(p, before[key])}
    kept = {key for key, _ in game.named_parameters()} - moved
    above = ("generator.blocks.1.", "generator.to_image.2.", "discriminator.blocks.1.", "discriminator.from_image.2.")
    head = "discriminator.last.4.bias"  # pairs are compared: what is added to both says nothing
    assert kept == {key for key, _ in game.named_parameters() if key.startswith(above)} | {head}


def test_each_addition_can_be_left_out():
    bare = GrowingGAN(**SMALL, norm=nn.Identity, layer=lambda layer: layer, compare=None)
    assert not any(hasattr(m, "parametrizations") for m in bare.modules())
    x = torch.randn(4, 1, 16, 16)
    assert torch.allclose(bare.discriminator(x)[:2], bare.discriminator(x[:2]), atol=1e-6)
    whole = GrowingGAN(**SMALL).discriminator
    assert not torch.allclose(whole(x)[:2], whole(x[:2]), atol=1e-6)
    assert Generator(**SMALL)(torch.randn(2, 64)).shape == (2, 1, 16, 16)


def test_a_side_without_layers_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"no layers for 12 pixels; give one of \[4, 8, 16\]"):
        GrowingGAN(**SMALL).grow(12)
