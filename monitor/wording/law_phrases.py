"""Phrases for a law's summary, Swedish and English: lists of labels, acts, days and counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.core.law.marks import Act
from monitor.core.model import Language, Op

Clause = dict[Language, str]

SWEDISH_DONE: dict[Op, tuple[str, str, str]] = {
    "added": ("tillagd", "tillagda", "tillagt"),
    "removed": ("borttagen", "borttagna", "borttaget"),
    "edited": ("ändrad", "ändrade", "ändrat"),
    "moved": ("flyttad", "flyttade", "flyttat"),
}
"""The Swedish participle of each operation: common gender, plural, neuter."""
ENGLISH_DONE: dict[Op, str] = {"added": "added", "removed": "removed", "edited": "changed", "moved": "moved"}

_ENGLISH_ACTS = {"lag": "Act", "förordning": "Ordinance"}


def english_act(act: Act) -> str:
    """Return an act as cited in English; a kind without an English name is cited as SFS with its number."""
    return f"{_ENGLISH_ACTS.get(act.kind, 'SFS')} ({act.number})"


def english_day(day: str) -> str:
    """Return the day of a time mark in English: a date, or a day that the Government decides."""
    return "the day that the Government decides" if day.startswith("den dag") else day


def swedish_labels(labels: Sequence[str]) -> str:
    """Return labels as acts write them: "3 §", "7 a och 7 b §§", "2 kap. 3 och 4 §§ samt 5 kap. 1 §"."""
    parts = []
    for chapter, numbers in _by_chapter(labels):
        before = f"{chapter} kap. " if chapter else ""
        parts.append(f"{before}{listed(numbers, 'och')} {'§§' if len(numbers) > 1 else '§'}")
    return listed(parts, "samt")


def english_labels(labels: Sequence[str]) -> str:
    """Return labels in English: "section 3", "sections 7 a and 7 b", "Chapter 2, sections 3 and 4"."""
    parts = []
    for chapter, numbers in _by_chapter(labels):
        before = f"Chapter {chapter}, " if chapter else ""
        parts.append(f"{before}section{'s' if len(numbers) > 1 else ''} {listed(numbers, 'and')}")
    return ", and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def _by_chapter(labels: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Return section numbers by chapter, such as ("2", ["3", "4"]), in the order of the labels.

    The chapter is "" for sections outside chapters.
    """
    chapters: dict[str, list[str]] = {}
    for label in labels:
        chapter, _, number = label.rpartition(" kap. ")
        chapters.setdefault(chapter, []).append(number.removesuffix(" §"))
    return list(chapters.items())


def listed(parts: Sequence[str], conjunction: str) -> str:
    """Return a list in words: "a, b och c"."""
    return f" {conjunction} ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def counted(count: int, swedish: tuple[str, str], english: tuple[str, str]) -> Clause:
    """Return a count with its noun, given as (singular, plural) in each language."""
    return {"sv": f"{count} {swedish[count != 1]}", "en": f"{count} {english[count != 1]}"}
