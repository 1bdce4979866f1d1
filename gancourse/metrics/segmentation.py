"""A network that says what each pixel shows, to score images that were made from layouts.

Taught in lecture 12. As the FCN-score of pix2pix (Isola et al. 2017, section 4.1): if an image made of a layout is
like real ones, a network that knows real ones finds the layout in it.
"""

import itertools

import torch
from torch import nn
from torch.nn import functional as F

from gancourse.data.images import to_float
from gancourse.metrics.features import disturbed


class Segmenter(nn.Module):
    """Images to logits of each pixel, shape (n, classes, H, W): a fully convolutional network (Long et al. 2015).

    At every size it scores the classes, and the scores are added up from the smallest to the largest: the small ones
    know what is there, the large ones where it ends.

    Args:
        classes: how many.
        channels: of the images.
        width: filters at full size; they double with every halving.
        halvings: how many; with 3 the smallest scores see 68 pixels.
    """

    def __init__(self, classes, channels=3, width=16, halvings=3):
        super().__init__()
        self.channels = channels
        widths = [channels, *(width * 2**i for i in range(halvings + 1))]
        self.stages, self.scores = nn.ModuleList(), nn.ModuleList()
        for i, (n_in, n_out) in enumerate(itertools.pairwise(widths)):
            layers = [nn.MaxPool2d(2)] if i else []
            for n in (n_in, n_out):
                layers += [nn.Conv2d(n, n_out, 3, padding=1, bias=False), nn.BatchNorm2d(n_out), nn.ReLU()]
            self.stages.append(nn.Sequential(*layers))
            self.scores.append(nn.Conv2d(n_out, classes, 1))
        self.to(memory_format=torch.channels_last)  # twice as fast on a CPU

    def forward(self, x):
        """Logits of images, float in [−1, 1] or uint8.

        Raises:
            ValueError: they are not images, or have another number of channels.
        """
        if x.ndim != 4 or x.shape[1] != self.channels:
            raise ValueError(f"images have shape {tuple(x.shape)}; this network needs (n, {self.channels}, H, W).")
        h, scores = x if x.is_floating_point() else to_float(x), []
        for stage, score in zip(self.stages, self.scores, strict=True):
            h = stage(h)
            scores.append(score(h))
        total = scores.pop()
        for larger in reversed(scores):
            total = larger + F.interpolate(total, size=larger.shape[2:], mode="bilinear")
        return total


def train_segmenter(images, layout, steps=300, *, batch=64, width=16, rate=1e-2, progress=True):
    """Train a `Segmenter` by cross entropy, on the device the images are on.

    As for `features.train_classifier`, images are blurred and made noisy by random amounts, so that generated ones,
    slightly off, are still understood.

    Args:
        images: uint8, shape (n, C, H, W).
        layout: the class of each pixel, int64, shape (n, H, W), such as `Scenes.layout()`.
        steps: gradient steps.
        batch: images in each.
        width: as of `Segmenter`.
        rate: Adam's largest learning rate; it rises and falls over the run (Smith & Topin 2019).
        progress: whether to show a bar.

    Returns:
        The `Segmenter`, in evaluation mode, its parameters frozen.

    Raises:
        ValueError: images and layouts do not fit each other.
    """
    from tqdm import tqdm

    if layout.shape != (len(images), *images.shape[2:]):
        raise ValueError(f"layout has shape {tuple(layout.shape)} for images of shape {tuple(images.shape)}.")
    layout = layout.to(images.device)
    network = Segmenter(int(layout.max()) + 1, images.shape[1], width).to(images.device)
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps)
    for _ in tqdm(range(steps), disable=not progress, leave=False):
        chosen = torch.randint(len(images), (batch,), device=images.device)
        loss = F.cross_entropy(network(disturbed(to_float(images[chosen]))), layout[chosen])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return network.eval().requires_grad_(False)


@torch.no_grad()
def confusion(segmenter, x, layout):
    """How many pixels of each true class (rows) were taken for each class (columns), int64, shape (k, k)."""
    k, device = segmenter.scores[0].out_channels, segmenter.scores[0].weight.device
    found = torch.cat([segmenter(part.to(device)).argmax(dim=1) for part in x.split(128)])
    return (layout.to(device) * k + found).flatten().bincount(minlength=k * k).view(k, k)


def pixel_accuracy(segmenter, x, layout):
    """The share of pixels of images in which their layout is found; where most is background, so is most of this."""
    counts = confusion(segmenter, x, layout)
    return float(counts.diag().sum() / counts.sum())


def mean_iou(segmenter, x, layout):
    """The mean over classes of intersection over union, over all images; classes that are nowhere do not count."""
    counts = confusion(segmenter, x, layout).double()
    union = counts.sum(dim=0) + counts.sum(dim=1) - counts.diag()
    return float((counts.diag() / union)[union > 0].mean())
