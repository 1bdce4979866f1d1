"""Exercise 4, `non_saturating_generator_loss`: the mean of −log σ(f)."""

import numpy as np
from scipy.special import expit

from gancourse.exercises.specification import Exercise, Misconception, Property


def softplus(f):
    return np.logaddexp(0, f)


def non_saturating_generator_loss(logits_fake):
    return softplus(-logits_fake).mean()


def draw_logits(rng):
    return rng.normal(0.5, 1.5, size=rng.integers(3, 9))


def draw_extreme_logits(rng):
    """Three logits of about ±1000, two of one sign: else a wrong formula is now and then right by luck."""
    return rng.permutation(np.array([1100.0, -1100.0, rng.choice([-1000.0, 1000.0])]) + rng.uniform(-5, 5, size=3))


EXERCISE = Exercise(
    name="non_saturating_generator_loss",
    reference=non_saturating_generator_loss,
    properties=(
        Property("is the mean of −log σ(f) over the batch", 2, lambda rng: (draw_logits(rng),)),
        Property(
            "is right, hence finite, where |f| = 1000",
            2,
            lambda rng: (draw_extreme_logits(rng),),
            cases=2,
            otherwise="At |f| = 1000 a probability is rounded to 0 or 1. Do you clip it, or leave out infinities? "
            "Use the logit itself: −log σ(f) = `np.logaddexp(0, -f)`.",
        ),
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
        "critic": Misconception(
            lambda f: -f.mean(),
            "You average the logits, as the generator of a Wasserstein GAN does. Each goes through −log σ(f) first.",
        ),
        "clipped_logits": Misconception(
            lambda f: softplus(-np.clip(f, -50, 50)).mean(),
            "The logits are clipped, so the loss stays at 50 where it should be 1000, with no gradient. "
            "`np.logaddexp(0, -f)` needs no clipping.",
        ),
    },
)
