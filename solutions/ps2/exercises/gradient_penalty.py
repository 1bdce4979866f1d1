"""Exercise 7, `gradient_penalty`: the mean of (‖∇critic(x_hat)‖ − 1)²."""

import numpy as np

from gancourse.exercises.specification import Exercise, Misconception, Property


def gradients(critic, x_real, x_fake, eps, reduce=None):
    """∇critic at the points between, of shape (n, …), to be differentiated on."""
    import torch

    eps = eps.reshape(-1, *[1] * (x_real.ndim - 1))
    x_hat = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
    scores = critic(x_hat)
    return torch.autograd.grad(scores.mean() if reduce else scores.sum(), x_hat, create_graph=True)[0]


def norms(*arguments):
    return gradients(*arguments).flatten(1).norm(dim=1)


def gradient_penalty(critic, x_real, x_fake, eps):
    from gancourse.games.losses import gradient_penalty  # PyTorch, imported where it is used

    return gradient_penalty(critic, x_real, x_fake, eps)


def penalty_of(charge):
    """Another charge, a function of the norms of all gradients."""
    return lambda *a: charge(norms(*a))


def penalty_with(eps_for):
    """The penalty at other points between: `eps_for(eps)` in place of eps."""
    return lambda critic, x_real, x_fake, eps: gradient_penalty(critic, x_real, x_fake, eps_for(eps))


def penalty_over(axis):
    """The penalty with the norm over one axis."""
    return lambda *a: ((gradients(*a).norm(dim=axis) - 1) ** 2).mean()


def draw_penalty(rng, shape, n=4, hidden=6):
    """A critic with gradients shorter than 1 and longer, and eps far from ½: else wrong formulas are right by luck."""
    size = int(np.prod(shape))
    while True:
        weights = rng.normal(size=(size, hidden)) / np.sqrt(size)
        offsets, heads = rng.normal(size=hidden), rng.normal(size=hidden)
        x_real, x_fake = rng.normal(0.5, 1, size=(n, *shape)), rng.normal(-0.5, 1, size=(n, *shape))
        eps = rng.permutation(np.array([0.1, 0.3, 0.7, 0.9]) + rng.uniform(-0.08, 0.08, size=n))
        by_hand = slopes_by_hand(weights, offsets, heads, x_real, x_fake, eps)
        if by_hand.max() > 2 * by_hand.min():
            heads /= np.sqrt(by_hand.max() * by_hand.min())
            return weights, offsets, heads, x_real, x_fake, eps


def slopes_by_hand(weights, offsets, heads, x_real, x_fake, eps):
    """‖∇critic‖ at the points between, for the critic of `gancourse.exercises.probes.networks`."""
    real, fake = (x.reshape(len(x), -1) for x in (x_real, x_fake))
    x_hat = eps[:, None] * real + (1 - eps[:, None]) * fake
    return np.linalg.norm((heads * (1 - np.tanh(x_hat @ weights + offsets) ** 2)) @ weights.T, axis=1)


def draw_points(rng):
    return draw_penalty(rng, (3,))


def draw_images(rng):
    return draw_penalty(rng, (2, 3, 3))


ONE_AXIS = (
    "The norm runs over one axis of the images. An example's gradient is all its numbers together, over channels, "
    "rows and columns: flatten all but the first axis before the norm."
)
NOT_SQUARED = "The square is missing: (‖∇critic‖ − 1)² pulls towards 1 from both sides."

EXERCISE = Exercise(
    name="gradient_penalty",
    reference=gradient_penalty,
    properties=(
        Property(
            "is the mean of (‖∇critic(x_hat)‖ − 1)² for points, shape (n, d)", 2, draw_points, probe="penalty_value"
        ),
        Property("is so too for images, shape (n, c, h, w)", 2, draw_images, cases=2, probe="penalty_value"),
        Property("can be differentiated by the critic's parameters", 2, draw_points, cases=2, probe="penalty_gradient"),
    ),
    misconceptions={
        "whole_batch": Misconception(
            lambda *a: (gradients(*a).norm() - 1) ** 2,
            "You take one norm over the whole batch. Every example has its own gradient and its own norm: "
            "the norm runs over all axes but the first.",
        ),
        "channels_only": Misconception(penalty_over(1), ONE_AXIS),
        "columns_only": Misconception(penalty_over(-1), ONE_AXIS),
        "batch_axis": Misconception(
            penalty_over(0),
            "The norm runs along the batch, axis 0, and mixes the examples. It runs over all axes *but* that one.",
        ),
        "real_only": Misconception(
            penalty_with(lambda eps: 0 * eps + 1),
            "Only real points are used, as if eps were 1. The penalty is at points between: "
            "eps · x_real + (1 − eps) · x_fake.",
        ),
        "fake_only": Misconception(
            penalty_with(lambda eps: 0 * eps),
            "Only fake points are used, as if eps were 0. The penalty is at points between: "
            "eps · x_real + (1 − eps) · x_fake.",
        ),
        "eps_other_way": Misconception(
            penalty_with(lambda eps: 1 - eps),
            "eps is the wrong way round: it is the share of x_real, and 1 − eps that of x_fake.",
        ),
        "one_eps": Misconception(
            penalty_with(lambda eps: 0 * eps + eps[0]),
            "One eps is used for the whole batch. Each example has its own: give eps a shape that goes along "
            "the first axis, (n, 1, …, 1).",
        ),
        "no_graph": Misconception(
            lambda *a: gradient_penalty(*a).detach(),
            "The value is right, but no gradient flows from it to the critic's parameters, so it would teach nothing. "
            "Call `torch.autograd.grad` with `create_graph=True`, and stay in PyTorch: no `.item()`, no `.detach()`.",
        ),
        "not_squared": Misconception(penalty_of(lambda norms: (norms - 1).mean()), NOT_SQUARED),
        "absolute": Misconception(penalty_of(lambda norms: (norms - 1).abs().mean()), NOT_SQUARED),
        "one_sided": Misconception(
            penalty_of(lambda norms: ((norms - 1).clamp(min=0) ** 2).mean()),
            "You charge only for gradients longer than 1. That is the one-sided penalty; here those shorter than 1 "
            "are charged as well.",
        ),
        "mean_first": Misconception(
            penalty_of(lambda norms: (norms.mean() - 1) ** 2),
            "You average the norms and square afterwards, so that long and short gradients cancel. "
            "Square each (norm − 1), then average.",
        ),
        "squared_norm": Misconception(
            penalty_of(lambda norms: ((norms**2 - 1) ** 2).mean()),
            "You use the squared norm: a root is missing in ‖∇critic‖ = √Σ(…)².",
        ),
        "towards_zero": Misconception(
            penalty_of(lambda norms: (norms**2).mean()),
            "The − 1 is missing: this pulls the norm towards 0, and the critic flat.",
        ),
        "sum_for_mean": Misconception(
            penalty_of(lambda norms: ((norms - 1) ** 2).sum()),
            "You sum over the examples. Take the mean.",
        ),
        "with_lambda": Misconception(
            lambda *a: 10 * gradient_penalty(*a),
            "This is ten times too large: λ is not part of this function. Whoever calls it multiplies.",
        ),
        "gradient_of_mean": Misconception(
            lambda *a: ((norms(*a, "mean") - 1) ** 2).mean(),
            "You differentiate the *mean* of the scores, so every gradient is n times too short. "
            "Differentiate their sum: example i acts on score i only.",
        ),
    },
)
