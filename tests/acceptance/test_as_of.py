"""A simulated year with outages: what `show WATCH@TIME` says equals what the generator knows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from bevaka.assembly import Adapters
from monitor.core.record.as_of import AsOf
from monitor.errors import HttpStatus, NotSeenThen, UnknownRevision
from tests.fakes.world import COUNTY, World, county

EVERY = timedelta(hours=6)
MOMENTS = 1000


@dataclass(frozen=True, slots=True)
class Event:
    """One check as the generator made it: the revision that it saw, None if it failed; whether it came in time."""

    at: datetime
    revision: int | None
    in_time: bool


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, list[Event]]]:
    """Yield a world after a year: a check every six hours, changes, failing servers, and a program that was off."""
    chance = random.Random(7)
    with closing(World(tmp_path_factory.mktemp("year"))) as world:
        world.assembly._adapters = Adapters(fetchers={"http": world, "riksdagen": world}, jitter=lambda: 0.5)
        schedule = world.assembly.settings.schedule
        schedule.write_text(
            schedule.read_text().replace('    every: 1h\n    between: "06:00-22:00"\n', "    every: 6h\n")
        )
        events: list[Event] = []
        revision, failing, in_time = 1, 0, True
        texts = [county(f"{2000 + number}-01-01", items=(f"Punkt {number}",)) for number in range(200)]
        while len(events) < 365 * 4:
            failing = max(0, failing - 1) if failing else chance.randrange(1, 30) if chance.random() < 0.01 else 0
            if not failing and events and chance.random() < 0.03:
                revision += 1
            world.says[COUNTY] = (
                HttpStatus(url="http://127.0.0.1:9/norrvik", status=503) if failing else texts[revision - 1]
            )
            world.check(COUNTY)
            seen = None if failing else revision
            events.append(Event(world.clock.at, seen, in_time))
            in_time = chance.random() >= 0.005
            world.clock.at += EVERY if in_time else EVERY * chance.randrange(2, 40)
        yield world, events


@dataclass(frozen=True, slots=True)
class Truth:
    """What the generator knows of a moment."""

    kind: str
    revision: int | None = None
    first: datetime | None = None
    last: datetime | None = None
    after: datetime | None = None


def truth(events: list[Event], moment: datetime) -> Truth:
    """Return what is known of a moment, by going through the checks one by one."""
    if moment > events[-1].at:
        return Truth("later")
    place = max(number for number, event in enumerate(events) if event.at <= moment)
    before = next((number for number in range(place, -1, -1) if events[number].revision is not None), None)
    after = next((number for number in range(place + 1, len(events)) if events[number].revision is not None), None)
    at = [None if number is None else events[number].at for number in (before, after)]
    if before is None or events[before].at == moment:
        if before is None:
            return Truth("unseen", after=at[1])
        return _stretch(events, before, "seen")
    if after is None or after != before + 1 or not events[after].in_time:
        return Truth("unseen", last=at[0], after=at[1])
    if events[before].revision == events[after].revision:
        return _stretch(events, before, "seen")
    return _stretch(events, before, "between")


def _stretch(events: list[Event], place: int, kind: str) -> Truth:
    first = last = place
    while first > 0 and events[first].in_time and events[first - 1].revision == events[place].revision:
        first -= 1
    while last + 1 < len(events) and events[last + 1].in_time and events[last + 1].revision == events[place].revision:
        last += 1
    return Truth(kind, events[place].revision, events[first].at, events[last].at)


def said(world: World, moment: datetime) -> tuple[Truth, AsOf | None]:
    """Return what the program says of a moment, in the generator's terms."""
    try:
        found = world.assembly.history.copy(f"{COUNTY}@{moment:%Y-%m-%dT%H:%M:%SZ}")
    except UnknownRevision as error:
        return Truth("later" if error.last_at else "earlier"), None
    except NotSeenThen as error:
        before, after = error.before, error.after
        return Truth("unseen", last=before[1] if before else None, after=after[1] if after else None), None
    known = found.as_of
    assert known is not None
    assert found.snapshot.number == known.revision
    kind = "between" if known.is_between else "seen"
    return Truth(kind, known.revision, known.first_seen, known.last_seen), known


@pytest.mark.slow
def test_a_thousand_moments_of_a_year_are_told_as_they_were(year: tuple[World, list[Event]]) -> None:
    world, events = year
    chance = random.Random(11)
    length = int((events[-1].at - events[0].at).total_seconds())
    kinds: dict[str, int] = {}
    for _ in range(MOMENTS):
        moment = events[0].at + timedelta(seconds=chance.randrange(int(length * 1.03)))
        right = truth(events, moment)
        assert said(world, moment)[0] == right, moment
        kinds[right.kind] = kinds.get(right.kind, 0) + 1
    print(kinds)  # noqa: T201  the figures, with -s
    assert set(kinds) == {"seen", "between", "unseen", "later"}
    assert world.assembly.history.verify()[1] == []
