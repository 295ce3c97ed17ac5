"""Laws in XML: what is refused, and what is put up with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.core.model import Extraction, Fetched, Recipe
from monitor.errors import Unreadable
from monitor.extractors.law import Law

ANSWER = (Path(__file__).parents[2] / "data" / "law" / "xml" / "answer.xml").read_bytes()


def extract(body: bytes) -> Extraction:
    return Law().extract(Fetched("https://example.org/", 200, (), body, datetime(2026, 3, 1, tzinfo=UTC)), Recipe())


@pytest.mark.parametrize(
    "body",
    [
        ANSWER[: ANSWER.index(b"</dokuppgift>")],
        ANSWER.replace(b"<dokument>", b"<dokument"),
        ANSWER.replace(b"<text>", b"<text>&okant;"),
        b'<!DOCTYPE a [<!ENTITY b "c">]>' + ANSWER.replace(b"<text>", b"<text>&b;"),
        b'<!DOCTYPE a SYSTEM "https://example.org/a.dtd">' + ANSWER,
    ],
)
def test_a_document_that_is_cut_short_or_declares_a_type_is_unreadable(body: bytes) -> None:
    assert Law().claims(Fetched("https://example.org/", 200, (), body, datetime(2026, 3, 1, tzinfo=UTC)))
    with pytest.raises(Unreadable) as refused:
        extract(body)
    assert refused.value.code == "unreadable"


@pytest.mark.parametrize(
    "body",
    [
        b'\n<?xml version="1.0" encoding="iso-8859-1"?>\n' + ANSWER.decode().encode("iso-8859-1"),
        b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>' + ANSWER,
        ANSWER.replace(b"Hittegods", b"\x0cHittegods\x0c"),
    ],
)
def test_a_declaration_and_a_form_feed_change_nothing(body: bytes) -> None:
    assert extract(body).blocks == extract(ANSWER).blocks
