"""What a law's text announces for a day, and which of it has taken effect without a byte changing.

The text gives the old and the new wording side by side, marked, until the day comes:

    2 §   Upphör att gälla 2027-01-01:   …     in force until that day
          Träder i kraft 2027-01-01:     …     in force from that day on

"den dag regeringen bestämmer" is not a date: subscribers are notified when it is published, and no day in the calendar
follows from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from monitor.core.law.marks import TimeMark, Wording, heading_marks, label_beside, repealed_by, wordings
from monitor.core.law.paragraphs import CHAPTER
from monitor.core.model import SWEDISH_TIME, AnnouncedEvent, Block, BlockChange, Extraction
from monitor.core.text import clean, comparable
from monitor.core.vocabulary import SWEDISH_MONTHS

Part = Literal["section", "heading", "law"]

_SWEDEN = ZoneInfo(SWEDISH_TIME)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LAW_REPEALED = re.compile(rf"Upphävd: (?P<day>{_DAY.pattern})\b")
_BEGINS_IN_WORDS = re.compile(
    rf"\bträder i kraft den (?P<day>\d{{1,2}}) (?P<month>{'|'.join(SWEDISH_MONTHS)}) (?P<year>\d{{4}})\b"
)
"""What a transitional provision says, in the words of Svensk författningssamling."""
_LAW_BEGINS = re.compile(rf"Träder i kraft (?P<day>{_DAY.pattern})\b")


@dataclass(frozen=True, slots=True)
class EntryIntoForce:
    """What takes effect on a day: a section (`name` is its label), a heading (its text), or the law as a whole.

    `before` and `after` are the wordings in force until and from that day, None where there is none. `opens` is the
    section that a heading precedes, `to` the label that a section gets.
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
        """Return the entry into force that `facts` describes."""
        return cls(*(facts[name] for name in ("day", "part", "name", "before", "after", "opens", "to")))

    @property
    def is_repeal_of_law(self) -> bool:
        """True if the law as a whole ends."""
        return self.part == "law" and self.after is None

    @property
    def facts(self) -> dict[str, object]:
        """The entry into force as JSON values."""
        return asdict(self)


def announced_events(extraction: Extraction, after: datetime, revision: int) -> list[AnnouncedEvent]:
    """Return the events that the text announces for days after that of `after`; none if the page is not a law.

    `revision` is the number of the revision that announces them.
    """
    if extraction.law is None:
        return []
    today = swedish_day(after)
    found = {}
    for entry in entries_into_force(extraction.blocks):
        day = _date(entry.day)
        if day is not None and day > today:
            event = AnnouncedEvent(
                day,
                " ".join(filter(None, [entry.day, entry.part, entry.opens or entry.name, entry.to])),
                {**entry.facts, "revision": revision},
            )
            found[event.cause] = event
    return list(found.values())


def days_announced(changes: Sequence[BlockChange], after: date) -> list[str]:
    """Return the days after `after` on which something takes effect that these changes announce, in order.

    The day on which the law as a whole ends is none of them: nothing is to be read on it.
    """
    known = {entry for change in changes for entry in entries_into_force(_side(change, change.before))}
    found = {entry for change in changes for entry in entries_into_force(_side(change, change.after))}
    days = {entry.day: _date(entry.day) for entry in found - known if not entry.is_repeal_of_law}
    return sorted(day for day, at in days.items() if at is not None and at > after)


def _side(change: BlockChange, text: str | None) -> list[Block]:
    return [] if text is None else [Block(change.kind, text, change.heading, change.label, opens=change.opens)]


def unmarked_days(blocks: Sequence[Block], after: date) -> list[date]:
    """Return the days after `after` on which something takes effect by a provision alone: no mark says what."""
    marked = {entry.day for entry in entries_into_force(blocks)}
    said = {
        f"{match['year']}-{SWEDISH_MONTHS.index(match['month']) + 1:02}-{int(match['day']):02}"
        for block in blocks
        for match in _BEGINS_IN_WORDS.finditer(block.text)
    }
    return sorted(at for day in said - marked if (at := _date(day)) is not None and at > after)


def with_new_numbers_once(parts: Sequence[EntryIntoForce]) -> list[EntryIntoForce]:
    """Return what takes effect on a day; a section that gets another number and the one that comes under it are one."""
    come = {part.name: part for part in parts if part.part == "section" and part.before is None}
    renumbered = {part.to for part in parts if part.to in come}
    return [
        replace(part, after=come[part.to].after) if part.to is not None and part.to in come else part
        for part in parts
        if not (part.part == "section" and part.before is None and part.name in renumbered)
    ]


def swedish_day(at: datetime) -> date:
    """Return the date in Sweden at a time; laws take effect at midnight there."""
    return at.astimezone(_SWEDEN).date()


def entries_into_force(blocks: Iterable[Block]) -> Iterator[EntryIntoForce]:
    """Yield everything that a law's blocks announce for a date, past or future.

    Sections and the law as a whole come in the order of the text, then the headings in theirs.
    """
    headings: dict[tuple[str, str | None], EntryIntoForce] = {}
    for block in blocks:
        if block.label is not None:
            yield from _section_entries(block.label, block.text)
        elif block.kind in ("h2", "h3", "h4"):
            for entry in _heading_entries(block):
                place = (entry.day, entry.opens)
                other = headings.pop(place, None) if entry.opens else None
                headings[place if entry.opens else (entry.day, entry.name)] = _merged(other, entry) if other else entry
        elif whole := _law_entry(block):
            yield whole
    yield from headings.values()


def _law_entry(block: Block) -> EntryIntoForce | None:
    """Return what a block announces of the law as a whole: that it begins, or is repealed."""
    if block.kind != "p" or block.heading:
        return None
    if found := _LAW_BEGINS.match(block.text):
        return EntryIntoForce(found["day"], "law", "", None, block.text)
    if found := _LAW_REPEALED.match(block.text):
        return EntryIntoForce(found["day"], "law", "", block.text, None)
    return None


def _section_entries(label: str, text: str) -> Iterator[EntryIntoForce]:
    found = wordings(text)
    for day in sorted({mark.day for wording in found for mark in wording.marks if mark.kind != "renumbered"}):
        that_day = _date(day)
        if that_day is None:
            continue
        before, after = _text_in_force(found, that_day - timedelta(days=1)), _text_in_force(found, that_day)
        if before != after:
            yield EntryIntoForce(day, "section", label, before or None, after or None)
    for wording, mark in _renumberings(found):
        if _date(mark.day) is not None:
            yield EntryIntoForce(
                mark.day, "section", label, wording.text, wording.text, to=label_beside(label, mark.label)
            )


def _renumberings(found: Iterable[Wording]) -> list[tuple[Wording, TimeMark]]:
    return [(wording, mark) for wording in found for mark in wording.marks if mark.kind == "renumbered"]


def _heading_entries(block: Block) -> Iterator[EntryIntoForce]:
    text, marks = heading_marks(block.text)
    for mark in marks:
        if _date(mark.day) is not None and mark.kind != "renumbered":
            before, after = (None, text) if mark.kind == "begins" else (text, None)
            yield EntryIntoForce(mark.day, "heading", text, before, after, block.opens)


def _merged(one: EntryIntoForce, other: EntryIntoForce) -> EntryIntoForce:
    """Merge a heading that ends and one that begins before the same section on the same day."""
    before, after = one.before or other.before, one.after or other.after
    return EntryIntoForce(one.day, "heading", after or before or "", before, after, one.opens)


# What is in force


@dataclass(frozen=True, slots=True)
class BlockOnDay:
    """A block of a law as it reads on a day, and the block of the consolidated text that it is taken from."""

    block: Block
    source: Block


def law_on_day(blocks: Sequence[Block], day: date) -> list[BlockOnDay]:
    """Return a law as its consolidated text has it on a day: each section in the wording in force, headings unmarked.

    Left out is what is not in force then: sections and headings that are to come or have ended, and whatever is below
    such a heading; of a law that has not begun or is repealed, all but what the register says of it. The text knows the
    past only as far as it still shows it.
    """
    if not _is_law_in_force(blocks, day):
        said = (block for block in blocks if block.label is None and block.kind in {"h1", "p"} and not block.heading)
        return [BlockOnDay(block, block) for block in said]
    found: list[BlockOnDay] = []
    labels = {block.label for block in blocks if block.label and _text_in_force(wordings(block.text), day)}
    for block in blocks:
        if any(not _is_heading_in_force(heading, day) for heading in block.heading):
            continue
        path = tuple(heading_marks(heading)[0] for heading in block.heading)
        if block.label is not None:
            label, text = _in_force_on(block.label, wordings(block.text), day)
            if text and (label == block.label or label not in labels):
                found.append(BlockOnDay(block._replace(heading=path, label=label, text=text), block))
            continue
        text, marks = heading_marks(block.text)
        if _is_in_force(marks, day):
            found.append(BlockOnDay(block._replace(heading=path, text=text), block))
    return found


def _is_law_in_force(blocks: Sequence[Block], day: date) -> bool:
    entries = [(entry, _date(entry.day)) for block in blocks if (entry := _law_entry(block))]
    return not any(at and (day < at if entry.before is None else day >= at) for entry, at in entries)


def _is_heading_in_force(heading: str, day: date) -> bool:
    return _is_in_force([mark for mark in heading_marks(heading)[1] if not mark.is_of_heading], day)


def _text_in_force(found: Sequence[Wording], day: date) -> str:
    """Return the wording in force on a day: the one that began last, else those that never had to begin.

    What another wording replaces may have no end of its own: a § that "Har upphävts" gets a new text.
    """
    in_force = [wording for wording in found if _is_in_force(wording.marks, day)]
    latest = max((begins for wording in in_force if (begins := wording.day("begins"))), default=None)
    return "\n".join(wording.text for wording in in_force if wording.day("begins") == latest)


def _is_in_force(marks: Iterable[TimeMark], day: date) -> bool:
    """True if a wording with these marks is in force on a day; a day that the Government decides has not come."""
    for mark in marks:
        at = _date(mark.day)
        has_come = at is not None and at <= day
        if (mark.kind == "begins" and not has_come) or (mark.kind == "ends" and has_come):
            return False
    return True


def only_entered_into_force(before: Block | None, after: Block | None, at: datetime) -> bool:
    """True if two revisions of a section or heading of a law say the same for that day and every later one.

    This is so when the announced text is now given without its marks and the old one is gone, or is a notice that it
    is gone. What stands below an annex that ended, as its path says, ended with it.
    """
    if before is None:
        return False
    today = swedish_day(at)
    if after is None and (_has_begun(before, today) or any(_has_ended(heading, today) for heading in before.heading)):
        return True
    if not _is_marked(before):
        return False
    label, *outlook = _outlook(before, today)
    label_after, *outlook_after = _outlook(after, today) if after else _NOTHING
    return outlook == outlook_after and (after is None or label == label_after)


def _has_begun(block: Block, today: date) -> bool:
    """True if a paragraph says that the law takes effect on a day, and that day has come."""
    found = _LAW_BEGINS.fullmatch(block.text) if block.kind == "p" and not block.heading else None
    at = _date(found["day"]) if found else None
    return at is not None and at <= today


def _has_ended(heading: str, today: date) -> bool:
    days = [_date(mark.day) for mark in heading_marks(heading)[1] if mark.kind == "ends" and not mark.is_of_heading]
    return any(day is not None and day <= today for day in days)


Outlook = tuple[str, str, tuple[tuple[str, str], ...]]
"""What a part says from a day on: its label and its text on that day, and its later texts, each with its day."""
_NOTHING: Outlook = ("", "", ())


def _is_marked(block: Block) -> bool:
    if block.label is None:
        return bool(heading_marks(block.text)[1])
    return any(wording.marks for wording in wordings(block.text))


def _outlook(block: Block, today: date) -> Outlook:
    if block.label is None:
        text, marks = heading_marks(block.text)
        found: Sequence[Wording] = (Wording(tuple(marks), (text,)),)
    else:
        found = wordings(block.text)
    label, text = _in_force_on(block.label or "", found, today)
    notice = CHAPTER.sub("", text).strip() if block.label is None else text
    now = _comparable_text(text) if repealed_by(notice) is False else ""
    later = [
        (mark.kind + mark.day, _comparable_text(wording.text))
        for wording in found
        for mark in wording.marks
        if _is_later(mark, today)
    ]
    return label, now, tuple(later)


def _in_force_on(label: str, found: Sequence[Wording], day: date) -> tuple[str, str]:
    """Return the label and the text that a part has on a day: under its own number, else under the one it got."""
    own, new_label = [], label
    for wording in found:
        days = [(_date(mark.day), mark.label) for mark in wording.marks if mark.kind == "renumbered"]
        labels = [number for at, number in days if at is not None and at <= day]
        if labels:
            new_label = label_beside(label, labels[0])
        else:
            own.append(wording)
    text = _text_in_force(own, day)
    return (label, text) if text else (new_label, _text_in_force(found, day))


def _is_later(mark: TimeMark, today: date) -> bool:
    day = _date(mark.day)
    return day is None or day > today


def _comparable_text(text: str) -> str:
    return comparable(clean(text))


def _date(day: str) -> date | None:
    try:
        return date.fromisoformat(day)
    except ValueError:  # left to the Government, or not a calendar date
        return None
