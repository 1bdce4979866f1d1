"""A widget's recorded frames as a piece of a page: sliders that move pictures, by mouse, finger and keyboard.

`static/player.js` moves them, `static/site.css` says how they look; a page links both.
"""

import json
from html import escape
from pathlib import Path

from gancourse.notebooks import digest


def recorded(folder):
    """What was recorded of widgets, by the digest of the cell that shows them.

    Args:
        folder: `notebooks/frames`; need not be there.

    Returns:
        A dict of lists, in the order of the cells' display: what `gancourse.widgets.frames.write` wrote.
    """
    found = {}
    for path in sorted(Path(folder).glob("*.json")):
        about = json.loads(path.read_text(encoding="utf-8"))
        found.setdefault(about["cell"], []).append(about | {"name": path.stem})
    return found


def with_players(notebook, frames, base):
    """Give each cell of `notebook` that displays a recorded widget its player, before its other outputs.

    Args:
        notebook: as parsed JSON; changed in place.
        frames: as `recorded` returns them.
        base: address of the folder with the strips, as seen from the page; ends in a slash.

    Returns:
        The notebook.
    """
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            for about in reversed(frames.get(digest("".join(cell["source"])), [])):
                data = {"text/html": player(about, base), "text/plain": about["words"][_start(about)]}
                cell["outputs"].insert(0, {"output_type": "display_data", "data": data, "metadata": {}})
    return notebook


def player(about, base):
    """The HTML of a player.

    Args:
        about: one widget's record, of `recorded`.
        base: address of the folder with the strips; ends in a slash.
    """
    name, at = about["name"], _start(about)
    width, height = about["size"]
    strip, row = divmod(at, about["strip"])
    controls = "".join(_control(control, f"{name}-c{k}") for k, control in enumerate(about["controls"]))
    if about["milliseconds"]:
        controls += '<button type="button">Play</button>'
    alone = "" if about["together"] else " One control moves at a time; the others go back to where they began."
    kept = {key: about[key] for key in ("together", "controls", "milliseconds", "strip", "strips", "words")}
    data = json.dumps(kept | {"base": base}, ensure_ascii=False).replace("<", "\\u003c")
    return f"""<div class="player" id="{name}">
<div class="player-controls" role="group" aria-label="Move the picture">{controls}</div>
<div class="player-picture" style="aspect-ratio:{width}/{height};max-width:{width}px">
<img src="{base}{about["strips"][strip]}" alt="{escape(about["words"][at])}" style="top:-{100 * row}%"></div>
<p class="player-words" role="status">{escape(about["words"][at])}</p>
<p class="player-note">{len(about["words"])} recorded pictures.{alone} In the notebook every step is computed.</p>
<script type="application/json">{data}</script>
</div>"""


def _control(control, name):
    label, at = escape(control["name"]), control["start"]
    if control["menu"]:
        options = "".join(
            f"<option{' selected' if i == at else ''}>{escape(place)}</option>"
            for i, place in enumerate(control["places"])
        )
        return f'<span><label for="{name}">{label}</label> <select id="{name}">{options}</select></span>'
    last, value = len(control["places"]) - 1, escape(control["places"][at])
    return (
        f'<span><label for="{name}">{label}</label> <input id="{name}" type="range" min="0" max="{last}" value="{at}" '
        f'aria-valuetext="{value}"> <output for="{name}">{value}</output></span>'
    )


def _start(about):
    """The frame in which all controls are where they begin."""
    at = 0
    for control in about["controls"]:
        if not about["together"]:
            return control["start"]
        at = at * len(control["places"]) + control["start"]
    return at
