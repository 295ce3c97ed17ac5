"""Text of pages at the terminal: no control sequence gets through."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bevaka.terminal import printable, printable_json, printable_lines

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Åtgärder för våldsutsatta – 7 a §, 20 000 kr", "Åtgärder för våldsutsatta – 7 a §, 20 000 kr"),
        ("Ring 🙂 oss ☎️", "Ring 🙂 oss ☎️"),
        ("\x1b[2J\x1b]0;title\x07", r"\x1b[2J\x1b]0;title\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("abc\u202egpj.exe", r"abc\u202egpj.exe"),
        ("\u2066x\u2069", r"\u2066x\u2069"),
        ("soft\u00adhyphen, zero\u200bwidth", r"soft\xadhyphen, zero\u200bwidth"),
        ("one\ntwo\r\tthree", r"one\ntwo\r\tthree"),
        ("line\u2028separator\u2029paragraph\x85next", r"line\u2028separator\u2029paragraph\x85next"),
        ("lone \udc80 surrogate", r"lone \udc80 surrogate"),
        ("private \ue000 use", r"private \ue000 use"),
        ("tag \U000e0041", r"tag \U000e0041"),
        ("", ""),
    ],
)
def test_what_is_not_plainly_visible_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_line_feeds_stay_where_lines_are_wanted_and_nothing_else_does() -> None:
    assert printable_lines("ett\n\ntvå\r\x1bc") == "ett\n\ntvå\\r\\x1bc"


@given(ANY_TEXT)
def test_no_text_can_steer_a_terminal(text: str) -> None:
    shown = printable(text)
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    shown.encode("utf-8")


@given(ANY_TEXT)
def test_what_is_escaped_once_stays_as_it_is(text: str) -> None:
    assert printable(printable(text)) == printable(text)


@given(ANY_TEXT)
def test_json_reads_back_as_the_very_text_and_steers_no_terminal(text: str) -> None:
    written = printable_json(json.dumps({"text": text}, ensure_ascii=False))
    assert json.loads(written) == {"text": text}
    assert not {unicodedata.category(char) for char in written} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def test_json_that_steers_nothing_stays_as_it_is() -> None:
    assert printable_json('{"a": "å ö"}') == '{"a": "å ö"}'


@given(ANY_TEXT)
def test_lines_are_kept_one_for_one(text: str) -> None:
    assert printable_lines(text).split("\n") == [printable(line) for line in text.split("\n")]
