"""Two years of an ordinance under a simulated clock: exactly the right mails, to the right people, on the right days.

The text is invented, in riksdagen's form. It is checked at six in the morning and, in one week, at four in the night as
well, when the source is down; mails go into a maildir.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bevaka.assembly import Assembly
from bevaka.clock import SystemClock
from monitor.core.model import Frequency, Outcome
from tests.fakes.riksdagen import Chapter, Law, Section, Wording, as_json
from tests.fakes.site import Answer, Site

SWEDEN = ZoneInfo("Europe/Stockholm")
BEGIN, END = date(2022, 9, 8), date(2024, 9, 8)
ADDRESS = "/dokument/sfs-2021-995"
ANN, BO, CIA = "ann@region.example", "bo@kommun.example", "cia@ideburen.example"
READERS: tuple[tuple[str, Frequency, tuple[str, ...]], ...] = (
    (ANN, "immediately", ()),
    (BO, "immediately", ("2 §",)),
    (CIA, "weekly", ()),
)
NAME = "Förordning (2021:995) om prov"

PUBLISHED_FIRST = date(2023, 3, 15)
PUBLISHED_FUTURE = date(2023, 10, 5)
IN_FORCE = date(2024, 1, 1)
TIDIED = date(2024, 1, 9)
REPEALED = date(2024, 5, 20)
RESTAMPED = date(2022, 12, 1)
EMPTY = date(2023, 6, 1)
OUTAGE = (date(2023, 2, 10), date(2023, 2, 17))


class SimulatedClock(SystemClock):
    """A clock that the story moves; nothing sleeps."""

    def __init__(self) -> None:
        super().__init__()
        self.at = datetime.combine(BEGIN, datetime.min.time(), SWEDEN).astimezone(UTC)

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def section(number: str, *stycken: str, act: str | None = None) -> Section:
    return Section(number, (Wording(stycken, act),))


ORIGINAL = Law(
    "2021:995",
    NAME,
    (
        Chapter(
            "",
            "",
            (
                replace(section("1", "Förordningen gäller prov vid länens mätstationer."), headings=("Inledning",)),
                section("2", "Varje station ska senast den 1 mars varje år redovisa sina prov."),
                section("3", "Stationen ska samråda med kommunerna i länet."),
                replace(
                    section("4", "Prov ska förvaras torrt och svalt i minst två år."), headings=("Förvaring av prov",)
                ),
                section("5", "Stationen får ta ut en avgift av den som begär ett prov."),
            ),
        ),
    ),
)


def with_section(law: Law, number: str, *wordings: Wording, amended: str) -> Law:
    sections = [
        replace(each, wordings=wordings) if each.number == number else each for each in law.chapters[0].sections
    ]
    return replace(law.with_sections(*sections), amended=f"t.o.m. SFS {amended}")


FIRST = with_section(
    ORIGINAL,
    "3",
    Wording(("Stationen ska samråda med kommunerna och regionen i länet.",), "Förordning (2023:101)"),
    amended="2023:101",
)
NEW_SECOND = Wording(("Varje station ska senast den 1 april varje år redovisa sina prov.",), "Förordning (2023:700)")
FUTURE = with_section(
    FIRST,
    "2",
    Wording(ORIGINAL.chapters[0].sections[1].wordings[0].stycken, None, "/Upphör att gälla U:2024-01-01/"),
    replace(NEW_SECOND, time="/Träder i kraft I:2024-01-01/"),
    amended="2023:700",
)
CURRENT = with_section(FUTURE, "2", NEW_SECOND, amended="2023:700")
WITHOUT_FIFTH = with_section(CURRENT, "5", Wording(("Har upphävts genom förordning (2024:300).",)), amended="2024:300")


def law_on(day: date) -> Law:
    """Return the text as it is published on a day; a nightly batch stamped every document anew."""
    states = [(PUBLISHED_FIRST, FIRST), (PUBLISHED_FUTURE, FUTURE), (TIDIED, CURRENT), (REPEALED, WITHOUT_FIFTH)]
    law = next((law for since, law in reversed(states) if day >= since), ORIGINAL)
    return replace(law, stamp="2022-12-01 04:31:00") if day >= RESTAMPED else law


@dataclass
class Years:
    """The program over two years, and what it sent."""

    assembly: Assembly
    clock: SimulatedClock
    site: Site
    mails: dict[tuple[date, str], str] = field(default_factory=dict)
    bodies: dict[tuple[date, str], str] = field(default_factory=dict)
    seen: set[Path] = field(default_factory=set)

    def live(self) -> None:
        day = BEGIN
        while day <= END:
            self._publish(as_json(law_on(day)) if day != EMPTY else b"")
            if OUTAGE[0] <= day <= OUTAGE[1]:
                self._publish(None)
                self._check(day, 4)
                self._publish(as_json(law_on(day)))
            self._check(day, 6)
            self._collect(day)
            day += timedelta(days=1)

    def _publish(self, body: bytes | None) -> None:
        answer = Answer(status=503) if body is None else Answer(body, content_type="application/json")
        for address in (f"{ADDRESS}.json", "/dokumentstatus/sfs-2021-995.json"):
            self.site.pages[address] = answer

    def _check(self, day: date, hour: int) -> None:
        self.clock.at = datetime(day.year, day.month, day.day, hour, tzinfo=SWEDEN).astimezone(UTC)
        [watch] = self.assembly.schedule.watches
        self.assembly.check(watch, force=True)

    def _collect(self, day: date) -> None:
        """Notify entries into force, send what is due at nine in the morning, and record who got what."""
        self.clock.at = datetime(day.year, day.month, day.day, 9, tzinfo=SWEDEN).astimezone(UTC)
        self.assembly.entries_into_force.notify_due()
        self.assembly.deliver.deliver_due()
        folder = self.assembly.settings.maildir / "new"
        for path in sorted(set(folder.glob("*")) - self.seen):
            self.seen.add(path)
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            place = (day, str(mail["To"]))
            assert place not in self.mails, f"two mails to one person on one day: {place}"
            self.mails[place] = str(mail["Subject"])
            body = mail.get_body(("plain",))
            assert body is not None
            self.bodies[place] = " ".join(body.get_content().split())


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Years]:
    folder = tmp_path_factory.mktemp("years")
    clock = SimulatedClock()
    with pytest.MonkeyPatch.context() as patch, Site() as site:
        patch.chdir(folder)  # where the maildir is made
        schedule = folder / "schedule.yaml"
        schedule.write_text(
            "version: 1\n"
            "defaults: {every: 1d, host_delay: 0s}\n"
            f'watches:\n  law: {{sfs: "2021:995", url: "{site.url}{ADDRESS}"}}\n'
        )
        environment = {
            "BEVAKA_SCHEDULE": str(schedule),
            "BEVAKA_DATABASE": f"sqlite:///{folder / 'bevaka.db'}",
            "BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8",
        }
        with Assembly(environment, clock) as assembly:
            assembly.synced_schedule()
            with assembly.unit_of_work.write() as work:
                law = work.watches.get("law").id
                for address, frequency, only in READERS:
                    subscriber = work.subscribers.add(address, "sv", clock.now(), how="operator")
                    work.subscribers.subscribe(subscriber, law, frequency, clock.now(), only=only)
            lived = Years(assembly, clock, site)
            lived.live()
            yield lived


def next_monday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def test_the_right_mails_on_the_right_days_and_no_others(years: Years) -> None:
    published = "2 § ändrad genom förordning (2023:700)"
    assert years.mails == {
        (PUBLISHED_FIRST, ANN): f"Ändrad: {NAME} – 3 § ändrad genom förordning (2023:101)",
        (next_monday(PUBLISHED_FIRST), CIA): f"Veckans bevakning v. 11: 1 ändrad – {NAME}",
        (PUBLISHED_FUTURE, ANN): f"Ändrad: {NAME} – 2 § ändrad, träder i kraft 2024-01-01",
        (PUBLISHED_FUTURE, BO): f"Ändrad: {NAME} – 2 § ändrad, träder i kraft 2024-01-01",
        (next_monday(PUBLISHED_FUTURE), CIA): f"Veckans bevakning v. 40: 1 ändrad – {NAME}",
        (IN_FORCE, ANN): f"I kraft i dag: {NAME} – {published}",
        (IN_FORCE, BO): f"I kraft i dag: {NAME} – {published}",
        (next_monday(IN_FORCE), CIA): f"Veckans bevakning v. 1: 1 har trätt i kraft – {NAME}",
        (REPEALED, ANN): f"Ändrad: {NAME} – 5 § upphävd genom förordning (2024:300)",
        (next_monday(REPEALED), CIA): f"Veckans bevakning v. 21: 1 ändrad – {NAME}",
    }


def test_the_mail_of_the_day_shows_the_old_wording_beside_the_new(years: Years) -> None:
    mail = years.bodies[IN_FORCE, ANN]
    assert "Träder i kraft i dag, 2024-01-01: 2 § ändrad genom förordning (2023:700)." in mail
    assert "den [TOGS BORT: 1 mars] [LADES TILL: 1 april] varje år" in mail
    assert "https://svenskforfattningssamling.se/doc/2023700.html" in mail
    assert "https://rkrattsbaser.gov.se/sfsr?bet=2021:995" in mail


def test_a_digest_that_comes_later_says_so(years: Years) -> None:
    assert "Trädde i kraft 2024-01-01: 2 § ändrad" in years.bodies[next_monday(IN_FORCE), CIA]


def test_who_follows_one_section_is_shown_that_section_and_told_so(years: Years) -> None:
    mail = years.bodies[PUBLISHED_FUTURE, BO]
    assert "Du följer bara: 2 §. 1 annan ändring i lagen visas inte här." in mail
    assert "t.o.m. SFS [TOGS BORT" not in mail


def test_the_history_shows_the_tidying_as_held_back_and_the_outage_as_a_gap(years: Years) -> None:
    history = years.assembly.history.log("law")
    assert [(row.at.astimezone(SWEDEN).date(), row.material) for row in history.rows] == [
        (BEGIN, None),
        (PUBLISHED_FIRST, True),
        (PUBLISHED_FUTURE, True),
        (TIDIED, False),
        (REPEALED, True),
    ]
    assert sum(run.count for run in history.observations if run.outcome is Outcome.NOT_SEEN) == 9
    assert [event.due_on for event in history.in_force] == [IN_FORCE]


@pytest.mark.parametrize(
    ("day", "said"),
    [("2023-12-31", "Upphör att gälla 2024-01-01:"), ("2024-02-01", "den 1 april"), ("2023-01-01", "den 1 mars")],
)
def test_a_day_of_the_past_shows_the_text_as_it_was_published_then(years: Years, day: str, said: str) -> None:
    revision = years.assembly.history.copy(f"law@{day}")
    section = next(b for b in years.assembly.history.extract(revision).extraction.blocks if b.label == "2 §")
    assert said in section.text


def test_each_section_is_blamed_on_the_act_and_the_revision_that_last_changed_it(years: Years) -> None:
    _, origins = years.assembly.history.blame("law")
    assert {origin.block.label: (origin.revision, [act.number for act in origin.acts]) for origin in origins} | {
        None: None
    } == {
        None: None,
        "1 §": (1, []),
        "2 §": (3, ["2023:700"]),
        "3 §": (2, ["2023:101"]),
        "4 §": (1, []),
        "5 §": (5, ["2024:300"]),
    }


def test_a_law_without_a_name_in_the_schedule_is_known_by_its_own_title(years: Years) -> None:
    with years.assembly.unit_of_work.read() as work:
        assert work.watches.get("law").watch.name == NAME
