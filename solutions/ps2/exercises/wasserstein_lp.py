"""Exercise 5, `wasserstein_lp`: the least cost of moving p to q, a linear program."""

import numpy as np
from scipy.optimize import linprog

from gancourse import divergence
from gancourse.exercises.specification import Exercise, Misconception, Property

from .inputs import draw_positive


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


EXERCISE = Exercise(
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
