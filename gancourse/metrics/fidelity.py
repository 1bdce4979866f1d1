"""How far an image is from the very image that it should be: where pairs tell the truth.

Taught in lecture 12. Unlike the metrics of `gancourse.metrics`, which compare two sets, these compare image i with
image i, and give one number for each.
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
    if x.shape != y.shape:
        raise ValueError(f"x has shape {tuple(x.shape)} and y {tuple(y.shape)}: each image needs its own truth.")
    if not (x.is_floating_point() and y.is_floating_point()):
        raise ValueError(f"x is {x.dtype} and y {y.dtype}; they need to be floats in [-1, 1]: see data.to_float.")
    return 10 * torch.log10(4 / (x.double() - y.double()).square().flatten(1).mean(dim=1))


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
