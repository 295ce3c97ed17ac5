"""Decoding bytes to text, in the order of precedence that browsers use."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.page.decoding import decode, with_signs_encoded_once

TEXT = "Förändring på gång i år: åtgärder mot våld"


@pytest.mark.parametrize(
    ("body", "content_type", "encoding"),
    [
        (TEXT.encode(), "text/html; charset=utf-8", "utf-8"),
        (TEXT.encode(), 'text/html; charset="UTF-8"', "utf-8"),
        (TEXT.encode(), None, "utf-8"),
        (TEXT.encode("latin-1"), "text/html; charset=iso-8859-1", "cp1252"),
        (codecs.BOM_UTF8 + TEXT.encode(), "text/html; charset=iso-8859-1", "utf-8"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), None, "utf-16-le"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), None, "utf-16-be"),
        (TEXT.encode("utf-16-le"), "text/html; charset=utf-16le", "utf-16-le"),
        (TEXT.encode("latin-1"), "text/html; charset=utf-8", "cp1252"),
        (TEXT.encode("latin-1"), "text/html; charset=euc-kr", "cp1252"),
        (TEXT.encode(), "text/html; charset=okand", "utf-8"),
        (TEXT.encode(), "text/html; charset=base64", "utf-8"),
    ],
)
def test_a_text_is_read_whatever_its_encoding(body: bytes, content_type: str | None, encoding: str) -> None:
    text, found = decode(body, content_type)
    assert text == TEXT
    assert codecs.lookup(found) == codecs.lookup(encoding) or found.startswith(("windows", "iso", "cp"))


@pytest.mark.parametrize(
    ("start", "stored", "encoding"),
    [
        ('<meta charset="iso-8859-1">', "latin-1", "cp1252"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">', "cp1252", "cp1252"),
        ('<?xml version="1.0" encoding="iso-8859-15"?>', "iso-8859-15", "iso8859-15"),
        ('<meta charset="utf-16">', "utf-8", "utf-8"),
    ],
)
def test_the_page_itself_may_declare_its_encoding(start: str, stored: str, encoding: str) -> None:
    assert decode((start + TEXT).encode(stored), "text/html") == (start + TEXT, encoding)


def test_the_header_wins_over_the_page() -> None:
    body = ('<meta charset="iso-8859-1">' + TEXT).encode()
    assert decode(body, "text/html; charset=utf-8")[0].endswith(TEXT)


def test_a_few_broken_bytes_do_not_turn_utf_8_into_something_else() -> None:
    text, encoding = decode(TEXT.encode() + b"\xff slut", None)
    assert (text, encoding) == (f"{TEXT}\ufffd slut", "utf-8")
    assert decode(TEXT.encode() + b"\xff", "text/html; charset=utf-8")[1] == "utf-8"


def test_a_declared_encoding_that_the_bytes_hardly_break_is_kept() -> None:
    body = ("\u0431" * 3000).encode("cp1251") + b"\x98"
    assert decode(body, "text/html; charset=windows-1251")[1] == "cp1251"


@pytest.mark.parametrize(
    "label",
    [
        "iso-8859-1",
        "windows-1252",
        "iso-8859-15",
        "us-ascii",
        "utf-16",
        "utf-16le",
        "utf-32",
        "cp037",
        "koi8-r",
        "gb2312",
    ],
)
@pytest.mark.parametrize("place", ["text/html; charset={}", "<meta charset={}>", "<?xml version='1.0' encoding='{}'?>"])
def test_utf_8_is_told_by_its_bytes_whatever_the_label_says(label: str, place: str) -> None:
    header = place.format(label) if place.startswith("text") else "text/html"
    start = "" if place.startswith("text") else place.format(label)
    assert decode((start + TEXT).encode(), header) == (start + TEXT, "utf-8")


@pytest.mark.parametrize("label", ["utf-16", "utf-16be", "utf-32", "cp500"])
def test_a_label_that_no_page_in_ascii_can_have_says_nothing(label: str) -> None:
    assert decode(b"<p>F&ouml;r&auml;ndring</p>", f"text/html; charset={label}")[0] == "<p>F&ouml;r&auml;ndring</p>"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Привет, мир", "cp1251"),
        ("日本語のページ", "shift_jis"),
        ("中文网页的内容", "gb18030"),
        ("한국어 페이지", "euc_kr"),
        ("žluťoučký kůň", "iso8859-2"),
    ],
)
def test_a_true_label_is_kept(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), f"text/html; charset={encoding}") == (text, encoding)


def test_a_byte_or_two_from_elsewhere_do_not_undo_utf_8_under_another_label() -> None:
    body = (TEXT * 3).encode() + "é".encode("latin-1")
    assert decode(body, "text/html; charset=iso-8859-1") == (TEXT * 3 + "\ufffd", "utf-8")
    mixed = TEXT.encode() * 200 + TEXT.encode("latin-1") * 100
    assert decode(mixed, "text/html; charset=iso-8859-1")[1] == "cp1252"
    mixed = "Å".encode() + TEXT.encode("latin-1")
    assert decode(mixed, "text/html; charset=iso-8859-1")[1] == "cp1252"


def test_a_mark_that_an_include_file_brought_is_not_the_pages() -> None:
    assert decode(codecs.BOM_UTF8 + TEXT.encode("latin-1"), "text/html; charset=iso-8859-1") == (TEXT, "cp1252")


@pytest.mark.parametrize("signs", ["latin-1", "cp1252"])
def test_a_text_that_was_encoded_twice_is_read_as_it_was(signs: str) -> None:
    text = f"{TEXT} – ”Ö” 1 € é"
    misread = "".join(bytes([byte]).decode(signs, "ignore") or chr(byte) for byte in text.encode())
    assert misread != text
    assert decode(misread.encode(), "text/html; charset=utf-8") == (text, "utf-8")
    assert decode(codecs.BOM_UTF8 + misread.encode(), None) == (text, "utf-8")


@pytest.mark.parametrize("text", ["Tecknen Ã¥ är ett å", "SÃO PAULO", "Â» och Ã¥ – och å", "Ã¥ ✓"])
def test_marks_of_double_encoding_among_other_characters_are_text(text: str) -> None:
    assert decode(text.encode(), "text/html") == (text, "utf-8")


@settings(deadline=None)  # the first odd bytes import the encoding detector
@given(st.binary(max_size=300))
def test_no_bytes_are_too_odd(body: bytes) -> None:
    text, encoding = decode(body, None)
    assert isinstance(text, str)
    assert codecs.lookup(encoding)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("RÃ¥d â€“ Ã–ppet", "Råd – Öppet"),
        ("RÃ¥d och råd", "Råd och råd"),
        ("”SÅ”", "”SÅ”"),
        ("SÃO PAULO, Â» och â’", "SÃO PAULO, » och â’"),
    ],
)
def test_signs_that_were_encoded_twice_are_read_as_meant_for_a_comparison(text: str, meant: str) -> None:
    assert with_signs_encoded_once(text) == meant
