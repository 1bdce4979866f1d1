"""One thread per process: the tests run in parallel, and two BLAS threads on a busy core collapse."""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
