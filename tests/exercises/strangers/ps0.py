"""Answers to problem set 0, before the game."""

import itertools

import numpy as np
import torch
from scipy.special import logsumexp, softmax
from scipy.stats import norm

from strangers.book import writers

ANSWERS, OPEN = [], []
wrong, right = writers(ANSWERS, OPEN)


# --- every exercise, right ------------------------------------------------------------------------------------------


@right("log_likelihood", "the logarithm of each bell, then logsumexp")
def log_likelihood(x, weights, means, stds):
    bells = -0.5 * ((x[:, None] - means) / stds) ** 2 - np.log(stds) - 0.5 * np.log(2 * np.pi)
    return logsumexp(np.log(weights) + bells, axis=1)


@right("bayes_rule", "the largest sum subtracted")
def bayes_rule(prior, log_likelihoods):
    logs = np.log(prior) + log_likelihoods
    shares = np.exp(logs - logs.max())
    return shares / shares.sum()


@right("kmeans_step", "a loop over centres")
def kmeans_step(x, centres):
    nearest = ((x[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
    new = np.array(centres, dtype=float)
    for j in range(len(centres)):
        if (nearest == j).any():
            new[j] = x[nearest == j].mean(axis=0)
    return new


@right("pca_project", "by svd")
def pca_project(x_train, x, k):
    mean = x_train.mean(axis=0)
    w = np.linalg.svd(x_train - mean, full_matrices=False)[2][:k]
    return mean + (x - mean) @ w.T @ w


@right("autoregressive_log_prob", "a sum of logarithms")
def autoregressive_log_prob(x, first, following):
    return np.log(first[x[0]]) + np.log(following[x[:-1], x[1:]]).sum()


@right("soft_threshold", "sign and maximum")
def soft_threshold(a, threshold):
    return np.sign(a) * np.maximum(np.abs(a) - threshold, 0)


@right("ista_step", "as it stands")
def ista_step(z, x, dictionary, lam, step):
    return soft_threshold(z - step * (z @ dictionary - x) @ dictionary.T, step * lam)


@right("linear_autoencoder_loss", "as it stands")
def linear_autoencoder_loss(x, encoder, decoder):
    return 0.5 * ((x @ encoder @ decoder - x) ** 2).sum(axis=1).mean()


@right("linear_autoencoder_gradient", "backwards")
def linear_autoencoder_gradient(x, encoder, decoder):
    by_output = (x @ encoder @ decoder - x) / len(x)
    return x.T @ (by_output @ decoder.T), (x @ encoder).T @ by_output


@right("corrupt", "np.where")
def corrupt(x, share, rng):
    return np.where(rng.random(x.shape) < share, 0, x)


@right("hamming_search", "argsort of the counts")
def hamming_search(query, codes, k):
    return np.argsort((codes != query).sum(axis=1), kind="stable")[:k]


# --- log_likelihood -------------------------------------------------------------------------------------------------


@wrong("log_likelihood", "the density as it stands, −inf far away")
def _(x, weights, means, stds):
    bells = np.exp(-0.5 * ((x[:, None] - means) / stds) ** 2) / np.sqrt(2 * np.pi * stds**2)
    return np.log((weights * bells).sum(axis=1))


@wrong("log_likelihood", "the weights forgotten")
def _(x, weights, means, stds):
    return logsumexp(norm.logpdf(x[:, None], means, stds), axis=1)


@wrong("log_likelihood", "a weighted mean of the logarithms")
def _(x, weights, means, stds):
    return (weights * norm.logpdf(x[:, None], means, stds)).sum(axis=1)


@wrong("log_likelihood", "log s forgotten")
def _(x, weights, means, stds):
    bells = -0.5 * ((x[:, None] - means) / stds) ** 2 - 0.5 * np.log(2 * np.pi)
    return logsumexp(np.log(weights) + bells, axis=1)


@wrong("log_likelihood", "2π forgotten")
def _(x, weights, means, stds):
    bells = -0.5 * ((x[:, None] - means) / stds) ** 2 - np.log(stds)
    return logsumexp(np.log(weights) + bells, axis=1)


@wrong("log_likelihood", "stds taken for variances")
def _(x, weights, means, stds):
    return logsumexp(np.log(weights) + norm.logpdf(x[:, None], means, np.sqrt(stds)), axis=1)


@wrong("log_likelihood", "the sum over all examples")
def _(x, weights, means, stds):
    return logsumexp(np.log(weights) + norm.logpdf(x[:, None], means, stds), axis=1).sum()


@wrong("log_likelihood", "log10")
def _(x, weights, means, stds):
    return logsumexp(np.log(weights) + norm.logpdf(x[:, None], means, stds), axis=1) / np.log(10)


@right("log_likelihood", "logaddexp.reduce of scipy's logpdf")
def _(x, weights, means, stds):
    logs = [np.log(w) + norm.logpdf(x, m, s) for w, m, s in zip(weights, means, stds, strict=True)]
    return np.logaddexp.reduce(logs)


# --- bayes_rule -----------------------------------------------------------------------------------------------------


@wrong("bayes_rule", "the formula as it stands, nan where all is tiny")
def _(prior, log_likelihoods):
    products = prior * np.exp(log_likelihoods)
    return products / products.sum()


@wrong("bayes_rule", "the prior forgotten")
def _(prior, log_likelihoods):
    return softmax(log_likelihoods)


@wrong("bayes_rule", "the prior added without its logarithm")
def _(prior, log_likelihoods):
    return softmax(prior + log_likelihoods)


@wrong("bayes_rule", "the logarithms of the shares")
def _(prior, log_likelihoods):
    logs = np.log(prior) + log_likelihoods
    return logs - logsumexp(logs)


@wrong("bayes_rule", "not divided by the sum")
def _(prior, log_likelihoods):
    return prior * np.exp(log_likelihoods - log_likelihoods.max())


@wrong("bayes_rule", "the label of the largest share")
def _(prior, log_likelihoods):
    return np.argmax(np.log(prior) + log_likelihoods)


@right("bayes_rule", "softmax of the sum of logarithms")
def _(prior, log_likelihoods):
    return softmax(np.log(prior) + log_likelihoods)


# --- kmeans_step ----------------------------------------------------------------------------------------------------


@wrong("kmeans_step", "nan for a centre that nobody chose")
def _(x, centres):
    nearest = ((x[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
    return np.array([x[nearest == j].sum(axis=0) / np.float64((nearest == j).sum()) for j in range(len(centres))])


@wrong("kmeans_step", "zeros for a centre that nobody chose")
def _(x, centres):
    nearest = ((x[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
    new = np.zeros_like(centres)
    for j in set(nearest):
        new[j] = x[nearest == j].mean(axis=0)
    return new


@wrong("kmeans_step", "each centre moves to its nearest example")
def _(x, centres):
    return x[((x[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=0)]


@wrong("kmeans_step", "one mean over both numbers")
def _(x, centres):
    nearest = ((x[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
    new = np.array(centres, dtype=float)
    for j in set(nearest):
        new[j] = x[nearest == j].mean()
    return new


@wrong("kmeans_step", "steps until nothing moves")
def _(x, centres):
    for _ in range(100):
        centres = kmeans_step(x, centres)
    return centres


@wrong("kmeans_step", "the farthest centre")
def _(x, centres):
    nearest = ((x[:, None] - centres[None]) ** 2).sum(axis=2).argmax(axis=1)
    new = np.array(centres, dtype=float)
    for j in set(nearest):
        new[j] = x[nearest == j].mean(axis=0)
    return new


@wrong("kmeans_step", "sums in place of means")
def _(x, centres):
    nearest = ((x[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
    return np.array([x[nearest == j].sum(axis=0) for j in range(len(centres))])


@right("kmeans_step", "a matrix of memberships")
def _(x, centres):
    member = np.eye(len(centres))[np.argmin(-2 * x @ centres.T + (centres**2).sum(axis=1), axis=1)]
    count = member.sum(axis=0)[:, None]
    return np.where(count > 0, member.T @ x / np.maximum(count, 1), centres)


# --- pca_project ----------------------------------------------------------------------------------------------------


@wrong("pca_project", "the mean of x and not of x_train")
def _(x_train, x, k):
    w = np.linalg.svd(x_train - x_train.mean(axis=0), full_matrices=False)[2][:k]
    return x.mean(axis=0) + (x - x.mean(axis=0)) @ w.T @ w


@wrong("pca_project", "the mean not subtracted")
def _(x_train, x, k):
    w = np.linalg.svd(x_train, full_matrices=False)[2][:k]
    return x @ w.T @ w


@wrong("pca_project", "the mean not added again")
def _(x_train, x, k):
    mean = x_train.mean(axis=0)
    w = np.linalg.svd(x_train - mean, full_matrices=False)[2][:k]
    return (x - mean) @ w.T @ w


@wrong("pca_project", "the columns of V-transposed")
def _(x_train, x, k):
    mean = x_train.mean(axis=0)
    w = np.linalg.svd(x_train - mean, full_matrices=False)[2][:, :k]
    return mean + (x - mean) @ w @ w.T


@wrong("pca_project", "eigh's first columns, which are the smallest")
def _(x_train, x, k):
    mean = x_train.mean(axis=0)
    w = np.linalg.eigh(np.cov(x_train, rowvar=False))[1][:, :k]
    return mean + (x - mean) @ w @ w.T


@wrong("pca_project", "the codes, shape (m, k)")
def _(x_train, x, k):
    mean = x_train.mean(axis=0)
    return (x - mean) @ np.linalg.svd(x_train - mean, full_matrices=False)[2][:k].T


@wrong("pca_project", "x_train projected")
def _(x_train, x, k):
    return pca_project(x_train, x_train, k)


@right("pca_project", "eigh's last columns")
def _(x_train, x, k):
    mean = x_train.mean(axis=0)
    w = np.linalg.eigh((x_train - mean).T @ (x_train - mean))[1][:, ::-1][:, :k]
    return mean + (x - mean) @ (w @ w.T)


# --- autoregressive_log_prob ----------------------------------------------------------------------------------------


@wrong("autoregressive_log_prob", "the logarithm of the product, −inf for long sequences")
def _(x, first, following):
    p = first[x[0]]
    for a, b in itertools.pairwise(x):
        p *= following[a, b]
    return np.log(p)


@wrong("autoregressive_log_prob", "the first symbol forgotten")
def _(x, first, following):
    return np.log(following[x[:-1], x[1:]]).sum()


@wrong("autoregressive_log_prob", "rows and columns swapped")
def _(x, first, following):
    return np.log(first[x[0]]) + np.log(following[x[1:], x[:-1]]).sum()


@wrong("autoregressive_log_prob", "the mean per symbol")
def _(x, first, following):
    return (np.log(first[x[0]]) + np.log(following[x[:-1], x[1:]]).sum()) / len(x)


@wrong("autoregressive_log_prob", "first for every symbol")
def _(x, first, following):
    return np.log(first[x]).sum()


@wrong("autoregressive_log_prob", "stops one symbol early")
def _(x, first, following):
    total = np.log(first[x[0]])
    for t in range(1, len(x) - 1):
        total += np.log(following[x[t - 1], x[t]])
    return total


@right("autoregressive_log_prob", "a loop")
def _(x, first, following):
    total, row = 0.0, first
    for symbol in x:
        total, row = total + np.log(row[symbol]), following[symbol]
    return total


# --- soft_threshold -------------------------------------------------------------------------------------------------


@wrong("soft_threshold", "the hard threshold")
def _(a, threshold):
    return np.where(np.abs(a) > threshold, a, 0)


@wrong("soft_threshold", "forgets the negative side")
def _(a, threshold):
    return np.maximum(a - threshold, 0)


@wrong("soft_threshold", "moves beyond 0")
def _(a, threshold):
    return a - threshold * np.sign(a)


@wrong("soft_threshold", "clips")
def _(a, threshold):
    return np.clip(a, -threshold, threshold)


@wrong("soft_threshold", "loses the sign")
def _(a, threshold):
    return np.maximum(np.abs(a) - threshold, 0)


@right("soft_threshold", "a minus its clipped part")
def _(a, threshold):
    return a - np.clip(a, -threshold, threshold)


@right("soft_threshold", "torch's softshrink")
def _(a, threshold):
    return torch.nn.functional.softshrink(torch.as_tensor(a), float(threshold)).numpy()


# --- ista_step ------------------------------------------------------------------------------------------------------


@wrong("ista_step", "the threshold λ without the step")
def _(z, x, dictionary, lam, step):
    return soft_threshold(z - step * (z @ dictionary - x) @ dictionary.T, lam)


@wrong("ista_step", "up the gradient")
def _(z, x, dictionary, lam, step):
    return soft_threshold(z + step * (z @ dictionary - x) @ dictionary.T, step * lam)


@wrong("ista_step", "the threshold first")
def _(z, x, dictionary, lam, step):
    z = soft_threshold(z, step * lam)
    return z - step * (z @ dictionary - x) @ dictionary.T


@wrong("ista_step", "no threshold")
def _(z, x, dictionary, lam, step):
    return z - step * (z @ dictionary - x) @ dictionary.T


@right("ista_step", "the two matrix products taken apart")
def _(z, x, dictionary, lam, step):
    down = z - step * z @ (dictionary @ dictionary.T) + step * x @ dictionary.T
    return np.sign(down) * np.maximum(np.abs(down) - step * lam, 0)


# --- linear_autoencoder ---------------------------------------------------------------------------------------------


@wrong("linear_autoencoder_loss", "without the ½")
def _(x, encoder, decoder):
    return ((x @ encoder @ decoder - x) ** 2).sum(axis=1).mean()


@wrong("linear_autoencoder_loss", "a mean over features as well")
def _(x, encoder, decoder):
    return 0.5 * ((x @ encoder @ decoder - x) ** 2).mean()


@wrong("linear_autoencoder_loss", "a sum over the examples")
def _(x, encoder, decoder):
    return 0.5 * ((x @ encoder @ decoder - x) ** 2).sum()


@wrong("linear_autoencoder_loss", "the norm not squared")
def _(x, encoder, decoder):
    return 0.5 * np.linalg.norm(x @ encoder @ decoder - x, axis=1).mean()


@right("linear_autoencoder_loss", "einsum")
def _(x, encoder, decoder):
    off = np.einsum("nd,dk,ke->ne", x, encoder, decoder) - x
    return np.einsum("ne,ne->", off, off) / (2 * len(x))


@wrong("linear_autoencoder_gradient", "not divided by n")
def _(x, encoder, decoder):
    by_output = x @ encoder @ decoder - x
    return x.T @ by_output @ decoder.T, (x @ encoder).T @ by_output


@wrong("linear_autoencoder_gradient", "the two in the wrong order")
def _(x, encoder, decoder):
    by_output = (x @ encoder @ decoder - x) / len(x)
    return (x @ encoder).T @ by_output, x.T @ by_output @ decoder.T


@wrong("linear_autoencoder_gradient", "the sign")
def _(x, encoder, decoder):
    by_output = (x - x @ encoder @ decoder) / len(x)
    return x.T @ by_output @ decoder.T, (x @ encoder).T @ by_output


@wrong("linear_autoencoder_gradient", "a 2 as if there were no ½")
def _(x, encoder, decoder):
    by_output = 2 * (x @ encoder @ decoder - x) / len(x)
    return x.T @ by_output @ decoder.T, (x @ encoder).T @ by_output


@wrong("linear_autoencoder_gradient", "the encoder's, as if the decoder were its transpose")
def _(x, encoder, decoder):
    by_output = (x @ encoder @ decoder - x) / len(x)
    return x.T @ by_output @ encoder, (x @ encoder).T @ by_output


@right("linear_autoencoder_gradient", "torch differentiates")
def _(x, encoder, decoder):
    e, d = (torch.tensor(m, requires_grad=True) for m in (encoder, decoder))
    x = torch.tensor(x)
    ((x @ e @ d - x) ** 2).sum().div(2 * len(x)).backward()
    return e.grad.numpy(), d.grad.numpy()


# --- corrupt --------------------------------------------------------------------------------------------------------


@wrong("corrupt", "keeps with the probability `share`")
def _(x, share, rng):
    return np.where(rng.random(x.shape) < share, x, 0)


@wrong("corrupt", "changes x in place")
def _(x, share, rng):
    x[rng.random(x.shape) < share] = 0
    return x


@wrong("corrupt", "one coin for a whole row")
def _(x, share, rng):
    out = x.copy()
    out[rng.random(len(x)) < share] = 0
    return out


@wrong("corrupt", "scales the rest up, as dropout does")
def _(x, share, rng):
    return np.where(rng.random(x.shape) < share, 0, x / (1 - share))


@wrong("corrupt", "adds Gaussian noise")
def _(x, share, rng):
    return x + share * rng.normal(size=x.shape)


@wrong("corrupt", "exactly the share of the numbers, not a coin each")
def _(x, share, rng):
    out = x.copy().ravel()
    out[rng.choice(x.size, size=int(share * x.size), replace=False)] = 0
    return out.reshape(x.shape)


@right("corrupt", "times a mask of zeros and ones")
def _(x, share, rng):
    return x * rng.binomial(1, 1 - share, size=x.shape)


# --- hamming_search -------------------------------------------------------------------------------------------------


@wrong("hamming_search", "the farthest")
def _(query, codes, k):
    return np.argsort(-(codes != query).sum(axis=1))[:k]


@wrong("hamming_search", "counts the bits that are True in both")
def _(query, codes, k):
    return np.argsort(-(codes & query).sum(axis=1), kind="stable")[:k]


@wrong("hamming_search", "the distances and not the indices")
def _(query, codes, k):
    return np.sort((codes != query).sum(axis=1))[:k]


@wrong("hamming_search", "the nearest k in any order")
def _(query, codes, k):
    return np.sort(np.argsort((codes != query).sum(axis=1))[:k])


@wrong("hamming_search", "the codes themselves")
def _(query, codes, k):
    return codes[np.argsort((codes != query).sum(axis=1))[:k]]


@wrong("hamming_search", "leaves the nearest out, taking it for the query itself")
def _(query, codes, k):
    return np.argsort((codes != query).sum(axis=1))[1 : k + 1]


@right("hamming_search", "exclusive or, and sorted with a key")
def _(query, codes, k):
    return np.array(sorted(range(len(codes)), key=lambda i: int(np.bitwise_xor(codes[i], query).sum()))[:k])
