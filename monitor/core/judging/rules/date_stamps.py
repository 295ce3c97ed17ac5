"""Dates that a page states: its own update date, which readers want to know, told apart from stamps.

An automatic stamp shows the day of every look, moves in its time of day alone, or is the date printed at render. It
takes two looks to know one: when the old copy was last seen, it must still have shown that very day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

from monitor.core.judging.rules.noise import folded_by
from monitor.core.model import Extraction, StatedDate
from monitor.core.page.dates import DateContext, machine_date, reads_day_first
from monitor.core.text import comparable
from monitor.core.vocabulary import DATE

_HOLE = "\N{SYMBOL FOR UNIT SEPARATOR}"
_ZONES = (timedelta(hours=-8), timedelta(0), timedelta(hours=2))
"""Where a page may reckon its day from, seen from UTC: the Americas to eastern Europe."""
_DATE = re.compile(DATE)
_CLOCK = re.compile(r"\b\d{1,2}(?:[.:]\d{2})?\s*(?:[ap]\.?m\b\.?|uhr\b)|\b(?:kl\.?\s*)?\d{1,2}[.:]\d{2}\b")
_AS_OF = re.compile(
    r"\b(?:data|figures?|cases?|numbers?|counts?|totals?|tests?|results?|deaths?|statistics|reported|status|situation)\b"
    r".{0,40}(?<!effective )(?<!updated )(?<!revised )\bas (?:of|at|on)\b"
    r"|\bas (?:of|at|on)\b.{0,40}\d(?:[.:]\d{2})?\s*[ap]\.?m\b"
    r"|\b(?:uppgifter(?:na)?|siffror(?:na)?|statistik(?:en)?|läget|antal(?:et)?)\b.{0,20}\bper\b"
)
"""For when figures hold. Terms "as of" a day are another version of them."""
_LINE_WORDS = 10


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known beside a pair of blocks: both readings, and when the old was last and the new first seen."""

    before: Extraction
    after: Extraction
    seen_before: datetime | None
    seen_after: datetime


def states_date(text: str, date: StatedDate | None) -> bool:
    """Whether a text is where the page states this date."""
    return date is not None and date.is_visible and bool(date.text) and date.text in text


def stamp_rule(before: str, after: str, known: Circumstances) -> str | None:
    """The rule where nothing differs but a date that the page states of itself, or today's date; else None.

    update-date, as-of-stamp, automatic-stamp, or what folds two ways of writing one date.
    """
    for old, new in ((known.before.updated, known.after.updated), (known.before.published, known.after.published)):
        if old is None or new is None or not states_date(before, old) or not states_date(after, new):
            continue
        rest, others = before.replace(old.text, _HOLE), after.replace(new.text, _HOLE)
        if comparable(rest) == comparable(others):
            return "as-of-stamp" if _says_as_of(before, after) else _moved(old, new, known)
    if _says_as_of(before, after):
        return "as-of-stamp"
    return "automatic-stamp" if _prints_today(before, after, known) else None


def _says_as_of(before: str, after: str) -> bool:
    """Whether a line says for when its figures hold, and nothing but that moved: the figures themselves did not."""
    one, other = comparable(before).lower(), comparable(after).lower()
    if len(other.split()) > _LINE_WORDS or not (_AS_OF.search(one) and _AS_OF.search(other)):
        return False
    rest, others = (_CLOCK.sub("", _DATE.sub(_HOLE, text)) for text in (one, other))
    return rest == others and _HOLE in rest


def _moved(old: StatedDate, new: StatedDate, known: Circumstances) -> str:
    fold = folded_by(old.text, new.text)
    if fold:
        return fold.rule
    automatic = _is_day(old.date, known.seen_before) and _is_day(new.date, known.seen_after)
    return "automatic-stamp" if automatic or old.date == new.date else "update-date"


def _is_day(date: str, seen: datetime | None) -> bool:
    """Whether a page that was seen then showed that very day."""
    return seen is not None and any((seen + zone).date().isoformat() == date for zone in _ZONES)


def _prints_today(before: str, after: str, known: Circumstances) -> bool:
    """Whether a line differs in dates alone, and each was today's when it was seen."""
    if known.seen_before is None or len(after.split()) > _LINE_WORDS:
        return False
    one, other = comparable(before).lower(), comparable(after).lower()
    old, new = _DATE.findall(one), _DATE.findall(other)
    if not old or _DATE.sub(_HOLE, one) != _DATE.sub(_HOLE, other):
        return False
    return all(
        _day_of(was, known.before, known.seen_before) and _day_of(now, known.after, known.seen_after)
        for was, now in zip_longest(old, new, fillvalue="")
        if was != now
    )


def _day_of(date: str, page: Extraction, seen: datetime) -> bool:
    read = machine_date(date, DateContext(seen.date(), reads_day_first(page.language, "")))
    return read is not None and _is_day(read, seen)
