"""Dates that a page states: its own update date, which matters to readers, distinguished from stamps.

An automatic stamp shows the day of each check, moves only in its time of day, or is the date printed at render. It
takes two checks to recognise one: when the old revision was last seen, it must still have shown that very day. The days
of the page's own date are counted in the watch's time zone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import zip_longest
from zoneinfo import ZoneInfo

from monitor.core.judging.rules.link_lists import replaced_lists
from monitor.core.judging.rules.moving_lines import HOLE
from monitor.core.judging.rules.noise import folded_by
from monitor.core.model import SWEDISH_TIME, Extraction, StatedDate
from monitor.core.page.date_forms import DateContext, machine_date, writes_day_first
from monitor.core.text import comparable
from monitor.core.vocabulary import DATE, WEEKDAY

_ZONES = (timedelta(hours=-8), timedelta(0), timedelta(hours=2))
"""Offsets from UTC by which a page may print today's date: the Americas to eastern Europe."""
_DATE = re.compile(DATE)
_DIGIT = re.compile(r"\d")
_CLOCK = re.compile(
    r"\b\d{1,2}(?:[.:]\d{2})?\s*(?:[ap]\.?m\b\.?|uhr\b)|\b(?:kl(?:ockan)?\b\.?\s*)?\d{1,2}[.:]\d{2}(?:[.:]\d{2})?\b"
)
_DAY_NAME = re.compile(rf"\b(?:{WEEKDAY})\b\.?,?")
_STAMPED = re.compile(
    r"\b(?:klockan är|(?:local )?time is|(?:uppdatera|ändra|generera|hämta|skapa|ladda|spara|publicera)[dt]?(?:es)?"
    r"|utskriven|updated|modified|generated|retrieved|created|loaded|rendered|printed|fetched|refreshed"
    r"|aktualisiert|geändert|erstellt|erzeugt|generiert|gedruckt|abgerufen|oppdatert|opdateret|endret|ændret|actualizado)\b"
)
"""Words of a stamp: a time of day beside them, and nothing else, is when the page was made."""
_OTHER_WORD = re.compile(r"[^\W\d_]{2,}")
_SMALL_WORDS = frozenset(
    [
        "den", "the", "kl", "klockan", "idag", "dag", "today", "am", "pm", "at", "on", "är", "det", "it", "is",
        "was", "this", "denna", "seite", "sida", "sidan", "webbsidan", "innehållet", "informationen", "page", "content",
        "blev", "har", "senast", "last", "zuletzt", "sist", "sidst", "um", "uhr", "cet", "cest", "utc", "gmt",
        "nu", "now", "datum", "date", "dagens", "heute", "ist", "der", "die", "heutiges", "aujourd", "hui", "nous",
        "sommes", "le", "tänään", "vecka", "week", "uge", "uke", "dato", "hoy", "es",
    ]
)  # fmt: skip
"""Words that accompany today's date, or a stamp."""
_AS_OF = re.compile(
    r"\b(?:data|figures?|cases?|numbers?|counts?|totals?|tests?|results?|deaths?|statistics|reported|status|situation)\b"
    r".{0,40}(?<!effective )(?<!updated )(?<!revised )\bas (?:of|at|on)\b"
    r"|\bas (?:of|at|on)\b.{0,40}\d(?:[.:]\d{2})?\s*[ap]\.?m\b"
    r"|\b(?:uppgifter(?:na)?|siffror(?:na)?|statistik(?:en)?|läget|antal(?:et)?)\b.{0,20}\bper\b"
)
"""Phrases that say for when figures hold. Terms "as of" a day are not matched: those are another version of them."""
_LINE_WORDS = 10


@dataclass(frozen=True)
class Circumstances:
    """The context of a pair of blocks: both extractions, and when the old was last and the new first seen.

    `timezone` is the watch's, an IANA name.
    """

    before: Extraction
    after: Extraction
    seen_before: datetime | None
    seen_after: datetime
    timezone: str = SWEDISH_TIME

    @cached_property
    def replaced_lists(self) -> frozenset[tuple[str, ...]]:
        """The heading paths of the lists of links that were replaced whole."""
        return replaced_lists(self.before, self.after)

    @cached_property
    def headings_before(self) -> frozenset[str]:
        """The comparable texts of the headings of the page before."""
        return _headings(self.before)

    @cached_property
    def headings_after(self) -> frozenset[str]:
        """The comparable texts of the headings of the page after."""
        return _headings(self.after)


def _headings(page: Extraction) -> frozenset[str]:
    return frozenset(comparable(block.text) for block in page.blocks if block.kind.startswith("h"))


def states_date(text: str, stated: StatedDate | None) -> bool:
    """True if this text is where the page states the date; of a label and a date in two texts, the date's."""
    return stated is not None and stated.is_visible and bool(stated.text) and _without_date(text, stated) is not None


def is_line_of_date(text: str, stated: StatedDate) -> bool:
    """True if a text that states the date says nothing else."""
    return not any(map(str.isalnum, (_without_date(text, stated) or "").replace(HOLE, "")))


def _without_date(text: str, stated: StatedDate) -> str | None:
    """Return the text with a hole for the date that it states, None if it does not state it."""
    if stated.text in text:
        return text.replace(stated.text, HOLE)
    return HOLE if _DIGIT.search(text) and stated.text.endswith(f" {text}") else None


def stamp_rule(before: str, after: str, known: Circumstances) -> str | None:
    """Return the rule if nothing differs but a date that the page states of itself, or today's date; else None.

    The rule is update-date, as-of-stamp, automatic-stamp, or that of the fold between two ways of writing one date.
    """
    for old, new in ((known.before.updated, known.after.updated), (known.before.published, known.after.published)):
        if old is None or new is None or not states_date(before, old) or not states_date(after, new):
            continue
        rest, others = _without_date(before, old), _without_date(after, new)
        if comparable(rest or "") == comparable(others or ""):
            return "as-of-stamp" if _moves_as_of(before, after) else _rule_of_moved_date(old, new, known)
    if _moves_as_of(before, after):
        return "as-of-stamp"
    return "automatic-stamp" if _is_printed_at_render(before, after, known) else None


def _moves_as_of(before: str, after: str) -> bool:
    """True if a line says for when its figures hold and only that moved: the figures themselves did not."""
    one, other = comparable(before).lower(), comparable(after).lower()
    if len(other.split()) > _LINE_WORDS or not (_AS_OF.search(one) and _AS_OF.search(other)):
        return False
    rest, others = (_CLOCK.sub("", _DATE.sub(HOLE, text)) for text in (one, other))
    return rest == others and HOLE in rest


def _rule_of_moved_date(old: StatedDate, new: StatedDate, known: Circumstances) -> str:
    fold = folded_by(old.text, new.text)
    if fold:
        return fold.rule
    automatic = all(
        seen is not None and local_day(seen, known.timezone).isoformat() == stated.date
        for stated, seen in ((old, known.seen_before), (new, known.seen_after))
    )
    return "automatic-stamp" if automatic or old.date == new.date else "update-date"


def _is_printed_at_render(before: str, after: str, known: Circumstances) -> bool:
    """True if a line differs in days alone, each the day on which it was seen, or in the time of day of a stamp.

    The days are all reckoned in one time zone.
    """
    if len(after.split()) > _LINE_WORDS or not any(map(str.isdigit, after)):
        return False
    one, other = comparable(before).lower(), comparable(after).lower()
    dates = list(zip_longest(_DATE.findall(one), _DATE.findall(other), fillvalue=""))
    undated = [_without_days(text) for text in (one, other)]
    rest = [_without_clock(text) for text in undated]
    if rest[0] != rest[1] or not (dates or _STAMPED.search(one)) or not _says_nothing_else(rest[0]):
        return False
    differing = [(was, now) for was, now in dates if was != now]
    if not differing:
        return undated[0] != undated[1]
    return known.seen_before is not None and any(
        all(_states_day(was, known.before, day) and _states_day(now, known.after, next_day) for was, now in differing)
        for day, next_day in zip(
            _days(known.seen_before, known.timezone), _days(known.seen_after, known.timezone), strict=True
        )
    )


def _without_days(text: str) -> str:
    """Return a line without its dates and, beside a date, the days of the week."""
    undated = _DATE.sub(HOLE, text)
    return " ".join((_DAY_NAME.sub("", undated) if undated != text else text).split())


def _without_clock(text: str) -> str:
    return " ".join(_CLOCK.sub("", text).split())


def _says_nothing_else(rest: str) -> bool:
    """True if a line without its date and time says no more than that they are now."""
    return _SMALL_WORDS.issuperset(_OTHER_WORD.findall(_STAMPED.sub("", rest)))


def _days(seen: datetime, timezone: str) -> list[date]:
    """Return the day of a time, in the watch's time zone and in each of those in which pages print today's date."""
    return [local_day(seen, timezone), *((seen + zone).date() for zone in _ZONES)]


def local_day(at: datetime, timezone: str) -> date:
    """Return the day of a time in a time zone."""
    return at.astimezone(ZoneInfo(timezone)).date()


def _states_day(stated: str, page: Extraction, day: date) -> bool:
    day_first = writes_day_first(page.language, "") is not False
    return machine_date(stated, DateContext(day, day_first, page.language)) == day.isoformat()
