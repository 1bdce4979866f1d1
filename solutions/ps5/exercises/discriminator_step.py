"""Exercise 11: a step of CycleGAN's discriminators."""

from gancourse.exercises.specification import Exercise, misconceptions

from .lsgan_discriminator_loss import discriminator_squares
from .steps import OUT_OF_ORDER, nothing, step_property


def discriminator_step(
    generators,
    discriminators,
    optimiser,
    x_a,
    x_b,
    pools,
    loss,
    detach=True,
    shown=lambda pools, x_a, x_b, made_a, made_b: ((x_a, pools[0](made_a)), (x_b, pools[1](made_b))),
    total=lambda of_a, of_b: of_a + of_b,
    before=lambda optimiser: optimiser.zero_grad(),
    backward=lambda total, optimiser: total.backward(),
    after=lambda optimiser: optimiser.step(),
):
    """A step of both discriminators with its parts to be exchanged.

    `shown` are the images that d_a and d_b are shown, a pair for each: real ones, and those that were made.
    """
    to_b, to_a = generators
    made_a, made_b = to_a(x_b), to_b(x_a)
    if detach:
        made_a, made_b = made_a.detach(), made_b.detach()
    pairs = shown(pools, x_a, x_b, made_a, made_b)
    loss_of_both = total(*(loss(d(first), d(second)) for d, (first, second) in zip(discriminators, pairs, strict=True)))
    before(optimiser)
    backward(loss_of_both, optimiser)
    after(optimiser)
    return loss_of_both.detach()


def loss_of_afterwards(generators, discriminators, optimiser, x_a, x_b, pools, loss):
    arguments = generators, discriminators, optimiser, x_a, x_b, pools, loss
    discriminator_step(*arguments)
    return discriminator_step(*arguments, after=nothing)


def leaves_generators_frozen(generators, *rest):
    for g in generators:
        g.requires_grad_(False)
    return discriminator_step(generators, *rest)


WRONG = {
    "no_detach": (
        {"detach": False},
        "The discriminators learn as they should, but the gradient runs on into the generators, and piles up there. "
        "Cut it: `.detach()` what they made, or make it under `torch.no_grad()`.",
    ),
    "no_zero_grad": (
        {"before": nothing},
        "Gradients of earlier steps are added to this one's. Call `optimiser.zero_grad()` before `backward`: the "
        "generators' step leaves gradients in the discriminators, too.",
    ),
    **OUT_OF_ORDER,
    "no_pools": (
        {"shown": lambda pools, x_a, x_b, made_a, made_b: ((x_a, made_a), (x_b, made_b))},
        "The pools are not asked. What D is shown is `pools[0](made_a)` and `pools[1](made_b)`.",
    ),
    "pools_swapped": (
        {"shown": lambda pools, x_a, x_b, made_a, made_b: ((x_a, pools[1](made_a)), (x_b, pools[0](made_b)))},
        "The pools have changed places: `pools[0]` keeps images of side A, `pools[1]` those of side B.",
    ),
    "real_in_pool": (
        {"shown": lambda p, x_a, x_b, made_a, made_b: ((p[0](x_a), p[0](made_a)), (p[1](x_b), p[1](made_b)))},
        "Real images go through the pools as well. Then real ones come out as made ones: pools are for what the "
        "generators made.",
    ),
    "discriminators_swapped": (
        {"shown": lambda pools, x_a, x_b, made_a, made_b: ((x_a, pools[1](made_b)), (x_b, pools[0](made_a)))},
        "d_a is shown the made images of B. to_b(x_a) looks like B: it is for d_b, and to_a(x_b) for d_a.",
    ),
    "sides_swapped": (
        lambda generators, discriminators, *rest: discriminator_step(generators, discriminators[::-1], *rest),
        "d_a is shown side B and d_b side A. `discriminators` holds d_a first: for x_a and what looks like it.",
    ),
    "loss_of_afterwards": (
        loss_of_afterwards,
        "The loss that you return is that of after the step. Return the one that you went down, as it was before.",
    ),
    "leaves_frozen": (
        leaves_generators_frozen,
        "The generators are frozen and stay so: in their next step they cannot learn. Do not freeze them; `.detach()` "
        "what they made.",
    ),
    "not_translated": (
        lambda generators, *rest: discriminator_step(generators[::-1], *rest),
        "The generators are mixed up: to_b takes images of A and to_a images of B. `generators` holds to_b first.",
    ),
    "only_a": (
        {"total": lambda of_a, of_b: of_a + 0 * of_b},
        "Only d_a learns. The step is for both: add the loss of d_b.",
    ),
    "only_b": (
        {"total": lambda of_a, of_b: 0 * of_a + of_b},
        "Only d_b learns. The step is for both: add the loss of d_a.",
    ),
    "loss_swapped": (
        {"shown": lambda pools, x_a, x_b, made_a, made_b: ((pools[0](made_a), x_a), (pools[1](made_b), x_b))},
        "`loss` takes the logits of real images first, then those of made ones. You have them the other way round.",
    ),
    "own_loss": (
        lambda *arguments: discriminator_step(*arguments[:-1], discriminator_squares),
        "You use least squares whatever `loss` is. The step takes the loss that it is given: `loss(on_real, on_made)`. "
        "The check gives another one.",
    ),
    "mean_of_both": (
        {"total": lambda of_a, of_b: (of_a + of_b) / 2},
        "You take the mean of the two losses. It is their sum: a ½, if there is one, is in `loss` already.",
    ),
}

EXERCISE = Exercise(
    name="discriminator_step",
    reference=discriminator_step,
    properties=(
        step_property("returns the sum of both discriminators' losses", "cycle_discriminators_loss"),
        step_property("moves both discriminators one step down that loss", "cycle_discriminators_moves"),
        step_property("does so too where old gradients are left", "cycle_discriminators_moves_again"),
        step_property(
            "moves them, and leaves the generators trainable and without gradients", "cycle_discriminators_leaves"
        ),
    ),
    misconceptions=misconceptions(discriminator_step, WRONG),
)
