"""Exercise 6, `discriminator_step`: one step of D down −E log σ(D(x)) − E log(1 − σ(D(G(z))))."""

from functools import partial

import torch
from torch.nn.functional import softplus

from gancourse.exercises.specification import Exercise, Misconception, Property

from .players import LOSS_OF_AFTERWARDS, as_labels, draw_players, nothing


def discriminator_step(
    generator,
    discriminator,
    optimiser,
    x,
    z,
    loss_of=lambda real, fake: softplus(-real).mean() + softplus(fake).mean(),
    detach=True,
    before=lambda optimiser: optimiser.zero_grad(),
    after=lambda optimiser: optimiser.step(),
):
    """A step of the discriminator with its parts to be exchanged."""
    fake = generator(z)
    loss = loss_of(discriminator(x), discriminator(fake.detach() if detach else fake))
    before(optimiser)
    loss.backward()
    after(optimiser)
    return loss.detach()


def with_loss(loss_of):
    return partial(discriminator_step, loss_of=loss_of)


def clear_then_step(optimiser):
    optimiser.zero_grad()
    optimiser.step()


def two_steps(generator, discriminator, optimiser, x, z):
    """A step for x, and then a step for G(z)."""
    losses = []
    for images, sign in ((x, -1), (generator(z).detach(), 1)):
        losses.append(softplus(sign * discriminator(images)).mean())
        optimiser.zero_grad()
        losses[-1].backward()
        optimiser.step()
    return sum(losses).detach()


def loss_of_afterwards(generator, discriminator, optimiser, x, z):
    discriminator_step(generator, discriminator, optimiser, x, z)
    with torch.no_grad():
        return softplus(-discriminator(x)).mean() + softplus(discriminator(generator(z))).mean()


EXERCISE = Exercise(
    name="discriminator_step",
    reference=discriminator_step,
    properties=(
        Property(
            "returns the loss, a mean for x plus a mean for G(z)", 1, draw_players, probe="discriminator_step_loss"
        ),
        Property("moves D one step down that loss", 1, draw_players, cases=2, probe="discriminator_step_moves"),
        Property(
            "does so too where old gradients are left", 1, draw_players, cases=2, probe="discriminator_step_moves_again"
        ),
        Property("moves D, and leaves no gradient in G", 1, draw_players, cases=2, probe="discriminator_step_leaves"),
    ),
    misconceptions={
        "no_detach": Misconception(
            partial(discriminator_step, detach=False),
            "D learns as it should, but the gradient runs on into the generator, and piles up there. Cut it: "
            "`discriminator(generator(z).detach())`.",
        ),
        "no_zero_grad": Misconception(
            partial(discriminator_step, before=nothing),
            "Gradients of earlier steps are added to this one's. Call `optimiser.zero_grad()` before `backward`: "
            "the generator's step leaves gradients in D, too.",
        ),
        "cleared_too_late": Misconception(
            partial(discriminator_step, before=nothing, after=clear_then_step),
            "Nothing moves: `step` finds no gradients. Clear them first, then `backward`, then `step`.",
        ),
        "no_step": Misconception(
            partial(discriminator_step, after=nothing),
            "The loss and its gradients are right, but D does not move: `optimiser.step()` is missing.",
        ),
        "two_steps": Misconception(
            two_steps,
            "You take a step for x and another one for G(z). Add the two losses, then call `backward` and `step` once.",
        ),
        "loss_of_afterwards": Misconception(loss_of_afterwards, LOSS_OF_AFTERWARDS),
        "labels_swapped": Misconception(
            with_loss(lambda real, fake: softplus(real).mean() + softplus(-fake).mean()),
            "The labels are the wrong way round: you teach D to call x fake and G(z) real. Real is 1, generated 0.",
        ),
        "ascends": Misconception(
            with_loss(lambda real, fake: -softplus(-real).mean() - softplus(fake).mean()),
            "The sign is wrong: PyTorch's optimisers *minimise*. The loss is −E log σ(D(x)) − E log(1 − σ(D(G(z)))).",
        ),
        "real_only": Misconception(
            with_loss(lambda real, fake: softplus(-real).mean() + 0 * fake.mean()),
            "Only the real images count. Add what D pays for the generated ones, softplus(D(G(z))).",
        ),
        "fake_only": Misconception(
            with_loss(lambda real, fake: softplus(fake).mean() + 0 * real.mean()),
            "Only the generated images count. Add what D pays for the real ones, softplus(−D(x)).",
        ),
        "both_real": Misconception(
            with_loss(lambda real, fake: softplus(-real).mean() + softplus(-fake).mean()),
            "You give x and G(z) the label 1. For D the generated images have label 0.",
        ),
        "halved": Misconception(
            with_loss(lambda real, fake: (softplus(-real).mean() + softplus(fake).mean()) / 2),
            "The loss is half as large as it should be. Here it is the mean over x plus the mean over G(z), without ½.",
        ),
        "sum_for_mean": Misconception(
            with_loss(lambda real, fake: softplus(-real).sum() + softplus(fake).sum()),
            "You sum over the batch. Take the mean over x plus the mean over G(z).",
        ),
        "sigmoid_twice": Misconception(
            with_loss(lambda real, fake: as_labels(real.sigmoid(), 1) + as_labels(fake.sigmoid(), 0)),
            'The sigmoid is applied twice. D returns logits, and a loss "with logits" (or softplus) '
            "contains the sigmoid already.",
        ),
        "wasserstein": Misconception(
            with_loss(lambda real, fake: fake.mean() - real.mean()),
            "This is the critic's loss of a Wasserstein GAN. Here the cross-entropy is asked for.",
        ),
        "least_squares": Misconception(
            with_loss(lambda real, fake: ((real - 1) ** 2).mean() + (fake**2).mean()),
            "This is the mean squared error of the logits (an LSGAN). Here the cross-entropy is asked for.",
        ),
    },
)
