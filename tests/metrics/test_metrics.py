"""Metrics against torchmetrics, SciPy, closed forms, and loops that say what the papers say."""

import numpy as np
import pytest
import torch
from scipy.linalg import sqrtm
from torch import nn
from torchmetrics.image.fid import FrechetInceptionDistance
from torchmetrics.image.inception import InceptionScore
from torchmetrics.image.kid import KernelInceptionDistance

from gancourse.metrics import distances, neighbours
from gancourse.metrics.distances import Estimate, Moments, frechet_distance, inception_score, kernel_distance, moments
from gancourse.metrics.neighbours import density_coverage, nearest_neighbours, precision_recall


def normal(seed, *shape, shift=0.0, scale=1.0):
    return np.random.default_rng(seed).normal(shift, scale, shape)


def skewed(seed, n, d, shift=0.0):
    """Samples with a full covariance."""
    return normal(seed, n, d) @ normal(99, d, d) / np.sqrt(d) + shift


class AsGiven(nn.Module):
    """For torchmetrics: a network whose features are the "images" themselves."""

    def __init__(self, d):
        super().__init__()
        self.num_features = d

    def forward(self, x):
        return x.flatten(1)


def torchmetric(kind, real, fake, **settings):
    metric = kind(feature=AsGiven(real.shape[1]), **settings).set_dtype(torch.float64)
    for x, is_real in ((real, True), (fake, False)):
        metric.update(torch.from_numpy(x), real=is_real)
    return metric.compute()


# --- Inception score --------------------------------------------------------------------------------------------------


def test_the_inception_score_is_torchmetrics():
    logits = normal(0, 400, 7, scale=2)
    metric = InceptionScore(feature=AsGiven(7), splits=1).set_dtype(torch.float64)
    metric.update(torch.from_numpy(logits))
    p = torch.from_numpy(logits).softmax(dim=1)
    assert inception_score(p).mean == pytest.approx(float(metric.compute()[0]), rel=1e-9)


@pytest.mark.parametrize("classes", [2, 10])
def test_the_inception_score_counts_classes_that_are_certain_and_equally_frequent(classes):
    assert inception_score(np.tile(np.eye(classes), (5, 1))).mean == pytest.approx(classes)
    assert inception_score(np.full((30, classes), 1 / classes)).mean == pytest.approx(1)
    assert inception_score(np.tile(np.eye(classes)[:1], (30, 1))).mean == pytest.approx(1), "one perfect image"


def test_splits_are_scored_apart_and_in_order():
    p = np.random.default_rng(0).dirichlet(np.ones(4), 103)
    scores = [inception_score(part).mean for part in np.array_split(p, 10)]
    assert inception_score(p, splits=10) == pytest.approx((np.mean(scores), np.std(scores)))
    assert np.isnan(inception_score(p).std)


def test_two_splits_have_a_deviation_and_rows_that_rounding_puts_off_one_are_put_right():
    p = np.random.default_rng(0).dirichlet(np.ones(4), 20)
    first, second = (inception_score(part).mean for part in (p[:10], p[10:]))
    assert inception_score(p, splits=2).std == pytest.approx(abs(first - second) / 2)
    assert inception_score(1.009 * p) == pytest.approx(inception_score(p), nan_ok=True)


def test_a_half_precision_softmax_is_a_table_of_probabilities():
    p = torch.from_numpy(normal(0, 200, 10)).softmax(dim=1)
    assert inception_score(p.bfloat16()).mean == pytest.approx(inception_score(p).mean, rel=1e-2)


# --- Fréchet distance -------------------------------------------------------------------------------------------------


def test_the_frechet_distance_is_torchmetrics():
    real, fake = skewed(0, 500, 16), skewed(1, 300, 16, shift=0.3)
    expected = float(torchmetric(FrechetInceptionDistance, real, fake))
    assert frechet_distance(real, fake) == pytest.approx(expected, rel=1e-6)
    assert frechet_distance(torch.from_numpy(real).float(), torch.from_numpy(fake).float()) == pytest.approx(
        expected, rel=1e-4
    )


def test_the_frechet_distance_is_that_of_the_formula_with_scipys_root():
    a, b = moments(skewed(0, 200, 12)), moments(normal(1, 200, 12, shift=1, scale=2))
    root = sqrtm(a.covariance @ b.covariance).real
    expected = np.sum((a.mean - b.mean) ** 2) + np.trace(a.covariance + b.covariance - 2 * root)
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-9)


def test_the_frechet_distance_between_gaussians_with_one_pair_of_axes_is_in_closed_form():
    turn = np.linalg.qr(normal(0, 3, 3))[0]
    a, b = np.array([1.0, 4.0, 0.0]), np.array([9.0, 4.0, 2.0])
    shift = np.array([1.0, 2.0, 3.0])
    real = Moments(np.zeros(3), turn @ np.diag(a) @ turn.T)
    fake = Moments(shift, turn @ np.diag(b) @ turn.T)
    assert frechet_distance(real, fake) == pytest.approx(shift @ shift + np.sum((np.sqrt(a) - np.sqrt(b)) ** 2))


def test_moments_are_numpys_and_stand_for_their_samples():
    real, fake = skewed(0, 50, 4), skewed(1, 60, 4)
    mean, covariance = moments(real)
    np.testing.assert_allclose(covariance, np.cov(real.T), atol=1e-14)
    np.testing.assert_allclose(mean, real.mean(axis=0))
    assert (
        frechet_distance(moments(real), fake) == frechet_distance(real, moments(fake)) == frechet_distance(real, fake)
    )


@pytest.mark.parametrize(("n", "d"), [(500, 8), (20, 64), (2, 64)])
def test_the_frechet_distance_of_equal_sets_is_zero_even_with_fewer_samples_than_dimensions(n, d):
    x = normal(0, n, d, shift=5)
    assert 0 <= frechet_distance(x, x[::-1]) < 1e-10
    other = normal(1, n, d)
    assert frechet_distance(x, other) == pytest.approx(frechet_distance(other, x)), "symmetric"


def test_two_samples_each_lie_on_lines_whose_distance_is_known():
    """Rank-one covariances vvᵀ and wwᵀ: the trace of the root of their product is |v·w|."""
    v, w = normal(0, 2, 30)
    real, fake = np.stack([v, -v]) / np.sqrt(2), np.stack([w, -w]) / np.sqrt(2)
    assert frechet_distance(real, fake) == pytest.approx(v @ v + w @ w - 2 * abs(v @ w), rel=1e-12)


def test_features_that_do_not_vary_have_a_distance():
    constant = np.ones((10, 3))
    assert frechet_distance(constant, constant + 2) == pytest.approx(12)
    x = normal(0, 100, 3)
    assert frechet_distance(constant, x) == pytest.approx(np.sum((1 - x.mean(0)) ** 2) + np.trace(np.cov(x.T)))


@pytest.mark.parametrize("unit", [1e-10, 1e10])
def test_the_frechet_distance_is_in_squared_units_of_the_features(unit):
    real, fake = skewed(0, 50, 4), skewed(1, 60, 4)
    assert frechet_distance(unit * real, unit * fake) == pytest.approx(
        unit**2 * frechet_distance(real, fake), rel=1e-9, abs=0
    )


# --- kernel distance --------------------------------------------------------------------------------------------------


def kid_by_loops(x, y, unbiased=True):
    def kernel(a, b):
        return (a @ b / len(a) + 1) ** 3

    def mean_within(s):
        n = len(s)
        return np.mean([kernel(s[i], s[j]) for i in range(n) for j in range(n) if i != j or not unbiased])

    return mean_within(x) + mean_within(y) - 2 * np.mean([kernel(a, b) for a in x for b in y])


@pytest.mark.parametrize("unbiased", [True, False])
def test_the_kernel_distance_is_the_mean_over_pairs(unbiased, monkeypatch):
    x, y = normal(0, 13, 4), normal(1, 9, 4, shift=0.5)
    expected = kid_by_loops(x, y, unbiased)
    assert kernel_distance(x, y, unbiased=unbiased).mean == pytest.approx(expected)
    monkeypatch.setattr(distances, "blocks", lambda n, m: [slice(i, i + 4) for i in range(0, n, 4)])
    assert kernel_distance(x, y, unbiased=unbiased).mean == pytest.approx(expected), "in blocks too"


def test_the_kernel_distance_is_torchmetrics():
    x, y = skewed(0, 200, 8), skewed(1, 200, 8, shift=0.4)
    mean, _ = torchmetric(KernelInceptionDistance, x, y, subsets=1, subset_size=200)
    assert kernel_distance(x, y).mean == pytest.approx(float(mean), rel=1e-9)
    assert kernel_distance(x, y, subsets=1, subset_size=200).mean == pytest.approx(float(mean), rel=1e-9)
    mean, std = torchmetric(KernelInceptionDistance, x, y, subsets=400, subset_size=50)
    ours = kernel_distance(x, y, subsets=400, subset_size=50)
    assert ours.mean == pytest.approx(float(mean), abs=5 * float(std) / np.sqrt(400))
    assert ours.std == pytest.approx(float(std), rel=0.2)


def test_subsets_are_the_seeds():
    x, y = normal(0, 60, 3), normal(1, 60, 3)
    first, again, other = (kernel_distance(x, y, subsets=4, subset_size=20, seed=s) for s in (0, 0, 1))
    assert first == again != other


def test_the_unbiased_estimate_is_zero_on_average_and_may_be_negative_the_biased_is_neither():
    draws = [(normal(2 * seed, 30, 4), normal(2 * seed + 1, 30, 4)) for seed in range(200)]
    unbiased = np.array([kernel_distance(x, y).mean for x, y in draws])
    biased = np.array([kernel_distance(x, y, unbiased=False).mean for x, y in draws])
    error = unbiased.std() / np.sqrt(len(draws))
    assert abs(unbiased.mean()) < 3 * error
    assert 0.3 < (unbiased < 0).mean() < 0.9
    assert (biased > 0).all() and biased.mean() > 20 * error


def test_the_frechet_distance_is_too_large_with_few_samples_and_the_kernel_distance_is_not():
    """As Bińkowski et al. (2018) say: both sides are of one distribution, so that the truth is zero."""
    frechet, kernel = ({}, {})
    for n in (50, 200, 800):
        draws = [(normal(2 * seed, n, 8), normal(2 * seed + 1, n, 8)) for seed in range(30)]
        frechet[n] = np.mean([frechet_distance(x, y) for x, y in draws])
        kernel[n] = np.array([kernel_distance(x, y).mean for x, y in draws])
    assert frechet[50] > 2 * frechet[200] > 4 * frechet[800] > 0, "it falls about as 1/n"
    for values in kernel.values():
        assert abs(values.mean()) < 3 * values.std() / np.sqrt(len(values))


# --- neighbourhoods ---------------------------------------------------------------------------------------------------


def balls_by_loops(x, k):
    """The k-th smallest distance of each sample to another one."""
    return [sorted(np.linalg.norm(a - b) for j, b in enumerate(x) if j != i)[k - 1] for i, a in enumerate(x)]


def in_ball(points, centres, radii):
    """Whether each point (row) is in each ball (column)."""
    return np.array([[np.linalg.norm(p - c) <= r for c, r in zip(centres, radii, strict=True)] for p in points])


@pytest.mark.parametrize("k", [1, 3, 5])
@pytest.mark.parametrize("in_blocks", [False, True])
def test_neighbourhoods_are_those_of_loops(k, in_blocks, monkeypatch):
    real, fake = normal(0, 40, 3, shift=100), normal(1, 31, 3, shift=100.7, scale=0.8)
    if in_blocks:
        monkeypatch.setattr(neighbours, "blocks", lambda n, m: [slice(i, i + 7) for i in range(0, n, 7)])
    of_real, of_fake = in_ball(fake, real, balls_by_loops(real, k)), in_ball(real, fake, balls_by_loops(fake, k))
    assert precision_recall(real, fake, k) == pytest.approx((of_real.any(axis=1).mean(), of_fake.any(axis=1).mean()))
    assert density_coverage(real, fake, k) == pytest.approx((of_real.sum() / (k * 31), of_real.any(axis=0).mean()))
    index, distance = nearest_neighbours(fake, real, k)
    table = np.array([[np.linalg.norm(f - r) for r in real] for f in fake])
    np.testing.assert_array_equal(index, np.argsort(table, axis=1)[:, :k])
    np.testing.assert_allclose(distance, np.sort(table, axis=1)[:, :k])


def test_features_that_lie_far_apart_have_the_neighbourhoods_of_loops():
    """Each of them is centred by itself: else the squares that cancel would be large."""
    far = np.array([0.0, 1e6, -3e6])
    real, fake = normal(0, 40, 3), normal(1, 31, 3, shift=0.7, scale=0.8)
    assert precision_recall(real + far, fake + far) == precision_recall(real, fake)
    assert density_coverage(real + far, fake + far) == density_coverage(real, fake)


def test_of_many_the_nearest_are_found_and_come_nearest_first():
    x, data = normal(0, 20, 3), normal(1, 3000, 3)
    for k in (1, 10):
        table = np.linalg.norm(x[:, None] - data, axis=2)
        np.testing.assert_array_equal(nearest_neighbours(x, data, k).index, np.argsort(table, axis=1)[:, :k])


def test_samples_that_do_not_vary_lie_in_each_others_neighbourhoods():
    same = np.ones((3, 2))
    assert precision_recall(same, same, k=1) == (1, 1)
    assert density_coverage(same, same, k=1) == (3, 1)


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_copies_lie_on_the_edge_of_neighbourhoods_in_any_unit(unit):
    """Half of all, so that for many the k-th neighbour is the farthest copy that counts."""
    train = unit * skewed(0, 400, 8)
    inside = in_ball(train[::2], train, np.array(balls_by_loops(train, 3)) * (1 + 1e-9))
    assert density_coverage(train, train[::2], k=3) == pytest.approx((inside.sum() / 600, inside.any(axis=0).mean()))


def test_equal_distributions_have_the_coverage_that_the_docstring_says():
    coverage = [density_coverage(normal(s, 500, 4), normal(s + 50, 500, 4)) for s in range(5)]
    assert np.mean(coverage, axis=0) == pytest.approx((1, 1 - 2**-5), abs=0.03)


def two_clouds(seed, n=300, d=4):
    x = normal(seed, n, d)
    x[: n // 2] += 20
    return x


def test_who_drops_a_mode_is_precise_and_recalls_half():
    real, fake = two_clouds(0), normal(1, 300, 4)
    precision, recall = precision_recall(real, fake)
    density, coverage = density_coverage(real, fake)
    assert precision > 0.9 and density > 0.9
    assert recall < 0.55 and coverage < 0.55


def test_noise_is_not_precise():
    real, noise = two_clouds(0), normal(1, 300, 4, scale=30)
    assert precision_recall(real, noise).precision < 0.2
    assert density_coverage(real, noise).density < 0.2


def test_an_outlier_fools_precision_more_than_density():
    """The picture of Naeem et al. (2020), figure 1: its ball takes in samples that are near nothing real."""
    real = np.concatenate([normal(0, 200, 2), [[50.0, 50.0]]])
    astray = normal(1, 200, 2, shift=25, scale=3)
    assert precision_recall(real, astray).precision == 1
    assert density_coverage(real, astray).density < 0.25


def test_a_memoriser_has_the_best_distance_and_zero_to_its_nearest_neighbour():
    train, held_out = skewed(0, 400, 8, shift=3).astype("float32"), skewed(1, 400, 8, shift=3).astype("float32")
    copies, honest = train[np.random.default_rng(0).permutation(400)], skewed(2, 400, 8, shift=3).astype("float32")
    assert frechet_distance(train, copies) < 1e-9 < frechet_distance(train, honest)
    assert precision_recall(train, copies) == (1, 1)
    assert density_coverage(train, copies, k=5) == pytest.approx((6 / 5, 1)), "the k neighbours and the copy itself"
    index, distance = nearest_neighbours(copies, train)
    assert (distance == 0).all() and (train[index[:, 0]] == copies).all()
    assert (nearest_neighbours(honest, train).distance > 0).all()
    assert (nearest_neighbours(copies, held_out).distance > 0).all()


def test_one_perfect_image_is_precise_and_recalls_itself_alone():
    real = normal(0, 100, 6, shift=4)
    fake = np.repeat(real[17:18], 100, axis=0)
    assert precision_recall(real, fake) == (1, 1 / 100)
    assert density_coverage(real, fake).coverage < 0.3


def test_pictures_are_compared_pixel_by_pixel():
    data = torch.randint(0, 256, (20, 3, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    x = data[[4, 9]].clone()
    x[1, 0, 0, 0] = 255 - x[1, 0, 0, 0]
    index, distance = nearest_neighbours(x, data, k=2)
    assert index[:, 0].tolist() == [4, 9]
    assert distance[:, 0].tolist() == [0, abs(255 - 2 * int(data[9, 0, 0, 0]))]


# --- what cannot be measured ------------------------------------------------------------------------------------------

FEATURES = normal(0, 10, 3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: inception_score([[0.5, 0.4]]), "Logits need a softmax"),
        (lambda: inception_score([[1.5, -0.5]]), "negative"),
        (lambda: inception_score(np.eye(3), splits=4), "3 samples; at least 4 are needed: splits is 4"),
        (lambda: inception_score(np.eye(3), splits=0), "at least 1"),
        (lambda: inception_score([0.5, 0.5]), r"shape \(2,\); it needs \(n, d\)"),
        (lambda: moments(FEATURES[:1]), "1 samples; at least 2 are needed: a covariance"),
        (lambda: moments(np.empty((0, 3))), "at least 2"),
        (lambda: frechet_distance(FEATURES, FEATURES[:, :2]), "real has 3 features and fake 2"),
        (lambda: frechet_distance(FEATURES, FEATURES * np.nan), "not finite"),
        (lambda: kernel_distance(FEATURES, FEATURES[:1]), "fake has 1 samples; at least 2"),
        (lambda: kernel_distance(FEATURES, FEATURES, subsets=3), "at least 1000 are needed: subset_size"),
        (lambda: kernel_distance(FEATURES, FEATURES, subsets=0, subset_size=5), "at least 1 of at least 2"),
        (lambda: kernel_distance(FEATURES, FEATURES[:, :2]), "use the same network"),
        (lambda: precision_recall(FEATURES, FEATURES[:3]), "3 samples; at least 4 are needed: each needs 3 neighbours"),
        (lambda: density_coverage(FEATURES[:5], FEATURES), "at least 6"),
        (lambda: precision_recall(FEATURES, FEATURES, k=0), "k is 0"),
        (lambda: precision_recall(FEATURES, FEATURES + np.inf), "fake has entries that are not finite"),
        (lambda: nearest_neighbours(FEATURES, FEATURES[:, :2]), "the axes after the first differ"),
        (lambda: nearest_neighbours(FEATURES, FEATURES[:2], k=3), "at least 3 are needed: k is 3"),
        (lambda: nearest_neighbours(FEATURES, FEATURES, k=0), "k is 0"),
    ],
)
def test_what_cannot_be_measured_is_said_in_a_line(call, message):
    with pytest.raises(ValueError, match=message) as error:
        call()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: inception_score([0.5, 0.5]), "probabilities"),
        (lambda: moments(FEATURES[:1]), "features"),
        (lambda: kernel_distance(FEATURES[:1], FEATURES), "real"),
        (lambda: kernel_distance(FEATURES, FEATURES[:1]), "fake"),
        (lambda: precision_recall(FEATURES[:3], FEATURES), "real"),
        (lambda: density_coverage(FEATURES, FEATURES[:5]), "fake"),
        (lambda: nearest_neighbours(FEATURES * np.nan, FEATURES), "x"),
        (lambda: nearest_neighbours(FEATURES, FEATURES * np.nan), "data"),
        (lambda: nearest_neighbours(FEATURES, FEATURES[:0]), "data"),
    ],
)
def test_the_message_names_the_argument(call, name):
    with pytest.raises(ValueError, match=f"^{name} has "):
        call()


def test_the_least_that_can_be_measured_is_measured():
    assert nearest_neighbours(FEATURES[:1], FEATURES[:1]) == (0, 0)
    assert kernel_distance(FEATURES, FEATURES, subsets=1, subset_size=2).mean is not None
    assert precision_recall(FEATURES[:2], FEATURES[:2], k=1) == (1, 1)
    assert density_coverage(FEATURES[:2], FEATURES[:2], k=1) == (2, 1)
    with pytest.raises(ValueError, match=r"^x has 0 samples; at least 1 are needed: there is nothing to measure\.$"):
        nearest_neighbours(FEATURES[:0], FEATURES)


def test_it_is_reckoned_in_float64_whatever_comes_in():
    x, y = np.float32(skewed(0, 30, 4)), np.float32(skewed(1, 30, 4))
    for measure in (frechet_distance, kernel_distance, precision_recall, density_coverage, nearest_neighbours):
        for a, b in zip(
            *(np.atleast_1d(measure(*pair)) for pair in ((x, y), (np.float64(x), np.float64(y)))), strict=True
        ):
            np.testing.assert_array_equal(a, b)
    assert distances.checked(x, "x").dtype == np.float64


@pytest.mark.parametrize(("n", "m", "rows"), [(10, 2**17, 2), (7, 2**16, 4), (3, 2**18, 1), (3, 2**20, 1), (5, 1, 5)])
def test_blocks_are_of_all_rows_in_order_and_take_two_megabytes(n, m, rows):
    blocks = [range(n)[block] for block in distances.blocks(n, m)]
    assert [i for block in blocks for i in block] == list(range(n))
    assert {len(block) for block in blocks[:-1]} <= {rows} and len(blocks[0]) == rows
    assert rows == 1 or rows * m * 8 <= 2 * 2**20


def test_the_seed_is_0_if_nobody_says():
    x, y = normal(0, 60, 3), normal(1, 60, 3)
    drawn = kernel_distance(x, y, subsets=4, subset_size=20)
    assert drawn == kernel_distance(x, y, subsets=4, subset_size=20, seed=0)


def test_numbers_are_plain_floats():
    p = np.random.default_rng(0).dirichlet(np.ones(4), 20)
    values = [*inception_score(p, 2), frechet_distance(p, p), *kernel_distance(p, p, subsets=2, subset_size=9)]
    values += [*precision_recall(p, p), *density_coverage(p, p)]
    assert {type(v) for v in values} == {float}
    assert isinstance(kernel_distance(p, p), Estimate)
