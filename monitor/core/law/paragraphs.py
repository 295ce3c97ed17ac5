"""The text of a law as paragraphs: sections (§), chapters, annexes and the rest, as their own text suggests.

The roles are settled by their place in monitor.core.law.roles. The text has no markup: a § begins with "3 § " and a
capital, a heading is a short paragraph without a full stop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property

from monitor.core.law.marks import SFS_NUMBER, TimeMark, repealed_by, take_time_marks, unreadable_mark
from monitor.core.text import clean

_NUMBER = r"\d+(?: ?[a-zåäö]{1,2})?"
_SECTION = re.compile(rf"(?:(?P<new>{_NUMBER}) ?§(?: ?§(?= ))?(?!§)|§ (?P<old>{_NUMBER})\.)[\s*]*")
_SECTIONS = re.compile(
    rf"(?P<first>{_NUMBER}(?:(?:, ?| och | samt | ?--? ?| ?– ?| t\.o\.m\. | till ){_NUMBER})+) ?§§?\s*(?P<rest>.+)"
)
_SPAN = re.compile(
    r"(?P<first>\d+)(?: ?(?P<letter>[a-z]))? ?(?:--?|–|t\.o\.m\.|till) ?(?P<last>\d+)(?: ?(?P<last_letter>[a-z]))?"
)
_MOST_IN_SPAN = 200
CHAPTER = re.compile(rf"(?P<number>{_NUMBER}) kap\.", re.IGNORECASE)
TRANSITION = re.compile(
    r"(?:Ikraftträdande- och övergångsbestämmelser|Övergångs- och ikraftträdandebestämmelser"
    r"|Övergångsbestämmelser|Ikraftträdandebestämmelser)$",
    re.IGNORECASE,
)
_ACT = re.compile(rf"{SFS_NUMBER}(?:\s+/[^/]*/)?$")
_NAMED = re.compile(
    rf"(?P<ANNEX>(?i:Bilag(?:a|an|or)(?: {_NUMBER}\b)?\*?))"
    r"|(?P<DIVISION>AVD(?:\.|ELNING\b)|Avd(?:\.|elning) (?:\d{1,2}|[IVX]+|[A-Z])\b"
    r"|[A-ZÅÄÖ]+ (?:AVDELNINGEN|BOKEN)\b)"
    r"|(?P<TRANSITION>(?i:Ikraftträdande|Övergångs))"
    r"|(?P<FOOTER>(?:På|Å) (?:regeringens|riksdagens) vägnar\b)"
)
"""The words with which a part other than sections and chapters begins, by role."""
ITEM = re.compile(r"(?:(?P<number>\d{1,3})(?: [a-z])?(?:\.|\)) |(?P<letter>[a-zåäö])\) |[-–—•] )")
_BULLETS = "-–—•"
_PART_OF_SECTION = re.compile(r"\d+ mom\.")
_ABBREVIATED = re.compile(r"\b(?:m\. ?m|m\. ?fl|o\. ?d|etc)\.$")
_GONE = re.compile(
    r"\(?(?:(?:Kapitl(?:et|en) |Paragraf(?:en|erna) )?(?:(?:Har|Är) )?"
    r"(?:upphävts?|upphävd(?:a|es)?|upphört|upphörde|utgått)|(?:Kapitlet )?Har betecknats|Ny beteckning)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\b(?:och|eller|samt|enligt|i|av|med|till|för)$")
_JOINED_PAIR = re.compile(r"(?:och|eller|samt|respektive|resp\.|till)\b")

_ABBREVIATIONS = ("m.", "fl.", "d.", "etc.")
_HEADING_LIMIT = 300
_ENDS = ".,:;-–"


class Role(Enum):
    """The role of a paragraph.

    MARK holds time marks only, and UNREADABLE what looks like one; ACT is the number of an act among transition
    provisions.
    """

    TEXT = auto()
    MARK = auto()
    UNREADABLE = auto()
    SECTION = auto()
    CHAPTER = auto()
    DIVISION = auto()
    HEADING = auto()
    TRANSITION = auto()
    ACT = auto()
    ANNEX = auto()
    FOOTER = auto()


@dataclass(slots=True)
class Paragraph:
    """The text between two blank lines. `marks` are the time marks at its head, after the number of a §.

    `written` are the lines as they are in the text, of a § (with its number) and of a part that turned out to be text.
    `is_certain` is False where what follows the number may be the rest of a reference ("21 § 3–5 om beslut"), and of
    an annex with a title of its own, which may be a heading ("Bilagor till ansökan").
    """

    lines: list[str]
    role: Role = Role.TEXT
    number: str = ""
    marks: tuple[TimeMark, ...] = ()
    written: list[str] = field(default_factory=list)
    is_certain: bool = True

    @property
    def text(self) -> str:
        """The paragraph as one line."""
        return " ".join(self.lines)

    def become_text(self) -> None:
        """Turn a §, a chapter or a division that is none into text."""
        if self.marks:
            first, *rest = self.lines or [""]
            self.written = [" ".join([f"{self.number} §", *(mark.line for mark in self.marks), first]).strip(), *rest]
        self.lines = self.written = self.written or self.lines
        self.role, self.number, self.marks = Role.TEXT, "", ()


def split_paragraphs(text: str) -> list[Paragraph]:
    """Return the paragraphs of a law's text, each with the role that its own text suggests."""
    found: list[Paragraph] = []
    for paragraph in _split(text):
        several = _set_own_role(paragraph)
        if several:
            found += several
        else:
            found.append(paragraph)
    return found


# Splitting


def _split(text: str) -> Iterator[Paragraph]:
    lines: list[str] = []
    for raw in [*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""]:
        line = clean(raw)
        if lines and (not line or _begins_part(lines, line)):
            yield from _marks_and_rest(lines, is_before_part=bool(line))
            lines = []
        if line:
            lines.append(line)


def _begins_part(before: Sequence[str], line: str) -> bool:
    """True if a § or a chapter begins with this line although no blank line precedes it.

    A sentence, a heading, or what is in slashes or brackets ends with the line before it.
    """
    is_sentence = before[-1].endswith(".") and not before[-1].endswith("kap.")
    if _is_chapter(line):
        return is_sentence or (_is_bracketed(before) and not take_time_marks("\n".join(before))[0])
    found = _SECTION.match(line)
    if not found or not found["new"] or not _is_section_start(line[found.end() :]):
        return False
    is_whole = _is_heading_above(before) or (len(before) == 1 and _is_notice(before[0]))
    return is_sentence or _is_bracketed(before) or is_whole


def _is_bracketed(lines: Sequence[str]) -> bool:
    return len(lines) <= _LONGEST_MARK and (lines[0][0] in "/\\[(" or lines[-1][-1] in "/\\]")


_LONGEST_MARK = 3
"""Lines of what may be a mark."""


def _is_notice(line: str) -> bool:
    """True if a line is a whole § that says that it is repealed."""
    found = _SECTION.match(line)
    return found is not None and repealed_by(line[found.end() :]) is not False


def _is_heading_above(lines: Sequence[str]) -> bool:
    """True if lines may be a heading that a § follows; the beginning of a § is none."""
    text = " ".join(lines)
    return (
        len(lines) <= _LONGEST_HEADING and may_be_heading(text) and not (_SECTION.match(text) or _GOES_ON.search(text))
    )


_LONGEST_HEADING = 2
"""Lines of a heading."""


def _is_section_start(rest: str) -> bool:
    """True if what follows the number is certainly the beginning of a §, not the rest of a reference to one."""
    if not rest or rest[0].isupper() or rest[0] in '/"”»' or _GONE.match(rest):
        return True
    if rest[0] == "(":
        return len(rest) > 1 and rest[1].isupper()
    return rest[0].isdigit() and bool(ITEM.match(rest) or _PART_OF_SECTION.match(rest))


def _marks_and_rest(lines: list[str], *, is_before_part: bool) -> Iterator[Paragraph]:
    """Yield the time marks at the head as a paragraph of their own, then the rest."""
    is_unknown = is_before_part and _is_bracketed(lines) and not _SECTION.match(lines[0])
    if lines[0][0] != "/":
        if is_unknown:
            yield Paragraph(lines, Role.UNREADABLE)
            return
        yield Paragraph(_with_marks_in_words(lines) if "/" in lines[0] else lines)
        return
    marks, rest = take_time_marks("\n".join(lines))
    if marks:
        yield Paragraph([], Role.MARK, marks=marks)
    if unreadable := unreadable_mark(rest):
        yield Paragraph(unreadable.strip().split("\n"), Role.UNREADABLE)
        rest = rest[len(unreadable) :]
    if rest:
        yield Paragraph(rest.split("\n"), Role.UNREADABLE if is_unknown else Role.TEXT)


def _with_marks_in_words(lines: list[str]) -> list[str]:
    """Return the lines of an item, the time marks after its number in words: "1. Träder i kraft 2027-01-01: Lagen"."""
    found = ITEM.match(lines[0])
    if found is None or lines[0][found.end() : found.end() + 1] != "/":
        return lines
    marks, rest = take_time_marks("\n".join([lines[0][found.end() :], *lines[1:]]))
    first, *others = rest.split("\n")
    return [" ".join([found[0].rstrip(), *(mark.line for mark in marks), first]).rstrip(), *others]


# Roles


def _set_own_role(paragraph: Paragraph) -> list[Paragraph] | None:
    """Set the role that follows from a paragraph's own text; sections and chapters are still candidates.

    Return the paragraphs that take its place where it is several: "3 och 4 §§ Har upphävts" is two sections.
    """
    if paragraph.role is not Role.TEXT:
        return None
    first = paragraph.lines[0]
    if first[0].isdigit() or first[0] == "§":
        if found := _SECTION.match(first):
            _make_section(paragraph, found)
            return None
        return _set_role_of_number(paragraph)
    if found := _NAMED.match(first):
        _make_named_part(paragraph, found)
    return None


def _set_role_of_number(paragraph: Paragraph) -> list[Paragraph] | None:
    """Do the same for a paragraph that begins with a number and is no single section."""
    text = paragraph.text
    if (several := _SECTIONS.match(text)) and repealed_by(several["rest"]) is not False:
        numbers = _numbers(several["first"])
        return [Paragraph([several["rest"]], Role.SECTION, number, written=paragraph.lines) for number in numbers]
    if _is_chapter(text):
        paragraph.role, paragraph.number = Role.CHAPTER, _with_letter_apart(CHAPTER.split(text, maxsplit=1)[1])
    elif _ACT.match(text):
        paragraph.role = Role.ACT
    return None


def _make_named_part(paragraph: Paragraph, found: re.Match[str]) -> None:
    """Give a paragraph the role of the part that it names, if it names nothing else."""
    role, text = Role[str(found.lastgroup)], paragraph.text
    if role is Role.TRANSITION and not TRANSITION.match(text):
        return
    if role is Role.ANNEX:
        marks, rest = take_time_marks(text[found.end() :].strip())
        paragraph.is_certain = not rest or rest.startswith("/") or bool(_GONE.match(rest))
        if not (paragraph.is_certain or may_be_heading(text)):
            paragraph.is_certain = True
            return
        paragraph.written = paragraph.lines
        paragraph.marks = marks
        if marks:
            paragraph.lines = [f"{found[0]} {rest}".strip()]
    paragraph.role = role


def _make_section(paragraph: Paragraph, found: re.Match[str]) -> None:
    first = paragraph.lines[0]
    paragraph.role, paragraph.number = Role.SECTION, _with_letter_apart(found["new"] or found["old"])
    paragraph.is_certain = bool(found["old"]) or _is_section_start(first[found.end() :])
    paragraph.written = paragraph.lines
    paragraph.marks, rest = take_time_marks("\n".join([first[found.end() :], *paragraph.lines[1:]]))
    paragraph.lines = rest.split("\n") if rest else []


def _with_letter_apart(number: str) -> str:
    """Return a number with its letter apart: "7a" and "7 a" are the same §."""
    return re.sub(r"(\d) ?([a-zåäö])", r"\1 \2", number.lower())


def _numbers(several: str) -> Iterator[str]:
    """Yield each number of a list: "3, 5 a och 7--9"."""
    for part in re.split(r", ?| och | samt ", several):
        span = _SPAN.fullmatch(part)
        if span is None:
            yield _with_letter_apart(part)
        elif span["first"] == span["last"] and span["letter"] and span["last_letter"]:
            letters = range(ord(span["letter"]), ord(span["last_letter"]) + 1)
            yield from (f"{span['first']} {chr(letter)}" for letter in letters)
        else:
            first, last = int(span["first"]), int(span["last"])
            for number in range(first, min(last, first + _MOST_IN_SPAN) + 1):
                yield f"{number} {span['letter']}" if number == first and span["letter"] else str(number)
            if span["last_letter"]:
                yield f"{last} {span['last_letter']}"


def _is_chapter(text: str) -> bool:
    found = CHAPTER.match(text)
    if not found:
        return False
    title = _UNKNOWN_MARK.sub("", take_time_marks(text[found.end() :])[1].strip())
    return not title or bool(_GONE.match(title)) or (title.lstrip("(")[:1].isupper() and may_be_heading(title))


_UNKNOWN_MARK = re.compile(r"(?:/[^/]{1,120}/\s*)+")


def may_be_heading(text: str) -> bool:
    """True if a text is short, begins with a capital or a figure, and does not end as a sentence."""
    if text[-1] in _ENDS and not (text.endswith(_ABBREVIATIONS) and _ABBREVIATED.search(text)):
        return False
    if len(text) > _HEADING_LIMIT:
        return False
    first = text.lstrip("(")[:1]
    return (first.isupper() or first.isdigit()) and not ITEM.match(text)


def is_to_come(marks: Sequence[TimeMark]) -> bool:
    """True if what these marks concern is not in force yet, or was not when it was marked."""
    return any(mark.kind == "begins" for mark in marks)


def is_repealed(chapter: Paragraph) -> bool:
    """True if the heading of a chapter says that it is repealed."""
    title = CHAPTER.split(chapter.text, maxsplit=1)[-1]
    return bool(_GONE.match(take_time_marks(title)[1].strip()))


# Lines


class Unwrapping:
    """Joins hard-wrapped lines of a law: one line per stycke, one line per item.

    A word that was divided at the end of a line is made whole as the law writes it elsewhere.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _words(self) -> frozenset[str]:
        """The words that were divided somewhere and that the law has whole elsewhere, with or without the hyphen."""
        lines = self._text.split("\n")
        ended = [place for place, line in enumerate(lines[:-1]) if "-" in line[-3:]]
        divided = {parts for place in ended if (parts := _divided_word(lines[place], lines[place + 1]))}
        sought = {form.lower() for first, second in divided for form in (first + second, f"{first}-{second}")}
        forms = {form: word for word in sought for form in (word, f"{word},", f"{word}.")}
        found: set[str] = set()
        # In parts: `lower` takes 12 bytes for each character of a text that has others than Latin-1.
        for start in range(0, len(lines), _LINES_AT_ONCE):
            found.update(forms.keys() & " ".join(lines[start : start + _LINES_AT_ONCE]).lower().split())
        return frozenset(forms[form] for form in found)

    def lines(self, lines: Sequence[str]) -> list[str]:
        """Return the lines without the breaks inside stycken and items.

        Inside a paragraph a line begins an item only where it continues a list; the "1." of a wrapped reference does
        not.
        """
        done: list[str] = []
        pieces: list[str] = []
        listed = False
        for line in filter(None, lines):
            if pieces and not _begins_item(pieces, line, listed=listed):
                if pieces[-1][-1] == "-":
                    self._join_divided(pieces, line)
                else:
                    pieces.append(f" {line}")
                continue
            if pieces:
                done.append("".join(pieces))
            pieces = [line]
            listed = listed or ITEM.match(line) is not None
        return [*done, "".join(pieces)] if pieces else []

    def _join_divided(self, pieces: list[str], line: str) -> None:
        """Add a line to the pieces of which the last ends in a hyphen."""
        if not _is_broken_at_hyphen(pieces[-1], line):
            pieces.append(f" {line}")
            return
        if not self._keeps_hyphen(pieces[-1], line):
            pieces[-1] = pieces[-1][:-1]
        pieces.append(line)

    def _keeps_hyphen(self, before: str, line: str) -> bool:
        """True if the hyphen at the end of a line belongs to the word: "EU-land", not "verk-ställande"."""
        parts = _divided_word(before, line)
        if parts is None or line[0].isupper():
            return True
        start, end = (part.lower() for part in parts)
        if f"{start}-{end}" in self._words:
            return True
        if start + end in self._words:
            return False
        return before[-2].isupper() or len(start) <= _LONGEST_PREFIX or start in _PREFIXES


def _divided_word(line: str, following: str) -> tuple[str, str] | None:
    """Return the parts of the word that was divided at the end of a line, None if none was."""
    line, following = line.rstrip(), following.lstrip()
    if not line.endswith("-"):
        return None
    first, second = _LAST_PART.search(line, max(0, len(line) - _LONGEST_PART)), _FIRST_PART.match(following)
    return (first[1], second[0]) if first and second else None


_LINES_AT_ONCE = 100
_LONGEST_PART = 60
_LAST_PART, _FIRST_PART = re.compile(r"([^\W\d_]+)-$"), re.compile(r"[^\W\d_]+")
_LONGEST_PREFIX = 3
"""Letters of what stands before a hyphen in a word that is written with one: e-post, dna-profil."""
_PREFIXES = frozenset({"icke"})


def _begins_item(before: Sequence[str], line: str, *, listed: bool) -> bool:
    """True if a line begins an item. `before` is the line so far, in pieces; `listed`: there were items already."""
    if not (line[0].isdigit() or line[0] in _BULLETS or line[1:2] == ")"):
        return False
    found = ITEM.match(line)
    if not found:
        return False
    if not (found["number"] or found["letter"]):
        return before[-1][-1] in ",:;." or before[-1].split()[-1] in ("och", "eller", "samt")
    if found["number"] in ("1", None) and found["letter"] in ("a", None):
        return before[-1][-1] == ":" or ITEM.match(before[0]) is not None
    return listed


def _is_broken_at_hyphen(before: str, line: str) -> bool:
    """True if a word, or a span of figures, was broken at the hyphen that ends the first of two lines."""
    return before[-2:-1].isalnum() and line[0].isalnum() and not _JOINED_PAIR.match(line)
