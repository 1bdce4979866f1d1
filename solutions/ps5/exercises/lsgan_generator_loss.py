"""Exercise 7: what a generator pays with least squares."""

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import by, draw_judged
from .lsgan_discriminator_loss import mean_square, says


def generator_squares(fake, target=1.0, factor=1.0, distance=mean_square):
    return factor * distance(fake, target)


def draw_judged_fakes(rng):
    return (draw_judged(rng)[1],)


WRONG = {
    "halved": ({"factor": 0.5}, "There is a ½. CycleGAN halves D's loss only; G's is the mean of (fake − 1)²."),
    "target_zero": (
        {"target": 0.0},
        "This is what D pays for made patches, target 0: it teaches G to be found out. G's target is 1.",
    ),
    "ascends": (
        {"target": 0.0, "factor": -1.0},
        "You take D's loss with the other sign. It has no lower bound: G would push its logits ever further from 0, to "
        "either side. Draw them to 1.",
    ),
    "sigmoid_first": (
        lambda fake: generator_squares(fake.sigmoid()),
        "You put the logits through a sigmoid first. Least squares takes them as they are.",
    ),
    "cross_entropy": (
        {"distance": says},
        "This is the cross-entropy of the GANs before. Here it is the squared distance of the logits from 1.",
    ),
    "wasserstein": (
        lambda fake: -fake.mean(),
        "This is the loss of a Wasserstein GAN. Here it is the squared distance of the logits from 1.",
    ),
    "absolute": (
        {"distance": lambda logits, target: (logits - target).abs().mean()},
        "You take the distance as it is. Least squares: square it.",
    ),
    "summed": (
        {"distance": lambda logits, target: ((logits - target) ** 2).sum()},
        "You sum over the patches. Take the mean.",
    ),
    "of_the_mean": (
        {"distance": lambda logits, target: (logits.mean() - target) ** 2},
        "You average the logits first and square then. Every patch pays for itself: square first.",
    ),
    "detached": (
        lambda fake: generator_squares(fake).detach(),
        "The value is right, but no gradient comes back. Stay in PyTorch: no `.item()`, `.detach()` or NumPy.",
    ),
}

EXERCISE = Exercise(
    name="lsgan_generator_loss",
    reference=generator_squares,
    properties=(
        Property("is the mean squared distance from 1", 1, draw_judged_fakes, probe="on_tensors"),
        Property("can be differentiated", 1, by([0], draw_judged_fakes), probe="loss_gradient"),
    ),
    misconceptions=misconceptions(generator_squares, WRONG),
)
