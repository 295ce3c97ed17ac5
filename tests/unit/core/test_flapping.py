"""Flapping pages and self-made dates: judging the newest change by the history of the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.judging.flapping import (
    FLAPPING_WITHIN,
    flapping,
    follows_the_day,
    is_automatic_date,
    seen_once,
    with_history,
)
from monitor.core.model import BlockChange, Change, Changed, Flapping, PastRevision, StatedDate

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ZONE = "Europe/Stockholm"


def past(texts: str, *, every: timedelta = HOUR) -> list[PastRevision]:
    """Return revisions with these one-letter texts: oldest first in `texts`, newest first in the result."""
    return [PastRevision(START + n * every, text) for n, text in enumerate(texts)][::-1]


@pytest.mark.parametrize(
    ("before", "now"), [("A", "B"), ("AB", "A"), ("BA", "B"), ("ABC", "B"), ("CBA", "B"), ("ABB", "A"), ("AABA", "C")]
)
def test_once_there_and_back_is_no_flapping(before: str, now: str) -> None:
    assert flapping(past(before), now, START + 5 * HOUR) is None


def test_the_second_time_there_the_page_is_flapping() -> None:
    assert flapping(past("ABA"), "B", START + 3 * HOUR) == Flapping(START + HOUR, told=False)
    assert flapping(past("CABA"), "B", START + 4 * HOUR) == Flapping(START + 2 * HOUR, told=False)


def test_it_is_told_once_however_long_it_goes_on() -> None:
    texts = "ABAB"
    for _ in range(6):
        found = flapping(past(texts)[:4], texts[-2], START + len(texts) * HOUR)
        assert found is not None
        assert found.told
        texts += texts[-2]


def test_a_text_that_comes_back_slowly_is_no_flapping() -> None:
    week = FLAPPING_WITHIN / 3
    assert flapping(past("ABA", every=week), "B", START + 3 * week) is not None
    assert flapping(past("ABA", every=week), "B", START + 3 * week + HOUR) is None


def dated(
    count: int, *, stood: timedelta = timedelta(seconds=5), rule: str | None = "update-date"
) -> list[PastRevision]:
    """Return revisions an hour apart, newest first; each text was last seen `stood` after its revision was taken."""
    return [
        PastRevision(START + n * HOUR, str(n), rule if n else None, START + (n - 1) * HOUR + stood if n else None)
        for n in range(count)
    ][::-1]


def test_a_date_that_moved_at_four_checks_in_a_row_stamps_itself() -> None:
    revisions = dated(4)
    assert is_automatic_date(revisions, revisions[0].taken_at + timedelta(seconds=5), ZONE)


def test_a_date_that_stood_for_more_than_a_check_is_kept_by_people() -> None:
    revisions = dated(4)
    assert not is_automatic_date(revisions, revisions[0].taken_at + HOUR, ZONE)
    assert not is_automatic_date(dated(4, stood=HOUR), revisions[0].taken_at, ZONE)
    assert not is_automatic_date(dated(4, rule="wording"), revisions[0].taken_at, ZONE)
    assert not is_automatic_date(revisions[:2], revisions[0].taken_at, ZONE)
    assert not is_automatic_date(dated(3), dated(3)[0].taken_at, ZONE)


def block(rule: str, *, material: bool = True) -> BlockChange:
    return BlockChange("edited", "p", (), None, "a", "b", "c", material, rule)


def test_a_self_made_stamp_alone_is_held_back_and_said_to_be_one() -> None:
    revisions = dated(4)
    verdict = Changed(Change((block("update-date"), block("whitespace", material=False))))
    judged = with_history(verdict, revisions, revisions[0].taken_at, ZONE)
    assert not judged.change.material
    assert [(one.rule, one.category) for one in judged.change.blocks] == [
        ("automatic-stamp", "stamp"),
        ("whitespace", "c"),
    ]
    assert with_history(verdict, dated(2), dated(2)[0].taken_at, ZONE) == verdict


def test_a_stamp_beside_other_changes_stays_as_it_was_judged() -> None:
    revisions = dated(4)
    for blocks in ((block("update-date"), block("wording")), (block("whitespace", material=False),)):
        verdict = Changed(Change(blocks))
        assert with_history(verdict, revisions, revisions[0].taken_at, ZONE) == verdict


def moved_on(*times: datetime, rule: str = "update-date", shown_for: timedelta = HOUR) -> list[PastRevision]:
    """Return revisions taken at these times, oldest first in `times`, newest first in the result.

    Each text was seen for `shown_for`; the first revision came from no change.
    """
    return [
        PastRevision(at, str(at), rule if n else None, times[n - 1] + shown_for if n else None)
        for n, at in enumerate(times)
    ][::-1]


def own_date_moves(rule: str, *, before: str = "2026-03-03", after: str = "2026-03-04") -> Changed:
    """Return a change of the page's own date alone, judged by this rule."""
    stated = [StatedDate(day, "Uppdaterad", f"Uppdaterad: {day}", "text") for day in (before, after)]
    moved = BlockChange("edited", "p", (), None, stated[0].text, stated[1].text, "x", rule == "update-date", rule)
    return Changed(Change((block("whitespace", material=False), moved), stated[0], stated[1]))


def test_a_date_that_followed_the_day_on_two_days_stamps_itself() -> None:
    revisions = moved_on(START, START + DAY, START + 2 * DAY)
    assert follows_the_day(revisions, START + 2 * DAY + HOUR, ZONE)
    assert follows_the_day(revisions[:2], START + 2 * DAY + HOUR, ZONE)
    verdict = own_date_moves("automatic-stamp")
    assert with_history(verdict, revisions, START + 2 * DAY + HOUR, ZONE) == verdict


@pytest.mark.parametrize(
    "revisions",
    [
        moved_on(START),
        moved_on(START, START + DAY),
        moved_on(START, START + DAY, START + DAY + 2 * HOUR),
        moved_on(START, START + DAY, START + 2 * DAY, rule="wording"),
    ],
    ids=["a first revision", "one day", "twice on one day", "words that changed too"],
)
def test_a_date_that_has_not_followed_the_day_for_two_days_is_told(revisions: list[PastRevision]) -> None:
    verdict = own_date_moves("automatic-stamp")
    judged = with_history(verdict, revisions, revisions[0].taken_at + HOUR, ZONE)
    assert [(one.rule, one.material) for one in judged.change.blocks] == [("whitespace", False), ("update-date", True)]


def test_a_date_that_outlived_its_day_is_kept_by_people() -> None:
    revisions = moved_on(START, START + DAY, START + 2 * DAY)
    assert not follows_the_day(revisions, START + 3 * DAY, ZONE)
    assert not follows_the_day(moved_on(START, START + 2 * DAY, START + 4 * DAY, shown_for=DAY), START + 4 * DAY, ZONE)


def test_the_days_of_a_date_are_those_of_the_watchs_time_zone() -> None:
    late = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)
    revisions = moved_on(late, late + DAY, late + 2 * DAY, shown_for=HOUR / 4)
    assert follows_the_day(revisions, late + 2 * DAY + HOUR / 4, "Europe/Stockholm")
    assert not follows_the_day(revisions, late + 2 * DAY + HOUR, "Europe/Stockholm")
    assert follows_the_day(revisions, late + 2 * DAY + HOUR, "America/New_York")


def test_a_date_that_moves_once_a_day_in_another_time_zone_stamps_itself() -> None:
    times = [START + n * DAY for n in range(5)]
    revisions = moved_on(*times, shown_for=23 * HOUR)[:4]
    assert is_automatic_date(revisions, times[-1] + 23 * HOUR, ZONE)
    verdict = own_date_moves("update-date")
    assert not with_history(verdict, revisions, times[-1] + 23 * HOUR, ZONE).change.material
    with_a_gap = moved_on(*times[:3], times[3] + DAY, times[4] + DAY, shown_for=23 * HOUR)[:4]
    assert not is_automatic_date(with_a_gap, times[-1] + 2 * DAY, ZONE)


def test_a_clock_that_moves_at_each_check_and_passes_midnight_stamps_itself() -> None:
    revisions = dated(4, rule="automatic-stamp")
    verdict = own_date_moves("automatic-stamp")
    assert with_history(verdict, revisions, revisions[0].taken_at + timedelta(seconds=5), ZONE) == verdict


def test_a_time_of_day_that_moves_alone_is_held_back_from_the_first() -> None:
    verdict = own_date_moves("automatic-stamp", after="2026-03-03")
    assert with_history(verdict, moved_on(START), START + HOUR, ZONE) == verdict


def test_a_revision_that_the_next_check_saw_again_was_not_seen_once() -> None:
    assert seen_once(past("AB"), START + HOUR)
    assert not seen_once(past("AB"), START + 2 * HOUR)
    assert not seen_once([], START)
