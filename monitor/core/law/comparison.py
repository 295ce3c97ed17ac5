"""What a reader compares of a changed §: the wording in force against the one that replaces it, and when.

    2 §   before:  Prov redovisas den 1 mars.
          after:   Upphör att gälla 2027-01-01: Prov redovisas den 1 mars.
                   Träder i kraft 2027-01-01: Prov redovisas den 1 april. Lag (2026:900).

is one comparison: "den 1 mars" against "den 1 april", from 2027-01-01, by lag (2026:900). Time marks and amendment
marks are facts beside the comparison, not part of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.core.law.marks import (
    Act,
    TimeMark,
    Wording,
    amended_by,
    heading_mark,
    label_beside,
    own_words,
    repealed_by,
    without_amendment,
    wordings,
)
from monitor.core.model import BlockChange

ComparisonKind = Literal[
    "amended",  # the wording in force
    "coming",  # a wording from `day` on
    "coming_amended",  # another wording than was to come, from `day` on; where that is new, instead of from `old_day`
    "ends",  # nothing from `day` on
    "renumbered",  # the same wording under `label` from `day` on
    "repealed",  # nothing any more, or from `day` on
    "postponed",  # a coming wording on `day` instead of on `old_day`
    "withdrawn",  # a coming wording that does not come
]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two wordings of a §, without their marks; None where there is none."""

    kind: ComparisonKind
    before: str | None
    after: str | None
    day: str | None = None
    act: Act | None = None
    label: str = ""
    old_day: str | None = None


def comparisons(change: BlockChange) -> list[Comparison]:
    """Return what a reader compares of one changed § or heading, the wording in force first.

    Empty where only marks differ, and for blocks of other kinds.
    """
    if _HEADING.fullmatch(change.kind):
        return list(_of_heading(change))
    if change.kind != "section":
        return []
    before, after = (wordings(text or "") for text in (change.before, change.after))
    return list(_comparisons(before, after))


_HEADING = re.compile(r"h[1-6]")


def _of_heading(change: BlockChange) -> Iterator[Comparison]:
    before, _ = heading_mark(change.before or "")
    after, mark = heading_mark(change.after or "")
    if mark is None or mark == heading_mark(change.before or "")[1]:
        return
    if mark.kind == "ends" and change.before is not None and before == after:
        yield Comparison("ends", before, None, mark.day)
    elif mark.kind == "begins" and before != after:
        yield Comparison("coming", before or None, after, mark.day)


def without_new_numbers(changes: Sequence[BlockChange]) -> list[BlockChange]:
    """Return the changes without each § that only comes under the number that another one announces for its text."""
    announced = {
        (label_beside(change.label or "", found.label), own_words(found.after or ""))
        for change in changes
        if change.label is not None and change.after is not None and change.before is not None
        for found in comparisons(change)
        if found.kind == "renumbered"
    }
    return [change for change in changes if not announced or not _is_announced(change, announced)]


def _is_announced(change: BlockChange, announced: Collection[tuple[str, str]]) -> bool:
    found = wordings(change.after or "") if change.before is None and change.label is not None else ()
    return len(found) == 1 and (change.label or "", own_words(found[0].text)) in announced


def _comparisons(before: Sequence[Wording], after: Sequence[Wording]) -> Iterator[Comparison]:
    known = {own_words(wording.text): wording.day("begins") for wording in before if wording.day("begins")}
    yield from _of_current(before, after, known)
    announced = [wording for wording in after if wording.day("begins")]
    for place, wording in enumerate(announced):
        day, text, words = wording.day("begins"), without_amendment(wording.text), own_words(wording.text)
        if words in known:
            if known[words] != day:
                yield Comparison("postponed", text, text, day, amended_by(wording.text), old_day=known[words])
            continue
        replaced = without_amendment(announced[place - 1].text) if place else _current(after)
        if replaced is not None and repealed_by(replaced) is not False:
            replaced = None
        act, revised = repealed_by(wording.text), _revised(wording, before, after)
        if act is not False:
            yield Comparison("repealed", replaced, None, day, act)
        elif revised is not None and repealed_by(revised.text) is False:
            old_day = revised.day("begins")
            moved_from = old_day if old_day != day else None
            was = without_amendment(revised.text)
            yield Comparison("coming_amended", was, text, day, amended_by(wording.text), old_day=moved_from)
        else:
            yield Comparison("coming", replaced, text, day, amended_by(wording.text))
    yield from _withdrawn(before, after)
    yield from _of_marks(before, after, is_replaced=bool(announced))


def _revised(coming: Wording, before: Sequence[Wording], after: Sequence[Wording]) -> Wording | None:
    """Return the wording that was to come where this one comes now: that of its day, or the only one that is gone."""
    now, known = ({own_words(wording.text) for wording in found} for found in (after, before))
    gone = [wording for wording in before if wording.day("begins") and own_words(wording.text) not in now]
    new = [wording for wording in after if wording.day("begins") and own_words(wording.text) not in known]
    of_day = [wording for wording in gone if wording.day("begins") == coming.day("begins")]
    if of_day:
        return of_day[0]
    return gone[0] if len(gone) == len(new) == 1 else None


def _of_current(
    before: Sequence[Wording], after: Sequence[Wording], known: dict[str, str | None]
) -> Iterator[Comparison]:
    old, new = _current(before), _current(after)
    if old is not None and new is not None and repealed_by(old) is not False and repealed_by(new) is False:
        old = None
    if (old is None) == (new is None) and own_words(old or "") == own_words(new or ""):
        return
    whole = "\n".join(wording.text for wording in after if not wording.day("begins"))
    act = repealed_by(whole) if new is not None else False
    if act is not False:
        yield Comparison("repealed", old, None, None, act)
    else:
        yield Comparison("amended", old, new, known.get(own_words(whole)), amended_by(whole))


def _withdrawn(before: Sequence[Wording], after: Sequence[Wording]) -> Iterator[Comparison]:
    """Yield the wordings that were to come and do not; where another is to come now, it replaced them."""
    known, now = ({own_words(wording.text) for wording in found} for found in (before, after))
    if any(wording.day("begins") and own_words(wording.text) not in known for wording in after):
        return
    for wording in before:
        if wording.day("begins") and own_words(wording.text) not in now:
            yield Comparison("withdrawn", without_amendment(wording.text), None, wording.day("begins"))


def _of_marks(before: Sequence[Wording], after: Sequence[Wording], *, is_replaced: bool) -> Iterator[Comparison]:
    """Yield what marks that were not there say by themselves."""
    known = {mark for wording in before for mark in wording.marks}
    for wording in after:
        for mark in (mark for mark in wording.marks if mark not in known):
            if mark.kind == "renumbered":
                yield Comparison(
                    "renumbered",
                    without_amendment(wording.text),
                    without_amendment(wording.text),
                    mark.day,
                    mark.act,
                    mark.label,
                )
            elif _is_end(mark, wording, is_replaced=is_replaced):
                yield Comparison("ends", without_amendment(wording.text), None, mark.day, mark.act)


def _is_end(mark: TimeMark, wording: Wording, *, is_replaced: bool) -> bool:
    return mark.kind == "ends" and not is_replaced and not wording.day("begins")


def _current(found: Sequence[Wording]) -> str | None:
    """Return the wording in force; None if there is none."""
    texts = [without_amendment(wording.text) for wording in found if not wording.day("begins")]
    return "\n".join(texts) if texts else None
