"""The benchmark of lecture 14, small: what it compares, and that a trial keeps nothing."""

import itertools
import time
from types import SimpleNamespace

import growing_and_style as benchmark
import pytest
import torch
from click.testing import CliRunner

from classroom import ROOT
from gancourse.data.images import Images
from gancourse.games.biggan import BigGAN
from gancourse.training.checkpoints import load


def kept():
    folders = (ROOT / "notebooks" / name for name in ("measured", "models"))
    return {path: path.stat().st_mtime_ns for folder in folders for path in folder.iterdir()}


def test_all_that_trains_runs_small_and_keeps_nothing():
    before = kept()
    command = ["--only", "growing,additions,big,parts", "--seeds", "1", "--share", "0.004"]
    ran = CliRunner().invoke(benchmark.main, command, catch_exceptions=False)
    for name in ("grown", "full size", *benchmark.ADDITIONS, *benchmark.BIG_VARIANTS, *benchmark.STYLE_VARIANTS):
        assert f"{name} 0 " in ran.output, name
    assert kept() == before


def test_the_shipped_model_is_looked_at_layer_by_layer():
    ran = CliRunner().invoke(benchmark.main, ["--only", "layers", "--share", "0.1"], catch_exceptions=False)
    assert "'4 px'" in ran.output and "'32 px'" in ran.output


def test_batches_end_when_the_seconds_are_over():
    begun = time.process_time()
    assert sum(1 for _ in benchmark.until(itertools.count(), 0.2)) > 10
    assert time.process_time() - begun == pytest.approx(0.2, abs=0.1)


def judge(size=16, channels=3):
    """One that knows how bright an image is, of grey images."""
    return SimpleNamespace(
        images=Images(
            torch.full((40, channels, size, size), 128, dtype=torch.uint8), torch.arange(40) % 3, tuple("abc")
        ),
        size=size,
        n=6,
        of=lambda game: float(game.sample(2).shape[-1]),
        distance=lambda x: float(x.mean()),
        network=SimpleNamespace(predict=lambda x: {"label": torch.zeros(len(x), dtype=torch.long)}),
    )


def test_a_grown_run_goes_through_all_sides_and_a_full_one_stays(monkeypatch):
    for grows, sides in ((True, [4, 8, 16]), (False, [16, 16, 16])):
        monkeypatch.setattr(benchmark, "SHARES", (0.2, 0.3, 0.5))
        curve, history, stages = benchmark.grown(judge(), 0, 0.6, grows)
        assert [side for _, side in curve] == sides
        assert [seconds for seconds, _ in curve] == [0.1, 0.3, 0.6]
        assert history.average.side == 16
        assert all(stage.samples.shape == (16, 3, 16, 16) for stage in stages)


def test_truncated_images_are_asked_for_in_all_classes_at_every_threshold():
    row = benchmark.at_thresholds(BigGAN(3, 16, 1, width=4), judge(channels=1))
    assert row["named"] == [0.333] * len(benchmark.THRESHOLDS)
    assert len(row["frechet"]) == len(benchmark.THRESHOLDS)


def test_the_grown_model_is_written_with_what_it_made_at_every_side(tmp_path, monkeypatch):
    monkeypatch.setattr(benchmark, "SHARES", (0.2, 0.3, 0.5))
    some = judge()
    _, history, stages = benchmark.grown(some, 0, 0.6)
    benchmark.keep_model(history, stages, some, tmp_path / "grown")
    made = load(tmp_path / "grown")
    assert made.game.sample(2).shape == (2, 3, 16, 16)
    assert len(made.history.snapshots) == 3
    assert made.about["depends"]
