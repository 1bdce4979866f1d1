"""The systems of lectures 05 to 07: what is new in each does what its paper says."""

import copy
import warnings
from functools import partial

import numpy as np
import pytest
import torch
from scipy.stats import norm
from torch import nn

from gancourse.data.worlds import words
from gancourse.data.worlds.mixtures import grid, ring
from gancourse.divergence import wasserstein_lp
from gancourse.games import losses
from gancourse.games import words as word_networks
from gancourse.games.ali import ALI
from gancourse.games.began import BEGAN
from gancourse.games.gan import GAN, mlp, small_discriminator
from gancourse.games.minibatch import MinibatchDiscrimination, MinibatchGAN, MinibatchStd, MinibatchStdGAN
from gancourse.games.pacgan import PacGAN, Packed
from gancourse.games.unrolled import UnrolledGAN
from gancourse.games.veegan import VEEGAN
from gancourse.games.wgan import WGAN, WGANGP, normalise_spectrum
from gancourse.metrics.distances import mode_coverage
from gancourse.training.loop import ADAM, cooled, train

SYSTEMS = {
    "GAN": GAN,
    "least squares": partial(GAN, loss=losses.least_squares()),
    "hinge": partial(GAN, loss=losses.hinge()),
    "minibatch": MinibatchGAN,
    "minibatch std": MinibatchStdGAN,
    "unrolled": UnrolledGAN,
    "ALI": ALI,
    "BiGAN": partial(ALI, noise=False),
    "VEEGAN": VEEGAN,
    "PacGAN3": partial(PacGAN, 3),
    "WGAN": WGAN,
    "WGAN-GP": WGANGP,
    "BEGAN": lambda: BEGAN(nn.Sequential(mlp(2, 16, 1), mlp(1, 16, 2))),
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_system_plays_by_the_one_loop(name):
    torch.manual_seed(0)
    game = SYSTEMS[name]()
    before = copy.deepcopy(game.state_dict())
    history = train(game, ring().batches(24), 6, snapshots=3, progress=False)
    assert history.losses().isfinite().all()
    assert game.sample(10).shape == (10, 2)
    assert all(s.real_logits.shape[0] for s in history.snapshots)
    moved = {key.split(".")[0] for key, value in game.state_dict().items() if not torch.equal(value, before[key])}
    assert {"generator", "discriminator"} <= moved
    assert all(p.requires_grad for p in game.parameters())


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_two_players_share_no_parameter(name):
    discriminator, generator = SYSTEMS[name]().players()
    assert discriminator
    assert generator
    assert not set(map(id, discriminator)) & set(map(id, generator))


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_discriminators_loss_does_not_reach_the_generator(name):
    """A forgotten detach would also cost time: the generator's graph would be walked for nothing."""
    torch.manual_seed(0)
    game = SYSTEMS[name]()
    _, generator = game.players()
    game.discriminator_loss(ring().sample(12)).backward()
    assert all(p.grad is None for p in generator)


def test_a_plain_gan_learns_one_gaussian():
    """The middle one of three seeds, whose rates fall to zero: any single run may end in the middle of a swing."""
    mean, spread, errors = torch.tensor([2.0, -1.0]), 0.5, []
    for seed in range(3):
        torch.manual_seed(seed)
        game = GAN()
        data = (mean + spread * torch.randn(128, 2) for _ in iter(int, 1))
        optimiser = (cooled(ADAM, 1200), cooled(ADAM, 600))
        train(game, data, 600, optimiser=optimiser, discriminator_steps=2, progress=False)
        made = game.sample(2000)
        errors.append([(made.mean(dim=0) - mean).abs().max(), (made.std(dim=0) - spread).abs().max()])
    assert torch.tensor(errors).median(dim=0).values.max() < 0.25


@pytest.mark.parametrize("system", [ALI, partial(ALI, False), VEEGAN])
def test_pairs_may_be_of_samples_and_codes_of_any_dimensions(system):
    game = system(dimensions=3, latent=5, generator=mlp(5, 8, 3))
    x = torch.randn(6, 3)
    assert (game.reconstructor(x) if system is VEEGAN else game.encode(x)).shape == (6, 5)
    assert game.discriminator_loss(x).isfinite() and game.generator_loss(x).isfinite()


def test_began_has_the_auto_encoder_that_it_is_given():
    auto_encoder = nn.Linear(2, 2)
    game = BEGAN(auto_encoder, latent=3)
    assert game.discriminator is auto_encoder
    assert game.draw_latent(1).shape == (1, 3)


# --- what is new ---------------------------------------------------------------------------------------------


def test_a_pack_is_m_consecutive_samples_side_by_side():
    seen = []
    packed = Packed(lambda x: seen.append(x) or x.sum(dim=1), 3)
    packed(torch.arange(14.0).reshape(7, 2))
    assert seen[0].tolist() == [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]


def test_minibatch_discrimination_is_the_papers_sum():
    torch.manual_seed(0)
    layer, f = MinibatchDiscrimination(5, kernels=3, size=2), torch.randn(4, 5)
    m = layer.project(f).reshape(4, 3, 2)
    expected = torch.zeros(4, 3)
    for i in range(4):
        for j in range(4):
            if i != j:
                expected[i] += torch.exp(-(m[i] - m[j]).abs().sum(dim=1))
    torch.testing.assert_close(layer(f), torch.cat([f, expected], dim=1))


def test_the_minibatch_deviation_is_zero_where_all_samples_agree():
    f = torch.randn(1, 5).expand(8, 5)
    assert MinibatchStd()(f)[:, -1].max() < 1e-3  # but for what keeps its slope finite
    spread = torch.tensor([[0.0, 0.0], [2.0, 4.0]])
    assert MinibatchStd()(spread)[:, -1].tolist() == pytest.approx([1.5, 1.5])


def unrolled(k, seed=0, **options):
    torch.manual_seed(seed)
    return UnrolledGAN(k=k, **options).double()


def test_unrolled_by_no_step_is_the_plain_gan():
    x = ring().sample(16).double()
    games = unrolled(0), unrolled(3, step_size=0.0)
    values = []
    for game in games:
        torch.manual_seed(1)
        value = game.generator_loss(x)
        assert game.k == 0 or value.isfinite()
        values.append(value.item())
    torch.manual_seed(1)
    assert values[0] == pytest.approx(games[0].loss.generator(games[0].discriminator(games[0].fake(16))).item())


def test_the_unrolled_gradient_passes_through_the_imagined_steps():
    """Against finite differences of the loss as a function of the generator's bias."""
    x, game = ring().sample(16).double(), unrolled(2, step_size=0.1)
    bias = game.generator[-1].bias

    def value():
        torch.manual_seed(1)
        return game.generator_loss(x)

    (slope,) = torch.autograd.grad(value(), bias)
    h, numeric = 1e-6, torch.zeros_like(bias)
    for i in range(len(bias)):
        for sign in (1, -1):
            with torch.no_grad():
                bias[i] += sign * h
            numeric[i] += sign * value().item() / (2 * h)
            with torch.no_grad():
                bias[i] -= sign * h
    torch.testing.assert_close(slope, numeric, rtol=1e-5, atol=1e-8)


def test_unrolling_leaves_the_discriminator_as_it_is():
    game = unrolled(3)
    before = copy.deepcopy(game.discriminator.state_dict())
    game.generator_loss(ring().sample(8).double()).backward()
    assert all(torch.equal(value, before[name]) for name, value in game.discriminator.state_dict().items())


def test_alis_encoder_and_generator_are_both_paid_for_fooling_the_discriminator():
    """Where D is sure of both kinds of pairs, both forgers pay; where it is fooled about both, neither does."""

    class Judge(nn.Module):
        """Says 20 of the first pairs it is shown, those of real samples, and −20 of the next; or the reverse."""

        def __init__(self, sure):
            super().__init__()
            self.answers = iter([20.0, -20.0] if sure else [-20.0, 20.0])

        def forward(self, pair):
            return next(self.answers) + 0 * pair[:, :1]

    game = ALI()
    for sure, loss in ((True, 40.0), (False, 0.0)):
        game.discriminator = Judge(sure)
        assert game.generator_loss(ring().sample(8)).item() == pytest.approx(loss, abs=1e-6)


def test_veegans_reconstructor_learns_by_reconstruction_alone():
    torch.manual_seed(0)
    game = VEEGAN()
    game.discriminator = small_discriminator(4)
    with torch.no_grad():
        for p in game.discriminator.parameters():
            p.mul_(1000)  # whatever D says, F does not listen
    x = ring().sample(16)
    torch.manual_seed(1)
    game.generator_loss(x).backward()
    loud = game.reconstructor[-1].bias.grad.clone()
    game.zero_grad()
    torch.manual_seed(1)
    z = game.draw_latent(16)
    ((z - game.reconstructor(game.generator(z))) ** 2).sum(dim=1).mean().backward()
    torch.testing.assert_close(game.reconstructor[-1].bias.grad, loud)


def test_a_clipped_critic_is_in_its_box_whenever_it_is_asked():
    torch.manual_seed(0)
    game = WGAN(bound=0.05)
    for loss in (game.discriminator_loss, game.generator_loss):
        with torch.no_grad():
            game.discriminator[0].weight.fill_(3.0)
        loss(ring().sample(8))
        assert max(p.abs().max() for p in game.discriminator.parameters()) <= 0.05


def test_a_spectrally_normalised_critic_is_1_lipschitz():
    torch.manual_seed(0)
    critic = normalise_spectrum(mlp(2, 64, 64, 1)).double()
    for layer in critic:
        if isinstance(layer, nn.Linear):
            with torch.no_grad():
                layer.parametrizations.weight.original.mul_(50)
    for _ in range(100):  # the power iteration goes on in training mode
        critic(torch.zeros(1, 2).double())
    x, y = 5 * torch.randn(2, 500, 2).double()
    slope = (critic(x) - critic(y)).abs().squeeze() / (x - y).norm(dim=1)
    assert 0.05 < slope.max() <= 1.0 + 1e-6


def test_begans_controller_follows_its_rule():
    torch.manual_seed(0)
    game = BEGAN(nn.Linear(2, 2), gamma=0.5, rate=0.1)
    x, k = ring().sample(64), 0.0
    for _ in range(5):
        fake_error = game.generator_loss(x).item()
        real_error = game.reconstruction(x).mean().item()
        k = float(np.clip(k + 0.1 * (0.5 * real_error - fake_error), 0, 1))
        assert game.k.item() == pytest.approx(k, abs=1e-6)
        assert game.convergence.item() == pytest.approx(real_error + abs(0.5 * real_error - fake_error), rel=1e-5)
    assert "k" in game.state_dict(), "the balance is kept with the weights"


# --- worlds and counting -------------------------------------------------------------------------------------


def test_the_ring_has_eight_different_modes_and_the_grid_twenty_five():
    assert len(torch.unique(ring().centres.round(decimals=4), dim=0)) == 8
    assert torch.allclose(ring().centres.norm(dim=1), torch.ones(8))
    assert sorted({round(v, 4) for v in grid().centres.flatten().tolist()}) == [-4, -2, 0, 2, 4]


@pytest.mark.parametrize("world", [ring(), grid()])
def test_a_standardised_world_has_unit_spread_and_counts_the_same(world):
    small = world.standardised()
    torch.manual_seed(0)
    assert small.sample(200_000).std(dim=0) == pytest.approx([1, 1], abs=0.01)
    torch.manual_seed(1)
    x = world.sample(2500)
    scale = small.std / world.std
    assert mode_coverage(x, world.centres, world.std) == mode_coverage(scale * x, scale * world.centres, small.std)


def test_modes_are_counted_as_pacgan_does():
    centres = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    samples = np.array([[0.1, 0], [0.2, 0], [2.9, 0], [3.1, 0], [10, 0.5], [5, 5]])
    captured, high_quality, reverse_kl = mode_coverage(samples, centres, std=1.0)
    assert (captured, high_quality) == (2, pytest.approx(4 / 6))
    assert reverse_kl == pytest.approx(0.75 * np.log(0.75 * 3) + 0.25 * np.log(0.25 * 3))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(mode_coverage([[5.0, 5.0]], centres, 1.0).reverse_kl)
    within = mode_coverage([[1.5, 0.0], [8.5, 0.0], [2.0, 0.0]], centres, std=0.5)
    assert within[:2] == (2, pytest.approx(2 / 3)), "three deviations are within"


@pytest.mark.parametrize(
    ("samples", "says"),
    [
        (np.zeros((0, 2)), "samples are empty"),
        ([[np.nan, 0]], "samples are not all finite"),
        (np.zeros((4, 3)), r"they need \(n, 2\)"),
    ],
)
def test_samples_that_cannot_be_counted_are_refused(samples, says):
    with pytest.raises(ValueError, match=says):
        mode_coverage(samples, np.zeros((3, 2)), 1.0)


def test_words_survive_being_encoded():
    assert len(words.WORDS) == len(set(words.WORDS)) > 1000
    assert all(4 <= len(word) <= 6 for word in words.WORDS)
    assert words.decode(words.encode(words.WORDS)) == words.WORDS
    assert words.letter_statistics(["abba"]) == {" a": 1, "ab": 1, "bb": 1, "ba": 1, "a ": 1}


def test_the_word_networks_fit_the_words():
    x = words.encode(words.WORDS[:3])
    assert word_networks.reader()(x).shape == (3, 1)
    made = word_networks.writer()(torch.randn(5, word_networks.LATENT))
    assert made.shape == (5, *x.shape[1:])
    torch.testing.assert_close(made.sum(dim=2), torch.ones(5, x.shape[1]))


@pytest.mark.parametrize("seed", range(3))
def test_a_tenth_is_noise_in_distances_of_512_points_on_the_ring(seed):
    torch.manual_seed(10 + seed)
    world = ring()
    assert 0.04 < world.distance(world.sample(512)) < 0.1


@pytest.mark.parametrize("seed", range(3))
def test_letters_at_random_seldom_look_like_words_and_words_left_out_often_do(seed):
    rng = np.random.default_rng(seed)
    letters = list("".join(words.WORDS))
    jumbled = ["".join(rng.choice(letters, len(word))) for word in words.WORDS]
    left_out = words.WORDS[seed::10]
    assert words.share_plausible(jumbled, words.WORDS) < 0.05
    assert 0.4 < words.share_plausible(left_out, sorted(set(words.WORDS) - set(left_out))) < 0.6


@pytest.mark.parametrize("seed", range(3))
def test_points_strewn_over_the_square_are_about_two_per_cent_of_high_quality(seed):
    torch.manual_seed(seed)
    world = grid()
    low, high = world.centres.min(), world.centres.max()
    strewn = low + (high - low) * torch.rand(10_000, 2)
    assert 0.013 < mode_coverage(strewn, world.centres, world.std).high_quality < 0.023


class TwoBumps(nn.Module):
    """A generator of bumps at -2 and 3 that does not learn."""

    def __init__(self):
        super().__init__()
        self.nothing = nn.Parameter(torch.zeros(()))  # the loop wants something to move

    def forward(self, z):
        return torch.where(z[:, :1] < 0, -2.0, 3.0) + 0.4 * z[:, 1:] + 0 * self.nothing


def on_a_line(seed, system, bounded=lambda d: d, **options):
    """Train a critic of the two bumps against two others: the game, the critic's estimate of W₁ over the exact one, and
    its slopes where there are samples."""

    def real():
        while True:
            yield torch.where(torch.rand(256, 1) < 0.5, -1.0, 1.0) + 0.4 * torch.randn(256, 1)

    torch.manual_seed(seed)
    game = system(generator=TwoBumps(), discriminator=bounded(mlp(1, 64, 64, 64, 1)), **options)
    train(game, real(), 600, progress=False)
    x = np.linspace(-4, 5, 181)
    p, q = (norm.pdf(x, a, 0.4) + norm.pdf(x, b, 0.4) for a, b in ((-1, 1), (-2, 3)))
    p, q = p / p.sum(), q / q.sum()
    f = game.discriminator(torch.tensor(x, dtype=torch.float32)[:, None]).detach().numpy().ravel()
    slopes = np.abs(np.diff(f) / np.diff(x))[(p + q)[1:] > 0.001]
    return game, (p - q) @ f / wasserstein_lp(p, q, np.abs(x[:, None] - x)).cost, slopes


three_starts = pytest.mark.parametrize("seed", range(3))


@three_starts
def test_a_clipped_critic_is_too_steep_and_its_weights_lie_at_the_edges_of_the_box(seed):
    game, _, slopes = on_a_line(seed, WGAN, bound=0.1)
    assert np.median(slopes) > 1.5 and slopes.max() > 2.5
    weights = torch.cat([w.flatten() for name, w in game.discriminator.named_parameters() if "weight" in name])
    assert (weights.abs() > 0.0999).float().mean() > 0.5


@three_starts
def test_a_penalised_critic_has_the_slope_and_on_part_of_the_line_the_wrong_direction(seed):
    _, estimate, slopes = on_a_line(seed, WGANGP)
    assert np.median(slopes) == pytest.approx(1, abs=0.1)
    assert estimate < 0.5


@three_starts
def test_a_critic_that_is_only_charged_for_steep_slopes_finds_the_tent(seed):
    assert 1 < on_a_line(seed, WGANGP, one_sided=True)[1] < 1.15


@three_starts
def test_spectral_normalisation_is_never_too_steep_and_seldom_steep_enough(seed):
    _, estimate, slopes = on_a_line(seed, GAN, normalise_spectrum, loss=losses.wasserstein())
    assert slopes.max() < 1
    assert estimate < 0.8
