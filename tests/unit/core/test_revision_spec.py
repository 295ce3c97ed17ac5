"""The revision that WATCH, WATCH~1, WATCH#12 and WATCH@2026-03-01 name."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

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
    ],
)
def test_a_revision_names_one_copy(text: str, number: int) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize(
    ("when", "begins", "seconds"),
    [
        ("2026-03-01", datetime(2026, 2, 28, 23, tzinfo=UTC), 86_400),  # that day in Stockholm
        ("20260301", datetime(2026, 2, 28, 23, tzinfo=UTC), 86_400),
        ("2026-03-29", datetime(2026, 3, 28, 23, tzinfo=UTC), 82_800),  # summer time begins
        ("2026-03-01T09:00", datetime(2026, 3, 1, 8, tzinfo=UTC), 60),  # the whole minute, because `log` shows minutes
        ("2026-03-01T09:00:12", datetime(2026, 3, 1, 8, 0, 12, tzinfo=UTC), 1),
        ("2026-03-01T08:00:12Z", datetime(2026, 3, 1, 8, 0, 12, tzinfo=UTC), 1),
        ("2026-03-01T08:00+01:00", datetime(2026, 3, 1, 7, tzinfo=UTC), 60),
    ],
)
def test_a_time_means_a_period(when: str, begins: datetime, seconds: int) -> None:
    assert parse_revision(f"county@{when}", ZONE).period == (begins, begins + timedelta(seconds=seconds))


def test_a_day_is_that_of_the_watch() -> None:
    period = parse_revision("county@2026-03-01", "UTC").period
    assert period == (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC))


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


def test_a_watch_without_copies_has_no_newest() -> None:
    with pytest.raises(UnknownRevision) as caught:
        resolve_revision(parse_revision("county", ZONE), Listed([]))
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
