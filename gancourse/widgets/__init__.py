"""How does one play with it? Sliders on top of `gancourse.plots`, each with a static figure in the notebook.

- `games`: of the plane and the line; `dirac`: does a game converge?
- `densities`: a density by hand, a point among two kinds; `codes`: of sparse codes and autoencoders;
- `images`: of image models; `layout`: paint a layout, see the picture; `sorting`: you are the judge.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "codes": ["CodeExplorer", "SparseExplorer"],
        "densities": ["HandExplorer", "PointExplorer"],
        "dirac": ["DiracExplorer"],
        "games": ["AreaExplorer", "DistanceExplorer", "ShiftExplorer", "TrainingPlayer", "TrainingScatter"],
        "images": ["CycleExplorer", "ImageExplorer", "MetricsExplorer", "TrainingImages"],
        "layout": ["LayoutPainter"],
        "sorting": ["PictureSorter"],
    },
)
