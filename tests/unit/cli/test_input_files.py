"""Input files as the answers of a server."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bevaka.cli.input_files import NOWHERE, InputFile, content_type, moment


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("page.html", b"Bara text", "text/html"),
        ("page.HTM", b"", "text/html"),
        ("law.json", b"{}", "application/json"),
        ("law", b'\xef\xbb\xbf {"dokumentstatus": {}}', "application/json"),
        ("page", b"\n <!doctype html>", "text/html"),
        ("page.2026-03-01", b"<p>Hej", "text/html"),
        ("note", b"Hej", "text/plain"),
        ("note.txt", b"<p>not a page", "text/plain"),
        ("report.html", b"%PDF-1.7", "application/pdf"),
        ("status", b'<?xml version="1.0"?>', "application/xml"),
    ],
)
def test_the_name_says_the_type_else_the_first_bytes_do(name: str, body: bytes, kind: str) -> None:
    assert content_type(name, body) == kind


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T09:00:00Z", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("2026-03-01T09:00:00+01:00", datetime(2026, 3, 1, 8, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_in_utc(text: str, at: datetime) -> None:
    assert moment(text) == at


def test_a_file_without_a_time_was_taken_when_it_was_written(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("Hej")
    written = datetime(2024, 3, 1, 9, tzinfo=UTC)
    os.utime(page, (written.timestamp(), written.timestamp()))
    assert InputFile(str(page)).answer().taken_at == written
    assert InputFile(str(page)).answer().url == NOWHERE
    told = InputFile(str(page), "https://www.example.org/", datetime(2025, 1, 1, tzinfo=UTC)).answer()
    assert (told.url, told.taken_at) == ("https://www.example.org/", datetime(2025, 1, 1, tzinfo=UTC))
