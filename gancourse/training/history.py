"""What a training run leaves: losses, and snapshots of what the generator made."""

from dataclasses import dataclass, field

import torch


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
        seconds, cpu_seconds: that the run took by the clock, and of its process's own, over all times it was taken up.
    """

    snapshots: list = field(default_factory=list)
    real: torch.Tensor | None = None
    recorded: list = field(default_factory=list)
    average: object = None
    seconds: float = 0.0
    cpu_seconds: float = 0.0

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
