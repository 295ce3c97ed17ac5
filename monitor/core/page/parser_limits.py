"""Whether markup would keep a parser busy for longer than any page does: told from the text, before it is parsed.

Building the tree as the HTML standard says takes a time, or makes a tree, that grows with the square of

    nesting      elements inside each other: every new block looks through all that are open (13.2.6.4.7)
    attributes   of one tag: each is looked for among those before it
    options      of a <select>: the parser looks through them all whenever one ends
    formatting   that is never ended, as <font>: each paragraph begins with a copy of all of it (13.2.4.3)

A few hundred kilobytes of these keep a processor busy for minutes. What is counted here is at least what the parser
meets, and costs a page of usual size one pass in C.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Literal

ParserBurden = Literal["nesting", "attributes", "options", "formatting"]

DEEPEST = 20_000
_MOST_STEPS = DEEPEST * (DEEPEST + 1) // 2
"""Elements that new ones look through: as many as in one pile of the deepest nesting, in however many piles."""
MOST_ATTRIBUTES = 1_000
MOST_OPTIONS = 10_000
MOST_COPIES = 1_000_000
"""Each costs a microsecond and a hundred bytes."""
_FEW_TAGS = 2_000
"""With so few, formatting makes at most as many copies as may be."""
_SHORT = 64_000
"""A text of so many characters has room for attributes that take half a second, and no more."""
_SAME = 3
"""Of formatting that is opened over and over, so many are kept (13.2.4.3, "Noah's Ark")."""

_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)")
_NEVER_OPEN = frozenset(
    [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
        "p", "li", "dd", "dt", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "optgroup", "colgroup", "rp",
        "rt", "a", "path", "use", "circle", "ellipse", "line", "polygon", "polyline", "rect", "stop", "image",
    ]
)  # fmt: skip
"""Elements without an end tag, or that end where the next begins, and shapes in drawings, which close themselves."""
_OPTION = re.compile(r"<option", re.IGNORECASE)

# Tags as a browser reads them (13.2.5): a quote counts only behind "=", ">" not within quotes. Possessive throughout:
# nothing is read twice.
_SPACE = r" \t\n\r\f"
_VALUE = rf"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^{_SPACE}>"'][^{_SPACE}>]*+)"""
_ATTRIBUTE = rf"[{_SPACE}/]*+[^{_SPACE}/>][^{_SPACE}/>=]*+(?:[{_SPACE}]*+=[{_SPACE}]*+{_VALUE}?+)?+"
_REST = rf"(?:{_ATTRIBUTE}){{0,{MOST_ATTRIBUTES}}}+[{_SPACE}/]*+(?:>|\Z)"
_RAW = "|".join(
    rf"{name}(?=[{_SPACE}/>]){_REST}(?:[^<]++|<(?!/{name}))*+"
    for name in ("script", "style", "title", "textarea", "noscript", "iframe", "noframes", "noembed", "xmp")
)
"""Elements whose text holds no tags."""
_COMMENT = r"!--(?:[^-]++|-(?!-!?>))*+|[!?/][^>]*+"
_BEARABLE = re.compile(
    rf"(?:[^<]++|<(?:(?=[sn][cto]|t[ei]|if|xm)(?:{_RAW})|/?[a-z][^{_SPACE}/>]*+{_REST}|{_COMMENT}|(?![a-z!?/])))*+",
    re.IGNORECASE,
)
"""Matches up to the first tag of more attributes."""
_NAMES = "b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u"
_FORMATTING = re.compile(rf"<((?:{_NAMES})(?=[{_SPACE}/>])(?:{_ATTRIBUTE})*+)", re.IGNORECASE)
_FORMAT_OR_OTHER = re.compile(
    rf"<(?P<end>/?)(?:(?P<name>{_NAMES})(?=[{_SPACE}/>])"
    rf"(?P<given>(?:{_ATTRIBUTE})*+)|[a-z])",
    re.IGNORECASE,
)


def parser_burden(markup: str) -> ParserBurden | None:
    """What there is too much of in a text that is to be parsed as HTML, None where it is as pages are."""
    tags = markup.count("<")
    if tags > DEEPEST and _is_too_deep(markup):
        return "nesting"
    if tags > MOST_OPTIONS and len(_OPTION.findall(markup)) > MOST_OPTIONS:
        return "options"
    if tags > _FEW_TAGS and _kinds_of_formatting(markup) * _SAME * tags > MOST_COPIES and _copies(markup) > MOST_COPIES:
        return "formatting"
    if len(markup) > _SHORT and _bearable(markup) < len(markup):
        return "attributes"
    return None


def _bearable(markup: str) -> int:
    found = _BEARABLE.match(markup)
    return found.end() if found else 0


def _is_too_deep(markup: str) -> bool:
    """Whether too many elements are open, at once or in all; what is opened and never closed counts as open."""
    depth = steps = 0
    for closing, name in _TAG.findall(markup):
        if name.lower() in _NEVER_OPEN:
            continue
        if closing:
            depth = max(0, depth - 1)
            continue
        depth += 1
        steps += depth
        if depth > DEEPEST or steps > _MOST_STEPS:
            return True
    return False


def _kinds_of_formatting(markup: str) -> int:
    return len(set(_FORMATTING.findall(markup)))


def _copies(markup: str) -> int:
    """How many elements are made to go on with formatting that was open where a block ended, at most."""
    opened: dict[str, list[str]] = {}
    counts: Counter[str] = Counter()
    is_open = copies = 0
    for tag in _FORMAT_OR_OTHER.finditer(markup):
        name = tag["name"]
        if name is None:
            copies += is_open
            continue
        same = opened.setdefault(name.lower(), [])
        if not tag["end"]:
            given = f"{name} {tag['given']}"
            same.append(given)
            counts[given] += 1
            is_open += counts[given] <= _SAME
        elif same:
            given = same.pop()
            is_open -= counts[given] <= _SAME
            counts[given] -= 1
    return copies
