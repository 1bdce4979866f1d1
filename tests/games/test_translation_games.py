"""The systems of lecture 12, which learn from pairs, and what scores them: what is new in each does what it says."""

import copy
import math
from functools import partial

import pytest
import torch
from torch import nn
from torch.nn.functional import conv2d, interpolate, l1_loss, max_pool2d, mse_loss, one_hot, softplus
from torchmetrics.functional.image import peak_signal_noise_ratio

from gancourse.data.worlds.shapes import shapes
from gancourse.games import losses, spade, srgan
from gancourse.games.cyclegan import ResidualGenerator
from gancourse.games.inpainting import ContextEncoder, Pasted, central
from gancourse.games.patch import PatchDiscriminator, layers_of, receptive_field
from gancourse.games.pix2pix import Pix2Pix, UNet
from gancourse.games.spade import Concatenated, LayoutGenerator, Spade
from gancourse.games.srgan import SRGAN, SuperGenerator, bicubic, doubling
from gancourse.metrics.features import Classifier, disturbed, load_features
from gancourse.metrics.fidelity import perceptual_distance, psnr
from gancourse.metrics.segmentation import Segmenter, confusion, mean_iou, pixel_accuracy, train_segmenter
from gancourse.training.loop import train

EDGE = torch.where(torch.arange(16) < 8, -1.0, 1.0).expand(2, 3, 16, 16)


@pytest.fixture(scope="module")
def classifier():
    torch.manual_seed(0)
    return Classifier({"label": 5}, channels=3, size=16, width=4).eval().requires_grad_(False)


def embedding(classifier):
    return lambda x: classifier.embed(classifier.fitted(x))


def small_srgan(**options):
    return SRGAN(width=4, blocks=1, strided=0, **options)


def layout_game(inject):
    return Pix2Pix(5, 3, width=4, generator=LayoutGenerator(5, size=16, width=4, inject=inject))


SYSTEMS = {  # a game, and the channels and the side of its inputs
    "pix2pix": (partial(Pix2Pix, width=4, depth=2), (3, 16)),
    "SPADE": (partial(layout_game, Spade), (5, 16)),
    "concatenated": (partial(layout_game, Concatenated), (5, 16)),
    "SRGAN": (small_srgan, (3, 4)),
    "context encoder": (partial(ContextEncoder, width=4, depth=3), (3, 16)),
}


def batch_of(name, n=4):
    channels, side = SYSTEMS[name][1]
    return torch.rand(n, channels, side, side) * 2 - 1, torch.rand(n, 3, 16, 16) * 2 - 1


def made(name):
    torch.manual_seed(0)
    return SYSTEMS[name][0](), batch_of(name)


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_system_plays_by_the_one_loop_and_shows_its_translations(name):
    game, batch = made(name)
    before = copy.deepcopy(game.state_dict())
    history = train(game, iter(partial(batch_of, name), None), 3, snapshots=2, average=0.5, progress=False)
    assert history.losses().isfinite().all()
    assert [tuple(s.samples.shape) for s in history.snapshots] == [(4, 3, 16, 16)] * 2
    out = game.translate(batch[0])
    assert out.shape == batch[1].shape
    assert out.abs().max() <= 1
    assert not out.requires_grad
    assert game.training
    moved = {key.split(".")[0] for key, value in game.state_dict().items() if not torch.equal(value, before[key])}
    assert moved == {"generator", "discriminator"}


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_discriminators_loss_does_not_reach_the_generator(name):
    game, batch = made(name)
    game.discriminator_loss(batch).backward()
    discriminator, generator = game.players()
    assert all(p.grad is None for p in generator)
    assert all(p.grad is not None for p in discriminator)


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_game_can_be_left_out(name):
    """Then what is left is a regression, and does not depend on D at all."""
    game, batch = made(name)
    game.adversarial = 0.0
    loss = game.generator_loss(batch)
    for p in game.discriminator.parameters():
        p.data.fill_(math.nan)
    assert game.generator_loss(batch) == loss
    assert loss.isfinite()


# --- PatchGAN --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("strided", [-1, 0, 1, 2, 3])
def test_the_receptive_field_is_the_square_of_pixels_that_have_a_gradient(strided):
    torch.manual_seed(0)
    d = PatchDiscriminator(1, 2, strided, norm=nn.Identity).double()
    x = torch.randn(1, 1, 160, 160, dtype=torch.float64, requires_grad=True)
    logits = d(x)[0, 0]
    logits[logits.shape[0] // 2, logits.shape[1] // 2].backward()
    rows, columns = x.grad[0, 0].any(dim=1), x.grad[0, 0].any(dim=0)
    assert rows.sum() == columns.sum() == d.field
    assert x.grad.count_nonzero() == d.field**2


def test_the_fields_are_the_papers():
    assert [receptive_field(layers_of(strided)) for strided in (-1, 0, 1, 2, 3)] == [1, 7, 16, 34, 70]
    assert receptive_field([]) == 1
    assert receptive_field([(3, 1)] * 4) == 9


def test_instance_norm_lets_every_logit_know_the_mean_of_the_whole_image():
    """The field is what a logit sees in detail; by the norm's mean and variance it depends on all the rest."""
    torch.manual_seed(0)
    d = PatchDiscriminator(1, 2, strided=1).double()
    x = torch.randn(1, 1, 64, 64, dtype=torch.float64, requires_grad=True)
    d(x)[0, 0, 8, 8].backward()
    assert x.grad.count_nonzero() == 64**2


@pytest.mark.parametrize("layer", [(0, 1), (4, 0), (4, 1.5), ("4", 1)])
def test_a_layer_that_cannot_be_is_named(layer):
    with pytest.raises(ValueError, match="whole numbers from 1"):
        receptive_field([(4, 2), layer])


def test_one_logit_for_each_patch_of_images_of_any_size():
    d = PatchDiscriminator(3, 4, strided=1)
    assert d(torch.zeros(2, 3, 32, 32)).shape == (2, 1, 14, 14)
    assert d(torch.zeros(2, 3, 20, 48)).shape == (2, 1, 8, 22)
    assert PatchDiscriminator(3, 4, strided=-1)(torch.zeros(2, 3, 8, 8)).shape == (2, 1, 8, 8)


def test_images_too_small_for_the_depth_are_refused_with_what_to_change():
    with pytest.raises(ValueError, match=r"16 pixels are too small .* 3 halvings: use fewer \(`strided`\)"):
        PatchDiscriminator(3, 4)(torch.zeros(2, 3, 16, 32))


@pytest.mark.parametrize(("strided", "smallest"), [(-1, 1), (0, 3), (1, 6), (2, 12), (3, 24)])
def test_images_that_are_just_large_enough_get_one_logit(strided, smallest):
    d = PatchDiscriminator(3, 4, strided, norm=nn.Identity)
    assert d(torch.zeros(2, 3, smallest, smallest)).shape == (2, 1, 1, 1)
    if smallest > 1:
        with pytest.raises(ValueError, match=f"^Images of {smallest - 1} pixels are too small"):
            d(torch.zeros(2, 3, smallest, smallest - 1))


def test_layers_halve_the_size_first_and_a_pixels_discriminator_has_three():
    assert layers_of(-1) == [(1, 1)] * 3
    assert layers_of(2) == [(4, 2), (4, 2), (4, 1), (4, 1)]


@pytest.mark.parametrize(
    "make",
    [
        lambda **o: PatchDiscriminator(3, 16, 2, **o),
        lambda **o: UNet(3, 3, 16, 3, **o),
        lambda **o: ResidualGenerator(3, 3, 16, 1, 1, **o),
    ],
)
def test_weights_start_small_where_a_norm_follows_and_as_pytorchs_where_none_does(make):
    torch.manual_seed(0)
    convolutions = (nn.Conv2d, nn.ConvTranspose2d)
    for norm, start in ((nn.InstanceNorm2d, 0.02), (nn.BatchNorm2d, 0.02), (nn.Identity, None)):
        network = make(norm=norm)
        assert any(isinstance(m, norm) for m in network.modules())
        for layer in (m for m in network.modules() if isinstance(m, convolutions)):
            own = 1 / math.sqrt(3 * layer.weight[0].numel())  # of a uniform number up to 1 / √(fan in)
            assert layer.weight.std().item() == pytest.approx(start or own, rel=0.25)
    assert make(norm=nn.BatchNorm2d)(torch.zeros(2, 3, 32, 32)).isfinite().all()


# --- pix2pix ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@pytest.mark.parametrize("sides", [(32, 32), (64, 32)])
@pytest.mark.parametrize("skip", [True, False])
def test_the_u_net_makes_images_of_the_same_size(depth, sides, skip):
    x = torch.rand(2, 1, *sides) * 2 - 1
    made = UNet(1, 3, 4, depth, skip)(x)
    assert made.shape == (2, 3, *sides)
    assert made.abs().max() <= 1


def test_sides_that_cannot_be_halved_so_often_are_refused_with_what_to_change():
    with pytest.raises(ValueError, match=r"28×20 cannot be halved 3 times: use sides that are multiples of 8"):
        UNet(3, 3, 4, depth=3)(torch.zeros(1, 3, 28, 20))


@pytest.mark.parametrize("skip", [True, False])
def test_without_the_bottleneck_only_skip_connections_leave_an_edge(skip):
    torch.manual_seed(0)
    net = UNet(3, 3, 8, depth=3, skip=skip)
    net.down[-1].register_forward_hook(lambda module, args, out: torch.zeros_like(out))
    empty, edge = net(torch.zeros(2, 3, 16, 16)), net(EDGE)
    assert torch.equal(empty, edge) != skip
    change = (edge - empty)[..., 1:].diff(dim=3).abs().mean(dim=(0, 1, 2))
    assert not skip or 5 <= change.argmax() <= 9  # it is where the input's edge is


def test_pix2pix_pays_lambda_l1_and_the_game_on_input_and_output():
    game, (x_a, x_b) = made("pix2pix")
    x_fake = game.generator(x_a)
    on_real, on_fake = (game.discriminator(torch.cat([x_a, x], dim=1)) for x in (x_b, x_fake))
    expected = 100 * (x_b - x_fake).abs().mean() + softplus(-on_fake).mean()
    torch.testing.assert_close(game.generator_loss((x_a, x_b)), expected)
    torch.testing.assert_close(
        game.discriminator_loss((x_a, x_b)), softplus(-on_real).mean() + softplus(on_fake).mean()
    )


def test_without_l1_it_is_the_game_alone():
    torch.manual_seed(0)
    game, (x_a, x_b) = Pix2Pix(width=4, depth=2, l1=0.0, adversarial=3.0), batch_of("pix2pix")
    on_fake = game.judged(x_a, game.generator(x_a))
    torch.testing.assert_close(game.generator_loss((x_a, x_b)), 3 * softplus(-on_fake).mean())


# --- SRGAN -----------------------------------------------------------------------------------------------------


def test_a_sub_pixel_layer_lays_out_four_channels_as_two_by_two_pixels():
    torch.manual_seed(0)
    convolve, shuffle, _ = doubling(3)
    four = convolve(torch.randn(2, 3, 5, 6))
    large = shuffle(four)
    assert large.shape == (2, 3, 10, 12)
    for channel, row, column, dy, dx in [(0, 0, 0, 0, 1), (2, 4, 3, 1, 0), (1, 2, 5, 1, 1)]:
        pixel = large[:, channel, 2 * row + dy, 2 * column + dx]
        assert torch.equal(pixel, four[:, 4 * channel + 2 * dy + dx, row, column])


@pytest.mark.parametrize("times", [1, 2, 4, 8])
def test_the_super_generator_starts_from_bicubic(times):
    torch.manual_seed(0)
    generator, x = SuperGenerator(width=4, blocks=1, times=times), torch.rand(2, 3, 4, 6) * 2 - 1
    assert generator(x).shape == (2, 3, 4 * times, 6 * times)
    assert torch.equal(generator(x), bicubic(x, times))


@pytest.mark.parametrize("times", [0, 3, 6])
def test_only_powers_of_two_can_be_made_of_doublings(times):
    with pytest.raises(ValueError, match="use 2, 4 or 8"):
        SuperGenerator(times=times)


def test_bicubic_stays_within_range_where_it_would_overshoot():
    assert torch.nn.functional.interpolate(EDGE, scale_factor=4, mode="bicubic").max() > 1.01
    assert bicubic(EDGE).abs().max() == 1
    assert torch.allclose(bicubic(torch.full((1, 3, 4, 4), 0.3)), torch.full((1, 3, 16, 16), 0.3))


def test_srgan_pays_each_of_its_terms(classifier):
    torch.manual_seed(0)
    game = small_srgan(l1=2.0, perceptual=0.5, adversarial=0.1, features=embedding(classifier))
    x_small, x_large = batch_of("SRGAN")
    x_fake = game.generator(x_small)
    content = mse_loss(classifier.features(x_fake), classifier.features(x_large))
    expected = 2 * l1_loss(x_fake, x_large) + 0.5 * content + 0.1 * softplus(-game.discriminator(x_fake)).mean()
    torch.testing.assert_close(game.generator_loss((x_small, x_large)), expected)


def test_features_teach_the_generator_but_are_no_part_of_the_game(classifier):
    torch.manual_seed(0)
    module = nn.Sequential(copy.deepcopy(classifier.embed).requires_grad_())
    game = small_srgan(l1=0.0, perceptual=1.0, adversarial=0.0, features=module)
    assert {key.split(".")[0] for key in game.state_dict()} == {"generator", "discriminator"}
    before = copy.deepcopy((module.state_dict(), game.generator.state_dict()))
    train(game, iter(partial(batch_of, "SRGAN"), None), 2, average=0.9, progress=False)
    game.train()
    assert not module[0].training
    assert all(torch.equal(value, before[0][key]) for key, value in module.state_dict().items())
    assert any(not torch.equal(value, before[1][key]) for key, value in game.generator.state_dict().items())


def test_a_perceptual_loss_without_features_is_refused():
    with pytest.raises(ValueError, match="give `features`"):
        SRGAN(perceptual=1.0)


# --- context encoder -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sides", [(16, 16), (32, 16), (28, 36)])
def test_what_is_known_stays_and_what_is_said_of_it_is_not_used(sides):
    x = torch.rand(2, 3, *sides) * 2 - 1
    asked = torch.zeros_like(x, requires_grad=True)
    whole = Pasted(lambda x: asked)(x)
    assert central(whole).shape == (2, 3, sides[0] // 2, sides[1] // 2)
    assert not central(whole).any()
    central(whole.detach()).copy_(central(x))
    assert torch.equal(whole, x)
    Pasted(lambda x: asked)(x).sum().backward()
    assert asked.grad.sum() == central(asked.grad).sum() == central(x).numel()


def test_a_context_encoder_does_not_change_what_it_is_given():
    game, (x_a, _) = made("context encoder")
    before = x_a.clone()
    out = game.translate(x_a)
    assert torch.equal(x_a, before)
    central(out).copy_(central(x_a))
    assert torch.equal(out, x_a)


@pytest.mark.parametrize("distance", [mse_loss, l1_loss])
def test_a_context_encoder_pays_for_the_hole_alone_and_d_sees_the_whole(distance):
    torch.manual_seed(0)
    game = ContextEncoder(width=4, depth=2, reconstruction=0.9, adversarial=0.1, distance=distance)
    x_a, x_b = batch_of("context encoder")
    x_fake = game.translate(x_a)
    expected = 0.9 * distance(x_fake[..., 4:12, 4:12], x_b[..., 4:12, 4:12])
    expected = expected + 0.1 * softplus(-game.discriminator(x_fake)).mean()
    torch.testing.assert_close(game.generator_loss((x_a, x_b)), expected)


# --- SPADE -----------------------------------------------------------------------------------------------------


def one_label(label, side=16):
    """A layout that is one label all over."""
    return one_hot(torch.tensor([label]), 5).float()[:, :, None, None].expand(-1, -1, side, side)


def test_instance_norm_washes_a_uniform_layout_away():
    """The paper's reason (section 3): whatever the label, its convolution is constant, and the norm makes it 0."""
    torch.manual_seed(0)
    washed = nn.Sequential(nn.Conv2d(5, 8, 1), nn.InstanceNorm2d(8))
    assert all(washed(one_label(label)).abs().max() < 1e-3 for label in range(5))


@pytest.mark.parametrize("inject", [Spade, Concatenated])
def test_spade_keeps_a_label_that_concatenation_loses(inject):
    torch.manual_seed(0)
    generator = LayoutGenerator(5, size=16, width=4, inject=inject).double()
    made = torch.cat([generator(one_label(label).double()) for label in range(5)])
    assert torch.allclose(made, made[:1], atol=1e-9) == (inject is Concatenated)
    half = torch.cat([one_label(0)[..., :8], one_label(1)[..., 8:]], dim=3).double()
    assert not torch.allclose(generator(half), generator(half.flip(3)), atol=1e-6)  # where two meet, both know


def test_spade_is_a_norm_with_factors_of_every_pixel():
    torch.manual_seed(0)
    spade = Spade(4, 5, hidden=6)
    h, layout = torch.randn(2, 4, 8, 8) * 3 + 1, torch.rand(2, 5, 8, 8)
    normalised = (h - h.mean(dim=(2, 3), keepdim=True)) / (h.var(dim=(2, 3), correction=0, keepdim=True) + 1e-5).sqrt()
    a = spade.shared(layout)
    torch.testing.assert_close(spade(h, layout), normalised * (1 + spade.scale(a)) + spade.shift(a))


@pytest.mark.parametrize("size", [16, 28, 64])
@pytest.mark.parametrize("inject", [Spade, partial(Spade, hidden=4), Concatenated])
def test_a_layout_of_any_size_makes_images_of_the_generators(size, inject):
    generator = LayoutGenerator(5, c_out=1, size=size, width=2, inject=inject)
    assert generator(torch.rand(2, 5, size, size)).shape == (2, 1, size, size)
    assert generator(torch.rand(2, 5, 32, 32)).shape == (2, 1, size, size)


# --- how far from the truth -----------------------------------------------------------------------------------


def test_psnr_is_torchmetrics_for_each_image():
    torch.manual_seed(0)
    x = torch.rand(5, 3, 8, 8) * 2 - 1
    y = (x + torch.linspace(0.01, 1, 5)[:, None, None, None] * torch.randn(5, 3, 8, 8)).clamp(-1, 1)
    expected = [peak_signal_noise_ratio(x[i], y[i], data_range=2.0) for i in range(5)]
    torch.testing.assert_close(psnr(x, y).float(), torch.stack(expected))


def test_an_error_of_a_tenth_of_the_range_is_20_db_and_none_is_infinite():
    x = torch.zeros(2, 3, 4, 4)
    assert psnr(x, x + 0.2).tolist() == pytest.approx([20, 20])
    assert psnr(x, x).tolist() == [math.inf] * 2


@pytest.mark.parametrize(("y", "message"), [
    (torch.zeros(1, 3, 4, 4), "its own truth"),
    (torch.zeros(2, 3, 4, 4, dtype=torch.uint8), "floats in"),
])  # fmt: skip
def test_psnr_refuses_images_that_do_not_fit(y, message):
    with pytest.raises(ValueError, match=message):
        psnr(torch.zeros(2, 3, 4, 4), y)


def test_the_perceptual_distance_is_that_of_features_of_each_image(classifier):
    torch.manual_seed(0)
    x, y = torch.rand(2, 3, 3, 16, 16) * 2 - 1
    each = [mse_loss(classifier.features(x[i : i + 1]), classifier.features(y[i : i + 1])) for i in range(3)]
    torch.testing.assert_close(perceptual_distance(x, y, classifier), torch.stack(each))
    assert not perceptual_distance(x, x, classifier).any()
    with pytest.raises(ValueError, match="3 images and y 2"):
        perceptual_distance(x, y[:2], classifier)


def test_another_shape_is_farther_for_features_and_another_ground_for_pixels():
    scenes = shapes(40, 32, shape=0, background=0, striped=False, generator=torch.Generator().manual_seed(0))
    x, other, ground = (s.image / 127.5 - 1 for s in (scenes, scenes.changed(shape=3), scenes.changed(background=1)))
    knows = load_features("shapes")
    assert psnr(x, other).mean() > psnr(x, ground).mean()
    assert perceptual_distance(x, other, knows).mean() > perceptual_distance(x, ground, knows).mean()


# --- what each pixel shows ------------------------------------------------------------------------------------


class Says(nn.Module):
    """A segmenter of three classes that finds what the image's first channel says."""

    def __init__(self):
        super().__init__()
        self.scores = nn.ModuleList([nn.Conv2d(1, 3, 1)])

    def forward(self, x):
        return one_hot(x[:, 0].long(), 3).permute(0, 3, 1, 2)


def test_accuracy_and_iou_are_counted_over_all_pixels():
    found = torch.tensor([[[0, 0], [1, 1]], [[0, 1], [1, 1]]])
    layout = torch.tensor([[[0, 0], [0, 1]], [[0, 0], [1, 1]]])
    x = found[:, None].float()
    assert confusion(Says(), x, layout).tolist() == [[3, 2, 0], [0, 3, 0], [0, 0, 0]]
    assert pixel_accuracy(Says(), x, layout) == 6 / 8
    assert mean_iou(Says(), x, layout) == pytest.approx((3 / 5 + 3 / 5) / 2)  # the third class is nowhere
    assert mean_iou(Says(), x[1:, :, :, :1], layout[1:, :, :1]) == pytest.approx((1 + 1) / 2)  # of one pixel each


@pytest.mark.parametrize("sides", [(32, 32), (20, 28)])
def test_a_segmenter_says_something_of_every_pixel_of_bytes_and_floats_alike(sides):
    torch.manual_seed(0)
    network, x = Segmenter(6, width=4).eval(), torch.randint(0, 256, (2, 3, *sides), dtype=torch.uint8)
    assert network(x).shape == (2, 6, *sides)
    torch.testing.assert_close(network(x), network(x / 127.5 - 1))


def test_a_segmenter_adds_up_the_scores_of_every_size_from_the_smallest_to_the_largest():
    torch.manual_seed(0)
    network, x = Segmenter(4, channels=2, width=3, halvings=2).eval(), torch.rand(2, 2, 8, 12) * 2 - 1
    convolutions = [m for m in network.modules() if isinstance(m, nn.Conv2d)]
    within, scores = convolutions[:6], convolutions[6:]
    assert [m.weight.shape[:2] for m in within] == [(3, 2), (3, 3), (6, 3), (6, 6), (12, 6), (12, 12)]
    said, h = [], x
    for i, score in enumerate(scores):
        h = max_pool2d(h, 2) if i else h
        for convolution in within[2 * i : 2 * i + 2]:  # batch norms divide by √(1 + ε) as long as nothing is learnt
            h = conv2d(h, convolution.weight, padding=1).clamp(min=0) / math.sqrt(1 + 1e-5)
        said.append(conv2d(h, score.weight, score.bias))
    expected = said[0] + interpolate(
        said[1] + interpolate(said[2], scale_factor=2.0, mode="bilinear"), scale_factor=2.0, mode="bilinear"
    )
    torch.testing.assert_close(network(x), expected)


def test_a_segmenter_has_four_sizes_and_16_filters_at_the_largest_if_nobody_says():
    shapes = [m.weight.shape[:2] for m in Segmenter(6).modules() if isinstance(m, nn.Conv2d)]
    filters = (16, 32, 64, 128)
    pairs = [[(n, before), (n, n)] for before, n in zip((3, *filters), filters, strict=False)]
    assert shapes == [*(pair for both in pairs for pair in both), *((6, n) for n in filters)]


def test_a_segmenter_is_trained_on_disturbed_images_at_a_rate_that_rises_and_falls():
    torch.manual_seed(0)
    images, layout = torch.randint(256, (30, 2, 8, 8), dtype=torch.uint8), torch.randint(4, (30, 8, 8))
    torch.manual_seed(1)
    trained = train_segmenter(images, layout, 4, batch=5, width=2, progress=False)
    torch.manual_seed(1)
    network = Segmenter(4, channels=2, width=2)
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 1e-2, total_steps=4)
    for _ in range(4):
        chosen = torch.randint(30, (5,))
        scores = network(disturbed(images[chosen] / 127.5 - 1))
        network.zero_grad()
        (-scores.log_softmax(dim=1).gather(1, layout[chosen][:, None]).mean()).backward()
        optimiser.step(), schedule.step()
    torch.testing.assert_close(trained.state_dict(), network.state_dict())
    assert not trained.training and not any(p.requires_grad for p in trained.parameters())


def test_its_smallest_scores_see_68_pixels():
    stage = [(3, 1), (3, 1)]
    assert receptive_field([*stage, *([(2, 2), *stage] * 3)]) == 68


def test_a_segmenter_learns_in_few_steps_what_each_pixel_shows():
    """Colours, which are sooner learnt than shapes."""
    torch.manual_seed(0)
    real, held = (shapes(n, 16, colour=torch.arange(n) % 3 * 2, striped=False) for n in (300, 90))

    def layout(scenes):
        return scenes.mask[:, 0] * (1 + scenes.colour[:, :, None] // 2)

    network = train_segmenter(real.image, layout(real), 60, batch=16, width=8, rate=2e-2, progress=False)
    assert not network.training
    assert pixel_accuracy(network, held.image, layout(held)) > 0.95
    other = held.changed(colour=(held.colour + 2) % 6)  # images that do not fit the layout score worse
    assert mean_iou(network, held.image, layout(held)) > 0.7 > 0.4 > mean_iou(network, other.image, layout(held))


def test_images_and_layouts_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"layout has shape \(2, 8, 8\) for images of shape \(2, 3, 16, 16\)"):
        train_segmenter(torch.zeros(2, 3, 16, 16, dtype=torch.uint8), torch.zeros(2, 8, 8, dtype=torch.int64))
    with pytest.raises(ValueError, match="needs \\(n, 3, H, W\\)"):
        Segmenter(6)(torch.zeros(2, 1, 16, 16))


def test_another_loss_can_be_given():
    torch.manual_seed(0)
    game, (x_a, x_b) = small_srgan(loss=losses.least_squares(), adversarial=1.0), batch_of("SRGAN")
    on_fake = game.discriminator(game.generator(x_a))
    expected = l1_loss(game.generator(x_a), x_b) + ((on_fake - 1) ** 2).mean() / 2
    torch.testing.assert_close(game.generator_loss((x_a, x_b)), expected)


def test_the_hole_of_the_data_is_where_the_context_encoder_fills():
    from gancourse.data.pairs import hole
    from gancourse.games.inpainting import central

    x = torch.zeros(1, 3, 32, 32, dtype=torch.uint8)
    emptied = hole(x)
    assert (central(emptied) == 128).all()
    assert int((emptied == 128).sum()) == central(x).numel()


def test_sizes_that_are_given_reach_the_networks():
    game = SRGAN(1, 4, blocks=3, times=2, strided=0)
    assert game.generator(torch.zeros(1, 1, 8, 8)).shape == (1, 1, 16, 16)
    assert sum(isinstance(m, srgan.PlainBlock) for m in game.generator.modules()) == 3
    with pytest.raises(ValueError, match="12"):  # cannot be halved three times
        Pix2Pix(1, 1, 4, depth=3, strided=0).generator(torch.zeros(1, 1, 12, 12))
    past = spade.LayoutBlock(4, 2, 3, spade.Spade).past
    assert past.bias is None  # the norm behind it takes every constant out


@pytest.mark.parametrize("sides", [(12, 16), (16, 12), (8, 8)])
def test_a_side_that_cannot_be_halved_so_often_or_ends_at_one_pixel_is_refused(sides):
    """Instance norm of a single pixel is zero, whatever it was."""
    with pytest.raises(ValueError, match=str(min(sides))):
        UNet(1, 1, 4, 3)(torch.zeros(1, 1, *sides))
