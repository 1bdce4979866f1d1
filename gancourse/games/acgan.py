"""AC-GAN (Odena et al. 2017): the discriminator names the class too, and the generator is paid if it gets it right."""

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from gancourse.games.conditional import ConditionalGAN
from gancourse.games.dcgan import Discriminator


class NamingDiscriminator(Discriminator):
    """From one trunk, a logit "real", shape (n, 1), and logits of the classes, shape (n, classes)."""

    def __init__(self, classes, size, channels, width):
        super().__init__(size, channels, width)
        self.name = nn.Linear(self.head.in_features, classes)

    def forward(self, x):
        """(logit, class logits)."""
        features = self.features(x)
        return self.head(features), self.name(features)


class ACGAN(ConditionalGAN):
    """L_D = adversarial + CE(real, c) + CE(fake, c);   L_G = adversarial + CE(fake, c)   (ibid., eqs. 2 and 3).

    Both players want the class to be recognised. The discriminator is not told what class was asked for.
    """

    def __init__(self, classes, *sizes, **options):
        super().__init__(classes, *sizes, discriminator=NamingDiscriminator, **options)

    def discriminator_loss(self, batch):
        """On real samples with their labels, and fakes of the same labels."""
        x, label = batch
        real, real_class = self.discriminator(x)
        fake, fake_class = self.discriminator(self.fake(len(x), label).detach())
        named = cross_entropy(real_class, label) + cross_entropy(fake_class, label)
        return self.loss.discriminator(real, fake) + named

    def generator_loss(self, batch):
        """On fakes of the batch's labels."""
        x, label = batch
        fake, fake_class = self.discriminator(self.fake(len(x), label))
        return self.loss.generator(fake) + cross_entropy(fake_class, label)

    @torch.no_grad()
    def logits(self, batch):
        """D(x) and D(G(z, c)), for the record."""
        x, label = batch
        return self.discriminator(x)[0], self.discriminator(self.fake(len(x), label))[0]
