"""The one training loop, and the history it leaves."""

import copy
import warnings
from dataclasses import dataclass, field
from functools import partial

import torch

ADAM = partial(torch.optim.Adam, lr=1e-3, betas=(0.5, 0.9), fused=True)
LOOK_EVERY = 100  # steps between looks at the losses: each waits for the device once
RECORDED = 512  # samples in a snapshot


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
        samples: shape (512, …).
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
        real: real samples to hold them against.
    """

    snapshots: list = field(default_factory=list)
    real: torch.Tensor | None = None
    recorded: list = field(default_factory=list)

    def record(self, discriminator_loss, generator_loss):
        """Keep the losses of one step, scalars without a graph."""
        self.recorded.append(torch.stack([discriminator_loss, generator_loss]))

    def losses(self, start=0):
        """Both players' losses from step `start` on, shape (steps, 2): discriminator, generator."""
        if len(self.recorded) <= start:
            return torch.empty(0, 2)
        return torch.stack(self.recorded[start:]).float().cpu()


def train(game, batches, steps, *, optimiser=ADAM, discriminator_steps=1, snapshots=0, watch=None, progress=True):
    """Let two players play: the discriminator its steps, then the generator one (Goodfellow et al. 2014, alg. 1).

    Args:
        game: a `Game`; trained in place.
        batches: an iterable of batches, as the game's losses take them.
        steps: how many generator steps.
        optimiser: makes an optimiser from a list of parameters; or a pair of such, the discriminator's first.
        discriminator_steps: discriminator steps before each of the generator.
        snapshots: how many to take, evenly over the run; the first is of the start.
        watch: called as `watch(game, snapshot)` after each; it may draw, or fill `snapshot.field`.
        progress: whether to show a bar.

    Returns:
        A `History`. Interrupted (Ctrl-C, the stop button), or out of data, it warns and returns what there is.

    Raises:
        Diverged: a loss is no longer finite.
    """
    from tqdm import tqdm

    history, batches = History(), iter(batches)
    of_discriminator, of_generator = optimiser if isinstance(optimiser, tuple) else (optimiser, optimiser)
    discriminator, generator = game.players()
    optimiser_d, optimiser_g = of_discriminator(discriminator), of_generator(generator)
    safe = LastGoodState(game)
    due = {round(i * steps / (snapshots - 1)) for i in range(snapshots)} if snapshots > 1 else set()
    if due:
        history.real = next(batches)
    try:
        for step in tqdm(range(steps), disable=not progress, leave=False):
            if step in due:
                snap(game, step, history, watch)
            for _ in range(discriminator_steps):
                batch = next(batches)
                loss_d = play(game.discriminator_loss, batch, discriminator, optimiser_d)
            loss_g = play(game.generator_loss, batch, generator, optimiser_g)
            history.record(loss_d, loss_g)
            if (step + 1) % LOOK_EVERY == 0:
                safe.look(history)
    except (KeyboardInterrupt, StopIteration) as stopped:
        what = "Stopped" if isinstance(stopped, KeyboardInterrupt) else "The data ran out"
        warnings.warn(f"{what} after {len(history.recorded)} of {steps} steps; what was trained is kept.", stacklevel=2)
    safe.look(history)
    if due:
        snap(game, len(history.recorded), history, watch)
    return history


def cooled(optimiser, steps):
    """The same optimiser with a learning rate that falls linearly to zero in the second half of `steps` of its own.

    As CycleGAN's does (Zhu et al. 2017, section 4); it takes the restlessness out of the last samples.
    """

    def make(parameters):
        made = optimiser(parameters)
        schedule = torch.optim.lr_scheduler.LambdaLR(made, lambda step: min(1.0, max(0.0, 2 * (1 - step / steps))))
        made.register_step_post_hook(lambda *_: schedule.step())
        return made

    return make


def play(loss_of, batch, parameters, optimiser):
    """One step of one player: descend its loss by its own parameters, and leave the other's alone."""
    optimiser.zero_grad()
    loss = loss_of(batch)
    loss.backward(inputs=parameters)
    optimiser.step()
    return loss.detach()


def snap(game, step, history, watch):
    """Take a snapshot, without using up randomness: a run that is watched equals one that is not."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        snapshot = Snapshot(step, game.sample(RECORDED).cpu(), *(f.cpu() for f in game.logits(history.real)))
    history.snapshots.append(snapshot)
    if watch:
        watch(game, snapshot)


class LastGoodState:
    """Looks now and then at whether all is finite, keeps the state if so, and goes back to it if not."""

    def __init__(self, game):
        self._game, self._looked = game, 0
        self._keep(0)

    def _keep(self, step):
        self._step, self._state = step, copy.deepcopy(self._game.state_dict())

    def look(self, history):
        """Look at the losses since the last time.

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
        if all(p.isfinite().all() for p in self._game.parameters()):  # else the next loss will tell
            self._keep(self._looked)
