"""What all tests share: one thread each, the long files first, and which tests the quick run leaves out."""

import os
from pathlib import Path

import pytest

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # two BLAS threads on a busy core collapse

ROOT = Path(__file__).parent.parent
# A file is one process's: a long one that begins last keeps everybody waiting. These take a minute and more.
LONG = """
tests/grading/test_killed.py notebooks/07_mode_collapse.ipynb notebooks/12_paired_translation.ipynb
tests/solutions/test_misconceptions.py notebooks/08_dcgan.ipynb tests/benchmarks/test_benchmarks.py
notebooks/13_cyclegan.ipynb tests/grading/test_running.py notebooks/05_wasserstein.ipynb tests/test_browser.py
tests/exercises/test_release.py tests/grading/test_handed_in_again.py tests/grading/test_grading.py
tests/site/test_site.py tests/benchmarks/test_small_runs.py notebooks/11_codes.ipynb notebooks/10_conditional.ipynb
tests/solutions/test_ps5.py tests/solutions/test_ps4.py tests/solutions/test_ps3.py tests/solutions/test_ps2.py
notebooks/09_evaluating.ipynb notebooks/06_losses.ipynb tests/grading/test_hostile.py tests/grading/test_session.py
tests/grading/test_limits.py
""".split()
# Whole notebooks, classes, a browser, trainings: `-m "not slow"` leaves them out.
SLOW = ["notebooks/", "tests/benchmarks/", "tests/grading/", "tests/solutions/", "tests/test_browser.py"]
SLOW += [
    "tests/exercises/test_release.py",
    "tests/training/test_runs.py",
    "tests/test_cli.py",
    "tests/test_accessibility.py",
]
SLOW += ["tests/notebooks/test_what_models_do.py", "tests/lectures/test_decks.py", "tests/test_accessibility.py"]


def pytest_xdist_auto_num_workers(config):
    """One process more than cores: a third of the tests' time is waiting for graders, kernels and a browser."""
    return os.cpu_count() + 1


def pytest_collection_modifyitems(items):
    where = {item: item.path.relative_to(ROOT).as_posix() for item in items}
    items.sort(key=lambda item: LONG.index(where[item]) if where[item] in LONG else len(LONG))
    for item in items:
        if where[item].startswith(tuple(SLOW)):
            item.add_marker(pytest.mark.slow)
