"""What an amendment did to whole chapters: one that comes, goes or moves is told once, not by each of its sections."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from monitor.core.law.events import SectionEvent, SectionEventKind, section_events
from monitor.core.law.marks import Act, TimeMark, heading_marks, repealed_by
from monitor.core.model import BlockChange

ChapterEventKind = Literal[
    "new",
    "repealed",  # the text says so
    "removed",  # no longer in the text, and the text does not say why
    "renumbered",  # `old` is its earlier number
    "ends",  # ceases to apply on `day`
    "displaced",  # removed, and another chapter has its number
    "heading",  # only its heading differs
]
CHAPTER_HEADING = re.compile(r"(?P<number>\d+(?: [a-zåäö]{1,2})?) kap\.\s*(?P<title>.*)", re.DOTALL)
_TOLD_WITH: dict[ChapterEventKind, frozenset[SectionEventKind]] = {
    "new": frozenset({"new"}),
    "repealed": frozenset({"removed", "repealed", "ends"}),
    "removed": frozenset({"removed"}),
    "displaced": frozenset({"removed", "displaced"}),
    "renumbered": frozenset({"renumbered"}),
    "ends": frozenset({"ends"}),
    "heading": frozenset(),
}
"""Kinds of section events that a chapter event says as well."""


@dataclass(frozen=True, slots=True)
class ChapterEvent:
    """What happened to one chapter; `labels` are its sections of which the same is said thereby."""

    kind: ChapterEventKind
    number: str
    act: Act | None = None
    day: str | None = None
    old: str | None = None
    labels: tuple[str, ...] = ()


@dataclass(slots=True)
class _Headings:
    """The headings of one chapter, before and after: title and marks."""

    before: list[tuple[str, list[TimeMark]]] = field(default_factory=list)
    after: list[tuple[str, list[TimeMark]]] = field(default_factory=list)


def events_on_day(
    headings: Sequence[tuple[str | None, str | None]], sections: Sequence[SectionEvent], day: str
) -> tuple[list[ChapterEvent], list[SectionEvent]]:
    """Return the same for what takes effect on a day; `headings` are those of chapters that end (first) and begin."""
    ends, begins = ({_number(pair[side]): None for pair in headings if pair[side]} for side in (0, 1))
    found = [
        with_sections(
            ChapterEvent("heading", number)
            if number in ends and number in begins
            else ChapterEvent("new", number)
            if number in begins
            else ChapterEvent("ends", number, day=day),
            sections,
        )
        for number in dict.fromkeys([*ends, *begins])
    ]
    return found, _not_told(sections, found)


def _number(heading: str | None) -> str:
    chapter = CHAPTER_HEADING.match(heading or "")
    return chapter["number"] if chapter else ""


def _not_told(sections: Sequence[SectionEvent], chapters: Sequence[ChapterEvent]) -> list[SectionEvent]:
    """Return the events of sections of which no chapter event says the same."""
    told = {(label, kind) for event in chapters for label in event.labels for kind in _TOLD_WITH[event.kind]}
    return [event for event in sections if (event.label, event.kind) not in told]


def law_events(changes: Sequence[BlockChange]) -> tuple[list[ChapterEvent], list[SectionEvent]]:
    """Return the events of chapters, and those of the sections of which no chapter event says the same."""
    sections = section_events(changes)
    headings = _headings(changes)
    moves = _moves(headings, sections)
    sections = _without_moved_notices(sections, changes, moves)
    gone = [number for number, each in headings.items() if each.before and not each.after]
    known = {
        (change.label or "").rpartition(" kap. ")[0]
        for change in changes
        if change.label is not None and change.before is not None and change.label_before is None
    }
    found: list[ChapterEvent] = []
    for number, each in headings.items():
        if number in moves.values():  # what had the number is elsewhere
            each.before.clear()
        if number in moves:
            found.append(ChapterEvent("renumbered", number, old=moves[number]))
            if each.before and repealed_by(each.before[0][0]) is False:
                found.append(ChapterEvent("displaced", number))
        elif event := _event(number, each, sections, gone, known - set(moves.values())):
            found.append(event)
    found = [with_sections(event, sections) for event in found]
    moved = {event.old for event in found if event.kind == "renumbered"}
    found = [event for event in found if not (event.kind == "removed" and event.number in moved)]
    return found, _not_told(sections, found)


def _moves(headings: Mapping[str, _Headings], sections: Sequence[SectionEvent]) -> dict[str, str]:
    """Return the old number of each chapter whose title and sections stood under another number.

    The notice of a repeal, which has no sections, moves between chapters that do.
    """
    titles = {number: each.before[0][0] for number, each in headings.items() if each.before}
    found: dict[str, str] = {}
    for number, each in headings.items():
        title = each.after[-1][0] if each.after else None
        if title is None or titles.get(number) == title:
            continue
        notice = repealed_by(title) is not False
        for old, title_before in titles.items():
            is_other = title_before != title or old in found.values()
            if not is_other and (notice or _is_moved(old, number, sections)):
                found[number] = old
                break
    return found


def _without_moved_notices(
    sections: Sequence[SectionEvent], changes: Sequence[BlockChange], moves: Mapping[str, str]
) -> list[SectionEvent]:
    """Return the events without those of sections that were repealed before their chapter got another number."""
    notices = {
        change.label_before or change.label or ""
        for change in changes
        if change.before is not None and repealed_by(change.before) is not False
    }
    left = set(moves.values())
    return [
        event
        for event in sections
        if not (event.kind == "repealed" and _label_before(event.label, moves) in notices)
        and not (
            event.kind in ("removed", "displaced")
            and event.label in notices
            and event.label.partition(" kap. ")[0] in left
        )
    ]


def _label_before(label: str, moves: Mapping[str, str]) -> str:
    chapter, kap, number = label.partition(" kap. ")
    return f"{moves.get(chapter, '')}{kap}{number}"


def _headings(changes: Iterable[BlockChange]) -> dict[str, _Headings]:
    found: dict[str, _Headings] = {}
    for change in changes:
        if change.kind != "h2" or change.op == "moved":
            continue
        for text, is_after in ((change.before, False), (change.after, True)):
            plain, marks = heading_marks(text or "")
            if text is not None and (chapter := CHAPTER_HEADING.fullmatch(plain)):
                side = found.setdefault(chapter["number"], _Headings())
                (side.after if is_after else side.before).append((chapter["title"], marks))
    return found


def _event(
    number: str,
    headings: _Headings,
    sections: Sequence[SectionEvent],
    gone: Sequence[str],
    known_chapters: Collection[str],
) -> ChapterEvent | None:
    """Return the event of one chapter, None if there is none.

    `gone` are the chapters whose headings are no longer in the text, `known_chapters` those that had sections before.
    """
    if not headings.after:
        return ChapterEvent("removed", number) if headings.before else None
    title, _ = headings.after[-1]
    act = repealed_by(title)
    if act is not False:
        is_known = any(repealed_by(before) is not False for before, _ in headings.before)
        return None if is_known else ChapterEvent("repealed", number, act)
    old_marks = {mark for _, marks in headings.before for mark in marks}
    come = [mark for _, marks in headings.after for mark in marks if mark not in old_marks]
    begins = next((mark for mark in come if mark.kind == "begins"), None)
    is_of_heading = any(mark.is_of_heading for mark in come)
    was_there = any(repealed_by(before) is False for before, _ in headings.before)
    if not was_there and number not in known_chapters and not is_of_heading:
        old = next((old for old in gone if _is_moved(old, number, sections)), None)
        day = begins.day if begins else None
        return ChapterEvent("renumbered" if old else "new", number, day=day, old=old)
    if renumbered := next((mark for mark in come if mark.kind == "renumbered"), None):
        new = renumbered.label.removesuffix(" kap.")
        return ChapterEvent("renumbered", new, renumbered.act, renumbered.day, old=number)
    ends = next((mark for mark in come if mark.kind == "ends" and not mark.is_of_heading), None)
    if ends is not None and begins is None:
        return ChapterEvent("ends", number, ends.act, ends.day)
    if {title for title, _ in headings.after} <= {title for title, _ in headings.before}:
        return None  # only marks differ, and its sections say so
    return ChapterEvent("heading", number, day=begins.day if begins else None)


def _is_moved(old: str, new: str, sections: Sequence[SectionEvent]) -> bool:
    """True if a section of one chapter has the same number in another now."""
    return any(_is_move_between(event, old, new) for event in sections)


def _is_move_between(event: SectionEvent, old: str, new: str) -> bool:
    return (
        event.kind == "renumbered"
        and (event.old or "").split(" kap. ") == [old, event.label.split(" kap. ")[-1]]
        and (event.label.startswith(f"{new} kap. "))
    )


def with_sections(event: ChapterEvent, sections: Sequence[SectionEvent]) -> ChapterEvent:
    """Return a chapter's event with the sections that go with it, and the act and the day that they all name."""
    kinds = _TOLD_WITH[event.kind]
    own = [
        each
        for each in sections
        if each.kind in kinds
        and each.label.startswith(f"{event.number} kap. ")
        and (event.day is None or each.day in (None, event.day))
        and (event.old is None or _is_move_between(each, event.old, event.number))
    ]
    if event.kind == "new":
        # Later acts may have put more into it; the others are told by themselves.
        causes = Counter((each.act, each.day) for each in own)
        cause = max(causes, key=lambda cause: causes[cause], default=(None, event.day))
        own = [each for each in own if (each.act, each.day) == cause]
        return ChapterEvent("new", event.number, cause[0], cause[1], labels=tuple([each.label for each in own]))
    acts = {each.act for each in own}
    act = event.act or (acts.pop() if len(acts) == 1 else None)
    return ChapterEvent(event.kind, event.number, act, event.day, event.old, tuple([each.label for each in own]))
