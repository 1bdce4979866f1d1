"""Semi-supervised GAN (Salimans et al. 2016, section 5): many images, few labels."""

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from gancourse.games import losses
from gancourse.games.dcgan import DCGAN, LATENT, Discriminator


class ClassDiscriminator(Discriminator):
    """Images to class logits l_1 … l_k. They serve as a discriminator too: D(x) = log Σ exp l_k (ibid., section 5).

    Group norm in place of batch norm: labelled, unlabelled and generated images come in batches of their own, and the
    classifier will meet real ones alone.
    """

    def __init__(self, classes, size, channels, width):
        super().__init__(size, channels, width, norm=lambda n: nn.GroupNorm(4, n))
        self.head = nn.Sequential(nn.Dropout(0.3), nn.Linear(self.head.in_features, classes))


class SemiSupervisedGAN(DCGAN):
    """The discriminator is a classifier that also has to tell real images from generated ones.

    A batch is (x, x_labelled, label): many images without labels, few with. The generator matches the mean features of
    real images (feature matching, ibid., section 3.1), which makes worse samples than the usual loss and a better
    classifier.

    Args:
        classes: how many.
        size, channels, width, latent: as of `DCGAN`.
    """

    def __init__(self, classes, size=28, channels=1, width=32, latent=LATENT):
        super().__init__(
            size,
            channels,
            width,
            latent,
            discriminator=ClassDiscriminator(classes, size, channels, width),
            loss=losses.non_saturating(),
        )

    def discriminator_loss(self, batch):
        """Cross-entropy on labelled images; on the others, real against generated."""
        x, x_labelled, label = batch
        real, fake = self.discriminator(x), self.discriminator(self.fake(len(x)).detach())
        adversarial = self.loss.discriminator(real.logsumexp(dim=1), fake.logsumexp(dim=1))
        return cross_entropy(self.discriminator(x_labelled), label) + adversarial

    def generator_loss(self, batch):
        """‖E f(x) − E f(G(z))‖², with the features f that the discriminator's last layer sees."""
        real = self.discriminator.features(batch[0]).mean(dim=0).detach()
        fake = self.discriminator.features(self.fake(len(batch[0]))).mean(dim=0)
        return ((real - fake) ** 2).sum()

    @torch.no_grad()
    def logits(self, batch):
        """log Σ exp of the class logits, for the record."""
        x, fake = batch[0], self.fake(len(batch[0]))
        return self.discriminator(x).logsumexp(dim=1), self.discriminator(fake).logsumexp(dim=1)
