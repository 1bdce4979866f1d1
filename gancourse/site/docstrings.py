"""The package's docstrings, which are written as Markdown with Google's sections, for Sphinx's reStructuredText."""

import re

SECTION = re.compile(r"(?m)^(?=(?:Args|Returns|Raises|Yields|Attributes):$)")
KEPT = re.compile(r"``.+?``|`[^`]+`|(?<![\w*])(\*{1,2})(?=[^\s*])[^*]+(?<=[^\s*])\1(?![\w*])", re.DOTALL)


def restructured(docstring):
    """A docstring as reStructuredText: what means nothing in Markdown means nothing in it; sections stay as they are.

    Indented examples and tables are known above the sections only.
    """
    text, *sections = SECTION.split(docstring)
    blocks = [_block(block) for block in text.split("\n\n")]
    return "\n\n".join(blocks) + "".join(_plain(section) for section in sections)


def _block(block):
    lines = block.rstrip().split("\n")
    if all(line.startswith("    ") for line in lines):
        return f"::\n\n{block}"
    if all(re.fullmatch(r"\|.*\|", line) for line in lines):
        return _table([re.split(r" \| ", line.strip("| ")) for line in lines if not line.startswith("|--")])
    return _plain(block)


def _table(rows):
    cells = ("\n".join(f"     {'-' if i else '* -'} {_plain(c)}" for i, c in enumerate(row)) for row in rows)
    body = "\n".join(cells).replace("     * -", "   * -")
    return f".. list-table::\n   :header-rows: 1\n\n{body}"


def _plain(text):
    """Escape what is neither code nor emphasis; set code apart from letters that touch it."""
    pieces, at = [], 0
    for kept in KEPT.finditer(text):
        pieces += [_escaped(text[at : kept.start()]), _apart(kept, text)]
        at = kept.end()
    return "".join([*pieces, _escaped(text[at:])])


def _escaped(text):
    return re.sub(r"[*|`\\]|_(?!\w)", r"\\\g<0>", text)


def _apart(kept, text):
    before = "\\ " if re.match(r"\w", text[max(0, kept.start() - 1) : kept.start()]) else ""
    after = "\\ " if re.match(r"\w", text[kept.end() : kept.end() + 1]) else ""
    return before + kept[0] + after
