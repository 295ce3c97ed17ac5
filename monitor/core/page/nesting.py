"""Whether markup nests deeper than any page: a parser's time grows with the square of the depth.

Building the tree as the HTML standard says, every new block looks through all elements that are open (13.2.6.4.7).
Browsers stop at 512; 40 000 nested lists, a file of 400 kB, would keep a processor busy for a quarter of a minute.
"""

from __future__ import annotations

import re

DEEPEST = 20_000
_HARMLESS = 100_000
"""Shorter texts have no room for a depth that takes long."""
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)")
_NEVER_OPEN = frozenset(
    [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
        "p", "li", "dd", "dt", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "optgroup", "colgroup", "rp",
        "rt", "a", "path", "use", "circle", "ellipse", "line", "polygon", "polyline", "rect", "stop", "image",
    ]
)  # fmt: skip
"""Elements without an end tag, or that end where the next begins, and shapes in drawings, which close themselves."""


def is_too_deep(markup: str) -> bool:
    """Whether more than `DEEPEST` elements are open at once; what is opened and never closed counts as open."""
    if len(markup) < _HARMLESS:
        return False
    depth = 0
    for closing, name in _TAG.findall(markup):
        if name.lower() in _NEVER_OPEN:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        if depth > DEEPEST:
            return True
    return False
