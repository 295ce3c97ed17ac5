"""`silence`: the coverage of a period, and every gap, as text and as JSON."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.types import microseconds
from tests.fakes.site import Answer, Site
from tests.unit.cli.conftest import Bevaka


@pytest.fixture
def checked(bevaka: Bevaka, site: Site) -> Bevaka:
    """Check a page that is seen twice, then is down, then is seen again."""
    page = site.pages["/county"]
    for answer in (page, page, Answer("down", status=503), page):
        site.pages["/county"] = answer
        bevaka("check")
    return bevaka


def period() -> tuple[str, ...]:
    now = datetime.now(UTC)
    return "--from", (now - timedelta(days=2)).isoformat(), "--to", (now + timedelta(days=1)).isoformat()


def test_checks_revisions_gaps_and_what_seals_them(checked: Bevaka) -> None:
    said = checked("silence", "county", *period(), "--json")
    assert said.code == 0
    [row] = said.rows
    assert (row["looks"], row["looks_at_edges"], row["revisions"]) == (4, 0, [1])
    assert row["outcomes"] == {"first": 1, "unchanged": 2, "not_seen": 1}
    before, down = row["gaps"]
    assert (before["kind"], before["after"], before["looks"]) == ("not_looked", None, 0)
    assert (down["kind"], down["looks"]) == ("not_seen", 1)
    assert "503" in down["reason"]
    assert row["sealed"]["link"] == 6
    assert row["all_sealed"] is False
    assert row["timestamp"] is None


def test_what_it_says_to_a_person(checked: Bevaka) -> None:
    said = checked("silence", "county", *period()).out
    assert "checks     4 checks (1 first, 2 unchanged, 1 not seen)" in said
    assert "revisions  #1, and no other" in said
    assert "gaps       2" in said
    assert "nobody checked" in said
    assert "not seen (1 check): " in said
    assert "sealed     by link 6" in said


def test_without_days_it_is_told_of_all_the_time_since_the_first_check(checked: Bevaka) -> None:
    [row] = checked("silence", "county", "--json").rows
    assert (row["looks"], row["looks_at_edges"], row["from"]) == (4, 0, row["first_look"])
    assert [gap["kind"] for gap in row["gaps"]] == ["not_seen"]
    today = datetime.now(UTC).date()
    [row] = checked("silence", "county", "--from", f"{today - timedelta(days=1)}", "--json").rows
    assert (row["looks"], row["to"] > row["last_look"]) == (4, True)
    [row] = checked("silence", "county", "--to", f"{today + timedelta(days=2)}", "--json").rows
    assert (row["looks"], row["from"]) == (4, row["first_look"])


def test_a_page_that_was_never_checked_has_no_period(bevaka: Bevaka, site: Site) -> None:
    bevaka("schedule", "apply")
    said = bevaka("silence", "county")
    assert (said.code, "county was never checked: bevaka check county" in said.err) == (2, True)


def test_a_check_that_came_late_shows_the_time_without_a_check(checked: Bevaka, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "bevaka.db")) as database, database:
        ago = microseconds(datetime.now(UTC) - timedelta(hours=10))
        database.execute("UPDATE observations SET first_at = ?, last_at = ? WHERE link IS NULL", (ago, ago))
        database.execute("UPDATE watches SET next_check_at = ?", (ago + 3_600_000_000,))
    checked("check")
    gaps = checked("silence", "county", *period(), "--json").rows[0]["gaps"]
    assert any(
        gap["kind"] == "not_looked" and gap["after"] and gap["before"] and gap["after"] < gap["before"] for gap in gaps
    )


def test_a_period_without_a_check_says_so(checked: Bevaka) -> None:
    said = checked("silence", "county", "--from", "2020-01-01", "--to", "2020-01-31").out
    assert "checks     0 checks" in said
    assert "revisions  none" in said
    assert "sealed     not yet" in said
    assert "2020-01-01 00:00 – 2020-02-01 00:00" in said, "the last day is in it"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "2026-03-02", "--to", "2026-03-01"),
        ("--from", "soon", "--to", "2026-03-01"),
        ("--to", "2001-03-02"),
    ],
)
def test_a_period_that_is_none_is_a_usage_error(checked: Bevaka, arguments: tuple[str, ...]) -> None:
    assert checked("silence", "county", *arguments).code == 2


def test_an_unknown_watch_is_a_usage_error(checked: Bevaka) -> None:
    assert checked("silence", "nobody", *period()).code == 2


def test_a_period_to_come_is_refused_and_one_that_is_not_over_is_told_until_now(checked: Bevaka) -> None:
    said = checked("silence", "county", "--from", "2099-01-01", "--to", "2099-02-01")
    assert (said.code, "has not begun" in said.err) == (2, True)
    row = checked("silence", "county", "--from", "2026-01-01", "--to", "2099-01-01", "--json").rows[0]
    assert str(row["to"])[:4] != "2099"
