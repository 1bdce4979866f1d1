"""Unrolled GAN (Metz, Poole, Pfau & Sohl-Dickstein 2017): the generator looks k discriminator steps ahead."""

import torch
from torch.func import functional_call

from gancourse.games.gan import GAN


class UnrolledGAN(GAN):
    """A GAN whose generator is paid by the discriminator of k steps later, and differentiates through those steps.

    A generator that moves all its mass onto one point that D likes sees that D will have learned by then.

    Args:
        k: steps to look ahead (ibid., eq. 10; 0 is the plain GAN).
        step_size: of the imagined steps, plain gradient descent. Larger ones are unstable once D is sharp.
    """

    def __init__(self, k=5, step_size=0.01, **options):
        super().__init__(**options)
        self.k, self.step_size = k, step_size

    def generator_loss(self, x):
        """The loss against the imagined discriminator φ_k(θ); its gradient flows through all k steps."""
        phi = dict(self.discriminator.named_parameters())
        for _ in range(self.k):
            on_real = functional_call(self.discriminator, phi, x)
            on_fake = functional_call(self.discriminator, phi, self.fake(len(x)))  # not detached: φ_k depends on θ
            slopes = torch.autograd.grad(self.loss.discriminator(on_real, on_fake), phi.values(), create_graph=True)
            phi = {name: p - self.step_size * s for (name, p), s in zip(phi.items(), slopes, strict=True)}
        return self.loss.generator(functional_call(self.discriminator, phi, self.fake(len(x))))
