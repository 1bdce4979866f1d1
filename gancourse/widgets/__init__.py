"""How does one play with it? Sliders on top of `gancourse.plots`, each with a static figure in the notebook.

- `games`: of the plane and the line; `dirac`: does a game converge?
- `images`: of image models; `layout`: paint a layout, see the picture.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "dirac": ["DiracExplorer"],
        "games": ["AreaExplorer", "DistanceExplorer", "ShiftExplorer", "TrainingPlayer", "TrainingScatter"],
        "images": ["CycleExplorer", "ImageExplorer", "MetricsExplorer", "TrainingImages"],
        "layout": ["LayoutPainter"],
    },
)
