"""JupyterLab on a port of its own and a headless Chromium to look at it with."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

BUSY = ".jp-Notebook-ExecutionIndicator[data-status='busy']"
READY = ".jp-Notebook-ExecutionIndicator[data-status='idle']"
TIMEOUT = 60_000  # milliseconds; a busy machine is slow, not broken


def require_chromium():
    """Path of a browser. In CI a missing one is a failure, not a skip."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path:
        message = "no Chromium on this machine (Debian: apt install chromium)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    return path


@contextlib.contextmanager
def jupyterlab(root, home):
    """`gancourse lab` in `root`, with settings of its own in `home`; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gancourse.cli", "lab", "--no-browser", f"--port={port}"]
    environment = os.environ | {
        "JUPYTER_TOKEN": "test",
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    with open(home / "lab.log", "w") as log:
        # Its own process group: the command starts a server, and both have to end.
        server = subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(240):
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                urllib.request.urlopen(f"{address}/api?token=test", timeout=5)
                break
            if server.poll() is not None:
                pytest.fail(f"JupyterLab stopped:\n{(home / 'lab.log').read_text()[-3000:]}")
            time.sleep(0.25)
        yield address
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


@contextlib.contextmanager
def page():
    """A page in a headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=require_chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        tab = browser.new_page(viewport={"width": 1280, "height": 1000})
        tab.set_default_timeout(TIMEOUT)
        yield tab
        browser.close()


def open_notebook(tab, address, path):
    """Open one notebook, nothing beside it, and wait until its kernel is ready."""
    tab.goto(f"{address}/lab/tree/{path}?token=test&reset")
    tab.wait_for_selector(READY)


def run_all(tab):
    """Run every cell and wait until the last one has run."""
    from playwright.sync_api import TimeoutError as NotYet

    for _ in range(3):  # a kernel that shows itself idle may not yet take orders
        tab.click("text=Run >> nth=0")
        tab.click(".lm-Menu-item:has-text('Run All Cells') >> nth=0")
        with contextlib.suppress(NotYet):
            tab.wait_for_selector(BUSY, timeout=5000)
            break
    tab.wait_for_selector(READY)
