"""Lectures found by their numbers, and copied."""

from pathlib import Path

from gancourse.course import CourseError


def chosen(root, names=()):
    """The notebooks of lectures in the course at `root`, all or those whose names begin with one of `names`.

    Raises:
        CourseError: there is none; says which there are.
    """
    everything = sorted((Path(root) / "notebooks").glob("*.ipynb"))
    found = [p for p in everything if not names or any(p.name.startswith(n) for n in names)]
    if not found:
        there = ", ".join(p.stem for p in everything)
        raise CourseError(f"No notebook begins with {' or '.join(names)}; there are: {there}.")
    return found
