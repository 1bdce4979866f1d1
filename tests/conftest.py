"""What all tests share: one thread each, the long files first, and which tests the quick run leaves out."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # two BLAS threads on a busy core collapse

ROOT = Path(__file__).parent.parent
# A file is one process's: a long one that begins last keeps everybody waiting. These take a minute and more.
LONG = """
tests/grading/test_hostile.py tests/grading/test_killed.py tests/grading/test_running.py tests/grading/test_limits.py
tests/solutions/test_misconceptions.py tests/solutions/test_ps5.py tests/grading/test_grading.py
tests/exercises/test_release.py tests/benchmarks/test_benchmarks.py tests/site/test_site.py
tests/grading/test_follow_through.py tests/grading/test_handed_in_again.py tests/lectures/test_decks.py
tests/test_browser.py tests/grading/test_session.py tests/solutions/test_ps4.py notebooks/07_mode_collapse.ipynb
notebooks/08_dcgan.ipynb tests/solutions/test_ps3.py tests/solutions/test_ps2.py notebooks/02_sparse_codes.ipynb
notebooks/13_cyclegan.ipynb notebooks/12_paired_translation.ipynb notebooks/09_evaluating.ipynb
tests/benchmarks/test_small_runs.py tests/benchmarks/test_records.py tests/solutions/test_assignments.py
tests/solutions/test_ps0.py tests/solutions/test_ps6.py tests/games/test_games.py tests/grading/test_words.py
tests/test_shift.py notebooks/05_wasserstein.ipynb tests/training/test_train.py tests/test_cli.py
notebooks/06_losses.ipynb notebooks/11_codes.ipynb notebooks/10_conditional.ipynb notebooks/15_applications.ipynb
notebooks/14_growing_and_style.ipynb
""".split()
# Whole notebooks, classes, a browser, trainings: `-m "not slow"` leaves them out.
SLOW = ["notebooks/", "tests/benchmarks/", "tests/grading/", "tests/solutions/", "tests/test_browser.py"]
SLOW += ["tests/exercises/test_release.py", "tests/training/test_runs.py", "tests/training/test_train.py"]
SLOW += ["tests/notebooks/test_what_models_do.py", "tests/lectures/", "tests/site/", "tests/test_cli.py"]
SLOW += ["tests/test_accessibility.py"]


def pytest_configure(config):
    """A folder for what one process makes and the others use, see `classroom.made_once`."""
    if not hasattr(config, "workerinput"):
        os.environ["SHARED_BETWEEN_TESTS"] = tempfile.mkdtemp(prefix="shared-between-tests-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ["SHARED_BETWEEN_TESTS"], ignore_errors=True))


def pytest_xdist_auto_num_workers(config):
    """One process more than cores: a third of the tests' time is waiting for graders, kernels and a browser."""
    return os.cpu_count() + 1


def pytest_collection_modifyitems(items):
    where = {item: item.path.relative_to(ROOT).as_posix() for item in items}
    items.sort(key=lambda item: LONG.index(where[item]) if where[item] in LONG else len(LONG))
    for item in items:
        if where[item].startswith(tuple(SLOW)):
            item.add_marker(pytest.mark.slow)
