"""Each family against what is known without it: sums over all x, integrals, a Gaussian whose terms are all known."""

import itertools
import math

import numpy as np
import pytest
import torch
from scipy.stats import norm

from gancourse.codes.autoencoder import fit
from gancourse.families.autoregressive import Autoregressive
from gancourse.families.diffusion import Diffusion
from gancourse.families.flow import Flow
from gancourse.families.vae import VAE


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


def disturb(model, amount):
    for parameter in model.parameters():
        parameter.data += amount * torch.randn_like(parameter)
    return model


# --- autoregressive ---------------------------------------------------------------------------------------------------


def everything(length, levels):
    return torch.tensor(list(itertools.product(range(levels), repeat=length)))


def test_probabilities_of_all_sequences_sum_to_one():
    model = disturb(Autoregressive(4, 3, hidden=20), 1.0)
    assert model.log_likelihood(everything(4, 3)).exp().sum().item() == pytest.approx(1, abs=1e-5)


def test_no_factor_sees_its_own_symbol_or_a_later_one_and_all_earlier_count():
    model = disturb(Autoregressive(5, 3, hidden=40), 1.0)
    x = torch.randint(3, (1, 5))
    before = model(x)
    for place in range(5):
        other = x.clone()
        other[0, place] = (x[0, place] + 1) % 3
        moved = (model(other) - before).abs().sum(dim=2)[0] > 1e-6
        assert moved.tolist() == [t > place for t in range(5)]


def test_samples_are_distributed_as_the_model_says():
    model = disturb(Autoregressive(2, 3, hidden=10), 1.0)
    drawn = model.sample(20_000)
    share = torch.bincount(3 * drawn[:, 0] + drawn[:, 1], minlength=9) / 20_000
    np.testing.assert_allclose(share, model.log_likelihood(everything(2, 3)).exp().detach(), atol=0.015)


def test_what_is_given_is_kept_and_a_wrong_shape_is_named():
    model = Autoregressive(4, 3, hidden=10)
    given = torch.tensor([[2, 1], [0, 2]])
    assert torch.equal(model.sample(2, given)[:, :2], given)
    with pytest.raises(ValueError, match=r"\(2, 5\); it needs \(2, at most 4\)"):
        model.sample(2, torch.zeros(2, 5, dtype=torch.long))


def test_a_rule_of_text_is_learned():
    x = torch.tensor([[0, 1, 2, 0], [1, 2, 0, 1], [2, 0, 1, 2]])  # each follows from the one before it
    model = Autoregressive(4, 3, hidden=20)
    fit(model, x, 300, batch=16, lr=0.03)
    assert model.log_likelihood(x).mean().item() == pytest.approx(-math.log(3), abs=0.05)


# --- flow -------------------------------------------------------------------------------------------------------------


def test_a_flow_is_inverted_and_its_change_of_volume_is_that_of_autograd():
    model = disturb(Flow(3, couplings=4, hidden=8), 0.3)
    z = torch.randn(5, 3)
    x = model.decode(z)
    back, change = model.encode(x)
    torch.testing.assert_close(back, z, atol=1e-4, rtol=1e-4)
    for i in range(5):
        jacobian = torch.autograd.functional.jacobian(lambda one: model.encode(one[None])[0][0], x[i])
        assert change[i].item() == pytest.approx(jacobian.det().abs().log().item(), abs=1e-4)


def test_a_flows_density_integrates_to_one():
    model = disturb(Flow(2, couplings=4, hidden=8), 0.2)
    axis = torch.linspace(-12, 12, 400)
    density = model.log_likelihood(torch.cartesian_prod(axis, axis)).exp()
    assert density.sum().item() * (axis[1] - axis[0]).item() ** 2 == pytest.approx(1, abs=0.02)


def test_every_coordinate_can_be_changed():
    model = disturb(Flow(2, couplings=2, hidden=8), 0.5)
    z = torch.randn(4, 2)
    assert ((model.decode(z) - z).abs() > 1e-3).all()


# --- variational autoencoder ------------------------------------------------------------------------------------------


def linear_vae():
    """G(z) = 2z, σ = 0.5, with an encoder that is the true posterior: log p(x) and the bound are known."""
    model = VAE((1, 1))
    with torch.no_grad():
        model.log_std.fill_(math.log(0.5))
        model.decoder[0].weight.fill_(2.0), model.decoder[0].bias.zero_()
        precision = 1 + 4 / 0.25
        model.encoder[0].weight.copy_(torch.tensor([[2 / 0.25 / precision], [0.0]]))
        model.encoder[0].bias.copy_(torch.tensor([0.0, -0.5 * math.log(precision)]))
    return model


def test_with_the_true_posterior_the_bound_is_the_likelihood():
    model, x = linear_vae(), torch.linspace(-3, 3, 5)[:, None]
    true = norm(0, math.sqrt(4.25)).logpdf(x[:, 0])
    bounds = model.bound(x.repeat(20_000, 1)).view(20_000, 5).mean(dim=0)
    np.testing.assert_allclose(bounds.detach(), true, atol=0.03)
    np.testing.assert_allclose(model.log_likelihood(x), true, atol=1e-4)


def test_with_a_wrong_posterior_the_bound_is_below_and_importance_sampling_nearer():
    model, x = linear_vae(), torch.tensor([[1.5]])
    true = norm(0, math.sqrt(4.25)).logpdf(1.5)
    with torch.no_grad():
        model.encoder[0].bias[0] += 0.2
    bound = model.bound(x.repeat(20_000, 1)).mean().item()
    closer = model.log_likelihood(x, draws=5000).item()
    assert bound < true - 0.2 and abs(closer - true) < 0.1


def test_samples_of_a_vae_have_its_spread():
    x = linear_vae().sample(20_000)
    assert x.std().item() == pytest.approx(math.sqrt(4.25), rel=0.02) and x.mean().item() == pytest.approx(0, abs=0.05)


# --- diffusion --------------------------------------------------------------------------------------------------------


def of_normal_data(steps=100):
    """With the network that is right if x is standard normal: then x_t is, too, and ε is guessed as √(1 − ᾱ) x_t."""
    model = Diffusion(2, hidden=4, steps=steps)
    model.noise = lambda x, t: (1 - model.kept[t]).sqrt()[:, None] * x
    return model


def test_noise_is_added_as_much_as_it_says_and_at_the_end_nothing_is_left():
    model, x = Diffusion(steps=50), torch.full((20_000, 2), 3.0)
    t = torch.full((20_000,), 20)
    noisy = model.noised(x, t, torch.randn_like(x))
    kept = torch.prod(1 - model.beta[:21]).item()
    assert noisy.mean().item() == pytest.approx(3 * math.sqrt(kept), abs=0.02)
    assert noisy.var().item() == pytest.approx(1 - kept, rel=0.03)
    assert model.kept[-1] < 1e-4 and (model.kept.diff() < 0).all()


def test_the_bound_is_the_likelihood_of_normal_data():
    x = torch.randn(4000, 2)
    true = norm.logpdf(x).sum(axis=1).mean()
    found = of_normal_data().log_likelihood(x).mean().item()
    assert true - 0.05 < found < true + 0.05
    worse = of_normal_data()
    worse.noise = lambda x, t: 0 * x
    assert worse.log_likelihood(x).mean().item() < true - 0.5


def test_a_perfect_network_ends_in_normal_data_by_chance_and_without():
    model = of_normal_data()
    drawn, decoded = model.sample(20_000), model.decode(torch.randn(20_000, 2))
    assert drawn.std().item() == pytest.approx(1, rel=0.03) and decoded.std().item() == pytest.approx(1, rel=0.03)
    z = torch.randn(5, 2)
    assert torch.equal(model.decode(z), model.decode(z)), "nothing is drawn"


def test_every_step_can_be_watched():
    seen = []
    x = of_normal_data(10).sample(3, watch=lambda t, x: seen.append((t, x)))
    assert [t for t, _ in seen] == list(range(10, -1, -1)) and torch.equal(seen[-1][1], x)


# --- all --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", [VAE((2, 32, 2)), Flow(couplings=2, hidden=16), Diffusion(hidden=32, steps=20)])
def test_training_raises_the_likelihood_and_samples_come_nearer(family):
    torch.manual_seed(0)
    x = torch.randn(2000, 2) * 0.3 + torch.tensor([1.0, -1.0])
    before = family.log_likelihood(x).mean().item()
    fit(family, x, 300, lr=5e-3)
    assert family.log_likelihood(x).mean().item() > before + 0.5
    np.testing.assert_allclose(family.sample(2000).mean(dim=0), [1, -1], atol=0.25)
