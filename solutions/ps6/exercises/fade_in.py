"""Exercise 1, `fade_in`: from the image of the smaller network to that of the larger one."""

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions

from .inputs import of_sizes


def doubled(old):
    """Every pixel four times, as a square of 2 × 2."""
    return old.repeat(2, axis=2).repeat(2, axis=3)


def fade_in(old, new, alpha, enlarge=doubled, share=lambda alpha: (1 - alpha, alpha)):
    of_old, of_new = share(alpha)
    return of_old * enlarge(old) + of_new * new


def with_zeros(old):
    n, channels, height, width = old.shape
    large = np.zeros((n, channels, 2 * height, 2 * width))
    large[:, :, ::2, ::2] = old
    return large


def smoothed(old):
    import torch

    return torch.nn.functional.interpolate(torch.tensor(old), scale_factor=2, mode="bilinear").numpy()


def halved(new):
    return new.reshape(*new.shape[:2], new.shape[2] // 2, 2, new.shape[3] // 2, 2).mean(axis=(3, 5))


def draw_images(rng, n, alpha=(0.15, 0.4)):
    height, width = (2, 3) if n % 2 else (3, 2)
    old, new = (rng.normal(size=(n, 2, height * k, width * k)) for k in (1, 2))
    return old, new, float(rng.uniform(*alpha))


def draw_end(alpha):
    return lambda rng: draw_images(rng, int(2 + alpha), (alpha, alpha))


WRONG = {
    "the_other_way_round": (
        {"share": lambda alpha: (alpha, 1 - alpha)},
        "α has changed places: at α = 0 only the old image is seen, at α = 1 only the new one. The old one gets 1 − α.",
    ),
    "added": (
        {"share": lambda alpha: (1, alpha)},
        "The old image stays in full while the new one is added. It has to go as the other comes: it gets 1 − α.",
    ),
    "both_in_full": (
        {"share": lambda alpha: (1, 1)},
        "You add the two images up, whatever α is. Their shares are 1 − α and α.",
    ),
    "half_and_half": (
        {"share": lambda alpha: (0.5, 0.5)},
        "Half of each is seen, whatever α is. The shares are 1 − α and α.",
    ),
    "new_is_missing": (
        {"share": lambda alpha: (1 - alpha, 0)},
        "The new image is missing: α of it is added to 1 − α of the old one.",
    ),
    "new_only": (
        {"share": lambda alpha: (0, 1)},
        "You return the new image, and α changes nothing. At α = 0 it must not be seen at all: it has weights that "
        "nobody has trained yet.",
    ),
    "old_only": (
        {"share": lambda alpha: (1, 0)},
        "You return the old image, enlarged, and α changes nothing. α of the new one belongs to it.",
    ),
    "new_in_full": (
        {"share": lambda alpha: (1 - alpha, 1)},
        "The new image is added in full from the start. It comes in slowly: multiply it by α.",
    ),
    "in_squares": (
        {"share": lambda alpha: ((1 - alpha) ** 2, alpha**2)},
        "You square the shares, and they no longer sum to 1. They are 1 − α and α.",
    ),
    "tiled": (
        {"enlarge": lambda old: np.tile(old, (1, 1, 2, 2))},
        "You put four copies of the old image side by side, as `np.tile` does. Each *pixel* is to become 2 × 2: "
        "`np.repeat` along both axes.",
    ),
    "zeros_between": (
        {"enlarge": with_zeros},
        "Three of each four pixels of the enlarged image are 0. Each pixel becomes a whole square of 2 × 2: "
        "`np.repeat` along both axes.",
    ),
    "smoothed": (
        {"enlarge": smoothed},
        "You enlarge with smooth transitions (bilinear). Here each pixel is simply repeated: `np.repeat`, or the mode "
        "“nearest”.",
    ),
    "shrunk": (
        lambda old, new, alpha: (1 - alpha) * old + alpha * halved(new),
        "You make the new image smaller. It is the old one that has to be enlarged, or the finer pixels are lost.",
    ),
}

EXERCISE = Exercise(
    name="fade_in",
    reference=fade_in,
    properties=(
        Property("is 1 − α of the old image, each pixel 2 × 2, and α of the new", 2, of_sizes(draw_images, 3, 4, 2)),
        Property("is the old image alone at α = 0, the new one alone at α = 1", 1, (draw_end(0), draw_end(1)), cases=2),
    ),
    misconceptions=misconceptions(fade_in, WRONG),
)
