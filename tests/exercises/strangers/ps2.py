"""Answers to problem set 2, distances between distributions."""

import itertools

import numpy as np
import torch
from scipy.optimize import linprog
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist, jensenshannon
from scipy.special import log_expit, rel_entr
from scipy.stats import entropy, wasserstein_distance

from strangers.book import writers

ANSWERS, OPEN = [], []
wrong, right = writers(ANSWERS, OPEN)

# what the notebook defines before the first exercise
p_counts = np.array([5, 3, 2, 1, 8, 7, 5, 9, 2, 1])
q_counts = np.array([4, 10, 1, 1, 4, 6, 3, 2, 0, 1])
p, q = p_counts / p_counts.sum(), q_counts / q_counts.sum()
places = np.arange(10)


# --- every exercise, right ------------------------------------------------------------------------------------------


@right("kl_divergence", "sums where p has mass")
def kl_divergence(p, q):
    p, q = p / np.sum(p), q / np.sum(q)
    some = p > 0
    return np.sum(p[some] * np.log(p[some] / q[some]))


@right("js_divergence", "by the mixture")
def js_divergence(p_data, p_gen):
    m = (p_data + p_gen) / 2
    quality, coverage = kl_divergence(p_gen, m) / 2, kl_divergence(p_data, m) / 2
    return quality + coverage, quality, coverage


@right("optimal_discriminator", "np.where with a safe divisor")
def optimal_discriminator(p_data, p_gen):
    both = p_data + p_gen
    return np.where(both > 0, p_data / np.where(both > 0, both, 1), 0.5)


@right("non_saturating_generator_loss", "logaddexp")
def non_saturating_generator_loss(logits_fake):
    return np.logaddexp(0, -logits_fake).mean()


@right("wasserstein_lp", "constraints by Kronecker products")
def wasserstein_lp(p, q, cost):
    n, m = cost.shape
    rows, columns = np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))
    return linprog(cost.ravel(), A_eq=np.vstack([rows, columns]), b_eq=np.concatenate([p, q])).fun


@right("wasserstein_1d", "the area between the staircases")
def wasserstein_1d(x, y):
    t = np.sort(np.concatenate([x, y]))
    f = np.searchsorted(np.sort(x), t[:-1], side="right") / len(x)
    g = np.searchsorted(np.sort(y), t[:-1], side="right") / len(y)
    return np.sum(np.abs(f - g) * np.diff(t))


@right("gradient_penalty", "flattens the gradient")
def gradient_penalty(critic, x_real, x_fake, eps):
    eps = eps.view(-1, *[1] * (x_real.dim() - 1))
    x = (eps * x_real + (1 - eps) * x_fake).detach().requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((grad.flatten(1).norm(dim=1) - 1) ** 2).mean()


@right("count_modes", "nearest centre first, then the radius")
def count_modes(samples, centres, std):
    distance = np.linalg.norm(samples[:, None] - centres[None], axis=2)
    good = distance.min(axis=1) <= 3 * std
    return len(np.unique(distance.argmin(axis=1)[good])), good.mean()


# --- kl_divergence --------------------------------------------------------------------------------------------------


@wrong("kl_divergence", "in bits")
def _(p, q):
    p, q = p / p.sum(), q / q.sum()
    some = p > 0
    return np.sum(p[some] * np.log2(p[some] / q[some]))


@wrong("kl_divergence", "the formula as it stands, nan at a zero")
def _(p, q):
    p, q = p / p.sum(), q / q.sum()
    return np.sum(p * np.log(p / q))


@wrong("kl_divergence", "the other direction, with nansum against the zeros")
def _(p, q):
    p, q = p / p.sum(), q / q.sum()
    return np.nansum(q * np.log(q / p))


@wrong("kl_divergence", "p and q swapped within the logarithm")
def _(p, q):
    p, q = p / p.sum(), q / q.sum()
    some = p > 0
    return np.sum(p[some] * np.log(q[some] / p[some]))


@wrong("kl_divergence", "weighted by q")
def _(p, q):
    p, q = p / p.sum(), q / q.sum()
    some = (p > 0) & (q > 0)
    return np.sum(q[some] * np.log(p[some] / q[some]))


@wrong("kl_divergence", "takes masses as they are and does not divide by the sums")
def _(p, q):
    some = p > 0
    return np.sum(p[some] * np.log(p[some] / q[some]))


@wrong("kl_divergence", "only p is divided by its sum")
def _(p, q):
    p = p / p.sum()
    some = p > 0
    return np.sum(p[some] * np.log(p[some] / q[some]))


@wrong("kl_divergence", "leaves out the places where q is 0 as well")
def _(p, q):
    p, q = p / p.sum(), q / q.sum()
    some = (p > 0) & (q > 0)
    return np.sum(p[some] * np.log(p[some] / q[some]))


@wrong("kl_divergence", "adds 1e-10 to both")
def _(p, q):
    p, q = p / p.sum() + 1e-10, q / q.sum() + 1e-10
    return np.sum(p * np.log(p / q))


@wrong("kl_divergence", "one added to every count")
def _(p, q):
    p, q = (p + 1) / (p + 1).sum(), (q + 1) / (q + 1).sum()
    return np.sum(p * np.log(p / q))


@wrong("kl_divergence", "a mean over the places")
def _(p, q):
    p, q = p / p.sum(), q / q.sum()
    return np.mean(rel_entr(p, q))


@wrong("kl_divergence", "the cross-entropy")
def _(p, q):
    p, q = p / p.sum(), q / q.sum()
    some = p > 0
    return -np.sum(p[some] * np.log(q[some]))


@wrong("kl_divergence", "the entropy of p, q forgotten")
def _(p, q):
    p = p / p.sum()
    some = p > 0
    return -np.sum(p[some] * np.log(p[some]))


@wrong("kl_divergence", "raises an error where it is infinite")
def _(p, q):
    p, q = p / p.sum(), q / q.sum()
    if np.any((p > 0) & (q == 0)):
        raise ValueError("KL is infinite")
    return rel_entr(p, q).sum()


@wrong("kl_divergence", "None where it is infinite")
def _(p, q):
    p, q = p / p.sum(), q / q.sum()
    if np.any((p > 0) & (q == 0)):
        return None
    return rel_entr(p, q).sum()


@wrong("kl_divergence", "infinite as soon as any q is 0")
def _(p, q):
    p, q = p / p.sum(), q / q.sum()
    if (q == 0).any():
        return np.inf
    some = p > 0
    return np.sum(p[some] * np.log(p[some] / q[some]))


@wrong("kl_divergence", "one term per place, not summed")
def _(p, q):
    return rel_entr(p / p.sum(), q / q.sum())


@wrong("kl_divergence", "a softmax in place of the division")
def _(p, q):
    p, q = np.exp(p - p.max()), np.exp(q - q.max())
    p, q = p / p.sum(), q / q.sum()
    return np.sum(p * np.log(p / q))


@wrong("kl_divergence", "the sum of both directions")
def _(p, q):
    p, q = p / p.sum(), q / q.sum()
    return rel_entr(p, q).sum() + rel_entr(q, p).sum()


@wrong("kl_divergence", "divides by the length, not by the sum")
def _(p, q):
    p, q = p / len(p), q / len(q)
    return rel_entr(p, q).sum()


@wrong("kl_divergence", "absolute values of the logarithms")
def _(p, q):
    p, q = p / p.sum(), q / q.sum()
    some = p > 0
    return np.sum(p[some] * np.abs(np.log(p[some] / q[some])))


@wrong("kl_divergence", "returns in the loop at the first place without mass")
def _(p, q):
    p, q = p / p.sum(), q / q.sum()
    total = 0.0
    for i in range(len(p)):
        if p[i] == 0:
            return total
        total += p[i] * np.log(p[i] / q[i])
    return total


@wrong("kl_divergence", "divides in place, which integers do not allow")
def _(p, q):
    p /= p.sum()
    q /= q.sum()
    return rel_entr(p, q).sum()


@right("kl_divergence", "scipy's entropy")
def _(p, q):
    return entropy(p, q)


@right("kl_divergence", "a loop with three cases")
def _(p, q):
    p, q, total = p / sum(p), q / sum(q), 0.0
    for a, b in zip(p, q, strict=True):
        if a == 0:
            continue
        if b == 0:
            return np.inf
        total += a * (np.log(a) - np.log(b))
    return total


@right("kl_divergence", "cross-entropy minus entropy")
def _(p, q):
    p, q = p / p.sum(), q / q.sum()
    p, q = p[p > 0], q[p > 0]
    return -(p @ np.log(q)) + p @ np.log(p)


@right("kl_divergence", "torch's xlogy on doubles")
def _(p, q):
    p, q = torch.as_tensor(p).double(), torch.as_tensor(q).double()
    p, q = p / p.sum(), q / q.sum()
    return (torch.xlogy(p, p) - torch.xlogy(p, q)).sum().item()


# --- js_divergence --------------------------------------------------------------------------------------------------


@wrong("js_divergence", "without the halves")
def _(p_data, p_gen):
    m = (p_data + p_gen) / 2
    quality, coverage = kl_divergence(p_gen, m), kl_divergence(p_data, m)
    return quality + coverage, quality, coverage


@wrong("js_divergence", "halves JS but not its parts")
def _(p_data, p_gen):
    m = (p_data + p_gen) / 2
    quality, coverage = kl_divergence(p_gen, m), kl_divergence(p_data, m)
    return (quality + coverage) / 2, quality, coverage


@wrong("js_divergence", "quality and coverage swapped")
def _(p_data, p_gen):
    m = (p_data + p_gen) / 2
    quality, coverage = kl_divergence(p_data, m) / 2, kl_divergence(p_gen, m) / 2
    return quality + coverage, quality, coverage


@wrong("js_divergence", "the mean of the two KLs to each other")
def _(p_data, p_gen):
    quality, coverage = kl_divergence(p_gen, p_data) / 2, kl_divergence(p_data, p_gen) / 2
    return quality + coverage, quality, coverage


@wrong("js_divergence", "the mixture in the first place of KL")
def _(p_data, p_gen):
    m = (p_data + p_gen) / 2
    quality, coverage = kl_divergence(m, p_gen) / 2, kl_divergence(m, p_data) / 2
    return quality + coverage, quality, coverage


@wrong("js_divergence", "only JS")
def _(p_data, p_gen):
    m = (p_data + p_gen) / 2
    return kl_divergence(p_gen, m) / 2 + kl_divergence(p_data, m) / 2


@wrong("js_divergence", "JS last of the three")
def _(p_data, p_gen):
    m = (p_data + p_gen) / 2
    quality, coverage = kl_divergence(p_gen, m) / 2, kl_divergence(p_data, m) / 2
    return quality, coverage, quality + coverage


@wrong("js_divergence", "scipy's distance, which is the root of it")
def _(p_data, p_gen):
    m = (p_data + p_gen) / 2
    return jensenshannon(p_data, p_gen), kl_divergence(p_gen, m) / 2, kl_divergence(p_data, m) / 2


@wrong("js_divergence", "divided by log 2, so that 1 is the most")
def _(p_data, p_gen):
    m = (p_data + p_gen) / 2
    quality, coverage = kl_divergence(p_gen, m) / 2 / np.log(2), kl_divergence(p_data, m) / 2 / np.log(2)
    return quality + coverage, quality, coverage


@wrong("js_divergence", "the formula as it stands, nan at a zero")
def _(p_data, p_gen):
    m = (p_data + p_gen) / 2
    quality, coverage = np.sum(p_gen * np.log(p_gen / m)) / 2, np.sum(p_data * np.log(p_data / m)) / 2
    return quality + coverage, quality, coverage


@wrong("js_divergence", "a geometric mixture")
def _(p_data, p_gen):
    m = np.sqrt(p_data * p_gen)
    quality, coverage = kl_divergence(p_gen, m) / 2, kl_divergence(p_data, m) / 2
    return quality + coverage, quality, coverage


@wrong("js_divergence", "quality in the place of coverage as well")
def _(p_data, p_gen):
    m = (p_data + p_gen) / 2
    quality = kl_divergence(p_gen, m) / 2
    return 2 * quality, quality, quality


@wrong("js_divergence", "the difference of the two parts")
def _(p_data, p_gen):
    m = (p_data + p_gen) / 2
    quality, coverage = kl_divergence(p_gen, m) / 2, kl_divergence(p_data, m) / 2
    return quality - coverage, quality, coverage


@wrong("js_divergence", "infinities replaced by log 2")
def _(p_data, p_gen):
    quality, coverage = kl_divergence(p_gen, p_data) / 2, kl_divergence(p_data, p_gen) / 2
    js = min(quality + coverage, np.log(2))
    return js, min(quality, np.log(2) / 2), min(coverage, np.log(2) / 2)


@wrong("js_divergence", "rounded to two places, as the table prints them")
def _(p_data, p_gen):
    m = (p_data + p_gen) / 2
    quality, coverage = kl_divergence(p_gen, m) / 2, kl_divergence(p_data, m) / 2
    return round(quality + coverage, 2), round(quality, 2), round(coverage, 2)


@right("js_divergence", "an array of three, by rel_entr")
def _(p_data, p_gen):
    m = 0.5 * (p_data + p_gen)
    quality, coverage = 0.5 * rel_entr(p_gen, m).sum(), 0.5 * rel_entr(p_data, m).sum()
    return np.array([quality + coverage, quality, coverage])


@right("js_divergence", "JS as entropy of the mixture minus mean entropy")
def _(p_data, p_gen):
    m = (p_data + p_gen) / 2
    js = entropy(m) - (entropy(p_data) + entropy(p_gen)) / 2
    quality = entropy(p_gen, m) / 2
    return js, quality, js - quality


@right("js_divergence", "the mixture not normalised: KL does that")
def _(p_data, p_gen):
    quality, coverage = (kl_divergence(one, p_data + p_gen) / 2 for one in (p_gen, p_data))
    return [quality + coverage, quality, coverage]


# --- optimal_discriminator ------------------------------------------------------------------------------------------


@wrong("optimal_discriminator", "the share of generated points")
def _(p_data, p_gen):
    both = p_data + p_gen
    return np.where(both > 0, p_gen / np.where(both > 0, both, 1), 0.5)


@wrong("optimal_discriminator", "nan where both are 0")
def _(p_data, p_gen):
    return p_data / (p_data + p_gen)


@wrong("optimal_discriminator", "0 where both are 0")
def _(p_data, p_gen):
    return np.nan_to_num(p_data / (p_data + p_gen))


@wrong("optimal_discriminator", "a small number in the divisor, 0 where both are 0")
def _(p_data, p_gen):
    return p_data / (p_data + p_gen + 1e-12)


@wrong("optimal_discriminator", "normalises both first")
def _(p_data, p_gen):
    p_data, p_gen = p_data / p_data.sum(), p_gen / p_gen.sum()
    both = p_data + p_gen
    return np.where(both > 0, p_data / np.where(both > 0, both, 1), 0.5)


@wrong("optimal_discriminator", "divides by the sum over all points")
def _(p_data, p_gen):
    return p_data / (p_data.sum() + p_gen.sum())


@wrong("optimal_discriminator", "½ wherever one of them is 0")
def _(p_data, p_gen):
    d = np.full(len(p_data), 0.5)
    some = (p_data > 0) & (p_gen > 0)
    d[some] = p_data[some] / (p_data[some] + p_gen[some])
    return d


@wrong("optimal_discriminator", "brackets forgotten")
def _(p_data, p_gen):
    return np.nan_to_num(p_data / p_data + p_gen, nan=0.5)


@wrong("optimal_discriminator", "the ratio of the densities")
def _(p_data, p_gen):
    return np.where(p_gen > 0, p_data / np.where(p_gen > 0, p_gen, 1), 0.5)


@wrong("optimal_discriminator", "decides for the larger")
def _(p_data, p_gen):
    return np.where(p_data == p_gen, 0.5, (p_data > p_gen) * 1.0)


@wrong("optimal_discriminator", "a sigmoid of the difference")
def _(p_data, p_gen):
    return 1 / (1 + np.exp(p_gen - p_data))


@wrong("optimal_discriminator", "½ everywhere, as at equilibrium")
def _(p_data, p_gen):
    return np.full(np.shape(p_data), 0.5)


@wrong("optimal_discriminator", "½ only if both are 0 at all points")
def _(p_data, p_gen):
    if (p_data + p_gen).sum() == 0:
        return np.full(len(p_data), 0.5)
    return p_data / (p_data + p_gen)


@wrong("optimal_discriminator", "leaves out the points where both are 0")
def _(p_data, p_gen):
    both = p_data + p_gen
    return p_data[both > 0] / both[both > 0]


@right("optimal_discriminator", "np.divide with out and where")
def _(p_data, p_gen):
    both = p_data + p_gen
    return np.divide(p_data, both, out=np.full(both.shape, 0.5), where=both > 0)


@right("optimal_discriminator", "a list comprehension")
def _(p_data, p_gen):
    return np.array([0.5 if a + b == 0 else a / (a + b) for a, b in zip(p_data, p_gen, strict=True)])


@right("optimal_discriminator", "nan replaced by a half")
def _(p_data, p_gen):
    with np.errstate(all="ignore"):
        return np.nan_to_num(p_data / (p_data + p_gen), nan=0.5)


# --- non_saturating_generator_loss ----------------------------------------------------------------------------------


@wrong("non_saturating_generator_loss", "a sum")
def _(logits_fake):
    return np.logaddexp(0, -logits_fake).sum()


@wrong("non_saturating_generator_loss", "the loss that saturates")
def _(logits_fake):
    return -np.logaddexp(0, logits_fake).mean()


@wrong("non_saturating_generator_loss", "the sign of the logit")
def _(logits_fake):
    return np.logaddexp(0, logits_fake).mean()


@wrong("non_saturating_generator_loss", "no minus")
def _(logits_fake):
    return log_expit(logits_fake).mean()


@wrong("non_saturating_generator_loss", "the formula as it stands, infinite at −1000")
def _(logits_fake):
    sigma = 1 / (1 + np.exp(-logits_fake))
    return -np.mean(np.log(sigma))


@wrong("non_saturating_generator_loss", "1e-8 within the logarithm")
def _(logits_fake):
    sigma = 1 / (1 + np.exp(-logits_fake))
    return -np.mean(np.log(sigma + 1e-8))


@wrong("non_saturating_generator_loss", "logits clipped at ±50")
def _(logits_fake):
    return np.log(1 + np.exp(-np.clip(logits_fake, -50, 50))).mean()


@wrong("non_saturating_generator_loss", "log1p(e^−f), which overflows")
def _(logits_fake):
    return np.log1p(np.exp(-logits_fake)).mean()


@wrong("non_saturating_generator_loss", "the loss of the mean logit")
def _(logits_fake):
    return np.logaddexp(0, -logits_fake.mean())


@wrong("non_saturating_generator_loss", "the logarithm of the mean probability")
def _(logits_fake):
    return -np.log(np.exp(log_expit(logits_fake)).mean())


@wrong("non_saturating_generator_loss", "the logits taken for probabilities")
def _(logits_fake):
    return -np.mean(np.log(np.abs(logits_fake)))


@wrong("non_saturating_generator_loss", "a critic's loss")
def _(logits_fake):
    return -np.mean(logits_fake)


@wrong("non_saturating_generator_loss", "half the mean")
def _(logits_fake):
    return 0.5 * np.logaddexp(0, -logits_fake).mean()


@wrong("non_saturating_generator_loss", "the sigmoid twice")
def _(logits_fake):
    sigma = np.exp(log_expit(logits_fake))
    return np.logaddexp(0, -sigma).mean()


@wrong("non_saturating_generator_loss", "the median")
def _(logits_fake):
    return np.median(np.logaddexp(0, -logits_fake))


@wrong("non_saturating_generator_loss", "one loss per sample")
def _(logits_fake):
    return np.logaddexp(0, -logits_fake)


@wrong("non_saturating_generator_loss", "infinities left out of the mean")
def _(logits_fake):
    losses = np.log1p(np.exp(-logits_fake))
    return losses[np.isfinite(losses)].mean()


@right("non_saturating_generator_loss", "torch's softplus")
def _(logits_fake):
    return torch.nn.functional.softplus(-torch.as_tensor(logits_fake)).mean().item()


@right("non_saturating_generator_loss", "a running mean in a loop")
def _(logits_fake):
    mean = 0.0
    for i, f in enumerate(logits_fake, 1):
        mean += (max(-f, 0) + np.log1p(np.exp(-abs(f))) - mean) / i
    return mean


@right("non_saturating_generator_loss", "in 32 bits")
def _(logits_fake):
    return float(np.logaddexp(np.float32(0), -logits_fake.astype(np.float32)).mean())


# --- wasserstein_lp -------------------------------------------------------------------------------------------------


@wrong("wasserstein_lp", "p and q swapped in the right-hand side")
def _(p, q, cost):
    n, m = cost.shape
    a = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    return linprog(cost.ravel(), A_eq=a, b_eq=np.concatenate([q, p])).fun


@wrong("wasserstein_lp", "the plan in place of its cost")
def _(p, q, cost):
    n, m = cost.shape
    a = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    return linprog(cost.ravel(), A_eq=a, b_eq=np.concatenate([p, q])).x.reshape(n, m)


@wrong("wasserstein_lp", "only the row sums")
def _(p, q, cost):
    n, m = cost.shape
    return linprog(cost.ravel(), A_eq=np.kron(np.eye(n), np.ones(m)), b_eq=p).fun


@wrong("wasserstein_lp", "only the column sums")
def _(p, q, cost):
    n, m = cost.shape
    return linprog(cost.ravel(), A_eq=np.kron(np.ones(n), np.eye(m)), b_eq=q).fun


@wrong("wasserstein_lp", "cost laid out by columns, constraints by rows")
def _(p, q, cost):
    n, m = cost.shape
    a = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    return linprog(cost.T.ravel(), A_eq=a, b_eq=np.concatenate([p, q])).fun


@wrong("wasserstein_lp", "a square plan of n times n")
def _(p, q, cost):
    n = len(p)
    a = np.zeros((2 * n, n * n))
    for i in range(n):
        a[i, i * n : (i + 1) * n] = 1
        a[n + i, i::n] = 1
    return linprog(cost.ravel(), A_eq=a, b_eq=np.concatenate([p, q])).fun


@wrong("wasserstein_lp", "the constraints as upper bounds, so that nothing need move")
def _(p, q, cost):
    n, m = cost.shape
    a = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    return linprog(cost.ravel(), A_ub=a, b_ub=np.concatenate([p, q])).fun


@wrong("wasserstein_lp", "the plan p times q, without a program")
def _(p, q, cost):
    return np.sum(np.outer(p, q) * cost)


@wrong("wasserstein_lp", "everything to the nearest place")
def _(p, q, cost):
    return np.sum(p * cost.min(axis=1))


@wrong("wasserstein_lp", "the distance |i − j| whatever the cost")
def _(p, q, cost):
    n, m = len(p), len(q)
    distance = np.abs(np.arange(n)[:, None] - np.arange(m)[None])
    a = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    return linprog(distance.ravel(), A_eq=a, b_eq=np.concatenate([p, q])).fun


@wrong("wasserstein_lp", "scipy's distance on a line")
def _(p, q, cost):
    return wasserstein_distance(np.arange(len(p)), np.arange(len(q)), p, q)


@wrong("wasserstein_lp", "the dearest plan")
def _(p, q, cost):
    n, m = cost.shape
    a = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    return -linprog(-cost.ravel(), A_eq=a, b_eq=np.concatenate([p, q])).fun


@wrong("wasserstein_lp", "the square root of the least cost")
def _(p, q, cost):
    n, m = cost.shape
    a = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    return np.sqrt(linprog(cost.ravel(), A_eq=a, b_eq=np.concatenate([p, q])).fun)


@wrong("wasserstein_lp", "returns linprog's whole result")
def _(p, q, cost):
    n, m = cost.shape
    a = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    return linprog(cost.ravel(), A_eq=a, b_eq=np.concatenate([p, q]))


@wrong("wasserstein_lp", "plans may be negative")
def _(p, q, cost):
    n, m = cost.shape
    a = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    return linprog(cost.ravel(), A_eq=a, b_eq=np.concatenate([p, q]), bounds=(None, None)).fun


@wrong("wasserstein_lp", "ten places, as in the example")
def _(p, q, cost):
    a = np.vstack([np.kron(np.eye(10), np.ones(10)), np.kron(np.ones(10), np.eye(10))])
    return linprog(cost.ravel(), A_eq=a, b_eq=np.concatenate([p, q])).fun


@wrong("wasserstein_lp", "rows for the row sums that count the wrong step")
def _(p, q, cost):
    n, m = cost.shape
    a = np.zeros((n + m, n * m))
    for i in range(n):
        a[i, i::n] = 1
    for j in range(m):
        a[n + j, j::m] = 1
    return linprog(cost.ravel(), A_eq=a, b_eq=np.concatenate([p, q])).fun


@wrong("wasserstein_lp", "greedy: the cheapest move first")
def _(p, q, cost):
    left, wanted, total = np.array(p, float), np.array(q, float), 0.0
    for place in np.argsort(cost, axis=None):
        i, j = np.unravel_index(place, cost.shape)
        move = min(left[i], wanted[j])
        left[i], wanted[j], total = left[i] - move, wanted[j] - move, total + move * cost[i, j]
    return total


@wrong("wasserstein_lp", "the plan in order, which is cheapest only on a line")
def _(p, q, cost):
    left, wanted, i, j, total = np.array(p, float), np.array(q, float), 0, 0, 0.0
    while i < len(p) and j < len(q):
        move = min(left[i], wanted[j])
        total += move * cost[i, j]
        left[i] -= move
        wanted[j] -= move
        if left[i] <= wanted[j]:
            i += 1
        else:
            j += 1
    return total


@right("wasserstein_lp", "loops over slices")
def _(p, q, cost):
    n, m = cost.shape
    a = np.zeros((n + m, n * m))
    for i in range(n):
        a[i, i * m : (i + 1) * m] = 1
    for j in range(m):
        a[n + j, j::m] = 1
    return linprog(cost.flatten(), A_eq=a, b_eq=[*p, *q]).fun


@right("wasserstein_lp", "the dual program")
def _(p, q, cost):
    n, m = cost.shape
    a = np.hstack([np.repeat(np.eye(n), m, axis=0), np.tile(np.eye(m), (n, 1))])
    return -linprog(-np.concatenate([p, q]), A_ub=a, b_ub=cost.ravel(), bounds=(None, None)).fun


@right("wasserstein_lp", "the plan's cost by hand, columns first")
def _(p, q, cost):
    n, m = cost.shape
    a = np.stack([np.eye(m)[j][None].repeat(n, 0).ravel() for j in range(m)])
    b = np.stack([np.eye(n)[i][:, None].repeat(m, 1).ravel() for i in range(n)])
    plan = linprog(cost.ravel(), A_eq=np.concatenate([a, b]), b_eq=np.concatenate([q, p])).x
    return float(np.einsum("ij,ij->", plan.reshape(n, m), cost))


# --- wasserstein_1d -------------------------------------------------------------------------------------------------


@wrong("wasserstein_1d", "does not sort")
def _(x, y):
    n = min(len(x), len(y))
    return np.mean(np.abs(x[:n] - y[:n]))


@wrong("wasserstein_1d", "sorts and averages, for one size only")
def _(x, y):
    return np.mean(np.abs(np.sort(x) - np.sort(y)))


@wrong("wasserstein_1d", "cuts the longer sample off")
def _(x, y):
    n = min(len(x), len(y))
    return np.mean(np.abs(np.sort(x)[:n] - np.sort(y)[:n]))


@wrong("wasserstein_1d", "the difference of the means")
def _(x, y):
    return abs(np.mean(x) - np.mean(y))


@wrong("wasserstein_1d", "a sum in place of the mean")
def _(x, y):
    if len(x) == len(y):
        return np.sum(np.abs(np.sort(x) - np.sort(y)))
    t = np.sort(np.concatenate([x, y]))
    f = np.searchsorted(np.sort(x), t[:-1], side="right")
    g = np.searchsorted(np.sort(y), t[:-1], side="right")
    return np.sum(np.abs(f - g) * np.diff(t))


@wrong("wasserstein_1d", "counts, not shares")
def _(x, y):
    t = np.sort(np.concatenate([x, y]))
    f = np.searchsorted(np.sort(x), t[:-1], side="right")
    g = np.searchsorted(np.sort(y), t[:-1], side="right")
    return np.sum(np.abs(f - g) * np.diff(t))


@wrong("wasserstein_1d", "no absolute value")
def _(x, y):
    t = np.sort(np.concatenate([x, y]))
    f = np.searchsorted(np.sort(x), t[:-1], side="right") / len(x)
    g = np.searchsorted(np.sort(y), t[:-1], side="right") / len(y)
    return np.sum((f - g) * np.diff(t))


@wrong("wasserstein_1d", "squares the difference of F and G")
def _(x, y):
    t = np.sort(np.concatenate([x, y]))
    f = np.searchsorted(np.sort(x), t[:-1], side="right") / len(x)
    g = np.searchsorted(np.sort(y), t[:-1], side="right") / len(y)
    return np.sum((f - g) ** 2 * np.diff(t))


@wrong("wasserstein_1d", "the largest difference of F and G")
def _(x, y):
    t = np.sort(np.concatenate([x, y]))
    f = np.searchsorted(np.sort(x), t, side="right") / len(x)
    g = np.searchsorted(np.sort(y), t, side="right") / len(y)
    return np.max(np.abs(f - g))


@wrong("wasserstein_1d", "searches in samples that are not sorted")
def _(x, y):
    t = np.sort(np.concatenate([x, y]))
    f = np.searchsorted(x, t[:-1], side="right") / len(x)
    g = np.searchsorted(y, t[:-1], side="right") / len(y)
    return np.sum(np.abs(f - g) * np.diff(t))


@wrong("wasserstein_1d", "reads F at the right end of each step")
def _(x, y):
    t = np.sort(np.concatenate([x, y]))
    f = np.searchsorted(np.sort(x), t[1:], side="right") / len(x)
    g = np.searchsorted(np.sort(y), t[1:], side="right") / len(y)
    return np.sum(np.abs(f - g) * np.diff(t))


@wrong("wasserstein_1d", "the mean height without the widths")
def _(x, y):
    t = np.sort(np.concatenate([x, y]))
    f = np.searchsorted(np.sort(x), t, side="right") / len(x)
    g = np.searchsorted(np.sort(y), t, side="right") / len(y)
    return np.mean(np.abs(f - g))


@wrong("wasserstein_1d", "trapezes under the staircases")
def _(x, y):
    t = np.sort(np.concatenate([x, y]))
    f = np.searchsorted(np.sort(x), t, side="right") / len(x)
    g = np.searchsorted(np.sort(y), t, side="right") / len(y)
    height = np.abs(f - g)
    return np.sum((height[1:] + height[:-1]) / 2 * np.diff(t))


@wrong("wasserstein_1d", "a grid of 100 points")
def _(x, y):
    t = np.linspace(min(x.min(), y.min()), max(x.max(), y.max()), 100)
    f = np.array([(x <= one).mean() for one in t])
    g = np.array([(y <= one).mean() for one in t])
    return np.sum(np.abs(f - g)) * (t[1] - t[0])


@wrong("wasserstein_1d", "W2: the root of the mean square")
def _(x, y):
    u = (np.arange(600) + 0.5) / 600
    a, b = np.sort(x)[(u * len(x)).astype(int)], np.sort(y)[(u * len(y)).astype(int)]
    return np.sqrt(np.mean((a - b) ** 2))


@wrong("wasserstein_1d", "the mean distance of all pairs")
def _(x, y):
    return np.mean(np.abs(x[:, None] - y[None, :]))


@wrong("wasserstein_1d", "divides both by the length of x")
def _(x, y):
    t = np.sort(np.concatenate([x, y]))
    f = np.searchsorted(np.sort(x), t[:-1], side="right") / len(x)
    g = np.searchsorted(np.sort(y), t[:-1], side="right") / len(x)
    return np.sum(np.abs(f - g) * np.diff(t))


@wrong("wasserstein_1d", "interpolates the longer sample's quantiles")
def _(x, y):
    u = np.linspace(0, 1, max(len(x), len(y)))
    return np.mean(np.abs(np.quantile(x, u) - np.quantile(y, u)))


@right("wasserstein_1d", "scipy's")
def _(x, y):
    return wasserstein_distance(x, y)


@right("wasserstein_1d", "the linear program of the exercise before")
def _(x, y):
    return wasserstein_lp(np.full(len(x), 1 / len(x)), np.full(len(y), 1 / len(y)), np.abs(np.subtract.outer(x, y)))


@right("wasserstein_1d", "both samples repeated to the product of their sizes")
def _(x, y):
    a, b = np.sort(np.repeat(x, len(y))), np.sort(np.repeat(y, len(x)))
    return np.abs(a - b).mean()


@right("wasserstein_1d", "signs in one merged, sorted list of steps")
def _(x, y):
    steps = sorted([(value, 1 / len(x)) for value in x] + [(value, -1 / len(y)) for value in y])
    area, height = 0.0, 0.0
    for (a, step), (b, _) in itertools.pairwise(steps):
        height += step
        area += abs(height) * (b - a)
    return area


# --- gradient_penalty -----------------------------------------------------------------------------------------------


@wrong("gradient_penalty", "no graph of the gradient")
def _(critic, x_real, x_fake, eps):
    eps = eps.view(-1, *[1] * (x_real.dim() - 1))
    x = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).sum(), x)
    return ((grad.flatten(1).norm(dim=1) - 1) ** 2).mean()


@wrong("gradient_penalty", "the norm over axis 1 only")
def _(critic, x_real, x_fake, eps):
    eps = eps.view(-1, *[1] * (x_real.dim() - 1))
    x = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((grad.norm(2, dim=1) - 1) ** 2).mean()


@wrong("gradient_penalty", "the norm over the whole batch")
def _(critic, x_real, x_fake, eps):
    eps = eps.view(-1, *[1] * (x_real.dim() - 1))
    x = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return (grad.norm() - 1) ** 2


@wrong("gradient_penalty", "eps for points only")
def _(critic, x_real, x_fake, eps):
    x = (eps[:, None] * x_real + (1 - eps[:, None]) * x_fake).requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((grad.flatten(1).norm(dim=1) - 1) ** 2).mean()


@wrong("gradient_penalty", "eps along the last axis, by broadcasting")
def _(critic, x_real, x_fake, eps):
    x = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((grad.flatten(1).norm(dim=1) - 1) ** 2).mean()


@wrong("gradient_penalty", "eps on the fake side")
def _(critic, x_real, x_fake, eps):
    eps = eps.view(-1, *[1] * (x_real.dim() - 1))
    x = ((1 - eps) * x_real + eps * x_fake).requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((grad.flatten(1).norm(dim=1) - 1) ** 2).mean()


@wrong("gradient_penalty", "draws its own eps")
def _(critic, x_real, x_fake, eps):
    eps = torch.rand(len(x_real), *[1] * (x_real.dim() - 1)).to(x_real.dtype)
    x = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((grad.flatten(1).norm(dim=1) - 1) ** 2).mean()


@wrong("gradient_penalty", "one eps for all, the first")
def _(critic, x_real, x_fake, eps):
    x = (eps[0] * x_real + (1 - eps[0]) * x_fake).requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((grad.flatten(1).norm(dim=1) - 1) ** 2).mean()


@wrong("gradient_penalty", "the squared norm minus one")
def _(critic, x_real, x_fake, eps):
    eps = eps.view(-1, *[1] * (x_real.dim() - 1))
    x = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((grad.flatten(1).pow(2).sum(dim=1) - 1) ** 2).mean()


@wrong("gradient_penalty", "only slopes above 1 are charged")
def _(critic, x_real, x_fake, eps):
    eps = eps.view(-1, *[1] * (x_real.dim() - 1))
    x = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return (torch.relu(grad.flatten(1).norm(dim=1) - 1) ** 2).mean()


@wrong("gradient_penalty", "slopes drawn to 0")
def _(critic, x_real, x_fake, eps):
    eps = eps.view(-1, *[1] * (x_real.dim() - 1))
    x = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return (grad.flatten(1).norm(dim=1) ** 2).mean()


@wrong("gradient_penalty", "λ = 10 inside")
def _(critic, x_real, x_fake, eps):
    eps = eps.view(-1, *[1] * (x_real.dim() - 1))
    x = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return 10 * ((grad.flatten(1).norm(dim=1) - 1) ** 2).mean()


@wrong("gradient_penalty", "a sum over the batch")
def _(critic, x_real, x_fake, eps):
    eps = eps.view(-1, *[1] * (x_real.dim() - 1))
    x = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((grad.flatten(1).norm(dim=1) - 1) ** 2).sum()


@wrong("gradient_penalty", "the mean slope, then its distance from 1")
def _(critic, x_real, x_fake, eps):
    eps = eps.view(-1, *[1] * (x_real.dim() - 1))
    x = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return (grad.flatten(1).norm(dim=1).mean() - 1) ** 2


@wrong("gradient_penalty", "the absolute distance from 1")
def _(critic, x_real, x_fake, eps):
    eps = eps.view(-1, *[1] * (x_real.dim() - 1))
    x = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return (grad.flatten(1).norm(dim=1) - 1).abs().mean()


@wrong("gradient_penalty", "differentiates the mean score")
def _(critic, x_real, x_fake, eps):
    eps = eps.view(-1, *[1] * (x_real.dim() - 1))
    x = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).mean(), x, create_graph=True)
    return ((grad.flatten(1).norm(dim=1) - 1) ** 2).mean()


@wrong("gradient_penalty", "the slope at the real points")
def _(critic, x_real, x_fake, eps):
    x = x_real.clone().requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((grad.flatten(1).norm(dim=1) - 1) ** 2).mean()


@wrong("gradient_penalty", "by the 1-norm")
def _(critic, x_real, x_fake, eps):
    eps = eps.view(-1, *[1] * (x_real.dim() - 1))
    x = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((grad.flatten(1).abs().sum(dim=1) - 1) ** 2).mean()


@wrong("gradient_penalty", "a Python number, by item()")
def _(critic, x_real, x_fake, eps):
    eps = eps.view(-1, *[1] * (x_real.dim() - 1))
    x = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((grad.flatten(1).norm(dim=1) - 1) ** 2).mean().item()


@wrong("gradient_penalty", "forgets requires_grad_")
def _(critic, x_real, x_fake, eps):
    eps = eps.view(-1, *[1] * (x_real.dim() - 1))
    x = eps * x_real + (1 - eps) * x_fake
    (grad,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((grad.flatten(1).norm(dim=1) - 1) ** 2).mean()


@wrong("gradient_penalty", "the slope of the secant between real and fake")
def _(critic, x_real, x_fake, eps):
    rise = critic(x_real) - critic(x_fake)
    run = (x_real - x_fake).flatten(1).norm(dim=1)
    return (((rise / run).abs() - 1) ** 2).mean()


@wrong("gradient_penalty", "detaches the gradient before the norm")
def _(critic, x_real, x_fake, eps):
    eps = eps.view(-1, *[1] * (x_real.dim() - 1))
    x = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((grad.detach().flatten(1).norm(dim=1) - 1) ** 2).mean()


@wrong("gradient_penalty", "backward(), which keeps no graph and leaves gradients in the critic")
def _(critic, x_real, x_fake, eps):
    eps = eps.view(-1, *[1] * (x_real.dim() - 1))
    x = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
    critic(x).sum().backward()
    return ((x.grad.flatten(1).norm(dim=1) - 1) ** 2).mean()


@wrong("gradient_penalty", "an image's channels, height and width written into view")
def _(critic, x_real, x_fake, eps):
    eps = eps.view(-1, 1, 1, 1)
    x = (eps * x_real + (1 - eps) * x_fake).requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((grad.view(len(x), -1).norm(dim=1) - 1) ** 2).mean()


@right("gradient_penalty", "ones as grad_outputs and a root of a sum of squares")
def _(critic, x_real, x_fake, eps):
    share = eps.reshape(len(eps), *(1 for _ in x_real.shape[1:]))
    x = torch.lerp(x_fake, x_real, share).requires_grad_(True)
    scores = critic(x)
    grad = torch.autograd.grad(scores, x, torch.ones_like(scores), create_graph=True, retain_graph=True)[0]
    slope = grad.pow(2).sum(dim=tuple(range(1, grad.dim()))).sqrt()
    return torch.mean(torch.square(slope - 1))


@right("gradient_penalty", "example by example, in a loop")
def _(critic, x_real, x_fake, eps):
    total = 0
    for real, fake, e in zip(x_real, x_fake, eps, strict=True):
        x = (e * real + (1 - e) * fake)[None].requires_grad_()
        (grad,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
        total = total + (grad.norm() - 1) ** 2
    return total / len(x_real)


@right("gradient_penalty", "einsum for the points between")
def _(critic, x_real, x_fake, eps):
    x = torch.einsum("n,n...->n...", eps, x_real) + torch.einsum("n,n...->n...", 1 - eps, x_fake)
    x.requires_grad_()
    (grad,) = torch.autograd.grad(critic(x).sum(), [x], create_graph=True)
    return torch.nn.functional.mse_loss(grad.flatten(1).norm(dim=1), torch.ones_like(eps))


# --- count_modes ----------------------------------------------------------------------------------------------------


@wrong("count_modes", "within one std")
def _(samples, centres, std):
    distance = cdist(samples, centres)
    good = distance.min(axis=1) <= std
    return len(np.unique(distance.argmin(axis=1)[good])), good.mean()


@wrong("count_modes", "the squared distance against 3 std")
def _(samples, centres, std):
    distance = ((samples[:, None] - centres[None]) ** 2).sum(axis=2)
    good = distance.min(axis=1) <= 3 * std
    return len(np.unique(distance.argmin(axis=1)[good])), good.mean()


@wrong("count_modes", "how many samples, not their share")
def _(samples, centres, std):
    distance = cdist(samples, centres)
    good = distance.min(axis=1) <= 3 * std
    return len(np.unique(distance.argmin(axis=1)[good])), good.sum()


@wrong("count_modes", "in percent")
def _(samples, centres, std):
    distance = cdist(samples, centres)
    good = distance.min(axis=1) <= 3 * std
    return len(np.unique(distance.argmin(axis=1)[good])), 100 * good.mean()


@wrong("count_modes", "share first")
def _(samples, centres, std):
    distance = cdist(samples, centres)
    good = distance.min(axis=1) <= 3 * std
    return good.mean(), len(np.unique(distance.argmin(axis=1)[good]))


@wrong("count_modes", "a mode counts if any sample lies in its circle, nearest or not")
def _(samples, centres, std):
    inside = cdist(samples, centres) <= 3 * std
    return inside.any(axis=0).sum(), inside.any(axis=1).mean()


@wrong("count_modes", "modes of all samples, good or not")
def _(samples, centres, std):
    distance = cdist(samples, centres)
    return len(np.unique(distance.argmin(axis=1))), (distance.min(axis=1) <= 3 * std).mean()


@wrong("count_modes", "the share of captured modes")
def _(samples, centres, std):
    distance = cdist(samples, centres)
    good = distance.min(axis=1) <= 3 * std
    modes = len(np.unique(distance.argmin(axis=1)[good]))
    return modes, modes / len(centres)


@wrong("count_modes", "each coordinate within 3 std: a square")
def _(samples, centres, std):
    off = np.abs(samples[:, None] - centres[None])
    nearest = (off**2).sum(axis=2).argmin(axis=1)
    good = (off[np.arange(len(samples)), nearest] <= 3 * std).all(axis=1)
    return len(np.unique(nearest[good])), good.mean()


@wrong("count_modes", "the sum over circles, where a sample in two counts twice")
def _(samples, centres, std):
    inside = cdist(samples, centres) <= 3 * std
    return inside.any(axis=0).sum(), inside.sum() / len(samples)


@wrong("count_modes", "which modes, not how many")
def _(samples, centres, std):
    distance = cdist(samples, centres)
    good = distance.min(axis=1) <= 3 * std
    return np.unique(distance.argmin(axis=1)[good]), good.mean()


@wrong("count_modes", "the distance by absolute differences")
def _(samples, centres, std):
    distance = np.abs(samples[:, None] - centres[None]).sum(axis=2)
    good = distance.min(axis=1) <= 3 * std
    return len(np.unique(distance.argmin(axis=1)[good])), good.mean()


@wrong("count_modes", "for each centre its nearest sample: axes swapped")
def _(samples, centres, std):
    distance = cdist(samples, centres)
    good = distance.min(axis=0) <= 3 * std
    return good.sum(), good.mean()


@wrong("count_modes", "beyond 3 std, not within")
def _(samples, centres, std):
    distance = cdist(samples, centres)
    good = distance.min(axis=1) > 3 * std
    return len(np.unique(distance.argmin(axis=1)[good])), good.mean()


@wrong("count_modes", "eight modes of the notebook's ring")
def _(samples, centres, std):
    angles = 2 * np.pi * np.arange(8) / 8
    centres = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    distance = cdist(samples, centres)
    good = distance.min(axis=1) <= 3 * std
    return len(np.unique(distance.argmin(axis=1)[good])), good.mean()


@wrong(
    "count_modes",
    "counts a sample for the first circle that it lies in, not for its nearest centre",
)
def _(samples, centres, std):
    captured = set()
    good = 0
    for sample in samples:
        for j, centre in enumerate(centres):
            if np.linalg.norm(sample - centre) <= 3 * std:
                captured.add(j)
                good += 1
                break
    return len(captured), good / len(samples)


@wrong(
    "count_modes",
    "the last sample decides: the flag is overwritten in the loop",
)
def _(samples, centres, std):
    captured, good = np.zeros(len(centres), dtype=bool), 0
    for sample in samples:
        distance = np.linalg.norm(centres - sample, axis=1)
        captured[distance.argmin()] = distance.min() <= 3 * std
        good += distance.min() <= 3 * std
    return captured.sum(), good / len(samples)


@right("count_modes", "a k-d tree")
def _(samples, centres, std):
    distance, nearest = cKDTree(centres).query(samples)
    good = distance <= 3 * std
    return len(set(nearest[good])), np.count_nonzero(good) / len(samples)


@right("count_modes", "a set in a loop, squares compared")
def _(samples, centres, std):
    captured, good = set(), 0
    for x, y in samples:
        squares = [(x - a) ** 2 + (y - b) ** 2 for a, b in centres]
        if min(squares) <= 9 * std**2:
            good += 1
            captured.add(squares.index(min(squares)))
    return len(captured), good / len(samples)


@right("count_modes", "torch.cdist and a bincount")
def _(samples, centres, std):
    distance, nearest = torch.cdist(torch.as_tensor(samples), torch.as_tensor(centres)).min(dim=1)
    good = distance <= 3 * std
    counts = torch.bincount(nearest[good], minlength=len(centres))
    return (counts > 0).sum().item(), good.double().mean().item()
