"""The one training loop: who plays, what is recorded, and what is kept when a loss is no number any more."""

import copy
import warnings
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from gancourse import losses, shift
from gancourse.game import Game
from gancourse.games.gan import GAN
from gancourse.train import Diverged, cooled, train
from gancourse.worlds.mixtures import ring

SGD = (partial(torch.optim.SGD, lr=0.01), partial(torch.optim.SGD, lr=0.02))


class ShiftGAN(Game):
    """Lecture 03's game as a `Game`: sums over one fixed batch, float64."""

    def __init__(self, z):
        super().__init__()
        self.z, self.theta = z, nn.Parameter(torch.tensor(3.0, dtype=torch.float64))
        self.discriminator = nn.Linear(1, 1).double()
        with torch.no_grad():
            self.discriminator.weight.fill_(1.0)
            self.discriminator.bias.fill_(-2.0)

    def sample(self, n):
        return (self.z + self.theta).detach()

    def logits(self, x):
        return self.discriminator(x).detach(), self.discriminator(self.sample(0)).detach()

    def discriminator_loss(self, x):
        fake = (self.z + self.theta).detach()
        return len(x) * losses.minimax().discriminator(self.discriminator(x), self.discriminator(fake))

    def generator_loss(self, x):
        return len(x) * losses.minimax().generator(self.discriminator(self.z + self.theta))


def forever(batch):
    while True:
        yield batch


def test_it_plays_lecture_03s_game_to_the_last_digit():
    x, z = shift.textbook_samples()
    game = ShiftGAN(torch.tensor(z)[:, None])
    history = train(game, forever(torch.tensor(x)[:, None]), 20, optimiser=SGD, discriminator_steps=30, progress=False)
    trace = shift.train(x, z, 3.0, (-2.0, 1.0), 20, 30, 1)
    assert game.theta.item() == pytest.approx(trace.theta[-1], rel=1e-10)
    assert game.discriminator.bias.item() == pytest.approx(trace.phi[-1, 0], rel=1e-10)
    assert history.losses().shape == (20, 2)


def small_game():
    torch.manual_seed(0)
    return GAN()


def test_a_player_moves_only_its_own_parameters():
    game = small_game()
    before = copy.deepcopy(game.state_dict())
    still = partial(torch.optim.SGD, lr=0.0)
    train(game, ring().batches(16), 3, optimiser=(still, SGD[1]), progress=False)
    moved = {name.split(".")[0] for name, value in game.state_dict().items() if not torch.equal(value, before[name])}
    assert moved == {"generator"}


def test_a_run_that_is_watched_equals_one_that_is_not():
    data = [ring().sample(16) for _ in range(6)]
    games, seen = (small_game(), small_game()), []
    torch.manual_seed(1)
    train(games[0], data, 6, progress=False)
    torch.manual_seed(1)
    held = ring().sample(16)  # a watched run holds out its first batch, to look at
    torch.manual_seed(1)
    history = train(games[1], [held, *data], 6, snapshots=4, watch=lambda g, s: seen.append(s.step), progress=False)
    assert seen == [0, 2, 4, 6] == [s.step for s in history.snapshots]
    assert all(s.samples.shape == (512, 2) for s in history.snapshots)
    assert torch.equal(history.real, held)
    assert all(torch.equal(value, games[1].state_dict()[name]) for name, value in games[0].state_dict().items())


def test_a_cooled_optimiser_holds_its_rate_for_one_half_and_is_still_at_the_end():
    parameter, moved = nn.Parameter(torch.zeros(())), []
    optimiser = cooled(partial(torch.optim.SGD, lr=1.0), 8)([parameter])
    for _ in range(9):
        before = parameter.item()
        parameter.grad = torch.ones(())
        optimiser.step()
        moved.append(before - parameter.item())
    assert moved == pytest.approx([1, 1, 1, 1, 1, 0.75, 0.5, 0.25, 0])


def poisoned(good, batch):
    for _ in range(good):
        yield ring().sample(8)
    while True:
        yield batch


def test_nan_in_the_data_stops_with_step_player_and_the_last_good_state():
    game = small_game()
    with pytest.raises(Diverged, match="discriminator's loss is not a finite number in step 130") as caught:
        train(game, poisoned(130, torch.full((8, 2), float("nan"))), 400, progress=False)
    error = caught.value
    assert (error.step, error.player) == (130, "discriminator")
    assert len(error.history.recorded) == 131
    assert error.history.losses()[:130].isfinite().all()
    assert all(p.isfinite().all() for p in game.parameters())
    assert game.sample(5).isfinite().all()


def test_the_last_good_state_is_that_of_the_last_look():
    game, same = small_game(), small_game()
    torch.manual_seed(1)
    with pytest.raises(Diverged, match="after 100 steps"):
        train(game, poisoned(130, torch.full((8, 2), float("nan"))), 400, progress=False)
    torch.manual_seed(1)
    train(same, ring().batches(8), 100, progress=False)
    assert all(torch.equal(value, same.state_dict()[name]) for name, value in game.state_dict().items())


def test_a_generator_that_diverges_is_named():
    game = small_game()
    game.generator_loss = lambda x: game.fake(len(x)).sum() * float("inf")
    with pytest.raises(Diverged, match="generator's loss is not a finite number in step 0"):
        train(game, ring().batches(8), 10, progress=False)


def test_interrupting_keeps_what_was_trained():
    def interrupted():
        yield from (ring().sample(8) for _ in range(5))
        raise KeyboardInterrupt

    game = small_game()
    with pytest.warns(UserWarning, match="Stopped after 5 of 50 steps"):
        history = train(game, interrupted(), 50, progress=False)
    assert len(history.losses()) == 5


def test_data_that_run_out_end_the_run_with_a_word():
    with pytest.warns(UserWarning, match="ran out after 5 of 50 steps"):
        history = train(small_game(), [ring().sample(8)] * 5, 50, progress=False)
    assert len(history.losses()) == 5


def test_losses_are_not_read_while_it_runs(monkeypatch):
    """A read waits for the device; one look per hundred steps is all that a run of 250 may do, and one at the end."""
    from gancourse import train as module

    looks = []
    monkeypatch.setattr(module.LastGoodState, "look", lambda self, history: looks.append(len(history.recorded)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        monkeypatch.setattr(torch.Tensor, "item", lambda self: pytest.fail("a host sync"))
        train(small_game(), ring().batches(8), 250, optimiser=SGD, progress=False)
    assert looks == [100, 200, 250]
    assert np.isfinite(looks).all()
