"""Hidden elements of a page, and which of them a person opens: accordions, tabs, "read more".

Content is a hidden element that something on the page opens: a control points at it by its id or class
(`aria-controls`, `data-bs-target`, `href="#id"`, …, any attribute of something that is pressed), it names its control
(`aria-labelledby`), a control has the same value in an attribute of the same kind (`data-tab`, `data-tab-content`), it
follows a control that can be expanded, a heading, a link or the label of a box that is pressed, a "show all" follows
its list, or its role, attribute or name says that it folds. Everything else that is hidden stays hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice
from urllib.parse import unquote, urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.core.page import boilerplate_by_name, boilerplate_words

_HIDDEN_SELECTOR = (
    '[hidden],[aria-hidden="true"],[style*="display:none" i],[style*="display: none" i],[style*="visibility:hidden" i],'
    'span[class="hidden"],span[class$=" hidden"],span[class^="hidden "],dialog:not([open]),[popover],.modal'
)
_TARGET_ATTRIBUTES = frozenset(
    [
        "aria-controls", "data-bs-target", "data-target", "data-controls", "data-toggle-target", "popovertarget",
        "commandfor",
    ]
)  # fmt: skip
_POINTER_SELECTOR = ",".join((*(f"[{name}]" for name in sorted(_TARGET_ATTRIBUTES)), 'a[href*="#"]'))
_CONTROL_SELECTOR = "button,a,summary,input,[onclick],[role=button],[role=tab]"
"""What a person can press: any of its attributes may name what it opens, as scripts of many kinds agree on."""
_SAYS_WHAT_IT_IS = frozenset({"id", "class", "style", "role", "name", "type", "title", "aria-label", "value", "rel"})
_WORD_OF_ATTRIBUTE = re.compile(r"[\w-]+")
_MOST_CONTROLS = 2_000
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
_MOST_NODES_OF_LABEL = 200
_NO_PANELS = frozenset({"svg", "i", "img", "br", "use", "path", "input", "button", "template", "script"})
"""Elements that hide nothing to read: icons and controls."""
_INLINE = frozenset({"span", "b", "em", "strong", "small", "abbr", "a", "sup"})
_TITLES = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt"})
"""What a panel is under: pressed, it opens what follows."""
_PRESSED = frozenset({"onclick", "@click", "x-on:click", "tabindex"})
_EXPANDED = frozenset({"aria-expanded", ":aria-expanded", "x-bind:aria-expanded"})
_PARTS_OF_LISTS = frozenset({"li", "tr", "p", "span", "div"})
_LISTS = frozenset({"ul", "ol", "tbody", "table", "p", "div"})
_MOST_LEVELS_OF_LIST = 2
_BOXES = frozenset({"checkbox", "radio"})
_SAYS_YES_OR_NO = frozenset({"true", "false", "0", "1", "yes", "no"})
_CONTROL_ROLES = frozenset({"button", "tab"})
_WRAPPERS_OF_CONTROL = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "div", "p", "dt", "span", "header"})


class Panels:
    """The hidden elements of a page, by node number: `closed` stay hidden, `opened` are content."""

    def __init__(self, tree: LexborHTMLParser, address: str = "") -> None:
        self._tree = tree
        self._address = address.partition("#")[0]
        self._hidden = tree.css(_HIDDEN_SELECTOR)
        opened = [node for node in self._hidden if self._opens(node)]
        self.opened = frozenset(node.mem_id for node in opened)
        self.closed = frozenset(node.mem_id for node in self._hidden) - self.opened
        self.names = tuple([node.attributes.get("id") or node.tag or "" for node in opened])
        """The ids of the opened ones, in reading order; the tag of one without an id."""

    def is_title(self, attributes: Mapping[str, str | None]) -> bool:
        """True if a button with these attributes opens a part of the page, so that its text is the part's title."""
        return (
            not (_TARGET_ATTRIBUTES | _EXPANDED).isdisjoint(attributes)
            or attributes.get("role") == "tab"
            or boilerplate_by_name.opens_on_click({"class": attributes.get("class")})
        )

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
        if attributes.get("id") and any(not _is_inside(control, node) for control in self._named_by(names[0])):
            return True
        labels = (attributes.get("aria-labelledby") or "")[:_LONGEST_LIST].split()
        if any(label in self._control_ids for label in labels):
            return True
        if any(_is_control_of_neighbour(other, may_read_more=is_left_out) for other in _neighbours(node)):
            return True
        if not is_left_out:
            return False
        title = next(_nodes_beside(node, "prev"), None)
        if title is not None and (_is_pressed_title(title) or (_is_pressed(title) and _has_paragraph(node))):
            return True
        return (tag in _PARTS_OF_LISTS and _has_more_button(node)) or self._shares_key(node)

    def _shares_key(self, panel: LexborNode) -> bool:
        """True if a control outside a panel has the value of one of its data attributes, in one named alike."""
        for attribute, value in panel.attributes.items():
            if attribute.startswith("data-") and value and value not in _SAYS_YES_OR_NO:
                for name, control in self._keyed.get(value, [])[:_MOST_POINTERS]:
                    if _named_alike(name, attribute) and not _is_inside(control, panel):
                        return True
        return False

    @cached_property
    def _keyed(self) -> dict[str, list[tuple[str, LexborNode]]]:
        """The data attributes of controls, each with its control, under their values."""
        found: dict[str, list[tuple[str, LexborNode]]] = {}
        for node in self._tree.css(_CONTROL_SELECTOR)[:_MOST_CONTROLS]:
            for attribute, value in node.attributes.items():
                if value and attribute.startswith("data-"):
                    found.setdefault(value, []).append((attribute, node))
        return found

    @cached_property
    def _pointers(self) -> dict[str, list[LexborNode]]:
        """The controls that point at something, under its id ("#id") or class (".class")."""
        found: dict[str, list[LexborNode]] = {}
        for node in self._tree.css(_POINTER_SELECTOR):
            for target in self._targets(node):
                found.setdefault(target, []).append(node)
        return found

    def _named_by(self, name: str) -> list[LexborNode]:
        """Return the controls of which any attribute holds an id; `name` is "#id"."""
        return self._controls.get(name.removeprefix("#"), [])[:_MOST_POINTERS]

    @cached_property
    def _controls(self) -> dict[str, list[LexborNode]]:
        markup = self._tree.raw_html
        named = {node.attributes.get("id") or "" for node in self._hidden} - {""}
        ids = {name for name in named if markup.count(name.encode("utf-8", "replace")) != 1}  # once: its own
        found: dict[str, list[LexborNode]] = {}
        for node in self._tree.css(_CONTROL_SELECTOR)[:_MOST_CONTROLS] if ids else ():
            for attribute, value in node.attributes.items():
                if not value or attribute in _SAYS_WHAT_IT_IS or (attribute == "href" and not _is_script(value)):
                    continue
                for word in ids.intersection(_WORD_OF_ATTRIBUTE.findall(value[:_LONGEST_LIST])):
                    found.setdefault(word, []).append(node)
        return found

    @cached_property
    def _control_ids(self) -> frozenset[str]:
        controls = self._tree.css("button[id],summary[id],[role=button][id],[role=tab][id],[aria-expanded][id]")
        return frozenset(node.attributes.get("id") or "" for node in controls)

    def _targets(self, pointer: LexborNode) -> list[str]:
        """Return what a control points at, as "#id" and ".class"."""
        found: list[str] = []
        for attribute, value in pointer.attributes.items():
            if not value:
                continue
            if attribute in _TARGET_ATTRIBUTES:
                names = value[:_LONGEST_LIST].replace(",", " ").split()
                found += [name if name[0] in "#." else f"#{name}" for name in names]
            elif attribute == "href" and "#" in value:
                page, _, place = value.partition("#")
                if not page.strip() or page == self._address or _joined(self._address, page) == self._address:
                    found.append(f"#{unquote(place)}")
        return found

    def _is_pointed_at(self, panel: LexborNode, name: str) -> bool:
        """True if a control outside a panel points at it; one inside, which closes it, is hidden with it."""
        return any(not _is_inside(pointer, panel) for pointer in self._pointers[name][:_MOST_POINTERS])


def _joined(address: str, page: str) -> str:
    try:
        return urljoin(address, page)
    except ValueError:  # no browser would follow it either
        return ""


def _is_script(address: str) -> bool:
    return address.lstrip().lower().startswith("javascript:")


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
        yield from _nodes_beside(node, direction)


def _nodes_beside(node: LexborNode, direction: str) -> Iterator[LexborNode]:
    """Yield the next element in a direction ("prev", "next"), icons aside, if there is one nearby."""
    other: LexborNode | None = getattr(node, direction)
    for _ in range(_MOST_NEIGHBOURS):
        if other is None:
            break
        if (other.tag or "")[:1] != "-" and not _is_icon(other):
            yield other
            break
        other = getattr(other, direction)


def _is_pressed_title(element: LexborNode) -> bool:
    """True if an element is, or begins with, a heading that a person presses, and that points at nothing else."""
    is_title = False
    for node in _beginning(element):
        tag, attributes = node.tag or "", node.attributes
        is_title = is_title or tag in _TITLES
        is_pressed = (
            tag == "button"
            or not _PRESSED.isdisjoint(attributes)
            or attributes.get("role") in _CONTROL_ROLES
            or (tag == "a" and _leads_nowhere(attributes))
        )
        if is_title and is_pressed:
            return _TARGET_ATTRIBUTES.isdisjoint(attributes)
    return False


def _is_pressed(element: LexborNode) -> bool:
    """True if an element is, or begins with, a link of a script, or the label of a box that is ticked."""
    if element.tag == "label":
        box = next(_nodes_beside(element, "prev"), None)
        return box is not None and box.tag == "input" and box.attributes.get("type") in _BOXES
    link = next((node for node in _beginning(element) if node.tag == "a"), None)
    if link is None or not _leads_nowhere(link.attributes):
        return False
    return element.tag != "a" or _is_script(link.attributes.get("href") or "")


def _has_paragraph(panel: LexborNode) -> bool:
    """True if a paragraph is among the first elements of a panel: it is no menu."""
    node = panel.first_child
    for _ in range(_MOST_NEIGHBOURS):
        if node is None:
            break
        if node.tag == "p":
            return True
        node = node.first_child if node.tag == "div" else node.next
    return False


def _named_alike(name: str, other: str) -> bool:
    """True if two attributes have one name, or one begins with the whole of the other: data-tab, data-tab-panel."""
    return name == other or name.startswith(f"{other}-") or other.startswith(f"{name}-")


def _beginning(element: LexborNode) -> Iterator[LexborNode]:
    """Yield an element and what it begins with, down to the first that is no heading or wrapper."""
    node: LexborNode | None = element
    for _ in range(_MOST_INNER):
        if node is None:
            break
        yield node
        tag = node.tag or ""
        node = node.first_child if tag in _WRAPPERS_OF_CONTROL else node.next if tag[:1] == "-" else None


def _is_icon(node: LexborNode) -> bool:
    return node.tag in _INLINE | _NO_PANELS - {"button", "input"} and node.first_child is None


def _has_more_button(node: LexborNode) -> bool:
    """True if a button after the list, table or paragraph that an element is in says that there is more."""
    around = node.parent
    for _ in range(_MOST_LEVELS_OF_LIST):
        if around is None or around.tag not in _LISTS:
            return False
        if any(_is_more_button(other) for other in _neighbours(around)):
            return True
        around = around.parent
    return False


def _start_of_text(element: LexborNode) -> str:
    """Return the first letters of an element's text. The whole of it may be very long, and is asked for often."""
    said, length = [], 0
    for node in islice(element.traverse(include_text=True), _MOST_NODES_OF_LABEL):
        if node.tag == "-text":
            said.append(node.text_content or "")
            length += len(said[-1])
            if length >= _LONGEST_LABEL:
                break
    return "".join(said)[:_LONGEST_LABEL]


def _is_more_button(element: LexborNode) -> bool:
    is_control = element.tag == "button" or element.attributes.get("role") == "button"
    return is_control and boilerplate_words.reads_more(_start_of_text(element))


def _is_control_of_neighbour(element: LexborNode, *, may_read_more: bool) -> bool:
    """True if an element is, or begins with, a control that expands something; `may_read_more`: or says "read more"."""
    for node in _beginning(element):
        tag, attributes = node.tag or "", node.attributes
        if (
            not _EXPANDED.isdisjoint(attributes)
            and "aria-controls" not in attributes
            and "aria-haspopup" not in attributes
        ):
            return True
        if tag == "button" or attributes.get("role") in _CONTROL_ROLES or (tag == "a" and _leads_nowhere(attributes)):
            return may_read_more and boilerplate_words.reads_more(_start_of_text(node))
    return False


def _leads_nowhere(attributes: Mapping[str, str | None]) -> bool:
    href = (attributes.get("href") or "").strip().lower()
    return href in {"", "#"} or href.startswith("javascript:")
