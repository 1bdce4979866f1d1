"""How is it taught? Decks for a projector, lectures live, and the copies that students work in.

`excerpts` chooses what of a notebook goes on slides, `slides` makes a deck of it, `live` a notebook to present from,
and `copies` puts lectures into a work folder, where nothing stands beneath a question before it is asked.
"""
