"""What the record of a run says about it: a name, a sentence with the numbers in it, and what to try.

Nothing here knows the data or the system. Distances are in units of the data's own, and of logits only the order
counts: a critic's values have no scale. The limits lie between runs of known kinds, several seeds of each;
`python benchmarks/record_runs.py --margins` measures how far from them.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import torch

BALL, FEW = 0.15, 0.1  # "around" a real sample: this much beyond its neighbour; "next to no" fakes: less of their due


def wins(m):
    """Whether the discriminator sorts nearly all, and the generator stays away from the data and does not near them."""
    return m["auc"] >= 0.99 and m["distance"] > 0.1 and m["nearing"] < 0.05


# Name: whether it is so, in words, what to try. The gravest first.
FAULTS = {
    "collapse": (
        lambda m: m["spread"] < 0.1 and (m["widest"] > 0.2 or m["near"] < 0.15),  # else it never got started
        "All samples are nearly the same: they spread over {spread:.3f} of the data's width.",
        "Let the discriminator compare the samples of a batch: `MinibatchStdGAN`, `MinibatchGAN`, `PacGAN`.",
        "A smaller learning rate for the generator, or more `discriminator_steps`: it outruns what D can learn.",
        "`UnrolledGAN`, whose generator sees D's answer coming, or `WGANGP` (lecture 05).",
    ),
    "discriminator wins": (
        wins,
        "In {auc:.1%} of pairs it rates the real sample above the generated one, and the generator learns nothing from "
        "it: its samples stay at distance {distance:.2f} from the data, and move by {moved:.3f} between snapshots.",
        "A generator's loss that does not saturate: `losses.non_saturating()`, not `minimax()` (lecture 04).",
        "Hold the discriminator back: a smaller learning rate, or fewer `discriminator_steps`.",
        "A critic that has a slope wherever it is sure: `WGANGP` (lecture 05).",
    ),
    "oscillation": (
        lambda m: m["moved"] > 0.25 and m["directness"] < 0.5,
        "The samples keep moving and get nowhere: from snapshot to snapshot by {moved:.2f}, where 1 is the data's own "
        "width, and from the run's middle to its end by {directness:.0%} of all those moves together.",
        "A smaller learning rate for the generator, so that the discriminator can keep up.",
        "More `discriminator_steps`, or a larger learning rate for the discriminator.",
        "A critic whose slope is bounded: `WGANGP`, `normalise_spectrum` (lecture 05).",
    ),
    "mode dropping": (
        lambda m: m["missed"] > 0.08 and m["nearing"] < 0.2 and not wins(m),  # else no mode was ever found
        "Around {missed:.0%} of the real samples there are next to no generated ones, in any of the last snapshots.",
        "Let the discriminator see several samples at a time, where a lack of variety shows: `PacGAN`.",
        "Show it the batch's standard deviation: `MinibatchStdGAN`.",
        "A critic that says how far mass must be moved: `WGANGP` (lecture 05).",
    ),
    "balanced": (
        lambda m: True,
        "No fault found: the samples are at distance {distance:.3f} from the data{still}, and spread over {spread:.2f} "
        "of their width; {missed:.0%} of the real samples have next to no generated ones around them.",
        "Train longer if the distance still falls or samples still look poor.",
    ),
}
MORE_SNAPSHOTS = ("Record more: `train(..., snapshots=20)`, with batches of 100 samples or more.",)
FINITE = (
    "A learning rate ten times smaller for the player whose loss it is.",
    "Look for NaN in the data: `torch.isfinite(batch).all()`.",
    "Bound the critic's slope: `normalise_spectrum`, `WGANGP` (lecture 05).",
)


@dataclass(frozen=True)
class Diagnosis:
    """What is going on in a run.

    Attributes:
        name: "balanced", "discriminator wins", "oscillation", "mode dropping", "collapse", "diverged" or "too short".
        says: the same in a sentence or two, with what was measured, and what else was found.
        advice: what to try, a tuple of sentences.
        evidence: the numbers by name: those of `measure`, or where the run broke, or how little there is.
    """

    name: str
    says: str
    advice: tuple
    evidence: dict = field(default_factory=dict)

    def __str__(self):
        return "\n".join([f"{self.name}: {self.says}", *(f"  - {line}" for line in self.advice)])

    def _repr_markdown_(self):
        return "\n".join([f"**{self.name}**: {self.says}", "", *(f"- {line}" for line in self.advice)])


def diagnose(history):
    """Read a run's losses, logits and samples, and say what is going on.

    If several faults hold, the gravest gives the name: diverged, collapse, discriminator wins, oscillation, mode
    dropping. `says` mentions the others.

    Args:
        history: a `gancourse.training.history.History`, also that of a `Diverged`; of at least 4 snapshots, better 20.

    Returns:
        A `Diagnosis`.
    """
    if broken := what_broke(history):
        return Diagnosis("diverged", broken[0], FINITE, broken[1])
    real, count = rows(history.real), len(history.snapshots)
    distinct = len(real.unique(dim=0))
    if count < 4 or distinct < 8:
        says = f"There are {count} snapshots and {distinct} different real samples; it takes 4 and 8 to see anything."
        return Diagnosis("too short", says, MORE_SNAPSHOTS, {"snapshots": count, "real": distinct})
    seen = measure(history)
    first, *others = [name for name, (holds, *_) in FAULTS.items() if holds(seen)]
    also = " It also shows " + " and ".join(others[:-1]) + "." if others[:-1] else ""  # the last is "balanced"
    _, words, *advice = FAULTS[first]
    still = ", {nearing:.0%} less than in the run's middle".format(**seen) if seen["nearing"] > 0.05 else ""
    return Diagnosis(first, words.format(still=still, **seen) + also, tuple(advice), seen)


def what_broke(history):
    """What is not a finite number, in words, and the step; None if all are."""
    if len(bad := (~history.losses().isfinite()).nonzero()):
        step, player = bad[0].tolist()
        player = ("discriminator", "generator")[player]
        return f"The {player}'s loss is not a finite number in step {step}.", {"step": step, "player": player}
    for s in history.snapshots:
        if any(not value.isfinite().all() for value in (s.samples, s.real_logits, s.fake_logits)):
            return f"After {s.step} steps there are samples or logits that are not finite.", {"step": s.step}
    if not rows(history.real).isfinite().all():
        return "The real samples are not all finite numbers.", {"step": 0}
    return None


def measure(history):
    """The numbers that `diagnose` goes by. *Late* is the last third of the snapshots.

    The distance of two distributions is the energy distance 2 E‖X − Y‖ − E‖X − X'‖ − E‖Y − Y'‖ (Székely & Rizzo
    2013), in units of the data's 2 E‖X − X'‖: 0 if they agree, about 1 if they lie a data's width apart.

    Returns:
        A dict, by name.

        - spread: the fakes' root-mean-square distance from each other over that of real samples, late median.
        - widest: the largest spread in the run.
        - near: a fake's median distance from the nearest real sample, in the data's root-mean-square distances.
        - auc: how often a real sample's logit exceeds a fake's (Mann & Whitney 1947), late median.
        - distance: of the fakes from the data, at the end.
        - nearing: the part of that distance that went in the second half, if steadily (rank correlation below −0.8).
        - moved: distance from snapshot to snapshot, median of the second half.
        - directness: distance from the second half's start to the end, over the sum of the moves: 1 or more straight
          ahead, 1 over the number of moves for samples that are somewhere else every time.
        - missed: the share of real samples around which there are less than `FEW` times as many late fakes as real
          samples. That is coverage (Naeem et al. 2020) with one neighbour, for a data set that is small, plus a
          margin `BALL`: a mode that is hit next to its middle is blurred, not missed.
    """
    from scipy.stats import spearmanr

    centre = rows(history.real).mean(dim=0)  # far from the origin, distances would lose their digits
    x, fakes = rows(history.real) - centre, [rows(s.samples) - centre for s in history.snapshots]
    late, half = -(-len(fakes) // 3), len(fakes) // 2
    among, width = torch.cdist(x, x), rms_distance(x)
    radius = (among + torch.eye(len(x)) * 1e9 * width).amin(dim=1, keepdim=True) + BALL * width
    to_fakes = torch.stack([torch.cdist(x, fake) for fake in fakes[-late:]])
    share = (to_fakes < radius).double().mean(dim=(0, 2)) / (among < radius).double().mean(dim=1)
    unit = 2 * among.mean()
    distance = [float(energy(x, fake) / unit) for fake in fakes[half:]]
    moved = [float(energy(a, b) / unit) for a, b in pairwise(fakes[half - 1 :])]
    spread = [float(rms_distance(fake) / width) for fake in fakes]
    steady = min(distance) < max(distance) and spearmanr(range(len(distance)), distance).statistic < -0.8
    return {
        "spread": median(spread[-late:]),
        "widest": max(spread),
        "near": median((to_fakes.amin(dim=1) / width).ravel()),
        "auc": median([auc(s.real_logits, s.fake_logits) for s in history.snapshots[-late:]]),
        "distance": distance[-1],
        "nearing": 1 - distance[-1] / distance[0] if steady else 0.0,
        "moved": median(moved),
        "directness": float(energy(fakes[half - 1], fakes[-1]) / unit) / max(sum(moved), 1e-12),
        "missed": float((share < FEW).double().mean()),
    }


def rows(samples):
    """At most 256 samples, one per row, in float64; of a batch with conditions, what comes first."""
    if samples is None:
        return torch.empty(0, 1, dtype=torch.float64)
    samples = samples[0] if isinstance(samples, tuple | list) else samples
    return samples[:256].detach().cpu().double().flatten(1)


def rms_distance(x):
    """Root-mean-square distance between pairs of rows: √2 times the standard deviation in all directions."""
    return (2 * x.var(dim=0).sum()).sqrt()


def energy(x, y):
    """Energy distance of two samples."""
    return 2 * torch.cdist(x, y).mean() - torch.cdist(x, x).mean() - torch.cdist(y, y).mean()


def auc(real, fake):
    """Share of pairs whose real logit is the larger, ties half: the area under the ROC curve."""
    real, fake = real.ravel().cpu(), fake.ravel().cpu()
    return float((real[:, None] > fake).double().mean() + (real[:, None] == fake).double().mean() / 2)


def median(values):
    """The median as a Python number."""
    return float(torch.as_tensor(values, dtype=torch.float64).quantile(0.5))
