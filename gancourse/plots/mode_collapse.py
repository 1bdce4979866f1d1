"""The figures of lecture 07: a generator's samples over the modes they should cover."""

import numpy as np
from scipy.special import expit

from gancourse.metrics.distances import mode_coverage
from gancourse.plots import FAKE, INK, LEGEND, REAL, MovingPicture, colour_bar, new_figure

FIELD = 40  # points to a side at which the discriminator is asked


def field_points(world):
    """Where a picture of this world asks the discriminator, shape (FIELD², 2)."""
    axis = np.linspace(-1, 1, FIELD) * _reach(world)
    return np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)


def _reach(world):
    return 1.35 * float(np.abs(np.asarray(world.centres)).max())


class ScatterPicture(MovingPicture):
    """Real and generated samples, with what the discriminator says of the plane behind them.

    Args:
        world: a `Mixture`.
        real: some samples of it, shape (n, 2).
    """

    def __init__(self, world, real):
        self._world, reach = world, _reach(world)
        self.figure, ax = new_figure(6.4, 5.0)
        span = (-reach, reach, -reach, reach)
        blank = np.full((FIELD, FIELD), 0.5)
        edges = [end * FIELD / (FIELD - 1) for end in span]  # a pixel's centre is where the discriminator was asked
        self._field = ax.imshow(
            blank, extent=edges, origin="lower", cmap="PiYG", vmin=0, vmax=1, alpha=0.5, interpolation="bilinear"
        )
        (real_points,) = ax.plot(*np.asarray(real).T, "o", color=REAL, ms=3, alpha=0.5, label="real")
        (self._fake,) = ax.plot([], [], "^", color=FAKE, ms=4, alpha=0.7, label="generated")
        ax.set(xlim=span[:2], ylim=span[2:], xlabel="$x_1$", ylabel="$x_2$")
        self._title = ax.set_title("", fontsize=12, loc="left")
        ax.set_aspect("equal")
        self.figure.legend(handles=ax.get_lines(), loc="outside lower center", markerscale=2, **LEGEND, ncols=2)
        colour_bar(self._field, ax, 'probability "real", σ(D(x))', shrink=0.7)
        self.moving = [self._field, real_points, self._fake, self._title]

    def update(self, snapshot):
        """Move to a snapshot; its `field` holds the discriminator's logits at `field_points`, or None."""
        modes = mode_coverage(snapshot.samples, self._world.centres, self._world.std)
        if snapshot.field is not None:
            self._field.set_data(expit(np.asarray(snapshot.field).reshape(FIELD, FIELD)))
        self._fake.set_data(*np.asarray(snapshot.samples).T)
        total = len(self._world.centres)
        self._title.set_text(f"step {snapshot.step}: {modes.captured} of {total} modes")
        self.figure.description = (
            f"After {snapshot.step} steps the generator reaches {modes.captured} of {total} modes, "
            f"with {modes.high_quality:.0%} of its samples within three standard deviations of one."
        )


def filmstrip(world, real, snapshots, titles=None):
    """Some snapshots side by side.

    Args:
        world: a `Mixture`.
        real: some samples of it, shape (n, 2).
        snapshots: a few `Snapshot`s.
        titles: one per snapshot; its step if not given.
    """
    figure, axes = new_figure(2.4 * len(snapshots), 3.5, columns=len(snapshots), sharex=True, sharey=True)
    told = []
    for i, (ax, snapshot) in enumerate(zip(axes, snapshots, strict=True)):
        ax.plot(*np.asarray(real).T, "o", color=REAL, ms=2, alpha=0.4, label="real")
        ax.plot(*np.asarray(snapshot.samples).T, "^", color=FAKE, ms=3, alpha=0.5, label="generated")
        modes = mode_coverage(snapshot.samples, world.centres, world.std)
        name = titles[i] if titles else f"step {snapshot.step}"
        ax.set_title(f"{name}\n{modes.captured} captured, {modes.high_quality:.0%} good", fontsize=11)
        ax.set(xlim=(-_reach(world), _reach(world)), ylim=(-_reach(world), _reach(world)), aspect="equal")
        ax.set_xlabel("$x_1$")
        told.append(f"{name}: {modes.captured} modes, {modes.high_quality:.0%} of high quality")
    axes[0].set_ylabel("$x_2$")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", markerscale=2, **LEGEND, ncols=2)
    figure.description = f"Real and generated samples, {len(world.centres)} modes. " + "; ".join(told) + "."
    return figure


def table(results, modes):
    """Modes captured by each system, every seed a dot, with mean and standard error.

    Args:
        results: by system, a dict with "captured", one number per seed.
        modes: how many there are.
    """
    figure, ax = new_figure(8, 0.42 * len(results) + 1.2)
    told = []
    for row, (name, measured) in enumerate(results.items()):
        captured = np.array(measured["captured"])
        mean, error = captured.mean(), captured.std(ddof=1) / np.sqrt(captured.size)
        ax.plot(captured, row + np.linspace(-0.18, 0.18, captured.size), "o", color=FAKE, ms=4, alpha=0.7)
        ax.errorbar(mean, row, xerr=error, fmt="D", color=INK, ms=6, capsize=4)
        told.append(f"{name} {mean:.1f} ± {error:.1f}")
    ax.axvline(modes, color=REAL, ls="--", lw=1)
    ax.set(
        yticks=range(len(results)), yticklabels=list(results), xlabel=f"modes captured, of {modes}", xlim=(0, modes + 1)
    )
    ax.invert_yaxis()
    figure.description = f"Modes captured, of {modes}, mean ± standard error over seeds: " + "; ".join(told) + "."
    return figure
