"""The Dirac GAN (Mescheder et al. 2018, section 2): data in one point, a generator of one point, a slope for D.

Taught in lecture 03. It is the shift game with one sample of either kind, x = 0, and a discriminator without offset:

    generator       one point, at θ
    discriminator   D(x) = ψ x
    losses          L_D = log 2 + log(1 + exp(ψ θ)),   L_G = −log(1 + exp(ψ θ))

The one equilibrium is θ = ψ = 0. Whether gradient steps get there can be reckoned by hand, and that is its use.
"""

import numpy as np
from scipy.special import expit


def step(theta, psi, rate, gamma=0.0, in_turns=True):
    """One step of gradient descent by either player, the discriminator's first.

    Args:
        theta: where the generator's point is.
        psi: the discriminator's slope.
        rate: of both players.
        gamma: weight of the penalty γ/2 ‖∇D(x)‖² = γ/2 ψ², R1 (Mescheder et al. 2018, eq. 9), of the discriminator.
        in_turns: whether the generator answers the discriminator's new slope, or the one that it had.

    Returns:
        The new θ and ψ.
    """
    psi_new = psi - rate * (expit(psi * theta) * theta + gamma * psi)
    seen = psi_new if in_turns else psi
    return theta + rate * expit(seen * theta) * seen, psi_new


def play(theta, psi, rate, n_steps, gamma=0.0, in_turns=True):
    """The path of so many steps as of `step`, its start included: shape (n_steps + 1, 2), columns θ and ψ."""
    path = [(theta, psi)]
    for _ in range(n_steps):
        path.append(step(*path[-1], rate, gamma, in_turns))
    return np.array(path)


def update_matrix(rate, gamma=0.0, in_turns=True):
    """What a step does to a small (θ, ψ): the derivative of `step` at the equilibrium, shape (2, 2).

    A path comes nearer if both eigenvalues have an absolute value below 1, and goes away if one has more than 1 (ibid.,
    section 3). Near 0 the probability is ½, so that ψ loses h (θ / 2 + γ ψ), with h for the rate, and θ gains h ψ / 2.
    """
    judge = np.array([[1.0, 0.0], [-rate / 2, 1.0 - rate * gamma]])
    if in_turns:
        return np.array([[1.0, rate / 2], [0.0, 1.0]]) @ judge
    return np.array([[1.0, rate / 2], judge[1]])
