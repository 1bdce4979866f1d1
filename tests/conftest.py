"""The suite's order and its processes. One thread each: two BLAS threads on a busy core collapse."""

import os
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

ROOT = Path(__file__).parent.parent
# Whole notebooks, whole classes, a browser, every exercise on many keys: all but what `-m "not slow"` leaves.
SLOW = ("notebooks", "tests/benchmarks", "tests/grading", "tests/plots", "tests/solutions", "tests/test_browser.py")
