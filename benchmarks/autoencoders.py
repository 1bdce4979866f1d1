"""What lecture 02 shows but would wait for: `python benchmarks/autoencoders.py [part …]`, 25 minutes on one core.

- few_labels: raw pixels, principal components and sparse codes of scikit-learn's digits, classified from few labels;
- predictor: networks that guess sparse codes of photographs, against the optimisation that they replace;
- denoising: autoencoders of glyphs that see all, three quarters or half of each, and classifiers on their codes;
- stacked: layers learned one by one and fine-tuned from few labels, against the same network from random weights.

Writes notebooks/measured/autoencoders.json; a part that is not named stays as it was.
"""

import sys
import time
from copy import deepcopy
from functools import partial
from itertools import pairwise

import numpy as np
import torch
from measured import columns, keep
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score
from torch import nn
from torch.nn import functional as F

from gancourse.codes.autoencoder import Autoencoder, corrupt, fit, stack
from gancourse.codes.photographs import photograph_patches
from gancourse.codes.predictor import CodePredictor
from gancourse.codes.sparse import fista, learn_dictionary, objective
from gancourse.data.worlds.glyphs import glyphs

COMMAND = "python benchmarks/autoencoders.py"
SEEDS, TABLE_SEEDS = 3, 5
SIDE = 16  # of glyphs


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def flat_glyphs(n, seed, side=SIDE):
    """Glyphs (n, side²) in [0, 1] and their labels."""
    made = glyphs(n, side, generator=seeded(seed))
    return made.image.flatten(1).float() / 255, made.label.numpy()


def evenly(labels, per_class, rng):
    """Places of so many examples of each class."""
    return np.concatenate([rng.permutation(np.flatnonzero(labels == c))[:per_class] for c in np.unique(labels)])


# --- classification from few labels -------------------------------------------------------------------------------


def representations(pool, seed):
    """By name, four features of the digits or, for raw pixels, one: learned from `pool` without its labels."""
    mean = pool.mean(axis=0)
    pca = {k: PCA(k, random_state=seed).fit(pool) for k in (10, 20, 30, 40)}
    lams = (0.05, 0.1, 0.2, 0.4)
    dictionaries = {lam: learn_dictionary(pool - mean, 128, lam, n_steps=100, batch=200, seed=seed) for lam in lams}
    return {
        "raw pixels": [lambda x: x],
        "PCA": [model.transform for model in pca.values()],
        "sparse codes": [
            lambda x, lam=lam, d=d: fista(x - mean, d, lam, 100) for lam, d in dictionaries.items()
        ],
    }  # fmt: skip


def classify(candidates, x, y, x_test, y_test, settings=12):
    """Test accuracy of a logistic regression; features and C are those with the best cross-validation on x, y."""
    strengths = np.geomspace(0.01, 1000, settings // len(candidates))
    folds, best = StratifiedKFold(min(5, np.bincount(y).min()), shuffle=True, random_state=0), (-1, None, None)
    for features in candidates:
        z = features(x)
        for strength in strengths:
            score = cross_val_score(LogisticRegression(C=strength, max_iter=1000), z, y, cv=folds).mean()
            best = max(best, (score, strength, features), key=lambda b: b[0])
    _, strength, features = best
    return LogisticRegression(C=strength, max_iter=1000).fit(features(x), y).score(features(x_test), y_test)


def measure_few_labels(seeds=TABLE_SEEDS, per_class=(2, 5, 10, 20)):
    data = load_digits()
    x, y, table = data.data / 16, data.target, {}
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        order = rng.permutation(len(x))
        pool, test = order[:1000], order[1000:]
        names = representations(x[pool], seed)
        for n in per_class:
            some = pool[evenly(y[pool], n, rng)]
            for name, candidates in names.items():
                accuracy = classify(candidates, x[some], y[some], x[test], y[test])
                table.setdefault(name, {}).setdefault(str(10 * n), []).append(round(accuracy, 4))
        print({name: row[str(10 * per_class[-1])] for name, row in table.items()}, flush=True)
    return {"pool": 1000, "test": len(x) - 1000, "atoms": 128, "settings": 12, "accuracy": table}


# --- predicted codes ----------------------------------------------------------------------------------------------


def timed(function):
    """What it returns and the processor's seconds, the least of three."""
    times = []
    for _ in range(3):
        began = time.process_time()
        found = function()
        times.append(time.process_time() - began)
    return found, min(times)


def predicted(seed, n=20_000, n_test=2000, lam=1.0, steps=3000, dictionary_steps=300):
    """By name, the objective as a multiple of the least, zeros, squared error, and milliseconds for 1,000 patches."""
    torch.manual_seed(seed)
    x, x_test = photograph_patches(n, seed=seed), photograph_patches(n_test, seed=1000 + seed)
    dictionary = learn_dictionary(x, 144, lam, n_steps=dictionary_steps, seed=seed)
    z, least = fista(x, dictionary, lam, 100), fista(x_test, dictionary, lam, 2000)
    ways = {f"FISTA, {k} steps": lambda k=k: fista(x_test, dictionary, lam, k) for k in (1, 3, 10, 30, 100)}
    for shape in ("tanh", "shrink"):
        model = CodePredictor(144, 144, shape).learn(x, z, steps)
        ways[f"network, {shape}"] = lambda model=model: model.predict(x_test)
    table = {}
    for name, way in ways.items():
        found, seconds = timed(way)
        table[name] = {
            "objective": float(
                objective(x_test, found, dictionary, lam).sum() / objective(x_test, least, dictionary, lam).sum()
            ),
            "used": float((found != 0).sum(axis=1).mean()),
            "error": float(((x_test - found @ dictionary) ** 2).sum() / (x_test**2).sum()),
            "milliseconds": 1e6 * seconds / n_test,
        }
    return {name: {key: round(v, 4) for key, v in row.items()} for name, row in table.items()}


def measure_predictor(seeds=SEEDS, **sizes):
    runs = [predicted(seed, **sizes) for seed in range(seeds)]
    return {name: columns([run[name] for run in runs]) for name in runs[0]}


# --- denoising ----------------------------------------------------------------------------------------------------


def smoothness(filters, side=SIDE):
    """The mean correlation of a filter's weights with those of the pixels on their right."""
    images = filters.reshape(len(filters), side, side)
    return float(np.mean([np.corrcoef(w[:, :-1].ravel(), w[:, 1:].ravel())[0, 1] for w in images]))


def squared(a, b):
    """Of grey levels, the root mean square difference."""
    return 255 * float((a - b).square().mean().sqrt())


def denoised(seed, mask, hidden=400, n=10_000, steps=1500, labels=100):
    """One autoencoder: what it makes of whole and of half masked glyphs; what its codes are good for.

    "copied" is how much of the damage comes out again: the change of x̂ along that of the input, 1 for the identity.
    """
    torch.manual_seed(seed)
    x, y = flat_glyphs(n, seed)
    x_test, y_test = flat_glyphs(2000, 1000 + seed)
    model = Autoencoder((x.shape[1], hidden), "cross-entropy", coded=nn.ReLU)
    fit(model, x, steps, lr=3e-3, mask=mask)
    some = evenly(y, labels // 10, np.random.default_rng(seed))

    def coded(part):
        with torch.no_grad():
            return model.encoder(torch.as_tensor(part)).numpy()

    half = corrupt(x_test, 0.5, seeded(seed))
    whole, mended, damage = model.reconstruct(x_test), model.reconstruct(half), x_test - half
    return {
        "whole": squared(whole, x_test),
        "half masked": squared(mended, x_test),
        "left masked": squared(half, x_test),
        "copied": float(((whole - mended) * damage).sum() / damage.square().sum()),
        "smoothness": smoothness(model.encoder[0][0].weight.detach().numpy()),
        "accuracy": classify([coded], x[some].numpy(), y[some], x_test.numpy(), y_test, 6),
        "raw accuracy": classify([lambda part: part], x[some].numpy(), y[some], x_test.numpy(), y_test, 6),
    }


def measure_denoising(seeds=SEEDS, **sizes):
    table = {}
    for mask in (0.0, 0.25, 0.5):
        runs = [denoised(seed, mask, **sizes) for seed in range(seeds)]
        table[str(mask)] = {name: [round(v, 4) for v in some] for name, some in columns(runs).items()}
        print(mask, table[str(mask)], flush=True)
    return table


# --- stacked ------------------------------------------------------------------------------------------------------

STACK = (SIDE * SIDE, 400, 400, 200)
RATES = (3e-4, 1e-3, 3e-3)


def fine_tuned(encoders, x, y, x_test, y_test, lr, seed, steps=400):
    """Test accuracy of encoders and a linear layer, trained from labelled examples."""
    torch.manual_seed(seed)
    network = nn.Sequential(encoders, nn.Linear(STACK[-1], 10))
    optimiser = torch.optim.Adam(network.parameters(), lr=lr)
    y = torch.as_tensor(y)
    for _ in range(steps):
        some = torch.randint(len(x), (min(64, len(x)),))
        loss = F.cross_entropy(network(x[some]), y[some])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        return float((network(x_test).argmax(dim=1).numpy() == y_test).mean())


def random_start(seed):
    torch.manual_seed(seed)
    return nn.Sequential(*[nn.Sequential(nn.Linear(*pair), nn.ReLU()) for pair in pairwise(STACK)])


def started(seed, counts, n, steps, tuned):
    """A function that gives the test accuracy of a start, fine-tuned from so many labels at a rate."""
    x, y = flat_glyphs(n, seed)
    x_test, y_test = flat_glyphs(2000, 1000 + seed)
    torch.manual_seed(seed)
    starts = {"stacked": stack(x, STACK, steps), "random": random_start(seed)}
    some = {count: evenly(y, count // 10, np.random.default_rng(seed)) for count in counts}

    def accuracy(name, count, lr):
        its = some[count]
        return fine_tuned(deepcopy(starts[name]), x[its], y[its], x_test, y_test, lr, seed, tuned)

    return accuracy


def measure_stacked(seeds=TABLE_SEEDS, counts=(50, 100, 500), n=10_000, steps=1000, tuned=300):
    """The rate of either start is the best of three on one seed that is not in the table."""
    cases = [(name, count) for name in ("stacked", "random") for count in counts]
    trial = started(seeds, counts, n, steps, tuned)
    rates = {case: max(RATES, key=partial(trial, *case)) for case in cases}
    table = {name: {str(count): [] for count in counts} for name, _ in cases}
    for seed in range(seeds):
        accuracy = started(seed, counts, n, steps, tuned)
        for name, count in cases:
            table[name][str(count)].append(round(accuracy(name, count, rates[name, count]), 4))
        print(seed, table, flush=True)
    return {"sizes": STACK, "unlabelled": n, "accuracy": table}


PARTS = {
    "few_labels": measure_few_labels,
    "predictor": measure_predictor,
    "denoising": measure_denoising,
    "stacked": measure_stacked,
}
PROTOCOL = {
    "few_labels": "Digits of 8×8; the features are learned from 1,000 without labels, and the other 797 are the test. "
    "Of 12 settings for each way, cross-validation on the labelled ones chooses.",
    "predictor": "Whitened patches of 12×12, 144 atoms, λ = 1; networks learn from 20,000 codes. Objectives are of "
    "2,000 patches drawn anew, as multiples of that after 2,000 steps of FISTA.",
    "denoising": "Glyphs of 16×16, 256 pixels, 400 hidden units; 10,000 to train, 2,000 to test. Errors are root mean "
    "squares in grey levels. The classifier is a logistic regression on the codes of 100.",
    "stacked": "The network of both is the same, fine-tuned alike; for either start and count the rate is the best of "
    "three on another seed. 2,000 to test.",
}


def save_part(name, results):
    keep("autoencoders", COMMAND, name, results, list(PARTS), {"protocol": PROTOCOL})


def main():
    torch.set_num_threads(1)
    for name in sys.argv[1:] or PARTS:
        if name not in PARTS:
            sys.exit(f"No part {name}; there are: {', '.join(PARTS)}")
        save_part(name, PARTS[name]())


if __name__ == "__main__":
    main()
