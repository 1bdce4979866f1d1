"""ps1 "A GAN you can hold in your hand": what each exercise asks, its reference and its misconceptions.

The instructor's side of the assignment: this file is never released. The order is that of the notebook.
"""

import numpy as np

from gancourse import shift
from gancourse.exercises.specification import Exercise, Misconception, Property
from gancourse.shift import expit, logit, softplus

ANSWERS = ("gancourse.shift",)  # cannot be imported while it is graded

# --- inputs: logits of a few units, and batches on both sides of the decision boundary -----------------------


def draw_phi(rng):
    slope = rng.choice([-1, 1]) * rng.uniform(0.4, 1.4)
    return np.array([rng.uniform(-1, 1) - slope, slope])


def draw_theta(rng):
    return float(rng.uniform(0.5, 2.5))


def draw_batches(rng, n=6, m=6):
    return rng.normal(1.8, 1.0, size=n), rng.normal(0.4, 1.0, size=m)


def draw_extreme(rng):
    """Three points, two on one side, with a logit of about ±1000 each."""
    return np.array([1100.0, -1100.0, rng.choice([-1000.0, 1000.0])]) + rng.uniform(-5, 5, size=3)


def extreme_phi(rng):
    """Of opposite signs, and no slope of one: else a wrong formula is now and then right by luck."""
    slope = rng.choice([-1.0, 1.0]) * rng.uniform(0.85, 0.95)
    return np.array([-slope * rng.uniform(0.2, 1), slope])


def flipped(phi):
    return np.asarray(phi)[::-1]


# --- 1 generator ----------------------------------------------------------------------------------------------


def generator_in_place(z, theta):
    z += theta
    return z


GENERATOR = Exercise(
    name="generator",
    reference=shift.generator,
    properties=(
        Property(
            "adds θ to every latent sample, however many there are",
            1,
            lambda rng: (rng.normal(size=rng.integers(3, 9)), draw_theta(rng)),
        ),
        Property(
            "leaves `z` as it was",
            1,
            lambda rng: (rng.normal(size=5), draw_theta(rng)),
            part="arguments",
            cases=1,
        ),
    ),
    misconceptions={
        "scales": Misconception(
            lambda z, theta: z * theta,
            "You multiply by θ. This generator shifts: G(z) = z + θ, so θ moves the samples and does not stretch them.",
        ),
        "subtracts": Misconception(
            lambda z, theta: z - theta,
            "The sign of θ is the wrong way round: a larger θ must move the samples to the right, G(z) = z + θ.",
        ),
        "ignores_z": Misconception(
            lambda z, theta: np.full_like(z, theta),
            "Every sample you return is θ itself. Without z all fakes are the same point; add θ to each z.",
        ),
        "averages": Misconception(
            lambda z, theta: np.mean(z) + theta,
            "You return one number, the mean of z plus θ. The generator makes one sample from each z.",
        ),
        "centres": Misconception(
            lambda z, theta: z - np.mean(z) + theta,
            "You take the mean of z away before you add θ. Leave z as drawn: the generator cannot know the batch mean.",
        ),
        "in_place": Misconception(
            generator_in_place,
            "`z += θ` changes the caller's array, so every call shifts the latent samples further. "
            "Return `z + theta`, a new array.",
        ),
    },
)

# --- 2 discriminator ------------------------------------------------------------------------------------------


def overflowing_sigmoid(f):
    return np.exp(f) / (1 + np.exp(f))


DISCRIMINATOR = Exercise(
    name="discriminator",
    reference=shift.discriminator,
    properties=(
        Property(
            "is σ(φ0 + φ1 x), one probability per sample",
            2,
            lambda rng: (draw_batches(rng, n=rng.integers(3, 9))[0], draw_phi(rng)),
        ),
        Property(
            "is 0 or 1, and not nan, where |φ0 + φ1 x| = 1000",
            1,
            lambda rng: (draw_extreme(rng), extreme_phi(rng)),
            cases=2,
        ),
    ),
    misconceptions={
        "logit": Misconception(
            logit,
            "You return the logit φ0 + φ1 x. A probability is asked for here: put the logit through the sigmoid.",
        ),
        "swapped_parameters": Misconception(
            lambda x, phi: expit(logit(x, flipped(phi))),
            "φ0 and φ1 have changed places. `phi[0]` is the offset, `phi[1]` multiplies x.",
        ),
        "probability_of_fake": Misconception(
            lambda x, phi: expit(-logit(x, phi)),
            "You return the probability that x is *fake*. The discriminator says Pr(real) = σ(+f): "
            "check the sign in the exponent, 1 / (1 + exp(−f)).",
        ),
        "offset_inside": Misconception(
            lambda x, phi: expit(phi[1] * (x + phi[0])),
            "φ0 is multiplied by φ1 as well. The logit is φ0 + φ1·x, not φ1·(x + φ0): check the brackets.",
        ),
        "brackets": Misconception(
            lambda x, phi: 1 / 1 + np.exp(-logit(x, phi)),
            "`1 / 1 + np.exp(-f)` is 1 + exp(−f): the division comes first. Put brackets round the whole denominator.",
        ),
        "tanh": Misconception(
            lambda x, phi: np.tanh(logit(x, phi)),
            "tanh runs from −1 to 1. A probability needs the sigmoid, which runs from 0 to 1.",
        ),
        "threshold": Misconception(
            lambda x, phi: (logit(x, phi) > 0).astype(float),
            "You return the decision, 0 or 1. Return the probability itself: a step has no gradient to learn from.",
        ),
        "overflows": Misconception(
            lambda x, phi: overflowing_sigmoid(logit(x, phi)),
            "exp(f) / (1 + exp(f)) is inf / inf = nan for large f. Write it as 1 / (1 + exp(−f)).",
        ),
    },
)

# --- 3 discriminator_loss -------------------------------------------------------------------------------------


def discriminator_loss(x_real, x_syn, phi, *, discriminator=None):
    """With the student's own `discriminator`: the textbook formula on its probabilities."""
    if discriminator is None:
        return shift.discriminator_loss(x_real, x_syn, phi)
    return -np.log(discriminator(x_real, phi)).sum() - np.log(1 - discriminator(x_syn, phi)).sum()


def clipped_log(p):
    return np.log(np.clip(p, 1e-12, 1 - 1e-12))


def twice_squashed(f):
    return softplus(-expit(f))


DISCRIMINATOR_LOSS = Exercise(
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
        ),
    ),
    misconceptions={
        "swapped_labels": Misconception(
            lambda x_real, x_syn, phi: shift.discriminator_loss(x_syn, x_real, phi),
            "The labels are swapped: you reward calling real samples fake. log σ(f) belongs to the real samples, "
            "log(1 − σ(f)) to the synthesised ones.",
        ),
        "mean_for_sum": Misconception(
            lambda x_real, x_syn, phi: softplus(-logit(x_real, phi)).mean() + softplus(logit(x_syn, phi)).mean(),
            "You average. This loss is a sum over the samples, so that a batch twice as large counts twice.",
        ),
        "negated": Misconception(
            lambda *a: -shift.discriminator_loss(*a),
            "The sign is wrong: this is the log-likelihood, to be maximised. A loss is minimised: put a minus "
            "before both sums.",
        ),
        "log_of_probability": Misconception(
            lambda x_real, x_syn, phi: (
                -np.log(expit(logit(x_real, phi))).sum() - np.log(1 - expit(logit(x_syn, phi))).sum()
            ),
            "You take the logarithm of a probability that has been rounded to 0: the loss is inf at |f| = 1000. "
            "Use the logit itself: −log σ(f) = log(1 + exp(−f)) = `np.logaddexp(0, -f)`.",
        ),
        "clipped": Misconception(
            lambda x_real, x_syn, phi: (
                -clipped_log(expit(logit(x_real, phi))).sum() - clipped_log(1 - expit(logit(x_syn, phi))).sum()
            ),
            "Clipping the probability keeps the loss finite but wrong: it stays near 28 per sample where it should be "
            "1000, and its gradient is zero. Use the logit: −log σ(f) = `np.logaddexp(0, -f)`.",
        ),
        "sigmoid_twice": Misconception(
            lambda x_real, x_syn, phi: (
                twice_squashed(logit(x_real, phi)).sum() + softplus(expit(logit(x_syn, phi))).sum()
            ),
            "The sigmoid is applied twice: a probability stands where the logit belongs. `discriminator` has "
            "already squashed; a formula with `logaddexp` wants φ0 + φ1 x.",
        ),
        "bits": Misconception(
            lambda *a: shift.discriminator_loss(*a) / np.log(2),
            "You use log2, so the loss comes out in bits. This course uses natural logarithms: `np.log`.",
        ),
        "real_only": Misconception(
            lambda x_real, x_syn, phi: softplus(-logit(x_real, phi)).sum(),
            "The synthesised samples are missing. With the real term alone the best discriminator calls "
            "everything real.",
        ),
        "wrong_side": Misconception(
            lambda x_real, x_syn, phi: softplus(-logit(x_real, phi)).sum() + softplus(-logit(x_syn, phi)).sum(),
            "For the synthesised samples you take log σ(f), the logarithm of the wrong side. They should be called "
            "fake: their term is log(1 − σ(f)).",
        ),
    },
)

# --- 4 generator_loss -----------------------------------------------------------------------------------------


def generator_loss(z, theta, phi, *, generator=None, discriminator=None):
    """With the student's own `generator` or `discriminator` standing in."""
    x_syn = (generator or shift.generator)(z, theta)
    if discriminator is None:
        return -softplus(logit(x_syn, phi)).sum()
    return np.log(1 - discriminator(x_syn, phi)).sum()


def log_of_one_minus(f, log=np.log):
    return log(1 - expit(f)).sum()


GENERATOR_LOSS = Exercise(
    name="generator_loss",
    reference=generator_loss,
    builds_on=("generator", "discriminator"),
    properties=(
        Property(
            "is Σ log(1 − σ(f)) at x_syn = z + θ",
            2,
            lambda rng: (rng.normal(size=rng.integers(3, 9)), draw_theta(rng), draw_phi(rng)),
        ),
        Property(
            "is right, hence finite, where |f| = 1000",
            2,
            lambda rng: (draw_extreme(rng), draw_theta(rng), extreme_phi(rng)),
            cases=2,
        ),
    ),
    misconceptions={
        "negated": Misconception(
            lambda *a: -shift.generator_loss(*a),
            "The sign is wrong. The generator *minimises* Σ log(1 − σ(f)), without a minus before it: "
            "the more it is believed, the more negative its loss.",
        ),
        "non_saturating": Misconception(
            lambda *a: shift.generator_loss(*a, saturating=False),
            "This is the non-saturating loss, −Σ log σ(f). A good idea, and lecture 04's; "
            "here the lecture's Σ log(1 − σ(f)) is asked for.",
        ),
        "wrong_side": Misconception(
            lambda *a: -shift.generator_loss(*a, saturating=False),
            "You sum log σ(f), the logarithm of the wrong side, so minimising it makes the fakes look *fake*. "
            "The term is log(1 − σ(f)).",
        ),
        "mean_for_sum": Misconception(
            lambda z, theta, phi: shift.generator_loss(z, theta, phi) / np.size(z),
            "You average. Both losses of this assignment are sums over the samples.",
        ),
        "forgets_theta": Misconception(
            lambda z, theta, phi: shift.generator_loss(z, 0.0, phi),
            "θ has no effect: you judge z itself. The discriminator sees x_syn = generator(z, theta).",
        ),
        "theta_outside_the_slope": Misconception(
            lambda z, theta, phi: -softplus(phi[0] + phi[1] * z + theta).sum(),
            "θ is added after the slope: `phi[1] * z + theta`. The discriminator sees z + θ: `phi[1] * (z + theta)`.",
        ),
        "forgets_log": Misconception(
            lambda z, theta, phi: (1 - expit(logit(z + theta, phi))).sum(),
            "The logarithm is missing: you sum 1 − σ(f).",
        ),
        "log_of_probability": Misconception(
            lambda z, theta, phi: log_of_one_minus(logit(z + theta, phi)),
            "1 − σ(f) is rounded to 0 for large f, and its logarithm is −inf. "
            "Use the logit itself: log(1 − σ(f)) = −log(1 + exp(f)) = `-np.logaddexp(0, f)`.",
        ),
        "clipped": Misconception(
            lambda z, theta, phi: log_of_one_minus(logit(z + theta, phi), clipped_log),
            "Clipping keeps the loss finite but wrong: about −28 per sample where it should be −1000, with no "
            "gradient. Use the logit: log(1 − σ(f)) = `-np.logaddexp(0, f)`.",
        ),
    },
)

# --- 5 discriminator_gradient ---------------------------------------------------------------------------------


def discriminator_gradient(x_real, x_syn, phi, *, discriminator=shift.discriminator):
    """With the student's own `discriminator` standing in."""
    real, fake = discriminator(x_real, phi) - 1, discriminator(x_syn, phi)
    return np.array([np.sum(real) + np.sum(fake), np.sum(real * x_real) + np.sum(fake * x_syn)])


def gradient_from_errors(error_real, error_syn, x_real, x_syn):
    return np.array([error_real.sum() + error_syn.sum(), (error_real * x_real).sum() + (error_syn * x_syn).sum()])


DISCRIMINATOR_GRADIENT = Exercise(
    name="discriminator_gradient",
    reference=discriminator_gradient,
    builds_on=("discriminator",),
    properties=(
        Property(
            "is (∂L/∂φ0, ∂L/∂φ1) of the discriminator's loss",
            3,
            lambda rng: (*draw_batches(rng), draw_phi(rng)),
        ),
        Property(
            "sums over each batch, also when they differ in size",
            2,
            lambda rng: (*draw_batches(rng, n=7, m=4), draw_phi(rng)),
            cases=2,
        ),
    ),
    misconceptions={
        "negated": Misconception(
            lambda *a: -shift.discriminator_gradient(*a),
            "The sign is wrong: this is the direction downhill. Return the gradient; the minus comes in the "
            "update step.",
        ),
        "mean_for_sum": Misconception(
            lambda x_real, x_syn, phi: gradient_from_errors(
                (expit(logit(x_real, phi)) - 1) / len(x_real),
                expit(logit(x_syn, phi)) / len(x_syn),
                x_real,
                x_syn,
            ),
            "You average over each batch. The loss is a sum, so its gradient is one too.",
        ),
        "swapped_components": Misconception(
            lambda *a: shift.discriminator_gradient(*a)[::-1],
            "The two components have changed places: the derivative by φ0 comes first.",
        ),
        "swapped_labels": Misconception(
            lambda x_real, x_syn, phi: shift.discriminator_gradient(x_syn, x_real, phi),
            "The labels are swapped: the error is σ(f) − 1 for real samples and σ(f) for synthesised ones.",
        ),
        "wrong_variable": Misconception(
            lambda x_real, x_syn, phi: shift.discriminator_gradient(x_real, x_syn, phi)[0] * np.asarray(phi),
            "You multiply the errors by φ. That is the chain rule towards x; towards φ1 each error is multiplied "
            "by its x.",
        ),
        "forgets_x": Misconception(
            lambda *a: np.full(2, shift.discriminator_gradient(*a)[0]),
            "Both components are the sum of the errors. By φ1, the inner derivative is x: multiply each error by "
            "its sample.",
        ),
        "forgets_the_label": Misconception(
            lambda x_real, x_syn, phi: gradient_from_errors(
                expit(logit(x_real, phi)), expit(logit(x_syn, phi)), x_real, x_syn
            ),
            "Real and synthesised samples get the same error, σ(f). A real sample has label 1, so it is σ(f) − 1.",
        ),
        "logit_for_probability": Misconception(
            lambda x_real, x_syn, phi: gradient_from_errors(logit(x_real, phi) - 1, logit(x_syn, phi), x_real, x_syn),
            "A logit stands where a probability belongs: the error is σ(f) − label, not f − label.",
        ),
        "real_only": Misconception(
            lambda x_real, x_syn, phi: shift.discriminator_gradient(x_real, x_syn[:0], phi),
            "The synthesised samples are missing from the gradient: they pull with σ(f) each.",
        ),
    },
)

# --- 6 generator_gradient -------------------------------------------------------------------------------------


def generator_gradient(z, theta, phi, *, generator=shift.generator, discriminator=shift.discriminator):
    """With the student's own `generator` or `discriminator` standing in."""
    return -phi[1] * np.sum(discriminator(generator(z, theta), phi))


GENERATOR_GRADIENT = Exercise(
    name="generator_gradient",
    reference=generator_gradient,
    builds_on=("generator", "discriminator"),
    properties=(
        Property(
            "is dL/dθ of the generator's loss",
            4,
            lambda rng: (rng.normal(size=rng.integers(3, 9)), draw_theta(rng), draw_phi(rng)),
            cases=4,
        ),
    ),
    misconceptions={
        "negated": Misconception(
            lambda *a: -shift.generator_gradient(*a),
            "The sign is wrong. d/df of log(1 − σ(f)) is −σ(f): raising f lowers the loss.",
        ),
        "mean_for_sum": Misconception(
            lambda z, theta, phi: shift.generator_gradient(z, theta, phi) / np.size(z),
            "You average. The loss is a sum, so its gradient is one too.",
        ),
        "forgets_chain_rule": Misconception(
            lambda z, theta, phi: -shift.discriminator(z + theta, phi).sum(),
            "φ1 is missing: this is the derivative by the logit. θ acts through f = φ0 + φ1 (z + θ), so the chain "
            "rule brings a factor φ1.",
        ),
        "non_saturating": Misconception(
            lambda *a: shift.generator_gradient(*a, saturating=False),
            "This is the gradient of the non-saturating loss, with 1 − σ(f). For Σ log(1 − σ(f)) it is σ(f).",
        ),
        "wrong_variable": Misconception(
            lambda z, theta, phi: -(shift.discriminator(z + theta, phi) * (z + theta)).sum(),
            "This is the derivative by φ1: each term is multiplied by its x_syn. The generator moves θ, whose "
            "factor is φ1.",
        ),
        "forgets_theta": Misconception(
            lambda z, theta, phi: shift.generator_gradient(z, 0.0, phi),
            "The gradient does not change with θ: you evaluate the discriminator at z. It sees z + θ.",
        ),
        "probability_for_its_slope": Misconception(
            lambda z, theta, phi: -phi[1] * (expit(logit(z + theta, phi)) * (1 - expit(logit(z + theta, phi)))).sum(),
            "You differentiate σ and leave out the logarithm around it. d/df log(1 − σ(f)) is −σ(f), "
            "not −σ(f)(1 − σ(f)).",
        ),
    },
)

# --- 7 update_discriminator -----------------------------------------------------------------------------------


def update_discriminator(x_real, x_syn, n_iter, phi, lr=0.01, *, discriminator_gradient=shift.discriminator_gradient):
    """With the student's own `discriminator_gradient` standing in."""
    for _ in range(n_iter):
        phi = phi - lr * np.asarray(discriminator_gradient(x_real, x_syn, phi))
    return phi


def update_discriminator_in_place(x_real, x_syn, n_iter, phi, lr=0.01):
    for _ in range(n_iter):
        phi -= lr * shift.discriminator_gradient(x_real, x_syn, phi)
    return phi


UPDATE_DISCRIMINATOR = Exercise(
    name="update_discriminator",
    reference=update_discriminator,
    builds_on=("discriminator_gradient",),
    properties=(
        Property(
            "takes one step of 0.01 down the gradient",
            1,
            lambda rng: (*draw_batches(rng), 1, draw_phi(rng)),
            cases=2,
        ),
        Property(
            "takes `n_iter` steps, each with the gradient at the newest φ",
            1,
            lambda rng: (*draw_batches(rng), int(rng.integers(5, 12)), draw_phi(rng)),
            cases=2,
        ),
        Property(
            "uses the rate `lr` that it is given",
            1,
            lambda rng: (*draw_batches(rng), 3, draw_phi(rng), float(rng.uniform(0.03, 0.06))),
            cases=2,
        ),
        Property(
            "leaves the `phi` that it was given as it was",
            1,
            lambda rng: (*draw_batches(rng), 3, draw_phi(rng)),
            part="arguments",
            cases=1,
        ),
    ),
    misconceptions={
        "ascends": Misconception(
            lambda x_real, x_syn, n_iter, phi, lr=0.01: update_discriminator(x_real, x_syn, n_iter, phi, -lr),
            "You climb: φ moves along +gradient and the loss grows. Descend: φ − lr · gradient.",
        ),
        "stale_gradient": Misconception(
            lambda x_real, x_syn, n_iter, phi, lr=0.01: (
                phi - lr * n_iter * shift.discriminator_gradient(x_real, x_syn, phi)
            ),
            "Every step uses the gradient at the φ you started from (a stale φ). "
            "Compute the gradient anew inside the loop, at the φ just reached.",
        ),
        "one_step": Misconception(
            lambda x_real, x_syn, n_iter, phi, lr=0.01: update_discriminator(x_real, x_syn, 1, phi, lr),
            "You take one step whatever `n_iter` says. Is the `return` inside the loop? Or does every step start "
            "again from the φ that was passed in, not from the one just reached?",
        ),
        "ignores_lr": Misconception(
            lambda x_real, x_syn, n_iter, phi, lr=0.01: update_discriminator(x_real, x_syn, n_iter, phi),
            "The rate is fixed at 0.01 in your code. Use the argument `lr`.",
        ),
        "in_place": Misconception(
            update_discriminator_in_place,
            "`phi -= …` changes the caller's array, so the φ from before the update is lost. Write `phi = phi - …`.",
        ),
        "one_too_many": Misconception(
            lambda x_real, x_syn, n_iter, phi, lr=0.01: update_discriminator(x_real, x_syn, n_iter + 1, phi, lr),
            "You take one step too many: `range(n_iter)` runs n_iter times.",
        ),
        "one_too_few": Misconception(
            lambda x_real, x_syn, n_iter, phi, lr=0.01: update_discriminator(x_real, x_syn, n_iter - 1, phi, lr),
            "You take one step too few: `range(1, n_iter)` runs n_iter − 1 times, `range(n_iter)` n_iter times.",
        ),
        "returns_gradient": Misconception(
            lambda x_real, x_syn, n_iter, phi, lr=0.01: shift.discriminator_gradient(
                x_real, x_syn, update_discriminator(x_real, x_syn, n_iter - 1, phi, lr)
            ),
            "You return the last gradient. Return the new φ.",
        ),
        "swapped_batches": Misconception(
            lambda x_real, x_syn, n_iter, phi, lr=0.01: update_discriminator(x_syn, x_real, n_iter, phi, lr),
            "The real and the synthesised batch are in each other's place when you call for the gradient.",
        ),
    },
)

# --- 8 update_generator ---------------------------------------------------------------------------------------


def update_generator(z, theta, n_iter, phi, lr=0.02, *, generator_gradient=shift.generator_gradient):
    """With the student's own `generator_gradient` standing in."""
    for _ in range(n_iter):
        theta = theta - lr * generator_gradient(z, theta, phi)
    return theta


UPDATE_GENERATOR = Exercise(
    name="update_generator",
    reference=update_generator,
    builds_on=("generator_gradient",),
    properties=(
        Property(
            "takes one step of 0.02 down the gradient",
            1,
            lambda rng: (rng.normal(size=6), draw_theta(rng), 1, draw_phi(rng)),
            cases=2,
        ),
        Property(
            "takes `n_iter` steps, each with the gradient at the newest θ",
            1,
            lambda rng: (rng.normal(size=6), draw_theta(rng), int(rng.integers(5, 12)), draw_phi(rng)),
            cases=2,
        ),
        Property(
            "uses the rate `lr` that it is given",
            1,
            lambda rng: (
                rng.normal(size=6),
                draw_theta(rng),
                3,
                draw_phi(rng),
                float(rng.uniform(0.05, 0.1)),
            ),
            cases=2,
        ),
    ),
    misconceptions={
        "ascends": Misconception(
            lambda z, theta, n_iter, phi, lr=0.02: update_generator(z, theta, n_iter, phi, -lr),
            "You climb: θ moves along +gradient, away from where the discriminator believes the samples. "
            "The generator minimises its loss: θ − lr · gradient.",
        ),
        "stale_gradient": Misconception(
            lambda z, theta, n_iter, phi, lr=0.02: theta - lr * n_iter * shift.generator_gradient(z, theta, phi),
            "Every step uses the gradient at the θ you started from (a stale θ). Compute it anew inside the loop.",
        ),
        "one_step": Misconception(
            lambda z, theta, n_iter, phi, lr=0.02: update_generator(z, theta, 1, phi, lr),
            "You take one step whatever `n_iter` says. Is the `return` inside the loop? Or does every step start "
            "again from the θ that was passed in, not from the one just reached?",
        ),
        "ignores_lr": Misconception(
            lambda z, theta, n_iter, phi, lr=0.02: update_generator(z, theta, n_iter, phi),
            "The rate is fixed at 0.02 in your code. Use the argument `lr`.",
        ),
        "discriminators_rate": Misconception(
            lambda z, theta, n_iter, phi, lr=0.01: update_generator(z, theta, n_iter, phi, lr),
            "The default rate is 0.01, the discriminator's. The generator's is 0.02.",
        ),
        "one_too_many": Misconception(
            lambda z, theta, n_iter, phi, lr=0.02: update_generator(z, theta, n_iter + 1, phi, lr),
            "You take one step too many: `range(n_iter)` runs n_iter times.",
        ),
        "one_too_few": Misconception(
            lambda z, theta, n_iter, phi, lr=0.02: update_generator(z, theta, n_iter - 1, phi, lr),
            "You take one step too few: `range(1, n_iter)` runs n_iter − 1 times, `range(n_iter)` n_iter times.",
        ),
        "non_saturating": Misconception(
            lambda z, theta, n_iter, phi, lr=0.02: shift.update_generator(z, theta, n_iter, phi, lr, saturating=False),
            "Your steps follow the non-saturating loss. Use your `generator_gradient`, of Σ log(1 − σ(f)).",
        ),
        "returns_gradient": Misconception(
            lambda z, theta, n_iter, phi, lr=0.02: shift.generator_gradient(
                z, update_generator(z, theta, n_iter - 1, phi, lr), phi
            ),
            "You return the last gradient. Return the new θ.",
        ),
    },
)

# --- 9 train --------------------------------------------------------------------------------------------------


def train(
    x_real,
    z,
    theta,
    phi,
    n_rounds,
    n_iter_discrim,
    n_iter_gen,
    *,
    generator=shift.generator,
    update_discriminator=shift.update_discriminator,
    update_generator=shift.update_generator,
):
    """With the student's own earlier functions standing in."""
    thetas = []
    for _ in range(n_rounds):
        x_syn = generator(z, theta)
        phi = update_discriminator(x_real, x_syn, n_iter_discrim, phi)
        theta = update_generator(z, theta, n_iter_gen, phi)
        thetas.append(theta)
    return np.array(thetas)


def train_with_start(x_real, z, theta, phi, *counts):
    return np.append(theta, train(x_real, z, theta, phi, *counts))


def train_stale_fakes(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    start = shift.generator(z, theta)
    return train(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen, generator=lambda z, theta: start)


def train_stale_phi(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    thetas = []
    for _ in range(n_rounds):
        new_phi = shift.update_discriminator(x_real, shift.generator(z, theta), n_iter_discrim, phi)
        theta = shift.update_generator(z, theta, n_iter_gen, phi)
        phi = new_phi
        thetas.append(theta)
    return np.array(thetas)


def train_forgets_phi(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    return train(
        x_real,
        z,
        theta,
        phi,
        n_rounds,
        n_iter_discrim,
        n_iter_gen,
        update_discriminator=lambda x_real, x_syn, n, _: shift.update_discriminator(x_real, x_syn, n, phi),
    )


def train_generator_first(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    thetas = []
    for _ in range(n_rounds):
        theta = shift.update_generator(z, theta, n_iter_gen, phi)
        phi = shift.update_discriminator(x_real, shift.generator(z, theta), n_iter_discrim, phi)
        thetas.append(theta)
    return np.array(thetas)


def train_wrong_batches(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    """The published mistake: the generator's gradient at (x_real, x_syn) where (z, θ) belong."""
    thetas = []
    for _ in range(n_rounds):
        x_syn = shift.generator(z, theta)
        phi = shift.update_discriminator(x_real, x_syn, n_iter_discrim, phi)
        for _ in range(n_iter_gen):
            theta = theta - 0.02 * shift.generator_gradient(x_real, x_syn, phi)
        thetas.append(theta)
    return np.array(thetas)


def train_overwrites_z(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    thetas = []
    for _ in range(n_rounds):
        z = shift.generator(z, theta)
        phi = shift.update_discriminator(x_real, z, n_iter_discrim, phi)
        theta = shift.update_generator(z, theta, n_iter_gen, phi)
        thetas.append(theta)
    return np.array(thetas)


def draw_training(rng, n_rounds):
    x_real, z = draw_batches(rng)
    return (
        x_real,
        z,
        draw_theta(rng),
        draw_phi(rng),
        n_rounds,
        int(rng.integers(8, 15)),
        int(rng.integers(2, 6)),
    )


TRAIN = Exercise(
    name="train",
    reference=train,
    builds_on=("generator", "update_discriminator", "update_generator"),
    properties=(
        Property(
            "plays one round: discriminator, then generator",
            2,
            lambda rng: draw_training(rng, 1),
            cases=2,
        ),
        Property(
            "plays on from where the last round ended, and returns θ after every round",
            3,
            lambda rng: draw_training(rng, 5),
            cases=2,
        ),
    ),
    misconceptions={
        "includes_start": Misconception(
            train_with_start,
            "You return the starting θ as well. One value per round is asked for: θ *after* each round.",
        ),
        "last_only": Misconception(
            lambda *a: train(*a)[-1],
            "You return the last θ only. Collect θ after every round in a list and return them all.",
        ),
        "stale_fakes": Misconception(
            train_stale_fakes,
            "The synthesised samples stay those of the start. Make x_syn anew in every round: the generator has moved.",
        ),
        "stale_phi": Misconception(
            train_stale_phi,
            "The generator answers the discriminator of the round before (a stale φ). "
            "Update the discriminator first and give the generator its new φ.",
        ),
        "forgets_phi": Misconception(
            train_forgets_phi,
            "Each round the discriminator starts again from the first φ. Keep what it learned: "
            "`phi = update_discriminator(…, phi)`.",
        ),
        "generator_first": Misconception(
            train_generator_first,
            "The generator moves first. In the lecture's loop the discriminator does, then the generator answers it.",
        ),
        "wrong_batches": Misconception(
            train_wrong_batches,
            "The generator's update gets the real and the synthesised batch where z and θ belong. θ then races past "
            "the target. It is `update_generator(z, theta, n_iter_gen, phi)`.",
        ),
        "overwrites_z": Misconception(
            train_overwrites_z,
            "The latent samples are overwritten: `z = generator(z, theta)` shifts them further in every round. "
            "Call the synthesised samples `x_syn` and leave z alone.",
        ),
        "restarts": Misconception(
            lambda x_real, z, theta, phi, n, n_d, n_g: np.repeat(train(x_real, z, theta, phi, 1, n_d, n_g), n),
            "Every round starts again from the first θ and φ, so all rounds are alike. Keep the new ones: "
            "`phi = update_discriminator(…)`, `theta = update_generator(…)`.",
        ),
        "never_moves": Misconception(
            lambda x_real, z, theta, phi, n, n_d, n_g: np.full(n, theta),
            "θ never changes. The updates *return* the new values; assign them: `theta = update_generator(…)`.",
        ),
        "swapped_counts": Misconception(
            lambda x_real, z, theta, phi, n, n_d, n_g: train(x_real, z, theta, phi, n, n_g, n_d),
            "n_iter_discrim and n_iter_gen have changed places.",
        ),
        "swapped_batches": Misconception(
            lambda *a: train(*a, update_discriminator=lambda r, s, n, phi: shift.update_discriminator(s, r, n, phi)),
            "The discriminator is given the synthesised batch as real and the real one as synthesised.",
        ),
    },
)

EXERCISES = (
    GENERATOR,
    DISCRIMINATOR,
    DISCRIMINATOR_LOSS,
    GENERATOR_LOSS,
    DISCRIMINATOR_GRADIENT,
    GENERATOR_GRADIENT,
    UPDATE_DISCRIMINATOR,
    UPDATE_GENERATOR,
    TRAIN,
)
