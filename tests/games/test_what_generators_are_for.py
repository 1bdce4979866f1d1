"""The systems and methods of lecture 15: what is new in each does what its paper says."""

import math

import pytest
import torch
from torch import nn

from gancourse.games import voxels
from gancourse.games.ascent import code_ascent, log_share, pixel_ascent, slope
from gancourse.games.captions import code_divergence, matching_aware_loss
from gancourse.games.editing import attribute_direction, directions_without_labels, fitted_encoder, invert
from gancourse.games.video import VideoGAN, film, first_volume, laid
from gancourse.games.voxels import VoxelGAN, seen
from gancourse.metrics.features import Classifier
from small_systems import made


def refuses(*words, call):
    """The call ends in an error with these words."""
    with pytest.raises(ValueError) as refused:
        call()
    assert all(word in str(refused.value) for word in words), refused.value


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


# --- text to image ---------------------------------------------------------------------------------------------


def test_matching_aware_loss_counts_right_pairs_once_and_either_wrong_one_by_half():
    sigma = torch.sigmoid
    real, mismatched, fake = torch.randn(3, 50, 1, dtype=torch.float64)
    expected = -(sigma(real).log() + (1 - sigma(mismatched)).log() / 2 + (1 - sigma(fake)).log() / 2).mean()
    assert matching_aware_loss(real, mismatched, fake) == pytest.approx(float(expected))
    assert matching_aware_loss(*torch.zeros(3, 4)) == pytest.approx(2 * math.log(2))
    assert matching_aware_loss(torch.tensor(1e4), torch.tensor(-1e4), torch.tensor(-1e4)) == 0


def test_matching_aware_gradients_teach_d_to_read():
    logits = [torch.zeros(4, requires_grad=True) for _ in range(3)]
    slopes = torch.autograd.grad(matching_aware_loss(*logits), logits)
    for got, wanted in zip(slopes, (-0.5, 0.25, 0.25), strict=True):
        assert torch.allclose(got, torch.full((4,), wanted / 4))


def test_code_divergence_is_that_of_two_gaussians():
    mean, log_variance = torch.randn(2, 30, 5, dtype=torch.float64)
    those = torch.distributions.Normal(mean, (log_variance / 2).exp())
    expected = torch.distributions.kl_divergence(those, torch.distributions.Normal(0.0, 1.0)).mean()
    assert code_divergence(mean, log_variance) == pytest.approx(float(expected))
    assert code_divergence(torch.zeros(3, 2), torch.zeros(3, 2)) == 0


def test_a_caption_is_followed_by_z_and_words_alone_and_samples_differ_by_more():
    game, (_, bag) = made("captions")
    z = game.draw_latent(len(bag))
    assert torch.equal(game.generate(z, bag), game.generate(z, bag))
    assert not torch.equal(game.generate(z, bag), game.generate(z, -bag))
    assert not torch.equal(game.sample(len(bag), bag), game.sample(len(bag), bag))


def test_d_is_shown_every_real_image_with_another_caption():
    game, (x, bag) = made("captions")
    shown = []
    game.discriminator.register_forward_pre_hook(lambda module, inputs: shown.append(inputs))
    game.discriminator_loss((x, bag))
    others = [c for v, c in shown if torch.equal(v, x) and not torch.equal(c, bag)]
    assert len(others) == 1
    assert torch.equal(others[0], torch.cat([bag[-1:], bag[:-1]]))


# --- solids and clips ------------------------------------------------------------------------------------------


def test_voxels_are_seen_from_the_front_upright_and_the_nearer_the_lighter():
    x = -torch.ones(1, 4, 4, 4)
    x[0, 0, 3, 1] = 1  # on the floor, at the very back, second from the left
    x[0, 3, 0, 2] = 1  # at the top, in front
    x[0, 3, 3, 2] = 1  # hidden behind it
    picture = seen(x)
    assert picture.shape == (1, 1, 4, 4)
    assert picture[0, 0, 3, 1] == pytest.approx(voxels.DARKEST)
    assert picture[0, 0, 0, 2] == 1
    assert (picture == -1).sum() == 14


def test_what_is_no_cube_and_no_clip_is_refused():
    refuses("layers", "furniture", call=lambda: VoxelGAN(16, 3))
    refuses("frames", "clips", call=lambda: VideoGAN(16, 16))
    refuses("3 frames", "multiple of 4", call=lambda: first_volume(3, 16))


def test_layers_of_volumes_start_by_keeping_the_signals_size():
    network = voxels.growing(64, [32, 16, 8], (2, 2, 2), 4)
    out = network(torch.randn(200, 64))
    assert out.shape == (200, 4, 16, 16, 16)
    assert 0.4 < out.std().item() < 1.6
    logit = voxels.shrinking(4, [8, 16, 32], (2, 2, 2))(torch.randn(200, 4, 16, 16, 16))
    assert 0.2 < logit.std().item() < 1.6


def test_with_two_streams_what_the_mask_leaves_out_stands_still_and_one_stream_promises_nothing():
    game, _ = made("video")
    mask, foreground, background = game.streams(game.draw_latent(3))
    assert (mask.shape[2:], foreground.shape[1:3], background.shape[1]) == ((4, 16, 16), (3, 4), 3)
    clip = laid(torch.zeros_like(mask), foreground, background)
    assert torch.equal(clip, background[:, :, None].expand_as(clip))
    assert torch.equal(laid(torch.ones_like(mask), foreground, background), foreground)
    one, _ = made("video, one stream")
    assert one.sparse == 0
    assert not hasattr(one.generator, "still")


def test_a_film_is_a_clips_frames_side_by_side():
    x = torch.arange(3 * 4 * 2 * 2).float().reshape(1, 12, 2, 2)
    picture = film(x)
    assert picture.shape == (1, 3, 2, 8)
    assert torch.equal(picture[0, 1, :, 4:6], x[0, 4 + 2])  # green, third frame


# --- inversion and directions ----------------------------------------------------------------------------------


def linear(latent=6, pixels=48):
    """A generator that is a matrix: its inverse is known."""
    matrix = torch.randn(pixels, latent)
    return matrix, lambda z: (z @ matrix.T).reshape(-1, 3, 4, 4)


def test_inversion_finds_the_least_squares_code_with_its_prior():
    matrix, generate = linear()
    x = torch.randn(5, 3, 4, 4)
    found = invert(generate, x, torch.zeros(5, 6), steps=800, rate=0.05, prior=0.3)
    normal = matrix.T @ matrix / 48 + 0.3 / 6 * torch.eye(6)
    expected = torch.linalg.solve(normal, matrix.T @ x.flatten(1).T / 48).T
    torch.testing.assert_close(found, expected, atol=1e-3, rtol=1e-3)
    assert not found.requires_grad


def test_an_image_is_inverted_alike_whoever_else_is_there_and_the_start_stays_as_it_was():
    _, generate = linear()
    x, z = torch.randn(4, 3, 4, 4), torch.zeros(4, 6)
    whole = invert(generate, x, z, steps=20)
    assert torch.allclose(whole[:1], invert(generate, x[:1], z[:1], steps=20), atol=1e-5)
    assert (z == 0).all()
    refuses("4 images", "5 codes", call=lambda: invert(generate, x, torch.zeros(5, 6)))


def test_a_fitted_encoder_reads_codes_that_features_tell():
    _, generate = linear()
    encode = fitted_encoder(lambda z: 0.01 * generate(z), lambda x: x.flatten(1), torch.randn(200, 6))
    z = torch.randn(7, 6)
    torch.testing.assert_close(encode(0.01 * generate(z)), z - 0, atol=0.3, rtol=0.05)


def test_an_attributes_direction_is_its_planes_normal_and_leaves_others_alone():
    z = torch.randn(4000, 8)
    first, second = torch.eye(8)[:2]
    tilted = torch.nn.functional.normalize(first + second, dim=0)
    has = (z @ tilted > 0).float()
    direction = attribute_direction(z, has)
    assert direction.norm() == pytest.approx(1, abs=1e-5)
    assert direction @ tilted > 0.99
    held = attribute_direction(z, has, (z @ second > 0).float()[:, None])
    assert held @ first > 0.99
    assert abs(float(held @ second)) < 0.05
    refuses("all have", call=lambda: attribute_direction(z, torch.ones(4000)))


def test_directions_without_labels_are_those_that_the_first_layer_stretches_most():
    weight = torch.randn(40, 6) @ torch.diag(torch.tensor([1.0, 9.0, 2.0, 5.0, 0.1, 0.1]))
    found = directions_without_labels(weight, 3)
    vectors = torch.linalg.eigh(weight.T @ weight).eigenvectors
    for d, expected in zip(found, vectors.T.flip(0), strict=False):
        assert abs(float(d @ expected)) == pytest.approx(1, abs=1e-4)
    assert torch.allclose(found @ found.T, torch.eye(3), atol=1e-5)


# --- ascent ----------------------------------------------------------------------------------------------------


def test_langevins_steps_draw_from_the_posterior():
    """p(z) = N(0, 1) and p(c | z) ∝ N(z; 2, ½²): the posterior is N(1.6, 0.2)."""
    z = code_ascent(
        lambda z: z, lambda v: -((v[:, 0] - 2) ** 2) / (2 * 0.25), torch.randn(4000, 1), steps=400, step=0.02
    )
    assert z.mean() == pytest.approx(1.6, abs=0.05)
    assert z.var() == pytest.approx(0.2, abs=0.03)


def test_without_prior_and_noise_the_code_climbs_and_with_the_prior_alone_it_shrinks():
    z = torch.ones(3, 2)
    climbed = code_ascent(lambda z: z, lambda v: v[:, 0], z, steps=10, step=0.2, prior=0.0, noise=0.0, weight=3.0)
    assert torch.allclose(climbed, z + torch.tensor([10 * 0.1 * 3.0, 0.0]))
    shrunk = code_ascent(lambda z: z, lambda v: 0 * v[:, 0], z, steps=10, step=0.2, noise=0.0)
    assert torch.allclose(shrunk, z * 0.9**10)


def test_pixels_move_by_the_rate_along_the_slopes_sign_and_stay_in_range():
    x = torch.zeros(2, 1, 2, 2)
    up = torch.tensor([[[1.0, -3.0], [0.5, 2.0]]])
    moved = pixel_ascent(lambda v: (v * up).sum(dim=(1, 2, 3)), x, steps=5, rate=0.1)
    assert torch.allclose(moved, 0.5 * up.sign().expand_as(x))
    assert pixel_ascent(lambda v: v.sum(dim=(1, 2, 3)), x, steps=50, rate=0.1).max() == 1


def test_the_share_is_the_classifiers_and_its_slope_each_examples_own():
    network = Classifier({"a": 3, "b": 1}, channels=1, size=8, width=2).eval()
    x = torch.rand(4, 1, 8, 8) * 2 - 1
    says = log_share(network, "a", 2)
    torch.testing.assert_close(says(x).exp(), network.probabilities(x, "a")[:, 2])
    alone = torch.cat([slope(says, one[None]) for one in x])
    torch.testing.assert_close(slope(says, x), alone, atol=1e-5, rtol=1e-4)
    assert isinstance(network, nn.Module)
