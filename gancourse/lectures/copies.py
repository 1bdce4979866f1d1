"""Lectures and assignments, copied to a work folder: the course's own stay clean for what is pulled."""

import copy
import hashlib
import json
import os
import shutil
from pathlib import Path

import nbformat

from gancourse.course import CourseError
from gancourse.lectures.excerpts import blocks

WORK = "work"  # beside `notebooks`, so that a lecture's links lead to the same places
KEPT = ".copied.json"  # what was copied: of each notebook, digests of the original and of the copy's cells


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


def copy_course(root, folder=None):
    """Copy all lectures, as `asked_first` makes them, what was measured for them, and the assignments.

    A copy that is there already stays until the original has changed. Then it is replaced, unless the student has
    written into it: theirs stays, and the new one is put beside it.

    Args:
        root: the course.
        folder: where to; `work` in the course if left out.

    Returns:
        What a student should know, a list of texts.
    """
    root, folder = Path(root), Path(folder or Path(root) / WORK)
    folder.mkdir(parents=True, exist_ok=True)
    if (measured := root / "notebooks" / "measured").exists():
        shutil.copytree(measured, folder / "measured", dirs_exist_ok=True)
    copies = [(path, folder / path.name, _as_lecture) for path in chosen(root)]
    for path in sorted((root / "assignments").glob("*/*")):
        mine = folder / "assignments" / path.parent.name / path.name
        mine.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".ipynb":
            copies.append((path, mine, _as_it_is))
        elif path.is_file():  # what checks and cells read
            shutil.copy2(path, mine)
    kept, said = _read(folder / KEPT), []
    for path, mine, make in copies:
        said += _copy(path, mine, make, kept, mine.relative_to(folder).as_posix())
        replace(folder / KEPT, json.dumps(kept, indent=1))
    return said


def _as_lecture(notebook):
    """A lecture whose links to assignments lead to the student's own."""
    made = asked_first(notebook)
    for cell in made.cells:
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace("](../assignments/", "](assignments/")
    return made


def _as_it_is(notebook):
    return notebook


def _copy(path, mine, make, kept, name):
    """Copy one notebook, unless it is there and current; what a student should know. `kept` is brought up to date."""
    original, before = hashlib.sha256(path.read_bytes()).hexdigest(), kept.get(name, {})
    if mine.exists() and before.get("original") == original:
        return []
    made = make(nbformat.read(path, as_version=4))
    if mine.exists() and _cells(mine) != before.get("cells"):
        new = mine.with_name(f"{path.stem}_new.ipynb")
        _write(made, new)
        kept[name] = before | {"original": original}
        return [f"{path.name} has a new version. You have written into yours: it stays, the new one is {new}."]
    _write(made, mine)
    kept[name] = {"original": original, "cells": _cells(mine)}
    return []


def own_assignment(root, assignment):
    """The copy of an assignment's notebook in the work folder, if the student has written into it; else None."""
    folder, name = Path(root) / WORK, f"assignments/{assignment}/{assignment}.ipynb"
    mine = folder / name
    written = mine.exists() and _cells(mine) != _read(folder / KEPT).get(name, {}).get("cells")
    return mine if written else None


def asked_first(notebook):
    """A lecture in which nothing answers a question before it is asked.

    What the cells behind a question put out is taken away, and the text after them, which has the answer in words, is
    folded until it is clicked on.

    Args:
        notebook: a lecture with its outputs; it is not changed.

    Returns:
        A new notebook.
    """
    notebook = copy.deepcopy(notebook)
    asked = False
    for cell in notebook.cells:
        if cell.cell_type == "code":
            if asked:
                cell.outputs, cell.execution_count = [], None
                asked = "run"
        elif cell.cell_type == "markdown":
            parts = blocks(cell.source)
            answers = asked and parts and parts[0][0] not in ("heading", "quote")
            if answers:
                cell.source = _folded(parts)
            asked = asked if asked is True and not answers else False
            asked = asked or any(kind == "quote" and text.startswith("> **") for kind, text in parts)
    return notebook


def _folded(parts):
    """The blocks as Markdown, those before the next heading or question folded."""
    n = next((i for i, (kind, _) in enumerate(parts) if kind in ("heading", "quote")), len(parts))
    inside, after = ("\n\n".join(text for _, text in some) for some in (parts[:n], parts[n:]))
    folded = f"<details><summary>The answer, once you have yours</summary>\n\n{inside}\n\n</details>"
    return f"{folded}\n\n{after}".rstrip()


def _cells(path):
    """A digest of what is written in a notebook's cells: running and saving it changes nothing."""
    sources = [(c.cell_type, c.source) for c in nbformat.read(path, as_version=4).cells]
    return hashlib.sha256(json.dumps(sources).encode()).hexdigest()


def _read(path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # lost or damaged: what is there counts as the student's
        return {}


def _write(notebook, path):
    replace(path, nbformat.writes(notebook))


def replace(path, text):
    """Write a text file whole or not at all."""
    beside = path.with_name(path.name + ".part")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)
