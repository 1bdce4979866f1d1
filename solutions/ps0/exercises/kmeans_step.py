"""Exercise 3, `kmeans_step`: assign every example to its nearest centre, then move every centre to its mean."""

from functools import partial

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import of_sizes


def squared_distances(x, centres):
    """‖x_i − c_j‖², shape (n, k)."""
    return ((x[:, None] - centres) ** 2).sum(axis=2)


def mean_of(examples):
    return examples.mean(axis=0)


def kmeans_step(x, centres, distances=squared_distances, choose=np.argmin, middle=mean_of, empty=lambda centre: centre):
    chosen = choose(distances(x, centres), axis=1)
    members = [x[chosen == j] for j in range(len(centres))]
    return np.array([middle(own) if len(own) else empty(c) for own, c in zip(members, centres, strict=True)])


def by_axes(combine):
    """Distances made of |dx| along each axis."""
    return lambda x, centres: combine(np.abs(x[:, None] - centres), axis=2)


def labels(x, centres):
    return squared_distances(x, centres).argmin(axis=1)


def until_it_rests(x, centres):
    for _ in range(100):
        centres = kmeans_step(x, centres)
    return centres


def without_empty(x, centres):
    return kmeans_step(x, centres)[np.unique(labels(x, centres))]


def draw_examples(rng, n, d=2, k=3):
    """Examples and centres with which every mistake shows: each way to choose a centre, and each middle, differs."""
    others = [by_axes(np.sum), by_axes(np.max), by_axes(lambda a, axis: a[..., 0])]
    while True:
        x, centres = rng.normal(size=(n, d)) * 2, rng.normal(size=(k, d)) * 1.5
        squared = squared_distances(x, centres)
        nearest, farthest = squared.argmin(axis=1), squared.argmax(axis=1)
        if (
            np.bincount(nearest, minlength=k).min() >= 2
            and len(set(farthest.tolist())) == k
            and np.diff(np.sort(squared, axis=1)[:, :2]).min() > 0.02
            and all((other(x, centres).argmin(axis=1) != nearest).any() for other in others)
            and (labels(x, moved := kmeans_step(x, centres)) != nearest).any()
            and len(set(labels(x, moved).tolist())) == k
        ):
            return x, centres


def draw_with_empty(rng, n):
    """The same with a centre that is nobody's nearest, in any place of the list, and also in each later step."""
    x, centres = draw_examples(rng, n)
    far = rng.choice([-1, 1], size=2) * rng.uniform(40, 60, size=2)
    return x, np.insert(centres, rng.integers(len(centres) + 1), far, axis=0)


WRONG = {
    "labels": (
        labels,
        "You return which centre is nearest to each example. That is the first half: return the new centres, the mean "
        "of the examples of each, an array of shape (k, d).",
    ),
    "sum_for_mean": (
        {"middle": partial(np.sum, axis=0)},
        "You add up the examples of each centre. Divide by how many these are.",
    ),
    "over_all": (
        lambda x, centres: np.array(
            [(x * (labels(x, centres) == j)[:, None]).mean(axis=0) for j in range(len(centres))]
        ),
        "You divide by the number of all examples. Divide by the number of those that belong to the centre.",
    ),
    "mean_of_all": (
        lambda x, centres: np.broadcast_to(x.mean(axis=0), centres.shape),
        "Every centre moves to the mean of all examples. Each takes the mean of its own only: `x[nearest == j]`.",
    ),
    "median": (
        {"middle": partial(np.median, axis=0)},
        "You take the median (k-medians). k-means takes the mean.",
    ),
    "half_way": (
        lambda x, centres: (kmeans_step(x, centres) + centres) / 2,
        "The centres stop half way between where they were and their means. Move them all the way.",
    ),
    "nearest_example": (
        lambda x, centres: x[squared_distances(x, centres).argmin(axis=0)],
        "Each centre moves to the example nearest to it. It is the other way round: each example looks for its nearest "
        "centre (`argmin` along the axis of centres), and the centre moves to the mean of those who chose it.",
    ),
    "farthest": (
        {"choose": np.argmax},
        "Each example goes to the centre farthest away. Take `argmin`, not `argmax`.",
    ),
    "city_block": (
        {"distances": by_axes(np.sum)},
        "You add up the absolute differences. The Euclidean distance is meant: sum the *squares*.",
    ),
    "largest_difference": (
        {"distances": by_axes(np.max)},
        "You compare by the largest difference along any axis. The Euclidean distance is meant: sum the squares.",
    ),
    "first_axis": (
        {"distances": by_axes(lambda a, axis: a[..., 0])},
        "Only the first number of each example counts for the distance. Sum the squares over all d of them.",
    ),
    "signed": (
        {"distances": lambda x, centres: (x[:, None] - centres).sum(axis=2)},
        "You add up differences with their signs, so that they cancel. Square each difference first.",
    ),
    "until_it_rests": (
        until_it_rests,
        "You go on until nothing moves. One step is asked for: assign once, move once.",
    ),
    "empty_is_nan": (
        {"empty": lambda c: np.full_like(c, np.nan)},
        "A centre that no example chose becomes nan, the mean of nothing. Let it stay where it is.",
    ),
    "empty_is_zero": (
        {"empty": np.zeros_like},
        "A centre that no example chose moves to 0. Let it stay where it is.",
    ),
    "empty_is_dropped": (
        without_empty,
        "A centre that no example chose is missing from what you return. Let it stay where it is: k centres come in, "
        "and k go out.",
    ),
}

EXERCISE = Exercise(
    name="kmeans_step",
    reference=kmeans_step,
    properties=(
        Property(
            "moves each centre to the mean of the examples nearest to it",
            2,
            (*of_sizes(draw_examples, 9, 10), partial(draw_examples, n=11, d=3)),
        ),
        Property("leaves a centre alone that is nearest to no example", 1, of_sizes(draw_with_empty, 10, 9), cases=2),
    ),
    misconceptions=misconceptions(kmeans_step, WRONG),
)
