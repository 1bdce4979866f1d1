"""What a benchmark measures: its own code and that of every course module it imports, each as a digest.

A digest is of what a module does. Comments, layout and docstrings are not in it, nor import lines, nor what a package
hands on (assignments to names like `__all__`): rewording a module or moving it to another file does not change it.
Imports are found by the standard library's modulefinder, inside functions too; what is imported by a name made of
strings, or run in another process, a benchmark has to import itself.
"""

import ast
import hashlib
import json
from modulefinder import ModuleFinder
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEEPERS = ("benchmarks/measured.py", "benchmarks/dependencies.py")  # they write records, and measure nothing


def read(root=ROOT):
    """The sources of course and benchmarks, by path from the root."""
    paths = [path for folder in ("gancourse", "benchmarks") for path in (root / folder).rglob("*.py")]
    return {path.relative_to(root).as_posix(): path.read_text() for path in paths}


def depends(benchmark, root=ROOT, sources=None):
    """Digests by file of a benchmark and the modules below it, like {"gancourse/games/gan.py": "3f0c…"}.

    Args:
        benchmark: its path from the root.
        root: the checkout.
        sources: what `read` gave earlier, if files may have changed since.
    """
    sources = sources or read(root)
    digests = {name: digest(sources.get(name, "")) for name in imported(benchmark, root) if name not in KEEPERS}
    return {name: found for name, found in digests.items() if found}


def imported(benchmark, root=ROOT):
    """The files of course and benchmarks that a benchmark imports, directly or not, and its own; sorted."""
    finder = ModuleFinder(path=[str(root), str(root / "benchmarks")])  # nothing else is looked into
    finder.run_script(str(root / benchmark))  # which reads it, and runs nothing
    files = [module.__file__ for module in finder.modules.values() if module.__file__]
    return sorted(Path(file).resolve().relative_to(Path(root).resolve()).as_posix() for file in files)


def digest(source):
    """Twelve digits of the code's SHA-256; nothing if there is no code but imports and docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for field, value in ast.iter_fields(node):
            if isinstance(value, list):
                setattr(node, field, [part for part in value if not _unread(part)])
    tree.body = [statement for statement in tree.body if not _hands_on(statement)]
    return hashlib.sha256(json.dumps(_plain(tree)).encode()).hexdigest()[:12] if tree.body else ""


def _unread(node):
    """Whether a statement computes nothing: an import, a docstring or another string on its own."""
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    return text or isinstance(node, ast.Import | ast.ImportFrom)


def _hands_on(statement):
    """Whether a statement assigns to names like `__all__` only."""
    if not isinstance(statement, ast.Assign):
        return False
    names = [node for target in statement.targets for node in ast.walk(target) if isinstance(node, ast.Name)]
    return bool(names) and all(name.id.startswith("__") and name.id.endswith("__") for name in names)


def _plain(node):
    """A syntax tree as lists, without what is empty: `ast.dump` differs between versions of Python."""
    if isinstance(node, ast.AST):
        fields = [[name, _plain(value)] for name, value in ast.iter_fields(node) if value is not None and value != []]
        return [type(node).__name__, *fields]
    return [_plain(part) for part in node] if isinstance(node, list) else repr(node)


def changed(then, now):
    """The files whose code is in one of two `depends` only. A file that was moved is not among them."""
    before, after = set(then.values()), set(now.values())
    return sorted(
        {name for name, found in then.items() if found not in after}
        | {name for name, found in now.items() if found not in before}
    )


def noted(groups, parts, anew):
    """What a record's `depends` is after some of its parts were measured anew.

    Args:
        groups: what it was: parts that were measured with the same code, as [{"parts": names, "code": digests}, …]. The
            digests are empty where nobody knows with which code.
        parts: names of all that are in the record.
        anew: by name of those that were measured now, the digests of their code.
    """
    code = {part: group["code"] for group in groups for part in group["parts"]} | anew
    together = []
    for part in parts:
        digests = code.get(part, {})
        same = next((group for group in together if group["code"] == digests), None)
        if same:
            same["parts"].append(part)
        else:
            together.append({"parts": [part], "code": digests})
    return together


def older(record, root=ROOT, depends=depends):
    """In words, a line for each group of parts whose code is another one by now; none if a record is current.

    A group without the benchmark in it says itself which files it is about, whatever the benchmark imports. Who asks
    for many records may give a `depends` that remembers.
    """
    if "depends" not in record:
        return ["does not say with which code"]
    benchmark = record["command"].split()[1]
    imports, lines = depends(benchmark, root), []
    for group in record["depends"]:
        names = "" if len(record["depends"]) == 1 else f"{'; '.join(group['parts'])}: "
        now = imports if benchmark in group["code"] else digests(group["code"], root)
        if not group["code"]:
            lines.append(f"{names}does not say with which code")
        elif files := changed(group["code"], now):
            lines.append(f"{names}changed since: {', '.join(files)}")
    return lines


def digests(files, root=ROOT):
    """Digests of files by their path from the root; a file that is gone has none."""
    return {file: digest((root / file).read_text()) for file in files if (root / file).exists()}
