"""Flapping pages and self-made dates: judging the newest change by the history of the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.judging.flapping import FLAPPING_WITHIN, flapping, is_automatic_date, with_history
from monitor.core.model import BlockChange, Change, Changed, Flapping, PastRevision

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def past(texts: str, *, every: timedelta = HOUR) -> list[PastRevision]:
    """Return revisions with these one-letter texts: oldest first in `texts`, newest first in the result."""
    return [PastRevision(START + n * every, text) for n, text in enumerate(texts)][::-1]


@pytest.mark.parametrize(
    ("before", "now"), [("A", "B"), ("AB", "A"), ("BA", "B"), ("ABC", "B"), ("CBA", "B"), ("ABB", "A"), ("AABA", "C")]
)
def test_once_there_and_back_is_no_flapping(before: str, now: str) -> None:
    assert flapping(past(before), now, START + 5 * HOUR) is None


def test_the_second_time_there_the_page_is_flapping() -> None:
    assert flapping(past("ABA"), "B", START + 3 * HOUR) == Flapping(START, told=False)
    assert flapping(past("CABA"), "B", START + 4 * HOUR) == Flapping(START + HOUR, told=False)


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
    assert is_automatic_date(revisions, revisions[0].taken_at + timedelta(seconds=5))


def test_a_date_that_stood_for_more_than_a_check_is_kept_by_people() -> None:
    revisions = dated(4)
    assert not is_automatic_date(revisions, revisions[0].taken_at + HOUR)
    assert not is_automatic_date(dated(4, stood=HOUR), revisions[0].taken_at)
    assert not is_automatic_date(dated(4, rule="wording"), revisions[0].taken_at)
    assert not is_automatic_date(revisions[:2], revisions[0].taken_at)
    assert not is_automatic_date(dated(3), dated(3)[0].taken_at)


def block(rule: str, *, material: bool = True) -> BlockChange:
    return BlockChange("edited", "p", (), None, "a", "b", "c", material, rule)


def test_a_self_made_stamp_alone_is_held_back_and_said_to_be_one() -> None:
    revisions = dated(4)
    verdict = Changed(Change((block("update-date"), block("whitespace", material=False))))
    judged = with_history(verdict, revisions, revisions[0].taken_at)
    assert not judged.change.material
    assert [(one.rule, one.category) for one in judged.change.blocks] == [
        ("automatic-stamp", "stamp"),
        ("whitespace", "c"),
    ]
    assert with_history(verdict, dated(2), dated(2)[0].taken_at) is verdict


def test_a_stamp_beside_other_changes_stays_as_it_was_judged() -> None:
    revisions = dated(4)
    for blocks in ((block("update-date"), block("wording")), (block("whitespace", material=False),)):
        verdict = Changed(Change(blocks))
        assert with_history(verdict, revisions, revisions[0].taken_at) is verdict
