"""Sliders for image models: a picture is computed anew at every turn. Each has a static figure in the notebook."""

import io

from gancourse.plots import png
from gancourse.plots.images import tile
from gancourse.plots.translation import cycles
from gancourse.widgets.games import Snapshots, _canvas, _slider, _spoken

PIXELS = 640  # the width of a picture on the screen, about


def enlarged(x, columns):
    """Images (n, C, H, W) in [−1, 1] as PNG bytes, in a grid whose pixels one can see."""
    from PIL import Image

    picture, buffer = Image.fromarray(tile(x, columns)), io.BytesIO()
    times = max(1, PIXELS // picture.width)
    picture.resize((picture.width * times, picture.height * times), Image.NEAREST).save(buffer, "png", compress_level=1)
    return buffer.getvalue()


class ImageExplorer:
    """Sliders and menus beside the images that they make.

    Args:
        render: called with the value of every control by name; returns images, shape (n, C, H, W) in [−1, 1], and a
            sentence that says what they show.
        columns: of the grid.
        controls: by name, numbers (value, low, high, step) for a slider, or a list of words for a menu, whose place
            `render` gets; or (words, place), to start elsewhere than at the first.
    """

    def __init__(self, render, columns=8, **controls):
        import ipywidgets as ui

        self._render, self._columns = render, columns
        self.controls = {name: self._control(name.replace("_", " "), about) for name, about in controls.items()}
        self.image, self.words = _canvas()
        self.image.layout.width = "auto"
        for control in self.controls.values():
            control.observe(self.draw, "value")
        self.view = ui.VBox([self._arranged(), self.image, self.words])
        self.draw()

    def _arranged(self):
        import ipywidgets as ui

        return ui.HBox(list(self.controls.values()), layout={"flex_flow": "row wrap"})

    @staticmethod
    def _control(name, about):
        import ipywidgets as ui

        if isinstance(about, list):
            about = about, 0
        if len(about) > 2:
            return _slider(name, *about)
        words, at = about
        return ui.Dropdown(options=[(word, i) for i, word in enumerate(words)], value=at, description=name)

    def draw(self, _change=None):
        """Bring picture and words to where the controls are."""
        x, words = self._render(**{name: control.value for name, control in self.controls.items()})
        self.image.value = enlarged(x, self._columns)
        self.words.value = _spoken(words)

    def _repr_mimebundle_(self, **options):
        return self.view._repr_mimebundle_(**options)


class TrainingImages(Snapshots):
    """An image GAN's samples, to watch while it trains and to scrub through afterwards, or from a kept history.

    Show it, then `train(…, snapshots=30, watch=images.watch)`.

    Args:
        history: of a run that is over; None for one to come.
        shown: how many images.
        columns: of the grid.
    """

    def __init__(self, history=None, shown=40, columns=10):
        self._shown, self._columns = shown, columns
        super().__init__(history.snapshots if history else ())
        self.image.layout.width = "auto"

    def picture(self, snapshot):
        """The samples as PNG bytes, and what they are."""
        real, fake = (logits.float().mean() for logits in (snapshot.real_logits, snapshot.fake_logits))
        words = (
            f"Step {snapshot.step}: {min(self._shown, len(snapshot.samples))} samples from the same latent ones each "
            f"time. The discriminator's mean logit is {real:.1f} of real images and {fake:.1f} of these."
        )
        return enlarged(snapshot.samples[: self._shown], self._columns), words


class CycleExplorer(Snapshots):
    """A CycleGAN's training to scrub through: images, their translations, what comes back, and the difference.

    Its static form is `plots.translation.cycles`.

    Args:
        inputs: the images that are translated, shape (n, C, H, W) in [−1, 1]: `history.first_real()`.
        snapshots: of the history.
        shown: how many images, at most.
    """

    def __init__(self, inputs, snapshots, shown=6):
        self._inputs, self._shown = inputs, shown
        super().__init__(snapshots)
        self.image.layout = {"width": "auto", "max_width": "100%", "align_self": "flex-start"}  # names are not enlarged

    def picture(self, snapshot):
        """The rows of images as PNG bytes, and what they show."""
        figure = cycles(self._inputs, snapshot, self._shown)
        return png(figure), figure.description


class MetricsExplorer:
    """Two sliders, noise and the classes that are kept; what every metric says of such a set follows.

    Args:
        grid: what was measured, as `plots.evaluating.landscape` takes it.
        render: called with a noise and a number of classes; returns 40 images, shape (40, 1, 28, 28) in [−1, 1].
    """

    def __init__(self, grid, render):
        import ipywidgets as ui

        from gancourse.plots.evaluating import DialsPicture

        self._render, self._picture = render, DialsPicture(grid)
        places = [(str(level), i) for i, level in enumerate(grid["noise"])]
        self.noise = ui.SelectionSlider(options=places, description="noise")
        places = [(str(k), i) for i, k in enumerate(grid["classes"])]
        self.classes = ui.SelectionSlider(options=places, value=len(places) - 1, description="classes")
        self._levels = grid["noise"], grid["classes"]
        self.image, self.words = _canvas()
        for slider in (self.noise, self.classes):
            slider.observe(self.draw, "value")
        self.view = ui.VBox([ui.HBox([self.noise, self.classes]), self.image, self.words])
        self.draw()

    def draw(self, _change=None):
        """Bring the picture and the words to where the sliders are."""
        at = self.noise.value, self.classes.value
        x = self._render(*(levels[i] for levels, i in zip(self._levels, at, strict=True)))
        self._picture.update(x, *at)
        self.image.value = self._picture.frame()
        self.words.value = _spoken(self._picture.figure.description)

    def _repr_mimebundle_(self, **options):
        return self.view._repr_mimebundle_(**options)
