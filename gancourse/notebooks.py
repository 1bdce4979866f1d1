"""Run notebooks: the lectures in place, so that what is committed is what the code prints."""

import hashlib
import os
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from tqdm import tqdm
from traitlets.config import Config


def rerun(path):
    """Execute a lecture and write it back with its outputs; an error leaves the file as it was.

    A figure that is in the output's HTML, with its alternative text, is not stored a second time beside it.
    What differs from run to run and tells nothing is left out: progress on stderr, widget models (they show
    nothing without a kernel; each widget has a static figure beneath), time stamps, the interpreter's version.
    What each widget shows as it is moved is written into `frames/` beside the notebook, for the site.

    Args:
        path: the notebook.

    Returns:
        Seconds it took.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed.
    """
    path, began = Path(path), time.perf_counter()
    notebook = nbformat.read(path, as_version=4)
    n_code = sum(cell.cell_type == "code" for cell in notebook.cells)
    with tqdm(total=n_code, desc=path.stem, unit="cell", file=sys.stderr) as bar:
        progress = {"on_cell_executed": lambda **_: bar.update()}
        execute(notebook, path.parent, extra_arguments=[_recording(path)], **progress)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.metadata.pop("execution", None)
            cell.outputs = [_stored_once(o) for o in cell.outputs if not _tells_nothing(o)]
    beside = path.with_name(path.name + ".new")
    nbformat.write(notebook, beside)
    os.replace(beside, path)
    return time.perf_counter() - began


def record_frames(path):
    """Execute a lecture only to write what its widgets show into `frames/` beside it; returns the seconds it took.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed.
    """
    path, began = Path(path), time.perf_counter()
    execute(nbformat.read(path, as_version=4), path.parent, extra_arguments=[_recording(path)])
    return time.perf_counter() - began


def _recording(path):
    """What makes a kernel record its widgets' frames."""
    folder = str(path.resolve().parent / "frames")
    code = f"from gancourse.widgets import frames; frames.record({folder!r}, {path.stem!r})"
    return f"--IPKernelApp.exec_lines={code}"


def digest(source):
    """Of a cell's code, by which what was recorded of it is found again."""
    return hashlib.sha256(source.strip().encode()).hexdigest()[:16]


def execute(notebook, folder, **options):
    """Execute `notebook` in `folder`, in this environment's Python."""
    with tempfile.TemporaryDirectory(prefix="gc-") as sockets:
        client(notebook, folder, sockets, **{"timeout": 600} | options).execute()


def client(notebook, folder, sockets, **options):
    """nbclient's client for `notebook`, run in `folder`, with its sockets in the folder `sockets`.

    Where there are Unix sockets the kernel opens no port, and nobody else on the machine can listen in.
    """
    config = Config()
    if sys.platform != "win32":
        config.KernelManager.transport = "ipc"
        config.KernelManager.ip = f"{sockets}/k"
    return _Client(
        notebook,
        kernel_name="python3",
        store_widget_state=False,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
        config=config,
        **options,
    )


class _Client(NotebookClient):
    """Without a front end's half of widgets: what an Output widget would catch is the cell's own output."""

    def handle_comm_msg(self, outs, msg, cell_index):
        """Let widget messages pass: nbclient keeps no model for every one of them, and stumbles (KeyError)."""


def _tells_nothing(output):
    return output.get("name") == "stderr" or "application/vnd.jupyter.widget-view+json" in output.get("data", {})


def _stored_once(output):
    if 'src="data:image/png' in output.get("data", {}).get("text/html", ""):
        output["data"].pop("image/png", None)
        output["metadata"].pop("image/png", None)
    return output
