"""The parts of a page before its main content is found: pieces of text in reading order, and droppable regions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from monitor.core.model import Link
from monitor.core.page.boilerplate_by_name import DropReason

LONGEST_LINK = 60
"""Characters of a short link: longer ones are sentences, and content."""
MOSTLY_LINKED = 0.9
"""A piece with at least this share of its characters in links is a link; the rest is a bullet or a full stop."""


@dataclass(slots=True)
class Region:
    """A part of the page that may be dropped.

    `reason` is why it would be; `parent` is the number of the region around it, -1 for none. The walk counts the
    region's own buttons; monitor.core.page.main_content measures the rest, and includes the regions inside.
    """

    reason: DropReason
    parent: int
    buttons: int = 0
    in_content: bool = False
    """True if it is in a main part or an article."""
    size: int = 0
    """The length of its texts, in characters."""
    linked: int = 0
    """The number of those characters that are in <a> elements, whatever their target."""
    sentences: int = 0
    """The number of its characters in sentences without links."""
    states: bool = False
    """True if a text of it that is not made of links states a day, a sum, a phone number, an address or an hour."""
    has_h1: bool = False
    heading: str = ""
    """Its first heading, case-folded."""


@dataclass(slots=True)
class Piece:
    """One text of the page, in reading order.

    `kind` is "h1" to "h6" for a heading, "p" for a paragraph, "li" for a list item, "row" for a table row. `region` is
    the number of the innermost region around it, -1 for none. `times` are the `datetime` values of its <time> elements.
    """

    kind: str
    text: str
    links: tuple[Link, ...] = ()
    region: int = -1
    in_main: bool = False
    in_content: bool = False
    """True if it is in a main part or an article."""
    times: tuple[str, ...] = ()
    linked: int = 0
    """The number of its characters in <a> elements, whatever their target."""
    same_page_linked: int = 0
    """The number of those characters whose link leads to a place on the page itself."""

    @property
    def is_heading(self) -> bool:
        """True for the kinds "h1" to "h6"; no other kind begins with an h."""
        return self.kind[0] == "h"

    @property
    def is_link(self) -> bool:
        """True if it is a link, with no words beside it."""
        return self.linked >= MOSTLY_LINKED * len(self.text)

    @property
    def is_short_link(self) -> bool:
        """True if it is a link as short as those of menus are."""
        return len(self.text) <= LONGEST_LINK and self.is_link


@dataclass(slots=True)
class PageParts:
    """The pieces and regions of one page."""

    pieces: list[Piece] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    articles: int = 0
    """The number of articles that are in no other article and in no main part."""
    main_id: str = ""
    """The id of the first main part that has one."""
    article_id: str = ""
    """The id of the last such article, empty where it has none."""
    parts: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Elements that have an id and may hold the main content: the numbers of their first piece and of the one after."""
    opened: list[str] = field(default_factory=list)
    """The hidden parts that a control opens, by id (or tag), in reading order."""
    is_feed: bool = False


def row_of_cells(cells: Iterable[str]) -> str:
    """Return the text of a table row: its cells between " | ", without the empty ones at its ends.

    An empty cell between two others keeps its place: it says which column the next one is in.
    """
    texts = [cell.strip() for cell in cells]
    filled = [number for number, text in enumerate(texts) if text]
    inner = texts[filled[0] : filled[-1] + 1] if filled else []
    words = [word for text in inner for word in (text, "|") if word]
    return " ".join(words[:-1])
