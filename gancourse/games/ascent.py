"""Images of a class by ascent: a classifier says what to raise, and a prior where one may go (Nguyen et al. 2017).

By the chain of Bayes, ∇ log p(z | c) = ∇ log p(z) + ∇ log p(c | G(z)). With the second term alone one finds what the
classifier takes for c; the first keeps z where the generator knows what it does. Taught in lecture 15.
"""

import torch


def log_share(classifier, head, label):
    """A function of images: log p(label | x) by a head of a classifier, shape (n,), with its graph."""
    return lambda x: classifier(x)[head].log_softmax(dim=1)[:, label]


def pixel_ascent(log_probability, x, steps=50, rate=0.02):
    """Plain ascent: the pixels themselves are moved to where the classifier is sure (Simonyan et al. 2014, section 2).

    Every step moves every pixel by `rate` along the sign of its slope, within [−1, 1].

    Args:
        log_probability: images to log p(c | x), shape (n,).
        x: images to begin with, shape (n, C, H, W).
        steps, rate: how often, and how far.
    """
    for _ in range(steps):
        x = (x + rate * slope(log_probability, x).sign()).clamp(-1, 1)
    return x


def code_ascent(generator, log_probability, z, steps=100, step=0.05, prior=1.0, weight=1.0, noise=1.0):
    """Langevin's steps towards p(z | c): z ← z + ε/2 (α ∇ log p(z) + β ∇ log p(c | G(z))) + γ √ε N(0, I).

    PPGN's eq. 5 for a generator whose p(z) is known to be N(0, I), so that ∇ log p(z) = −z: the paper learns it with
    a denoising autoencoder. With α = β = γ = 1 and small ε the chain ends up drawing from p(z | c); with
    α = γ = 0 it is plain ascent in the code.

    Args:
        generator: codes to images, with a graph.
        log_probability: images to log p(c | x), shape (n,).
        z: codes to begin with, shape (n, latent).
        steps: how many.
        step: ε.
        prior, weight, noise: α, β and γ.

    Returns:
        Codes, shape (n, latent), without a graph.
    """
    for _ in range(steps):
        uphill = weight * slope(lambda v: log_probability(generator(v)), z) - prior * z
        z = z + step / 2 * uphill + noise * step**0.5 * torch.randn_like(z)
    return z


def slope(log_probability, x):
    """∂ log p / ∂x, of each example by itself."""
    x = x.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(log_probability(x).sum(), x)
    return gradient
