"""Exercise 8, `count_modes`: captured modes and the share of high-quality samples."""

import numpy as np

from gancourse.exercises.specification import Exercise, Misconception, Property
from gancourse.metrics.distances import mode_coverage


def distances(samples, centres):
    """From every sample (rows) to every centre (columns)."""
    return np.linalg.norm(samples[:, None] - centres[None], axis=2)


def count_modes(samples, centres, std):
    """Captured modes and the share of high-quality samples (PacGAN: Lin et al. 2018, section 4.1)."""
    return tuple(mode_coverage(samples, centres, std)[:2])


def count_by(samples, centres, good):
    """The protocol's two numbers for samples of which `good` says whether they count."""
    nearest = distances(samples, centres).argmin(axis=1)
    return len(np.unique(nearest[good])), good.mean()


def count_within(radius):
    """The protocol with another radius, `radius(std)`."""

    def count(samples, centres, std):
        return count_by(samples, centres, distances(samples, centres).min(axis=1) <= radius(std))

    return count


def count_at(is_good):
    """The protocol with another rule for the offset of a sample from its nearest centre, `is_good(offsets, std)`."""

    def count(samples, centres, std):
        offsets = np.abs(samples - centres[distances(samples, centres).argmin(axis=1)])
        return count_by(samples, centres, is_good(offsets, std))

    return count


def right_but(modes=None, share=None):
    """The protocol's two numbers, one of them counted in another way."""

    def count(*arguments):
        right = count_modes(*arguments)
        return modes(*arguments) if modes else right[0], share(*arguments) if share else right[1]

    return count


def captured_in_turn(choose):
    """How many modes are captured if a sample counts for the circle, of those that it lies in, that `choose` says."""

    def captured(samples, centres, std):
        near = distances(samples, centres) <= 3 * std
        return len({choose(row) for row in near if row.any()})

    return captured


def last_decides(samples, centres, std):
    """How many modes have a high-quality sample as the last of those that are nearest to them."""
    away = distances(samples, centres)
    last = dict(zip(away.argmin(axis=1).tolist(), (away.min(axis=1) <= 3 * std).tolist(), strict=True))
    return sum(last.values())


def number_of_good(samples, centres, std):
    return int((distances(samples, centres).min(axis=1) <= 3 * std).sum())


def around(rng, centre, std, low, high, n=1):
    """Samples whose distance from a centre is between `low` and `high` standard deviations."""
    angle, radius = rng.uniform(0, 2 * np.pi, size=n), rng.uniform(low, high, size=n) * std
    return centre + radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def on_diagonal(rng, centre, std, low, high):
    """A sample both of whose coordinates are between `low` and `high` standard deviations off the centre."""
    return centre + rng.uniform(low, high, size=(1, 2)) * std * rng.choice([-1, 1], size=(1, 2))


def draw_modes(rng, other=None):
    """Modes that are hit at every distance at which one mistake or another goes wrong, and one that is not hit.

    With `other` there is one more, which overlaps another: the first of all (0) or the last (1).
    """
    std = float(rng.uniform(0.15, 0.22))
    grid = 20 * std * np.array([[i, j] for i in range(3) for j in range(3)], dtype=float)
    centres = rng.permutation(grid)[:7] + rng.uniform(-1, 1, size=(7, 2))
    samples = [
        around(rng, centres[0], std, 0.1, 0.4, n=rng.integers(1, 4)),
        around(rng, centres[0], std, 0.75, 0.95),
        around(rng, centres[1], std, 1.3, 1.6),
        around(rng, centres[2], std, 1.8, 1.95),
        on_diagonal(rng, centres[3], std, 1.7, 1.9),
        centres[3:4] + np.array([[0, rng.uniform(2.2, 2.7) * std]]),  # outside, if |dx| and |dy| are added
        on_diagonal(rng, centres[4], std, 2.5, 2.8),  # outside the circle, inside the square
        around(rng, centres[5], std, 3.6, 6, n=rng.integers(1, 4)),
    ]
    samples, stray = rng.permutation(np.vstack(samples)), around(rng, centres[0], std, 3.6, 4.5)
    order = rng.permutation(len(centres))
    if other is not None:  # a centre that nobody is nearest to, 2.5 away from a sample that is nearer to another
        direction = rng.normal(size=2)
        direction /= np.linalg.norm(direction)
        centres = np.vstack([centres, centres[6] + 4 * std * direction])
        samples = np.vstack([centres[6] - 0.5 * std * direction, samples, centres[6] + 1.5 * std * direction])
        order = np.insert(order, other * len(order), 7)
    return np.vstack([samples, stray]), centres[order], std  # who comes last is no better than who came before


EXERCISE = Exercise(
    name="count_modes",
    reference=count_modes,
    properties=(
        Property("is (captured modes, share of high-quality samples)", 3, draw_modes),
        Property(
            "counts a sample for its nearest centre only",
            1,
            (lambda rng: draw_modes(rng, 0), lambda rng: draw_modes(rng, 1)),
            cases=4,
        ),
    ),
    misconceptions={
        "any_nearest": Misconception(
            right_but(modes=lambda samples, centres, std: len(np.unique(distances(samples, centres).argmin(axis=1)))),
            "A mode counts as captured if any sample is nearest to it, however far away. "
            "Only high-quality samples, within 3·std, capture a mode.",
        ),
        "for_every_centre": Misconception(
            right_but(
                modes=lambda samples, centres, std: int((distances(samples, centres) <= 3 * std).any(axis=0).sum())
            ),
            "Where two circles overlap, one sample captures both of your modes. It counts for its nearest centre only: "
            "`argmin` over the centres first.",
        ),
        "variance": Misconception(
            count_within(lambda std: 3 * std**2),
            "Your radius is 3·std². A distance is compared with a distance: 3·std.",
        ),
        "squared_distance": Misconception(
            count_within(lambda std: np.sqrt(3) * std),
            "You compare the squared distance with 3·std². Square the 3 as well, or take the root: distance ≤ 3·std.",
        ),
        "box": Misconception(
            count_at(lambda offsets, std: (offsets <= 3 * std).all(axis=1)),
            "You compare each coordinate with 3·std: a square, whose corners reach too far. "
            "Use the Euclidean distance: a circle.",
        ),
        "sum_of_coordinates": Misconception(
            count_at(lambda offsets, std: offsets.sum(axis=1) <= 3 * std),
            "You add up |dx| and |dy|. The Euclidean distance is √(dx² + dy²): `np.linalg.norm` along the last axis.",
        ),
        "one_sigma": Misconception(
            count_within(lambda std: std),
            "Your radius is one standard deviation. The protocol says three: distance ≤ 3·std.",
        ),
        "two_sigma": Misconception(
            count_within(lambda std: 2 * std),
            "Your radius is two standard deviations. The protocol says three: distance ≤ 3·std.",
        ),
        "samples_for_modes": Misconception(
            right_but(modes=number_of_good),
            "The first number counts high-quality samples. Count the different *centres* that they are nearest to: "
            "`np.unique`.",
        ),
        "share_of_modes": Misconception(
            right_but(share=lambda samples, centres, std: count_modes(samples, centres, std)[0] / len(centres)),
            "The second number is the share of the *modes*. It is the share of the samples that are of high quality.",
        ),
        "number_for_share": Misconception(
            right_but(share=number_of_good),
            "The second number counts the high-quality samples. Divide by the number of samples: a share.",
        ),
        "per_cent": Misconception(
            right_but(share=lambda *a: 100 * count_modes(*a)[1]),
            "The share is in per cent. Return it as it is, between 0 and 1.",
        ),
        "swapped": Misconception(
            lambda *a: count_modes(*a)[::-1],
            "The two numbers have changed places: `return modes, share`.",
        ),
        "first_circle": Misconception(
            right_but(modes=captured_in_turn(lambda near: int(near.argmax()))),
            "You count a sample for the first circle that it lies in. Where circles overlap it belongs to its "
            "*nearest* centre: `argmin` over the distances.",
        ),
        "last_sample_decides": Misconception(
            right_but(modes=last_decides),
            "Whether a mode is captured is decided by the last sample near it. One good sample is enough: once True, "
            "it stays True.",
        ),
        "squared_distance_against_radius": Misconception(
            lambda samples, centres, std: count_by(
                samples, centres, distances(samples, centres).min(axis=1) ** 2 <= 3 * std
            ),
            "You compare the squared distance with 3·std. Take the root first: distance ≤ 3·std.",
        ),
        "beyond": Misconception(
            lambda samples, centres, std: count_by(samples, centres, distances(samples, centres).min(axis=1) > 3 * std),
            "You count the samples beyond 3·std. High quality is *within*: distance ≤ 3·std.",
        ),
    },
)
