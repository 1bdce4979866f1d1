"""The one training loop."""

import copy
import signal
import threading
import warnings
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import torch
from torch import nn

from gancourse import device
from gancourse.training.history import History, Snapshot
from gancourse.training.keeping import LastGoodState, Run

ADAM = partial(torch.optim.Adam, lr=1e-3, betas=(0.5, 0.9), fused=True)
LOOK_EVERY = 100  # steps between looks at the losses: each waits for the device once
KEEP_EVERY = 1000  # steps between writings of the file that a run is kept in
RECORDED, RECORDED_NUMBERS = 512, 2**20  # samples in a snapshot, and numbers in them: fewer if they are large


def train(
    game,
    batches,
    steps,
    *,
    optimiser=ADAM,
    discriminator_steps=1,
    snapshots=0,
    watch=None,
    average=None,
    bf16=False,
    capture=False,
    keep=None,
    identity=None,
    progress=True,
):
    """Let two players play: the discriminator its steps, then the generator one (Goodfellow et al. 2014, alg. 1).

    Args:
        game: a `Game`; trained in place, where it lies.
        batches: an iterable of batches, as the game's losses take them, on the game's device.
        steps: how many generator steps.
        optimiser: makes an optimiser from a list of parameters; or a pair of such, the discriminator's first.
        discriminator_steps: discriminator steps before each of the generator.
        snapshots: how many to take, evenly over the run; the first is of the start.
        watch: called as `watch(game, snapshot)` after each; it may draw, or fill `snapshot.field`.
        average: decay of a moving average of the game, which is what snapshots then show and `history.average` keeps;
            0.999 forgets in a thousand steps, and at first sooner (see `Average`).
        bf16: whether losses are computed under bfloat16 autocast.
        capture: whether to record a turn as a CUDA graph (`device.Captured`); on a GPU, where shapes do not change.
        keep: a file that the run is kept in. If it is there, the run goes on from it, and ends as if it had never
            stopped, given batches that are drawn with torch's global random numbers.
        identity: with `keep`: what makes it this run and no other, such as {"seed": 0}; a kept one must have the same.
        progress: whether to show a bar.

    Returns:
        A `History`. Interrupted (Ctrl-C, the stop button), or out of data, it warns and returns what there is.

    Raises:
        keeping.Diverged: a loss is no longer finite.
        ValueError: `capture` with an optimiser whose learning rate changes and is no tensor.
    """
    from tqdm import tqdm

    history, batches = History(), iter(batches)
    of_discriminator, of_generator = optimiser if isinstance(optimiser, tuple) else (optimiser, optimiser)
    discriminator, generator = game.players()
    optimiser_d, optimiser_g = of_discriminator(discriminator), of_generator(generator)
    averaged = Average(game, average) if average else None
    run = Run(game, (optimiser_d, optimiser_g), averaged, history, identity)
    at = device.place_of(game)
    precise = device.precision(at, bf16)

    def turn(batches):
        for batch in batches:
            loss_d = play(game.discriminator_loss, batch, discriminator, optimiser_d, precise)
        loss_g = play(game.generator_loss, batches[-1], generator, optimiser_g, precise)
        if averaged:
            averaged.update()
        return loss_d, loss_g

    if capture:
        turn = device.Captured(turn, (optimiser_d, optimiser_g))
    due = {round(i * steps / (snapshots - 1)) for i in range(snapshots)} if snapshots > 1 else set()
    if keep and Path(keep).exists():
        run.load(keep)
    elif due:
        history.real = next(batches)
    first = len(history.recorded)
    safe = LastGoodState(game, first)
    bar = tqdm(range(first, steps), initial=first, total=steps, disable=not progress, leave=False)
    try:
        with interrupts_held() as stop:
            for step in bar:
                if step in due:
                    snap(averaged.settled() if averaged else game, step, history, watch)
                history.record(*turn([next(batches) for _ in range(discriminator_steps)]))
                if (step + 1) % LOOK_EVERY == 0:
                    bar.set_postfix(safe.look(history))
                if keep and (step + 1) % KEEP_EVERY == 0:
                    run.save(keep)
                if stop:
                    raise KeyboardInterrupt
    except (KeyboardInterrupt, StopIteration) as stopped:
        what = "Stopped" if isinstance(stopped, KeyboardInterrupt) else "The data ran out"
        warnings.warn(f"{what} after {len(history.recorded)} of {steps} steps; what was trained is kept.", stacklevel=2)
    safe.look(history)
    run.count_seconds()
    if keep:
        run.save(keep)
    history.average = averaged.settled() if averaged else None
    if due:
        snap(history.average or game, len(history.recorded), history, watch)
    return history


def cooled(optimiser, steps):
    """The same optimiser with a learning rate that falls linearly to zero in the second half of `steps` of its own.

    As CycleGAN's does (Zhu et al. 2017, section 4); it takes the restlessness out of the last samples. How far it is
    stands in the optimiser's own state, so that a run that is resumed goes on cooling; on a GPU it stands there as
    tensors, so that a recorded turn cools as well.
    """

    def cool(made, *_):
        for group in made.param_groups:
            group["played"] += 1
            left = 2 * (1 - group["played"] / steps)
            if torch.is_tensor(group["lr"]):
                group["lr"].copy_(group["initial_lr"] * left.clamp(0.0, 1.0))
            else:
                group["lr"] = group["initial_lr"] * min(1.0, max(0.0, left))

    def make(parameters):
        made = optimiser(parameters)
        for group in made.param_groups:
            group.update(played=0, initial_lr=group["lr"])
            at = group["params"][0].device
            if at.type == "cuda":
                group.update(played=torch.zeros((), device=at), lr=torch.tensor(group["lr"], device=at))
        made.register_step_post_hook(cool)
        return made

    return make


def play(loss_of, batch, parameters, optimiser, precise):
    """One step of one player: descend its loss by its own parameters, and leave the other's alone."""
    optimiser.zero_grad()
    with precise():
        loss = loss_of(batch)
    loss.backward(inputs=parameters)
    device.average_gradients(parameters)
    optimiser.step()
    return loss.detach()


def snap(game, step, history, watch):
    """Take a snapshot, without using up randomness or moving a statistic: to be watched changes nothing."""
    looked_at = copy.deepcopy(game)  # batch norm keeps averages of whatever passes through
    n = max(1, min(RECORDED, RECORDED_NUMBERS // history.first_real()[0].numel()))
    with torch.random.fork_rng():
        torch.manual_seed(0)
        samples, logits = looked_at.shown(n, history.real), looked_at.logits(history.real)
    snapshot = Snapshot(step, *(values.float().cpu() for values in (samples, *logits)))
    history.snapshots.append(snapshot)
    if watch:
        watch(game, snapshot)


@contextmanager
def interrupts_held():
    """Lets Ctrl-C wait for the end of a turn, so that what is kept is whole; a second one does not wait.

    Yields a list that is no longer empty once somebody asked.
    """
    asked = []

    def ask(*_):
        if asked:
            raise KeyboardInterrupt
        asked.append(True)

    if threading.current_thread() is not threading.main_thread():  # which alone gets signals
        yield asked
        return
    before = signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


class Average:
    """A moving average of a game's parameters (Yazıcı et al. 2019): steadier samples than of any one moment.

    After step t it keeps min(decay, t / (t + 9)) of itself, so that of a short run it remembers the last tenth or so.
    With `decay` from the first step on, a third of what 0.999 gives after a thousand steps would be initial weights.

    Args:
        game: the game that is trained.
        decay: of the average: after `game` has moved, it keeps at most this much of itself.

    Attributes:
        played: steps so far, a tensor: a recorded turn counts them, too.
    """

    def __init__(self, game, decay):
        self.game, self._decay = copy.deepcopy(game).requires_grad_(False), decay
        self.played = torch.zeros((), device=device.place_of(game))
        self._mine = [t for t in self.game.state_dict().values() if t.is_floating_point()]
        self._theirs = [t for t in game.state_dict().values() if t.is_floating_point()]

    def update(self):
        """Follow the game by one step."""
        with torch.no_grad():
            self.played += 1
            change = torch._foreach_sub(self._theirs, self._mine)
            torch._foreach_mul_(change, (9 / (self.played + 9)).clamp(min=1 - self._decay))
            torch._foreach_add_(self._mine, change)

    def settled(self, batches=20, n=64):
        """A copy whose batch norms know the averaged network's own statistics, which no average of statistics is."""
        game = copy.deepcopy(self.game)
        norms = [m for m in game.generator.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None  # a plain mean over all batches
        with torch.random.fork_rng(), torch.no_grad():
            torch.manual_seed(0)
            for _ in range(batches if norms else 0):
                game.fake(n)
        return game
