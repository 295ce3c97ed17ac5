"""Hidden elements of a page, and which of them a person opens: accordions, tabs, "read more".

Content is a hidden element that something on the page opens: a control points at it by its id or class
(`aria-controls`, `data-bs-target`, `href="#id"`, …), it names its control (`aria-labelledby`), it follows a control
that can be expanded, or its role, attribute or name says that it folds. Everything else that is hidden stays hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.core.page import boilerplate_by_name, boilerplate_words

_HIDDEN_SELECTOR = (
    '[hidden],[aria-hidden="true"],[style*="display:none" i],[style*="display: none" i],[style*="visibility:hidden" i],'
    'span[class="hidden"],span[class$=" hidden"],span[class^="hidden "]'
)
_TARGET_ATTRIBUTES = frozenset(
    [
        "aria-controls", "data-bs-target", "data-target", "data-controls", "data-toggle-target", "popovertarget",
        "commandfor",
    ]
)  # fmt: skip
_POINTER_SELECTOR = ",".join((*(f"[{name}]" for name in sorted(_TARGET_ATTRIBUTES)), 'a[href^="#"]'))
_LONGEST_LIST = 1_000
"""The characters of an attribute that lists ids."""
_MOST_OUTER = 64
"""The elements around a control that are looked through for the panel it is in; elements may nest without end."""
_MOST_POINTERS = 20
"""The controls that point at one panel, of those that are looked at."""
_MOST_NEIGHBOURS = 6
"""The nodes before or after a panel among which its control is looked for; texts and comments count."""
_MOST_INNER = 8
"""The nodes of such a neighbour that are looked through for the control."""
_LONGEST_LABEL = 60
_NO_PANELS = frozenset({"svg", "i", "img", "br", "use", "path", "input", "button", "template", "script"})
"""Elements that hide nothing to read: icons and controls."""
_INLINE = frozenset({"span", "b", "em", "strong", "small", "abbr", "a", "sup"})
_CONTROL_ROLES = frozenset({"button", "tab"})
_WRAPPERS_OF_CONTROL = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "div", "p", "dt", "span", "header"})


class Panels:
    """The hidden elements of a page, by node number: `closed` stay hidden, `opened` are content."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._tree = tree
        self._hidden = tree.css(_HIDDEN_SELECTOR)
        opened = [node for node in self._hidden if self._opens(node)]
        self.opened = frozenset(node.mem_id for node in opened)
        self.closed = frozenset(node.mem_id for node in self._hidden) - self.opened
        self.names = tuple([node.attributes.get("id") or node.tag or "" for node in opened])
        """The ids of the opened ones, in reading order; the tag of one without an id."""

    def pattern(self) -> str:
        """Return which hidden elements are opened, one sign each in reading order.

        On two pages whose other markup is equal, the same pattern means that the same text is hidden.
        """
        return "".join("+" if node.mem_id in self.opened else "-" for node in self._hidden)

    def _opens(self, node: LexborNode) -> bool:
        tag = node.tag or ""
        if tag in _NO_PANELS:
            return False
        attributes = node.attributes
        is_left_out = "hidden" in attributes or "style" in attributes
        if not is_left_out and tag in _INLINE and "id" not in attributes:
            return False  # an icon beside a button, which a voice would only repeat
        if boilerplate_by_name.opens_on_click(attributes):
            return True
        names = [f"#{attributes['id']}"] if attributes.get("id") else []
        names += [f".{name}" for name in (attributes.get("class") or "")[:_LONGEST_LIST].split()]
        if any(name in self._pointers and self._is_pointed_at(node, name) for name in names):
            return True
        labels = (attributes.get("aria-labelledby") or "")[:_LONGEST_LIST].split()
        if any(label in self._control_ids for label in labels):
            return True
        return any(_is_control_of_neighbour(other, may_read_more=is_left_out) for other in _neighbours(node))

    @cached_property
    def _pointers(self) -> dict[str, list[LexborNode]]:
        """The controls that point at something, under its id ("#id") or class (".class")."""
        found: dict[str, list[LexborNode]] = {}
        for node in self._tree.css(_POINTER_SELECTOR):
            for target in _targets(node):
                found.setdefault(target, []).append(node)
        return found

    @cached_property
    def _control_ids(self) -> frozenset[str]:
        controls = self._tree.css("button[id],summary[id],[role=button][id],[role=tab][id],[aria-expanded][id]")
        return frozenset(node.attributes.get("id") or "" for node in controls)

    def _is_pointed_at(self, panel: LexborNode, name: str) -> bool:
        """True if a control outside a panel points at it; one inside, which closes it, is hidden with it."""
        return any(not _is_inside(pointer, panel) for pointer in self._pointers[name][:_MOST_POINTERS])


def _targets(pointer: LexborNode) -> list[str]:
    """Return what a control points at, as "#id" and ".class"."""
    found: list[str] = []
    for attribute, value in pointer.attributes.items():
        if not value:
            continue
        if attribute in _TARGET_ATTRIBUTES:
            names = value[:_LONGEST_LIST].replace(",", " ").split()
            found += [name if name[0] in "#." else f"#{name}" for name in names]
        elif attribute == "href" and value[0] == "#":
            found.append(value)
    return found


def _is_inside(node: LexborNode, outer: LexborNode) -> bool:
    number = outer.mem_id
    around: LexborNode | None = node
    for _ in range(_MOST_OUTER):
        if around is None:
            break
        if around.mem_id == number:
            return True
        around = around.parent
    return False


def _neighbours(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the elements right before and right after a node."""
    for direction in ("prev", "next"):
        other: LexborNode | None = getattr(node, direction)
        for _ in range(_MOST_NEIGHBOURS):
            if other is None:
                break
            if (other.tag or "")[:1] != "-":
                yield other
                break
            other = getattr(other, direction)


def _is_control_of_neighbour(element: LexborNode, *, may_read_more: bool) -> bool:
    """True if an element is, or begins with, a control that expands something; `may_read_more`: or says "read more"."""
    node: LexborNode | None = element
    for _ in range(_MOST_INNER):
        if node is None:
            break
        tag, attributes = node.tag or "", node.attributes
        if "aria-expanded" in attributes and "aria-controls" not in attributes and "aria-haspopup" not in attributes:
            return True
        if tag == "button" or attributes.get("role") in _CONTROL_ROLES or (tag == "a" and _leads_nowhere(attributes)):
            return may_read_more and boilerplate_words.reads_more(node.text()[:_LONGEST_LABEL])
        node = node.first_child if tag in _WRAPPERS_OF_CONTROL else node.next if tag[:1] == "-" else None
    return False


def _leads_nowhere(attributes: Mapping[str, str | None]) -> bool:
    href = (attributes.get("href") or "").strip().lower()
    return href in {"", "#"} or href.startswith("javascript:")
