"""A page's markup without what no reader reads: two pages with the same one are read the same, so one look suffices.

Most pages that send other bytes at every look do so where nobody reads: a nonce, a token in a hidden field, a script's
data, a comment. To tell that takes a parser, but no walk over what it made: a quarter of the time.
"""

from __future__ import annotations

import hashlib
import re

from selectolax.lexbor import LexborHTMLParser

from monitor.core.model import Recipe
from monitor.core.page.html_head import HtmlHead
from monitor.core.page.html_walk import UNREAD

_RAW = frozenset({"xmp", "plaintext", "noembed", "noframes"})
"""Their text is read, and stands as it is in the markup, where it could look like a comment."""
_LOOKED_AT = ",".join(sorted(_RAW | {tag for tag in UNREAD if tag.isalnum()} - {"head"}))
_COMMENT = re.compile("<!--.*?-->", re.DOTALL)
_LOOKS_AROUND = re.compile(r"[:+~]")
"""In CSS: a selector that looks at an element's neighbours, or into it. It may see what is emptied here."""


def markup_sha256(tree: LexborHTMLParser, url: str, recipe: Recipe) -> str | None:
    """The hash of all of a page that its reading depends on; None where that cannot be told without reading.

    Unread elements stay in their places, but empty and without attributes. `tree` is not fit for reading afterwards.
    `url` is the page's address. Stated dates of the page's metadata are left out: they make no difference (`compare`).
    """
    body = tree.body
    selectors = (*recipe.drop, *([recipe.keep] if recipe.keep else []))
    if body is None or any(map(_LOOKS_AROUND.search, selectors)):
        return None
    head = HtmlHead(tree)
    facts = (head.base(url), head.title(), head.language_tag() or "")
    for node in body.css(_LOOKED_AT):
        if node.tag in _RAW or (node.tag == "template" and "<!--" in (node.html or "")):
            return None  # a template cannot be emptied
        attributes = node.attrs
        for name in list(attributes.keys()):
            del attributes[name]
        node.inner_html = ""
    parts = (*facts, _COMMENT.sub("", body.html or ""))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
