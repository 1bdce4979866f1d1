"""Exercise 4, `pca_project`: x as the mean plus its share along the first k principal components."""

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import of_sizes


def components(centred):
    """Principal components of centred examples, one a row, that of the largest variance first."""
    return np.linalg.svd(centred, full_matrices=False)[2]


def first(all_components, k):
    return all_components[:k]


def pca_project(x_train, x, k, centre=lambda x_train, x: x_train.mean(axis=0), choose=first, add=True):
    mean = centre(x_train, x)
    kept = choose(components(x_train - mean), k)
    return (x - mean) @ kept.T @ kept + add * mean


def own_components(x_train, x, k):
    mean = x_train.mean(axis=0)
    kept = components(x - x.mean(axis=0))[:k]
    return (x - mean) @ kept.T @ kept + mean


def own_mean(x_train, x, k):
    kept = components(x_train - x_train.mean(axis=0))[:k]
    return (x - x.mean(axis=0)) @ kept.T @ kept + x.mean(axis=0)


def only_train(x_train, x, k):
    return pca_project(x_train, x_train, k)


def from_zero(add):
    """x is projected as it is, with the right components; then `add` times the mean is added."""

    def project(x_train, x, k):
        mean = x_train.mean(axis=0)
        kept = components(x_train - mean)[:k]
        return x @ kept.T @ kept + add * mean

    return project


def components_not_centred(x_train, x, k):
    mean = x_train.mean(axis=0)
    kept = components(x_train)[:k]
    return (x - mean) @ kept.T @ kept + mean


def standardised(x_train, x, k):
    mean, std = x_train.mean(axis=0), x_train.std(axis=0)
    return pca_project((x_train - mean) / std, (x - mean) / std, k) * std + mean


def whitened(x_train, x, k):
    mean = x_train.mean(axis=0)
    kept, spread = components(x_train - mean)[:k], np.linalg.svd(x_train - mean, compute_uv=False)[:k]
    return (x - mean) @ kept.T / spread * np.sqrt(len(x_train)) @ kept + mean


def first_coordinates(x_train, x, k):
    return np.where(np.arange(x.shape[1]) < k, x, x_train.mean(axis=0))


def draw_cloud(rng, n, d=5):
    """Examples whose variances along five hidden directions are far apart, and whose mean is far from 0."""
    directions = np.linalg.qr(rng.normal(size=(d, d)))[0]
    codes = np.linalg.qr(rng.normal(size=(n, d)))[0] * np.sqrt(n)
    return codes * np.array([4, 2.8, 1.9, 1.2, 0.6]) @ directions + rng.choice([-1, 1], size=d) * rng.uniform(
        1, 3, size=d
    )


def draw_itself(rng, n):
    x = draw_cloud(rng, n)
    return x, x.copy(), int(rng.integers(2, 4))


def draw_others(rng, n):
    """Examples of another mean than those from which the components come, and of other components."""
    return draw_cloud(rng, n), draw_cloud(rng, 6)[:4], int(rng.integers(2, 4))


WRONG = {
    "not_centred": (
        {"centre": lambda x_train, x: 0.0},
        "The mean is not subtracted. Components are directions of the *spread*: subtract the mean of `x_train` first, "
        "or the first of them points at the mean.",
    ),
    "one_mean": (
        {"centre": lambda x_train, x: x_train.mean()},
        "You subtract one number, the mean of all. Every column has its own: `x_train.mean(axis=0)`, shape (d,).",
    ),
    "mean_not_added": (
        {"add": False},
        "The mean is missing at the end. What is projected is x minus the mean: add it again.",
    ),
    "x_not_centred": (
        from_zero(add=1),
        "The mean is added at the end, but x goes in without its being subtracted. It is m + (x − m) Wᵀ W.",
    ),
    "x_from_zero": (
        from_zero(add=0),
        "The components are right, but x is projected as it is. Subtract the mean from x first and add it at the end: "
        "m + (x − m) Wᵀ W.",
    ),
    "components_not_centred": (
        components_not_centred,
        "The components come from `x_train` as it is, and the first of them points at the mean. Subtract the mean "
        "before the decomposition, too.",
    ),
    "smallest": (
        {"choose": lambda rows, k: rows[::-1][:k]},
        "You keep the k directions of the *least* variance. (`np.linalg.eigh` sorts upwards, so take its last k; "
        "`np.linalg.svd` sorts downwards.)",
    ),
    "one_more": (
        {"choose": lambda rows, k: rows[: k + 1]},
        "You keep k + 1 components.",
    ),
    "one_less": (
        {"choose": lambda rows, k: rows[: k - 1]},
        "You keep k − 1 components.",
    ),
    "without_first": (
        {"choose": lambda rows, k: rows[1 : k + 1]},
        "The first component is left out, the most important one: indices begin at 0.",
    ),
    "all_components": (
        {"choose": lambda rows, k: rows},
        "All components are kept, so that x comes back as it was. Keep the first k.",
    ),
    "lost": (
        lambda x_train, x, k: x - pca_project(x_train, x, k),
        "You return what is lost. What is kept is asked for.",
    ),
    "standardised": (
        standardised,
        "You divide by the standard deviation of each number first. That is another PCA, of the correlations; here "
        "only the mean is subtracted.",
    ),
    "whitened": (
        whitened,
        "The codes are divided by their standard deviation (whitening). To project, leave their lengths alone.",
    ),
    "first_coordinates": (
        first_coordinates,
        "You keep the first k of the numbers themselves. The k directions are those of the largest variance, and each "
        "has a share of every number.",
    ),
    "only_train": (
        only_train,
        "You project `x_train`. It gives the mean and the components; what is projected is `x`.",
    ),
    "own_mean": (
        own_mean,
        "You subtract the mean of `x`. Both the mean and the components come from `x_train`, so that every x gets the "
        "same treatment.",
    ),
    "own_components": (
        own_components,
        "The components are those of `x`. They come from `x_train`: with them x has not been seen before.",
    ),
}

EXERCISE = Exercise(
    name="pca_project",
    reference=pca_project,
    properties=(
        Property("is the mean plus the share along the first k components", 2, of_sizes(draw_itself, 8, 9, 10)),
        Property("takes mean and components from `x_train` when x is other data", 1, of_sizes(draw_others, 9, 8)),
    ),
    misconceptions=misconceptions(pca_project, WRONG),
)
