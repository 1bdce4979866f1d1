"""How far an image is from what it should be: from the very image, where pairs tell the truth, or from the class.

Taught in lectures 10 (classes) and 12 (pairs). Unlike the other metrics of `gancourse.metrics`, which compare two sets,
these compare image i with image i, or with label i.
"""

import torch


def psnr(x, y):
    """Peak signal-to-noise ratio of images in [−1, 1], in dB, shape (n,): 10 log₁₀(2² / mean squared error).

    The peak is 2, the range; 20 dB is a root mean squared error of a tenth of it. Infinite where they are equal. The
    mean over images of these, which papers report, is not that of the mean error.

    Args:
        x, y: shape (n, C, H, W); clamp what may lie outside.

    Raises:
        ValueError: they differ in shape, or are no floats.
    """
    _require_pairs(x, y)
    return 10 * torch.log10(4 / (x.double() - y.double()).square().flatten(1).mean(dim=1))


def grey_levels(x, y):
    """Mean absolute difference of two sets of images in [−1, 1], a number, in steps of the 255 that a byte can go.

    Args:
        x, y: of one shape, such as (n, C, H, W).

    Raises:
        ValueError: they differ in shape, or are no floats.
    """
    _require_pairs(x, y)
    return float((x - y).abs().mean()) * 127.5


def _require_pairs(x, y):
    if x.shape != y.shape:
        raise ValueError(f"x has shape {tuple(x.shape)} and y {tuple(y.shape)}: each image needs its own truth.")
    if not (x.is_floating_point() and y.is_floating_point()):
        raise ValueError(f"x is {x.dtype} and y {y.dtype}; they need to be floats in [-1, 1]: see data.to_float.")


def perceptual_distance(x, y, classifier):
    """Mean squared difference of features, shape (n,): what another shade costs little, and another shape much.

    LPIPS (Zhang et al. 2018) also compares features, but those of several layers of a network for photographs, place
    by place, each place's scaled to length one, weighted so as to agree with what people call similar. Here it is one
    layer that sees the image as a whole, and the course's own classifier: compare its numbers with each other only.

    Args:
        x, y: images as the classifier takes them, equally many.
        classifier: a `features.FeatureNetwork`, such as `load_features("shapes")`.

    Raises:
        ValueError: they are not equally many; or as for `FeatureNetwork.features`.
    """
    if len(x) != len(y):
        raise ValueError(f"x has {len(x)} images and y {len(y)}: each image needs its own truth.")
    return (classifier.features(x) - classifier.features(y)).square().mean(dim=1)


def share_as_asked(classifier, x, label):
    """The share of images in which a classifier finds the class that they were asked for, a number from 0 to 1.

    Of real images, with their own labels, it is the classifier's accuracy, and so the most that a generator of just
    their distribution would get: one with a higher share avoids what is hard to classify (lecture 10).

    Args:
        classifier: a `features.FeatureNetwork` that knows the classes, such as `load_features("glyphs")`.
        x: images as it takes them.
        label: what was asked for, shape (n,).

    Raises:
        ValueError: they are not equally many; or as for `FeatureNetwork.probabilities`.
    """
    if len(x) != len(label):
        raise ValueError(f"There are {len(x)} images and {len(label)} labels: each image needs its own.")
    return float((classifier.probabilities(x).argmax(dim=1) == label).double().mean())
