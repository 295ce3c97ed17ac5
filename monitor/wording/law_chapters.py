"""Clauses on what an amendment did to whole chapters."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.core.law.chapters import ChapterEvent
from monitor.wording.law_phrases import (
    Clause,
    chapter_numbers,
    english_act,
    english_day,
    english_labels,
    swedish_labels,
)

_SWEDISH: dict[str, tuple[str, str]] = {
    "new": ("nytt {number} kap.{labels}{by}{since}", "nya {number} kap.{by}{since}"),
    "repealed": ("{number} kap. upphävt{by}", "{number} kap. upphävda{by}"),
    "removed": ("{number} kap. borttaget ur texten", "{number} kap. borttagna ur texten"),
    "displaced": ("tidigare {number} kap. borttaget ur texten", "tidigare {number} kap. borttagna ur texten"),
    "heading-removed": ("rubriken till {number} kap. borttagen", "rubrikerna till {number} kap. borttagna"),
    "renumbered": (
        "nuvarande {old} kap. betecknas {number} kap.{on}{by}",
        "nuvarande {old} kap. betecknas {number} kap.{on}{by}",
    ),
    "ends": ("{number} kap. upphör att gälla {day}{by}", "{number} kap. upphör att gälla {day}{by}"),
    "heading": ("rubriken till {number} kap. ändrad{since}", "rubrikerna till {number} kap. ändrade{since}"),
}
"""What a clause says of an event of one chapter and of several, by its kind."""
_ENGLISH: dict[str, tuple[str, str]] = {
    "new": ("new Chapter {number}{labels}{by}{since}", "new Chapters {number}{by}{since}"),
    "repealed": ("Chapter {number} repealed{by}", "Chapters {number} repealed{by}"),
    "removed": ("Chapter {number} removed from the text", "Chapters {number} removed from the text"),
    "displaced": ("former Chapter {number} removed from the text", "former Chapters {number} removed from the text"),
    "heading-removed": ("the heading of Chapter {number} removed", "the headings of Chapters {number} removed"),
    "renumbered": (
        "current Chapter {old} renumbered as Chapter {number}{on}{by}",
        "current Chapters {old} renumbered as Chapters {number}{on}{by}",
    ),
    "ends": ("Chapter {number} ceases to apply on {day}{by}", "Chapters {number} cease to apply on {day}{by}"),
    "heading": ("the heading of Chapter {number} changed{since}", "the headings of Chapters {number} changed{since}"),
}
_TOGETHER = 3
"""Chapters that share a clause: from so many on; of those that got new numbers, from two on."""


def chapter_clauses(events: Sequence[ChapterEvent], *, with_cause: bool = True) -> list[Clause]:
    """Return the clauses on what happened to chapters; several to which the same happened share one.

    Without the cause they say neither the act nor the day on which it takes effect.
    """
    groups: dict[tuple[object, ...], list[ChapterEvent]] = {}
    for event in events:
        groups.setdefault((_kind(event), event.act, event.day), []).append(event)
    clauses = []
    for group in groups.values():
        is_one = len(group) < (2 if group[0].kind == "renumbered" else _TOGETHER)
        clauses += [
            _clause(part, with_cause=with_cause) for part in ([[event] for event in group] if is_one else [group])
        ]
    return clauses


def _kind(event: ChapterEvent) -> str:
    return "heading-removed" if event.kind == "removed" and not event.labels else event.kind


def _clause(group: Sequence[ChapterEvent], *, with_cause: bool) -> Clause:
    event, many = group[0], len(group) > 1
    day, act = event.day or "", event.act if with_cause else None
    numbers, old = [each.number for each in group], [each.old or "" for each in group]
    swedish = _SWEDISH[_kind(event)][many].format(
        number=chapter_numbers(numbers, "och"),
        old=chapter_numbers(old, "och"),
        labels=_in_brackets(event.labels),
        day=day,
        by=f" genom {act}" if act else "",
        on=f" från {day}" if day and with_cause else "",
        since=f", träder i kraft {day}" if day and with_cause else "",
    )
    english = _ENGLISH[_kind(event)][many].format(
        number=chapter_numbers(numbers, "and"),
        old=chapter_numbers(old, "and"),
        labels=_in_brackets(event.labels, english=True),
        day=english_day(day),
        by=f" by {english_act(act)}" if act else "",
        on=f" from {english_day(day)}" if day and with_cause else "",
        since=f", in force from {english_day(day)}" if day and with_cause else "",
    )
    return {"sv": swedish, "en": english}


def _in_brackets(labels: Sequence[str], *, english: bool = False) -> str:
    """Return the sections of a chapter in brackets, without its number; "" for none."""
    own = [label.rpartition(" kap. ")[2] for label in labels]
    return f" ({english_labels(own) if english else swedish_labels(own)})" if own else ""
