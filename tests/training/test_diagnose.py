"""Runs of known kinds are told apart, healthy ones do not alarm, and a run that is tampered with is seen."""

import dataclasses
import importlib
import re

import pytest
import torch

from gancourse.training.diagnose import FAULTS, FINITE, diagnose
from gancourse.training.history import History, Snapshot
from recorded import RUNS, load

# What each is was seen in its samples: where they are, whether they move, which modes they hit.
KINDS = {
    "balanced": (
        "gaussian gaussian_early gaussian_on_its_way minibatch_std_ring pacgan_ring wgan_gp_ring wgan_gp_grid"
    ),
    "discriminator wins": "minimax_far minimax_around",
    "oscillation": "hasty_ring hasty_gaussian unbounded_critic",
    "mode dropping": "plain_grid slow_ring small_ring one_of_two",
    "collapse": "tight_two tight_two_slow",
    "diverged": "huge_rate nan_in_data",
}
KIND = {name: kind for kind, names in KINDS.items() for name in names.split()}


@pytest.mark.parametrize("name", KIND)
def test_a_recorded_run(name):
    found = diagnose(load(name))
    assert found.name == KIND[name], str(found)
    assert found.advice


def test_the_recordings_are_small_and_all_are_tested():
    files = {path.stem: path.stat().st_size for path in RUNS.glob("*.npz")}
    assert files.keys() == KIND.keys()
    assert max(files.values()) < 60_000


def change(history, samples=lambda i, x: x, logits=lambda real, fake: (real, fake)):
    """The same run with other samples (a function of the snapshot's index and them) or logits."""
    history.snapshots = [
        Snapshot(s.step, samples(i, s.samples), *logits(s.real_logits, s.fake_logits))
        for i, s in enumerate(history.snapshots)
    ]
    return history


@pytest.mark.parametrize("name", ["wgan_gp_ring", "minimax_around", "hasty_ring", "plain_grid", "tight_two"])
def test_units_and_origin_of_the_data_and_the_scale_of_logits_do_not_matter(name):
    before, other = diagnose(load(name)), load(name)
    other.real = 1000 * other.real.double() + 50_000
    change(other, lambda i, x: 1000 * x.double() + 50_000, lambda *f: [100 * logit.double() - 7 for logit in f])
    after = diagnose(other)
    assert (after.name, after.says) == (before.name, before.says)
    assert after.evidence == pytest.approx(before.evidence, rel=1e-3, abs=1e-3)


# --- what is done to a run by hand changes the verdict ---------------------------------------------------------


def test_a_mode_taken_out_by_hand_is_missed():
    def without_the_first(i, x):
        gone = (x - torch.tensor([1.0, 0.0])).norm(dim=1) < 0.4
        return torch.where(gone[:, None], x[~gone][0], x)

    found = diagnose(change(load("minibatch_std_ring"), without_the_first))
    assert found.name == "mode dropping"
    assert found.evidence["missed"] == pytest.approx(1 / 8, abs=0.06)


def test_a_mode_that_is_visited_now_and_then_is_not_missed():
    def without_another(i, x):
        angle = torch.tensor(i * torch.pi / 4)
        gone = (x - torch.stack([angle.cos(), angle.sin()])).norm(dim=1) < 0.4
        return torch.where(gone[:, None], x[~gone][0], x)

    assert diagnose(change(load("minibatch_std_ring"), without_another)).name == "balanced"


@pytest.mark.parametrize("name", ["plain_grid", "one_of_two", "tight_two"])
def test_real_samples_in_place_of_the_fakes_heal_it(name):
    history = load(name)
    assert (
        diagnose(change(history, lambda i, x: history.real + 0.01 * torch.randn(history.real.shape))).name == "balanced"
    )


def test_modes_that_only_the_fakes_have_are_not_missed():
    history = load("one_of_two")
    before = diagnose(history).evidence["missed"]
    real, history.real = history.real, history.snapshots[-1].samples
    assert diagnose(change(history, lambda i, x: real)).evidence["missed"] < before / 4


def test_samples_drawn_together_are_collapsed():
    assert diagnose(change(load("gaussian"), lambda i, x: x * 0.99**i if i < 10 else x * 0.01)).name == "collapse"


def test_a_frozen_run_does_not_oscillate():
    history = load("hasty_ring")
    last = history.snapshots[-1].samples
    found = diagnose(change(history, lambda i, x: last))
    assert "oscillation" not in str(found)
    assert found.evidence["moved"] < 1e-6


def test_samples_thrown_to_and_fro_oscillate():
    assert diagnose(change(load("gaussian"), lambda i, x: x + 3 * (-1) ** i)).name == "oscillation"


def test_a_way_straight_ahead_is_no_oscillation():
    found = diagnose(change(load("gaussian"), lambda i, x: x + 3 * (20 - i)))
    assert found.name == "balanced" and "less than in the run's middle" in found.says


def test_a_discriminator_that_is_wrong_does_not_win():
    assert diagnose(change(load("minimax_far"), logits=lambda real, fake: (fake, real))).name != "discriminator wins"


def test_modes_are_not_dropped_where_none_was_ever_found():
    assert "mode dropping" not in str(diagnose(load("minimax_far")))


def test_one_that_is_sure_of_samples_right_on_the_data_does_not_win():
    sure = change(load("gaussian"), logits=lambda real, fake: (real.abs() + 1, -fake.abs() - 1))
    assert diagnose(sure).evidence["auc"] == 1
    assert diagnose(sure).name == "balanced"


def test_a_generator_that_stops_on_its_way_has_lost():
    history = load("gaussian_on_its_way")
    early = history.snapshots[3].samples
    assert diagnose(change(history, lambda i, x: early)).name == "discriminator wins"


def test_the_gravest_gives_the_name_and_the_others_are_mentioned():
    found = diagnose(load("hasty_ring"))
    assert found.name == "oscillation" and "also shows mode dropping" in found.says
    hopping = change(load("hasty_ring"), lambda i, x: x.mean(dim=0) + 0.01 * (x - x.mean(dim=0)) if i else x * 30)
    found = diagnose(hopping)
    assert found.name == "collapse" and "oscillation and mode dropping" in found.says


# --- not finite, too little -----------------------------------------------------------------------------------


def test_a_loss_that_is_not_finite_names_step_and_player():
    history = History(recorded=[torch.tensor([1.0, 1.0]), torch.tensor([1.0, float("inf")])])
    found = diagnose(history)
    assert found.name == "diverged" and found.evidence == {"step": 1, "player": "generator"}
    assert "generator's loss" in found.says and "step 1" in found.says


@pytest.mark.parametrize("where", ["samples", "logits", "real"])
def test_nan_elsewhere(where):
    history = load("gaussian")
    if where == "real":
        history.real[3] = float("nan")
    elif where == "samples":
        history.snapshots[5].samples[7, 1] = float("nan")
    else:
        history.snapshots[5].fake_logits[7] = float("nan")
    assert diagnose(history).name == "diverged"


def test_too_short():
    history = load("gaussian")
    assert diagnose(history).name == "balanced"
    history.snapshots = history.snapshots[-4:]
    assert diagnose(history).name == "balanced"
    history.snapshots = history.snapshots[-3:]
    assert "3 snapshots" in str(diagnose(history))
    for record in (history, History(recorded=[torch.zeros(2)] * 9), History()):
        found = diagnose(record)
        assert found.name == "too short" and "train(..., snapshots=20)" in str(found)


def test_too_few_real_samples():
    history = load("gaussian")
    history.real = history.real[:1].expand(100, 2)
    assert diagnose(history).name == "too short" and "1 different real" in diagnose(history).says


# --- images, conditions, and how it is shown ------------------------------------------------------------------


def pictures(n, classes, seed):
    """Blobs at one of four places on 8 by 8 pixels, with some noise, in [0, 1] or so: shape (n, 1, 8, 8)."""
    generator = torch.Generator().manual_seed(seed)
    place = torch.tensor([[2, 2], [2, 5], [5, 2], [5, 5]])[torch.randint(classes, (n,), generator=generator)]
    at = torch.arange(8)
    squared = (at[None, :, None] - place[:, :1, None]) ** 2 + (at[None, None, :] - place[:, 1:, None]) ** 2
    return torch.exp(-squared / 3).unsqueeze(1) + 0.1 * torch.randn(n, 1, 8, 8, generator=generator)


def album(fakes, real_logits=None):
    logits = torch.linspace(-1, 1, 100)
    snapshots = [
        Snapshot(10 * i, x, logits if real_logits is None else real_logits, logits) for i, x in enumerate(fakes)
    ]
    return History(snapshots, pictures(200, 4, seed=99), [torch.ones(2)] * 100)


def test_pictures():
    start = 0.01 * torch.randn(256, 1, 8, 8, generator=torch.Generator().manual_seed(0))

    def verdict(make, **more):
        return diagnose(album([start, *(make(i) for i in range(1, 9))], **more)).name

    assert verdict(lambda i: pictures(256, 4, i)) == "balanced"
    assert verdict(lambda i: pictures(256, 3, i)) == "mode dropping"
    assert (
        verdict(lambda i: pictures(1, 4, 1) + 0.01 * pictures(256, 4, i) if i > 2 else pictures(256, 4, i))
        == "collapse"
    )
    assert verdict(lambda i: pictures(256, 1, i).roll(i % 2 * 4, dims=3)) == "oscillation"
    assert verdict(lambda i: start, real_logits=torch.ones(100) * 5) == "discriminator wins"


def test_a_batch_with_conditions():
    history = load("one_of_two")
    history.real = (history.real, torch.zeros(len(history.real)))
    assert diagnose(history).name == "mode dropping"


def test_how_it_is_shown():
    found = diagnose(load("plain_grid"))
    assert str(found).startswith("mode dropping: Around ") and "\n  - " in str(found)
    assert found._repr_markdown_().startswith("**mode dropping**: Around ")
    assert f"{found.evidence['missed']:.0%}" in found.says
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.name = "balanced"


def test_what_is_advised_exists():
    modules = "training.loop games.losses games.gan games.minibatch games.pacgan games.unrolled games.wgan"
    known = {"discriminator_steps", "torch", "losses"}
    for module in modules.split():
        known |= vars(importlib.import_module(f"gancourse.{module}")).keys()
    advice = " ".join([*FINITE, *(line for _, _, *lines in FAULTS.values() for line in lines)])
    named = re.findall(r"`(\w+)", advice)
    assert len(named) > 10 and not set(named) - known
