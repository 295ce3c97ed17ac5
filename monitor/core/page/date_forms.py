"""The forms in which dates are written, and how one becomes an ISO date.

A date whose order cannot be told (05/11 in English of no country, 12-03-24) is none: a wrong date is worse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from email.utils import parsedate_to_datetime

from monitor.core.page.date_words import MONTH, MONTH_NUMBERS, RELATIVE_DAYS, RELATIVE_UNITS

_MOST_AHEAD = timedelta(days=2)
"""A page on the other side of the date line may be a day ahead of the fetch."""
_FARTHEST_AHEAD = timedelta(days=3650)
_EARLIEST = 1990
_LONGEST_VALUE = 200
"""No date in an attribute is longer."""
_NEWER_BY = timedelta(days=5 * 365)
"""A date with a two-digit year is uncertain where another order of its numbers gives a date newer by this."""
_YEAR_FIRST = frozenset({"sv", "lt", "hu", "zh", "ja", "ko"})
"""Languages that write 24-03-01 for the first of March 2024."""
_NO_MONTHS = {"de": frozenset({"des"}), "fr": frozenset({"des"})}
"""Short names of months in one language that are words of another: "Artikel 3 des Gesetzes"."""
_MONTH_FIRST_HOSTS = frozenset({"gov", "mil", "us", "edu", "pr"})
_HOSTS_OF_NO_ORDER = frozenset({"ca", "io", "ai", "co", "me", "tv", "ly"})
"""Country domains that are used from everywhere, and that of a country with both orders."""
_UNDECIDED_TAGS = frozenset({"en-ca"})

_DASH = "[-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{MINUS SIGN}]"
_ORDINAL = r"(?::?(?:sta|dje|ste|st|nd|rd|th|er|re|de|a|e|º|ª|°))?"
DATE = (
    rf"(?:(?P<y1>\d{{4}})(?P<s1>{_DASH}|[/.]|\.\s)(?P<m1>\d{{1,2}})(?P=s1)(?P<d1>\d{{1,2}})(?!\d)"
    r"|(?P<y7>\d{4})年(?P<m7>\d{1,2})月(?P<d7>\d{1,2})日"
    rf"|(?P<a9>\d{{1,2}})/(?P<b9>\d{{1,2}})\s?{_DASH}\s?(?P<y9>\d{{4}}|\d{{2}})(?!\d|[-./:]\d)"
    r"|(?P<a2>\d{1,2})(?P<s2>\.\s|[./-])(?P<b2>\d{1,2})(?:(?P=s2)(?P<y2>\d{4}|\d{2})|\s(?P<y8>\d{4})(?![-./]\d))(?!\d)"
    rf"|(?P<d3>\d{{1,2}}){_ORDINAL}\.?[\s\-–]{{0,3}}(?:de |of |day of )?(?P<n3>{MONTH})(?![^\W\d_])\.?,?"
    r"(?:[\s\-–]{0,3}(?:de |del |år )?(?P<y3>\d{4})(?!\d)|\s?['’\-–](?P<y10>\d{2})(?!\d|[-./:]\d)"
    r"|\s(?P<y11>\d{2})(?=\s*(?:$|[,;)|]|\.(?!\d))))?"
    rf"|(?P<n4>{MONTH})(?![^\W\d_])\.?\s{{0,3}}(?P<d4>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?(?:,?\s{{0,3}}(?P<y4>\d{{4}})(?!\d))?"
    rf"|(?P<n5>{MONTH})(?![^\W\d_])\.?,?\s{{0,3}}(?:de )?(?P<y5>\d{{4}})(?!\d)"
    r"|(?P<y6>\d{4})-(?P<m6>\d{2})(?![\d-]))"
)
COMPACT = r"(?P<y12>(?:19|20)\d{2})(?P<m12>\d{2})(?P<d12>\d{2})(?:T?\d{4,6})?(?!\d)"
"""20240301: a date after a label only, elsewhere a number."""
RELATIVE = (
    r"(?P<days>" + "|".join(RELATIVE_DAYS) + r")(?![^\W\d_])"
    r"|(?:för |vor |il y a |hace |for )?(?P<count>\d{1,3}|an?|en|ett|einem?|einer|une?|un)\s(?P<unit>"
    + "|".join(sorted(RELATIVE_UNITS, key=len, reverse=True))
    + r")[^\W\d_]{0,3}(?:\s(?:sedan|ago|siden))?"
)
ANY_DATE = re.compile(rf"{COMPACT}|{DATE}|{RELATIVE}", re.IGNORECASE)
"""What may follow a label."""
WRITTEN_DATE = re.compile(rf"{COMPACT}|{DATE}", re.IGNORECASE)
_ONLY_DATE = re.compile(DATE, re.IGNORECASE)
_COMPACT_VALUE = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?\d{4,6}|$)")
_TWO_NUMBERS = re.compile(r"(?<![\d./-])(\d{1,2})([/-])(\d{1,2})\2(?:\d{4})(?!\d)")
_THREE_NUMBERS = re.compile(r"[/-]\d{1,2}[/\s-]\d")
_ENGLISH_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY_THEN_MONTH = re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_ENGLISH_MONTH},? \d{{4}}\b", re.IGNORECASE)
_MONTH_THEN_DAY = re.compile(rf"\b{_ENGLISH_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DateContext:
    """How to read the dates of one page.

    `fetched` is its fetch date; `day_first` is True where 05/11 is the fifth of November, None where nothing tells;
    `language` has two letters, None where it is not known.
    """

    fetched: date
    day_first: bool | None
    language: str | None = None


def writes_day_first(language: str | None, host: str) -> bool | None:
    """Return True if a page writes 05/11 for the fifth of November, False if for the eleventh of May.

    Everywhere but in the United States the day comes first. `language` is the page's own tag ("en-GB"); for English
    without a country, and for no language, the host decides. None where it does not either.
    """
    tag = (language or "").lower().replace("_", "-")
    if tag in _UNDECIDED_TAGS:
        return None
    if tag.startswith("en-"):
        return not tag.startswith("en-us")
    if tag and not tag.startswith("en"):
        return True
    suffix = host.lower().rpartition(".")[2]
    if suffix in _MONTH_FIRST_HOSTS:
        return False
    return True if len(suffix) == 2 and suffix not in _HOSTS_OF_NO_ORDER else None


def is_in_numbers(text: str) -> bool:
    """True if a text may hold a date whose order of day and month has to be known: 05/11/2021, 5-11-21."""
    return _THREE_NUMBERS.search(text) is not None


def order_of(texts: Iterable[str]) -> bool | None:
    """Return True if the dates of these texts have the day first, False if the month, None where they do not tell.

    Numbers above twelve tell; without any, the order of named months does. Texts with both orders tell nothing.
    """
    in_numbers: set[bool] = set()
    in_words: set[bool] = set()
    for text in texts:
        for match in _TWO_NUMBERS.finditer(text):
            first, second = int(match[1]), int(match[3])
            if (first > 12) != (second > 12):
                in_numbers.add(first > 12)
        if _DAY_THEN_MONTH.search(text):
            in_words |= {True}
        if _MONTH_THEN_DAY.search(text):
            in_words |= {False}
    told = in_numbers or in_words
    return told.pop() if len(told) == 1 else None


def machine_date(value: str, context: DateContext, *, future: bool = False) -> str | None:
    """Return the ISO date in an attribute or header, None if there is no plausible one.

    Understands ISO 8601 in its forms, RFC 9110, JavaScript's form, and words.
    """
    value = value.strip()[:_LONGEST_VALUE]
    compact = _COMPACT_VALUE.match(value)
    if compact:
        value = "-".join(compact.groups())
    match = _ONLY_DATE.search(value)
    parsed = parse_match(match, context, future=future) if match else None
    if parsed:
        return parsed
    try:
        return _plausible(parsedate_to_datetime(value).date(), context, future=future)
    except (ValueError, IndexError, TypeError):
        return None


def is_relative(match: re.Match[str]) -> bool:
    """True if a match of ANY_DATE is counted from the fetch: "yesterday"."""
    return bool(match["days"] or match["count"])


def lacks_year(match: re.Match[str]) -> bool:
    """True if a match of ANY_DATE does not give the year."""
    has_year = match["y3"] or match["y10"] or match["y11"]
    return bool((match["d3"] and not has_year) or (match["d4"] and not match["y4"]) or is_relative(match))


def parse_match(match: re.Match[str], context: DateContext, *, future: bool) -> str | None:
    """Return the ISO date of a match of one of the patterns here, None where it is no plausible or certain date.

    With `future` it may lie years ahead.
    """
    part = match.groupdict()
    if part.get("days"):
        return (context.fetched - timedelta(days=RELATIVE_DAYS[part["days"].lower()])).isoformat()
    if part.get("count"):
        count = int(part["count"]) if part["count"].isdigit() else 1
        return (context.fetched - timedelta(days=count * RELATIVE_UNITS[part["unit"].lower()])).isoformat()
    for name in ("1", "7", "12"):
        if part.get(f"y{name}"):
            year, month, day = (int(part[f"{field}{name}"]) for field in "ymd")
            return _iso_day(year, month, day, context, future=future)
    if part["a9"]:
        return _day_and_month(int(part["a9"]), int(part["b9"]), _full_year(part["y9"]), context, future=future)
    if part["a2"]:
        return _numeric_date(part, context, future=future)
    if part["n5"] or part["y6"]:
        return _month(part, context, future=future)
    return _named_date(part, context, future=future)


def _month(part: dict[str, str], context: DateContext, *, future: bool) -> str | None:
    year = int(part["y5"] or part["y6"])
    month = MONTH_NUMBERS[part["n5"].lower()] if part["n5"] else int(part["m6"])
    return f"{year:04}-{month:02}" if _iso_day(year, month, 1, context, future=future) else None


def _named_date(part: dict[str, str], context: DateContext, *, future: bool) -> str | None:
    """Return the ISO date of a date with the month in words.

    Without a year it is the newest one not ahead. "mars 24" is none where the day comes first: 24 may be the year.
    """
    name = (part["n3"] or part["n4"]).lower()
    if name in _NO_MONTHS.get(context.language or "", ()):
        return None
    month = MONTH_NUMBERS[name]
    day, year = int(part["d3"] or part["d4"]), part["y3"] or part["y4"] or part["y10"] or part["y11"]
    if year:
        return _iso_day(_full_year(year), month, day, context, future=future)
    if part["n4"] and context.day_first and context.language not in {"en", None}:
        return None
    years = (context.fetched.year + 1, context.fetched.year, context.fetched.year - 1)
    return next((iso for year in years if (iso := _iso_day(year, month, day, context, future=False))), None)


def _full_year(year: str) -> int:
    return int(year) + 2000 if len(year) == 2 else int(year)


def _numeric_date(part: dict[str, str], context: DateContext, *, future: bool) -> str | None:
    """Return the ISO date of a numeric date such as 05/11/2021, None if no order is possible, or none certain.

    Of two possible orders the page's habit decides; the other one counts only where that gives a date that lies ahead.
    """
    mark, year = part["s2"][0], part["y2"] or part["y8"]
    first, second = int(part["a2"]), int(part["b2"])
    if len(year) == 2:
        return _short_date(first, second, int(year), mark, context, future=future)
    day_first = True if mark == "." else context.day_first
    if day_first:
        return _day_and_month(first, second, int(year), context, future=future)
    month_first = _day_and_month(second, first, int(year), context, future=future)
    if day_first is None and _day_and_month(first, second, int(year), context, future=future) != month_first:
        return None
    return month_first


def _day_and_month(day: int, month: int, year: int, context: DateContext, *, future: bool) -> str | None:
    """Return the ISO date of a day and a month, or of the two in the other order where only that is possible."""
    orders = ((month, day), (day, month))
    return next((iso for one, other in orders if (iso := _iso_day(year, one, other, context, future=future))), None)


def _short_date(first: int, second: int, third: int, mark: str, context: DateContext, *, future: bool) -> str | None:
    """Return the ISO date of three numbers of two digits, None where their order is not certain.

    The language's order is certain unless another order gives a date that is newer by years: 12-03-24 may be 2012 in
    Swedish, but somebody may have written it as the English do.
    """
    possible = {
        "year": _iso_day(2000 + first, second, third, context, future=future),
        "day": _iso_day(2000 + third, second, first, context, future=future),
        "month": _iso_day(2000 + third, first, second, context, future=future),
    }
    dates = {iso for iso in possible.values() if iso}
    if len(dates) <= 1:
        return next(iter(dates), None)
    chosen = possible.get(_order_of_short(mark, context) or "")
    if chosen is None:
        return None
    newest = max(date.fromisoformat(iso) for iso in dates)
    return chosen if newest - date.fromisoformat(chosen) <= _NEWER_BY else None


def _order_of_short(mark: str, context: DateContext) -> str | None:
    if mark == "-" and context.language in _YEAR_FIRST:
        return "year"
    if mark == "." or context.day_first:
        return "day"
    return None if context.day_first is None else "month"


def _iso_day(year: int, month: int, day: int, context: DateContext, *, future: bool) -> str | None:
    try:
        return _plausible(date(year, month, day), context, future=future)
    except ValueError:
        return None


def _plausible(day: date, context: DateContext, *, future: bool) -> str | None:
    latest = context.fetched + (_FARTHEST_AHEAD if future else _MOST_AHEAD)
    return day.isoformat() if day.year >= _EARLIEST and day <= latest else None
