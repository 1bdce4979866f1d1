"""Exercise 9, `invert`: which code makes this image? Judged by how near the code's image comes."""

import numpy as np

from gancourse.exercises.readings import best_codes
from gancourse.exercises.specification import Exercise, Property, misconceptions


def slope(w, x, weights, bias):
    """The gradient of ½‖tanh(wA + b) − x‖² by w, of each image."""
    made = np.tanh(w @ weights + bias)
    return ((made - x) * (1 - made**2)) @ weights.T


def invert(x, weights, bias, steps=500, rate=0.1, slope=slope):
    w = np.zeros((len(x), len(weights)))
    for _ in range(steps):
        w = w - rate * slope(w, x, weights, bias)
    return w


def without_tanh(x, weights, bias):
    return (x - bias) @ np.linalg.pinv(weights)


def through_arctanh(x, weights, bias):
    return (np.arctanh(np.clip(x, -0.999, 0.999)) - bias) @ np.linalg.pinv(weights)


def squares(w, x, weights, bias):
    return ((np.tanh(w @ weights + bias) - x) ** 2).sum()


def draw_images(rng, n, off=0.0, k=3, d=12):
    """Images of a generator, at a distance from it if `off`, with which every mistake shows."""
    while True:
        weights, bias = 1.6 * np.linalg.qr(rng.normal(size=(d, k)))[0].T, 0.3 * rng.normal(size=d)
        w = rng.uniform(0.7, 1.3, size=(n, k)) * rng.choice([-1, 1], size=(n, k))
        x = np.tanh(w @ weights + bias)
        if np.abs(x).max() > 0.98:
            continue
        x = np.clip(x + off * rng.normal(size=(n, d)), -0.98, 0.98)
        best, start = (squares(c, x, weights, bias) for c in (best_codes(x, weights, bias), 0 * w))

        def left(w, x=x, weights=weights, bias=bias, best=best, start=start):
            return (squares(w, x, weights, bias) - best) / (start - best)

        mistakes = [invert(x, weights, bias, 2), without_tanh(x, weights, bias), invert(x, weights, bias).mean(axis=0)]
        mistakes += [through_arctanh(x, weights, bias)] if off else []
        shares = [left(w) for w in mistakes]
        if 0.02 < min(shares) and shares[0] < 0.8 and left(invert(x, weights, bias, 20, -0.1)) > 1.2:
            return x, weights, bias


def sampler(n, off=0.0):
    return lambda rng: draw_images(rng, n, off)


WRONG = {
    "start": (
        {"steps": 0},
        "Your codes are no better than 0, where the text has you begin. Is the result of each step kept, as "
        "`w = w - …`, and is w what you return?",
    ),
    "too_few": (
        {"steps": 2},
        "The error is smaller than with codes of 0, but more than 1 % of it is left. Take more steps, and look whether "
        "the gradient is all there: the bias is in tanh, and the chain rule has a factor 1 − tanh².",
    ),
    "uphill": (
        {"steps": 20, "rate": -0.1},
        "Your codes leave more error than codes of 0 do. Either you walk uphill (subtract the gradient of the "
        "error), or your steps are too long and overshoot: try a tenth of their length.",
    ),
    "without_tanh": (
        without_tanh,
        "You solve w A + b = x, as if there were no tanh. Its images are tanh(w A + b): compare *those* with x.",
    ),
    "through_arctanh": (
        through_arctanh,
        "You undo tanh with arctanh and solve the rest. That is exact for an image that the generator can make. "
        "For any other it makes the error small *before* tanh, where a dark pixel counts far too much. Go down "
        "the gradient of the error of the images.",
    ),
    "images": (
        lambda x, weights, bias: np.tanh(invert(x, weights, bias) @ weights + bias),
        "You return images. Their codes are asked for, shape (n, k).",
    ),
    "transposed": (
        lambda *a: invert(*a).T,
        "The axes have changed places: one code a row, shape (n, k).",
    ),
    "one_for_all": (
        lambda x, weights, bias: np.broadcast_to(invert(x, weights, bias).mean(axis=0), (len(x), len(weights))),
        "All images get the same code. Each has its own: keep a w of shape (n, k), and do not sum or average the "
        "gradient over the images.",
    ),
}

EXERCISE = Exercise(
    name="invert",
    reference=invert,
    properties=(
        Property(
            "finds codes for images that the generator can make",
            2,
            (sampler(4), sampler(5)),
            cases=2,
            probe="inversion",
        ),
        Property(
            "comes as near as any code does to images that it cannot make",
            1,
            (sampler(4, 0.3), sampler(3, 0.3)),
            cases=2,
            probe="inversion",
        ),
    ),
    misconceptions=misconceptions(invert, WRONG),
)
