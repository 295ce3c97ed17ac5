"""Rate limits: how often an action may be tried."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from bevaka.web.rate_limits import MOST_KNOWN, RateLimit

NOW = datetime(2026, 3, 1, tzinfo=UTC)
WINDOW = timedelta(minutes=15)


def test_a_name_has_so_many_tries_within_the_window_and_then_new_ones() -> None:
    limit = RateLimit(2, 100, WINDOW)
    assert [limit.allows("a", NOW) for _ in range(3)] == [True, True, False]
    assert limit.allows("b", NOW)
    assert not limit.allows("a", NOW + WINDOW - timedelta(seconds=1))
    assert limit.allows("a", NOW + WINDOW)


def test_a_try_that_is_taken_back_leaves_room_for_another() -> None:
    limit = RateLimit(1, 1, WINDOW)
    limit.uncount("a", NOW)
    assert limit.allows("a", NOW)
    limit.uncount("a", NOW)
    assert limit.allows("b", NOW)


def test_all_names_together_have_their_own_limit() -> None:
    limit = RateLimit(2, 3, WINDOW)
    assert [limit.allows(name, NOW) for name in "abcd"] == [True, True, True, False]


def test_tries_side_by_side_do_not_slip_through() -> None:
    limit = RateLimit(10, 100, WINDOW)
    with ThreadPoolExecutor(16) as pool:
        allowed = list(pool.map(lambda _: limit.allows("a", NOW), range(200)))
    assert sum(allowed) == 10


def test_old_names_are_forgotten() -> None:
    limit = RateLimit(1, 10**9, WINDOW)
    for number in range(MOST_KNOWN):
        limit.allows(str(number), NOW)
    assert limit.allows("late", NOW + WINDOW)
    assert len(limit._tries) == 1


def test_names_that_are_refused_are_not_remembered() -> None:
    limit = RateLimit(1, 3, WINDOW)
    for number in range(1000):
        limit.allows(str(number), NOW)
    assert len(limit._tries) == 3
