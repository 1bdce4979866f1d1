"""How is it read without Python? The course as pages that open from a folder, without a server or a network.

- `build`: what goes into the site, by Sphinx with myst-nb; `extension`: what the course adds to Sphinx.
- `player`: a widget's recorded frames, to move in a page; `elsewhere`: where else a notebook opens.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "build": ["build_site"],
        "elsewhere": ["install_cell"],
        "player": ["recorded", "with_players"],
    },
)
