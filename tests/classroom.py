"""A course in a temporary folder, and students who hand things in."""

import functools
import importlib.util
import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from filelock import FileLock
from nbgrader.api import Gradebook

from gancourse import course
from gancourse.exercises.following import secret_rng
from gancourse.exercises.judge import judge
from gancourse.exercises.release import release
from gancourse.exercises.specification import compile_all, observe_all, read_public
from gancourse.grading.rebuild import grade_id
from gancourse.grading.sandbox import Room

ROOT = Path(__file__).parent.parent
WORDS = "overshoot-in-words"  # the question of ps1 that a person grades
ASSIGNMENTS = sorted(p.parent.name for p in (ROOT / "solutions").glob("*/exercises"))


@functools.cache
def exercises_of(assignment):
    """An assignment's exercises by name."""
    return {e.name: e for e in course.load_exercises(ROOT, assignment)}


def made_once(name, make):
    """What `make()` gives, made by the first process that wants it and kept for the others."""
    path = Path(os.environ["SHARED_BETWEEN_TESTS"]) / f"{name}.pickle"
    with FileLock(f"{path}.lock"):
        if not path.exists():
            path.write_bytes(pickle.dumps(make()))
        return pickle.loads(path.read_bytes())


@functools.cache
def three_sets_of_inputs(assignment):
    """The assignment compiled three times: as released, and with two secret keys."""

    def compiled(key):
        return compile_all([*exercises_of(assignment).values()], secret_rng(key, assignment))

    _, released = read_public(ROOT / "assignments" / assignment / "checks.json")
    return [released] + [
        made_once(f"{assignment}-{key.decode()}", lambda key=key: compiled(key)) for key in (b"one", b"two")
    ]


@functools.cache
def results(assignment, name, function):
    """What a function comes to on each of the three sets."""
    return [judge(inputs[name], observe_all(inputs[name], function)) for inputs in three_sets_of_inputs(assignment)]


def make_course(folder):
    """A copy of what an instructor's checkout holds, without anybody's submissions."""
    for name in ("solutions", "assignments"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "notebooks").mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return folder


def released_once(assignment):
    """What `gancourse release` makes: its files by name, and the gradebook that knows them."""

    def make():
        with tempfile.TemporaryDirectory() as folder:
            root = make_course(Path(folder))
            release(root, assignment)
            files = {p.name: p.read_bytes() for p in (root / "assignments" / assignment).iterdir()}
            return files, (root / "gradebook.db").read_bytes()

    return made_once(f"release-{assignment}", make)


def released_course(folder, assignment="ps1"):
    """`make_course`, with a gradebook that knows the assignment."""
    make_course(folder)
    (folder / "gradebook.db").write_bytes(released_once(assignment)[1])
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


def open_room(assignment="ps1"):
    """A sandbox with the assignment's files in it. In CI a missing bubblewrap is a failure, not a skip."""
    if not shutil.which("bwrap"):
        message = "no bubblewrap on this machine (Debian: apt install bubblewrap)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    return Room(course.support_files(ROOT, assignment))


def still_there(mark, seconds=30):
    """Processes with `mark` in their command line that are not gone within `seconds`."""
    for _ in range(10 * seconds):
        found = [p.pid for p in psutil.process_iter(["cmdline"]) if mark in " ".join(p.info["cmdline"] or [])]
        if not found:
            break
        time.sleep(0.1)
    return found


def hand_in(root, student, notebook, assignment="ps1"):
    folder = root / "submitted" / student / assignment
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / f"{assignment}.ipynb")


def command(root, *options):
    """`gancourse grade ps1`, running."""
    return subprocess.Popen(
        [sys.executable, "-m", "gancourse.cli", "grade", "ps1", *options],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def gradebook(root):
    """Everything of the gradebook that a person could see, by student."""
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        return {
            s.student.id: {
                g.name: (g.auto_score, g.manual_score, g.needs_manual_grade) for n in s.notebooks for g in n.grades
            }
            for s in book.assignment_submissions("ps1")
        }


def points(root, student):
    return sum(auto or 0 for auto, _, _ in gradebook(root)[student].values())


def record(root, student):
    return json.loads((root / "records" / "ps1" / f"{student}.json").read_text())


def in_words(text, answers):
    """A notebook with these answers, and this one in words."""
    return answered(answers | {WORDS: f"<!-- ps1/{WORDS}: keep this line -->\n{text}"})


def score_by_hand(root, student, cell, score):
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        grade_ = book.find_grade(cell, "ps1", "ps1", student)
        grade_.manual_score, grade_.needs_manual_grade = score, False
        book.db.commit()


def written(notebook):
    return nbformat.writes(notebook).encode()


def bank_of_mistakes(assignment="ps1"):
    """Code that gives a student `MISTAKES[exercise][misconception]`, without importing the course's answers."""
    files = course.exercises_sources(ROOT, assignment)
    sources = {f"exercises.{file.removesuffix('.py')}": source for file, source in files.items()}
    sources["exercises"] = sources.pop("exercises.__init__")
    for module in course.load_answers(ROOT, assignment):
        sources |= in_a_students_name(module, sources)
    return BANK.format(sources=json.dumps(sources))


def in_a_students_name(module, sources):
    """`sources` that import one of the course's modules, with a copy of it that has another name; and the copy."""
    name = module.split(".")[-1]
    course_says = f"from gancourse import {name}\n", f"from {module} "
    student_says = f"import gancourse_{name} as {name}\n", f"from gancourse_{name} "
    changed = {}
    for file, source in sources.items():
        if any(line in source for line in course_says):
            for ours, theirs in zip(course_says, student_says, strict=True):
                source = source.replace(ours, theirs)
            changed[file] = source
            changed[f"gancourse_{name}"] = Path(importlib.util.find_spec(module).origin).read_text()
    return changed


BANK = """
import importlib.abc, importlib.util, sys

class Bank(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    sources = {sources}

    def find_spec(self, name, path, target=None):
        if name in self.sources:
            return importlib.util.spec_from_loader(name, self, is_package=name == "exercises")

    def get_source(self, name):
        return self.sources[name]

sys.meta_path.insert(0, Bank())
import exercises
MISTAKES = {{e.name: {{n: m.function for n, m in e.misconceptions.items()}} for e in exercises.EXERCISES}}
"""
