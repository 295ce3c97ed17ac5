"""From the pieces of a page, in reading order, to what counts of it: blocks under headings, and what is dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from monitor.core.dates import Line
from monitor.core.furniture import Why
from monitor.core.model import Block, Dropped, Link

ENOUGH = 150
"""Characters that a main part must have to be believed, unless there is even less outside."""


@dataclass(slots=True)
class Region:
    """A part of the page that may be dropped. `parent` is the number of the region around it, -1 for none."""

    why: Why
    parent: int
    in_main: bool
    buttons: int = 0
    size: int = 0
    linked: int = 0
    has_h1: bool = False


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

    @property
    def line(self) -> Line:
        """The piece as `monitor.core.dates` reads it."""
        return Line(self.text, self.times)


@dataclass(slots=True)
class Walked:
    """All that was walked past."""

    pieces: list[Piece] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    articles: int = 0
    """How many articles that stand in no other and in no main part."""


def weigh(walked: Walked) -> list[str | None]:
    """For each piece why it does not count, None where it does.

    What the page declares as furniture is dropped; a guess by name is taken back when the part holds a good deal of
    the page. A main part that holds enough text is the page; else everything that is not furniture.
    """
    _measure(walked)
    total = sum(len(piece.text) for piece in walked.pieces) or 1
    active = [_stands(region, total) for region in walked.regions]
    reasons = _reasons(walked, active)
    if _size(walked.pieces, reasons) < 0.12 * total:
        milder = [on and not _holds_most(region, total) for on, region in zip(active, walked.regions, strict=True)]
        reasons = _reasons(walked, milder)
    _drop_contents(walked.pieces, reasons)
    if not _keep_only(walked.pieces, reasons, lambda piece: piece.in_main, 0.25) and walked.articles == 1:
        _keep_only(walked.pieces, reasons, lambda piece: piece.in_article, 1.0)
    _drop_menus(walked.pieces, reasons)
    _keep_heading(walked.pieces, reasons)
    return reasons


def _measure(walked: Walked) -> None:
    for piece in walked.pieces:
        number = piece.region
        while number >= 0:
            region = walked.regions[number]
            region.size += len(piece.text)
            region.linked += piece.linked
            region.has_h1 = region.has_h1 or piece.kind == "h1"
            number = region.parent


def _stands(region: Region, total: int) -> bool:
    share = region.size / total
    if region.why.code == "nav" and region.size > 200 and region.linked < 0.25 * region.size:
        return False  # whatever it is called: a menu is made of links
    if region.why.sure:
        return True
    if region.why.code == "hidden":
        return share < 0.5
    prose = region.size - region.linked
    match region.why.code:
        case "banner" if region.buttons > 0 and prose < 1500:
            return share < 0.9
        case "cookies" | "log-in" | "dialog":
            return region.buttons > 0 and share < 0.5 and prose < 6000
        case "banner" | "search" | "social" | "share" | "feedback" | "skip link" | "pagination" | "breadcrumbs":
            return prose < 600 and share < 0.3
        case "header":
            return not region.has_h1 and share < 0.3 and prose < 1000
        case "aside":
            return share < 0.6 and (prose < 300 or region.linked > region.size / 2)
        case "footer" | "nav" | "related" | "comments":
            return share < 0.6 and (prose < 3000 or region.linked > region.size / 2)
    return share < 0.3


def _holds_most(region: Region, total: int) -> bool:
    return region.size > 0.5 * total and region.linked < 0.5 * region.size


def _reasons(walked: Walked, active: Sequence[bool]) -> list[str | None]:
    of_region: list[str | None] = []
    for region, on in zip(walked.regions, active, strict=True):
        outer = of_region[region.parent] if region.parent >= 0 else None
        of_region.append(outer or (region.why.code if on else None))
    return [of_region[piece.region] if piece.region >= 0 else None for piece in walked.pieces]


def _size(pieces: Sequence[Piece], reasons: Sequence[str | None]) -> int:
    return sum(len(piece.text) for piece, why in zip(pieces, reasons, strict=True) if why is None)


def _keep_only(
    pieces: Sequence[Piece], reasons: list[str | None], is_inside: Callable[[Piece], bool], share: float
) -> bool:
    """Drop what is outside the page's main part, if that holds enough: `share` times what is outside."""
    inside = outside = 0
    for piece, why in zip(pieces, reasons, strict=True):
        if why is None and is_inside(piece):
            inside += len(piece.text)
        elif why is None:
            outside += len(piece.text)
    if inside < max(min(ENOUGH, outside + 1), share * outside):
        return False
    for number, piece in enumerate(pieces):
        if reasons[number] is None and not is_inside(piece):
            reasons[number] = "outside main"
    return True


def _drop_contents(pieces: Sequence[Piece], reasons: list[str | None]) -> None:
    """Links to places on the page itself: the first on the page skip its menu, three in a row repeat its headings."""
    run: list[int] = []
    is_first = True
    for number, piece in enumerate([*pieces, Piece("p", "")]):
        if piece.own and piece.own >= 0.9 * len(piece.text):
            run.append(number)
            continue
        if len(run) >= 3 or is_first:
            for entry in run:
                reasons[entry] = reasons[entry] or ("contents" if len(run) >= 3 else "skip link")
        run, is_first = [], False


_RUN = 8
_SHORT_LINK = 60


def _drop_menus(pieces: Sequence[Piece], reasons: list[str | None]) -> None:
    """Long runs of short links that nobody called a menu. Inside a main part a list of links is content."""
    run: list[int] = []
    for number, piece in enumerate(pieces):
        if reasons[number] is not None:
            continue
        if not piece.in_main and len(piece.text) <= _SHORT_LINK and piece.linked >= 0.9 * len(piece.text):
            run.append(number)
        elif not (run and piece.kind[0] == "h" and len(piece.text) <= 40 and piece.kind != "h1"):
            _end_run(run, pieces, reasons)
            run = []
    _end_run(run, pieces, reasons)


def _end_run(run: Sequence[int], pieces: Sequence[Piece], reasons: list[str | None]) -> None:
    if len(run) >= _RUN and sum(len(pieces[number].text) for number in run) / len(run) <= 32:
        for number in run:
            reasons[number] = "links"


def _keep_heading(pieces: Sequence[Piece], reasons: list[str | None]) -> None:
    """A page without a main heading in what counts takes the one that stands in its header."""
    if any(piece.kind == "h1" and why is None for piece, why in zip(pieces, reasons, strict=True)):
        return
    for number, piece in enumerate(pieces):
        if piece.kind == "h1" and reasons[number] in {"header", "outside main", "banner"}:
            reasons[number] = None
            return


def blocks(pieces: Iterable[Piece], reasons: Iterable[str | None]) -> tuple[Block, ...]:
    """What counts, each block under the headings above it."""
    path: list[tuple[int, str]] = []
    found: list[Block] = []
    for piece, why in zip(pieces, reasons, strict=True):
        if why is not None:
            continue
        level = int(piece.kind[1]) if piece.kind[0] == "h" else 0
        while level and path and path[-1][0] >= level:
            path.pop()
        found.append(Block(piece.kind, piece.text, tuple(text for _, text in path), None, piece.links))
        if level:
            path.append((level, piece.text))
    return tuple(found)


def dropped(pieces: Iterable[Piece], reasons: Iterable[str | None]) -> tuple[Dropped, ...]:
    """What does not count, neighbours with one reason together."""
    found: list[Dropped] = []
    texts: list[str] = []
    current: str | None = None
    for piece, why in zip(pieces, reasons, strict=True):
        if why != current:
            if current is not None:
                found.append(Dropped(current, "\n".join(texts)))
            current, texts = why, []
        if why is not None:
            texts.append(piece.text)
    if current is not None:
        found.append(Dropped(current, "\n".join(texts)))
    return tuple(found)
