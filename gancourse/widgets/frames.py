"""What a widget shows, recorded: pictures and words at a few hundred places of its controls, for a page without Python.

    record("notebooks/frames", "03_shift_gan")   in a kernel, before the notebook runs (`gancourse run` does it)

Every widget that a cell displays is moved through its places after the cell has run. For each there is a
`<lecture>-<k>.json`: controls, words and which strips of pictures, `<lecture>-<k>-<i>.webp`, belong to it.
"""

import io
import itertools
import json
import math
import re
from html import unescape
from pathlib import Path

from gancourse.notebooks import digest

MOST = 320  # places of a widget's controls, about
TOGETHER = 3  # more controls than these are moved one at a time: all combinations would be too many
STRIP = 24  # pictures one below the other in a file: of each, only what differs from the one above takes space


def record(folder, lecture):
    """From now on, write the frames of every widget that a cell displays into `folder`, anew for this lecture."""
    from IPython import get_ipython

    folder, shell, shown = Path(folder), get_ipython(), []
    folder.mkdir(exist_ok=True)
    for old in folder.glob(f"{lecture}-*"):
        old.unlink()
    formatted, numbers = shell.display_formatter.format, itertools.count(1)

    def notice(thing, *args, **options):
        if all(hasattr(thing, name) for name in ("view", "image", "words", "draw")):
            shown.append(thing)
        return formatted(thing, *args, **options)

    def keep(result):
        for widget in shown:
            write(widget, digest(result.info.raw_cell), folder, f"{lecture}-{next(numbers)}")
        shown.clear()

    shell.display_formatter.format = notice
    shell.events.register("post_run_cell", keep)


def write(widget, cell, folder, name):
    """Move `widget` through its places and write what it shows as `folder`/`name`.json and strips beside it.

    Args:
        widget: with `view`, `image` and `words`, as all of this package.
        cell: the `digest` of the cell that displays it.
        folder, name: where to, and how the files are called.
    """
    from PIL import Image

    controls = list(_controls(widget.view))
    everything = [_values(c) for c in controls]
    together, values, starts = places(everything, [_start(c) for c in controls], [_is_menu(c) for c in controls])
    pictures, words = [], []
    for place in combinations(values, starts, together):
        for control, at, among in zip(controls, place, values, strict=True):
            control.value = among[at]
        pictures.append(Image.open(io.BytesIO(widget.image.value)).convert("RGB"))
        words.append(unescape(re.sub("<[^>]*>", "", widget.words.value)))
    about = {
        "cell": cell,
        "together": together,
        "controls": [
            {"name": c.description, "places": [_label(c, v) for v in among], "start": start, "menu": _is_menu(c)}
            for c, among, start in zip(controls, values, starts, strict=True)
        ],
        "milliseconds": next((w.interval for w in _inside(widget.view) if hasattr(w, "interval")), None),
        "size": [max(p.width for p in pictures), max(p.height for p in pictures)],
        "strip": STRIP,
        "strips": _strips(pictures, folder, name),
        "words": words,
    }  # fmt: skip
    (folder / f"{name}.json").write_text(json.dumps(about, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def places(values, starts, menus, most=MOST):
    """Which values of each control are recorded, so that there are about `most` places in all.

    Args:
        values: for each control all that it can take.
        starts: for each the index at which it stands.
        menus: for each whether all that it offers is recorded, as of a menu; of a slider some steps do.
        most: places.

    Returns:
        Whether all combinations are recorded, else each control alone moves from the start; for each control the
        values; for each the index at which it starts.
    """
    together = len(values) <= TOGETHER
    counts = [len(v) if menu else min(len(v), 2) for v, menu in zip(values, menus, strict=True)]
    total = math.prod if together else sum
    while growing := [k for k, v in enumerate(values) if counts[k] < len(v)]:
        k = min(growing, key=lambda k: counts[k] / min(len(values[k]), 40))  # a slider's steps are finer than need be
        counts[k] += 1
        if total(counts) > most:
            counts[k] -= 1
            break
    chosen = [_spread(len(v), count, start) for v, count, start in zip(values, counts, starts, strict=True)]
    return (
        together,
        [[v[i] for i in indices] for v, indices in zip(values, chosen, strict=True)],
        [indices.index(start) for indices, start in zip(chosen, starts, strict=True)],
    )


def combinations(values, starts, together):
    """The places in the order of the frames: indices into `values`, the last control's fastest, or one after another.

    Where each moves alone, a control's places follow those of the control before it.
    """
    if together:
        yield from itertools.product(*(range(len(v)) for v in values))
    else:
        for k, among in enumerate(values):
            yield from ([*starts[:k], at, *starts[k + 1 :]] for at in range(len(among)))


def _spread(n, count, start):
    """`count` of `n` indices, evenly from end to end, with `start` among them."""
    chosen = {round(i * (n - 1) / max(1, count - 1)) for i in range(count)}
    if start not in chosen:
        inner = chosen - {0, n - 1} or chosen
        chosen = chosen - {min(inner, key=lambda i: abs(i - start))} | {start}
    return sorted(chosen)


def _inside(view):
    yield view
    for child in getattr(view, "children", ()):
        yield from _inside(child)


def _controls(view):
    """What moves the picture: sliders, menus and buttons, no Play (it moves a slider)."""
    return (w for w in _inside(view) if hasattr(w, "options") or hasattr(w, "readout_format"))


def _values(control):
    if hasattr(control, "options"):
        return [value for _, value in control._options_full]
    n = round((control.max - control.min) / control.step)
    return [round(control.min + i * control.step, 10) for i in range(n + 1)]


def _start(control):
    values = _values(control)
    if control.value in values:
        return values.index(control.value)
    return min(range(len(values)), key=lambda i: abs(values[i] - control.value))


def _is_menu(control):
    return hasattr(control, "options") and not hasattr(control, "readout")  # a slider over words has both


def _label(control, value):
    if hasattr(control, "options"):
        return next(str(label) for label, v in control._options_full if v == value)
    return format(value, control.readout_format).replace("-", "−")


def _strips(pictures, folder, name):
    """Write the pictures in strips; returns the files' names."""
    from PIL import Image

    width, height = max(p.width for p in pictures), max(p.height for p in pictures)
    names = []
    for first in range(0, len(pictures), STRIP):
        some = pictures[first : first + STRIP]
        strip = Image.new("RGB", (width, height * len(some)), "white")
        for i, picture in enumerate(some):
            strip.paste(picture, (0, i * height))
        names.append(f"{name}-{first // STRIP}.webp")
        (folder / names[-1]).write_bytes(_packed(strip))
    return names


def _packed(strip):
    """A strip as WebP, exact in few colours or blurred a little: what is smaller."""
    import numpy as np

    from gancourse.plots import MOST_LOST

    few = strip.quantize(64, dither=0).convert("RGB")  # smoothed edges need no more
    lost = np.abs(np.asarray(few, dtype=int) - np.asarray(strip)).mean()
    exact, blurred = io.BytesIO(), io.BytesIO()
    # From 80 on the encoder looks back far enough to find the picture above.
    (few if lost < MOST_LOST else strip).save(exact, "webp", lossless=True, quality=80, method=4)
    strip.save(blurred, "webp", quality=80, method=4)
    return min(exact.getvalue(), blurred.getvalue(), key=len)
