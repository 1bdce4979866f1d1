"""A lecture for the projector: large type, code folded, and the widgets alive before the page is opened.

What the lecture put out when it was last run is kept. Only what its widgets need is run again: a lecture's trainings
take minutes, its widgets seconds. A cell that trains while one watches is left for the lecturer to run.
"""

import ast
import copy
import json
import shutil
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbformat.sign import NotebookNotary

from gancourse.course import CourseError
from gancourse.lectures.copies import WORK, replace

HALL = Path(__file__).with_name("hall")  # JupyterLab's settings for it


def for_the_hall(notebook):
    """A copy of a lecture in which the code is folded, and which jupyterlab-rise lets scroll."""
    notebook = copy.deepcopy(notebook)
    notebook.metadata["rise"] = {"scroll": True}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.metadata["jupyter"] = {"source_hidden": True}
            cell.metadata.pop("deck", None)
    return notebook


def needed(notebook):
    """Which code cells display a widget, and which have to run before them.

    Args:
        notebook: a lecture.

    Returns:
        Two sorted lists of cell numbers: those that display a widget, and all that are to be run, these among them.
    """
    parsed = {i: _Names(cell.source) for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"}
    widgets = set().union(*(names.widgets for names in parsed.values()))
    shown = [i for i, names in parsed.items() if names.called & widgets and "train" not in names.called]
    run, wanted = set(shown), set().union(*(parsed[i].used for i in shown))
    for i in sorted(parsed, reverse=True):
        trains = "train" in parsed[i].called
        if shown and i <= max(shown) and not trains and (i in run or parsed[i].bound & wanted):
            run.add(i)
            wanted |= parsed[i].used
    return shown, sorted(run)


class _Names(ast.NodeVisitor):
    """The names that a cell binds at its top, uses, calls, and imports from gancourse.widgets."""

    def __init__(self, source):
        self.bound, self.used, self.called, self.widgets = set(), set(), set(), set()
        lines = source.split("\n")
        self.visit(ast.parse("\n".join("pass" if line.startswith(("!", "%")) else line for line in lines)))

    def visit_ImportFrom(self, node):
        names = {alias.asname or alias.name for alias in node.names}
        self.bound |= names
        if (node.module or "").startswith("gancourse.widgets"):
            self.widgets |= names

    def visit_Import(self, node):
        self.bound |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}

    def visit_FunctionDef(self, node):
        self.bound.add(node.name)
        self.generic_visit(node)

    visit_ClassDef = visit_FunctionDef

    def visit_Name(self, node):
        (self.bound if isinstance(node.ctx, ast.Store) else self.used).add(node.id)

    def visit_Call(self, node):
        if isinstance(node.func, ast.Name):
            self.called.add(node.func.id)
        self.generic_visit(node)


def run_cells(notebook, numbers, client):
    """Run these cells in a kernel and put what they put out in place; one that fails keeps what it had.

    Args:
        notebook: changed.
        numbers: of cells.
        client: a `jupyter_client.BlockingKernelClient` whose channels are open.

    Returns:
        The numbers of the cells that failed.
    """
    failed = []
    for number in numbers:
        cell, outputs = notebook.cells[number], []

        def keep(message, outputs=outputs):
            if message["msg_type"] in ("display_data", "execute_result", "stream", "error"):
                outputs.append(nbformat.v4.output_from_msg(message))

        reply = client.execute_interactive(cell.source, output_hook=keep, stop_on_error=False, timeout=240)
        if reply["content"]["status"] != "ok":
            failed.append(number)
            continue
        cell.execution_count = reply["content"]["execution_count"]
        kept = [o for o in outputs if o.output_type != "stream" or o.name != "stderr"]
        if kept:
            cell.outputs = kept
    return failed


def prepare(path, root, server):
    """Put a lecture for the projector into the work folder, with a kernel behind it in which its widgets are alive.

    Args:
        path: the lecture.
        root: the course, and the folder that is served.
        server: of `running`, its url and token.

    Returns:
        The address to open, and the numbers of the cells that failed.
    """
    notebook = for_the_hall(nbformat.read(path, as_version=4))
    folder = Path(root) / WORK
    shutil.copytree(Path(root) / "notebooks" / "measured", folder / "measured", dirs_exist_ok=True)
    here = folder / f"live_{path.name}"
    replace(here, nbformat.writes(notebook))
    relative = here.relative_to(root).as_posix()
    about = {"path": relative, "name": here.name, "type": "notebook", "kernel": {"name": "python3"}}
    kernel = _ask(server, "api/sessions", about)["kernel"]["id"]
    with _connected(kernel) as client:
        failed = run_cells(notebook, needed(notebook)[1], client)
    replace(here, nbformat.writes(notebook))
    NotebookNotary().sign(nbformat.read(here, as_version=4))  # JupyterLab shows no widget that it does not trust
    return f"{server['url']}doc/tree/{relative}?reset&token={server['token']}", failed


def running(process, patience=240):
    """What a Jupyter server that was just started says of itself, once it answers; None if it ended."""
    from jupyter_server.serverapp import list_running_servers

    until = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < until:
        for server in list_running_servers():
            if server["pid"] == process.pid:
                return server
        time.sleep(0.1)
    return None


def _ask(server, what, about):
    headers = {"Authorization": f"token {server['token']}", "Content-Type": "application/json"}
    asked = urllib.request.Request(server["url"] + what, json.dumps(about).encode(), headers)
    with urllib.request.urlopen(asked, timeout=240) as answer:
        return json.load(answer)


@contextmanager
def _connected(kernel):
    from jupyter_client import BlockingKernelClient, find_connection_file

    client = BlockingKernelClient(connection_file=find_connection_file(f"kernel-{kernel}.json"))
    client.load_connection_file()
    client.start_channels()
    try:
        _wait_for(client)
        yield client
    finally:
        client.stop_channels()


def _wait_for(client, patience=240):
    """Wait for a kernel. One that has no time yet for a heartbeat passes for dead: ask again."""
    until = time.monotonic() + patience
    while True:
        try:
            return client.wait_for_ready(timeout=patience)
        except RuntimeError:
            if time.monotonic() > until:
                raise CourseError("The kernel does not answer. Run the same command again.") from None
            time.sleep(0.5)
