"""Exercise 8, `path_length`: how fast the image changes on the way from one w to another."""

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions


def straight(w_start, w_end, t):
    return w_start + t[:, None] * (w_end - w_start)


def squared_distances(a, b):
    """Of each pair of images, shape (n,)."""
    return ((b - a) ** 2).sum(axis=(1, 2))


def path_length(
    generator,
    w_start,
    w_end,
    t,
    epsilon,
    at=straight,
    distances=squared_distances,
    per=lambda epsilon: epsilon**2,
    average=np.mean,
):
    images = [generator(at(w_start, w_end, s)) for s in (t, t + epsilon)]
    return average(distances(*images) / per(epsilon))


def on_the_sphere(w_start, w_end, t):
    lengths = [np.linalg.norm(w, axis=1, keepdims=True) for w in (w_start, w_end)]
    angle = np.arccos((w_start * w_end).sum(axis=1, keepdims=True) / (lengths[0] * lengths[1]))
    t = t[:, None]
    return (np.sin((1 - t) * angle) * w_start + np.sin(t * angle) * w_end) / np.sin(angle)


def of_the_ends(generator, w_start, w_end, t, epsilon):
    return np.mean(squared_distances(generator(w_start), generator(w_end)) / epsilon**2)


def of_blended_images(generator, w_start, w_end, t, epsilon):
    ends = generator(w_start), generator(w_end)

    def blend(s):
        return ends[0] + s[:, None, None] * (ends[1] - ends[0])

    return np.mean(squared_distances(blend(t), blend(t + epsilon)) / epsilon**2)


def step_in_w(generator, w_start, w_end, t, epsilon):
    w = straight(w_start, w_end, t)
    return np.mean(squared_distances(generator(w), generator(w + epsilon)) / epsilon**2)


def draw_paths(rng, n, d=4, m=6, height=3, width=4):
    weights, heads = rng.normal(size=(d, m)), rng.normal(size=(m, height, width))
    w_start, w_end = rng.normal(size=(2, n, d))
    t = rng.permutation(np.linspace(0.7, 0.15, n)) + rng.uniform(-0.05, 0.05, size=n)
    return weights, heads, w_start, w_end, t, float(rng.uniform(0.04, 0.09))


def sampler(n):
    return lambda rng: draw_paths(rng, n)


WRONG = {
    "not_divided": (
        {"per": lambda epsilon: 1},
        "You do not divide by ε². The shorter the step, the smaller your number, whatever the generator does.",
    ),
    "divided_by_epsilon": (
        {"per": lambda epsilon: epsilon},
        "You divide by ε. The distance is squared, so its ε is squared, too: divide by ε².",
    ),
    "not_squared": (
        {
            "distances": lambda a, b: np.sqrt(squared_distances(a, b)),
            "per": lambda epsilon: epsilon,
        },
        "You average lengths. Squared distances, divided by ε², are averaged.",
    ),
    "root_over_square": (
        {"distances": lambda a, b: np.sqrt(squared_distances(a, b))},
        "The distance is not squared, though ε is. Sum the squared differences of the pixels, without the root.",
    ),
    "mean_over_pixels": (
        {"distances": lambda a, b: ((b - a) ** 2).mean(axis=(1, 2))},
        "You average the squared differences over the pixels. The squared distance is their sum.",
    ),
    "absolute": (
        {"distances": lambda a, b: np.abs(b - a).sum(axis=(1, 2))},
        "You add up absolute differences. Square them.",
    ),
    "summed": (
        {"average": np.sum},
        "You add up over the pairs. Average them.",
    ),
    "one_per_pair": (
        {"average": np.copy},
        "You return one number for each pair. Return their mean.",
    ),
    "root_at_the_end": (
        {"average": lambda d: np.sqrt(d.mean())},
        "You take the root of the mean. Return the mean as it is.",
    ),
    "ends": (
        of_the_ends,
        "You compare the images at the two *ends*. A detour between them would not show: compare those at t and at "
        "t + ε.",
    ),
    "blended_images": (
        of_blended_images,
        "You blend two *images*. Walk from one w to the other, and ask the generator for the image at t and at t + ε.",
    ),
    "distance_of_codes": (
        lambda generator, w_start, w_end, t, epsilon: np.mean(((w_end - w_start) ** 2).sum(axis=1)),
        "You measure how far apart the codes are, and the generator is never asked. Compare images: `generator(w)`.",
    ),
    "from_the_end": (
        {"at": lambda w_start, w_end, t: straight(w_end, w_start, t)},
        "You walk from `w_end` to `w_start`. At t = 0 it is `w_start`.",
    ),
    "on_the_sphere": (
        {"at": on_the_sphere},
        "You walk on a sphere (slerp), as for z. In w the way is straight: w_start + t (w_end − w_start).",
    ),
    "step_in_w": (
        step_in_w,
        "You add ε to the numbers of w. The step is in t: from the point at t to the point at t + ε.",
    ),
    "one_t_for_all": (
        {"at": lambda w_start, w_end, t: straight(w_start, w_end, np.full_like(t, t[0]))},
        "All pairs use the first t. Pair i has its own t[i]: `t[:, None]`.",
    ),
}

EXERCISE = Exercise(
    name="path_length",
    reference=path_length,
    properties=(
        Property(
            "is the mean of ‖G(w(t + ε)) − G(w(t))‖² / ε² over all pairs",
            2,
            (sampler(6), sampler(5), sampler(3)),
            probe="with_generator",
        ),
        Property("is that number for a single pair", 1, sampler(1), cases=2, probe="with_generator"),
    ),
    misconceptions=misconceptions(path_length, WRONG),
)
