"""What counts although it is outside the main part: what is under the page's heading there, and contact details."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from monitor.core.page.boilerplate_words import claims_copyright, leads_to_top
from monitor.core.page.page_parts import Piece
from monitor.core.vocabulary import ignoring_case

OUTSIDE_MAIN = "outside main"
_HEADINGS = {"sv": "Kontakt vid sidan"}
_HEADING_ELSEWHERE = "Contact beside the page"
_UNDER_HEADING = frozenset({"header", OUTSIDE_MAIN, "banner"})
_NAMED_UNDER_HEADING = frozenset({"byline", "banner", "aside"})
"""Parts of these names right under the heading say who wrote the page, and how it stands."""
_BESIDE = frozenset({"aside", OUTSIDE_MAIN})
_LONGEST_GROUP = 1_500
"""Characters. A longer text beside the main part is more than a way to get in touch."""
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+")
_PHONE = re.compile(
    r"(?<![\w.,-])(?=\+?(?:[ ()/–-]{0,3}\d){7})(?:\+\d{1,3}[ -]?(?:\(0\) ?)?\d{1,3}|0\d{1,3})"
    r" ?[ /–-] ?\d{2,3}(?: ?\d{2,3}){1,3}(?![\d.,]*\d)"
)
_OTHER_PHONE = ignoring_case(
    r"(?<![\w.,/-])(?:\d{2} \d{2} \d{2} \d{2}|\d{3} \d{2} \d{3}|\d{4} \d{4}|0\d{6,11}|\d{3}[.-]\d{3}[.-]\d{4}"
    r"|0\d{1,3}[.\u2010\u2011]\d{2,3}(?:[ .\u2010\u2011]\d{2,3}){1,3}|\(\d{2,5}\) ?\d{2,3}[ -]\d{2,4}(?:[ -]\d{1,4})*"
    r"|1-\d{3}-\d{3}-\d{4})(?![\d.,]*\d)"
    r"|\b(?:ring|call|telefon|tel|tlf|phone)\b[ .:]{1,3}\d{3,6}(?: \d{2,3})*\b"
)
"""Numbers of other countries, and short ones after a word that says what they are."""
_MASKED_MAIL = ignoring_case(r"\w ?(?:\(at\)|\[at\]|\(snabel-a\)) ?\w")
_POSTAL = ignoring_case(
    r"(?:\b(?:se-)?\d{3} ?\d{2} [^\W\d_]{3,}|\bbox \d+|\w(?:gatan|vägen|torget|gränd|allén|gata|gate|vej|straße)\b \d+)"
)
_CONTACT_HEADING = ignoring_case(
    r"^(?:kontakt\w*|contacts?(?: us)?|(?:besöks|post|leverans)?adress(?:er)?|telefon\w*|(?:avvikande )?öppettid\w*"
    r"|telefontid\w*|besökstid\w*|ansvarig\w*|handläggare|opening hours|address|phone|kontakt(?:person)?|åpningstider"
    r"|åbningstider|öffnungszeiten|sprechzeiten|ansprechpartner\w*|horaires\b.*|adresse|aukioloajat|yhteystiedot)$"
)
"""A heading under which anything tells how, where, when or whom to reach."""
_HOURS = ignoring_case(
    r"(?:\b(?:mån|tis|ons|tors|fre|lör|sön)(?:dag(?:ar)?)?\b|\b(?:var|hel)dag(?:ar)?\b|\böppet|\böppettid|\btelefontid"
    r"|\bdrop-?in\b|\b(?:mon|tue|wednes|thurs|fri|satur|sun)(?:day)?s?\b|\bweekdays?\b|\bopen|\bopening hours)"
    r"[^\n]{0,60}?\b\d{1,2}(?:[.:]\d{2})?(?: ?(?:–|-|to|till|och) ?)\d{1,2}(?:[.:]\d{2})?\b"
)


def heading_beside(language: str | None) -> str:
    """Return the heading of contact details that have none of their own, in the language of the page if in Swedish."""
    return _HEADINGS.get(language or "", _HEADING_ELSEWHERE)


def read_under_heading(pieces: Sequence[Piece], reasons: list[str | None], heading: int) -> list[int]:
    """Read what is between a page's heading and its main content: its status, date, editor. Return the numbers.

    Links and menus there are no such facts; a heading that is a link is the site's name.
    """
    if pieces[heading].is_link:
        return []
    end = next((n for n in range(heading + 1, len(pieces)) if reasons[n] is None), heading)
    found = [
        number
        for number in range(heading + 1, end)
        if (
            reasons[number] in _NAMED_UNDER_HEADING
            or (reasons[number] in _UNDER_HEADING and pieces[number].region in {pieces[heading].region, -1})
        )
        and not pieces[number].is_link
    ]
    for number in found:
        reasons[number] = None
    return found


def read_contacts(pieces: Sequence[Piece], reasons: list[str | None]) -> dict[int, int]:
    """Read contact details in asides and beside the main part. Return the pieces, each with its group."""
    found: dict[int, int] = {}
    for group in _groups(pieces, reasons):
        if _holds_contact([pieces[number] for number in group]):
            for number in group:
                reasons[number] = None
                found[number] = group[0]
    return found


def _groups(pieces: Sequence[Piece], reasons: Sequence[str | None]) -> Iterator[list[int]]:
    """Yield runs of dropped pieces of one region; a heading or the site's last line begins a new one.

    A link back to the top is in none: it stands below whatever is last.
    """
    group: list[int] = []
    for number, reason in enumerate(reasons):
        if reason not in _BESIDE:
            continue
        piece = pieces[number]
        if piece.is_link and leads_to_top(piece.text):
            continue
        is_next = group and group[-1] == number - 1 and pieces[group[-1]].region == piece.region
        is_first = piece.is_heading or claims_copyright(piece.text)
        is_part = bool(group) and is_next and _is_part(pieces, group, piece)
        if group and ((is_first and not is_part) or not is_next):
            yield group
            group = []
        group.append(number)
    if group:
        yield group


def _holds_contact(group: Sequence[Piece]) -> bool:
    """True if a group says how or when to get in touch, and is no list of links nor the site's last line."""
    text = "\n".join(piece.text for piece in group)
    if len(text) > _LONGEST_GROUP or claims_copyright(text):
        return False
    contacts = [link for piece in group for link in piece.links if link.target.startswith(("mailto:", "tel:"))]
    linked = sum(piece.linked for piece in group) - sum(len(link.text) for link in contacts)
    if linked > len(text) / 2:
        return False
    is_headed = len(group) > 1 and _CONTACT_HEADING.match(group[0].text) is not None
    return bool(contacts) or is_headed or _tells_contact(text)


def _tells_contact(text: str) -> bool:
    return any(pattern.search(text) for pattern in (_MAIL, _PHONE, _HOURS, _OTHER_PHONE, _MASKED_MAIL, _POSTAL))


def _is_part(pieces: Sequence[Piece], group: Sequence[int], piece: Piece) -> bool:
    """True if a heading is a lower one under the heading that begins a group: its parts belong together."""
    first = pieces[group[0]]
    return piece.is_heading and first.is_heading and piece.kind > first.kind
