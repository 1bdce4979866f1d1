"""From an image back to its code, and from a code to what one would like changed: inversion and directions.

Taught in lecture 15. `gancourse.games.latent` has the arithmetic of lecture 08 and the regression of lecture 10.
"""

import torch

from gancourse.games.latent import regressed_directions


def invert(generator, x, z, steps=200, rate=0.05, prior=1e-3):
    """Codes whose images are near given ones: argmin_z ‖G(z) − x‖² + λ ‖z‖², by Adam (Zhu et al. 2016, section 3.1).

    Both norms are means over what an image or a code has of numbers, summed over examples, so that examples do not
    care for each other. The second keeps z where the generator was trained.

    Args:
        generator: codes to images, with a graph; its parameters stay as they are.
        x: images in [−1, 1], shape (n, C, H, W).
        z: where to begin, shape (n, latent): zeros, or what an encoder says.
        steps, rate: of Adam.
        prior: λ.

    Returns:
        Codes, shape (n, latent), without a graph.

    Raises:
        ValueError: there are not as many codes as images.
    """
    if len(z) != len(x):
        raise ValueError(f"There are {len(x)} images and {len(z)} codes to begin with: each image needs its own.")
    z = z.detach().clone().requires_grad_()
    optimiser = torch.optim.Adam([z], rate)
    for _ in range(steps):
        wrong = (generator(z) - x).square().flatten(1).mean(dim=1) + prior * z.square().mean(dim=1)
        (z.grad,) = torch.autograd.grad(wrong.sum(), z)
        optimiser.step()
    return z.detach()


def fitted_encoder(generate, features, z):
    """An encoder that takes one matrix: codes estimated from features of their images, by least squares.

    Made images come with their codes for nothing, so that no labels are needed and nothing is trained by gradients.

    Args:
        generate: codes to images, without a graph.
        features: images to numbers, shape (n, d), such as `load_features("faces").features`.
        z: codes to learn from, shape (m, latent), m several times d.

    Returns:
        A function of images, that gives codes of shape (n, latent).
    """
    seen = torch.cat([features(generate(part).clamp(-1, 1)) for part in z.split(500)])
    mean = seen.mean(dim=0)
    slopes = torch.linalg.lstsq(seen - mean, z).solution
    return lambda x: (features(x) - mean) @ slopes


def attribute_direction(z, has, others=None):
    """The unit direction along which an attribute comes to be, and no other one, if others are named, (latent,).

    The normal of the plane that separates codes with it from codes without it, by least squares; of it is taken away
    what lies in the span of the others' normals (Shen et al. 2020, sections 2.2 and 2.3).

    Args:
        z: codes, shape (m, latent), m several times latent.
        has: whether the image of each has the attribute, or how much of it, shape (m,).
        others: the same of attributes that are to stay, shape (m, k).

    Raises:
        ValueError: all codes have the attribute, or none.
    """
    has = has.to(z.dtype)
    if has.std() == 0:
        raise ValueError("Of these codes all have the attribute, or none: draw more, or choose another attribute.")
    stay = has.new_empty(len(z), 0) if others is None else others.to(z.dtype)
    first, *rest = regressed_directions(z - z.mean(dim=0), torch.cat([has[:, None], stay], dim=1))
    if rest:
        basis = torch.linalg.qr(torch.stack(rest, dim=1)).Q
        first = first - basis @ (basis.T @ first)
    return first / first.norm()


def directions_without_labels(weight, k):
    """The k unit directions of z that move what the first layer makes of it most, (k, latent).

    Eigenvectors of WᵀW, the largest eigenvalues first (SeFa, Shen & Zhou 2021, eq. 5): nobody says what they mean.

    Args:
        weight: of the first layer, shape (out, latent), such as `game.generator.layers[0].weight`.
        k: how many.
    """
    return torch.linalg.svd(weight.detach(), full_matrices=False).Vh[:k]
