"""Limits that tell, from the text of a page and before parsing, whether markup would keep a parser busy for too long.

Building the tree as the HTML standard says takes a time, or makes a tree, that grows with the square of

    nesting      elements inside each other: every new block searches all that are open (13.2.6.4.7)
    attributes   of one tag: each is searched for among those before it
    options      of a <select>: the parser searches them all whenever one ends
    formatting   that is never ended, as <font>: each paragraph begins with a copy of all of it (13.2.4.3)

A few hundred kilobytes of these keep a processor busy for minutes. The counts here are never below what the parser
meets, and cost a page of usual size one pass in C.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Literal

ParserBurden = Literal["nesting", "attributes", "options", "formatting"]

DEEPEST = 20_000
_MOST_STEPS = DEEPEST * (DEEPEST + 1) // 2
"""Elements that new ones search, in all: as many as in one stack of the deepest nesting, in any number of stacks."""
MOST_ATTRIBUTES = 1_000
MOST_OPTIONS = 10_000
MOST_COPIES = 300_000
"""Each costs a microsecond and three hundred bytes."""
_FEW_TAGS = 2_000
"""With so few tags, formatting makes at most `MOST_COPIES` copies."""
_FEW_CHARACTERS = 64_000
"""A text of so many characters has room for attributes that take half a second, and no more."""
_MOST_EQUAL = 3
"""Of equal formatting that is opened over and over, so many elements are kept (13.2.4.3, "Noah's Ark")."""

_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)")
_NEVER_OPEN = frozenset(
    [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
        "p", "li", "dd", "dt", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "optgroup", "colgroup", "rp",
        "rt", "a", "path", "use", "circle", "ellipse", "line", "polygon", "polyline", "rect", "stop", "image",
    ]
)  # fmt: skip
"""Elements without an end tag, or that end where the next begins, and shapes in drawings, which close themselves."""
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr", "p"]
)
"""Those of them that end a drawing, or have no end anywhere."""
_DRAWINGS = frozenset({"svg", "math"})
_LONGEST_SHAPE = 20_000
_OPTION = re.compile(r"<option", re.IGNORECASE)

# Tags as a browser parses them (13.2.5): a quote counts only after "=", ">" not within quotes. Possessive throughout,
# so that nothing is scanned twice.
_SPACES = r" \t\n\r\f"
_VALUE = rf"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^{_SPACES}>"'][^{_SPACES}>]*+)"""
_ATTRIBUTE = rf"[{_SPACES}/]*+[^{_SPACES}/>][^{_SPACES}/>=]*+(?:[{_SPACES}]*+=[{_SPACES}]*+{_VALUE}?+)?+"
_REST_OF_TAG = rf"(?:{_ATTRIBUTE}){{0,{MOST_ATTRIBUTES}}}+[{_SPACES}/]*+(?:>|\Z)"
_RAW_TEXT = "|".join(
    rf"{name}(?=[{_SPACES}/>]){_REST_OF_TAG}(?:[^<]++|<(?!/{name}))*+"
    for name in ("script", "style", "title", "textarea", "noscript", "iframe", "noframes", "noembed", "xmp")
)
"""Elements whose text holds no tags."""
_COMMENT = r"!--(?:[^-]++|-(?!-!?>))*+|[!?/][^>]*+"
_WITHIN_ATTRIBUTE_LIMIT = re.compile(
    rf"(?:[^<]++|<(?:(?=[sn][cto]|t[ei]|if|xm)(?:{_RAW_TEXT})|/?[a-z][^{_SPACES}/>]*+{_REST_OF_TAG}|{_COMMENT}|(?![a-z!?/])))*+",
    re.IGNORECASE,
)
"""Matches up to the first tag with more than `MOST_ATTRIBUTES` attributes."""
_FORMATTING_TAGS = "b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u"
_FORMATTING_TAG = re.compile(rf"<((?:{_FORMATTING_TAGS})(?=[{_SPACES}/>])(?:{_ATTRIBUTE})*+)", re.IGNORECASE)
_FORMATTING_OR_OTHER_TAG = re.compile(
    rf"<(?P<end>/?)(?:(?P<name>{_FORMATTING_TAGS})(?=[{_SPACES}/>])"
    rf"(?P<given>(?:{_ATTRIBUTE})*+)|[a-z])",
    re.IGNORECASE,
)


def parser_burden(markup: str) -> ParserBurden | None:
    """Return what `markup` has too much of to be parsed as HTML, None if it is within the limits."""
    tags = markup.count("<")
    if tags > DEEPEST and _is_too_deep(markup):
        return "nesting"
    if tags > MOST_OPTIONS and len(_OPTION.findall(markup)) > MOST_OPTIONS:
        return "options"
    if (
        tags > _FEW_TAGS
        and _count_formatting_kinds(markup) * _MOST_EQUAL * tags > MOST_COPIES
        and _count_copies(markup) > MOST_COPIES
    ):
        return "formatting"
    if len(markup) > _FEW_CHARACTERS and _length_within_limit(markup) < len(markup):
        return "attributes"
    return None


def _length_within_limit(markup: str) -> int:
    found = _WITHIN_ATTRIBUTE_LIMIT.match(markup)
    return found.end() if found else 0


def _is_too_deep(markup: str) -> bool:
    """True if too many elements are open, at once or in all.

    An element that is never closed counts as open; in drawings and formulas, so do those that HTML never leaves open.
    What is open is searched for each new element, each rule, and each end of what was never begun.
    """
    depth = steps = drawings = 0
    begun: Counter[str] = Counter()
    for tag in _TAG.finditer(markup):
        closing, name = tag[1], tag[2].lower()
        begun[name] += -1 if closing else 1
        if begun[name] < 0 or name == "hr":
            begun[name] = 0
            steps += depth
        if name in _DRAWINGS:
            drawings = max(0, drawings + (-1 if closing else 1))
        if name in _NEVER_OPEN and (not drawings or name in _VOID or _closes_itself(markup, tag.end())):
            continue
        if closing:
            depth = max(0, depth - 1)
            continue
        depth += 1
        steps += depth
        if depth > DEEPEST or steps > _MOST_STEPS:
            return True
    return steps > _MOST_STEPS


def _closes_itself(markup: str, at: int) -> bool:
    """True if the tag that goes on at this place ends with "/>", as a shape in a drawing does."""
    end = markup.find(">", at, at + _LONGEST_SHAPE)
    return end > 0 and markup[end - 1] == "/"


def _count_formatting_kinds(markup: str) -> int:
    return len(set(_FORMATTING_TAG.findall(markup)))


def _count_copies(markup: str) -> int:
    """Return how many elements, at most, are made to continue formatting that was open where a block ended."""
    opened: dict[str, list[str]] = {}
    counts: Counter[str] = Counter()
    open_count = copies = 0
    for tag in _FORMATTING_OR_OTHER_TAG.finditer(markup):
        name = tag["name"]
        if name is None:
            copies += open_count
            continue
        same = opened.setdefault(name.lower(), [])
        if not tag["end"]:
            given = f"{name} {tag['given']}"
            same.append(given)
            counts[given] += 1
            open_count += counts[given] <= _MOST_EQUAL
        elif same:
            given = same.pop()
            open_count -= counts[given] <= _MOST_EQUAL
            counts[given] -= 1
    return copies
