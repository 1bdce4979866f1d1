"""The room itself: what a notebook finds in it, what it leaves, and how little it takes to start one."""

import os
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from classroom import ROOT, open_room
from gancourse import course
from gancourse.course import CourseError
from gancourse.grading import sandbox
from gancourse.grading.sandbox import Limits, ProcessLost, Room, received

SHORT = Limits(cell=8, question=4, memory=2**30)


@pytest.fixture(scope="module")
def room():
    with open_room() as opened:
        yield opened


def run(room, *sources, limits=SHORT, seconds=8):
    """What the last of the cells puts out, in a notebook of its own."""
    process = room.start(limits)
    try:
        for source in sources:
            cell = nbformat.v4.new_code_cell(source)
            process.run(cell, seconds)
        return cell.outputs
    finally:
        process.end()


def text(outputs):
    return "".join(o.get("text", "") for o in outputs)


def test_cells_share_a_namespace_and_notebooks_do_not(room):
    assert text(run(room, "a = 5", "print(a)")) == "5\n"
    assert run(room, "print(a)")[0].ename == "NameError"


def test_a_notebook_finds_its_files_and_nothing_of_the_last_one(room):
    places = "import os, tempfile\nplaces = ['.', tempfile.gettempdir(), '/dev/shm']\n"
    run(room, places + "for place in places: open(os.path.join(place, 'left'), 'w').write('x')")
    found = text(run(room, places + "print([os.listdir(place) for place in places])"))
    assert "checks.json" in found
    assert "left" not in found


@pytest.mark.parametrize(
    "source, kind",
    [
        ("1 + 1", "display_data"),
        ("print(1)", "stream"),
        ("1 / 0", "error"),
        ("%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()", "display_data"),
        ("from ipywidgets import interact\ninteract(lambda a: print(a), a=(0, 1.0))", "stream"),
        ("import asyncio\nawait asyncio.sleep(0)\nprint(1)", "stream"),
        ("!echo hello", "stream"),
        ("from torch.utils.data import DataLoader\nprint(len(list(DataLoader(range(8), num_workers=2))))", "stream"),
        ("from multiprocessing import Pool\nwith Pool(2) as p: print(p.map(abs, [-1, 2]))", "stream"),
        ("import tempfile\nwith tempfile.TemporaryFile() as f: print(f.write(b'x'))", "stream"),
        ("import getpass; print(getpass.getuser())", "stream"),
    ],
)
def test_ordinary_cells_do_what_they_do_at_home(room, source, kind):
    assert kind in [o.output_type for o in run(room, source)], run(room, source)


def test_a_traceback_shows_the_students_line(room):
    (error,) = run(room, "def f(x):\n    return x / 0\nf(1)")
    assert "----> 2     return x / 0" in "\n".join(error.traceback)


@pytest.mark.parametrize("limits", [replace(SHORT, memory=300 * 2**20)])
def test_memory_is_limited_with_an_ordinary_error(room, limits):
    (error,) = run(room, "x = bytearray(400 * 2**20)", limits=limits)
    assert error.ename == "MemoryError"


def test_the_filter_leaves_the_rights_of_nobody(room):
    said = text(run(room, "print(open('/proc/self/status').read())"))
    for line in ("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"):
        assert line in said
    assert text(run(room, "import os; print(os.getuid() == 0, os.getpid())")) == "False 1\n"


def test_a_process_that_hangs_or_dies_is_lost_and_the_next_one_is_well(room):
    for source, how in (("while True: pass", "timed out"), ("import os; os._exit(3)", "killed")):
        with pytest.raises(ProcessLost, match=how):
            run(room, source, seconds=1)
        assert text(run(room, "print('well')")) == "well\n"


def test_a_room_that_is_killed_is_opened_again():
    with open_room() as own:
        run(own, "1")
        own._process.kill()
        own._process.wait()
        assert text(run(own, "print('well')")) == "well\n"


@pytest.mark.parametrize(
    "reply",
    [
        b"\xff\xff\xff\xff",
        b"\x00\x00\x00\x02{}",
        b"\x00\x00\x00\x03[1]",
        b"\x00\x00\x00\x01{",
        b"\x00\x0f\x42\x40" + b"[" * 1_000_000,
    ],
)
def test_forged_replies_lose_the_process_and_nothing_else(room, reply):
    forge = f"""
import os, stat
for fd in range(3, 64):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode): os.write(fd, {reply!r})
    except OSError: pass
"""
    with pytest.raises(ProcessLost):
        run(room, forge, "1", "1")
    assert text(run(room, "print('well')")) == "well\n"


def test_two_notebooks_of_a_room_cannot_talk_to_each_other():
    call = "import socket\nend = socket.socket(socket.AF_UNIX)\nend.{}('\\0answers')"
    with open_room() as own:
        one, other = (seat.start(SHORT) for seat in own.seats(2))
        try:
            listening, asking = map(
                nbformat.v4.new_code_cell, (call.format("bind") + "\nend.listen()", call.format("connect"))
            )
            one.run(listening, 8)
            other.run(asking, 8)
        finally:
            one.end(), other.end()
    assert listening.outputs == []
    assert asking.outputs[0].ename == "ConnectionRefusedError"


def test_of_tables_that_take_long_to_clean_the_last_come_as_text(room, monkeypatch):
    monkeypatch.setattr(sandbox, "MOST_CLEANING", 0.0)
    table = "{'text/plain': 'as text', 'text/html': '<b>x</b>' * 2000}"
    outputs = run(room, f"from IPython.display import display\nfor _ in range(6): display({table}, raw=True)")
    shown = ["text/html" in output["data"] for output in outputs]
    assert shown[0] and not any(shown[1:]) and outputs[-1]["data"]["text/plain"] == "as text"


def test_of_an_answer_only_what_its_kind_has_comes_through():
    number = {"type": "float", "dtype": "float64", "shape": [], "base64": "AAAAAAAA8D8="}
    forged = {"type": "ndarray", "list": [number | {"more": 1}], "shape": ["x"]}
    value = received({"value": forged, "after": [], "error": None})["value"]
    assert value == {"type": "ndarray", "list": [number]}


def test_unsandboxed_runs_the_same_cells(tmp_path):
    with Room(course.support_files(ROOT, "ps1"), sandboxed=False) as own:
        assert "checks.json" in text(run(own, "import os; print(os.listdir('.'))"))
        with pytest.raises(ProcessLost, match="timed out"):
            run(own, "while True: pass", seconds=1)
        assert text(run(own, "print('well')")) == "well\n"


def test_a_sandbox_that_does_not_start_says_why(tmp_path, monkeypatch):
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: No permissions to create a new namespace' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(CourseError, match="No permissions to create a new namespace"):
        Room().__enter__()


ORDINARY = """
import os, sys
sys.path[:0] = {tests!r}
from test_sandbox import *
assert os.geteuid() != 0
with Room({{"beside.txt": b"read"}}) as room:
    print(text(run(room, "print(open('beside.txt').read())")))
    print(text(run(room, "import os; print(os.getuid(), os.path.exists('/etc/passwd'))")))
    bomb = "import os\\nfor _ in range(200): os.fork() or __import__('time').sleep(9)"
    print(run(room, bomb, limits=replace(SHORT, processes=20))[0].ename)
"""


def test_an_ordinary_user_has_the_same_sandbox():
    open_room()
    program = [sys.executable, "-c", ORDINARY.format(tests=[str(ROOT / "tests"), str(Path(__file__).parent)])]
    if os.geteuid() == 0:
        program = ["unshare", "-m", "sh", "-c", _as_nobody(program)]
    done = subprocess.run(program, capture_output=True, text=True, cwd="/", check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.startswith("read")
    assert "False" in done.stdout
    assert "BlockingIOError" in done.stdout


def _as_nobody(program):
    """Become nobody, where this Python lies in a folder (such as root's home) that nobody may enter."""
    lines = ["set -e"]
    for number, place in enumerate({sys.base_prefix, sys.prefix, str(ROOT)}):
        closed = [p for p in Path(place).parents if not p.stat().st_mode & 0o001]
        if closed:
            keep = f"/mnt/{number}"
            lines += [
                "mountpoint -q /mnt || mount -t tmpfs none /mnt",
                f"mkdir {keep}",
                f"mount --rbind {place} {keep}",
            ]
            lines += [
                f"mount -t tmpfs -o mode=755 none {closed[-1]}",
                f"mkdir -p {place}",
                f"mount --rbind {keep} {place}",
            ]
    line = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "env", "HOME=/tmp", *program]
    return "\n".join([*lines, "exec " + shlex.join(line)])
