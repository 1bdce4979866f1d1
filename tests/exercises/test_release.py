"""What students get: generated, current, and without anything that knows the answers."""

import contextlib
import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from classroom import (
    ASSIGNMENTS,
    ROOT,
    answered,
    hand_in,
    make_course,
    model_answers,
    points,
    released_course,
    released_once,
)
from gancourse import course, notebooks
from gancourse.exercises.release import release
from gancourse.grading import submit
from gancourse.grading.run import grade
from gancourse.grading.session import checked_exercise


def contents(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_committed_release_is_what_the_source_generates(assignment):
    committed = contents(ROOT / "assignments" / assignment)
    generated, _ = released_once(assignment)
    assert generated.keys() == committed.keys()
    for name in generated:
        assert generated[name] == committed[name], f"{name} is stale: run `gancourse release {assignment}`"


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_reference_reaches_the_students_folder(assignment):
    folder = ROOT / "assignments" / assignment
    data = {p.name for p in (ROOT / "solutions" / assignment).glob("*.npz")}  # what a notebook reads
    released = {p.name for p in folder.iterdir()} - {".ipynb_checkpoints"}
    assert released == {f"{assignment}.ipynb", "checks.json"} | data
    text = (folder / f"{assignment}.ipynb").read_text()
    assert "BEGIN SOLUTION" not in text
    for answer in model_answers(assignment).values():
        for line in answer.split("### BEGIN SOLUTION\n")[-1].split("### END SOLUTION")[0].splitlines():
            assert len(line.strip()) < 25 or line.strip() not in text  # `with torch.no_grad():` is nobody's


def test_a_typo_in_the_name_lists_the_assignments(tmp_path):
    with pytest.raises(course.CourseError, match="ps1"):
        release(make_course(tmp_path), "ps9")


def test_a_release_by_path_works_where_the_environment_was_not_activated(tmp_path):
    folder = make_course(tmp_path)
    before = contents(folder / "assignments" / "ps1")
    environment = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"} | {"PATH": "/usr/bin:/bin"}
    make = "import sys; from gancourse.exercises.release import release; release(sys.argv[1], 'ps1')"
    done = subprocess.run(
        [sys.executable, "-c", make, str(folder)], env=environment, cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert contents(folder / "assignments" / "ps1") == before
    assert (folder / "gradebook.db").exists()


def test_a_release_that_fails_leaves_the_one_before(tmp_path, monkeypatch):
    folder = make_course(tmp_path)
    before = contents(folder / "assignments" / "ps1")
    source = folder / "solutions" / "ps1" / "ps1.ipynb"
    source.write_text(source.read_text().replace("### END SOLUTION", "### THE END", 1))
    with pytest.raises(course.CourseError, match="left as it was"):
        release(folder, "ps1")
    assert contents(folder / "assignments" / "ps1") == before
    assert not list(folder.glob(".release-*"))


def test_a_release_that_cannot_be_put_in_its_place_leaves_the_one_before(tmp_path, monkeypatch):
    folder = make_course(tmp_path)
    before = contents(folder / "assignments" / "ps1")
    rename = os.rename

    def refuse(old, new):
        if Path(old).parent.name.startswith(".release-") and Path(old).name == "ps1":
            raise PermissionError(13, "Permission denied", str(new))
        rename(old, new)

    monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises(course.CourseError, match=r"Permission denied.*left as it was"):
        release(folder, "ps1")
    assert contents(folder / "assignments" / "ps1") == before


@pytest.mark.parametrize("odd", ["gan [2026]", "gan?", "gan*"])
def test_a_path_that_nbgrader_misreads_is_named(tmp_path, odd):
    (tmp_path / odd).mkdir()
    folder = make_course(tmp_path / odd)
    with pytest.raises(course.CourseError, match="Rename that folder") as refused:
        release(folder, "ps1")
    assert "\n" not in str(refused.value).partition("The release")[0]
    assert (folder / "assignments" / "ps1" / "ps1.ipynb").exists()


def test_a_gradebook_of_an_older_nbgrader_is_named(tmp_path):
    folder = make_course(tmp_path)
    with contextlib.closing(sqlite3.connect(folder / "gradebook.db")) as book:
        book.execute("CREATE TABLE assignment (id VARCHAR(32) PRIMARY KEY, name VARCHAR(128))")
        book.commit()
    before = contents(folder / "assignments" / "ps1")
    with pytest.raises(course.CourseError, match="nbgrader db upgrade"):
        release(folder, "ps1")
    assert contents(folder / "assignments" / "ps1") == before


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_instructors_own_notebook_passes_its_checks(assignment, tmp_path):
    folder = make_course(tmp_path) / "solutions" / assignment
    notebook = nbformat.read(folder / f"{assignment}.ipynb", as_version=4)
    notebooks.execute(notebook, folder)  # raises at the first check that fails
    shown = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs if "text/html" in o.get("data", {})]
    assert len(shown) == sum(bool(checked_exercise(c)) for c in notebook.cells)


def written(tmp_path, notebook, assignment="ps1"):
    folder = make_course(tmp_path) / "assignments" / assignment
    nbformat.write(notebook, folder / f"{assignment}.ipynb")
    return folder / f"{assignment}.ipynb"


def test_a_whole_notebook_is_ready_to_hand_in(tmp_path):
    path = written(tmp_path, answered(model_answers()))
    assert submit.look_over(path) == []
    archive = submit.pack(path, "ada.l", tmp_path)
    assert archive.name == "ps1_ada.l.zip"
    assert submit.unpack_and_look_over(archive, path.parent) == ([], "ps1.ipynb")


def test_what_is_missing_twice_changed_or_unanswered_is_named(tmp_path):
    notebook = answered({n: s for n, s in model_answers().items() if n != "train"})
    by_id = {c.id: i for i, c in enumerate(notebook.cells)}
    notebook.cells[by_id["check-generator"]].source += "\n# changed"
    notebook.cells.append(notebook.cells[by_id["discriminator"]])
    del notebook.cells[by_id["check-update_generator"]]
    problems = "\n".join(submit.look_over(written(tmp_path, notebook)))
    assert "`check-generator` was changed" in problems
    assert "`discriminator` is there twice" in problems
    assert "`check-update_generator` is missing" in problems
    assert "`train` has no answer yet" in problems


@pytest.mark.parametrize("student", ["", "a/b", "../x", "=cmd()", "a b"])
def test_an_id_that_no_folder_can_have_is_refused(tmp_path, student):
    with pytest.raises(course.CourseError, match="will not do"):
        submit.pack(tmp_path / "ps1.ipynb", student, tmp_path)


def test_a_file_that_is_no_archive_is_refused(tmp_path):
    (tmp_path / "x.zip").write_text("no")
    with pytest.raises(course.CourseError, match="no zip file"):
        submit.unpack_and_look_over(tmp_path / "x.zip", tmp_path)


def test_the_dry_run_shows_points_and_leaves_the_notebook_as_it_was(tmp_path):
    path = written(tmp_path, answered({n: s for n, s in model_answers().items() if n != "train"}))
    before = path.read_bytes()
    panels = submit.dry_run(path, path.parent)
    assert path.read_bytes() == before
    assert len(panels) == 11, "nine checks, the cell that draws the game and cannot, and the sum"
    assert "no answer here yet" in panels[8]
    assert "NotImplementedError" in panels[9]
    assert panels[10].startswith("In all 30 of 35 points")


def earned_in(said):
    return int(re.search(r"In all (\d+) of 35 points", said[-1])[1])


@pytest.mark.parametrize(
    ("generator", "earned", "in_grading", "told"),
    [  # what follows from what follows takes the instructor's references
        ("def generator(z, theta):\n    return z - theta\n", 25, 33, "right given your `generator`"),
        ("from gancourse.shift import generator\n# ps1/generator: keep this line", 17, 17, "no function of this name"),
        ("import os\nos._exit(0)\n# ps1/generator: keep this line", 17, 17, "ended the Python process"),
    ],
    ids=["wrong", "imported", "dies"],
)
def test_the_dry_run_comes_to_what_grading_comes_to(tmp_path, generator, earned, in_grading, told):
    path = written(tmp_path, answered(model_answers() | {"generator": generator}))
    said = submit.dry_run(submit.pack(path, "ada", tmp_path), path.parent)
    assert told in "\n".join(said)
    course_ = released_course(tmp_path / "course")
    hand_in(course_, "ada", nbformat.read(path, as_version=4))
    grade(course_, "ps1", workers=1)
    assert (earned_in(said), points(course_, "ada")) == (earned, in_grading)


def test_the_dry_run_has_nothing_beside_it_that_is_not_handed_in(tmp_path):
    imports = "from helpers import generator\n" + "# ps1/generator: keep this line"
    path = written(tmp_path, answered(model_answers() | {"generator": imports}))
    (path.parent / "helpers.py").write_text("def generator(z, theta):\n    return z + theta\n")
    (path.parent / "helpers.txt").write_text("notes")
    said = submit.dry_run(submit.pack(path, "ada_l@example.org", tmp_path), path.parent)
    assert "ModuleNotFoundError" in "\n".join(said)
    assert earned_in(said) < 35


def test_where_nothing_is_graded_the_dry_run_runs_the_notebook(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.platform", "darwin")
    path = written(tmp_path, answered({n: s for n, s in model_answers().items() if n != "train"}))
    panels = submit.dry_run(path, path.parent)
    assert "so far: 30 of 35 points" in panels[8]
    assert "NotImplementedError" in panels[9]


@pytest.mark.parametrize("content", ["", "<<<<<<< HEAD\n{", "[]"])
def test_a_file_that_is_no_notebook_is_not_packed(tmp_path, content):
    (tmp_path / "ps1.ipynb").write_text(content)
    with pytest.raises(course.CourseError, match="nothing was packed") as refused:
        submit.pack(tmp_path / "ps1.ipynb", "ada", tmp_path)
    assert "\n" not in str(refused.value)
    assert not list(tmp_path.glob("*.zip"))


def test_outputs_that_intake_would_refuse_are_left_out(tmp_path):
    notebook = answered(model_answers())
    output = nbformat.v4.new_output("stream", name="stdout", text="x" * 21 * 2**20)
    next(c for c in notebook.cells if c.cell_type == "code").outputs = [output]
    path = written(tmp_path, notebook)
    assert submit.unpack_and_look_over(submit.pack(path, "ada", tmp_path), path.parent) == ([], "ps1.ipynb")


def test_a_picture_as_an_answer_in_words_is_told(tmp_path):
    words = "<!-- ps1/overshoot-in-words: keep this line -->\n![image.png](attachment:image.png)"
    path = written(tmp_path, answered(model_answers() | {"overshoot-in-words": words}))
    assert submit.look_over(path) == [
        "Cell `overshoot-in-words` has a picture in it, which graders do not see: write it in words."
    ]


def test_the_checks_file_is_readable_json_with_every_exercise():
    for assignment in ASSIGNMENTS:
        data = json.loads((ROOT / "assignments" / assignment / "checks.json").read_text())
        assert [e["name"] for e in data["exercises"]] == [e.name for e in course.load_exercises(ROOT, assignment)]
