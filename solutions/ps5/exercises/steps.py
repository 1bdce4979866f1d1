"""What the two exercises on a step of training share: the players, and what can be done out of order."""

from gancourse.exercises.specification import Property


def nothing(*_):
    pass


def step_then_backward(total, optimiser):
    optimiser.step()
    total.backward()


def clear_then_step(optimiser):
    optimiser.zero_grad()
    optimiser.step()


def draw_players(rng, d=3, hidden=5, n=4):
    """Two generators and two discriminators, a learning rate, and images of either side."""
    return (
        rng.normal(0, 0.8, size=(2, d, d)),
        rng.normal(size=(2, d, hidden)),
        rng.normal(size=(2, hidden)),
        float(rng.uniform(0.05, 0.2)),
        rng.normal(0.7, 1, size=(n, d)),
        rng.normal(-0.5, 1, size=(n, d)),
    )


def step_property(says, probe):
    return Property(says, 1, draw_players, cases=2, probe=probe)


OUT_OF_ORDER = {  # what both steps can get wrong between the loss and its effect
    "cleared_too_late": (
        {"before": nothing, "after": clear_then_step},
        "Nothing moves: `step` finds no gradients. Clear them first, then `backward`, then `step`.",
    ),
    "no_backward": (
        {"backward": nothing},
        "No gradient is ever computed, so nothing moves: `total.backward()` is missing, or its brackets are.",
    ),
    "step_first": (
        {"backward": step_then_backward, "after": nothing},
        "`optimiser.step()` comes before `backward()`, when there are no gradients yet: first the loss, then "
        "`backward()`, then `step()`.",
    ),
    "no_backward_nothing_cleared": (
        {"before": nothing, "backward": nothing},
        "No gradient is ever computed, so nothing moves, or by old gradients: `total.backward()` is missing, or "
        "its brackets are. Clear the old ones before it.",
    ),
    "no_step": (
        {"after": nothing},
        "The loss and its gradients are right, but nothing moves: `optimiser.step()` is missing.",
    ),
}
