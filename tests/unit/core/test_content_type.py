"""What an answer is, by its Content-Type and by its bytes."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.page.content_type import kind_of, media_type_of, type_of_no_text

PAGE = b"<!doctype html><title>St\xc3\xb6d</title><p>Text</p>"
FEED = b'<?xml version="1.0"?><rss><channel><title>Nytt</title></channel></rss>'
NONSENSE = [
    None, "", " ", "html", "utf-8", "charset=utf-8", "*/*", "text/*", "unknown/unknown", "application/unknown", "None",
    "application/octet-stream", "binary/octet-stream", "application/x-download", "application/force-download", "text",
    "text/", "/html", ";", "text html", "application/x-unknown; charset=utf-8", "application/binary", "<br />",
]  # fmt: skip


@pytest.mark.parametrize("content_type", NONSENSE)
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (PAGE, "html"),
        (b"\xef\xbb\xbf \n<!-- a - b -->\n<HTML lang=sv><p>x", "html"),
        (codecs.BOM_UTF16_LE + "<!doctype html><p>Stöd".encode("utf-16-le"), "html"),
        (codecs.BOM_UTF16_BE + "<!doctype html><p>Stöd".encode("utf-16-be"), "html"),
        (b"<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'x'><html xmlns='y'>", "html"),
        (b"<main><h1>St\xc3\xb6d</h1></main>", "html"),
        (b"<p>Ett <b>stycke</b></p>", "html"),
        (b"Warning: Undefined variable in /srv/a.php on line 3\n<!DOCTYPE html>\n<html><p>x", "html"),
        (FEED, "xml"),
        (b"<rss version='2.0'><channel>", "xml"),
        (b"<!-- x --><rdf:RDF xmlns:rdf='u'><channel>", "xml"),
        (b'<!DOCTYPE rss [<!ENTITY nbsp "&#160;">]>\n<rss><channel>', "xml"),
        (b"<?xml version='1.0'?><?xml-stylesheet href='x'?><beslut><rad>a</rad></beslut>", "xml"),
        (b"<beslut xmlns='urn:x'><rad>a</rad></beslut>", "xml"),
        (b' {"antal": 3}', "json"),
        (b'[{"antal": 3}]', "json"),
        (b'[1, "a"]', "json"),
        (b"{}", "json"),
        (b"[ny] Text om st\xc3\xb6d", "text"),
        (b"[1] En fotnot, [2] en till", "text"),
        (b"{rubrik} Text", "text"),
        (b"En text om <html> i en mening", "text"),
        (b"3 < 4", "text"),
        (b"<3", "text"),
        (b"", "text"),
        (b"\x00\x01\x02", None),
        (b"%PDF-1.7", None),
        (b"PK\x03\x04...", None),
    ],
)
def test_the_bytes_decide_where_the_header_says_nothing(
    content_type: str | None, body: bytes, kind: str | None
) -> None:
    assert kind_of(body, content_type) == kind


@pytest.mark.parametrize(
    ("content_type", "body", "kind"),
    [
        ("text/html", b"Ett stycke utan taggar", "html"),
        ("text/html", b'{"a": 1}', "html"),
        ("TEXT/HTML;charset=utf-8", PAGE, "html"),
        ("text/html charset=utf-8", PAGE, "html"),
        ("text/html, text/html", b"x", "html"),
        ("application/xhtml+xml", PAGE, "html"),
        ("text/html", b"<p>Ett\x00 tecken f\x01r mycket" + b" i en text" * 20, "html"),
        ("text/html; charset=utf-16le", "<p>Stöd".encode("utf-16-le"), "html"),
        ("text/html; charset=utf-16be", "<p>Stöd".encode("utf-16-be"), "html"),
        ("text/html; charset=utf-16", "<p>Stöd".encode("utf-16-le"), "html"),
        ("text/html; charset=utf-16", b"<p>St\xc3\xb6d", "html"),
        ("text/html", FEED, "xml"),
        ("text/html", b"<?xml version='1.0'?><beslut>a</beslut>", "html"),
        ("text/html", b"\x89PNG\r\n\x1a\n", None),
        ("text/html", b"%PDF-1.7 ...", None),
        ("text/html", bytes(range(256)), None),
        ("application/json", b'{"a": "x\x01"}', "json"),
        ("text/plain", bytes(range(256)), None),
        ("text/plain", PAGE, "html"),
        ("text/plain", b"<p>Ett stycke</p>", "text"),
        ("text/plain", FEED, "xml"),
        ("text/markdown", b"# Rubrik", "text"),
        ("text/csv", b"a;b", "table"),
        ("text/csv", PAGE, "html"),
        ("text/x-csv", b"a;b", "table"),
        ("text/comma-separated-values", b"a,b", "table"),
        ("text/tab-separated-values", b"a\tb", "table"),
        ("application/json", b"<html>", "json"),
        ("application/ld+json", b"{}", "json"),
        ("application/rss+xml", PAGE, "xml"),
        ("image/svg+xml", b"<svg/>", "xml"),
        ("application/yaml", b"a: b", "text"),
        ("application/csv", b"a;b", "table"),
        ("application/x-httpd-php", PAGE, "html"),
        ("application/vnd.ms-excel", b"<table><tr><td>1</table>", "html"),
        ("application/rss", FEED, "xml"),
        ("application/vnd.api", b'{"a": 1}', "json"),
        ("application/postscript", b"%!PS-Adobe-3.0", None),
        ("application/zip", b"text", None),
        ("application/pdf", PAGE, None),
        ("image/png", PAGE, None),
        ("video/mp4", b"text", None),
    ],
)
def test_a_header_that_says_something_counts_as_far_as_the_bytes_allow(
    content_type: str, body: bytes, kind: str | None
) -> None:
    assert kind_of(body, content_type) == kind


def test_the_name_of_a_file_counts_where_the_header_says_nothing() -> None:
    assert kind_of(b"a;b", "application/octet-stream", "https://a.se/fil.CSV?x=1") == "table"
    assert kind_of(b"a\tb", None, "https://a.se/fil.tsv") == "table"
    assert kind_of(b"a;b", "text/plain", "https://a.se/fil.csv") == "text"
    assert kind_of(b"a;b", None, "https://a.se/csv/fil.txt") == "text"
    assert kind_of(PAGE, None, "https://a.se/fil.csv") == "html"


def test_a_media_type_is_lower_case_and_undecided_where_it_is_none() -> None:
    assert media_type_of(" Text/HTML ;charset=x") == "text/html"
    assert media_type_of("application/octet-stream") == "undecided"
    assert media_type_of("html") == "undecided"


@pytest.mark.parametrize(
    ("body", "content_type", "named"),
    [
        (b"\x89PNG", "text/html", "image/png"),
        (b"\x1f\x8b", None, "application/gzip"),
        (b"\x00", "text/html", None),
        (b"\x00", "application/x-thing", "application/x-thing"),
        (b"\x00", None, None),
    ],
)
def test_what_is_no_text_is_called_by_what_it_is(body: bytes, content_type: str | None, named: str | None) -> None:
    assert type_of_no_text(body, content_type) == named


@given(st.binary(max_size=200), st.none() | st.text(max_size=40))
def test_anything_is_told(body: bytes, content_type: str | None) -> None:
    assert kind_of(body, content_type) in {"html", "xml", "json", "table", "text", None}
