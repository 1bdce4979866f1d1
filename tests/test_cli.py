"""The `gancourse` command, as a newcomer meets it."""

import os
import subprocess
import sys

import nbformat
import pytest
from click.testing import CliRunner

from classroom import ROOT, answered, make_course
from gancourse import doctor
from gancourse.cli import main

COMMANDS = [
    "collect",
    "doctor",
    "export",
    "grade",
    "lab",
    "lecture",
    "release",
    "run",
    "similar",
    "slides",
    "submit",
    "train",
]


def invoke(*arguments):
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_what_a_command_is_for(command):
    shown = invoke(command, "--help")
    assert shown.exit_code == 0
    assert len(shown.output.splitlines()) > 5


def test_help_lists_every_command():
    listed = invoke("--help").output
    assert all(command in listed for command in COMMANDS)


def test_a_release_needs_no_environment_that_was_activated(tmp_path):
    folder = make_course(tmp_path)
    line = [sys.executable, "-m", "gancourse.cli", "release", "ps1"]
    environment = os.environ | {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(line, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_importing_the_package_is_light():
    code = (
        "import gancourse, gancourse.exercises, gancourse.cli, sys; print({'torch', 'matplotlib'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_outside_the_course_the_installed_checkout_is_used_or_the_error_says_where_to_go(tmp_path, monkeypatch):
    from gancourse import course

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(course, "__file__", str(tmp_path / "site-packages" / "gancourse" / "course.py"))
    shown = invoke("release", "ps1")
    assert shown.exit_code == 1
    assert "Change into the folder" in shown.output


def test_doctor_finds_this_machine_well():
    shown = invoke("doctor")
    assert shown.exit_code == 0, shown.output
    assert "All is well" in shown.output


def test_doctor_says_what_to_do_about_what_is_missing(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "PACKAGES", ("numpy", "no-such-package"))
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    by_name = {f.what: f for f in doctor.examine(tmp_path)}
    assert by_name["no-such-package"].state == "missing"
    assert "pip install no-such-package" in by_name["no-such-package"].says
    assert by_name["course"].state == "missing"
    if sys.platform.startswith("linux"):
        assert "apt install bubblewrap" in by_name["sandbox"].says
        assert by_name["sandbox"].state == "note", "students need none"


@pytest.fixture
def own_course(tmp_path, monkeypatch):
    monkeypatch.chdir(make_course(tmp_path))
    return tmp_path


def lecture(own_course, name, *cells):
    path = own_course / "notebooks" / f"{name}.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells]), path)
    return path


def test_run_stores_outputs_and_leaves_out_what_tells_nothing(own_course):
    noisy = "import sys; print('progress', file=sys.stderr); print(6 * 7)"
    widget = "import ipywidgets; ipywidgets.IntSlider()"
    path = lecture(own_course, "01_one", noisy, widget)
    shown = invoke("run", "01")
    assert shown.exit_code == 0, shown.output
    notebook = nbformat.read(path, as_version=4)
    assert [o.text for o in notebook.cells[0].outputs] == ["42\n"]
    assert notebook.cells[1].outputs == []
    assert "widgets" not in notebook.metadata
    assert notebook.cells[1].execution_count == 2


def test_run_leaves_a_failing_notebook_as_it_was(own_course):
    path = lecture(own_course, "01_one", "print(1)", "1 / 0")
    before = path.read_bytes()
    shown = invoke("run")
    assert shown.exit_code == 1
    assert "ZeroDivisionError" in shown.output
    assert path.read_bytes() == before


def test_run_of_an_unknown_name_lists_the_notebooks(own_course):
    lecture(own_course, "01_one", "1")
    shown = invoke("run", "07")
    assert shown.exit_code == 1
    assert "01_one" in shown.output


def test_slides_writes_a_deck_of_the_lecture_that_is_named(own_course):
    lecture(own_course, "01_one", "1")
    path = lecture(own_course, "02_two", "1")
    assert "02_two.ipynb has nothing for a slide" in invoke("slides", "02").output
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Two\n\nA lecture.")]), path)
    shown = invoke("slides", "02")
    assert shown.exit_code == 0, shown.output
    assert [p.name for p in (own_course / "slides").iterdir()] == ["02_two.html"]
    assert "there are: 01_one, 02_two" in invoke("slides", "07").output


def test_submit_packs_half_an_answer_and_says_so(own_course):
    shown = invoke("submit", "ps1", "--student", "ada")
    assert shown.exit_code == 0, shown.output
    assert "`train` has no answer yet" in shown.output
    assert (own_course / "ps1_ada.zip").exists()
    looked_over = invoke("submit", "ps1", "--check", "ps1_ada.zip")
    assert "has no answer yet" in looked_over.output
    assert "can be handed in, but see above" in looked_over.output


def test_submit_packs_also_what_never_ends(own_course, monkeypatch):
    from gancourse.grading import submit
    from gancourse.grading.sandbox import Limits

    monkeypatch.setattr(submit.dry_run, "__defaults__", (Limits(cell=3, question=2),))
    path = own_course / "assignments" / "ps1" / "ps1.ipynb"
    nbformat.write(answered({"generator": "def generator(z, theta):\n    while True: pass\n"}), path)
    shown = invoke("submit", str(path), "--student", "ada")
    assert shown.exit_code == 0, shown.output
    assert "`generator`: 0 of 2 points. It took too long and was stopped." in shown.output
    assert "stopped after 2 seconds of CPU time" in shown.output
    assert (own_course / "ps1_ada.zip").exists()


def test_submit_and_collect_fit_together(own_course):
    invoke("submit", "ps1", "--student", "ada.lovelace")
    archive = own_course / "downloaded" / "ps1" / "archive"
    archive.mkdir(parents=True)
    # Learning platforms put something of their own in front, browsers behind.
    (own_course / "ps1_ada.lovelace.zip").rename(archive / "1234_assignsubmission_file_ps1_ada.lovelace (1).zip")
    (archive / "notes.txt").write_text("no submission")
    collected = invoke("collect", "ps1")
    assert (own_course / "submitted" / "ada.lovelace" / "ps1" / "ps1.zip").exists(), collected.output
    assert "1 collected (ada.lovelace), 0 were there already, 1 left aside." in collected.output
    assert "notes.txt: its name does not end in ps1_<student>.zip" in collected.output


def test_collect_takes_the_newest_of_several_and_none_twice(own_course):
    invoke("submit", "ps1", "--student", "ada")
    folder = own_course / "downloaded" / "ps1" / "archive" / "Ada_4712_assignsubmission_file_"
    folder.mkdir(parents=True)
    whole = (own_course / "ps1_ada.zip").read_bytes()
    for day, name in enumerate(("x_ps1_ada.zip", "y_ps1_ada (1).zip")):
        (folder / name).write_bytes(whole + bytes(day))  # a zip file may have something behind it
        os.utime(folder / name, (86400 * day, 86400 * day))
    first = invoke("collect", "ps1")
    assert "x_ps1_ada.zip: ada has a newer one, y_ps1_ada (1).zip." in first.output
    assert (own_course / "submitted" / "ada" / "ps1" / "ps1.zip").read_bytes() == whole + bytes(1)
    kept = own_course / "received" / "ps1" / "ada"
    kept.mkdir(parents=True, exist_ok=True)
    (own_course / "submitted" / "ada" / "ps1").rename(kept / "0001")
    second = invoke("collect", "ps1")
    assert "0 collected, 1 were there already" in second.output
    assert not (own_course / "submitted" / "ada" / "ps1").exists()


@pytest.mark.parametrize(
    "emils, mallorys",
    [
        ("smithemil_101_9001_ps1_emil.zip", "evilmallory_102_9002_ps1_emil.zip"),
        ("Emil_1_assignsubmission_file_/ps1_emil.zip", "Mallory_2_assignsubmission_file_/ps1_emil.zip"),
    ],
)
def test_nobody_hands_in_for_somebody_else(own_course, emils, mallorys):
    archive = own_course / "downloaded" / "ps1" / "archive"
    for day, name in enumerate((emils, mallorys, "again_101_9003_ps1_ada.zip", "again_LATE_101_9004_ps1_ada.zip")):
        (archive / name).parent.mkdir(parents=True, exist_ok=True)
        (archive / name).write_bytes(bytes(day + 1))
        os.utime(archive / name, (86400 * day, 86400 * day))
    said = invoke("collect", "ps1").output
    assert "emil has files that came from 2 people" in said
    assert not (own_course / "submitted" / "emil").exists()
    assert (own_course / "submitted" / "ada" / "ps1" / "ps1.zip").read_bytes() == bytes(4), "in again, and late"


@pytest.mark.parametrize("arguments, said", [(["ps9"], "no assignment 'ps9'"), (["ps1"], "There is no")])
def test_collect_says_what_is_not_there(own_course, arguments, said):
    assert said in invoke("collect", *arguments).output


def test_a_console_that_lacks_a_character_ends_nothing(tmp_path):
    said = subprocess.run(
        [sys.executable, "-m", "gancourse.cli", "train", "θ-gan", "--data", "digits", "--out", str(tmp_path)],
        env=os.environ | {"PYTHONIOENCODING": "ascii:strict"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 1
    assert "There is no system" in said.stderr
    assert "Traceback" not in said.stderr


def test_every_file_of_text_is_read_and_written_as_utf_8():
    for path in (ROOT / "gancourse").rglob("*.py"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            assert ".read_text()" not in line, f"{path}:{number}"
