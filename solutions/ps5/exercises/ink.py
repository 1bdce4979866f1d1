"""Exercise 13: a trained generator that writes chalk in ink."""

import torch

from gancourse.exercises.measures import chalk, in_ink
from gancourse.exercises.specification import Exercise, Property, misconceptions


def ink(x, contrast=1.0, bold=1.0, noise=0.02):
    """In the place of a trained generator's: the true ink, or something between it and other mistakes."""
    dots = torch.randn(x.shape, generator=torch.Generator().manual_seed(0))
    made = contrast * (bold * in_ink(x) - (1 - bold) * x) + noise * dots
    return made.clamp(-1, 1)


def draw_chalk(rng):
    return (chalk(100, seed=int(rng.integers(1000, 2**31))).numpy(),)


WRONG = {
    "shape": (
        lambda x: ink(x).flatten(1),
        "What comes out has not the shape of what went in. Return all images, of shape (n, 1, 16, 16).",
    ),
    "nothing": (lambda x: None, "It returns nothing. Is there a `return`, in front of what `to_b` makes of x?"),
    "several": (lambda x: (ink(x), x), "It returns several things. Return the images in ink alone, one tensor."),
    "the_rule": (
        in_ink,
        "These are the right images exactly: no network that was trained comes that close. `in_ink` is the rule that "
        "the data were made by; ask your trained `to_b`.",
    ),
    "bytes": (
        lambda x: ((ink(x) + 1) * 127.5).round(),
        "These are not numbers between −1 and 1. Return what the generator's tanh gives, as it is.",
    ),
    "unchanged": (
        lambda x: x,
        "What comes out is what went in, chalk. Is it to_b that you ask, the first of the two generators? A generator "
        "that changes nothing is perfect for the cycle: do the games count?",
    ),
    "untrained": (
        lambda x: 0.05 * ink(x),
        "It is all grey: this generator has not been trained. Does `generator_step` move it?",
    ),
    "blank": (
        lambda x: torch.full_like(x, 0.98),
        "The paper is blank, or always the same: what was written is lost. Without the cycle nothing asks for it. Does "
        "the cycle count, with weight 5?",
    ),
    "inverted": (
        lambda x: -x,
        "Black and white are exchanged, but the strokes stay as thin as chalk. Ink is bold: d_b should see that. Train "
        "longer, and check `discriminator_step`.",
    ),
    "far": (
        {"contrast": 0.5},
        "The images are far from the right ones. Train longer, with the settings of the text; do both steps earn their "
        "points, and do the discriminators return logits?",
    ),
    "nearly": ({"contrast": 0.85}, "Ink, but not good ink yet. Train a little longer, with the settings of the text."),
}

EXERCISE = Exercise(
    name="ink",
    reference=ink,
    properties=(
        Property(
            "writes what was written in chalk in ink, to within 0.15",
            2,
            draw_chalk,
            cases=1,
            probe="beside_its_input",
            measure="recognisable_ink",
        ),
        Property(
            "does it well, to within 0.12",
            2,
            draw_chalk,
            cases=1,
            probe="beside_its_input",
            measure="good_ink",
        ),
    ),
    misconceptions=misconceptions(ink, WRONG),
)
