"""ps1: a published wrong solution is caught, unusual right ones pass in full. See also test_assignments.py."""

import math

import numpy as np
import pytest
import torch
from scipy.special import expit, log_expit

from classroom import exercises_of, results


def test_the_widely_copied_wrong_gradient_is_caught():
    """It passes its own tests; θ runs to 6.71 after 5 rounds of the textbook's game and to 10.38 after 20."""
    from gancourse import shift

    x_real, z = shift.textbook_samples()
    wrong = exercises_of("ps1")["train"].misconceptions["wrong_batches"].function
    thetas = wrong(x_real, z, 3.0, np.array([-2.0, 1.0]), 20, 300, 3)
    assert thetas[[4, 19]] == pytest.approx([6.71, 10.38], abs=5e-3)


# --- unusual and right ---------------------------------------------------------------------------------------


def sigmoid(f):
    return 1 / (1 + math.exp(-f)) if f >= 0 else math.exp(f) / (1 + math.exp(f))


def generator_loop(z, theta):
    out = []
    for value in z:
        out.append(value + theta)
    return out


def generator_in_place_on_a_copy(z, theta):
    z = z.copy()
    z += theta
    return z


def generator_torch(z, theta):
    return torch.tensor(z) + theta


def generator_column(z, theta):
    return z.reshape(-1, 1) + theta


def discriminator_loop(x, phi):
    return [sigmoid(phi[0] + phi[1] * v) for v in x]


def discriminator_einsum(x, phi):
    return expit(np.einsum("ij,j->i", np.stack([np.ones_like(x), x], axis=1), phi))


def discriminator_torch(x, phi):
    return torch.sigmoid(torch.tensor(phi[0]) + phi[1] * torch.tensor(x))


def discriminator_tanh_identity(x, phi):
    return (1 + np.tanh((phi[0] + phi[1] * x) / 2)) / 2


def d_loss_loop(x_real, x_syn, phi):
    loss = 0.0
    for x, sign in [(v, -1) for v in x_real] + [(v, 1) for v in x_syn]:
        f = sign * (phi[0] + phi[1] * x)
        loss += max(f, 0) + math.log1p(math.exp(-abs(f)))
    return loss


def d_loss_scipy(x_real, x_syn, phi):
    return -(log_expit(phi[0] + phi[1] * x_real).sum() + log_expit(-phi[0] - phi[1] * x_syn).sum())


def d_loss_torch(x_real, x_syn, phi):
    x = torch.tensor(np.concatenate([x_real, x_syn]))
    labels = torch.tensor([1.0] * len(x_real) + [0.0] * len(x_syn), dtype=torch.float64)
    return torch.nn.functional.binary_cross_entropy_with_logits(phi[0] + phi[1] * x, labels, reduction="sum")


def d_loss_mean_times_n(x_real, x_syn, phi):
    real, syn = np.logaddexp(0, -phi[0] - phi[1] * x_real), np.logaddexp(0, phi[0] + phi[1] * x_syn)
    return np.array([real.mean() * real.size + syn.mean() * syn.size])


def g_loss_loop(z, theta, phi):
    return sum(-np.logaddexp(0, phi[0] + phi[1] * (v + theta)) for v in z)


def g_loss_scipy(z, theta, phi):
    return log_expit(-(phi[0] + phi[1] * (z + theta))).sum(keepdims=True)


def g_loss_torch(z, theta, phi):
    return -torch.nn.functional.softplus(phi[0] + phi[1] * (torch.tensor(z) + theta)).sum()


def d_gradient_matrix(x_real, x_syn, phi):
    design = np.vander(np.concatenate([x_real, x_syn]), 2, increasing=True)
    labels = np.r_[np.ones(len(x_real)), np.zeros(len(x_syn))]
    return design.T @ (expit(design @ phi) - labels)


def d_gradient_autograd(x_real, x_syn, phi):
    phi = torch.tensor(phi, requires_grad=True)
    f_real, f_syn = phi[0] + phi[1] * torch.tensor(x_real), phi[0] + phi[1] * torch.tensor(x_syn)
    softplus = torch.nn.functional.softplus
    return torch.autograd.grad(softplus(-f_real).sum() + softplus(f_syn).sum(), phi)[0]


def d_gradient_central_differences(x_real, x_syn, phi, h=1e-5):
    steps = [np.array([h, 0]), np.array([0, h])]
    return tuple((d_loss_scipy(x_real, x_syn, phi + e) - d_loss_scipy(x_real, x_syn, phi - e)) / (2 * h) for e in steps)


def d_gradient_loop(x_real, x_syn, phi):
    total = [0.0, 0.0]
    for x, label in [(v, 1) for v in x_real] + [(v, 0) for v in x_syn]:
        error = sigmoid(phi[0] + phi[1] * x) - label
        total = [total[0] + error, total[1] + error * x]
    return [[total[0]], [total[1]]]


def g_gradient_loop(z, theta, phi):
    return sum(-phi[1] * sigmoid(phi[0] + phi[1] * (v + theta)) for v in z)


def g_gradient_autograd(z, theta, phi):
    theta = torch.tensor(theta, dtype=torch.float64, requires_grad=True)
    f = phi[0] + phi[1] * (torch.tensor(z) + theta)
    return torch.autograd.grad(-torch.nn.functional.softplus(f).sum(), theta)[0]


def g_gradient_central_differences(z, theta, phi, h=1e-5):
    return (g_loss_scipy(z, theta + h, phi) - g_loss_scipy(z, theta - h, phi)) / (2 * h)


def update_d_recursive(x_real, x_syn, n_iter, phi, lr=0.01):
    if n_iter == 0:
        return phi
    return update_d_recursive(x_real, x_syn, n_iter - 1, phi - lr * d_gradient_matrix(x_real, x_syn, phi), lr)


def update_d_in_place_on_a_copy(x_real, x_syn, n_iter, phi, lr=0.01):
    phi = np.array(phi)
    for _ in range(n_iter):
        phi -= lr * d_gradient_matrix(x_real, x_syn, phi)
    return phi


def update_d_two_numbers(x_real, x_syn, n_iter, phi, lr=0.01):
    a, b = phi
    while n_iter:
        da, db = d_gradient_matrix(x_real, x_syn, np.array([a, b]))
        a, b, n_iter = a - lr * da, b - lr * db, n_iter - 1
    return a, b


def update_d_optimiser(x_real, x_syn, n_iter, phi, lr=0.01):
    phi = torch.tensor(phi, requires_grad=True)
    optimiser = torch.optim.SGD([phi], lr=lr)
    for _ in range(n_iter):
        phi.grad = torch.tensor(d_gradient_matrix(x_real, x_syn, phi.detach().numpy()))
        optimiser.step()
    return phi


def update_g_while(z, theta, n_iter, phi, lr=0.02):
    while n_iter > 0:
        theta -= lr * g_gradient_loop(z, theta, phi)
        n_iter -= 1
    return theta


def update_g_reduce(z, theta, n_iter, phi, lr=0.02):
    from functools import reduce

    return reduce(lambda t, _: t - lr * g_gradient_loop(z, t, phi), range(n_iter), theta)


def update_g_array(z, theta, n_iter, phi, lr=0.02):
    theta = np.array([theta])
    for _ in range(n_iter):
        theta = theta + lr * phi[1] * expit(phi[0] + phi[1] * (z + theta)).sum()
    return theta


def train_list(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    out = []
    while len(out) < n_rounds:
        phi = update_d_in_place_on_a_copy(x_real, z + theta, n_iter_discrim, phi)
        theta = update_g_while(z, theta, n_iter_gen, phi)
        out += [theta]
    return out


def train_column(*arguments):
    return np.array(train_list(*arguments)).reshape(-1, 1)


def train_preallocated(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    out = np.empty(n_rounds)
    for i in range(n_rounds):
        phi = update_d_recursive(x_real, z + theta, n_iter_discrim, phi)
        out[i] = theta = update_g_reduce(z, theta, n_iter_gen, phi)
    return out


UNUSUAL = {
    "generator": [generator_loop, generator_in_place_on_a_copy, generator_torch, generator_column],
    "discriminator": [discriminator_loop, discriminator_einsum, discriminator_torch, discriminator_tanh_identity],
    "discriminator_loss": [d_loss_loop, d_loss_scipy, d_loss_torch, d_loss_mean_times_n],
    "generator_loss": [g_loss_loop, g_loss_scipy, g_loss_torch],
    "discriminator_gradient": [
        d_gradient_matrix,
        d_gradient_autograd,
        d_gradient_central_differences,
        d_gradient_loop,
    ],
    "generator_gradient": [g_gradient_loop, g_gradient_autograd, g_gradient_central_differences],
    "update_discriminator": [
        update_d_recursive,
        update_d_in_place_on_a_copy,
        update_d_two_numbers,
        update_d_optimiser,
    ],
    "update_generator": [update_g_while, update_g_reduce, update_g_array],
    "train": [train_list, train_column, train_preallocated],
}


@pytest.mark.parametrize(("name", "function"), [(n, f) for n, functions in UNUSUAL.items() for f in functions])
def test_an_unusual_right_solution_earns_everything(name, function):
    for result in results("ps1", name, function):
        assert result.earned == result.points, [v.hint for v in result.verdicts]


def test_every_exercise_has_three_unusual_right_solutions():
    assert min(len(UNUSUAL.get(name, [])) for name in exercises_of("ps1")) >= 3
