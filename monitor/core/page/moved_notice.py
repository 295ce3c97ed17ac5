"""The sentence in which a page says of itself that it is somewhere else now."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.core.model import Block
from monitor.core.vocabulary import ignoring_case

MOST_WORDS = 150
"""A longer page is read for its own sake; one that only says where it has gone is short."""
_MOST_CHARACTERS = 20 * MOST_WORDS
_LONGEST_NOTICE = 200
_BETWEEN = r"\b[^.!?\n]{0,80}?\b"
_SAYS_MOVED = (
    # Swedish
    r"(?:\b(?:(?:webb|hem)?sid(?:an|orna)|webb?platsen|sajten|innehållet|informationen|materialet|sidans innehåll"
    r"|(?:denna|vår|hela) (?:webb|hem)?(?:sida|plats))"
    rf"{_BETWEEN}(?:flytta(?:ts?|de?)|bytt (?:webb)?adress|(?:en )?ny (?:webb)?adress|ersatts? av"
    r"|slagits (?:ihop|samman) med"
    r"|(?:finns|ligger|hittar du|når du)(?: den| det)? (?:nu(?:mera)?|i ?stället) (?:på|hos|under|här)"
    r"(?! (?:\w+ )?\w+ska\b))\b)"
    r"|\bflytta(?:t|ts|d|de)\b[^.!?\n]{0,40}\b(?:ny(?:a)? (?:webb(?:plats|adress|sida)|sajt|adress))"
    r"|\bvi har (?:bytt|fått (?:en )?ny) webb?adress\b"
    r"|\bsidans (?:webb)?adress har (?:ändrats|bytts)\b"
    # English
    r"|(?:\b(?:page|(?:web ?)?site|content|information|document|article)s?"
    rf"{_BETWEEN}(?:moved|relocated|transferred|migrated|merged (?:into|with)"
    r"|(?:replaced|superseded) by|a new (?:web ?)?address"
    r"|now(?: be)? (?:at|(?:found|located|available|published) (?:at|on|under|here))|lives? (?:now|at))\b)"
    r"|\b(?:page|site|website)(?:'s|’s)? (?:web )?address has changed\b"
    r"|\b(?:object|we(?:'ve| have)|permanently) moved\b|\bmoved permanently\b"
    # German
    r"|(?:\b(?:(?:web|internet)?seiten?|website|inhalte?|informationen)"
    rf"{_BETWEEN}(?:umgezogen|verschoben|verlegt|neuen? (?:web|internet)?-?adresse"
    r"|finden sie (?:jetzt|nun|ab sofort|künftig))\b)"
    # French
    r"|(?:\b(?:page|site|contenus?|document)"
    rf"{_BETWEEN}(?:déplacée?s?|déménagé|transférée?s?|changé d['’]adresse|nouvelle adresse|remplacée? par"
    r"|se trouve (?:désormais|maintenant))\b)"
    # Spanish
    r"|(?:\b(?:página|sitio|contenido|documento)"
    rf"{_BETWEEN}(?:movido|movida|mudado|trasladad[oa]|cambiado de (?:dirección|ubicación)|nueva dirección"
    r"|se encuentra ahora)\b)"
    # Danish, Norwegian, Finnish, Dutch
    r"|(?:\b(?:(?:nett|hjemme)?siden?|nettstedet|ind?n?holdet)"
    rf"{_BETWEEN}(?:flytte[td]|flytta|ny (?:web|nett)?adresse)\b)"
    rf"|(?:\bsivu(?:sto)?{_BETWEEN}(?:siirretty|siirtynyt|muuttanut|uudessa osoitteessa)\b)"
    rf"|(?:\b(?:pagina|website|site|inhoud){_BETWEEN}(?:verplaatst|verhuisd|nieuwe? (?:web)?adres)\b)"
)
_MOVED = ignoring_case(_SAYS_MOVED)
_UNSURE = ignoring_case(
    r"\b(?:kan|kanske|eventuellt|möjligen|eller|kommer att|ska|snart|may|might|could|or|will|soon|vielleicht"
    r"|möglicherweise|oder|wird|peut|ou|sera|puede|o|será|måske|kanskje|skal|voi|ehkä|tai|misschien|wordt)\b"
)
_OR_ELSE = ignoring_case(r"[\s,]*(?:eller|or|oder|ou|o|tai|of)\b")
"""An error page guesses: "the page may have been moved", "the page was moved or removed"."""
_SENTENCE_ENDS = re.compile(r"[.!?](?=\s|$)|\n")


def moved_notice(title: str, blocks: Sequence[Block]) -> str | None:
    """Return the sentence in which a short page says that it has moved, without a doubt; None where none does.

    `title` is the page's, which may be where it says so. At most 200 characters.
    """
    words = characters = 0
    for block in blocks:
        words += block.text.count(" ") + 1
        characters += len(block.text)
        if words > MOST_WORDS or characters > _MOST_CHARACTERS:
            return None
    for text in (*(block.text for block in blocks), title):
        for found in _MOVED.finditer(text):
            if not _UNSURE.search(found[0]) and not _OR_ELSE.match(text, found.end()):
                return _sentence(text, found.start(), found.end())
    return None


def _sentence(text: str, start: int, end: int) -> str:
    """Return the sentence around a part of a text, at most 200 characters."""
    begin = max((match.end() for match in _SENTENCE_ENDS.finditer(text, 0, start)), default=0)
    stop = _SENTENCE_ENDS.search(text, end)
    return text[begin : stop.end() if stop else len(text)].strip()[:_LONGEST_NOTICE]
