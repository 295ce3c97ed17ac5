"""Sections: their items, and the watches of items."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.core.judging.section_changes import identity
from monitor.core.model import Cadence, Item, Recipe, Schedule, SectionRecipe, Tag, Watch
from monitor.ports.values import WatchRow
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock

EACH = Watch("", "", "", recipe=Recipe(keep="main"), cadence=Cadence(every=timedelta(days=1)))
NEWS = Watch(
    "news", "The news", "https://x.example/news", recipe=Recipe(section=SectionRecipe()), patience=timedelta(days=2)
)
WATCHED = replace(NEWS, each=EACH)
ITEMS = (Item("Alpha", "https://x.example/a", "2026-01-01"), Item("", "https://x.example/b%C3%A5/x.html"))


class Section:
    """A section on a database, and what becomes of it."""

    def __init__(self, unit_of_work: SqlUnitOfWork, clock: FakeClock, watch: Watch = WATCHED) -> None:
        self.unit_of_work, self.clock, self.watch = unit_of_work, clock, watch
        self.sync(watch)

    def sync(self, *watches: Watch) -> None:
        schedule = Schedule(watches)
        with self.unit_of_work.write() as work:
            work.watches.sync(schedule, self.clock.now())
            assert work.watches.differing(schedule) == []

    def see(self, *items: Item, revision: int | None = None) -> None:
        with self.unit_of_work.write() as work:
            row = work.watches.get("news")
            work.sections.record(row.id, items, self.clock.now(), revision)
            work.sections.tend(row.id, self.watch, self.clock.now())

    def shown(self) -> list[tuple[str, str | None, str]]:
        with self.unit_of_work.read() as work:
            found = work.sections.items(work.watches.get("news").id)
        return [(item.name, item.watch, item.outcome(2)) for item in found]

    def children(self) -> dict[str, WatchRow]:
        with self.unit_of_work.read() as work:
            return {row.watch.key: row for row in work.watches.all(archived=True) if row.section == "news"}


def test_items_are_kept_in_their_order_and_those_that_are_gone_last(
    unit_of_work: SqlUnitOfWork, clock: FakeClock
) -> None:
    section = Section(unit_of_work, clock, NEWS)
    section.see(*ITEMS)
    section.see(Item("Gamma", "https://x.example/c"), ITEMS[1], revision=2)
    assert section.shown() == [
        ("Gamma", None, "new"),
        ("https://x.example/b%C3%A5/x.html", None, "known"),
        ("Alpha", None, "gone"),
    ]
    assert section.children() == {}


def test_one_that_comes_back_is_known_and_keeps_its_first_time(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> None:
    section = Section(unit_of_work, clock, NEWS)
    first = clock.now()
    section.see(*ITEMS)
    clock.move(hours=1)
    section.see(ITEMS[1], revision=2)
    clock.move(hours=1)
    section.see(Item("Alpha again", "http://www.x.example/a/"), ITEMS[1], revision=2)
    assert section.shown()[0] == ("Alpha again", None, "known")
    with unit_of_work.read() as work:
        row = work.watches.get("news")
        assert work.sections.items(row.id)[0].first_seen == first
        assert work.sections.items(row.id)[0].date == "2026-01-01"
        assert work.sections.identities(row.id) == {identity(item.url) for item in ITEMS}
        assert work.sections.identities(row.id, before=first) == set()


def test_each_item_has_a_watch_of_its_own_with_a_key_that_names_it(
    unit_of_work: SqlUnitOfWork, clock: FakeClock
) -> None:
    section = Section(unit_of_work, clock)
    same = (
        Item("Alpha!", "https://x.example/other"),
        Item("", "https://x.example/?id=7"),
        Item("", "https://x.example/"),
    )
    section.see(*ITEMS, *same, Item("On the page", "https://x.example/news#one"))
    assert [watch for _, watch, _ in section.shown()] == [
        *("news/alpha", "news/x", "news/alpha-2", "news/id-7", "news/item"),
        None,
    ]
    child = section.children()["news/alpha"]
    assert child.watch == replace(EACH, key="news/alpha", name="Alpha", url="https://x.example/a")
    assert (child.next_check_at, child.archived) == (clock.now(), False)
    assert section.children()["news/x"].watch.name == "news/x"


def test_a_long_or_hostile_name_gives_a_short_key_of_plain_letters(
    unit_of_work: SqlUnitOfWork, clock: FakeClock
) -> None:
    section = Section(unit_of_work, clock)
    section.see(
        *(Item("Å" * 300, f"https://x.example/{n}") for n in range(3)),
        Item("../../etc/passwd\u202e#~@", "https://x.example/p"),
        Item("", "https://x.example/%2e%2e%2f%00%0a"),
    )
    keys = [watch or "" for _, watch, _ in section.shown()]
    assert keys == [
        f"news/{'a' * 80}",
        f"news/{'a' * 73}-2",
        f"news/{'a' * 73}-3",
        "news/etc-passwd",
        "news/item",
    ]


def test_an_item_is_called_by_the_title_of_its_page_once_that_was_fetched(
    unit_of_work: SqlUnitOfWork, clock: FakeClock
) -> None:
    section = Section(unit_of_work, clock)
    section.see(ITEMS[1])
    with unit_of_work.write() as work:
        claim = work.watches.claim("news/x", clock.now(), timedelta(minutes=1))
        assert claim is not None
        work.watches.settle(claim, claim.watch_state, clock.now(), None, None, title="What the page is called")
    assert section.shown() == [("What the page is called", "news/x", "known")]


def test_a_watch_is_archived_after_the_patience_and_never_at_the_first_miss(
    unit_of_work: SqlUnitOfWork, clock: FakeClock
) -> None:
    section = Section(unit_of_work, clock)
    section.see(*ITEMS)
    for hours, archived in ((1, False), (47, False), (2, True)):
        clock.move(hours=hours)
        section.see(ITEMS[1])
        assert section.children()["news/alpha"].archived is archived, hours
    clock.move(days=30)
    section.see(*ITEMS)
    back = section.children()["news/alpha"]
    assert (back.archived, back.next_check_at) == (False, clock.now() - timedelta(days=30, hours=50))


def test_the_schedule_archives_no_items_watch_for_being_no_part_of_it(
    unit_of_work: SqlUnitOfWork, clock: FakeClock
) -> None:
    section = Section(unit_of_work, clock)
    section.see(*ITEMS)
    section.sync(WATCHED, Watch("other", "Other", "https://x.example/other"))
    assert not any(row.archived for row in section.children().values())


def test_an_edit_of_each_reaches_every_items_watch_and_keeps_its_name(
    unit_of_work: SqlUnitOfWork, clock: FakeClock
) -> None:
    section = Section(unit_of_work, clock)
    section.see(*ITEMS)
    clock.move(hours=-1)
    hourly = replace(EACH, recipe=Recipe(keep="article"), cadence=Cadence(every=timedelta(hours=1)))
    section.sync(replace(WATCHED, each=hourly))
    child = section.children()["news/alpha"]
    assert child.watch == replace(hourly, key="news/alpha", name="Alpha", url="https://x.example/a")
    assert child.next_check_at == clock.now()
    section.watch = replace(WATCHED, each=hourly)
    section.see(Item("Alpha renamed", "https://x.example/a"), ITEMS[1])
    assert section.children()["news/alpha"].watch.name == "Alpha renamed"


def test_items_have_the_tags_of_their_section(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> None:
    def tagged(tag: str) -> list[str]:
        with unit_of_work.read() as work:
            [known] = [each for each in work.tags.all() if each.key == tag]
            rows = work.watches.by_ids(work.tags.watch_ids(known.id))
            return sorted(row.watch.key for row in rows.values())

    with unit_of_work.write() as work:
        work.tags.sync((Tag("vald", "Våld"), Tag("lan", "Länet")), clock.now())
    section = Section(unit_of_work, clock, with_tags("vald"))
    section.see(*ITEMS)
    assert tagged("vald") == ["news", "news/alpha", "news/x"]
    section.sync(with_tags("lan"))
    assert (tagged("vald"), tagged("lan")) == ([], ["news", "news/alpha", "news/x"])
    section.see(ITEMS[0])
    clock.move(days=3)
    section.see(ITEMS[0])  # the other one is archived
    section.sync(with_tags("vald"))
    section.watch = with_tags("vald")
    section.see(*ITEMS)
    assert tagged("vald") == ["news", "news/alpha", "news/x"]


def with_tags(*tags: str) -> Watch:
    return replace(WATCHED, tags=tags, each=replace(EACH, tags=tags))


def test_without_pages_or_without_the_section_its_items_are_watched_no_more(
    unit_of_work: SqlUnitOfWork, clock: FakeClock
) -> None:
    section = Section(unit_of_work, clock)
    section.see(*ITEMS)
    section.sync(NEWS)
    assert all(row.archived for row in section.children().values())
    section.sync(WATCHED)
    section.see(*ITEMS)
    assert not any(row.archived for row in section.children().values())
    section.sync()
    assert all(row.archived for row in section.children().values())
