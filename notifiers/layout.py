"""Layout of mails: the templates, with their filters for text in lines and for HTML."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.wording.catalogue import Words
from monitor.wording.entries import EntryLine
from monitor.wording.excerpts import TextSpan, one_line
from monitor.wording.unbroken import NO_BREAK, broken, unbroken, with_values

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

COLUMNS = 78
_MARK = re.compile(r"\[[^\W\d_a-zåäöéü]+(?: [^\W\d_a-zåäöéü]+)*: (?=\S)")
"""What a block or words are marked with: "[TOGS BORT: ", "[NYTT STYCKE: "."""
_LONGEST_WITH_MARK = 30
"""Letters of a first word that stays on the line of its mark."""
_ADDRESS = re.compile(r"(https?://[^\s<>”“\"]+[^\s<>”“\".,;:)])")


@cache
def templates() -> Environment:
    """Return the templates, loaded once."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape  # noqa: PLC0415  only composing needs it

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["fold"] = _fold
    environment.filters["whole_values"] = _whole_values
    environment.filters["linked"] = _linked
    environment.filters["in_words"] = _in_words
    environment.filters["one_line"] = one_line
    environment.filters["with_url"] = _with_url
    return environment


def _whole_values(text: str) -> Markup:
    """Return the text as HTML in which no line ends inside a value; its spaces stay as they are."""
    from markupsafe import Markup, escape  # noqa: PLC0415  as above

    html = Markup()
    for piece, is_value in with_values(text):
        html += Markup('<span style="white-space:nowrap">{}</span>').format(piece) if is_value else escape(piece)
    return html


def _linked(text: str) -> Markup:
    """Return the text as HTML whose addresses are links and whose values are whole."""
    from markupsafe import Markup  # noqa: PLC0415  as above

    html = Markup()
    for number, piece in enumerate(_ADDRESS.split(text)):
        is_address = number % 2 == 1
        html += (
            Markup('<a href="{0}" style="color:#0b57a4">{0}</a>').format(piece) if is_address else _whole_values(piece)
        )
    return html


def _fold(text: str, indent: int = 0) -> str:
    """Return the text in lines of at most 78 columns; a longer word (an address) is not broken, nor is "2 a §".

    No line ends inside the name of a mark, or between it and the first word that it marks.
    """
    pad = " " * indent
    return "\n".join(
        broken(
            textwrap.fill(
                _with_whole_marks(unbroken(line)),
                COLUMNS,
                initial_indent=pad,
                subsequent_indent=pad,
                break_long_words=False,
                break_on_hyphens=False,
            )
        )
        for line in text.splitlines()
    )


def _with_whole_marks(text: str) -> str:
    """Return the text with no-break spaces in its marks, and after those whose first word is short."""

    def whole(mark: re.Match[str]) -> str:
        first = mark.string[mark.end() : mark.end() + _LONGEST_WITH_MARK + 1].split(" ", 1)[0]
        end = NO_BREAK if len(first) <= _LONGEST_WITH_MARK else " "
        return mark[0][:-1].replace(" ", NO_BREAK) + end

    return _MARK.sub(whole, text)


def _with_url(label: str, url: str) -> str:
    """Return a label and its address, the address on a line of its own where both do not fit on one."""
    return f"{label}: {url}" if len(label) + 2 + len(url) <= COLUMNS else f"{label}:\n{url}"


def _in_words(line: EntryLine, words: Words) -> str:
    """Return a line with its marks in words: [TOGS BORT: mars] [LADES TILL: april]; a fact is a line before it."""
    if line.fact:
        text = _in_words(replace(line, fact=""), words)
        return f"{line.fact}:\n{text}" if text else line.fact
    if line.label:
        return f"[{line.label}: {''.join(_with_cut(piece, words) for piece in line.pieces)}]"
    marked = ""
    last = "kept"
    for piece in line.pieces:
        text = _with_cut(piece, words)
        if piece.op != "kept":
            text = f"{'' if last == 'kept' else ' '}[{words.say(piece.op)}: {text}]"
        marked, last = marked + text, piece.op
    return marked


def _with_cut(piece: TextSpan, words: Words) -> str:
    return piece.text + (words.say("cut", n=piece.left_out) if piece.left_out else "")
