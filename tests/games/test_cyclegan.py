"""CycleGAN: its networks, its pool of images, its losses, and that a run of it can be put down and taken up."""

import pytest
import torch
from torch import nn

from gancourse.games.cyclegan import CycleGAN, ImagePool, ResidualBlock, ResidualGenerator
from gancourse.training import checkpoints, systems
from gancourse.training.loop import train


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


def small(**options):
    return CycleGAN(**{"size": 16, "width": 4, "blocks": 1, "strided": 0, "pool": 6, **options})


def pairs(n=4, size=16):
    while True:
        yield torch.rand(n, 3, size, size) * 2 - 1, torch.rand(n, 3, size, size) * 2 - 1


def test_a_residual_block_without_weights_changes_nothing():
    block = ResidualBlock(8)
    for p in block.parameters():
        nn.init.zeros_(p)
    x = torch.randn(2, 8, 8, 8)
    assert torch.equal(block(x), x)


@pytest.mark.parametrize(("size", "halvings"), [(16, 1), (32, 2), (64, 2)])
def test_the_generator_keeps_the_size_and_stays_in_range(size, halvings):
    made = ResidualGenerator(1, 3, 4, 1, halvings)(torch.randn(2, 1, size, size))
    assert made.shape == (2, 3, size, size)
    assert made.abs().max() <= 1


def test_the_pool_first_fills_and_shows_what_it_gets():
    pool = ImagePool((1, 1, 1), 6)
    for k in range(3):
        x = torch.full((2, 1, 1, 1), float(k))
        assert torch.equal(pool.query(x), x)
    assert int(pool.filled) == 6
    assert pool.images[:6].flatten().tolist() == [0, 0, 1, 1, 2, 2]


def test_a_full_pool_shows_an_old_image_half_of_the_time_and_keeps_the_new_one_for_it():
    pool, size, old, shown = ImagePool((1, 1, 1), 10), 10, 0, []
    for k in range(2000):
        before = pool.images[:size].flatten().tolist()
        (value,) = pool.query(torch.full((1, 1, 1, 1), float(k + 1))).flatten().tolist()
        after = pool.images[:size].flatten().tolist()
        if k < size:
            continue
        if value == k + 1:
            assert after == before
        else:
            assert value in before
            assert sorted(after) == sorted([v for v in before if v != value] + [k + 1])
            shown.append(k + 1 - value)
            old += 1
    assert abs(old / 1990 - 0.5) < 0.06  # five standard deviations
    assert 14 < sum(shown) / len(shown) < 28  # 1 in 10 of every second image: 20 steps old on average


def test_no_two_images_of_a_batch_change_places_with_the_same_one():
    pool = ImagePool((1, 1, 1), 4)
    pool.query(torch.zeros(4, 1, 1, 1))
    for k in range(1, 50):
        kept = set(pool.images[:4].flatten().tolist())
        x = 10.0 * k + torch.arange(4.0).view(4, 1, 1, 1)
        shown = pool.query(x).flatten().tolist()
        new = set(x.flatten().tolist())
        lost = (kept | new) - set(shown) - set(pool.images[:4].flatten().tolist())
        assert not lost - {0.0}


def test_a_pool_of_none_shows_what_it_gets():
    x = torch.randn(3, 1, 2, 2)
    assert ImagePool((1, 2, 2), 0).query(x) is x


def test_a_batch_that_does_not_fit_the_pool_is_named():
    with pytest.raises(ValueError, match="7 images do not fit a pool of 6"):
        ImagePool((1, 1, 1), 6).query(torch.zeros(7, 1, 1, 1))


def test_the_generators_loss_is_the_papers():
    game = small(identity=5.0)
    (x_a, x_b), (to_b, to_a), (d_a, d_b) = next(pairs()), game.generator, game.discriminator
    made_a, made_b = to_a(x_b), to_b(x_a)

    def l1(x, y):
        return (x - y).abs().mean()

    wanted = (
        ((d_a(made_a) - 1) ** 2).mean()
        + ((d_b(made_b) - 1) ** 2).mean()
        + 10 * (l1(to_a(made_b), x_a) + l1(to_b(made_a), x_b))
        + 5 * (l1(to_a(x_a), x_a) + l1(to_b(x_b), x_b))
    )
    assert game.generator_loss((x_a, x_b)).item() == pytest.approx(wanted.item(), rel=1e-5)


def test_the_discriminators_loss_is_half_of_least_squares_and_leaves_the_generators_alone():
    game = small()
    (x_a, x_b), (to_b, to_a), (d_a, d_b) = next(pairs()), game.generator, game.discriminator
    loss = game.discriminator_loss((x_a, x_b))
    sides = ((d_a, x_a, to_a(x_b)), (d_b, x_b, to_b(x_a)))
    wanted = sum((((d(real) - 1) ** 2).mean() + (d(made) ** 2).mean()) / 2 for d, real, made in sides)
    assert loss.item() == pytest.approx(wanted.item(), rel=1e-5)
    loss.backward()
    assert all(p.grad is None for p in game.generator.parameters())


@pytest.mark.parametrize("alone", [{"cycle": 0.0, "identity": 0.0}, {"adversarial": 0.0, "identity": 0.0}])
def test_a_term_of_weight_zero_is_not_there(alone):
    game, batch = small(**alone), next(pairs())
    whole = small(identity=0.0)
    whole.load_state_dict(game.state_dict())
    other = small(**({"adversarial": 0.0, "identity": 0.0} if "cycle" in alone else {"cycle": 0.0, "identity": 0.0}))
    other.load_state_dict(game.state_dict())
    parts = game.generator_loss(batch) + other.generator_loss(batch)
    assert parts.item() == pytest.approx(whole.generator_loss(batch).item(), rel=1e-5)


def test_an_identity_loss_between_grey_and_colour_is_named():
    with pytest.raises(ValueError, match="takes 1 channels and makes 3: use identity=0"):
        small(c_a=1, c_b=3)
    assert small(c_a=1, c_b=3, identity=0.0).translate(torch.zeros(1, 1, 16, 16)).shape == (1, 3, 16, 16)


def test_a_run_put_down_and_taken_up_ends_as_one_that_was_not(tmp_path):
    def run(steps, keep):
        torch.manual_seed(1)
        game = small()
        train(game, pairs(), steps, keep=keep, progress=False)
        return game

    whole = run(6, None)
    run(3, tmp_path / "run.pt")
    resumed = run(6, tmp_path / "run.pt")
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, resumed.state_dict()[name]), name


def test_snapshots_hold_the_translation_and_what_comes_back(tmp_path):
    game = small()
    history = train(game, pairs(), 2, snapshots=2, progress=False)
    x = history.first_real()
    made = game.translate(x[:2])
    last = history.snapshots[-1].samples[:4]
    assert torch.allclose(last[0::2], made, atol=1e-5)
    assert torch.allclose(last[1::2], game.translate(made, back=True), atol=1e-5)


def test_snapshots_of_grey_to_colour_hold_the_translations():
    game = small(c_a=1, c_b=3, identity=0.0)
    batch = torch.rand(4, 1, 16, 16), torch.rand(4, 3, 16, 16)
    assert game.shown(4, batch).shape == (2, 3, 16, 16)


def test_a_shipped_model_carries_no_pool(tmp_path):
    options = {"name": "cyclegan", "size": 16, "channels": [3, 3], "width": 4, "classes": 0}
    game = systems.make(**options)
    history = train(game, pairs(), 1, snapshots=2, progress=False)
    checkpoints.save(tmp_path / "model", game, history, {"game": options})
    loaded = checkpoints.load(tmp_path / "model").game
    x = next(pairs())[0]
    assert torch.allclose(loaded.translate(x), game.translate(x), atol=0.02)
    assert (tmp_path / "model.safetensors").stat().st_size < 2.3 * sum(p.numel() for p in game.parameters()) + 200_000


def test_what_a_cyclegan_is_made_with_reaches_its_parts():
    def layers(network, kind):
        return sum(isinstance(m, kind) for m in network.modules())

    plain = CycleGAN(16, 1, 1, width=4, blocks=2, strided=1, norm=nn.Identity, pool=7)
    assert layers(plain, nn.InstanceNorm2d) == 0, "neither player has another norm"
    assert [pool.size for pool in plain.pools] == [7, 7]
    normed = CycleGAN(16, 1, 1, width=4, blocks=2, halvings=2, strided=1)
    assert layers(normed.discriminator, nn.InstanceNorm2d) > 0 and layers(normed.generator, nn.InstanceNorm2d) > 0
    kernels = [m.kernel_size[0] for m in normed.generator[0].modules() if isinstance(m, nn.Conv2d)]
    assert kernels == [7, *[3] * (2 + 2 * 2), 7]  # c7s1, d, d, R, R, c7s1 (appendix 7.2)
