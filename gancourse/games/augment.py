"""Differentiable augmentation (Zhao et al. 2020): D sees real and made images only after random changes.

Where there are few images, D learns them by heart and G is told nothing. If what D is shown is changed at random, real
and made alike, D cannot, and G is still asked for images that are right before the change.
"""

import torch
from torch import nn
from torch.nn.functional import pad


def coloured(x):
    """Brightness, saturation and contrast changed at random, each image's its own (Zhao et al. 2020, appendix)."""
    brightness, saturation, contrast = torch.rand(3, len(x), 1, 1, 1, device=x.device, dtype=x.dtype)
    x = x + brightness - 0.5
    grey = x.mean(dim=1, keepdim=True)
    x = grey + (x - grey) * 2 * saturation
    mean = x.mean(dim=(1, 2, 3), keepdim=True)
    return mean + (x - mean) * (contrast + 0.5)


def moved(x, share=0.125):
    """Shifted by up to `share` of the side, each image its own way; what comes in at the edge is 0."""
    n, _, height, width = x.shape
    most = round(height * share)
    rows, columns = torch.randint(2 * most + 1, (2, n, 1, 1), device=x.device)
    wide = pad(x, (most,) * 4).permute(0, 2, 3, 1)
    image = torch.arange(n, device=x.device)[:, None, None]
    row = torch.arange(height, device=x.device)[None, :, None] + rows
    column = torch.arange(width, device=x.device)[None, None, :] + columns
    return wide[image, row, column].permute(0, 3, 1, 2)


def cut(x, share=0.5):
    """With a square of `share` of the side set to 0, at a random place of each image (its middle lies in the image)."""
    n, _, height, width = x.shape
    half = round(height * share) / 2
    middle = torch.rand(2, n, 1, device=x.device)
    hidden = [
        (torch.arange(side, device=x.device) + 0.5 - m * side).abs() < half
        for m, side in zip(middle, (height, width), strict=True)
    ]
    return x * ~(hidden[0][:, None, :, None] & hidden[1][:, None, None, :])


def augmented(x):
    """All three, one after the other: x of shape (n, C, H, W), and so the result, through which gradients pass."""
    return cut(moved(coloured(x)))


class Augmented(nn.Module):
    """A discriminator that in training sees images only after `augmented`.

    Args:
        discriminator: what judges them.
    """

    def __init__(self, discriminator):
        super().__init__()
        self.judge = discriminator

    def forward(self, x, *conditions):
        """D(T(x)), T another one each time."""
        return self.judge(augmented(x) if self.training else x, *conditions)
