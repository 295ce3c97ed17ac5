"""What an amendment did to the sections of a law, derived from the block changes alone.

Every event carries the labels of the changes that it was derived from; nothing is stated that the texts do not say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from monitor.core.law.marks import (
    Act,
    TimeMark,
    Wording,
    amended_by,
    label_beside,
    own_words,
    renumbered_to,
    repealed_by,
    wordings,
)
from monitor.core.model import BlockChange
from monitor.core.text import clean, comparable

SectionEventKind = Literal[
    "amended",  # another wording
    "new",
    "repealed",  # the text says so
    "removed",  # no longer in the text, and the text does not say why
    "displaced",  # no longer in the text, and another section has its number
    "renumbered",  # `old` is its earlier label
    "renumbered-amended",  # the same, and another wording
    "ends",  # ceases to apply on `day`, and nothing takes its place
    "effective",  # the announced wording is now the current one
    "postponed",  # the announced wording is the same, its day (`day`) is not; `old` is the earlier day
    "withdrawn",  # the wording announced for `day` is gone
    "end-withdrawn",  # it does not cease to apply on `day` after all
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
    """Return the events of the sections among these changes, in their order; none for a § whose words are equal.

    Each section of the earlier text and each of the later one is in one event at most, but for a wording in force and
    one to come under the same label.
    """
    sections = [change for change in changes if change.label is not None]
    moves = _moves(sections)
    left = {old for _, old in moves.values()}
    taken = {change.label for change in sections if change.after is not None}
    stubs = {change.label: to for change in sections if change.after and (to := renumbered_to(change.after))}
    events: list[SectionEvent] = []
    for change in sections:
        label = change.label or ""
        if change.after is None:
            if label not in left:
                events.append(SectionEvent("displaced" if label in taken else "removed", label))
        elif label in moves:
            moved, old = moves[label]
            events.append(_renumbering_event(label, moved, old, stubs.get(old)))
            if change.label_before is None and change.before is not None and label not in left:
                events.append(SectionEvent("displaced", label))
        elif to := stubs.get(label):
            if label not in left:
                events.append(SectionEvent("renumbered", to[0], to[1], old=label))
        elif change.before is None or label in left:
            events += _new_section_events(label, change.after)
        else:
            events += _edit_events(label, change.before, change.after)
    return _without_new_numbers_twice(_without_announced_twice(events, sections), sections, moves)


def _without_announced_twice(events: Sequence[SectionEvent], sections: Sequence[BlockChange]) -> list[SectionEvent]:
    """Return the events without the coming wording of a § that is the text of another, announced under its number.

    A § whose own text is to go elsewhere needs no more; one whose text is not ends on that day.
    """
    texts = {change.label: wordings(change.after or "") for change in sections}
    announced = {
        (event.label, event.day, own_words(wording.text))
        for event in events
        if event.kind == "renumbered" and event.day
        for wording in texts[event.old]
        if any(mark.kind == "renumbered" for mark in wording.marks)
    }
    leaving = {event.old for event in events if event.kind == "renumbered" and event.day}
    found = []
    for event in events:
        coming = [wording for wording in texts.get(event.label, ()) if wording.day("begins") == event.day]
        is_twice = event.kind == "amended" and any(
            (event.label, event.day, own_words(wording.text)) in announced for wording in coming
        )
        if not is_twice:
            found.append(event)
        elif event.label not in leaving:
            found.append(replace(event, kind="ends"))
    return found


def _moves(sections: Sequence[BlockChange]) -> dict[str, tuple[BlockChange, str]]:
    """Return new label -> the text's change and old label, for the texts that have another label now.

    They are those that the alignment paired, and those that went from one label and came under another unchanged.
    """
    moves = {
        change.label or "": (change, change.label_before)
        for change in sections
        if change.label_before is not None and change.label_before != change.label
    }
    sources = {old for _, old in moves.values()}
    labels_before: dict[str, list[BlockChange]] = {}
    for change in sections:
        if change.before is not None and change.label_before is None:
            labels_before.setdefault(own_words(change.before), []).append(change)
    unmoved = {(change.label, own_words(change.after)) for change in sections if change.after is not None}
    for change in sections:
        if change.after is None or change.label in moves:
            continue
        words = own_words(change.after)
        found = labels_before.get(words, [])
        old = found[0].label or "" if len(found) == 1 else ""
        is_elsewhere = old not in ("", change.label) and old not in sources and (old, words) not in unmoved
        if is_elsewhere and len(words) >= _SHORTEST:
            moves[change.label or ""] = (change, old)
            sources.add(old)
    return moves


def _renumbering_event(label: str, change: BlockChange, old: str, stub: tuple[str, Act | None] | None) -> SectionEvent:
    """Return the event of a text that has another label; `stub` is what the earlier label says of it now."""
    act, before = amended_by(change.after or ""), amended_by(change.before or "")
    cause = act if change.label_before and act != before else None
    if cause is None and stub is not None and stub[0] == label:
        cause = stub[1]
    is_amended = change.label_before is not None and own_words(change.before or "") != own_words(change.after or "")
    return SectionEvent("renumbered-amended" if is_amended else "renumbered", label, cause, old=old)


def _without_new_numbers_twice(
    events: Sequence[SectionEvent], sections: Sequence[BlockChange], moves: Collection[str]
) -> list[SectionEvent]:
    """Return the events; where a mark or a notice names a new number, the section under it is the same event."""
    announced = {event.label for event in events if event.kind == "renumbered" and event.label not in moves}
    come = {event.label: event for event in events if event.kind == "new" and event.label in announced}
    texts = {change.label: change for change in sections}
    return [
        _merged(event, come[event.label], texts)
        if event.kind == "renumbered" and event.old and event.label in come
        else event
        for event in events
        if event not in come.values()
    ]


def _merged(event: SectionEvent, new: SectionEvent, texts: Mapping[str | None, BlockChange]) -> SectionEvent:
    """Return the event of an announced new number, together with that of the section that comes under it."""
    old = texts[event.old].after or ""
    coming = wordings(texts[event.label].after or "")[-1].text
    is_amended = own_words(coming) not in {own_words(wording.text) for wording in wordings(old)}
    return replace(event, kind="renumbered-amended" if is_amended else "renumbered", act=event.act or new.act)


def _new_section_events(label: str, text: str) -> Iterator[SectionEvent]:
    """Yield the events of a section that was not there; `repealed` if the section arrives as already repealed.

    It is new by its first wording, and amended by those that will replace that.
    """
    found = wordings(text)
    act = repealed_by(_current(found) or text)
    if act is not False:
        yield SectionEvent("repealed", label, act)
    if not found:  # a § without a word
        yield SectionEvent("new", label)
    current = [wording for wording in found if not wording.day("begins")]
    is_known = act is False and bool(current)
    if is_known:
        yield SectionEvent("new", label, amended_by(current[-1].text))
    announced = [wording for wording in found if wording.day("begins")]
    for number, wording in enumerate(announced):
        repealing = repealed_by(wording.text)
        cause = amended_by(wording.text) if repealing is False else repealing
        kind: SectionEventKind = "amended" if is_known or number else "new"
        yield SectionEvent(kind if repealing is False else "repealed", label, cause, wording.day("begins"))
    if is_known:
        yield from _ending_events(label, (), found)


def _edit_events(label: str, before: str, after: str) -> Iterator[SectionEvent]:
    act = repealed_by(after)
    if act is not False and repealed_by(before) is False:
        yield SectionEvent("repealed", label, act)
        return
    if act is False and repealed_by(before) is not False:
        events = [event for event in _new_section_events(label, after) if event.kind != "repealed"]
    else:
        events = _wording_events(label, wordings(before), wordings(after))
    if not events and _comparable_text(before) != _comparable_text(after):
        events = [SectionEvent("mark", label)]
    yield from events


def _wording_events(label: str, before: Sequence[Wording], after: Sequence[Wording]) -> list[SectionEvent]:
    """Return the events between the wordings given side by side before and those given now."""
    announced_before, announced = _announced(before), _announced(after)
    current_before, current = _current(before), _current(after)
    replaced = any(text not in announced_before for text in announced)
    is_known = any(text and repealed_by(text) is False for text in (current, current_before))
    events = [*_announced_events(label, announced_before, announced, known=is_known)]
    if current != current_before and current in announced_before and current not in announced:
        events.append(SectionEvent("effective", label, day=announced_before[current]))
    else:
        events += _current_events(label, current_before, current)
    if not replaced:
        for text, day in announced_before.items():
            if text not in announced and text != current:
                events.append(SectionEvent("withdrawn", label, day=day))
        events += _ending_events(label, before, after)
    return [*events, *_new_numbers(label, before, after)]


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
    if own_words(before) != own_words(after):
        cause = amended_by(after)
        yield SectionEvent("amended", label, cause if cause != amended_by(before) else None)
    elif _comparable_text(before) != _comparable_text(after):
        yield SectionEvent("mark", label, amended_by(after))


def _ending_events(label: str, before: Sequence[Wording], after: Sequence[Wording]) -> Iterator[SectionEvent]:
    """Yield an event if the section ends on a day that was not announced before, and nothing takes its place."""
    end = _end(after)
    known = _end(before)
    if known and end is None and not _announced(before) and _comparable_text(_current(before)) == _current_text(after):
        yield SectionEvent("end-withdrawn", label, day=known.day)
    if end and (known is None or end.day != known.day) and not _announced(after):
        yield SectionEvent("ends", label, end.act, end.day)


def _new_numbers(label: str, before: Sequence[Wording], after: Sequence[Wording]) -> Iterator[SectionEvent]:
    """Yield an event for each new number that was not announced before."""
    known = {mark for wording in before for mark in wording.marks}
    for mark in (mark for wording in after for mark in wording.marks if mark not in known):
        if mark.kind == "renumbered":
            yield SectionEvent("renumbered", label_beside(label, mark.label), mark.act, mark.day, old=label)


def _announced(found: Sequence[Wording]) -> dict[str, str]:
    """Return the announced wordings and the days on which they take effect."""
    return {wording.text: day for wording in found if (day := wording.day("begins"))}


def _current(found: Sequence[Wording]) -> str:
    """Return the wording without a day on which it takes effect, and without the notice of an earlier repeal."""
    lines = [line for wording in found if not wording.day("begins") for line in wording.lines]
    return "\n".join([line for line in lines if repealed_by(line) is False] or lines)


def _current_text(found: Sequence[Wording]) -> str:
    return _comparable_text(_current(found))


def _end(found: Sequence[Wording]) -> TimeMark | None:
    """Return the mark of the day on which the current wording ceases to apply."""
    current = (wording for wording in found if not wording.day("begins"))
    return next((mark for wording in current for mark in wording.marks if mark.kind == "ends"), None)


def _comparable_text(text: str) -> str:
    return comparable(clean(text))
