"""Shapes placed by sliders, and a model's rendering of their layout beside it, live."""

import torch

from gancourse.data.worlds.shapes import BACKGROUNDS, COLOURS, RADIUS, SHAPES, shapes
from gancourse.plots.translation import rendered
from gancourse.widgets.images import ImageExplorer

START = (  # shape, colour, from the left, from the top: as far from the middle as in the world's own scenes
    (SHAPES.index("star"), list(COLOURS).index("orange"), 0.35, 0.42),
    (SHAPES.index("square"), list(COLOURS).index("blue"), 0.65, 0.42),
    (SHAPES.index("disc"), list(COLOURS).index("green"), 0.5, 0.66),
)
FREE = (0.1, 0.9)  # where a centre may be moved to


class LayoutPainter(ImageExplorer):
    """Shape, colour, place, radius and angle of up to three objects, and the ground; layout and rendering follow.

    Its static form is `plots.translation.painted`.

    Args:
        render: from layouts, shape (1, 15, size, size) in [−1, 1], to images, shape (1, 3, size, size) in [−1, 1].
        size: pixels a side, 16 to 128.
        objects: the most there can be, 1 to 3; all are there at first.
    """

    def __init__(self, render, size=32, objects=2):
        self._model, self._size, self._most = render, size, objects
        counts = [str(k) for k in range(1, objects + 1)]
        controls = {"objects": (counts, objects - 1), "background": list(BACKGROUNDS)}
        for k, (shape, colour, x, y) in enumerate(START[:objects], 1):
            controls |= {f"shape_{k}": (SHAPES, shape), f"colour_{k}": (COLOURS, colour)}
            controls |= {f"x_{k}": (x, *FREE, 0.01), f"y_{k}": (y, *FREE, 0.01)}
            controls |= {f"radius_{k}": (sum(RADIUS) / 2, 0.05, 0.3, 0.01), f"angle_{k}": (0.0, -180, 180, 5)}
        super().__init__(self._drawn, 2, **controls)

    def _arranged(self):
        import ipywidgets as ui

        def box(suffix):
            return ui.VBox([control for name, control in self.controls.items() if name.endswith(suffix)])

        self._boxes = [box(f"_{k}") for k in range(1, self._most + 1)]
        return ui.VBox([ui.HBox([self.controls["objects"], self.controls["background"]]), ui.HBox(self._boxes)])

    def scenes(self):
        """What the controls say, as one of `Scenes`: without stripes, of which a layout does not tell."""
        value = {name: control.value for name, control in self.controls.items()}
        each = {
            factor: torch.tensor([[value[f"{factor}_{k}"] for k in range(1, self._most + 1)]])
            for factor in ("shape", "colour", "x", "y", "radius", "angle")
        }
        position = torch.stack([each.pop("x"), each.pop("y")], dim=-1)
        return shapes(
            1, self._size, self._most, **each, position=position, striped=False, background=value["background"],
            count=value["objects"] + 1, generator=torch.Generator(),
        )  # fmt: skip

    def _drawn(self, **values):
        for k, box in enumerate(self._boxes):
            box.layout.display = "" if k <= values["objects"] else "none"
        scenes = self.scenes()
        words = f"Left, the layout: {scenes.captions()[0]}. Right, what the model makes of it."
        return torch.cat(rendered(scenes, self._model)), words
