"""Exercise 7, `generator_step`: one step of G down −E log σ(D(G(z)))."""

from functools import partial

import torch
from torch.nn.functional import softplus

from gancourse.exercises.specification import Exercise, Misconception, Property

from .players import LOSS_OF_AFTERWARDS, as_labels, draw_players, nothing


def generator_step(
    generator,
    discriminator,
    optimiser,
    z,
    loss_of=lambda fake: softplus(-fake).mean(),
    detach=False,
    before=lambda optimiser: optimiser.zero_grad(),
    after=lambda optimiser: optimiser.step(),
    freeze=False,
):
    """A step of the generator with its parts to be exchanged."""
    discriminator.requires_grad_(not freeze)
    fake = generator(z)
    loss = loss_of(discriminator(fake.detach() if detach else fake))
    before(optimiser)
    loss.backward()
    after(optimiser)
    return loss.detach()


def draw_generator_players(rng):
    *players, _, z = draw_players(rng)
    return (*players, z)


def moves_both(generator, discriminator, optimiser, z):
    """Also takes a step with D's parameters."""
    loss = generator_step(generator, discriminator, optimiser, z)
    with torch.no_grad():
        for p in discriminator.parameters():
            p -= optimiser.param_groups[0]["lr"] * p.grad
    return loss


def loss_of_afterwards(generator, discriminator, optimiser, z):
    generator_step(generator, discriminator, optimiser, z)
    with torch.no_grad():
        return softplus(-discriminator(generator(z))).mean()


def with_loss(loss_of):
    return partial(generator_step, loss_of=loss_of)


EXERCISE = Exercise(
    name="generator_step",
    reference=generator_step,
    properties=(
        Property("returns the loss that does not saturate", 1, draw_generator_players, probe="generator_step_loss"),
        Property("moves G one step down that loss", 1, draw_generator_players, cases=2, probe="generator_step_moves"),
        Property(
            "does so too where old gradients are left",
            1,
            draw_generator_players,
            cases=2,
            probe="generator_step_moves_again",
        ),
        Property(
            "moves G, and leaves D as it was, and trainable",
            1,
            draw_generator_players,
            cases=2,
            probe="generator_step_leaves",
        ),
    ),
    misconceptions={
        "detached": Misconception(
            partial(generator_step, detach=True),
            "The loss is right, but G does not move, and has no gradient. Either `detach` cuts it off, which belongs "
            "into D's step only, or `zero_grad` comes between `backward` and `step`.",
        ),
        "no_zero_grad": Misconception(
            partial(generator_step, before=nothing),
            "Gradients of earlier steps are added to this one's. Call `optimiser.zero_grad()` before `backward`.",
        ),
        "no_step": Misconception(
            partial(generator_step, after=nothing),
            "The loss and its gradients are right, but G does not move: `optimiser.step()` is missing.",
        ),
        "loss_of_afterwards": Misconception(loss_of_afterwards, LOSS_OF_AFTERWARDS),
        "saturating": Misconception(
            with_loss(lambda fake: -softplus(fake).mean()),
            "This is the saturating loss, E log(1 − σ(D(G(z)))): it hardly moves a generator that D sees through. "
            "Use −E log σ(D(G(z))).",
        ),
        "wrong_side": Misconception(
            with_loss(lambda fake: softplus(fake).mean()),
            "This is what D pays for generated images, label 0: it teaches G to be found out. G wants them called "
            "real, label 1.",
        ),
        "ascends": Misconception(
            with_loss(lambda fake: -softplus(-fake).mean()),
            "The sign is wrong: PyTorch's optimisers *minimise*, and G wants log σ(D(G(z))) large. "
            "Its loss is −E log σ(D(G(z))).",
        ),
        "sum_for_mean": Misconception(
            with_loss(lambda fake: softplus(-fake).sum()),
            "You sum over the batch. Take the mean.",
        ),
        "sigmoid_twice": Misconception(
            with_loss(lambda fake: as_labels(fake.sigmoid(), 1)),
            'The sigmoid is applied twice. D returns logits, and a loss "with logits" (or softplus) '
            "contains the sigmoid already.",
        ),
        "wasserstein": Misconception(
            with_loss(lambda fake: -fake.mean()),
            "This is the generator's loss of a Wasserstein GAN, −E D(G(z)). Here −E log σ(D(G(z))) is asked for.",
        ),
        "moves_both": Misconception(
            moves_both,
            "The discriminator moved as well. In this step only G's optimiser steps.",
        ),
        "leaves_frozen": Misconception(
            partial(generator_step, freeze=True),
            "D is frozen and stays so: in its next step it cannot learn. Set `requires_grad_(True)` again, or do not "
            "freeze it at all: an optimiser moves only the parameters that it was given.",
        ),
    },
)
