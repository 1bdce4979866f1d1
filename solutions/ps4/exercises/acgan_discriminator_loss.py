"""Exercise 4: what the discriminator of AC-GAN pays."""

import numpy as np
import torch.nn.functional as F

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import by, draw_class_logits, draw_labels
from .one_hot import one_hot
from .terms import (
    CUT_OFF_TERMS,
    DETACHED,
    HALVED,
    LOGARITHM_OF_PROBABILITY,
    WRONG_TERMS,
    classify_by_logarithm,
    says_fake,
    says_real,
)


def acgan_discriminator_loss(
    real_logits,
    fake_logits,
    real_class_logits,
    fake_class_logits,
    real_labels,
    fake_labels,
    real=says_real,
    fake=says_fake,
    classify=F.cross_entropy,
):
    """With the terms as parts, which misconceptions exchange."""
    return source_loss(real_logits, fake_logits, real, fake) + class_losses(
        real_class_logits, fake_class_logits, real_labels, fake_labels, classify
    )


def source_loss(real_logits, fake_logits, real=says_real, fake=says_fake):
    return real(real_logits) + fake(fake_logits)


def class_losses(real_class_logits, fake_class_logits, real_labels, fake_labels, classify=F.cross_entropy):
    return classify(real_class_logits, real_labels) + classify(fake_class_logits, fake_labels)


def draw_discriminator(rng, n=5, classes=4):
    """Outputs on real and generated images. Sources are told apart, and classes too, but not well."""
    real_labels, fake_labels = draw_labels(rng, n, classes), draw_labels(rng, n, classes)
    return (
        rng.normal(1, 1.5, size=n),
        rng.normal(-0.4, 1.5, size=n),
        draw_class_logits(rng, n) + 1.5 * one_hot(real_labels, classes),
        draw_class_logits(rng, n) + 0.7 * one_hot(fake_labels, classes),
        real_labels,
        fake_labels,
    )


def extreme(rng, *signs):
    """Numbers of about ±1000, no two alike."""
    return rng.permutation(
        np.array(signs) * (1000 + 30 * rng.permutation(len(signs)) + rng.uniform(0, 5, size=len(signs)))
    )


def extreme_class_logits(rng, labels, classes=4):
    """The first example's class is out of the question, with log-probability of about −1000; the last one's is sure."""
    logits = draw_class_logits(rng, len(labels), classes)
    logits[0, labels[0]] -= rng.uniform(950, 1050)
    logits[-1, labels[-1]] += 1000
    return logits


def draw_extreme_discriminator(rng):
    real_labels, fake_labels = draw_labels(rng, 4, 4), draw_labels(rng, 4, 4)
    return (
        extreme(rng, 1, 1, -1, -1),
        extreme(rng, 1, -1, -1, -1),
        extreme_class_logits(rng, real_labels),
        extreme_class_logits(rng, fake_labels),
        real_labels,
        fake_labels,
    )


WRONG = {
    "class_of_real_only": (
        lambda r, f, rc, fc, rl, fl: source_loss(r, f) + F.cross_entropy(rc, rl),
        "The class term of the generated images is missing. AC-GAN's discriminator learns from those, too: each was "
        "made for a class, `fake_labels`.",
    ),
    "class_of_fake_only": (
        lambda r, f, rc, fc, rl, fl: source_loss(r, f) + F.cross_entropy(fc, fl),
        "The class term of the real images is missing. It is the one that says what the classes look like.",
    ),
    "no_classes": (
        lambda r, f, *rest: source_loss(r, f),
        "This is the plain GAN's loss. The two class terms are missing.",
    ),
    "classes_only": (
        lambda r, f, *rest: class_losses(*rest),
        "This is a classifier's loss. The two terms on real and generated are missing.",
    ),
    "fights_over_classes": (
        lambda r, f, rc, fc, rl, fl: source_loss(r, f) + F.cross_entropy(rc, rl) - F.cross_entropy(fc, fl),
        "There is a minus before the class term of the generated images. Real or generated is what the two fight over; "
        "the class is not: *both* players want it right.",
    ),
    "class_terms_negated": (
        lambda r, f, *rest: source_loss(r, f) - class_losses(*rest),
        "The class terms have the wrong sign. The paper *maximises* the log-probability of the class; a loss is "
        "minimised: plus the cross-entropy.",
    ),
    "all_negated": (
        lambda *a: -acgan_discriminator_loss(*a),
        "The sign is wrong throughout. The paper *maximises* log-likelihoods; a loss is minimised: minus each of them.",
    ),
    "real_for_fake": (
        lambda r, f, *rest: source_loss(f, r) + class_losses(*rest),
        "Real and generated have changed places in the first two terms: −log σ is for real_logits, −log(1 − σ) for "
        "fake_logits.",
    ),
    "everything_real": (
        {"fake": says_real},
        "The generated images are called real: that is the generator's wish. The discriminator pays −log(1 − σ(f)) = "
        "softplus(f) for them.",
    ),
    "labels_swapped": (
        lambda r, f, rc, fc, rl, fl: acgan_discriminator_loss(r, f, rc, fc, fl, rl),
        "The labels have changed places: real_class_logits go with real_labels, fake_class_logits with fake_labels.",
    ),
    "halved": (lambda *a: acgan_discriminator_loss(*a) / 2, HALVED),
    "classes_halved": (
        lambda r, f, *rest: source_loss(r, f) + class_losses(*rest) / 2,
        "The class terms are half of what they should be: you average over real and generated together. Each has a "
        "mean of its own; add the two.",
    ),
    "source_halved": (
        lambda r, f, *rest: source_loss(r, f) / 2 + class_losses(*rest),
        "The first two terms are half of what they should be: you average over real and generated together. Each has a "
        "mean of its own; add the two.",
    ),
    "real_labels_for_all": (
        lambda r, f, rc, fc, rl, fl: acgan_discriminator_loss(r, f, rc, fc, rl, rl),
        "Both class terms compare with real_labels. The generated images were asked to have `fake_labels`.",
    ),
    **WRONG_TERMS,
    "classes_by_logarithm": ({"classify": classify_by_logarithm}, LOGARITHM_OF_PROBABILITY),
    **CUT_OFF_TERMS,
    "detached": (lambda *a: acgan_discriminator_loss(*a).detach(), DETACHED),
    "fakes_detached": (
        lambda r, f, rc, fc, *labels: acgan_discriminator_loss(r, f.detach(), rc, fc.detach(), *labels),
        "No gradient flows to the logits of the generated images, so the discriminator would learn from real ones "
        "only. What is detached is the *image*, before the discriminator sees it; never its answer.",
    ),
    "fake_classes_detached": (
        lambda r, f, rc, fc, *labels: acgan_discriminator_loss(r, f, rc, fc.detach(), *labels),
        "No gradient flows to fake_class_logits. What is detached is the *image*, before the discriminator sees it; "
        "never its answer.",
    ),
}

EXERCISE = Exercise(
    name="acgan_discriminator_loss",
    reference=acgan_discriminator_loss,
    properties=(
        Property("is the sum of the four means", 2, draw_discriminator, probe="on_tensors"),
        Property("is right, so finite, at logits of ±1000", 1, draw_extreme_discriminator, cases=2, probe="on_tensors"),
        Property(
            "can be differentiated by all four kinds of logits",
            1,
            by([0, 1, 2, 3], draw_discriminator),
            cases=2,
            probe="loss_gradient",
        ),
    ),
    misconceptions=misconceptions(acgan_discriminator_loss, WRONG),
)
