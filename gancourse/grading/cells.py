"""Run a student's cells and answer questions about them: the side of the sandbox that may be lost.

Nothing here decides anything. Outputs are for people to look at; answers are plain data (`exercises.observe`) that is
judged outside. What a cell says is cut off here already, so that a chatty cell costs no memory.
"""

import builtins
import contextlib
import json
import os
import sys
import tracemalloc
from pathlib import Path

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from gancourse.exercises import observe
from gancourse.exercises.probes import networks, recording, translation

MOST_TEXT = 20_000  # characters that a cell may print
MOST_RICH = 2 * 2**20  # characters of one figure or table
MOST_IN_ALL = 8 * 2**20  # characters of all of a cell's figures and tables, those replaced by others among them
MOST_OUTPUTS = 100  # pieces of output a cell may have

OWN_FILE = "gancourse/exercises/observe.py"  # what tracebacks call the code that asks, see observe.OWN_FILES
WARM_UP = (  # what takes long the first time; every fork has it behind it
    "%matplotlib inline",
    "import matplotlib.pyplot as plt\nplt.plot([0, 1], label='a')\nplt.title('$x_1$')\nplt.legend()\nplt.show()",
    "1 / 0",
    "from IPython.display import HTML, display\ndisplay(HTML('a'))",
)


class _Outputs(list):
    """The outputs of one cell, in the notebook format, with an end."""

    _total = 0

    def write(self, name, text):
        """Append to a stream: "stdout" or "stderr"."""
        if not self or self[-1].get("name") != name:
            self.add({"output_type": "stream", "name": name, "text": ""})
        last = self[-1]
        if "text" in last and len(last["text"]) < MOST_TEXT:
            last["text"] += text[: MOST_TEXT - len(last["text"])]
            if len(last["text"]) == MOST_TEXT:
                last["text"] += "\n[grading] The rest of what this cell prints was left out.\n"

    def add(self, output):
        """Append a figure, a table, an error; what is too large is named instead."""
        if len(self) < MOST_OUTPUTS:
            self.append(self.fit(output))

    def fit(self, output):
        """The output, or a line in place of what is too large by itself or on top of the others."""
        size = len(json.dumps(output, default=str))
        self._total += size
        if size > MOST_RICH or self._total > MOST_IN_ALL:
            return {"output_type": "stream", "name": "stdout", "text": "[grading] An output too large to keep.\n"}
        return output


class _Stream:
    """What `sys.stdout` and `sys.stderr` are while a cell runs."""

    encoding, errors, closed, line_buffering = "utf-8", "replace", False, True

    def __init__(self, name, sink):
        self.name, self._sink = name, sink

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._sink().write(self.name, text)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        pass

    def isatty(self):
        return False

    def writable(self):
        return True

    def fileno(self):
        return {"stdout": 1, "stderr": 2}[self.name]  # /dev/null: what other programs print is not kept


class _Publisher(DisplayPublisher):
    def publish(self, data, metadata=None, *, transient=None, update=False, **_):
        shown, name = self.shell.outputs, (transient or {}).get("display_id")
        output = {"output_type": "display_data", "data": dict(data), "metadata": dict(metadata or {})}
        earlier = [i for i, o in enumerate(shown) if name and o.get("display_id") == name]
        if update and earlier:
            shown[earlier[-1]] = shown.fit(output | {"display_id": name})
        else:
            shown.add(output | ({"display_id": name} if name else {}))

    def clear_output(self, wait=False):
        self.shell.outputs.clear()


class _Hook(DisplayHook):
    def write_output_prompt(self):
        pass

    def write_format_data(self, format_dict, md_dict=None):
        self.shell.outputs.add(
            {
                "output_type": "execute_result",
                "execution_count": self.prompt_count,
                "data": dict(format_dict),
                "metadata": dict(md_dict or {}),
            }
        )

    def finish_displayhook(self):
        pass


class Shell(InteractiveShell):
    """IPython, with the outputs of the cell that runs in `outputs`."""

    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)

    def __init__(self, **kwargs):
        self.outputs = _Outputs()
        super().__init__(**kwargs)

    def init_io(self):
        """Streams are set while a cell runs."""

    def _showtraceback(self, etype, evalue, stb):
        # Where this Python lies on the grader's machine is nobody's business.
        lines = [line.replace(sys.prefix, "…").replace(sys.base_prefix, "…") for line in stb]
        self.outputs.add(
            {"output_type": "error", "ename": str(etype.__name__), "evalue": str(evalue)[:2000], "traceback": lines}
        )

    def enable_gui(self, gui=None):
        """There is no window here."""

    def ask_exit(self):
        """A stray `exit()` ends nothing: the next cell would be blamed."""


@contextlib.contextmanager
def _unwatched():
    """For a while, nothing that a notebook has set to watch itself by (`tracemalloc`, a tracer) makes it slow."""
    frames = tracemalloc.get_traceback_limit() if tracemalloc.is_tracing() else 0
    watching = sys.gettrace(), sys.getprofile()
    tracemalloc.stop()
    sys.settrace(None)
    sys.setprofile(None)
    try:
        yield
    finally:
        sys.settrace(watching[0])
        sys.setprofile(watching[1])
        if frames:
            tracemalloc.start(frames)


class Cells:
    """One notebook's namespace.

    Made once and inherited by every fork, so that no student waits for IPython.
    """

    def __init__(self):
        config = Config()
        config.HistoryManager.enabled = False
        config.Shell.autoindent = config.Shell.cache_size = 0
        config.Shell.colors = "nocolor"
        config.Shell.xmode = "Context"
        self._shell = Shell.instance(config=config)
        self._tools = self._compiled_tools()
        for cell in WARM_UP:
            self.run(cell)
        self._shell.reset(new_session=True)

    @staticmethod
    def _compiled_tools():
        """The questions' code, with the builtins as they are before a student changes them."""
        codes = []
        for module in (networks, translation, recording, observe):
            source = Path(module.__file__).read_text(encoding="utf-8")
            own = Path(module.__file__).relative_to(Path(observe.__file__).parent)
            codes.append(compile(source, OWN_FILE.replace("observe.py", str(own)), "exec"))
        pristine = dict(vars(builtins))
        execute = exec

        def tools():
            namespace = {
                "__builtins__": dict(pristine),
                "__name__": "observe",
                "__file__": OWN_FILE,
            }
            for code in codes:
                execute(code, namespace)
            return namespace

        return tools

    def forbid(self, modules):
        """Let nobody import these modules, which hold an assignment's answers."""
        sys.modules.update(dict.fromkeys(modules))

    def run(self, source):
        """The outputs of a cell, as the notebook format has them."""
        self._shell.outputs = _Outputs()
        before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = (_Stream(name, lambda: self._shell.outputs) for name in ("stdout", "stderr"))
        try:
            self._shell.run_cell(source, store_history=True)
        finally:
            sys.stdout, sys.stderr = before
        return [{k: v for k, v in output.items() if k != "display_id"} for output in self._shell.outputs]

    def ask(self, name, calls, most, instead=(), consult=None, axes=None):
        """What the notebook's function `name` does with each of `calls` (see `gancourse.exercises.observe.answer`)."""
        tools = self._tools()
        with open(os.devnull, "w") as nowhere, _unwatched():
            before = sys.stdout, sys.stderr
            sys.stdout = sys.stderr = nowhere
            try:
                return tools["answer"](
                    name, self._shell.user_ns, json.dumps(calls), tools["PROBES"], most, instead, consult, axes
                )
            finally:
                sys.stdout, sys.stderr = before
