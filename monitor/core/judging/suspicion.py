"""Suspicion that what was fetched is not the page at all: an error page, a login page, a cookie wall, ….

Codes of the reasons, and their facts:

    shrunk          before, after (characters of text): less than a third is left
    heading-lost    heading (the one that is gone), before, after (characters): half the text is gone as well
    loading-page    phrase: a shell that scripts were to fill
    error-page      phrase: an error sent with status 200
    login-page      phrase: a page that asks the visitor to log in
    home-page       heading (the one that is gone): the site's home page instead of the page
    elsewhere       to, heading (the one that is gone): the answer came from another address than before
    other-language  before, after (language codes): the same site for readers of another language
    cookie-wall     phrase: a consent dialog instead of the page
    moved-page      phrase, to: a short page that says where it has moved
    forwarding      to: a short page that sends its reader elsewhere by itself
    blocked-page    phrase: access denied, or proof required that the visitor is human
    other-document  before, after (SFS numbers; after is None where it is not a law): another document

Where the earlier revision is the suspicious one, the facts also hold copy = "before".
`phrase` is the page's own words, at most 80 characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from monitor.core.diff.similarity import Likeness
from monitor.core.model import Extraction
from monitor.core.page.language import language_changed
from monitor.core.text import comparable
from monitor.core.vocabulary import ignoring_case
from monitor.errors import Reason

_LEAST_CHARACTERS = 200
"""The size of a shorter text is no evidence."""
_SHRUNK_TO = 1 / 3
_HALF = 1 / 2
_HEADING_ALIKE = 0.5
_LONGEST_PHRASE = 80


@dataclass(frozen=True, slots=True)
class _PageKind:
    """A kind of page that a site may send instead of the real one.

    `phrases` match its title or first heading on a page of at most `words_under_heading` words, or anywhere in a page
    of at most `words` words. A longer page may mention log-ins and errors and be the real one.
    """

    code: str
    words_under_heading: int
    words: int
    phrases: re.Pattern[str]


_PAGE_KINDS = (
    _PageKind(
        "blocked-page",
        150,
        80,
        ignoring_case(
            r"\baccess (?:to this (?:page|site) )?(?:has been |is |was )?(?:denied|blocked)\b|\bcaptcha\b"
            r"|\bunusual traffic\b|\b(?:you are|you're) (?:a )?(?:human|not a robot)\b|\bi'?m not a robot\b"
            r"|\brequest (?:was |has been )?blocked\b"
            r"|\bchecking your browser\b|\bjust a moment\.\.\.|\bsecurity check\b|\båtkomst nekad\b|\binte en robot\b"
            r"|\baccès refusé\b|\bzugriff verweigert\b|\bacceso denegado\b"
        ),
    ),
    _PageKind(
        "loading-page",
        60,
        60,
        ignoring_case(
            r"\b(?:loading|laddar|läser in|chargement|wird geladen|cargando)\b(?:[^.\n]{0,30})?(?:\.{3}|…|$)"
            r"|\b(?:(?:being|be|are|been) redirected|redirecting)\b|\bdu (?:skickas|omdirigeras)\b"
            r"|\bvous allez être redirigé|\bsie werden (?:automatisch )?weitergeleitet\b|\bserá redirigido\b"
            r"|\bplease wait\b|\bvar god vänta\b|\bveuillez patienter\b|\bbitte warten\b"
            r"|\b(?:enable|aktivera|slå på|activer|aktivieren|habilit\w+)\b.{0,30}\bjavascript\b"
            r"|\bjavascript\b.{0,40}\b(?:enabled?|disabled|required|aktiver\w+|avstängt|activé|désactivé|aktiviert)\b"
        ),
    ),
    _PageKind(
        "error-page",
        120,
        40,
        ignoring_case(
            r"\b(?:error|fel|erreur|fehler)\s*:?\s*(?:40[0-9]|410|50[0-9])\b"
            r"|^(?:40[034]|410|50[0-4])\s*(?:$|[-:|\n]|error\b|fel\b|not\b|sidan\b)"
            r"|\b(?:page|file|document) (?:could )?(?:not|cannot be) (?:be )?found\b"
            r"|\bpage (?:you|does)\b.{0,40}\b(?:exist|found)\b"
            r"|\b(?:internal server error|service (?:temporarily )?unavailable|bad gateway|gateway time-?out)\b"
            r"|\bsomething went wrong\b|\ban? (?:unexpected )?error (?:has )?occurred\b|\btemporarily unavailable\b"
            r"|\bsidan (?:kunde inte|kan inte|gick inte att) (?:hittas?|visas?|laddas?|nås?)\b"
            r"|\bsidan (?:finns inte|saknas)\b|\bhittar inte sidan\b|\btekniskt fel\b"
            r"|\b(?:ett|något) (?:fel (?:har )?(?:uppstått|inträffat|uppstod)|gick fel)\b"
            r"|\btillfälligt (?:otillgänglig|ur funktion|stängd)\b|\bdriftstörning\b"
            r"|\bpage (?:introuvable|non trouvée)\b|\bseite (?:wurde )?nicht gefunden\b|\bpágina no encontrada\b"
            r"|\bunder (?:maintenance|underhåll)\b"
            r"|\bsidan (?:hitta(?:de)?s inte|existerar inte|är borttagen|går inte att hitta|kunde tyvärr inte hittas)\b"
            r"|\bsidan (?:du|ni) (?:söker|letar efter)\b.{0,30}\b(?:finns|hittas|flyttats)\b|\bingen sida hittades\b"
            r"|\b(?:kunde|kan) (?:tyvärr )?inte hitta (?:den )?sidan?\b|\bhittar (?:tyvärr )?inte (?:den )?sidan?\b"
            r"|\bsidan har flyttats eller tagits bort\b|\binternt serverfel\b|\bett oväntat fel\b"
            r"|(?:^|\n)not found(?:$|\n)|\bwas not found on this server\b|\bpage can(?:['’]t|not) be found\b"
            r"|^server error in\b|\berror establishing a database connection\b"
            r"|\bsiden (?:blev|ble|finnes|findes) ikke\b|\bsivua ei löy[dt]"
        ),
    ),
    _PageKind(
        "login-page",
        100,
        20,
        ignoring_case(
            r"\b(?:log ?in|sign ?in|log on)\b(?: (?:to|required|with)\b)?|\blogga in\b|\binloggning\b"
            r"|\bconnectez-vous\b|\bse connecter\b|\banmelden\b|\bidentifícate\b|\biniciar sesión\b"
            r"|\bpassword\b|\blösenord\b"
        ),
    ),
    _PageKind(
        "cookie-wall",
        60,
        60,
        ignoring_case(
            r"\bbefore you continue\b|\bwe value your privacy\b|\b(?:accept|allow) all(?: cookies)?\b"
            r"|\bgodkänn alla\b|\bacceptera alla\b|\btillåt alla\b|\btout accepter\b|\baccepter tout\b"
            r"|\balle(?:s)? akzeptieren\b|\baceptar todas?\b"
        ),
    ),
)
"""In the order of trial: a page that requires JavaScript as proof that the visitor is human is a blocked page."""
_KEPT_BY_OTHER_PAGE = 0.2
"""A page in another language, or a home page, is another page if it kept less of the text than this."""
_COOKIE = ignoring_case(r"\b(?:cookies?|kakor)\b")
_COOKIE_WORDS = 100
_FORWARDING_WORDS = 60
"""A page has no more words than this if all it does is to send its reader elsewhere, or to say where it has moved."""
_MOST_WORDS = max(kind.words_under_heading for kind in _PAGE_KINDS)


def suspicion(before: Extraction | None, after: Extraction) -> Reason | None:
    """Return why `after` may not be the page, None if nothing indicates it.

    What the accepted revision `before` also shows is no ground for suspicion. If `before` is itself such a page and
    `after` is not of the same kind, the suspicion is against `before`, for the difference says nothing about the page.
    """
    if before is None:
        return _substitute_page(after)
    if before.law is not None and after.law != before.law:
        return Reason("other-document", {"before": before.law, "after": after.law})
    known, found = _substitute_page(before), _substitute_page(after)
    if known is not None:
        return None if found and found.code == known.code else replace(known, facts={**known.facts, "copy": "before"})
    return found or _shrunk(before, after) or _other_page(before, after)


def _moved_page(page: Extraction) -> Reason | None:
    """Return the reason if a page says that it has moved, and sends its reader on or has one link and little more."""
    if page.moved_notice is None:
        return None
    to = page.moved_to
    if to is None:
        targets = {link.target for block in page.blocks for link in block.links if link.target.startswith("http")}
        words = sum(block.text.count(" ") + 1 for block in page.blocks)
        if len(targets) != 1 or words > _FORWARDING_WORDS:
            return None
        [to] = targets
    return Reason("moved-page", {"phrase": page.moved_notice[:_LONGEST_PHRASE], "to": to})


def _substitute_page(page: Extraction) -> Reason | None:
    """Return the kind of substitute page that this one resembles, with the phrase that says so."""
    moved = _moved_page(page)
    if moved is not None:
        return moved
    count = 0
    for block in page.blocks:
        count += block.text.count(" ") + 1
        if count > _MOST_WORDS:
            return None
    text = "\n".join(block.text for block in page.blocks)
    head = comparable(f"{page.title}\n{page.main_heading or ''}")
    for kind in _PAGE_KINDS:
        found = kind.phrases.search(head) if count <= kind.words_under_heading else None
        if found is None and count <= kind.words:
            found = kind.phrases.search(text)
        if found:
            return Reason(kind.code, {"phrase": found[0].strip()[:_LONGEST_PHRASE]})
    if page.sends_to is not None and count <= _FORWARDING_WORDS:
        return Reason("forwarding", {"to": page.sends_to})
    return _cookie_dialog(page, count)


def _cookie_dialog(page: Extraction, count: int) -> Reason | None:
    """Return the reason if only a dialog was seen: a short text without main heading, half its blocks about cookies."""
    about = [block.text for block in page.blocks if _COOKIE.search(block.text)]
    if page.main_heading or count > _COOKIE_WORDS or not about or len(about) * 2 < len(page.blocks):
        return None
    return Reason("cookie-wall", {"phrase": about[0][:_LONGEST_PHRASE]})


def _shrunk(before: Extraction, after: Extraction) -> Reason | None:
    """Return the reason if the text shrank to a fraction, or lost its main heading and half its length.

    A rewrite of similar size is neither.
    """
    old, new = (sum(len(block.text) for block in page.blocks) for page in (before, after))
    if old < _LEAST_CHARACTERS:
        return None
    if new < old * _SHRUNK_TO:
        return Reason("shrunk", {"before": old, "after": new})
    heading, heading_now = before.main_heading, after.main_heading
    if heading is None or new >= old * _HALF:
        return None
    if heading_now is not None and Likeness().of_texts(heading, heading_now) >= _HEADING_ALIKE:
        return None
    return Reason("heading-lost", {"heading": heading, "before": old, "after": new})


def _other_page(before: Extraction, after: Extraction) -> Reason | None:
    """Return the reason if this is another page of the site: its home page, or the page in another language.

    The share of the text that was kept distinguishes such a page from one that was rewritten or renamed. The language
    is detected from the words, for what a page declares is often the language of its site.
    """
    if _kept_share(before, after) >= _KEPT_BY_OTHER_PAGE:
        return None
    if after.claims_site_root and not before.claims_site_root:
        return Reason("home-page", {"heading": before.main_heading or before.title})
    languages = language_changed((block.text for block in before.blocks), (block.text for block in after.blocks))
    return Reason("other-language", {"before": languages[0], "after": languages[1]}) if languages else None


def answered_elsewhere(before: Extraction, after: Extraction, address_before: str, address: str) -> Reason | None:
    """Return the reason if the answer came from another address than before, and has next to nothing of the page.

    So does a site that sends its readers to another page for a while. The scheme, the query and a slash at the end do
    not make an address another one.
    """
    if _place(address_before) == _place(address) or _kept_share(before, after) >= _KEPT_BY_OTHER_PAGE:
        return None
    heading, heading_now = before.main_heading, after.main_heading
    if heading is not None and heading_now is not None and Likeness().of_texts(heading, heading_now) >= _HEADING_ALIKE:
        return None
    return Reason("elsewhere", {"to": address, "heading": heading or before.title})


def _place(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.netloc.lower(), parts.path.rstrip("/")


def _kept_share(before: Extraction, after: Extraction) -> float:
    """Return the share of the text of `before` whose blocks are unchanged in `after`, 0 to 1."""
    texts = {block.text for block in after.blocks}
    total = sum(len(block.text) for block in before.blocks)
    return sum(len(block.text) for block in before.blocks if block.text in texts) / max(total, 1)
