"""HTML pages: one walk over the Lexbor tree, from bytes to blocks."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from monitor.core import addresses, furniture
from monitor.core.decoding import decode
from monitor.core.extraction import Source, extraction
from monitor.core.furniture import Why
from monitor.core.gathering import Cut, Gathering, OuterLink, Place
from monitor.core.model import Extraction, Fetched, Recipe
from monitor.core.outline import Walked
from monitor.core.text import clean
from monitor.errors import SelectorMatchedNothing

_LOOKS_LIKE_HTML = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_START = re.compile(r"<!doctype\s|<html[\s>]", re.IGNORECASE)
_UNREAD = frozenset(
    [
        "script", "style", "template", "noscript", "svg", "canvas", "iframe", "object", "embed", "audio", "video",
        "map", "select", "textarea", "input", "option", "datalist", "head", "title", "link", "meta", "del", "s",
        "strike", "progress", "meter", "rp", "rt", "-comment", "!doctype"
    ]
)  # fmt: skip
_INLINE = frozenset(
    [
        "span", "b", "strong", "i", "em", "u", "small", "sub", "sup", "mark", "abbr", "cite", "code", "q", "font",
        "ins", "kbd", "samp", "var", "bdi", "bdo", "data", "dfn", "big", "tt", "wbr", "label", "nobr", "acronym",
        "ruby", "rb"
    ]
)  # fmt: skip
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_LEVELS = frozenset("123456")
_SINGLE = frozenset({"br", "img", "time"})
_LISTED = frozenset({"li", "dd", "dt"})
_HIDDEN = (
    '[hidden],[aria-hidden="true"],[style*="display:none" i],[style*="display: none" i],[style*="visibility:hidden" i]'
)
_STRUCTURE = "h1,h2,h3,h4,h5,h6,ul,ol,table,dl,form,section,p + p + p"
"""What a cell of a data table does not hold: a table with these is there for the layout, and read as text."""
_NAMED = frozenset(
    [
        "div", "section", "article", "main", "ul", "ol", "table", "form", "header", "footer", "nav", "aside",
        "dialog", "search", "menu", "p", "details", "figure", "td"
    ]
)  # fmt: skip
"""Elements that may be furniture. Inside text (span, b, li) nothing is looked up: it costs, and tells nothing."""


class Page:
    """Reads HTML as a careful reader would: what the page says, not how it is furnished."""

    NAME = "page"
    VERSION = 1

    def claims(self, fetched: Fetched) -> bool:
        """HTML by its Content-Type, or by its first bytes where that says nothing."""
        kind = (fetched.header("Content-Type") or "").partition(";")[0].strip().lower()
        if kind in {"text/html", "application/xhtml+xml"}:
            return True
        return kind in {"", "text/plain", "application/octet-stream"} and bool(
            _LOOKS_LIKE_HTML.match(fetched.body[:2048])
        )

    def extract(self, fetched: Fetched, recipe: Recipe) -> Extraction:
        """Read a page. Raises SelectorMatchedNothing, SentinelMissing, EmptyText."""
        text, encoding = decode(fetched.body, fetched.header("Content-Type"))
        tree = LexborHTMLParser(_from_start(text), scripting=True)  # what a browser that runs scripts would see
        walked = _Walk(tree, _base(tree, fetched.url), recipe).walked()
        source = Source(
            url=fetched.url,
            fetched=fetched.taken_at.date(),
            size=len(fetched.body),
            encoding=encoding,
            title=_title(tree),
            tag=_language_tag(tree),
            meta=_meta(tree),
            scripts=text,
            last_modified=fetched.header("Last-Modified"),
        )
        return extraction(walked, source, recipe)


def _from_start(text: str) -> str:
    """The document without what was printed before it began (a server's warning, a debug line)."""
    start = _START.search(text, 0, 5000)
    return text[start.start() :] if start and "<" not in text[: start.start()] else text


def _base(tree: LexborHTMLParser, url: str) -> str:
    base = tree.css_first("base[href]")
    href = base.attributes.get("href") if base else None
    try:
        return urljoin(url, href.strip()) if href else url
    except ValueError:
        return url


def _title(tree: LexborHTMLParser) -> str:
    title = tree.css_first("title")
    return clean(title.text()) if title else ""


def _language_tag(tree: LexborHTMLParser) -> str | None:
    html = tree.css_first("html")
    attributes = html.attributes if html else {}
    return attributes.get("lang") or attributes.get("xml:lang")


def _meta(tree: LexborHTMLParser) -> dict[str, str]:
    """`<meta>` values by name, property, http-equiv, itemprop or id; the first of a name counts."""
    found: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        value = attributes["content"]
        for key in ("name", "property", "http-equiv", "itemprop", "id"):
            name = attributes.get(key)
            if name and value:
                found.setdefault(name.lower(), value)
    return found


class _Link(NamedTuple):
    """An <a> that was begun, with the link around it."""

    outer: OuterLink | None


_State = Place | Cut | _Link
"""What is put back when an element ends: where the walk was, what had been gathered, or the link around."""


class _Walk:
    """One pass over the tree, telling a Gathering what is passed."""

    def __init__(self, tree: LexborHTMLParser, base: str, recipe: Recipe) -> None:
        self._tree = tree
        self._base = base
        self._hidden = frozenset(node.mem_id for node in tree.css(_HIDDEN))
        self._protected = _protected(tree)
        self._marked = _by_recipe(tree, recipe)
        # Elements inside text are looked up only where one of them may be hidden, protected or marked.
        self._looks_inside = bool(self._hidden or self._protected or self._marked)
        self._is_keeping = recipe.keep is not None
        self._gathering = Gathering()

    def walked(self) -> Walked:
        """Walk the body."""
        root = self._tree.body or self._tree.root
        if root is not None:
            if self._is_keeping:
                self._gathering.region(Why("outside keep", sure=True))
            self._inside(root)
            self._gathering.end(force=True)
        return self._gathering.walked

    def _inside(self, root: LexborNode) -> None:
        """Everything under a node, in reading order; no recursion, for pages may nest without end."""
        say, looks_inside = self._gathering.say, self._looks_inside
        stack: list[tuple[LexborNode, str, _State | None]] = []
        node = root.first_child
        while True:
            while node is None:
                if not stack:
                    return
                left, tag, state = stack.pop()
                if state is not None:
                    self._leave(tag, state)
                node = left.next
            tag = node.tag or ""
            if tag == "-text":
                say(node.text_content or "")
                node = node.next
            elif tag in _UNREAD:
                node = node.next
            elif tag in _INLINE and not looks_inside:
                stack.append((node, tag, None))
                node = node.first_child
            elif (state := self._enter(node, tag)) is None:
                node = node.next
            else:
                stack.append((node, tag, state))
                node = node.first_child

    def _enter(self, node: LexborNode, tag: str) -> _State | None:
        """Begin an element; what is to be put back at its end, None when nothing in it is read."""
        gathering = self._gathering
        if self._looks_inside:
            number = node.mem_id
            if number in self._hidden and not furniture.opens_on_click(node.attributes):
                return self._region(Why("hidden"), is_inline=tag in _INLINE)
            if number in self._marked:
                return self._region(self._marked[number], is_inline=False)
            if number in self._protected:
                gathering.address(self._protected[number])
                return None
        if tag in _INLINE:
            return gathering.place
        if tag == "a":
            return self._anchor(node)
        if tag in _SINGLE:
            self._single(node, tag)
            return gathering.place if tag == "time" else None
        if tag == "button":
            return self._button(node)
        if tag in _NAMED and not gathering.place.flat:
            return self._container(node, tag)
        return self._block(node, tag)

    def _single(self, node: LexborNode, tag: str) -> None:
        if tag == "br":
            self._gathering.line_break()
        elif tag == "img":
            self._gathering.picture(node.attributes.get("alt") or "")
        elif stamp := node.attributes.get("datetime"):
            self._gathering.stamp(stamp)

    def _block(self, node: LexborNode, tag: str) -> _State:
        """Begin an element that ends the text before it."""
        gathering = self._gathering
        before = gathering.place
        if before.flat:
            if tag in {"td", "th"}:
                gathering.cell()
            else:
                gathering.space()
            return before
        if not (tag == "dd" and gathering.is_waiting):
            gathering.end(force=tag in {"dt", "dl"})
        if tag in _HEADINGS:
            gathering.place = before._replace(kind=tag, flat=True)
        elif tag in _LISTED:
            gathering.place = before._replace(kind="li")
        elif tag == "tr" and node.css_first(_STRUCTURE) is None:
            gathering.place = before._replace(kind="row", flat=True)
        return before

    def _container(self, node: LexborNode, tag: str) -> _State:
        """Begin an element that may be furniture, the main part, or an article."""
        gathering, attributes = self._gathering, node.attributes
        before, role = gathering.place, attributes.get("role")
        if tag == "main" or role == "main":
            gathering.end(force=True)
            gathering.place = before._replace(in_main=True, in_content=True)
            return before
        if not self._is_keeping or before.is_kept:
            why = furniture.by_structure(tag, role, inside_content=before.in_content)
            if why is None and tag != "article":
                names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"
                why = furniture.by_names(names) if len(names) > 1 else None
            if why is not None:
                return self._region(why, is_inline=False)
        if tag == "article":
            gathering.end(force=True)
            gathering.walked.articles += not before.in_content
            gathering.place = before._replace(in_content=True)
            return before
        if role == "heading":
            gathering.end(force=True)
            level = attributes.get("aria-level") or "2"
            gathering.place = before._replace(kind=f"h{level if level in _LEVELS else 6}", flat=True)
            return before
        return self._block(node, tag)

    def _region(self, why: Why | None, *, is_inline: bool) -> _State:
        """Begin a part that may not count; None begins one that `keep` names."""
        gathering = self._gathering
        before = gathering.place
        if why is not None and (before.flat or is_inline):
            return gathering.cut()
        gathering.end(force=True)
        if why is None:
            gathering.place = before._replace(region=-1, is_kept=True)
        else:
            gathering.region(why)
        return before

    def _anchor(self, node: LexborNode) -> _State:
        href = node.attributes.get("href") or ""
        target = addresses.target(href, self._base)
        to_self = target is None and "#" in href[:-1]
        return _Link(self._gathering.link_begins(target, to_self=to_self))

    def _button(self, node: LexborNode) -> _State | None:
        """A button's text is read where it is a heading, or opens a part of the page; else it is a control."""
        gathering = self._gathering
        if gathering.place.flat:
            return gathering.place
        gathering.control()
        attributes = node.attributes
        if "aria-controls" not in attributes and "aria-expanded" not in attributes:
            return None
        gathering.end()
        return gathering.place

    def _leave(self, tag: str, state: _State) -> None:
        """End an element: put back what `_enter` noted."""
        gathering = self._gathering
        if isinstance(state, _Link):
            gathering.link_ends(state.outer)
        elif isinstance(state, Cut):
            gathering.uncut(state)
        elif tag in _INLINE or tag == "time":
            return
        elif state.flat:
            gathering.space()
        else:
            if tag == "dt":
                gathering.term_ends()
            else:
                gathering.end(force=tag in {"dd", "dl"} or gathering.place is not state)
            gathering.place = state


def _protected(tree: LexborHTMLParser) -> dict[int, str]:
    """Cloudflare's "[email protected]" elements and the addresses behind them."""
    found = {
        node.mem_id: addresses.revealed(node.attributes.get("data-cfemail") or "")
        for node in tree.css("[data-cfemail]")
    }
    return {number: address for number, address in found.items() if address}


def _by_recipe(tree: LexborHTMLParser, recipe: Recipe) -> dict[int, Why | None]:
    """What `keep` (None) and `drop` (why) say of nodes. Raises SelectorMatchedNothing."""
    marked: dict[int, Why | None] = {}
    if recipe.keep is not None:
        kept = _matches(tree, recipe.keep)
        if not kept:
            raise SelectorMatchedNothing(selector=recipe.keep)
        marked.update(dict.fromkeys(node.mem_id for node in kept))
    for selector in recipe.drop:
        why = Why(f"recipe: drop {selector}", sure=True)
        marked.update(dict.fromkeys((node.mem_id for node in _matches(tree, selector)), why))
    return marked


def _matches(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    try:
        return tree.css(selector)
    except SelectolaxError:  # not CSS: such a selector matches nothing on any page
        return []
