"""HTML pages to pieces: one walk over the Lexbor tree, which passes texts, breaks and links to a PieceBuilder.

Most of the time of a check that extracts is spent here; code is inlined in the loop for that reason.
"""

from __future__ import annotations

from collections.abc import Callable

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from monitor.core.model import Recipe
from monitor.core.page import boilerplate_by_name, link_targets
from monitor.core.page.boilerplate_by_name import DropReason
from monitor.core.page.main_content import OUTSIDE_KEEP
from monitor.core.page.page_parts import PageParts
from monitor.core.page.panels import Panels
from monitor.core.page.piece_builder import FLAT, Cut, NamedPart, OpenLink, PieceBuilder, Position
from monitor.errors import SelectorMatchedNothing

IGNORED_TAGS = frozenset(
    [
        "script", "style", "template", "noscript", "svg", "canvas", "iframe", "object", "embed", "audio", "video",
        "map", "select", "textarea", "input", "option", "datalist", "head", "title", "link", "meta", "del", "s",
        "strike", "progress", "meter", "rp", "rt", "-comment", "!doctype"
    ]
)  # fmt: skip
_INLINE_TAGS = frozenset(
    [
        "span", "b", "strong", "i", "em", "u", "small", "sub", "mark", "abbr", "cite", "code", "q", "font",
        "ins", "kbd", "samp", "var", "bdi", "bdo", "data", "dfn", "big", "tt", "wbr", "label", "nobr", "acronym",
        "ruby", "rb"
    ]
)  # fmt: skip
_HEADING_LEVELS = frozenset("123456")
_KIND_OF_TAG = {**{tag: tag for tag in ("h1", "h2", "h3", "h4", "h5", "h6")}, "li": "li", "dd": "li", "dt": "li"}
"""Elements that determine the kind of piece that their text is."""
_ENDS_TERM = frozenset({"li", "dd", "dl"})
_LAYOUT_SELECTOR = "h1,h2,h3,h4,h5,h6,ul,ol,table,dl,form,section,p + p + p"
"""What a cell of a data table does not hold: a table with these is there for the layout, and extracted as text."""
_FIRST_NODES = 8
_CONTAINERS = frozenset(
    [
        "div", "section", "article", "main", "ul", "ol", "table", "form", "header", "footer", "nav", "aside",
        "dialog", "search", "menu", "p", "details", "figure", "td"
    ]
)  # fmt: skip
"""Elements that may be boilerplate.

Inside text (span, b, li) names are not looked up: that takes time and tells nothing.
"""
_PLAIN_CONTAINERS = _CONTAINERS - boilerplate_by_name.BY_ELEMENT - {"main", "article"}
"""Those of them whose tag alone says nothing: without attributes they are merely borders of blocks."""

_TEXT_KINDS = ("p", "li")
"""The kinds of pieces outside headings and rows."""
_MAKE_CONTROL = frozenset({"onclick", "role", "tabindex", "ng-click", "@click", "v-on:click", "data-toggle"})
"""Attributes that make an <a> without an address a control."""
_MAY_BE_FRAME = frozenset({"div", "section", "form"})
"""Elements that are noted under their ids: a page without a main part may have its content in one of them."""
_MOST_SHADOWS = 8
"""Shadow roots that are extracted inside one another."""
_State = str | Position | Cut | OpenLink | NamedPart
"""What is restored when an element ends: an earlier kind of piece, position or link, the length before a skipped part.

With an empty string nothing is restored: the element is inside text.
"""
_INSIDE_TEXT = ""


def _is_in_table(node: LexborNode) -> bool:
    """True for the row of a table; in a formula, "tr" may stand in "tr" without end."""
    return node.parent is not None and node.parent.tag in {"tbody", "thead", "tfoot", "table"}


class HtmlWalk:
    """One pass over the tree, building pieces."""

    def __init__(self, tree: LexborHTMLParser, base: str, recipe: Recipe) -> None:
        self._tree = tree
        self._base = base
        self._panels = Panels(tree, base)
        self._protected_addresses = _protected_addresses(tree)
        self._recipe_marks = _marks_of_recipe(tree, recipe)
        self._shadows: list[LexborHTMLParser] = []
        self._is_keeping = recipe.keep is not None
        self._builder = PieceBuilder()
        self._handlers: dict[str, Callable[[LexborNode, str], _State | None]] = {
            **dict.fromkeys(IGNORED_TAGS, _skip),
            **dict.fromkeys(_KIND_OF_TAG, self._block),
            **dict.fromkeys(_CONTAINERS, self._container),
            "a": self._link,
            "br": self._line_break,
            "button": self._button,
            "img": self._image,
            "sup": self._superscript,
            "template": self._template,
            "time": self._time,
        }

    def parts(self) -> PageParts:
        """Walk the body and return its pieces and regions."""
        if self._is_keeping:
            self._builder.begin_region(OUTSIDE_KEEP)
        self._builder.page.opened += self._panels.names
        self._walk(self._tree.body or self._tree.root)
        self._builder.end_piece(force=True)
        # Bound methods of this object: such a cycle would keep it and the tree until the garbage collector runs.
        self._handlers.clear()
        return self._builder.page

    def _walk(self, root: LexborNode | None) -> None:  # noqa: C901  a call for each element would cost too much time
        """Walk everything under a node, in reading order; without recursion, because pages may nest without end."""
        builder, handlers = self._builder, self._handlers
        unknown, texts, pictures = self._unknown, builder.texts, builder.alts
        panels = self._panels
        special = panels.closed | panels.opened | self._recipe_marks.keys() | self._protected_addresses.keys()
        stack: list[tuple[LexborNode, str, _State]] = []
        node = root and root.first_child
        while True:
            while node is None:
                if not stack:
                    return
                element, tag, state = stack.pop()
                node = element.next
                if state is _INSIDE_TEXT:
                    continue
                if texts or pictures or state not in _TEXT_KINDS:
                    self._leave(tag, state)
                else:  # no text since the last piece, so nothing ends here
                    builder.kind = state
            tag = node.tag or ""
            if tag == "-text":
                text = node.text_content or ""
                if builder.is_after_break:
                    builder.add_text_after_break(text)
                elif texts or not text.isspace():
                    texts.append(text)
                node = node.next
                continue
            if special and node.mem_id in special:
                state_after = self._special(node, tag)
            elif tag in _INLINE_TAGS:
                state_after = _INSIDE_TEXT
            else:
                state_after = handlers.get(tag, unknown)(node, tag)
            if state_after is None:
                node = node.next
            else:
                stack.append((node, tag, state_after))
                node = node.first_child

    # How elements begin: each method returns what to restore at the element's end, None to skip what is in it.

    def _special(self, node: LexborNode, tag: str) -> _State | None:
        """Begin an element that is hidden, protected or marked by the recipe."""
        number = node.mem_id
        if tag in IGNORED_TAGS:
            return None
        if number in self._panels.closed:
            return self._region(DropReason("hidden"), is_inline=tag in _INLINE_TAGS)
        if number in self._recipe_marks:
            return self._region(self._recipe_marks[number], is_inline=False)
        if number in self._protected_addresses:
            self._builder.add_address(self._protected_addresses[number])
            return None
        if tag in _INLINE_TAGS:
            return _INSIDE_TEXT
        return self._handlers.get(tag, self._unknown)(node, tag)

    def _unknown(self, node: LexborNode, tag: str) -> _State:
        """Begin an unknown element like a <div>, or one of the site's own making (<site-header>) like a container."""
        return self._container(node, tag) if "-" in tag else self._block(node, tag)

    def _line_break(self, _node: LexborNode, _tag: str) -> None:
        self._builder.line_break()

    def _image(self, node: LexborNode, _tag: str) -> None:
        self._builder.add_alt_text(node.attrs.get("alt") or "")

    def _superscript(self, node: LexborNode, _tag: str) -> _State:
        self._builder.begin_superscript(_first_text(node))
        return _INSIDE_TEXT

    def _time(self, node: LexborNode, _tag: str) -> _State:
        stamp = node.attrs.get("datetime")
        if stamp:
            self._builder.add_time(stamp)
        return _INSIDE_TEXT

    def _block(self, node: LexborNode, tag: str) -> str:
        """Begin an element that ends the text before it."""
        builder = self._builder
        before = builder.kind
        if before in FLAT:
            if tag in {"td", "th"}:
                builder.add_cell_border()
            else:
                builder.add_space()
            return before
        if (builder.texts or builder.alts) and not (tag == "dd" and builder.is_waiting):
            builder.end_piece(force=tag in {"dt", "dl"})
        if tag in _KIND_OF_TAG:
            builder.kind = _KIND_OF_TAG[tag]
        elif tag == "tr" and _is_in_table(node) and node.css_first(_LAYOUT_SELECTOR) is None:
            builder.kind = "row"
        return before

    def _container(self, node: LexborNode, tag: str) -> _State:
        """Begin an element that may be boilerplate, the main part, or an article."""
        builder, attributes = self._builder, node.attributes
        if builder.kind in FLAT or (not attributes and tag in _PLAIN_CONTAINERS):
            return self._block(node, tag)
        before, role = builder.position, attributes.get("role")
        if tag == "main" or role == "main":
            builder.end_piece(force=True)
            builder.page.main_id = builder.page.main_id or attributes.get("id") or ""
            builder.position = before._replace(in_main=True, in_content=True)
            return before
        if not self._is_keeping or before.is_kept:
            reason = self._reason(node, tag, attributes)
            if reason is not None:
                return self._region(reason, is_inline=False)
        if tag == "article":
            builder.end_piece(force=True)
            if not before.in_content:
                builder.page.articles += 1
                builder.page.article_id = attributes.get("id") or ""
            builder.position = before._replace(in_content=True)
            return before
        if role == "heading":
            builder.end_piece(force=True)
            level = attributes.get("aria-level") or "2"
            kind, builder.kind = builder.kind, f"h{level if level in _HEADING_LEVELS else 6}"
            return kind
        kind = self._block(node, tag)
        name = attributes.get("id")
        return builder.begin_named(name, kind) if name and tag in _MAY_BE_FRAME else kind

    def _reason(self, node: LexborNode, tag: str, attributes: dict[str, str | None]) -> DropReason | None:
        """Return why an element may be boilerplate: by its tag or role, by its names."""
        role, in_content = attributes.get("role"), self._builder.position.in_content
        reason = boilerplate_by_name.by_structure(tag, role, inside_content=in_content)
        if reason is None and tag != "article":
            names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"
            if "-" in tag:
                names = f"{tag} {names}"  # an element of the site's own making: <site-header>
            reason = boilerplate_by_name.by_names(names) if len(names) > 1 else None
        is_opened = node.mem_id in self._panels.opened or (
            reason is not None and reason.code == "dialog" and self._builder.is_in_opened
        )
        return boilerplate_by_name.of_opened(reason) if reason is not None and is_opened else reason

    def _region(self, reason: DropReason | None, *, is_inline: bool) -> _State:
        """Begin a part that may not count; without a reason, a part that `keep` names."""
        builder = self._builder
        before = builder.position
        if reason is not None and (is_inline or builder.kind in FLAT):
            return builder.begin_skipped()
        builder.end_piece(force=True)
        if reason is None:
            builder.position = before._replace(region=-1, is_kept=True)
        else:
            builder.begin_region(reason)
        return before

    def _template(self, node: LexborNode, _tag: str) -> None:
        """Extract the content of a declared shadow root, which a browser shows; any other template is no content."""
        html = node.html or ""
        if not has_shadow_root(node) or len(self._shadows) >= _MOST_SHADOWS:
            return
        tree = LexborHTMLParser(f"<div{html[len('<template') : -len('</template>')]}</div>", scripting=True)
        outside, self._panels = self._panels, Panels(tree)
        addresses, self._protected_addresses = self._protected_addresses, _protected_addresses(tree)
        self._shadows.append(tree)
        self._builder.page.opened += self._panels.names
        self._walk(tree.body)
        self._shadows.pop()
        self._panels, self._protected_addresses = outside, addresses

    def _link(self, node: LexborNode, _tag: str) -> _State:
        """Begin an <a>.

        Without an address it is the mark of a place, not a link, and may enclose anything because nobody closed it;
        unless a script makes it a control.
        """
        attributes = node.attributes
        if "href" not in attributes and _MAKE_CONTROL.isdisjoint(attributes):
            return _INSIDE_TEXT
        href = attributes.get("href") or ""
        target = link_targets.link_target(href, self._base)
        return self._builder.begin_link(target, is_same_page=target is None and "#" in href[:-1])

    def _button(self, node: LexborNode, _tag: str) -> _State | None:
        """Begin a button.

        Its text is extracted where it is in a heading or row, or opens a part of the page, as a tab does; else it is a
        control, with which a reader answers or acts.
        """
        builder = self._builder
        if builder.kind in FLAT:
            return builder.kind
        if not self._panels.is_title(node.attributes):
            builder.count_button()
            return None
        builder.end_piece()
        return builder.kind

    def _leave(self, tag: str, state: _State) -> None:
        """End an element: restore what was noted when it began."""
        builder = self._builder
        if isinstance(state, str):
            if state in FLAT:
                builder.add_space()
            elif tag == "dt":
                builder.end_term()
                builder.kind = state
            else:
                builder.end_piece(force=builder.kind != state or tag in _ENDS_TERM)
                builder.kind = state
        elif isinstance(state, OpenLink):
            builder.end_link(state)
        elif isinstance(state, Cut):
            builder.end_skipped(state)
        elif isinstance(state, NamedPart):
            self._leave(tag, state.kind)
            builder.end_named(state)
        else:
            builder.end_piece(force=True)
            builder.position = state


def _first_text(element: LexborNode) -> str:
    """Return the first text in an element, empty where it is not among the first few nodes.

    Elements may nest without end.
    """
    node = element.first_child
    for _ in range(_FIRST_NODES):
        if node is None:
            break
        text = (node.text_content or "").lstrip() if node.tag == "-text" else ""
        if text:
            return text
        node = node.first_child or node.next
    return ""


def has_shadow_root(template: LexborNode) -> bool:
    """True if a <template> declares a shadow root."""
    return "shadowrootmode" in template.attributes


def _skip(_node: LexborNode, _tag: str) -> None:
    """Skip an element whose text is not part of the page."""


def _protected_addresses(tree: LexborHTMLParser) -> dict[int, str]:
    """Return Cloudflare's "[email protected]" elements, by node number, and the addresses behind them."""
    if b"cfemail" not in tree.raw_html:
        return {}
    found = {
        node.mem_id: link_targets.decode_protected_address(node.attributes.get("data-cfemail") or "")
        for node in tree.css("[data-cfemail]")
    }
    return {number: address for number, address in found.items() if address}


def _marks_of_recipe(tree: LexborHTMLParser, recipe: Recipe) -> dict[int, DropReason | None]:
    """Return the nodes that `keep` (None) and `drop` (the reason) select, by number. Raises SelectorMatchedNothing."""
    marks: dict[int, DropReason | None] = {}
    if recipe.keep is not None:
        kept = _matches(tree, recipe.keep)
        if not kept:
            raise SelectorMatchedNothing(selector=recipe.keep)
        marks.update(dict.fromkeys(node.mem_id for node in kept))
    for selector in recipe.drop:
        reason = DropReason(f"recipe: drop {selector}", sure=True, by_recipe=True)
        marks.update(dict.fromkeys((node.mem_id for node in _matches(tree, selector)), reason))
    return marks


def _matches(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    try:
        return tree.css(selector)
    except SelectolaxError:  # not CSS: such a selector matches nothing on any page
        return []
