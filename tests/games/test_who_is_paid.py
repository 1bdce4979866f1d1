"""Who is paid for what, seen from what a player does: a small step down its loss, and who then says what of whom."""

import copy

import pytest
import torch
from torch import nn

from gancourse.games import losses
from small_systems import SYSTEMS, labels, made

RATE = 1e-5
ADVERSARIAL = [name for name in SYSTEMS if name not in ("semi-supervised", "CycleGAN")]  # they have tests of their own
NO_GAME = losses.AdversarialLoss(lambda real, fake: 0 * (real.sum() + fake.sum()), lambda fake: 0 * fake.sum())


@pytest.fixture(autouse=True)
def _in_double_precision():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def at_the_same_z(what, *args):
    torch.manual_seed(1)
    return what(*args)


def after_a_step(game, loss_of, batch, parts):
    """The game once these of its submodules, and no other, have made one small step down a loss."""
    game = copy.deepcopy(game)
    mine = [p for key, p in game.named_parameters() if key.split(".")[0] in parts]
    slopes = torch.autograd.grad(at_the_same_z(getattr(game, loss_of), batch), mine)
    with torch.no_grad():
        for p, slope in zip(mine, slopes, strict=True):
            p.sub_(RATE * slope)
    return game


def said(game, batch):
    """The mean logits of real and of made samples."""
    return (logits.mean().item() for logits in at_the_same_z(game.logits, batch))


def alone(name):
    """The system with nothing paid but the game, and that by the logits themselves, as a critic is.

    Then whoever descends moves the mean logits where it wants them, to first order, from any weights. By cross-entropy
    D may also move all logits the same way.
    """
    game, batch = made(name)
    game.loss = losses.wasserstein()
    for other in ("l1", "perceptual", "reconstruction", "weight", "task", "beta"):
        if isinstance(getattr(game, other, None), float):
            setattr(game, other, 0.0)
    if name == "BEGAN":
        game.k.fill_(1.0)  # real and made weigh the same
    elif name == "WGAN":
        game.clip()  # as both losses do before all else
    elif name == "unrolled":
        game.step_size = 1e-3  # by a critic who moves far, G is paid for something else
    elif name == "VEEGAN":
        silence(game.reconstructor[-1])
    elif name in ("relativistic", "attributes"):
        game.gamma = 0.0
    elif name == "AC-GAN":
        silence(game.discriminator.name)
    return game, batch


def silence(layer):
    """What comes before it gets no gradient through it any more."""
    nn.init.zeros_(layer.weight)


@pytest.mark.parametrize("name", ADVERSARIAL)
def test_a_step_of_the_discriminator_sets_real_above_made(name):
    game, batch = alone(name)
    real, fake = said(game, batch)
    real_then, fake_then = said(after_a_step(game, "discriminator_loss", batch, ["discriminator"]), batch)
    assert real_then - fake_then > real - fake


@pytest.mark.parametrize("name", ADVERSARIAL)
def test_after_a_step_of_the_generator_what_it_makes_is_called_more_real(name):
    game, batch = alone(name)
    real, fake = said(game, batch)
    real_then, fake_then = said(after_a_step(game, "generator_loss", batch, ["generator"]), batch)
    assert fake_then > fake
    assert real_then == pytest.approx(real, abs=1e-12)  # to which it does nothing


@pytest.mark.parametrize("name", ["ALI", "BiGAN in the plane", "BiGAN"])
def test_after_a_step_of_the_encoder_real_pairs_are_called_less_real(name):
    game, batch = alone(name)
    real, fake = said(game, batch)
    real_then, fake_then = said(after_a_step(game, "generator_loss", batch, ["encoder"]), batch)
    assert real_then < real
    assert fake_then == pytest.approx(fake, abs=1e-12)


def test_after_a_step_of_veegans_reconstructor_noise_is_found_again():
    game, x = made("VEEGAN")
    silence(game.discriminator[-1])

    def lost(game):
        z = at_the_same_z(game.draw_latent, len(x))
        return ((z - game.reconstructor(game.generator(z))) ** 2).mean()

    assert lost(after_a_step(game, "generator_loss", x, ["reconstructor"])) < lost(game)
    assert lost(after_a_step(game, "generator_loss", x, ["generator"])) < lost(game)


@pytest.mark.parametrize("part", ["discriminator", "generator"])
def test_either_player_of_infogan_makes_codes_easier_to_read(part):
    """D is also Q, the recogniser: its step reads better, G's writes better."""
    game, _ = made("InfoGAN", weight=100.0, loss=NO_GAME)
    x = torch.rand(200, 1, 16, 16) * 2 - 1

    def share(game):
        category, codes = at_the_same_z(game.draw_codes, 500)
        _, names, read = game.discriminator(game.fake(500, category, codes))
        named = names.log_softmax(dim=1)[torch.arange(500), category]
        return (named - ((read - codes) ** 2).sum(dim=1) / (2 * game.std**2)).mean()

    assert share(after_a_step(game, f"{part}_loss", x, [part])) > share(game)


@pytest.mark.parametrize("sort", ["real", "made"])
def test_acgans_discriminator_learns_the_classes_of_real_and_of_made_images(sort):
    game, (x, label) = made("AC-GAN")
    game.loss = NO_GAME

    def share(game):
        shown = x if sort == "real" else at_the_same_z(game.fake, len(x), label)
        return game.discriminator(shown)[1].log_softmax(dim=1)[torch.arange(len(x)), label].mean()

    assert share(after_a_step(game, "discriminator_loss", (x, label), ["discriminator"])) > share(game)
    if sort == "made":
        assert share(after_a_step(game, "generator_loss", (x, label), ["generator"])) > share(game)


def test_a_semisupervised_discriminator_learns_the_labels_and_its_generator_the_features():
    game, batch = made("semi-supervised")
    x, x_labelled, label = batch
    game.loss = NO_GAME

    def known(game):
        return game.discriminator(x_labelled).log_softmax(dim=1)[torch.arange(len(label)), label].mean()

    def apart(game):
        real, fake = (game.discriminator.features(v).mean(dim=0) for v in (x, at_the_same_z(game.fake, len(x))))
        return (real - fake).norm()

    assert known(after_a_step(game, "discriminator_loss", batch, ["discriminator"])) > known(game)
    assert apart(after_a_step(game, "generator_loss", batch, ["generator"])) < apart(game)


def test_a_semisupervised_discriminator_sets_real_above_made():
    game, (x, x_labelled, label) = made("semi-supervised")
    game.loss = losses.wasserstein()
    once = x, x_labelled[:1], label[:1]
    with torch.no_grad():
        game.discriminator.head[1].bias[label[0]] += 30  # it is sure of the label: no more to be learnt there
    (real, fake), after = said(game, once), after_a_step(game, "discriminator_loss", once, ["discriminator"])
    real_then, fake_then = said(after, once)
    assert real_then - fake_then > real - fake


@pytest.mark.parametrize("part", ["generator", "classifier"])
def test_pixelda_makes_images_that_are_easier_to_name_and_learns_to_name_them(part):
    game, (x, label, x_target) = made("PixelDA", loss=NO_GAME)

    def known(game):
        shown = at_the_same_z(game.restyled, x)
        return [game.classifier(v).log_softmax(dim=1)[torch.arange(len(x)), label].mean() for v in (shown, x)]

    (made_then, source_then), (made_before, source_before) = (
        known(g) for g in (after_a_step(game, "generator_loss", (x, label, x_target), [part]), game)
    )
    assert made_then > made_before
    assert source_then == source_before if part == "generator" else source_then > source_before


@pytest.mark.parametrize("side", [0, 1])
def test_both_games_of_cyclegan_are_played(side):
    """Side 0 is a, side 1 is b: D_b judges what is made of a."""
    game, batch = made("CycleGAN", cycle=0.0, identity=0.0)
    real, source = batch[side], batch[1 - side]

    def said(game):
        d, g = game.discriminator[side], game.generator[1 - side]
        return d(real).mean().item(), d(g(source)).mean().item()

    with torch.no_grad():  # half way between the targets, 0 and 1, either pulls as hard
        game.discriminator[side].layers[-1].bias += 0.5 - sum(said(game)) / 2
    real_before, fake_before = said(game)
    real_then, fake_then = said(after_a_step(game, "discriminator_loss", batch, ["discriminator"]))
    assert real_then - fake_then > real_before - fake_before
    assert said(after_a_step(game, "generator_loss", batch, ["generator"]))[1] > fake_before


def test_both_ways_round_cyclegans_cycle_comes_nearer_to_where_it_began():
    game, (x_a, x_b) = made("CycleGAN", adversarial=0.0, identity=0.0)
    after = after_a_step(game, "generator_loss", (x_a, x_b), ["generator"])

    def lost(game):
        to_b, to_a = game.generator
        return torch.stack([(to_a(to_b(x_a)) - x_a).abs().mean(), (to_b(to_a(x_b)) - x_b).abs().mean()])

    assert (lost(after) < lost(game)).all()


# --- who owns what ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_parameter_has_one_player_and_all_but_the_discriminators_play_for_the_generator(name):
    game, _ = made(name)
    owners = dict(zip(("D", "G"), (set(map(id, player)) for player in game.players()), strict=True))
    assert not owners["D"] & owners["G"]
    for key, p in game.named_parameters():
        assert id(p) in owners["D" if key.split(".")[0] == "discriminator" else "G"], key


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_discriminators_loss_reaches_all_of_the_discriminator_and_nothing_else(name):
    game, batch = made(name)
    game.discriminator_loss(batch).backward()
    for key, p in game.named_parameters():
        assert (p.grad is not None) == (key.split(".")[0] == "discriminator"), key


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_generators_loss_reaches_everything_that_plays_for_the_generator(name):
    game, batch = made(name)
    game.generator_loss(batch).backward()
    assert all(p.grad is not None for key, p in game.named_parameters() if key.split(".")[0] != "discriminator")


@pytest.mark.parametrize("name", SYSTEMS)
def test_neither_loss_changes_what_the_other_player_owns(name):
    """Nor its own: it is the optimiser that moves them. WGAN's box is the exception, and holds the critic alone."""
    game, batch = made(name)
    before = {key: p.detach().clone() for key, p in game.named_parameters()}
    game.discriminator_loss(batch), game.generator_loss(batch)
    changed = {key.split(".")[0] for key, p in game.named_parameters() if not torch.equal(p, before[key])}
    assert changed == ({"discriminator"} if name == "WGAN" else set())


@pytest.mark.parametrize("name", ["cGAN", "projection", "AC-GAN", "BigGAN"])
def test_a_conditional_generator_is_fed_the_labels_of_the_batch_in_both_losses(name):
    game, batch = made(name)
    fed = []
    game.generator.register_forward_pre_hook(lambda module, inputs: fed.append(inputs[0][:, game.latent :]))
    game.discriminator_loss(batch), game.generator_loss(batch), game.logits(batch)
    assert len(fed) == 3
    assert all(torch.equal(one_hot.argmax(dim=1), labels()) for one_hot in fed)
