"""Misconceptions from a table of what is wrong and the hint."""

from functools import partial

from gancourse.exercises.specification import Misconception


def misconceptions(reference, table):
    """The misconceptions of an exercise, by name.

    Args:
        reference: the right implementation; it may take parts of itself as optional arguments.
        table: name -> (what is wrong, hint). What is wrong is another function, or a dict of parts: `reference` with
            these in the place of its own.
    """
    return {
        name: Misconception(partial(reference, **wrong) if isinstance(wrong, dict) else wrong, hint)
        for name, (wrong, hint) in table.items()
    }
