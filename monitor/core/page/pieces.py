"""What a page is taken apart into before anything is decided: its texts in reading order, and parts that may go."""

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
    """The first heading in it."""


@dataclass(slots=True)
class Piece:
    """One text of the page as it was walked past. `region` is the innermost region around it, -1 for none."""

    kind: str
    text: str
    links: tuple[Link, ...] = ()
    region: int = -1
    in_main: bool = False
    in_article: bool = False
    times: tuple[str, ...] = ()
    linked: int = 0
    """How many characters stand in <a> elements, wherever they lead."""
    own: int = 0
    """How many of them lead to a place on the page itself."""


@dataclass(slots=True)
class Walked:
    """All that was walked past."""

    pieces: list[Piece] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    articles: int = 0
    """How many articles that stand in no other and in no main part."""
