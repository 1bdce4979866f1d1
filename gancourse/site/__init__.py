"""How is it read without Python? The course as pages that open from a folder, without a server or a network.

- `build`: what goes into the site, by Sphinx with myst-nb; `extension`: what the course adds to Sphinx.
- `player`: a widget's recorded frames, to move in a page; `elsewhere`: where else a notebook opens.
"""
