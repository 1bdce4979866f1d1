"""Exercise 12: a step of CycleGAN's generators."""

from functools import partial

import torch

from gancourse.exercises.specification import Exercise, misconceptions

from .cycle_loss import both_ways
from .lsgan_generator_loss import generator_squares
from .steps import OUT_OF_ORDER, nothing, step_property


def generator_step(
    generators,
    discriminators,
    optimiser,
    x_a,
    x_b,
    loss,
    cycle,
    judged=lambda made: made,
    back=lambda to_b, to_a, x_a, x_b, made_a, made_b: (to_a(made_b), to_b(made_a)),
    games=lambda of_a, of_b: of_a + of_b,
    there_and_back=1.0,
    before=lambda optimiser: optimiser.zero_grad(),
    backward=lambda total, optimiser: total.backward(),
    after=lambda optimiser: optimiser.step(),
    freeze=False,
):
    """A step of both generators with its parts to be exchanged.

    `back` is what comes back to side A and to side B; `games` joins what d_a and d_b make the generators pay.
    """
    for d in discriminators:
        d.requires_grad_(not freeze)
    (to_b, to_a), (d_a, d_b) = generators, discriminators
    made_a, made_b = to_a(x_b), to_b(x_a)
    back_a, back_b = back(to_b, to_a, x_a, x_b, made_a, made_b)
    played = games(loss(d_a(judged(made_a))), loss(d_b(judged(made_b))))
    total = played + there_and_back * cycle(x_a, back_a, x_b, back_b)
    before(optimiser)
    backward(total, optimiser)
    after(optimiser)
    return total.detach()


def back_without_graph(to_b, to_a, x_a, x_b, made_a, made_b):
    return to_a(made_b.detach()), to_b(made_a.detach())


def moves_all(generators, discriminators, optimiser, *rest):
    """Also takes a step with the discriminators' parameters."""
    total = generator_step(generators, discriminators, optimiser, *rest)
    with torch.no_grad():
        for d in discriminators:
            for p in d.parameters():
                p -= optimiser.param_groups[0]["lr"] * p.grad
    return total


WRONG = {
    "detached": (
        {"judged": torch.detach, "back": back_without_graph},
        "The loss is right, but what was made is cut off from the generator that made it: neither a discriminator nor "
        "the way back can tell it anything. `detach` belongs into the discriminators' step only.",
    ),
    "detached_from_the_judges": (
        {"judged": torch.detach},
        "The loss is right, but the discriminators cannot tell the generators anything: you `detach` what they judge. "
        "That belongs into their own step only.",
    ),
    "detached_on_the_way_back": (
        {"back": back_without_graph},
        "The loss is right, but the way back cannot tell the way there anything: you `detach` what was made before you "
        "take it back. Both generators learn from the cycle.",
    ),
    "no_zero_grad": (
        {"before": nothing},
        "Gradients of earlier steps are added to this one's. Call `optimiser.zero_grad()` before `backward`.",
    ),
    **OUT_OF_ORDER,
    "no_cycle": (
        {"there_and_back": 0.0},
        "The cycle is missing. Without it any image of B will do for any image of A: add `cycle(x_a, back_a, x_b, "
        "back_b)`.",
    ),
    "no_games": (
        {"games": lambda of_a, of_b: 0 * (of_a + of_b)},
        "The discriminators are not asked. With the cycle alone, generators that change nothing are perfect.",
    ),
    "one_game": (
        {"games": lambda of_a, of_b: 0 * of_a + of_b},
        "Only to_b plays. Add the loss of to_a, which d_a judges.",
    ),
    "same_way_twice": (
        {"back": lambda to_b, to_a, x_a, x_b, made_a, made_b: (to_b(made_b), to_a(made_a))},
        "You go the same way twice. There by to_b, back by to_a: back_a is to_a(to_b(x_a)).",
    ),
    "not_back": (
        {"back": lambda to_b, to_a, x_a, x_b, made_a, made_b: (made_b, made_a)},
        "You compare x_a with its translation, which would have to do nothing. Compare it with what comes *back*: "
        "to_a(to_b(x_a)).",
    ),
    "across": (
        {"back": lambda to_b, to_a, x_a, x_b, made_a, made_b: (made_a, made_b)},
        "You compare x_a with the translation of x_b, as if they were a pair. Compare it with what comes back of x_a "
        "itself: to_a(to_b(x_a)).",
    ),
    "cycles_swapped": (
        {"back": lambda to_b, to_a, x_a, x_b, made_a, made_b: (to_b(made_a), to_a(made_b))},
        "You compare x_a with what came back of x_b. back_a is to_a(to_b(x_a)), and back_b is to_b(to_a(x_b)).",
    ),
    "discriminators_swapped": (
        lambda generators, discriminators, *rest: generator_step(generators, discriminators[::-1], *rest),
        "d_a judges the images of B. to_b(x_a) is for d_b, and to_a(x_b) for d_a.",
    ),
    "own_loss": (
        lambda *arguments: generator_step(*arguments[:-2], generator_squares, arguments[-1]),
        "You use least squares whatever `loss` is. The step takes the loss that it is given: `loss(on_made)`. The "
        "check gives another one.",
    ),
    "own_cycle": (
        lambda *arguments: generator_step(*arguments[:-1], partial(both_ways, weight=10.0)),
        "You write the cycle's loss out. The step takes the one that it is given: `cycle(x_a, back_a, x_b, back_b)`. "
        "The check gives another one.",
    ),
    "moves_all": (moves_all, "The discriminators moved as well. In this step only the generators' optimiser steps."),
    "leaves_frozen": (
        {"freeze": True},
        "The discriminators are frozen and stay so: in their next step they cannot learn. Set `requires_grad_(True)` "
        "again, or do not freeze them at all: an optimiser moves only the parameters that it was given.",
    ),
}

EXERCISE = Exercise(
    name="generator_step",
    reference=generator_step,
    properties=(
        step_property("returns the sum of both games' losses and the cycle's", "cycle_generators_loss"),
        step_property("moves both generators one step down that loss", "cycle_generators_moves"),
        step_property("does so too where old gradients are left", "cycle_generators_moves_again"),
        step_property(
            "moves them, and leaves the discriminators as they were, and trainable", "cycle_generators_leaves"
        ),
    ),
    misconceptions=misconceptions(generator_step, WRONG),
)
