"""Pictures of pictures: contact sheets, rows with names, and the curves of an image GAN's training."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from gancourse.data.images import to_bytes
from gancourse.plots import DPI, FAKE, INK, JUDGE, LEGEND, new_figure

GAP = 2  # pixels between images, grey
NAMES, TITLE = 13, 14  # points
CELL = 112  # pixels of the page from one image to the next, about


def tile(x, columns):
    """Images in a grid as one array: (n, C, H, W) in [−1, 1] to uint8 (rows·(H+2)−2, columns·(W+2)−2, 3)."""
    x = to_bytes(x).cpu().numpy().transpose(0, 2, 3, 1)
    n, height, width, channels = x.shape
    lines = -(-n // columns)
    cells = np.full((lines * columns, height + GAP, width + GAP, 3), 160, np.uint8)
    cells[:n, :height, :width] = x if channels == 3 else np.repeat(x[..., :1], 3, axis=3)
    cells[n:] = 255
    grid = cells.reshape(lines, columns, height + GAP, width + GAP, 3).transpose(0, 2, 1, 3, 4)
    return grid.reshape(lines * (height + GAP), columns * (width + GAP), 3)[:-GAP, :-GAP]


def sheet(x, columns=8, title=None, description=None, scale=None):
    """Images (n, C, H, W) in [−1, 1] as a grid; `scale` screen pixels to one of an image."""
    description = description or f"A sheet of {len(x)} images, {columns} to a row{f': {title}' if title else ''}."
    return rows([("", x[i : i + columns]) for i in range(0, len(x), columns)], title, description, scale)


def rows(named, title=None, description=None, scale=None):
    """Rows of images with a name before each.

    Args:
        named: pairs of a name and images, shape (k, C, H, W) in [−1, 1], all of one size.
        title: over it.
        description: what it shows, in words; names and numbers of images if not given.
        scale: pixels of the page to one of an image, in halves; if not given, what makes images about an inch wide.
    """
    names, parts = zip(*named, strict=True)
    columns = max(map(len, parts))
    side = parts[0].shape[-1] + GAP
    scale = scale or max(1.0, round(2 * CELL / side) / 2)  # as stored, each pixel is a square of whole pixels
    blocks = [tile(part, columns) for part in parts]
    gap = np.full((GAP, blocks[0].shape[1], 3), 160, np.uint8)
    picture = np.concatenate([line for block in blocks for line in (block, gap)][:-1])
    # Inches, by hand: the pixels keep their shape, and the names their room.
    wide, high = picture.shape[1] * scale / DPI, picture.shape[0] * scale / DPI
    left, top = max(inches(name, NAMES) for name in names) + 0.12 * any(names), 0.36 * bool(title)
    total = max(left + max(wide, inches(title or "", TITLE) + 0.05), 2.5)
    figure = Figure(figsize=(total, top + high))
    ax = figure.add_axes((left / total, 0, wide / total, high / (top + high)))
    ax.imshow(picture, interpolation="nearest", aspect="auto")
    ax.set_xticks([])
    ax.set_yticks([side * i + (side - GAP) / 2 for i in range(len(parts))], names)
    ax.tick_params(length=0, labelsize=NAMES)
    ax.spines[:].set_visible(False)
    if title:
        ax.set_title(title, fontsize=TITLE, loc="left")
    counted = ", ".join(f"{name or 'images'}: {len(part)}" for name, part in named)
    figure.description = description or f"Rows of images, with how many there are in each: {counted}."
    return figure


def inches(words, points):
    """How wide some words are in the figures' font of this size."""
    renderer = FigureCanvasAgg(Figure(dpi=DPI)).get_renderer()
    return renderer.get_text_width_height_descent(words, FontProperties(size=points), ismath=False)[0] / DPI


def filmstrip(snapshots, columns=8, title=None):
    """One row of samples per snapshot, the same latent samples in each."""
    named = [(f"step {s.step}", s.samples[:columns]) for s in snapshots]
    first, last = snapshots[0].step, snapshots[-1].step
    says = f"What {columns} fixed latent samples become, from step {first} to step {last}."
    return rows(named, title, says)


def training(history, ax=None, title=None):
    """Both players' losses over training, averaged to show the trend, with both indifferent values marked."""
    figure, axes = (None, ax) if ax is not None else new_figure(7, 3)
    losses = history.losses().numpy()
    last = history.snapshots[-1].step if history.snapshots else len(losses)
    step = np.linspace(0, last, len(losses))
    every = max(1, len(losses) // 100)
    whole = len(losses) // every * every

    def mean(values):
        return values[:whole].reshape(-1, every).mean(axis=1)

    for column, (name, colour, style) in enumerate((("discriminator", JUDGE, ":"), ("generator", FAKE, "--"))):
        axes.plot(mean(step), mean(losses[:, column]), style, color=colour, lw=2, label=name)
    where = axes.get_yaxis_transform()
    for whose, value in (("G", np.log(2)), ("D", 2 * np.log(2))):  # cross-entropies of a D that says ½ to everything
        axes.axhline(value, color=INK, lw=0.6, alpha=0.5)
        says = f"{whose}: {value:.2f}, tossing a coin"  # beside the axes, where it hides no curve
        axes.text(1.01, value, says, transform=where, va="center", fontsize=11)
    axes.set(xlabel="step", ylabel="loss [nats]", ylim=(min(0, float(losses.min())), None))
    axes.legend(**LEGEND)
    if title:
        axes.set_title(title, fontsize=12, loc="left")
    if figure:
        ends = losses[-max(1, len(losses) // 20) :].mean(axis=0)
        figure.description = (
            f"Losses over {last} steps; in the last twentieth the discriminator's is {ends[0]:.2f}, the generator's "
            f"{ends[1]:.2f}. Lines mark 0.69 and 1.39, the losses when D says one half to everything."
        )
    return figure
