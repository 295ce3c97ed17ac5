"""Which regions of a page are boilerplate: what the page declares, and guesses by name that the substance confirms."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.core.page.page_parts import PageParts, Piece, Region
from monitor.core.vocabulary import ADDRESS, AMOUNT, DATE, MAIL_ADDRESS, OPENING_HOURS, PHONE, TIME_LIMIT, ignoring_case

_VALUE = ignoring_case("|".join((DATE, AMOUNT, PHONE, MAIL_ADDRESS, ADDRESS, OPENING_HOURS, TIME_LIMIT)))
"""What no menu, share button or search field says."""
_MAY_STATE = re.compile(r"[\d@]")
"""A quick test before the forms of values are tried at each place."""

_LEAST_KEPT_SHARE = 0.12
"""Where less than this share of the page would be left, parts that hold most of it are kept, but for the recipe's."""


def reasons_of_regions(page: PageParts) -> list[str | None]:
    """Return for each piece the reason of the regions around it, None where none of them is boilerplate.

    Boilerplate that the page declares is dropped; a guess by name is withdrawn when the part holds a large share of the
    page. To be called once for a page: a second call would measure everything twice.
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
    return reasons


def _measure_regions(page: PageParts) -> None:
    """Fill in the measures and headings of the regions; what an outer one holds includes what inner ones hold."""
    regions = page.regions
    for piece in page.pieces:
        if piece.region >= 0:
            region = regions[piece.region]
            region.size += len(piece.text)
            region.linked += piece.linked
            if _is_sentence(piece):
                region.sentences += len(piece.text) - piece.linked
            if not region.states and (region.in_content or region.reason.is_opened):
                region.states = _states_value(piece)
    # A region comes after the one around it: from the last one on, each adds its figures to the outer one.
    for region in reversed(regions):
        if region.parent >= 0:
            outer = regions[region.parent]
            outer.size += region.size
            outer.linked += region.linked
            outer.sentences += region.sentences
            outer.buttons += region.buttons
            outer.states = outer.states or region.states
    for piece in page.pieces:
        if piece.is_heading:
            _note_heading(regions, piece)


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
    if region.in_content and _is_text_in_content(region):
        return False
    if reason.sure:
        return True
    if reason.is_opened:
        return _is_boilerplate_behind_control(region, total)
    if reason.by_name and _is_prose(region):
        return False
    if reason.doubtful and (region.size > 0.25 * total or not (region.buttons or is_linked)):
        return False
    if (reason.code == "header" and region.has_h1) or _is_named_by_heading(region):
        return False
    if reason.code == "banner" and _ANSWERED_BANNER_SHAPE.fits(region, total):
        return True
    return _SHAPE_OF_CODE.get(reason.code, _Shape()).fits(region, total)


_SENTENCE_ENDS = (".", "!", "?")
_MOST_LINKED = 0.5
_NEVER_TEXT = frozenset(
    {"cookies", "log-in", "hidden", "translation", "skip link", "breadcrumbs", "pagination", "dialog"}
)
"""Parts that are not read in the content either, however they are worded."""
_LEAST_SENTENCE = 25
_LEAST_SPACES = 3
_LEAST_WITHOUT_CONTROLS = {"social": 30, "share": 30, "search": 30, "skip link": 1}
"""So many characters without a link or button are no row of links or buttons."""
_NAMED_AT_EDGES = frozenset({"header", "footer"})
"""What is named so outside main parts and articles is the site's, in sentences or not; see `_is_section`."""
_TELLS_BY_WORDS = frozenset({"dialog", "aside", "banner"})
"""Opened parts of these kinds hold content where they hold more than a few words outside links."""


def _is_sentence(piece: Piece) -> bool:
    """True if a piece is prose: some words that end as a sentence does, or many, and not made of links."""
    text = piece.text
    return (
        len(text) >= _LEAST_SENTENCE
        and (text.endswith(_SENTENCE_ENDS) or len(text) >= _LEAST_PROSE)
        and text.count(" ") >= _LEAST_SPACES
        and piece.linked <= 0.25 * len(text)
    )


def _states_value(piece: Piece) -> bool:
    is_text = piece.linked <= _MOST_LINKED * len(piece.text)
    return is_text and _MAY_STATE.search(piece.text) is not None and _VALUE.search(piece.text) is not None


def _is_text_in_content(region: Region) -> bool:
    """True if a part of the content is text of it, whatever its name or tag: it states a value, not in a link.

    What is named or tagged so inside the content is a box, a note or a list of it, unless it is made of controls.
    """
    if region.reason.by_recipe or region.buttons or region.reason.code in _NEVER_TEXT:
        return False
    if region.linked > _MOST_LINKED * region.size:
        return False
    return region.states


def _is_prose(region: Region) -> bool:
    """True if the substance of a part contradicts its name: it has sentences, and neither buttons nor many links.

    One sentence is enough where there is no link at all, and none is needed where the name is that of links or buttons;
    a byline is made of short sentences.
    """
    code = region.reason.code
    if region.buttons or (code in _NAMED_AT_EDGES and not region.in_content and not _is_section(region)):
        return False
    if not region.linked and code != "byline":
        return region.sentences > 0 or region.size >= _LEAST_WITHOUT_CONTROLS.get(code, region.size + 1)
    return region.sentences >= _LEAST_PROSE and region.linked < 0.25 * region.size


def _is_section(region: Region) -> bool:
    """True if a part at the edge of a page is a section of it: sentences under a heading of its own, without a link.

    The site's own footer has links, or lines of its name and address.
    """
    return region.reason.code == "footer" and bool(region.heading and region.sentences) and not region.linked


def _is_boilerplate_behind_control(region: Region, total: int) -> bool:
    """True if a part that a control opens is what its name or role says: links, a question, or next to no words."""
    code = region.reason.code
    if region.linked > 0.5 * region.size:
        return True
    if code in {"cookies", "log-in"}:
        return _QUESTION_SHAPE.fits(region, total)
    if region.states:
        return False
    if code in _TELLS_BY_WORDS:
        return region.size - region.linked < _LEAST_PROSE
    return not region.sentences


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
