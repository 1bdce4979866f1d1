"""Every figure and every widget has a test of what it draws: one that is named after it and calls it."""

import ast
import functools
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

from drawn import assert_errorbar, assert_line, errorbars, plain_lines, ticks
from gancourse import plots, widgets
from gancourse.plots import FAKE, MovingPicture, dots, new_figure

HERE = Path(__file__).parent
HELPERS = {
    "plots": {"colour_bar", "encoded", "mean_and_error", "new_figure", "png", "show", "show_code"},
    "dcgan": {"coverage", "weave"},
    "evaluating": {"goodness"},
    "gan_loss": {"rounded"},
    "images": {"inches", "tile"},
    "mode_collapse": {"field_points"},
    "shift_gan": {"normal_density"},
    "translation": {"layouts", "rendered"},
}  # by module, the public functions that draw nothing by themselves


def modules(package):
    return [
        package,
        *(importlib.import_module(m.name) for m in pkgutil.iter_modules(package.__path__, package.__name__ + ".")),
    ]


def figures():
    """(module, name) of all that draws: public functions that are no helpers, moving pictures, and widgets."""
    for module in modules(plots):
        short = module.__name__.split(".")[-1]
        for name, thing in vars(module).items():
            own = getattr(thing, "__module__", None) == module.__name__ and not name.startswith("_")
            picture = inspect.isclass(thing) and issubclass(thing, MovingPicture) and thing is not MovingPicture
            if own and (picture or (inspect.isfunction(thing) and name not in HELPERS.get(short, ()))):
                yield short, name
    yield from (("widgets", name) for name in widgets.__all__)


@functools.cache
def written():
    """(file, test, the names of all that it calls) of this folder's tests."""
    found = []
    for path in sorted(HERE.glob("test_*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                parts = list(ast.walk(node))
                called = {part.func for part in parts if isinstance(part, ast.Call)}
                names = {getattr(function, "attr", getattr(function, "id", None)) for function in called}
                found.append((path.stem, node.name, names))
    return found


def snake(name):
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


@pytest.mark.parametrize(("module", "name"), list(figures()))
def test_what_it_draws_is_tested(module, name):
    found = [stem for stem, test, called in written() if test.startswith(f"test_{snake(name)}_") and name in called]
    where = {"plots": "test_every_figure", "widgets": None}.get(module, f"test_plotted_{module}")
    assert found, f"write test_{snake(name)}_… that calls {name} and reads what is drawn off the artists"
    assert where is None or where in found, f"it belongs into tests/plots/{where}.py"


def test_helpers_are_there():
    """Else a figure of the same name would pass untested."""
    known = {module.__name__.split(".")[-1]: vars(module) for module in modules(plots)}
    assert all(inspect.isfunction(known[module].get(name)) for module, names in HELPERS.items() for name in names)


def test_dots_draw_every_run_above_their_mean_and_standard_error():
    named = {"a": [1.0, 2.0, 6.0], "b": [4.0, 5.0]}
    _, ax = new_figure()
    told = dots(ax, named, decimals=2)
    first, second = plain_lines(ax)
    assert_line(first, [1, 2, 6], 0, (FAKE, "None", "^"))
    assert_line(second, [4, 5], 1, (FAKE, "None", "^"))
    assert_errorbar(errorbars(ax)[0], 3, 0.25, xerr=(14 / 2 / 3) ** 0.5)
    assert_errorbar(errorbars(ax)[1], 4.5, 1.25, xerr=0.5)
    assert ticks(ax.yaxis) == {"a": 0, "b": 1} and ax.yaxis_inverted()
    assert told == ["a 3.00 ± 1.53", "b 4.50 ± 0.50"]
