"""The one training loop, and the history it leaves."""

import copy
import pickle
import signal
import threading
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import torch
from torch import nn

from gancourse import device

ADAM = partial(torch.optim.Adam, lr=1e-3, betas=(0.5, 0.9), fused=True)
LOOK_EVERY = 100  # steps between looks at the losses: each waits for the device once
KEEP_EVERY = 1000  # steps between writings of the file that a run is kept in
RECORDED, RECORDED_NUMBERS = 512, 2**20  # samples in a snapshot, and numbers in them: fewer if they are large


class Diverged(RuntimeError):
    """A loss stopped being a finite number. The game is back in its last good state.

    Attributes:
        step: the step it happened in, counted from 0.
        player: "discriminator" or "generator".
        history: what was recorded up to and with that step.
    """

    def __init__(self, step, player, history, good):
        self.step, self.player, self.history = step, player, history
        super().__init__(
            f"The {player}'s loss is not a finite number in step {step}. The game is back as it was after {good} "
            "steps; the run is in the error's `history`. Try a smaller learning rate, and look for NaN in the data."
        )


@dataclass
class Snapshot:
    """What a game made after `step` steps, from the same latent samples every time.

    Attributes:
        step: how many steps had been played.
        samples: shape (512, …), fewer of large images.
        real_logits, fake_logits: what the discriminator said of real and generated samples.
        field: what else `watch` kept.
    """

    step: int
    samples: torch.Tensor
    real_logits: torch.Tensor
    fake_logits: torch.Tensor
    field: object = None


@dataclass
class History:
    """What happened in a run. Losses stay on the device until they are read.

    Attributes:
        snapshots: a list of `Snapshot`.
        real: a batch of real samples to hold them against.
        average: the moving average of the game, if `train` was to keep one.
    """

    snapshots: list = field(default_factory=list)
    real: torch.Tensor | None = None
    recorded: list = field(default_factory=list)
    average: object = None

    def record(self, discriminator_loss, generator_loss):
        """Keep the losses of one step, scalars without a graph."""
        self.recorded.append(torch.stack([discriminator_loss, generator_loss]))

    def first_real(self):
        """The real samples alone, if they came with conditions."""
        return self.real[0] if isinstance(self.real, tuple | list) else self.real

    def losses(self, start=0):
        """Both players' losses from step `start` on, shape (steps, 2): discriminator, generator."""
        if len(self.recorded) <= start:
            return torch.empty(0, 2)
        return torch.stack(self.recorded[start:]).float().cpu()


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
            0.999 forgets in a thousand steps.
        bf16: whether losses are computed under bfloat16 autocast.
        capture: whether to record a turn as a CUDA graph (`device.Captured`); on a GPU, where shapes do not change.
        keep: a file that the run is kept in. If it is there, the run goes on from it, and ends as if it had never
            stopped, given batches that are drawn with torch's global random numbers.
        progress: whether to show a bar.

    Returns:
        A `History`. Interrupted (Ctrl-C, the stop button), or out of data, it warns and returns what there is.

    Raises:
        Diverged: a loss is no longer finite.
        ValueError: `capture` with an optimiser whose learning rate changes, which a graph cannot do.
    """
    from tqdm import tqdm

    history, batches = History(), iter(batches)
    of_discriminator, of_generator = optimiser if isinstance(optimiser, tuple) else (optimiser, optimiser)
    discriminator, generator = game.players()
    optimiser_d, optimiser_g = of_discriminator(discriminator), of_generator(generator)
    averaged = Average(game, average) if average else None
    run = Run(game, (optimiser_d, optimiser_g), averaged, history)
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
    if keep:
        run.save(keep)
    history.average = averaged.settled() if averaged else None
    if due:
        snap(history.average or game, len(history.recorded), history, watch)
    return history


def cooled(optimiser, steps):
    """The same optimiser with a learning rate that falls linearly to zero in the second half of `steps` of its own.

    As CycleGAN's does (Zhu et al. 2017, section 4); it takes the restlessness out of the last samples. How far it is
    stands in the optimiser's own state, so that a run that is resumed goes on cooling.
    """

    def cool(made, *_):
        for group in made.param_groups:
            group["played"] += 1
            group["lr"] = group["initial_lr"] * min(1.0, max(0.0, 2 * (1 - group["played"] / steps)))

    def make(parameters):
        made = optimiser(parameters)
        for group in made.param_groups:
            group.update(played=0, initial_lr=group["lr"])
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
        samples, logits = looked_at.sample(n), looked_at.logits(history.real)
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

    Args:
        game: the game that is trained.
        decay: of the average: after `game` has moved, it keeps this much of itself.
    """

    def __init__(self, game, decay):
        self.game, self._decay = copy.deepcopy(game).requires_grad_(False), decay
        self._mine = [t for t in self.game.state_dict().values() if t.is_floating_point()]
        self._theirs = [t for t in game.state_dict().values() if t.is_floating_point()]

    def update(self):
        """Follow the game by one step."""
        with torch.no_grad():
            torch._foreach_lerp_(self._mine, self._theirs, 1 - self._decay)

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


@dataclass
class Run:
    """All that a run's next step depends on: to put it down and take it up again.

    Attributes:
        game, optimisers, average, history: of the run; `average` may be None.
    """

    game: object
    optimisers: tuple
    average: object
    history: History

    def _parts(self):
        return [self.game, *self.optimisers, *([self.average.game] if self.average else [])]

    def save(self, path):
        """Write everything to a file, which is whole at any moment; by the first of several processes."""
        if not device.is_first():
            return
        state = {
            "parts": [part.state_dict() for part in self._parts()],
            "random": torch.get_rng_state(),
            "random_cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
            "losses": self.history.losses(),
            "real": self.history.real,
            "snapshots": [{k: v for k, v in vars(s).items() if k != "field"} for s in self.history.snapshots],
        }
        beside = Path(f"{path}.part")
        torch.save(state, beside)
        beside.replace(path)

    def load(self, path):
        """Go back to what `save` wrote.

        Raises:
            ValueError: it is of another game, or not such a file.
        """
        at = device.place_of(self.game)
        try:
            state = torch.load(path, map_location=at, weights_only=True)
            for part, kept in zip(self._parts(), state["parts"], strict=True):
                part.load_state_dict(kept)
        except (RuntimeError, ValueError, KeyError, EOFError, pickle.UnpicklingError) as error:
            what = str(error).strip().splitlines()[0]
            raise ValueError(f"{path} is no run of this game ({what}). Move it away to begin anew.") from error
        self.history.recorded.extend(state["losses"].to(at))
        self.history.real = state["real"]
        self.history.snapshots.extend(
            Snapshot(**{k: v.cpu() if torch.is_tensor(v) else v for k, v in s.items()}) for s in state["snapshots"]
        )
        torch.set_rng_state(state["random"].cpu())
        if state["random_cuda"]:
            torch.cuda.set_rng_state_all([r.cpu() for r in state["random_cuda"]])


class LastGoodState:
    """Looks now and then at whether all is finite, keeps the state if so, and goes back to it if not."""

    def __init__(self, game, step=0):
        self._game, self._looked = game, step
        self._keep(step)

    def _keep(self, step):
        self._step, self._state = step, copy.deepcopy(self._game.state_dict())

    def look(self, history):
        """Look at the losses since the last time; returns the last of either player.

        Raises:
            Diverged: one of them is not finite; the game is back in the last good state.
        """
        new = history.losses(self._looked)
        if not new.isfinite().all():
            at, player = (~new.isfinite()).nonzero()[0].tolist()
            del history.recorded[self._looked + at + 1 :]
            self._game.load_state_dict(self._state)
            raise Diverged(self._looked + at, ("discriminator", "generator")[player], history, self._step)
        self._looked += len(new)
        if torch.stack([p.isfinite().all() for p in self._game.parameters()]).all():  # else the next loss will tell
            self._keep(self._looked)
        return dict(zip(("loss_D", "loss_G"), new[-1].tolist(), strict=True)) if len(new) else {}
