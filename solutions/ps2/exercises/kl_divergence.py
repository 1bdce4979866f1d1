"""Exercise 1, `kl_divergence`: Σ p log(p / q), in nats."""

import numpy as np
from scipy.special import rel_entr, xlogy

from gancourse import divergence
from gancourse.exercises.specification import Exercise, Misconception, Property

from .inputs import draw_counts, draw_pair, draw_pair_with_zeros, draw_positive, normalised, with_hole


def kl_divergence(p, q):
    return divergence.kl_divergence(normalised(p), normalised(q))


def kl_terms(p, q):
    """p log(p / q) at each point."""
    return rel_entr(normalised(p), normalised(q))


def kl_leaving_out(p, q):
    p, q = normalised(p), normalised(q)
    both = (p > 0) & (q > 0)
    return rel_entr(p[both], q[both]).sum()


def sum_of(term):
    """The divergence with another term at each point, a function of p and q."""
    return lambda p, q: np.sum(term(normalised(p), normalised(q)))


def term_as_written(p, q):
    return p * np.log(p / q)


kl_naive = sum_of(term_as_written)


EXERCISE = Exercise(
    name="kl_divergence",
    reference=kl_divergence,
    properties=(
        Property("is Σ p log(p / q), in nats", 2, draw_pair),
        Property("a point where p is 0 adds nothing", 1, draw_pair_with_zeros, cases=2),
        Property(
            "is infinite where p has mass and q has none",
            1,
            lambda rng: (draw_positive(rng), with_hole(draw_positive(rng), rng.integers(6))),
            cases=2,
        ),
        Property(
            "takes counts as well, each divided by its own sum",
            1,
            lambda rng: (draw_counts(rng).astype(int), 3 * draw_counts(rng).astype(int) + 1),
            cases=2,
        ),
    ),
    misconceptions={
        "bits": Misconception(
            lambda p, q: kl_divergence(p, q) / np.log(2),
            "You use log2, so this is in bits. This course uses natural logarithms, and nats: `np.log`.",
        ),
        "reversed": Misconception(
            lambda p, q: kl_divergence(q, p),
            "This is KL(q‖p). The average is over the first argument: p stands before the logarithm, and on top in it.",
        ),
        "negated": Misconception(
            lambda p, q: -kl_divergence(p, q),
            "The sign is wrong: a KL divergence is never negative. It is p log(p / q), with p on top.",
        ),
        "unweighted": Misconception(
            sum_of(lambda p, q: np.log(p / q)),
            "You sum log(p / q) as it is. The divergence is an average over p: weight each logarithm with its p.",
        ),
        "mean_for_sum": Misconception(
            lambda p, q: np.mean(kl_terms(p, q)),
            "You divide by the number of points. The weights p already make it an average: use a sum.",
        ),
        "not_summed": Misconception(
            kl_terms,
            "You return one term per point. The divergence is their sum, one number.",
        ),
        "cross_entropy": Misconception(
            sum_of(lambda p, q: -xlogy(p, q)),
            "This is the cross-entropy −Σ p log q. Take the entropy of p away from it: the logarithm is of p / q.",
        ),
        "absolute": Misconception(
            sum_of(lambda p, q: np.abs(rel_entr(p, q))),
            "You take absolute values. Terms where p < q are negative and stay so; only their sum never is.",
        ),
        "infinite_at_any_zero": Misconception(
            lambda p, q: np.inf if (np.asarray(q) == 0).any() else kl_divergence(p, q),
            "It is infinite wherever q is 0. It should be only where p has mass there: a point where both are 0 adds "
            "nothing.",
        ),
        "nan_at_zero": Misconception(
            kl_naive,
            "0 · log 0 comes out as nan in NumPy, and one nan spoils the sum. Its limit is 0: "
            "sum only over the points where p > 0.",
        ),
        "leaves_out_zeros": Misconception(
            kl_leaving_out,
            "You leave out the points where q is 0. If p has mass there, the divergence is infinite, "
            "and that is the answer. Leave out only the points where p is 0.",
        ),
        "small_constant": Misconception(
            sum_of(lambda p, q: term_as_written(p + 1e-12, q + 1e-12)),
            "A small constant added to q makes the divergence finite where it is infinite. "
            "Treat p = 0 by itself, and leave q as it is.",
        ),
        "not_normalised": Misconception(
            lambda p, q: rel_entr(p, q).sum(),
            "Counts are used as they are. Divide p and q by their sums first: the result must not change "
            "if every count is doubled.",
        ),
        "weighted_by_q": Misconception(
            sum_of(lambda p, q: q * np.log(p / q)),
            "You average over q. The average is over the first argument: p stands before the logarithm.",
        ),
        "both_directions": Misconception(
            lambda p, q: kl_divergence(p, q) + kl_divergence(q, p),
            "This is the sum of both directions. One direction is asked for: Σ p log(p / q).",
        ),
        "one_added": Misconception(
            lambda p, q: kl_divergence(np.asarray(p) + 1, np.asarray(q) + 1),
            "One is added to every entry first. Use p and q as they are, divided by their sums: a zero is a zero.",
        ),
        "softmax": Misconception(
            lambda p, q: kl_divergence(np.exp(p), np.exp(q)),
            "You put a softmax where a division belongs: p / p.sum() makes probabilities of counts.",
        ),
    },
)
