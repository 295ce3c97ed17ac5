"""The revision that WATCH, WATCH~1, WATCH#12 and WATCH@2026-03-01 name."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import Snapshot
from monitor.core.record.revision_spec import parse_revision, resolve_revision
from monitor.errors import UnknownRevision

ZONE = "Europe/Stockholm"


def snapshot(number: int, taken_at: datetime) -> Snapshot:
    url = "https://county.example/page"
    return Snapshot(number, 1, number, taken_at, url, url, 200, (), f"{number:064x}", 10, f"{number:064x}")


REVISIONS = [
    snapshot(1, datetime(2025, 11, 18, 12, 0, tzinfo=UTC)),
    snapshot(2, datetime(2026, 3, 1, 8, 0, 12, tzinfo=UTC)),  # 09:00:12 in Stockholm
    snapshot(3, datetime(2026, 3, 1, 22, 59, 59, tzinfo=UTC)),  # 23:59:59 in Stockholm
    snapshot(4, datetime(2026, 3, 1, 23, 0, 0, tzinfo=UTC)),  # midnight in Stockholm
]


class Listed:
    """The revisions of a watch, from a list."""

    def __init__(self, revisions: list[Snapshot]) -> None:
        self._newest_first = sorted(revisions, key=lambda revision: -revision.number)

    def newest(self, back: int = 0) -> Snapshot | None:
        return next(iter(self._newest_first[back:]), None)

    def numbered(self, number: int) -> Snapshot | None:
        return next((revision for revision in self._newest_first if revision.number == number), None)

    def before(self, moment: datetime) -> Snapshot | None:
        return next((revision for revision in self._newest_first if revision.taken_at < moment), None)


def number_of(text: str) -> int:
    return resolve_revision(parse_revision(text, ZONE), Listed(REVISIONS)).number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("county", 4),
        ("county~0", 4),
        ("county~1", 3),
        ("county~3", 1),
        ("county#1", 1),
        ("county#4", 4),
        ("county@2026-03-01", 3),  # the end of that day, in Stockholm
        ("county@2026-03-02", 4),
        ("county@2026-02-28", 1),
        ("county@2025-11-18", 1),
        ("county@9999-12-30", 4),
        ("county@2026-03-01T08:59", 1),
        ("county@2026-03-01T09:00", 2),  # includes the whole minute, because `log` shows minutes
        ("county@2026-03-01T09:00:11", 1),
        ("county@2026-03-01T09:00:12", 2),
        ("county@2026-03-01T08:00:12Z", 2),
        ("county@2026-03-01T08:00+01:00", 1),
        ("county@20260301", 3),
    ],
)
def test_a_revision_names_one_copy(text: str, number: int) -> None:
    assert number_of(text) == number


def test_a_day_ends_where_the_watch_is() -> None:
    assert resolve_revision(parse_revision("county@2026-03-01", "UTC"), Listed(REVISIONS)).number == 4


def test_a_key_may_have_dots_and_dashes() -> None:
    assert parse_revision("sfs-2021-995.old#2", ZONE).watch == "sfs-2021-995.old"


def test_the_order_of_the_copies_does_not_matter() -> None:
    assert resolve_revision(parse_revision("county~1", ZONE), Listed(REVISIONS[::-1])).number == 3


@pytest.mark.parametrize("text", ["county#5", "county#0", "county~4"])
def test_a_copy_that_is_not_there_is_told_with_the_newest(text: str) -> None:
    with pytest.raises(UnknownRevision) as caught:
        number_of(text)
    assert (caught.value.asked, caught.value.newest, caught.value.malformed) == (text, 4, False)
    assert caught.value.first_at is None


def test_a_date_before_the_first_copy_is_told_with_the_first() -> None:
    with pytest.raises(UnknownRevision) as caught:
        number_of("county@2025-11-17")
    assert (caught.value.newest, caught.value.first_at) == (4, REVISIONS[0].taken_at)


def test_a_watch_without_copies_has_no_newest() -> None:
    with pytest.raises(UnknownRevision) as caught:
        resolve_revision(parse_revision("county@2026-03-01", ZONE), Listed([]))
    assert (caught.value.newest, caught.value.first_at) == (0, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#1",
        "a b",
        "county~",
        "county~-1",
        "county~one",
        "county#",
        "county#1#2",
        "county~1#2",
        "county@",
        "county@yesterday",
        "county@2026-02-30",
        "county@2026-03-01T25:00",
        "county@9999-12-31",
        "county#٣",
        "county#12345678901234567890",
    ],
)
def test_what_is_no_revision_is_told_as_such(text: str) -> None:
    with pytest.raises(UnknownRevision) as caught:
        parse_revision(text, ZONE)
    assert (caught.value.asked, caught.value.malformed) == (text, True)


@given(st.text(max_size=40))
def test_any_text_is_a_revision_or_told_as_none(text: str) -> None:
    watch = ""
    with contextlib.suppress(UnknownRevision):
        watch = parse_revision(text, ZONE).watch
    assert text.startswith(watch)


@given(st.datetimes(datetime(2025, 11, 19), datetime(2027, 1, 1)))  # noqa: DTZ001  wall-clock times are meant
def test_the_copy_at_a_time_was_taken_before_it_and_the_next_one_after(moment: datetime) -> None:
    found = number_of(f"county@{moment:%Y-%m-%dT%H:%M:%S}")
    later = number_of(f"county@{moment.replace(year=moment.year + 1):%Y-%m-%d}")
    assert found <= later
