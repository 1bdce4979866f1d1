"""Exercise 9: what generators change in images of the side that they lead to."""

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .cycle_loss import away


def identity_loss(to_b, to_a, x_a, x_b, distance=away):
    return distance(to_b(x_b), x_b) + distance(to_a(x_a), x_a)


def draw_generators(rng, d=4):
    """Two generators' weights and images of either side."""
    return *rng.normal(0, 0.8, size=(2, d, d)), *rng.uniform(-1, 1, size=(2, 5, d))


WRONG = {
    "other_side": (
        lambda to_b, to_a, x_a, x_b: identity_loss(to_a, to_b, x_a, x_b),
        "You ask to_b to leave images of A alone, which it is there to change. The identity loss gives to_b an image "
        "of B, which is one already: to_b(x_b) should be x_b.",
    ),
    "cycle": (
        lambda to_b, to_a, x_a, x_b: away(to_a(to_b(x_a)), x_a) + away(to_b(to_a(x_b)), x_b),
        "This is the cycle, there and back. The identity loss uses each generator once, on an image of the side that "
        "it leads *to*.",
    ),
    "to_b_only": (
        lambda to_b, to_a, x_a, x_b: away(to_b(x_b), x_b) + 0 * to_a(x_a).sum(),
        "Only to_b counts. Add what to_a changes in x_a.",
    ),
    "to_a_only": (
        lambda to_b, to_a, x_a, x_b: away(to_a(x_a), x_a) + 0 * to_b(x_b).sum(),
        "Only to_a counts. Add what to_b changes in x_b.",
    ),
    "as_if_paired": (
        lambda to_b, to_a, x_a, x_b: away(to_b(x_a), x_b) + away(to_a(x_b), x_a),
        "You compare the translation of x_a with x_b, as if they belonged together. There are no pairs here.",
    ),
    "squared": (
        {"distance": lambda x, y: ((x - y) ** 2).mean()},
        "You square the differences. It is L1, their absolute values.",
    ),
    "mean_of_both": (
        lambda *arguments: identity_loss(*arguments) / 2,
        "You take the mean of the two. It is their sum.",
    ),
    "summed": (
        {"distance": lambda x, y: (x - y).abs().sum()},
        "You sum over pixels and images. Take the mean of each.",
    ),
    "detached": (
        lambda *arguments: identity_loss(*arguments).detach(),
        "The value is right, but no gradient reaches the generators. No `.item()`, `.detach()` or `no_grad` here.",
    ),
}

EXERCISE = Exercise(
    name="identity_loss",
    reference=identity_loss,
    properties=(
        Property(
            "is what the generators change in images of their own side", 1, draw_generators, probe="generators_loss"
        ),
        Property("can be differentiated by both generators", 1, draw_generators, probe="generators_gradient"),
    ),
    misconceptions=misconceptions(identity_loss, WRONG),
)
