"""A judge of what is said of an amendment, § by §, from an independent scan of both texts.

It asks two things: is every § that differs in an event, and does every event say what the two texts show?
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from monitor.core.law.chapters import ChapterEvent
from monitor.core.law.events import SectionEvent
from tests.acceptance.statutes.scanner import sections

_REPEALED = re.compile(r"\(?(?:har )?(?:upphävts|upphävd|upphört)", re.IGNORECASE)


def faults(before: str, after: str, events: Sequence[SectionEvent], chapters: Sequence[ChapterEvent]) -> Iterator[str]:
    """Yield what is wrong with the events of an amendment, each in a few words."""
    old, new = sections(before), sections(after)
    told = {label for event in events for label in (event.label, event.old) if label}
    told |= {label for event in chapters for label in event.labels}
    told |= {label for event in chapters if event.old for label in old if label.startswith(f"{event.old} kap. ")}
    for label in dict.fromkeys([*old, *new]):
        if _words(old.get(label, "")) != _words(new.get(label, "")) and label not in told:
            yield f"{label} differs and is in no event"
    added = {event.label for event in events if event.kind == "new"}
    for event in events:
        if event.kind in ("amended", "ends") and event.label in added and event.label in new:
            continue  # a later wording or an end of what is new
        fault = _fault(event, old, new)
        if fault:
            yield f"{event.label} {event.kind}: {fault}"
    counts = Counter((event.label, event.kind, event.day) for event in events)
    yield from (f"{label} {kind} is told {n} times" for (label, kind, _), n in counts.items() if n > 1)


def _fault(event: SectionEvent, old: dict[str, str], new: dict[str, str]) -> str:
    """Return what the texts do not show of an event, "" if they show it."""
    before, after, was = old.get(event.label), new.get(event.label), old.get(event.old or "")
    if event.kind in ("renumbered", "renumbered-amended"):
        is_shown = was is not None and after is not None and _likeness(was, after) >= _ALIKE
        return "" if is_shown else f"{event.old} was another text"
    is_same = before is not None and after is not None and _likeness(before, after) > _ALIKE
    if event.kind == "new":
        return "" if after is not None and not is_same else "it was there, or is not in the text"
    if event.kind == "repealed":
        return "" if after is not None and _REPEALED.search(after) else "the text does not say so"
    if event.kind == "removed":
        return "" if before is not None and after is None else "it is still in the text, or never was"
    if event.kind == "displaced":
        return "" if before is not None and after is not None and not is_same else "no other section has its number"
    if before is None or after is None:
        return "it is not in both texts"
    return "the texts are equal" if event.kind == "amended" and _words(before) == _words(after) else ""


_ALIKE = 0.6


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.replace("-", ""))


def _likeness(one: str, other: str) -> float:
    """Return the share of words that two texts share, whatever their order."""
    first, second = Counter(_words(one)), Counter(_words(other))
    return 2 * (first & second).total() / max(1, first.total() + second.total())
