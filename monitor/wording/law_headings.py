"""Clauses on changes of a law outside its sections: headings, chapters, transitional provisions, annexes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from monitor.core.law.chapters import CHAPTER_HEADING
from monitor.core.law.marks import SFS_NUMBER, Act, TimeMark, amended_by, heading_mark, mark_of_line, repealed_by
from monitor.core.model import BlockChange, Op
from monitor.wording.law_phrases import (
    ENGLISH_DONE,
    SWEDISH_DONE,
    Clause,
    counted,
    english_act,
    english_day,
    english_labels,
    listed,
    swedish_labels,
)

_TRANSITION = re.compile(r".*(?:övergångs|ikraftträdande)\w*bestämmelser$", re.IGNORECASE)
_ACT = re.compile(rf"{SFS_NUMBER}\b.*")
_POINT = re.compile(r"(\d{1,2}(?: [a-z])?)[.)] ")
_ANNEX = re.compile(r"Bilag(?:a|an|or)\b(?: \d+(?: ?[a-z]\b)?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Parts:
    """Block changes outside the sections, by what they belong to: transition provisions by act, annexes by name."""

    headings: list[BlockChange]
    transitions: dict[str, list[BlockChange]]
    annexes: dict[str, list[BlockChange]]
    texts: list[BlockChange]


def part_clauses(blocks: Sequence[BlockChange]) -> Iterator[Clause]:
    """Yield the clauses on blocks that belong neither to a section nor to the register, headings first."""
    parts = _sorted_by_part(blocks)
    yield from _heading_clauses(parts.headings)
    yield from _transition_clauses(parts.transitions)
    for name, changed in parts.annexes.items():
        yield _annex_clause(name, changed)
    yield from _text_clauses(parts.texts)


def count_parts(blocks: Sequence[BlockChange]) -> int:
    """Return how many changes such blocks are: each heading, the provisions of each act, each annex, each paragraph."""
    parts = _sorted_by_part(blocks)
    headings = [block for block in _merged_edits(parts.headings) if not _is_of_chapter(block)]
    return len(headings) + len(parts.transitions) + len(parts.annexes) + len(parts.texts)


def _sorted_by_part(blocks: Sequence[BlockChange]) -> _Parts:
    parts = _Parts([], {}, {}, [])
    for block in blocks:
        top = block.heading[0] if block.heading else ""
        text, _ = heading_mark(block.after or block.before or "")
        is_heading = block.kind.startswith("h")
        if _TRANSITION.match(top) or (is_heading and (_TRANSITION.match(text) or _ACT.match(text))):
            act = text if is_heading else block.heading[-1]
            parts.transitions.setdefault(act if _ACT.match(act) else "", []).append(block)
        elif _ACT.match(top):
            parts.transitions.setdefault(top, []).append(block)
        elif annex := _ANNEX.match(top) or (_ANNEX.match(text) if is_heading else None):
            parts.annexes.setdefault(annex[0], []).append(block)
        else:
            (parts.headings if is_heading else parts.texts).append(block)
    if set(parts.transitions) == {""} and all(block.kind.startswith("h") for block in parts.transitions[""]):
        # Their common heading came or went alone: the provisions are the same.
        parts.headings.extend(parts.transitions.pop(""))
    return parts


def _is_of_chapter(block: BlockChange) -> bool:
    return CHAPTER_HEADING.match(block.after or block.before or "") is not None


# Headings


def _heading_clauses(blocks: Sequence[BlockChange]) -> Iterator[Clause]:
    """Yield the clauses on headings but those of chapters (monitor.core.law.chapters).

    Headings with the same change share a clause, which names the sections that they precede.
    """
    labels_by_change: dict[tuple[Op, TimeMark | None], list[str]] = {}
    for block in _merged_edits(blocks):
        text = block.after or block.before or ""
        if _is_of_chapter(block):
            continue
        if block.opens is None:
            yield _quoted_heading(block)
        elif block.op == "moved":
            yield _moved_heading(text, block.opens)
        else:
            labels_by_change.setdefault((block.op, _new_mark(block)), []).append(block.opens)
    for (op, mark), labels in labels_by_change.items():
        yield before_sections(op, mark, list(dict.fromkeys(labels)))


def _moved_heading(text: str, label: str) -> Clause:
    """Return the clause on a heading that now precedes another section."""
    return {
        "sv": f"rubriken ”{text}” satt närmast före {swedish_labels([label])}",
        "en": f"the heading ”{text}” placed right before {english_labels([label])}",
    }


def _merged_edits(blocks: Sequence[BlockChange]) -> list[BlockChange]:
    """Return the headings with one that goes and one that comes before the same section merged into one edit.

    They go and come at once, or on the same day.
    """
    gone = {key: block for block in blocks if (key := _goes(block))}
    come = {key for block in blocks if (key := _comes(block))}
    both = gone.keys() & come
    return [
        replace(block, op="edited", before=gone[key].before) if (key := _comes(block)) in both else block
        for block in blocks
        if _goes(block) not in both
    ]


def _goes(block: BlockChange) -> tuple[str, str] | None:
    """Return before which section a heading goes, and on which day ("": at once); None if it does not."""
    if not block.opens or CHAPTER_HEADING.match(block.before or ""):
        return None
    if block.op == "removed":
        return block.opens, ""
    mark = _new_mark(block)
    return (block.opens, mark.day) if block.op == "edited" and mark is not None and mark.kind == "ends" else None


def _comes(block: BlockChange) -> tuple[str, str] | None:
    """Return before which section a heading comes, and on which day ("": at once); None if it does not."""
    if not block.opens or block.op != "added":
        return None
    mark = _new_mark(block)
    return (block.opens, mark.day) if mark is not None and mark.kind == "begins" else (block.opens, "")


def _new_mark(block: BlockChange) -> TimeMark | None:
    """Return the time mark that a heading has now and did not have before; None if it is the same."""
    mark = heading_mark(block.after or "")[1]
    return mark if mark != heading_mark(block.before or "")[1] else None


def before_sections(op: Op, mark: TimeMark | None, labels: Sequence[str]) -> Clause:
    """Return the clause on what happened to the headings right before these sections.

    `mark` is the time mark that they were given.
    """
    where, place = swedish_labels(labels), english_labels(labels)
    many = len(labels) > 1
    plural = "s" if many else ""
    if mark is not None and mark.kind == "ends":
        end = "cease" if many else "ceases"
        return {
            "sv": f"{'rubrikerna' if many else 'rubriken'} närmast före {where} upphör att gälla {mark.day}",
            "en": f"the heading{plural} right before {place} {end} to apply on {english_day(mark.day)}",
        }
    since = f", träder i kraft {mark.day}" if mark else ""
    from_day = f", in force from {english_day(mark.day)}" if mark else ""
    if op == "added":
        return {
            "sv": f"{'nya rubriker' if many else 'ny rubrik'} närmast före {where}{since}",
            "en": f"new heading{plural} right before {place}{from_day}",
        }
    return {
        "sv": f"{'rubrikerna' if many else 'rubriken'} närmast före {where} {SWEDISH_DONE[op][many]}{since}",
        "en": f"the heading{plural} right before {place} {ENGLISH_DONE[op]}{from_day}",
    }


def _quoted_heading(block: BlockChange) -> Clause:
    """Return the clause on a heading that precedes no known section; it is identified by its own words."""
    before, after = block.before or "", block.after or ""
    if block.op == "added":
        return {"sv": f"ny rubrik ”{after}”", "en": f"new heading ”{after}”"}
    if block.op == "edited":
        return {
            "sv": f"rubriken ”{before}” ändrad till ”{after}”",
            "en": f"the heading ”{before}” changed to ”{after}”",
        }
    return {
        "sv": f"rubriken ”{before}” {SWEDISH_DONE[block.op][0]}",
        "en": f"the heading ”{before}” {ENGLISH_DONE[block.op]}",
    }


# Transitional provisions, annexes, other text


def _transition_clauses(changed: dict[str, list[BlockChange]]) -> Iterator[Clause]:
    """Yield a clause for the provisions of each act: they came or went if its heading did, else points of them did."""
    for act, blocks in changed.items():
        if not act and len(changed) > 1:
            continue  # the common heading is added and removed together with the provisions of the acts
        has_heading = any(block.kind.startswith("h") for block in blocks)
        op = _common_op(blocks) if has_heading else "edited"
        points = {} if has_heading else _points(blocks)
        ending = "" if op == "added" else "na"
        swedish, english = act and f" till {act}", act and f" of {act}"
        yield {
            "sv": f"övergångsbestämmelser{ending}{swedish} {SWEDISH_DONE[op][1]}{_swedish_points(points)}",
            "en": f"transitional provisions{english} {ENGLISH_DONE[op]}{_english_points(points)}",
        }


def _points(blocks: Sequence[BlockChange]) -> dict[Op, list[str]]:
    """Return the numbers of the points that came, went or changed; none if something else did as well."""
    found: dict[Op, list[str]] = {}
    for block in blocks:
        point = _POINT.match(block.after or block.before or "")
        if point is None:
            return {}
        found.setdefault(block.op, []).append(point[1])
    return found


def _swedish_points(points: dict[Op, list[str]]) -> str:
    said = [
        f"punkt{'erna' if len(numbers) > 1 else ''} {listed(numbers, 'och')} {SWEDISH_DONE[op][len(numbers) > 1]}"
        for op, numbers in points.items()
    ]
    return f" ({', '.join(said)})" if said else ""


def _english_points(points: dict[Op, list[str]]) -> str:
    said = [
        f"point{'s' if len(numbers) > 1 else ''} {listed(numbers, 'and')} {ENGLISH_DONE[op]}"
        for op, numbers in points.items()
    ]
    return f" ({', '.join(said)})" if said else ""


def _annex_clause(name: str, blocks: Sequence[BlockChange]) -> Clause:
    """Return the clause on an annex: it came or went if its headings did, one for each of its wordings."""
    headings = [block for block in blocks if block.kind.startswith("h")]
    op = _common_op(headings) if headings else "edited"
    marks = [mark for block in headings if (mark := _new_mark(block)) is not None]
    marks += [mark for block in blocks if block.op == "added" and (mark := mark_of_line(f"{block.after}:")) is not None]
    swedish, english = name.lower(), name.lower().replace("bilagan", "annex").replace("bilaga", "annex")
    if swedish == "bilaga" and op != "added":
        swedish, english = "bilagan", "the annex"
    repealing = [act for block in headings if (act := _repeals_annex(block)) is not False]
    if op != "removed" and repealing:
        cause = repealing[0]
        return {
            "sv": f"{swedish} upphävd{f' genom {cause}' if cause else ''}",
            "en": f"{english} repealed{f' by {english_act(cause)}' if cause else ''}",
        }
    begins = sorted(mark.day for mark in marks if mark.kind == "begins")
    if op == "edited" and marks and not begins:
        return {
            "sv": f"{swedish} upphör att gälla {marks[0].day}",
            "en": f"{english} ceases to apply on {english_day(marks[0].day)}",
        }
    day = begins[0] if begins and (op != "added" or len(begins) == len(headings)) else ""
    acts = {act for block in blocks if (act := amended_by(block.after or "")) and act != amended_by(block.before or "")}
    act = acts.pop() if len(acts) == 1 and op != "removed" else None
    since = f"{f' genom {act}' if act else ''}{day and f', träder i kraft {day}'}"
    from_day = f"{f' by {english_act(act)}' if act else ''}{day and f', in force from {english_day(day)}'}"
    if op == "added":
        return {"sv": f"ny {swedish}{since}", "en": f"new {english}{from_day}"}
    return {"sv": f"{swedish} {SWEDISH_DONE[op][0]}{since}", "en": f"{english} {ENGLISH_DONE[op]}{from_day}"}


def _repeals_annex(block: BlockChange) -> Act | Literal[False] | None:
    """Return the act if the heading of an annex says now that it is repealed, None if it names none; else False."""
    before, after = (_ANNEX.sub("", text or "").strip() for text in (block.before, block.after))
    return repealed_by(after) if repealed_by(before) is False else False


def _text_clauses(blocks: Sequence[BlockChange]) -> Iterator[Clause]:
    for op in dict.fromkeys(block.op for block in blocks):
        count = sum(block.op == op for block in blocks)
        phrases = counted(
            count, ("stycke utanför paragraferna", "stycken utanför paragraferna"), ("paragraph", "paragraphs")
        )
        yield {
            "sv": f"{phrases['sv']} {SWEDISH_DONE[op][2 if count == 1 else 1]}",
            "en": f"{phrases['en']} outside the sections {ENGLISH_DONE[op]}",
        }


def _common_op(blocks: Sequence[BlockChange]) -> Op:
    """Return the operation that all the blocks share; "edited" if they differ."""
    ops = {block.op for block in blocks}
    return ops.pop() if len(ops) == 1 else "edited"
