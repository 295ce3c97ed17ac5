"""What an amendment did to the sections of a law, read from the block changes alone.

Every event is tied to the labels of the changes that it was read from; nothing is said that the texts do not carry.
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
    "effective",  # the wording that was to come is the one that is given now
    "postponed",  # the wording to come is the same, its day (`day`) is not; `old` is the earlier day
    "withdrawn",  # the wording that was to come on `day` is gone
    "mark",  # the amendment mark alone differs
]


@dataclass(frozen=True, slots=True)
class SectionEvent:
    """What happened to one section. `act` is what the texts name as the cause, `day` when it takes effect."""

    kind: SectionEventKind
    label: str
    act: Act | None = None
    day: str | None = None
    old: str | None = None


_LEAST = 20
"""Characters that a text has at least, to be recognised under another label: "Har upphävts." is no such text."""


def section_events(changes: Sequence[BlockChange]) -> list[SectionEvent]:
    """The events of the sections among these changes, in their order. A § whose words are equal has none."""
    sections = [change for change in changes if change.label is not None]
    carried = _carried(sections)
    left = set(carried.values())
    events: list[SectionEvent] = []
    for change in sections:
        label = change.label or ""
        if label in carried:
            events.append(_renumbering(change, carried[label]))
        elif change.after is None:
            if label not in left:
                events.append(SectionEvent("removed", label))
        elif to := renumbered_to(change.after):
            if label not in left:
                events.append(SectionEvent("renumbered", to[0], to[1], old=label))
        elif change.before is None or label in left:
            events.append(_arrival(label, change.after))
        else:
            events += _edit(label, change.before, change.after)
    return events


def _carried(sections: Sequence[BlockChange]) -> dict[str, str]:
    """New label -> old label, of the texts that stand under another label now (and said so, or are found so)."""
    befores: dict[str, list[str]] = {}
    for change in sections:
        if change.before is not None:
            befores.setdefault(_essence(change.before), []).append(change.label_before or change.label or "")
    stand = {(change.label, _essence(change.after)) for change in sections if change.after is not None}
    carried: dict[str, str] = {}
    for change in sections:
        label = change.label or ""
        if change.label_before is not None and change.label_before != label:
            carried[label] = change.label_before
        elif change.after is not None:
            essence = _essence(change.after)
            found = befores.get(essence, [])
            if len(found) == 1 and found[0] != label and len(essence) >= _LEAST and (found[0], essence) not in stand:
                carried[label] = found[0]
    return carried


def _renumbering(change: BlockChange, old: str) -> SectionEvent:
    act, before = amended_by(change.after or ""), amended_by(change.before or "")
    return SectionEvent(
        "renumbered", change.label or "", act if change.label_before and act != before else None, old=old
    )


def _arrival(label: str, text: str) -> SectionEvent:
    """A section that was not there. One that comes as already repealed is said to be so."""
    act = repealed_by(text)
    if act is not False:
        return SectionEvent("repealed", label, act)
    found = wordings(text)
    if not found:  # a § without a word
        return SectionEvent("new", label)
    return SectionEvent("new", label, amended_by(found[-1].text), found[-1].day("begins"))


def _edit(label: str, before: str, after: str) -> Iterator[SectionEvent]:
    act = repealed_by(after)
    if act is not False and repealed_by(before) is False:
        yield SectionEvent("repealed", label, act)
        return
    events = _between(label, wordings(before), wordings(after))
    if not events and _words(before) != _words(after):
        events = [SectionEvent("mark", label)]
    yield from events


def _between(label: str, before: Sequence[Wording], after: Sequence[Wording]) -> list[SectionEvent]:
    """The events between the wordings that stood side by side and those that do now."""
    coming_before, coming = _coming(before), _coming(after)
    given_before, given = _given(before), _given(after)
    replaced = any(text not in coming_before for text in coming)
    events = [*_to_come(label, coming_before, coming, known=bool(given or given_before))]
    if given != given_before and given in coming_before and given not in coming:
        events.append(SectionEvent("effective", label, day=coming_before[given]))
    else:
        events += _now(label, given_before, given)
    if not replaced:
        for text, day in coming_before.items():
            if text not in coming and text != given:
                events.append(SectionEvent("withdrawn", label, day=day))
        events += _endings(label, before, after)
    return events


def _to_come(label: str, before: dict[str, str], after: dict[str, str], *, known: bool) -> Iterator[SectionEvent]:
    """Wordings that are to come and were not announced before, or for another day."""
    for text, day in after.items():
        if text in before:
            if before[text] != day:
                yield SectionEvent("postponed", label, day=day, old=before[text])
        elif (repealing := repealed_by(text)) is not False:
            yield SectionEvent("repealed", label, repealing, day)
        else:
            yield SectionEvent("amended" if known else "new", label, amended_by(text), day)


def _now(label: str, before: str, after: str) -> Iterator[SectionEvent]:
    """What became of the wording that is given as the one in force."""
    if _essence(before) != _essence(after):
        cause = amended_by(after)
        yield SectionEvent("amended", label, cause if cause != amended_by(before) else None)
    elif _words(before) != _words(after):
        yield SectionEvent("mark", label, amended_by(after))


def _endings(label: str, before: Sequence[Wording], after: Sequence[Wording]) -> Iterator[SectionEvent]:
    """A day on which the section ceases to apply, or gets another number, that was not announced before."""
    ends = _last_day(after)
    if ends and ends != _last_day(before) and not _coming(after):
        yield SectionEvent("ends", label, day=ends)
    known = {mark for wording in before for mark in wording.marks}
    chapter = label.rpartition("kap. ")
    for mark in (mark for wording in after for mark in wording.marks if mark not in known):
        if mark.kind == "renumbered":
            yield SectionEvent("renumbered", f"{chapter[0]}{chapter[1]}{mark.label}", day=mark.day, old=label)


def _coming(found: Sequence[Wording]) -> dict[str, str]:
    """The wordings that are to come, and their days."""
    return {wording.text: day for wording in found if (day := wording.day("begins"))}


def _given(found: Sequence[Wording]) -> str:
    """The wording that stands without a day from which it is to apply."""
    return "\n".join(wording.text for wording in found if not wording.day("begins"))


def _last_day(found: Sequence[Wording]) -> str | None:
    """The day on which the given wording ceases to apply."""
    return next((day for wording in found if not wording.day("begins") and (day := wording.day("ends"))), None)


def _essence(text: str) -> str:
    """What of a wording is its own: its words, without the mark of the act that gave it."""
    return _words(without_amendment(text))


def _words(text: str) -> str:
    return comparable(clean(text))
