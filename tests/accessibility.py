"""axe-core on a page in a browser: what WCAG 2.2 A and AA forbid."""

from pathlib import Path

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(tab, part="html"):
    """What axe finds in `part`, a selector, of the page in `tab`: by rule, where."""
    import axe_playwright_python

    if not tab.evaluate("!!window.axe"):
        tab.evaluate(Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8"))
    options = {"runOnly": RULES, "resultTypes": ["violations"], "preload": False}
    found = tab.evaluate("([part, options]) => axe.run(part, options)", [part, options])["violations"]
    return {v["id"]: [(n["target"], n["html"][:120]) for n in v["nodes"][:3]] for v in found}
