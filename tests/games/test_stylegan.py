"""StyleGAN against Karras et al. 2019: AdaIN, which layer is told what, noise, mixing, truncation."""

import pytest
import torch

from gancourse.games.stylegan import Generator, StyleGAN, adain, mix_styles, truncate

SMALL = {"size": 16, "channels": 1, "width": 4, "latent": 5, "depth": 2}


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


def stirred(game):
    """With styles and noise that do something."""
    with torch.no_grad():
        for p in game.parameters():
            p.add_(0.3 * torch.randn_like(p))
    return game


def test_adain_gives_every_channel_the_mean_and_spread_of_the_style():
    x, scale, shift = 3 + 5 * torch.randn(4, 3, 6, 6), torch.randn(4, 3), torch.randn(4, 3)
    out = adain(x, scale, shift)
    assert torch.allclose(out.mean(dim=(2, 3)), shift, atol=1e-5)
    assert torch.allclose(out.std(dim=(2, 3), correction=0), scale.abs(), atol=1e-4)
    assert torch.allclose(out, adain(7 * x - 2, scale, shift), atol=1e-4)  # whatever they were before
    upside_down = adain(x, -scale, shift)
    assert torch.allclose(out - shift[:, :, None, None], shift[:, :, None, None] - upside_down, atol=1e-5)
    assert adain(torch.ones(1, 1, 2, 2), torch.ones(1, 1), torch.zeros(1, 1)).isfinite().all()


def test_the_first_layers_get_the_first_style_and_the_rest_the_other():
    w, other = torch.zeros(3, 2), torch.ones(3, 2)
    told = mix_styles(w, other, torch.tensor([0, 2, 4]), 4)
    assert told.shape == (3, 4, 2)
    assert told[:, :, 0].tolist() == [[1, 1, 1, 1], [0, 0, 1, 1], [0, 0, 0, 0]]
    assert mix_styles(w, other, 1, 4)[:, :, 1].tolist() == [[0, 1, 1, 1]] * 3


def test_truncation_is_a_straight_line_to_the_mean():
    w, mean = torch.randn(4, 5), torch.randn(1, 5)
    assert torch.equal(truncate(w, mean, 0.0), mean.expand(4, -1))
    assert torch.allclose(truncate(w, mean, 1.0), w)
    assert torch.allclose(truncate(w, mean, 0.5), (w + mean) / 2)
    assert torch.allclose(truncate(w, mean, -1.0), 2 * mean - w)


def test_a_style_reaches_its_own_layer_and_the_later_ones():
    generator = stirred(Generator(**SMALL))
    styles, noise = torch.randn(1, 6, 5), generator.draw_noise(1)
    seen = {}
    for i, layer in enumerate(generator.layers):
        layer.register_forward_hook(lambda module, inputs, out, i=i: seen.__setitem__(i, out.detach()))
    generator.synthesise(styles, noise)
    before = dict(seen)
    changed = styles.clone()
    changed[:, 3] += 1
    generator.synthesise(changed, noise)
    assert [not torch.equal(seen[i], before[i]) for i in range(6)] == [False] * 3 + [True] * 3
    assert generator.sides == [4, 4, 8, 8, 16, 16]


def test_noise_is_new_each_time_unless_given_and_can_be_left_out():
    game = stirred(StyleGAN(**SMALL))
    z = torch.randn(2, 5)
    styles, noise = game.generator.everywhere(game.generator.mapping(z)), game.generator.draw_noise(2)
    assert [n.shape for n in noise] == [(2, 1, s, s) for s in (4, 4, 8, 8, 16, 16)]
    assert not torch.equal(game.generate(z), game.generate(z))
    assert torch.equal(game.draw(styles, noise), game.draw(styles, noise))
    silent = stirred(StyleGAN(**SMALL, noise=False))
    assert torch.equal(silent.generate(z), silent.generate(z))
    fresh = StyleGAN(**SMALL)  # strengths begin at zero
    assert torch.equal(fresh.generate(z), fresh.generate(z))


def test_the_image_begins_with_a_constant_and_a_norm_takes_away_its_scale():
    generator = Generator(**SMALL)
    assert generator.constant.shape == (1, 16, 4, 4)
    first, noise = generator.layers[0], torch.zeros(1, 1, 4, 4)
    w = torch.randn(1, 5)
    a, b = (first(factor * generator.constant, w, noise) for factor in (1.0, 3.0))
    assert torch.allclose(a, b, atol=1e-4)


def test_in_training_a_share_has_two_styles_and_samples_have_one():
    game, calls = StyleGAN(**SMALL, mixing=0.5), []
    game.generator.register_forward_pre_hook(lambda module, inputs: calls.append(inputs))
    game.fake(400)
    z, other, crossover = calls.pop()
    assert z.shape == other.shape == (400, 5)
    assert not torch.equal(z, other)
    counts = crossover.bincount(minlength=7)
    assert counts[6] == pytest.approx(200, abs=50)  # of one style; five standard deviations
    assert counts[0] == 0
    assert counts[1:6].min() > 15
    game.sample(3)
    assert len(calls.pop()) == 1
    game = StyleGAN(**SMALL, mixing=0.0)
    game.generator.register_forward_pre_hook(lambda module, inputs: calls.append(inputs))
    game.fake(3)
    assert len(calls.pop()) == 1


def test_mixing_within_training_is_mix_styles():
    generator = stirred(Generator(**SMALL, noise=False))
    z, other, crossover = torch.randn(3, 5), torch.randn(3, 5), torch.tensor([1, 3, 6])
    mixed = generator(z, other, crossover)
    assert torch.allclose(mixed[2], generator(z)[2], atol=1e-6)
    by_hand = mix_styles(generator.mapping(z), generator.mapping(other), crossover, 6)
    assert torch.equal(mixed, generator.synthesise(by_hand))
    assert not torch.allclose(mixed[0], generator(z)[0])


def test_the_mean_style_is_the_mean_of_what_the_mapping_says_and_always_the_same():
    game = stirred(StyleGAN(**SMALL))
    assert torch.equal(game.mean_style(500), game.mean_style(500))
    w = game.generator.mapping(torch.randn(20_000, 5))
    assert torch.allclose(game.mean_style(20_000), w.mean(dim=0, keepdim=True), atol=0.05)
    assert game.mean_style().shape == (1, 5)
    assert not game.mean_style().requires_grad


def test_z_itself_can_be_told_to_the_layers():
    generator = Generator(**SMALL | {"depth": 0})
    z = torch.randn(2, 5)
    assert torch.allclose(generator.mapping(z), z / z.square().mean(dim=1, keepdim=True).sqrt(), atol=1e-5)
