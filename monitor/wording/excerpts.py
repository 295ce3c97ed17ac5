"""Excerpts of texts for mails: what differs, with enough context around it, and without control characters.

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
"""Characters shown of one span that was added or removed."""
MOST = 3000
"""Characters shown of one text, all spans together."""

_EDGES = re.compile(r"\A(\s*)(.*?)(\s*)\Z", re.DOTALL)
_SHOWN_AS_SPACE = frozenset({"Cc", "Zl", "Zp"})
_SHOWN_AS_UNKNOWN = frozenset({"Cs", "Co"})


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A span of text that was kept, removed or added; `left_out` counts the characters that are not shown."""

    op: SpanOp
    text: str
    left_out: int = 0


def visible(text: str) -> str:
    """Return the text without invisible characters (control, format and bidi characters); line feeds stay."""
    if text.isprintable():
        return text
    return "".join(char if char == "\n" or char.isprintable() else _visible_char(char) for char in text)


def one_line(text: str) -> str:
    """Return the visible text on one line, for names, headings and subjects."""
    return " ".join(visible(text).split())


def _visible_char(char: str) -> str:
    category = unicodedata.category(char)
    if category in _SHOWN_AS_SPACE or category == "Zs":
        return " "
    return "\N{REPLACEMENT CHARACTER}" if category in _SHOWN_AS_UNKNOWN else ""


def whole(text: str, op: SpanOp, longest: int = LONGEST_EXCERPT) -> TextSpan:
    """Return a text as one span, cut at the end of a word where it is longer than `longest`."""
    text = visible(text)
    if len(text) <= longest:
        return TextSpan(op, text)
    kept = _head(text, longest)
    return TextSpan(op, kept, len(text) - len(kept))


def edits(before: str, after: str) -> list[TextSpan]:
    """Return what was removed from and added to a text, with its context; "…" marks context that is left out."""
    spans = list(_spaced(word_diff(visible(before), visible(after))))
    pieces: list[TextSpan] = []
    room = MOST
    for number, span in enumerate(spans):
        if room <= 0:
            pieces.append(TextSpan("kept", "", sum(len(rest.text) for rest in spans[number:])))
            break
        if span.op == "kept":
            shown = TextSpan("kept", _shortened_context(span.text, first=number == 0, last=number == len(spans) - 1))
        else:
            shown = whole(span.text, span.op)
        pieces.append(shown)
        room -= len(shown.text)
    return pieces


def every_word(before: str, after: str) -> list[TextSpan]:
    """Return the same as `edits` with nothing left out, for a page without a limit on length."""
    return list(_spaced(word_diff(visible(before), visible(after))))


def _spaced(segments: Sequence[Segment]) -> Iterator[TextSpan]:
    """Yield the same text with white space moved out of the edges of edits, so that marks are placed at words."""
    gap = ""
    for segment in segments:
        if segment.op == "kept":
            yield TextSpan("kept", f"{gap}{segment.text}" if not segment.text[:1].isspace() else segment.text)
            gap = ""
            continue
        found = _EDGES.match(segment.text)
        lead, core, trail = found.groups() if found else ("", segment.text, "")
        if not core:  # only white space differs
            gap = gap or segment.text
            continue
        if gap or lead:
            yield TextSpan("kept", gap or lead)
        yield TextSpan(segment.op, core)
        gap = trail or ""
    if gap.strip(" "):
        yield TextSpan("kept", gap)


def _shortened_context(text: str, *, first: bool, last: bool) -> str:
    """Return unchanged text, shortened where it is far from the edits beside it."""
    room = AROUND if first or last else 2 * AROUND
    if len(text) <= room + 20:  # replacing only a few words by "…" would lose text and save nothing
        return text
    head = "" if first else f"{_head(text, AROUND)} "
    tail = "" if last else f" {_tail(text, AROUND)}"
    return f"{head}…{tail}"


def _head(text: str, length: int) -> str:
    """Return at most `length` characters from the beginning, cut at the end of a word if possible."""
    cut = text[:length]
    at = max(cut.rfind(" "), cut.rfind("\n"))
    return (cut[:at] if at > length // 2 else cut).rstrip()


def _tail(text: str, length: int) -> str:
    cut = text[-length:]
    found = re.search(r"\s", cut[: length // 2])
    return (cut[found.end() :] if found else cut).lstrip()
