"""What lectures say of the models that come with them holds on three draws, unrounded."""

import copy
from functools import cache

import numpy as np
import pytest
import torch

from gancourse.data.images import load, to_float
from gancourse.data.worlds.glyphs import glyphs
from gancourse.data.worlds.shapes import shapes
from gancourse.games.dcgan import Generator, resized, slerp
from gancourse.games.infogan import information_bounds
from gancourse.games.latent import truncated
from gancourse.metrics.distances import frechet_distance
from gancourse.metrics.features import load_features
from gancourse.metrics.fidelity import share_as_asked
from gancourse.metrics.neighbours import density_coverage, precision_recall
from gancourse.plots.dcgan import weave
from gancourse.training import checkpoints

three_draws = pytest.mark.parametrize("seed", range(3))


@cache
def game(name):
    """A model that comes with the lectures."""
    return checkpoints.load(name).game


@cache
def real(n=2000):
    """Held-out glyphs, their classes, and their features."""
    held_out = load("glyphs", 28, split="test", n=n)
    x = to_float(held_out.x)
    return x, held_out.label, load_features("glyphs").features(x)


@three_draws
def test_half_way_on_a_line_is_worse_and_on_an_arc_as_good(seed):
    """Lecture 08, and lecture 09 for the distances."""
    torch.manual_seed(seed)
    dcgan, features = game("dcgan-glyphs"), load_features("glyphs").features
    a, b = dcgan.draw_latent(2000), dcgan.draw_latent(2000)
    made = [features(dcgan.generate(z)) for z in (a, torch.lerp(a, b, 0.5), slerp(a, b, 0.5))]
    end, straight, arc = (frechet_distance(real()[2], f) for f in made)
    assert straight > 1.4 * end and arc < 1.1 * end
    end, straight, arc = (float(f.var(dim=0).sum()) for f in made)
    assert 0.85 < straight / end < 0.9 and arc > 0.98 * end, "an eighth of the variety, and next to none"


@three_draws
def test_the_networks_of_2014_end_more_than_three_times_as_far_from_the_data(seed):
    torch.manual_seed(seed)
    features = load_features("glyphs").features
    maxout, dcgan = (
        frechet_distance(real()[2], features(game(f"{n}-glyphs").sample(2000))) for n in ("maxout", "dcgan")
    )
    assert maxout > 3 * dcgan


@three_draws
def test_a_third_of_an_untrained_generators_power_is_cloth_and_none_if_it_resizes(seed):
    torch.manual_seed(seed)
    z = torch.rand(64, 100) * 2 - 1
    woven, smooth = (
        weave(torch.cat([Generator(28, 1, 32, **up)(z).detach() for _ in range(10)])) for up in ({}, {"up": resized})
    )
    assert 0.27 < woven < 0.4 and smooth < 0.01
    assert weave(game("dcgan-glyphs").sample(1000)) < 0.005


@three_draws
def test_conditional_models_do_as_asked_and_few_samples_lie_among_the_real(seed):
    torch.manual_seed(seed)
    judge, (_, label, features), found = load_features("glyphs"), real(), {}
    for name in ("cgan", "projection", "acgan"):
        x, c = game(f"{name}-glyphs").sample(1500), game(f"{name}-glyphs").all_classes(1500)
        assert share_as_asked(judge, x, c) > 0.99
        mine = judge.features(x)
        each = [precision_recall(features[label == k][:150], mine[c == k][:150]) for k in range(10)]
        found[name] = np.mean(each, axis=0)
        assert 1 / 4 < found[name][0] < 2 / 3
    assert all((found["acgan"] < found[name]).all() for name in ("cgan", "projection")), "lower in both"


@three_draws
def test_truncation_trades_recall_for_precision(seed):
    cgan, judge, found = game("cgan-glyphs"), load_features("glyphs"), []
    for threshold in (0.05, 0.5, 0.75, 1.0):
        torch.manual_seed(seed)
        made = judge.features(cgan.generate(truncated(cgan.draw_latent(1000), threshold), cgan.all_classes(1000)))
        coverage = density_coverage(real()[2][:1000], made).coverage
        found.append((*precision_recall(real()[2][:1000], made), coverage))
    precision, recall, coverage = np.array(found).T
    assert (np.diff(precision) < 0).all() and (np.diff(recall) > 0).all()
    assert precision[0] > 0.99 and recall[0] < 0.01, "the last samples are one glyph a class"
    assert recall[1] < recall[3] / 2, "at 0.5 it has lost most of its recall"
    assert abs(coverage[2] - coverage[3]) < 0.05, "nearly the same at 0.75 as at 1"


@three_draws
def test_infogans_categories_and_codes_are_as_pure_as_lecture_11_says(seed):
    torch.manual_seed(seed)
    info, judge = game("infogan-glyphs"), load_features("glyphs")
    category, codes = info.draw_codes(3000)
    x = info.generate(info.draw_latent(3000), category, codes)
    counts = np.zeros((10, 10))
    np.add.at(counts, (category.numpy(), judge.probabilities(x).argmax(dim=1).numpy()), 1)
    assert 0.88 < counts.max(axis=1).sum() / 3000 < 0.92 and len(set(counts.argmax(axis=1))) == 10
    pure = np.sort(counts.max(axis=1) / counts.sum(axis=1))
    assert pure[3] > 0.995 and 0.58 < pure[0] < pure[2] < 0.75, "seven of one digit, three two thirds pure"
    thickness, angle = (judge.estimate(x, name).numpy().ravel() for name in ("thickness", "angle"))
    assert abs(np.corrcoef(codes[:, 1], thickness)[0, 1]) > 0.97
    within = [np.corrcoef(codes[category == k, 0], angle[category == k])[0, 1] for k in range(10)]
    assert sorted(np.sign(within)) == [-1] * 7 + [1] * 3 and np.mean(np.abs(within)) > 0.95
    reader = copy.deepcopy(info.discriminator).train()  # as in the lecture: its norms use the batch
    with torch.no_grad():
        _, class_logits, mean = reader(x)
    of_category, of_codes = information_bounds(class_logits, category, mean, codes)
    assert of_category > 2.29 and of_codes.min() > 2.7


@three_draws
def test_more_than_five_of_six_keep_their_digit_on_the_way_there_and_back(seed):
    bigan, judge = game("bigan-glyphs"), load_features("glyphs")
    some = glyphs(2000, generator=torch.Generator().manual_seed(seed))
    assert share_as_asked(judge, bigan.generate(bigan.encode(to_float(some.image))), some.label) > 5 / 6


@three_draws
def test_outlines_that_a_cyclegan_drew_tell_the_background_every_time(seed):
    hider, sees = game("cyclegan-outlines"), load_features("shapes")
    scenes = shapes(500, 32, striped=False, generator=torch.Generator().manual_seed(seed))
    back = [
        hider.translate(start, back=True)
        for start in (hider.translate(to_float(scenes.image)), to_float(scenes.edges()))
    ]
    found = [(sees.probabilities(x, "background").argmax(dim=1) == scenes.background).double().mean() for x in back]
    assert found[0] == 1 and 0.15 < found[1] < 0.35, "of true outlines it is a guess among four"
    kept = game("cyclegan-stripes").translate(to_float(scenes.image))
    assert (sees.probabilities(kept, "background").argmax(dim=1) == scenes.background).all()
