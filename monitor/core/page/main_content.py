"""From the pieces of a page, in reading order, to its main content: blocks under headings, and what is dropped."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.core.model import Block, Dropped
from monitor.core.page.boilerplate_by_name import DropReason
from monitor.core.page.boilerplate_by_place import drop_by_place, drop_invitations, drop_last_line
from monitor.core.page.boilerplate_words import is_site_link
from monitor.core.page.page_parts import PageParts, Piece, Region

OUTSIDE_KEEP = DropReason("outside keep", sure=True, by_recipe=True)
"""The reason of everything that `keep` does not select."""
LEAST_MAIN_LENGTH = 150
"""Characters that a main part must have to be believed, unless there are even fewer outside."""
_LEAST_MAIN_RATIO = 0.25
"""A declared main part must hold at least this many times the text outside, or it is not believed."""
_LEAST_ARTICLE_RATIO = 1.0
"""The same for the only article of a page without a main part: a weaker sign, so it must hold as much as is outside."""
_LEAST_KEPT_SHARE = 0.12
"""Where less than this share of the page would be left, parts that hold most of it are kept, but for the recipe's."""
_MOSTLY_LINKED = 0.9
"""A piece with at least this share of its characters in links is a link; the rest is a bullet or a full stop."""


def find_main_content(page: PageParts, title: str = "") -> list[str | None]:
    """Return for each piece the reason why it does not count, None where it counts. `title` is the page's.

    Boilerplate that the page declares is dropped; a guess by name is withdrawn when the part holds a large share of the
    page. A main part that holds enough text is the page; otherwise everything that is not boilerplate is.
    """
    _measure_regions(page)
    total = sum(len(piece.text) for piece in page.pieces) or 1
    active = [_is_boilerplate(region, total) for region in page.regions]
    _withdraw_cards(page.regions, active)
    reasons = _reasons_of_regions(page, active)
    if _kept_size(page.pieces, reasons) < _LEAST_KEPT_SHARE * total:
        milder = [
            is_on and (region.reason.by_recipe or not _holds_most(region, total))
            for is_on, region in zip(active, page.regions, strict=True)
        ]
        reasons = _reasons_of_regions(page, milder)
    if any(region.reason is OUTSIDE_KEEP for region in page.regions):
        return reasons  # the recipe says what counts, so nothing is guessed
    _drop_tables_of_contents(page.pieces, reasons)
    has_main = _keep_only(page.pieces, reasons, [piece.in_main for piece in page.pieces], _LEAST_MAIN_RATIO)
    if not has_main and page.articles == 1:
        has_main = _keep_only(page.pieces, reasons, [piece.in_content for piece in page.pieces], _LEAST_ARTICLE_RATIO)
    _drop_menus(page.pieces, reasons)
    if not has_main:
        drop_by_place(page.pieces, reasons, title)
    drop_last_line(page.pieces, reasons)
    drop_invitations(page.pieces, reasons)
    _keep_heading(page.pieces, reasons)
    return reasons


def _measure_regions(page: PageParts) -> None:
    """Fill in size, linked, has_h1 and heading of the regions, and add the buttons of inner regions to outer ones.

    To be called once for a page: a second call would count everything twice.
    """
    regions = page.regions
    for piece in page.pieces:
        if piece.region >= 0:
            region = regions[piece.region]
            region.size += len(piece.text)
            region.linked += piece.linked
    # A region comes after the one around it: from the last one on, each adds its figures to the outer one.
    for region in reversed(regions):
        if region.parent >= 0:
            outer = regions[region.parent]
            outer.size += region.size
            outer.linked += region.linked
            outer.buttons += region.buttons
    for piece in page.pieces:
        if _is_heading(piece.kind):
            _note_heading(regions, piece)


def _is_heading(kind: str) -> bool:
    """True for the kinds "h1" to "h6"; no other kind begins with an h."""
    return kind[0] == "h"


def _note_heading(regions: Sequence[Region], piece: Piece) -> None:
    """Record a heading in every region around it, up to one that has a heading as high already."""
    is_h1, number = piece.kind == "h1", piece.region
    while number >= 0 and not (regions[number].heading and regions[number].has_h1 >= is_h1):
        region = regions[number]
        region.has_h1 = region.has_h1 or is_h1
        region.heading = region.heading or piece.text.casefold()
        number = region.parent


@dataclass(frozen=True, slots=True)
class _Shape:
    """The limits within which a part that is named like boilerplate is believed to be boilerplate."""

    max_share: float = 0.3
    """It holds less than this share of the page's characters."""
    max_prose: float = math.inf
    """It has fewer than so many characters outside links."""
    or_linked: bool = False
    """It may have more of them if it is mostly links."""
    needs_buttons: bool = False
    """It has a button, with which a reader can answer it."""

    def fits(self, region: Region, total: int) -> bool:
        """True if a region of a page of `total` characters is within the limits."""
        if region.size >= self.max_share * total or (self.needs_buttons and not region.buttons):
            return False
        is_linked = region.linked > 0.5 * region.size
        return region.size - region.linked < self.max_prose or (self.or_linked and is_linked)


_LINE_SHAPE, _LIST_SHAPE = _Shape(max_prose=600), _Shape(0.6, max_prose=3000, or_linked=True)
_QUESTION_SHAPE = _Shape(0.5, max_prose=6000, needs_buttons=True)
_SHAPE_OF_CODE = {
    "hidden": _Shape(0.5),
    "header": _Shape(max_prose=1000),
    "aside": _Shape(0.6, max_prose=150, or_linked=True),
    **dict.fromkeys(("cookies", "log-in", "dialog"), _QUESTION_SHAPE),
    **dict.fromkeys(("footer", "nav", "related", "comments"), _LIST_SHAPE),
    **dict.fromkeys(
        ("banner", "search", "social", "share", "feedback", "skip link", "pagination", "breadcrumbs", "byline"),
        _LINE_SHAPE,
    ),
}
_LEAST_PROSE = 80
_MANY_CARDS = 3
_ANSWERED_BANNER_SHAPE = _Shape(0.9, max_prose=1500, needs_buttons=True)


def _is_boilerplate(region: Region, total: int) -> bool:
    """True if a part is the boilerplate that its name or tag says."""
    reason, is_linked = region.reason, region.linked > 0.5 * region.size
    if reason.code == "nav" and region.size > 200 and region.linked < 0.25 * region.size:
        return False  # whatever its name: a menu consists of links
    if reason.sure:
        return True
    if reason.doubtful and (region.size > 0.25 * total or not (region.buttons or is_linked)):
        return False
    if (reason.code == "header" and region.has_h1) or _is_named_by_heading(region):
        return False
    if reason.code == "banner" and _ANSWERED_BANNER_SHAPE.fits(region, total):
        return True
    return _SHAPE_OF_CODE.get(reason.code, _Shape()).fits(region, total)


def _withdraw_cards(regions: Sequence[Region], active: list[bool]) -> None:
    """Withdraw the reasons of cards.

    A page has one or two banners: many parts of one such name that hold text are cards, and the page's content.
    """
    cards: dict[str, list[int]] = {}
    for number, (region, is_active) in enumerate(zip(regions, active, strict=True)):
        if (
            is_active
            and region.reason.word
            and _SHAPE_OF_CODE.get(region.reason.code) is _LINE_SHAPE
            and not region.buttons
        ):
            cards.setdefault(region.reason.code, []).append(number)
    for numbers in cards.values():
        if (
            len(numbers) >= _MANY_CARDS
            and sum(regions[n].size - regions[n].linked for n in numbers) >= _LINE_SHAPE.max_prose
        ):
            for number in numbers:
                active[number] = False


def _is_named_by_heading(region: Region) -> bool:
    """True if a part has its name from its heading: the section "Promotions" of some terms, with its text."""
    is_prose = region.size - region.linked >= _LEAST_PROSE and region.linked < 0.25 * region.size
    return bool(region.reason.word) and region.reason.word in region.heading and is_prose and not region.buttons


def _holds_most(region: Region, total: int) -> bool:
    return region.size > 0.5 * total and region.linked < 0.5 * region.size


def _reasons_of_regions(page: PageParts, active: Sequence[bool]) -> list[str | None]:
    of_region: list[str | None] = []
    for region, is_active in zip(page.regions, active, strict=True):
        outer = of_region[region.parent] if region.parent >= 0 else None
        of_region.append(outer or (region.reason.code if is_active else None))
    return [of_region[piece.region] if piece.region >= 0 else None for piece in page.pieces]


def _kept_size(pieces: Sequence[Piece], reasons: Sequence[str | None]) -> int:
    return sum(len(piece.text) for piece, reason in zip(pieces, reasons, strict=True) if reason is None)


def _keep_only(
    pieces: Sequence[Piece], reasons: list[str | None], is_inside: Sequence[bool], least_ratio: float
) -> bool:
    """Drop what is outside the page's main part, if that holds enough; return whether it does.

    Enough is `least_ratio` times what is outside, and LEAST_MAIN_LENGTH.
    """
    inside = outside = 0
    for piece, reason, is_in in zip(pieces, reasons, is_inside, strict=True):
        if reason is None and is_in:
            inside += len(piece.text)
        elif reason is None:
            outside += len(piece.text)
    if inside < max(min(LEAST_MAIN_LENGTH, outside + 1), least_ratio * outside):
        return False
    for number, is_in in enumerate(is_inside):
        if reasons[number] is None and not is_in:
            reasons[number] = "outside main"
    return True


def _drop_tables_of_contents(pieces: Sequence[Piece], reasons: list[str | None]) -> None:
    """Drop links to places on the page itself.

    The first on the page skip its menu; three or more in a row repeat its headings.
    """
    run: list[int] = []
    is_first = True
    for number, piece in enumerate([*pieces, Piece("p", "")]):
        if piece.same_page_linked and piece.same_page_linked >= _MOSTLY_LINKED * len(piece.text):
            run.append(number)
            continue
        if len(run) >= 3 or is_first:
            for entry in run:
                reasons[entry] = reasons[entry] or ("contents" if len(run) >= 3 else "skip link")
        run, is_first = [], False


_MENU_LINKS = 8
_SITE_MENU_LINKS = 3
"""So many links are a menu where half of them have the text of a menu link."""
_LONGEST_MENU_LINK = 32
"""Characters that the links of a menu have at most, on average; longer links are titles, and content."""
_LONGEST_LINK = 60
_LONGEST_HEADING = 40


def _drop_menus(pieces: Sequence[Piece], reasons: list[str | None]) -> None:
    """Drop runs of short links that are not declared as a menu, with their headings.

    In a main part, a list of links is content.
    """
    run: list[int] = []
    for number, piece in enumerate(pieces):
        if reasons[number] is not None:
            continue
        if not piece.in_main and (_is_short_link(piece) or _is_short_heading(piece)):
            run.append(number)
        elif run:
            _end_run(run, pieces, reasons, is_followed=not _is_heading(piece.kind))
            run = []
    _end_run(run, pieces, reasons, is_followed=False)


def _is_short_link(piece: Piece) -> bool:
    return len(piece.text) <= _LONGEST_LINK and piece.linked >= _MOSTLY_LINKED * len(piece.text)


def _is_short_heading(piece: Piece) -> bool:
    return _is_heading(piece.kind) and len(piece.text) <= _LONGEST_HEADING and piece.kind != "h1"


def _end_run(run: list[int], pieces: Sequence[Piece], reasons: list[str | None], *, is_followed: bool) -> None:
    """Drop a run if it is a menu.

    A heading at its end, or at its beginning where text follows, is the heading of something else.
    """
    while run and not _is_short_link(pieces[run[-1]]):
        run.pop()
    links = [number for number in run if _is_short_link(pieces[number])]
    if not _is_menu([pieces[number].text for number in links]):
        return
    for number in run:
        if number >= links[0] or not (is_followed or pieces[number].kind == "h2"):
            reasons[number] = "links"


def _is_menu(texts: Sequence[str]) -> bool:
    if len(texts) >= _MENU_LINKS and sum(map(len, texts)) / len(texts) <= _LONGEST_MENU_LINK:
        return True
    return len(texts) >= _SITE_MENU_LINKS and sum(map(is_site_link, texts)) * 2 >= len(texts)


def _keep_heading(pieces: Sequence[Piece], reasons: list[str | None]) -> None:
    """Keep the main heading in the header or outside the main part, on a page whose main content has none."""
    if any(piece.kind == "h1" and reason is None for piece, reason in zip(pieces, reasons, strict=True)):
        return
    for number, piece in enumerate(pieces):
        if piece.kind == "h1" and reasons[number] in {"header", "outside main", "banner"}:
            reasons[number] = None
            return


def blocks(pieces: Iterable[Piece], reasons: Iterable[str | None]) -> tuple[Block, ...]:
    """Return what counts, each block under the headings above it."""
    levels: list[str] = []
    path: tuple[str, ...] = ()
    found: list[Block] = []
    for piece, reason in zip(pieces, reasons, strict=True):
        if reason is not None:
            continue
        kind = piece.kind
        if not _is_heading(kind):
            found.append(Block(kind, piece.text, path, label=None, links=piece.links))
            continue
        while levels and levels[-1] >= kind:
            levels.pop()
        found.append(Block(kind, piece.text, path[: len(levels)], label=None, links=piece.links))
        path = (*path[: len(levels)], piece.text)
        levels.append(kind)
    return tuple(found)


def dropped(pieces: Iterable[Piece], reasons: Iterable[str | None]) -> tuple[Dropped, ...]:
    """Return what does not count, neighbours with the same reason together."""
    found: list[Dropped] = []
    texts: list[str] = []
    current: str | None = None
    for piece, reason in zip(pieces, reasons, strict=True):
        if reason != current:
            if current is not None:
                found.append(Dropped(current, "\n".join(texts)))
            current, texts = reason, []
        if reason is not None:
            texts.append(piece.text)
    if current is not None:
        found.append(Dropped(current, "\n".join(texts)))
    return tuple(found)
