"""Checks of one watch: outcomes and deliveries, on a real database, with a scripted fetcher."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.checking.check import Check
from monitor.checking.check_outcome import CheckResult
from monitor.core.model import (
    Alert,
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
from monitor.core.request import Request
from monitor.errors import HttpStatus, Timeout, TooLarge
from monitor.extractors.page import Page
from monitor.history import History
from monitor.ports.values import ChangeView
from monitor.reader import Reader
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock
from tests.fakes.fetcher import FakeFetcher

WATCH = Watch("county", "Länet", "https://example.org/vald")


def page(
    *paragraphs: str, updated: str = "2021-11-18", heading: str = "Våld i nära relationer", noise: str = ""
) -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs or ("Redovisas senast den 1 mars varje år.",))
    return (
        f"<!doctype html><html lang=sv><head><meta charset=utf-8><title>Länet</title><meta name=n content='{noise}'>"
        f"</head><body><main><h1>{heading}</h1>{body}<p>Länsstyrelsen samordnar arbetet i länet och stöder dem som "
        f"möter våldsutsatta i sitt arbete.</p><p>Senast uppdaterad: {updated}</p></main></body></html>"
    )


@dataclass
class Laboratory:
    """A watch, its fetcher, the use case that checks it, and the database with its history."""

    unit_of_work: SqlUnitOfWork
    clock: FakeClock
    fetcher: FakeFetcher
    check_watch: Check
    watch: Watch = WATCH

    def check(self, says: Any = None, **options: bool) -> CheckResult:
        """Move the clock one hour on, set the page's content to `says` unless it is None, and check the watch once."""
        self.clock.move(hours=1)
        if says is not None:
            self.fetcher.says = says
        result = self.check_watch(self.watch, force=True, **options)
        assert result is not None
        return result

    def edit(self, **fields: Any) -> None:
        """Edit the watch in the schedule."""
        self.watch = replace(self.watch, **fields)
        self.sync()

    def sync(self) -> None:
        with self.unit_of_work.write() as work:
            work.watches.sync(Schedule((self.watch,)), self.clock.now())

    def subscribe(self, address: str) -> None:
        with self.unit_of_work.write() as work:
            subscriber = work.subscribers.add(address, "sv", self.clock.now(), how="operator")
            work.subscribers.subscribe(subscriber, None, "immediately", self.clock.now())

    def owed(self) -> list[EventKind]:
        """Return the kinds of the events that are owed, oldest first."""
        with self.unit_of_work.read() as work:
            return [item.event.kind for delivery in reversed(work.outbox.deliveries()) for item in delivery.items]

    def revisions(self) -> int:
        with self.unit_of_work.read() as work:
            return len(work.snapshots.all(work.watches.get(self.watch.key).id))


@pytest.fixture
def laboratory(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> Laboratory:
    fetcher = FakeFetcher(clock, page())
    check = Check(unit_of_work, {"http": fetcher}, Reader([Page()]), clock, sender_domain="example.org")
    laboratory = Laboratory(unit_of_work, clock, fetcher, check)
    laboratory.sync()
    laboratory.subscribe("reader@example.org")
    return laboratory


def test_the_first_look_is_revision_1_and_mails_nobody(laboratory: Laboratory) -> None:
    result = laboratory.check()
    assert (result.outcome, result.revision, result.owed) == (Outcome.FIRST, 1, 0)


def test_other_bytes_alone_are_unchanged(laboratory: Laboratory) -> None:
    first = laboratory.check(page(noise="a"))
    again = laboratory.check(page(noise="b"))
    assert (again.outcome, again.revision, again.owed) == (Outcome.UNCHANGED, first.revision, 0)
    assert laboratory.revisions() == 1


def test_a_moved_deadline_is_a_material_change_and_owed(laboratory: Laboratory) -> None:
    laboratory.check()
    result = laboratory.check(page("Redovisas senast den 1 april varje år."))
    assert (result.outcome, result.revision, result.before) == (Outcome.CHANGED, 2, 1)
    assert (result.material, result.owed) == (True, 1)
    assert laboratory.owed() == [EventKind.CHANGED]


def test_there_and_back_is_two_changes(laboratory: Laboratory) -> None:
    first = page("Redovisas senast den 1 mars.")
    second = page("Redovisas senast den 1 april.")
    outcomes = [laboratory.check(text).outcome.value for text in (first, second, first)]
    assert outcomes == ["first", "changed", "changed"]
    assert laboratory.revisions() == 3


def test_a_page_that_flips_between_two_texts_is_told_of_once(laboratory: Laboratory) -> None:
    first, second = page("Redovisas senast den 1 mars."), page("Redovisas senast den 1 april.")
    laboratory.check(first)
    results = [laboratory.check(text) for text in (second, first, second, first, second)]
    assert [result.owed for result in results] == [1, 1, 1, 0, 0]
    assert [result.reason and result.reason.code for result in results] == [None, None, *["flapping"] * 3]
    assert laboratory.owed() == [EventKind.CHANGED, EventKind.CHANGED, EventKind.FLAPPING]
    assert laboratory.revisions() == 6
    settled = laboratory.check(page("Redovisas senast den 1 maj."))
    assert (settled.owed, settled.reason) == (1, None)
    assert laboratory.owed()[-1] is EventKind.CHANGED


def test_a_page_that_flips_is_told_with_what_it_says_now_against_the_text_before(laboratory: Laboratory) -> None:
    first, second = page("Redovisas senast den 1 mars."), page("Redovisas senast den 1 april.")
    for text in (first, second, first, second):
        laboratory.check(text)
    history = History(laboratory.unit_of_work, lambda: Reader([Page()]))

    def view() -> ChangeView:
        with laboratory.unit_of_work.read() as work:
            [item] = [
                item
                for delivery in work.outbox.deliveries()
                for item in delivery.items
                if item.event.kind is EventKind.FLAPPING
            ]
            return history.views(work, [item])[0]

    def said(view: ChangeView) -> tuple[int, int, list[str | None]]:
        assert view.change
        assert view.before
        assert view.after
        return view.before.number, view.after.number, [block.after for block in view.change.blocks]

    assert said(view()) == (3, 4, ["Redovisas senast den 1 april."])
    laboratory.check(first)
    assert said(view()) == (4, 5, ["Redovisas senast den 1 mars."]), "a digest is sent later"


def test_a_date_that_moves_at_every_look_is_held_back_from_the_fifth_on(laboratory: Laboratory) -> None:
    laboratory.check(page(updated="2021-01-01"))
    results = [laboratory.check(page(updated=f"2021-01-{day:02}")) for day in range(2, 8)]
    assert [result.material for result in results] == [True, True, True, False, False, False]
    assert [result.owed for result in results] == [1, 1, 1, 0, 0, 0]
    assert results[-1].summary is not None
    assert "automatisk datumstämpel" in results[-1].summary["sv"]


def test_a_date_that_is_the_day_of_each_look_is_told_for_two_days_and_then_held_back(laboratory: Laboratory) -> None:
    laboratory.check(page(updated="2026-03-01"))
    results = []
    for day in range(2, 6):
        laboratory.clock.move(hours=23)
        results.append(laboratory.check(page(updated=f"2026-03-{day:02}")))
    assert [(result.material, result.owed) for result in results] == [(True, 1), (True, 1), (False, 0), (False, 0)]


def test_a_page_that_is_edited_two_days_running_keeps_its_date(laboratory: Laboratory) -> None:
    laboratory.check(page(updated="2025-11-18"))
    for day in ("2026-03-02", "2026-03-03"):
        laboratory.clock.move(hours=23)
        assert laboratory.check(page(updated=day)).owed == 1
    laboratory.clock.move(days=7)
    assert laboratory.check().outcome is Outcome.UNCHANGED
    laboratory.clock.move(hours=23)
    assert laboratory.check(page(updated="2026-03-11")).owed == 1


def test_a_recipe_edit_alone_mails_nobody(laboratory: Laboratory) -> None:
    laboratory.check()
    laboratory.edit(recipe=Recipe(keep="main", drop=("p:last-child",), ignore=(r"varje \w+",)))
    result = laboratory.check()
    assert (result.outcome, result.owed) == (Outcome.UNCHANGED, 0)
    assert laboratory.revisions() == 1


def test_a_change_in_the_same_round_as_a_recipe_edit_is_still_seen(laboratory: Laboratory) -> None:
    laboratory.check()
    laboratory.edit(recipe=Recipe(keep="main"))
    result = laboratory.check(page("Redovisas senast den 1 april varje år."))
    assert (result.outcome, result.material, result.owed) == (Outcome.CHANGED, True, 1)


def test_a_change_is_seen_when_keep_is_mended_after_a_redesign(laboratory: Laboratory) -> None:
    laboratory.edit(recipe=Recipe(keep="main"))
    laboratory.check()
    rebuilt = page("Redovisas senast den 1 april varje år.").replace("main>", "article>")
    assert laboratory.check(rebuilt).outcome is Outcome.NOT_SEEN
    laboratory.edit(recipe=Recipe(keep="article"))
    result = laboratory.check(rebuilt)
    assert (result.outcome, result.owed) == (Outcome.CHANGED, 1)


def test_an_edited_url_begins_a_new_baseline_and_mails_nobody(laboratory: Laboratory) -> None:
    laboratory.check()
    laboratory.edit(url="https://example.org/annan")
    result = laboratory.check(page("En helt annan sida."))
    assert (result.outcome, result.revision, result.owed) == (Outcome.FIRST, 2, 0)
    assert laboratory.fetcher.asked[-1] is None


NEW_REQUEST = Recipe(request=Request(headers=(("Accept-Language", "en"),)))


def test_an_edited_request_alone_mails_nobody_and_is_asked_in_full(laboratory: Laboratory) -> None:
    laboratory.check()
    laboratory.edit(recipe=NEW_REQUEST)
    results = [laboratory.check() for _ in range(2)]
    assert [(each.outcome, each.owed) for each in results] == [(Outcome.UNCHANGED, 0)] * 2
    assert laboratory.fetcher.asked[1] is None
    assert laboratory.revisions() == 1


def test_what_an_edited_request_brings_is_a_new_baseline_and_mails_nobody(laboratory: Laboratory) -> None:
    laboratory.check()
    laboratory.edit(recipe=NEW_REQUEST)
    result = laboratory.check(page("The strategies are due on 1 April."))
    assert (result.outcome, result.revision, result.owed) == (Outcome.FIRST, 2, 0)
    assert laboratory.check(page("The strategies are due on 1 May.")).owed == 1


def test_an_edited_proxy_is_no_edit_of_the_recipe(laboratory: Laboratory) -> None:
    laboratory.fetcher.etag = '"1"'
    laboratory.check()
    laboratory.edit(proxy="socks5h://${PASSWORD}@127.0.0.1:1080")
    assert laboratory.check().outcome is Outcome.UNCHANGED
    assert laboratory.fetcher.asked[-1] is not None
    assert laboratory.check(page("Redovisas senast den 1 april varje år.")).owed == 1


def test_a_page_that_a_form_is_sent_for_is_never_asked_conditionally(laboratory: Laboratory) -> None:
    laboratory.fetcher.etag = '"1"'
    laboratory.edit(recipe=Recipe(request=Request(method="POST", body="a=${B}")))
    for _ in range(3):
        laboratory.check()
    assert laboratory.fetcher.asked == [None, None, None]


def test_a_lost_selector_stays_not_seen_also_when_the_page_stands_still(laboratory: Laboratory) -> None:
    laboratory.fetcher.etag = '"1"'
    laboratory.edit(recipe=Recipe(keep="main"))
    laboratory.check()
    laboratory.fetcher.etag = '"2"'
    results = [laboratory.check(page().replace("main>", "div>")) for _ in range(3)]
    assert [result.outcome for result in results] == [Outcome.NOT_SEEN] * 3
    assert laboratory.fetcher.asked[-1] == Validators('"1"', url=WATCH.url)
    assert results[-1].reason is not None
    assert results[-1].reason.code == "selector-matched-nothing"


def test_a_missing_expected_text_is_not_seen_and_keeps_the_old_copy(laboratory: Laboratory) -> None:
    laboratory.edit(recipe=Recipe(expect="Länsstyrelsen"))
    laboratory.check()
    result = laboratory.check("<html><body><h1>Fel</h1><p>Något gick fel i systemet.</p></body></html>")
    assert (result.outcome, result.revision) == (Outcome.NOT_SEEN, 1)
    assert result.reason is not None
    assert result.reason.facts == {"expect": "Länsstyrelsen", "status": 200}
    assert laboratory.check(page()).outcome is Outcome.UNCHANGED


def test_a_304_is_unchanged(laboratory: Laboratory) -> None:
    laboratory.fetcher.etag = '"1"'
    laboratory.check()
    result = laboratory.check(NotModified(laboratory.clock.now()))
    assert laboratory.fetcher.asked == [None, Validators('"1"', url=WATCH.url)]
    assert (result.outcome, result.revision) == (Outcome.UNCHANGED, 1)


def test_a_304_that_nobody_asked_for_is_not_seen(laboratory: Laboratory) -> None:
    result = laboratory.check(NotModified(laboratory.clock.now()))
    assert (result.outcome, result.revision) == (Outcome.NOT_SEEN, None)


@pytest.mark.parametrize(
    "failure", [lambda: Timeout(seconds=30), lambda: TooLarge(limit=10), lambda: HttpStatus(status=500, url=WATCH.url)]
)
def test_a_failed_fetch_is_not_seen_and_counts(laboratory: Laboratory, failure: Callable[[], Any]) -> None:
    laboratory.check()
    laboratory.check(failure())
    result = laboratory.check(failure())
    assert (result.outcome, result.revision, result.failures, result.owed) == (Outcome.NOT_SEEN, 1, 2, 0)


def test_readers_hear_of_a_long_silence_once_and_of_its_end_once(laboratory: Laboratory) -> None:
    laboratory.check()
    for _ in range(60):
        laboratory.check(Timeout(seconds=30))
    laboratory.check(page())
    assert laboratory.owed() == [EventKind.BLIND, EventKind.SEEN_AGAIN]


def test_a_change_behind_a_long_silence_comes_as_one_mail_that_says_both(laboratory: Laboratory) -> None:
    laboratory.check()
    for _ in range(60):
        laboratory.check(Timeout(seconds=30))
    laboratory.check(page("Redovisas senast den 1 april varje år."))
    assert laboratory.owed() == [EventKind.BLIND, EventKind.CHANGED]
    with laboratory.unit_of_work.read() as work:
        newest = work.outbox.deliveries(limit=1)[0].items[0].event
    assert newest.facts["unseen_since"] == (laboratory.clock.now() - timedelta(hours=60)).isoformat()


def test_a_permanent_redirect_is_moved(laboratory: Laboratory) -> None:
    laboratory.check()
    result = laboratory.check(Redirected("https://example.org/ny", laboratory.clock.now()))
    assert (result.outcome, result.owed) == (Outcome.MOVED, 0)
    assert [laboratory.check().owed for _ in range(3)] == [1, 0, 0]
    assert laboratory.owed() == [EventKind.MOVED]


def test_410_is_withdrawn(laboratory: Laboratory) -> None:
    laboratory.check()
    result = laboratory.check(HttpStatus(status=410, url=WATCH.url))
    assert (result.outcome, result.owed) == (Outcome.WITHDRAWN, 0)
    assert [laboratory.check().owed for _ in range(3)] == [1, 0, 0]
    assert laboratory.owed() == [EventKind.WITHDRAWN]


def test_a_lost_page_is_looked_at_again_within_the_half_hour_until_that_is_confirmed(laboratory: Laboratory) -> None:
    laboratory.check()
    waits = []
    for _ in range(2):
        laboratory.check(HttpStatus(status=410, url=WATCH.url))
        with laboratory.unit_of_work.read() as work:
            due = work.watches.get(WATCH.key).next_check_at
        assert due is not None
        waits.append(due - laboratory.clock.now())
    assert waits == [timedelta(minutes=30), timedelta(hours=6)]


def test_a_passing_redirect_to_another_page_is_suspect_and_mails_nobody(laboratory: Laboratory) -> None:
    laboratory.check()
    text = page(*["Här hittar du allt om kommunens service, nyheter och tjänster."] * 4, heading="Välkommen")
    other = text.replace("Länsstyrelsen samordnar arbetet i länet och stöder dem som möter våldsutsatta", "Ring oss")
    laboratory.fetcher.answers_from = "https://example.org/start"
    result = laboratory.check(other)
    laboratory.fetcher.answers_from = None
    assert result.outcome is Outcome.SUSPECT
    assert result.reason is not None
    assert result.reason.code == "elsewhere"
    assert laboratory.check(page()).outcome is Outcome.UNCHANGED
    assert laboratory.owed() == []


def test_a_redirect_that_was_gone_again_mails_nobody(laboratory: Laboratory) -> None:
    laboratory.check()
    laboratory.check(Redirected("https://example.org/ny", laboratory.clock.now()))
    assert laboratory.check(page()).outcome is Outcome.UNCHANGED
    assert laboratory.owed() == []


# A page that says itself that it has moved

REFRESH = '<meta http-equiv="refresh" content="4; url=/nytt/vald">'
SCRIPT = '<script>setTimeout(function () { location.href = "/nytt/vald"; }, 4000)</script>'
SAYS = '<p>Sidan har bytt adress. Du hittar den <a href="/nytt/vald">på länets nya webbplats</a>.</p>'


def notice(text: str = SAYS, forward: str = REFRESH) -> str:
    return f"<!doctype html><html lang=sv><head><title>Länet</title>{forward}</head><body>{text}</body></html>"


@pytest.mark.parametrize("forward", [REFRESH, SCRIPT])
def test_a_known_page_that_says_so_and_sends_its_reader_on_has_moved(laboratory: Laboratory, forward: str) -> None:
    laboratory.check()
    result = laboratory.check(notice(forward=forward))
    assert (result.outcome, result.revision, result.owed) == (Outcome.MOVED, 1, 0)
    assert result.reason is not None
    assert result.reason.facts == {"to": "https://example.org/nytt/vald"}
    assert [laboratory.check().owed for _ in range(3)] == [1, 0, 0]
    assert laboratory.owed() == [EventKind.MOVED]
    assert (laboratory.check(page()).outcome, laboratory.revisions()) == (Outcome.UNCHANGED, 1)


def test_a_first_copy_that_says_so_is_suspect(laboratory: Laboratory) -> None:
    result = laboratory.check(notice())
    assert (result.outcome, result.revision) == (Outcome.SUSPECT, None)
    assert result.reason is not None
    assert (result.reason.code, result.reason.facts["to"]) == ("moved-page", "https://example.org/nytt/vald")


def test_a_known_page_that_only_says_so_is_suspect_and_a_change_when_it_lasts(laboratory: Laboratory) -> None:
    laboratory.check()
    outcomes = [laboratory.check(notice(forward="")).outcome for _ in range(3)]
    assert outcomes == [Outcome.SUSPECT, Outcome.SUSPECT, Outcome.CHANGED]


@pytest.mark.parametrize("recipe", [Recipe(), Recipe(keep="main"), Recipe(expect="Länsstyrelsen")])
@pytest.mark.parametrize("text", ["", "<h1>Våld</h1><p><a href='/nytt/vald'>https://example.org/nytt/vald</a></p>"])
def test_a_page_that_sends_its_reader_on_without_a_word_is_not_seen_and_says_where_to(
    laboratory: Laboratory, recipe: Recipe, text: str
) -> None:
    laboratory.edit(recipe=recipe)
    laboratory.check()
    result = laboratory.check(notice(text))
    assert result.outcome is Outcome.NOT_SEEN
    assert result.reason is not None
    assert (result.reason.code, result.reason.facts["to"]) == ("empty-text", "https://example.org/nytt/vald")


@pytest.mark.parametrize("recipe", [Recipe(keep="main"), Recipe(expect="Länsstyrelsen")])
def test_a_page_that_has_moved_has_nothing_left_for_its_recipe_and_has_moved_all_the_same(
    laboratory: Laboratory, recipe: Recipe
) -> None:
    laboratory.edit(recipe=recipe)
    first = laboratory.check(notice())
    assert first.outcome is Outcome.NOT_SEEN
    laboratory.check(page())
    assert laboratory.check(notice()).outcome is Outcome.MOVED
    assert laboratory.check(notice(forward="")).outcome is Outcome.NOT_SEEN
    bare = laboratory.check(notice("", forward=""))
    assert bare.reason is not None
    assert bare.reason.code in {"selector-matched-nothing", "empty-text"}
    assert "to" not in bare.reason.facts


def test_the_operator_can_accept_a_page_that_says_that_it_has_moved(laboratory: Laboratory) -> None:
    laboratory.check()
    assert laboratory.check(notice(), accept=True).outcome is Outcome.CHANGED
    assert laboratory.check(notice()).outcome is Outcome.UNCHANGED


# Validators that cannot be relied on


class Server304:
    """A fetcher whose server answers 304 to every conditional request; `asked` has the validators."""

    NAME = "http"

    def __init__(self, laboratory: Laboratory) -> None:
        self._clock = laboratory.clock
        self.text = page()
        self.etag = '"mall-3"'
        self.asked: list[Validators | None] = []

    def fetch(self, watch: Watch, validators: Validators | None) -> Fetched | NotModified:
        self.asked.append(validators)
        if validators is not None:
            return NotModified(self._clock.now())
        headers = (("Content-Type", "text/html; charset=utf-8"), ("ETag", self.etag))
        return Fetched(watch.url, 200, headers, self.text.encode(), self._clock.now())


@pytest.fixture
def server(laboratory: Laboratory) -> Server304:
    server = Server304(laboratory)
    laboratory.check_watch = Check(
        laboratory.unit_of_work, {"http": server}, Reader([Page()]), laboratory.clock, sender_domain="example.org"
    )
    return server


def changed() -> str:
    return page("Redovisas senast den 1 april varje år.")


def test_a_server_that_always_says_not_modified_hides_a_change_for_little_more_than_a_day(
    laboratory: Laboratory, server: Server304
) -> None:
    laboratory.check()
    server.text = changed()
    outcomes = [laboratory.check().outcome for _ in range(25)]
    assert outcomes == [*[Outcome.UNCHANGED] * 24, Outcome.CHANGED]


def test_three_conditional_requests_follow_a_full_answer_however_rare_the_checks(
    laboratory: Laboratory, server: Server304
) -> None:
    for _ in range(9):
        laboratory.clock.move(days=7)
        laboratory.check()
    assert [asked is None for asked in server.asked] == [number % 4 == 0 for number in range(9)]


def test_a_failed_conditional_request_is_one_that_followed(laboratory: Laboratory) -> None:
    laboratory.fetcher.etag = '"1"'
    laboratory.check()
    laboratory.fetcher.says = Timeout(seconds=30)
    for _ in range(4):
        laboratory.clock.move(days=1)
        laboratory.check()
    assert [asked is None for asked in laboratory.fetcher.asked] == [True, False, False, False, True]


def test_other_bytes_under_an_unchanged_validator_are_the_end_of_trust_and_said_once(
    laboratory: Laboratory, server: Server304, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bevaka.check")
    laboratory.check()
    server.text = changed()
    assert laboratory.check(dry_run=True, fresh=True).outcome is Outcome.CHANGED
    assert laboratory.check().outcome is Outcome.UNCHANGED, "a trial records nothing"
    assert laboratory.check(fresh=True).outcome is Outcome.CHANGED
    since = laboratory.clock.now()
    server.text = page()
    assert [laboratory.check().outcome for _ in range(2)] == [Outcome.CHANGED, Outcome.UNCHANGED]
    assert server.asked[-2:] == [None, None]
    assert [record.message for record in caplog.records if "distrusted" in record.message] == [
        "other bytes under an unchanged validator: distrusted, and never sent again"
    ]
    with laboratory.unit_of_work.read() as work:
        assert work.watches.get(WATCH.key).validator_trust.distrusted_at == since


def test_a_page_that_cannot_be_read_shows_as_well_that_its_validator_lies(
    laboratory: Laboratory, server: Server304
) -> None:
    laboratory.edit(recipe=Recipe(keep="main"))
    laboratory.check()
    server.text = page().replace("main>", "div>")
    assert laboratory.check(fresh=True).outcome is Outcome.NOT_SEEN
    assert laboratory.check().outcome is Outcome.NOT_SEEN
    assert server.asked[-1] is None


def test_an_honest_server_is_trusted_also_when_its_page_changes(laboratory: Laboratory, server: Server304) -> None:
    laboratory.check()
    server.text, server.etag = changed(), '"mall-4"'
    laboratory.check(fresh=True)
    laboratory.check()
    assert server.asked[-1] == Validators('"mall-4"', None, WATCH.url)


def test_the_first_request_after_a_recipe_edit_is_unconditional_and_the_next_one_is_not(
    laboratory: Laboratory, server: Server304
) -> None:
    laboratory.check()
    laboratory.edit(recipe=Recipe(drop=("p:last-child",)))
    assert [laboratory.check().owed for _ in range(2)] == [0, 0]
    assert [asked is None for asked in server.asked] == [True, True, False]
    assert (laboratory.owed(), laboratory.revisions()) == ([], 1)


@pytest.mark.parametrize(
    ("recipe", "code"),
    [(Recipe(keep="#innehall"), "selector-matched-nothing"), (Recipe(expect="Region Norrvik"), "sentinel-missing")],
)
def test_a_recipe_that_an_edit_broke_is_told_though_the_page_stands_still(
    laboratory: Laboratory, recipe: Recipe, code: str
) -> None:
    laboratory.check()
    laboratory.edit(recipe=recipe)
    result = laboratory.check()
    assert result.outcome is Outcome.NOT_SEEN
    assert result.reason is not None
    assert result.reason.code == code
    laboratory.edit(recipe=Recipe())
    assert laboratory.check().outcome is Outcome.UNCHANGED


def test_a_change_of_what_an_edited_recipe_lets_through_is_found_at_the_next_check(laboratory: Laboratory) -> None:
    laboratory.edit(recipe=Recipe(ignore=(r"den 1 \w+",)))
    laboratory.check()
    laboratory.edit(recipe=Recipe())
    assert laboratory.check().outcome is Outcome.UNCHANGED
    result = laboratory.check(changed())
    assert (result.outcome, result.owed) == (Outcome.CHANGED, 1)


def test_a_page_that_shrinks_to_nothing_much_is_suspect_until_it_lasts(laboratory: Laboratory) -> None:
    full = page(*(f"Stycke {number}: så här arbetar länet med frågan, år efter år." for number in range(30)))
    laboratory.check(full)
    shell = page("Kort.", heading="Länet")
    outcomes = [laboratory.check(shell).outcome.value for _ in range(3)]
    assert outcomes == ["suspect", "suspect", "changed"]
    assert laboratory.revisions() == 2


def test_the_operator_accepts_a_suspect_page_at_once(laboratory: Laboratory) -> None:
    full = page(*(f"Stycke {number}: så här arbetar länet med frågan, år efter år." for number in range(30)))
    laboratory.check(full)
    assert laboratory.check(page("Kort.", heading="Länet"), accept=True).outcome is Outcome.CHANGED


def test_a_suspect_page_that_recovers_is_unchanged_and_nobody_heard_of_it(laboratory: Laboratory) -> None:
    full = page(*(f"Stycke {number}: så här arbetar länet med frågan, år efter år." for number in range(30)))
    laboratory.check(full)
    laboratory.check(page("Kort.", heading="Länet"))
    result = laboratory.check(full)
    assert (result.outcome, result.revision, laboratory.owed()) == (Outcome.UNCHANGED, 1, [])


@pytest.mark.parametrize(("alert", "owed"), [("material", 0), ("content", 0), ("any", 1)])
def test_what_is_held_back_is_kept_and_owed_only_to_those_who_want_any(
    laboratory: Laboratory, alert: Alert, owed: int
) -> None:
    laboratory.edit(alert=alert)
    laboratory.check(page("Antal besök: 1041", "© 2025 Länsstyrelsen"))
    result = laboratory.check(page("Antal besök: 1042", "© 2026 Länsstyrelsen"))
    assert (result.outcome, result.material, result.owed) == (Outcome.CHANGED, False, owed)
    assert laboratory.revisions() == 2


@pytest.mark.parametrize(("alert", "owed"), [("material", 1), ("content", 0), ("any", 1)])
def test_the_pages_own_date_alone_is_owed_unless_content_is_asked_for(
    laboratory: Laboratory, alert: Alert, owed: int
) -> None:
    laboratory.edit(alert=alert)
    laboratory.check(page(updated="2021-11-18"))
    result = laboratory.check(page(updated="2024-03-01"))
    assert (result.outcome, result.material, result.owed) == (Outcome.CHANGED, True, owed)


def test_a_dry_run_records_nothing(laboratory: Laboratory) -> None:
    laboratory.check()
    result = laboratory.check(page("Redovisas senast den 1 april varje år."), dry_run=True)
    assert (result.outcome, result.owed) == (Outcome.CHANGED, 0)
    assert laboratory.revisions() == 1
    assert laboratory.check().outcome is Outcome.CHANGED


def test_a_watch_that_is_not_due_is_left_alone(laboratory: Laboratory) -> None:
    laboratory.check()
    assert laboratory.check_watch(laboratory.watch) is None
    assert len(laboratory.fetcher.asked) == 1


def test_a_worker_that_lost_its_lease_writes_nothing(laboratory: Laboratory) -> None:
    laboratory.check()
    laboratory.clock.move(hours=1)
    slow = FakeFetcher(laboratory.clock, page("Den långsamma."))

    class Overtaken(FakeFetcher):
        def fetch(self, watch: Watch, validators: Validators | None) -> Any:
            laboratory.check(page("Den snabba."))
            return slow.fetch(watch, validators)

    check = Check(
        laboratory.unit_of_work,
        {"http": Overtaken(laboratory.clock)},
        Reader([Page()]),
        laboratory.clock,
        sender_domain="example.org",
    )
    assert check(laboratory.watch, force=True) is None
    assert laboratory.revisions() == 2


def test_a_fetch_that_we_cut_short_ourselves_says_nothing_about_the_page(laboratory: Laboratory) -> None:
    laboratory.check()
    check = Check(
        laboratory.unit_of_work,
        {"http": FakeFetcher(laboratory.clock, Timeout(seconds=30))},
        Reader([Page()]),
        laboratory.clock,
        sender_domain="example.org",
        stopping=lambda: True,
    )
    assert check(laboratory.watch, force=True) is None
    with laboratory.unit_of_work.read() as work:
        assert work.watches.get("county").watch_state.failures == 0


def test_a_reader_that_breaks_on_a_page_is_not_seen_and_the_lease_is_given_back(laboratory: Laboratory) -> None:
    class Broken(Page):
        def extract(self, *args: object) -> Any:
            raise ZeroDivisionError

    check = Check(
        laboratory.unit_of_work,
        {"http": laboratory.fetcher},
        Reader([Broken()]),
        laboratory.clock,
        sender_domain="example.org",
    )
    result = check(laboratory.watch, force=True)
    assert result is not None
    assert result.reason is not None
    assert (result.outcome, result.reason.code) == (Outcome.NOT_SEEN, "reader-failed")
