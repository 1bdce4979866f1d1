"""How long a Wasserstein distance takes as samples grow: `python benchmarks/transport.py`.

Two samples of n points on a line. The same problem for all: the linear program of `gancourse.divergence`, POT's
network simplex on the matrix of distances, the assignment (SciPy), and sorting. Medians of 5 runs in turns.
"""

import statistics
import time

import numpy as np
import ot
from measured import save

from gancourse.divergence import wasserstein_1d, wasserstein_lp, wasserstein_samples

RUNS = 5


def linear_program(x, y):
    uniform = np.full(x.size, 1 / x.size)
    return wasserstein_lp(uniform, uniform, np.abs(x[:, None] - y)).cost


def network_simplex(x, y):
    return ot.emd2([], [], np.abs(x[:, None] - y))


def assignment(x, y):
    return wasserstein_samples(x[:, None], y[:, None])


METHODS = {
    "linear program": (linear_program, [16, 32, 64, 128, 256]),
    "network simplex": (network_simplex, [64, 128, 256, 512, 1024, 2048]),
    "assignment": (assignment, [64, 128, 256, 512, 1024, 2048]),
    "sorting": (wasserstein_1d, [1024, 4096, 16384, 65536, 262144]),
}


def main():
    data = {}
    for name, (method, sizes) in METHODS.items():
        medians = []
        for n in sizes:
            x, y = np.random.default_rng(n).normal(size=(2, n))
            assert np.isclose(method(x, y), wasserstein_1d(x, y), atol=1e-8)  # warm, and right
            seconds = []
            for _ in range(RUNS):
                began = time.perf_counter()
                method(x, y)
                seconds.append(time.perf_counter() - began)
            medians.append(statistics.median(seconds))
            print(f"{name:<16} n = {n:>6}  {medians[-1]:.5f} s")
        data[name] = {"n": sizes, "seconds": medians}
    save("transport", "python benchmarks/transport.py", {"methods": data, "runs": RUNS}, ["numpy", "scipy", "pot"])


if __name__ == "__main__":
    main()
