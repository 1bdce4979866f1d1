"""The judge's side of the sandbox: open a room, have notebooks run in it, end them.

A `Room` is a bubblewrap sandbox with `gancourse.grading.room` in it, opened once per worker. A `StudentProcess` is one
notebook in it: it runs cells and answers questions, may hang or die at any moment, and then is `ProcessLost`.
"""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

import gancourse
from gancourse.course import CourseError
from gancourse.exercises import observe
from gancourse.grading import room

IMPORTS = ("numpy", "matplotlib.pyplot", "IPython.display", "ipywidgets", "gancourse.exercises.checking")
MOST_OUTPUTS = 100  # of one cell
MOST_RICH = 2 * 2**20  # characters of a picture
MOST_HTML = 20_000  # characters of a table; cleaning is slow
MOST_CLEANING = 1.0  # seconds of CPU for all tables that a notebook shows
SHOWN = ("text/plain", "image/png", "image/jpeg", "text/html")
HTML_TAGS = set(
    "b br caption code div em i li ol p pre small span strong sub sup table tbody td tfoot th thead tr u ul".split()
)
SPANS = ["colspan", "rowspan"]
MOST_ANSWERED = 2**20  # characters of one answer to the judge, unless more is expected
MOST_CONSULTED = 5_000  # times that one question calls stand-ins
DEEPEST = 8  # lists within lists of an answer
THREAD = "starts-rooms"  # name of the thread that bubblewrap lives and dies with
START = 600  # seconds that a room may take to import everything on a very busy machine
LOOK = 1.0  # seconds between two looks at what a notebook has taken
CPU, CLOCK = "CPU time", "wall-clock time"  # what can run out


def _renew_spawner():
    """bubblewrap dies with the thread that started it, so that one must last; a fork has none of its parent's."""
    global _SPAWNER
    _SPAWNER = ThreadPoolExecutor(1, THREAD)


_renew_spawner()
os.register_at_fork(after_in_child=_renew_spawner)


@dataclass(frozen=True)
class Limits:
    """What a notebook may take; set with `c.JudgeNotebook.limits = {"cell": 60}` in nbgrader_config.py.

    Attributes:
        cell, question, notebook: seconds of CPU for one cell, for judging one exercise, for the whole notebook.
        wall: how many times as long each of them may take by the clock: a backstop for what sleeps or waits, wide since
            on a busy machine the clock says little about a notebook.
        memory: bytes, of all its processes together.
        disk, files: bytes and number of files in its folder.
        processes, open_files: how many at a time; threads count as processes.
        answer: bytes of one message to the judge.
    """

    cell: float = 30
    question: float = 30
    notebook: float = 300
    wall: float = 10
    memory: int = 2 * 2**30
    disk: int = 256 * 2**20
    files: int = 10_000
    processes: int = 64
    open_files: int = 256
    answer: int = 48 * 2**20

    @classmethod
    def of(cls, settings):
        """The limits with those of `settings` (a dict) changed.

        Raises:
            CourseError: there is no such limit, or it is no positive number.
        """
        where, known = "c.JudgeNotebook.limits in nbgrader_config.py", ", ".join(cls.__dataclass_fields__)
        if not isinstance(settings, dict) or not settings.keys() <= cls.__dataclass_fields__.keys():
            raise CourseError(f"{where} is a dictionary and knows {known}; it is {settings!r}.")
        for name, value in settings.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
                raise CourseError(f"{where}: {name} is {value!r}, which is no positive number.")
        return cls(**settings)


class ProcessLost(BaseException):
    """The process hung ("timed out") or died ("killed").

    Attributes:
        of: what ran out, `CPU` or `CLOCK`, if something did.
        seconds: how many there were.

    Not an `Exception`: while a reference calls the student's function, what goes wrong inside is observed and
    compared, but a process that is gone must come through.
    """

    def __init__(self, why, of=None, seconds=None):
        super().__init__(why)
        self.of, self.seconds = of, seconds


def require_bubblewrap():
    """Say what to do where there is no sandbox.

    Raises:
        CourseError: bubblewrap is not there, or the machine does not let it work.
    """
    if not sys.platform.startswith("linux") or not shutil.which("bwrap"):
        raise CourseError(
            "Grading runs strangers' code in a sandbox, and there is no bubblewrap here. On Linux install it "
            "(`apt install bubblewrap`, `dnf install bubblewrap`); elsewhere grade in WSL or a Linux machine. If you "
            "trust every author, `--unsandboxed` grades with your own rights."
        )


class Room:
    """A place to run notebooks, one at a time. Use as a context manager.

    Args:
        support: the files that lie beside every notebook, as bytes by name.
        sandboxed: whether to run under bubblewrap; without it the code has your rights.
        imports: modules that most notebooks import, besides those that all do; a fork has them already.

    Raises:
        CourseError: no bubblewrap, or it does not work here; the message has what it said.
    """

    def __init__(self, support=MappingProxyType({}), sandboxed=True, imports=()):
        if sandboxed:
            require_bubblewrap()
        self._support, self._sandboxed, self._imports = support, sandboxed, imports
        self._uid = 1_000_000 + secrets.randbelow(1 << 20)  # two seats do not share a count of processes
        self._process = self._control = self._folder = None

    def __enter__(self):
        self._open()
        return self

    def __exit__(self, *exc_info):
        self._close()

    def open_later(self):
        """Begin to open it, if that has not been done, and wait for nothing."""
        if self._control is None:
            self._spawn().close()

    def seats(self, count):
        """Rooms in the same sandbox, so that it imports once, for as many workers; this one then only holds them.

        Nothing is waited for.
        """
        self.open_later()
        rooms = []
        for _ in range(count):
            seat = Room(self._support, self._sandboxed, self._imports)
            seat._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            socket.send_fds(self._control, [b'{"share": true}'], [theirs.fileno()])
            theirs.close()
            rooms.append(seat)
        return rooms

    def start(self, limits, answers=()):
        """A fresh `StudentProcess`, with nothing of an earlier one."""
        for _ in range(2):  # a room that was killed is opened again
            if self._control is None:
                self._open()
            try:
                return self._start(limits, answers)
            except (EOFError, TimeoutError, ValueError, OSError) as error:
                self._close()
                failure = error
        raise CourseError(f"The sandbox took no notebook in: {type(failure).__name__}: {failure}.")

    def _start(self, limits, answers):
        ours, theirs = socket.socketpair()
        message = asdict(limits) | {
            "seconds": limits.notebook,
            "answers": list(answers),
            "hidden": [str(copy) for path in map(_source_of, answers) if path for copy in _copies_of(path)],
            "uid": self._uid,
            "folder": None if self._sandboxed else self._unsandboxed_folder(),
        }
        with theirs:
            socket.send_fds(self._control, [json.dumps({"start": message}).encode()], [theirs.fileno()])
        state = room.receive(ours, 1 << 16, room.within(START))
        if "failed" in state:
            ours.close()
            raise ValueError(state["failed"])
        return StudentProcess(self, ours, limits)

    def cpu(self):
        """Seconds of CPU that the notebook has taken so far.

        Raises:
            ProcessLost: the room is gone.
        """
        try:
            self._control.settimeout(START)
            self._control.send(b'{"cpu": true}')
            return json.loads(self._control.recv(1 << 16))["cpu"]
        except (OSError, ValueError, KeyError, AttributeError) as error:
            self._close()
            raise ProcessLost("killed") from error

    def end(self):
        """End the notebook that runs; what it cost: seconds of CPU, peak of memory in bytes, a reason or None.

        Where the room itself is gone, and the notebook with it, `gone` says so: that was no notebook's doing.
        """
        try:
            self._control.send(b'{"end": true}')
            self._control.settimeout(START)
            return json.loads(self._control.recv(1 << 16))
        except (OSError, ValueError, AttributeError):
            self._close()
            return {"seconds": 0.0, "peak": 0, "reason": None, "gone": True}

    def _open(self):
        with self._spawn() as log:
            self._control.settimeout(START)
            try:
                ready = self._control.recv(1 << 16)
            except (TimeoutError, ConnectionError):
                ready = b""
            if not ready:
                self._close()
                log.seek(0)
                said = log.read().decode(errors="replace").strip().splitlines()[-3:]
                raise CourseError(f"The sandbox did not start: {' '.join(said) or 'it said nothing'}.")

    def _spawn(self):
        """Start the server and do not wait; the file that it complains to."""
        self._control, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        serve = [sys.executable, "-m", "gancourse.grading.room", str(inside.fileno())]
        serve += ["isolate" if self._sandboxed else "open", *IMPORTS, *self._imports]
        log = tempfile.TemporaryFile()
        options = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
        with inside, ExitStack() as stack:
            support = {}
            if self._sandboxed:
                support = {n: stack.enter_context(_unnamed(data)).fileno() for n, data in self._support.items()}
                serve = [*_bubblewrap(support), "--", *serve]
            else:
                options["env"] = os.environ | _environment()
            options["pass_fds"] = [inside.fileno(), *support.values()]
            self._process = _SPAWNER.submit(subprocess.Popen, serve, **options).result()
        return log

    def _close(self):
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._folder is not None:
            self._folder.cleanup()
        self._process = self._control = self._folder = None

    def _unsandboxed_folder(self):
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="gc-")
        folder = tempfile.mkdtemp(dir=self._folder.name)
        for name, data in self._support.items():
            (Path(folder) / name).write_bytes(data)
        return folder


class StudentProcess:
    """One notebook's process. `run` cells, `ask` questions, then `end` it.

    Attributes:
        cleaning: seconds of CPU that cleaning its tables took; a notebook's next process goes on from there.
    """

    def __init__(self, room_, connection, limits):
        self._room, self._connection, self._limits = room_, connection, limits
        self._count, self.cleaning = 0, 0.0

    def run(self, cell, seconds, keep=True):
        """Execute a code cell; its outputs, errors among them, are stored in it if they are to be kept.

        Raises:
            ProcessLost: it took more than so many `seconds` of CPU, or far longer by the clock, or the process died. It
                is then of no more use.
        """
        outputs = self._request({"run": cell.source}, self._patience(seconds)).get("outputs")
        keep &= isinstance(outputs, list)
        cell.outputs = [self._output(o) for o in outputs[:MOST_OUTPUTS]] if keep else []

    def _output(self, data):
        """`data` as an output; of tables, when there were too many, the text."""
        bundle = data.get("data") if isinstance(data, dict) else None
        if isinstance(bundle, dict) and "text/html" in bundle and self.cleaning > MOST_CLEANING:
            data = data | {"data": {mime: shown for mime, shown in bundle.items() if mime != "text/html"}}
        began = time.process_time()
        output = _output(data)
        self.cleaning += time.process_time() - began
        return output

    def ask(self, name, calls, seconds, most=MOST_ANSWERED, instead=MappingProxyType({}), axes=None):
        """What the student's function `name` does with each of `calls` (pairs: a probe's name, encoded arguments).

        Args:
            name, calls: what is asked.
            seconds: that it may take.
            most: characters of one answer; of what is larger only the type comes.
            instead: functions that run here, in the place of others of the student's, by name.
            axes: of others of the student's, by name (see `gancourse.exercises.observe.usable`).

        Returns:
            One observation per call, or None if there is no such function.

        Raises:
            ProcessLost: as for `run`.
        """
        patience = self._patience(seconds)
        question = {"ask": name, "calls": calls, "most": most, "instead": list(instead), "axes": axes}
        answer = min(self._limits.answer, len(calls) * (most + 1000) + 1000)
        reply = self._request(question, patience, answer)
        for _ in range(MOST_CONSULTED):
            if "consult" not in reply:
                break
            value = {"value": consulted(instead, reply)}
            reply = self._exchange(value, patience, answer)
        answers = reply.get("answers")
        if not isinstance(answers, list) or len(answers) != len(calls):
            return None
        return [received(answer) for answer in answers]

    def cpu(self):
        """Seconds of CPU that it and what it started have taken so far; raises `ProcessLost`."""
        return self._room.cpu()

    def end(self):
        """End it and everything it started; what it cost, as from `Room.end`."""
        self._connection.close()
        return self._room.end()

    def _patience(self, seconds):
        return _Patience(self.cpu, max(1, seconds), self._limits.wall)

    def _request(self, message, patience, most=None):
        self._count += 1
        return self._exchange(message | {"id": self._count}, patience, most or self._limits.answer)

    def _exchange(self, message, patience, most):
        try:
            self._connection.settimeout(patience.clock)
            room.send(self._connection, message)
            reply = room.receive(self._connection, most, patience)
        except TimeoutError as error:
            raise ProcessLost("timed out", CLOCK, patience.clock) from error
        except (EOFError, OSError, ValueError, RecursionError) as error:
            raise ProcessLost("killed") from error
        if not isinstance(reply, dict) or reply.get("id") != self._count:  # somebody else writes into the socket
            raise ProcessLost("killed")
        return reply


class _Patience:
    """Waits for a notebook till it has taken its seconds of CPU, however long others make it wait for them.

    What is answered soon costs no look at the CPU. So the count begins at the first look.

    Args:
        cpu: says how many seconds of CPU the notebook has taken so far.
        seconds: how many more it may take.
        wall: how many times as long it may take by the clock.
    """

    def __init__(self, cpu, seconds, wall):
        self.clock = seconds * wall
        self._cpu, self._seconds, self._before = cpu, seconds, None
        self._end = time.monotonic() + self.clock
        self._next_look = time.monotonic() + min(LOOK, seconds / 4)

    def __call__(self):
        """Seconds to wait before asking again; raises `ProcessLost` if it has been long enough."""
        now = time.monotonic()
        if now >= self._end:
            raise ProcessLost("timed out", CLOCK, self.clock)
        if now < self._next_look:
            return min(self._next_look, self._end) - now
        used = self._cpu()
        if self._before is None:
            self._before = used
        left = self._seconds - (used - self._before)
        if left <= 0:
            raise ProcessLost("timed out", CPU, self._seconds)
        self._next_look = now + min(LOOK, max(left, 0.01))
        return min(self._next_look, self._end) - now


def _output(data):
    """`data` as a notebook output of plain texts and pictures; what is none becomes a line that says so.

    Nothing that runs comes through: the notebook is looked at in a browser by somebody with the formgrader's rights.
    """
    import nbformat  # takes a second, in which a room can be opened

    try:
        kind = data["output_type"]
        if kind == "stream":
            return nbformat.v4.new_output(
                kind, name="stderr" if data["name"] == "stderr" else "stdout", text=_text(data["text"])
            )
        if kind == "error":
            frames = [_text(line) for line in data["traceback"][:MOST_OUTPUTS]]
            return nbformat.v4.new_output(
                kind, ename=_words(data["ename"]), evalue=_text(data["evalue"]), traceback=frames
            )
        bundle = {mime: _text(data["data"][mime], MOST_RICH) for mime in SHOWN if mime in data["data"]}
        if "text/html" in bundle:
            bundle["text/html"] = clean(bundle["text/html"])
        return nbformat.v4.new_output("display_data", data=bundle)
    except (KeyError, TypeError, ValueError, AttributeError):
        return nbformat.v4.new_output("stream", name="stdout", text="[grading] An output that cannot be stored.\n")


def _text(value, most=50_000):
    """A stranger's text, not too long, and without half characters, which no file can hold."""
    if not isinstance(value, str) or len(value) > most:
        raise ValueError("no text, or too much of it")
    return value.encode("utf-8", "replace").decode()


def clean(html):
    """A table or a paragraph of a stranger's without anything that runs, loads or looks like something else."""
    import bleach

    return bleach.clean(html[:MOST_HTML], tags=HTML_TAGS, attributes={"td": SPANS, "th": SPANS}, strip=True)


def consulted(instead, data):
    """The encoded value of the function that a stranger's process asks for, or what decodes to None."""
    try:
        arguments = [observe.decode(_value(a)) for a in data["arguments"]]
        return observe.encode(instead[data["consult"]](*arguments))
    except Exception:  # whatever a stranger asks
        return observe.encode(None)


def received(data):
    """`data` if it is an observation, else an observation that nothing agrees with."""
    try:
        error = data["error"]
        if error is not None:
            error = {key: _words(error[key]) for key in ("type", "message", "line")}
        value = None if error else _value(data["value"])
        after = [_value(argument) for argument in data["after"]]
        return {"value": value, "after": after, "error": error}
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return {"value": {"type": "malformed answer"}, "after": [], "error": None}


def _value(data):
    """Encoded data that can be decoded, with the name of a type that can be printed."""
    if _depth(data) > DEEPEST:
        raise ValueError("nested too deeply")
    observe.decode(data)
    return _of_its_kind(data)


def _of_its_kind(data):
    """Encoded data with what `observe.encode` writes for its kind, and nothing else."""
    named = {"type": _words(data["type"]) or "thing without a name"}
    if ("text" in data) != (named["type"] == "str") or (named["type"] == "NoneType" and data.keys() > {"type"}):
        raise ValueError("a value of one type with the data of another")
    if "list" in data:
        return named | {"list": [_of_its_kind(item) for item in data["list"]]}
    if "text" in data:
        return named | {"text": data["text"]}
    return named | {key: data[key] for key in ("dtype", "shape", "base64") if "dtype" in data}


def _depth(data, so_far=0):
    inside = data.get("list") if isinstance(data, dict) else None
    if not inside or so_far > DEEPEST:
        return so_far
    return max(_depth(item, so_far + 1) for item in inside)


def _words(text):
    """A text of a stranger's, short and printable: no control characters, which no page can hold."""
    return "".join(c if c.isprintable() else "?" for c in str(text)[:200]).encode("utf-8", "replace").decode()


# --- the command line ---------------------------------------------------------------------------------------------


def _unnamed(data):
    """An open file with `data` in it that is in no folder: nothing of it is left, whatever kills this process."""
    file = tempfile.TemporaryFile()
    file.write(data)
    file.seek(0)
    return file


def _bubblewrap(support):
    """bubblewrap's command: the system and this Python to read, nothing else, nobody else, no network.

    Args:
        support: descriptors of the files that lie beside notebooks, by name.
    """
    command = ["bwrap", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    if os.geteuid() != 0:
        command += ["--unshare-user"]
    command += ["--cap-add", "ALL", "--die-with-parent", "--new-session", "--clearenv"]
    for name, value in _environment().items():
        command += ["--setenv", name, value]
    for place in ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64"):
        if os.path.islink(place):
            command += ["--symlink", os.readlink(place), place]
        elif os.path.exists(place):
            command += ["--ro-bind", place, place]
    for place in ("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/etc/fonts"):
        command += ["--ro-bind-try", place, place]
    for place in _python_lives_in():
        for above in reversed(Path(place).parents[:-1]):
            command += ["--dir", str(above)]  # else only root may pass through it
        command += ["--ro-bind", place, place]
    command += ["--proc", "/proc", "--dev", "/dev", "--dir", "/tmp", "--tmpfs", str(room.HOME)]
    for list_of_fonts in _font_lists():  # else Matplotlib looks through all fonts, a second or two
        command += ["--ro-bind", str(list_of_fonts), f"{room.HOME}/.cache/matplotlib/{list_of_fonts.name}"]
    command += ["--dir", str(room.SUPPORT)]
    for name, descriptor in support.items():
        command += ["--file", str(descriptor), str(room.SUPPORT / name)]
    return [*command, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", str(room.HOME)]


def _python_lives_in():
    """Folders that this Python and the course's package need, shortest first; /usr is there already."""
    places = {sys.prefix, sys.base_prefix, str(Path(gancourse.__file__).resolve().parent)}
    places |= {p for p in sys.path if Path(p).name in ("site-packages", "dist-packages") and Path(p).exists()}
    needed = []
    for place in sorted(places, key=len):
        if not any(place == p or place.startswith(p + "/") for p in ["/usr", *needed]):
            needed.append(place)
    return needed


def _font_lists():
    import matplotlib

    return sorted(Path(matplotlib.get_cachedir()).glob("fontlist-*.json"))


def _environment():
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "PYTHONPATH": str(Path(gancourse.__file__).resolve().parent.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(room.HOME),
        "USER": "student",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OMP_NUM_THREADS": "1",  # one process per core: more threads would only take turns
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }


def _copies_of(source):
    """A source file and what Python has compiled of it."""
    return [source, *(source.parent / "__pycache__").glob(f"{source.stem}.*")]


def _source_of(module):
    """The file of a module of answers, without importing it."""
    path = Path(gancourse.__file__).resolve().parent.joinpath(*module.split(".")[1:])
    return next((p for p in (path.with_suffix(".py"), path / "__init__.py") if p.exists()), None)
