"""The PDF extractor: the same blocks as for pages."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfWriter

from monitor.core.model import Extraction, Fetched, Recipe
from monitor.errors import EmptyText, FileLocked, SelectorMatchedNothing, SentinelMissing, Unreadable
from monitor.extractors import pdf as extractor
from monitor.extractors.pdf import Pdf
from tests.fakes.pdf import pdf

REST = "utsatts för våld. Redovisa senast den 1 mars."
GUIDE = pdf(
    (
        "Riktlinjer för stöd",
        "Kommunen samverkar med länsstyrelsen om stöd till den som har",
        REST,
        "- Erbjuda utbildning",
        "Sida 1 (2)",
    ),
    ("Senast uppdaterad: 2025-11-18", "Sida 2 (2)"),
    facts="/Title (Riktlinjer) /ModDate (D:20251119120000+01'00')",
)


def answer(body: bytes, kind: str | None = "application/pdf") -> Fetched:
    headers = (("Content-Type", kind),) if kind else ()
    return Fetched("https://www.lansexempel.se/fil.pdf", 200, headers, body, datetime(2026, 3, 20, tzinfo=UTC))


def extract(body: bytes, recipe: Recipe | None = None) -> Extraction:
    return Pdf().extract(answer(body), recipe or Recipe())


def test_a_document_is_read_in_paragraphs_and_items_with_its_title_and_date() -> None:
    extraction = extract(GUIDE)
    assert [(block.kind, block.text) for block in extraction.blocks] == [
        ("p", "Riktlinjer för stöd"),
        (
            "p",
            f"Kommunen samverkar med länsstyrelsen om stöd till den som har {REST}",
        ),
        ("li", "Erbjuda utbildning"),
        ("p", "Senast uppdaterad: 2025-11-18"),
    ]
    assert extraction.title == "Riktlinjer"
    assert extraction.language == "sv"
    assert extraction.updated is not None
    assert (extraction.updated.date, extraction.updated.source) == ("2025-11-18", "text")


def test_the_date_of_the_file_counts_where_the_text_gives_none() -> None:
    extraction = extract(pdf(("En rad text.",), facts="/ModDate (D:20251119120000+01'00')"))
    assert extraction.updated is not None
    assert (extraction.updated.date, extraction.updated.source) == ("2025-11-19", "meta")


def locked(password: str) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(GUIDE))
    writer.encrypt(user_password=password, owner_password="o", algorithm="AES-256")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def test_a_document_that_asks_for_a_password_is_not_seen() -> None:
    with pytest.raises(FileLocked):
        extract(locked("hemligt"))


def test_a_document_that_is_only_locked_against_editing_is_read() -> None:
    assert extract(locked("")).blocks == extract(GUIDE).blocks


@pytest.mark.parametrize("body", [b"%PDF-1.7", b"%PDF-1.4\n" + b"\x00" * 99, GUIDE[:400], GUIDE[:-200], b""])
def test_a_broken_document_is_not_seen(body: bytes) -> None:
    with pytest.raises((Unreadable, EmptyText)):
        extract(body)


def test_a_scanned_document_without_text_is_not_seen() -> None:
    with pytest.raises(EmptyText):
        extract(pdf((), ()))


def test_a_document_of_too_many_pages_is_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extractor, "MOST_PAGES", 1)
    with pytest.raises(Unreadable, match="more than 1 pages"):
        extract(GUIDE)


def test_a_recipe_expects_and_ignores_and_has_nothing_to_keep() -> None:
    with pytest.raises(SentinelMissing):
        extract(GUIDE, Recipe(expect="Länsstyrelsen Norrvik"))
    with pytest.raises(SelectorMatchedNothing):
        extract(GUIDE, Recipe(keep="main"))
    assert "Redovisa senast den ." in extract(GUIDE, Recipe(ignore=("1 mars",))).blocks[1].text


@pytest.mark.parametrize(
    ("kind", "body", "claimed"),
    [
        ("application/pdf", b"", True),
        ("application/octet-stream", b"\n%PDF-1.5", True),
        (None, GUIDE, True),
        ("text/html", b"<p>%", False),
    ],
)
def test_what_is_pdf_is_claimed(kind: str | None, body: bytes, claimed: bool) -> None:  # noqa: FBT001 -- the expectation of a test case
    assert Pdf().claims(answer(body, kind)) is claimed
