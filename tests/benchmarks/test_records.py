"""A record says with which code it was measured, and the list of records says when that code has changed."""

import ast
import json
import shutil

import dependencies
import measured
import pytest

from classroom import ROOT

BENCHMARKS = sorted((ROOT / "benchmarks").glob("*.py"))
CODE = '''"""A module."""
import math
from gancourse.data import load


def area(r):
    """Of a circle."""
    return math.pi * r**2  # in the plane
'''


def test_rewording_and_moved_imports_do_not_change_a_digest():
    reworded = CODE.replace("A module.", "Circles.").replace("  # in the plane", "").replace("Of a circle.", "πr².")
    moved = reworded.replace("from gancourse.data import", "from gancourse.data.images import").replace(
        "r**2", "r ** 2"
    )
    assert dependencies.digest(moved) == dependencies.digest(CODE) != ""


@pytest.mark.parametrize("change", [("r**2", "r**3"), ("math.pi", "math.tau"), ("(r)", "(r, *more)"), ("area", "disc")])
def test_other_code_is_another_digest(change):
    assert dependencies.digest(CODE.replace(*change)) != dependencies.digest(CODE)


def test_what_only_hands_on_has_no_code():
    hands_on = '"""A wing."""\nimport lazy\n__getattr__, __dir__, __all__ = lazy.attach(__name__, {"a": ["b"]})\n'
    assert dependencies.digest(hands_on) == ""
    assert dependencies.digest(hands_on + "LIMIT = 3\n")


@pytest.fixture
def checkout(tmp_path):
    """A small course with one benchmark and its record, of two parts."""
    (tmp_path / "gancourse" / "games").mkdir(parents=True)
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "gancourse" / "__init__.py").write_text('__version__ = "1"\n')
    (tmp_path / "gancourse" / "games" / "__init__.py").touch()
    (tmp_path / "gancourse" / "games" / "gan.py").write_text(
        "def play():\n    from gancourse import late\n    late.go()\n"
    )
    (tmp_path / "gancourse" / "late.py").write_text("def go():\n    return 1\n")
    (tmp_path / "gancourse" / "other.py").write_text("def unused():\n    return 1\n")
    (tmp_path / "benchmarks" / "speed.py").write_text("import torch\nfrom gancourse.games.gan import play\nplay()\n")
    code = dependencies.depends("benchmarks/speed.py", tmp_path)
    groups = dependencies.noted([], ["a", "b"], {"a": code, "b": code})
    (tmp_path / "notebooks" / "measured").mkdir(parents=True)
    record = {"command": "python benchmarks/speed.py --all", "depends": groups}
    (tmp_path / "notebooks" / "measured" / "speed.json").write_text(json.dumps(record))
    return tmp_path


def test_a_module_imported_inside_a_function_counts_and_an_unused_one_does_not(checkout):
    (group,) = json.loads((checkout / "notebooks" / "measured" / "speed.json").read_text())["depends"]
    assert group["parts"] == ["a", "b"]
    assert list(group["code"]) == ["benchmarks/speed.py", "gancourse/games/gan.py", "gancourse/late.py"]


def test_the_list_names_a_record_whose_module_was_changed(checkout, capsys):
    assert measured.main(checkout) == 0
    assert capsys.readouterr().out == "current  notebooks/measured/speed.json\n"
    (checkout / "gancourse" / "other.py").write_text("def unused():\n    return 2\n")
    assert measured.main(checkout) == 0
    (checkout / "gancourse" / "late.py").write_text("def go():\n    return 2\n")
    capsys.readouterr()
    assert measured.main(checkout) == 1
    said = capsys.readouterr().out
    assert "older    notebooks/measured/speed.json" in said
    assert said.rstrip().endswith("changed since: gancourse/late.py")


def test_a_module_that_was_moved_leaves_a_record_current(checkout):
    shutil.move(checkout / "gancourse" / "late.py", checkout / "gancourse" / "games" / "late.py")
    gan = checkout / "gancourse" / "games" / "gan.py"
    gan.write_text(gan.read_text().replace("from gancourse import", "from gancourse.games import"))
    assert measured.main(checkout) == 0


def test_a_new_dependency_ages_a_record(checkout):
    gan = checkout / "gancourse" / "games" / "gan.py"
    gan.write_text("from gancourse import other\n" + gan.read_text())
    record = json.loads((checkout / "notebooks" / "measured" / "speed.json").read_text())
    assert dependencies.older(record, checkout) == ["changed since: gancourse/other.py"]


def test_a_part_measured_anew_leaves_the_others_as_old_as_they_are(checkout):
    path = checkout / "notebooks" / "measured" / "speed.json"
    record = json.loads(path.read_text())
    (checkout / "gancourse" / "late.py").write_text("def go():\n    return 2\n")
    now = dependencies.depends("benchmarks/speed.py", checkout)
    record["depends"] = dependencies.noted(record["depends"], ["a", "b", "c"], {"b": now})
    lines = dependencies.older(record, checkout)
    assert lines == ["a: changed since: gancourse/late.py", "c: does not say with which code"]
    record["depends"] = dependencies.noted(record["depends"], ["a", "b"], {"a": now})
    assert dependencies.older(record, checkout) == []


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where records go meanwhile."""
    monkeypatch.setattr(measured, "FOLDER", tmp_path / "notebooks" / "measured")
    (tmp_path / "notebooks").mkdir()
    return measured.FOLDER


def test_a_saved_record_is_current_and_a_kept_part_too(folder):
    measured.save("whole", "python benchmarks/transport.py", {"x": 1}, ["torch"])
    for part in ("a", "b"):
        measured.keep("parts", "python benchmarks/transport.py", part, [1], ("a", "b"), {"seeds": 3})
    for name in ("whole", "parts"):
        assert dependencies.older(measured.load(name)) == []
        assert measured.load(name)["depends"][0]["code"]["gancourse/divergence.py"]
    assert measured.load("parts")["depends"][0]["parts"] == ["a", "b"]


def test_half_a_part_measured_beside_an_older_half_is_not_called_current(folder):
    command = "python benchmarks/transport.py"
    measured.keep("parts", command, "a", [1], ("a",), {})
    measured.keep("parts", command, "a", [1, 2], ("a",), {}, whole=False)
    assert dependencies.older(measured.load("parts")) == [], "the older half was measured with the same code"
    record = measured.load("parts")
    record["depends"][0]["code"]["gancourse/divergence.py"] = "another one"
    (folder / "parts.json").write_text(json.dumps(record))
    measured.keep("parts", command, "a", [1, 2], ("a",), {}, whole=False)
    assert dependencies.older(measured.load("parts")) == ["does not say with which code"]


def test_a_model_is_signed_without_being_laid_out_anew(tmp_path):
    path = tmp_path / "model.json"
    path.write_text('{\n "command": "python benchmarks/models.py x",\n "losses": [[1, 2], [3, 4]]\n}\n')
    measured.sign(path)
    assert path.read_text().startswith(
        '{\n "command": "python benchmarks/models.py x",\n "losses": [[1, 2], [3, 4]],\n'
    )
    code = json.loads(path.read_text())["depends"][0]["code"]
    assert {"benchmarks/models.py", "gancourse/training/loop.py", "gancourse/data/worlds/glyphs.py"} <= set(code)


def test_every_record_says_with_which_code_or_is_listed_as_older(capsys):
    measured.main()
    said = capsys.readouterr().out.splitlines()
    for path in (ROOT / "notebooks" / "measured").glob("*.json"):
        name = path.relative_to(ROOT)
        assert f"older    {name}" in said or json.loads(path.read_text()).get("depends"), name


@pytest.fixture(scope="module")
def below():
    """The files whose code the benchmarks run, and their own."""
    return {file for path in BENCHMARKS for file in dependencies.imported(f"benchmarks/{path.name}")}


def test_benchmarks_and_what_they_run_import_from_precise_modules(below):
    """What a package hands on lazily, nobody finds who follows imports."""
    hidden = []
    for file in sorted(below):
        for node in ast.walk(ast.parse((ROOT / file).read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "gancourse":
                hidden += [f"{file}: {node.module} {a.name}" for a in node.names if handed_on(node.module, a.name)]
            elif isinstance(node, ast.Import):
                hidden += [f"{file}: {a.name}" for a in node.names if lazy(a.name)]
    assert not hidden


def lazy(module):
    """Whether a module is a package that imports when something is asked of it."""
    file = ROOT / module.replace(".", "/") / "__init__.py"
    return file.exists() and "lazy_loader" in file.read_text()


def handed_on(module, name):
    """Whether `from module import name` hides where the name is from."""
    folder = ROOT / module.replace(".", "/")
    inside = (folder / f"{name}.py").exists() or (folder / name).is_dir()
    return lazy(f"{module}.{name}") or (lazy(module) and not inside)


def test_no_module_is_imported_by_a_name_made_of_strings(below):
    """Such an import is found by nobody either."""
    made = {file for file in below if "import_module" in (ROOT / file).read_text()}
    assert made <= {"gancourse/grading/room.py"}, "which imports what notebooks import"
