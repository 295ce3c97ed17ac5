"""Stated dates of a page, found by their labels, never merely by being dates.

A text label wins over a `<time>` without one, and that over metadata. A date without a label is not an update date:
deadlines, start dates and news lists are dates too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

from monitor.core.model import StatedDate
from monitor.core.page.date_words import GAP, LABELS, MONTH, MONTH_NUMBERS, RELATIVE_DAYS, RELATIVE_UNITS, Label

_MOST_AHEAD = timedelta(days=2)
"""A page on the other side of the date line may be a day ahead of the fetch."""
_EARLIEST = 1990
_LONGEST_WITHOUT_DIGIT = 60
_LONGEST_WEAK_LINE = 240
"""The longest line in which a label that is an ordinary word counts; in a long paragraph it does not."""

_DATE = (
    r"(?:(?P<y1>\d{4})(?P<s1>[-/.])(?P<m1>\d{1,2})(?P=s1)(?P<d1>\d{1,2})(?!\d)"
    r"|(?P<y7>\d{4})年(?P<m7>\d{1,2})月(?P<d7>\d{1,2})日"
    r"|(?P<a2>\d{1,2})(?P<s2>[./-])(?P<b2>\d{1,2})(?:(?P=s2)(?P<y2>\d{4}|\d{2})|\s(?P<y8>\d{4}))(?!\d)"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th|er|º|:e)?\.?[\s\-]{{0,3}}(?:de |of |day of )?(?P<n3>{MONTH})(?![^\W\d_])\.?,?"
    r"(?:[\s\-]{0,3}(?:de |del )?(?P<y3>\d{4})(?!\d))?"
    rf"|(?P<n4>{MONTH})(?![^\W\d_])\.?\s{{0,3}}(?P<d4>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?(?:,?\s{{0,3}}(?P<y4>\d{{4}})(?!\d))?"
    rf"|(?P<n5>{MONTH})(?![^\W\d_])\.?,?\s{{0,3}}(?:de )?(?P<y5>\d{{4}})(?!\d)"
    r"|(?P<y6>\d{4})-(?P<m6>\d{2})(?![\d-]))"
)
_RELATIVE = (
    r"(?P<days>" + "|".join(RELATIVE_DAYS) + r")(?![^\W\d_])"
    r"|(?:för |vor |il y a |hace |for )?(?P<count>\d{1,3}|an?|en|ett|einem?|einer|une?|un)\s(?P<unit>"
    + "|".join(sorted(RELATIVE_UNITS, key=len, reverse=True))
    + r")[^\W\d_]{0,3}(?:\s(?:sedan|ago|siden))?"
)
_ANY_DATE = re.compile(rf"{_DATE}|{_RELATIVE}", re.IGNORECASE)
_ONLY_DATE = re.compile(_DATE, re.IGNORECASE)
_NOT_IN_WORD = r"(?<![^\W\d_])"
"""Not in the middle of a word; a digit may come before ("2018Uppdaterad:" is glued on real pages)."""
_STRONG = tuple(re.compile(rf"{_NOT_IN_WORD}(?P<label>{label.strong})(?![^\W\d_])") for label in LABELS)
_WEAK = tuple(
    re.compile(
        rf"(?:^|[*.|·•()\[\];–—>]\s*|\d(?:,?\s+(?:(?:och|and|og|und|et|y|en)\s+)?)?|-\s*)(?P<label>{label.weak})(?![^\W\d_])"
    )
    for label in LABELS
)
"""Patterns for lower-cased text: patterns that ignore case are five times as slow."""
_GAP = re.compile(rf"{GAP}(?={_DATE}|{_RELATIVE})", re.IGNORECASE)


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for any of these words, sorted by their first letters.

    That is three times as fast as trying one word after another.
    """
    endings_by_first: dict[str, list[str]] = {}
    for word in sorted(words):
        endings_by_first.setdefault(word[0], []).append(re.escape(word[1:]))
    return re.compile(
        "|".join(
            f"{re.escape(first_letter)}(?:{'|'.join(endings)})" for first_letter, endings in endings_by_first.items()
        )
    )


_STATEMENT_END = re.compile(r"[\s,.;)\]]*(?:(?:at|kl\.?)?\s*\d{1,2}[.:]\d{2}[^,.]{0,12})?[.)\]]?\s*(?:$|[(|·•–—\[])")
_CLOCK = re.compile(
    r"[\s,·•–—-]{0,4}(?:(?:at|kl\.?|um|à|klo\.?|om|vid|@|alle|a las)\s*)?"
    r"(?:\d{1,2}[.:h]\d{2}(?:[.:]\d{2})?(?!\d)(?![./-]\d)\s?(?:[ap]\.?m\.?|uhr)?|\d{1,2}\s?[ap]\.?m\.?)(?![^\W\d_])"
    r"(?:\s?(?:[A-Z]{1,3}T|UTC|GMT)\b)?",
    re.IGNORECASE,
)
"""The time of day after a date is part of the statement, so that a time that changed alone is recognised as such."""
_SENTENCE_BREAK = re.compile(r"[.!?:;|·•()\[\]–—\"”“]\s?")
_WORDS_MID_SENTENCE = 4
"""A label after so many words of a sentence is weaker than a label that begins its line."""
_PAGE_WORDS = re.compile(
    r"\b(?:this|these|our|pages?|site|website|policy|terms|statement|document|notice|information|data|table|figures|dashboard|sidan|webbplatsen|texten|informationen|uppgifterna|siden|diese[rs]?|seite|ce|cette|présente?s?|esta?|página)\b",
    re.IGNORECASE,
)
_STEMS = tuple(tuple(part.replace("_", " ") for part in label.stems.split()) for label in LABELS)
_ANY_STEM = _any_of({stem for stems in _STEMS for stem in stems})
_RELATIVE_WORD = _any_of([*RELATIVE_DAYS, "sedan", "ago", "siden", "vor ", "il y a", "hace"])


class TextLine(Protocol):
    """A piece of the page's text, with the `datetime` attributes of the `<time>` elements in it."""

    text: str
    times: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A labelled date and the number of the line that states it. A lower `rank` is a better one."""

    kind: str
    rank: int
    line: int
    stated: StatedDate
    strong: bool
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class DateContext:
    """How to read the dates of one page: its fetch date, and whether 05/11 is the fifth of November."""

    fetched: date
    day_first: bool


def writes_day_first(language: str | None, host: str) -> bool:
    """True if a page writes 05/11 for the fifth of November, as everywhere but in the United States.

    `language` is the page's own tag ("en-GB"); for English without a country, the host decides.
    """
    tag = (language or "").lower().replace("_", "-")
    if tag.startswith("en-"):
        return not tag.startswith("en-us")
    if tag and not tag.startswith("en"):
        return True
    suffix = host.lower().rpartition(".")[2]
    return suffix not in {"com", "gov", "us", "org", "net", "edu", "mil", "io", "pr", ""}


_LONGEST_VALUE = 200
"""No date in an attribute is longer."""
_LONGEST_SENTENCE = 1_000
"""So many characters before a label are enough to tell the subject of its sentence."""


def find_dates(lines: Sequence[TextLine], context: DateContext) -> list[FoundDate]:
    """Return every labelled date, in the order of the page."""
    found: list[FoundDate] = []
    dated = [bool(line.times) or _has_digit(line.text) for line in lines]
    for number, line in enumerate(lines):
        is_followed = number + 1 < len(lines) and dated[number + 1]
        if dated[number] or (len(line.text) <= _LONGEST_WITHOUT_DIGIT and (is_followed or _is_relative(line.text))):
            found += _dates_in_line(number, line, lines[number + 1] if number + 1 < len(lines) else None, context)
    return found


def _has_digit(text: str) -> bool:
    for digit in "0123456789":  # noqa: SIM110 -- on a long paragraph, ten scans in C are faster than one pattern or a generator
        if digit in text:
            return True
    return False


def _is_relative(text: str) -> bool:
    """True if a line without a digit may state a date in words: "i går", "en timme sedan"."""
    return _RELATIVE_WORD.search(text.lower()) is not None


def best_date(found: Iterable[FoundDate], kind: str) -> FoundDate | None:
    """Return the date to believe, None if there is none of this kind.

    The best rank wins; within it a strong label, a whole date, and the first on the page.
    """
    of_kind = [candidate for candidate in found if candidate.kind == kind]
    if not of_kind:
        return None
    return min(
        of_kind, key=lambda candidate: (candidate.rank, not candidate.strong, candidate.approximate, candidate.line)
    )


def _dates_in_line(
    line_number: int, line: TextLine, following: TextLine | None, context: DateContext
) -> list[FoundDate]:
    found: list[FoundDate] = []
    lowered = _lower_in_place(line.text)
    if not _ANY_STEM.search(lowered):
        return []
    likely_families = [family for family, stems in enumerate(_STEMS) if any(map(lowered.__contains__, stems))]
    used_ends: set[int] = set()
    for is_strong, patterns in ((True, _STRONG), (False, _WEAK)):
        if not is_strong and len(line.text) > _LONGEST_WEAK_LINE:
            continue
        for family in likely_families:
            label = LABELS[family]
            for match in patterns[family].finditer(lowered):
                start, end = match.span("label")
                candidate = _date_after_label(line_number, line, following, label, start, end, context, is_strong)
                before = line.text[max(0, start - _LONGEST_SENTENCE) : start]
                if candidate is None or end in used_ends or _is_about_something_else(before):
                    continue
                used_ends.add(end)
                found.append(replace(candidate, strong=False) if _is_mid_sentence(before) else candidate)
    return found


def _lower_in_place(text: str) -> str:
    """Return the text in lower case, each character in its place."""
    lowered = text.lower()  # "İ" becomes two characters
    return lowered if len(lowered) == len(text) else "".join(letter.lower()[0] for letter in text)


def _is_mid_sentence(before: str) -> bool:
    return len(_SENTENCE_BREAK.split(before)[-1].split()) >= _WORDS_MID_SENTENCE


def _is_about_something_else(before: str) -> bool:
    """True if the sentence before a label is about something other than the page.

    "… the advice, which was updated on" is about the advice.
    """
    return len(_SENTENCE_BREAK.split(before)[-1].split()) > 2 * _WORDS_MID_SENTENCE and not _PAGE_WORDS.search(before)


def _date_after_label(
    line_number: int,
    line: TextLine,
    following: TextLine | None,
    label: Label,
    start: int,
    end: int,
    context: DateContext,
    is_strong: bool,  # noqa: FBT001 -- a property of the label, passed on unchanged
) -> FoundDate | None:
    future = label.rank == 4
    label_text = line.text[start:end]
    gap = _GAP.match(line.text, end)
    if gap is not None:
        match = _ANY_DATE.match(line.text, gap.end())
        parsed = _parse_match(match, context, future=future) if match else None
        if match and label.rank >= 3 and not is_strong and not _STATEMENT_END.match(line.text, match.end()):
            return None  # "As of 13 April, 5 912 tests …" is a sentence, not a label
        if match and parsed:
            whole = _first_machine_date(line.times, context, future=future) if _lacks_year(match) else None
            if whole:
                return FoundDate(
                    label.kind,
                    label.rank,
                    line_number,
                    StatedDate(whole, label_text, _statement_text(line.text, start, match.end()), "time"),
                    is_strong,
                )
            relative = bool(match["days"] or match["count"])
            stated = StatedDate(parsed, label_text, _statement_text(line.text, start, match.end()), "text")
            return FoundDate(label.kind, label.rank, line_number, stated, is_strong, relative or len(parsed) < 10)
    rest = line.text[end:].strip(" :")
    if line.times and (not rest or gap is None):
        parsed = _first_machine_date(line.times, context, future=future)
        if parsed:
            stated = StatedDate(parsed, label_text, line.text[start:], "time")
            return FoundDate(label.kind, label.rank, line_number, stated, is_strong)
    if rest or following is None or len(line.text) > 40:
        return None
    match = _ONLY_DATE.match(following.text)
    parsed = (
        _parse_match(match, context, future=future)
        if match
        else _first_machine_date(following.times, context, future=future)
    )
    if not parsed:
        return None
    text = f"{line.text[start:]} {following.text[: match.end()] if match else following.text}".strip()
    return FoundDate(
        label.kind,
        label.rank,
        line_number + 1,
        StatedDate(parsed, label_text, text, "text" if match else "time"),
        is_strong,
    )


def _statement_text(text: str, start: int, end: int) -> str:
    """Return label and date as the page writes them, with the time of day that follows."""
    clock = _CLOCK.match(text, end)
    return text[start : clock.end() if clock else end]


def _lacks_year(match: re.Match[str]) -> bool:
    return bool(
        (match["d3"] and not match["y3"]) or (match["d4"] and not match["y4"]) or match["days"] or match["count"]
    )


def _first_machine_date(values: Iterable[str], context: DateContext, *, future: bool) -> str | None:
    return next((iso for value in values if (iso := machine_date(value, context, future=future))), None)


def machine_date(value: str, context: DateContext, *, future: bool = False) -> str | None:
    """Return the ISO date in an attribute or header, None if there is no plausible one.

    Understands ISO 8601 in its forms, RFC 9110, JavaScript's form, and words.
    """
    value = value.strip()[:_LONGEST_VALUE]
    compact = re.match(r"(\d{4})(\d{2})(\d{2})(?:T?\d{4,6}|$)", value)
    if compact:
        value = "-".join(compact.groups())
    match = _ONLY_DATE.search(value)
    parsed = _parse_match(match, context, future=future) if match else None
    if parsed:
        return parsed
    try:
        return _plausible(parsedate_to_datetime(value).date(), context, future=future)
    except (ValueError, IndexError, TypeError):
        return None


def _parse_match(match: re.Match[str], context: DateContext, *, future: bool) -> str | None:
    part = match.groupdict()
    if part.get("days"):
        return (context.fetched - timedelta(days=RELATIVE_DAYS[part["days"].lower()])).isoformat()
    if part.get("count"):
        count = int(part["count"]) if part["count"].isdigit() else 1
        return (context.fetched - timedelta(days=count * RELATIVE_UNITS[part["unit"].lower()])).isoformat()
    if part["y1"] or part["y7"]:
        year, month, day = (int(part[f"{name}1"] or part[f"{name}7"]) for name in "ymd")
        return _iso_day(year, month, day, context, future=future)
    if part["a2"]:
        year = _full_year(part["y2"] or part["y8"])
        return _numeric_date(int(part["a2"]), int(part["b2"]), year, part["s2"], context, future=future)
    if part["n5"] or part["y6"]:
        year, month = (
            int(part["y5"] or part["y6"]),
            MONTH_NUMBERS[part["n5"].lower()] if part["n5"] else int(part["m6"]),
        )
        return (
            f"{year:04}-{month:02}" if 1 <= month <= 12 and _iso_day(year, month, 1, context, future=future) else None
        )
    month = MONTH_NUMBERS[(part["n3"] or part["n4"]).lower()]
    day, stated_year = int(part["d3"] or part["d4"]), part["y3"] or part["y4"]
    if stated_year:
        return _iso_day(int(stated_year), month, day, context, future=future)
    years = (context.fetched.year + 1, context.fetched.year, context.fetched.year - 1)
    return next((iso for year in years if (iso := _iso_day(year, month, day, context, future=False))), None)


def _full_year(year: str) -> int:
    return int(year) + 2000 if len(year) == 2 else int(year)


def _numeric_date(first: int, second: int, year: int, mark: str, context: DateContext, *, future: bool) -> str | None:
    """Return the ISO date of a numeric date such as 05/11/2021, None if no order of day and month is possible.

    Of two possible orders the page's habit decides; the other one counts only where that gives a date that lies ahead.
    """
    day_first = context.day_first or mark == "."
    orders = [(second, first), (first, second)] if day_first else [(first, second), (second, first)]
    return next((iso for month, day in orders if (iso := _iso_day(year, month, day, context, future=future))), None)


def _iso_day(year: int, month: int, day: int, context: DateContext, *, future: bool) -> str | None:
    try:
        return _plausible(date(year, month, day), context, future=future)
    except ValueError:
        return None


def _plausible(day: date, context: DateContext, *, future: bool) -> str | None:
    latest = context.fetched + (timedelta(days=3650) if future else _MOST_AHEAD)
    return day.isoformat() if day.year >= _EARLIEST and day <= latest else None
