"""How long a turn of a slider computes: `python benchmarks/widgets.py [turns]`.

From the slider's new value to the new picture and words, in this process; the browser's share is not in it.
"""

import statistics
import sys
import time

from gancourse import shift, widgets
from gancourse.games.gan import GAN
from gancourse.train import train
from gancourse.worlds.mixtures import ring


def milliseconds(turn, values):
    times = []
    for value in values:
        began = time.perf_counter()
        turn(value)
        times.append(1000 * (time.perf_counter() - began))
    return times


def main(turns=200):
    x_real, z = shift.textbook_samples()
    explorer = widgets.ShiftExplorer(x_real, z)
    player = widgets.TrainingPlayer(shift.train(x_real, z, 3.0, (-2.0, 1.0), turns, 300, 3))
    areas, distances = widgets.AreaExplorer(), widgets.DistanceExplorer()
    scatter = widgets.TrainingScatter(ring().standardised())
    train(GAN(), ring().standardised().batches(32), turns, snapshots=turns + 1, watch=scatter.watch, progress=False)
    cases = {
        "explorer, θ": (lambda v: setattr(explorer.theta, "value", v), [12 * (i + 1) / turns for i in range(turns)]),
        "areas": (lambda v: setattr(areas.centre, "value", v), [6 * (i + 1) / turns - 3 for i in range(turns)]),
        "distance": (lambda v: setattr(distances.delta, "value", v), [6 * (i + 1) / turns for i in range(turns)]),
        "player, round": (lambda v: setattr(player.round, "value", v), range(1, turns + 1)),
        "training scatter": (lambda v: setattr(scatter.at, "value", v), range(turns - 1, -1, -1)),
    }
    for name, (turn, values) in cases.items():
        times = milliseconds(turn, values)
        slowest = sorted(times)[int(0.95 * len(times))]
        print(f"{name:<16} median {statistics.median(times):5.1f} ms, 95 % under {slowest:5.1f} ms, {turns} turns")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
