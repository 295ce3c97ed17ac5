"""Noise: differences that arise by themselves or that nobody sees, for which no reader is notified.

Each kind is a fold: a function that makes two texts equal if they differ in nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from monitor.core.judging.rules.facts import with_values
from monitor.core.judging.rules.moving_lines import (
    HOLE,
    counters_folded,
    is_counter_line,
    is_page_tool,
    moving_line_folded,
    page_tools_folded,
    sets_limit,
    states_what_counts,
)
from monitor.core.judging.rules.trim import around_the_difference
from monitor.core.judging.rules.typography import (
    ICON_WORDS,
    without_icons,
    without_needless_space,
    without_typography,
)
from monitor.core.page.decoding import with_signs_encoded_once
from monitor.core.text import comparable
from monitor.core.vocabulary import CURRENCIES, MONTH_WORDS, NUMBER_WORDS, WEEKDAYS, ignoring_case

_FEW_WORDS = 6
"""Words in a line that can be noise as a whole; "kräver version 2.1" within a longer sentence is content."""
_LINE_WORDS = 16
_MOST_WORDS = 40
"""A text of more words is not a line that comes and goes."""
_LABEL_WORDS = 2
_NAME = re.compile(r"[^\W\d]{2,}")

_UNIT = (
    r"(?:sekund|minut|timm|tim|dag|dygn|veck|månad|år|second|sec|minute|min|hour|hr|day|week|month|year"
    r"|time|uke|uge|måned|minuutti|tunti|päivä|viikko|kuukausi"
    r"|seconde|heure|jour|semaine|mois|an|sekunde|stunde|tag|woche|monat|jahr|segundo|minuto|hora|día|semana|mes|año)"
    r"\w{0,3}"
)
_COUNT = r"(?:\d+|en|ett|några|an?|one|few|une?|einer?|einem|una?)"
_RELATIVE = ignoring_case(
    rf"\bför\s+(?:mer än\s+)?{_COUNT}\s+{_UNIT}\s+sedan\b|\b(?:over\s+|about\s+)?{_COUNT}\s+{_UNIT}\s+ago\b"
    rf"|\bfor\s+{_COUNT}\s+{_UNIT}\s+siden\b|\b{_COUNT}\s+(?:minuuttia|tuntia|päivää|viikkoa|kuukautta)\s+sitten\b"
    rf"|\bil y a\s+{_COUNT}\s+{_UNIT}\b|\bvor\s+{_COUNT}\s+{_UNIT}\b|\bhace\s+{_COUNT}\s+{_UNIT}\b"
)
_WRITTEN = ignoring_case(
    r"\b(?:uppdatera|publicera|ändra|skapa|skrive|postad|inlagd|updated|posted|published|edited|modified|created|written"
    r"|aktualisiert|veröffentlicht|geändert|erstellt|oppdatert|publisert|opdateret|offentliggjort|päivitetty|julkaistu"
    r"|mise? à jour|publié|modifié|actualizado|publicado)"
)
"""Words of what is said with a relative time on a line that is longer than a stamp."""
_RELATIVE_DAY = ignoring_case(
    r"\b(?:i ?dag|i ?går|i ?förrgår|just nu|nyss|today|yesterday|just now|last week"
    r"|aujourd'hui|hier|heute|gestern|hoy|ayer)\b"
)
_YEARS = r"\b(?:19|20)\d{2}(?:\s*-\s*(?:19|20)\d{2})?\b"
_COPYRIGHT = ignoring_case(rf"((?:©|\bcopyright\b|\(c\)(?=\s*(?:19|20)\d{{2}}))\D{{0,40}}){_YEARS}|{_YEARS}(\s*©)")
"""The mark and its years; "(c)" alone may be the third item of a list."""
_VERSION = ignoring_case(
    r"\b(?:version|ver\.?|v\.?|build|release|rev\.?|utgåva)\s*:?\s*\d+(?:\.\d+)+[\w.-]*+(?!\s+(?:av|of|der|des|för|for|für)\s+\w)|\bbuild\s*:?\s*\d+"
    r"|(?<![\w.])(?!0\d)\d+\.\d+\.\d+\.\d+(?![\w.])"
)
"""A version of something that the line names is content: "Version 1.2 of the guidelines"."""
_WORK = ignoring_case(
    r"\b(?:\w*(?:riktlinje|handbok|handböcke|vägledning|föreskrift|rutin|blankett|richtlinie|leitfaden|handbuch|polic"
    r"|reglement|mall|ansökan|formulär|villkor|avtal|stadg|instruktion|krav|kräv|skjema|veileder|vejledning|vilkår|ohje"
    r"|formular|antrag|bedingung|vertrag)\w*"
    r"|manual(?:en)?|guidelines?|guidance|handbook|standard(?:en)?|directive|application|forms?|terms|agreement|require[sd]?"
    r"|android|ios|windows|macos)\b"
)
"""What people follow, of which another version is news, wherever in the line it is named."""
_TOKEN = re.compile(
    r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b|(?<![0-9A-Za-z])[0-9A-Za-z]{12,}"
)
"""A UUID, or a long word, of which `_is_random` decides whether it is a token."""
_LONGEST_FIGURE = 16
_HEX_ALTERNATIONS, _ALTERNATIONS = 3, 5
_MAIL_SHIELD = ignoring_case(r"\w?\[email.?protected\]\w?|\[e-?mail\s+(?:protected|skyddad)\]")
_HEX = frozenset("0123456789abcdef")
_SHORTEST_TOKEN = 12
_MARKS = "-.:;,!?'\"()/|*·•"
_PLAIN_FACT_WORDS = (
    MONTH_WORDS | NUMBER_WORDS.keys() | WEEKDAYS.keys() | CURRENCIES.keys() | ICON_WORDS
    | {"den", "the", "kl", "klockan", "till", "to", "och", "and", "procent", "prozent", "percent", "per", "cent"}
    | {"uhr", "sfs", "nr", "no", "miljoner", "tusen"}
)  # fmt: skip
"""Words that are part of a fact, which may be written without them, or of an icon."""
_RELATIVE_TIME_WORDS = frozenset(
    [
        "sedan", "ago", "vor", "hace", "y", "dag", "idag", "går", "igår", "förrgår", "nu", "nyss", "today", "yesterday",
        "now", "siden", "sitten", "jetzt", "derzeit", "week", "aujourd'hui", "hier", "heute", "gestern", "hoy", "ayer",
    ]
)  # fmt: skip
"""Words of which every relative time contains at least one."""
_SCRIPT_LEAK = ignoring_case(
    r"\[object \w+\](?:\s+https?://\S+)*"
    r"|\[an error occurred while processing this directive\]"
    r"|cannot retrieve the url specified in the content link property\.?"
    r"(?: for more assistance, contact your site administrator\.?)?"
    r"|(?:warning|notice|deprecated|(?:fatal|parse) error): [^\n]{1,200}? in /\S{1,200} on line \d+"
)
"""What a script or the server wrote by mistake: the name of an object and the addresses after it, or an error."""


def _relative_time(text: str) -> str:
    """Return the text without times reckoned from now, where they say when something was written or done.

    In a sentence they set a limit: "Brott som begicks för mer än 5 år sedan utreds inte".
    """
    is_short = len(text.split()) <= _FEW_WORDS
    if (is_short and not sets_limit(text)) or (len(text.split()) <= _LINE_WORDS and _WRITTEN.search(text)):
        text = _RELATIVE.sub(HOLE, text)
    return _RELATIVE_DAY.sub(HOLE, text) if is_short else text


def _copyright_year(text: str) -> str:
    return _COPYRIGHT.sub(rf"\1{HOLE}\2", text) if len(text.split()) <= _LINE_WORDS else text


def _version_string(text: str) -> str:
    """Return the text without the version of a program; an address in it is none, whatever its numbers."""
    is_content = len(text.split()) > _FEW_WORDS or "://" in text or _WORK.search(text)
    return text if is_content else _VERSION.sub(HOLE, text)


def random_tokens_folded(text: str) -> str:
    """Return the text with every random token replaced by the same placeholder."""
    return _TOKEN.sub(lambda match: HOLE if _is_random(match[0]) else match[0], text)


def _is_random(token: str) -> bool:
    """True if letters and digits alternate as in no word, file name or date, or a figure is longer than any in use."""
    if token.isdigit():
        return len(token) > _LONGEST_FIGURE
    if "-" in token:
        return True
    alternations = sum(one.isdigit() != other.isdigit() for one, other in pairwise(token))
    return alternations >= (_HEX_ALTERNATIONS if _HEX.issuperset(token) else _ALTERNATIONS)


def _script_leak(text: str) -> str:
    return _SCRIPT_LEAK.sub(HOLE, text)


def _mail_shield(text: str) -> str:
    return _MAIL_SHIELD.sub(HOLE, text)


@dataclass(frozen=True, slots=True)
class Fold:
    """A difference that does not count: the name of its rule, and the function that removes it."""

    rule: str
    fold: Callable[[str], str]


TYPOGRAPHY = Fold("typography", without_typography)
COUNTER = Fold("counter", counters_folded)
FOLDS = (
    Fold("whitespace", without_needless_space),
    TYPOGRAPHY,
    Fold("spelling", with_values),
    Fold("relative-time", _relative_time),
    Fold("copyright-year", _copyright_year),
    Fold("version-string", _version_string),
    Fold("random-token", random_tokens_folded),
    COUNTER,
    Fold("moving-line", moving_line_folded),
    Fold("page-tools", page_tools_folded),
    Fold("mail-shield", _mail_shield),
    Fold("script-leak", _script_leak),
)
"""In the order of trial; a later one may assume that no earlier one suffices."""
_FORMS = 3
"""So many folds, the first, concern the form alone; the others find something that moves by itself."""


def folded_by(before: str, after: str) -> Fold | None:
    """Return the fold that makes two texts equal, or the last of several that do; None if a difference counts.

    Signs that the server encoded twice on one side ("fÃ¶r") are typography.
    """
    if not (before.isascii() or after.isascii()):
        before, after = with_signs_encoded_once(before), with_signs_encoded_once(after)
        if before == after:
            return TYPOGRAPHY
    one, other = around_the_difference(comparable(before), comparable(after))
    if differ_in_plain_words(one, other):
        return None
    for fold in FOLDS[:_FORMS]:
        if fold.fold(one) == fold.fold(other):
            return fold
    last, folded, others = None, one, other
    for fold in reversed(FOLDS):
        before_fold = folded, others
        folded, others = fold.fold(folded), fold.fold(others)
        last = last or (fold if (folded, others) != before_fold else None)
    if folded != others:
        return None
    return next((fold for fold in FOLDS[_FORMS:] if fold.fold(one) == fold.fold(other)), last)


def moving_folds(text: str) -> list[Fold]:
    """Return the folds that remove a part of a text that moves by itself."""
    text = comparable(text)
    return [fold for fold in FOLDS[_FORMS:] if fold.fold(text) != text]


def differ_in_plain_words(one: str, other: str) -> bool:
    """True if a word that no fold removes is on one side only: a fast pre-test, for most edits are of this kind."""
    if "[" in one or "[" in other:
        return False
    words, others = ({word.strip(_MARKS) for word in text.casefold().split()} for text in (one, other))
    differing = words ^ others
    if differing <= _PLAIN_FACT_WORDS or not _RELATIVE_TIME_WORDS.isdisjoint(words | others):
        return False
    if not all(word.isalpha() and len(word) < _SHORTEST_TOKEN for word in differing):
        return False
    return not (is_page_tool(one) and is_page_tool(other))


def fold_of_whole_line(text: str) -> Fold | None:
    """Return the fold that leaves next to nothing of a text, None if none does: such a line may be added or removed."""
    text = comparable(text)
    if not any(character.isalnum() for character in without_icons(text)):
        return TYPOGRAPHY
    if text.count(" ") >= _MOST_WORDS:
        return None
    uncounted = counters_folded(text)
    if uncounted != text and is_counter_line(text):
        return COUNTER
    for fold in FOLDS[_FORMS:]:
        left = uncounted if fold is COUNTER else fold.fold(text)
        most = _LINE_WORDS if fold.rule == "copyright-year" else _LABEL_WORDS
        if HOLE in left and len(_NAME.findall(left)) <= most and not (fold is COUNTER and states_what_counts(text)):
            return fold
    return None
