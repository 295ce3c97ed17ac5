"""The sessions of operators that are alive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bevaka.web.operator_sessions import MOST, OperatorSessions

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HALF_A_DAY = timedelta(hours=12)


def test_a_session_lives_until_it_ends_or_is_too_old() -> None:
    sessions = OperatorSessions(HALF_A_DAY)
    one, other = sessions.begin(NOW), sessions.begin(NOW)
    assert one != other
    assert sessions.is_alive(one, NOW + HALF_A_DAY - timedelta(seconds=1))
    assert not sessions.is_alive(one, NOW + HALF_A_DAY)
    sessions.end(one)
    sessions.end(one)
    assert not sessions.is_alive(one, NOW)
    assert sessions.is_alive(other, NOW)
    assert not sessions.is_alive("", NOW)


def test_the_oldest_make_room() -> None:
    sessions = OperatorSessions(HALF_A_DAY)
    names = [sessions.begin(NOW) for _ in range(MOST + 1)]
    assert [sessions.is_alive(name, NOW) for name in names] == [False] + [True] * MOST
