"""What the two players are paid: adversarial losses as pairs of functions of logits, and the gradient penalty.

Taught in lectures 04 to 06. D(x) is the logit; the probability "real" is σ(D(x)). A loss is a mean over the batch.
With σ(D), −log σ(D) = softplus(−D) and −log(1 − σ(D)) = softplus(D), which stay finite for any finite logit.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch.nn.functional import relu, softplus


@dataclass(frozen=True)
class AdversarialLoss:
    """What each player minimises, as functions of logits of any one shape.

    Attributes:
        discriminator: of the logits of real and of generated samples.
        generator: of the logits of generated samples. A player who would rather see real samples called fake, as an
            encoder does, pays `generator(-logits_real)`: these losses treat both sides alike.
    """

    discriminator: Callable
    generator: Callable


def minimax():
    """The zero-sum game (Goodfellow et al. 2014, eq. 1): L_G = E[log(1 − σ(D(G(z))))]. It saturates: lecture 04."""
    return AdversarialLoss(
        discriminator=lambda real, fake: softplus(-real).mean() + softplus(fake).mean(),
        generator=lambda fake: -softplus(fake).mean(),
    )


def non_saturating():
    """Cross-entropy with flipped labels for the generator (ibid., section 3): L_G = −E[log σ(D(G(z)))]."""
    return AdversarialLoss(
        discriminator=lambda real, fake: softplus(-real).mean() + softplus(fake).mean(),
        generator=lambda fake: softplus(-fake).mean(),
    )


def wasserstein():
    """Kantorovich's dual, for a critic kept 1-Lipschitz (Arjovsky et al. 2017, eq. 2).

    L_D = E[D(G(z))] − E[D(x)], minus the estimate of the Wasserstein distance;   L_G = −E[D(G(z))].
    """
    return AdversarialLoss(
        discriminator=lambda real, fake: fake.mean() - real.mean(),
        generator=lambda fake: -fake.mean(),
    )


def hinge():
    """Hinge loss (Lim & Ye 2017; Miyato et al. 2018, eqs. 16 and 17): only logits inside the margin count for D.

    L_D = E[max(0, 1 − D(x))] + E[max(0, 1 + D(G(z)))],   L_G = −E[D(G(z))].
    """
    return AdversarialLoss(
        discriminator=lambda real, fake: relu(1 - real).mean() + relu(1 + fake).mean(),
        generator=lambda fake: -fake.mean(),
    )


def least_squares(fake=0.0, real=1.0, wanted=1.0):
    """Least squares (Mao et al. 2017, eq. 9), with its targets a, b, c = `fake`, `real`, `wanted`.

    L_D = ½ E[(D(x) − b)²] + ½ E[(D(G(z)) − a)²],   L_G = ½ E[(D(G(z)) − c)²].

    With (−1, 1, 0) the generator minimises Pearson's χ² between p_data + p_gen and 2 p_gen (ibid., eq. 8).
    """
    return AdversarialLoss(
        discriminator=lambda on_real, on_fake: ((on_real - real) ** 2).mean() / 2 + ((on_fake - fake) ** 2).mean() / 2,
        generator=lambda on_fake: ((on_fake - wanted) ** 2).mean() / 2,
    )


def gradient_penalty(critic, x_real, x_fake, eps=None, one_sided=False):
    """E[(‖∇D(x̂)‖₂ − 1)²] at points x̂ = ε x + (1 − ε) x_fake between the two (Gulrajani et al. 2017, eq. 3).

    The norm is each example's own, over all axes but the first. Computed in float32 also under autocast, where a
    squared norm would lose its digits. Multiply by λ: 10 in the paper, 0.1 for its toys.

    Args:
        critic: a function of samples, that returns one number each.
        x_real, x_fake: samples, both of shape (n, …).
        eps: one number in [0, 1] per example, shape (n,); drawn if not given.
        one_sided: charge only for slopes above one (ibid., section 4; Petzka et al. 2018).

    Raises:
        ValueError: the two differ in shape.
    """
    if x_real.shape != x_fake.shape:
        raise ValueError(
            f"x_real has shape {tuple(x_real.shape)} and x_fake {tuple(x_fake.shape)}: the penalty pairs them up."
        )
    with torch.autocast(x_real.device.type, enabled=False):
        x_real, x_fake = (x.detach() if x.dtype == torch.float64 else x.detach().float() for x in (x_real, x_fake))
        if eps is None:
            eps = torch.rand(len(x_real), dtype=x_real.dtype, device=x_real.device)
        eps = eps.reshape(-1, *[1] * (x_real.ndim - 1))
        between = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
        (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
        excess = slope.flatten(1).norm(dim=1) - 1
        return ((relu(excess) if one_sided else excess) ** 2).mean()


def zero_centred_penalty(discriminator, x):
    """½ E‖∇D(x)‖²: R1 on real samples, R2 on generated ones (Mescheder et al. 2018, eq. 9). Multiply by γ.

    The norm is each example's own, over all axes but the first. Computed in float32 also under autocast.

    Args:
        discriminator: a function of samples, that returns one number each, and of each alone: no batch norm.
        x: samples, shape (n, …).
    """
    with torch.autocast(x.device.type, enabled=False):
        x = (x.detach() if x.dtype == torch.float64 else x.detach().float()).requires_grad_()
        (slope,) = torch.autograd.grad(discriminator(x).sum(), x, create_graph=True)
        return (slope**2).flatten(1).sum(dim=1).mean() / 2
