"""That nothing of a run is lost: the last good state if it diverges, and all of it in a file, to be taken up again."""

import copy
import pickle
import time
from dataclasses import dataclass
from pathlib import Path

import torch

from gancourse import device
from gancourse.training.history import History, Snapshot


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


@dataclass
class Run:
    """All that a run's next step depends on: to put it down and take it up again.

    Attributes:
        game, optimisers, average, history: of the run; `average` may be None.
        identity: what else makes it this run and no other (its data, its seed): texts and numbers by name, or None.
    """

    game: object
    optimisers: tuple
    average: object
    history: History
    identity: dict | None = None

    def __post_init__(self):
        self._since = time.perf_counter(), time.process_time()

    def count_seconds(self):
        """Add to the history what passed since the last time."""
        now = time.perf_counter(), time.process_time()
        self.history.seconds += now[0] - self._since[0]
        self.history.cpu_seconds += now[1] - self._since[1]
        self._since = now

    def _parts(self):
        return [self.game, *self.optimisers, *([self.average.game] if self.average else [])]

    def save(self, path):
        """Write everything to a file, which is whole at any moment; by the first of several processes."""
        self.count_seconds()
        if not device.is_first():
            return
        state = {
            "parts": [part.state_dict() for part in self._parts()],
            "random": torch.get_rng_state(),
            "random_cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
            "identity": self.identity,
            "losses": self.history.losses(),
            "seconds": (self.history.seconds, self.history.cpu_seconds),
            "real": self.history.real,
            "snapshots": [{k: v for k, v in vars(s).items() if k != "field"} for s in self.history.snapshots],
        }
        beside = Path(f"{path}.part")
        torch.save(state, beside)
        beside.replace(path)

    def _require_the_same(self, kept):
        """Refuse the file of another run; one that does not say is taken at the caller's word."""
        if kept and self.identity and (other := [k for k in self.identity if kept.get(k) != self.identity[k]]):
            raise ValueError(f"it was begun with other {' and '.join(other)}")

    def load(self, path):
        """Go back to what `save` wrote.

        Raises:
            ValueError: it is of another game, or not such a file.
        """
        at = device.place_of(self.game)
        try:
            state = torch.load(path, map_location=at, weights_only=True)
            self._require_the_same(state.get("identity"))
            for part, kept in zip(self._parts(), state["parts"], strict=True):
                part.load_state_dict(kept)
            self.history.seconds, self.history.cpu_seconds = state["seconds"]
        except (RuntimeError, ValueError, KeyError, AttributeError, EOFError, pickle.UnpicklingError) as error:
            what = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise ValueError(f"{path} is no run of this game ({what}). Move it away to begin anew.") from error
        self.history.recorded.extend(state["losses"].to(at))
        if self.average:
            self.average.played.fill_(len(self.history.recorded))
        self.history.real = state["real"]
        self.history.snapshots.extend(
            Snapshot(**{k: v.cpu() if torch.is_tensor(v) else v for k, v in s.items()}) for s in state["snapshots"]
        )
        torch.set_rng_state(state["random"].cpu())
        if state["random_cuda"]:
            torch.cuda.set_rng_state_all([r.cpu() for r in state["random_cuda"]])
