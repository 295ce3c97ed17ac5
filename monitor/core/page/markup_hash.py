"""Hash of a page's markup without the parts that the extractor ignores.

Two pages with the same hash have the same extraction, so extracting one of them suffices.

Most pages that send other bytes at every check differ only in parts that nobody reads: a nonce, a token in a hidden
field, a script's data, a comment. To tell that takes a parser, but no walk over the tree: a quarter of the time.
"""

from __future__ import annotations

import hashlib
import re

from selectolax.lexbor import LexborHTMLParser

from monitor.core.model import Recipe
from monitor.core.page.html_head import HtmlHead
from monitor.core.page.html_walk import IGNORED_TAGS, has_shadow_root
from monitor.core.page.panels import Panels

_RAW_TEXT = frozenset({"xmp", "plaintext", "noembed", "noframes"})
"""Elements whose text is extracted; it is unescaped in the markup, where it could resemble a comment."""
_EMPTIED_SELECTOR = ",".join(sorted(_RAW_TEXT | {tag for tag in IGNORED_TAGS if tag.isalnum()} - {"head"}))
_COMMENT = re.compile("<!--.*?-->", re.DOTALL)
_LOOKS_BEYOND_ELEMENT = re.compile(r"[:+~]")
"""In CSS: a selector that depends on an element's neighbours or contents. It may match what is emptied here."""


def markup_sha256(tree: LexborHTMLParser, url: str, recipe: Recipe) -> str | None:
    """Return the hash of everything in a page that its extraction depends on; None where only extracting can tell.

    Ignored elements stay in their places, but empty and without attributes. `tree` must not be extracted from
    afterwards. `url` is the page's address. Stated dates of the page's metadata are left out: they are no difference
    for `compare` (monitor.core.judging.compare).
    """
    body = tree.body
    selectors = (*recipe.drop, *([recipe.keep] if recipe.keep else []))
    if body is None or any(map(_LOOKS_BEYOND_ELEMENT.search, selectors)):
        return None
    head = HtmlHead(tree)
    # The control that opens a hidden part may be one of the elements that are emptied here.
    facts = (head.base(url), head.title(), head.language_tag() or "", Panels(tree, head.base(url)).pattern())
    for node in body.css(_EMPTIED_SELECTOR):
        if node.tag in _RAW_TEXT or (node.tag == "template" and "<!--" in (node.html or "")):
            return None  # a template cannot be emptied
        if node.tag == "template" and has_shadow_root(node):
            continue  # this attribute makes its content part of the page
        attributes = node.attrs
        for name in list(attributes.keys()):
            del attributes[name]
        node.inner_html = ""
    parts = (*facts, _COMMENT.sub("", body.html or ""))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
