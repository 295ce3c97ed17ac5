"""What takes effect on a day: sentences in the words of amending acts, Swedish and English, and block changes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from monitor.core.law.chapters import CHAPTER_HEADING, events_on_day
from monitor.core.law.days import EntryIntoForce, with_new_numbers_once
from monitor.core.law.events import SectionEvent
from monitor.core.law.marks import amended_by, own_words, repealed_by
from monitor.core.model import BlockChange, Op
from monitor.wording.catalogue import Words
from monitor.wording.law_chapters import chapter_clauses
from monitor.wording.law_headings import before_sections
from monitor.wording.law_phrases import LABELS_SAID, Clause, fits, joined_clauses
from monitor.wording.law_summary import section_clauses

HeadingOp = Literal["added", "removed", "edited"]
_REPEALING_ACT = re.compile(r"\bgenom (?:SFS )?(\d{4}:\d+)")


def in_force_sentence(parts: Sequence[EntryIntoForce]) -> Clause:
    """Return what takes effect on one day: "2 § ändrad genom förordning (2026:900); ny 7 a §".

    Where there is much, sections are counted.
    """
    parts = with_new_numbers_once(parts)
    headings = [part for part in parts if part.part == "heading"]
    of_chapters = [part for part in headings if CHAPTER_HEADING.match(part.name)]
    chapters, sections = events_on_day(
        [(part.before, part.after) for part in of_chapters],
        [_section_event(part) for part in parts if part.part == "section"],
        parts[0].day if parts else "",
    )
    told = {label for event in chapters for label in event.labels}
    others = list(_heading_clauses([part for part in headings if part not in of_chapters and part.opens not in told]))
    whole = [_law_clause(part) for part in parts if part.part == "law"]
    whole += chapter_clauses(chapters)
    sentence = joined_clauses([*whole, *section_clauses(sections), *others])
    for most in LABELS_SAID:
        if fits(sentence):
            break
        sentence = joined_clauses([*whole, *section_clauses(sections, most=most, joins_renumbered=True), *others])
    return sentence


def repeal_sentence(part: EntryIntoForce, when: Literal["today", "since", "coming"], words: Words) -> str:
    """Return the sentence on a law that ends as a whole, with the act that repeals it."""
    act = repealing_act(part)
    return words.say(f"repealed.{when}", day=part.day, by=words.say("repealed.by", act=f"SFS {act}") if act else "")


def repealing_act(part: EntryIntoForce) -> str:
    """Return the number of the act that repeals a law, as its register line says it; "" where it does not."""
    found = _REPEALING_ACT.search(part.before or "")
    return found[1] if found else ""


def _law_clause(part: EntryIntoForce) -> Clause:
    if part.after is None:
        return {"sv": "författningen upphävd", "en": "the law repealed"}
    return {"sv": "författningen i kraft", "en": "the law in force"}


def _section_event(part: EntryIntoForce) -> SectionEvent:
    if part.to is not None:
        is_amended = own_words(part.before or "") != own_words(part.after or "")
        if is_amended:
            return SectionEvent("renumbered-amended", part.to, amended_by(part.after or ""), old=part.name)
        return SectionEvent("renumbered", part.to, old=part.name)
    if part.after is None:
        return SectionEvent("ends", part.name, day=part.day)
    act = repealed_by(part.after)
    if act is not False:
        return SectionEvent("repealed", part.name, act)
    return SectionEvent("amended" if part.before else "new", part.name, amended_by(part.after))


def _heading_clauses(parts: Sequence[EntryIntoForce]) -> Iterator[Clause]:
    ops: dict[HeadingOp, list[EntryIntoForce]] = {}
    for part in parts:
        ops.setdefault(_op(part), []).append(part)
    for op, group in ops.items():
        labels = list(dict.fromkeys(part.opens for part in group if part.opens))
        if labels:
            yield before_sections(op, None, labels)
        for part in group:
            if part.opens is None:
                swedish, english = _QUOTED[op]
                yield {"sv": swedish.format(part.name), "en": english.format(part.name)}


def _op(part: EntryIntoForce) -> HeadingOp:
    if part.after is None:
        return "removed"
    return "edited" if part.before else "added"


_QUOTED: dict[HeadingOp, tuple[str, str]] = {
    "added": ("ny rubrik ”{}”", "new heading ”{}”"),
    "removed": ("rubriken ”{}” borttagen", "the heading ”{}” removed"),
    "edited": ("rubriken ändrad till ”{}”", "the heading changed to ”{}”"),
}


_BLOCK_KINDS = {"section": "section", "heading": "h3", "law": "p"}


def as_change(part: EntryIntoForce) -> BlockChange:
    """Return the change from the old wording to the one in force from that day."""
    return BlockChange(
        op=_block_op(part),
        kind=_BLOCK_KINDS[part.part],
        heading=(),
        label=part.to or part.name if part.part == "section" else None,
        before=part.before,
        after=part.after,
        category="in-force",
        material=True,
        rule="in-force",
        label_before=part.name if part.to else None,
    )


def _block_op(part: EntryIntoForce) -> Op:
    return "moved" if part.to is not None and part.before == part.after else _op(part)
