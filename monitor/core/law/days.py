"""What a law's text announces for a day, and what of it has come true without a byte changing.

Old and new wording stand side by side, marked, until the day comes:

    2 §   Upphör att gälla 2027-01-01:   …     in force until that day
          Träder i kraft 2027-01-01:     …     in force from that day on

"den dag regeringen bestämmer" is no day: it is told when it is published, and cannot be told again by the calendar.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from monitor.core.law.marks import TimeMark, Wording, heading_mark, wordings
from monitor.core.model import SWEDISH_TIME, AnnouncedEvent, Block, Extraction
from monitor.core.text import clean, comparable

Part = Literal["section", "heading", "law"]

_SWEDEN = ZoneInfo(SWEDISH_TIME)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LAW_REPEALED = re.compile(rf"Upphävd: (?P<day>{_DAY.pattern})\b")
_LAW_BEGINS = re.compile(rf"Träder i kraft (?P<day>{_DAY.pattern})\b")


@dataclass(frozen=True, slots=True)
class EntryIntoForce:
    """What takes effect on a day: a section (`name` is its label), a heading (its text), or the law as a whole.

    `before` and `after` are the wordings in force until and from that day, None where there is none. `opens` is the
    section that a heading stands before, `to` the label that a section gets.
    """

    day: str
    part: Part
    name: str
    before: str | None
    after: str | None
    opens: str | None = None
    to: str | None = None

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> EntryIntoForce:
        """The inverse of `facts`."""
        return cls(*(facts[name] for name in ("day", "part", "name", "before", "after", "opens", "to")))

    @property
    def facts(self) -> dict[str, object]:
        """The same as JSON values."""
        return asdict(self)


def announced_events(extraction: Extraction, after: datetime, revision: int) -> list[AnnouncedEvent]:
    """What the text announces for days after the one of `after`, to be told on them; nothing of a page that is no law.

    `revision` is the one that announces it.
    """
    if extraction.law is None:
        return []
    today = swedish_day(after)
    found = {}
    for each in entries_into_force(extraction.blocks):
        day = _date(each.day)
        if day is not None and day > today:
            expectation = AnnouncedEvent(
                day,
                " ".join(filter(None, [each.day, each.part, each.opens or each.name, each.to])),
                {**each.facts, "revision": revision},
            )
            found[expectation.cause] = expectation
    return list(found.values())


def swedish_day(at: datetime) -> date:
    """The day that it is in Sweden, where laws take effect at midnight."""
    return at.astimezone(_SWEDEN).date()


def entries_into_force(blocks: Iterable[Block]) -> Iterator[EntryIntoForce]:
    """Everything that a law's blocks announce for a date, past or future, in the order of the text."""
    headings: dict[tuple[str, str | None], EntryIntoForce] = {}
    for block in blocks:
        if block.label is not None:
            yield from _of_section(block.label, block.text)
        elif block.kind in ("h2", "h3", "h4"):
            for each in _of_heading(block):
                place = (each.day, each.opens)
                other = headings.pop(place, None) if each.opens else None
                headings[place if each.opens else (each.day, each.name)] = _joined(other, each) if other else each
        elif block.kind == "p" and (found := _LAW_BEGINS.match(block.text)) and not block.heading:
            yield EntryIntoForce(found["day"], "law", "", None, block.text)
        elif block.kind == "p" and (found := _LAW_REPEALED.match(block.text)) and not block.heading:
            yield EntryIntoForce(found["day"], "law", "", block.text, None)
    yield from headings.values()


def _of_section(label: str, text: str) -> Iterator[EntryIntoForce]:
    found = wordings(text)
    for day in sorted({mark.day for wording in found for mark in wording.marks if mark.kind != "renumbered"}):
        that_day = _date(day)
        if that_day is None:
            continue
        before, after = _in_force(found, that_day - timedelta(days=1)), _in_force(found, that_day)
        if before != after:
            yield EntryIntoForce(day, "section", label, before or None, after or None)
    for wording, mark in _new_numbers(found):
        if _date(mark.day) is not None:
            yield EntryIntoForce(mark.day, "section", label, wording.text, wording.text, to=_beside(label, mark.label))


def _new_numbers(found: Iterable[Wording]) -> list[tuple[Wording, TimeMark]]:
    return [(wording, mark) for wording in found for mark in wording.marks if mark.kind == "renumbered"]


def _beside(label: str, number: str) -> str:
    """The label of another section in the chapter of this one."""
    chapter, kap, _ = label.rpartition(" kap. ")
    return f"{chapter}{kap}{number}"


def _of_heading(block: Block) -> Iterator[EntryIntoForce]:
    text, marks = _marks(block.text)
    for mark in marks:
        if _date(mark.day) is not None and mark.kind != "renumbered":
            before, after = (None, text) if mark.kind == "begins" else (text, None)
            yield EntryIntoForce(mark.day, "heading", text, before, after, block.opens)


def _joined(one: EntryIntoForce, other: EntryIntoForce) -> EntryIntoForce:
    """A heading that goes and one that comes before the same section on the same day."""
    before, after = one.before or other.before, one.after or other.after
    return EntryIntoForce(one.day, "heading", after or before or "", before, after, one.opens)


def _marks(heading: str) -> tuple[str, list[TimeMark]]:
    marks = []
    text, mark = heading_mark(heading)
    while mark is not None:
        marks.append(mark)
        text, mark = heading_mark(text)
    return text, marks


# What is in force


def _in_force(found: Sequence[Wording], day: date) -> str:
    return "\n".join(wording.text for wording in found if _applies(wording.marks, day))


def _applies(marks: Iterable[TimeMark], day: date) -> bool:
    """Whether what has these marks is in force on a day; a day that the Government decides has not come."""
    for mark in marks:
        at = _date(mark.day)
        come = at is not None and at <= day
        if (mark.kind == "begins" and not come) or (mark.kind == "ends" and come):
            return False
    return True


def only_entered_into_force(before: Block | None, after: Block | None, at: datetime) -> bool:
    """Whether two copies of a section or heading of a law say the same of that day and every later one.

    So it is when the text that was announced is given now without its marks, and the old one is gone.
    """
    if before is None or not _is_marked(before):
        return False
    today = swedish_day(at)
    if after is not None and _label_on(before, today) != _label_on(after, today):
        return False
    return _outlook(before, today) == (_outlook(after, today) if after else _NOTHING)


def _label_on(block: Block, day: date) -> str | None:
    """The label that a section has on a day; of a heading None."""
    if block.label is None:
        return None
    for _, mark in _new_numbers(wordings(block.text)):
        at = _date(mark.day)
        if at is not None and at <= day:
            return _beside(block.label, mark.label)
    return block.label


Outlook = tuple[str, tuple[tuple[str, str], ...]]
_NOTHING: Outlook = ("", ())


def _is_marked(block: Block) -> bool:
    if block.label is None:
        return bool(_marks(block.text)[1])
    return any(wording.marks for wording in wordings(block.text))


def _outlook(block: Block, today: date) -> Outlook:
    """What is in force on a day, and everything that is announced for later, with its day."""
    if block.label is None:
        text, marks = _marks(block.text)
        found: Sequence[Wording] = (Wording(tuple(marks), (text,)),)
    else:
        found = wordings(block.text)
    now = _words(_in_force(found, today))
    later = [
        (mark.kind + mark.day, _words(wording.text))
        for wording in found
        for mark in wording.marks
        if _later(mark, today)
    ]
    return now, tuple(later)


def _later(mark: TimeMark, today: date) -> bool:
    day = _date(mark.day)
    return day is None or day > today


def _words(text: str) -> str:
    return comparable(clean(text))


def _date(day: str) -> date | None:
    try:
        return date.fromisoformat(day)
    except ValueError:  # left to the Government, or a day that no calendar has
        return None
