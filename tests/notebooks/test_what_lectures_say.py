"""The bounds that lectures give for measured runs hold for every run on record, unrounded, and no tighter ones do."""

import json
import re
from itertools import pairwise

import nbformat
import numpy as np
import pytest
import torch
from scipy.stats import norm, spearmanr

from classroom import ROOT
from gancourse import dirac, shift
from gancourse.divergence import js_divergence, kl_divergence, wasserstein_1d
from gancourse.games import known_critic


def record(name):
    """What was measured."""
    return json.loads((ROOT / "notebooks" / "measured" / f"{name}.json").read_text())


def prose(lecture):
    """All text of a lecture, or of a page of docs, on one line."""
    if lecture.endswith(".md"):
        return " ".join((ROOT / "docs" / lecture).read_text().split())
    (path,) = (ROOT / "notebooks").glob(f"{lecture}_*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    return " ".join(" ".join(c.source for c in cells if c.cell_type == "markdown").split())


def bounds(lecture, words, *runs):
    """Find the words, with a pair of numbers, # to #, for each list of runs, and compare.

    Another … may stand for any words. A bound is the closest of as many digits that holds: of runs from 0.586 to 0.928,
    0.58 and 0.93.
    """
    pattern = re.escape(words).replace(r"\#", r"(\d+(?:\.\d+)?)").replace(r"\ …\ ", " .*? ")
    found = re.search(pattern, prose(lecture))
    assert found, f"lecture {lecture} does not say: {words}"
    numbers = found.groups()
    for low, high, values in zip(numbers[::2], numbers[1::2], runs, strict=True):
        step = 10.0 ** -len(low.partition(".")[2])
        least, most = round(min(values), 6), round(max(values), 6)
        assert float(low) <= least < float(low) + step, (low, least)
        assert float(high) - step < most <= float(high), (high, most)


def per_cent(values):
    return 100 * np.asarray(values)


# --- what the loss measures -------------------------------------------------------------------------------------------


def test_a_loss_near_log_4_is_no_coin_tossing_as_lecture_04_shows():
    x_real, z = shift.textbook_samples()
    phi = (-2.0, 1.0)
    per_pile = shift.discriminator_loss(x_real, z + 3, phi) / 10
    opinions = shift.discriminator(np.concatenate([x_real, z + 3]), phi)
    assert abs(per_pile - np.log(4)) < 0.005 and f"Its loss is {per_pile:.2f}" in prose("04")
    assert (opinions[:10] > 0.98).all() and (opinions[10:] > 0.5).sum() == 8, "sure of the real, wrong on most fakes"


def test_js_pushes_a_bump_onto_the_nearer_mode_and_a_reverse_kl_pays_log_2_for_a_missing_half():
    """Lecture 04, sections 4 and 6."""
    x = np.linspace(-8, 8, 1601)
    data = (norm.pdf(x, -2, 0.7) + norm.pdf(x, 2, 0.7)) / 2
    bumps = {c: norm.pdf(x, c, 0.7) / norm.pdf(x, c, 0.7).sum() for c in np.linspace(-2, 2, 41)}
    js = np.array([js_divergence(data / data.sum(), bump).js for bump in bumps.values()])
    assert js.argmax() == 20 and (np.diff(js[:21]) > -1e-9).all() and (np.diff(js[20:]) < 1e-9).all()
    far = (norm.pdf(x, -3, 0.5) + norm.pdf(x, 3, 0.5)) / 2
    one = norm.pdf(x, -3, 0.5)
    assert kl_divergence(one / one.sum(), far / far.sum()) == pytest.approx(np.log(2), abs=1e-3)


# --- losses -----------------------------------------------------------------------------------------------------------


def test_a_critics_estimate_follows_the_distance_as_closely_as_lecture_05_says():
    tracking = record("losses")["tracking"]
    critic, onlooker, alone = (tracking[name] for name in ("critic", "onlooker", "GAN"))
    bounds("05", "a rank correlation of # to #.", critic)
    bounds("05", "comes to # to #:", onlooker)
    assert all(np.greater(critic, onlooker)) and all(np.greater(onlooker, alone) | np.greater(critic, alone))
    assert "−0.38 to 0.37, of either sign" in prose("05") and -0.38 <= min(alone) < 0 < max(alone) <= 0.37
    later = [distance for run in tracking["points"] for distance, _ in run["GAN"][1:]]
    ends = [run["critic"][-1][0] for run in tracking["points"]]
    assert f"between {np.floor(100 * min(later)) / 100} and {np.ceil(100 * max(later)) / 100}" in prose("05")
    assert max(ends) < 0.14 and "ends at 0.14 or less" in prose("05")
    assert any(run["critic"][1][1] < 0 < 0.5 < run["critic"][1][0] for run in tracking["points"]), "small or negative"


def test_the_ranks_on_record_are_those_of_the_points_on_record():
    tracking = record("losses")["tracking"]
    for seed, run in enumerate(tracking["points"]):
        for name, points in run.items():
            assert len(points) == 26 and spearmanr(*zip(*points, strict=True))[0] == pytest.approx(
                tracking[name][seed], abs=0.01
            )


def test_a_penalty_traps_or_lets_a_critic_grow_steep_as_lecture_05_says():
    penalty = record("losses")["penalty"]
    trapped, free, steep, one_sided = (
        penalty[name]["share"] for name in ("λ = 10", "λ = 1", "λ = 0.1", "one-sided, λ = 10")
    )
    assert "the five critics claim −0.25 to 0.44 of the exact" in prose("05")
    assert -0.25 <= min(trapped) < -0.24 and 0.43 < max(trapped) <= 0.44
    bounds("05", "claim # to # times what is exact, with slopes of # to #.", free, penalty["λ = 1"]["slope"])
    bounds("05", "At λ = 0.1 it is # to # times", steep)
    bounds("05", "one-sided penalty at λ = 10 claims # to # times", one_sided)
    for name, weight in (("λ = 10", 10), ("λ = 1", 1), ("λ = 0.1", 0.1)):
        assert np.mean(penalty[name]["slope"]) == pytest.approx(1 + 1.5 / (2 * weight), rel=0.2), "a price, not a wall"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_by_hand_a_one_sided_penalty_arrives_and_a_two_sided_one_does_not(seed):
    """Lecture 05's own loop, from its cells."""
    (path,) = (ROOT / "notebooks").glob("05_*.ipynb")
    cells = {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}
    space = {"torch": torch, "nn": torch.nn}
    for name in ("by-hand-penalty", "by-hand-loop"):
        exec(cells[name], space)
    walk = np.array(space["play"](True, seed))
    assert abs(walk[100:] - 4).max() < 0.5, "arrives and stays"
    assert walk[40] == pytest.approx(2 * walk[20], rel=0.2), "at an even speed"
    assert abs(np.array(space["play"](False, seed))[100:] - 4).min() > 0.1


def test_the_best_critic_of_the_known_problem_is_a_tent_that_claims_the_distance():
    problem = known_critic.known()
    assert problem.claim(problem.best) == pytest.approx(problem.distance, abs=1e-6)
    assert np.abs(np.diff(problem.best) / np.diff(problem.x)).max() < 1 + 1e-6
    assert problem.slope(problem.best) == pytest.approx(1, abs=0.01)
    torch.manual_seed(0)
    x, fake = next(known_critic.batches(4000)), known_critic.Fixed()(torch.randn(4000, 2))
    sampled = wasserstein_1d(x.numpy().ravel(), fake.detach().numpy().ravel())
    assert sampled == pytest.approx(problem.distance, abs=0.1)


def test_began_falls_as_far_as_lecture_06_says():
    began = record("losses")["began"]
    measure, distance = (1 - np.divide(began[f"{of}_end"], began[of]) for of in ("measure", "distance"))
    bounds("06", "in all five runs, by # to # %", per_cent(measure))
    bounds("06", "The distance falls by # to # % in four of them", sorted(per_cent(distance))[1:])
    assert -0.25 < min(distance) < -0.24, "and rises by a quarter in one"


def test_a_critics_generator_writes_what_lecture_06_says():
    words = record("losses")["words"]
    critic = words.pop("WGAN-GP")
    said = "writes # to # different things in 1,000, between # and # % of them … among the thousand # to # words"
    bounds("06", said, critic["different"], per_cent(critic["plausible"]), critic["on_list"])
    assert all(max(runs["different"]) <= 2 for runs in words.values()), "one or two strings of letters, in every run"


# --- modes ------------------------------------------------------------------------------------------------------------


def test_modes_of_the_grid_are_those_that_lecture_07_counts():
    modes = {name: runs["captured"] for name, runs in record("mode_collapse")["results"]["grid"].items()}
    bounds("07", "It finds # to # of the 25 modes", modes["GAN"])
    bounds("07", "packs of four # to #, packs of two # to #.", modes["PacGAN4"], modes["PacGAN2"])
    bounds("07", "nearly four times its seconds, finds # to #,", modes["minibatch discrimination"])
    assert {*modes["PacGAN3"], *modes["minibatch std"]} == {25}, "find all 25 in every run"


def test_means_on_the_grid_are_in_the_order_of_lecture_07():
    grid = record("mode_collapse")["results"]["grid"]
    quality, kl, seconds = (
        {name: np.mean(runs[of]) for name, runs in grid.items()} for of in ("high_quality", "reverse_kl", "seconds")
    )
    strewn = [per_cent(quality[name]) for name in ("unrolled", "VEEGAN", "ALI", "BiGAN")]
    bounds("07", "are of high quality, # to # % on average", strewn)
    assert max(quality, key=quality.get) == "GAN", "on average its samples are the sharpest of all"
    assert kl["minibatch discrimination"] > kl["GAN"], "by its mean reverse KL it does worse than no cure"
    assert 3.75 < seconds["minibatch discrimination"] / seconds["minibatch std"] < 4, "nearly four times its seconds"


def test_modes_of_the_ring_are_those_that_lecture_07_counts():
    ring = {name: runs["captured"] for name, runs in record("mode_collapse")["results"]["ring"].items()}
    assert sorted(ring["GAN"]) == [3, 8, 8, 8, 8]
    assert {*ring["PacGAN2"], *ring["PacGAN3"], *ring["PacGAN4"]} == {8}


# --- images -----------------------------------------------------------------------------------------------------------


def test_guidelines_are_worth_what_lecture_08_says():
    results = record("guidelines")["results"]
    kept = results.pop("all guidelines")
    without, everywhere, dense, both, *little, relu, pooling = (
        np.divide(results[name], kept)
        for name in (
            "2 no batch norm",
            "2 batch norm everywhere",
            "3 dense hidden layers",
            "2 and 3: dense, no norm there",
            "4 tanh inside the generator",
            "initial weights: PyTorch's",
            "5 ReLU in the discriminator",
            "1 pooling, not strides",
        )
    )
    bounds("08", "out costs a factor of # to #, putting it *everywhere* one of # to #.", without, everywhere)
    bounds("08", "own initial weights cost # to # %", per_cent(np.concatenate(little) - 1))
    bounds("08", "come to # to # times the reference's distance", dense)
    bounds("08", "*without* batch norm, # to # times the distance", both)
    assert min(relu) < 1 < max(relu), "no difference that three seeds could show"
    assert max(pooling) < 1, "does no harm"


def gains(measured):
    """By target of `benchmarks/dcgan_speed.py`, ratios of each seed, plain over course: seconds, steps, their ratio."""
    result = {}
    for target in map(str, measured["targets"]):
        ratios = []
        for pair in zip(measured["plain"], measured["course"], strict=True):
            seconds = [run["reached"][target] for run in pair]
            looks = [[s for s, _ in run["curve"]].index(run["reached"][target]) + 1 for run in pair]  # at equal steps
            sooner, fewer = seconds[0] / seconds[1], looks[0] / looks[1]
            ratios.append((sooner, fewer, sooner / fewer))
        result[float(target)] = list(map(list, zip(*ratios, strict=True)))
    return result


def test_the_course_is_as_much_faster_as_its_page_says():
    speed, page = record("dcgan_speed_cpu"), prose("recipe.md")
    for target, ratios in gains(speed).items():
        row = " | ".join(f"{min(r):.2f} to {max(r):.2f}" for r in ratios)
        assert f"| {target:.0f} | {row} |" in page
    plain = speed["plain"]
    steps = [1000 * run["curve"][-1][0] / run["steps"] for run in plain]
    bounds("recipe.md", "The plain recipe took # to # ms a step", steps)


def test_conditional_systems_are_in_the_order_of_lecture_10_in_every_run():
    for world, order in (("glyphs", ["projection", "cgan", "acgan"]), ("mnist", ["projection", "acgan", "cgan"])):
        shares = record("conditional")["asked"][world]
        assert max(max(shares[name]) for name in order) < shares["real"], "nobody more often than real images"
        for better, worse in pairwise(order):
            assert min(shares[better]) > max(shares[worse])
    assert min(shares["cgan, longer"]) > 0.98


def test_few_labels_go_as_far_as_lecture_11_says():
    few = record("conditional")["semi_supervised"]
    gan, alone = np.array(few["gan"]), np.array(few["baseline"])
    assert few["labels"] == [20, 50, 100, 200] and (gan < alone).all(), "at every count and in every run"
    single, means = 1 - gan[1:] / alone[1:], 1 - gan[1:].mean(axis=1) / alone[1:].mean(axis=1)
    said = "takes away # to # % of the errors in single runs, # to # % on average"
    bounds("11", said, per_cent(single.flatten()), per_cent(means))


# --- translation ------------------------------------------------------------------------------------------------------


def test_colours_are_as_far_off_as_lecture_12_says():
    colours = record("paired")["colours"]
    distances = [colours[name]["frechet"] for name in ("L1 only", "both", "GAN only")]
    said = "# to # with L1 alone, # to # with both. The GAN alone has # to #, and is further from the truth, # to #"
    bounds("12", said, *distances, colours["GAN only"]["error"])


def test_patches_and_layouts_are_recovered_as_lecture_12_says():
    paired = record("paired")
    fields = [np.mean(paired["patches"][field]["accuracy"]) for field in ("-1", "0", "1", "2")]
    bounds("12", "The field hardly matters here: from # to # % on average", per_cent(fields))
    spade, concatenated = (paired["layouts"][name] for name in ("SPADE", "concatenated"))
    bounds(
        "12", "SPADE is # to # % better, in every run", per_cent(1 - np.divide(spade["error"], concatenated["error"]))
    )
    apart = np.mean(spade["accuracy"]) - np.mean(concatenated["accuracy"])
    assert 0 < apart < 0.01 < min(np.ptp(row["accuracy"]) for row in (spade, concatenated))


def test_skip_connections_are_worth_what_lecture_12_says():
    skips, none = (record("paired")["skips"][name] for name in ("U-Net", "no skips"))
    bounds("12", "the mean IoU is # to # with skips and # to # without", skips["iou"], none["iou"])
    bounds("12", "the error # to # and # to # grey levels", skips["error"], none["error"])


def test_enlargements_are_in_the_order_of_lecture_12_in_every_run():
    l1, srgan = (record("paired")["super"][name] for name in ("L1 only", "SRGAN"))
    assert min(l1["psnr"]) > max(srgan["psnr"]) and min(l1["perceptual"]) > max(srgan["perceptual"])


def test_losses_of_cyclegan_are_worth_what_lecture_13_says():
    ablation = record("unpaired")["ablation"]
    full, alone, cycle, free = (
        ablation[name]["to striped"] for name in ("all three", "GAN only", "cycle only", "no identity")
    )
    said = "their runs are # to # grey levels off, those of the GAN alone # to #, of the cycle alone # to #."
    bounds("13", said, full, alone, cycle)
    assert sorted(free)[0] < max(full) and sorted(free)[1] < 10 and sorted(free)[2] > 100
    assert ablation["no identity"]["there and back"][int(np.argmax(free))] < 5, "what comes back is right to 5"
    assert max(ablation["all three"]["to plain"]) < ablation["a copy"] < min(full), "to plain it beats the copy"


def test_digits_are_kept_as_lecture_13_says():
    digits = record("unpaired")["digits"]
    bounds("13", "translation does *harm*: # to # % are read rightly", per_cent(digits["mnist-usps"]["kept"]))
    bounds("13", "cropped away, # to # % are read rightly", per_cent(digits["mnist-usps-cropped"]["kept"]))
    assert all(np.mean(task["adapted"]) < np.mean(task["source"]) for task in digits.values()), "on average it helps"


def test_a_classifier_crosses_over_as_lecture_13_says():
    ways = record("adaptation")["mnist-usps"]
    said = "T's error is # to # %, of the same classifier trained on the source alone # to # %, and on the target"
    bounds("13", said + " # to # %.", *(per_cent(ways[way]) for way in ("adapted", "source", "target")))


def test_growing_and_biggans_parts_are_worth_what_lecture_14_says():
    found = record("growing_and_style")
    grown, full = (np.array(found["growing"][name])[:, :, 1].T for name in ("grown", "full size"))
    bounds("14", "in all three runs: # to #, where those that grew have # to #.", full[-1], grown[-1])
    bounds("14", "the grown ones had # to # and the others # to #;", grown[1], full[1])
    assert (grown[-1] > full[-1]).all() and (grown[-1] > grown[-2]).all() and (grown[1] < full[1]).all()
    big = found["big"]
    at_2 = {
        name: [run["frechet"][0] for run in runs] for name, runs in big.items() if name not in ("real", "thresholds")
    }
    said = "the distance is # to # for all of it, # to # with batches of 16, and # to # with half the width"
    bounds("14", said, *(at_2[name] for name in ("all of it", "batch 16", "half the width")))
    bounds("14", "Without the penalty it is # to #.", at_2["no penalty"])
    wide = big["all of it"] + big["no penalty"]
    assert all(run["named"][-1] == 1 for run in wide) and all(np.diff(run["frechet"]).min() > 0 for run in wide)
    assert sum(run["named"][-1] < run["named"][1] for run in big["batch 16"]) == 1


def test_layers_say_what_lecture_14_says():
    layers = record("growing_and_style")["layers"]
    table = layers["carried over"]
    assert (
        f"{100 * table['4 px']['yaw']:.0f} % of the yaw goes over, {100 * table['4 px']['roll']:.0f} % of the roll"
        in (prose("14"))
    )
    assert max(table[side][f] for side in ("8 px", "16 px", "32 px") for f in ("yaw", "roll")) < 0.175
    most = {factor: max(table, key=lambda side: table[side][factor]) for factor in table["4 px"]}
    assert all(most[f] == "8 px" for f in ("height", "hairstyle"))
    assert all(
        most[f] == "32 px" for f in ("background", "clothes", "light", "skin", "hair_colour", "smile", "glasses")
    )
    assert table["32 px"]["background"] > 0.945 and round(table["16 px"]["mouth_open"], 2) == 0.36
    assert all(row["w"] > row["z"] for row in layers["linear"].values())
    assert layers["truncation"]["psi"][int(np.argmin(layers["truncation"]["frechet"]))] == 1
    assert max(layers["truncation"]["recall"]) < 0.01
    path = layers["path"]
    assert f"{path['w']:,.0f} against {path['z']:,.0f}" in prose("14")


# --- the shift GAN ----------------------------------------------------------------------------------------------------


def shift_run(steps, moved=0.0, rounds=100):
    """θ by round at the lecture's rates, with so many steps of D a round, the axis moved; and where the means meet."""
    x_real, z = shift.textbook_samples()
    phi = np.array([-2.0 + moved, 1.0])
    run = shift.train(x_real - moved, z, 3.0 - moved, phi, rounds, steps, 3, lr_discrim=0.005)
    return run, x_real.mean() - moved - z.mean()


def test_the_shift_game_overshoots_by_steps_of_d_as_lecture_03_says():
    said = re.search(
        r"Yes: (\S+), (\S+), (\S+), and none at 3,000 steps\. .* in round (\d+) instead of (\d+)", prose("03")
    )
    over, near = [], []
    for steps in (100, 300, 1000, 3000):
        run, target = shift_run(steps)
        over.append(run.theta.max() - target)
        near.append(int(np.argmax(np.abs(run.theta - target) < 0.5)))
    assert [float(n) for n in said.groups()[:3]] == [round(o, 2) for o in over[:3]] and over[3] <= 0
    assert [int(n) for n in said.groups()[3:]] == [near[3], near[1]]
    centred, target = shift_run(300, moved=8.0)
    assert centred.theta.max() <= target, "At 300 steps the overshoot is gone"


def test_the_slope_turns_as_late_as_lecture_03_says_and_for_the_reason_it_gives():
    run, target = shift_run(300)
    passes, turns = int(np.argmax(run.theta > target)), int(np.argmax(run.phi[:, 1] < 0))
    assert f"It passes the target in round {passes}, goes on by {run.theta.max() - target:.1f}" in prose("03")
    assert turns - passes == 8 and "for eight rounds after θ has passed the data" in prose("03")
    x_real, z = shift.textbook_samples()
    flat, steep = np.linalg.eigvalsh(shift.discriminator_hessian(x_real, z + target, np.zeros(2)))
    assert f"eigenvalues {steep:.0f} and {flat:.3f}" in prose("03")
    assert "about 4,200" in prose("03") and round(steep / flat, -2) == 4200
    assert "some 2,400 steps" in prose("03") and round(1 / (0.005 * flat), -2) == 2400


def test_of_the_dirac_gans_steps_only_those_with_r1_come_home_as_lecture_03_says():
    for rate in (0.01, 0.3, 1.0, 2.0):
        outside, on = (np.abs(np.linalg.eigvals(dirac.update_matrix(rate, 0.0, turns))) for turns in (False, True))
        assert outside == pytest.approx(np.sqrt(1 + rate**2 / 4)) and outside.max() > 1
        assert on == pytest.approx(1)
    ends = [np.hypot(*dirac.play(1, 1, 0.5, 60, *way)[-1]) for way in ((0.0, False), (0.0, True), (0.3, True))]
    assert ends[0] > 2 > ends[1] > 1 > 0.05 > ends[2]
    too_much = np.linalg.eigvals(dirac.update_matrix(2.0, 1.8, False))
    assert too_much.real.min() < -1, "too much of R1 pushes one out through −1"


def test_least_squares_does_not_descend_its_divergence_at_a_fixed_discriminator_as_lecture_06_says():
    def halves(delta, h=1e-4):
        x = np.linspace(-10, 15, 25001)
        step = x[1] - x[0]
        data, gen, up, down = (norm.pdf(x, at) for at in (0, delta, delta + h, delta - h))
        best = (data - gen) / (data + gen)
        chi2 = [np.sum((data - q) ** 2 / (data + q)) * step / 2 for q in (up, down)]
        return np.sum(best**2 / 2 * (up - down)) * step / (2 * h), (chi2[0] - chi2[1]) / (2 * h)

    assert halves(0.5) == pytest.approx((0.0125, 0.2228), abs=1e-4)
    assert halves(2) == pytest.approx((0.1330, 0.3166), abs=1e-4)
    assert "smaller by a factor of 18" in prose("06") and round(halves(0.5)[1] / halves(0.5)[0]) == 18
