"""The figures of lecture 03 on why the game swings, and on whether it converges: `gancourse.dirac`."""

import numpy as np

from gancourse import dirac
from gancourse.plots import FAKE, INK, JUDGE, LEGEND, REAL, MovingPicture, new_figure


def overshoot_by_steps(overshoot, rounds):
    """How far θ passes its target, and how many rounds it takes to get there, by discriminator steps a round.

    Args:
        overshoot: by number of steps, how far θ goes beyond θ*.
        rounds: by number of steps, the first round that ends within 0.5 of θ*.
    """
    figure, (left, right) = new_figure(10, 3.4, columns=2)
    steps = list(overshoot)
    left.plot(steps, list(overshoot.values()), "o-", color=FAKE, lw=2)
    left.set(ylabel=r"overshoot of $\theta$ beyond $\theta^*$", ylim=(-0.2, None))
    right.plot(steps, list(rounds.values()), "s--", color=INK, lw=2)
    right.set(ylabel=r"rounds until $\theta$ is near $\theta^*$", ylim=(0, None))
    for ax in (left, right):
        ax.set_xscale("log")
        ax.set_xticks(steps, [f"{n:,}" for n in steps])
        ax.minorticks_off()
        ax.set_xlabel("discriminator steps a round")
    told = [f"{n:,} steps: overshoot {overshoot[n]:.2f}, near in round {rounds[n]}" for n in steps]
    figure.description = f"Overshoot and time by discriminator steps a round. {'; '.join(told)}."
    return figure


def dirac_paths(paths, rate):
    """Paths of the Dirac GAN in the plane of both parameters, over the arrows of their gradients.

    Args:
        paths: by title, what `dirac.play` gives, and the weight of the penalty in it.
        rate: theirs, for the words.
    """
    figure, axes = new_figure(10, 4, columns=len(paths), sharex=True, sharey=True)
    reach = 1.1 * max(np.abs(path).max() for path, _ in paths.values())
    for ax, (title, (path, gamma)) in zip(np.ravel(axes), paths.items(), strict=True):
        _plane(ax, reach, gamma)
        ax.plot(*path.T, ".-", color=INK, ms=4, lw=1)
        ax.plot(*path[0], "s", color=FAKE, ms=8, label="start")
        ax.plot(0, 0, "*", color=REAL, ms=14, label="equilibrium")
        ax.set_title(title, fontsize=12, loc="left")
    np.ravel(axes)[0].set_ylabel(r"slope $\psi$ of the discriminator")
    figure.legend(*np.ravel(axes)[0].get_legend_handles_labels(), loc="outside lower center", **LEGEND, ncols=2)
    told = [
        f"{title}, from distance {np.hypot(*path[0]):.2f} to {np.hypot(*path[-1]):.2f} in {len(path) - 1} steps"
        for title, (path, _) in paths.items()
    ]
    figure.description = f"Paths of the Dirac GAN around its equilibrium, rate {rate:g}: {'; '.join(told)}."
    return figure


def _plane(ax, reach, gamma):
    """The plane of θ and ψ with the direction in which both players push, as arrows; returns them."""
    ticks = np.linspace(-reach, reach, 11)
    theta, psi = np.meshgrid(ticks, ticks)
    arrows = ax.quiver(theta, psi, *_push(theta, psi, gamma), color="#999999", angles="xy", width=0.004)
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal", xlabel=r"generator $\theta$")
    return arrows


def _push(theta, psi, gamma, rate=1e-3):
    """By how much either player moves, if the rate is small, per unit of it."""
    moved = dirac.step(theta, psi, rate, gamma, in_turns=False)
    return (moved[0] - theta) / rate, (moved[1] - psi) / rate


class DiracPicture(MovingPicture):
    """A path of the Dirac GAN, and beside it the eigenvalues of its step and the circle that they must stay within.

    Args:
        rate, gamma, in_turns: as of `dirac.step`.
        n_steps: of the path, which starts at θ = ψ = 1.
    """

    def __init__(self, rate=0.5, gamma=0.0, in_turns=True, n_steps=60):
        self._n_steps = n_steps
        self.figure, (plane, circle) = new_figure(10, 4.4, columns=2)
        self._arrows = _plane(plane, 3, gamma)
        plane.set_ylabel(r"slope $\psi$ of the discriminator")
        (self._path,) = plane.plot([], [], ".-", color=INK, ms=4, lw=1)
        plane.plot(1, 1, "s", color=FAKE, ms=8, label="start")
        plane.plot(0, 0, "*", color=REAL, ms=14, label="equilibrium")
        around = np.linspace(0, 2 * np.pi, 200)
        circle.plot(np.cos(around), np.sin(around), "-", color=INK, lw=1, label="absolute value 1")
        (self._eigenvalues,) = circle.plot([], [], "D", color=JUDGE, ms=9, label="eigenvalues of a step")
        circle.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6), aspect="equal", xlabel="real part", ylabel="imaginary part")
        self._title = circle.set_title("", fontsize=12, loc="left")
        handles = [*plane.get_lines()[1:], *circle.get_lines()]
        self.figure.legend(handles=handles, loc="outside lower center", **LEGEND, ncols=4)
        self.moving = [self._arrows, self._path, self._eigenvalues, self._title]
        self.update(rate, gamma, in_turns)

    def update(self, rate, gamma, in_turns):
        """Move everything to another rate, penalty, or order of play."""
        path = dirac.play(1.0, 1.0, rate, self._n_steps, gamma, in_turns)
        values = np.linalg.eigvals(dirac.update_matrix(rate, gamma, in_turns))
        self._arrows.set_UVC(*_push(*self._arrows.XY.T, gamma))
        self._path.set_data(*np.clip(path, -10, 10).T)
        self._eigenvalues.set_data(values.real, values.imag)
        size = np.abs(values).max()
        self._title.set_text(f"largest absolute value {size:.3f}")
        order = "in turns" if in_turns else "at the same time"
        self.figure.description = (
            f"Steps {order}, rate {rate:g}, penalty {gamma:g}: from distance {np.hypot(*path[0]):.2f} to "
            f"{np.hypot(*path[-1]):.2f} in {self._n_steps} steps; the largest eigenvalue has the absolute value "
            f"{size:.3f}."
        )
