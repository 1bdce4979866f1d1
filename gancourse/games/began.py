"""BEGAN (Berthelot, Schumm & Metz 2017): the discriminator is an auto-encoder, and a controller keeps the balance."""

import torch

from gancourse.games.gan import GAN


class BEGAN(GAN):
    """D reconstructs; it wants real samples reconstructed well and generated ones badly, by a factor γ.

        L_D = L(x) − k_t L(G(z)),   L_G = L(G(z)),   k_{t+1} = k_t + λ (γ L(x) − L(G(z))),  0 ≤ k ≤ 1,

    with L(v) = E|v − D(v)|, the error of reconstruction (ibid., section 3.4).

    Args:
        discriminator: an auto-encoder, of samples to samples.
        gamma: L(G(z)) / L(x) at the balance: less asks for quality, more for variety.
        rate: λ.
    """

    def __init__(self, discriminator, gamma=0.5, rate=0.001, **options):
        super().__init__(discriminator=discriminator, **options)
        self.gamma, self.rate = gamma, rate
        self.register_buffer("k", torch.zeros(()))
        self.register_buffer("convergence", torch.zeros(()))

    def reconstruction(self, x):
        """L of every sample, shape (n,): the mean absolute error of its reconstruction."""
        return (x - self.discriminator(x)).abs().flatten(1).mean(dim=1)

    def discriminator_loss(self, x):
        """L(x) − k L(G(z))."""
        fake = self.fake(len(x)).detach()
        return self.reconstruction(x).mean() - self.k * self.reconstruction(fake).mean()

    def generator_loss(self, x):
        """L(G(z)); brings k up to date, and the measure of convergence M = L(x) + |γ L(x) − L(G(z))|."""
        loss = self.reconstruction(self.fake(len(x))).mean()
        with torch.no_grad():
            on_real = self.reconstruction(x).mean()
            off_balance = self.gamma * on_real - loss
            self.k.add_(self.rate * off_balance).clamp_(0, 1)
            self.convergence.copy_(on_real + off_balance.abs())
        return loss

    @torch.no_grad()
    def logits(self, x):
        """For the record, minus the error of reconstruction: high where D believes."""
        return -self.reconstruction(x), -self.reconstruction(self.fake(len(x)))
