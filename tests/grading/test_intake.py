"""Whatever file comes in becomes the released notebook with the student's work in it, or is refused with a reason."""

import copy
import io
import json
import os
import struct
import zipfile

import nbformat
import pytest

from classroom import ASSIGNMENTS, ROOT, answered, model_answers
from gancourse.grading import intake
from gancourse.grading.intake import Refused, require_student_id, take_in
from gancourse.grading.rebuild import grade_id, is_answer, rebuild

RELEASED = nbformat.read(ROOT / "assignments" / "ps1" / "ps1.ipynb", as_version=4)
RIGHT = model_answers()
WORDS = "overshoot-in-words"


def right():
    return answered(RIGHT | {WORDS: f"<!-- ps1/{WORDS}: keep this line -->\nBecause of the other player."})


def written(notebook):
    return nbformat.writes(notebook).encode()


def answers(rebuilt):
    """The rebuilt answers, without the first line's marks."""
    cells = {grade_id(c): c.source for c in rebuilt.notebook.cells if is_answer(c)}
    return {
        name: source.partition("\n")[2] if source[:6] in ("# ps1/", "<!-- p") else source
        for name, source in cells.items()
    }


EXPECTED = answers(rebuild(RELEASED, right()))


# --- what editors and accidents do --------------------------------------------------------------------------------


def without_metadata(nb):
    for cell in nb.cells:
        cell.metadata = {}
    return written(nb)


def without_marks(nb):
    for cell in nb.cells:
        if cell.source.startswith(("# ps1/", "<!-- ps1/")):
            cell.source = cell.source.partition("\n")[2]
    return written(nb)


def without_metadata_and_marks(nb):
    without_marks(nb)
    return without_metadata(nb)


def with_nothing_but_text(nb):
    """As Colab leaves it: format 4.0 without ids, other metadata, everything in one list of lines."""
    cells = [
        {"cell_type": c.cell_type, "metadata": {"id": "Ab3"}, "source": c.source.splitlines(keepends=True)}
        | ({"outputs": [], "execution_count": None} if c.cell_type == "code" else {})
        for c in nb.cells
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 0, "metadata": {"colab": {}}, "cells": cells}).encode()


def duplicated(nb):
    nb.cells = [copy.deepcopy(c) for c in nb.cells for _ in range(2)]
    return json.dumps(nb).encode()


def retyped(nb):
    for cell in nb.cells:
        cell.cell_type = {"code": "markdown", "markdown": "code"}[cell.cell_type]
    return json.dumps(nb).encode()


def format_five(nb):
    return json.dumps(nb | {"nbformat": 5, "nbformat_minor": 1}).encode()


def with_odd_metadata(nb):
    for cell, odd in zip(
        nb.cells, [None, [], "x", 5, {"nbgrader": None}, {"nbgrader": "x"}, {"tags": 5}] * 9, strict=False
    ):
        cell["metadata"] = odd
    return json.dumps(nb).encode()


def with_odd_outputs(nb):
    for cell in nb.cells:
        cell["outputs"], cell["attachments"], cell["execution_count"] = [{"data": 5}], "x", "many"
    return json.dumps(nb).encode()


def with_edited_ids(nb):
    for cell in nb.cells:
        if grade_id(cell) == "train":
            cell.metadata.nbgrader.grade_id = "my train!"
    return written(nb)


FORMS = {
    "as_it_is": written,
    "format_3": lambda nb: nbformat.writes(nbformat.convert(nb, 3), version=3).encode(),
    "format_5": format_five,
    "crlf": lambda nb: written(nb).replace(b"\\n", b"\\r\\n").replace(b"\n", b"\r\n"),
    "byte_order_mark": lambda nb: b"\xef\xbb\xbf" + written(nb),
    "utf_16": lambda nb: nbformat.writes(nb).encode("utf-16"),
    "without_metadata": without_metadata,
    "without_marks": without_marks,
    "without_metadata_and_marks": without_metadata_and_marks,
    "with_nothing_but_text": with_nothing_but_text,
    "duplicated": duplicated,
    "reordered": lambda nb: json.dumps(nb | {"cells": nb.cells[::-1]}).encode(),
    "retyped": retyped,
    "with_odd_metadata": with_odd_metadata,
    "with_odd_outputs": with_odd_outputs,
    "with_edited_ids": with_edited_ids,
}


@pytest.mark.parametrize("form", FORMS)
def test_the_answers_survive(form):
    rebuilt = rebuild(RELEASED, intake.read(FORMS[form](right())))
    assert answers(rebuilt) == EXPECTED
    handed_out = [c for c in rebuilt.notebook.cells if grade_id(c)]
    assert [grade_id(c) for c in handed_out] == [grade_id(c) for c in RELEASED.cells if grade_id(c)]
    for cell, released in zip(handed_out, [c for c in RELEASED.cells if grade_id(c)], strict=True):
        assert cell.metadata == released.metadata
        assert cell.cell_type == released.cell_type
        assert is_answer(cell) or cell.source == released.source
    nbformat.validate(rebuilt.notebook)


def test_rebuilding_what_is_rebuilt_changes_nothing():
    nb = right()
    nb.cells.insert(4, nbformat.v4.new_code_cell("helper = 1"))
    once = rebuild(RELEASED, intake.read(written(nb)))
    twice = rebuild(RELEASED, intake.read(written(once.notebook)))
    assert nbformat.writes(once.notebook) == nbformat.writes(twice.notebook)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
@pytest.mark.parametrize("edit", ["", "print('an experiment of my own')", "# More\n\nwords"])
def test_rebuilding_an_edited_notebook_again_changes_nothing(assignment, edit):
    released = nbformat.read(ROOT / "assignments" / assignment / f"{assignment}.ipynb", as_version=4)
    for at, cell in enumerate(released.cells):
        if not grade_id(cell):
            nb = copy.deepcopy(released)
            nb.cells[at].source = edit
            once = rebuild(released, intake.read(written(nb)))
            twice = rebuild(released, intake.read(written(once.notebook)))
            assert nbformat.writes(once.notebook) == nbformat.writes(twice.notebook), at


def test_of_very_many_cells_the_same_are_left_the_second_time():
    nb = right()
    nb.cells += [nbformat.v4.new_code_cell(f"a = {i}") for i in range(1100)]
    once = rebuild(RELEASED, intake.read(written(nb)))
    twice = rebuild(RELEASED, intake.read(written(once.notebook)))
    assert len(once.notebook.cells) > 1000
    assert nbformat.writes(once.notebook) == nbformat.writes(twice.notebook)


def test_the_students_own_cells_stay_where_they_were():
    nb = right()
    at = [grade_id(c) for c in nb.cells].index("train")
    nb.cells.insert(at, nbformat.v4.new_code_cell("helper = 1"))
    sources = [c.source for c in rebuild(RELEASED, intake.read(written(nb))).notebook.cells]
    assert sources.index("helper = 1") + 1 == next(i for i, s in enumerate(sources) if s == RIGHT["train"])


def test_an_edited_cell_that_is_not_locked_stays_edited_and_a_deleted_one_comes_back():
    nb = right()
    free = [c for c in nb.cells if c.cell_type == "code" and not grade_id(c)]
    free[0].source += "\nextra = 1"
    nb.cells.remove(free[1])
    sources = [c.source for c in rebuild(RELEASED, intake.read(written(nb))).notebook.cells]
    assert free[0].source in sources
    assert free[1].source in sources


def test_deleted_checks_and_answers_come_back_and_that_is_told():
    nb = right()
    nb.cells = [c for c in nb.cells if grade_id(c) not in ("train", "check-train")]
    rebuilt = rebuild(RELEASED, intake.read(written(nb)))
    assert {"train", "check-train"} <= {grade_id(c) for c in rebuilt.notebook.cells}
    assert "Missing, so the handed-out one was put in its place: `train`, `check-train`." in rebuilt.notes


def test_edited_locked_cells_are_put_right_and_told():
    nb = right()
    for cell in nb.cells:
        if grade_id(cell) == "check-train":
            cell.source = "assert True"
    rebuilt = rebuild(RELEASED, intake.read(written(nb)))
    assert "assert True" not in [c.source for c in rebuilt.notebook.cells]
    assert any("Changed, though locked" in note and "`check-train`" in note for note in rebuilt.notes)


def test_what_only_a_hand_does_is_suspected():
    nb = right()
    for cell in nb.cells:
        if grade_id(cell).startswith("check-"):
            cell.metadata["tags"] = ["skip-execution"]
            cell.metadata.nbgrader.points = 100
    suspected = rebuild(RELEASED, intake.read(written(nb))).suspected
    assert any("skip-execution" in s for s in suspected)
    assert any("points was changed to '100'" in s for s in suspected)
    assert rebuild(RELEASED, intake.read(written(right()))).suspected == []


def test_two_different_answers_go_to_a_person_and_the_last_one_counts():
    nb = right()
    at = [grade_id(c) for c in nb.cells].index("generator")
    other = copy.deepcopy(nb.cells[at])
    other.source = "# ps1/generator: keep this line\ndef generator(z, theta):\n    return z - theta\n"
    nb.cells.insert(at, other)
    rebuilt = rebuild(RELEASED, intake.read(json.dumps(nb).encode()))
    assert answers(rebuilt)["generator"] == EXPECTED["generator"]
    assert any("more than once with different answers: `generator`" in c for c in rebuilt.choices)


def test_the_untouched_copy_of_an_answer_is_no_choice():
    nb = right()
    stub = next(copy.deepcopy(c) for c in RELEASED.cells if grade_id(c) == "generator")
    nb.cells.append(stub)
    rebuilt = rebuild(RELEASED, intake.read(json.dumps(nb).encode()))
    assert answers(rebuilt)["generator"] == EXPECTED["generator"]
    assert rebuilt.choices == []


@pytest.mark.parametrize("strip", [False, True])
def test_an_untouched_copy_below_does_not_undo_the_answer(strip):
    nb = right()
    stub = next(copy.deepcopy(c) for c in RELEASED.cells if grade_id(c) == "generator")
    if strip:
        stub.metadata, stub.source = {}, stub.source.partition("\n")[2]
    nb.cells.append(stub)
    rebuilt = rebuild(RELEASED, intake.read(json.dumps(nb).encode()))
    assert sum("def generator(" in c.source for c in rebuilt.notebook.cells) == 1
    assert "There once more as it was handed out, which was left out: `generator`." in rebuilt.notes


def test_a_picture_as_an_answer_goes_to_a_person():
    nb = right()
    cell = next(c for c in nb.cells if grade_id(c) == WORDS)
    cell.source = "![image.png](attachment:image.png)"
    cell.attachments = {"image.png": {"image/png": "aGk="}}
    rebuilt = rebuild(RELEASED, intake.read(json.dumps(nb).encode()))
    assert rebuilt.choices == [
        f"A picture was pasted into `{WORDS}`. Only text is shown here: open the file in received/."
    ]


ODD = ROOT.parent / "shared" / "odd"


@pytest.mark.skipif(not ODD.exists(), reason="the files of the world are not here")
def test_odd_notebooks_of_the_world():
    below = take_in(ODD / "pristine-copy-below.ipynb", RELEASED)
    assert any("once more as it was handed out" in note for note in below.notes)
    assert any("picture" in choice for choice in take_in(ODD / "answer-is-a-picture.ipynb", RELEASED).choices)


# --- what is refused ----------------------------------------------------------------------------------------------


def zipped(entries):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return data.getvalue()


def link_in_a_zip():
    info = zipfile.ZipInfo("ps1.ipynb")
    info.external_attr = 0o120777 << 16
    return zipped({info: "/etc/passwd"})


def lying_zip():
    """A zip whose directory says that the notebook has ten bytes."""
    data = bytearray(zipped({"ps1.ipynb": b" " * 10**7}))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(data)


NOTEBOOKS = {  # content of ps1.ipynb -> words of the refusal
    "empty": (b"", "is empty"),
    "truncated": (written(right())[:2000], "no valid JSON"),
    "not_json": (b"\x00\xff" * 50, "no valid JSON"),
    "a_number": (b"5", "no notebook"),
    "cells_of_the_wrong_type": (b'{"cells": {"a": 1}, "nbformat": 4}', "no cells"),
    "nested_deeply": (b"[" * 10**6, "nested"),
    "no_cell_of_this_assignment": (written(nbformat.v4.new_notebook()), "no cell of this assignment"),
    "another_assignment": ((ROOT / "assignments" / "ps2" / "ps2.ipynb").read_bytes(), "answers to ps2"),
    "damaged_old_format": (b'{"nbformat": 3, "worksheets": [5]}', "old format"),
    "many_parts": (b'{"cells": [' + b"{}," * 10**6 + b"{}]}", "more parts"),
    "huge": (b" " * (intake.MOST_BYTES + 1), "larger than 20 MB"),
}
ZIPS = {
    "outside": (zipped({"../../ps1.ipynb": written(right())}), "outside its folder"),
    "absolute": (zipped({"/ps1.ipynb": written(right())}), "outside its folder"),
    "backslashes": (zipped({"..\\ps1.ipynb": written(right())}), "outside its folder"),
    "a_link": (link_in_a_zip(), "has a link in it"),
    "a_bomb": (zipped({"ps1.ipynb": b"0" * (intake.MOST_BYTES + 1)}), "unpacks to more than"),
    "many_bombs": (zipped({f"{i}.ipynb": b"0" * (intake.MOST_BYTES - 1) for i in range(6)}), "unpacks to more than"),
    "many_entries": (zipped({f"{i}.txt": "" for i in range(1001)}), "more than 1000 entries"),
    "a_lie_about_its_size": (lying_zip(), "damaged"),
    "no_zip": (b"PK not really", "no zip file"),
    "no_notebook": (zipped({"report.docx": "words"}), "no notebook"),
    "zips_in_zips": (zipped({"b.zip": zipped({"a.zip": zipped({"ps1.ipynb": written(right())})})}), "no notebook"),
    "two_nested_zips": (zipped({f"{n}.zip": zipped({"ps1.ipynb": written(right())}) for n in "ab"}), "no notebook"),
}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_file_that_is_no_notebook_of_this_assignment_is_refused(tmp_path, name):
    content, words = NOTEBOOKS[name]
    (tmp_path / "ps1.ipynb").write_bytes(content)
    with pytest.raises(Refused, match=words) as refused:
        take_in(tmp_path, RELEASED)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ZIPS)
def test_a_hostile_zip_is_refused_and_nothing_is_unpacked(tmp_path, name):
    content, words = ZIPS[name]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ps1.zip").write_bytes(content)
    with pytest.raises(Refused, match=words):
        take_in(tmp_path / "in", RELEASED)
    assert [p.name for p in tmp_path.rglob("*")] == ["in", "ps1.zip"]


def make_link(folder):
    (folder / "ps1.ipynb").symlink_to("/etc/passwd")


def make_linked_folder(folder):
    (folder / "work").symlink_to("/")


def make_hard_link(folder):
    other = folder.parent / "somebody-elses.ipynb"
    other.write_bytes(written(right()))
    os.link(other, folder / "ps1.ipynb")


def make_pipe(folder):
    os.mkfifo(folder / "ps1.ipynb")


def make_many(folder):
    for i in range(1001):
        (folder / f"{i}").touch()


def make_deep(folder):
    (folder / "/".join("abcdefgh")).mkdir(parents=True)


def make_two(folder):
    (folder / "ps1.ipynb").write_bytes(written(right()))
    (folder / "ps1 (1).ipynb").write_bytes(written(answered({"generator": RIGHT["generator"]})))


@pytest.mark.parametrize(
    "make, words",
    [
        (make_link, "is a link"),
        (make_linked_folder, "is a link"),
        (make_hard_link, "is a hard link"),
        (make_pipe, "is no file"),
        (make_many, "more than 1000 files"),
        (make_deep, "nested deeper"),
        (make_two, "A person has to leave one"),
    ],
)
def test_a_folder_with_more_than_files_in_it_is_refused(tmp_path, make, words):
    (tmp_path / "in").mkdir()
    make(tmp_path / "in")
    with pytest.raises(Refused, match=words):
        take_in(tmp_path / "in", RELEASED)


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "a/b",
        ".hidden",
        "",
        "x" * 65,
        "a\nb",
        "a\u202eb",
        "=cmd()",
        "-rf",
        "a;b",
        'a"b',
        "a'b",
        "\u0430nna",
        "a.",
        "a b",
    ],
)
def test_an_id_that_could_be_misread_is_refused(name):
    with pytest.raises(Refused):
        require_student_id(name)


@pytest.mark.parametrize("name", ["ada", "ada.lovelace", "s1234567", "a_b-c", "ada@example.org", "ada+gan"])
def test_ordinary_ids_are_taken(name):
    require_student_id(name)


# --- what is found ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "names",
    [
        ["ps1.ipynb"],
        ["Copy of ps1 (final).ipynb"],
        ["deep/er/ps1.ipynb"],
        ["ps1.zip"],
        ["ps1.ipynb", ".ipynb_checkpoints/ps1-checkpoint.ipynb"],
        ["ps1.ipynb", "ps1-copy.ipynb"],
        ["ps1.ipynb", "numpy.py"],
    ],
)
def test_the_notebook_is_found_whatever_it_is_called(tmp_path, names):
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        content = zipped({"ada/ps1.ipynb": written(right()), "__MACOSX/ps1.ipynb": b"\0"})
        (tmp_path / name).write_bytes(content if name.endswith(".zip") else written(right()))
    assert answers(take_in(tmp_path, RELEASED)) == EXPECTED


def test_what_was_zipped_twice_is_read(tmp_path):
    (tmp_path / "ps1.zip.zip").write_bytes(zipped({"ps1.zip": zipped({"ps1.ipynb": written(right())})}))
    assert answers(take_in(tmp_path, RELEASED)) == EXPECTED


def test_a_notebook_without_answers_beside_one_with_answers_is_no_choice(tmp_path):
    (tmp_path / "ps1.ipynb").write_bytes(written(RELEASED))
    (tmp_path / "ps1-mine.ipynb").write_bytes(written(right()))
    assert answers(take_in(tmp_path, RELEASED)) == EXPECTED


def test_an_untouched_notebook_is_taken_in(tmp_path):
    (tmp_path / "ps1.ipynb").write_bytes(written(RELEASED))
    assert take_in(tmp_path, RELEASED).found == len(EXPECTED)
