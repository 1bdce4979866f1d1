"""PixelDA (Bousmalis et al. 2017): labels of one kind of images put to use on another kind, which has none."""

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from gancourse import device
from gancourse.games.cyclegan import ResidualBlock
from gancourse.games.dcgan import Discriminator, initialise
from gancourse.games.game import evaluating
from gancourse.games.pix2pix import Translation

LATENT = 10


class Restyler(nn.Module):
    """Images and noise to images of the same size (ibid., figure 2): noise is one more channel of the input.

    Args:
        size, channels: of the images.
        width: channels within, 64 in the paper.
        blocks: residual blocks, 6 in the paper.
        latent: dimensions of z.
    """

    def __init__(self, size=28, channels=1, width=32, blocks=3, latent=LATENT):
        super().__init__()
        self.plane = nn.Linear(latent, size * size)
        self.layers = nn.Sequential(
            *(nn.Conv2d(channels + 1, width, 3, padding=1), nn.ReLU()),
            *(ResidualBlock(width) for _ in range(blocks)),
            *(nn.Conv2d(width, channels, 3, padding=1), nn.Tanh()),
        )
        initialise(self)

    def forward(self, z, x):
        """Images in [−1, 1], of the shape of x."""
        plane = self.plane(z).unflatten(1, (1, *x.shape[2:]))
        return self.layers(torch.cat([x, plane], dim=1))


class Namer(nn.Module):
    """Images to logits of shape (n, classes): two convolutions that are pooled, two dense layers (ibid., figure 2)."""

    def __init__(self, classes, size=28, channels=1, width=32):
        super().__init__()
        self.layers = nn.Sequential(
            *(nn.Conv2d(channels, width, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(width, 2 * width, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Flatten(), nn.Linear(2 * width * (size // 4) ** 2, 4 * width), nn.ReLU()),
            nn.Linear(4 * width, classes),
        )

    def forward(self, x):
        """The logits."""
        return self.layers(x)


class PixelDA(Translation):
    """G makes source images look like the target's, and a classifier T learns from them with the source's labels.

    min over G and T, max over D:  α L_d(D, G) + β L_t(G, T),  L_t = CE(T(G(z, x_s)), y) + CE(T(x_s), y)
    (ibid., eqs. 1 to 3). L_t holds G to the class: a digit that D takes for the target's and T can no longer name
    costs. A batch is (x_source, label, x_target). Here T moves with G, whose aim it shares; in the paper's schedule
    with D.

    Args:
        classes: how many.
        size, channels: of the images of either kind.
        width: of all networks.
        blocks, latent: of the `Restyler`.
        task: β, while α = 1.
        loss: as of `Translation`.
    """

    def __init__(self, classes, size=28, channels=1, width=32, blocks=3, latent=LATENT, task=1.0, loss=None):
        generator = Restyler(size, channels, width, blocks, latent)
        super().__init__(generator, Discriminator(size, channels, width), loss)
        self.classifier = Namer(classes, size, channels, width)
        self.latent, self.task = latent, task

    def draw_latent(self, n):
        """n latent samples, shape (n, latent), from (−1, 1) of several processes each its own."""
        some = next(self.generator.parameters())
        drawn = torch.rand(n * device.processes(), self.latent, device=some.device, dtype=some.dtype) * 2 - 1
        return device.mine(drawn)

    def restyled(self, x):
        """G(z, x), with its graph."""
        return self.generator(self.draw_latent(len(x)), x)

    def discriminator_loss(self, batch):
        """Of images of the target, and of source images made to look like them."""
        x, _, x_target = batch
        return self.loss.discriminator(self.discriminator(x_target), self.discriminator(self.restyled(x).detach()))

    def generator_loss(self, batch):
        """L_d as G is paid for it, and β L_t."""
        x, label, _ = batch
        made = self.restyled(x)
        named = cross_entropy(self.classifier(made), label) + cross_entropy(self.classifier(x), label)
        return self.loss.generator(self.discriminator(made)) + self.task * named

    @torch.no_grad()
    def logits(self, batch):
        """D of the target's images and of those made, for the record."""
        x, _, x_target = batch
        return self.discriminator(x_target), self.discriminator(self.restyled(x))

    @torch.no_grad()
    def translate(self, x):
        """Source images in the target's style, without a graph, each with noise of its own."""
        with evaluating(self.generator):
            return self.restyled(x)

    @torch.no_grad()
    def name(self, x):
        """The class of each image of the target, shape (n,)."""
        with evaluating(self.classifier):
            return torch.cat([self.classifier(part).argmax(dim=1) for part in x.split(512)])

    def shown(self, n, batch):
        """What a snapshot keeps: the batch's source images in the target's style."""
        return self.translate(batch[0][:n])
