"""What is owed to who follows a tag is written with the revision, by the tags that the page has at that moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.checking.check import Check
from monitor.core.model import Condition, Fetched, Recipe, Schedule, Tag, Validators, Watch
from monitor.extractors.page import Page
from monitor.reader import Reader
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock
from tests.fakes.fetcher import FakeFetcher

PAGE = (
    "<html lang=sv><title>Almby</title><main><h1>Stöd i Almby</h1>"
    "<p>Almby kommun ger stöd till den som behöver det, och den som är anhörig.</p><p>{}</p></main></html>"
)
PLAIN = Watch("almby", "Almby", "https://example.org/almby")
TAGGED = replace(PLAIN, tags=("vald",))


class Meanwhile(FakeFetcher):
    """A fetcher during whose fetch something happens."""

    happens: Callable[[], object] = staticmethod(lambda: None)

    def fetch(self, watch: Watch, validators: Validators | None) -> Fetched:
        """Return what is scripted, after what happens."""
        self.happens()
        found = super().fetch(watch, validators)
        assert isinstance(found, Fetched)
        return found


class Place:
    """A page, somebody who follows its tag, and what is owed to them."""

    def __init__(self, unit_of_work: SqlUnitOfWork, clock: FakeClock) -> None:
        self._unit_of_work, self._clock = unit_of_work, clock
        self.fetcher = Meanwhile(clock)
        self._check = Check(unit_of_work, {"http": self.fetcher}, Reader([Page()]), clock, sender_domain="example.org")

    def put(self, watch: Watch) -> None:
        """Let the schedule have this watch."""
        with self._unit_of_work.write() as work:
            work.tags.sync([Tag("vald", "Våld")], self._clock.now())
            work.watches.sync(Schedule((watch,)), self._clock.now())

    def follow(self, *, words: tuple[str, ...] = ()) -> None:
        """Let somebody follow the tag."""
        with self._unit_of_work.write() as work:
            ann = work.subscribers.add("ann@kommun.example", "sv", self._clock.now(), how="operator")
            (tag,) = work.tags.all()
            work.subscribers.subscribe(ann, None, "immediately", self._clock.now(), tag_id=tag.id, only_if=words)

    def check(self, line: str, watch: Watch = TAGGED) -> int | None:
        """Check the page, with this line on it; return how many mails are owed, None if nothing is recorded."""
        self._clock.move(hours=1)
        self.fetcher.says = PAGE.format(line)
        result = self._check(watch, force=True)
        return result.owed if result else None

    def take_over(self) -> None:
        """Let another worker claim the page."""
        with self._unit_of_work.write() as work:
            work.watches.claim("almby", self._clock.now(), timedelta(minutes=1), force=True)

    def recorded(self) -> tuple[int, int]:
        """Return how many revisions and deliveries there are."""
        with self._unit_of_work.read() as work:
            return len(work.snapshots.all(work.watches.get("almby").id)), len(work.outbox.deliveries())


@pytest.fixture
def place(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> Place:
    found = Place(unit_of_work, clock)
    found.put(TAGGED)
    found.follow()
    return found


def test_a_revision_and_what_is_owed_through_a_tag_are_there_together_or_not_at_all(place: Place) -> None:
    assert place.check("Ring oss senast den 1 mars.") == 0
    place.fetcher.happens = place.take_over
    assert place.check("Ring oss senast den 1 april.") is None
    assert place.recorded() == (1, 0)
    place.fetcher.happens = lambda: None
    assert place.check("Ring oss senast den 1 april.") == 1
    assert place.recorded() == (2, 1)


def test_a_page_that_gets_the_tag_while_it_is_fetched_tells_who_follows_it(place: Place) -> None:
    place.put(PLAIN)
    assert place.check("Ring oss senast den 1 mars.", PLAIN) == 0
    assert place.check("Ring oss senast den 1 april.", PLAIN) == 0
    place.fetcher.happens = lambda: place.put(TAGGED)
    assert place.check("Ring oss senast den 1 maj.", PLAIN) == 1


def test_a_page_that_loses_the_tag_while_it_is_fetched_tells_nobody(place: Place) -> None:
    assert place.check("Ring oss senast den 1 mars.") == 0
    place.fetcher.happens = lambda: place.put(PLAIN)
    assert place.check("Ring oss senast den 1 april.") == 0
    assert place.recorded() == (2, 0)


def test_words_of_who_follows_a_tag_narrow_what_the_watch_tells(place: Place) -> None:
    place.follow(words=("jour",))
    narrow = replace(TAGGED, recipe=Recipe(only_if=Condition(any=("jour", "boende"))))
    place.put(narrow)
    lines = ["Ring oss.", "Ring oss senast den 1 april.", "Vi ordnar skyddat boende.", "Vår jour svarar alltid."]
    assert [place.check(line, narrow) for line in lines] == [0, 0, 0, 1]
