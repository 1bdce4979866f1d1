"""The benchmarks run, small; and what they left for the lectures says how it was measured."""

import json
import subprocess
import sys

import pytest
import torch

from classroom import ROOT

MEASURED = sorted((ROOT / "notebooks" / "measured").glob("*.json"))


@pytest.mark.parametrize("setup", [[], ["--published"]], ids=["course", "published"])
def test_the_mode_collapse_benchmark_runs_in_both_set_ups(setup):
    before = {path: path.read_bytes() for path in MEASURED}
    command = [sys.executable, "benchmarks/mode_collapse.py", *setup, "--steps", "2", "--seeds", "2"]
    ran = subprocess.run(
        [*command, "--worlds", "grid", "--systems", "GAN,PacGAN4", "--processes", "1"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ran.stdout.count("captured") == 2
    assert {path: path.read_bytes() for path in MEASURED} == before, "a trial is not kept"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("guidelines.py --steps 2 --processes 1 --variant", "3 dense hidden layers"),
        ("conditional.py --steps 2 --processes 1 --only infogan --info-data plain-glyphs", "purity"),
        ("models.py resize-glyphs --steps 2", "resize-glyphs"),
        (
            "dcgan_speed.py cpu --data digits --most 100 --seeds 1 --width 4 --classifier-steps 20 --try-out",
            "times as fast",
        ),
    ],
    ids=lambda text: text.split()[0],
)
def test_the_image_benchmarks_run_small_and_keep_nothing(command, said):
    kept = {
        path: path.read_bytes() for folder in ("measured", "models") for path in (ROOT / "notebooks" / folder).iterdir()
    }
    extra = ["3 dense hidden layers"] if "--variant" in command else []
    ran = subprocess.run(
        [sys.executable, *f"benchmarks/{command}".split(), *extra],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert said in ran.stdout + ran.stderr
    assert kept == {path: path.read_bytes() for path in kept}


def test_without_a_gpu_its_benchmark_says_so():
    if torch.cuda.is_available():
        pytest.skip("there is one")
    command = [sys.executable, "benchmarks/dcgan_speed.py", "gpu"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "There is no GPU here" in ran.stderr


def test_a_system_that_is_not_there_is_named_with_those_that_are():
    command = [sys.executable, "benchmarks/mode_collapse.py", "--systems", "StyleGAN"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode
    assert "No system StyleGAN; there are: GAN, " in ran.stderr


@pytest.mark.parametrize("path", MEASURED, ids=lambda p: p.stem)
def test_what_was_measured_says_how(path):
    data = json.loads(path.read_text())
    assert data["command"].startswith("python benchmarks/")
    assert (ROOT / data["command"].split()[1]).exists()
    assert "cores" in data["machine"]
    assert data["versions"]
