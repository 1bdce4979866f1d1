"""What students get of the course, and that an update brings what is new and touches nothing of theirs."""

import shutil
import subprocess
import zipfile

import nbformat
import pytest

from classroom import ROOT
from gancourse.course import CourseError
from gancourse.lectures.copies import copy_course, own_assignment
from gancourse.lectures.handing_out import student_copy, student_files, update


def git(folder, *arguments):
    about = ["-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *about, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder):
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "new")


def notebook(path, *sources):
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = [nbformat.v4.new_code_cell(source, id=f"c{i}") for i, source in enumerate(sources)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


def sources(path):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


@pytest.fixture
def course(tmp_path):
    """An instructor's checkout, small."""
    root = tmp_path / "course"
    notebook(root / "notebooks" / "01_one.ipynb", "1")
    notebook(root / "assignments" / "ps1" / "ps1.ipynb", "# answer", "check")
    (root / "assignments" / "ps1" / "checks.json").write_text("{}")
    for name in (
        "nbgrader_config.py",
        "solutions/ps1/exercises/one.py",
        "tests/test_it.py",
        "benchmarks/b.py",
        ".ci/run",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")
    (root / ".gitignore").write_text("work/\n")
    git(tmp_path, "init", "-q", "course")
    commit(root)
    (root / "grading.key").write_text("secret, and git does not know it")
    return root


@pytest.fixture
def clone(course, tmp_path):
    """A student's clone of what the instructor hands out, and the folder that it is made from."""
    published = tmp_path / "published"
    git(tmp_path, "init", "-q", "published")
    student_copy(course, published)
    commit(published)
    git(tmp_path, "clone", "-q", "published", "student")
    return tmp_path / "student", published


HANDED_OUT = {
    ".gitignore",
    "assignments/ps1/checks.json",
    "assignments/ps1/ps1.ipynb",
    "nbgrader_config.py",
    "notebooks/01_one.ipynb",
}


def test_students_get_no_solutions_tests_or_keys(course, tmp_path):
    assert student_copy(course, tmp_path / "folder") == student_copy(course, tmp_path / "all.zip") == len(HANDED_OUT)
    found = {p.relative_to(tmp_path / "folder").as_posix() for p in (tmp_path / "folder").rglob("*") if p.is_file()}
    assert found == HANDED_OUT
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert {name.removeprefix("gancourse/") for name in archive.namelist()} == HANDED_OUT


def test_what_is_handed_out_of_this_course_is_all_that_lectures_and_assignments_need():
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    names = set(student_files(ROOT))
    assert not [name for name in names if "solution" in name.split("/")[0] or name.startswith(("tests", "benchmarks"))]
    for folder in ("notebooks", "assignments", "gancourse"):
        assert any(name.startswith(f"{folder}/") for name in names)
    assert {"README.md", "environment.yml", "pyproject.toml", "nbgrader_config.py"} <= names


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda root, place: (place.mkdir(), (place / "mine.txt").write_text("")), "holds something else"),
        (lambda root, place: place.write_text(""), "holds something else"),
        (lambda root, place: shutil.copytree(root, place), "with solutions in it"),
        (lambda root, place: shutil.rmtree(root / ".git"), "is no git checkout"),
    ],
)
def test_a_place_or_a_course_that_will_not_do_is_refused(course, tmp_path, make, says):
    make(course, tmp_path / "place")
    with pytest.raises(CourseError, match=says):
        student_copy(course, tmp_path / "place")


def test_an_update_brings_what_is_new_and_keeps_what_the_student_wrote(course, clone):
    student, published = clone
    assert copy_course(student) == []
    work = student / "work"
    assert own_assignment(student, "ps1") is None
    notebook(work / "assignments" / "ps1" / "ps1.ipynb", "# my answer", "check")
    assert own_assignment(student, "ps1") == work / "assignments" / "ps1" / "ps1.ipynb"
    (student / "notes.txt").write_text("mine")
    (student / "nbgrader_config.py").write_text("# changed by the student")

    notebook(course / "notebooks" / "01_one.ipynb", "2")
    notebook(course / "notebooks" / "02_two.ipynb", "new")
    notebook(course / "assignments" / "ps1" / "ps1.ipynb", "# answer", "a better check")
    (course / "assignments" / "ps1" / "checks.json").write_text('{"new": 1}')
    (course / "notes.txt").write_text("the course's own, of the same name")
    (course / "nbgrader_config.py").write_text("# changed by the course")
    commit(course)
    student_copy(course, published)
    commit(published)

    update(student)
    (said,) = copy_course(student)
    assert "ps1_new.ipynb" in said
    assert sources(work / "01_one.ipynb") == ["2"] and sources(work / "02_two.ipynb") == ["new"]
    assert sources(work / "assignments" / "ps1" / "ps1.ipynb") == ["# my answer", "check"]
    assert sources(work / "assignments" / "ps1" / "ps1_new.ipynb") == ["# answer", "a better check"]
    assert (work / "assignments" / "ps1" / "checks.json").read_text() == '{"new": 1}'
    assert (student / "nbgrader_config.py").read_text() == "# changed by the student"
    assert "mine" in {p.read_text() for p in student.glob("notes*.txt")}
    update(student)
    assert copy_course(student) == []


def test_what_the_course_no_longer_has_is_taken_out_of_the_repository(course, clone):
    student, published = clone
    (course / "notebooks" / "01_one.ipynb").rename(course / "notebooks" / "01_first.ipynb")
    commit(course)
    student_copy(course, published)
    commit(published)
    update(student)
    assert [p.name for p in (student / "notebooks").iterdir()] == ["01_first.ipynb"]


def test_an_update_that_cannot_be_had_says_why_and_changes_nothing(course, clone, tmp_path):
    student, published = clone
    published.rename(tmp_path / "moved")
    with pytest.raises(CourseError, match=r"Nothing new could be had from .*published"):
        update(student)
    shutil.rmtree(student / ".git")
    with pytest.raises(CourseError, match=r"was not cloned with git.*work/"):
        update(student)
