"""A person as the judge: pictures to sort into real and made, one at a time, and how well it went.

Taught in lecture 09. Zhou et al. (2019, HYPE) measure generators so: a perfect one leaves people right in half of the
cases. The interval of the share is Wilson's (1927), which stays within 0 and 1 and is no point where all are right.
"""

import torch

from gancourse.widgets.games import _canvas, _spoken
from gancourse.widgets.images import enlarged

SAYS = ("–", "real", "made")


class PictureSorter:
    """Go through pictures with a slider and say of each whether it is real; the answer follows, and a tally is kept.

    Args:
        real, made: equally large images, shapes (n, C, H, W) and (m, C, H, W) in [−1, 1].
        seed: of the order in which they come.
    """

    def __init__(self, real, made, seed=0):
        import ipywidgets as ui

        order = torch.randperm(len(real) + len(made), generator=torch.Generator().manual_seed(seed))
        self._x, self._real = torch.cat([real, made])[order], (order < len(real)).tolist()
        self.answers = {}  # by picture, whether the person was right; the last word counts
        self.at = ui.IntSlider(1, min=1, max=len(order), description="picture")
        self.says = ui.Dropdown(options=SAYS, description="you say")
        self.image, self.words = _canvas()
        self.image.layout.width = "280px"
        self.tally = ui.HTML()
        self.at.observe(self._turn, "value")
        self.says.observe(self._answer, "value")
        self.view = ui.VBox([ui.HBox([self.at, self.says]), self.image, self.words, self.tally])
        self.draw()

    def _turn(self, _change):
        self.says.value = SAYS[0]
        self.draw()

    def _answer(self, _change):
        from scipy.stats import binomtest

        if self.says.value != SAYS[0]:
            self.answers[self.at.value] = self._is_right()
            right, n = sum(self.answers.values()), len(self.answers)
            low, high = binomtest(right, n).proportion_ci(method="wilson")
            self.tally.value = f"{right} of {n} right. With 95 % confidence you are right in {low:.0%} to {high:.0%}."
        self.draw()

    def _is_right(self):
        return (self.says.value == "real") == self._real[self.at.value - 1]

    def draw(self):
        """Bring picture and words to where slider and menu are."""
        place = self.at.value - 1
        said = f"Picture {place + 1} of {len(self._x)}."
        if self.says.value != SAYS[0]:
            truth = "real" if self._real[place] else "made"
            said += f" You say {self.says.value}, and it is {truth}: {'right' if self._is_right() else 'wrong'}."
        self.image.value = enlarged(self._x[place : place + 1], 1)
        self.words.value = _spoken(said)

    def _repr_mimebundle_(self, **options):
        return self.view._repr_mimebundle_(**options)
