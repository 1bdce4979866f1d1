"""Answers to problem set 4, classes, codes and two numbers of evaluation."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from scipy.linalg import sqrtm
from scipy.spatial.distance import cdist

from strangers.book import writers

ANSWERS, OPEN = [], []
wrong, right = writers(ANSWERS, OPEN)


# --- every exercise, right ------------------------------------------------------------------------------------------


@right("one_hot", "rows of the unit matrix")
def one_hot(labels, classes):
    return np.eye(classes)[labels]


@right("condition_images", "broadcast_to and concatenate")
def condition_images(x, labels, classes):
    n, _, height, width = x.shape
    maps = np.broadcast_to(one_hot(labels, classes)[:, :, None, None], (n, classes, height, width))
    return np.concatenate([x, maps], axis=1)


@right("projection_logit", "a sum of products")
def projection_logit(features, unconditional_logit, embedding, labels):
    return unconditional_logit + (embedding[labels] * features).sum(dim=1)


@right("acgan_discriminator_loss", "softplus and cross_entropy")
def acgan_discriminator_loss(real_logits, fake_logits, real_class_logits, fake_class_logits, real_labels, fake_labels):
    source = F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()
    return source + F.cross_entropy(real_class_logits, real_labels) + F.cross_entropy(fake_class_logits, fake_labels)


@right("acgan_generator_loss", "softplus and cross_entropy")
def acgan_generator_loss(fake_logits, fake_class_logits, fake_labels):
    return F.softplus(-fake_logits).mean() + F.cross_entropy(fake_class_logits, fake_labels)


@right("info_loss", "the Gaussian written out")
def info_loss(class_logits, c_class, mean, c_continuous, std):
    gauss = 0.5 * ((c_continuous - mean) / std) ** 2 + torch.log(std) + 0.5 * math.log(2 * math.pi)
    return F.cross_entropy(class_logits, c_class) + gauss.sum(dim=1).mean()


@right("truncate", "draws for those out of range until there are none")
def truncate(z, threshold, draw):
    z = z.copy()
    out = np.abs(z) > threshold
    while out.any():
        z[out] = draw(out.sum())
        out = np.abs(z) > threshold
    return z


@right("frechet_distance", "eigenvalues of the product")
def frechet_distance(x, y):
    s, t = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    roots = np.sqrt(np.maximum(np.linalg.eigvals(s @ t).real, 0))
    return np.sum((x.mean(axis=0) - y.mean(axis=0)) ** 2) + np.trace(s) + np.trace(t) - 2 * roots.sum()


@right("polynomial_kernel", "a matrix product")
def polynomial_kernel(x, y):
    return (x @ y.T / x.shape[1] + 1) ** 3


@right("kernel_distance", "sums without the diagonal")
def kernel_distance(x, y):
    n, m = len(x), len(y)
    xx, yy, xy = polynomial_kernel(x, x), polynomial_kernel(y, y), polynomial_kernel(x, y)
    within = (xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1))
    return within - 2 * xy.mean()


@right("fooled", "the table, read")
def fooled():
    return {
        "dropper": {"copies": True, "frechet": False, "kernel": False, "precision": True},
        "memoriser": {"copies": False, "frechet": True, "kernel": True, "precision": True},
        "noise": {"copies": True, "frechet": True, "kernel": True, "precision": False},
        "one_image": {"copies": False, "frechet": False, "kernel": False, "precision": True},
    }


# --- one_hot --------------------------------------------------------------------------------------------------------


@wrong("one_hot", "as many columns as the largest label needs")
def _(labels, classes):
    return np.eye(labels.max() + 1)[labels]


@wrong("one_hot", "a column for every class that occurs")
def _(labels, classes):
    return (labels[:, None] == np.unique(labels)[None, :]).astype(float)


@wrong("one_hot", "classes as rows")
def _(labels, classes):
    return np.eye(classes)[:, labels]


@wrong("one_hot", "one column too far: labels taken from 1")
def _(labels, classes):
    return np.eye(classes)[labels - 1]


@wrong("one_hot", "the label itself in place of the 1")
def _(labels, classes):
    out = np.zeros((len(labels), classes))
    for i, label in enumerate(labels):
        out[i, label] = label
    return out


@wrong("one_hot", "ones in these columns of every row")
def _(labels, classes):
    out = np.zeros((len(labels), classes))
    out[:, labels] = 1
    return out


@wrong("one_hot", "10 columns, as for digits")
def _(labels, classes):
    return np.eye(10)[labels]


@wrong("one_hot", "returns within the loop")
def _(labels, classes):
    out = np.zeros((len(labels), classes))
    for i, label in enumerate(labels):
        out[i, label] = 1
        return out


@wrong("one_hot", "−1 in place of 0")
def _(labels, classes):
    return 2 * np.eye(classes)[labels] - 1


@right("one_hot", "a comparison, as Booleans")
def _(labels, classes):
    return labels[:, None] == np.arange(classes)


@right("one_hot", "torch's one_hot")
def _(labels, classes):
    return F.one_hot(torch.as_tensor(labels), classes).numpy()


# --- condition_images -----------------------------------------------------------------------------------------------


@wrong("condition_images", "the maps first")
def _(x, labels, classes):
    n, _, height, width = x.shape
    maps = np.broadcast_to(one_hot(labels, classes)[:, :, None, None], (n, classes, height, width))
    return np.concatenate([maps, x], axis=1)


@wrong("condition_images", "one map that holds the label")
def _(x, labels, classes):
    maps = np.broadcast_to(labels[:, None, None, None], (len(x), 1, *x.shape[2:]))
    return np.concatenate([x, maps], axis=1)


@wrong("condition_images", "adds the map to the image")
def _(x, labels, classes):
    return x + one_hot(labels, classes)[:, :, None, None]


@wrong("condition_images", "height and width swapped")
def _(x, labels, classes):
    n, _, width, height = x.shape
    maps = np.ones((n, classes, height, width)) * one_hot(labels, classes)[:, :, None, None]
    return np.concatenate([x, maps], axis=1)


@wrong("condition_images", "square images only")
def _(x, labels, classes):
    size = x.shape[2]
    maps = np.ones((len(x), classes, size, size)) * one_hot(labels, classes)[:, :, None, None]
    return np.concatenate([x, maps], axis=1)


@wrong("condition_images", "grey images only: fills place 0 and the rest")
def _(x, labels, classes):
    out = np.zeros((len(x), 1 + classes, *x.shape[2:]))
    out[:, :1] = x
    for i, label in enumerate(labels):
        out[i, 1 + label] = 1
    return out


@wrong("condition_images", "the place of the map counted without the image's channels")
def _(x, labels, classes):
    n, channels, height, width = x.shape
    out = np.zeros((n, channels + classes, height, width))
    out[:, :channels] = x
    out[np.arange(n), labels] = 1
    return out


@wrong("condition_images", "puts them side by side along the width")
def _(x, labels, classes):
    n, _, height, width = x.shape
    maps = np.broadcast_to(one_hot(labels, classes)[:, :, None, None], (n, classes, height, width))
    return np.concatenate([x, maps], axis=-1) if x.shape[1] == classes else np.concatenate([x, maps[:, :1]], axis=-1)


@wrong("condition_images", "reshapes where it should repeat, so that the maps are stripes")
def _(x, labels, classes):
    n, _, height, width = x.shape
    code = np.tile(one_hot(labels, classes), height * width)
    return np.concatenate([x, code.reshape(n, classes, height, width)], axis=1)


@wrong("condition_images", "1 only at the pixel in the corner")
def _(x, labels, classes):
    maps = np.zeros((len(x), classes, *x.shape[2:]))
    maps[np.arange(len(x)), labels, 0, 0] = 1
    return np.concatenate([x, maps], axis=1)


@right("condition_images", "einsum with ones")
def _(x, labels, classes):
    maps = np.einsum("nk,hw->nkhw", one_hot(labels, classes), np.ones(x.shape[2:]))
    return np.hstack([x, maps])


@right("condition_images", "an empty array filled image by image")
def _(x, labels, classes):
    n, channels, height, width = x.shape
    out = np.zeros((n, channels + classes, height, width))
    for i in range(n):
        out[i, :channels] = x[i]
        out[i, channels + labels[i], :, :] = 1
    return out


@right("condition_images", "in torch, with expand")
def _(x, labels, classes):
    x = torch.as_tensor(x)
    code = torch.as_tensor(one_hot(labels, classes))[:, :, None, None].expand(-1, -1, *x.shape[2:])
    return torch.cat([x, code.to(x.dtype)], dim=1).numpy()


# --- projection_logit -----------------------------------------------------------------------------------------------


@wrong("projection_logit", "without the unconditional logit")
def _(features, unconditional_logit, embedding, labels):
    return (embedding[labels] * features).sum(dim=1)


@wrong("projection_logit", "the vector of one class for all: the first label's")
def _(features, unconditional_logit, embedding, labels):
    return unconditional_logit + features @ embedding[labels[0]]


@wrong("projection_logit", "all classes, not only the label's")
def _(features, unconditional_logit, embedding, labels):
    return unconditional_logit + (features @ embedding.T).sum(dim=1)


@wrong("projection_logit", "a matrix of all pairs of examples")
def _(features, unconditional_logit, embedding, labels):
    return unconditional_logit + features @ embedding[labels].T


@wrong("projection_logit", "the mean of the products")
def _(features, unconditional_logit, embedding, labels):
    return unconditional_logit + (embedding[labels] * features).mean(dim=1)


@wrong("projection_logit", "cosines: both of length 1")
def _(features, unconditional_logit, embedding, labels):
    return unconditional_logit + F.cosine_similarity(embedding[labels], features, dim=1)


@wrong("projection_logit", "a column, (n, 1), that broadcasts to (n, n)")
def _(features, unconditional_logit, embedding, labels):
    return unconditional_logit + (embedding[labels] * features).sum(dim=1, keepdim=True)


@wrong("projection_logit", "a sigmoid at the end")
def _(features, unconditional_logit, embedding, labels):
    return torch.sigmoid(unconditional_logit + (embedding[labels] * features).sum(dim=1))


@wrong("projection_logit", "times the logit in place of plus")
def _(features, unconditional_logit, embedding, labels):
    return unconditional_logit * (embedding[labels] * features).sum(dim=1)


@wrong("projection_logit", "sums over the batch")
def _(features, unconditional_logit, embedding, labels):
    return unconditional_logit + (embedding[labels] * features).sum()


@wrong("projection_logit", "the distance of the features from the vector")
def _(features, unconditional_logit, embedding, labels):
    return unconditional_logit - (embedding[labels] - features).norm(dim=1)


@wrong("projection_logit", "one-hot in 32 bits against features in 64")
def _(features, unconditional_logit, embedding, labels):
    code = F.one_hot(labels, len(embedding)).float()
    return unconditional_logit + ((code @ embedding) * features).sum(dim=1)


@right("projection_logit", "einsum")
def _(features, unconditional_logit, embedding, labels):
    return torch.einsum("nd,nd->n", features, F.embedding(labels, embedding)) + unconditional_logit


@right("projection_logit", "all classes, then gather")
def _(features, unconditional_logit, embedding, labels):
    return (features @ embedding.T).gather(1, labels[:, None]).squeeze(1) + unconditional_logit


@right("projection_logit", "one-hot and a batched matrix product")
def _(features, unconditional_logit, embedding, labels):
    vectors = F.one_hot(labels, embedding.shape[0]).to(features.dtype) @ embedding
    return unconditional_logit + torch.bmm(vectors[:, None, :], features[:, :, None]).flatten()


# --- acgan_discriminator_loss ---------------------------------------------------------------------------------------


@wrong("acgan_discriminator_loss", "real and fake swapped")
def _(real_logits, fake_logits, real_class_logits, fake_class_logits, real_labels, fake_labels):
    source = F.softplus(real_logits).mean() + F.softplus(-fake_logits).mean()
    return source + F.cross_entropy(real_class_logits, real_labels) + F.cross_entropy(fake_class_logits, fake_labels)


@wrong("acgan_discriminator_loss", "classes of the real images only")
def _(real_logits, fake_logits, real_class_logits, fake_class_logits, real_labels, fake_labels):
    source = F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()
    return source + F.cross_entropy(real_class_logits, real_labels)


@wrong("acgan_discriminator_loss", "the fake images' class term subtracted")
def _(real_logits, fake_logits, real_class_logits, fake_class_logits, real_labels, fake_labels):
    source = F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()
    return source + F.cross_entropy(real_class_logits, real_labels) - F.cross_entropy(fake_class_logits, fake_labels)


@wrong("acgan_discriminator_loss", "no class terms")
def _(real_logits, fake_logits, real_class_logits, fake_class_logits, real_labels, fake_labels):
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()


@wrong("acgan_discriminator_loss", "class terms halved")
def _(real_logits, fake_logits, real_class_logits, fake_class_logits, real_labels, fake_labels):
    source = F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()
    both = torch.cat([real_class_logits, fake_class_logits])
    return source + F.cross_entropy(both, torch.cat([real_labels, fake_labels]))


@wrong("acgan_discriminator_loss", "the real labels for the fake images")
def _(real_logits, fake_logits, real_class_logits, fake_class_logits, real_labels, fake_labels):
    source = F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()
    return source + F.cross_entropy(real_class_logits, real_labels) + F.cross_entropy(fake_class_logits, real_labels)


@wrong("acgan_discriminator_loss", "the formula as it stands, infinite at 1000")
def _(real_logits, fake_logits, real_class_logits, fake_class_logits, real_labels, fake_labels):
    source = -torch.log(torch.sigmoid(real_logits)).mean() - torch.log(1 - torch.sigmoid(fake_logits)).mean()
    return source + F.cross_entropy(real_class_logits, real_labels) + F.cross_entropy(fake_class_logits, fake_labels)


@wrong("acgan_discriminator_loss", "a softmax before cross_entropy, which takes one itself")
def _(real_logits, fake_logits, real_class_logits, fake_class_logits, real_labels, fake_labels):
    source = F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()
    real_q, fake_q = real_class_logits.softmax(dim=1), fake_class_logits.softmax(dim=1)
    return source + F.cross_entropy(real_q, real_labels) + F.cross_entropy(fake_q, fake_labels)


@wrong("acgan_discriminator_loss", "sums over the batch")
def _(real_logits, fake_logits, real_class_logits, fake_class_logits, real_labels, fake_labels):
    source = F.softplus(-real_logits).sum() + F.softplus(fake_logits).sum()
    classes = F.cross_entropy(real_class_logits, real_labels, reduction="sum")
    return source + classes + F.cross_entropy(fake_class_logits, fake_labels, reduction="sum")


@wrong("acgan_discriminator_loss", "the softmax along the batch")
def _(real_logits, fake_logits, real_class_logits, fake_class_logits, real_labels, fake_labels):
    source = F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()
    real_q = real_class_logits.log_softmax(dim=0).gather(1, real_labels[:, None])
    fake_q = fake_class_logits.log_softmax(dim=0).gather(1, fake_labels[:, None])
    return source - real_q.mean() - fake_q.mean()


@wrong("acgan_discriminator_loss", "detaches what belongs to fake images")
def _(real_logits, fake_logits, real_class_logits, fake_class_logits, real_labels, fake_labels):
    source = F.softplus(-real_logits).mean() + F.softplus(fake_logits.detach()).mean()
    fake = F.cross_entropy(fake_class_logits.detach(), fake_labels)
    return source + F.cross_entropy(real_class_logits, real_labels) + fake


@wrong("acgan_discriminator_loss", "the fake logit with the sign of the real one")
def _(real_logits, fake_logits, real_class_logits, fake_class_logits, real_labels, fake_labels):
    source = F.softplus(-real_logits).mean() + F.softplus(-fake_logits).mean()
    return source + F.cross_entropy(real_class_logits, real_labels) + F.cross_entropy(fake_class_logits, fake_labels)


@wrong("acgan_discriminator_loss", "the mean of real and fake in the source term")
def _(real_logits, fake_logits, real_class_logits, fake_class_logits, real_labels, fake_labels):
    source = (F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()) / 2
    return source + F.cross_entropy(real_class_logits, real_labels) + F.cross_entropy(fake_class_logits, fake_labels)


@wrong("acgan_discriminator_loss", "a Python number")
def _(real_logits, fake_logits, real_class_logits, fake_class_logits, real_labels, fake_labels):
    source = F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()
    classes = F.cross_entropy(real_class_logits, real_labels) + F.cross_entropy(fake_class_logits, fake_labels)
    return (source + classes).item()


@right("acgan_discriminator_loss", "one batch with labels for the source")
def _(real_logits, fake_logits, real_class_logits, fake_class_logits, real_labels, fake_labels):
    real = F.binary_cross_entropy_with_logits(real_logits, torch.ones_like(real_logits))
    fake = F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))
    classes = [(real_class_logits, real_labels), (fake_class_logits, fake_labels)]
    return real + fake + sum(F.cross_entropy(logits, labels) for logits, labels in classes)


@right("acgan_discriminator_loss", "log-sum-exp minus the logit of the class")
def _(real_logits, fake_logits, real_class_logits, fake_class_logits, real_labels, fake_labels):
    def surprise(logits, labels):
        return (logits.logsumexp(dim=1) - logits[torch.arange(len(labels)), labels]).mean()

    source = -F.logsigmoid(real_logits).mean() - F.logsigmoid(-fake_logits).mean()
    return source + surprise(real_class_logits, real_labels) + surprise(fake_class_logits, fake_labels)


# --- acgan_generator_loss -------------------------------------------------------------------------------------------


@wrong("acgan_generator_loss", "the class term subtracted: a zero-sum game")
def _(fake_logits, fake_class_logits, fake_labels):
    return F.softplus(-fake_logits).mean() - F.cross_entropy(fake_class_logits, fake_labels)


@wrong("acgan_generator_loss", "the loss that saturates")
def _(fake_logits, fake_class_logits, fake_labels):
    return -F.softplus(fake_logits).mean() + F.cross_entropy(fake_class_logits, fake_labels)


@wrong("acgan_generator_loss", "wants its images called fake")
def _(fake_logits, fake_class_logits, fake_labels):
    return F.softplus(fake_logits).mean() + F.cross_entropy(fake_class_logits, fake_labels)


@wrong("acgan_generator_loss", "without the class")
def _(fake_logits, fake_class_logits, fake_labels):
    return F.softplus(-fake_logits).mean()


@wrong("acgan_generator_loss", "only the class")
def _(fake_logits, fake_class_logits, fake_labels):
    return F.cross_entropy(fake_class_logits, fake_labels)


@wrong("acgan_generator_loss", "everything negated")
def _(fake_logits, fake_class_logits, fake_labels):
    return -F.softplus(fake_logits).mean() - F.cross_entropy(fake_class_logits, fake_labels)


@wrong("acgan_generator_loss", "a mean of the two")
def _(fake_logits, fake_class_logits, fake_labels):
    return 0.5 * (F.softplus(-fake_logits).mean() + F.cross_entropy(fake_class_logits, fake_labels))


@wrong("acgan_generator_loss", "log of softmax, infinite at 1000")
def _(fake_logits, fake_class_logits, fake_labels):
    q = fake_class_logits.softmax(dim=1)[torch.arange(len(fake_labels)), fake_labels]
    return F.softplus(-fake_logits).mean() - torch.log(q).mean()


@wrong("acgan_generator_loss", "the probability of the class and not its logarithm")
def _(fake_logits, fake_class_logits, fake_labels):
    q = fake_class_logits.softmax(dim=1)[torch.arange(len(fake_labels)), fake_labels]
    return F.softplus(-fake_logits).mean() - q.mean()


@wrong("acgan_generator_loss", "binary cross-entropy of every class with its one-hot label")
def _(fake_logits, fake_class_logits, fake_labels):
    code = F.one_hot(fake_labels, fake_class_logits.shape[1]).to(fake_class_logits.dtype)
    return F.softplus(-fake_logits).mean() + F.binary_cross_entropy_with_logits(fake_class_logits, code)


@wrong("acgan_generator_loss", "the class that the classifier names, in place of the one asked for")
def _(fake_logits, fake_class_logits, fake_labels):
    return F.softplus(-fake_logits).mean() + F.cross_entropy(fake_class_logits, fake_class_logits.argmax(dim=1))


@wrong("acgan_generator_loss", "under no_grad")
def _(fake_logits, fake_class_logits, fake_labels):
    with torch.no_grad():
        return F.softplus(-fake_logits).mean() + F.cross_entropy(fake_class_logits, fake_labels)


@wrong("acgan_generator_loss", "the pair of both terms")
def _(fake_logits, fake_class_logits, fake_labels):
    return F.softplus(-fake_logits).mean(), F.cross_entropy(fake_class_logits, fake_labels)


@wrong("acgan_generator_loss", "one loss per example")
def _(fake_logits, fake_class_logits, fake_labels):
    return F.softplus(-fake_logits) + F.cross_entropy(fake_class_logits, fake_labels, reduction="none")


@right("acgan_generator_loss", "nll_loss of log_softmax, logsigmoid")
def _(fake_logits, fake_class_logits, fake_labels):
    return F.nll_loss(F.log_softmax(fake_class_logits, dim=1), fake_labels) - F.logsigmoid(fake_logits).mean()


@right("acgan_generator_loss", "per example, then one mean")
def _(fake_logits, fake_class_logits, fake_labels):
    each = torch.logaddexp(torch.zeros_like(fake_logits), -fake_logits)
    return (each + F.cross_entropy(fake_class_logits, fake_labels, reduction="none")).mean()


# --- info_loss ------------------------------------------------------------------------------------------------------


@wrong("info_loss", "½ log 2π left out")
def _(class_logits, c_class, mean, c_continuous, std):
    gauss = 0.5 * ((c_continuous - mean) / std) ** 2 + torch.log(std)
    return F.cross_entropy(class_logits, c_class) + gauss.sum(dim=1).mean()


@wrong("info_loss", "the mean squared error")
def _(class_logits, c_class, mean, c_continuous, std):
    return F.cross_entropy(class_logits, c_class) + F.mse_loss(mean, c_continuous)


@wrong("info_loss", "log s left out")
def _(class_logits, c_class, mean, c_continuous, std):
    gauss = 0.5 * ((c_continuous - mean) / std) ** 2 + 0.5 * math.log(2 * math.pi)
    return F.cross_entropy(class_logits, c_class) + gauss.sum(dim=1).mean()


@wrong("info_loss", "std taken for the variance")
def _(class_logits, c_class, mean, c_continuous, std):
    gauss = 0.5 * (c_continuous - mean) ** 2 / std + 0.5 * torch.log(2 * math.pi * std)
    return F.cross_entropy(class_logits, c_class) + gauss.sum(dim=1).mean()


@wrong("info_loss", "std taken for its logarithm")
def _(class_logits, c_class, mean, c_continuous, std):
    gauss = 0.5 * ((c_continuous - mean) / std.exp()) ** 2 + std + 0.5 * math.log(2 * math.pi)
    return F.cross_entropy(class_logits, c_class) + gauss.sum(dim=1).mean()


@wrong("info_loss", "a mean over codes as well")
def _(class_logits, c_class, mean, c_continuous, std):
    gauss = 0.5 * ((c_continuous - mean) / std) ** 2 + torch.log(std) + 0.5 * math.log(2 * math.pi)
    return F.cross_entropy(class_logits, c_class) + gauss.mean()


@wrong("info_loss", "a sum over the batch")
def _(class_logits, c_class, mean, c_continuous, std):
    gauss = 0.5 * ((c_continuous - mean) / std) ** 2 + torch.log(std) + 0.5 * math.log(2 * math.pi)
    return F.cross_entropy(class_logits, c_class) + gauss.sum()


@wrong("info_loss", "the bound itself: the sign")
def _(class_logits, c_class, mean, c_continuous, std):
    gauss = 0.5 * ((c_continuous - mean) / std) ** 2 + torch.log(std) + 0.5 * math.log(2 * math.pi)
    return -F.cross_entropy(class_logits, c_class) - gauss.sum(dim=1).mean()


@wrong("info_loss", "H(c) of the class added")
def _(class_logits, c_class, mean, c_continuous, std):
    gauss = 0.5 * ((c_continuous - mean) / std) ** 2 + torch.log(std) + 0.5 * math.log(2 * math.pi)
    loss = F.cross_entropy(class_logits, c_class) + gauss.sum(dim=1).mean()
    return loss - math.log(class_logits.shape[1])


@wrong("info_loss", "the half left out")
def _(class_logits, c_class, mean, c_continuous, std):
    gauss = ((c_continuous - mean) / std) ** 2 + torch.log(std) + 0.5 * math.log(2 * math.pi)
    return F.cross_entropy(class_logits, c_class) + gauss.sum(dim=1).mean()


@wrong("info_loss", "only the continuous codes")
def _(class_logits, c_class, mean, c_continuous, std):
    gauss = 0.5 * ((c_continuous - mean) / std) ** 2 + torch.log(std) + 0.5 * math.log(2 * math.pi)
    return gauss.sum(dim=1).mean()


@wrong("info_loss", "the std of the first code for all")
def _(class_logits, c_class, mean, c_continuous, std):
    s = std[0, 0]
    gauss = 0.5 * ((c_continuous - mean) / s) ** 2 + torch.log(s) + 0.5 * math.log(2 * math.pi)
    return F.cross_entropy(class_logits, c_class) + gauss.sum(dim=1).mean()


@wrong("info_loss", "PyTorch's gaussian_nll_loss with its defaults")
def _(class_logits, c_class, mean, c_continuous, std):
    return F.cross_entropy(class_logits, c_class) + F.gaussian_nll_loss(mean, c_continuous, std**2)


@wrong("info_loss", "log2 of 2π")
def _(class_logits, c_class, mean, c_continuous, std):
    gauss = 0.5 * ((c_continuous - mean) / std) ** 2 + torch.log(std) + 0.5 * math.log2(2 * math.pi)
    return F.cross_entropy(class_logits, c_class) + gauss.sum(dim=1).mean()


@wrong("info_loss", "Q's std held fixed by detach")
def _(class_logits, c_class, mean, c_continuous, std):
    std = std.detach()
    gauss = 0.5 * ((c_continuous - mean) / std) ** 2 + torch.log(std) + 0.5 * math.log(2 * math.pi)
    return F.cross_entropy(class_logits, c_class) + gauss.sum(dim=1).mean()


@right("info_loss", "torch.distributions")
def _(class_logits, c_class, mean, c_continuous, std):
    q_class = torch.distributions.Categorical(logits=class_logits)
    q = torch.distributions.Independent(torch.distributions.Normal(mean, std), 1)
    return -(q_class.log_prob(c_class) + q.log_prob(c_continuous)).mean()


@right("info_loss", "gaussian_nll_loss, full and summed, divided by n")
def _(class_logits, c_class, mean, c_continuous, std):
    gauss = F.gaussian_nll_loss(mean, c_continuous, std**2, full=True, reduction="sum", eps=1e-12)
    return F.cross_entropy(class_logits, c_class) + gauss / len(c_class)


@right("info_loss", "code by code in a loop")
def _(class_logits, c_class, mean, c_continuous, std):
    loss = F.cross_entropy(class_logits, c_class)
    for c, m, s in zip(c_continuous.T, mean.T, std.T, strict=True):
        loss = loss + torch.mean((c - m).square() / (2 * s.square()) + torch.log(s * math.sqrt(2 * math.pi)))
    return loss


# --- truncate -------------------------------------------------------------------------------------------------------


@wrong("truncate", "clips")
def _(z, threshold, draw):
    return np.clip(z, -threshold, threshold)


@wrong("truncate", "draws anew once only")
def _(z, threshold, draw):
    z = z.copy()
    out = np.abs(z) > threshold
    z[out] = draw(out.sum())
    return z


@wrong("truncate", "changes z in place")
def _(z, threshold, draw):
    out = np.abs(z) > threshold
    while out.any():
        z[out] = draw(out.sum())
        out = np.abs(z) > threshold
    return z


@wrong("truncate", "forgets the negative ones")
def _(z, threshold, draw):
    z = z.copy()
    while (z > threshold).any():
        z[z > threshold] = draw((z > threshold).sum())
    return z


@wrong("truncate", "draws the whole array anew")
def _(z, threshold, draw):
    z = z.copy()
    while (np.abs(z) > threshold).any():
        z = draw(z.size).reshape(z.shape)
    return z


@wrong("truncate", "draws whole rows anew")
def _(z, threshold, draw):
    z = z.copy()
    rows = (np.abs(z) > threshold).any(axis=1)
    while rows.any():
        z[rows] = draw(rows.sum() * z.shape[1]).reshape(-1, z.shape[1])
        rows = (np.abs(z) > threshold).any(axis=1)
    return z


@wrong("truncate", "rescales by the threshold")
def _(z, threshold, draw):
    return z / np.abs(z).max() * threshold


@wrong("truncate", "sets them to 0")
def _(z, threshold, draw):
    return np.where(np.abs(z) > threshold, 0, z)


@wrong("truncate", "one fresh number for all that are out")
def _(z, threshold, draw):
    z = z.copy()
    while (np.abs(z) > threshold).any():
        z[np.abs(z) > threshold] = draw(1)[0]
    return z


@wrong("truncate", "draws from NumPy and not from draw")
def _(z, threshold, draw):
    z, rng = z.copy(), np.random.default_rng(0)
    out = np.abs(z) > threshold
    while out.any():
        z[out] = rng.normal(size=out.sum())
        out = np.abs(z) > threshold
    return z


@wrong("truncate", "makes the fresh ones fit by multiplying")
def _(z, threshold, draw):
    z = z.copy()
    out = np.abs(z) > threshold
    z[out] = np.tanh(draw(out.sum())) * threshold
    return z


@wrong("truncate", "leaves the numbers out")
def _(z, threshold, draw):
    return z[np.abs(z) <= threshold]


@wrong("truncate", "shortens rows whose length is above the threshold")
def _(z, threshold, draw):
    z = z.copy()
    for row in z:
        norm = np.linalg.norm(row)
        if norm > threshold:
            row *= threshold / norm
    return z


@right("truncate", "number by number")
def _(z, threshold, draw):
    out = np.array(z, dtype=float)
    flat = out.reshape(-1)
    for i in range(flat.size):
        while abs(flat[i]) > threshold:
            flat[i] = draw(1)[0]
    return out


@right("truncate", "a list of places still to be filled")
def _(z, threshold, draw):
    flat = z.flatten()
    todo = np.flatnonzero(~(np.abs(flat) <= threshold))
    while len(todo):
        flat[todo] = draw(len(todo))
        todo = todo[np.abs(flat[todo]) > threshold]
    return flat.reshape(z.shape)


# --- frechet_distance -----------------------------------------------------------------------------------------------


@wrong("frechet_distance", "the norm of the means not squared")
def _(x, y):
    s, t = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    roots = np.sqrt(np.maximum(np.linalg.eigvals(s @ t).real, 0))
    return np.linalg.norm(x.mean(axis=0) - y.mean(axis=0)) + np.trace(s + t) - 2 * roots.sum()


@wrong("frechet_distance", "elementwise root of S T")
def _(x, y):
    s, t = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    root = np.sqrt(np.maximum(s @ t, 0))
    return np.sum((x.mean(axis=0) - y.mean(axis=0)) ** 2) + np.trace(s + t - 2 * root)


@wrong("frechet_distance", "elementwise product of S and T")
def _(x, y):
    s, t = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    roots = np.sqrt(np.maximum(np.linalg.eigvals(s * t).real, 0))
    return np.sum((x.mean(axis=0) - y.mean(axis=0)) ** 2) + np.trace(s + t) - 2 * roots.sum()


@wrong("frechet_distance", "eigenvalues without the root")
def _(x, y):
    s, t = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    values = np.linalg.eigvals(s @ t).real
    return np.sum((x.mean(axis=0) - y.mean(axis=0)) ** 2) + np.trace(s + t) - 2 * values.sum()


@wrong("frechet_distance", "the factor 2 forgotten")
def _(x, y):
    s, t = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    roots = np.sqrt(np.maximum(np.linalg.eigvals(s @ t).real, 0))
    return np.sum((x.mean(axis=0) - y.mean(axis=0)) ** 2) + np.trace(s + t) - roots.sum()


@wrong("frechet_distance", "covariances divided by n")
def _(x, y):
    s, t = np.cov(x, rowvar=False, ddof=0), np.cov(y, rowvar=False, ddof=0)
    roots = np.sqrt(np.maximum(np.linalg.eigvals(s @ t).real, 0))
    return np.sum((x.mean(axis=0) - y.mean(axis=0)) ** 2) + np.trace(s + t) - 2 * roots.sum()


@wrong("frechet_distance", "np.cov without rowvar=False")
def _(x, y):
    s, t = np.cov(x), np.cov(y)
    roots = np.sqrt(np.maximum(np.linalg.eigvals(s @ t).real, 0))
    return np.sum((x.mean(axis=0) - y.mean(axis=0)) ** 2) + np.trace(s + t) - 2 * roots.sum()


@wrong("frechet_distance", "roots of what is negative: nan with few samples")
def _(x, y):
    s, t = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    roots = np.sqrt(np.linalg.eigvals(s @ t).real)
    return np.sum((x.mean(axis=0) - y.mean(axis=0)) ** 2) + np.trace(s + t) - 2 * roots.sum()


@wrong("frechet_distance", "complex with few samples")
def _(x, y):
    s, t = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    roots = np.sqrt(np.linalg.eigvals(s @ t).astype(complex))
    return np.sum((x.mean(axis=0) - y.mean(axis=0)) ** 2) + np.trace(s + t) - 2 * roots.sum()


@wrong("frechet_distance", "eigvalsh of a product that is not symmetric")
def _(x, y):
    s, t = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    roots = np.sqrt(np.maximum(np.linalg.eigvalsh(s @ t), 0))
    return np.sum((x.mean(axis=0) - y.mean(axis=0)) ** 2) + np.trace(s + t) - 2 * roots.sum()


@wrong("frechet_distance", "the root of the distance")
def _(x, y):
    s, t = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    roots = np.sqrt(np.maximum(np.linalg.eigvals(s @ t).real, 0))
    square = np.sum((x.mean(axis=0) - y.mean(axis=0)) ** 2) + np.trace(s + t) - 2 * roots.sum()
    return np.sqrt(square)


@wrong("frechet_distance", "without the means")
def _(x, y):
    s, t = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    roots = np.sqrt(np.maximum(np.linalg.eigvals(s @ t).real, 0))
    return np.trace(s + t) - 2 * roots.sum()


@wrong("frechet_distance", "only the variances, no covariances")
def _(x, y):
    a, b = x.std(axis=0, ddof=1), y.std(axis=0, ddof=1)
    return np.sum((x.mean(axis=0) - y.mean(axis=0)) ** 2) + np.sum((a - b) ** 2)


@wrong("frechet_distance", "one mean over all features")
def _(x, y):
    s, t = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    roots = np.sqrt(np.maximum(np.linalg.eigvals(s @ t).real, 0))
    return (x.mean() - y.mean()) ** 2 + np.trace(s + t) - 2 * roots.sum()


@wrong("frechet_distance", "absolute values of the eigenvalues of S − T")
def _(x, y):
    s, t = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    return np.sum((x.mean(axis=0) - y.mean(axis=0)) ** 2) + np.abs(np.linalg.eigvalsh(s - t)).sum()


@wrong("frechet_distance", "the root of the trace for the trace of the root")
def _(x, y):
    s, t = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    return np.sum((x.mean(axis=0) - y.mean(axis=0)) ** 2) + np.trace(s + t) - 2 * np.sqrt(np.trace(s @ t))


@wrong("frechet_distance", "a thousandth on both diagonals against singular matrices")
def _(x, y):
    s, t = (np.cov(a, rowvar=False) + 1e-3 * np.eye(a.shape[1]) for a in (x, y))
    roots = np.sqrt(np.maximum(np.linalg.eigvals(s @ t).real, 0))
    return np.sum((x.mean(axis=0) - y.mean(axis=0)) ** 2) + np.trace(s + t) - 2 * roots.sum()


@right("frechet_distance", "singular values of the product of the two centred samples")
def _(x, y):
    mu, nu = x.mean(axis=0), y.mean(axis=0)
    a, b = (x - mu) / np.sqrt(len(x) - 1), (y - nu) / np.sqrt(len(y) - 1)
    overlap = np.linalg.svd(a @ b.T, compute_uv=False).sum()
    return (mu - nu) @ (mu - nu) + (a**2).sum() + (b**2).sum() - 2 * overlap


@right("frechet_distance", "a symmetric root of S, then eigvalsh")
def _(x, y):
    s, t = np.cov(x.T), np.cov(y.T)
    values, vectors = np.linalg.eigh(s)
    root = vectors * np.sqrt(np.clip(values, 0, None)) @ vectors.T
    inner = np.linalg.eigvalsh(root @ t @ root)
    return ((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(s) + np.trace(t) - 2 * np.sqrt(inner.clip(0)).sum()


@right("frechet_distance", "covariances by hand and complex roots, of which the real part is taken")
def _(x, y):
    a, b = x - x.mean(axis=0), y - y.mean(axis=0)
    s, t = a.T @ a / (len(x) - 1), b.T @ b / (len(y) - 1)
    roots = np.sqrt(np.linalg.eigvals(s @ t).astype(complex)).real
    return float(np.sum((x.mean(axis=0) - y.mean(axis=0)) ** 2) + np.trace(s + t) - 2 * roots.sum())


@right("frechet_distance", "scipy's sqrtm, the real part of its trace")
def _(x, y):
    s, t = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    return np.sum((x.mean(axis=0) - y.mean(axis=0)) ** 2) + np.trace(s + t) - 2 * np.trace(sqrtm(s @ t)).real


# --- polynomial_kernel ----------------------------------------------------------------------------------------------


@wrong("polynomial_kernel", "not divided by d")
def _(x, y):
    return (x @ y.T + 1) ** 3


@wrong("polynomial_kernel", "divided by n")
def _(x, y):
    return (x @ y.T / len(x) + 1) ** 3


@wrong("polynomial_kernel", "squared")
def _(x, y):
    return (x @ y.T / x.shape[1] + 1) ** 2


@wrong("polynomial_kernel", "the 1 forgotten")
def _(x, y):
    return (x @ y.T / x.shape[1]) ** 3


@wrong("polynomial_kernel", "brackets: the cube of the product only")
def _(x, y):
    return (x @ y.T / x.shape[1]) ** 3 + 1


@wrong("polynomial_kernel", "y against x")
def _(x, y):
    return (y @ x.T / x.shape[1] + 1) ** 3


@wrong("polynomial_kernel", "pairs of the same row only")
def _(x, y):
    n = min(len(x), len(y))
    return ((x[:n] * y[:n]).sum(axis=1) / x.shape[1] + 1) ** 3


@wrong("polynomial_kernel", "a Gaussian kernel")
def _(x, y):
    return np.exp(-cdist(x, y, "sqeuclidean") / x.shape[1])


@wrong("polynomial_kernel", "a matrix power in place of a power of each number")
def _(x, y):
    return np.linalg.matrix_power(x @ y.T / x.shape[1] + 1, 3)


@wrong("polynomial_kernel", "x with itself")
def _(x, y):
    return (x @ x.T / x.shape[1] + 1) ** 3


@wrong("polynomial_kernel", "all features: the product of the transposes")
def _(x, y):
    return (x.T @ y / x.shape[1] + 1) ** 3 if len(x) == len(y) else (x @ y.T + x.shape[1]) ** 3


@right("polynomial_kernel", "einsum and three factors")
def _(x, y):
    base = 1 + np.einsum("id,jd->ij", x, y) / x.shape[-1]
    return base * base * base


@right("polynomial_kernel", "two loops")
def _(x, y):
    return np.array([[(sum(a * b for a, b in zip(r, s, strict=True)) / len(r) + 1) ** 3 for s in y] for r in x])


# --- kernel_distance ------------------------------------------------------------------------------------------------


@wrong("kernel_distance", "with the diagonals: the biased estimate")
def _(x, y):
    return polynomial_kernel(x, x).mean() + polynomial_kernel(y, y).mean() - 2 * polynomial_kernel(x, y).mean()


@wrong("kernel_distance", "no diagonal, but divided by n²")
def _(x, y):
    xx, yy, xy = polynomial_kernel(x, x), polynomial_kernel(y, y), polynomial_kernel(x, y)
    within = (xx.sum() - np.trace(xx)) / len(x) ** 2 + (yy.sum() - np.trace(yy)) / len(y) ** 2
    return within - 2 * xy.mean()


@wrong("kernel_distance", "the diagonal kept, but divided by n (n − 1)")
def _(x, y):
    n, m = len(x), len(y)
    xx, yy, xy = polynomial_kernel(x, x), polynomial_kernel(y, y), polynomial_kernel(x, y)
    return xx.sum() / (n * (n - 1)) + yy.sum() / (m * (m - 1)) - 2 * xy.mean()


@wrong("kernel_distance", "at least 0")
def _(x, y):
    return max(kernel_distance(x, y), 0.0)


@wrong("kernel_distance", "the absolute value")
def _(x, y):
    return abs(kernel_distance(x, y))


@wrong("kernel_distance", "the root of it")
def _(x, y):
    return np.sqrt(max(kernel_distance(x, y), 0))


@wrong("kernel_distance", "the cross term once")
def _(x, y):
    n, m = len(x), len(y)
    xx, yy, xy = polynomial_kernel(x, x), polynomial_kernel(y, y), polynomial_kernel(x, y)
    within = (xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1))
    return within - xy.mean()


@wrong("kernel_distance", "the cross term without its diagonal too")
def _(x, y):
    n, m = len(x), len(y)
    xx, yy, xy = polynomial_kernel(x, x), polynomial_kernel(y, y), polynomial_kernel(x, y)
    within = (xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1))
    return within - 2 * (xy.sum() - np.trace(xy)) / (n * m - min(n, m))


@wrong("kernel_distance", "plus the cross term")
def _(x, y):
    n, m = len(x), len(y)
    xx, yy, xy = polynomial_kernel(x, x), polynomial_kernel(y, y), polynomial_kernel(x, y)
    within = (xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1))
    return within + 2 * xy.mean()


@wrong("kernel_distance", "divides both by the numbers of x")
def _(x, y):
    n = len(x)
    xx, yy, xy = polynomial_kernel(x, x), polynomial_kernel(y, y), polynomial_kernel(x, y)
    within = (xx.sum() - np.trace(xx) + yy.sum() - np.trace(yy)) / (n * (n - 1))
    return within - 2 * xy.sum() / n**2


@wrong("kernel_distance", "each pair once, i below j, without doubling")
def _(x, y):
    n, m = len(x), len(y)
    xx, yy, xy = np.triu(polynomial_kernel(x, x), 1), np.triu(polynomial_kernel(y, y), 1), polynomial_kernel(x, y)
    return xx.sum() / (n * (n - 1)) + yy.sum() / (m * (m - 1)) - 2 * xy.mean()


@wrong("kernel_distance", "the squared distance of the mean features")
def _(x, y):
    return np.sum((x.mean(axis=0) - y.mean(axis=0)) ** 2)


@wrong("kernel_distance", "times 1000, as papers print it")
def _(x, y):
    return 1000 * kernel_distance(x, y)


@right("kernel_distance", "a mask for the diagonal")
def _(x, y):
    def off_diagonal(k):
        return k[~np.eye(len(k), dtype=bool)].mean()

    across = polynomial_kernel(x, y).mean()
    return off_diagonal(polynomial_kernel(x, x)) + off_diagonal(polynomial_kernel(y, y)) - 2 * across


@right("kernel_distance", "the upper triangle, twice")
def _(x, y):
    total = -2 * np.mean(polynomial_kernel(x, y))
    for a in (x, y):
        total += 2 * np.triu(polynomial_kernel(a, a), k=1).sum() / (len(a) * (len(a) - 1))
    return total


@right("kernel_distance", "fill_diagonal")
def _(x, y):
    xx, yy = polynomial_kernel(x, x), polynomial_kernel(y, y)
    np.fill_diagonal(xx, 0)
    np.fill_diagonal(yy, 0)
    n, m = len(x), len(y)
    return xx.sum() / n / (n - 1) + yy.sum() / m / (m - 1) - 2 / n / m * polynomial_kernel(x, y).sum()


# --- fooled ---------------------------------------------------------------------------------------------------------


@wrong("fooled", "the question turned round: True where a number sees the fault")
def _():
    return {name: {number: not says for number, says in row.items()} for name, row in fooled().items()}


@wrong("fooled", "everything is fooled")
def _():
    names, numbers = ("dropper", "memoriser", "noise", "one_image"), ("copies", "frechet", "kernel", "precision")
    return {name: dict.fromkeys(numbers, True) for name in names}


@wrong("fooled", "texts in place of Booleans")
def _():
    return {name: {number: str(says) for number, says in row.items()} for name, row in fooled().items()}


@wrong("fooled", "the dots left standing in one row")
def _():
    return fooled() | {"noise": {"copies": ..., "frechet": ..., "kernel": ..., "precision": ...}}


@wrong("fooled", "only the names of the numbers that are fooled")
def _():
    return {name: [number for number, says in row.items() if says] for name, row in fooled().items()}


@wrong("fooled", "numbers first, generators second")
def _():
    table = fooled()
    return {number: {name: table[name][number] for name in table} for number in table["noise"]}


@wrong("fooled", "one row misread: precision takes the single image for bad")
def _():
    return fooled() | {"one_image": {"copies": False, "frechet": False, "kernel": False, "precision": False}}


@right("fooled", "rows built by zip from zeros and ones")
def _():
    numbers = ("copies", "frechet", "kernel", "precision")
    rows = {"dropper": "1001", "memoriser": "0111", "noise": "1110", "one_image": "0001"}
    return {name: {n: bit == "1" for n, bit in zip(numbers, bits, strict=True)} for name, bits in rows.items()}
