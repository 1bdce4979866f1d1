"""How is it taught? Decks for a projector, and the notebooks that lectures are copied to.

`excerpts` chooses what of a notebook goes on slides, `slides` makes a deck of it, and `copies` finds lectures.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__, submod_attrs={"excerpts": ["Slide"], "slides": ["deck", "write_deck"]}
)
