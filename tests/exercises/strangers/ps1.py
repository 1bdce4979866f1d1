"""Answers to problem set 1, a GAN one can hold in one's hand."""

import functools
import math

import numpy as np
import torch
from scipy.special import expit, log_expit
from scipy.stats import norm

from strangers.book import writers

ANSWERS, OPEN = [], []
wrong, right = writers(ANSWERS, OPEN)

# what the notebook defines before the first exercise
x_real = np.random.RandomState(0).normal(size=10) + 7.5
z = np.random.RandomState(1).normal(size=10)
theta_start = 3.0
phi_start = np.array([-2.0, 1.0])


# --- every exercise, right ------------------------------------------------------------------------------------------


@right("generator", "as asked")
def generator(z, theta):
    return z + theta


@right("discriminator", "scipy's expit")
def discriminator(x, phi):
    return expit(phi[0] + phi[1] * x)


@right("discriminator_loss", "logaddexp, as the notebook proposes")
def discriminator_loss(x_real, x_syn, phi):
    f_real, f_syn = phi[0] + phi[1] * x_real, phi[0] + phi[1] * x_syn
    return np.logaddexp(0, -f_real).sum() + np.logaddexp(0, f_syn).sum()


@right("generator_loss", "logaddexp")
def generator_loss(z, theta, phi):
    return -np.logaddexp(0, phi[0] + phi[1] * (z + theta)).sum()


@right("discriminator_gradient", "probability minus label, two batches")
def discriminator_gradient(x_real, x_syn, phi):
    real, syn = discriminator(x_real, phi) - 1, discriminator(x_syn, phi)
    return np.array([real.sum() + syn.sum(), (real * x_real).sum() + (syn * x_syn).sum()])


@right("generator_gradient", "by the chain rule")
def generator_gradient(z, theta, phi):
    return -phi[1] * discriminator(generator(z, theta), phi).sum()


@right("update_discriminator", "a new array in every step")
def update_discriminator(x_real, x_syn, n_iter, phi, lr=0.01):
    for _ in range(n_iter):
        phi = phi - lr * discriminator_gradient(x_real, x_syn, phi)
    return phi


@right("update_generator", "a loop")
def update_generator(z, theta, n_iter, phi, lr=0.02):
    for _ in range(n_iter):
        theta = theta - lr * generator_gradient(z, theta, phi)
    return theta


@right("train", "a list that becomes an array")
def train(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    thetas = []
    for _ in range(n_rounds):
        x_syn = generator(z, theta)
        phi = update_discriminator(x_real, x_syn, n_iter_discrim, phi)
        theta = update_generator(z, theta, n_iter_gen, phi)
        thetas.append(theta)
    return np.array(thetas)


# --- generator ------------------------------------------------------------------------------------------------------


@wrong("generator", "subtracts θ")
def _(z, theta):
    return z - theta


@wrong("generator", "adds to z in place")
def _(z, theta):
    z += theta
    return z


@wrong("generator", "scales by θ instead of shifting")
def _(z, theta):
    return z * theta


@wrong("generator", "returns within the loop, after the first sample")
def _(z, theta):
    x_syn = []
    for value in z:
        x_syn.append(value + theta)
        return np.array(x_syn)


@wrong("generator", "prints and returns nothing")
def _(z, theta):
    x_syn = z + theta
    print(x_syn)


@wrong("generator", "takes the notebook's θ and not the argument")
def _(z, theta):
    return z + theta_start


@wrong("generator", "makes θ a whole number")
def _(z, theta):
    return z + int(theta)


@wrong("generator", "stops one short, so that the last sample stays where it is")
def _(z, theta):
    x_syn = z.copy()
    for i in range(len(z) - 1):
        x_syn[i] = z[i] + theta
    return x_syn


@wrong("generator", "puts θ behind the samples")
def _(z, theta):
    return np.append(z, theta)


@wrong("generator", "adds θ to the sum of z")
def _(z, theta):
    return sum(z) + theta


@wrong("generator", "rounds to two places, as the notebook prints them")
def _(z, theta):
    return np.round(z + theta, 2)


@wrong("generator", "takes z afresh from the random numbers")
def _(z, theta):
    z = np.random.RandomState(1).normal(size=len(z))
    return z + theta


@right("generator", "a list of floats made an array")
def _(z, theta):
    return np.array([float(value) + theta for value in z])


@right("generator", "fills a copy in a loop")
def _(z, theta):
    x_syn = np.empty(len(z))
    for i in range(len(z)):
        x_syn[i] = z[i] + theta
    return x_syn


@right("generator", "by torch and back")
def _(z, theta):
    return (torch.as_tensor(z) + theta).numpy()


# --- discriminator --------------------------------------------------------------------------------------------------


@wrong("discriminator", "has lost the minus in the exponent")
def _(x, phi):
    return 1 / (1 + np.exp(phi[0] + phi[1] * x))


@wrong("discriminator", "e^f / (1 + e^f), nan at 1000")
def _(x, phi):
    e = np.exp(phi[0] + phi[1] * x)
    return e / (1 + e)


@wrong("discriminator", "puts 0 for the nan of e^f / (1 + e^f)")
def _(x, phi):
    e = np.exp(phi[0] + phi[1] * x)
    return np.nan_to_num(e / (1 + e), nan=0.0)


@wrong("discriminator", "takes φ in the wrong order")
def _(x, phi):
    slope, offset = phi
    return expit(offset + slope * x)


@wrong("discriminator", "returns the logit")
def _(x, phi):
    return phi[0] + phi[1] * x


@wrong("discriminator", "decides instead of giving a probability")
def _(x, phi):
    p = expit(phi[0] + phi[1] * x)
    return (p > 0.5).astype(float)


@wrong("discriminator", "tanh in place of the sigmoid")
def _(x, phi):
    return np.tanh(phi[0] + phi[1] * x)


@wrong("discriminator", "a softmax over the batch")
def _(x, phi):
    f = phi[0] + phi[1] * x
    e = np.exp(f - f.max())
    return e / e.sum()


@wrong("discriminator", "probit: the normal distribution function")
def _(x, phi):
    return norm.cdf(phi[0] + phi[1] * x)


@wrong("discriminator", "brackets forgotten: 1 / 1 + e^-f")
def _(x, phi):
    return 1 / 1 + np.exp(-(phi[0] + phi[1] * x))


@wrong("discriminator", "the minus reaches φ0 only")
def _(x, phi):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-phi[0] + phi[1] * x))


@wrong("discriminator", "clips the probability away from 0 and 1 by a millionth")
def _(x, phi):
    return np.clip(expit(phi[0] + phi[1] * x), 1e-6, 1 - 1e-6)


@wrong("discriminator", "clips the logit at ±10 against overflow")
def _(x, phi):
    f = np.clip(phi[0] + phi[1] * x, -10, 10)
    return 1 / (1 + np.exp(-f))


@wrong("discriminator", "the probability that x is not real")
def _(x, phi):
    return 1 - expit(phi[0] + phi[1] * x)


@wrong("discriminator", "one probability, of the mean sample")
def _(x, phi):
    return expit(phi[0] + phi[1] * np.mean(x))


@wrong("discriminator", "forgets φ0")
def _(x, phi):
    return expit(phi[1] * x)


@wrong("discriminator", "a dot product of shapes (2,) and (n,)")
def _(x, phi):
    return expit(np.dot(phi, x))


@wrong("discriminator", "multiplies both by x")
def _(x, phi):
    return expit((phi[0] + phi[1]) * x)


@right("discriminator", "returns a column, which counts as the array and is one to what builds on it")
def _(x, phi):
    features = np.column_stack([np.ones(len(x)), x])
    return expit(features @ np.reshape(phi, (2, 1)))


@wrong("discriminator", "10 in place of e")
def _(x, phi):
    return 1 / (1 + 10.0 ** -(phi[0] + phi[1] * x))


@right("discriminator", "half of one plus tanh of half the logit")
def _(x, phi):
    return 0.5 * (1 + np.tanh((phi[0] + phi[1] * x) / 2))


@right("discriminator", "the exponential of a log-sigmoid")
def _(x, phi):
    return np.exp(-np.logaddexp(0, -(phi[0] + phi[1] * x)))


@right("discriminator", "two cases in a loop with math")
def _(x, phi):
    def sigma(f):
        return 1 / (1 + math.exp(-f)) if f >= 0 else math.exp(f) / (1 + math.exp(f))

    return np.array([sigma(phi[0] + phi[1] * value) for value in x])


@right("discriminator", "a design matrix and torch's sigmoid")
def _(x, phi):
    features = np.stack([np.ones_like(x), x], axis=1)
    return torch.sigmoid(torch.as_tensor(features @ np.asarray(phi))).numpy()


@right("discriminator", "the formula as it stands, the overflow's warning ignored")
def _(x, phi):
    return 1 / (1 + np.exp(-(phi[0] + phi[1] * x)))


# --- discriminator_loss ---------------------------------------------------------------------------------------------


@wrong("discriminator_loss", "means in place of sums")
def _(x_real, x_syn, phi):
    f_real, f_syn = phi[0] + phi[1] * x_real, phi[0] + phi[1] * x_syn
    return np.logaddexp(0, -f_real).mean() + np.logaddexp(0, f_syn).mean()


@wrong("discriminator_loss", "the formula as it stands, infinite where a probability rounds to 0 or 1")
def _(x_real, x_syn, phi):
    return -np.sum(np.log(discriminator(x_real, phi))) - np.sum(np.log(1 - discriminator(x_syn, phi)))


@wrong("discriminator_loss", "1e-12 within the logarithm")
def _(x_real, x_syn, phi):
    eps = 1e-12
    p_real, p_syn = discriminator(x_real, phi), discriminator(x_syn, phi)
    return -np.sum(np.log(p_real + eps)) - np.sum(np.log(1 - p_syn + eps))


@wrong("discriminator_loss", "the infinities replaced by nan_to_num")
def _(x_real, x_syn, phi):
    real, syn = np.log(discriminator(x_real, phi)), np.log(1 - discriminator(x_syn, phi))
    return -np.sum(np.nan_to_num(real)) - np.sum(np.nan_to_num(syn))


@wrong("discriminator_loss", "leaves out the samples whose logarithm is infinite")
def _(x_real, x_syn, phi):
    logs = np.concatenate([np.log(discriminator(x_real, phi)), np.log(1 - discriminator(x_syn, phi))])
    return -logs[np.isfinite(logs)].sum()


@wrong("discriminator_loss", "logarithms to base 10")
def _(x_real, x_syn, phi):
    f_real, f_syn = phi[0] + phi[1] * x_real, phi[0] + phi[1] * x_syn
    return (np.logaddexp(0, -f_real).sum() + np.logaddexp(0, f_syn).sum()) / np.log(10)


@wrong("discriminator_loss", "logarithms to base 2")
def _(x_real, x_syn, phi):
    return -np.sum(np.log2(discriminator(x_real, phi))) - np.sum(np.log2(1 - discriminator(x_syn, phi)))


@wrong("discriminator_loss", "real and synthesised swapped")
def _(x_real, x_syn, phi):
    f_real, f_syn = phi[0] + phi[1] * x_real, phi[0] + phi[1] * x_syn
    return np.logaddexp(0, f_real).sum() + np.logaddexp(0, -f_syn).sum()


@wrong("discriminator_loss", "no minus: the log-likelihood")
def _(x_real, x_syn, phi):
    f_real, f_syn = phi[0] + phi[1] * x_real, phi[0] + phi[1] * x_syn
    return log_expit(f_real).sum() + log_expit(-f_syn).sum()


@wrong("discriminator_loss", "the minus on the first sum only")
def _(x_real, x_syn, phi):
    f_real, f_syn = phi[0] + phi[1] * x_real, phi[0] + phi[1] * x_syn
    return -log_expit(f_real).sum() + log_expit(-f_syn).sum()


@wrong("discriminator_loss", "only the real samples")
def _(x_real, x_syn, phi):
    return np.logaddexp(0, -(phi[0] + phi[1] * x_real)).sum()


@wrong("discriminator_loss", "only the synthesised samples")
def _(x_real, x_syn, phi):
    return np.logaddexp(0, phi[0] + phi[1] * x_syn).sum()


@wrong("discriminator_loss", "log σ for both batches")
def _(x_real, x_syn, phi):
    f = phi[0] + phi[1] * np.concatenate([x_real, x_syn])
    return np.logaddexp(0, -f).sum()


@wrong("discriminator_loss", "goes through pairs, and drops what is left of the longer batch")
def _(x_real, x_syn, phi):
    loss = 0
    for r, s in zip(x_real, x_syn, strict=False):
        loss += np.logaddexp(0, -(phi[0] + phi[1] * r)) + np.logaddexp(0, phi[0] + phi[1] * s)
    return loss


@wrong("discriminator_loss", "adds the arrays of both batches before it sums")
def _(x_real, x_syn, phi):
    f_real, f_syn = phi[0] + phi[1] * x_real, phi[0] + phi[1] * x_syn
    return (np.logaddexp(0, -f_real) + np.logaddexp(0, f_syn)).sum()


@wrong("discriminator_loss", "least squares")
def _(x_real, x_syn, phi):
    return np.sum((discriminator(x_real, phi) - 1) ** 2) + np.sum(discriminator(x_syn, phi) ** 2)


@wrong("discriminator_loss", "the hinge loss")
def _(x_real, x_syn, phi):
    f_real, f_syn = phi[0] + phi[1] * x_real, phi[0] + phi[1] * x_syn
    return np.maximum(0, 1 - f_real).sum() + np.maximum(0, 1 + f_syn).sum()


@wrong("discriminator_loss", "a critic's difference of logits")
def _(x_real, x_syn, phi):
    return np.sum(phi[0] + phi[1] * x_syn) - np.sum(phi[0] + phi[1] * x_real)


@wrong("discriminator_loss", "a pair of the two sums")
def _(x_real, x_syn, phi):
    f_real, f_syn = phi[0] + phi[1] * x_real, phi[0] + phi[1] * x_syn
    return np.logaddexp(0, -f_real).sum(), np.logaddexp(0, f_syn).sum()


@wrong("discriminator_loss", "an array: one loss per sample")
def _(x_real, x_syn, phi):
    f_real, f_syn = phi[0] + phi[1] * x_real, phi[0] + phi[1] * x_syn
    return np.concatenate([np.logaddexp(0, -f_real), np.logaddexp(0, f_syn)])


@wrong("discriminator_loss", "divides by the number of all samples")
def _(x_real, x_syn, phi):
    f_real, f_syn = phi[0] + phi[1] * x_real, phi[0] + phi[1] * x_syn
    total = np.logaddexp(0, -f_real).sum() + np.logaddexp(0, f_syn).sum()
    return total / (len(x_real) + len(x_syn))


@wrong("discriminator_loss", "half the sum")
def _(x_real, x_syn, phi):
    f_real, f_syn = phi[0] + phi[1] * x_real, phi[0] + phi[1] * x_syn
    return 0.5 * (np.logaddexp(0, -f_real).sum() + np.logaddexp(0, f_syn).sum())


@wrong("discriminator_loss", "the logarithm of the mean probability, times n")
def _(x_real, x_syn, phi):
    p_real, p_syn = discriminator(x_real, phi).mean(), discriminator(x_syn, phi).mean()
    return -len(x_real) * np.log(p_real) - len(x_syn) * np.log(1 - p_syn)


@wrong("discriminator_loss", "−log(1 − p) written as log(p) + log(1)")
def _(x_real, x_syn, phi):
    p_real, p_syn = discriminator(x_real, phi), discriminator(x_syn, phi)
    return -np.log(p_real).sum() - (np.log(1) - np.log(p_syn)).sum()


@wrong("discriminator_loss", "log(1 − f) with the logit where the probability belongs")
def _(x_real, x_syn, phi):
    p_real, f_syn = discriminator(x_real, phi), phi[0] + phi[1] * x_syn
    return -np.log(p_real).sum() - np.log(np.abs(1 - f_syn)).sum()


@wrong("discriminator_loss", "softplus as max(0, f), which is only its limit")
def _(x_real, x_syn, phi):
    f_real, f_syn = phi[0] + phi[1] * x_real, phi[0] + phi[1] * x_syn
    return np.maximum(0, -f_real).sum() + np.maximum(0, f_syn).sum()


@wrong("discriminator_loss", "ten labels each, as in the notebook's data")
def _(x_real, x_syn, phi):
    f = phi[0] + phi[1] * np.concatenate([x_real, x_syn])
    labels = np.concatenate([np.ones(10), np.zeros(10)])
    return np.sum(np.logaddexp(0, f) - labels * f)


@right("discriminator_loss", "one batch with labels, max(f, 0) − f y + log1p(e^−|f|)")
def _(x_real, x_syn, phi):
    f = phi[0] + phi[1] * np.concatenate([x_real, x_syn])
    y = np.r_[np.ones(len(x_real)), np.zeros(len(x_syn))]
    return float(np.sum(np.maximum(f, 0) - f * y + np.log1p(np.exp(-np.abs(f)))))


@right("discriminator_loss", "torch's binary cross-entropy, summed")
def _(x_real, x_syn, phi):
    f = torch.as_tensor(phi[0] + phi[1] * np.concatenate([x_real, x_syn]))
    y = torch.cat([torch.ones(len(x_real)), torch.zeros(len(x_syn))]).to(f.dtype)
    return torch.nn.functional.binary_cross_entropy_with_logits(f, y, reduction="sum").item()


@right("discriminator_loss", "a loop over samples with two cases")
def _(x_real, x_syn, phi):
    def softplus(f):
        return f + math.log1p(math.exp(-f)) if f > 0 else math.log1p(math.exp(f))

    loss = 0.0
    for value in x_real:
        loss += softplus(-(phi[0] + phi[1] * value))
    for value in x_syn:
        loss += softplus(phi[0] + phi[1] * value)
    return loss


@right("discriminator_loss", "scipy's log_expit")
def _(x_real, x_syn, phi):
    a, b = phi
    return -(log_expit(a + b * x_real).sum() + log_expit(-a - b * x_syn).sum())


# --- generator_loss -------------------------------------------------------------------------------------------------


@wrong("generator_loss", "a minus in front")
def _(z, theta, phi):
    return np.logaddexp(0, phi[0] + phi[1] * (z + theta)).sum()


@wrong("generator_loss", "the loss that does not saturate")
def _(z, theta, phi):
    return np.logaddexp(0, -(phi[0] + phi[1] * (z + theta))).sum()


@wrong("generator_loss", "Σ log σ")
def _(z, theta, phi):
    return log_expit(phi[0] + phi[1] * (z + theta)).sum()


@wrong("generator_loss", "a mean")
def _(z, theta, phi):
    return -np.logaddexp(0, phi[0] + phi[1] * (z + theta)).mean()


@wrong("generator_loss", "the formula as it stands, −inf where the probability rounds to 1")
def _(z, theta, phi):
    return np.sum(np.log(1 - discriminator(z + theta, phi)))


@wrong("generator_loss", "log1p of minus the probability, still −inf")
def _(z, theta, phi):
    return np.log1p(-discriminator(generator(z, theta), phi)).sum()


@wrong("generator_loss", "probabilities clipped at 1e-7 from 0 and 1")
def _(z, theta, phi):
    p = np.clip(discriminator(generator(z, theta), phi), 1e-7, 1 - 1e-7)
    return np.sum(np.log(1 - p))


@wrong("generator_loss", "z is not shifted")
def _(z, theta, phi):
    return -np.logaddexp(0, phi[0] + phi[1] * z).sum()


@wrong("generator_loss", "θ is added to the logit")
def _(z, theta, phi):
    return -np.logaddexp(0, phi[0] + phi[1] * z + theta).sum()


@wrong("generator_loss", "logarithms to base 2")
def _(z, theta, phi):
    return -np.logaddexp2(0, (phi[0] + phi[1] * (z + theta)) / np.log(2)).sum()


@wrong("generator_loss", "φ in the wrong order")
def _(z, theta, phi):
    return -np.logaddexp(0, phi[1] + phi[0] * (z + theta)).sum()


@wrong("generator_loss", "the discriminator's loss, with the notebook's real samples")
def _(z, theta, phi):
    return discriminator_loss(x_real, generator(z, theta), phi)


@wrong("generator_loss", "minus the discriminator's loss")
def _(z, theta, phi):
    return -discriminator_loss(x_real, generator(z, theta), phi)


@wrong("generator_loss", "one minus the probability, no logarithm")
def _(z, theta, phi):
    return np.sum(1 - discriminator(z + theta, phi))


@wrong("generator_loss", "the loss of the mean sample")
def _(z, theta, phi):
    return len(z) * -np.logaddexp(0, phi[0] + phi[1] * (z + theta).mean())


@wrong("generator_loss", "overwrites the sum in the loop, so that only the last sample counts")
def _(z, theta, phi):
    for value in z:
        loss = -np.logaddexp(0, phi[0] + phi[1] * (value + theta))
    return loss


@wrong("generator_loss", "the absolute value, since a loss is positive")
def _(z, theta, phi):
    return abs(-np.logaddexp(0, phi[0] + phi[1] * (z + theta)).sum())


@wrong("generator_loss", "the logit's minimum taken first: −min(f, 0)")
def _(z, theta, phi):
    f = phi[0] + phi[1] * (z + theta)
    return np.minimum(0, -f).sum()


@right("generator_loss", "minus a loop of log1p in two cases")
def _(z, theta, phi):
    total = 0
    for value in z:
        f = phi[0] + phi[1] * (value + theta)
        total -= max(f, 0) + math.log1p(math.exp(-abs(f)))
    return total


@right("generator_loss", "log σ(−f)")
def _(z, theta, phi):
    return np.sum(log_expit(-(phi[0] + phi[1] * generator(z, theta))))


@right("generator_loss", "the discriminator's loss without real samples, negated")
def _(z, theta, phi):
    return -discriminator_loss(np.array([]), generator(z, theta), phi)


# --- discriminator_gradient -----------------------------------------------------------------------------------------


@wrong("discriminator_gradient", "label minus probability: the sign")
def _(x_real, x_syn, phi):
    real, syn = 1 - discriminator(x_real, phi), -discriminator(x_syn, phi)
    return np.array([real.sum() + syn.sum(), (real * x_real).sum() + (syn * x_syn).sum()])


@wrong("discriminator_gradient", "the factor x forgotten in the second")
def _(x_real, x_syn, phi):
    total = (discriminator(x_real, phi) - 1).sum() + discriminator(x_syn, phi).sum()
    return np.array([total, total])


@wrong("discriminator_gradient", "means in place of sums")
def _(x_real, x_syn, phi):
    real, syn = discriminator(x_real, phi) - 1, discriminator(x_syn, phi)
    return np.array([real.mean() + syn.mean(), (real * x_real).mean() + (syn * x_syn).mean()])


@wrong("discriminator_gradient", "only the real samples")
def _(x_real, x_syn, phi):
    real = discriminator(x_real, phi) - 1
    return np.array([real.sum(), (real * x_real).sum()])


@wrong("discriminator_gradient", "labels swapped")
def _(x_real, x_syn, phi):
    real, syn = discriminator(x_real, phi), discriminator(x_syn, phi) - 1
    return np.array([real.sum() + syn.sum(), (real * x_real).sum() + (syn * x_syn).sum()])


@wrong("discriminator_gradient", "the derivative of σ once too often")
def _(x_real, x_syn, phi):
    p, q = discriminator(x_real, phi), discriminator(x_syn, phi)
    real, syn = (p - 1) * p * (1 - p), q * q * (1 - q)
    return np.array([real.sum() + syn.sum(), (real * x_real).sum() + (syn * x_syn).sum()])


@wrong("discriminator_gradient", "the two derivatives in the wrong order")
def _(x_real, x_syn, phi):
    real, syn = discriminator(x_real, phi) - 1, discriminator(x_syn, phi)
    return np.array([(real * x_real).sum() + (syn * x_syn).sum(), real.sum() + syn.sum()])


@wrong("discriminator_gradient", "the sum of the errors times the mean of x")
def _(x_real, x_syn, phi):
    real, syn = discriminator(x_real, phi) - 1, discriminator(x_syn, phi)
    return np.array([real.sum() + syn.sum(), real.sum() * x_real.mean() + syn.sum() * x_syn.mean()])


@wrong("discriminator_gradient", "the real samples as the factor of both")
def _(x_real, x_syn, phi):
    real, syn = discriminator(x_real, phi) - 1, discriminator(x_syn, phi)
    return np.array([real.sum() + syn.sum(), ((real + syn) * x_real).sum()])


@wrong("discriminator_gradient", "by differences of 0.01, one-sided")
def _(x_real, x_syn, phi):
    h, at = 0.01, discriminator_loss(x_real, x_syn, phi)
    by0 = (discriminator_loss(x_real, x_syn, phi + np.array([h, 0])) - at) / h
    by1 = (discriminator_loss(x_real, x_syn, phi + np.array([0, h])) - at) / h
    return np.array([by0, by1])


@right("discriminator_gradient", "a column, shape (2, 1), which counts as the array")
def _(x_real, x_syn, phi):
    x = np.concatenate([x_real, x_syn])
    error = discriminator(x, phi) - np.r_[np.ones(len(x_real)), np.zeros(len(x_syn))]
    features = np.stack([np.ones(len(x)), x], axis=1)
    return features.T @ error[:, None]


@wrong("discriminator_gradient", "only the derivative by φ1")
def _(x_real, x_syn, phi):
    real, syn = discriminator(x_real, phi) - 1, discriminator(x_syn, phi)
    return (real * x_real).sum() + (syn * x_syn).sum()


@wrong("discriminator_gradient", "logits in place of probabilities")
def _(x_real, x_syn, phi):
    real, syn = phi[0] + phi[1] * x_real - 1, phi[0] + phi[1] * x_syn
    return np.array([real.sum() + syn.sum(), (real * x_real).sum() + (syn * x_syn).sum()])


@wrong("discriminator_gradient", "the synthesised part subtracted")
def _(x_real, x_syn, phi):
    real, syn = discriminator(x_real, phi) - 1, discriminator(x_syn, phi)
    return np.array([real.sum() - syn.sum(), (real * x_real).sum() - (syn * x_syn).sum()])


@wrong("discriminator_gradient", "not summed: the errors and the errors times x")
def _(x_real, x_syn, phi):
    x = np.concatenate([x_real, x_syn])
    error = discriminator(x, phi) - np.r_[np.ones(len(x_real)), np.zeros(len(x_syn))]
    return np.array([error, error * x])


@wrong("discriminator_gradient", "as many synthesised samples as there are real ones")
def _(x_real, x_syn, phi):
    grad = np.zeros(2)
    for i in range(min(len(x_real), len(x_syn))):
        r, s = discriminator(x_real[i], phi) - 1, discriminator(x_syn[i], phi)
        grad += np.array([r + s, r * x_real[i] + s * x_syn[i]])
    return grad


@wrong("discriminator_gradient", "divided by n of the real batch")
def _(x_real, x_syn, phi):
    real, syn = discriminator(x_real, phi) - 1, discriminator(x_syn, phi)
    n = len(x_real)
    return np.array([real.sum() + syn.sum(), (real * x_real).sum() + (syn * x_syn).sum()]) / n


@wrong("discriminator_gradient", "normalised to length 1")
def _(x_real, x_syn, phi):
    real, syn = discriminator(x_real, phi) - 1, discriminator(x_syn, phi)
    grad = np.array([real.sum() + syn.sum(), (real * x_real).sum() + (syn * x_syn).sum()])
    return grad / np.linalg.norm(grad)


@wrong("discriminator_gradient", "squares x in the second")
def _(x_real, x_syn, phi):
    real, syn = discriminator(x_real, phi) - 1, discriminator(x_syn, phi)
    return np.array([real.sum() + syn.sum(), (real * x_real**2).sum() + (syn * x_syn**2).sum()])


@wrong("discriminator_gradient", "by the decisions, not the probabilities")
def _(x_real, x_syn, phi):
    real, syn = np.round(discriminator(x_real, phi)) - 1, np.round(discriminator(x_syn, phi))
    return np.array([real.sum() + syn.sum(), (real * x_real).sum() + (syn * x_syn).sum()])


@wrong("discriminator_gradient", "multiplies by φ1 as if θ moved")
def _(x_real, x_syn, phi):
    real, syn = discriminator(x_real, phi) - 1, discriminator(x_syn, phi)
    return np.array([real.sum() + syn.sum(), phi[1] * (real.sum() + syn.sum())])


@right("discriminator_gradient", "a design matrix")
def _(x_real, x_syn, phi):
    x = np.concatenate([x_real, x_syn])
    y = np.concatenate([np.ones_like(x_real), np.zeros_like(x_syn)])
    features = np.vstack([np.ones_like(x), x]).T
    return features.T @ (discriminator(x, phi) - y)


@right("discriminator_gradient", "torch differentiates")
def _(x_real, x_syn, phi):
    p = torch.tensor(phi, dtype=torch.float64, requires_grad=True)
    softplus = torch.nn.functional.softplus
    real, syn = torch.tensor(x_real), torch.tensor(x_syn)
    (softplus(-(p[0] + p[1] * real)).sum() + softplus(p[0] + p[1] * syn).sum()).backward()
    return p.grad.numpy()


@right("discriminator_gradient", "a loop, label by label")
def _(x_real, x_syn, phi):
    by0 = by1 = 0.0
    for label, batch in ((1, x_real), (0, x_syn)):
        for value in batch:
            error = float(discriminator(value, phi)) - label
            by0, by1 = by0 + error, by1 + error * value
    return np.array([by0, by1])


@right("discriminator_gradient", "einsum")
def _(x_real, x_syn, phi):
    def one(x, y):
        return np.einsum("n,cn->c", discriminator(x, phi) - y, np.array([x**0, x]))

    return one(x_real, 1) + one(x_syn, 0)


# --- generator_gradient ---------------------------------------------------------------------------------------------


@wrong("generator_gradient", "φ1 forgotten")
def _(z, theta, phi):
    return -discriminator(z + theta, phi).sum()


@wrong("generator_gradient", "the sign")
def _(z, theta, phi):
    return phi[1] * discriminator(z + theta, phi).sum()


@wrong("generator_gradient", "a mean")
def _(z, theta, phi):
    return -phi[1] * discriminator(z + theta, phi).mean()


@wrong("generator_gradient", "the gradient of the loss that does not saturate")
def _(z, theta, phi):
    return -phi[1] * (1 - discriminator(z + theta, phi)).sum()


@wrong("generator_gradient", "the derivative of σ alone")
def _(z, theta, phi):
    p = discriminator(z + theta, phi)
    return -phi[1] * (p * (1 - p)).sum()


@wrong("generator_gradient", "z is not shifted")
def _(z, theta, phi):
    return -phi[1] * discriminator(z, phi).sum()


@wrong("generator_gradient", "times z, as if θ were a factor")
def _(z, theta, phi):
    return -phi[1] * (discriminator(z + theta, phi) * z).sum()


@wrong("generator_gradient", "φ0 in place of φ1")
def _(z, theta, phi):
    return -phi[0] * discriminator(z + theta, phi).sum()


@wrong("generator_gradient", "one number per sample, not summed")
def _(z, theta, phi):
    return -phi[1] * discriminator(z + theta, phi)


@wrong("generator_gradient", "times θ instead of φ1")
def _(z, theta, phi):
    return -theta * discriminator(z + theta, phi).sum()


@wrong("generator_gradient", "one-sided difference of 0.001")
def _(z, theta, phi):
    return (generator_loss(z, theta + 1e-3, phi) - generator_loss(z, theta, phi)) / 1e-3


@wrong("generator_gradient", "1 / (1 − σ), the inner derivatives forgotten")
def _(z, theta, phi):
    return -np.sum(1 / (1 - discriminator(z + theta, phi)))


@wrong("generator_gradient", "σ / (1 − σ), a slip in the simplification")
def _(z, theta, phi):
    p = discriminator(z + theta, phi)
    return -phi[1] * np.sum(p / (1 - p))


@wrong("generator_gradient", "the discriminator's second derivative of the synthesised batch")
def _(z, theta, phi):
    return discriminator_gradient(np.array([]), z + theta, phi)[1]


@wrong("generator_gradient", "returns in the loop after the first sample")
def _(z, theta, phi):
    total = 0
    for value in z:
        total += -phi[1] * discriminator(value + theta, phi)
        return total


@wrong("generator_gradient", "φ1 without its sign")
def _(z, theta, phi):
    return -abs(phi[1]) * discriminator(z + theta, phi).sum()


@right("generator_gradient", "torch differentiates")
def _(z, theta, phi):
    t = torch.tensor(float(theta), dtype=torch.float64, requires_grad=True)
    loss = torch.nn.functional.logsigmoid(-(float(phi[0]) + float(phi[1]) * (torch.tensor(z) + t))).sum()
    return torch.autograd.grad(loss, t)[0].item()


@right("generator_gradient", "a central difference of 1e-5")
def _(z, theta, phi):
    h = 1e-5
    return (generator_loss(z, theta + h, phi) - generator_loss(z, theta - h, phi)) / (2 * h)


@right("generator_gradient", "two factors of a chain, as a dot product")
def _(z, theta, phi):
    by_logit = -discriminator(generator(z, theta), phi)
    return by_logit @ np.full(len(z), phi[1])


# --- update_discriminator -------------------------------------------------------------------------------------------


@wrong("update_discriminator", "one step whatever n_iter says")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    return phi - lr * discriminator_gradient(x_real, x_syn, phi)


@wrong("update_discriminator", "up the gradient")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    for _ in range(n_iter):
        phi = phi + lr * discriminator_gradient(x_real, x_syn, phi)
    return phi


@wrong("update_discriminator", "the gradient taken once, before the loop")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    grad = discriminator_gradient(x_real, x_syn, phi)
    for _ in range(n_iter):
        phi = phi - lr * grad
    return phi


@wrong("update_discriminator", "changes the array it was given")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    for _ in range(n_iter):
        phi -= lr * discriminator_gradient(x_real, x_syn, phi)
    return phi


@wrong("update_discriminator", "copies by giving it another name, which copies nothing")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    new = phi
    for _ in range(n_iter):
        new -= lr * discriminator_gradient(x_real, x_syn, new)
    return new


@wrong("update_discriminator", "the rate written into the code")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    for _ in range(n_iter):
        phi = phi - 0.01 * discriminator_gradient(x_real, x_syn, phi)
    return phi


@wrong("update_discriminator", "the generator's rate as the default")
def _(x_real, x_syn, n_iter, phi, lr=0.02):
    for _ in range(n_iter):
        phi = phi - lr * discriminator_gradient(x_real, x_syn, phi)
    return phi


@wrong("update_discriminator", "returns in the loop")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    for _ in range(n_iter):
        phi = phi - lr * discriminator_gradient(x_real, x_syn, phi)
        return phi


@wrong("update_discriminator", "one step too many")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    i = 0
    while i <= n_iter:
        phi = phi - lr * discriminator_gradient(x_real, x_syn, phi)
        i += 1
    return phi


@wrong("update_discriminator", "one step too few")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    for _ in range(1, n_iter):
        phi = phi - lr * discriminator_gradient(x_real, x_syn, phi)
    return phi


@wrong("update_discriminator", "one long step of n_iter times the rate")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    return phi - n_iter * lr * discriminator_gradient(x_real, x_syn, phi)


@wrong("update_discriminator", "φ1 moves with the gradient at the new φ0")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    phi = np.array(phi, dtype=float)
    for _ in range(n_iter):
        phi[0] = phi[0] - lr * discriminator_gradient(x_real, x_syn, phi)[0]
        phi[1] = phi[1] - lr * discriminator_gradient(x_real, x_syn, phi)[1]
    return phi


@wrong("update_discriminator", "returns every φ on the way")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    path = [phi]
    for _ in range(n_iter):
        path.append(path[-1] - lr * discriminator_gradient(x_real, x_syn, path[-1]))
    return np.array(path)


@wrong("update_discriminator", "forgets to return")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    for _ in range(n_iter):
        phi = phi - lr * discriminator_gradient(x_real, x_syn, phi)


@wrong("update_discriminator", "starts from the notebook's φ")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    phi = phi_start
    for _ in range(n_iter):
        phi = phi - lr * discriminator_gradient(x_real, x_syn, phi)
    return phi


@wrong("update_discriminator", "the batches swapped in the call")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    for _ in range(n_iter):
        phi = phi - lr * discriminator_gradient(x_syn, x_real, phi)
    return phi


@wrong("update_discriminator", "clips φ to ±1, as one does with critics")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    for _ in range(n_iter):
        phi = np.clip(phi - lr * discriminator_gradient(x_real, x_syn, phi), -1, 1)
    return phi


@wrong("update_discriminator", "divides the gradient by the number of samples")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    for _ in range(n_iter):
        phi = phi - lr * discriminator_gradient(x_real, x_syn, phi) / (len(x_real) + len(x_syn))
    return phi


@wrong("update_discriminator", "a rate that falls with the steps")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    for i in range(n_iter):
        phi = phi - lr / (i + 1) * discriminator_gradient(x_real, x_syn, phi)
    return phi


@wrong("update_discriminator", "stores the result under another name and starts every step at the old φ")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    for _ in range(n_iter):
        new_phi = phi - lr * discriminator_gradient(x_real, x_syn, phi)
    return new_phi


@wrong("update_discriminator", "returns the step, not the new φ")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    start = phi
    for _ in range(n_iter):
        phi = phi - lr * discriminator_gradient(x_real, x_syn, phi)
    return phi - start


@wrong("update_discriminator", "with momentum")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    speed = np.zeros(2)
    for _ in range(n_iter):
        speed = 0.9 * speed + discriminator_gradient(x_real, x_syn, phi)
        phi = phi - lr * speed
    return phi


def _descend_phi(x_real, x_syn, left, phi, lr):
    if left == 0:
        return phi
    return _descend_phi(x_real, x_syn, left - 1, phi - lr * discriminator_gradient(x_real, x_syn, phi), lr)


@right("update_discriminator", "recursion")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    return _descend_phi(x_real, x_syn, n_iter, phi, lr)


@right("update_discriminator", "a copy that changes in place")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    new = np.array(phi, dtype=float)
    for _ in range(n_iter):
        new -= lr * discriminator_gradient(x_real, x_syn, new)
    return new


@right("update_discriminator", "functools.reduce")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    def step(phi, _):
        return phi - lr * discriminator_gradient(x_real, x_syn, phi)

    return functools.reduce(step, range(n_iter), phi)


@right("update_discriminator", "torch's SGD on a parameter")
def _(x_real, x_syn, n_iter, phi, lr=0.01):
    p = torch.tensor(np.array(phi), dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([p], lr=lr)
    for _ in range(n_iter):
        optimiser.zero_grad()
        f_real, f_syn = p[0] + p[1] * torch.tensor(x_real), p[0] + p[1] * torch.tensor(x_syn)
        (torch.nn.functional.softplus(-f_real).sum() + torch.nn.functional.softplus(f_syn).sum()).backward()
        optimiser.step()
    return p.detach().numpy()


# --- update_generator -----------------------------------------------------------------------------------------------


@wrong("update_generator", "up the gradient")
def _(z, theta, n_iter, phi, lr=0.02):
    for _ in range(n_iter):
        theta += lr * generator_gradient(z, theta, phi)
    return theta


@wrong("update_generator", "one step whatever n_iter says")
def _(z, theta, n_iter, phi, lr=0.02):
    return theta - lr * generator_gradient(z, theta, phi)


@wrong("update_generator", "the gradient taken once, before the loop")
def _(z, theta, n_iter, phi, lr=0.02):
    grad = generator_gradient(z, theta, phi)
    for _ in range(n_iter):
        theta = theta - lr * grad
    return theta


@wrong("update_generator", "the rate written into the code")
def _(z, theta, n_iter, phi, lr=0.02):
    for _ in range(n_iter):
        theta = theta - 0.02 * generator_gradient(z, theta, phi)
    return theta


@wrong("update_generator", "the discriminator's rate as the default")
def _(z, theta, n_iter, phi, lr=0.01):
    for _ in range(n_iter):
        theta = theta - lr * generator_gradient(z, theta, phi)
    return theta


@wrong("update_generator", "goes on from the samples it made, not from z")
def _(z, theta, n_iter, phi, lr=0.02):
    for _ in range(n_iter):
        z = generator(z, theta)
        theta = theta - lr * generator_gradient(z, theta, phi)
    return theta


@wrong("update_generator", "returns the samples and not θ")
def _(z, theta, n_iter, phi, lr=0.02):
    for _ in range(n_iter):
        theta = theta - lr * generator_gradient(z, theta, phi)
    return generator(z, theta)


@wrong("update_generator", "lets the discriminator learn in between")
def _(z, theta, n_iter, phi, lr=0.02):
    for _ in range(n_iter):
        phi = update_discriminator(x_real, generator(z, theta), 1, phi)
        theta = theta - lr * generator_gradient(z, theta, phi)
    return theta


@wrong("update_generator", "only the sign of the gradient")
def _(z, theta, n_iter, phi, lr=0.02):
    for _ in range(n_iter):
        theta = theta - lr * np.sign(generator_gradient(z, theta, phi))
    return theta


@wrong("update_generator", "returns in the loop")
def _(z, theta, n_iter, phi, lr=0.02):
    for _ in range(n_iter):
        theta = theta - lr * generator_gradient(z, theta, phi)
        return theta


@wrong("update_generator", "one step too few")
def _(z, theta, n_iter, phi, lr=0.02):
    i = 1
    while i < n_iter:
        theta = theta - lr * generator_gradient(z, theta, phi)
        i += 1
    return theta


@wrong("update_generator", "subtracts the loss instead of its gradient")
def _(z, theta, n_iter, phi, lr=0.02):
    for _ in range(n_iter):
        theta = theta - lr * generator_loss(z, theta, phi)
    return theta


@wrong("update_generator", "the mean gradient")
def _(z, theta, n_iter, phi, lr=0.02):
    for _ in range(n_iter):
        theta = theta - lr * generator_gradient(z, theta, phi) / len(z)
    return theta


@wrong("update_generator", "a pair of θ and φ")
def _(z, theta, n_iter, phi, lr=0.02):
    for _ in range(n_iter):
        theta = theta - lr * generator_gradient(z, theta, phi)
    return theta, phi


@wrong("update_generator", "stops as soon as most samples fool the discriminator")
def _(z, theta, n_iter, phi, lr=0.02):
    for _ in range(n_iter):
        if discriminator(generator(z, theta), phi).mean() > 0.5:
            break
        theta = theta - lr * generator_gradient(z, theta, phi)
    return theta


@right("update_generator", "a while loop that counts down")
def _(z, theta, n_iter, phi, lr=0.02):
    while n_iter > 0:
        theta, n_iter = theta + lr * phi[1] * expit(phi[0] + phi[1] * (z + theta)).sum(), n_iter - 1
    return theta


@right("update_generator", "keeps the whole path and returns its end")
def _(z, theta, n_iter, phi, lr=0.02):
    path = np.zeros(n_iter + 1)
    path[0] = theta
    for i in range(n_iter):
        path[i + 1] = path[i] - lr * generator_gradient(z, path[i], phi)
    return path[-1]


# --- train ----------------------------------------------------------------------------------------------------------


@wrong("train", "the generator first")
def _(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    thetas = []
    for _ in range(n_rounds):
        theta = update_generator(z, theta, n_iter_gen, phi)
        phi = update_discriminator(x_real, generator(z, theta), n_iter_discrim, phi)
        thetas.append(theta)
    return np.array(thetas)


@wrong("train", "the samples made once, before the loop")
def _(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    x_syn, thetas = generator(z, theta), []
    for _ in range(n_rounds):
        phi = update_discriminator(x_real, x_syn, n_iter_discrim, phi)
        theta = update_generator(z, theta, n_iter_gen, phi)
        thetas.append(theta)
    return np.array(thetas)


@wrong("train", "the discriminator starts anew in every round")
def _(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    thetas = []
    for _ in range(n_rounds):
        new_phi = update_discriminator(x_real, generator(z, theta), n_iter_discrim, phi)
        theta = update_generator(z, theta, n_iter_gen, new_phi)
        thetas.append(theta)
    return np.array(thetas)


@wrong("train", "the generator starts anew in every round")
def _(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    thetas = np.zeros(n_rounds)
    for i in range(n_rounds):
        phi = update_discriminator(x_real, generator(z, theta), n_iter_discrim, phi)
        thetas[i] = update_generator(z, theta, n_iter_gen, phi)
    return thetas


@wrong("train", "only the last θ")
def _(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    for _ in range(n_rounds):
        phi = update_discriminator(x_real, generator(z, theta), n_iter_discrim, phi)
        theta = update_generator(z, theta, n_iter_gen, phi)
    return theta


@wrong("train", "θ before each round")
def _(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    thetas = []
    for _ in range(n_rounds):
        thetas.append(theta)
        phi = update_discriminator(x_real, generator(z, theta), n_iter_discrim, phi)
        theta = update_generator(z, theta, n_iter_gen, phi)
    return np.array(thetas)


@wrong("train", "the start as well, n_rounds + 1 values")
def _(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    thetas = [theta]
    for _ in range(n_rounds):
        phi = update_discriminator(x_real, generator(z, theta), n_iter_discrim, phi)
        theta = update_generator(z, theta, n_iter_gen, phi)
        thetas.append(theta)
    return np.array(thetas)


@wrong("train", "the two numbers of steps swapped")
def _(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    thetas = []
    for _ in range(n_rounds):
        phi = update_discriminator(x_real, generator(z, theta), n_iter_gen, phi)
        theta = update_generator(z, theta, n_iter_discrim, phi)
        thetas.append(theta)
    return np.array(thetas)


@wrong("train", "the generator plays against the φ before the discriminator's steps")
def _(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    thetas = []
    for _ in range(n_rounds):
        phi_old = phi
        phi = update_discriminator(x_real, generator(z, theta), n_iter_discrim, phi)
        theta = update_generator(z, theta, n_iter_gen, phi_old)
        thetas.append(theta)
    return np.array(thetas)


@wrong("train", "the results of the updates are not kept")
def _(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    thetas = []
    for _ in range(n_rounds):
        update_discriminator(x_real, generator(z, theta), n_iter_discrim, phi)
        update_generator(z, theta, n_iter_gen, phi)
        thetas.append(theta)
    return np.array(thetas)


@wrong("train", "both at a rate of 0.01")
def _(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    thetas = []
    for _ in range(n_rounds):
        phi = update_discriminator(x_real, generator(z, theta), n_iter_discrim, phi, 0.01)
        theta = update_generator(z, theta, n_iter_gen, phi, 0.01)
        thetas.append(theta)
    return np.array(thetas)


@wrong("train", "an array of integers, which cuts the decimals off")
def _(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    thetas = np.zeros(n_rounds, dtype=int)
    for i in range(n_rounds):
        phi = update_discriminator(x_real, generator(z, theta), n_iter_discrim, phi)
        theta = update_generator(z, theta, n_iter_gen, phi)
        thetas[i] = theta
    return thetas


@wrong("train", "300 and 3 steps whatever is asked")
def _(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    thetas = []
    for _ in range(n_rounds):
        phi = update_discriminator(x_real, generator(z, theta), 300, phi)
        theta = update_generator(z, theta, 3, phi)
        thetas.append(theta)
    return np.array(thetas)


@wrong("train", "returns in the loop, after the first round")
def _(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    thetas = []
    for _ in range(n_rounds):
        phi = update_discriminator(x_real, generator(z, theta), n_iter_discrim, phi)
        theta = update_generator(z, theta, n_iter_gen, phi)
        thetas.append(theta)
        return np.array(thetas)


@wrong("train", "keeps z + θ as the new z")
def _(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    thetas = []
    for _ in range(n_rounds):
        z = generator(z, theta)
        phi = update_discriminator(x_real, z, n_iter_discrim, phi)
        theta = update_generator(z, theta, n_iter_gen, phi)
        thetas.append(theta)
    return np.array(thetas)


@wrong("train", "θ from the notebook's start")
def _(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    theta, phi, thetas = theta_start, phi_start, []
    for _ in range(n_rounds):
        phi = update_discriminator(x_real, generator(z, theta), n_iter_discrim, phi)
        theta = update_generator(z, theta, n_iter_gen, phi)
        thetas.append(theta)
    return np.array(thetas)


@wrong("train", "all of φ and θ after every round")
def _(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    path = []
    for _ in range(n_rounds):
        phi = update_discriminator(x_real, generator(z, theta), n_iter_discrim, phi)
        theta = update_generator(z, theta, n_iter_gen, phi)
        path.append([*phi, theta])
    return np.array(path)


@wrong("train", "leaves the last round out")
def _(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    thetas = np.zeros(n_rounds)
    for i in range(n_rounds - 1):
        phi = update_discriminator(x_real, generator(z, theta), n_iter_discrim, phi)
        theta = update_generator(z, theta, n_iter_gen, phi)
        thetas[i] = theta
    return thetas


@wrong("train", "the discriminator is shown z and not the samples")
def _(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    thetas = []
    for _ in range(n_rounds):
        phi = update_discriminator(x_real, z, n_iter_discrim, phi)
        theta = update_generator(z, theta, n_iter_gen, phi)
        thetas.append(theta)
    return np.array(thetas)


@wrong("train", "the two take turns step by step")
def _(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    thetas = []
    for _ in range(n_rounds):
        for i in range(max(n_iter_discrim, n_iter_gen)):
            if i < n_iter_discrim:
                phi = update_discriminator(x_real, generator(z, theta), 1, phi)
            if i < n_iter_gen:
                theta = update_generator(z, theta, 1, phi)
        thetas.append(theta)
    return np.array(thetas)


@right("train", "an inner generator that yields")
def _(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    def rounds(theta, phi):
        while True:
            phi = update_discriminator(x_real, generator(z, theta), n_iter_discrim, phi)
            theta = update_generator(z, theta, n_iter_gen, phi)
            yield theta

    return np.fromiter(rounds(theta, phi), dtype=float, count=n_rounds)


@right("train", "all written out, without the functions before it")
def _(x_real, z, theta, phi, n_rounds, n_iter_discrim, n_iter_gen):
    a, b = float(phi[0]), float(phi[1])
    thetas = np.empty(n_rounds)
    for i in range(n_rounds):
        x_syn = z + theta
        for _ in range(n_iter_discrim):
            real, syn = expit(a + b * x_real) - 1, expit(a + b * x_syn)
            a, b = a - 0.01 * (real.sum() + syn.sum()), b - 0.01 * (real @ x_real + syn @ x_syn)
        for _ in range(n_iter_gen):
            theta += 0.02 * b * expit(a + b * (z + theta)).sum()
        thetas[i] = theta
    return thetas
