"""Does it converge? Sliders for the Dirac GAN of lecture 03."""

from gancourse.plots.convergence import DiracPicture
from gancourse.widgets.games import _canvas, _slider, _spoken


class DiracExplorer:
    """Two sliders, the rate and the weight of R1, and who moves first; path and eigenvalues follow."""

    def __init__(self, rate=0.5, gamma=0.0):
        import ipywidgets as ui

        self._picture = DiracPicture(rate, gamma)
        self.rate = _slider("rate", rate, 0.05, 2, 0.05)
        self.gamma = _slider("R1 weight γ", gamma, 0, 2, 0.05)
        self.order = ui.ToggleButtons(options=[("in turns", True), ("at the same time", False)], description="steps")
        self.image, self.words = _canvas()
        for control in (self.rate, self.gamma, self.order):
            control.observe(self.draw, "value")
        self.view = ui.VBox([ui.HBox([self.rate, self.gamma, self.order]), self.image, self.words])
        self.draw()

    def draw(self, _change=None):
        """Bring the picture and the words to where the sliders are."""
        self._picture.update(self.rate.value, self.gamma.value, self.order.value)
        self.image.value = self._picture.frame()
        self.words.value = _spoken(self._picture.figure.description)

    def _repr_mimebundle_(self, **options):
        return self.view._repr_mimebundle_(**options)
