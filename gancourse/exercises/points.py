"""The points that an assignment's notebook states, written from its exercises, so that they are said in one place only.

They stand in the check cells, where nbgrader reads them, in the table under each exercise's text, and in the table of
the whole assignment.
"""

import re

from gancourse.course import CourseError

ROW = re.compile(r"^\|(?P<before>.*)\|(?P<points>[^|]*)\|\s*$")
CHECK = "check-"


def write_points(notebook, exercises, where):
    """Write each exercise's points into a notebook.

    Args:
        notebook: an assignment's, as nbformat reads it; changed in place.
        exercises: the `Exercise`s.
        where: what the notebook is called, for messages.

    Returns:
        Whether anything was changed.

    Raises:
        CourseError: an exercise has no cell, a cell checks nothing known, or a table has too few or too many rows.
    """
    before = str(notebook)
    cells = {c.metadata.nbgrader.grade_id: c for c in notebook.cells if "nbgrader" in c.metadata}
    graded = {name: cell for name, cell in cells.items() if name.startswith(CHECK) and cell.metadata.nbgrader.grade}
    checks = {name.removeprefix(CHECK): cell for name, cell in graded.items()}
    known = {e.name: e for e in exercises}
    for name in known:
        for needed, kind in ((name, "solution"), (f"{CHECK}{name}", "check")):
            if needed not in cells:
                raise CourseError(f"{where} has no {kind} cell with the grade_id {needed!r}: every exercise needs one.")
    if unknown := sorted(set(checks) - set(known)):
        raise CourseError(
            f"{where} has a cell with the grade_id {CHECK + unknown[0]!r}, and there is no exercise {unknown[0]!r} in "
            "EXERCISES. Add it there, or take the cell out."
        )
    for name, exercise in known.items():
        checks[name].metadata.nbgrader.points = exercise.points
        _write_table(notebook, exercise, where)
    write_overview(notebook, known)
    return str(notebook) != before


def _write_table(notebook, exercise, where):
    """The table of properties in the text above an exercise's cell, if it has one."""
    text = None
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == exercise.name:
            break
        text = cell if cell.cell_type == "markdown" else text
    lines = text.source.splitlines() if text else []
    head = next((i for i, line in enumerate(lines) if re.match(r"^\| *property *\| *points *\|", line)), None)
    if head is None:
        return
    rows = [i for i in range(head + 2, len(lines)) if ROW.match(lines[i])]
    if len(rows) != len(exercise.properties):
        raise CourseError(
            f"{where}: the table of `{exercise.name}` has {len(rows)} rows of properties, the exercise has "
            f"{len(exercise.properties)}. Write a row for each, in their order; the points are filled in."
        )
    for i, prop in zip(rows, exercise.properties, strict=True):
        lines[i] = _with_points(lines[i], f"{prop.points:g}")
    text.source = "\n".join(lines)


def write_overview(notebook, exercises):
    """Write the rows of `exercises`, by name, and the sum of all into the table of the first cell, if it has one."""
    first = notebook.cells[0]
    total = sum(c.metadata.get("nbgrader", {}).get("points", 0) for c in notebook.cells)
    lines = first.source.splitlines()
    for i, line in enumerate(lines):
        if named := re.match(r"^\|[^|]*\| *`(\w+)` *\|", line):
            if named[1] in exercises:
                lines[i] = _with_points(line, f"{exercises[named[1]].points:g}")
        elif re.match(r"^\|[^|]*\|[^|]*\| *\*\*[\d.]+\*\* *\|\s*$", line):
            lines[i] = _with_points(line, f"**{total:g}**")
    first.source = "\n".join(lines)


def _with_points(line, points):
    return f"|{ROW.match(line)['before']}| {points} |"
