"""Exercise 8, `sample`: digits of a trained generator, judged by how far they are from the data."""

from functools import cache, partial

import numpy as np

from gancourse.exercises.measures import digits as all_digits
from gancourse.exercises.specification import Exercise, Misconception, Property


@cache
def digits():
    return [t.numpy() for t in all_digits()]


def drawn(n, label=10):
    """n of the digits below `label`, always the same ones, as numbers from 0 to 255."""
    image, labels = digits()
    pool = image[labels < label]
    return pool[np.random.default_rng(0).integers(len(pool), size=n)].astype(float)


def to_bytes(image):
    return image.round().clip(0, 255).astype(np.uint8)


def sample(n, label=10, contrast=1.0):
    """In the place of a trained generator's: digits with a little noise, so that they are no copies."""
    noise = np.random.default_rng(1).normal(0, 8, size=(n, 1, 16, 16))
    return to_bytes(contrast * drawn(n, label) + noise)


EXERCISE = Exercise(
    name="sample",
    reference=sample,
    properties=(
        Property(
            "draws digits: neither noise nor all alike nor copies, at a distance of at most 0.3",
            2,
            lambda rng: (int(rng.integers(400, 600)),),
            cases=1,
            measure="recognisable_digits",
        ),
        Property(
            "draws good ones, at a distance of at most 0.2",
            2,
            lambda rng: (int(rng.integers(400, 600)),),
            cases=1,
            measure="good_digits",
        ),
    ),
    misconceptions={
        "shape": Misconception(
            lambda n: sample(n).reshape(n, 256),
            "The samples' shape is not (n, 1, 16, 16). Return all n of them, as images.",
        ),
        "floats": Misconception(
            lambda n: sample(n) / 127.5 - 1,
            "The samples are not of type uint8. Take tanh's output x to (x + 1) · 127.5, round, "
            "and convert with `.to(torch.uint8)`.",
        ),
        "unscaled": Misconception(
            lambda n: (sample(n) / 255).astype(np.uint8),
            "All pixels are black, 0 or 1. Scale before you convert: (x + 1) · 127.5 takes −1 … 1 to 0 … 255.",
        ),
        "untrained": Misconception(
            lambda n: to_bytes(127.5 + np.random.default_rng(0).normal(0, 10, size=(n, 1, 16, 16))),
            "The samples are all grey: this generator has not been trained. Is it the one that your loop trained, "
            "and does `generator_step` move it? Are its layers in `nn.Sequential` or `nn.ModuleList`? (The optimiser "
            "does not see those in a plain list.)",
        ),
        "inverted": Misconception(
            lambda n: 255 - sample(n),
            "Black and white are exchanged. −1 is black and becomes 0; 1 is white and becomes 255.",
        ),
        "one_image": Misconception(
            lambda n: sample(n)[:1].repeat(n, 0),
            "The samples are all alike: their variance is next to nothing of the data's. Draw a new z for each; if you "
            "do, the generator has collapsed, or was hardly trained.",
        ),
        "noise": Misconception(
            lambda n: np.random.default_rng(0).integers(0, 256, size=(n, 1, 16, 16), dtype=np.uint8),
            "This is noise: the variance lies where digits have none. Has the generator been trained long enough, "
            "with losses of both players on *logits*? Look at a few samples. If they look like digits before you "
            "convert them: take −1 … 1 to 0 … 255 by (x + 1) · 127.5, as uint8 wraps round below 0.",
        ),
        "data": Misconception(
            lambda n: to_bytes(drawn(n)),
            "These are images of the data, not generated ones.",
        ),
        "few_digits": Misconception(
            lambda n: sample(n, label=3),
            "Only some of the ten digits occur: the generator has dropped the others. Train longer, or with smaller "
            "learning rates, and check that D sees real images from the whole set, and that each z is from N(0, I), "
            "here as in training: `torch.randn`, not `torch.rand`.",
        ),
        "far": Misconception(
            partial(sample, contrast=0.6),
            "The samples are far from the data, though neither noise nor all alike. Train longer, and check "
            "`initialise`, Adam's settings and both steps; and does D return logits, without a sigmoid?",
        ),
        "nearly": Misconception(
            partial(sample, contrast=0.77),
            "Digits, but not good ones yet. Train a little longer, with the settings of the text.",
        ),
    },
)
