"""Exercise 6, `wasserstein_1d`: W1 of two samples on a line."""

from functools import partial

import numpy as np

from gancourse import divergence
from gancourse.exercises.specification import Exercise, Misconception, Property


def wasserstein_1d(x, y):
    return divergence.wasserstein_1d(x, y)


def paired(x, y, power=1):
    """Mean of |x_i − y_i|^power, as far as both go."""
    n = min(len(x), len(y))
    return np.mean(np.abs(x[:n] - y[:n]) ** power)


def from_gaps(measure):
    """What `measure` makes of |F − G|, one gap per interval between merged samples, and of the intervals' lengths."""

    def distance(x, y):
        edges = np.sort(np.concatenate([x, y]))
        cdf_x, cdf_y = (np.searchsorted(np.sort(s), edges[:-1], side="right") / len(s) for s in (x, y))
        return measure(np.abs(cdf_x - cdf_y), np.diff(edges))

    return distance


def trapezia(heights):
    """Mean height on each interval if the heights at its two ends are joined; it ends at 0."""
    return (heights + np.append(heights[1:], 0)) / 2


def quantiles(x, y):
    """Quantile functions of both at midpoints that fall into every one of their steps."""
    at = (np.arange(len(x) * len(y)) + 0.5) / (len(x) * len(y))
    return [np.quantile(s, at, method="inverted_cdf") for s in (x, y)]


def wasserstein_interpolated(x, y):
    at = np.linspace(0, 1, max(len(x), len(y)))
    return np.mean(np.abs(np.quantile(x, at) - np.quantile(y, at)))


def draw_samples(rng, n, m):
    """x between the ends of y: the distribution functions cross, else |mean x − mean y| is right as well."""
    x = rng.normal(size=n)
    y = np.append(rng.normal(size=m - 2), [x.min() - rng.uniform(0.5, 2), x.max() + rng.uniform(2.5, 4)])
    return rng.permutation(x), rng.permutation(y)


def of_sizes(*sizes):
    """Samplers that take turns, each of samples with one of the pairs of sizes that are given."""
    return tuple(partial(draw_samples, n=n, m=m) for n, m in sizes)


EXERCISE = Exercise(
    name="wasserstein_1d",
    reference=wasserstein_1d,
    properties=(
        Property("is W1 of two samples of one size", 2, of_sizes((6, 6), (5, 5), (4, 4))),
        Property("is so too where the samples differ in size", 2, of_sizes((5, 8), (8, 5), (4, 7))),
    ),
    misconceptions={
        "unsorted": Misconception(
            paired,
            "You pair the samples as they come. Moving mass on a line is cheapest in order: sort both first.",
        ),
        "sorts_one": Misconception(
            lambda x, y: paired(np.sort(x), y),
            "Only one of the samples is sorted. Sort both, then pair them. (`np.sort(x)` returns a sorted copy.)",
        ),
        "difference_of_means": Misconception(
            lambda x, y: np.abs(np.mean(x) - np.mean(y)),
            "This is the difference of the means, which is 0 for samples of one mean and different width. "
            "Take the absolute value of each difference before you average or sum.",
        ),
        "all_pairs": Misconception(
            lambda x, y: np.abs(np.subtract.outer(x, y)).mean(),
            "You average over all pairs, a plan that mixes everything with everything. "
            "The cheapest plan goes in order: smallest to smallest, largest to largest.",
        ),
        "without_spacing": Misconception(
            from_gaps(lambda gaps, lengths: np.sum(gaps)),
            "You sum |F − G| at the samples. W1 is the *area* between F and G: multiply each difference by the "
            "distance to the next sample.",
        ),
        "mean_gap": Misconception(
            from_gaps(lambda gaps, lengths: np.sum(gaps) / (len(gaps) + 1)),  # one sample more than intervals
            "You average |F − G| over the samples. W1 is the *area* between F and G: multiply each difference by the "
            "distance to the next sample.",
        ),
        "trapezia": Misconception(
            from_gaps(lambda gaps, lengths: np.sum(trapezia(gaps) * lengths)),
            "You join the values of |F − G| by slanted lines (the trapezoidal rule). Between two neighbouring samples "
            "F and G are constant: add up rectangles.",
        ),
        "largest_gap": Misconception(
            from_gaps(lambda gaps, lengths: np.max(gaps)),
            "This is the largest |F − G| (the Kolmogorov-Smirnov distance), which never exceeds 1. "
            "W1 is the area between F and G.",
        ),
        "squared_area": Misconception(
            from_gaps(lambda gaps, lengths: np.sum(gaps**2 * lengths)),
            "You square F − G. W1 is the area between the two: the absolute difference.",
        ),
        "w2": Misconception(
            lambda x, y: np.sqrt(paired(*quantiles(x, y), power=2)),
            "This is W2, the root of the mean square. W1 is the mean of the absolute differences.",
        ),
        "w2_squared": Misconception(
            lambda x, y: paired(*quantiles(x, y), power=2),
            "You average squares of distances, which gives W2². W1 is the mean of the distances themselves.",
        ),
        "sum_for_mean": Misconception(
            lambda x, y: wasserstein_1d(x, y) * min(len(x), len(y)),
            "It is as many times too large as there are samples: each carries a mass of 1/n. With sorted pairs take "
            "the mean; with `searchsorted`, divide the counts by `len(x)` and `len(y)`.",
        ),
        "cut_off": Misconception(
            lambda x, y: paired(np.sort(x), np.sort(y)),
            "The larger sample is cut off where the smaller ends, so its largest values do not count. "
            "With different sizes go by the distribution functions, or by mass: 1/n from each x, 1/m into each y.",
        ),
        "interpolated": Misconception(
            wasserstein_interpolated,
            "`np.quantile` interpolates between samples, which moves mass to where there was none. "
            "The distribution function of a sample is a staircase: use the area between the two staircases.",
        ),
    },
)
