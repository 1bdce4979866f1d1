"""What a figure holds, read off its artists: the numbers that are drawn, not the words beside them."""

import numpy as np
from matplotlib.collections import Collection
from matplotlib.colors import to_hex
from matplotlib.container import ErrorbarContainer
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation, Text


def assert_line(line, x, y, look=None):
    """A line or a row of markers holds these points in this order, and looks as (colour, line style, marker)."""
    wanted = np.column_stack(np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float)))
    np.testing.assert_allclose(line.get_xydata(), wanted, rtol=1e-6, atol=1e-9)
    assert line.get_visible() and line.get_transform() == line.axes.transData
    if look:
        assert style(line) == look


def assert_level(line, x=None, y=None, colour=None):
    """A line runs across the whole axes, at this x or at this y."""
    grid = line.axes.get_yaxis_transform("grid") if x is None else line.axes.get_xaxis_transform("grid")
    assert line.get_transform() == grid
    along, across = (line.get_xdata(), line.get_ydata()) if x is None else (line.get_ydata(), line.get_xdata())
    assert list(along) == [0, 1]
    np.testing.assert_allclose(across, [y if x is None else x] * 2, rtol=1e-9)
    assert colour is None or style(line)[0] == colour


def style(artist):
    """What tells an artist from others: colour, line style and marker; colours and hatch of what has an area."""
    if isinstance(artist, Line2D):
        return to_hex(artist.get_color()), artist.get_linestyle(), artist.get_marker()
    if isinstance(artist, Collection):
        faces, edges = artist.get_facecolor(), artist.get_edgecolor()
        return *(to_hex(colours[0]) if len(colours) else None for colours in (faces, edges)), artist.get_hatch()
    return to_hex(artist.get_facecolor()), to_hex(artist.get_edgecolor()), artist.get_hatch()


def assert_legend(legend, named):
    """A legend names these artists and no others, and the sample beside each name looks as the artist does."""
    samples = {text.get_text(): sample for text, sample in zip(legend.get_texts(), legend.legend_handles, strict=True)}
    assert {name: style(sample) for name, sample in samples.items()} == {n: style(a) for n, a in named.items()}


def plain_lines(ax):
    """Lines that are no part of an error bar."""
    parts = {id(part) for bar in errorbars(ax) for part in (bar.lines[0], *bar.lines[1])}
    return [line for line in ax.get_lines() if id(line) not in parts]


def errorbars(ax):
    """The error bars of the axes, in the order they were drawn in."""
    return [container for container in ax.containers if isinstance(container, ErrorbarContainer)]


def assert_errorbar(bar, x, y, xerr=None, yerr=None):
    """Error bars have these centres and reach this far to either side, along x or along y."""
    centre = np.column_stack(np.broadcast_arrays(np.atleast_1d(x), np.atleast_1d(y))).astype(float)
    np.testing.assert_allclose(bar.lines[0].get_xydata(), centre, rtol=1e-9)
    reach = np.atleast_1d(xerr if yerr is None else yerr)
    shift = np.outer(reach, [1, 0] if yerr is None else [0, 1])
    (segments,) = bar.lines[2]
    wanted = np.stack([centre - shift, centre + shift], axis=1)
    np.testing.assert_allclose(np.asarray(segments.get_segments()), wanted, rtol=1e-9)


def bars(container):
    """The bars of a container, one a row: left edge, width, bottom, height."""
    return np.array([[b.get_x(), b.get_width(), b.get_y(), b.get_height()] for b in container])


def between(area, x):
    """Both edges of what `fill_between` filled over x, shape (2, n): the curve given first, then the other."""
    corners, n = area.get_paths()[0].vertices, len(x)
    first, second = corners[1 : n + 1], corners[n + 2 : 2 * n + 2][::-1]
    np.testing.assert_allclose(first[:, 0], x)
    np.testing.assert_allclose(second[:, 0], x)
    return np.stack([first[:, 1], second[:, 1]])


def assert_contours(contours, value):
    """Every filled contour has corners at which `value` of points (n, 2) is between its two levels.

    No level is without a contour.
    """
    low = contours.levels[:-1]
    for path, *ends in zip(contours.get_paths(), low, contours.levels[1:], strict=True):
        if len(path.vertices):
            at = value(path.vertices)
            slack = 1e-6 + 1e-3 * (ends[1] - ends[0])
            assert ends[0] - slack <= at.min() and at.max() <= ends[1] + slack, ends
    drawn = np.concatenate([path.vertices for path in contours.get_paths() if len(path.vertices)])
    inside = low.searchsorted(value(drawn))
    assert set(range(1, len(low))) <= set(inside)


def arrows(ax):
    """Tail and head of every arrow, shape (n, 2, 2)."""
    found = [text for text in ax.texts if isinstance(text, Annotation) and text.arrowprops]
    return np.array([(arrow.xyann, arrow.xy) for arrow in found], dtype=float).reshape(-1, 2, 2)


def ticks(axis):
    """Where the named ticks of an axis stand, by their names."""
    names = [label.get_text() for label in axis.get_ticklabels()]
    return dict(zip(names, axis.get_ticklocs().tolist(), strict=True))


def title(ax):
    """The title at the left, where the course's figures have theirs, or else the one in the middle."""
    return ax.get_title(loc="left") or ax.get_title()


def pixels(ax):
    """The one image of the axes."""
    (image,) = ax.get_images()
    return np.asarray(image.get_array())


def grey(x):
    """Images (n, C, H, W) in [−1, 1] as bytes (n, H, W, 3), reckoned anew."""
    values = np.clip(np.round((np.asarray(x, dtype=float) + 1) * 255 / 2), 0, 255)
    return np.broadcast_to(values.transpose(0, 2, 3, 1), (len(x), *x.shape[2:], 3)).astype(int)


def assert_grid(picture, expected):
    """A picture holds these images in this order: `expected` by (row, column), each of shape (H, W, 3), 2 pixels apart.

    Where nothing is expected, nothing is drawn: the ground is of one colour.
    """
    height, width, _ = next(iter(expected.values())).shape
    rows, columns = (max(at[i] for at in expected) + 1 for i in (0, 1))
    assert picture.shape == (rows * (height + 2) - 2, columns * (width + 2) - 2, 3)
    for row in range(rows):
        for column in range(columns):
            y, x = row * (height + 2), column * (width + 2)
            cell = picture[y : y + height, x : x + width].astype(int)
            wanted = expected.get((row, column), np.full_like(cell, cell[0, 0, 0]))
            assert np.abs(cell - wanted).max() <= 1, (row, column)


MOVABLE = (Line2D, Text, Collection, AxesImage, Rectangle)


def moved(figure, move):
    """The artists whose data `move()` changes; a frame must draw each of them anew."""
    before = {artist: _state(artist) for kind in MOVABLE for artist in figure.findobj(kind)}
    move()
    return {artist for artist, state in before.items() if state != _state(artist)}


def _state(artist):
    """All that an update of a moving picture may change, as bytes."""
    parts = [np.array(artist.get_visible())]
    if isinstance(artist, Text):
        x, y = artist.xyann if isinstance(artist, Annotation) else artist.get_position()
        parts += [np.array(artist.get_text()), np.array([x, y, *getattr(artist, "xy", ())], dtype=float)]
    if isinstance(artist, Line2D):
        parts.append(artist.get_xydata())
    if isinstance(artist, Collection):
        parts += [path.vertices for path in artist.get_paths()]
    if isinstance(artist, AxesImage):
        parts.append(np.asarray(artist.get_array()))
    if isinstance(artist, Rectangle):
        parts.append(np.array(artist.get_bbox().bounds))
    return b"|".join(part.tobytes() for part in parts)
