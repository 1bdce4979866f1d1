"""Lectures as students get them: no answer before its question, and nothing of theirs is lost."""

import re
import shutil

import nbformat
import pytest

from classroom import ROOT
from gancourse.lectures.copies import asked_first, chosen, copy_course


def text(source):
    return nbformat.v4.new_markdown_cell(source)


def code(source="1"):
    output = nbformat.v4.new_output("stream", name="stdout", text="42")
    return nbformat.v4.new_code_cell(source, outputs=[output], execution_count=3)


QUESTION = "## A\n\nTold.\n\n> **Predict:** what?"


def made(*cells):
    return asked_first(nbformat.v4.new_notebook(cells=list(cells))).cells


def test_what_answers_a_question_is_not_there_before_it_is_asked():
    before, question, one, two, answer, after = made(
        code(), text(QUESTION), code(), code(), text("42.\n\nWhy? $x$\n\n> **Predict:** and now?"), code()
    )
    assert before.outputs and before.execution_count == 3
    assert not any(c.outputs or c.execution_count for c in (one, two, after))
    folded, asked = answer.source.split("</details>")
    assert folded.startswith("<details><summary>") and "42.\n\nWhy? $x$" in folded
    assert asked.strip() == "> **Predict:** and now?", "the next question is in the open"
    assert question.source == QUESTION


def test_a_question_asked_before_a_heading_waits_for_the_cells_beneath_it():
    _, heading, run, _, later = made(text(QUESTION), text("## B\n\nTold."), code(), text("So."), code())
    assert heading.source == "## B\n\nTold."
    assert not run.outputs
    assert later.outputs


@pytest.mark.parametrize("path", chosen(ROOT), ids=lambda p: p.stem)
def test_no_lecture_answers_before_it_asks(path):
    original = nbformat.read(path, as_version=4)
    cells = asked_first(original).cells
    for i, cell in enumerate(cells[:-1]):
        if cell.cell_type == "markdown" and cell.source.split("\n\n")[-1].startswith("> **Predict"):
            assert not cells[i + 1].get("outputs"), f"under question {i}"
    assert [c.source for c in cells if c.cell_type == "code"] == [
        c.source for c in original.cells if c.cell_type == "code"
    ]


@pytest.fixture
def course(tmp_path):
    (tmp_path / "notebooks").mkdir()
    write(tmp_path, "Told.")
    return tmp_path


def write(course, told, folder="notebooks"):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(told, id="a")])
    nbformat.write(notebook, course / folder / "01_one.ipynb")


def read(course, name="01_one"):
    return nbformat.read(course / "work" / f"{name}.ipynb", as_version=4).cells[0].source


def test_a_copy_follows_the_lecture_until_the_student_writes_into_it(course):
    assert copy_course(course) == []
    write(course, "Told better.")
    assert copy_course(course) == []
    assert read(course) == "Told better."
    write(course, "My own notes.", "work")
    assert copy_course(course) == [] and read(course) == "My own notes."
    write(course, "Told best.")
    (said,) = copy_course(course)
    assert "01_one_new.ipynb" in said
    assert (read(course), read(course, "01_one_new")) == ("My own notes.", "Told best.")
    assert copy_course(course) == [], "said once"


def test_a_copy_that_nobody_remembers_is_the_students(course):
    copy_course(course)
    (course / "work" / ".copied.json").write_text("{")
    write(course, "Told better.")
    assert len(copy_course(course)) == 1
    assert read(course) == "Told."


def test_running_a_copy_is_no_change(course):
    copy_course(course)
    path = course / "work" / "01_one.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["language_info"] = {"version": "3.11.7"}
    nbformat.write(notebook, path)
    write(course, "Told better.")
    assert copy_course(course) == []


def test_links_of_copies_lead_where_those_of_lectures_do(tmp_path):
    for name in ("notebooks", "assignments", "docs"):
        (tmp_path / name).symlink_to(ROOT / name)
    copy_course(tmp_path)
    for path in sorted((tmp_path / "work").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            for target in re.findall(
                r"\]\(([^)#:]+?)(?:#[^)]*)?\)", cell.source if cell.cell_type == "markdown" else ""
            ):
                there = (ROOT / "notebooks" / target).resolve().relative_to(ROOT).parts[:2]
                assert (tmp_path / "work" / target).exists() or there[0] not in ("notebooks", "assignments"), target
    assert (tmp_path / "work" / "measured").exists()
    shutil.rmtree(tmp_path / "work")
