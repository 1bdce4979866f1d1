"""Exercise 8: the Fréchet distance of two sets of features."""

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions


def covariance(x, ddof=1):
    centred = x - x.mean(axis=0)
    return centred.T @ centred / (len(x) - ddof)


def root_of(s):
    """The symmetric root of a covariance."""
    values, vectors = np.linalg.eigh(s)
    return vectors * np.sqrt(np.clip(values, 0, None)) @ vectors.T


def trace_of_root(s, t):
    """Tr (S T)^½, from the eigenvalues of S^½ T S^½: those of S T, but of a symmetric matrix."""
    return np.sqrt(np.clip(np.linalg.eigvalsh(root_of(s) @ t @ root_of(s)), 0, None)).sum()


def root_of_product(s, t):
    """(S T)^½ itself, S of full rank: S^½ (S^½ T S^½)^½ S^-½."""
    root = root_of(s)
    return root @ root_of(root @ t @ root) @ np.linalg.pinv(root)


def squared_shift(x, y):
    return ((x.mean(axis=0) - y.mean(axis=0)) ** 2).sum()


def frechet_distance(x, y, shift=squared_shift, spread=covariance, cross=trace_of_root, factor=2):
    """With the parts of the formula that misconceptions exchange."""
    s, t = spread(x), spread(y)
    return shift(x, y) + np.trace(s + t) - factor * cross(s, t)


def roots_of(values):
    return np.sqrt(np.clip(values.real, 0, None)).sum()


def with_small_diagonal(s, t):
    return trace_of_root(s + 1e-3 * np.eye(len(s)), t + 1e-3 * np.eye(len(s)))


def draw_features(rng, n, d, spread=1.0):
    """Correlated features, around a mean that is not 0."""
    return rng.normal(size=(n, d)) @ rng.normal(0, spread, size=(d, d)) + rng.normal(0, 1.5, size=d)


def draw_two_features(rng):
    return draw_features(rng, 9, 3), draw_features(rng, 12, 3, spread=0.7)


def draw_few_features(rng):
    return draw_features(rng, 6, 12), draw_features(rng, 5, 12, spread=0.7)


WRONG = {
    "no_root": (
        {"cross": lambda s, t: np.trace(s @ t)},
        "The root of the product is missing: you take 2 S T for 2 (S T)^½.",
    ),
    "elementwise_root": (
        {"cross": lambda s, t: np.trace(np.sqrt(s @ t))},
        "`np.sqrt(S @ T)` takes the root of every entry. (S T)^½ is the *matrix* that gives S T when multiplied by "
        "itself. Its trace is the sum of the roots of the eigenvalues of S T.",
    ),
    "root_of_each": (
        {"cross": lambda s, t: np.trace(root_of(s) @ root_of(t))},
        "You take the root of S and of T, and multiply. For matrices that do not commute this is not the root of the "
        "product S T.",
    ),
    "root_of_trace": (
        {"cross": lambda s, t: np.sqrt(np.trace(s @ t))},
        "You take the trace of S T, or the sum of its eigenvalues, and then the root. Each eigenvalue's root comes "
        "first; then sum.",
    ),
    "variances_only": (
        {"cross": lambda s, t: np.sqrt(np.diag(s) * np.diag(t)).sum()},
        "Only the variances enter, not the covariances: `np.sqrt(S * T)` multiplies entry by entry. Use the matrix "
        "product, `S @ T`, and its eigenvalues.",
    ),
    "entry_by_entry": (
        {"cross": lambda s, t: roots_of(np.linalg.eigvals(s * t))},
        "`S * T` multiplies entry by entry. S T is the matrix product, `S @ T`.",
    ),
    "one_triangle": (
        {"cross": lambda s, t: roots_of(np.linalg.eigvalsh(s @ t))},
        "`eigvalsh` and `eigh` are for symmetric matrices: they read one triangle only. S T is not symmetric, even "
        "though S and T are. Use `np.linalg.eigvals`.",
    ),
    "singular_values": (
        {"cross": lambda s, t: roots_of(np.linalg.svd(s @ t, compute_uv=False))},
        "You use the singular values of S T. They are its eigenvalues only if it is symmetric, which S T is not. Use "
        "`np.linalg.eigvals`.",
    ),
    "biased_covariance": (
        {"spread": lambda x: covariance(x, ddof=0)},
        "Your covariances are divided by n. The Fréchet inception distance uses `np.cov`, which divides by n − 1.",
    ),
    "second_moments": (
        {"spread": lambda x: x.T @ x / (len(x) - 1)},
        "The mean is not taken away before the products: these are second moments, not covariances.",
    ),
    "standard_deviations": (
        {"spread": lambda x: np.diag(x.std(axis=0, ddof=1))},
        "You use standard deviations. S and T are covariance matrices: `np.cov(x, rowvar=False)`.",
    ),
    "correlations": (
        {"spread": lambda x: covariance(x / x.std(axis=0, ddof=1))},
        "You use correlations, which forget how large each feature's spread is. Use `np.cov`, not `np.corrcoef`.",
    ),
    "shift_not_squared": (
        {"shift": lambda x, y: np.sqrt(squared_shift(x, y))},
        "The distance of the means is not squared: ‖difference‖² is the sum of the squares, without a root.",
    ),
    "shift_summed": (
        {"shift": lambda x, y: (x.mean(axis=0) - y.mean(axis=0)).sum() ** 2},
        "You sum the differences of the means and square afterwards, so that they cancel. Square each, then sum.",
    ),
    "shift_averaged": (
        {"shift": lambda x, y: squared_shift(x, y) / x.shape[1]},
        "The squared differences of the means are averaged over the features. Sum them.",
    ),
    "one_mean": (
        {"shift": lambda x, y: (x.mean() - y.mean()) ** 2},
        "You take one mean over everything. Every feature has its own: `x.mean(axis=0)`.",
    ),
    "no_shift": (
        {"shift": lambda x, y: 0},
        "The means are missing: two sets of one shape in different places are not the same.",
    ),
    "shift_only": (
        squared_shift,
        "This is the distance of the means only. A wide and a narrow set with one mean would be 0 apart. Add the "
        "trace.",
    ),
    "no_factor": (
        {"factor": 1},
        "The factor 2 before the root is missing. Without it a set is not 0 away from itself.",
    ),
    "plus_root": ({"factor": -2}, "The root is added. It is taken away: S + T − 2 (S T)^½."),
    "sum_for_trace": (
        lambda x, y: (
            squared_shift(x, y)
            + (covariance(x) + covariance(y) - 2 * root_of_product(covariance(x), covariance(y))).sum()
        ),
        "You sum over the whole matrix. The trace is the sum of its *diagonal*: `np.trace`.",
    ),
    "root_at_the_end": (
        lambda x, y: np.sqrt(frechet_distance(x, y)),
        "You take the root of the whole. That is the distance d; the Fréchet inception distance is d².",
    ),
    "small_diagonal": (
        {"cross": with_small_diagonal},
        "It is nearly right. Did you add a small number to the diagonals before the root? Leave the covariances as "
        "they are: eigenvalues that come out as −1e-17 can be set to 0.",
    ),
    "nan_without_full_rank": (
        lambda x, y: frechet_distance(x, y) if min(len(x), len(y)) > x.shape[1] else np.nan,
        "With fewer samples than features it is nan. S T has eigenvalues that should be 0 and come out as −1e-17, and "
        "their root is nan. Set those to 0 first: `np.maximum(values, 0)`.",
    ),
}

EXERCISE = Exercise(
    name="frechet_distance",
    reference=frechet_distance,
    properties=(
        Property("is ‖difference of means‖² + Tr(S + T − 2 (S T)^½)", 3, draw_two_features),
        Property("is so, and a real number, with fewer samples than features", 2, draw_few_features),
    ),
    misconceptions=misconceptions(frechet_distance, WRONG),
    atol=1e-5,
)
