"""Rebuild a student's notebook from the released one, with the student's work transplanted.

Order, tags, points, locked cells, ids and the kernel come from the release; answers and cells of the student's own
come from the submission. So nothing that an editor or a student does to a notebook's skeleton can cost or earn points.
"""

import ast
import re
from dataclasses import dataclass, field
from functools import lru_cache

import nbformat
from rapidfuzz import fuzz

MARKER = re.compile(r"^(?:#|<!--)\s*(?P<assignment>\w+)/(?P<name>[\w-]+)")
PICTURE = re.compile(r"!\[[^\]]*\]\(\s*<?(?:attachment:|data:)|<img\b", re.IGNORECASE)
ALIKE = 60  # of 100: how similar two texts must be to be taken for the same cell
MOST_CELLS = 1000
LONGEST = 50_000  # characters of a cell that is worth parsing


@dataclass
class Rebuilt:
    """A notebook made whole: the release's cells with the student's answers, and the student's own cells between.

    Attributes:
        notebook: that.
        found: how many of the answers' cells are the student's.
    """

    notebook: nbformat.NotebookNode
    found: int = 0
    _told: dict = field(default_factory=dict)  # (kind, a sentence with {} for cells) -> names of cells

    def tell(self, kind, sentence, name=""):
        """Say something of the cell `name`; what holds for several cells becomes one sentence."""
        names = self._told.setdefault((kind, sentence), [])
        if f"`{name}`" not in names:
            names.append(f"`{name}`")

    def _sentences(self, kind):
        return [sentence.replace("{}", ", ".join(names)) for (k, sentence), names in self._told.items() if k == kind]

    @property
    def notes(self):
        """For the student and a person: what was not where or as it should be."""
        return self._sentences("note")

    @property
    def choices(self):
        """For a person: where more than one cell could have been meant."""
        return self._sentences("choice")

    @property
    def suspected(self):
        """For a person: what no editor does by itself."""
        return self._sentences("suspicion")


def rebuild(released, submitted):
    """Transplant a student's work into the released notebook.

    Args:
        released: the notebook as it was handed out.
        submitted: the notebook as it came back, of the same notebook format.

    Returns:
        A `Rebuilt`.
    """
    result = Rebuilt(_skeleton(released))
    most = MOST_CELLS + len(released.cells)  # so many may come out, and they come in again
    cells = [c for c in submitted.cells[:most] if c.cell_type in ("code", "markdown", "raw")]
    if len(submitted.cells) > most:
        result.tell("note", f"Of {len(submitted.cells)} cells only the first {most} were looked at.")
    taken = {}  # index of a submitted cell -> index of the released cell that it is
    for find in (_by_grade_id, _by_marker, _by_definition, _by_cell_id, _by_text):
        for at, cell in enumerate(result.notebook.cells):
            if at not in taken.values():
                candidates = [i for i, c in enumerate(cells) if i not in taken and find(cell, c)]
                _take(result, at, cells, candidates, taken, find)
    _take_by_place(result, cells, taken)
    copies = _untouched_copies(result, cells, taken)
    for i, at in sorted(taken.items()):
        _transplant(result, result.notebook.cells[at], cells[i])
    for at, cell in enumerate(result.notebook.cells):
        if at not in taken.values() and grade_id(cell):
            result.tell("note", "Missing, so the handed-out one was put in its place: {}.", grade_id(cell))
    own = [cell if i in taken or i not in copies else None for i, cell in enumerate(cells)]
    _add_own_cells(result, own, taken)
    return result


def grade_id(cell):
    """A cell's nbgrader id, or ""."""
    about = cell.metadata.get("nbgrader")
    name = about.get("grade_id") if isinstance(about, dict) else None
    return name if isinstance(name, str) else ""


def is_answer(cell):
    """Whether a released cell is there for the student to write in, for points."""
    return bool((cell.metadata.get("nbgrader") or {}).get("solution"))


def is_locked(cell):
    """Whether a released cell must stay as it is."""
    return bool((cell.metadata.get("nbgrader") or {}).get("locked"))


# --- which cell is which --------------------------------------------------------------------------------------------


def _by_grade_id(released, cell):
    return bool(grade_id(released)) and grade_id(released) == grade_id(cell)


def _by_marker(released, cell):
    mark = _marker(released)
    return bool(mark) and mark == _marker(cell)


def _by_definition(released, cell):
    """An answer that lost its id and its first line still defines the function."""
    name = grade_id(released)
    if not is_answer(released) or released.cell_type != "code" or _marker(cell) or grade_id(cell):
        return False
    return name in _defined(cell.source)


def _by_cell_id(released, cell):
    return not grade_id(cell) and bool(cell.get("id")) and cell.get("id") == released.get("id")


def _by_text(released, cell):
    """The same text, nearly: for cells without ids, as Colab and older formats leave them."""
    if grade_id(cell) or _marker(cell) or (is_answer(released) and released.cell_type == "code"):
        return False
    return cell.cell_type == released.cell_type and _alike(released, cell) >= ALIKE


def _marker(cell):
    found = MARKER.match(cell.source.lstrip())
    return found.groups() if found else None


def _unmarked(cell):
    """A cell's text without its first line's mark."""
    source = cell.source.strip()
    return source.partition("\n")[2].strip() if _marker(cell) else source


def _alike(one, other):
    """How alike two cells' texts are, from 0 to 100; what is too long to compare is judged by its beginning."""
    return fuzz.ratio(one.source[:1000], other.source[:1000], score_cutoff=ALIKE)


@lru_cache(maxsize=2 * MOST_CELLS)
def _defined(source):
    """Names that a cell defines at its top level."""
    try:
        if len(source) > LONGEST:
            raise ValueError
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return re.findall(r"^(?:def|class)\s+(\w+)", source, re.MULTILINE)
    names = [node.name for node in body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))]
    for node in body:
        if isinstance(node, ast.Assign):
            names += [t.id for t in node.targets if isinstance(t, ast.Name)]
    return names


def _take(result, at, cells, candidates, taken, find):
    """Choose among the candidates for released cell `at`, and say so if there was a choice."""
    released = result.notebook.cells[at]
    if not candidates:
        return
    if find is _by_text:
        candidates = [max(candidates, key=lambda i: _alike(released, cells[i]))]
    worked_on = [i for i in candidates if cells[i].source.strip() != released.source.strip()] or candidates[-1:]
    chosen = worked_on[-1]  # what stands last is what holds when the notebook is run
    taken[chosen] = at
    if is_answer(released) and len({cells[i].source.strip() for i in worked_on}) > 1:
        result.tell(
            "choice",
            "There more than once with different answers: {}. The last one was taken; the others are run before it, as "
            "cells of the student's own.",
            grade_id(released),
        )
    if find in (_by_definition, _by_text) and is_answer(released):
        result.tell("note", "Without its id, so found by what it says: {}.", grade_id(released))
    if is_locked(released):  # a copy of a check is no cell of the student's own
        taken.update({i: at for i in candidates if find is _by_grade_id})


def _take_by_place(result, cells, taken):
    """An answer that nothing else tells: the one cell of its kind between its neighbours."""
    places = {at: i for i, at in taken.items()}
    for at, released in enumerate(result.notebook.cells):
        if at in places or not is_answer(released):
            continue
        before = max((i for a, i in places.items() if a < at), default=-1)
        behind = min((i for a, i in places.items() if a > at and i > before), default=len(cells))
        between = [
            i
            for i in range(before + 1, behind)
            if i not in taken and cells[i].cell_type == released.cell_type and cells[i].source.strip()
        ]
        if between:
            taken[between[0]], places[at] = at, between[0]
            result.tell("note", "Without its id, so found by its place: {}.", grade_id(released))
        if len(between) > 1:
            result.tell("choice", "Several cells stand in its place, and the first was taken: {}.", grade_id(released))


def _untouched_copies(result, cells, taken):
    """Indices of cells that are an answer's cell as it was handed out: run below, it would undo the answer."""
    handed_out = {_unmarked(c): grade_id(c) for c in result.notebook.cells if is_answer(c) and c.cell_type == "code"}
    copies = {i for i, c in enumerate(cells) if i not in taken and c.cell_type == "code" and _unmarked(c) in handed_out}
    for i in sorted(copies):
        name = handed_out[_unmarked(cells[i])]
        result.tell("note", "There once more as it was handed out, which was left out: {}.", name)
    return copies


# --- the transplant -------------------------------------------------------------------------------------------------


def _skeleton(released):
    """A deep copy of the release without outputs."""
    notebook = nbformat.from_dict(released)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def _transplant(result, cell, own):
    """Put what the student wrote into the released cell, unless that is locked."""
    name = grade_id(cell)
    _suspect(result, cell, own)
    if is_locked(cell):
        if _unmarked(own) != _unmarked(cell):
            result.tell("note", "Changed, though locked, so the handed-out one was used: {}.", name)
        return
    if is_answer(cell):
        result.found += 1
        if own.cell_type != cell.cell_type:
            result.tell("note", f"Of type {own.cell_type}, and read as {cell.cell_type}: {{}}.", name)
        if own.cell_type == "markdown" and PICTURE.search(own.source):
            result.tell(
                "choice", "A picture was pasted into {}. Only text is shown here: open the file in received/.", name
            )
    elif own.cell_type != cell.cell_type:
        return
    cell.source = own.source


def _suspect(result, cell, own):
    """What a student's hand must have done to a cell's metadata."""
    name, was, now = grade_id(cell), cell.metadata.get("nbgrader") or {}, own.metadata.get("nbgrader") or {}
    tags = own.metadata.get("tags")
    if name and isinstance(tags, list) and "skip-execution" in tags:
        result.tell("suspicion", "The tag skip-execution on: {}.", name)
    if not isinstance(now, dict) or not now.get("grade_id"):
        return
    for key in ("points", "grade", "solution", "locked"):
        if now.get(key) != was.get(key) and (key != "points" or "points" in now):
            result.tell("suspicion", f"The metadata {key} was changed to {str(now.get(key))[:40]!r} in: {{}}.", name)


def _add_own_cells(result, cells, taken):
    """The student's own cells, each after the released cell that it followed."""
    after = {}  # index of a released cell, or -1 -> the student's own cells that follow it
    last, number = -1, 0
    for i, cell in enumerate(cells):
        if i in taken:
            last = taken[i]
        elif cell and cell.source.strip() and cell.cell_type != "raw" and number < MOST_CELLS:
            after.setdefault(last, []).append(_own(cell, number))
            number += 1
    whole = after.get(-1, [])
    for at, cell in enumerate(result.notebook.cells):
        whole += [cell, *after.get(at, [])]
    result.notebook.cells = whole


def _own(cell, number):
    new = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}[cell.cell_type]
    return new(cell.source, id=f"own-{number}")
