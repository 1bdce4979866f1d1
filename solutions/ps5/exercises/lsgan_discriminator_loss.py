"""Exercise 6: what a discriminator pays with least squares."""

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import by, draw_judged


def mean_square(logits, target):
    return ((logits - target) ** 2).mean()


def discriminator_squares(real, fake, on_real=1.0, on_fake=0.0, share=0.5, distance=mean_square):
    return share * (distance(real, on_real) + distance(fake, on_fake))


def says(logits, label):
    """The cross-entropy of a label that all logits are held against."""
    return binary_cross_entropy_with_logits(logits, torch.full_like(logits, float(label)))


WRONG = {
    "no_half": ({"share": 1.0}, "The ½ is missing. CycleGAN halves D's loss, so that D learns half as fast as G."),
    "labels_swapped": (
        {"on_real": 0.0, "on_fake": 1.0},
        "The targets have changed places. D's logits of real patches should come near 1, those of made ones near 0.",
    ),
    "minus_one": ({"on_fake": -1.0}, "Your target for made patches is −1. Here it is 0."),
    "both_real": ({"on_fake": 1.0}, "Both targets are 1. For D, made patches have the target 0."),
    "real_only": (
        lambda real, fake: mean_square(real, 1) / 2 + 0 * fake.mean(),
        "Only the real patches count. Add the mean of fake².",
    ),
    "fake_only": (
        lambda real, fake: mean_square(fake, 0) / 2 + 0 * real.mean(),
        "Only the made patches count. Add the mean of (real − 1)².",
    ),
    "sigmoid_first": (
        lambda real, fake: discriminator_squares(real.sigmoid(), fake.sigmoid()),
        "You put the logits through a sigmoid first. Least squares takes them as they are; that is what keeps its "
        "gradient alive.",
    ),
    "cross_entropy": (
        {"distance": says},
        "This is the cross-entropy of the GANs before. Here it is the squared distance of the logits from 1 and 0.",
    ),
    "absolute": (
        {"distance": lambda logits, target: (logits - target).abs().mean()},
        "You take the distance as it is. Least squares: square it.",
    ),
    "summed": (
        {"distance": lambda logits, target: ((logits - target) ** 2).sum()},
        "You sum over the patches. Take the mean, or a larger image would count for more.",
    ),
    "of_the_mean": (
        {"distance": lambda logits, target: (logits.mean() - target) ** 2},
        "You average the logits first and square then. Every patch pays for itself: square first.",
    ),
    "detached": (
        lambda real, fake: discriminator_squares(real, fake).detach(),
        "The value is right, but no gradient comes back. Stay in PyTorch: no `.item()`, `.detach()` or NumPy.",
    ),
}

EXERCISE = Exercise(
    name="lsgan_discriminator_loss",
    reference=discriminator_squares,
    properties=(
        Property("is half the sum of two mean squares", 1, draw_judged, probe="on_tensors"),
        Property("can be differentiated by both kinds of logits", 1, by([0, 1], draw_judged), probe="loss_gradient"),
    ),
    misconceptions=misconceptions(discriminator_squares, WRONG),
)
