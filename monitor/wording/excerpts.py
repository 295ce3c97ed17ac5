"""What of a text is shown in a mail: what differs, with enough around it to be understood, and nothing that steers.

… strategier senast den 1 [TOGS BORT: mars] [LADES TILL: april] varje år.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.core.diff.words import Segment, word_diff

SpanOp = Literal["kept", "removed", "added"]

AROUND = 90
"""Characters of unchanged text on each side of an edit."""
LONGEST_EXCERPT = 1200
"""Characters of one stretch that came or went."""
MOST = 3000
"""Characters of all the pieces of one text."""

_EDGES = re.compile(r"\A(\s*)(.*?)(\s*)\Z", re.DOTALL)
_SHOWN_AS_SPACE = frozenset({"Cc", "Zl", "Zp"})
_SHOWN_AS_UNKNOWN = frozenset({"Cs", "Co"})


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A stretch of text that was kept, removed or added; `left_out` counts the characters that are not shown."""

    op: SpanOp
    text: str
    left_out: int = 0


def visible(text: str) -> str:
    """The text without what a reader cannot see: control, format and bidi characters; line feeds stay."""
    if text.isprintable():
        return text
    return "".join(char if char == "\n" or char.isprintable() else _visible(char) for char in text)


def one_line(text: str) -> str:
    """What is visible of a text, on one line: for names, headings and subjects."""
    return " ".join(visible(text).split())


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category in _SHOWN_AS_SPACE or category == "Zs":
        return " "
    return "\N{REPLACEMENT CHARACTER}" if category in _SHOWN_AS_UNKNOWN else ""


def whole(text: str, op: SpanOp, longest: int = LONGEST_EXCERPT) -> TextSpan:
    """A text from its beginning, cut at a word where it is long."""
    text = visible(text)
    if len(text) <= longest:
        return TextSpan(op, text)
    kept = _head(text, longest)
    return TextSpan(op, kept, len(text) - len(kept))


def edits(before: str, after: str) -> list[TextSpan]:
    """What went and came inside a text, and what stands around it; "…" stands for what is left out."""
    found = list(_spaced(word_diff(visible(before), visible(after))))
    pieces: list[TextSpan] = []
    room = MOST
    for number, piece in enumerate(found):
        if room <= 0:
            pieces.append(TextSpan("kept", "", sum(len(rest.text) for rest in found[number:])))
            break
        if piece.op == "kept":
            shown = TextSpan("kept", _around(piece.text, first=number == 0, last=number == len(found) - 1))
        else:
            shown = whole(piece.text, piece.op)
        pieces.append(shown)
        room -= len(shown.text)
    return pieces


def every_word(before: str, after: str) -> list[TextSpan]:
    """The same with nothing left out, for a page that has the room."""
    return list(_spaced(word_diff(visible(before), visible(after))))


def _spaced(segments: Sequence[Segment]) -> Iterator[TextSpan]:
    """The same text with the space at the edges of an edit outside of it, so that marks stand at words."""
    gap = ""
    for segment in segments:
        if segment.op == "kept":
            yield TextSpan("kept", f"{gap}{segment.text}" if not segment.text[:1].isspace() else segment.text)
            gap = ""
            continue
        found = _EDGES.match(segment.text)
        lead, core, trail = found.groups() if found else ("", segment.text, "")
        if not core:  # space alone differs
            gap = gap or segment.text
            continue
        if gap or lead:
            yield TextSpan("kept", gap or lead)
        yield TextSpan(segment.op, core)
        gap = trail or ""
    if gap.strip(" "):
        yield TextSpan("kept", gap)


def _around(text: str, *, first: bool, last: bool) -> str:
    """Unchanged text, shortened away from the edits beside it."""
    room = AROUND if first or last else 2 * AROUND
    if len(text) <= room + 20:  # "…" for less than a few words would tell less and save nothing
        return text
    head = "" if first else f"{_head(text, AROUND)} "
    tail = "" if last else f" {_tail(text, AROUND)}"
    return f"{head}…{tail}"


def _head(text: str, length: int) -> str:
    """At most so much from the beginning, to the end of a word if there is one."""
    cut = text[:length]
    at = max(cut.rfind(" "), cut.rfind("\n"))
    return (cut[:at] if at > length // 2 else cut).rstrip()


def _tail(text: str, length: int) -> str:
    cut = text[-length:]
    found = re.search(r"\s", cut[: length // 2])
    return (cut[found.end() :] if found else cut).lstrip()
