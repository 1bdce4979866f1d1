"""Whatever a platform calls a file, it goes to the student whose it is, and one bad file stops nobody else's."""

import os
import struct
import unicodedata
import zipfile
from pathlib import Path

import pytest

from classroom import ROOT, make_course
from gancourse.course import CourseError
from gancourse.grading.collect import collect

ODD = ROOT.parent / "shared" / "odd"


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "course"
    folder.mkdir()
    return make_course(folder)


def give(folder, *names, data=b"a notebook, as far as collecting goes", when=None):
    """Files of these names, as a platform gives them."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        if when:
            os.utime(path, (when, when))
    return folder


NAMES = {  # what a platform calls a file -> whose it is
    "ps1_ada.zip": "ada",
    "PS1_ada.ipynb": "ada",
    "ps1_ada (1).zip": "ada",
    "ps1_ada.ipynb.zip": "ada",
    "ps1_ada.zip.zip": "ada",
    "ps1_ada.lovelace.ipynb": "ada.lovelace",
    "ps1_hacker_attempt_2026-01-30-15-30-10_ps1_hacker.zip": "hacker",
    "ps1_hacker_attempt_2026-01-30-15-30-10_homework.zip": "hacker",
    "ps1_h_b_attempt_2026-01-30-15-30-10_ps1_h_b.ipynb": "h_b",
    "Homework_hacker_attempt_2026-01-30-15-30-10_ps1_hacker.zip": "hacker",
    "12345-678 - Ada Lovelace - Jan 30, 2026 330 PM - ps1_ada.zip": "ada",
    "lovelaceada_501_9055_ps1_ada.zip": "ada",
    "lovelaceada_LATE_501_9055_ps1_ada.zip": "ada",
    "Ada Lovelace_501_assignsubmission_file_/ps1_ada.zip": "ada",
}


@pytest.mark.parametrize("name", NAMES)
def test_the_student_is_told_from_the_name(root, tmp_path, name):
    assert collect(root, "ps1", give(tmp_path / "given", name)) == ([NAMES[name]], 0, [])
    assert (root / "submitted" / NAMES[name] / "ps1").is_dir()


def test_what_editors_and_systems_leave_is_passed_over(root, tmp_path):
    names = [
        "ps1_ada.ipynb",
        ".ipynb_checkpoints/ps1_ada-checkpoint.ipynb",
        "__MACOSX/ps1_ada.ipynb",
        "._ps1_ada.ipynb",
    ]
    folder = give(tmp_path / "given", *names)
    assert collect(root, "ps1", folder) == (["ada"], 0, [])
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for name in names:
            archive.write(folder / name, f"./{name}")
    assert collect(root, "ps1", tmp_path / "class.zip") == ([], 1, [])


def test_what_canvas_numbers_is_the_same_persons(root, tmp_path):
    give(tmp_path / "given", "lovelaceada_501_9001_ps1_ada.lovelace.zip", data=b"first", when=1e9)
    give(tmp_path / "given", "lovelaceada_501_9055_ps1_ada-1.lovelace.zip", data=b"second", when=2e9)
    students, _, aside = collect(root, "ps1", tmp_path / "given")
    assert students == ["ada.lovelace"]
    assert (root / "submitted" / "ada.lovelace" / "ps1" / "ps1.zip").read_bytes() == b"second"
    assert len(aside) == 1
    assert "has a newer one" in aside[0]


def test_a_numbered_name_that_is_like_a_known_students_is_asked_about(root, tmp_path):
    collect(root, "ps1", give(tmp_path / "first", "lovelaceada_501_9001_ps1_ada.lovelace.zip"))
    students, _, aside = collect(root, "ps1", give(tmp_path / "again", "lovelaceada_501_9055_ps1_ada-1.lovelace.zip"))
    assert students == []
    assert "is it ada.lovelace again?" in aside[0]
    assert not (root / "submitted" / "ada-1.lovelace").exists()


def test_a_student_whose_id_ends_in_a_number_is_nobody_else(root, tmp_path):
    assert collect(root, "ps1", give(tmp_path / "given", "ps1_team.zip", "ps1_team-1.zip"))[0] == ["team", "team-1"]


def test_two_dates_in_front_are_one_person(root, tmp_path):
    for date, data in (("Jan 30, 2026 330 PM", b"1"), ("Feb 1, 2026 1 AM", b"2")):
        give(tmp_path / "given", f"12-3 - Eve M\u00fcller - {date} - ps1_eve.zip", data=data)
    assert collect(root, "ps1", tmp_path / "given")[0] == ["eve"]


def test_an_umlaut_written_in_two_ways_is_one_person(root, tmp_path):
    for form, ending in (("NFC", ".zip"), ("NFD", ".ipynb")):
        name = unicodedata.normalize(form, "m\u00fcller") + "_ps1_bob" + ending
        give(tmp_path / "given", name, data=form.encode())
    assert collect(root, "ps1", tmp_path / "given")[0] == ["bob"]


def test_who_goes_back_to_an_earlier_version_is_taken_at_the_word(root, tmp_path):
    for number, (data, when) in enumerate([(b"A", 1e9), (b"B", 1.1e9), (b"A", 1.2e9)]):
        assert collect(root, "ps1", give(tmp_path / str(number), "ps1_ada.ipynb", data=data, when=when))[0] == ["ada"]
    assert (root / "submitted" / "ada" / "ps1" / "ps1.ipynb").read_bytes() == b"A"
    assert collect(root, "ps1", tmp_path / "0")[0] == []  # an old download, collected again
    assert collect(root, "ps1", tmp_path / "2")[0] == []


# --- a zip with the whole class in it ------------------------------------------------------------------------------


def class_zip(path, spoil):
    """A zip of two students' files; `spoil` changes the bytes, given where ada's entry is in the directory."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ps1_ada.zip", b"ada's" * 20)
        archive.writestr("ps1_bob.zip", b"bob's" * 20)
    data = bytearray(path.read_bytes())
    spoil(data, data.index(b"PK\x01\x02"))
    path.write_bytes(data)
    return path


def deflate64(data, at):
    data[8:10] = data[at + 10 : at + 12] = struct.pack("<H", 9)


def with_password(data, at):
    data[6:8] = data[at + 8 : at + 10] = struct.pack("<H", 1)


def damaged(data, at):
    data[41:45] = b"\xff\xff\xff\xff"


@pytest.mark.parametrize("spoil, told", [(deflate64, "zip it anew"), (with_password, "password"), (damaged, "damaged")])
def test_one_bad_file_of_a_class_is_left_aside_by_name(root, tmp_path, spoil, told):
    students, _, aside = collect(root, "ps1", class_zip(tmp_path / "class.zip", spoil))
    assert students == ["bob"]
    assert len(aside) == 1
    assert aside[0].startswith("ps1_ada.zip: ")
    assert told in aside[0]


def test_a_file_without_a_date_is_taken(root, tmp_path):
    def undated(data, at):
        data[10:14] = data[at + 12 : at + 16] = bytes(4)

    assert collect(root, "ps1", class_zip(tmp_path / "class.zip", undated)) == (["ada", "bob"], 0, [])


def test_a_class_that_is_no_zip_is_one_line(root, tmp_path):
    (tmp_path / "class.zip").write_bytes(b"PK no")
    with pytest.raises(CourseError, match="no zip file"):
        collect(root, "ps1", tmp_path / "class.zip")


# --- what came from the world --------------------------------------------------------------------------------------


@pytest.mark.skipif(not ODD.exists(), reason="the files of the world are not here")
@pytest.mark.parametrize(
    "name, students",
    [
        ("blackboard", ["hacker"]),
        ("double-ending", ["ada", "bob"]),
        ("checkpoints", ["ada"]),
        ("class-zero-date.zip", ["ada"]),
        ("class-damaged-member.zip", []),
        ("class-deflate64.zip", []),
        ("class-password.zip", []),
    ],
)
def test_odd_names_and_archives_of_the_world(root, name, students):
    collected, _, aside = collect(root, "ps1", ODD / name)
    assert collected == students
    assert bool(aside) == (not students)
    assert {p.name for p in Path(root / "submitted").glob("*")} == set(students)
