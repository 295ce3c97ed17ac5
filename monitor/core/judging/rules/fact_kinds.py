"""The kinds of fact that a text states, how each is recognised, and its value: equal for two ways of writing one fact.

kind             rule             value
e-mail-address   contact          the address
phone-number     contact          its digits from the area code on: "04801234567"
postal-address   contact          the address without spaces
amount           amount           hundredths and currency: "2500000 kr"
opening-hours    opening-hours    days of the week (0: Monday) and minutes since midnight: "0-4 480-960"
time-of-day      time-of-day      minutes since midnight: "900"
deadline, date   the same         ISO 8601: "2025-03-14", without a year "-03-14"; "30 dagar" for a time limit
act-number       act-number       the number: "2021:995"
section-number   section-number   without spaces: "2kap3§"
figure           figure           the number: "25000", "24.5%"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from monitor.core import vocabulary
from monitor.core.page.date_words import MONTH_NUMBERS

_HIDDEN_AT: Final = re.compile(r"\s?[(\[{][a-z-]+[)\]}]\s?")
_MASK: Final = "\N{SYMBOL FOR UNIT SEPARATOR}"
"""Stands for each letter of a fact that was found, so that no later kind finds it again."""
_DIGITS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")
_BEFORE_A_DATE = 40
"""Characters before a date that tell whether it is a deadline."""
_AFTER_DEADLINE_WORD = re.compile(rf"{vocabulary.BY}[^.;!?\n]{{0,30}}$")
_WEEKDAY_AND_ARTICLE = re.compile(rf"(?:\b({vocabulary.WEEKDAY_NAMES})(?:en)?,?\s+)?(?:\b(?:den|the)\s+)?$")
_GROUPED = re.compile(r"(\d{1,3}(?:([ .,])\d{3})(?:\2\d{3})*)(?:[.,](\d+))?")
_DECIMAL = re.compile(r"([+-]?\d+)[.,](\d{1,2}|\d{4,})(\s?%)?")
_PERCENT = re.compile(r"\s*(?:%|procent|prozent|per ?cent)$")
_CLOCK = re.compile(r"(\d{1,2})(?:[.:h](\d{2}))?(?:[.:]\d{2})?(?:\s?([ap])\.?m)?")
_RANGE_WORD = re.compile(r"\s*(?:-|\btill\b|\bto\b|\bbis\b)\s*")
_LIST_WORD = re.compile(r"\s*(?:[,/&]|\boch\b|\band\b)\s*")
_NOT_OPENING_HOURS = re.compile(rf"\bkl(?:ockan)?\b\.?|[\s:|.{vocabulary.CELL_BORDER}]")
_WEEKDAY = re.compile(rf"\b(?:{vocabulary.WEEKDAY})\b\.?")
_COUNTRY_CODE = re.compile(r"(?:\+|\b00)4[67](?:\s*\(0\)|\s*)")
_WITHOUT_TRUNK = re.compile(r"(?:\+|\b00)\s*47")
"""Norway, whose numbers have no 0 in front. Any other country's code is a part of the number."""


class Fact(NamedTuple):
    """A fact that a text states: where it begins, as it is written there, and its value."""

    start: int
    kind: str
    text: str
    value: str


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of fact. If it has signs or a number, a text with such a fact contains one of `signs` or matches `number`.

    They serve a fast pre-test, for the patterns are long.
    """

    name: str
    pattern: re.Pattern[str]
    value: Callable[[str], str]
    signs: tuple[str, ...] = ()
    number: re.Pattern[str] | None = None

    def may_be_in(self, text: str) -> bool:
        """True if the text may hold such a fact, so that `pattern` must be tried."""
        if not (self.signs or self.number) or any(map(text.__contains__, self.signs)):
            return True
        return self.number is not None and self.number.search(text) is not None


def _mail_value(text: str) -> str:
    """Return an address with its sign, which pages hide from robots as "(at)"."""
    return text if "@" in text else _HIDDEN_AT.sub("@", text)


def _without_spaces(text: str) -> str:
    return "".join(text.split())


def _phone_value(text: str) -> str:
    trunk = "" if _WITHOUT_TRUNK.match(text) else "0"
    return "".join(_DIGITS.findall(_COUNTRY_CODE.sub(trunk, text)))


def _number(text: str, *, scaled: bool = False) -> Decimal:
    """Return the number in "25 000", "25.000,50" or "1,5". `scaled`: "1,234" millions are no thousands."""
    grouped = _GROUPED.fullmatch(text)
    if grouped and not (scaled and grouped[2] != " " and text.count(grouped[2]) == 1):
        return Decimal(f"{''.join(_DIGITS.findall(grouped[1]))}.{grouped[3] or 0}")
    return Decimal(text.replace(",", ".").replace(" ", ""))


def _amount_value(text: str) -> str:
    figures = re.search(vocabulary.NUMBER, text)
    words = _LETTERS.findall(text) + [sign for sign in "€$£" if sign in text]
    scales = [vocabulary.SCALES[word] for word in words if word in vocabulary.SCALES]
    currencies = [vocabulary.CURRENCIES[word] for word in words if word in vocabulary.CURRENCIES]
    hundredths = _number(figures[0] if figures else "0", scaled=bool(scales)) * 100
    for scale in scales:
        hundredths *= scale
    return (
        f"{hundredths.normalize():f} {'kr' if text.endswith((':-', ',-')) and not currencies else ''.join(currencies)}"
    )


def _minutes(text: str) -> str:
    """Return the times of day in a text as minutes since midnight."""

    def minutes(match: re.Match[str]) -> str:
        hour, half = int(match[1]), match[3]
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        return str(hour * 60 + int(match[2] or 0))

    return _RANGE_WORD.sub("-", _LIST_WORD.sub(",", _CLOCK.sub(minutes, text)))


def _clock_value(text: str) -> str:
    return "".join(re.findall(r"\d+|[-,]", _minutes(text)))


def _opening_value(text: str) -> str:
    days = _WEEKDAY.sub(lambda match: f"<{vocabulary.WEEKDAYS.get(match[0].rstrip('.'), match[0])}>", text)
    parts = re.split(r"(<[^>]*>)", days)
    hours = [part if part.startswith("<") else _minutes(part) for part in parts]
    return _NOT_OPENING_HOURS.sub("", "".join(hours))


def _date_value(text: str) -> str:
    figures = [int(number) for number in _DIGITS.findall(text)]
    month = next((MONTH_NUMBERS[word] for word in _LETTERS.findall(text) if word in MONTH_NUMBERS), None)
    if month is None:
        return _date_in_figures(text, figures)
    year = next((f"{number}" for number in figures if number > 31), "")
    days = [f"{number:02}" for number in figures if number <= 31]
    joined = ("+" if _LIST_WORD.search(text) else "/").join(days)
    return f"{year}-{month:02}" + (f"-{joined}" if days else "")


def _date_in_figures(text: str, figures: list[int]) -> str:
    """Return the ISO form of a date in figures; the text as it is where the order of day and month is not certain."""
    if len(figures) == 2 and "/" in text:
        return f"-{figures[1]:02}-{figures[0]:02}"
    if len(figures) != 3 or figures[0] > 31:
        return text
    first, second, year = figures
    if year < 100:  # of 17/3/20 and 3/17/20 the order is certain
        if "/" not in text or max(first, second) <= 12:
            return text
        year += 2000
    if "/" in text and " " not in text and second > 12 >= first:
        return f"{year}-{first:02}-{second:02}"
    if first > 12 or "/" not in text or " " in text:
        return f"{year}-{second:02}-{first:02}"
    return text


def _limit_value(text: str) -> str:
    _, *number, unit = text.split()
    return f"{vocabulary.NUMBER_WORDS.get(number[-1], number[-1])} {unit}"


def _act_value(text: str) -> str:
    return re.sub(r"\bsfs\b|\b(?:nr|no)\b|\s", "", text)


def _section_value(text: str) -> str:
    plain = re.sub(r"[\s.]+", "", text).replace("§§", "§")
    return plain[1:] + "§" if plain.startswith("§") else plain


def _figure_value(text: str) -> str:
    text = text.rstrip(".,:")
    if text in vocabulary.NUMBER_WORDS:
        return vocabulary.NUMBER_WORDS[text]
    text = _PERCENT.sub("%", text)
    decimal = _DECIMAL.fullmatch(text)
    return f"{decimal[1]}.{decimal[2]}{decimal[3] or ''}" if decimal else text.replace(" ", "")


_NO_SIGNS: Final[tuple[str, ...]] = ()
_RANGE = re.compile(r"\d[.\w\s]{0,6}?(?:-|till|to)")
_POSTAL_CODE = re.compile(r"\d{3}\s\d{2}\s")
_DATE_KINDS: Final = {
    True: _Kind(
        "date",
        re.compile(
            rf"\b(?=[\d{''.join(sorted({month[0] for month in vocabulary.MONTH_WORDS}))}])"
            rf"(?:{vocabulary.DATE_WITH_SLASH}|{vocabulary.DATE})"
        ),
        _date_value,
    ),
    False: _Kind(
        "date", re.compile(rf"\b(?=\d)(?:{vocabulary.DATE_WITH_SLASH}|{vocabulary.DATE_IN_FIGURES})"), _date_value
    ),
}
"""The kind for texts that name a month, and the faster one for those that do not.

Every date begins with a figure or the name of a month: so said, it is looked for where a word begins alone.
"""
_DAY_AND_MONTH = _Kind("date", re.compile(vocabulary.DAY_AND_MONTH), _date_value, ("/",))
_BEFORE_DAY_AND_MONTH = re.compile(vocabulary.BEFORE_DAY_AND_MONTH)
_BEFORE_LATE_DAY_AND_MONTH = re.compile(vocabulary.BEFORE_LATE_DAY_AND_MONTH)
_UNTIL_LATE_DAY_AND_MONTH = re.compile(vocabulary.UNTIL_LATE_DAY_AND_MONTH)
_BETWEEN_DAYS_AND_MONTHS = re.compile(vocabulary.BETWEEN_DAYS_AND_MONTHS)
_FIRST_LATE_DAY: Final = 13
_AROUND_THE_CLOCK: Final = "24/7"
_BEFORE_DATES: Final = (
    _Kind("e-mail-address", re.compile(vocabulary.MAIL_ADDRESS), _mail_value, vocabulary.MAIL_SIGNS),
    _Kind("amount", re.compile(vocabulary.AMOUNT), _amount_value, vocabulary.AMOUNT_SIGNS),
    _Kind("opening-hours", re.compile(vocabulary.OPENING_HOURS), _opening_value, _NO_SIGNS, _RANGE),
    _Kind("phone-number", re.compile(vocabulary.PHONE), _phone_value, _NO_SIGNS, re.compile(vocabulary.PHONE_DIGITS)),
    _Kind("postal-address", re.compile(vocabulary.ADDRESS), _without_spaces, vocabulary.ADDRESS_SIGNS, _POSTAL_CODE),
    _Kind("deadline", re.compile(vocabulary.TIME_LIMIT), _limit_value, ("inom", "within")),
)
_AFTER_DATES: Final = (
    _Kind("time-of-day", re.compile(vocabulary.TIME_OF_DAY), _clock_value),
    _Kind("act-number", re.compile(vocabulary.ACT), _act_value, (":", "/")),
    _Kind("section-number", re.compile(vocabulary.SECTION), _section_value, vocabulary.SECTION_SIGNS),
    _Kind("figure", re.compile(f"{vocabulary.FIGURE}|{vocabulary.NUMBER_WORD}"), _figure_value),
)
"""In the order of trial: what matched is not a fact of a later kind (the day of a date is no figure, and 0480-45 no
month)."""

RULE_OF_KIND: Final = {"e-mail-address": "contact", "phone-number": "contact", "postal-address": "contact"}
"""The rules of those kinds that have another name."""
KINDS: Final = (
    "deadline", "date", "amount", "opening-hours", "time-of-day", "act-number", "section-number", "phone-number",
    "e-mail-address", "postal-address", "figure",
)  # fmt: skip
"""Every kind, the weightiest first."""


def facts_in(text: str) -> list[Fact]:
    """Return the facts that a comparable text in lower case states, in its order."""
    found: list[Fact] = []
    names_month = not vocabulary.MONTH_WORDS.isdisjoint(_LETTERS.findall(text))
    rest = text
    for kind in (*_BEFORE_DATES, _DATE_KINDS[names_month], _DAY_AND_MONTH, *_AFTER_DATES):
        if not kind.may_be_in(rest):
            continue
        matches = kind.pattern.finditer(rest)
        if kind is _DAY_AND_MONTH:
            matches = _days_and_months(matches, rest)
        facts = [_fact(kind, match, text, rest) for match in matches]
        rest = _masked(rest, facts)
        found += facts
    return sorted(found)


def _days_and_months(matches: Iterable[re.Match[str]], text: str) -> Iterator[re.Match[str]]:
    """Yield those of two numbers with a slash between them that are a day and a month, by what is before them.

    Those that follow one of them in a list, or at the end of a period, are too.
    """
    end: int | None = None
    for match in matches:
        start = match.start()
        if end is not None and _BETWEEN_DAYS_AND_MONTHS.fullmatch(text, end, start):
            is_date = True
        else:
            before = text[max(0, start - _BEFORE_A_DATE) : start]
            is_late = int(match[0].partition("/")[0]) >= _FIRST_LATE_DAY and match[0] != _AROUND_THE_CLOCK
            is_date = bool(
                _BEFORE_DAY_AND_MONTH.search(before)
                or (is_late and _BEFORE_LATE_DAY_AND_MONTH.search(before))
                or _UNTIL_LATE_DAY_AND_MONTH.match(text, match.end())
            )
        end = match.end() if is_date else None
        if is_date:
            yield match


def _masked(text: str, facts: Iterable[Fact]) -> str:
    parts: list[str] = []
    done = 0
    for fact in facts:
        parts += [text[done : fact.start], _MASK * len(fact.text)]
        done = fact.start + len(fact.text)
    return "".join([*parts, text[done:]])


def _fact(kind: _Kind, match: re.Match[str], text: str, masked: str) -> Fact:
    start, end = match.span()
    value = kind.value(" ".join(match[0].split()))
    if kind.name != "date":
        return Fact(start, kind.name, text[start:end], value)
    before = masked[max(0, start - _BEFORE_A_DATE) : start]
    said = _WEEKDAY_AND_ARTICLE.search(before)
    begin = start - len(said[0]) if said and _is_weekday_of(said[1], value) else start
    name = "deadline" if _AFTER_DEADLINE_WORD.search(masked[max(0, begin - _BEFORE_A_DATE) : begin]) else "date"
    return Fact(begin, name, text[begin:end], value)


def _is_weekday_of(weekday: str | None, value: str) -> bool:
    """True if a weekday before a date says no more than the date itself, or there is none."""
    if weekday is None:
        return True
    try:
        return date.fromisoformat(value).weekday() == vocabulary.WEEKDAYS[weekday]
    except ValueError:  # a date without a year, or one that does not exist
        return False
