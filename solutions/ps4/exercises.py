"""ps4 "Take control": what each exercise asks, its reference and its misconceptions.

The instructor's side of the assignment: this file is never released. The order is that of the notebook.
"""

import itertools
import math

import numpy as np
import torch
import torch.nn.functional as F

from gancourse.exercises.specification import Exercise, Misconception, Property

ANSWERS = (  # cannot be imported while it is graded
    "gancourse.metrics.distances",
    "gancourse.games.conditional",
    "gancourse.games.acgan",
    "gancourse.games.infogan",
)

# --- 1 one_hot ------------------------------------------------------------------------------------------------


def one_hot(labels, classes):
    return (np.asarray(labels)[:, None] == np.arange(classes)).astype(float)


def draw_labels(rng, n, classes):
    """`n` labels, not all classes among them; the first and the last are, so that a class too few would show."""
    return rng.permutation(np.r_[0, classes - 1, rng.integers(1, classes - 1, size=n - 2)])


def draw_low_labels(rng, n, classes):
    """`n` labels, none of them of the last two classes."""
    return rng.permutation(np.r_[0, classes - 3, rng.integers(classes - 2, size=n - 2)])


ONE_HOT = Exercise(
    name="one_hot",
    reference=one_hot,
    properties=(
        Property("has a 1 in row i at column labels[i], else 0", 1, lambda rng: (draw_labels(rng, 6, 4), 4)),
        Property("has a column for classes that do not occur", 1, lambda rng: (draw_low_labels(rng, 6, 7), 7), cases=2),
    ),
    misconceptions={
        "those_that_occur": Misconception(
            lambda labels, classes: one_hot(labels, labels.max() + 1),
            "A batch need not contain the last class, and then your code loses its column. The number of columns is "
            "`classes`, whatever `labels` holds.",
        ),
        "counts_from_one": Misconception(
            lambda labels, classes: one_hot((labels - 1) % classes, classes),
            "Every 1 stands one column too far left. Labels count from 0: label 0 is column 0.",
        ),
        "transposed": Misconception(
            lambda labels, classes: one_hot(labels, classes).T,
            "Rows and columns are the wrong way round: one *row* per example, one column per class.",
        ),
        "value_for_one": Misconception(
            lambda labels, classes: labels[:, None] * one_hot(labels, classes),
            "You write the label itself into its column. Write 1; the column says which class it is. "
            "(With label 0 nothing would be left.)",
        ),
        "minus_ones": Misconception(
            lambda labels, classes: 2 * one_hot(labels, classes) - 1,
            "The other entries are −1. They are 0.",
        ),
        "every_row": Misconception(
            lambda labels, classes: np.tile(one_hot(labels, classes).max(axis=0), (len(labels), 1)),
            "All rows are the same, with a 1 for every label of the batch: `[:, labels] = 1` fills whole columns. "
            "One entry of each row: `[np.arange(len(labels)), labels] = 1`.",
        ),
        "one_cold": Misconception(
            lambda labels, classes: 1 - one_hot(labels, classes),
            "Ones and zeros have changed places: the 1 is at the label, the zeros everywhere else.",
        ),
        "counted": Misconception(
            lambda labels, classes: one_hot(labels, classes).sum(axis=0),
            "You count how often each class occurs, over the batch. Each example has a row of its own.",
        ),
        "up_to_label": Misconception(
            lambda labels, classes: (np.arange(classes) <= labels[:, None]).astype(float),
            "Every column up to the label is 1. That says that class 3 is more than class 1; exactly one entry per row "
            "is 1.",
        ),
    },
)

# --- 2 condition_images ---------------------------------------------------------------------------------------


def condition_images(x, labels, classes, *, one_hot=one_hot):
    """With the student's own `one_hot` standing in."""
    return with_maps(x, np.asarray(one_hot(labels, classes), dtype=float))


def with_maps(x, codes):
    """`x` with a constant map for every number of a `codes` (n, k)."""
    maps = np.broadcast_to(codes[:, :, None, None], (*codes.shape, *x.shape[2:]))
    return np.concatenate([x, maps], axis=1)


def maps_of(x, labels, classes):
    return condition_images(x, labels, classes)[:, x.shape[1] :]


def at_one_pixel(x, labels, classes):
    appended = condition_images(x, labels, classes)
    appended[:, x.shape[1] :].reshape(len(x), classes, -1)[:, :, 1:] = 0
    return appended


def as_columns(x, labels, classes):
    columns = np.broadcast_to(one_hot(labels, classes)[:, None, None, :], (*x.shape[:3], classes))
    return np.concatenate([x, columns], axis=3)


def scrambled_maps(x, labels, classes):
    """The codes repeated as a whole until there are enough numbers, and put into the shape of the maps."""
    return np.concatenate([x, np.resize(one_hot(labels, classes), (len(x), classes, *x.shape[2:]))], axis=1)


def tiled_maps(x, labels, classes):
    """Likewise, each image's code by itself."""
    n, _, height, width = x.shape
    codes = np.tile(one_hot(labels, classes), height * width)
    return np.concatenate([x, codes.reshape(n, classes, height, width)], axis=1)


RESHAPED = (
    "You repeat the codes and reshape, and the numbers end up in other maps. Give the codes two more axes, "
    "`codes[:, :, None, None]`, and broadcast those to height and width."
)


def draw_labelled(rng, n, classes, *shape):
    return rng.uniform(-1, 1, size=(n, *shape)), draw_labels(rng, n, classes), classes


CONDITION_IMAGES = Exercise(
    name="condition_images",
    reference=condition_images,
    builds_on=("one_hot",),
    properties=(
        Property(
            "appends a one-hot map per class to square grey images",
            2,
            lambda rng: draw_labelled(rng, 4, 3, 1, 3, 3),
            cases=2,
        ),
        Property(
            "does so for any channels, height and width", 1, lambda rng: draw_labelled(rng, 3, 4, 2, 2, 4), cases=2
        ),
    ),
    misconceptions={
        "label_map": Misconception(
            lambda x, labels, classes: with_maps(x, labels[:, None].astype(float)),
            "You append one map that holds the label as a number. Then class 9 is nine times class 1. "
            "Append one map per class, ones for the class asked for and zeros for the others.",
        ),
        "maps_of_labels": Misconception(
            lambda x, labels, classes: with_maps(x, np.repeat(labels[:, None], classes, axis=1).astype(float)),
            "Every appended map holds the label as a number. The maps are one-hot: ones in the map of the class, "
            "zeros in the others.",
        ),
        "maps_first": Misconception(
            lambda x, labels, classes: np.concatenate([maps_of(x, labels, classes), x], axis=1),
            "The maps stand before the image. The image's channels come first: `np.concatenate([x, maps], axis=1)`.",
        ),
        "maps_only": Misconception(
            maps_of,
            "You return the maps without the image. Append them to it: `np.concatenate([x, maps], axis=1)`.",
        ),
        "one_pixel": Misconception(
            at_one_pixel,
            "The code stands in one pixel only. A convolution looks at a few pixels at a time, so every place has to "
            "know the class: the map is constant over height and width.",
        ),
        "last_axis": Misconception(
            as_columns,
            "You append columns of pixels. The shape is (n, channels, height, width): the channels are axis 1.",
        ),
        "multiplied": Misconception(
            lambda x, labels, classes: (x[:, :, None] * maps_of(x, labels, classes)[:, None]).reshape(
                len(x), -1, *x.shape[2:]
            ),
            "You multiply the image by the maps. Leave the image as it is and append the maps beside it.",
        ),
        "added": Misconception(
            lambda x, labels, classes: x + labels[:, None, None, None],
            "You add the label to the pixels, and nobody can take it out again. Append maps as channels of their own.",
        ),
        "ones_everywhere": Misconception(
            lambda x, labels, classes: with_maps(x, np.ones((len(x), classes))),
            "All the maps are ones, whatever the label. Only the map of the image's class is.",
        ),
        "labels_of_the_batch": Misconception(
            lambda x, labels, classes: with_maps(x, np.tile(one_hot(labels, classes).max(axis=0), (len(labels), 1))),
            "Every image gets the maps of all labels of the batch: `[:, labels] = 1` fills those for all images. "
            "Image i has one map of ones, that of labels[i].",
        ),
        "one_label": Misconception(
            lambda x, labels, classes: condition_images(x, np.full_like(labels, labels[0]), classes),
            "All images get the maps of the first label. Each has its own: image i goes with labels[i].",
        ),
        "reshaped": Misconception(scrambled_maps, RESHAPED),
        "tiled_and_reshaped": Misconception(tiled_maps, RESHAPED),
        "painted_with_the_image": Misconception(
            lambda x, labels, classes: np.concatenate([x, maps_of(x, labels, classes) * x[:, :1]], axis=1),
            "The map of the class holds the image once more. It is 1 everywhere: where the image is 0 nothing would be "
            "said of the class.",
        ),
        "shared_out": Misconception(
            lambda x, labels, classes: with_maps(x, one_hot(labels, classes) / (x.shape[2] * x.shape[3])),
            "You share the 1 out among the pixels. Every pixel of the map is 1.",
        ),
    },
)

# --- 3 projection_logit ---------------------------------------------------------------------------------------


def projection_logit(features, unconditional_logit, embedding, labels):
    return unconditional_logit + (features * embedding[labels]).sum(dim=1)


def log_softmax_of_label(features, embedding, labels):
    return (features @ embedding.T).log_softmax(dim=1)[torch.arange(len(labels)), labels]


def draw_projection(rng):
    n, d, classes = 5, int(rng.integers(6, 9)), 4
    return rng.normal(size=(n, d)), rng.normal(size=n), rng.normal(size=(classes, d)), draw_labels(rng, n, classes)


ALL_PAIRS = (
    "A matrix product of features and `embedding[labels]` pairs every example with every other one's class. Multiply "
    "number by number and sum along the axis of features."
)
COLUMN_PLUS_ROW = (
    "A column plus a row is a table: shapes (n, 1) and (n,) broadcast to (n, n). Give both the shape (n,)."
)

PROJECTION_LOGIT = Exercise(
    name="projection_logit",
    reference=projection_logit,
    properties=(
        Property(
            "is unconditional_logit + ⟨embedding[label], features⟩, per example", 2, draw_projection, probe="on_tensors"
        ),
    ),
    misconceptions={
        "without_unconditional": Misconception(
            lambda features, logit, embedding, labels: projection_logit(features, 0, embedding, labels),
            "This is the inner product alone. It says whether the class fits; `unconditional_logit`, whether it looks "
            "real at all. Add the two.",
        ),
        "every_class": Misconception(
            lambda features, logit, embedding, labels: logit[:, None] + features @ embedding.T,
            "You return a logit for every class. Take the embedding of the class asked about: `embedding[labels]`.",
        ),
        "summed_over_classes": Misconception(
            lambda features, logit, embedding, labels: logit + (features @ embedding.T).sum(dim=1),
            "You sum over all classes. Only the row of the class asked about counts: `embedding[labels]`.",
        ),
        "all_pairs": Misconception(
            lambda features, logit, embedding, labels: logit + features @ embedding[labels].T,
            ALL_PAIRS,
        ),
        "all_pairs_transposed": Misconception(
            lambda features, logit, embedding, labels: logit + embedding[labels] @ features.T,
            ALL_PAIRS,
        ),
        "column_plus_row": Misconception(
            lambda features, logit, embedding, labels: (
                logit[:, None] + (features * embedding[labels]).sum(dim=1, keepdim=True).T
            ),
            COLUMN_PLUS_ROW,
        ),
        "row_plus_column": Misconception(
            lambda features, logit, embedding, labels: logit + (features * embedding[labels]).sum(dim=1, keepdim=True),
            COLUMN_PLUS_ROW,
        ),
        "summed_over_batch": Misconception(
            lambda features, logit, embedding, labels: logit + (features * embedding[labels]).sum(),
            "You sum over the whole batch. Each example has its own inner product: `.sum(dim=1)`.",
        ),
        "mean_for_sum": Misconception(
            lambda features, logit, embedding, labels: logit + (features * embedding[labels]).mean(dim=1),
            "You average over the features. An inner product is the sum.",
        ),
        "multiplied": Misconception(
            lambda features, logit, embedding, labels: logit * (features * embedding[labels]).sum(dim=1),
            "You multiply the two. Both are logarithms of ratios, which add: the logit is their sum.",
        ),
        "probability": Misconception(
            lambda *a: projection_logit(*a).sigmoid(),
            "You return a probability. The logit itself is asked for, without the sigmoid.",
        ),
        "cosine": Misconception(
            lambda features, logit, embedding, labels: logit + F.cosine_similarity(features, embedding[labels], dim=1),
            "You divide by the lengths, which makes it a cosine. The inner product is asked for as it is.",
        ),
        "log_softmax": Misconception(
            lambda features, logit, embedding, labels: logit + log_softmax_of_label(features, embedding, labels),
            "You add the log-softmax over the classes: that is a classifier's answer, as in AC-GAN. The projection has "
            "no softmax, the inner product is added as it is.",
        ),
        "first_rows": Misconception(
            lambda features, logit, embedding, labels: projection_logit(
                features, logit, embedding, torch.arange(len(labels)) % len(embedding)
            ),
            "Example i gets row i of the embedding. It is the row of its class, `embedding[labels]`.",
        ),
    },
)

# --- 4, 5 the losses of AC-GAN --------------------------------------------------------------------------------


def says_real(logits):
    """What is paid where real is the right answer: the mean of −log σ(f)."""
    return F.softplus(-logits).mean()


def says_fake(logits):
    return F.softplus(logits).mean()


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
    """The last three are there for misconceptions to replace."""
    return source_loss(real_logits, fake_logits, real, fake) + class_losses(
        real_class_logits, fake_class_logits, real_labels, fake_labels, classify
    )


def source_loss(real_logits, fake_logits, real=says_real, fake=says_fake):
    return real(real_logits) + fake(fake_logits)


def class_losses(real_class_logits, fake_class_logits, real_labels, fake_labels, classify=F.cross_entropy):
    return classify(real_class_logits, real_labels) + classify(fake_class_logits, fake_labels)


def discriminator_with(**parts):
    return lambda *a: acgan_discriminator_loss(*a, **parts)


def acgan_generator_loss(fake_logits, fake_class_logits, fake_labels, real=says_real, classify=F.cross_entropy):
    return real(fake_logits) + classify(fake_class_logits, fake_labels)


def generator_with(**parts):
    return lambda *a: acgan_generator_loss(*a, **parts)


def classify_softmax_first(logits, labels):
    return F.cross_entropy(logits.softmax(dim=1), labels)


def classify_without_softmax(logits, labels):
    return F.nll_loss(logits, labels)


def classify_over_batch(logits, labels):
    return F.nll_loss(logits.log_softmax(dim=0), labels)


def classify_by_logarithm(logits, labels):
    return F.nll_loss(logits.softmax(dim=1).log(), labels)


def classify_summed(logits, labels):
    return F.cross_entropy(logits, labels, reduction="sum")


def paid_for_probability(logits, labels):
    return -logits.softmax(dim=1).gather(1, labels[:, None]).mean()


SIGMOID_TWICE = {
    "real": lambda f: F.softplus(-f.sigmoid()).mean(),
    "fake": lambda f: F.softplus(f.sigmoid()).mean(),
}
BY_LOGARITHM = {"real": lambda f: -f.sigmoid().log().mean(), "fake": lambda f: -(1 - f.sigmoid()).log().mean()}
BY_BCE = {
    "real": lambda f: F.binary_cross_entropy(f.sigmoid(), torch.ones_like(f)),
    "fake": lambda f: F.binary_cross_entropy(f.sigmoid(), torch.zeros_like(f)),
}
WITH_EPSILON = {
    "real": lambda f: -(f.sigmoid() + 1e-8).log().mean(),
    "fake": lambda f: -(1 - f.sigmoid() + 1e-8).log().mean(),
}
SUMMED = {
    "real": lambda f: F.softplus(-f).sum(),
    "fake": lambda f: F.softplus(f).sum(),
}

HALVED = "It is half of what is asked for. Every mean stands by itself; their sum is not averaged again."
SOFTMAX_TWICE = (
    "Softmax is applied twice: `cross_entropy` takes logits and contains it. Hand it the class logits as they are."
)
SIGMOID_TWICE_HINT = "The sigmoid is applied twice: softplus(−f) = −log σ(f) takes the logit f itself."
NO_SOFTMAX = (
    "You pick out the logit of the class, without softmax: it can be pushed up without end. `nll_loss` takes "
    "log-probabilities; `cross_entropy` takes logits."
)
OVER_BATCH = (
    "Your softmax runs along the batch, axis 0. Each example's probabilities over the *classes* sum to 1: axis 1."
)
SUMS = "You sum over the batch. Every term is a mean over it."
ONE_PER_EXAMPLE = "You return one number per example. Average every term over the batch: `.mean()`."
DETACHED = (
    "The value is right, but no gradient flows from it to the logits, so nobody would learn. Stay in PyTorch: "
    "no `.item()`, no `.detach()`, no NumPy."
)
LOGARITHM_OF_PROBABILITY = (
    "At |logit| = 1000 it is inf, or cut off at 100: a probability was rounded to 0 before the logarithm. Use the "
    "logits: `softplus` or `binary_cross_entropy_with_logits`, and `cross_entropy`."
)
EPSILON = (
    "A small number is added inside a logarithm. It prevents inf, but cuts the loss off: −log 1e-8 is 18, where 1000 "
    "is right, and beyond it there is no gradient. Use the logits: `softplus` or `binary_cross_entropy_with_logits`."
)
SOURCE_SUMMED = "What is paid for real or generated is summed over the batch. It is a mean, as the class term is."
NO_LOGARITHM = "The logarithm is missing in the class term: it is −log of the probability, not minus the probability."


def draw_class_logits(rng, n, classes=4):
    return rng.normal(0, 1.5, size=(n, classes))


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


def draw_generator(rng):
    return tuple(draw_discriminator(rng)[i] for i in (1, 3, 5))


def draw_extreme_generator(rng):
    return tuple(draw_extreme_discriminator(rng)[i] for i in (1, 3, 5))


def by(indices, draw):
    """Inputs of the probe "loss_gradient": by which arguments to differentiate, then the arguments."""
    return lambda rng: (np.array(indices), *draw(rng))


ACGAN_DISCRIMINATOR = Exercise(
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
    misconceptions={
        "class_of_real_only": Misconception(
            lambda r, f, rc, fc, rl, fl: source_loss(r, f) + F.cross_entropy(rc, rl),
            "The class term of the generated images is missing. AC-GAN's discriminator learns from those, too: "
            "each was made for a class, `fake_labels`.",
        ),
        "class_of_fake_only": Misconception(
            lambda r, f, rc, fc, rl, fl: source_loss(r, f) + F.cross_entropy(fc, fl),
            "The class term of the real images is missing. It is the one that says what the classes look like.",
        ),
        "no_classes": Misconception(
            lambda r, f, *rest: source_loss(r, f),
            "This is the plain GAN's loss. The two class terms are missing.",
        ),
        "classes_only": Misconception(
            lambda r, f, *rest: class_losses(*rest),
            "This is a classifier's loss. The two terms on real and generated are missing.",
        ),
        "fights_over_classes": Misconception(
            lambda r, f, rc, fc, rl, fl: source_loss(r, f) + F.cross_entropy(rc, rl) - F.cross_entropy(fc, fl),
            "There is a minus before the class term of the generated images. Real or generated is what the two fight "
            "over; the class is not: *both* players want it right.",
        ),
        "class_terms_negated": Misconception(
            lambda r, f, *rest: source_loss(r, f) - class_losses(*rest),
            "The class terms have the wrong sign. The paper *maximises* the log-probability of the class; a loss is "
            "minimised: plus the cross-entropy.",
        ),
        "all_negated": Misconception(
            lambda *a: -acgan_discriminator_loss(*a),
            "The sign is wrong throughout. The paper *maximises* log-likelihoods; a loss is minimised: minus each of "
            "them.",
        ),
        "real_for_fake": Misconception(
            lambda r, f, *rest: source_loss(f, r) + class_losses(*rest),
            "Real and generated have changed places in the first two terms: −log σ is for real_logits, "
            "−log(1 − σ) for fake_logits.",
        ),
        "everything_real": Misconception(
            discriminator_with(fake=says_real),
            "The generated images are called real: that is the generator's wish. The discriminator pays "
            "−log(1 − σ(f)) = softplus(f) for them.",
        ),
        "labels_swapped": Misconception(
            lambda r, f, rc, fc, rl, fl: acgan_discriminator_loss(r, f, rc, fc, fl, rl),
            "The labels have changed places: real_class_logits go with real_labels, fake_class_logits with "
            "fake_labels.",
        ),
        "halved": Misconception(lambda *a: acgan_discriminator_loss(*a) / 2, HALVED),
        "classes_halved": Misconception(
            lambda r, f, *rest: source_loss(r, f) + class_losses(*rest) / 2,
            "The class terms are half of what they should be: you average over real and generated together. "
            "Each has a mean of its own; add the two.",
        ),
        "source_halved": Misconception(
            lambda r, f, *rest: source_loss(r, f) / 2 + class_losses(*rest),
            "The first two terms are half of what they should be: you average over real and generated together. "
            "Each has a mean of its own; add the two.",
        ),
        "real_labels_for_all": Misconception(
            lambda r, f, rc, fc, rl, fl: acgan_discriminator_loss(r, f, rc, fc, rl, rl),
            "Both class terms compare with real_labels. The generated images were asked to have `fake_labels`.",
        ),
        "summed": Misconception(discriminator_with(**SUMMED, classify=classify_summed), SUMS),
        "source_summed": Misconception(discriminator_with(**SUMMED), SOURCE_SUMMED),
        "one_per_example": Misconception(
            lambda r, f, *rest: F.softplus(-r) + F.softplus(f) + class_losses(*rest), ONE_PER_EXAMPLE
        ),
        "softmax_first": Misconception(discriminator_with(classify=classify_softmax_first), SOFTMAX_TWICE),
        "sigmoid_first": Misconception(discriminator_with(**SIGMOID_TWICE), SIGMOID_TWICE_HINT),
        "no_softmax": Misconception(discriminator_with(classify=classify_without_softmax), NO_SOFTMAX),
        "softmax_over_batch": Misconception(discriminator_with(classify=classify_over_batch), OVER_BATCH),
        "no_logarithm": Misconception(discriminator_with(classify=paid_for_probability), NO_LOGARITHM),
        "by_logarithm": Misconception(discriminator_with(**BY_LOGARITHM), LOGARITHM_OF_PROBABILITY),
        "classes_by_logarithm": Misconception(
            discriminator_with(classify=classify_by_logarithm), LOGARITHM_OF_PROBABILITY
        ),
        "by_bce": Misconception(discriminator_with(**BY_BCE), LOGARITHM_OF_PROBABILITY),
        "with_epsilon": Misconception(discriminator_with(**WITH_EPSILON), EPSILON),
        "detached": Misconception(lambda *a: acgan_discriminator_loss(*a).detach(), DETACHED),
        "fakes_detached": Misconception(
            lambda r, f, rc, fc, *labels: acgan_discriminator_loss(r, f.detach(), rc, fc.detach(), *labels),
            "No gradient flows to the logits of the generated images, so the discriminator would learn from real ones "
            "only. What is detached is the *image*, before the discriminator sees it; never its answer.",
        ),
        "fake_classes_detached": Misconception(
            lambda r, f, rc, fc, *labels: acgan_discriminator_loss(r, f, rc, fc.detach(), *labels),
            "No gradient flows to fake_class_logits. What is detached is the *image*, before the discriminator sees "
            "it; never its answer.",
        ),
    },
)

ACGAN_GENERATOR = Exercise(
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
    misconceptions={
        "fights_the_classifier": Misconception(
            lambda f, fc, fl: says_real(f) - F.cross_entropy(fc, fl),
            "There is a minus before the class term: so the generator is paid for images of the *wrong* class. It "
            "fights the discriminator over real or generated only; the class both want right.",
        ),
        "saturating": Misconception(
            generator_with(real=lambda f: -says_fake(f)),
            "The first term is log(1 − σ(f)), which saturates where the discriminator is sure. Here −log σ(f) is asked "
            "for, as in ps2.",
        ),
        "discriminators_term": Misconception(
            generator_with(real=says_fake),
            "The first term is −log(1 − σ(f)): what the *discriminator* pays for a generated image. The generator pays "
            "−log σ(f) = softplus(−f).",
        ),
        "source_negated": Misconception(
            generator_with(real=lambda f: -says_real(f)),
            "The first term has the wrong sign: minimising log σ(f) makes the images look generated. The term is "
            "−log σ(f).",
        ),
        "no_class": Misconception(
            lambda f, fc, fl: says_real(f),
            "The class term is missing: nothing asks for the right class.",
        ),
        "class_only": Misconception(
            lambda f, fc, fl: F.cross_entropy(fc, fl),
            "The first term is missing: nothing asks for images that look real.",
        ),
        "seen_class": Misconception(
            lambda f, fc, fl: acgan_generator_loss(f, fc, fc.argmax(dim=1)),
            "You compare the class logits with the class that they favour anyway. The right one is the class asked "
            "for, `fake_labels`.",
        ),
        "halved": Misconception(lambda *a: acgan_generator_loss(*a) / 2, HALVED),
        "minus_discriminators": Misconception(
            lambda f, fc, fl: -says_fake(f) - F.cross_entropy(fc, fl),
            "This is minus what the discriminator pays. The two are against each other over real or generated only, "
            "and there the term is to be −log σ(f); the class both want right.",
        ),
        "summed": Misconception(generator_with(real=SUMMED["real"], classify=classify_summed), SUMS),
        "source_summed": Misconception(generator_with(real=SUMMED["real"]), SOURCE_SUMMED),
        "one_per_example": Misconception(lambda f, fc, fl: F.softplus(-f) + F.cross_entropy(fc, fl), ONE_PER_EXAMPLE),
        "softmax_first": Misconception(generator_with(classify=classify_softmax_first), SOFTMAX_TWICE),
        "sigmoid_first": Misconception(generator_with(real=SIGMOID_TWICE["real"]), SIGMOID_TWICE_HINT),
        "no_softmax": Misconception(generator_with(classify=classify_without_softmax), NO_SOFTMAX),
        "softmax_over_batch": Misconception(generator_with(classify=classify_over_batch), OVER_BATCH),
        "no_logarithm": Misconception(generator_with(classify=paid_for_probability), NO_LOGARITHM),
        "by_logarithm": Misconception(generator_with(real=BY_LOGARITHM["real"]), LOGARITHM_OF_PROBABILITY),
        "class_by_logarithm": Misconception(generator_with(classify=classify_by_logarithm), LOGARITHM_OF_PROBABILITY),
        "by_bce": Misconception(generator_with(real=BY_BCE["real"]), LOGARITHM_OF_PROBABILITY),
        "with_epsilon": Misconception(generator_with(real=WITH_EPSILON["real"]), EPSILON),
        "class_detached": Misconception(
            lambda f, fc, fl: acgan_generator_loss(f, fc.detach(), fl),
            "No gradient flows to fake_class_logits, and so nothing moves the images towards their class. The "
            "generator learns from both terms: no `.detach()`.",
        ),
        "detached": Misconception(lambda *a: acgan_generator_loss(*a).detach(), DETACHED),
    },
)

# --- 6 info_loss ----------------------------------------------------------------------------------------------

HALF_LOG_2PI = math.log(2 * math.pi) / 2


def info_loss(class_logits, c_class, mean, c_continuous, std):
    return F.cross_entropy(class_logits, c_class) + gaussian(mean, c_continuous, std).sum(dim=1).mean()


def gaussian(mean, c, std, share=0.5, constant=HALF_LOG_2PI):
    """−log N(c; mean, std²), number by number."""
    return share * ((c - mean) / std) ** 2 + std.log() + constant


def info_with(term, classify=F.cross_entropy):
    """The loss with another `term(mean, c_continuous, std)` for the continuous codes, still (n, m)."""
    return lambda logits, c, mean, c_cont, std: classify(logits, c) + term(mean, c_cont, std).sum(dim=1).mean()


def draw_codes(rng, n=5, classes=4, m=3):
    c_class, mean = draw_labels(rng, n, classes), rng.uniform(-1, 1, size=(n, m))
    return draw_class_logits(rng, n) + one_hot(c_class, classes), c_class, mean, rng.uniform(-1, 1, size=(n, m))


def draw_fixed(rng):
    """One standard deviation for all: below 1 and no power of 1, so that it matters how it enters."""
    return *draw_codes(rng), np.full((5, 3), rng.uniform(0.3, 0.6))


def draw_learned(rng):
    return *draw_codes(rng), rng.uniform(0.3, 0.9, size=(5, 3))


INFO_LOSS = Exercise(
    name="info_loss",
    reference=info_loss,
    properties=(
        Property("is −log Q of both kinds of codes, with one std for all", 2, draw_fixed, probe="on_tensors"),
        Property("is so too with a std for every code", 1, draw_learned, cases=2, probe="on_tensors"),
        Property(
            "can be differentiated by class_logits, mean and std",
            1,
            by([0, 2, 4], draw_learned),
            cases=2,
            probe="loss_gradient",
        ),
    ),
    misconceptions={
        "negated": Misconception(
            lambda *a: -info_loss(*a),
            "This is E[log Q], which is to be *maximised*. The loss is minus that.",
        ),
        "with_entropy": Misconception(
            lambda logits, *rest: info_loss(logits, *rest) - math.log(logits.shape[1]),
            "You take the entropy of the class code, log K, away. It is a constant that no network can change; leave "
            "it out, as the text says.",
        ),
        "plus_entropy": Misconception(
            lambda logits, *rest: info_loss(logits, *rest) + math.log(logits.shape[1]),
            "You add the entropy of the class code, log K. It is a constant that no network can change; leave it out, "
            "as the text says.",
        ),
        "square_only": Misconception(
            info_with(lambda mean, c, std: gaussian(mean, c, std, constant=0) - std.log()),
            "For the continuous codes there is only the square. log std and ½ log 2π belong to −log of a Gaussian, "
            "too; without log std the loss falls for ever as std grows, and Q learns to say nothing.",
        ),
        "no_log_std": Misconception(
            info_with(lambda mean, c, std: gaussian(mean, c, std) - std.log()),
            "log std is missing. Without it the loss falls for ever as std grows, and Q learns to say nothing.",
        ),
        "minus_log_std": Misconception(
            info_with(lambda mean, c, std: gaussian(mean, c, std) - 2 * std.log()),
            "log std has the wrong sign. The density contains 1/std, so minus its logarithm contains +log std.",
        ),
        "no_constant": Misconception(
            info_with(lambda mean, c, std: gaussian(mean, c, std, constant=0)),
            "½ log 2π is missing, once per continuous code. It teaches nothing, but with it this is −log Q.",
        ),
        "constant_not_halved": Misconception(
            info_with(lambda mean, c, std: gaussian(mean, c, std, constant=2 * HALF_LOG_2PI)),
            "The constant is log 2π. The density contains 1/√(2π), so it is ½ log 2π.",
        ),
        "constant_once": Misconception(
            lambda *a: info_with(lambda *g: gaussian(*g, constant=0))(*a) + HALF_LOG_2PI,
            "½ log 2π is there once, whatever the number of continuous codes. Each code has its own density, and so "
            "its own ½ log 2π.",
        ),
        "without_half": Misconception(
            info_with(lambda mean, c, std: gaussian(mean, c, std, share=1)),
            "The ½ before ((c − mean) / std)² is missing.",
        ),
        "squared_error": Misconception(
            info_with(lambda mean, c, std: (c - mean) ** 2),
            "For the continuous codes this is the plain squared error. −log of a Gaussian is "
            "½ ((c − mean) / std)² + log std + ½ log 2π.",
        ),
        "mean_squared_error": Misconception(
            lambda logits, c, mean, c_cont, std: F.cross_entropy(logits, c) + F.mse_loss(mean, c_cont),
            "For the continuous codes this is the plain mean squared error. −log of a Gaussian is "
            "½ ((c − mean) / std)² + log std + ½ log 2π, summed over the codes.",
        ),
        "absolute": Misconception(
            info_with(lambda mean, c, std: ((c - mean) / std).abs() / 2 + std.log() + HALF_LOG_2PI),
            "The square is missing in ½ ((c − mean) / std)².",
        ),
        "std_as_variance": Misconception(
            info_with(lambda mean, c, std: gaussian(mean, c, std.sqrt())),
            "You use `std` as if it were the variance. It is the standard deviation: divide the difference by it "
            "*before* squaring, and add log std without a ½.",
        ),
        "std_not_squared": Misconception(
            info_with(lambda mean, c, std: gaussian(mean, c, std.sqrt()) + std.log() / 2),
            "You divide the squared difference by std. Divide by std², or the difference by std before squaring.",
        ),
        "half_log_std": Misconception(
            info_with(lambda mean, c, std: gaussian(mean, c, std) - std.log() / 2),
            "You add ½ log std. It is ½ log std² = log std.",
        ),
        "averaged_over_codes": Misconception(
            lambda logits, c, *rest: F.cross_entropy(logits, c) + gaussian(*rest).mean(),
            "You average over the continuous codes. They are independent, so their log-densities add: sum over the "
            "codes, then average over the batch.",
        ),
        "gaussian_nll": Misconception(
            lambda logits, c, mean, c_cont, std: F.cross_entropy(logits, c) + F.gaussian_nll_loss(mean, c_cont, std**2),
            "`gaussian_nll_loss` averages over the codes, too, and leaves ½ log 2π out unless told `full=True`. Sum "
            'over the codes, with `reduction="none"`, or write the formula out.',
        ),
        "gaussian_nll_of_std": Misconception(
            lambda logits, c, *rest: F.cross_entropy(logits, c) + F.gaussian_nll_loss(*rest, full=True),
            "`gaussian_nll_loss` takes the *variance*, std², and averages over the codes. Sum over the codes, with "
            '`reduction="none"`, or write the formula out.',
        ),
        "axes_exchanged": Misconception(
            lambda logits, c, *rest: F.cross_entropy(logits, c) + gaussian(*rest).sum(dim=0).mean(),
            "You sum over the batch and average over the codes. It is the other way round: sum over the codes, axis 1, "
            "then average.",
        ),
        "summed": Misconception(
            lambda logits, c, *rest: classify_summed(logits, c) + gaussian(*rest).sum(),
            SUMS,
        ),
        "continuous_summed": Misconception(
            lambda logits, c, *rest: F.cross_entropy(logits, c) + gaussian(*rest).sum(),
            "You sum the continuous codes' term over the batch as well. Sum over the codes, then average over the "
            "batch.",
        ),
        "class_only": Misconception(
            lambda logits, c, *rest: F.cross_entropy(logits, c),
            "The continuous codes are missing. (`cross_entropy` is the class code's part.)",
        ),
        "continuous_only": Misconception(
            lambda logits, c, *rest: gaussian(*rest).sum(dim=1).mean(),
            "The class code is missing: add the cross-entropy of its logits.",
        ),
        "softmax_first": Misconception(info_with(gaussian, classify_softmax_first), SOFTMAX_TWICE),
        "no_softmax": Misconception(info_with(gaussian, classify_without_softmax), NO_SOFTMAX),
        "no_logarithm": Misconception(info_with(gaussian, paid_for_probability), NO_LOGARITHM),
        "one_std": Misconception(
            info_with(lambda mean, c, std: gaussian(mean, c, std.mean() + 0 * std)),
            "You use one std for all codes. `std` has the shape of `mean`: each number goes with its own.",
        ),
        "std_detached": Misconception(
            lambda *a: info_loss(*a[:4], a[4].detach()),
            "No gradient flows to `std`. Where Q learns its standard deviation, this loss is what it learns it from: "
            "no `.detach()`, no `.item()`.",
        ),
        "detached": Misconception(lambda *a: info_loss(*a).detach(), DETACHED),
    },
)

# --- 7 truncate -----------------------------------------------------------------------------------------------


def truncate(z, threshold, draw):
    return resample(z, threshold, draw, lambda z: np.abs(z) > threshold)


def resample(z, threshold, draw, outside, rounds=None):
    """`z` with fresh numbers wherever `outside(z)` says so, again and again, or `rounds` times."""
    z = z.copy()
    for _ in itertools.repeat(None) if rounds is None else range(rounds):
        bad = outside(z)
        if not bad.any():
            break
        z[bad] = draw(bad.sum())
    return z


def whole_vectors(z, threshold, draw):
    def outside(z):
        return np.broadcast_to((np.abs(z) > threshold).any(axis=1, keepdims=True), z.shape)

    return resample(z, threshold, draw, outside)


def truncate_in_place(z, threshold, draw):
    z[:] = truncate(z, threshold, draw)
    return z


def one_for_all(z, threshold, draw):
    fresh = draw(1)
    while abs(fresh[0]) > threshold:
        fresh = draw(1)
    return np.where(np.abs(z) > threshold, fresh[0], z)


def replaced(z, threshold, fresh):
    return np.where(np.abs(z) > threshold, fresh, z)


def draw_latents(rng, n=5, d=3):
    """Latents and a seed for fresh numbers, with which every mistake shows.

    Some are too large and some too small, in one row beside one in range; and of the first fresh numbers some are out
    of range themselves.
    """
    while True:
        z, threshold, seed = rng.standard_normal((n, d)).round(6), rng.uniform(0.5, 1.3), int(rng.integers(2**31))
        out = np.abs(z) > threshold
        mixed = out.any(axis=1) & ~out.all(axis=1)
        first = np.random.default_rng(seed).standard_normal(out.sum())
        still = np.abs(first) > threshold
        if (z > threshold).any() and (z < -threshold).sum() > 1 and mixed.any() and still.any() and not still.all():
            return z, threshold, seed


ONCE = "You draw once. A fresh number can be out of range, too: go on until all are in, with `while`."

TRUNCATE = Exercise(
    name="truncate",
    reference=truncate,
    properties=(
        Property(
            "draws numbers out of range anew until all are in, and keeps the rest", 2, draw_latents, probe="truncation"
        ),
        Property("leaves the array z as it was", 1, draw_latents, part="arguments", cases=2, probe="truncation"),
    ),
    misconceptions={
        "clipped": Misconception(
            lambda z, threshold, draw: np.clip(z, -threshold, threshold),
            "You clip. Then a large share of the numbers is exactly ±threshold, where a normal distribution has "
            "next to none. Draw those out of range anew.",
        ),
        "clipped_after_one_draw": Misconception(
            lambda z, threshold, draw: np.clip(
                resample(z, threshold, draw, lambda z: np.abs(z) > threshold, rounds=1), -threshold, threshold
            ),
            "You draw once and clip what is still out of range. Draw again instead, until all are in range.",
        ),
        "scaled": Misconception(
            lambda z, threshold, draw: threshold * z,
            "You scale all of z. That is another trick (temperature): large numbers stay possible, and those in range "
            "move. Only those out of range change.",
        ),
        "squashed": Misconception(
            lambda z, threshold, draw: threshold * np.tanh(z),
            "You squash all of z into the range. Those in range stay as they are; the others are drawn anew.",
        ),
        "largest_to_threshold": Misconception(
            lambda z, threshold, draw: z * threshold / np.abs(z).max(),
            "You scale all of z until the largest is in range. Those in range stay as they are; the others are drawn "
            "anew.",
        ),
        "whole_vectors": Misconception(
            whole_vectors,
            "You draw a whole row anew if one number of it is out of range. Each number is by itself: keep those of "
            "the row that are in range. (With 100 numbers a row, yours would hardly ever end.)",
        ),
        "everything": Misconception(
            lambda z, threshold, draw: resample(
                np.full_like(z, np.inf), threshold, draw, lambda z: np.abs(z) > threshold
            ),
            "You draw everything anew. Numbers in range stay as they are, so that one z gives nearly the same image at "
            "every threshold.",
        ),
        "once": Misconception(
            lambda z, threshold, draw: resample(z, threshold, draw, lambda z: np.abs(z) > threshold, rounds=1),
            ONCE,
        ),
        "once_for_every_place": Misconception(
            lambda z, threshold, draw: replaced(z, threshold, draw(z.size).reshape(z.shape)),
            ONCE,
        ),
        "upper_only": Misconception(
            lambda z, threshold, draw: resample(z, threshold, draw, lambda z: z > threshold),
            "Numbers below −threshold are still there. The range is |z| ≤ threshold: `np.abs(z)`.",
        ),
        "zeroed": Misconception(
            lambda z, threshold, draw: replaced(z, threshold, 0),
            "You put zeros. Those out of range are to be drawn anew, with `draw`.",
        ),
        "one_for_all": Misconception(
            one_for_all,
            "One fresh number is used in all places. Draw one for each: `draw(n)` gives n of them.",
        ),
        "left_out": Misconception(
            lambda z, threshold, draw: z[np.abs(z) <= threshold],
            "You leave out the numbers out of range, and the shape is lost. Put fresh ones in their places.",
        ),
        "by_length": Misconception(
            lambda z, threshold, draw: z * np.minimum(1, threshold / np.linalg.norm(z, axis=1, keepdims=True)),
            "You shorten rows that are longer than the threshold. Each number by itself is compared with it, and drawn "
            "anew.",
        ),
        "fresh_scaled": Misconception(
            lambda z, threshold, draw: replaced(z, threshold, threshold * draw(z.size).reshape(z.shape)),
            "Your fresh numbers are multiplied by the threshold. Use them as they are, and draw again where one is out "
            "of range.",
        ),
        "in_place": Misconception(
            truncate_in_place,
            "The result is right, but the caller's z is changed. Copy it first, `z = z.copy()`: one z is shown at "
            "several thresholds.",
        ),
    },
)

# --- 8 frechet_distance ---------------------------------------------------------------------------------------


def covariance(x, ddof=1):
    centred = x - x.mean(axis=0)
    return centred.T @ centred / (len(x) - ddof)


def root_of(s):
    """The symmetric root of a covariance."""
    values, vectors = np.linalg.eigh(s)
    return vectors * np.sqrt(np.clip(values, 0, None)) @ vectors.T


def trace_of_root(s, t):
    """Tr (S T)^½, from the eigenvalues of S^½ T S^½: those of S T, but of a symmetric matrix."""
    return np.sqrt(np.clip(np.linalg.eigvalsh(root_of(s) @ t @ root_of(s)), 0, None)).sum()


def root_of_product(s, t):
    """(S T)^½ itself, S of full rank: S^½ (S^½ T S^½)^½ S^-½."""
    root = root_of(s)
    return root @ root_of(root @ t @ root) @ np.linalg.pinv(root)


def squared_shift(x, y):
    return ((x.mean(axis=0) - y.mean(axis=0)) ** 2).sum()


def frechet_distance(x, y):
    return frechet_with()(x, y)


def frechet_with(shift=squared_shift, spread=covariance, cross=trace_of_root, factor=2):
    """The distance with other parts."""

    def distance(x, y):
        s, t = spread(x), spread(y)
        return shift(x, y) + np.trace(s + t) - factor * cross(s, t)

    return distance


def roots_of(values):
    return np.sqrt(np.clip(values.real, 0, None)).sum()


def with_small_diagonal(s, t):
    return trace_of_root(s + 1e-3 * np.eye(len(s)), t + 1e-3 * np.eye(len(s)))


def draw_features(rng, n, d, spread=1.0):
    """Correlated features, around a mean that is not 0."""
    return rng.normal(size=(n, d)) @ rng.normal(0, spread, size=(d, d)) + rng.normal(0, 1.5, size=d)


def draw_two_features(rng):
    return draw_features(rng, 9, 3), draw_features(rng, 12, 3, spread=0.7)


def draw_few_features(rng):
    return draw_features(rng, 6, 12), draw_features(rng, 5, 12, spread=0.7)


FRECHET_DISTANCE = Exercise(
    name="frechet_distance",
    reference=frechet_distance,
    properties=(
        Property("is ‖difference of means‖² + Tr(S + T − 2 (S T)^½)", 3, draw_two_features),
        Property("is so, and a real number, with fewer samples than features", 2, draw_few_features),
    ),
    misconceptions={
        "no_root": Misconception(
            frechet_with(cross=lambda s, t: np.trace(s @ t)),
            "The root of the product is missing: you take 2 S T for 2 (S T)^½.",
        ),
        "elementwise_root": Misconception(
            frechet_with(cross=lambda s, t: np.trace(np.sqrt(s @ t))),
            "`np.sqrt(S @ T)` takes the root of every entry. (S T)^½ is the *matrix* that gives S T when multiplied by "
            "itself. Its trace is the sum of the roots of the eigenvalues of S T.",
        ),
        "root_of_each": Misconception(
            frechet_with(cross=lambda s, t: np.trace(root_of(s) @ root_of(t))),
            "You take the root of S and of T, and multiply. For matrices that do not commute this is not the root of "
            "the product S T.",
        ),
        "root_of_trace": Misconception(
            frechet_with(cross=lambda s, t: np.sqrt(np.trace(s @ t))),
            "You take the trace of S T, or the sum of its eigenvalues, and then the root. Each eigenvalue's root comes "
            "first; then sum.",
        ),
        "variances_only": Misconception(
            frechet_with(cross=lambda s, t: np.sqrt(np.diag(s) * np.diag(t)).sum()),
            "Only the variances enter, not the covariances: `np.sqrt(S * T)` multiplies entry by entry. Use the matrix "
            "product, `S @ T`, and its eigenvalues.",
        ),
        "entry_by_entry": Misconception(
            frechet_with(cross=lambda s, t: roots_of(np.linalg.eigvals(s * t))),
            "`S * T` multiplies entry by entry. S T is the matrix product, `S @ T`.",
        ),
        "one_triangle": Misconception(
            frechet_with(cross=lambda s, t: roots_of(np.linalg.eigvalsh(s @ t))),
            "`eigvalsh` and `eigh` are for symmetric matrices: they read one triangle only. S T is not symmetric, even "
            "though S and T are. Use `np.linalg.eigvals`.",
        ),
        "singular_values": Misconception(
            frechet_with(cross=lambda s, t: roots_of(np.linalg.svd(s @ t, compute_uv=False))),
            "You use the singular values of S T. They are its eigenvalues only if it is symmetric, which S T is not. "
            "Use `np.linalg.eigvals`.",
        ),
        "biased_covariance": Misconception(
            frechet_with(spread=lambda x: covariance(x, ddof=0)),
            "Your covariances are divided by n. The Fréchet inception distance uses `np.cov`, which divides by n − 1.",
        ),
        "second_moments": Misconception(
            frechet_with(spread=lambda x: x.T @ x / (len(x) - 1)),
            "The mean is not taken away before the products: these are second moments, not covariances.",
        ),
        "standard_deviations": Misconception(
            frechet_with(spread=lambda x: np.diag(x.std(axis=0, ddof=1))),
            "You use standard deviations. S and T are covariance matrices: `np.cov(x, rowvar=False)`.",
        ),
        "correlations": Misconception(
            frechet_with(spread=lambda x: covariance(x / x.std(axis=0, ddof=1))),
            "You use correlations, which forget how large each feature's spread is. Use `np.cov`, not `np.corrcoef`.",
        ),
        "shift_not_squared": Misconception(
            frechet_with(shift=lambda x, y: np.sqrt(squared_shift(x, y))),
            "The distance of the means is not squared: ‖difference‖² is the sum of the squares, without a root.",
        ),
        "shift_summed": Misconception(
            frechet_with(shift=lambda x, y: (x.mean(axis=0) - y.mean(axis=0)).sum() ** 2),
            "You sum the differences of the means and square afterwards, so that they cancel. Square each, then sum.",
        ),
        "shift_averaged": Misconception(
            frechet_with(shift=lambda x, y: squared_shift(x, y) / x.shape[1]),
            "The squared differences of the means are averaged over the features. Sum them.",
        ),
        "one_mean": Misconception(
            frechet_with(shift=lambda x, y: (x.mean() - y.mean()) ** 2),
            "You take one mean over everything. Every feature has its own: `x.mean(axis=0)`.",
        ),
        "no_shift": Misconception(
            frechet_with(shift=lambda x, y: 0),
            "The means are missing: two sets of one shape in different places are not the same.",
        ),
        "shift_only": Misconception(
            squared_shift,
            "This is the distance of the means only. A wide and a narrow set with one mean would be 0 apart. "
            "Add the trace.",
        ),
        "no_factor": Misconception(
            frechet_with(factor=1),
            "The factor 2 before the root is missing. Without it a set is not 0 away from itself.",
        ),
        "plus_root": Misconception(
            frechet_with(factor=-2),
            "The root is added. It is taken away: S + T − 2 (S T)^½.",
        ),
        "sum_for_trace": Misconception(
            lambda x, y: (
                squared_shift(x, y)
                + (covariance(x) + covariance(y) - 2 * root_of_product(covariance(x), covariance(y))).sum()
            ),
            "You sum over the whole matrix. The trace is the sum of its *diagonal*: `np.trace`.",
        ),
        "root_at_the_end": Misconception(
            lambda x, y: np.sqrt(frechet_distance(x, y)),
            "You take the root of the whole. That is the distance d; the Fréchet inception distance is d².",
        ),
        "small_diagonal": Misconception(
            frechet_with(cross=with_small_diagonal),
            "It is nearly right. Did you add a small number to the diagonals before the root? Leave the covariances as "
            "they are: eigenvalues that come out as −1e-17 can be set to 0.",
        ),
        "nan_without_full_rank": Misconception(
            lambda x, y: frechet_distance(x, y) if min(len(x), len(y)) > x.shape[1] else np.nan,
            "With fewer samples than features it is nan. S T has eigenvalues that should be 0 and come out as −1e-17, "
            "and their root is nan. Set those to 0 first: `np.maximum(values, 0)`.",
        ),
    },
    atol=1e-5,
)

# --- 9 polynomial_kernel, 10 kernel_distance ------------------------------------------------------------------


def polynomial_kernel(x, y):
    return (x @ y.T / x.shape[1] + 1) ** 3


def kernel_distance(x, y, *, polynomial_kernel=polynomial_kernel):
    """With the student's own `polynomial_kernel` standing in."""
    within = mean_of_others(polynomial_kernel(x, x)) + mean_of_others(polynomial_kernel(y, y))
    return within - 2 * np.mean(polynomial_kernel(x, y))


def mean_of_others(k):
    """The mean of a square matrix without its diagonal."""
    n = len(k)
    return (np.sum(k) - np.trace(k)) / (n * (n - 1))


def distance_with(within=mean_of_others, across=np.mean, factor=2, kernel=polynomial_kernel):
    """The distance with other parts."""
    return lambda x, y: within(kernel(x, x)) + within(kernel(y, y)) - factor * across(kernel(x, y))


def squared_distances(x, y):
    return ((x[:, None] - y[None]) ** 2).sum(axis=2)


def draw_kernel_features(rng):
    d = int(rng.choice([3, 4, 6]))  # neither n nor m, else a division by one of these is right by luck
    return rng.normal(0.3, 1.2, size=(5, d)), rng.normal(0.3, 1.2, size=(7, d))


POLYNOMIAL_KERNEL = Exercise(
    name="polynomial_kernel",
    reference=polynomial_kernel,
    properties=(Property("is (⟨x_i, y_j⟩ / d + 1)³ for every pair, shape (n, m)", 2, draw_kernel_features),),
    misconceptions={
        "not_divided": Misconception(
            lambda x, y: (x @ y.T + 1) ** 3,
            "The inner product is not divided by d, the number of features: `x.shape[1]`.",
        ),
        "divided_by_samples": Misconception(
            lambda x, y: (x @ y.T / len(x) + 1) ** 3,
            "You divide by n, the number of samples. d is the number of *features*: `x.shape[1]`.",
        ),
        "root_of_d": Misconception(
            lambda x, y: (x @ y.T / np.sqrt(x.shape[1]) + 1) ** 3,
            "You divide by √d. Divide by d.",
        ),
        "squared": Misconception(
            lambda x, y: (x @ y.T / x.shape[1] + 1) ** 2,
            "The degree is 2. It is 3: a third power.",
        ),
        "no_power": Misconception(
            lambda x, y: x @ y.T / x.shape[1] + 1,
            "The third power is missing. Without it only the means are compared.",
        ),
        "without_one": Misconception(
            lambda x, y: (x @ y.T / x.shape[1]) ** 3,
            "The + 1 is missing. Without it the kernel sees third moments only; with it, the first and second as well.",
        ),
        "one_outside": Misconception(
            lambda x, y: (x @ y.T / x.shape[1]) ** 3 + 1,
            "The 1 is added after the power. It belongs inside: (… + 1)³.",
        ),
        "divided_outside": Misconception(
            lambda x, y: (x @ y.T + 1) ** 3 / x.shape[1],
            "You divide by d after the power. The inner product alone is divided, inside the brackets.",
        ),
        "one_divided_too": Misconception(
            lambda x, y: ((x @ y.T + 1) / x.shape[1]) ** 3,
            "The 1 is divided by d as well. Divide the inner product only: ⟨x, y⟩ / d + 1.",
        ),
        "transposed": Misconception(
            lambda x, y: polynomial_kernel(y, x),
            "Rows and columns have changed places: row i is for x_i, column j for y_j.",
        ),
        "distance": Misconception(
            lambda x, y: (squared_distances(x, y) / x.shape[1] + 1) ** 3,
            "You use the squared distance of x_i and y_j. This kernel is built on their inner product: `x @ y.T`.",
        ),
        "gaussian": Misconception(
            lambda x, y: np.exp(-squared_distances(x, y) / 2),
            "This is the Gaussian kernel. A polynomial one is asked for: (⟨x, y⟩ / d + 1)³.",
        ),
        "one_number": Misconception(
            lambda x, y: polynomial_kernel(x, y).mean(),
            "You return one number. Return the whole matrix, one entry per pair; the means come in the next exercise.",
        ),
    },
)


def without_cross_diagonal(k):
    return (np.sum(k) - np.trace(k)) / (k.size - min(k.shape))


def draw_negative(rng):
    """Two samples of one distribution that lie in each other's midst, so that the estimate is below 0."""
    while True:
        x, y = draw_kernel_features(rng)
        if kernel_distance(x, y) < -0.1:
            return x, y


def draw_apart(rng):
    while True:
        x, y = draw_kernel_features(rng)
        y = 1.3 * y + 0.7
        if kernel_distance(x, y) > 0.5:
            return x, y


KERNEL_DISTANCE = Exercise(
    name="kernel_distance",
    reference=kernel_distance,
    builds_on=("polynomial_kernel",),
    properties=(
        Property("is the unbiased estimate of MMD²", 2, draw_apart),
        Property("is below 0 where chance makes it so", 1, draw_negative, cases=2),
    ),
    misconceptions={
        "biased": Misconception(
            distance_with(within=np.mean),
            "The diagonals are in: each sample is compared with itself, which makes any set look closer to itself "
            "than it is. This estimate is biased. Average over i ≠ j only.",
        ),
        "diagonal_in": Misconception(
            distance_with(within=lambda k: k.sum() / (len(k) * (len(k) - 1))),
            "You divide by n (n − 1), but the diagonal is still in the sum. Take it out: `k.sum() - np.trace(k)`.",
        ),
        "wrong_divisor": Misconception(
            distance_with(within=lambda k: (k.sum() - np.trace(k)) / len(k) ** 2),
            "The diagonal is taken out of the sum, but you still divide by n². There are n (n − 1) pairs with i ≠ j.",
        ),
        "half_of_pairs": Misconception(
            distance_with(within=lambda k: np.triu(k, 1).sum() / (len(k) * (len(k) - 1))),
            "You sum over i < j and divide by n (n − 1): half is missing. There are n (n − 1) / 2 pairs with i < j.",
        ),
        "divided_by_n": Misconception(
            distance_with(within=lambda k: (k.sum() - np.trace(k)) / len(k)),
            "You divide by n only. There are n (n − 1) pairs with i ≠ j.",
        ),
        "no_factor": Misconception(
            distance_with(factor=1),
            "The factor 2 before the mean over x and y is missing.",
        ),
        "plus": Misconception(
            distance_with(factor=-2),
            "The mean over x and y is added. It is taken away: similar sets are close.",
        ),
        "negated": Misconception(
            lambda x, y: -kernel_distance(x, y),
            "The sign is wrong: the two sets' own means come in with a plus, the mean over both with −2.",
        ),
        "cross_diagonal": Misconception(
            distance_with(across=without_cross_diagonal),
            "You leave the diagonal out of the third mean, too. x_i and y_i are different samples, and no more a pair "
            "than any other two: this mean runs over all n · m.",
        ),
        "root": Misconception(
            lambda x, y: np.sqrt(np.maximum(kernel_distance(x, y), 0)),
            "You take the root. MMD² is asked for, as it is, also below 0.",
        ),
        "root_of_negative": Misconception(
            lambda x, y: np.sqrt(kernel_distance(x, y)) if kernel_distance(x, y) > 0 else np.nan,
            "You take the root, which is nan below 0. MMD² is asked for, as it is.",
        ),
        "clipped": Misconception(
            lambda x, y: np.maximum(kernel_distance(x, y), 0),
            "You set negative values to 0. An unbiased estimate of 0 is below 0 about as often as above; cut that off, "
            "and it is biased.",
        ),
        "absolute": Misconception(
            lambda x, y: np.abs(kernel_distance(x, y)),
            "You take the absolute value. An unbiased estimate of 0 is below 0 about as often as above; turn that "
            "round, and it is biased.",
        ),
        "cross_sum": Misconception(
            distance_with(across=np.sum),
            "The third term is a sum. It is a mean as the other two are: divide by n · m.",
        ),
        "divided_by_the_others": Misconception(
            lambda x, y: distance_with(within=lambda k: (k.sum() - np.trace(k)) / (len(x) * (len(x) - 1)))(x, y),
            "You divide both sums by n (n − 1). There are m samples in y: m (m − 1) pairs.",
        ),
        "sums": Misconception(
            distance_with(within=lambda k: k.sum() - np.trace(k), across=np.sum),
            "You add up sums. Each of the three terms is a mean.",
        ),
        "only_means": Misconception(
            distance_with(kernel=lambda x, y: x @ y.T / x.shape[1] + 1),
            "Here the kernel has no third power, so only the means of x and y are compared. Use `polynomial_kernel`.",
        ),
    },
)

# --- 11 fooled ------------------------------------------------------------------------------------------------

SETS, MEASURES = ("dropper", "memoriser", "noise", "one_image"), ("copies", "frechet", "kernel", "precision")
FOOLED = {
    "dropper": (True, False, False, True),
    "memoriser": (False, True, True, True),
    "noise": (True, True, True, False),
    "one_image": (False, False, False, True),
}
WHY = {
    "dropper": {
        "copies": "Its images are new. Half of the classes being absent is nothing to a search for copies.",
        "frechet": "With five digits missing, means and covariances are others: compare 0.65 with 0.11.",
        "kernel": "Fresh images are within 0.001 of 0, and this set is many times further off.",
        "precision": "It asks of each image whether it could be real, never whether any are missing.",
    },
    "memoriser": {
        "copies": "Every image *is* a training image. This number was made to see that.",
        "frechet": "Is it larger than for fresh images, or smaller? Copies have the moments of what they copy.",
        "kernel": "Is it further above 0 than for fresh images? To this number, copies are the real thing.",
        "precision": "It could not be larger: nothing lies nearer to a real image than that image itself.",
    },
    "noise": {
        "copies": "None of it is a copy of anything, and that is all that this number asks.",
        "frechet": "It compares means and covariances, and just those were taken from the data. Look at the numbers, "
        "not at the pictures.",
        "kernel": "It is as near to 0 as for fresh images. Look at the numbers, not at the pictures.",
        "precision": "Few of them lie where real images are: compare with 0.90 for fresh ones.",
    },
    "one_image": {
        "copies": "The one image is a training image, and this number sees it every time.",
        "frechet": "It is the largest in its column: a set without any variance is nowhere near the data.",
        "kernel": "It is the largest in its column: these images are more alike than real ones are.",
        "precision": "The one image is a real one, and this number asks of each image by itself.",
    },
}


def fooled():
    return {row: dict(zip(MEASURES, FOOLED[row], strict=True)) for row in SETS}


def answering(row, answers):
    """The right table but for one row."""
    return lambda: fooled() | {row: dict(zip(MEASURES, answers, strict=True))}


def wrong_rows():
    """A misconception for every wrong answer to one row; the hint is about the first measure that is wrong in it."""
    for row, answers in itertools.product(SETS, itertools.product((True, False), repeat=len(MEASURES))):
        wrong = [m for m, said, right in zip(MEASURES, answers, FOOLED[row], strict=True) if said != right]
        if wrong:
            hint = f'Is "{wrong[0]}" fooled by "{row}"? {WHY[row][wrong[0]]}'
            yield f"{row}: {' '.join(wrong)}", Misconception(answering(row, answers), hint)


FOOLED_TABLE = Exercise(
    name="fooled",
    reference=fooled,
    properties=tuple(
        Property(
            f'is right about "{row}"',
            1,
            lambda rng, index=index: (index, len(SETS), len(MEASURES)),
            cases=1,
            probe="table_row",
        )
        for index, row in enumerate(SETS)
    ),
    misconceptions=dict(wrong_rows()),
)

EXERCISES = (
    ONE_HOT,
    CONDITION_IMAGES,
    PROJECTION_LOGIT,
    ACGAN_DISCRIMINATOR,
    ACGAN_GENERATOR,
    INFO_LOSS,
    TRUNCATE,
    FRECHET_DISTANCE,
    POLYNOMIAL_KERNEL,
    KERNEL_DISTANCE,
    FOOLED_TABLE,
)
