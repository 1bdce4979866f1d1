"""Sliders for lecture 01: a density shaped by hand, and a point that is moved among two kinds."""

import numpy as np

from gancourse.plots.generative import HandPicture, PointPicture
from gancourse.widgets.games import _canvas, _slider, _spoken


class _Explorer:
    """Sliders, whose values in their order a picture's `update` takes."""

    def _show(self, picture, sliders):
        import ipywidgets as ui

        self._picture, self._sliders = picture, sliders
        self.image, self.words = _canvas()
        for slider in sliders:
            slider.observe(self.draw, "value")
        self.view = ui.VBox([ui.HBox(sliders), self.image, self.words])
        self.draw()

    def draw(self, _change=None):
        """Bring the picture and the words to where the sliders are."""
        self._picture.update(*(slider.value for slider in self._sliders))
        self.image.value = self._picture.frame()
        self.words.value = _spoken(self._picture.figure.description)

    def _repr_mimebundle_(self, **options):
        return self.view._repr_mimebundle_(**options)


class HandExplorer(_Explorer):
    """Two bumps, their width and the weight of the first: a density by hand, and its log-likelihood on samples.

    Args:
        x, label: as of `plots.generative.HandPicture`.
    """

    def __init__(self, x, label):
        low, high = float(np.min(x)), float(np.max(x))
        span = high - low
        step = float(f"{span / 100:.0e}")  # one digit
        self.first = _slider("bump 1", round(low + span / 2, 2), low, high, step)
        self.second = _slider("bump 2", round(low + 0.8 * span, 2), low, high, step)
        self.std = _slider("width", round(0.1 * span, 3), step, span / 2, step)
        self.weight = _slider("weight of 1", 0.5, 0.0, 1.0, 0.05)
        self._show(HandPicture(x, label), [self.first, self.second, self.std, self.weight])


class PointExplorer(_Explorer):
    """Two sliders, a point in the plane, and what is said of it: p(y|x), p(x), p(x|y).

    Args:
        samples, labels, reach: as of `plots.generative.PointPicture`.
    """

    def __init__(self, samples, labels, reach):
        left, right, bottom, top = reach
        start = next(iter(samples.values())).mean(axis=0)
        self.x1 = _slider("x1", round(float(start[0]), 1), left, right, 0.1)
        self.x2 = _slider("x2", round(float(start[1]), 1), bottom, top, 0.1)
        self._show(PointPicture(samples, labels, reach), [self.x1, self.x2])
