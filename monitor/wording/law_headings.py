"""Clauses on changes of a law outside its sections: headings, chapters, transitional provisions, annexes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from monitor.core.law.marks import SFS_NUMBER, TimeMark, heading_mark, repealed_by
from monitor.core.model import BlockChange, Op
from monitor.wording.law_phrases import (
    ENGLISH_DONE,
    SWEDISH_DONE,
    Clause,
    counted,
    english_act,
    english_day,
    english_labels,
    swedish_labels,
)

_TRANSITION = re.compile(r".*(?:övergångs|ikraftträdande)\w*bestämmelser$", re.IGNORECASE)
_ACT = re.compile(rf"{SFS_NUMBER}\b.*")
_ANNEX = re.compile(r"Bilag(?:a|an|or)\b", re.IGNORECASE)
_CHAPTER = re.compile(r"(?P<number>\d+(?: [a-zåäö]{1,2})?) kap\.\s*(?P<title>.*)", re.DOTALL)


def part_clauses(blocks: Sequence[BlockChange]) -> Iterator[Clause]:
    """Yield the clauses on blocks that belong neither to a section nor to the register, headings first."""
    transitions: dict[str, list[BlockChange]] = {}
    annexes: dict[str, list[BlockChange]] = {}
    headings: list[BlockChange] = []
    texts: list[BlockChange] = []
    for block in blocks:
        top = block.heading[0] if block.heading else ""
        text, _ = heading_mark(block.after or block.before or "")
        is_heading = block.kind.startswith("h")
        if _TRANSITION.match(top) or (is_heading and (_TRANSITION.match(text) or _ACT.match(text))):
            act = text if is_heading else block.heading[-1]
            transitions.setdefault(act if _ACT.match(act) else "", []).append(block)
        elif _ACT.match(top):
            transitions.setdefault(top, []).append(block)
        elif _ANNEX.match(top) or (is_heading and _ANNEX.match(text)):
            annexes.setdefault(top or text, []).append(block)
        else:
            (headings if is_heading else texts).append(block)
    yield from _heading_clauses(headings)
    yield from _transition_clauses(transitions)
    for name, changed in annexes.items():
        yield _annex_clause(name, changed)
    yield from _text_clauses(texts)


# Headings


def _heading_clauses(blocks: Sequence[BlockChange]) -> Iterator[Clause]:
    """Yield the clauses on headings.

    Headings with the same change share a clause, which names the sections that they precede.
    """
    labels_by_change: dict[tuple[Op, TimeMark | None], list[str]] = {}
    for block in _merged_edits(blocks):
        text = block.after or block.before or ""
        if chapter := _CHAPTER.match(text):
            yield _chapter_clause(block, chapter)
        elif block.opens is None:
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
    """Return the headings with a removal and an addition before the same section merged into one edit."""
    removed = {block.opens: block for block in blocks if block.op == "removed" and block.opens}
    added = {block.opens: block for block in blocks if block.op == "added" and block.opens}
    both = removed.keys() & added.keys()
    return [
        replace(block, op="edited", before=removed[block.opens].before)
        if block.op == "added" and block.opens in both
        else block
        for block in blocks
        if not (block.op == "removed" and block.opens in both)
    ]


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


def _chapter_clause(block: BlockChange, chapter: re.Match[str]) -> Clause:
    number = chapter["number"]
    title, mark = heading_mark(chapter["title"])
    since = f", träder i kraft {mark.day}" if mark and mark.kind == "begins" else ""
    from_day = f", in force from {english_day(mark.day)}" if mark and mark.kind == "begins" else ""
    act = repealed_by(title)
    if block.op != "removed" and act is not False:
        return {
            "sv": f"{number} kap. upphävt{f' genom {act}' if act else ''}",
            "en": f"Chapter {number} repealed{f' by {english_act(act)}' if act else ''}",
        }
    if block.op == "added":
        return {"sv": f"nytt {number} kap.{since}", "en": f"new Chapter {number}{from_day}"}
    if block.op == "edited":
        return {"sv": f"rubriken till {number} kap. ändrad", "en": f"the heading of Chapter {number} changed"}
    return {
        "sv": f"rubriken till {number} kap. {SWEDISH_DONE[block.op][0]}",
        "en": f"the heading of Chapter {number} {ENGLISH_DONE[block.op]}",
    }


# Transitional provisions, annexes, other text


def _transition_clauses(changed: dict[str, list[BlockChange]]) -> Iterator[Clause]:
    for act, blocks in changed.items():
        if not act and len(changed) > 1:
            continue  # the common heading is added and removed together with the provisions of the acts
        op = _common_op(blocks)
        ending = "" if op == "added" else "na"
        yield {
            "sv": f"övergångsbestämmelser{ending}{act and f' till {act}'} {SWEDISH_DONE[op][1]}",
            "en": f"transitional provisions{act and f' of {act}'} {ENGLISH_DONE[op]}",
        }


def _annex_clause(name: str, blocks: Sequence[BlockChange]) -> Clause:
    whole = [block for block in blocks if block.kind.startswith("h")]
    op = whole[0].op if whole else "edited"
    swedish, english = name.lower(), name.lower().replace("bilagan", "annex").replace("bilaga", "annex")
    if op == "added":
        return {"sv": f"ny {swedish}", "en": f"new {english}"}
    return {"sv": f"{swedish} {SWEDISH_DONE[op][0]}", "en": f"{english} {ENGLISH_DONE[op]}"}


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
