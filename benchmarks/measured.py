"""Where benchmarks leave what they measured, for the lectures to draw: notebooks/measured/NAME.json."""

import json
import platform
from importlib.metadata import version
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "notebooks" / "measured"


def machine():
    """The machine in words, without its name."""
    import os

    import torch

    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU"
    return f"{os.cpu_count()} cores ({platform.machine()}), {gpu}, Python {platform.python_version()}"


def load(name):
    """What was measured before, or nothing."""
    path = FOLDER / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else {}


def save(name, command, data, packages):
    """Write `data` with the machine, the command that measured it and the versions of `packages`."""
    FOLDER.mkdir(exist_ok=True)
    about = {"command": command, "machine": machine(), "versions": {p: version(p) for p in packages}}
    path = FOLDER / f"{name}.json"
    path.write_text(json.dumps(about | data, indent=1, ensure_ascii=False) + "\n")
    print(f"wrote {path.relative_to(FOLDER.parent.parent)}")


def keep(name, command, part, results, parts, about):
    """Write one of a record's `parts`, and leave the others as they are by now: another process may be measuring them.

    `about` says what holds for all of them.
    """
    known = load(name) | {part: results}
    save(name, command, about | {p: known[p] for p in parts if p in known}, ["torch"])


def columns(rows):
    """Dictionaries of one number each as one of lists."""
    return {name: [row[name] for row in rows] for name in rows[0]}
