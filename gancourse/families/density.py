"""Densities one can write down, Bayes' rule on their logarithms, and a mixture of Gaussians that takes pictures."""

import numpy as np
from scipy.special import logsumexp


def log_normal(x, mean=0.0, std=1.0):
    """log N(x; mean, std²) of the last axis as independent coordinates, in nats.

    Args:
        x: shape (…, d).
        mean: broadcast against x.
        std: a number, positive.

    Returns:
        Shape (…).

    Raises:
        ValueError: std is not positive.
    """
    if not std > 0:
        raise ValueError(f"std is {std}; a density needs a positive one.")
    z = (np.asarray(x, dtype=float) - mean) / std
    return -0.5 * (z**2).sum(axis=-1) - z.shape[-1] * (np.log(std) + 0.5 * np.log(2 * np.pi))


def log_mixture(x, centres, std, weights=None):
    """log of a mixture of round Gaussians: log Σ_k w_k N(x; c_k, std²I), without leaving logarithms.

    Args:
        x: shape (n, d).
        centres: shape (k, d).
        std: of each, a number.
        weights: shape (k,), summing to 1; equal ones if not given.

    Returns:
        Shape (n,), nats.

    Raises:
        ValueError: the weights are no distribution over the centres.
    """
    x, centres = np.asarray(x, dtype=float), np.asarray(centres, dtype=float)
    weights = np.full(len(centres), 1 / len(centres)) if weights is None else np.asarray(weights, dtype=float)
    if weights.shape != (len(centres),) or (weights < 0).any() or abs(weights.sum() - 1) > 1e-6:
        raise ValueError(f"weights are {weights}; they need to be {len(centres)} shares that sum to 1.")
    return logsumexp(log_normal(x[:, None], centres, std), axis=1, b=weights)


def posterior(log_likelihoods, prior):
    """Bayes' rule: p(y|x) = p(x|y) p(y) / Σ p(x|y') p(y').

    Args:
        log_likelihoods: log p(x|y), shape (n, classes).
        prior: p(y), shape (classes,).

    Returns:
        Shape (n, classes); every row sums to 1.
    """
    joint = log_likelihoods + np.log(prior)
    return np.exp(joint - logsumexp(joint, axis=1, keepdims=True))


def class_density(p_y_given_x, p_x, p_y):
    """Bayes' rule the other way: p(x|y) = p(y|x) p(x) / p(y).

    Args:
        p_y_given_x: of one class, shape (n,).
        p_x: densities at the same places, shape (n,).
        p_y: the share of the class, a number.

    Raises:
        ValueError: the class never occurs.
    """
    if not 0 < p_y <= 1:
        raise ValueError(f"p(y) is {p_y}; a class that can be asked for has a share above 0, at most 1.")
    return np.asarray(p_y_given_x) * np.asarray(p_x) / p_y


class PictureDensity:
    """p(x) of pictures: a mixture of Gaussians on their principal components, one round Gaussian for what is left.

    The components that are kept are fitted by EM, with full covariances; the others share one variance, as in
    probabilistic PCA (Tipping & Bishop 1999).

    Args:
        components: how many principal components are kept; fewer than pixels.
        mixtures: how many Gaussians.
        seed: of EM's start.
    """

    def __init__(self, components=40, mixtures=20, seed=0):
        from sklearn.decomposition import PCA
        from sklearn.mixture import GaussianMixture

        self.pca = PCA(components, random_state=seed)
        self.mixture = GaussianMixture(mixtures, reg_covar=1e-4, random_state=seed)

    def fit(self, x):
        """Fit to pictures, shape (n, d); returns itself."""
        self.mixture.fit(self.pca.fit_transform(x))
        return self

    def log_likelihood(self, x):
        """log p(x), nats, shape (n,)."""
        x = np.asarray(x, dtype=float)
        z = self.pca.transform(x)
        left = x - self.pca.inverse_transform(z)
        dimensions, variance = x.shape[1] - z.shape[1], self.pca.noise_variance_
        of_left = -0.5 * ((left**2).sum(axis=1) / variance + dimensions * np.log(2 * np.pi * variance))
        return self.mixture.score_samples(z) + of_left

    def sample(self, n):
        """n pictures, shape (n, d): of the mixture, without the noise that is left."""
        return self.pca.inverse_transform(self.mixture.sample(n)[0])
