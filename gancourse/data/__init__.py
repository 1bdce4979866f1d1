"""On what? Images, pairs of images, and worlds whose true distribution is known.

- `images`: `load` any set by name; `downloads`: those that torchvision fetches; `pictures`: a folder's files;
- `emoji`: those of three artists, which come with the course;
- `pairs`: `load_pairs`, two sides of a translation;
- `worlds/`: drawn on the spot: mixtures, glyphs, shapes, faces and their captions, clips, furniture, words.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "images": ["Images", "load", "to_bytes", "to_float"],
        "pairs": ["Pairs", "load_pairs"],
    },
)
