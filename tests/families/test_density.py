"""Densities against SciPy and scikit-learn, Bayes' rule against counting, rarity against histograms counted here."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.mixture import GaussianMixture

from gancourse.families.density import PictureDensity, class_density, log_mixture, log_normal, posterior
from gancourse.families.resampling import rarity


def test_normal_and_mixture_are_scipys():
    rng = np.random.default_rng(0)
    x, centres, weights = rng.normal(size=(20, 3)), rng.normal(size=(4, 3)), np.array([0.1, 0.2, 0.3, 0.4])
    normals = [multivariate_normal(c, 0.7**2) for c in centres]
    np.testing.assert_allclose(log_normal(x, centres[1], 0.7), normals[1].logpdf(x))
    mixed = np.log(sum(w * normal.pdf(x) for w, normal in zip(weights, normals, strict=True)))
    np.testing.assert_allclose(log_mixture(x, centres, 0.7, weights), mixed)
    np.testing.assert_allclose(log_mixture(x, centres, 0.7), log_mixture(x, centres, 0.7, np.full(4, 0.25)))


def test_a_mixture_far_away_is_still_a_number():
    assert log_mixture([[1e4, 0]], [[0, 0], [1, 0]], 0.1)[0] == pytest.approx(-0.5 * 9999**2 / 0.01, rel=1e-6)


def test_both_directions_of_bayes_rule_agree_with_a_table_of_counts():
    counts = np.array([[3, 1, 6], [2, 8, 20]])  # of x (columns) and y (rows)
    p_y, p_x = counts.sum(axis=1) / counts.sum(), counts.sum(axis=0) / counts.sum()
    given_y, given_x = counts / counts.sum(axis=1, keepdims=True), counts / counts.sum(axis=0)
    np.testing.assert_allclose(posterior(np.log(given_y).T, p_y), given_x.T)
    for y in range(2):
        np.testing.assert_allclose(class_density(given_x[y], p_x, p_y[y]), given_y[y])


@pytest.mark.parametrize("wrong", [[0.5, 0.6], [1.0], [-0.5, 1.5]])
def test_weights_that_are_no_distribution_are_named(wrong):
    with pytest.raises(ValueError, match="need to be 2 shares that sum to 1"):
        log_mixture([[0.0, 0.0]], [[0, 0], [1, 1]], 1.0, wrong)


def test_what_is_no_density_is_refused():
    with pytest.raises(ValueError, match="std is 0"):
        log_normal([0.0], 0.0, 0)
    with pytest.raises(ValueError, match=r"p\(y\) is 0"):
        class_density([0.5], [0.1], 0)


def test_a_picture_density_is_a_gaussian_where_one_is_enough():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4000, 5)) * [3, 2, 0.5, 0.5, 0.5] + 1
    density = PictureDensity(components=2, mixtures=1).fit(x)
    true = multivariate_normal(np.ones(5), np.diag([9, 4, 0.25, 0.25, 0.25])).logpdf(x)
    np.testing.assert_allclose(density.log_likelihood(x).mean(), true.mean(), atol=0.02)
    assert np.corrcoef(density.log_likelihood(x), true)[0, 1] > 0.999
    assert density.sample(7).shape == (7, 5)


def test_with_all_that_varies_kept_it_is_scikit_learns_mixture():
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.normal(size=(300, 2)), rng.normal(size=(300, 2)) + 6])
    wide = np.concatenate([x, 0.01 * rng.normal(size=(600, 1))], axis=1)
    density = PictureDensity(components=2, mixtures=2).fit(wide)
    rest = -0.5 * ((wide[:, 2] / 0.01) ** 2 + np.log(2 * np.pi * 1e-4))
    expected = GaussianMixture(2, random_state=0).fit(x).score_samples(x) + rest
    assert density.log_likelihood(wide).mean() == pytest.approx(expected.mean(), abs=0.02)


def test_rare_codes_are_shown_as_much_more_often_as_their_bins_are_emptier():
    z = np.array([[0.0]] * 90 + [[1.0]] * 10)
    weight = rarity(z, bins=2, floor=1e-9)
    assert weight.sum() == pytest.approx(1) and weight[-1] / weight[0] == pytest.approx(9)
    assert rarity(z, bins=2, floor=0.1)[-1] / rarity(z, bins=2, floor=0.1)[0] == pytest.approx((0.9 + 0.1) / 0.2)
    both = np.concatenate([z, z[::-1]], axis=1)
    assert rarity(both, bins=2, floor=1e-9)[0] == pytest.approx(rarity(both, bins=2, floor=1e-9)[-1])


def test_rarity_says_what_it_needs():
    with pytest.raises(ValueError, match=r"they need \(n, k\)"):
        rarity([1.0, 2.0])
