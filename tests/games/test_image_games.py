"""The systems of lectures 08, 10 and 11: shapes, who moves, and what is new in each."""

import copy
import math
from functools import partial

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy, one_hot

from gancourse.games import losses
from gancourse.games.acgan import ACGAN
from gancourse.games.bigan import BiGAN
from gancourse.games.biggan import BigGAN
from gancourse.games.conditional import ConditionalGAN, ProjectionGAN
from gancourse.games.dcgan import DCGAN, Discriminator, Generator, doublings, resized, slerp
from gancourse.games.infogan import InfoGAN, information_bounds, information_loss
from gancourse.games.maxout import MaxoutGAN
from gancourse.games.semisupervised import SemiSupervisedGAN
from gancourse.plots.dcgan import coverage, weave
from gancourse.training.loop import train

SMALL = {"size": 16, "channels": 1, "width": 4}
UNLABELLED = {
    "DCGAN": partial(DCGAN, **SMALL),
    "InfoGAN": partial(InfoGAN, **SMALL),
    "BiGAN": partial(BiGAN, **SMALL),
    "maxout": partial(MaxoutGAN, 16, 1, 40),
}
LABELLED = {
    "cGAN": partial(ConditionalGAN, 10, **SMALL),
    "projection": partial(ProjectionGAN, 10, **SMALL),
    "AC-GAN": partial(ACGAN, 10, **SMALL),
    "BigGAN": partial(BigGAN, 10, **SMALL),
}
SYSTEMS = UNLABELLED | LABELLED | {"semi-supervised": partial(SemiSupervisedGAN, 10, **SMALL)}


def batches(name, n=12):
    """Noise that has the shape of the system's batches."""
    while True:
        x, label = torch.rand(n, 1, 16, 16) * 2 - 1, torch.arange(n) % 10
        yield x if name in UNLABELLED else (x, label) if name in LABELLED else (x, x.flip(0), label)


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_system_plays_by_the_one_loop_and_all_of_its_parts_move(name):
    torch.manual_seed(0)
    game = SYSTEMS[name]()
    before = copy.deepcopy(game.state_dict())
    history = train(game, batches(name), 3, snapshots=2, average=0.5, progress=False)
    assert history.losses().isfinite().all()
    for played in (game, history.average):
        assert played.sample(5).shape == (5, 1, 16, 16)
        assert played.sample(5).abs().max() <= 1
    assert game.training
    assert all(not torch.equal(p, before[key]) for key, p in game.named_parameters())


@pytest.mark.parametrize("name", SYSTEMS)
def test_bf16_changes_the_precision_and_not_the_game(name):
    torch.manual_seed(0)
    history = train(SYSTEMS[name](), batches(name), 2, bf16=True, progress=False)
    torch.manual_seed(0)
    exact = train(SYSTEMS[name](), batches(name), 2, progress=False)
    assert torch.allclose(history.losses()[0], exact.losses()[0], rtol=0.05, atol=0.05)


# --- DCGAN -----------------------------------------------------------------------------------------------------


def test_the_papers_generator_grows_from_4_by_4_by_1024_to_64_pixels():
    generator = Generator()
    shapes, x = [], torch.rand(2, 100) * 2 - 1
    for layer in generator.layers:
        x = layer(x)
        if isinstance(layer, nn.BatchNorm2d | nn.Tanh):
            shapes.append(tuple(x.shape[1:]))
    assert shapes == [(1024, 4, 4), (512, 8, 8), (256, 16, 16), (128, 32, 32), (3, 64, 64)]


@pytest.mark.parametrize("size", [16, 20, 24, 28, 32, 64])
def test_the_discriminator_mirrors_the_generator_at_any_size(size):
    generator, discriminator = Generator(size, 3, 4), Discriminator(size, 3, 4)
    x = generator(torch.rand(3, 100))
    assert x.shape == (3, 3, size, size)
    assert discriminator(x).shape == (3, 1)


@pytest.mark.parametrize("size", [3, 8.5, 17, 22, 31, 60.0, 0, -28])
def test_a_size_that_no_doubling_reaches_is_refused_with_sizes_that_work(size):
    with pytest.raises((ValueError, TypeError), match=r"try 16, 28, 32 or 64|unsupported"):
        Generator(size)


def test_sizes_are_one_to_nine_doublings_of_4_to_7_pixels():
    assert [doublings(size) for size in (8, 10, 12, 14, 28, 2048)] == [(4, 1), (5, 1), (6, 1), (7, 1), (7, 2), (4, 9)]
    for size in (4, 7, 4096):
        with pytest.raises(ValueError, match=f"^Images of {size} pixels"):
            doublings(size)


def test_the_guidelines_hold():
    game = DCGAN(32, 3, 8)
    kinds = [type(m) for m in game.modules()]
    assert not {nn.MaxPool2d, nn.AvgPool2d, nn.Sigmoid} & set(kinds)
    assert [type(m) for m in game.generator.layers[-2:]] == [nn.ConvTranspose2d, nn.Tanh]
    norms = [m for m in game.modules() if isinstance(m, nn.BatchNorm2d)]
    assert len(norms) == 3 + 2
    means = torch.cat([m.weight.detach() for m in norms])
    assert means.mean() == pytest.approx(1, abs=0.02)
    weights = torch.cat([m.weight.detach().ravel() for m in game.modules() if isinstance(m, nn.Conv2d | nn.Linear)])
    assert weights.std() == pytest.approx(0.02, rel=0.03)


def test_resize_convolutions_take_the_place_of_transposed_ones():
    generator = Generator(28, 1, 8, up=resized)
    assert generator(torch.rand(2, 100)).shape == (2, 1, 28, 28)
    assert not any(isinstance(m, nn.ConvTranspose2d) for m in generator.modules())


def test_a_sample_does_not_depend_on_the_others_of_its_batch():
    torch.manual_seed(0)
    game = DCGAN(**SMALL)
    train(game, batches("DCGAN"), 3, progress=False)
    z = game.draw_latent(6)
    assert torch.allclose(game.generate(z)[:2], game.generate(z[:2]), atol=1e-6)
    assert z.abs().max() <= 1


def test_spherical_interpolation_turns_at_a_constant_rate_and_length():
    torch.manual_seed(0)
    start, end = torch.randn(5, 100), torch.randn(5, 100)
    end = end * start.norm(dim=1, keepdim=True) / end.norm(dim=1, keepdim=True)
    angle = nn.functional.cosine_similarity(start, end).arccos()
    assert torch.allclose(slerp(start, end, 0.0), start, atol=1e-5)
    assert torch.allclose(slerp(start, end, 1.0), end, atol=1e-5)
    for t in (0.25, 0.5):
        between = slerp(start, end, t)
        assert torch.allclose(between.norm(dim=1), start.norm(dim=1), rtol=1e-4)
        assert torch.allclose(nn.functional.cosine_similarity(start, between).arccos(), t * angle, atol=1e-3)
    assert torch.allclose(slerp(start, 2 * start, 0.5), 1.5 * start, rtol=1e-4)  # nothing to turn


def test_cloth_is_power_that_alternates_from_pixel_to_pixel():
    smooth = torch.linspace(-1, 1, 28).sin().expand(2, 1, 28, 28)
    cloth = torch.tensor([1.0, -1.0]).repeat(14).expand(2, 1, 28, 28)
    assert weave(cloth) == pytest.approx(1.0)
    assert weave(smooth) < 0.01
    assert set(coverage(4)[4:-4]) == {2}
    assert set(coverage(5)[5:-5]) == {2, 3}


# --- conditions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LABELLED)
def test_the_generator_is_told_the_class(name):
    torch.manual_seed(0)
    game = LABELLED[name]()
    z = game.draw_latent(4)
    zeros, threes = game.generate(z, torch.zeros(4).long()), game.generate(z, torch.full((4,), 3))
    assert not torch.allclose(zeros, threes)
    assert torch.equal(game.all_classes(12), torch.arange(12) % 10)


def test_cgans_discriminator_sees_one_plane_per_class():
    game = LABELLED["cGAN"]()
    first = next(m for m in game.discriminator.modules() if isinstance(m, nn.Conv2d))
    assert first.in_channels == 1 + 10
    seen = []
    first.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0]))
    game.discriminator(torch.zeros(2, 1, 16, 16), torch.tensor([4, 9]))
    assert torch.equal(seen[0][:, 1:].mean(dim=(2, 3)), one_hot(torch.tensor([4, 9]), 10).float())


def test_projection_adds_the_inner_product_with_what_is_learned_of_the_class():
    torch.manual_seed(0)
    discriminator = LABELLED["projection"]().discriminator.eval()
    x, label = torch.rand(3, 1, 16, 16), torch.tensor([1, 5, 5])
    features = discriminator.features(x)
    expected = [
        discriminator.head(f) + discriminator.embedding.weight[c] @ f for f, c in zip(features, label, strict=True)
    ]
    assert torch.allclose(discriminator(x, label), torch.stack(expected), atol=1e-6)


def test_in_acgan_both_players_pay_for_a_class_that_is_not_recognised():
    torch.manual_seed(0)
    game = LABELLED["AC-GAN"]()
    game.loss = losses.AdversarialLoss(lambda real, fake: 0 * real.mean(), lambda fake: 0 * fake.mean())
    game.discriminator.name.weight.data.zero_()
    game.discriminator.name.bias.data = torch.tensor([5.0] + [0.0] * 9)
    x = torch.rand(6, 1, 16, 16)
    for label, paid in ((torch.zeros(6).long(), 0.0589), (torch.ones(6).long(), 5.0589)):
        named = cross_entropy(game.discriminator.name.bias.expand(6, 10), label).detach()
        assert named == pytest.approx(paid, abs=1e-3)
        assert game.generator_loss((x, label)).item() == pytest.approx(named.item(), abs=1e-5)
        assert game.discriminator_loss((x, label)).item() == pytest.approx(2 * named.item(), abs=1e-5)


def test_the_information_loss_is_minus_the_log_likelihood_of_the_codes():
    torch.manual_seed(0)
    logits, category = torch.randn(7, 4), torch.randint(4, (7,))
    mean, codes, std = torch.randn(7, 2), torch.randn(7, 2), 0.3
    q = torch.distributions.Categorical(logits=logits).log_prob(category)
    q = q + torch.distributions.Normal(mean, std).log_prob(codes).sum(dim=1)
    assert information_loss(logits, category, mean, codes, std).item() == pytest.approx(-q.mean().item(), rel=1e-5)
    assert information_loss(1e3 * one_hot(category, 4).float(), category, codes, codes) == pytest.approx(
        math.log(2 * math.pi), rel=1e-5
    )


def test_the_information_bounds_stay_below_the_information_and_reach_it():
    """Of a category that is seen or not, and of a number seen through noise, for which it is an integral."""
    torch.manual_seed(0)
    n, std = 100_000, 0.05
    category, codes = torch.randint(4, (n,)), torch.rand(n, 2) * 2 - 1
    seen = codes + std * torch.randn(n, 2)
    grid = torch.linspace(-2, 2, 8001, dtype=torch.float64)
    erf = torch.erf((1 - grid) / std / math.sqrt(2)) + torch.erf((1 + grid) / std / math.sqrt(2))
    density = erf / 4  # of a uniform number with normal noise
    entropy = -torch.special.xlogy(density, density).sum() * (grid[1] - grid[0])
    information = float(entropy) - 0.5 * math.log(2 * math.pi * math.e * std**2)
    of_category, of_codes = information_bounds(50.0 * one_hot(category, 4), category, seen, codes)
    assert of_category == pytest.approx(math.log(4))
    assert information - 0.06 < of_codes.min() and of_codes.max() < information
    guessed, nothing = information_bounds(torch.randn(n, 4), category, torch.zeros(n, 2), codes)
    assert guessed < 0 and nothing.max() < 0, "who has seen nothing has no bound above nothing"


def test_infogans_codes_are_drawn_evenly():
    game = InfoGAN(classes=5, codes=3, **SMALL)
    torch.manual_seed(0)
    category, codes = game.draw_codes(5000)
    assert codes.shape == (5000, 3)
    assert category.bincount().float() / 5000 == pytest.approx([0.2] * 5, abs=0.03)
    assert codes.std(dim=0) == pytest.approx([1 / math.sqrt(3)] * 3, abs=0.02)


def test_a_bigan_encodes_into_the_latent_cube():
    game = UNLABELLED["BiGAN"]()
    code = game.encode(torch.rand(4, 1, 16, 16))
    assert code.shape == (4, 12)
    assert game.generate(code).shape == (4, 1, 16, 16)


def test_a_semisupervised_discriminator_is_its_classifier():
    torch.manual_seed(0)
    game = SYSTEMS["semi-supervised"]()
    x, _, label = next(batches("semi-supervised"))
    game.discriminator.eval()  # no dropout
    logits = game.discriminator(x)
    assert logits.shape == (12, 10)
    assert torch.allclose(game.logits((x, x, label))[0], logits.exp().sum(dim=1).log(), atol=1e-5)


def test_feature_matching_is_zero_for_a_generator_that_returns_the_data():
    game = SYSTEMS["semi-supervised"]()
    x, _, label = next(batches("semi-supervised"))
    game.discriminator.eval()
    game.fake = lambda n: x
    assert game.generator_loss((x, x, label)).item() == pytest.approx(0, abs=1e-10)
