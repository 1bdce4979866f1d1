"""Mutants in words, their counts, and the page about them; mutmut itself is not needed."""

import json

import dependencies
import mutants
import pytest
from click.testing import CliRunner

from classroom import ROOT

HEAD = "--- gancourse/games/gan.py\n+++ gancourse/games/gan.py\n@@ -1,3 +1,3 @@\n def f(x):\n"
SIGN = HEAD + "-    return x - x.mean(dim=0)\n+    return x + x.mean(dim=0)\n"
DROPPED = HEAD + "-    return g(x, device=x.device)\n+    return g(x, )\n"
SPOILT = HEAD + '-    raise ValueError("Give at least 1.")\n+    raise ValueError("XXGive at least 1.XX")\n'
CAPITALS = HEAD + '-    raise ValueError("Give at least 1.")\n+    raise ValueError("GIVE AT LEAST 1.")\n'
KEY = HEAD + '-    return parts["mean"]\n+    return parts["XXmeanXX"]\n'
LINES = HEAD + "-    return g(\n-        x,\n-        1,\n-    )\n+    return g(\n+        x,\n+        )\n"


@pytest.mark.parametrize(
    ("diff", "line"),
    [
        (SIGN, "return x [---]{+++} x.mean(dim=0)"),
        (DROPPED, "return g(x, [-device=x.device-])"),
        (KEY, 'return parts["[-mean-]{+XXmeanXX+}"]'),
        (LINES, "return g( x, [-1, -])"),
    ],
)
def test_a_change_is_one_line_with_what_goes_out_and_what_comes_in(diff, line):
    assert mutants.change(diff) == line


def test_only_texts_with_a_space_in_them_are_words():
    assert [mutants.only_words(diff) for diff in (SPOILT, CAPITALS)] == [True, True]
    assert not any(mutants.only_words(diff) for diff in (SIGN, DROPPED, KEY, LINES))
    number = HEAD + '-    raise ValueError("Give at least 1.", 1)\n+    raise ValueError("Give at least 1.", 2)\n'
    assert not mutants.only_words(number)


def test_survivors_are_named_by_their_function_and_words_are_counted_apart(monkeypatch):
    became = {
        "gancourse.games.gan.xǁGANǁfake__mutmut_1": ("killed", None),
        "gancourse.games.gan.xǁGANǁfake__mutmut_2": ("survived", SIGN),
        "gancourse.games.gan.x__private__mutmut_1": ("no tests", DROPPED),
        "gancourse.games.gan.x_mlp__mutmut_1": ("survived", SPOILT),
        "gancourse.games.gan.x_mlp__mutmut_2": ("timeout", None),
    }

    monkeypatch.setattr(mutants, "mutmut", lambda copy, command, name: f"# {name}: survived\n{became[name][1]}")
    assert mutants.counted("copy", {name: status for name, (status, _) in became.items()}) == {
        "mutants": 5,
        "killed": 2,
        "words": 1,
        "survived": ["GAN.fake: return x [---]{+++} x.mean(dim=0)", "_private: return g(x, [-device=x.device-])"],
    }


def test_a_name_says_module_and_function():
    assert mutants.place("gancourse.games.gan.xǁGANǁfake__mutmut_12") == ("gancourse/games/gan.py", "GAN.fake")
    assert mutants.place("gancourse.divergence.x__pair__mutmut_1") == ("gancourse/divergence.py", "_pair")


def test_the_share_is_of_those_that_change_more_than_words():
    found = {"mutants": 12, "killed": 9, "words": 2, "survived": ["f: x"]}
    assert mutants.table({"gancourse/a.py": found}).endswith("| `a.py` | 12 | 9 | 2 | 1 | 90.0% |")
    assert mutants.left({"gancourse/a.py": found}, "") == ["- `a.py` f: ``x``"]
    assert mutants.left({"gancourse/a.py": found}, "\n- `a.py` f: ``x``\n") == []


def test_a_module_without_tests_is_named_and_every_system_has_some():
    ran = CliRunner().invoke(mutants.main, ["gancourse/cli.py"])
    assert ran.exit_code == 1
    assert ran.output.startswith("Error: No tests are named for gancourse/cli.py; modules are: gancourse/games/")
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "gancourse" / "games").glob("[!_]*.py")}
    assert files <= set(mutants.TESTS)
    assert all((ROOT / file).exists() for module, tests in mutants.TESTS.items() for file in (module, *tests))


def test_a_record_may_name_the_files_it_is_about(tmp_path):
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "speed.py").write_text("print(1)\n")
    (tmp_path / "a.py").write_text("A = 1\n")
    code = dependencies.digests(["a.py"], tmp_path)
    record = {"command": "python benchmarks/speed.py", "depends": [{"parts": ["a"], "code": code}]}
    (tmp_path / "benchmarks" / "speed.py").write_text("print(2)\n")
    assert dependencies.older(record, tmp_path) == []
    (tmp_path / "a.py").write_text("A = 2\n")
    assert dependencies.older(record, tmp_path) == ["changed since: a.py"]
    (tmp_path / "a.py").unlink()
    assert dependencies.older(record, tmp_path) == ["changed since: a.py"]


RECORD = ROOT / "notebooks" / "measured" / "mutants.json"


def test_the_page_has_the_records_table_and_a_reason_for_every_survivor_and_for_no_other():
    modules, page = json.loads(RECORD.read_text())["modules"], mutants.PAGE.read_text()
    assert mutants.table(modules) in page, "python benchmarks/mutants.py --left prints it"
    assert mutants.left(modules, page) == []
    known = mutants.left(modules, "")
    assert [line for line in page.splitlines() if line.startswith("- `") and line not in known] == []
