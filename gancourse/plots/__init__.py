"""Figures, one function per idea, one module per lecture; here is what they share.

Each function draws a figure, describes it in words, and returns it; `show` displays both.

Colours are from the Okabe-Ito palette, and what a colour tells, a marker or a line style tells too: real data
are blue circles and solid lines, synthesised data orange triangles and dashed lines, the discriminator is
green and dotted.
"""

import base64
import io
from html import escape
from importlib.resources import files

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

REAL, FAKE, JUDGE, INK = "#0072b2", "#d55e00", "#009e73", "#222222"
STYLE = files("gancourse.plots") / "gancourse.mplstyle"
LEGEND, TICKS = {"fontsize": 11, "frameon": False}, 11  # points: below them a word is too small in a lecture hall
DPI, STORED = 100, 200  # of a figure on the page, and of its picture, which a projector enlarges
MOST_LOST = 1.0  # grey levels a pixel by which fewer colours may change a figure


def show(figure):
    """Display a figure with its description (`figure.description`) as alternative text.

    The description is what a screen reader reads, in HTML because JupyterLab gives a bare PNG no alternative
    text; and it is the output's plain text, so that nbval compares what the figure shows in measured numbers.
    `gancourse run` stores the HTML alone; a bare PNG is for whom HTML is not let through.
    """
    from IPython.display import display

    alt, data, width = figure.description, png(figure, STORED, compress=True), round(figure.get_figwidth() * DPI)
    source = f'src="data:image/png;base64,{base64.b64encode(data).decode()}"'
    image = f'<img alt="{escape(alt)}" {source} width="{width}">'
    metadata = {"image/png": {"alt": alt, "width": width}}
    display({"text/html": image, "image/png": data, "text/plain": alt}, raw=True, metadata=metadata)


def show_code(*things):
    """Display the real source of classes or functions of the package, coloured: nothing is defined twice."""
    import inspect

    from IPython.display import Markdown, display

    display(Markdown("\n\n".join(f"```python\n{inspect.getsource(thing).rstrip()}\n```" for thing in things)))


def png(figure, dpi=DPI, compress=False):
    """The figure as PNG bytes; `compress` makes them a third of the size or less, for what is stored."""
    figure.set_dpi(dpi)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return encoded(canvas, compress)


def encoded(canvas, compress=False):
    """A drawn canvas as PNG bytes; see `png`. Where 128 colours would not do, as for colour images, it keeps all."""
    image, buffer = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB"), io.BytesIO()
    if compress:
        few = image.quantize(128)
        lost = np.abs(np.asarray(few.convert("RGB"), dtype=int) - np.asarray(image)).mean()
        (few if lost < MOST_LOST else image).save(buffer, "png", optimize=True)
    else:
        image.save(buffer, "png", compress_level=1)
    return buffer.getvalue()


def new_figure(width=8, height=3.4, columns=1, rows=1, **options):
    """A figure outside pyplot's registry (nothing to close) and its axes, with the course's looks."""
    with matplotlib.rc_context(fname=STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.subplots(rows, columns, **options)
    for ax in np.ravel(axes):
        ax.tick_params(labelsize=TICKS)
    return figure, axes


def colour_bar(picture, ax, label, **options):
    """A colour bar beside one or more axes, with words as large as theirs."""
    with matplotlib.rc_context(fname=STYLE):
        return picture.axes.figure.colorbar(picture, ax=ax, label=label, **options)


def mean_and_error(values):
    """The mean of a few runs and its standard error; NaN of a single one."""
    values = np.asarray(values, dtype=float)
    return values.mean(), values.std(ddof=1) / np.sqrt(values.size) if values.size > 1 else np.nan


def dots(ax, named, decimals=1):
    """A row for each name: every run is a dot, their mean and its standard error a bar beneath.

    Args:
        ax: to draw on.
        named: by name, one number per run.
        decimals: of the numbers in words.

    Returns:
        What the rows say, in words, one text for each. A legend knows a dot and a bar.
    """
    told = []
    for row, (name, values) in enumerate(named.items()):
        mean, error = mean_and_error(values)
        labels = ("one seed", f"mean ± standard error, {len(values)} seeds") if row == len(named) - 1 else (None, None)
        ax.plot(values, np.full(len(values), row), "^", color=FAKE, ms=6, alpha=0.7, label=labels[0])
        ax.errorbar(mean, row + 0.25, xerr=error, fmt="D", color=INK, ms=5, capsize=3, label=labels[1])
        told.append(f"{name} {mean:.{decimals}f}" + ("" if np.isnan(error) else f" ± {error:.{decimals}f}"))
    ax.set(yticks=range(len(named)), yticklabels=named)
    ax.set_ylim(len(named) - 0.4, -0.5)
    return told


class MovingPicture:
    """A figure with some artists that move: `frame` draws them over a kept picture of what does not move.

    A subclass sets `figure` and `moving`, and moves the artists.
    """

    figure, moving = None, ()
    _canvas = _background = None

    def frame(self, dpi=80):
        """The picture as PNG bytes, fast enough for a slider."""
        if self._background is None:
            self.figure.set_dpi(dpi)
            self._canvas = FigureCanvasAgg(self.figure)
            for artist in self.moving:
                artist.set_animated(True)  # left out of `draw`
            self._canvas.draw()
            self._background = self._canvas.copy_from_bbox(self.figure.bbox)
        self._canvas.restore_region(self._background)
        for artist in self.moving:
            artist.axes.draw_artist(artist)
        return encoded(self._canvas)
