"""What surrounds a page that declares no main part: told by where it stands and by what it says.

    links before the main heading        the site's menu          a name of the site            its logo
    what follows the page's footer       layers of scripts        a request for consent         a cookie notice
    a line that begins with ©            the site's last line

Each rule looks at a piece and its place alone, never at how much else was captured: a menu that is there in one copy
and missing in the next must not make other text come and go.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.core.page import boilerplate_words
from monitor.core.page.pieces import Piece

_SHORT = 60
_FEW = 3
"""A notice or a last line stands among so many pieces at the beginning or the end of what is left."""
_LONGEST_LAST_LINE = 240
_AFTER_FOOTER = 0.15
"""More of the page than this after a footer: it was no footer of the page."""
_LONGEST_PREAMBLE = 0.3
"""More of the page than this before the first h1: it is no preamble."""


def drop_by_place(pieces: Sequence[Piece], reasons: list[str | None], title: str) -> None:
    """Give a reason to each piece that stands around the page proper."""
    _after_footer(pieces, reasons)
    _before_heading(pieces, reasons, title)
    _notices(pieces, reasons)


def drop_invitations(pieces: Sequence[Piece], reasons: list[str | None]) -> None:
    """Give a reason to links back to the top and to invitations elsewhere, wherever they stand."""
    for number, piece in enumerate(pieces):
        if reasons[number] is not None or len(piece.text) > _SHORT or piece.linked < 0.9 * len(piece.text):
            continue
        if piece.own and boilerplate_words.leads_to_top(piece.text):
            reasons[number] = "skip link"
        elif len(piece.links) == 1 and boilerplate_words.follows_elsewhere(piece.text, piece.links[0].target):
            reasons[number] = "social"


def _left(pieces: Sequence[Piece], reasons: Sequence[str | None]) -> Iterator[int]:
    return (number for number, piece in enumerate(pieces) if reasons[number] is None and not piece.in_main)


def _after_footer(pieces: Sequence[Piece], reasons: list[str | None]) -> None:
    """Dialogs and widgets that scripts put behind the page; a section with a heading is none."""
    footers = (
        n
        for n, (piece, why) in enumerate(zip(pieces, reasons, strict=True))
        if why == "footer" and not piece.in_article
    )
    last = max(footers, default=len(pieces))
    kept = [len(piece.text) if why is None else 0 for piece, why in zip(pieces, reasons, strict=True)]
    has_section = any(kept[n] and pieces[n].kind[0] == "h" for n in range(last, len(pieces)))
    if has_section or sum(kept[last:]) > _AFTER_FOOTER * sum(kept):
        return
    for number in range(last, len(pieces)):
        reasons[number] = reasons[number] or "after the footer"


def _before_heading(pieces: Sequence[Piece], reasons: list[str | None], title: str) -> None:
    """The menu and the logo above a page's first main heading."""
    kept = [len(piece.text) if why is None else 0 for piece, why in zip(pieces, reasons, strict=True)]
    heading = next((number for number, piece in enumerate(pieces) if piece.kind == "h1" and kept[number]), 0)
    if sum(kept[:heading]) > _LONGEST_PREAMBLE * sum(kept):
        return
    names = boilerplate_words.names_of_site(title)
    for number in _left(pieces[:heading], reasons):
        piece = pieces[number]
        if piece.text.casefold() in names:
            reasons[number] = "site name"
        elif len(piece.text) <= _SHORT and piece.linked >= 0.9 * len(piece.text):
            reasons[number] = "links"


def _notices(pieces: Sequence[Piece], reasons: list[str | None]) -> None:
    """Requests for consent to cookies. On a page that speaks of cookies, or in the middle of one, they are content."""
    left = list(_left(pieces, reasons))
    if len(left) <= 2 * _FEW:
        return
    outer = (*left[:_FEW], *left[-_FEW:])
    notices = [number for number in outer if boilerplate_words.is_cookie_notice(pieces[number].text)]
    if notices and sum(boilerplate_words.speaks_of_cookies(pieces[number].text) for number in left) <= _FEW:
        for number in notices:
            reasons[number] = "cookies"


def drop_last_line(pieces: Sequence[Piece], reasons: list[str | None]) -> None:
    """Give a reason to the line in which the site claims its rights, also where it stands in the main part."""
    left = [number for number, why in enumerate(reasons) if why is None]
    for number in left[-_FEW:]:
        if len(pieces[number].text) <= _LONGEST_LAST_LINE and boilerplate_words.claims_copyright(pieces[number].text):
            reasons[number] = "footer"
