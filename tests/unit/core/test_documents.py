"""What became of the documents of a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.core.diff.align import extraction_fingerprint
from monitor.core.judging.compare import judge
from monitor.core.judging.documents import (
    NOT_LINKED,
    DocumentPair,
    changed_document,
    document_outcomes,
    merged_outcomes,
    pair_documents,
    told_of_documents,
    whole_change,
    with_first_sights,
)
from monitor.core.model import (
    Block,
    BlockChange,
    Change,
    Changed,
    ChangedDocument,
    Document,
    DocumentOutcome,
    DocumentState,
    EventKind,
    Extraction,
    Link,
    Recipe,
    StatedDate,
    Unchanged,
    Watch,
)
from monitor.errors import Reason
from monitor.wording.summary import summarise

NOW = datetime(2026, 3, 20, tzinfo=UTC)
A, B, C = (f"https://a.se/{name}.pdf" for name in "abc")


def document(url: str, *texts: str, title: str = "Plan", **facts: Any) -> Document:
    extraction = Extraction("", tuple(Block("p", text) for text in texts))
    given: dict[str, Any] = {
        "sha256": f"{url} {texts}",
        "text_sha256": extraction_fingerprint(extraction),
        "extraction": extraction,
    }
    return Document(url=url, title=title, size=9, form="application/pdf", reader="pdf/2", **(given | facts))


def page(
    *documents: Document, links: dict[str, str] | None = None, text: str = "Om stöd.", more: bool = True
) -> Extraction:
    targets = links if links is not None else {each.url: each.title for each in documents}
    items = tuple(Block("li", words, links=(Link(words, to),)) for to, words in targets.items())
    return Extraction("Länet", (Block("p", text), *items), documents=documents)


def judged(before: Extraction, after: Extraction) -> tuple[BlockChange, ...]:
    verdict = judge(before, after, fetched_after=NOW)
    return verdict.change.blocks if isinstance(verdict, Changed) else ()


def rules(before: Extraction, after: Extraction) -> list[tuple[str, bool]]:
    return [(block.rule, block.material) for block in judged(before, after)]


def test_an_edit_is_told_under_the_documents_title() -> None:
    before = page(document(A, "Redovisa senast den 1 mars."))
    [block] = judged(before, page(document(A, "Redovisa senast den 1 april.")))
    assert (block.rule, block.heading) == ("deadline", ("Plan",))
    assert block.document == ChangedDocument(A, "Plan", "changed")


def test_a_title_that_is_the_documents_own_heading_is_said_once() -> None:
    def under(text: str) -> Document:
        read = Extraction("", (Block("h1", "Plan"), Block("p", text, ("Plan",))))
        return replace(document(A, text), extraction=read)

    [block] = judged(page(under("Redovisa senast den 1 mars.")), page(under("Redovisa senast den 1 april.")))
    assert block.heading == ("Plan",)


def test_the_same_text_under_another_name_is_no_change_and_has_the_same_fingerprint() -> None:
    before, after = page(document(A, "Text.")), page(document(B, "Text."))
    assert judge(before, after, fetched_after=NOW) == Unchanged()
    assert extraction_fingerprint(before) == extraction_fingerprint(after)
    assert extraction_fingerprint(before) != extraction_fingerprint(replace(before, documents=()))


def test_a_file_that_took_the_place_of_another_is_told_as_replaced() -> None:
    before = page(document(A, "Redovisa senast den 1 mars.", title="Plan 2025"))
    after = page(document(B, "Redovisa senast den 1 april.", title="Plan 2026"))
    blocks = judged(before, after)
    assert [(block.rule, block.document and block.document.op) for block in blocks] == [
        ("figure", None),
        ("deadline", "replaced"),
    ]


def test_other_links_of_the_page_replace_no_document() -> None:
    links = {"https://a.se/kontakt": "Kontakt"}
    before = page(document(A, "Ett.", title="Plan"), links=links | {A: "Plan 2025"})
    after = page(document(B, "Två.", title="Plan"), links=links | {B: "Plan 2026"})
    assert [changed_document(pair).op for pair in pair_documents(before, after)] == ["replaced"]


def test_a_file_of_the_same_title_elsewhere_on_the_page_is_told_as_replaced() -> None:
    before = page(document(A, "Redovisa senast den 1 mars."), links={A: "Plan"})
    moved = Extraction(
        "Länet",
        (Block("p", "Om stöd."), Block("p", "Läs Plan här, den är ny för i år.", links=(Link("Plan", B),))),
        documents=(document(B, "Redovisa senast den 1 april."),),
    )
    [pair] = pair_documents(before, moved)
    assert changed_document(pair).op == "replaced"


def test_a_new_one_and_a_gone_one_are_told_and_what_lists_them_is_held_back() -> None:
    before, after = page(document(A, "En text.")), page(document(B, "Helt annat.", title="Årsrapport"))
    assert rules(before, after) == [("document-listed", False), ("document-added", True), ("document-removed", True)]
    assert rules(page(), page(document(A, "En text."))) == [("document-listed", False), ("document-added", True)]


def sized(words: str, *documents: Document, url: str = A) -> Extraction:
    """Return a page on which a list item is nothing but a link with these words."""
    return replace(page(*documents, links={}), blocks=(Block("li", words, links=(Link(words, url),)),))


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [
        ("Plan (pdf, 1476 byte)", "Plan (pdf, 1478 byte)", "document-size"),
        ("Plan, PDF 1,2 MB", "Plan, PDF 900 kB", "document-size"),
        ("Plan (pdf, 34 kB)", "Plan för 2027 (pdf, 35 kB)", "figure"),
        ("Plan (12 sidor)", "Plan (13 sidor)", "figure"),
        ("Plan (2 Bilagor)", "Plan (3 Bilagor)", "figure"),
    ],
)
def test_another_size_of_a_file_that_is_read_is_held_back(one: str, other: str, rule: str) -> None:
    found = rules(sized(one, document(A, "En text.")), sized(other, document(A, "En text.")))
    assert [name for name, material in found if material is (rule != "document-size")] == [name for name, _ in found]
    assert rule == "figure" or found == [("document-size", False)]


def test_the_size_of_a_file_that_is_not_read_counts_as_any_other_figure() -> None:
    one, other = (sized(f"Plan (pdf, {size} kB)", document(B, "En text."), url=A) for size in (34, 35))
    assert [material for _, material in rules(one, other)] == [True]


def test_what_says_more_than_the_link_is_not_held_back() -> None:
    before = page()
    with_words = Extraction(
        "Länet",
        (Block("p", "Om stöd."), Block("p", "Plan gäller från 1 maj", links=(Link("Plan", A),))),
        documents=(document(A, "Text."),),
    )
    assert ("content-added", True) in rules(before, with_words)
    other = Extraction(
        "Länet",
        (Block("p", "Om stöd."), Block("li", "Plan Annat", links=(Link("Plan", A), Link("Annat", "https://a.se/x")))),
        documents=(document(A, "Text."),),
    )
    assert ("content-added", True) in rules(before, other)


def test_a_document_that_the_page_linked_to_before_and_is_seen_for_the_first_time_is_no_news() -> None:
    linked = page(links={A: "Plan"})
    seen = page(document(A, "Text."))
    assert judge(linked, seen, fetched_after=NOW) == Unchanged()
    assert with_first_sights(linked, seen).documents == seen.documents
    assert with_first_sights(seen, seen) is seen


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (document(A, text_sha256="bytes 1", extraction=None), document(A, text_sha256="bytes 2", extraction=None)),
        (document(A, "Text."), document(A, text_sha256="bytes 2", extraction=None)),
        (document(A, "Text.", unread=Reason("file-locked")), document(A, "Annat.")),
        (document(A, "Text."), document(A, "Annat.", unread=Reason("file-locked"))),
    ],
)
def test_of_a_file_that_cannot_be_read_it_is_told_that_it_is_another(before: Document, after: Document) -> None:
    [block] = judged(page(before), page(after))
    assert (block.rule, block.op, block.kind) == ("document-bytes", "edited", "document")
    assert block.after == f"application/pdf · 9 B · SHA-256 {after.sha256}"


def test_a_text_that_another_reader_reads_otherwise_and_that_is_the_same_is_no_change() -> None:
    before, after = document(A, "Text."), document(A, "Text.", text_sha256="another")
    assert judge(page(before), page(after), fetched_after=NOW) == Unchanged()


def test_the_date_of_a_file_is_no_date_of_the_page() -> None:
    def dated(day: str) -> Document:
        text = f"Senast uppdaterad: {day}"
        read = Extraction("", (Block("p", text),), updated=StatedDate(day, "Senast uppdaterad", text, "text"))
        return replace(document(A, text), extraction=read)

    [block] = judged(page(dated("2025-11-18")), page(dated("2026-01-18")))
    assert (block.rule, block.category) == ("date", "date")


def test_a_pair_without_sides_is_none() -> None:
    with pytest.raises(ValueError, match="DocumentPair"):
        changed_document(DocumentPair(None, None))
    assert not DocumentPair(None, None).is_same
    assert whole_change(DocumentPair(None, document(A, "Text."))).op == "added"


# What one check found


def state(url: str, text: str | None = "t", **facts: Any) -> DocumentState:
    return DocumentState(url, "Plan", sha256=text and f"raw {text}", text_sha256=text or "", size=9, **facts)


def change_of(*documents: ChangedDocument) -> Change:
    plain = BlockChange("edited", "p", (), None, "a", "b", "x", material=True, rule="wording")
    return Change((*(replace(plain, document=each) for each in documents), plain))


def test_the_outcome_of_each_document_is_said() -> None:
    before = (state(A), state(B), state("https://a.se/gone.pdf"), state("https://a.se/old.pdf", "same"))
    after = (
        state(A),
        state(B, "new"),
        state(C, "c"),
        state("https://a.se/d.pdf", None, failing_since=NOW, reason=Reason("timeout")),
        state("https://a.se/e", None, is_page=True),
        state("https://a.se/new-name.pdf", "same"),
        state("https://a.se/f.pdf", "f"),
    )
    change = change_of(
        ChangedDocument(B, "Plan", "changed"),
        ChangedDocument(C, "Plan", "replaced"),
        ChangedDocument("https://a.se/gone.pdf", "Plan", "removed"),
        ChangedDocument("https://a.se/never.pdf", "Plan", "removed"),
    )
    rows = document_outcomes(before, after, change)
    why = {each.url.rpartition("/")[2]: each.reason for each in rows if each.reason is not None}
    assert why == {"d.pdf": Reason("timeout"), "gone.pdf": NOT_LINKED, "never.pdf": NOT_LINKED}
    found = [(each.url.rpartition("/")[2], each.outcome) for each in rows]
    assert found == [
        ("a.pdf", "unchanged"),
        ("b.pdf", "changed"),
        ("c.pdf", "replaced"),
        ("d.pdf", "not_seen"),
        ("new-name.pdf", "unchanged"),
        ("f.pdf", "first"),
        ("gone.pdf", "gone"),
        ("never.pdf", "gone"),
    ]
    assert [each.outcome for each in document_outcomes((), (state(A),), None)] == ["first"]


def test_what_a_later_check_finds_of_the_same_revision_adds_what_was_not_seen() -> None:
    def row(url: str, outcome: Any) -> DocumentOutcome:
        return DocumentOutcome(url, "Plan", outcome, None, 0)

    earlier = (row(A, "changed"), row(B, "not_seen"))
    assert merged_outcomes(earlier, (row(A, "unchanged"), row(B, "first"))) == (row(A, "changed"), row(B, "first"))


def test_of_a_document_that_is_not_seen_subscribers_are_told_once_after_patience_and_when_it_is_back() -> None:
    patience, reason = timedelta(days=2), Reason("timeout", {"seconds": 30})
    failing = state(A, failing_since=NOW - timedelta(days=1), reason=reason)
    assert told_of_documents((), (failing,), NOW, patience, None) == ((failing,), ())
    states, events = told_of_documents((), (failing,), NOW + timedelta(days=1), patience, None)
    assert [(kind, facts["document"], facts["code"]) for kind, facts in events] == [(EventKind.BLIND, A, "timeout")]
    assert told_of_documents(states, states, NOW + timedelta(days=9), patience, None) == (states, ())
    back = replace(state(A), told=True)
    after, events = told_of_documents(states, (back,), NOW, patience, None)
    assert [(kind, facts["since"]) for kind, facts in events] == [(EventKind.SEEN_AGAIN, "2026-03-19T00:00:00+00:00")]
    assert not after[0].told
    changed = change_of(ChangedDocument(A, "Plan", "changed"))
    assert told_of_documents(states, (back,), NOW, patience, changed)[1] == ()
    assert told_of_documents((), (back,), NOW, patience, None)[1][0][1]["since"] is None


# In words


def test_a_summary_names_each_document_and_counts_the_rest() -> None:
    before = page(*(document(f"https://a.se/{n}.pdf", "Senast 1 mars.", title=f"Plan {n}") for n in "abcdef"))
    after = page(
        *(document(f"https://a.se/{n}.pdf", "Senast 1 april.", title=f"Plan {n}") for n in "abcdef"),
        text="Om annat stöd.",
    )
    words = summarise(Change(judged(before, after)))
    assert words["sv"].startswith("1 stycke ändrat: ")
    assert "; dokumentet ”Plan a” ändrat: " in words["sv"]
    assert words["sv"].endswith("; 3 dokument till ändrade")
    assert words["en"].endswith("; 3 more documents changed")


def test_what_is_held_back_in_documents_alone_is_named() -> None:
    [block] = judged(page(document(A, "En  text")), page(document(A, "En text!")))
    held = replace(block, material=False, rule="typography")
    assert summarise(Change((held,)))["sv"] == "Inget väsentligt har ändrats: typografi"


# The recipe and the watch


def test_a_recipe_names_documents_only_where_they_are_read_and_comes_back_alike() -> None:
    assert "documents" not in Recipe().to_json()
    assert Recipe.from_json(Recipe(documents=True).to_json()) == Recipe(documents=True)
    assert Recipe(documents=True).hash != Recipe().hash


def test_a_check_of_a_page_with_documents_may_take_longer() -> None:
    plain = Watch("lan", "Länet", "https://a.se/")
    assert plain.longest_check == plain.timeout
    assert replace(plain, recipe=Recipe(documents=True)).longest_check > plain.timeout
