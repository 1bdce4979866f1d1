"""Where the course lies on disk, and what an instructor's checkout holds that a student's does not need."""

import importlib.util
import os
import secrets
import sys
import threading
import traceback
from pathlib import Path

_LOADING = threading.Lock()  # `sys.modules` is everybody's


class CourseError(Exception):
    """Something about the checkout is not as it should be; the message says what to do."""


def find_root(start=None, installed=True):
    """The course's root: the nearest folder upwards with an nbgrader_config.py, else the installed checkout.

    Args:
        start: where to begin; the working directory if not given.
        installed: whether the installed checkout will do. Not for what writes: it would be another folder than meant.

    Raises:
        CourseError: neither is there.
    """
    start = Path(start or Path.cwd()).resolve()
    for folder in (start, *start.parents, *[Path(__file__).resolve().parent.parent] * installed):
        if (folder / "nbgrader_config.py").exists() and (folder / "notebooks").exists():
            return folder
    raise CourseError(
        f"No course in {start} or above it. Change into the folder you cloned or unpacked, the one with "
        "nbgrader_config.py in it, and try again."
    )


def load_exercises(root, assignment):
    """The exercises of an assignment, from `solutions/<assignment>/exercises/`, in the notebook's order.

    Raises:
        CourseError: there is no such assignment.
    """
    return _load(root, assignment).EXERCISES


def load_answers(root, assignment):
    """Names of the modules that hold an assignment's answers: `ANSWERS` of its exercises; none if it has no such name.

    Raises:
        CourseError: there is no such assignment.
    """
    return answers_of(_load(root, assignment))


def answers_of(package):
    """Names of the modules that hold the answers to a package of exercises."""
    return tuple(getattr(package, "ANSWERS", ()))


def exercises_folder(root, assignment):
    """The instructor's package of an assignment's exercises: a folder of Python files, one an `__init__.py`.

    Raises:
        CourseError: there is no such assignment.
    """
    folder = Path(root) / "solutions" / assignment / "exercises"
    if not (folder / "__init__.py").exists():
        known = sorted(p.parent.parent.name for p in (Path(root) / "solutions").glob("*/exercises/__init__.py"))
        raise CourseError(f"There is no assignment {assignment!r}; there are: {', '.join(known) or 'none'}.")
    return folder


def exercises_sources(root, assignment):
    """The text of each file of an assignment's exercises, by its name.

    Raises:
        CourseError: there is no such assignment.
    """
    files = sorted(exercises_folder(root, assignment).glob("[!.]*.py"))  # an editor's own begin with a dot
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def load_package(folder, name):
    """Import the package that lies in `folder` as `name`. One of that name from another folder is forgotten.

    A package that has been forgotten goes on working, but for imports of its own files that it has not made yet.

    Args:
        folder: a folder with an `__init__.py` in it.
        name: what the module is called, and where its relative imports begin.

    Returns:
        The module.
    """
    spec = importlib.util.spec_from_file_location(
        name, Path(folder) / "__init__.py", submodule_search_locations=[str(folder)]
    )
    module = importlib.util.module_from_spec(spec)
    with _LOADING:
        for old in [m for m in sys.modules if m == name or m.startswith(f"{name}.")]:
            del sys.modules[old]
        importlib.invalidate_caches()  # a file written a moment ago counts
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return module


def support_files(root, assignment):
    """The files that lie beside the released notebook, by name."""
    folder = Path(root) / "assignments" / assignment
    return {f.name: f.read_bytes() for f in sorted(folder.glob("*")) if f.is_file() and f.suffix != ".ipynb"}


def _load(root, assignment):
    return load_package(exercises_folder(root, assignment), f"gancourse_exercises_{assignment}")


def grading_key(root):
    """The instructor's secret behind grading's inputs: made once, readable by its owner, never committed."""
    path = Path(root) / "grading.key"
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32) + "\n")
    except FileExistsError:
        pass
    return bytes.fromhex(path.read_text(encoding="utf-8").strip())


def nbgrader_api(root, **directories):
    """nbgrader's own interface, configured by the course's nbgrader_config.py; call it from the root.

    Args:
        root: the course's root.
        directories: other values for settings of `CourseDirectory`, such as `release_directory`.

    Raises:
        CourseError: nbgrader cannot work in a folder of this name, or its settings cannot be read.
    """
    from nbgrader.apps import NbGraderAPI

    if odd := sorted(set(str(root)) & set("[]?*#%")):
        raise CourseError(
            f"The path of the course, {root}, has {' '.join(odd)} in it, which nbgrader and its database read as "
            "something else. Rename that folder, or move the course out of it."
        )
    # nbgrader starts `alembic` by name: it must be found also where the environment was not activated.
    own = str(Path(sys.executable).parent)
    if own not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([own, os.environ.get("PATH", os.defpath)])
    config = nbgrader_config(root)
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.update(directories)
    return NbGraderAPI(config=config)


def gradebook_trouble(said):
    """What to do about a database error that is told in `said` (any text), or None if there is none in it."""
    if "no such column" in said or "no such table" in said:
        return (
            "gradebook.db was made by another version of nbgrader. Copy it somewhere safe, run `nbgrader db upgrade` "
            "in the course's folder, and try again."
        )
    if "file is not a database" in said or "malformed" in said:
        return "gradebook.db is damaged. Put a copy of it in its place, or move it away to begin a new one."
    if "readonly database" in said or "unable to open database" in said or "database is locked" in said:
        return (
            "gradebook.db cannot be written: another program holds it, or the folder is read-only. Mend that and try "
            "again."
        )
    return None


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
