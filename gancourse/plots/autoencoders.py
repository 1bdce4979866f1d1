"""The figures of lecture 02: sparse codes, what atoms are tuned to, autoencoders, and search by binary codes."""

import matplotlib
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from gancourse.codes.sparse import fista
from gancourse.plots import FAKE, INK, JUDGE, LEGEND, REAL, STYLE, TICKS, MovingPicture, mean_and_error, new_figure
from gancourse.plots.conditional import STYLES

GOOD_FIT = 0.8  # the share of an atom's squares that a Gabor function has to explain to count as one
BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")  # mathtext would take longer than all the rest of a frame
BLOCKS = 14, 11  # points, of a block's name and of what it says


def encoder_decoder(encoder, decoder, code="z", loss="‖x − x̂‖²"):
    """A block diagram of x, encoder, code, decoder, x̂ and the loss that compares the two.

    Args:
        encoder, decoder: a name and a line that says what it is.
        code, loss: words.
    """
    figure = Figure(figsize=(9, 2.5))
    ax = figure.add_axes((0, 0, 1, 1), xlim=(0, 9), ylim=(0, 2.5))
    ax.set_axis_off()
    for left, (name, says), colour in ((1.3, encoder, JUDGE), (5.2, decoder, FAKE)):
        box = FancyBboxPatch((left, 1.2), 2.4, 0.9, "round,pad=0.02", fc=f"{colour}22", ec=colour, lw=2)
        ax.add_patch(box)
        ax.text(left + 1.2, 1.8, name, ha="center", va="center", fontsize=BLOCKS[0])
        ax.text(left + 1.2, 1.42, says, ha="center", va="center", fontsize=BLOCKS[1])
    for x, word in ((0.4, "x"), (4.45, code), (8.5, "x̂")):
        ax.text(x, 1.65, word, ha="center", va="center", fontsize=BLOCKS[0] + 3)
    for start, end in ((0.6, 1.25), (3.75, 4.2), (4.7, 5.15), (7.65, 8.25)):
        ax.add_patch(FancyArrowPatch((start, 1.65), (end, 1.65), arrowstyle="-|>", mutation_scale=16, color=INK))
    for x in (0.4, 8.5):
        ax.plot([x, x], [1.4, 0.45], "-", color=INK, lw=1)
        ax.plot([x, 4.45 + np.sign(x - 4.45) * 1.5], [0.45, 0.45], "-", color=INK, lw=1)
    ax.text(4.45, 0.45, loss, ha="center", va="center", fontsize=BLOCKS[0])
    figure.description = (
        f"Block diagram: x goes into the {encoder[0]} ({encoder[1]}), which gives {code}; the {decoder[0]} "
        f"({decoder[1]}) makes x̂ of it; {loss} compares x and x̂."
    )
    return figure


class SparsePicture(MovingPicture):
    """A patch, what its sparse code makes of it, the atoms that the code uses most, and error and atoms against λ.

    Args:
        patches: shape (m, size²).
        dictionary: atoms, shape (k, size²).
        lams: the values of λ that there are.
        shown: how many atoms are drawn, at most.
    """

    def __init__(self, patches, dictionary, lams, shown=8):
        self._patches, self._dictionary, self._lams = np.asarray(patches), dictionary, np.asarray(lams)
        self._codes = np.stack([fista(self._patches, dictionary, lam, 500) for lam in lams], axis=1)  # (m, λ, k)
        left = ((self._patches[:, None] - self._codes @ dictionary) ** 2).sum(axis=2)
        self._error = 100 * left / (self._patches**2).sum(axis=1)[:, None]
        self._used = (self._codes != 0).sum(axis=2)
        names = ["patch", "made", *(f"atom {i}" for i in range(shown))]
        half = len(names) // 2
        with matplotlib.rc_context(fname=STYLE):
            self.figure = Figure(figsize=(10, 4.4), layout="constrained")
            rows = [names, ["error"] * half + ["used"] * (len(names) - half)]
            axes = self.figure.subplot_mosaic(rows, height_ratios=(1, 2))
        self._pictures = [self._empty(axes[name]) for name in names]
        self._named = [axes[name].text(0.5, 1.06, "", transform=axes[name].transAxes, ha="center", fontsize=11)
                       for name in names]  # fmt: skip
        self._curves = [
            self._against(axes["error"], "squared error left [%]", FAKE, "^"),
            self._against(axes["used"], "atoms used", REAL, "o"),
        ]
        axes["error"].set_ylim(0, max(1, 1.05 * self._error.max()))
        axes["used"].set_ylim(0, 1.05 * max(1, self._used.max()))
        self.moving = [*self._pictures, *self._named, *(artist for pair in self._curves for artist in pair)]
        self.update(0, len(lams) // 2)

    def _empty(self, ax):
        size = round(self._patches.shape[1] ** 0.5)
        ax.set(xticks=[], yticks=[])
        return ax.imshow(np.zeros((size, size)), cmap="gray", vmin=-1, vmax=1)

    def _against(self, ax, says, colour, marker):
        ax.set(xlabel="λ", ylabel=says, xscale="log", xlim=(0.9 * self._lams[0], 1.1 * self._lams[-1]))
        ax.tick_params(labelsize=TICKS)
        (curve,) = ax.plot([], [], "-", color=colour, lw=2)
        (dot,) = ax.plot([], [], marker, color=colour, ms=10)
        return curve, dot

    def update(self, patch, at):
        """Another patch, another λ: their places in what was given."""
        x, z = self._patches[patch], self._codes[patch, at]
        most = np.argsort(-np.abs(z), kind="stable")[: len(self._pictures) - 2]
        reach = np.abs(x).max()
        shown = [x / reach, z @ self._dictionary / reach]
        words = ["patch", "its sum"]
        for j in most:
            used = z[j] != 0
            shown.append(self._dictionary[j] / np.abs(self._dictionary[j]).max() * (1 if used else 0))
            words.append(f"{z[j]:+.1f} φ{str(j).translate(BELOW)}".replace("-", "−") if used else "")
        for picture, text, pixels, word in zip(self._pictures, self._named, shown, words, strict=True):
            picture.set_data(pixels.reshape(picture.get_array().shape))
            text.set_text(word)
        for (curve, dot), values in zip(self._curves, (self._error, self._used), strict=True):
            curve.set_data(self._lams, values[patch])
            dot.set_data([self._lams[at]], [values[patch, at]])
        terms = ", ".join(f"{z[j]:.1f} of atom {j}" for j in most[:3] if z[j])
        self.figure.description = (
            f"Patch {patch + 1} at λ = {self._lams[at]:.2f}: {self._used[patch, at]} of {len(z)} atoms are used, "
            f"{self._error[patch, at]:.0f} % of its squares are left. "
            + (f"Most is {terms}." if terms else "The code is 0.")
        )


def tuning(fits, size):
    """Where atoms lie, how they are turned and how fine they are, of those that a Gabor function fits.

    Args:
        fits: of `fit_gabor`.
        size: pixels a side of an atom.
    """
    good = [fit for fit in fits if fit.explained >= GOOD_FIT]
    figure, (place, turned, fine) = new_figure(10, 3.4, columns=3)
    angle = np.radians([fit.orientation for fit in good])
    centre = np.array([[fit.x, fit.y] for fit in good])
    reach = np.minimum([fit.length for fit in good], size / 4)[:, None]
    along = reach * np.column_stack([np.cos(angle), -np.sin(angle)])
    place.add_collection(LineCollection(np.stack([centre - along, centre + along], axis=1), colors=INK, lw=1))
    place.set(xlim=(-0.5, size - 0.5), ylim=(size - 0.5, -0.5), aspect="equal", xlabel="pixels", ylabel="pixels")
    orientation = [fit.orientation for fit in good]
    frequency = [fit.frequency for fit in good]
    turned.hist(orientation, np.arange(0, 181, 20), color=REAL, edgecolor="white")
    turned.set(xlabel="orientation [degrees]", ylabel="atoms", xticks=(0, 45, 90, 135, 180))
    fine.hist(frequency, np.linspace(0, 0.5, 11), color=FAKE, edgecolor="white", hatch="//")
    fine.set(xlabel="frequency [cycles a pixel]", ylabel="atoms")
    for ax, words in ((place, "place and orientation"), (turned, "orientation"), (fine, "frequency")):
        ax.set_title(words, fontsize=12, loc="left")
    figure.description = (
        f"A Gabor function explains {GOOD_FIT:.0%} or more of {len(good)} of {len(fits)} atoms. Their orientations lie "
        f"between {min(orientation):.0f} and {max(orientation):.0f} degrees, half of their frequencies between "
        f"{np.percentile(frequency, 25):.2f} and {np.percentile(frequency, 75):.2f} cycles a pixel."
    )
    return figure


def by_labels(counts, results, chance=10):
    """A classifier's accuracy against the number of labels that it learned from.

    Args:
        counts: their numbers.
        results: by name (four at most), for each number the accuracies of all seeds, in per cent.
        chance: of guessing, in per cent.
    """
    figure, ax = new_figure(7, 3.6)
    told = []
    for (name, rows), (colour, marker, line) in zip(results.items(), STYLES, strict=False):
        means, spreads = zip(*map(mean_and_error, rows), strict=True)
        ax.errorbar(counts, means, yerr=spreads, color=colour, ls=line, marker=marker, lw=2, capsize=4, label=name)
        pairs = zip(counts, means, spreads, strict=True)
        told.append(f"{name}: " + ", ".join(f"{m:.1f} ± {s:.1f} with {n}" for n, m, s in pairs))
    ax.axhline(chance, color=INK, lw=0.8, label="guessing")
    ax.set(xscale="log", xlabel="labelled images, evenly of all classes", ylabel="right on the test set [%]")
    ax.set_xticks(counts, counts)
    ax.minorticks_off()
    ax.set_ylim(0, 100)
    ax.legend(**LEGEND)
    figure.description = "Test accuracy in per cent, mean ± standard error. " + "; ".join(told) + "."
    return figure


def price(ways):
    """How much above its least the objective is, against the time for 1,000 codes.

    Args:
        ways: by name, "objective" and "milliseconds" of every seed; the objective as a multiple of the least.
    """
    figure, ax = new_figure(8, 3.6)
    told, shown = [], {"optimisation": [], "networks": []}
    for name, runs in ways.items():
        above, time = 100 * (np.mean(runs["objective"]) - 1), np.mean(runs["milliseconds"])
        shown["networks" if name.startswith("network") else "optimisation"].append((time, above))
        where = {"ha": "right", "xytext": (-8, -4)} if name.startswith("network") else {"xytext": (6, 5)}
        name = name.replace(" 1 steps", " 1 step")
        ax.annotate(name.removeprefix("network, "), (time, above), textcoords="offset points", fontsize=11, **where)
        told.append(f"{name} {above:.1f} % in {time:.1f} ms")
    for (name, points), (colour, marker, line) in zip(shown.items(), STYLES[1:], strict=False):
        line = line if name == "optimisation" else "None"
        ax.plot(*zip(*points, strict=True), marker=marker, ls=line, color=colour, ms=8, label=name)
    ax.set(xscale="log", xlabel="milliseconds for 1,000 patches", ylabel="objective above its least [%]")
    ax.set_yscale("symlog", linthresh=1)
    ax.set_ylim(0, 300)
    ax.margins(x=0.2)
    ax.legend(**LEGEND)
    figure.description = "The objective above its least, and the time for 1,000 patches: " + "; ".join(told) + "."
    return figure


def retrieval(panels):
    """Precision of a search against the length of its codes.

    Args:
        panels: by title, (`bits`, `curves`, `levels`): curves by name have for each length the precisions of all
            seeds, levels by name those of a search without codes; all as shares.
    """
    figure, axes = new_figure(10, 3.6, columns=len(panels), squeeze=False, sharey=True)
    told = []
    for ax, (title, (bits, curves, levels)) in zip(axes[0], panels.items(), strict=True):
        for (name, rows), (colour, marker, line) in zip(curves.items(), STYLES[2:] + STYLES[:2], strict=False):
            means, spreads = zip(*map(mean_and_error, rows), strict=True)
            ax.errorbar(bits, means, yerr=spreads, color=colour, marker=marker, ls=line, lw=2, capsize=4, label=name)
            told.append(f"{title}, {name}: " + ", ".join(f"{m:.2f} at {b}" for b, m in zip(bits, means, strict=True)))
        for (name, runs), (colour, line) in zip(levels.items(), ((REAL, "-"), (INK, ":")), strict=True):
            ax.axhline(np.mean(runs), color=colour, ls=line, lw=1.5, label=name)
            told.append(f"{title}, {name} {np.mean(runs):.2f}")
        ax.set(xscale="log", xlabel="bits in a code", ylim=(0, 1))
        ax.set_xticks(bits, bits)
        ax.minorticks_off()
        ax.set_title(title, fontsize=12, loc="left")
        ax.legend(**LEGEND, loc="lower right", bbox_to_anchor=(1, 0.15))
    axes[0, 0].set_ylabel("share found of the same kind")
    figure.description = "Precision of search: " + "; ".join(told) + "."
    return figure


class CodePicture(MovingPicture):
    """The plane of an autoencoder's two numbers with all codes in it, and what the decoder makes of one place.

    Args:
        z: codes, shape (n, 2).
        shade: a number of each, by which it is coloured, shape (n,).
        says: what it is, with its unit.
        decode: from codes, shape (1, 2), to images, shape (1, 3, H, W) in [−1, 1].
    """

    def __init__(self, z, shade, says, decode):
        self._z, self._decode = np.asarray(z), decode
        self.figure, (plane, face) = new_figure(9, 4.2, columns=2)
        points = plane.scatter(*self._z.T, c=shade, s=8, cmap="cividis")
        with matplotlib.rc_context(fname=STYLE):
            self.figure.colorbar(points, ax=plane, label=says)
        (self._cross,) = plane.plot([], [], "P", color=FAKE, ms=14, mec="white", label="decoded on the right")
        plane.set(xlabel=r"code $z_1$", ylabel=r"code $z_2$")
        plane.legend(**LEGEND, loc="lower left", bbox_to_anchor=(0, 1))
        self._face = face.imshow(self._pixels(self._z[:1]), interpolation="nearest")
        face.set_axis_off()
        self.moving = [self._cross, self._face]
        self.update(*np.median(self._z, axis=0))

    def _pixels(self, z):
        return np.asarray((self._decode(z)[0].permute(1, 2, 0).clamp(-1, 1) + 1) / 2)

    def update(self, z1, z2):
        """Another place."""
        self._cross.set_data([z1], [z2])
        self._face.set_data(self._pixels(np.array([[z1, z2]])))
        near = np.linalg.norm(self._z - (z1, z2), axis=1).min()
        where = "among the codes of faces" if near < 0.25 else f"{near:.1f} from the nearest face's code"
        at = ", ".join(f"{round(number, 1) + 0.0:.1f}" for number in (z1, z2))  # no minus before 0
        self.figure.description = f"The decoder's picture of the code ({at}), {where}."
