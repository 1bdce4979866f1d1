"""Formulas for pages that run nothing: TeX as MathML, which browsers set by themselves."""

import re
import unicodedata
from itertools import pairwise
from xml.etree import ElementTree

from latex2mathml.converter import convert

TAGS = set(
    "math menclose mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub msubsup msup mtable mtd "
    "mtext mtr munder munderover".split()
)
ATTRIBUTES = set(
    "accent accentunder columnalign columnspacing display displaystyle fence linethickness lspace mathvariant maxsize "
    "minsize movablelimits notation rowspacing rspace scriptlevel separator stretchy width".split()
)


def mathml(tex, display="inline"):
    """TeX as MathML of which every element and attribute is known to be harmless; None if it cannot be had.

    latex2mathml lets through what stands in \\text{}, and makes attributes of \\style and \\href: read its answer
    as XML and write out only what is allowed.

    Args:
        tex: a formula, without dollars.
        display: "inline" or "block".
    """
    try:
        tree = ElementTree.fromstring(
            convert(tex, display=display).replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "")
        )
        for element in tree.iter():
            if element.tag not in TAGS or (element.text or "").startswith("\\"):
                return None
            for key, value in [*element.attrib.items()]:
                if key not in ATTRIBUTES or not re.fullmatch(r"[\w.% +-]{1,40}", value):
                    del element.attrib[key]
            _script(element)
            _space_beside_names(element)
        return ElementTree.tostring(tree, encoding="unicode", short_empty_elements=False)
    except Exception:  # whatever it stumbles on, the source is as good
        return None


def _space_beside_names(element):
    """Set 2 log x apart as TeX does: a browser sets it as 2logx."""
    if element.tag not in ("math", "mrow", "mstyle", "mtd"):  # in others the place of a child has a meaning
        return
    for child, following in pairwise(list(element)):
        names = [e.tag == "mi" and len(e.text or "") > 1 for e in (child, following)]
        if any(names) and not {child.tag, following.tag} & {"mo", "mspace"}:
            element.insert(list(element).index(following), ElementTree.Element("mspace", width="0.167em"))


def _script(element):
    """Set a script capital as the character it is: browsers have dropped the attribute that asks for it."""
    letter = element.text or ""
    if element.attrib.get("mathvariant") == "script" and re.fullmatch("[A-Z]", letter):
        try:
            element.text = unicodedata.lookup(f"MATHEMATICAL SCRIPT CAPITAL {letter}")
        except KeyError:  # the few that Unicode had before it had the rest
            element.text = unicodedata.lookup(f"SCRIPT CAPITAL {letter}")
