"""`gancourse train` and what it leaves: a model that loads, a run that goes on, and one line where something fails."""

import json
import os
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner

from classroom import ROOT
from gancourse.cli import main
from gancourse.course import CourseError
from gancourse.data.images import load
from gancourse.training import checkpoints, systems
from gancourse.training.history import History
from gancourse.training.loop import train

SMALL = ["--data", "digits", "--width", "4", "--batch", "16", "--device", "cpu"]


def gancourse(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "dcgan"
    result = gancourse("train", "dcgan", *SMALL, "--steps", 40, "--out", folder)
    assert result.exit_code == 0, result.output
    return folder


def test_a_run_leaves_model_history_sheet_and_summary(trained):
    assert {p.name for p in trained.iterdir()} == {
        "model.json",
        "model.safetensors",
        "run.pt",
        "samples.png",
        "summary.md",
        "training.png",
    }
    said = (trained / "summary.md").read_text()
    assert said.startswith("# dcgan on digits")
    assert "40 steps" in said
    assert "NaN" not in said


def test_what_is_loaded_is_what_was_trained(trained):
    loaded = checkpoints.load(trained / "model")
    assert loaded.about["game"] == {"name": "dcgan", "size": 16, "channels": 1, "width": 4, "classes": 10}
    assert loaded.about["steps"] == 40
    assert loaded.history.losses().shape == (40, 2)
    assert loaded.history.snapshots[-1].step == 40
    assert loaded.history.snapshots[-1].samples.shape == (64, 1, 16, 16)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        again = loaded.game.sample(512)[:64]
    kept = loaded.history.snapshots[-1].samples
    assert (again - kept).abs().max() < 0.03  # half precision, and pictures in bytes


def test_more_steps_take_the_run_up_where_it_ended(trained, tmp_path):
    whole = tmp_path / "whole"
    for folder in (trained, whole):
        assert gancourse("train", "dcgan", *SMALL, "--steps", 50, "--out", folder).exit_code == 0
    losses = [torch.tensor(json.loads((f / "model.json").read_text())["losses"]) for f in (trained, whole)]
    assert torch.equal(*losses)
    assert gancourse("train", "dcgan", *SMALL, "--steps", 3, "--out", trained, "--fresh").exit_code == 0
    assert json.loads((trained / "model.json").read_text())["steps"] == 3


@pytest.mark.parametrize("system", systems.SYSTEMS)
def test_every_system_trains_by_its_name_and_loads_again(system, tmp_path):
    translates = systems.find(system).translates
    enlarges = systems.find(system).enlarges
    source = "plain-striped" if enlarges == 1 else "small-to-shapes"
    data = ["--data", source, "--size", 32, "--images", 20] if translates else []
    if systems.find(system).takes_attributes:
        data = ["--data", "captioned-faces" if system == "captions" else "faces", "--size", 16, "--images", 20]
    volumes = {"voxels": ("furniture", 16, 16), "video": ("clips", 32, 24), "video-one-stream": ("clips", 32, 24)}
    if system in volumes:
        data = ["--data", volumes[system][0], "--size", volumes[system][1], "--images", 20, "--batch", 4]
    result = gancourse("train", system, *SMALL, *data, "--steps", 2, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    game = checkpoints.load(tmp_path / "model").game
    if translates:
        side = 32 // enlarges
        assert game.translate(torch.zeros(3, 3, side, side)).shape == (3, 3, 32, 32)
        assert "translate(x)" in (tmp_path / "summary.md").read_text()
    elif system in volumes:
        _, size, channels = volumes[system]
        assert game.sample(3).shape == (3, channels, size, size)
    else:
        of_faces = {"faces", "captioned-faces"} & set(data)
        assert game.sample(3).shape == (3, 3 if of_faces else 1, 16, 16)


def one_line(result):
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    said = result.output.strip().splitlines()[-1]
    assert said.startswith("Error: ")
    return said


def test_what_cannot_be_trained_is_said_in_one_line(tmp_path):
    few = ["--images", 20, "--steps", 2, "--out", tmp_path]
    assert "small-to-shapes" in one_line(gancourse("train", "srgan", "--data", "plain-striped", *few))
    assert "squares of one size" in one_line(gancourse("train", "pix2pix", "--data", "small-to-shapes", *few))
    assert "there are: dcgan" in one_line(gancourse("train", "dcgna", *SMALL, "--out", tmp_path))
    assert "doubling" in one_line(gancourse("train", "dcgan", *SMALL, "--size", 17, "--out", tmp_path))
    (tmp_path / "file").touch()
    said = one_line(gancourse("train", "dcgan", *SMALL, "--out", tmp_path / "file"))
    assert "Choose another with --out" in said


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid"), reason="needs POSIX permissions")
def test_an_unwritable_folder_is_named_before_training(tmp_path, monkeypatch):
    def refuse(self, *_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "touch", refuse)  # a superuser may write anywhere
    said = one_line(gancourse("train", "dcgan", *SMALL, "--out", tmp_path / "here"))
    assert "Permission denied" in said
    assert "--out" in said


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:117] . DefaultCPUAllocator: can't allocate memory"),
    ],
)
def test_when_memory_runs_out_the_message_says_what_to_change(error, tmp_path, monkeypatch):
    def no_room(*_, **__):
        raise error

    monkeypatch.setattr("gancourse.training.runs.train", no_room)
    result = gancourse("train", "dcgan", *SMALL, "--steps", 2, "--out", tmp_path)
    assert "try --batch 8 or --width 2" in one_line(result)


def test_another_systems_run_is_not_written_over(trained):
    said = one_line(gancourse("train", "acgan", *SMALL, "--steps", 5, "--out", trained))
    assert "no run of this game" in said
    assert "--fresh" in said


def test_a_model_that_is_not_there_or_not_whole(trained, tmp_path):
    with pytest.raises(CourseError, match="no trained model 'nothing'"):
        checkpoints.load("nothing")
    for name in ("model.json", "model.safetensors"):
        (tmp_path / name).write_bytes((trained / name).read_bytes()[:700])
    (tmp_path / "model.json").write_bytes((trained / "model.json").read_bytes())
    with pytest.raises(CourseError, match="cannot be read"):
        checkpoints.load(tmp_path / "model")


def test_long_histories_are_thinned_to_means():
    losses = torch.arange(2400.0).reshape(1200, 2)
    thin = checkpoints.thinned(losses)
    assert thin.shape == (400, 2)
    assert torch.equal(thin[1], losses[3:6].mean(dim=0))
    assert checkpoints.thinned(losses[:0]).shape == (0, 2)


def test_a_model_without_snapshots_is_kept_too(tmp_path):
    options = {"name": "maxout", "size": 16, "channels": 1, "width": 10, "classes": 10}
    game = systems.make(**options)
    history = train(game, load("digits").batches(8), 2, progress=False)
    checkpoints.save(tmp_path / "m", game, history, {"game": options})
    loaded = checkpoints.load(tmp_path / "m")
    assert isinstance(loaded.history, History)
    assert loaded.history.snapshots == []


def test_shipped_models_are_small_and_say_how_they_were_made():
    folder = ROOT / checkpoints.FOLDER
    models = sorted(folder.glob("*.safetensors"))
    assert models, "no model is shipped"
    for path in models:
        assert path.stat().st_size <= 4 * 2**20, path.name
        about = checkpoints.load(path.stem).about
        assert {"game", "data", "steps", "seconds", "device", "torch", "command"} <= set(about), path.name


@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_of_a_run_are_kept_to_the_bit(channels):
    x = torch.randint(256, (3, 5, channels, 8, 6), dtype=torch.uint8)
    kept = checkpoints.packed(x)
    assert torch.equal(checkpoints.unpacked(kept), x)
    assert (kept.ndim == 1) == (channels == 3)


# --- whose run it is, and what cannot be trained -------------------------------------------------------------------


def pictures(folder, n=4, size=(16, 16), seed=0):
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    for i in range(n):
        noise = torch.randint(256, (size[1], size[0], 3), generator=torch.Generator().manual_seed(10 * seed + i))
        Image.fromarray(noise.to(torch.uint8).numpy()).save(folder / f"{i}.png")
    return folder


TINY = ["--width", "4", "--device", "cpu"]


def test_a_run_is_its_datas_and_its_seeds_and_its_batchs(tmp_path):
    cats, dogs = pictures(tmp_path / "cats" / "images"), pictures(tmp_path / "dogs" / "images", seed=1)

    def begin(data, *more):
        return gancourse("train", "dcgan", "--data", data, *TINY, "--steps", 2, "--out", tmp_path / "run", *more)

    assert begin(cats, "--batch", 4).exit_code == 0
    before = (tmp_path / "run" / "model.safetensors").read_bytes()
    assert "other data" in one_line(begin(dogs, "--batch", 4))
    assert "other seed" in one_line(begin(cats, "--batch", 4, "--seed", 1))
    assert "other batch" in one_line(begin(cats, "--batch", 2))
    assert (tmp_path / "run" / "model.safetensors").read_bytes() == before
    assert begin(dogs, "--batch", 4, "--fresh").exit_code == 0


def test_data_of_one_name_in_two_folders_get_two_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for seed, kind in enumerate(("cats", "dogs")):
        data = pictures(tmp_path / kind / "images", seed=seed)
        result = gancourse("train", "dcgan", "--data", data, *TINY, "--steps", 1, "--batch", 4)
        assert result.exit_code == 0, result.output
    assert sorted(p.name for p in (tmp_path / "runs").iterdir()) == ["dcgan-cats-images-16", "dcgan-dogs-images-16"]


@pytest.mark.parametrize(
    "options, told",
    [
        (["--steps", 0], "--steps 0"),
        (["--batch", -1], "--batch -1"),
        (["--width", 0], "--width 0"),
        (["--images", 0], "--images 0"),
        (["--device", "cuda:99"], "no device"),
        (["--device", "toaster"], "no device"),
    ],
)
def test_options_that_cannot_be_are_one_line(tmp_path, options, told):
    assert told in one_line(gancourse("train", "dcgan", *SMALL, *options, "--out", tmp_path))
    assert not list(tmp_path.iterdir())


def test_an_empty_run_is_one_line_and_stays(tmp_path):
    (tmp_path / "run.pt").touch()
    assert "run.pt is no run" in one_line(gancourse("train", "dcgan", *SMALL, "--steps", 1, "--out", tmp_path))
    assert [p.name for p in tmp_path.iterdir()] == ["run.pt"]


def test_images_that_a_system_cannot_take_are_one_line(tmp_path):
    def train_on(system, data):
        return one_line(gancourse("train", system, "--data", data, *TINY, "--steps", 1, "--out", tmp_path / "run"))

    assert "--size" in train_on("dcgan", pictures(tmp_path / "wide", size=(24, 16)))
    assert "has none" in train_on("acgan", pictures(tmp_path / "unlabelled"))
    assert "attributes" in train_on("attributes", tmp_path / "unlabelled")
    pictures(tmp_path / "pairs" / "trainA")
    pictures(tmp_path / "pairs" / "trainB", size=(32, 32))
    assert "--size" in train_on("cyclegan", tmp_path / "pairs")


ODD = ROOT.parent / "shared" / "odd" / "images"


@pytest.mark.skipif(not ODD.exists(), reason="the files of the world are not here")
@pytest.mark.parametrize(
    "system, data", [("dcgan", "not-square"), ("cyclegan", "unpaired-sizes"), ("acgan", "unlabelled")]
)
def test_odd_images_of_the_world_are_one_line(system, data, tmp_path):
    one_line(gancourse("train", system, "--data", ODD / data, *TINY, "--steps", 1, "--out", tmp_path / "run"))
