"""A kernel that runs a student's cells and answers what their functions return.

It decides nothing: it is asked for values and gives plain data (`gancourse.observe`), which is judged
outside. It may hang or die at any moment; then it is `KernelLost`, and the caller starts another.
"""

import json
import tempfile
from pathlib import Path

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from gancourse import observe, probes, probes_translation
from gancourse.notebooks import client

MIME = "application/vnd.gancourse+json"

# The course's own answers are no answer: neither by import nor by reading them off the module.
# A stray `exit()` would end the kernel after its reply, and the next cell would be blamed.
PREAMBLE = "import sys; sys.modules.update(dict.fromkeys({answers!r})); del sys; get_ipython().ask_exit = lambda: None"

# In a namespace of its own, with the builtins as they were: the student's names are read, not used or changed.
ASK = """
(lambda b, shell, tools: (
    b.exec(b.compile({probes!r}, "gancourse/probes.py", "exec"), tools),
    b.exec(b.compile({probes_translation!r}, "gancourse/probes_translation.py", "exec"), tools),
    b.exec(b.compile({observe!r}, "gancourse/observe.py", "exec"), tools),
    shell.display_pub.publish({{{mime!r}: tools["answer"]({name!r}, shell.user_ns, {calls!r}, tools["PROBES"])}}),
))(
    __import__("builtins"),
    __import__("IPython").get_ipython(),
    {{"__name__": "observe", "__file__": "gancourse/observe.py"}},
)[4:]
"""


class KernelLost(BaseException):
    """The kernel hung ("timed out") or died ("killed").

    Not an `Exception`: while a reference calls the student's function, what goes wrong inside is observed and
    compared, but a kernel that is gone must come through.
    """


class StudentKernel:
    """One kernel in one folder. Use as a context manager.

    Args:
        folder: the working directory of the student's code.
        seconds: how long one cell, or one question, may take.
        answers: names of modules that hold the assignment's answers; they cannot be imported in it.
    """

    def __init__(self, folder, seconds, answers=()):
        self._answers = list(answers)
        self._sockets = tempfile.TemporaryDirectory(prefix="gc-")
        self._client = client(
            nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell()]),
            folder,
            self._sockets.name,
            timeout=seconds,
            allow_errors=True,
            shutdown_kernel="immediate",
            skip_cells_with_tag="",
        )

    def __enter__(self):
        self._context = self._client.setup_kernel()
        self._context.__enter__()
        self.run(nbformat.v4.new_code_cell(PREAMBLE.format(answers=self._answers)), self._client.timeout)
        return self

    def __exit__(self, *exc_info):
        self._context.__exit__(None, None, None)
        self._sockets.cleanup()

    def run(self, cell, seconds):
        """Execute a code cell; its outputs, errors among them, are stored in it.

        Raises:
            KernelLost: it took longer than `seconds`, or the kernel died. This kernel is then of no more use.
        """
        self._client.timeout = max(1, int(seconds))
        try:
            self._client.execute_cell(cell, 0)
        except CellTimeoutError as error:
            raise KernelLost("timed out") from error
        except DeadKernelError as error:
            raise KernelLost("killed") from error
        except Exception as error:  # an output that nbclient or the notebook format cannot take
            text = f"[grading] The output of this cell could not be stored ({type(error).__name__}).\n"
            cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=text)]

    def ask(self, name, calls, seconds):
        """What the student's function `name` does with each of `calls` (pairs: a probe's name, encoded arguments).

        Returns:
            One observation per call, or None if there is no such function.

        Raises:
            KernelLost: as for `run`.
        """
        modules = (observe, probes, probes_translation)
        sources = {m.__name__.split(".")[-1]: Path(m.__file__).read_text(encoding="utf-8") for m in modules}
        question = ASK.format(**sources, mime=MIME, name=name, calls=json.dumps(calls))
        cell = nbformat.v4.new_code_cell(question)
        self.run(cell, seconds)
        answers = [o.data[MIME] for o in cell.outputs if o.output_type == "display_data" and MIME in o.data]
        if not answers or not isinstance(answers[0], list) or len(answers[0]) != len(calls):
            return None
        return [received(answer) for answer in answers[0]]


def received(data):
    """`data` if it is an observation, else an observation that nothing agrees with."""
    try:
        error = data["error"]
        if error is not None:
            error = {key: str(error[key]) for key in ("type", "message", "line")}
        elif not isinstance(data["value"], dict):
            raise TypeError("a value is a dict")
        else:
            observe.decode(data["value"])
        for argument in data["after"]:
            observe.decode(argument)
        return {"value": data["value"], "after": data["after"], "error": error}
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return {"value": {"type": "malformed answer"}, "after": [], "error": None}
