"""Exercise 5: what the generator of AC-GAN pays."""

import torch.nn.functional as F

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .acgan_discriminator_loss import draw_discriminator, draw_extreme_discriminator
from .inputs import by
from .terms import (
    CUT_OFF_TERMS,
    DETACHED,
    HALVED,
    LOGARITHM_OF_PROBABILITY,
    WRONG_TERMS,
    classify_by_logarithm,
    only,
    says_fake,
    says_real,
)


def acgan_generator_loss(fake_logits, fake_class_logits, fake_labels, real=says_real, classify=F.cross_entropy):
    return real(fake_logits) + classify(fake_class_logits, fake_labels)


def draw_generator(rng):
    return tuple(draw_discriminator(rng)[i] for i in (1, 3, 5))


def draw_extreme_generator(rng):
    return tuple(draw_extreme_discriminator(rng)[i] for i in (1, 3, 5))


WRONG = {
    "fights_the_classifier": (
        lambda f, fc, fl: says_real(f) - F.cross_entropy(fc, fl),
        "There is a minus before the class term: so the generator is paid for images of the *wrong* class. It fights "
        "the discriminator over real or generated only; the class both want right.",
    ),
    "saturating": (
        {"real": lambda f: -says_fake(f)},
        "The first term is log(1 − σ(f)), which saturates where the discriminator is sure. Here −log σ(f) is asked "
        "for, as in ps2.",
    ),
    "discriminators_term": (
        {"real": says_fake},
        "The first term is −log(1 − σ(f)): what the *discriminator* pays for a generated image. The generator pays "
        "−log σ(f) = softplus(−f).",
    ),
    "source_negated": (
        {"real": lambda f: -says_real(f)},
        "The first term has the wrong sign: minimising log σ(f) makes the images look generated. The term is −log "
        "σ(f).",
    ),
    "no_class": (lambda f, fc, fl: says_real(f), "The class term is missing: nothing asks for the right class."),
    "class_only": (
        lambda f, fc, fl: F.cross_entropy(fc, fl),
        "The first term is missing: nothing asks for images that look real.",
    ),
    "seen_class": (
        lambda f, fc, fl: acgan_generator_loss(f, fc, fc.argmax(dim=1)),
        "You compare the class logits with the class that they favour anyway. The right one is the class asked for, "
        "`fake_labels`.",
    ),
    "halved": (lambda *a: acgan_generator_loss(*a) / 2, HALVED),
    "minus_discriminators": (
        lambda f, fc, fl: -says_fake(f) - F.cross_entropy(fc, fl),
        "This is minus what the discriminator pays. The two are against each other over real or generated only, and "
        "there the term is to be −log σ(f); the class both want right.",
    ),
    **only(WRONG_TERMS, "real", "classify"),
    "class_by_logarithm": ({"classify": classify_by_logarithm}, LOGARITHM_OF_PROBABILITY),
    **only(CUT_OFF_TERMS, "real"),
    "class_detached": (
        lambda f, fc, fl: acgan_generator_loss(f, fc.detach(), fl),
        "No gradient flows to fake_class_logits, and so nothing moves the images towards their class. The generator "
        "learns from both terms: no `.detach()`.",
    ),
    "detached": (lambda *a: acgan_generator_loss(*a).detach(), DETACHED),
}

EXERCISE = Exercise(
    name="acgan_generator_loss",
    reference=acgan_generator_loss,
    properties=(
        Property("is the sum of the two means", 2, draw_generator, probe="on_tensors"),
        Property("is right, so finite, at logits of ±1000", 1, draw_extreme_generator, cases=2, probe="on_tensors"),
        Property(
            "can be differentiated by both kinds of logits",
            1,
            by([0, 1], draw_generator),
            cases=2,
            probe="loss_gradient",
        ),
    ),
    misconceptions=misconceptions(acgan_generator_loss, WRONG),
)
