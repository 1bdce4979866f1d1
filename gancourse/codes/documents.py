"""A set of texts that is already there: what SciPy says of its functions, with the part of SciPy that each is in.

20 Newsgroups needs a download. SciPy comes with the course, its docstrings are texts by many authors about a dozen
subjects (statistics, signals, sparse matrices, …), and each is filed under one.
"""

import ast
import importlib.util
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

LEAST_WORDS = 40
TOPICS = (
    "cluster", "fft", "integrate", "interpolate", "io", "linalg", "ndimage", "optimize", "signal", "sparse",
    "spatial", "special", "stats",
)  # fmt: skip
SECTIONS = re.compile(r"\n\s*(Examples|References|See Also)\s*\n\s*-{3,}.*?(?=\n\s*[A-Z][\w ]+\n\s*-{3,}|\Z)", re.S)
STOP = set(
    "the of a an to and is in for be or if this that are with as by on it not which from can at will should may has "
    "have "
    "int float array ndarray bool str optional default shape parameters returns notes none true false value values "
    "input output function given used use using".split()
)


@dataclass(frozen=True, eq=False)
class Documents:
    """Texts as counts of words.

    Attributes:
        names: of n functions and classes, such as "scipy.signal.…".
        counts: float32, shape (n, words): how often each word occurs.
        words: the vocabulary.
        label: int64, shape (n,): which of `topics`.
        topics: parts of SciPy.
        lines: the first line of each text.
    """

    names: list
    counts: np.ndarray
    words: list
    label: np.ndarray
    topics: tuple
    lines: list


def scipy_documents(n_words=1000):
    """Docstrings of SciPy's functions and classes of at least 40 words, without tests and without private names.

    The words are the commonest, each counted once a text; examples, references and pointers to other functions are
    left out, and so are the words that docstrings of any subject have. Of two texts of one name the longer counts.
    Which texts there are depends on the SciPy that is installed; files are read, not imported.

    Args:
        n_words: in the vocabulary.

    Returns:
        `Documents`, in the order of their names.
    """
    longest = {}
    for name, topic, text in _texts():
        if len(text) > len(longest.get(name, ("", ""))[1]):
            longest[name] = topic, text
    found = [(name, *longest[name]) for name in sorted(longest)]
    tokens = [re.findall(r"[a-z]{3,}", SECTIONS.sub("\n", text).lower()) for _, _, text in found]
    kept = [i for i, some in enumerate(tokens) if len(some) >= LEAST_WORDS]
    common = Counter(word for i in kept for word in set(tokens[i]) - STOP)
    words = [word for word, _ in sorted(common.items(), key=lambda pair: (-pair[1], pair[0]))[:n_words]]
    place, counts = {word: j for j, word in enumerate(words)}, np.zeros((len(kept), len(words)), np.float32)
    for row, i in enumerate(kept):
        for word, times in Counter(tokens[i]).items():
            if word in place:
                counts[row, place[word]] = times
    label = np.array([TOPICS.index(found[i][1]) for i in kept])
    lines = [found[i][2].strip().split("\n")[0] for i in kept]
    return Documents([found[i][0] for i in kept], counts, words, label, TOPICS, lines)


def _texts():
    """(name, topic, docstring) of what has one."""
    root = Path(importlib.util.find_spec("scipy").origin).parent
    for topic in TOPICS:
        for path in sorted((root / topic).rglob("*.py")):
            inside = path.relative_to(root).with_suffix("").parts
            if "tests" in inside or any("array_api" in part or "doc" in part for part in inside):
                continue
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                    if text := ast.get_docstring(node):
                        yield f"scipy.{topic}.{node.name}", topic, text
