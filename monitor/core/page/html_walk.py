"""HTML pages: one walk over the Lexbor tree, telling a Gathering what is passed.

This is where most of the time of a look that reads goes: what stands in the loop stands there for that reason.
"""

from __future__ import annotations

from collections.abc import Callable

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from monitor.core.model import Recipe
from monitor.core.page import boilerplate_by_name, link_targets
from monitor.core.page.boilerplate_by_name import DropReason
from monitor.core.page.main_content import OUTSIDE_KEEP
from monitor.core.page.piece_builder import FLAT, Cut, OpenLink, PieceBuilder, Place
from monitor.core.page.pieces import Walked
from monitor.errors import SelectorMatchedNothing

UNREAD = frozenset(
    [
        "script", "style", "template", "noscript", "svg", "canvas", "iframe", "object", "embed", "audio", "video",
        "map", "select", "textarea", "input", "option", "datalist", "head", "title", "link", "meta", "del", "s",
        "strike", "progress", "meter", "rp", "rt", "-comment", "!doctype"
    ]
)  # fmt: skip
_INLINE = frozenset(
    [
        "span", "b", "strong", "i", "em", "u", "small", "sub", "mark", "abbr", "cite", "code", "q", "font",
        "ins", "kbd", "samp", "var", "bdi", "bdo", "data", "dfn", "big", "tt", "wbr", "label", "nobr", "acronym",
        "ruby", "rb"
    ]
)  # fmt: skip
_LEVELS = frozenset("123456")
_KINDS = {**{tag: tag for tag in ("h1", "h2", "h3", "h4", "h5", "h6")}, "li": "li", "dd": "li", "dt": "li"}
"""Elements that say what kind of piece their text is."""
_ENDS_TERM = frozenset({"li", "dd", "dl"})
_HIDDEN = (
    '[hidden],[aria-hidden="true"],[style*="display:none" i],[style*="display: none" i],[style*="visibility:hidden" i],'
    'span[class="hidden"],span[class$=" hidden"],span[class^="hidden "]'
)
_STRUCTURE = "h1,h2,h3,h4,h5,h6,ul,ol,table,dl,form,section,p + p + p"
"""What a cell of a data table does not hold: a table with these is there for the layout, and read as text."""
_NEAR = 8
_NAMED = frozenset(
    [
        "div", "section", "article", "main", "ul", "ol", "table", "form", "header", "footer", "nav", "aside",
        "dialog", "search", "menu", "p", "details", "figure", "td"
    ]
)  # fmt: skip
"""Elements that may be boilerplate_by_name. Inside text (span, b, li) nothing is looked up: it costs, and tells nothing."""
_QUIET = _NAMED - boilerplate_by_name.BY_ELEMENT - {"main", "article"}
"""Of these, the ones that say nothing by being there: without attributes they are borders of blocks, and no more."""

_PLAIN = ("p", "li")
"""The kinds of pieces outside headings and rows."""
_State = str | Place | Cut | OpenLink
"""What is put back when an element ends: the kind of piece or the place before it, what had been gathered, a link.

An empty string: nothing is put back, the element stands inside text.
"""
_INSIDE_TEXT = ""


class HtmlWalk:
    """One pass over the tree, telling a Gathering what is passed."""

    def __init__(self, tree: LexborHTMLParser, base: str, recipe: Recipe) -> None:
        self._tree = tree
        self._base = base
        self._hidden = frozenset(node.mem_id for node in tree.css(_HIDDEN))
        self._protected = _protected(tree)
        self._marked = _by_recipe(tree, recipe)
        self._is_keeping = recipe.keep is not None
        self._gathering = PieceBuilder()
        self._begins: dict[str, Callable[[LexborNode, str], _State | None]] = {
            **dict.fromkeys(UNREAD, _unread),
            **dict.fromkeys(_KINDS, self._block),
            **dict.fromkeys(_NAMED, self._container),
            "a": self._anchor,
            "br": self._break,
            "button": self._button,
            "img": self._picture,
            "sup": self._raised,
            "time": self._time,
        }

    def walked(self) -> Walked:
        """Walk the body."""
        if self._is_keeping:
            self._gathering.region(OUTSIDE_KEEP)
        self._inside(self._tree.body or self._tree.root)
        self._gathering.end(force=True)
        # Methods of this very object: else it would wait for the garbage collector, and the tree with it.
        self._begins.clear()
        return self._gathering.walked

    def _inside(self, root: LexborNode | None) -> None:  # noqa: C901  a call for each element would cost what it saves
        """Everything under a node, in reading order; no recursion, for pages may nest without end."""
        gathering, begins = self._gathering, self._begins
        other, texts, pictures = self._other, gathering.texts, gathering.alts
        special = self._hidden | self._marked.keys() | self._protected.keys()
        stack: list[tuple[LexborNode, str, _State]] = []
        node = root and root.first_child
        while True:
            while node is None:
                if not stack:
                    return
                left, tag, state = stack.pop()
                node = left.next
                if state is _INSIDE_TEXT:
                    continue
                if texts or pictures or state not in _PLAIN:
                    self._leave(tag, state)
                else:  # nothing was gathered since the last piece, so nothing ends here
                    gathering.kind = state
            tag = node.tag or ""
            if tag == "-text":
                said = node.text_content or ""
                if texts or not said.isspace():
                    gathering.say(said)
                node = node.next
                continue
            if special and node.mem_id in special:
                entered = self._special(node, tag)
            elif tag in _INLINE:
                entered = _INSIDE_TEXT
            else:
                entered = begins.get(tag, other)(node, tag)
            if entered is None:
                node = node.next
            else:
                stack.append((node, tag, entered))
                node = node.first_child

    # How elements begin: each returns what is to be put back at its end, None when nothing in it is read.

    def _special(self, node: LexborNode, tag: str) -> _State | None:
        """An element that is hidden, protected or marked by the recipe."""
        number = node.mem_id
        if tag in UNREAD:
            return None
        if number in self._hidden and not boilerplate_by_name.opens_on_click(node.attributes):
            return self._region(DropReason("hidden"), is_inline=tag in _INLINE)
        if number in self._marked:
            return self._region(self._marked[number], is_inline=False)
        if number in self._protected:
            self._gathering.address(self._protected[number])
            return None
        if tag in _INLINE:
            return _INSIDE_TEXT
        return self._begins.get(tag, self._other)(node, tag)

    def _other(self, node: LexborNode, tag: str) -> _State:
        """An element that is like a <div> as far as is known; or of the site's own making: <site-header>."""
        return self._container(node, tag) if "-" in tag else self._block(node, tag)

    def _break(self, _node: LexborNode, _tag: str) -> None:
        self._gathering.line_break()

    def _picture(self, node: LexborNode, _tag: str) -> None:
        self._gathering.picture(node.attrs.get("alt") or "")

    def _raised(self, node: LexborNode, _tag: str) -> _State:
        self._gathering.raised(_beginning(node))
        return _INSIDE_TEXT

    def _time(self, node: LexborNode, _tag: str) -> _State:
        stamp = node.attrs.get("datetime")
        if stamp:
            self._gathering.stamp(stamp)
        return _INSIDE_TEXT

    def _block(self, node: LexborNode, tag: str) -> _State:
        """An element that ends the text before it."""
        gathering = self._gathering
        before = gathering.kind
        if before in FLAT:
            if tag in {"td", "th"}:
                gathering.cell()
            else:
                gathering.space()
            return before
        if (gathering.texts or gathering.alts) and not (tag == "dd" and gathering.is_waiting):
            gathering.end(force=tag in {"dt", "dl"})
        if tag in _KINDS:
            gathering.kind = _KINDS[tag]
        elif tag == "tr" and node.css_first(_STRUCTURE) is None:
            gathering.kind = "row"
        return before

    def _container(self, node: LexborNode, tag: str) -> _State:
        """An element that may be boilerplate_by_name, the main part, or an article."""
        gathering, attributes = self._gathering, node.attributes
        if gathering.kind in FLAT or (not attributes and tag in _QUIET):
            return self._block(node, tag)
        before, role = gathering.place, attributes.get("role")
        if tag == "main" or role == "main":
            gathering.end(force=True)
            gathering.place = before._replace(in_main=True, in_content=True)
            return before
        if not self._is_keeping or before.is_kept:
            why = boilerplate_by_name.by_structure(tag, role, inside_content=before.in_content)
            if why is None and tag != "article":
                names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"
                if "-" in tag:
                    names = f"{tag} {names}"  # an element of the site's own making: <site-header>
                why = boilerplate_by_name.by_names(names) if len(names) > 1 else None
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
            kind, gathering.kind = gathering.kind, f"h{level if level in _LEVELS else 6}"
            return kind
        return self._block(node, tag)

    def _region(self, why: DropReason | None, *, is_inline: bool) -> _State:
        """A part that may not count; without a reason, one that `keep` names."""
        gathering = self._gathering
        before = gathering.place
        if why is not None and (is_inline or gathering.kind in FLAT):
            return gathering.cut()
        gathering.end(force=True)
        if why is None:
            gathering.place = before._replace(region=-1, is_kept=True)
        else:
            gathering.region(why)
        return before

    def _anchor(self, node: LexborNode, _tag: str) -> _State:
        href = node.attrs.get("href") or ""
        target = link_targets.target(href, self._base)
        return self._gathering.link_begins(target, to_self=target is None and "#" in href[:-1])

    def _button(self, node: LexborNode, _tag: str) -> _State | None:
        """A button's text is read where it is a heading, or opens a part of the page; else it is a control."""
        gathering = self._gathering
        if gathering.kind in FLAT:
            return gathering.kind
        gathering.control()
        attributes = node.attributes
        if "aria-controls" not in attributes and "aria-expanded" not in attributes:
            return None
        gathering.end()
        return gathering.kind

    def _leave(self, tag: str, state: _State) -> None:
        """End an element: put back what was noted when it began."""
        gathering = self._gathering
        if isinstance(state, str):
            if state in FLAT:
                gathering.space()
            elif tag == "dt":
                gathering.term_ends()
                gathering.kind = state
            else:
                gathering.end(force=gathering.kind != state or tag in _ENDS_TERM)
                gathering.kind = state
        elif isinstance(state, OpenLink):
            gathering.link_ends(state)
        elif isinstance(state, Cut):
            gathering.uncut(state)
        else:
            gathering.end(force=True)
            gathering.place = state


def _beginning(element: LexborNode) -> str:
    """The first text in an element, empty where it is not among the first few nodes: elements may nest without end."""
    node = element.first_child
    for _ in range(_NEAR):
        if node is None:
            break
        said = (node.text_content or "").lstrip() if node.tag == "-text" else ""
        if said:
            return said
        node = node.first_child or node.next
    return ""


def _unread(_node: LexborNode, _tag: str) -> None:
    """An element whose text is none of the page."""


def _protected(tree: LexborHTMLParser) -> dict[int, str]:
    """Cloudflare's "[email protected]" elements and the addresses behind them."""
    found = {
        node.mem_id: link_targets.revealed(node.attributes.get("data-cfemail") or "")
        for node in tree.css("[data-cfemail]")
    }
    return {number: address for number, address in found.items() if address}


def _by_recipe(tree: LexborHTMLParser, recipe: Recipe) -> dict[int, DropReason | None]:
    """What `keep` (None) and `drop` (why) say of nodes. Raises SelectorMatchedNothing."""
    marked: dict[int, DropReason | None] = {}
    if recipe.keep is not None:
        kept = _matches(tree, recipe.keep)
        if not kept:
            raise SelectorMatchedNothing(selector=recipe.keep)
        marked.update(dict.fromkeys(node.mem_id for node in kept))
    for selector in recipe.drop:
        why = DropReason(f"recipe: drop {selector}", sure=True, by_recipe=True)
        marked.update(dict.fromkeys((node.mem_id for node in _matches(tree, selector)), why))
    return marked


def _matches(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    try:
        return tree.css(selector)
    except SelectolaxError:  # not CSS: such a selector matches nothing on any page
        return []
