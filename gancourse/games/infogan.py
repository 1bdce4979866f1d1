"""InfoGAN (Chen et al. 2016): codes that the image must show, and that so come to mean something."""

import math

import torch
from torch import nn
from torch.nn.functional import cross_entropy, one_hot

from gancourse import device
from gancourse.games.dcgan import DCGAN, Discriminator, Generator


class ReadingDiscriminator(Discriminator):
    """D and the recogniser Q on one trunk: from features, a hidden layer, then class logits and the codes' means."""

    def __init__(self, classes, codes, size, channels, width, hidden=128):
        super().__init__(size, channels, width)
        self.read = nn.Sequential(
            nn.Linear(self.head.in_features, hidden, bias=False),
            nn.BatchNorm1d(hidden),
            nn.LeakyReLU(0.2),
            nn.Linear(hidden, classes + codes),
        )
        self.classes = classes

    def forward(self, x):
        """(logit, class logits, means of the codes)."""
        features = self.features(x)
        read = self.read(features)
        return self.head(features), read[:, : self.classes], read[:, self.classes :]


def information_loss(class_logits, category, mean, codes, std=1.0):
    """E[−log Q(c|x)]: the lower bound L_I on the mutual information, up to H(c), with its sign turned (ibid., eq. 5).

    Args:
        class_logits: shape (n, k).
        category: which of the k was asked for, shape (n,).
        mean, codes: what Q reads and what was asked for, shape (n, m).
        std: of Q's Gaussian, fixed.

    Returns:
        A scalar: cross-entropy + Σ_m E[(c − mean)² / 2 std² + log(std √2π)], in nats.
    """
    gaussian = ((codes - mean) / std) ** 2 / 2 + math.log(std * math.sqrt(2 * math.pi))
    return cross_entropy(class_logits, category) + gaussian.sum(dim=1).mean()


def information_bounds(class_logits, category, mean, codes):
    """How much images tell of their codes: lower bounds on the mutual information, in nats (ibid., eq. 4 and 5).

    H(c) − E[−log Q(c|x)] of each part of the code, for any guess Q. Here Q is the softmax for the category, and for a
    number a Gaussian around its mean with the standard deviation that fits best: −log Q is then on average
    ½ log(2πe · mean squared error). Below 0 it says nothing, as mutual information is never negative.

    Args:
        class_logits: shape (n, k).
        category: drawn evenly from the k, shape (n,).
        mean, codes: what Q reads, and numbers drawn uniformly from [−1, 1], shape (n, m).

    Returns:
        (the category's, a number, at most log k; the codes', shape (m,)).
    """
    of_category = math.log(class_logits.shape[1]) - cross_entropy(class_logits, category).item()
    mse = (codes - mean).square().mean(dim=0)
    return of_category, math.log(2) - 0.5 * (2 * math.pi * math.e * mse).log()


class InfoGAN(DCGAN):
    """The generator is fed z, one category of `classes` and `codes` numbers uniform on [−1, 1].

    Both players want the codes to be read from the image: λ times the information loss is on either's side. No label
    of the data is used.

    Args:
        classes, codes: of the latent code.
        size, channels, width, loss: as of `DCGAN`.
        latent: dimensions of z alone; 62 as in the authors' code.
        weight: λ.
        std: of Q's Gaussian. The smaller, the more the codes weigh against the category: the authors' 1 leaves them
            next to nothing to gain, 1/6 of a nat each, where the category gains log 10.
    """

    def __init__(self, classes=10, codes=2, size=28, channels=1, width=32, latent=62, loss=None, weight=1.0, std=0.35):
        super().__init__(
            latent=latent,
            generator=Generator(size, channels, width, latent + classes + codes),
            discriminator=ReadingDiscriminator(classes, codes, size, channels, width),
            loss=loss,
        )
        self.classes, self.codes, self.weight, self.std = classes, codes, weight, std

    def draw_codes(self, n):
        """n categories, shape (n,), and n rows of codes, shape (n, codes)."""
        some, everyone = next(self.parameters()), n * device.processes()
        category = torch.randint(self.classes, (everyone,), device=some.device)
        codes = torch.rand(everyone, self.codes, device=some.device) * 2 - 1
        return device.mine(category), device.mine(codes)

    def given(self, z, category, codes):
        """What the generator is fed, shape (n, latent + classes + codes)."""
        return torch.cat([z, one_hot(category, self.classes).to(z.dtype), codes], dim=1)

    def fake(self, n, category=None, codes=None):
        """n generated samples, with their graph; codes that are not given are drawn."""
        drawn = self.draw_codes(n)
        category, codes = drawn[0] if category is None else category, drawn[1] if codes is None else codes
        return self.generator(self.given(self.draw_latent(n), category, codes))

    def generate(self, z, category, codes):
        """The images of latent samples and codes, without a graph."""
        return super().generate(self.given(z, category, codes))

    def informed(self, n, detach):
        """Logits of n fakes, and λ times the information loss on them."""
        category, codes = self.draw_codes(n)
        x_fake = self.fake(n, category, codes)
        logit, class_logits, mean = self.discriminator(x_fake.detach() if detach else x_fake)
        return logit, self.weight * information_loss(class_logits, category, mean, codes, self.std)

    def discriminator_loss(self, x):
        """The adversarial loss, and the codes of fakes read."""
        fake, information = self.informed(len(x), detach=True)
        return self.loss.discriminator(self.discriminator(x)[0], fake) + information

    def generator_loss(self, x):
        """The adversarial loss, and the codes of fakes made legible."""
        fake, information = self.informed(len(x), detach=False)
        return self.loss.generator(fake) + information

    @torch.no_grad()
    def logits(self, x):
        """D(x) and D(G(z, c)), for the record."""
        return self.discriminator(x)[0], self.discriminator(self.fake(len(x)))[0]
