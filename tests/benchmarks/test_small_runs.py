"""Each benchmark on something small of which the answer is known without it."""

import itertools
import json
import re
import sys
from functools import partial
from types import SimpleNamespace

import adaptation
import cyclegan_speed
import dcgan_speed
import evaluating
import features
import measured
import models
import numpy as np
import paired
import pytest
import recipes
import record_curves
import record_runs
import scores
import torch
import transport
import unpaired
import worlds
from click.testing import CliRunner
from scipy.stats import wasserstein_distance
from torch.nn.functional import one_hot

import grading
import widgets
from classroom import ROOT
from gancourse.data import images as data
from gancourse.data.images import Images, to_float
from gancourse.data.pairs import Pairs, load_pairs, planes
from gancourse.data.worlds.glyphs import glyphs
from gancourse.data.worlds.shapes import shapes
from gancourse.metrics.features import load_features, save_features
from gancourse.training.checkpoints import load
from gancourse.training.diagnose import diagnose


def clock(*seconds):
    """A `time` whose clock is read in pairs, each time so many seconds apart, over and over."""
    ticks = itertools.accumulate(tick for each in itertools.cycle(seconds) for tick in (100.0, each))
    return SimpleNamespace(perf_counter=lambda: next(ticks))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where records go meanwhile."""
    monkeypatch.setattr(measured, "FOLDER", tmp_path / "notebooks" / "measured")
    (tmp_path / "notebooks").mkdir()
    return measured.FOLDER


# --- times ----------------------------------------------------------------------------------------------------------


def test_the_four_ways_to_a_wasserstein_distance_agree_with_scipy():
    x, y = np.random.default_rng(0).normal(size=(2, 24))
    for name, (method, _) in transport.METHODS.items():
        assert method(x, y + 1) == pytest.approx(wasserstein_distance(x, y + 1), rel=1e-6), name


def test_transport_keeps_medians(folder, monkeypatch):
    monkeypatch.setattr(transport, "METHODS", {name: (m, [8, 16]) for name, (m, _) in transport.METHODS.items()})
    monkeypatch.setattr(transport, "time", clock(5, 1, 3, 2, 40))
    transport.main()
    for name, row in measured.load("transport")["methods"].items():
        assert row == {"n": [8, 16], "seconds": pytest.approx([3, 3])}, name


@pytest.mark.parametrize("name", worlds.CASES)
def test_worlds_are_as_large_as_they_are_called(name):
    image = worlds.CASES[name][0](3).image
    assert len(image) == 3
    assert f"{image.shape[-1]} px" in name


def test_worlds_print_pictures_a_second(capsys, monkeypatch):
    monkeypatch.setattr(worlds, "CASES", {"nothing": (lambda n: None, 1000)})
    monkeypatch.setattr(worlds, "time", clock(1, 2, 4))
    worlds.main(runs=3)
    assert re.search(r"median +500 a second, 250 to 1,000 in 3 runs of 1,000", capsys.readouterr().out)


def test_a_turn_of_each_slider_is_timed(capsys, monkeypatch):
    monkeypatch.setattr(widgets, "time", clock(0.001, 0.002, 0.007, 0.003))
    widgets.main(4)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 13
    assert all("median   2.5 ms, 95 % under   7.0 ms, 4 turns" in line for line in lines), lines


def test_milliseconds_are_of_a_turn_with_each_value(monkeypatch):
    monkeypatch.setattr(widgets, "time", clock(0.5, 0.25))
    turned = []
    assert widgets.milliseconds(turned.append, "ab") == [500, 250]
    assert turned == ["a", "b"]


def test_rates_count_images_after_the_warm_up(monkeypatch):
    monkeypatch.setattr(dcgan_speed, "time", clock(2))
    steps = []
    assert dcgan_speed.rate(steps.append, 64, torch.device("cpu"), 10, warm_up=3) == 320
    assert steps == [3, 10]


def test_a_run_that_never_arrives_gives_a_lower_bound_and_a_course_that_never_does_gives_none():
    slow = {"reached": {20.0: 30.0}, "curve": [(30.0, 19.0), (90.0, 12.0)]}
    fast = {"reached": {20.0: 10.0, 10.0: 30.0}, "curve": [(30.0, 9.0)]}
    assert [dcgan_speed.sooner(slow, fast, target) for target in (20.0, 10.0, 7.0)] == [3.0, 3.0, None]


def test_operations_grow_with_the_batch():
    few, more = (dcgan_speed.flops(16, 1, 4, batch, torch.device("cpu")) for batch in (2, 4))
    assert more == 2 * few > 0


def test_the_judge_stops_its_clock_while_it_judges(monkeypatch):
    """A game whose samples are the real images is there at once; the time is that between two judgements."""
    x = torch.randn(dcgan_speed.JUDGED, 1, 2, 2)
    ticks = iter([0.0, 3.0, 10.0, 14.0, 20.0])
    monkeypatch.setattr(dcgan_speed, "time", SimpleNamespace(perf_counter=lambda: next(ticks)))
    judge = dcgan_speed.Judge(SimpleNamespace(features=lambda x: x.flatten(1)), x, [5.0, 0.1])
    cpu = torch.device("cpu")
    assert not judge.reached(SimpleNamespace(sample=lambda n: x[:n] + 1), cpu), "a squared distance of 4"
    assert judge.curve == [(3.0, 4.0)]
    assert judge.reached(SimpleNamespace(sample=lambda n: x[:n]), cpu)
    assert judge.first == {5.0: 3.0, 0.1: 7.0}


def test_cyclegan_is_timed_in_both_ways():
    command = "--size 32 --width 2 --steps 2 --repeats 3 --images 4 --try-out".split()
    ran = CliRunner().invoke(cyclegan_speed.main, command, catch_exceptions=False)
    rows, ratio = re.search(r"px: (\{.*\}), ([\d.]+) times", ran.output).groups()
    rows = json.loads(rows.replace("'", '"'))
    ratios = sorted(c / p for p, c in zip(rows["plain"], rows["course"], strict=True))
    assert float(ratio) == pytest.approx(ratios[1], abs=0.006)


def test_the_plain_pool_returns_half_of_the_images_late():
    kept = []
    assert [cyclegan_speed.pooled(kept, i, size=50) for i in range(50)] == list(range(50))
    given = [cyclegan_speed.pooled(kept, i, size=50) for i in range(50, 2050)]
    assert 900 < sum(i != late for late, i in enumerate(given, 50)) < 1100  # binomial, standard deviation 22
    assert sorted(given + kept) == list(range(2050)), "each once, and the rest is still kept"


def test_grading_is_watched_with_all_its_processes(tmp_path):
    child = "import time; x = bytearray(200 * 2**20); t = time.time()\nwhile time.time() < t + 1.5: pass"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    found = grading.watched([sys.executable, "-c", parent], tmp_path)
    assert found["peak_mib"] > 200
    assert 0 < found["cpu_seconds"] <= found["seconds"] + 1


def test_grading_compares_pairs_of_runs(folder, monkeypatch):
    seconds = {"stock": iter([10, 12, 30]), "gancourse": iter([2, 2, 3])}

    def run(kind, submissions, workers):
        return {"seconds": next(seconds[kind]), "cpu_seconds": 1.0, "peak_mib": 1.0}

    monkeypatch.setattr(grading, "run", run)
    ran = CliRunner().invoke(grading.main, ["--submissions", "4", "--keep"], catch_exceptions=False)
    assert "6.0 times" in ran.output
    assert "stock      3.00 s" in ran.output
    assert measured.load("grading")["ratio"] == 6


def test_a_class_to_grade_has_as_many_submissions_as_asked(tmp_path, monkeypatch):
    released = []
    made = SimpleNamespace(returncode=0)
    monkeypatch.setattr(
        grading, "subprocess", SimpleNamespace(run=lambda command, **_: released.append(command) or made)
    )
    root = grading.make_class(tmp_path, 5, stock=True)
    assert len(list((root / "submitted").glob("student*/ps1/*.ipynb"))) == 5
    assert len(released) == 1
    assert "sandbox" not in (root / "nbgrader_config.py").read_text()


# --- networks behind the metrics ----------------------------------------------------------------------------------


def test_scores_of_a_network_that_knows_and_of_one_that_is_off():
    label, angle = torch.arange(10), torch.arange(10.0)
    knows = SimpleNamespace(numbers=["angle"], predict=lambda x: {"label": label, "angle": angle + 1})
    x = torch.zeros(10, 1, 8, 8)
    assert features.scores(knows, x, {"label": label})["label"] == {"accuracy": 1.0}
    assert features.scores(knows, x, {"label": (label + (label < 3)) % 10})["label"] == {"accuracy": 0.7}
    found = features.scores(knows, x, {"angle": angle})["angle"]
    assert found == {"r2": round(1 - 1 / float(angle.var()), 4), "rms_error": 1.0}


@pytest.mark.parametrize("name", features.WORLDS)
def test_shipped_networks_score_on_new_pictures_what_their_records_say(name):
    x, labels = features.WORLDS[name](1000, seed=1)
    found, told = features.scores(load_features(name), x, labels), json.loads(
        (features.WEIGHTS / f"features-{name}.json").read_text()
    )["held_out"]["clean"]  # fmt: skip
    assert set(found) == set(told)
    for head, row in told.items():
        for score, value in row.items():
            assert found[head][score] == pytest.approx(value, abs=0.02, rel=0.2), (head, score)


def test_a_network_is_trained_written_measured_and_signed(tmp_path, monkeypatch):
    for setting, value in {"TRAIN": 200, "HELD_OUT": 100, "STEPS": 3, "WEIGHTS": tmp_path}.items():
        monkeypatch.setattr(features, setting, value)
    monkeypatch.setattr(features, "save_features", partial(save_features, folder=tmp_path))
    monkeypatch.setattr(features, "load_features", partial(load_features, folder=tmp_path))
    monkeypatch.setattr(sys, "argv", ["features.py", "glyphs"])
    features.main()
    about = json.loads((tmp_path / "features-glyphs.json").read_text())
    assert about["training"] == {"images": 200, "steps": 3}
    assert about["held_out"]["clean"]["label"]["accuracy"] < 0.9, "nobody learns in three steps"
    assert about["depends"][0]["code"]["gancourse/metrics/features.py"]


# --- evaluating -----------------------------------------------------------------------------------------------------


def test_the_grid_of_metrics_sees_classes_and_noise(monkeypatch):
    monkeypatch.setattr(evaluating, "GRID_IMAGES", 300)
    monkeypatch.setattr(evaluating, "NOISE", (0, 120))
    found = {name: np.array(rows) for name, rows in evaluating.measure_grid()["scores"].items()}
    assert all(table.shape == (2, 10) for table in found.values())
    assert found["Inception score"][0] == pytest.approx(range(1, 11), rel=0.03), "a score of k for k clean classes"
    assert (np.diff(found["Fréchet"][0]) < 0).all(), "ever nearer with ever more classes"
    assert found["Fréchet"][1, 9] > found["Fréchet"][0, 9], "noise is seen where all classes are there"
    assert (found["precision"][0] > found["precision"][1]).all()
    assert found["recall"][0, 9] > 0.7 > 0.3 > found["recall"][0, 0]


def test_a_world_is_changed_in_what_its_name_says_and_pixels_see_it(monkeypatch):
    monkeypatch.setattr(evaluating, "IMAGES", 400)
    changed = evaluating.changed_worlds()
    real = glyphs(400, generator=evaluating.seeded(11)).image
    assert torch.equal(changed["nothing"], real)
    assert not any(torch.equal(x, real) for name, x in changed.items() if name != "nothing")
    table = evaluating.blind_spots({}, real)["pixels"]
    assert table["half of the classes"] == [1.0], "that is the unit"
    assert table["nothing"] == [pytest.approx(0, abs=1e-3)]
    assert all(share[0] > 1e-3 for name, share in table.items() if name != "nothing")


def test_main_components_keep_what_there_is():
    x = torch.randn(50, 1, 3, 3)
    flat = x.flatten(1).double()
    assert torch.allclose(torch.pdist(evaluating.main_components(x, 9)(x)), torch.pdist(flat))
    variance = evaluating.main_components(x, 2)(x).var(dim=0)
    assert torch.allclose(variance, torch.linalg.eigvalsh(flat.T.cov()).flip(0)[:2])


def test_noise_and_jpeg_change_bytes_by_as_much_as_they_say():
    x = torch.full((20, 1, 28, 28), 128, dtype=torch.uint8)
    assert torch.equal(evaluating.noisy(x, 0), x)
    assert float(evaluating.noisy(x, 20).float().std()) == pytest.approx(20, rel=0.03)
    real = glyphs(20, generator=evaluating.seeded(0)).image
    assert 0 < float((evaluating.as_jpeg(real).float() - real.float()).abs().mean()) < 6


# --- models, runs and curves ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", models.MODELS)
def test_a_shipped_model_is_the_one_that_the_benchmark_trains(name):
    recipe = models.MODELS[name]
    about = json.loads((ROOT / models.FOLDER / f"{name}.json").read_text())
    assert (about["game"]["name"], about["game"]["size"], about["steps"]) == (recipe.system, recipe.size, recipe.steps)
    assert about["data"] == recipe.source
    assert about["command"] == f"python benchmarks/models.py {name}"


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Where models go meanwhile."""
    for name, place in (("ROOT", tmp_path), ("CARDS", tmp_path / "models.md"), ("SHEETS", tmp_path / "sheets")):
        monkeypatch.setattr(models, name, place)
    monkeypatch.setattr(models, "KEPT", tmp_path / "runs")
    monkeypatch.setattr(models, "load", lambda name: load(tmp_path / models.FOLDER / name))
    (tmp_path / "notebooks").mkdir()
    return tmp_path


def test_a_model_is_trained_on_where_it_was_scored_signed_and_drawn(elsewhere, monkeypatch):
    tiny = models.Recipe("pix2pix", "grey-to-shapes", 16, 6, 50, width=4)
    monkeypatch.setattr(models, "MODELS", {"tiny": tiny})
    models.train("tiny", tiny, models.KEPT / "tiny", steps=4)
    CliRunner().invoke(models.main, ["tiny"], catch_exceptions=False)
    about = json.loads((elsewhere / models.FOLDER / "tiny.json").read_text())
    assert about["steps"] == 6
    assert about["depends"]
    assert 0 < about["scores"]["grey levels off"] < 128
    assert about["scores"]["if nothing is done"] > 0
    assert (elsewhere / "sheets" / "tiny.png").stat().st_size > 500
    card = (elsewhere / "models.md").read_text()
    assert "| tiny | pix2pix | grey-to-shapes, 16 px | 50 | 6 |" in card
    assert "images/models/tiny.png" in card


def test_a_model_that_nobody_knows_is_named(elsewhere):
    told = CliRunner().invoke(models.main, ["dcgan-horses"])
    assert told.exit_code == 2
    assert "'dcgan-horses'; there are: dcgan-glyphs" in told.output


def test_scores_know_real_images_from_others(monkeypatch):
    monkeypatch.setattr(scores, "SAMPLES", 400)
    monkeypatch.setattr(scores, "load", lambda *args, split="train": data.load(*args, split=split, n=400))
    judge = scores.Judge("shapes", 32)
    x = to_float(data.load("shapes", 32, n=400).x)
    assert judge.scores(x) == judge.floor
    assert judge.distance(x) == judge.floor["frechet"] < 5
    assert judge.floor["precision"] > 0.7
    assert judge.floor["recall"] > 0.7
    worse = judge.scores(x.flip(2) * 0.2)
    assert worse["frechet"] > 10 * judge.floor["frechet"]
    assert worse["coverage"] < judge.floor["coverage"] / 2


class Clock:
    """A process's CPU time in which a batch costs a quarter of a second, and a look a hundred: the same everywhere."""

    now = 0.0

    def process_time(self):
        return self.now

    def costly(self, batches):
        for batch in batches:
            self.now += 0.25
            yield batch

    def distance(self, judge, x):
        self.now += 100
        return JUDGED(judge, x)


JUDGED, TRAINED = scores.Judge.distance, recipes.train


def test_a_recipe_is_played_for_its_seconds_and_looked_at_on_the_way(monkeypatch):
    monkeypatch.setattr(scores, "SAMPLES", 500)
    monkeypatch.setattr(recipes, "sampled", partial(scores.sampled, n=500))
    monkeypatch.setattr(scores, "load", lambda *args, split="train": data.load(*args, split=split, n=500))
    monkeypatch.setattr(recipes, "LOOKS", 2)
    clock = Clock()
    monkeypatch.setattr(recipes, "time", clock)
    monkeypatch.setattr(
        recipes, "train", lambda game, batches, *a, **kw: TRAINED(game, clock.costly(batches), *a, **kw)
    )
    monkeypatch.setattr(scores.Judge, "distance", lambda judge, x: clock.distance(judge, x))
    for recipe in recipes.RECIPES:
        found = recipes.run("glyphs", recipe, 0, 2.0)
        seconds, distances = zip(*found["curve"], strict=True)
        assert found["steps"] == 8
        assert seconds == pytest.approx((0, 1, 2), abs=0.3), "what looking costs is not on it"
        assert found["seconds"] == seconds[-1]
        assert distances[-1] == found["frechet"] > found["floor"]["frechet"]


def test_a_recorded_run_is_the_run(tmp_path, monkeypatch, capsys):
    tiny = record_runs.run(record_runs.GAN, record_runs.gaussian(), 40, 1e-3, 5e-4)
    monkeypatch.setattr(record_runs, "RUNS", {"tiny": tiny})
    monkeypatch.setattr(record_runs, "TO", tmp_path)
    monkeypatch.setattr(sys, "argv", ["record_runs.py"])
    record_runs.main()
    history, kept = tiny(0), np.load(tmp_path / "tiny.npz")
    assert diagnose(history).name in capsys.readouterr().out
    assert kept["losses"] == pytest.approx(history.losses().numpy()), "seed 0, and the same every time"
    assert kept["steps"].tolist() == [s.step for s in history.snapshots]
    last = history.snapshots[-1].samples[: record_runs.KEPT].numpy()
    assert kept["samples"][-1] == pytest.approx(last, rel=1e-2, abs=1e-2)


def test_the_poisoned_data_is_good_for_as_long_as_it_says():
    batches = record_runs.poisoned(3)
    assert [bool(next(batches).isfinite().all()) for _ in range(5)] == [True] * 3 + [False] * 2


def test_a_curve_is_flat_where_nobody_learns(monkeypatch):
    for setting, value in {"STEPS": 20, "SNAPSHOTS": 3, "KEPT": 10}.items():
        monkeypatch.setattr(record_curves, setting, value)
    still = record_curves.run((0.0, 0.0), 0)
    assert still["step"].tolist() == list(range(0, 20, 2))
    assert still["seen"].tolist() == [0, 10, 20]
    assert np.ptp(still["variance"]) == pytest.approx(0, abs=0.02)
    learns = record_curves.run(record_curves.RATES["A"], 0)
    assert learns["real"][-1] > learns["fake"][-1] + 0.1, "a fast discriminator tells them apart"
    assert learns["losses"].shape == (10, 2)


def test_stored_curves_are_of_the_rates_in_the_benchmark():
    stored = np.load(ROOT / "solutions" / "ps3" / "curves.npz")
    assert {key[0] for key in stored.files} == set(record_curves.RATES)
    assert all(len(stored[f"{run}_step"]) == len(stored[f"{run}_losses"]) for run in record_curves.RATES)


# --- translation ----------------------------------------------------------------------------------------------------


class Exact:
    """A classifier that knows the mean image of each class."""

    def __init__(self, x, label, *_, **__):
        self.means = torch.stack([to_float(x[label == k]).mean(dim=0) for k in range(10)])

    def probabilities(self, x):
        x = x if x.is_floating_point() else to_float(x)
        return (-torch.cdist(x.flatten(1), self.means.flatten(1))).softmax(dim=1)


def toy(split="train"):
    """Ten patterns with a little noise, and the negatives of others."""
    patterns = torch.randint(2, (10, 1, 16, 16), generator=torch.Generator().manual_seed(0)) * 200
    generator = torch.Generator().manual_seed(1 + (split == "test"))
    sides = []
    for _ in range(2):
        label = torch.arange(200) % 10
        x = patterns[label] + torch.randint(50, (200, 1, 16, 16), generator=generator)
        sides.append(Images(x.to(torch.uint8), label, tuple("0123456789")))
    return Pairs(sides[0], Images(255 - sides[1].x, sides[1].label, sides[1].classes), aligned=False)


@pytest.mark.parametrize(
    ("translate", "kept", "adapted"), [(lambda x: -x, 1.0, 0.0), (lambda x: x, None, None)], ids=["right", "identity"]
)
def test_adaptation_of_a_perfect_toy(monkeypatch, translate, kept, adapted):
    """Negatives undo negatives; a translator that changes nothing leaves what the source alone teaches."""
    monkeypatch.setattr(unpaired, "load_pairs", lambda task, size, split="train": toy(split))
    monkeypatch.setattr(unpaired, "played", lambda *_: SimpleNamespace(translate=translate))
    monkeypatch.setattr(unpaired, "train_classifier", Exact)
    found = unpaired.digits("toy", 0, 1)
    assert found["target"] == 0.0, "the judge knows its own side"
    assert found["untouched"] < 0.5 < found["source"]
    if kept is None:
        assert (found["kept"], found["adapted"]) == (found["untouched"], found["source"])
    else:
        assert (found["kept"], found["adapted"]) == (kept, adapted)


def test_a_source_that_is_the_target_needs_no_adaptation(monkeypatch):
    monkeypatch.setattr(unpaired, "load_pairs", lambda task, size, split="train": Pairs(toy(split).a, toy(split).a))
    monkeypatch.setattr(unpaired, "played", lambda *_: SimpleNamespace(translate=lambda x: x))
    monkeypatch.setattr(unpaired, "train_classifier", Exact)
    assert unpaired.digits("toy", 0, 1) == {"kept": 1.0, "untouched": 1.0, "adapted": 0.0, "source": 0.0, "target": 0.0}


def test_adaptation_by_pixels_is_measured_on_the_targets_held_out_images(monkeypatch):
    """Its classifier learns the source in few steps; what the target's labels teach is right on the target."""
    monkeypatch.setattr(adaptation, "load_pairs", lambda task, size, split="train": toy(split))
    found = adaptation.run("toy", 0, 60)
    assert found["target"] < 0.05 < 0.5 < found["source"]
    torch.manual_seed(0)
    namer = adaptation.adapted(toy(), 60)
    assert adaptation.wrong(namer, toy("test").a) < 0.2
    assert found["adapted"] == adaptation.wrong(namer, toy("test").b)


def test_errors_of_a_translator_that_knows_the_counterparts_are_zero(monkeypatch):
    truth = load_pairs("plain-striped-truth", 32, "test", unpaired.JUDGED)
    a, b = to_float(truth.a.x), to_float(truth.b.x)
    game = SimpleNamespace(translate=lambda x, back=False: a if back else b)
    monkeypatch.setattr(unpaired, "played", lambda *_, **__: game)
    assert unpaired.ablated("all three", 0, 1) == {"to striped": 0.0, "to plain": 0.0, "there and back": 0.0}
    recorded = json.loads((ROOT / "notebooks" / "measured" / "unpaired.json").read_text())
    assert unpaired.error(a, b) == recorded["ablation"]["a copy"], "which no training is in"


@pytest.mark.parametrize("variant", unpaired.VARIANTS)
def test_an_unpaired_variant_trains(monkeypatch, variant):
    monkeypatch.setattr(unpaired, "JUDGED", 20)
    monkeypatch.setattr(
        unpaired, "load_pairs", lambda task, size, split="train", n=100: load_pairs(task, size, split, n)
    )
    found = unpaired.ablated(variant, 0, 2)
    assert all(0 < value < 255 for value in found.values())


@pytest.fixture(scope="module")
def recorded():
    """What was measured of pairs."""
    return json.loads((ROOT / "notebooks" / "measured" / "paired.json").read_text())


def test_bicubic_enlargement_scores_what_was_recorded(recorded):
    x_a, x_b = paired.held_out("small-to-shapes")
    found = paired.fidelity(paired.bicubic(x_a), x_b)
    assert found == pytest.approx(recorded["super"]["bicubic"], abs=0.02), "no training is in it"
    assert paired.fidelity(x_b, x_b)["perceptual"] == 0


def test_layouts_read_off_the_planes_are_those_of_the_scenes():
    scenes = shapes(50, paired.SIZE, 2, generator=torch.Generator().manual_seed(0))
    assert torch.equal(paired.true_layout(to_float(planes(scenes))), scenes.layout())


class Sees(torch.nn.Module):
    """A segmenter that gives a layout it was told, with so many pixels of the first image taken for background."""

    def __init__(self, layout, wrong=0):
        super().__init__()
        self.scores = torch.nn.Sequential(torch.nn.Conv2d(3, 6, 1))
        self.layout = layout.clone()
        at = self.layout.flatten().nonzero().flatten()[:wrong]
        self.layout.view(-1)[at] = 0

    def forward(self, x):
        return one_hot(self.layout, 6).permute(0, 3, 1, 2).float()


def test_scores_of_what_shows_its_layout_wholly_and_all_but_some_pixels():
    x_a, x_b = (x[:100] for x in paired.held_out("labels-to-shapes"))
    layout = paired.true_layout(x_a)
    assert paired.scored(Sees(layout), x_b, x_a, x_b) == {"accuracy": 1.0, "iou": 1.0, "error": 0.0}
    found = paired.scored(Sees(layout, 1024), x_b, x_a, x_b)
    assert found["accuracy"] == pytest.approx(1 - 1024 / layout.numel(), abs=1e-4)
    assert found["iou"] < 1


def test_paired_translation_trains_in_every_variant(monkeypatch):
    """Two steps each; what is scored is in range."""
    monkeypatch.setattr(paired, "JUDGED", 100)
    monkeypatch.setattr(paired, "TRAINED", 100)
    for loss in paired.LOSSES:
        found = paired.colours(loss, 0, 2)
        assert 0 < found["error"] < 255
        assert found["frechet"] > 0
    for loss in paired.SUPER:
        assert 0 < paired.enlarged(loss, 0, 2)["psnr"] < 40
    for inject in paired.INJECT.values():
        game, rate = paired.trained(partial(paired.told_by, inject), "labels-to-shapes", 0, 2)
        assert game.translate(paired.held_out("labels-to-shapes")[0][:2]).shape == (2, 3, 32, 32)
        assert rate > 0
