"""Exercise 8: how far images are from what comes back of them."""

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import by


def away(x, y):
    return (x - y).abs().mean()


def both_ways(x_a, back_a, x_b, back_b, weight, distance=away):
    return weight * (distance(x_a, back_a) + distance(x_b, back_b))


def draw_round_trips(rng):
    x_a, x_b = rng.uniform(-1, 1, size=(2, 3, 2, 4, 4))
    back_a, back_b = x_a + rng.normal(0, 0.2, x_a.shape), x_b + rng.normal(0, 0.4, x_b.shape)
    return x_a, back_a, x_b, back_b, float(rng.integers(5, 15))


WRONG = {
    "squared": (
        {"distance": lambda x, y: ((x - y) ** 2).mean()},
        "You square the differences. The cycle is measured in L1, their absolute values: squares forgive many small "
        "errors, and the images come back blurred.",
    ),
    "only_a": (
        lambda x_a, back_a, x_b, back_b, weight: weight * away(x_a, back_a) + 0 * back_b.sum(),
        "Only the round trip from A counts. Add the one from B: with one alone, F has to undo G on what G makes, and "
        "may do anything to real images of B.",
    ),
    "only_b": (
        lambda x_a, back_a, x_b, back_b, weight: weight * away(x_b, back_b) + 0 * back_a.sum(),
        "Only the round trip from B counts. Add the one from A.",
    ),
    "no_weight": (
        lambda x_a, back_a, x_b, back_b, weight: both_ways(x_a, back_a, x_b, back_b, 1),
        "`weight` does not count. It multiplies the whole sum.",
    ),
    "weight_on_one": (
        lambda x_a, back_a, x_b, back_b, weight: away(x_a, back_a) + weight * away(x_b, back_b),
        "`weight` multiplies the second of the two terms only. Put the sum in brackets.",
    ),
    "weight_on_the_first": (
        lambda x_a, back_a, x_b, back_b, weight: weight * away(x_a, back_a) + away(x_b, back_b),
        "`weight` multiplies the first of the two terms only: `weight * (… + …)`.",
    ),
    "absolute_last": (
        {"distance": lambda x, y: (x - y).mean().abs()},
        "You take the mean first, then its absolute value: by then differences of different sign have cancelled. `(x - "
        "y).abs().mean()`.",
    ),
    "mean_of_both": (
        lambda x_a, back_a, x_b, back_b, weight: both_ways(x_a, back_a, x_b, back_b, weight / 2),
        "You take the mean of the two directions. It is their sum.",
    ),
    "crossed": (
        lambda x_a, back_a, x_b, back_b, weight: both_ways(x_a, back_b, x_b, back_a, weight),
        "You compare x_a with what came back to B. Each image is compared with what came back of *it*.",
    ),
    "summed": (
        {"distance": lambda x, y: (x - y).abs().sum()},
        "You sum over pixels and images. Take the mean of each.",
    ),
    "root": (
        {"distance": lambda x, y: ((x - y) ** 2).mean().sqrt()},
        "You take the root of the mean square. L1 is the mean of the absolute values.",
    ),
    "no_absolute": (
        {"distance": lambda x, y: (x - y).mean()},
        "Differences of different sign cancel: take the absolute value of each before the mean.",
    ),
    "detached": (
        lambda *arguments: both_ways(*arguments).detach(),
        "The value is right, but no gradient comes back. Stay in PyTorch: no `.item()`, `.detach()` or NumPy.",
    ),
}

EXERCISE = Exercise(
    name="cycle_loss",
    reference=both_ways,
    properties=(
        Property("is the weight times the sum of two mean distances", 1, draw_round_trips, probe="on_tensors"),
        Property("can be differentiated by what came back", 1, by([1, 3], draw_round_trips), probe="loss_gradient"),
    ),
    misconceptions=misconceptions(both_ways, WRONG),
)
