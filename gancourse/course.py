"""Where the course lies on disk, and what an instructor's checkout holds that a student's does not need."""

import importlib.util
import os
import secrets
import traceback
from pathlib import Path


class CourseError(Exception):
    """Something about the checkout is not as it should be; the message says what to do."""


def find_root(start=None):
    """The course's root: the nearest folder upwards with an nbgrader_config.py, else the installed checkout.

    Raises:
        CourseError: neither is there.
    """
    start = Path(start or Path.cwd()).resolve()
    for folder in (start, *start.parents, Path(__file__).resolve().parent.parent):
        if (folder / "nbgrader_config.py").exists() and (folder / "notebooks").exists():
            return folder
    raise CourseError(
        f"No course in {start} or above it. Change into the folder you cloned or unpacked, the one with "
        "nbgrader_config.py in it, and try again."
    )


def load_exercises(root, assignment):
    """The exercises of an assignment, from `solutions/<assignment>/exercises.py`, in the notebook's order.

    Raises:
        CourseError: there is no such assignment.
    """
    return _load(root, assignment).EXERCISES


def load_answers(root, assignment):
    """Names of the modules that hold an assignment's answers: `ANSWERS` in its exercises.py.

    Raises:
        CourseError: there is no such assignment.
    """
    return _load(root, assignment).ANSWERS


def exercises_file(root, assignment):
    """The instructor's exercises.py of an assignment.

    Raises:
        CourseError: there is no such assignment.
    """
    path = Path(root) / "solutions" / assignment / "exercises.py"
    if not path.exists():
        known = sorted(p.parent.name for p in (Path(root) / "solutions").glob("*/exercises.py"))
        raise CourseError(f"There is no assignment {assignment!r}; there are: {', '.join(known) or 'none'}.")
    return path


def support_files(root, assignment):
    """The files that lie beside the released notebook, by name."""
    folder = Path(root) / "assignments" / assignment
    return {f.name: f.read_bytes() for f in sorted(folder.glob("*")) if f.is_file() and f.suffix != ".ipynb"}


def _load(root, assignment):
    spec = importlib.util.spec_from_file_location(f"gancourse_exercises_{assignment}", exercises_file(root, assignment))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def grading_key(root):
    """The instructor's secret behind grading's inputs: made once, readable by its owner, never committed."""
    path = Path(root) / "grading.key"
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32) + "\n")
    except FileExistsError:
        pass
    return bytes.fromhex(path.read_text().strip())


def nbgrader_api(root):
    """nbgrader's own interface, configured by the course's nbgrader_config.py; call it from the root."""
    from nbgrader.apps import NbGraderAPI

    config = nbgrader_config(root)
    config.CourseDirectory.root = str(root)
    return NbGraderAPI(config=config)


def nbgrader_config(root):
    """What the course's nbgrader_config.py sets.

    Raises:
        CourseError: it cannot be run; says where.
    """
    from traitlets.config import Config
    from traitlets.config.loader import PyFileConfigLoader

    try:
        return Config(PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config())
    except Exception as error:  # whatever Python code raises
        where = traceback.extract_tb(error.__traceback__)[-1].lineno
        line = getattr(error, "lineno", None) or where
        raise CourseError(
            f"nbgrader_config.py, line {line}: {type(error).__name__}: {error}. Mend it first."
        ) from error
