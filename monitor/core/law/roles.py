"""Roles of a law's paragraphs by their place: zones first, then the numbering, then headings.

zones       transition provisions, annexes and signatures have no sections of the law
chapters    those whose numbers rise and whose sections begin anew; a § may list all of them
sections    a doubtful one counts where its number fits between its neighbours
divisions   those that a chapter follows
headings    short paragraphs right before a §, or called headings by their mark
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.core.law.paragraphs import Paragraph, Role, is_repealed, is_to_come, may_be_heading, split_paragraphs

_HEADINGS_IN_A_ROW = 4
_OUTSIDE = (Role.TRANSITION, Role.ACT, Role.ANNEX, Role.FOOTER)
_PARTS = (Role.CHAPTER, Role.DIVISION, Role.TRANSITION)
_ENDS_SENTENCE = ".!?)”»"
_CONJUNCTION = re.compile(r"\b(?:och|eller|samt)$")
_DIGITS = re.compile(r"\d+")
Number = tuple[int, str]


def parse_paragraphs(text: str) -> list[Paragraph]:
    """Return the paragraphs of a law's text, each with its role."""
    paragraphs = split_paragraphs(text)
    _settle_zones(paragraphs)
    _settle_chapters(paragraphs)
    _settle_sections(paragraphs)
    may_be_headings = [_is_short_text(paragraph) for paragraph in paragraphs]
    _settle_divisions(paragraphs, may_be_headings)
    _settle_headings(paragraphs, may_be_headings)
    return paragraphs


def _settle_zones(paragraphs: Sequence[Paragraph]) -> None:
    """Turn sections, chapters and divisions in transition provisions, an annex or the signatures into text.

    An annex with a title of its own is one where no § of the law follows it.
    """
    is_followed = False
    for paragraph in reversed(paragraphs):
        if paragraph.role is Role.SECTION and paragraph.is_certain:
            is_followed = True
        elif paragraph.role in _OUTSIDE and paragraph.is_certain:
            is_followed = False
        elif paragraph.role is Role.ANNEX and is_followed:
            paragraph.become_text()
    outside = False
    for paragraph in paragraphs:
        if paragraph.role in _OUTSIDE:
            outside = True
        elif outside and paragraph.role in (Role.SECTION, Role.CHAPTER, Role.DIVISION):
            paragraph.become_text()


# Numbering


def _order(number: str) -> Number:
    """Return what numbers are sorted by: "7", "7 a", "8"."""
    digits = _DIGITS.match(number)
    return (int(digits[0]), number[digits.end() :].strip()) if digits else (0, number)


@dataclass(slots=True)
class _Chapter:
    """A chapter that may be one: its number, and how surely one begins here (0: not at all)."""

    paragraph: Paragraph
    number: Number
    weight: int
    is_marked: bool


_RESTARTS, _REPEALED, _GOES_BACK, _GOES_ON = 4, 3, 2, 1
"""How surely a chapter begins: its sections begin with 1 §, it is repealed, they go back, or only go on."""


def _settle_chapters(paragraphs: Sequence[Paragraph]) -> None:
    """Turn chapters into text unless they are among those with the surest signs whose numbers rise.

    A § may list the chapters, as a table of contents: no sections of theirs follow there. The sections of a chapter
    begin anew, except in a law that numbers them right through.
    """
    found = list(_chapters(paragraphs))
    kept = {id(chapter.paragraph) for chapter in _heaviest_rising(found)}
    following: _Chapter | None = None
    for chapter in reversed(found):
        is_kept = id(chapter.paragraph) in kept
        is_other_heading = (
            following is not None and not chapter.weight and chapter.number == following.number and following.is_marked
        )
        if is_kept or is_other_heading:
            following = chapter
        else:
            chapter.paragraph.become_text()
            following = None


def _chapters(paragraphs: Sequence[Paragraph]) -> Iterator[_Chapter]:
    """Yield the candidates in their order."""
    first = [p for p in paragraphs if p.role is Role.SECTION and p.number == "1" and not is_to_come(p.marks)]
    has_first = _begins_with_chapter(paragraphs)
    goes_right_through = len(first) == 1 and has_first
    last_section: Number | None = None
    open_chapter: _Chapter | None = None
    is_marked = False
    for paragraph in paragraphs:
        if paragraph.role is Role.CHAPTER:
            if open_chapter is not None:
                yield open_chapter
            weight = _REPEALED if is_repealed(paragraph) else 0
            is_marked = is_marked or "/" in paragraph.text
            open_chapter = _Chapter(paragraph, _order(paragraph.number), weight, is_marked)
        elif paragraph.role is Role.SECTION and (
            paragraph.is_certain or (open_chapter is not None and paragraph.number == "1")
        ):
            number = _order(paragraph.number)
            if open_chapter is not None:
                if not open_chapter.weight:
                    open_chapter.weight = _weight(
                        number, last_section, goes_right_through=goes_right_through, has_first=has_first
                    )
                yield open_chapter
                open_chapter = None
            last_section = number
        is_marked = paragraph.role is Role.MARK or (is_marked and paragraph.role is Role.UNREADABLE)
    if open_chapter is not None:
        yield open_chapter


def _begins_with_chapter(paragraphs: Sequence[Paragraph]) -> bool:
    """True if a chapter precedes the first §, or one has the number 1: a § may list chapters of another law."""
    for paragraph in paragraphs:
        if paragraph.role is Role.CHAPTER:
            return True
        if paragraph.role is Role.SECTION:
            break
    return any(paragraph.role is Role.CHAPTER and paragraph.number == "1" for paragraph in paragraphs)


def _weight(first: Number, last: Number | None, *, goes_right_through: bool, has_first: bool) -> int:
    """Return how surely a chapter begins whose first section has this number; `last` is the one before it.

    `has_first`: the law has a chapter 1, or begins with a chapter.
    """
    if goes_right_through:
        return _RESTARTS
    if first == (1, ""):
        return _RESTARTS
    if last is None or first <= last:
        return _GOES_BACK
    return _GOES_ON if has_first else 0


def _heaviest_rising(chapters: Sequence[_Chapter]) -> list[_Chapter]:
    """Return the chapters whose numbers rise with the greatest weight in all.

    Two wordings of one chapter may follow each other.
    """
    before: dict[int, int] = {}  # of each place, the one before it in the heaviest sequence that ends there
    numbers: list[Number] = []  # the last numbers of the heaviest sequences, rising, with their weights, which rise too
    ends: list[tuple[int, int]] = []  # weight, place
    for place, chapter in enumerate(chapters):
        if not chapter.weight:
            continue
        at = (bisect_right if chapter.is_marked else bisect_left)(numbers, chapter.number)
        total = chapter.weight + (ends[at - 1][0] if at else 0)
        before[place] = ends[at - 1][1] if at else -1
        first = last = bisect_left(numbers, chapter.number)
        while last < len(ends) and ends[last][0] <= total:
            last += 1
        if first == last and first < len(numbers) and numbers[first] == chapter.number:
            continue  # a heavier sequence ends with the same number
        numbers[first:last], ends[first:last] = [chapter.number], [(total, place)]
    chosen: list[_Chapter] = []
    place = ends[-1][1] if ends else -1
    while place >= 0:
        chosen.append(chapters[place])
        place = before[place]
    return chosen[::-1]


def _settle_sections(paragraphs: Sequence[Paragraph]) -> None:
    """Turn doubtful sections into text unless their number fits and the text before them is finished."""
    last: Number | None = None
    before = Paragraph([])
    for paragraph, following in zip(paragraphs, _next_sections(paragraphs), strict=True):
        if paragraph.role is Role.SECTION:
            number = _order(paragraph.number)
            if paragraph.is_certain or (_is_finished(before, paragraph) and _is_between(last, number, following)):
                last = number
            else:
                paragraph.become_text()
        elif paragraph.role is Role.CHAPTER:
            last = None
        if paragraph.role not in (Role.MARK, Role.UNREADABLE):
            before = paragraph


def _is_finished(before: Paragraph, section: Paragraph) -> bool:
    """True if what precedes a doubtful section is not continued by it.

    It ends as a sentence does, or as a heading where the section does not go on in lower case.
    """
    if not before.lines or before.role is Role.CHAPTER or before.text[-1] in _ENDS_SENTENCE:
        return True
    is_continued = section.text[:1].islower() or _CONJUNCTION.search(before.text)
    return not is_continued and may_be_heading(before.text)


def _is_between(last: Number | None, number: Number, following: Number | None) -> bool:
    return (last is None or last < number) and (following is None or number < following)


def _next_sections(paragraphs: Sequence[Paragraph]) -> list[Number | None]:
    """Return for each paragraph the number of the next certain section of the same chapter."""
    found: list[Number | None] = []
    following: Number | None = None
    for paragraph in reversed(paragraphs):
        found.append(following)
        if paragraph.role is Role.CHAPTER:
            following = None
        elif paragraph.role is Role.SECTION and paragraph.is_certain:
            following = _order(paragraph.number)
    return found[::-1]


def _settle_divisions(paragraphs: Sequence[Paragraph], may_be_headings: Sequence[bool]) -> None:
    """Turn divisions into text unless a chapter follows them, in a law that has chapters: a § may list them."""
    if not {Role.CHAPTER, Role.DIVISION} <= {paragraph.role for paragraph in paragraphs}:
        return
    following: Paragraph | None = None
    for paragraph, is_short in zip(reversed(paragraphs), reversed(may_be_headings), strict=True):
        if paragraph.role is Role.DIVISION:
            if following is None or following.role not in (Role.CHAPTER, Role.DIVISION):
                paragraph.become_text()
            following = paragraph
        elif paragraph.role not in (Role.MARK, Role.UNREADABLE) and not is_short:
            following = paragraph


def _is_short_text(paragraph: Paragraph) -> bool:
    """True if a paragraph may be a heading; a line of a table of contents is none."""
    return paragraph.role is Role.TEXT and not paragraph.written and may_be_heading(paragraph.text)


# Headings


def _settle_headings(paragraphs: Sequence[Paragraph], may_be_headings: Sequence[bool]) -> None:
    """Find the headings: the short paragraphs right before a §, or at the end of a part, after a full stop.

    What a mark calls a heading is one.
    """
    run: list[Paragraph] = []
    before = Paragraph([])
    number = ""
    is_called_heading = False
    for paragraph, is_short in zip(paragraphs, may_be_headings, strict=True):
        if is_short:
            if is_called_heading:
                paragraph.role = Role.HEADING
            run.append(paragraph)
            continue
        is_called_heading = paragraph.role is Role.MARK and any(mark.is_of_heading for mark in paragraph.marks)
        if paragraph.role in (Role.MARK, Role.UNREADABLE):
            continue
        is_other_wording = bool(paragraph.marks) and len(run) == 1 and before.text.endswith(".")
        if paragraph.role is Role.SECTION and (paragraph.number != number or is_other_wording):
            # A longer run, or one that a colon announces, is a list or a table: only its last row may be a heading.
            listed = len(run) > _HEADINGS_IN_A_ROW or (len(run) > 1 and before.text.endswith(":"))
            for heading in run[-1:] if listed else run:
                heading.role = Role.HEADING
        elif paragraph.role in _PARTS and (before.role is Role.DIVISION or before.text.endswith(".")):
            # Headings between a division and its first chapter, and headings whose sections are missing.
            for heading in run:
                heading.role = Role.HEADING
        if paragraph.role is not Role.TEXT:
            number = paragraph.number if paragraph.role is Role.SECTION else ""
        before, run = paragraph, []
