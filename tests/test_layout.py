"""The package is laid out as CONTRIBUTING says: wings on floors, no import upwards, and a wing costs nothing."""

import importlib
import re
import subprocess
import sys
import tomllib

import pytest

from classroom import ROOT

WINGS = sorted(p.parent.name for p in (ROOT / "gancourse").glob("*/__init__.py"))
HANDING_ON = [w for w in WINGS if w not in ("grading", "plots")]


def test_no_import_runs_upwards():
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_map_in_contributing_is_the_layout():
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    floors = [re.split(r" [|:] ", layer) for layer in contract["layers"]]
    rows = re.findall(r"^\| (\d) \| (.+?) \|", (ROOT / "CONTRIBUTING.md").read_text(), re.M)
    shown = {}
    for floor, names in rows:
        shown.setdefault(int(floor), []).extend(n.strip("`/ ") for n in names.split(","))
    assert [sorted(shown[floor]) for floor in sorted(shown, reverse=True)] == [sorted(names) for names in floors]


def test_importing_wings_imports_nothing_heavy():
    wings = ", ".join(f"gancourse.{w}" for w in HANDING_ON)
    command = f"import sys, {wings}; print([m for m in ('torch', 'numpy', 'matplotlib') if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("wing", HANDING_ON)
def test_a_wing_hands_on_what_it_says(wing):
    module = importlib.import_module(f"gancourse.{wing}")
    assert module.__all__
    for name in module.__all__:
        assert getattr(module, name).__module__.startswith(f"gancourse.{wing}.") or name == "ADAM"
