"""A law from its first check to the day on which an amendment takes effect, on a real database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from monitor.checking.check import Check
from monitor.checking.check_outcome import CheckResult
from monitor.checking.entry_into_force import NotifyEntriesIntoForce
from monitor.core.law.amendments import Amendment
from monitor.core.model import Event, EventKind, Outcome, Schedule, Watch
from monitor.errors import FetchError, Timeout
from monitor.extractors.law import Law as LawExtractor
from monitor.extractors.page import Page
from monitor.history import History
from monitor.reader import Reader
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock
from tests.fakes.fetcher import FakeFetcher
from tests.fakes.riksdagen import Chapter, Law, Section, Wording, as_html, as_json

WATCH = Watch("law", "law", "https://data.riksdagen.se/dokument/sfs-2021-995", sfs="2021:995")
OLD = Wording(("Varje station ska redovisa sina prov senast den 1 mars.",))
NEW = Wording(("Varje station ska redovisa sina prov senast den 1 april.",), "Förordning (2026:900)")
OTHER = Section("1", (Wording(("Förordningen gäller prov vid länens mätstationer.",)),))


def law(*wordings: Wording, amended: str = "", more: Sequence[Section] = ()) -> Law:
    sections = (OTHER, Section("2", wordings or (OLD,)), *more)
    return Law("2021:995", "Förordning (2021:995) om prov", (Chapter("", "", sections),), amended=amended)


def announced(day: str = "2026-07-01") -> Law:
    return law(
        replace(OLD, time=f"/Upphör att gälla U:{day}/"),
        replace(NEW, time=f"/Träder i kraft I:{day}/"),
        amended="t.o.m. SFS 2026:900",
    )


@dataclass
class FakeRegister:
    """A register of amendments whose answer the test scripts; `asked` has the laws that it was asked for."""

    says: tuple[Amendment, ...] | FetchError = ()
    asked: list[str] = field(default_factory=list)

    def amendments(self, sfs: str) -> tuple[Amendment, ...]:
        self.asked.append(sfs)
        if isinstance(self.says, FetchError):
            raise self.says
        return self.says


@dataclass
class Laboratory:
    """A law, its publisher, the register of amendments, and the database with its history."""

    unit_of_work: SqlUnitOfWork
    clock: FakeClock
    fetcher: FakeFetcher
    register: FakeRegister
    check_watch: Check
    entries_into_force: NotifyEntriesIntoForce
    watch: Watch = WATCH

    def check(self, says: Law | bytes, **options: bool) -> CheckResult:
        """Move the clock one hour on, publish `says`, and check the law once."""
        self.clock.move(hours=1)
        self.fetcher.says = as_json(says) if isinstance(says, Law) else says
        result = self.check_watch(self.watch, force=True, **options)
        assert result is not None
        return result

    def on(self, year: int, month: int, day: int, hour: int = 9) -> int:
        """Move the clock to a day and notify what is due; return the number of deliveries."""
        self.clock.move(seconds=(datetime(year, month, day, hour, tzinfo=UTC) - self.clock.now()).total_seconds())
        return self.entries_into_force.notify_due()

    def follow(self, address: str, *only: str, everything: bool = False) -> None:
        with self.unit_of_work.write() as work:
            subscriber = work.subscribers.add(address, "sv", self.clock.now(), how="operator")
            watch_id = None if everything else work.watches.get("law").id
            work.subscribers.subscribe(subscriber, watch_id, "immediately", self.clock.now(), only=only)

    def owed(self) -> list[tuple[str, list[EventKind]]]:
        """Return (recipient, kinds of its events) of every delivery, oldest first."""
        with self.unit_of_work.read() as work:
            return [
                (each.subscriber.address.split("@")[0], [item.event.kind for item in each.items])
                for each in reversed(work.outbox.deliveries())
            ]

    def expected(self) -> list[date | None]:
        with self.unit_of_work.read() as work:
            return [event.due_on for event in work.announced_events.due(date(2099, 1, 1))]

    def events(self) -> list[Event]:
        with self.unit_of_work.read() as work:
            return [item.event for each in reversed(work.outbox.deliveries()) for item in each.items]

    def sync(self, watch: Watch) -> None:
        self.watch = watch
        with self.unit_of_work.write() as work:
            work.watches.sync(Schedule((watch,)), self.clock.now())


@pytest.fixture
def laboratory(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> Laboratory:
    fetcher, register = FakeFetcher(clock), FakeRegister()
    check = Check(
        unit_of_work,
        {"riksdagen": fetcher},
        Reader([LawExtractor(), Page()]),
        clock,
        sender_domain="example.org",
        register=register,
    )
    effect = NotifyEntriesIntoForce(unit_of_work, clock, sender_domain="example.org")
    laboratory = Laboratory(unit_of_work, clock, fetcher, register, check, effect)
    laboratory.sync(WATCH)
    laboratory.follow("ann@example.org")
    return laboratory


# Entry into force


def test_an_amendment_is_told_when_it_is_published_and_again_on_its_day(laboratory: Laboratory) -> None:
    laboratory.check(law())
    assert laboratory.check(announced()).owed == 1
    assert laboratory.on(2026, 6, 30) == 0
    assert laboratory.on(2026, 7, 1) == 1
    assert laboratory.on(2026, 7, 2) == 0
    assert laboratory.owed() == [("ann", [EventKind.CHANGED]), ("ann", [EventKind.IN_FORCE])]


def test_the_day_begins_at_midnight_in_sweden(laboratory: Laboratory) -> None:
    laboratory.check(announced())
    assert laboratory.on(2026, 6, 30, 21) == 0
    assert laboratory.on(2026, 6, 30, 22) == 1


def test_what_the_first_look_finds_announced_is_told_on_its_day(laboratory: Laboratory) -> None:
    assert laboratory.check(announced()).owed == 0
    assert laboratory.on(2026, 7, 1) == 1


def test_what_was_in_force_before_the_first_look_is_not_told(laboratory: Laboratory) -> None:
    laboratory.check(announced("2026-03-01"))
    assert laboratory.expected() == []


def test_a_day_that_moves_is_told_as_a_change_and_comes_on_the_new_day_alone(laboratory: Laboratory) -> None:
    laboratory.check(announced())
    result = laboratory.check(announced("2026-10-01"))
    assert result.summary is not None
    assert "från 2026-07-01 till 2026-10-01" in result.summary["sv"]
    assert laboratory.on(2026, 7, 1) == 0
    assert laboratory.on(2026, 10, 1) == 1


def test_an_amendment_that_is_withdrawn_never_comes(laboratory: Laboratory) -> None:
    laboratory.check(announced())
    laboratory.check(law())
    assert laboratory.expected() == []
    assert laboratory.on(2026, 7, 1) == 0


def test_a_text_tidied_on_the_very_day_is_told_once_whichever_comes_first(laboratory: Laboratory) -> None:
    laboratory.check(announced())
    laboratory.clock.move(seconds=(datetime(2026, 7, 1, 5, tzinfo=UTC) - laboratory.clock.now()).total_seconds())
    tidied = laboratory.check(law(NEW, amended="t.o.m. SFS 2026:900"))
    assert (tidied.outcome, tidied.material, tidied.owed) == (Outcome.CHANGED, False, 0)
    assert laboratory.on(2026, 7, 1) == 1
    assert laboratory.owed() == [("ann", [EventKind.IN_FORCE])]


def test_another_address_makes_void_what_was_announced_at_the_old_one(laboratory: Laboratory) -> None:
    laboratory.check(announced())
    laboratory.sync(replace(WATCH, url="https://mirror.example/law"))
    text = "<p>Länsstyrelsen samordnar arbetet i länet och stöder dem som möter våldsutsatta i sitt arbete.</p>" * 3
    laboratory.check(f"<html lang=sv><title>Länet</title><main><h1>Länet</h1>{text}</main></html>".encode())
    assert laboratory.expected() == []


def test_a_page_in_a_laws_place_that_the_operator_vouches_for_announces_nothing(laboratory: Laboratory) -> None:
    laboratory.check(announced())
    text = "<p>Länsstyrelsen samordnar arbetet i länet och stöder dem som möter våldsutsatta i sitt arbete.</p>" * 3
    page = f"<html lang=sv><title>Länet</title><main><h1>Länet</h1>{text}</main></html>".encode()
    assert laboratory.check(page).outcome is Outcome.SUSPECT
    assert laboratory.expected() == [date(2026, 7, 1)]
    assert laboratory.check(page, accept=True).outcome is Outcome.CHANGED
    assert laboratory.expected() == []


def test_several_sections_that_take_effect_on_one_day_are_one_mail(laboratory: Laboratory) -> None:
    more = Section("3", (Wording(("Avgift får tas ut.",), None, "/Träder i kraft I:2026-07-01/"),))
    text = announced()
    laboratory.check(replace(text, chapters=(replace(text.chapters[0], sections=(*text.chapters[0].sections, more)),)))
    assert laboratory.on(2026, 7, 1) == 1
    assert laboratory.owed() == [("ann", [EventKind.IN_FORCE, EventKind.IN_FORCE])]


def test_what_a_paused_watch_announced_waits_until_it_is_resumed(laboratory: Laboratory) -> None:
    laboratory.check(announced())
    for paused, owed in ((True, 0), (False, 1)):
        with laboratory.unit_of_work.write() as work:
            work.watches.pause("law", paused=paused)
        assert laboratory.on(2026, 7, 1) == owed


def test_what_is_due_when_another_process_was_first_is_told_once(laboratory: Laboratory) -> None:
    laboratory.check(announced())
    with laboratory.unit_of_work.read() as work:
        events = work.announced_events.due(date(2026, 7, 1))
        row = work.watches.get("law")
    assert laboratory.on(2026, 7, 1) == 1
    with laboratory.unit_of_work.write() as work:
        assert laboratory.entries_into_force._notify(work, row, events) == 0


# Parts


def test_who_follows_a_section_is_told_of_it_alone(laboratory: Laboratory) -> None:
    laboratory.follow("ann@example.org", "1 §")
    laboratory.follow("bo@example.org", "2 §")
    laboratory.check(law())
    assert laboratory.check(announced()).owed == 1
    assert laboratory.on(2026, 7, 1) == 1
    assert laboratory.owed() == [("bo", [EventKind.CHANGED]), ("bo", [EventKind.IN_FORCE])]


def test_her_wish_for_this_law_goes_before_her_wish_for_everything(laboratory: Laboratory) -> None:
    laboratory.follow("bo@example.org", everything=True)
    laboratory.follow("bo@example.org", "1 §")
    laboratory.check(law())
    laboratory.check(announced())
    assert [subscriber for subscriber, _ in laboratory.owed()] == ["ann"]


def test_who_follows_a_section_hears_that_the_law_cannot_be_seen(laboratory: Laboratory) -> None:
    laboratory.follow("bo@example.org", "1 §")
    laboratory.check(law())
    laboratory.fetcher.says = Timeout(seconds=30)
    for _ in range(4):
        laboratory.clock.move(days=1)
        laboratory.check_watch(WATCH, force=True)
    assert ("bo", [EventKind.BLIND]) in laboratory.owed()


def test_who_followed_a_section_that_is_gone_is_told_of_everything(laboratory: Laboratory) -> None:
    third = Section("3", (Wording(("Stationen får ta ut en avgift av den som begär ett prov.",)),))
    laboratory.follow("bo@example.org", "3 §")
    laboratory.check(law(more=[third]))
    laboratory.check(law())  # notified: the section that bo follows is removed
    laboratory.check(law(NEW))  # notified: no section that bo follows exists any more
    assert [subscriber for subscriber, _ in laboratory.owed()].count("bo") == 2


# The register


def register_facts(laboratory: Laboratory) -> Any:
    return laboratory.events()[-1].facts.get("register")


def test_the_register_is_asked_once_a_change_and_what_it_says_is_kept(laboratory: Laboratory) -> None:
    laboratory.register.says = (Amendment("2026:900", "ändr. 2 §"),)
    laboratory.check(law())
    laboratory.check(announced())
    laboratory.check(announced())
    assert laboratory.register.asked == ["2021:995"]
    assert register_facts(laboratory) == {"numbers": ["2026:900"], "scope": "ändr. 2 §", "unseen": [], "unnamed": []}
    history = History(laboratory.unit_of_work, lambda: Reader([LawExtractor(), Page()]))
    finding = history.diff("law").finding
    assert finding is not None
    assert finding.agrees


def test_a_register_that_does_not_answer_delays_nothing(laboratory: Laboratory) -> None:
    laboratory.register.says = Timeout(seconds=10)
    laboratory.check(law())
    result = laboratory.check(announced())
    assert (result.outcome, result.owed) == (Outcome.CHANGED, 1)
    assert register_facts(laboratory) is None


def test_a_mirror_and_a_change_that_names_no_act_have_no_register(laboratory: Laboratory) -> None:
    laboratory.check(law())
    laboratory.check(law(replace(OLD, stycken=("Varje station ska redovisa sina prov senast den 1 maj.",))))
    laboratory.sync(replace(WATCH, url="https://mirror.example/dokument/sfs-2021-995"))
    laboratory.check(law())
    laboratory.check(announced())
    assert laboratory.register.asked == []


def test_a_dry_run_asks_no_register(laboratory: Laboratory) -> None:
    laboratory.check(law())
    laboratory.check(announced(), dry_run=True)
    assert laboratory.register.asked == []


# Forms


def test_an_answer_in_the_bare_html_form_is_unchanged(laboratory: Laboratory) -> None:
    laboratory.check(law())
    assert laboratory.check(as_html(law()).encode()).outcome is Outcome.UNCHANGED
    with laboratory.unit_of_work.read() as work:
        assert work.watches.get("law").watch.name == "Förordning (2021:995) om prov"
    assert laboratory.check(law()).outcome is Outcome.UNCHANGED
