"""Ninety days of fifty pages with outages, downtimes, both nights on which the clocks change, and clocks that jump.

What the program states (the gaps of `silence`, the revisions, the mails) must be the truth that the world around it
recorded. The slow tests run a smaller world; `make long-runs` runs fifty pages for ninety days.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import groupby, pairwise

import pytest

from bevaka.cli.app import main
from bevaka.proof.silence import certify
from tests.faults.lab import chance, scaled
from tests.faults.ninety_days import DAY, PATIENCE, SWEDEN, TICK, Blackout, Page, Quarter, Seen, Subscriber

PAGES, DAYS = scaled(12, 50), scaled(14, 90)
NIGHTS = {"spring": datetime(2024, 3, 31, tzinfo=UTC), "autumn": datetime(2024, 10, 27, tzinfo=UTC)}
DIGEST_AT = time(8)
Place = tuple[str, datetime | None, datetime | None, int]
"""A gap in the form in which it is compared: kind, since, until, checks."""
Told = tuple[str, str, datetime]
"""An event in the form in which it is compared: kind, page, when it was seen."""


@pytest.fixture(scope="module", params=[*NIGHTS][: scaled(1, 2)])
def quarter(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Quarter]:
    """Yield the whole period, played to its end."""
    begin = NIGHTS[request.param] - (DAYS // 2) * DAY
    lived = Quarter(tmp_path_factory.mktemp("quarter"), begin, DAYS, PAGES, chance())
    try:
        lived.live()
        yield lived
    finally:
        lived.assembly.close()


@pytest.mark.slow
def test_the_gaps_that_are_stated_are_the_true_ones(quarter: Quarter) -> None:
    stated = Counter[str]()
    for page in quarter.pages.values():
        found = certify(quarter.assembly.unit_of_work, page.key, quarter.begin - DAY, quarter.clock.now()).coverage
        gaps = sorted((gap.kind, gap.since, gap.until, gap.checks) for gap in found.gaps[1:])
        assert gaps == sorted(true_gaps(quarter, page)), page.key
        first = found.gaps[0]
        assert (first.kind, first.since, first.until) == ("not_looked", None, page.checks[0].at)
        assert found.checks + found.checks_at_edges == len(page.checks)
        stated.update(gap.kind for gap in found.gaps)
    assert min(stated.values()) > 0
    print(f"{sum(stated.values())} gaps stated, all of them true, and no other: {dict(stated)}")  # noqa: T201  the figures, with -s


def true_gaps(quarter: Quarter, page: Page) -> Iterator[Place]:
    """Yield every period in which the page was not checked though it was due, or could not be seen; no time twice."""
    unchecked: set[datetime] = set()
    for before, check, due in planned(quarter, page):
        between = blackouts_between(quarter, before, check)
        patience = min(timedelta(minutes=15), max(timedelta(minutes=1), due - before.at))
        if between and due > before.at and check.at - due > patience:
            unchecked.add(check.at)
            yield "not_looked", before.at, check.at, 0
    seen_at: datetime | None = None
    for is_seen, run in groupby(page.checks, key=lambda check: check.shown == "page"):
        checks = list(run)
        if is_seen:
            seen_at = checks[-1].at
            continue
        after = page.checks.index(checks[-1]) + 1
        until = page.checks[after].at if after < len(page.checks) else None
        kind = "not_seen" if any(check.shown == "down" for check in checks) else "suspect"
        yield kind, checks[0].at if checks[0].at in unchecked else seen_at, until, len(checks)


def planned(quarter: Quarter, page: Page) -> Iterator[tuple[Seen, Seen, datetime]]:
    """Yield each check with the one before it, and when it was due by the clock of its time."""
    failures = 0
    for before, check in pairwise(page.checks):
        failures = 0 if before.shown == "page" else failures + 1
        suspect = before.shown == "log-in"
        due = page.rhythm.after(before.at, failures, suspect=suspect)
        for true, clock in quarter.set_back:
            if before.true < true <= check.true and due > page.rhythm.latest(clock, failures, suspect=suspect):
                due = page.rhythm.after(clock, failures, suspect=suspect)
        yield before, check, due


def blackouts_between(quarter: Quarter, before: Seen, check: Seen) -> Sequence[Blackout]:
    return [each for each in quarter.blackouts if before.true < each.true_begin and each.true_end <= check.true]


@pytest.mark.slow
def test_every_look_comes_when_it_is_due_and_only_then(quarter: Quarter) -> None:
    for page in quarter.pages.values():
        for before, check, due in planned(quarter, page):
            waited_for = max([due, *(each.end for each in blackouts_between(quarter, before, check))])
            assert due <= check.at <= waited_for + 2 * TICK, (page.key, before, check, due)


@pytest.mark.slow
def test_every_change_is_a_revision_and_nothing_else_is(quarter: Quarter) -> None:
    for page in quarter.pages.values():
        seen = [check for check in page.checks if check.shown == "page"]
        changed = [after.at for before, after in pairwise(seen) if before.version != after.version]
        rows = quarter.assembly.history.log(page.key).rows
        assert [row.at for row in rows] == [seen[0].at, *changed], page.key
        assert all(row.material for row in rows[1:])
    assert quarter.assembly.history.verify()[1] == []


@pytest.mark.slow
def test_what_was_owed_was_mailed_once_and_in_time_and_nothing_else_was(quarter: Quarter) -> None:
    happened = sorted((event for page in quarter.pages.values() for event in true_events(page)), key=lambda e: e[2])
    with quarter.assembly.unit_of_work.read() as work:
        deliveries = {delivery.message_id: delivery for delivery in work.outbox.deliveries()}
        told: dict[str, list[tuple[Told, datetime]]] = {subscriber.address: [] for subscriber in quarter.subscribers}
        for at, mail in quarter.mails:
            items = deliveries[mail.message_id].items
            told[mail.to] += [((item.event.kind.value, item.watch_key, item.event.at), at) for item in items]
    assert len({mail.message_id for _, mail in quarter.mails}) == len(quarter.mails), "none came twice"
    for subscriber in quarter.subscribers:
        owed = [event for event in happened if subscriber.page in {None, event[1]}]
        owed = [event for event in owed if due_for(subscriber, event[2]) < quarter.clock.now() - TICK]
        assert Counter(event for event, _ in told[subscriber.address]) == Counter(owed), subscriber
        for event, at in told[subscriber.address]:
            due = due_for(subscriber, event[2])
            blind_until = max([each.end for each in quarter.blackouts if each.begin - 2 * TICK <= due], default=due)
            assert due <= at, (subscriber, event)
            assert at <= due + 2 * TICK or at <= blind_until + 2 * TICK, (subscriber, event)
    kinds = Counter(kind for kind, _, _ in happened)
    print(f"{quarter.checks} looks; {dict(kinds)}; {len(quarter.mails)} mails")  # noqa: T201  the figures, with -s
    assert min(kinds[kind] for kind in ("changed", "blind", "seen_again")) > 0


def true_events(page: Page) -> Iterator[Told]:
    """Yield the events that must be notified: changes, that a page is not seen for long, that it is seen again."""
    known: int | None = None
    failing_since: datetime | None = None
    is_told = False
    for check in page.checks:
        if check.shown != "page":
            failing_since = failing_since or check.at
            if not is_told and check.at - failing_since > PATIENCE:
                is_told = True
                yield "blind", page.key, check.at
            continue
        if known not in {None, check.version}:
            yield "changed", page.key, check.at
        elif is_told:
            yield "seen_again", page.key, check.at
        known, failing_since, is_told = check.version, None, False


def due_for(subscriber: Subscriber, at: datetime) -> datetime:
    """Return when a subscriber is notified of what happened then."""
    if subscriber.frequency == "immediately":
        return at
    day = at.astimezone(SWEDEN).date() + DAY
    while subscriber.frequency == "weekly" and day.weekday() != 0:
        day += DAY
    return datetime.combine(day, DIGEST_AT, SWEDEN).astimezone(UTC)


@pytest.mark.slow
def test_the_command_states_the_same_gaps(
    quarter: Quarter, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    begin, end = quarter.begin - DAY, quarter.clock.now()
    monkeypatch.setenv("BEVAKA_DATABASE", quarter.assembly.settings.database)
    for page in list(quarter.pages.values())[:3]:
        assert main(["silence", page.key, "--from", begin.isoformat(), "--to", end.isoformat(), "--json"]) == 0
        said = json.loads(capfd.readouterr().out)
        stated = [(gap["kind"], gap["after"], gap["before"], gap["looks"]) for gap in said["gaps"][1:]]
        coverage = certify(quarter.assembly.unit_of_work, page.key, begin, end).coverage
        told = [(gap.kind, gap.since, gap.until, gap.checks) for gap in coverage.gaps[1:]]
        assert [
            (kind, after and datetime.fromisoformat(after), before and datetime.fromisoformat(before), checks)
            for kind, after, before, checks in stated
        ] == told
