"""The parts of a page before its main content is found: pieces of text in reading order, and droppable regions."""

from __future__ import annotations

from dataclasses import dataclass, field

from monitor.core.model import Link
from monitor.core.page.boilerplate_by_name import DropReason


@dataclass(slots=True)
class Region:
    """A part of the page that may be dropped. `parent` is the number of the region around it, -1 for none."""

    why: DropReason
    parent: int
    in_main: bool
    buttons: int = 0
    size: int = 0
    linked: int = 0
    has_h1: bool = False
    heading: str = ""
    """The first heading in the region."""


@dataclass(slots=True)
class Piece:
    """One text of the page, in reading order. `region` is the number of the innermost region around it, -1 for none."""

    kind: str
    text: str
    links: tuple[Link, ...] = ()
    region: int = -1
    in_main: bool = False
    in_article: bool = False
    times: tuple[str, ...] = ()
    linked: int = 0
    """The number of characters in <a> elements, whatever their target."""
    own: int = 0
    """The number of those characters whose link leads to a place on the page itself."""


@dataclass(slots=True)
class PageParts:
    """The pieces and regions of one page."""

    pieces: list[Piece] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    articles: int = 0
    """The number of articles that are in no other article and in no main part."""
