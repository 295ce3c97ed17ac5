"""What an amendment did to the sections of a law, derived from the block changes alone.

Every event carries the labels of the changes that it was derived from; nothing is stated that the texts do not say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.core.law.marks import Act, Wording, amended_by, renumbered_to, repealed_by, without_amendment, wordings
from monitor.core.model import BlockChange
from monitor.core.text import clean, comparable

SectionEventKind = Literal[
    "amended",  # another wording
    "new",
    "repealed",  # the text says so
    "removed",  # no longer in the text, and the text does not say why
    "renumbered",  # `old` is its earlier label
    "ends",  # ceases to apply on `day`, and nothing takes its place
    "effective",  # the announced wording is now the current one
    "postponed",  # the announced wording is the same, its day (`day`) is not; `old` is the earlier day
    "withdrawn",  # the wording announced for `day` is gone
    "mark",  # only the amendment mark differs
]


@dataclass(frozen=True, slots=True)
class SectionEvent:
    """What happened to one section. `act` is what the texts name as the cause, `day` when it takes effect."""

    kind: SectionEventKind
    label: str
    act: Act | None = None
    day: str | None = None
    old: str | None = None


_SHORTEST = 20
"""Fewest characters by which a text is recognised under another label: "Har upphävts." is too short."""


def section_events(changes: Sequence[BlockChange]) -> list[SectionEvent]:
    """Return the events of the sections among these changes, in their order; none for a § whose words are equal."""
    sections = [change for change in changes if change.label is not None]
    old_labels = _old_labels(sections)
    left_labels = set(old_labels.values())
    events: list[SectionEvent] = []
    for change in sections:
        label = change.label or ""
        if label in old_labels:
            events.append(_renumbering_event(change, old_labels[label]))
        elif change.after is None:
            if label not in left_labels:
                events.append(SectionEvent("removed", label))
        elif to := renumbered_to(change.after):
            if label not in left_labels:
                events.append(SectionEvent("renumbered", to[0], to[1], old=label))
        elif change.before is None or label in left_labels:
            events.append(_new_section_event(label, change.after))
        else:
            events += _edit_events(label, change.before, change.after)
    return events


def _old_labels(sections: Sequence[BlockChange]) -> dict[str, str]:
    """Return new label -> old label for the texts that have another label now, as they say or by their equal words."""
    labels_before: dict[str, list[str]] = {}
    for change in sections:
        if change.before is not None:
            labels_before.setdefault(_own_words(change.before), []).append(change.label_before or change.label or "")
    unmoved = {(change.label, _own_words(change.after)) for change in sections if change.after is not None}
    old_labels: dict[str, str] = {}
    for change in sections:
        label = change.label or ""
        if change.label_before is not None and change.label_before != label:
            old_labels[label] = change.label_before
        elif change.after is not None:
            words = _own_words(change.after)
            found = labels_before.get(words, [])
            if len(found) == 1 and found[0] != label and len(words) >= _SHORTEST and (found[0], words) not in unmoved:
                old_labels[label] = found[0]
    return old_labels


def _renumbering_event(change: BlockChange, old: str) -> SectionEvent:
    act, before = amended_by(change.after or ""), amended_by(change.before or "")
    return SectionEvent(
        "renumbered", change.label or "", act if change.label_before and act != before else None, old=old
    )


def _new_section_event(label: str, text: str) -> SectionEvent:
    """Return the event of a section that was not there; `repealed` if the section arrives as already repealed."""
    act = repealed_by(text)
    if act is not False:
        return SectionEvent("repealed", label, act)
    found = wordings(text)
    if not found:  # a § without a word
        return SectionEvent("new", label)
    return SectionEvent("new", label, amended_by(found[-1].text), found[-1].day("begins"))


def _edit_events(label: str, before: str, after: str) -> Iterator[SectionEvent]:
    act = repealed_by(after)
    if act is not False and repealed_by(before) is False:
        yield SectionEvent("repealed", label, act)
        return
    events = _wording_events(label, wordings(before), wordings(after))
    if not events and _comparable_text(before) != _comparable_text(after):
        events = [SectionEvent("mark", label)]
    yield from events


def _wording_events(label: str, before: Sequence[Wording], after: Sequence[Wording]) -> list[SectionEvent]:
    """Return the events between the wordings given side by side before and those given now."""
    announced_before, announced = _announced(before), _announced(after)
    current_before, current = _current(before), _current(after)
    replaced = any(text not in announced_before for text in announced)
    events = [*_announced_events(label, announced_before, announced, known=bool(current or current_before))]
    if current != current_before and current in announced_before and current not in announced:
        events.append(SectionEvent("effective", label, day=announced_before[current]))
    else:
        events += _current_events(label, current_before, current)
    if not replaced:
        for text, day in announced_before.items():
            if text not in announced and text != current:
                events.append(SectionEvent("withdrawn", label, day=day))
        events += _ending_events(label, before, after)
    return events


def _announced_events(
    label: str, before: dict[str, str], after: dict[str, str], *, known: bool
) -> Iterator[SectionEvent]:
    """Yield an event for each wording that was not announced before, or was announced for another day."""
    for text, day in after.items():
        if text in before:
            if before[text] != day:
                yield SectionEvent("postponed", label, day=day, old=before[text])
        elif (repealing := repealed_by(text)) is not False:
            yield SectionEvent("repealed", label, repealing, day)
        else:
            yield SectionEvent("amended" if known else "new", label, amended_by(text), day)


def _current_events(label: str, before: str, after: str) -> Iterator[SectionEvent]:
    """Yield what happened to the current wording."""
    if _own_words(before) != _own_words(after):
        cause = amended_by(after)
        yield SectionEvent("amended", label, cause if cause != amended_by(before) else None)
    elif _comparable_text(before) != _comparable_text(after):
        yield SectionEvent("mark", label, amended_by(after))


def _ending_events(label: str, before: Sequence[Wording], after: Sequence[Wording]) -> Iterator[SectionEvent]:
    """Yield an event for each day, not announced before, on which the section ends or gets another number."""
    ends = _end_day(after)
    if ends and ends != _end_day(before) and not _announced(after):
        yield SectionEvent("ends", label, day=ends)
    known = {mark for wording in before for mark in wording.marks}
    chapter = label.rpartition("kap. ")
    for mark in (mark for wording in after for mark in wording.marks if mark not in known):
        if mark.kind == "renumbered":
            yield SectionEvent("renumbered", f"{chapter[0]}{chapter[1]}{mark.label}", day=mark.day, old=label)


def _announced(found: Sequence[Wording]) -> dict[str, str]:
    """Return the announced wordings and the days on which they take effect."""
    return {wording.text: day for wording in found if (day := wording.day("begins"))}


def _current(found: Sequence[Wording]) -> str:
    """Return the current wording, which has no day on which it takes effect."""
    return "\n".join(wording.text for wording in found if not wording.day("begins"))


def _end_day(found: Sequence[Wording]) -> str | None:
    """Return the day on which the current wording ceases to apply."""
    return next((day for wording in found if not wording.day("begins") and (day := wording.day("ends"))), None)


def _own_words(text: str) -> str:
    """Return the comparable words of a wording, without the amendment mark."""
    return _comparable_text(without_amendment(text))


def _comparable_text(text: str) -> str:
    return comparable(clean(text))
