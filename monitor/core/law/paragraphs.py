"""The text of a law as paragraphs with roles: sections (§), headings, chapters, annexes and the rest.

Most roles follow from a paragraph's own text, the others from its position. The text has no markup: a § begins with
"3 § " and a capital, a heading is a short paragraph without a full stop right before a §.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from monitor.core.law.marks import SFS_NUMBER, TimeMark, take_time_marks
from monitor.core.text import clean

_NUMBER = r"\d+(?: ?[a-zåäö]{1,2})?"
_SECTION = re.compile(rf"(?:(?P<new>{_NUMBER}) §(?!§)|§ (?P<old>{_NUMBER})\.)\s*")
_CHAPTER = re.compile(rf"{_NUMBER} kap\.")
_DIVISION = re.compile(r"(?:AVD(?:\.|ELNING\b)|[A-ZÅÄÖ]+ (?:AVDELNINGEN|BOKEN)\b)")
TRANSITION = re.compile(
    r"(?:Ikraftträdande- och övergångsbestämmelser|Övergångs- och ikraftträdandebestämmelser"
    r"|Övergångsbestämmelser|Ikraftträdandebestämmelser)$",
    re.IGNORECASE,
)
_ANNEX = re.compile(rf"Bilag(?:a|an|or)(?: {_NUMBER})?\*?", re.IGNORECASE)
_FOOTER = re.compile(r"(?:På|Å) (?:regeringens|riksdagens) vägnar\b")
_ACT = re.compile(rf"{SFS_NUMBER}(?:\s+/[^/]*/)?$")
ITEM = re.compile(r"(?:(?P<number>\d{1,3})(?: [a-z])?(?:\.|\)) |(?P<letter>[a-zåäö])\) |[-–—•] )")
_ABBREVIATED = re.compile(r"\b(?:m\. ?m|m\. ?fl|o\. ?d|etc)\.$")
_GONE = re.compile(r"(?:Har upphävts|Upphävd|Har betecknats|Ny beteckning)\b", re.IGNORECASE)
_JOINED_PAIR = re.compile(r"(?:och|eller|samt|respektive|resp\.|till)\b")

_HEADING_LIMIT = 300
_HEADINGS_IN_A_ROW = 4


class Role(Enum):
    """The role of a paragraph. MARK holds time marks only; ACT is the number of an act among transition provisions."""

    TEXT = auto()
    MARK = auto()
    SECTION = auto()
    CHAPTER = auto()
    DIVISION = auto()
    HEADING = auto()
    TRANSITION = auto()
    ACT = auto()
    ANNEX = auto()
    FOOTER = auto()


_ROLE_PATTERNS = {
    Role.DIVISION: _DIVISION,
    Role.TRANSITION: TRANSITION,
    Role.ACT: _ACT,
    Role.FOOTER: _FOOTER,
}
"""Roles that follow with certainty from a paragraph's own text."""


@dataclass(slots=True)
class Paragraph:
    """The text between two blank lines. `marks` are the time marks at its head, after the number of a §."""

    lines: list[str]
    role: Role = Role.TEXT
    number: str = ""
    marks: tuple[TimeMark, ...] = ()

    @property
    def text(self) -> str:
        """The paragraph as one line."""
        return " ".join(self.lines)


def parse_paragraphs(text: str) -> list[Paragraph]:
    """Return the paragraphs of a law's text, each with its role."""
    paragraphs = list(_split(text))
    for paragraph in paragraphs:
        _set_own_role(paragraph)
    _settle_zones(paragraphs)
    _settle_chapters(paragraphs)
    _settle_headings(paragraphs)
    return paragraphs


# Splitting


def _split(text: str) -> Iterator[Paragraph]:
    lines: list[str] = []
    for raw in [*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""]:
        line = clean(raw)
        if lines and (not line or _begins_section(lines[-1], line)):
            yield from _marks_and_rest(lines)
            lines = []
        if line:
            lines.append(line)


def _begins_section(before: str, line: str) -> bool:
    """True if a § begins with this line although no blank line precedes it."""
    found = _SECTION.match(line)
    return bool(
        found
        and found["new"]
        and before.endswith(".")
        and not before.endswith("kap.")
        and _is_section_start(line, found)
    )


def _is_section_start(line: str, found: re.Match[str]) -> bool:
    """True if what follows the number is the beginning of a §, rather than the rest of a reference to one."""
    rest = line[found.end() :]
    return not rest or rest[0].isupper() or rest[0] in '/"”»' or (rest[0].isdigit() and bool(ITEM.match(rest)))


def _marks_and_rest(lines: list[str]) -> Iterator[Paragraph]:
    """Yield the time marks at the head as a paragraph of their own, then the rest."""
    marks, rest = take_time_marks("\n".join(lines))
    if marks:
        yield Paragraph([], Role.MARK, marks=marks)
    if rest:
        yield Paragraph(rest.split("\n"))


# Roles


def _set_own_role(paragraph: Paragraph) -> None:
    """Set the role that follows from a paragraph's own text; chapters are still candidates."""
    if paragraph.role is Role.MARK:
        return
    first, text = paragraph.lines[0], paragraph.text
    if found := _SECTION.match(first):
        if found["old"] or _is_section_start(first, found):
            paragraph.role, paragraph.number = Role.SECTION, _with_letter_apart(found["new"] or found["old"])
            paragraph.marks, rest = take_time_marks("\n".join([first[found.end() :], *paragraph.lines[1:]]))
            paragraph.lines = rest.split("\n") if rest else []
    elif _is_chapter(text):
        paragraph.role, paragraph.number = Role.CHAPTER, _with_letter_apart(text.partition(" kap.")[0])
    elif found := _ANNEX.match(text):
        paragraph.marks, rest = take_time_marks(text[found.end() :].strip())
        if not rest or rest.startswith("/"):
            paragraph.role = Role.ANNEX
            paragraph.lines = [f"{found[0]} {rest}".strip()]
    else:
        paragraph.role = next((role for role, pattern in _ROLE_PATTERNS.items() if pattern.match(text)), Role.TEXT)


def _with_letter_apart(number: str) -> str:
    """Return a number with its letter apart: "7a" and "7 a" are the same §."""
    return re.sub(r"(\d) ?([a-zåäö])", r"\1 \2", number)


def _is_chapter(text: str) -> bool:
    found = _CHAPTER.match(text)
    if not found:
        return False
    title = take_time_marks(text[found.end() :])[1].strip()
    return not title or bool(_GONE.match(title)) or (title[0].isupper() and _may_be_heading(title))


def _may_be_heading(text: str) -> bool:
    """True if a text is short, begins with a capital or a figure, and does not end as a sentence."""
    if len(text) > _HEADING_LIMIT or ITEM.match(text) or not (text[0].isupper() or text[0].isdigit()):
        return False
    return text[-1] not in ".,:;-–" or bool(_ABBREVIATED.search(text))


def is_to_come(marks: Sequence[TimeMark]) -> bool:
    """True if what these marks concern is not in force yet, or was not when it was marked."""
    return any(mark.kind == "begins" for mark in marks)


def _settle_zones(paragraphs: Sequence[Paragraph]) -> None:
    """Turn sections, chapters and divisions in transition provisions, an annex or the signatures into text."""
    outside = False
    for paragraph in paragraphs:
        if paragraph.role in (Role.TRANSITION, Role.ACT, Role.ANNEX, Role.FOOTER):
            outside = True
        elif outside and paragraph.role is Role.SECTION:
            paragraph.lines = with_number(paragraph)
            paragraph.role, paragraph.marks = Role.TEXT, ()
        elif outside and paragraph.role in (Role.CHAPTER, Role.DIVISION):
            paragraph.role = Role.TEXT


def with_number(paragraph: Paragraph) -> list[str]:
    """Return the lines of a § with its number, for a place in which it is only text."""
    first, *rest = paragraph.lines or [""]
    marks = "".join(f"{mark.line} " for mark in paragraph.marks)
    return [f"{paragraph.number} § {marks}{first}".strip(), *rest]


def _settle_chapters(paragraphs: Sequence[Paragraph]) -> None:
    """Turn chapters into text unless their own sections follow or they are repealed, for a § may list the chapters.

    A chapter's sections begin with 1 § again, except in a law that numbers them right through.
    """
    first = [p for p in paragraphs if p.role is Role.SECTION and p.number == "1" and not is_to_come(p.marks)]
    right_through = len(first) == 1
    following = ""
    for paragraph in reversed(paragraphs):
        if paragraph.role is Role.SECTION:
            following = paragraph.number
        elif paragraph.role is Role.CHAPTER and not _is_repealed(paragraph):
            if following not in ("1", "1 a") and not (following and right_through):
                paragraph.role = Role.TEXT
            following = ""


def _is_repealed(chapter: Paragraph) -> bool:
    title = chapter.text.partition(" kap.")[2]
    return bool(_GONE.match(take_time_marks(title)[1].strip()))


def _settle_headings(paragraphs: Sequence[Paragraph]) -> None:
    """Find the headings: the short paragraphs right before a §, or at the end of a part, after a full stop."""
    run: list[Paragraph] = []
    before = Paragraph([])
    number = ""
    for paragraph in paragraphs:
        if paragraph.role is Role.TEXT and _may_be_heading(paragraph.text):
            run.append(paragraph)
            continue
        if paragraph.role is Role.MARK:
            continue
        if paragraph.role is Role.SECTION and paragraph.number != number:
            # A longer run, or one that a colon announces, is a list or a table: only its last row may be a heading.
            listed = len(run) > _HEADINGS_IN_A_ROW or (len(run) > 1 and before.text.endswith(":"))
            for heading in run[-1:] if listed else run:
                heading.role = Role.HEADING
        elif _ends_a_part(paragraph) and (before.role is Role.DIVISION or before.text.endswith(".")):
            # Headings between a division and its first chapter, and headings whose sections are missing.
            for heading in run:
                heading.role = Role.HEADING
        if paragraph.role is not Role.TEXT:
            number = paragraph.number if paragraph.role is Role.SECTION else ""
        before, run = paragraph, []


def _ends_a_part(paragraph: Paragraph) -> bool:
    return paragraph.role in (Role.CHAPTER, Role.DIVISION, Role.TRANSITION)


# Lines


def unwrap(lines: Sequence[str]) -> list[str]:
    """Join hard-wrapped lines: one line per stycke, one line per item.

    Inside a paragraph a line begins an item only where it continues a list; the "1." of a wrapped reference does not.
    """
    done: list[str] = []
    pieces: list[str] = []
    listed = False
    for line in lines:
        if pieces and not _begins_item(pieces, line, listed=listed):
            pieces.append(line if _is_broken_at_hyphen(pieces[-1], line) else f" {line}")
            continue
        if pieces:
            done.append("".join(pieces))
        pieces = [line]
        listed = listed or ITEM.match(line) is not None
    return [*done, "".join(pieces)] if pieces else []


def _begins_item(before: Sequence[str], line: str, *, listed: bool) -> bool:
    """True if a line begins an item. `before` is the line so far, in pieces; `listed`: there were items already."""
    found = ITEM.match(line)
    if not found:
        return False
    if not (found["number"] or found["letter"]):
        return before[-1][-1] in ",:;." or before[-1].split()[-1] in ("och", "eller", "samt")
    if found["number"] in ("1", None) and found["letter"] in ("a", None):
        return before[-1][-1] == ":" or ITEM.match(before[0]) is not None
    return listed


def _is_broken_at_hyphen(before: str, line: str) -> bool:
    """True if a word, or a span of figures, was broken at its hyphen between these two lines."""
    if not before.endswith("-") or not before[-2:-1].isalnum() or _JOINED_PAIR.match(line):
        return False
    return line[0].islower() or line[0].isdigit()
