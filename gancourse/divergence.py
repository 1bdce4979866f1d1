"""How far apart two distributions are: Kullback-Leibler, Jensen-Shannon, Wasserstein.

Taught in lectures 04 and 05, practised in ps2. NumPy and SciPy in float64, natural logarithms (nats).
A *distribution* is an array of shape (n,) of masses that are not negative and sum to one; a density on a grid is
one after multiplying by the grid's spacing.
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment, linprog, minimize
from scipy.sparse import eye_array, kron, vstack
from scipy.spatial.distance import cdist
from scipy.special import expit, rel_entr

TIGHT = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}  # of 1e-7 by default


class JensenShannon(NamedTuple):
    """The Jensen-Shannon divergence and its two halves, in nats: js = quality + coverage."""

    js: float
    quality: float
    coverage: float


class Transport(NamedTuple):
    """An optimal transport: its cost, the plan (shape (n, m)), and the potentials that prove it optimal."""

    cost: float
    plan: np.ndarray
    potential_p: np.ndarray
    potential_q: np.ndarray


def kl_divergence(p, q):
    """KL(p‖q) = Σ p log(p / q), in nats; infinite where p has mass and q has none.

    Args:
        p, q: distributions, shape (n,).

    Raises:
        ValueError: one of them is no distribution, or their lengths differ.
    """
    p, q = _pair(p, q)
    return float(rel_entr(p, q).sum())


def js_divergence(p_data, p_gen):
    """Jensen-Shannon divergence of data and generator, and what it is made of (UDL section 15.2).

    With the mixture m = (p_data + p_gen) / 2,

        quality  = ½ KL(p_gen‖m)    its integrand is ½ p_gen log 2 where only the generator has mass,
        coverage = ½ KL(p_data‖m)   its integrand is ½ p_data log 2 where only the data have mass.

    Between 0 and log 2. The halves do not tell the two faults apart by themselves: a generator that drops one of two
    modes is charged 0.144 nats in quality and 0.072 in coverage, since doubling its mass on the other is a fault too.

    Args:
        p_data, p_gen: distributions, shape (n,).

    Returns:
        A `JensenShannon`, in nats.

    Raises:
        ValueError: one of them is no distribution, or their lengths differ.
    """
    p_data, p_gen = _pair(p_data, p_gen, "p_data", "p_gen")
    total = p_data + p_gen  # not halved: half of the smallest float is zero, and its logarithm infinite
    quality, coverage = (float(rel_entr(2 * p, total).sum() / 4) for p in (p_gen, p_data))
    return JensenShannon(quality + coverage, quality, coverage)


def optimal_discriminator(p_data, p_gen):
    """D*(x) = p_data / (p_data + p_gen), the probability "real" that no discriminator beats (Goodfellow 2014, prop. 1).

    Args:
        p_data, p_gen: masses or densities at the same points, any shape; they need not sum to one.

    Returns:
        Probabilities, NaN where neither has mass: there D* is not defined.

    Raises:
        ValueError: a mass is negative or not a number, or the shapes differ.
    """
    p_data, p_gen = (_masses(p, name) for p, name in ((p_data, "p_data"), (p_gen, "p_gen")))
    if p_data.shape != p_gen.shape:
        raise ValueError(f"p_data has shape {p_data.shape} and p_gen {p_gen.shape}: give both at the same points.")
    with np.errstate(invalid="ignore"):
        return p_data / (p_data + p_gen)


def wasserstein_lp(p, q, cost):
    """The cheapest way to move the mass of p onto q, by linear programming (UDL notebook 15.2).

    Minimise Σ P_ij cost_ij over plans P ≥ 0 with row sums p and column sums q. The dual variables are potentials
    f, g with f_i + g_j ≤ cost_ij, whose Σ p f + Σ q g equals the cost (Kantorovich).

    Args:
        p: distribution, shape (n,).
        q: distribution, shape (m,).
        cost: what it costs to move mass from i to j, shape (n, m).

    Returns:
        A `Transport`.

    Raises:
        ValueError: p or q is no distribution, or `cost` has another shape or is not finite.
    """
    p, q, cost = _distribution(p, "p"), _distribution(q, "q"), np.asarray(cost, dtype=float)
    if cost.shape != (p.size, q.size):
        raise ValueError(f"cost has shape {cost.shape}; p and q need ({p.size}, {q.size}).")
    if not np.isfinite(cost).all():
        raise ValueError("cost has entries that are not finite.")
    rows = kron(eye_array(p.size), np.ones((1, q.size)))
    columns = kron(np.ones((1, p.size)), eye_array(q.size))
    # The last column's sum follows from the others. Asked for too, rounding could make the program infeasible.
    sums = vstack([rows, columns]).tocsr()[:-1]
    solved = linprog(cost.ravel(), A_eq=sums, b_eq=np.concatenate([p, q[:-1]]), method="highs", options=TIGHT)
    if not solved.success:
        raise ValueError(f"The linear program was not solved: {solved.message}")
    duals = np.append(solved.eqlin.marginals, 0.0)
    return Transport(float(solved.fun), solved.x.reshape(cost.shape), duals[: p.size], duals[p.size :])


def wasserstein_1d(x, y):
    """W1 of two samples on a line: the area between their cumulative distribution functions.

    Samples of one size are simply matched in order: the mean of |x_(i) − y_(i)|.

    Args:
        x, y: samples, shapes (n,) and (m,).

    Raises:
        ValueError: a sample is empty or has entries that are not finite.
    """
    x, y = (_sample(s, name) for s, name in ((x, "x"), (y, "y")))
    edges = np.sort(np.concatenate([x, y]))
    cdf_x, cdf_y = (np.searchsorted(np.sort(s), edges[:-1], side="right") / s.size for s in (x, y))
    return float(np.sum(np.abs(cdf_x - cdf_y) * np.diff(edges)))


def wasserstein_samples(x, y):
    """W1 of two equally large samples in any dimension, with the Euclidean distance.

    Between samples of one size some optimal plan moves every point whole (Birkhoff), so it is an assignment.

    Args:
        x, y: samples, both of shape (n, d).

    Raises:
        ValueError: the shapes differ or are not (n, d), or a sample has entries that are not finite.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.ndim != 2 or x.shape != y.shape:
        raise ValueError(f"x has shape {x.shape} and y {y.shape}; both need one and the same (n, d).")
    _sample(x, "x"), _sample(y, "y")
    distance = cdist(x, y)
    return float(distance[linear_sum_assignment(distance)].mean())


def kl_gaussian(mean_p, std_p, mean_q, std_q):
    """KL(N(mean_p, std_p²)‖N(mean_q, std_q²)) in nats; numbers or arrays that broadcast."""
    ratio = (np.asarray(std_p, dtype=float) / std_q) ** 2
    return (ratio - 1 - np.log(ratio) + ((np.asarray(mean_p, dtype=float) - mean_q) / std_q) ** 2) / 2


def wasserstein2_gaussian(mean_p, std_p, mean_q, std_q):
    """W2 of two Gaussians on a line, √((mean_p − mean_q)² + (std_p − std_q)²) (Dowson & Landau 1982)."""
    return np.hypot(np.asarray(mean_p, dtype=float) - mean_q, np.asarray(std_p, dtype=float) - std_q)


# --- arguments that are what they should be -------------------------------------------------------------------


def _pair(p, q, name_p="p", name_q="q"):
    p, q = _distribution(p, name_p), _distribution(q, name_q)
    if p.shape != q.shape:
        raise ValueError(f"{name_p} has {p.size} entries and {name_q} {q.size}: give both over the same points.")
    return p, q


def _distribution(p, name):
    p = _masses(p, name)
    if p.ndim != 1 or not p.size:
        raise ValueError(f"{name} has shape {p.shape}; a distribution is one row of at least one mass.")
    if abs(p.sum() - 1) > 1e-6:
        raise ValueError(f"{name} sums to {p.sum():.6g}, not to 1. Divide it by its sum.")
    return p / p.sum()


def _masses(p, name):
    p = np.asarray(p, dtype=float)
    if np.isnan(p).any():
        raise ValueError(f"{name} has entries that are not a number.")
    if (p < 0).any():
        raise ValueError(f"{name} has negative mass: its smallest entry is {p.min():.6g}.")
    return p


def _sample(x, name):
    x = np.asarray(x, dtype=float).ravel()
    if not x.size:
        raise ValueError(f"{name} is empty; a sample has at least one point.")
    if not np.isfinite(x).all():
        raise ValueError(f"{name} has entries that are not finite numbers.")
    return x


def generator_pull(delta, saturating, points=6001, half_width=30.0):
    """|dL_G/dδ| of a generator of N(δ, 1) against the best discriminator for real samples from N(0, 1).

    The best logit is f(x) = log p_data(x) / p_gen(x) = δ²/2 − δx. It is held still while the samples move.

    Args:
        delta: δ, a number.
        saturating: whether L_G = E log(1 − σ(f)) (Goodfellow et al. 2014, eq. 1) or −E log σ(f).
        points, half_width: of the grid around 0 over which the mean is taken.
    """
    x = np.linspace(-half_width, half_width, points)
    f = delta**2 / 2 - delta * x
    per_point = expit(f) if saturating else expit(-f)  # the size of the slope by the logit
    p_gen = np.exp(-((x - delta) ** 2) / 2) / np.sqrt(2 * np.pi)
    return float(delta * np.sum(p_gen * per_point) * (x[1] - x[0]))


def nearest_gaussian(measure, density, grid, starts=((-2.2, 0.5), (-2.2, 2.0), (0.1, 0.5), (0.1, 2.0))):
    """The Gaussian nearest to a density in some measure: (mean, standard deviation), the best of several searches.

    Args:
        measure: `measure(p, q)` of two distributions on `grid`, such as `kl_divergence`; p is the density's.
        density: of the data on `grid`, shape (n,).
        grid: evenly spaced points, shape (n,).
        starts: (mean, standard deviation) where a Nelder-Mead search begins.
    """

    def masses(values):
        values = values + 1e-300  # a Gaussian's tail underflows, and is not to count as no mass at all
        return values / values.sum()

    def distance(at):
        return measure(masses(density), masses(np.exp(-(((grid - at[0]) / np.exp(at[1])) ** 2) / 2)))

    searches = [minimize(distance, [mean, np.log(std)], method="Nelder-Mead") for mean, std in starts]
    best = min(searches, key=lambda search: search.fun)
    return float(best.x[0]), float(np.exp(best.x[1]))
