"""Sliders on top of `gancourse.plots`. Each has a static figure in the notebook for print and screen readers.

A widget draws into one picture whose artists are moved, not made anew: a turn of a slider takes less than a
tenth of a second on a laptop (benchmarks/widgets.py measures it). All of them work by keyboard: Tab reaches a
slider, the arrow keys move it, Page Up and Page Down move it far.
"""

import numpy as np
from scipy.stats import norm

from gancourse.plots.gan_loss import DistancePicture, JSAreas
from gancourse.plots.shift_gan import ShiftPicture


class ShiftExplorer:
    """Three sliders, θ, φ0 and φ1; samples, discriminator, both losses and the gradient follow.

    Args:
        x_real, z: the samples, shapes (n,) and (m,).
        theta, phi: where the sliders start.
    """

    def __init__(self, x_real, z, theta=3.0, phi=(-2.0, 1.0)):
        import ipywidgets as ui

        self._picture = ShiftPicture(x_real, z, theta, phi)
        self.theta = _slider("θ shift", theta, 0, 12, 0.1)
        self.phi0 = _slider("φ0 offset", phi[0], -15, 15, 0.25)
        self.phi1 = _slider("φ1 slope", phi[1], -2, 2, 0.05)
        self.image, self.words = _canvas()
        for slider in (self.theta, self.phi0, self.phi1):
            slider.observe(self.draw, "value")
        self.view = ui.VBox([ui.HBox([self.theta, self.phi0, self.phi1]), self.image, self.words])
        self.draw()

    def draw(self, _change=None):
        """Bring the picture and the words to where the sliders are."""
        theta, phi = self.theta.value, (self.phi0.value, self.phi1.value)
        self._picture.update(theta, phi)
        self.image.value = self._picture.frame()
        self.words.value = _spoken(self._picture.describe())

    def _repr_mimebundle_(self, **options):
        return self.view._repr_mimebundle_(**options)


class AreaExplorer:
    """One slider, the place of a one-mode generator on data with two; the halves of the JS divergence follow."""

    def __init__(self):
        import ipywidgets as ui

        self._x = np.linspace(-8, 8, 801)
        data = (norm.pdf(self._x, -2, 0.7) + norm.pdf(self._x, 2, 0.7)) / 2
        self._picture = JSAreas(self._x, data, norm.pdf(self._x, -2, 0.7))
        self.centre = _slider("generator at", -2.0, -3, 3, 0.1)
        self.image, self.words = _canvas()
        self.centre.observe(self.draw, "value")
        self.view = ui.VBox([self.centre, self.image, self.words])
        self.draw()

    def draw(self, _change=None):
        """Bring the picture and the words to where the slider is."""
        self._picture.update(norm.pdf(self._x, self.centre.value, 0.7))
        self.image.value = self._picture.frame()
        self.words.value = _spoken(self._picture.figure.description)

    def _repr_mimebundle_(self, **options):
        return self.view._repr_mimebundle_(**options)


class DistanceExplorer:
    """One slider, the distance of a generator from the data; four measures of it, and the pull of each, follow."""

    def __init__(self, delta=3.0):
        import ipywidgets as ui

        self._picture = DistancePicture(delta)
        self.delta = _slider("distance Δ", delta, 0, 6, 0.1)
        self.image, self.words = _canvas()
        self.delta.observe(self.draw, "value")
        self.view = ui.VBox([self.delta, self.image, self.words])
        self.draw()

    def draw(self, _change=None):
        """Bring the picture and the words to where the slider is."""
        self._picture.update(self.delta.value)
        self.image.value = self._picture.frame()
        self.words.value = _spoken(self._picture.describe())

    def _repr_mimebundle_(self, **options):
        return self.view._repr_mimebundle_(**options)


class TrainingPlayer:
    """A recorded training run to scrub through: play button, slider, and the picture of that round.

    Args:
        trace: a `shift.Trace`.
        milliseconds: pause between two rounds while playing.
    """

    def __init__(self, trace, milliseconds=150):
        import ipywidgets as ui

        self._trace = trace
        self._picture = ShiftPicture(trace.x_real, trace.z, trace.theta[0], trace.phi[0])
        last = len(trace.theta) - 1
        self.round = ui.IntSlider(0, 0, last, description="round", layout={"width": "60%"})
        play = ui.Play(min=0, max=last, interval=milliseconds, tooltip="Play the recorded run")
        ui.jslink((play, "value"), (self.round, "value"))
        self.image, self.words = _canvas()
        self.round.observe(self.draw, "value")
        self.view = ui.VBox([ui.HBox([play, self.round]), self.image, self.words])
        self.draw()

    def draw(self, _change=None):
        """Bring the picture and the words to the slider's round."""
        at = self.round.value
        theta, phi = self._trace.theta[at], self._trace.phi[at]
        self._picture.update(theta, phi)
        self.image.value = self._picture.frame()
        self.words.value = _spoken(f"Round {at}. {self._picture.describe()}")

    def _repr_mimebundle_(self, **options):
        return self.view._repr_mimebundle_(**options)


class Snapshots:
    """A slider and a play button over a training's snapshots, live or afterwards. What is shown of one, `picture` says.

    Args:
        snapshots: of a run that is over; none of one to come.
        milliseconds: pause between two while playing.
    """

    def __init__(self, snapshots=(), milliseconds=300):
        import ipywidgets as ui

        self.snapshots = list(snapshots)
        last = max(0, len(self.snapshots) - 1)
        self.at = ui.IntSlider(last, 0, last, description="snapshot", layout={"width": "60%"})
        play = ui.Play(value=last, min=0, max=last, interval=milliseconds, tooltip="Play the run")
        ui.jslink((play, "value"), (self.at, "value"))
        ui.jslink((self.at, "max"), (play, "max"))  # at the end it starts again
        self.image, self.words = _canvas()
        self.at.observe(self.draw, "value")
        self.view = ui.VBox([ui.HBox([play, self.at]), self.image, self.words])
        if self.snapshots:
            self.draw()

    def picture(self, snapshot):
        """A snapshot as PNG bytes and in words."""
        raise NotImplementedError

    def watch(self, _game, snapshot):
        """Called by `train` after each snapshot: keep it and draw."""
        self.snapshots.append(snapshot)
        self.at.max = len(self.snapshots) - 1
        self.at.value = self.at.max
        if self.at.max == 0:
            self.draw()

    def draw(self, _change=None):
        """Bring picture and words to the slider's snapshot."""
        self.image.value, words = self.picture(self.snapshots[self.at.value])
        self.words.value = _spoken(words)

    def _repr_mimebundle_(self, **options):
        return self.view._repr_mimebundle_(**options)


class TrainingScatter(Snapshots):
    """A game on a mixture of Gaussians, to watch while it trains and to scrub through afterwards.

    Show it, then `train(…, snapshots=50, watch=scatter.watch)`.

    Args:
        world: the `Mixture` that is learned.
        judge: `judge(game, points)` gives the discriminator's logits for the colours; `game.discriminator` by default.
    """

    def __init__(self, world, judge=None):
        import torch

        from gancourse.plots.mode_collapse import ScatterPicture, field_points

        self._judge = judge or (lambda game, points: game.discriminator(points))
        self._points = torch.tensor(field_points(world), dtype=torch.float32)
        self._picture = ScatterPicture(world, world.sample(300))
        super().__init__(milliseconds=150)

    def watch(self, game, snapshot):
        """Called by `train` after each snapshot: ask the discriminator, keep, draw."""
        import torch

        with torch.no_grad():
            snapshot.field = self._judge(game, self._points).cpu().numpy()
        super().watch(game, snapshot)

    def picture(self, snapshot):
        """The scatter as PNG bytes and in words."""
        self._picture.update(snapshot)
        return self._picture.frame(), self._picture.figure.description


FULL = {"description_width": "initial"}  # else a long name ends in dots


def _slider(name, value, low, high, step):
    import ipywidgets as ui

    return ui.FloatSlider(value, min=low, max=high, step=step, description=name, readout_format=".2f", style=FULL)


def _canvas():
    """An image for the frames, and a line under it that says what they show."""
    import ipywidgets as ui

    return ui.Image(format="png", width="100%"), ui.HTML()  # a tooltip on an Image breaks its view (8.1)


def _spoken(words):
    """`words`, read out by a screen reader whenever they change."""
    return f'<span role="status" style="line-height:1.4">{words}</span>'
