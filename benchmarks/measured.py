"""Where benchmarks leave what they measured, for the lectures to draw: notebooks/measured/NAME.json.

A record says with which code it was measured. `python benchmarks/measured.py` lists the records, and what else the
benchmarks made, and says which are older than their code.
"""

import json
import platform
import sys
from functools import cache
from importlib.metadata import version

from dependencies import ROOT, depends, noted, older, read

FOLDER = ROOT / "notebooks" / "measured"
MADE = ("notebooks/measured", "notebooks/models", "gancourse/metrics/weights", "gancourse/data/sheets")
SOURCES = read()  # as a benchmark begins: files may be edited while it runs
ALL = "all of it"


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


def save(name, command, data, packages, parts=(ALL,), anew=None):
    """Write `data` with the machine, the command that measured it, the versions of `packages`, and the code.

    If a record has `parts` that are measured one by one, `anew` gives the code of those that were, by name.
    """
    FOLDER.mkdir(exist_ok=True)
    about = {"command": command, "machine": machine(), "versions": {p: version(p) for p in packages}}
    anew = dict.fromkeys(parts, today(command)) if anew is None else anew
    groups = {"depends": noted(load(name).get("depends", []), parts, anew)}
    path = FOLDER / f"{name}.json"
    path.write_text(json.dumps(about | data | groups, indent=1, ensure_ascii=False) + "\n")
    print(f"wrote {path.relative_to(FOLDER.parent.parent)}")


def today(command):
    """Digests of the code that a command runs, as it was when this process began."""
    return depends(command.split()[1], sources=SOURCES)


def sign(path):
    """Add to a JSON that says by which command it came to be, with which code."""
    text = path.read_text().removesuffix("\n}\n")
    groups = noted([], [ALL], {ALL: today(json.loads(path.read_text())["command"])})
    path.write_text(f'{text},\n "depends": {json.dumps(groups)}\n}}\n')


def keep(name, command, part, results, parts, about, whole=True):
    """Write one of a record's `parts`, and leave the others as they are by now: another process may be measuring them.

    `about` says what holds for all of them. Where not the `whole` part was measured, and the rest of it with other
    code, the record says that nobody knows which code it was.
    """
    known, code = load(name), today(command)
    before = next((group["code"] for group in known.get("depends", []) if part in group["parts"]), {})
    known[part] = results
    there = [p for p in parts if p in known]
    data = about | {p: known[p] for p in there}
    save(name, command, data, ["torch"], there, {part: code if whole or before == code else {}})


def columns(rows):
    """Dictionaries of one number each as one of lists."""
    return {name: [row[name] for row in rows] for name in rows[0]}


def main(root=ROOT):
    """List what benchmarks made; returns 1 if anything is older than its code."""
    stale, once = 0, cache(depends)  # a benchmark has many records
    for path in sorted(path for folder in MADE for path in (root / folder).glob("*.json")):
        lines = older(json.loads(path.read_text()), root, once)
        stale += bool(lines)
        print(f"{'older' if lines else 'current':<7}  {path.relative_to(root)}")
        for line in lines:
            print(f"         {line}")
    return min(stale, 1)


if __name__ == "__main__":
    sys.exit(main())
