"""Excerpts of texts: what differs, with enough context around it, and without control characters.

… strategier senast den 1 [TOGS BORT: mars] [LADES TILL: april] varje år.

Mails show shortened texts (`edits`, `shortened`), the web page whole ones (`every_word`). Names, headings and summaries
are shown on one line (`one_line`), in feeds as well.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.core.diff.words import Segment, whole_words, word_diff

SpanOp = Literal["kept", "removed", "added"]

CONTEXT = 90
"""Characters of unchanged text shown on each side of an edit."""
LONGEST_EXCERPT = 1200
"""Characters shown of one span that was added or removed."""
LONGEST_TEXT = 3000
"""Characters of one text, all spans together, after which no further span is shown.

This is checked before a span is added: the last one may exceed it, by up to LONGEST_EXCERPT.
"""

_LOOKED_AT = 40
"""Of a text that is cut, so many times the room for it is looked at: a heading may be as long as a page."""
_LONGEST_WHOLE = 3
"""A single word may be longer than the room for an excerpt by this factor before it is cut."""

_SHOWN_AS_SPACE = frozenset({"Cc", "Zl", "Zp"})
_SHOWN_AS_UNKNOWN = frozenset({"Cs", "Co"})


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A span of text that was kept, removed or added."""

    op: SpanOp
    text: str
    left_out: int = 0
    """The number of characters that are cut off after `text`. Context that "…" replaces inside it is not counted."""


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


def shortened(text: str, op: SpanOp, longest: int = LONGEST_EXCERPT) -> TextSpan:
    """Return a text as one span, cut at the end of a word where it is longer than `longest`."""
    text = visible(text)
    if len(text) <= longest:
        return TextSpan(op, text)
    kept = _head(text, longest)
    return TextSpan(op, kept, len(text) - len(kept))


def edits(before: str, after: str) -> list[TextSpan]:
    """Return what was removed from and added to a text, with its context; "…" marks context that is left out.

    Edits of white space alone are shown as unchanged space, and those of spaces at the end of the text not at all.
    Where the text is longer than LONGEST_TEXT, the last span is empty and counts all characters of the spans that are
    not shown, kept ones included.
    """
    in_full = every_word(before, after)
    spans: list[TextSpan] = []
    room = LONGEST_TEXT
    for number, span in enumerate(in_full):
        if room <= 0:
            spans.append(TextSpan("kept", "", sum(len(rest.text) for rest in in_full[number:])))
            break
        if span.op == "kept":
            shown = TextSpan("kept", _shortened_context(span.text, first=number == 0, last=number == len(in_full) - 1))
        else:
            shown = shortened(span.text, span.op)
        spans.append(shown)
        room -= len(shown.text)
    return spans


def every_word(before: str, after: str) -> list[TextSpan]:
    """Return the same as `edits` with nothing left out, for a page without a limit on length."""
    return list(_spaced(word_diff(visible(before), visible(after))))


def _spaced(segments: Sequence[Segment]) -> Iterator[TextSpan]:
    """Yield the same text with white space moved out of the edges of edits, so that marks are placed at words.

    White space that precedes an edit is shown once, as it was before or after; at the end spaces alone are dropped.
    """
    gap = ""
    for segment in segments:
        if segment.op == "kept":
            yield TextSpan("kept", f"{gap}{segment.text}" if not segment.text[:1].isspace() else segment.text)
            gap = ""
            continue
        text = segment.text
        core = text.strip()
        if not core:  # only white space differs
            gap = gap or text
            continue
        lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        if gap or lead:
            yield TextSpan("kept", gap or lead)
        yield TextSpan(segment.op, core)
        gap = trail
    if gap.strip(" "):
        yield TextSpan("kept", gap)


def _shortened_context(text: str, *, first: bool, last: bool) -> str:
    """Return unchanged text, shortened where it is far from the edits beside it."""
    room = CONTEXT if first or last else 2 * CONTEXT
    if len(text) <= room + 20:  # replacing only a few words by "…" would lose text and save nothing
        return text
    head = "" if first else f"{_head(text, CONTEXT)} "
    tail = "" if last else f" {_tail(text, CONTEXT)}"
    return f"{head}…{tail}"


def cut(text: str, longest: int) -> str:
    """Return the text on one line, with "…" for what does not fit in `longest` characters; "" if no word fits."""
    start = one_line(text[: _LOOKED_AT * longest])
    if len(start) <= longest and len(text) <= _LOOKED_AT * longest:
        return start
    text = start
    kept = _head(text, longest)
    is_whole = len(kept) <= longest and text[len(kept)].isspace()
    return f"{kept.rstrip(' ,;:–-')} …" if is_whole else ""


def beginning(text: str, longest: int) -> str:
    """Return the text like `cut`; of a word that does not fit (an address, without its scheme) as much as does."""
    words = cut(text, longest)
    if words:
        return words
    start = one_line(text[: _LOOKED_AT * longest]).removeprefix("https://").removeprefix("http://")
    return f"{start[: longest - 1]}…" if len(start) > longest else start


def _head(text: str, length: int) -> str:
    """Return at most `length` characters from the beginning, cut between two words; a value is one word.

    One that is longer is kept whole up to a limit, and only then cut.
    """
    done = last = 0
    for word in whole_words(text[: _LONGEST_WHOLE * length]):
        if word.isspace():
            last = done
        done += len(word)
        if done > length and last:
            return text[:last].rstrip()
        if done > length and (word.isspace() or done == len(text)):
            return text[:done].rstrip()
    return text[:length].rstrip()


def _tail(text: str, length: int) -> str:
    """Return the same from the end."""
    window = text[-_LONGEST_WHOLE * length :]
    starts = []
    done = 0
    for word in whole_words(window.rstrip()):
        done += len(word)
        if word.isspace():
            starts.append(done)
    fitting = [start for start in starts if start >= len(window) - length]
    start = fitting[0] if fitting else starts[-1] if starts else len(window) - length
    return window[start:].lstrip()
