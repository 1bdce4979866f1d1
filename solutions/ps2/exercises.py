"""ps2 "Measuring the distance": what each exercise asks, its reference and its misconceptions.

The instructor's side of the assignment: this file is never released. The order is that of the notebook.
"""

import numpy as np
from scipy.optimize import linprog
from scipy.special import expit, rel_entr, xlogy

from gancourse import divergence
from gancourse.exercises.specification import Exercise, Misconception, Property
from gancourse.metrics.distances import mode_coverage

ANSWERS = (
    "gancourse.divergence",
    "gancourse.games.losses",
    "gancourse.metrics.distances",
)  # cannot be imported while it is graded

# --- inputs: distributions over a few points ------------------------------------------------------------------


def draw_counts(rng, n=6):
    """Whole numbers, none of them zero."""
    return rng.integers(1, 12, size=n).astype(float)


def normalised(counts):
    return np.asarray(counts, dtype=float) / np.sum(counts)


def draw_positive(rng, n=6):
    return normalised(rng.uniform(0.1, 1, size=n))


def with_hole(p, *at):
    """`p` without its mass at the points `at`."""
    p = p.copy()
    p[list(at)] = 0
    return normalised(p)


def draw_pair_with_zeros(rng):
    """p with two holes, one of them q's too, and at another point less than q: else all its terms are positive."""
    while True:
        hole = rng.integers(3)
        p, q = with_hole(draw_positive(rng), hole, rng.integers(3, 6)), with_hole(draw_positive(rng), hole)
        if ((p > 0) & (1.2 * p < q)).any():
            return p, q


def draw_pair(rng):
    n = rng.integers(4, 9)
    return draw_positive(rng, n), draw_positive(rng, n)


# --- 1 kl_divergence ------------------------------------------------------------------------------------------


def kl_divergence(p, q):
    return divergence.kl_divergence(normalised(p), normalised(q))


def kl_terms(p, q):
    """p log(p / q) at each point."""
    return rel_entr(normalised(p), normalised(q))


def kl_leaving_out(p, q):
    p, q = normalised(p), normalised(q)
    both = (p > 0) & (q > 0)
    return rel_entr(p[both], q[both]).sum()


def kl_with_constant(p, q, constant=1e-12):
    p, q = normalised(p) + constant, normalised(q) + constant
    return np.sum(p * np.log(p / q))


def kl_naive(p, q):
    p, q = normalised(p), normalised(q)
    return np.sum(p * np.log(p / q))


KL_DIVERGENCE = Exercise(
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
            lambda p, q: np.sum(np.log(normalised(p) / normalised(q))),
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
            lambda p, q: -xlogy(normalised(p), normalised(q)).sum(),
            "This is the cross-entropy −Σ p log q. Take the entropy of p away from it: the logarithm is of p / q.",
        ),
        "absolute": Misconception(
            lambda p, q: np.abs(kl_terms(p, q)).sum(),
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
            kl_with_constant,
            "A small constant added to q makes the divergence finite where it is infinite. "
            "Treat p = 0 by itself, and leave q as it is.",
        ),
        "not_normalised": Misconception(
            lambda p, q: rel_entr(p, q).sum(),
            "Counts are used as they are. Divide p and q by their sums first: the result must not change "
            "if every count is doubled.",
        ),
    },
)

# --- 2 js_divergence ------------------------------------------------------------------------------------------


def js_divergence(p_data, p_gen, *, kl_divergence=kl_divergence):
    """With the student's own `kl_divergence` standing in."""
    m = (p_data + p_gen) / 2
    quality, coverage = kl_divergence(p_gen, m) / 2, kl_divergence(p_data, m) / 2
    return quality + coverage, quality, coverage


def halves(p_data, p_gen):
    return np.array(js_divergence(p_data, p_gen))[1:]


def js_of(measure):
    """The Jensen-Shannon recipe with a `measure(p, m)` that is not KL."""

    def recipe(p_data, p_gen):
        return js_divergence(p_data, p_gen, kl_divergence=measure)

    return recipe


def js_against_each_other(p_data, p_gen):
    quality, coverage = kl_divergence(p_gen, p_data) / 2, kl_divergence(p_data, p_gen) / 2
    return quality + coverage, quality, coverage


JS_DIVERGENCE = Exercise(
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
            lambda p_data, p_gen: 2 * np.array(js_divergence(p_data, p_gen)),
            "All three are twice too large: the ½ before each KL is missing. JS never exceeds log 2.",
        ),
        "halves_without_half": Misconception(
            lambda p_data, p_gen: (js_divergence(p_data, p_gen)[0], *(2 * halves(p_data, p_gen))),
            "JS is right, but quality and coverage are twice too large. Each contains its ½: together they are JS.",
        ),
        "averaged_twice": Misconception(
            lambda p_data, p_gen: (halves(p_data, p_gen).mean(), *halves(p_data, p_gen)),
            "Quality and coverage are right, and contain the ½ already. JS is their sum, not their mean.",
        ),
        "swapped": Misconception(
            lambda p_data, p_gen: (js_divergence(p_data, p_gen)[0], *halves(p_data, p_gen)[::-1]),
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
            lambda p_data, p_gen: np.array(js_divergence(p_data, p_gen)) / np.log(2),
            "These are bits, from a log2 here or in your `kl_divergence`. This course counts in nats: `np.log`.",
        ),
        "root": Misconception(
            lambda p_data, p_gen: (np.sqrt(js_divergence(p_data, p_gen)[0]), *halves(p_data, p_gen)),
            "The first number is the root of JS. (SciPy's `jensenshannon` is that root, too.) Return JS itself: "
            "quality + coverage.",
        ),
        "first_only": Misconception(
            lambda p_data, p_gen: js_divergence(p_data, p_gen)[0],
            "JS is right. Return its two halves as well: `return js, quality, coverage`.",
        ),
        "nan_at_zero": Misconception(
            js_of(kl_naive),
            "0 · log 0 comes out as nan. Use a `kl_divergence` that passes its check: there these points add nothing.",
        ),
    },
)

# --- 3 optimal_discriminator ----------------------------------------------------------------------------------


def optimal_discriminator(p_data, p_gen):
    best = divergence.optimal_discriminator(p_data, p_gen)
    return np.where(np.isnan(best), 0.5, best)


def share(part, whole, neither=0.5):
    """part / whole, and `neither` where that is 0 / 0."""
    return np.where((part == 0) & (whole == 0), neither, part / whole)


def draw_densities(rng):
    """Of different masses: they are densities at some points, and no distributions over them."""
    n = rng.integers(4, 9)
    return rng.uniform(0.1, 1, size=n), rng.uniform(0.3, 3, size=n)


def draw_densities_with_holes(rng):
    p_data, p_gen = rng.uniform(0.1, 1, size=6), rng.uniform(0.3, 3, size=6)
    p_data[[0, 3]] = p_gen[[1, 3]] = 0
    p_data[5], p_gen[5] = p_data[5] * 1e-20, p_gen[5] * 1e-20  # small, and all the same data or generator
    return p_data, p_gen


OPTIMAL_DISCRIMINATOR = Exercise(
    name="optimal_discriminator",
    reference=optimal_discriminator,
    properties=(
        Property("is p_data / (p_data + p_gen), point by point", 1, draw_densities),
        Property("is ½, and not nan, where both are 0", 1, draw_densities_with_holes, cases=2),
    ),
    misconceptions={
        "for_fake": Misconception(
            lambda p_data, p_gen: share(p_gen, p_data + p_gen),
            "This is the probability that a point is *generated*. D* is the share of the data: p_data goes on top.",
        ),
        "ratio": Misconception(
            lambda p_data, p_gen: share(p_data, p_gen),
            "This is the ratio p_data / p_gen, which can be any size. A probability is a share of the whole: "
            "divide by p_data + p_gen.",
        ),
        "logit": Misconception(
            lambda p_data, p_gen: np.log(p_data) - np.log(p_gen),
            "This is the logit, log p_data − log p_gen. A probability is asked for.",
        ),
        "normalised_first": Misconception(
            lambda p_data, p_gen: optimal_discriminator(normalised(p_data), normalised(p_gen)),
            "You divide the densities by their sums first. They are densities at a few points: use them as they are.",
        ),
        "over_all_points": Misconception(
            lambda p_data, p_gen: p_data / (p_data + p_gen).sum(),
            "You divide by a sum over all points. D* asks at each point by itself: divide by p_data + p_gen there.",
        ),
        "divided_by_mixture": Misconception(
            lambda p_data, p_gen: share(p_data, (p_data + p_gen) / 2),
            "You divide by the mixture, (p_data + p_gen) / 2, so this runs up to 2. Divide by the sum.",
        ),
        "decision": Misconception(
            lambda p_data, p_gen: np.where(p_data == p_gen, 0.5, (p_data > p_gen).astype(float)),
            "You return the decision, 0 or 1. Return the probability itself.",
        ),
        "nan_where_neither": Misconception(
            divergence.optimal_discriminator,
            "Where neither has mass, 0 / 0 is nan. Nothing speaks for either side there: return ½, "
            "for example with `np.where`.",
        ),
        "zero_where_neither": Misconception(
            lambda p_data, p_gen: share(p_data, p_data + p_gen, neither=0.0),
            'Where neither has mass you return 0, which says "surely generated". Nothing speaks for either side: '
            "return ½. (A small constant in the denominator gives 0, too.)",
        ),
        "small_constant": Misconception(
            lambda p_data, p_gen: (p_data + 1e-12) / (p_data + p_gen + 2e-12),
            "Small is not zero. A constant added to both also turns densities of 1e-20 into ½. "
            "Return ½ only where both are exactly 0.",
        ),
    },
)

# --- 4 non_saturating_generator_loss --------------------------------------------------------------------------


def softplus(f):
    return np.logaddexp(0, f)


def non_saturating_generator_loss(logits_fake):
    return softplus(-logits_fake).mean()


def draw_logits(rng):
    return rng.normal(0.5, 1.5, size=rng.integers(3, 9))


def draw_extreme_logits(rng):
    """Three logits of about ±1000, two of one sign: else a wrong formula is now and then right by luck."""
    return rng.permutation(np.array([1100.0, -1100.0, rng.choice([-1000.0, 1000.0])]) + rng.uniform(-5, 5, size=3))


NON_SATURATING = Exercise(
    name="non_saturating_generator_loss",
    reference=non_saturating_generator_loss,
    properties=(
        Property("is the mean of −log σ(f) over the batch", 2, lambda rng: (draw_logits(rng),)),
        Property("is right, hence finite, where |f| = 1000", 2, lambda rng: (draw_extreme_logits(rng),), cases=2),
    ),
    misconceptions={
        "saturating": Misconception(
            lambda f: -softplus(f).mean(),
            "This is the saturating loss of ps1, log(1 − σ(f)). Its gradient dies where the discriminator is sure; "
            "here −log σ(f) is asked for.",
        ),
        "negated": Misconception(
            lambda f: -softplus(-f).mean(),
            "The minus sign is missing: minimising log σ(f) makes the fakes look *fake*. The term is −log σ(f).",
        ),
        "wrong_side": Misconception(
            lambda f: softplus(f).mean(),
            "You take −log(1 − σ(f)): that is what the *discriminator* pays for a fake. The generator pays −log σ(f).",
        ),
        "sum_for_mean": Misconception(
            lambda f: softplus(-f).sum(),
            "You sum. ps1's losses were sums; from here on they are means over the batch.",
        ),
        "not_averaged": Misconception(
            lambda f: softplus(-f),
            "You return one loss per sample. Return their mean, one number.",
        ),
        "log_of_mean": Misconception(
            lambda f: -np.log(expit(f).mean()),
            "You average the probabilities and take the logarithm afterwards. Each sample has its own −log σ(f); "
            "average those.",
        ),
        "forgets_log": Misconception(
            lambda f: -expit(f).mean(),
            "The logarithm is missing: you average −σ(f), which saturates at both ends.",
        ),
        "sigmoid_twice": Misconception(
            lambda f: softplus(-expit(f)).mean(),
            "The sigmoid is applied twice. The inputs are logits, and log(1 + exp(−f)) contains the sigmoid already.",
        ),
        "bits": Misconception(
            lambda f: softplus(-f).mean() / np.log(2),
            "You use log2, so the loss comes out in bits. This course uses natural logarithms: `np.log`.",
        ),
        "log_of_probability": Misconception(
            lambda f: -np.log(expit(f)).mean(),
            "The loss is inf at f = −1000: σ(f) is rounded to 0, or exp(1000) overflows. Use the logit itself: "
            "−log σ(f) = log(1 + exp(−f)) = `np.logaddexp(0, -f)`.",
        ),
        "overflows": Misconception(
            lambda f: -np.log(np.exp(f) / (1 + np.exp(f))).mean(),
            "exp(f) / (1 + exp(f)) is inf / inf = nan for large f. Use the logit itself: "
            "−log σ(f) = `np.logaddexp(0, -f)`.",
        ),
        "clipped": Misconception(
            lambda f: -np.log(np.clip(expit(f), 1e-12, 1)).mean(),
            "Clipping keeps the loss finite but wrong: near 28 where it should be 1000, with no gradient. "
            "Use the logit: −log σ(f) = `np.logaddexp(0, -f)`.",
        ),
    },
)

# --- 5 wasserstein_lp -----------------------------------------------------------------------------------------


def wasserstein_lp(p, q, cost):
    return divergence.wasserstein_lp(p, q, cost).cost


def constraints(n, m):
    """Matrices that take a plan, flattened row by row, to its row sums and to its column sums."""
    return np.kron(np.eye(n), np.ones((1, m))), np.kron(np.ones((1, n)), np.eye(m))


def cost_at_most(p, q, cost):
    rows, columns = constraints(*cost.shape)
    return linprog(cost.ravel(), A_ub=np.vstack([rows, columns]), b_ub=np.concatenate([p, q])).fun


def cost_in_order(p, q, cost):
    """The mass of p taken from left to right, that of q filled from left to right (the north-west corner)."""
    edges = np.unique(np.concatenate([[0], np.cumsum(p), np.cumsum(q)]).round(12))
    middles = (edges[:-1] + edges[1:]) / 2
    i, j = (np.minimum(np.searchsorted(np.cumsum(d), middles), d.size - 1) for d in (p, q))
    return np.sum(cost[i, j] * np.diff(edges))


def on_a_line(cost):
    return np.abs(np.subtract.outer(np.arange(cost.shape[0]), np.arange(cost.shape[1]))).astype(float)


def draw_transport(rng, n=4, m=4):
    return draw_positive(rng, n), draw_positive(rng, m), rng.uniform(0.5, 5, size=(n, m))


WASSERSTEIN_LP = Exercise(
    name="wasserstein_lp",
    reference=wasserstein_lp,
    properties=(
        Property("is the least Σ P_ij c_ij over all plans from p to q", 3, draw_transport),
        Property("is so too where p and q have different numbers of points", 2, lambda rng: draw_transport(rng, 3, 5)),
    ),
    misconceptions={
        "maximises": Misconception(
            lambda p, q, cost: -wasserstein_lp(p, q, -cost),
            "This is the dearest plan, not the cheapest. `linprog` minimises: give it the cost without a minus.",
        ),
        "negated": Misconception(
            lambda p, q, cost: -wasserstein_lp(p, q, cost),
            "The sign is wrong: a cost is not negative. `linprog` minimises already.",
        ),
        "without_columns": Misconception(
            lambda p, q, cost: float(p @ cost.min(axis=1)),
            "The column sums are free: everything in p is moved to where it is cheapest. "
            "Demand Σ_i P_ij = q_j as well.",
        ),
        "without_rows": Misconception(
            lambda p, q, cost: float(cost.min(axis=0) @ q),
            "The row sums are free: q is filled from wherever it is cheapest. Demand Σ_j P_ij = p_i as well.",
        ),
        "at_most": Misconception(
            cost_at_most,
            "The cost is 0: nothing is moved. Row and column sums must *equal* p and q: `A_eq` and `b_eq`, "
            "not `A_ub` and `b_ub`.",
        ),
        "transposed_cost": Misconception(
            lambda p, q, cost: wasserstein_lp(p, q, cost.ravel(order="F").reshape(cost.shape)),
            "Rows and columns are mixed up: in the cost, or in which sums are p and which are q. "
            "`cost.ravel()` goes with P_ij at position i·m + j; then p_i is the sum of P_ij over j.",
        ),
        "independent": Misconception(
            lambda p, q, cost: p @ cost @ q,
            "This is the cost of P_ij = p_i q_j, a plan that mixes everything with everything. "
            "It satisfies the constraints, but it is not the cheapest: minimise.",
        ),
        "in_order": Misconception(
            cost_in_order,
            "You move the mass in order, from left to right. That is cheapest for the distance on a line, "
            "but not for any cost: let the program find the plan.",
        ),
        "ignores_cost": Misconception(
            lambda p, q, cost: wasserstein_lp(p, q, on_a_line(cost)),
            "You use |i − j| whatever `cost` says. The argument is the cost.",
        ),
        "plan": Misconception(
            lambda p, q, cost: divergence.wasserstein_lp(p, q, cost).plan.round(12),
            "You return the plan. Return what it costs, one number: Σ P_ij c_ij, which is linprog's `fun`.",
        ),
    },
)

# --- 6 wasserstein_1d -----------------------------------------------------------------------------------------


def wasserstein_1d(x, y):
    return divergence.wasserstein_1d(x, y)


def paired(x, y, power=1):
    """Mean of |x_i − y_i|^power, as far as both go."""
    n = min(len(x), len(y))
    return np.mean(np.abs(x[:n] - y[:n]) ** power)


def staircases(x, y):
    """Both distribution functions on the intervals between merged samples, and the lengths of these."""
    edges = np.sort(np.concatenate([x, y]))
    cdf_x, cdf_y = (np.searchsorted(np.sort(s), edges[:-1], side="right") / len(s) for s in (x, y))
    return cdf_x, cdf_y, np.diff(edges)


def trapezia(heights):
    """Mean height on each interval if the heights at its two ends are joined; it ends at 0."""
    return (heights + np.append(heights[1:], 0)) / 2


def quantiles(x, y):
    """Quantile functions of both at midpoints that fall into every one of their steps."""
    at = (np.arange(len(x) * len(y)) + 0.5) / (len(x) * len(y))
    return [np.quantile(s, at, method="inverted_cdf") for s in (x, y)]


def wasserstein_interpolated(x, y):
    at = np.linspace(0, 1, max(len(x), len(y)))
    return np.mean(np.abs(np.quantile(x, at) - np.quantile(y, at)))


def draw_samples(rng, n, m):
    """x between the ends of y: the distribution functions cross, else |mean x − mean y| is right as well."""
    x = rng.normal(size=n)
    y = np.append(rng.normal(size=m - 2), [x.min() - rng.uniform(0.5, 2), x.max() + rng.uniform(2.5, 4)])
    return rng.permutation(x), rng.permutation(y)


def draw_equal_samples(rng):
    n = int(rng.integers(4, 8))
    return draw_samples(rng, n, n)


WASSERSTEIN_1D = Exercise(
    name="wasserstein_1d",
    reference=wasserstein_1d,
    properties=(
        Property("is W1 of two samples of one size", 2, draw_equal_samples),
        Property("is so too where the samples differ in size", 2, lambda rng: draw_samples(rng, 5, 8)),
    ),
    misconceptions={
        "unsorted": Misconception(
            paired,
            "You pair the samples as they come. Moving mass on a line is cheapest in order: sort both first.",
        ),
        "sorts_one": Misconception(
            lambda x, y: paired(np.sort(x), y),
            "Only one of the samples is sorted. Sort both, then pair them. (`np.sort(x)` returns a sorted copy.)",
        ),
        "difference_of_means": Misconception(
            lambda x, y: np.abs(np.mean(x) - np.mean(y)),
            "This is the difference of the means, which is 0 for samples of one mean and different width. "
            "Take the absolute value of each difference before you average or sum.",
        ),
        "all_pairs": Misconception(
            lambda x, y: np.abs(np.subtract.outer(x, y)).mean(),
            "You average over all pairs, a plan that mixes everything with everything. "
            "The cheapest plan goes in order: smallest to smallest, largest to largest.",
        ),
        "without_spacing": Misconception(
            lambda x, y: np.sum(np.abs(np.subtract(*staircases(x, y)[:2]))),
            "You sum |F − G| at the samples. W1 is the *area* between F and G: multiply each difference by the "
            "distance to the next sample.",
        ),
        "mean_gap": Misconception(
            lambda x, y: np.sum(np.abs(np.subtract(*staircases(x, y)[:2]))) / (len(x) + len(y)),
            "You average |F − G| over the samples. W1 is the *area* between F and G: multiply each difference by the "
            "distance to the next sample.",
        ),
        "trapezia": Misconception(
            lambda x, y: np.sum(trapezia(np.abs(np.subtract(*staircases(x, y)[:2]))) * staircases(x, y)[2]),
            "You join the values of |F − G| by slanted lines (the trapezoidal rule). Between two neighbouring samples "
            "F and G are constant: add up rectangles.",
        ),
        "largest_gap": Misconception(
            lambda x, y: np.max(np.abs(np.subtract(*staircases(x, y)[:2]))),
            "This is the largest |F − G| (the Kolmogorov-Smirnov distance), which never exceeds 1. "
            "W1 is the area between F and G.",
        ),
        "squared_area": Misconception(
            lambda x, y: np.sum(np.subtract(*staircases(x, y)[:2]) ** 2 * staircases(x, y)[2]),
            "You square F − G. W1 is the area between the two: the absolute difference.",
        ),
        "w2": Misconception(
            lambda x, y: np.sqrt(paired(*quantiles(x, y), power=2)),
            "This is W2, the root of the mean square. W1 is the mean of the absolute differences.",
        ),
        "w2_squared": Misconception(
            lambda x, y: paired(*quantiles(x, y), power=2),
            "You average squares of distances, which gives W2². W1 is the mean of the distances themselves.",
        ),
        "sum_for_mean": Misconception(
            lambda x, y: wasserstein_1d(x, y) * min(len(x), len(y)),
            "It is as many times too large as there are samples: each carries a mass of 1/n. With sorted pairs take "
            "the mean; with `searchsorted`, divide the counts by `len(x)` and `len(y)`.",
        ),
        "cut_off": Misconception(
            lambda x, y: paired(np.sort(x), np.sort(y)),
            "The larger sample is cut off where the smaller ends, so its largest values do not count. "
            "With different sizes go by the distribution functions, or by mass: 1/n from each x, 1/m into each y.",
        ),
        "interpolated": Misconception(
            wasserstein_interpolated,
            "`np.quantile` interpolates between samples, which moves mass to where there was none. "
            "The distribution function of a sample is a staircase: use the area between the two staircases.",
        ),
    },
)

# --- 7 gradient_penalty ---------------------------------------------------------------------------------------


def gradients(critic, x_real, x_fake, eps, reduce=None):
    """∇critic at the points between, of shape (n, …), to be differentiated on."""
    import torch

    eps = eps.reshape(-1, *[1] * (x_real.ndim - 1))
    x_hat = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
    scores = critic(x_hat)
    return torch.autograd.grad(scores.mean() if reduce else scores.sum(), x_hat, create_graph=True)[0]


def norms(*arguments):
    return gradients(*arguments).flatten(1).norm(dim=1)


def gradient_penalty(critic, x_real, x_fake, eps):
    from gancourse.games.losses import gradient_penalty  # PyTorch, imported where it is used

    return gradient_penalty(critic, x_real, x_fake, eps)


def penalty_with(eps_for):
    """The penalty at other points between: `eps_for(eps)` in place of eps."""
    return lambda critic, x_real, x_fake, eps: gradient_penalty(critic, x_real, x_fake, eps_for(eps))


def penalty_over(axis):
    """The penalty with the norm over one axis."""
    return lambda *a: ((gradients(*a).norm(dim=axis) - 1) ** 2).mean()


def draw_penalty(rng, shape, n=4, hidden=6):
    """A critic with gradients shorter than 1 and longer, and eps far from ½: else wrong formulas are right by luck."""
    size = int(np.prod(shape))
    while True:
        weights = rng.normal(size=(size, hidden)) / np.sqrt(size)
        offsets, heads = rng.normal(size=hidden), rng.normal(size=hidden)
        x_real, x_fake = rng.normal(0.5, 1, size=(n, *shape)), rng.normal(-0.5, 1, size=(n, *shape))
        eps = rng.permutation(np.array([0.1, 0.3, 0.7, 0.9]) + rng.uniform(-0.08, 0.08, size=n))
        by_hand = slopes_by_hand(weights, offsets, heads, x_real, x_fake, eps)
        if by_hand.max() > 2 * by_hand.min():
            heads /= np.sqrt(by_hand.max() * by_hand.min())
            return weights, offsets, heads, x_real, x_fake, eps


def slopes_by_hand(weights, offsets, heads, x_real, x_fake, eps):
    """‖∇critic‖ at the points between, for the critic of `gancourse.exercises.probes.networks`."""
    real, fake = (x.reshape(len(x), -1) for x in (x_real, x_fake))
    x_hat = eps[:, None] * real + (1 - eps[:, None]) * fake
    return np.linalg.norm((heads * (1 - np.tanh(x_hat @ weights + offsets) ** 2)) @ weights.T, axis=1)


def draw_points(rng):
    return draw_penalty(rng, (3,))


def draw_images(rng):
    return draw_penalty(rng, (2, 3, 3))


ONE_AXIS = (
    "The norm runs over one axis of the images. An example's gradient is all its numbers together, over channels, "
    "rows and columns: flatten all but the first axis before the norm."
)
NOT_SQUARED = "The square is missing: (‖∇critic‖ − 1)² pulls towards 1 from both sides."

GRADIENT_PENALTY = Exercise(
    name="gradient_penalty",
    reference=gradient_penalty,
    properties=(
        Property(
            "is the mean of (‖∇critic(x_hat)‖ − 1)² for points, shape (n, d)", 2, draw_points, probe="penalty_value"
        ),
        Property("is so too for images, shape (n, c, h, w)", 2, draw_images, cases=2, probe="penalty_value"),
        Property("can be differentiated by the critic's parameters", 2, draw_points, cases=2, probe="penalty_gradient"),
    ),
    misconceptions={
        "whole_batch": Misconception(
            lambda *a: (gradients(*a).norm() - 1) ** 2,
            "You take one norm over the whole batch. Every example has its own gradient and its own norm: "
            "the norm runs over all axes but the first.",
        ),
        "channels_only": Misconception(penalty_over(1), ONE_AXIS),
        "columns_only": Misconception(penalty_over(-1), ONE_AXIS),
        "batch_axis": Misconception(
            penalty_over(0),
            "The norm runs along the batch, axis 0, and mixes the examples. It runs over all axes *but* that one.",
        ),
        "real_only": Misconception(
            penalty_with(lambda eps: 0 * eps + 1),
            "Only real points are used, as if eps were 1. The penalty is at points between: "
            "eps · x_real + (1 − eps) · x_fake.",
        ),
        "fake_only": Misconception(
            penalty_with(lambda eps: 0 * eps),
            "Only fake points are used, as if eps were 0. The penalty is at points between: "
            "eps · x_real + (1 − eps) · x_fake.",
        ),
        "eps_other_way": Misconception(
            penalty_with(lambda eps: 1 - eps),
            "eps is the wrong way round: it is the share of x_real, and 1 − eps that of x_fake.",
        ),
        "one_eps": Misconception(
            penalty_with(lambda eps: 0 * eps + eps[0]),
            "One eps is used for the whole batch. Each example has its own: give eps a shape that goes along "
            "the first axis, (n, 1, …, 1).",
        ),
        "no_graph": Misconception(
            lambda *a: gradient_penalty(*a).detach(),
            "The value is right, but no gradient flows from it to the critic's parameters, so it would teach nothing. "
            "Call `torch.autograd.grad` with `create_graph=True`, and stay in PyTorch: no `.item()`, no `.detach()`.",
        ),
        "not_squared": Misconception(lambda *a: (norms(*a) - 1).mean(), NOT_SQUARED),
        "absolute": Misconception(lambda *a: (norms(*a) - 1).abs().mean(), NOT_SQUARED),
        "one_sided": Misconception(
            lambda *a: ((norms(*a) - 1).clamp(min=0) ** 2).mean(),
            "You charge only for gradients longer than 1. That is the one-sided penalty; here those shorter than 1 "
            "are charged as well.",
        ),
        "mean_first": Misconception(
            lambda *a: (norms(*a).mean() - 1) ** 2,
            "You average the norms and square afterwards, so that long and short gradients cancel. "
            "Square each (norm − 1), then average.",
        ),
        "squared_norm": Misconception(
            lambda *a: ((norms(*a) ** 2 - 1) ** 2).mean(),
            "You use the squared norm: a root is missing in ‖∇critic‖ = √Σ(…)².",
        ),
        "towards_zero": Misconception(
            lambda *a: (norms(*a) ** 2).mean(),
            "The − 1 is missing: this pulls the norm towards 0, and the critic flat.",
        ),
        "sum_for_mean": Misconception(
            lambda *a: ((norms(*a) - 1) ** 2).sum(),
            "You sum over the examples. Take the mean.",
        ),
        "with_lambda": Misconception(
            lambda *a: 10 * gradient_penalty(*a),
            "This is ten times too large: λ is not part of this function. Whoever calls it multiplies.",
        ),
        "gradient_of_mean": Misconception(
            lambda *a: ((gradients(*a, "mean").flatten(1).norm(dim=1) - 1) ** 2).mean(),
            "You differentiate the *mean* of the scores, so every gradient is n times too short. "
            "Differentiate their sum: example i acts on score i only.",
        ),
    },
)

# --- 8 count_modes --------------------------------------------------------------------------------------------


def distances(samples, centres):
    """From every sample (rows) to every centre (columns)."""
    return np.linalg.norm(samples[:, None] - centres[None], axis=2)


def count_modes(samples, centres, std):
    """Captured modes and the share of high-quality samples (PacGAN: Lin et al. 2018, section 4.1)."""
    return tuple(mode_coverage(samples, centres, std)[:2])


def count_by(samples, centres, good):
    """The protocol's two numbers for samples of which `good` says whether they count."""
    nearest = distances(samples, centres).argmin(axis=1)
    return len(np.unique(nearest[good])), good.mean()


def count_within(radius):
    """The protocol with another radius, `radius(std)`."""

    def count(samples, centres, std):
        return count_by(samples, centres, distances(samples, centres).min(axis=1) <= radius(std))

    return count


def offsets_to_nearest(samples, centres):
    return np.abs(samples - centres[distances(samples, centres).argmin(axis=1)])


def around(rng, centre, std, low, high, n=1):
    """Samples whose distance from a centre is between `low` and `high` standard deviations."""
    angle, radius = rng.uniform(0, 2 * np.pi, size=n), rng.uniform(low, high, size=n) * std
    return centre + radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def on_diagonal(rng, centre, std, low, high):
    """A sample both of whose coordinates are between `low` and `high` standard deviations off the centre."""
    return centre + rng.uniform(low, high, size=(1, 2)) * std * rng.choice([-1, 1], size=(1, 2))


def draw_modes(rng, overlapping=False):
    """Modes that are hit at every distance at which one mistake or another goes wrong, and one that is not hit."""
    std = float(rng.uniform(0.15, 0.22))
    grid = 20 * std * np.array([[i, j] for i in range(3) for j in range(3)], dtype=float)
    centres = rng.permutation(grid)[:7] + rng.uniform(-1, 1, size=(7, 2))
    samples = [
        around(rng, centres[0], std, 0.1, 0.4, n=rng.integers(1, 4)),
        around(rng, centres[0], std, 0.75, 0.95),
        around(rng, centres[1], std, 1.3, 1.6),
        around(rng, centres[2], std, 1.8, 1.95),
        on_diagonal(rng, centres[3], std, 1.7, 1.9),
        centres[3:4] + np.array([[0, rng.uniform(2.2, 2.7) * std]]),  # outside, if |dx| and |dy| are added
        on_diagonal(rng, centres[4], std, 2.5, 2.8),  # outside the circle, inside the square
        around(rng, centres[5], std, 3.6, 6, n=rng.integers(1, 4)),
    ]
    if overlapping:  # a centre that nobody is nearest to, 2.5 away from a sample that is nearer to another
        direction = rng.normal(size=2)
        direction /= np.linalg.norm(direction)
        centres = np.vstack([centres, centres[6] + 4 * std * direction])
        samples.append(centres[6] + 1.5 * std * direction[None])
    return rng.permutation(np.vstack(samples)), rng.permutation(centres), std


COUNT_MODES = Exercise(
    name="count_modes",
    reference=count_modes,
    properties=(
        Property("is (captured modes, share of high-quality samples)", 3, draw_modes),
        Property("counts a sample for its nearest centre only", 1, lambda rng: draw_modes(rng, True)),
    ),
    misconceptions={
        "any_nearest": Misconception(
            lambda samples, centres, std: (
                len(np.unique(distances(samples, centres).argmin(axis=1))),
                count_modes(samples, centres, std)[1],
            ),
            "A mode counts as captured if any sample is nearest to it, however far away. "
            "Only high-quality samples, within 3·std, capture a mode.",
        ),
        "for_every_centre": Misconception(
            lambda samples, centres, std: (
                int((distances(samples, centres) <= 3 * std).any(axis=0).sum()),
                count_modes(samples, centres, std)[1],
            ),
            "Where two circles overlap, one sample captures both of your modes. It counts for its nearest centre only: "
            "`argmin` over the centres first.",
        ),
        "variance": Misconception(
            count_within(lambda std: 3 * std**2),
            "Your radius is 3·std². A distance is compared with a distance: 3·std.",
        ),
        "squared_distance": Misconception(
            count_within(lambda std: np.sqrt(3) * std),
            "You compare the squared distance with 3·std². Square the 3 as well, or take the root: distance ≤ 3·std.",
        ),
        "box": Misconception(
            lambda samples, centres, std: count_by(
                samples, centres, (offsets_to_nearest(samples, centres) <= 3 * std).all(axis=1)
            ),
            "You compare each coordinate with 3·std: a square, whose corners reach too far. "
            "Use the Euclidean distance: a circle.",
        ),
        "sum_of_coordinates": Misconception(
            lambda samples, centres, std: count_by(
                samples, centres, offsets_to_nearest(samples, centres).sum(axis=1) <= 3 * std
            ),
            "You add up |dx| and |dy|. The Euclidean distance is √(dx² + dy²): `np.linalg.norm` along the last axis.",
        ),
        "one_sigma": Misconception(
            count_within(lambda std: std),
            "Your radius is one standard deviation. The protocol says three: distance ≤ 3·std.",
        ),
        "two_sigma": Misconception(
            count_within(lambda std: 2 * std),
            "Your radius is two standard deviations. The protocol says three: distance ≤ 3·std.",
        ),
        "samples_for_modes": Misconception(
            lambda samples, centres, std: (
                int((distances(samples, centres).min(axis=1) <= 3 * std).sum()),
                count_modes(samples, centres, std)[1],
            ),
            "The first number counts high-quality samples. Count the different *centres* that they are nearest to: "
            "`np.unique`.",
        ),
        "share_of_modes": Misconception(
            lambda samples, centres, std: (
                count_modes(samples, centres, std)[0],
                count_modes(samples, centres, std)[0] / len(centres),
            ),
            "The second number is the share of the *modes*. It is the share of the samples that are of high quality.",
        ),
        "number_for_share": Misconception(
            lambda samples, centres, std: (
                count_modes(samples, centres, std)[0],
                int((distances(samples, centres).min(axis=1) <= 3 * std).sum()),
            ),
            "The second number counts the high-quality samples. Divide by the number of samples: a share.",
        ),
        "per_cent": Misconception(
            lambda *a: (count_modes(*a)[0], 100 * count_modes(*a)[1]),
            "The share is in per cent. Return it as it is, between 0 and 1.",
        ),
        "swapped": Misconception(
            lambda *a: count_modes(*a)[::-1],
            "The two numbers have changed places: `return modes, share`.",
        ),
    },
)

EXERCISES = (
    KL_DIVERGENCE,
    JS_DIVERGENCE,
    OPTIMAL_DISCRIMINATOR,
    NON_SATURATING,
    WASSERSTEIN_LP,
    WASSERSTEIN_1D,
    GRADIENT_PENALTY,
    COUNT_MODES,
)
