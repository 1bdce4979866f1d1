"""Wasserstein GANs: a critic in place of a discriminator, and three ways to keep its slope in bounds."""

import torch
from torch.nn.utils.parametrizations import spectral_norm

from gancourse.games import losses
from gancourse.games.gan import GAN


class WGAN(GAN):
    """Weights clipped to a box (Arjovsky et al. 2017, algorithm 1).

    Args:
        bound: of every weight, in absolute value.
    """

    def __init__(self, bound=0.01, **options):
        super().__init__(**{"loss": losses.wasserstein()} | options)
        self.bound = bound

    @torch.no_grad()
    def clip(self):
        """Put every weight of the critic back into the box."""
        for weight in self.discriminator.parameters():
            weight.clamp_(-self.bound, self.bound)

    def discriminator_loss(self, x):
        """Minus the critic's estimate of the distance, up to the critic's Lipschitz constant."""
        self.clip()
        return super().discriminator_loss(x)

    def generator_loss(self, x):
        """Minus the critic's mean on fakes, once its last step has been clipped."""
        self.clip()
        return super().generator_loss(x)


class WGANGP(GAN):
    """A penalty on slopes other than one, between real and generated samples (Gulrajani et al. 2017).

    Args:
        weight: λ; 10 in the paper, 0.1 for its toys.
        one_sided: charge only for slopes above one.
    """

    def __init__(self, weight=10.0, one_sided=False, **options):
        super().__init__(**{"loss": losses.wasserstein()} | options)
        self.weight, self.one_sided = weight, one_sided

    def discriminator_loss(self, x):
        """Minus the critic's estimate of the distance, plus λ times the penalty."""
        x_fake = self.fake(len(x)).detach()
        estimate = self.loss.discriminator(self.discriminator(x), self.discriminator(x_fake))
        penalty = losses.gradient_penalty(self.discriminator, x, x_fake, one_sided=self.one_sided)
        return estimate + self.weight * penalty


def normalise_spectrum(critic):
    """Divide every linear layer's weight by its largest singular value (Miyato et al. 2018); the critic itself.

    With activations of slope at most one, the critic is then 1-Lipschitz.
    """
    for module in critic.modules():
        if isinstance(module, torch.nn.Linear):
            spectral_norm(module)
    return critic
