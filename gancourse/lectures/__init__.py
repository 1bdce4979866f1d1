"""How is it taught? Decks for a projector, and the notebooks that lectures are copied to.

`excerpts` chooses what of a notebook goes on slides, and `slides` makes a deck of it; `copies` finds lectures and puts
copies into the work folder, with no answer beneath a question; `live` opens one for a projector.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__, submod_attrs={"excerpts": ["Slide"], "slides": ["deck", "write_deck"]}
)
