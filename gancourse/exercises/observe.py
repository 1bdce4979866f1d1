"""Call a function and write down, as plain data, what it did.

The same file runs in three places: in the student's notebook when they press Run, in the grading process
to learn what the reference and every misconception would do, and, sent as text, inside the kernel of a
stranger's notebook. So it imports nothing but the standard library and NumPy, and what crosses between
processes is JSON with raw buffers of a declared type and shape: never a pickle, never code.
"""

import base64
import builtins
import contextlib
import copy
import inspect
import json
import linecache
import math
import traceback
import warnings
from functools import partial, wraps

import numpy as np

DTYPES = ("bool", "uint8", "int64", "float32", "float64")
MAX_BYTES = 32 * 2**20
MAX_TEXT = 2000  # characters; a longer text is cut off
OWN_FILES = tuple(  # their lines are not the student's
    __file__.replace("observe.py", own)
    for own in ("observe.py", "probes/networks.py", "probes/translation.py", "probes/recording.py")
)


def encode(value):
    """Plain data for `value`: numbers and arrays as typed buffers, a text, tuples and lists of them as lists.

    The name of its type goes along, so that a hint can say "returns None" or "a tuple".
    """
    name = type(value).__name__
    if isinstance(value, str):  # not to be read off the released file at a glance, no more than the numbers
        return {"type": "str", "text": base64.b64encode(value[:MAX_TEXT].encode("utf-8", "replace")).decode("ascii")}
    if hasattr(value, "detach"):  # a torch tensor, without importing torch
        value = value.detach().cpu().numpy()
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, RuntimeError):  # a ragged list, or tensors with a graph in it
        array = None
    if array is not None and array.dtype.kind in "biuf":
        if array.nbytes > MAX_BYTES:
            return {"type": f"{name} of {array.nbytes / 2**20:.0f} MB"}
        dtype = array.dtype.name if array.dtype.name in DTYPES else "float64"
        dtype = "int64" if array.dtype.kind in "iu" and dtype != "uint8" else dtype
        raw = np.ascontiguousarray(array, dtype=dtype).tobytes()
        data = base64.b64encode(raw).decode("ascii")
        return {"type": name, "dtype": dtype, "shape": list(array.shape), "base64": data}
    if isinstance(value, (list, tuple)):
        return {"type": name, "list": [encode(item) for item in value]}
    return {"type": name}


def decode(data):
    """The value behind `encode`'s data: a number, an array, a text or a list; `None` for what was none of these.

    Raises:
        ValueError: the data is not what `encode` writes (a buffer of another length, an unknown type).
    """
    if "list" in data:
        return [decode(item) for item in data["list"]]
    if "text" in data:
        return base64.b64decode(data["text"], validate=True).decode("utf-8")[:MAX_TEXT]
    if "dtype" not in data:
        return None
    dtype, shape = data["dtype"], tuple(data["shape"])
    if dtype not in DTYPES or len(shape) > 32 or not all(isinstance(n, int) and 0 <= n < 2**40 for n in shape):
        raise ValueError(f"no such array: dtype {dtype!r}, shape {shape!r}")
    raw = base64.b64decode(data["base64"], validate=True)
    if len(raw) > MAX_BYTES or len(raw) != math.prod(shape) * np.dtype(dtype).itemsize:
        raise ValueError(f"{len(raw)} bytes are no {dtype} array of shape {shape}")
    array = np.frombuffer(raw, dtype=dtype).reshape(shape).copy()
    return array if array.ndim else array.item()


def observe(function, arguments):
    """Call `function(*arguments)` on copies and report what happened.

    Returns:
        A dict of plain data: `value`, what it returned (see `encode`); `after`, what its array arguments
        held afterwards; `error`, None or what `describe` says of the exception.
    """
    arguments = copy.deepcopy(list(arguments))
    value, error = None, None
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the verdict is in the value; a warning costs nothing
            value = encode(function(*arguments))
    except (Exception, SystemExit) as exception:
        error = describe(exception)
    after = [encode(a) for a in arguments if isinstance(a, np.ndarray)]
    return {"value": value, "after": after, "error": error}


def observe_unshadowed(function, arguments, namespace):
    """As `observe`; where the notebook gave a name of Python's own a value (`range = 5`), tried without that, too.

    The function is not at fault if it calls `range` and another cell of the notebook took the name.
    """
    seen = observe(function, arguments)
    if seen["error"] and seen["error"]["type"] == "TypeError" and "not callable" in seen["error"]["message"]:
        with _unshadowed(namespace) as names:
            return observe(function, arguments) if names else seen
    return seen


@contextlib.contextmanager
def _unshadowed(namespace):
    """For a while, no name of `namespace` hides a function of Python's own behind a thing that cannot be called."""
    taken = {
        name: value
        for name, value in namespace.items()
        if callable(getattr(builtins, name, None)) and not callable(value)
    }
    for name in taken:
        del namespace[name]
    try:
        yield list(taken)
    finally:
        for name, value in taken.items():
            namespace.setdefault(name, value)


def describe(exception):
    """An exception as plain data: its type, its message, and the line of the notebook it came from."""
    frames = [f for f, _ in traceback.walk_tb(exception.__traceback__) if f.f_code.co_filename not in OWN_FILES]
    notebook = [
        f for f in frames if "ipykernel" in f.f_code.co_filename or "<ipython" in f.f_code.co_filename
    ] or frames
    line = linecache.getline(notebook[-1].f_code.co_filename, notebook[-1].f_lineno).strip() if notebook else ""
    try:
        message = str(exception)[:200]
    except Exception:  # it is a stranger's class
        message = ""
    return {"type": type(exception).__name__, "message": message, "line": line[:120]}


def answer(name, namespace, calls, probes, most=MAX_BYTES, instead=(), consult=None, axes=None):
    """Observe the function `name` of a notebook's `namespace` on every one of `calls`.

    Args:
        name: the function's name.
        namespace: where it is looked up.
        calls: a JSON text, a list of pairs: the name of a probe, encoded arguments.
        probes: the probes by name (`gancourse.exercises.probes.networks.PROBES`).
        most: characters of one observation as JSON; what is larger is named and left out.
        instead: names of other functions in whose place something else is called meanwhile: of those
        consult: `consult(name, encoded arguments)` is the encoded value.
        axes: of other functions by name, as for `usable`.

    Returns:
        One observation per call, or None if there is no such function.
    """
    function = namespace.get(name)
    if not callable(function):
        return None
    own = {n: namespace[n] for n in instead if callable(namespace.get(n))}
    namespace.update({n: _standing_in(f, partial(consult, n)) for n, f in own.items()})
    try:
        with usable(namespace, axes or {}):
            return [
                _within(
                    most,
                    observe_unshadowed(partial(probes[probe], function), [decode(a) for a in arguments], namespace),
                )
                for probe, arguments in json.loads(calls)
            ]
    finally:
        namespace.update(own)


@contextlib.contextmanager
def usable(namespace, axes):
    """For a while, functions of `namespace` give arrays where they give the right numbers in a list or as a tensor.

    Such an answer earns its points. So it must not cost those of the functions that compute with it.

    Args:
        namespace: a notebook's.
        axes: by name, how many axes the right answer has; a column or a row becomes an array of one, if that is it.
    """
    own = {name: namespace[name] for name in axes if callable(namespace.get(name))}
    namespace.update({name: _giving_arrays(function, axes[name]) for name, function in own.items()})
    try:
        yield
    finally:
        namespace.update(own)


def _giving_arrays(function, axes):
    @wraps(function)
    def giving(*arguments, **named):
        value = function(*arguments, **named)
        if isinstance(value, (list, tuple)) or hasattr(value, "detach"):
            with contextlib.suppress(Exception):
                array = np.asarray(value.detach().cpu() if hasattr(value, "detach") else value)
                value = array if array.dtype.kind in "biuf" else value
        if axes == 1 and isinstance(value, np.ndarray) and value.ndim == 2 and 1 in value.shape:
            return value.ravel()
        return value

    return giving


def _within(most, observation):
    """The observation, or one without its value if it is too large: the judge has better to do than to read it."""
    if (size := len(json.dumps(observation))) <= most:
        return observation
    value = observation["value"] or {"type": "object"}
    return {"value": {"type": f"{value['type']} of {size / 2**20:.1f} MB"}, "after": [], "error": None}


def _standing_in(own, consult):
    """A function that is called as `own` is, gives what `consult` says, and gives it in the form of `own`."""

    def standing_in(*arguments, **named):
        if named:
            arguments = inspect.signature(own).bind(*arguments, **named).args
        value = decode(consult([encode(a) for a in arguments]))
        if value is None:
            raise ValueError("no value for these arguments")
        try:
            form = own(*copy.deepcopy(arguments))
        except Exception:  # a wrong one, and a stranger's
            form = value
        return _in_form(np.asarray(value), form)

    return standing_in


def _in_form(value, form):
    """The numbers of `value` as a tensor, list or array like `form`, where that has as many."""
    if isinstance(form, (list, tuple)):
        return type(form)(value.tolist()) if value.ndim else value.item()
    if value.size == math.prod(shape := tuple(getattr(form, "shape", ()))):
        value = value.reshape(shape)
    if hasattr(form, "new_tensor"):
        return form.new_tensor(value.tolist(), dtype=form.dtype)
    return value if value.ndim else value.item()
