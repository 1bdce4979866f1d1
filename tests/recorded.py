"""Recorded runs, which `python benchmarks/record_runs.py` made."""

from pathlib import Path

import numpy as np
import torch

from gancourse.training.history import History, Snapshot

RUNS = Path(__file__).parent / "runs"


def load(name):
    """The `History` of a recorded run."""
    with np.load(RUNS / f"{name}.npz", allow_pickle=False) as file:
        data = {key: torch.from_numpy(file[key]).float() for key in file}
    per_snapshot = data["steps"].int().tolist(), data["samples"], data["real_logits"], data["fake_logits"]
    return History(
        [Snapshot(*values) for values in zip(*per_snapshot, strict=True)], data["real"], list(data["losses"])
    )
