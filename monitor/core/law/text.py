"""The text of a consolidated Swedish law, as riksdagen and rkrattsbaser write it, as blocks.

    paragraphs with roles (monitor.core.law.roles) ──► blocks

The grammar is implemented once, so that the plain form and the HTML form of one law give the same blocks.
Identity comes from the structure: labels are unique, wordings given side by side until a day comes are one block.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from monitor.core.law.marks import TimeKind, TimeMark, take_time_marks, unreadable_mark
from monitor.core.law.paragraphs import CHAPTER, ITEM, TRANSITION, Paragraph, Role, Unwrapping, is_to_come
from monitor.core.law.roles import parse_paragraphs
from monitor.core.model import Block


@dataclass(slots=True)
class _Wording:
    """A wording while it is being parsed; it begins and ends with its chapter unless it has marks of its own."""

    marks: tuple[TimeMark, ...]
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Section:
    """A § while it is being parsed; `heading` is the path at its first wording."""

    label: str
    heading: tuple[str, ...]
    wordings: list[_Wording]

    def block(self) -> Block:
        lines: list[str] = []
        for wording in sorted(self.wordings, key=lambda wording: bool(wording.marks)):
            lines += [mark.line for mark in wording.marks] + wording.lines
        return Block("section", "\n".join(lines), self.heading, self.label)


def parse_law(text: str) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Return the blocks of a law's text, and notes on irregularities. Every word of the text is in a block.

    A § is one block whose lines are its stycken and items; the label is not repeated in its text. The title of the
    law is no part of a heading path.
    """
    builder = _Builder(Unwrapping(text))
    for paragraph in parse_paragraphs(text):
        builder.add(paragraph)
    return builder.finish()


class _Builder:
    """Builds blocks from paragraphs with known roles."""

    def __init__(self, unwrapping: Unwrapping) -> None:
        self._unwrapping = unwrapping
        self._blocks: list[Block | _Section] = []
        self._sections: dict[str, _Section] = {}
        self._notes: list[str] = []
        self._base: list[str] = []  # division and chapter, or transition provisions and act, or annex
        self._division: list[str] = []
        self._chapter = ""
        self._chapter_marks: tuple[TimeMark, ...] = ()
        self._heading_run: list[tuple[str, tuple[TimeMark, ...]]] = []
        self._run_before: list[tuple[str, tuple[TimeMark, ...]]] = []
        self._in_heading_run = False
        self._section: _Section | None = None
        self._pending_marks: tuple[TimeMark, ...] = ()

    def add(self, paragraph: Paragraph) -> None:
        """Add the next paragraph of the text."""
        match paragraph.role:
            case Role.MARK:
                self._pending_marks += paragraph.marks
                if any(mark.is_of_law for mark in paragraph.marks) or (
                    not self._blocks and not any(mark.subject for mark in paragraph.marks)
                ):
                    self._blocks += [Block("p", mark.phrase) for mark in self._take_pending()]
            case Role.SECTION:
                self._begin_section(paragraph)
            case Role.TEXT:
                self._add_text(paragraph.lines)
            case Role.HEADING:
                self._add_heading(self._one_line(paragraph))
            case Role.UNREADABLE:
                self._note_unreadable(paragraph.text)
                self._blocks.append(Block("p", paragraph.text, self._path))
            case _:
                self._begin_part(paragraph)

    def finish(self) -> tuple[tuple[Block, ...], tuple[str, ...]]:
        """Return the blocks, in the order of the text, and the notes."""
        self._add_as_text(self._take_pending())
        blocks: list[Block] = []
        below: str | None = None
        for part in reversed(self._blocks):
            block = part.block() if isinstance(part, _Section) else part
            if block.kind in ("h3", "h4"):
                block = block._replace(opens=below)
            else:
                below = block.label
            blocks.append(block)
        return tuple(reversed(blocks)), tuple(self._notes)

    @property
    def _path(self) -> tuple[str, ...]:
        return (*self._base, *(text for text, _ in self._heading_run))

    def _one_line(self, paragraph: Paragraph) -> str:
        return " ".join(self._unwrapping.lines(paragraph.lines))

    def _take_pending(self) -> tuple[TimeMark, ...]:
        marks, self._pending_marks = self._pending_marks, ()
        return marks

    def _add_as_text(self, marks: Sequence[TimeMark]) -> None:
        """Add marks as text that no heading and no § followed."""
        for mark in marks:
            self._note_unreadable(f"/{mark.phrase}/")
            self._blocks.append(Block("p", f"/{mark.phrase}/", self._path))

    def _note_unreadable(self, mark: str) -> None:
        self._notes.append(f"a mark is not understood and stays in the text: {mark}")

    def _begin_part(self, paragraph: Paragraph) -> None:
        """Begin a division, a chapter, transition provisions, the act they belong to, an annex, or the signatures."""
        text, marks = self._one_line(paragraph), self._take_pending() + paragraph.marks
        self._section, self._heading_run, self._in_heading_run = None, [], False
        kind = "h2"
        match paragraph.role:
            case Role.DIVISION:
                path: list[str] = []
                self._division, self._base = [text], [text]
                self._chapter, self._chapter_marks = "", ()
            case Role.CHAPTER:
                own_marks, title = take_time_marks(CHAPTER.split(text, maxsplit=1)[-1])
                marks, text = marks + own_marks, f"{paragraph.number} kap. {title.strip()}".strip()
                path = self._division
                chapter = f"{paragraph.number} kap. "
                is_other_heading = self._chapter == chapter and is_to_come(
                    [mark for mark in marks if mark.is_of_heading]
                )
                if not is_other_heading:
                    self._base = [*path, text]
                self._chapter = chapter
                self._chapter_marks = tuple([replace(mark, subject="") for mark in marks if not mark.is_of_heading])
            case Role.ACT:
                number, _, rest = text.partition(" ")
                own_marks, rest = take_time_marks(rest)
                marks, text = marks + own_marks, f"{number} {rest}".strip()
                path = [part for part in self._base[:1] if TRANSITION.fullmatch(part)]
                self._base, kind = [*path, number], "h3"
            case Role.FOOTER:
                path = self._base = []
                kind = "p"
            case _:  # what stands in an annex comes and goes with it
                path = []
                self._base = [text + "".join(mark.suffix for mark in marks)]
        self._blocks.append(Block(kind, text + "".join(mark.suffix for mark in marks), tuple(path)))

    def _add_heading(self, text: str) -> None:
        own_marks, text = take_time_marks(text)
        marks = tuple([replace(mark, subject="") for mark in self._take_pending() + own_marks])
        self._section = None
        if not self._in_heading_run:
            self._run_before, self._heading_run, self._in_heading_run = self._heading_run, [], True
        level = min(3 + len(self._heading_run), 4)
        path = self._path
        # A heading that will replace another is on its level, not below it.
        if self._heading_run and is_to_come(marks) and _has_end(self._heading_run[-1][1]):
            level, path = min(2 + len(self._heading_run), 4), path[:-1]
        else:
            self._heading_run.append((text, marks))
        self._blocks.append(Block(f"h{level}", text + "".join(mark.suffix for mark in marks), path))

    def _begin_section(self, paragraph: Paragraph) -> None:
        self._in_heading_run = False
        label = f"{self._chapter}{paragraph.number} §"
        section = self._sections.get(label)
        wording = _Wording(self._marks_of_section() + paragraph.marks)
        if paragraph.lines and (unreadable := unreadable_mark("\n".join(paragraph.lines))):
            self._note_unreadable(" ".join(unreadable.split()))
        if section is None:
            section = _Section(label, self._path, [wording])
            self._sections[label] = section
            self._blocks.append(section)
        elif section.wordings[-1].marks or wording.marks or self._chapter_marks:
            section.wordings.append(wording)
            self._move_headings_before(section)
        elif section is self._section:
            self._notes.append(f"{label} stands twice")
            wording = section.wordings[-1]
        else:
            self._notes.append(f"{label} stands twice, far apart: the second is read as text")
            self._section = None
            self._add_text(paragraph.written)
            return
        wording.marks += self._marks_of_chapter(paragraph.number, {mark.kind for mark in wording.marks})
        self._section = section
        wording.lines += self._unwrapping.lines(paragraph.lines)

    def _marks_of_chapter(self, number: str, own: Collection[TimeKind]) -> tuple[TimeMark, ...]:
        """Return the marks of the chapter for one of its §§, but for those of which it has its own."""
        marks = [mark for mark in self._chapter_marks if mark.kind not in own]
        return tuple([replace(mark, label=f"{mark.label} {number} §") if mark.label else mark for mark in marks])

    def _marks_of_section(self) -> tuple[TimeMark, ...]:
        """Return the pending marks but for those of a heading, which are kept as text: they are not lent to a §."""
        marks = self._take_pending()
        self._add_as_text([mark for mark in marks if mark.is_of_heading])
        return tuple([mark for mark in marks if not mark.is_of_heading])

    def _move_headings_before(self, section: _Section) -> None:
        """Move the headings between two wordings of a § before it: they will replace the one that precedes it."""
        place = len(self._blocks) - 1
        between: list[Block] = []
        while place >= 0 and isinstance(block := self._blocks[place], Block) and block.kind in ("h3", "h4"):
            between.insert(0, block)
            place -= 1
        if not between or place < 0 or self._blocks[place] is not section:
            return
        replaced = self._blocks[place - 1] if place else None
        if isinstance(replaced, Block) and replaced.kind in ("h3", "h4"):
            between = [block._replace(kind=replaced.kind, heading=replaced.heading) for block in between]
            self._heading_run = self._run_before
        self._blocks[place:] = [*between, section]

    def _add_text(self, lines: Sequence[str]) -> None:
        unwrapped = self._unwrapping.lines(lines)
        if self._section is not None and not self._pending_marks:
            self._section.wordings[-1].lines += unwrapped
            return
        self._add_as_text(self._take_pending())
        self._in_heading_run = False
        for line in unwrapped:
            self._blocks.append(Block("li" if ITEM.match(line) else "p", line, self._path))


def _has_end(marks: Sequence[TimeMark]) -> bool:
    return any(mark.kind == "ends" for mark in marks)
