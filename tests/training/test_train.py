"""The one training loop: who plays, what is recorded, and what is kept when a loss is no number any more."""

import copy
import itertools
import os
import signal
import subprocess
import sys
import warnings
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from classroom import ROOT
from gancourse import shift
from gancourse.data.images import load
from gancourse.data.worlds.mixtures import ring
from gancourse.games import losses
from gancourse.games.dcgan import DCGAN
from gancourse.games.game import Game
from gancourse.games.gan import GAN
from gancourse.games.maxout import MaxoutGAN
from gancourse.training.keeping import Diverged
from gancourse.training.loop import Average, cooled, train

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
    from gancourse.training import loop as module

    looks = []
    monkeypatch.setattr(module.LastGoodState, "look", lambda self, history: looks.append(len(history.recorded)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        monkeypatch.setattr(torch.Tensor, "item", lambda self: pytest.fail("a host sync"))
        train(small_game(), ring().batches(8), 250, optimiser=SGD, progress=False)
    assert looks == [100, 200, 250]
    assert np.isfinite(looks).all()


# --- kept, averaged, shared ------------------------------------------------------------------------------------


def image_game():
    torch.manual_seed(0)
    return DCGAN(16, 1, 4)


def digits(n=16):
    return load("digits").batches(n)


COOL = tuple(cooled(partial(torch.optim.Adam, lr=rate), 12) for rate in (1e-3, 2e-3))


def test_a_run_stopped_and_resumed_equals_one_that_was_not(tmp_path):
    options = {"optimiser": COOL, "average": 0.9, "progress": False, "snapshots": 4}
    whole, parts = image_game(), image_game()
    torch.manual_seed(1)
    expected = train(whole, digits(), 12, **options)
    torch.manual_seed(1)
    with pytest.warns(UserWarning, match="after 5 of 12"):
        train(parts, stops_after(6, digits()), 12, keep=tmp_path / "run.pt", **options)  # one batch is held out
    parts = image_game()
    torch.manual_seed(99)  # whatever happened in between
    history = train(parts, digits(), 12, keep=tmp_path / "run.pt", **options)
    assert torch.equal(history.losses(), expected.losses())
    for got, wanted in ((parts, whole), (history.average, expected.average)):
        assert all(torch.equal(value, wanted.state_dict()[name]) for name, value in got.state_dict().items())
    assert [s.step for s in history.snapshots] == [s.step for s in expected.snapshots]
    assert torch.equal(history.snapshots[-1].samples, expected.snapshots[-1].samples)


def stops_after(n, batches):
    yield from itertools.islice(batches, n)
    raise KeyboardInterrupt


def test_a_run_is_not_taken_up_by_another_game(tmp_path):
    train(image_game(), digits(), 1, keep=tmp_path / "run.pt", progress=False)
    with pytest.raises(ValueError, match="is no run of this game"):
        train(small_game(), ring().batches(8), 2, keep=tmp_path / "run.pt", progress=False)
    (tmp_path / "run.pt").write_bytes(b"PK not really")
    with pytest.raises(ValueError, match="Move it away to begin anew"):
        train(image_game(), digits(), 2, keep=tmp_path / "run.pt", progress=False)


def test_ctrl_c_waits_for_the_end_of_a_turn():
    def asked(batches):
        yield next(batches)
        os.kill(os.getpid(), signal.SIGINT)  # between the batches of one turn
        yield from batches

    before = signal.getsignal(signal.SIGINT)
    with pytest.warns(UserWarning, match="Stopped after 1 of 50 steps"):
        history = train(small_game(), asked(ring().batches(8)), 50, discriminator_steps=3, progress=False)
    assert len(history.losses()) == 1
    assert signal.getsignal(signal.SIGINT) is before


def test_to_be_watched_moves_no_statistic():
    games = image_game(), image_game()
    data = list(itertools.islice(digits(), 5))
    for game, snapshots, batches in zip(games, (0, 3), (data[1:], data), strict=True):
        torch.manual_seed(1)
        train(game, batches, 4, snapshots=snapshots, progress=False)
    assert all(torch.equal(value, games[1].state_dict()[name]) for name, value in games[0].state_dict().items())


def test_the_average_is_the_exponential_one_after_a_start_that_forgets_sooner_and_its_batch_norms_are_its_own():
    game = image_game()
    averaged, weight = Average(game, 0.2), game.generator.layers[0].weight
    expected = weight.detach().clone()
    for kept in (1 / 10, 2 / 11, 0.2, 0.2):
        with torch.no_grad():
            weight += torch.randn_like(weight)
        averaged.update()
        expected = kept * expected + (1 - kept) * weight.detach()
    settled = averaged.settled(batches=30, n=64)
    assert torch.allclose(settled.generator.layers[0].weight, expected, atol=1e-6)
    norm = settled.generator.layers[2]
    with torch.no_grad():
        x = settled.generator.layers[:2](settled.draw_latent(4000))
    assert torch.allclose(norm.running_mean, x.mean(dim=(0, 2, 3)), atol=0.1 * float(x.std()))
    assert torch.allclose(norm.running_var, x.var(dim=(0, 2, 3)), rtol=0.15)


def test_nothing_of_the_start_is_left_in_the_average_of_a_short_run():
    game = image_game()
    averaged, weight = Average(game, 0.999), game.generator.layers[0].weight
    with torch.no_grad():
        weight.fill_(1000.0)
    for _ in range(100):
        averaged.update()
    assert torch.allclose(averaged.game.generator.layers[0].weight, weight, rtol=1e-6)


GLOO = """
import sys
import torch
from gancourse import device
from gancourse.data.images import load
from gancourse.games.maxout import MaxoutGAN
from gancourse.training.loop import train

torch.set_num_threads(1)
device.join()
torch.manual_seed(0)
game = MaxoutGAN(16, 1, 40)
for module in game.modules():
    module.p = 0.0  # dropout is each process's own
train(game, load("digits").batches(32), 10, optimiser=lambda p: torch.optim.Adam(p, lr=1e-3), progress=False)
if device.is_first():
    torch.save(game.state_dict(), sys.argv[1])
print(device.processes(), "processes")
device.leave()
"""


def test_two_processes_play_the_game_of_one(tmp_path):
    """At the same global batch, to 1e-5; without batch norm, which is each process's own."""
    (tmp_path / "play.py").write_text(GLOO)
    together = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    for command, name, processes in ((together, "two.pt", 2), ([sys.executable], "one.pt", 1)):
        done = subprocess.run(
            [*command, str(tmp_path / "play.py"), str(tmp_path / name)],
            env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert f"{processes} processes" in done.stdout, done.stderr
    two, one = (torch.load(tmp_path / name, weights_only=True) for name in ("two.pt", "one.pt"))
    assert all(torch.allclose(two[name], one[name], atol=1e-5) for name in one)
    torch.manual_seed(0)
    start = MaxoutGAN(16, 1, 40).state_dict()
    assert any((one[name] - start[name]).abs().max() > 1e-3 for name in one)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_captured_turn_plays_the_same_game():
    games = image_game().cuda(), image_game().cuda()
    for game, capture in zip(games, (False, True), strict=True):
        torch.manual_seed(1)
        train(game, load("digits").to("cuda").batches(16), 12, capture=capture, progress=False)
    pairs = zip(games[0].parameters(), games[1].parameters(), strict=True)
    assert all(torch.allclose(a, b, atol=1e-4) for a, b in pairs)


def test_a_captured_turn_has_a_fixed_learning_rate(monkeypatch):
    monkeypatch.setattr(torch.cuda, "Stream", lambda: None)
    with pytest.raises(ValueError, match="fixed learning rate"):
        train(image_game(), digits(), 2, optimiser=COOL, capture=True, progress=False)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_captured_turn_cools_as_one_that_is_played():
    games = image_game().cuda(), image_game().cuda()
    for game, capture in zip(games, (False, True), strict=True):
        torch.manual_seed(1)
        train(game, load("digits").to("cuda").batches(16), 12, optimiser=COOL, capture=capture, progress=False)
    pairs = zip(games[0].parameters(), games[1].parameters(), strict=True)
    assert all(torch.allclose(a, b, atol=1e-4) for a, b in pairs)
