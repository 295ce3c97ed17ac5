"""What is wrong with the schedule file, in words: a code and its facts, worded by schedule.*.yaml.

The files are read when something is wrong, one for each language.
"""

from __future__ import annotations

from functools import cache

import yaml

from monitor.core.model import Language
from monitor.errors import Mistake, Reason
from monitor.wording.catalogue import WORDS_FOLDER, Words


class WrongValue(ValueError):
    """A value of the schedule file is wrong; `reason` says how. The text of the exception is the English sentence."""

    def __init__(self, code: str, /, **facts: str | int) -> None:
        self.reason = Reason(code, dict(facts))
        super().__init__(mistake_sentence(self.reason, "en"))


def mistake_of(line: int, key: str, code: str, /, **facts: str | int) -> Mistake:
    """Return a mistake in English, with its code and facts."""
    reason = Reason(code, dict(facts))
    return Mistake(line, mistake_sentence(reason, "en"), key, reason)


def mistake_sentence(reason: Reason, language: Language) -> str:
    """Return what is wrong, and what would be right."""
    return _words(language).say(reason.code, **reason.facts)


def mistake_with_place(path: str, mistake: Mistake, language: Language) -> tuple[str, Language]:
    """Return a mistake of a file with its place, and the language it is in: English where it has no code."""
    place = f"{path}:{mistake.line}" if mistake.line else path
    if mistake.reason is None or language == "en":
        return f"{place}: {mistake.what}", "en"
    key = f"{mistake.key}: " if mistake.key else ""
    return f"{place}: {key}{mistake_sentence(mistake.reason, language)}", language


@cache
def _words(language: Language) -> Words:
    path = WORDS_FOLDER / f"schedule.{language}.yaml"
    return Words(language, yaml.safe_load(path.read_text(encoding="utf-8")))
