"""What docstrings say of what is drawn and handed out: latent samples, codes, labels, packs, batches."""

import itertools
import math
from functools import partial

import pytest
import torch
from torch import nn

from gancourse.data.images import Images
from gancourse.games.ali import ALI
from gancourse.games.began import BEGAN
from gancourse.games.bigan import BiGAN, Uniform
from gancourse.games.biggan import BigGAN
from gancourse.games.conditional import ConditionalGAN
from gancourse.games.cyclegan import CycleGAN
from gancourse.games.dcgan import DCGAN
from gancourse.games.gan import GAN
from gancourse.games.growing import GrowingGAN
from gancourse.games.infogan import InfoGAN
from gancourse.games.inpainting import ContextEncoder
from gancourse.games.maxout import MaxoutGAN
from gancourse.games.onlooker import WithOnlooker
from gancourse.games.pix2pix import Pix2Pix
from gancourse.games.semisupervised import SemiSupervisedGAN
from gancourse.games.srgan import SRGAN
from gancourse.games.stylegan import StyleGAN
from gancourse.games.unrolled import UnrolledGAN
from gancourse.games.wgan import WGAN, WGANGP
from gancourse.training import systems
from refusing import refuses
from small_systems import CLASSES, SYSTEMS, bags, images, made

DRAWN = 4000
WITH_NOISE = [name for name in SYSTEMS if hasattr(made(name)[0], "draw_latent")]
ON_A_CUBE = ["DCGAN", "maxout", "cGAN", "projection", "AC-GAN", "InfoGAN", "BiGAN", "semi-supervised", "PixelDA"]
WITH_CLASSES = ["cGAN", "projection", "AC-GAN", "BigGAN"]


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


def assert_uniform(x):
    """On [−1, 1]: nothing outside, and as much below every bound as there should be, to five standard deviations."""
    assert x.abs().max() <= 1
    for bound in (-0.8, -0.3, 0.0, 0.3, 0.8):
        assert (x < bound).float().mean() == pytest.approx((bound + 1) / 2, abs=2.5 / math.sqrt(x.numel()))


def assert_normal(x):
    for bound in (-2.0, -1.0, 0.0, 1.0, 2.0):
        share = (1 + math.erf(bound / math.sqrt(2))) / 2
        assert (x < bound).float().mean() == pytest.approx(share, abs=2.5 / math.sqrt(x.numel()))


# --- latent samples and codes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WITH_NOISE)
def test_noise_is_normal_in_the_plane_and_uniform_for_images(name):
    game, _ = made(name)
    z = game.draw_latent(DRAWN)
    assert z.shape == (DRAWN, game.latent)
    (assert_uniform if name in ON_A_CUBE else assert_normal)(z)
    assert not torch.equal(z, game.draw_latent(DRAWN))
    assert z.T.corrcoef().fill_diagonal_(0).abs().max() < 0.1


@pytest.mark.parametrize("name", WITH_NOISE)
def test_both_losses_and_the_record_draw_noise_of_their_own(name):
    game, batch = made(name)
    fed = []
    game.generator.register_forward_pre_hook(lambda module, inputs: fed.append(inputs[0].detach()))
    for method in (game.discriminator_loss, game.generator_loss, game.logits):
        method(batch), method(batch)
    latent = torch.cat([z[:, : game.latent] for z in fed])
    assert len(latent.unique(dim=0)) == len(latent)


def test_infogans_codes_fill_their_cube_and_every_category_comes_up():
    game, _ = made("InfoGAN")
    category, codes = game.draw_codes(DRAWN)
    assert category.shape == (DRAWN,)
    assert codes.shape == (DRAWN, 2)
    assert_uniform(codes)
    assert category.unique().tolist() == list(range(CLASSES))
    assert codes.T.corrcoef()[0, 1].abs() < 0.1


def test_infogan_is_fed_noise_then_the_category_then_the_codes():
    game, _ = made("InfoGAN")
    z, category, codes = game.draw_latent(4), torch.tensor([2, 0, 1, 1]), torch.rand(4, 2)
    fed = []
    game.generator.register_forward_pre_hook(lambda module, inputs: fed.append(inputs[0]))
    game.generate(z, category, codes), game.fake(4, category, codes), game.sample(4), game.sample(4)
    assert torch.equal(fed[0], torch.cat([z, torch.eye(CLASSES)[category], codes], dim=1))
    assert torch.equal(fed[1][:, game.latent :], fed[0][:, game.latent :])
    assert not torch.equal(fed[2][:, game.latent :], fed[3][:, game.latent :])


def test_a_normal_code_comes_out_uniform_and_any_code_within_the_cube():
    uniform = Uniform(3)
    spread = torch.tensor([0.01, 1.0, 100.0])
    assert_uniform(uniform(torch.randn(DRAWN, 3) * spread + 7))
    assert uniform(100 * torch.randn(50, 3) ** 3).abs().max() <= 1
    rising = torch.linspace(-3, 3, 20)[:, None].expand(-1, 3)
    assert (uniform(rising).diff(dim=0) > 0).all()  # nothing is lost


def test_a_bigan_encodes_into_the_cube_that_its_noise_comes_from():
    game, _ = made("BiGAN")
    for x in (images(), 100 * images()):
        for code in (game.encoder(x), game.encode(x)):
            assert code.shape == (len(x), game.latent)
            assert code.abs().max() <= 1
    assert not game.encode(images()).requires_grad


def test_alis_code_has_a_spread_and_bigans_none():
    for name, differs in (("ALI", True), ("BiGAN in the plane", False)):
        game, x = made(name)
        assert torch.equal(game.encode(x), game.encode(x)) != differs
    game, x = made("ALI")
    mean, log_std = game.encoder(x[:1]).chunk(2, dim=1)
    codes = game.encode(x[:1].expand(DRAWN, 2))
    assert_normal((codes - mean) / log_std.exp())


# --- samples and labels ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in WITH_NOISE if name != "PixelDA"])  # it has none but of a batch
def test_as_many_samples_as_asked_for_without_a_graph_and_the_game_goes_on_as_before(name):
    game, _ = made(name)
    for train in (True, False):
        game.train(train)
        statistics = [buffer.clone() for buffer in game.generator.buffers()]
        for sample in (game.sample(3), game.shown(3, None)):
            assert len(sample) == 3
            assert not sample.requires_grad
        assert game.generator.training == train
        assert all(torch.equal(a, b) for a, b in zip(game.generator.buffers(), statistics, strict=True))
    assert game.fake(3).requires_grad


@pytest.mark.parametrize("name", ["BiGAN", "pix2pix", "SRGAN", "context encoder", "CycleGAN"])
def test_what_becomes_of_an_image_does_not_depend_on_the_others_and_moves_no_statistic(name):
    """With batch norms in place of networks that have none, as a generator that is given may have."""
    game, batch = made(name)
    x = batch[0] if isinstance(batch, tuple) else batch
    if name == "BiGAN":
        ask, network = game.encode, game.encoder
    else:
        batch_norm = nn.Sequential(nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3))
        ask, network = game.translate, batch_norm
        game.generator = nn.ModuleList([batch_norm]) if name == "CycleGAN" else batch_norm
    statistics = [buffer.clone() for buffer in network.buffers()]
    together = ask(x)
    assert torch.allclose(together[:2], ask(x[:2]), atol=1e-6)
    assert all(torch.equal(a, b) for a, b in zip(network.buffers(), statistics, strict=True))
    assert network.training
    assert not together.requires_grad


@pytest.mark.parametrize("name", WITH_CLASSES)
def test_samples_are_of_the_classes_that_are_asked_for_or_of_all_in_turn(name):
    game, _ = made(name)
    fed = []
    game.generator.register_forward_pre_hook(lambda module, inputs: fed.append(inputs[0][:, game.latent :]))
    asked = torch.tensor([1, 1, 2, 0])
    game.sample(4, asked), game.fake(4, asked), game.generate(game.draw_latent(4), asked), game.sample(7)
    assert [f.argmax(dim=1).tolist() for f in fed] == [asked.tolist()] * 3 + [[0, 1, 2, 0, 1, 2, 0]]
    assert all((f.sum(dim=1) == 1).all() and set(f.unique().tolist()) == {0.0, 1.0} for f in fed)


@pytest.mark.parametrize("name", WITH_CLASSES)
def test_the_discriminator_hears_of_the_class_unless_it_has_to_name_it(name):
    game, (x, label) = made(name)
    given = (lambda c: game.discriminator(x)[0]) if name == "AC-GAN" else (lambda c: game.discriminator(x, c))
    assert torch.equal(given(label), given((label + 1) % CLASSES)) == (name == "AC-GAN")
    assert given(label).shape == (len(x), 1)


# --- who sees how much of a batch ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["GAN", "minibatch", "minibatch std", "VEEGAN", "WGAN"])
def test_only_minibatch_discriminators_notice_that_a_batch_is_less_varied(name):
    game, x = made(name)
    x = torch.cat([x, torch.zeros(len(x), 2)], dim=1) if name == "VEEGAN" else x
    same = x[:1].expand(len(x), -1)
    differs = not torch.allclose(game.discriminator(x)[0], game.discriminator(same)[0], atol=1e-5)
    assert differs == name.startswith("minibatch")


@pytest.mark.parametrize("name", ["minibatch", "minibatch std"])
def test_a_collapsed_generator_is_found_out_by_its_batch_alone(name):
    """Every sample is a possible one, real ones and made ones come from the same points: what tells is the variety."""
    game, _ = made(name)
    optimiser = torch.optim.Adam(game.discriminator.parameters(), lr=3e-2)
    paid = []
    for _ in range(100):
        real, fake = torch.randn(16, 2), torch.randn(1, 2).expand(16, 2)
        loss = nn.functional.softplus(torch.cat([-game.discriminator(real), game.discriminator(fake)])).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        paid.append(loss.item())
    assert sum(paid[-40:]) / 40 < 0.5 < math.log(2)  # which is guessing


@pytest.mark.parametrize(("m", "verdicts"), [(1, 7), (2, 3), (3, 2), (7, 1)])
def test_a_packed_discriminator_says_one_thing_of_every_m_samples(m, verdicts):
    make, batch = SYSTEMS["PacGAN"]
    game = type(make())(m)
    x = batch()
    assert game.discriminator(x).shape == (verdicts, 1)
    swapped = x.clone()
    swapped[0] += 1
    changed = (game.discriminator(swapped) != game.discriminator(x)).flatten()
    assert changed.tolist() == [True] + [False] * (verdicts - 1)


def test_began_keeps_its_balance_between_none_and_one():
    game, x = made("BEGAN")
    game.rate = 1e3
    for gamma, end in ((100.0, 1.0), (0.0, 0.0)):
        game.gamma = gamma
        game.generator_loss(x)
        assert game.k == end


def reconstructing(**options):
    return BEGAN(nn.Linear(2, 2), **options)


NUMBERS = {  # of a system of which nobody says more than its classes
    GAN: {"latent": 2},
    WGAN: {"bound": 0.01},
    WGANGP: {"weight": 10, "one_sided": False},
    WithOnlooker: {"weight": 1},
    reconstructing: {"gamma": 0.5, "rate": 0.001, "k": 0},
    UnrolledGAN: {"k": 5, "step_size": 0.01},
    ALI: {"noise": True},
    DCGAN: {"latent": 100},
    MaxoutGAN: {"latent": 100},
    InfoGAN: {"latent": 62, "classes": 10, "codes": 2, "weight": 1, "std": 0.35},
    BiGAN: {"latent": 12},
    GrowingGAN: {"latent": 64, "gamma": 2, "share": 0.25, "pace": 0},
    StyleGAN: {"latent": 64, "gamma": 2, "share": 0.25, "mixing": 0.9},
    partial(BigGAN, 3): {"latent": 32, "classes": 3, "beta": 1e-4},
    partial(ConditionalGAN, 3): {"latent": 100, "classes": 3},
    partial(SemiSupervisedGAN, 3): {"latent": 100},
    Pix2Pix: {"l1": 100, "adversarial": 1},
    SRGAN: {"l1": 1, "perceptual": 0, "adversarial": 0.01},
    ContextEncoder: {"reconstruction": 1, "adversarial": 0.01},
    CycleGAN: {"cycle": 10, "identity": 5, "adversarial": 1},
}


@pytest.mark.parametrize("make", NUMBERS)
def test_the_papers_numbers_are_what_there_is_if_nobody_says(make):
    game = make()
    assert {name: getattr(game, name) for name in NUMBERS[make]} == NUMBERS[make]
    if isinstance(game, CycleGAN):
        assert [pool.images.shape for pool in game.pools] == [(50 + 1, 3, 32, 32)] * 2


@pytest.mark.parametrize("name", WITH_NOISE)
def test_what_is_drawn_lies_where_the_networks_are(name):
    """The device "meta" is on every machine, and its tensors have no numbers."""
    game = SYSTEMS[name][0]().to("meta")
    drawn = [game.draw_latent(3)]
    drawn += game.draw_codes(3) if name == "InfoGAN" else []
    drawn += [game.all_classes(3)] if name in WITH_CLASSES else []
    assert {x.device.type for x in drawn} == {"meta"}


# --- what the systems of `gancourse train` are fed -------------------------------------------------------------


def numbered(per_class=60, classes=10):
    """Images that carry their number in two pixels, in no order of classes."""
    n = per_class * classes
    x = torch.zeros(n, 1, 4, 4, dtype=torch.uint8)
    x[:, 0, 0, 0], x[:, 0, 0, 1] = torch.arange(n) // 256, torch.arange(n) % 256
    label = torch.arange(n) * 7 % classes
    return Images(x, label, tuple("abcdefghij"[:classes]))


def numbers(x):
    high, low = ((x[:, 0, 0, i] + 1) * 127.5 for i in (0, 1))
    return (256 * high + low).round().long()


@pytest.mark.parametrize(("options", "handed_out"), [({"labelled": 20}, 20), ({}, 100), ({"labelled": 10}, 10)])
def test_few_labels_hands_out_so_many_of_them_evenly_of_every_class(options, handed_out):
    source = numbered()
    seen, unlabelled = {}, set()
    for x, x_labelled, label in itertools.islice(systems.few_labels(source, 64, **options), 60):
        assert len(x) == len(x_labelled) == len(label) == 64
        seen |= dict(zip(numbers(x_labelled).tolist(), label.tolist(), strict=True))
        unlabelled |= set(numbers(x).tolist())
    assert len(seen) == handed_out
    assert torch.tensor(list(seen.values())).bincount().tolist() == [handed_out // 10] * 10
    assert all(label == source.label[number] for number, label in seen.items())
    assert len(unlabelled) > 500  # all images come without labels, more than once


def test_labelled_batches_carry_the_labels_of_their_images():
    source = numbered()
    x, label = next(systems.with_labels(source, 50))
    assert torch.equal(source.label[numbers(x)], label)
    assert len(numbers(next(systems.alone(source, 50)))) == 50


@pytest.mark.parametrize("name", [name for name, system in systems.SYSTEMS.items() if not system.translates])
def test_a_system_is_fed_what_its_losses_take(name):
    system = systems.find(name)
    channels = {"voxels": 16, "video": 12, "video-one-stream": 12}.get(name, 1)
    game = systems.make(name, 16, channels, 4 if name != "maxout" else 10, 10, 2)
    game.spoken = partial(bags, words=2)  # of as few words as there are here
    source, two = numbered(), ("one", "other")
    x = torch.zeros(len(source), channels, 16, 16, dtype=torch.uint8)
    source = Images(x, source.label, source.classes, "black", torch.ones(len(x), 2), two)
    batch = next(system.batches(source, 6))
    assert game.discriminator_loss(batch).isfinite()
    assert game.generator_loss(batch).isfinite()
    assert game.sample(2).shape == (2, channels, 16, 16)


def test_a_system_refuses_data_that_have_not_what_it_needs():
    refuses("no classes", "cgan needs", call=lambda: systems.make("cgan", 16, 1, 4, 0))
    refuses("no attributes", '"faces"', call=lambda: systems.make("attributes", 16, 1, 4, 10))


def test_rates_of_a_system_that_cools_fall_to_zero_and_others_stay():
    for name, last in (("relativistic", 0.0), ("dcgan", 2e-4)):
        optimiser = systems.find(name).optimisers(10)[0]([nn.Parameter(torch.ones(1))])
        for _ in range(10):
            optimiser.step()
        assert optimiser.param_groups[0]["lr"] == last
        assert not hasattr(systems.find(name).optimisers()[0]([nn.Parameter(torch.ones(1))]), "played")
    assert systems.find("relativistic").optimisers(10)[1]([nn.Parameter(torch.ones(1))]).defaults["betas"] == (0, 0.99)


# --- attributes -------------------------------------------------------------------------------------------------


def test_attributes_that_nobody_asks_for_are_there_or_not_evenly():
    drawn = made("attributes")[0].any_attributes(DRAWN)
    assert set(drawn.unique().tolist()) == {-1.0, 1.0}
    assert (drawn.mean(dim=0).abs() < 5 / math.sqrt(DRAWN)).all()
    assert drawn.T.corrcoef().triu(1).abs().max() < 5 / math.sqrt(DRAWN)


def test_attributes_stand_behind_z_and_those_asked_for_are_given():
    game, _ = made("attributes")
    asked = torch.tensor([[1.0, -1.0, 1.0], [-1.0, -1.0, 1.0]])
    fed = []
    game.generator.register_forward_pre_hook(lambda module, inputs: fed.append(inputs[0]))
    x = game.sample(2, asked)
    z = fed[0][:, : game.latent]
    assert torch.equal(fed[0][:, game.latent :], asked)
    assert not x.requires_grad
    assert torch.equal(game.generate(z, asked), x)
    game.sample(5)
    assert set(fed[-1][:, game.latent :].unique().tolist()) == {-1.0, 1.0}


def test_pairs_that_are_compared_have_the_same_attributes():
    game, (x, given) = made("attributes")
    asked = []
    game.discriminator.register_forward_pre_hook(lambda module, inputs: asked.append(inputs[1]))
    game.discriminator_loss((x, given))
    game.generator_loss((x, given))
    game.logits((x, given))
    assert all(torch.equal(told, given[: len(told)]) for told in asked)
    assert sorted(map(len, asked)) == [4, 4, 7, 7, 7, 7, 7, 7]  # two penalties, and three times two sides
