"""Exercise 3, `discriminator_loss`: −Σ log σ(f) over real samples − Σ log(1 − σ(f)) over synthesised ones."""

import numpy as np

from gancourse import shift
from gancourse.exercises.specification import Exercise, Misconception, Property
from gancourse.shift import expit, logit, softplus

from .inputs import draw_batches, draw_extreme, draw_phi, extreme_phi


def discriminator_loss(x_real, x_syn, phi, *, discriminator=None):
    """With the student's own `discriminator`: the textbook formula on its probabilities."""
    if discriminator is None:
        return shift.discriminator_loss(x_real, x_syn, phi)
    return -np.log(discriminator(x_real, phi)).sum() - np.log(1 - discriminator(x_syn, phi)).sum()


def clipped_log(p):
    return np.log(np.clip(p, 1e-12, 1 - 1e-12))


def loss_of(real, fake, total=np.sum):
    """The loss with other terms, functions of the logit, or another way to put them together."""
    return lambda x_real, x_syn, phi: total(real(logit(x_real, phi))) + total(fake(logit(x_syn, phi)))


def real_term(f):
    return softplus(-f)


EXERCISE = Exercise(
    name="discriminator_loss",
    reference=discriminator_loss,
    builds_on=("discriminator",),
    properties=(
        Property(
            "is −Σ log σ(f) over real samples − Σ log(1 − σ(f)) over synthesised ones",
            2,
            lambda rng: (*draw_batches(rng), draw_phi(rng)),
        ),
        Property(
            "sums over each batch, also when they differ in size",
            1,
            lambda rng: (*draw_batches(rng, n=7, m=4), draw_phi(rng)),
            cases=2,
        ),
        Property(
            "is right, hence finite, where |f| = 1000",
            2,
            lambda rng: (draw_extreme(rng), draw_extreme(rng), extreme_phi(rng)),
            cases=2,
            otherwise="At |f| = 1000 a probability is rounded to 0 or 1. Do you clip it, or leave out infinities? "
            "Use the logit itself: `np.logaddexp(0, f)` is log(1 + eᶠ) without overflow.",
        ),
    ),
    misconceptions={
        "swapped_labels": Misconception(
            lambda x_real, x_syn, phi: shift.discriminator_loss(x_syn, x_real, phi),
            "The labels are swapped: you reward calling real samples fake. log σ(f) belongs to the real samples, "
            "log(1 − σ(f)) to the synthesised ones.",
        ),
        "mean_for_sum": Misconception(
            loss_of(real_term, softplus, total=np.mean),
            "You average. This loss is a sum over the samples, so that a batch twice as large counts twice.",
        ),
        "negated": Misconception(
            lambda *a: -shift.discriminator_loss(*a),
            "The sign is wrong: this is the log-likelihood, to be maximised. A loss is minimised: put a minus "
            "before both sums.",
        ),
        "log_of_probability": Misconception(
            loss_of(lambda f: -np.log(expit(f)), lambda f: -np.log(1 - expit(f))),
            "You take the logarithm of a probability that has been rounded to 0: the loss is inf at |f| = 1000. "
            "Use the logit itself: −log σ(f) = log(1 + exp(−f)) = `np.logaddexp(0, -f)`.",
        ),
        "clipped": Misconception(
            loss_of(lambda f: -clipped_log(expit(f)), lambda f: -clipped_log(1 - expit(f))),
            "Clipping the probability keeps the loss finite but wrong: it stays near 28 per sample where it should be "
            "1000, and its gradient is zero. Use the logit: −log σ(f) = `np.logaddexp(0, -f)`.",
        ),
        "sigmoid_twice": Misconception(
            loss_of(lambda f: real_term(expit(f)), lambda f: softplus(expit(f))),
            "The sigmoid is applied twice: a probability stands where the logit belongs. `discriminator` has "
            "already squashed; a formula with `logaddexp` wants φ0 + φ1 x.",
        ),
        "bits": Misconception(
            lambda *a: shift.discriminator_loss(*a) / np.log(2),
            "You use log2, so the loss comes out in bits. This course uses natural logarithms: `np.log`.",
        ),
        "real_only": Misconception(
            loss_of(real_term, np.zeros_like),
            "The synthesised samples are missing. With the real term alone the best discriminator calls "
            "everything real.",
        ),
        "wrong_side": Misconception(
            loss_of(real_term, real_term),
            "For the synthesised samples you take log σ(f), the logarithm of the wrong side. They should be called "
            "fake: their term is log(1 − σ(f)).",
        ),
        "least_squares": Misconception(
            loss_of(lambda f: (1 - expit(f)) ** 2, lambda f: expit(f) ** 2),
            "You square the distance to the label. This loss is the cross-entropy: −Σ log σ(f) − Σ log(1 − σ(f)).",
        ),
        "hinge": Misconception(
            loss_of(lambda f: np.maximum(0, 1 - f), lambda f: np.maximum(0, 1 + f)),
            "This is the hinge loss, max(0, 1 ∓ f). Here the cross-entropy is asked for: log(1 + exp(∓f)).",
        ),
        "critic": Misconception(
            loss_of(lambda f: -f, lambda f: f),
            "You sum logits, as a Wasserstein critic does. Each goes through −log σ(f) or −log(1 − σ(f)) first.",
        ),
        "log_of_the_mean": Misconception(
            loss_of(
                lambda f: -len(f) * np.log(expit(f).mean()),
                lambda f: -len(f) * np.log(1 - expit(f).mean()),
                total=np.sum,
            ),
            "You take the logarithm of the mean probability. Take the logarithm of each probability, then add up.",
        ),
        "limit_of_softplus": Misconception(
            loss_of(lambda f: np.maximum(0, -f), lambda f: np.maximum(0, f)),
            "max(0, f) is log(1 + exp(f)) for large |f| only. Between there it is wrong: use `np.logaddexp(0, f)`.",
        ),
    },
)
