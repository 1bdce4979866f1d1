"""What lecture 01 shows but would wait for: `python benchmarks/families.py [part …]`, 12 minutes on one core.

- families: GAN (of 2014, and with lecture 06's loss), VAE, flow and diffusion on one ring of eight modes, each given
  the same seconds of the processor: the six wishes, measured;
- debiasing: a classifier of smiles learned from faces of which nine in ten are alike, and what resampling mends;
- outliers: letters among digits, found by p(x) and by a classifier that is unsure.

Writes notebooks/measured/families.json; a part that is not named stays as it was.
"""

import math
import sys
import time
from functools import partial

import numpy as np
import torch
from measured import columns, keep
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from gancourse.codes.autoencoder import fit
from gancourse.data.worlds.faces import faces
from gancourse.data.worlds.glyphs import DIGITS, glyphs
from gancourse.data.worlds.mixtures import ring
from gancourse.families.density import PictureDensity, log_mixture
from gancourse.families.diffusion import Diffusion
from gancourse.families.flow import Flow
from gancourse.families.resampling import rarity
from gancourse.families.vae import VAE
from gancourse.games.gan import GAN, small_discriminator, small_generator
from gancourse.games.relativistic import RelativisticGAN
from gancourse.metrics.distances import mode_coverage
from gancourse.metrics.features import train_classifier
from gancourse.metrics.latent_space import largest_step
from gancourse.metrics.neighbours import density_coverage
from gancourse.training.loop import cooled, train

COMMAND = "python benchmarks/families.py"
SEEDS, TABLE_SEEDS = 3, 5
SECONDS, BATCH, RATES = 10.0, 256, (1e-3, 3e-3)
WORLD = ring(8, std=0.1).standardised()
SYSTEMS = {
    "GAN of 2014": GAN,
    "GAN of lecture 06": lambda: RelativisticGAN(
        generator=small_generator(), discriminator=small_discriminator(), latent=2, gamma=0.1
    ),
    "VAE": lambda: VAE((2, 128, 128, 128, 2)),
    "flow": Flow,
    "diffusion": Diffusion,
}


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def clocked(function):
    """What it returns, and the processor's seconds."""
    began = time.process_time()
    found = function()
    return found, time.process_time() - began


# --- families -----------------------------------------------------------------------------------------------------


def learn(model, steps, rate):
    """Train any of the systems; the rate falls to 0."""
    if isinstance(model, GAN):
        adam = partial(torch.optim.Adam, lr=rate, betas=(0.5, 0.9))
        train(model, WORLD.batches(BATCH), steps, optimiser=cooled(adam, steps), progress=False)
    else:
        fit(model, WORLD.sample(100_000), steps, batch=BATCH, lr=rate)


def steps_in(make, seconds, trial=60):
    """How many steps of training fill these seconds of the processor."""
    torch.manual_seed(0)
    model = make()
    learn(model, 10, 1e-3)
    _, took = clocked(lambda: learn(model, trial, 1e-3))
    return max(trial, round(trial * seconds / took))


def arcs(n, points=64):
    """Paths between latent samples on which every point is distributed as a latent sample, (n, points, 2)."""
    start, end, turn = torch.randn(n, 1, 2), torch.randn(n, 1, 2), torch.linspace(0, math.pi / 2, points)[:, None]
    return turn.cos() * start + turn.sin() * end


def nearest_mode(x):
    return torch.cdist(x, WORLD.centres).argmin(dim=1)


def scored(model, n=4000):
    """The six wishes, each as a number; the likelihood of a GAN is NaN."""
    decode = model.generate if isinstance(model, GAN) else model.decode
    torch.manual_seed(1000)
    x, z, paths = WORLD.sample(n), torch.randn(n, 2), arcs(200)
    made = model.sample(n)
    seconds = min(clocked(lambda: model.sample(10_000))[1] for _ in range(3))
    with torch.no_grad():
        images = decode(paths.flatten(0, 1)).view(paths.shape)
        mode = nearest_mode(decode(z)).numpy()
        likelihood = np.nan if isinstance(model, GAN) else float(model.log_likelihood(x).mean())
    half = n // 2
    several = len(set(mode[:half])) > 1
    reader = LogisticRegression(max_iter=1000).fit(z[:half], mode[:half]) if several else None
    return {
        "microseconds a sample": 100 * seconds,
        **quality(x, made),
        "log likelihood": likelihood,
        "largest step": largest_step(images),
        "mode read from z": reader.score(z[half:], mode[half:]) if several else 1.0,
    }


def quality(real, made):
    """Of samples against as many real ones: the share near a mode, coverage, and modes that are there."""
    modes = mode_coverage(made, WORLD.centres, WORLD.std)
    return {
        "near a mode": modes.high_quality,
        "coverage": density_coverage(real, made).coverage,
        "modes": modes.captured,
        "distance": WORLD.distance(made[:1000]),
    }


def one(make, steps, rate, seed):
    torch.manual_seed(seed)
    model = make()
    _, took = clocked(lambda: learn(model, steps, rate))
    return model, {"seconds": took, **scored(model)}


def rounded(table):
    """By name, the numbers of all runs; None for one that is not there."""
    return {name: [None if np.isnan(v) else round(float(v), 4) for v in runs] for name, runs in table.items()}


def points(x, digits=2):
    return [[round(float(v), digits) for v in row] for row in x]


def measure_families(seeds=TABLE_SEEDS, seconds=SECONDS, rates=RATES, shown=400):
    """Of every system: its rate is the better on one seed that is not in the table, by its distance from the data."""
    table, settings, drawn = {}, {}, {}
    for name, make in SYSTEMS.items():
        steps = steps_in(make, seconds)
        rate = min(rates, key=lambda rate, make=make, steps=steps: one(make, steps, rate, seeds)[1]["distance"])
        runs = []
        for seed in range(seeds):
            model, scores = one(make, steps, rate, seed)
            runs.append(scores)
            if seed == 0:
                drawn[name] = points(model.sample(shown))
        table[name], settings[name] = rounded(columns(runs)), {"steps": steps, "rate": rate}
        print(name, settings[name], {key: values[0] for key, values in table[name].items()}, flush=True)
    return {"scores": table, "settings": settings, "real": rounded(columns(real_scores(seeds))), "samples": drawn}


def real_scores(seeds):
    """What fresh real samples score, and the true log-likelihood."""
    found = []
    for seed in range(seeds):
        torch.manual_seed(2000 + seed)
        x, fresh = WORLD.sample(4000), WORLD.sample(4000)
        truth = log_mixture(fresh.numpy(), WORLD.centres.numpy(), WORLD.std).mean()
        found.append({**quality(x, fresh), "log likelihood": truth})
    return found


# --- debiasing ----------------------------------------------------------------------------------------------------

SIDE, FACES, RARE = 32, 8000, 0.1


def smiling_or_not(rare, seed):
    """Faces that clearly smile or do not; the common ones are pale and face us, the rare ones dark and turned away."""
    n, generator = len(rare), seeded(seed)
    u = torch.rand(5, n, generator=generator)
    side, mood = torch.where(u[1] < 0.5, -1, 1), torch.where(u[4] < 0.5, -1, 1)
    return faces(
        n, SIDE, generator=generator, background="sky", clothes="white", beard="none", glasses="none", mouth_open=0.0,
        skin=torch.where(rare, 4 + (4 * u[0]).long(), 0), smile=mood * (0.4 + 0.6 * u[3]),
        yaw=torch.where(rare, side * (15 + 15 * u[2]), 6 * u[2] - 3),
    )  # fmt: skip


def debiased(seed, n=FACES, steps=600, vae_steps=600, n_test=1000):
    """By way to draw the training set: the share of rare faces in it, and accuracy on common and on rare faces."""
    rare = torch.arange(n) < RARE * n
    biased, even = smiling_or_not(rare, 10 * seed), smiling_or_not(torch.arange(n) < n / 2, 10 * seed + 1)
    tests = {
        name: smiling_or_not(torch.full((n_test,), flag), 10 * seed + 2 + flag)
        for name, flag in (("common", False), ("rare", True))
    }
    torch.manual_seed(seed)
    flat = biased.image.flatten(1).float() / 255
    coder = VAE((flat.shape[1], 256, 4))
    fit(coder, flat, vae_steps, batch=64)
    with torch.no_grad():
        codes = coder.encode(flat)[0].numpy()
    groups = torch.where(rare, 0.5 / rare.sum(), 0.5 / (~rare).sum())
    ways = {
        "as they come": (biased, torch.arange(n)),
        "rare codes more often": (biased, torch.multinomial(torch.tensor(rarity(codes)), n, replacement=True)),
        "groups known": (biased, torch.multinomial(groups, n, replacement=True)),
        "an unbiased set": (even, torch.arange(n)),
    }
    table = {}
    for way, (made, chosen) in ways.items():
        torch.manual_seed(seed)
        label = (made.smile > 0).long()
        judge = train_classifier(made.image[chosen], label[chosen], steps, batch=64, width=8, progress=False)
        right = {name: float((judge.predict(t.image)["label"] == (t.smile > 0)).float().mean())
                 for name, t in tests.items()}  # fmt: skip
        share = 0.5 if made is even else float(rare[chosen].float().mean())
        table[way] = {"rare shown": share, **right}
    print(seed, table, flush=True)
    return table


def measure_debiasing(seeds=SEEDS, **sizes):
    runs = [debiased(seed, **sizes) for seed in range(seeds)]
    return {way: rounded(columns([run[way] for run in runs])) for way in runs[0]}


# --- outliers -----------------------------------------------------------------------------------------------------

LETTERS = "ABCDEFGHJKLMNPQRTUVWXY"  # without those that may be digits: I, O, S, Z


def unlike(seed, n=10_000, n_test=1000, steps=400):
    """ROC AUC of letters among digits: by p(x), and by a classifier of digits that is not sure."""
    digits, fresh = (
        glyphs(n, 16, DIGITS, generator=seeded(seed)),
        glyphs(n_test, 16, DIGITS, generator=seeded(100 + seed)),
    )
    letters = glyphs(n_test, 16, LETTERS, generator=seeded(200 + seed))
    both = torch.cat([fresh.image, letters.image])
    strange = np.arange(2 * n_test) >= n_test
    torch.manual_seed(seed)
    flat, of_both = (image.flatten(1).numpy() / 255 for image in (digits.image, both))
    density = PictureDensity(seed=seed).fit(flat).log_likelihood(of_both)
    coder = VAE((256, 256, 16))
    fit(coder, torch.tensor(flat, dtype=torch.float32), 3 * steps, batch=128)
    bound = coder.log_likelihood(torch.tensor(of_both, dtype=torch.float32), draws=20).numpy()
    judge = train_classifier(digits.image, digits.label, steps, batch=64, size=16, width=8, progress=False)
    sure = judge.probabilities(both).amax(dim=1).numpy()
    found = {
        "p(x), mixture": roc_auc_score(strange, -density),
        "p(x), VAE": roc_auc_score(strange, -bound),
        "unsure classifier": roc_auc_score(strange, -sure),
        "letters it is 99 % sure of": float((sure[strange] > 0.99).mean()),
        "digits it names": float((judge.predict(fresh.image)["label"] == fresh.label).float().mean()),
    }
    print(seed, found, flush=True)
    return found


def measure_outliers(seeds=SEEDS, **sizes):
    return rounded(columns([unlike(seed, **sizes) for seed in range(seeds)]))


PARTS = {"families": measure_families, "debiasing": measure_debiasing, "outliers": measure_outliers}
PROTOCOL = {
    "families": "A ring of eight modes, each of standard deviation 0.1 of the radius, in units of its own spread. "
    f"Every family has two latent numbers and {SECONDS:.0f} seconds of one core; its rate is the better of two on "
    "another seed. Likelihoods of VAE and diffusion are bounds.",
    "debiasing": f"Of {FACES:,} faces, nine in ten are pale and face us, one is dark and turned by 15° or more. A "
    "convolutional network learns smile or no smile; 1,000 others of each kind test it.",
    "outliers": "Digits of 16×16, 10,000 to learn from; 1,000 others and 1,000 capital letters are ranked.",
}


def save_part(name, results):
    keep("families", COMMAND, name, results, list(PARTS), {"protocol": PROTOCOL})


def main():
    torch.set_num_threads(1)
    for name in sys.argv[1:] or PARTS:
        if name not in PARTS:
            sys.exit(f"No part {name}; there are: {', '.join(PARTS)}")
        save_part(name, PARTS[name]())


if __name__ == "__main__":
    main()
