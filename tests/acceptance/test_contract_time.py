"""What takes hours and days: the program put together in this process, with a clock that the test moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from bevaka.assembly import Assembly
from monitor.checking.check_outcome import CheckResult
from monitor.core.model import Frequency
from monitor.errors import NotSeenThen, UnknownRevision
from tests.acceptance.histories import HistoryClock
from tests.acceptance.pages import ERROR_PAGE, county
from tests.fakes.mail_server import MailServer
from tests.fakes.site import Answer, Site

SHELL = "<html lang=sv><title>Våld i nära relationer</title><main><h1>Våld i nära relationer</h1><p>Läs mer.</p></main>"
ANN = "ann@kommun.example"


class World:
    """A county page, a mail server, Ann who follows the page, and a clock."""

    def __init__(self, folder: Path, site: Site, server: MailServer, keys: str = "") -> None:
        self._site, self._server = site, server
        schedule = folder / "schedule.yaml"
        schedule.write_text(
            "version: 1\ndefaults: {host_delay: 0s}\nwatches:\n"
            f'  page: {{name: "Länsstyrelsen Norrvik", url: {site.url}/{keys}}}\n',
            encoding="utf-8",
        )
        environment = {
            "BEVAKA_SCHEDULE": str(schedule),
            "BEVAKA_DATABASE": f"sqlite:///{folder / 'bevaka.db'}",
            "BEVAKA_SMTP_URL": server.url(),
            "BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8",
        }
        self.clock = HistoryClock()
        self.clock.at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
        self.assembly = Assembly(environment, self.clock)
        self.assembly.synced_schedule()
        self.follow(ANN)

    def follow(self, address: str, often: Frequency = "immediately") -> None:
        """Let somebody follow the page."""
        with self.assembly.unit_of_work.write() as work:
            reader = work.subscribers.add(address, "sv", self.clock.now(), how="operator")
            work.subscribers.subscribe(reader, work.watches.get("page").id, often, self.clock.now())

    def look(self, answer: Answer | str, **later: float) -> CheckResult:
        """Move on by e.g. hours=1, then look at a page that gives this answer, and send what is owed."""
        self.clock.at += timedelta(**later)
        self._site.pages["/"] = Answer(answer) if isinstance(answer, str) else answer
        result = self.assembly.check(self.assembly.schedule.watches[0], force=True)
        assert result is not None
        self.deliver()
        return result

    def deliver(self, **later: float) -> None:
        """Move on, then send what is owed."""
        self.clock.at += timedelta(**later)
        self.assembly.deliver.deliver_due()

    def subjects(self, address: str = ANN) -> list[str]:
        """The subjects of the mails to somebody, in their order."""
        return [str(mail["Subject"]) for mail in self.mails(address)]

    def mails(self, address: str = ANN) -> list[EmailMessage]:
        """The mails to somebody, in their order."""
        return [
            message_from_bytes(mail.content, policy=policy.default)
            for mail in self._server.received
            if mail.to == address
        ]


def said(mail: EmailMessage) -> str:
    """The text part of a mail, in one line."""
    part = mail.get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())


@pytest.fixture
def world(tmp_path: Path, site: Site, mail_server: MailServer) -> Iterator[World]:
    """The usual page."""
    world = World(tmp_path, site, mail_server)
    yield world
    world.assembly.close()


# suspect


def test_a_suspect_page_is_a_change_after_three_equal_looks_over_an_hour(world: World) -> None:
    world.look(county())
    outcomes = [world.look(SHELL, minutes=30).outcome.value for _ in range(3)]
    assert outcomes == ["suspect", "suspect", "changed"]
    assert len(world.mails()) == 1


def test_many_equal_looks_within_the_hour_are_not_enough(world: World) -> None:
    world.look(county())
    assert {world.look(SHELL, minutes=10).outcome.value for _ in range(6)} == {"suspect"}
    assert world.look(SHELL, minutes=10).outcome == "changed", "an hour after the first of them"


def test_two_equal_looks_over_hours_are_not_enough(world: World) -> None:
    world.look(county())
    assert [world.look(SHELL, hours=6).outcome.value for _ in range(2)] == ["suspect", "suspect"]


def test_suspect_looks_that_differ_begin_anew(world: World) -> None:
    world.look(county())
    for page in (SHELL, SHELL, ERROR_PAGE, SHELL, SHELL):
        assert world.look(page, minutes=40).outcome == "suspect"
    assert world.mails() == []


def test_a_page_that_shrinks_to_a_shell_and_recovers_mails_nobody(world: World) -> None:
    world.look(county())
    assert world.look(SHELL, minutes=30).outcome == "suspect"
    back = world.look(county(), minutes=30)
    assert (back.outcome.value, back.revision) == ("unchanged", 1)
    assert world.mails() == []


# not seen for long


def test_readers_are_told_once_when_a_page_was_not_seen_for_longer_than_its_patience(world: World) -> None:
    world.look(county())
    for _ in range(9):
        world.look(Answer("", 503), hours=6)
    assert world.subjects() == [], "2d are not over: it is counted from the first look that did not see it"
    for _ in range(20):
        world.look(Answer("", 503), hours=6)
    [told] = world.subjects()
    assert told.startswith("Kan inte läsas sedan 2 mars: ")
    again = world.look(county(), hours=6)
    assert again.outcome == "unchanged"
    assert world.subjects()[1].startswith("Syns igen: ")
    assert "inget" in world.subjects()[1]


def test_a_change_after_a_blind_time_is_one_mail_that_says_both(world: World) -> None:
    world.look(county())
    world.look(Answer("", 503), hours=1)
    world.look(Answer("", 503), days=3)
    back = world.look(county(deadline="1 april"), hours=1)
    assert back.outcome == "changed"
    assert len(world.mails()) == 2
    assert "Sidan kunde inte läsas från 2026-03-02 kl. 11.00" in said(world.mails()[1])


def test_patience_counts_from_the_first_failure_and_a_short_outage_is_told_to_nobody(world: World) -> None:
    world.look(county())
    for _ in range(5):
        world.look(Answer("", 503), days=1)
        assert world.look(county(), hours=12).outcome == "unchanged"
    assert world.mails() == []


def test_the_patience_of_a_watch_is_its_own(tmp_path: Path, site: Site, mail_server: MailServer) -> None:
    world = World(tmp_path, site, mail_server, keys=", patience: 1h")
    world.look(county())
    world.look(Answer("", 503), hours=1)
    world.look(Answer("", 503), minutes=61)
    assert len(world.mails()) == 1
    world.assembly.close()


def test_404_for_longer_than_patience_is_withdrawn(world: World) -> None:
    world.look(county())
    outcomes = [world.look(Answer("", 404), hours=12).outcome.value for _ in range(7)]
    assert outcomes == ["not_seen"] * 5 + ["withdrawn"] * 2
    [told] = world.subjects()
    assert "Borttagen" in told or "borttagen" in told
    assert world.look(county(), hours=1).outcome == "unchanged"
    assert len(world.mails()) == 2, "that it is back is told as well"


# digests, retries


def test_a_daily_and_a_weekly_reader_get_digests(world: World) -> None:
    world.follow("day@kommun.example", "daily")
    world.follow("week@kommun.example", "weekly")
    world.look(county())
    for day in range(2, 5):
        world.look(county(deadline=f"{day} april"), hours=2)
    assert len(world.mails()) == 3
    assert world.mails("day@kommun.example") == world.mails("week@kommun.example") == []
    world.deliver(days=1)
    [daily] = world.mails("day@kommun.example")
    assert said(daily).count("VÄSENTLIG ÄNDRING") == 3
    assert "- Ändrad: Länsstyrelsen Norrvik – tidsfrist ändrad: 1 mars → 4 april ---" in said(daily)
    world.deliver(days=6)
    [weekly] = world.mails("week@kommun.example")
    assert str(weekly["Subject"]).startswith("Veckans bevakning v. ")
    assert len(world.mails("day@kommun.example")) == 1


def test_a_day_whose_changes_undo_each_other_is_one_story(world: World) -> None:
    world.follow("day@kommun.example", "daily")
    for deadline in ("1 mars", "2 april", "3 april", "1 mars"):
        world.look(county(deadline=deadline), hours=2)
    world.deliver(days=1)
    [daily] = world.mails("day@kommun.example")
    assert "1 ändrad och ändrad tillbaka" in str(daily["Subject"])
    assert said(daily).count("ÄNDRAD OCH ÄNDRAD TILLBAKA") == 1
    assert "VÄSENTLIG ÄNDRING" not in said(daily)
    assert "Ändrades 3 gånger och är nu som före den första ändringen" in said(daily)


def test_a_mail_that_is_not_taken_comes_later_with_the_same_message_id(tmp_path: Path, site: Site) -> None:
    with MailServer(after_data=("451 4.3.0 later", "drop")) as server:
        world = World(tmp_path, site, server)
        world.look(county())
        world.look(county(deadline="1 april"), hours=1)
        assert server.received == []
        for _ in range(4):
            world.deliver(hours=4)
        ids = Counter(mail["Message-ID"] for mail in world.mails())
        world.assembly.close()
    assert len(ids) == 1, "451: tried again; the connection lost after the dot: the same mail twice, told by its ID"
    assert ids.total() == 2


def test_one_who_leaves_while_a_mail_waits_gets_none(world: World) -> None:
    world.follow("bo@kommun.example", "daily")
    world.look(county())
    world.look(county(deadline="1 april"), hours=1)
    with world.assembly.unit_of_work.write() as work:
        bo = work.subscribers.find("bo@kommun.example")
        assert bo is not None
        work.subscribers.unsubscribe(bo, work.watches.get("page").id, world.clock.now(), reason="operator")
    world.deliver(days=2)
    assert world.mails("bo@kommun.example") == []


# history


def test_what_it_said_on_a_date(tmp_path: Path, site: Site, mail_server: MailServer) -> None:
    world = World(tmp_path, site, mail_server, ", every: 1d")
    for day in range(2, 9):
        world.look(county(deadline=f"{(day + 1) // 3} mars"), days=day > 2)
    found = {day: world.assembly.history.copy(f"page@2026-03-{day:02}").snapshot.number for day in (2, 4, 5, 7, 8)}
    assert found == {2: 1, 4: 1, 5: 2, 7: 2, 8: 3}
    with pytest.raises(UnknownRevision):
        world.assembly.history.copy("page@2026-03-30")
    assert world.assembly.history.copy("page@2026-03-05T10:00").snapshot.number == 2, "10:00 in Stockholm, 09:00 UTC"
    assert world.assembly.history.copy("page@2026-03-05T09:59").snapshot.number == 1
    world.assembly.close()


def test_what_it_said_on_a_day_without_checks_is_not_known(world: World) -> None:
    world.look(county(deadline="1 mars"))
    world.look(county(deadline="2 mars"), days=3)
    with pytest.raises(NotSeenThen):
        world.assembly.history.copy("page@2026-03-04")


def test_the_log_says_how_long_the_gaps_were(world: World) -> None:
    world.look(county())
    world.look(Answer("", 503), hours=1)
    world.look(Answer("", 503), hours=5)
    world.look(county(), hours=1)
    runs = world.assembly.history.log("page").observations
    assert [(run.outcome.value, run.count) for run in runs] == [("first", 1), ("not_seen", 2), ("unchanged", 1)]
    assert runs[1].last_at - runs[1].first_at == timedelta(hours=5)
