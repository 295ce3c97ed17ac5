"""Checks of a page with its documents: what is told, sealed and left alone, on a real database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitor.checking.check import Check
from monitor.checking.check_outcome import CheckResult
from monitor.core.model import (
    EventKind,
    Fetched,
    NotModified,
    Outcome,
    Recipe,
    Redirected,
    Schedule,
    Validators,
    Watch,
)
from monitor.errors import FetchError, HttpStatus, Timeout
from monitor.extractors.page import Page
from monitor.extractors.pdf import Pdf
from monitor.extractors.plain import Plain
from monitor.extractors.word import Word
from monitor.history import History
from monitor.reader import Reader
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock
from tests.fakes.office import docx, locked_by_office, old_word
from tests.fakes.pdf import pdf

URL = "https://example.org/vald"
PLAN, LETTER = "https://example.org/plan.docx", "https://files.example.net/brev.pdf"
WATCH = Watch("county", "Länet", URL, recipe=Recipe(documents=True))
Scripted = str | bytes | FetchError | Redirected


def page(*links: tuple[str, str], text: str = "Länsstyrelsen samordnar arbetet i länet.") -> str:
    items = "".join(f'<li><a href="{to}">{words}</a></li>' for words, to in links)
    return (
        f"<!doctype html><html lang=sv><head><meta charset=utf-8><title>Länet</title></head><body><main><h1>Våld</h1>"
        f"<p>{text}</p><p>Den som möter våldsutsatta i sitt arbete får stöd och utbildning.</p><ul>{items}</ul></main>"
        "</body></html>"
    )


BOTH = page(("Regional handlingsplan (docx, 1 MB)", PLAN), ("Brev", LETTER))


def plan(day: str = "1 mars", more: str = "Planen gäller hela länet.") -> bytes:
    return docx("Regional handlingsplan för arbetet mot våld.", f"Redovisa senast den {day}.", more)


class Web:
    """A fetcher that answers by address; with `etags`, it answers 304 to whoever has the latest."""

    NAME = "http"

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.says: dict[str, Scripted] = {
            URL: BOTH,
            PLAN: plan(),
            LETTER: pdf(("Ett brev om stöd till kommunerna.",)),
        }
        self.asked: list[tuple[str, bool]] = []
        self.has_etags = False

    def fetch(self, watch: Watch, validators: Validators | None) -> Fetched | NotModified | Redirected:
        self.asked.append((watch.url, validators is not None))
        says = self.says.get(watch.url, HttpStatus(status=404, url=watch.url))
        if isinstance(says, FetchError):
            raise says
        if isinstance(says, Redirected):
            return says
        body = says.encode() if isinstance(says, str) else says
        etag = str(hash(body))
        if self.has_etags and validators is not None and validators.etag == etag:
            return NotModified(self._clock.now())
        kind = "text/html; charset=utf-8" if isinstance(says, str) else "application/octet-stream"
        headers = (("Content-Type", kind), *((("ETag", etag),) if self.has_etags else ()))
        return Fetched(watch.url, 200, headers, body, self._clock.now())


class Laboratory:
    """A watch with documents, its web, the use case that checks it, and the database with its history."""

    def __init__(self, unit_of_work: SqlUnitOfWork, clock: FakeClock) -> None:
        self.unit_of_work, self.clock, self.web, self.watch = unit_of_work, clock, Web(clock), WATCH
        self.reader = Reader([Page(), Pdf(), Plain(), Word()])
        self.check_watch = Check(unit_of_work, {"http": self.web}, self.reader, clock, sender_domain="example.org")
        self.history = History(unit_of_work, lambda: self.reader)
        self.edit()
        with unit_of_work.write() as work:
            subscriber = work.subscribers.add("reader@example.org", "sv", clock.now(), how="operator")
            work.subscribers.subscribe(subscriber, None, "immediately", clock.now())

    def edit(self, **fields: Any) -> None:
        self.watch = replace(self.watch, **fields)
        with self.unit_of_work.write() as work:
            work.watches.sync(Schedule((self.watch,)), self.clock.now())

    def check(self, says: dict[str, Scripted] | None = None, *, hours: int = 1, **options: bool) -> CheckResult:
        self.clock.move(hours=hours)
        self.web.says |= says or {}
        self.web.asked.clear()
        result = self.check_watch(self.watch, force=True, **options)
        assert result is not None
        return result

    def parts(self) -> list[tuple[int, str]]:
        """Return the revision and the name of every sealed document, oldest first."""
        with self.unit_of_work.read() as work:
            links = work.history.links(work.watches.get("county").id)
        return [
            (int(str(link.facts["number"])), str(link.facts["url"]).rpartition("/")[2])
            for link in links
            if link.kind == "part"
        ]

    def owed(self) -> list[EventKind]:
        with self.unit_of_work.read() as work:
            return [item.event.kind for delivery in reversed(work.outbox.deliveries()) for item in delivery.items]

    def is_whole(self) -> bool:
        with self.unit_of_work.read() as work:
            return not work.history.verify()[1]

    def rebuilt(self, *revisions: str) -> list[tuple[str, str, str | None]]:
        """Return the material block changes of a diff: rule, text after or before, document."""
        change = self.history.diff(*revisions).change
        blocks = change.blocks if change else ()
        return [
            (block.rule, block.after or block.before or "", block.document.url if block.document else None)
            for block in blocks
            if block.material
        ]


@pytest.fixture
def laboratory(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> Laboratory:
    return Laboratory(unit_of_work, clock)


def outcomes(result: CheckResult) -> dict[str, str]:
    return {document.title: document.outcome for document in result.documents}


def test_the_first_check_seals_the_documents_and_mails_nobody(laboratory: Laboratory) -> None:
    result = laboratory.check()
    assert (result.outcome, result.owed) == (Outcome.FIRST, 0)
    assert outcomes(result) == {"Regional handlingsplan": "first", "Brev": "first"}
    assert laboratory.parts() == [(1, "plan.docx"), (1, "brev.pdf")]
    again = laboratory.check()
    assert (again.outcome, outcomes(again)) == (
        Outcome.UNCHANGED,
        {"Regional handlingsplan": "unchanged", "Brev": "unchanged"},
    )
    assert laboratory.is_whole()


def test_documents_beyond_those_that_are_read_are_named_and_read_once_there_is_room(laboratory: Laboratory) -> None:
    links = [(f"Plan {number}", f"https://example.org/{number}.docx") for number in range(53)]
    plans: dict[str, Scripted] = {url: plan(more=f"{title} gäller hela länet.") for title, url in links}
    result = laboratory.check({URL: page(*links), **plans})
    assert [document.title for document in result.documents] == [f"Plan {number}" for number in range(50)]
    for each in (result, laboratory.check(), laboratory.check(fresh=True)):
        assert [state.title for state in each.documents_left_out] == ["Plan 50", "Plan 51", "Plan 52"]
    assert not {url for url, _ in laboratory.web.asked} & {url for _, url in links[50:]}
    result = laboratory.check({URL: page(*links[1:])})
    assert outcomes(result)["Plan 50"] == "first"
    assert [state.title for state in result.documents_left_out] == ["Plan 51", "Plan 52"]
    assert laboratory.is_whole()


@pytest.mark.parametrize("has_etags", [False, True])
def test_an_edit_of_a_document_is_the_pages_own_change(laboratory: Laboratory, has_etags: bool) -> None:  # noqa: FBT001 -- a case
    laboratory.web.has_etags = has_etags
    laboratory.check()
    result = laboratory.check({PLAN: plan("1 april")})
    assert (result.outcome, result.revision, result.material, result.owed) == (Outcome.CHANGED, 2, True, 1)
    assert result.summary == {
        "sv": "Dokumentet ”Regional handlingsplan” ändrat: tidsfrist ändrad: 1 mars → 1 april",
        "en": "The document “Regional handlingsplan” changed: deadline changed: 1 mars → 1 april",
    }
    assert outcomes(result) == {"Regional handlingsplan": "changed", "Brev": "unchanged"}
    assert laboratory.parts() == [(1, "plan.docx"), (1, "brev.pdf"), (2, "plan.docx")]
    assert laboratory.rebuilt("county#2") == [("deadline", "Redovisa senast den 1 april.", PLAN)]
    assert laboratory.check().outcome is Outcome.UNCHANGED
    assert laboratory.is_whole()


def test_documents_are_asked_conditionally_and_the_page_once_more_where_one_is_another(laboratory: Laboratory) -> None:
    laboratory.web.has_etags = True
    laboratory.check()
    laboratory.check()
    assert laboratory.web.asked == [(URL, True), (PLAN, True), (LETTER, True)]
    laboratory.check({PLAN: plan("1 april")})
    assert laboratory.web.asked == [(URL, True), (PLAN, True), (LETTER, True), (URL, False)]
    laboratory.check(fresh=True)
    assert laboratory.web.asked == [(URL, False), (PLAN, False), (LETTER, False)]


def test_other_bytes_with_the_same_text_are_unchanged(laboratory: Laboratory) -> None:
    laboratory.check()
    body = docx(
        "Regional handlingsplan för arbetet mot våld.",
        "Redovisa senast den 1 mars.",
        "Planen gäller hela länet.",
        title="x",
    )
    result = laboratory.check({PLAN: body})
    assert (result.outcome, result.owed) == (Outcome.UNCHANGED, 0)
    assert len(laboratory.parts()) == 2


def test_the_same_text_under_another_name_is_no_change_and_is_found_later(laboratory: Laboratory) -> None:
    laboratory.check()
    renamed = "https://example.org/plan-ny.docx"
    moved = page(("Regional handlingsplan (docx, 2 MB)", renamed), ("Brev", LETTER))
    moved = moved.replace("2 MB", "1 MB")
    result = laboratory.check({URL: moved, renamed: plan(), PLAN: HttpStatus(status=404, url=PLAN)})
    assert (result.outcome, result.revision, result.owed) == (Outcome.UNCHANGED, 1, 0)
    assert set(outcomes(result).values()) == {"unchanged"}
    assert laboratory.check().outcome is Outcome.UNCHANGED
    later = laboratory.check({renamed: plan("1 april")})
    assert (later.outcome, later.revision) == (Outcome.CHANGED, 2)
    assert later.summary is not None
    assert later.summary["sv"].endswith("tidsfrist ändrad: 1 mars → 1 april")
    assert [(rule, to) for rule, _, to in laboratory.rebuilt("county#2")] == [("deadline", renamed)]
    assert laboratory.is_whole()


def test_another_file_behind_the_same_link_is_told_as_replaced(laboratory: Laboratory) -> None:
    laboratory.check()
    other = "https://example.org/plan-2027.docx"
    result = laboratory.check(
        {URL: page(("Regional handlingsplan (docx, 1 MB)", other), ("Brev", LETTER)), other: plan("1 april")}
    )
    assert result.summary is not None
    assert result.summary["sv"] == ("Dokumentet ”Regional handlingsplan” ersatt: tidsfrist ändrad: 1 mars → 1 april")
    assert outcomes(result) == {"Regional handlingsplan": "replaced", "Brev": "unchanged"}
    assert [(rule, to) for rule, _, to in laboratory.rebuilt("county#2")] == [("deadline", other)]


def test_a_new_document_and_one_that_is_gone_are_told_by_name(laboratory: Laboratory) -> None:
    laboratory.check()
    report = "https://example.org/rapport.pdf"
    result = laboratory.check(
        {URL: page(("Brev", LETTER), ("Årsrapport 2026", report)), report: pdf(("En helt annan rapport.",))}
    )
    assert result.summary is not None
    assert result.summary["sv"] == "Nytt dokument: ”Årsrapport 2026”; dokumentet ”Regional handlingsplan” borttaget"
    assert outcomes(result) == {"Brev": "unchanged", "Årsrapport 2026": "first", "Regional handlingsplan": "gone"}
    assert (result.material, result.owed) == (True, 1)
    rules = [rule for rule, _, _ in laboratory.rebuilt("county#2")]
    assert rules == ["document-added", "document-removed"]
    assert laboratory.is_whole()


def test_a_document_that_is_not_seen_leaves_the_page_alone_until_patience_is_over(laboratory: Laboratory) -> None:
    laboratory.check()
    result = laboratory.check({PLAN: Timeout(seconds=30)})
    assert (result.outcome, result.owed) == (Outcome.UNCHANGED, 0)
    assert outcomes(result) == {"Regional handlingsplan": "not_seen", "Brev": "unchanged"}
    assert laboratory.check(hours=47).owed == 0
    told = laboratory.check(hours=2)
    assert (told.outcome, told.owed) == (Outcome.UNCHANGED, 1)
    assert laboratory.check().owed == 0
    back = laboratory.check({PLAN: plan()})
    assert (back.outcome, back.owed) == (Outcome.UNCHANGED, 1)
    assert laboratory.owed() == [EventKind.BLIND, EventKind.SEEN_AGAIN]
    assert laboratory.parts() == [(1, "plan.docx"), (1, "brev.pdf")]


def test_a_change_of_the_page_while_a_document_is_not_seen_keeps_the_old_document(laboratory: Laboratory) -> None:
    laboratory.check()
    changed = BOTH.replace("samordnar arbetet", "leder arbetet")
    result = laboratory.check({PLAN: Timeout(seconds=30), URL: changed})
    assert result.outcome is Outcome.CHANGED
    assert [document for _, _, document in laboratory.rebuilt("county#2")] == [None]
    later = laboratory.check({PLAN: plan("1 april")})
    assert later.summary is not None
    assert later.summary["sv"].startswith("Dokumentet ”Regional handlingsplan” ändrat: tidsfrist")


def test_a_document_that_could_not_be_seen_at_first_is_no_news_when_it_can(laboratory: Laboratory) -> None:
    first = laboratory.check({PLAN: Timeout(seconds=30)})
    assert (first.outcome, outcomes(first)["Regional handlingsplan"]) == (Outcome.FIRST, "not_seen")
    result = laboratory.check({PLAN: plan()})
    assert (result.outcome, result.revision, result.owed) == (Outcome.UNCHANGED, 1, 0)
    assert outcomes(result)["Regional handlingsplan"] == "first"
    assert laboratory.parts() == [(1, "brev.pdf"), (1, "plan.docx")]
    assert laboratory.check({PLAN: plan("1 april")}).outcome is Outcome.CHANGED
    assert [(rule, to) for rule, _, to in laboratory.rebuilt("county#2")] == [("deadline", PLAN)]
    assert laboratory.is_whole()


def test_turning_documents_on_and_off_mails_nobody(laboratory: Laboratory) -> None:
    laboratory.edit(recipe=Recipe())
    laboratory.check()
    assert laboratory.parts() == []
    laboratory.edit(recipe=Recipe(documents=True))
    on = laboratory.check()
    assert (on.outcome, on.revision, on.owed) == (Outcome.UNCHANGED, 1, 0)
    assert len(laboratory.parts()) == 2
    laboratory.edit(recipe=Recipe())
    off = laboratory.check({PLAN: plan("1 april")})
    assert (off.outcome, off.owed) == (Outcome.UNCHANGED, 0)
    laboratory.edit(recipe=Recipe(documents=True))
    again = laboratory.check()
    assert (again.outcome, again.owed) == (Outcome.FIRST, 0)
    changed = laboratory.check({PLAN: plan("1 maj")})
    assert changed.summary is not None
    assert changed.summary["sv"].endswith("1 april → 1 maj")
    assert laboratory.is_whole()


def test_a_real_change_of_the_page_is_told_when_documents_are_turned_on(laboratory: Laboratory) -> None:
    laboratory.edit(recipe=Recipe())
    laboratory.check()
    laboratory.edit(recipe=Recipe(documents=True))
    result = laboratory.check({URL: BOTH.replace("samordnar arbetet", "leder arbetet")})
    assert (result.outcome, result.owed) == (Outcome.CHANGED, 1)
    assert [document for _, _, document in laboratory.rebuilt("county#2")] == [None]
    assert len(laboratory.parts()) == 2


def test_a_file_that_cannot_be_read_is_known_by_its_bytes(laboratory: Laboratory) -> None:
    laboratory.check({PLAN: old_word()})
    result = laboratory.check({PLAN: old_word() + b"1"})
    assert result.summary is not None
    assert result.summary["sv"] == (
        "Dokumentet ”Regional handlingsplan” ändrat: filen är en annan, innehållet kan inte läsas"
    )
    locked = laboratory.check({PLAN: locked_by_office()})
    assert (locked.outcome, locked.material) == (Outcome.CHANGED, True)
    assert [rule for rule, _, _ in laboratory.rebuilt("county#3")] == ["document-bytes"]


def test_a_web_page_in_place_of_a_file_is_a_document_not_seen(laboratory: Laboratory) -> None:
    laboratory.check()
    result = laboratory.check({PLAN: page(text="Logga in för att läsa filen.")})
    assert (result.outcome, outcomes(result)["Regional handlingsplan"]) == (Outcome.UNCHANGED, "not_seen")


def test_a_link_that_may_lead_to_a_file_is_told_by_its_answer(laboratory: Laboratory) -> None:
    unclear, other = "https://example.org/download/18", "https://example.org/download/19"
    laboratory.web.says |= {unclear: plan(), other: page(text="En vanlig sida.")}
    result = laboratory.check({URL: page(("Planen", unclear), ("Om nedladdning", other), ("Kontakt", "/kontakt"))})
    assert outcomes(result) == {"Planen": "first"}
    laboratory.check()
    assert [url for url, _ in laboratory.web.asked] == [URL, unclear]


def test_a_link_that_redirects_for_good_leads_to_the_document(laboratory: Laboratory) -> None:
    target = "https://example.org/filer/plan.docx"
    laboratory.web.says[target] = plan()
    result = laboratory.check({PLAN: Redirected(target, laboratory.clock.now())})
    assert outcomes(result) == {"Regional handlingsplan": "first", "Brev": "first"}
    assert laboratory.parts()[0] == (1, "plan.docx")


def test_a_page_that_looks_suspect_leaves_its_documents_as_they_were(laboratory: Laboratory) -> None:
    laboratory.check()
    suspect = laboratory.check(
        {URL: "<html lang=sv><title>Logga in</title><main><h1>Logga in</h1><form><input type=password></form></main>"}
    )
    assert suspect.outcome in {Outcome.SUSPECT, Outcome.NOT_SEEN}
    assert suspect.documents == ()
    back = laboratory.check({URL: BOTH})
    assert (back.outcome, back.owed) == (Outcome.UNCHANGED, 0)
    assert set(outcomes(back).values()) == {"unchanged"}


def test_the_history_knows_the_documents_of_each_revision(laboratory: Laboratory) -> None:
    laboratory.check()
    laboratory.check({PLAN: plan("1 april")})
    found = [
        {each.title: each.outcome for each in row.documents or ()} for row in laboratory.history.log("county").rows
    ]
    assert found == [
        {"Regional handlingsplan": "first", "Brev": "first"},
        {"Regional handlingsplan": "changed", "Brev": "unchanged"},
    ]
    first, second = (laboratory.history.copy(f"county#{number}") for number in (1, 2))
    for revision, day in ((first, "1 mars"), (second, "1 april")):
        [document, letter] = laboratory.history.documents(revision)
        assert (document.title, letter.title) == ("Regional handlingsplan", "Brev")
        kept = laboratory.history.document(revision, PLAN)
        assert kept is not None
        read = laboratory.history.read_document(revision, *kept)
        assert read.extraction is not None
        assert read.extraction.blocks[1].text == f"Redovisa senast den {day}."
    assert laboratory.history.document(first, "https://example.org/annan.pdf") is None
