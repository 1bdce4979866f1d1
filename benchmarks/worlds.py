"""How many pictures a second the rendered worlds make: `python benchmarks/worlds.py [runs]`.

The threads are torch's own choice; OMP_NUM_THREADS=1 asks for one. What is computed once is not in it.
"""

import statistics
import sys
import time

import torch

from gancourse.data.worlds.faces import faces
from gancourse.data.worlds.glyphs import glyphs
from gancourse.data.worlds.shapes import shapes

CASES = {
    "glyphs, 28 px": (lambda n: glyphs(n, 28), 20_000),
    "shapes, 32 px": (lambda n: shapes(n, 32), 10_000),
    "shapes, 64 px": (lambda n: shapes(n, 64), 4_000),
    "shapes, 64 px, up to 3": (lambda n: shapes(n, 64, objects=3), 2_000),
    "faces, 32 px": (lambda n: faces(n, 32), 10_000),
    "faces, 64 px": (lambda n: faces(n, 64), 4_000),
}


def rate(render, n):
    began = time.perf_counter()
    render(n)
    return n / (time.perf_counter() - began)


def main(runs=7):
    for name, (render, n) in CASES.items():
        render(n)
        rates = [rate(render, n) for _ in range(runs)]
        spread = f"{min(rates):,.0f} to {max(rates):,.0f}"
        print(
            f"{name:<24} median {statistics.median(rates):7,.0f} a second, {spread} in {runs} runs of {n:,}, "
            f"{torch.get_num_threads()} threads"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
