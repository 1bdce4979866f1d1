"""A course in a temporary folder, and students who hand things in."""

import inspect
import json
import shutil
from pathlib import Path

import nbformat

from gancourse import shift
from gancourse.grading.session import grade_id

ROOT = Path(__file__).parent.parent


def make_course(folder):
    """A copy of what an instructor's checkout holds, without anybody's submissions."""
    for name in ("solutions", "assignments"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "notebooks").mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return folder


def model_answers(assignment="ps1"):
    """The instructor's answer per exercise, as the source of its cell."""
    notebook = nbformat.read(ROOT / "solutions" / assignment / f"{assignment}.ipynb", as_version=4)
    return {grade_id(c): c.source for c in notebook.cells if c.metadata.get("nbgrader", {}).get("solution")}


def answered(answers, assignment="ps1", extra=""):
    """The released notebook with `answers` (source by grade_id) filled in and `extra` code at its start."""
    notebook = nbformat.read(ROOT / "assignments" / assignment / f"{assignment}.ipynb", as_version=4)
    for cell in notebook.cells:
        if grade_id(cell) in answers:
            cell.source = answers[grade_id(cell)]
    if extra:
        notebook.cells.insert(1, nbformat.v4.new_code_cell(extra, id="the-students-own"))
    return notebook


def hand_in(course, student, notebook, assignment="ps1"):
    folder = course / "submitted" / student / assignment
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{assignment}.ipynb")


def bank_of_mistakes(assignment="ps1"):
    """Code that gives a student `MISTAKES[exercise][misconception]`, without importing the course's answers."""
    sources = {
        "gancourse_shift": inspect.getsource(shift),
        "exercises": (ROOT / "solutions" / assignment / "exercises.py")
        .read_text()
        .replace("from gancourse import shift", "import gancourse_shift as shift")
        .replace("from gancourse.shift", "from gancourse_shift"),
    }
    return (
        "import sys, types\n"
        f"for name, source in {json.dumps(sources)}.items():\n"
        "    sys.modules[name] = module = types.ModuleType(name)\n"
        "    exec(source, module.__dict__)\n"
        "MISTAKES = {e.name: {n: m.function for n, m in e.misconceptions.items()} for e in module.EXERCISES}\n"
    )
