"""The smallest GAN there is: a generator that shifts, a discriminator that is a logistic regression.

Taught in lecture 03, practised in ps1. The set-up is that of Prince, *Understanding Deep Learning*
(2023), section 15.1 and notebook 15.1; the two games are those of Goodfellow et al. (2014), section 3.

    generator       G(z) = z + θ                        one parameter,  θ
    discriminator   f(x) = φ0 + φ1 x,  Pr(real) = σ(f)  two parameters, φ = (φ0, φ1)

Losses are **sums** over the batch and use natural logarithms. Everything is NumPy in float64, and no
function changes what it is given.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

LR_DISCRIMINATOR = 0.01
LR_GENERATOR = 0.02


def generator(z, theta):
    """Shift the latent samples: G(z) = z + θ.

    Args:
        z: latent samples, any shape.
        theta: the shift, a number.

    Returns:
        Synthesised samples, shaped like `z`.
    """
    return np.asarray(z, dtype=float) + theta


def logit(x, phi):
    """The discriminator's raw opinion f(x) = φ0 + φ1 x: positive means "real". Shaped like `x`."""
    return phi[0] + phi[1] * np.asarray(x, dtype=float)


def discriminator(x, phi):
    """Probability that `x` is real, σ(φ0 + φ1 x). Shaped like `x`."""
    return expit(logit(x, phi))


def softplus(a):
    """log(1 + exp(a)), finite for any finite `a`. Note −log σ(f) = softplus(−f)."""
    return np.logaddexp(0.0, a)


def discriminator_loss(x_real, x_syn, phi):
    """Binary cross-entropy, −Σ log σ(f(x_real)) − Σ log(1 − σ(f(x_syn))), in nats.

    Written with `softplus` of the logit: taking the logarithm of a rounded probability gives infinity
    as soon as |f| passes 37.

    Args:
        x_real: real samples, shape (n,).
        x_syn: synthesised samples, shape (m,); m may differ from n.
        phi: discriminator parameters (φ0, φ1).
    """
    return softplus(-logit(x_real, phi)).sum() + softplus(logit(x_syn, phi)).sum()


def generator_loss(z, theta, phi, saturating=True):
    """What the generator minimises, in nats.

    Args:
        z: latent samples, shape (n,).
        theta: the shift.
        phi: discriminator parameters (φ0, φ1), held fixed.
        saturating: True for the lecture's game, Σ log(1 − σ(f(G(z)))) (Goodfellow 2014, eq. 1);
            False for −Σ log σ(f(G(z))), whose gradient survives a confident discriminator (ibid., §3).
    """
    f = logit(generator(z, theta), phi)
    return -softplus(f).sum() if saturating else softplus(-f).sum()


def discriminator_gradient(x_real, x_syn, phi):
    """Gradient of `discriminator_loss` with respect to φ, shape (2,).

    Each sample pulls with its error: σ(f) − 1 if it is real, σ(f) if it is synthesised.
    """
    x = np.concatenate([np.ravel(x_real), np.ravel(x_syn)])
    error = discriminator(x, phi) - np.repeat([1.0, 0.0], [np.size(x_real), np.size(x_syn)])
    return np.array([error.sum(), (error * x).sum()])


def discriminator_hessian(x_real, x_syn, phi):
    """Curvature of `discriminator_loss`, its second derivatives with respect to φ, shape (2, 2).

    Each sample adds p(1 − p) times [1, x; x, x²], with p = σ(f): most where the discriminator is unsure. Its largest
    eigenvalue λ bounds the rate of gradient descent by 2/λ; along the smallest, learning takes 1/(rate · λ) steps.
    """
    x = np.concatenate([np.ravel(x_real), np.ravel(x_syn)])
    probability = discriminator(x, phi)
    rows = np.stack([np.ones_like(x), x])
    return (rows * probability * (1 - probability)) @ rows.T


def generator_gradient(z, theta, phi, saturating=True):
    """Gradient of `generator_loss` with respect to θ, a number.

    −φ1 Σ σ(f) for the saturating loss, −φ1 Σ (1 − σ(f)) for the other, with f taken at z + θ.
    """
    probability = discriminator(generator(z, theta), phi)
    return -phi[1] * (probability if saturating else 1.0 - probability).sum()


def update_discriminator(x_real, x_syn, n_iter, phi, lr=LR_DISCRIMINATOR):
    """Take `n_iter` gradient-descent steps on the discriminator's loss; the new φ, shape (2,)."""
    phi = np.array(phi, dtype=float)
    for _ in range(n_iter):
        phi = phi - lr * discriminator_gradient(x_real, x_syn, phi)
    return phi


def update_generator(z, theta, n_iter, phi, lr=LR_GENERATOR, saturating=True):
    """Take `n_iter` gradient-descent steps on the generator's loss; the new θ, a number."""
    for _ in range(n_iter):
        theta = theta - lr * generator_gradient(z, theta, phi, saturating)
    return theta


@dataclass(frozen=True)
class Trace:
    """A recorded training run. Row 0 is the start, row r the state after round r (R rounds).

    Attributes:
        x_real, z: the samples trained on, shapes (n,) and (m,).
        theta: shape (R + 1,).
        phi: shape (R + 1, 2).
        discriminator_loss, generator_loss: in nats, shape (R + 1,).
    """

    x_real: np.ndarray
    z: np.ndarray
    theta: np.ndarray
    phi: np.ndarray
    discriminator_loss: np.ndarray
    generator_loss: np.ndarray


def train(
    x_real,
    z,
    theta,
    phi,
    n_rounds,
    n_iter_discrim,
    n_iter_gen,
    *,
    lr_discrim=LR_DISCRIMINATOR,
    lr_gen=LR_GENERATOR,
    saturating=True,
):
    """Alternate the two players (Goodfellow 2014, algorithm 1, on one fixed batch) and record every round.

    Args:
        x_real: real samples, shape (n,).
        z: latent samples, shape (m,).
        theta: start of the shift.
        phi: start of (φ0, φ1).
        n_rounds: how many times both play.
        n_iter_discrim: discriminator steps per round.
        n_iter_gen: generator steps per round.
        lr_discrim, lr_gen: step sizes. The book's 0.01 for the discriminator is above 2/λ_max of its loss
            once θ is near the target, so φ never settles there; 0.005 is below (lecture 03, the first box).
        saturating: which generator loss, see `generator_loss`.

    Returns:
        A `Trace`.
    """
    phi = np.array(phi, dtype=float)
    thetas, phis = [theta], [phi]
    for _ in range(n_rounds):
        x_syn = generator(z, theta)
        phi = update_discriminator(x_real, x_syn, n_iter_discrim, phi, lr_discrim)
        theta = update_generator(z, theta, n_iter_gen, phi, lr_gen, saturating)
        thetas.append(theta)
        phis.append(phi)
    return Trace(
        x_real=np.array(x_real, dtype=float),
        z=np.array(z, dtype=float),
        theta=np.array(thetas, dtype=float),
        phi=np.array(phis),
        discriminator_loss=np.array(
            [discriminator_loss(x_real, generator(z, t), p) for t, p in zip(thetas, phis, strict=True)]
        ),
        generator_loss=np.array([generator_loss(z, t, p, saturating) for t, p in zip(thetas, phis, strict=True)]),
    )


def textbook_samples():
    """The ten real and ten latent samples of UDL notebook 15.1, each of shape (10,).

    Real samples are drawn from N(7.5, 1), latent ones from N(0, 1), with NumPy's legacy generator, so that
    the book's samples come out to the last digit.
    """
    x_real = np.random.RandomState(0).normal(size=10) + 7.5
    z = np.random.RandomState(1).normal(size=10)
    return x_real, z
