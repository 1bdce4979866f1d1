"""Sliders for lecture 02: λ and the atoms that a code uses, and a walk in the plane of an autoencoder's codes."""

import numpy as np

from gancourse.plots.autoencoders import CodePicture, SparsePicture
from gancourse.widgets.games import _canvas, _slider, _spoken


class SparseExplorer:
    """A slider of λ and a menu of patches; the reconstruction, its atoms, error and number of atoms follow.

    Args:
        patches, dictionary, lams: as of `plots.autoencoders.SparsePicture`.
    """

    def __init__(self, patches, dictionary, lams):
        import ipywidgets as ui

        self._picture = SparsePicture(patches, dictionary, lams)
        places = [(f"{lam:.2f}", i) for i, lam in enumerate(lams)]
        self.lam = ui.SelectionSlider(options=places, value=len(places) // 2, description="λ")
        self.patch = ui.Dropdown(options=[(str(i + 1), i) for i in range(len(patches))], description="patch")
        self.image, self.words = _canvas()
        for control in (self.lam, self.patch):
            control.observe(self.draw, "value")
        self.view = ui.VBox([ui.HBox([self.lam, self.patch]), self.image, self.words])
        self.draw()

    def draw(self, _change=None):
        """Bring the picture and the words to where the controls are."""
        self._picture.update(self.patch.value, self.lam.value)
        self.image.value = self._picture.frame()
        self.words.value = _spoken(self._picture.figure.description)

    def _repr_mimebundle_(self, **options):
        return self.view._repr_mimebundle_(**options)


class CodeExplorer:
    """Two sliders, the two numbers of a code, and what the decoder makes of them.

    Args:
        z, shade, says, decode: as of `plots.autoencoders.CodePicture`.
    """

    def __init__(self, z, shade, says, decode):
        import ipywidgets as ui

        self._picture = CodePicture(z, shade, says, decode)
        low, middle, high = (np.round(f(z, axis=0), 1) for f in (np.min, np.median, np.max))
        self.z1, self.z2 = (_slider(f"code z{i + 1}", middle[i], low[i] - 1, high[i] + 1, 0.1) for i in range(2))
        self.image, self.words = _canvas()
        for control in (self.z1, self.z2):
            control.observe(self.draw, "value")
        self.view = ui.VBox([ui.HBox([self.z1, self.z2]), self.image, self.words])
        self.draw()

    def draw(self, _change=None):
        """Bring the picture and the words to where the sliders are."""
        self._picture.update(self.z1.value, self.z2.value)
        self.image.value = self._picture.frame()
        self.words.value = _spoken(self._picture.figure.description)

    def _repr_mimebundle_(self, **options):
        return self.view._repr_mimebundle_(**options)
