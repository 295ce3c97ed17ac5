"""Whether what was seen may not be the page at all (product.md, "suspect").

Codes of the reasons, and their facts:

    shrunk          before, after (characters of text): less than a third is left
    heading-lost    heading (the one that is gone), before, after (characters): and half the text with it
    loading-page    phrase: a shell that scripts were to fill
    error-page      phrase: an error told with status 200
    login-page      phrase: a page that asks who you are
    home-page       heading (the one that is gone): the site's home page in the place of the page
    other-language  before, after (language codes): the same site for readers of another language
    cookie-wall     phrase: a consent dialog in the place of the page
    blocked-page    phrase: access denied, or proof asked for that one is human
    other-document  before, after (SFS numbers; after is None where it is no law): another document came

Where the earlier copy is the suspicious one, the facts hold copy = "before" as well.
`phrase` is the page's own words, at most 80 characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from monitor.core.diff.similarity import Likeness
from monitor.core.model import Extraction
from monitor.core.page.language import language_changed
from monitor.core.text import comparable
from monitor.core.vocabulary import ignoring_case
from monitor.errors import Reason

_LEAST_CHARACTERS = 200
"""A shorter text says too little of its size."""
_SHRUNK_TO = 1 / 3
_HALF = 1 / 2
_HEADING_ALIKE = 0.5
_LONGEST_PHRASE = 80


@dataclass(frozen=True, slots=True)
class _Shape:
    """A kind of page that stands in for the real one.

    `told` is what it says: in its title or first heading, on a page of at most `words_under_heading` words, or
    anywhere in a page of at most `words` words. A longer page may speak of log-ins and errors and be itself.
    """

    code: str
    words_under_heading: int
    words: int
    told: re.Pattern[str]


_SHAPES = (
    _Shape(
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
    _Shape(
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
    _Shape(
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
        ),
    ),
    _Shape(
        "login-page",
        100,
        20,
        ignoring_case(
            r"\b(?:log ?in|sign ?in|log on)\b(?: (?:to|required|with)\b)?|\blogga in\b|\binloggning\b"
            r"|\bconnectez-vous\b|\bse connecter\b|\banmelden\b|\bidentifícate\b|\biniciar sesión\b"
            r"|\bpassword\b|\blösenord\b"
        ),
    ),
    _Shape(
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
"""In the order in which they are tried: a page that asks for JavaScript to prove one is human is a blocked page."""
_KEPT_OF_ANOTHER = 0.2
"""A page that kept less of its text than this, and turned to another language or to the home page, is another page."""
_COOKIE = ignoring_case(r"\b(?:cookies?|kakor)\b")
_COOKIE_WORDS = 100
_MOST_WORDS = max(shape.words_under_heading for shape in _SHAPES)


def suspicion(before: Extraction | None, after: Extraction) -> Reason | None:
    """Why `after` may not be the page, None when nothing says so.

    What the accepted copy `before` has itself is no ground for suspicion, except that a copy which is a shell
    itself says nothing about what is new on the page.
    """
    if before is None:
        return _looks_like(after)
    if before.law is not None and after.law != before.law:
        return Reason("other-document", {"before": before.law, "after": after.law})
    known, found = _looks_like(before), _looks_like(after)
    if known is not None:
        return None if found and found.code == known.code else replace(known, facts={**known.facts, "copy": "before"})
    return found or _lost(before, after) or _elsewhere(before, after)


def _looks_like(page: Extraction) -> Reason | None:
    """The kind of page that stands in for a real one which this looks like."""
    count = 0
    for block in page.blocks:
        count += block.text.count(" ") + 1
        if count > _MOST_WORDS:
            return None
    text = "\n".join(block.text for block in page.blocks)
    head = comparable(f"{page.title}\n{page.main_heading or ''}")
    for shape in _SHAPES:
        found = shape.told.search(head) if count <= shape.words_under_heading else None
        if found is None and count <= shape.words:
            found = shape.told.search(text)
        if found:
            return Reason(shape.code, {"phrase": found[0].strip()[:_LONGEST_PHRASE]})
    return _speaks_of_cookies_alone(page, count)


def _speaks_of_cookies_alone(page: Extraction, count: int) -> Reason | None:
    """A short text without a main heading, half of whose blocks are about cookies: nothing but a dialog was seen."""
    about = [block.text for block in page.blocks if _COOKIE.search(block.text)]
    if page.main_heading or count > _COOKIE_WORDS or not about or len(about) * 2 < len(page.blocks):
        return None
    return Reason("cookie-wall", {"phrase": about[0][:_LONGEST_PHRASE]})


def _lost(before: Extraction, after: Extraction) -> Reason | None:
    """Shrunk to a fraction, or without its main heading and half its text. A rewrite of similar size is neither."""
    old, new = (sum(len(block.text) for block in page.blocks) for page in (before, after))
    if old < _LEAST_CHARACTERS:
        return None
    if new < old * _SHRUNK_TO:
        return Reason("shrunk", {"before": old, "after": new})
    heading, present = before.main_heading, after.main_heading
    if heading is None or new >= old * _HALF:
        return None
    if present is not None and Likeness().of_texts(heading, present) >= _HEADING_ALIKE:
        return None
    return Reason("heading-lost", {"heading": heading, "before": old, "after": new})


def _elsewhere(before: Extraction, after: Extraction) -> Reason | None:
    """Another page of the site: its home page, or the one for readers of another language.

    What is left of the text tells it from a page that was rewritten, or that calls itself something else than it did.
    The language is that of the words: what a page declares is often that of its site.
    """
    if _kept(before, after) >= _KEPT_OF_ANOTHER:
        return None
    if after.calls_itself_home and not before.calls_itself_home:
        return Reason("home-page", {"heading": before.main_heading or before.title})
    languages = language_changed((block.text for block in before.blocks), (block.text for block in after.blocks))
    return Reason("other-language", {"before": languages[0], "after": languages[1]}) if languages else None


def _kept(before: Extraction, after: Extraction) -> float:
    """How much of a text stands in another one unchanged, 0 to 1."""
    texts = {block.text for block in after.blocks}
    total = sum(len(block.text) for block in before.blocks)
    return sum(len(block.text) for block in before.blocks if block.text in texts) / max(total, 1)
