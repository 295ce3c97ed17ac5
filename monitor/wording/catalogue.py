"""The words of mails, one file per language (words.*.yaml), each loaded once, when first needed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from monitor.core.model import Language

WORDS_FOLDER = Path(__file__).parent


class Words:
    """The words of one language. A missing key is a defect and raises KeyError."""

    def __init__(self, language: Language, table: dict[str, Any]) -> None:
        self.language = language
        self._table = table

    def say(self, key: str, **facts: object) -> str:
        """Return the words under a dotted key, with the facts put in: say("subject.moved", name=…)."""
        return str(self._entry(key)).format(**facts)

    def count(self, key: str, n: int, **facts: object) -> str:
        """Return the words for a count, with other facts put in as well: the singular for 1, else the plural."""
        one, many = self._entry(key)
        return str(one if n == 1 else many).format(n=n, **facts)

    def rule(self, name: str) -> str:
        """Return what a rule means; for an unknown rule, a sentence that is true of every rule."""
        rules = self._table["rules"]
        return str(rules.get(name, self._table["unknown_rule"]))

    def join(self, parts: Iterable[str]) -> str:
        """Return the parts as a comma-separated list without repeats, in their order."""
        return ", ".join(dict.fromkeys(parts))

    def local_day(self, at: datetime, timezone: str) -> date:
        """Return the day of a time in a time zone."""
        return at.astimezone(ZoneInfo(timezone)).date()

    def day(self, day: date) -> str:
        """Return a day without its year: 3 mars."""
        return self.say("day", day=day.day, month=self._table["months"][day.month - 1])

    def days(self, first: date, last: date) -> str:
        """Return the days from the first to the last: 3 mars, 3–4 mars, 31 mars–1 april."""
        if first == last:
            return self.day(first)
        if (first.year, first.month) == (last.year, last.month):
            return self.say("days", first=first.day, last=last.day, month=self._table["months"][last.month - 1])
        return f"{self.day(first)}–{self.day(last)}"

    def moment(self, at: datetime, timezone: str) -> str:
        """Return a date and time in a time zone: 2024-03-01 kl. 06.00."""
        local = at.astimezone(ZoneInfo(timezone))
        return f"{local.date().isoformat()} {self.clock(at, timezone)}"

    def clock(self, at: datetime, timezone: str) -> str:
        """Return a time of day in a time zone: kl. 06.00."""
        local = at.astimezone(ZoneInfo(timezone))
        return self.say("clock", hour=local.hour, minute=local.minute)

    def _entry(self, key: str) -> Any:  # noqa: ANN401  a table of words holds words, lists and tables
        entry: Any = self._table
        for part in key.split("."):
            entry = entry[part]
        return entry


@cache
def words_for(language: Language) -> Words:
    """Return the words of a language."""
    table = yaml.safe_load((WORDS_FOLDER / f"words.{language}.yaml").read_text(encoding="utf-8"))
    return Words(language, table)
