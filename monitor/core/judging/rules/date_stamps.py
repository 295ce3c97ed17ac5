"""Dates that a page states: its own update date, which matters to readers, distinguished from stamps.

An automatic stamp shows the day of each check, moves only in its time of day, or is the date printed at render. It
takes two checks to recognise one: when the old revision was last seen, it must still have shown that very day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

from monitor.core.judging.rules.noise import folded_by
from monitor.core.model import Extraction, StatedDate
from monitor.core.page.dates import DateContext, machine_date, writes_day_first
from monitor.core.text import comparable
from monitor.core.vocabulary import DATE

_HOLE = "\N{SYMBOL FOR UNIT SEPARATOR}"
_ZONES = (timedelta(hours=-8), timedelta(0), timedelta(hours=2))
"""Offsets from UTC by which a page may reckon its day: the Americas to eastern Europe."""
_DATE = re.compile(DATE)
_CLOCK = re.compile(r"\b\d{1,2}(?:[.:]\d{2})?\s*(?:[ap]\.?m\b\.?|uhr\b)|\b(?:kl\.?\s*)?\d{1,2}[.:]\d{2}\b")
_AS_OF = re.compile(
    r"\b(?:data|figures?|cases?|numbers?|counts?|totals?|tests?|results?|deaths?|statistics|reported|status|situation)\b"
    r".{0,40}(?<!effective )(?<!updated )(?<!revised )\bas (?:of|at|on)\b"
    r"|\bas (?:of|at|on)\b.{0,40}\d(?:[.:]\d{2})?\s*[ap]\.?m\b"
    r"|\b(?:uppgifter(?:na)?|siffror(?:na)?|statistik(?:en)?|läget|antal(?:et)?)\b.{0,20}\bper\b"
)
"""Phrases that say for when figures hold. Terms "as of" a day are not matched: those are another version of them."""
_LINE_WORDS = 10


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The context of a pair of blocks: both extractions, and when the old was last and the new first seen."""

    before: Extraction
    after: Extraction
    seen_before: datetime | None
    seen_after: datetime


def states_date(text: str, date: StatedDate | None) -> bool:
    """True if this text is where the page states the date."""
    return date is not None and date.is_visible and bool(date.text) and date.text in text


def stamp_rule(before: str, after: str, known: Circumstances) -> str | None:
    """Return the rule if nothing differs but a date that the page states of itself, or today's date; else None.

    The rule is update-date, as-of-stamp, automatic-stamp, or that of the fold between two ways of writing one date.
    """
    for old, new in ((known.before.updated, known.after.updated), (known.before.published, known.after.published)):
        if old is None or new is None or not states_date(before, old) or not states_date(after, new):
            continue
        rest, others = before.replace(old.text, _HOLE), after.replace(new.text, _HOLE)
        if comparable(rest) == comparable(others):
            return "as-of-stamp" if _moves_as_of(before, after) else _rule_of_moved_date(old, new, known)
    if _moves_as_of(before, after):
        return "as-of-stamp"
    return "automatic-stamp" if _prints_today(before, after, known) else None


def _moves_as_of(before: str, after: str) -> bool:
    """True if a line says for when its figures hold and only that moved: the figures themselves did not."""
    one, other = comparable(before).lower(), comparable(after).lower()
    if len(other.split()) > _LINE_WORDS or not (_AS_OF.search(one) and _AS_OF.search(other)):
        return False
    rest, others = (_CLOCK.sub("", _DATE.sub(_HOLE, text)) for text in (one, other))
    return rest == others and _HOLE in rest


def _rule_of_moved_date(old: StatedDate, new: StatedDate, known: Circumstances) -> str:
    fold = folded_by(old.text, new.text)
    if fold:
        return fold.rule
    automatic = _is_day(old.date, known.seen_before) and _is_day(new.date, known.seen_after)
    return "automatic-stamp" if automatic or old.date == new.date else "update-date"


def _is_day(date: str, seen: datetime | None) -> bool:
    """True if the date is the day, in any of the zones, on which the page was seen."""
    return seen is not None and any((seen + zone).date().isoformat() == date for zone in _ZONES)


def _prints_today(before: str, after: str, known: Circumstances) -> bool:
    """True if a line differs in dates alone, and each was the day on which it was seen."""
    if known.seen_before is None or len(after.split()) > _LINE_WORDS:
        return False
    one, other = comparable(before).lower(), comparable(after).lower()
    old, new = _DATE.findall(one), _DATE.findall(other)
    if not old or _DATE.sub(_HOLE, one) != _DATE.sub(_HOLE, other):
        return False
    return all(
        _states_day(was, known.before, known.seen_before) and _states_day(now, known.after, known.seen_after)
        for was, now in zip_longest(old, new, fillvalue="")
        if was != now
    )


def _states_day(date: str, page: Extraction, seen: datetime) -> bool:
    parsed = machine_date(date, DateContext(seen.date(), writes_day_first(page.language, "")))
    return parsed is not None and _is_day(parsed, seen)
