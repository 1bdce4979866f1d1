"""Benchmarks are scripts; their tests import them as they import each other."""

import sys

from classroom import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
