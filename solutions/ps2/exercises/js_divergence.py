"""Exercise 2, `js_divergence`: the Jensen-Shannon divergence and its halves, quality and coverage."""

import numpy as np
from scipy.special import rel_entr

from gancourse.exercises.specification import Exercise, Misconception, Property

from .inputs import draw_pair, draw_positive, with_hole
from .kl_divergence import kl_divergence, kl_naive


def js_divergence(p_data, p_gen, *, kl_divergence=kl_divergence):
    """With the student's own `kl_divergence` standing in."""
    m = (p_data + p_gen) / 2
    quality, coverage = kl_divergence(p_gen, m) / 2, kl_divergence(p_data, m) / 2
    return quality + coverage, quality, coverage


def right_but(change):
    """The right JS, quality and coverage, and what `change` makes of them."""
    return lambda p_data, p_gen: change(*js_divergence(p_data, p_gen))


def js_of(measure):
    """The Jensen-Shannon recipe with a `measure(p, m)` that is not KL."""

    def recipe(p_data, p_gen):
        return js_divergence(p_data, p_gen, kl_divergence=measure)

    return recipe


def js_against_each_other(p_data, p_gen):
    quality, coverage = kl_divergence(p_gen, p_data) / 2, kl_divergence(p_data, p_gen) / 2
    return quality + coverage, quality, coverage


EXERCISE = Exercise(
    name="js_divergence",
    reference=js_divergence,
    builds_on=("kl_divergence",),
    properties=(
        Property("is (JS, quality, coverage), with their halves", 2, draw_pair),
        Property(
            "is finite where one of the two has no mass",
            2,
            lambda rng: (with_hole(draw_positive(rng, 7), 0, 3, 6), with_hole(draw_positive(rng, 7), 5, 6)),
        ),
    ),
    misconceptions={
        "without_half": Misconception(
            right_but(lambda *three: 2 * np.array(three)),
            "All three are twice too large: the ½ before each KL is missing. JS never exceeds log 2.",
        ),
        "halves_without_half": Misconception(
            right_but(lambda js, quality, coverage: (js, 2 * quality, 2 * coverage)),
            "JS is right, but quality and coverage are twice too large. Each contains its ½: together they are JS.",
        ),
        "averaged_twice": Misconception(
            right_but(lambda js, quality, coverage: (js / 2, quality, coverage)),
            "Quality and coverage are right, and contain the ½ already. JS is their sum, not their mean.",
        ),
        "swapped": Misconception(
            right_but(lambda js, quality, coverage: (js, coverage, quality)),
            "Quality and coverage have changed places. Quality averages over what is generated, ½ KL(p_gen‖m); "
            "coverage over the data.",
        ),
        "no_half_anywhere": Misconception(
            lambda p_data, p_gen: 2 * np.array(js_of(lambda p, m: rel_entr(p, 2 * m).sum())(p_data, p_gen)),
            "Every ½ is missing: in the mixture, (p_data + p_gen) / 2, and before each KL. "
            "None of the three can be negative.",
        ),
        "reversed": Misconception(
            js_of(lambda p, m: kl_divergence(m, p)),
            "You take KL(m‖p). The mixture is the second argument, KL(p‖m): m has mass wherever p has, "
            "so it stays finite.",
        ),
        "against_each_other": Misconception(
            js_against_each_other,
            "You compare p_data and p_gen with each other. JS compares each with the mixture m = (p_data + p_gen) / 2.",
        ),
        "sum_for_mixture": Misconception(
            js_of(lambda p, m: rel_entr(p, 2 * m).sum()),
            "Your mixture is p_data + p_gen, which has mass 2. Halve it; without, JS comes out negative.",
        ),
        "geometric_mixture": Misconception(
            lambda p_data, p_gen: js_divergence(
                p_data, p_gen, kl_divergence=lambda p, m: kl_divergence(p, np.sqrt(p_data * p_gen))
            ),
            "Your mixture is a geometric mean, which is 0 where either of the two is. It is (p_data + p_gen) / 2.",
        ),
        "bits": Misconception(
            right_but(lambda *three: np.array(three) / np.log(2)),
            "These are bits, from a log2 here or in your `kl_divergence`. This course counts in nats: `np.log`.",
        ),
        "root": Misconception(
            right_but(lambda js, quality, coverage: (np.sqrt(js), quality, coverage)),
            "The first number is the root of JS. (SciPy's `jensenshannon` is that root, too.) Return JS itself: "
            "quality + coverage.",
        ),
        "first_only": Misconception(
            right_but(lambda js, quality, coverage: js),
            "JS is right. Return its two halves as well: `return js, quality, coverage`.",
        ),
        "nan_at_zero": Misconception(
            js_of(kl_naive),
            "0 · log 0 comes out as nan. Use a `kl_divergence` that passes its check: there these points add nothing.",
        ),
    },
)
