"""What works on this machine, and what to do about what does not."""

import importlib.metadata
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("numpy", "scipy", "matplotlib", "torch", "torchvision", "jupyterlab", "ipywidgets", "nbgrader")


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `state` is "ok", "note" (works without it) or "missing" (does not)."""

    what: str
    state: str
    says: str


def examine(root):
    """Every `Finding`, in the order of how much depends on it."""
    return [
        _python(),
        *(_package(name) for name in PACKAGES),
        _course(root),
        _device(),
        _disk(root),
        _nbgrader(),
        _sandbox(),
    ]


def _python():
    # An older one cannot have installed the package, so there is nothing to refuse here.
    return Finding("Python", "ok", ".".join(map(str, sys.version_info[:3])))


def _package(name):
    try:
        return Finding(name, "ok", importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, "missing", f"not installed. Run the set-up command of the README, or: pip install {name}")


def _course(root):
    lectures, assignments = list((root / "notebooks").glob("*.ipynb")), list((root / "assignments").glob("ps*"))
    if not lectures or not assignments:
        return Finding("course", "missing", f"{root} lacks its notebooks or assignments. Download the course again.")
    return Finding("course", "ok", f"{len(lectures)} notebooks, {len(assignments)} assignments")


def _device():
    try:
        import torch
    except ImportError as error:
        return Finding("device", "missing", f"torch does not load ({error}). Reinstall torch and torchvision together.")
    if torch.cuda.is_available():
        memory = torch.cuda.get_device_properties(0).total_memory / 2**30
        return Finding(
            "device", "ok", f"{torch.cuda.get_device_name(0)}, {memory:.0f} GiB: everything runs at full size"
        )
    if torch.backends.mps.is_available():
        return Finding("device", "ok", "Apple GPU (mps)")
    threads = torch.get_num_threads()
    return Finding("device", "note", f"no GPU; {threads} CPU threads. Every lecture and assignment is made to run so.")


def _disk(root):
    free = shutil.disk_usage(root).free / 2**30
    if free < 1:
        return Finding("disk", "missing", f"{free:.1f} GiB free where the course lies. Make room: 1 GiB will do.")
    return Finding("disk", "ok", f"{free:.0f} GiB free")


def _nbgrader():
    beside = Path(sys.executable).with_name("nbgrader.exe" if os.name == "nt" else "nbgrader")
    if not (beside.exists() or shutil.which("nbgrader")):
        return Finding(
            "grading", "missing", "the nbgrader command is not on the PATH. Run: python -m pip install nbgrader"
        )
    try:
        import nbgrader.server_extensions.validate_assignment  # noqa: F401
    except ImportError as error:
        return Finding("grading", "missing", f"nbgrader's Validate button does not load: {error}")
    return Finding("grading", "ok", "nbgrader's commands, Validate button and formgrader")


def _sandbox():
    """Only whoever grades strangers' notebooks needs one."""
    if not sys.platform.startswith("linux"):
        return Finding(
            "sandbox", "note", "bubblewrap runs on Linux only. Students need none; grade on a Linux machine."
        )
    if not (bwrap := shutil.which("bwrap")):
        return Finding("sandbox", "note", "no bubblewrap. Students need none. To grade: apt install bubblewrap")
    tried = subprocess.run(
        [bwrap, "--unshare-all", "--ro-bind", "/", "/", "true"], capture_output=True, text=True, check=False
    )
    if tried.returncode:
        return Finding(
            "sandbox",
            "note",
            f"bubblewrap cannot make namespaces here: {tried.stderr.strip()}. To grade, allow "
            "unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1) or use another machine.",
        )
    return Finding("sandbox", "ok", "bubblewrap works")
