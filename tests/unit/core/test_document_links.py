"""Which links of a page lead to documents, and how these are called."""

from __future__ import annotations

import pytest

from monitor.core.model import Block, Link
from monitor.core.page.document_links import MOST_DOCUMENTS, document_links, every_document_link, leads_to_file


def links_of(*links: tuple[str, str], text: str = "") -> list[tuple[str, str, bool]]:
    blocks = [Block("p", text or words, links=(Link(words, to),)) for words, to in links]
    return [(link.url, link.title, link.is_certain) for link in document_links(blocks)]


@pytest.mark.parametrize(
    ("words", "to", "is_certain"),
    [
        ("Plan", "https://a.se/plan.PDF", True),
        ("Plan", "https://a.se/plan.docx?v=2", True),
        ("Plan", "https://a.se/hamta?fil=plan%202.xlsx", True),
        ("Plan", "https://a.se/hamta;namn=plan.csv", True),
        ("Plan (PDF, 1 MB)", "https://a.se/18.5f3", False),
        ("Plan", "https://a.se/download/18.5f3", False),
        ("Plan", "https://a.se/DownloadAttachment/7", False),
    ],
)
def test_an_address_or_the_words_say_that_a_link_leads_to_a_file(words: str, to: str, *, is_certain: bool) -> None:
    [(url, title, found)] = links_of((words, to))
    assert (url, title, found) == (to, "Plan", is_certain)
    assert leads_to_file(to) is is_certain


@pytest.mark.parametrize(
    ("words", "to"),
    [
        ("Plan", "https://a.se/plan"),
        ("Plan", "https://a.se/plan.html"),
        ("Om PDF", "https://a.se/om-pdf.aspx"),
        ("Plan", "https://a.se/v1.2/plan"),
        ("Skriv", "mailto:plan@a.pdf"),
        ("pdfer", "https://a.se/pdfer"),
    ],
)
def test_other_links_lead_to_no_file(words: str, to: str) -> None:
    assert links_of((words, to)) == []


def test_the_text_around_a_single_link_may_name_the_form() -> None:
    assert links_of(("Plan", "https://a.se/18.5f3"), text="Plan, pdf 1 MB") == [("https://a.se/18.5f3", "Plan", False)]
    two = Block("p", "Plan, pdf", links=(Link("Plan", "https://a.se/1"), Link("Mer", "https://a.se/2")))
    assert document_links([two]) == []


def test_each_address_is_there_once_without_its_fragment_and_with_the_first_words() -> None:
    found = links_of(
        ("", "https://a.se/plan.pdf#sida=2"), ("Planen", "https://a.se/plan.pdf"), ("X", "https://a.se/plan.pdf")
    )
    assert found == [("https://a.se/plan.pdf", "Planen", True)]


def test_documents_that_are_called_alike_are_told_apart_by_their_files() -> None:
    found = links_of(
        ("Fulltext (nytt fönster)", "https://a.se/plan.pdf"),
        ("Fulltext (nytt fönster)", "https://a.se/strategi%20ny.pdf"),
        ("", "https://a.se/bilaga.pdf"),
        ("", "https://a.se/annan.pdf"),
        ("(pdf)", "https://a.se/?f=x.pdf"),
    )
    assert [title for _, title, _ in found] == [
        "Fulltext (plan.pdf)",
        "Fulltext (strategi ny.pdf)",
        "bilaga.pdf",
        "annan.pdf",
        "(pdf)",
    ]
    assert [title for _, title, _ in links_of(("", "https://a.se/?f=x.pdf"))] == ["https://a.se/?f=x.pdf"]


def test_no_more_are_read_than_there_may_be() -> None:
    links = [("Plan", f"https://a.se/{number}.pdf") for number in range(MOST_DOCUMENTS + 9)]
    assert len(links_of(*links)) == MOST_DOCUMENTS


def test_documents_beyond_those_that_are_read_are_left_out_and_named() -> None:
    blocks = [Block("p", f"Plan {n}", links=(Link(f"Plan {n}", f"https://a.example/{n}.pdf"),)) for n in range(52)]
    links = every_document_link(blocks)
    assert links[:50] == document_links(blocks)
    assert [(link.title, link.is_left_out) for link in links[49:]] == [
        ("Plan 49", False),
        ("Plan 50", True),
        ("Plan 51", True),
    ]
