"""The beginnings of an assignment and of an exercise: files that can be released as they are, and then rewritten."""

import ast
import keyword
import re
from pathlib import Path

from gancourse.course import CourseError, exercises_folder
from gancourse.exercises.points import write_overview

PACKAGE = '''"""{assignment}: one file per exercise, with its reference and its misconceptions; never released.

The order is that of the notebook. If the course's package has the answer to an exercise, name the module, such as
"gancourse.shift", in a tuple ANSWERS: nobody can import it while being graded.
"""

EXERCISES = []
'''

EXERCISE = '''"""`{name}`: the mean of the squares. An example: write your own exercise in its place."""

import numpy as np

from gancourse.exercises.specification import Exercise, Property, misconceptions


def {name}(x):
    """The right answer; the notebook's solution cell has it, too."""
    return np.mean(x**2)


def in_place(x):
    x **= 2
    return np.mean(x)


EXERCISE = Exercise(
    name="{name}",
    reference={name},
    properties=(  # what must hold, what it earns, and the inputs it is tried on: drawn anew for everybody
        Property("is the mean of the squares", 2, lambda rng: (rng.normal(size=rng.integers(3, 9)),)),
        Property("leaves `x` as it was", 1, lambda rng: (rng.normal(size=5),), part="arguments", cases=1),
    ),
    misconceptions=misconceptions(  # wrong answers that students give, and what to tell them
        {name},
        {{
            "sums": (lambda x: np.sum(x**2), "You add the squares up. Their mean is asked for: divide by how many."),
            "squares_the_mean": (
                lambda x: np.mean(x) ** 2,
                "You square the mean. Square every number first, then take the mean.",
            ),
            "does_not_square": (lambda x: np.mean(x), "This is the mean of the numbers, not of their squares."),
            "takes_a_root": (lambda x: np.sqrt(np.mean(x**2)), "You take a root in the end. That is not asked for."),
            "in_place": (in_place, "`x **= 2` changes the caller's array. `x**2` makes a new one."),
        }},
    ),
)
'''

INTRODUCTION = """# {title}

**The question.** What can a student do after this that they could not before?

**How it works**

- Write your code where it says `your answer goes here`, in place of the line that raises an error. Keep the \
comment in the first line: it tells us which cell is which.
- Run the check below it. It says what holds, what does not, and often why. Run it as often as you like.
- Grading tries the same properties on other inputs. A function that computes its answer passes both.
- When you are done, run `gancourse submit {assignment}` in JupyterLab's terminal. It runs your notebook and makes the \
file to hand in.

| | exercise | points |
|---|---|---|
| | | **0** |"""

TASK = """## {number}. {name}

Say what is asked for, and why.

Write `{name}(x)`. It takes an array of shape (n,) and returns the mean of the squares, a number.

| property | points |
|---|---|
| is the mean of the squares | 2 |
| leaves `x` as it was | 1 |"""

ANSWER = """# {assignment}/{name}: keep this line
def {name}(x):
    ### BEGIN SOLUTION
    return np.mean(x**2)
    ### END SOLUTION"""

CHECK = """# {assignment}/check-{name}
check("{name}", {name})"""


def new_assignment(root, assignment):
    """Write the beginnings of `solutions/<assignment>/`, without an exercise; the files that were written.

    Raises:
        CourseError: the name is none, or there is such a folder.
    """
    import nbformat.v4 as v4

    if not re.fullmatch(r"[a-z][a-z0-9]*", assignment):
        raise CourseError(f"{assignment!r} cannot be an assignment's name: use small letters and digits, such as ps7.")
    folder = Path(root) / "solutions" / assignment
    if folder.exists():
        raise CourseError(f"{folder} is there already: take another name, or add to it by `gancourse new exercise`.")
    cells = [
        v4.new_markdown_cell(INTRODUCTION.format(title=f"Problem set {assignment}", assignment=assignment), id="title"),
        _cell("import numpy as np\n\nfrom gancourse.exercises import check", "setup", locked=True),
    ]
    (folder / "exercises").mkdir(parents=True)
    (folder / "exercises" / "__init__.py").write_text(PACKAGE.format(assignment=assignment), encoding="utf-8")
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    _write(v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / f"{assignment}.ipynb")
    return [folder / "exercises" / "__init__.py", folder / f"{assignment}.ipynb"]


def new_exercise(root, assignment, name):
    """Write an example of an exercise into an assignment: its file, and its cells after the last check.

    Returns:
        The files that were written or changed.

    Raises:
        CourseError: there is no such assignment, the name cannot be a function's, or is taken.
    """
    import nbformat

    package = exercises_folder(root, assignment)
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
        raise CourseError(f"{name!r} cannot be an exercise's name: it is the function's that students write.")
    file, path = package / f"{name}.py", package.parent / f"{assignment}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    taken = {c.metadata.nbgrader.grade_id for c in notebook.cells if "nbgrader" in c.metadata}
    if file.exists() or name in taken:
        raise CourseError(f"{assignment} has a {name!r} already: take another name.")
    listed = _listed((package / "__init__.py").read_text(encoding="utf-8"), name, package / "__init__.py")
    checks = [i for i, c in enumerate(notebook.cells) if _id_of(c).startswith("check-") and c.metadata.nbgrader.grade]
    at, number = (checks or [len(notebook.cells) - 1])[-1] + 1, len(checks) + 1
    about = {"assignment": assignment, "name": name, "number": number}
    notebook.cells[at:at] = [
        nbformat.v4.new_markdown_cell(TASK.format(**about), id=f"about-{name}"),
        _cell(ANSWER.format(**about), name, solution=True),
        _cell(CHECK.format(**about), f"check-{name}", grade=True, locked=True, points=3),
    ]
    lines = notebook.cells[0].source.splitlines()
    rows = [i for i, line in enumerate(lines) if re.match(r"^\|[^|]*\| *`\w+` *\||^\|---", line)]
    lines[rows[-1] + 1 : rows[-1] + 1] = [f"| {number} | `{name}` | 3 |"] if rows else []
    notebook.cells[0].source = "\n".join(lines)
    write_overview(notebook, {})
    file.write_text(EXERCISE.format(name=name), encoding="utf-8")
    (package / "__init__.py").write_text(listed, encoding="utf-8")
    _write(notebook, path)
    return [file, package / "__init__.py", path]


def _listed(source, name, path):
    """An `__init__.py` that imports the exercise and has it last in EXERCISES."""
    tree = ast.parse(source)
    lines = source.splitlines()
    listing = [s for s in tree.body if isinstance(s, ast.Assign) and ast.unparse(s.targets[0]) == "EXERCISES"]
    if not listing or not isinstance(listing[0].value, ast.List):
        raise CourseError(f"{path} has no list EXERCISES = […] to add {name} to.")
    (found,), entry = listing, f"    {name}.EXERCISE,"
    entries = [f"    {ast.unparse(e)}," for e in found.value.elts]
    lines[found.lineno - 1 : found.end_lineno] = ["EXERCISES = [", *entries, entry, "]"]
    imports = [s.end_lineno for s in tree.body if isinstance(s, ast.Import | ast.ImportFrom)]
    at = imports[-1] if imports else found.lineno - 1
    lines[at:at] = [f"from . import {name}", *([] if imports else [""])]
    return "\n".join(lines) + "\n"


def _id_of(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def _cell(source, name, **about):
    import nbformat.v4 as v4

    marks = {"grade": False, "grade_id": name, "locked": False, "schema_version": 3, "solution": False, "task": False}
    editable = {"editable": False} if about.get("locked") else {}
    return v4.new_code_cell(source, id=name, metadata=editable | {"nbgrader": marks | about})


def _write(notebook, path):
    import nbformat

    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
