"""Boilerplate by position and words, on a page that declares no main part.

    links before the main heading        the site's menu          a name of the site            its logo
    what follows the page's footer       layers of scripts        a request for consent         a cookie notice
    a line that begins with ©            the site's last line

Each rule depends on a piece and its position alone, never on how much else was captured: a menu that is in one revision
and missing in the next must not make other text come and go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from monitor.core.page import boilerplate_words
from monitor.core.page.page_parts import LONGEST_LINK, Piece

_LEAST_IN_ROW = 2
_BETWEEN_LINKS = re.compile(r"[\s|·•/–»›\[\]-]*")
_EDGE_PIECES = 3
"""A notice or a last line is among so many pieces at the beginning or the end of the remaining ones."""
_LONGEST_LAST_LINE = 240
_LARGEST_AFTER_FOOTER = 0.15
"""If more than this share of the page follows a footer, it is not the page's footer."""
_LARGEST_PREAMBLE = 0.3
"""If more than this share of the page precedes the first h1, it is not a preamble."""


def drop_by_place(pieces: Sequence[Piece], reasons: list[str | None], title: str) -> None:
    """Give a reason to each piece that precedes or follows the page's own text."""
    _drop_after_footer(pieces, reasons)
    _drop_before_heading(pieces, reasons, title)
    _drop_cookie_notices(pieces, reasons)


def drop_invitations(pieces: Sequence[Piece], reasons: list[str | None]) -> None:
    """Give a reason to links back to the top and to invitations to other sites, anywhere on the page."""
    for number, piece in enumerate(pieces):
        if reasons[number] is not None or not piece.is_short_link:
            continue
        if (piece.same_page_linked or not piece.links) and boilerplate_words.leads_to_top(piece.text):
            reasons[number] = "skip link"
        elif len(piece.links) == 1 and boilerplate_words.is_social_invitation(piece.text, piece.links[0].target):
            reasons[number] = "social"


def _remaining(pieces: Sequence[Piece], reasons: Sequence[str | None]) -> Iterator[int]:
    return (number for number, piece in enumerate(pieces) if reasons[number] is None and not piece.in_main)


def _drop_after_footer(pieces: Sequence[Piece], reasons: list[str | None]) -> None:
    """Drop the dialogs and widgets that scripts put after the page; a section with a heading is not one of them."""
    footers = (
        n
        for n, (piece, reason) in enumerate(zip(pieces, reasons, strict=True))
        if reason == "footer" and not piece.in_content
    )
    last = max(footers, default=len(pieces))
    kept = [len(piece.text) if reason is None else 0 for piece, reason in zip(pieces, reasons, strict=True)]
    has_section = any(kept[n] and pieces[n].is_heading for n in range(last, len(pieces)))
    if has_section or sum(kept[last:]) > _LARGEST_AFTER_FOOTER * sum(kept):
        return
    for number in range(last, len(pieces)):
        reasons[number] = reasons[number] or "after the footer"


def _drop_before_heading(pieces: Sequence[Piece], reasons: list[str | None], title: str) -> None:
    """Drop the menu and the logo above a page's first main heading."""
    kept = [len(piece.text) if reason is None else 0 for piece, reason in zip(pieces, reasons, strict=True)]
    heading = next((number for number, piece in enumerate(pieces) if piece.kind == "h1" and kept[number]), 0)
    if sum(kept[:heading]) > _LARGEST_PREAMBLE * sum(kept):
        return
    names = boilerplate_words.names_of_site(title)
    for number in _remaining(pieces[:heading], reasons):
        piece = pieces[number]
        if piece.text.casefold() in names:
            reasons[number] = "site name"
        elif piece.is_short_link or _is_row_of_links(piece):
            reasons[number] = "links"


def _is_row_of_links(piece: Piece) -> bool:
    """True if a paragraph is two short links or more, with nothing but what separates them: "Start | About us"."""
    if len(piece.links) < _LEAST_IN_ROW or any(len(link.text) > LONGEST_LINK for link in piece.links):
        return False
    at = 0
    for link in piece.links:
        start = piece.text.find(link.text, at)
        if start < 0 or not _BETWEEN_LINKS.fullmatch(piece.text, at, start):
            return False
        at = start + len(link.text)
    return _BETWEEN_LINKS.fullmatch(piece.text, at) is not None


def _drop_cookie_notices(pieces: Sequence[Piece], reasons: list[str | None]) -> None:
    """Drop requests for consent to cookies.

    On a page about cookies, or in the middle of a page, they are content.
    """
    remaining = list(_remaining(pieces, reasons))
    if len(remaining) <= 2 * _EDGE_PIECES:
        return
    outer = (*remaining[:_EDGE_PIECES], *remaining[-_EDGE_PIECES:])
    notices = [number for number in outer if boilerplate_words.is_cookie_notice(pieces[number].text)]
    if notices and sum(boilerplate_words.mentions_cookies(pieces[number].text) for number in remaining) <= _EDGE_PIECES:
        for number in notices:
            reasons[number] = "cookies"


def drop_last_line(pieces: Sequence[Piece], reasons: list[str | None]) -> None:
    """Give a reason to the line with the site's copyright claim, even in the main part."""
    remaining = [number for number, reason in enumerate(reasons) if reason is None]
    for number in remaining[-_EDGE_PIECES:]:
        if len(pieces[number].text) <= _LONGEST_LAST_LINE and boilerplate_words.claims_copyright(pieces[number].text):
            reasons[number] = "footer"
